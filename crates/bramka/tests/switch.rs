//! A token's place is taken by a certificate while the gateway runs.

mod support;

use std::time::{Duration, Instant};

use ksef_wire::{AuthenticationTokenStatus, GenerateTokenRequest, Operation, TokenPermissionType};
use support::{COMPANY, Desk, ServedGateway, World, invoice};

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_takes_a_tokens_place_without_a_stop() {
    let world = World::new(COMPANY).await;
    let access = world.access_of(COMPANY);
    let request = GenerateTokenRequest {
        permissions: vec![TokenPermissionType::InvoiceRead, TokenPermissionType::InvoiceWrite],
        description: "dla testu".into(),
    };
    let token = access.generate_token(&request).await.expect("a token");
    let deadline = Instant::now() + Duration::from_secs(30);
    while access.token_status(&token.reference_number).await.expect("a status").status
        != AuthenticationTokenStatus::Active
    {
        assert!(Instant::now() < deadline, "the token does not become active");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let mut desk = Desk::new();
    desk.company(COMPANY, &world.simulator.base_url());
    let file = desk.file("token", token.token.expose());
    desk.exits(&["credential", "add", "--token-file", &file, "--company", COMPANY], 0);

    let config = desk.file("bramka.toml", "");
    let gateway = ServedGateway::start(config.as_ref(), &desk.data(), None);
    let logins = |operation| world.simulator.inspect().count(operation);
    let send = async |number: &str| {
        let (status, taken) =
            gateway.post(COMPANY, number, invoice(number).as_bytes()).await.expect("an answer");
        assert!(status < 300, "{taken}");
        let done = gateway.wait_final(COMPANY, taken["id"].as_str().expect("an id")).await;
        assert_eq!(done["state"], "stored", "{done:#}");
    };
    send("switch/1").await;
    assert_eq!(logins(Operation::AuthKsefToken), 1);
    let by_signature = logins(Operation::AuthXadesSignature);

    // Added while the gateway runs, and the token ended: what follows can only be the certificate's.
    desk.certificate(COMPANY, COMPANY);
    access.revoke_token(&token.reference_number).await.expect("revoked");
    let deadline = Instant::now() + Duration::from_secs(30);
    let mut number = 2;
    while logins(Operation::AuthXadesSignature) == by_signature {
        assert!(Instant::now() < deadline, "the certificate is not used");
        send(&format!("switch/{number}")).await;
        number += 1;
    }
    assert_eq!(logins(Operation::AuthKsefToken), 1, "nobody logged in by token again");
    assert_eq!(world.simulator.inspect().invoices.len(), number - 1, "each invoice once");
}
