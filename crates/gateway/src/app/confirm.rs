//! Confirming: the UPO is fetched, verified in full and stored.

use std::collections::HashMap;

use gateway_objects::ObjectKind;
use gateway_store::{Moving, Reason, Sale, SaleMove, SaleState};
use ksef_client::CallError;
use ksef_client::upo::{Expected, Upo, UpoDocument, UpoError, verify};
use ksef_crypto::sha256;
use ksef_id::{KsefNumber, ReferenceNumber, Sha256Hash};
use ksef_wire::SessionStatusResponse;

use super::follow::{MOVES_AT_ONCE, UpoAddresses};
use super::verdict::json;
use super::{Work, WorkError, reason_of};

/// Fetches and stores the UPO of a numbered invoice. Returns whether the invoice moved.
pub(crate) async fn confirm(
    work: &Work<'_>,
    sale: &Sale,
    upos: &mut UpoAddresses,
) -> Result<bool, WorkError> {
    let (Some(number), Some(session)) = (&sale.ksef_number, &sale.upo_session) else {
        let text = "KSeF did not say in which session the first sending went, so its UPO cannot be asked for";
        work.note(sale.id, Reason { code: "upo.noSession".into(), text: text.into() }, None).await?;
        return Ok(false);
    };
    // The address costs nothing of the limits; it works for days, and once.
    let by_address = match upos.remove(&sale.id) {
        Some(address) => work.company.ksef.upo_from(&address).await.ok(),
        None => None,
    };
    let upo = match by_address {
        Some(upo) => upo,
        None => match work.company.ksef.upo(session, number).await {
            Ok(upo) => upo,
            // It comes a little after the number; another subject's session cannot be read at all (field notes A2).
            Err(error @ CallError::Refused { .. }) => {
                work.note(sale.id, reason_of(&error), None).await?;
                return Ok(false);
            }
            Err(error) => return Err(error.into()),
        },
    };
    let adopted = sale.session.as_ref() != Some(session);
    let expected = Expected {
        ksef_number: number,
        invoice_hash: &sale.sha256,
        // A duplicate that was adopted may have been sent in another context, by someone entitled to.
        context: (!adopted).then_some(&work.company.context),
        environment: work.company.environment.official(),
        signers: &work.company.upo_signers,
    };
    match verify(&upo, &expected) {
        Ok(_) => {
            let sha256 = Sha256Hash::from_bytes(&sha256(&upo));
            let documents = &work.app.documents;
            let arriving = documents.arriving(ObjectKind::Upo, &[&sha256]).await?;
            let is_external = documents.keep(&arriving, ObjectKind::Upo, &sha256, &upo).await?;
            work.moves_one(sale.id, SaleMove::StoreUpo { upo, sha256, is_external }).await
        }
        Err(error) => {
            does_not_hold(work, sale, &error).await?;
            Ok(false)
        }
    }
}

/// Takes the UPO of a processed session in: one signature numbers and confirms thousands. Its addresses count against no
/// limit, while the session's list has a thousand invoices on a page, and KSeF gives twenty pages a minute and 200 an hour:
/// a third of what may be sent in batches. What the pages do not speak of, or not rightly, is asked for otherwise.
pub(super) async fn by_session(
    work: &Work<'_>,
    session: &ReferenceNumber,
    answer: &SessionStatusResponse,
) -> Result<(), WorkError> {
    let Some(upo) = &answer.upo else { return Ok(()) };
    let sending = work.app.store.sales_of_session(session, SaleState::Sending, ROUND_MAX).await?;
    let mut by_hash: HashMap<&str, Vec<&Sale>> = HashMap::new();
    for sale in &sending {
        by_hash.entry(sale.sha256.as_str()).or_default().push(sale);
    }
    let numbered = work.app.store.sales_of_session(session, SaleState::Numbered, ROUND_MAX).await?;
    let mut by_number: HashMap<&str, &Sale> =
        numbered.iter().filter_map(|sale| Some((sale.ksef_number.as_ref()?.as_str(), sale))).collect();
    let mut left = sending.len() + by_number.len();
    for (page, place) in upo.pages.iter().zip(1..) {
        if left == 0 {
            break;
        }
        let bytes = match work.company.ksef.upo_from(&page.download_url).await {
            Ok(bytes) => bytes,
            Err(error) => {
                tracing::debug!(%session, place, %error, "a page of the session's UPO is not to be had yet");
                return Ok(());
            }
        };
        let confirmed = match read_page(work, &bytes) {
            Ok(upo) => upo,
            Err(error) => {
                tracing::error!(%session, place, %error, "a page of the session's UPO does not hold");
                continue;
            }
        };
        let (mut numbers, mut moves) = (Vec::new(), Vec::new());
        for document in &confirmed.documents {
            let sale = match by_number.get(document.ksef_number.as_str()) {
                Some(sale) if document.check_content(&sale.sha256).is_ok() => *sale,
                Some(_) => continue,
                None => {
                    let Ok(number) = KsefNumber::parse(&document.ksef_number) else { continue };
                    let Some(sale) = by_hash.get_mut(document.hash.as_str()).and_then(Vec::pop) else {
                        continue;
                    };
                    numbers.push(Moving {
                        id: sale.id,
                        by: SaleMove::Number {
                            number,
                            upo_session: session.clone(),
                            ksef_mode: document.mode.clone(),
                        },
                        evidence: evidence(document),
                    });
                    sale
                }
            };
            by_number.remove(document.ksef_number.as_str());
            moves.push(Moving::plain(
                sale.id,
                SaleMove::ConfirmByPage { session: session.clone(), page: place },
            ));
        }
        if moves.is_empty() {
            continue;
        }
        left = left.saturating_sub(moves.len());
        for some in numbers.chunks(MOVES_AT_ONCE) {
            work.moves(some).await?;
        }
        let hash = Sha256Hash::from_bytes(&sha256(&bytes));
        let (documents, kind) = (&work.app.documents, ObjectKind::SessionUpoPage);
        let arriving = documents.arriving(kind, &[&hash]).await?;
        let is_external = documents.keep(&arriving, kind, &hash, &bytes).await?;
        work.app.journal.session_upo_kept(session, place, &hash, &bytes, is_external).await?;
        for some in moves.chunks(MOVES_AT_ONCE) {
            work.moves(some).await?;
        }
    }
    Ok(())
}

/// What a page of the UPO says of an invoice, in the words of KSeF's other answers.
fn evidence(document: &UpoDocument) -> Option<String> {
    json(&serde_json::json!({
        "ksefNumber": document.ksef_number,
        "invoiceNumber": document.invoice_number,
        "invoiceHash": document.hash,
        "invoicingDate": document.received_at,
        "acquisitionDate": document.numbered_at,
        "invoicingMode": document.mode,
    }))
}

/// A page whose signature, signer and context hold.
fn read_page(work: &Work<'_>, bytes: &[u8]) -> Result<Upo, UpoError> {
    let upo = Upo::read(bytes)?;
    upo.check_origin(work.company.environment.official(), &work.company.upo_signers)?;
    upo.check_context(&work.company.context)?;
    Ok(upo)
}

async fn does_not_hold(work: &Work<'_>, sale: &Sale, error: &UpoError) -> Result<(), WorkError> {
    tracing::error!(invoice = %sale.id, %error, "the UPO does not hold");
    work.note(sale.id, Reason { code: "upo.invalid".into(), text: error.to_string() }, None).await
}

/// The numbered invoices of a company that are not confirmed, oldest first.
pub(crate) async fn numbered(work: &Work<'_>) -> Result<Vec<Sale>, WorkError> {
    let mut sales = Vec::new();
    for state in [SaleState::Numbered, SaleState::DuplicateAdopted] {
        let company = &work.company.context;
        sales.extend(work.app.store.sales_in(company, state, work.now(), ROUND_MAX).await?);
    }
    Ok(sales)
}

/// How many invoices one round looks at.
const ROUND_MAX: u32 = 10_000;
