//! The UPO, judged by the official schema, by `xmlsec1` and by our own verifier.

use crate::common::invoice::Invoice;
use crate::common::*;
use jiff::{SignedDuration, Timestamp};
use ksef_crypto::KeyKind;
use ksef_sim::{Limits, ManualClock, SimulatorConfig};
use ksef_wire::Operation;
use std::process::Command;
use std::sync::Arc;

const NIP: &str = "5265877635";

/// Runs a tool; `None`, said aloud, when it is not installed.
fn run(tool: &str, arguments: &[&str]) -> Answered<Option<(bool, String)>> {
    match Command::new(tool).args(arguments).output() {
        Ok(output) => {
            let words = [output.stdout, output.stderr].concat();
            Ok(Some((output.status.success(), String::from_utf8_lossy(&words).into_owned())))
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            skip(tool);
            Ok(None)
        }
        Err(error) => Err(error.into()),
    }
}

/// The UPO of two invoices one by one, and of their session.
async fn documents() -> Answered<(ksef_sim::Simulator, Vec<Vec<u8>>)> {
    let simulator = simulator().await?;
    let api = Api::of(&simulator);
    let access = Company::with_seal(NIP, KeyKind::EcP256)?.login(&api).await?.access;
    let session = open_session(&api, &access).await?;
    let mut documents = Vec::new();
    for number in ["FV/1 & \"2\" <3>".replace('&', "&amp;").replace('<', "&lt;"), "FV/2".to_owned()] {
        let invoice = send_and_wait(&api, &access, &session, &Invoice::of(NIP, &number).bytes()).await?;
        assert_eq!(invoice["status"]["code"], 200, "{invoice}");
        let parameters = [session.reference.clone(), text(&invoice["referenceNumber"])];
        let parameters: Vec<&str> = parameters.iter().map(String::as_str).collect();
        let upo =
            api.call(Operation::UpoByInvoiceReference, &parameters, Req::by(&access)).await?.expect(200);
        assert_eq!(upo.header("x-ms-meta-hash"), hash(&upo.bytes));
        documents.push(upo.bytes);
    }
    let status = close_and_wait(&api, &access, &session).await?;
    let page = &status["upo"]["pages"][0];
    let parameters = [session.reference.clone(), text(&page["referenceNumber"])];
    let parameters: Vec<&str> = parameters.iter().map(String::as_str).collect();
    let upo = api.call(Operation::UpoOfSession, &parameters, Req::by(&access)).await?.expect(200);
    assert_eq!(upo.header("x-ms-meta-hash"), hash(&upo.bytes));
    let by_link =
        api.raw(reqwest::Method::GET, &text(&page["downloadUrl"]), Req::default()).await?.expect(200);
    assert_eq!(upo.bytes, by_link.bytes);
    documents.push(upo.bytes);
    Ok((simulator, documents))
}

#[tokio::test]
async fn the_signature_verifies_and_says_that_this_is_a_simulator() -> Answered {
    let (simulator, documents) = documents().await?;
    let folder = tempfile::tempdir()?;
    for document in documents {
        let verified = ksef_crypto::xades::verify(&document)?;
        assert_eq!(verified.certificate.der(), simulator.upo_certificate());
        assert!(verified.certificate.subject().contains("simulator (not the Ministry of Finance)"));
        let file = folder.path().join("upo.xml");
        std::fs::write(&file, &document)?;
        let identifier = "http://uri.etsi.org/01903/v1.3.2#:SignedProperties";
        let arguments =
            // The certificate is its own issuer; what is judged is the signature.
            ["--verify", "--insecure", "--enabled-key-data", "x509", "--id-attr:Id", identifier, &file.to_string_lossy()];
        let Some((is_accepted, words)) = run("xmlsec1", &arguments)? else { return Ok(()) };
        assert!(is_accepted && words.contains("SignedInfo References (ok/all): 2/2"), "{words}");
    }
    Ok(())
}

#[tokio::test]
async fn the_official_schema_accepts_it() -> Answered {
    let Some(schema) = shared_folder().map(|folder| folder.join("ksef/docs/faktury/upo/schemy/upo-v4-3.xsd"))
    else {
        skip("the schema of the UPO");
        return Ok(());
    };
    let (_simulator, documents) = documents().await?;
    let folder = tempfile::tempdir()?;
    for document in documents {
        let text = String::from_utf8(document)?;
        // The schema has no place for the signature, and fixes the name that production writes (behaviour.md, "UPO").
        let start = text.find("<ds:Signature").ok_or("a signature begins")?;
        let end = text.rfind("</ds:Signature>").ok_or("a signature ends")? + "</ds:Signature>".len();
        let bare = format!("{}{}", &text[..start], &text[end..]);
        assert!(bare.contains("Ministerstwo Finansów - środowisko testowe (TE)"));
        let bare = bare.replace("Ministerstwo Finansów - środowisko testowe (TE)", "Ministerstwo Finansów");
        let file = folder.path().join("upo.xml");
        std::fs::write(&file, bare)?;
        let arguments =
            ["--noout", "--nonet", "--schema", &schema.to_string_lossy(), &file.to_string_lossy()];
        let Some((is_accepted, words)) = run("xmllint", &arguments)? else { return Ok(()) };
        assert!(is_accepted, "{words}");
    }
    Ok(())
}

#[tokio::test]
async fn a_sessions_upo_describes_its_pages() -> Answered {
    let (_simulator, documents) = documents().await?;
    let session = String::from_utf8(documents.last().ok_or("there are documents")?.clone())?;
    for expected in [
        "<Strona>1</Strona><LiczbaStron>1</LiczbaStron>",
        "<ZakresDokumentowOd>1</ZakresDokumentowOd><ZakresDokumentowDo>2</ZakresDokumentowDo>",
        "<CalkowitaLiczbaDokumentow>2</CalkowitaLiczbaDokumentow>",
        "<NazwaStrukturyLogicznej>Schemat_FA(3)_v1-0E.xsd (symulator KSeF, nie jest to urzędowe poświadczenie / KSeF simulator, not an official receipt)</NazwaStrukturyLogicznej><KodFormularza>FA (3)</KodFormularza>",
        "<NumerFaktury>FV/2</NumerFaktury>",
    ] {
        assert!(session.contains(expected), "{expected}: {session}");
    }
    Ok(())
}

#[tokio::test]
async fn addresses_expire_after_three_days() -> Answered {
    let clock = Arc::new(ManualClock::new(Timestamp::now()));
    let config = SimulatorConfig { clock: clock.clone(), limits: Limits::Off, ..SimulatorConfig::default() };
    let simulator = simulator_with(config).await?;
    let api = Api::of(&simulator);
    let access = Company::with_seal(NIP, KeyKind::EcP256)?.login(&api).await?.access;
    let session = open_session(&api, &access).await?;
    let invoice = send_and_wait(&api, &access, &session, &Invoice::of(NIP, "FV/1").bytes()).await?;
    let url = text(&invoice["upoDownloadUrl"]);
    assert!(url.starts_with(&format!("http://{}/", simulator.address())), "the host that was called: {url}");
    clock.advance(SignedDuration::from_hours(72) - SignedDuration::from_secs(1));
    api.raw(reqwest::Method::GET, &url, Req::default()).await?.expect(200);
    clock.advance(SignedDuration::from_secs(1));
    api.raw(reqwest::Method::GET, &url, Req::default()).await?.expect(403);
    let guessed = url.replace("sig=", "sig=A");
    api.raw(reqwest::Method::GET, &guessed, Req::default()).await?.expect(403);
    Ok(())
}
