//! The register: sales and purchases beside each other, line by line, with their markers for JPK_V7 as of a day.

use gateway_rules::jpk::{filed_on, given, origin};
use gateway_rules::marker::{Marker, marker, must_be_corrected};
use gateway_store::{Purchase, PurchaseFilter, PurchaseRole, PurchaseView, Sale, StoreError};
use jiff::ToSpan as _;
use jiff::civil::Date;
use ksef_id::KsefNumber;

use crate::app::App;
use crate::company::Company;

/// What is in a register.
#[derive(Debug, Clone)]
pub(crate) struct RegisterAsked {
    /// The day on which the file is handed in.
    pub(crate) as_of: Date,
    pub(crate) has_sales: bool,
    pub(crate) has_purchases: bool,
    /// Which purchases are seen.
    pub(crate) view: PurchaseView,
    /// Of purchases all filters; of sales the days of issue.
    pub(crate) filter: PurchaseFilter,
}

/// A line of a register.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    pub(crate) is_sale: bool,
    pub(crate) marker: Option<MarkerOf>,
    pub(crate) mode: String,
    pub(crate) state: String,
    pub(crate) ksef_number: Option<KsefNumber>,
    pub(crate) invoice_number: String,
    pub(crate) seller: [Option<String>; 2],
    pub(crate) buyer: [Option<String>; 2],
    pub(crate) issue_date: Date,
    pub(crate) sale_date: Option<Date>,
    pub(crate) received_on: Option<Date>,
    pub(crate) due_date: Option<Date>,
    pub(crate) permanent_storage_date: Option<jiff::Timestamp>,
    pub(crate) amounts: [Option<String>; 3],
    pub(crate) currency: String,
    pub(crate) account: Option<String>,
    pub(crate) is_split_payment: bool,
    pub(crate) order_number: Option<String>,
}

/// A marker that holds nothing of the document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MarkerOf {
    /// `NrKSeF`, `OFF`, `BFK` or `DI`.
    pub(crate) field: &'static str,
    /// What it means.
    pub(crate) words: gateway_rules::Words,
    /// The number, of `NrKSeF`.
    pub(crate) number: Option<KsefNumber>,
}

/// The marker of a document by its mode and its number, as of a day; `None` for an online invoice without a number, which
/// belongs in no file.
pub(crate) fn marker_of(mode: &str, number: Option<&KsefNumber>, as_of: Date) -> Option<MarkerOf> {
    let found = marker(origin(mode), number.and_then(given), as_of)?;
    let number = match found {
        Marker::Number(number) => Some(number.clone()),
        _ => None,
    };
    Some(MarkerOf { field: found.field(), words: found.words(), number })
}

/// The marker of a sale. The number of a collision is another document's.
pub(crate) fn sale_marker(sale: &Sale, as_of: Date) -> Option<MarkerOf> {
    let number = sale.ksef_number.as_ref().filter(|_| sale.state.is_numbered());
    marker_of(&sale.mode, number, as_of)
}

/// The lines of a register, some hundreds at a time.
pub(crate) struct Register {
    asked: RegisterAsked,
    at: At,
}

enum At {
    Sales(i64),
    SalesElsewhere(i64),
    Purchases(i64),
    End,
}

impl Register {
    pub(crate) fn new(asked: RegisterAsked) -> Self {
        let at = if asked.has_sales { At::Sales(0) } else { At::Purchases(0) };
        Self { asked, at }
    }

    /// The next lines; `None` at the end.
    pub(crate) async fn next(
        &mut self,
        app: &App,
        company: &Company,
    ) -> Result<Option<Vec<Line>>, StoreError> {
        loop {
            let (store, context, asked) = (&app.store, &company.context, &self.asked);
            let own = context.nip().map(|nip| nip.as_str().to_owned());
            let lines: Vec<Line> = match self.at {
                At::End => return Ok(None),
                At::Sales(after) => {
                    let days = (asked.filter.issued_from, asked.filter.issued_to);
                    let sales = store.register_sales(context, days, after, LINES).await?;
                    self.at = sales.last().map_or(At::SalesElsewhere(0), |last| At::Sales(last.position));
                    sales.iter().map(|sale| of_sale(sale, own.clone(), asked.as_of)).collect()
                }
                At::SalesElsewhere(after) => {
                    let filter = PurchaseFilter {
                        role: Some(PurchaseRole::Seller),
                        is_made_elsewhere: true,
                        issued_from: asked.filter.issued_from,
                        issued_to: asked.filter.issued_to,
                        ..PurchaseFilter::default()
                    };
                    let found = store.purchases_after(context, asked.view, &filter, after, LINES).await?;
                    let end = if asked.has_purchases { At::Purchases(0) } else { At::End };
                    self.at = found.last().map_or(end, |last| At::SalesElsewhere(last.arrival));
                    found.iter().map(|sale| of_purchase(sale, asked.as_of)).collect()
                }
                At::Purchases(after) => {
                    let found =
                        store.purchases_after(context, asked.view, &asked.filter, after, LINES).await?;
                    self.at = found.last().map_or(At::End, |last| At::Purchases(last.arrival));
                    found.iter().map(|purchase| of_purchase(purchase, asked.as_of)).collect()
                }
            };
            if !lines.is_empty() {
                return Ok(Some(lines));
            }
        }
    }
}

fn of_sale(sale: &Sale, own: Option<String>, as_of: Date) -> Line {
    Line {
        is_sale: true,
        marker: sale_marker(sale, as_of),
        mode: sale.mode.clone(),
        state: sale.state.to_string(),
        ksef_number: sale.ksef_number.clone().filter(|_| sale.state.is_numbered()),
        invoice_number: sale.invoice_number.clone(),
        seller: [own, None],
        buyer: [sale.buyer_nip.clone(), sale.buyer_name.clone()],
        issue_date: sale.issue_date,
        sale_date: None,
        received_on: None,
        due_date: None,
        permanent_storage_date: None,
        amounts: [None, None, Some(sale.gross.clone())],
        currency: sale.currency.clone(),
        account: None,
        is_split_payment: false,
        order_number: None,
    }
}

/// The line of a purchase.
pub(crate) fn of_purchase(purchase: &Purchase, as_of: Date) -> Line {
    let facts = &purchase.facts;
    Line {
        is_sale: purchase.is_sale,
        marker: marker_of(&purchase.mode, purchase.ksef_number.as_ref(), as_of),
        mode: purchase.mode.clone(),
        state: purchase.state.to_string(),
        ksef_number: purchase.ksef_number.clone(),
        invoice_number: facts.invoice_number.clone(),
        seller: [facts.seller_id.clone(), facts.seller_name.clone()],
        buyer: [facts.buyer_id.clone(), facts.buyer_name.clone()],
        issue_date: facts.issue_date,
        sale_date: facts.sale_date,
        received_on: Some(purchase.received_on),
        due_date: facts.due_date,
        permanent_storage_date: purchase.permanent_storage_date,
        amounts: [facts.net.clone(), facts.vat.clone(), Some(facts.gross.clone())],
        currency: facts.currency.clone(),
        account: facts.account.clone(),
        is_split_payment: facts.is_split_payment,
        order_number: facts.order_number.clone(),
    }
}

/// An entry of a file that was handed in with DI and whose document has its number by now.
#[derive(Debug)]
pub(crate) struct CorrectionDue {
    pub(crate) is_sale: bool,
    /// The sale's or the purchase's identifier.
    pub(crate) id: String,
    pub(crate) invoice_number: String,
    pub(crate) issue_date: Date,
    pub(crate) mode: String,
    pub(crate) ksef_number: KsefNumber,
    /// When the file was to be handed in.
    pub(crate) filed_on: Date,
}

/// Which entries of files that were handed in must be corrected, as of a day: documents of the year before it, each judged by
/// the last day for the file of its month unless another day is given.
pub(crate) async fn corrections_due(
    app: &App,
    company: &Company,
    view: PurchaseView,
    as_of: Date,
    filed: Option<Date>,
) -> Result<Vec<CorrectionDue>, StoreError> {
    let from = as_of.saturating_sub(LOOK_BACK_MONTHS.months());
    let is_due = |mode: &str, issued: Date, number: &KsefNumber| {
        let filed = filed.unwrap_or_else(|| filed_on(issued));
        // What is handed in later than today is made with the number.
        (filed <= as_of && must_be_corrected(origin(mode), given(number), filed, as_of)).then_some(filed)
    };
    let mut due = Vec::new();
    for sale in app.store.numbered_offline_sales(&company.context, from, DUE_MAX).await? {
        let Some(number) = sale.ksef_number else { continue };
        if let Some(filed_on) = is_due(&sale.mode, sale.issue_date, &number) {
            due.push(CorrectionDue {
                is_sale: true,
                id: sale.id.to_string(),
                invoice_number: sale.invoice_number,
                issue_date: sale.issue_date,
                mode: sale.mode,
                ksef_number: number,
                filed_on,
            });
        }
    }
    let entered = app.store.numbered_offline_purchases(&company.context, view, from, DUE_MAX).await?;
    for (entered, number) in entered {
        if let Some(filed_on) = is_due(&entered.mode, entered.facts.issue_date, &number) {
            due.push(CorrectionDue {
                is_sale: entered.is_sale,
                id: entered.position.to_string(),
                invoice_number: entered.facts.invoice_number,
                issue_date: entered.facts.issue_date,
                mode: entered.mode,
                ksef_number: number,
                filed_on,
            });
        }
    }
    Ok(due)
}

/// Lines that are read at a time.
const LINES: u32 = 500;
const LOOK_BACK_MONTHS: i32 = 13;
/// Entries of one kind that are looked through.
const DUE_MAX: u32 = 10_000;
