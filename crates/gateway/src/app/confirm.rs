//! Confirming: the UPO is fetched, verified in full and stored.

use gateway_store::{Reason, Sale, SaleState};
use ksef_client::CallError;
use ksef_client::upo::{Expected, verify};
use ksef_crypto::sha256;
use ksef_id::Sha256Hash;

use super::{App, WorkError, reason_of};
use crate::company::Company;

/// Fetches and stores the UPO of a numbered invoice. Returns whether the invoice moved.
pub(crate) async fn confirm(app: &App, company: &Company, sale: &Sale) -> Result<bool, WorkError> {
    let (Some(number), Some(session)) = (&sale.ksef_number, &sale.upo_session) else {
        let text = "KSeF did not say in which session the first sending went, so its UPO cannot be asked for";
        app.journal.note(sale.id, &Reason { code: "upo.noSession".into(), text: text.into() }).await?;
        return Ok(false);
    };
    let upo = match company.ksef.upo(session, number).await {
        Ok(upo) => upo,
        // It comes a little after the number; another subject's session cannot be read at all (field notes A2).
        Err(error @ CallError::Refused { .. }) => {
            app.journal.note(sale.id, &reason_of(&error)).await?;
            return Ok(false);
        }
        Err(error) => return Err(error.into()),
    };
    let adopted = sale.session.as_ref() != Some(session);
    let expected = Expected {
        ksef_number: number,
        invoice_hash: &sale.sha256,
        // A duplicate that was adopted may have been sent in another context, by someone entitled to.
        context: (!adopted).then_some(&company.context),
        environment: company.environment.official(),
        signers: &company.upo_signers,
    };
    match verify(&upo, &expected) {
        Ok(_) => {
            app.journal.upo_stored(sale.id, &upo, &Sha256Hash::from_bytes(&sha256(&upo))).await?;
            Ok(true)
        }
        Err(error) => {
            tracing::error!(invoice = %sale.id, %error, "the UPO does not hold");
            app.journal
                .note(sale.id, &Reason { code: "upo.invalid".into(), text: error.to_string() })
                .await?;
            Ok(false)
        }
    }
}

/// The numbered invoices of a company, oldest first.
pub(crate) async fn numbered(app: &App, company: &Company) -> Result<Vec<Sale>, WorkError> {
    Ok(app.store.sales_in(&company.context, SaleState::Numbered, ROUND_MAX).await?)
}

/// How many invoices one round looks at.
const ROUND_MAX: u32 = 500;
