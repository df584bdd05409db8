"""Reads PDFs with pypdf, which shares no code with our writer, lopdf, poppler or qpdf, and tells what it finds as JSON.

One line a file named on the command line. What it looks at is what readers of prints rely on: pages and their text, the
embedded XML, the packet that says PDF/A, language, marks, bookmarks, and the tree of elements with their roles.
"""

import hashlib
import json
import sys
from collections import Counter

from pypdf import PdfReader


def roles(element, counts, depth=0):
    """Counts the elements of the structure tree by their role."""
    element = element.get_object()
    if depth > 40 or not hasattr(element, "get"):
        return
    if "/S" in element:
        counts[element["/S"][1:]] += 1
    kids = element.get("/K", [])
    kids = kids.get_object() if hasattr(kids, "get_object") else kids
    for kid in kids if isinstance(kids, list) else [kids]:
        kid = kid.get_object() if hasattr(kid, "get_object") else kid
        if hasattr(kid, "get"):
            roles(kid, counts, depth + 1)


def titles(outline):
    """Bookmarks in reading order."""
    for entry in outline:
        if isinstance(entry, list):
            yield from titles(entry)
        else:
            yield entry.title


def fonts(page):
    """Whether each font of a page is embedded."""
    for font in page["/Resources"]["/Font"].values():
        for descendant in font.get_object()["/DescendantFonts"]:
            yield "/FontFile2" in descendant.get_object()["/FontDescriptor"]


def describe(path):
    reader = PdfReader(path, strict=True)
    catalog = reader.trailer["/Root"]
    packet = catalog["/Metadata"].get_object().get_data().decode()
    counts = Counter()
    roles(catalog["/StructTreeRoot"], counts)
    return {
        "pages": len(reader.pages),
        "text": "\n".join(page.extract_text() for page in reader.pages),
        "files": {
            name: hashlib.sha256(contents[0]).hexdigest() for name, contents in reader.attachments.items()
        },
        "isPdfA3b": "<pdfaid:part>3<" in packet and "<pdfaid:conformance>B<" in packet,
        "title": reader.metadata.title,
        "language": catalog["/Lang"],
        "isMarked": bool(catalog["/MarkInfo"]["/Marked"]),
        "bookmarks": list(titles(reader.outline)),
        "roles": dict(counts),
        "fontsAreEmbedded": all(all(fonts(page)) for page in reader.pages),
    }


for path in sys.argv[1:]:
    print(json.dumps(describe(path), ensure_ascii=False))
