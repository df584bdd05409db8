//! What goes beyond companies and persons in online sessions: batches, exports, units and EU entities.

use super::NUMBERS;
use super::client::{Client, Opened, Sent};
use super::model::has;
use super::steps::{SUBJECTS, filters};
use crate::batch;
use crate::common::invoice::Invoice;
use crate::common::*;
use crate::permissions::{
    enter, fingerprint, grant, identifier, login_code, owner, permissions_of, person, query, revoke,
    to_administrator, to_eu_administrator, unit_of,
};
use ksef_crypto::{KeyKind, SessionKey, Subject};
use ksef_wire::Operation;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::atomic::Ordering;

/// A company with a unit and an EU entity, apart from those of the model.
pub(super) struct Beyond {
    nip: String,
    /// The owner's access token.
    access: String,
    /// Whom the unit gets as its administrator.
    head: Company,
    pesel: String,
    is_head: bool,
    entity: Company,
    is_entity: bool,
}

impl Client {
    /// A batch of an owner: some for itself, some in another's name, some twice.
    pub(super) async fn send_batch(&mut self) -> Answered {
        let opener = self.entered[self.random.usize(..self.companies.len())].clone();
        let mut files = Vec::new();
        let mut expected: BTreeMap<String, (Sent, &'static str)> = BTreeMap::new();
        for place in 0..self.random.usize(1..5) {
            let (seller, buyer) = match self.random.u8(..5) {
                0 => (self.company(), self.company()),
                _ => (opener.context.clone(), self.company()),
            };
            let number = format!("FV/{}", self.random.u16(..NUMBERS));
            let document = Invoice { buyer: buyer.clone(), ..Invoice::of(&seller, &number) }.bytes();
            let key = (seller.clone(), number);
            let (code, outcome) = if !self.model.may_send(&opener.context, &seller, &buyer, false) {
                (410, "batch 410")
            } else if self.used_numbers.contains(&key) {
                (440, "batch 440")
            } else {
                self.used_numbers.insert(key);
                (200, "batch 200")
            };
            let name = format!("{place}.xml");
            let (reference, hash) = (String::new(), hash(&document));
            let sent = Sent { reference, expected: code, seller, buyer, hash, is_known: false };
            expected.insert(name.clone(), (sent, outcome));
            files.push((name, document));
        }
        let api = self.shared.api.clone();
        let (archive, parts) = (batch::zipped(&files)?, self.random.usize(1..3));
        let package = batch::package(&api, &archive, parts).await?;
        let request = Req::by(&opener.tokens.access).json(&package.body);
        let opened = self.call(Operation::BatchSessionOpen, &[], request).await?.expect(201).json();
        let reference = text(&opened["referenceNumber"]);
        let uploads = opened["partUploadRequests"].as_array().ok_or("addresses")?;
        for (upload, part) in uploads.iter().zip(&package.parts) {
            self.shared.requests.fetch_add(1, Ordering::Relaxed);
            batch::upload(&api, upload, part).await?.expect(201);
        }
        let parameters = [reference.as_str()];
        let request = || Req::by(&opener.tokens.access);
        self.call(Operation::BatchSessionClose, &parameters, request()).await?.expect(204);
        let mut invoices = Value::Null;
        for _ in 0..400 {
            let status =
                self.call(Operation::SessionStatus, &parameters, request()).await?.expect(200).json();
            if status["status"]["code"] != 150 {
                let answer = self.call(Operation::SessionInvoices, &parameters, request()).await?;
                invoices = answer.expect(200).json()["invoices"].clone();
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(40)).await;
        }
        let mut sent = Vec::new();
        for invoice in invoices.as_array().ok_or("the batch was processed")? {
            let name = text(&invoice["invoiceFileName"]);
            let (mut known, outcome) = expected.remove(&name).ok_or("a file of the package")?;
            known.reference = text(&invoice["referenceNumber"]);
            sent.push(known);
            self.count(outcome);
        }
        assert!(expected.is_empty(), "files without an invoice");
        let open = Session { reference, key: package.key };
        self.sessions.push(Opened { open, opener, is_closed: true, is_batch: true, sent });
        Ok(())
    }

    /// A package holds only what its context stands on, in the role that was asked for, byte for byte.
    pub(super) async fn export(&mut self) -> Answered {
        let caller = self.somebody();
        let subject = SUBJECTS[self.random.usize(..2)];
        let key = SessionKey::generate();
        let mut body = open_request(&self.shared.api, &key).await?;
        body.as_object_mut().ok_or("an object")?.remove("formCode");
        body["filters"] = filters(subject);
        body["onlyMetadata"] = json!(self.random.bool());
        let request = || Req::by(&caller.tokens.access);
        let answer = self.call(Operation::InvoiceExport, &[], request().json(&body)).await?;
        if !has(&caller.rights, &["InvoiceRead"]) {
            answer.expect_forbidden("missing-permissions");
            self.count("export 403");
            return Ok(());
        }
        if answer.status == 400 {
            // Ten of the same subject run already.
            answer.expect_code(21182);
            return Ok(());
        }
        let reference = text(&answer.expect(201).json()["referenceNumber"]);
        let mut package = Value::Null;
        for _ in 0..400 {
            let answer =
                self.call(Operation::InvoiceExportStatus, &[&reference], request()).await?.expect(200);
            let answer = answer.json();
            if answer["status"]["code"] != 100 {
                assert_eq!(answer["status"]["code"], 200, "{answer}");
                package = answer["package"].clone();
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(40)).await;
        }
        let url = text(&package["parts"][0]["url"]);
        let part = self.shared.api.raw(reqwest::Method::GET, &url, Req::default()).await?.expect(200);
        assert_eq!(text(&package["parts"][0]["encryptedPartHash"]), hash(&part.bytes));
        let mut files = crate::exports::unzip(&key.decrypt(&part.bytes)?)?;
        let list: Value =
            serde_json::from_slice(&files.remove("_metadata.json").ok_or("the list of the package")?)?;
        let listed = list["invoices"].as_array().ok_or("a list")?;
        assert_eq!(package["invoiceCount"], listed.len());
        for invoice in listed {
            let party = match subject {
                "Subject1" => &invoice["seller"]["nip"],
                _ => &invoice["buyer"]["identifier"]["value"],
            };
            assert_eq!(*party, caller.context, "{invoice}");
            if body["onlyMetadata"] == false {
                let name = format!("{}.xml", text(&invoice["ksefNumber"]));
                let document = files.remove(&name).ok_or("the document of a listed invoice")?;
                assert_eq!(hash(&document), text(&invoice["invoiceHash"]));
            }
        }
        assert!(files.is_empty(), "what is not listed is not there");
        self.count("export 200");
        Ok(())
    }

    /// A unit's administrator is made and unmade; an EU entity's is made: each logs in where it may, and nowhere else.
    pub(super) async fn go_beyond(&mut self) -> Answered {
        let api = self.shared.api.apart();
        if self.beyond.is_none() {
            self.beyond = Some(Beyond::new(&api, self.index).await?);
        }
        let Some(beyond) = &mut self.beyond else { return Ok(()) };
        // Each of these is a dozen requests.
        self.shared.requests.fetch_add(12, Ordering::Relaxed);
        let outcome = if self.random.bool() {
            beyond.change_unit(&api).await?
        } else {
            beyond.look_at_entity(&api).await?
        };
        self.count(outcome);
        Ok(())
    }
}

impl Beyond {
    async fn new(api: &Api, index: u32) -> Answered<Self> {
        let nip = format!("53{index:02}100000");
        let pesel = format!("9101{:02}{index:02}001", 10 + index);
        let entity = Subject::Named { common_name: format!("Beispiel GmbH {index}") };
        Ok(Self {
            access: owner(api, &nip).await?,
            head: person(&pesel)?,
            pesel,
            is_head: false,
            entity: Company::of("", &entity, KeyKind::EcP256)?,
            is_entity: false,
            nip,
        })
    }

    async fn change_unit(&mut self, api: &Api) -> Answered<&'static str> {
        let unit = unit_of(&self.nip, 7);
        let place = format!("InternalId:{unit}");
        if self.is_head {
            let all = query(api, &self.access, Operation::PermissionQuerySubunits, &json!({})).await?;
            assert_eq!(all.len(), 1);
            assert_eq!(revoke(api, &self.access, &text(&all[0]["id"])).await?, 200);
            self.is_head = false;
            assert_eq!(login_code(api, &self.head, &place).await?, 415);
            return Ok("unit revoked");
        }
        assert_eq!(login_code(api, &self.head, &place).await?, 415);
        let body = to_administrator(identifier("Pesel", &self.pesel), identifier("InternalId", &unit));
        assert_eq!(grant(api, &self.access, Operation::PermissionSubunitGrant, &body).await?, 200);
        self.is_head = true;
        let entered = enter(api, &self.head, &place, "certificateSubject").await?;
        let entered = entered.map_err(|status| status.to_string())?;
        assert_eq!(permissions_of(&entered.access)?, ["CredentialsManage"]);
        // It administers, and reads nothing; the company's own context is not its own.
        let answer = api
            .call(Operation::InvoiceQueryMetadata, &[], Req::by(&entered.access).json(&filters("Subject3")))
            .await?;
        answer.expect_forbidden("missing-permissions");
        assert_eq!(login_code(api, &self.head, &self.nip).await?, 415);
        Ok("unit granted")
    }

    async fn look_at_entity(&mut self, api: &Api) -> Answered<&'static str> {
        let context = format!("{}-DE123456789", self.nip);
        let (place, by) = (format!("NipVatUe:{context}"), "certificateFingerprint");
        if !self.is_entity {
            assert!(enter(api, &self.entity, &place, by).await?.is_err());
            let body = to_eu_administrator(&fingerprint(&self.entity), &context);
            let operation = Operation::PermissionEuEntityAdministrationGrant;
            assert_eq!(grant(api, &self.access, operation, &body).await?, 200);
            self.is_entity = true;
        }
        let entered = enter(api, &self.entity, &place, by).await?.map_err(|status| status.to_string())?;
        // It may read what it stands on, which is nothing.
        let request = Req::by(&entered.access).json(&filters("Subject2"));
        let found = api.call(Operation::InvoiceQueryMetadata, &[], request).await?.expect(200).json();
        assert_eq!(found["invoices"], json!([]));
        assert!(enter(api, &self.entity, &self.nip, by).await?.is_err(), "not the Polish company's context");
        Ok("EU entity 200")
    }
}
