//! The worker for a company's watched folder: takes in what is finished, moves it where it belongs, and lays out what
//! became of it.
//!
//! The order is what makes it safe: a document is on disk here before its file moves, and known by its content, so that
//! a file that is found again after a crash is the same invoice. What is to be laid out is read from the database.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use gateway_api::{Problem, ProblemCode, Words};
use gateway_rules::handover::Handover;
use gateway_rules::offline::InvoicingMode;
use gateway_store::{Document, FolderFile, Laid, Sale, SaleId, SaleState, Taken};
use jiff::Timestamp;
use ksef_render::{Language, Mode};
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::Chain;
use crate::app::handover::given;
use crate::app::take_document::{Answer, DocumentKind, Documents, Key, take_document};
use crate::app::{App, WorkError};
use crate::company::Company;
use crate::print::{Output, Print, make, print_mode};
use crate::rest::Failure;
use crate::watched::{
    Candidate, Place, Refused, Report, Settled, WatchedFolder, move_into, read_stable, safe_name, split,
    words_of, write_whole,
};
use crate::web::{reason_words, state_words};

/// Runs until `stop` says so; a document that has begun to be taken is finished first.
pub(crate) async fn run_folder(
    app: Arc<App>,
    company: Arc<Company>,
    folder: Arc<WatchedFolder>,
    mut stop: watch::Receiver<bool>,
) {
    let made = folder.clone();
    // Where it cannot be made, looking at it says so.
    let _ = blocking(move || made.make()).await;
    let work = Work { app, company, folder };
    let mut settled = Settled::default();
    // What an earlier process left to be laid out.
    let mut is_open = true;
    while !*stop.borrow() {
        let pause = match work.round(&mut settled, &mut is_open, &stop).await {
            Ok(did) => {
                // What was told about a file that is left alone still holds.
                if !settled.has_left() {
                    work.note_trouble(None);
                }
                if did { Duration::ZERO } else { EVERY }
            }
            Err(trouble) => {
                work.note_trouble(Some(trouble.words()));
                AFTER_TROUBLE
            }
        };
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            _ = stop.changed() => {}
        }
    }
}

/// Why a round was not finished. Everything is where it was, and is found again.
#[derive(Debug)]
enum Trouble {
    File(PathBuf, std::io::Error),
    Work(WorkError),
    Problem(Box<Problem>),
}

impl Trouble {
    fn words(&self) -> Words {
        match self {
            Self::File(path, error) => words_of(path, error),
            Self::Problem(problem) => problem.message.clone(),
            Self::Work(error) => {
                tracing::warn!(error = %Chain(error), "documents could not be laid into a folder");
                Problem::new(ProblemCode::StoreUnavailable, "").message
            }
        }
    }
}

impl<E: Into<WorkError>> From<E> for Trouble {
    fn from(error: E) -> Self {
        Self::Work(error.into())
    }
}

#[derive(Clone)]
struct Work {
    app: Arc<App>,
    company: Arc<Company>,
    folder: Arc<WatchedFolder>,
}

impl Work {
    /// One look at the folder; says whether there was something to do.
    async fn round(
        &self,
        settled: &mut Settled,
        is_open: &mut bool,
        stop: &watch::Receiver<bool>,
    ) -> Result<bool, Trouble> {
        let inbox = self.folder.place(Place::In);
        let folder = self.folder.clone();
        let mut looking = std::mem::take(settled);
        let (looked, found) = blocking(move || {
            let found = folder.prepare().map_err(|error| (folder.path().to_owned(), error)).and_then(|()| {
                looking.look(&inbox, FILES_MAX, Instant::now()).map_err(|error| (inbox, error))
            });
            (looking, found)
        })
        .await;
        *settled = looked;
        let candidates = found.map_err(|(path, error)| Trouble::File(path, error))?;
        let mut did = false;
        let mut trouble = None;
        for some in candidates.chunks(AT_ONCE) {
            if *stop.borrow() {
                return Ok(true);
            }
            let mut taking = JoinSet::new();
            for candidate in some {
                let (work, candidate) = (self.clone(), candidate.clone());
                taking.spawn(async move { (candidate.name.clone(), work.take(&candidate).await) });
            }
            while let Some(joined) = taking.join_next().await {
                let (name, outcome) = match joined {
                    Ok(joined) => joined,
                    Err(error) => match error.try_into_panic() {
                        Ok(panic) => std::panic::resume_unwind(panic),
                        Err(_) => continue,
                    },
                };
                match outcome {
                    Ok(noted) => *is_open |= noted,
                    Err(error) => {
                        settled.leave(&name, Instant::now() + LEAVE);
                        // One file's trouble keeps no other one waiting.
                        trouble.get_or_insert(error);
                        continue;
                    }
                }
                did = true;
            }
        }
        if *is_open {
            did |= self.lay_out().await?;
            *is_open = self.app.store.has_open_folder_files(&self.company.context).await?;
        }
        match trouble {
            Some(trouble) => Err(trouble),
            None => Ok(did),
        }
    }

    /// Takes one file in and moves it. Says whether there will be something to lay out.
    async fn take(&self, candidate: &Candidate) -> Result<bool, Trouble> {
        let trouble = |error| Trouble::File(candidate.path.clone(), error);
        let reading = candidate.clone();
        let content = match blocking(move || read_stable(&reading, DocumentKind::Csv.bytes_max())).await {
            Ok(Some(content)) => content,
            // Written to again: it is looked at again.
            Ok(None) => return Ok(false),
            // Taken back before it was taken in.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(false),
            Err(error) => return Err(trouble(error)),
        };
        let (stem, extension) = split(&candidate.name);
        let Some(kind) = DocumentKind::of_file(&extension, &content) else {
            let problem = Problem::new(ProblemCode::MediaType, &candidate.name.to_string_lossy());
            let refused = vec![Refused { number: None, place: None, problem }];
            return self.reject(candidate, refused, Vec::new()).await.map(|()| false);
        };
        let taken = take_document(&self.app, &self.company, kind, Key::Content, ACTOR, &content).await;
        let answers = match taken {
            Ok(Documents::One(taken)) => {
                vec![Answer { number: None, place: String::new(), outcome: Ok(*taken) }]
            }
            Ok(Documents::Several(answers, _)) => answers,
            Err(error) => vec![Answer { number: None, place: String::new(), outcome: Err(error) }],
        };
        let (mut sales, mut refused) = (Vec::new(), Vec::new());
        let mut later = None;
        for answer in answers {
            match answer.outcome {
                Ok(Taken::New(sale) | Taken::Known(sale)) => sales.push(sale),
                Err(error) => {
                    let may_pass = error.may_pass();
                    let problem = *Failure::from(error).problem;
                    if may_pass {
                        later.get_or_insert(problem);
                        continue;
                    }
                    let place = Some(answer.place).filter(|place| !place.is_empty());
                    refused.push(Refused { number: answer.number, place, problem });
                }
            }
        }
        let ids: Vec<SaleId> = sales.iter().map(|sale| sale.id).collect();
        if !ids.is_empty() {
            let (company, name) = (&self.company.context, safe_name(&stem));
            self.app.journal.file_noted(company, &ids, &name, Timestamp::now()).await?;
        }
        if let Some(problem) = later {
            return Err(Trouble::Problem(Box::new(problem)));
        }
        if refused.is_empty() {
            self.move_to(Place::Sent, candidate).await?;
        } else {
            self.reject(candidate, refused, sales).await?;
        }
        Ok(!ids.is_empty())
    }

    /// Moves a file, unless somebody has taken it away: its content is here.
    async fn move_to(&self, place: Place, candidate: &Candidate) -> Result<Option<PathBuf>, Trouble> {
        let (folder, candidate) = (self.folder.place(place), candidate.clone());
        let to = folder.clone();
        blocking(move || move_into(&folder, &candidate.path, &candidate.name))
            .await
            .map_err(|error| Trouble::File(to, error))
    }

    async fn reject(
        &self,
        candidate: &Candidate,
        problems: Vec<Refused>,
        taken: Vec<Sale>,
    ) -> Result<(), Trouble> {
        let report = Report {
            file: candidate.name.to_string_lossy().into_owned(),
            problems,
            taken: taken.into_iter().map(|sale| sale.invoice_number).collect(),
        };
        // The findings first: a document without them would be found by somebody who then wonders why.
        let name = safe_name(&candidate.name);
        self.report(&name, &report).await?;
        let moved = self.move_to(Place::Rejected, candidate).await?;
        let moved_name = moved.as_deref().and_then(Path::file_name).map(safe_name);
        if let Some(moved_name) = moved_name.filter(|moved_name| *moved_name != name) {
            self.report(&moved_name, &report).await?;
        }
        Ok(())
    }

    async fn report(&self, name: &str, report: &Report) -> Result<(), Trouble> {
        let rejected = self.folder.place(Place::Rejected);
        self.write(rejected.join(format!("{name}.findings.json")), report.json()).await?;
        self.write(rejected.join(format!("{name}.findings.txt")), report.text()).await
    }

    async fn write(&self, path: PathBuf, content: Vec<u8>) -> Result<(), Trouble> {
        let to = path.clone();
        blocking(move || write_whole(&to, &content)).await.map_err(|error| Trouble::File(path, error))
    }

    /// Lays out what became of documents since.
    async fn lay_out(&self) -> Result<bool, Trouble> {
        let due = self.app.store.folder_files_due(&self.company.context, LAID_MAX).await?;
        for file in &due {
            let laid = match (file.sale.state, file.laid) {
                (SaleState::Rejected | SaleState::NumberCollision | SaleState::Withdrawn, _) => {
                    self.lay_refusal(file).await?;
                    Laid::Everything
                }
                (state, Laid::Nothing) if !state.is_numbered() => {
                    self.lay_handover(file).await?;
                    Laid::Handover
                }
                (state, laid) => {
                    if matches!(laid, Laid::Nothing | Laid::Handover) {
                        self.lay_print(file).await?;
                    }
                    if matches!(state, SaleState::UpoVerified | SaleState::Stored) {
                        self.lay_upo(file).await?;
                        Laid::Everything
                    } else {
                        Laid::Print
                    }
                }
            };
            self.app.journal.file_laid(file.sale.id, &file.name, laid).await?;
        }
        Ok(!due.is_empty())
    }

    async fn lay_print(&self, file: &FolderFile) -> Result<(), Trouble> {
        let Some(number) = &file.sale.ksef_number else { return Ok(()) };
        self.lay_pdf(file, Output::Pdf, format!("{}_{number}.pdf", file.name)).await
    }

    /// What the buyer is given of an offline invoice before it has its number; the print with the number lies beside it later.
    async fn lay_handover(&self, file: &FolderFile) -> Result<(), Trouble> {
        let (output, mark) = match given(&file.sale).what {
            Handover::Invoice => (Output::Pdf, "offline"),
            Handover::TransactionConfirmation => (Output::ConfirmationPdf, "potwierdzenie"),
            Handover::Nothing => return Ok(()),
        };
        self.lay_pdf(file, output, format!("{}_{mark}.pdf", file.name)).await
    }

    async fn lay_pdf(&self, file: &FolderFile, output: Output, name: String) -> Result<(), Trouble> {
        let xml = self.app.checked_xml(&file.sale).await?;
        let print = Print {
            xml,
            ksef_number: file.sale.ksef_number.clone(),
            language: Language::Pl,
            mode: InvoicingMode::from_name(&file.sale.mode).map_or(Mode::Online, print_mode),
            certificate_link: file.sale.certificate_link.clone(),
            output,
            name: file.name.clone(),
        };
        let company = self.company.clone();
        match blocking(move || make(&company, print)).await {
            Ok(pdf) => self.write(self.folder.place(Place::Pdf).join(name), pdf).await,
            Err(error) => {
                // Its UPO is worth having nevertheless.
                tracing::error!(invoice = %file.sale.id, %error, "an invoice could not be printed into its folder");
                Ok(())
            }
        }
    }

    async fn lay_upo(&self, file: &FolderFile) -> Result<(), Trouble> {
        let Some(number) = &file.sale.ksef_number else { return Ok(()) };
        let Some((upo, _)) = self.app.checked_document(file.sale.id, Document::Upo).await? else {
            return Ok(());
        };
        let name = format!("{}_{number}.xml", file.name);
        self.write(self.folder.place(Place::Upo).join(name), upo).await
    }

    /// KSeF refused what was taken in, or a person took it back: the document and the reason.
    async fn lay_refusal(&self, file: &FolderFile) -> Result<(), Trouble> {
        let sale = &file.sale;
        let xml = self.app.checked_xml(sale).await?;
        let name = format!("{}_{}", file.name, safe_name(sale.invoice_number.as_ref()));
        let report = Report {
            file: file.name.clone(),
            problems: vec![Refused {
                number: Some(sale.invoice_number.clone()),
                place: None,
                problem: refusal(sale),
            }],
            taken: Vec::new(),
        };
        self.write(self.folder.place(Place::Rejected).join(format!("{name}.xml")), xml).await?;
        self.report(&format!("{name}.xml"), &report).await
    }

    fn note_trouble(&self, words: Option<Words>) {
        let line = words.as_ref().map(|words| words.en.clone());
        if self.folder.set_trouble(words) {
            let company = &self.company.context;
            match line {
                Some(line) => tracing::warn!(%company, "{line}"),
                None => tracing::info!(%company, "the watched folder works again"),
            }
        }
    }
}

/// Where an invoice ended, as the problem of its file.
fn refusal(sale: &Sale) -> Problem {
    let state = state_words(sale.state);
    let why = sale.reason.as_ref().map(reason_words);
    let (pl, en) = match why {
        Some(why) => (format!("{}: {}", state.pl, why.pl), format!("{}: {}", state.en, why.en)),
        None => (state.pl, state.en),
    };
    Problem::found(ProblemCode::InvoiceRefused, &Words { pl, en })
}

/// Work with files, off the threads that serve others.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        Err(error) => match error.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            // The process ends, and this work with it.
            Err(_) => std::future::pending().await,
        },
    }
}

/// Who brings these documents.
const ACTOR: &str = "folder";
/// How often the folder is looked at.
const EVERY: Duration = Duration::from_secs(1);
const AFTER_TROUBLE: Duration = Duration::from_secs(3);
/// How long a file is left alone that could not be dealt with.
const LEAVE: Duration = Duration::from_secs(5);
/// Files of one round, and how many of them at once: they share their waits for the disk.
const FILES_MAX: usize = 1000;
const AT_ONCE: usize = 16;
/// Documents laid out in one round.
const LAID_MAX: u32 = 100;
