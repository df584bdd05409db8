//! The verification codes of a print: which of them, and what stands beneath (`kody-qr.md`).

use jiff::civil::Date;

use super::builder::Builder;
use super::{Code, Heading};
use crate::qr::QrModules;
use crate::verification::kod_i_url_at;
use crate::words::Word;
use crate::{Mode, RenderError, RenderOptions};

/// What the link of KOD I is made of, as far as the document gives it.
pub(super) struct Linked<'a> {
    /// NIP of the seller that the document names.
    pub(super) seller_nip: Option<&'a str>,
    /// Its date of issue: `P_1`, and of FA_RR `P_4B`.
    pub(super) issue_date: Option<Date>,
}

impl Builder {
    /// A heading with its codes and the KSeF number; the document's own number and facts are still to come.
    pub(super) fn heading_with(
        &self,
        kind: &str,
        linked: &Linked<'_>,
        digest: &[u8; 32],
        options: &RenderOptions,
    ) -> Result<Heading, RenderError> {
        let (codes, no_code) = self.codes(linked, digest, options)?;
        Ok(Heading {
            kind: kind.to_owned(),
            number: String::new(),
            ksef: self.ksef_number(options),
            facts: Vec::new(),
            codes,
            no_code,
        })
    }

    /// The codes, and the sentence why there is none although there should be one.
    pub(super) fn codes(
        &self,
        linked: &Linked<'_>,
        digest: &[u8; 32],
        options: &RenderOptions,
    ) -> Result<(Vec<Code>, Option<&'static str>), RenderError> {
        if options.mode == Mode::TotalFailure {
            return Ok((Vec::new(), None));
        }
        let second = match (options.mode.is_offline(), &options.certificate_url) {
            (false, _) => None,
            (true, Some(url)) => Some(url),
            (true, None) => return Err(RenderError::NoCertificate),
        };
        let first = || {
            let base = options.qr_base_url.as_deref().unwrap_or(options.environment.qr_base_url());
            let url = kod_i_url_at(base, linked.seller_nip?, linked.issue_date?, digest);
            let caption = match &options.ksef_number {
                Some(number) => number.to_string(),
                None => self.word(Word::Offline).to_owned(),
            };
            let label = self.word(Word::VerifyInKsef).to_owned();
            Some(Code { modules: QrModules::encode(&url)?, url, caption, label })
        };
        let Some(first) = first() else {
            return Ok((Vec::new(), Some(self.word(Word::NoCode))));
        };
        let mut codes = vec![first];
        if let Some(url) = second {
            let modules = QrModules::encode(url).ok_or(RenderError::Internal("KOD II is too long"))?;
            // The guide's word, whatever the language of the print.
            let caption = self.word(Word::Certificate).to_owned();
            let label = self.word(Word::VerifyIssuer).to_owned();
            codes.push(Code { modules, url: url.clone(), caption, label });
        }
        Ok((codes, None))
    }

    /// The name of a mode of issue.
    pub(super) fn mode(&self, mode: Mode) -> &'static str {
        self.word(match mode {
            Mode::Online => Word::ModeOnline,
            Mode::Offline24 => Word::ModeOffline24,
            Mode::Unavailability => Word::ModeUnavailability,
            Mode::Failure => Word::ModeFailure,
            Mode::TotalFailure => Word::ModeTotalFailure,
        })
    }

    /// The sentence about a number that is not there yet.
    pub(super) fn without_number(&self, mode: Mode) -> &'static str {
        self.word(match mode {
            Mode::Online => Word::AwaitsNumber,
            Mode::Offline24 => Word::IssuedOffline24,
            Mode::Unavailability => Word::IssuedUnavailability,
            Mode::Failure => Word::IssuedFailure,
            Mode::TotalFailure => Word::IssuedTotalFailure,
        })
    }
}
