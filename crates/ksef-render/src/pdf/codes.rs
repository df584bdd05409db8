//! The codes alone on a page of their own size, to be laid over somebody else's page.

use super::face::FaceKind;
use super::file::{File, hundredths, to_hundredths};
use super::font_use::FontUse;
use super::piece::{Color, Faces, Style};
use super::wrap::wrap;
use crate::RenderError;
use crate::model::Code;
use crate::qr::QUIET_ZONE;

/// A file of one page with codes, its size in points.
pub(crate) struct CodesAlone {
    pub(crate) file: Vec<u8>,
    pub(crate) width: f32,
    pub(crate) height: f32,
}

/// Draws codes beside each other with what stands beneath them, each `side` points wide, on white.
pub(crate) fn codes_alone(codes: &[Code], side: f32) -> Result<CodesAlone, RenderError> {
    let broken = RenderError::Internal("an embedded font is broken");
    let (Some(regular), Some(bold)) = (FaceKind::Regular.face(), FaceKind::Bold.face()) else {
        return Err(broken);
    };
    let faces = Faces { regular, bold };
    let Some(mut font) = FontUse::new(FaceKind::Regular) else { return Err(broken) };
    // The longest caption, a KSeF number, keeps to one line.
    let style = Style::new(FaceKind::Regular, 6.2, Color::Ink);
    let widest = codes.iter().map(|code| faces.measure(&code.caption, style)).fold(side, f32::max);
    let size = style.size * (side / widest).min(1.0);
    let style = Style::new(FaceKind::Regular, size, Color::Ink);
    let lines: Vec<Vec<&str>> = codes
        .iter()
        .map(|code| {
            let mut lines = wrap(regular, &code.caption, size, side);
            lines.extend(wrap(regular, &code.label, size, side));
            lines
        })
        .collect();
    let count = lines.iter().map(Vec::len).max().unwrap_or(0);
    let foot = style.leading() * count as f32 + 2.0;
    let (width, height) = (side * codes.len() as f32, side + foot);
    let mut out = Vec::with_capacity(8192);
    let number = |out: &mut Vec<u8>, points: f32| {
        hundredths(out, to_hundredths(points));
        out.push(b' ');
    };
    out.extend_from_slice(b"1 g 0 0 ");
    number(&mut out, width);
    number(&mut out, height);
    out.extend_from_slice(b"re f 0 g\n");
    for (position, (code, lines)) in codes.iter().zip(&lines).enumerate() {
        let left = side * position as f32;
        let module = side / (code.modules.width + 2 * QUIET_ZONE) as f32;
        for (x, y, length) in code.modules.runs() {
            number(&mut out, left + (x + QUIET_ZONE) as f32 * module);
            number(&mut out, height - (y + QUIET_ZONE + 1) as f32 * module);
            number(&mut out, length as f32 * module);
            number(&mut out, module * 1.02);
            out.extend_from_slice(b"re\n");
        }
        out.extend_from_slice(b"f\n");
        for (row, line) in lines.iter().enumerate() {
            let x = left + ((side - faces.measure(line, style)) / 2.0).max(0.0);
            let y = foot - style.leading() * row as f32 - size;
            let mut strings = Vec::new();
            font.encode(line, |font, string| strings.push((font.resource(), string.to_vec())));
            out.extend_from_slice(b"BT ");
            number(&mut out, x);
            number(&mut out, y);
            out.extend_from_slice(b"Td\n");
            for (name, string) in strings {
                out.extend_from_slice(format!("/{name} ").as_bytes());
                number(&mut out, size);
                out.extend_from_slice(b"Tf ");
                out.extend_from_slice(&string);
                out.extend_from_slice(b"Tj\n");
            }
            out.extend_from_slice(b"ET\n");
        }
    }
    let mut file = File::new();
    let [catalog, tree, page, content, info, shared] = std::array::from_fn(|_| file.id());
    let fonts: String =
        font.write(&mut file)?.into_iter().map(|(name, id)| format!("/{name} {id}")).collect();
    file.stream(content, "", &out)?;
    let text = format!(
        "<</Type/Page/Parent {tree}/MediaBox[0 0 {width} {height}]/Resources {shared}/Contents {content}>>"
    );
    super::object(&mut file, page, &text)?;
    super::object(&mut file, shared, &format!("<</Font<<{fonts}>>>>"))?;
    super::object(&mut file, tree, &format!("<</Type/Pages/Count 1/Kids[{page}]>>"))?;
    super::object(&mut file, info, "<<>>")?;
    super::object(&mut file, catalog, &format!("<</Type/Catalog/Pages {tree}>>"))?;
    Ok(CodesAlone { file: file.finish(catalog, info)?, width, height })
}
