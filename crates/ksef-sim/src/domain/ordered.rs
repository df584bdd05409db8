//! Places of invoices in the order of something that the invoices say, in little more than four bytes each.

/// Places in order, in pieces. Most invoices come in the order of their dates, so most are put at the end; one in between
/// moves a piece and not all of them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Ordered {
    /// None is empty.
    pieces: Vec<Vec<u32>>,
}

impl Ordered {
    /// Puts a place behind all whose key is not greater.
    pub(crate) fn insert<K: Ord>(&mut self, place: u32, key: impl Fn(u32) -> K) {
        let new = key(place);
        let is_before = |known: u32| key(known) <= new;
        let piece_at = self.pieces.partition_point(|piece| piece.last().is_some_and(|last| is_before(*last)));
        let Some(piece) = self.pieces.get_mut(piece_at) else { return self.push(place) };
        let at = piece.partition_point(|known| is_before(*known));
        piece.insert(at, place);
        if piece.len() > PIECE_MAX {
            let rest = piece.split_off(PIECE_MAX / 2);
            self.pieces.insert(piece_at + 1, rest);
        }
    }

    /// Puts a place at the end.
    fn push(&mut self, place: u32) {
        match self.pieces.last_mut().filter(|piece| piece.len() < PIECE_MAX) {
            Some(piece) => piece.push(place),
            None => {
                // Most companies have few invoices, and a vector that grows by itself begins with four.
                if self.pieces.is_empty() {
                    self.pieces.reserve_exact(1);
                }
                let mut piece = Vec::with_capacity(if self.pieces.is_empty() { 1 } else { PIECE_MAX });
                piece.push(place);
                self.pieces.push(piece);
            }
        }
    }

    /// The places whose keys lie between two, both included, in their order.
    pub(crate) fn between<K: Ord>(&self, from: &K, to: &K, key: impl Fn(u32) -> K) -> Vec<&[u32]> {
        let is_before = |place: &u32| key(*place) < *from;
        let is_within = |place: &u32| key(*place) <= *to;
        let first = self.pieces.partition_point(|piece| piece.last().is_some_and(is_before));
        let mut found = Vec::new();
        for piece in self.pieces.get(first..).unwrap_or_default() {
            let start = if found.is_empty() { piece.partition_point(is_before) } else { 0 };
            // Only the last piece that is looked at holds something beyond.
            let is_whole = piece.last().is_some_and(is_within);
            let end = if is_whole { piece.len() } else { piece.partition_point(is_within) };
            match piece.get(start..end) {
                Some(places) if !places.is_empty() => found.push(places),
                _ => break,
            }
            if !is_whole {
                break;
            }
        }
        found
    }
}

/// Places in one piece.
const PIECE_MAX: usize = 512;

#[cfg(test)]
mod tests {
    use super::*;

    /// What a sorted list would give, whatever the order in which the keys came.
    #[test]
    fn places_are_in_the_order_of_their_keys() {
        let mut dice = fastrand::Rng::with_seed(5);
        for (count, spread) in [(0, 1), (1, 1), (700, 1), (5000, 40), (5000, 1_000_000)] {
            for is_sorted in [true, false] {
                let mut keys: Vec<u32> = (0..count).map(|_| dice.u32(0..spread)).collect();
                if is_sorted {
                    keys.sort_unstable();
                }
                let key = |place: u32| keys[place as usize];
                let mut ordered = Ordered::default();
                (0..count).for_each(|place| ordered.insert(place, key));
                let mut expected: Vec<u32> = (0..count).collect();
                expected.sort_by_key(|place| (key(*place), *place));
                assert!(ordered.pieces.iter().all(|piece| (1..=PIECE_MAX).contains(&piece.len())));
                for _ in 0..50 {
                    let (from, to) = (dice.u32(0..=spread), dice.u32(0..=spread));
                    let found = ordered.between(&from, &to, key).concat();
                    let is_within = |place: &&u32| (from..=to).contains(&key(**place));
                    assert_eq!(found, expected.iter().filter(is_within).copied().collect::<Vec<_>>());
                }
            }
        }
    }
}
