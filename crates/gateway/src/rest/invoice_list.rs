//! What a list of invoices is asked with: a cursor, or a page with filters and an order.

use gateway_api::ProblemCode;
use gateway_store::{SaleFilter, SaleSort, SaleState};
use jiff::civil::Date;

use super::{Failure, LIMIT_DEFAULT, LIMIT_MAX};

/// A list that was asked for.
#[derive(Debug)]
pub(crate) enum ListAsked {
    /// In the order of arrival, after a position.
    ByCursor { after: i64, limit: u32 },
    /// By page, filtered and sorted.
    ByPage { filter: SaleFilter, sort: SaleSort, is_descending: bool, page: u32, limit: u32 },
}

impl ListAsked {
    /// Reads the parameters. A name that is not known is refused: a filter with a slip of the pen would show everything.
    pub(crate) fn parse(query: &[(String, String)]) -> Result<Self, Failure> {
        each_once(query)?;
        let (mut after, mut limit, mut page, mut order) = (None, None, None, None);
        let (mut filter, mut sort) = (SaleFilter::default(), None);
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
                "state" => {
                    for state in value.split(',').map(str::trim).filter(|state| !state.is_empty()) {
                        let state = SaleState::from_name(state)
                            .ok_or_else(|| invalid(&format!("state ({})", known_states())))?;
                        if !filter.states.contains(&state) {
                            filter.states.push(state);
                        }
                    }
                }
                "search" if value.chars().count() > SEARCH_CHARS_MAX => {
                    return Err(invalid("search (1…256)"));
                }
                "search" => filter.search = Some(value.to_owned()).filter(|text| !text.is_empty()),
                "issuedFrom" => filter.issued_from = Some(day(name, value)?),
                "issuedTo" => filter.issued_to = Some(day(name, value)?),
                "mode" => {
                    filter.is_offline = Some(match value {
                        "online" => false,
                        "offline" => true,
                        _ => return Err(invalid("mode (online, offline)")),
                    });
                }
                "sort" => {
                    let sorts = "sort (arrival, issueDate, number, buyer, gross)";
                    sort = Some(value.parse::<SaleSort>().map_err(|()| invalid(sorts))?);
                }
                "order" => {
                    order = Some(match value {
                        "asc" => false,
                        "desc" => true,
                        _ => return Err(invalid("order (asc, desc)")),
                    });
                }
                other => return Err(invalid(&other.chars().take(40).collect::<String>())),
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
        let sort = sort.unwrap_or_default();
        Ok(Self::ByPage { filter, sort, is_descending: order.unwrap_or(false), page, limit })
    }
}

/// A parameter that is given twice is refused: one of both would be passed over. States are many.
pub(super) fn each_once(query: &[(String, String)]) -> Result<(), Failure> {
    for (place, (name, _)) in query.iter().enumerate() {
        if name != "state" && query.iter().take(place).any(|(before, _)| before == name) {
            return Err(invalid(&format!("{} (1×)", name.chars().take(40).collect::<String>())));
        }
    }
    Ok(())
}

pub(super) fn number(text: &str, allowed: std::ops::RangeInclusive<i64>) -> Option<i64> {
    text.parse().ok().filter(|number| allowed.contains(number))
}

pub(super) fn day(name: &str, text: &str) -> Result<Date, Failure> {
    text.parse().map_err(|_| invalid(&format!("{name} (2026-11-22)")))
}

fn known_states() -> String {
    SaleState::ALL.iter().map(|state| state.as_str()).collect::<Vec<_>>().join(", ")
}

pub(super) fn invalid(what: &str) -> Failure {
    Failure::new(ProblemCode::ParameterInvalid, what)
}

/// Entries of a page.
pub(super) const PAGE_DEFAULT: u32 = 50;
/// Nobody leafs through more; passing over costs time for each.
pub(super) const SKIP_MAX: u32 = 10_000;
pub(super) const SEARCH_CHARS_MAX: usize = 256;

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
