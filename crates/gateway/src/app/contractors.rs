//! What earlier invoices tell for a new one: who the seller is, who buyers are, how it is paid.

use std::collections::HashSet;

use gateway_store::{Sale, SaleFilter, SaleSort};
use ksef_id::Nip;
use ksef_invoice::build::{NeutralInvoice, VatInvoice, neutral_of};

use super::{App, WorkError};
use crate::company::Company;
use crate::contractors::Contractor;

/// A buyer of an earlier invoice, as lists show it; without a NIP it is known by its name.
pub(crate) struct KnownBuyer {
    pub(crate) nip: Option<String>,
    pub(crate) name: String,
}

/// A sale as the neutral form has it; `None` for other forms than FA(3), and for what it cannot carry over at all.
async fn neutral_sale(app: &App, sale: &Sale) -> Result<Option<VatInvoice>, WorkError> {
    let xml = app.checked_xml(sale).await?;
    Ok(match neutral_of(&xml) {
        Ok((NeutralInvoice::Vat(invoice), _)) => Some(*invoice),
        _ => None,
    })
}

/// The company's newest invoice of its own, as the neutral form has it.
pub(crate) async fn newest(app: &App, company: &Company) -> Result<Option<VatInvoice>, WorkError> {
    for sale in app.store.newest_sales(&company.context, NEWEST_MAX).await? {
        // Self-billing has another's data as the seller's.
        if sale.form != FA3 || sale.is_self_billing {
            continue;
        }
        match neutral_sale(app, &sale).await {
            Ok(Some(invoice)) => return Ok(Some(invoice)),
            // A document that was damaged is told elsewhere, and fills in nothing here.
            Ok(None) | Err(WorkError::Tampered { .. }) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(None)
}

/// Buyers of the company's newest invoices, each once, the last first.
pub(crate) async fn known_buyers(app: &App, company: &Company) -> Result<Vec<KnownBuyer>, WorkError> {
    let mut seen = HashSet::new();
    let sales = app.store.newest_sales(&company.context, SALES_LOOKED_AT).await?;
    let buyers = sales.into_iter().filter_map(|sale| {
        let (nip, name) = (sale.buyer_nip, sale.buyer_name?);
        seen.insert(nip.clone().unwrap_or_else(|| name.clone())).then_some(KnownBuyer { nip, name })
    });
    Ok(buyers.take(BUYERS_MAX).collect())
}

/// The buyer of this NIP as on the newest invoice to it.
pub(crate) async fn earlier_buyer(
    app: &App,
    company: &Company,
    nip: &Nip,
) -> Result<Option<Contractor>, WorkError> {
    let filter = SaleFilter { search: Some(nip.as_str().to_owned()), ..SaleFilter::default() };
    let found = app.store.sales_by(&company.context, &filter, SaleSort::Arrival, true, 0, NEWEST_MAX).await?;
    for sale in
        found.iter().filter(|sale| sale.buyer_nip.as_deref() == Some(nip.as_str()) && sale.form == FA3)
    {
        let buyer = match neutral_sale(app, sale).await {
            Ok(invoice) => invoice.and_then(|invoice| invoice.buyer),
            Err(WorkError::Tampered { .. }) => None,
            Err(error) => return Err(error),
        };
        let Some(buyer) = buyer else { continue };
        let address = buyer.address.unwrap_or_default();
        return Ok(Some(Contractor {
            name: buyer.name.unwrap_or_default(),
            line1: address.line1.unwrap_or_default(),
            line2: address.line2.unwrap_or_default(),
            country: address.country.unwrap_or_default(),
            email: buyer.contacts.into_iter().find_map(|contact| contact.email).unwrap_or_default(),
        }));
    }
    Ok(None)
}

/// The newest invoice to a buyer of just this name that has no NIP.
pub(crate) async fn earlier_without_nip(
    app: &App,
    company: &Company,
    name: &str,
) -> Result<Option<VatInvoice>, WorkError> {
    let filter = SaleFilter { search: Some(name.to_owned()), ..SaleFilter::default() };
    let found = app.store.sales_by(&company.context, &filter, SaleSort::Arrival, true, 0, NAMED_MAX).await?;
    let newest = found.iter().find(|sale| {
        sale.buyer_name.as_deref() == Some(name) && sale.buyer_nip.is_none() && sale.form == FA3
    });
    let Some(sale) = newest else { return Ok(None) };
    match neutral_sale(app, sale).await {
        Err(WorkError::Tampered { .. }) => Ok(None),
        found => found,
    }
}

const FA3: &str = "FA(3)";
/// Invoices that are opened for what they tell.
const NEWEST_MAX: u32 = 5;
/// Invoices to buyers whose names begin with a name.
const NAMED_MAX: u32 = 20;
/// Invoices whose buyers are offered.
const SALES_LOOKED_AT: u32 = 300;
/// Buyers that are offered.
const BUYERS_MAX: usize = 100;
