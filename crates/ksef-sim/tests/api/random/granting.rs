//! Grants and revocations: asked for at random, and expected by the model.

use super::client::{Client, Entered};
use super::model::{Given, Way, Who, has};
use super::steps::WHAT;
use crate::common::*;
use crate::permissions::{identifier, passed_on, to_entity, to_person};
use ksef_wire::Operation;
use serde_json::{Value, json};
use std::collections::BTreeSet;

impl Client {
    /// Asks for a grant.
    pub(super) async fn give(&mut self) -> Answered {
        let caller = self.somebody();
        let to = self.anybody();
        let what = WHAT[self.random.usize(..WHAT.len())];
        let (kind, value) = match &to {
            Who::Company(nip) => ("Nip", nip.as_str()),
            Who::Person(pesel) => ("Pesel", pesel.as_str()),
        };
        let (operation, body, given) = match self.random.u8(..3) {
            0 => {
                let given = Given { way: Way::Person, place: caller.context.clone(), to: to.clone(), what };
                (Operation::PermissionPersonGrant, to_person(kind, value, &[what]), given)
            }
            1 => {
                let nip = self.company();
                let (what, is_passable) = (INVOICING[self.random.usize(..2)], self.random.bool());
                let body = to_entity(&nip, &[(what, is_passable)]);
                let way = Way::Entity { is_passable };
                let given = Given { way, place: caller.context.clone(), to: Who::Company(nip), what };
                (Operation::PermissionEntityGrant, body, given)
            }
            _ => {
                let client = self.random.bool().then(|| self.company());
                let what = INVOICING[self.random.usize(..2)];
                let target =
                    client.as_ref().map_or(json!({ "type": "AllPartners" }), |nip| identifier("Nip", nip));
                let body = passed_on(kind, value, target, &[what]);
                let way = Way::PassedOn { client };
                let given = Given { way, place: caller.context.clone(), to: to.clone(), what };
                (Operation::PermissionIndirectGrant, body, given)
            }
        };
        let answer = self.call(operation, &[], Req::by(&caller.tokens.access).json(&body)).await?;
        if !has(&caller.rights, &["CredentialsManage"]) {
            answer.expect_forbidden("missing-permissions");
            self.count("grant 403");
            return Ok(());
        }
        let reference = text(&answer.expect(202).json()["referenceNumber"]);
        let to_itself = match &given.way {
            Way::Entity { .. } => given.to == Who::Company(given.place.clone()),
            Way::PassedOn { client } => client.as_ref() == Some(&given.place),
            Way::Person => false,
        };
        let code = if !self.manages(&caller) {
            self.count("grant 420");
            420
        } else if to_itself {
            self.count("grant 440");
            440
        } else {
            self.model.give(given);
            self.count("grant 200");
            200
        };
        self.operations.push((caller.context, reference, code));
        Ok(())
    }

    /// Whether a caller may manage permissions by the graph as it is now.
    fn manages(&self, caller: &Entered) -> bool {
        has(&self.model.rights(&caller.who, &caller.context), &["CredentialsManage"])
    }

    /// Lists what was given in a context and takes one of it away.
    pub(super) async fn take(&mut self) -> Answered {
        let caller = self.somebody();
        let body = json!({ "queryType": "PermissionsInCurrentContext" });
        let request = Req::by(&caller.tokens.access).json(&body).query("pageSize=100");
        let answer = self.call(Operation::PermissionQueryPersons, &[], request).await?;
        if !has(&caller.rights, &["CredentialsManage", "CredentialsRead", "SubunitManage"]) {
            answer.expect_forbidden("missing-permissions");
            self.count("persons 403");
            let id = "0c9a72e8-f344-457f-9c16-7c640eb60242";
            let request = Req::by(&caller.tokens.access);
            self.call(Operation::PermissionCommonRevoke, &[id], request)
                .await?
                .expect_forbidden("missing-permissions");
            self.count("revoke 403");
            return Ok(());
        }
        let answer = answer.expect(200).json();
        let listed = answer["permissions"].as_array().ok_or("a list")?.clone();
        let mut found: Vec<Given> = Vec::new();
        for item in &listed {
            let given = read_given(item, &caller.context)?;
            // An inactive one is one that was passed on and has lost its source.
            let is_working = match &given.way {
                Way::PassedOn { client: Some(client) } => {
                    self.model.rights(&given.to, client).contains(given.what)
                }
                _ => true,
            };
            if item["permissionState"] == "Active" && given.to != Who::Company(given.place.clone()) {
                assert!(is_working || matches!(given.to, Who::Company(_)), "{item}");
            }
            found.push(given);
        }
        let expected = self.model.given.iter().filter(|given| given.place == caller.context).count();
        assert_eq!(found.len(), expected.min(100), "what is given in {}", caller.context);
        for given in &found {
            assert!(self.model.given.contains(given), "{given:?}");
        }
        self.count("persons 200");
        if found.is_empty() {
            return Ok(());
        }
        let index = self.random.usize(..found.len());
        let id = text(&listed[index]["id"]);
        let request = Req::by(&caller.tokens.access);
        let answer = self.call(Operation::PermissionCommonRevoke, &[&id], request).await?;
        if !has(&caller.rights, &["CredentialsManage", "VatUeManage", "SubunitManage"]) {
            answer.expect_forbidden("missing-permissions");
            self.count("revoke 403");
            return Ok(());
        }
        let reference = text(&answer.expect(202).json()["referenceNumber"]);
        let is_allowed = self.manages(&caller) && has(&caller.rights, &["CredentialsManage"]);
        if is_allowed {
            self.model.given.retain(|given| *given != found[index]);
            self.count("revoke 200");
        }
        self.operations.push((caller.context, reference, if is_allowed { 200 } else { 420 }));
        Ok(())
    }

    /// Lets a buyer bill itself, or no longer.
    pub(super) async fn authorize(&mut self) -> Answered {
        let (seller, buyer) = (self.company(), self.company());
        let caller =
            self.entered[self.companies.iter().position(|nip| *nip == seller).ok_or("its own")?].clone();
        let list = json!({ "queryType": "Granted" });
        let request = Req::by(&caller.tokens.access).json(&list).query("pageSize=100");
        let listed =
            self.call(Operation::PermissionQueryAuthorizations, &[], request).await?.expect(200).json();
        let listed = listed["authorizationGrants"].as_array().ok_or("a list")?.clone();
        let found: BTreeSet<String> =
            listed.iter().map(|item| text(&item["authorizedEntityIdentifier"]["value"])).collect();
        let known = self.model.self_billing.iter().filter(|(from, _)| *from == seller);
        let known: BTreeSet<String> = known.map(|(_, to)| to.clone()).collect();
        assert_eq!(found, known);
        if let Some(item) = listed.first().filter(|_| self.random.bool()) {
            let id = text(&item["id"]);
            let to = text(&item["authorizedEntityIdentifier"]["value"]);
            let request = Req::by(&caller.tokens.access);
            self.call(Operation::PermissionAuthorizationRevoke, &[&id], request).await?.expect(202);
            self.model.self_billing.retain(|pair| *pair != (seller.clone(), to.clone()));
            return Ok(());
        }
        let body = crate::permissions::authorization("Nip", &buyer, "SelfInvoicing");
        let request = Req::by(&caller.tokens.access).json(&body);
        let answer =
            self.call(Operation::PermissionAuthorizationGrant, &[], request).await?.expect(202).json();
        let code = if seller == buyer { 440 } else { 200 };
        self.operations.push((caller.context, text(&answer["referenceNumber"]), code));
        let pair = (seller, buyer);
        if code == 200 && !self.model.self_billing.contains(&pair) {
            self.model.self_billing.push(pair);
        }
        Ok(())
    }

    /// Asks for one's own permissions.
    pub(super) async fn list(&mut self) -> Answered {
        let caller = self.somebody();
        let request = Req::by(&caller.tokens.access).json(&json!({})).query("pageSize=100");
        let answer = self.call(Operation::PermissionQueryPersonal, &[], request).await?.expect(200).json();
        let listed = answer["permissions"].as_array().ok_or("a list")?;
        assert_eq!(answer["ownerPermissions"].is_array(), caller.rights.contains("Owner"));
        if !caller.rights.contains("Owner") {
            // What works here and is listed as active is what a login would give now.
            let listed: BTreeSet<String> = listed
                .iter()
                .filter(|item| {
                    item["permissionState"] == "Active"
                        && (item["targetIdentifier"].is_null()
                            || item["targetIdentifier"]["value"] == caller.context.as_str())
                })
                .map(|item| text(&item["permissionScope"]))
                .collect();
            let now = self.model.rights(&caller.who, &caller.context);
            assert!(listed.iter().all(|name| now.contains(name.as_str())), "{listed:?} {now:?}");
        }
        self.count("personal 200");
        Ok(())
    }

    /// An operation on permissions ended as it had to.
    pub(super) async fn look_at_operation(&mut self) -> Answered {
        if self.operations.is_empty() {
            return Ok(());
        }
        let (context, reference, expected) =
            self.operations[self.random.usize(..self.operations.len())].clone();
        let caller = self.somebody();
        let request = Req::by(&caller.tokens.access);
        let answer = self.call(Operation::PermissionOperationStatus, &[&reference], request).await?;
        if caller.context != context {
            answer.expect_forbidden("insufficient-resource-access");
            return Ok(());
        }
        let code = answer.expect(200).json()["status"]["code"].as_i64().ok_or("a code")?;
        assert!([100, expected].contains(&code), "{code}, not {expected}");
        Ok(())
    }
}

/// What an entry of the list of persons says.
fn read_given(item: &Value, place: &str) -> Answered<Given> {
    let holder = &item["authorizedIdentifier"];
    let value = text(&holder["value"]);
    let to = if holder["type"] == "Nip" { Who::Company(value) } else { Who::Person(value) };
    let scope = text(&item["permissionScope"]);
    let what = WHAT.into_iter().find(|what| *what == scope).ok_or("a permission that was given")?;
    let target = &item["targetIdentifier"];
    let way = if target["type"] == "AllPartners" {
        Way::PassedOn { client: None }
    } else if target["value"].is_string() {
        Way::PassedOn { client: Some(text(&target["value"])) }
    } else if item["subjectEntityDetails"].is_object() {
        Way::Entity { is_passable: item["canDelegate"] == true }
    } else {
        Way::Person
    };
    Ok(Given { way, place: place.to_owned(), to, what })
}

const INVOICING: [&str; 2] = ["InvoiceRead", "InvoiceWrite"];
