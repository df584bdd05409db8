//! Collective identifiers: one number for the payment of several invoices of one seller (since API 2.7.0).

use ksef_id::KsefNumber;
use ksef_wire::{
    CollectiveIdentifierInvoicesQueryRequest, CollectiveIdentifierInvoicesQueryResponse,
    CollectiveIdentifiersByKsefNumberQueryResponse, CollectiveIdentifiersQueryRequest,
    CollectiveIdentifiersQueryResponse, GenerateCollectiveIdentifierRequest,
    GenerateCollectiveIdentifierResponse, Operation,
};

use crate::access::Access;
use crate::error::CallError;
use crate::transport::Request;

impl Access {
    /// `POST /collective-identifiers`: a number for 2 to 500 invoices of one seller. Not repeated when unknown: ask for
    /// those of an invoice first.
    ///
    /// # Errors
    /// [`CallError`]; 71001 for an invoice that cannot stand under one, 71002 for one that stands under 132 already.
    pub async fn generate_collective_identifier(
        &self,
        request: &GenerateCollectiveIdentifierRequest,
    ) -> Result<GenerateCollectiveIdentifierResponse, CallError> {
        let request = Request::new(Operation::CollectiveIdentifierGenerate, &[]).json(request)?;
        self.call(&request).await?.json()
    }

    /// `POST /collective-identifiers/query`: a page of at most 200; `continuation` is the former page's token.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn query_collective_identifiers(
        &self,
        filters: &CollectiveIdentifiersQueryRequest,
        continuation: Option<&str>,
    ) -> Result<CollectiveIdentifiersQueryResponse, CallError> {
        let request = Request::new(Operation::CollectiveIdentifierQuery, &[])
            .page_after(continuation, PAGE_SIZE)
            .json(filters)?;
        self.call(&request).await?.json()
    }

    /// `POST /collective-identifiers/invoices`: the invoices under identifiers, a page of at most 200.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn collective_identifier_invoices(
        &self,
        request: &CollectiveIdentifierInvoicesQueryRequest,
        continuation: Option<&str>,
    ) -> Result<CollectiveIdentifierInvoicesQueryResponse, CallError> {
        let request = Request::new(Operation::CollectiveIdentifierInvoices, &[])
            .page_after(continuation, PAGE_SIZE)
            .json(request)?;
        self.call(&request).await?.json()
    }

    /// `GET /collective-identifiers/ksef/{number}`: the identifiers under which an invoice stands, a page of at most
    /// 200.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn collective_identifiers_of(
        &self,
        number: &KsefNumber,
        continuation: Option<&str>,
    ) -> Result<CollectiveIdentifiersByKsefNumberQueryResponse, CallError> {
        let request = Request::new(Operation::CollectiveIdentifiersOfInvoice, &[number.as_str()])
            .page_after(continuation, PAGE_SIZE);
        self.call(&request).await?.json()
    }
}

/// The API's largest page.
const PAGE_SIZE: u32 = 200;
