//! `bramka webhook`: where a company's events go, over the gateway's REST.

use std::process::ExitCode;

use gateway_api::{
    DeliveryListResource, DeliveryResource, ReplayRequest, ReplayedResource, WebhookChangeRequest,
    WebhookGivenResource, WebhookListResource, WebhookRequest, WebhookResource, WebhookTestResource,
};
use ksef_id::ContextIdentifier;
use reqwest::Method;

use crate::cli::{self, GatewayAddress, Lang, ListFormat, OneWebhook, Switch, WebhookCommand};
use crate::failure::Failure;
use crate::rest::{GatewayClient, api_key};

pub(crate) async fn run(arguments: cli::Webhook, lang: Lang) -> Result<ExitCode, Failure> {
    match arguments.command {
        WebhookCommand::Add(add) => {
            let request = WebhookRequest { url: add.target, name: add.name, events: add.events };
            let client = client(&add.gateway)?;
            let path = place(&add.context, "");
            let given: WebhookGivenResource = client.say(Method::POST, &path, &request).await?;
            println!("{}", line_of(&given.webhook, lang));
            print_secret(&given.secret, lang);
            Ok(ExitCode::SUCCESS)
        }
        WebhookCommand::List(list) => {
            let all: WebhookListResource = client(&list.gateway)?.show(&place(&list.context, "")).await?;
            match list.format {
                ListFormat::Json => println!("{}", serde_json::json!(all.items)),
                ListFormat::Text => all.items.iter().for_each(|one| println!("{}", line_of(one, lang))),
            }
            let is_well =
                |one: &WebhookResource| one.failing_since.is_none() && one.switched_off_at.is_none();
            Ok(code(all.items.iter().all(is_well)))
        }
        WebhookCommand::Log(log) => {
            let path = format!("{}/deliveries?limit={}", of(&log.webhook), log.limit);
            let page: DeliveryListResource = client(&log.webhook.gateway)?.show(&path).await?;
            match log.format {
                ListFormat::Json => println!("{}", serde_json::json!(page.items)),
                ListFormat::Text => {
                    page.items.iter().for_each(|one| println!("{}", delivery_line(one, lang)))
                }
            }
            Ok(code(page.items.iter().all(|one| one.state == "delivered" || one.attempts == 0)))
        }
        WebhookCommand::Replay(replay) => {
            let request = ReplayRequest { deliveries: replay.deliveries, since: replay.since };
            let path = format!("{}/replay", of(&replay.webhook));
            let replayed: ReplayedResource =
                client(&replay.webhook.gateway)?.say(Method::POST, &path, &request).await?;
            let count = replayed.count;
            println!(
                "{}",
                lang.pick(&format!("do ponowienia: {count}"), &format!("to be sent once more: {count}"))
            );
            Ok(code(count > 0))
        }
        WebhookCommand::Set(set) => {
            let request = WebhookChangeRequest {
                url: set.to,
                name: set.name,
                events: (set.all_events || !set.events.is_empty()).then_some(set.events),
                is_active: set.active.map(|switch| switch == Switch::On),
            };
            let path = of(&set.webhook);
            let changed: WebhookResource =
                client(&set.webhook.gateway)?.say(Method::PATCH, &path, &request).await?;
            println!("{}", line_of(&changed, lang));
            Ok(ExitCode::SUCCESS)
        }
        WebhookCommand::Rotate(one) => {
            let path = format!("{}/rotate", of(&one));
            let given: WebhookGivenResource =
                client(&one.gateway)?.say(Method::POST, &path, &serde_json::json!({})).await?;
            print_secret(&given.secret, lang);
            Ok(ExitCode::SUCCESS)
        }
        WebhookCommand::Remove(one) => {
            client(&one.gateway)?.remove(&of(&one)).await?;
            println!("{}", lang.pick("usunięto", "removed"));
            Ok(ExitCode::SUCCESS)
        }
        WebhookCommand::Test(one) => {
            let path = format!("{}/test", of(&one));
            let tried: WebhookTestResource =
                client(&one.gateway)?.say(Method::POST, &path, &serde_json::json!({})).await?;
            println!("{}", tried_line(&tried, lang));
            Ok(code(tried.is_taken))
        }
    }
}

fn client(gateway: &GatewayAddress) -> Result<GatewayClient, Failure> {
    GatewayClient::new(&gateway.url, api_key(gateway.api_key_file.as_deref())?)
}

fn code(is_well: bool) -> ExitCode {
    if is_well { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn place(company: &ContextIdentifier, id: &str) -> String {
    let mut path = format!("/companies/{company}/webhooks");
    if !id.is_empty() {
        // What is no identifier leads nowhere, whatever stands in it.
        path.extend(
            ['/'].into_iter().chain(id.chars().filter(|sign| sign.is_ascii_alphanumeric() || *sign == '-')),
        );
    }
    path
}

fn of(one: &OneWebhook) -> String {
    place(&one.context, &one.id)
}

fn print_secret(secret: &str, lang: Lang) {
    println!("{secret}");
    eprintln!(
        "{}",
        lang.pick(
            "To sekret podpisu. Zapisz go teraz: nie będzie pokazany ponownie.",
            "This is the secret of the signature. Keep it now: it is not shown again."
        )
    );
}

fn line_of(one: &WebhookResource, lang: Lang) -> String {
    let WebhookResource { id, url, name, .. } = one;
    let events = if one.events.is_empty() { "*".to_owned() } else { one.events.join(",") };
    let state = match (one.is_active, one.switched_off_at, one.failing_since) {
        (false, Some(since), _) => {
            lang.pick(&format!("wyłączony od {since}"), &format!("switched off since {since}")).to_owned()
        }
        (false, None, _) => lang.pick("wyłączony", "off").to_owned(),
        (true, _, Some(since)) => {
            lang.pick(&format!("nie odbiera od {since}"), &format!("takes nothing since {since}")).to_owned()
        }
        (true, _, None) => lang.pick("działa", "on").to_owned(),
    };
    let waiting = match one.waiting {
        0 => String::new(),
        waiting => lang.pick(&format!("  czeka {waiting}"), &format!("  {waiting} waiting")).to_owned(),
    };
    format!("{id}  {url}  {events}  {state}{waiting}  {name}").trim_end().to_owned()
}

fn delivery_line(one: &DeliveryResource, lang: Lang) -> String {
    let state = match one.state.as_str() {
        "delivered" => lang.pick("odebrano", "taken"),
        "givenUp" => lang.pick("zaniechano", "given up"),
        _ => lang.pick("czeka", "waiting"),
    };
    let kind = one.kind.as_deref().unwrap_or("-");
    let outcome = match (&one.trouble, one.status) {
        (Some(trouble), _) => lang.pick(&trouble.message.pl, &trouble.message.en).to_owned(),
        (None, Some(status)) => format!("HTTP {status}"),
        (None, None) => String::new(),
    };
    let at = one.tried_at.unwrap_or(one.begun_at);
    let attempts = one.attempts;
    let tries = lang.pick(&format!("prób {attempts}"), &format!("attempts {attempts}")).to_owned();
    format!("{}  {at}  {kind}  {state}  {tries}  {outcome}", one.id).trim_end().to_owned()
}

fn tried_line(tried: &WebhookTestResource, lang: Lang) -> String {
    let took = tried.took_ms;
    match (&tried.trouble, tried.status) {
        (Some(trouble), _) => {
            let (pl, en) = (&trouble.message.pl, &trouble.message.en);
            let (pl, en) =
                (format!("nie dotarło ({took} ms): {pl}"), format!("it did not arrive ({took} ms): {en}"));
            lang.pick(&pl, &en).to_owned()
        }
        (None, status) => {
            let status = status.unwrap_or_default();
            let words = match tried.is_taken {
                true => lang.pick("odebrano", "taken"),
                false => lang.pick("nie odebrano", "not taken"),
            };
            format!("{words}: HTTP {status}, {took} ms")
        }
    }
}
