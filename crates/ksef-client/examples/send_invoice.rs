//! Sends an invoice and waits for its number: `send_invoice https://api-test.ksef.mf.gov.pl/v2 NIP CERT KEY XML`.
#![expect(clippy::print_stdout, reason = "the number is the program's answer")]

use ksef_client::ksef_crypto::Credential;
use ksef_client::ksef_id::{ContextIdentifier, KsefNumber};
use ksef_client::ksef_wire::FormCode;
use ksef_client::{Access, ClientOptions, KsefClient, LoginCredential};

/// Logs in with a certificate and its key, sends the file, and gives the number that KSeF assigned.
pub async fn send([url, nip, cert, key, xml]: [String; 5]) -> Result<KsefNumber, Box<dyn std::error::Error>> {
    let credential = Credential::read(&std::fs::read(cert)?, Some(&std::fs::read(key)?), None)?;
    let client = KsefClient::new(&url, ClientOptions::default())?;
    let login = LoginCredential::Certificate(Box::new(credential));
    let access = Access::new(client, ContextIdentifier::parse(&nip)?, login);
    let session = access.open_online_session(&FormCode::fa3()).await?;
    let invoice = access.send_invoice(&session, &std::fs::read(xml)?).await?;
    access.close_online_session(&session.reference_number).await?;
    loop {
        let answer = access.session_invoice_status(&session.reference_number, &invoice).await?;
        match (answer.ksef_number, answer.status.code) {
            (Some(number), _) => return Ok(number),
            (None, 100 | 150) => tokio::time::sleep(std::time::Duration::from_secs(1)).await,
            (None, code) => return Err(format!("KSeF said {code}: {}", answer.status.description).into()),
        }
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    println!("{}", send(arguments.try_into().map_err(|_| "give URL, NIP, CERT, KEY and XML")?).await?);
    Ok(())
}
