//! The lists of an export: a table for spreadsheets, a page for each month, a page with all of it. Held is a line at a time.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::Path;

use gateway_store::{Purchase, Sale};
use jiff::civil::Date;
use ksef_id::ContextIdentifier;
use ksef_render::Language;

use super::files::{Files, failed, safe};
use crate::ArchiveError;

/// A line of the lists.
pub(super) struct Entry {
    /// Below the folder of the export.
    folder: String,
    kind: &'static str,
    month: String,
    direction: &'static str,
    invoice_number: String,
    ksef_number: String,
    issue_date: Date,
    counterpart_id: String,
    counterpart_name: String,
    gross: String,
    currency: String,
    state: String,
    pub(super) xml: Option<String>,
    pub(super) pdf: Option<String>,
    pub(super) upo: Option<String>,
    pub(super) scan: Option<String>,
}

impl Entry {
    pub(super) fn of_sale(company: &ContextIdentifier, sale: &Sale) -> Self {
        Self {
            kind: "sales",
            direction: "sale",
            invoice_number: sale.invoice_number.clone(),
            ksef_number: sale.ksef_number.as_ref().map(ToString::to_string).unwrap_or_default(),
            counterpart_id: sale.buyer_nip.clone().unwrap_or_default(),
            counterpart_name: sale.buyer_name.clone().unwrap_or_default(),
            gross: sale.gross.clone(),
            currency: sale.currency.clone(),
            state: sale.state.to_string(),
            ..Self::on(company, sale.issue_date, "sales")
        }
    }

    pub(super) fn of_purchase(company: &ContextIdentifier, purchase: &Purchase) -> Self {
        let (kind, direction) = if purchase.is_sale { ("sales", "sale") } else { ("purchases", "purchase") };
        let facts = &purchase.facts;
        let (id, name) = match purchase.is_sale {
            true => (&facts.buyer_id, &facts.buyer_name),
            false => (&facts.seller_id, &facts.seller_name),
        };
        Self {
            kind,
            direction,
            invoice_number: facts.invoice_number.clone(),
            ksef_number: purchase.ksef_number.as_ref().map(ToString::to_string).unwrap_or_default(),
            counterpart_id: id.clone().unwrap_or_default(),
            counterpart_name: name.clone().unwrap_or_default(),
            gross: facts.gross.clone(),
            currency: facts.currency.clone(),
            state: purchase.state.to_string(),
            ..Self::on(company, facts.issue_date, kind)
        }
    }

    fn on(company: &ContextIdentifier, issue_date: Date, kind: &'static str) -> Self {
        let month = format!("{:04}-{:02}", issue_date.year(), issue_date.month());
        Self {
            folder: format!("{}/{kind}/{month}", safe(company.as_str())),
            kind,
            month,
            direction: "",
            invoice_number: String::new(),
            ksef_number: String::new(),
            issue_date,
            counterpart_id: String::new(),
            counterpart_name: String::new(),
            gross: String::new(),
            currency: String::new(),
            state: String::new(),
            xml: None,
            pdf: None,
            upo: None,
            scan: None,
        }
    }

    /// Where a file of this entry lies.
    pub(super) fn path(&self, name: &str) -> String {
        format!("{}/{}", self.folder, safe(name))
    }
}

/// Sales or purchases of a month.
type Month = (&'static str, String);

pub(super) struct Lists {
    is_polish: bool,
    /// What the first page shows: company, then kind and month with how many.
    overview: Vec<(String, BTreeMap<Month, u64>)>,
    open: Option<OpenCompany>,
}

struct OpenCompany {
    folder: String,
    table: csv::Writer<BufWriter<File>>,
    months: BTreeMap<Month, BufWriter<File>>,
}

impl Lists {
    pub(super) fn begin(language: Language) -> Self {
        Self { is_polish: !matches!(language, Language::En), overview: Vec::new(), open: None }
    }

    fn pick(&self, pl: &'static str, en: &'static str) -> &'static str {
        if self.is_polish { pl } else { en }
    }

    pub(super) fn begin_company(
        &mut self,
        files: &Files,
        company: &ContextIdentifier,
    ) -> Result<(), ArchiveError> {
        let folder = safe(company.as_str());
        let path = format!("{folder}/{TABLE}");
        let mut output = BufWriter::new(files.begin(&path)?);
        // By this mark spreadsheets know the letters.
        output.write_all(b"\xEF\xBB\xBF").map_err(failed(Path::new(&path)))?;
        let mut table = csv::Writer::from_writer(output);
        table.write_record(HEADS).map_err(of_csv(&path))?;
        self.open = Some(OpenCompany { folder, table, months: BTreeMap::new() });
        self.overview.push((company.to_string(), BTreeMap::new()));
        Ok(())
    }

    pub(super) fn add(&mut self, files: &Files, entry: Entry) -> Result<(), ArchiveError> {
        let month = (entry.kind, entry.month.clone());
        if let Some((_, counts)) = self.overview.last_mut() {
            *counts.entry(month.clone()).or_default() += 1;
        }
        let heads = self.heads();
        let (title, is_polish) = (format!("{} {}", self.kind_words(entry.kind), entry.month), self.is_polish);
        let Some(open) = &mut self.open else { return Ok(()) };
        let date = entry.issue_date.to_string();
        let none = String::new();
        let of = |path: &Option<String>| path.clone().unwrap_or_default();
        let record = [
            entry.direction,
            &date,
            &as_text(&entry.invoice_number),
            &entry.ksef_number,
            &as_text(&entry.counterpart_id),
            &as_text(&entry.counterpart_name),
            &entry.gross,
            &as_text(&entry.currency),
            &entry.state,
            &of(&entry.xml),
            &of(&entry.pdf),
            &of(&entry.upo),
            entry.scan.as_ref().unwrap_or(&none),
        ];
        open.table.write_record(record).map_err(of_csv(TABLE))?;
        let path = format!("{}/{INDEX}", entry.folder);
        let page = match open.months.entry(month) {
            std::collections::btree_map::Entry::Occupied(page) => page.into_mut(),
            std::collections::btree_map::Entry::Vacant(place) => {
                let mut page = BufWriter::new(files.begin(&path)?);
                let begin = format!("{}<table><tr>{heads}</tr>\n", head_of(&title, is_polish));
                page.write_all(begin.as_bytes()).map_err(failed(Path::new(&path)))?;
                place.insert(page)
            }
        };
        page.write_all(line_of(&entry).as_bytes()).map_err(failed(Path::new(&path)))
    }

    fn heads(&self) -> String {
        let words = match self.is_polish {
            true => ["Data wystawienia", "Numer", "Numer KSeF", "Kontrahent", "Brutto", "Pliki"],
            false => ["Issued", "Number", "KSeF number", "Counterpart", "Gross", "Files"],
        };
        words.iter().map(|word| format!("<th>{word}</th>")).collect()
    }

    fn kind_words(&self, kind: &str) -> &'static str {
        match kind {
            "sales" => self.pick("Sprzedaż", "Sales"),
            _ => self.pick("Zakupy", "Purchases"),
        }
    }

    pub(super) fn end_company(&mut self, files: &Files) -> Result<(), ArchiveError> {
        let Some(open) = self.open.take() else { return Ok(()) };
        let path = format!("{}/{TABLE}", open.folder);
        let table = open.table.into_inner().map_err(|error| failed(Path::new(&path))(error.into_error()))?;
        files.end(&path, whole(table, &path)?)?;
        for ((kind, month), mut page) in open.months {
            let path = format!("{}/{kind}/{month}/{INDEX}", open.folder);
            page.write_all(b"</table></body></html>\n").map_err(failed(Path::new(&path)))?;
            files.end(&path, whole(page, &path)?)?;
        }
        Ok(())
    }

    pub(super) fn finish(self, files: &Files, from: Date, until: Date) -> Result<(), ArchiveError> {
        let mut text = head_of(&format!("bramka {from} – {until}"), self.is_polish);
        for (company, months) in &self.overview {
            let folder = safe(company);
            text += &format!(
                "<h2>{}</h2>\n<p><a href=\"{folder}/{TABLE}\">{TABLE}</a></p>\n<ul>\n",
                escaped(company)
            );
            for ((kind, month), count) in months {
                let words = self.kind_words(kind);
                text += &format!(
                    "<li><a href=\"{folder}/{kind}/{month}/{INDEX}\">{words} {month}</a> ({count})</li>\n"
                );
            }
            text += "</ul>\n";
        }
        text += "</body></html>\n";
        files.write(INDEX, text.as_bytes())
    }
}

fn whole(output: BufWriter<File>, path: &str) -> Result<File, ArchiveError> {
    output.into_inner().map_err(|error| failed(Path::new(path))(error.into_error()))
}

fn of_csv(path: &str) -> impl Fn(csv::Error) -> ArchiveError {
    let path = path.to_owned();
    move |error| failed(Path::new(&path))(std::io::Error::other(error))
}

/// The beginning of a page: it brings its few rules along and asks nobody for anything.
fn head_of(title: &str, is_polish: bool) -> String {
    let (language, title) = (if is_polish { "pl" } else { "en" }, escaped(title));
    format!(
        "<!DOCTYPE html>\n<html lang=\"{language}\"><head><meta charset=\"utf-8\"><title>{title}</title>\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <style>body{{font:15px sans-serif;margin:2em}}table{{border-collapse:collapse}}\
         td,th{{padding:.3em .6em;border-bottom:1px solid #ccc;text-align:left}}td.n{{text-align:right}}</style></head>\n\
         <body><h1>{title}</h1>\n"
    )
}

fn line_of(entry: &Entry) -> String {
    // Pages of months lie three folders deep, files beside them or among the company's.
    let link = |path: &Option<String>, words: &str| {
        path.as_ref().map(|path| format!("<a href=\"../../../{path}\">{words}</a> ")).unwrap_or_default()
    };
    let files = [
        link(&entry.pdf, "PDF"),
        link(&entry.xml, "XML"),
        link(&entry.upo, "UPO"),
        link(&entry.scan, "scan"),
    ]
    .concat();
    format!(
        "<tr><td>{}</td><td>{}</td><td>{}</td><td>{} {}</td><td class=\"n\">{} {}</td><td>{files}</td></tr>\n",
        entry.issue_date,
        escaped(&entry.invoice_number),
        escaped(&entry.ksef_number),
        escaped(&entry.counterpart_name),
        escaped(&entry.counterpart_id),
        escaped(&entry.gross),
        escaped(&entry.currency),
    )
}

fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for sign in text.chars() {
        match sign {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            other => safe.push(other),
        }
    }
    safe
}

/// A cell that no spreadsheet takes for a formula: what others wrote on an invoice is data.
fn as_text(cell: &str) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']) {
        format!("'{cell}")
    } else {
        cell.to_owned()
    }
}

const TABLE: &str = "register.csv";
const INDEX: &str = "index.html";
const HEADS: [&str; 13] = [
    "direction",
    "issueDate",
    "invoiceNumber",
    "ksefNumber",
    "counterpartId",
    "counterpartName",
    "gross",
    "currency",
    "state",
    "xml",
    "pdf",
    "upo",
    "scan",
];
