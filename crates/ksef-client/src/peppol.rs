//! Peppol service providers.

use ksef_wire::{Operation, QueryPeppolProvidersResponse};

use crate::error::CallError;
use crate::transport::{KsefClient, Request};

impl KsefClient {
    /// `GET /peppol/query`: a page of at most 100 providers; pages count from 0. Needs no login.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn peppol_providers(
        &self,
        page_offset: u32,
    ) -> Result<QueryPeppolProvidersResponse, CallError> {
        let request = Request::new(Operation::PeppolQuery, &[]).page(page_offset, PAGE_SIZE);
        self.call(&request, None).await?.json()
    }
}

/// The API's largest page.
const PAGE_SIZE: u32 = 100;
