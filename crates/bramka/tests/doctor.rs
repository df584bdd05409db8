//! `bramka doctor` and `bramka guide` as people and programs use them.

mod support;

use ksef_sim::{Profile, Simulator, SimulatorConfig};
use support::{COMPANY, CONTRACTOR, Desk, certificate_and_key, loopback};

async fn simulator(profile: Profile) -> Simulator {
    let config = SimulatorConfig { profile, ..SimulatorConfig::default() };
    Simulator::start(config, loopback()).await.expect("a simulator")
}

#[tokio::test(flavor = "multi_thread")]
async fn companies_are_examined_one_by_one() {
    let simulator = simulator(Profile::Test).await;
    let mut desk = Desk::new();
    assert!(desk.exits(&["doctor"], 2).contains("company add"), "nothing to examine yet");
    desk.company(COMPANY, &simulator.base_url());
    desk.company(CONTRACTOR, &simulator.base_url());
    desk.certificate(COMPANY, COMPANY);

    let said = desk.exits(&["doctor", "--company", COMPANY], 0);
    for line in [
        "ok          Login",
        "ok          Test session: opened and closed",
        "note        Offline certificate",
        "can work with KSeF",
    ] {
        assert!(said.contains(line), "{line}: {said}");
    }
    assert!(said.contains("→ Apply for it ahead of time"), "the next step: {said}");
    let said = desk.exits(&["doctor", "--lang", "pl", "--company", COMPANY], 0);
    assert!(said.contains("Firma może pracować z KSeF"), "{said}");

    // The other one has nothing to log in with: all together that is a failure, and both are shown.
    let said = desk.exits(&["doctor"], 1);
    assert!(said.contains("[CONN201]") && said.contains("To be put right: 1"), "{said}");
    let output = desk.run(&["doctor", "--format", "json", "--no-session"]);
    assert_eq!(output.status.code(), Some(1));
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!((&report["isWell"], &report["companies"][0]["isWell"]), (&false.into(), &true.into()));
    let checks = report["companies"][0]["checks"].as_array().expect("a list");
    assert_eq!(checks.len(), 14);
    let session = checks.iter().find(|check| check["check"] == "testSession").expect("listed");
    assert_eq!(session["outcome"], "skipped");
    assert_eq!(report["companies"][0]["rights"]["isOwner"], true);
    assert_eq!(report["companies"][0]["limits"]["context"]["onlineSession"]["maxInvoices"], 10_000);
    let first = &report["companies"][1]["checks"][0];
    assert_eq!((&first["check"], &first["findings"][0]["code"]), (&"credential".into(), &"CONN201".into()));
    assert!(
        first["findings"][0]["nextStep"]["pl"].as_str().expect("words").contains("bramka credential add")
    );
    assert!(desk.exits(&["doctor", "--company", "5265877635"], 2).contains("there is no company"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_company_of_the_configuration_is_examined_too() {
    let simulator = simulator(Profile::Demo).await;
    let mut desk = Desk::new();
    let (certificate, key) = certificate_and_key(COMPANY);
    desk.file("auth.crt", certificate);
    desk.file("auth.key", key);
    let config = desk.file(
        "bramka.toml",
        format!(
            "[[company]]\ncontext = \"{COMPANY}\"\nenvironment = \"simulator\"\nksef_url = \"{}\"\ncertificate = \"auth.crt\"\nkey = \"auth.key\"\n",
            simulator.base_url()
        ),
    );
    // DEMO's strictness: a self-made certificate is refused, and the next step says what works.
    let said = desk.exits(&["doctor", "--config", &config], 1);
    assert!(said.contains("[CONN203]") && said.contains("self-made ones do not work on DEMO"), "{said}");
}

#[test]
fn guides_are_told_in_both_languages() {
    let mut desk = Desk::new();
    let said = desk.exits_bare(&["guide"], 0);
    assert!(said.contains("auth-certificate") && said.contains("dates"), "{said}");
    let said = desk
        .exits_bare(&["guide", "grant-office", "--company", COMPANY, "--to", CONTRACTOR, "--lang", "pl"], 0);
    assert!(said.contains(&format!("NIP biura: {CONTRACTOR}")) && said.contains("  1. "), "{said}");
    let said = desk.exits_bare(&["guide", "dates"], 0);
    assert!(said.contains("2026-12-31") && said.contains("as known on 2026-07-23"), "{said}");
    let dates: serde_json::Value =
        serde_json::from_str(&desk.exits_bare(&["guide", "dates", "--format", "json"], 0)).expect("JSON");
    assert_eq!(dates.as_array().expect("a list").len(), 5);
    let said = desk.exits_bare(&["explain", "conn301"], 0);
    assert!(said.contains("ZAW-FA") && said.contains("Source: "), "{said}");
}
