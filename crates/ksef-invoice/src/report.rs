//! Gathers findings while a document is read, and gives each its line and column in the end.

use crate::catalogue::{self, Rule};
use crate::finding::{Finding, Message, Report, Severity};
use crate::validate::{Perspective, Profile};
use crate::{Form, xml::text};

/// The findings of one document.
#[derive(Debug)]
pub(crate) struct Findings {
    profile: Profile,
    perspective: Perspective,
    list: Vec<Finding>,
    more: usize,
    /// Whether one that is not listed is an error: then the document must not pass for valid.
    more_is_error: bool,
    /// Added to the offsets of findings from here on: the length of a byte order mark.
    base: usize,
}

/// What a finding says apart from its rule.
#[derive(Debug, Default)]
pub(crate) struct Detail {
    pub(crate) path: String,
    pub(crate) offset: usize,
    pub(crate) found: Option<String>,
    pub(crate) allowed: Option<String>,
    pub(crate) pl: String,
    pub(crate) en: String,
}

impl Findings {
    pub(crate) fn new(profile: Profile, perspective: Perspective) -> Self {
        Self { profile, perspective, list: Vec::new(), more: 0, more_is_error: false, base: 0 }
    }

    /// Offsets of further findings count from here.
    pub(crate) fn shift(&mut self, base: usize) {
        self.base = base;
    }

    /// Whether further findings are only counted; then nobody needs to find words for them.
    pub(crate) fn is_full(&self) -> bool {
        self.list.len() >= Report::FINDINGS_MAX
    }

    /// Counts a finding that [`Findings::is_full`] leaves no room for.
    pub(crate) fn count(&mut self, rule: &'static Rule) {
        self.more += 1;
        self.more_is_error |= rule.severity(self.profile, self.perspective) == Severity::Error;
    }

    /// Adds a finding; beyond the limit it is only counted.
    pub(crate) fn push(&mut self, rule: &'static Rule, detail: Detail) {
        if self.is_full() {
            return self.count(rule);
        }
        let severity = rule.severity(self.profile, self.perspective);
        self.list.push(Finding {
            code: rule.code,
            severity,
            layer: rule.layer,
            path: detail.path,
            line: 1,
            column: 1,
            offset: detail.offset + self.base,
            found: detail.found.map(|found| text::cut(&found, FOUND_CHARACTERS_MAX)),
            allowed: detail.allowed,
            message: Message { pl: detail.pl, en: detail.en },
            refused_by: rule.refused_by(),
            basis: rule.basis(),
        });
    }

    /// The report: findings by layer and place, with lines and columns of the bytes given.
    pub(crate) fn finish(mut self, form: Option<Form>, bytes: &[u8]) -> Report {
        self.list.sort_by_key(|finding| (finding.layer != crate::Layer::File, finding.offset));
        if self.more > 0 {
            let more = self.more;
            let mut last = Self::new(self.profile, self.perspective);
            last.push(
                &catalogue::MORE_FINDINGS,
                Detail {
                    offset: bytes.len(),
                    pl: format!(
                        "Jeszcze {more} uwag nie wypisano; popraw wypisane i sprawdź dokument ponownie."
                    ),
                    en: format!("{more} more findings are not listed; correct those listed and check again."),
                    ..Detail::default()
                },
            );
            if self.more_is_error {
                last.list.iter_mut().for_each(|finding| finding.severity = Severity::Error);
            }
            self.list.append(&mut last.list);
        }
        place(&mut self.list, bytes);
        Report { form, findings: self.list }
    }
}

/// Turns offsets into lines and columns, walking the bytes once.
fn place(findings: &mut [Finding], bytes: &[u8]) {
    let mut order: Vec<usize> = (0..findings.len()).collect();
    order.sort_by_key(|index| findings[*index].offset);
    let (mut line, mut line_start, mut at) = (1_u32, 0, 0);
    for index in order {
        let offset = findings[index].offset.min(bytes.len());
        for newline in memchr::memchr_iter(b'\n', &bytes[at..offset]) {
            line += 1;
            line_start = at + newline + 1;
        }
        at = offset;
        // Bytes that go on a UTF-8 character are no column of their own.
        let column = bytes[line_start..offset].iter().filter(|byte| **byte & 0xC0 != 0x80).count();
        findings[index].line = line;
        findings[index].column = column as u32 + 1;
    }
}

/// Line and column, from 1, of an offset.
pub(crate) fn position(bytes: &[u8], offset: usize) -> (u32, u32) {
    let before = &bytes[..offset.min(bytes.len())];
    let line_start = memchr::memrchr(b'\n', before).map_or(0, |newline| newline + 1);
    let line = memchr::memchr_iter(b'\n', before).count() as u32 + 1;
    let column = before[line_start..].iter().filter(|byte| **byte & 0xC0 != 0x80).count() as u32 + 1;
    (line, column)
}

/// How much of a value a finding quotes.
const FOUND_CHARACTERS_MAX: usize = 200;
