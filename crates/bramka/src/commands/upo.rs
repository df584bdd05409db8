//! `bramka upo verify`: whether a UPO proves that KSeF took an invoice. Nobody is asked over the network.

use std::process::ExitCode;

use ksef_client::environment::Environment;
use ksef_client::upo::{Confirmation, Expected, SignerTrust, Upo, UpoError, verify};
use ksef_crypto::{Certificate, sha256};
use ksef_id::{KsefNumber, Sha256Hash};
use serde_json::json;

use crate::cli::{self, EnvironmentName, ListFormat, VerifyUpo};
use crate::failure::Failure;
use crate::paint::Paint;

pub(crate) fn run(arguments: &VerifyUpo, lang: cli::Lang) -> Result<ExitCode, Failure> {
    let read =
        |path: &std::path::Path| std::fs::read(path).map_err(|error| Failure::unreadable(path, &error));
    let upo = read(&arguments.file)?;
    let invoice_hash = Sha256Hash::from_bytes(&sha256(&read(&arguments.invoice)?));
    let mut signers = Vec::new();
    for path in &arguments.signers {
        let certificate = Certificate::from_pem_or_der(&read(path)?)
            .map_err(|error| Failure::no_certificate(path, &error))?;
        signers.push(certificate.fingerprint_sha256());
    }
    let environment = match arguments.environment {
        EnvironmentName::Test => Some(Environment::Test),
        EnvironmentName::Demo => Some(Environment::Demo),
        EnvironmentName::Prd => Some(Environment::Prd),
        EnvironmentName::Simulator => None,
    };
    let outcome = number_of(arguments, &upo, &invoice_hash).and_then(|ksef_number| {
        let expected = Expected {
            ksef_number: &ksef_number,
            invoice_hash: &invoice_hash,
            context: arguments.company.as_ref(),
            environment,
            signers: &signers,
        };
        verify(&upo, &expected).map(|confirmation| (ksef_number.clone(), confirmation))
    });
    match outcome {
        Ok((number, confirmation)) => {
            show(arguments, &number, &confirmation, lang);
            Ok(ExitCode::SUCCESS)
        }
        Err(error) => {
            if arguments.format == ListFormat::Json {
                let message = json!({ "pl": in_polish(&error), "en": error.to_string() });
                println!("{}", json!({ "confirms": false, "reason": reason(&error), "message": message }));
            } else {
                let verdict = Paint::of_stdout().red(lang.pick("nie potwierdza", "does not confirm"));
                let said = lang.pick(&in_polish(&error), &error.to_string()).to_owned();
                println!("{verdict}: {said}");
            }
            Ok(ExitCode::FAILURE)
        }
    }
}

/// The number asked for, else the one that the UPO has for this content.
fn number_of(arguments: &VerifyUpo, upo: &[u8], invoice_hash: &Sha256Hash) -> Result<KsefNumber, UpoError> {
    if let Some(number) = &arguments.ksef_number {
        return Ok(number.clone());
    }
    let upo = Upo::read(upo)?;
    let Some(document) = upo.document_with(invoice_hash) else {
        let found = upo.documents.first().map(|document| document.hash.clone()).unwrap_or_default();
        return Err(UpoError::OtherContent { found, expected: invoice_hash.clone() });
    };
    KsefNumber::parse(&document.ksef_number)
        .map_err(|error| UpoError::NotUpo { reason: format!("its KSeF number is none: {error}") })
}

fn show(arguments: &VerifyUpo, number: &KsefNumber, confirmation: &Confirmation, lang: cli::Lang) {
    let signer = match confirmation.signer {
        SignerTrust::Pinned => "pinned",
        SignerTrust::MinistryByName => "ministryByName",
        SignerTrust::Unchecked => "unchecked",
    };
    if arguments.format == ListFormat::Json {
        println!(
            "{}",
            json!({
                "confirms": true,
                "ksefNumber": number,
                "invoiceNumber": confirmation.invoice_number,
                "numberedAt": confirmation.numbered_at,
                "session": confirmation.session,
                "mode": confirmation.mode,
                "signer": signer,
            })
        );
        return;
    }
    println!(
        "{}: {number}  {}",
        Paint::of_stdout().green(lang.pick("potwierdza", "confirms")),
        confirmation.invoice_number
    );
    println!(
        "  {} {}, {} {}",
        lang.pick("nadano", "numbered"),
        confirmation.numbered_at,
        lang.pick("sesja", "session"),
        confirmation.session
    );
    let trust = match confirmation.signer {
        SignerTrust::Pinned => lang.pick("podpis: wskazany certyfikat", "signed by the very certificate"),
        SignerTrust::MinistryByName => lang.pick(
            "podpis: certyfikat wystawiony na Ministerstwo Finansów; kto go wystawił, nie sprawdzono (podaj --signer)",
            "signed by a certificate in the Ministry's name; who issued it was not checked (give --signer)",
        ),
        SignerTrust::Unchecked => lang.pick(
            "podpis jest ważny, ale nie sprawdzono czyj (podaj --signer)",
            "the signature is valid, and whose was not checked (give --signer)",
        ),
    };
    println!("  {trust}");
}

/// A stable word for programs.
const fn reason(error: &UpoError) -> &'static str {
    match error {
        UpoError::Signature(_) => "signature",
        UpoError::Signer { .. } => "signer",
        UpoError::SignerNotValid { .. } => "signerNotValid",
        UpoError::NotUpo { .. } => "notUpo",
        UpoError::OtherEnvironment { .. } => "otherEnvironment",
        UpoError::OtherInvoice { .. } => "otherInvoice",
        UpoError::OtherContent { .. } => "otherContent",
        UpoError::OtherContext { .. } => "otherContext",
    }
}

pub(super) fn in_polish(error: &UpoError) -> String {
    match error {
        UpoError::Signature(cause) => format!("podpis UPO jest nieprawidłowy ({cause})"),
        UpoError::Signer { subject } => format!("UPO podpisał kto inny niż KSeF: {subject}"),
        UpoError::SignerNotValid { signed_at } => {
            format!("w chwili podpisu ({signed_at}) certyfikat nie był ważny")
        }
        UpoError::NotUpo { reason } => format!("to nie jest UPO z KSeF ({reason})"),
        UpoError::OtherEnvironment { receiver } => format!("UPO wystawiło inne środowisko KSeF: {receiver}"),
        UpoError::OtherInvoice { ksef_number } => format!("UPO nie potwierdza faktury {ksef_number}"),
        UpoError::OtherContent { found, expected } => {
            format!("UPO potwierdza inną treść: skrót {found}, a plik ma {expected}")
        }
        UpoError::OtherContext { found, expected } => {
            format!("UPO wystawiono w kontekście {found}, a oczekiwano {expected}")
        }
    }
}
