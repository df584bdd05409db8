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
