//! The campaign: companies send invoices while KSeF fails in every way at random and the gateway is killed at random. In
//! the end every invoice is in KSeF exactly once, with its number, a UPO that holds, and the bytes that were handed over,
//! or KSeF refused it and the reason is told; and no limit of KSeF was ever hit.
//!
//! Everything random comes from one seed, which is printed: `BRAMKA_SEED`. `BRAMKA_CAMPAIGN_KILLS` says how many kills
//! (30), 0.2 to 2 s apart. Time between two lives of the gateway is time of the simulator: twenty minutes, so that limits
//! of an hour do not make the campaign last days.

mod support;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use jiff::SignedDuration;
use ksef_client::upo::{Expected, verify};
use ksef_id::{KsefNumber, Sha256Hash};
use ksef_sim::{ErrorShape, Fault, FaultRule, Target};
use ksef_wire::Operation;
use serde_json::Value;
use support::{COMPANY, ServedGateway, World, certificate_and_key, invoice, invoice_with_attachment};

#[tokio::test(flavor = "multi_thread")]
async fn on_sqlite() {
    let mut campaign = Campaign::new(vec![Node::new("one", None)]).await;
    campaign.run().await;
}

/// Two nodes on one database, of which one is killed for good halfway.
#[tokio::test(flavor = "multi_thread")]
async fn on_postgres_with_two_nodes() {
    let Some(server) = test_postgres::server() else { return };
    let database = server.new_database();
    let nodes = vec![Node::new("one", Some(database.clone())), Node::new("two", Some(database))];
    let mut campaign = Campaign::new(nodes).await;
    campaign.run().await;
}

struct Campaign {
    seed: u64,
    random: fastrand::Rng,
    kills: u32,
    world: World,
    nodes: Vec<Node>,
    companies: Vec<String>,
    /// What was handed over, by its key.
    handed: BTreeMap<String, Handed>,
    /// How often a fault of the simulator struck.
    faults_met: u64,
}

struct Handed {
    company: String,
    xml: String,
    /// Our id, once a gateway has answered.
    id: Option<String>,
}

/// A gateway of the campaign: dead or alive.
struct Node {
    name: &'static str,
    database: Option<String>,
    running: Option<ServedGateway>,
    /// Never started again.
    is_gone: bool,
}

impl Node {
    fn new(name: &'static str, database: Option<String>) -> Self {
        Self { name, database, running: None, is_gone: false }
    }
}

impl Campaign {
    async fn new(nodes: Vec<Node>) -> Self {
        let seed = number_of("BRAMKA_SEED").unwrap_or_else(|| fastrand::u64(..));
        let kills = number_of("BRAMKA_CAMPAIGN_KILLS").map_or(30, |kills| u32::try_from(kills).unwrap_or(30));
        eprintln!("campaign: BRAMKA_SEED={seed} BRAMKA_CAMPAIGN_KILLS={kills}");
        let world = World::new(COMPANY).await;
        let companies: Vec<String> = [COMPANY, "4444444444", "6666666666"].map(str::to_owned).to_vec();
        let campaign = Self {
            seed,
            random: fastrand::Rng::with_seed(seed),
            kills,
            world,
            nodes,
            companies,
            handed: BTreeMap::new(),
            faults_met: 0,
        };
        campaign.configure().await;
        campaign
    }

    /// One configuration for all nodes: three companies with certificates made now, on the simulator and its clock.
    async fn configure(&self) {
        let folder = self.world.folder.path();
        let control = self.world.simulator.control_url().expect("a control port");
        let mut text = String::new();
        for company in &self.companies {
            let (certificate, key) = certificate_and_key(company);
            std::fs::write(folder.join(format!("{company}.crt")), certificate).expect("written");
            std::fs::write(folder.join(format!("{company}.key")), key).expect("written");
            text += &format!(
                "[[company]]\ncontext = \"{company}\"\nenvironment = \"simulator\"\nksef_url = \"{}\"\n\
                 control_url = \"{control}\"\nupo_certificates = [\"upo.crt\"]\ncertificate = \"{company}.crt\"\n\
                 key = \"{company}.key\"\n",
                self.world.simulator.base_url()
            );
        }
        std::fs::write(self.world.config(), text).expect("written");
        for company in &self.companies {
            let url = format!("{}/testdata/attachment", self.world.simulator.base_url());
            let body = serde_json::json!({ "nip": company });
            let answer = reqwest::Client::new().post(url).json(&body).send().await.expect("an answer");
            assert!(answer.status().is_success());
        }
        // They came from the address of the gateways, too: a fast one would fill what KSeF allows the address in the same second.
        tokio::time::sleep(Duration::from_secs(1)).await;
    }

    async fn run(&mut self) {
        self.disturb();
        for round in 0..self.kills {
            self.start_all();
            let life = Duration::from_millis(self.random.u64(200..2000));
            let death = Instant::now() + life;
            self.hand_over(death).await;
            tokio::time::sleep(death.saturating_duration_since(Instant::now())).await;
            self.kill_one(round);
            // Only while a single node is dead nobody works with a clock that is a moment behind.
            if self.nodes.len() == 1 {
                self.pass_time(20).await;
            }
        }
        self.faults_met = self.count_faults().await;
        self.world.simulator.clear_faults();
        self.world.simulator.release_processing();
        self.finish().await;
        self.judge().await;
    }

    /// Every kind of trouble, by chance.
    fn disturb(&mut self) {
        let everywhere = [
            (Fault::LoseRequest, 0.02),
            (Fault::LoseAnswer, 0.02),
            (Fault::FailBeforeWork { status: 503 }, 0.01),
            (Fault::FailAfterWork { status: 502 }, 0.02),
            (Fault::RedirectLoop, 0.005),
            (Fault::NotJson, 0.005),
            (Fault::UnknownFields, 0.05),
            (Fault::UnknownValues, 0.01),
            (Fault::Delay(Duration::from_millis(300)), 0.02),
            (Fault::ErrorBody { shape: ErrorShape::EmptyForbidden }, 0.003),
            (Fault::ErrorBody { shape: ErrorShape::Framework }, 0.003),
        ];
        let sending = [Operation::OnlineInvoiceSend, Operation::BatchSessionClose];
        let of_invoices = [
            (Fault::InvoiceStatus { code: 435 }, 0.02),
            (Fault::LateCancel { after_s: 2 }, 0.02),
            (Fault::Latency { min_ms: 10, max_ms: 1500 }, 0.2),
            (Fault::NotStored { for_s: 3, code: 21165 }, 0.05),
            (Fault::InvertedDates, 0.05),
            (Fault::UpoMissing, 0.02),
        ];
        let elsewhere = [
            (Target::Operation(Operation::OnlineSessionOpen), Fault::RejectKey, 0.02),
            (Target::Operation(Operation::BatchSessionOpen), Fault::RejectKey, 0.02),
            (
                Target::Operation(Operation::BatchSessionClose),
                Fault::OperationStatus { code: 500, detail: None },
                0.02,
            ),
            (Target::Operation(Operation::InvoiceExport), Fault::ExportWrongHash, 0.05),
            (Target::StorageUpload, Fault::FailBeforeWork { status: 503 }, 0.05),
            (Target::StorageUpload, Fault::LoseAnswer, 0.05),
            (Target::StorageDownload, Fault::LoseAnswer, 0.05),
        ];
        let rules = everywhere
            .into_iter()
            .map(|(fault, chance)| (Target::Everything, fault, chance))
            .chain(sending.into_iter().flat_map(|operation| {
                of_invoices.clone().map(|(fault, chance)| (Target::Operation(operation), fault, chance))
            }))
            .chain(elsewhere);
        for (target, fault, chance) in rules {
            let rule = FaultRule::always(target, fault).with_probability(chance);
            self.world.simulator.plan(rule).expect("a rule");
        }
    }

    /// How often the rules have struck.
    async fn count_faults(&self) -> u64 {
        let url = format!("{}/control/faults", self.world.simulator.control_url().expect("a control port"));
        let rules: Value = reqwest::get(url).await.expect("an answer").json().await.expect("JSON");
        let items = rules["items"].as_array().or(rules.as_array()).expect("a list");
        items.iter().filter_map(|rule| rule["hits"].as_u64()).sum()
    }

    fn start_all(&mut self) {
        let config = self.world.config();
        for node in self.nodes.iter_mut().filter(|node| node.running.is_none() && !node.is_gone) {
            let data: PathBuf = self.world.folder.path().join(node.name);
            node.running = Some(ServedGateway::start_on(&config, &data, None, node.database.as_deref()));
        }
    }

    /// Hands new invoices over, and again those to which nobody answered, until the time has come.
    async fn hand_over(&mut self, death: Instant) {
        for _ in 0..self.random.usize(1..12) {
            let number = self.handed.len() + 1;
            let company = self.random.choice(&self.companies).expect("there are some").clone();
            let xml = match self.random.u8(0..10) {
                0 => invoice_with_attachment(&format!("K/{number}")),
                _ => invoice(&format!("K/{number}")),
            };
            let xml = xml.replace(COMPANY, &company);
            self.handed.insert(format!("key-{number}"), Handed { company, xml, id: None });
        }
        let open: Vec<String> = self
            .handed
            .iter()
            .filter(|(_, handed)| handed.id.is_none())
            .map(|(key, _)| key.clone())
            .collect();
        let running: Vec<usize> =
            (0..self.nodes.len()).filter(|place| self.nodes[*place].running.is_some()).collect();
        for key in open {
            if Instant::now() >= death {
                return;
            }
            let place = *self.random.choice(&running).expect("one lives");
            let handed = self.handed.get_mut(&key).expect("it was handed");
            let gateway = self.nodes[place].running.as_ref().expect("it runs");
            let posting = gateway.post(&handed.company, &key, handed.xml.as_bytes());
            let Ok(Ok((status, answer))) = tokio::time::timeout(Duration::from_secs(5), posting).await else {
                continue;
            };
            // 503: the other node took the company's invoices in for too long. It is handed over again.
            if status == 503 {
                continue;
            }
            assert!(matches!(status, 200 | 201), "{key}: {status} {answer:#}");
            handed.id = answer["id"].as_str().map(str::to_owned);
        }
    }

    /// SIGKILL for one of those that live; halfway the second node dies for good.
    fn kill_one(&mut self, round: u32) {
        let mut living: Vec<usize> =
            (0..self.nodes.len()).filter(|place| self.nodes[*place].running.is_some()).collect();
        if self.nodes.len() == 2 && round == self.kills / 2 {
            living = vec![1];
            self.nodes[1].is_gone = true;
        }
        if let Some(place) = self.random.choice(&living)
            && let Some(gateway) = self.nodes[*place].running.take()
        {
            gateway.kill();
        }
    }

    /// Nobody works meanwhile. What was on its way to KSeF when its gateway died arrives before, however busy the machine is: else
    /// it would count against the limits of an hour that its sender never saw.
    async fn pass_time(&self, minutes: i64) {
        let url = format!("{}/control/state", self.world.simulator.control_url().expect("a control port"));
        let (mut before, mut looks) = (None, 0);
        while looks < ARRIVED_AFTER_LOOKS {
            tokio::time::sleep(LOOK_EVERY).await;
            let state: Value = reqwest::get(&url).await.expect("an answer").json().await.expect("JSON");
            let arrived = state["requests"].as_u64();
            looks = if arrived == before { looks + 1 } else { 0 };
            before = arrived;
        }
        let clock = self.world.simulator.clock();
        clock.advance(SignedDuration::from_mins(minutes)).expect("within the clock's range");
    }

    /// Lets the gateways work in peace until nothing moves by itself any more. When limits hold them up, time passes while
    /// they are stopped.
    async fn finish(&mut self) {
        let mut left = Vec::new();
        for _ in 0..FINISH_LIVES_MAX {
            self.start_all();
            let until = Instant::now() + FINISH_LIFE;
            while Instant::now() < until {
                self.hand_over_the_rest().await;
                if self.is_finished().await {
                    return;
                }
                tokio::time::sleep(Duration::from_millis(250)).await;
            }
            left = self.invoices().await.into_iter().filter(|one| one["isFinal"] != true).collect();
            for node in &mut self.nodes {
                if let Some(gateway) = node.running.take() {
                    gateway.kill();
                }
            }
            self.pass_time(61).await;
        }
        let left: Vec<String> =
            left.iter().map(|one| format!("{} {} {}", one["id"], one["state"], one["reason"])).collect();
        panic!("seed {}: these do not come to an end: {left:#?}", self.seed);
    }

    async fn hand_over_the_rest(&mut self) {
        let gateway = self.nodes.iter().find_map(|node| node.running.as_ref()).expect("one runs");
        for (key, handed) in self.handed.iter_mut().filter(|(_, handed)| handed.id.is_none()) {
            let (status, answer) =
                gateway.post(&handed.company, key, handed.xml.as_bytes()).await.expect("an answer");
            assert!(matches!(status, 200 | 201 | 503), "{key}: {status} {answer:#}");
            handed.id = answer["id"].as_str().map(str::to_owned);
        }
    }

    async fn is_finished(&self) -> bool {
        let invoices = self.invoices().await;
        invoices.len() == self.handed.len() && invoices.iter().all(|invoice| invoice["isFinal"] == true)
    }

    /// Every invoice that the gateways know.
    async fn invoices(&self) -> Vec<Value> {
        let Some(gateway) = self.nodes.iter().find_map(|node| node.running.as_ref()) else {
            return Vec::new();
        };
        let mut all = Vec::new();
        for company in &self.companies {
            let page = gateway.json(&format!("/api/v1/companies/{company}/invoices?limit=1000")).await;
            all.extend(page["items"].as_array().expect("a list").iter().cloned());
        }
        all
    }

    async fn judge(&self) {
        let seed = self.seed;
        let seen = self.world.simulator.inspect();
        let gateway = self.nodes.iter().find_map(|node| node.running.as_ref()).expect("one runs");
        let signer = self.world.simulator.upo_certificate();
        let signer = ksef_crypto::Certificate::from_pem_or_der(signer).expect("a certificate");
        let (mut stored, mut refused) = (0, 0);
        for handed in self.handed.values() {
            let id = handed.id.as_deref().expect("every one was answered in the end");
            let path = format!("/api/v1/companies/{}/invoices/{id}", handed.company);
            let invoice = gateway.json(&path).await;
            let copies: Vec<_> =
                seen.invoices.iter().filter(|copy| copy.bytes == handed.xml.as_bytes()).collect();
            if invoice["state"] == "rejected" {
                let code = invoice["reason"]["code"].as_str().unwrap_or_default();
                assert!(code.starts_with("ksef."), "seed {seed}: {invoice:#}");
                assert!(copies.is_empty(), "seed {seed}: it is in KSeF after all: {invoice:#}");
                refused += 1;
                continue;
            }
            assert_eq!(invoice["state"], "stored", "seed {seed}: {invoice:#}");
            assert_eq!(copies.len(), 1, "seed {seed}: in KSeF exactly once: {invoice:#}");
            let number = invoice["ksefNumber"].as_str().expect("a number");
            assert_eq!(number, copies[0].ksef_number.as_str(), "seed {seed}");
            let (status, upo) = gateway.get(&format!("{path}/upo")).await;
            assert_eq!(status, 200, "seed {seed}: {invoice:#}");
            let expected = Expected {
                ksef_number: &KsefNumber::parse(number).expect("a number"),
                invoice_hash: &Sha256Hash::from_bytes(&ksef_crypto::sha256(handed.xml.as_bytes())),
                context: None,
                environment: None,
                signers: &[signer.fingerprint_sha256()],
            };
            verify(&upo, &expected).expect("the UPO holds");
            stored += 1;
        }
        let ours = self.handed.len();
        assert_eq!(seen.invoices.len(), stored, "seed {seed}: nothing in KSeF that nobody handed over");
        let limited: Vec<_> = seen.requests.iter().filter(|request| request.status == 429).collect();
        if !limited.is_empty() {
            panic!(
                "seed {seed}: limits were hit: {limited:?} after {:#?}",
                self.before_the_first_refusal().await
            );
        }
        let (kills, faults) = (self.kills, self.faults_met);
        eprintln!(
            "campaign: seed {seed}: {kills} kills, {faults} faults, {ours} invoices, {stored} stored, {refused} refused, \
             {} sessions, {} requests",
            seen.sessions.len(),
            seen.requests.len()
        );
        assert!(faults > 0, "seed {seed}: nothing went wrong, so nothing was proved");
    }
}

impl Campaign {
    /// What was asked before a limit was hit, the last first, by the simulator's clock.
    async fn before_the_first_refusal(&self) -> Vec<String> {
        let control = self.world.simulator.control_url().expect("a control port");
        let (mut all, mut after) = (Vec::<Value>::new(), 0);
        loop {
            let url = format!("{control}/control/requests?after={after}&limit=1000");
            let page: Value = reqwest::get(url).await.expect("an answer").json().await.expect("JSON");
            let items = page["items"].as_array().expect("a list");
            all.extend(items.iter().cloned());
            let Some(last) = items.last() else { break };
            after = last["sequence"].as_u64().expect("a place");
        }
        let at = all.iter().position(|request| request["status"] == 429).unwrap_or_default();
        all[..=at]
            .iter()
            .rev()
            .take(200)
            .map(|request| {
                let of = |name: &str| request[name].to_string();
                format!("{} {} {} {} {}", of("at"), of("status"), of("operation"), of("path"), of("fault"))
            })
            .collect()
    }
}

fn number_of(variable: &str) -> Option<u64> {
    std::env::var(variable).ok().map(|text| text.parse().expect("a number"))
}

/// Lives until everything has to be at its end.
const FINISH_LIVES_MAX: usize = 8;
const FINISH_LIFE: Duration = Duration::from_secs(15);
const LOOK_EVERY: Duration = Duration::from_millis(100);
/// Together longer than the simulator's delays.
const ARRIVED_AFTER_LOOKS: u32 = 5;
