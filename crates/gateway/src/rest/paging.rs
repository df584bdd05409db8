//! How a list is asked for, whatever is in it: after a cursor, or by page in an order. A name that is not known is refused: a filter
//! with a slip of the pen would show everything.

use std::str::FromStr;

use gateway_api::ProblemCode;
use jiff::civil::Date;

use super::{Failure, LIMIT_DEFAULT, LIMIT_MAX};

/// What was asked of a list so far, but for its filters; `S` is what it can be sorted by.
#[derive(Debug, Default)]
pub(super) struct Paging<S> {
    after: Option<i64>,
    limit: Option<u32>,
    page: Option<u32>,
    sort: Option<S>,
    is_descending: bool,
    is_by_page: bool,
}

/// What was asked of a list.
#[derive(Debug)]
pub(super) enum Paged<S> {
    /// In the order in which things came, after a position.
    ByCursor { after: i64, limit: u32 },
    /// By page, sorted.
    ByPage { sort: S, is_descending: bool, page: u32, limit: u32 },
}

impl<S: Default + FromStr> Paging<S> {
    /// Reads a parameter; `false` when it is a filter. `sorts` are the names that it can be sorted by.
    pub(super) fn reads(&mut self, name: &str, value: &str, sorts: &str) -> Result<bool, Failure> {
        self.is_by_page |= !matches!(name, "after" | "limit");
        match name {
            "after" => self.after = Some(number(value, i64::MAX).ok_or_else(|| invalid("after"))?),
            "limit" => {
                let read = number(value, LIMIT_MAX).filter(|limit| *limit > 0);
                self.limit = Some(read.ok_or_else(|| invalid("limit (1…1000)"))?);
            }
            "page" => {
                let read = number(value, SKIP_MAX).filter(|page| *page > 0);
                self.page = Some(read.ok_or_else(|| invalid("page (1…)"))?);
            }
            "sort" => {
                self.sort = Some(value.parse().map_err(|_| invalid(&format!("sort ({sorts})")))?);
            }
            "order" => {
                self.is_descending = match value {
                    "asc" => false,
                    "desc" => true,
                    _ => return Err(invalid("order (asc, desc)")),
                };
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// All of it.
    pub(super) fn asked(self) -> Result<Paged<S>, Failure> {
        if !self.is_by_page {
            let limit = self.limit.unwrap_or(LIMIT_DEFAULT);
            return Ok(Paged::ByCursor { after: self.after.unwrap_or_default(), limit });
        }
        if self.after.is_some() {
            return Err(invalid("after (page)"));
        }
        let (page, limit) = (self.page.unwrap_or(1), self.limit.unwrap_or(PAGE_DEFAULT));
        if u64::from(page - 1) * u64::from(limit) > u64::from(SKIP_MAX) {
            return Err(invalid("page (page × limit ≤ 10000; filter, or turn the order round)"));
        }
        let sort = self.sort.unwrap_or_default();
        Ok(Paged::ByPage { sort, is_descending: self.is_descending, page, limit })
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

/// A day as programs write it.
pub(super) fn day(name: &str, text: &str) -> Result<Date, Failure> {
    text.parse().map_err(|_| invalid(&format!("{name} (2026-11-22)")))
}

/// What is looked for as text.
pub(super) fn text(name: &str, value: &str) -> Result<String, Failure> {
    if value.chars().count() > SEARCH_CHARS_MAX {
        return Err(invalid(&format!("{name} (1…256)")));
    }
    Ok(value.to_owned())
}

/// A parameter of no known name.
pub(super) fn unknown(name: &str) -> Failure {
    invalid(&name.chars().take(40).collect::<String>())
}

pub(super) fn invalid(what: &str) -> Failure {
    Failure::new(ProblemCode::ParameterInvalid, what)
}

/// A number from 0 to `max`.
fn number<N: FromStr + PartialOrd + Default>(text: &str, max: N) -> Option<N> {
    text.parse().ok().filter(|number| (N::default()..=max).contains(number))
}

/// Entries of a page.
const PAGE_DEFAULT: u32 = 50;
/// Nobody leafs through more; passing over costs time for each.
const SKIP_MAX: u32 = 10_000;
const SEARCH_CHARS_MAX: usize = 256;
