//! The model as PDF: a small layout engine over `pdf-writer`.
//!
//! Blocks become pieces (`blocks`, `table`), pieces go on pages (`page`), pages and fonts become a file (here). Knows
//! nothing of invoices. Tags, PDF/A and the embedded XML will be added in [`write()`], where all objects meet.

mod blocks;
mod face;
mod font_use;
mod page;
mod piece;
mod table;
mod wrap;

use std::io::Write;

use flate2::Compression;
use flate2::write::ZlibEncoder;
use pdf_writer::types::{ActionType, AnnotationType};
use pdf_writer::{Filter, Finish, Pdf, Rect, Ref, Str, TextStr};

use crate::model::Document;
use crate::words::Word;
use crate::{Language, RenderError};
use blocks::Layout;
use face::FaceKind;
use font_use::FontUse;
use page::{CONTENT_WIDTH, PAGE_HEIGHT, PAGE_WIDTH, Page};
use piece::Faces;

/// Renders a document as PDF.
pub(crate) fn render(document: &Document) -> Result<Vec<u8>, RenderError> {
    let broken = RenderError::Internal("an embedded font is broken");
    let (Some(regular), Some(bold)) = (FaceKind::Regular.face(), FaceKind::Bold.face()) else {
        return Err(broken);
    };
    let faces = Faces { regular, bold };
    let layout = Layout { faces, language: document.language };
    let pieces = layout.document(document, CONTENT_WIDTH);
    let mut fonts = [FontUse::new(regular, FaceKind::Regular), FontUse::new(bold, FaceKind::Bold)];
    let foot = match document.heading.ksef.label.as_str() {
        "" => document.title.clone(),
        _ => format!("{} · {}", document.title, document.heading.ksef.lines.join(" ")),
    };
    let words = (Word::Page.text(document.language), Word::Of.text(document.language));
    let pages = page::draw(&pieces, &foot, words, faces, &mut fonts);
    write(document, &pages, &fonts)
}

/// Puts the file together.
fn write(document: &Document, pages: &[Page], fonts: &[FontUse]) -> Result<Vec<u8>, RenderError> {
    let mut pdf = Pdf::new();
    let mut next = Ref::new(1);
    let [catalog, tree, info] = std::array::from_fn(|_| next.bump());
    let font_ids: Vec<_> = fonts.iter().map(|font| (font, next.bump())).collect();
    let page_ids: Vec<_> = pages.iter().map(|_| next.bump()).collect();

    let mut entry = pdf.catalog(catalog);
    entry.pages(tree).lang(TextStr(match document.language {
        Language::Pl => "pl-PL",
        Language::En => "en-GB",
    }));
    entry.viewer_preferences().display_doc_title(true);
    entry.finish();
    let count = i32::try_from(pages.len()).map_err(|_| RenderError::Internal("too many pages"))?;
    pdf.pages(tree).kids(page_ids.iter().copied()).count(count);
    pdf.document_info(info).title(TextStr(&document.title)).producer(TextStr("bramka"));

    for (page, id) in pages.iter().zip(page_ids) {
        let content = next.bump();
        let links: Vec<_> = page.links.iter().map(|link| (link, next.bump())).collect();
        let mut entry = pdf.page(id);
        entry.parent(tree).media_box(Rect::new(0.0, 0.0, PAGE_WIDTH, PAGE_HEIGHT)).contents(content);
        let mut resources = entry.resources();
        let mut names = resources.fonts();
        for (font, id) in font_ids.iter().filter(|(font, _)| font.is_used()) {
            names.pair(font.resource(), *id);
        }
        names.finish();
        resources.finish();
        if !links.is_empty() {
            entry.annotations(links.iter().map(|(_, id)| *id));
        }
        entry.finish();
        for ((rect, url), id) in links {
            let mut link = pdf.annotation(id);
            link.subtype(AnnotationType::Link).rect(*rect).border(0.0, 0.0, 0.0, None);
            link.action().action_type(ActionType::Uri).uri(Str(url.as_bytes()));
        }
        pdf.stream(content, &compress(&page.content)?).filter(Filter::FlateDecode);
    }
    for (font, id) in font_ids.into_iter().filter(|(font, _)| font.is_used()) {
        font.write(&mut pdf, id, &mut next)?;
    }
    Ok(pdf.finish())
}

/// Deflate with the zlib wrapper, as `FlateDecode` wants it.
fn compress(data: &[u8]) -> Result<Vec<u8>, RenderError> {
    let mut encoder = ZlibEncoder::new(Vec::with_capacity(data.len() / 3), Compression::default());
    let compressed = encoder.write_all(data).and_then(|()| encoder.finish());
    compressed.map_err(|_| RenderError::Internal("a stream could not be compressed"))
}
