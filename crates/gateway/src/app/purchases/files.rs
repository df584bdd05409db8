//! The files of a purchase, checked against their hashes.

use gateway_store::{Document, Purchase, PurchaseDocument};

use crate::app::{App, WorkError};

/// A purchase's XML; of an own sale that is ours the sale's. `None` where none is here.
pub(crate) async fn xml_of(app: &App, purchase: &Purchase) -> Result<Option<Vec<u8>>, WorkError> {
    if let Some(file) = app.documents.of_purchase(purchase.position, PurchaseDocument::Xml).await? {
        return Ok(Some(file.content));
    }
    let Some(sale) = purchase.sale_id else { return Ok(None) };
    Ok(app.checked_document(sale, Document::Xml).await?.map(|(bytes, _)| bytes))
}

/// What the files of a purchase are called, without their endings: nothing that a path could be made of.
pub(crate) fn name_of(purchase: &Purchase) -> String {
    purchase.ksef_number.as_ref().map_or_else(|| purchase.position.to_string(), ToString::to_string)
}
