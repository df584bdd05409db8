//! An invoice that is there, written into a form.

use gateway_pages::Language;
use serde_json::{Map, Value, json};

use super::json::{prune, take};
use super::{BUYER_ID, BUYER_KIND, CHECKS, FIELDS, IssueForm, LINE_FIELDS, LINES_MAX, NOTE_KEY};

/// The fields of an invoice (in the shape of [`shape_of`](crate::app::shape::shape_of)), without what can be computed, as a form
/// has them.
pub(in crate::web::issue) fn of_invoice(invoice: &Value, lang: Language) -> IssueForm {
    let mut form = IssueForm::default();
    let mut json = invoice.clone();
    let Some(all) = json.as_object_mut() else { return form };
    for computed in ["totals", "system"] {
        all.remove(computed);
    }
    if all.get("rounding") != Some(&json!("perLine")) {
        all.remove("rounding");
    }
    if let Some(settlement) = all.get_mut("settlement").and_then(Value::as_object_mut) {
        for computed in ["chargesTotal", "deductionsTotal", "toPay", "toSettle"] {
            settlement.remove(computed);
        }
    }
    let mut lines = match all.remove("lines") {
        Some(Value::Array(lines)) => lines,
        _ => Vec::new(),
    };
    let rate = lines.iter().find_map(|line| line.get("exchangeRate").cloned());
    if let (Some(rate), None) = (rate, all.get("exchangeRate")) {
        all.insert("exchangeRate".to_owned(), rate);
    }
    if all.contains_key("marginProcedure") {
        // The document has no rate for them.
        for line in lines.iter_mut().filter_map(Value::as_object_mut) {
            if !line.contains_key("ossRate") {
                line.entry("vatRate").or_insert_with(|| json!("margin"));
            }
        }
    }
    let is_gross = !lines.is_empty()
        && lines
            .iter()
            .all(|line| line.get("netUnitPrice").is_none() && line.get("grossUnitPrice").is_some());
    form.set("prices", if is_gross { "gross" } else { "net" });
    buyer_of(&mut form, all);
    for name in FIELDS {
        if let Some(text) = take(&mut json, name) {
            form.set(name, shown(name, text, lang));
        }
    }
    for name in CHECKS {
        if take(&mut json, name).is_some_and(|text| text == "true") {
            form.set(name, "yes");
        }
    }
    for name in ["payment.paid", "seller.nip"] {
        take(&mut json, name);
    }
    // What is not so is not said, and follows from the lines where it is.
    if let Some(flags) = json.get_mut("flags").and_then(Value::as_object_mut) {
        flags.retain(|_, is_so| *is_so != json!(false));
    }
    if form.text("notes.0.value").is_empty() || json["notes"][0]["key"] == json!(NOTE_KEY) {
        take(&mut json, "notes.0.key");
    }
    for (place, line) in lines.into_iter().enumerate().take(LINES_MAX) {
        line_of(&mut form, place, "", line, lang);
    }
    prune(&mut json);
    if json.as_object().is_some_and(|rest| !rest.is_empty()) {
        form.set("extra", json.to_string());
    }
    form
}

/// Writes a line into a form, as it is (`side` is empty) or as it was (`was.`).
fn line_of(form: &mut IssueForm, place: usize, side: &str, mut line: Value, lang: Language) {
    let is_gross = form.is_gross();
    if let Some(line) = line.as_object_mut() {
        let price = if is_gross { "grossUnitPrice" } else { "netUnitPrice" };
        let value = if is_gross { "gross" } else { "net" };
        // A line with nothing but its value is one of that price.
        if line.get("netUnitPrice").is_none()
            && line.get("grossUnitPrice").is_none()
            && line.get("quantity").is_none()
        {
            if let Some(value) = line.get(value).cloned() {
                line.insert(price.to_owned(), value);
            }
            line.insert("quantity".to_owned(), json!("1"));
        }
        if let Some(price) = line.remove(price) {
            line.insert("price".to_owned(), price);
        }
        for computed in ["net", "gross", "tax", "number", "before", "exchangeRate"] {
            line.remove(computed);
        }
        // The other price follows from the one that is shown.
        if line.contains_key("price") {
            line.remove(if is_gross { "netUnitPrice" } else { "grossUnitPrice" });
        }
    }
    for name in LINE_FIELDS {
        let text = take(&mut line, name).unwrap_or_default();
        form.set_of_line(place, &format!("{side}{name}"), shown(name, text, lang));
    }
    if take(&mut line, "annex15").is_some_and(|text| text == "true") {
        form.set_of_line(place, &format!("{side}annex15"), "yes");
    }
    prune(&mut line);
    if line.as_object().is_some_and(|rest| !rest.is_empty()) {
        form.set_of_line(place, &format!("{side}extra"), line.to_string());
    }
}

/// Copies each line to what it was before.
pub(in crate::web::issue) fn remember_before(form: &mut IssueForm) {
    for line in 0..form.lines() {
        for name in LINE_FIELDS.iter().copied().chain(["annex15", "extra"]) {
            let text = form.of_line(line, name).to_owned();
            if !text.is_empty() || name == "name" {
                form.set_of_line(line, &format!("was.{name}"), text);
            }
        }
    }
}

fn buyer_of(form: &mut IssueForm, all: &mut Map<String, Value>) {
    let Some(buyer) = all.get_mut("buyer").and_then(Value::as_object_mut) else { return };
    let text = |value: Option<Value>, name: &str| {
        value.and_then(|value| value.get(name)?.as_str().map(str::to_owned)).unwrap_or_default()
    };
    let (kind, id) = if let Some(nip) = buyer.remove("nip") {
        ("nip", nip.as_str().unwrap_or_default().to_owned())
    } else if let Some(number) = buyer.remove("euVat") {
        ("eu", text(Some(number.clone()), "country") + &text(Some(number), "number"))
    } else if let Some(number) = buyer.remove("foreign") {
        let country = text(Some(number.clone()), "country");
        form.set("buyer.address.country", country);
        ("foreign", text(Some(number), "number"))
    } else {
        ("none", String::new())
    };
    if let Some(Value::String(country)) =
        buyer.get_mut("address").and_then(Value::as_object_mut).and_then(|address| address.remove("country"))
    {
        form.set("buyer.address.country", country);
    }
    buyer.remove("withoutIdentifier");
    // They follow from the roles of third parties.
    buyer.remove("jst");
    buyer.remove("vatGroup");
    form.set(BUYER_KIND, kind);
    form.set(BUYER_ID, id);
}

/// A number as people of the language write it; dates and texts as they are.
fn shown(name: &str, text: String, lang: Language) -> String {
    let is_number =
        ["quantity", "price", "discount", "exchangeRate", "amount"].iter().any(|one| name.ends_with(one));
    if is_number && lang == Language::Pl { text.replace('.', ",") } else { text }
}
