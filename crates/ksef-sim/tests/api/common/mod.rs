//! What the tests share: a client that checks every answer against the official document, companies that log in, and
//! invoices of our own.
#![allow(dead_code, reason = "each test file uses its part of this")]

pub(crate) mod contract;
pub(crate) mod control;
pub(crate) mod invoice;
pub(crate) mod seen;

use contract::Contract;
use jiff::Timestamp;
use ksef_crypto::xades::{SignatureStyle, sign_enveloped};
use ksef_crypto::{Credential, KeyKind, SessionKey, Subject, SubjectIdentity, WrappingKey, sha256};
use ksef_id::Sha256Hash;
use ksef_sim::{Limits, Simulator, SimulatorConfig};
use ksef_wire::{Method, Operation};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

pub(crate) type Answered<T = ()> = Result<T, Box<dyn std::error::Error>>;

/// A simulator for a test: fixed seed, and no limits unless the test is about them.
pub(crate) async fn simulator() -> Answered<Simulator> {
    simulator_with(SimulatorConfig { seed: 7, limits: Limits::Off, ..SimulatorConfig::default() }).await
}

pub(crate) async fn simulator_with(config: SimulatorConfig) -> Answered<Simulator> {
    Ok(Simulator::start(config, ([127, 0, 0, 1], 0).into()).await?)
}

/// A client that checks every answer against the official document.
#[derive(Clone)]
pub(crate) struct Api {
    client: reqwest::Client,
    base: String,
    contract: Option<&'static Contract>,
    /// Tells the gate that this test is at work.
    _running: std::sync::Arc<seen::Running>,
    /// Whether the gate counts what it produces.
    is_counted: bool,
    /// When something was last asked to begin.
    began: std::sync::Arc<std::sync::Mutex<Instant>>,
}

/// A request to be made.
#[derive(Default, Clone)]
pub(crate) struct Req {
    pub(crate) token: Option<String>,
    pub(crate) query: String,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Option<(&'static str, Vec<u8>)>,
}

impl Req {
    pub(crate) fn by(token: &str) -> Self {
        Self { token: Some(token.to_owned()), ..Self::default() }
    }

    pub(crate) fn json(mut self, body: &Value) -> Self {
        self.body = Some(("application/json", body.to_string().into_bytes()));
        self
    }

    pub(crate) fn bytes(mut self, content_type: &'static str, body: impl Into<Vec<u8>>) -> Self {
        self.body = Some((content_type, body.into()));
        self
    }

    pub(crate) fn query(mut self, query: impl Into<String>) -> Self {
        self.query = query.into();
        self
    }

    pub(crate) fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: reqwest::header::HeaderMap,
    pub(crate) bytes: Vec<u8>,
}

impl Answer {
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes)
            .unwrap_or_else(|error| panic!("no JSON ({error}): {}", String::from_utf8_lossy(&self.bytes)))
    }

    /// The body, when the status is this one.
    #[track_caller]
    pub(crate) fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", String::from_utf8_lossy(&self.bytes));
        self
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// Whether it is 400 with this code of KSeF, in the legacy shape.
    #[track_caller]
    pub(crate) fn expect_code(&self, code: i32) -> Vec<String> {
        assert_eq!(self.status, 400, "{}", String::from_utf8_lossy(&self.bytes));
        let body = self.json();
        let detail = &body["exception"]["exceptionDetailList"][0];
        assert_eq!(detail["exceptionCode"], code, "{body}");
        let description = ksef_wire::codes::ExceptionCode(code).description().expect("a known code");
        assert_eq!(detail["exceptionDescription"], description);
        detail["details"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect()
    }

    /// Whether it is 403 with this reason.
    #[track_caller]
    pub(crate) fn expect_forbidden(&self, reason: &str) -> Value {
        assert_eq!(self.status, 403, "{}", String::from_utf8_lossy(&self.bytes));
        let body = self.json();
        assert_eq!(body["reasonCode"], reason, "{body}");
        body
    }
}

impl Api {
    pub(crate) fn of(simulator: &Simulator) -> Self {
        let client = reqwest::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .timeout(Duration::from_secs(60))
            .build()
            .expect("a client can be made");
        let began = std::sync::Arc::new(std::sync::Mutex::new(Instant::now()));
        Self {
            client,
            base: simulator.base_url(),
            contract: contract::official(),
            _running: seen::Running::start(),
            is_counted: true,
            began,
        }
    }

    /// The same with a time of its own: for one of several that call at once.
    pub(crate) fn apart(&self) -> Self {
        Self { began: std::sync::Arc::new(std::sync::Mutex::new(Instant::now())), ..self.clone() }
    }

    /// The same for a test that throws dice: what comes of chance is not counted by the gate.
    pub(crate) fn uncounted(self) -> Self {
        Self { is_counted: false, ..self }
    }

    /// Calls an operation; the answer has been checked against the official document.
    pub(crate) async fn call(
        &self,
        operation: Operation,
        parameters: &[&str],
        request: Req,
    ) -> Answered<Answer> {
        let answer = self.call_unchecked(operation, parameters, request).await?;
        if let Some(contract) = self.contract {
            contract.check(operation, &answer);
        }
        if self.is_counted {
            seen::note(operation, &answer);
        }
        Ok(answer)
    }

    /// Calls an operation whose answer is broken on purpose.
    pub(crate) async fn call_unchecked(
        &self,
        operation: Operation,
        parameters: &[&str],
        request: Req,
    ) -> Answered<Answer> {
        let method = match operation.method() {
            Method::Get => reqwest::Method::GET,
            Method::Post => reqwest::Method::POST,
            Method::Put => reqwest::Method::PUT,
            Method::Delete => reqwest::Method::DELETE,
        };
        let query = if request.query.is_empty() { String::new() } else { format!("?{}", request.query) };
        let url = format!("{}{}{query}", self.base, operation.path(parameters));
        if operation.method() != Method::Get {
            *self.began.lock().expect("no test panics while it holds the lock") = Instant::now();
        }
        self.raw(method, &url, request).await
    }

    /// Calls any address.
    pub(crate) async fn raw(&self, method: reqwest::Method, url: &str, request: Req) -> Answered<Answer> {
        let mut builder = self.client.request(method, url);
        if let Some(token) = &request.token {
            builder = builder.bearer_auth(token);
        }
        for (name, value) in &request.headers {
            builder = builder.header(*name, value);
        }
        if let Some((content_type, body)) = request.body {
            builder = builder.header("content-type", content_type).body(body);
        }
        let response = builder.send().await?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Ok(Answer { status, headers, bytes: response.bytes().await?.to_vec() })
    }

    pub(crate) fn base(&self) -> &str {
        &self.base
    }

    /// Whether so little time has passed since something was begun that its intermediate status must still be shown:
    /// after a second it need not be, and a busy machine may take that long.
    pub(crate) fn is_quick(&self) -> bool {
        self.began.lock().expect("no test panics while it holds the lock").elapsed()
            < Duration::from_millis(900)
    }

    /// Asks until the answer's `/status/code` is none of the intermediate ones; gives the codes seen and the answer. A
    /// first answer that came late is noted as intermediate, since it could not be told any more.
    pub(crate) async fn poll(
        &self,
        operation: Operation,
        parameters: &[&str],
        token: &str,
        intermediate: &[i64],
    ) -> Answered<(Vec<i64>, Value)> {
        let mut seen = Vec::new();
        for _ in 0..200 {
            let body = self.call(operation, parameters, Req::by(token)).await?.expect(200).json();
            let code = body["status"]["code"].as_i64().ok_or("a status has a code")?;
            let came_late = seen.is_empty() && !self.is_quick();
            seen.push(if came_late { intermediate[intermediate.len() - 1] } else { code });
            if !intermediate.contains(&code) {
                return Ok((seen, body));
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Err(format!("still not finished: {seen:?}").into())
    }
}

/// A company with its certificate.
pub(crate) struct Company {
    pub(crate) nip: String,
    pub(crate) credential: Credential,
}

/// The tokens of a login.
#[derive(Debug, Clone)]
pub(crate) struct Tokens {
    pub(crate) access: String,
    pub(crate) refresh: String,
    pub(crate) reference: String,
}

pub(crate) fn validity() -> (Timestamp, Timestamp) {
    let now = Timestamp::now();
    (now - jiff::SignedDuration::from_hours(24), now + jiff::SignedDuration::from_hours(24 * 365))
}

impl Company {
    /// A company with a seal.
    pub(crate) fn with_seal(nip: &str, kind: KeyKind) -> Answered<Self> {
        let subject = Subject::Seal {
            nip: nip.to_owned(),
            organization: "Przykładowa Hurtownia sp. z o.o.".to_owned(),
        };
        Self::of(nip, &subject, kind)
    }

    pub(crate) fn of(nip: &str, subject: &Subject, kind: KeyKind) -> Answered<Self> {
        let (from, to) = validity();
        Ok(Self { nip: nip.to_owned(), credential: Credential::self_signed(subject, kind, from, to)? })
    }

    /// A company whose certificate is a person's with the company's NIP.
    pub(crate) fn with_person(nip: &str) -> Answered<Self> {
        let identity = SubjectIdentity::Nip(nip.to_owned());
        let subject =
            Subject::Person { identity, given_name: "Imię".to_owned(), surname: "Nazwisko".to_owned() };
        Self::of(nip, &subject, KeyKind::EcP256)
    }

    /// The document to be signed.
    pub(crate) fn auth_request(&self, challenge: &str) -> String {
        auth_request(challenge, &format!("<Nip>{}</Nip>", self.nip), "certificateSubject", "2.1")
    }

    pub(crate) fn sign(&self, document: &str) -> Answered<Vec<u8>> {
        Ok(sign_enveloped(document.as_bytes(), &self.credential, Timestamp::now(), SignatureStyle::Login)?)
    }

    /// Sends a signed document for a fresh challenge.
    pub(crate) async fn start_login(&self, api: &Api) -> Answered<Answer> {
        let signed = self.sign(&self.auth_request(&challenge(api).await?.0))?;
        api.call(Operation::AuthXadesSignature, &[], Req::default().bytes("application/xml", signed)).await
    }

    /// Logs in to the end.
    pub(crate) async fn login(&self, api: &Api) -> Answered<Tokens> {
        let started = self.start_login(api).await?.expect(202).json();
        finish_login(api, &started).await
    }
}

pub(crate) fn auth_request(challenge: &str, context: &str, subject_type: &str, version: &str) -> String {
    format!(
        r#"<?xml version="1.0" encoding="utf-8"?><AuthTokenRequest xmlns="http://ksef.mf.gov.pl/auth/token/{version}"><Challenge>{challenge}</Challenge><ContextIdentifier>{context}</ContextIdentifier><SubjectIdentifierType>{subject_type}</SubjectIdentifierType></AuthTokenRequest>"#
    )
}

/// A challenge and its time in milliseconds.
pub(crate) async fn challenge(api: &Api) -> Answered<(String, i64)> {
    let body = api.call(Operation::AuthChallenge, &[], Req::default()).await?.expect(200).json();
    Ok((text(&body["challenge"]), body["timestampMs"].as_i64().ok_or("timestampMs is a number")?))
}

/// Waits for a login and takes its tokens.
pub(crate) async fn finish_login(api: &Api, started: &Value) -> Answered<Tokens> {
    let reference = text(&started["referenceNumber"]);
    let token = text(&started["authenticationToken"]["token"]);
    let (seen, body) = api.poll(Operation::AuthStatus, &[&reference], &token, &[100]).await?;
    assert_eq!(seen.first(), Some(&100), "the intermediate status is shown");
    assert_eq!(body["status"]["code"], 200, "{body}");
    let tokens = api.call(Operation::AuthTokenRedeem, &[], Req::by(&token)).await?.expect(200).json();
    Ok(Tokens {
        access: text(&tokens["accessToken"]["token"]),
        refresh: text(&tokens["refreshToken"]["token"]),
        reference,
    })
}

/// Makes a token with the right to read invoices, waits for it and logs in with it.
pub(crate) async fn login_by_token(api: &Api, access: &str, nip: &str) -> Answered<Tokens> {
    let body = json!({ "permissions": ["InvoiceRead"], "description": "token do prób" });
    let made = api.call(Operation::TokenGenerate, &[], Req::by(access).json(&body)).await?.expect(202).json();
    let reference = text(&made["referenceNumber"]);
    for _ in 0..200 {
        let status =
            api.call(Operation::TokenStatus, &[&reference], Req::by(access)).await?.expect(200).json();
        if status["status"] == "Active" {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let (challenge, timestamp_ms) = challenge(api).await?;
    let wrapping = wrapping_key(api, "KsefTokenEncryption").await?;
    let encrypted = wrapping.wrap(format!("{}|{timestamp_ms}", text(&made["token"])).as_bytes())?;
    let body = json!({
        "challenge": challenge,
        "contextIdentifier": { "type": "Nip", "value": nip },
        "encryptedToken": base64(&encrypted),
    });
    let started =
        api.call(Operation::AuthKsefToken, &[], Req::default().json(&body)).await?.expect(202).json();
    finish_login(api, &started).await
}

/// A JSON string.
#[track_caller]
pub(crate) fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value} is no string")).to_owned()
}

/// KSeF's key for a use.
pub(crate) async fn wrapping_key(api: &Api, usage: &str) -> Answered<WrappingKey> {
    use base64::Engine as _;
    let keys = api.call(Operation::PublicKeyCertificates, &[], Req::default()).await?.expect(200).json();
    let key = keys
        .as_array()
        .into_iter()
        .flatten()
        .find(|key| key["usage"][0] == usage)
        .ok_or("the key is listed")?;
    let der = base64::engine::general_purpose::STANDARD.decode(text(&key["certificate"]))?;
    let wrapping = WrappingKey::from_certificate_der(&der)?;
    assert_eq!(key["publicKeyId"], wrapping.public_key_id());
    Ok(wrapping)
}

pub(crate) fn base64(bytes: &[u8]) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(bytes)
}

pub(crate) fn hash(bytes: &[u8]) -> String {
    Sha256Hash::from_bytes(&sha256(bytes)).to_string()
}

/// An open session with its key.
pub(crate) struct Session {
    pub(crate) reference: String,
    pub(crate) key: SessionKey,
}

/// The body that opens a session for FA(3).
pub(crate) async fn open_request(api: &Api, key: &SessionKey) -> Answered<Value> {
    let wrapping = wrapping_key(api, "SymmetricKeyEncryption").await?;
    Ok(json!({
        "formCode": { "systemCode": "FA (3)", "schemaVersion": "1-0E", "value": "FA" },
        "encryption": {
            "encryptedSymmetricKey": base64(&wrapping.wrap(key.key())?),
            "initializationVector": base64(key.iv()),
            "publicKeyId": wrapping.public_key_id(),
        }
    }))
}

pub(crate) async fn open_session(api: &Api, access: &str) -> Answered<Session> {
    let key = SessionKey::generate();
    let request = open_request(api, &key).await?;
    let answer =
        api.call(Operation::OnlineSessionOpen, &[], Req::by(access).json(&request)).await?.expect(201);
    Ok(Session { reference: text(&answer.json()["referenceNumber"]), key })
}

/// The body that sends a document.
pub(crate) fn send_request(session: &Session, document: &[u8]) -> Value {
    let encrypted = session.key.encrypt(document);
    json!({
        "invoiceHash": hash(document),
        "invoiceSize": document.len(),
        "encryptedInvoiceHash": hash(&encrypted),
        "encryptedInvoiceSize": encrypted.len(),
        "encryptedInvoiceContent": base64(&encrypted),
    })
}

/// Sends a document; gives its reference.
pub(crate) async fn send(api: &Api, access: &str, session: &Session, document: &[u8]) -> Answered<String> {
    send_body(api, access, session, &send_request(session, document)).await
}

pub(crate) async fn send_body(api: &Api, access: &str, session: &Session, body: &Value) -> Answered<String> {
    let request = Req::by(access).json(body);
    let answer = api.call(Operation::OnlineInvoiceSend, &[&session.reference], request).await?.expect(202);
    Ok(text(&answer.json()["referenceNumber"]))
}

/// Sends a document and waits for its final status.
pub(crate) async fn send_and_wait(
    api: &Api,
    access: &str,
    session: &Session,
    document: &[u8],
) -> Answered<Value> {
    let reference = send(api, access, session, document).await?;
    wait(api, access, session, &reference).await
}

pub(crate) async fn wait(api: &Api, access: &str, session: &Session, reference: &str) -> Answered<Value> {
    let parameters = [session.reference.as_str(), reference];
    let (seen, body) = api.poll(Operation::SessionInvoiceStatus, &parameters, access, &[100, 150]).await?;
    assert_eq!(seen.first(), Some(&150), "the intermediate status is shown");
    Ok(body)
}

pub(crate) async fn close(api: &Api, access: &str, session: &Session) -> Answered<Answer> {
    api.call(Operation::OnlineSessionClose, &[&session.reference], Req::by(access)).await
}

/// Closes a session and waits until it is processed.
pub(crate) async fn close_and_wait(api: &Api, access: &str, session: &Session) -> Answered<Value> {
    close(api, access, session).await?.expect(204);
    let (_, body) = api.poll(Operation::SessionStatus, &[&session.reference], access, &[170]).await?;
    Ok(body)
}

/// Whether an external thing that a test needs is missing: then it says so, and fails where everything is required.
pub(crate) fn skip(what: &str) {
    assert!(
        std::env::var("BRAMKA_REQUIRE").as_deref() != Ok("all"),
        "{what} is missing, and BRAMKA_REQUIRE=all asks for everything"
    );
    eprintln!("SKIPPED: {what} is missing");
}

/// The folder of shared material, when it is there.
pub(crate) fn shared_folder() -> Option<std::path::PathBuf> {
    let folder = std::env::var_os("BRAMKA_SHARED").map_or_else(
        || std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared"),
        std::path::PathBuf::from,
    );
    folder.is_dir().then_some(folder)
}
