//! Official samples without their people: as valid as before, with the same sums, and nobody's identifiers in them.

use std::path::PathBuf;

use anonymiser::{AnonymiseError, Anonymiser};
use ksef_invoice::{Profile, ValidationOptions, read, validate};

/// The folder of official samples; said aloud when it is not here, a failure where everything is required.
fn samples() -> Option<Vec<PathBuf>> {
    let shared = std::env::var_os("BRAMKA_SHARED")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared"), PathBuf::from);
    let folder = shared.join("ksef");
    if !folder.is_dir() {
        assert_ne!(std::env::var("BRAMKA_REQUIRE").as_deref(), Ok("all"), "{} is required", folder.display());
        eprintln!("SKIPPED: {} is not here (BRAMKA_SHARED)", folder.display());
        return None;
    }
    let files = walkdir::WalkDir::new(folder).sort_by_file_name().into_iter().filter_map(Result::ok);
    Some(
        files
            .map(|file| file.into_path())
            .filter(|path| path.extension().is_some_and(|end| end == "xml"))
            .collect(),
    )
}

fn errors(xml: &[u8]) -> Vec<(String, String)> {
    let options = ValidationOptions { profile: Profile::Strict, ..ValidationOptions::default() };
    let report = validate(xml, &options);
    report.errors().map(|finding| (finding.code.to_string(), finding.path.to_string())).collect()
}

#[test]
fn samples_stay_as_valid_and_lose_who_is_in_them() {
    let Some(files) = samples() else { return };
    let anonymiser = Anonymiser::new([3; 32]);
    let mut seen = 0;
    for file in files {
        let xml = std::fs::read(&file).expect("read");
        let Ok(other) = anonymiser.anonymise(&xml) else { continue };
        seen += 1;
        let name = file.display();
        let before = errors(&xml);
        // A check digit that was wrong may be right now; nothing else changes, and nothing gets worse.
        for error in errors(&other) {
            assert!(before.contains(&error), "{name}: {error:?} is new");
        }
        let (Ok(was), Ok(is)) = (read(&xml), read(&other)) else { continue };
        let (was, is) = (was.metadata(), is.metadata());
        assert_eq!(was.gross_amount, is.gross_amount, "{name}");
        assert_eq!((was.invoice_number, was.issue_date), (is.invoice_number, is.issue_date), "{name}");
        let text = String::from_utf8_lossy(&other);
        // Templates have marks where identifiers will stand.
        if ksef_id::Nip::parse(&was.seller_nip).is_ok() {
            assert!(!text.contains(&was.seller_nip), "{name}: the seller's NIP is still there");
        }
        if let Some(seller) = was.seller_name.filter(|seller| seller.len() > 3) {
            assert!(!text.contains(&seller), "{name}: {seller} is still there");
        }
    }
    assert!(seen >= 20, "{seen} samples were looked at");
}

#[test]
fn what_is_no_invoice_or_breaks_off_gives_nothing() {
    let anonymiser = Anonymiser::new([3; 32]);
    assert_eq!(anonymiser.anonymise(b"<a/>"), Err(AnonymiseError::NoInvoice));
    let cut = b"<Faktura xmlns=\"http://crd.gov.pl/wzor/2025/06/25/13775/\"><Naglowek><KodFormularza kodSystemowy=\"FA (3)\" wersjaSchemy=\"1-0E\">FA</KodFormularza>";
    assert!(matches!(anonymiser.anonymise(cut), Err(AnonymiseError::Xml { .. } | AnonymiseError::NoInvoice)));
}
