//! KSeF tokens: made Pending, soon Active, revoked for ever.

use super::logins::Subject;
use super::progress::Progress;
use super::table::Table;
use jiff::Timestamp;
use ksef_id::{ContextIdentifier, ReferenceNumber};
use ksef_wire::{AuthenticationTokenStatus, TokenPermissionType};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// A token. The secret itself is not kept, only its SHA-256.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct KsefToken {
    pub(crate) reference: ReferenceNumber,
    pub(crate) secret_sha256: [u8; 32],
    pub(crate) author: Subject,
    pub(crate) context: ContextIdentifier,
    pub(crate) description: String,
    pub(crate) permissions: Vec<TokenPermissionType>,
    pub(crate) created_at: Timestamp,
    pub(crate) used_at: Option<Timestamp>,
    pub(crate) progress: Progress,
    pub(crate) is_revoked: bool,
}

impl KsefToken {
    /// The status to be shown now.
    pub(crate) fn status(&mut self, now: Timestamp) -> AuthenticationTokenStatus {
        self.progress.look(now);
        self.status_now(now)
    }

    /// The status without looking.
    pub(crate) fn status_now(&self, now: Timestamp) -> AuthenticationTokenStatus {
        if self.is_revoked {
            AuthenticationTokenStatus::Revoked
        } else if self.progress.would_be_finished(now) {
            AuthenticationTokenStatus::Active
        } else {
            AuthenticationTokenStatus::Pending
        }
    }
}

/// All tokens.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tokens {
    pub(crate) by_reference: Table<ReferenceNumber, KsefToken>,
    by_secret: HashMap<[u8; 32], ReferenceNumber>,
}

impl Tokens {
    pub(crate) fn add(&mut self, token: KsefToken) {
        self.by_secret.insert(token.secret_sha256, token.reference.clone());
        self.by_reference.insert(token.reference.clone(), token);
    }

    pub(crate) fn get(&self, reference: &ReferenceNumber) -> Option<&KsefToken> {
        self.by_reference.get(reference)
    }

    pub(crate) fn get_mut(&mut self, reference: &ReferenceNumber) -> Option<&mut KsefToken> {
        self.by_reference.get_mut(reference)
    }

    pub(crate) fn by_secret_mut(&mut self, secret: &str) -> Option<&mut KsefToken> {
        let reference = self.by_secret.get(&ksef_crypto::sha256(secret.as_bytes()))?;
        self.by_reference.get_mut(reference)
    }

    /// The references of a context's tokens, newest first.
    pub(crate) fn of_context(&self, context: &ContextIdentifier) -> Vec<ReferenceNumber> {
        let tokens = self.by_reference.values().rev().filter(|token| token.context == *context);
        tokens.map(|token| token.reference.clone()).collect()
    }

    /// Finds tokens by their secrets again after they were read.
    pub(crate) fn settle_read(&mut self) {
        let entries = self.by_reference.values().map(|token| (token.secret_sha256, token.reference.clone()));
        self.by_secret = entries.collect();
    }
}
