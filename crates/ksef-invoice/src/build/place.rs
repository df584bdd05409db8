//! Finds the line and column of a JSON pointer in the text it points into.
use super::input::{escaped, position};
use crate::Finding;
use std::collections::HashMap;
/// Gives each finding the place of its pointer, or of the nearest value above it that is there.
pub(super) fn place(json: &[u8], findings: &mut [Finding]) {
    let mut scan = Scan { json, at: 0, places: HashMap::new() };
    let _ = scan.value(&mut String::new(), 0);
    for finding in findings {
        let mut pointer = finding.path.as_str();
        let offset = loop {
            if let Some(offset) = scan.places.get(pointer) {
                break Some(*offset);
            }
            match pointer.rfind('/') {
                Some(at) => pointer = &pointer[..at],
                None => break None,
            }
        };
        if let Some(offset) = offset {
            finding.offset = offset;
            (finding.line, finding.column) = position(json, offset);
        }
    }
}
/// Walks JSON that is known to be well-formed, or as far as it is; `None` ends the walk.
struct Scan<'j> {
    json: &'j [u8],
    at: usize,
    places: HashMap<String, usize>,
}
impl Scan<'_> {
    fn value(&mut self, pointer: &mut String, depth: usize) -> Option<()> {
        self.space();
        if depth > DEPTH_MAX || self.places.len() > PLACES_MAX {
            return None;
        }
        self.places.insert(pointer.clone(), self.at);
        match self.peek()? {
            b'{' => {
                self.at += 1;
                loop {
                    self.space();
                    match self.peek()? {
                        b'}' => break,
                        b',' => self.at += 1,
                        b'"' => {
                            let name = self.text()?;
                            self.space();
                            (self.peek()? == b':').then_some(())?;
                            self.at += 1;
                            let length = pointer.len();
                            pointer.push('/');
                            pointer.push_str(&escaped(&name));
                            self.value(pointer, depth + 1)?;
                            pointer.truncate(length);
                        }
                        _ => return None,
                    }
                }
                self.at += 1;
            }
            b'[' => {
                self.at += 1;
                let mut index = 0;
                loop {
                    self.space();
                    match self.peek()? {
                        b']' => break,
                        b',' => self.at += 1,
                        _ => {
                            let length = pointer.len();
                            pointer.push_str(&format!("/{index}"));
                            self.value(pointer, depth + 1)?;
                            pointer.truncate(length);
                            index += 1;
                        }
                    }
                }
                self.at += 1;
            }
            b'"' => {
                self.text()?;
            }
            _ => {
                let end = |byte: &u8| matches!(byte, b',' | b']' | b'}' | b' ' | b'\t' | b'\r' | b'\n');
                let rest = &self.json[self.at..];
                self.at += rest.iter().position(end).unwrap_or(rest.len()).max(1);
            }
        }
        Some(())
    }
    /// The text of a string, escapes resolved.
    fn text(&mut self) -> Option<String> {
        let start = self.at;
        self.at += 1;
        loop {
            match self.peek()? {
                b'\\' => self.at += 2,
                b'"' => break,
                _ => self.at += 1,
            }
        }
        self.at += 1;
        serde_json::from_slice(self.json.get(start..self.at)?).ok()
    }
    fn space(&mut self) {
        while matches!(self.json.get(self.at), Some(b' ' | b'\t' | b'\r' | b'\n')) {
            self.at += 1;
        }
    }
    fn peek(&self) -> Option<u8> {
        self.json.get(self.at).copied()
    }
}
/// As deep as `serde_json` reads.
const DEPTH_MAX: usize = 128;
/// Places that are remembered; findings beyond are shown at what contains them.
const PLACES_MAX: usize = 1_000_000;
