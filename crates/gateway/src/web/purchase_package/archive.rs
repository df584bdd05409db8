//! Purchases on their way into a ZIP file that is sent while it is made: of the documents one is held at a time, and of the file
//! what nobody has taken yet.
//!
//! Each is compared with its hash before it goes in. One that is damaged or not to be had stands in `errors.txt`, and the others
//! go on; `index.csv` has a line for each, with the columns of the register and the files that there are of it.

use std::collections::{HashSet, VecDeque};
use std::fs::File;
use std::io::{self, Seek as _, SeekFrom, Write};
use std::sync::{Arc, Mutex, PoisonError};

use axum::body::Bytes;
use futures_util::stream::{self, Stream};
use gateway_api::{ProblemCode, Words};
use gateway_store::{Purchase, PurchaseDocument, PurchaseFilter, PurchaseView};
use jiff::civil::Date;
use ksef_render::Language;
use zip::ZipWriter;
use zip::write::{SimpleFileOptions, StreamWriter};

use crate::app::purchases::files::{name_of, xml_of};
use crate::app::purchases::scan::ending_of;
use crate::company::Company;
use crate::print::Output;
use crate::rest::purchases::print_of;
use crate::rest::{Failure, csv_of, index_heading, index_line, printed};
use crate::router::Shared;

/// Which purchases go in.
pub(super) struct Source {
    ready: VecDeque<Purchase>,
    /// The filter by which more are found, and after which place in the order of arrival.
    more: Option<(PurchaseView, PurchaseFilter, i64)>,
}

impl Source {
    pub(super) fn chosen(ready: VecDeque<Purchase>) -> Self {
        Self { ready, more: None }
    }

    pub(super) fn filtered(view: PurchaseView, filter: PurchaseFilter) -> Self {
        Self { ready: VecDeque::new(), more: Some((view, filter, 0)) }
    }

    async fn next(&mut self, shared: &Shared, company: &Company) -> io::Result<Option<Purchase>> {
        if self.ready.is_empty()
            && let Some((view, filter, after)) = &mut self.more
        {
            let (store, context) = (&shared.app.store, &company.context);
            let found = store.purchases_after(context, *view, filter, *after, READ_AT_ONCE).await;
            self.ready = found.map_err(broken)?.into();
            match self.ready.back() {
                Some(last) => *after = last.arrival,
                None => self.more = None,
            }
        }
        Ok(self.ready.pop_front())
    }
}

/// An archive that is being made.
pub(super) struct Archive {
    shared: Shared,
    company: Arc<Company>,
    source: Source,
    language: Language,
    as_of: Date,
    /// What went in already: a purchase whose place changes meanwhile would come twice.
    seen: HashSet<i64>,
    pack: Pack,
}

/// The file itself, as far as it is made.
struct Pack {
    zip: ZipWriter<StreamWriter<Written>>,
    written: Written,
    /// The index, on disk until it goes in.
    index: File,
    errors: String,
}

impl Archive {
    pub(super) fn begin(
        shared: Shared,
        company: Arc<Company>,
        source: Source,
        language: Language,
        as_of: Date,
    ) -> Result<Self, Failure> {
        let begun = || -> io::Result<Pack> {
            let mut index = tempfile::tempfile_in(&*shared.app.packages)?;
            index.write_all(&csv_of(std::iter::once(index_heading()))?)?;
            let written = Written::default();
            let zip = ZipWriter::new_stream(written.clone());
            Ok(Pack { zip, written, index, errors: String::new() })
        };
        let pack = begun().map_err(|error| {
            tracing::error!(%error, "a package of purchases could not be begun");
            Failure::new(ProblemCode::Internal, "")
        })?;
        Ok(Self { shared, company, source, language, as_of, seen: HashSet::new(), pack })
    }

    /// The archive, piece by piece; what is sent cannot be called back, so a failure of the database breaks it off.
    pub(super) fn pieces(self) -> impl Stream<Item = io::Result<Bytes>> + Send + 'static {
        stream::try_unfold(Some(self), async |archive| {
            let Some(mut archive) = archive else { return Ok(None) };
            loop {
                let Some(purchase) = archive.source.next(&archive.shared, &archive.company).await? else {
                    let last = blocking(move || archive.pack.finish()).await?;
                    return Ok(Some((last, None)));
                };
                if !archive.seen.insert(purchase.position) {
                    continue;
                }
                let (files, errors) = archive.files_of(&purchase).await;
                let names = files.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(" ");
                let line = index_line(&purchase, archive.as_of, names);
                let mut pack = archive.pack;
                let (pack, piece) = blocking(move || {
                    pack.add(files, &errors, line)?;
                    let piece = pack.written.taken();
                    Ok((pack, piece))
                })
                .await?;
                archive.pack = pack;
                if !piece.is_empty() {
                    return Ok(Some((piece, Some(archive))));
                }
            }
        })
    }

    /// The files of a purchase, and what is wrong with those that there should be.
    async fn files_of(&self, purchase: &Purchase) -> (Vec<(String, Vec<u8>)>, Vec<(String, Words)>) {
        let (mut files, mut errors) = (Vec::new(), Vec::new());
        let (app, name) = (&self.shared.app, name_of(purchase));
        let words = |failure: Failure| failure.problem.message;
        match xml_of(app, purchase).await {
            Ok(Some(xml)) => {
                let print = print_of(purchase, xml.clone(), self.language, Output::Pdf);
                let pdf = printed(&self.shared, Arc::clone(&self.company), print).await;
                files.push((format!("{name}.xml"), xml));
                match pdf {
                    Ok(pdf) => files.push((format!("{name}.pdf"), pdf)),
                    Err(failure) => errors.push((format!("{name}.pdf"), words(failure))),
                }
            }
            Ok(None) => {}
            Err(error) => errors.push((format!("{name}.xml"), words(error.into()))),
        }
        match app.documents.of_purchase(purchase.position, PurchaseDocument::Scan).await {
            Ok(Some(scan)) => {
                files.push((format!("{name}_scan.{}", ending_of(&scan.media_type)), scan.content));
            }
            Ok(None) => {}
            Err(error) => errors.push((format!("{name}_scan"), words(error.into()))),
        }
        (files, errors)
    }
}

impl Pack {
    fn add<const N: usize>(
        &mut self,
        files: Vec<(String, Vec<u8>)>,
        errors: &[(String, Words)],
        line: [String; N],
    ) -> io::Result<()> {
        for (name, content) in files {
            self.zip.start_file(name, packed())?;
            self.zip.write_all(&content)?;
        }
        for (name, words) in errors {
            self.errors.push_str(&format!("{name}: {} / {}\r\n", words.pl, words.en));
        }
        self.index.write_all(&csv_of(std::iter::once(line))?)
    }

    /// The end of the file.
    fn finish(mut self) -> io::Result<Bytes> {
        self.index.seek(SeekFrom::Start(0))?;
        self.zip.start_file("index.csv", packed())?;
        io::copy(&mut self.index, &mut self.zip)?;
        if !self.errors.is_empty() {
            self.zip.start_file("errors.txt", packed())?;
            self.zip.write_all(self.errors.as_bytes())?;
        }
        self.zip.finish()?;
        Ok(self.written.taken())
    }
}

/// PDFs are compressed already; but what is only stored can be read by nobody who reads a ZIP file from its beginning.
fn packed() -> SimpleFileOptions {
    SimpleFileOptions::default()
        .compression_method(zip::CompressionMethod::Deflated)
        .compression_level(Some(1))
}

/// Work for the processor, off the threads that serve others.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> io::Result<T> + Send + 'static) -> io::Result<T> {
    let done = tokio::task::spawn_blocking(work).await.map_err(io::Error::other)?;
    done.inspect_err(|error| tracing::error!(%error, "a package of purchases broke off"))
}

fn broken(error: gateway_store::StoreError) -> io::Error {
    tracing::error!(%error, "a package of purchases broke off");
    io::Error::other("the database failed")
}

/// What is written and not yet taken.
#[derive(Clone, Default)]
struct Written(Arc<Mutex<Vec<u8>>>);

impl Written {
    fn taken(&self) -> Bytes {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner)).into()
    }
}

impl Write for Written {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Purchases that are read from the database at a time.
const READ_AT_ONCE: u32 = 200;

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Read as _};

    use super::*;

    fn pack() -> Pack {
        let mut index = tempfile::tempfile().expect("a file");
        index.write_all(b"number,files\r\n").expect("written");
        let written = Written::default();
        Pack { zip: ZipWriter::new_stream(written.clone()), written, index, errors: String::new() }
    }

    #[test]
    fn what_is_sent_in_pieces_is_one_archive() {
        let mut pack = pack();
        let mut sent = Vec::new();
        for number in ["1", "2"] {
            let files = vec![(format!("{number}.xml"), vec![b'x'; 100_000])];
            pack.add(files, &[], [number.to_owned(), format!("{number}.xml")]).expect("added");
            sent.extend_from_slice(&pack.written.taken());
        }
        let words = Words { pl: "zmieniony".to_owned(), en: "altered".to_owned() };
        pack.add(Vec::new(), &[("3.xml".to_owned(), words)], ["3".to_owned(), String::new()]).expect("added");
        sent.extend_from_slice(&pack.finish().expect("finished"));
        let mut read = zip::ZipArchive::new(Cursor::new(sent)).expect("an archive");
        let mut text = |name: &str| {
            let mut text = String::new();
            read.by_name(name).expect(name).read_to_string(&mut text).expect("text");
            text
        };
        assert_eq!(text("2.xml").len(), 100_000);
        assert_eq!(text("index.csv"), "number,files\r\n1,1.xml\r\n2,2.xml\r\n3,\r\n");
        assert_eq!(text("errors.txt"), "3.xml: zmieniony / altered\r\n");
    }

    #[test]
    fn nothing_is_held_of_what_was_taken() {
        let mut pack = pack();
        for number in 0..50 {
            let noise: Vec<u8> =
                (0..100_000_u32).map(|at| (at.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
            pack.add(vec![(format!("{number}.pdf"), noise)], &[], [number.to_string()]).expect("added");
            assert!(pack.written.taken().len() < 300_000);
        }
    }
}
