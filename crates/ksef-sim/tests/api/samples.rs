//! The official examples of FA(3), each against a simulator of its own.

use crate::common::*;
use ksef_crypto::KeyKind;
use ksef_wire::Operation;

/// The seller's NIP: the first in the document.
fn seller(document: &[u8]) -> Answered<String> {
    let text = String::from_utf8_lossy(document);
    let rest = text.split_once("<NIP>").ok_or("there is a NIP")?.1;
    Ok(rest.get(..10).ok_or("a NIP has ten digits")?.to_owned())
}

fn samples() -> Answered<Vec<(String, Vec<u8>)>> {
    let Some(folder) = shared_folder().map(|folder| folder.join("ksef/samples/fa3")) else {
        skip("the official examples");
        return Ok(Vec::new());
    };
    let mut samples = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        samples.push((name, std::fs::read(&path)?));
    }
    samples.sort();
    assert_eq!(samples.len(), 13);
    Ok(samples)
}

#[tokio::test]
async fn the_official_examples_get_numbers_and_are_read_back() -> Answered {
    for (name, document) in samples()? {
        let simulator = simulator().await?;
        let api = Api::of(&simulator);
        let access = Company::with_seal(&seller(&document)?, KeyKind::EcP256)?.login(&api).await?.access;
        let session = open_session(&api, &access).await?;
        let invoice = send_and_wait(&api, &access, &session, &document).await?;
        // Example 25 has an attachment, which is for batch sessions and by consent.
        if name == "example-25.xml" {
            assert_eq!(invoice["status"]["code"], 415, "{name}: {invoice}");
            assert!(simulator.inspect().invoices.is_empty());
            continue;
        }
        assert_eq!(invoice["status"]["code"], 200, "{name}: {invoice}");
        let number = text(&invoice["ksefNumber"]);
        let upo =
            api.call(Operation::UpoByKsefNumber, &[&session.reference, &number], Req::by(&access)).await?;
        let upo = String::from_utf8(upo.expect(200).bytes)?;
        assert!(upo.contains(&format!("<SkrotDokumentu>{}</SkrotDokumentu>", hash(&document))), "{name}");
        let read = api.call(Operation::InvoiceDownload, &[&number], Req::by(&access)).await?.expect(200);
        assert_eq!(read.bytes, document, "{name}");
    }
    Ok(())
}

#[tokio::test]
async fn examples_with_the_same_key_are_duplicates() -> Answered {
    let simulator = simulator().await?;
    let api = Api::of(&simulator);
    let mut numbers = std::collections::HashMap::new();
    for (name, document) in samples()? {
        // These carry the same seller, kind and number.
        if !["example-1.xml", "example-9.xml", "example-21.xml", "example-23.xml"].contains(&name.as_str()) {
            continue;
        }
        let seller = seller(&document)?;
        let access = Company::with_seal(&seller, KeyKind::EcP256)?.login(&api).await?.access;
        let session = open_session(&api, &access).await?;
        let invoice = send_and_wait(&api, &access, &session, &document).await?;
        match numbers.get(&seller) {
            None => {
                assert_eq!(invoice["status"]["code"], 200, "{name}: {invoice}");
                numbers.insert(seller, invoice["ksefNumber"].clone());
            }
            Some(first) => {
                assert_eq!(invoice["status"]["code"], 440, "{name}: {invoice}");
                assert_eq!(invoice["status"]["extensions"]["originalKsefNumber"], *first);
            }
        }
    }
    Ok(())
}
