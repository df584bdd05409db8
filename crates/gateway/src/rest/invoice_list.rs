//! What a list of invoices is asked with: a cursor, or a page with filters and an order.

use gateway_store::{SaleFilter, SaleSort, SaleState};

use super::Failure;
use super::paging::{Paged, Paging, day, each_once, invalid, text, unknown};

/// A list that was asked for.
#[derive(Debug)]
pub(crate) enum ListAsked {
    /// In the order of arrival, after a position.
    ByCursor { after: i64, limit: u32 },
    /// By page, filtered and sorted.
    ByPage { filter: SaleFilter, sort: SaleSort, is_descending: bool, page: u32, limit: u32 },
}

impl ListAsked {
    /// Reads the parameters.
    pub(crate) fn parse(query: &[(String, String)]) -> Result<Self, Failure> {
        each_once(query)?;
        let (mut paging, mut filter) = (Paging::<SaleSort>::default(), SaleFilter::default());
        for (name, value) in query {
            let value = value.trim();
            if !paging.reads(name, value, "arrival, issueDate, number, buyer, gross")? {
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

fn read_filter(filter: &mut SaleFilter, name: &str, value: &str) -> Result<(), Failure> {
    match name {
        "state" => {
            for state in value.split(',').map(str::trim).filter(|state| !state.is_empty()) {
                let state = SaleState::from_name(state)
                    .ok_or_else(|| invalid(&format!("state ({})", known_states())))?;
                if !filter.states.contains(&state) {
                    filter.states.push(state);
                }
            }
        }
        "search" => filter.search = Some(text(name, value)?).filter(|text| !text.is_empty()),
        "issuedFrom" => filter.issued_from = Some(day(name, value)?),
        "issuedTo" => filter.issued_to = Some(day(name, value)?),
        "mode" => {
            filter.is_offline = Some(match value {
                "online" => false,
                "offline" => true,
                _ => return Err(invalid("mode (online, offline)")),
            });
        }
        other => return Err(unknown(other)),
    }
    Ok(())
}

fn known_states() -> String {
    SaleState::ALL.iter().map(|state| state.as_str()).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(query: &str) -> Result<ListAsked, Failure> {
        let pairs: Vec<(String, String)> = query
            .split('&')
            .filter_map(|pair| pair.split_once('='))
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        ListAsked::parse(&pairs)
    }

    #[test]
    fn without_filter_it_is_the_plain_cursor() {
        assert!(matches!(parse(""), Ok(ListAsked::ByCursor { after: 0, limit: 100 })));
        assert!(matches!(parse("after=7&limit=2"), Ok(ListAsked::ByCursor { after: 7, limit: 2 })));
    }

    #[test]
    fn a_page_takes_every_filter() {
        let asked = parse(
            "state=waiting,rejected&state=waiting&search= FV/1 &issuedFrom=2026-11-01&issuedTo=2026-11-30\
             &mode=offline&sort=gross&order=desc&page=3&limit=20",
        );
        let Ok(ListAsked::ByPage { filter, sort, is_descending, page, limit }) = asked else {
            panic!("{asked:?}")
        };
        assert_eq!(filter.states, [SaleState::Waiting, SaleState::Rejected]);
        assert_eq!((filter.search.as_deref(), filter.is_offline), (Some("FV/1"), Some(true)));
        assert!(filter.issued_from < filter.issued_to);
        assert_eq!((sort, is_descending, page, limit), (SaleSort::Gross, true, 3, 20));
    }

    #[test]
    fn what_cannot_be_read_is_named() {
        for (query, name) in [
            ("state=lost", "state"),
            ("stat=rejected", "stat"),
            ("issuedFrom=22.11.2026", "issuedFrom"),
            ("mode=offline24", "mode"),
            ("sort=size", "sort"),
            ("order=up", "order"),
            ("page=0", "page"),
            ("page=202&limit=50", "page"),
            ("limit=1001", "limit"),
            ("page=2&after=1", "after"),
            ("limit=1&limit=2", "limit"),
        ] {
            let failure = parse(query).expect_err(query);
            assert_eq!(failure.problem.code, "request.parameter", "{query}");
            assert!(failure.problem.detail.contains(name), "{query}: {}", failure.problem.detail);
        }
    }
}
