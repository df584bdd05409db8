//! The template of a series: reading it, and refusing what could give a number twice.

use super::{NUMBER_DIGITS_MAX, Reset, SeriesError};

/// A part of a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece {
    Text(String),
    Year,
    ShortYear,
    Month,
    Number { width: usize },
    Unit,
    Kind,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Template {
    pieces: Vec<Piece>,
}

impl Template {
    pub(super) fn pieces(&self) -> &[Piece] {
        &self.pieces
    }

    /// Least digits of the running number.
    pub(super) fn number_width(&self) -> usize {
        self.pieces
            .iter()
            .find_map(|piece| match piece {
                Piece::Number { width } => Some(*width),
                _ => None,
            })
            .unwrap_or(1)
    }

    pub(super) fn parse(text: &str) -> Result<Self, SeriesError> {
        let length = text.chars().count();
        if length > TEMPLATE_CHARS_MAX {
            return Err(SeriesError::TooLong { length });
        }
        let mut pieces = Vec::new();
        let mut plain = String::new();
        let mut characters = text.chars().enumerate().peekable();
        while let Some((index, character)) = characters.next() {
            let place = index + 1;
            match character {
                '{' | '}' if characters.next_if(|(_, next)| *next == character).is_some() => {
                    plain.push(character);
                }
                '{' => {
                    let mut name = String::new();
                    loop {
                        match characters.next() {
                            Some((_, '}')) => break,
                            Some((_, '{')) | None => return Err(SeriesError::Brace { place }),
                            Some((_, inner)) => name.push(inner),
                        }
                    }
                    let piece = placeholder(&name).ok_or_else(|| SeriesError::Unknown {
                        place,
                        name: name.chars().take(SHOWN_CHARS_MAX).collect(),
                    })?;
                    if !plain.is_empty() {
                        pieces.push(Piece::Text(std::mem::take(&mut plain)));
                    }
                    pieces.push(piece);
                }
                '}' => return Err(SeriesError::Brace { place }),
                other => plain.push(other),
            }
        }
        if !plain.is_empty() {
            pieces.push(Piece::Text(plain));
        }
        Ok(Self { pieces })
    }

    pub(super) fn check(&self, unit: &str, kind: &str, reset: Reset) -> Result<(), SeriesError> {
        let has = |wanted: fn(&Piece) -> bool| self.pieces.iter().any(wanted);
        let count = self.pieces.iter().filter(|piece| matches!(piece, Piece::Number { .. })).count();
        if count != 1 {
            return Err(SeriesError::NumberCount { count });
        }
        let has_year = has(|piece| matches!(piece, Piece::Year | Piece::ShortYear));
        if reset != Reset::Never && !has_year {
            return Err(SeriesError::Repeats { reset, missing: "year" });
        }
        if reset == Reset::Monthly && !has(|piece| matches!(piece, Piece::Month)) {
            return Err(SeriesError::Repeats { reset, missing: "month" });
        }
        for (piece, value, name) in [(Piece::Unit, unit, "unit"), (Piece::Kind, kind, "kind")] {
            if self.pieces.contains(&piece) && value.is_empty() {
                return Err(SeriesError::Empty { name });
            }
        }
        self.pieces.windows(2).try_for_each(|pair| match pair {
            [left, right] => check_neighbours(left, right),
            _ => Ok(()),
        })
    }
}

/// Parts of no fixed width must not touch: unit `A` with number 11 and unit `A1` with number 1 would both read `A11`.
fn check_neighbours(left: &Piece, right: &Piece) -> Result<(), SeriesError> {
    if let (Some(first), Some(second)) = (variable(left), variable(right)) {
        return Err(SeriesError::Touch { first, second });
    }
    let digit = |character: Option<char>| character.is_some_and(|character| character.is_ascii_digit());
    let digit_touches = match (left, right) {
        (Piece::Text(text), Piece::Number { .. }) => digit(text.chars().next_back()),
        (Piece::Number { .. }, Piece::Text(text)) => digit(text.chars().next()),
        _ => false,
    };
    if digit_touches { Err(SeriesError::DigitTouches) } else { Ok(()) }
}

/// The name of a part whose width is not fixed.
fn variable(piece: &Piece) -> Option<&'static str> {
    match piece {
        Piece::Number { .. } => Some("number"),
        Piece::Unit => Some("unit"),
        Piece::Kind => Some("kind"),
        Piece::Text(_) | Piece::Year | Piece::ShortYear | Piece::Month => None,
    }
}

fn placeholder(name: &str) -> Option<Piece> {
    match name {
        "year" => Some(Piece::Year),
        "year:2" => Some(Piece::ShortYear),
        "month" => Some(Piece::Month),
        "number" => Some(Piece::Number { width: 1 }),
        "unit" => Some(Piece::Unit),
        "kind" => Some(Piece::Kind),
        _ => {
            let width = name.strip_prefix("number:")?;
            let is_plain = width.bytes().all(|byte| byte.is_ascii_digit());
            let width: usize = if is_plain { width.parse().ok()? } else { return None };
            (1..=NUMBER_DIGITS_MAX).contains(&width).then_some(Piece::Number { width })
        }
    }
}

/// What a template may have at most: a number has fewer.
const TEMPLATE_CHARS_MAX: usize = 512;
const SHOWN_CHARS_MAX: usize = 40;
