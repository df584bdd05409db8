//! By what a copy of an invoice is known that came another way (press on the first months of KSeF: the same invoice by KSeF and
//! by e-mail is booked and paid twice): seller and number, as people and programs write them.

/// The key under which an invoice and its copies stand: the seller's identifier and the number without what writers of the
/// same number differ in, which are spaces and capital letters. Empty when either is missing: then nothing is a copy.
#[must_use]
pub fn copy_key(seller: Option<&str>, number: &str) -> String {
    let letters = |text: &str| -> String {
        text.chars().filter(|sign| !sign.is_whitespace()).flat_map(char::to_uppercase).collect()
    };
    let seller: String = letters(seller.unwrap_or_default()).replace(['-', '|'], "");
    let seller = seller.strip_prefix("PL").filter(|rest| is_nip(rest)).unwrap_or(&seller);
    let number = letters(number);
    if seller.is_empty() || number.is_empty() { String::new() } else { format!("{seller}|{number}") }
}

fn is_nip(text: &str) -> bool {
    text.len() == 10 && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writers_of_the_same_number_meet() {
        let key = copy_key(Some("1111111111"), "FV/1/2026");
        for (seller, number) in [
            ("PL 111-111-11-11", "fv/1/2026"),
            ("1111111111", " FV / 1 / 2026 "),
            ("pl1111111111", "FV/1/2026\u{a0}"),
        ] {
            assert_eq!(copy_key(Some(seller), number), key, "{seller} {number}");
        }
        for (seller, number) in
            [("1111111112", "FV/1/2026"), ("1111111111", "FV/12026"), ("DE1111111111", "FV/1/2026")]
        {
            assert_ne!(copy_key(Some(seller), number), key, "{seller} {number}");
        }
        assert_eq!(copy_key(None, "FV/1"), "");
        assert_eq!(copy_key(Some(" "), "FV/1"), "");
    }
}
