//! A form with what was found of it, as its page shows it.

use gateway_pages::{BuyerOption, Choice, IssueLine, IssueView, Language};
use gateway_rules::policy::SendingPolicy;
use gateway_store::KeptKind;
use serde_json::Value;

use super::choices::{
    BUYERS, CORRECTIONS, EFFECTS, GTU, KINDS, MARGINS, METHODS, PRICES, RATES, REFUND_RATES, SETTLEMENT,
    choices, optional,
};
use super::form::{BUYER_ID, BUYER_KIND, CHECKS, FIELDS, IssueForm, LINE_FIELDS};
use super::look::{Looked, SERIES, next_number};
use super::prepared::{earlier_corrections, prepared};
use crate::app::App;
use crate::app::contractors::{KnownBuyer, known_buyers};
use crate::company::Company;
use crate::rest::Failure;

/// The page's view of a form.
pub(super) async fn view(
    app: &App,
    company: &Company,
    form: &IssueForm,
    looked: Looked,
    lang: Language,
) -> Result<IssueView, Failure> {
    let series = app.store.series(&company.context).await?;
    let chosen = form.text("numbering");
    let numbering = |value: String, label: String| Choice {
        is_chosen: value == chosen,
        value,
        label,
        note: String::new(),
    };
    let mut numberings = Vec::with_capacity(series.len() + 1);
    for one in &series {
        let date = form.text("issueDate").parse().ok();
        let next = next_number(app, company, &one.name, date).await?.unwrap_or_default();
        numberings.push(numbering(format!("{SERIES}{}", one.name), format!("{}: {next}", one.name)));
    }
    let own = lang.choose("wpisana ręcznie", "typed by hand");
    numberings.push(numbering(String::new(), own.to_owned()));
    let last = app.store.newest_sales(&company.context, 1).await?.into_iter().next();
    let number_note = last.map(|sale| match lang {
        Language::Pl => format!("Ostatnia faktura: {}", sale.invoice_number),
        Language::En => format!("The last invoice: {}", sale.invoice_number),
    });
    let known = known_buyers(app, company).await?;
    let settings = app.store.sending_settings(&company.context).await?;
    let policy = SendingPolicy::from_name(&settings.policy).map(SendingPolicy::consequence);
    let kind = form.text("kind");
    let kinds = if form.is_correction() {
        choices(CORRECTIONS, kind, lang)
    } else if kind == SETTLEMENT.0 {
        choices(&[SETTLEMENT], kind, lang)
    } else {
        choices(KINDS, kind, lang)
    };
    let is_fixed = form.text("wasFixed") == "yes";
    let lines = (0..form.lines()).map(|line| line_view(form, &looked, line, is_fixed, lang)).collect();
    let seller_nip = company.context.nip().map(|nip| nip.as_str().to_owned()).unwrap_or_default();
    Ok(IssueView {
        company: company.context.to_string(),
        seller_nip,
        fields: form.fields().clone(),
        is_ready: looked.xml.is_some(),
        faults: looked.faults,
        general: looked.general,
        kinds,
        numberings,
        number_note: number_note.unwrap_or_default(),
        buyer_kinds: choices(BUYERS, form.text(BUYER_KIND), lang),
        buyers: known.into_iter().map(|KnownBuyer { nip, name }| BuyerOption { nip, name }).collect(),
        prices: choices(PRICES, form.text("prices"), lang),
        methods: optional(METHODS, form.text("payment.method"), lang),
        margins: optional(MARGINS, form.text("marginProcedure"), lang),
        effects: optional(EFFECTS, form.text("correction.effect"), lang),
        lines,
        sums: looked.sums,
        hidden: hidden(form),
        removed: form.removed().map(str::to_owned),
        beyond: beyond(form, lang),
        prepared: prepared(form, lang),
        earlier: earlier_corrections(form, lang),
        next: if form.text("then").is_empty() {
            String::new()
        } else {
            let next = lang.choose(
                "Po wystawieniu otworzy się nowa faktura na właściwego nabywcę.",
                "Once it is issued, a new invoice to the right buyer opens.",
            );
            next.to_owned()
        },
        policy: policy.map(|words| lang.choose(words.pl, words.en).to_owned()).unwrap_or_default(),
        is_looked_at: !form.text("lookedAt").is_empty(),
        focus: String::new(),
        filled: String::new(),
        drafts: app.store.kept_forms(&company.context, KeptKind::Draft, DRAFTS_COUNTED).await?.len(),
    })
}

fn line_view(form: &IssueForm, looked: &Looked, line: usize, is_fixed: bool, lang: Language) -> IssueLine {
    let value = |is_before| looked.values.get(&(line, is_before)).cloned().unwrap_or_default();
    let rates = if form.is_farmers() { REFUND_RATES } else { RATES };
    let rates_before = choices(rates, form.of_line(line, "was.vatRate"), lang);
    let more = ["discount", "productCode", "pkwiu", "cn", "gtu", "annex15", "quality"];
    IssueLine {
        place: line,
        rates: choices(rates, form.of_line(line, "vatRate"), lang),
        groups: optional(GTU, form.of_line(line, "gtu"), lang),
        value: value(false),
        has_before: form.is_correction() && form.has_before(line),
        is_before_fixed: is_fixed,
        // A list to choose from cannot be read only; one with a single entry is as good.
        rates_before: rates_before.into_iter().filter(|one| !is_fixed || one.is_chosen).collect(),
        value_before: value(true),
        is_open: more.iter().any(|name| {
            !form.of_line(line, name).is_empty()
                || looked.faults.contains_key(&format!("lines.{line}.{name}"))
        }),
    }
}

/// What goes along without being seen.
fn hidden(form: &IssueForm) -> Vec<(String, String)> {
    let is_correction = form.is_correction();
    let is_seen = |name: &str| {
        if let Some((_, field)) = name.strip_prefix("lines.").and_then(|rest| rest.split_once('.')) {
            return match field.strip_prefix("was.") {
                Some(field) => {
                    is_correction && matches!(field, "name" | "quantity" | "unit" | "price" | "vatRate")
                }
                None => LINE_FIELDS.contains(&field) || field == "annex15",
            };
        }
        if name.starts_with("correction.") {
            return is_correction && (name != "correction.period" || !form.text(name).is_empty());
        }
        FIELDS.contains(&name)
            || (CHECKS.contains(&name) && name != "flags.selfBilling")
            || matches!(name, "numbering" | "prices" | BUYER_KIND | BUYER_ID | "buyer.address.country")
    };
    let unseen = form.fields().iter().filter(|(name, text)| !text.is_empty() && !is_seen(name));
    unseen.map(|(name, text)| (name.clone(), text.clone())).collect()
}

/// The parts of the document that the form does not show.
fn beyond(form: &IssueForm, lang: Language) -> Vec<String> {
    let extra: Option<Value> = serde_json::from_str(form.text("extra")).ok();
    let Some(extra) = extra.as_ref().and_then(Value::as_object) else { return Vec::new() };
    let named = extra.keys().filter_map(|name| {
        Some(match name.as_str() {
            "thirdParties" => lang.choose("inne podmioty", "further parties"),
            "footer" => lang.choose("stopka", "foot"),
            "terms" => lang.choose("warunki transakcji", "terms"),
            "attachment" => lang.choose("załącznik", "attachment"),
            "notes" => lang.choose("dalsze uwagi", "further notes"),
            "settlement" => lang.choose("obciążenia i odliczenia", "charges and deductions"),
            "payment" => lang.choose("dalsze dane o płatności", "more about the payment"),
            "warehouseDocuments" => lang.choose("dokumenty WZ", "goods-issue notes"),
            "newTransport" => lang.choose("nowe środki transportu", "new means of transport"),
            "authorized" => lang.choose("podmiot upoważniony", "authorized party"),
            "flags" | "exemption" => lang.choose("adnotacje", "statements"),
            // Said elsewhere on the page, or no part of what people see.
            _ => return None,
        })
    });
    named.map(str::to_owned).collect()
}

/// So many are counted on the page.
const DRAFTS_COUNTED: u32 = 500;
