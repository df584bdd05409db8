//! What a list of purchases is asked with: a cursor, or a page with filters and an order.

use gateway_store::{Approval, PurchaseFilter, PurchaseRole, PurchaseSort, PurchaseState};
use rust_decimal::Decimal;

use super::invoice_list::{PAGE_DEFAULT, SEARCH_CHARS_MAX, SKIP_MAX, day, each_once, invalid, number};
use super::{Failure, LIMIT_DEFAULT, LIMIT_MAX};
use crate::app::purchases::minor;

/// A list that was asked for.
#[derive(Debug)]
pub(crate) enum PurchaseListAsked {
    /// In the order of receipt, after a place in it.
    ByCursor { after: i64, limit: u32 },
    /// By page, filtered and sorted.
    ByPage { filter: PurchaseFilter, sort: PurchaseSort, is_descending: bool, page: u32, limit: u32 },
}

impl PurchaseListAsked {
    /// Reads the parameters. A name that is not known is refused: a filter with a slip of the pen would show everything.
    pub(crate) fn parse(query: &[(String, String)]) -> Result<Self, Failure> {
        each_once(query)?;
        let (mut after, mut limit, mut page, mut order, mut sort) = (None, None, None, None, None);
        let mut filter = PurchaseFilter::default();
        let mut is_by_page = false;
        for (name, value) in query {
            let value = value.trim();
            is_by_page |= !matches!(name.as_str(), "after" | "limit");
            match name.as_str() {
                "after" => after = Some(number(value, 0..=i64::MAX).ok_or_else(|| invalid("after"))?),
                "limit" => {
                    let read =
                        number(value, 1..=i64::from(LIMIT_MAX)).and_then(|limit| u32::try_from(limit).ok());
                    limit = Some(read.ok_or_else(|| invalid("limit (1…1000)"))?);
                }
                "page" => {
                    let read =
                        number(value, 1..=i64::from(SKIP_MAX)).and_then(|page| u32::try_from(page).ok());
                    page = Some(read.ok_or_else(|| invalid("page (1…)"))?);
                }
                "sort" => {
                    sort = Some(
                        value.parse::<PurchaseSort>().map_err(|()| invalid("sort (arrival, issueDate)"))?,
                    );
                }
                "order" => {
                    order = Some(match value {
                        "asc" => false,
                        "desc" => true,
                        _ => return Err(invalid("order (asc, desc)")),
                    });
                }
                other => read_filter(&mut filter, other, value)?,
            }
        }
        if !is_by_page {
            let limit = limit.unwrap_or(LIMIT_DEFAULT);
            return Ok(Self::ByCursor { after: after.unwrap_or_default(), limit });
        }
        if after.is_some() {
            return Err(invalid("after (page)"));
        }
        let (page, limit) = (page.unwrap_or(1), limit.unwrap_or(PAGE_DEFAULT));
        if u64::from(page - 1) * u64::from(limit) > u64::from(SKIP_MAX) {
            return Err(invalid("page (page × limit ≤ 10000; filter, or turn the order round)"));
        }
        let (sort, is_descending) = (sort.unwrap_or_default(), order.unwrap_or(false));
        Ok(Self::ByPage { filter, sort, is_descending, page, limit })
    }
}

/// One filter of a list, or of a register.
pub(super) fn read_filter(filter: &mut PurchaseFilter, name: &str, value: &str) -> Result<(), Failure> {
    match name {
        "role" => {
            let role = PurchaseRole::from_name(value);
            filter.role = Some(role.ok_or_else(|| invalid("role (buyer, seller, third, authorized)"))?);
        }
        "state" => {
            for state in value.split(',').map(str::trim).filter(|state| !state.is_empty()) {
                let state = PurchaseState::from_name(state)
                    .ok_or_else(|| invalid("state (new, seen, booked, setAside)"))?;
                if !filter.states.contains(&state) {
                    filter.states.push(state);
                }
            }
        }
        "seller" => filter.seller = Some(text(name, value)?),
        "search" => filter.search = Some(text(name, value)?).filter(|text| !text.is_empty()),
        "issuedFrom" => filter.issued_from = Some(day(name, value)?),
        "issuedTo" => filter.issued_to = Some(day(name, value)?),
        "receivedFrom" => filter.received_from = Some(day(name, value)?),
        "receivedTo" => filter.received_to = Some(day(name, value)?),
        "grossFrom" => filter.gross_from = Some(amount(name, value)?),
        "grossTo" => filter.gross_to = Some(amount(name, value)?),
        "madeElsewhere" => {
            filter.is_made_elsewhere = match value {
                "true" => true,
                "false" => false,
                _ => return Err(invalid("madeElsewhere (true, false)")),
            };
        }
        "assigned" => {
            filter.is_assigned = match value {
                "true" => Some(true),
                "false" => Some(false),
                _ => return Err(invalid("assigned (true, false)")),
            };
        }
        "approval" => {
            filter.approval = Some(match value {
                "approved" => Some(Approval::Approved),
                "rejected" => Some(Approval::Rejected),
                "none" => None,
                _ => return Err(invalid("approval (approved, rejected, none)")),
            });
        }
        other => return Err(invalid(&other.chars().take(40).collect::<String>())),
    }
    Ok(())
}

fn text(name: &str, value: &str) -> Result<String, Failure> {
    if value.chars().count() > SEARCH_CHARS_MAX {
        return Err(invalid(&format!("{name} (1…256)")));
    }
    Ok(value.to_owned())
}

fn amount(name: &str, value: &str) -> Result<i64, Failure> {
    value.parse::<Decimal>().map(minor).map_err(|_| invalid(&format!("{name} (1234.56)")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(query: &str) -> Result<PurchaseListAsked, Failure> {
        let pairs: Vec<(String, String)> = query
            .split('&')
            .filter_map(|pair| pair.split_once('='))
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        PurchaseListAsked::parse(&pairs)
    }

    #[test]
    fn every_filter_is_taken() {
        let asked = parse(
            "role=third&state=new,seen&seller=1111111111&search=FV&issuedFrom=2026-11-01&issuedTo=2026-11-30\
             &receivedFrom=2026-11-01&receivedTo=2026-11-30&grossFrom=12.34&grossTo=1000&sort=issueDate&order=desc\
             &page=2&limit=10",
        );
        let Ok(PurchaseListAsked::ByPage { filter, sort, is_descending: true, page: 2, limit: 10 }) = asked
        else {
            panic!("{asked:?}")
        };
        assert_eq!((filter.role, sort), (Some(PurchaseRole::Third), PurchaseSort::IssueDate));
        assert_eq!((filter.gross_from, filter.gross_to), (Some(1234), Some(100_000)));
        assert_eq!(filter.states, [PurchaseState::New, PurchaseState::Seen]);
        assert!(matches!(parse("after=7&limit=2"), Ok(PurchaseListAsked::ByCursor { after: 7, limit: 2 })));
    }

    #[test]
    fn what_cannot_be_read_is_named() {
        for (query, name) in [
            ("role=owner", "role"),
            ("state=lost", "state"),
            ("rol=buyer", "rol"),
            ("grossFrom=1,5", "grossFrom"),
            ("receivedTo=1.1.2026", "receivedTo"),
            ("sort=gross", "sort"),
            ("madeElsewhere=1", "madeElsewhere"),
            ("page=2&after=1", "after"),
            ("role=buyer&role=seller", "role"),
        ] {
            let failure = parse(query).expect_err(query);
            assert!(failure.problem.detail.contains(name), "{query}: {}", failure.problem.detail);
        }
    }
}
