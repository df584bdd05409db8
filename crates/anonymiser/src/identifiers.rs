//! Identifiers of nobody in the shape of the real ones, with check digits that hold. Which one stands for which follows from
//! the key.

use ksef_crypto::sha256;
use ksef_id::{ContextIdentifier, Nip, crc8};

/// Draws what stands for a value: the same for the same key, kind and value.
pub(crate) struct Draw<'a> {
    pub(crate) key: &'a [u8; 32],
}

impl Draw<'_> {
    /// 32 bytes of this value.
    fn bytes(&self, kind: &str, value: &str, attempt: u8) -> [u8; 32] {
        let mut data = self.key.to_vec();
        // Each part ends where no other part could go on.
        for part in [kind.as_bytes(), &[0], value.as_bytes(), &[0, attempt]] {
            data.extend_from_slice(part);
        }
        sha256(&data)
    }

    /// Eight signs that stand for a text.
    pub(crate) fn mark(&self, value: &str) -> String {
        let bytes = self.bytes("text", value, 0);
        bytes.iter().take(4).map(|byte| format!("{byte:02X}")).collect()
    }

    /// The digits of `value` replaced, everything else as it was.
    pub(crate) fn digits(&self, kind: &str, value: &str) -> String {
        let bytes = self.bytes(kind, value, 0);
        let draw = |place: usize| char::from(b'0' + bytes.get(place % 32).copied().unwrap_or_default() % 10);
        value
            .char_indices()
            .map(|(place, sign)| if sign.is_ascii_digit() { draw(place) } else { sign })
            .collect()
    }

    /// Another NIP; its check digit holds, also where the real one's does not.
    pub(crate) fn nip(&self, nip: &str) -> String {
        for attempt in 0..=u8::MAX {
            let bytes = self.bytes("nip", nip, attempt);
            let mut digits: Vec<u8> = bytes.iter().take(9).map(|byte| byte % 10).collect();
            // No tax office begins with 0 or has it as its second and third digit both.
            digits.iter_mut().take(3).for_each(|digit| *digit = *digit % 9 + 1);
            let check = weighted(&digits, &[6, 5, 7, 2, 3, 4, 5, 6, 7]) % 11;
            if check < 10 {
                return text(&digits) + &check.to_string();
            }
        }
        // One remainder in eleven has no check digit: 256 of them in a row do not come.
        nip.to_owned()
    }

    /// Another PESEL of the same shape: born on the first day of January 1980, which no date of an invoice contradicts.
    pub(crate) fn pesel(&self, pesel: &str) -> String {
        let bytes = self.bytes("pesel", pesel, 0);
        let mut digits = vec![8, 0, 0, 1, 0, 1];
        digits.extend(bytes.iter().take(4).map(|byte| byte % 10));
        let sum = weighted(&digits, &[1, 3, 7, 9, 1, 3, 7, 9, 1, 3]);
        text(&digits) + &((10 - sum % 10) % 10).to_string()
    }

    /// Another REGON with a check digit that holds; of 14 digits the first nine are a REGON, too.
    pub(crate) fn regon(&self, regon: &str) -> String {
        let bytes = self.bytes("regon", regon, 0);
        let mut digits: Vec<u8> = bytes.iter().take(8).map(|byte| byte % 10).collect();
        digits.push(last_digit(weighted(&digits, &[8, 9, 2, 3, 4, 5, 6, 7])));
        if regon.len() == 14 {
            digits.extend(bytes.iter().skip(8).take(4).map(|byte| byte % 10));
            digits.push(last_digit(weighted(&digits, &[2, 4, 8, 5, 0, 9, 7, 3, 6, 1, 2, 4, 8])));
        }
        text(&digits)
    }

    /// Another account: a Polish one of 26 digits, or an IBAN of the same country, with a check sum that holds.
    pub(crate) fn account(&self, account: &str) -> String {
        let plain: String = account.chars().filter(|sign| !sign.is_whitespace()).collect();
        let is_polish = plain.len() == 26 && plain.bytes().all(|byte| byte.is_ascii_digit());
        let (country, rest) = match plain.get(..2).zip(plain.get(4..)) {
            _ if is_polish => ("PL", plain.get(2..).unwrap_or_default()),
            Some((country, rest)) if country.bytes().all(|byte| byte.is_ascii_uppercase()) => (country, rest),
            // No account that anybody could compute with.
            _ => return self.digits("account", account),
        };
        let drawn = self.digits("account", rest);
        let check = 98 - modulo_97(&format!("{drawn}{country}00"));
        if is_polish { format!("{check:02}{drawn}") } else { format!("{country}{check:02}{drawn}") }
    }

    /// A KSeF number of the other seller; its day and its technical part stay.
    pub(crate) fn ksef_number(&self, number: &str) -> String {
        let Some((nip, rest)) = number.split_once('-') else { return self.digits("number", number) };
        let changed = format!("{}-{rest}", self.nip(nip));
        // Numbers of KSeF 1.0 end in something else.
        match changed.rsplit_once('-') {
            Some((data, _)) if changed.len() == 35 => format!("{data}-{:02X}", crc8(data.as_bytes())),
            _ => changed,
        }
    }

    /// The internal identifier of the other company's same unit.
    pub(crate) fn internal_id(&self, id: &str) -> String {
        let Some((nip, unit)) = id.split_once('-') else { return self.digits("internal", id) };
        let nip = self.nip(nip);
        let stem = unit.get(..unit.len().saturating_sub(1)).unwrap_or_default();
        (0..10)
            .map(|last| format!("{nip}-{stem}{last}"))
            .find(|one| ContextIdentifier::parse(&format!("InternalId:{one}")).is_ok())
            .unwrap_or_else(|| format!("{nip}-{unit}"))
    }

    /// A number of an EU taxpayer; one that is a NIP becomes the NIP's other.
    pub(crate) fn tax_number(&self, number: &str) -> String {
        let (country, digits) = match number.get(..2) {
            Some(country) if country.bytes().all(|byte| byte.is_ascii_uppercase()) => {
                (country, number.get(2..).unwrap_or_default())
            }
            _ => ("", number),
        };
        match Nip::parse(digits) {
            Ok(nip) => format!("{country}{}", self.nip(nip.as_str())),
            Err(_) => format!("{country}{}", self.digits("tax", digits)),
        }
    }
}

fn weighted(digits: &[u8], weights: &[u32]) -> u32 {
    digits.iter().zip(weights).map(|(digit, weight)| u32::from(*digit) * weight).sum()
}

/// The check digit of a REGON: a remainder of 10 is written as 0.
fn last_digit(sum: u32) -> u8 {
    u8::try_from(sum % 11 % 10).unwrap_or_default()
}

fn text(digits: &[u8]) -> String {
    digits.iter().map(|digit| char::from(b'0' + digit)).collect()
}

/// The remainder by 97 of a text in which letters count from 10 (ISO 13616).
fn modulo_97(text: &str) -> u32 {
    text.chars()
        .filter_map(|sign| sign.to_digit(36))
        .fold(0, |rest, digit| if digit < 10 { (rest * 10 + digit) % 97 } else { (rest * 100 + digit) % 97 })
}

#[cfg(test)]
mod tests {
    use super::*;
    use ksef_id::KsefNumber;

    const DRAW: Draw<'_> = Draw { key: &[7; 32] };

    #[test]
    fn check_digits_hold_and_the_same_becomes_the_same() {
        for number in 0..500 {
            let nip = format!("{}", 5_260_000_000_u64 + number);
            let other = DRAW.nip(&nip);
            assert!(Nip::parse(&other).is_ok_and(|nip| nip.has_valid_check_digit()), "{other}");
            assert_eq!(other, DRAW.nip(&nip));
            assert_ne!(other, nip);
            let ksef = KsefNumber::compose(Nip::parse(&nip).expect("a NIP"), (2026, 2, 3), number);
            let changed = KsefNumber::parse(&DRAW.ksef_number(ksef.as_str())).expect("its CRC holds");
            assert_eq!(changed.seller().as_str(), other);
            let account = DRAW.account(&format!("{:026}", number));
            assert_eq!(modulo_97(&format!("{}PL{}", &account[2..], &account[..2])), 1, "{account}");
        }
        let german = DRAW.account("DE89 3704 0044 0532 0130 00");
        assert!(german.starts_with("DE") && german.len() == 22, "{german}");
        assert_eq!(modulo_97(&format!("{}DE{}", &german[4..], &german[2..4])), 1);
        assert_eq!(Draw { key: &[8; 32] }.nip("5265877635").len(), 10);
        assert_ne!(Draw { key: &[8; 32] }.nip("5265877635"), DRAW.nip("5265877635"));
        assert_eq!(DRAW.tax_number("PL5265877635"), format!("PL{}", DRAW.nip("5265877635")));
    }
}
