//! The neutral invoice that a form makes.

use ksef_invoice::Message;
use serde_json::{Map, Value, json};

use super::json::{object_of, prune, put};
use super::{ADVANCE, BUYER_ID, BUYER_KIND, CHECKS, FIELDS, IssueForm, LINE_FIELDS, LINES, NOTE_KEY};

/// What a form makes.
pub(in crate::web::issue) struct Made {
    /// For `ksef_invoice::build::from_json`.
    pub(in crate::web::issue) json: Value,
    /// Texts that are no value of their field.
    pub(in crate::web::issue) faults: Vec<(String, Message)>,
    /// Which line of the form each line of the JSON is.
    pub(super) lines: Vec<usize>,
}

impl IssueForm {
    /// The neutral invoice that the form makes; the seller's NIP is `nip`.
    pub(in crate::web::issue) fn made(&self, nip: Option<&str>) -> Made {
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
