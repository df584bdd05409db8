//! What programs ask, with who may ask it.

use gateway_access::Right::{
    ChangeSettings, Decide, ManageKeys, ManageUsers, ManageWebhooks, ReadAudit, ReadEvents, ReadPurchases,
    ReadRegister, ReadSales, Send, TestConnection, WorkPurchases,
};

use super::route::{Route, delete, get, patch, post, put};
use crate::access::Access::{Anybody, Company, Gateway, Person, Public};
use crate::access::Audited;
use crate::app::purchases::scan::SCAN_BYTES_MAX;
use crate::openapi;
use crate::rest::{
    api_keys, audit, buyers, decisions, desk, events, former, health, invoices, mail, me, payments,
    purchase_desk, purchase_people, purchases, receiving, reconciliations, register, retention, routing,
    series, users, webhooks, whoami,
};

/// A path of a company.
macro_rules! of {
    ($rest:literal) => {
        concat!("/api/v1/companies/{company}", $rest)
    };
}

/// The routes of the REST interface, and of those who watch.
pub(super) fn rest() -> Vec<Route> {
    vec![
        // For whoever watches
        get("/healthz", Public, health::healthz),
        get("/readyz", Public, health::readyz),
        get("/metrics", Gateway(ReadSales), health::metrics),
        // What there is to ask
        get("/api", Public, openapi::page),
        get("/api/v1/openapi.json", Public, openapi::json),
        // Who asks
        get("/api/v1/whoami", Anybody, whoami::whoami),
        post("/api/v1/setup", Public, users::set_up).audited(Audited::Itself),
        get("/api/v1/me/sessions", Person, me::sessions),
        delete("/api/v1/me/sessions/{id}", Person, me::end_session),
        post("/api/v1/me/password", Person, me::password),
        post("/api/v1/me/second-factor", Person, me::begin_second_factor),
        post("/api/v1/me/second-factor/confirm", Person, me::confirm_second_factor),
        post("/api/v1/me/second-factor/remove", Person, me::remove_second_factor),
        // Users, keys, the audit log
        get("/api/v1/users", Gateway(ManageUsers), users::list),
        post("/api/v1/users", Gateway(ManageUsers), users::create),
        get("/api/v1/users/{login}", Gateway(ManageUsers), users::show),
        patch("/api/v1/users/{login}", Gateway(ManageUsers), users::change),
        delete("/api/v1/users/{login}", Gateway(ManageUsers), users::remove),
        get("/api/v1/api-keys", Gateway(ManageKeys), api_keys::list),
        post("/api/v1/api-keys", Gateway(ManageKeys), api_keys::create),
        post("/api/v1/api-keys/{id}/rotate", Gateway(ManageKeys), api_keys::rotate),
        delete("/api/v1/api-keys/{id}", Gateway(ManageKeys), api_keys::revoke),
        get(of!("/api-keys"), Company(ManageKeys), api_keys::list_of_company),
        post(of!("/api-keys"), Company(ManageKeys), api_keys::create_of_company),
        post(of!("/api-keys/{id}/rotate"), Company(ManageKeys), api_keys::rotate_of_company),
        delete(of!("/api-keys/{id}"), Company(ManageKeys), api_keys::revoke_of_company),
        get("/api/v1/audit", Gateway(ReadAudit), audit::list),
        get(of!("/audit"), Company(ReadAudit), audit::list_of_company),
        post(of!("/test-connection"), Company(TestConnection), whoami::test_connection),
        // What happens, and where it is told
        get(of!("/events"), Company(ReadEvents), events::events),
        get(of!("/webhooks"), Company(ManageWebhooks), webhooks::list),
        post(of!("/webhooks"), Company(ManageWebhooks), webhooks::create),
        get(of!("/webhooks/{id}"), Company(ManageWebhooks), webhooks::show),
        patch(of!("/webhooks/{id}"), Company(ManageWebhooks), webhooks::patch),
        delete(of!("/webhooks/{id}"), Company(ManageWebhooks), webhooks::remove),
        post(of!("/webhooks/{id}/rotate"), Company(ManageWebhooks), webhooks::rotate),
        post(of!("/webhooks/{id}/test"), Company(ManageWebhooks), webhooks::test),
        get(of!("/webhooks/{id}/deliveries"), Company(ManageWebhooks), webhooks::deliveries),
        post(of!("/webhooks/{id}/replay"), Company(ManageWebhooks), webhooks::replay),
        get(of!("/mail-subscriptions"), Company(ManageWebhooks), mail::list),
        put(of!("/mail-subscriptions"), Company(ManageWebhooks), mail::put),
        delete(of!("/mail-subscriptions/{id}"), Company(ManageWebhooks), mail::remove),
        get(of!("/letters"), Company(ManageWebhooks), mail::letters),
        post(of!("/letters/test"), Company(ManageWebhooks), mail::test),
        post(of!("/letters/{id}/resend"), Company(ManageWebhooks), mail::resend),
        get(of!("/buyer-mail"), Company(ManageWebhooks), buyers::show),
        put(of!("/buyer-mail"), Company(ManageWebhooks), buyers::set),
        get(of!("/buyer-mail/texts"), Company(ManageWebhooks), buyers::texts),
        put(of!("/buyer-mail/texts/{purpose}/{language}"), Company(ManageWebhooks), buyers::set_text),
        delete(of!("/buyer-mail/texts/{purpose}/{language}"), Company(ManageWebhooks), buyers::remove_text),
        get(of!("/buyer-addresses"), Company(ManageWebhooks), buyers::addresses),
        put(of!("/buyer-addresses/{buyer}"), Company(ManageWebhooks), buyers::put_address),
        delete(of!("/buyer-addresses/{buyer}"), Company(ManageWebhooks), buyers::remove_address),
        // Sales
        get(of!("/invoices/{id}/letters"), Company(ReadSales), buyers::of_invoice),
        post(of!("/invoices/{id}/letters"), Company(Send), buyers::send),
        get(of!("/invoices"), Company(ReadSales), invoices::list),
        post(of!("/invoices"), Company(Send), invoices::create).audited(Audited::InHistory),
        get(of!("/invoices/{id}"), Company(ReadSales), invoices::show),
        get(of!("/invoices/{id}/xml"), Company(ReadSales), invoices::xml),
        get(of!("/invoices/{id}/upo"), Company(ReadSales), invoices::upo),
        get(of!("/invoices/{id}/upo/pdf"), Company(ReadSales), invoices::upo_pdf),
        get(of!("/invoices/{id}/upo/html"), Company(ReadSales), invoices::upo_html),
        get(of!("/invoices/{id}/pdf"), Company(ReadSales), invoices::pdf),
        get(of!("/invoices/{id}/html"), Company(ReadSales), invoices::html),
        post(of!("/invoices/release"), Company(Decide), decisions::release),
        get(of!("/invoices/counts"), Company(ReadSales), decisions::counts),
        post(of!("/invoices/{id}/approve"), Company(Decide), decisions::approve),
        post(of!("/invoices/{id}/send"), Company(Decide), decisions::send),
        post(of!("/invoices/{id}/hold"), Company(Decide), decisions::hold),
        post(of!("/invoices/{id}/withdraw"), Company(Decide), decisions::withdraw),
        put(of!("/invoices/{id}/policy"), Company(Decide), decisions::policy),
        post(of!("/invoices/{id}/offline"), Company(Decide), decisions::offline),
        post(of!("/invoices/{id}/technical-correction"), Company(Decide), desk::technical_correction),
        post(of!("/invoices/{id}/resend"), Company(Decide), desk::resend),
        get(of!("/invoices/{id}/structure"), Company(ReadSales), desk::structure),
        get(of!("/invoices/{id}/handover"), Company(ReadSales), desk::handover),
        get(of!("/invoices/{id}/handover/pdf"), Company(ReadSales), desk::handover_pdf),
        get(of!("/waiting"), Company(ReadSales), desk::waiting),
        get(of!("/sending"), Company(ReadSales), decisions::sending),
        put(of!("/sending"), Company(ChangeSettings), decisions::set_sending),
        get(of!("/series"), Company(ReadSales), series::list),
        put(of!("/series/{name}"), Company(ChangeSettings), series::put),
        post(of!("/series/{name}/resume"), Company(ChangeSettings), series::resume),
        // Purchases
        get(of!("/receiving"), Company(ReadPurchases), receiving::show),
        put(of!("/receiving"), Company(ChangeSettings), receiving::set),
        get(of!("/purchases"), Company(ReadPurchases), purchases::list),
        post(of!("/purchases"), Company(WorkPurchases), purchase_desk::enter),
        get(of!("/purchases/counts"), Company(ReadPurchases), purchases::counts),
        post(of!("/purchases/copies"), Company(ReadPurchases), purchase_desk::copies),
        post(of!("/purchases/payments"), Company(WorkPurchases), payments::pay),
        post(of!("/purchases/synchronize"), Company(WorkPurchases), receiving::synchronize),
        get(of!("/purchases/changes"), Company(ReadPurchases), receiving::changes),
        post(of!("/purchases/changes/acknowledge"), Company(WorkPurchases), receiving::acknowledge),
        get(of!("/purchases/{number}"), Company(ReadPurchases), purchases::show),
        post(of!("/purchases/{number}/state"), Company(WorkPurchases), purchase_desk::state),
        put(of!("/purchases/{number}/note"), Company(WorkPurchases), purchase_desk::note),
        get(of!("/purchases/{number}/scan"), Company(ReadPurchases), purchases::scan),
        put(of!("/purchases/{number}/scan"), Company(WorkPurchases), purchase_desk::put_scan)
            .body_bytes_max(SCAN_BYTES_MAX),
        get(of!("/purchases/{number}/xml"), Company(ReadPurchases), purchases::xml),
        get(of!("/purchases/{number}/upo"), Company(ReadPurchases), purchases::upo),
        get(of!("/purchases/{number}/pdf"), Company(ReadPurchases), purchases::pdf),
        get(of!("/purchases/{number}/html"), Company(ReadPurchases), purchases::html),
        get(of!("/purchases/{number}/collective-identifiers"), Company(ReadPurchases), payments::of_purchase),
        get(of!("/collective-identifiers"), Company(ReadPurchases), payments::list),
        post(of!("/collective-identifiers"), Company(WorkPurchases), payments::make),
        put(of!("/purchases/{number}/assignment"), Company(WorkPurchases), purchase_people::assign),
        post(of!("/purchases/{number}/comments"), Company(WorkPurchases), purchase_people::comment),
        post(of!("/purchases/{number}/approval"), Company(WorkPurchases), purchase_people::approve),
        // To whom purchases go
        get(of!("/routing"), Company(ChangeSettings), routing::show),
        put(of!("/routing"), Company(ChangeSettings), routing::set),
        post(of!("/routing/apply"), Company(ChangeSettings), routing::apply),
        get(of!("/units"), Company(ChangeSettings), routing::units),
        put(of!("/units/{unit}"), Company(ChangeSettings), routing::put_unit),
        delete(of!("/units/{unit}"), Company(ChangeSettings), routing::remove_unit),
        get(of!("/views"), Company(ChangeSettings), routing::views),
        put(of!("/views/{login}"), Company(ChangeSettings), routing::set_view),
        // Both
        get(of!("/reconciliations"), Company(ReadRegister), reconciliations::list),
        post(of!("/reconciliations"), Company(WorkPurchases), reconciliations::ask),
        get(of!("/reconciliations/{id}"), Company(ReadRegister), reconciliations::show),
        get(of!("/register.csv"), Company(ReadRegister), register::csv),
        get(of!("/register.xlsx"), Company(ReadRegister), register::xlsx),
        get(of!("/jpk/corrections"), Company(ReadRegister), register::corrections),
        // What was saved of KSeF 1.0
        put(of!("/ksef1/invoices/{number}"), Company(WorkPurchases), former::invoice)
            .body_bytes_max(former::INVOICE_BYTES_MAX),
        post(of!("/ksef1/upos"), Company(WorkPurchases), former::upo).body_bytes_max(former::UPO_BYTES_MAX),
        // How long documents are kept
        get(of!("/retention"), Company(ReadAudit), retention::show),
        put(of!("/retention"), Company(ChangeSettings), retention::set),
        get(of!("/retention/due"), Company(ReadAudit), retention::due_list),
        get(of!("/erasures"), Company(ReadAudit), retention::erasures),
        get(of!("/legal-holds"), Company(ReadAudit), retention::holds),
        post(of!("/legal-holds"), Company(ChangeSettings), retention::place_hold),
        delete(of!("/legal-holds/{id}"), Company(ChangeSettings), retention::lift_hold),
    ]
}
