//! Limits of the caller's context and of the caller, and the test environment's operations that change them.

use crate::domain::context_limits::groups;
use crate::http::Shared;
use crate::http::body;
use crate::http::call::{Call, Reply};
use crate::http::errors::Refusal;
use ksef_wire::{
    EffectiveContextLimits, EffectiveSubjectLimits, RateLimitGroup, SessionLimits, SetRateLimitsRequest,
    SetSubjectLimitsRequest, SubjectIdentifierType,
};

/// `GET /limits/context`
pub(crate) fn of_context(shared: &Shared, call: &Call) -> Result<Reply, Refusal> {
    Ok(Reply::ok(&shared.world().limits.of_context(&call.caller()?.context)))
}

/// `GET /limits/subject`
pub(crate) fn of_subject(shared: &Shared, call: &Call) -> Result<Reply, Refusal> {
    Ok(Reply::ok(&shared.world().limits.of_subject(&call.caller()?.subject)))
}

/// `GET /rate-limits`: also where limits are off, since a client that paces itself by them must be testable.
pub(crate) fn rates(shared: &Shared, call: &Call) -> Result<Reply, Refusal> {
    let world = shared.world();
    let rates = world.limits.rates_of(Some(&call.caller()?.context));
    if !world.habits.counts_closing_with_opening {
        return Ok(Reply::ok(&rates));
    }
    let mut rates = serde_json::to_value(rates).map_err(|_| Refusal::Internal)?;
    for group in [RateLimitGroup::OnlineSessionClose, RateLimitGroup::BatchSessionClose] {
        if let Some(groups) = rates.as_object_mut() {
            groups.remove(group.name());
        }
    }
    Ok(Reply::ok(&rates))
}

/// `POST /testdata/limits/context/session`
pub(crate) fn set_context(shared: &Shared, call: &Call) -> Result<Reply, Refusal> {
    let context = call.caller()?.context.clone();
    let limits: EffectiveContextLimits = body::json(call)?;
    for (name, session) in [("onlineSession", limits.online_session), ("batchSession", limits.batch_session)]
    {
        check_session(name, session)?;
    }
    let identifier = limits.collective_identifier.max_invoices;
    check_between("collectiveIdentifier.maxInvoices", identifier, 2, 5000)?;
    shared.world().limits.set_context(context, Some(limits));
    Ok(Reply::empty())
}

/// `DELETE /testdata/limits/context/session`
pub(crate) fn reset_context(shared: &Shared, call: &Call) -> Result<Reply, Refusal> {
    shared.world().limits.set_context(call.caller()?.context.clone(), None);
    Ok(Reply::empty())
}

/// `POST /testdata/limits/subject/certificate`
pub(crate) fn set_subject(shared: &Shared, call: &Call) -> Result<Reply, Refusal> {
    let subject = &call.caller()?.subject;
    let request: SetSubjectLimitsRequest = body::json(call)?;
    let kind = request.subject_identifier_type;
    if let Some(SubjectIdentifierType::Unknown(text)) = &kind {
        let text = crate::http::paging::cut(text);
        let sentence =
            format!("'subjectIdentifierType' has a range of values which does not include '{text}'.");
        return Err(Refusal::validation(sentence));
    }
    let limits = EffectiveSubjectLimits { enrollment: request.enrollment, certificate: request.certificate };
    let enrollments = limits.enrollment.and_then(|limits| limits.max_enrollments);
    let certificates = limits.certificate.and_then(|limits| limits.max_certificates);
    for (name, value) in
        [("enrollment.maxEnrollments", enrollments), ("certificate.maxCertificates", certificates)]
    {
        if value.is_some_and(|value| value < 0) {
            return Err(Refusal::validation(format!("'{name}' must be greater than or equal to '0'.")));
        }
    }
    // Limits for another kind of identifier do not touch the caller.
    if kind.is_none_or(|kind| kind.as_str() == subject.kind.as_str()) {
        shared.world().limits.set_subject(subject, Some(limits));
    }
    Ok(Reply::empty())
}

/// `DELETE /testdata/limits/subject/certificate`
pub(crate) fn reset_subject(shared: &Shared, call: &Call) -> Result<Reply, Refusal> {
    shared.world().limits.set_subject(&call.caller()?.subject, None);
    Ok(Reply::empty())
}

/// `POST /testdata/rate-limits`: one to ten times the production value of each group; the sentence was recorded
/// (`shared/ksef/behaviour.md`).
pub(crate) fn set_rates(shared: &Shared, call: &Call) -> Result<Reply, Refusal> {
    let context = call.caller()?.context.clone();
    let request: SetRateLimitsRequest = body::json(call)?;
    for (group, values) in groups(&request.rate_limits) {
        let production = group.production();
        for (name, value, usual) in [
            ("perSecond", values.per_second, production.per_second),
            ("perMinute", values.per_minute, production.per_minute),
            ("perHour", values.per_hour, production.per_hour),
        ] {
            check_between(
                &format!("rateLimits.{}.{name}", group.name()),
                value,
                1,
                usual.saturating_mul(10),
            )?;
        }
    }
    shared.world().limits.set_rates(context, Some(request.rate_limits));
    Ok(Reply::empty())
}

/// `DELETE /testdata/rate-limits`, and `POST /testdata/rate-limits/production`: the values of TEST are those of
/// production since 2.5.0.
pub(crate) fn reset_rates(shared: &Shared, call: &Call) -> Result<Reply, Refusal> {
    shared.world().limits.set_rates(call.caller()?.context.clone(), None);
    Ok(Reply::empty())
}

fn check_session(name: &str, limits: SessionLimits) -> Result<(), Refusal> {
    check_between(&format!("{name}.maxInvoiceSizeInMB"), limits.max_invoice_size_in_mb, 0, 5)?;
    let with_attachment = limits.max_invoice_with_attachment_size_in_mb;
    check_between(&format!("{name}.maxInvoiceWithAttachmentSizeInMB"), with_attachment, 0, 10)?;
    check_between(&format!("{name}.maxInvoices"), limits.max_invoices, 0, 100_000)
}

fn check_between(name: &str, value: i32, min: i32, max: i32) -> Result<(), Refusal> {
    if (min..=max).contains(&value) {
        return Ok(());
    }
    Err(Refusal::validation(format!("'{name}' must be between {min} and {max}. You entered {value}.")))
}
