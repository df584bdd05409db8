//! `GET /rate-limits`.

use crate::http::Shared;
use crate::http::call::{Call, Reply};
use crate::http::errors::Refusal;
use ksef_wire::EffectiveApiRateLimits;

/// The figures of API 2.9.0, also where limits are off: a client that paces itself by them must be testable.
#[expect(clippy::unnecessary_wraps, reason = "the signature of a handler")]
pub(crate) fn effective(_: &Shared, _: &Call) -> Result<Reply, Refusal> {
    Ok(Reply::ok(&EffectiveApiRateLimits::production()))
}
