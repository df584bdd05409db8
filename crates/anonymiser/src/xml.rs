//! The document: what names somebody is replaced where it stands, every other byte stays.

use ksef_invoice::{Form, detect_form};
use quick_xml::escape::{escape, unescape};
use quick_xml::events::{BytesText, Event};
use quick_xml::{Reader, Writer};

use crate::fields::field_of;
use crate::identifiers::Draw;

/// Replaces who somebody is. The key decides what stands for whom: keep it to get the same stand-ins for later documents.
pub struct Anonymiser {
    key: [u8; 32],
}

/// Why nothing was made of a document.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AnonymiseError {
    /// It is no invoice.
    #[error("this is no invoice of a form that KSeF takes")]
    NoInvoice,
    /// It cannot be read to its end.
    #[error("the XML cannot be read at byte {place}: {reason}")]
    Xml {
        /// Where.
        place: u64,
        /// Why.
        reason: String,
    },
}

impl Anonymiser {
    /// With a key of 32 random bytes. It is a secret as long as the real documents are: with it a NIP that is guessed can be
    /// confirmed.
    #[must_use]
    pub const fn new(key: [u8; 32]) -> Self {
        Self { key }
    }

    /// The document without the people and firms in it.
    ///
    /// # Errors
    /// [`AnonymiseError`]; nothing of the document is given out then.
    pub fn anonymise(&self, xml: &[u8]) -> Result<Vec<u8>, AnonymiseError> {
        let form = detect_form(xml).ok_or(AnonymiseError::NoInvoice)?;
        let is_ubl = match form {
            Form::Pef3 | Form::PefKor3 => true,
            Form::Fa2 | Form::Fa3 | Form::FaRr1 => false,
            Form::Upo43 => return Err(AnonymiseError::NoInvoice),
        };
        let draw = Draw { key: &self.key };
        let xml = std::str::from_utf8(xml).map_err(|error| AnonymiseError::Xml {
            place: u64::try_from(error.valid_up_to()).unwrap_or(u64::MAX),
            reason: "it is not UTF-8".to_owned(),
        })?;
        let mut reader = Reader::from_str(xml);
        let mut writer = Writer::new(Vec::with_capacity(xml.len()));
        let mut path: Vec<String> = Vec::new();
        // The text of the innermost element so far: references and pieces of it come one by one.
        let mut text: Option<String> = None;
        loop {
            let place = reader.buffer_position();
            let broken = |reason: String| AnonymiseError::Xml { place, reason };
            let event = reader.read_event().map_err(|error| broken(error.to_string()))?;
            let field = match path.as_slice() {
                [.., parent, name] => field_of(parent, name, is_ubl),
                _ => None,
            };
            match &event {
                Event::Eof => break,
                Event::Text(piece) if field.is_some() => {
                    let piece = unescape(piece).map_err(|error| broken(error.to_string()))?;
                    text.get_or_insert_default().push_str(&piece);
                    continue;
                }
                Event::CData(piece) if field.is_some() => {
                    text.get_or_insert_default().push_str(piece);
                    continue;
                }
                Event::GeneralRef(name) if field.is_some() => {
                    let sign = format!("&{};", &**name);
                    let sign = unescape(&sign).map_err(|error| broken(error.to_string()))?;
                    text.get_or_insert_default().push_str(&sign);
                    continue;
                }
                // A comment may say anything about anybody.
                Event::Comment(_) | Event::PI(_) => continue,
                Event::Start(start) => {
                    let name = start.local_name().as_ref().to_owned();
                    text = None;
                    if path.len() >= DEPTH_MAX {
                        return Err(broken("elements are nested too deep".to_owned()));
                    }
                    path.push(name);
                }
                Event::End(_) => {
                    if let (Some(field), Some(text)) = (field, text.take())
                        && !text.trim().is_empty()
                    {
                        let other = field.replace(&draw, &text);
                        let written = BytesText::from_escaped(escape(other.as_str()));
                        writer
                            .write_event(Event::Text(written))
                            .map_err(|error| broken(error.to_string()))?;
                    }
                    path.pop();
                }
                _ => {}
            }
            writer.write_event(event).map_err(|error| broken(error.to_string()))?;
        }
        if path.is_empty() {
            Ok(writer.into_inner())
        } else {
            let reason = "the document ends before its last element".to_owned();
            Err(AnonymiseError::Xml { place: reader.buffer_position(), reason })
        }
    }
}

const DEPTH_MAX: usize = 64;
