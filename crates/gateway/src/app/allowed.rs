//! What KSeF takes from a company only when somebody has allowed it: invoices with attachments (a consent, given outside KSeF),
//! self-billing and invoices of flat-rate farmers (a grant of the seller). Asked for before sending, since a refusal there is
//! final: the document would have to be made anew.
//!
//! Sources: guide, `uprawnienia.md` ("uprawnienia podmiotowe"); `GET /permissions/attachments/status`; field notes B1 (who lacks
//! the right to ask is refused with 403, which does not mean that nothing was allowed).

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use gateway_store::{Reason, Sale};
use jiff::{SignedDuration, Timestamp};
use ksef_client::CallError;
use ksef_id::Nip;
use ksef_invoice::Form;
use ksef_wire::{
    EntityAuthorizationPermissionType, EntityAuthorizationPermissionsQueryRequest, NipIdentifierType,
    QueryType, TypedIdentifier,
};

use super::{Work, WorkError};
use crate::company::Company;

/// What was asked of KSeF lately. In memory only: it is cheap to ask again, and may change at any time.
#[derive(Default)]
pub(crate) struct Allowed {
    known: Mutex<HashMap<Permit, (Answer, Timestamp)>>,
}

/// Something that has to be allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Permit {
    Attachments,
    /// This seller lets the company issue in its name.
    SelfBilling(Nip),
    /// The same for a flat-rate farmer.
    FlatRateFarmer(Nip),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Answer {
    Yes,
    No,
    /// This login may not ask: KSeF itself says it when the invoice comes.
    NotTold,
}

/// What keeps an invoice from being sent until somebody allows it, and when to ask again.
pub(super) async fn not_allowed(
    work: &Work<'_>,
    sale: &Sale,
) -> Result<Option<(Reason, Timestamp)>, WorkError> {
    let Some(permit) = permit_of(work, sale).await? else { return Ok(None) };
    let now = work.now();
    let answer = match work.company.allowed.known(permit, now) {
        Some(answer) => answer,
        None => {
            let answer = ask(work.company, permit).await?;
            work.company.allowed.learn(permit, answer, now);
            answer
        }
    };
    Ok((answer == Answer::No).then(|| (permit.reason(), now + ASK_AGAIN)))
}

/// What this invoice needs. Technical corrections stand for documents that were allowed once.
async fn permit_of(work: &Work<'_>, sale: &Sale) -> Result<Option<Permit>, WorkError> {
    if sale.technical_of.is_some() {
        return Ok(None);
    }
    if sale.is_batch_only {
        return Ok(Some(Permit::Attachments));
    }
    let is_by_farmer = sale.form == Form::FaRr1.name();
    if !is_by_farmer && !sale.is_self_billing {
        return Ok(None);
    }
    let xml = work.app.checked_xml(sale).await?;
    // What cannot be read any more, or names no seller, is KSeF's to judge.
    let Ok(invoice) = ksef_invoice::read(&xml) else { return Ok(None) };
    let Ok(seller) = Nip::parse(&invoice.metadata().seller_nip) else { return Ok(None) };
    if work.company.context.nip() == Some(seller) {
        return Ok(None);
    }
    Ok(Some(if is_by_farmer { Permit::FlatRateFarmer(seller) } else { Permit::SelfBilling(seller) }))
}

async fn ask(company: &Company, permit: Permit) -> Result<Answer, CallError> {
    let answer = match permit {
        Permit::Attachments => company.ksef.may_send_attachments(company.now()).await,
        Permit::SelfBilling(seller) => {
            has_grant(company, seller, EntityAuthorizationPermissionType::SelfInvoicing).await
        }
        Permit::FlatRateFarmer(seller) => {
            has_grant(company, seller, EntityAuthorizationPermissionType::RRInvoicing).await
        }
    };
    match answer {
        Ok(true) => Ok(Answer::Yes),
        Ok(false) => Ok(Answer::No),
        Err(CallError::Refused { http_status: 403, .. }) => Ok(Answer::NotTold),
        Err(error) => Err(error),
    }
}

async fn has_grant(
    company: &Company,
    seller: Nip,
    scope: EntityAuthorizationPermissionType,
) -> Result<bool, CallError> {
    let filters = EntityAuthorizationPermissionsQueryRequest {
        authorizing_identifier: Some(TypedIdentifier {
            kind: NipIdentifierType::Nip,
            value: seller.as_str().to_owned(),
        }),
        authorized_identifier: None,
        query_type: QueryType::Received,
        permission_types: Some(vec![scope.clone()]),
    };
    let grants = company.ksef.authorizations(&filters).await?;
    Ok(grants.iter().any(|grant| grant.authorization_scope == scope))
}

impl Allowed {
    fn known(&self, permit: Permit, now: Timestamp) -> Option<Answer> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let (answer, asked_at) = known.get(&permit)?;
        let good_for = if *answer == Answer::No { ASK_AGAIN } else { GOOD_FOR };
        (now.duration_since(*asked_at).abs() < good_for).then_some(*answer)
    }

    fn learn(&self, permit: Permit, answer: Answer, now: Timestamp) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= PERMITS_MAX {
            known.clear();
        }
        known.insert(permit, (answer, now));
    }
}

impl Permit {
    fn reason(self) -> Reason {
        let (code, text) = match self {
            Self::Attachments => (
                "wait.attachmentConsent",
                "KSeF has no consent of this company to invoices with attachments".to_owned(),
            ),
            Self::SelfBilling(seller) => ("wait.selfInvoicing", seller.as_str().to_owned()),
            Self::FlatRateFarmer(seller) => ("wait.rrInvoicing", seller.as_str().to_owned()),
        };
        Reason { code: code.into(), text }
    }
}

/// How long what was allowed is taken for granted: should it be withdrawn, KSeF refuses the invoice.
const GOOD_FOR: SignedDuration = SignedDuration::from_hours(1);
/// How soon what was not allowed is asked for again; KSeF allows few of such questions.
const ASK_AGAIN: SignedDuration = SignedDuration::from_mins(5);
/// Sellers whose answers are kept.
const PERMITS_MAX: usize = 10_000;
