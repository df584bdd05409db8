//! Invoices in KSeF: by number, and by query.

use ksef_id::{KsefNumber, Sha256Hash};
use ksef_wire::{InvoiceQueryFilters, Operation, QueryInvoicesMetadataResponse, SortOrder, headers};

use crate::access::Access;
use crate::error::{CallError, UnknownCause};
use crate::transport::Request;

impl Access {
    /// `GET /invoices/ksef/{number}`: the invoice's bytes as KSeF keeps them, checked against the hash in the answer's
    /// header.
    ///
    /// # Errors
    /// [`CallError`]; 21164 when there is none, 21165 when it is not yet to be had.
    pub async fn invoice(&self, number: &KsefNumber) -> Result<Vec<u8>, CallError> {
        let operation = Operation::InvoiceDownload;
        let answer = self.call(&Request::new(operation, &[number.as_str()])).await?;
        let announced = answer.headers.get(headers::X_MS_META_HASH).and_then(|value| value.to_str().ok());
        let found = Sha256Hash::from_bytes(&ksef_crypto::sha256(&answer.body));
        match announced {
            Some(announced) if announced != found.as_str() => Err(CallError::Unknown {
                operation,
                cause: UnknownCause::NotKsef {
                    http_status: 200,
                    reason: format!("its hash is {found} where the header announces {announced}"),
                },
            }),
            _ => Ok(answer.body),
        }
    }

    /// `POST /invoices/query/metadata`: a page of at most 250 records; `page_offset` counts pages from 0.
    ///
    /// # Errors
    /// [`CallError`]; 21405 for filters that KSeF does not take.
    pub async fn query_metadata(
        &self,
        filters: &InvoiceQueryFilters,
        sort: &SortOrder,
        page_offset: u32,
    ) -> Result<QueryInvoicesMetadataResponse, CallError> {
        let request = Request::new(Operation::InvoiceQueryMetadata, &[])
            .query("sortOrder", sort)
            .page(page_offset, METADATA_PAGE_SIZE)
            .json(filters)?;
        self.call(&request).await?.json()
    }
}

/// The API's largest page.
const METADATA_PAGE_SIZE: u32 = 250;
