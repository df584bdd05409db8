//! `bramka import`: what an office has saved of KSeF 1.0, over the gateway's REST. Files are looked through twice: UPOs tell numbers of
//! invoices by their hashes, and may lie anywhere.

mod numbers;
mod saved;

use std::process::ExitCode;

use gateway_api::{Ksef1UpoResource, PurchaseResource};
use ksef_crypto::sha256;
use ksef_id::Sha256Hash;
use ksef_invoice::{read_former, read_former_upo};
use reqwest::Method;
use serde_json::json;

use super::progress::Progress;
use crate::cli::{Import, Lang, ListFormat};
use crate::failure::Failure;
use crate::rest::{GatewayClient, api_key};
use numbers::Numbers;
use saved::{Saved, Shelf};

/// What a file is.
enum Kind {
    Invoice,
    Upo,
    Neither(String),
}

pub(crate) async fn run(arguments: Import, lang: Lang) -> Result<ExitCode, Failure> {
    let key = api_key(arguments.gateway.api_key_file.as_deref())?;
    let client = GatewayClient::new(&arguments.gateway.url, key)?;
    let mut numbers = Numbers::of(arguments.index.as_deref())?;
    let (mut shelf, files) = Shelf::find(&arguments.paths)?;
    let mut told = Told { format: arguments.format, lang, taken: 0, known: 0, refused: 0 };
    let progress = Progress::over(files.len().saturating_mul(2));
    let mut kinds = Vec::with_capacity(files.len());
    for file in &files {
        kinds.push(look_at(&mut shelf, file, &mut numbers));
        progress.step();
    }
    let company = &arguments.company;
    for (file, kind) in files.iter().zip(kinds) {
        let name = file.name();
        match kind {
            Kind::Neither(why) => progress.aside(|| told.refused(&name, &why)),
            Kind::Upo => {
                let content = shelf.read(file)?;
                let path = format!("/companies/{company}/ksef1/upos");
                let answer = client.bring::<Ksef1UpoResource>(Method::POST, &path, content).await?;
                progress.aside(|| match answer {
                    Ok((is_new, upo)) => told.taken(&name, is_new, &format!("UPO ({})", upo.invoices)),
                    Err(problem) => told.refused(&name, lang.pick(&problem.message.pl, &problem.message.en)),
                });
            }
            Kind::Invoice => {
                let content = shelf.read(file)?;
                let hash = Sha256Hash::from_bytes(&sha256(&content));
                let Some(number) = numbers.number_of(&name, &hash) else {
                    let why = lang.pick(
                        "nie wiadomo, jaki ma numer KSeF: nie ma go w nazwie pliku, w --index ani w żadnym UPO",
                        "its KSeF number is not known: it is neither in the file's name nor in --index nor in any UPO",
                    );
                    progress.aside(|| told.refused(&name, why));
                    progress.step();
                    continue;
                };
                let path = format!("/companies/{company}/ksef1/invoices/{number}");
                let answer = client.bring::<PurchaseResource>(Method::PUT, &path, content).await?;
                progress.aside(|| match answer {
                    Ok((is_new, invoice)) => {
                        told.taken(&name, is_new, &format!("{number}  {}", invoice.invoice_number));
                    }
                    Err(problem) => told.refused(&name, lang.pick(&problem.message.pl, &problem.message.en)),
                });
            }
        }
        progress.step();
    }
    drop(progress);
    told.end();
    Ok(ExitCode::from(u8::from(told.refused > 0)))
}

/// What a file is; what a UPO tells of numbers is remembered.
fn look_at(shelf: &mut Shelf, file: &Saved, numbers: &mut Numbers) -> Kind {
    let content = match shelf.read(file) {
        Ok(content) => content,
        Err(failure) => return Kind::Neither(failure.words(Lang::En).to_owned()),
    };
    if let Ok(confirmed) = read_former_upo(&content) {
        for one in confirmed {
            numbers.told(one.sha256, one.ksef_number);
        }
        return Kind::Upo;
    }
    match read_former(&content) {
        Ok(_) => Kind::Invoice,
        Err(error) => Kind::Neither(error.to_string()),
    }
}

/// How it is told what became of a file, and how many there were of each.
struct Told {
    format: ListFormat,
    lang: Lang,
    taken: u64,
    known: u64,
    refused: u64,
}

impl Told {
    fn taken(&mut self, name: &str, is_new: bool, what: &str) {
        let state = if is_new {
            self.taken += 1;
            "taken"
        } else {
            self.known += 1;
            "known"
        };
        match self.format {
            ListFormat::Json => println!("{}", json!({ "file": name, "outcome": state, "what": what })),
            ListFormat::Text if is_new => println!("{what}  {name}"),
            ListFormat::Text => {}
        }
    }

    fn refused(&mut self, name: &str, why: &str) {
        self.refused += 1;
        match self.format {
            ListFormat::Json => println!("{}", json!({ "file": name, "outcome": "refused", "why": why })),
            ListFormat::Text => eprintln!("bramka: {name}: {why}"),
        }
    }

    fn end(&self) {
        if self.format == ListFormat::Text {
            let Self { taken, known, refused, .. } = self;
            println!(
                "{}",
                self.lang.pick(
                    &format!("przyjęto: {taken}, było już: {known}, odrzucono: {refused}"),
                    &format!("taken: {taken}, here already: {known}, refused: {refused}")
                )
            );
        }
    }
}
