//! The company's mark: a PNG or JPEG, checked once and ready for both kinds of print.

use std::io::Cursor;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::RenderError;

/// A picture for the top of the first page.
///
/// PNG with or without transparency (what is transparent becomes white: PDF/A readers differ in the rest) and JPEG in
/// grey or RGB.
#[derive(Clone, PartialEq, Eq)]
pub struct Logo {
    /// In pixels.
    pub(crate) width: u32,
    pub(crate) height: u32,
    /// Pixels of 8 bits a channel, compressed for `FlateDecode`; or the JPEG file itself. Shared, since every print of a
    /// company has it.
    pub(crate) data: Arc<[u8]>,
    pub(crate) is_jpeg: bool,
    pub(crate) is_gray: bool,
    /// For HTML: `data:image/png;base64,…`.
    pub(crate) data_url: Arc<str>,
}

impl std::fmt::Debug for Logo {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Logo({}×{})", self.width, self.height)
    }
}

impl Logo {
    /// Reads a PNG or JPEG file of at most 2 MB and 4,000 pixels a side.
    ///
    /// # Errors
    /// [`RenderError::Logo`] when the file is something else, larger, or broken.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, RenderError> {
        if bytes.len() > BYTES_MAX {
            return Err(RenderError::Logo("the file is larger than 2 MB"));
        }
        match bytes {
            [0x89, b'P', b'N', b'G', ..] => Self::png(bytes),
            [0xff, 0xd8, ..] => Self::jpeg(bytes),
            _ => Err(RenderError::Logo("the file is neither PNG nor JPEG")),
        }
    }

    fn png(bytes: &[u8]) -> Result<Self, RenderError> {
        let broken = |_| RenderError::Logo("the PNG file is broken");
        let mut decoder = png::Decoder::new(Cursor::new(bytes));
        // Palettes become colours, and sixteen bits eight.
        decoder.set_transformations(png::Transformations::normalize_to_color8());
        let mut reader = decoder.read_info().map_err(broken)?;
        let (width, height) = (reader.info().width, reader.info().height);
        check_size(width, height)?;
        let size = reader.output_buffer_size().ok_or(RenderError::Logo("the picture is too large"))?;
        let mut pixels = vec![0; size];
        let frame = reader.next_frame(&mut pixels).map_err(broken)?;
        pixels.truncate(frame.buffer_size());
        let on_white = |value: u8, alpha: u8| {
            let (value, alpha) = (u32::from(value), u32::from(alpha));
            ((value * alpha + 255 * (255 - alpha)) / 255) as u8
        };
        let (data, is_gray) = match frame.color_type {
            png::ColorType::Grayscale => (pixels, true),
            png::ColorType::GrayscaleAlpha => {
                (pixels.chunks_exact(2).map(|pixel| on_white(pixel[0], pixel[1])).collect(), true)
            }
            png::ColorType::Rgb => (pixels, false),
            png::ColorType::Rgba => {
                let flat = |pixel: &[u8]| [0, 1, 2].map(|channel| on_white(pixel[channel], pixel[3]));
                (pixels.chunks_exact(4).flat_map(flat).collect(), false)
            }
            png::ColorType::Indexed => return Err(RenderError::Logo("the PNG file is broken")),
        };
        let data_url = format!("data:image/png;base64,{}", STANDARD.encode(bytes)).into();
        let data = crate::pdf::compressed(&data)?.into();
        Ok(Self { width, height, data, is_jpeg: false, is_gray, data_url })
    }

    fn jpeg(bytes: &[u8]) -> Result<Self, RenderError> {
        let broken = RenderError::Logo("the JPEG file is broken");
        let mut at = 2;
        // Segments up to the one that says the size (ISO/IEC 10918-1, B.2.2).
        while let Some(&[0xff, marker, high, low]) = bytes.get(at..at + 4).and_then(|head| head.as_array()) {
            let length = usize::from(u16::from_be_bytes([high, low]));
            let is_frame = matches!(marker, 0xc0..=0xcf) && !matches!(marker, 0xc4 | 0xc8 | 0xcc);
            if !is_frame {
                at += 2 + length.max(2);
                continue;
            }
            let Some(&[bits, y1, y0, x1, x0, channels]) =
                bytes.get(at + 4..at + 10).and_then(|head| head.as_array())
            else {
                return Err(broken);
            };
            let (width, height) = (u16::from_be_bytes([x1, x0]).into(), u16::from_be_bytes([y1, y0]).into());
            check_size(width, height)?;
            if bits != 8 || !matches!(channels, 1 | 3) {
                return Err(RenderError::Logo("only JPEG files in grey or RGB with 8 bits can be used"));
            }
            let data_url = format!("data:image/jpeg;base64,{}", STANDARD.encode(bytes)).into();
            let is_gray = channels == 1;
            return Ok(Self { width, height, data: bytes.into(), is_jpeg: true, is_gray, data_url });
        }
        Err(broken)
    }
}

fn check_size(width: u32, height: u32) -> Result<(), RenderError> {
    match (width, height) {
        (1..=SIDE_MAX, 1..=SIDE_MAX) => Ok(()),
        _ => Err(RenderError::Logo("the picture must have 1 to 4,000 pixels a side")),
    }
}

const BYTES_MAX: usize = 2_000_000;
const SIDE_MAX: u32 = 4000;

#[cfg(test)]
mod tests {
    use super::*;

    fn png_file(color: png::ColorType, pixels: &[u8]) -> Vec<u8> {
        let mut file = Vec::new();
        let mut encoder = png::Encoder::new(&mut file, 2, 1);
        encoder.set_color(color);
        encoder.write_header().expect("a header").write_image_data(pixels).expect("pixels");
        file
    }

    fn pixels(logo: &Logo) -> Vec<u8> {
        let mut pixels = Vec::new();
        let mut decoder = flate2::read::ZlibDecoder::new(logo.data.as_ref());
        std::io::Read::read_to_end(&mut decoder, &mut pixels).expect("whole");
        pixels
    }

    #[test]
    fn transparency_becomes_white() {
        let file = png_file(png::ColorType::Rgba, &[10, 20, 30, 255, 0, 0, 0, 0]);
        let logo = Logo::from_bytes(&file).expect("reads");
        assert_eq!((logo.width, logo.height, logo.is_gray), (2, 1, false));
        assert_eq!(pixels(&logo), [10, 20, 30, 255, 255, 255]);
        let gray = Logo::from_bytes(&png_file(png::ColorType::Grayscale, &[7, 8])).expect("reads");
        assert!(gray.is_gray && pixels(&gray) == [7, 8]);
        assert_eq!(format!("{gray:?}"), "Logo(2×1)");
    }

    #[test]
    fn jpeg_files_are_measured_and_kept() {
        let jpeg = b"\xff\xd8\xff\xe0\0\x04JF\xff\xc0\0\x11\x08\0\x10\0\x20\x03rest";
        let logo = Logo::from_bytes(jpeg).expect("reads");
        assert_eq!((logo.width, logo.height, logo.is_jpeg, logo.is_gray), (32, 16, true, false));
        let cmyk = b"\xff\xd8\xff\xc0\0\x11\x08\0\x10\0\x20\x04rest";
        assert!(Logo::from_bytes(cmyk).is_err());
    }

    #[test]
    fn what_is_no_picture_is_refused() {
        let png = png_file(png::ColorType::Grayscale, &[7, 8]);
        for bytes in [&b""[..], b"GIF89a", b"\xff\xd8", b"\xff\xd8\xff\xc0\0\x11\x08", &png[..20]] {
            assert!(matches!(Logo::from_bytes(bytes), Err(RenderError::Logo(_))), "{bytes:?}");
        }
        assert!(Logo::from_bytes(&vec![0; BYTES_MAX + 1]).is_err());
    }
}
