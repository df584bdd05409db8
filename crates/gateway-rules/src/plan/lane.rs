//! What waits, by the ways it may take.

use jiff::Timestamp;

/// Documents of one sort that wait. Only what may be sent now counts: not what awaits approval, nor a correction whose original
/// has no number yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Lane {
    /// How many.
    pub count: u32,
    /// Bytes of their XML in all.
    pub bytes: u64,
    /// Since when the oldest of them waits; `None` if nobody knows, and then nothing is gathered.
    pub oldest: Option<Timestamp>,
    /// Before when the first of them must be with KSeF: the end of its term, or midnight less a margin.
    pub due: Option<Timestamp>,
}

/// What waits, by the ways it may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Waiting {
    /// What may go either way.
    pub either: Lane,
    /// What has attachments.
    pub batch_only: Lane,
    /// Technical corrections (guide, `offline/korekta-techniczna.md`).
    pub online_only: Lane,
}

impl Lane {
    /// Both together.
    pub(super) fn with(self, other: Self) -> Self {
        let sooner = |one: Option<Timestamp>, two: Option<Timestamp>| match (one, two) {
            (Some(one), Some(two)) => Some(one.min(two)),
            (one, two) => one.or(two),
        };
        Self {
            count: self.count.saturating_add(other.count),
            bytes: self.bytes.saturating_add(other.bytes),
            oldest: sooner(self.oldest, other.oldest),
            due: sooner(self.due, other.due),
        }
    }
}
