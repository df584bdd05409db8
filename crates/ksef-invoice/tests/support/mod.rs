//! What the tests of this crate share: the shared material, the project's own samples, a validator call.
#![allow(dead_code, reason = "each test file uses its own part")]

use std::path::{Path, PathBuf};

use ksef_invoice::{Profile, Report, ValidationOptions, validate};

/// The day on which the samples are sent.
pub(crate) const TODAY: jiff::civil::Date = jiff::civil::date(2026, 11, 22);

/// Our own invoice with two rates.
pub(crate) const VAT: &str = include_str!("../data/vat.xml");
/// Our own correction of it.
pub(crate) const CORRECTION: &str = include_str!("../data/correction.xml");
/// Our own advance invoice.
pub(crate) const ADVANCE: &str = include_str!("../data/advance.xml");

/// Our own invoice to a flat-rate farmer.
pub(crate) const FLAT_RATE: &str = include_str!("../data/flat_rate.xml");
/// Our own Peppol invoice.
pub(crate) const PEPPOL: &str = include_str!("../data/peppol.xml");

/// Our own invoice as FA(2), which knows no units of local government and VAT groups.
pub(crate) fn fa2() -> String {
    VAT.replace("2025/06/25/13775", "2023/06/29/12648")
        .replace("FA (3)", "FA (2)")
        .replace("<WariantFormularza>3", "<WariantFormularza>2")
        .replace("    <JST>2</JST>\n    <GV>2</GV>\n", "")
}

/// Our own Peppol invoice as a correction of another.
pub(crate) fn peppol_correction() -> String {
    PEPPOL
        .replace("<Invoice xmlns=\"urn:oasis:names:specification:ubl:schema:xsd:Invoice-2\"", "<CreditNote xmlns=\"urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2\"")
        .replace("</Invoice>", "</CreditNote>")
        .replace("  <cbc:DueDate>2026-12-22</cbc:DueDate>\n", "")
        .replace("<cbc:InvoiceTypeCode>380</cbc:InvoiceTypeCode>", "<cbc:CreditNoteTypeCode>381</cbc:CreditNoteTypeCode>")
        .replace("  <cac:ContractDocumentReference>", "  <cac:BillingReference><cac:InvoiceDocumentReference><cbc:ID>5265877635-20250826-0100001AF629-AF</cbc:ID><cbc:IssueDate>2025-08-26</cbc:IssueDate></cac:InvoiceDocumentReference></cac:BillingReference>\n  <cac:ContractDocumentReference>")
        .replace("InvoicedQuantity", "CreditedQuantity")
        .replace("cac:InvoiceLine>", "cac:CreditNoteLine>")
}

/// A UPO 4-3 that is valid but for its signature, which is missing.
pub(crate) const UPO: &str = "<Potwierdzenie xmlns='http://upo.schematy.mf.gov.pl/KSeF/v4-3'>\
    <NazwaPodmiotuPrzyjmujacego>Ministerstwo Finansów</NazwaPodmiotuPrzyjmujacego>\
    <NumerReferencyjnySesji>20261120-SO-36950822AB-9D5A28BFDA-5C</NumerReferencyjnySesji>\
    <Uwierzytelnienie><IdKontekstu><Nip>5265877635</Nip></IdKontekstu><SkrotDokumentuUwierzytelniajacego>\
    kyqH+QUgP8ATWd/95IY632mP4uqibwG66Oqclq9+qno=</SkrotDokumentuUwierzytelniajacego></Uwierzytelnienie>\
    <OpisPotwierdzenia><Strona>1</Strona><LiczbaStron>2</LiczbaStron><ZakresDokumentowOd>1</ZakresDokumentowOd>\
    <ZakresDokumentowDo>2</ZakresDokumentowDo><CalkowitaLiczbaDokumentow>2</CalkowitaLiczbaDokumentow>\
    </OpisPotwierdzenia><NazwaStrukturyLogicznej>Schemat_FA(3)_v1-0E.xsd</NazwaStrukturyLogicznej>\
    <KodFormularza>FA (3)</KodFormularza><Dokument><NipSprzedawcy>5265877635</NipSprzedawcy>\
    <NumerKSeFDokumentu>5265877635-20250826-0100001AF629-AF</NumerKSeFDokumentu><NumerFaktury>1</NumerFaktury>\
    <DataWystawieniaFaktury>2026-11-20</DataWystawieniaFaktury>\
    <DataPrzeslaniaDokumentu>2026-11-20T10:00:00Z</DataPrzeslaniaDokumentu>\
    <DataNadaniaNumeruKSeF>2026-11-20T10:00:01Z</DataNadaniaNumeruKSeF>\
    <SkrotDokumentu>GZMGNVzs3krF6URKgvaw77OOeG3nJ+WGziT5xguliQ8=</SkrotDokumentu>\
    <TrybWysylki>Online</TrybWysylki></Dokument></Potwierdzenie>";

/// The folder of shared material, or `None` after saying that a test is skipped.
pub(crate) fn shared(what: &str) -> Option<PathBuf> {
    let default = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    let shared = std::env::var_os("BRAMKA_SHARED").map_or(default, PathBuf::from);
    if shared.is_dir() {
        return Some(shared);
    }
    skip(&format!("{what}: {} is missing", shared.display()));
    None
}

/// Whether tests must run in full and none may be skipped.
pub(crate) fn is_all_required() -> bool {
    std::env::var("BRAMKA_REQUIRE").as_deref() == Ok("all")
}

/// Says that a test is skipped, or fails when everything is required.
pub(crate) fn skip(why: &str) {
    assert!(!is_all_required(), "required and not there: {why}");
    eprintln!("SKIPPED: {why}");
}

/// Strict validation on [`TODAY`].
pub(crate) fn strict(document: &str) -> Report {
    with_profile(document, Profile::Strict)
}

/// Strict validation of any bytes on [`TODAY`].
pub(crate) fn strict_bytes(document: &[u8]) -> Report {
    validate(document, &ValidationOptions { today: Some(TODAY), ..ValidationOptions::default() })
}

/// Validation by a profile on [`TODAY`].
pub(crate) fn with_profile(document: &str, profile: Profile) -> Report {
    validate(
        document.as_bytes(),
        &ValidationOptions { profile, today: Some(TODAY), ..ValidationOptions::default() },
    )
}

/// Code, severity and path of each finding, for messages of failing tests.
pub(crate) fn summary(report: &Report) -> Vec<String> {
    report.findings.iter().map(ToString::to_string).collect()
}

/// The official examples of FA(3), by name.
pub(crate) fn official_samples(shared: &Path) -> Vec<(String, String)> {
    read_folder(&shared.join("ksef/samples/fa3"))
}

/// Official templates and UPO examples with their placeholders filled, by name.
pub(crate) fn filled_templates(shared: &Path) -> Vec<(String, String)> {
    let other = shared.join("ksef/samples/other");
    let names = [
        "invoice-template.xml",
        "invoice-template_v3.xml",
        "invoice_template_v3_self_invoicing.xml",
        "invoice-template-fa-rr-1.xml",
        "invoice_template_pef.xml",
        "invoice_template_pef_attachment.xml",
        "invoice_template_pef_correction.xml",
    ];
    let filled = names.iter().map(|name| {
        let text = std::fs::read_to_string(other.join(name)).expect("a template");
        ((*name).to_owned(), fill(&text))
    });
    let upo = shared.join("ksef/docs/faktury/upo/przyklady/v4-3/kontekst-nip");
    // TEST writes its own name where the schema fixes the production's.
    let upo = read_folder(&upo)
        .into_iter()
        .map(|(name, text)| (name, text.replace(" - środowisko testowe (TE)", "")));
    filled.chain(upo).collect()
}

/// Fills `#name#`; a sharp sign that is none of these belongs to a UBL profile's address.
fn fill(template: &str) -> String {
    [
        ("nip", "5265877635"),
        ("selfInvocingNip", "5265877635"),
        ("supplier_nip", "5265877635"),
        ("buyer_nip", "3861610227"),
        ("invoicing_date", "2026-11-20"),
        ("issue_date", "2026-11-20"),
        ("due_date", "2026-12-04"),
        ("iban", "PL61109010140000071219812874"),
        ("ksef_number", "5265877635-20250826-0100001AF629-AF"),
        ("invoice_number", "17"),
        ("buyer_reference", "17"),
    ]
    .iter()
    .fold(template.to_owned(), |text, (name, value)| text.replace(&format!("#{name}#"), value))
}

fn read_folder(folder: &Path) -> Vec<(String, String)> {
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .expect("a folder of samples")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "xml"))
        .collect();
    files.sort();
    files
        .into_iter()
        .map(|path| {
            let name = path.file_name().expect("a file name").to_string_lossy().into_owned();
            (name, std::fs::read_to_string(path).expect("a sample in UTF-8"))
        })
        .collect()
}
