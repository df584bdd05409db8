//! The forms of document that KSeF takes or gives out, and how a document says which one it is.

use std::fmt;

use crate::file_rules::BYTE_ORDER_MARK;
use crate::xml::namespace::Namespaces;
use crate::xml::{Event, Scanner, local_name};

/// A form of document, in the version that KSeF takes.
///
/// All are validated; the invoices are read by [`crate::read`], the UPO by [`crate::read_upo`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Form {
    /// FA(2) 1-0E: the structured invoice of KSeF 1.0, taken by the TEST environment only.
    Fa2,
    /// FA(3) 1-0E: the structured invoice of KSeF 2.0.
    Fa3,
    /// FA_RR(1) 1-1E: the invoice that a buyer issues to a flat-rate farmer.
    FaRr1,
    /// PEF(3) 2-1: the Peppol invoice of public procurement.
    Pef3,
    /// PEF_KOR(3) 2-1: the Peppol correction of public procurement.
    PefKor3,
    /// UPO 4-3: KSeF's signed confirmation of receipt.
    Upo43,
}

impl Form {
    /// Every form, in the order of the enum.
    pub const ALL: [Self; 6] = [Self::Fa2, Self::Fa3, Self::FaRr1, Self::Pef3, Self::PefKor3, Self::Upo43];

    /// The name by which users, the command line and reports know it: `FA(3)`, `UPO(4-3)`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Fa2 => "FA(2)",
            Self::Fa3 => "FA(3)",
            Self::FaRr1 => "FA_RR(1)",
            Self::Pef3 => "PEF(3)",
            Self::PefKor3 => "PEF_KOR(3)",
            Self::Upo43 => "UPO(4-3)",
        }
    }

    /// `systemCode` of the API's `FormCode` (with the space: `FA (3)`); for a UPO, which no session names, its name.
    #[must_use]
    pub const fn system_code(self) -> &'static str {
        match self {
            Self::Fa2 => "FA (2)",
            Self::Fa3 => "FA (3)",
            Self::FaRr1 => "FA_RR (1)",
            Self::Pef3 => "PEF (3)",
            Self::PefKor3 => "PEF_KOR (3)",
            Self::Upo43 => "UPO (4-3)",
        }
    }

    /// `schemaVersion` of the API's `FormCode`.
    #[must_use]
    pub const fn schema_version(self) -> &'static str {
        match self {
            Self::Fa2 | Self::Fa3 => "1-0E",
            Self::FaRr1 => "1-1E",
            Self::Pef3 | Self::PefKor3 => "2-1",
            Self::Upo43 => "4-3",
        }
    }

    /// `value` of the API's `FormCode`.
    #[must_use]
    pub const fn value(self) -> &'static str {
        match self {
            Self::Fa2 | Self::Fa3 => "FA",
            Self::FaRr1 => "FA_RR",
            Self::Pef3 | Self::PefKor3 => "PEF",
            Self::Upo43 => "UPO",
        }
    }

    /// The schema's file name as a UPO writes it in `NazwaStrukturyLogicznej` (official examples: capital S).
    #[must_use]
    pub const fn schema_file_name(self) -> &'static str {
        match self {
            Self::Fa2 => "Schemat_FA(2)_v1-0E.xsd",
            Self::Fa3 => "Schemat_FA(3)_v1-0E.xsd",
            Self::FaRr1 => "Schemat_FA_RR(1)_v1-1E.xsd",
            Self::Pef3 => "Schemat_PEF(3)_v2-1.xsd",
            Self::PefKor3 => "Schemat_PEF_KOR(3)_v2-1.xsd",
            Self::Upo43 => "upo-v4-3.xsd",
        }
    }

    /// Namespace of the root element.
    #[must_use]
    pub const fn namespace(self) -> &'static str {
        match self {
            Self::Fa2 => "http://crd.gov.pl/wzor/2023/06/29/12648/",
            Self::Fa3 => "http://crd.gov.pl/wzor/2025/06/25/13775/",
            Self::FaRr1 => "http://crd.gov.pl/wzor/2026/03/06/14189/",
            Self::Pef3 => "urn:oasis:names:specification:ubl:schema:xsd:Invoice-2",
            Self::PefKor3 => "urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2",
            Self::Upo43 => "http://upo.schematy.mf.gov.pl/KSeF/v4-3",
        }
    }

    /// Local name of the root element.
    #[must_use]
    pub const fn root(self) -> &'static str {
        match self {
            Self::Fa2 | Self::Fa3 | Self::FaRr1 => "Faktura",
            Self::Pef3 => "Invoice",
            Self::PefKor3 => "CreditNote",
            Self::Upo43 => "Potwierdzenie",
        }
    }

    /// The form whose API code these three values are, for example `("FA (3)", "1-0E", "FA")`.
    #[must_use]
    pub fn from_code(system_code: &str, schema_version: &str, value: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|form| {
            form.system_code() == system_code
                && form.schema_version() == schema_version
                && form.value() == value
        })
    }

    /// The form with this root element.
    pub(crate) fn from_root(namespace: &str, name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|form| form.namespace() == namespace && form.root() == name)
    }
}

impl fmt::Display for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl serde::Serialize for Form {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

/// The form that a document claims to be, by the namespace and name of its root element or, when these are of no form,
/// by its `KodFormularza`; `None` when it is none of [`Form`] or not XML as far as that.
///
/// Says nothing about validity: ask [`crate::validate`].
#[must_use]
pub fn detect_form(bytes: &[u8]) -> Option<Form> {
    let head = head(bytes);
    let mut scanner = Scanner::new(head).ok()?;
    let mut depth = 0;
    // The code stands third in every form of the FA family.
    for _ in 0..HEAD_EVENTS {
        match scanner.next_event().ok()? {
            Event::Start { name, .. } => {
                depth += 1;
                if depth == 1 {
                    let mut namespaces = Namespaces::default();
                    namespaces.enter(scanner.attributes(), depth).ok()?;
                    let (namespace, local) = namespaces.element(name)?;
                    if let Some(form) = Form::from_root(namespace, local) {
                        return Some(form);
                    }
                } else if local_name(name) == "KodFormularza" {
                    let code =
                        scanner.attributes().iter().find(|attribute| attribute.name == "kodSystemowy")?;
                    return Form::ALL.into_iter().find(|form| form.system_code() == code.raw);
                }
            }
            Event::End { .. } => depth -= 1,
            Event::Eof => return None,
            _ => {}
        }
    }
    None
}

/// Namespace and local name of the root element, as far as it can be told.
pub(crate) fn root_name(bytes: &[u8]) -> Option<(String, String)> {
    let mut scanner = Scanner::new(head(bytes)).ok()?;
    for _ in 0..HEAD_EVENTS {
        if let Event::Start { name, .. } = scanner.next_event().ok()? {
            let mut namespaces = Namespaces::default();
            namespaces.enter(scanner.attributes(), 1).ok()?;
            let (namespace, local) = namespaces.element(name)?;
            return Some((namespace.to_owned(), local.to_owned()));
        }
    }
    None
}

/// The beginning of a document, as far as it is text.
fn head(bytes: &[u8]) -> &str {
    let body = bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes);
    let head = &body[..body.len().min(HEAD_BYTES)];
    match std::str::from_utf8(head) {
        Ok(head) => head,
        Err(error) => std::str::from_utf8(&head[..error.valid_up_to()]).unwrap_or_default(),
    }
}

/// How much of a document is looked at to tell its form.
const HEAD_BYTES: usize = 100_000;
const HEAD_EVENTS: usize = 20;

#[cfg(test)]
mod tests {
    use super::*;

    fn check(document: &str, expected: Option<Form>) {
        assert_eq!(detect_form(document.as_bytes()), expected, "{document}");
        let with_mark = [BYTE_ORDER_MARK, document.as_bytes()].concat();
        assert_eq!(detect_form(&with_mark), expected, "{document} with BOM");
    }

    #[test]
    fn by_root() {
        for form in Form::ALL {
            let (root, namespace) = (form.root(), form.namespace());
            check(&format!("<{root} xmlns=\"{namespace}\">"), Some(form));
            check(&format!("<?xml version='1.0'?><!-- x --><p:{root} xmlns:p='{namespace}'/>"), Some(form));
            check(&format!("<{root}/>"), None);
        }
    }

    #[test]
    fn by_code_when_the_root_does_not_tell() {
        let document = "<Faktura><Naglowek><KodFormularza kodSystemowy=\"FA (3)\">FA</KodFormularza>";
        check(document, Some(Form::Fa3));
        check(&document.replace("FA (3)", "FA(3)"), None);
        check("", None);
        check("%PDF-1.7", None);
    }

    #[test]
    fn codes_are_those_of_the_api() {
        assert_eq!(Form::from_code("FA (3)", "1-0E", "FA"), Some(Form::Fa3));
        assert_eq!(Form::from_code("FA_RR (1)", "1-1E", "FA_RR"), Some(Form::FaRr1));
        assert_eq!(Form::from_code("FA(3)", "1-0E", "FA"), None);
    }
}
