//! Technical corrections: the same invoice once more, after KSeF refused the offline one that the buyer holds.
//!
//! Source: guide, `offline/korekta-techniczna.md`; field note B10. Whoever corrects a correction that was refused itself
//! corrects the first document: its codes are the ones on paper, and its hash is what KSeF is told.

use gateway_rules::offline::InvoicingMode;
use gateway_rules::policy::SendingPolicy;
use gateway_rules::technical_correction::{CorrectionRefusal, Rejected, may_be_corrected};
use gateway_store::{OfflineIssue, Sale, SaleMove, SaleState, StoreError, Taken};

use super::decide::{DecideError, finish};
use super::offline::{IssueError, issue_of};
use super::same_content::{MayDiffer, first_difference};
use super::take_invoice::{TakeError, TakeOptions, take_invoice};
use super::{App, WorkError};
use crate::company::Company;

/// Why it was not taken; nothing has changed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CorrectError {
    /// It is not allowed.
    #[error("a technical correction is not possible: {refusal}")]
    Refused {
        /// Why.
        refusal: CorrectionRefusal,
        /// Where it says something else, when that is why.
        path: Option<String>,
    },
    /// The new document cannot be taken in.
    #[error(transparent)]
    Take(#[from] TakeError),
    /// It could not be released.
    #[error(transparent)]
    Decide(#[from] DecideError),
    /// The database, or the document.
    #[error(transparent)]
    Work(#[from] WorkError),
}

impl From<StoreError> for CorrectError {
    fn from(error: StoreError) -> Self {
        Self::Work(error.into())
    }
}

/// The invoice that a buyer holds, and its technical corrections, oldest first.
pub(crate) struct Chain {
    pub(crate) original: Sale,
    pub(crate) corrections: Vec<Sale>,
}

/// The chain that an invoice belongs to.
pub(crate) async fn chain(app: &App, sale: &Sale) -> Result<Chain, StoreError> {
    let original = match sale.technical_of {
        Some(of) => app.store.sale(&sale.company, of).await?.unwrap_or_else(|| sale.clone()),
        None => sale.clone(),
    };
    // Only what was refused has any.
    let corrections = if is_refused(original.state) {
        app.store.technical_corrections(&original.company, original.id).await?
    } else {
        Vec::new()
    };
    Ok(Chain { original, corrections })
}

/// Takes the technical correction of `sale` in and releases it: it goes online, by itself, as the offline document that it
/// stands for. The same bytes once more give the correction that is there already.
pub(crate) async fn correct(
    app: &App,
    company: &Company,
    sale: &Sale,
    options: &TakeOptions<'_>,
    content: &[u8],
) -> Result<Taken, CorrectError> {
    let Chain { original, corrections } = chain(app, sale).await?;
    let hash = ksef_id::Sha256Hash::from_bytes(&ksef_crypto::sha256(content));
    if let Some(known) = corrections.iter().find(|one| one.sha256 == hash && !is_over(one.state)) {
        release(app, company, known, options.actor).await?;
        return Ok(Taken::Known(found(app, known).await?));
    }
    let refused = |refusal, path| CorrectError::Refused { refusal, path };
    let mode = InvoicingMode::from_name(&original.mode).unwrap_or(InvoicingMode::Online);
    let rejected = Rejected {
        mode,
        status_code: refusal_code(&original),
        has_accepted_correction: corrections.iter().any(|one| one.state.is_numbered()),
        has_correction_under_way: corrections
            .iter()
            .any(|one| !one.state.is_numbered() && !is_over(one.state)),
        says_the_same: true,
    };
    may_be_corrected(&rejected).map_err(|refusal| refused(refusal, None))?;
    let old = app.checked_xml(&original).await?;
    // What cannot be read is refused below, with findings.
    if let (Ok(old), Ok(new)) = (ksef_invoice::tree(&old), ksef_invoice::tree(content)) {
        let number = original.state == SaleState::NumberCollision
            || corrections.iter().any(|one| one.state == SaleState::NumberCollision);
        if let Some(path) = first_difference(&old, &new, MayDiffer { number }) {
            return Err(refused(CorrectionRefusal::SaysOtherwise, Some(path)));
        }
    }
    let policy = SendingPolicy::from_name(&original.policy);
    let options = TakeOptions {
        idempotency_key: options.idempotency_key,
        actor: options.actor,
        policy,
        technical_of: Some(original.id),
        ..TakeOptions::default()
    };
    let taken = take_invoice(app, company, &options, content).await?;
    let (Taken::New(correction) | Taken::Known(correction)) = &taken;
    if correction.technical_of != Some(original.id) {
        // The key or the number brought another invoice of the same bytes.
        return Err(StoreError::NumberTaken { id: correction.id }.into());
    }
    release(app, company, correction, options.actor).await?;
    let correction = found(app, correction).await?;
    Ok(match taken {
        Taken::New(_) => Taken::New(correction),
        Taken::Known(_) => Taken::Known(correction),
    })
}

/// Lets a technical correction that is in the state `validated` go: in the mode of the invoice that it stands for, with a
/// second code of its own and the same last day.
pub(super) async fn release(
    app: &App,
    company: &Company,
    correction: &Sale,
    actor: &str,
) -> Result<(), DecideError> {
    if correction.state != SaleState::Validated {
        return Ok(());
    }
    let original = chain(app, correction).await?.original;
    let xml = app.checked_xml(correction).await?;
    let mode = InvoicingMode::from_name(&original.mode).unwrap_or(InvoicingMode::Offline24);
    let certificate_link = match issue_of(company, correction, &xml, mode, &[]) {
        Ok(issue) => issue.certificate_link,
        // The buyer holds the codes of the original; what matters now is that KSeF gets the invoice.
        Err(IssueError::NoCertificate) => None,
        Err(error) => return Err(error.into()),
    };
    let issue = OfflineIssue { mode: original.mode.clone(), due_on: original.due_on, certificate_link };
    let moves = [SaleMove::Approve, SaleMove::Release, SaleMove::IssueOffline(issue)];
    finish(app, company, correction, &moves, actor).await
}

async fn found(app: &App, sale: &Sale) -> Result<Sale, StoreError> {
    Ok(app.store.sale(&sale.company, sale.id).await?.unwrap_or_else(|| sale.clone()))
}

/// KSeF's status code of a refusal; 440 where it has another document under the number.
pub(super) fn refusal_code(sale: &Sale) -> Option<i32> {
    match sale.state {
        SaleState::NumberCollision => Some(DUPLICATE),
        SaleState::Rejected => {
            let code = sale.reason.as_ref().and_then(|reason| reason.code.strip_prefix("ksef."));
            Some(code.and_then(|code| code.parse().ok()).unwrap_or_default())
        }
        _ => None,
    }
}

pub(crate) const fn is_refused(state: SaleState) -> bool {
    matches!(state, SaleState::Rejected | SaleState::NumberCollision)
}

/// Whether a correction came to nothing.
const fn is_over(state: SaleState) -> bool {
    is_refused(state) || matches!(state, SaleState::Withdrawn)
}

/// "Duplikat faktury": status of an invoice.
const DUPLICATE: i32 = 440;
