//! People and programs at the gateway: the first administrator, logins, second factors, keys, and the log of all that.

mod support;

use std::process::{Command, Stdio};

use ksef_sim::Limits;
use serde_json::json;
use support::people::{As, Asker, PASSWORD, bramka, code_of, done, key};
use support::{COMPANY, CONTRACTOR, ServedGateway, World, files_below, has, invoice};

const NOBODY: As = As::Nobody;

async fn office() -> (World, ServedGateway, Asker) {
    let world = World::with_limits(COMPANY, Limits::Off).await;
    world.with_second_company(CONTRACTOR);
    let gateway = world.serve(None);
    let asker = Asker::new(&gateway.url);
    (world, gateway, asker)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_administrator_needs_the_code_and_then_the_gateway_is_closed() {
    let (_world, mut gateway, asker) = office().await;
    let line = gateway.wait_for_line("first administrator");
    let code = line.split_whitespace().last().expect("a code").to_owned();
    let who = asker.get(&NOBODY, "/api/v1/whoami").await.json();
    assert_eq!((&who["kind"], who["companies"].as_array().map(Vec::len)), (&json!("local"), Some(2)));
    // Open as it is, it makes nothing that would outlast this.
    let user = json!({ "login": "eva", "password": PASSWORD, "roles": { "*": "administrator" } });
    let made = asker.ask(&NOBODY, "POST", "/api/v1/users", Some(&user)).await;
    assert_eq!((made.status, made.code().as_str()), (403, "access.forbidden"));
    let wanted = json!({ "name": "back door", "scopes": ["admin"] });
    let made = asker.ask(&NOBODY, "POST", "/api/v1/api-keys", Some(&wanted)).await;
    assert_eq!((made.status, made.code().as_str()), (403, "access.forbidden"));
    assert_eq!(asker.get(&NOBODY, "/login").await.header("location"), "/setup");

    let set_up = |code: &str, password: &str| json!({ "code": code, "login": "Kasia", "password": password });
    for (body, status, expected) in [
        (set_up("AAAA-BBBB", PASSWORD), 403, "setup.codeWrong"),
        (set_up(&code, "short"), 422, "user.invalid"),
    ] {
        let answer = asker.ask(&NOBODY, "POST", "/api/v1/setup", Some(&body)).await;
        assert_eq!((answer.status, answer.code().as_str()), (status, expected), "{}", answer.body);
    }
    // Over the page, as a person would.
    let fields = [("code", code.as_str()), ("login", "Kasia"), ("name", "Katarzyna"), ("password", PASSWORD)];
    let answer = asker.form("/setup", &fields).await;
    assert_eq!((answer.status, answer.header("location")), (303, "/login?next=/start"), "{}", answer.body);
    let again = asker.ask(&NOBODY, "POST", "/api/v1/setup", Some(&set_up(&code, PASSWORD))).await;
    assert_eq!((again.status, again.code().as_str()), (409, "setup.done"));

    // Closed: programs are told, people are led to the login and on from there.
    let answer = asker.get(&NOBODY, "/api/v1/whoami").await;
    assert_eq!((answer.status, answer.code().as_str()), (401, "apiKey.missing"));
    let page = format!("/companies/{COMPANY}/invoices/x");
    let led = asker.get(&NOBODY, &page).await;
    assert_eq!((led.status, led.header("location")), (303, format!("/login?next={page}").as_str()));
    let kasia = asker.log_in("kasia", PASSWORD).await;
    let who = asker.get(&kasia, "/api/v1/whoami").await.json();
    assert_eq!((&who["who"], &who["kind"]), (&json!("user:kasia"), &json!("user")));
    assert!(asker.get(&kasia, "/").await.body.contains(CONTRACTOR));
}

#[tokio::test(flavor = "multi_thread")]
async fn forms_of_other_pages_change_nothing() {
    let (world, _gateway, asker) = office().await;
    done(&world.data(), &["user", "add", "kasia", "--role", "*=administrator"]);
    let login = asker.form("/login", &[("login", "kasia"), ("password", PASSWORD), ("next", "//evil")]).await;
    assert_eq!((login.status, login.header("location")), (303, "/"));
    let set = login.header("set-cookie");
    assert!(set.contains("HttpOnly") && set.contains("SameSite=Lax"), "{set}");
    let session = login.cookie("bramka_session").expect("a session");
    let kasia = As::Session(session.clone());
    let path = format!("/api/v1/companies/{COMPANY}/invoices/release");
    assert_eq!(asker.ask(&kasia, "POST", &path, None).await.status, 200);
    // Without the token; with a wrong one; from another site, token or not.
    let bare = || asker.request(&NOBODY, "POST", &path).header("cookie", format!("bramka_session={session}"));
    for request in [bare(), bare().header("x-form-token", "wrong")] {
        let answer = asker.send(request).await;
        assert_eq!((answer.status, answer.code().as_str()), (403, "form.expired"), "{}", answer.body);
    }
    for (name, value) in
        [("origin", "https://evil.example"), ("origin", "null"), ("sec-fetch-site", "cross-site")]
    {
        let answer = asker.send(asker.request(&kasia, "POST", &path).header(name, value)).await;
        assert_eq!((answer.status, answer.code().as_str()), (403, "request.crossSite"), "{name} {value}");
    }
    let here = asker.send(asker.request(&kasia, "POST", &path).header("origin", &asker.url)).await;
    assert_eq!(here.status, 200);
    // A form with more than is taken is told so, and not that it is not valid any more.
    let (head, files) = ("multipart/form-data; boundary=b", format!("/companies/{COMPANY}/send"));
    let body = format!(
        "--b\r\ncontent-disposition: form-data; name=\"token\"\r\n\r\n{}\r\n--b\r\ncontent-disposition: form-data; \
         name=\"files\"; filename=\"a.xml\"\r\n\r\n{}\r\n--b--\r\n",
        gateway_access::form_token(&session),
        "x".repeat(32 * 1024 * 1024)
    );
    let large = asker.request(&NOBODY, "POST", &files).header("cookie", format!("bramka_session={session}"));
    let large = asker.send(large.header("content-type", head).body(body)).await;
    assert_eq!((large.status, large.code().as_str()), (413, "file.tooLarge"), "{}", large.body);
    // The login's own form, too: without its cookie, and from another site.
    let form = "token=x&login=kasia&password=y";
    let request = || {
        asker
            .request(&NOBODY, "POST", "/login")
            .header("content-type", "application/x-www-form-urlencoded")
            .body(form)
    };
    assert_eq!(asker.send(request()).await.code(), "form.expired");
    assert_eq!(
        asker.send(request().header("origin", "https://evil.example")).await.code(),
        "request.crossSite"
    );
    // A program with a key is no browser.
    let erp = key(&world.data(), "ERP", COMPANY, &["send"]);
    let by_key = asker.request(&As::Key(erp), "POST", &path).header("origin", "https://evil.example");
    assert_eq!(asker.send(by_key).await.status, 200);

    assert_eq!(asker.ask(&kasia, "POST", "/logout", None).await.status, 303);
    assert_eq!(asker.get(&kasia, "/api/v1/whoami").await.status, 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_guesses_waits_and_learns_nothing() {
    let (world, _gateway, asker) = office().await;
    done(&world.data(), &["user", "add", "kasia", "--role", "*=administrator"]);
    let attempt = async |login: &str, password: &str| {
        asker.form("/login", &[("login", login), ("password", password)]).await
    };
    let (known, unknown) = (attempt("kasia", "wrong").await, attempt("nobody", "wrong").await);
    assert_eq!((known.status, unknown.status), (401, 401));
    let problem = |body: &str| body.split("id=\"problem\">").nth(1).map(|text| text[..30].to_owned());
    assert!(problem(&known.body).is_some() && problem(&known.body) == problem(&unknown.body));
    for _ in 0..4 {
        assert_eq!(attempt("KASIA", "wrong").await.status, 401);
    }
    let refused = attempt("kasia", PASSWORD).await;
    assert_eq!(refused.status, 429, "{}", refused.body);
    let wait: u64 = refused.header("retry-after").parse().expect("seconds");
    assert!((1..=60).contains(&wait) && refused.cookie("bramka_session").is_none());
    tokio::time::sleep(std::time::Duration::from_secs(wait)).await;
    assert_eq!(attempt("kasia", PASSWORD).await.status, 303);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_factor_is_asked_for_and_counts_once() {
    let (world, _gateway, asker) = office().await;
    done(&world.data(), &["user", "add", "kasia", "--role", "*=administrator"]);
    let kasia = asker.log_in("kasia", PASSWORD).await;
    let me = async |path: &str, body: serde_json::Value| {
        asker.ask(&kasia, "POST", &format!("/api/v1/me/{path}"), Some(&body)).await
    };
    let wrong = me("second-factor", json!({ "password": "not it at all" })).await;
    assert_eq!((wrong.status, wrong.code().as_str()), (401, "login.failed"));
    let begun = me("second-factor", json!({ "password": PASSWORD })).await.json();
    let secret = begun["secret"].as_str().expect("a secret").to_owned();
    assert!(begun["address"].as_str().is_some_and(|text| text.contains(&secret)), "{begun}");
    let Some(code) = code_of(&secret, 0) else { return };
    let confirm = |code: &str| json!({ "password": PASSWORD, "code": code });
    assert_eq!(me("second-factor/confirm", confirm("000")).await.code(), "secondFactor.wrong");
    // Until it is confirmed nobody is asked for it.
    asker.log_in("kasia", PASSWORD).await;
    let codes = me("second-factor/confirm", confirm(&code)).await.json();
    let codes: Vec<String> = serde_json::from_value(codes["codes"].clone()).expect("recovery codes");
    assert_eq!(codes.len(), 10);

    let attempt = async |code: &str| {
        asker.form("/login", &[("login", "kasia"), ("password", PASSWORD), ("code", code)]).await
    };
    let asked = attempt("").await;
    assert!(asked.status == 401 && asked.body.contains("name=\"code\""), "{}", asked.body);
    assert_eq!(attempt(&code).await.status, 401, "the code that confirmed it is used up");
    let next = code_of(&secret, 30).expect("python was there");
    assert_eq!(attempt(&next).await.status, 303);
    assert_eq!(attempt(&next).await.status, 401);
    assert_eq!(attempt(&codes[2].to_lowercase()).await.status, 303);
    assert_eq!(attempt(&codes[2]).await.status, 401);
    // Another password keeps it; an administrator's reset takes it away.
    let change = json!({ "password": PASSWORD, "newPassword": "another long password" });
    assert_eq!(me("password", change).await.status, 204);
    let asked = asker.form("/login", &[("login", "kasia"), ("password", "another long password")]).await;
    assert!(asked.body.contains("name=\"code\""), "{}", asked.body);
    done(&world.data(), &["user", "set", "kasia", "--new-password"]);
    assert_eq!(asker.get(&kasia, "/api/v1/whoami").await.status, 401, "sessions ended");
    asker.log_in("kasia", PASSWORD).await;
    for file in files_below(&world.data()) {
        let bytes = std::fs::read(&file).expect("readable");
        for planted in [&secret, PASSWORD, &codes[5]] {
            assert!(!has(&bytes, planted), "{planted} in {}", file.display());
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_works_from_its_making_to_its_end() {
    let (world, _gateway, asker) = office().await;
    let data = world.data();
    done(&data, &["user", "add", "kasia", "--role", &format!("{COMPANY}=administrator")]);
    let kasia = asker.log_in("kasia", PASSWORD).await;
    let keys = format!("/api/v1/companies/{COMPANY}/api-keys");
    let invoices = format!("/api/v1/companies/{COMPANY}/invoices");

    let wanted = json!({ "name": "ERP", "scopes": ["send", "read"] });
    let made = asker.ask(&kasia, "POST", &keys, Some(&wanted)).await;
    assert_eq!(made.status, 201, "{}", made.body);
    let given = made.json();
    let (old, id) = (given["key"].as_str().expect("a key"), given["apiKey"]["id"].as_str().expect("an id"));
    let erp = As::Key(old.to_owned());
    assert_eq!(given["apiKey"]["scopes"], json!(["read", "send"]));
    assert_eq!(asker.get(&erp, &invoices).await.status, 200);
    let who = asker.get(&erp, "/api/v1/whoami").await.json();
    assert_eq!(who["who"], "key:ERP");
    assert_eq!(who["companies"].as_array().map(Vec::len), Some(1), "it knows its company only: {who}");
    // What it brings bears its name.
    let request = asker
        .request(&erp, "POST", &invoices)
        .header("content-type", "application/xml")
        .header("idempotency-key", "k1")
        .body(invoice("key/1"));
    let taken = asker.send(request).await;
    assert_eq!(taken.status, 201, "{}", taken.body);
    let shown = asker.get(&erp, &format!("{invoices}/{}", taken.json()["id"].as_str().expect("an id"))).await;
    assert_eq!(shown.json()["history"][0]["actor"], "key:ERP");
    // A key of the other company does not see it.
    let other = As::Key(key(&data, "other", CONTRACTOR, &["read", "send", "receive", "admin"]));
    assert_eq!(asker.get(&other, &invoices).await.code(), "company.unknown");
    let foreign = format!("/api/v1/companies/{CONTRACTOR}/api-keys/{id}");
    assert_eq!(asker.ask(&other, "DELETE", &foreign, None).await.code(), "apiKey.unknown");
    assert_eq!(asker.ask(&other, "POST", &format!("{foreign}/rotate"), None).await.code(), "apiKey.unknown");

    let listed = asker.get(&kasia, &keys).await;
    assert!(!listed.body.contains(old), "{}", listed.body);
    let entry = &listed.json()["items"][0];
    assert!(entry["lastUsedAt"].is_string() && entry["lastUsedFrom"] == "127.0.0.1", "{entry}");

    let rotated = asker.ask(&kasia, "POST", &format!("{keys}/{id}/rotate"), None).await.json();
    let new = As::Key(rotated["key"].as_str().expect("a key").to_owned());
    assert_eq!(asker.get(&erp, &invoices).await.code(), "apiKey.wrong", "void at once");
    assert_eq!(asker.get(&new, &invoices).await.status, 200);
    done(&data, &["api-key", "revoke", id]);
    assert_eq!(asker.get(&new, &invoices).await.code(), "apiKey.wrong", "void at once");
    assert_eq!(bramka(&data, &["api-key", "rotate", id]).status.code(), Some(2));
    assert!(done(&data, &["api-key", "list"]).contains("revoked"));
    // Nobody gives what he has not: a key that makes keys makes none that do more.
    let admin = As::Key(key(&data, "admin", COMPANY, &["admin", "read"]));
    let wanted = |scope: &str| json!({ "name": "child", "scopes": [scope] });
    assert_eq!(asker.ask(&admin, "POST", &keys, Some(&wanted("read"))).await.status, 201);
    assert_eq!(asker.ask(&admin, "POST", &keys, Some(&wanted("send"))).await.code(), "access.forbidden");
    for body in [json!({ "name": "", "scopes": ["read"] }), json!({ "name": "x", "scopes": [] })] {
        assert_eq!(asker.ask(&kasia, "POST", &keys, Some(&body)).await.code(), "apiKey.invalid");
    }
    for file in files_below(&data) {
        assert!(!has(&std::fs::read(&file).expect("readable"), old), "the key in {}", file.display());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_are_seen_and_ended() {
    let (world, _gateway, asker) = office().await;
    let data = world.data();
    done(&data, &["user", "add", "kasia", "--role", "*=administrator"]);
    done(&data, &["user", "add", "adam", "--role", &format!("{COMPANY}=viewer")]);
    let (kasia, first, second) = (
        asker.log_in("kasia", PASSWORD).await,
        asker.log_in("adam", PASSWORD).await,
        asker.log_in("adam", PASSWORD).await,
    );
    let listed = asker.get(&second, "/api/v1/me/sessions").await.json();
    let items = listed["items"].as_array().expect("items");
    assert_eq!(
        (items.len(), &items[0]["isCurrent"], &items[0]["address"]),
        (2, &json!(true), &json!("127.0.0.1"))
    );
    let of_first = format!("/api/v1/me/sessions/{}", items[1]["id"].as_str().expect("an id"));
    assert_eq!(asker.ask(&kasia, "DELETE", &of_first, None).await.code(), "session.unknown", "not hers");
    assert_eq!(asker.ask(&second, "DELETE", &of_first, None).await.status, 204);
    assert_eq!(asker.get(&first, "/api/v1/whoami").await.status, 401);
    // Only what the person may see, on the page too.
    let only = asker.get(&second, "/").await;
    let own = format!("/companies/{COMPANY}");
    assert_eq!((only.status, only.header("location")), (303, own.as_str()), "one company is all there is");
    let page = asker.get(&second, &own).await.body;
    assert!(page.contains(COMPANY) && !page.contains(CONTRACTOR), "{page}");
    // Locked out at once, by an administrator.
    let lock = json!({ "isActive": false });
    assert_eq!(asker.ask(&kasia, "PATCH", "/api/v1/users/adam", Some(&lock)).await.status, 200);
    assert_eq!(asker.get(&second, "/api/v1/whoami").await.status, 401);
    assert_eq!(asker.form("/login", &[("login", "adam"), ("password", PASSWORD)]).await.status, 401);
    let last = asker.ask(&kasia, "DELETE", "/api/v1/users/kasia", None).await;
    assert_eq!((last.status, last.code().as_str()), (409, "user.lastAdministrator"));
    // Roles count at once.
    done(&data, &["user", "set", "adam", "--locked", "off", "--role", &format!("{COMPANY}=issuer")]);
    let adam = asker.log_in("adam", PASSWORD).await;
    let release = format!("/api/v1/companies/{COMPANY}/invoices/release");
    assert_eq!(asker.ask(&adam, "POST", &release, None).await.status, 200);
    done(&data, &["user", "set", "adam", "--role", &format!("{COMPANY}=viewer")]);
    assert_eq!(asker.ask(&adam, "POST", &release, None).await.code(), "access.forbidden");
    assert_eq!(done(&data, &["user", "list"]).lines().count(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_audit_log_tells_who_did_what_and_holds_together() {
    let (world, gateway, asker) = office().await;
    let data = world.data();
    let whole = done(&data, &["audit", "verify"]);
    assert!(whole.contains("0 entries"), "{whole}");
    done(&data, &["user", "add", "kasia", "--role", "*=administrator"]);
    done(&data, &["user", "add", "adam", "--role", &format!("{COMPANY}=viewer")]);
    let erp = As::Key(key(&data, "ERP", COMPANY, &["send"]));
    let (kasia, adam) = (asker.log_in("kasia", PASSWORD).await, asker.log_in("adam", PASSWORD).await);
    asker.form("/login", &[("login", "adam"), ("password", "wrong")]).await;
    let series = format!("/api/v1/companies/{COMPANY}/series/FV");
    let body = json!({ "template": "FV/{number}", "reset": "never" });
    assert_eq!(asker.ask(&kasia, "PUT", &series, Some(&body)).await.status, 200);
    assert_eq!(asker.ask(&adam, "PUT", &series, Some(&body)).await.status, 403);
    let bad = json!({ "template": "FV", "reset": "never" });
    assert_eq!(asker.ask(&kasia, "PUT", &series, Some(&bad)).await.status, 422);
    let release = format!("/api/v1/companies/{COMPANY}/invoices/release");
    assert_eq!(asker.ask(&erp, "POST", &release, None).await.status, 200);

    let log = asker.get(&kasia, "/api/v1/audit").await.json();
    let told: Vec<[&str; 5]> = log["items"]
        .as_array()
        .expect("items")
        .iter()
        .map(|entry| {
            ["who", "origin", "action", "subject", "result"].map(|name| entry[name].as_str().expect("text"))
        })
        .collect();
    let here = "127.0.0.1";
    let put = "PUT /companies/{company}/series/{name}";
    assert_eq!(
        told,
        [
            ["operator", "command line", "user add", "kasia", "done"],
            ["operator", "command line", "user add", "adam", "done"],
            ["operator", "command line", "api-key create", "ERP", "done"],
            ["user:kasia", here, "login", "", "done"],
            ["user:adam", here, "login", "", "done"],
            ["nobody", here, "login", "adam", "refused: login.failed"],
            ["user:kasia", here, put, "FV", "done"],
            ["user:adam", here, put, "FV", "refused: access.forbidden"],
            ["user:kasia", here, put, "FV", "refused: series.invalid"],
            ["key:ERP", here, "POST /companies/{company}/invoices/release", "", "done"],
        ]
    );
    let of_company = asker.get(&kasia, &format!("/api/v1/companies/{COMPANY}/audit?limit=3")).await.json();
    assert_eq!(of_company["items"].as_array().map(Vec::len), Some(3), "{of_company}");
    let next = of_company["nextCursor"].as_str().expect("more");
    let rest = asker.get(&kasia, &format!("/api/v1/companies/{COMPANY}/audit?after={next}")).await.json();
    assert_eq!((rest["items"].as_array().map(Vec::len), &rest["nextCursor"]), (Some(1), &json!(null)));

    let exported = done(&data, &["audit", "export"]);
    assert_eq!(exported.lines().count(), 10);
    let whole = done(&data, &["audit", "verify"]);
    let kept = whole.split_whitespace().last().expect("number and hash").to_owned();
    assert!(kept.starts_with("10:"), "{whole}");
    done(&data, &["api-key", "create", "more", "--all-companies", "--scope", "read"]);
    done(&data, &["audit", "verify", "--expect", &kept]);
    let other = format!("10:{}", "0".repeat(64));
    for expect in [other.as_str(), "99:00"] {
        assert_eq!(bramka(&data, &["audit", "verify", "--expect", expect]).status.code(), Some(1));
    }
    drop(gateway);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_company_tests_its_connection() {
    let (world, _gateway, asker) = office().await;
    let path = format!("/api/v1/companies/{COMPANY}/test-connection");
    let found = asker.ask(&NOBODY, "POST", &path, None).await;
    assert_eq!(found.status, 200, "{}", found.body);
    let found = found.json();
    let checks = found["checks"].as_array().expect("checks");
    let outcome = |name: &str| {
        let check = checks.iter().find(|check| check["check"] == name).expect(name);
        check["outcome"].as_str().expect("text").to_owned()
    };
    assert_eq!((checks.len(), found["isWell"].as_bool()), (14, Some(true)), "{found:#}");
    assert_eq!((outcome("login").as_str(), outcome("testSession").as_str()), ("passed", "passed"));
    // It ended its own login and nobody else's.
    world.simulator.shutdown().await;
    let found = asker.ask(&NOBODY, "POST", &path, None).await.json();
    assert_eq!(found["isWell"], false);
    let failed =
        found["checks"].as_array().expect("checks").iter().find(|check| check["outcome"] == "failed");
    let finding = &failed.expect("a failure")["findings"][0];
    assert!(finding["code"].is_string() && finding["nextStep"]["pl"].is_string(), "{finding}");
}

#[tokio::test(flavor = "multi_thread")]
async fn only_a_closed_gateway_listens_to_others() {
    let world = World::with_limits(COMPANY, Limits::Off).await;
    let (data, config) = (world.data(), world.config());
    let serve = |extra: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_bramka"));
        command.args(["serve", "--listen", "0.0.0.0:0", "--lang", "en"]).args(extra);
        command.arg("--config").arg(&config).arg("--data").arg(&data);
        command.env_remove("BRAMKA_API_KEY").env_remove("BRAMKA_DATABASE").stdin(Stdio::null());
        command
    };
    let refused = serve(&[]).output().expect("it runs");
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert_eq!(refused.status.code(), Some(2), "{said}");
    assert!(said.contains("needs users or an API key"), "{said}");
    for bad in ["ftp://x", "https://x/path", "bramka.example", "https://"] {
        let refused = serve(&["--public-url", bad]).output().expect("it runs");
        let said = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert!(refused.status.code() == Some(2) && said.contains("public_url"), "{bad}: {said}");
    }
    done(&data, &["user", "add", "kasia", "--role", "*=administrator"]);
    let mut child = serve(&["--public-url", "https://bramka.example/"])
        .stdout(Stdio::piped())
        .spawn()
        .expect("it starts");
    let mut line = String::new();
    let mut output = std::io::BufReader::new(child.stdout.take().expect("piped"));
    std::io::BufRead::read_line(&mut output, &mut line).expect("a line");
    let port = line.trim().rsplit(':').next().expect("a port").to_owned();
    let asker = Asker::new(&format!("http://127.0.0.1:{port}"));
    assert_eq!(asker.get(&NOBODY, "/api/v1/whoami").await.status, 401);
    let login = asker.form("/login", &[("login", "kasia"), ("password", PASSWORD)]).await;
    assert!(
        login.header("set-cookie").contains("Secure"),
        "reached over TLS: {}",
        login.header("set-cookie")
    );
    let kasia = As::Session(login.cookie("bramka_session").expect("a session"));
    let who = asker.get(&kasia, "/api/v1/whoami").await.json();
    assert_eq!(who["publicUrl"], "https://bramka.example");
    let wanted = json!({ "name": "ERP", "scopes": ["read"] });
    let keys = format!("/api/v1/companies/{COMPANY}/api-keys");
    let given = asker.ask(&kasia, "POST", &keys, Some(&wanted)).await.json();
    assert_eq!(given["publicUrl"], "https://bramka.example", "{given}");
    child.kill().expect("killed");
    child.wait().expect("dead");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_operators_key_opens_everything_and_nothing_opens_without_it() {
    let world = World::with_limits(COMPANY, Limits::Off).await;
    let file = world.folder.path().join("key");
    std::fs::write(&file, "the operator's key\n").expect("written");
    let mut child = Command::new(env!("CARGO_BIN_EXE_bramka"))
        .args(["serve", "--listen", "127.0.0.1:0", "--lang", "en", "--api-key-file"])
        .arg(&file)
        .arg("--config")
        .arg(world.config())
        .arg("--data")
        .arg(world.data())
        .env_remove("BRAMKA_DATABASE")
        .stdout(Stdio::piped())
        .spawn()
        .expect("it starts");
    let mut line = String::new();
    let mut output = std::io::BufReader::new(child.stdout.take().expect("piped"));
    std::io::BufRead::read_line(&mut output, &mut line).expect("a line");
    let asker = Asker::new(line.split_whitespace().last().expect("an address"));
    let refused = asker.get(&NOBODY, "/").await;
    assert_eq!((refused.status, refused.header("www-authenticate").split(' ').next()), (401, Some("Basic")));
    assert_eq!(asker.get(&As::Key("another".into()), "/api/v1/whoami").await.code(), "apiKey.wrong");
    let operator = As::Key("the operator's key".into());
    assert_eq!(asker.get(&operator, "/api/v1/whoami").await.json()["kind"], "operator");
    // It makes users without any code.
    let user = json!({ "login": "kasia", "password": PASSWORD, "roles": { "*": "administrator" } });
    let made = asker.ask(&operator, "POST", "/api/v1/users", Some(&user)).await;
    assert_eq!(made.status, 201, "{}", made.body);
    for (body, code) in [
        (json!({ "login": "kasia", "password": PASSWORD }), "user.taken"),
        (json!({ "login": "rest", "password": PASSWORD }), "user.invalid"),
        (json!({ "login": "a b", "password": PASSWORD }), "user.invalid"),
        (json!({ "login": "ewa", "password": "short" }), "user.invalid"),
        (
            json!({ "login": "ewa", "password": PASSWORD, "roles": { "1111111111": "viewer" } }),
            "company.unknown",
        ),
        (json!({ "login": "ewa", "password": PASSWORD, "roles": { "*": "king" } }), "request.parameter"),
    ] {
        let answer = asker.ask(&operator, "POST", "/api/v1/users", Some(&body)).await;
        assert_eq!(answer.code(), code, "{}", answer.body);
    }
    // A browser that was asked for the key by itself sends it from anywhere: a page of another site changes nothing.
    let basic = asker
        .request(&NOBODY, "DELETE", "/api/v1/users/kasia")
        .basic_auth("", Some("the operator's key"))
        .header("origin", "https://evil.example");
    assert_eq!(asker.send(basic).await.code(), "request.crossSite");
    child.kill().expect("killed");
    child.wait().expect("dead");
}
