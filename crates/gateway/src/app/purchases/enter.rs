//! Entering by hand: a purchase whose KSeF number somebody has, and documents outside KSeF.

use gateway_rules::calendar::warsaw_day;
use gateway_rules::copies::copy_key;
use gateway_store::{EnteredDocument, Purchase, PurchaseFacts, PurchaseView, StoreError};
use jiff::civil::Date;
use ksef_id::KsefNumber;
use rust_decimal::Decimal;

use super::facts::{day_of, minor};
use crate::app::App;
use crate::company::Company;

/// What somebody enters.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub(crate) is_sale: bool,
    pub(crate) ksef_number: Option<KsefNumber>,
    pub(crate) mode: String,
    pub(crate) invoice_number: String,
    pub(crate) other_id: Option<String>,
    pub(crate) other_name: Option<String>,
    pub(crate) issue_date: Date,
    pub(crate) sale_date: Option<Date>,
    pub(crate) due_date: Option<Date>,
    pub(crate) received_on: Option<Date>,
    pub(crate) net: Option<Decimal>,
    pub(crate) vat: Option<Decimal>,
    pub(crate) gross: Decimal,
    pub(crate) currency: String,
    pub(crate) account: Option<String>,
    pub(crate) note: Option<String>,
}

/// Why an entry was not taken.
#[derive(Debug)]
pub(crate) enum EnterError {
    /// The KSeF number begins with another seller's NIP than was entered.
    OtherSeller(KsefNumber),
    /// It is here already: this one.
    Known(Box<Purchase>),
    /// The database.
    Store(StoreError),
}

impl From<StoreError> for EnterError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// Writes an entry down. With a KSeF number the worker asks KSeF for it.
pub(crate) async fn enter(
    app: &App,
    company: &Company,
    entry: Entry,
    actor: &str,
) -> Result<Purchase, EnterError> {
    let own = company.context.nip().map(|nip| nip.as_str().to_owned());
    let (mut seller, mut buyer) = ((entry.other_id, entry.other_name), (own, None));
    if entry.is_sale {
        std::mem::swap(&mut seller, &mut buyer);
    }
    if let Some(number) = &entry.ksef_number {
        // The first part of a KSeF number is its seller's NIP.
        let told = number.seller().as_str().to_owned();
        let key = |id: &str| copy_key(Some(id), "1");
        if seller.0.as_deref().is_some_and(|id| key(id) != key(&told)) {
            return Err(EnterError::OtherSeller(number.clone()));
        }
        seller.0 = Some(told);
    }
    let now = company.now();
    let received_on =
        entry.ksef_number.as_ref().and_then(day_of).or(entry.received_on).unwrap_or_else(|| warsaw_day(now));
    let copy_key = copy_key(seller.0.as_deref(), &entry.invoice_number);
    let entered = EnteredDocument {
        is_sale: entry.is_sale,
        ksef_number: entry.ksef_number,
        mode: entry.mode,
        received_on,
        facts: PurchaseFacts {
            form: String::new(),
            kind: String::new(),
            invoice_number: entry.invoice_number,
            seller_id: seller.0,
            seller_name: seller.1,
            buyer_id: buyer.0,
            buyer_name: buyer.1,
            issue_date: entry.issue_date,
            sale_date: entry.sale_date,
            due_date: entry.due_date,
            net: entry.net.map(|amount| amount.to_string()),
            vat: entry.vat.map(|amount| amount.to_string()),
            gross: entry.gross.to_string(),
            gross_minor: minor(entry.gross),
            currency: entry.currency,
            account: entry.account,
            order_number: None,
            is_split_payment: false,
            is_paid: false,
        },
        copy_key,
        note: entry.note,
    };
    let position = match app.journal.document_entered(&company.context, &entered, actor, now).await {
        Ok(position) => position,
        Err(StoreError::PurchaseKnown { position }) => {
            let known = app.store.purchase(&company.context, PurchaseView::Everything, position).await?;
            return Err(known.map_or(EnterError::Store(StoreError::UnknownPurchase { position }), |known| {
                EnterError::Known(Box::new(known))
            }));
        }
        Err(error) => return Err(error.into()),
    };
    if entered.ksef_number.is_some() {
        // Whoever works for the company's purchases is told at once; the store has rung for other nodes.
        app.bell.notify_one();
    }
    let purchase = app.store.purchase(&company.context, PurchaseView::Everything, position).await?;
    purchase.ok_or(EnterError::Store(StoreError::UnknownPurchase { position }))
}
