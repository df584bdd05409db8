//! XMP: what the file is, for PDF/A and for programs that sort files.

use jiff::Timestamp;

/// The packet (ISO 16684-1) of a PDF/A-3b file.
pub(super) fn xmp(title: &str, language: &str, created: Option<Timestamp>) -> String {
    let title = escaped(title);
    let dates = created.map_or_else(String::new, |created| {
        let created = created.strftime("%Y-%m-%dT%H:%M:%SZ");
        format!("<xmp:CreateDate>{created}</xmp:CreateDate><xmp:ModifyDate>{created}</xmp:ModifyDate>")
    });
    format!(
        "<?xpacket begin=\"\u{feff}\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n\
         <x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\n\
         <rdf:Description rdf:about=\"\" xmlns:pdfaid=\"http://www.aiim.org/pdfa/ns/id/\"\
         ><pdfaid:part>3</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance></rdf:Description>\n\
         <rdf:Description rdf:about=\"\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\"\
         ><dc:format>application/pdf</dc:format>\
         <dc:title><rdf:Alt><rdf:li xml:lang=\"x-default\">{title}</rdf:li></rdf:Alt></dc:title>\
         <dc:language><rdf:Bag><rdf:li>{language}</rdf:li></rdf:Bag></dc:language></rdf:Description>\n\
         <rdf:Description rdf:about=\"\" xmlns:pdf=\"http://ns.adobe.com/pdf/1.3/\" \
         xmlns:xmp=\"http://ns.adobe.com/xap/1.0/\"><pdf:Producer>{PRODUCER}</pdf:Producer>{dates}\
         </rdf:Description>\n</rdf:RDF></x:xmpmeta>\n<?xpacket end=\"r\"?>"
    )
}

/// What made the file.
pub(super) const PRODUCER: &str = "bramka";

/// A moment as PDF writes it: `D:20261122101500Z`.
pub(super) fn pdf_date(moment: Timestamp) -> String {
    moment.strftime("(D:%Y%m%d%H%M%SZ)").to_string()
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            _ => out.push(character),
        }
    }
    out
}
