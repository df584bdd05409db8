//! A token's place is taken by a certificate while the gateway runs, whether it has something to send or not.

mod support;

use std::time::{Duration, Instant};

use ksef_client::Access;
use ksef_id::ReferenceNumber;
use ksef_wire::Operation;
use serde_json::Value;
use support::{COMPANY, CONTRACTOR, Desk, ServedGateway, World, active_token, invoice, purchase};

/// A gateway whose company logs in by token, which `end` ends once a certificate is there.
struct ByToken {
    world: World,
    desk: Desk,
    gateway: ServedGateway,
    access: Access,
    token: ReferenceNumber,
}

impl ByToken {
    async fn new() -> Self {
        let world = World::new(COMPANY).await;
        // Purchases are looked for more often than production allows.
        world.widen_limits(COMPANY).await;
        let access = world.access_of(COMPANY);
        let token = active_token(&access).await;
        let mut desk = Desk::new();
        desk.company(COMPANY, &world.simulator.base_url());
        let file = desk.file("token", token.token.expose());
        desk.exits(&["credential", "add", "--token-file", &file, "--company", COMPANY], 0);
        let config = desk.file("bramka.toml", "");
        let gateway = ServedGateway::start(config.as_ref(), &desk.data(), None);
        Self { world, desk, gateway, access, token: token.reference_number }
    }

    /// Added while the gateway runs, and the token ended: what follows can only be the certificate's.
    async fn end(&mut self) {
        self.desk.certificate(COMPANY, COMPANY);
        self.access.revoke_token(&self.token).await.expect("revoked");
    }

    fn logins(&self, operation: Operation) -> usize {
        self.world.simulator.inspect().count(operation)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_takes_a_tokens_place_without_a_stop() {
    let mut by_token = ByToken::new().await;
    let send = async |gateway: &ServedGateway, number: &str| {
        let (status, taken) =
            gateway.post(COMPANY, number, invoice(number).as_bytes()).await.expect("an answer");
        assert!(status < 300, "{taken}");
        let done = gateway.wait_final(COMPANY, taken["id"].as_str().expect("an id")).await;
        assert_eq!(done["state"], "stored", "{done:#}");
    };
    send(&by_token.gateway, "switch/1").await;
    assert_eq!(by_token.logins(Operation::AuthKsefToken), 1);
    let by_signature = by_token.logins(Operation::AuthXadesSignature);

    by_token.end().await;
    let deadline = Instant::now() + Duration::from_secs(30);
    let mut number = 2;
    while by_token.logins(Operation::AuthXadesSignature) == by_signature {
        assert!(Instant::now() < deadline, "the certificate is not used");
        send(&by_token.gateway, &format!("switch/{number}")).await;
        number += 1;
    }
    assert_eq!(by_token.logins(Operation::AuthKsefToken), 1, "nobody logged in by token again");
    assert_eq!(by_token.world.simulator.inspect().invoices.len(), number - 1, "each invoice once");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_nothing_to_send_changes_over_too() {
    let mut by_token = ByToken::new().await;
    let purchases = format!("/api/v1/companies/{COMPANY}/purchases");
    let receive = async |world: &World, gateway: &ServedGateway, count: usize| {
        assert_eq!(world.send_directly(CONTRACTOR, purchase(&count.to_string()).as_bytes()).await, 200);
        let (status, _) = gateway.say("POST", &format!("{purchases}/synchronize"), &Value::Null).await;
        assert!(status < 300);
        let deadline = Instant::now() + Duration::from_secs(60);
        while gateway.json(&purchases).await["items"].as_array().expect("a list").len() < count {
            assert!(Instant::now() < deadline, "purchase {count} did not come");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    receive(&by_token.world, &by_token.gateway, 1).await;
    assert_eq!(by_token.logins(Operation::AuthKsefToken), 1);
    let by_signature = by_token.logins(Operation::AuthXadesSignature);
    by_token.end().await;
    let mut count = 2;
    let deadline = Instant::now() + Duration::from_secs(60);
    // The contractor logs in by signature as well, once for each purchase.
    while by_token.logins(Operation::AuthXadesSignature) <= by_signature + count - 2 {
        assert!(Instant::now() < deadline, "the certificate is not used");
        receive(&by_token.world, &by_token.gateway, count).await;
        count += 1;
    }
}
