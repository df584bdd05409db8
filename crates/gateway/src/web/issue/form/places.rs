//! Where in a form something of its invoice stands.

use serde_json::json;

use super::{BUYER_ID, CHECKS, FIELDS, LINE_FIELDS, LINES, Made};
use crate::app::shape::path_of_farmers;

impl Made {
    /// The field that a JSON pointer leads to; none when it is about the whole.
    pub(in crate::web::issue) fn field(&self, pointer: &str, missing: Option<&str>) -> Option<String> {
        let mut path = pointer.trim_start_matches('/').replace('/', ".");
        if let Some(missing) = missing {
            path = if path.is_empty() { missing.to_owned() } else { format!("{path}.{missing}") };
        }
        if self.is_farmers {
            path = path_of_farmers(&path);
        }
        let of_lines = path.strip_prefix("order.lines.").or_else(|| path.strip_prefix(LINES));
        if let Some(rest) = of_lines {
            let (index, rest) = rest.split_once('.').unwrap_or((rest, ""));
            let index: usize = index.parse().ok()?;
            let line = *self.lines.get(index)?;
            let is_before = self.is_before(index);
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
    pub(in crate::web::issue) fn line(&self, index: usize) -> Option<(usize, bool)> {
        let line = *self.lines.get(index)?;
        Some((line, self.is_before(index)))
    }

    fn is_before(&self, index: usize) -> bool {
        let says_so =
            |lines: &str| self.json.pointer(&format!("{lines}/{index}/before")) == Some(&json!(true));
        says_so("/lines") || says_so("/order/lines")
    }
}
