//! Going through everything that is kept: every document against its hash, every UPO against its signature and the invoice
//! that it confirms, the chain of the audit log, the file of the database.

use std::collections::{HashMap, VecDeque};
use std::rc::Rc;

use gateway_access::{AuditBreak, AuditChain};
use gateway_objects::{ObjectKind, Objects};
use gateway_store::{
    Database, Document, KeptDocument, Purchase, PurchaseDocument, Sale, Store, StoreOptions,
};
use jiff::civil::Date;
use ksef_client::upo::{UpoDocument, UpoError};
use ksef_id::{ContextIdentifier, KsefNumber, ReferenceNumber, Sha256Hash};

use crate::document::{BROKEN_MAX, Broken, Fault, check_upo};
use crate::kept::{Found, find, of_purchase};
use crate::{ArchiveError, OnProgress};

/// What was found.
#[derive(Debug)]
pub struct VerifyReport {
    /// Companies.
    pub companies: u64,
    /// Sales invoices.
    pub sales: u64,
    /// Entries of the register of purchases.
    pub purchases: u64,
    /// Documents whose hash is right.
    pub documents: u64,
    /// Invoices whose UPO holds: signature, number and hash.
    pub upos: u64,
    /// Documents that KSeF keeps for less than another year, or keeps no more: from then on they are here alone.
    pub leaving_ksef: u64,
    /// Documents that rest in object storage, which was not asked.
    pub not_looked_at: u64,
    /// Documents that are not what they were, the first thousand.
    pub broken: Vec<Broken>,
    /// How many there are.
    pub broken_count: u64,
    /// What SQLite finds wrong with its file.
    pub damage: Vec<String>,
    /// The end of the audit log's chain, or where it is broken.
    pub audit: Result<AuditChain, AuditBreak>,
}

impl VerifyReport {
    /// Whether everything is as it was.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.broken_count == 0 && self.damage.is_empty() && self.audit.is_ok()
    }
}

/// Examines all that a database keeps, as of `today` in Warsaw; changes nothing. Of documents that rest in object storage only those are looked at for
/// which `objects` is given.
///
/// Whose certificate signed a UPO was checked when it came; its signature is checked again, and that nothing was changed since.
///
/// # Errors
/// [`ArchiveError::Store`], [`ArchiveError::Objects`] when the object store does not answer.
pub async fn verify(
    database: &Database,
    objects: Option<&Objects>,
    today: Date,
    progress: OnProgress<'_>,
) -> Result<VerifyReport, ArchiveError> {
    let (store, writer) = Store::open(database, StoreOptions::default()).await?;
    let outcome = verify_store(&store, objects, today, progress).await;
    store.close().await;
    writer.close().await;
    outcome
}

async fn verify_store(
    store: &Store,
    objects: Option<&Objects>,
    today: Date,
    progress: OnProgress<'_>,
) -> Result<VerifyReport, ArchiveError> {
    let companies = store.companies().await?;
    let total = store.archive_size().await?;
    let damage = store.damage().await?;
    let report = VerifyReport {
        companies: companies.len() as u64,
        sales: 0,
        purchases: 0,
        documents: 0,
        upos: 0,
        leaving_ksef: 0,
        not_looked_at: 0,
        broken: Vec::new(),
        broken_count: 0,
        damage,
        audit: store.verify_audit().await?,
    };
    let mut examiner = Examiner { store, objects, today, report, pages: VecDeque::new(), former: None };
    let mut done = 0;
    for company in &companies {
        let mut after = Some(0);
        while let Some(position) = after {
            let page = store.sales(company, position, PAGE).await?;
            for sale in &page.items {
                examiner.sale(company, sale).await?;
                done += 1;
                progress(done, total);
            }
            after = page.next;
        }
        let mut after = Some(0);
        while let Some(position) = after {
            let page = store.register_entries(company, position, PAGE).await?;
            for purchase in &page.items {
                examiner.purchase(company, purchase).await?;
                done += 1;
                progress(done, total);
            }
            after = page.next;
        }
    }
    Ok(examiner.report)
}

struct Examiner<'a> {
    store: &'a Store,
    objects: Option<&'a Objects>,
    today: Date,
    report: VerifyReport,
    /// Pages of session UPOs that were verified last: one speaks of thousands of invoices that stand one after the other.
    pages: VecDeque<KnownPage>,
    /// The confirmation of KSeF 1.0 that was looked at last, and is whole.
    former: Option<Sha256Hash>,
}

/// A page by its session and number, and what it says if it holds.
type KnownPage = ((ReferenceNumber, i64), Option<Rc<Confirmed>>);

/// What a UPO whose signature holds says, by KSeF number.
type Confirmed = HashMap<String, UpoDocument>;

impl Examiner<'_> {
    async fn sale(&mut self, company: &ContextIdentifier, sale: &Sale) -> Result<(), ArchiveError> {
        self.report.sales += 1;
        self.report.leaving_ksef += u64::from(is_leaving_ksef(sale.ksef_number.as_ref(), self.today));
        let place = |what: &str| format!("{company} {what} {} ({})", sale.invoice_number, sale.id);
        match self.store.document(sale.id, Document::Xml).await? {
            None => self.note(place("sale"), Fault::Missing),
            Some(kept) if kept.sha256 != sale.sha256 => {
                let (register, document) = (sale.sha256.to_string(), kept.sha256.to_string());
                self.note(place("sale"), Fault::OtherDocument { register, document });
            }
            Some(kept) => {
                self.content(ObjectKind::Invoice, kept, place("sale")).await?;
            }
        }
        // A number alone has no UPO yet.
        let (Some(number), true) = (&sale.ksef_number, sale.state.is_confirmed()) else { return Ok(()) };
        let place = place("UPO of");
        let upo = match (&sale.upo_session, sale.upo_page) {
            (Some(session), Some(page)) => self.page(session, page, place.clone()).await?,
            _ => match self.store.document(sale.id, Document::Upo).await? {
                None => {
                    self.note(place.clone(), Fault::Missing);
                    None
                }
                Some(kept) => self.upo(ObjectKind::Upo, kept, place.clone()).await?,
            },
        };
        let Some(upo) = upo else { return Ok(()) };
        let confirms = match upo.get(number.as_str()) {
            Some(document) => document.check_content(&sale.sha256),
            None => Err(UpoError::OtherInvoice { ksef_number: number.clone() }),
        };
        match confirms {
            Ok(()) => self.report.upos += 1,
            Err(error) => self.note(place, Fault::Upo(error)),
        }
        Ok(())
    }

    async fn purchase(
        &mut self,
        company: &ContextIdentifier,
        purchase: &Purchase,
    ) -> Result<(), ArchiveError> {
        self.report.purchases += 1;
        // A sale that stands in both registers was counted there.
        let number = purchase.ksef_number.as_ref().filter(|_| purchase.sale_id.is_none());
        self.report.leaving_ksef += u64::from(is_leaving_ksef(number, self.today));
        let number = &purchase.facts.invoice_number;
        for document in [PurchaseDocument::Xml, PurchaseDocument::Scan] {
            let place = || format!("{company} purchase {number} ({})", purchase.position);
            match self.store.purchase_document(purchase.position, document).await? {
                // Whether there must be one, only the XML's own hash in the register tells.
                None => {
                    if document == PurchaseDocument::Xml && purchase.sha256.is_some() {
                        self.note(place(), Fault::Missing);
                    }
                }
                Some(stored) => {
                    let (kind, kept) = of_purchase(document, stored);
                    self.content(kind, kept, place()).await?;
                }
            }
        }
        self.former_upo(company, purchase).await
    }

    /// The confirmation of an invoice of KSeF 1.0: that it is what was saved, and speaks of this invoice. Whose certificate signed it
    /// nothing here knows.
    async fn former_upo(
        &mut self,
        company: &ContextIdentifier,
        purchase: &Purchase,
    ) -> Result<(), ArchiveError> {
        let number = purchase.ksef_number.as_ref().filter(|number| number.is_of_ksef_1());
        let Some(number) = number else { return Ok(()) };
        let Some(upo) = self.store.former_upo(company, number).await? else { return Ok(()) };
        let place = format!("{company} UPO of {number}");
        let hash = upo.document.sha256.clone();
        // One speaks of many that stand one after the other.
        if self.former.as_ref() != Some(&hash)
            && self.content(ObjectKind::Upo, upo.document, place.clone()).await?.is_some()
        {
            self.former = Some(hash);
        }
        if let (Some(register), Some(document)) = (&purchase.sha256, &upo.invoice_sha256)
            && register != document
        {
            let (register, document) = (register.to_string(), document.to_string());
            self.note(place, Fault::OtherDocument { register, document });
        }
        Ok(())
    }

    /// A verified page of a session's UPO. What is wrong with it is told once, at the first invoice that it speaks of.
    async fn page(
        &mut self,
        session: &ReferenceNumber,
        page: i64,
        place: String,
    ) -> Result<Option<Rc<Confirmed>>, ArchiveError> {
        let key = (session.clone(), page);
        if let Some((_, upo)) = self.pages.iter().find(|(known, _)| *known == key) {
            return Ok(upo.clone());
        }
        let upo = match self.store.session_upo_page(session, page).await? {
            None => {
                self.note(format!("{place}, page {page} of {session}"), Fault::Missing);
                None
            }
            Some(kept) => {
                self.upo(ObjectKind::SessionUpoPage, kept, format!("{place}, page {page} of {session}"))
                    .await?
            }
        };
        if self.pages.len() == PAGES_KEPT {
            self.pages.pop_front();
        }
        self.pages.push_back((key, upo.clone()));
        Ok(upo)
    }

    async fn upo(
        &mut self,
        kind: ObjectKind,
        kept: KeptDocument,
        place: String,
    ) -> Result<Option<Rc<Confirmed>>, ArchiveError> {
        let Some(content) = self.content(kind, kept, place.clone()).await? else { return Ok(None) };
        match check_upo(&content) {
            Ok(upo) => {
                let documents = upo.documents.into_iter();
                Ok(Some(Rc::new(documents.map(|one| (one.ksef_number.clone(), one)).collect())))
            }
            Err(fault) => {
                self.note(place, fault);
                Ok(None)
            }
        }
    }

    /// A document's bytes if they have their hash; nothing, and noted, if not.
    async fn content(
        &mut self,
        kind: ObjectKind,
        kept: KeptDocument,
        place: String,
    ) -> Result<Option<Vec<u8>>, ArchiveError> {
        match find(kind, kept, self.objects).await? {
            Found::Whole(content) => {
                self.report.documents += 1;
                return Ok(Some(content));
            }
            Found::NotLookedAt => self.report.not_looked_at += 1,
            Found::Broken(fault) => self.note(place, fault),
        }
        Ok(None)
    }

    fn note(&mut self, place: String, fault: Fault) {
        self.report.broken_count += 1;
        if self.report.broken.len() < BROKEN_MAX {
            self.report.broken.push(Broken { place, fault });
        }
    }
}

/// Whether KSeF stops keeping a document within a year. It keeps it for ten years from the end of the year in which it was issued
/// (art. 112aa of the VAT act); the day of the KSeF number is in that year, or in the one after it.
fn is_leaving_ksef(number: Option<&KsefNumber>, today: Date) -> bool {
    let year = number.and_then(|number| number.acceptance_day().get(..4)?.parse::<i16>().ok());
    year.is_some_and(|year| year + KSEF_YEARS <= today.year())
}

const KSEF_YEARS: i16 = 10;
const PAGE: u32 = 500;
/// A page of 10,000 invoices takes some 10 MB when it is read.
const PAGES_KEPT: usize = 4;

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use ksef_id::Nip;

    use super::*;

    #[test]
    fn ksef_keeps_ten_years_from_the_end_of_the_year() {
        let number = KsefNumber::compose(Nip::parse("5265877635").expect("a NIP"), (2026, 3, 1), 1);
        let is_leaving = |today| is_leaving_ksef(Some(&number), today);
        assert!(!is_leaving(date(2026, 3, 1)) && !is_leaving(date(2035, 12, 31)));
        // It goes at the end of 2036.
        assert!(is_leaving(date(2036, 1, 1)) && is_leaving(date(2040, 1, 1)));
        assert!(!is_leaving_ksef(None, date(2040, 1, 1)));
    }
}
