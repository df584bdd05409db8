//! To whom an arriving purchase goes: the first rule of a company that holds, and the units that the invoice itself names.
//!
//! A unit of a municipality or a member of a VAT group stands on an invoice as `Podmiot3`, by its NIP or by an internal
//! identifier (the guide's `uwierzytelnianie.md`, FA(3) `Podmiot3/DaneIdentyfikacyjne/IDWew`). An invoice that names it is
//! its own, whatever the rules say; the rules add to that and take nothing away.

use ksef_id::{ContextIdentifier, ContextType};

/// What rules look at on an invoice.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RoutingFacts {
    /// The seller's NIP or other identifier.
    pub seller: Option<String>,
    /// NIPs and internal identifiers of all `Podmiot3`.
    pub thirds: Vec<String>,
    /// The numbers of the orders that it refers to.
    pub orders: Vec<String>,
    /// Gross in hundredths of its currency.
    pub gross_minor: i64,
}

/// When a rule holds: all that is set must. One without any condition holds always.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RoutingConditions {
    /// The seller's NIP or other identifier.
    pub seller: Option<String>,
    /// The NIP or internal identifier of any `Podmiot3`.
    pub third: Option<String>,
    /// The number of any of its orders; with `*` at the end its beginning.
    pub order_number: Option<String>,
    /// Gross in hundredths, at least.
    pub gross_from: Option<i64>,
    /// Gross in hundredths, at most.
    pub gross_to: Option<i64>,
}

impl RoutingConditions {
    /// Whether it holds for an invoice.
    #[must_use]
    pub fn hold(&self, facts: &RoutingFacts) -> bool {
        let same = |wanted: &str, found: &str| plain(wanted) == plain(found);
        let seller = self.seller.as_deref();
        let is_seller =
            seller.is_none_or(|wanted| facts.seller.as_deref().is_some_and(|found| same(wanted, found)));
        let third = self.third.as_deref();
        let is_third = third.is_none_or(|wanted| facts.thirds.iter().any(|found| same(wanted, found)));
        let order = self.order_number.as_deref();
        let is_order = order.is_none_or(|wanted| facts.orders.iter().any(|found| is_order(wanted, found)));
        is_seller
            && is_third
            && is_order
            && self.gross_from.is_none_or(|least| facts.gross_minor >= least)
            && self.gross_to.is_none_or(|most| facts.gross_minor <= most)
    }
}

/// The place of the first rule that holds.
pub fn first_that_holds<'a>(
    rules: impl IntoIterator<Item = &'a RoutingConditions>,
    facts: &RoutingFacts,
) -> Option<usize> {
    rules.into_iter().position(|rule| rule.hold(facts))
}

/// Whether an invoice names a unit of this identifier as `Podmiot3`.
#[must_use]
pub fn names_unit(facts: &RoutingFacts, identifier: &str) -> bool {
    facts.thirds.iter().any(|third| plain(third) == plain(identifier))
}

/// A unit's identifier as it is kept: a NIP, or a NIP, a hyphen and five digits; `None` when it is neither.
#[must_use]
pub fn unit_identifier(text: &str) -> Option<String> {
    let text: String = text.chars().filter(|sign| !sign.is_whitespace()).collect();
    let kind =
        if text.contains('-') && text.len() == 16 { ContextType::InternalId } else { ContextType::Nip };
    let text = if kind == ContextType::Nip { text.replace('-', "") } else { text };
    ContextIdentifier::new(kind, &text).is_ok().then_some(text)
}

/// Identifiers as people and programs write them: without spaces, in capital letters, a Polish NIP without `PL` and hyphens.
pub(crate) fn plain(identifier: &str) -> String {
    let text: String =
        identifier.chars().filter(|sign| !sign.is_whitespace()).flat_map(char::to_uppercase).collect();
    let digits = text.strip_prefix("PL").unwrap_or(&text).replace('-', "");
    let is_nip = digits.len() == 10 && digits.bytes().all(|byte| byte.is_ascii_digit());
    if is_nip { digits } else { text }
}

/// Whether an order's number is the wanted one, or begins as it does.
fn is_order(wanted: &str, found: &str) -> bool {
    let (wanted, found) = (wanted.trim().to_uppercase(), found.trim().to_uppercase());
    match wanted.strip_suffix('*') {
        Some(beginning) => found.starts_with(beginning),
        None => found == wanted,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn invoice() -> RoutingFacts {
        RoutingFacts {
            seller: Some("1111111111".into()),
            thirds: vec!["5265877635-00017".into(), "3333333333".into()],
            orders: vec!["ZAM/2026/15".into(), "77".into()],
            gross_minor: 12_300,
        }
    }

    fn when(set: impl Fn(&mut RoutingConditions)) -> RoutingConditions {
        let mut conditions = RoutingConditions::default();
        set(&mut conditions);
        conditions
    }

    #[test]
    fn each_condition_holds_where_it_should() {
        let some = |text: &str| Some(text.to_owned());
        let cases: &[(&str, RoutingConditions, bool)] = &[
            ("none", RoutingConditions::default(), true),
            ("the seller", when(|rule| rule.seller = some("1111111111")), true),
            ("the seller with hyphens", when(|rule| rule.seller = some("PL 111-111-11-11")), true),
            ("another seller", when(|rule| rule.seller = some("2222222222")), false),
            ("an internal identifier", when(|rule| rule.third = some("5265877635-00017")), true),
            ("another unit of the same NIP", when(|rule| rule.third = some("5265877635-00018")), false),
            ("the NIP of the unit's owner", when(|rule| rule.third = some("5265877635")), false),
            ("the second third party", when(|rule| rule.third = some("3333333333")), true),
            ("the seller is no third party", when(|rule| rule.third = some("1111111111")), false),
            ("an order", when(|rule| rule.order_number = some("zam/2026/15")), true),
            ("the second order", when(|rule| rule.order_number = some(" 77 ")), true),
            ("only its beginning", when(|rule| rule.order_number = some("ZAM/2026")), false),
            ("a beginning", when(|rule| rule.order_number = some("ZAM/2026/*")), true),
            ("any order", when(|rule| rule.order_number = some("*")), true),
            ("another beginning", when(|rule| rule.order_number = some("ZAM/2025/*")), false),
            ("at least as much", when(|rule| rule.gross_from = Some(12_300)), true),
            ("more", when(|rule| rule.gross_from = Some(12_301)), false),
            ("at most as much", when(|rule| rule.gross_to = Some(12_300)), true),
            ("less", when(|rule| rule.gross_to = Some(12_299)), false),
            (
                "all of several must hold",
                when(|rule| {
                    rule.seller = some("1111111111");
                    rule.gross_to = Some(100);
                }),
                false,
            ),
        ];
        for (what, rule, expected) in cases {
            assert_eq!(rule.hold(&invoice()), *expected, "{what}");
        }
        let nothing = RoutingFacts::default();
        assert!(!when(|rule| rule.order_number = some("*")).hold(&nothing), "no order at all");
        assert!(!when(|rule| rule.seller = some("")).hold(&nothing), "a seller that is not known");
    }

    #[test]
    fn the_first_rule_that_holds_decides() {
        let seller = |nip: &str| when(|rule| rule.seller = Some(nip.to_owned()));
        let check = |rules: &[RoutingConditions], expected| {
            assert_eq!(first_that_holds(rules, &invoice()), expected);
        };
        check(&[], None);
        check(&[seller("2222222222")], None);
        check(&[seller("2222222222"), seller("1111111111"), RoutingConditions::default()], Some(1));
        check(&[RoutingConditions::default(), seller("1111111111")], Some(0));
    }

    #[test]
    fn a_unit_is_known_by_its_whole_identifier() {
        assert!(names_unit(&invoice(), "5265877635-00017"));
        assert!(names_unit(&invoice(), "3333333333"));
        assert!(!names_unit(&invoice(), "5265877635"));
        for (text, expected) in [
            ("5265877635", Some("5265877635")),
            ("526-587-76-35", Some("5265877635")),
            ("5265877635-00017", Some("5265877635-00017")),
            (" 5265877635-00017 ", Some("5265877635-00017")),
            ("5265877635-0017", None),
            ("526587763", None),
            ("szkoła", None),
            ("", None),
        ] {
            assert_eq!(unit_identifier(text).as_deref(), expected, "{text}");
        }
    }
}
