//! What is wrong with an invoice in neutral form: findings whose path is a JSON pointer.

use super::number::Number;
use crate::catalogue::Rule;
use crate::finding::{Finding, Message, Report, Severity};
use crate::xml::text;

/// The findings of one invoice in neutral form, at most [`Report::FINDINGS_MAX`].
#[derive(Debug, Default)]
pub(super) struct Problems {
    list: Vec<Finding>,
}

impl Problems {
    pub(super) fn push(
        &mut self,
        rule: &'static Rule,
        pointer: &str,
        found: Option<String>,
        allowed: Option<String>,
        [pl, en]: [String; 2],
    ) {
        if self.list.len() >= Report::FINDINGS_MAX {
            return;
        }
        self.list.push(Finding {
            code: rule.code,
            // The builder refuses, whoever else would not.
            severity: Severity::Error,
            layer: rule.layer,
            path: pointer.to_owned(),
            line: 1,
            column: 1,
            offset: 0,
            found: found.map(|found| text::cut(&found, FOUND_CHARACTERS_MAX)),
            allowed,
            message: Message { pl, en },
            refused_by: rule.refused_by(),
            basis: rule.basis(),
        });
    }

    /// Something cannot be computed, or is compulsory here, and `pointer` is what to give.
    pub(super) fn incomplete(&mut self, pointer: &str, pl: &str, en: &str) {
        self.push(&super::rules::INCOMPLETE, pointer, None, None, [pl.to_owned(), en.to_owned()]);
    }

    /// What is given contradicts the rest.
    pub(super) fn contradiction(&mut self, pointer: &str, pl: &str, en: &str) {
        self.push(&super::rules::CONTRADICTION, pointer, None, None, [pl.to_owned(), en.to_owned()]);
    }

    /// An amount that is given as well must be the one that is computed, which is put in its place.
    pub(super) fn compare(
        &mut self,
        pointer: impl FnOnce() -> String,
        given: &mut Option<Number>,
        computed: Number,
    ) {
        if let Some(known) = *given
            && known.0 != computed.0
        {
            self.push(
                &super::rules::CONTRADICTION,
                &pointer(),
                Some(known.to_string()),
                Some(computed.to_string()),
                [
                    format!("Podano {known}, a z pozostałych danych wynika {computed}; popraw kwotę albo ją pomiń."),
                    format!("{known} is given, and the other data give {computed}; correct the amount or leave it out."),
                ],
            );
        }
        *given = Some(computed);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    pub(super) fn into_list(self) -> Vec<Finding> {
        self.list
    }
}

/// How much of a value a finding quotes.
const FOUND_CHARACTERS_MAX: usize = 200;
