//! QR codes (ISO/IEC 18004) as modules and as SVG.

mod mask;

use std::fmt::Write;

use qrcode::bits::Bits;
use qrcode::canvas::Canvas;
use qrcode::{Color, EcLevel, Version, ec};

/// Level M withstands a fold or a stamp across 15 % of the code, and keeps a KOD I link within 45 modules.
const LEVEL: EcLevel = EcLevel::M;

/// White modules that a reader needs around a code (ISO/IEC 18004, 9.1).
pub(crate) const QUIET_ZONE: usize = 4;

/// The modules of a code, without its quiet zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct QrModules {
    /// Modules on a side.
    pub(crate) width: usize,
    dark: Vec<bool>,
}

impl QrModules {
    /// Encodes a text; `None` when it is too long for any QR code (over 2,331 bytes at this level).
    pub(crate) fn encode(text: &str) -> Option<Self> {
        // All as bytes: the shorter codes of digits and of other alphabets save nothing in a link, and readers differ in
        // what they take for the latter.
        let (version, data) = (1..=40).map(Version::Normal).find_map(|version| {
            let mut bits = Bits::new(version);
            bits.push_byte_data(text.as_bytes()).ok()?;
            bits.push_terminator(LEVEL).ok()?;
            Some((version, bits.into_bytes()))
        })?;
        let (data, correction) = ec::construct_codewords(&data, version, LEVEL).ok()?;
        let mut canvas = Canvas::new(version, LEVEL);
        canvas.draw_all_functional_patterns();
        canvas.draw_data(&data, &correction);
        let width = usize::try_from(version.width()).ok()?;
        let canvas = if width <= mask::WIDTH_MAX {
            canvas.apply_mask(mask::best(&canvas, width));
            canvas
        } else {
            canvas.apply_best_mask()
        };
        let dark = canvas.into_colors().into_iter().map(|color| color == Color::Dark).collect();
        Some(Self { width, dark })
    }

    /// Horizontal runs of dark modules as (x, y, length), from the upper left corner: far fewer rectangles than modules.
    pub(crate) fn runs(&self) -> Vec<(usize, usize, usize)> {
        let mut runs = Vec::new();
        for (y, row) in self.dark.chunks(self.width.max(1)).enumerate() {
            let mut x = 0;
            while x < row.len() {
                let length = row[x..].iter().take_while(|dark| **dark).count();
                if length > 0 {
                    runs.push((x, y, length));
                }
                x += length.max(1);
            }
        }
        runs
    }
}

/// A QR code as an SVG element that scales to any size, with its quiet zone; empty when the text is longer than a QR
/// code can hold (2,331 bytes).
///
/// The text itself is not in the SVG: give the element a label where it is used.
#[must_use]
pub fn qr_svg(text: &str) -> String {
    QrModules::encode(text).map(|modules| svg(&modules)).unwrap_or_default()
}

/// The SVG of a code that is encoded already.
pub(crate) fn svg(modules: &QrModules) -> String {
    let side = modules.width + 2 * QUIET_ZONE;
    let mut path = String::with_capacity(8192);
    for (x, y, length) in modules.runs() {
        // Writing into a String cannot fail.
        let _ = write!(path, "M{} {}h{length}v1h-{length}z", x + QUIET_ZONE, y + QUIET_ZONE);
    }
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\" shape-rendering=\"crispEdges\" \
         aria-hidden=\"true\"><rect width=\"{side}\" height=\"{side}\" fill=\"#fff\"/>\
         <path fill=\"#000\" d=\"{path}\"/></svg>"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_cover_exactly_the_dark_modules() {
        let modules = QrModules::encode("https://qr.ksef.mf.gov.pl/invoice/1111111111").expect("fits");
        let covered: usize = modules.runs().iter().map(|run| run.2).sum();
        assert_eq!(covered, modules.dark.iter().filter(|dark| **dark).count());
        assert!(modules.runs().contains(&(0, 0, 7)), "the upper edge of the first finder pattern");
    }

    #[test]
    fn a_text_that_no_code_can_hold_gives_nothing() {
        assert_eq!(qr_svg(&"x".repeat(3000)), "");
        assert!(qr_svg("x").starts_with("<svg"));
    }
}
