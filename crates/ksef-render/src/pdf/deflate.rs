//! Deflate with the zlib wrapper, as `FlateDecode` wants it.
//!
//! One compressor for all streams of a file: its tables are a third of a megabyte, and making them anew for each of a
//! small invoice's ten streams would take longer than filling them.

use flate2::{Compress, Compression, FlushCompress, Status};

use crate::RenderError;

/// A compressor that is used again and again.
pub(super) struct Deflater(Compress);

impl Deflater {
    pub(super) fn new(level: Compression) -> Self {
        Self(Compress::new(level, true))
    }

    /// The data of one stream, compressed.
    pub(super) fn stream(&mut self, data: &[u8]) -> Result<Vec<u8>, RenderError> {
        let failed = RenderError::Internal("a stream could not be compressed");
        self.0.reset();
        let mut out = Vec::with_capacity(data.len() / 3 + 128);
        loop {
            let consumed = usize::try_from(self.0.total_in()).unwrap_or(usize::MAX);
            let Some(rest) = data.get(consumed..) else { return Err(failed) };
            let status = self.0.compress_vec(rest, &mut out, FlushCompress::Finish);
            match status {
                Ok(Status::StreamEnd) => return Ok(out),
                // The room was not enough.
                Ok(Status::Ok | Status::BufError) => out.reserve(out.capacity().max(128)),
                Err(_) => return Err(failed),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::read::ZlibDecoder;
    use std::io::Read as _;

    #[test]
    fn streams_of_one_compressor_do_not_know_each_other() {
        let mut deflater = Deflater::new(Compression::fast());
        let noise: Vec<u8> = (0..70_000_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
        let texts = [b"".to_vec(), b"BT (a) Tj ET\n".repeat(9_000), noise, b"x".to_vec()];
        for text in texts.iter().chain(&texts) {
            let mut back = Vec::new();
            let packed = deflater.stream(text).expect("compresses");
            ZlibDecoder::new(packed.as_slice()).read_to_end(&mut back).expect("whole");
            assert_eq!(&back, text);
            assert_eq!(packed, Deflater::new(Compression::fast()).stream(text).expect("compresses"));
        }
    }
}
