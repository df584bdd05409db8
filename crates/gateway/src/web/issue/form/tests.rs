//! Forms and the invoices that they make.

use gateway_pages::Language;
use serde_json::{Value, json};

use super::*;

fn form(pairs: &[(&str, &str)]) -> IssueForm {
    IssueForm::of(pairs.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect())
}

#[test]
fn texts_as_people_write_them_make_a_neutral_invoice() {
    let form = form(&[
        ("kind", "VAT"),
        ("number", " FV/1 "),
        ("issueDate", "2026-12-01"),
        ("buyer.kind", "eu"),
        ("buyer.taxId", "de 123-456 789"),
        ("buyer.name", "Nabywca"),
        ("buyer.address.country", "de"),
        ("payment.accounts.0.number", "61 1090 1014 0000 0712 1981 2874"),
        ("payment.paidOn", "01.12.2026"),
        ("notes.0.value", "Dziękujemy"),
        ("lines.3.name", "Usługa"),
        ("lines.3.quantity", "1 000,5"),
        ("lines.3.price", "0,10"),
        ("lines.3.vatRate", "23"),
        ("lines.5.unit", "szt."),
        ("lines.5.vatRate", "23"),
        ("lines.7.name", "Inna"),
        ("lines.7.quantity", "dwa"),
        ("token", "x"),
        ("<script>", "x"),
    ]);
    assert_eq!(form.lines(), 3, "without gaps");
    let made = form.made(Some("2222222222"));
    assert_eq!(
        made.json,
        json!({
            "kind": "VAT", "number": "FV/1", "issueDate": "2026-12-01",
            "seller": { "nip": "2222222222" },
            "buyer": { "euVat": { "country": "DE", "number": "123456789" }, "name": "Nabywca" },
            "payment": { "accounts": [{ "number": "61109010140000071219812874" }], "paidOn": "2026-12-01", "paid": true },
            "notes": [{ "key": "Uwagi", "value": "Dziękujemy" }],
            "lines": [
                { "name": "Usługa", "quantity": "1000.5", "netUnitPrice": "0.10", "vatRate": "23" },
                { "name": "Inna" },
            ],
        })
    );
    let faults: Vec<&str> = made.faults.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(faults, ["lines.2.quantity"]);
    // An empty line stands in the form only, and findings find their way past it.
    for (pointer, missing, field) in [
        ("/lines/1/netUnitPrice", None, Some("lines.2.price")),
        ("/lines/0/vatRate", None, Some("lines.0.vatRate")),
        ("/buyer/euVat/number", None, Some("buyer.taxId")),
        ("/buyer", None, Some("buyer.taxId")),
        ("/seller", Some("name"), Some("seller.name")),
        ("", Some("issueDate"), Some("issueDate")),
        ("/payment/accounts/0/number", None, Some("payment.accounts.0.number")),
        ("/terms/transports/0", None, None),
    ] {
        assert_eq!(made.field(pointer, missing).as_deref(), field, "{pointer}");
    }
}

#[test]
fn an_invoice_comes_out_of_its_form_again_with_what_is_not_shown() {
    let json = json!({
        "kind": "VAT", "number": "FV/9", "issueDate": "2026-12-01", "currency": "EUR",
        "seller": { "nip": "2222222222", "name": "My", "address": { "country": "PL", "line1": "Prosta 1" } },
        "buyer": { "nip": "3333333333", "name": "Oni", "customerNumber": "K-7" },
        "lines": [
            { "name": "A", "quantity": "2", "unit": "h", "netUnitPrice": "10.5", "vatRate": "23", "gtin": "5901234123457",
              "exchangeRate": "4.25", "annex15": true },
            { "name": "B", "net": "7", "vatRate": "8" },
        ],
        "terms": { "deliveryTerms": "EXW" },
    });
    let invoice = serde_json::from_slice(json.to_string().as_bytes()).expect("an invoice");
    let form = of_invoice(&invoice, Language::Pl);
    assert_eq!(
        (form.of_line(0, "price"), form.of_line(1, "quantity"), form.of_line(1, "price")),
        ("10,5", "1", "7")
    );
    assert_eq!((form.text("exchangeRate"), form.text(BUYER_ID)), ("4,25", "3333333333"));
    let again = IssueForm::of_content(&form.content()).expect("kept");
    assert_eq!(again, form);
    let made = again.made(Some("2222222222")).json;
    assert_eq!(made["terms"], json["terms"]);
    assert_eq!(made["buyer"], json["buyer"]);
    assert_eq!(made["seller"], json["seller"]);
    assert_eq!(made["exchangeRate"], "4.25");
    assert_eq!(made["lines"][0]["gtin"], "5901234123457");
    assert_eq!(made["lines"][0]["annex15"], true);
    assert_eq!(
        (&made["lines"][1]["quantity"], &made["lines"][1]["netUnitPrice"]),
        (&json!("1"), &json!("7"))
    );
}

#[test]
fn a_correction_says_what_changed_before_and_after() {
    let mut form = form(&[
        ("kind", "KOR"),
        ("lines.0.number", "4"),
        ("lines.0.name", "A"),
        ("lines.0.quantity", "2"),
        ("lines.0.price", "10"),
        ("lines.0.vatRate", "23"),
        ("lines.1.number", "5"),
        ("lines.1.name", "B"),
        ("lines.1.quantity", "1"),
        ("lines.1.price", "3"),
        ("lines.1.vatRate", "23"),
    ]);
    remember_before(&mut form);
    assert_eq!(form.made(None).json, json!({ "kind": "KOR" }), "nothing changed");
    form.set("lines.1.quantity", "0");
    form.add_line();
    form.set("lines.2.name", "C");
    let made = form.made(None);
    let rows: Vec<(&Value, &Value, bool)> = made.json["lines"]
        .as_array()
        .expect("lines")
        .iter()
        .map(|row| (&row["number"], &row["name"], row["before"] == json!(true)))
        .collect();
    let (five, six) = (json!(5), json!(6));
    let (b, c) = (json!("B"), json!("C"));
    assert_eq!(rows, [(&five, &b, true), (&five, &b, false), (&six, &c, false)]);
    assert_eq!(made.field("/lines/0/quantity", None).as_deref(), Some("lines.1.was.quantity"));
    assert_eq!(made.field("/lines/1/quantity", None).as_deref(), Some("lines.1.quantity"));
    assert_eq!((made.line(0), made.line(2)), (Some((1, true)), Some((2, false))));
    form.remove_line(0);
    assert_eq!((form.lines(), form.of_line(0, "name"), form.of_line(1, "name")), (2, "B", "C"));
}
