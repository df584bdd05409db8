//! The neutral invoice that a form makes.

use ksef_invoice::Message;
use serde_json::{Map, Value, json};

use super::json::{object_of, prune, put};
use super::{
    AMOUNT_BEFORE, BUYER_ID, BUYER_KIND, CHECKS, FIELDS, IssueForm, LINE_FIELDS, LINES, NOTE_KEY, RATE_BEFORE,
};
use crate::app::shape::farmers;
use crate::app::standing::decimal;
use crate::web::issue::choices::METHODS;

/// What a form makes.
#[derive(Default)]
pub(in crate::web::issue) struct Made {
    /// For `ksef_invoice::build::from_json`.
    pub(in crate::web::issue) json: Value,
    /// Texts that are no value of their field.
    pub(in crate::web::issue) faults: Vec<(String, Message)>,
    /// Which line of the form each line of the JSON is.
    pub(super) lines: Vec<usize>,
    /// Whether the JSON is a flat-rate farmer's.
    pub(super) is_farmers: bool,
}

impl IssueForm {
    /// The neutral invoice that the form makes; the seller's NIP is `nip`.
    pub(in crate::web::issue) fn made(&self, nip: Option<&str>) -> Made {
        let mut made = Made {
            json: object_of(self.text("extra")),
            faults: Vec::new(),
            lines: Vec::new(),
            is_farmers: self.is_farmers(),
        };
        for name in FIELDS {
            // What a kind may be is looked up in FA(3), which has none of these.
            if *name != "kind" || !made.is_farmers {
                self.put(&mut made, name, name);
            }
        }
        if made.is_farmers {
            put(&mut made.json, "kind", json!(self.text("kind")));
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
        if !self.is_advance()
            && let Some(invoice) = made.json.as_object_mut()
        {
            invoice.remove("advance");
        }
        let is_other_amount = self.put_amount_before(&mut made.json);
        self.put_lines(&mut made, is_other_amount);
        if self.is_correction() {
            self.put_before(&mut made.json);
        }
        prune(&mut made.json);
        if made.is_farmers {
            self.put_farmers_method(&mut made.json);
            made.json = farmers(made.json);
        }
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
        let kind = if self.is_farmers() { "nip" } else { self.text(BUYER_KIND) };
        match kind {
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

    /// A farmer is paid by transfer, or in a way that is told in words.
    fn put_farmers_method(&self, json: &mut Value) {
        if let Some(payment) = json.get_mut("payment").and_then(Value::as_object_mut)
            && let Some(method) = payment.get("method").and_then(Value::as_str)
            && method != "transfer"
        {
            let words = METHODS.iter().find(|(name, ..)| *name == method).map_or(method, |(_, pl, _)| *pl);
            let words = json!(words);
            payment.insert("otherMethod".to_owned(), words);
            payment.remove("method");
        }
    }

    /// What was due before a correction of an advance or of its settlement (`P_15ZK`). The form has the advance as it is now, the
    /// document its difference. Says whether the advance is another one.
    fn put_amount_before(&self, json: &mut Value) -> bool {
        let before = self.text(AMOUNT_BEFORE);
        if before.is_empty() || !matches!(self.text("kind"), "KOR_ZAL" | "KOR_ROZ") {
            return false;
        }
        put(json, "correction.amountBefore", json!(before));
        if !self.is_advance() {
            return false;
        }
        if !self.text(RATE_BEFORE).is_empty() {
            put(json, "correction.exchangeRateBefore", json!(self.text(RATE_BEFORE)));
        }
        let Some(advance) = json.get_mut("advance").and_then(Value::as_object_mut) else { return false };
        // The payments of the original are no payments of its correction.
        advance.remove("payments");
        let Some(now) = advance.get("amount") else { return false };
        let difference = decimal(now) - decimal(&json!(before));
        advance.insert("amount".to_owned(), json!(difference.to_string()));
        !difference.is_zero()
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

    fn put_lines(&self, made: &mut Made, is_other_amount: bool) {
        let is_correction = self.is_correction();
        // An advance is divided by the whole order, and an order that did not change is said to be the same (note of the schema
        // on `Zamowienie`).
        let is_whole = is_correction && self.is_advance() && (is_other_amount || self.has_other_lines());
        let mut lines = Vec::new();
        let numbered =
            (0..self.lines()).filter_map(|line| self.of_line(line, "number").parse::<u64>().ok()).max();
        let mut next = numbered.unwrap_or_default();
        for line in 0..self.lines() {
            let after = self.line(made, line, "");
            let mut rows = Vec::new();
            if is_correction && self.has_before(line) {
                let before = self.line(made, line, "was.");
                if before == after && !is_whole {
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
        if self.is_advance() {
            for line in lines.iter_mut().filter_map(Value::as_object_mut) {
                line.retain(|name, _| name != "discount");
            }
            put(&mut made.json, "order.lines", Value::Array(lines));
        } else {
            put(&mut made.json, "lines", Value::Array(lines));
        }
    }

    /// Whether a line is another one than before.
    fn has_other_lines(&self) -> bool {
        let mut looked_at = Made::default();
        (0..self.lines()).any(|line| {
            let before = if self.has_before(line) { self.line(&mut looked_at, line, "was.") } else { None };
            self.line(&mut looked_at, line, "") != before
        })
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
            let typed = if field == "vatRate" && self.is_farmers() { "refundRate" } else { field };
            match invoice_tables::written(&format!("{LINES}{typed}"), self.text(&named(name))) {
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
