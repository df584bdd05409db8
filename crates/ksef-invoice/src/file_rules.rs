//! The file layer: what KSeF asks of the bytes before it looks at the schema.
//!
//! Source: the guide's `faktury/weryfikacja-faktury.md` of 2026-04-09, with what was seen to be enforced where.

use crate::catalogue::{self, Rule};
use crate::report::{Detail, Findings};
use crate::xml::census::Census;
use crate::xml::{Fault, XmlError, chars, text};

/// Reports characters that XML discourages, one finding each.
pub(crate) fn discouraged_characters(source: &str, census: Census, findings: &mut Findings) {
    if !census.may_have_discouraged() {
        return;
    }
    let bytes = source.as_bytes();
    let mut at = 0;
    // Only these bytes can begin a discouraged character; texts in Polish have few of them.
    while let Some(found) = bytes[at..].iter().position(|byte| matches!(byte, 0x7F | 0xC2 | 0xEF | 0xF0..)) {
        at += found;
        let Some(c) = source[at..].chars().next() else {
            return;
        };
        if chars::is_discouraged(c) {
            report_discouraged(c, at, findings);
        }
        at += c.len_utf8();
    }
}

/// Reports discouraged characters that are written as references (`&#x81;`).
pub(crate) fn discouraged_references(raw: &str, offset: usize, findings: &mut Findings) {
    for (at, _) in raw.match_indices("&#") {
        let name = raw[at + 1..].split_once(';').map(|(name, _)| name);
        if let Some(c) = name.and_then(text::reference).filter(|c| chars::is_discouraged(*c)) {
            report_discouraged(c, offset + at, findings);
        }
    }
}

fn report_discouraged(c: char, offset: usize, findings: &mut Findings) {
    if findings.is_full() {
        return findings.count(&catalogue::DISCOURAGED_CHARACTER);
    }
    let code = format!("U+{:04X}", c as u32);
    findings.push(
        &catalogue::DISCOURAGED_CHARACTER,
        Detail {
            offset,
            pl: format!("Znak {code} jest niedozwolony w dokumencie dla KSeF; usuń go."),
            en: format!("The character {code} is not allowed in a document for KSeF; remove it."),
            found: Some(code),
            ..Detail::default()
        },
    );
}

/// Reports a processing instruction.
pub(crate) fn instruction(target: &str, offset: usize, findings: &mut Findings) {
    findings.push(
        &catalogue::INSTRUCTION,
        Detail {
            offset,
            found: Some(format!("<?{target} …?>")),
            pl: format!("Instrukcja przetwarzania <?{target} …?> jest niedozwolona; usuń ją."),
            en: format!("The processing instruction <?{target} …?> is not allowed; remove it."),
            ..Detail::default()
        },
    );
}

/// Reports a declared encoding other than UTF-8.
pub(crate) fn declared_encoding(encoding: Option<(&str, usize)>, findings: &mut Findings) {
    let Some((name, offset)) = encoding.filter(|(name, _)| !name.eq_ignore_ascii_case("UTF-8")) else {
        return;
    };
    findings.push(
        &catalogue::DECLARED_ENCODING,
        Detail {
            offset,
            found: Some(name.to_owned()),
            allowed: Some("UTF-8".to_owned()),
            pl: format!("Prolog wskazuje kodowanie {name}; zapisz plik w UTF-8 i wpisz UTF-8."),
            en: format!(
                "The XML declaration names the encoding {name}; save the file as UTF-8 and say UTF-8."
            ),
            ..Detail::default()
        },
    );
}

/// Reports a file that is too big.
pub(crate) fn size(bytes: usize, has_attachment: bool, findings: &mut Findings) {
    let (rule, max) = if has_attachment {
        (&catalogue::TOO_BIG_WITH_ATTACHMENT, BYTES_MAX_WITH_ATTACHMENT)
    } else {
        (&catalogue::TOO_BIG, BYTES_MAX_WITHOUT_ATTACHMENT)
    };
    if bytes > max {
        findings.push(
            rule,
            Detail {
                found: Some(bytes.to_string()),
                allowed: Some(format!("≤ {max}")),
                pl: format!(
                    "Plik ma {bytes} bajtów, a może mieć najwyżej {max}; podziel fakturę albo skróć treść."
                ),
                en: format!(
                    "The file has {bytes} bytes and may have {max}; split the invoice or shorten it."
                ),
                ..Detail::default()
            },
        );
    }
}

/// Reports bytes that are no UTF-8.
pub(crate) fn not_utf8(bytes: &[u8], offset: usize, findings: &mut Findings) {
    let found: Vec<String> = bytes.iter().skip(offset).take(4).map(|byte| format!("{byte:02X}")).collect();
    let (hint_pl, hint_en) = if bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]) {
        (" Plik wygląda na UTF-16.", " The file looks like UTF-16.")
    } else {
        ("", "")
    };
    findings.push(
        &catalogue::NOT_UTF8,
        Detail {
            offset,
            pl: format!("Bajty {} nie są poprawnym UTF-8; zapisz plik w UTF-8.{hint_pl}", found.join(" ")),
            en: format!("The bytes {} are no UTF-8; save the file as UTF-8.{hint_en}", found.join(" ")),
            found: Some(found.join(" ")),
            allowed: Some("UTF-8".to_owned()),
            ..Detail::default()
        },
    );
}

/// Reports a rule of the file layer in its own words.
pub(crate) fn plain(rule: &'static Rule, offset: usize, findings: &mut Findings) {
    let sentence = |index: usize| {
        let title = rule.title[index];
        let mut letters = title.chars();
        let first = letters.next().map(|c| c.to_uppercase().collect::<String>()).unwrap_or_default();
        format!("{first}{}. {}", letters.as_str(), rule.why[index])
    };
    findings.push(rule, Detail { offset, pl: sentence(0), en: sentence(1), ..Detail::default() });
}

/// Reports where and why a document is not well-formed.
pub(crate) fn not_well_formed(error: XmlError, path: String, source: &str, findings: &mut Findings) {
    let rule = fault_rule(error.fault);
    let here = source.get(error.offset..).unwrap_or_default();
    let found = text::cut(here.lines().next().unwrap_or_default(), 40);
    findings.push(
        rule,
        Detail {
            path,
            offset: error.offset,
            pl: format!("To nie jest poprawny XML: {}. {}", rule.title[0], rule.why[0]),
            en: format!("This is not well-formed XML: {}. {}", rule.title[1], rule.why[1]),
            found: (!found.is_empty()).then_some(found),
            allowed: None,
        },
    );
}

/// The rule that a fault of the scanner belongs to.
pub(crate) fn fault_rule(fault: Fault) -> &'static Rule {
    match fault {
        Fault::NoRoot => &catalogue::NOT_XML,
        Fault::Syntax => &catalogue::SYNTAX,
        Fault::Mismatch => &catalogue::TAG_MISMATCH,
        Fault::Truncated => &catalogue::TRUNCATED,
        Fault::Entity => &catalogue::ENTITY,
        Fault::Character | Fault::CharacterReference => &catalogue::CHARACTER,
        Fault::Doctype => &catalogue::DOCTYPE,
        Fault::DuplicateAttribute => &catalogue::DUPLICATE_ATTRIBUTE,
        Fault::Namespace => &catalogue::NAMESPACE,
        Fault::AfterRoot => &catalogue::AFTER_ROOT,
        Fault::Declaration => &catalogue::DECLARATION,
        Fault::Depth | Fault::Attributes => &catalogue::LIMIT,
    }
}

/// The byte order mark of UTF-8.
pub(crate) const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

const BYTES_MAX_WITHOUT_ATTACHMENT: usize = 1_000_000;
const BYTES_MAX_WITH_ATTACHMENT: usize = 3_000_000;
