//! Taking an invoice in that is given in neutral form: it is built, after it got its number when it names a series.

use std::collections::BTreeMap;

use gateway_rules::series::{Period, Reset, Series};
use gateway_store::Taken;
use jiff::civil::Date;
use ksef_crypto::sha256;
use ksef_id::Sha256Hash;
use ksef_invoice::build::{BuildOptions, build, fault, from_json, locate};
use ksef_invoice::{Finding, Message, Severity};
use serde_json::value::RawValue;

use super::App;
use super::take_invoice::{TakeError, TakeOptions, checked, take_invoice};
use crate::company::Company;

/// Takes an invoice in neutral form (`docs/neutral-invoice.schema.json`). Beside the fields of that form it may name a
/// `series` of the company, and then has no number: it gets the next one, and the same key the same one again.
pub(crate) async fn take_neutral(
    app: &App,
    company: &Company,
    options: &TakeOptions<'_>,
    json: &[u8],
) -> Result<Taken, TakeError> {
    let options = TakeOptions { source: Some(source_of(json)), ..options.clone() };
    let xml = match Unnumbered::read(json)? {
        None => built(company, json)?,
        Some(unnumbered) => {
            let number = next_number(app, company, &options, &unnumbered, json).await?;
            unnumbered.built(company, json, &number)?
        }
    };
    take_invoice(app, company, &options, xml.as_bytes()).await
}

/// How what was given is known again: by its bytes.
pub(super) fn source_of(given: &[u8]) -> Sha256Hash {
    Sha256Hash::from_bytes(&sha256(given))
}

/// Builds the document; everything that is wrong is told with its place in `json`.
pub(super) fn built(company: &Company, json: &[u8]) -> Result<String, TakeError> {
    let invoice = from_json(json).map_err(|findings| not_built(&findings))?;
    match build(&invoice, &build_options(company)) {
        Ok(built) => Ok(built.xml),
        Err(error) => {
            let mut findings = error.findings;
            locate(json, &mut findings);
            Err(not_built(&findings))
        }
    }
}

pub(crate) fn build_options(company: &Company) -> BuildOptions {
    let now = company.now();
    BuildOptions { created_at: now, today: Some(gateway_rules::calendar::warsaw_day(now)) }
}

/// Findings as programs are told them, and the first error as a sentence.
pub(super) fn not_built(findings: &[Finding]) -> TakeError {
    let first = findings.iter().find(|finding| finding.severity == Severity::Error);
    TakeError::NotBuilt {
        first: first.map(|finding| format!("{}: {}", finding.code, finding.message.en)).unwrap_or_default(),
        findings: findings.iter().filter_map(|finding| serde_json::to_value(finding).ok()).collect(),
    }
}

/// An invoice that is to get its number from a series. Its values are kept as they are written, digit by digit.
struct Unnumbered {
    series: String,
    issue_date: Option<Date>,
    fields: BTreeMap<String, Box<RawValue>>,
}

impl Unnumbered {
    /// `None` when it names no series, or is no object at all, which the builder says better.
    fn read(json: &[u8]) -> Result<Option<Self>, TakeError> {
        let Ok(mut fields) = serde_json::from_slice::<BTreeMap<String, Box<RawValue>>>(json) else {
            return Ok(None);
        };
        let Some(series) = fields.remove(SERIES) else { return Ok(None) };
        let refused = |found: &RawValue, pl: &str, en: &str| {
            let message = Message { pl: pl.to_owned(), en: en.to_owned() };
            let found: String = found.get().chars().take(FOUND_CHARACTERS_MAX).collect();
            let mut finding = fault(BADLY_WRITTEN, "/series", Some(found), message);
            locate(json, std::slice::from_mut(&mut finding));
            not_built(&[finding])
        };
        let Ok(name) = serde_json::from_str::<String>(series.get()) else {
            return Err(refused(
                &series,
                "Pole series to nazwa serii numerów, czyli tekst.",
                "The field series is the name of a number series, a text.",
            ));
        };
        if fields.get(NUMBER).is_some_and(|number| number.get() != "null") {
            return Err(refused(
                &series,
                "Podano i numer, i serię, która ma go nadać; podaj jedno z nich.",
                "Both a number and a series that shall give one are there; give one of them.",
            ));
        }
        let issue_date = fields.get("issueDate").and_then(|date| serde_json::from_str(date.get()).ok());
        Ok(Some(Self { series: name, issue_date, fields }))
    }

    fn numbered(&self, number: &str) -> Result<Vec<u8>, TakeError> {
        let mut fields: BTreeMap<&str, &RawValue> =
            self.fields.iter().map(|(name, value)| (name.as_str(), value.as_ref())).collect();
        let number = serde_json::value::to_raw_value(number).map_err(|_| not_built(&[]))?;
        fields.insert(NUMBER, &number);
        serde_json::to_vec(&fields).map_err(|_| not_built(&[]))
    }

    /// Builds the document with this number; places are those in `json`, as it was given.
    fn built(&self, company: &Company, json: &[u8], number: &str) -> Result<String, TakeError> {
        let relocated = |mut findings: Vec<Finding>| {
            locate(json, &mut findings);
            not_built(&findings)
        };
        let invoice = from_json(&self.numbered(number)?).map_err(relocated)?;
        let built = build(&invoice, &build_options(company)).map_err(|error| relocated(error.findings))?;
        Ok(built.xml)
    }
}

/// Gives out the invoice's number, after it was seen that with a number it can be sent: a number that is given out and
/// not used is a gap that somebody has to explain.
async fn next_number(
    app: &App,
    company: &Company,
    options: &TakeOptions<'_>,
    unnumbered: &Unnumbered,
    json: &[u8],
) -> Result<String, TakeError> {
    let name = &unnumbered.series;
    let all = app.store.series(&company.context).await?;
    let kept =
        all.into_iter().find(|one| one.name == *name).ok_or_else(|| TakeError::NoSeries(name.clone()))?;
    let reset = Reset::from_name(&kept.reset).unwrap_or(Reset::Yearly);
    let series = Series::new(&kept.template, &kept.unit, &kept.kind, reset)?;
    let Some(key) = options.idempotency_key else { return Err(TakeError::NoKey { series: name.clone() }) };
    let date = unnumbered.issue_date.unwrap_or_else(|| gateway_rules::calendar::warsaw_day(company.now()));
    let trial = unnumbered.built(company, json, &series.next(date, None)?.text)?;
    checked(company, trial.as_bytes())?;
    let text_of = |number: i64| {
        // Past the last number there is no text, and no invoice can be built without one.
        let last = u64::try_from(number - 1).ok();
        series.next(date, last).map(|next| next.text).unwrap_or_default()
    };
    let period = period_name(series.period(date));
    let given =
        app.journal.number_given(&company.context, name, &period, key, company.now(), text_of).await?;
    Ok(given.text)
}

/// The period as the store knows it: `2026`, `2026-11`, or nothing.
pub(crate) fn period_name(period: Period) -> String {
    match (period.year, period.month) {
        (Some(year), Some(month)) => format!("{year:04}-{month:02}"),
        (Some(year), None) => format!("{year:04}"),
        _ => String::new(),
    }
}

const SERIES: &str = "series";
const NUMBER: &str = "number";
/// A value that is badly written (`bramka explain NI006`).
const BADLY_WRITTEN: &str = "NI006";
const FOUND_CHARACTERS_MAX: usize = 200;
