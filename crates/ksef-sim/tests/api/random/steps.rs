//! What a client does, by weight, and what it expects.

use super::NUMBERS;
use super::client::{Client, Numbered, Opened, Sent, check_claims};
use super::model::has;
use crate::common::invoice::{Invoice, today};
use crate::common::*;
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
            92..94 => self.look_around().await,
            94 => self.go_beyond().await,
            95 => self.send_batch().await,
            96 => self.export().await,
            _ => self.nonsense().await,
        }
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
        self.sessions.push(Opened { open, opener, is_closed: false, is_batch: false, sent: Vec::new() });
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
        let number = format!("FV/{}", self.random.u16(..NUMBERS));
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
    pub(super) async fn look_at_invoice(
        &mut self,
        index: usize,
        place: usize,
        access: &str,
    ) -> Answered<bool> {
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
        let online: Vec<usize> =
            (0..self.sessions.len()).filter(|place| !self.sessions[*place].is_batch).collect();
        let count = online.len();
        let first = if self.random.u8(..4) == 0 { 0 } else { count.saturating_sub(4) };
        (count > 0).then(|| online[self.random.usize(first..count)])
    }
}

pub(super) fn filters(subject: &str) -> Value {
    let from = format!("{}T00:00:00+01:00", today().saturating_sub(jiff::Span::new().days(5)));
    json!({ "subjectType": subject, "dateRange": { "dateType": "PermanentStorage", "from": from } })
}

pub(super) const WHAT: [&str; 7] = [
    "InvoiceRead",
    "InvoiceWrite",
    "CredentialsManage",
    "CredentialsRead",
    "Introspection",
    "SubunitManage",
    "CollectiveIdentifierManage",
];
pub(super) const SUBJECTS: [&str; 4] = ["Subject1", "Subject2", "Subject3", "SubjectAuthorized"];
