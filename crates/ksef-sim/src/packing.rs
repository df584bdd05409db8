//! Makes archives: ZIP and tar under gzip, in memory.

use flate2::Compression;
use flate2::write::GzEncoder;
use ksef_wire::CompressionType;
use std::cell::Cell;
use std::io::{self, Cursor, Seek, SeekFrom, Write};
use std::rc::Rc;
use zip::write::SimpleFileOptions;

/// An archive that is being made.
pub(crate) struct Packer {
    kind: Kind,
    written: Rc<Cell<u64>>,
}

/// Boxed: their buffers differ much in size.
enum Kind {
    Zip(Box<zip::ZipWriter<Counted>>),
    TarGz(Box<tar::Builder<GzEncoder<Counted>>>),
}

impl Packer {
    pub(crate) fn new(compression: &CompressionType) -> Self {
        let written = Rc::new(Cell::new(0));
        let counted = Counted { bytes: Cursor::new(Vec::new()), written: Rc::clone(&written) };
        let kind = match compression {
            CompressionType::TarGz => {
                Kind::TarGz(Box::new(tar::Builder::new(GzEncoder::new(counted, Compression::default()))))
            }
            _ => Kind::Zip(Box::new(zip::ZipWriter::new(counted))),
        };
        Self { kind, written }
    }

    /// Adds a file.
    pub(crate) fn add(&mut self, name: &str, content: &[u8]) -> io::Result<()> {
        match &mut self.kind {
            Kind::Zip(zip) => {
                let options =
                    SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
                zip.start_file(name, options)?;
                zip.write_all(content)
            }
            Kind::TarGz(tar) => {
                let mut header = tar::Header::new_gnu();
                header.set_size(content.len() as u64);
                header.set_mode(0o644);
                tar.append_data(&mut header, name, content)
            }
        }
    }

    /// Bytes of the archive so far; the last few may still wait in a buffer.
    pub(crate) fn written_bytes(&self) -> u64 {
        self.written.get()
    }

    /// Ends the archive and gives it.
    pub(crate) fn finish(self) -> io::Result<Vec<u8>> {
        let counted = match self.kind {
            Kind::Zip(zip) => zip.finish()?,
            Kind::TarGz(tar) => tar.into_inner()?.finish()?,
        };
        Ok(counted.bytes.into_inner())
    }
}

/// Memory whose length can be asked for from outside.
struct Counted {
    bytes: Cursor<Vec<u8>>,
    written: Rc<Cell<u64>>,
}

impl Write for Counted {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        let count = self.bytes.write(buffer)?;
        self.written.set(self.bytes.get_ref().len() as u64);
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.bytes.flush()
    }
}

impl Seek for Counted {
    fn seek(&mut self, position: SeekFrom) -> io::Result<u64> {
        self.bytes.seek(position)
    }
}
