//! What those see who watch the gateway, and that slow clients keep nobody else out.

mod support;

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use ksef_sim::Limits;
use serde_json::json;
use support::people::{As, Asker, done, key};
use support::{COMPANY, World, invoice};

#[tokio::test(flavor = "multi_thread")]
async fn figures_follow_what_waits() {
    let world = World::with_limits(COMPANY, Limits::Off).await;
    let gateway = world.serve(None);
    let asker = Asker::new(&gateway.url);
    let nobody = As::Nobody;
    assert_eq!(asker.get(&nobody, "/healthz").await.body, "ok\n");
    assert_eq!(asker.get(&nobody, "/readyz").await.body, "ready\n");
    let figures = async |who: &As| asker.get(who, "/metrics").await;
    let value = |text: &str, beginning: &str| {
        let line = text.lines().find(|line| line.starts_with(beginning)).expect(beginning).to_owned();
        line.rsplit(' ').next().expect("a value").parse::<f64>().expect("a number")
    };
    let before = figures(&nobody).await;
    assert!(before.header("content-type").starts_with("text/plain; version=0.0.4"));
    let age = format!("bramka_oldest_unsent_invoice_age_seconds{{company=\"{COMPANY}\"}}");
    assert_eq!(value(&before.body, &age), 0.0);
    assert!(
        value(&before.body, "bramka_limit_left{") > 0.0
            && value(&before.body, "bramka_ksef_reachable{") == 1.0
    );

    // Sending is off: what is handed over waits and grows old.
    let path = format!("/api/v1/companies/{COMPANY}/sending");
    let off =
        json!({ "policy": "immediate", "upoMode": "automatic", "sessionAgeS": 7200, "isSendingOn": false });
    assert_eq!(asker.ask(&nobody, "PUT", &path, Some(&off)).await.status, 200);
    gateway.post(COMPANY, "k1", invoice("watch/1").as_bytes()).await.expect("an answer");
    tokio::time::sleep(Duration::from_millis(1200)).await;
    let after = figures(&nobody).await.body;
    assert!(value(&after, &age) >= 1.0, "{after}");
    let waiting = format!("bramka_invoices_unfinished{{company=\"{COMPANY}\",state=\"waiting\"}}");
    assert_eq!(value(&after, &waiting), 1.0);
    assert!(value(&after, "bramka_http_requests_total{status=\"2xx\"}") >= 4.0, "{after}");
    // Every line is a comment or a figure.
    for line in after.lines().filter(|line| !line.starts_with('#')) {
        assert!(
            line.starts_with("bramka_")
                && line.rsplit(' ').next().is_some_and(|end| end.parse::<f64>().is_ok())
        );
    }
    // Once it is closed, figures need a key for all companies; whether it lives is nobody's secret.
    done(&world.data(), &["user", "add", "kasia", "--role", "*=administrator"]);
    assert_eq!(figures(&nobody).await.status, 401);
    assert_eq!(asker.get(&nobody, "/readyz").await.status, 200);
    let monitoring = As::Key(key(&world.data(), "monitoring", "*", &["read"]));
    assert_eq!(figures(&monitoring).await.status, 200);
    let of_one = As::Key(key(&world.data(), "one", COMPANY, &["read"]));
    assert_eq!(figures(&of_one).await.status, 403);
}

/// A thousand connections that say half a sentence, and some that bring their body a byte at a time.
#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_slow_clients_keep_nobody_out() {
    let world = World::with_limits(COMPANY, Limits::Off).await;
    let gateway = world.serve(None);
    let asker = Asker::new(&gateway.url);
    let address = gateway.url.strip_prefix("http://").expect("an address").to_owned();
    let files = rustix::process::getrlimit(rustix::process::Resource::Nofile).maximum;
    let many = rustix::process::Rlimit { current: files, maximum: files };
    rustix::process::setrlimit(rustix::process::Resource::Nofile, many).expect("files for both ends");
    let mut slow: Vec<TcpStream> = Vec::new();
    for number in 0..COUNT {
        let mut stream = TcpStream::connect(&address).expect("connected");
        let begun = match number % 2 {
            0 => "GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow".to_owned(),
            _ => format!(
                "POST /api/v1/companies/{COMPANY}/invoices HTTP/1.1\r\nHost: 127.0.0.1\r\n\
                 Content-Type: application/xml\r\nContent-Length: 1000\r\n\r\n<"
            ),
        };
        stream.write_all(begun.as_bytes()).expect("written");
        slow.push(stream);
    }
    let mut slowest = Duration::ZERO;
    for number in 0..20 {
        let begun = Instant::now();
        let (status, taken) = gateway
            .post(COMPANY, &format!("k{number}"), invoice(&format!("slow/{number}")).as_bytes())
            .await
            .expect("an answer");
        assert_eq!(status, 201, "{taken:#}");
        slowest = slowest.max(begun.elapsed());
    }
    assert!(slowest < Duration::from_secs(5), "{slowest:?}");
    eprintln!("with {COUNT} slow clients the slowest of 20 invoices took {slowest:?}");
    assert_eq!(asker.get(&As::Nobody, "/healthz").await.status, 200);
    // Half a head is not waited for without end.
    let first = &mut slow[0];
    first.set_read_timeout(Some(Duration::from_secs(40))).expect("set");
    let mut answer = Vec::new();
    let read = first.read_to_end(&mut answer);
    assert!(read.is_ok(), "the connection was not closed: {read:?}");
}

const COUNT: usize = 1000;

#[tokio::test(flavor = "multi_thread")]
async fn whatever_goes_wrong_is_told_as_a_problem() {
    let world = World::with_limits(COMPANY, Limits::Off).await;
    let gateway = world.serve(None);
    let asker = Asker::new(&gateway.url);
    let company = format!("/api/v1/companies/{COMPANY}");
    for (method, path, status) in [
        ("GET", format!("{company}/purchases?limit=1&limit=2"), 400),
        ("GET", format!("{company}/invoices/%FF/xml"), 400),
        ("GET", "/api/v1/nothing".to_owned(), 404),
        ("DELETE", format!("{company}/waiting"), 405),
    ] {
        let answer = asker.ask(&As::Nobody, method, &path, None).await;
        assert_eq!(answer.status, status, "{path}: {}", answer.body);
        assert_eq!(answer.header("content-type"), "application/problem+json", "{path}");
        assert!(answer.json()["message"]["pl"].is_string() && !answer.code().is_empty(), "{path}");
    }
}
