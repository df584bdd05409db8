//! The demo as a stranger runs it, twice in the same folder.

use std::collections::BTreeSet;
use std::process::Command;

#[test]
fn the_demo_ends_well_and_leaves_its_documents_twice() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut names = BTreeSet::new();
    for run in 1..=2 {
        let output = Command::new(env!("CARGO_BIN_EXE_bramka"))
            .args(["demo", "--once", "--listen", "127.0.0.1:0", "--lang", "en", "--data"])
            .arg(folder.path())
            .output()
            .expect("it runs");
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
        assert_eq!(said.matches("KSeF number:").count(), 4, "{said}");
        assert_eq!(said.matches("UPO, verified:").count(), 3, "{said}");
        names.extend(
            std::fs::read_dir(folder.path().join("documents"))
                .expect("documents")
                .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()),
        );
        // Three sales of four files and a purchase of three, none of the first run overwritten by the second.
        assert_eq!(names.len(), run * 15, "{names:#?}");
        let ending = |end: &str| names.iter().filter(|name| name.ends_with(end)).count();
        assert_eq!((ending("-upo.xml"), ending(".pdf")), (run * 3, run * 4));
    }
}
