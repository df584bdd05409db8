//! `bramka demo`: everything at work on one machine, with nothing pretended: the simulator and the gateway speak HTTP to
//! each other, documents are encrypted, signed and verified as with the real KSeF.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use gateway::{CompanySettings, Environment, Gateway, GatewayOptions, PrintSettings};
use gateway_api::{InvoiceResource, PurchaseResource};
use invoice_tables::ColumnMap;
use jiff::{SignedDuration, Timestamp};
use ksef_client::{Access, ClientOptions, KsefClient, LoginCredential};
use ksef_crypto::{Certificate, Credential, KeyKind, Subject, sha256};
use ksef_id::{ContextIdentifier, KsefNumber, Sha256Hash};
use ksef_sim::{Simulator, SimulatorConfig};
use ksef_wire::codes::InvoiceStatusCode;

use super::{simulator, stop_signal};
use crate::cli::{self, Lang};
use crate::failure::Failure;
use crate::folders::default_data_folder;
use crate::rest::{GatewayClient, Posted};
use crate::samples::{COMPANY_NAME, COMPANY_NIP, CONTRACTOR_NAME, CONTRACTOR_NIP, PURCHASE, SALES, Sample};

pub(crate) async fn run(arguments: cli::Demo, lang: Lang) -> Result<ExitCode, Failure> {
    let data = match arguments.data {
        Some(data) => data,
        None => default_data_folder()?.join("demo"),
    };
    let demo = Demo::start(arguments.listen, data, lang).await?;
    let outcome = demo.play().await;
    if outcome.is_ok() && !arguments.once {
        println!(
            "\n{}",
            lang.pick(
                "Bramka działa dalej. Zatrzymaj: Ctrl-C.",
                "The gateway stays up. Stop it with Ctrl-C."
            )
        );
        stop_signal().await;
    }
    demo.stop().await;
    outcome.map(|()| ExitCode::SUCCESS)
}

struct Demo {
    lang: Lang,
    started: Timestamp,
    company: ContextIdentifier,
    contractor: ContextIdentifier,
    simulator: Simulator,
    gateway: Gateway,
    client: GatewayClient,
    folder: PathBuf,
}

impl Demo {
    async fn start(listen: std::net::SocketAddr, data: PathBuf, lang: Lang) -> Result<Self, Failure> {
        let any_port = std::net::SocketAddr::from(([127, 0, 0, 1], 0));
        let simulator = simulator::start(SimulatorConfig::default(), any_port).await?;
        let ksef_url = simulator.base_url();
        let company = context(COMPANY_NIP);
        let credential = self_signed(COMPANY_NIP, COMPANY_NAME)?;
        let serial = credential.certificate().serial_hex();

        let mut options = GatewayOptions::new(listen, data.clone());
        options.companies = vec![CompanySettings {
            context: company.clone(),
            name: Some(COMPANY_NAME.to_owned()),
            environment: Environment::Simulator { ksef_url: ksef_url.clone(), control_url: None },
            credential: LoginCredential::Certificate(Box::new(credential)),
            upo_signers: vec![upo_signer(&simulator)?],
            print: PrintSettings::default(),
            offline: None,
            folder: None,
            columns: ColumnMap::built_in(),
        }];
        let gateway = Gateway::start(options).await?;
        let page = format!("http://{}", gateway.address());
        println!("{} {ksef_url}", lang.pick("Symulator KSeF:", "KSeF simulator:"));
        println!("{} {page}", lang.pick("Bramka i strona:", "Gateway and page:"));
        println!(
            "{} {COMPANY_NAME}, NIP {COMPANY_NIP}, {} {serial}",
            lang.pick("Firma:", "Company:"),
            lang.pick("certyfikat utworzony na miejscu, nr", "certificate made on the spot, no.")
        );
        let client = GatewayClient::new(&page, None)?;
        let contractor = context(CONTRACTOR_NIP);
        let folder = data.join("documents");
        Ok(Self { lang, started: Timestamp::now(), company, contractor, simulator, gateway, client, folder })
    }

    /// Every step, each checked; the first that did not happen is the demo's failure.
    async fn play(&self) -> Result<(), Failure> {
        std::fs::create_dir_all(&self.folder).map_err(|error| Failure::unwritable(&self.folder, &error))?;
        println!("\n{}", self.lang.pick("Sprzedaż", "Sales"));
        let mut sent = Vec::new();
        for sample in &SALES {
            sent.push((sample, self.hand_over(sample).await?));
        }
        for (sample, invoice) in sent {
            self.follow(sample, invoice).await?;
        }
        println!("\n{}", self.lang.pick("Zakup", "Purchase"));
        let number = self.contractor_sends().await?;
        self.look_for_purchases().await?;
        let purchase = self.wait_for_purchase(&number).await?;
        self.keep_purchase(&purchase).await?;
        println!(
            "\n{} http://{}/?lang={}",
            self.lang.pick("Wszystko na stronie:", "All of it on the page:"),
            self.gateway.address(),
            self.lang.pick("pl", "en")
        );
        Ok(())
    }

    async fn look_for_purchases(&self) -> Result<(), Failure> {
        let asked = self.gateway.receive_purchases(&self.company).await;
        asked.map_err(|error| Failure::new(error.to_string(), error.to_string()))
    }

    async fn stop(self) {
        self.gateway.stop().await;
        self.simulator.shutdown().await;
    }

    /// Gives a sample to the gateway, as an ERP would.
    async fn hand_over(&self, sample: &Sample) -> Result<InvoiceResource, Failure> {
        let xml = sample.fill(self.started).into_bytes();
        let key = format!("demo-{}-{}", self.started.as_millisecond(), sample.place);
        match self.client.post_invoice(&self.company, &key, xml).await? {
            Posted::Taken(invoice) => Ok(*invoice),
            Posted::Refused(problem) => Err(step_failed(&problem.message.pl, &problem.message.en)),
        }
    }

    /// Waits for number, UPO and read-back, and lays the documents down as files.
    async fn follow(&self, sample: &Sample, mut invoice: InvoiceResource) -> Result<(), Failure> {
        let deadline = Instant::now() + STEP_MAX;
        while !invoice.is_final {
            if Instant::now() > deadline {
                let state = &invoice.state_text;
                return Err(step_failed(
                    &format!("{}: nadal {}", invoice.invoice_number, state.pl),
                    &format!("{}: still {}", invoice.invoice_number, state.en),
                ));
            }
            tokio::time::sleep(POLL_DELAY).await;
            invoice = self.client.invoice(&self.company, &invoice.id).await?;
        }
        let (Some(number), "stored") = (&invoice.ksef_number, invoice.state.as_str()) else {
            let why = invoice.reason.map(|reason| reason.text).unwrap_or_default();
            return Err(step_failed(
                &format!("{}: {}: {why}", invoice.invoice_number, invoice.state_text.pl),
                &format!("{}: {}: {why}", invoice.invoice_number, invoice.state_text.en),
            ));
        };
        let name = number.to_string();
        let of = format!("invoices/{}", invoice.id);
        self.keep(&of, "xml", &format!("{name}.xml"), Some(&invoice.sha256)).await?;
        let upo = self.keep(&of, "upo", &format!("{name}-upo.xml"), None).await?;
        let pdf = self.keep(&of, "pdf", &format!("{name}.pdf"), None).await?;
        let html = self.keep(&of, "html", &format!("{name}.html"), None).await?;
        println!("  {}  {}", invoice.invoice_number, self.lang.pick(sample.what_pl, sample.what_en));
        println!("    {} {number}", self.lang.pick("numer KSeF:", "KSeF number:"));
        println!("    {} {}", self.lang.pick("UPO, sprawdzone:", "UPO, verified:"), upo.display());
        println!("    {} {}", self.lang.pick("wizualizacja:", "view:"), pdf.display());
        println!("    {} {}", self.lang.pick("wizualizacja:", "view:"), html.display());
        Ok(())
    }

    /// The contractor works with KSeF directly: it logs in with its own certificate and sends us an invoice.
    async fn contractor_sends(&self) -> Result<KsefNumber, Failure> {
        let client = KsefClient::new(&self.simulator.base_url(), ClientOptions::default())
            .map_err(|error| failed(&error))?;
        let credential =
            LoginCredential::Certificate(Box::new(self_signed(CONTRACTOR_NIP, CONTRACTOR_NAME)?));
        let access = Access::new(client, self.contractor.clone(), credential);
        let form = ksef_invoice::Form::Fa3;
        let form_code = ksef_wire::FormCode {
            system_code: form.system_code().to_owned(),
            schema_version: form.schema_version().to_owned(),
            value: form.value().to_owned(),
        };
        let session = access.open_online_session(&form_code).await.map_err(|error| failed(&error))?;
        let xml = PURCHASE.fill(self.started);
        let invoice = access.send_invoice(&session, xml.as_bytes()).await.map_err(|error| failed(&error))?;
        let reference = &session.reference_number;
        access.close_online_session(reference).await.map_err(|error| failed(&error))?;
        let deadline = Instant::now() + STEP_MAX;
        loop {
            let answer =
                access.session_invoice_status(reference, &invoice).await.map_err(|error| failed(&error))?;
            match (InvoiceStatusCode(answer.status.code), answer.ksef_number) {
                (InvoiceStatusCode::SUCCESS, Some(number)) => return Ok(number),
                (InvoiceStatusCode::ACCEPTED_FOR_PROCESSING | InvoiceStatusCode::PROCESSING, _)
                    if Instant::now() < deadline =>
                {
                    tokio::time::sleep(POLL_DELAY).await;
                }
                (code, _) => {
                    let text = format!("{code} {}", answer.status.description);
                    return Err(step_failed(&text, &text));
                }
            }
        }
    }

    async fn wait_for_purchase(&self, number: &KsefNumber) -> Result<PurchaseResource, Failure> {
        let deadline = Instant::now() + STEP_MAX;
        let mut looked = Instant::now();
        loop {
            if let Some(found) = self.purchase(number).await? {
                return Ok(found);
            }
            if Instant::now() > deadline {
                return Err(step_failed(
                    &format!("faktura zakupu {number} nie nadeszła"),
                    &format!("the purchase invoice {number} did not arrive"),
                ));
            }
            tokio::time::sleep(POLL_DELAY).await;
            // It becomes visible a little after it was numbered; one look a second keeps within KSeF's limits.
            if looked.elapsed() > Duration::from_secs(1) {
                looked = Instant::now();
                self.look_for_purchases().await?;
            }
        }
    }

    async fn purchase(&self, number: &KsefNumber) -> Result<Option<PurchaseResource>, Failure> {
        let mut after: Option<String> = None;
        for _ in 0..PURCHASE_PAGES_MAX {
            let page = self.client.purchases(&self.company, after.as_deref()).await?;
            if let Some(found) =
                page.items.into_iter().find(|purchase| purchase.ksef_number.as_ref() == Some(number))
            {
                return Ok(Some(found));
            }
            after = page.next_cursor;
            if after.is_none() {
                break;
            }
        }
        Ok(None)
    }

    async fn keep_purchase(&self, purchase: &PurchaseResource) -> Result<(), Failure> {
        let name = purchase.ksef_number.as_ref().map_or_else(|| purchase.id.clone(), ToString::to_string);
        let of = format!("purchases/{name}");
        let xml = self.keep(&of, "xml", &format!("{name}.xml"), purchase.sha256.as_ref()).await?;
        let pdf = self.keep(&of, "pdf", &format!("{name}.pdf"), None).await?;
        let html = self.keep(&of, "html", &format!("{name}.html"), None).await?;
        println!("  {}  {}", purchase.invoice_number, self.lang.pick(PURCHASE.what_pl, PURCHASE.what_en));
        println!("    {} {name}", self.lang.pick("numer KSeF:", "KSeF number:"));
        println!("    XML: {}", xml.display());
        println!("    {} {}", self.lang.pick("wizualizacja:", "view:"), pdf.display());
        println!("    {} {}", self.lang.pick("wizualizacja:", "view:"), html.display());
        Ok(())
    }

    /// Fetches a document from the gateway and writes it to the documents folder.
    async fn keep(
        &self,
        of: &str,
        document: &str,
        name: &str,
        expected: Option<&Sha256Hash>,
    ) -> Result<PathBuf, Failure> {
        let bytes = self.client.document(&self.company, of, document).await?;
        if expected.is_some_and(|hash| *hash != Sha256Hash::from_bytes(&sha256(&bytes))) {
            return Err(step_failed(
                &format!("{name}: bajty nie zgadzają się ze skrótem"),
                &format!("{name}: the bytes do not match their hash"),
            ));
        }
        let path = self.folder.join(name);
        write(&path, &bytes)?;
        Ok(path)
    }
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    std::fs::write(path, bytes).map_err(|error| Failure::unwritable(path, &error))
}

fn context(nip: &str) -> ContextIdentifier {
    ContextIdentifier::parse(nip).expect("the samples' NIPs are NIPs")
}

/// A seal that KSeF's test environment takes, and the simulator with it.
fn self_signed(nip: &str, organization: &str) -> Result<Credential, Failure> {
    let now = Timestamp::now();
    let subject = Subject::Seal { nip: nip.to_owned(), organization: organization.to_owned() };
    let day = SignedDuration::from_hours(24);
    Credential::self_signed(&subject, KeyKind::EcP256, now - day, now + day * 365)
        .map_err(|error| failed(&error))
}

fn upo_signer(simulator: &Simulator) -> Result<[u8; 32], Failure> {
    let certificate = Certificate::from_der(simulator.upo_certificate()).map_err(|error| failed(&error))?;
    Ok(certificate.fingerprint_sha256())
}

/// A step of the demo did not happen: exit code 1.
fn step_failed(pl: &str, en: &str) -> Failure {
    Failure::new(format!("krok się nie powiódł: {pl}"), format!("a step failed: {en}")).with_exit_code(1)
}

fn failed(error: &dyn std::error::Error) -> Failure {
    step_failed(&error.to_string(), &error.to_string())
}

const STEP_MAX: Duration = Duration::from_secs(60);
const POLL_DELAY: Duration = Duration::from_millis(100);
const PURCHASE_PAGES_MAX: usize = 1000;
