//! The list of logins, and ending them.

use crate::http::Shared;
use crate::http::call::{Call, Reply};
use crate::http::errors::Refusal;
use crate::http::paging;
use ksef_wire::{ApiTime, AuthenticationListItem, AuthenticationListResponse};

/// `GET /auth/sessions`
pub(crate) fn list(shared: &Shared, call: &Call) -> Result<Reply, Refusal> {
    let caller = call.caller()?;
    let mut world = shared.world();
    let references = world.logins.active_in(&caller.context, call.now);
    let page = paging::page(call, references, SIZE_MAX, "auth-sessions")?;
    let mut items = Vec::with_capacity(page.items.len());
    for reference in page.items {
        let Some(login) = world.logins.get_mut(&reference) else { continue };
        items.push(AuthenticationListItem {
            start_date: ApiTime(login.started_at),
            authentication_method: login.method.clone(),
            authentication_method_info: login.method_info(),
            status: login.status(call.now),
            is_token_redeemed: Some(login.redeemed_at.is_some()),
            last_token_refresh_date: login.refreshed_at.map(ApiTime),
            refresh_token_valid_until: login.refresh_valid_until().map(ApiTime),
            is_current: Some(reference == caller.login),
            reference_number: reference,
        });
    }
    Ok(Reply::ok(&AuthenticationListResponse { continuation_token: page.continuation_token, items }))
}

/// `DELETE /auth/sessions/current`
pub(crate) fn revoke_current(shared: &Shared, call: &Call) -> Result<Reply, Refusal> {
    let caller = call.caller()?;
    if let Some(login) = shared.world().logins.get_mut(&caller.login) {
        login.is_revoked = true;
    }
    Ok(Reply::no_content())
}

/// `DELETE /auth/sessions/{referenceNumber}`
pub(crate) fn revoke(shared: &Shared, call: &Call) -> Result<Reply, Refusal> {
    let caller = call.caller()?;
    let reference = call.reference("referenceNumber")?;
    let mut world = shared.world();
    let login = world.logins.get_mut(&reference).filter(|login| login.context == caller.context);
    let Some(login) = login else {
        return Err(Refusal::validation(format!(
            "Sesja uwierzytelnienia {reference} nie została znaleziona."
        )));
    };
    login.is_revoked = true;
    Ok(Reply::no_content())
}

const SIZE_MAX: usize = 100;
