//! Limits that the test environment lets a context or a subject change.

use super::logins::Subject;
use ksef_id::ContextIdentifier;
use ksef_wire::{
    ApiRateLimitsOverride, CertificateLimits, EffectiveApiRateLimitValues, EffectiveApiRateLimits,
    EffectiveContextLimits, EffectiveSubjectLimits, EnrollmentLimits, RateLimitGroup, TokenAuthorType,
};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// What was changed; everything else is as in production.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct ChangedLimits {
    contexts: HashMap<ContextIdentifier, EffectiveContextLimits>,
    rates: HashMap<ContextIdentifier, ApiRateLimitsOverride>,
    subjects: HashMap<String, EffectiveSubjectLimits>,
}

impl ChangedLimits {
    /// The limits of a context.
    pub(crate) fn of_context(&self, context: &ContextIdentifier) -> EffectiveContextLimits {
        self.contexts.get(context).copied().unwrap_or(EffectiveContextLimits::production())
    }

    /// Changes them; `None` puts them back.
    pub(crate) fn set_context(&mut self, context: ContextIdentifier, limits: Option<EffectiveContextLimits>) {
        match limits {
            Some(limits) => self.contexts.insert(context, limits),
            None => self.contexts.remove(&context),
        };
    }

    /// The rate limits of a context.
    pub(crate) fn rates_of(&self, context: Option<&ContextIdentifier>) -> EffectiveApiRateLimits {
        let mut limits = EffectiveApiRateLimits::production();
        if let Some(changed) = context.and_then(|context| self.rates.get(context)) {
            for (group, values) in groups(changed) {
                *field(&mut limits, group) = values;
            }
        }
        limits
    }

    /// Changes them; `None` puts them back.
    pub(crate) fn set_rates(&mut self, context: ContextIdentifier, limits: Option<ApiRateLimitsOverride>) {
        match limits {
            Some(limits) => self.rates.insert(context, limits),
            None => self.rates.remove(&context),
        };
    }

    /// The limits of a subject (guide, `limity/limity.md`).
    pub(crate) fn of_subject(&self, subject: &Subject) -> EffectiveSubjectLimits {
        let (enrollments, certificates) = match subject.kind {
            TokenAuthorType::Nip => (300, 100),
            _ => (12, 6),
        };
        let changed = self.subjects.get(&key(subject)).copied().unwrap_or_default();
        let enrollment = changed.enrollment.and_then(|limits| limits.max_enrollments).unwrap_or(enrollments);
        let certificate =
            changed.certificate.and_then(|limits| limits.max_certificates).unwrap_or(certificates);
        EffectiveSubjectLimits {
            enrollment: Some(EnrollmentLimits { max_enrollments: Some(enrollment) }),
            certificate: Some(CertificateLimits { max_certificates: Some(certificate) }),
        }
    }

    /// Changes them; `None` puts them back.
    pub(crate) fn set_subject(&mut self, subject: &Subject, limits: Option<EffectiveSubjectLimits>) {
        match limits {
            Some(limits) => self.subjects.insert(key(subject), limits),
            None => self.subjects.remove(&key(subject)),
        };
    }
}

fn key(subject: &Subject) -> String {
    format!("{}:{}", subject.kind, subject.value)
}

/// The groups of an override with their values.
pub(crate) fn groups(limits: &ApiRateLimitsOverride) -> [(RateLimitGroup, EffectiveApiRateLimitValues); 13] {
    [
        (RateLimitGroup::OnlineSession, limits.online_session),
        (RateLimitGroup::BatchSession, limits.batch_session),
        (RateLimitGroup::InvoiceSend, limits.invoice_send),
        (RateLimitGroup::InvoiceStatus, limits.invoice_status),
        (RateLimitGroup::SessionList, limits.session_list),
        (RateLimitGroup::SessionInvoiceList, limits.session_invoice_list),
        (RateLimitGroup::SessionMisc, limits.session_misc),
        (RateLimitGroup::InvoiceMetadata, limits.invoice_metadata),
        (RateLimitGroup::InvoiceExport, limits.invoice_export),
        (RateLimitGroup::InvoiceExportStatus, limits.invoice_export_status),
        (RateLimitGroup::InvoiceDownload, limits.invoice_download),
        (RateLimitGroup::CollectiveIdentifier, limits.collective_identifier),
        (RateLimitGroup::Other, limits.other),
    ]
}

fn field(limits: &mut EffectiveApiRateLimits, group: RateLimitGroup) -> &mut EffectiveApiRateLimitValues {
    match group {
        RateLimitGroup::OnlineSession => &mut limits.online_session,
        RateLimitGroup::OnlineSessionClose => &mut limits.online_session_close,
        RateLimitGroup::BatchSession => &mut limits.batch_session,
        RateLimitGroup::BatchSessionClose => &mut limits.batch_session_close,
        RateLimitGroup::InvoiceSend => &mut limits.invoice_send,
        RateLimitGroup::InvoiceStatus => &mut limits.invoice_status,
        RateLimitGroup::SessionList => &mut limits.session_list,
        RateLimitGroup::SessionInvoiceList => &mut limits.session_invoice_list,
        RateLimitGroup::SessionMisc => &mut limits.session_misc,
        RateLimitGroup::InvoiceMetadata => &mut limits.invoice_metadata,
        RateLimitGroup::InvoiceExport => &mut limits.invoice_export,
        RateLimitGroup::InvoiceExportStatus => &mut limits.invoice_export_status,
        RateLimitGroup::InvoiceDownload => &mut limits.invoice_download,
        RateLimitGroup::CollectiveIdentifier => &mut limits.collective_identifier,
        RateLimitGroup::Other => &mut limits.other,
        RateLimitGroup::Anonymous => &mut limits.anonymous,
        RateLimitGroup::Global => &mut limits.global,
    }
}
