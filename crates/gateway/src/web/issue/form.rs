//! The form in which an invoice is written: texts by the names of their fields, and the neutral invoice that they make.
//!
//! Names are paths into the neutral invoice (`buyer.address.line1`, `lines.0.quantity`), so that a finding leads to its field.
//! What an invoice has beyond the fields that are shown goes along in `extra`, of each line in `lines.N.extra`; nothing of an
//! invoice that is corrected or copied is lost that way. On a correction a line has its state before in `lines.N.was.…`.

use std::collections::BTreeMap;

use gateway_pages::Language;
use ksef_invoice::Message;
use serde_json::{Map, Value, json};

/// A form as it was filled in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct IssueForm {
    fields: BTreeMap<String, String>,
}

/// What a form makes.
pub(super) struct Made {
    /// For `ksef_invoice::build::from_json`.
    pub(super) json: Value,
    /// Texts that are no value of their field.
    pub(super) faults: Vec<(String, Message)>,
    /// Which line of the form each line of the JSON is.
    lines: Vec<usize>,
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
        for (name, usual) in [("unit", "szt."), ("vatRate", "23")] {
            let text = before.map_or(usual, |before| self.of_line(before, name)).to_owned();
            self.set_of_line(line, name, text);
        }
        self.set_of_line(line, "name", "");
        if self.text("prepared") == "typed" {
            for name in ["name", "unit", "vatRate"] {
                let text = self.of_line(line, name).to_owned();
                self.set_of_line(line, &format!("was.{name}"), text);
            }
        }
        line
    }

    pub(super) fn remove_line(&mut self, line: usize) {
        let prefix = format!("lines.{line}.");
        self.fields.retain(|name, _| !name.starts_with(&prefix));
        self.close_up();
    }

    /// Whether a line says what it was before.
    pub(super) fn has_before(&self, line: usize) -> bool {
        let prefix = format!("lines.{line}.was.");
        self.fields.range(prefix.clone()..).next().is_some_and(|(name, _)| name.starts_with(&prefix))
    }

    pub(super) fn is_correction(&self) -> bool {
        self.text("kind").starts_with("KOR")
    }

    fn is_gross(&self) -> bool {
        self.text("prices") == "gross" && self.text("kind") != ADVANCE
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

    /// The neutral invoice that the form makes; the seller's NIP is `nip`.
    pub(super) fn made(&self, nip: Option<&str>) -> Made {
        let mut made = Made { json: object_of(self.text("extra")), faults: Vec::new(), lines: Vec::new() };
        for name in FIELDS {
            self.put(&mut made, name, name);
        }
        for name in CHECKS {
            if !self.text(name).is_empty() {
                put(&mut made.json, name, json!(true));
            }
        }
        if let Some(nip) = nip {
            put(&mut made.json, "seller.nip", json!(nip));
        }
        self.put_buyer(&mut made);
        if made.json["payment"]["paidOn"].is_string() {
            put(&mut made.json, "payment.paid", json!(true));
        }
        if made.json["payment"]["accounts"][0]["number"].is_string() {
            let digits: String = self
                .text("payment.accounts.0.number")
                .chars()
                .filter(|letter| !letter.is_whitespace())
                .collect();
            put(&mut made.json, "payment.accounts.0.number", json!(digits));
        }
        if made.json["notes"][0]["value"].is_string() && !made.json["notes"][0]["key"].is_string() {
            put(&mut made.json, "notes.0.key", json!(NOTE_KEY));
        }
        // A rate for złoty is a contradiction, and nobody sees the field then.
        if matches!(self.text("currency"), "" | "PLN")
            && let Some(invoice) = made.json.as_object_mut()
        {
            invoice.remove("exchangeRate");
        }
        if self.text("kind") != ADVANCE
            && let Some(invoice) = made.json.as_object_mut()
        {
            invoice.remove("advance");
        }
        self.put_lines(&mut made);
        if self.is_correction() {
            self.put_before(&mut made.json);
        }
        prune(&mut made.json);
        made
    }

    fn put(&self, made: &mut Made, name: &str, path: &str) {
        match invoice_tables::written(path, self.text(name)) {
            Some(Ok(value)) => put(&mut made.json, path, value),
            Some(Err(message)) => made.faults.push((name.to_owned(), message)),
            None => {}
        }
    }

    fn put_buyer(&self, made: &mut Made) {
        let country = self.text("buyer.address.country").to_uppercase();
        // A country alone is no address.
        let has_address =
            ["line1", "line2"].iter().any(|line| !self.text(&format!("buyer.address.{line}")).is_empty());
        if has_address && !country.is_empty() {
            put(&mut made.json, "buyer.address.country", json!(country));
        }
        let given = self.text(BUYER_ID);
        let plain: String = given
            .chars()
            .filter(|letter| !letter.is_whitespace() && *letter != '-')
            .collect::<String>()
            .to_uppercase();
        match self.text(BUYER_KIND) {
            "none" => put(&mut made.json, "buyer.withoutIdentifier", json!(true)),
            _ if given.is_empty() => {}
            "eu" => {
                let is_prefixed =
                    plain.len() > 2 && plain.as_bytes()[..2].iter().all(u8::is_ascii_alphabetic);
                let (prefix, number) =
                    if is_prefixed { plain.split_at(2) } else { (country.as_str(), plain.as_str()) };
                put(&mut made.json, "buyer.euVat", json!({ "country": prefix, "number": number }));
            }
            "foreign" => put(&mut made.json, "buyer.foreign", json!({ "country": country, "number": given })),
            _ => put(&mut made.json, "buyer.nip", json!(plain.strip_prefix("PL").unwrap_or(&plain))),
        }
    }

    /// The data of parties before, where name or address are others now. By the schema of FA(3) they stand on a correction only
    /// if they are what is corrected.
    fn put_before(&self, json: &mut Value) {
        for (party, before, path) in [
            ("buyer", self.text("buyerBefore"), "correction.buyers.0"),
            ("seller", self.text("sellerBefore"), "correction.seller"),
        ] {
            let before = object_of(before);
            let is_same = |name: &str| {
                let now = json[party].get(name).unwrap_or(&Value::Null);
                let was = before.get(name).unwrap_or(&Value::Null);
                ["line1", "line2", "country"].iter().all(|line| now[line] == was[line])
                    && (now.is_object() || now == was)
            };
            let is_known = before.as_object().is_some_and(|before| !before.is_empty());
            if is_known && !(is_same("name") && is_same("address")) {
                put(json, path, before);
            }
        }
    }

    fn put_lines(&self, made: &mut Made) {
        let is_correction = self.is_correction();
        let mut lines = Vec::new();
        let numbered =
            (0..self.lines()).filter_map(|line| self.of_line(line, "number").parse::<u64>().ok()).max();
        let mut next = numbered.unwrap_or_default();
        for line in 0..self.lines() {
            let after = self.line(made, line, "");
            let mut rows = Vec::new();
            if is_correction && self.has_before(line) {
                let before = self.line(made, line, "was.");
                if before == after {
                    // What did not change is not repeated.
                    continue;
                }
                if let Some(mut before) = before {
                    before.insert("before".to_owned(), json!(true));
                    rows.push(before);
                }
            }
            rows.extend(after);
            if numbered.is_some() && !rows.is_empty() {
                let own = self.of_line(line, "number").parse::<u64>().ok();
                let number = own.unwrap_or_else(|| {
                    next += 1;
                    next
                });
                rows.iter_mut().for_each(|row| drop(row.insert("number".to_owned(), json!(number))));
            }
            made.lines.extend(rows.iter().map(|_| line));
            lines.extend(rows.into_iter().map(Value::Object));
        }
        if lines.is_empty() {
            return;
        }
        if self.text("kind") == ADVANCE {
            for line in &mut lines {
                if let Some(line) = line.as_object_mut() {
                    line.remove("discount");
                }
            }
            put(&mut made.json, "order.lines", Value::Array(lines));
        } else {
            put(&mut made.json, "lines", Value::Array(lines));
        }
    }

    /// A line, as it is or as it was; nothing where nothing is written but what each line begins with.
    fn line(&self, made: &mut Made, line: usize, side: &str) -> Option<Map<String, Value>> {
        let named = |name: &str| format!("{LINES}{line}.{side}{name}");
        let is_written =
            ["name", "quantity", "price", "extra"].iter().any(|name| !self.text(&named(name)).is_empty());
        if !is_written {
            return None;
        }
        let mut found = object_of(self.text(&named("extra")));
        for name in LINE_FIELDS {
            let field = match *name {
                "price" if self.is_gross() => "grossUnitPrice",
                "price" => "netUnitPrice",
                name => name,
            };
            match invoice_tables::written(&format!("{LINES}{field}"), self.text(&named(name))) {
                Some(Ok(value)) => put(&mut found, field, value),
                Some(Err(message)) => made.faults.push((named(name), message)),
                None => {}
            }
        }
        if !self.text(&named("annex15")).is_empty() {
            put(&mut found, "annex15", json!(true));
        }
        match found {
            Value::Object(line) => Some(line),
            _ => None,
        }
    }
}

impl Made {
    /// The field that a JSON pointer leads to; none when it is about the whole.
    pub(super) fn field(&self, pointer: &str, missing: Option<&str>) -> Option<String> {
        let mut path = pointer.trim_start_matches('/').replace('/', ".");
        if let Some(missing) = missing {
            path = if path.is_empty() { missing.to_owned() } else { format!("{path}.{missing}") };
        }
        let of_lines = path.strip_prefix("order.lines.").or_else(|| path.strip_prefix(LINES));
        if let Some(rest) = of_lines {
            let (index, rest) = rest.split_once('.').unwrap_or((rest, ""));
            let index: usize = index.parse().ok()?;
            let line = *self.lines.get(index)?;
            let is_before = self.json.pointer(&format!("/lines/{index}/before")) == Some(&json!(true));
            let name = match rest.split('.').next().unwrap_or_default() {
                "netUnitPrice" | "grossUnitPrice" | "net" | "gross" | "tax" => "price",
                "ossRate" => "vatRate",
                name if LINE_FIELDS.contains(&name) || name == "annex15" => name,
                _ => "name",
            };
            let side = if is_before { "was." } else { "" };
            return Some(format!("{LINES}{line}.{side}{name}"));
        }
        let special = [
            ("buyer.nip", BUYER_ID),
            ("buyer.euVat", BUYER_ID),
            ("buyer.foreign", BUYER_ID),
            ("buyer.address", "buyer.address.line1"),
            ("seller.address", "seller.address.line1"),
            ("seller.nip", "seller.name"),
            ("payment.due", "payment.due.0.date"),
            ("payment.accounts", "payment.accounts.0.number"),
            ("notes", "notes.0.value"),
            ("exemption", "exemption.act"),
            ("advance", "advance.amount"),
            ("correction.corrected", "correction.corrected.0.number"),
            ("lines", "lines.0.name"),
            ("order", "lines.0.name"),
            ("period", "period.from"),
        ];
        if FIELDS.contains(&path.as_str()) || CHECKS.contains(&path.as_str()) {
            return Some(path);
        }
        if path == "buyer" {
            return Some(BUYER_ID.to_owned());
        }
        if path == "payment" {
            return Some("payment.method".to_owned());
        }
        let found = special.iter().find(|(start, _)| {
            path == *start || path.strip_prefix(start).is_some_and(|rest| rest.starts_with('.'))
        });
        found.map(|(_, name)| (*name).to_owned())
    }

    /// Which line of the form a line of the JSON is, and whether it says what was before.
    pub(super) fn line(&self, index: usize) -> Option<(usize, bool)> {
        let line = *self.lines.get(index)?;
        Some((line, self.json.pointer(&format!("/lines/{index}/before")) == Some(&json!(true))))
    }
}

/// The fields of an invoice, without what can be computed, as a form has them.
pub(super) fn of_invoice(invoice: &ksef_invoice::build::VatInvoice, lang: Language) -> IssueForm {
    let mut form = IssueForm::default();
    let Ok(mut json) = serde_json::to_value(invoice) else { return form };
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
    let lines = match all.remove("lines") {
        Some(Value::Array(lines)) => lines,
        _ => match all.remove("order") {
            Some(Value::Object(mut order)) => match order.remove("lines") {
                Some(Value::Array(lines)) => lines,
                _ => Vec::new(),
            },
            _ => Vec::new(),
        },
    };
    let rate = lines.iter().find_map(|line| line.get("exchangeRate").cloned());
    if let (Some(rate), None) = (rate, all.get("exchangeRate")) {
        all.insert("exchangeRate".to_owned(), rate);
    }
    let mut lines = lines;
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
pub(super) fn remember_before(form: &mut IssueForm) {
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

fn object_of(text: &str) -> Value {
    match serde_json::from_str(text) {
        Ok(value @ Value::Object(_)) => value,
        _ => json!({}),
    }
}

/// Puts a value at a dotted path; numbers in it count items of lists.
fn put(root: &mut Value, path: &str, value: Value) {
    let mut here = root;
    for step in path.split('.') {
        here = match step.parse::<usize>() {
            Ok(index) => {
                if !here.is_array() {
                    *here = json!([]);
                }
                let Some(items) = here.as_array_mut() else { return };
                if items.len() <= index {
                    items.resize(index + 1, Value::Null);
                }
                &mut items[index]
            }
            Err(_) => {
                if !here.is_object() {
                    *here = json!({});
                }
                &mut here[step]
            }
        };
    }
    *here = value;
}

/// Takes a single value away from a dotted path, as text.
fn take(root: &mut Value, path: &str) -> Option<String> {
    let (parent, last) = path.rsplit_once('.').unwrap_or(("", path));
    let pointer = if parent.is_empty() { String::new() } else { format!("/{}", parent.replace('.', "/")) };
    let found = root.pointer_mut(&pointer)?.as_object_mut()?.remove(last)?;
    Some(match found {
        Value::String(text) => text,
        other => other.to_string(),
    })
}

/// Removes objects and lists with nothing in them. As deep as an invoice is.
fn prune(value: &mut Value) {
    let is_empty = |value: &Value| match value {
        Value::Null => true,
        Value::Object(object) => object.is_empty(),
        Value::Array(items) => items.is_empty(),
        _ => false,
    };
    match value {
        Value::Object(object) => {
            object.values_mut().for_each(prune);
            object.retain(|_, value| !is_empty(value));
        }
        Value::Array(items) => {
            items.iter_mut().for_each(prune);
            // An item keeps its place while others have something.
            if items.iter().all(is_empty) {
                items.clear();
            }
        }
        _ => {}
    }
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
pub(super) const LINE_FIELDS: &[&str] =
    &["name", "quantity", "unit", "price", "vatRate", "discount", "productCode", "pkwiu", "cn", "gtu"];
/// By what the buyer is known: `nip`, `eu`, `foreign`, `none`.
pub(super) const BUYER_KIND: &str = "buyer.kind";
/// The NIP, or another number.
pub(super) const BUYER_ID: &str = "buyer.taxId";
/// The kind whose lines are those of an order.
pub(super) const ADVANCE: &str = "ZAL";
/// What notes of a form are called on the invoice.
const NOTE_KEY: &str = "Uwagi";
const LINES: &str = "lines.";
/// More lines are a matter for a file.
pub(super) const LINES_MAX: usize = 200;
const NAME_BYTES_MAX: usize = 60;

#[cfg(test)]
mod tests {
    use super::*;

    fn form(pairs: &[(&str, &str)]) -> IssueForm {
        IssueForm::of(pairs.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect())
    }

    #[test]
    fn texts_as_people_write_them_make_a_neutral_invoice() {
        let form = form(&[
            ("kind", "VAT"),
            ("number", " FV/1 "),
            ("issueDate", "2026-12-01"),
            ("buyer.kind", "eu"),
            ("buyer.taxId", "de 123-456 789"),
            ("buyer.name", "Nabywca"),
            ("buyer.address.country", "de"),
            ("payment.accounts.0.number", "61 1090 1014 0000 0712 1981 2874"),
            ("payment.paidOn", "01.12.2026"),
            ("notes.0.value", "Dziękujemy"),
            ("lines.3.name", "Usługa"),
            ("lines.3.quantity", "1 000,5"),
            ("lines.3.price", "0,10"),
            ("lines.3.vatRate", "23"),
            ("lines.5.unit", "szt."),
            ("lines.5.vatRate", "23"),
            ("lines.7.name", "Inna"),
            ("lines.7.quantity", "dwa"),
            ("token", "x"),
            ("<script>", "x"),
        ]);
        assert_eq!(form.lines(), 3, "without gaps");
        let made = form.made(Some("2222222222"));
        assert_eq!(
            made.json,
            json!({
                "kind": "VAT", "number": "FV/1", "issueDate": "2026-12-01",
                "seller": { "nip": "2222222222" },
                "buyer": { "euVat": { "country": "DE", "number": "123456789" }, "name": "Nabywca" },
                "payment": { "accounts": [{ "number": "61109010140000071219812874" }], "paidOn": "2026-12-01", "paid": true },
                "notes": [{ "key": "Uwagi", "value": "Dziękujemy" }],
                "lines": [
                    { "name": "Usługa", "quantity": "1000.5", "netUnitPrice": "0.10", "vatRate": "23" },
                    { "name": "Inna" },
                ],
            })
        );
        let faults: Vec<&str> = made.faults.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(faults, ["lines.2.quantity"]);
        // An empty line stands in the form only, and findings find their way past it.
        for (pointer, missing, field) in [
            ("/lines/1/netUnitPrice", None, Some("lines.2.price")),
            ("/lines/0/vatRate", None, Some("lines.0.vatRate")),
            ("/buyer/euVat/number", None, Some("buyer.taxId")),
            ("/buyer", None, Some("buyer.taxId")),
            ("/seller", Some("name"), Some("seller.name")),
            ("", Some("issueDate"), Some("issueDate")),
            ("/payment/accounts/0/number", None, Some("payment.accounts.0.number")),
            ("/terms/transports/0", None, None),
        ] {
            assert_eq!(made.field(pointer, missing).as_deref(), field, "{pointer}");
        }
    }

    #[test]
    fn an_invoice_comes_out_of_its_form_again_with_what_is_not_shown() {
        let json = json!({
            "kind": "VAT", "number": "FV/9", "issueDate": "2026-12-01", "currency": "EUR",
            "seller": { "nip": "2222222222", "name": "My", "address": { "country": "PL", "line1": "Prosta 1" } },
            "buyer": { "nip": "3333333333", "name": "Oni", "customerNumber": "K-7" },
            "lines": [
                { "name": "A", "quantity": "2", "unit": "h", "netUnitPrice": "10.5", "vatRate": "23", "gtin": "5901234123457",
                  "exchangeRate": "4.25", "annex15": true },
                { "name": "B", "net": "7", "vatRate": "8" },
            ],
            "terms": { "deliveryTerms": "EXW" },
        });
        let invoice = serde_json::from_slice(json.to_string().as_bytes()).expect("an invoice");
        let form = of_invoice(&invoice, Language::Pl);
        assert_eq!(
            (form.of_line(0, "price"), form.of_line(1, "quantity"), form.of_line(1, "price")),
            ("10,5", "1", "7")
        );
        assert_eq!((form.text("exchangeRate"), form.text(BUYER_ID)), ("4,25", "3333333333"));
        let again = IssueForm::of_content(&form.content()).expect("kept");
        assert_eq!(again, form);
        let made = again.made(Some("2222222222")).json;
        assert_eq!(made["terms"], json["terms"]);
        assert_eq!(made["buyer"], json["buyer"]);
        assert_eq!(made["seller"], json["seller"]);
        assert_eq!(made["exchangeRate"], "4.25");
        assert_eq!(made["lines"][0]["gtin"], "5901234123457");
        assert_eq!(made["lines"][0]["annex15"], true);
        assert_eq!(
            (&made["lines"][1]["quantity"], &made["lines"][1]["netUnitPrice"]),
            (&json!("1"), &json!("7"))
        );
    }

    #[test]
    fn a_correction_says_what_changed_before_and_after() {
        let mut form = form(&[
            ("kind", "KOR"),
            ("lines.0.number", "4"),
            ("lines.0.name", "A"),
            ("lines.0.quantity", "2"),
            ("lines.0.price", "10"),
            ("lines.0.vatRate", "23"),
            ("lines.1.number", "5"),
            ("lines.1.name", "B"),
            ("lines.1.quantity", "1"),
            ("lines.1.price", "3"),
            ("lines.1.vatRate", "23"),
        ]);
        remember_before(&mut form);
        assert_eq!(form.made(None).json, json!({ "kind": "KOR" }), "nothing changed");
        form.set("lines.1.quantity", "0");
        form.add_line();
        form.set("lines.2.name", "C");
        let made = form.made(None);
        let rows: Vec<(&Value, &Value, bool)> = made.json["lines"]
            .as_array()
            .expect("lines")
            .iter()
            .map(|row| (&row["number"], &row["name"], row["before"] == json!(true)))
            .collect();
        let (five, six) = (json!(5), json!(6));
        let (b, c) = (json!("B"), json!("C"));
        assert_eq!(rows, [(&five, &b, true), (&five, &b, false), (&six, &c, false)]);
        assert_eq!(made.field("/lines/0/quantity", None).as_deref(), Some("lines.1.was.quantity"));
        assert_eq!(made.field("/lines/1/quantity", None).as_deref(), Some("lines.1.quantity"));
        assert_eq!((made.line(0), made.line(2)), (Some((1, true)), Some((2, false))));
        form.remove_line(0);
        assert_eq!((form.lines(), form.of_line(0, "name"), form.of_line(1, "name")), (2, "B", "C"));
    }
}
