//! The outer form of a file that holds certificates or keys: PEM or DER, whatever its name says.
//!
//! People's files have been through mail programs, editors, consoles and environment variables on the way: a byte order
//! mark, UTF-16, CRLF, indented or joined lines, `\n` spelled out, `Bag Attributes` between the blocks, or bare Base64 as
//! KSeF's API hands it out. None of that changes what they hold, so none of it is refused.

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use zeroize::Zeroizing;

/// What stands in a file.
pub(crate) enum FileForm {
    /// Text with PEM blocks; blocks that are no Base64 are left out.
    Pem(Vec<Block>),
    /// Anything else.
    Der(Zeroizing<Vec<u8>>),
}

/// One PEM block.
pub(crate) struct Block {
    /// What stands after `BEGIN`.
    pub(crate) label: String,
    headers: Vec<(String, String)>,
    /// The decoded bytes.
    pub(crate) contents: Zeroizing<Vec<u8>>,
}

impl Block {
    /// A header of the old kind, as in `Proc-Type: 4,ENCRYPTED`.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }
}

impl FileForm {
    /// Looks at a file. Of a file beyond [`FILE_BYTES_MAX`] nothing is read.
    pub(crate) fn of(bytes: &[u8]) -> Self {
        if bytes.len() > FILE_BYTES_MAX {
            return Self::Der(Zeroizing::default());
        }
        if let Some(text) = text_of(bytes) {
            if text.contains(BEGIN) {
                return Self::Pem(blocks(&text));
            }
            // Bare Base64, which decodes to a SEQUENCE as everything here does.
            if let Some(der) = decoded(&text).filter(|der| der.first() == Some(&SEQUENCE)) {
                return Self::Der(der);
            }
        }
        Self::Der(Zeroizing::new(bytes.to_vec()))
    }
}

/// The file as text, if it can be any: UTF-16 with a mark, else bytes of which only the ASCII matters.
fn text_of(bytes: &[u8]) -> Option<Zeroizing<String>> {
    let wide = |rest: &[u8], unit: fn([u8; 2]) -> u16| {
        let units = rest.chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
        char::decode_utf16(units).map(|letter| letter.unwrap_or('\u{FFFD}')).collect::<String>()
    };
    let text = match bytes {
        [0xFF, 0xFE, rest @ ..] => wide(rest, u16::from_le_bytes),
        [0xFE, 0xFF, rest @ ..] => wide(rest, u16::from_be_bytes),
        // DER starts with the tag of a SEQUENCE and a length in the long form, which is no text.
        [SEQUENCE, length, ..] if *length >= 0x80 => return None,
        _ => String::from_utf8_lossy(bytes).into_owned(),
    };
    Some(Zeroizing::new(text.replace("\\r", "").replace("\\n", "\n")))
}

fn blocks(text: &str) -> Vec<Block> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find(BEGIN) {
        if found.len() == BLOCKS_MAX {
            break;
        }
        rest = &rest[start + BEGIN.len()..];
        let Some((label, after)) = rest.split_once(DASHES) else { break };
        let Some(end) = after.find(END) else { break };
        // A second BEGIN before the END: the first block was cut off, and the second one counts.
        if after[..end].contains(BEGIN) {
            continue;
        }
        let mut headers = Vec::new();
        let mut base64 = Zeroizing::new(String::with_capacity(end));
        for line in after[..end].lines() {
            match line.split_once(':') {
                Some((name, value)) => headers.push((name.trim().to_owned(), value.trim().to_owned())),
                None => base64.push_str(line),
            }
        }
        if let Some(contents) = decoded(&base64) {
            found.push(Block { label: label.trim().to_owned(), headers, contents });
        }
        rest = &after[end..];
    }
    found
}

/// Base64 with any white space in it and with or without padding.
fn decoded(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    let letters: Zeroizing<String> = Zeroizing::new(
        text.chars().filter(|letter| !letter.is_whitespace() && *letter != '\u{FEFF}').collect(),
    );
    let config = GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    GeneralPurpose::new(&alphabet::STANDARD, config).decode(letters.as_bytes()).ok().map(Zeroizing::new)
}

const BEGIN: &str = "-----BEGIN ";
const END: &str = "-----END ";
const DASHES: &str = "-----";
const SEQUENCE: u8 = 0x30;
/// A container with a long chain has some 20 kB.
const FILE_BYTES_MAX: usize = 1024 * 1024;
const BLOCKS_MAX: usize = 64;

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(text: &[u8]) -> Vec<(String, Vec<u8>)> {
        match FileForm::of(text) {
            FileForm::Pem(blocks) => {
                blocks.into_iter().map(|block| (block.label, block.contents.to_vec())).collect()
            }
            FileForm::Der(_) => panic!("no PEM: {}", String::from_utf8_lossy(text)),
        }
    }

    #[test]
    fn whatever_became_of_the_text_the_block_is_found() {
        let expected = vec![("A B".to_owned(), vec![0x30, 0x03, 0x02, 0x01, 0x05])];
        for text in [
            "-----BEGIN A B-----\nMAMCAQU=\n-----END A B-----\n",
            "-----BEGIN A B-----\r\nMAMC\r\nAQU=\r\n-----END A B-----",
            "\u{FEFF}-----BEGIN A B-----\nMAMCAQU=\n-----END A B-----",
            "Bag Attributes\n    friendlyName: x\nsubject=CN = x\n-----BEGIN A B-----\n\n  MAMCAQU\n\n-----END A B-----\nend",
            "-----BEGIN A B----- MAMC AQU= -----END A B-----",
            "\"-----BEGIN A B-----\\nMAMCAQU=\\n-----END A B-----\\n\"",
            "-----BEGIN CUT OFF-----\nMAMC\n-----BEGIN A B-----\nMAMCAQU=\n-----END A B-----",
            "-----BEGIN NO BASE64-----\n$$$\n-----END NO BASE64-----\n-----BEGIN A B-----\nMAMCAQU=\n-----END A B-----",
        ] {
            assert_eq!(labels(text.as_bytes()), expected, "{text}");
        }
        let wide: Vec<u8> = "\u{FEFF}-----BEGIN A B-----\r\nMAMCAQU=\r\n-----END A B-----"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        assert_eq!(labels(&wide), expected);
    }

    #[test]
    fn old_headers_are_kept() {
        let text = b"-----BEGIN X-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\nMAMCAQU=\n-----END X-----";
        let FileForm::Pem(blocks) = FileForm::of(text) else { panic!("PEM") };
        assert_eq!(blocks[0].header("dek-info"), Some("AES-128-CBC,00"));
        assert_eq!(blocks[0].header("other"), None);
    }

    #[test]
    fn der_and_bare_base64_come_out_as_der() {
        let der = |bytes: &[u8]| match FileForm::of(bytes) {
            FileForm::Der(der) => der.to_vec(),
            FileForm::Pem(_) => panic!("PEM"),
        };
        assert_eq!(der(b"MAMC\r\nAQU=\n"), [0x30, 0x03, 0x02, 0x01, 0x05]);
        assert_eq!(der(&[0x30, 0x03, 0x02, 0x01, 0x05]), [0x30, 0x03, 0x02, 0x01, 0x05]);
        assert_eq!(der(b"password"), b"password");
        assert_eq!(der(&vec![b'A'; FILE_BYTES_MAX + 1]), b"");
    }
}
