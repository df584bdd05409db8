//! Writes about how long documents are kept, and about erasing them.

use gateway_store::{ErasedObject, Erasure, NewLegalHold, Retention, StoreError};
use jiff::{SignedDuration, Timestamp};
use ksef_id::{ContextIdentifier, Sha256Hash};

use super::Journal;
use crate::steps::Step;

impl Journal {
    pub(crate) async fn retention_set(
        &self,
        company: &ContextIdentifier,
        years: i64,
        is_on: bool,
    ) -> Result<(), StoreError> {
        self.around(Step::Decided, self.writer.set_retention(company, years, is_on)).await
    }

    pub(crate) async fn hold_placed(
        &self,
        company: &ContextIdentifier,
        new: &NewLegalHold<'_>,
        now: Timestamp,
    ) -> Result<i64, StoreError> {
        self.around(Step::Decided, self.writer.place_hold(company, new, now)).await
    }

    pub(crate) async fn hold_lifted(
        &self,
        company: &ContextIdentifier,
        position: i64,
        actor: &str,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        self.around(Step::Decided, self.writer.lift_hold(company, position, actor, now)).await
    }

    /// Documents go, with their entries in the audit log.
    pub(crate) async fn erased(
        &self,
        decided: &Retention,
        erasures: &[Erasure<'_>],
        now: Timestamp,
    ) -> Result<usize, StoreError> {
        self.around(Step::DocumentsErased, self.writer.erase(decided, erasures, now)).await
    }

    /// A document is about to be brought to the object store.
    pub(crate) async fn object_arrives(
        &self,
        kind: &str,
        sha256: &Sha256Hash,
        quiet_for: SignedDuration,
    ) -> Result<(), StoreError> {
        self.around(Step::ObjectErased, self.writer.object_arrives(kind, sha256, quiet_for)).await
    }

    /// An object is about to be removed, unless somebody has it.
    pub(crate) async fn removal_begun(
        &self,
        object: &ErasedObject,
        quiet_for: SignedDuration,
    ) -> Result<bool, StoreError> {
        self.around(Step::ObjectErased, self.writer.begin_removal(object, quiet_for)).await
    }

    /// An object could not be removed, and is there still.
    pub(crate) async fn removal_refused(&self, object: &ErasedObject) -> Result<(), StoreError> {
        self.around(Step::ObjectErased, self.writer.removal_refused(object)).await
    }

    /// An object was removed.
    pub(crate) async fn object_erased(&self, object: &ErasedObject) -> Result<(), StoreError> {
        self.around(Step::ObjectErased, self.writer.object_removed(object)).await
    }
}
