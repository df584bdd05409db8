//! `/companies/{company}/import`: a table of invoices is brought, its columns are told, what comes of it is looked at, and only
//! then it is taken in. What was told of columns can be kept for the next table with the same headings.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Extension;
use axum::extract::{Multipart, Path, Query, State};
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use gateway_pages::{
    ColumnRow, FindingView, FlashKind, IMPORT_FORM, ImportView, ImportedRow, Language, Section, import,
    import_begin,
};
use gateway_store::{KeptForm, KeptKind, SaleId, StoreError};
use invoice_tables::{Column, ColumnMap};
use jiff::SignedDuration;
use ksef_crypto::sha256;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::files::{no_file, parts_of};
use super::forms::Question;
use super::import_fields::{fields, named};
use super::parts::{INVOICES, finding_view, pick};
use super::send;
use super::visit::Visit;
use crate::access::Caller;
use crate::app::contractors::newest;
use crate::app::preview_table::{Previewed, columns_of, preview_table};
use crate::app::take_document::{DocumentKind, Documents, Key, take_table};
use crate::company::Company;
use crate::rest::{Failure, company_of};
use crate::router::Shared;

/// A table that was brought and is not taken in yet.
#[derive(Serialize, Deserialize)]
struct Brought {
    file: String,
    /// In base64.
    content: String,
    /// By heading the field; empty for a column that nobody shall read.
    columns: BTreeMap<String, String>,
}

/// `GET`.
pub(crate) async fn begin(
    State(shared): State<Shared>,
    Path(company): Path<String>,
    visit: Visit,
) -> Result<Response, Failure> {
    let company = company_of(&shared.app, &company)?;
    let title = visit.lang.choose("Wczytaj tabelę faktur", "Take in a table of invoices");
    let frame = visit.frame(&shared, Some(&company), Section::Import, title);
    visit.page(import_begin(&frame, company.context.as_str()))
}

/// `POST`: the table is kept for a day, and its page shown.
pub(crate) async fn bring(
    State(shared): State<Shared>,
    Extension(caller): Extension<Caller>,
    Path(company): Path<String>,
    visit: Visit,
    files: Multipart,
) -> Result<Response, Failure> {
    let company = company_of(&shared.app, &company)?;
    let here = base(&company);
    let file = match parts_of(files).await {
        Ok(files) => files.into_iter().next(),
        Err(failure) => return visit.failed(&here, failure),
    };
    let Some(file) = file else {
        let text = no_file(visit.lang);
        return Ok(visit.told(&here, FlashKind::Failed, text));
    };
    let kind = DocumentKind::of_file(&file.extension(), &file.content);
    if !matches!(kind, Some(DocumentKind::Csv | DocumentKind::Xlsx)) {
        let text = visit.lang.choose(
            "To nie jest tabela: wybierz plik CSV albo XLSX.",
            "This is no table: choose a CSV or XLSX file.",
        );
        return Ok(visit.told(&here, FlashKind::Failed, text));
    }
    if file.content.len() > TABLE_BYTES_MAX {
        let text = visit.lang.choose(
            "Tabela ma ponad 4 MB; wyślij ją na stronie „Wyślij pliki”, z mapą kolumn w konfiguracji.",
            "The table is longer than 4 MB; send it on the page “Send files”, with a column map in the configuration.",
        );
        return Ok(visit.told(&here, FlashKind::Failed, text));
    }
    let now = company.now();
    let journal = &shared.app.journal;
    journal.forget_forms_before(&company.context, KeptKind::Table, now - KEPT_FOR).await?;
    let mut brought =
        Brought { file: file.name, content: STANDARD.encode(&file.content), columns: BTreeMap::new() };
    let map = company.columns.clone();
    let columns = columns_of(file.content, kind.unwrap_or(DocumentKind::Csv), map).await.unwrap_or_default();
    // What was told of the same headings before.
    let known =
        shared.app.store.kept_form(&company.context, KeptKind::Columns, &fingerprint(&columns)).await?;
    if let Some(known) = known {
        brought.columns = serde_json::from_str(&known.content).unwrap_or_default();
    }
    let id = SaleId::generate().to_string();
    match keep(&shared, &company, &id, &brought, caller.actor()).await {
        Ok(()) => Ok(visit.leads_to(&format!("{here}/{id}"))),
        Err(StoreError::TooManyKept) => {
            let text = visit.lang.choose(
                "Za dużo tabel czeka na wczytanie; dokończ którąś albo spróbuj jutro.",
                "Too many tables wait to be taken in; end one of them, or try tomorrow.",
            );
            Ok(visit.told(&here, FlashKind::Failed, text))
        }
        Err(error) => Err(error.into()),
    }
}

async fn keep(
    shared: &Shared,
    company: &Company,
    id: &str,
    brought: &Brought,
    kept_by: String,
) -> Result<(), StoreError> {
    let form = KeptForm {
        name: id.to_owned(),
        title: brought.file.clone(),
        content: json!(brought).to_string(),
        kept_by,
        kept_at: company.now(),
    };
    shared.app.journal.keep_form(&company.context, KeptKind::Table, &form).await
}

/// What the page of a table begins with.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct ImportQuery {
    /// `yes` where it was ticked that the columns are to be remembered, and not done yet.
    remember: Option<String>,
}

/// `GET …/{id}`: the columns, and what comes of the table.
pub(crate) async fn show(
    State(shared): State<Shared>,
    Path((company, id)): Path<(String, String)>,
    Query(query): Query<ImportQuery>,
    visit: Visit,
) -> Result<Response, Failure> {
    let company = company_of(&shared.app, &company)?;
    let Some((brought, content)) = found(&shared, &company, &id).await? else {
        return Ok(lost(visit, &company));
    };
    let kind = kind_of(&brought);
    let map = map_of(&shared, &company, &brought).await?;
    let lang = visit.lang;
    let columns = columns_of(content.clone(), kind, map.clone()).await;
    let previewed = preview_table(&company, kind, Arc::new(map), content).await;
    let sets_aside = |heading: &str| brought.columns.get(heading).is_some_and(String::is_empty);
    let is_cut = previewed.good + previewed.bad > previewed.rows.len();
    let view = ImportView {
        company: company.context.to_string(),
        id,
        file: brought.file.clone(),
        columns: columns
            .unwrap_or_default()
            .into_iter()
            .filter(|column| !column.heading.is_empty())
            .take(COLUMNS_SHOWN)
            .map(|column| ColumnRow {
                fields: fields(column.field.as_deref().filter(|_| !sets_aside(&column.heading)), lang),
                heading: column.heading,
                sample: column.sample,
            })
            .collect(),
        good: lang.counted(i64::try_from(previewed.good).unwrap_or(i64::MAX), INVOICES),
        bad: lang.counted(i64::try_from(previewed.bad).unwrap_or(i64::MAX), INVOICES),
        has_good: previewed.good > 0,
        has_bad: previewed.bad > 0,
        findings: previewed.findings.iter().map(|one| finding_view(one, lang)).collect(),
        rows: previewed.rows.into_iter().map(|row| imported_row(row, lang)).collect(),
        is_cut,
        remembers: query.remember.as_deref() == Some("yes"),
        problem: previewed.problem.map(|words| lang.choose(&words.pl, &words.en).to_owned()),
    };
    let mut frame = visit.frame(&shared, Some(&company), Section::Import, brought.file);
    frame.written_form = Some(IMPORT_FORM);
    visit.page(import(&frame, &view))
}

fn imported_row(row: Previewed, lang: Language) -> ImportedRow {
    let is_good = row.is_good();
    let shown = |one: &Value| named(finding_view(one, lang), lang);
    let mut findings: Vec<FindingView> = row.findings.iter().map(shown).collect();
    if let Some(error) = row.refused {
        let problem = Failure::from(error).problem;
        findings.push(FindingView {
            code: problem.code.clone(),
            is_error: true,
            message: pick(lang, &problem.message),
            path: row.place.clone(),
            line: None,
        });
        findings.extend(problem.findings.iter().take(FINDINGS_MAX).map(shown));
    }
    ImportedRow {
        number: row.number,
        place: row.place,
        issue_date: row.issue_date.map(|date| lang.date(date)).unwrap_or_default(),
        buyer: row.buyer,
        gross: row.gross.map(|(gross, currency)| lang.money(&gross, &currency)).unwrap_or_default(),
        findings,
        is_good,
    }
}

/// `POST …/{id}`: the columns are told anew, the table is taken in, or forgotten.
pub(crate) async fn act(
    State(shared): State<Shared>,
    Extension(caller): Extension<Caller>,
    Path((company, id)): Path<(String, String)>,
    visit: Visit,
    axum::Form(pairs): axum::Form<Vec<(String, String)>>,
) -> Result<Response, Failure> {
    let company = company_of(&shared.app, &company)?;
    let here = format!("{}/{id}", base(&company));
    let Some((mut brought, content)) = found(&shared, &company, &id).await? else {
        return Ok(lost(visit, &company));
    };
    let has = |name: &str, value: &str| pairs.iter().any(|(found, text)| found == name && text == value);
    if has("do", "forget") && !has("confirmed", "yes") {
        let question = Question {
            title: ["Zrezygnować z tabeli?", "Give up the table?"],
            note: [
                "Z tej tabeli nic nie zostanie wystawione. Przypisanie jej kolumn zostaje zapamiętane.",
                "Nothing of this table will be issued. How its columns are mapped stays remembered.",
            ],
            about: vec![brought.file],
            action: here.clone(),
            fields: vec![("do".to_owned(), "forget".to_owned())],
            back: here,
        };
        return visit.asks(&shared, Some(&company), Section::Send, question);
    }
    if has("do", "forget") {
        shared.app.journal.forget_form(&company.context, KeptKind::Table, &id).await?;
        return Ok(visit.done(&base(&company), "Tabeli nie wczytano.", "The table was not taken in."));
    }
    // Headings and fields stand in the same order.
    let told = |wanted: &str| {
        let texts = pairs.iter().filter(|(name, _)| name == wanted).map(|(_, text)| text.clone());
        texts.take(COLUMNS_SHOWN).collect::<Vec<_>>()
    };
    let headings = told("heading");
    let mut is_told_anew = false;
    if !headings.is_empty() {
        let columns = headings.into_iter().zip(told("field")).collect();
        is_told_anew = columns != columns_shown(&shared, &company, &brought, content.clone()).await?;
        brought.columns = columns;
    }
    let switches = has("do", "switch");
    if has("remember", "yes") && !switches {
        let columns = columns_of(content.clone(), kind_of(&brought), company.columns.clone()).await;
        let kept = KeptForm {
            name: fingerprint(&columns.unwrap_or_default()),
            title: brought.file.clone(),
            content: json!(brought.columns).to_string(),
            kept_by: caller.actor(),
            kept_at: company.now(),
        };
        shared.app.journal.keep_form(&company.context, KeptKind::Columns, &kept).await?;
    }
    keep(&shared, &company, &id, &brought, caller.actor()).await?;
    if !has("do", "take") {
        let query = if switches && has("remember", "yes") { "?remember=yes" } else { "" };
        return Ok(visit.leads_to(&format!("{here}{query}")));
    }
    if is_told_anew {
        let text = visit.lang.choose(
            "Zmieniono kolumny: niżej jest podgląd z nimi. Niczego jeszcze nie wystawiono.",
            "The columns were changed: the preview below is with them. Nothing was issued yet.",
        );
        return Ok(visit.told(&here, FlashKind::Failed, text));
    }
    let kind = kind_of(&brought);
    let map = Arc::new(map_of(&shared, &company, &brought).await?);
    let taken = take_table(&shared.app, &company, kind, map, Key::Content, &caller.actor(), content).await;
    let results = match taken {
        Ok(Documents::Several(answers, _)) => answers
            .into_iter()
            .map(|answer| {
                send::sent_row(&brought.file, answer.place, answer.number, answer.outcome, visit.lang)
            })
            .collect(),
        Ok(Documents::One(taken)) => {
            vec![send::sent_row(&brought.file, String::new(), None, Ok(*taken), visit.lang)]
        }
        Err(error) => return visit.failed(&here, error.into()),
    };
    shared.app.journal.forget_form(&company.context, KeptKind::Table, &id).await?;
    send::shown(&shared, visit, &company, results).await
}

/// Which field each heading had on the page: what was told of it, or what its name says.
async fn columns_shown(
    shared: &Shared,
    company: &Company,
    brought: &Brought,
    content: Vec<u8>,
) -> Result<BTreeMap<String, String>, Failure> {
    let columns = columns_of(content, kind_of(brought), map_of(shared, company, brought).await?).await;
    let columns = columns.unwrap_or_default().into_iter().filter(|column| !column.heading.is_empty());
    Ok(columns
        .take(COLUMNS_SHOWN)
        .map(|column| {
            let is_aside = brought.columns.get(&column.heading).is_some_and(String::is_empty);
            let field = column.field.filter(|_| !is_aside).unwrap_or_default();
            (column.heading, field)
        })
        .collect())
}

async fn found(shared: &Shared, company: &Company, id: &str) -> Result<Option<(Brought, Vec<u8>)>, Failure> {
    let kept = shared.app.store.kept_form(&company.context, KeptKind::Table, id).await?;
    let brought: Option<Brought> = kept.and_then(|kept| serde_json::from_str(&kept.content).ok());
    Ok(brought.and_then(|brought| {
        let content = STANDARD.decode(&brought.content).ok()?;
        Some((brought, content))
    }))
}

fn lost(visit: Visit, company: &Company) -> Response {
    let text = visit.lang.choose(
        "Tej tabeli już tu nie ma: wczytano ją albo minął dzień. Wskaż plik jeszcze raz.",
        "This table is no longer here: it was taken in, or a day has passed. Choose the file again.",
    );
    visit.told(&base(company), FlashKind::Failed, text)
}

fn kind_of(brought: &Brought) -> DocumentKind {
    let ending = brought.file.rsplit_once('.').map(|(_, ending)| ending).unwrap_or_default();
    DocumentKind::of_file(ending, &[]).unwrap_or(DocumentKind::Csv)
}

/// The company's map, what was told of the columns, and for what no column says the seller as on the newest invoice.
async fn map_of(shared: &Shared, company: &Company, brought: &Brought) -> Result<ColumnMap, Failure> {
    let told = brought
        .columns
        .iter()
        .map(|(heading, field)| (heading.as_str(), Some(field.as_str()).filter(|field| !field.is_empty())));
    let mut map = company.columns.clone().with_columns(told);
    if let Some(seller) = newest(&shared.app, company).await?.and_then(|invoice| invoice.seller) {
        map = map.or_constant("seller", json!(seller));
    } else if let Some(nip) = company.context.nip() {
        map = map.or_constant("seller", json!({ "nip": nip.as_str() }));
    }
    Ok(map)
}

/// What the same headings have in common.
fn fingerprint(columns: &[Column]) -> String {
    let headings: Vec<String> = columns.iter().map(|column| column.heading.trim().to_lowercase()).collect();
    URL_SAFE_NO_PAD.encode(sha256(headings.join("\u{1f}").as_bytes()))
}

fn base(company: &Company) -> String {
    format!("/companies/{}/import", company.context)
}

/// A longer table is sent as a file.
const TABLE_BYTES_MAX: usize = 4 * 1024 * 1024;
const COLUMNS_SHOWN: usize = 100;
const FINDINGS_MAX: usize = 5;
/// How long a table waits to be taken in.
const KEPT_FOR: SignedDuration = SignedDuration::from_hours(24);
