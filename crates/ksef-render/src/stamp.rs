//! Verification codes on a PDF that another program has made.
//!
//! The page keeps all it has: our codes become one form over it, with fonts of its own.

use lopdf::{Dictionary, Document, Object, ObjectId, Stream, dictionary};

use crate::{RenderError, RenderOptions, model, pdf};

/// A corner of a page as it is seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub enum Corner {
    /// Upper left.
    TopLeft,
    /// Upper right.
    TopRight,
    /// Lower left.
    BottomLeft,
    /// Lower right.
    #[default]
    BottomRight,
}

/// Where codes are put on a page.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StampPlace {
    /// The page, from 1 on; `None` is the last one.
    pub page: Option<u32>,
    /// The corner that the codes stand in.
    pub corner: Corner,
    /// Distance from the page's edges in millimetres.
    pub margin_mm: f32,
    /// Side of a code with its quiet zone in millimetres, from 20 on; smaller ones are hard to read.
    pub side_mm: f32,
}

impl Default for StampPlace {
    fn default() -> Self {
        Self { page: None, corner: Corner::default(), margin_mm: 10.0, side_mm: 32.0 }
    }
}

/// Puts the codes of an invoice on a PDF: KOD I, and KOD II in the three offline modes. A white field lies under them.
///
/// # Errors
/// [`RenderError::NotPdf`] when the file is no PDF that can be changed (broken, encrypted, without that page),
/// [`RenderError::NoCertificate`], [`RenderError::NoLink`], [`RenderError::Unreadable`], and
/// [`RenderError::NothingToStamp`] for a total failure, whose documents carry no code.
pub fn stamp(
    file: &[u8],
    xml: &[u8],
    options: &RenderOptions,
    place: &StampPlace,
) -> Result<Vec<u8>, RenderError> {
    let codes = model::confirmation::codes(xml, options)?;
    if codes.is_empty() {
        return Err(RenderError::NothingToStamp);
    }
    let side = place.side_mm.clamp(SIDE_MM_MIN, SIDE_MM_MAX) * POINTS_PER_MM;
    let form = pdf::codes_alone(&codes, side)?;
    let mut document = Document::load_mem(file).map_err(|_| RenderError::NotPdf("it cannot be read"))?;
    if document.is_encrypted() {
        return Err(RenderError::NotPdf("it is encrypted"));
    }
    let pages = document.get_pages();
    let number = place.page.unwrap_or_else(|| pages.keys().copied().max().unwrap_or(1));
    let page = *pages.get(&number).ok_or(RenderError::NotPdf("it has no such page"))?;
    let (bounds, rotation) = seen(&document, page);
    let matrix = matrix(bounds, rotation, (form.width, form.height), place);

    let form_id = import(&mut document, &form)?;
    let broken = |_| RenderError::NotPdf("its page is broken");
    let name = free_name(&document, page);
    document.add_xobject(page, name.as_bytes(), form_id).map_err(broken)?;
    let content = document.get_page_content(page);
    let [a, b, c, d, e, f] = matrix;
    let mut whole = Vec::with_capacity(content.len() + 128);
    // What the page sets stays its own; the codes are no part of what a tagged page says.
    whole.extend_from_slice(b"q\n");
    whole.extend_from_slice(&content);
    whole.extend_from_slice(
        format!("\nQ\n/Artifact BMC q {a:.3} {b:.3} {c:.3} {d:.3} {e:.3} {f:.3} cm /{name} Do Q EMC\n")
            .as_bytes(),
    );
    let mut stream = Stream::new(Dictionary::new(), whole);
    // One that does not get smaller stays as it is.
    let _ = stream.compress();
    let content_id = document.add_object(stream);
    let page = document.get_object_mut(page).and_then(Object::as_dict_mut).map_err(broken)?;
    page.set("Contents", content_id);
    // What came over and is not used: our own pages and catalog, and the contents that were put together.
    document.prune_objects();
    let mut out = Vec::with_capacity(file.len() + 40_000);
    document.save_to(&mut out).map_err(|_| RenderError::Internal("the stamped file could not be written"))?;
    Ok(out)
}

/// Takes the page of our own file over as a form; gives its object.
fn import(document: &mut Document, form: &pdf::CodesAlone) -> Result<ObjectId, RenderError> {
    let broken = |_| RenderError::Internal("the codes could not be taken over");
    let mut own = Document::load_mem(&form.file).map_err(broken)?;
    own.renumber_objects_with(document.max_id + 1);
    let page = own.get_pages().into_values().next().ok_or(RenderError::Internal("the codes have no page"))?;
    let content = own.get_page_content(page);
    let resources = own.get_dictionary(page).and_then(|page| page.get(b"Resources")).map_err(broken)?.clone();
    document.max_id = own.max_id;
    document.objects.extend(own.objects);
    let entries = dictionary! {
        "Type" => "XObject",
        "Subtype" => "Form",
        "BBox" => vec![0.into(), 0.into(), form.width.into(), form.height.into()],
        "Resources" => resources,
    };
    let mut stream = Stream::new(entries, content);
    let _ = stream.compress();
    let id = document.add_object(stream);
    Ok(id)
}

/// A name that the page's resources do not have.
fn free_name(document: &Document, page: ObjectId) -> String {
    let (own, inherited) = document.get_page_resources(page).unwrap_or_default();
    let dictionaries =
        own.into_iter().chain(inherited.into_iter().filter_map(|id| document.get_dictionary(id).ok()));
    let forms: Vec<_> = dictionaries
        .filter_map(|resources| resources.get(b"XObject").ok())
        .filter_map(|forms| match forms {
            Object::Reference(id) => document.get_dictionary(*id).ok(),
            forms => forms.as_dict().ok(),
        })
        .collect();
    let is_free = |name: &String| forms.iter().all(|forms| !forms.has(name.as_bytes()));
    (0..1000).map(|number| format!("KSeF{number}")).find(is_free).unwrap_or_else(|| "KSeF".to_owned())
}

/// The box of a page that is shown, and its rotation, both of which may stand in its ancestors.
fn seen(document: &Document, page: ObjectId) -> ([f32; 4], i64) {
    let inherited = |key: &[u8]| {
        let mut at = Some(page);
        for _ in 0..ANCESTORS_MAX {
            let dictionary = document.get_dictionary(at?).ok()?;
            match dictionary.get(key) {
                Ok(Object::Reference(id)) => return document.get_object(*id).ok(),
                Ok(value) => return Some(value),
                Err(_) => at = dictionary.get(b"Parent").and_then(Object::as_reference).ok(),
            }
        }
        None
    };
    let bounds = |key: &[u8]| {
        let numbers: Vec<f32> =
            inherited(key)?.as_array().ok()?.iter().filter_map(|number| number.as_float().ok()).collect();
        match numbers[..] {
            [x0, y0, x1, y1] => Some([x0.min(x1), y0.min(y1), x0.max(x1), y0.max(y1)]),
            _ => None,
        }
    };
    let bounds = bounds(b"CropBox").or_else(|| bounds(b"MediaBox")).unwrap_or([0.0, 0.0, 595.28, 841.89]);
    let rotation = inherited(b"Rotate").and_then(|rotation| rotation.as_i64().ok()).unwrap_or(0);
    (bounds, rotation.rem_euclid(360))
}

/// From the form to the page, upright for who looks at it.
fn matrix([x0, y0, x1, y1]: [f32; 4], rotation: i64, size: (f32, f32), place: &StampPlace) -> [f32; 6] {
    let (width, height) = match rotation {
        90 | 270 => (y1 - y0, x1 - x0),
        _ => (x1 - x0, y1 - y0),
    };
    let margin = place.margin_mm.max(0.0) * POINTS_PER_MM;
    let is_right = matches!(place.corner, Corner::TopRight | Corner::BottomRight);
    let is_top = matches!(place.corner, Corner::TopLeft | Corner::TopRight);
    // The lower left corner of the form on the page as it is seen.
    let x = if is_right { width - margin - size.0 } else { margin };
    let y = if is_top { height - margin - size.1 } else { margin };
    match rotation {
        90 => [0.0, 1.0, -1.0, 0.0, x1 - y, y0 + x],
        180 => [-1.0, 0.0, 0.0, -1.0, x1 - x, y1 - y],
        270 => [0.0, -1.0, 1.0, 0.0, x0 + y, y1 - x],
        _ => [1.0, 0.0, 0.0, 1.0, x0 + x, y0 + y],
    }
}

const POINTS_PER_MM: f32 = 72.0 / 25.4;
const SIDE_MM_MIN: f32 = 20.0;
const SIDE_MM_MAX: f32 = 80.0;

/// A page tree deeper than this is a loop.
const ANCESTORS_MAX: usize = 64;
