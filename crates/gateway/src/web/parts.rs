//! What several pages make of what the store and the use cases say.

use gateway_api::Words;
use gateway_pages::{FindingView, JpkView, Language, Plural, SaleRow, Tone};
use gateway_rules::jpk::{filed_on, given, origin};
use gateway_rules::marker::must_be_corrected;
use gateway_store::{Sale, SaleState};
use jiff::civil::Date;
use ksef_id::KsefNumber;
use serde_json::Value;

use super::states::state_words;
use super::words::reason_words;
use crate::app::purchases::register::marker_of;

/// A sentence, with pages and buttons where it names commands.
pub(super) fn on_pages(sentence: &str, lang: Language) -> String {
    connection::on_pages(sentence, usize::from(lang == Language::En))
}

/// One of both languages.
pub(super) fn pick(lang: Language, words: &Words) -> String {
    lang.choose(&words.pl, &words.en).to_owned()
}

/// Who did something, as people say it: whoever asks without a user's name asks over the REST interface.
pub(super) fn actor_words(actor: String) -> String {
    if actor == "rest" { "REST API".to_owned() } else { actor }
}

/// An invoice as lists show it.
pub(super) fn sale_row(sale: &Sale, lang: Language) -> SaleRow {
    SaleRow {
        id: sale.id.to_string(),
        number: sale.invoice_number.clone(),
        issue_date: lang.date(sale.issue_date),
        buyer: sale.buyer_name.clone().or_else(|| sale.buyer_nip.clone()).unwrap_or_default(),
        gross: lang.money(&sale.gross, &sale.currency),
        state: sale.state.as_str(),
        is_to_be_sent: matches!(sale.state, SaleState::Validated | SaleState::Approved),
        state_text: pick(lang, &state_words(sale.state)),
        tone: tone(sale.state),
        ksef_number: sale.ksef_number.as_ref().map(ToString::to_string),
        reason: sale.reason.as_ref().map(|reason| pick(lang, &reason_words(reason))),
        due_on: sale.due_on.filter(|_| !sale.state.is_numbered()).map(|day| lang.date(day)),
    }
}

/// A document's marker in JPK_V7 as of today, in words; none while it belongs in no file. A file that was due before the document
/// had its number may have to be corrected.
pub(super) fn jpk_view(
    mode: &str,
    number: Option<&KsefNumber>,
    issued: Date,
    today: Date,
    lang: Language,
) -> Option<JpkView> {
    let marker = marker_of(mode, number, today)?;
    let filed = filed_on(issued);
    let is_late = must_be_corrected(origin(mode), number.and_then(given), filed, today);
    let day = lang.date(filed);
    Some(JpkView {
        field: marker.field,
        number: marker.number.map(|number| number.to_string()),
        meaning: lang.choose(marker.words.pl, marker.words.en).to_owned(),
        to_do: is_late.then(|| match lang {
            Language::Pl => format!(
                "Numer KSeF nadano po {day}, ostatnim dniu na złożenie pliku: jeśli złożono go z oznaczeniem DI, skoryguj ten wpis."
            ),
            Language::En => format!(
                "The KSeF number was given after {day}, the last day for handing in the file: if it was handed in with the marker \
                 DI, correct this entry."
            ),
        }),
    })
}

/// How good news a state is.
pub(super) const fn tone(state: SaleState) -> Tone {
    match state {
        SaleState::Stored | SaleState::UpoVerified => Tone::Good,
        SaleState::Rejected | SaleState::NumberCollision | SaleState::Returned => Tone::Bad,
        SaleState::Validated | SaleState::Approved => Tone::Warn,
        SaleState::Withdrawn => Tone::Plain,
        _ => Tone::Busy,
    }
}

/// What validation found, as its JSON has it; of a table the finding stands beside its cell.
pub(super) fn finding_view(value: &Value, lang: Language) -> FindingView {
    let finding = value.get("finding").unwrap_or(value);
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let cell = value.get("cell").or_else(|| value.get("place"));
    FindingView {
        code: text(&finding["code"]),
        is_error: finding["severity"] == "error",
        message: text(&finding["message"][lang.code()]),
        path: cell.and_then(Value::as_str).map_or_else(|| text(&finding["path"]), str::to_owned),
        line: finding["line"].as_u64().filter(|line| *line > 0 && cell.is_none()),
    }
}

/// What a list is asked with, as the end of an address: empty, or beginning with `?`.
pub(super) fn query_of<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let mut query = String::new();
    for (name, value) in pairs.into_iter().filter(|(_, value)| !value.is_empty()) {
        query.push(if query.is_empty() { '?' } else { '&' });
        query.push_str(name);
        query.push('=');
        for byte in value.bytes() {
            if byte.is_ascii_alphanumeric() || b"-._~,".contains(&byte) {
                query.push(char::from(byte));
            } else {
                query.push_str(&format!("%{byte:02X}"));
            }
        }
    }
    query
}

/// Invoices, counted.
pub(super) const INVOICES: Plural =
    Plural { pl: ["faktura", "faktury", "faktur"], en: ["invoice", "invoices"] };

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_is_written_as_addresses_have_it() {
        assert_eq!(
            query_of([("search", "FV 1/ż"), ("page", ""), ("state", "a,b")]),
            "?search=FV%201%2F%C5%BC&state=a,b"
        );
        assert_eq!(query_of([("a", "")]), "");
    }

    #[test]
    fn findings_are_shown_in_the_language_of_the_page() {
        let value = serde_json::json!({ "code": "X1", "severity": "error", "path": "Faktura/Fa", "line": 3,
            "message": { "pl": "źle", "en": "wrong" } });
        let shown = finding_view(&value, Language::Pl);
        assert_eq!((shown.message.as_str(), shown.is_error, shown.line), ("źle", true, Some(3)));
        assert_eq!(finding_view(&value, Language::En).message, "wrong");
    }
}
