//! Reading typed values out of recorded elements, tolerantly.

use std::cell::RefCell;

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::Unreadable;
use crate::schema::datatype::{Builtin, Number};
use crate::xml::{Cursor, text};

/// The children of an element, or of nothing.
#[derive(Clone, Copy)]
pub(super) struct Fields<'r, 'd, 'a> {
    element: Option<Cursor<'d, 'a>>,
    unreadable: &'r RefCell<Vec<Unreadable>>,
}

impl<'r, 'd, 'a> Fields<'r, 'd, 'a> {
    pub(super) fn new(element: Option<Cursor<'d, 'a>>, unreadable: &'r RefCell<Vec<Unreadable>>) -> Self {
        Self { element, unreadable }
    }

    /// Whether the element is there.
    pub(super) fn is_present(&self) -> bool {
        self.element.is_some()
    }

    /// The first child of this name, or nothing.
    pub(super) fn group(&self, name: &str) -> Self {
        Self { element: self.element.and_then(|element| element.child(name)), ..*self }
    }

    /// The first child of this name when it is there.
    pub(super) fn optional(&self, name: &str) -> Option<Self> {
        Some(self.group(name)).filter(Self::is_present)
    }

    /// Every child.
    pub(super) fn all(&self) -> Vec<Self> {
        let children = self.element.into_iter().flat_map(Cursor::children);
        children.map(|child| Self { element: Some(child), ..*self }).collect()
    }

    /// Every child of this name.
    pub(super) fn list(&self, name: &str) -> Vec<Self> {
        let children = self.element.into_iter().flat_map(|element| element.children_named(name));
        children.map(|child| Self { element: Some(child), ..*self }).collect()
    }

    pub(super) fn name(&self) -> &'a str {
        self.element.map_or("", |element| element.name())
    }

    /// The element's own text, XML white space collapsed as the forms' text types do.
    pub(super) fn own_text(&self) -> String {
        self.element.map(|element| text::collapse(element.text()).into_owned()).unwrap_or_default()
    }

    /// The element's own text as it stands, for texts of several lines.
    pub(super) fn own_lines(&self) -> String {
        self.element.map(|element| element.text().to_owned()).unwrap_or_default()
    }

    /// Length of the element's own text in bytes, for content that nobody reads here.
    pub(super) fn text_length(&self) -> usize {
        self.element.map_or(0, |element| element.text().len())
    }

    pub(super) fn attribute(&self, name: &str) -> String {
        let attributes = self.element.into_iter().flat_map(Cursor::attributes);
        let value = attributes.into_iter().find(|(key, _)| *key == name).map(|(_, value)| value.into_owned());
        value.unwrap_or_default()
    }

    pub(super) fn text(&self, name: &str) -> Option<String> {
        self.optional(name).map(|field| field.own_text()).filter(|text| !text.is_empty())
    }

    pub(super) fn string(&self, name: &str) -> String {
        self.text(name).unwrap_or_default()
    }

    pub(super) fn strings(&self, name: &str) -> Vec<String> {
        self.list(name).iter().map(Self::own_text).collect()
    }

    /// Whether the child says 1.
    pub(super) fn flag(&self, name: &str) -> bool {
        self.parsed(name, |text| text.parse::<u8>().ok()) == Some(1)
    }

    pub(super) fn small(&self, name: &str) -> Option<u8> {
        self.parsed(name, |text| text.parse().ok())
    }

    pub(super) fn number(&self, name: &str) -> Option<u64> {
        self.parsed(name, |text| text.parse().ok())
    }

    pub(super) fn decimal(&self, name: &str) -> Option<Decimal> {
        self.parsed(name, parse_decimal)
    }

    pub(super) fn date(&self, name: &str) -> Option<Date> {
        self.parsed(name, parse_date)
    }

    /// The child's value; one that is there and does not parse is noted.
    fn parsed<T>(&self, name: &str, parse: impl Fn(&str) -> Option<T>) -> Option<T> {
        let element = self.element?.child(name)?;
        let value = parse(element.text());
        if value.is_none() {
            let text = text::cut(element.text(), 200);
            self.unreadable.borrow_mut().push(Unreadable { path: element.path(), text });
        }
        value
    }
}

/// A decimal number as XSD writes it; `None` when it is none or has more than 28 digits.
pub(crate) fn parse_decimal(text: &str) -> Option<Decimal> {
    Number::parse(text)?;
    // rust_decimal wants a digit on both sides of a point.
    let trimmed = text.trim_end_matches('.');
    Decimal::from_str_exact(trimmed).ok()
}

/// A date as XSD writes it, its time zone left out.
pub(crate) fn parse_date(text: &str) -> Option<Date> {
    if !Builtin::Date.accepts(text) {
        return None;
    }
    text.get(..10)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_and_dates() {
        for (text, value) in [("12.50", "12.50"), ("-0.01", "-0.01"), ("5.", "5"), ("+7", "7"), (".5", "0.5")]
        {
            assert_eq!(parse_decimal(text).map(|value| value.to_string()).as_deref(), Some(value), "{text}");
        }
        for text in ["", "1e5", "1,5", "1_000", "123456789012345678901234567890"] {
            assert_eq!(parse_decimal(text), None, "{text}");
        }
        assert_eq!(parse_date("2026-02-15"), Some(jiff::civil::date(2026, 2, 15)));
        assert_eq!(parse_date("2026-02-15Z"), Some(jiff::civil::date(2026, 2, 15)));
        assert_eq!(parse_date("20260215"), None);
        assert_eq!(parse_date("2026-02-30"), None);
    }
}
