//! What KSeF did differently at another time, or is said to do: switches of the whole simulator, each with the notes that
//! tell of it. They are no faults: a client meets them in every answer, not by chance.

use ksef_wire::RateLimitGroup;
use serde::{Deserialize, Serialize};

/// How the simulator behaves where KSeF changed, or where nobody knows. The default is production as it is today.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Habits {
    /// Whether spaces at the ends of an invoice number do not make it another number (field notes A2: the first
    /// implementation is said not to have trimmed, issue 703).
    pub trims_invoice_numbers: bool,
    /// Whether closing a session counts with opening one, as until API 2.7; since 2.8 it has groups of its own (field notes
    /// A3, issue 863). Then `GET /rate-limits` names no groups for closing, either.
    pub counts_closing_with_opening: bool,
    /// Whether the text of a 429 names a second less than its `Retry-After` (field notes A3, issue 788).
    pub tells_one_second_less: bool,
    /// Whether a key that was encrypted without naming KSeF's by `publicKeyId` does not decrypt (field notes B3, issue 802).
    pub needs_public_key_id: bool,
    /// The version of the UPO of sessions that ask for none.
    pub upo_version: UpoVersion,
}

/// A version of the UPO's schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum UpoVersion {
    /// The default until 22 December 2025 (guide, `api-changelog.md`): no `TrybWysylki`, and every environment names itself
    /// as production does.
    #[serde(rename = "4-2")]
    V42,
    /// The default since.
    #[default]
    #[serde(rename = "4-3")]
    V43,
}

impl Default for Habits {
    fn default() -> Self {
        Self {
            trims_invoice_numbers: true,
            counts_closing_with_opening: false,
            tells_one_second_less: false,
            needs_public_key_id: false,
            upo_version: UpoVersion::V43,
        }
    }
}

impl Habits {
    /// The group in which a request counts.
    pub(crate) const fn group_of(&self, group: RateLimitGroup) -> RateLimitGroup {
        match group {
            RateLimitGroup::OnlineSessionClose if self.counts_closing_with_opening => {
                RateLimitGroup::OnlineSession
            }
            RateLimitGroup::BatchSessionClose if self.counts_closing_with_opening => {
                RateLimitGroup::BatchSession
            }
            _ => group,
        }
    }
}
