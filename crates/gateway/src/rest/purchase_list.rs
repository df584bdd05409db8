//! What a list of purchases is asked with: a cursor, or a page with filters and an order.

use gateway_store::{Approval, PurchaseFilter, PurchaseRole, PurchaseSort, PurchaseState};
use rust_decimal::Decimal;

use super::Failure;
use super::paging::{Paged, Paging, day, each_once, invalid, text, unknown};
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
    /// Reads the parameters.
    pub(crate) fn parse(query: &[(String, String)]) -> Result<Self, Failure> {
        each_once(query)?;
        let (mut paging, mut filter) = (Paging::<PurchaseSort>::default(), PurchaseFilter::default());
        for (name, value) in query {
            let value = value.trim();
            if !paging.reads(name, value, "arrival, issueDate")? {
                read_filter(&mut filter, name, value)?;
            }
        }
        Ok(match paging.asked()? {
            Paged::ByCursor { after, limit } => Self::ByCursor { after, limit },
            Paged::ByPage { sort, is_descending, page, limit } => {
                Self::ByPage { filter, sort, is_descending, page, limit }
            }
        })
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
        other => return Err(unknown(other)),
    }
    Ok(())
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
