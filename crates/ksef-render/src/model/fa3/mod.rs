//! FA(3) and FA(2) as blocks: the order of the page. FA(2) is FA(3) without the elements that came later.

mod annotations;
mod attachment;
mod correction;
mod extra;
mod heading;
pub(super) mod lines;
mod parties;
mod payment;
mod terms;
mod totals;

use ksef_invoice::Outline;
use ksef_invoice::view::InvoiceKind;

use super::builder::{Builder, plain};
use super::{Document, RenderError};
use crate::RenderOptions;
use crate::source::{Node, Source};

/// Builds the document of an FA(3) or FA(2) outline, whatever is missing in it.
///
/// # Errors
/// [`RenderError::NoCertificate`].
pub(super) fn build(
    outline: &Outline<'_>,
    xml: &[u8],
    options: &RenderOptions,
) -> Result<Document, RenderError> {
    let source = Source::new(outline);
    let root = source.root();
    let fa = root.child("Fa");
    let currency = fa.and_then(|fa| fa.peek_at("KodWaluty")).unwrap_or_default();
    let kind = fa.and_then(|fa| fa.peek_at("RodzajFaktury")).and_then(InvoiceKind::from_code);
    let mut builder = Builder::new(options.language, currency, kind);
    let digest = ksef_crypto::sha256(xml);
    let heading = builder.heading(root, &digest, options)?;
    let mut blocks = Vec::new();
    builder.parties(root, &mut blocks);
    if let Some(fa) = fa {
        builder.correction(fa, &mut blocks);
        builder.annotations(fa, &mut blocks);
        builder.order(fa, &mut blocks);
        builder.lines(fa, &mut blocks);
        builder.totals_and_payment(fa, &mut blocks);
        builder.advances(fa, &mut blocks);
        builder.descriptions(fa, &mut blocks);
        builder.terms(fa, &mut blocks);
    }
    builder.footer(root, &mut blocks);
    builder.attachment(root, &mut blocks);
    let technical = builder.technical(root, &digest);
    builder.annex(&source, &mut blocks);
    blocks.push(technical);
    let created = root.at(&["Naglowek", "DataWytworzeniaFa"]).map(Node::peek);
    Ok(builder.document(options, heading, blocks, ("faktura.xml", created)))
}
