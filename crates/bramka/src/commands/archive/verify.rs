//! `bramka archive verify`.

use std::process::ExitCode;

use gateway::BackupDeed;
use gateway_archive::VerifyReport;
use serde_json::{Value, json};

use super::super::progress::Progress;
use crate::cli::{DatabasePlace, Lang, ListFormat, VerifyArchive};
use crate::commands::access::broken_words;
use crate::failure::Failure;

pub(super) async fn run(
    arguments: &VerifyArchive,
    place: &DatabasePlace,
    lang: Lang,
) -> Result<ExitCode, Failure> {
    let (data, database) = super::place_of(place)?;
    super::must_exist(&database)?;
    let objects = super::objects_of(arguments.objects.as_deref())?;
    let report = {
        let progress = Progress::of(lang.pick("sprawdzanie", "verifying"));
        gateway_archive::verify(&database, objects.as_ref(), super::today(), &mut |done, of| {
            progress.at(done, of)
        })
        .await?
    };
    // Damage of the file and a broken audit log count as one each.
    let other = report.damage.len() as u64 + u64::from(report.audit.is_err());
    super::note(&data, BackupDeed::Verify, None, report.documents, report.broken_count + other);
    match arguments.format {
        ListFormat::Json => println!("{}", report_as_json(&report)),
        ListFormat::Text => print_report(&report, lang),
    }
    Ok(ExitCode::from(u8::from(!report.is_whole())))
}

pub(super) fn report_as_json(report: &VerifyReport) -> Value {
    let audit = match &report.audit {
        Ok(chain) => json!({ "isWhole": true, "entries": chain.number() }),
        Err(broken) => json!({ "isWhole": false, "fault": broken.to_string() }),
    };
    json!({
        "isWhole": report.is_whole(),
        "companies": report.companies,
        "sales": report.sales,
        "purchases": report.purchases,
        "documents": report.documents,
        "upos": report.upos,
        "documentsLeavingKsef": report.leaving_ksef,
        "documentsNotLookedAt": report.not_looked_at,
        "brokenCount": report.broken_count,
        "broken": super::broken_as_json(&report.broken),
        "damage": report.damage,
        "auditLog": audit,
    })
}

pub(super) fn print_report(report: &VerifyReport, lang: Lang) {
    let VerifyReport { companies, sales, purchases, documents, upos, not_looked_at, .. } = report;
    println!(
        "{}",
        match lang {
            Lang::Pl => format!(
                "firmy: {companies}, sprzedaż: {sales}, zakupy: {purchases}; dokumenty ze zgodnym skrótem: {documents}, faktury z ważnym UPO: {upos}"
            ),
            Lang::En => format!(
                "companies: {companies}, sales: {sales}, purchases: {purchases}; documents with the right hash: {documents}, invoices with a valid UPO: {upos}"
            ),
        }
    );
    if *not_looked_at > 0 {
        println!(
            "{}",
            match lang {
                Lang::Pl =>
                    format!("w magazynie obiektów, nie sprawdzono: {not_looked_at} (podaj --objects)"),
                Lang::En => format!("in object storage, not looked at: {not_looked_at} (give --objects)"),
            }
        );
    }
    if report.leaving_ksef > 0 {
        let count = report.leaving_ksef;
        println!(
            "{}",
            match lang {
                Lang::Pl => format!(
                    "KSeF przestaje przechowywać w ciągu roku (dziesięć lat od końca roku wystawienia): {count}; zostaną tylko tutaj: bramka export, bramka backup"
                ),
                Lang::En => format!(
                    "KSeF stops keeping within a year (ten years from the end of the year of issue): {count}; they will be here alone: bramka export, bramka backup"
                ),
            }
        );
    }
    for line in &report.damage {
        println!("  {}: {line}", lang.pick("plik bazy danych", "the database's file"));
    }
    match &report.audit {
        Ok(chain) => {
            let (words, number) = (
                lang.pick("dziennik audytu nienaruszony, wpisów:", "audit log whole, entries:"),
                chain.number(),
            );
            println!("{words} {number}");
        }
        Err(broken) => {
            let words = lang.pick("dziennik audytu", "audit log");
            println!("  {words}: {}", broken_words(*broken, lang));
        }
    }
    super::print_broken(&report.broken, report.broken_count, lang);
    println!(
        "{}",
        match report.is_whole() {
            true => lang.pick("Wszystko jest takie, jakie było.", "Everything is as it was."),
            false => lang.pick("Coś się zmieniło.", "Something is not what it was."),
        }
    );
}
