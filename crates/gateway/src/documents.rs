//! Where documents rest: in the database, or in object storage beside it. Whoever reads one gets the bytes that were taken
//! in, or an alarm.
//!
//! A document is brought to the object store before the database says that it is there, so that a crash in between leaves an
//! object that nobody asks for, and never a document that is nowhere. What is refused in that moment leaves one, too, which the
//! database notes and the eraser removes; never while the same bytes are on their way, here or on another node. Documents that were written before an object store was
//! configured stay in the database and are read from there.

use std::collections::BTreeSet;
use std::sync::Arc;

use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use gateway_objects::{ObjectError, ObjectKind, Objects};
use gateway_store::{Document, ErasedObject, PurchaseDocument, ReceivedInvoice, SaleId, Store, StoreError};
use jiff::SignedDuration;
use ksef_crypto::sha256;
use ksef_id::{ContextIdentifier, KsefNumber, Sha256Hash};
use tokio::sync::{RwLock, RwLockReadGuard};

use crate::app::WorkError;
use crate::journal::Journal;
use crate::steps::{Probe, Step};

/// The documents of this gateway.
#[derive(Clone)]
pub(crate) struct Documents {
    store: Store,
    journal: Arc<Journal>,
    objects: Option<Objects>,
    probe: Probe,
    /// Held while a document is brought and written down, and while an object is removed that nobody has: by its hash, so that
    /// hardly anybody waits. Nodes that share a database tell each other through it.
    arrivals: Arc<[RwLock<()>]>,
}

/// Documents on their way to the object store: until the database knows whether they rest there, their objects are not removed.
#[derive(Default)]
pub(crate) struct Arriving<'a> {
    _locks: Vec<RwLockReadGuard<'a, ()>>,
}

impl Documents {
    pub(crate) fn new(store: Store, journal: Arc<Journal>, objects: Option<Objects>, probe: Probe) -> Self {
        let arrivals = (0..ARRIVALS).map(|_| RwLock::new(())).collect();
        Self { store, journal, objects, probe, arrivals }
    }

    /// Whoever brings documents asks for this first, and holds it until the database knows whether they rest in the object store.
    pub(crate) async fn arriving(
        &self,
        kind: ObjectKind,
        hashes: &[&Sha256Hash],
    ) -> Result<Arriving<'_>, StoreError> {
        if self.objects.is_none() {
            return Ok(Arriving::default());
        }
        // Each place once and in one order. Only one removes at a time, and waits for nothing while it holds a place.
        let places: BTreeSet<usize> = hashes.iter().map(|sha256| place_of(sha256)).collect();
        let mut locks = Vec::with_capacity(places.len());
        for place in places {
            locks.push(self.arrivals[place].read().await);
        }
        if self.store.is_shared() {
            let name = kind_name(kind);
            for sha256 in self.store.noted_objects(name, hashes).await? {
                self.journal.object_arrives(name, sha256, self.quiet_for()).await?;
            }
        }
        Ok(Arriving { _locks: locks })
    }

    /// Removes the object of a document that was erased or never taken, unless a document rests there or is about to.
    pub(crate) async fn remove(&self, object: &ErasedObject) -> Result<(), WorkError> {
        let Some(objects) = &self.objects else { return Ok(()) };
        let _alone = self.arrivals[place_of(&object.sha256)].write().await;
        if !self.journal.removal_begun(object, self.quiet_for()).await? {
            return Ok(());
        }
        match objects.erase(kind_named(&object.kind), &object.sha256).await {
            Ok(()) => self.journal.object_erased(object).await?,
            // Of any other failure nobody knows whether the object is there still.
            Err(error @ ObjectError::Refused { .. }) => {
                self.journal.removal_refused(object).await?;
                return Err(error.into());
            }
            Err(error) => return Err(error.into()),
        }
        Ok(())
    }

    /// How long nobody must have brought a document whose object is removed: longer than it takes another node from bringing it to
    /// writing it down. Here who brings it and who removes it wait for each other.
    pub(crate) fn quiet_for(&self) -> SignedDuration {
        if self.store.is_shared() { BRINGING_MAX } else { SignedDuration::ZERO }
    }

    /// Brings a document to the object store, if there is one. Returns whether it rests there, which is what the database
    /// has to be told: bytes that rest there are not written into it.
    pub(crate) async fn keep(
        &self,
        _arriving: &Arriving<'_>,
        kind: ObjectKind,
        sha256: &Sha256Hash,
        bytes: &[u8],
    ) -> Result<bool, ObjectError> {
        let Some(objects) = &self.objects else { return Ok(false) };
        self.probe.around(Step::DocumentKept, objects.put(kind, sha256, bytes)).await?;
        Ok(true)
    }

    /// Whether there is an object store.
    pub(crate) const fn has_objects(&self) -> bool {
        self.objects.is_some()
    }

    /// A document of a sale, if it still has the hash under which it was taken in.
    pub(crate) async fn of_sale(
        &self,
        id: SaleId,
        document: Document,
    ) -> Result<Option<(Vec<u8>, Sha256Hash)>, WorkError> {
        let Some(kept) = self.store.document(id, document).await? else { return Ok(None) };
        let bytes = match kept.content {
            Some(bytes) => bytes,
            None => {
                let kind = match document {
                    Document::Xml => ObjectKind::Invoice,
                    Document::Upo if kept.is_session_page => ObjectKind::SessionUpoPage,
                    Document::Upo => ObjectKind::Upo,
                };
                self.fetch(id, kind, &kept.sha256).await?
            }
        };
        if Sha256Hash::from_bytes(&sha256(&bytes)) == kept.sha256 {
            Ok(Some((bytes, kept.sha256)))
        } else {
            Err(WorkError::Tampered { id: id.to_string() })
        }
    }

    /// A document of a purchase, if it still has the hash that it came with.
    pub(crate) async fn of_purchase(
        &self,
        position: i64,
        document: PurchaseDocument,
    ) -> Result<Option<PurchaseFile>, WorkError> {
        let Some(kept) = self.store.purchase_document(position, document).await? else { return Ok(None) };
        let bytes = match kept.content {
            Some(bytes) => bytes,
            None => {
                let kind = match document {
                    PurchaseDocument::Xml => ObjectKind::Invoice,
                    PurchaseDocument::Scan => ObjectKind::Scan,
                };
                self.fetch(position, kind, &kept.sha256).await?
            }
        };
        if Sha256Hash::from_bytes(&sha256(&bytes)) == kept.sha256 {
            Ok(Some(PurchaseFile { content: bytes, media_type: kept.media_type }))
        } else {
            Err(WorkError::Tampered { id: position.to_string() })
        }
    }

    /// The confirmation of an invoice of KSeF 1.0, if it still has the hash that it came with.
    pub(crate) async fn of_former(
        &self,
        company: &ContextIdentifier,
        number: &KsefNumber,
    ) -> Result<Option<Vec<u8>>, WorkError> {
        let Some(upo) = self.store.former_upo(company, number).await? else { return Ok(None) };
        let bytes = match upo.document.content {
            Some(bytes) => bytes,
            None => self.fetch(number, ObjectKind::Upo, &upo.document.sha256).await?,
        };
        if Sha256Hash::from_bytes(&sha256(&bytes)) == upo.document.sha256 {
            Ok(Some(bytes))
        } else {
            Err(WorkError::Tampered { id: number.to_string() })
        }
    }

    /// Brings what KSeF gave to the object store, if there is one, several at a time.
    pub(crate) async fn keep_received(
        &self,
        arriving: &Arriving<'_>,
        invoices: &mut [ReceivedInvoice],
    ) -> Result<(), ObjectError> {
        // A list of them and no closure over them: the compiler cannot tell that the latter may change threads.
        let keeping: Vec<_> = invoices
            .iter()
            .map(|invoice| self.keep(arriving, ObjectKind::Invoice, &invoice.sha256, &invoice.content))
            .collect();
        let kept: Vec<bool> = stream::iter(keeping).buffered(AT_ONCE).try_collect().await?;
        for (invoice, is_external) in invoices.iter_mut().zip(kept) {
            invoice.is_external = is_external;
        }
        Ok(())
    }

    async fn fetch(
        &self,
        id: impl std::fmt::Display,
        kind: ObjectKind,
        sha256: &Sha256Hash,
    ) -> Result<Vec<u8>, WorkError> {
        let Some(objects) = &self.objects else { return Err(WorkError::NoObjects { id: id.to_string() }) };
        match objects.get(kind, sha256).await {
            Ok(Some(bytes)) => Ok(bytes),
            Ok(None) => {
                tracing::error!(document = %id, ?kind, %sha256, "a document is not in the object store any more");
                Err(WorkError::Tampered { id: id.to_string() })
            }
            Err(error @ ObjectError::Tampered { .. }) => {
                tracing::error!(document = %id, %error, "a document was altered in the object store");
                Err(WorkError::Tampered { id: id.to_string() })
            }
            Err(error) => Err(error.into()),
        }
    }
}

/// A document of a purchase that is what it was.
#[derive(Debug)]
pub(crate) struct PurchaseFile {
    pub(crate) content: Vec<u8>,
    /// `application/xml`, `application/pdf` and the like.
    pub(crate) media_type: String,
}

/// Which of the arrivals a document is one of.
fn place_of(sha256: &Sha256Hash) -> usize {
    sha256.as_str().bytes().take(4).fold(0, |place, byte| (place * 31 + usize::from(byte)) % ARRIVALS)
}

/// A kind as the database names it.
const fn kind_name(kind: ObjectKind) -> &'static str {
    match kind {
        ObjectKind::Invoice => "invoice",
        ObjectKind::Upo => "upo",
        ObjectKind::SessionUpoPage => "sessionUpoPage",
        ObjectKind::Scan => "scan",
    }
}

fn kind_named(name: &str) -> ObjectKind {
    // The database writes no others.
    ObjectKind::ALL.into_iter().find(|kind| kind_name(*kind) == name).unwrap_or(ObjectKind::Invoice)
}

const BRINGING_MAX: SignedDuration = SignedDuration::from_mins(10);
/// Objects on their way at once.
const AT_ONCE: usize = 16;
const ARRIVALS: usize = 64;
