//! From a recorded FA_RR(1) document to the view.
//!
//! The buyer issues it; `Podmiot1` is the farmer who sells, so it is the view's seller here too.

use std::cell::RefCell;

use rust_decimal::Decimal;
use serde::Serialize;

use super::fields::Fields;
use super::reader::{bank_account, correction, description, party, register, settlement, third_party};
use super::*;
use crate::xml::Cursor;

/// What only FA_RR has.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FlatRate {
    /// `P_12_2`: the amount due in words.
    pub gross_in_words: Option<String>,
    /// `P_11_1W`: the value in złoty, on invoices in a foreign currency.
    pub net_pln: Option<Decimal>,
    /// `P_12_1W`: the amount due in złoty, on invoices in a foreign currency.
    pub gross_pln: Option<Decimal>,
    /// `DokumentZaplaty`: documents that prove the payment, as (number, date).
    pub payment_documents: Vec<Agreement>,
}

/// Reads the view; never fails, whatever is missing.
pub(super) fn invoice(root: Cursor<'_, '_>) -> Invoice {
    let unreadable = RefCell::new(Vec::new());
    let document = Fields::new(Some(root), &unreadable);
    let header = document.group("Naglowek");
    let body = document.group("FakturaRR");
    let footer = document.group("Stopka");
    let seller = document.group("Podmiot1");
    let code = body.text("RodzajFaktury");
    let kind = code.as_deref().and_then(InvoiceKind::from_code);
    let kind = kind.filter(|kind| matches!(kind, InvoiceKind::VatRr | InvoiceKind::KorVatRr));
    let mut invoice = Invoice {
        created_at: header.text("DataWytworzeniaFa"),
        system: header.text("SystemInfo"),
        seller: Party { customer_number: seller.text("NrKontrahenta"), ..party(seller) },
        buyer: party(document.group("Podmiot2")),
        third_parties: document.list("Podmiot3").into_iter().map(third_party).collect(),
        currency: body.string("KodWaluty"),
        issue_date: body.date("P_4B"),
        issue_place: body.text("P_1M"),
        number: body.string("P_4C"),
        sale_date: body.date("P_4A"),
        totals: rate_total(body).into_iter().collect(),
        net: body.decimal("P_11_1"),
        gross: body.decimal("P_12_1"),
        kind,
        correction: correction(body),
        descriptions: body.list("DodatkowyOpis").into_iter().map(description).collect(),
        lines: body.list("FakturaRRWiersz").into_iter().map(line).collect(),
        settlement: body.optional("Rozliczenie").map(settlement),
        payment: body.optional("Platnosc").map(payment),
        footers: footer
            .list("Informacje")
            .into_iter()
            .flat_map(|information| information.list("StopkaFaktury"))
            .map(|text| text.own_lines())
            .collect(),
        registers: footer.list("Rejestry").into_iter().map(register).collect(),
        flat_rate: Some(FlatRate {
            gross_in_words: body.text("P_12_2"),
            net_pln: body.decimal("P_11_1W"),
            gross_pln: body.decimal("P_12_1W"),
            payment_documents: body
                .list("DokumentZaplaty")
                .into_iter()
                .map(|fields| Agreement {
                    date: fields.date("DataDokumentu"),
                    number: fields.text("NrDokumentu"),
                })
                .collect(),
        }),
        ..Invoice::empty(Form::FaRr1)
    };
    if let (None, Some(code)) = (kind, code) {
        let path = "Faktura/FakturaRR/RodzajFaktury".to_owned();
        unreadable.borrow_mut().push(Unreadable { path, text: text::cut(&code, 200) });
    }
    invoice.unreadable = unreadable.into_inner();
    invoice
}

fn rate_total(body: Fields<'_, '_, '_>) -> Option<RateTotal> {
    let elements = ["P_11_1", "P_11_2", "P_11_2W"];
    elements.into_iter().any(|element| body.group(element).is_present()).then(|| RateTotal {
        rate: RateGroup::FlatRate,
        net: body.decimal("P_11_1"),
        tax: body.decimal("P_11_2"),
        tax_pln: body.decimal("P_11_2W"),
        ..RateTotal::default()
    })
}

fn line(fields: Fields<'_, '_, '_>) -> Line {
    Line {
        number: fields.number("NrWierszaFa"),
        unique_id: fields.text("UU_ID"),
        sale_date: fields.date("P_4AA"),
        name: fields.text("P_5"),
        gtin: fields.text("GTIN"),
        pkwiu: fields.text("PKWiU"),
        cn: fields.text("CN"),
        unit: fields.text("P_6A"),
        quantity: fields.decimal("P_6B"),
        quality: fields.text("P_6C"),
        net_price: fields.decimal("P_7"),
        net: fields.decimal("P_8"),
        rate: fields.text("P_9"),
        tax: fields.decimal("P_10"),
        gross: fields.decimal("P_11"),
        exchange_rate: fields.decimal("KursWaluty"),
        is_state_before: fields.flag("StanPrzed"),
        ..Line::default()
    }
}

fn payment(fields: Fields<'_, '_, '_>) -> Payment {
    // The only form with a number is 1, and here it means a transfer.
    let form = match fields.text("FormaPlatnosci").as_deref() {
        Some("1") => Some(PaymentForm::Transfer),
        Some(other) => Some(PaymentForm::Other(other.to_owned())),
        None => fields.text("OpisPlatnosci").map(PaymentForm::Other),
    };
    Payment {
        form,
        accounts: fields.list("RachunekBankowy1").into_iter().map(bank_account).collect(),
        buyer_accounts: fields.list("RachunekBankowy2").into_iter().map(bank_account).collect(),
        link: fields.text("LinkDoPlatnosci"),
        ksef_payment_id: fields.text("IPKSeF"),
        ..Payment::default()
    }
}
