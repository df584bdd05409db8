//! What a client does, by weight, and what it expects.

use super::client::{Client, Entered, Numbered, Opened, Sent, check_claims};
use super::model::{Given, Way, Who, has};
use crate::common::invoice::{Invoice, today};
use crate::common::*;
use crate::permissions::{identifier, passed_on, to_entity, to_person};
use ksef_crypto::SessionKey;
use ksef_wire::Operation;
use serde_json::{Value, json};
use std::collections::BTreeSet;

impl Client {
    /// One random thing.
    pub(super) async fn step(&mut self) -> Answered {
        match self.random.u8(..100) {
            0..10 => {
                let (who, context) = (self.anybody(), self.company());
                self.log_in(&who, &context).await
            }
            10..20 => self.give().await,
            20..27 => self.take().await,
            27..31 => self.authorize().await,
            31..37 => self.list().await,
            37..43 => self.refresh().await,
            43..48 => self.open().await,
            48..66 => self.send().await,
            66..72 => self.look_at_session().await,
            72..75 => self.close().await,
            75..82 => self.download().await,
            82..86 => self.query_metadata().await,
            86..89 => self.make_token().await,
            89..92 => self.look_at_operation().await,
            92..96 => self.look_around().await,
            _ => self.nonsense().await,
        }
    }

    /// Asks for a grant.
    async fn give(&mut self) -> Answered {
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
    async fn take(&mut self) -> Answered {
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
    async fn authorize(&mut self) -> Answered {
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
    async fn list(&mut self) -> Answered {
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
                    item["targetIdentifier"].is_null() && item["permissionState"] == "Active"
                        || item["targetIdentifier"]["value"] == caller.context.as_str()
                            && item["permissionState"] == "Active"
                })
                .map(|item| text(&item["permissionScope"]))
                .collect();
            let now = self.model.rights(&caller.who, &caller.context);
            assert!(listed.iter().all(|name| now.contains(name.as_str())), "{listed:?} {now:?}");
        }
        self.count("personal 200");
        Ok(())
    }

    /// Refreshes: the new token has what its holder has now.
    async fn refresh(&mut self) -> Answered {
        let index = self.random.usize(..self.entered.len());
        let caller = self.entered[index].clone();
        let now = self.model.rights(&caller.who, &caller.context);
        let answer = self.call(Operation::AuthTokenRefresh, &[], Req::by(&caller.tokens.refresh)).await?;
        if now.is_empty() {
            answer.expect_code(21301);
            self.count("refresh 21301");
            return Ok(());
        }
        let access = text(&answer.expect(200).json()["accessToken"]["token"]);
        check_claims(&access, &now)?;
        self.entered[index].tokens.access = access;
        self.entered[index].rights = now;
        self.count("refresh 200");
        Ok(())
    }

    async fn open(&mut self) -> Answered {
        let opener = self.somebody();
        let key = SessionKey::generate();
        let body = open_request(&self.shared.api, &key).await?;
        let request = Req::by(&opener.tokens.access).json(&body);
        let answer = self.call(Operation::OnlineSessionOpen, &[], request).await?;
        if !has(&opener.rights, &["InvoiceWrite"]) {
            answer.expect_forbidden("missing-permissions");
            self.count("open 403");
            return Ok(());
        }
        let open = Session { reference: text(&answer.expect(201).json()["referenceNumber"]), key };
        self.sessions.push(Opened { open, opener, is_closed: false, sent: Vec::new() });
        self.count("open 201");
        Ok(())
    }

    /// Sends an invoice into one of the sessions, open or closed.
    async fn send(&mut self) -> Answered {
        let Some(index) = self.some_session() else { return Ok(()) };
        let context = self.sessions[index].opener.context.clone();
        let is_self_billed = self.random.u8(..3) == 0;
        let (seller, buyer) = match self.random.u8(..4) {
            0 => (self.company(), self.company()),
            1 if is_self_billed => (self.company(), context.clone()),
            _ => (context.clone(), self.company()),
        };
        let number = format!("FV/{}", self.random.u16(..400));
        let document = Invoice { buyer: buyer.clone(), ..Invoice::of(&seller, &number) }.bytes();
        let document = if is_self_billed {
            let text = String::from_utf8(document)?;
            text.replace("<P_17>2</P_17>", "<P_17>1</P_17>").into_bytes()
        } else {
            document
        };
        let session = &self.sessions[index];
        let request = Req::by(&session.opener.tokens.access).json(&send_request(&session.open, &document));
        let answer = self.call(Operation::OnlineInvoiceSend, &[&session.open.reference], request).await?;
        if session.is_closed {
            answer.expect_code(21180);
            return Ok(());
        }
        let reference = text(&answer.expect(202).json()["referenceNumber"]);
        let key = (seller.clone(), number);
        let (expected, outcome) = if !self.model.may_send(&context, &seller, &buyer, is_self_billed) {
            (410, "invoice 410")
        } else if self.used_numbers.contains(&key) {
            (440, "invoice 440")
        } else {
            self.used_numbers.insert(key);
            (200, "invoice 200")
        };
        self.count(outcome);
        let hash = hash(&document);
        self.sessions[index].sent.push(Sent { reference, expected, seller, buyer, hash, is_known: false });
        Ok(())
    }

    /// Looks at a session and one of its invoices, as its opener or as anybody.
    async fn look_at_session(&mut self) -> Answered {
        let Some(index) = self.some_session() else { return Ok(()) };
        let caller = if self.random.bool() { self.sessions[index].opener.clone() } else { self.somebody() };
        let session = &self.sessions[index];
        let request = || Req::by(&caller.tokens.access);
        let answer = self.call(Operation::SessionStatus, &[&session.open.reference], request()).await?;
        if !has(&caller.rights, &["InvoiceWrite", "Introspection"]) {
            answer.expect_forbidden("missing-permissions");
            self.count("session 403");
            return Ok(());
        }
        let is_allowed = caller.context == session.opener.context
            && (caller.who == session.opener.who || has(&caller.rights, &["Introspection"]));
        if !is_allowed {
            answer.expect_forbidden("insufficient-resource-access");
            self.count("session 403");
            return Ok(());
        }
        answer.expect(200);
        if session.sent.is_empty() {
            return Ok(());
        }
        let place = self.random.usize(..session.sent.len());
        self.look_at_invoice(index, place, &caller.tokens.access).await?;
        Ok(())
    }

    /// Looks at an invoice that was sent; the final status is the expected one. Whether it is final.
    async fn look_at_invoice(&mut self, index: usize, place: usize, access: &str) -> Answered<bool> {
        let session = &self.sessions[index];
        let sent = &session.sent[place];
        let parameters = [session.open.reference.as_str(), sent.reference.as_str()];
        let answer = self.call(Operation::SessionInvoiceStatus, &parameters, Req::by(access)).await?;
        let answer = answer.expect(200).json();
        let code = answer["status"]["code"].as_i64().ok_or("a code")?;
        assert!([150, sent.expected].contains(&code), "{} expected: {answer}", sent.expected);
        if code == 150 {
            return Ok(false);
        }
        assert_eq!(answer["ksefNumber"].is_string(), code == 200);
        if code == 200 && !sent.is_known {
            let numbered = Numbered {
                number: text(&answer["ksefNumber"]),
                seller: sent.seller.clone(),
                buyer: sent.buyer.clone(),
                hash: sent.hash.clone(),
            };
            self.shared.invoices.lock().expect("no client panicked").push(numbered);
            self.sessions[index].sent[place].is_known = true;
        }
        Ok(true)
    }

    async fn close(&mut self) -> Answered {
        let Some(index) = self.some_session() else { return Ok(()) };
        let session = &self.sessions[index];
        let request = Req::by(&session.opener.tokens.access);
        let answer = self.call(Operation::OnlineSessionClose, &[&session.open.reference], request).await?;
        if session.is_closed {
            answer.expect_code(21180);
        } else {
            answer.expect(204);
        }
        self.sessions[index].is_closed = true;
        Ok(())
    }

    /// Downloads an invoice of anybody's: only its parties get it, and only with the right to read.
    async fn download(&mut self) -> Answered {
        let caller = self.somebody();
        let invoice = {
            let invoices = self.shared.invoices.lock().expect("no client panicked");
            if invoices.is_empty() {
                return Ok(());
            }
            invoices[self.random.usize(..invoices.len())].clone()
        };
        let request = Req::by(&caller.tokens.access);
        let answer = self.call(Operation::InvoiceDownload, &[&invoice.number], request).await?;
        if !has(&caller.rights, &["InvoiceRead"]) {
            answer.expect_forbidden("missing-permissions");
            self.count("download 403");
        } else if [&invoice.seller, &invoice.buyer].contains(&&caller.context) {
            assert_eq!(hash(&answer.expect(200).bytes), invoice.hash);
            self.count("download 200");
        } else {
            answer.expect_code(21164);
            self.count("download 21164");
        }
        Ok(())
    }

    /// Everything in an answer has the caller's context in the role that was asked for.
    async fn query_metadata(&mut self) -> Answered {
        let caller = self.somebody();
        let subject = SUBJECTS[self.random.usize(..SUBJECTS.len())];
        let request =
            Req::by(&caller.tokens.access).json(&filters(subject)).query("pageSize=50&sortOrder=Desc");
        let answer = self.call(Operation::InvoiceQueryMetadata, &[], request).await?;
        if !has(&caller.rights, &["InvoiceRead"]) {
            answer.expect_forbidden("missing-permissions");
            return Ok(());
        }
        for invoice in answer.expect(200).json()["invoices"].as_array().ok_or("a list")? {
            let party = match subject {
                "Subject1" => &invoice["seller"]["nip"],
                "Subject2" => &invoice["buyer"]["identifier"]["value"],
                other => return Err(format!("nobody is {other} here: {invoice}").into()),
            };
            assert_eq!(*party, caller.context, "{invoice}");
        }
        self.count("metadata 200");
        Ok(())
    }

    /// A token has no more than its maker.
    async fn make_token(&mut self) -> Answered {
        let caller = self.somebody();
        let what = WHAT[self.random.usize(..WHAT.len())];
        let body = json!({ "permissions": [what], "description": "token losowy" });
        let request = Req::by(&caller.tokens.access).json(&body);
        let answer = self.call(Operation::TokenGenerate, &[], request).await?;
        if !has(&caller.rights, &[what]) {
            answer.expect_code(26001);
            self.count("token 26001");
            return Ok(());
        }
        let reference = text(&answer.expect(202).json()["referenceNumber"]);
        let request = Req::by(&caller.tokens.access);
        self.call(Operation::TokenStatus, &[&reference], request.clone()).await?.expect(200);
        if self.random.bool() {
            self.call(Operation::TokenRevoke, &[&reference], request).await?.expect(204);
        }
        Ok(())
    }

    /// An operation on permissions ended as it had to.
    async fn look_at_operation(&mut self) -> Answered {
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

    /// Reads what anybody may read, by anybody.
    async fn look_around(&mut self) -> Answered {
        let caller = self.somebody();
        let request = || Req::by(&caller.tokens.access);
        match self.random.u8(..9) {
            0 => self.call(Operation::AuthSessions, &[], request()).await?.expect(200),
            1 => self.call(Operation::TokenList, &[], request().query("pageSize=100")).await?.expect(200),
            2 => self.call(Operation::RateLimits, &[], request()).await?.expect(200),
            3 => self.call(Operation::ContextLimits, &[], request()).await?.expect(200),
            4 => self.call(Operation::SubjectLimits, &[], request()).await?.expect(200),
            5 => self.call(Operation::PublicKeyCertificates, &[], Req::default()).await?.expect(200),
            6 => self.call(Operation::PermissionAttachmentStatus, &[], request()).await?,
            7 => self.call(Operation::PermissionQueryEntityRoles, &[], request()).await?,
            _ => {
                let answer =
                    self.call(Operation::SessionList, &[], request().query("sessionType=Online")).await?;
                if has(&caller.rights, &["InvoiceWrite", "Introspection"]) {
                    let mine: BTreeSet<&str> = self
                        .sessions
                        .iter()
                        .filter(|session| session.opener.context == caller.context)
                        .filter(|session| {
                            session.opener.who == caller.who || has(&caller.rights, &["Introspection"])
                        })
                        .map(|session| session.open.reference.as_str())
                        .collect();
                    let answer = answer.expect(200);
                    for session in answer.json()["sessions"].as_array().ok_or("a list")? {
                        assert!(mine.contains(text(&session["referenceNumber"]).as_str()), "{session}");
                    }
                    answer
                } else {
                    answer.expect_forbidden("missing-permissions");
                    answer
                }
            }
        };
        Ok(())
    }

    /// Any bytes on any operation: an answer of the document, whatever it is.
    async fn nonsense(&mut self) -> Answered {
        let operation = Operation::ALL[self.random.usize(..Operation::ALL.len())];
        // What would change things behind the model's back; the rest cannot do that with such a body.
        let changes = ["Revoke", "Close", "Reset", "Production", "Block"];
        if changes.iter().any(|part| operation.name().contains(part)) {
            return Ok(());
        }
        let caller = self.somebody();
        let words =
            ["{}", "[]", "{\"permissions\":7}", "{\"description\":\"\u{0}\"}", "", "<a/>", "\u{feff}{"];
        let word = words[self.random.usize(..words.len())];
        let id: String = (0..36).map(|_| self.random.alphanumeric()).collect();
        let mut request = Req::by(&caller.tokens.access);
        if operation.method() != ksef_wire::Method::Get {
            let kind = if self.random.bool() { "application/json" } else { "application/xml" };
            request = request.bytes(kind, word);
        } else if self.random.bool() {
            request = request.query("pageSize=x&pageOffset=-1");
        }
        self.call(operation, &[&id, &id], request).await?;
        Ok(())
    }

    fn some_session(&mut self) -> Option<usize> {
        // Mostly a recent one, so that sessions fill up.
        let count = self.sessions.len();
        let first = if self.random.u8(..4) == 0 { 0 } else { count.saturating_sub(4) };
        (count > 0).then(|| self.random.usize(first..count))
    }

    /// Closes everything, waits for everything, and compares the lists and counters of KSeF with what is known.
    pub(super) async fn settle(&mut self) -> Answered {
        for index in 0..self.sessions.len() {
            if !self.sessions[index].is_closed {
                let session = &self.sessions[index];
                let request = Req::by(&session.opener.tokens.access);
                self.call(Operation::OnlineSessionClose, &[&session.open.reference], request)
                    .await?
                    .expect(204);
                self.sessions[index].is_closed = true;
            }
            // The owner's token, since the opener's right may be gone.
            let owner = self.owner_of(&self.sessions[index].opener.context.clone())?;
            for place in 0..self.sessions[index].sent.len() {
                for _ in 0..200 {
                    if self.look_at_invoice(index, place, &owner).await? {
                        break;
                    }
                    tokio::time::sleep(std::time::Duration::from_millis(35)).await;
                }
            }
            let session = &self.sessions[index];
            let parameters = [session.open.reference.as_str()];
            let (_, status) =
                self.shared.api.poll(Operation::SessionStatus, &parameters, &owner, &[170]).await?;
            let successes = session.sent.iter().filter(|sent| sent.expected == 200).count();
            let code = match (session.sent.len(), successes) {
                (0, _) => 440,
                (_, 0) => 445,
                _ => 200,
            };
            assert_eq!(status["status"]["code"], code, "{status}");
            let count = |name: &str| status[name].as_u64().unwrap_or(0);
            assert_eq!(count("invoiceCount"), session.sent.len() as u64, "{status}");
            assert_eq!(count("successfulInvoiceCount"), successes as u64, "{status}");
            assert_eq!(count("failedInvoiceCount"), (session.sent.len() - successes) as u64, "{status}");
        }
        for context in self.companies.clone() {
            self.check_lists(&context).await?;
        }
        Ok(())
    }

    fn owner_of(&self, context: &str) -> Answered<String> {
        let found = self
            .entered
            .iter()
            .find(|entered| entered.context == context && entered.rights.contains("Owner"));
        Ok(found.ok_or("the owner is logged in")?.tokens.access.clone())
    }

    /// Exactly the invoices of a company are listed as its sales and its purchases.
    async fn check_lists(&mut self, context: &str) -> Answered {
        let owner = self.owner_of(context)?;
        for subject in SUBJECTS {
            let mut found = BTreeSet::new();
            for page in 0..40 {
                let query = format!("pageSize=250&pageOffset={page}");
                let request = Req::by(&owner).json(&filters(subject)).query(query);
                let answer =
                    self.call(Operation::InvoiceQueryMetadata, &[], request).await?.expect(200).json();
                let invoices = answer["invoices"].as_array().ok_or("a list")?;
                found.extend(invoices.iter().map(|invoice| text(&invoice["ksefNumber"])));
                if answer["hasMore"] == false {
                    break;
                }
            }
            let sent = self.shared.invoices.lock().expect("no client panicked");
            let expected: BTreeSet<String> = sent
                .iter()
                .filter(|invoice| match subject {
                    "Subject1" => invoice.seller == context,
                    "Subject2" => invoice.buyer == context,
                    _ => false,
                })
                .map(|invoice| invoice.number.clone())
                .collect();
            assert_eq!(found, expected, "{subject} of {context}");
        }
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

fn filters(subject: &str) -> Value {
    let from = format!("{}T00:00:00+01:00", today().saturating_sub(jiff::Span::new().days(5)));
    json!({ "subjectType": subject, "dateRange": { "dateType": "PermanentStorage", "from": from } })
}

const WHAT: [&str; 7] = [
    "InvoiceRead",
    "InvoiceWrite",
    "CredentialsManage",
    "CredentialsRead",
    "Introspection",
    "SubunitManage",
    "CollectiveIdentifierManage",
];
const INVOICING: [&str; 2] = ["InvoiceRead", "InvoiceWrite"];
const SUBJECTS: [&str; 4] = ["Subject1", "Subject2", "Subject3", "SubjectAuthorized"];
