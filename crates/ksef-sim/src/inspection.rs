//! The one place where the simulator asks `ksef-invoice` about a document.

use crate::config::Profile;
use jiff::civil::Date;
use ksef_id::Nip;
use ksef_invoice::{Form, InvoiceMetadata, ValidationOptions};
use ksef_wire::codes::InvoiceStatusCode;
use serde::{Deserialize, Serialize};

/// What KSeF knows of a document that it can take.
#[derive(Debug, Clone)]
pub(crate) struct Facts {
    pub(crate) seller: Nip,
    pub(crate) issue_date: Date,
    pub(crate) metadata: InvoiceMetadata,
    /// Whether stricter environments refuse it: production takes it with a warning (field notes B5, issue 843).
    pub(crate) is_refused_elsewhere: bool,
}

impl Facts {
    /// The facts of a document that was found good before; `None` when it was not.
    pub(crate) fn of(bytes: &[u8], is_refused_elsewhere: bool) -> Option<Self> {
        let metadata = ksef_invoice::read(bytes).ok()?.metadata();
        let (seller, issue_date) = (Nip::parse(&metadata.seller_nip).ok()?, metadata.issue_date?);
        Some(Self { seller, issue_date, metadata, is_refused_elsewhere })
    }
}

/// Why it cannot.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Refused {
    pub(crate) code: InvoiceStatusCode,
    pub(crate) details: Vec<String>,
}

/// By what a document is examined.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rules {
    /// The form of the session.
    pub(crate) form: Form,
    pub(crate) profile: Profile,
    /// The Polish day of receipt.
    pub(crate) today: Date,
    /// Sizes that the context may send.
    pub(crate) sizes: Sizes,
    /// Whether the NIPs and internal identifiers of the parties are checked as in production.
    pub(crate) checks_identifiers: bool,
}

/// Largest documents, in bytes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sizes {
    pub(crate) bytes_max: usize,
    pub(crate) bytes_max_with_attachment: usize,
}

impl From<ksef_wire::SessionLimits> for Sizes {
    fn from(limits: ksef_wire::SessionLimits) -> Self {
        let bytes = |megabytes: i32| usize::try_from(megabytes).unwrap_or(0).saturating_mul(MEGABYTE_BYTES);
        Self {
            bytes_max: bytes(limits.max_invoice_size_in_mb),
            bytes_max_with_attachment: bytes(limits.max_invoice_with_attachment_size_in_mb),
        }
    }
}

/// Examines a decrypted document as the environment does: refuses only what the environment refuses.
pub(crate) fn examine(bytes: &[u8], rules: Rules) -> Result<Facts, Refused> {
    let Rules { form, profile, today, sizes, checks_identifiers } = rules;
    if bytes.starts_with(b"\xEF\xBB\xBF") {
        return Err(file("Plik faktury zawiera znacznik BOM. Wymagane jest kodowanie UTF-8 bez BOM."));
    }
    if bytes.len() > sizes.bytes_max.max(sizes.bytes_max_with_attachment) {
        return Err(too_large(sizes));
    }
    let view = ksef_invoice::read(bytes);
    let has_attachment = view.as_ref().is_ok_and(|invoice| invoice.has_attachment);
    let (bytes_max, kind) = match has_attachment {
        true => (sizes.bytes_max_with_attachment, "z załącznikiem"),
        false => (sizes.bytes_max, "bez załącznika"),
    };
    if bytes.len() > bytes_max {
        return Err(file(&format!("Rozmiar faktury {kind} przekracza dozwolony limit {bytes_max} bajtów.")));
    }
    let options = ValidationOptions {
        profile: profile_of(profile),
        today: Some(today),
        ..ValidationOptions::default()
    };
    let report = ksef_invoice::validate(bytes, &options);
    let refuses = |finding: &&ksef_invoice::Finding| {
        let is_asked = checks_identifiers && IDENTIFIER_RULES.contains(&finding.code);
        is_asked
            || match profile {
                Profile::Test => finding.refused_by.test,
                Profile::Demo => finding.refused_by.demo,
                Profile::Prd => finding.refused_by.prd,
            }
    };
    let mut details: Vec<String> =
        report.findings.iter().filter(refuses).take(DETAILS_MAX).map(detail).collect();
    if report.form.is_some_and(|found| found != form) {
        // The text of the schema's parser (field notes B5, issue 495), first since it explains the rest.
        let (found, expected) = (report.form.map_or("", Form::system_code), form.system_code());
        details.insert(
            0,
            format!("The value '{found}' of 'kodSystemowy' does not equal its fixed value '{expected}'."),
        );
    }
    if !details.is_empty() {
        return Err(semantic(details));
    }
    let invoice = view.map_err(|error| semantic(vec![error.to_string()]))?;
    let metadata = invoice.metadata();
    let seller = Nip::parse(&metadata.seller_nip).map_err(|error| semantic(vec![error.to_string()]))?;
    let Some(issue_date) = metadata.issue_date else {
        return Err(semantic(vec!["Brak daty wystawienia faktury (P_1).".to_owned()]));
    };
    if issue_date > today {
        return Err(semantic(vec![format!(
            "Data wystawienia faktury (P_1) {issue_date} jest późniejsza niż data przyjęcia dokumentu {today}."
        )]));
    }
    let is_refused_elsewhere =
        report.findings.iter().any(|finding| finding.refused_by.test && !finding.refused_by.prd);
    Ok(Facts { seller, issue_date, metadata, is_refused_elsewhere })
}

fn detail(finding: &ksef_invoice::Finding) -> String {
    format!("{} ({}:{}, {})", finding.message.pl, finding.line, finding.column, finding.path)
}

fn profile_of(profile: Profile) -> ksef_invoice::Profile {
    match profile {
        Profile::Test => ksef_invoice::Profile::Test,
        Profile::Demo => ksef_invoice::Profile::Demo,
        Profile::Prd => ksef_invoice::Profile::Prd,
    }
}

/// The refusal of a document that no invoice may be as large as.
pub(crate) fn too_large(sizes: Sizes) -> Refused {
    let bytes_max = sizes.bytes_max.max(sizes.bytes_max_with_attachment);
    file(&format!("Rozmiar faktury przekracza dozwolony limit {bytes_max} bajtów."))
}

fn file(detail: &str) -> Refused {
    Refused { code: InvoiceStatusCode::FILE_VERIFICATION, details: vec![detail.to_owned()] }
}

fn semantic(details: Vec<String>) -> Refused {
    Refused { code: InvoiceStatusCode::SEMANTIC_VERIFICATION, details }
}

/// A megabyte of the limits (guide, `faktury/weryfikacja-faktury.md`: "1 MB (1 000 000 bajtów)").
const MEGABYTE_BYTES: usize = 1_000_000;
/// The rules of `ksef-invoice` about check digits of the parties' NIPs and internal identifiers.
const IDENTIFIER_RULES: [&str; 2] = ["FA008", "FA009"];
/// Sentences in one status.
const DETAILS_MAX: usize = 50;
