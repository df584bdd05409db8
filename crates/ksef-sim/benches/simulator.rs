//! How quick and how small the simulator is, as a process of its own: start, memory at rest, a batch of 10,000 invoices from
//! opening to UPO, pages of metadata out of a million invoices, and what an invoice costs in memory.
//!
//! `cargo bench -p ksef-sim` prints the table of `docs/benchmarks.md`. The simulator is this same program started again; with
//! `BRAMKA_BINARY` naming a release build of `bramka`, memory at rest and start are those of `bramka simulator`.
//! `BRAMKA_MILLION` is the number of stored invoices, a million unless it says less.

#[path = "../tests/api/common/invoice.rs"]
mod invoice;

use invoice::Invoice;
use ksef_crypto::xades::{SignatureStyle, sign_enveloped};
use ksef_crypto::{Credential, KeyKind, SessionKey, Subject, WrappingKey, sha256};
use ksef_id::Sha256Hash;
use ksef_sim::{Limits, Simulator, SimulatorConfig};
use serde_json::{Value, json};
use std::error::Error;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

type Measured<T = ()> = Result<T, Box<dyn Error>>;

const NIP: &str = "5265877635";
const INVOICES: usize = 10_000;

fn main() -> Measured {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.first().map(String::as_str) {
        Some("serve") => runtime()?.block_on(serve(arguments.get(1).map(PathBuf::from))),
        _ => runtime()?.block_on(measure()),
    }
}

fn runtime() -> Measured<tokio::runtime::Runtime> {
    Ok(tokio::runtime::Builder::new_multi_thread().enable_all().build()?)
}

/// The other process.
async fn serve(data: Option<PathBuf>) -> Measured {
    let loopback = ([127, 0, 0, 1], 0).into();
    let config =
        SimulatorConfig { limits: Limits::Off, control: Some(loopback), data, ..SimulatorConfig::default() };
    let simulator = Simulator::start(config, loopback).await?;
    let mut out = std::io::stdout();
    writeln!(out, "{} {}", simulator.base_url(), simulator.control_url().unwrap_or_default())?;
    out.flush()?;
    loop {
        tokio::time::sleep(Duration::from_secs(3600)).await;
    }
}

/// A simulator in a process of its own; killed when it is dropped.
struct Served {
    child: Child,
    api: String,
    control: String,
    ready_after: Duration,
    http: reqwest::Client,
}

impl Served {
    fn start(data: Option<&Path>) -> Measured<Self> {
        let began = Instant::now();
        let mut command = match std::env::var_os("BRAMKA_BINARY") {
            Some(binary) => {
                let mut command = Command::new(binary);
                command.args([
                    "simulator",
                    "--listen",
                    "127.0.0.1:0",
                    "--control",
                    "127.0.0.1:0",
                    "--limits",
                    "off",
                ]);
                if let Some(data) = data {
                    command.arg("--data").arg(data);
                }
                command
            }
            None => {
                let mut command = Command::new(std::env::current_exe()?);
                command.arg("serve").args(data);
                command
            }
        };
        let mut child = command.stdout(Stdio::piped()).spawn()?;
        let mut line = String::new();
        BufReader::new(child.stdout.take().ok_or("piped")?).read_line(&mut line)?;
        let ready_after = began.elapsed();
        let mut addresses = line.split_whitespace().filter(|word| word.starts_with("http://"));
        let mut address = || addresses.next().map(|word| word.trim_end_matches(',').to_owned());
        let (api, control) = (address().ok_or("an address")?, address().ok_or("another")?);
        let http = reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(300)).build()?;
        Ok(Self { child, api, control, ready_after, http })
    }

    /// Resident memory in KiB, by Linux.
    fn resident_kib(&self) -> Measured<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).ok_or("VmRSS")?;
        Ok(line.trim().trim_end_matches("kB").trim().parse()?)
    }

    async fn call(
        &self,
        method: &str,
        path: &str,
        access: Option<&str>,
        body: Option<&Value>,
    ) -> Measured<Value> {
        let mut request = self.http.request(method.parse()?, format!("{}{path}", self.api));
        if let Some(access) = access {
            request = request.bearer_auth(access);
        }
        if let Some(body) = body {
            request = request.json(body);
        }
        let response = request.send().await?;
        let (status, bytes) = (response.status(), response.bytes().await?);
        if !status.is_success() {
            return Err(format!("{method} {path}: {status} {}", String::from_utf8_lossy(&bytes)).into());
        }
        Ok(if bytes.is_empty() { Value::Null } else { serde_json::from_slice(&bytes)? })
    }

    async fn state(&self) -> Measured<Value> {
        Ok(self.http.get(format!("{}/control/state", self.control)).send().await?.json().await?)
    }

    async fn login(&self) -> Measured<String> {
        let now = jiff::Timestamp::now();
        let day = jiff::SignedDuration::from_hours(24);
        let subject =
            Subject::Seal { nip: NIP.to_owned(), organization: "Przykładowa Hurtownia".to_owned() };
        let credential = Credential::self_signed(&subject, KeyKind::EcP256, now - day, now + day)?;
        let challenge = self.call("POST", "/auth/challenge", None, None).await?;
        let document = format!(
            r#"<?xml version="1.0" encoding="utf-8"?><AuthTokenRequest xmlns="http://ksef.mf.gov.pl/auth/token/2.1"><Challenge>{}</Challenge><ContextIdentifier><Nip>{NIP}</Nip></ContextIdentifier><SubjectIdentifierType>certificateSubject</SubjectIdentifierType></AuthTokenRequest>"#,
            text(&challenge["challenge"])?
        );
        let signed = sign_enveloped(document.as_bytes(), &credential, now, SignatureStyle::Login)?;
        let started = self.http.post(format!("{}/auth/xades-signature", self.api));
        let started = started.header("content-type", "application/xml").body(signed).send().await?;
        let started: Value = started.error_for_status()?.json().await?;
        let token = text(&started["authenticationToken"]["token"])?;
        let status = format!("/auth/{}", text(&started["referenceNumber"])?);
        while self.call("GET", &status, Some(&token), None).await?["status"]["code"] != 200 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let tokens = self.call("POST", "/auth/token/redeem", Some(&token), None).await?;
        text(&tokens["accessToken"]["token"])
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

async fn measure() -> Measured {
    let mut out = std::io::stdout();
    // Start: keys made, and keys that lie in the folder.
    let (mut made, mut lying) = (Vec::new(), Vec::new());
    for _ in 0..9 {
        let folder = tempfile::tempdir()?;
        made.push(Served::start(Some(folder.path()))?.ready_after);
        lying.push(Served::start(Some(folder.path()))?.ready_after);
    }
    for (name, mut times) in [("start, keys to be made", made), ("start, keys in --data", lying)] {
        times.sort();
        writeln!(
            out,
            "{name}: median {:?}, longest {:?} of {}",
            times[times.len() / 2],
            times[times.len() - 1],
            times.len()
        )?;
    }
    let served = Served::start(None)?;
    tokio::time::sleep(Duration::from_secs(1)).await;
    let idle = served.resident_kib()?;
    writeln!(out, "memory at rest: {:.1} MiB", idle as f64 / 1024.0)?;
    batches(&served, &mut out).await?;
    drop(served);
    let folder = tempfile::tempdir()?;
    let kept = Served::start(Some(folder.path()))?;
    let access = kept.login().await?;
    let rate = batch(&kept, &access, 0).await?;
    writeln!(out, "batch of {INVOICES}, kept in --data: {rate:.0} invoices/s")?;
    drop(kept);
    let again = Served::start(Some(folder.path()))?;
    writeln!(out, "start with {INVOICES} invoices in --data: {:?}", again.ready_after)?;
    drop(again);
    million(&mut out).await
}

/// Batches one after the other, and what their invoices leave in memory.
async fn batches(served: &Served, out: &mut impl std::io::Write) -> Measured {
    let access = served.login().await?;
    // The first one also makes what a process needs once.
    let mut rates = vec![batch(served, &access, 0).await?];
    let (before, stored) = (served.resident_kib()?, served.state().await?);
    for round in 1..=ROUNDS {
        rates.push(batch(served, &access, round).await?);
    }
    let (after, now) = (served.resident_kib()?, served.state().await?);
    let number = |state: &Value, name: &str| state[name].as_u64().unwrap_or(0);
    let count = number(&now, "invoices") - number(&stored, "invoices");
    let bytes = number(&now, "documentBytes") - number(&stored, "documentBytes");
    rates.sort_by(f64::total_cmp);
    writeln!(
        out,
        "batch of {INVOICES}: median {:.0}, slowest {:.0} invoices/s of {}",
        rates[rates.len() / 2],
        rates[0],
        rates.len()
    )?;
    writeln!(
        out,
        "memory of an invoice sent in a batch: {} B beside its {} compressed bytes",
        (after.saturating_sub(before) * 1024).saturating_sub(bytes) / count.max(1),
        bytes / count.max(1)
    )?;
    Ok(())
}

/// From opening the session to having read its UPO; gives invoices a second. The client's own work is done before.
async fn batch(served: &Served, access: &str, round: usize) -> Measured<f64> {
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for place in 0..INVOICES {
        let invoice = Invoice { lines: 9, ..Invoice::of(NIP, &format!("FV/{round}/{place}")) };
        archive.start_file(format!("{place}.xml"), zip::write::SimpleFileOptions::default())?;
        archive.write_all(&invoice.bytes())?;
    }
    let archive = archive.finish()?.into_inner();
    let key = SessionKey::generate();
    let encrypted = key.encrypt(&archive);
    let keys = served.call("GET", "/security/public-key-certificates", None, None).await?;
    let is_symmetric = |key: &&Value| key["usage"][0] == "SymmetricKeyEncryption";
    let certificate = keys.as_array().into_iter().flatten().find(is_symmetric).ok_or("a key")?;
    let wrapping = WrappingKey::from_certificate_der(&decoded(&certificate["certificate"])?)?;
    let body = json!({
        "formCode": { "systemCode": "FA (3)", "schemaVersion": "1-0E", "value": "FA" },
        "encryption": {
            "encryptedSymmetricKey": encoded(&wrapping.wrap(key.key())?),
            "initializationVector": encoded(key.iv()),
        },
        "batchFile": {
            "fileSize": archive.len(), "fileHash": hash(&archive),
            "fileParts": [{ "ordinalNumber": 1, "fileSize": encrypted.len(), "fileHash": hash(&encrypted) }],
        },
    });
    let began = Instant::now();
    let opened = served.call("POST", "/sessions/batch", Some(access), Some(&body)).await?;
    let reference = text(&opened["referenceNumber"])?;
    let part = &opened["partUploadRequests"][0];
    let mut upload = served.http.put(text(&part["url"])?).body(encrypted);
    for (name, value) in part["headers"].as_object().ok_or("headers")? {
        upload = upload.header(name, text(value)?);
    }
    upload.send().await?.error_for_status()?;
    served.call("POST", &format!("/sessions/batch/{reference}/close"), Some(access), None).await?;
    let path = format!("/sessions/{reference}");
    let status = loop {
        let status = served.call("GET", &path, Some(access), None).await?;
        if status["status"]["code"] != 150 {
            break status;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    };
    let processed = began.elapsed();
    if status["successfulInvoiceCount"] != INVOICES {
        return Err(format!("not all were taken: {status}").into());
    }
    let upo = served.http.get(text(&status["upo"]["pages"][0]["downloadUrl"])?).send().await?;
    let upo = upo.error_for_status()?.bytes().await?;
    let took = began.elapsed();
    eprintln!("batch {round}: processed after {processed:?}, UPO of {} bytes after {took:?}", upo.len());
    Ok(INVOICES as f64 / took.as_secs_f64())
}

/// Pages of metadata out of a million invoices of one buyer, over HTTP.
async fn million(out: &mut impl std::io::Write) -> Measured {
    let wanted: u64 =
        std::env::var("BRAMKA_MILLION").ok().and_then(|text| text.parse().ok()).unwrap_or(1_000_000);
    let served = Served::start(None)?;
    let access = served.login().await?;
    let before = served.resident_kib()?;
    let mut left = wanted;
    while left > 0 {
        let count = left.min(100_000);
        let order = json!({ "buyer": NIP, "count": count, "from": "2026-09-01T00:00:00Z", "until": "2026-11-20T00:00:00Z" });
        served
            .http
            .post(format!("{}/control/inbox", served.control))
            .json(&order)
            .send()
            .await?
            .error_for_status()?;
        left -= count;
    }
    let (after, state) = (served.resident_kib()?, served.state().await?);
    let bytes = state["documentBytes"].as_u64().unwrap_or(0);
    writeln!(
        out,
        "memory of an invoice put into an inbox: {} B beside its {} compressed bytes",
        ((after - before) * 1024).saturating_sub(bytes) / wanted,
        bytes / wanted
    )?;
    let access = if served.call("GET", "/limits/context", Some(&access), None).await.is_ok() {
        access
    } else {
        served.login().await?
    };
    let filters = |date_type: &str, extra: Value| {
        let mut filters = json!({
            "subjectType": "Subject2",
            "dateRange": { "dateType": date_type, "from": "2026-09-01T00:00:00Z", "to": "2026-11-21T00:00:00Z" },
        });
        if let (Some(filters), Some(extra)) = (filters.as_object_mut(), extra.as_object()) {
            filters.extend(extra.clone());
        }
        filters
    };
    let invoicing = |extra: Value| filters("Invoicing", extra);
    let first = served
        .http
        .get(format!("{}/control/invoices?limit=1", served.control))
        .send()
        .await?
        .json::<Value>()
        .await?;
    let seller = text(&first["items"][0]["sellerNip"])?;
    for (name, query, body) in [
        ("first page of 250, by storage", "pageSize=250", filters("PermanentStorage", json!({}))),
        ("first page of 10", "pageSize=10", filters("PermanentStorage", json!({}))),
        ("last page of 250", "pageSize=250&pageOffset=39", filters("PermanentStorage", json!({}))),
        ("newest first, by issue", "pageSize=250&sortOrder=Desc", filters("Issue", json!({}))),
        (
            "amount above 0",
            "pageSize=250",
            filters("Invoicing", json!({ "amount": { "type": "Brutto", "from": 0.01 } })),
        ),
        ("no invoice of this number", "pageSize=250", invoicing(json!({ "invoiceNumber": "nobody's" }))),
        (
            "no invoice of this KSeF number",
            "pageSize=250",
            invoicing(json!({ "ksefNumber": "5265877635-20250826-0100001AF629-AF" })),
        ),
        ("one supplier", "pageSize=250", invoicing(json!({ "sellerNip": seller }))),
        ("no such supplier", "pageSize=250", invoicing(json!({ "sellerNip": NIP }))),
        (
            "no such buyer",
            "pageSize=250",
            invoicing(json!({ "buyerIdentifier": { "type": "Nip", "value": "5213003001" } })),
        ),
        (
            "no such amount",
            "pageSize=250",
            invoicing(json!({ "amount": { "type": "Vat", "from": 0.001, "to": 0.002 } })),
        ),
        (
            "the largest amounts only",
            "pageSize=250",
            invoicing(json!({ "amount": { "type": "Netto", "from": 90000 } })),
        ),
        ("no such currency", "pageSize=250", invoicing(json!({ "currencyCodes": ["CHF"] }))),
        ("no such kind", "pageSize=250", invoicing(json!({ "invoiceTypes": ["KorPef"] }))),
        ("no such form", "pageSize=250", invoicing(json!({ "formType": "FA_RR" }))),
        ("none offline", "pageSize=250", invoicing(json!({ "invoicingMode": "Offline" }))),
        ("none with an attachment", "pageSize=250", invoicing(json!({ "hasAttachment": true }))),
        ("none issued by the buyer", "pageSize=250", invoicing(json!({ "isSelfInvoicing": true }))),
        ("none as seller", "pageSize=250", {
            let mut filters = invoicing(json!({}));
            filters["subjectType"] = json!("Subject1");
            filters
        }),
    ] {
        let path = format!("/invoices/query/metadata?{query}");
        let mut times = Vec::new();
        let mut rows = 0;
        for _ in 0..21 {
            let began = Instant::now();
            let page = served.call("POST", &path, Some(&access), Some(&body)).await?;
            times.push(began.elapsed());
            rows = page["invoices"].as_array().map_or(0, Vec::len);
        }
        times.sort();
        writeln!(
            out,
            "page of metadata, {name}: median {:?}, longest {:?}, {rows} rows",
            times[times.len() / 2],
            times[times.len() - 1]
        )?;
    }
    Ok(())
}

fn text(value: &Value) -> Measured<String> {
    Ok(value.as_str().ok_or_else(|| format!("{value} is no string"))?.to_owned())
}

fn hash(bytes: &[u8]) -> String {
    Sha256Hash::from_bytes(&sha256(bytes)).to_string()
}

fn encoded(bytes: &[u8]) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(bytes)
}

fn decoded(value: &Value) -> Measured<Vec<u8>> {
    use base64::Engine as _;
    Ok(base64::engine::general_purpose::STANDARD.decode(text(value)?)?)
}

/// So many that what the allocator keeps for the next batch does not count for much.
const ROUNDS: usize = 29;
