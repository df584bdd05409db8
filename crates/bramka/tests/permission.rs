//! `bramka permission`: each way to grant, seen in the lists, taken back; and an office's clients.

mod support;

use ksef_client::{ClientOptions, KsefClient};
use ksef_crypto::{Credential, KeyKind, Subject};
use ksef_sim::{Simulator, SimulatorConfig};
use serde_json::{Value, json};
use support::{COMPANY, CONTRACTOR, Desk, certificate_and_key, loopback};

const OFFICE: &str = "5265877635";
const PERSON: [&str; 4] = ["--first-name", "Osoba", "--last-name", "Testowa"];
const PESEL: &str = "Pesel:44051401359";

async fn simulator() -> Simulator {
    Simulator::start(SimulatorConfig::default(), loopback()).await.expect("a simulator")
}

/// Companies that log in with seals of their own making.
fn connected(simulator: &Simulator, nips: &[&str]) -> Desk {
    let mut desk = Desk::new();
    for nip in nips {
        desk.company(nip, &simulator.base_url());
        desk.certificate(nip, nip);
    }
    desk
}

fn list(desk: &mut Desk, company: &str, of: &str) -> Vec<Value> {
    let listed = desk.json(&["permission", "list", "--company", company, "--of", of]);
    listed.as_array().expect("a list").clone()
}

fn grant<'a>(kind: &'a str, company: &'a str, rest: &[&'a str]) -> Vec<&'a str> {
    [&["permission", "grant", kind, "--company", company][..], rest].concat()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_is_granted_to_and_it_is_taken_back() {
    let simulator = simulator().await;
    let mut desk = connected(&simulator, &[COMPANY]);
    let rest = [&["--to", PESEL, "--permission", "InvoiceRead", "--permission", "invoicewrite"], &PERSON[..]]
        .concat();
    let said = desk.exits(&grant("person", COMPANY, &rest), 0);
    assert!(said.contains("done") && said.contains("200"), "{said}");
    let persons = list(&mut desk, COMPANY, "persons");
    let scopes: Vec<&Value> = persons.iter().map(|row| &row["permissionScope"]).collect();
    assert!(
        scopes.contains(&&json!("InvoiceRead")) && scopes.contains(&&json!("InvoiceWrite")),
        "{persons:?}"
    );
    let said = desk.exits(&["permission", "list", "--company", COMPANY, "--of", "persons"], 0);
    assert!(said.contains(PESEL) && said.contains("Osoba Testowa"), "{said}");
    for row in &persons {
        let id = row["id"].as_str().expect("an id");
        desk.exits(&["permission", "revoke", id, "--company", COMPANY], 0);
    }
    assert!(list(&mut desk, COMPANY, "persons").is_empty());
    // What whoever logs in may do: an owner, everything.
    let own = list(&mut desk, COMPANY, "own");
    assert!(
        own.iter().any(|row| row["permissionScope"] == "InvoiceWrite" && row["isOwner"] == true),
        "{own:?}"
    );

    assert!(
        desk.exits(&grant("person", COMPANY, &["--to", "1234", "--permission", "InvoiceRead"]), 2)
            .contains("no identifier")
    );
    let unknown = [&["--to", PESEL, "--permission", "Everything"], &PERSON[..]].concat();
    assert!(desk.exits(&grant("person", COMPANY, &unknown), 2).contains("there is no permission"));
    assert!(
        desk.exits(&grant("person", COMPANY, &["--to", PESEL, "--permission", "InvoiceRead"]), 2)
            .contains("--first-name")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_takes_ksef_long_is_asked_for_later() {
    let simulator = simulator().await;
    let mut desk = connected(&simulator, &[COMPANY]);
    simulator.delay_permissions(jiff::SignedDuration::from_hours(1));
    let rest =
        [&["--to", PESEL, "--permission", "InvoiceRead", "--no-wait", "--format", "json"], &PERSON[..]]
            .concat();
    let output = desk.run(&grant("person", COMPANY, &rest));
    assert_eq!(output.status.code(), Some(3));
    let answer: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let reference = answer["referenceNumber"].as_str().expect("a reference").to_owned();
    let status = ["permission", "status", &reference, "--company", COMPANY];
    assert!(desk.exits(&status, 3).contains("still at it"));
    let later = jiff::Timestamp::now() + jiff::SignedDuration::from_hours(2);
    simulator.clock().set(later).expect("in range");
    // The first look after its time shows it under way once more.
    for _ in 0..20 {
        if desk.run(&status).status.code() == Some(0) {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert!(desk.exits(&status, 0).contains("done"));
    simulator.delay_permissions(jiff::SignedDuration::ZERO);
    simulator.fail_permissions(Some(ksef_wire::codes::PermissionOperationStatusCode::RELATION_NOT_ALLOWED));
    let rest = [&["--to", PESEL, "--permission", "InvoiceWrite", "--lang", "pl"], &PERSON[..]].concat();
    assert!(desk.exits(&grant("person", COMPANY, &rest), 1).contains("KSeF odmówił"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_office_gets_rights_and_passes_them_on() {
    let simulator = simulator().await;
    let mut desk = connected(&simulator, &[COMPANY, OFFICE]);
    let rest = ["--to", OFFICE, "--name", "Biuro z testu", "--permission", "InvoiceRead", "--delegate"];
    desk.exits(&grant("entity", COMPANY, &rest), 0);
    let received = list(&mut desk, OFFICE, "entities");
    assert_eq!(
        (&received[0]["contextIdentifier"]["value"], &received[0]["canDelegate"]),
        (&json!(COMPANY), &json!(true))
    );
    let client = format!("Nip:{COMPANY}");
    let rest = [&["--for", &client, "--to", PESEL, "--permission", "InvoiceRead"], &PERSON[..]].concat();
    desk.exits(&grant("indirect", OFFICE, &rest), 0);
    let everybody = [&["--to", "44051401458", "--permission", "InvoiceRead"], &PERSON[..]].concat();
    desk.exits(&grant("indirect", OFFICE, &everybody), 0);
    let persons = list(&mut desk, OFFICE, "persons");
    let targets: Vec<&Value> = persons.iter().map(|row| &row["targetIdentifier"]["type"]).collect();
    assert!(targets.contains(&&json!("Nip")) && targets.contains(&&json!("AllPartners")), "{persons:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn authorisations_units_and_eu_entities() {
    let simulator = simulator().await;
    let mut desk = connected(&simulator, &[COMPANY, CONTRACTOR]);
    let to = format!("Nip:{CONTRACTOR}");
    desk.exits(
        &grant(
            "authorization",
            COMPANY,
            &["--to", &to, "--name", "Kontrahent z testu", "--permission", "SelfInvoicing"],
        ),
        0,
    );
    let received = list(&mut desk, CONTRACTOR, "received");
    assert_eq!(received[0]["authorizingEntityIdentifier"]["value"], COMPANY);
    let given = list(&mut desk, COMPANY, "authorizations");
    let id = given[0]["id"].as_str().expect("an id").to_owned();
    desk.exits(&["permission", "revoke", &id, "--authorization", "--company", COMPANY], 0);
    assert!(list(&mut desk, COMPANY, "authorizations").is_empty());

    let unit = format!("InternalId:{}", internal_id(COMPANY));
    let rest = [&["--to", PESEL, "--unit", unit.as_str()], &PERSON[..]].concat();
    assert!(desk.exits(&grant("subunit", COMPANY, &rest), 2).contains("--unit-name"));
    desk.exits(&grant("subunit", COMPANY, &[&rest[..], &["--unit-name", "Oddział z testu"]].concat()), 0);
    assert_eq!(list(&mut desk, COMPANY, "subunits")[0]["subunitName"], "Oddział z testu");

    // An EU entity's administrator is known by a fingerprint, and logs in to its context with that certificate.
    let now = jiff::Timestamp::now();
    let day = jiff::SignedDuration::from_hours(24);
    let named = Subject::Named { common_name: "EU Person".into() };
    let own =
        Credential::self_signed(&named, KeyKind::EcP256, now - day, now + day * 100).expect("a credential");
    let fingerprint: String =
        own.certificate().fingerprint_sha256().iter().map(|byte| format!("{byte:02x}")).collect();
    let eu = format!("{COMPANY}-DE123456789");
    let rest =
        [
            &[
                "--to",
                fingerprint.as_str(),
                "--birth-date",
                "1980-01-01",
                "--document",
                "passport:AB123456:de",
            ][..],
            &[
                "--eu-entity",
                &eu,
                "--eu-entity-name",
                "EU Firm GmbH",
                "--eu-entity-address",
                "Strasse 1, Berlin",
            ],
            &PERSON,
        ]
        .concat();
    desk.exits(&grant("eu-admin", COMPANY, &rest), 0);
    let listed = list(&mut desk, COMPANY, "eu-entities");
    assert!(
        listed.iter().any(|row| row["authorizedFingerprintIdentifier"] == fingerprint.to_uppercase()),
        "{listed:?}"
    );

    let context = format!("NipVatUe:{eu}");
    desk.company(&context, &simulator.base_url());
    let certificate = desk.file("eu.crt", own.certificate().der());
    let key = desk.file("eu.key", own.key().to_pkcs8().expect("a key").as_slice());
    desk.exits(&["credential", "add", &certificate, "--key", &key, "--company", &context], 0);
    let other = "AB".repeat(32);
    let rest = [
        "--to",
        &other,
        "--firm-name",
        "EU Seal GmbH",
        "--firm-address",
        "Strasse 2, Berlin",
        "--permission",
        "InvoiceRead",
    ];
    desk.exits(&grant("eu-representative", &context, &rest), 0);
    let listed = list(&mut desk, &context, "eu-entities");
    assert!(listed.iter().any(|row| row["authorizedFingerprintIdentifier"] == other), "{listed:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn grants_to_others_roles_and_subordinates_are_listed() {
    let simulator = simulator().await;
    let mut desk = connected(&simulator, &[COMPANY, OFFICE]);
    for of in ["granted", "roles", "subordinates"] {
        assert!(list(&mut desk, COMPANY, of).is_empty(), "{of}: nothing yet");
    }

    // What a company has granted, and to whom alone.
    let rest =
        [&["--to", PESEL, "--permission", "InvoiceRead", "--permission", "Introspection"], &PERSON[..]];
    desk.exits(&grant("person", COMPANY, &rest.concat()), 0);
    let other = [&["--to", "Pesel:44051401458", "--permission", "InvoiceRead"], &PERSON[..]].concat();
    desk.exits(&grant("person", COMPANY, &other), 0);
    assert_eq!(list(&mut desk, COMPANY, "granted").len(), 3);
    let narrow = ["permission", "list", "--company", COMPANY, "--of", "granted", "--to", PESEL];
    let rows = desk.json(&[&narrow[..], &["--permission", "Introspection"]].concat());
    assert_eq!(rows.as_array().map(Vec::len), Some(1), "{rows}");
    assert_eq!(
        (&rows[0]["permissionScope"], &rows[0]["authorizedIdentifier"]["value"]),
        (&json!("Introspection"), &json!("44051401359"))
    );
    assert!(desk.exits(&narrow, 0).contains("Introspection"));
    assert!(list(&mut desk, OFFICE, "granted").is_empty(), "another company's grants are its own");

    // A VAT group and its member, as the register has them.
    let group = json!({
        "subjectNip": COMPANY, "subjectType": "VatGroup", "description": "Grupa VAT",
        "subunits": [{ "subjectNip": OFFICE, "description": "Członek grupy" }],
    });
    let client = KsefClient::new(&simulator.base_url(), ClientOptions::default()).expect("a client");
    let request = serde_json::from_value(group).expect("a request");
    client.test_data_create_subject(&request).await.expect("made");
    let roles = list(&mut desk, COMPANY, "roles");
    assert_eq!((roles.len(), &roles[0]["role"]), (1, &json!("VatGroupUnit")));
    let members = list(&mut desk, COMPANY, "subordinates");
    assert_eq!(
        (members.len(), &members[0]["subordinateEntityIdentifier"]["value"], &members[0]["role"]),
        (1, &json!(OFFICE), &json!("VatGroupSubUnit"))
    );
    let said = desk.exits(&["permission", "list", "--company", COMPANY, "--of", "subordinates"], 0);
    assert!(said.contains(OFFICE), "{said}");
    assert!(list(&mut desk, OFFICE, "subordinates").is_empty(), "the member has none of its own");
}

/// A unit's identifier with its check digit: weights 1 and 3 over the digits of NIP and number, as the simulator checks.
fn internal_id(nip: &str) -> String {
    (0..10)
        .map(|digit| format!("{nip}-1234{digit}"))
        .find(|id| {
            ksef_id::ContextIdentifier::parse(&format!("InternalId:{id}")).is_ok() && is_valid_unit(id)
        })
        .expect("one digit fits")
}

fn is_valid_unit(id: &str) -> bool {
    let digits: Vec<u32> = id.chars().filter_map(|letter| letter.to_digit(10)).collect();
    let (check, rest) = digits.split_last().expect("digits");
    let sum: u32 =
        rest.iter().enumerate().map(|(place, digit)| if place % 2 == 0 { *digit } else { digit * 3 }).sum();
    sum % 10 == *check
}

#[tokio::test(flavor = "multi_thread")]
async fn an_office_sees_which_clients_have_not_granted() {
    let simulator = simulator().await;
    let url = simulator.base_url();
    let clients = ["1111111111", COMPANY, CONTRACTOR];
    let mut desk = connected(&simulator, &clients);
    assert!(desk.exits(&["permission", "check"], 2).contains("--owner office"));
    desk.company(OFFICE, &url);
    let (certificate, key) = certificate_and_key(OFFICE);
    let (certificate, key) = (desk.file("office.crt", certificate), desk.file("office.key", key));
    let companies: Vec<&str> = clients.iter().chain([&OFFICE]).flat_map(|nip| ["--company", *nip]).collect();
    let add =
        [&["credential", "add", &certificate, "--key", &key, "--owner", "office"], &companies[..]].concat();
    desk.exits(&add, 0);

    // The clients grant with certificates of their own: here, since the office's is the newest, through a second desk.
    let mut of_clients = connected(&simulator, &clients);
    let entity = |rest: &[&'static str]| [&["--to", OFFICE, "--name", "Biuro z testu"], rest].concat();
    let all = entity(&["--permission", "InvoiceRead", "--permission", "InvoiceWrite"]);
    of_clients.exits(&grant("entity", "1111111111", &all), 0);
    of_clients.exits(&grant("entity", COMPANY, &entity(&["--permission", "InvoiceRead"])), 0);

    let output = desk.run(&["permission", "check", "--format", "json"]);
    assert_eq!(output.status.code(), Some(1));
    let report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let states: Vec<(&str, &str)> = report["clients"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|client| (client["client"].as_str().expect("a NIP"), client["state"].as_str().expect("a state")))
        .collect();
    assert_eq!(
        states,
        [("1111111111", "complete"), (COMPANY, "partial"), (CONTRACTOR, "missing")],
        "not the office itself"
    );
    let said = desk.exits(&["permission", "check", "--lang", "pl"], 1);
    assert!(said.contains("Brakuje uprawnień: 2/3: 2222222222, 3333333333"), "{said}");
    assert!(
        said.contains(&format!("NIP biura: {OFFICE}")) && said.contains(&format!("NIP klienta {CONTRACTOR}")),
        "{said}"
    );
    desk.exits(&["permission", "check", "--need", "view"], 1);

    of_clients.exits(&grant("entity", CONTRACTOR, &all), 0);
    of_clients.exits(&grant("entity", COMPANY, &entity(&["--permission", "InvoiceWrite"])), 0);
    let said = desk.exits(&["permission", "check"], 0);
    assert!(said.contains("All clients (3) have granted"), "{said}");
    let said = desk.exits_bare(&["permission", "guide", "grant-office", "--to", OFFICE], 0);
    assert!(said.contains(OFFICE), "{said}");
}
