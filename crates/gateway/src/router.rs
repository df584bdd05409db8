//! Every route of the gateway, with who may use it.
//!
//! A route is made by [`Route`]'s functions only, which take the right: one that forgets it does not compile. The test
//! `every_route.rs` walks [`routes`] and calls each with no, wrong and foreign rights.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::handler::Handler;
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{MethodFilter, MethodRouter, on};
use gateway_access::{Right, Token};
use gateway_api::ProblemCode;
use tokio::sync::Semaphore;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::set_header::SetResponseHeaderLayer;
use tower_http::timeout::TimeoutLayer;

use crate::access::{Access, AccessDesk, Audited, FORM_BYTES_MAX, Gate, admit, stranger};
use crate::app::App;
use crate::contractors::ContractorLookup;
use crate::gateway::Office;
use crate::keyring::Keyring;
use crate::openapi;
use crate::rest::health::Answers;
use crate::rest::{
    Failure, api_keys, audit, buyers, decisions, desk, events, former, health, invoices, mail, me, payments,
    problems_only, purchase_desk, purchase_people, purchases, receiving, reconciliations, register,
    retention, routing, series, users, webhooks, whoami,
};
use crate::settings::PublicUrl;
use crate::web::{
    self, FILES_BYTES_MAX, account, assets, buyer_card, certificates, connection,
    connection::CREDENTIAL_BYTES_MAX, dashboard, guides, help, import, issue, ksef_state, live, login, sale,
    sales, send, settings, simulator, start,
};

/// What handlers are given.
#[derive(Clone)]
pub(crate) struct Shared {
    pub(crate) app: Arc<App>,
    /// Where companies are taken on.
    pub(crate) office: Arc<Office>,
    /// Where secrets are kept that people bring.
    pub(crate) keyring: Option<Arc<dyn Keyring>>,
    /// Who is asked who buyers are.
    pub(crate) contractors: Option<Arc<dyn ContractorLookup>>,
    /// Users, sessions, keys.
    pub(crate) desk: Arc<AccessDesk>,
    /// The key of whoever runs the gateway.
    pub(crate) operator: Option<Arc<Token>>,
    /// The address under which others reach the gateway.
    pub(crate) public_url: Option<String>,
    /// Callers speak TLS with this process itself.
    pub(crate) is_tls: bool,
    /// How requests ended.
    pub(crate) answers: Arc<Answers>,
    /// Turns of rendering.
    pub(crate) prints: Arc<Semaphore>,
}

impl Shared {
    /// Whether browsers reach the gateway over TLS, as far as it was told.
    pub(crate) fn is_tls(&self) -> bool {
        self.is_tls || self.public_url.as_deref().is_some_and(|url| url.starts_with("https://"))
    }
}

/// A route as others see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RouteInfo {
    /// `GET`, `POST` …
    pub method: String,
    /// With its parameters in braces.
    pub path: &'static str,
    /// Who may use it: `public`, `anybody`, `person`, a right in the company of the path, or a right followed by ` *` for the
    /// whole gateway.
    pub access: String,
}

/// A route on its way into the router.
struct Route {
    method: Method,
    path: &'static str,
    access: Access,
    audited: Audited,
    /// How long a form may be, in bytes.
    form_bytes_max: usize,
    handler: MethodRouter<Shared>,
}

impl Route {
    fn new<H, T>(method: Method, path: &'static str, access: Access, handler: H) -> Self
    where
        H: Handler<T, Shared>,
        T: 'static,
    {
        let filter = MethodFilter::try_from(method.clone()).expect("a method that routes have");
        let audited = if method == Method::GET { Audited::Reading } else { Audited::Each };
        Self { method, path, access, audited, form_bytes_max: FORM_BYTES_MAX, handler: on(filter, handler) }
    }

    /// Its bodies may be longer than those of others.
    fn body_bytes_max(mut self, max: usize) -> Self {
        self.handler = self.handler.layer(DefaultBodyLimit::max(max));
        self
    }

    /// Its form brings files.
    fn form_bytes_max(mut self, max: usize) -> Self {
        self.form_bytes_max = max;
        self.body_bytes_max(max)
    }

    /// The audit log is told so of it.
    fn audited(mut self, audited: Audited) -> Self {
        self.audited = audited;
        self
    }
}

fn get<H: Handler<T, Shared>, T: 'static>(path: &'static str, access: Access, handler: H) -> Route {
    Route::new(Method::GET, path, access, handler)
}

fn post<H: Handler<T, Shared>, T: 'static>(path: &'static str, access: Access, handler: H) -> Route {
    Route::new(Method::POST, path, access, handler)
}

fn put<H: Handler<T, Shared>, T: 'static>(path: &'static str, access: Access, handler: H) -> Route {
    Route::new(Method::PUT, path, access, handler)
}

fn patch<H: Handler<T, Shared>, T: 'static>(path: &'static str, access: Access, handler: H) -> Route {
    Route::new(Method::PATCH, path, access, handler)
}

fn delete<H: Handler<T, Shared>, T: 'static>(path: &'static str, access: Access, handler: H) -> Route {
    Route::new(Method::DELETE, path, access, handler)
}

/// The table of routes.
fn table() -> Vec<Route> {
    use Access::{Anybody, Company, Gateway, Person, Public};
    use Right::{
        ChangeSettings, Decide, ManageKeys, ManageUsers, ManageWebhooks, ReadAudit, ReadEvents,
        ReadPurchases, ReadRegister, ReadSales, Send, TestConnection, WorkPurchases,
    };
    vec![
        // Pages
        get("/", Anybody, dashboard::overview),
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
        get("/connect", Gateway(ChangeSettings), connection::connect_page),
        post("/connect", Gateway(ChangeSettings), connection::connect_company)
            .form_bytes_max(CREDENTIAL_BYTES_MAX),
        get("/companies/{company}/connection", Company(TestConnection), connection::show),
        post("/companies/{company}/connection", Company(ChangeSettings), connection::add)
            .form_bytes_max(CREDENTIAL_BYTES_MAX),
        post("/companies/{company}/connection/test", Company(TestConnection), connection::test),
        post("/companies/{company}/connection/apply", Company(ChangeSettings), certificates::apply),
        post("/companies/{company}/connection/renew", Company(ChangeSettings), certificates::renew),
        post("/companies/{company}/connection/follow", Company(ChangeSettings), certificates::follow),
        post("/companies/{company}/connection/revoke", Company(ChangeSettings), certificates::revoke),
        post("/companies/{company}/connection/forget", Company(ChangeSettings), connection::forget),
        get(
            "/companies/{company}/connection/{id}/certificate",
            Company(TestConnection),
            connection::certificate,
        ),
        get("/start", Gateway(ChangeSettings), start::page),
        post("/start", Gateway(ChangeSettings), start::keep),
        get("/companies/{company}/start", Company(TestConnection), start::company_page),
        post("/companies/{company}/start", Company(ChangeSettings), start::company_keep),
        get("/guides", Anybody, guides::list),
        get("/guides/{topic}", Anybody, guides::show),
        post("/help", Anybody, help::answer),
        get("/help/answers.jsonl", Gateway(ReadAudit), help::answers),
        get("/companies/{company}/ksef", Company(ReadSales), ksef_state::show),
        get("/companies/{company}/ksef/evidence.json", Company(ReadSales), ksef_state::evidence),
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
        get("/companies/{company}/simulator", Company(ChangeSettings), simulator::show),
        post("/companies/{company}/simulator/purchases", Company(ChangeSettings), simulator::purchases),
        post("/companies/{company}/simulator/trouble", Company(ChangeSettings), simulator::trouble),
        post("/companies/{company}/simulator/recover", Company(ChangeSettings), simulator::recover),
        post("/companies/{company}/simulator/clock", Company(ChangeSettings), simulator::clock),
        get("/companies/{company}/settings", Company(ReadAudit), settings::company_page),
        post("/companies/{company}/settings/sending", Company(ChangeSettings), settings::set_sending),
        post("/companies/{company}/settings/receiving", Company(ChangeSettings), settings::set_receiving),
        get("/companies/{company}/settings/api-keys", Company(ManageKeys), settings::keys::list_of_company),
        post("/companies/{company}/settings/api-keys", Company(ManageKeys), settings::keys::add_of_company),
        post(
            "/companies/{company}/settings/api-keys/{id}/rotate",
            Company(ManageKeys),
            settings::keys::rotate_of_company,
        ),
        post(
            "/companies/{company}/settings/api-keys/{id}/revoke",
            Company(ManageKeys),
            settings::keys::revoke_of_company,
        ),
        get("/settings/backups", Gateway(ReadAudit), settings::backups::show),
        get("/companies/{company}/settings/series", Company(ChangeSettings), settings::series::list),
        post("/companies/{company}/settings/series", Company(ChangeSettings), settings::series::put),
        post(
            "/companies/{company}/settings/series/resume",
            Company(ChangeSettings),
            settings::series::resume,
        ),
        get("/companies/{company}/settings/routing", Company(ChangeSettings), settings::routing::show),
        post("/companies/{company}/settings/routing", Company(ChangeSettings), settings::routing::set),
        post(
            "/companies/{company}/settings/routing/apply",
            Company(ChangeSettings),
            settings::routing::apply,
        ),
        post(
            "/companies/{company}/settings/routing/units",
            Company(ChangeSettings),
            settings::routing::put_unit,
        ),
        post(
            "/companies/{company}/settings/routing/units/remove",
            Company(ChangeSettings),
            settings::routing::remove_unit,
        ),
        post(
            "/companies/{company}/settings/routing/views",
            Company(ChangeSettings),
            settings::routing::set_views,
        ),
        get("/companies/{company}/settings/buyers", Company(ManageWebhooks), settings::buyers::list),
        post("/companies/{company}/settings/buyers", Company(ManageWebhooks), settings::buyers::set),
        post("/companies/{company}/settings/buyers/address", Company(ManageWebhooks), settings::buyers::put),
        post(
            "/companies/{company}/settings/buyers/remove",
            Company(ManageWebhooks),
            settings::buyers::remove,
        ),
        get("/companies/{company}/settings/retention", Company(ReadAudit), settings::retention::show),
        post("/companies/{company}/settings/retention", Company(ChangeSettings), settings::retention::set),
        post(
            "/companies/{company}/settings/retention/holds",
            Company(ChangeSettings),
            settings::retention::hold,
        ),
        post(
            "/companies/{company}/settings/retention/holds/lift",
            Company(ChangeSettings),
            settings::retention::lift,
        ),
        get("/companies/{company}/settings/rights", Company(ChangeSettings), settings::rights::show),
        post(
            "/companies/{company}/settings/rights/person",
            Company(ChangeSettings),
            settings::rights::grant_person,
        ),
        post(
            "/companies/{company}/settings/rights/entity",
            Company(ChangeSettings),
            settings::rights::grant_entity,
        ),
        post(
            "/companies/{company}/settings/rights/revoke",
            Company(ChangeSettings),
            settings::rights::revoke,
        ),
        get("/companies/{company}/settings/webhooks", Company(ManageWebhooks), settings::webhooks::list),
        post("/companies/{company}/settings/webhooks", Company(ManageWebhooks), settings::webhooks::add),
        get("/companies/{company}/settings/webhooks/{id}", Company(ManageWebhooks), settings::webhooks::show),
        post(
            "/companies/{company}/settings/webhooks/{id}",
            Company(ManageWebhooks),
            settings::webhooks::save,
        ),
        post(
            "/companies/{company}/settings/webhooks/{id}/test",
            Company(ManageWebhooks),
            settings::webhooks::test,
        ),
        post(
            "/companies/{company}/settings/webhooks/{id}/rotate",
            Company(ManageWebhooks),
            settings::webhooks::rotate,
        ),
        post(
            "/companies/{company}/settings/webhooks/{id}/remove",
            Company(ManageWebhooks),
            settings::webhooks::remove,
        ),
        post(
            "/companies/{company}/settings/webhooks/{id}/replay",
            Company(ManageWebhooks),
            settings::webhooks::replay,
        ),
        get("/companies/{company}/settings/notices", Company(ManageWebhooks), settings::notices::list),
        post("/companies/{company}/settings/notices", Company(ManageWebhooks), settings::notices::put),
        post(
            "/companies/{company}/settings/notices/remove",
            Company(ManageWebhooks),
            settings::notices::remove,
        ),
        post("/companies/{company}/settings/notices/test", Company(ManageWebhooks), settings::notices::test),
        post(
            "/companies/{company}/settings/notices/resend",
            Company(ManageWebhooks),
            settings::notices::resend,
        ),
        get("/companies/{company}/settings/audit", Company(ReadAudit), settings::audit::list_of_company),
        get(
            "/companies/{company}/settings/audit/export.csv",
            Company(ReadAudit),
            settings::audit::csv_of_company,
        ),
        get(
            "/companies/{company}/settings/audit/export.jsonl",
            Company(ReadAudit),
            settings::audit::jsonl_of_company,
        ),
        get("/companies/{company}", Company(ReadSales), dashboard::company_page),
        get("/companies/{company}/live", Company(ReadSales), live::changes),
        get("/companies/{company}/send", Company(Send), send::form),
        post("/companies/{company}/send", Company(Send), send::take)
            .form_bytes_max(FILES_BYTES_MAX)
            .audited(Audited::InHistory),
        get("/companies/{company}/issue", Company(Send), issue::show),
        // What it decides is an invoice, whose history tells it; whoever types is not told of at every letter.
        post("/companies/{company}/issue", Company(Send), issue::act)
            .form_bytes_max(issue::ISSUE_BYTES_MAX)
            .audited(Audited::InHistory),
        post("/companies/{company}/issue/preview", Company(Send), issue::preview)
            .form_bytes_max(issue::ISSUE_BYTES_MAX)
            .audited(Audited::Reading),
        get("/companies/{company}/issue/drafts", Company(Send), issue::drafts_page),
        post("/companies/{company}/issue/drafts/{id}/remove", Company(Send), issue::remove_draft),
        get("/companies/{company}/import", Company(Send), import::begin),
        post("/companies/{company}/import", Company(Send), import::bring).form_bytes_max(FILES_BYTES_MAX),
        get("/companies/{company}/import/{id}", Company(Send), import::show),
        post("/companies/{company}/import/{id}", Company(Send), import::act),
        get("/companies/{company}/correct", Company(Send), issue::correct::page),
        get("/companies/{company}/invoices", Company(ReadSales), sales::list),
        post("/companies/{company}/invoices/decide", Company(Decide), sales::decide_several),
        get("/companies/{company}/invoices/{id}", Company(ReadSales), sale::invoice),
        get("/companies/{company}/invoices/{id}/view", Company(ReadSales), sale::view),
        get("/companies/{company}/invoices/{id}/structure", Company(ReadSales), sale::structure_page),
        post("/companies/{company}/invoices/{id}/offline", Company(Decide), sale::offline),
        post("/companies/{company}/invoices/{id}/policy", Company(Decide), sale::policy),
        post(
            "/companies/{company}/invoices/{id}/technical-correction",
            Company(Decide),
            sale::technical_correction,
        )
        .form_bytes_max(FILES_BYTES_MAX),
        post("/companies/{company}/invoices/{id}/letters", Company(Send), buyer_card::send),
        get("/companies/{company}/purchases", Company(ReadPurchases), web::purchases::list),
        post(
            "/companies/{company}/purchases/{number}/assignment",
            Company(WorkPurchases),
            web::purchase_people::assign,
        ),
        post(
            "/companies/{company}/purchases/{number}/comments",
            Company(WorkPurchases),
            web::purchase_people::comment,
        ),
        post(
            "/companies/{company}/purchases/{number}/approval",
            Company(WorkPurchases),
            web::purchase_people::approve,
        ),
        post(
            "/companies/{company}/purchases/synchronize",
            Company(WorkPurchases),
            web::purchases::synchronize,
        ),
        get("/companies/{company}/purchases/{number}", Company(ReadPurchases), web::purchases::show),
        get("/companies/{company}/purchases/{number}/view", Company(ReadPurchases), web::purchases::view),
        post("/companies/{company}/purchases/{number}/state", Company(WorkPurchases), web::purchases::state),
        post("/companies/{company}/purchases/{number}/note", Company(WorkPurchases), web::purchases::note),
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
        get("/api/v1/companies/{company}/api-keys", Company(ManageKeys), api_keys::list_of_company),
        post("/api/v1/companies/{company}/api-keys", Company(ManageKeys), api_keys::create_of_company),
        post(
            "/api/v1/companies/{company}/api-keys/{id}/rotate",
            Company(ManageKeys),
            api_keys::rotate_of_company,
        ),
        delete("/api/v1/companies/{company}/api-keys/{id}", Company(ManageKeys), api_keys::revoke_of_company),
        get("/api/v1/audit", Gateway(ReadAudit), audit::list),
        get("/api/v1/companies/{company}/audit", Company(ReadAudit), audit::list_of_company),
        post("/api/v1/companies/{company}/test-connection", Company(TestConnection), whoami::test_connection),
        // What happens, and where it is told
        get("/api/v1/companies/{company}/events", Company(ReadEvents), events::events),
        get("/api/v1/companies/{company}/webhooks", Company(ManageWebhooks), webhooks::list),
        post("/api/v1/companies/{company}/webhooks", Company(ManageWebhooks), webhooks::create),
        get("/api/v1/companies/{company}/webhooks/{id}", Company(ManageWebhooks), webhooks::show),
        patch("/api/v1/companies/{company}/webhooks/{id}", Company(ManageWebhooks), webhooks::patch),
        delete("/api/v1/companies/{company}/webhooks/{id}", Company(ManageWebhooks), webhooks::remove),
        post("/api/v1/companies/{company}/webhooks/{id}/rotate", Company(ManageWebhooks), webhooks::rotate),
        post("/api/v1/companies/{company}/webhooks/{id}/test", Company(ManageWebhooks), webhooks::test),
        get(
            "/api/v1/companies/{company}/webhooks/{id}/deliveries",
            Company(ManageWebhooks),
            webhooks::deliveries,
        ),
        post("/api/v1/companies/{company}/webhooks/{id}/replay", Company(ManageWebhooks), webhooks::replay),
        get("/api/v1/companies/{company}/mail-subscriptions", Company(ManageWebhooks), mail::list),
        put("/api/v1/companies/{company}/mail-subscriptions", Company(ManageWebhooks), mail::put),
        delete("/api/v1/companies/{company}/mail-subscriptions/{id}", Company(ManageWebhooks), mail::remove),
        get("/api/v1/companies/{company}/letters", Company(ManageWebhooks), mail::letters),
        post("/api/v1/companies/{company}/letters/test", Company(ManageWebhooks), mail::test),
        post("/api/v1/companies/{company}/letters/{id}/resend", Company(ManageWebhooks), mail::resend),
        get("/api/v1/companies/{company}/buyer-mail", Company(ManageWebhooks), buyers::show),
        put("/api/v1/companies/{company}/buyer-mail", Company(ManageWebhooks), buyers::set),
        get("/api/v1/companies/{company}/buyer-mail/texts", Company(ManageWebhooks), buyers::texts),
        put(
            "/api/v1/companies/{company}/buyer-mail/texts/{purpose}/{language}",
            Company(ManageWebhooks),
            buyers::set_text,
        ),
        delete(
            "/api/v1/companies/{company}/buyer-mail/texts/{purpose}/{language}",
            Company(ManageWebhooks),
            buyers::remove_text,
        ),
        get("/api/v1/companies/{company}/buyer-addresses", Company(ManageWebhooks), buyers::addresses),
        put(
            "/api/v1/companies/{company}/buyer-addresses/{buyer}",
            Company(ManageWebhooks),
            buyers::put_address,
        ),
        delete(
            "/api/v1/companies/{company}/buyer-addresses/{buyer}",
            Company(ManageWebhooks),
            buyers::remove_address,
        ),
        // Sales
        get("/api/v1/companies/{company}/invoices/{id}/letters", Company(ReadSales), buyers::of_invoice),
        post("/api/v1/companies/{company}/invoices/{id}/letters", Company(Send), buyers::send),
        get("/api/v1/companies/{company}/invoices", Company(ReadSales), invoices::list),
        post("/api/v1/companies/{company}/invoices", Company(Send), invoices::create)
            .audited(Audited::InHistory),
        get("/api/v1/companies/{company}/invoices/{id}", Company(ReadSales), invoices::show),
        get("/api/v1/companies/{company}/invoices/{id}/xml", Company(ReadSales), invoices::xml),
        get("/api/v1/companies/{company}/invoices/{id}/upo", Company(ReadSales), invoices::upo),
        get("/api/v1/companies/{company}/invoices/{id}/upo/pdf", Company(ReadSales), invoices::upo_pdf),
        get("/api/v1/companies/{company}/invoices/{id}/upo/html", Company(ReadSales), invoices::upo_html),
        get("/api/v1/companies/{company}/invoices/{id}/pdf", Company(ReadSales), invoices::pdf),
        get("/api/v1/companies/{company}/invoices/{id}/html", Company(ReadSales), invoices::html),
        post("/api/v1/companies/{company}/invoices/release", Company(Decide), decisions::release),
        get("/api/v1/companies/{company}/invoices/counts", Company(ReadSales), decisions::counts),
        post("/api/v1/companies/{company}/invoices/{id}/approve", Company(Decide), decisions::approve),
        post("/api/v1/companies/{company}/invoices/{id}/send", Company(Decide), decisions::send),
        post("/api/v1/companies/{company}/invoices/{id}/hold", Company(Decide), decisions::hold),
        post("/api/v1/companies/{company}/invoices/{id}/withdraw", Company(Decide), decisions::withdraw),
        put("/api/v1/companies/{company}/invoices/{id}/policy", Company(Decide), decisions::policy),
        post("/api/v1/companies/{company}/invoices/{id}/offline", Company(Decide), decisions::offline),
        post(
            "/api/v1/companies/{company}/invoices/{id}/technical-correction",
            Company(Decide),
            desk::technical_correction,
        ),
        get("/api/v1/companies/{company}/invoices/{id}/structure", Company(ReadSales), desk::structure),
        get("/api/v1/companies/{company}/invoices/{id}/handover", Company(ReadSales), desk::handover),
        get("/api/v1/companies/{company}/invoices/{id}/handover/pdf", Company(ReadSales), desk::handover_pdf),
        get("/api/v1/companies/{company}/waiting", Company(ReadSales), desk::waiting),
        get("/api/v1/companies/{company}/sending", Company(ReadSales), decisions::sending),
        put("/api/v1/companies/{company}/sending", Company(ChangeSettings), decisions::set_sending),
        get("/api/v1/companies/{company}/series", Company(ReadSales), series::list),
        put("/api/v1/companies/{company}/series/{name}", Company(ChangeSettings), series::put),
        post("/api/v1/companies/{company}/series/{name}/resume", Company(ChangeSettings), series::resume),
        // Purchases
        get("/api/v1/companies/{company}/receiving", Company(ReadPurchases), receiving::show),
        put("/api/v1/companies/{company}/receiving", Company(ChangeSettings), receiving::set),
        get("/api/v1/companies/{company}/purchases", Company(ReadPurchases), purchases::list),
        post("/api/v1/companies/{company}/purchases", Company(WorkPurchases), purchase_desk::enter),
        get("/api/v1/companies/{company}/purchases/counts", Company(ReadPurchases), purchases::counts),
        post("/api/v1/companies/{company}/purchases/copies", Company(ReadPurchases), purchase_desk::copies),
        post("/api/v1/companies/{company}/purchases/payments", Company(WorkPurchases), payments::pay),
        post(
            "/api/v1/companies/{company}/purchases/synchronize",
            Company(WorkPurchases),
            receiving::synchronize,
        ),
        get("/api/v1/companies/{company}/purchases/changes", Company(ReadPurchases), receiving::changes),
        post(
            "/api/v1/companies/{company}/purchases/changes/acknowledge",
            Company(WorkPurchases),
            receiving::acknowledge,
        ),
        get("/api/v1/companies/{company}/purchases/{number}", Company(ReadPurchases), purchases::show),
        post(
            "/api/v1/companies/{company}/purchases/{number}/state",
            Company(WorkPurchases),
            purchase_desk::state,
        ),
        put(
            "/api/v1/companies/{company}/purchases/{number}/note",
            Company(WorkPurchases),
            purchase_desk::note,
        ),
        get("/api/v1/companies/{company}/purchases/{number}/scan", Company(ReadPurchases), purchases::scan),
        put(
            "/api/v1/companies/{company}/purchases/{number}/scan",
            Company(WorkPurchases),
            purchase_desk::put_scan,
        )
        .body_bytes_max(purchase_desk::SCAN_BYTES_MAX),
        get("/api/v1/companies/{company}/purchases/{number}/xml", Company(ReadPurchases), purchases::xml),
        get("/api/v1/companies/{company}/purchases/{number}/upo", Company(ReadPurchases), purchases::upo),
        get("/api/v1/companies/{company}/purchases/{number}/pdf", Company(ReadPurchases), purchases::pdf),
        get("/api/v1/companies/{company}/purchases/{number}/html", Company(ReadPurchases), purchases::html),
        get(
            "/api/v1/companies/{company}/purchases/{number}/collective-identifiers",
            Company(ReadPurchases),
            payments::of_purchase,
        ),
        get("/api/v1/companies/{company}/collective-identifiers", Company(ReadPurchases), payments::list),
        post("/api/v1/companies/{company}/collective-identifiers", Company(WorkPurchases), payments::make),
        put(
            "/api/v1/companies/{company}/purchases/{number}/assignment",
            Company(WorkPurchases),
            purchase_people::assign,
        ),
        post(
            "/api/v1/companies/{company}/purchases/{number}/comments",
            Company(WorkPurchases),
            purchase_people::comment,
        ),
        post(
            "/api/v1/companies/{company}/purchases/{number}/approval",
            Company(WorkPurchases),
            purchase_people::approve,
        ),
        // To whom purchases go
        get("/api/v1/companies/{company}/routing", Company(ChangeSettings), routing::show),
        put("/api/v1/companies/{company}/routing", Company(ChangeSettings), routing::set),
        post("/api/v1/companies/{company}/routing/apply", Company(ChangeSettings), routing::apply),
        get("/api/v1/companies/{company}/units", Company(ChangeSettings), routing::units),
        put("/api/v1/companies/{company}/units/{unit}", Company(ChangeSettings), routing::put_unit),
        delete("/api/v1/companies/{company}/units/{unit}", Company(ChangeSettings), routing::remove_unit),
        get("/api/v1/companies/{company}/views", Company(ChangeSettings), routing::views),
        put("/api/v1/companies/{company}/views/{login}", Company(ChangeSettings), routing::set_view),
        // Both
        get("/api/v1/companies/{company}/reconciliations", Company(ReadRegister), reconciliations::list),
        post("/api/v1/companies/{company}/reconciliations", Company(WorkPurchases), reconciliations::ask),
        get("/api/v1/companies/{company}/reconciliations/{id}", Company(ReadRegister), reconciliations::show),
        get("/api/v1/companies/{company}/register.csv", Company(ReadRegister), register::csv),
        get("/api/v1/companies/{company}/register.xlsx", Company(ReadRegister), register::xlsx),
        get("/api/v1/companies/{company}/jpk/corrections", Company(ReadRegister), register::corrections),
        // What was saved of KSeF 1.0
        put("/api/v1/companies/{company}/ksef1/invoices/{number}", Company(WorkPurchases), former::invoice)
            .body_bytes_max(former::INVOICE_BYTES_MAX),
        post("/api/v1/companies/{company}/ksef1/upos", Company(WorkPurchases), former::upo)
            .body_bytes_max(former::UPO_BYTES_MAX),
        // How long documents are kept
        get("/api/v1/companies/{company}/retention", Company(ReadAudit), retention::show),
        put("/api/v1/companies/{company}/retention", Company(ChangeSettings), retention::set),
        get("/api/v1/companies/{company}/retention/due", Company(ReadAudit), retention::due_list),
        get("/api/v1/companies/{company}/erasures", Company(ReadAudit), retention::erasures),
        get("/api/v1/companies/{company}/legal-holds", Company(ReadAudit), retention::holds),
        post("/api/v1/companies/{company}/legal-holds", Company(ChangeSettings), retention::place_hold),
        delete("/api/v1/companies/{company}/legal-holds/{id}", Company(ChangeSettings), retention::lift_hold),
    ]
}

/// Every route, in the order of the table.
#[must_use]
pub fn routes() -> Vec<RouteInfo> {
    let info = |route: Route| RouteInfo {
        method: route.method.to_string(),
        path: route.path,
        access: route.access.name(),
    };
    table().into_iter().map(info).collect()
}

/// What a gateway was given for its routes.
pub(crate) struct Given {
    /// The key of whoever runs the gateway.
    pub(crate) operator: Option<Token>,
    /// The address under which others reach it.
    pub(crate) public_url: Option<PublicUrl>,
    /// Whether TLS is spoken here.
    pub(crate) is_tls: bool,
    /// Where secrets are kept.
    pub(crate) keyring: Option<Arc<dyn Keyring>>,
    /// Who is asked who buyers are.
    pub(crate) contractors: Option<Arc<dyn ContractorLookup>>,
}

pub(crate) fn router(office: Arc<Office>, desk: AccessDesk, given: Given) -> Router {
    let Given { operator, public_url, is_tls, keyring, contractors } = given;
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    let shared = Shared {
        app: office.app.clone(),
        office,
        keyring,
        contractors,
        desk: Arc::new(desk),
        operator: operator.map(Arc::new),
        public_url: public_url.map(|url| url.as_str().to_owned()),
        is_tls,
        answers: Arc::default(),
        prints: Arc::new(Semaphore::new(processors.min(PRINTS_MAX))),
    };
    let mut router = Router::new();
    for Route { path, access, audited, form_bytes_max, handler, .. } in table() {
        let gate = Gate { shared: shared.clone(), access, audited, form_bytes_max, path };
        router = router.route(path, handler.route_layer(from_fn_with_state(gate, admit)));
    }
    router
        .fallback(stranger)
        .method_not_allowed_fallback(async || Failure::new(ProblemCode::MethodNotAllowed, ""))
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        .layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, REQUEST_TIMEOUT))
        .layer(CatchPanicLayer::new())
        .layer(from_fn(problems_only))
        .layer(from_fn_with_state(shared.clone(), web::as_pages))
        .layer(from_fn_with_state(shared.clone(), health::count))
        .layer(fixed(header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY))
        .layer(fixed(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        // Others learn nothing; without any referrer a browser would send our own forms as from nowhere (`Origin: null`).
        .layer(fixed(header::REFERRER_POLICY, "same-origin"))
        .layer(fixed(header::X_FRAME_OPTIONS, "DENY"))
        .with_state(shared)
}

/// A header that every answer carries, unless the handler set a stricter one itself.
fn fixed(name: HeaderName, value: &'static str) -> SetResponseHeaderLayer<HeaderValue> {
    SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value))
}

/// Of every request but those that bring documents, which say themselves how long they may be.
const BODY_BYTES_MAX: usize = 4 * 1024 * 1024;
/// Prints made at once: no more than processors, and than memory for the largest documents.
const PRINTS_MAX: usize = 8;
const REQUEST_TIMEOUT: Duration = Duration::from_secs(60);
/// Renderings bring their style with them and carry no script; pages set a stricter policy themselves.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
