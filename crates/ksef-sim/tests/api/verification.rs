//! The pages that open when a code is scanned.

use crate::common::control::{Controlled, rule};
use crate::common::invoice::{Invoice, today};
use crate::common::*;
use ksef_crypto::{KeyKind, Subject};
use ksef_wire::{KsefCertificateType, Operation};
use reqwest::Method;
use serde_json::json;

const NIP: &str = "5265877635";

async fn page(controlled: &Controlled, path: &str) -> Answered<(u16, String)> {
    let url = format!("http://{}{path}", controlled.simulator.address());
    let answer = controlled.api.raw(Method::GET, &url, Req::default()).await?;
    Ok((answer.status, String::from_utf8(answer.bytes)?))
}

fn base64url(document: &[u8]) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(ksef_crypto::sha256(document))
}

#[tokio::test]
async fn kod_i_opens_the_invoice() -> Answered {
    let controlled = Controlled::start().await?;
    let access = Company::with_seal(NIP, KeyKind::EcP256)?.login(&controlled.api).await?.access;
    let session = open_session(&controlled.api, &access).await?;
    let document = Invoice::of(NIP, "FV/1").bytes();
    let status = send_and_wait(&controlled.api, &access, &session, &document).await?;
    let number = text(&status["ksefNumber"]);
    let date = today().strftime("%d-%m-%Y").to_string();
    let code = format!("/invoice/{NIP}/{date}/{}", base64url(&document));

    let (status, html) = page(&controlled, &format!("{code}?lang=pl")).await?;
    assert_eq!(status, 200);
    for expected in ["Faktura znajduje się w KSeF", &number, "To jest symulator", "Przykładowa Hurtownia"] {
        assert!(html.contains(expected), "{expected}: {html}");
    }
    assert!(page(&controlled, &format!("{code}?lang=en")).await?.1.contains("The invoice is in KSeF"));
    // The last character has unused bits, and padding does no harm (field notes B9).
    let last = code.pop_and_next();
    for lenient in [last, format!("{code}=")] {
        assert_eq!(page(&controlled, &lenient).await?.0, 200, "{lenient}");
    }
    for wrong in [
        format!("/invoice/5213003001/{date}/{}", base64url(&document)),
        format!("/invoice/{NIP}/01-01-2020/{}", base64url(&document)),
        format!("/invoice/{NIP}/{date}/{}", base64url(b"another")),
    ] {
        let (status, html) = page(&controlled, &format!("{wrong}?lang=pl")).await?;
        assert!(status == 404 && html.contains("Faktura nie została znaleziona"), "{wrong}");
    }
    for wrong in [format!("/invoice/{NIP}/2026-01-01/x"), "/invoice/1/01-01-2026/x".to_owned()] {
        assert_eq!(page(&controlled, &wrong).await?.0, 400, "{wrong}");
    }

    let gross = "123,00";
    let known = format!("{code}/xml?invoiceNumber=FV%2F1&buyer=5213003001&gross={gross}");
    let url = format!("http://{}{known}", controlled.simulator.address());
    let download = controlled.api.raw(Method::GET, &url, Req::default()).await?.expect(200);
    assert_eq!(download.bytes, document);
    assert!(download.header("content-disposition").contains(&number));
    for guess in [
        "invoiceNumber=FV%2F2&buyer=5213003001&gross=123",
        "invoiceNumber=FV%2F1&buyer=&gross=123",
        "gross=x",
        "",
    ] {
        assert_eq!(page(&controlled, &format!("{code}/xml?{guess}")).await?.0, 404, "{guess}");
    }
    Ok(())
}

trait NextCode {
    /// The code with another last character that means the same.
    fn pop_and_next(&self) -> String;
}

impl NextCode for String {
    fn pop_and_next(&self) -> String {
        const ALPHABET: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        let last = self.chars().last().expect("a code");
        let place = ALPHABET.find(last).expect("base64url");
        let next = ALPHABET.chars().nth(place + 1).expect("the last one has no unused bits set");
        format!("{}{next}", &self[..self.len() - 1])
    }
}

#[tokio::test]
async fn what_is_not_stored_is_not_found_and_markup_is_text() -> Answered {
    let controlled = Controlled::start().await?;
    let access = Company::with_seal(NIP, KeyKind::EcP256)?.login(&controlled.api).await?.access;
    let session = open_session(&controlled.api, &access).await?;
    let fault = json!({ "kind": "notStored", "forS": 60, "code": 21164 });
    controlled.fault(rule(fault, "OnlineInvoiceSend", 1)).await?;
    let document = String::from_utf8(Invoice::of(NIP, "FV/1").bytes())?
        .replace("Przykładowa Hurtownia sp. z o.o.", "&lt;script&gt;alert(1)&lt;/script&gt;")
        .into_bytes();
    send_and_wait(&controlled.api, &access, &session, &document).await?;
    let date = today().strftime("%d-%m-%Y").to_string();
    let code = format!("/invoice/{NIP}/{date}/{}", base64url(&document));
    assert_eq!(page(&controlled, &code).await?.0, 404);
    controlled.clock(json!({ "advanceS": 60 })).await?;
    let (status, html) = page(&controlled, &code).await?;
    assert!(status == 200 && !html.contains("<script") && html.contains("alert(1)"), "{html}");
    Ok(())
}

#[tokio::test]
async fn kod_ii_of_a_certificate_that_nobody_issued() -> Answered {
    let controlled = Controlled::start().await?;
    let hash = base64url(b"a document");
    let code = format!("/certificate/Nip/{NIP}/{NIP}/01F20A5D352AE590/{hash}/{hash}");
    let (status, html) = page(&controlled, &format!("{code}?lang=en")).await?;
    assert_eq!(status, 200);
    assert!(html.contains("The issuer is not confirmed") && html.contains("This is a simulator"), "{html}");
    for wrong in [
        format!("/certificate/Nip/1/{NIP}/01F20A5D352AE590/{hash}/{hash}"),
        format!("/certificate/Nip/{NIP}/{NIP}/x/{hash}/{hash}"),
        format!("/certificate/Nip/{NIP}/{NIP}/01F20A5D352AE590/x/{hash}"),
        format!("/certificate/Nip/{NIP}/{NIP}/01F20A5D352AE590/{hash}/!"),
    ] {
        assert_eq!(page(&controlled, &wrong).await?.0, 400, "{wrong}");
    }
    Ok(())
}

#[tokio::test]
async fn kod_ii_confirms_the_issuer_until_the_certificate_is_revoked() -> Answered {
    let controlled = Controlled::start().await?;
    let Controlled { simulator, api, .. } = &controlled;
    let seal = Subject::Seal { nip: NIP.to_owned(), organization: "Przykładowa Hurtownia".to_owned() };
    let offline = simulator.issue_certificate(&seal, KsefCertificateType::Offline, KeyKind::EcP256)?;
    let serial = offline.certificate().serial_hex();
    let hash = base64url(b"a document");
    let confirmed = "The issuer&#39;s certificate is good";
    let signed = |context: &str, seller: &str| -> Answered<String> {
        let link = format!("https://{}/certificate/{context}/{seller}/{serial}/{hash}", simulator.address());
        let signed = ksef_crypto::kod_ii::sign(&link, &offline)?;
        Ok(format!("{}?lang=en", signed.split_once("/certificate").map_or("", |(_, path)| path)))
    };
    let open = async |path: String| -> Answered<String> {
        let (status, html) = page(&controlled, &format!("/certificate{path}")).await?;
        assert_eq!(status, 200);
        Ok(html)
    };
    let good = signed(&format!("Nip/{NIP}"), NIP)?;
    let html = open(good.clone()).await?;
    assert!(html.contains(confirmed) || html.contains("The issuer's certificate is good"), "{html}");
    // Another seller, in whose name nobody here may issue; another document.
    let foreign = open(signed(&format!("Nip/{NIP}"), "7781464139")?).await?;
    let changed = open(good.replace(&hash, &base64url(b"another document"))).await?;
    let access = Company::with_seal(NIP, KeyKind::EcP256)?.login(api).await?.access;
    api.call(Operation::CertificateRevoke, &[&serial], Req::by(&access)).await?.expect(204);
    let revoked = open(good).await?;
    for html in [foreign, changed, revoked] {
        assert!(html.contains("The issuer is not confirmed"), "{html}");
    }
    Ok(())
}
