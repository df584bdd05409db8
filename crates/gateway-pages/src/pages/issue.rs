//! The form in which an invoice is written, and what was begun.

use std::collections::BTreeMap;

use askama::Template;

use super::parts::Choice;
use super::sale::FindingView;
use crate::PageError;
use crate::frame::{Frame, Section};
use crate::words::IssueWords;

/// A buyer that is offered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BuyerOption {
    /// The NIP; who has none is offered by name.
    pub nip: Option<String>,
    /// The name.
    pub name: String,
}

/// A line of the form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssueLine {
    /// Which one, from 0, as names of fields have it.
    pub place: usize,
    /// The rates.
    pub rates: Vec<Choice>,
    /// The groups of the VAT register.
    pub groups: Vec<Choice>,
    /// Its value, written out; empty as long as there is none.
    pub value: String,
    /// Whether it says how it was before.
    pub has_before: bool,
    /// Whether what it was before is known and stays.
    pub is_before_fixed: bool,
    /// The rates as it was before.
    pub rates_before: Vec<Choice>,
    /// Its value before, written out.
    pub value_before: String,
    /// Whether one of the fields that are usually hidden has something.
    pub is_open: bool,
}

/// A row of the sums.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SumRow {
    /// The rate.
    pub rate: String,
    /// Without tax.
    pub net: String,
    /// The tax; empty where there is none.
    pub tax: String,
}

/// The sums so far.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SumsView {
    /// By rate.
    pub rows: Vec<SumRow>,
    /// What is due; on a correction the difference.
    pub gross: String,
}

/// An invoice that was begun.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DraftRow {
    /// Its identifier.
    pub id: String,
    /// What it is of, so far.
    pub title: String,
    /// Who kept it.
    pub kept_by: String,
    /// When, written out.
    pub kept_at: String,
}

/// The form.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct IssueView {
    /// Whose.
    pub company: String,
    /// The seller's NIP.
    pub seller_nip: String,
    /// What is written in the fields, by name.
    pub fields: BTreeMap<String, String>,
    /// What is wrong, by field.
    pub faults: BTreeMap<String, Vec<FindingView>>,
    /// What is wrong with the whole.
    pub general: Vec<FindingView>,
    /// The kinds.
    pub kinds: Vec<Choice>,
    /// The number series, and a number of one's own.
    pub numberings: Vec<Choice>,
    /// The number that the series gives next, or the last number.
    pub number_note: String,
    /// What buyers are known by.
    pub buyer_kinds: Vec<Choice>,
    /// Buyers of earlier invoices.
    pub buyers: Vec<BuyerOption>,
    /// Net or gross.
    pub prices: Vec<Choice>,
    /// How it is paid.
    pub methods: Vec<Choice>,
    /// The margin procedures.
    pub margins: Vec<Choice>,
    /// When a correction takes effect.
    pub effects: Vec<Choice>,
    /// The lines.
    pub lines: Vec<IssueLine>,
    /// The sums; none as long as there are none.
    pub sums: Option<SumsView>,
    /// Fields that are not shown and go along.
    pub hidden: Vec<(String, String)>,
    /// What the line was for that was taken out last, which can be put back.
    pub removed: Option<String>,
    /// What the document has beyond the form, in words.
    pub beyond: Vec<String>,
    /// What was prepared, and what is to be done now; empty on an invoice from the beginning.
    pub prepared: String,
    /// What corrections before this one mean for it.
    pub earlier: Vec<String>,
    /// The next document that is prepared when this one is issued.
    pub next: String,
    /// By which policy it goes, in a sentence.
    pub policy: String,
    /// Whether nothing is wrong.
    pub is_ready: bool,
    /// Whether it was looked at as a whole.
    pub is_looked_at: bool,
    /// The field in which to go on.
    pub focus: String,
    /// Names of fields, with a space between, that the server knows better though they have something.
    pub filled: String,
    /// How many invoices are begun.
    pub drafts: usize,
}

/// The form, as [`Frame::written_form`] names it.
pub const ISSUE_FORM: &str = "issue-form";

/// A field of one line of text.
#[derive(Template)]
#[template(path = "issue-field.html")]
pub(super) struct Field<'a> {
    pub(super) name: String,
    pub(super) label: &'a str,
    pub(super) kind: &'a str,
    pub(super) value: &'a str,
    pub(super) hint: &'a str,
    pub(super) list: &'a str,
    pub(super) faults: &'a [FindingView],
    pub(super) is_fixed: bool,
    pub(super) is_focused: bool,
    pub(super) is_unlabelled: bool,
}

/// A field with a list to choose from.
#[derive(Template)]
#[template(path = "issue-choice.html")]
struct ChoiceField<'a> {
    name: String,
    label: &'a str,
    choices: &'a [Choice],
    faults: &'a [FindingView],
    is_unlabelled: bool,
    is_focused: bool,
    /// Whether another choice makes another form.
    is_renewing: bool,
}

impl IssueView {
    fn value(&self, name: &str) -> &str {
        self.fields.get(name).map(String::as_str).unwrap_or_default()
    }

    fn faults_of(&self, name: &str) -> &[FindingView] {
        self.faults.get(name).map(Vec::as_slice).unwrap_or_default()
    }

    fn is(&self, name: &str, value: &str) -> bool {
        self.value(name) == value
    }

    fn is_ticked(&self, name: impl AsRef<str>) -> bool {
        !self.value(name.as_ref()).is_empty()
    }

    fn is_correction(&self) -> bool {
        self.value("kind").starts_with("KOR")
    }

    fn is_advance(&self) -> bool {
        self.is("kind", "ZAL") || self.is("kind", "KOR_ZAL")
    }

    fn is_farmers(&self) -> bool {
        self.is("kind", "RR") || self.is("kind", "KOR_RR")
    }

    fn shown_nip(&self) -> String {
        crate::format::nip(&self.seller_nip)
    }

    fn heading(&self, words: &'static IssueWords) -> &'static str {
        if self.is_correction() { words.heading_correction } else { words.heading }
    }

    /// Whether the fields beyond the usual dates have something.
    fn has_more_dates(&self) -> bool {
        let names = ["period.from", "period.to", "exchangeRate"];
        names.iter().any(|name| !self.value(name).is_empty() || !self.faults_of(name).is_empty())
            || !matches!(self.value("currency"), "" | "PLN")
    }

    /// Fields with something wrong, and what they are called.
    fn wrong(&self, words: &'static IssueWords) -> Vec<(&str, String)> {
        let with_errors = self.faults.iter().filter(|(_, faults)| faults.iter().any(|one| one.is_error));
        with_errors
            .map(|(name, _)| (name.as_str(), label_of(name, self.own(words), self.other(words), words)))
            .collect()
    }

    fn field<'a>(&'a self, name: &str, label: &'a str) -> Field<'a> {
        Field {
            name: name.to_owned(),
            label,
            kind: "text",
            value: self.value(name),
            hint: "",
            list: "",
            faults: self.faults_of(name),
            is_fixed: false,
            is_focused: self.focus == name,
            is_unlabelled: false,
        }
    }

    fn hinted<'a>(&'a self, name: &str, label: &'a str, hint: &'a str) -> Field<'a> {
        Field { hint, ..self.field(name, label) }
    }

    fn date<'a>(&'a self, name: &str, label: &'a str) -> Field<'a> {
        Field { kind: "date", ..self.field(name, label) }
    }

    fn date_hinted<'a>(&'a self, name: &str, label: &'a str, hint: &'a str) -> Field<'a> {
        Field { hint, ..self.date(name, label) }
    }

    fn listed<'a>(&'a self, name: &str, label: &'a str, list: &'a str, hint: &'a str) -> Field<'a> {
        Field { list, hint, ..self.field(name, label) }
    }

    fn choice<'a>(&'a self, name: &str, label: &'a str, choices: &'a [Choice]) -> ChoiceField<'a> {
        ChoiceField {
            name: name.to_owned(),
            label,
            choices,
            faults: self.faults_of(name),
            is_unlabelled: false,
            is_focused: self.focus == name,
            is_renewing: false,
        }
    }

    fn kind<'a>(&'a self, label: &'a str) -> ChoiceField<'a> {
        ChoiceField { is_renewing: true, ..self.choice("kind", label, &self.kinds) }
    }

    /// What the company is called here.
    fn own(&self, t: &'static IssueWords) -> &'static str {
        if self.is_farmers() { t.buyer } else { t.seller }
    }

    /// And the other side.
    fn other(&self, t: &'static IssueWords) -> &'static str {
        if self.is_farmers() { t.farmer } else { t.buyer }
    }

    fn rate(&self, t: &'static IssueWords) -> &'static str {
        if self.is_farmers() { t.refund_rate } else { t.rate }
    }
}

impl IssueLine {
    /// The name of one of its fields.
    fn name(&self, name: &str) -> String {
        format!("lines.{}.{name}", self.place)
    }

    fn written<'a>(&self, view: &'a IssueView, name: &str, label: &'a str) -> Field<'a> {
        Field { is_unlabelled: true, ..view.field(&self.name(name), label) }
    }

    /// The same for what it was before.
    fn written_before<'a>(&self, view: &'a IssueView, name: &str, label: &'a str) -> Field<'a> {
        let name = self.name(&format!("was.{name}"));
        Field { is_unlabelled: true, is_fixed: self.is_before_fixed, ..view.field(&name, label) }
    }

    fn labelled<'a>(&self, view: &'a IssueView, name: &str, label: &'a str) -> Field<'a> {
        view.field(&self.name(name), label)
    }

    fn rate<'a>(&'a self, view: &'a IssueView, label: &'a str) -> ChoiceField<'a> {
        ChoiceField { is_unlabelled: true, ..view.choice(&self.name("vatRate"), label, &self.rates) }
    }

    fn rate_before<'a>(&'a self, view: &'a IssueView, label: &'a str) -> ChoiceField<'a> {
        let name = self.name("was.vatRate");
        ChoiceField { is_unlabelled: true, ..view.choice(&name, label, &self.rates_before) }
    }

    fn group<'a>(&'a self, view: &'a IssueView, label: &'a str) -> ChoiceField<'a> {
        view.choice(&self.name("gtu"), label, &self.groups)
    }

    fn number(&self) -> usize {
        self.place + 1
    }
}

/// What a field is called, for the list of what is wrong; `own` and `other` are what the two sides are called.
fn label_of(name: &str, own: &str, other: &str, t: &'static IssueWords) -> String {
    if let Some((place, field)) = name.strip_prefix("lines.").and_then(|rest| rest.split_once('.')) {
        let number = place.parse::<usize>().map_or(1, |place| place + 1);
        let field = field.strip_prefix("was.").unwrap_or(field);
        let label = match field {
            "quantity" => t.quantity,
            "unit" => t.unit,
            "price" => t.price,
            "vatRate" => t.rate,
            "discount" => t.discount,
            "gtu" => t.gtu,
            "productCode" => t.product_code,
            "pkwiu" => "PKWiU",
            "cn" => "CN",
            "annex15" => t.annex15,
            "quality" => t.quality,
            _ => t.line_name,
        };
        return format!("{} {number}: {label}", t.line);
    }
    let (party, rest) = name.split_once('.').unwrap_or(("", name));
    let of_party = match rest {
        "name" => Some(t.name),
        "address.line1" => Some(t.line1),
        "address.line2" => Some(t.line2),
        "address.country" => Some(t.country),
        "contacts.0.email" => Some(t.email),
        "taxId" => Some(t.tax_id),
        _ => None,
    };
    match (party, of_party) {
        ("buyer", Some(label)) => return format!("{other}: {label}"),
        ("seller", Some(label)) => return format!("{own}: {label}"),
        _ => {}
    }
    let label = match name {
        "kind" => t.kind,
        "number" => t.number,
        "issueDate" => t.issue_date,
        "issuePlace" => t.issue_place,
        "saleDate" => t.sale_date,
        "period.from" => t.period_from,
        "period.to" => t.period_to,
        "currency" => t.currency,
        "exchangeRate" => t.exchange_rate,
        "payment.due.0.date" => t.due,
        "payment.method" => t.method,
        "payment.accounts.0.number" => t.account,
        "payment.accounts.0.bankName" => t.bank,
        "payment.paidOn" => t.paid_on,
        "flags.splitPayment" => t.split_payment,
        "flags.cashAccounting" => t.cash_accounting,
        "exemption.act" => t.exemption,
        "marginProcedure" => t.margin,
        "notes.0.value" => t.note,
        "correction.reason" => t.reason,
        "correction.effect" => t.effect,
        "correction.corrected.0.number" => return format!("{}: {}", t.original, t.original_number),
        "correction.corrected.0.issueDate" => return format!("{}: {}", t.original, t.original_date),
        "correction.corrected.0.ksefNumber" => return format!("{}: {}", t.original, t.original_ksef),
        "correction.period" => t.discount_period,
        "advance.amount" => t.advance,
        "buyer.kind" => t.buyer_kind,
        other => other,
    };
    label.to_owned()
}

#[derive(Template)]
#[template(path = "issue.html")]
struct IssuePage<'a> {
    f: &'a Frame,
    v: &'a IssueView,
    t: &'static IssueWords,
}

/// The form.
///
/// # Errors
/// [`PageError`].
pub fn issue(frame: &Frame, view: &IssueView) -> Result<String, PageError> {
    Ok(IssuePage { f: frame, v: view, t: IssueWords::of(frame.lang) }.render()?)
}

/// What was begun.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DraftsView {
    /// Whose.
    pub company: String,
    /// The last kept first.
    pub rows: Vec<DraftRow>,
}

#[derive(Template)]
#[template(path = "drafts.html")]
struct DraftsPage<'a> {
    f: &'a Frame,
    v: &'a DraftsView,
    t: &'static IssueWords,
}

/// The list of what was begun.
///
/// # Errors
/// [`PageError`].
pub fn drafts(frame: &Frame, view: &DraftsView) -> Result<String, PageError> {
    Ok(DraftsPage { f: frame, v: view, t: IssueWords::of(frame.lang) }.render()?)
}
