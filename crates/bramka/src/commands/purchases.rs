//! `bramka sync` and `bramka reconcile`: purchases are looked for, and register and KSeF compared, by a running gateway.

use std::process::ExitCode;
use std::time::{Duration, Instant};

use gateway_api::{ReceivingResource, ReconciliationResource};
use serde_json::{Value, json};

use super::progress::Progress;
use crate::cli::{self, GatewayAddress, Lang, ListFormat};
use crate::failure::Failure;
use crate::rest::{GatewayClient, api_key};

/// `bramka sync`: has purchases looked for; with `--wait` it ends when all are read.
pub(crate) async fn sync(arguments: cli::Sync, lang: Lang) -> Result<ExitCode, Failure> {
    let client = client(&arguments.gateway)?;
    let company = &arguments.company;
    let path = format!("/companies/{company}/purchases/synchronize");
    let before: ReceivingResource = client.post(&path, &json!({})).await?;
    let mut now = before.clone();
    let mut is_over = false;
    if let Some(wait) = arguments.wait {
        let wait = Duration::try_from(wait).unwrap_or_default();
        let begun = Instant::now();
        let progress = Progress::of(lang.pick("odczyt", "reading"));
        while !is_over && begun.elapsed() < wait {
            tokio::time::sleep(POLL).await;
            now = client.show(&format!("/companies/{company}/receiving")).await?;
            let percents = now.roles.iter().map(|role| u64::from(role.percent)).sum::<u64>();
            progress.at(percents, 100 * now.roles.len() as u64);
            is_over = now.roles.iter().zip(&before.roles).all(|(now, before)| {
                now.looked_at.is_some() && now.looked_at != before.looked_at && !now.is_under_way
            });
        }
    }
    match arguments.format {
        ListFormat::Json => println!("{}", json!(now)),
        ListFormat::Text => {
            for role in &now.roles {
                let moment = role.read_up_to.map_or_else(|| "–".to_owned(), |moment| moment.to_string());
                let read = lang.pick("odczytano do", "read up to");
                println!("{:<10} {:>3} %  {read} {moment}", role.role, role.percent);
                if let Some(trouble) = &role.trouble {
                    println!("           {trouble}");
                }
            }
        }
    }
    let has_trouble = now.roles.iter().any(|role| role.trouble.is_some());
    Ok(match arguments.wait {
        Some(_) if has_trouble => ExitCode::FAILURE,
        Some(_) if !is_over => ExitCode::from(3),
        _ => ExitCode::SUCCESS,
    })
}

/// `bramka reconcile`: has register, KSeF's metadata and UPO compared, and shows the report.
pub(crate) async fn reconcile(arguments: cli::Reconcile, lang: Lang) -> Result<ExitCode, Failure> {
    let client = client(&arguments.gateway)?;
    let path = format!("/companies/{}/reconciliations", arguments.company);
    let body = json!({ "from": arguments.from, "until": arguments.until });
    let mut found: ReconciliationResource = client.post(&path, &body).await?;
    let begun = Instant::now();
    while found.state == "asked" {
        if begun.elapsed() > RECONCILE_WAIT {
            return Err(Failure::new(
                format!("uzgodnienie {} jeszcze trwa: zobacz je później", found.id),
                format!("the reconciliation {} is still under way: look again later", found.id),
            )
            .with_exit_code(3));
        }
        tokio::time::sleep(POLL).await;
        found = client.show(&format!("{path}/{}", found.id)).await?;
    }
    let report = found.report.clone().unwrap_or_default();
    match arguments.format {
        ListFormat::Json => println!("{}", json!(found)),
        ListFormat::Text => print(&found, &report, lang),
    }
    Ok(if report["isClean"] == true { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn print(found: &ReconciliationResource, report: &Value, lang: Lang) {
    println!("{} – {}", found.from, found.until);
    let count = |value: &Value| value.as_array().map_or(0, Vec::len);
    for role in report["roles"].as_array().into_iter().flatten() {
        let name = role["role"].as_str().unwrap_or_default();
        let (in_ksef, here) = (&role["inKsef"], &role["here"]);
        let (missing, fetched) = (count(&role["missing"]), &role["fetched"]);
        println!(
            "{}",
            match lang {
                Lang::Pl =>
                    format!("{name}: w KSeF {in_ksef}, tutaj {here}, brakowało {missing}, pobrano {fetched}"),
                Lang::En =>
                    format!("{name}: in KSeF {in_ksef}, here {here}, missing {missing}, fetched {fetched}"),
            }
        );
        if role["isReadAgain"] == true {
            println!("  {}", lang.pick("ten okres jest czytany ponownie", "this period is read again"));
        }
        listed(lang.pick("nie ma ich w KSeF", "not in KSeF"), &role["notInKsef"]);
        listed(lang.pick("mają inną treść niż w KSeF", "differ from KSeF"), &role["differing"]);
    }
    let sales = &report["sales"];
    println!("{} {}", lang.pick("sprawdzona sprzedaż:", "sales checked:"), sales["checked"]);
    listed(lang.pick("KSeF nie zna ich numeru", "KSeF does not tell their number"), &sales["notInKsef"]);
    listed(lang.pick("bez UPO", "without UPO"), &sales["withoutUpo"]);
    listed(lang.pick("uszkodzone tutaj", "damaged here"), &sales["damaged"]);
    let is_clean = report["isClean"] == true;
    println!(
        "{}",
        match is_clean {
            true => lang.pick("Wszystko się zgadza.", "Everything agrees."),
            false => lang.pick("To wymaga człowieka.", "This needs a person."),
        }
    );
}

fn listed(what: &str, numbers: &Value) {
    let numbers: Vec<&str> = numbers.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    if !numbers.is_empty() {
        println!("  {what}: {}", numbers.join(", "));
    }
}

fn client(gateway: &GatewayAddress) -> Result<GatewayClient, Failure> {
    GatewayClient::new(&gateway.url, api_key(gateway.api_key_file.as_deref())?)
}

const POLL: Duration = Duration::from_millis(250);
/// KSeF makes packages in seconds, and its limits may ask for an hour's patience.
const RECONCILE_WAIT: Duration = Duration::from_secs(2 * 3600);
