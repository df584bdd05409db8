//! Certificates that renew themselves while the gateway serves, over more than two years of the simulator's clock.

mod support;

use std::time::{Duration, Instant};

use jiff::SignedDuration;
use ksef_crypto::KeyKind;
use ksef_sim::{Fault, FaultRule, Limits, Simulator, SimulatorConfig, Target};
use ksef_wire::{KsefCertificateType, Operation};
use serde_json::Value;
use support::{COMPANY, Desk, ServedGateway, invoice, loopback};

/// A company whose certificates KSeF issued, and which lives by the simulator's clock.
struct Setting {
    simulator: Simulator,
    desk: Desk,
    config: String,
}

impl Setting {
    async fn new(configuration: &str) -> Self {
        let config =
            SimulatorConfig { limits: Limits::Off, control: Some(loopback()), ..SimulatorConfig::default() };
        let simulator = Simulator::start(config, loopback()).await.expect("a simulator");
        let mut desk = Desk::new();
        let control = simulator.control_url().expect("a control port");
        let add = ["company", "add", COMPANY, "--environment", "simulator", "--ksef-url"];
        desk.exits(&[&add[..], &[&simulator.base_url(), "--control-url", &control]].concat(), 0);
        for (kind, name) in
            [(KsefCertificateType::Authentication, "auth"), (KsefCertificateType::Offline, "off")]
        {
            let subject =
                ksef_crypto::Subject::Seal { nip: COMPANY.into(), organization: "Firma z testu".into() };
            let issued = simulator.issue_certificate(&subject, kind, KeyKind::EcP256).expect("issued");
            let certificate = desk.file(&format!("{name}.crt"), issued.certificate().der());
            let key = desk.file(&format!("{name}.key"), issued.key().to_pkcs8().expect("a key").as_slice());
            desk.exits(&["credential", "add", &certificate, "--key", &key, "--company", COMPANY], 0);
        }
        let config = desk.file("bramka.toml", configuration);
        Self { simulator, desk, config }
    }

    fn serve(&self) -> ServedGateway {
        ServedGateway::start(self.config.as_ref(), &self.desk.data(), None)
    }

    fn advance(&self, days: i64) {
        self.simulator
            .clock()
            .advance(SignedDuration::from_hours(24 * days))
            .expect("within the clock's range");
    }

    fn credentials(&mut self) -> Vec<Value> {
        self.desk.json(&["credential", "list"]).as_array().cloned().expect("a list")
    }

    /// Waits until so many credentials are there.
    async fn wait_for(&mut self, count: usize) -> Vec<Value> {
        let deadline = Instant::now() + Duration::from_secs(60);
        loop {
            let credentials = self.credentials();
            if credentials.len() == count {
                return credentials;
            }
            assert!(Instant::now() < deadline, "{count} were expected: {credentials:#?}");
            tokio::time::sleep(Duration::from_millis(300)).await;
        }
    }

    async fn send(&self, gateway: &ServedGateway, number: &str) {
        let (status, taken) =
            gateway.post(COMPANY, number, invoice(number).as_bytes()).await.expect("an answer");
        assert_eq!(status, 201, "{taken:#}");
        let done = gateway.wait_final(COMPANY, taken["id"].as_str().expect("an id")).await;
        assert_eq!(done["state"], "stored", "{done:#}");
    }

    fn applications(&self) -> usize {
        self.simulator.inspect().count(Operation::CertificateEnroll)
    }
}

/// Time for the gateway to see where the clock stands, and to do what is due.
async fn a_while() {
    tokio::time::sleep(Duration::from_secs(3)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn certificates_renew_themselves_and_nothing_stops_for_more_than_two_years() {
    let mut setting = Setting::new("[certificates]\nrenew_days = 20\n").await;
    let mut gateway = setting.serve();
    setting.send(&gateway, "renewal/start").await;
    a_while().await;
    assert_eq!(setting.applications(), 0, "nothing is due for two years");

    // Twenty-five days before their end: not yet. Nineteen: both are renewed, and the old ones stay.
    setting.advance(730 - 25);
    setting.send(&gateway, "renewal/25").await;
    a_while().await;
    assert_eq!(setting.applications(), 0, "earlier than the setting says");
    setting.advance(6);
    gateway.wait_for_line("a certificate was renewed");
    let credentials = setting.wait_for(4).await;
    for old in &credentials[..2] {
        let is_successor = |one: &&Value| one["kind"] == old["kind"] && one["id"] != old["id"];
        let new = credentials.iter().find(is_successor).expect("it has a successor");
        assert_eq!(old["renewal"]["result"], "replaced", "{old:#}");
        assert_eq!(old["renewal"]["by"], new["id"]);
        assert_eq!(new["companies"], serde_json::json!([COMPANY]));
        assert!(new["notAfter"].as_str() > old["notAfter"].as_str(), "{new:#}");
    }
    assert_eq!(setting.applications(), 2);
    a_while().await;
    setting.send(&gateway, "renewal/19").await;

    // Over the end of the old ones: every week an invoice goes through, and nobody applies again.
    for week in 1..=5 {
        setting.advance(7);
        setting.send(&gateway, &format!("renewal/week-{week}")).await;
    }
    a_while().await;
    assert_eq!((setting.applications(), setting.credentials().len()), (2, 4), "renewed once");
    // A start that follows chooses the new one as well: by the company's clock, not by the machine's.
    drop(gateway);
    let gateway = setting.serve();
    setting.send(&gateway, "renewal/restart").await;
    let seen = setting.simulator.inspect();
    assert_eq!(seen.invoices.len(), 9, "each invoice once");
    assert_eq!(seen.submissions.len(), 9);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_fails_is_noted_and_tried_again_and_no_lost_answer_costs_a_second_application() {
    let mut setting = Setting::new("").await;
    // Of the first application KSeF's answer is lost; the other ends with a 500 of KSeF's.
    setting.simulator.inject(Operation::CertificateEnroll, Fault::LoseAnswer, 1);
    let failing = Fault::OperationStatus { code: 500, detail: None };
    let failing = FaultRule::always(Target::Operation(Operation::CertificateEnroll), failing).times(1);
    setting.simulator.plan(FaultRule { skip: 1, ..failing }).expect("a rule");
    setting.advance(730 - 29);
    let mut gateway = setting.serve();
    gateway.wait_for_line("a certificate was not renewed");
    let credentials = setting.credentials();
    let results: Vec<&Value> = credentials.iter().map(|one| &one["renewal"]["result"]).collect();
    assert!(results.contains(&&Value::from("failed")), "{credentials:#?}");
    let text = setting.desk.exits(&["credential", "list"], 0);
    assert!(text.contains("(not renewed 20"), "{text}");
    // An hour later it is looked at again; the lost answer's certificate is found by its key.
    setting.simulator.clock().advance(SignedDuration::from_mins(61)).expect("within the clock's range");
    setting.wait_for(4).await;
    a_while().await;
    assert_eq!(setting.applications(), 3, "the lost one was not repeated, the failed one was");
    let text = setting.desk.exits(&["credential", "list"], 0);
    assert_eq!(text.matches("(renewed 20").count(), 2, "{text}");
    setting.send(&gateway, "renewal/after").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn zero_days_mean_never() {
    let mut setting = Setting::new("[certificates]\nrenew_days = 0\n").await;
    setting.advance(730 - 2);
    let gateway = setting.serve();
    setting.send(&gateway, "renewal/never").await;
    a_while().await;
    assert_eq!((setting.applications(), setting.credentials().len()), (0, 2));
    let wrong = setting.desk.file("wrong.toml", "[certificates]\nrenew_days = 366\n");
    let said = setting.desk.exits(&["serve", "--listen", "127.0.0.1:0", "--config", &wrong], 2);
    assert!(said.contains("renew_days = 366") && said.contains("0 to 365"), "{said}");
}
