//! Choosing the mask of a code (ISO/IEC 18004, 7.8): the one whose picture is the hardest to misread.
//!
//! The library's own choice draws all eight codes and walks them module by module, which takes longer than everything else
//! about a small invoice. Here a row of modules is one integer, and a rule of the standard a few operations on it.

use qrcode::canvas::{Canvas, MaskPattern, Module};

/// Modules on the side of the largest code whose rows, with the white that a rule sees around them, fit an integer.
pub(super) const WIDTH_MAX: usize = 128 - 2 * MARGIN as usize;

/// White modules that the third rule sees at both ends of a row.
const MARGIN: u32 = 4;

/// The mask with the fewest penalty points of a code that is drawn but not masked yet, `width` modules wide and at most
/// [`WIDTH_MAX`].
///
/// The modules of the format, which depend on the mask, count as white: they weigh the same for each.
pub(super) fn best(canvas: &Canvas, width: usize) -> MaskPattern {
    let mut plain = vec![0_u128; width];
    let mut is_data = vec![0_u128; width];
    for (y, (plain, is_data)) in (0_i16..).zip(plain.iter_mut().zip(&mut is_data)) {
        for x in 0..width {
            // No code is wider than 177 modules.
            let module = canvas.get(x as i16, y);
            *plain |= u128::from(module.is_dark()) << x;
            *is_data |= u128::from(matches!(module, Module::Unmasked(_))) << x;
        }
    }
    let mut rows = vec![0_u128; width];
    let mut chosen = (u32::MAX, MASKS[0].0);
    for (pattern, inverts) in MASKS {
        // Every pattern repeats after six columns and twelve rows.
        let units: [u128; 12] = std::array::from_fn(|y| {
            let unit = (0..6).fold(0, |unit, x| unit | (u128::from(inverts(x, y)) << x));
            (0..128 / 6 + 1).fold(0, |row, step| row | (unit << (6 * step)))
        });
        for (y, row) in rows.iter_mut().enumerate() {
            *row = plain[y] ^ (units[y % 12] & is_data[y]);
        }
        let points = penalty(&rows);
        if points < chosen.0 {
            chosen = (points, pattern);
        }
    }
    chosen.1
}

type Inverts = fn(usize, usize) -> bool;

/// The patterns and which module (column, row) each inverts (ISO/IEC 18004, table 10).
const MASKS: [(MaskPattern, Inverts); 8] = [
    (MaskPattern::Checkerboard, |x, y| (x + y) % 2 == 0),
    (MaskPattern::HorizontalLines, |_, y| y % 2 == 0),
    (MaskPattern::VerticalLines, |x, _| x % 3 == 0),
    (MaskPattern::DiagonalLines, |x, y| (x + y) % 3 == 0),
    (MaskPattern::LargeCheckerboard, |x, y| (x / 3 + y / 2) % 2 == 0),
    (MaskPattern::Fields, |x, y| (x * y) % 2 + (x * y) % 3 == 0),
    (MaskPattern::Diamonds, |x, y| ((x * y) % 2 + (x * y) % 3) % 2 == 0),
    (MaskPattern::Meadow, |x, y| ((x + y) % 2 + (x * y) % 3) % 2 == 0),
];

/// Penalty points of a square code (ISO/IEC 18004, 7.8.3, table 11), a row of modules an integer with column 0 lowest.
fn penalty(rows: &[u128]) -> u32 {
    let width = rows.len();
    let inside = u128::MAX >> (128 - width);
    let row = |y: usize, by: usize| rows.get(y + by).copied().unwrap_or(0);
    // Neighbours of one colour: to the right, and below.
    let right = |y: usize| !(rows[y] ^ (rows[y] >> 1)) & (inside >> 1);
    let below: Vec<u128> = (0..width - 1).map(|y| !(rows[y] ^ rows[y + 1]) & inside).collect();
    let mut points = 0;
    let mut dark = 0;
    let mut run_above = 0;
    let mut right_here = right(0);
    for y in 0..width {
        dark += rows[y].count_ones();
        // Five and more of one colour in line: 3 points, and one for each beyond five.
        let run = right_here & right_here >> 1 & right_here >> 2 & right_here >> 3;
        points += run.count_ones() + 2 * (run & !(run << 1)).count_ones();
        if let Some(four) = below.get(y..y + 4) {
            let run = four[0] & four[1] & four[2] & four[3];
            points += run.count_ones() + 2 * (run & !run_above).count_ones();
            run_above = run;
        }
        // Squares of four.
        if y + 1 < width {
            let right_below = right(y + 1);
            points += 3 * (right_here & right_below & below[y]).count_ones();
            right_here = right_below;
        }
        // What looks like a finder pattern, with four white modules before or after; white lies around the code.
        let line = rows[y] << MARGIN;
        let looks = line & !(line >> 1) & line >> 2 & line >> 3 & line >> 4 & !(line >> 5) & line >> 6;
        let light = !line & !line >> 1 & !line >> 2 & !line >> 3;
        points += 40 * ((looks & light << 4).count_ones() + (looks & light >> 7).count_ones());
        let looks = rows[y] & !row(y, 1) & row(y, 2) & row(y, 3) & row(y, 4) & !row(y, 5) & row(y, 6);
        if looks != 0 {
            let before = (1..=4).fold(looks, |left, back| left & !y.checked_sub(back).map_or(0, |y| rows[y]));
            let after = (7..=10).fold(looks, |left, on| left & !row(y, on));
            points += 40 * (before.count_ones() + after.count_ones());
        }
    }
    // Every five parts of a hundred away from half and half.
    let share = u64::from(dark) * 100 / (width * width) as u64;
    points + 10 * (share.abs_diff(50) / 5) as u32
}

#[cfg(test)]
mod tests {
    use super::*;
    use qrcode::{EcLevel, Version};

    /// The rules once more as the standard words them, module by module.
    fn slowly(rows: &[u128]) -> u32 {
        let width = rows.len();
        let at = |x: usize, y: usize| rows[y] >> x & 1 == 1;
        let lines: Vec<Vec<bool>> = (0..width)
            .map(|y| (0..width).map(|x| at(x, y)).collect())
            .chain((0..width).map(|x| (0..width).map(|y| at(x, y)).collect()))
            .collect();
        let mut points = 0;
        for line in &lines {
            for run in line.chunk_by(|one, other| one == other).filter(|run| run.len() >= 5) {
                points += 3 + run.len() as u32 - 5;
            }
            let padded: Vec<bool> = [vec![false; 4], line.clone(), vec![false; 4]].concat();
            let wanted = "10111010000".bytes().map(|byte| byte == b'1').collect::<Vec<_>>();
            let turned: Vec<bool> = wanted.iter().rev().copied().collect();
            let count = padded.windows(11).filter(|window| *window == wanted).count()
                + padded.windows(11).filter(|window| *window == turned).count();
            points += 40 * count as u32;
        }
        for y in 0..width - 1 {
            for x in 0..width - 1 {
                let colour = at(x, y);
                if [at(x + 1, y), at(x, y + 1), at(x + 1, y + 1)].iter().all(|other| *other == colour) {
                    points += 3;
                }
            }
        }
        let dark: u32 = rows.iter().map(|row| row.count_ones()).sum();
        points + 10 * ((i64::from(dark) * 100 / (width * width) as i64 - 50).abs() / 5) as u32
    }

    fn drawn(version: i16, text: &str) -> (Canvas, usize) {
        let mut bits = qrcode::bits::Bits::new(Version::Normal(version));
        bits.push_byte_data(text.as_bytes()).expect("fits");
        bits.push_terminator(EcLevel::M).expect("fits");
        let (data, correction) =
            qrcode::ec::construct_codewords(&bits.into_bytes(), Version::Normal(version), EcLevel::M)
                .expect("a version of the standard");
        let mut canvas = Canvas::new(Version::Normal(version), EcLevel::M);
        canvas.draw_all_functional_patterns();
        canvas.draw_data(&data, &correction);
        (canvas, 17 + 4 * version as usize)
    }

    #[test]
    fn points_are_those_of_the_standard() {
        for (version, text) in [(1, "a"), (6, "https://qr.ksef.mf.gov.pl/invoice/"), (17, "x"), (25, "żółć")]
        {
            let (mut canvas, width) = drawn(version, text);
            canvas.apply_mask(best(&canvas, width));
            let rows: Vec<u128> = (0..width)
                .map(|y| {
                    let dark = |x: usize| u128::from(canvas.get(x as i16, y as i16).is_dark()) << x;
                    (0..width).map(dark).sum()
                })
                .collect();
            assert_eq!(penalty(&rows), slowly(&rows), "version {version}");
        }
        let even = [0b0101_0101, 0b1010_1010];
        let board: Vec<u128> = (0..8).map(|y| even[y % 2]).collect();
        assert_eq!((penalty(&board), slowly(&board)), (0, 0));
        assert_eq!(penalty(&[0; 30]), slowly(&[0; 30]));
    }

    #[test]
    fn the_mask_that_is_chosen_has_the_fewest_points() {
        let (canvas, width) = drawn(6, "https://qr.ksef.mf.gov.pl/invoice/1111111111/01-02-2026/");
        let points = |pattern: MaskPattern, inverts: Inverts| {
            let bit = |x: usize, y: usize| {
                let module = canvas.get(x as i16, y as i16);
                module.is_dark() ^ (matches!(module, Module::Unmasked(_)) && inverts(x, y))
            };
            let rows: Vec<u128> =
                (0..width).map(|y| (0..width).map(|x| u128::from(bit(x, y)) << x).sum()).collect();
            (slowly(&rows), pattern as usize)
        };
        let least = MASKS.iter().map(|(pattern, inverts)| points(*pattern, *inverts)).min();
        assert_eq!(least.map(|least| least.1), Some(best(&canvas, width) as usize));
    }
}
