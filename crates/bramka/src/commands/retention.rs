//! `bramka retention` and `bramka hold`: how long documents are kept and what is held back, over the gateway's REST.

use std::process::ExitCode;

use gateway_api::{
    ErasableListResource, ErasableResource, ErasedListResource, ErasedResource, LegalHoldListResource,
    LegalHoldRequest, LegalHoldResource, RetentionRequest, RetentionResource,
};
use reqwest::Method;
use serde::Serialize;

use super::routing::{client, place, segment};
use crate::cli::{
    DueRetention, HoldArguments, HoldCommand, Lang, ListFormat, OfCompany, PlaceHold, RetentionArguments,
    RetentionCommand, SetRetention, Switch,
};
use crate::failure::Failure;

pub(crate) async fn retention(arguments: RetentionArguments, lang: Lang) -> Result<ExitCode, Failure> {
    match arguments.command {
        RetentionCommand::Show(of) => {
            let kept: RetentionResource = client(&of.gateway)?.show(&place(&of.context, "retention")).await?;
            show(&kept, of.format, lang);
        }
        RetentionCommand::Set(set) => show(&set_retention(&set).await?, ListFormat::Text, lang),
        RetentionCommand::Due(due) => list_due(&due, lang).await?,
        RetentionCommand::Erased(of) => list_erased(&of, lang).await?,
    }
    Ok(ExitCode::SUCCESS)
}

pub(crate) async fn hold(arguments: HoldArguments, lang: Lang) -> Result<ExitCode, Failure> {
    match arguments.command {
        HoldCommand::List(of) => list_holds(&of, lang).await?,
        HoldCommand::Place(asked) => println!("{}", hold_line(&place_hold(asked).await?, lang)),
        HoldCommand::Lift(lift) => {
            let path = place(&lift.context, &format!("legal-holds/{}", segment(&lift.id)));
            client(&lift.gateway)?.remove(&path).await?;
            println!("{}", lang.pick("zdjęto", "lifted"));
        }
    }
    Ok(ExitCode::SUCCESS)
}

async fn set_retention(set: &SetRetention) -> Result<RetentionResource, Failure> {
    let request = RetentionRequest {
        years: set.years,
        is_on: set.erase == Switch::On,
        is_shorter_on_purpose: set.shorter_on_purpose,
    };
    client(&set.gateway)?.say(Method::PUT, &place(&set.context, "retention"), &request).await
}

fn show(kept: &RetentionResource, format: ListFormat, lang: Lang) {
    if format == ListFormat::Json {
        println!("{}", serde_json::json!(kept));
        return;
    }
    let erased = match kept.is_on {
        true => lang.pick("usuwane", "erased"),
        false => lang.pick("nie są usuwane", "not erased"),
    };
    let (years, before) = (kept.years, kept.erased_before);
    println!(
        "{}",
        lang.pick(
            &format!(
                "przechowywane {years} pełnych lat po roku wystawienia; wystawione przed {before}: {erased}"
            ),
            &format!("kept for {years} full years after the year of issue; issued before {before}: {erased}")
        )
    );
    if kept.objects_left > 0 {
        let left = kept.objects_left;
        println!(
            "{}",
            lang.pick(
                &format!("w magazynie obiektów zostało do usunięcia: {left}"),
                &format!("left to be removed from the object store: {left}")
            )
        );
    }
}

async fn list_due(due: &DueRetention, lang: Lang) -> Result<(), Failure> {
    let client = client(&due.gateway)?;
    let as_of = due.as_of.map(|day| format!("asOf={day}&")).unwrap_or_default();
    let (mut after, mut gone, mut stopped) = (String::new(), 0_u64, 0_u64);
    loop {
        let path = place(&due.context, &format!("retention/due?{as_of}{after}"));
        let page: ErasableListResource = client.show(path.trim_end_matches(['?', '&'])).await?;
        for one in &page.items {
            if one.stopped_by.is_some() {
                stopped += 1
            } else {
                gone += 1
            };
            print(one, due.format, |one| due_line(one, lang));
        }
        match page.next_cursor {
            Some(next) => after = format!("after={next}"),
            None => break,
        }
    }
    if due.format == ListFormat::Text {
        println!(
            "{}",
            lang.pick(
                &format!("do usunięcia: {gone}, wstrzymane: {stopped}"),
                &format!("to be erased: {gone}, held back: {stopped}")
            )
        );
    }
    Ok(())
}

async fn list_erased(of: &OfCompany, lang: Lang) -> Result<(), Failure> {
    let client = client(&of.gateway)?;
    let mut after = "0".to_owned();
    loop {
        let path = place(&of.context, &format!("erasures?limit=1000&after={after}"));
        let page: ErasedListResource = client.show(&path).await?;
        page.items.iter().for_each(|one| print(one, of.format, |one| erased_line(one, lang)));
        match page.next_cursor {
            Some(next) => after = next,
            None => return Ok(()),
        }
    }
}

async fn list_holds(of: &OfCompany, lang: Lang) -> Result<(), Failure> {
    let client = client(&of.gateway)?;
    let mut after = "0".to_owned();
    loop {
        let path = place(&of.context, &format!("legal-holds?limit=1000&after={after}"));
        let page: LegalHoldListResource = client.show(&path).await?;
        page.items.iter().for_each(|one| print(one, of.format, |one| hold_line(one, lang)));
        match page.next_cursor {
            Some(next) => after = next,
            None => return Ok(()),
        }
    }
}

async fn place_hold(asked: PlaceHold) -> Result<LegalHoldResource, Failure> {
    let request = LegalHoldRequest {
        document: asked.document,
        party: asked.party,
        from: asked.from,
        until: asked.until,
        reason: asked.reason,
    };
    client(&asked.gateway)?.say(Method::POST, &place(&asked.context, "legal-holds"), &request).await
}

/// A line: JSON for programs, one object each.
fn print<T: Serialize>(one: &T, format: ListFormat, line: impl Fn(&T) -> String) {
    match format {
        ListFormat::Json => println!("{}", serde_json::json!(one)),
        ListFormat::Text => println!("{}", line(one)),
    }
}

fn due_line(one: &ErasableResource, lang: Lang) -> String {
    let number = one.ksef_number.as_deref().unwrap_or("-");
    let kept = lang.pick("trzymane do", "kept until");
    let stopped = match (one.stopped_by.as_deref(), &one.hold) {
        (Some("hold"), Some(hold)) => format!("  {} {hold}", lang.pick("blokada", "hold")),
        (Some(_), _) => format!("  {}", lang.pick("niedokończone", "unfinished")),
        (None, _) => String::new(),
    };
    let (direction, invoice, issued, until) =
        (&one.direction, &one.invoice_number, one.issue_date, one.kept_until);
    format!("{direction}  {invoice}  {number}  {issued}  {kept} {until}{stopped}")
}

fn erased_line(one: &ErasedResource, lang: Lang) -> String {
    let (number, hash) = (one.ksef_number.as_deref().unwrap_or("-"), one.sha256.as_deref().unwrap_or("-"));
    let erased = lang.pick("usunięto", "erased");
    let (direction, invoice, issued, at, reason) =
        (&one.direction, &one.invoice_number, one.issue_date, one.erased_at, &one.reason);
    format!("{direction}  {invoice}  {number}  {issued}  {erased} {at} ({reason})  {hash}")
}

fn hold_line(one: &LegalHoldResource, lang: Lang) -> String {
    let days = match (one.from, one.until) {
        (None, None) => None,
        (from, until) => Some(format!(
            "{}…{}",
            from.map(|day| day.to_string()).unwrap_or_default(),
            until.map(|day| day.to_string()).unwrap_or_default()
        )),
    };
    let what: Vec<String> = [one.document.clone(), one.party.clone(), days].into_iter().flatten().collect();
    let lifted = match (&one.lifted_by, one.lifted_at) {
        (Some(by), Some(at)) => format!("  {} {at}, {by}", lang.pick("zdjęta", "lifted")),
        _ => String::new(),
    };
    format!("{}  {}  {}  ({}, {}){lifted}", one.id, what.join(" "), one.reason, one.placed_by, one.placed_at)
}
