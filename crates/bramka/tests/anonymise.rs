//! `bramka anonymise` as people use it.

mod support;

use support::Desk;

#[test]
fn invoices_are_anonymised_for_everybody_alike() {
    let mut desk = Desk::new();
    let (one, two) = (support::invoice("1"), support::invoice("2"));
    let (one, two) = (desk.file("2222222222-1.xml", one), desk.file("2222222222-2.xml", two));
    let key = desk.file("key", "sixteen bytes at least");
    let output = desk.folder.path().join("out");
    let folder = output.to_string_lossy().into_owned();
    let said = desk.exits_bare(&["anonymise", &one, &two, "-o", &folder, "--key-file", &key], 0);
    assert!(said.contains("2 anonymised"), "{said}");
    let documents: Vec<String> = ["000001.xml", "000002.xml"]
        .iter()
        .map(|name| std::fs::read_to_string(output.join(name)).expect("written"))
        .collect();
    let seller = |xml: &str| xml.split("<NIP>").nth(1).expect("a NIP")[..10].to_owned();
    assert_eq!(seller(&documents[0]), seller(&documents[1]), "the same firm stays the same firm");
    for document in &documents {
        for gone in
            ["2222222222", "4444444444", "Hurtownia", "Sklep", "Rynek 3", "73111111111111111111111111"]
        {
            assert!(!document.contains(gone), "{gone} is still there");
        }
        assert!(document.contains("<P_15>2035.50</P_15>") && document.contains("Papier biurowy"));
    }
    desk.exits_bare(&["validate", &folder], 0);
    // Nothing is written over, and what is no invoice is named.
    desk.exits_bare(&["anonymise", &one, "-o", &folder], 2);
    let other = desk.file("other.xml", "<a/>");
    let elsewhere = desk.folder.path().join("elsewhere").to_string_lossy().into_owned();
    desk.exits_bare(&["anonymise", &other, "-o", &elsewhere], 1);
}
