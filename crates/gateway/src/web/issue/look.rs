//! Looks at a form: what is wrong stands at its field, sums are computed as far as they can be, and a document is built when
//! nothing is wrong. All of it by the builder that builds what programs send.

use std::collections::BTreeMap;

use gateway_api::Words;
use gateway_pages::{FindingView, Language, SumRow, SumsView};
use gateway_rules::calendar::warsaw_day;
use gateway_rules::series::{Reset, Series};
use gateway_store::SaleState;
use jiff::civil::Date;
use ksef_id::Nip;
use ksef_invoice::build::{FarmerInvoice, NeutralInvoice, VatInvoice, build, computed, from_json};
use ksef_invoice::{Finding, Severity};
use serde_json::{Value, json};

use super::choices::SUMS;
use super::form::{BUYER_ID, BUYER_KIND, IssueForm, Made};
use crate::app::App;
use crate::app::take_neutral::build_options;
use crate::company::Company;
use crate::rest::Failure;

/// What came of looking.
#[derive(Default)]
pub(super) struct Looked {
    pub(super) faults: BTreeMap<String, Vec<FindingView>>,
    pub(super) general: Vec<FindingView>,
    pub(super) sums: Option<SumsView>,
    /// The value of each line, and of what it was before.
    pub(super) values: BTreeMap<(usize, bool), String>,
    /// The document, when nothing is wrong.
    pub(super) xml: Option<String>,
    /// What the invoice would be taken in as; a series in it gives the number then.
    pub(super) json: Vec<u8>,
}

impl Looked {
    /// Says that something is wrong with a field.
    pub(super) fn fault(&mut self, field: &str, code: &str, words: &Words, lang: Language) {
        self.xml = None;
        let finding = FindingView {
            code: code.to_owned(),
            is_error: true,
            message: lang.choose(&words.pl, &words.en).to_owned(),
            path: String::new(),
            line: None,
        };
        self.faults.entry(field.to_owned()).or_default().push(finding);
    }

    /// Takes away what is only not there yet.
    pub(super) fn spare(&mut self, form: &IssueForm) {
        self.faults.retain(|field, _| !form.text(field).is_empty());
        self.general.clear();
    }
}

/// Looks at a form.
pub(super) async fn look(
    app: &App,
    company: &Company,
    form: &IssueForm,
    lang: Language,
) -> Result<Looked, Failure> {
    let nip = company.context.nip().map(|nip| nip.as_str().to_owned());
    let mut made = form.made(nip.as_deref());
    let mut looked = Looked::default();
    let series = form.text("numbering").strip_prefix(SERIES).map(str::to_owned);
    if let Some(name) = &series {
        // The number that the series would give now; which it gives is known when it is given.
        let next = next_number(app, company, name, issue_date(&made.json)).await?;
        made.json["number"] = json!(next.unwrap_or_default());
    }
    let bytes = serde_json::to_vec(&made.json).unwrap_or_default();
    let findings = match from_json(&bytes) {
        Ok(invoice) => match build(&invoice, &build_options(company)) {
            Ok(built) => {
                looked.xml = Some(built.xml);
                built.warnings
            }
            Err(error) => error.findings,
        },
        Err(mut findings) => {
            // What is missing keeps nobody from seeing what else is wrong.
            let invoice = if form.is_farmers() {
                serde_json::from_slice::<FarmerInvoice>(&bytes).map(|it| NeutralInvoice::Farmer(Box::new(it)))
            } else {
                serde_json::from_slice::<VatInvoice>(&bytes).map(|it| NeutralInvoice::Vat(Box::new(it)))
            };
            if let Ok(invoice) = invoice {
                findings.extend(computed(&invoice).1);
            }
            findings
        }
    };
    for finding in &findings {
        let missing = (finding.code == MISSING).then_some(finding.allowed.as_deref()).flatten();
        let mut view = view_of(finding, lang);
        match made.field(&finding.path, missing) {
            Some(field) => {
                // At the field itself its name for programs tells nobody anything.
                if missing.is_some() {
                    lang.choose("Wypełnij to pole.", "Fill this in.").clone_into(&mut view.message);
                }
                push(looked.faults.entry(field).or_default(), view);
            }
            None => push(&mut looked.general, view),
        }
    }
    for (field, message) in std::mem::take(&mut made.faults) {
        looked.fault(&field, "NI006", &Words { pl: message.pl, en: message.en }, lang);
    }
    nip_is_one(form, &mut looked, lang);
    if form.is_farmers() {
        refund_summed(&mut looked, &made, &bytes, lang);
    } else {
        summed(&mut looked, &made, &bytes, form, lang);
    }
    if form.is_correction() {
        original_has_number(app, company, form, &mut looked, lang).await?;
    }
    if let (Some(name), Some(invoice)) = (series, made.json.as_object_mut()) {
        invoice.remove("number");
        invoice.insert("series".to_owned(), json!(name));
    }
    looked.json = serde_json::to_vec(&made.json).unwrap_or_default();
    Ok(looked)
}

/// Each thing once: a column of lines is often wrong in the same way.
fn push(list: &mut Vec<FindingView>, view: FindingView) {
    if list.len() < FINDINGS_MAX && !list.contains(&view) {
        list.push(view);
    }
}

fn view_of(finding: &Finding, lang: Language) -> FindingView {
    FindingView {
        code: finding.code.to_owned(),
        is_error: finding.severity == Severity::Error,
        message: lang.choose(&finding.message.pl, &finding.message.en).to_owned(),
        path: finding.path.clone(),
        line: None,
    }
}

fn issue_date(json: &Value) -> Option<Date> {
    json["issueDate"].as_str()?.parse().ok()
}

/// The number that a series gives next, if nobody is quicker.
pub(super) async fn next_number(
    app: &App,
    company: &Company,
    name: &str,
    date: Option<Date>,
) -> Result<Option<String>, Failure> {
    let all = app.store.series(&company.context).await?;
    let Some(kept) = all.into_iter().find(|one| one.name == name) else { return Ok(None) };
    let reset = Reset::from_name(&kept.reset).unwrap_or(Reset::Yearly);
    let series = Series::new(&kept.template, &kept.unit, &kept.kind, reset)?;
    let date = date.unwrap_or_else(|| warsaw_day(company.now()));
    let is_same = kept.period == crate::app::take_neutral::period_name(series.period(date));
    let last = if is_same { u64::try_from(kept.last).ok().filter(|last| *last > 0) } else { None };
    Ok(Some(series.next(date, last)?.text))
}

/// Sums and values, from those lines that are whole.
fn summed(looked: &mut Looked, made: &Made, bytes: &[u8], form: &IssueForm, lang: Language) {
    let Ok(mut invoice) = serde_json::from_slice::<VatInvoice>(bytes) else { return };
    let mut places = Vec::new();
    let mut index = 0;
    invoice.lines.retain(|line| {
        let is_whole = line.quantity.is_some()
            && (line.net_unit_price.is_some() || line.gross_unit_price.is_some())
            && (line.vat_rate.is_some() || line.oss_rate.is_some());
        if is_whole {
            places.push(index);
        }
        index += 1;
        is_whole
    });
    if invoice.lines.is_empty() && invoice.order.is_none() && !form.is_correction() {
        return;
    }
    let (NeutralInvoice::Vat(whole), _) = computed(&NeutralInvoice::Vat(Box::new(invoice))) else { return };
    let currency = whole.currency.clone().unwrap_or_else(|| "PLN".to_owned());
    for (line, place) in whole.lines.iter().zip(places) {
        if let (Some(place), Some(value)) = (made.line(place), line.net.or(line.gross)) {
            looked.values.insert(place, lang.amount(&value.to_string()));
        }
    }
    if let Some(order) = &whole.order {
        for (index, line) in order.lines.iter().enumerate() {
            if let (Some(place), Some(value)) = (made.line(index), line.net) {
                looked.values.insert(place, lang.amount(&value.to_string()));
            }
        }
    }
    let Some(totals) = &whole.totals else { return };
    let (Some(gross), Ok(sums)) = (totals.gross, serde_json::to_value(totals)) else { return };
    let amount = |value: &Value| value.as_str().map(|text| lang.amount(text)).unwrap_or_default();
    let rows = SUMS.iter().filter_map(|(name, pl, en)| {
        let sum = sums.get(name)?;
        Some(SumRow {
            rate: lang.choose(pl, en).to_owned(),
            net: amount(&sum["net"]),
            tax: amount(&sum["tax"]),
        })
    });
    looked.sums = Some(SumsView { rows: rows.collect(), gross: lang.money(&gross.to_string(), &currency) });
}

/// The same of a flat-rate farmer's invoice.
fn refund_summed(looked: &mut Looked, made: &Made, bytes: &[u8], lang: Language) {
    let Ok(mut invoice) = serde_json::from_slice::<FarmerInvoice>(bytes) else { return };
    let is_whole: Vec<bool> = invoice
        .lines
        .iter()
        .map(|line| line.quantity.is_some() && line.unit_price.is_some() && line.refund_rate.is_some())
        .collect();
    let places: Vec<usize> = (0..is_whole.len()).filter(|place| is_whole[*place]).collect();
    let mut whole = is_whole.iter();
    invoice.lines.retain(|_| whole.next() == Some(&true));
    if invoice.lines.is_empty() {
        return;
    }
    let (NeutralInvoice::Farmer(whole), _) = computed(&NeutralInvoice::Farmer(Box::new(invoice))) else {
        return;
    };
    for (line, place) in whole.lines.iter().zip(places) {
        if let (Some(place), Some(net)) = (made.line(place), line.net) {
            looked.values.insert(place, lang.amount(&net.to_string()));
        }
    }
    let Some(totals) = &whole.totals else { return };
    let (Some(net), Some(refund), Some(gross)) = (totals.net, totals.refund, totals.gross) else { return };
    let row = SumRow {
        rate: lang.choose("razem", "total").to_owned(),
        net: lang.amount(&net.to_string()),
        tax: lang.amount(&refund.to_string()),
    };
    let currency = whole.currency.clone().unwrap_or_else(|| "PLN".to_owned());
    looked.sums = Some(SumsView { rows: vec![row], gross: lang.money(&gross.to_string(), &currency) });
}

/// The document is looked at only when nothing is missing; a wrong digit is told at once.
fn nip_is_one(form: &IssueForm, looked: &mut Looked, lang: Language) {
    let given = form.text(BUYER_ID);
    if given.is_empty()
        || !(form.is_farmers() || matches!(form.text(BUYER_KIND), "" | "nip"))
        || looked.faults.contains_key(BUYER_ID)
    {
        return;
    }
    let plain: String = given.chars().filter(|letter| !matches!(letter, ' ' | '-')).collect();
    let nip = Nip::parse(plain.strip_prefix("PL").unwrap_or(&plain));
    if !nip.is_ok_and(|nip| nip.has_valid_check_digit()) {
        let words = Words {
            pl: "To nie jest NIP: powinno być 10 cyfr, a ostatnia zgadzać się z pozostałymi.".to_owned(),
            en: "This is no NIP: it should be 10 digits, the last of which fits the others.".to_owned(),
        };
        looked.fault(BUYER_ID, "", &words, lang);
    }
}

/// KSeF refuses a second invoice of the same number, and so does the gateway; better said here than then. Not asked where the
/// invoice is issued: there the number may be that of this very form, issued a moment ago.
pub(super) async fn number_is_free(
    app: &App,
    company: &Company,
    form: &IssueForm,
    looked: &mut Looked,
    lang: Language,
) -> Result<(), Failure> {
    let number = form.text("number");
    if number.is_empty() || form.text("numbering").starts_with(SERIES) {
        return Ok(());
    }
    let found = app.store.sale_with_number(&company.context, number).await?;
    // As the register has it.
    let kind = match form.text("kind") {
        "" => "VAT",
        "RR" => "VAT_RR",
        "KOR_RR" => "KOR_VAT_RR",
        kind => kind,
    };
    let gives_it_back = |state| matches!(state, SaleState::Rejected | SaleState::Withdrawn);
    if found.is_some_and(|sale| sale.kind == kind && !gives_it_back(sale.state)) {
        let words = Words {
            pl: "Faktura o tym numerze już jest; podaj następny.".to_owned(),
            en: "There is an invoice with this number already; give the next one.".to_owned(),
        };
        looked.fault("number", "invoice.numberTaken", &words, lang);
    }
    Ok(())
}

/// A correction names the KSeF number of its original, or says that there is none because it was issued outside KSeF. One of
/// ours that has none yet will have one: the correction can be kept, and issued then (field notes A6).
async fn original_has_number(
    app: &App,
    company: &Company,
    form: &IssueForm,
    looked: &mut Looked,
    lang: Language,
) -> Result<(), Failure> {
    let (number, given) =
        (form.text("correction.corrected.0.number"), form.text("correction.corrected.0.ksefNumber"));
    if number.is_empty() || !given.is_empty() {
        return Ok(());
    }
    let Some(original) = app.store.sale_with_number(&company.context, number).await? else { return Ok(()) };
    if original.ksef_number.is_some() && original.state.is_numbered() {
        return Ok(());
    }
    let words = match original.state {
        SaleState::Rejected | SaleState::NumberCollision => Words {
            pl: "Faktury korygowanej nie ma w KSeF: odrzucono ją. Popraw ją i wyślij jeszcze raz zamiast korygować."
                .to_owned(),
            en: "The corrected invoice is not in KSeF: it was refused. Mend it and send it again instead.".to_owned(),
        },
        _ => Words {
            pl: "Faktura korygowana nie ma jeszcze numeru KSeF. Zapisz szkic; numer uzupełni się, gdy go dostanie."
                .to_owned(),
            en: "The corrected invoice has no KSeF number yet. Save a draft; the number is filled in once it has one."
                .to_owned(),
        },
    };
    looked.fault("correction.corrected.0.ksefNumber", "correction.originalWaits", &words, lang);
    Ok(())
}

/// What a choice of a series begins with.
pub(super) const SERIES: &str = "series:";
/// A compulsory field is missing; which one stands in what is allowed.
const MISSING: &str = "NI004";
/// At one field.
const FINDINGS_MAX: usize = 5;
