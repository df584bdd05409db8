//! Every route of the simulator, each with its operation. What is not listed here does not exist (404, 405).

use crate::config::Profile;
use crate::http::pipeline::{self, Handler};
use crate::http::{Shared, errors};
use crate::links;
use crate::resources::{
    auth, auth_sessions, auth_xades, batch_sessions, certificates, collective_identifiers, context_limits,
    exports, invoice_query, invoices, latarnia, online_sessions, peppol, permissions, security,
    session_status, storage, test_data, tokens, upo,
};
use axum::extract::{ConnectInfo, RawPathParams, Request, State};
use axum::http::Uri;
use axum::response::Response;
use axum::routing::{MethodFilter, MethodRouter, on};
use ksef_wire::{Method, Operation};
use std::net::SocketAddr;
use std::sync::Arc;
use tower_http::catch_panic::CatchPanicLayer;

/// The routes of the API: operation and what answers it.
const ROUTES: &[(Operation, Handler)] = &[
    (Operation::AuthChallenge, auth::challenge),
    (Operation::AuthXadesSignature, auth_xades::xades_signature),
    (Operation::AuthKsefToken, auth::ksef_token),
    (Operation::AuthStatus, auth::status),
    (Operation::AuthTokenRedeem, auth::redeem),
    (Operation::AuthTokenRefresh, auth::refresh),
    (Operation::AuthSessions, auth_sessions::list),
    (Operation::AuthSessionRevokeCurrent, auth_sessions::revoke_current),
    (Operation::AuthSessionRevoke, auth_sessions::revoke),
    (Operation::PublicKeyCertificates, security::public_key_certificates),
    (Operation::TokenGenerate, tokens::generate),
    (Operation::TokenList, tokens::list),
    (Operation::TokenStatus, tokens::status),
    (Operation::TokenRevoke, tokens::revoke),
    (Operation::OnlineSessionOpen, online_sessions::open),
    (Operation::OnlineInvoiceSend, online_sessions::send),
    (Operation::OnlineSessionClose, online_sessions::close),
    (Operation::BatchSessionOpen, batch_sessions::open),
    (Operation::BatchSessionClose, batch_sessions::close),
    (Operation::SessionList, session_status::sessions),
    (Operation::SessionStatus, session_status::status),
    (Operation::SessionInvoices, session_status::invoices),
    (Operation::SessionFailedInvoices, session_status::failed_invoices),
    (Operation::SessionInvoiceStatus, session_status::invoice),
    (Operation::UpoByKsefNumber, upo::by_ksef_number),
    (Operation::UpoByInvoiceReference, upo::by_invoice_reference),
    (Operation::UpoOfSession, upo::of_session),
    (Operation::InvoiceDownload, invoices::download),
    (Operation::InvoiceQueryMetadata, invoice_query::query_metadata),
    (Operation::InvoiceExport, exports::start),
    (Operation::InvoiceExportStatus, exports::status),
    (Operation::RateLimits, context_limits::rates),
    (Operation::ContextLimits, context_limits::of_context),
    (Operation::SubjectLimits, context_limits::of_subject),
    (Operation::TestDataContextLimitsSet, context_limits::set_context),
    (Operation::TestDataContextLimitsReset, context_limits::reset_context),
    (Operation::TestDataSubjectLimitsSet, context_limits::set_subject),
    (Operation::TestDataSubjectLimitsReset, context_limits::reset_subject),
    (Operation::TestDataRateLimitsSet, context_limits::set_rates),
    (Operation::TestDataRateLimitsReset, context_limits::reset_rates),
    (Operation::TestDataRateLimitsProduction, context_limits::reset_rates),
    (Operation::CollectiveIdentifierGenerate, collective_identifiers::generate),
    (Operation::CollectiveIdentifierQuery, collective_identifiers::query),
    (Operation::CollectiveIdentifierInvoices, collective_identifiers::invoices),
    (Operation::CollectiveIdentifiersOfInvoice, collective_identifiers::of_invoice),
    (Operation::PeppolQuery, peppol::query),
    (Operation::CertificateLimits, certificates::limits),
    (Operation::CertificateEnrollmentData, certificates::enrollment_data),
    (Operation::CertificateEnroll, certificates::enroll),
    (Operation::CertificateEnrollmentStatus, certificates::enrollment_status),
    (Operation::CertificateRetrieve, certificates::retrieve),
    (Operation::CertificateRevoke, certificates::revoke),
    (Operation::CertificateQuery, certificates::query),
    (Operation::TestDataCertificate, certificates::update),
    (Operation::TestDataSubjectCreate, test_data::create_subject),
    (Operation::TestDataSubjectRemove, test_data::remove_subject),
    (Operation::TestDataPersonCreate, test_data::create_person),
    (Operation::TestDataPersonRemove, test_data::remove_person),
    (Operation::TestDataPermissionsGrant, test_data::grant),
    (Operation::TestDataPermissionsRevoke, test_data::revoke),
    (Operation::TestDataAttachmentGrant, test_data::allow_attachments),
    (Operation::TestDataAttachmentRevoke, test_data::end_attachments),
    (Operation::TestDataContextBlock, test_data::block),
    (Operation::TestDataContextUnblock, test_data::unblock),
    (Operation::PermissionPersonGrant, permissions::grants::persons),
    (Operation::PermissionEntityGrant, permissions::grants::entities),
    (Operation::PermissionAuthorizationGrant, permissions::grants::authorizations),
    (Operation::PermissionIndirectGrant, permissions::grants::indirect),
    (Operation::PermissionSubunitGrant, permissions::grants::subunits),
    (Operation::PermissionEuEntityAdministrationGrant, permissions::eu_grants::administration),
    (Operation::PermissionEuEntityGrant, permissions::eu_grants::representatives),
    (Operation::PermissionCommonRevoke, permissions::operations::revoke),
    (Operation::PermissionAuthorizationRevoke, permissions::operations::revoke_authorization),
    (Operation::PermissionOperationStatus, permissions::operations::status),
    (Operation::PermissionAttachmentStatus, permissions::operations::attachments),
    (Operation::PermissionQueryPersonal, permissions::queries::personal),
    (Operation::PermissionQueryPersons, permissions::queries::persons),
    (Operation::PermissionQuerySubunits, permissions::queries::subunits),
    (Operation::PermissionQueryEntities, permissions::queries::entities),
    (Operation::PermissionQueryEntityRoles, permissions::role_queries::entity),
    (Operation::PermissionQuerySubordinateRoles, permissions::role_queries::subordinate),
    (Operation::PermissionQueryAuthorizations, permissions::queries::authorizations),
    (Operation::PermissionQueryEuEntities, permissions::queries::eu_entities),
];

/// Where the API lies.
pub(crate) const BASE_PATH: &str = "/v2";

/// The operations that are served.
#[cfg(test)]
pub(crate) fn served() -> impl Iterator<Item = Operation> {
    ROUTES.iter().map(|(operation, _)| *operation)
}

/// The service.
pub(crate) fn router(shared: Arc<Shared>) -> axum::Router {
    let mut router = axum::Router::new();
    for &(operation, handler) in ROUTES {
        // "Tylko na środowiskach testowych."
        let is_test_only = operation.path_template().starts_with("/testdata/");
        if is_test_only && shared.config.profile != Profile::Test {
            continue;
        }
        let path = format!("{BASE_PATH}{}", operation.path_template());
        router = router.route(&path, route(operation, handler));
    }
    // Beside the API: addresses that need no token, and what lies around KSeF (verification pages of codes, Latarnia).
    router = router.route(
        &format!("{}/{{*target}}", links::PREFIX),
        axum::routing::get(storage_route).put(upload_route),
    );
    router = router
        .merge(crate::verification::router())
        .route(latarnia::STATUS_PATH, axum::routing::get(latarnia_status))
        .route(latarnia::MESSAGES_PATH, axum::routing::get(latarnia_messages));
    router
        .fallback(|State(shared): State<Arc<Shared>>, request: Request| async move {
            errors::outside(&shared, &request, errors::Outside::NotFound)
        })
        .method_not_allowed_fallback(|State(shared): State<Arc<Shared>>, request: Request| async move {
            errors::outside(&shared, &request, errors::Outside::MethodNotAllowed)
        })
        .with_state(shared)
        .layer(CatchPanicLayer::custom(errors::panicked))
}

fn route(operation: Operation, handler: Handler) -> MethodRouter<Arc<Shared>> {
    let filter = match operation.method() {
        Method::Get => MethodFilter::GET,
        Method::Post => MethodFilter::POST,
        Method::Put => MethodFilter::PUT,
        Method::Delete => MethodFilter::DELETE,
    };
    on(
        filter,
        move |State(shared): State<Arc<Shared>>,
              ConnectInfo(peer): ConnectInfo<SocketAddr>,
              parameters: Result<RawPathParams, _>,
              request: Request| async move {
            pipeline::serve(shared, operation, handler, peer, parameters.ok(), request).await
        },
    )
}

async fn storage_route(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    storage::get(&shared, request).await
}

async fn latarnia_status(State(shared): State<Arc<Shared>>) -> Response {
    latarnia::status(&shared)
}

async fn latarnia_messages(State(shared): State<Arc<Shared>>) -> Response {
    latarnia::messages(&shared)
}

async fn upload_route(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    storage::put(&shared, request).await
}

/// `…/invoices/` is `…/invoices`: the guide writes both.
pub(crate) fn trim_trailing_slash(uri: &mut Uri) {
    let path = uri.path();
    if path.len() <= 1 || !path.ends_with('/') {
        return;
    }
    let trimmed = path.trim_end_matches('/');
    let trimmed = if trimmed.is_empty() { "/" } else { trimmed };
    let target = uri.query().map_or_else(|| trimmed.to_owned(), |query| format!("{trimmed}?{query}"));
    let mut parts = uri.clone().into_parts();
    if let Ok(target) = target.parse() {
        parts.path_and_query = Some(target);
        if let Ok(changed) = Uri::from_parts(parts) {
            *uri = changed;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_route_is_listed_once() {
        let mut operations: Vec<_> = served().collect();
        operations.sort();
        let count = operations.len();
        operations.dedup();
        assert_eq!(operations.len(), count);
    }

    #[test]
    fn trailing_slashes_are_trimmed() {
        let check = |from: &str, to: &str| {
            let mut uri: Uri = from.parse().expect("a URI");
            trim_trailing_slash(&mut uri);
            assert_eq!(uri.to_string(), to);
        };
        check("/v2/sessions/online/A/invoices/", "/v2/sessions/online/A/invoices");
        check("/v2/sessions/?pageSize=10", "/v2/sessions?pageSize=10");
        check("/", "/");
        check("//", "/");
    }
}
