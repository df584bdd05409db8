//! Numbers and moments in as few bytes as they need: there may be a million of each.

use jiff::Timestamp;
use ksef_id::{KsefNumber, Nip, ReferenceKind, ReferenceNumber};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A day as (year, month, day).
type Day = (u16, u8, u8);

/// A KSeF number. The check sum of 2.0 follows from the rest; that of 1.0, whose rule is not published, is kept.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct PackedKsefNumber([u32; 4]);

impl PackedKsefNumber {
    /// As [`KsefNumber::compose`].
    pub(crate) fn compose(seller: Nip, day: Day, technical_part: u64) -> Self {
        // Invariant of the type: ten digits.
        let digits: u64 = seller.as_str().parse().expect("a NIP is a number");
        Self(words(
            (u128::from(digits) << 80) | (packed_day(day) << 48) | u128::from(technical_part & LOW_48),
        ))
    }

    /// A number of KSeF 1.0: `…-FFFFFF-FFFFFF-FF` (field notes B13).
    pub(crate) fn compose_ksef_1(seller: Nip, day: Day, technical_part: u64, check: u8) -> Self {
        let packed = bits(Self::compose(seller, day, technical_part).0);
        Self(words(packed | (u128::from(check) << CHECK_AT) | KSEF_1))
    }

    /// Of a number; `None` for one whose parts are none, which has not been parsed.
    pub(crate) fn of(number: &KsefNumber) -> Option<Self> {
        let text = number.as_str();
        let part = |from, to| u64::from_str_radix(text.get(from..to)?, 16).ok();
        let day = day(number.acceptance_day())?;
        if !number.is_of_ksef_1() {
            return Some(Self::compose(number.seller(), day, part(20, 32)?));
        }
        let technical_part = part(20, 26)? << 24 | part(27, 33)?;
        Some(Self::compose_ksef_1(number.seller(), day, technical_part, u8::try_from(part(34, 36)?).ok()?))
    }

    /// The number.
    pub(crate) fn number(self) -> KsefNumber {
        let bits = bits(self.0);
        let seller = format!("{:010}", low_64(bits >> 80) & LOW_34);
        let seller = Nip::parse(&seller).expect("it was packed from a NIP");
        let (day, technical_part) = (unpacked_day(bits >> 48), low_64(bits) & LOW_48);
        if bits & KSEF_1 == 0 {
            return KsefNumber::compose(seller, day, technical_part);
        }
        let (year, month, day) = day;
        let (first, second, check) =
            (technical_part >> 24, technical_part & LOW_24, low_64(bits >> CHECK_AT) & 0xFF);
        let text = format!("{seller}-{year:04}{month:02}{day:02}-{first:06X}-{second:06X}-{check:02X}");
        KsefNumber::parse(&text).expect("it was packed from the parts of a number")
    }
}

/// The reference number of an invoice in a session, of those that the simulator gives. Its check sum follows from the rest.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct PackedReference([u32; 4]);

impl PackedReference {
    /// As [`ReferenceNumber::compose`].
    pub(crate) fn compose(day: Day, first: u64, second: u64) -> Self {
        Self(words(
            (packed_day(day) << 80) | (u128::from(first & LOW_40) << 40) | u128::from(second & LOW_40),
        ))
    }

    /// Of a reference number; `None` when it is none of an invoice, or its check sum is wrong.
    pub(crate) fn of(reference: &ReferenceNumber) -> Option<Self> {
        let text = reference.as_str();
        let part = |part: &str| u64::from_str_radix(part, 16).ok();
        let packed = Self::compose(day(text.get(..8)?)?, part(text.get(12..22)?)?, part(text.get(23..33)?)?);
        (packed.reference() == *reference).then_some(packed)
    }

    /// The reference number.
    pub(crate) fn reference(self) -> ReferenceNumber {
        let bits = bits(self.0);
        let day = unpacked_day(bits >> 80);
        ReferenceNumber::compose(
            ReferenceKind::Invoice,
            day,
            low_64(bits >> 40) & LOW_40,
            low_64(bits) & LOW_40,
        )
    }
}

/// A moment in half the place of a [`Timestamp`]: the upper and the lower half of its nanoseconds, the sign turned so that
/// they are in order.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Moment(u32, u32);

impl Moment {
    /// The clock goes to the year 2199, so the nanoseconds fit; what queries ask for beyond is cut.
    pub(crate) fn of(at: Timestamp) -> Self {
        let nanoseconds = at.as_nanosecond();
        let cut = i64::try_from(nanoseconds).unwrap_or(if nanoseconds < 0 { i64::MIN } else { i64::MAX });
        let bytes = (cut.cast_unsigned() ^ SIGN).to_be_bytes();
        let half = |at: usize| u32::from_be_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]);
        Self(half(0), half(4))
    }

    /// The moment.
    pub(crate) fn at(self) -> Timestamp {
        let nanoseconds = ((u64::from(self.0) << 32) | u64::from(self.1)) ^ SIGN;
        // 64 bits of nanoseconds reach from 1677 to 2262, a timestamp much further.
        Timestamp::from_nanosecond(i128::from(nanoseconds.cast_signed())).unwrap_or(Timestamp::UNIX_EPOCH)
    }
}

impl From<Timestamp> for Moment {
    fn from(at: Timestamp) -> Self {
        Self::of(at)
    }
}

impl std::fmt::Debug for PackedKsefNumber {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.number().fmt(f)
    }
}

impl std::fmt::Debug for PackedReference {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.reference().fmt(f)
    }
}

impl std::fmt::Debug for Moment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.at().fmt(f)
    }
}

impl Serialize for PackedKsefNumber {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.number().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for PackedKsefNumber {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = KsefNumber::deserialize(deserializer)?;
        Self::of(&number).ok_or_else(|| serde::de::Error::custom("no KSeF number"))
    }
}

impl Serialize for PackedReference {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.reference().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for PackedReference {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let reference = ReferenceNumber::deserialize(deserializer)?;
        Self::of(&reference).ok_or_else(|| serde::de::Error::custom("no reference number of an invoice"))
    }
}

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.at().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Timestamp::deserialize(deserializer).map(Self::of)
    }
}

/// `RRRRMMDD`.
fn day(text: &str) -> Option<Day> {
    Some((text.get(..4)?.parse().ok()?, text.get(4..6)?.parse().ok()?, text.get(6..8)?.parse().ok()?))
}

fn packed_day((year, month, day): Day) -> u128 {
    u128::from(u32::from(year) << 16 | u32::from(month) << 8 | u32::from(day))
}

/// Of the low 32 bits.
fn unpacked_day(bits: u128) -> Day {
    let [day, month, low, high, ..] = bits.to_le_bytes();
    (u16::from_le_bytes([low, high]), month, day)
}

fn low_64(bits: u128) -> u64 {
    let bytes = bits.to_le_bytes();
    u64::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3], bytes[4], bytes[5], bytes[6], bytes[7]])
}

/// Four words instead of one number: a number of 128 bits would want to begin at multiples of 16 bytes.
fn words(bits: u128) -> [u32; 4] {
    let bytes = bits.to_le_bytes();
    [0, 4, 8, 12].map(|at| u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]))
}

fn bits(words: [u32; 4]) -> u128 {
    words.iter().rev().fold(0, |bits, word| (bits << 32) | u128::from(*word))
}

/// Above the 34 bits of a NIP.
const CHECK_AT: u32 = 116;
/// Marks a number of KSeF 1.0.
const KSEF_1: u128 = 1 << 127;
const LOW_24: u64 = 0xFF_FFFF;
const LOW_34: u64 = 0x3_FFFF_FFFF;
const LOW_40: u64 = 0xFF_FFFF_FFFF;
const LOW_48: u64 = 0xFFFF_FFFF_FFFF;
const SIGN: u64 = 1 << 63;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_come_back() {
        let mut dice = fastrand::Rng::with_seed(1);
        for _ in 0..1000 {
            let seller = Nip::parse(&dice.u64(1_110_000_000..=9_999_999_999).to_string());
            let Ok(seller) = seller else { continue };
            let day = (dice.u16(2020..=9999), dice.u8(1..=12), dice.u8(1..=31));
            let (first, second) = (dice.u64(..), dice.u64(..));
            let number = KsefNumber::compose(seller, day, first);
            let packed = PackedKsefNumber::of(&number).expect("a number of 2.0");
            assert_eq!((packed.number(), packed), (number, PackedKsefNumber::compose(seller, day, first)));
            let reference = ReferenceNumber::compose(ReferenceKind::Invoice, day, first, second);
            let packed = PackedReference::of(&reference).expect("a reference of ours");
            assert_eq!(
                (packed.reference(), packed),
                (reference, PackedReference::compose(day, first, second))
            );
        }
        for old in [
            "7781464139-20230721-80B510-9675F7-B5",
            "9999999999-20991231-FFFFFF-FFFFFF-FF",
            "1111111111-20200101-000000-000000-00",
        ] {
            let old = KsefNumber::parse(old).expect("field notes B13");
            let packed = PackedKsefNumber::of(&old).expect("a number of 1.0");
            assert_eq!(packed.number(), old);
            assert_ne!(packed, PackedKsefNumber::compose(old.seller(), (2023, 7, 21), 0x80B5_1096_75F7));
        }
        for other in ["20260119-SO-0123456789-0123456789-00", "20260119-EE-0123456789-0123456789-00"] {
            let reference = ReferenceNumber::parse(other).expect("the shape is right");
            assert_eq!(PackedReference::of(&reference), None, "another kind, or a wrong check sum");
        }
    }

    #[test]
    fn moments_are_in_the_order_of_time_and_come_back() {
        let at = |text: &str| text.parse::<Timestamp>().expect("a time");
        let times = [
            at("1969-12-31T23:59:59.999999999Z"),
            at("1970-01-01T00:00:00Z"),
            at("2026-11-22T09:00:00.000000001Z"),
            at("2026-11-22T09:00:05Z"),
            at("2199-12-31T23:59:59Z"),
        ];
        assert!(times.map(Moment::of).is_sorted_by(|a, b| a < b));
        assert_eq!(times.map(|time| Moment::of(time).at()), times);
        assert!(Moment::of(Timestamp::MIN) < Moment::of(times[0]));
        assert!(Moment::of(Timestamp::MAX) > Moment::of(times[4]));
    }
}
