//! How an invoice stands after its corrections. Each correction changes the state that the one before it left, and names the
//! invoice that was issued first (art. 106j (2) of the VAT act), so that one is looked for, and all that name it.

use std::collections::BTreeMap;

use gateway_store::{Purchase, Sale, SaleId, SaleState};
use ksef_invoice::build::{NeutralInvoice, neutral_of};
use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::purchases::files::xml_of;
use super::shape::shape_of;
use super::{App, WorkError};
use crate::company::Company;

/// An invoice as it stands after its corrections.
pub(crate) struct Standing {
    /// What corrections of it are called: `KOR`, `KOR_ZAL`, `KOR_ROZ`, `KOR_RR`.
    pub(crate) correction_kind: &'static str,
    /// The invoice that was issued first; `None` when it is not here, and only what its corrections tell is known of it.
    pub(crate) original: Option<SaleId>,
    /// The same as corrections name it.
    pub(crate) reference: Value,
    /// The parties, the lines and the rest, in the shape of [`shape_of`].
    pub(crate) invoice: Value,
    /// The amount due.
    pub(crate) gross: Decimal,
    /// Net and tax of each sum that the totals name.
    pub(crate) sums: BTreeMap<String, (Decimal, Decimal)>,
    /// The corrections that it contains, oldest first.
    pub(crate) corrections: Vec<String>,
    /// Those that it does not contain: not on their way to KSeF yet, or of several invoices at once.
    pub(crate) left_out: Vec<String>,
    /// Whether each correction said of lines that are here how they were before.
    pub(crate) is_certain: bool,
}

/// How the invoice stands that a sale is, or corrects; `None` for a correction of several invoices, for kinds that nobody corrects
/// here, and for what the neutral form cannot tell.
pub(crate) async fn standing(
    app: &App,
    company: &Company,
    sale: &Sale,
) -> Result<Option<Standing>, WorkError> {
    let Some(shape) = shape_of_sale(app, sale).await? else { return Ok(None) };
    let Some(correction_kind) = correction_kind(&sale.kind) else { return Ok(None) };
    let reference = match named(&shape) {
        [] => reference_of(sale),
        [one] => one.clone(),
        _ => return Ok(None),
    };
    let original = if is_correction(&sale.kind) {
        original(app, company, &reference).await?
    } else {
        Some(sale.clone())
    };
    // What was due before is to be said on these, and nobody here knows it.
    if original.is_none() && matches!(correction_kind, "KOR_ZAL" | "KOR_ROZ") {
        return Ok(None);
    }
    let mut invoice = match &original {
        Some(original) if original.id != sale.id => match shape_of_sale(app, original).await? {
            Some(shape) => shape,
            None => return Ok(None),
        },
        Some(_) => shape,
        None => {
            let mut shape = shape;
            shape["lines"] = json!([]);
            shape["totals"] = json!({});
            shape
        }
    };
    let totals = invoice["totals"].take();
    let mut found = Standing {
        correction_kind,
        original: original.as_ref().map(|original| original.id),
        reference,
        gross: decimal(&totals["gross"]),
        sums: BTreeMap::new(),
        invoice: Value::Null,
        corrections: Vec::new(),
        left_out: Vec::new(),
        is_certain: true,
    };
    found.add_sums(&totals);
    if let Some(all) = invoice.as_object_mut() {
        all.remove("correction");
    }
    found.invoice = invoice;
    let position = original.map_or(0, |original| original.position);
    let buyer = sale.buyer_nip.as_deref();
    let later = app.store.corrections_after(&company.context, position, buyer, CORRECTIONS_MAX + 1).await?;
    if later.len() > CORRECTIONS_MAX as usize {
        found.is_certain = false;
    }
    for correction in later.iter().take(CORRECTIONS_MAX as usize) {
        let Some(shape) = shape_of_sale(app, correction).await? else { continue };
        let all = named(&shape);
        if !all.iter().any(|one| is_same_invoice(one, &found.reference)) {
            continue;
        }
        if all.len() > 1 || !is_on_its_way(correction.state) {
            found.left_out.push(correction.invoice_number.clone());
        } else {
            found.corrections.push(correction.invoice_number.clone());
            found.change(shape);
        }
    }
    Ok(Some(found))
}

/// How an invoice stands that another program issued and that was fetched from KSeF: as it was issued, since nobody here knows all
/// that was done to it since. `None` for all but ordinary invoices.
pub(crate) async fn standing_elsewhere(
    app: &App,
    purchase: &Purchase,
) -> Result<Option<Standing>, WorkError> {
    let Some(xml) = xml_of(app, purchase).await?.filter(|_| purchase.is_sale) else { return Ok(None) };
    let Ok((invoice @ NeutralInvoice::Vat(_), _)) = neutral_of(&xml) else { return Ok(None) };
    let mut invoice = shape_of(&invoice);
    if !matches!(invoice["kind"].as_str(), None | Some("VAT" | "UPR")) {
        return Ok(None);
    }
    let totals = invoice["totals"].take();
    let facts = &purchase.facts;
    let mut found = Standing {
        correction_kind: "KOR",
        original: None,
        reference: json!({
            "issueDate": facts.issue_date.to_string(),
            "number": facts.invoice_number,
            "ksefNumber": purchase.ksef_number.as_ref().map(ToString::to_string),
        }),
        gross: decimal(&totals["gross"]),
        sums: BTreeMap::new(),
        invoice,
        corrections: Vec::new(),
        left_out: Vec::new(),
        is_certain: false,
    };
    found.add_sums(&totals);
    Ok(Some(found))
}

impl Standing {
    /// What a correction changes.
    fn change(&mut self, mut correction: Value) {
        for party in ["seller", "buyer"] {
            self.invoice[party] = correction[party].take();
        }
        self.gross += decimal(&correction["totals"]["gross"]);
        self.add_sums(&correction["totals"]);
        let rows = correction["lines"].take();
        let mut lines = self.invoice["lines"].as_array().cloned().unwrap_or_default();
        let rows = rows.as_array().map_or(&[][..], Vec::as_slice);
        self.is_certain &= change_lines(&mut lines, rows, self.original.is_some());
        self.invoice["lines"] = Value::Array(lines);
    }

    fn add_sums(&mut self, totals: &Value) {
        for (name, sum) in totals.as_object().into_iter().flatten().filter(|(_, sum)| sum.is_object()) {
            let known = self.sums.entry(name.clone()).or_default();
            *known = (known.0 + decimal(&sum["net"]), known.1 + decimal(&sum["tax"]));
        }
    }
}

/// Puts the lines of a correction in the places of those that they change; `false` when one says of a line that is not here how it
/// was, though all are known. A line that says nothing of before is one more, be it new or a difference: the sums are right either
/// way.
fn change_lines(lines: &mut Vec<Value>, rows: &[Value], are_all_known: bool) -> bool {
    let is_before = |row: &Value| row["before"] == json!(true);
    let mut is_certain = true;
    let mut is_used = vec![false; rows.len()];
    for row in rows.iter().filter(|row| is_before(row)) {
        let after = (0..rows.len()).find(|place| {
            !is_used[*place] && !is_before(&rows[*place]) && rows[*place]["number"] == row["number"]
        });
        let place = match place_of(lines, row) {
            Some(place) => place,
            None if are_all_known => {
                is_certain = false;
                continue;
            }
            None => {
                lines.push(row.clone());
                lines.len() - 1
            }
        };
        match after {
            Some(after) => {
                is_used[after] = true;
                let number = lines[place]["number"].take();
                lines[place] = rows[after].clone();
                lines[place]["number"] = number;
            }
            None => drop(lines.remove(place)),
        }
    }
    for (row, _) in rows.iter().zip(&is_used).filter(|(row, is_used)| !**is_used && !is_before(row)) {
        let mut row = row.clone();
        if lines.iter().any(|line| line["number"] == row["number"]) {
            let last = lines.iter().filter_map(|line| line["number"].as_u64()).max();
            row["number"] = json!(last.unwrap_or_default() + 1);
        }
        lines.push(row);
    }
    is_certain
}

/// The line that a row says how it was: the one with its content, of several the one with its number. Programs number corrections
/// in their own ways; so the number alone is believed only together with the name.
fn place_of(lines: &[Value], row: &Value) -> Option<usize> {
    let has_number = |place: &usize| lines[*place]["number"] == row["number"];
    let same: Vec<usize> = (0..lines.len()).filter(|place| has_same_content(&lines[*place], row)).collect();
    same.iter()
        .find(|place| has_number(place))
        .or(same.first())
        .copied()
        .or_else(|| (0..lines.len()).find(|place| has_number(place) && lines[*place]["name"] == row["name"]))
}

fn has_same_content(line: &Value, row: &Value) -> bool {
    line["name"] == row["name"]
        && line["vatRate"] == row["vatRate"]
        && ["quantity", "netUnitPrice", "grossUnitPrice", "net", "gross"].iter().all(|name| {
            let (one, other) = (&line[*name], &row[*name]);
            one.is_null() || other.is_null() || decimal(one) == decimal(other)
        })
}

/// A sale in the shape of [`shape_of`]; `None` for forms that have no neutral one.
pub(crate) async fn shape_of_sale(app: &App, sale: &Sale) -> Result<Option<Value>, WorkError> {
    let xml = app.checked_xml(sale).await?;
    Ok(neutral_of(&xml).ok().map(|(invoice, _)| shape_of(&invoice)))
}

/// What the correction of a kind is called, of invoices as of corrections; `None` for kinds that are not corrected here. Kinds are
/// those of the register (`RodzajFaktury`), the answer is one of the neutral form.
pub(crate) fn correction_kind(kind: &str) -> Option<&'static str> {
    match kind {
        "VAT" | "UPR" | "KOR" => Some("KOR"),
        "ZAL" | "KOR_ZAL" => Some("KOR_ZAL"),
        "ROZ" | "KOR_ROZ" => Some("KOR_ROZ"),
        "VAT_RR" | "KOR_VAT_RR" => Some("KOR_RR"),
        _ => None,
    }
}

/// Whether a kind of the register is one of corrections.
pub(crate) fn is_correction(kind: &str) -> bool {
    kind.starts_with("KOR")
}

/// What KSeF does not have, and will not have unless somebody acts, corrects nothing and is not corrected.
pub(crate) fn is_on_its_way(state: SaleState) -> bool {
    !matches!(
        state,
        SaleState::Draft
            | SaleState::Returned
            | SaleState::Validated
            | SaleState::Approved
            | SaleState::Rejected
            | SaleState::NumberCollision
            | SaleState::Withdrawn
    )
}

/// A sale as its corrections name it.
pub(crate) fn reference_of(sale: &Sale) -> Value {
    let number = sale.ksef_number.as_ref().filter(|_| sale.state.is_numbered());
    json!({
        "issueDate": sale.issue_date.to_string(),
        "number": sale.invoice_number,
        "ksefNumber": number.map(ToString::to_string),
    })
}

/// The invoices that a correction names.
fn named(shape: &Value) -> &[Value] {
    shape["correction"]["corrected"].as_array().map_or(&[], Vec::as_slice)
}

/// By the number that KSeF gave where both have one, else by their own.
fn is_same_invoice(one: &Value, other: &Value) -> bool {
    let by = |name: &str| one[name].as_str().zip(other[name].as_str());
    match by("ksefNumber") {
        Some((one, other)) => one == other,
        None => by("number").is_some_and(|(one, other)| one == other),
    }
}

async fn original(app: &App, company: &Company, reference: &Value) -> Result<Option<Sale>, WorkError> {
    let number = reference["number"].as_str().unwrap_or_default();
    let found = app.store.sale_with_number(&company.context, number).await?;
    Ok(found.filter(|sale| !is_correction(&sale.kind) && is_same_invoice(reference, &reference_of(sale))))
}

/// An amount as the neutral form writes it; zero where there is none.
pub(crate) fn decimal(value: &Value) -> Decimal {
    value.as_str().and_then(|text| text.parse().ok()).unwrap_or_default()
}

/// Corrections to one buyer that are looked at.
const CORRECTIONS_MAX: u32 = 200;

#[cfg(test)]
mod tests {
    use super::*;

    fn line(number: u64, name: &str, quantity: &str) -> Value {
        json!({ "number": number, "name": name, "quantity": quantity, "netUnitPrice": "10", "vatRate": "23" })
    }

    fn before(number: u64, name: &str, quantity: &str) -> Value {
        let mut row = line(number, name, quantity);
        row["before"] = json!(true);
        row
    }

    fn check(rows: &[Value], is_certain: bool, expected: &[(u64, &str, &str)]) {
        let mut lines = vec![line(1, "A", "5"), line(2, "B", "2"), line(3, "A", "7")];
        assert_eq!(change_lines(&mut lines, rows, true), is_certain, "{rows:?}");
        let expected: Vec<Value> =
            expected.iter().map(|(number, name, quantity)| line(*number, name, quantity)).collect();
        assert_eq!(lines, expected, "{rows:?}");
    }

    #[test]
    fn corrections_change_lines_as_programs_write_them() {
        // One number for both, as the builder has it; `5.00` is 5.
        check(
            &[before(1, "A", "5.00"), line(1, "A", "4")],
            true,
            &[(1, "A", "4"), (2, "B", "2"), (3, "A", "7")],
        );
        // Numbers of their own: found by what they say.
        check(
            &[before(1, "A", "7"), line(1, "A", "6")],
            true,
            &[(1, "A", "5"), (2, "B", "2"), (3, "A", "6")],
        );
        // Numbered through: what was is gone, what is comes last.
        check(
            &[before(1, "B", "2"), line(2, "B", "1")],
            true,
            &[(1, "A", "5"), (3, "A", "7"), (2, "B", "1")],
        );
        // Only the difference, or something new.
        check(&[line(2, "B", "-1")], true, &[(1, "A", "5"), (2, "B", "2"), (3, "A", "7"), (4, "B", "-1")]);
        // Of another state than the one that is known: by number and name.
        check(
            &[before(2, "B", "3"), line(2, "B", "1")],
            true,
            &[(1, "A", "5"), (2, "B", "1"), (3, "A", "7")],
        );
        check(&[before(9, "C", "3")], false, &[(1, "A", "5"), (2, "B", "2"), (3, "A", "7")]);
        // Of an invoice from elsewhere the correction tells that there is such a line.
        let mut lines = Vec::new();
        assert!(change_lines(&mut lines, &[before(4, "C", "3"), line(4, "C", "2")], false));
        assert_eq!(lines, [line(4, "C", "2")]);
    }

    #[test]
    fn invoices_are_known_by_the_number_that_ksef_gave() {
        let one = json!({ "number": "1", "ksefNumber": "x" });
        for (other, expected) in [
            (json!({ "number": "1" }), true),
            (json!({ "number": "1", "ksefNumber": "y" }), false),
            (json!({ "number": "2", "ksefNumber": "x" }), true),
            (json!({}), false),
        ] {
            assert_eq!(is_same_invoice(&one, &other), expected, "{other}");
        }
    }
}
