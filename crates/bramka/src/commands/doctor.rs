//! `bramka doctor`: what stands between each company and KSeF, and what to do about it.

use std::process::ExitCode;

use connection::doctor::{Check, CompanyEnvironment, Outcome, Patient, Report, examine};
use connection::{Finding, Message, Needs};
use ksef_client::environment::{Environment, addresses};
use ksef_client::latarnia::{Latarnia, LatarniaOptions, simulator_address};
use ksef_client::{Access, SystemClock};
use serde_json::{Value, json};

use super::connected::{self, Connected, environment_of};
use crate::cli::{self, NeedName};
use crate::failure::Failure;
use crate::paint::Paint;
use crate::vault_access;

pub(crate) async fn run(arguments: cli::Doctor, lang: cli::Lang) -> Result<ExitCode, Failure> {
    let data = vault_access::data_folder(arguments.data.as_deref())?;
    let mut companies = connected::all(&data, arguments.config.as_deref(), lang).await?;
    for wanted in &arguments.companies {
        if !companies.iter().any(|company| company.context == *wanted) {
            return Err(gateway_vault::RegistryError::NoCompany { context: wanted.clone() }.into());
        }
    }
    companies
        .retain(|company| arguments.companies.is_empty() || arguments.companies.contains(&company.context));
    if companies.is_empty() {
        return Err(Failure::new(
            "nie ma jeszcze żadnej firmy: dodaj ją przez bramka company add (wskazówki: bramka guide)",
            "there is no company yet: add one with bramka company add (advice: bramka guide)",
        ));
    }
    let is_text = arguments.format == cli::ListFormat::Text;
    let (mut shown, mut is_well) = (Vec::new(), true);
    for company in companies {
        if is_text {
            println!("{}", title(&company));
        }
        let (context, environment) = (company.context.clone(), company.environment.clone());
        let report = examined(company, &arguments, lang).await?;
        is_well &= report.is_well();
        if is_text {
            println!("{}\n", verdict(&report, lang));
        } else {
            let url = environment_of(&environment).ksef_url().to_owned();
            shown.push(as_json(&context, environment.name(), &url, &report));
        }
    }
    if is_text {
        print_dates(lang);
    } else {
        println!(
            "{}",
            json!({ "isWell": is_well, "companies": shown, "dates": super::guide::dates_as_json() })
        );
    }
    Ok(ExitCode::from(u8::from(!is_well)))
}

async fn examined(
    mut company: Connected,
    arguments: &cli::Doctor,
    lang: cli::Lang,
) -> Result<Report, Failure> {
    let client = company.client()?;
    let needs = |need| arguments.need.contains(&need);
    let patient = Patient {
        context: company.context.clone(),
        environment: company.environment.clone(),
        credential: company.held(),
        offline_certificates: std::mem::take(&mut company.offline_certificates),
        needs: Needs {
            view: needs(NeedName::View),
            issue: needs(NeedName::Issue),
            manage: needs(NeedName::Manage),
        },
    };
    let access =
        company.login.take().map(|login| Access::new(client.clone(), company.context.clone(), login));
    let latarnia = latarnia_of(&company.environment);
    let paint = Paint::of_stdout();
    let is_text = arguments.format == cli::ListFormat::Text;
    // Each as soon as it is made: somebody waits for the network.
    let mut tell = |check: &Check| {
        if is_text {
            print_check(check, paint, lang);
        }
    };
    let with_session = !arguments.no_session;
    Ok(examine(&patient, &client, latarnia.as_ref(), access.as_ref(), &SystemClock, with_session, &mut tell)
        .await)
}

/// The Latarnia of an environment, where there is one.
fn latarnia_of(environment: &CompanyEnvironment) -> Option<Latarnia> {
    let address = match environment {
        CompanyEnvironment::Simulator { ksef_url, .. } => simulator_address(ksef_url),
        CompanyEnvironment::Test => addresses(Environment::Test).latarnia?.to_owned(),
        CompanyEnvironment::Demo => addresses(Environment::Demo).latarnia?.to_owned(),
        CompanyEnvironment::Prd => addresses(Environment::Prd).latarnia?.to_owned(),
    };
    Latarnia::new(&address, LatarniaOptions::default()).ok()
}

fn title(company: &Connected) -> String {
    let name = company.name.as_deref().map(|name| format!("  {name}")).unwrap_or_default();
    let environment = environment_of(&company.environment);
    format!("{}{name}  ({}, {})", company.context, company.environment.name(), environment.ksef_url())
}

fn print_check(check: &Check, paint: Paint, lang: cli::Lang) {
    let said = |message: &Message| lang.pick(&message.pl, &message.en).to_owned();
    let wide = |pl, en| format!("{:<11}", lang.pick(pl, en));
    let mark = match check.outcome {
        Outcome::Passed => paint.green(&wide("dobrze", "ok")),
        Outcome::Noted => paint.yellow(&wide("uwaga", "note")),
        Outcome::Failed => paint.red(&wide("źle", "failed")),
        Outcome::NotReadable => paint.yellow(&wide("nieczytelne", "unreadable")),
        Outcome::Skipped => wide("–", "–"),
    };
    let title = said(&check.name.title());
    let repeats = check.findings.first().is_some_and(|finding| finding.message == check.found);
    if repeats {
        println!("  {mark} {title}");
    } else {
        println!("  {mark} {title}: {}", said(&check.found));
    }
    for finding in &check.findings {
        println!("              [{}] {}", finding.code, said(&finding.message));
        println!("              → {}", said(&finding.remedy));
    }
}

fn verdict(report: &Report, lang: cli::Lang) -> String {
    let paint = Paint::of_stdout();
    let failed = report.checks.iter().filter(|check| check.outcome == Outcome::Failed).count();
    match (failed, lang) {
        (0, cli::Lang::Pl) => paint.green("Firma może pracować z KSeF."),
        (0, cli::Lang::En) => paint.green("The company can work with KSeF."),
        (failed, cli::Lang::Pl) => paint
            .red(&format!("Do naprawienia: {failed}. Po każdej zmianie uruchom sprawdzenie jeszcze raz.")),
        (failed, cli::Lang::En) => {
            paint.red(&format!("To be put right: {failed}. Run the check again after every change."))
        }
    }
}

/// Announced dates that are near; `bramka guide dates` shows all.
fn print_dates(lang: cli::Lang) {
    for (row, finding) in super::guide::dates_seen_today() {
        if finding.code == AHEAD && super::guide::days_until(row.date) <= DATES_SHOWN_DAYS {
            println!("[{}] {}", finding.code, lang.pick(&finding.message.pl, &finding.message.en));
        }
    }
}

fn as_json(context: &ksef_id::ContextIdentifier, environment: &str, url: &str, report: &Report) -> Value {
    let checks: Vec<Value> = report
        .checks
        .iter()
        .map(|check| {
            json!({
                "check": check.name.name(),
                "outcome": check.outcome.name(),
                "found": message(&check.found),
                "findings": check.findings.iter().map(finding).collect::<Vec<_>>(),
            })
        })
        .collect();
    let rights = report.rights.as_ref().map(|rights| {
        json!({
            "names": rights.names,
            "isOwner": rights.is_owner(),
            "view": rights.can_view(),
            "issue": rights.can_issue(),
            "manage": rights.can_manage(),
            "readPermissions": rights.can_read_permissions(),
            "readSessions": rights.can_read_sessions(),
        })
    });
    json!({
        "context": context,
        "environment": environment,
        "ksefUrl": url,
        "isWell": report.is_well(),
        "checks": checks,
        "rights": rights,
        "limits": {
            "context": report.limits.context,
            "certificates": report.limits.certificates,
            "rates": report.limits.rates,
        },
    })
}

pub(super) fn message(message: &Message) -> Value {
    json!({ "pl": message.pl, "en": message.en })
}

pub(super) fn finding(finding: &Finding) -> Value {
    json!({
        "code": finding.code,
        "message": message(&finding.message),
        "nextStep": message(&finding.remedy),
    })
}

/// The code of a date that is ahead.
const AHEAD: &str = "CONN602";
const DATES_SHOWN_DAYS: i32 = 60;
