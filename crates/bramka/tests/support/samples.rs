//! The documents that tests are made of.

use serde_json::Value;

use super::COMPANY;

/// A sales invoice of [`COMPANY`] with this number.
pub(crate) fn invoice(number: &str) -> String {
    fill(include_str!("../../samples/sale-domestic.xml"), number)
}

/// The same in neutral form.
pub(crate) fn neutral(number: &str) -> Value {
    serde_json::json!({
        "number": number, "issueDate": "2026-11-01",
        "seller": { "nip": COMPANY, "name": "Firma z testu",
                    "address": { "line1": "ul. Testowa 1", "line2": "00-001 Warszawa" } },
        "buyer": { "nip": "1111111111", "name": "Nabywca z testu",
                   "address": { "line1": "ul. Inna 2", "line2": "30-001 Kraków" } },
        "lines": [{ "name": "Segregator", "quantity": 4, "unit": "szt.", "netUnitPrice": 250, "vatRate": "23" }],
    })
}

/// A purchase invoice: from [`CONTRACTOR`](super::CONTRACTOR) to [`COMPANY`].
pub(crate) fn purchase(number: &str) -> String {
    fill(include_str!("../../samples/purchase.xml"), number)
}

/// An invoice with an attachment, which KSeF refuses online.
pub(crate) fn invoice_with_attachment(number: &str) -> String {
    let attachment = "<Zalacznik><BlokDanych><MetaDane><ZKlucz>zakres</ZKlucz><ZWartosc>test</ZWartosc></MetaDane>\
                      <Tekst><Akapit>Opis</Akapit></Tekst></BlokDanych></Zalacznik></Faktura>";
    invoice(number).replace("</Faktura>", attachment)
}

fn fill(template: &str, number: &str) -> String {
    template
        .replace("{created}", "2026-11-01T10:00:00Z")
        .replace("{today}", "2026-11-01")
        .replace("{number}", number)
}
