//! What the rules look at, read out of a recorded FA document in one walk: borrowed texts, numbers parsed once.
//!
//! It is not the view, on purpose. The view owns everything and is for people and lists; this is for the rules, costs no
//! allocation but for lists that are there, and leaves the lines of the invoice in the record (`rules/lines.rs` walks
//! them).

use jiff::civil::Date;

use super::number::{Grosze, Number};
use crate::view::{InvoiceKind, RateGroup};
use crate::xml::Cursor;

/// An FA document as far as rules need it.
#[derive(Default)]
pub(super) struct Facts<'d, 'a> {
    pub(super) created: &'d str,
    pub(super) seller: PartyFacts<'d>,
    pub(super) has_seller_prefix: bool,
    pub(super) buyer: PartyFacts<'d>,
    pub(super) is_local_government_unit: bool,
    pub(super) is_vat_group_member: bool,
    pub(super) thirds: Vec<ThirdFacts<'d, 'a>>,
    pub(super) authorized: Option<PartyFacts<'d>>,
    pub(super) fa: Option<Cursor<'d, 'a>>,
    pub(super) attachment: Option<Cursor<'d, 'a>>,
    pub(super) currency: &'d str,
    pub(super) issued: Option<Date>,
    pub(super) number: &'d str,
    pub(super) sold: Option<Date>,
    pub(super) period: (Option<Date>, Option<Date>),
    pub(super) totals: [TotalFacts; GROUPS],
    pub(super) gross: Option<Grosze>,
    pub(super) has_advance_rate: bool,
    pub(super) notes: Notes,
    pub(super) kind: Option<InvoiceKind>,
    pub(super) corrected: Vec<Cursor<'d, 'a>>,
    pub(super) seller_before: Option<PartyFacts<'d>>,
    pub(super) buyers_before: Vec<PartyFacts<'d>>,
    pub(super) has_gross_before: bool,
    /// Sum of `P_15Z` and whether each was read.
    pub(super) part_advances: Option<(Grosze, bool)>,
    pub(super) descriptions: Vec<Cursor<'d, 'a>>,
    pub(super) advances: Vec<Cursor<'d, 'a>>,
    pub(super) line_count: usize,
    pub(super) settlement: Option<Cursor<'d, 'a>>,
    pub(super) payment: Option<Cursor<'d, 'a>>,
    pub(super) terms: Option<Cursor<'d, 'a>>,
    pub(super) order: Option<Cursor<'d, 'a>>,
}

/// A party.
#[derive(Default, Clone, Copy)]
pub(super) struct PartyFacts<'d> {
    pub(super) nip: Option<&'d str>,
    pub(super) internal_id: Option<&'d str>,
    pub(super) eu_country: &'d str,
    pub(super) eu_number: Option<&'d str>,
    pub(super) country: Option<&'d str>,
    pub(super) other: Option<&'d str>,
    pub(super) has_none: bool,
    pub(super) name: &'d str,
    /// `IDNabywcy`.
    pub(super) key: Option<&'d str>,
}

/// `Podmiot3`.
#[derive(Clone, Copy)]
pub(super) struct ThirdFacts<'d, 'a> {
    pub(super) at: Cursor<'d, 'a>,
    pub(super) party: PartyFacts<'d>,
    pub(super) role: u8,
    pub(super) share: Option<Number>,
}

/// `P_13_x`, `P_14_x`, `P_14_xW`.
#[derive(Default, Clone, Copy)]
pub(super) struct TotalFacts {
    pub(super) is_present: bool,
    pub(super) net: Option<Grosze>,
    pub(super) tax: Option<Grosze>,
    pub(super) tax_pln: Option<Grosze>,
}

/// `Adnotacje`: whether each says 1.
#[derive(Default, Clone, Copy)]
pub(super) struct Notes {
    pub(super) self_billing: bool,
    pub(super) reverse_charge: bool,
    pub(super) split_payment: bool,
    pub(super) exempt: bool,
    pub(super) new_transport: bool,
    pub(super) triangular: bool,
    pub(super) margin: bool,
}

impl<'d, 'a> Facts<'d, 'a> {
    /// Reads a document; never fails, whatever is missing.
    pub(super) fn read(root: Cursor<'d, 'a>) -> Self {
        let mut facts = Self::default();
        for child in root.children() {
            match child.name().as_bytes() {
                b"Naglowek" => facts.created = text_of(child, "DataWytworzeniaFa"),
                b"Podmiot1" => {
                    facts.seller = party(child);
                    facts.has_seller_prefix = child.child("PrefiksPodatnika").is_some();
                }
                b"Podmiot2" => {
                    facts.buyer = party(child);
                    facts.is_local_government_unit = is_one(child.child("JST"));
                    facts.is_vat_group_member = is_one(child.child("GV"));
                }
                b"Podmiot3" => facts.thirds.push(ThirdFacts {
                    at: child,
                    party: party(child),
                    role: text_of(child, "Rola").parse().unwrap_or_default(),
                    share: Number::parse(text_of(child, "Udzial")),
                }),
                b"PodmiotUpowazniony" => facts.authorized = Some(party(child)),
                b"Fa" => facts.body(child),
                b"Zalacznik" => facts.attachment = Some(child),
                _ => {}
            }
        }
        facts
    }

    fn body(&mut self, fa: Cursor<'d, 'a>) {
        self.fa = Some(fa);
        for child in fa.children() {
            match child.name().as_bytes() {
                b"FaWiersz" => self.line_count += 1,
                b"KodWaluty" => self.currency = child.text(),
                b"P_1" => self.issued = date(child.text()),
                b"P_2" => self.number = child.text(),
                b"P_6" => self.sold = date(child.text()),
                b"OkresFa" => {
                    self.period = (date(text_of(child, "P_6_Od")), date(text_of(child, "P_6_Do")));
                }
                b"P_15" => self.gross = Grosze::parse(child.text()),
                b"KursWalutyZ" => self.has_advance_rate = true,
                b"Adnotacje" => self.notes = notes(child),
                b"RodzajFaktury" => self.kind = InvoiceKind::from_code(child.text()),
                b"DaneFaKorygowanej" => self.corrected.push(child),
                b"Podmiot1K" => self.seller_before = Some(party(child)),
                b"Podmiot2K" if self.buyers_before.len() < BUYERS_BEFORE_MAX => {
                    self.buyers_before.push(party(child));
                }
                b"P_15ZK" => self.has_gross_before = true,
                b"ZaliczkaCzesciowa" => {
                    let part = Grosze::parse(text_of(child, "P_15Z"));
                    let (sum, is_complete) = self.part_advances.unwrap_or((Grosze::ZERO, true));
                    self.part_advances =
                        Some((sum.plus(part.unwrap_or_default()), is_complete && part.is_some()));
                }
                b"DodatkowyOpis" => self.descriptions.push(child),
                b"FakturaZaliczkowa" => self.advances.push(child),
                b"Rozliczenie" => self.settlement = Some(child),
                b"Platnosc" => self.payment = Some(child),
                b"WarunkiTransakcji" => self.terms = Some(child),
                b"Zamowienie" => self.order = Some(child),
                name => self.total(name, child),
            }
        }
    }

    fn total(&mut self, name: &[u8], child: Cursor<'d, 'a>) {
        let (group, is_tax) = match name {
            [b'P', b'_', b'1', b'3', b'_', group @ ..] => (group, false),
            [b'P', b'_', b'1', b'4', b'_', group @ ..] => (group, true),
            _ => return,
        };
        let (group, is_pln) = match group {
            [group @ .., b'W'] => (group, true),
            group => (group, false),
        };
        let Some(index) = GROUP_NUMBERS.iter().position(|number| *number == group) else { return };
        let total = &mut self.totals[index];
        total.is_present = true;
        let amount = Grosze::parse(child.text());
        match (is_tax, is_pln) {
            (false, _) => total.net = amount,
            (true, false) => total.tax = amount,
            (true, true) => total.tax_pln = amount,
        }
    }

    /// The summary of a group.
    pub(super) fn total_of(&self, group: RateGroup) -> &TotalFacts {
        &self.totals[index_of(group)]
    }

    /// Whether the summary of a group is there and not zero.
    pub(super) fn has(&self, group: RateGroup) -> bool {
        self.total_of(group).net.is_some_and(|net| net != Grosze::ZERO)
    }

    pub(super) fn is_kind(&self, kinds: &[InvoiceKind]) -> bool {
        self.kind.is_some_and(|kind| kinds.contains(&kind))
    }

    pub(super) fn is_correction(&self) -> bool {
        self.kind.is_some_and(InvoiceKind::is_correction)
    }

    pub(super) fn kind_code(&self) -> &'static str {
        self.kind.map_or("", InvoiceKind::code)
    }

    /// The invoice's lines.
    pub(super) fn lines(&self) -> impl Iterator<Item = Cursor<'d, 'a>> {
        self.fa.into_iter().flat_map(Cursor::children).filter(|child| child.is_named("FaWiersz"))
    }
}

fn party<'d>(cursor: Cursor<'d, '_>) -> PartyFacts<'d> {
    let mut party = PartyFacts::default();
    for child in cursor.children() {
        match child.name().as_bytes() {
            b"DaneIdentyfikacyjne" => identity(child, &mut party),
            b"IDNabywcy" => party.key = Some(child.text()),
            _ => {}
        }
    }
    party
}

fn identity<'d>(cursor: Cursor<'d, '_>, party: &mut PartyFacts<'d>) {
    for child in cursor.children() {
        match child.name().as_bytes() {
            b"NIP" => party.nip = Some(child.text()),
            b"IDWew" => party.internal_id = Some(child.text()),
            b"KodUE" => party.eu_country = child.text(),
            b"NrVatUE" => party.eu_number = Some(child.text()),
            b"KodKraju" => party.country = Some(child.text()),
            b"NrID" => party.other = Some(child.text()),
            b"BrakID" => party.has_none = true,
            b"Nazwa" => party.name = child.text(),
            _ => {}
        }
    }
}

fn notes(cursor: Cursor<'_, '_>) -> Notes {
    let mut notes = Notes::default();
    for child in cursor.children() {
        let inside = |name| is_one(child.child(name));
        match child.name().as_bytes() {
            b"P_17" => notes.self_billing = is_one(Some(child)),
            b"P_18" => notes.reverse_charge = is_one(Some(child)),
            b"P_18A" => notes.split_payment = is_one(Some(child)),
            b"P_23" => notes.triangular = is_one(Some(child)),
            b"Zwolnienie" => notes.exempt = inside("P_19"),
            b"NoweSrodkiTransportu" => notes.new_transport = inside("P_22"),
            b"PMarzy" => notes.margin = inside("P_PMarzy"),
            _ => {}
        }
    }
    notes
}

/// The text of a child, empty when there is none.
pub(super) fn text_of<'d>(cursor: Cursor<'d, '_>, name: &str) -> &'d str {
    cursor.child(name).map_or("", |child| child.text())
}

/// The amount that a child holds.
pub(super) fn amount_of(cursor: Cursor<'_, '_>, name: &str) -> Option<Grosze> {
    cursor.child(name).and_then(|child| Grosze::parse(child.text()))
}

/// The date that a child holds.
pub(super) fn date_of(cursor: Cursor<'_, '_>, name: &str) -> Option<Date> {
    cursor.child(name).and_then(|child| date(child.text()))
}

fn is_one(cursor: Option<Cursor<'_, '_>>) -> bool {
    cursor.is_some_and(|cursor| cursor.text() == "1")
}

/// A date as XSD writes it, a time zone or a time behind it left out.
pub(super) fn date(text: &str) -> Option<Date> {
    let number = |range: std::ops::Range<usize>| {
        let digits = text.as_bytes().get(range)?;
        digits.iter().try_fold(0_i16, |number, byte| {
            byte.is_ascii_digit().then(|| number * 10 + i16::from(byte - b'0'))
        })
    };
    let dashes = text.as_bytes().get(4) == Some(&b'-') && text.as_bytes().get(7) == Some(&b'-');
    let (year, month, day) = (number(0..4)?, number(5..7)?, number(8..10)?);
    dashes.then(|| Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()).flatten()
}

/// As many as the schema allows; each is compared with every buyer.
const BUYERS_BEFORE_MAX: usize = 101;

/// How many groups FA has.
const GROUPS: usize = RateGroup::ALL.len();

/// What stands behind `P_13_` for each group, in the order of [`RateGroup::ALL`].
const GROUP_NUMBERS: [&[u8]; GROUPS] =
    [b"1", b"2", b"3", b"4", b"5", b"6_1", b"6_2", b"6_3", b"7", b"8", b"9", b"10", b"11"];

/// The place of a group in the summaries; the groups of other forms never come here.
pub(super) fn index_of(group: RateGroup) -> usize {
    RateGroup::ALL.iter().position(|known| *known == group).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_have_the_numbers_of_their_elements() {
        for (group, number) in RateGroup::ALL.into_iter().zip(GROUP_NUMBERS) {
            assert_eq!(group.net_element().as_bytes(), [b"P_13_", number].concat());
        }
    }

    #[test]
    fn dates() {
        assert_eq!(date("2026-02-28"), Some(jiff::civil::date(2026, 2, 28)));
        assert_eq!(date("2026-02-28T23:00:00Z"), Some(jiff::civil::date(2026, 2, 28)));
        for text in ["", "2026-02-30", "2026/02/28", "20260228", "ąęśćżźńó"] {
            assert_eq!(date(text), None, "{text}");
        }
    }
}
