//! People and programs that use a gateway: users made on the command line, logged in over the page, keys.
#![allow(dead_code, reason = "each test file uses its part")]

use std::path::Path;
use std::process::{Command, Output, Stdio};

use gateway_access::form_token;
use serde_json::Value;

use super::COMPANY;

/// The password of everybody in tests.
pub(crate) const PASSWORD: &str = "correct horse battery staple";

/// How somebody asks.
#[derive(Clone, Debug)]
pub(crate) enum As {
    /// With nothing.
    Nobody,
    /// With a key.
    Key(String),
    /// With a session's cookie and, for changes, its form token.
    Session(String),
}

/// A browser or program that follows no redirects.
pub(crate) struct Asker {
    http: reqwest::Client,
    pub(crate) url: String,
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Answered {
    pub(crate) status: u16,
    pub(crate) headers: reqwest::header::HeaderMap,
    pub(crate) body: String,
}

impl Answered {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_default()
    }

    /// The problem's code, when it is one.
    pub(crate) fn code(&self) -> String {
        self.json()["code"].as_str().unwrap_or_default().to_owned()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("text"))
    }

    /// The value of a cookie that is set here.
    pub(crate) fn cookie(&self, name: &str) -> Option<String> {
        let set = self.headers.get_all("set-cookie").iter().filter_map(|value| value.to_str().ok());
        set.filter_map(|text| text.split(';').next()?.split_once('='))
            .find(|(found, _)| *found == name)
            .map(|(_, value)| value.to_owned())
    }
}

impl Asker {
    pub(crate) fn new(url: &str) -> Self {
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .timeout(std::time::Duration::from_secs(60))
            .build()
            .expect("a client");
        Self { http, url: url.to_owned() }
    }

    pub(crate) fn request(&self, who: &As, method: &str, path: &str) -> reqwest::RequestBuilder {
        let method = reqwest::Method::from_bytes(method.as_bytes()).expect("a method");
        let request = self.http.request(method, format!("{}{path}", self.url));
        match who {
            As::Nobody => request,
            As::Key(key) => request.header("x-api-key", key),
            As::Session(session) => request
                .header("cookie", format!("bramka_session={session}"))
                .header("x-form-token", form_token(session)),
        }
    }

    pub(crate) async fn ask(&self, who: &As, method: &str, path: &str, body: Option<&Value>) -> Answered {
        let mut request = self.request(who, method, path);
        if let Some(body) = body {
            request = request.json(body);
        }
        self.send(request).await
    }

    /// Asks for something of the company, below its part of the REST interface; gives status and answer.
    pub(crate) async fn of_company(&self, who: &As, method: &str, path: &str, body: &Value) -> (u16, Value) {
        let path = format!("/api/v1/companies/{COMPANY}/{path}");
        let answer = self.ask(who, method, &path, (method != "GET").then_some(body)).await;
        (answer.status, answer.json())
    }

    pub(crate) async fn get(&self, who: &As, path: &str) -> Answered {
        self.ask(who, "GET", path, None).await
    }

    pub(crate) async fn send(&self, request: reqwest::RequestBuilder) -> Answered {
        let response = request.send().await.expect("an answer");
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Answered { status, headers, body: response.text().await.expect("text") }
    }

    /// Sends the form of a page, with the cookie and the token that the page gave.
    pub(crate) async fn form(&self, path: &str, fields: &[(&str, &str)]) -> Answered {
        let page = self.get(&As::Nobody, path).await;
        let secret = page.cookie("bramka_form").expect("the page gives a cookie");
        let mut body = format!("token={}", form_token(&secret));
        for (name, value) in fields {
            let value: String = value.bytes().map(|byte| format!("%{byte:02X}")).collect();
            body.push_str(&format!("&{name}={value}"));
        }
        let request = self
            .request(&As::Nobody, "POST", path)
            .header("cookie", format!("bramka_form={secret}"))
            .header("content-type", "application/x-www-form-urlencoded")
            .body(body);
        self.send(request).await
    }

    /// Logs in over the page.
    pub(crate) async fn log_in(&self, login: &str, password: &str) -> As {
        let answer = self.form("/login", &[("login", login), ("password", password)]).await;
        assert_eq!(answer.status, 303, "{login}: {}", answer.body);
        As::Session(answer.cookie("bramka_session").expect("a session"))
    }
}

/// `bramka` on a data folder, with everybody's password in the environment.
pub(crate) fn bramka(data: &Path, words: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_bramka"))
        .args(words)
        .arg("--data")
        .arg(data)
        .stdin(Stdio::null())
        .env("BRAMKA_LANG", "en")
        .env("BRAMKA_PASSWORD", PASSWORD)
        .env_remove("BRAMKA_DATABASE")
        .output()
        .expect("it runs")
}

/// The same; it must end well. Gives what it printed.
#[track_caller]
pub(crate) fn done(data: &Path, words: &[&str]) -> String {
    let output = bramka(data, words);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{words:?}: {said}");
    String::from_utf8(output.stdout).expect("UTF-8").trim().to_owned()
}

/// Makes a key on the command line.
#[track_caller]
pub(crate) fn key(data: &Path, name: &str, reach: &str, scopes: &[&str]) -> String {
    let mut words = vec!["api-key", "create", name];
    match reach {
        "*" => words.push("--all-companies"),
        company => words.extend(["--company", company]),
    }
    for scope in scopes {
        words.extend(["--scope", scope]);
    }
    done(data, &words)
}

/// What an app would show `later` seconds from now: computed by Python, not by us.
pub(crate) fn code_of(secret: &str, later: i64) -> Option<String> {
    let script = "import base64,hmac,struct,sys,time\n\
        key=base64.b32decode(sys.argv[1])\n\
        mac=hmac.new(key,struct.pack('>q',(int(time.time())+int(sys.argv[2]))//30),'sha1').digest()\n\
        at=mac[-1]&15\n\
        print('%06d'%((struct.unpack('>I',mac[at:at+4])[0]&0x7fffffff)%1000000))";
    let output =
        std::process::Command::new("python3").args(["-c", script, secret, &later.to_string()]).output();
    match output {
        Ok(output) if output.status.success() => {
            Some(String::from_utf8_lossy(&output.stdout).trim().to_owned())
        }
        _ => {
            assert_ne!(std::env::var("BRAMKA_REQUIRE").as_deref(), Ok("all"), "python3 is required");
            eprintln!("SKIPPED: python3 is not here");
            None
        }
    }
}
