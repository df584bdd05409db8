//! Every operation of the specification: called by its method against the simulator, and its decoded answer checked.
//!
//! A scenario names the operations that it checks, and is run. The simulator's own record then has to show that each of
//! them was called and answered well; what the specification has and no scenario names fails.

mod companies;
mod invoices;
mod lost;
mod permissions;
#[path = "../support/mod.rs"]
mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::future::Future;
use std::pin::Pin;

use ksef_client::{Access, KsefClient, LoginCredential};
use ksef_crypto::{Credential, KeyKind, Subject, SubjectIdentity};
use ksef_id::ContextIdentifier;
use ksef_sim::{Limits, Simulator, SimulatorConfig};
use ksef_wire::Operation;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use support::{loopback, options};

type Run = for<'a> fn(&'a World) -> Pin<Box<dyn Future<Output = ()> + 'a>>;

/// Scenarios, and the operations whose answers they check.
const SCENARIOS: &[(&str, Run, &[Operation])] = &[
    ("logins", |world| Box::pin(companies::logins(world)), companies::LOGINS),
    ("tokens", |world| Box::pin(companies::tokens(world)), companies::TOKENS),
    ("certificates", |world| Box::pin(companies::certificates(world)), companies::CERTIFICATES),
    ("limits", |world| Box::pin(companies::limits(world)), companies::LIMITS),
    ("test data", |world| Box::pin(companies::test_data(world)), companies::TEST_DATA),
    ("online sessions", |world| Box::pin(invoices::online(world)), invoices::ONLINE),
    ("batches and exports", |world| Box::pin(invoices::batch_and_export(world)), invoices::BATCH_AND_EXPORT),
    ("collective identifiers", |world| Box::pin(invoices::collective(world)), invoices::COLLECTIVE),
    (
        "permissions",
        |world| Box::pin(permissions::granted_and_listed(world)),
        permissions::GRANTED_AND_LISTED,
    ),
    ("EU entities", |world| Box::pin(permissions::eu_entities(world)), permissions::EU_ENTITIES),
];

/// A simulator that refuses nobody for being quick, and a company.
pub(crate) struct World {
    pub(crate) simulator: Simulator,
    pub(crate) client: KsefClient,
    /// The owner of [`support::NIP`].
    pub(crate) owner: Access,
}

impl World {
    async fn new() -> Self {
        let config = SimulatorConfig { limits: Limits::Off, ..SimulatorConfig::default() };
        let simulator = Simulator::start(config, loopback()).await.expect("a simulator");
        let client = KsefClient::new(&simulator.base_url(), options()).expect("a client");
        let owner = support::access(&simulator, support::ec());
        Self { simulator, client, owner }
    }

    /// Access of somebody to a context.
    pub(crate) fn access(&self, who: &Subject, context: &str) -> Access {
        let (now, day) = (jiff::Timestamp::now(), jiff::SignedDuration::from_hours(24));
        let made = Credential::self_signed(who, KeyKind::EcP256, now - day, now + day).expect("made");
        self.access_with(made, context)
    }

    pub(crate) fn access_with(&self, credential: Credential, context: &str) -> Access {
        let context = ContextIdentifier::parse(context).expect("a context");
        Access::new(self.client.clone(), context, LoginCredential::Certificate(Box::new(credential)))
    }
}

pub(crate) fn seal(nip: &str) -> Subject {
    Subject::Seal { nip: nip.into(), organization: "Firma z testu".into() }
}

pub(crate) fn person(pesel: &str) -> Subject {
    let identity = SubjectIdentity::Pesel(pesel.into());
    Subject::Person { identity, given_name: "Imię".into(), surname: "Nazwisko".into() }
}

/// A request from its JSON.
pub(crate) fn of<T: DeserializeOwned>(value: Value) -> T {
    serde_json::from_value(value).expect("it has the request's shape")
}

pub(crate) fn identifier(kind: &str, value: &str) -> Value {
    json!({ "type": kind, "value": value })
}

/// Asks again until the answer is there; a minute at most.
pub(crate) async fn until<T, F: Future<Output = Option<T>>>(what: &str, mut ask: impl FnMut() -> F) -> T {
    for _ in 0..600 {
        if let Some(found) = ask().await {
            return found;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    panic!("{what} does not come");
}

#[tokio::test]
async fn every_operation_of_the_specification_is_called_and_its_answer_checked() {
    let mut checked: BTreeMap<Operation, &str> = BTreeMap::new();
    for (name, run, operations) in SCENARIOS {
        let world = World::new().await;
        run(&world).await;
        let seen = world.simulator.inspect().requests;
        for operation in *operations {
            let is_answered = |request: &ksef_sim::RequestSeen| {
                request.operation == Some(operation.name()) && (200..300).contains(&request.status)
            };
            assert!(seen.iter().any(is_answered), "{name} claims {operation:?} and does not call it");
            checked.insert(*operation, name);
        }
    }
    let missing: Vec<&Operation> =
        Operation::ALL.iter().filter(|operation| !checked.contains_key(operation)).collect();
    assert!(missing.is_empty(), "no scenario checks {missing:?}");
}

#[test]
fn our_operations_are_those_of_the_specification() {
    let Some(shared) = support::shared() else { return };
    let document = std::fs::read(shared.join("ksef/open-api-2.9.0.json")).expect("the document");
    let document: Value = serde_json::from_slice(&document).expect("JSON");
    let mut theirs = BTreeSet::new();
    for (path, methods) in document["paths"].as_object().expect("paths") {
        for (method, described) in methods.as_object().expect("methods") {
            if described["responses"].is_object() {
                theirs.insert(format!("{} {path}", method.to_uppercase()));
            }
        }
    }
    let ours: BTreeSet<String> = Operation::ALL
        .iter()
        .map(|operation| format!("{} {}", operation.method().as_str(), operation.path_template()))
        .collect();
    assert_eq!(ours, theirs);
    assert_eq!(ours.len(), 83);
}
