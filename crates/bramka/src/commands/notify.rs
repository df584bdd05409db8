//! `bramka notify`: who is told by e-mail, over the gateway's REST.

use std::process::ExitCode;

use gateway_api::{
    LetterListResource, LetterResource, LetterTestRequest, MailSubscriptionListResource,
    MailSubscriptionRequest, MailSubscriptionResource,
};
use ksef_id::ContextIdentifier;
use reqwest::Method;

use crate::cli::{self, GatewayAddress, Lang, LetterLanguage, ListFormat, NotifyCommand, RhythmName, Switch};
use crate::failure::Failure;
use crate::rest::{GatewayClient, api_key};

pub(crate) async fn run(arguments: cli::Notify, lang: Lang) -> Result<ExitCode, Failure> {
    match arguments.command {
        NotifyCommand::Set(set) => {
            let request = MailSubscriptionRequest {
                address: set.address,
                language: match set.language {
                    LetterLanguage::Pl => "pl",
                    LetterLanguage::En => "en",
                }
                .to_owned(),
                events: set.events,
                rhythm: match set.rhythm {
                    RhythmName::Now => "now",
                    RhythmName::Hourly => "hourly",
                    RhythmName::Daily => "daily",
                }
                .to_owned(),
                hour: set.hour,
                is_active: set.active == Switch::On,
            };
            let path = place(&set.context, "mail-subscriptions");
            let kept: MailSubscriptionResource =
                client(&set.gateway)?.say(Method::PUT, &path, &request).await?;
            println!("{}", line_of(&kept, lang));
            Ok(ExitCode::SUCCESS)
        }
        NotifyCommand::List(list) => {
            let all = subscriptions(&client(&list.gateway)?, &list.context).await?;
            match list.format {
                ListFormat::Json => println!("{}", serde_json::json!(all.items)),
                ListFormat::Text => all.items.iter().for_each(|one| println!("{}", line_of(one, lang))),
            }
            if !all.is_mail_on {
                eprintln!(
                    "{}",
                    lang.pick(
                        "bramka nie ma serwera poczty ([mail] w bramka.toml): nic nie jest wysyłane",
                        "the gateway has no mail server ([mail] in bramka.toml): nothing is sent"
                    )
                );
            }
            Ok(if all.is_mail_on { ExitCode::SUCCESS } else { ExitCode::FAILURE })
        }
        NotifyCommand::Remove(remove) => {
            let client = client(&remove.gateway)?;
            let address = remove.address.to_ascii_lowercase();
            let all = subscriptions(&client, &remove.context).await?;
            let found = all.items.iter().find(|one| one.address == address).ok_or_else(|| {
                Failure::new(
                    format!("pod adres {address} nic nie jest wysyłane"),
                    format!("nothing is sent to {address}"),
                )
            })?;
            let path = format!("{}/{}", place(&remove.context, "mail-subscriptions"), found.id);
            client.remove(&path).await?;
            println!("{}", lang.pick("usunięto", "removed"));
            Ok(ExitCode::SUCCESS)
        }
        NotifyCommand::Log(log) => {
            let page: LetterListResource =
                client(&log.gateway)?.show(&place(&log.context, "letters")).await?;
            match log.format {
                ListFormat::Json => println!("{}", serde_json::json!(page.items)),
                ListFormat::Text => page.items.iter().for_each(|one| println!("{}", letter_line(one, lang))),
            }
            let is_well = page.items.iter().all(|one| one.state == "sent" || one.attempts == 0);
            Ok(if is_well { ExitCode::SUCCESS } else { ExitCode::FAILURE })
        }
        NotifyCommand::Test(test) => {
            let request = LetterTestRequest { address: test.address };
            let path = place(&test.context, "letters/test");
            client(&test.gateway)?.tell(Method::POST, &path, &request).await?;
            println!("{}", lang.pick("w drodze: bramka notify log", "on its way: bramka notify log"));
            Ok(ExitCode::SUCCESS)
        }
    }
}

async fn subscriptions(
    client: &GatewayClient,
    company: &ContextIdentifier,
) -> Result<MailSubscriptionListResource, Failure> {
    client.show(&place(company, "mail-subscriptions")).await
}

fn client(gateway: &GatewayAddress) -> Result<GatewayClient, Failure> {
    GatewayClient::new(&gateway.url, api_key(gateway.api_key_file.as_deref())?)
}

fn place(company: &ContextIdentifier, what: &str) -> String {
    format!("/companies/{company}/{what}")
}

fn line_of(one: &MailSubscriptionResource, lang: Lang) -> String {
    let events = if one.events.is_empty() { "*".to_owned() } else { one.events.join(",") };
    let rhythm = match one.rhythm.as_str() {
        "daily" => {
            lang.pick(&format!("codziennie o {}", one.hour), &format!("daily at {}", one.hour)).to_owned()
        }
        "hourly" => lang.pick("co godzinę", "hourly").to_owned(),
        _ => lang.pick("od razu", "at once").to_owned(),
    };
    let state = if one.is_active { "" } else { lang.pick("  wyłączone", "  off") };
    format!("{}  {}  {events}  {rhythm}{state}", one.address, one.language)
}

pub(super) fn letter_line(one: &LetterResource, lang: Lang) -> String {
    let state = match one.state.as_str() {
        "sent" => lang.pick("wysłano", "sent"),
        "givenUp" => lang.pick("zaniechano", "given up"),
        _ => lang.pick("czeka", "waiting"),
    };
    let LetterResource { id, written_at, address, subject, .. } = one;
    let answer = one.answer.as_deref().unwrap_or_default();
    format!("{id}  {written_at}  {address}  {state}  {subject}  {answer}").trim_end().to_owned()
}
