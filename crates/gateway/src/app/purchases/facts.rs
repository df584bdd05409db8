//! What stands on a document that KSeF gave: what KSeF tells of it, and what the tolerant view reads besides. Garbage stops
//! nothing: the bytes are kept, and what could not be read is a finding.

use gateway_rules::calendar::warsaw_day;
use gateway_rules::copies::copy_key;
use gateway_rules::routing::RoutingFacts;
use gateway_store::{Assignment, PurchaseFacts, PurchaseRole, ReceivedInvoice};
use jiff::civil::Date;
use ksef_crypto::sha256;
use ksef_id::{ContextIdentifier, KsefNumber, Sha256Hash};
use ksef_invoice::Invoice;
use ksef_invoice::view::PartyIdentifier;
use ksef_wire::InvoiceMetadata;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;
use serde_json::{Value, json};

/// An invoice with what KSeF tells of it.
pub(super) fn received(metadata: &InvoiceMetadata, content: Vec<u8>) -> ReceivedInvoice {
    let sha256 = Sha256Hash::from_bytes(&sha256(&content));
    let mut findings = Vec::new();
    if sha256 != metadata.invoice_hash {
        // Kept as it came all the same: losing it would be worse, and both hashes are on record.
        tracing::error!(ksef_number = %metadata.ksef_number, "a purchase's bytes differ from the hash in its metadata");
        findings.push(json!({ "code": "purchase.hashDiffers", "text": metadata.invoice_hash }));
    }
    let view = viewed(&content, &mut findings);
    let seller = metadata.seller.nip.as_str();
    let form = &metadata.form_code;
    let facts = PurchaseFacts {
        form: view.as_ref().map_or_else(
            || format!("{} {}", form.system_code, form.schema_version),
            |view| view.form.name().to_owned(),
        ),
        kind: metadata.invoice_type.as_str().to_owned(),
        invoice_number: metadata.invoice_number.clone(),
        seller_id: Some(seller.to_owned()),
        seller_name: metadata.seller.name.clone(),
        buyer_id: metadata.buyer.identifier.value.clone(),
        buyer_name: metadata.buyer.name.clone(),
        issue_date: metadata.issue_date,
        net: Some(metadata.net_amount.0.to_string()),
        vat: Some(metadata.vat_amount.0.to_string()),
        gross: metadata.gross_amount.0.to_string(),
        gross_minor: minor(metadata.gross_amount.0),
        currency: metadata.currency.clone(),
        ..of_view(view.as_ref())
    };
    ReceivedInvoice {
        ksef_number: metadata.ksef_number.clone(),
        received_on: day_of(&metadata.ksef_number).unwrap_or_else(|| warsaw_day(metadata.acquisition_date.0)),
        copy_key: copy_key(Some(seller), &metadata.invoice_number),
        facts,
        sha256,
        content,
        is_external: false,
        invoicing_date: Some(metadata.invoicing_date.0),
        acquired_at: Some(metadata.acquisition_date.0),
        permanent_storage_date: Some(metadata.permanent_storage_date.0),
        findings: as_text(findings),
        thirds: thirds(view.as_ref()),
        orders: orders(view.as_ref()),
        assignment: Assignment::default(),
    }
}

/// What rules look at, of a document that is here already; `None` when it cannot be read.
pub(super) fn routing_facts(facts: &PurchaseFacts, content: &[u8]) -> Option<RoutingFacts> {
    let view = ksef_invoice::read(content).ok()?;
    Some(RoutingFacts {
        seller: facts.seller_id.clone(),
        thirds: thirds(Some(&view)),
        orders: orders(Some(&view)),
        gross_minor: facts.gross_minor,
    })
}

/// NIPs and internal identifiers of third parties.
fn thirds(view: Option<&Invoice>) -> Vec<String> {
    let parties = view.map(|view| view.third_parties.as_slice()).unwrap_or_default();
    let identifiers = parties.iter().take(NAMED_MAX).filter_map(|third| match &third.party.identifier {
        PartyIdentifier::Nip(id) | PartyIdentifier::InternalId(id) => Some(id.clone()),
        PartyIdentifier::VatUe { .. } | PartyIdentifier::Other { .. } | PartyIdentifier::None => None,
    });
    identifiers.collect()
}

fn orders(view: Option<&Invoice>) -> Vec<String> {
    let terms = view.and_then(|view| view.terms.as_ref());
    let orders = terms.map(|terms| terms.orders.as_slice()).unwrap_or_default();
    orders.iter().take(NAMED_MAX).filter_map(|order| order.number.clone()).collect()
}

/// An invoice that was fetched by its number alone, and as what the company stands on it.
pub(super) fn fetched(
    company: &ContextIdentifier,
    number: &KsefNumber,
    before: &PurchaseFacts,
    content: Vec<u8>,
) -> (PurchaseRole, ReceivedInvoice) {
    let mut findings = Vec::new();
    let view = viewed(&content, &mut findings);
    let own = company.nip().map(|nip| nip.as_str().to_owned()).unwrap_or_default();
    let role = view.as_ref().map_or(PurchaseRole::Buyer, |view| role_on(view, &own));
    let facts = match &view {
        Some(view) => PurchaseFacts {
            form: view.form.name().to_owned(),
            kind: before.kind.clone(),
            invoice_number: view.number.clone(),
            seller_id: Some(number.seller().as_str().to_owned()),
            seller_name: view.seller.name.clone(),
            buyer_id: view.buyer.identifier.nip().map(str::to_owned),
            buyer_name: view.buyer.name.clone(),
            issue_date: view.issue_date.unwrap_or(before.issue_date),
            net: None,
            vat: None,
            gross: view.gross.map_or_else(|| before.gross.clone(), |gross| gross.to_string()),
            gross_minor: view.gross.map_or(before.gross_minor, minor),
            currency: view.currency.clone(),
            ..of_view(Some(view))
        },
        None => before.clone(),
    };
    let invoice = ReceivedInvoice {
        ksef_number: number.clone(),
        received_on: day_of(number).unwrap_or(before.issue_date),
        copy_key: copy_key(facts.seller_id.as_deref(), &facts.invoice_number),
        thirds: thirds(view.as_ref()),
        orders: orders(view.as_ref()),
        assignment: Assignment::default(),
        facts,
        sha256: Sha256Hash::from_bytes(&sha256(&content)),
        content,
        is_external: false,
        invoicing_date: None,
        acquired_at: None,
        permanent_storage_date: None,
        findings: as_text(findings),
    };
    (role, invoice)
}

fn role_on(view: &Invoice, own: &str) -> PurchaseRole {
    if view.buyer.identifier.nip() == Some(own) {
        PurchaseRole::Buyer
    } else if view.seller.identifier.nip() == Some(own) {
        PurchaseRole::Seller
    } else if view.third_parties.iter().any(|third| third.party.identifier.nip() == Some(own)) {
        PurchaseRole::Third
    } else if view.authorized.as_ref().is_some_and(|one| one.party.identifier.nip() == Some(own)) {
        PurchaseRole::Authorized
    } else {
        PurchaseRole::Buyer
    }
}

/// The day in a KSeF number, which is the date of receipt in the meaning of the act on VAT.
pub(super) fn day_of(number: &KsefNumber) -> Option<Date> {
    Date::strptime("%Y%m%d", number.acceptance_day()).ok()
}

/// Reads what can be read; what cannot is a finding.
fn viewed(content: &[u8], findings: &mut Vec<Value>) -> Option<Invoice> {
    match ksef_invoice::read(content) {
        Ok(view) => {
            findings.extend(view.unreadable.iter().take(FINDINGS_MAX).map(
                |one| json!({ "code": "purchase.valueUnreadable", "path": one.path, "text": one.text }),
            ));
            Some(view)
        }
        Err(error) => {
            findings.push(json!({ "code": "purchase.unreadable", "text": error.to_string() }));
            None
        }
    }
}

/// What only the document says.
fn of_view(view: Option<&Invoice>) -> PurchaseFacts {
    let payment = view.and_then(|view| view.payment.as_ref());
    let order = view.and_then(|view| view.terms.as_ref()).and_then(|terms| terms.orders.first());
    let account = payment.and_then(|payment| payment.factor_accounts.first().or(payment.accounts.first()));
    PurchaseFacts {
        form: String::new(),
        kind: String::new(),
        invoice_number: String::new(),
        seller_id: None,
        seller_name: None,
        buyer_id: None,
        buyer_name: None,
        issue_date: Date::default(),
        sale_date: view
            .and_then(|view| view.sale_date.or_else(|| view.lines.iter().find_map(|line| line.sale_date))),
        due_date: payment.and_then(|payment| payment.terms.iter().filter_map(|term| term.date).min()),
        net: None,
        vat: None,
        gross: String::new(),
        gross_minor: 0,
        currency: String::new(),
        account: account.map(|account| account.number.clone()),
        order_number: order.and_then(|order| order.number.clone()),
        is_split_payment: view.is_some_and(|view| view.annotations.is_split_payment),
        is_paid: payment.is_some_and(|payment| payment.is_paid),
    }
}

fn as_text(findings: Vec<Value>) -> Option<String> {
    (!findings.is_empty()).then(|| Value::Array(findings).to_string())
}

/// An amount in hundredths.
pub(crate) fn minor(amount: Decimal) -> i64 {
    let hundredths = amount.checked_mul(Decimal::ONE_HUNDRED).map(|amount| amount.round());
    hundredths.and_then(|amount| amount.to_i64()).unwrap_or(if amount.is_sign_negative() {
        i64::MIN
    } else {
        i64::MAX
    })
}

/// Of one document; a document that is garbage throughout needs no longer list.
const FINDINGS_MAX: usize = 50;
/// The schema allows 100 third parties and 100 orders.
const NAMED_MAX: usize = 100;
