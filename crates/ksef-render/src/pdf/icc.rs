//! The output intent of PDF/A: an sRGB profile of our own making (ICC.1:2010, IEC 61966-2-1).
//!
//! A matrix profile with the parametric curve of sRGB; its colorants are those of sRGB adapted to D50.

use std::sync::LazyLock;

use flate2::Compression;

use super::deflate::Deflater;

/// The profile, compressed for `FlateDecode`; empty only if compressing fails.
pub(super) fn srgb() -> &'static [u8] {
    static PROFILE: LazyLock<Vec<u8>> =
        LazyLock::new(|| Deflater::new(Compression::default()).stream(&profile()).unwrap_or_default());
    &PROFILE
}

/// The bytes of the profile.
fn profile() -> Vec<u8> {
    let text = |text: &str| {
        let mut tag = b"mluc\0\0\0\0\0\0\0\x01\0\0\0\x0cenUS".to_vec();
        let units: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        tag.extend(u32::try_from(units.len()).unwrap_or(0).to_be_bytes());
        tag.extend(28_u32.to_be_bytes());
        tag.extend(units);
        tag
    };
    let numbers = |kind: &[u8; 4], numbers: &[f64]| {
        let mut tag = kind.to_vec();
        tag.extend([0; 4]);
        tag.extend(numbers.iter().flat_map(|number| fixed(*number).to_be_bytes()));
        tag
    };
    let mut curve = b"para\0\0\0\0\0\x03\0\0".to_vec();
    // Y = ((X + 0.055) / 1.055)^2.4 from 0.04045 on, X / 12.92 below.
    for number in [2.4, 1.0 / 1.055, 0.055 / 1.055, 1.0 / 12.92, 0.04045] {
        curve.extend(fixed(number).to_be_bytes());
    }
    let adaptation =
        [1.047_88, 0.022_92, -0.050_22, 0.029_59, 0.990_48, -0.017_07, -0.009_23, 0.015_08, 0.751_68];
    let tags: [(&[u8; 4], Vec<u8>); 10] = [
        (b"desc", text("sRGB")),
        (b"cprt", text("Public domain")),
        (b"wtpt", numbers(b"XYZ ", &D50)),
        (b"chad", numbers(b"sf32", &adaptation)),
        (b"rXYZ", numbers(b"XYZ ", &[0.436_07, 0.222_49, 0.013_92])),
        (b"gXYZ", numbers(b"XYZ ", &[0.385_15, 0.716_87, 0.097_08])),
        (b"bXYZ", numbers(b"XYZ ", &[0.143_07, 0.060_61, 0.714_10])),
        (b"rTRC", curve.clone()),
        (b"gTRC", curve.clone()),
        (b"bTRC", curve),
    ];
    let mut table = u32::try_from(tags.len()).unwrap_or(0).to_be_bytes().to_vec();
    let mut data = Vec::new();
    let start = HEADER + 4 + tags.len() * 12;
    for (name, tag) in &tags {
        table.extend_from_slice(*name);
        for number in [start + data.len(), tag.len()] {
            table.extend(u32::try_from(number).unwrap_or(0).to_be_bytes());
        }
        data.extend_from_slice(tag);
        data.resize(data.len().next_multiple_of(4), 0);
    }
    let mut profile = vec![0; HEADER];
    let size = u32::try_from(start + data.len()).unwrap_or(0);
    profile[..4].copy_from_slice(&size.to_be_bytes());
    // Version 4.2, a display profile from RGB to XYZ, made on the first day of 2026.
    profile[8..12].copy_from_slice(&[4, 0x20, 0, 0]);
    profile[12..24].copy_from_slice(b"mntrRGB XYZ ");
    profile[24..36].copy_from_slice(&[0x07, 0xea, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0]);
    profile[36..40].copy_from_slice(b"acsp");
    for (place, number) in D50.iter().enumerate() {
        profile[68 + place * 4..72 + place * 4].copy_from_slice(&fixed(*number).to_be_bytes());
    }
    profile.extend(table);
    profile.extend(data);
    profile
}

const HEADER: usize = 128;

/// The white of the profile connection space.
const D50: [f64; 3] = [0.9642, 1.0, 0.8249];

/// A number with 16 bits before and after the point.
fn fixed(number: f64) -> i32 {
    (number * 65536.0).round() as i32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_profile_is_whole_and_white_is_white() {
        let profile = profile();
        let number = |at: usize| i32::from_be_bytes(profile[at..at + 4].try_into().expect("four bytes"));
        assert_eq!(number(0) as usize, profile.len());
        assert_eq!(&profile[36..40], b"acsp");
        let count = number(HEADER) as usize;
        let mut white = [0; 3];
        for tag in 0..count {
            let entry = HEADER + 4 + tag * 12;
            let (start, length) = (number(entry + 4) as usize, number(entry + 8) as usize);
            assert!(start % 4 == 0 && start + length <= profile.len());
            if profile[entry + 1..entry + 4] == *b"XYZ" {
                (0..3).for_each(|axis| white[axis] += number(start + 8 + axis * 4));
            }
        }
        for (axis, sum) in white.into_iter().enumerate() {
            assert!((sum - fixed(D50[axis])).abs() <= 16, "the colorants add up to white");
        }
    }
}
