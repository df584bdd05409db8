//! What stands behind a finding's code.

use crate::{Basis, Environments, Layer, Message, catalogue};

/// The long answer about one code.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Explanation {
    /// The code.
    pub code: &'static str,
    /// The layer that it belongs to.
    pub layer: Layer,
    /// What is checked, in one line.
    pub title: Message,
    /// Why, and what to do.
    pub why: Message,
    /// Where it is written: schema, guide, article.
    pub source: &'static str,
    /// On whose authority.
    pub basis: Basis,
    /// The environments that refuse a document for it.
    pub refused_by: Environments,
    /// A piece of a document that breaks it.
    pub wrong: &'static str,
    /// The same piece put right.
    pub right: &'static str,
}

/// Explains a code of [`crate::Finding::code`], in whatever case it is written; `None` for a code that is not ours.
#[must_use]
pub fn explain(code: &str) -> Option<Explanation> {
    let rule = catalogue::all().find(|rule| rule.code.eq_ignore_ascii_case(code))?;
    let message = |[pl, en]: [&str; 2]| Message { pl: pl.to_owned(), en: en.to_owned() };
    Some(Explanation {
        code: rule.code,
        layer: rule.layer,
        title: message(rule.title),
        why: message(rule.why),
        source: rule.source,
        basis: rule.basis(),
        refused_by: rule.refused_by(),
        wrong: rule.wrong,
        right: rule.right,
    })
}

/// Every code that a finding can have, by layer and then in order.
pub fn codes() -> impl Iterator<Item = &'static str> {
    catalogue::all().map(|rule| rule.code)
}
