//! What was spent of KSeF's limits, kept where a crash does not reach it: KSeF's counters outlive a process of ours.
//!
//! In a file of the data folder, a line for each request, appended and not waited for: it survives the process, and after a
//! loss of power the seconds that are missing have passed before the machine is up again. Where several nodes share a
//! database, in that: the node that takes a company over has to know what the others have spent.

use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};

use gateway_store::SpendingWriter;
use ksef_client::{LimitBudget, SpendingJournal};
use ksef_id::ContextIdentifier;

/// The file of one environment.
pub(crate) struct SpendingFile {
    path: PathBuf,
    open: Mutex<Open>,
}

struct Open {
    file: File,
    lines: usize,
}

impl SpendingFile {
    /// Has a budget go on from what an earlier process spent, and keeps what it spends from now on.
    pub(crate) fn attach(folder: &Path, name: &str, budget: &LimitBudget) -> io::Result<()> {
        crate::folder::private_folder().create(folder)?;
        let name: String =
            name.chars().map(|sign| if sign.is_ascii_alphanumeric() { sign } else { '-' }).collect();
        let path = folder.join(format!("{name}.jsonl"));
        let open = rewritten(&path, |lines| budget.replay(lines.lines()).join("\n"))?;
        budget.keep_in(Arc::new(Self { path, open: Mutex::new(open) }));
        Ok(())
    }
}

impl SpendingJournal for SpendingFile {
    fn spent<'a>(
        &'a self,
        _context: Option<&'a ContextIdentifier>,
        lines: Vec<String>,
    ) -> Pin<Box<dyn Future<Output = ()> + Send + 'a>> {
        self.write(&lines);
        Box::pin(std::future::ready(()))
    }
}

impl SpendingFile {
    fn write(&self, lines: &[String]) {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        // One write: what is cut off by a crash is one line, and is passed over.
        if let Err(error) = open.file.write_all(format!("{}\n", lines.join("\n")).as_bytes()) {
            tracing::warn!(%error, "what was spent of the limits could not be kept");
        }
        open.lines += lines.len();
        if open.lines > LINES_MAX {
            // The last quarter is more than an hour of the fastest sender.
            let kept = rewritten(&self.path, |lines| {
                let all: Vec<&str> = lines.lines().collect();
                all[all.len() * 3 / 4..].join("\n")
            });
            match kept {
                Ok(fresh) => *open = fresh,
                Err(error) => tracing::warn!(%error, "the file of spent limits could not be shortened"),
            }
        }
    }
}

/// The table of a shared database.
pub(crate) struct SpendingTable(SpendingWriter);

impl SpendingTable {
    /// Keeps what a budget spends.
    pub(crate) fn attach(writer: SpendingWriter, budget: &LimitBudget) {
        budget.keep_in(Arc::new(Self(writer)));
    }
}

impl SpendingJournal for SpendingTable {
    fn spent<'a>(
        &'a self,
        context: Option<&'a ContextIdentifier>,
        lines: Vec<String>,
    ) -> Pin<Box<dyn Future<Output = ()> + Send + 'a>> {
        Box::pin(async move {
            // What an address spends as a whole is a matter of a second, and each node's own.
            let Some(context) = context else { return };
            if let Err(error) = self.0.spent(context, &lines).await {
                tracing::warn!(%error, "what was spent of the limits could not be kept");
            }
        })
    }
}

/// Puts what is to be kept of a file in its place, and opens it for more.
fn rewritten(path: &Path, keep: impl FnOnce(&str) -> String) -> io::Result<Open> {
    let before = match std::fs::read(path) {
        Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(error),
    };
    let mut kept = keep(&before);
    if !kept.is_empty() {
        kept.push('\n');
    }
    let fresh = path.with_extension("new");
    std::fs::write(&fresh, &kept)?;
    std::fs::rename(&fresh, path)?;
    let file = OpenOptions::new().append(true).open(path)?;
    Ok(Open { file, lines: kept.lines().count() })
}

/// Some ten megabytes. A company makes at most some 6,000 requests an hour by KSeF's limits.
const LINES_MAX: usize = 100_000;
