//! Copies: an invoice that came by mail, recognised as the one that KSeF gave.

use gateway_rules::copies::copy_key;
use gateway_store::{Purchase, PurchaseView, StoreError};
use ksef_crypto::sha256;
use ksef_id::Sha256Hash;

use crate::app::App;
use crate::company::Company;

/// What is known of a document that came another way.
#[derive(Debug)]
pub(crate) struct Copy {
    pub(crate) seller: Option<String>,
    pub(crate) number: String,
    pub(crate) sha256: Option<Sha256Hash>,
}

/// How a copy was recognised.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Recognised {
    /// The same bytes.
    SameBytes,
    /// The same seller and number, and other bytes or none.
    SameNumber,
}

/// What an XML file says of itself; `None` when it is no invoice that can be read.
pub(crate) fn copy_of_xml(xml: &[u8]) -> Option<Copy> {
    let view = ksef_invoice::read(xml).ok()?;
    Some(Copy {
        seller: view.seller.identifier.nip().map(str::to_owned),
        number: view.number,
        sha256: Some(Sha256Hash::from_bytes(&sha256(xml))),
    })
}

/// Finds the purchase that a document is a copy of, and notes at it that the copy came.
pub(crate) async fn recognise(
    app: &App,
    company: &Company,
    view: PurchaseView,
    copy: &Copy,
    actor: &str,
) -> Result<Option<(Purchase, Recognised)>, StoreError> {
    let key = copy_key(copy.seller.as_deref(), &copy.number);
    if key.is_empty() {
        return Ok(None);
    }
    let mut found = app.store.purchases_with_copy_key(&company.context, view, &key).await?;
    // An invoice of KSeF before anything that was entered here.
    found.sort_by_key(|purchase| purchase.ksef_number.is_none());
    let same = found.iter().position(|purchase| copy.sha256.is_some() && purchase.sha256 == copy.sha256);
    let how = if same.is_some() { Recognised::SameBytes } else { Recognised::SameNumber };
    let Some(purchase) = found.into_iter().nth(same.unwrap_or(0)) else { return Ok(None) };
    let detail = match how {
        Recognised::SameBytes => "sameBytes",
        Recognised::SameNumber => "sameNumber",
    };
    let (context, now) = (&company.context, company.now());
    app.journal.copy_noted(context, purchase.position, detail, actor, now).await?;
    Ok(Some((purchase, how)))
}
