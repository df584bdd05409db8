//! `bramka buyers`: invoices to buyers by e-mail, over the gateway's REST.

use std::process::ExitCode;

use gateway_api::{
    BuyerAddressListResource, BuyerAddressRequest, BuyerAddressResource, BuyerMailResource,
    BuyerTextListResource, BuyerTextRequest, BuyerTextResource, InvoiceLetterRequest, InvoiceLettersResource,
    LetterListResource, LetterResource,
};
use reqwest::Method;

use super::notify::letter_line;
use super::routing::{client, place, segment};
use crate::cli::{
    BuyerLog, Buyers, BuyersCommand, Lang, LetterLanguage, ListFormat, OfCompany, PurposeOfLetter, SetBuyers,
    SetText, Switch,
};
use crate::failure::Failure;

pub(crate) async fn run(arguments: Buyers, lang: Lang) -> Result<ExitCode, Failure> {
    match arguments.command {
        BuyersCommand::Show(of) => {
            let rule: BuyerMailResource =
                client(&of.gateway)?.show(&place(&of.context, "buyer-mail")).await?;
            show(&rule, of.format, lang);
        }
        BuyersCommand::Set(set) => show(&set_rule(&set).await?, ListFormat::Text, lang),
        BuyersCommand::List(of) => list(&of).await?,
        BuyersCommand::Add(add) => {
            let path = place(&add.context, &format!("buyer-addresses/{}", segment(&add.buyer)));
            let request = BuyerAddressRequest { address: add.address, language: name_of(add.language) };
            let kept: BuyerAddressResource = client(&add.gateway)?.say(Method::PUT, &path, &request).await?;
            println!("{}", address_line(&kept));
        }
        BuyersCommand::Remove(remove) => {
            let path = place(&remove.context, &format!("buyer-addresses/{}", segment(&remove.buyer)));
            client(&remove.gateway)?.remove(&path).await?;
            println!("{}", lang.pick("usunięto", "removed"));
        }
        BuyersCommand::Send(send) => {
            let path = place(&send.context, &format!("invoices/{}/letters", segment(&send.invoice)));
            let request =
                InvoiceLetterRequest { address: send.address, language: send.language.map(name_of) };
            client(&send.gateway)?.tell(Method::POST, &path, &request).await?;
            println!("{}", lang.pick("w drodze: bramka buyers log", "on its way: bramka buyers log"));
        }
        BuyersCommand::Log(log) => return show_log(&log, lang).await,
        BuyersCommand::Texts(of) => {
            let texts: BuyerTextListResource =
                client(&of.gateway)?.show(&place(&of.context, "buyer-mail/texts")).await?;
            match of.format {
                ListFormat::Json => println!("{}", serde_json::json!(texts.items)),
                ListFormat::Text => texts.items.iter().for_each(|text| print_text(text, lang)),
            }
        }
        BuyersCommand::Text(set) => set_text(&set, lang).await?,
    }
    Ok(ExitCode::SUCCESS)
}

async fn set_rule(set: &SetBuyers) -> Result<BuyerMailResource, Failure> {
    let request = BuyerMailResource {
        to_listed: set.listed == Switch::On,
        to_outside_ksef: set.outside_ksef == Switch::On,
        language: name_of(set.language),
    };
    client(&set.gateway)?.say(Method::PUT, &place(&set.context, "buyer-mail"), &request).await
}

fn show(rule: &BuyerMailResource, format: ListFormat, lang: Lang) {
    if format == ListFormat::Json {
        println!("{}", serde_json::json!(rule));
        return;
    }
    let is_on = |is_on: bool| if is_on { lang.pick("tak", "yes") } else { lang.pick("nie", "no") };
    println!("{}: {}", lang.pick("z książki adresowej", "in the address book"), is_on(rule.to_listed));
    println!("{}: {}", lang.pick("spoza KSeF", "outside KSeF"), is_on(rule.to_outside_ksef));
    println!("{}: {}", lang.pick("język", "language"), rule.language);
}

async fn list(of: &OfCompany) -> Result<(), Failure> {
    let client = client(&of.gateway)?;
    let mut after = String::new();
    loop {
        let path = place(&of.context, &format!("buyer-addresses{after}"));
        let page: BuyerAddressListResource = client.show(&path).await?;
        for one in &page.items {
            match of.format {
                ListFormat::Json => println!("{}", serde_json::json!(one)),
                ListFormat::Text => println!("{}", address_line(one)),
            }
        }
        match page.next_cursor {
            Some(next) => after = format!("?after={}", segment(&next)),
            None => return Ok(()),
        }
    }
}

async fn show_log(log: &BuyerLog, lang: Lang) -> Result<ExitCode, Failure> {
    let client = client(&log.gateway)?;
    let letters: Vec<LetterResource> = match &log.invoice {
        Some(invoice) => {
            let path = place(&log.context, &format!("invoices/{}/letters", segment(invoice)));
            client.show::<InvoiceLettersResource>(&path).await?.items
        }
        None => {
            let page: LetterListResource = client.show(&place(&log.context, "letters?limit=1000")).await?;
            page.items.into_iter().filter(|letter| letter.invoice_id.is_some()).collect()
        }
    };
    match log.format {
        ListFormat::Json => println!("{}", serde_json::json!(letters)),
        ListFormat::Text => letters.iter().for_each(|one| println!("{}", letter_line(one, lang))),
    }
    let is_well = letters.iter().all(|one| one.state == "sent" || one.attempts == 0);
    Ok(if is_well { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

async fn set_text(set: &SetText, lang: Lang) -> Result<(), Failure> {
    let purpose = match set.purpose {
        PurposeOfLetter::Invoice => "invoice",
        PurposeOfLetter::Confirmation => "confirmation",
    };
    let path = place(&set.context, &format!("buyer-mail/texts/{purpose}/{}", name_of(set.language)));
    let client = client(&set.gateway)?;
    let Some(file) = &set.file else {
        client.remove(&path).await?;
        println!("{}", lang.pick("listy mówią to, co zwykle", "letters say what they usually say"));
        return Ok(());
    };
    let content = std::fs::read_to_string(file).map_err(|error| Failure::unreadable(file, &error))?;
    let content = content.trim_start_matches('\u{feff}');
    let (subject, text) = content.split_once('\n').unwrap_or((content, ""));
    let request = BuyerTextRequest {
        subject: subject.trim().to_owned(),
        text: text.trim_start_matches(['\r', '\n']).to_owned(),
    };
    let kept: BuyerTextResource = client.say(Method::PUT, &path, &request).await?;
    print_text(&kept, lang);
    Ok(())
}

fn print_text(text: &BuyerTextResource, lang: Lang) {
    let own = if text.is_own { lang.pick("własny", "own") } else { lang.pick("zwykły", "usual") };
    println!("== {} {} ({own})\n{}\n\n{}", text.purpose, text.language, text.subject, text.text);
}

fn address_line(one: &BuyerAddressResource) -> String {
    format!("{}  {}  {}", one.buyer, one.address, one.language)
}

fn name_of(language: LetterLanguage) -> String {
    match language {
        LetterLanguage::Pl => "pl",
        LetterLanguage::En => "en",
    }
    .to_owned()
}
