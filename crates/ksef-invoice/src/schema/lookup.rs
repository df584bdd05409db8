//! A content model laid out for the common case: which place a plain name has, and whether it may stand next.
//!
//! It answers for names that the model has once and without prefix, and says nothing about others; a content model is
//! laid out when a document first needs it.

use super::TypeId;
use super::model::{Position, Term};
use crate::xml::NameKey;

/// The places of a model by name, and which may follow which.
#[derive(Debug)]
pub(crate) struct Lookup {
    multiplier: u64,
    shift: u32,
    /// By hash: a place plus 1, or 0.
    slots: Box<[u16]>,
    places: Box<[Place]>,
    /// By state, a row of bits: the places that may follow.
    follow: Box<[u64]>,
    row_words: usize,
}

/// What a step needs to know of a place.
#[derive(Debug)]
pub(crate) struct Place {
    key: Option<NameKey>,
    pub(crate) min: u32,
    pub(crate) max: Option<u32>,
    pub(crate) kind: TypeId,
    /// The schema fixes no value here.
    pub(crate) is_free: bool,
}

impl Lookup {
    pub(crate) fn new(positions: &[Position], follow: &[Vec<u16>]) -> Self {
        let is_once = |id: u16| positions.iter().filter(|other| other.id == id).count() == 1;
        let key = |position: &Position| {
            let is_plain = position.kind().is_some() && !position.name.contains(':') && is_once(position.id);
            NameKey::of(position.name).filter(|_| is_plain)
        };
        let places: Box<[Place]> = positions
            .iter()
            .map(|position| Place {
                key: key(position),
                min: position.min,
                max: position.max,
                kind: match position.term {
                    Term::Element(kind) => kind,
                    Term::Any(_) => TypeId(0),
                },
                is_free: position.fixed.is_none(),
            })
            .collect();
        let row_words = positions.len().div_ceil(64).max(1);
        let mut bits = vec![0_u64; follow.len() * row_words];
        for (state, nexts) in follow.iter().enumerate() {
            for next in nexts {
                bits[state * row_words + usize::from(*next) / 64] |= 1 << (next % 64);
            }
        }
        let (multiplier, shift, slots) = spread(&places);
        Self { multiplier, shift, slots, places, follow: bits.into_boxed_slice(), row_words }
    }

    /// The place of a name; `positions` are those that the lookup was made of.
    #[inline]
    pub(crate) fn place(&self, key: &NameKey, name: &str, positions: &[Position]) -> Option<u16> {
        let slot = hash(key, self.multiplier, self.shift);
        let place = self.slots.get(slot)?.checked_sub(1)?;
        let is_same = self.places[usize::from(place)].key.as_ref() == Some(key)
            && (key.is_whole() || positions[usize::from(place)].name == name);
        is_same.then_some(place)
    }

    #[inline]
    pub(crate) fn get(&self, place: u16) -> &Place {
        &self.places[usize::from(place)]
    }

    /// Whether a place may come right behind a state.
    #[inline]
    pub(crate) fn follows(&self, state: u16, place: u16) -> bool {
        let row = usize::from(state) * self.row_words;
        self.follow[row + usize::from(place) / 64] >> (place % 64) & 1 == 1
    }
}

#[inline]
fn hash(key: &NameKey, multiplier: u64, shift: u32) -> usize {
    let mixed = (key.head ^ key.tail.rotate_left(17) ^ key.length as u64).wrapping_mul(multiplier);
    (mixed >> shift) as usize
}

/// A multiplier by which no two names meet; where none is found, of those that meet only the first is there.
fn spread(places: &[Place]) -> (u64, u32, Box<[u16]>) {
    let bits = (places.len().max(1) * 2).next_power_of_two().trailing_zeros().max(1);
    let mut best: Option<(usize, u64, u32, Vec<u16>)> = None;
    for bits in bits..bits + 2 {
        let shift = 64 - bits;
        let mut slots = vec![0_u16; 1 << bits];
        for attempt in 0..ATTEMPTS {
            let multiplier = MULTIPLIER.wrapping_mul(2 * attempt + 1);
            let fewest = best.as_ref().map_or(usize::MAX, |(fewest, ..)| *fewest);
            slots.fill(0);
            let mut met = 0;
            for (place, number) in places.iter().zip(1..) {
                let Some(key) = &place.key else { continue };
                let slot = &mut slots[hash(key, multiplier, shift)];
                if *slot == 0 {
                    *slot = number;
                } else {
                    met += 1;
                    if met >= fewest {
                        break;
                    }
                }
            }
            if met == 0 {
                return (multiplier, shift, slots.into_boxed_slice());
            }
            if met < fewest {
                best = Some((met, multiplier, shift, slots.clone()));
            }
        }
    }
    let (_, multiplier, shift, slots) = best.unwrap_or((0, MULTIPLIER, 63, vec![0; 2]));
    (multiplier, shift, slots.into_boxed_slice())
}

/// How many multipliers are tried for a size.
const ATTEMPTS: u64 = 64;

/// 2⁶⁴ divided by the golden ratio: spreads neighbouring numbers.
const MULTIPLIER: u64 = 0x9E37_79B9_7F4A_7C15;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Form;
    use crate::schema::{Schema, Type};

    /// In every model of every form, each name that stands there once is found, and no other.
    #[test]
    fn every_plain_name_is_found() {
        let mut found = 0;
        for schema in Form::ALL.into_iter().map(Schema::of) {
            for kind in schema.types() {
                let Type::Complex(complex) = kind else { continue };
                let (positions, lookup) = (complex.content.positions(), complex.content.lookup());
                for (index, position) in positions.iter().enumerate() {
                    let same = positions.iter().filter(|other| other.name == position.name).count();
                    let Some(key) = NameKey::of(position.name) else { continue };
                    let place = lookup.place(&key, position.name, positions);
                    if same == 1 && !position.name.contains(':') && position.kind().is_some() {
                        assert_eq!(place.map(usize::from), Some(index), "{}", position.name);
                        found += 1;
                    } else {
                        assert_eq!(place, None, "{}", position.name);
                    }
                    let longer = format!("{}x", position.name);
                    if let Some(key) = NameKey::of(&longer)
                        && positions.iter().all(|other| other.name != longer)
                    {
                        assert_eq!(lookup.place(&key, &longer, positions), None, "{longer}");
                    }
                }
            }
        }
        assert!(found > 500, "{found}");
    }
}
