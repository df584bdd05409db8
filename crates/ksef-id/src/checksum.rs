//! The one checksum of KSeF: CRC-8, polynomial 0x07, initial value 0x00.

/// CRC-8 of `data` with polynomial 0x07, initial value 0x00, no reflection, no final XOR.
///
/// Source: guide, `faktury/numer-ksef.md`, "Algorytm CRC-8". KSeF numbers, reference numbers and collective
/// identifiers end in it, written as two upper-case hexadecimal digits.
///
/// ```
/// assert_eq!(ksef_id::crc8(b"5265877635-20250826-0100001AF629"), 0xAF);
/// ```
#[must_use]
pub const fn crc8(data: &[u8]) -> u8 {
    let mut crc = 0u8;
    let mut index = 0;
    while index < data.len() {
        crc = TABLE[(crc ^ data[index]) as usize];
        index += 1;
    }
    crc
}

const POLYNOMIAL: u8 = 0x07;

const TABLE: [u8; 256] = {
    let mut table = [0u8; 256];
    let mut byte = 0;
    while byte < 256 {
        let mut crc = byte as u8;
        let mut bit = 0;
        while bit < 8 {
            crc = if crc & 0x80 == 0 { crc << 1 } else { (crc << 1) ^ POLYNOMIAL };
            bit += 1;
        }
        table[byte] = crc;
        byte += 1;
    }
    table
};

/// Whether `text` ends in the CRC-8 of everything before its last hyphen.
pub(crate) fn ends_in_its_crc(text: &str) -> bool {
    text.rsplit_once('-')
        .is_some_and(|(data, digits)| u8::from_str_radix(digits, 16) == Ok(crc8(data.as_bytes())))
}

#[cfg(test)]
mod tests {
    use super::crc8;

    #[test]
    fn crc8_of_the_standard_check_string() {
        // The check value that the CRC catalogues give for CRC-8 with polynomial 0x07 and initial value 0.
        assert_eq!(crc8(b"123456789"), 0xF4);
        assert_eq!(crc8(b""), 0);
    }
}
