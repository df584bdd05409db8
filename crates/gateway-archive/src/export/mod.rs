//! Documents of a period as files that need no bramka to be read: XML as it was, UPO, PDF, a list for spreadsheets and pages with
//! links, which ask no other host for anything.
//!
//! ```text
//! index.html                                 companies and months
//! COMPANY/register.csv
//! COMPANY/sales/2026-11/index.html
//! COMPANY/sales/2026-11/NUMBER.xml|.pdf|_UPO.xml
//! COMPANY/purchases/2026-11/…
//! COMPANY/session-upo/SESSION-PAGE.xml       a UPO that speaks of many invoices, once
//! ```
//!
//! An export that was interrupted is simply made again into the same folder: what is there and right is not written anew.

mod files;
mod lists;

use std::path::Path;

use gateway_objects::{ObjectKind, Objects};
use gateway_store::{
    Database, Document, KeptDocument, Purchase, PurchaseDocument, Sale, Store, StoreOptions,
};
use jiff::civil::Date;
use ksef_id::ContextIdentifier;
use ksef_render::{Environment, Language, Mode, RenderOptions};

use crate::document::{BROKEN_MAX, Broken, Fault};
use crate::kept::{Found, find, of_purchase};
use crate::{ArchiveError, OnProgress};
use files::Files;
use lists::{Entry, Lists};

/// What is exported.
#[derive(Clone, Copy)]
pub struct ExportRequest<'a> {
    /// From where.
    pub database: &'a Database,
    /// Where documents rest that are not in the database.
    pub objects: Option<&'a Objects>,
    /// Of which companies; all when it is empty.
    pub companies: &'a [ContextIdentifier],
    /// Issued on this day or later.
    pub from: Date,
    /// Issued on this day or before.
    pub until: Date,
    /// Which KSeF the codes on prints point to.
    pub environment: Environment,
    /// Language of prints and pages.
    pub language: Language,
    /// Whether PDFs are made.
    pub is_with_pdf: bool,
}

/// What was exported.
#[derive(Debug, Default)]
pub struct ExportReport {
    /// Invoices and other documents.
    pub documents: u64,
    /// Files that were written.
    pub written: u64,
    /// Files that were there already, and right.
    pub kept: u64,
    /// Invoices that cannot be shown as a PDF; their XML is there.
    pub without_pdf: u64,
    /// Documents that are missing or not what they were, the first thousand.
    pub broken: Vec<Broken>,
    /// How many there are.
    pub broken_count: u64,
}

/// Writes the documents of a period into a folder. Progress counts entries of the registers.
///
/// # Errors
/// [`ArchiveError`]; what was written by then stays, and is not written again the next time.
pub async fn export(
    request: ExportRequest<'_>,
    folder: &Path,
    progress: OnProgress<'_>,
) -> Result<ExportReport, ArchiveError> {
    let (store, writer) = Store::open(request.database, StoreOptions::default()).await?;
    let outcome = export_from(&store, request, folder, progress).await;
    store.close().await;
    writer.close().await;
    outcome
}

async fn export_from(
    store: &Store,
    request: ExportRequest<'_>,
    folder: &Path,
    progress: OnProgress<'_>,
) -> Result<ExportReport, ArchiveError> {
    let companies = match request.companies {
        [] => store.companies().await?,
        some => some.to_vec(),
    };
    let total = store.archive_size().await?;
    let files = Files::new(folder)?;
    let mut work = Work { store, request, files, report: ExportReport::default() };
    let mut lists = Lists::begin(request.language);
    let mut done = 0;
    for company in &companies {
        lists.begin_company(&work.files, company)?;
        let mut after = Some(0);
        while let Some(position) = after {
            let page = store.sales(company, position, PAGE).await?;
            for sale in page.items.iter().filter(|sale| request.has(sale.issue_date)) {
                let entry = work.sale(company, sale).await?;
                lists.add(&work.files, entry)?;
            }
            done += page.items.len() as u64;
            progress(done, total);
            after = page.next;
        }
        let mut after = Some(0);
        while let Some(position) = after {
            let page = store.register_entries(company, position, PAGE).await?;
            for purchase in page.items.iter().filter(|one| request.has(one.facts.issue_date)) {
                // Our own sales stand among the sales already.
                if purchase.sale_id.is_none() {
                    let entry = work.purchase(company, purchase).await?;
                    lists.add(&work.files, entry)?;
                }
            }
            done += page.items.len() as u64;
            progress(done, total);
            after = page.next;
        }
        lists.end_company(&work.files)?;
    }
    lists.finish(&work.files, request.from, request.until)?;
    work.report.written = work.files.written.get();
    work.report.kept = work.files.kept.get();
    Ok(work.report)
}

impl ExportRequest<'_> {
    fn has(&self, day: Date) -> bool {
        (self.from..=self.until).contains(&day)
    }
}

struct Work<'a> {
    store: &'a Store,
    request: ExportRequest<'a>,
    files: Files,
    report: ExportReport,
}

impl Work<'_> {
    async fn sale(&mut self, company: &ContextIdentifier, sale: &Sale) -> Result<Entry, ArchiveError> {
        self.report.documents += 1;
        let mut entry = Entry::of_sale(company, sale);
        let place = format!("{company} sale {} ({})", sale.invoice_number, sale.id);
        let name = sale.ksef_number.as_ref().map_or_else(|| sale.id.to_string(), ToString::to_string);
        let kept = self.store.document(sale.id, Document::Xml).await?;
        if let Some(xml) = self.content(ObjectKind::Invoice, kept, &place).await? {
            let mode = match (sale.mode.as_str(), &sale.certificate_link) {
                ("totalFailure", _) => Mode::TotalFailure,
                // The second code was made when it was issued; without it there is none to show.
                ("offline24", Some(_)) => Mode::Offline24,
                ("unavailability", Some(_)) => Mode::Unavailability,
                ("failure", Some(_)) => Mode::Failure,
                _ => Mode::Online,
            };
            let options = RenderOptions {
                language: self.request.language,
                environment: self.request.environment,
                ksef_number: sale.ksef_number.clone(),
                mode,
                certificate_url: sale.certificate_link.clone(),
                ..RenderOptions::default()
            };
            self.invoice(&mut entry, &name, &xml, &options)?;
        }
        if !sale.state.is_confirmed() {
            return Ok(entry);
        }
        let place = format!("UPO of {place}");
        match (&sale.upo_session, sale.upo_page) {
            (Some(session), Some(page)) => {
                let path = format!("{}/session-upo/{session}-{page}.xml", files::safe(company.as_str()));
                if !self.files.is_there(&path) {
                    let kept = self.store.session_upo_page(session, page).await?;
                    if let Some(upo) = self.content(ObjectKind::SessionUpoPage, kept, &place).await? {
                        self.files.write(&path, &upo)?;
                    }
                }
                entry.upo = Some(path);
            }
            _ => {
                let kept = self.store.document(sale.id, Document::Upo).await?;
                if let Some(upo) = self.content(ObjectKind::Upo, kept, &place).await? {
                    let path = entry.path(&format!("{name}_UPO.xml"));
                    self.files.write(&path, &upo)?;
                    entry.upo = Some(path);
                }
            }
        }
        Ok(entry)
    }

    async fn purchase(
        &mut self,
        company: &ContextIdentifier,
        purchase: &Purchase,
    ) -> Result<Entry, ArchiveError> {
        self.report.documents += 1;
        let mut entry = Entry::of_purchase(company, purchase);
        let name = purchase
            .ksef_number
            .as_ref()
            .map_or_else(|| format!("outside-{}", purchase.position), ToString::to_string);
        let place = format!("{company} purchase {} ({})", purchase.facts.invoice_number, purchase.position);
        for document in [PurchaseDocument::Xml, PurchaseDocument::Scan] {
            let Some(stored) = self.store.purchase_document(purchase.position, document).await? else {
                if document == PurchaseDocument::Xml && purchase.sha256.is_some() {
                    self.note(&place, Fault::Missing);
                }
                continue;
            };
            let media_type = stored.media_type.clone();
            let (kind, kept) = of_purchase(document, stored);
            let Some(content) = self.content(kind, Some(kept), &place).await? else { continue };
            if document == PurchaseDocument::Scan {
                let path = entry.path(&format!("{name}{}", files::ending(&media_type)));
                self.files.write(&path, &content)?;
                entry.scan = Some(path);
                continue;
            }
            let options = RenderOptions {
                language: self.request.language,
                environment: self.request.environment,
                ksef_number: purchase.ksef_number.clone(),
                ..RenderOptions::default()
            };
            self.invoice(&mut entry, &name, &content, &options)?;
        }
        self.former_upo(&mut entry, company, purchase, &place).await?;
        Ok(entry)
    }

    /// The confirmation of an invoice of KSeF 1.0, once for all that it speaks of.
    async fn former_upo(
        &mut self,
        entry: &mut Entry,
        company: &ContextIdentifier,
        purchase: &Purchase,
        place: &str,
    ) -> Result<(), ArchiveError> {
        let number = purchase.ksef_number.as_ref().filter(|number| number.is_of_ksef_1());
        let Some(number) = number else { return Ok(()) };
        let Some(upo) = self.store.former_upo(company, number).await? else { return Ok(()) };
        let digits: String =
            upo.document.sha256.to_bytes().iter().take(16).map(|byte| format!("{byte:02x}")).collect();
        let path = format!("{}/session-upo/ksef1-{digits}.xml", files::safe(company.as_str()));
        if !self.files.is_there(&path) {
            let place = format!("UPO of {place}");
            let Some(content) = self.content(ObjectKind::Upo, Some(upo.document), &place).await? else {
                return Ok(());
            };
            self.files.write(&path, &content)?;
        }
        entry.upo = Some(path);
        Ok(())
    }

    /// Writes an invoice and its print.
    fn invoice(
        &mut self,
        entry: &mut Entry,
        name: &str,
        xml: &[u8],
        options: &RenderOptions,
    ) -> Result<(), ArchiveError> {
        let path = entry.path(&format!("{name}.xml"));
        self.files.write(&path, xml)?;
        entry.xml = Some(path);
        if !self.request.is_with_pdf {
            return Ok(());
        }
        let path = entry.path(&format!("{name}.pdf"));
        if self.files.is_there(&path) {
            self.files.kept.set(self.files.kept.get() + 1);
            entry.pdf = Some(path);
            return Ok(());
        }
        match ksef_render::pdf(xml, options) {
            Ok(pdf) => {
                self.files.write(&path, &pdf)?;
                entry.pdf = Some(path);
            }
            // What others sent need not be showable; it is kept as it is.
            Err(_) => self.report.without_pdf += 1,
        }
        Ok(())
    }

    async fn content(
        &mut self,
        kind: ObjectKind,
        kept: Option<KeptDocument>,
        place: &str,
    ) -> Result<Option<Vec<u8>>, ArchiveError> {
        let Some(kept) = kept else {
            self.note(place, Fault::Missing);
            return Ok(None);
        };
        let fault = match find(kind, kept, self.request.objects).await? {
            Found::Whole(content) => return Ok(Some(content)),
            Found::NotLookedAt => Fault::Object("it rests in object storage: give --objects".to_owned()),
            Found::Broken(fault) => fault,
        };
        self.note(place, fault);
        Ok(None)
    }

    fn note(&mut self, place: &str, fault: Fault) {
        self.report.broken_count += 1;
        if self.report.broken.len() < BROKEN_MAX {
            self.report.broken.push(Broken { place: place.to_owned(), fault });
        }
    }
}

const PAGE: u32 = 500;
