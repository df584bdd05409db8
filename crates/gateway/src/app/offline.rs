//! Issuing offline: what waits and cannot reach KSeF becomes an offline invoice, with its second code and its deadline.

use gateway_rules::calendar::warsaw_day;
use gateway_rules::offline::{InvoicingMode, Outage, term};
use gateway_rules::policy::SendingPolicy;
use gateway_store::{Moving, OfflineIssue, Reason, Sale, SaleMove, SaleState};

use super::{Work, WorkError};
use crate::company::Company;

/// Why an invoice cannot be issued offline.
#[derive(Debug, thiserror::Error)]
pub(crate) enum IssueError {
    /// The mode is none.
    #[error("online is no offline mode")]
    NotOffline,
    /// There is nothing to sign the second code with.
    #[error("the company has no certificate of type Offline, without which no second code can be made")]
    NoCertificate,
    /// The second code could not be made.
    #[error("the second code could not be made: {0}")]
    Code(#[from] ksef_render::RenderError),
}

/// While KSeF cannot be reached: issues what waits under the policy that says so. Returns how many.
pub(crate) async fn issue_waiting(work: &Work<'_>) -> Result<usize, WorkError> {
    let Some(mode) = work.company.site.offline_choice(SendingPolicy::ImmediateOrOffline) else {
        return Ok(0);
    };
    let company = &work.company.context;
    let waiting = work.app.store.sales_in(company, SaleState::Waiting, work.now(), ROUND_MAX).await?;
    let (mut moves, mut notes) = (Vec::new(), Vec::new());
    let outages = super::outages::known(work.app, &work.company.site, warsaw_day(work.now())).await?;
    for sale in waiting {
        // A technical correction is of an invoice that was issued offline long ago.
        let is_meant = SendingPolicy::from_name(&sale.policy) == Some(SendingPolicy::ImmediateOrOffline)
            && sale.technical_of.is_none();
        if !is_meant {
            continue;
        }
        let xml = work.app.checked_xml(&sale).await?;
        match issue_of(work.company, &sale, &xml, mode, &outages) {
            Ok(issue) => moves.push(Moving::plain(sale.id, SaleMove::IssueOffline(issue))),
            Err(error) => {
                let code = match error {
                    IssueError::NoCertificate => "offline.noCertificate",
                    _ => "offline.noCode",
                };
                notes.push((sale.id, Reason { code: code.into(), text: error.to_string() }, None));
            }
        }
    }
    work.app.journal.noted(work.fence, &notes, work.now()).await?;
    if moves.is_empty() { Ok(0) } else { work.moves(&moves).await }
}

/// Just before midnight, whoever lets invoices go offline gets them with both codes whatever happens: one that arrives a
/// moment late is marked Offline by KSeF itself, and then the second code is missing (field notes A6). Returns whether it was
/// issued; without that policy or a certificate it travels as it is, and is in KSeF all the same.
pub(super) async fn issue_at_midnight(work: &Work<'_>, sale: &Sale) -> Result<bool, WorkError> {
    let is_meant = SendingPolicy::from_name(&sale.policy) == Some(SendingPolicy::ImmediateOrOffline)
        && sale.technical_of.is_none()
        && work.company.offline().is_some();
    if !is_meant {
        return Ok(false);
    }
    let xml = work.app.checked_xml(sale).await?;
    let outages = super::outages::known(work.app, &work.company.site, warsaw_day(work.now())).await?;
    match issue_of(work.company, sale, &xml, InvoicingMode::Offline24, &outages) {
        Ok(issue) => work.moves_one(sale.id, SaleMove::IssueOffline(issue)).await,
        Err(error) => {
            tracing::warn!(invoice = %sale.id, %error, "it cannot be issued offline before midnight");
            Ok(false)
        }
    }
}

/// What issuing an invoice offline in this mode makes of it. The second code is verified where it is made.
pub(super) fn issue_of(
    company: &Company,
    sale: &Sale,
    xml: &[u8],
    mode: InvoicingMode,
    outages: &[Outage],
) -> Result<OfflineIssue, IssueError> {
    let certificate_link = match mode {
        InvoicingMode::Online => return Err(IssueError::NotOffline),
        // Outside KSeF for good: no codes (guide, `tryby-offline.md`).
        InvoicingMode::TotalFailure => None,
        InvoicingMode::Offline24 | InvoicingMode::Unavailability | InvoicingMode::Failure => {
            let credential = company.offline().ok_or(IssueError::NoCertificate)?;
            let base = company.qr_base_url();
            Some(ksef_render::kod_ii_url(xml, &base, &company.context, &credential)?)
        }
    };
    let due_on = term(mode, sale.issue_date, outages).due();
    Ok(OfflineIssue { mode: mode.as_str().to_owned(), due_on, certificate_link })
}

/// How many invoices one round issues.
const ROUND_MAX: u32 = 1000;
