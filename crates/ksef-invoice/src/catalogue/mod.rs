//! Every code that a finding can have, in one table: the layer, the weight, the source, the explanation.

mod file;
mod meaning;
mod schema;

pub(crate) use file::*;
pub(crate) use meaning::*;
pub(crate) use schema::*;

use crate::{Basis, Environments, Layer, Perspective, Profile, Severity};

/// What is known of a code apart from a document.
#[derive(Debug)]
pub(crate) struct Rule {
    pub(crate) code: &'static str,
    pub(crate) layer: Layer,
    pub(crate) weight: Weight,
    /// In one line: Polish, English.
    pub(crate) title: [&'static str; 2],
    /// Why, and what to do: Polish, English.
    pub(crate) why: [&'static str; 2],
    pub(crate) source: &'static str,
    pub(crate) wrong: &'static str,
    pub(crate) right: &'static str,
}

/// How heavy a finding weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Weight {
    /// KSeF refuses the document in these environments.
    Ksef(Environments),
    /// The law or the schema's official note demands it, and KSeF does not check it.
    Law,
    /// The law is said to demand it; only a secondary source was at hand, so it stays a warning.
    LawAtSecondHand,
    /// Advice.
    Advice,
}

impl Rule {
    pub(crate) fn severity(&self, profile: Profile, perspective: Perspective) -> Severity {
        let refused = match self.weight {
            Weight::Ksef(by) => match profile {
                Profile::Strict => by != Environments::NONE,
                Profile::Test => by.test,
                Profile::Demo => by.demo,
                Profile::Prd => by.prd,
            },
            Weight::Law => profile == Profile::Strict && perspective == Perspective::Own,
            Weight::LawAtSecondHand | Weight::Advice => false,
        };
        if refused { Severity::Error } else { Severity::Warning }
    }

    pub(crate) fn refused_by(&self) -> Environments {
        match self.weight {
            Weight::Ksef(by) => by,
            _ => Environments::NONE,
        }
    }

    pub(crate) fn basis(&self) -> Basis {
        match self.weight {
            Weight::Ksef(_) => Basis::Ksef,
            Weight::Law | Weight::LawAtSecondHand => Basis::Law,
            Weight::Advice => Basis::Advice,
        }
    }
}

/// Every rule, by layer and then by code.
pub(crate) fn all() -> impl Iterator<Item = &'static Rule> {
    file::ALL.iter().chain(schema::ALL).chain(meaning::ALL).chain(crate::build::rules::ALL).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique_ordered_and_named_by_layer() {
        for layer in [file::ALL, schema::ALL, meaning::ALL, crate::build::rules::ALL] {
            let codes: Vec<_> = layer.iter().map(|rule| rule.code).collect();
            assert!(codes.windows(2).all(|pair| pair[0] < pair[1]), "{codes:?}");
        }
        for rule in all() {
            let prefixes: &[&str] = match rule.layer {
                Layer::File => &["FILE"],
                Layer::Schema => &["XSD"],
                Layer::Meaning => &["FA", "PEF", "RR"],
                Layer::Input => &["NI"],
            };
            assert!(prefixes.iter().any(|prefix| rule.code.starts_with(prefix)), "{}", rule.code);
            for text in rule.title.iter().chain(&rule.why).chain([&rule.source, &rule.wrong, &rule.right]) {
                assert!(!text.trim().is_empty(), "{} has an empty text", rule.code);
            }
        }
    }
}
