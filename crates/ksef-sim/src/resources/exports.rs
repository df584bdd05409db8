//! Exports: asked for, and looked at until the package is there. Its parts lie in `storage`.

use super::invoice_query::{self, Query};
use super::online_sessions::session_key;
use crate::domain::exports::{Export, Last, Package};
use crate::domain::progress::Progress;
use crate::faults::{Site, Target};
use crate::http::Shared;
use crate::http::body;
use crate::http::call::{Call, Reply};
use crate::http::errors::Refusal;
use crate::http::paging::cut;
use crate::jobs::Job;
use crate::links::{self, LinkTarget};
use axum::http::StatusCode;
use jiff::{SignedDuration, Timestamp};
use ksef_id::{ContextType, ReferenceKind, ReferenceNumber};
use ksef_wire::codes::{ExceptionCode, ExportStatusCode};
use ksef_wire::{
    ApiTime, CompressionType, ExportInvoicesResponse, InvoiceExportRequest, InvoiceExportStatusResponse,
    InvoicePackage, InvoicePackagePart, InvoiceQuerySubjectType, Operation, StatusInfo,
};
use std::sync::Arc;

/// `POST /invoices/exports`
pub(crate) fn start(shared: &Shared, call: &Call) -> Result<Reply, Refusal> {
    let caller = call.caller()?;
    let request: InvoiceExportRequest = body::json(call)?;
    if let Some(CompressionType::Unknown(text)) = &request.compression_type {
        let text = cut(text);
        let sentence = format!("'compressionType' has a range of values which does not include '{text}'.");
        return Err(Refusal::validation(sentence));
    }
    let key = session_key(shared, &request.encryption, call.now)?;
    let mut world = shared.world();
    // Checked now; a range beyond the mark is found out later (status 420).
    Query::check(request.filters.clone(), call.now, invoice_query::hwm(&world, call.now))?
        .fail_on_demand(&mut world, call)?;
    check_role(&request.filters.subject_type, caller.context.kind())?;
    if world.exports.running(&caller.context, &caller.subject, call.now) >= RUNNING_MAX {
        let sentence = format!(
            "Dla uwierzytelnionego podmiotu w bieżącym kontekście osiągnięto maksymalny limit {RUNNING_MAX} równoczesnych \
             eksportów faktur. Spróbuj ponownie później."
        );
        return Err(Refusal::code(ExceptionCode::EXPORT_LIMIT, [sentence]));
    }
    let started = Target::Operation(Operation::InvoiceExport);
    let key = key.filter(|_| world.faults.take(Site::Session, started, call.now).is_none());
    let reference = world.references.reference(ReferenceKind::Export, call.now);
    let export = Export {
        reference: reference.clone(),
        context: caller.context.clone(),
        subject: caller.subject.clone(),
        requested_at: call.now,
        key: key.map(Arc::new),
        filters: request.filters,
        is_only_metadata: request.only_metadata,
        compression: request.compression_type.unwrap_or(CompressionType::Zip),
        outcome: None,
        progress: Progress::begin(call.now),
        keeps_slot: false,
        hangs: false,
    };
    world.exports.add(export, call.now);
    world.jobs.push(Job::Export(reference.clone()));
    Ok(Reply::json(StatusCode::CREATED, &ExportInvoicesResponse { reference_number: reference }))
}

/// `GET /invoices/exports/{referenceNumber}`
pub(crate) fn status(shared: &Shared, call: &Call) -> Result<Reply, Refusal> {
    let caller = call.caller()?;
    let reference = call.reference("referenceNumber")?;
    let mut world = shared.world();
    // Another context's export does not exist for the caller.
    let export = world
        .exports
        .get_mut(&reference)
        .filter(|export| export.context == caller.context)
        .ok_or_else(|| Refusal::code(ExceptionCode::QUERY_RESULT_NOT_FOUND, None))?;
    if export.outcome.is_some() && export.expires_at() <= call.now {
        return Err(Refusal::Gone);
    }
    let is_final = export.progress.look(call.now);
    let expires_at = export.expires_at();
    let (status, completed, package) = match &export.outcome {
        Some((at, outcome)) if is_final => match outcome {
            Ok(package) => {
                let described = describe(shared, call, &reference, package, &export.compression);
                ((ExportStatusCode::SUCCESS, Vec::new()), Some(*at), Some(described))
            }
            Err((code, details)) => ((*code, details.clone()), Some(*at), None),
        },
        _ => ((ExportStatusCode::IN_PROGRESS, Vec::new()), None, None),
    };
    let (code, details) = status;
    Ok(Reply::ok(&InvoiceExportStatusResponse {
        status: StatusInfo {
            code: code.0,
            description: code.description().unwrap_or_default().to_owned(),
            details: (!details.is_empty()).then_some(details),
        },
        completed_date: completed.map(ApiTime),
        package_expiration_date: package.as_ref().map(|_| ApiTime(expires_at)),
        package,
    }))
}

fn describe(
    shared: &Shared,
    call: &Call,
    reference: &ReferenceNumber,
    package: &Package,
    compression: &CompressionType,
) -> InvoicePackage {
    let expires = call.now.checked_add(PART_LIFE).unwrap_or(call.now);
    let extension = if *compression == CompressionType::TarGz { "tar.gz" } else { "zip" };
    let length = |bytes: usize| i64::try_from(bytes).unwrap_or(i64::MAX);
    let parts = package
        .parts
        .iter()
        .map(|part| {
            let target = LinkTarget::ExportPart(reference.clone(), part.ordinal);
            InvoicePackagePart {
                ordinal_number: part.ordinal,
                part_name: format!("{reference}-{:03}.{extension}.aes", part.ordinal),
                method: "GET".to_owned(),
                url: format!("{}{}", call.origin, links::path(&target, expires, &shared.keys.links)),
                part_size: length(part.size),
                part_hash: part.hash.clone(),
                encrypted_part_size: length(part.encrypted_size),
                encrypted_part_hash: part.encrypted_hash.clone(),
                expiration_date: ApiTime(expires),
            }
        })
        .collect();
    let (mut issued, mut invoiced, mut stored) = (None, None, None);
    match package.truncated_at {
        Some(Last::Issue(date)) => issued = Some(date),
        Some(Last::Invoicing(at)) => invoiced = Some(ApiTime(at)),
        Some(Last::PermanentStorage(at)) => stored = Some(ApiTime(at)),
        None => {}
    }
    InvoicePackage {
        invoice_count: length(package.invoice_count),
        size: length(package.size),
        parts,
        is_truncated: package.truncated_at.is_some(),
        last_issue_date: issued,
        last_invoicing_date: invoiced,
        last_permanent_storage_date: stored,
        permanent_storage_hwm_date: package.hwm.map(ApiTime),
        compression_type: compression.clone(),
    }
}

/// Refuses roles that a kind of context cannot have on an invoice: sellers and authorised parties are known by NIP.
fn check_role(role: &InvoiceQuerySubjectType, context: ContextType) -> Result<(), Refusal> {
    let is_possible = match role {
        InvoiceQuerySubjectType::Subject2 | InvoiceQuerySubjectType::Subject3 => {
            matches!(context, ContextType::Nip | ContextType::InternalId)
        }
        _ => context == ContextType::Nip,
    };
    if is_possible {
        return Ok(());
    }
    let sentence = format!(
        "Nie można wyeksportować paczki faktur dla wybranego podmiotu ({role}) i zalogowanego identyfikatora kontekstu \
         ({}).",
        context.name()
    );
    Err(Refusal::code(ExceptionCode::INVALID_EXPORT_REQUEST, [sentence]))
}

/// The bytes of a part, for `storage`.
pub(crate) fn part(
    shared: &Shared,
    reference: &ReferenceNumber,
    ordinal: i32,
    now: Timestamp,
) -> Option<axum::body::Bytes> {
    let world = shared.world();
    let export = world.exports.get(reference).filter(|export| export.expires_at() > now)?;
    let (_, Ok(package)) = export.outcome.as_ref()? else { return None };
    package.parts.iter().find(|part| part.ordinal == ordinal).and_then(|part| part.encrypted.clone())
}

/// "Maksymalnie można uruchomić 10 równoczesnych eksportów"
const RUNNING_MAX: usize = 10;
/// How long the address of a part works (field notes B2, issue 816).
const PART_LIFE: SignedDuration = SignedDuration::from_hours(1);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_go_with_contexts() {
        let is_refused = |role, context| check_role(&role, context).is_err();
        assert!(!is_refused(InvoiceQuerySubjectType::Subject1, ContextType::Nip));
        assert!(!is_refused(InvoiceQuerySubjectType::Subject3, ContextType::InternalId));
        assert!(is_refused(InvoiceQuerySubjectType::Subject1, ContextType::InternalId));
        assert!(is_refused(InvoiceQuerySubjectType::Subject2, ContextType::PeppolId));
    }
}
