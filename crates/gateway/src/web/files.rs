//! Files that forms bring.

use axum::extract::Multipart;
use axum::extract::multipart::MultipartError;
use axum::http::StatusCode;
use gateway_api::ProblemCode;
use gateway_pages::Language;

use crate::rest::Failure;

/// A file of a form.
pub(super) struct Part {
    /// As the browser names it.
    pub(super) name: String,
    pub(super) content: Vec<u8>,
}

impl Part {
    /// The ending of its name, in lower case.
    pub(super) fn extension(&self) -> String {
        self.name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase()).unwrap_or_default()
    }
}

/// The files of a form, without those that were left empty.
pub(super) async fn parts_of(mut form: Multipart) -> Result<Vec<Part>, Failure> {
    let mut files = Vec::new();
    while let Some(field) = form.next_field().await.map_err(unread)? {
        let Some(name) = field.file_name().map(|name| name.chars().take(NAME_CHARS_MAX).collect()) else {
            continue;
        };
        let content = field.bytes().await.map_err(unread)?;
        if content.is_empty() {
            continue;
        }
        files.push(Part { name, content: content.into() });
        if files.len() > FILES_MAX {
            return Err(Failure::new(ProblemCode::ParameterInvalid, "file (1…50)"));
        }
    }
    Ok(files)
}

/// A form of several parts, with texts and files.
pub(super) struct Filled {
    fields: Vec<(String, String)>,
    files: Vec<(String, Vec<u8>)>,
}

impl Filled {
    /// A text, without the space around it; empty when it was left out.
    pub(super) fn field(&self, name: &str) -> &str {
        self.fields.iter().find(|(found, _)| found == name).map(|(_, text)| text.trim()).unwrap_or_default()
    }

    /// A file, once.
    pub(super) fn file(&mut self, name: &str) -> Option<Vec<u8>> {
        let place = self.files.iter().position(|(found, content)| found == name && !content.is_empty())?;
        Some(self.files.swap_remove(place).1)
    }
}

/// Reads a form of several parts.
pub(super) async fn filled(mut form: Multipart) -> Result<Filled, Failure> {
    let mut found = Filled { fields: Vec::new(), files: Vec::new() };
    while let Some(field) = form.next_field().await.map_err(unread)? {
        let name = field.name().unwrap_or_default().to_owned();
        if field.file_name().is_some() {
            found.files.push((name, field.bytes().await.map_err(unread)?.into()));
        } else {
            found.fields.push((name, field.text().await.map_err(unread)?));
        }
        if found.files.len() + found.fields.len() > FILES_MAX {
            return Err(Failure::new(ProblemCode::ParameterInvalid, "fields (1…50)"));
        }
    }
    Ok(found)
}

/// Said when a form came without a file.
pub(super) const fn no_file(lang: Language) -> &'static str {
    lang.choose("Nie wskazano pliku; nic nie zrobiono.", "No file was chosen; nothing was done.")
}

fn unread(error: MultipartError) -> Failure {
    match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => {
            Failure::new(ProblemCode::FileTooLarge, &FILES_BYTES_MAX.to_string())
        }
        _ => Failure::new(ProblemCode::BodyIncomplete, ""),
    }
}

/// Of all files of a form together.
pub(crate) const FILES_BYTES_MAX: usize = 32 * 1024 * 1024;
const FILES_MAX: usize = 50;
const NAME_CHARS_MAX: usize = 200;
