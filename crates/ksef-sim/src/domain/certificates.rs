//! Certificates that KSeF issued, and the applications for them.
//!
//! Both belong to the subject that logged in, whatever the context (guide, `certyfikaty-KSeF.md`).

use super::logins::Subject;
use super::progress::Progress;
use super::stored;
use super::table::Table;
use crate::inspect::CertificateSeen;
use jiff::Timestamp;
use ksef_crypto::Certificate;
use ksef_id::{CertificateSerial, ReferenceNumber};
use ksef_wire::codes::EnrollmentStatusCode;
use ksef_wire::{CertificateListItemStatus, CertificateRevocationReason, KsefCertificateType, StatusInfo};
use serde::{Deserialize, Serialize};

/// A certificate that was issued.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct IssuedCertificate {
    pub(crate) serial: CertificateSerial,
    pub(crate) name: String,
    pub(crate) kind: KsefCertificateType,
    pub(crate) owner: Subject,
    #[serde(with = "stored::certificate")]
    pub(crate) certificate: Certificate,
    pub(crate) common_name: String,
    /// When it ends: what the certificate says, unless test data brought it forward.
    pub(crate) valid_until: Timestamp,
    pub(crate) requested_at: Timestamp,
    pub(crate) used_at: Option<Timestamp>,
    pub(crate) revocation: Option<Revocation>,
    /// The application that it came of; nobody sees it before that is finished.
    pub(crate) enrollment: Option<ReferenceNumber>,
}

/// The end of a certificate at its owner's wish.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Revocation {
    pub(crate) reason: CertificateRevocationReason,
    /// Blocked until it is finished, revoked from then on.
    pub(crate) progress: Progress,
}

impl IssuedCertificate {
    /// Its state now, without counting as having been shown.
    pub(crate) fn status(&self, now: Timestamp) -> CertificateListItemStatus {
        match &self.revocation {
            Some(revocation) if revocation.progress.would_be_finished(now) => {
                CertificateListItemStatus::Revoked
            }
            Some(_) => CertificateListItemStatus::Blocked,
            None if now > self.valid_until => CertificateListItemStatus::Expired,
            None => CertificateListItemStatus::Active,
        }
    }

    /// Its state to be shown now.
    pub(crate) fn show_status(&mut self, now: Timestamp) -> CertificateListItemStatus {
        let status = self.status(now);
        if let Some(revocation) = &mut self.revocation {
            revocation.progress.look(now);
        }
        status
    }
}

/// An application.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Enrollment {
    pub(crate) owner: Subject,
    pub(crate) requested_at: Timestamp,
    /// The certificate, or why there is none.
    pub(crate) outcome: Result<CertificateSerial, String>,
    /// How it ended instead, by a fault.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) failure: Option<(EnrollmentStatusCode, Vec<String>)>,
    pub(crate) progress: Progress,
}

impl Enrollment {
    /// The status to be shown now, with the serial number once there is one to show.
    pub(crate) fn status(&mut self, now: Timestamp) -> (StatusInfo, Option<CertificateSerial>) {
        let is_finished = self.progress.look(now);
        let (code, details, serial) = match &self.outcome {
            _ if !is_finished => (EnrollmentStatusCode::ACCEPTED, None, None),
            _ if self.failure.is_some() => {
                let (code, details) =
                    self.failure.clone().unwrap_or((EnrollmentStatusCode::REJECTED, Vec::new()));
                (code, (!details.is_empty()).then_some(details), None)
            }
            Ok(serial) => (EnrollmentStatusCode::ISSUED, None, Some(serial.clone())),
            Err(reason) => (EnrollmentStatusCode::REJECTED, Some(vec![reason.clone()]), None),
        };
        let description = code.description().unwrap_or_default().to_owned();
        (StatusInfo { code: code.0, description, details }, serial)
    }
}

/// All certificates and applications.
#[derive(Debug, Clone, Default)]
pub(crate) struct Certificates {
    pub(crate) issued: Table<CertificateSerial, IssuedCertificate>,
    pub(crate) enrollments: Table<ReferenceNumber, Enrollment>,
}

impl Certificates {
    /// Adds a certificate.
    pub(crate) fn add(&mut self, issued: IssuedCertificate) {
        self.issued.insert(issued.serial.clone(), issued);
    }

    /// Adds an application.
    pub(crate) fn add_enrollment(&mut self, reference: ReferenceNumber, enrollment: Enrollment) {
        self.enrollments.insert(reference, enrollment);
    }

    /// An application.
    pub(crate) fn enrollment_mut(&mut self, reference: &ReferenceNumber) -> Option<&mut Enrollment> {
        self.enrollments.get_mut(reference)
    }

    /// Whether the number is taken.
    pub(crate) fn has(&self, serial: &CertificateSerial) -> bool {
        self.issued.contains(serial)
    }

    /// The certificate of a number, also one that nobody has been told about yet.
    pub(crate) fn get(&self, serial: &CertificateSerial) -> Option<&IssuedCertificate> {
        self.issued.get(serial)
    }

    /// As [`Certificates::get`], to be changed.
    pub(crate) fn get_mut(&mut self, serial: &CertificateSerial) -> Option<&mut IssuedCertificate> {
        self.issued.get_mut(serial)
    }

    /// The entry of exactly this certificate.
    pub(crate) fn of(&self, certificate: &Certificate) -> Option<&IssuedCertificate> {
        let serial = CertificateSerial::parse(&certificate.serial_hex()).ok()?;
        self.get(&serial).filter(|issued| issued.certificate.der() == certificate.der())
    }

    /// The certificates of the given owners that may be seen, the newest application first.
    pub(crate) fn visible_to(&self, owners: &[Subject], now: Timestamp) -> Vec<CertificateSerial> {
        let visible = self.issued.values().rev().filter(|issued| {
            let is_issued = |reference| {
                let enrollment: Option<&Enrollment> = self.enrollments.get(reference);
                enrollment.is_none_or(|enrollment| enrollment.progress.would_be_finished(now))
            };
            owners.contains(&issued.owner) && issued.enrollment.as_ref().is_none_or(is_issued)
        });
        visible.map(|issued| issued.serial.clone()).collect()
    }

    /// How many applications a subject has made; revoking gives none back (field notes B12).
    pub(crate) fn enrollment_count(&self, owner: &Subject) -> usize {
        self.enrollments.values().filter(|enrollment| enrollment.owner == *owner).count()
    }

    /// How many active certificates a subject has; with those whose application is still under way, or without.
    pub(crate) fn active_count(&self, owner: &Subject, with_pending: bool, now: Timestamp) -> usize {
        let is_active = |issued: &&IssuedCertificate| {
            issued.owner == *owner && issued.status(now) == CertificateListItemStatus::Active
        };
        if with_pending {
            return self.issued.values().filter(is_active).count();
        }
        let visible = self.visible_to(std::slice::from_ref(owner), now);
        visible.iter().filter_map(|serial| self.get(serial)).filter(is_active).count()
    }

    /// A copy for tests.
    pub(crate) fn inspect(&self) -> Vec<CertificateSeen> {
        let seen = |issued: &IssuedCertificate| CertificateSeen {
            serial: issued.serial.clone(),
            kind: issued.kind.clone(),
            owner: format!("{}:{}", issued.owner.kind, issued.owner.value),
            valid_until: issued.valid_until,
            revoked_for: issued.revocation.as_ref().map(|revocation| revocation.reason.clone()),
        };
        self.issued.values().map(seen).collect()
    }

    /// Whether a public key (SHA-256 of its SPKI) was certified for somebody else.
    pub(crate) fn is_key_of_another(&self, spki_sha256: [u8; 32], owner: &Subject) -> bool {
        self.issued
            .values()
            .any(|issued| issued.owner != *owner && issued.certificate.spki_sha256() == spki_sha256)
    }
}
