//! Reading a backup to its end: is it whole, and is each document in it what it was.

use std::collections::BTreeMap;
use std::io::BufRead;

use gateway_objects::ObjectKind;
use gateway_store::{DumpTable, DumpValue, SchemaVersion};
use gateway_vault::FileKey;
use jiff::Timestamp;

use crate::document::{BROKEN_MAX, Broken, check_hash, check_upo};
use crate::format::{End, Frame, FrameReader};
use crate::{ArchiveError, OnProgress};

/// What a backup holds.
#[derive(Debug)]
pub struct Contents {
    /// When it was made.
    pub made_at: Timestamp,
    /// By which version of the program.
    pub program: String,
    /// Of which tables.
    pub version: SchemaVersion,
    /// Rows of each table.
    pub rows: BTreeMap<String, u64>,
    /// Files beside the database: those of the vault, configuration, master key.
    pub files: Vec<String>,
    /// Documents in it whose hash is right.
    pub documents: u64,
    /// UPOs in it whose signature is valid; pages that speak of many count once.
    pub upos: u64,
    /// Documents that rest in object storage and are not in it.
    pub elsewhere: u64,
    /// Documents in it that are not what they were, the first thousand.
    pub broken: Vec<Broken>,
    /// How many there are.
    pub broken_count: u64,
}

impl Contents {
    /// All rows together.
    #[must_use]
    pub fn row_count(&self) -> u64 {
        self.rows.values().sum()
    }

    /// Whether the vault's master key is in it.
    #[must_use]
    pub fn has_master_key(&self) -> bool {
        self.files.iter().any(|path| path == crate::backup::MASTER_KEY_FILE)
    }

    /// Whether a vault is in it.
    #[must_use]
    pub fn has_vault(&self) -> bool {
        self.files.iter().any(|path| path.starts_with(crate::backup::VAULT_FOLDER))
    }
}

/// Reads a backup to its end and changes nothing. Progress counts rows, of `rows_total` as far as that is known.
///
/// # Errors
/// [`ArchiveError::Sealed`] for a wrong key, a cut or altered file; [`ArchiveError::NotWhole`] and [`ArchiveError::Content`].
pub fn examine<R: BufRead>(
    input: R,
    key: &FileKey,
    rows_total: u64,
    progress: OnProgress<'_>,
) -> Result<Contents, ArchiveError> {
    let mut frames = FrameReader::open(input, key)?;
    let mut contents = Contents {
        made_at: frames.manifest.made_at,
        program: frames.manifest.program.clone(),
        version: frames.manifest.version()?,
        rows: BTreeMap::new(),
        files: Vec::new(),
        documents: 0,
        upos: 0,
        elsewhere: 0,
        broken: Vec::new(),
        broken_count: 0,
    };
    let mut table: Option<(DumpTable, Option<DocumentColumns>, u64)> = None;
    let mut rows_read = 0;
    loop {
        match frames.next()? {
            Frame::File(file) => contents.files.push(file.path),
            Frame::Table(next) => {
                contents.end_table(table.take())?;
                let columns = DocumentColumns::of(&next);
                table = Some((next, columns, 0));
            }
            Frame::Row(row) => {
                let Some((_, columns, count)) = &mut table else { return Err(row_without_table()) };
                *count += 1;
                rows_read += 1;
                progress(rows_read, rows_total);
                if let Some(columns) = columns {
                    contents.look_at(columns, &row);
                }
            }
            Frame::End(end) => {
                contents.end_table(table.take())?;
                contents.compare(&end)?;
                return Ok(contents);
            }
        }
    }
}

pub(crate) fn row_without_table() -> ArchiveError {
    ArchiveError::Content { reason: "a row before any table".to_owned() }
}

impl Contents {
    fn end_table(
        &mut self,
        ended: Option<(DumpTable, Option<DocumentColumns>, u64)>,
    ) -> Result<(), ArchiveError> {
        let Some((table, _, count)) = ended else { return Ok(()) };
        match self.rows.insert(table.name.clone(), count) {
            None => Ok(()),
            Some(_) => {
                Err(ArchiveError::Content { reason: format!("the table {} stands twice", table.name) })
            }
        }
    }

    fn compare(&self, end: &End) -> Result<(), ArchiveError> {
        if self.rows != end.rows {
            let of = |rows: &BTreeMap<String, u64>| rows.values().sum::<u64>();
            let reason = format!("it has {} rows, and says that it has {}", of(&self.rows), of(&end.rows));
            return Err(ArchiveError::NotWhole { reason });
        }
        if self.files.len() as u64 != end.files {
            let reason = format!("it has {} files, and says that it has {}", self.files.len(), end.files);
            return Err(ArchiveError::NotWhole { reason });
        }
        Ok(())
    }

    fn look_at(&mut self, columns: &DocumentColumns, row: &[DumpValue]) {
        let Some(document) = columns.document(row) else {
            self.elsewhere += 1;
            return;
        };
        if let Err(fault) = check_hash(document.content, document.sha256) {
            return self.note(columns.place(row), fault);
        }
        self.documents += 1;
        if document.is_upo {
            match check_upo(document.content) {
                Ok(_) => self.upos += 1,
                Err(fault) => self.note(columns.place(row), fault),
            }
        }
    }

    fn note(&mut self, place: String, fault: crate::Fault) {
        self.broken_count += 1;
        if self.broken.len() < BROKEN_MAX {
            self.broken.push(Broken { place, fault });
        }
    }
}

/// Where in a row its document is. A table has documents when it has the columns of one, whatever its name is.
pub(crate) struct DocumentColumns {
    table: String,
    sha256: usize,
    content: usize,
    is_external: Option<usize>,
    kind: Option<usize>,
    /// What tells rows apart.
    keys: Vec<usize>,
}

pub(crate) struct RowDocument<'a> {
    pub(crate) content: &'a [u8],
    pub(crate) sha256: &'a str,
    pub(crate) is_upo: bool,
}

impl DocumentColumns {
    pub(crate) fn of(table: &DumpTable) -> Option<Self> {
        let place = |name: &str| table.columns.iter().position(|column| column == name);
        let keys = ["sale_id", "purchase", "session", "kind", "page", "position"]
            .into_iter()
            .filter_map(place)
            .collect();
        Some(Self {
            table: table.name.clone(),
            sha256: place("sha256")?,
            content: place("content")?,
            is_external: place("is_external"),
            kind: place("kind"),
            keys,
        })
    }

    /// The document of a row; nothing when its bytes rest elsewhere.
    pub(crate) fn document<'a>(&self, row: &'a [DumpValue]) -> Option<RowDocument<'a>> {
        let (DumpValue::Text(sha256), DumpValue::Bytes(content)) =
            (row.get(self.sha256)?, row.get(self.content)?)
        else {
            return None;
        };
        if self.is_external(row) && content.is_empty() {
            return None;
        }
        // Those of KSeF 1.0 have signatures that nothing here knows.
        let is_upo = self.table != "former_upos"
            && matches!(self.object_kind(row), Some(ObjectKind::Upo | ObjectKind::SessionUpoPage));
        Some(RowDocument { content, sha256, is_upo })
    }

    pub(crate) fn is_external(&self, row: &[DumpValue]) -> bool {
        self.is_external.is_some_and(|place| row.get(place).is_some_and(|value| *value != DumpValue::Int(0)))
    }

    pub(crate) fn sha256<'a>(&self, row: &'a [DumpValue]) -> &'a str {
        match row.get(self.sha256) {
            Some(DumpValue::Text(text)) => text,
            _ => "",
        }
    }

    pub(crate) fn set_content(&self, row: &mut [DumpValue], content: Vec<u8>) {
        row[self.content] = DumpValue::Bytes(content);
    }

    pub(crate) fn take_content(&self, row: &mut [DumpValue]) -> Vec<u8> {
        match std::mem::replace(&mut row[self.content], DumpValue::Bytes(Vec::new())) {
            DumpValue::Bytes(content) => content,
            _ => Vec::new(),
        }
    }

    pub(crate) fn set_here(&self, row: &mut [DumpValue]) {
        if let Some(place) = self.is_external {
            row[place] = DumpValue::Int(0);
        }
    }

    /// As what it rests in object storage.
    pub(crate) fn object_kind(&self, row: &[DumpValue]) -> Option<ObjectKind> {
        let kind = match self.kind.and_then(|place| row.get(place)) {
            Some(DumpValue::Text(kind)) => kind.as_str(),
            _ => "",
        };
        match (self.table.as_str(), kind) {
            ("session_upos", _) => Some(ObjectKind::SessionUpoPage),
            ("former_upos", _) | ("sale_documents", "upo") => Some(ObjectKind::Upo),
            ("sale_documents" | "purchase_documents", "xml") => Some(ObjectKind::Invoice),
            ("purchase_documents", "scan") => Some(ObjectKind::Scan),
            _ => None,
        }
    }

    pub(crate) fn place(&self, row: &[DumpValue]) -> String {
        let mut place = self.table.clone();
        for key in &self.keys {
            match row.get(*key) {
                Some(DumpValue::Text(text)) => place += &format!(" {text}"),
                Some(DumpValue::Int(number)) => place += &format!(" {number}"),
                _ => {}
            }
        }
        place
    }
}
