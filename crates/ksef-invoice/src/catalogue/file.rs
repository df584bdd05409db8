//! Codes of the file layer: bytes, XML, size.

use super::{Rule, Weight};
use crate::{Environments, Layer};

pub(crate) static EMPTY: Rule = Rule {
    code: "FILE001",
    layer: Layer::File,
    weight: Weight::Ksef(Environments::ALL),
    title: ["plik jest pusty", "the file is empty"],
    why: [
        "KSeF przyjmuje dokument XML; plik bez treści nim nie jest. Sprawdź, czy program, który go zapisał, dokończył zapis.",
        "KSeF takes an XML document, which a file without content is not. Check that the program that wrote it finished writing.",
    ],
    source: "guide, faktury/weryfikacja-faktury.md",
    wrong: "(0 bytes)",
    right: "<Faktura …>…</Faktura>",
};

pub(crate) static BYTE_ORDER_MARK: Rule = Rule {
    code: "FILE002",
    layer: Layer::File,
    weight: Weight::Ksef(Environments::ALL),
    title: ["plik zaczyna się od znacznika BOM", "the file begins with a byte order mark"],
    why: [
        "KSeF odrzuca dokument z bajtami EF BB BF na początku (kod 430). Zapisz plik jako UTF-8 bez BOM.",
        "KSeF refuses a document with the bytes EF BB BF at its beginning (status 430). Save the file as UTF-8 without BOM.",
    ],
    source: "guide, faktury/weryfikacja-faktury.md; observed status 430 (issue 779)",
    wrong: "EF BB BF 3C 46 61 …",
    right: "3C 46 61 …",
};

pub(crate) static NOT_UTF8: Rule = Rule {
    code: "FILE003",
    layer: Layer::File,
    weight: Weight::Ksef(Environments::ALL),
    title: ["plik nie jest zapisany w UTF-8", "the file is not encoded in UTF-8"],
    why: [
        "Dokument musi być w całości poprawnym UTF-8 (kod 450). Zapisz go ponownie w UTF-8; częstą przyczyną są znaki wklejone w Windows-1250.",
        "The whole document must be valid UTF-8 (status 450). Save it as UTF-8; a frequent cause is text pasted in Windows-1250.",
    ],
    source: "guide, faktury/weryfikacja-faktury.md; observed status 450 (issue 759)",
    wrong: "bytes B3 F3 64 BC",
    right: "Łódź in UTF-8: C5 81 C3 B3 64 C5 BA",
};

pub(crate) static DECLARED_ENCODING: Rule = Rule {
    code: "FILE004",
    layer: Layer::File,
    weight: Weight::Ksef(Environments::ALL),
    title: [
        "prolog XML wskazuje inne kodowanie niż UTF-8",
        "the XML declaration names another encoding than UTF-8",
    ],
    why: [
        "Prolog nie może wskazywać innego kodowania niż UTF-8. Zapisz plik w UTF-8 i popraw prolog albo go usuń.",
        "The declaration must not name any encoding but UTF-8. Save the file as UTF-8 and correct or drop the declaration.",
    ],
    source: "guide, faktury/weryfikacja-faktury.md",
    wrong: "<?xml version=\"1.0\" encoding=\"windows-1250\"?>",
    right: "<?xml version=\"1.0\" encoding=\"UTF-8\"?>",
};

pub(crate) static INSTRUCTION: Rule = Rule {
    code: "FILE005",
    layer: Layer::File,
    weight: Weight::Ksef(Environments::TEST_DEMO),
    title: ["dokument zawiera instrukcję przetwarzania", "the document has a processing instruction"],
    why: [
        "Instrukcje przetwarzania (np. xml-stylesheet) są zabronione; TEST i DEMO je odrzucają, produkcja na razie tylko ostrzega. Usuń je.",
        "Processing instructions (such as xml-stylesheet) are forbidden; TEST and DEMO refuse them, production so far only warns. Remove them.",
    ],
    source: "guide, faktury/weryfikacja-faktury.md; not enforced on production (issues 700, 843)",
    wrong: "<?xml-stylesheet href=\"styl.xsl\"?>",
    right: "(nothing)",
};

pub(crate) static DISCOURAGED_CHARACTER: Rule = Rule {
    code: "FILE006",
    layer: Layer::File,
    weight: Weight::Ksef(Environments::TEST_DEMO),
    title: [
        "dokument zawiera znak niedozwolony przez KSeF",
        "the document has a character that KSeF refuses",
    ],
    why: [
        "KSeF odrzuca znaki niezalecane przez XML (m.in. U+007F–U+0084, U+0086–U+009F); TEST i DEMO odrzucają, produkcja na razie tylko ostrzega. Usuń znak; zwykle pochodzi z błędnej konwersji kodowania.",
        "KSeF refuses the characters that XML discourages (among them U+007F–U+0084, U+0086–U+009F); TEST and DEMO refuse, production so far only warns. Remove the character; it usually comes from a wrong conversion of encodings.",
    ],
    source: "guide, faktury/weryfikacja-faktury.md; not enforced on production (issues 700, 843)",
    wrong: "Usługa&#x81;",
    right: "Usługa",
};

pub(crate) static TOO_BIG: Rule = Rule {
    code: "FILE007",
    layer: Layer::File,
    weight: Weight::Ksef(Environments::ALL),
    title: [
        "plik bez załącznika przekracza 1 000 000 bajtów",
        "a file without attachment exceeds 1,000,000 bytes",
    ],
    why: [
        "Faktura bez elementu Zalacznik może mieć najwyżej 1 000 000 bajtów. Podziel fakturę albo skróć opisy.",
        "An invoice without a Zalacznik may have at most 1,000,000 bytes. Split the invoice or shorten its texts.",
    ],
    source: "guide, faktury/weryfikacja-faktury.md",
    wrong: "1 000 001 bytes",
    right: "1 000 000 bytes",
};

pub(crate) static TOO_BIG_WITH_ATTACHMENT: Rule = Rule {
    code: "FILE008",
    layer: Layer::File,
    weight: Weight::Ksef(Environments::ALL),
    title: [
        "plik z załącznikiem przekracza 3 000 000 bajtów",
        "a file with attachment exceeds 3,000,000 bytes",
    ],
    why: [
        "Faktura z elementem Zalacznik może mieć najwyżej 3 000 000 bajtów. Skróć załącznik.",
        "An invoice with a Zalacznik may have at most 3,000,000 bytes. Shorten the attachment.",
    ],
    source: "guide, faktury/weryfikacja-faktury.md",
    wrong: "3 000 001 bytes",
    right: "3 000 000 bytes",
};

pub(crate) static NOT_XML: Rule = Rule {
    code: "FILE010",
    layer: Layer::File,
    weight: Weight::Ksef(Environments::ALL),
    title: ["to nie jest dokument XML", "this is not an XML document"],
    why: [
        "Plik nie zaczyna się od elementu XML. Do KSeF wysyła się fakturę w XML, a nie PDF, JSON czy archiwum.",
        "The file does not begin with an XML element. KSeF takes the invoice as XML, not as PDF, JSON or an archive.",
    ],
    source: "XML 1.0 (fifth edition); guide, faktury/weryfikacja-faktury.md",
    wrong: "{\"faktura\": 1}",
    right: "<Faktura …>…</Faktura>",
};

pub(crate) static SYNTAX: Rule = Rule {
    code: "FILE011",
    layer: Layer::File,
    weight: Weight::Ksef(Environments::ALL),
    title: ["błąd składni XML", "XML syntax error"],
    why: [
        "W tym miejscu znacznik, atrybut lub komentarz nie ma postaci, jakiej wymaga XML. Popraw program, który tworzy plik: znaki < i & w tekście trzeba zapisać jako &lt; i &amp;.",
        "Here a tag, attribute or comment does not have the form that XML demands. Correct the program that makes the file: < and & in text must be written &lt; and &amp;.",
    ],
    source: "XML 1.0 (fifth edition); guide, faktury/weryfikacja-faktury.md",
    wrong: "<P_7>a < b</P_7>",
    right: "<P_7>a &lt; b</P_7>",
};

pub(crate) static TAG_MISMATCH: Rule = Rule {
    code: "FILE012",
    layer: Layer::File,
    weight: Weight::Ksef(Environments::ALL),
    title: ["znacznik końcowy nie pasuje do otwartego elementu", "an end tag does not fit the open element"],
    why: [
        "Każdy element musi być zamknięty znacznikiem o tej samej nazwie, w kolejności odwrotnej do otwierania.",
        "Each element must be closed by a tag of the same name, in the reverse order of opening.",
    ],
    source: "XML 1.0 (fifth edition); guide, faktury/weryfikacja-faktury.md",
    wrong: "<P_2>1</P_1>",
    right: "<P_2>1</P_2>",
};

pub(crate) static TRUNCATED: Rule = Rule {
    code: "FILE013",
    layer: Layer::File,
    weight: Weight::Ksef(Environments::ALL),
    title: ["dokument urywa się przed końcem", "the document ends early"],
    why: [
        "Brakuje zamknięcia co najmniej jednego elementu. Plik został prawdopodobnie ucięty przy zapisie lub przesyłaniu.",
        "At least one element is not closed. The file was probably cut while it was saved or sent.",
    ],
    source: "XML 1.0 (fifth edition); guide, faktury/weryfikacja-faktury.md",
    wrong: "<Faktura><Naglowek>",
    right: "<Faktura><Naglowek>…</Naglowek>…</Faktura>",
};

pub(crate) static ENTITY: Rule = Rule {
    code: "FILE014",
    layer: Layer::File,
    weight: Weight::Ksef(Environments::ALL),
    title: ["odwołanie do nieznanej encji", "a reference to an unknown entity"],
    why: [
        "XML zna tylko &amp;, &lt;, &gt;, &quot; i &apos;. Encje HTML (np. &nbsp;) zapisz jako znak; samo & zapisz jako &amp;.",
        "XML knows only &amp;, &lt;, &gt;, &quot; and &apos;. Write HTML entities (such as &nbsp;) as the character; write a bare & as &amp;.",
    ],
    source: "XML 1.0 (fifth edition); guide, faktury/weryfikacja-faktury.md",
    wrong: "<Nazwa>Firma & Syn</Nazwa>",
    right: "<Nazwa>Firma &amp; Syn</Nazwa>",
};

pub(crate) static CHARACTER: Rule = Rule {
    code: "FILE015",
    layer: Layer::File,
    weight: Weight::Ksef(Environments::ALL),
    title: ["znak niedozwolony w XML", "a character that XML does not allow"],
    why: [
        "XML 1.0 nie dopuszcza znaków sterujących (poza tabulatorem i końcem wiersza), także zapisanych jako odwołanie. Usuń znak.",
        "XML 1.0 does not allow control characters (but tabs and line ends), not even as a reference. Remove the character.",
    ],
    source: "XML 1.0 (fifth edition); guide, faktury/weryfikacja-faktury.md",
    wrong: "<P_7>&#x1;</P_7>",
    right: "<P_7>Towar</P_7>",
};

pub(crate) static DOCTYPE: Rule = Rule {
    code: "FILE016",
    layer: Layer::File,
    weight: Weight::Ksef(Environments::ALL),
    title: ["deklaracja DOCTYPE jest niedozwolona", "a DOCTYPE declaration is not allowed"],
    why: [
        "Faktura nie ma deklaracji typu dokumentu; służy ona też do ataków, więc nie jest czytana. Usuń <!DOCTYPE …>.",
        "An invoice has no document type declaration; it also serves for attacks, so it is not read. Remove <!DOCTYPE …>.",
    ],
    source: "XML 1.0 (fifth edition); guide, faktury/weryfikacja-faktury.md; our decision: no DTD",
    wrong: "<!DOCTYPE Faktura>",
    right: "(nothing)",
};

pub(crate) static DUPLICATE_ATTRIBUTE: Rule = Rule {
    code: "FILE017",
    layer: Layer::File,
    weight: Weight::Ksef(Environments::ALL),
    title: ["atrybut występuje dwa razy", "an attribute occurs twice"],
    why: [
        "W jednym elemencie atrybut może wystąpić raz. Usuń powtórzenie.",
        "An attribute may occur once in an element. Remove the repetition.",
    ],
    source: "XML 1.0 (fifth edition); guide, faktury/weryfikacja-faktury.md",
    wrong: "<Kol Typ=\"txt\" Typ=\"int\">",
    right: "<Kol Typ=\"txt\">",
};

pub(crate) static NAMESPACE: Rule = Rule {
    code: "FILE018",
    layer: Layer::File,
    weight: Weight::Ksef(Environments::ALL),
    title: ["przedrostek bez deklaracji przestrzeni nazw", "a prefix without a namespace declaration"],
    why: [
        "Każdy przedrostek nazwy musi mieć deklarację xmlns:przedrostek=\"…\", a deklaracje nie mogą dotyczyć nazw zastrzeżonych.",
        "Each prefix of a name needs a declaration xmlns:prefix=\"…\", and declarations must leave reserved names alone.",
    ],
    source: "Namespaces in XML 1.0",
    wrong: "<fa:P_2>1</fa:P_2>",
    right: "<P_2>1</P_2>",
};

pub(crate) static AFTER_ROOT: Rule = Rule {
    code: "FILE019",
    layer: Layer::File,
    weight: Weight::Ksef(Environments::ALL),
    title: ["treść po końcu dokumentu", "content after the end of the document"],
    why: [
        "Po znaczniku kończącym element główny może stać tylko komentarz. Jeden plik to jedna faktura.",
        "Only a comment may stand after the end of the root element. One file is one invoice.",
    ],
    source: "XML 1.0 (fifth edition); guide, faktury/weryfikacja-faktury.md",
    wrong: "</Faktura><Faktura>",
    right: "</Faktura>",
};

pub(crate) static DECLARATION: Rule = Rule {
    code: "FILE020",
    layer: Layer::File,
    weight: Weight::Ksef(Environments::ALL),
    title: ["niepoprawny prolog XML", "a malformed XML declaration"],
    why: [
        "Prolog musi mieć postać <?xml version=\"1.0\" encoding=\"UTF-8\"?> albo go nie być.",
        "The declaration must read <?xml version=\"1.0\" encoding=\"UTF-8\"?> or be absent.",
    ],
    source: "XML 1.0 (fifth edition); guide, faktury/weryfikacja-faktury.md",
    wrong: "<?xml encoding=\"UTF-8\"?>",
    right: "<?xml version=\"1.0\" encoding=\"UTF-8\"?>",
};

pub(crate) static LIMIT: Rule = Rule {
    code: "FILE021",
    layer: Layer::File,
    weight: Weight::Ksef(Environments::ALL),
    title: ["dokument przekracza granice czytania", "the document exceeds the limits of reading"],
    why: [
        "Dokument jest zagnieżdżony głębiej niż 100 poziomów albo element ma ponad 64 atrybuty; żaden formularz KSeF tego nie potrzebuje.",
        "The document is nested deeper than 100 levels, or an element has more than 64 attributes; no form of KSeF needs that.",
    ],
    source: "our limit; the forms need 10 levels",
    wrong: "<a><a><a>… (101)",
    right: "(the form's own elements)",
};

pub(crate) static HUGE: Rule = Rule {
    code: "FILE022",
    layer: Layer::File,
    weight: Weight::Ksef(Environments::ALL),
    title: ["plik jest za duży, by go sprawdzać", "the file is too big to be examined"],
    why: [
        "Pliki powyżej 20 000 000 bajtów nie są badane: KSeF przyjmuje najwyżej 3 000 000.",
        "Files over 20,000,000 bytes are not examined: KSeF takes 3,000,000 at most.",
    ],
    source: "guide, faktury/weryfikacja-faktury.md; our limit",
    wrong: "20 000 001 bytes",
    right: "3 000 000 bytes",
};

pub(crate) static MORE_FINDINGS: Rule = Rule {
    code: "FILE099",
    layer: Layer::File,
    weight: Weight::Advice,
    title: ["jest więcej uwag, niż wypisano", "there are more findings than listed"],
    why: [
        "Raport wypisuje pierwsze 1000 uwag. Popraw je i sprawdź dokument ponownie.",
        "A report lists the first 1,000 findings. Correct them and check the document again.",
    ],
    source: "our limit",
    wrong: "(a document with 1001 faults)",
    right: "(a document without)",
};

/// All of them, by code.
pub(super) static ALL: &[&Rule] = &[
    &EMPTY,
    &BYTE_ORDER_MARK,
    &NOT_UTF8,
    &DECLARED_ENCODING,
    &INSTRUCTION,
    &DISCOURAGED_CHARACTER,
    &TOO_BIG,
    &TOO_BIG_WITH_ATTACHMENT,
    &NOT_XML,
    &SYNTAX,
    &TAG_MISMATCH,
    &TRUNCATED,
    &ENTITY,
    &CHARACTER,
    &DOCTYPE,
    &DUPLICATE_ATTRIBUTE,
    &NAMESPACE,
    &AFTER_ROOT,
    &DECLARATION,
    &LIMIT,
    &HUGE,
    &MORE_FINDINGS,
];
