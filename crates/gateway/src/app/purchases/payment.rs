//! Payment: transfers for purchases, each with the KSeF number or, for several of one seller, with their collective identifier.

use std::collections::BTreeMap;

use gateway_rules::transfer::{Account, Payer, Split, Transfer, Unpayable, elixir_line, money, title};
use gateway_store::{Approval, Purchase, PurchaseState, StoreError};
use jiff::Timestamp;
use jiff::civil::Date;
use ksef_client::CallError;
use ksef_crypto::sha256;
use ksef_id::{CollectiveNumber, KsefNumber, Sha256Hash};
use ksef_wire::{
    CollectiveIdentifierInvoice, CollectiveIdentifierInvoicesQueryRequest,
    GenerateCollectiveIdentifierRequest,
};
use rust_decimal::Decimal;

use crate::app::App;
use crate::company::Company;

/// What is to be paid, and how.
#[derive(Debug, Clone)]
pub(crate) struct PaymentAsked {
    pub(crate) purchases: Vec<Purchase>,
    pub(crate) split: Split,
    /// One transfer for each seller and account instead of one for each invoice.
    pub(crate) is_collective: bool,
}

/// A transfer, and what it pays.
#[derive(Debug, Clone)]
pub(crate) struct Paid {
    pub(crate) transfer: Transfer,
    pub(crate) title: String,
    pub(crate) purchases: Vec<i64>,
}

/// Seller, account, and whether it is split.
type GroupKey = (String, String, bool);

/// Why nothing is paid.
#[derive(Debug)]
pub(crate) enum PayError {
    /// These purchases cannot be paid so.
    Unpayable(Vec<(i64, Unpayable)>),
    /// KSeF gave no collective identifier.
    Call(CallError),
    /// The database.
    Store(StoreError),
}

impl From<StoreError> for PayError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<CallError> for PayError {
    fn from(error: CallError) -> Self {
        Self::Call(error)
    }
}

/// The transfers for purchases. Nothing is paid when one of them cannot be.
pub(crate) async fn transfers(
    app: &App,
    company: &Company,
    asked: &PaymentAsked,
) -> Result<Vec<Paid>, PayError> {
    let mut refused = Vec::new();
    let mut payable = Vec::new();
    for purchase in &asked.purchases {
        match one(purchase, asked.split) {
            Ok(transfer) => payable.push((purchase, transfer)),
            Err(why) => refused.push((purchase.position, why)),
        }
    }
    if !refused.is_empty() {
        return Err(PayError::Unpayable(refused));
    }
    let own = company.context.nip().map(|nip| nip.as_str().to_owned()).unwrap_or_default();
    let mut paid = Vec::new();
    if !asked.is_collective {
        for (purchase, transfer) in payable {
            let title = title(&transfer, &own);
            paid.push(Paid { transfer, title, purchases: vec![purchase.position] });
        }
        return Ok(paid);
    }
    // One seller, one account, and split with split: a transfer is one or the other.
    let mut groups: BTreeMap<GroupKey, Vec<(&Purchase, Transfer)>> = BTreeMap::new();
    for (purchase, transfer) in payable {
        let key = (
            transfer.receiver_nip.clone(),
            transfer.account.digits().to_owned(),
            transfer.split_vat.is_some(),
        );
        groups.entry(key).or_default().push((purchase, transfer));
    }
    for group in groups.into_values() {
        for some in group.chunks(COLLECTIVE_MAX) {
            paid.push(together(app, company, some, &own).await?);
        }
    }
    Ok(paid)
}

/// A transfer for several invoices, under their collective identifier; for a single one under its own number.
async fn together(
    app: &App,
    company: &Company,
    some: &[(&Purchase, Transfer)],
    own: &str,
) -> Result<Paid, PayError> {
    let purchases = some.iter().map(|(purchase, _)| purchase.position).collect();
    let Some((_, first)) = some.first() else { return Err(PayError::Unpayable(Vec::new())) };
    if some.len() == 1 {
        return Ok(Paid { title: title(first, own), transfer: first.clone(), purchases });
    }
    let numbers: Vec<KsefNumber> =
        some.iter().filter_map(|(purchase, _)| purchase.ksef_number.clone()).collect();
    let identifier = collective(app, company, &numbers).await?;
    let sum = |amount: &dyn Fn(&Transfer) -> Decimal| -> Decimal {
        some.iter().map(|(_, transfer)| amount(transfer)).sum()
    };
    let transfer = Transfer {
        amount: sum(&|transfer| transfer.amount),
        split_vat: first.split_vat.map(|_| sum(&|transfer| transfer.split_vat.unwrap_or_default())),
        identifier: identifier.to_string(),
        invoice_number: None,
        ..first.clone()
    };
    Ok(Paid { title: title(&transfer, own), transfer, purchases })
}

/// The transfer that pays a purchase alone, with its title; `None` where there is nothing to pay or no way to.
pub(crate) fn transfer_of(company: &Company, purchase: &Purchase) -> Option<(Transfer, String)> {
    let transfer = one(purchase, Split::AsMarked).ok()?;
    let own = company.context.nip().map(|nip| nip.as_str().to_owned()).unwrap_or_default();
    let title = title(&transfer, &own);
    Some((transfer, title))
}

/// The collective identifier of invoices: the one that was made for just these, or a new one. The intent is written down first,
/// since KSeF makes another one when it is asked again: after an answer that was lost it is looked for by its invoices.
pub(crate) async fn collective(
    app: &App,
    company: &Company,
    numbers: &[KsefNumber],
) -> Result<CollectiveNumber, PayError> {
    let mut sorted: Vec<&str> = numbers.iter().map(KsefNumber::as_str).collect();
    sorted.sort_unstable();
    sorted.dedup();
    let list = sorted.join("\n");
    let key = Sha256Hash::from_bytes(&sha256(list.as_bytes()));
    let context = &company.context;
    let known = app.journal.collective_wanted(context, &key, &list, company.now()).await?;
    if let Some(number) = known.number {
        return Ok(number);
    }
    if !known.is_new
        && let Some(found) = made_before(company, &sorted, known.asked_at).await?
    {
        app.journal.collective_made(context, &key, &found).await?;
        return Ok(found);
    }
    let invoices = numbers
        .iter()
        .map(|number| CollectiveIdentifierInvoice {
            ksef_number: number.clone(),
            payment: None,
            description: None,
        })
        .collect();
    let made = company.ksef.make_collective(&GenerateCollectiveIdentifierRequest { invoices }).await?;
    app.journal.collective_made(context, &key, &made).await?;
    Ok(made)
}

/// The identifier that KSeF made for just these invoices since a moment, if it did.
async fn made_before(
    company: &Company,
    sorted: &[&str],
    since: Timestamp,
) -> Result<Option<CollectiveNumber>, CallError> {
    let Some(first) = sorted.first().and_then(|number| KsefNumber::parse(number).ok()) else {
        return Ok(None);
    };
    let page = company.ksef.collectives_of(&first).await?;
    let made = page
        .collective_identifiers
        .into_iter()
        .filter(|one| one.created_in_current_context && one.date_created.0 >= since - CLOCKS_DIFFER);
    for one in made.take(LOOKED_AT_MAX) {
        let number = one.collective_identifier_number;
        let asked = CollectiveIdentifierInvoicesQueryRequest {
            collective_identifier_numbers: vec![number.to_string()],
        };
        let mut under = Vec::new();
        let mut continuation = None;
        for _ in 0..PAGES_MAX {
            let page = company.ksef.collective_invoices(&asked, continuation.as_deref()).await?;
            under.extend(page.invoices.into_iter().map(|one| one.ksef_number.to_string()));
            continuation = page.continuation_token;
            if continuation.is_none() {
                break;
            }
        }
        under.sort_unstable();
        if under == sorted {
            return Ok(Some(number));
        }
    }
    Ok(None)
}

/// The transfer for one purchase.
fn one(purchase: &Purchase, split: Split) -> Result<Transfer, Unpayable> {
    let facts = &purchase.facts;
    if purchase.is_sale {
        return Err(Unpayable::IsSale);
    }
    if purchase.state == PurchaseState::SetAside || purchase.copy_of.is_some() {
        return Err(Unpayable::SetAside);
    }
    if purchase.approval == Some(Approval::Rejected) {
        return Err(Unpayable::Rejected);
    }
    let number = purchase.ksef_number.as_ref().ok_or(Unpayable::NoNumber)?;
    if facts.currency != "PLN" {
        return Err(Unpayable::OtherCurrency);
    }
    let amount: Decimal = facts.gross.parse().map_err(|_| Unpayable::NothingDue)?;
    if amount <= Decimal::ZERO || facts.is_paid {
        return Err(Unpayable::NothingDue);
    }
    let account = facts.account.as_deref().and_then(Account::parse).ok_or(Unpayable::NoAccount)?;
    let is_split = match split {
        Split::Always => true,
        Split::Never => false,
        Split::AsMarked => facts.is_split_payment,
    };
    let split_vat = if is_split {
        let vat = facts.vat.as_deref().and_then(|vat| vat.parse::<Decimal>().ok());
        Some(vat.filter(|vat| *vat >= Decimal::ZERO && *vat <= amount).ok_or(Unpayable::NoVat)?)
    } else {
        None
    };
    Ok(Transfer {
        account,
        name: facts.seller_name.clone().unwrap_or_default(),
        receiver_nip: number.seller().as_str().to_owned(),
        amount,
        split_vat,
        identifier: number.to_string(),
        invoice_number: Some(facts.invoice_number.clone()),
    })
}

/// Transfers as lines for people.
pub(crate) fn as_text(paid: &[Paid]) -> String {
    paid.iter()
        .map(|one| {
            let Paid { transfer, title, .. } = one;
            let (account, amount) = (transfer.account.digits(), money(transfer.amount));
            format!("{}\n{account}\n{amount} PLN\n{title}\n", transfer.name)
        })
        .collect::<Vec<_>>()
        .join("\n")
}

/// Transfers as Elixir-0 in Windows-1250, which is what banks take.
pub(crate) fn as_elixir(paid: &[Paid], payer: &Payer, on: Date) -> Vec<u8> {
    let text: String =
        paid.iter().map(|one| elixir_line(payer, &one.transfer, &one.title, on) + "\r\n").collect();
    // The encoder writes numbers of characters for what it has no letter for; here a question mark is safer.
    let known: String = text
        .chars()
        .map(
            |sign| if encoding_rs::WINDOWS_1250.encode(sign.encode_utf8(&mut [0; 4])).2 { '?' } else { sign },
        )
        .collect();
    encoding_rs::WINDOWS_1250.encode(&known).0.into_owned()
}

/// KSeF takes 2 to 500 invoices under one identifier.
const COLLECTIVE_MAX: usize = 500;
const CLOCKS_DIFFER: jiff::SignedDuration = jiff::SignedDuration::from_mins(10);
const LOOKED_AT_MAX: usize = 20;
const PAGES_MAX: usize = 10;
