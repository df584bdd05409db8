//! Collective identifiers: made, listed, and what stands under them.

use super::invoices::stands_on;
use crate::domain::collectives::{Collective, CollectiveInvoice};
use crate::http::Shared;
use crate::http::body;
use crate::http::call::{Call, Reply};
use crate::http::errors::Refusal;
use crate::http::paging::{self, cut};
use axum::http::StatusCode;
use jiff::SignedDuration;
use ksef_id::{CollectiveNumber, Nip};
use ksef_wire::codes::ExceptionCode;
use ksef_wire::{
    ApiTime, CollectiveIdentifierInvoice, CollectiveIdentifierInvoicesQueryRequest,
    CollectiveIdentifierInvoicesQueryResponse, CollectiveIdentifierInvoicesQueryResponseItem,
    CollectiveIdentifiersByKsefNumberQueryResponse, CollectiveIdentifiersByKsefNumberQueryResponseItem,
    CollectiveIdentifiersQueryRequest, CollectiveIdentifiersQueryResponse,
    CollectiveIdentifiersQueryResponseItem, GenerateCollectiveIdentifierRequest,
    GenerateCollectiveIdentifierResponse,
};
use std::collections::HashSet;

/// `POST /collective-identifiers`
pub(crate) fn generate(shared: &Shared, call: &Call) -> Result<Reply, Refusal> {
    let context = &call.caller()?.context;
    let request: GenerateCollectiveIdentifierRequest = body::json(call)?;
    let mut world = shared.world();
    let world = &mut *world;
    let limit = world.limits.of_context(context).collective_identifier.max_invoices;
    let count = request.invoices.len();
    if !(2..=usize::try_from(limit).unwrap_or(0)).contains(&count) {
        let sentence = format!("'invoices' must contain between 2 and {limit} items. You entered {count}.");
        return Err(Refusal::validation(sentence));
    }
    let mut seen = HashSet::new();
    for (index, invoice) in request.invoices.iter().enumerate() {
        check_invoice(index, invoice)?;
        if !seen.insert(&invoice.ksef_number) {
            let sentence = format!("Powtórzony numer KSeF {}.", invoice.ksef_number);
            return Err(Refusal::code(ExceptionCode::COLLECTIVE_REPEATED_INVOICE, [sentence]));
        }
    }
    let mut seller: Option<Nip> = None;
    for invoice in &request.invoices {
        let number = &invoice.ksef_number;
        // Whether an invoice exists is nobody's business who does not stand on it.
        let record = world
            .repository
            .get(number)
            .filter(|record| stands_on(record, context) && world.is_visible(record, call.now))
            .ok_or_else(|| {
                let sentence = format!("Faktura o numerze KSeF {number} nie została znaleziona.");
                Refusal::code(ExceptionCode::COLLECTIVE_INVOICE_NOT_FOUND, [sentence])
            })?;
        if *seller.get_or_insert(record.listed.seller) != record.listed.seller {
            let sentence = format!("Faktura o numerze KSeF {number} ma innego sprzedawcę.");
            return Err(Refusal::code(ExceptionCode::COLLECTIVE_SELLERS_DIFFER, [sentence]));
        }
        if world.collectives.count_in(context, number) >= IDENTIFIERS_MAX {
            let sentence = format!(
                "Faktura o numerze KSeF {number} jest już przypisana do maksymalnej liczby Identyfikatorów Zbiorczych."
            );
            return Err(Refusal::code(ExceptionCode::COLLECTIVE_LIMIT, [sentence]));
        }
    }
    let seller = seller.ok_or(Refusal::Internal)?;
    // 48 random bits: the second try is already unlikely.
    let number = loop {
        let number = world.references.collective_number(seller, call.now);
        if world.collectives.get(&number).is_none() {
            break number;
        }
    };
    let invoices = request.invoices.into_iter().map(|invoice| {
        let CollectiveIdentifierInvoice { ksef_number, payment, description } = invoice;
        CollectiveInvoice { ksef_number, payment, description }
    });
    world.collectives.add(Collective {
        number: number.clone(),
        context: context.clone(),
        created_at: call.now,
        invoices: invoices.collect(),
    });
    let body = GenerateCollectiveIdentifierResponse { collective_identifier_number: number };
    Ok(Reply::json(StatusCode::CREATED, &body))
}

/// `POST /collective-identifiers/query`
pub(crate) fn query(shared: &Shared, call: &Call) -> Result<Reply, Refusal> {
    let context = &call.caller()?.context;
    let filter: CollectiveIdentifiersQueryRequest = body::json(call)?;
    let (from, to) = (filter.date_created_from.0, filter.date_created_to.0);
    if from > to {
        let sentence = "'dateCreatedTo' must be greater than or equal to 'dateCreatedFrom'.";
        return Err(Refusal::validation(sentence));
    }
    if to.duration_since(from) > RANGE_MAX {
        return Err(Refusal::validation("'dateCreatedFrom'..'dateCreatedTo' must not exceed 100 days."));
    }
    let world = shared.world();
    let fits = |collective: &&Collective| {
        let count = i32::try_from(collective.invoices.len()).unwrap_or(i32::MAX);
        let is_own = collective.context == *context;
        (from..=to).contains(&collective.created_at)
            && filter
                .collective_identifier_number
                .as_ref()
                .is_none_or(|number| number == collective.number.as_str())
            && filter.invoice_count_from.is_none_or(|least| count >= least)
            && filter.invoice_count_to.is_none_or(|most| count <= most)
            && filter.created_in_current_context.is_none_or(|wanted| wanted == is_own)
    };
    let found = world.collectives.listed_for(context).into_iter().filter(fits).collect();
    let page = paging::page(call, found, 200, "collective-identifiers")?;
    let item = |collective: &Collective| CollectiveIdentifiersQueryResponseItem {
        collective_identifier_number: collective.number.clone(),
        date_created: ApiTime(collective.created_at),
        invoice_count: i32::try_from(collective.invoices.len()).unwrap_or(i32::MAX),
        created_in_current_context: collective.context == *context,
    };
    Ok(Reply::ok(&CollectiveIdentifiersQueryResponse {
        continuation_token: page.continuation_token,
        collective_identifiers: page.items.into_iter().map(item).collect(),
    }))
}

/// `POST /collective-identifiers/invoices`: whoever knows an identifier learns which invoices stand under it; what was
/// said of them is for its maker and for those who stand on the invoice.
pub(crate) fn invoices(shared: &Shared, call: &Call) -> Result<Reply, Refusal> {
    let context = &call.caller()?.context;
    let request: CollectiveIdentifierInvoicesQueryRequest = body::json(call)?;
    let asked = request.collective_identifier_numbers;
    if !(1..=NUMBERS_MAX).contains(&asked.len()) {
        let sentence = format!(
            "'collectiveIdentifierNumbers' must contain between 1 and {NUMBERS_MAX} items. You entered {}.",
            asked.len()
        );
        return Err(Refusal::validation(sentence));
    }
    let mut numbers = Vec::with_capacity(asked.len());
    for text in &asked {
        let number = CollectiveNumber::parse(text).map_err(|_| {
            Refusal::validation(format!("'{}' is not a collective identifier number.", cut(text)))
        })?;
        if !numbers.contains(&number) {
            numbers.push(number);
        }
    }
    let world = shared.world();
    let mut found: Vec<CollectiveIdentifierInvoicesQueryResponseItem> = Vec::new();
    for collective in numbers.iter().filter_map(|number| world.collectives.get(number)) {
        for invoice in &collective.invoices {
            let stands = || {
                world.repository.get(&invoice.ksef_number).is_some_and(|record| stands_on(record, context))
            };
            let was_given = invoice.payment.is_some() || invoice.description.is_some();
            let is_hidden = was_given && collective.context != *context && !stands();
            found.push(CollectiveIdentifierInvoicesQueryResponseItem {
                ksef_number: invoice.ksef_number.clone(),
                collective_identifier_number: collective.number.clone(),
                payment: invoice.payment.clone().filter(|_| !is_hidden),
                description: invoice.description.clone().filter(|_| !is_hidden),
                details_hidden: is_hidden,
            });
        }
    }
    found.sort_by(|a, b| {
        let by_identifier = || b.collective_identifier_number.cmp(&a.collective_identifier_number);
        b.ksef_number.cmp(&a.ksef_number).then_with(by_identifier)
    });
    let page = paging::page(call, found, 500, "collective-invoices")?;
    Ok(Reply::ok(&CollectiveIdentifierInvoicesQueryResponse {
        continuation_token: page.continuation_token,
        invoices: page.items,
    }))
}

/// `GET /collective-identifiers/ksef/{ksefNumber}`
pub(crate) fn of_invoice(shared: &Shared, call: &Call) -> Result<Reply, Refusal> {
    let context = &call.caller()?.context;
    let (_, number) = call.ksef_number()?;
    let world = shared.world();
    let all = number.map(|number| world.collectives.of_invoice(&number)).unwrap_or_default();
    let found = all.into_iter().filter(|collective| collective.is_listed_for(context)).collect();
    let page = paging::page(call, found, 200, "collectives-of-invoice")?;
    let item = |collective: &Collective| CollectiveIdentifiersByKsefNumberQueryResponseItem {
        collective_identifier_number: collective.number.clone(),
        created_in_current_context: collective.context == *context,
        date_created: ApiTime(collective.created_at),
    };
    Ok(Reply::ok(&CollectiveIdentifiersByKsefNumberQueryResponse {
        continuation_token: page.continuation_token,
        collective_identifiers: page.items.into_iter().map(item).collect(),
    }))
}

fn check_invoice(index: usize, invoice: &CollectiveIdentifierInvoice) -> Result<(), Refusal> {
    let length = invoice.description.as_ref().map_or(0, |text| text.chars().count());
    if length > DESCRIPTION_MAX {
        let sentence = format!(
            "The length of 'invoices[{index}].description' must be {DESCRIPTION_MAX} characters or fewer. You entered \
             {length} characters."
        );
        return Err(Refusal::validation(sentence));
    }
    let is_code = |code: &str| code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_uppercase());
    match &invoice.payment {
        Some(payment) if !is_code(&payment.currency) => {
            let found = cut(&payment.currency);
            Err(Refusal::validation(format!(
                "'invoices[{index}].payment.currency' has a range of values which does not include '{found}'."
            )))
        }
        _ => Ok(()),
    }
}

/// Identifiers of one context in which an invoice may stand (OpenAPI 2.9.0, `CollectiveIdentifierInvoice`).
const IDENTIFIERS_MAX: usize = 132;
/// Identifiers in one question.
const NUMBERS_MAX: usize = 10;
/// Characters of a description.
const DESCRIPTION_MAX: usize = 512;
/// "maksymalny przedział czasu to 100 dni".
const RANGE_MAX: SignedDuration = SignedDuration::from_hours(100 * 24);
