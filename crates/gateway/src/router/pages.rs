//! The pages, with who may use them.

use gateway_access::Right::{
    ChangeSettings, Decide, ManageKeys, ManageUsers, ManageWebhooks, ReadAudit, ReadPurchases, ReadSales,
    Send, TestConnection, WorkPurchases,
};

use super::route::{Route, get, post};
use crate::access::Access::{Anybody, Company, Gateway, Person, Public};
use crate::access::Audited;
use crate::web::connection::CREDENTIAL_BYTES_MAX;
use crate::web::{
    FILES_BYTES_MAX, account, assets, buyer_card, certificates, companies, connect, connection,
    connection_test, dashboard, disconnect, guides, help, import, issue, ksef_state, live, login,
    purchase_entry, purchase_marks, purchase_package, purchase_people, purchases, sale, sales, send,
    settings, simulator, start,
};

/// A path of a company.
macro_rules! of {
    ($rest:literal) => {
        concat!("/companies/{company}", $rest)
    };
}

/// The routes of pages.
pub(super) fn pages() -> Vec<Route> {
    vec![
        get("/", Anybody, companies::overview),
        get("/assets/{file}", Public, assets::file),
        get("/login", Public, login::login_page),
        post("/login", Public, login::log_in).audited(Audited::Itself),
        post("/logout", Person, login::log_out),
        get("/setup", Public, login::setup_page),
        post("/setup", Public, login::set_up).audited(Audited::Itself),
        get("/account", Person, account::page),
        post("/account/password", Person, account::password),
        post("/account/second-factor", Person, account::second_factor),
        post("/account/sessions/end", Person, account::end_session),
        get("/connect", Gateway(ChangeSettings), connect::page),
        post("/connect", Gateway(ChangeSettings), connect::connect_company)
            .form_bytes_max(CREDENTIAL_BYTES_MAX),
        get(of!("/connection"), Company(TestConnection), connection::show),
        post(of!("/connection"), Company(ChangeSettings), connection::add)
            .form_bytes_max(CREDENTIAL_BYTES_MAX),
        post(of!("/connection/test"), Company(TestConnection), connection_test::test),
        post(of!("/connection/apply"), Company(ChangeSettings), certificates::apply),
        post(of!("/connection/renew"), Company(ChangeSettings), certificates::renew),
        post(of!("/connection/follow"), Company(ChangeSettings), certificates::follow),
        post(of!("/connection/revoke"), Company(ChangeSettings), certificates::revoke),
        post(of!("/connection/forget"), Company(ChangeSettings), connection::forget),
        post(of!("/connection/disconnect"), Gateway(ChangeSettings), disconnect::disconnect),
        post(of!("/connection/login"), Company(ChangeSettings), connection::log_in_by),
        get(of!("/connection/{id}/certificate"), Company(TestConnection), connection::certificate),
        get("/start", Gateway(ChangeSettings), start::page),
        post("/start", Gateway(ChangeSettings), start::keep),
        get(of!("/start"), Company(TestConnection), start::company_page),
        post(of!("/start"), Company(ChangeSettings), start::company_keep),
        get("/guides", Anybody, guides::list),
        get("/guides/{topic}", Anybody, guides::show),
        post("/help", Anybody, help::answer),
        get("/help/answers.jsonl", Gateway(ReadAudit), help::answers),
        get(of!("/ksef"), Company(ReadSales), ksef_state::show),
        get(of!("/ksef/evidence.json"), Company(ReadSales), ksef_state::evidence),
        get("/settings", Gateway(ReadAudit), settings::gateway_page),
        get("/settings/users", Gateway(ManageUsers), settings::users::list),
        post("/settings/users", Gateway(ManageUsers), settings::users::add),
        get("/settings/users/{login}", Gateway(ManageUsers), settings::users::show),
        post("/settings/users/{login}/roles", Gateway(ManageUsers), settings::users::set_roles),
        post("/settings/users/{login}/active", Gateway(ManageUsers), settings::users::set_active),
        post("/settings/users/{login}/password", Gateway(ManageUsers), settings::users::reset),
        post("/settings/users/{login}/remove", Gateway(ManageUsers), settings::users::remove),
        get("/settings/api-keys", Gateway(ManageKeys), settings::keys::list),
        post("/settings/api-keys", Gateway(ManageKeys), settings::keys::add),
        post("/settings/api-keys/{id}/rotate", Gateway(ManageKeys), settings::keys::rotate),
        post("/settings/api-keys/{id}/revoke", Gateway(ManageKeys), settings::keys::revoke),
        get("/settings/audit", Gateway(ReadAudit), settings::audit::list),
        get("/settings/audit/export.csv", Gateway(ReadAudit), settings::audit::csv),
        get("/settings/audit/export.jsonl", Gateway(ReadAudit), settings::audit::jsonl),
        post("/settings/audit/verify", Gateway(ReadAudit), settings::audit::verify),
        get(of!("/simulator"), Company(ChangeSettings), simulator::show),
        post(of!("/simulator/purchases"), Company(ChangeSettings), simulator::purchases),
        post(of!("/simulator/trouble"), Company(ChangeSettings), simulator::trouble),
        post(of!("/simulator/recover"), Company(ChangeSettings), simulator::recover),
        post(of!("/simulator/clock"), Company(ChangeSettings), simulator::clock),
        get(of!("/settings"), Company(ReadAudit), settings::company_page),
        post(of!("/settings/name"), Company(ChangeSettings), settings::set_name),
        post(of!("/settings/sending"), Company(ChangeSettings), settings::set_sending),
        post(of!("/settings/receiving"), Company(ChangeSettings), settings::set_receiving),
        get(of!("/settings/api-keys"), Company(ManageKeys), settings::keys::list_of_company),
        post(of!("/settings/api-keys"), Company(ManageKeys), settings::keys::add_of_company),
        post(of!("/settings/api-keys/{id}/rotate"), Company(ManageKeys), settings::keys::rotate_of_company),
        post(of!("/settings/api-keys/{id}/revoke"), Company(ManageKeys), settings::keys::revoke_of_company),
        get("/settings/backups", Gateway(ReadAudit), settings::backups::show),
        get(of!("/settings/series"), Company(ChangeSettings), settings::series::list),
        post(of!("/settings/series"), Company(ChangeSettings), settings::series::put),
        post(of!("/settings/series/resume"), Company(ChangeSettings), settings::series::resume),
        get(of!("/settings/routing"), Company(ChangeSettings), settings::routing::show),
        post(of!("/settings/routing"), Company(ChangeSettings), settings::routing::set),
        post(of!("/settings/routing/apply"), Company(ChangeSettings), settings::routing::apply),
        post(of!("/settings/routing/units"), Company(ChangeSettings), settings::routing::put_unit),
        post(of!("/settings/routing/units/remove"), Company(ChangeSettings), settings::routing::remove_unit),
        post(of!("/settings/routing/views"), Company(ChangeSettings), settings::routing::set_views),
        get(of!("/settings/buyers"), Company(ManageWebhooks), settings::buyers::list),
        post(of!("/settings/buyers"), Company(ManageWebhooks), settings::buyers::set),
        post(of!("/settings/buyers/address"), Company(ManageWebhooks), settings::buyers::put),
        post(of!("/settings/buyers/remove"), Company(ManageWebhooks), settings::buyers::remove),
        get(of!("/settings/retention"), Company(ReadAudit), settings::retention::show),
        post(of!("/settings/retention"), Company(ChangeSettings), settings::retention::set),
        post(of!("/settings/retention/holds"), Company(ChangeSettings), settings::retention::hold),
        post(of!("/settings/retention/holds/lift"), Company(ChangeSettings), settings::retention::lift),
        get(of!("/settings/rights"), Company(ChangeSettings), settings::rights::show),
        post(of!("/settings/rights/person"), Company(ChangeSettings), settings::rights::grant_person),
        post(of!("/settings/rights/entity"), Company(ChangeSettings), settings::rights::grant_entity),
        post(of!("/settings/rights/revoke"), Company(ChangeSettings), settings::rights::revoke),
        get(of!("/settings/webhooks"), Company(ManageWebhooks), settings::webhooks::list),
        post(of!("/settings/webhooks"), Company(ManageWebhooks), settings::webhooks::add),
        get(of!("/settings/webhooks/{id}"), Company(ManageWebhooks), settings::webhooks::show),
        post(of!("/settings/webhooks/{id}"), Company(ManageWebhooks), settings::webhooks::save),
        post(of!("/settings/webhooks/{id}/test"), Company(ManageWebhooks), settings::webhooks::test),
        post(of!("/settings/webhooks/{id}/rotate"), Company(ManageWebhooks), settings::webhooks::rotate),
        post(of!("/settings/webhooks/{id}/remove"), Company(ManageWebhooks), settings::webhooks::remove),
        post(of!("/settings/webhooks/{id}/replay"), Company(ManageWebhooks), settings::webhooks::replay),
        get(of!("/settings/notices"), Company(ManageWebhooks), settings::notices::list),
        post(of!("/settings/notices"), Company(ManageWebhooks), settings::notices::put),
        post(of!("/settings/notices/remove"), Company(ManageWebhooks), settings::notices::remove),
        post(of!("/settings/notices/test"), Company(ManageWebhooks), settings::notices::test),
        post(of!("/settings/notices/resend"), Company(ManageWebhooks), settings::notices::resend),
        get(of!("/settings/audit"), Company(ReadAudit), settings::audit::list_of_company),
        get(of!("/settings/audit/export.csv"), Company(ReadAudit), settings::audit::csv_of_company),
        get(of!("/settings/audit/export.jsonl"), Company(ReadAudit), settings::audit::jsonl_of_company),
        get(of!(""), Company(ReadSales), dashboard::company_page),
        get(of!("/live"), Company(ReadSales), live::changes),
        get(of!("/send"), Company(Send), send::form),
        post(of!("/send"), Company(Send), send::take)
            .form_bytes_max(FILES_BYTES_MAX)
            .audited(Audited::InHistory),
        get(of!("/issue"), Company(Send), issue::show),
        // What it decides is an invoice, whose history tells it; whoever types is not told of at every letter.
        post(of!("/issue"), Company(Send), issue::act)
            .form_bytes_max(issue::ISSUE_BYTES_MAX)
            .audited(Audited::InHistory),
        post(of!("/issue/preview"), Company(Send), issue::preview)
            .form_bytes_max(issue::ISSUE_BYTES_MAX)
            .audited(Audited::Reading),
        get(of!("/issue/drafts"), Company(Send), issue::drafts_page),
        post(of!("/issue/drafts/{id}/remove"), Company(Send), issue::remove_draft),
        get(of!("/import"), Company(Send), import::begin),
        post(of!("/import"), Company(Send), import::bring).form_bytes_max(FILES_BYTES_MAX),
        get(of!("/import/{id}"), Company(Send), import::show),
        post(of!("/import/{id}"), Company(Send), import::act),
        get(of!("/correct"), Company(Send), issue::correct::page),
        get(of!("/invoices"), Company(ReadSales), sales::list),
        post(of!("/invoices/decide"), Company(Decide), sales::decide_several),
        get(of!("/invoices/{id}"), Company(ReadSales), sale::invoice),
        get(of!("/invoices/{id}/view"), Company(ReadSales), sale::view),
        get(of!("/invoices/{id}/structure"), Company(ReadSales), sale::structure_page),
        post(of!("/invoices/{id}/offline"), Company(Decide), sale::offline),
        post(of!("/invoices/{id}/policy"), Company(Decide), sale::policy),
        post(of!("/invoices/{id}/technical-correction"), Company(Decide), sale::technical_correction)
            .form_bytes_max(FILES_BYTES_MAX),
        post(of!("/invoices/{id}/resend"), Company(Decide), sale::resend),
        post(of!("/invoices/{id}/letters"), Company(Send), buyer_card::send),
        get(of!("/purchases"), Company(ReadPurchases), purchases::list),
        post(of!("/purchases/{number}/assignment"), Company(WorkPurchases), purchase_people::assign),
        post(of!("/purchases/{number}/comments"), Company(WorkPurchases), purchase_people::comment),
        post(of!("/purchases/{number}/approval"), Company(WorkPurchases), purchase_people::approve),
        post(of!("/purchases/synchronize"), Company(WorkPurchases), purchases::synchronize),
        get(of!("/purchases/enter"), Company(WorkPurchases), purchase_entry::show),
        post(of!("/purchases/enter"), Company(WorkPurchases), purchase_entry::act)
            .form_bytes_max(FILES_BYTES_MAX),
        post(of!("/purchases/mark"), Company(WorkPurchases), purchase_marks::mark),
        get(of!("/purchases/copies"), Company(ReadPurchases), purchase_marks::copies_page),
        post(of!("/purchases/copies"), Company(ReadPurchases), purchase_marks::copies)
            .form_bytes_max(FILES_BYTES_MAX),
        get(of!("/purchases/package.zip"), Company(ReadPurchases), purchase_package::package),
        get(of!("/purchases/{number}"), Company(ReadPurchases), purchases::show),
        get(of!("/purchases/{number}/view"), Company(ReadPurchases), purchases::view),
        post(of!("/purchases/{number}/state"), Company(WorkPurchases), purchases::state),
        post(of!("/purchases/{number}/note"), Company(WorkPurchases), purchases::note),
        post(of!("/purchases/{number}/scan"), Company(WorkPurchases), purchases::add_scan)
            .form_bytes_max(FILES_BYTES_MAX),
    ]
}
