//! Official examples, and our own samples, against all three layers, the view and the tree.

mod support;

use ksef_invoice::view::{InvoiceKind, PaymentForm, RateGroup};
use ksef_invoice::{
    Element, Form, InvoiceType, Layer, MetadataIdentifierType, Profile, Report, Severity, detect_form, read,
    tree,
};
use support::{ADVANCE, CORRECTION, VAT};

const PROFILES: [Profile; 4] = [Profile::Strict, Profile::Test, Profile::Demo, Profile::Prd];

fn assert_valid(name: &str, document: &str) {
    for profile in PROFILES {
        let report = support::with_profile(document, profile);
        assert!(report.is_valid(), "{name} by {profile:?}: {:#?}", support::summary(&report));
    }
}

#[test]
fn our_own_samples_are_valid_and_unremarkable() {
    for (name, document) in [("vat", VAT), ("correction", CORRECTION), ("advance", ADVANCE)] {
        assert_valid(name, document);
        let report = support::strict(document);
        assert_eq!(report.form, Some(Form::Fa3));
        // Issued before the day of sending, which is worth a word and no more.
        let codes: Vec<_> = report.findings.iter().map(|finding| finding.code).collect();
        assert_eq!(codes, ["FA006"], "{name}");
    }
}

#[test]
fn official_samples_are_valid() {
    let Some(shared) = support::shared("the official samples") else { return };
    let samples = support::official_samples(&shared);
    assert_eq!(samples.len(), 13);
    for (name, document) in &samples {
        assert_valid(name, document);
        assert_eq!(detect_form(document.as_bytes()), Some(Form::Fa3), "{name}");
        let invoice = read(document.as_bytes()).expect(name);
        assert!(invoice.unreadable.is_empty(), "{name}: {:?}", invoice.unreadable);
        assert!(invoice.kind.is_some() && invoice.gross.is_some() && !invoice.number.is_empty(), "{name}");
        assert_eq!(invoice.has_attachment, document.contains("<Zalacznik>"), "{name}");
    }
}

#[test]
fn official_templates_are_valid_when_filled() {
    let Some(shared) = support::shared("the official templates") else { return };
    for (name, document) in support::filled_templates(&shared) {
        let report = support::strict(&document);
        assert!(report.form.is_some() && report.is_valid(), "{name}: {:#?}", support::summary(&report));
    }
}

#[test]
fn ubl_documents_are_checked() {
    let Some(shared) = support::shared("the PEF templates") else { return };
    let templates = support::filled_templates(&shared);
    let template = |name: &str| &templates.iter().find(|(known, _)| known == name).expect(name).1;
    let pef = template("invoice_template_pef.xml");
    assert_eq!(support::strict(pef).form, Some(Form::Pef3));
    assert_eq!(support::strict(template("invoice_template_pef_correction.xml")).form, Some(Form::PefKor3));
    let codes = |document: &str| -> Vec<_> {
        let report = support::strict(document);
        let schema = report.findings.iter().filter(|finding| finding.layer == Layer::Schema);
        schema.map(|finding| (finding.code, finding.path.clone())).collect()
    };
    let extension = |content: &str| {
        let extensions = "urn:oasis:names:specification:ubl:schema:xsd:CommonExtensionComponents-2";
        let inside = format!(
            "<e:UBLExtensions xmlns:e='{extensions}'><e:UBLExtension><e:ExtensionContent>{content}\
             </e:ExtensionContent></e:UBLExtension></e:UBLExtensions><cbc:CustomizationID>"
        );
        codes(&pef.replacen("<cbc:CustomizationID>", &inside, 1))
    };
    let content = "Invoice/UBLExtensions/UBLExtension[1]/ExtensionContent";
    // What has no declaration passes; what has one is checked wherever it stands; a wildcard has its limits.
    assert_eq!(extension("<a xmlns='urn:obce'>x<b c='1'/></a>"), []);
    let found = |code, path: String| vec![(code, path)];
    assert_eq!(
        extension("<a xmlns='urn:obce'><cbc:IssueDate>wczoraj</cbc:IssueDate></a>"),
        found("XSD030", format!("{content}/a/IssueDate"))
    );
    assert_eq!(
        extension("<cbc:Amount>1</cbc:Amount>"),
        found("XSD021", format!("{content}/Amount/@currencyID"))
    );
    let missing = ("XSD013", content.to_owned());
    assert_eq!(extension("<a xmlns=''/>"), [("XSD010", format!("{content}/a")), missing.clone()]);
    assert_eq!(extension(""), [missing]);
    assert_eq!(
        extension(
            "<s:Object xmlns:s='http://www.w3.org/2000/09/xmldsig#' Id='i'>tekst<s:Object Id='i'/></s:Object>"
        ),
        found("XSD017", format!("{content}/Object/Object/@Id"))
    );
}

#[test]
fn the_view_of_an_invoice() {
    let invoice = read(VAT.as_bytes()).expect("our invoice");
    assert_eq!(invoice.number, "FV/2026/11/0001");
    assert_eq!(invoice.kind, Some(InvoiceKind::Vat));
    assert_eq!(invoice.issue_date, Some(jiff::civil::date(2026, 11, 20)));
    assert_eq!(invoice.seller.identifier.nip(), Some("5265877635"));
    assert_eq!(invoice.buyer.name.as_deref(), Some("Wzorcowy Sklep sp. z o.o."));
    assert_eq!(invoice.gross.map(|gross| gross.to_string()).as_deref(), Some("1272.53"));
    let rates: Vec<_> = invoice.totals.iter().map(|total| total.rate).collect();
    assert_eq!(rates, [RateGroup::Basic, RateGroup::Reduced2]);
    assert_eq!(invoice.lines.len(), 2);
    assert_eq!(invoice.lines[1].discount.map(|discount| discount.to_string()).as_deref(), Some("4.50"));
    assert_eq!(invoice.descriptions[0].line_number, Some(1));
    let payment = invoice.payment.as_ref().expect("a payment");
    assert_eq!(payment.form, Some(PaymentForm::Transfer));
    assert_eq!(payment.accounts[0].number, "61109010140000071219812874");
    assert_eq!(payment.terms[0].date, Some(jiff::civil::date(2026, 12, 4)));
    assert_eq!(invoice.footers, ["Dziękujemy za zakupy."]);

    let correction = read(CORRECTION.as_bytes()).expect("our correction");
    let corrected = &correction.correction.as_ref().expect("a reference").corrected[0];
    assert_eq!(corrected.number, "FV/2026/11/0001");
    assert!(corrected.ksef_number.is_some() && !corrected.is_outside_ksef);
    let before: Vec<_> = correction.lines.iter().map(|line| line.is_state_before).collect();
    assert_eq!(before, [true, false]);

    let advance = read(ADVANCE.as_bytes()).expect("our advance invoice");
    let order = advance.order.as_ref().expect("an order");
    assert_eq!(order.gross.map(|gross| gross.to_string()).as_deref(), Some("1230.00"));
    assert_eq!(order.lines[0].tax.map(|tax| tax.to_string()).as_deref(), Some("230.00"));
    assert!(advance.payment.as_ref().is_some_and(|payment| payment.is_paid));
}

#[test]
fn the_view_is_tolerant() {
    let document = VAT
        .replace("<P_15>1272.53</P_15>", "<P_15>1 272,53</P_15>")
        .replace("<RodzajFaktury>VAT</RodzajFaktury>", "")
        .replace("<P_1>2026-11-20</P_1>", "<P_1>20.11.2026</P_1>");
    let invoice = read(document.as_bytes()).expect("still XML of a known form");
    assert_eq!((invoice.kind, invoice.gross, invoice.issue_date), (None, None, None));
    let unreadable: Vec<_> =
        invoice.unreadable.iter().map(|value| (value.path.as_str(), value.text.as_str())).collect();
    assert_eq!(unreadable, [("Faktura/Fa/P_1", "20.11.2026"), ("Faktura/Fa/P_15", "1 272,53")]);
    assert_eq!(invoice.metadata().gross_amount, rust_decimal::Decimal::ZERO);
    assert!(read(b"").is_err());
    assert!(read(b"<a/>").is_err());
    assert!(read(&VAT.as_bytes()[..300]).is_err());
}

#[test]
fn metadata_is_what_ksef_derives() {
    let metadata = read(VAT.as_bytes()).expect("our invoice").metadata();
    assert_eq!(metadata.net_amount.to_string(), "1040.50");
    assert_eq!(metadata.vat_amount.to_string(), "232.03");
    assert_eq!(metadata.gross_amount.to_string(), "1272.53");
    assert_eq!(metadata.invoice_type, Some(InvoiceType::Vat));
    assert_eq!(metadata.buyer.identifier.kind, MetadataIdentifierType::Nip);
    assert!(!metadata.is_self_invoicing && !metadata.has_attachment);

    let foreign = VAT
        .replace("<KodWaluty>PLN", "<KodWaluty>EUR")
        .replace("<P_14_1>230.00</P_14_1>", "<P_14_1>230.00</P_14_1><P_14_1W>977.50</P_14_1W>")
        .replace("<P_14_3>2.03</P_14_3>", "<P_14_3>2.03</P_14_3><P_14_3W>8.63</P_14_3W>")
        .replace("<NIP>1111111111</NIP>", "<KodUE>DE</KodUE><NrVatUE>123456789</NrVatUE>")
        .replace("<P_17>2", "<P_17>1");
    assert_valid("foreign", &foreign);
    let metadata = read(foreign.as_bytes()).expect("a foreign invoice").metadata();
    assert_eq!(metadata.vat_amount.to_string(), "986.13");
    assert_eq!(metadata.buyer.identifier.kind, MetadataIdentifierType::VatUe);
    assert_eq!(metadata.buyer.identifier.value.as_deref(), Some("DE123456789"));
    assert!(metadata.is_self_invoicing);
    let json = serde_json::to_value(&metadata).expect("JSON");
    assert_eq!(json["buyer"]["identifier"]["type"], "VatUe");
    assert_eq!(json["invoiceType"], "Vat");
}

fn leaves(element: &Element) -> Vec<String> {
    if element.children.is_empty() {
        return vec![element.text.clone()];
    }
    element.children.iter().flat_map(leaves).collect()
}

#[test]
fn the_tree_hides_nothing() {
    let root = tree(VAT.as_bytes()).expect("our invoice");
    let parsed = roxmltree::Document::parse(VAT).expect("XML");
    let expected: Vec<String> = parsed
        .descendants()
        .filter(|node| node.is_element() && !node.children().any(|child| child.is_element()))
        .map(|node| node.text().unwrap_or_default().to_owned())
        .collect();
    assert_eq!(leaves(&root), expected);
    let line = root.at(&["Fa"]).and_then(|fa| fa.children_named("FaWiersz").nth(1)).expect("two lines");
    assert_eq!(line.path, "Faktura/Fa/FaWiersz[2]");
    assert_eq!(line.child("P_12").map(|rate| rate.label.en.as_ref()), Some("VAT rate"));
    let code = root.at(&["Naglowek", "KodFormularza"]).expect("a form code");
    assert_eq!(code.attributes[0], ("kodSystemowy".to_owned(), "FA (3)".to_owned()));
}

#[test]
fn every_element_of_an_ordinary_invoice_has_a_label() {
    fn check(element: &Element, missing: &mut Vec<String>) {
        if ksef_invoice::label(&element.name).is_none() {
            missing.push(element.path.clone());
        }
        element.children.iter().for_each(|child| check(child, missing));
    }
    let mut missing = Vec::new();
    for document in [VAT, CORRECTION, ADVANCE] {
        check(&tree(document.as_bytes()).expect("our sample"), &mut missing);
    }
    if let Some(shared) = support::shared("labels of the official samples") {
        for (name, document) in support::official_samples(&shared) {
            check(&tree(document.as_bytes()).expect(&name), &mut missing);
        }
    }
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn an_invoice_of_a_farmer_calls_its_elements_as_it_means_them() {
    let document = tree(support::FLAT_RATE.as_bytes()).expect("our sample");
    let body = document.child("FakturaRR").expect("a body");
    let line = body.child("FakturaRRWiersz").expect("a line");
    for (element, polish) in [
        (line.child("P_5"), "Nazwa produktu lub usługi"),
        (line.child("P_7"), "Cena jednostkowa bez zwrotu podatku"),
        (line.child("P_11"), "Wartość ze zwrotem podatku"),
        (body.child("P_4C"), "Numer faktury"),
        (body.child("KodWaluty"), "Waluta"),
    ] {
        assert_eq!(element.map(|element| element.label.pl.as_ref()), Some(polish));
    }
    assert_eq!(ksef_invoice::label("P_7").expect("a label").pl, "Nazwa");
    fn check(element: &Element) {
        assert_ne!(element.label.pl, element.name, "{} has no label", element.path);
        element.children.iter().for_each(check);
    }
    check(body);
}

#[test]
fn a_report_serialises_as_documented() {
    let report: Report = support::strict(&VAT.replace("<P_12>23</P_12>", "<P_12>24</P_12>"));
    let json = serde_json::to_value(&report).expect("JSON");
    assert_eq!(json["form"], "FA(3)");
    assert_eq!(json["valid"], false);
    let finding =
        &json["findings"].as_array().expect("a list").iter().find(|finding| finding["code"] == "XSD032");
    let finding = finding.expect("the rate is not on the list");
    assert_eq!(finding["severity"], "error");
    assert_eq!(finding["layer"], "schema");
    assert_eq!(finding["path"], "Faktura/Fa/FaWiersz[1]/P_12");
    assert_eq!(finding["refusedBy"], serde_json::json!(["test", "demo", "prd"]));
    assert_eq!(finding["basis"], "ksef");
    assert_eq!(finding["found"], "24");
    let line = finding["line"].as_u64().expect("a line") as usize;
    assert_eq!(VAT.lines().nth(line - 1).map(str::trim), Some("<P_12>23</P_12>"));
    assert_eq!(finding["column"], 13);
    assert!(finding["message"]["pl"].as_str().is_some_and(|text| text.contains("dozwolone: 23, 22")));
    assert!(report.errors().all(|finding| finding.severity == Severity::Error));
}
