//! Faults on demand: what the real KSeF does on bad days (field notes, section 7 and A1 to B8).
//!
//! A [`Fault`] says what goes wrong, a [`FaultRule`] where, when and how often; the plan keeps the rules and throws the
//! dice, all from the simulator's seed. Where a fault takes effect is its [`Site`]: most change a request or its answer
//! (`http/broken.rs`), the others what KSeF does with an invoice, a session, an export.

mod plan;

pub(crate) use plan::{FaultPlan, Planned, growing_s, usual_details};
pub use plan::{FaultRule, RuleError, Target};

use serde::{Deserialize, Serialize};
use std::time::Duration;

/// What goes wrong. The work is done as usual unless the name says otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase", deny_unknown_fields)]
pub enum Fault {
    /// The connection closes before the work: nothing happens, nothing is answered.
    LoseRequest,
    /// The work is done and its answer is lost: the connection closes without a byte.
    LoseAnswer,
    /// The work is done, and the answer is this status (500, 502, 503, 504) with an HTML page that is not KSeF's.
    FailAfterWork {
        /// HTTP status, 500 to 599.
        status: u16,
    },
    /// Nothing is done, and the answer is this status with an HTML page that is not KSeF's.
    FailBeforeWork {
        /// HTTP status, 500 to 599.
        status: u16,
    },
    /// Nothing is done, and the answer is 429.
    TooManyRequests {
        /// Seconds in `Retry-After`.
        retry_after_s: u32,
    },
    /// Nothing is done, and the answer is 429. Until its end everything that the rule is about is refused, and each such
    /// request doubles the block, up to a day; who waits begins anew (field notes A3: "multiple breaches may significantly
    /// extend the block").
    GrowingTooManyRequests {
        /// Seconds in the first `Retry-After`.
        first_s: u32,
    },
    /// The answer comes late, by real time (at most ten minutes).
    #[serde(with = "milliseconds")]
    Delay(Duration),
    /// Nothing is done, and the answer is 307 to the same address (field notes B4, issue 740).
    RedirectLoop,
    /// Nothing is done, and the answer is an error in this shape.
    ErrorBody {
        /// The shape.
        shape: ErrorShape,
    },
    /// Nothing is done, and the answer is 400 with this code of KSeF in the shape that the caller asked for: 21180, 21184,
    /// 21165 …
    Refuse {
        /// The code.
        code: i32,
    },
    /// The work is done, and the answer is 200 with an HTML page.
    NotJson,
    /// The answer has fields that nobody knows yet (field notes B4, issue 690: not a breaking change).
    UnknownFields,
    /// The answer has values of enumerations, groups and codes that nobody knows yet.
    UnknownValues,
    /// The answer lacks every field of this name: `permanentStorageDate` was missing in one endpoint (field notes A5,
    /// issue 673).
    OmitField {
        /// The field's name.
        field: String,
    },
    /// `x-ms-meta-hash` of the answer is not the document's.
    WrongHash,
    /// The answer carries a warning of this kind in `X-System-Warning`.
    Warning {
        /// The kind.
        warning: Warning,
    },
    /// `Date` of the answer is wrong by so many seconds.
    ClockSkew {
        /// Seconds; negative is the past.
        seconds: i64,
    },

    /// The session or export begins with 201, and its key does not decrypt: status 415 (field notes B3).
    RejectKey,
    /// Invoices are taken and stay at 150 while the rule holds, then they drain (field notes A4).
    StallProcessing,
    /// The invoice stays at 150 for a time between the two, each for another: the order changes.
    Latency {
        /// Shortest, in milliseconds of the simulator's clock.
        min_ms: u32,
        /// Longest.
        max_ms: u32,
    },
    /// The invoice ends with this status: 415, 435, 550 …
    InvoiceStatus {
        /// The status, 400 to 599.
        code: i32,
    },
    /// The invoice stays at 150 and ends with 550 (cancelled by the system, "try again").
    LateCancel {
        /// Seconds of the simulator's clock until then.
        after_s: u32,
    },
    /// A duplicate's status 440 tells nothing, or something wrong, about the first one (field notes A2).
    Duplicate {
        /// What it tells.
        tells: DuplicateTells,
    },
    /// The invoice has its number and cannot be read by anybody: `permanentStorageDate` is null, downloading gives 21164
    /// or 21165 (field notes A5).
    NotStored {
        /// Seconds of the simulator's clock until it can.
        for_s: u32,
        /// 21164 or 21165.
        code: i32,
    },
    /// The invoice is stored permanently before it gets its number (field notes A5, issue 459).
    InvertedDates,
    /// The invoice becomes visible late, with a date of storage before the mark that was given out for complete (field
    /// notes B1, issue 557).
    LateArrival {
        /// Seconds of the simulator's clock.
        by_s: u32,
    },
    /// Queries for metadata and exports of invoices on which the caller stands as this are answered with 500 (field notes
    /// B1, issue 516: `Subject3`).
    SubjectFails {
        /// The role.
        subject: SubjectRole,
    },
    /// A certificate becomes valid later than was asked for, as when local time was written as UTC (field notes B12, issue
    /// java#58: two hours in summer).
    CertificateStartsLate {
        /// Seconds.
        by_s: u32,
    },
    /// The UPO of an invoice that has its number is not found (field notes B6).
    UpoMissing,
    /// An operation on permissions stays at 100 (field notes A10, issue 496).
    PermissionDelay {
        /// Seconds of the simulator's clock.
        for_s: u32,
    },

    /// An operation that is finished later ends with this status: a login, a batch session, an export, an application for a
    /// certificate, an operation on permissions.
    OperationStatus {
        /// The status, 400 to 599; 210 of an export.
        code: i32,
        /// The sentence in its details; without one that which the specification has for a 550.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        detail: Option<String>,
    },

    /// The export stays at 100 for ever and keeps its place (field notes B2).
    ExportHangs,
    /// The export ends and keeps its place for ever.
    ExportKeepsSlot,
    /// The hashes of the export's parts are wrong, before and after decryption (field notes B2, issue 525).
    ExportWrongHash,
    /// The list in the package is cut off in the middle.
    ExportCutList,
    /// A package that would be truncated holds 10,001 invoices and is not marked (field notes B1, issue 821).
    ExportHidesTruncation,
}

/// A shape of an error body (field notes B4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ErrorShape {
    /// 400, `exception.exceptionDetailList`.
    Legacy,
    /// 400, problem details.
    ProblemDetails,
    /// 404 of the framework, with `traceId`.
    Framework,
    /// 400, code -1.
    LegacyMinusOne,
    /// 500, code 500 in the legacy shape.
    LegacyInternal,
    /// 403 without a body.
    EmptyForbidden,
    /// 403 of an object store, XML.
    ObjectStore,
    /// 502, HTML of the gateway before KSeF.
    Html,
}

/// A warning (field notes A8, B5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Warning {
    /// The signature will not be taken in future.
    #[serde(rename = "sig-001")]
    Sig001,
    /// The XML will not be taken in future.
    #[serde(rename = "xml-002")]
    Xml002,
}

impl Warning {
    /// The value of the header, in the form of the specification with words of ours. ASCII: headers carry nothing else safely.
    pub(crate) const fn text(self) -> &'static str {
        match self {
            Self::Sig001 => {
                "[sig-001]: Podpis nie spelnia wymagan profili XAdES i w przyszlosci zostanie odrzucony"
            }
            Self::Xml002 => {
                "[xml-002]: Dokument zawiera znaki lub instrukcje, ktore w przyszlosci zostana odrzucone"
            }
        }
    }
}

/// What the status of a duplicate tells about the first invoice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum DuplicateTells {
    /// No extensions ("może go nie być", issue 380).
    Nothing,
    /// The session of the duplicate instead of the first one's (issue 450).
    OwnSession,
}

/// As what the caller stands on the invoices that are asked for: `subjectType` of a query.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum SubjectRole {
    /// The seller.
    Subject1,
    /// The buyer.
    Subject2,
    /// A third party.
    Subject3,
    /// Who may issue for the seller.
    SubjectAuthorized,
}

/// Where a fault takes effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Site {
    /// Instead of, or around, the answer to a request: one for each request.
    Request,
    /// On the answer, beside others.
    Answer,
    /// When a session opens or an export begins.
    Session,
    /// While the rule holds.
    Standing,
    /// When an invoice is decided upon.
    Invoice,
    /// When a duplicate is found.
    Duplicate,
    /// When an invoice gets its number.
    Numbering,
    /// When invoices are looked for in a role.
    Query(SubjectRole),
    /// When a certificate is issued.
    Certificate,
    /// When a UPO is asked for.
    Upo,
    /// When an operation on permissions begins.
    Permission,
    /// When it is settled how an operation ends.
    Outcome,
    /// When an export is made.
    Export,
}

impl Fault {
    pub(crate) const fn site(&self) -> Site {
        match self {
            Self::LoseRequest
            | Self::LoseAnswer
            | Self::FailAfterWork { .. }
            | Self::FailBeforeWork { .. }
            | Self::TooManyRequests { .. }
            | Self::GrowingTooManyRequests { .. }
            | Self::Delay(_)
            | Self::RedirectLoop
            | Self::ErrorBody { .. }
            | Self::Refuse { .. }
            | Self::NotJson => Site::Request,
            Self::UnknownFields
            | Self::UnknownValues
            | Self::OmitField { .. }
            | Self::WrongHash
            | Self::Warning { .. }
            | Self::ClockSkew { .. } => Site::Answer,
            Self::RejectKey => Site::Session,
            Self::StallProcessing => Site::Standing,
            Self::Latency { .. } | Self::InvoiceStatus { .. } | Self::LateCancel { .. } => Site::Invoice,
            Self::Duplicate { .. } => Site::Duplicate,
            Self::NotStored { .. } | Self::InvertedDates | Self::LateArrival { .. } => Site::Numbering,
            Self::SubjectFails { subject } => Site::Query(*subject),
            Self::CertificateStartsLate { .. } => Site::Certificate,
            Self::UpoMissing => Site::Upo,
            Self::PermissionDelay { .. } => Site::Permission,
            Self::OperationStatus { .. } => Site::Outcome,
            Self::ExportHangs
            | Self::ExportKeepsSlot
            | Self::ExportWrongHash
            | Self::ExportCutList
            | Self::ExportHidesTruncation => Site::Export,
        }
    }

    /// Its name in the control API.
    pub(crate) fn kind(&self) -> String {
        let value = serde_json::to_value(self).unwrap_or_default();
        value["kind"].as_str().unwrap_or_default().to_owned()
    }

    /// Refuses figures that make no sense, in words of both languages.
    pub(crate) fn check(&self) -> Result<(), RuleError> {
        let is_good = match self {
            Self::FailAfterWork { status } | Self::FailBeforeWork { status } => (500..=599).contains(status),
            Self::TooManyRequests { retry_after_s } => *retry_after_s >= 1,
            Self::GrowingTooManyRequests { first_s } => *first_s >= 1,
            Self::InvoiceStatus { code } => (400..=599).contains(code),
            Self::OperationStatus { code, .. } => (400..=599).contains(code) || *code == 210,
            Self::Refuse { code } => *code != 0,
            Self::OmitField { field } => (1..=FIELD_CHARS_MAX).contains(&field.chars().count()),
            Self::CertificateStartsLate { by_s } => *by_s <= 365 * 86_400,
            Self::NotStored { code, .. } => matches!(code, 21164 | 21165),
            Self::Latency { min_ms, max_ms } => min_ms <= max_ms,
            Self::ClockSkew { seconds } => seconds.unsigned_abs() <= 10 * 365 * 86_400,
            _ => true,
        };
        if is_good { Ok(()) } else { Err(RuleError::Figure { kind: self.kind() }) }
    }
}

const FIELD_CHARS_MAX: usize = 60;

/// `Delay` as `{"kind": "delay", "milliseconds": 300}`.
mod milliseconds {
    use serde::{Deserialize, Deserializer, Serialize as _, Serializer};
    use std::time::Duration;

    #[derive(serde::Serialize, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Wire {
        milliseconds: u64,
    }

    pub(super) fn serialize<S: Serializer>(delay: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
        let milliseconds = u64::try_from(delay.as_millis()).unwrap_or(u64::MAX);
        Wire { milliseconds }.serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
        Wire::deserialize(deserializer).map(|wire| Duration::from_millis(wire.milliseconds))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(json: &str, expected: &Fault) {
        assert_eq!(&serde_json::from_str::<Fault>(json).expect("a fault"), expected);
        assert_eq!(serde_json::to_string(expected).expect("JSON"), json);
    }

    #[test]
    fn faults_on_the_wire() {
        check(r#"{"kind":"loseAnswer"}"#, &Fault::LoseAnswer);
        check(r#"{"kind":"failAfterWork","status":502}"#, &Fault::FailAfterWork { status: 502 });
        check(r#"{"kind":"tooManyRequests","retryAfterS":3}"#, &Fault::TooManyRequests { retry_after_s: 3 });
        check(r#"{"kind":"delay","milliseconds":300}"#, &Fault::Delay(Duration::from_millis(300)));
        check(r#"{"kind":"warning","warning":"sig-001"}"#, &Fault::Warning { warning: Warning::Sig001 });
        for wrong in
            [r#"{"kind":"unheardOf"}"#, r#"{"kind":"delay"}"#, r#"{"kind":"failAfterWork","state":1}"#]
        {
            assert!(serde_json::from_str::<Fault>(wrong).is_err(), "{wrong}");
        }
        assert!(Fault::FailAfterWork { status: 200 }.check().is_err());
        assert_eq!(Fault::LoseAnswer.kind(), "loseAnswer");
    }
}
