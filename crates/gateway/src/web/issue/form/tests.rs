//! Forms and the invoices that they make.

use gateway_pages::Language;
use ksef_invoice::build::from_json;
use serde_json::{Value, json};

use super::*;
use crate::app::shape::shape_of;

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
    let invoice = from_json(json.to_string().as_bytes()).expect("an invoice");
    let form = of_invoice(&shape_of(&invoice), Language::Pl);
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
    let without = form.made(None).json;
    // It comes back with all that was written in it, and what it was before.
    let before = form.of_line(0, "was.quantity").to_owned();
    assert_eq!(form.removed(), Some("A"));
    assert_eq!((form.restore_line(), form.removed()), (Some(0), None));
    assert_eq!((form.lines(), form.of_line(0, "name"), form.of_line(2, "name")), (3, "A", "C"));
    assert_eq!(form.made(None).json, made.json);
    form.remove_line(2);
    form.remove_line(1);
    assert_eq!((form.lines(), form.removed()), (1, Some("B")), "the last one");
    assert_eq!(form.restore_line(), Some(1));
    assert_eq!(form.of_line(1, "was.quantity"), before);
    assert_ne!(form.made(None).json, without);
    // Nothing is remembered of a line in which nothing was written.
    form.add_line();
    form.remove_line(2);
    assert_eq!((form.lines(), form.removed()), (2, None));
    assert_eq!(form.restore_line(), None);
}

#[test]
fn a_corrected_advance_says_its_difference_and_repeats_its_order() {
    let mut form = form(&[
        ("kind", "KOR_ZAL"),
        ("amountBefore", "1230.00"),
        ("advance.amount", "1 230,00"),
        ("lines.0.name", "Projekt"),
        ("lines.0.quantity", "2"),
        ("lines.0.price", "1000"),
        ("lines.0.vatRate", "23"),
    ]);
    remember_before(&mut form);
    let json = form.made(None).json;
    assert_eq!(
        (&json["advance"]["amount"], &json["order"]),
        (&json!("0.00"), &Value::Null),
        "nothing changed"
    );
    form.set("advance.amount", "1000");
    let made = form.made(None);
    assert_eq!(made.json["advance"]["amount"], "-230.00");
    assert_eq!(made.json["correction"]["amountBefore"], "1230.00");
    assert_eq!(made.json["order"]["lines"].as_array().map(Vec::len), Some(2), "as it was and as it is");
    assert_eq!((made.line(0), made.line(1)), (Some((0, true)), Some((0, false))));
    assert_eq!(made.field("/order/lines/0/quantity", None).as_deref(), Some("lines.0.was.quantity"));
}

#[test]
fn a_farmers_invoice_has_rates_parties_and_places_of_its_own() {
    let mut form = form(&[
        ("kind", "VAT"),
        ("seller.name", "Skup"),
        ("buyer.taxId", "386-161-02-27"),
        ("buyer.name", "Gospodarstwo"),
        ("saleDate", "2026-11-19"),
        ("payment.method", "cash"),
        ("payment.due.0.date", "2026-12-01"),
        ("lines.0.name", "ziemniaki"),
        ("lines.0.quantity", "300"),
        ("lines.0.price", "2,50"),
        ("lines.0.vatRate", "23"),
        ("lines.0.quality", "klasa I"),
        ("lines.0.discount", "1"),
    ]);
    form.fit_rates();
    form.set("kind", "RR");
    form.fit_rates();
    let made = form.made(Some("5265877635"));
    assert_eq!(
        made.json,
        json!({
            "kind": "RR", "purchaseDate": "2026-11-19",
            "seller": { "nip": "3861610227", "name": "Gospodarstwo" },
            "buyer": { "nip": "5265877635", "name": "Skup" },
            "payment": { "otherMethod": "gotówka" },
            "lines": [{ "name": "ziemniaki", "quantity": "300", "unitPrice": "2.50", "refundRate": "7", "quality": "klasa I" }],
        })
    );
    for (pointer, missing, field) in [
        ("/lines/0/unitPrice", None, "lines.0.price"),
        ("/lines/0/refundRate", None, "lines.0.vatRate"),
        ("/seller", Some("nip"), BUYER_ID),
        ("/buyer", Some("address"), "seller.address.line1"),
        ("/payment/supplierAccounts/0/number", None, "payment.accounts.0.number"),
    ] {
        assert_eq!(made.field(pointer, missing).as_deref(), Some(field), "{pointer}");
    }
    // What was chosen is not chosen anew.
    form.set("lines.0.vatRate", "6.5");
    form.fit_rates();
    assert_eq!(form.of_line(0, "vatRate"), "6.5");
}
