//! A client: its people, what it did, and how it calls.

use super::beyond::Beyond;
use super::model::{Model, Who};
use crate::common::*;
use crate::permissions::{person, person_of};
use ksef_wire::Operation;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

/// What all clients share.
pub(super) struct Shared {
    pub(super) api: Api,
    pub(super) requests: AtomicUsize,
    pub(super) wanted: usize,
    /// Everything that got a number, of all clients.
    pub(super) invoices: Mutex<Vec<Numbered>>,
}

/// An invoice with a number, and who stands on it.
#[derive(Debug, Clone)]
pub(super) struct Numbered {
    pub(super) number: String,
    pub(super) seller: String,
    pub(super) buyer: String,
    pub(super) hash: String,
}

/// A login that worked.
#[derive(Debug, Clone)]
pub(super) struct Entered {
    pub(super) who: Who,
    pub(super) context: String,
    pub(super) tokens: Tokens,
    /// What the access token allows.
    pub(super) rights: BTreeSet<&'static str>,
}

/// A session, as its opener knows it.
pub(super) struct Opened {
    pub(super) open: Session,
    pub(super) opener: Entered,
    pub(super) is_closed: bool,
    pub(super) is_batch: bool,
    /// Reference and expected final status of what was sent.
    pub(super) sent: Vec<Sent>,
}

/// An invoice that was sent.
pub(super) struct Sent {
    pub(super) reference: String,
    pub(super) expected: i64,
    pub(super) seller: String,
    pub(super) buyer: String,
    pub(super) hash: String,
    pub(super) is_known: bool,
}

/// A client.
pub(super) struct Client {
    pub(super) shared: Arc<Shared>,
    pub(super) random: fastrand::Rng,
    pub(super) companies: Vec<String>,
    pub(super) persons: Vec<String>,
    certificates: Vec<(Who, Company)>,
    pub(super) model: Model,
    pub(super) entered: Vec<Entered>,
    pub(super) sessions: Vec<Opened>,
    /// (seller, number) of what was accepted.
    pub(super) used_numbers: BTreeSet<(String, String)>,
    /// Operations on permissions: context, reference, expected final code.
    pub(super) operations: Vec<(String, String, i64)>,
    pub(super) counted: BTreeMap<&'static str, usize>,
    pub(super) index: u32,
    pub(super) beyond: Option<Beyond>,
}

impl Client {
    pub(super) fn new(shared: Arc<Shared>, index: u32, seed: u64) -> Answered<Self> {
        let companies: Vec<String> = (0..4).map(|number| format!("52{index:02}1{number}0000")).collect();
        let persons: Vec<String> =
            (0..3).map(|number| format!("9001{:02}{index:02}00{number}", 10 + number)).collect();
        let mut certificates = Vec::new();
        for nip in &companies {
            certificates.push((Who::Company(nip.clone()), person_of(nip)?));
        }
        for pesel in &persons {
            certificates.push((Who::Person(pesel.clone()), person(pesel)?));
        }
        Ok(Self {
            shared,
            random: fastrand::Rng::with_seed(seed),
            companies,
            persons,
            certificates,
            model: Model::default(),
            entered: Vec::new(),
            sessions: Vec::new(),
            used_numbers: BTreeSet::new(),
            operations: Vec::new(),
            counted: BTreeMap::new(),
            index,
            beyond: None,
        })
    }

    /// Works until all clients together have made enough requests.
    pub(super) async fn run(&mut self) -> Answered {
        for context in self.companies.clone() {
            self.log_in(&Who::Company(context.clone()), &context).await?;
        }
        while self.shared.requests.load(Ordering::Relaxed) < self.shared.wanted {
            self.step().await?;
        }
        Ok(())
    }

    /// Calls an operation; the answer was checked against the official document.
    pub(super) async fn call(
        &self,
        operation: Operation,
        parameters: &[&str],
        request: Req,
    ) -> Answered<Answer> {
        self.shared.requests.fetch_add(1, Ordering::Relaxed);
        let answer = self.shared.api.call(operation, parameters, request).await?;
        assert!(answer.status < 500, "{}: {}", operation.name(), answer.status);
        Ok(answer)
    }

    /// Counts an outcome.
    pub(super) fn count(&mut self, outcome: &'static str) {
        *self.counted.entry(outcome).or_default() += 1;
    }

    pub(super) fn company(&mut self) -> String {
        self.companies[self.random.usize(..self.companies.len())].clone()
    }

    pub(super) fn anybody(&mut self) -> Who {
        if self.random.bool() {
            Who::Company(self.company())
        } else {
            Who::Person(self.persons[self.random.usize(..self.persons.len())].clone())
        }
    }

    /// One of the logins that are remembered, the owners' more often than others.
    pub(super) fn somebody(&mut self) -> Entered {
        let index = if self.random.u8(..3) == 0 {
            self.random.usize(..self.companies.len())
        } else {
            self.random.usize(..self.entered.len())
        };
        self.entered[index].clone()
    }

    /// Logs in, and compares how that ends with the model.
    pub(super) async fn log_in(&mut self, who: &Who, context: &str) -> Answered {
        let expected = self.model.rights(who, context);
        let company = &self.certificates.iter().find(|(known, _)| known == who).ok_or("a known one")?.1;
        let challenge = self.call(Operation::AuthChallenge, &[], Req::default()).await?.expect(200).json();
        let context_xml = format!("<Nip>{context}</Nip>");
        let document =
            auth_request(&text(&challenge["challenge"]), &context_xml, "certificateSubject", "2.1");
        let request = Req::default().bytes("application/xml", company.sign(&document)?);
        let started = self.call(Operation::AuthXadesSignature, &[], request).await?.expect(202).json();
        let (reference, token) =
            (text(&started["referenceNumber"]), text(&started["authenticationToken"]["token"]));
        let mut code = Value::Null;
        for _ in 0..200 {
            let status = self.call(Operation::AuthStatus, &[&reference], Req::by(&token)).await?.expect(200);
            code = status.json()["status"]["code"].clone();
            if code != 100 {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(40)).await;
        }
        if expected.is_empty() {
            assert_eq!(code, 415, "{who:?} in {context}");
            self.call(Operation::AuthTokenRedeem, &[], Req::by(&token)).await?.expect_code(21301);
            self.count("login 415");
            return Ok(());
        }
        assert_eq!(code, 200, "{who:?} in {context}: {expected:?}");
        let tokens = self.call(Operation::AuthTokenRedeem, &[], Req::by(&token)).await?.expect(200).json();
        let tokens = Tokens {
            access: text(&tokens["accessToken"]["token"]),
            refresh: text(&tokens["refreshToken"]["token"]),
            reference,
        };
        check_claims(&tokens.access, &expected)?;
        self.count("login 200");
        if self.entered.len() >= LOGINS_MAX {
            // The owners' stay.
            let index = self.random.usize(self.companies.len()..self.entered.len());
            self.entered.remove(index);
        }
        self.entered.push(Entered {
            who: who.clone(),
            context: context.to_owned(),
            tokens,
            rights: expected,
        });
        Ok(())
    }
}

/// Whether a token says what the model says.
pub(super) fn check_claims(access: &str, expected: &BTreeSet<&'static str>) -> Answered {
    let named = crate::permissions::permissions_of(access)?;
    let named: BTreeSet<&str> = named.iter().map(String::as_str).collect();
    assert_eq!(named, *expected);
    Ok(())
}

const LOGINS_MAX: usize = 24;
