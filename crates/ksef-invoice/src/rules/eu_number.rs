//! The shapes of EU VAT numbers.

/// Whether a number, without its country, has the shape of its country; `None` for a country that is not known.
///
/// Source: the pattern of `TIdZlozonyVatUE` in `upo-v4-3.xsd`.
pub(super) fn has_shape(country: &str, number: &str) -> Option<bool> {
    let (_, shapes) = SHAPES.iter().find(|(known, _)| *known == country)?;
    Some(shapes.iter().any(|shape| fits(shape.as_bytes(), number.as_bytes())))
}

/// `9` a digit, `A` a letter, `X` either, `*` either or `+` or `*`, anything else itself.
fn fits(shape: &[u8], number: &[u8]) -> bool {
    shape.len() == number.len()
        && shape.iter().zip(number).all(|(shape, byte)| match shape {
            b'9' => byte.is_ascii_digit(),
            b'A' => byte.is_ascii_uppercase(),
            b'X' => byte.is_ascii_digit() || byte.is_ascii_uppercase(),
            b'*' => byte.is_ascii_digit() || byte.is_ascii_uppercase() || matches!(byte, b'+' | b'*'),
            other => byte == other,
        })
}

/// Shapes by country; XI is Northern Ireland. `D`, `G`, `H`, `U` stand for themselves.
const SHAPES: &[(&str, &[&str])] = &[
    ("AT", &["U99999999"]),
    ("BE", &["0999999999", "1999999999"]),
    ("BG", &["999999999", "9999999999"]),
    ("CY", &["99999999A"]),
    ("CZ", &["99999999", "999999999", "9999999999"]),
    ("DE", &["999999999"]),
    ("DK", &["99999999"]),
    ("EE", &["999999999"]),
    ("EL", &["999999999"]),
    ("ES", &["A99999999", "99999999A", "A9999999A"]),
    ("FI", &["99999999"]),
    ("FR", &["XX999999999"]),
    ("HR", &["99999999999"]),
    ("HU", &["99999999"]),
    ("IE", &["9999999AA", "9*99999A"]),
    ("IT", &["99999999999"]),
    ("LT", &["999999999", "999999999999"]),
    ("LU", &["99999999"]),
    ("LV", &["99999999999"]),
    ("MT", &["99999999"]),
    ("NL", &["************"]),
    ("PT", &["999999999"]),
    ("RO", &["99", "999", "9999", "99999", "999999", "9999999", "99999999", "999999999", "9999999999"]),
    ("SE", &["999999999999"]),
    ("SI", &["99999999"]),
    ("SK", &["9999999999"]),
    ("XI", &["999999999", "999999999999", "GD999", "HA999"]),
];

#[cfg(test)]
mod tests {
    use super::has_shape;

    #[test]
    fn shapes() {
        for (country, number, expected) in [
            ("DE", "123456789", Some(true)),
            ("DE", "DE123456789", Some(false)),
            ("AT", "U12345678", Some(true)),
            ("AT", "12345678", Some(false)),
            ("NL", "123456789B01", Some(true)),
            ("IE", "1+12345A", Some(true)),
            ("RO", "12", Some(true)),
            ("US", "1", None),
        ] {
            assert_eq!(has_shape(country, number), expected, "{country}{number}");
        }
    }
}
