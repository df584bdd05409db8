//! The certificates that KSeF has issued, with those in use here marked.

use std::process::ExitCode;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use connection::certificates::all_certificates;
use ksef_client::CallError;
use ksef_wire::{
    ApiTime, CertificateLimitsResponse, CertificateListItem, CertificateListItemStatus, KsefCertificateType,
    QueryCertificatesRequest, RetrieveCertificatesRequest,
};
use serde_json::json;

use super::{Desk, id_of, log_out};
use crate::cli::{CertStatusName, CertTypeName, FetchCert, ListCerts, ListFormat};
use crate::failure::Failure;

pub(super) async fn list(desk: &Desk, arguments: &ListCerts) -> Result<ExitCode, Failure> {
    let filter = QueryCertificatesRequest {
        certificate_serial_number: arguments.serial.clone(),
        name: arguments.name.clone(),
        kind: arguments.kind.map(|kind| match kind {
            CertTypeName::Authentication => KsefCertificateType::Authentication,
            CertTypeName::Offline => KsefCertificateType::Offline,
        }),
        status: arguments.status.map(|status| match status {
            CertStatusName::Active => CertificateListItemStatus::Active,
            CertStatusName::Blocked => CertificateListItemStatus::Blocked,
            CertStatusName::Revoked => CertificateListItemStatus::Revoked,
            CertStatusName::Expired => CertificateListItemStatus::Expired,
        }),
        expires_after: arguments.expires_after.map(ApiTime),
    };
    let access = desk.company(&arguments.company, None).await?.access()?;
    let found = all_certificates(&access, &filter).await;
    let limits = access.certificate_limits().await;
    log_out(&access).await;
    let (found, limits) = (found?, limits?);
    let registry = desk.vault.registry().await?;
    let here = |item: &CertificateListItem| id_of(&registry, item.certificate_serial_number.as_str());
    match desk.format {
        ListFormat::Json => {
            let list: Vec<_> =
                found.iter().map(|item| json!({ "certificate": item, "credential": here(item) })).collect();
            println!("{}", json!({ "certificates": list, "limits": limits }));
        }
        ListFormat::Text => {
            for item in &found {
                println!("{}", line_of(item, here(item).as_deref(), desk.lang));
            }
            println!("{}", quota(&limits, desk.lang));
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Fetches one certificate again and writes it as PEM.
pub(super) async fn fetch(desk: &Desk, arguments: &FetchCert) -> Result<ExitCode, Failure> {
    let access = desk.company(&arguments.company, None).await?.access()?;
    let request = RetrieveCertificatesRequest { certificate_serial_numbers: vec![arguments.serial.clone()] };
    let answer = access.retrieve_certificates(&request).await;
    log_out(&access).await;
    let answer = answer.map_err(|error| {
        let is_refused = matches!(error, CallError::Refused { .. });
        let failure = Failure::from(error);
        if is_refused { failure.with_exit_code(1) } else { failure }
    })?;
    let serial = &arguments.serial;
    let item = answer.certificates.first().ok_or_else(|| {
        Failure::new(
            format!("KSeF nie ma certyfikatu {serial} dla tego, kto się loguje"),
            format!("KSeF has no certificate {serial} for whoever logs in"),
        )
        .with_exit_code(1)
    })?;
    std::fs::write(&arguments.output, pem_of(&item.certificate.0))
        .map_err(|error| Failure::unwritable(&arguments.output, &error))?;
    match desk.format {
        ListFormat::Json => println!(
            "{}",
            json!({ "name": item.certificate_name, "serial": serial, "type": item.certificate_type })
        ),
        ListFormat::Text => println!("{}  {}  {}", serial, item.certificate_type, item.certificate_name),
    }
    Ok(ExitCode::SUCCESS)
}

/// RFC 7468: lines of 64.
fn pem_of(der: &[u8]) -> String {
    let text = STANDARD.encode(der);
    let mut pem = String::from("-----BEGIN CERTIFICATE-----\n");
    for line in text.as_bytes().chunks(64) {
        pem.push_str(&String::from_utf8_lossy(line));
        pem.push('\n');
    }
    pem + "-----END CERTIFICATE-----\n"
}

fn line_of(item: &CertificateListItem, here: Option<&str>, lang: crate::cli::Lang) -> String {
    let day = |time: &ApiTime| time.0.strftime("%Y-%m-%d").to_string();
    let status = match &item.status {
        CertificateListItemStatus::Active => lang.pick("aktywny", "active"),
        CertificateListItemStatus::Blocked => lang.pick("zablokowany", "blocked"),
        CertificateListItemStatus::Revoked => lang.pick("unieważniony", "revoked"),
        CertificateListItemStatus::Expired => lang.pick("wygasły", "expired"),
        CertificateListItemStatus::Unknown(other) => other,
    };
    let here = here.map(|id| format!("  {} {id}", lang.pick("tutaj:", "here:"))).unwrap_or_default();
    let (serial, kind, name) = (&item.certificate_serial_number, &item.kind, &item.name);
    let (from, to, owner) = (day(&item.valid_from), day(&item.valid_to), &item.common_name);
    format!("{serial}  {kind:<14}  {status}  {from} – {to}  {name}  ({owner}){here}")
}

fn quota(limits: &CertificateLimitsResponse, lang: crate::cli::Lang) -> String {
    let (enrollment, certificate) = (limits.enrollment, limits.certificate);
    match lang {
        crate::cli::Lang::Pl => format!(
            "Zostało: wnioski {} z {}, certyfikaty {} z {}",
            enrollment.remaining, enrollment.limit, certificate.remaining, certificate.limit
        ),
        crate::cli::Lang::En => format!(
            "Left: applications {} of {}, certificates {} of {}",
            enrollment.remaining, enrollment.limit, certificate.remaining, certificate.limit
        ),
    }
}
