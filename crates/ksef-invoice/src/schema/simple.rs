//! Simple types: the facets that a value must satisfy.

use std::cmp::Ordering;
use std::sync::OnceLock;

use super::datatype::{Builtin, Number, WhiteSpace};
use super::pattern::Pattern;
use super::{Schema, TypeId};

/// A simple type with the facets of all the types it is derived from.
#[derive(Debug)]
pub(crate) struct SimpleType {
    pub(crate) base: Option<TypeId>,
    pub(crate) builtin: Builtin,
    pub(crate) white_space: WhiteSpace,
    pub(crate) length: Option<usize>,
    pub(crate) min_length: Option<usize>,
    pub(crate) max_length: Option<usize>,
    /// One step a derivation; within a step one must match, and every step.
    pub(crate) patterns: Vec<Vec<LazyPattern>>,
    pub(crate) enumeration: Option<Vec<&'static str>>,
    passes: OnceLock<Vec<&'static str>>,
    pub(crate) bounds: Vec<Bound>,
    pub(crate) total_digits: Option<usize>,
    pub(crate) fraction_digits: Option<usize>,
    /// For a union: a value must be of one of these, and nothing else is asked.
    pub(crate) members: Vec<TypeId>,
}

/// A pattern that is compiled when first needed: a document uses few of a schema's.
#[derive(Debug)]
pub(crate) struct LazyPattern {
    pub(crate) text: &'static str,
    compiled: OnceLock<Pattern>,
}

impl LazyPattern {
    pub(crate) fn new(text: &'static str) -> Self {
        Self { text, compiled: OnceLock::new() }
    }

    fn matches(&self, value: &str) -> bool {
        self.compiled
            .get_or_init(|| {
                Pattern::compile(self.text).expect("the tables' patterns compile; a test compiles each")
            })
            .matches(value)
    }
}

/// A bound of the value space.
#[derive(Debug, Clone)]
pub(crate) struct Bound {
    pub(crate) kind: BoundKind,
    pub(crate) value: &'static str,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BoundKind {
    MinInclusive,
    MaxInclusive,
    MinExclusive,
    MaxExclusive,
}

/// The facet that a value breaks.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Violation<'s> {
    /// Not of the built-in type at all.
    Lexical(Builtin),
    Length(usize),
    MinLength(usize),
    MaxLength(usize),
    /// The patterns of the step, one of which must match.
    Pattern(Vec<&'s str>),
    Enumeration(&'s [&'static str]),
    Bound(BoundKind, &'s str),
    TotalDigits(usize),
    FractionDigits(usize),
    /// None of a union's members takes it; their patterns.
    Union(Vec<&'s str>),
}

impl SimpleType {
    /// A built-in type as it is.
    pub(crate) fn of_builtin(builtin: Builtin, base: Option<TypeId>) -> Self {
        Self {
            base,
            builtin,
            white_space: builtin.white_space(),
            length: None,
            min_length: None,
            max_length: None,
            patterns: Vec::new(),
            enumeration: None,
            passes: OnceLock::new(),
            bounds: Vec::new(),
            total_digits: None,
            fraction_digits: None,
            members: Vec::new(),
        }
    }

    /// Checks a value as it stands in the document, references resolved.
    pub(crate) fn check<'s>(&'s self, schema: &'s Schema, raw: &str) -> Result<(), Violation<'s>> {
        if !self.members.is_empty() {
            return self.check_union(schema, raw);
        }
        if self.enumeration.is_some() && self.passes().binary_search(&raw).is_ok() {
            return Ok(());
        }
        let value = self.white_space.apply(raw);
        if !self.builtin.accepts(&value) {
            return Err(Violation::Lexical(self.builtin));
        }
        if let Some(values) = &self.enumeration
            && !values.iter().any(|allowed| self.builtin.compare(&value, allowed) == Some(Ordering::Equal))
        {
            return Err(Violation::Enumeration(values));
        }
        self.check_facets(&value)
    }

    /// Those of the enumeration's values that pass every other facet too, sorted: what is written exactly so is valid.
    pub(super) fn passes(&self) -> &[&'static str] {
        self.passes.get_or_init(|| {
            let passes = |value: &&'static str| {
                let treated = self.white_space.apply(value);
                // A value that is changed by its own type's treatment is found by the slower comparison.
                treated == *value && self.builtin.accepts(&treated) && self.check_facets(&treated).is_ok()
            };
            let mut values: Vec<_> = self.enumeration.iter().flatten().copied().filter(passes).collect();
            values.sort_unstable();
            values
        })
    }

    /// Checks the facets other than an enumeration.
    fn check_facets(&self, value: &str) -> Result<(), Violation<'_>> {
        for step in &self.patterns {
            if !step.iter().any(|pattern| pattern.matches(value)) {
                return Err(Violation::Pattern(step.iter().map(|pattern| pattern.text).collect()));
            }
        }
        self.check_lengths(value)?;
        self.check_numbers(value)
    }

    /// Whether the patterns and lengths take a value whose white space is treated.
    pub(super) fn fits(&self, value: &str) -> bool {
        self.patterns.iter().all(|step| step.iter().any(|pattern| pattern.matches(value)))
            && self.check_lengths(value).is_ok()
    }

    /// Whether a value equals the one that the schema fixes.
    pub(crate) fn equals(&self, raw: &str, fixed: &str) -> bool {
        let (value, fixed) = (self.white_space.apply(raw), self.white_space.apply(fixed));
        self.builtin.compare(&value, &fixed) == Some(Ordering::Equal)
    }

    fn check_union<'s>(&'s self, schema: &'s Schema, raw: &str) -> Result<(), Violation<'s>> {
        let members = || self.members.iter().filter_map(|member| schema.simple(*member));
        if members().any(|member| member.check(schema, raw).is_ok()) {
            return Ok(());
        }
        let patterns = members().flat_map(|member| &member.patterns).flatten();
        Err(Violation::Union(patterns.map(|pattern| pattern.text).collect()))
    }

    fn check_lengths(&self, value: &str) -> Result<(), Violation<'_>> {
        if self.length.is_none() && self.min_length.is_none() && self.max_length.is_none() {
            return Ok(());
        }
        // Bytes bound characters from above, so most values need not be counted.
        let bytes = value.len();
        if self.length.is_none()
            && self.min_length.unwrap_or(0) <= 1
            && bytes >= self.min_length.unwrap_or(0)
            && self.max_length.is_none_or(|max| bytes <= max)
        {
            return Ok(());
        }
        let length = value.chars().count();
        if let Some(exact) = self.length.filter(|exact| length != *exact) {
            return Err(Violation::Length(exact));
        }
        if let Some(min) = self.min_length.filter(|min| length < *min) {
            return Err(Violation::MinLength(min));
        }
        self.max_length.filter(|max| length > *max).map_or(Ok(()), |max| Err(Violation::MaxLength(max)))
    }

    fn check_numbers(&self, value: &str) -> Result<(), Violation<'_>> {
        if (self.total_digits.is_some() || self.fraction_digits.is_some())
            && let Some(number) = Number::parse(value)
        {
            if let Some(max) = self.fraction_digits.filter(|max| number.fraction_digits() > *max) {
                return Err(Violation::FractionDigits(max));
            }
            if let Some(max) = self.total_digits.filter(|max| number.total_digits() > *max) {
                return Err(Violation::TotalDigits(max));
            }
        }
        for bound in &self.bounds {
            let allowed: &[Ordering] = match bound.kind {
                BoundKind::MinInclusive => &[Ordering::Greater, Ordering::Equal],
                BoundKind::MaxInclusive => &[Ordering::Less, Ordering::Equal],
                BoundKind::MinExclusive => &[Ordering::Greater],
                BoundKind::MaxExclusive => &[Ordering::Less],
            };
            // Dates that cannot be compared satisfy no bound.
            if !self.builtin.compare(value, bound.value).is_some_and(|order| allowed.contains(&order)) {
                return Err(Violation::Bound(bound.kind, bound.value));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Form;
    use crate::schema::Type;

    #[test]
    fn every_pattern_of_every_table_compiles() {
        let mut count = 0;
        for schema in Form::ALL.into_iter().map(Schema::of) {
            for kind in schema.types() {
                let Type::Simple(simple) = kind else { continue };
                for pattern in simple.patterns.iter().flatten() {
                    assert!(Pattern::compile(pattern.text).is_ok(), "{}", pattern.text);
                    count += 1;
                }
            }
        }
        assert!(count > 40);
    }

    #[test]
    fn facets_of_fa3() {
        let schema = Schema::of(Form::Fa3);
        let check = |name: &str, value: &str| {
            let id = schema.type_named(name).expect(name);
            schema.simple(id).expect(name).check(schema, value).is_ok()
        };
        for (name, value, valid) in [
            ("TKwotowy", "12.34", true),
            ("TKwotowy", " 12.34\n", true),
            ("TKwotowy", "12.345", false),
            ("TKwotowy", "12,34", false),
            ("TKwotowy", "+12.34", false),
            ("TZnakowy", "   ", false),
            ("TZnakowy2", "   ", true),
            ("TZnakowy20", &"ż".repeat(20), true),
            ("TZnakowy20", &"ż".repeat(21), false),
            ("TData", "2016-06-30", false),
            ("TData", "2016-07-01", true),
            ("TData", "2050-01-01", true),
            ("TData", "2050-01-02", false),
            ("TData", "2026-01-01Z", false),
            ("TFormaPlatnosci", "06", true),
            ("TFormaPlatnosci", "8", false),
            ("TProcentowy", "100", true),
            ("TProcentowy", "100.000001", false),
            ("TProcentowy", "0.0000001", false),
            ("TKodWaluty", "PLN", true),
            ("TKodWaluty", " PLN", false),
            ("etd:TNrREGON", "123456789", true),
            ("etd:TNrREGON", "1234567890", false),
            ("TNaturalny", "0", false),
            ("TNaturalny", "99999999999999", true),
            ("TNaturalny", "100000000000000", false),
        ] {
            assert_eq!(check(name, value), valid, "{name} {value:?}");
        }
    }
}
