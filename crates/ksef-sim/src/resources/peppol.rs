//! `GET /peppol/query`: the registered providers of Peppol services.

use crate::http::Shared;
use crate::http::call::{Call, Reply};
use crate::http::errors::Refusal;
use crate::http::paging;
use ksef_wire::{ApiTime, PeppolProvider, QueryPeppolProvidersResponse};

/// `GET /peppol/query`
pub(crate) fn query(shared: &Shared, call: &Call) -> Result<Reply, Refusal> {
    let size = paging::number(call, "pageSize", 10, 10, 100)?;
    let offset = paging::number(call, "pageOffset", 0, 0, i32::MAX as usize)?;
    let world = shared.world();
    let found = world.peppol.sorted();
    let start = offset.saturating_mul(size);
    let has_more = found.len() > start.saturating_add(size);
    let page = found.into_iter().skip(start).take(size).map(|provider| PeppolProvider {
        id: provider.id.clone(),
        name: provider.name.clone(),
        date_created: ApiTime(provider.registered_at),
    });
    Ok(Reply::ok(&QueryPeppolProvidersResponse { peppol_providers: page.collect(), has_more }))
}
