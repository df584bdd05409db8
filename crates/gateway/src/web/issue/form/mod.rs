//! The form in which an invoice is written: texts by the names of their fields, and the lines that they make up.
//!
//! Names are paths into the neutral invoice (`buyer.address.line1`, `lines.0.quantity`), so that a finding leads to its field.
//! What an invoice has beyond the fields that are shown goes along in `extra`, of each line in `lines.N.extra`; nothing of an
//! invoice that is corrected or copied is lost that way. On a correction a line has its state before in `lines.N.was.…`.
//! `made` makes the neutral invoice of a form, `places` finds its fields again, `read` writes an invoice into a form.

mod json;
mod made;
mod places;
mod read;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

pub(super) use self::made::Made;
pub(super) use self::read::{of_invoice, remember_before};

/// A form as it was filled in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct IssueForm {
    fields: BTreeMap<String, String>,
}

impl IssueForm {
    /// From what was posted; names that no field could have are passed over.
    pub(super) fn of(pairs: Vec<(String, String)>) -> Self {
        let is_name = |name: &str| {
            name.len() <= NAME_BYTES_MAX
                && name != "token"
                && name != "do"
                && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'.')
        };
        let mut form = Self { fields: pairs.into_iter().filter(|(name, _)| is_name(name)).collect() };
        form.close_up();
        form
    }

    /// From what was kept.
    pub(super) fn of_content(content: &str) -> Option<Self> {
        serde_json::from_str(content).ok().map(|fields| Self { fields })
    }

    /// To be kept.
    pub(super) fn content(&self) -> String {
        serde_json::to_string(&self.fields).unwrap_or_default()
    }

    /// What is written in a field, without the space around it.
    pub(super) fn text(&self, name: &str) -> &str {
        self.fields.get(name).map(|text| text.trim()).unwrap_or_default()
    }

    pub(super) fn set(&mut self, name: &str, text: impl Into<String>) {
        self.fields.insert(name.to_owned(), text.into());
    }

    /// Writes into a field that is empty.
    pub(super) fn suggest(&mut self, name: &str, text: &str) {
        if self.text(name).is_empty() {
            self.set(name, text);
        }
    }

    pub(super) fn fields(&self) -> &BTreeMap<String, String> {
        &self.fields
    }

    /// How many lines there are.
    pub(super) fn lines(&self) -> usize {
        self.line_numbers().last().map_or(0, |last| last + 1)
    }

    /// What is written in a field of a line.
    pub(super) fn of_line(&self, line: usize, name: &str) -> &str {
        self.text(&format!("lines.{line}.{name}"))
    }

    pub(super) fn set_of_line(&mut self, line: usize, name: &str, text: impl Into<String>) {
        self.set(&format!("lines.{line}.{name}"), text);
    }

    /// One more line; says which. Its unit and rate are those of the line before.
    pub(super) fn add_line(&mut self) -> usize {
        let line = self.lines();
        let before = line.checked_sub(1);
        let unit = if self.is_farmers() { "kg" } else { "szt." };
        for (name, usual) in [("unit", unit), ("vatRate", self.usual_rate())] {
            let text = before.map_or(usual, |before| self.of_line(before, name)).to_owned();
            self.set_of_line(line, name, text);
        }
        self.set_of_line(line, "name", "");
        if self.text("addsBefore") == "yes" {
            for name in ["name", "unit", "vatRate"] {
                let text = self.of_line(line, name).to_owned();
                self.set_of_line(line, &format!("was.{name}"), text);
            }
        }
        line
    }

    /// Takes a line out; what was written in it is remembered until the next one goes.
    pub(super) fn remove_line(&mut self, line: usize) {
        self.forget_removed();
        let prefix = format!("{LINES}{line}.");
        let is_written =
            ["name", "quantity", "price"].iter().any(|name| !self.of_line(line, name).is_empty());
        let fields = std::mem::take(&mut self.fields).into_iter();
        let (gone, kept): (Vec<_>, Vec<_>) = fields.partition(|(name, _)| name.starts_with(&prefix));
        self.fields = kept.into_iter().collect();
        if is_written {
            let gone = gone.into_iter().filter(|(_, text)| !text.is_empty());
            self.fields
                .extend(gone.map(|(name, text)| (format!("{REMOVED}{}", &name[prefix.len()..]), text)));
            self.set(REMOVED_FROM, line.to_string());
        }
        self.close_up();
    }

    /// Puts the line that was taken out last back to its place, and says which that is; `None` when none was.
    pub(super) fn restore_line(&mut self) -> Option<usize> {
        let line = self.text(REMOVED_FROM).parse::<usize>().ok()?.min(self.lines());
        let fields = std::mem::take(&mut self.fields).into_iter();
        let (gone, kept): (Vec<_>, Vec<_>) = fields.partition(|(name, _)| name.starts_with(REMOVED));
        self.fields =
            kept.into_iter().map(|(name, text)| (below(&name, line).unwrap_or(name), text)).collect();
        self.fields.remove(REMOVED_FROM);
        self.fields.extend(
            gone.into_iter().map(|(name, text)| (format!("{LINES}{line}.{}", &name[REMOVED.len()..]), text)),
        );
        Some(line)
    }

    /// The name of what the line that was taken out last was for, when there is one.
    pub(super) fn removed(&self) -> Option<&str> {
        self.fields.contains_key(REMOVED_FROM).then(|| self.text(REMOVED_NAME))
    }

    /// What was taken out is not wanted any more.
    pub(super) fn forget_removed(&mut self) {
        self.fields.retain(|name, _| !name.starts_with(REMOVED) && name != REMOVED_FROM);
    }

    /// Whether a line says what it was before.
    pub(super) fn has_before(&self, line: usize) -> bool {
        let prefix = format!("lines.{line}.was.");
        self.fields.range(prefix.clone()..).next().is_some_and(|(name, _)| name.starts_with(&prefix))
    }

    pub(super) fn is_correction(&self) -> bool {
        self.text("kind").starts_with("KOR")
    }

    /// Whether its lines are those of an order, and a payment is what it documents.
    pub(super) fn is_advance(&self) -> bool {
        matches!(self.text("kind"), "ZAL" | "KOR_ZAL")
    }

    /// Whether it is of a flat-rate farmer: the company buys, and issues in the farmer's place.
    pub(super) fn is_farmers(&self) -> bool {
        matches!(self.text("kind"), "RR" | "KOR_RR")
    }

    fn is_gross(&self) -> bool {
        self.text("prices") == "gross" && !self.is_advance() && !self.is_farmers()
    }

    /// Rates of the other form go when the kind became one of it.
    pub(super) fn fit_rates(&mut self) {
        let rates = if self.is_farmers() { "refund" } else { "tax" };
        let before = self.text(RATES);
        let is_other_form = !before.is_empty() && before != rates;
        if is_other_form {
            for line in 0..self.lines() {
                self.set_of_line(line, "vatRate", self.usual_rate());
            }
        }
        self.set(RATES, rates);
    }

    fn usual_rate(&self) -> &'static str {
        if self.is_farmers() { "7" } else { "23" }
    }

    fn line_numbers(&self) -> impl Iterator<Item = usize> {
        let mut found: Vec<usize> = self
            .fields
            .keys()
            .filter_map(|name| name.strip_prefix(LINES)?.split_once('.')?.0.parse().ok())
            .collect();
        found.sort_unstable();
        found.dedup();
        found.into_iter()
    }

    /// Counts the lines from 0 without gaps.
    fn close_up(&mut self) {
        let numbers: Vec<usize> = self.line_numbers().take(LINES_MAX).collect();
        let place = |number: usize| numbers.binary_search(&number).ok();
        let fields = std::mem::take(&mut self.fields);
        self.fields = fields
            .into_iter()
            .filter_map(|(name, text)| {
                let Some((number, rest)) = name.strip_prefix(LINES).and_then(|rest| rest.split_once('.'))
                else {
                    return Some((name, text));
                };
                Some((format!("{LINES}{}.{rest}", place(number.parse().ok()?)?), text))
            })
            .collect();
    }
}

/// What a field of a line at or behind a place is called when one is put in there.
fn below(name: &str, place: usize) -> Option<String> {
    let (number, rest) = name.strip_prefix(LINES)?.split_once('.')?;
    let number: usize = number.parse().ok()?;
    (number >= place).then(|| format!("{LINES}{}.{rest}", number + 1))
}

/// The fields that are paths into the neutral invoice.
pub(super) const FIELDS: &[&str] = &[
    "kind",
    "number",
    "issueDate",
    "issuePlace",
    "saleDate",
    "period.from",
    "period.to",
    "currency",
    "exchangeRate",
    "seller.name",
    "seller.address.line1",
    "seller.address.line2",
    "seller.contacts.0.email",
    "buyer.name",
    "buyer.address.line1",
    "buyer.address.line2",
    "buyer.contacts.0.email",
    "payment.due.0.date",
    "payment.method",
    "payment.accounts.0.number",
    "payment.accounts.0.bankName",
    "payment.paidOn",
    "exemption.act",
    "marginProcedure",
    "notes.0.value",
    "correction.reason",
    "correction.effect",
    "correction.corrected.0.issueDate",
    "correction.corrected.0.number",
    "correction.corrected.0.ksefNumber",
    "correction.period",
    "advance.amount",
];
/// What is ticked, or not.
pub(super) const CHECKS: &[&str] = &["flags.splitPayment", "flags.cashAccounting", "flags.selfBilling"];
/// The fields of a line; `price` is net or gross, as `prices` says.
pub(super) const LINE_FIELDS: &[&str] = &[
    "name",
    "quantity",
    "unit",
    "price",
    "vatRate",
    "discount",
    "productCode",
    "pkwiu",
    "cn",
    "gtu",
    "quality",
];
/// By what the buyer is known: `nip`, `eu`, `foreign`, `none`.
pub(super) const BUYER_KIND: &str = "buyer.kind";
/// The NIP, or another number.
pub(super) const BUYER_ID: &str = "buyer.taxId";
/// The fields of the line that was taken out last, and where it was.
const REMOVED: &str = "removed.line.";
const REMOVED_NAME: &str = "removed.line.name";
const REMOVED_FROM: &str = "removed.from";
/// On a correction of an advance or of its settlement: the amount due before it.
pub(super) const AMOUNT_BEFORE: &str = "amountBefore";
/// The exchange rate before a correction.
pub(super) const RATE_BEFORE: &str = "exchangeRateBefore";
/// Which rates the lines have: those of a tax or of the farmers' refund.
const RATES: &str = "ratesOf";
/// What notes of a form are called on the invoice.
const NOTE_KEY: &str = "Uwagi";
const LINES: &str = "lines.";
/// More lines are a matter for a file.
pub(super) const LINES_MAX: usize = 200;
const NAME_BYTES_MAX: usize = 60;
