//! What a batch session has beyond an online one: a declared package, its parts, and how processing ended.

use super::stored;
use axum::body::Bytes;
use jiff::{SignedDuration, Timestamp};
use ksef_id::{ReferenceNumber, Sha256Hash};
use ksef_wire::codes::BatchSessionStatusCode;
use ksef_wire::{BatchFileInfo, CompressionType};
use serde::{Deserialize, Serialize};

/// The package of a batch session.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Batch {
    pub(crate) size: u64,
    pub(crate) hash: Sha256Hash,
    pub(crate) compression: CompressionType,
    pub(crate) parts: Vec<Part>,
    pub(crate) is_declared_offline: bool,
    /// Until when parts are taken.
    pub(crate) upload_until: Timestamp,
    /// Why the whole session failed, with its details.
    pub(crate) failure: Option<(BatchSessionStatusCode, Vec<String>)>,
    /// Whether the package has been taken apart, or never will be.
    pub(crate) is_unpacked: bool,
}

/// A declared part.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Part {
    pub(crate) ordinal: i32,
    /// Bytes of the encrypted part, as declared.
    pub(crate) size: u64,
    /// SHA-256 of the encrypted part, as declared.
    pub(crate) hash: Sha256Hash,
    /// What was uploaded; the last upload counts. Emptied by processing.
    #[serde(with = "stored::elsewhere")]
    pub(crate) content: Option<Bytes>,
}

impl Batch {
    /// A package that was declared and of which nothing has come yet. The parts are in the order of their ordinals.
    pub(crate) fn declared(file: BatchFileInfo, is_declared_offline: bool, now: Timestamp) -> Self {
        let mut parts: Vec<Part> = file
            .file_parts
            .into_iter()
            .map(|part| Part {
                ordinal: part.ordinal_number,
                size: u64::try_from(part.file_size).unwrap_or(0),
                hash: part.file_hash,
                content: None,
            })
            .collect();
        parts.sort_by_key(|part| part.ordinal);
        // "Łączny czas na wysyłkę każdego parta = liczba partów × 20 minut" (guide, sesja-wsadowa.md)
        let life = UPLOAD_LIFE_PER_PART * i32::try_from(parts.len()).unwrap_or(i32::MAX);
        Self {
            size: u64::try_from(file.file_size).unwrap_or(0),
            hash: file.file_hash,
            compression: file.compression_type.unwrap_or(CompressionType::Zip),
            parts,
            is_declared_offline,
            upload_until: now.checked_add(life).unwrap_or(now),
            failure: None,
            is_unpacked: false,
        }
    }

    /// The part of an ordinal number.
    pub(crate) fn part_mut(&mut self, ordinal: i32) -> Option<&mut Part> {
        self.parts.iter_mut().find(|part| part.ordinal == ordinal)
    }

    /// Ends the session as a whole; what was uploaded is forgotten.
    pub(crate) fn fail(&mut self, code: BatchSessionStatusCode, details: Vec<String>) {
        self.failure = Some((code, details));
        self.finish();
    }

    /// Notes that the package has been taken apart.
    pub(crate) fn finish(&mut self) {
        self.is_unpacked = true;
        for part in &mut self.parts {
            part.content = None;
        }
    }
}

/// Under which name a part lies in a folder.
pub(crate) fn part_name(session: &ReferenceNumber, ordinal: i32) -> String {
    format!("{session}-{ordinal}")
}

const UPLOAD_LIFE_PER_PART: SignedDuration = SignedDuration::from_mins(20);
