//! KOD I: is this invoice in KSeF, and is it unchanged?

use super::words::Texts;
use super::{Page, lenient_hash};
use crate::clock::warsaw;
use crate::domain::World;
use crate::domain::documents::Digest;
use crate::domain::repository::Record;
use crate::http::Shared;
use axum::http::StatusCode;
use jiff::Timestamp;
use jiff::civil::Date;
use ksef_id::{KsefNumber, Nip};
use rust_decimal::Decimal;

/// What somebody who holds the invoice knows of it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Known<'a> {
    /// `P_2`.
    pub(super) number: &'a str,
    /// The buyer's identifier; empty when the invoice names none.
    pub(super) buyer: &'a str,
    /// `P_15`, with a point or a comma.
    pub(super) gross: &'a str,
}

/// The page of a code.
pub(super) fn page(shared: &Shared, nip: &str, date: &str, hash: &str, t: Texts) -> (StatusCode, Page) {
    shared.catch_up();
    let now = shared.now();
    let world = shared.world();
    let Some(asked) = Asked::read(nip, date, hash) else {
        return (StatusCode::BAD_REQUEST, verdict(t, "bad", t.bad_code, t.bad_code_sentence));
    };
    let Some(record) = asked.find(&world, now) else {
        return (StatusCode::NOT_FOUND, verdict(t, "bad", t.not_found, t.not_found_sentence));
    };
    let is_corrected = record.hash != asked.hash;
    let time = |at: Timestamp| at.to_zoned(warsaw()).strftime("%Y-%m-%d %H:%M:%S %Z").to_string();
    let mut facts = vec![
        (t.ksef_number, record.ksef_number.number().to_string()),
        (t.seller_nip, record.listed.seller.to_string()),
    ];
    if let Some(name) = record.listed.seller_name() {
        facts.push((t.seller, name.to_owned()));
    }
    facts.push((t.issued, record.listed.issue_date.to_string()));
    facts.push((t.accepted, time(record.received_at.at())));
    facts.push((t.form, record.form.system_code().to_owned()));
    let sentence = if is_corrected { t.corrected_sentence } else { t.found_sentence };
    // An old code leads to the technical correction, and downloading by it fails (field notes B10, issue 706).
    let download = (!is_corrected).then(|| format!("/invoice/{nip}/{date}/{hash}/xml"));
    let page = Page { facts, download, ..verdict(t, "good", t.found, sentence) };
    (StatusCode::OK, page)
}

/// The document, for who knows what stands in it.
pub(super) fn document(
    shared: &Shared,
    nip: &str,
    date: &str,
    hash: &str,
    known: Known<'_>,
) -> Option<(KsefNumber, Vec<u8>)> {
    shared.catch_up();
    let asked = Asked::read(nip, date, hash)?;
    let world = shared.world();
    let record = asked.find(&world, shared.now()).filter(|record| record.hash == asked.hash)?;
    let listed = &record.listed;
    let gross: Decimal = known.gross.trim().replace(',', ".").replace(['\u{a0}', ' '], "").parse().ok()?;
    let buyer = listed.buyer().unwrap_or_default();
    let is_known = listed.invoice_number().trim() == known.number.trim()
        && buyer == known.buyer.trim()
        && listed.gross == gross;
    is_known.then(|| (record.ksef_number.number(), record.document.bytes()))
}

/// The page for who does not know enough: it does not say what was wrong.
pub(super) fn not_given(t: Texts) -> Page {
    verdict(t, "bad", t.not_given, t.not_given_sentence)
}

fn verdict(t: Texts, tone: &'static str, heading: &'static str, sentence: &'static str) -> Page {
    Page { t, tone, heading, sentence, facts: Vec::new(), checks: Vec::new(), download: None }
}

/// What a code says.
struct Asked {
    seller: Nip,
    issued: Date,
    hash: Digest,
}

impl Asked {
    fn read(nip: &str, date: &str, hash: &str) -> Option<Self> {
        Some(Self {
            seller: Nip::parse(nip).ok()?,
            issued: Date::strptime("%d-%m-%Y", date).ok()?,
            hash: Digest(lenient_hash(hash)?),
        })
    }

    /// The invoice, or the technical correction that took its place.
    fn find<'a>(&self, world: &'a World, now: Timestamp) -> Option<&'a Record> {
        let fits =
            |record: &&Record| record.listed.seller == self.seller && record.listed.issue_date == self.issued;
        // As in the API: before it is stored, nobody finds it here either.
        world.repository.by_hash(&self.hash).filter(fits).filter(|record| world.is_visible(record, now))
    }
}
