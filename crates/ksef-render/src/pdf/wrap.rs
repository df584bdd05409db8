//! Breaking text into lines.

use super::face::Face;

/// Breaks a text into lines no wider than `width` points (a single character may be wider).
///
/// Lines break at white space, after `/`, at line breaks of the text, and within a word only when the word alone is too
/// wide. Never at a no-break space or before a `/` that stands alone, and never after a hyphen: amounts begin with one.
pub(super) fn wrap<'t>(face: &Face, text: &'t str, size: f32, width: f32) -> Vec<&'t str> {
    let mut lines = Vec::new();
    for paragraph in text.split('\n') {
        wrap_paragraph(face, paragraph.trim(), size, width, &mut lines);
    }
    lines
}

fn wrap_paragraph<'t>(face: &Face, text: &'t str, size: f32, width: f32, lines: &mut Vec<&'t str>) {
    // In thousandths of an em, with a hair for what a float loses.
    let limit = (width.max(1.0) * 1000.0 / size + 0.05) as u64;
    let mut start = 0;
    let mut used: u64 = 0;
    // Where the line could end, where the next would begin, and how much of it is used from there on.
    let mut chance: Option<(usize, usize, u64)> = None;
    for (at, character) in text.char_indices() {
        let advance = u64::from(face.glyph(character).width);
        if is_break_at(text, at, character) {
            let next = at + character.len_utf8();
            used += advance;
            // A run of spaces keeps its first end.
            let end = match chance {
                Some((end, from, _)) if from == at => end,
                _ => at,
            };
            chance = Some((end, next, used));
            continue;
        }
        if used + advance > limit && at > start {
            let (end, next, before) = match chance {
                Some(chance) if chance.0 > start => chance,
                _ => (at, at, used),
            };
            lines.push(text[start..end].trim_end());
            start = next;
            used -= before;
            chance = None;
            if used + advance > limit && at > start {
                lines.push(&text[start..at]);
                start = at;
                used = 0;
            }
        }
        used += advance;
        if character == '/' {
            let next = at + 1;
            chance = Some((next, next, used));
        }
    }
    lines.push(&text[start..]);
}

/// The widest piece of a text that does not break, in points.
pub(super) fn widest_word(face: &Face, text: &str, size: f32) -> f32 {
    let mut widest = 0;
    let mut start = 0;
    for (at, character) in text.char_indices() {
        if is_break_at(text, at, character) || character == '/' {
            // The slash stays with what is before it.
            let end = if character == '/' { at + 1 } else { at };
            widest = widest.max(face.advance(&text[start..end]));
            start = at + character.len_utf8();
        }
    }
    widest.max(face.advance(&text[start..])) as f32 * size / 1000.0
}

/// Whether a line may end at a character of a text: at white space, but not at that before a slash between two words
/// (`Lp. / No.`), which would begin the next line.
fn is_break_at(text: &str, at: usize, character: char) -> bool {
    is_break(character) && !text[at + character.len_utf8()..].starts_with("/ ")
}

fn is_break(character: char) -> bool {
    character.is_whitespace() && !matches!(character, '\u{a0}' | '\u{202f}' | '\u{2007}')
}

#[cfg(test)]
mod tests {
    use super::super::face::FaceKind;
    use super::*;
    use proptest::prelude::*;

    fn lines(text: &str, width: f32) -> Vec<&str> {
        wrap(FaceKind::Regular.face().expect("parses"), text, 10.0, width)
    }

    #[test]
    fn lines_break_at_spaces_and_words_only_when_they_must() {
        assert_eq!(lines("jeden dwa trzy", 1000.0), ["jeden dwa trzy"]);
        assert_eq!(lines("jeden dwa trzy", 30.0), ["jeden", "dwa", "trzy"]);
        assert_eq!(lines("", 40.0), [""]);
        assert_eq!(lines("a\nb", 40.0), ["a", "b"]);
        assert_eq!(lines("1\u{202f}234\u{202f}567,00", 400.0).len(), 1);
        assert_eq!(lines("FV/2026/11", 32.0), ["FV/", "2026/", "11"]);
        assert!(lines(&"x".repeat(60), 50.0).len() > 5);
    }

    proptest! {
        #[test]
        fn nothing_is_lost_and_nothing_is_too_wide(text in "[a-ząę /\u{202f}😀\n]{0,80}", width in 8.0f32..200.0) {
            let face = FaceKind::Regular.face().expect("parses");
            let wrapped = wrap(face, &text, 10.0, width);
            let strip = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
            prop_assert_eq!(strip(&wrapped.concat()), strip(&text));
            for line in wrapped {
                prop_assert!(face.measure(line, 10.0) <= width + 0.01 || line.chars().count() == 1, "{:?}", line);
            }
        }
    }
}
