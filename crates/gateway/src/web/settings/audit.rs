//! `/settings/audit` and `/companies/{company}/settings/audit`: what was done, by whom and when; found, downloaded, verified.

use std::time::{Duration, Instant};

use axum::body::{Body, Bytes};
use axum::extract::{Path, Query, State};
use axum::response::Response;
use futures_util::stream;
use gateway_access::{AuditBreak, AuditHash, AuditLine};
use gateway_api::{Problem, ProblemCode};
use gateway_pages::{AuditFilterView, AuditRow, AuditView, FlashKind, Language, Pager, Section, audit, nip};
use gateway_rules::calendar::start_of_warsaw_day;
use gateway_store::AuditFilter;
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan as _};

use super::actions::action_words;
use super::frame::{Part, tabs};
use crate::app::cut;
use crate::company::Company;
use crate::rest::audit::entry_resource;
use crate::rest::{Failure, company_of, csv_of, download, harmless};
use crate::router::Shared;
use crate::web::parts::{pick, query_of};
use crate::web::visit::Visit;

/// What the log is asked with. Forms send what was left empty, too.
#[derive(Debug, Clone, Default, serde::Deserialize)]
pub(crate) struct AuditQuery {
    #[serde(default)]
    search: String,
    #[serde(default)]
    from: String,
    #[serde(default)]
    to: String,
    #[serde(default)]
    refused: String,
    before: Option<i64>,
}

impl AuditQuery {
    /// The filter as it is shown; a text that is longer than any entry finds nothing, so it is cut.
    fn view(&self) -> AuditFilterView {
        AuditFilterView {
            search: self.search.trim().chars().take(SEARCH_CHARS_MAX).collect(),
            from: self.from.trim().to_owned(),
            to: self.to.trim().to_owned(),
            is_refused: self.refused == "yes",
        }
    }

    /// From when until when, by days in Poland; the last day belongs to it.
    fn period(&self) -> Result<(Option<Timestamp>, Option<Timestamp>), Failure> {
        let day = |text: &str, name: &str| match text.trim() {
            "" => Ok(None),
            text => {
                text.parse::<Date>().map(Some).map_err(|_| Failure::new(ProblemCode::ParameterInvalid, name))
            }
        };
        let from = day(&self.from, "from")?.map(start_of_warsaw_day);
        let to = day(&self.to, "to")?;
        let until = to.and_then(|day| day.checked_add(1.day()).ok()).map(start_of_warsaw_day);
        Ok((from, until))
    }
}

/// `GET` of the whole gateway.
pub(crate) async fn list(
    State(shared): State<Shared>,
    Query(query): Query<AuditQuery>,
    visit: Visit,
) -> Result<Response, Failure> {
    shown(&shared, visit, None, &query).await
}

/// `GET` of a company.
pub(crate) async fn list_of_company(
    State(shared): State<Shared>,
    Path(company): Path<String>,
    Query(query): Query<AuditQuery>,
    visit: Visit,
) -> Result<Response, Failure> {
    let company = company_of(&shared.app, &company)?;
    shown(&shared, visit, Some(&company), &query).await
}

async fn shown(
    shared: &Shared,
    visit: Visit,
    company: Option<&Company>,
    query: &AuditQuery,
) -> Result<Response, Failure> {
    let lang = visit.lang;
    let (shown, (from, until)) = (query.view(), query.period()?);
    let filter = AuditFilter {
        company: company.map(|company| &company.context),
        text: Some(shown.search.as_str()).filter(|text| !text.is_empty()),
        from,
        until,
        is_refused: shown.is_refused,
    };
    let (found, next, is_cut) = look(shared, &filter, query.before).await?;
    let base = Part::Audit.page(company);
    let refused = if shown.is_refused { "yes" } else { "" };
    let kept = [
        ("search", shown.search.as_str()),
        ("from", shown.from.as_str()),
        ("to", shown.to.as_str()),
        ("refused", refused),
    ];
    let older = next.map(|number| number.to_string());
    let view = AuditView {
        tabs: tabs(&visit, company, Part::Audit),
        is_gateway: company.is_none(),
        query: query_of(kept),
        rows: found.iter().map(|(line, _)| row(line, lang)).collect(),
        is_cut,
        pager: Pager {
            page: 1,
            previous: query.before.map(|_| format!("{base}{}", query_of(kept))),
            next: older.map(|number| {
                format!("{base}{}", query_of(kept.into_iter().chain([("before", number.as_str())])))
            }),
        },
        filter: shown.clone(),
        base,
    };
    let title = lang.choose("Dziennik", "Audit log");
    let frame = visit.frame(shared, company, Section::Audit, title);
    visit.page(audit(&frame, &view))
}

/// A page of entries that pass a filter, where the next one goes on, and whether that is only since the time was over: no index finds
/// a text, and nobody waits until a log of years is read.
async fn look(
    shared: &Shared,
    filter: &AuditFilter<'_>,
    mut before: Option<i64>,
) -> Result<(Vec<(AuditLine, AuditHash)>, Option<i64>, bool), Failure> {
    let ends = Instant::now() + LOOK_FOR;
    let mut found = Vec::new();
    loop {
        let missing = ROWS + 1 - u32::try_from(found.len()).unwrap_or(ROWS);
        let some = shared.desk.store().audit_found(filter, before, missing, LOOKED_AT_ONCE).await?;
        found.extend(some.entries);
        before = some.next;
        if before.is_none() || found.len() > ROWS as usize || Instant::now() >= ends {
            break;
        }
    }
    if cut(&mut found, ROWS) {
        let last = found.last().map(|(line, _)| line.number);
        return Ok((found, last, false));
    }
    Ok((found, before, before.is_some()))
}

/// `GET …/export.csv` of the whole gateway.
pub(crate) async fn csv(
    State(shared): State<Shared>,
    Query(query): Query<AuditQuery>,
) -> Result<Response, Failure> {
    exported(shared, None, &query, Form::Csv)
}

/// `GET …/export.jsonl` of the whole gateway.
pub(crate) async fn jsonl(
    State(shared): State<Shared>,
    Query(query): Query<AuditQuery>,
) -> Result<Response, Failure> {
    exported(shared, None, &query, Form::JsonLines)
}

/// `GET …/export.csv` of a company.
pub(crate) async fn csv_of_company(
    State(shared): State<Shared>,
    Path(company): Path<String>,
    Query(query): Query<AuditQuery>,
) -> Result<Response, Failure> {
    let company = company_of(&shared.app, &company)?;
    exported(shared, Some(&company), &query, Form::Csv)
}

/// `GET …/export.jsonl` of a company.
pub(crate) async fn jsonl_of_company(
    State(shared): State<Shared>,
    Path(company): Path<String>,
    Query(query): Query<AuditQuery>,
) -> Result<Response, Failure> {
    let company = company_of(&shared.app, &company)?;
    exported(shared, Some(&company), &query, Form::JsonLines)
}

/// What an export is written as.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Csv,
    JsonLines,
}

/// All that passes the filter, newest first, written while it is read.
fn exported(
    shared: Shared,
    company: Option<&Company>,
    query: &AuditQuery,
    form: Form,
) -> Result<Response, Failure> {
    let (shown, (from, until)) = (query.view(), query.period()?);
    let context = company.map(|company| company.context.clone());
    let begin = (Some(i64::MAX), form == Form::Csv);
    let pieces = stream::try_unfold(begin, move |(before, is_head)| {
        let (shared, shown, context) = (shared.clone(), shown.clone(), context.clone());
        async move {
            if is_head {
                let head = csv_of(std::iter::once(COLUMNS.map(str::to_owned)))?;
                return Ok(Some((head, (before, false))));
            }
            let filter = AuditFilter {
                company: context.as_ref(),
                text: Some(shown.search.as_str()).filter(|text| !text.is_empty()),
                from,
                until,
                is_refused: shown.is_refused,
            };
            let (mut found, mut before) = (Vec::new(), before);
            while found.is_empty() {
                let Some(number) = before else { return Ok(None) };
                let some = shared
                    .desk
                    .store()
                    .audit_found(&filter, Some(number), EXPORTED_AT_ONCE, LOOKED_AT_ONCE)
                    .await
                    .map_err(std::io::Error::other)?;
                (found, before) = (some.entries, some.next);
            }
            let piece = match form {
                Form::Csv => csv_of(found.into_iter().map(|entry| cells(entry).map(harmless)))?,
                Form::JsonLines => {
                    let mut lines = Vec::new();
                    for entry in found {
                        serde_json::to_writer(&mut lines, &entry_resource(entry))?;
                        lines.push(b'\n');
                    }
                    Bytes::from(lines)
                }
            };
            Ok::<_, std::io::Error>(Some((piece, (before, false))))
        }
    });
    let body = Body::from_stream(pieces);
    Ok(match form {
        Form::Csv => download("text/csv; charset=utf-8", "audit.csv", body),
        Form::JsonLines => download("application/jsonl", "audit.jsonl", body),
    })
}

fn cells((line, hash): (AuditLine, AuditHash)) -> [String; COLUMNS.len()] {
    let hash = hash.iter().map(|byte| format!("{byte:02x}")).collect();
    let AuditLine { number, at, who, origin, action, company, subject, result } = line;
    [number.to_string(), at.to_string(), who, origin, action, company, subject, result, hash]
}

/// `POST …/verify`: goes along the whole chain.
pub(crate) async fn verify(State(shared): State<Shared>, visit: Visit) -> Result<Response, Failure> {
    let lang = visit.lang;
    let back = Part::Audit.page(None);
    let (kind, text) = match shared.desk.verify_audit().await? {
        Ok(chain) => {
            let hash: String = chain.hash().iter().map(|byte| format!("{byte:02x}")).collect();
            let number = lang.count(chain.number());
            let text = match lang {
                Language::Pl => format!(
                    "Dziennik jest cały: wpisów {number}. Zapisz poza bramką skrót ostatniego: {hash}"
                ),
                Language::En => {
                    format!(
                        "The log is whole: entries {number}. Keep the hash of the last outside the gateway: {hash}"
                    )
                }
            };
            (FlashKind::Done, text)
        }
        Err(broken) => (FlashKind::Failed, broken_words(&broken, lang)),
    };
    Ok(visit.told(&back, kind, &text))
}

fn broken_words(broken: &AuditBreak, lang: Language) -> String {
    match (lang, broken) {
        (Language::En, broken) => format!("The log was tampered with: {broken}."),
        (Language::Pl, AuditBreak::Gap { expected, found }) => {
            format!(
                "Dziennik naruszono: wpis {found} stoi tam, gdzie powinien być {expected}: wpisy usunięto albo wstawiono."
            )
        }
        (Language::Pl, AuditBreak::Altered { number }) => {
            format!("Dziennik naruszono: wpis {number} nie zgadza się ze swoim skrótem: zmieniono go.")
        }
    }
}

fn row(line: &AuditLine, lang: Language) -> AuditRow {
    AuditRow {
        number: line.number.to_string(),
        at: lang.exact_moment(line.at),
        who: who_words(&line.who, lang),
        origin: origin_words(&line.origin, lang),
        action: action_words(&line.action)
            .map_or_else(|| line.action.clone(), |(pl, en)| lang.choose(pl, en).to_owned()),
        code: line.action.clone(),
        company: nip(&line.company),
        subject: line.subject.clone(),
        refusal: (line.result != "done").then(|| refusal_words(&line.result, lang)),
    }
}

/// Why something was refused: the code of a problem says it in words.
fn refusal_words(result: &str, lang: Language) -> String {
    let code = result.strip_prefix("refused: ").unwrap_or(result);
    let known = ProblemCode::ALL.iter().find(|known| known.code() == code);
    known.map_or_else(|| code.to_owned(), |known| pick(lang, &Problem::new(*known, "").message))
}

/// From where it was done: an address, or what `gateway-access` calls the command line.
fn origin_words(origin: &str, lang: Language) -> String {
    match origin {
        "command line" => lang.choose("linia poleceń", "command line").to_owned(),
        address => address.to_owned(),
    }
}

/// Who it was, as people call it.
pub(super) fn who_words(who: &str, lang: Language) -> String {
    match who.split_once(':') {
        Some(("user", login)) => login.to_owned(),
        Some(("key", name)) => format!("{} {name}", lang.choose("klucz", "key")),
        _ => match who {
            "operator" => lang.choose("operator bramki", "the gateway's operator").to_owned(),
            "local" => lang.choose("ktoś na tej maszynie", "somebody on this machine").to_owned(),
            "nobody" => lang.choose("niezalogowany", "not logged in").to_owned(),
            other => other.to_owned(),
        },
    }
}

const COLUMNS: [&str; 9] =
    ["number", "at", "who", "origin", "action", "company", "subject", "result", "hash"];
const ROWS: u32 = 100;
const EXPORTED_AT_ONCE: u32 = 1000;
/// Entries that one query reads at most: a fraction of a second.
const LOOKED_AT_ONCE: u32 = 20_000;
/// How long one page looks for entries.
const LOOK_FOR: Duration = Duration::from_secs(2);
const SEARCH_CHARS_MAX: usize = 100;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_told_in_words() {
        assert_ne!(refusal_words("refused: user.unknown", Language::Pl), "user.unknown");
        assert_eq!(refusal_words("refused: 404", Language::Pl), "404");
    }

    #[test]
    fn where_it_was_done_is_told_in_words_and_addresses_stay() {
        assert_eq!(origin_words("command line", Language::Pl), "linia poleceń");
        assert_eq!(origin_words("127.0.0.1", Language::Pl), "127.0.0.1");
    }
}
