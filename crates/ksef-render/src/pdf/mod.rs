//! The model as PDF/A-3b: a small layout engine and a small writer.
//!
//! Blocks become pieces (`blocks`, `table`) and elements of the structure tree (`tags`), pieces go on pages (`page`),
//! pages, fonts and the XML file become a file ([`write()`], `file`). Knows nothing of invoices.

mod blocks;
mod codes;
mod deflate;
mod face;
mod file;
mod font_use;
mod icc;
mod metadata;
mod page;
mod piece;
mod table;
mod tags;
mod wrap;

use crate::model::{Attachment, Document};
use crate::words::Word;
use crate::{Language, RenderError};
use blocks::Layout;
use face::FaceKind;
use file::{File, Id, text_string};
use font_use::FontUse;
use page::{Bookmark, CONTENT_WIDTH, PAGE_HEIGHT, PAGE_WIDTH, Page, Press};
use piece::Faces;
use tags::Tags;

/// Renders a document as PDF, with the file that it was made from inside.
pub(crate) fn render(document: &Document, xml: &[u8]) -> Result<Vec<u8>, RenderError> {
    let broken = RenderError::Internal("an embedded font is broken");
    let (Some(regular), Some(bold)) = (FaceKind::Regular.face(), FaceKind::Bold.face()) else {
        return Err(broken);
    };
    let faces = Faces { regular, bold };
    let mut layout = Layout { faces, language: document.language, tags: Tags::new() };
    let pieces = layout.document(document, CONTENT_WIDTH);
    let mut tags = layout.tags;
    let (Some(regular), Some(bold)) = (FontUse::new(FaceKind::Regular), FontUse::new(FaceKind::Bold)) else {
        return Err(broken);
    };
    let mut fonts = [regular, bold];
    let foot = match document.heading.ksef.label.as_str() {
        "" => document.title.clone(),
        _ => format!("{} · {}", document.title, document.heading.ksef.lines.join(" ")),
    };
    let press = Press {
        faces,
        accent: document.accent,
        title: &foot,
        page_of: (Word::Page.text(document.language), Word::between_counts(document.language)),
    };
    let pages = page::draw(&pieces, &press, &mut fonts, &mut tags);
    drop(pieces);
    write(document, xml, &pages, &fonts, tags)
}

pub(crate) use codes::{CodesAlone, codes_alone};

/// Data compressed as well as can be, for a stream that stands in many files.
pub(crate) fn compressed(data: &[u8]) -> Result<Vec<u8>, RenderError> {
    deflate::Deflater::new(flate2::Compression::default()).stream(data)
}

/// Puts the file together.
fn write(
    document: &Document,
    xml: &[u8],
    pages: &[Page],
    fonts: &[FontUse],
    mut tags: Tags,
) -> Result<Vec<u8>, RenderError> {
    let mut file = File::new();
    let [catalog, tree, info, metadata, profile, structure] = std::array::from_fn(|_| file.id());
    let page_ids: Vec<Id> = pages.iter().map(|_| file.id()).collect();
    let mut resources = String::new();
    for font in fonts {
        for (name, id) in font.write(&mut file)? {
            resources.push_str(&format!("/{name} {id}"));
        }
    }
    let mut resources = format!("<</Font<<{resources}>>");
    if let Some(logo) = document.logo.as_ref().filter(|_| pages.iter().any(|page| page.has_logo)) {
        let image = file.id();
        let entries = format!(
            "/Type/XObject/Subtype/Image/Width {}/Height {}/BitsPerComponent 8/ColorSpace/{}",
            logo.width,
            logo.height,
            if logo.is_gray { "DeviceGray" } else { "DeviceRGB" }
        );
        match logo.is_jpeg {
            true => file.raw_stream(image, &format!("{entries}/Filter/DCTDecode"), &logo.data),
            false => file.compressed_stream(image, &entries, &logo.data),
        }
        resources.push_str(&format!("/XObject<</L {image}>>"));
    }
    resources.push_str(">>");
    let shared = file.id();
    object(&mut file, shared, &resources)?;
    let media = format!("/MediaBox[0 0 {PAGE_WIDTH} {PAGE_HEIGHT}]");
    for (number, (page, id)) in pages.iter().zip(&page_ids).enumerate() {
        let content = file.id();
        file.stream(content, "", &page.content)?;
        let mut links = String::new();
        for link in &page.links {
            let annotation = file.id();
            let key = tags.annotation(link.tag, number, annotation, pages.len());
            let [left, bottom, right, top] = link.bounds.map(|value| f64::from(value) / 100.0);
            let (label, url) = (text_string(&link.label), text_string(&link.url));
            let text = format!(
                "<</Type/Annot/Subtype/Link/Rect[{left} {bottom} {right} {top}]/Border[0 0 0]/F 4/StructParent {key}\
                 /Contents {label}/A<</S/URI/URI {url}>>>>"
            );
            object(&mut file, annotation, &text)?;
            links.push_str(&format!("{annotation} "));
        }
        let links = if links.is_empty() { links } else { format!("/Annots[{links}]") };
        let text = format!(
            "<</Type/Page/Parent {tree}{media}/Resources {shared}/Contents {content}/StructParents {number}/Tabs/S\
             {links}>>"
        );
        object(&mut file, *id, &text)?;
    }
    let kids: Vec<String> = page_ids.iter().map(ToString::to_string).collect();
    object(&mut file, tree, &format!("<</Type/Pages/Count {}/Kids[{}]>>", pages.len(), kids.join(" ")))?;
    tags.write(&mut file, structure, &page_ids)?;
    let bookmarks = bookmarks(&mut file, pages, &page_ids)?;
    let attached = match &document.attachment {
        Some(attachment) => attach(&mut file, attachment, xml)?,
        None => String::new(),
    };

    let language = match document.language {
        Language::Pl | Language::PlEn => "pl-PL",
        Language::En => "en-GB",
    };
    let created = document.attachment.as_ref().and_then(|attachment| attachment.created);
    let xmp = metadata::xmp(&document.title, language, created);
    file.raw_stream(metadata, "/Type/Metadata/Subtype/XML", xmp.as_bytes());
    file.compressed_stream(profile, "/N 3", icc::srgb());
    let date = created.map_or_else(String::new, |created| {
        let date = metadata::pdf_date(created);
        format!("/CreationDate {date}/ModDate {date}")
    });
    let title = text_string(&document.title);
    object(&mut file, info, &format!("<</Title {title}/Producer({}){date}>>", metadata::PRODUCER))?;
    let text = format!(
        "<</Type/Catalog/Pages {tree}/Lang({language})/MarkInfo<</Marked true>>/StructTreeRoot {structure}\
         /Metadata {metadata}/ViewerPreferences<</DisplayDocTitle true>>/OutputIntents[<</Type/OutputIntent\
         /S/GTS_PDFA1/OutputConditionIdentifier(sRGB)/Info(sRGB)/DestOutputProfile {profile}>>]{attached}{bookmarks}>>"
    );
    object(&mut file, catalog, &text)?;
    file.finish(catalog, info)
}

fn object(file: &mut File, id: Id, text: &str) -> Result<(), RenderError> {
    file.object(id, |out| out.extend_from_slice(text.as_bytes()))
}

/// Embeds the XML as an associated file (ISO 19005-3, 6.8); gives the catalog's entries.
fn attach(file: &mut File, attachment: &Attachment, xml: &[u8]) -> Result<String, RenderError> {
    let [stream, specification] = std::array::from_fn(|_| file.id());
    let date = attachment.created.map_or_else(String::new, |created| {
        let date = metadata::pdf_date(created);
        format!("/CreationDate {date}/ModDate {date}")
    });
    let entries = format!("/Type/EmbeddedFile/Subtype/application#2Fxml/Params<</Size {}{date}>>", xml.len());
    file.stream(stream, &entries, xml)?;
    let (name, description) = (text_string(&attachment.name), text_string(&attachment.description));
    let text = format!(
        "<</Type/Filespec/F {name}/UF {name}/Desc {description}/AFRelationship/Source/EF<</F {stream}/UF {stream}>>>>"
    );
    object(file, specification, &text)?;
    Ok(format!("/AF[{specification}]/Names<</EmbeddedFiles<</Names[{name} {specification}]>>>>"))
}

/// Bookmarks of a document of several pages; gives the catalog's entry.
fn bookmarks(file: &mut File, pages: &[Page], ids: &[Id]) -> Result<String, RenderError> {
    let marks: Vec<(&Bookmark, Id)> = pages
        .iter()
        .zip(ids)
        .flat_map(|(page, id)| page.bookmarks.iter().map(move |mark| (mark, *id)))
        .take(BOOKMARKS_MAX)
        .collect();
    if pages.len() < 2 || marks.is_empty() {
        return Ok(String::new());
    }
    let root = file.id();
    let first = file.reserve(marks.len());
    // Level 2 stands under the level 1 before it; one without such a title stands on the first level itself.
    let mut parents: Vec<Option<usize>> = Vec::with_capacity(marks.len());
    let mut above = None;
    for (position, (mark, _)) in marks.iter().enumerate() {
        if mark.level <= 1 {
            above = Some(position);
            parents.push(None);
        } else {
            parents.push(above);
        }
    }
    let id = |position: usize| first.plus(position);
    let reference = |key: &str, position: Option<usize>| match position {
        Some(position) => format!("/{key} {}", id(position)),
        None => String::new(),
    };
    // Children, first and last, of each; and neighbours of the same parent.
    let count = marks.len();
    let (mut firsts, mut lasts, mut counts) =
        (vec![None; count + 1], vec![None; count + 1], vec![0; count + 1]);
    let (mut previous, mut next) = (vec![None; count], vec![None; count]);
    for (position, parent) in parents.iter().enumerate() {
        let parent = parent.unwrap_or(count);
        previous[position] = lasts[parent];
        if let Some(before) = lasts[parent] {
            next[before] = Some(position);
        }
        firsts[parent].get_or_insert(position);
        lasts[parent] = Some(position);
        counts[parent] += 1;
    }
    for (position, (mark, page)) in marks.iter().enumerate() {
        let parent = parents[position].map_or(root, id);
        let children = match counts[position] {
            0 => String::new(),
            // Negative: closed until the reader opens it.
            count => format!(
                "{}{}/Count -{count}",
                reference("First", firsts[position]),
                reference("Last", lasts[position])
            ),
        };
        let text = format!(
            "<</Title {}/Parent {parent}{}{}{children}/Dest[{page}/XYZ 0 {:.0} null]>>",
            text_string(&mark.title),
            reference("Prev", previous[position]),
            reference("Next", next[position]),
            mark.top
        );
        object(file, id(position), &text)?;
    }
    let text = format!(
        "<</Type/Outlines{}{}/Count {}>>",
        reference("First", firsts[count]),
        reference("Last", lasts[count]),
        counts[count]
    );
    object(file, root, &text)?;
    Ok(format!("/Outlines {root}"))
}

/// Most bookmarks; an attachment may have ten thousand tables.
const BOOKMARKS_MAX: usize = 2000;
