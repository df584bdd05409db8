//! The one place where the simulator asks `ksef-invoice` about a document.

use crate::config::Profile;
use jiff::civil::Date;
use ksef_id::Nip;
use ksef_invoice::{Form, InvoiceMetadata, ValidationOptions};
use ksef_wire::codes::InvoiceStatusCode;

/// What KSeF knows of a document that it can take.
#[derive(Debug)]
pub(crate) struct Facts {
    pub(crate) seller: Nip,
    pub(crate) issue_date: Date,
    pub(crate) metadata: InvoiceMetadata,
}

/// Why it cannot.
#[derive(Debug)]
pub(crate) struct Refused {
    pub(crate) code: InvoiceStatusCode,
    pub(crate) details: Vec<String>,
}

/// Examines a decrypted document as the environment does: refuses only what the environment refuses.
pub(crate) fn examine(bytes: &[u8], form: Form, profile: Profile, today: Date) -> Result<Facts, Refused> {
    if bytes.starts_with(b"\xEF\xBB\xBF") {
        return Err(file("Plik faktury zawiera znacznik BOM. Wymagane jest kodowanie UTF-8 bez BOM."));
    }
    if bytes.len() > BYTES_MAX_WITH_ATTACHMENT {
        return Err(file("Rozmiar faktury przekracza dozwolony limit 3000000 bajtów."));
    }
    let view = ksef_invoice::read(bytes);
    if bytes.len() > BYTES_MAX && !view.as_ref().is_ok_and(|invoice| invoice.has_attachment) {
        return Err(file("Rozmiar faktury bez załącznika przekracza dozwolony limit 1000000 bajtów."));
    }
    let options = ValidationOptions { profile: profile_of(profile), today: Some(today) };
    let report = ksef_invoice::validate(bytes, &options);
    let refuses = |finding: &&ksef_invoice::Finding| match profile {
        Profile::Test => finding.refused_by.test,
        Profile::Demo => finding.refused_by.demo,
        Profile::Prd => finding.refused_by.prd,
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
    Ok(Facts { seller, issue_date, metadata })
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

fn file(detail: &str) -> Refused {
    Refused { code: InvoiceStatusCode::FILE_VERIFICATION, details: vec![detail.to_owned()] }
}

fn semantic(details: Vec<String>) -> Refused {
    Refused { code: InvoiceStatusCode::SEMANTIC_VERIFICATION, details }
}

/// Guide, `faktury/weryfikacja-faktury.md`, "Rozmiar pliku".
const BYTES_MAX: usize = 1_000_000;
const BYTES_MAX_WITH_ATTACHMENT: usize = 3_000_000;
/// Sentences in one status.
const DETAILS_MAX: usize = 50;
