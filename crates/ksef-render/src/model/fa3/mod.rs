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

use ksef_invoice::view::InvoiceKind;

use super::builder::{Builder, plain};
use super::{Block, Document, Heading, RenderError};
use crate::RenderOptions;
use crate::source::{Node, Source};

/// Builds the document of an FA(3) or FA(2) outline, whatever is missing in it.
///
/// # Errors
/// [`RenderError::NoCertificate`].
pub(super) fn build(
    source: &Source<'_>,
    digest: &[u8; 32],
    options: &RenderOptions,
) -> Result<Document, RenderError> {
    let root = source.root();
    let fa = root.child("Fa");
    let currency = fa.and_then(|fa| fa.peek_at("KodWaluty")).unwrap_or_default();
    let kind = fa.and_then(|fa| fa.peek_at("RodzajFaktury")).and_then(InvoiceKind::from_code);
    let mut builder = Builder::new(options.language, currency, kind);
    let heading = builder.heading(root, digest, options)?;
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
    Ok(builder.finished(source, digest, options, heading, blocks))
}

impl Builder {
    /// The end of the page and the document: footer, attachment, annex and fine print.
    pub(in crate::model) fn finished(
        &self,
        source: &Source<'_>,
        digest: &[u8; 32],
        options: &RenderOptions,
        heading: Heading,
        mut blocks: Vec<Block>,
    ) -> Document {
        let root = source.root();
        self.footer(root, &mut blocks);
        self.attachment(root, &mut blocks);
        let technical = self.technical(root, digest);
        self.annex(source, &mut blocks);
        blocks.push(technical);
        let created = root.at(&["Naglowek", "DataWytworzeniaFa"]).map(Node::peek);
        self.document(options, heading, blocks, ("faktura.xml", created))
    }
}
