//! Every way to connect a company over the pages, tried on the gateway's own simulator: files chosen or dropped, a key under a
//! password, one file with both, a token, somebody else's certificate; and what is done with them afterwards.

mod support;

use std::time::{Duration, Instant};

use futures_util::StreamExt as _;
use ksef_client::Access;
use ksef_sim::{Fault, FaultRule, Limits, Target};
use ksef_wire::{CertificateListItemStatus, Operation, QueryCertificatesRequest};
use serde_json::{Value, json};
use support::browser::Browser;
use support::{COMPANY, CONTRACTOR, ServedGateway, World, active_token, certificate_and_key, openssl};

const OFFICE: &str = "5265877635";
const FOURTH: &str = "1111111111";
const PASSWORD: &str = "Zażółć-gęślą-jaźń-1";

/// A gateway that knows no company, and files of one in its folder: `NIP.crt`, `NIP.key`, the key under a password as
/// `NIP.sealed.key`, both in `NIP.p12`.
async fn empty(nips: &[&str]) -> Option<(World, ServedGateway)> {
    let world = World::with_limits(COMPANY, Limits::Off).await;
    std::fs::write(world.config(), "").expect("written");
    for nip in nips {
        let (certificate, key) = certificate_and_key(nip);
        world.file(&format!("{nip}.crt"), certificate);
        world.file(&format!("{nip}.key"), key);
        let folder = world.folder.path();
        openssl(
            folder,
            &format!(
                "pkcs8 -topk8 -v2 aes-256-cbc -passout pass:{PASSWORD} -in {nip}.key -out {nip}.sealed.key"
            ),
        )?;
        openssl(
            folder,
            &format!("pkcs12 -export -in {nip}.crt -inkey {nip}.key -passout pass:{PASSWORD} -out {nip}.p12"),
        )?;
    }
    let gateway = world.serve(None);
    Some((world, gateway))
}

fn path(world: &World, name: &str) -> String {
    world.folder.path().join(name).to_string_lossy().into_owned()
}

/// Somebody's access to the simulator that the gateway runs itself.
fn at_own_simulator(world: &World, nip: &str) -> Access {
    let text = std::fs::read_to_string(world.data().join("simulator.json")).expect("a simulator");
    let addresses: Value = serde_json::from_str(&text).expect("JSON");
    World::access_at(&format!("http://{}/v2", addresses["ksef"].as_str().expect("an address")), nip)
}

/// Opens the form and says which company it is about, and in which way it logs in.
async fn begin(browser: &Browser, nip: &str, way: &str) {
    browser.open("/connect").await;
    browser.fill("input[name=nip]", nip).await;
    browser.click(&format!("input[name=way][value={way}]")).await;
}

/// How many credentials stand in the list, and how many of them are worked with.
async fn listed(browser: &Browser) -> (i64, usize) {
    // At once, since the list is exchanged under whoever reads it in pieces.
    let part = "const part = document.querySelector('[data-part=kept]'); \
                return [part.querySelectorAll('form[action$=forget]').length, part.textContent]";
    let seen = browser.run(part).await;
    let text = seen[1].as_str().expect("text");
    (seen[0].as_i64().expect("a number"), text.matches("w użyciu").count())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_company_is_connected_by_each_kind_of_file() {
    let Some((world, gateway)) = empty(&[COMPANY, CONTRACTOR, FOURTH]).await else { return };
    let Some(browser) = Browser::start(&gateway.url).await else { return };
    // Two files dropped from a folder, the key under a password.
    begin(&browser, COMPANY, "certificate").await;
    browser.drop_file("[data-drop]:has(#certificate)", &path(&world, &format!("{COMPANY}.crt"))).await;
    browser.drop_file("[data-drop]:has(#key)", &path(&world, &format!("{COMPANY}.sealed.key"))).await;
    browser.fill("input[name=password]", PASSWORD).await;
    browser.is_clean("files that were dropped").await;
    browser.click("main form button").await;
    browser.wait_for_text("Połączenie działa").await;
    browser.wait_for_text("certyfikat uwierzytelniający").await;
    browser.wait_for_text("Firma z testu").await;
    browser.is_clean("connected by two files").await;
    browser.fits("connected").await;
    // One file with both.
    begin(&browser, CONTRACTOR, "certificate").await;
    browser.fill("#certificate", &path(&world, &format!("{CONTRACTOR}.p12"))).await;
    browser.fill("input[name=password]", PASSWORD).await;
    browser.click("main form button").await;
    browser.wait_for_text("Połączenie działa").await;
    assert!(!browser.text().await.contains(PASSWORD));
    browser.is_quiet("one file").await;
    // The same without scripts, where nothing is hidden from the form.
    browser.set_scripts(false).await;
    begin(&browser, FOURTH, "certificate").await;
    browser.fill("#certificate", &path(&world, &format!("{FOURTH}.p12"))).await;
    browser.fill("input[name=password]", PASSWORD).await;
    browser.click("main form button").await;
    browser.wait_for_text("Połączenie działa").await;
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn token_and_certificate_are_kept_side_by_side_and_either_is_logged_in_with() {
    let Some((world, gateway)) = empty(&[COMPANY]).await else { return };
    let Some(browser) = Browser::start(&gateway.url).await else { return };
    // The first company brings the simulator, whose token the second one pastes.
    begin(&browser, CONTRACTOR, "made").await;
    browser.click("main form button").await;
    browser.wait_for_text("Połączenie działa").await;
    let made = active_token(&at_own_simulator(&world, COMPANY)).await;
    let token = made.token.expose();
    begin(&browser, COMPANY, "token").await;
    browser.fill("input[name=ksefToken]", token).await;
    browser.is_clean("a token").await;
    browser.click("main form button").await;
    browser.wait_for_text("Połączenie działa").await;
    let text = browser.text().await;
    assert!(text.contains("token KSeF") && !text.contains(token), "{text}");
    assert_eq!(listed(&browser).await, (1, 1));
    // A certificate takes its place, and the token stays.
    browser.fill("#certificate", &path(&world, &format!("{COMPANY}.crt"))).await;
    browser.fill("#key", &path(&world, &format!("{COMPANY}.key"))).await;
    browser.click("form[enctype] button").await;
    browser.wait_for_text("Czym firma się loguje").await;
    browser.wait_for_text("Połączenie działa").await;
    assert_eq!(listed(&browser).await, (2, 1));
    let facts = async || browser.find(".verdict dl").await.text().await.expect("text");
    assert!(facts().await.contains("certyfikat uwierzytelniający"), "{}", facts().await);
    browser.is_clean("token and certificate").await;
    browser.fits("token-and-certificate").await;
    // Back to the token, and to the certificate again; the connection is tested each time.
    for (by, said, fact) in [
        ("token", "Firma loguje się tokenem.", "token KSeF"),
        ("certificate", "Firma loguje się certyfikatem.", "certyfikat uwierzytelniający"),
    ] {
        browser.click(&format!("form[action$='/connection/login'] input[value={by}]")).await;
        browser.click("form[action$='/connection/login'] button").await;
        browser.wait_for_text(said).await;
        browser.wait_for_text("Połączenie działa").await;
        assert!(facts().await.contains(fact), "{by}: {}", facts().await);
        assert_eq!(listed(&browser).await, (2, 1), "{by}");
        browser.is_clean(by).await;
    }
    // Another certificate that KSeF issues meanwhile changes nothing for who chose the token.
    browser.click("form[action$='/connection/login'] input[value=token]").await;
    browser.click("form[action$='/connection/login'] button").await;
    browser.wait_for_text("Firma loguje się tokenem.").await;
    let list = format!("/companies/{COMPANY}/connection");
    browser.open(&list).await;
    browser.click("button[value=authentication][name=kind]").await;
    let deadline = Instant::now() + Duration::from_secs(60);
    while listed(&browser).await != (3, 1) {
        assert!(Instant::now() < deadline, "{}", browser.text().await);
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    browser.open(&list).await;
    browser.click("form[action$='/connection/test'] button").await;
    browser.wait_for_text("Logowanie").await;
    assert!(facts().await.contains("token KSeF"), "{}", facts().await);
    let logins =
        at_own_simulator(&world, COMPANY).query_certificates(&QueryCertificatesRequest::default(), 0).await;
    assert_eq!(logins.expect("a list").certificates[0].last_use_date, None, "nobody logged in with it");
    // The one of KSeF is forgotten, and the certificate is logged in with again.
    browser.open(&list).await;
    browser.click("form[action$=forget] button").await;
    browser.confirm("the newest certificate").await;
    browser.wait_for_text("Zapomniano poświadczenie").await;
    browser.click("form[action$='/connection/login'] input[value=certificate]").await;
    browser.click("form[action$='/connection/login'] button").await;
    browser.wait_for_text("Firma loguje się certyfikatem.").await;
    // The list by kind and state.
    for (kind, state, rows) in [("token", "", 1), ("authentication", "active", 1), ("offline", "", 0)] {
        browser.open(&list).await;
        browser.choose("form.filter select[name=kind]", kind).await;
        browser.choose("form.filter select[name=state]", state).await;
        browser.click("form.filter button").await;
        browser.find("form.filter a[href$='/connection']").await;
        assert_eq!(listed(&browser).await.0, rows, "{kind} {state}");
    }
    browser.wait_for_text("Nic nie pasuje do filtrów.").await;
    browser.is_clean("nothing fits").await;
    // The certificate is forgotten: the token goes on.
    browser.open(&format!("{list}?kind=authentication")).await;
    browser.click("form[action$=forget] button").await;
    browser.confirm("a certificate that is forgotten").await;
    browser.wait_for_text("Zapomniano poświadczenie").await;
    browser.wait_for_text("Połączenie działa").await;
    assert!(facts().await.contains("token KSeF"), "{}", facts().await);
    assert_eq!(listed(&browser).await, (1, 1));
    browser.is_quiet("token and certificate").await;
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_elses_certificate_is_told_and_works_once_it_has_rights() {
    let Some((world, gateway)) = empty(&[OFFICE]).await else { return };
    let Some(browser) = Browser::start(&gateway.url).await else { return };
    begin(&browser, COMPANY, "certificate").await;
    browser.fill("#certificate", &path(&world, &format!("{OFFICE}.p12"))).await;
    browser.fill("input[name=password]", PASSWORD).await;
    browser.click("main form button").await;
    // Another firm's: it is kept, since it may be granted rights, and it is said that it does not work, and why.
    browser.wait_for_text("Połączenie nie działa").await;
    browser.wait_for_text(&format!("Certyfikat jest na inną firmę (NIP {OFFICE})")).await;
    browser.wait_for_text("Nic nie zginęło").await;
    browser.is_clean("another firm's certificate").await;
    browser.fits("another-firm").await;
    // The company grants them in KSeF; then it does.
    let granted = json!({
        "subjectIdentifier": { "type": "Nip", "value": OFFICE },
        "permissions": [
            { "type": "InvoiceRead", "canDelegate": false },
            { "type": "InvoiceWrite", "canDelegate": false },
        ],
        "description": "Biuro rachunkowe",
        "subjectDetails": { "fullName": "Biuro z testu" },
    });
    let owner = at_own_simulator(&world, COMPANY);
    owner
        .grant_entity_permissions(&serde_json::from_value(granted).expect("a grant"))
        .await
        .expect("granted");
    let deadline = Instant::now() + Duration::from_secs(30);
    loop {
        browser.click("form[action$='/connection/test'] button").await;
        browser.find(".verdict").await;
        if browser.text().await.contains("Połączenie działa") {
            break;
        }
        assert!(Instant::now() < deadline, "{}", browser.text().await);
    }
    browser.is_clean("rights that were granted").await;
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_list_of_ksef_shows_what_is_elsewhere_and_what_was_revoked_there() {
    let Some((world, gateway)) = empty(&[]).await else { return };
    let Some(browser) = Browser::start(&gateway.url).await else { return };
    begin(&browser, COMPANY, "made").await;
    browser.click("main form button").await;
    browser.wait_for_text("Połączenie działa").await;
    let list = format!("/companies/{COMPANY}/connection");
    browser.open(&list).await;
    browser.click("button[value=offline][name=kind]").await;
    browser.wait_for_text("w użyciu").await;
    let deadline = Instant::now() + Duration::from_secs(60);
    while listed(&browser).await != (2, 2) {
        assert!(Instant::now() < deadline, "{}", browser.text().await);
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    browser.open(&format!("{list}?kind=offline")).await;
    // Its own name is what it was applied for with.
    browser.wait_for_text("bramka offline").await;
    // Revoked elsewhere: KSeF's list says so, and it signs nothing any more.
    let access = at_own_simulator(&world, COMPANY);
    let of_ksef = access
        .query_certificates(&QueryCertificatesRequest::default(), 0)
        .await
        .expect("a list")
        .certificates;
    assert_eq!(of_ksef.len(), 1);
    assert_eq!(of_ksef[0].status, CertificateListItemStatus::Active);
    let revocation =
        serde_json::from_value(json!({ "revocationReason": "KeyCompromise" })).expect("a request");
    access.revoke_certificate(&of_ksef[0].certificate_serial_number, &revocation).await.expect("revoked");
    browser.open(&list).await;
    browser.click("form.filter input[name=ksef]").await;
    browser.click("form.filter button").await;
    browser.find("[data-part=kept] .state.bad").await;
    assert_eq!(listed(&browser).await, (2, 1));
    browser.find("button[name=kind][value=offline]:not(.quiet)").await;
    browser.is_clean("KSeF's list").await;
    assert_eq!(browser.count("form[action$=revoke]").await, 1, "what is revoked is not revoked again");
    let words = ["Certyfikaty i tokeny", "Certificates and tokens"];
    browser.is_well_made("ksef-list", &format!("{list}?ksef=yes"), words).await;
    // Forgotten here, it stands in KSeF's list alone.
    browser.open(&format!("{list}?kind=offline")).await;
    browser.click("form[action$=forget] button").await;
    browser.confirm("a revoked certificate that is forgotten").await;
    browser.wait_for_text("Zapomniano poświadczenie").await;
    browser.open(&format!("{list}?ksef=yes&kind=offline")).await;
    browser.wait_for_text("tylko w KSeF").await;
    assert_eq!(listed(&browser).await.0, 0);
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_checks_of_a_connection_come_as_they_are_made() {
    let world = World::with_limits(COMPANY, Limits::Off).await;
    let gateway = world.serve(None);
    // KSeF takes its time over logging in.
    let late = Fault::Delay(Duration::from_millis(2500));
    let rule = FaultRule::always(Target::Operation(Operation::AuthChallenge), late);
    world.simulator.plan(rule).expect("a rule");
    let http = reqwest::Client::new();
    let url = format!("{}/companies/{COMPANY}/connection/test", gateway.url);
    let begun = Instant::now();
    let answer = http.post(url).header("accept", "text/html").send().await.expect("an answer");
    assert_eq!(answer.status(), 200);
    let (mut pieces, mut page, mut came) = (answer.bytes_stream(), String::new(), Vec::new());
    while let Some(piece) = pieces.next().await {
        page.push_str(&String::from_utf8_lossy(&piece.expect("a piece")));
        came.push((begun.elapsed(), page.clone()));
    }
    let at = |text: &str| came.iter().find(|(_, page)| page.contains(text)).map(|(at, _)| *at);
    let (credential, verdict) =
        (at("Poświadczenie").expect("a check"), at("class=\"verdict\"").expect("one"));
    assert!(verdict - credential > Duration::from_secs(2), "{credential:?} {verdict:?}");
    assert!(page.trim_end().ends_with("</html>"), "the page is whole");
}
