//! Which schemas stand behind the validation, and since when each form holds.

use jiff::civil::{Date, date};

use crate::schema::Schema;
use crate::{Environments, Form};

/// A form's schema: where our table comes from and when documents of the form are taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SchemaInfo {
    /// The form.
    pub form: Form,
    /// The first day on which production takes the form; `None` when that is not known.
    pub valid_from: Option<Date>,
    /// The last day; `None` while it holds.
    pub valid_until: Option<Date>,
    /// The official files that the table was compiled from, the form's own first.
    pub sources: Vec<SchemaSource>,
}

/// An official file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SchemaSource {
    /// Its path in the official guide's folder `faktury`.
    pub file: &'static str,
    /// SHA-256 of its bytes, in hexadecimal.
    pub sha256: &'static str,
}

/// The schemas of all forms, in the order of [`Form::ALL`].
#[must_use]
pub fn schemas() -> Vec<SchemaInfo> {
    let info = |form| {
        let (valid_from, valid_until) = validity(form);
        let sources =
            Schema::of(form).sources().map(|(sha256, file)| SchemaSource { file, sha256 }).collect();
        SchemaInfo { form, valid_from, valid_until, sources }
    };
    Form::ALL.into_iter().map(info).collect()
}

impl Form {
    /// The environments that take documents of this form (guide, `srodowiska.md`); whether in every context is another
    /// question: PEF only from Peppol service providers. A UPO is given out, not taken.
    #[must_use]
    pub const fn taken_by(self) -> Environments {
        match self {
            Self::Fa2 => Environments { test: true, demo: false, prd: false },
            Self::Fa3 | Self::FaRr1 | Self::Pef3 | Self::PefKor3 => Environments::ALL,
            Self::Upo43 => Environments::NONE,
        }
    }
}

/// From when until when production takes a form.
const fn validity(form: Form) -> (Option<Date>, Option<Date>) {
    match form {
        // KSeF 1.0 ended when KSeF 2.0 began.
        Form::Fa2 => (Some(date(2023, 9, 1)), Some(date(2026, 1, 31))),
        Form::Fa3 | Form::Pef3 | Form::PefKor3 => (Some(date(2026, 2, 1)), None),
        // Changelog of the API, 2.2.1: 1-1E holds in production from 1 April.
        Form::FaRr1 => (Some(date(2026, 4, 1)), None),
        // Given out since 22 December 2025 (changelog of the API).
        Form::Upo43 => (Some(date(2025, 12, 22)), None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_names_its_sources() {
        for info in schemas() {
            assert!(!info.sources.is_empty(), "{}", info.form);
            for source in &info.sources {
                assert!(source.file.ends_with(".xsd"), "{}", source.file);
                assert!(
                    source.sha256.len() == 64 && source.sha256.bytes().all(|byte| byte.is_ascii_hexdigit())
                );
            }
        }
    }
}
