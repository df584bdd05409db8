//! From a recorded PEF(3) or PEF_KOR(3) document (UBL 2.1) to the view.
//!
//! The totals of a PEF_KOR are those of the state after the correction, as the document's own totals are; the state
//! before it and the differences stand in its extensions, which only the labelled tree shows.

use std::cell::RefCell;

use rust_decimal::Decimal;
use serde::Serialize;

use super::fields::{Fields, parse_decimal};
use super::*;
use crate::xml::Cursor;

/// What only PEF and PEF_KOR have.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Peppol {
    /// `CustomizationID`.
    pub customization: Option<String>,
    /// `ProfileID`.
    pub profile: Option<String>,
    /// `InvoiceTypeCode` or `CreditNoteTypeCode` (UNCL1001): 380, 381.
    pub type_code: Option<String>,
    /// `BuyerReference`.
    pub buyer_reference: Option<String>,
    /// `Note`.
    pub notes: Vec<String>,
    /// `LegalMonetaryTotal/LineExtensionAmount`: the lines' sum.
    pub lines_total: Option<Decimal>,
    /// `TaxTotal/TaxAmount` in the invoice's currency.
    pub tax: Option<Decimal>,
    /// `TaxTotal/TaxAmount` in złoty, on invoices in a foreign currency.
    pub tax_pln: Option<Decimal>,
    /// `LegalMonetaryTotal/PayableAmount`: what remains to be paid.
    pub payable: Option<Decimal>,
    /// `AllowanceCharge` of the whole document.
    pub allowances: Vec<DocumentAllowance>,
    /// `AdditionalDocumentReference`.
    pub documents: Vec<AttachedDocument>,
}

/// `AllowanceCharge`: a discount or a charge on the whole document, before tax.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DocumentAllowance {
    /// `ChargeIndicator`: a charge, not a discount.
    pub is_charge: bool,
    /// `Amount`.
    pub amount: Option<Decimal>,
    /// `AllowanceChargeReason`, or its code.
    pub reason: Option<String>,
    /// `TaxCategory/Percent`.
    pub percent: Option<Decimal>,
}

/// `AdditionalDocumentReference`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AttachedDocument {
    /// `ID`.
    pub id: String,
    /// `DocumentDescription`.
    pub description: Option<String>,
    /// `@filename` of the embedded document.
    pub file_name: Option<String>,
    /// `@mimeCode` of the embedded document.
    pub mime_type: Option<String>,
    /// Length of the embedded document's base64 text in bytes; the content is read from the tree.
    pub embedded_length: Option<usize>,
    /// `ExternalReference/URI`.
    pub uri: Option<String>,
}

/// Reads the view; never fails, whatever is missing.
pub(super) fn invoice(form: Form, root: Cursor<'_, '_>) -> Invoice {
    let unreadable = RefCell::new(Vec::new());
    let document = Fields::new(Some(root), &unreadable);
    let currency = document.string("DocumentCurrencyCode");
    let monetary = document.group("LegalMonetaryTotal");
    let tax_totals = document.list("TaxTotal");
    let tax_in = |currency: &str| {
        let total = tax_totals.iter().find(|total| {
            total.group("TaxAmount").attribute("currencyID") == currency && !currency.is_empty()
        });
        total.and_then(|total| total.decimal("TaxAmount"))
    };
    let peppol = Peppol {
        customization: document.text("CustomizationID"),
        profile: document.text("ProfileID"),
        type_code: document.text("InvoiceTypeCode").or_else(|| document.text("CreditNoteTypeCode")),
        buyer_reference: document.text("BuyerReference"),
        notes: document.list("Note").iter().map(Fields::own_lines).collect(),
        lines_total: monetary.decimal("LineExtensionAmount"),
        tax: tax_in(&currency).or_else(|| tax_totals.first()?.decimal("TaxAmount")),
        tax_pln: (currency != "PLN").then(|| tax_in("PLN")).flatten(),
        payable: monetary.decimal("PayableAmount"),
        allowances: document.list("AllowanceCharge").into_iter().map(allowance).collect(),
        documents: document.list("AdditionalDocumentReference").into_iter().map(attached_document).collect(),
    };
    let delivery = document.group("Delivery");
    let period = document.optional("InvoicePeriod");
    let mut invoice = Invoice {
        seller: party(document.group("AccountingSupplierParty").group("Party")),
        buyer: party(document.group("AccountingCustomerParty").group("Party")),
        third_parties: document.optional("PayeeParty").map(payee).into_iter().collect(),
        authorized: document
            .optional("TaxRepresentativeParty")
            .map(|fields| AuthorizedParty { party: party(fields), role: Some(ROLE_TAX_REPRESENTATIVE) }),
        currency,
        issue_date: document.date("IssueDate"),
        number: document.string("ID"),
        warehouse_documents: reference_numbers(document, "DespatchDocumentReference"),
        sale_date: delivery.date("ActualDeliveryDate").or_else(|| document.date("TaxPointDate")),
        period: period.map(|period| Period { from: period.date("StartDate"), to: period.date("EndDate") }),
        totals: tax_totals.iter().flat_map(|total| total.list("TaxSubtotal")).map(subtotal).collect(),
        net: monetary.decimal("TaxExclusiveAmount"),
        gross: monetary.decimal("TaxInclusiveAmount"),
        kind: Some(kind(form, peppol.profile.as_deref())),
        correction: correction(form, document),
        lines: ["InvoiceLine", "CreditNoteLine"]
            .into_iter()
            .flat_map(|name| document.list(name))
            .map(line)
            .collect(),
        settlement: settlement(monetary),
        payment: payment(document),
        terms: terms(document),
        has_attachment: peppol.documents.iter().any(|document| document.embedded_length.is_some()),
        peppol: Some(peppol),
        ..Invoice::empty(form)
    };
    invoice.unreadable = unreadable.into_inner();
    invoice
}

/// Which of the API's PEF kinds it is. The profile of the specialised invoice is the one that official tools print.
fn kind(form: Form, profile: Option<&str>) -> InvoiceKind {
    match (form, profile) {
        (Form::PefKor3, _) => InvoiceKind::KorPef,
        (_, Some(profile)) if profile.starts_with(SPECIALISED_PROFILE) => InvoiceKind::VatPefSp,
        _ => InvoiceKind::VatPef,
    }
}

fn party(fields: Fields<'_, '_, '_>) -> Party {
    let legal = fields.group("PartyLegalEntity");
    let contact = fields.group("Contact");
    Party {
        identifier: identifier(fields),
        name: legal.text("RegistrationName").or_else(|| fields.group("PartyName").text("Name")),
        address: fields.optional("PostalAddress").map(address),
        contacts: contact
            .is_present()
            .then(|| Contact { email: contact.text("ElectronicMail"), phone: contact.text("Telephone") })
            .into_iter()
            .collect(),
        ..Party::default()
    }
}

/// A NIP stands in `PartyTaxScheme/CompanyID` with or without `PL`, or (the official example's buyer) only in
/// `PartyLegalEntity/CompanyID`.
fn identifier(fields: Fields<'_, '_, '_>) -> PartyIdentifier {
    let schemes = fields.list("PartyTaxScheme");
    let is_vat = |scheme: &&Fields<'_, '_, '_>| {
        scheme.group("TaxScheme").text("ID").is_none_or(|id| id.eq_ignore_ascii_case("VAT"))
    };
    let tax = schemes.iter().find(is_vat).and_then(|scheme| scheme.text("CompanyID"));
    let legal = fields.group("PartyLegalEntity").text("CompanyID");
    if let Some(nip) = [tax.as_deref(), legal.as_deref()].into_iter().flatten().find_map(nip_of) {
        return PartyIdentifier::Nip(nip.to_owned());
    }
    match tax.or(legal) {
        Some(number) => match number.split_at_checked(2) {
            Some((country, rest))
                if country.bytes().all(|byte| byte.is_ascii_uppercase()) && !rest.is_empty() =>
            {
                PartyIdentifier::VatUe { country: country.to_owned(), number: rest.to_owned() }
            }
            _ => PartyIdentifier::Other { country: None, number },
        },
        None => PartyIdentifier::None,
    }
}

/// The ten digits of a NIP, with or without `PL` before them.
fn nip_of(text: &str) -> Option<&str> {
    let digits = text.strip_prefix("PL").unwrap_or(text);
    (digits.len() == 10 && digits.bytes().all(|byte| byte.is_ascii_digit())).then_some(digits)
}

fn address(fields: Fields<'_, '_, '_>) -> Address {
    let join = |parts: [Option<String>; 3]| {
        Some(parts.into_iter().flatten().collect::<Vec<_>>().join(", ")).filter(|text| !text.is_empty())
    };
    let line1 = join([
        fields.text("StreetName"),
        fields.text("AdditionalStreetName"),
        fields.group("AddressLine").text("Line"),
    ]);
    let city = [fields.text("PostalZone"), fields.text("CityName")].into_iter().flatten().collect::<Vec<_>>();
    let city = Some(city.join(" ")).filter(|text| !text.is_empty());
    Address {
        country: fields.group("Country").string("IdentificationCode"),
        line1: line1.unwrap_or_default(),
        line2: join([city, fields.text("CountrySubentity"), None]),
        gln: None,
    }
}

/// Who is paid in the seller's stead; UBL has no role number for it.
fn payee(fields: Fields<'_, '_, '_>) -> ThirdParty {
    ThirdParty {
        party: party(fields),
        role_description: Some("PayeeParty".to_owned()),
        ..ThirdParty::default()
    }
}

fn reference_numbers(document: Fields<'_, '_, '_>, name: &str) -> Vec<String> {
    document.list(name).iter().filter_map(|reference| reference.text("ID")).collect()
}

fn subtotal(fields: Fields<'_, '_, '_>) -> RateTotal {
    let category = fields.group("TaxCategory");
    let (code, percent) = (category.text("ID"), category.decimal("Percent"));
    RateTotal {
        rate: RateGroup::of_category(code.as_deref().unwrap_or_default(), percent),
        net: fields.decimal("TaxableAmount"),
        tax: fields.decimal("TaxAmount"),
        tax_pln: None,
        percent,
        category: code,
    }
}

fn correction(form: Form, document: Fields<'_, '_, '_>) -> Option<Correction> {
    let references: Vec<_> = document
        .list("BillingReference")
        .into_iter()
        .filter_map(|reference| reference.optional("InvoiceDocumentReference"))
        .map(|reference| {
            let number = reference.string("ID");
            CorrectedInvoice {
                issue_date: reference.date("IssueDate"),
                ksef_number: ksef_id::KsefNumber::has_shape(&number).then(|| number.clone()),
                number,
                is_outside_ksef: false,
            }
        })
        .collect();
    (form == Form::PefKor3 || !references.is_empty())
        .then(|| Correction { corrected: references, ..Correction::default() })
}

fn line(fields: Fields<'_, '_, '_>) -> Line {
    let item = fields.group("Item");
    let tax = item.group("ClassifiedTaxCategory");
    let quantity =
        ["InvoicedQuantity", "CreditedQuantity"].into_iter().find_map(|name| fields.optional(name));
    let standard = item.group("StandardItemIdentification").optional("ID");
    Line {
        number: fields.text("ID").and_then(|id| id.parse().ok()),
        unique_id: fields.text("ID"),
        name: item.text("Name"),
        description: item.text("Description"),
        index: item.group("SellersItemIdentification").text("ID"),
        gtin: standard.filter(|id| id.attribute("schemeID") == GTIN_SCHEME).map(|id| id.own_text()),
        unit: quantity.map(|quantity| quantity.attribute("unitCode")).filter(|unit| !unit.is_empty()),
        quantity: quantity.and_then(|quantity| parse_decimal(&quantity.own_text())),
        net_price: fields.group("Price").decimal("PriceAmount"),
        net: fields.decimal("LineExtensionAmount"),
        rate: tax.text("Percent"),
        category: tax.text("ID"),
        ..Line::default()
    }
}

fn settlement(monetary: Fields<'_, '_, '_>) -> Option<Settlement> {
    let charge = |name: &str| {
        let amount = monetary.decimal(name).filter(|amount| !amount.is_zero());
        amount.map(|amount| Charge { amount: Some(amount), reason: name.to_owned() })
    };
    monetary.is_present().then(|| Settlement {
        charges: charge("PayableRoundingAmount").into_iter().collect(),
        deductions: charge("PrepaidAmount").into_iter().collect(),
        to_pay: monetary.decimal("PayableAmount"),
        ..Settlement::default()
    })
}

fn payment(document: Fields<'_, '_, '_>) -> Option<Payment> {
    let means = document.list("PaymentMeans");
    let due =
        document.date("DueDate").or_else(|| means.iter().find_map(|means| means.date("PaymentDueDate")));
    let words = document.group("PaymentTerms").text("Note");
    if means.is_empty() && due.is_none() && words.is_none() {
        return None;
    }
    let term = (due.is_some() || words.is_some()).then(|| PaymentTerm {
        date: due,
        description: words.map(|text| TermDescription { text: Some(text), ..TermDescription::default() }),
    });
    Some(Payment {
        terms: term.into_iter().collect(),
        form: means.first().and_then(payment_form),
        accounts: means
            .iter()
            .filter_map(|means| means.optional("PayeeFinancialAccount"))
            .map(|account| BankAccount {
                number: account.string("ID"),
                swift: account.group("FinancialInstitutionBranch").text("ID"),
                description: account.text("Name"),
                ..BankAccount::default()
            })
            .collect(),
        ..Payment::default()
    })
}

/// `PaymentMeansCode` (UNCL4461), as far as FA has a word for it.
fn payment_form(means: &Fields<'_, '_, '_>) -> Option<PaymentForm> {
    let code = means.text("PaymentMeansCode")?;
    Some(match code.as_str() {
        "10" => PaymentForm::Cash,
        "20" => PaymentForm::Cheque,
        "30" | "31" | "42" | "58" => PaymentForm::Transfer,
        "48" | "54" | "55" => PaymentForm::Card,
        _ => {
            let name = means.group("PaymentMeansCode").attribute("name");
            PaymentForm::Other(if name.trim().is_empty() { code } else { name.trim().to_owned() })
        }
    })
}

fn terms(document: Fields<'_, '_, '_>) -> Option<TransactionTerms> {
    let agreements = |name: &str| {
        let references = document.list(name).into_iter();
        let agreement = |fields: Fields<'_, '_, '_>| Agreement {
            date: fields.date("IssueDate"),
            number: fields.text("ID"),
        };
        references.map(agreement).collect::<Vec<_>>()
    };
    let terms = TransactionTerms {
        contracts: agreements("ContractDocumentReference"),
        orders: agreements("OrderReference"),
        ..TransactionTerms::default()
    };
    (terms != TransactionTerms::default()).then_some(terms)
}

fn allowance(fields: Fields<'_, '_, '_>) -> DocumentAllowance {
    DocumentAllowance {
        is_charge: fields.text("ChargeIndicator").is_some_and(|text| text == "true" || text == "1"),
        amount: fields.decimal("Amount"),
        reason: fields.text("AllowanceChargeReason").or_else(|| fields.text("AllowanceChargeReasonCode")),
        percent: fields.group("TaxCategory").decimal("Percent"),
    }
}

fn attached_document(fields: Fields<'_, '_, '_>) -> AttachedDocument {
    let attachment = fields.group("Attachment");
    let embedded = attachment.optional("EmbeddedDocumentBinaryObject");
    let attribute =
        |name: &str| embedded.map(|embedded| embedded.attribute(name)).filter(|value| !value.is_empty());
    AttachedDocument {
        id: fields.string("ID"),
        description: fields.text("DocumentDescription"),
        file_name: attribute("filename"),
        mime_type: attribute("mimeCode"),
        embedded_length: embedded.map(|embedded| embedded.text_length()),
        uri: attachment.group("ExternalReference").text("URI"),
    }
}

/// `RolaPU` of a tax representative.
const ROLE_TAX_REPRESENTATIVE: u8 = 3;
/// ISO 6523 scheme of a GTIN.
const GTIN_SCHEME: &str = "0160";
/// `ProfileID` of the Polish specialised invoice, without its version.
const SPECIALISED_PROFILE: &str = "urn:fdc:www.efaktura.gov.pl:ver2.0:plinv:";
