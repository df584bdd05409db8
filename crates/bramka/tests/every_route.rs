//! Every route with no, wrong and foreign rights. What is expected stands here once more, by hand: a route that is not in
//! this table fails the test, and so does one that lets others in than the table says.

mod support;

use std::collections::BTreeMap;

use ksef_sim::Limits;
use serde_json::json;
use support::people::{As, Asker, done, key};
use support::{COMPANY, CONTRACTOR, World};

/// Who may use a route.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Who {
    /// Everybody.
    Public,
    /// Everybody who is known.
    Anybody,
    /// Everybody who logged in.
    Person,
    /// In a company: roles (Administrator, Issuer, aCcountant, Viewer, aUditor) and scopes of keys (read, send, Receive=c,
    /// admin).
    Company(&'static str, &'static str),
    /// For the whole gateway: the same.
    Gateway(&'static str, &'static str),
}

use Who::{Anybody, Company, Gateway, Person, Public};

const READ: Who = Company("AICVU", "r");
const BUY: Who = Company("ACVU", "rc");
const BOOK: Who = Company("AC", "c");
const REGISTER: Who = Company("ACVU", "r");
const SEND: Who = Company("AI", "s");
const KEYS: Who = Company("A", "a");
const HOOKS: Who = Company("A", "a");

const ROUTES: &[(&str, &str, Who)] = &[
    ("GET", "/", Anybody),
    ("GET", "/assets/{file}", Public),
    ("GET", "/account", Person),
    ("POST", "/account/password", Person),
    ("POST", "/account/second-factor", Person),
    ("POST", "/account/sessions/end", Person),
    ("GET", "/connect", Gateway("A", "a")),
    ("POST", "/connect", Gateway("A", "a")),
    ("GET", "/companies/{company}/live", READ),
    ("GET", "/start", Gateway("A", "a")),
    ("POST", "/start", Gateway("A", "a")),
    ("GET", "/companies/{company}/start", Company("AIC", "sca")),
    ("POST", "/companies/{company}/start", Company("A", "a")),
    ("GET", "/guides", Anybody),
    ("GET", "/guides/{topic}", Anybody),
    ("GET", "/companies/{company}/connection", Company("AIC", "sca")),
    ("POST", "/companies/{company}/connection", Company("A", "a")),
    ("POST", "/companies/{company}/connection/test", Company("AIC", "sca")),
    ("POST", "/companies/{company}/connection/apply", Company("A", "a")),
    ("POST", "/companies/{company}/connection/renew", Company("A", "a")),
    ("POST", "/companies/{company}/connection/follow", Company("A", "a")),
    ("POST", "/companies/{company}/connection/revoke", Company("A", "a")),
    ("POST", "/companies/{company}/connection/disconnect", Gateway("A", "a")),
    ("POST", "/companies/{company}/connection/forget", Company("A", "a")),
    ("POST", "/companies/{company}/connection/login", Company("A", "a")),
    ("GET", "/companies/{company}/connection/{id}/certificate", Company("AIC", "sca")),
    ("GET", "/settings", Gateway("AU", "a")),
    ("GET", "/settings/users", Gateway("A", "")),
    ("POST", "/settings/users", Gateway("A", "")),
    ("GET", "/settings/users/{login}", Gateway("A", "")),
    ("POST", "/settings/users/{login}/roles", Gateway("A", "")),
    ("POST", "/settings/users/{login}/active", Gateway("A", "")),
    ("POST", "/settings/users/{login}/password", Gateway("A", "")),
    ("POST", "/settings/users/{login}/remove", Gateway("A", "")),
    ("GET", "/settings/api-keys", Gateway("A", "a")),
    ("POST", "/settings/api-keys", Gateway("A", "a")),
    ("POST", "/settings/api-keys/{id}/rotate", Gateway("A", "a")),
    ("POST", "/settings/api-keys/{id}/revoke", Gateway("A", "a")),
    ("GET", "/settings/audit", Gateway("AU", "a")),
    ("GET", "/settings/audit/export.csv", Gateway("AU", "a")),
    ("GET", "/settings/audit/export.jsonl", Gateway("AU", "a")),
    ("POST", "/settings/audit/verify", Gateway("AU", "a")),
    ("GET", "/companies/{company}/settings", Company("AU", "a")),
    ("POST", "/companies/{company}/settings/name", Company("A", "a")),
    ("POST", "/companies/{company}/settings/sending", Company("A", "a")),
    ("POST", "/companies/{company}/settings/receiving", Company("A", "a")),
    ("GET", "/companies/{company}/settings/api-keys", Company("A", "a")),
    ("POST", "/companies/{company}/settings/api-keys", Company("A", "a")),
    ("POST", "/companies/{company}/settings/api-keys/{id}/rotate", Company("A", "a")),
    ("POST", "/companies/{company}/settings/api-keys/{id}/revoke", Company("A", "a")),
    ("GET", "/settings/backups", Gateway("AU", "a")),
    ("GET", "/companies/{company}/settings/series", Company("A", "a")),
    ("POST", "/companies/{company}/settings/series", Company("A", "a")),
    ("POST", "/companies/{company}/settings/series/resume", Company("A", "a")),
    ("GET", "/companies/{company}/settings/routing", Company("A", "a")),
    ("POST", "/companies/{company}/settings/routing", Company("A", "a")),
    ("POST", "/companies/{company}/settings/routing/apply", Company("A", "a")),
    ("POST", "/companies/{company}/settings/routing/units", Company("A", "a")),
    ("POST", "/companies/{company}/settings/routing/units/remove", Company("A", "a")),
    ("POST", "/companies/{company}/settings/routing/views", Company("A", "a")),
    ("GET", "/companies/{company}/settings/buyers", HOOKS),
    ("POST", "/companies/{company}/settings/buyers", HOOKS),
    ("POST", "/companies/{company}/settings/buyers/address", HOOKS),
    ("POST", "/companies/{company}/settings/buyers/remove", HOOKS),
    ("GET", "/companies/{company}/settings/retention", Company("AU", "a")),
    ("POST", "/companies/{company}/settings/retention", Company("A", "a")),
    ("POST", "/companies/{company}/settings/retention/holds", Company("A", "a")),
    ("POST", "/companies/{company}/settings/retention/holds/lift", Company("A", "a")),
    ("GET", "/companies/{company}/settings/rights", Company("A", "a")),
    ("POST", "/companies/{company}/settings/rights/person", Company("A", "a")),
    ("POST", "/companies/{company}/settings/rights/entity", Company("A", "a")),
    ("POST", "/companies/{company}/settings/rights/revoke", Company("A", "a")),
    ("POST", "/companies/{company}/invoices/{id}/letters", SEND),
    ("POST", "/companies/{company}/purchases/{number}/assignment", BOOK),
    ("POST", "/companies/{company}/purchases/{number}/comments", BOOK),
    ("POST", "/companies/{company}/purchases/{number}/approval", BOOK),
    ("GET", "/companies/{company}/settings/webhooks", Company("A", "a")),
    ("POST", "/companies/{company}/settings/webhooks", Company("A", "a")),
    ("GET", "/companies/{company}/settings/webhooks/{id}", Company("A", "a")),
    ("POST", "/companies/{company}/settings/webhooks/{id}", Company("A", "a")),
    ("POST", "/companies/{company}/settings/webhooks/{id}/test", Company("A", "a")),
    ("POST", "/companies/{company}/settings/webhooks/{id}/rotate", Company("A", "a")),
    ("POST", "/companies/{company}/settings/webhooks/{id}/remove", Company("A", "a")),
    ("POST", "/companies/{company}/settings/webhooks/{id}/replay", Company("A", "a")),
    ("GET", "/companies/{company}/settings/notices", Company("A", "a")),
    ("POST", "/companies/{company}/settings/notices", Company("A", "a")),
    ("POST", "/companies/{company}/settings/notices/remove", Company("A", "a")),
    ("POST", "/companies/{company}/settings/notices/test", Company("A", "a")),
    ("POST", "/companies/{company}/settings/notices/resend", Company("A", "a")),
    ("GET", "/companies/{company}/settings/audit", Company("AU", "a")),
    ("GET", "/companies/{company}/settings/audit/export.csv", Company("AU", "a")),
    ("GET", "/companies/{company}/settings/audit/export.jsonl", Company("AU", "a")),
    ("POST", "/help", Anybody),
    ("GET", "/help/answers.jsonl", Gateway("AU", "a")),
    ("GET", "/companies/{company}/ksef", READ),
    ("GET", "/companies/{company}/ksef/evidence.json", READ),
    ("GET", "/companies/{company}/simulator", Company("A", "a")),
    ("POST", "/companies/{company}/simulator/purchases", Company("A", "a")),
    ("POST", "/companies/{company}/simulator/trouble", Company("A", "a")),
    ("POST", "/companies/{company}/simulator/recover", Company("A", "a")),
    ("POST", "/companies/{company}/simulator/clock", Company("A", "a")),
    ("GET", "/companies/{company}", READ),
    ("GET", "/companies/{company}/send", SEND),
    ("POST", "/companies/{company}/send", SEND),
    ("GET", "/companies/{company}/issue", SEND),
    ("POST", "/companies/{company}/issue", SEND),
    ("POST", "/companies/{company}/issue/preview", SEND),
    ("GET", "/companies/{company}/issue/drafts", SEND),
    ("POST", "/companies/{company}/issue/drafts/{id}/remove", SEND),
    ("GET", "/companies/{company}/correct", SEND),
    ("GET", "/companies/{company}/import", SEND),
    ("POST", "/companies/{company}/import", SEND),
    ("GET", "/companies/{company}/import/{id}", SEND),
    ("POST", "/companies/{company}/import/{id}", SEND),
    ("GET", "/companies/{company}/invoices", READ),
    ("POST", "/companies/{company}/invoices/decide", SEND),
    ("GET", "/companies/{company}/invoices/{id}", READ),
    ("GET", "/companies/{company}/invoices/{id}/view", READ),
    ("GET", "/companies/{company}/invoices/{id}/structure", READ),
    ("POST", "/companies/{company}/invoices/{id}/offline", SEND),
    ("POST", "/companies/{company}/invoices/{id}/policy", SEND),
    ("POST", "/companies/{company}/invoices/{id}/technical-correction", SEND),
    ("POST", "/companies/{company}/invoices/{id}/resend", SEND),
    ("GET", "/companies/{company}/purchases", BUY),
    ("POST", "/companies/{company}/purchases/synchronize", BOOK),
    ("GET", "/companies/{company}/purchases/{number}", BUY),
    ("GET", "/companies/{company}/purchases/{number}/view", BUY),
    ("POST", "/companies/{company}/purchases/{number}/state", BOOK),
    ("POST", "/companies/{company}/purchases/{number}/note", BOOK),
    ("POST", "/companies/{company}/purchases/{number}/scan", BOOK),
    ("GET", "/companies/{company}/purchases/enter", BOOK),
    ("POST", "/companies/{company}/purchases/enter", BOOK),
    ("GET", "/companies/{company}/purchases/package.zip", BUY),
    ("POST", "/companies/{company}/purchases/mark", BOOK),
    ("GET", "/companies/{company}/purchases/copies", BUY),
    ("POST", "/companies/{company}/purchases/copies", BUY),
    ("GET", "/login", Public),
    ("POST", "/login", Public),
    ("POST", "/logout", Person),
    ("GET", "/setup", Public),
    ("POST", "/setup", Public),
    ("GET", "/api", Public),
    ("GET", "/api/v1/openapi.json", Public),
    ("GET", "/healthz", Public),
    ("GET", "/readyz", Public),
    ("GET", "/metrics", Gateway("AICVU", "r")),
    ("GET", "/api/v1/whoami", Anybody),
    ("POST", "/api/v1/setup", Public),
    ("GET", "/api/v1/me/sessions", Person),
    ("DELETE", "/api/v1/me/sessions/{id}", Person),
    ("POST", "/api/v1/me/password", Person),
    ("POST", "/api/v1/me/second-factor", Person),
    ("POST", "/api/v1/me/second-factor/confirm", Person),
    ("POST", "/api/v1/me/second-factor/remove", Person),
    ("GET", "/api/v1/users", Gateway("A", "")),
    ("POST", "/api/v1/users", Gateway("A", "")),
    ("GET", "/api/v1/users/{login}", Gateway("A", "")),
    ("PATCH", "/api/v1/users/{login}", Gateway("A", "")),
    ("DELETE", "/api/v1/users/{login}", Gateway("A", "")),
    ("GET", "/api/v1/api-keys", Gateway("A", "a")),
    ("POST", "/api/v1/api-keys", Gateway("A", "a")),
    ("POST", "/api/v1/api-keys/{id}/rotate", Gateway("A", "a")),
    ("DELETE", "/api/v1/api-keys/{id}", Gateway("A", "a")),
    ("GET", "/api/v1/companies/{company}/api-keys", KEYS),
    ("POST", "/api/v1/companies/{company}/api-keys", KEYS),
    ("POST", "/api/v1/companies/{company}/api-keys/{id}/rotate", KEYS),
    ("DELETE", "/api/v1/companies/{company}/api-keys/{id}", KEYS),
    ("GET", "/api/v1/audit", Gateway("AU", "a")),
    ("GET", "/api/v1/companies/{company}/audit", Company("AU", "a")),
    ("POST", "/api/v1/companies/{company}/test-connection", Company("AIC", "sca")),
    ("GET", "/api/v1/companies/{company}/events", Company("AICVU", "rc")),
    ("GET", "/api/v1/companies/{company}/webhooks", HOOKS),
    ("POST", "/api/v1/companies/{company}/webhooks", HOOKS),
    ("GET", "/api/v1/companies/{company}/webhooks/{id}", HOOKS),
    ("PATCH", "/api/v1/companies/{company}/webhooks/{id}", HOOKS),
    ("DELETE", "/api/v1/companies/{company}/webhooks/{id}", HOOKS),
    ("POST", "/api/v1/companies/{company}/webhooks/{id}/rotate", HOOKS),
    ("POST", "/api/v1/companies/{company}/webhooks/{id}/test", HOOKS),
    ("GET", "/api/v1/companies/{company}/webhooks/{id}/deliveries", HOOKS),
    ("POST", "/api/v1/companies/{company}/webhooks/{id}/replay", HOOKS),
    ("PUT", "/api/v1/companies/{company}/ksef1/invoices/{number}", BOOK),
    ("POST", "/api/v1/companies/{company}/ksef1/upos", BOOK),
    ("GET", "/api/v1/companies/{company}/purchases/{number}/upo", BUY),
    ("GET", "/api/v1/companies/{company}/retention", Company("AU", "a")),
    ("PUT", "/api/v1/companies/{company}/retention", Company("A", "a")),
    ("GET", "/api/v1/companies/{company}/retention/due", Company("AU", "a")),
    ("GET", "/api/v1/companies/{company}/erasures", Company("AU", "a")),
    ("GET", "/api/v1/companies/{company}/legal-holds", Company("AU", "a")),
    ("POST", "/api/v1/companies/{company}/legal-holds", Company("A", "a")),
    ("DELETE", "/api/v1/companies/{company}/legal-holds/{id}", Company("A", "a")),
    ("GET", "/api/v1/companies/{company}/mail-subscriptions", HOOKS),
    ("PUT", "/api/v1/companies/{company}/mail-subscriptions", HOOKS),
    ("DELETE", "/api/v1/companies/{company}/mail-subscriptions/{id}", HOOKS),
    ("GET", "/api/v1/companies/{company}/letters", HOOKS),
    ("POST", "/api/v1/companies/{company}/letters/test", HOOKS),
    ("POST", "/api/v1/companies/{company}/letters/{id}/resend", HOOKS),
    ("GET", "/api/v1/companies/{company}/buyer-mail", HOOKS),
    ("PUT", "/api/v1/companies/{company}/buyer-mail", HOOKS),
    ("GET", "/api/v1/companies/{company}/buyer-mail/texts", HOOKS),
    ("PUT", "/api/v1/companies/{company}/buyer-mail/texts/{purpose}/{language}", HOOKS),
    ("DELETE", "/api/v1/companies/{company}/buyer-mail/texts/{purpose}/{language}", HOOKS),
    ("GET", "/api/v1/companies/{company}/buyer-addresses", HOOKS),
    ("PUT", "/api/v1/companies/{company}/buyer-addresses/{buyer}", HOOKS),
    ("DELETE", "/api/v1/companies/{company}/buyer-addresses/{buyer}", HOOKS),
    ("GET", "/api/v1/companies/{company}/invoices/{id}/letters", READ),
    ("POST", "/api/v1/companies/{company}/invoices/{id}/letters", SEND),
    ("GET", "/api/v1/companies/{company}/invoices", READ),
    ("POST", "/api/v1/companies/{company}/invoices", SEND),
    ("GET", "/api/v1/companies/{company}/invoices/{id}", READ),
    ("GET", "/api/v1/companies/{company}/invoices/{id}/xml", READ),
    ("GET", "/api/v1/companies/{company}/invoices/{id}/upo", READ),
    ("GET", "/api/v1/companies/{company}/invoices/{id}/upo/pdf", READ),
    ("GET", "/api/v1/companies/{company}/invoices/{id}/upo/html", READ),
    ("GET", "/api/v1/companies/{company}/invoices/{id}/pdf", READ),
    ("GET", "/api/v1/companies/{company}/invoices/{id}/html", READ),
    ("POST", "/api/v1/companies/{company}/invoices/release", SEND),
    ("GET", "/api/v1/companies/{company}/invoices/counts", READ),
    ("POST", "/api/v1/companies/{company}/invoices/{id}/approve", SEND),
    ("POST", "/api/v1/companies/{company}/invoices/{id}/send", SEND),
    ("POST", "/api/v1/companies/{company}/invoices/{id}/hold", SEND),
    ("POST", "/api/v1/companies/{company}/invoices/{id}/withdraw", SEND),
    ("PUT", "/api/v1/companies/{company}/invoices/{id}/policy", SEND),
    ("POST", "/api/v1/companies/{company}/invoices/{id}/offline", SEND),
    ("POST", "/api/v1/companies/{company}/invoices/{id}/technical-correction", SEND),
    ("POST", "/api/v1/companies/{company}/invoices/{id}/resend", SEND),
    ("GET", "/api/v1/companies/{company}/invoices/{id}/structure", READ),
    ("GET", "/api/v1/companies/{company}/invoices/{id}/handover", READ),
    ("GET", "/api/v1/companies/{company}/invoices/{id}/handover/pdf", READ),
    ("GET", "/api/v1/companies/{company}/waiting", READ),
    ("GET", "/api/v1/companies/{company}/sending", READ),
    ("PUT", "/api/v1/companies/{company}/sending", Company("A", "a")),
    ("GET", "/api/v1/companies/{company}/series", READ),
    ("PUT", "/api/v1/companies/{company}/series/{name}", Company("A", "a")),
    ("POST", "/api/v1/companies/{company}/series/{name}/resume", Company("A", "a")),
    ("GET", "/api/v1/companies/{company}/receiving", BUY),
    ("PUT", "/api/v1/companies/{company}/receiving", Company("A", "a")),
    ("GET", "/api/v1/companies/{company}/purchases", BUY),
    ("POST", "/api/v1/companies/{company}/purchases", BOOK),
    ("GET", "/api/v1/companies/{company}/purchases/counts", BUY),
    ("POST", "/api/v1/companies/{company}/purchases/copies", BUY),
    ("POST", "/api/v1/companies/{company}/purchases/payments", BOOK),
    ("POST", "/api/v1/companies/{company}/purchases/synchronize", BOOK),
    ("GET", "/api/v1/companies/{company}/purchases/changes", BUY),
    ("POST", "/api/v1/companies/{company}/purchases/changes/acknowledge", BOOK),
    ("GET", "/api/v1/companies/{company}/purchases/{number}", BUY),
    ("POST", "/api/v1/companies/{company}/purchases/{number}/state", BOOK),
    ("PUT", "/api/v1/companies/{company}/purchases/{number}/note", BOOK),
    ("GET", "/api/v1/companies/{company}/purchases/{number}/scan", BUY),
    ("PUT", "/api/v1/companies/{company}/purchases/{number}/scan", BOOK),
    ("GET", "/api/v1/companies/{company}/purchases/{number}/collective-identifiers", BUY),
    ("GET", "/api/v1/companies/{company}/collective-identifiers", BUY),
    ("POST", "/api/v1/companies/{company}/collective-identifiers", BOOK),
    ("GET", "/api/v1/companies/{company}/reconciliations", REGISTER),
    ("POST", "/api/v1/companies/{company}/reconciliations", BOOK),
    ("GET", "/api/v1/companies/{company}/reconciliations/{id}", REGISTER),
    ("GET", "/api/v1/companies/{company}/register.csv", REGISTER),
    ("GET", "/api/v1/companies/{company}/register.xlsx", REGISTER),
    ("GET", "/api/v1/companies/{company}/jpk/corrections", REGISTER),
    ("PUT", "/api/v1/companies/{company}/purchases/{number}/assignment", BOOK),
    ("POST", "/api/v1/companies/{company}/purchases/{number}/comments", BOOK),
    ("POST", "/api/v1/companies/{company}/purchases/{number}/approval", BOOK),
    ("GET", "/api/v1/companies/{company}/routing", Company("A", "a")),
    ("PUT", "/api/v1/companies/{company}/routing", Company("A", "a")),
    ("POST", "/api/v1/companies/{company}/routing/apply", Company("A", "a")),
    ("GET", "/api/v1/companies/{company}/units", Company("A", "a")),
    ("PUT", "/api/v1/companies/{company}/units/{unit}", Company("A", "a")),
    ("DELETE", "/api/v1/companies/{company}/units/{unit}", Company("A", "a")),
    ("GET", "/api/v1/companies/{company}/views", Company("A", "a")),
    ("PUT", "/api/v1/companies/{company}/views/{login}", Company("A", "a")),
    ("GET", "/api/v1/companies/{company}/purchases/{number}/xml", BUY),
    ("GET", "/api/v1/companies/{company}/purchases/{number}/pdf", BUY),
    ("GET", "/api/v1/companies/{company}/purchases/{number}/html", BUY),
];

const ROLES: [(char, &str); 5] =
    [('A', "administrator"), ('I', "issuer"), ('C', "accountant"), ('V', "viewer"), ('U', "auditor")];
const SCOPES: [(char, &str); 4] = [('r', "read"), ('s', "send"), ('c', "receive"), ('a', "admin")];

#[test]
fn every_route_is_in_the_table_and_no_other() {
    let of = |method: &str, path: &str| format!("{method} {path}");
    let mut routed: Vec<String> =
        gateway::route_table().iter().map(|route| of(&route.method, route.path)).collect();
    let mut tested: Vec<String> = ROUTES.iter().map(|(method, path, _)| of(method, path)).collect();
    routed.sort();
    tested.sort();
    assert_eq!(routed, tested);
    tested.dedup();
    assert_eq!(tested.len(), ROUTES.len(), "one stands twice");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_route_lets_in_whom_it_must_and_nobody_else() {
    let world = World::with_limits(COMPANY, Limits::Off).await;
    world.with_second_company(CONTRACTOR);
    let gateway = world.serve(None);
    let (asker, data) = (Asker::new(&gateway.url), world.data());

    // Somebody in each role: in the company, in the other one, and everywhere.
    let mut people: BTreeMap<(&str, char), As> = BTreeMap::new();
    for (place, reach) in [("ours", COMPANY), ("theirs", CONTRACTOR), ("everywhere", "*")] {
        for (letter, role) in ROLES {
            let login = format!("{place}.{role}");
            done(&data, &["user", "add", &login, "--role", &format!("{reach}={role}")]);
            people.insert((place, letter), asker.log_in(&login, support::people::PASSWORD).await);
        }
        for (letter, scope) in SCOPES {
            let key = key(&data, scope, reach, &[scope]);
            people.insert((place, letter), As::Key(key));
        }
    }
    done(&data, &["user", "add", "nothing"]);
    let nothing = asker.log_in("nothing", support::people::PASSWORD).await;
    let wrong = As::Key("bramka_wrong".to_owned());

    for (method, path, who) in ROUTES {
        let answer = async |by: &As| {
            let by = match (by, *path) {
                // Whoever logs out is gone for the next route.
                (As::Session(token), "/logout") if token != "wrong" => {
                    &asker.log_in("nothing", support::people::PASSWORD).await
                }
                _ => by,
            };
            asker.ask(by, method, &filled(path), (*method != "GET").then_some(&json!({}))).await
        };
        let outcome = async |by: &As| {
            let answered = answer(by).await;
            assert!(answered.status < 500, "{method} {path}: {}", answered.body);
            match (answered.status, answered.code().as_str()) {
                (401, "apiKey.missing" | "apiKey.wrong") => "unknown",
                (303, _) if answered.header("location").starts_with("/login?next=") => "unknown",
                (403, "access.forbidden") => "forbidden",
                (404, "company.unknown") => "no such company",
                _ => "in",
            }
        };
        let check = async |what: &str, by: &As, expected: &str| {
            assert_eq!(outcome(by).await, expected, "{what}: {method} {path}");
        };
        let is_public = *who == Public;
        check("nobody", &As::Nobody, if is_public { "in" } else { "unknown" }).await;
        check("a wrong key", &wrong, if is_public { "in" } else { "unknown" }).await;
        check("a wrong session", &As::Session("wrong".into()), if is_public { "in" } else { "unknown" })
            .await;
        check(
            "somebody without a role",
            &nothing,
            match who {
                Public | Anybody | Person => "in",
                Company(..) => "no such company",
                Gateway(..) => "forbidden",
            },
        )
        .await;
        for ((place, letter), by) in &people {
            let what = format!("{place} {letter}");
            let is_key = matches!(by, As::Key(_));
            let expected = match (who, *place) {
                (Public | Anybody, _) => "in",
                (Person, _) if is_key => "forbidden",
                (Person, _) => "in",
                (Company(..), "theirs") => "no such company",
                (Company(roles, scopes), _) | (Gateway(roles, scopes), "everywhere") => {
                    if roles.contains(*letter) || scopes.contains(*letter) { "in" } else { "forbidden" }
                }
                (Gateway(..), _) => "forbidden",
            };
            check(&what, by, expected).await;
        }
    }
}

/// A path with something in the place of each parameter; nothing of it is there, but the company.
fn filled(path: &str) -> String {
    path.replace("{company}", COMPANY)
        .replace("{id}", "01890000-0000-7000-8000-000000000001")
        .replace("{number}", "nothing")
        .replace("{name}", "FV")
        .replace("{buyer}", "1111111111")
        .replace("{purpose}", "invoice")
        .replace("{language}", "pl")
        .replace("{unit}", "5265877635-00099")
        .replace("{file}", "bramka.css")
        .replace("{login}", "nobody-here")
        .replace("{topic}", "token")
}
