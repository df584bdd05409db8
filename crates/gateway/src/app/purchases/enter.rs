//! Entering by hand: a purchase whose KSeF number somebody has, and documents outside KSeF.

use gateway_rules::calendar::warsaw_day;
use gateway_rules::copies::copy_key;
use gateway_store::{Assignment, EnteredDocument, Purchase, PurchaseFacts, PurchaseView, StoreError};
use ksef_id::KsefNumber;

use super::entry::Entry;
use super::facts::{day_of, minor};
use crate::app::App;
use crate::company::Company;

/// Who enters something.
#[derive(Debug)]
pub(crate) struct EnteredBy<'a> {
    /// As histories name it.
    pub(crate) actor: &'a str,
    /// What it sees of the company's purchases.
    pub(crate) view: PurchaseView,
    /// Whose what it enters is, for one who sees only what is his.
    pub(crate) own: Option<Assignment>,
}

/// Why an entry was not taken.
#[derive(Debug)]
pub(crate) enum EnterError {
    /// The KSeF number begins with another seller's NIP than was entered.
    OtherSeller(KsefNumber),
    /// It is here already: this one, unless it is not shown to who entered it.
    Known(Option<Box<Purchase>>),
    /// The database.
    Store(StoreError),
}

impl From<StoreError> for EnterError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// Writes an entry down, and whose it is. With a KSeF number the worker asks KSeF for it.
pub(crate) async fn enter(
    app: &App,
    company: &Company,
    entry: Entry,
    by: EnteredBy<'_>,
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
    let context = &company.context;
    let position = match app.journal.document_entered(context, &entered, by.actor, now).await {
        Ok(position) => position,
        Err(StoreError::PurchaseKnown { position }) => {
            // Of what is not shown to somebody he learns no more than that it is there.
            let known = app.store.purchase(context, by.view, position).await?;
            return Err(EnterError::Known(known.map(Box::new)));
        }
        Err(error) => return Err(error.into()),
    };
    if entered.ksef_number.is_some() {
        // Whoever works for the company's purchases is told at once; the store has rung for other nodes.
        app.bell.notify_one();
    }
    if let Some(own) = &by.own {
        app.journal.purchase_assigned(context, position, own, by.actor, now).await?;
    }
    let purchase = app.store.purchase(context, PurchaseView::Everything, position).await?;
    purchase.ok_or(EnterError::Store(StoreError::UnknownPurchase { position }))
}
