//! Each code of the file and schema layers: one document that breaks it and one just inside, made by editing our own
//! samples. The rules of meaning are in `meaning.rs`.

mod support;

use std::collections::BTreeSet;

use ksef_invoice::{Environments, Layer, Message, Profile, Severity, codes, explain};
use support::{ADVANCE, VAT};

/// A way to break a rule: code, sample, what to replace, by what that breaks it, by what that just does not.
struct Case {
    code: &'static str,
    sample: &'static str,
    from: &'static str,
    wrong: &'static str,
    right: &'static str,
}

const fn case(
    code: &'static str,
    sample: &'static str,
    from: &'static str,
    wrong: &'static str,
    right: &'static str,
) -> Case {
    Case { code, sample, from, wrong, right }
}

const BUYER: &str = "<NIP>1111111111</NIP>";
const THIRD: &str =
    "<Podmiot3><DaneIdentyfikacyjne><IDWew>5265877635-00001</IDWew></DaneIdentyfikacyjne><Rola>";

fn cases() -> Vec<Case> {
    vec![
        case("FILE004", VAT, "encoding=\"UTF-8\"", "encoding=\"windows-1250\"", "encoding=\"utf-8\""),
        case("FILE005", VAT, "<Naglowek>", "<?xml-stylesheet href='s'?><Naglowek>", "<!-- s --><Naglowek>"),
        case("FILE006", VAT, "REG-01", "REG\u{81}", "REG\u{85}"),
        case("FILE006", VAT, "REG-01", "REG&#x7F;", "REG&#xA0;"),
        case("FILE006", VAT, "REG-01", "REG\u{1FFFE}", "REG\u{1FFFD}"),
        case("FILE010", VAT, "<?xml", "x<?xml", "<?xml"),
        case("FILE011", VAT, "Regał", "<", "&lt;"),
        case("FILE012", VAT, "</P_2>", "</P_3>", "</P_2 >"),
        case("FILE013", VAT, "</Faktura>", "", "</Faktura>"),
        case("FILE014", VAT, "Regał", "&nbsp;", "&amp;"),
        case("FILE015", VAT, "Regał", "&#1;", "&#9;a"),
        case("FILE015", VAT, "Regał", "\u{1}", "\t a"),
        case("FILE016", VAT, "<Faktura", "<!DOCTYPE Faktura [<!ENTITY a 'b'>]><Faktura", "<!-- --><Faktura"),
        case(
            "FILE017",
            VAT,
            "wersjaSchemy=\"1-0E\"",
            "wersjaSchemy=\"1-0E\" wersjaSchemy=\"1-0E\"",
            "wersjaSchemy='1-0E'",
        ),
        case(
            "FILE018",
            VAT,
            "<P_2>FV/2026/11/0001</P_2>",
            "<x:P_2>1</x:P_2>",
            "<x:P_2 xmlns:x='http://crd.gov.pl/wzor/2025/06/25/13775/'>1</x:P_2>",
        ),
        case("FILE019", VAT, "</Faktura>", "</Faktura><a/>", "</Faktura><!-- -->\n"),
        case("FILE020", VAT, "<?xml version=\"1.0\"", "<?xml version=\"1.1\"", "<?xml version='1.0'"),
        case("XSD001", VAT, "13775/", "13776/", "13775/"),
        case("XSD010", VAT, "<P_1M>Warszawa</P_1M>", "<Miejsce>Warszawa</Miejsce>", ""),
        case("XSD010", VAT, "<P_1M>Warszawa</P_1M>", "<P_1M xmlns=''>Warszawa</P_1M>", "<P_1M>Łódź</P_1M>"),
        case(
            "XSD011",
            VAT,
            "<P_2>FV/2026/11/0001</P_2>",
            "<P_2>1</P_2><P_1M>Warszawa</P_1M>",
            "<P_2>1</P_2><WZ>1</WZ><WZ>2</WZ>",
        ),
        case("XSD012", VAT, "<P_1M>Warszawa</P_1M>", "<P_1M>a</P_1M><P_1M>b</P_1M>", "<P_1M>b</P_1M>"),
        case("XSD013", VAT, "<P_2>FV/2026/11/0001</P_2>", "", "<P_2>1</P_2>"),
        case("XSD013", VAT, "<GV>2</GV>", "", "<GV>2</GV>"),
        case("XSD014", VAT, BUYER, "<NIP>1111111111</NIP><BrakID>1</BrakID>", "<BrakID>1</BrakID>"),
        case("XSD015", VAT, "<Fa>", "<Fa>uwaga", "<Fa> <!-- uwaga -->"),
        case("XSD016", VAT, "FV/2026/11/0001", "<b/>", "FV<!-- b -->1"),
        case("XSD020", VAT, "<P_2>", "<P_2 id='1'>", "<P_2 >"),
        case("XSD021", VAT, " wersjaSchemy=\"1-0E\"", "", " wersjaSchemy='1-0E'"),
        case("XSD022", VAT, "FA (3)", "FA(3)", "FA&#32;(3)"),
        case("XSD030", VAT, "<P_1>2026-11-20", "<P_1>2026-11-31", "<P_1>2026-11-20"),
        case("XSD030", VAT, "<P_8B>4</P_8B>", "<P_8B>cztery</P_8B>", "<P_8B>4.000</P_8B>"),
        case("XSD031", VAT, BUYER, "<NIP>111-111-11-11</NIP>", "<NIP>1111111111</NIP>"),
        case("XSD032", VAT, "<P_12>23</P_12>", "<P_12>23%</P_12>", "<P_12> 23 </P_12>"),
        case("XSD033", VAT, "Wzorcowy Sklep sp. z o.o.", "  ", "W"),
        case(
            "XSD034",
            VAT,
            "<Indeks>REG-01",
            "<Indeks>123456789012345678901234567890123456789012345678901",
            "<Indeks>12345678901234567890123456789012345678901234567890",
        ),
        case("XSD036", VAT, "<Termin>2026-12-04", "<Termin>2016-06-30", "<Termin>2016-07-01"),
        case("XSD037", VAT, "<Termin>2026-12-04", "<Termin>2050-01-02", "<Termin>2050-01-01"),
        case("XSD038", VAT, "<NrWiersza>1<", "<NrWiersza>100000000000000<", "<NrWiersza>99999999999999<"),
        case(
            "XSD040",
            VAT,
            "<Podmiot1>",
            "<Podmiot1><PrefiksPodatnika>DE</PrefiksPodatnika>",
            "<Podmiot1><PrefiksPodatnika/>",
        ),
        case(
            "XSD050",
            VAT,
            "<P_1M>",
            "<P_1M xmlns:x='http://www.w3.org/2001/XMLSchema-instance' x:nil='false'>",
            "<P_1M xmlns:x='http://www.w3.org/2001/XMLSchema-instance' x:schemaLocation='a b'>",
        ),
        case(
            "XSD051",
            VAT,
            "<P_1M>",
            "<P_1M xmlns:x='http://www.w3.org/2001/XMLSchema-instance' x:type='TKwotowy'>",
            "<P_1M xmlns:x='http://www.w3.org/2001/XMLSchema-instance' x:type='TNumerTelefonu'>",
        ),
    ]
}

/// Codes that need another kind of document than an edited sample; each has a test of its own below or elsewhere.
const APART: [&str; 14] = [
    "FILE001", "FILE002", "FILE003", "FILE007", "FILE008", "FILE021", "FILE022", "FILE099", "XSD012",
    "XSD017", "XSD023", "XSD035", "XSD039", "XSD038",
];

#[test]
fn each_rule_has_a_document_that_breaks_it_and_one_just_inside() {
    for case in cases() {
        let edit = |with: &str| {
            assert!(case.sample.contains(case.from), "{}: {} is not in the sample", case.code, case.from);
            case.sample.replacen(case.from, with, 1)
        };
        let found = |document: &str| {
            let report = support::strict(document);
            (report.findings.iter().any(|finding| finding.code == case.code), support::summary(&report))
        };
        let (is_found, summary) = found(&edit(case.wrong));
        assert!(is_found, "{} is not found with {:?}: {summary:#?}", case.code, case.wrong);
        let (is_found, summary) = found(&edit(case.right));
        assert!(!is_found, "{} is found with {:?}: {summary:#?}", case.code, case.right);
    }
}

#[test]
fn every_code_is_tested_and_explained() {
    let tested: BTreeSet<&str> = cases().iter().map(|case| case.code).chain(APART).collect();
    let mut known = BTreeSet::new();
    for code in codes() {
        let explanation = explain(&code.to_lowercase()).expect(code);
        assert_eq!(explanation.code, code);
        assert_ne!(explanation.wrong, explanation.right, "{code}");
        let Message { pl, en } = &explanation.title;
        assert!(!pl.is_empty() && !en.is_empty() && pl != en, "{code}: {pl} / {en}");
        let Message { pl, en } = &explanation.why;
        assert!(pl.len() > 20 && en.len() > 20 && pl != en, "{code}: {pl} / {en}");
        assert!(!explanation.source.is_empty(), "{code} names no source");
        if matches!(explanation.layer, Layer::File | Layer::Schema) {
            known.insert(code);
        }
    }
    assert_eq!(tested, known);
    assert_eq!(explain("FA999"), None);
}

fn severity(document: &str, profile: Profile, code: &str) -> Option<Severity> {
    let report = support::with_profile(document, profile);
    report.findings.iter().find(|finding| finding.code == code).map(|finding| finding.severity)
}

#[test]
fn profiles_refuse_what_their_environment_refuses() {
    let nip = VAT.replace("<NIP>1111111111</NIP>", "<NIP>1111111112</NIP>");
    assert_eq!(severity(&nip, Profile::Strict, "FA008"), Some(Severity::Error));
    assert_eq!(severity(&nip, Profile::Prd, "FA008"), Some(Severity::Error));
    assert_eq!(severity(&nip, Profile::Test, "FA008"), Some(Severity::Warning));
    let instruction = VAT.replace("<Naglowek>", "<?a b?><Naglowek>");
    assert_eq!(severity(&instruction, Profile::Strict, "FILE005"), Some(Severity::Error));
    assert_eq!(severity(&instruction, Profile::Demo, "FILE005"), Some(Severity::Error));
    assert_eq!(severity(&instruction, Profile::Prd, "FILE005"), Some(Severity::Warning));
    let report = support::strict(&instruction);
    assert_eq!(report.findings[0].refused_by, Environments::TEST_DEMO);
    // The law demands it and KSeF does not look.
    let settlement = ADVANCE.replace("<RodzajFaktury>ZAL", "<RodzajFaktury>ROZ");
    assert_eq!(severity(&settlement, Profile::Strict, "FA070"), Some(Severity::Error));
    assert_eq!(severity(&settlement, Profile::Prd, "FA070"), Some(Severity::Warning));
}

#[test]
fn facets_behind_others() {
    // Attachments have an attribute with a list of values.
    let attachment = |kind: &str| {
        let table = format!(
            "<Zalacznik><BlokDanych><MetaDane><ZKlucz>a</ZKlucz><ZWartosc>b</ZWartosc></MetaDane><Tabela><TNaglowek>\
             <Kol Typ=\"{kind}\"><NKom>x</NKom></Kol></TNaglowek><Wiersz><WKom>1</WKom></Wiersz></Tabela></BlokDanych>\
             </Zalacznik></Faktura>"
        );
        VAT.replace("</Faktura>", &table)
    };
    assert_eq!(severity(&attachment("text"), Profile::Strict, "XSD023"), Some(Severity::Error));
    assert_eq!(severity(&attachment("txt"), Profile::Strict, "XSD023"), None);
    // Amounts are caught by their pattern before their digits; percentages have digits only.
    let share = |share: &str| {
        let third = format!("</Podmiot2>{THIRD}4</Rola><Udzial>{share}</Udzial></Podmiot3>");
        VAT.replace("</Podmiot2>", &third)
    };
    assert_eq!(severity(&share("9.1234567"), Profile::Strict, "XSD039"), Some(Severity::Error));
    assert_eq!(severity(&share("9.123456"), Profile::Strict, "XSD039"), None);
}

#[test]
fn a_confirmation_names_each_document_once() {
    let document = |number: &str| {
        format!(
            "<Dokument><NipSprzedawcy>5265877635</NipSprzedawcy><NumerKSeFDokumentu>{number}</NumerKSeFDokumentu>\
             <NumerFaktury>1</NumerFaktury><DataWystawieniaFaktury>2026-11-20</DataWystawieniaFaktury>\
             <DataPrzeslaniaDokumentu>2026-11-20T10:00:00Z</DataPrzeslaniaDokumentu>\
             <DataNadaniaNumeruKSeF>2026-11-20T10:00:01Z</DataNadaniaNumeruKSeF>\
             <SkrotDokumentu>GZMGNVzs3krF6URKgvaw77OOeG3nJ+WGziT5xguliQ8=</SkrotDokumentu>\
             <TrybWysylki>Online</TrybWysylki></Dokument>"
        )
    };
    let upo = |second: &str| {
        format!(
            "<Potwierdzenie xmlns='http://upo.schematy.mf.gov.pl/KSeF/v4-3'>\
             <NazwaPodmiotuPrzyjmujacego>Ministerstwo Finansów</NazwaPodmiotuPrzyjmujacego>\
             <NumerReferencyjnySesji>20261120-SO-36950822AB-9D5A28BFDA-5C</NumerReferencyjnySesji>\
             <Uwierzytelnienie><IdKontekstu><Nip>5265877635</Nip></IdKontekstu><SkrotDokumentuUwierzytelniajacego>\
             kyqH+QUgP8ATWd/95IY632mP4uqibwG66Oqclq9+qno=</SkrotDokumentuUwierzytelniajacego></Uwierzytelnienie>\
             <NazwaStrukturyLogicznej>Schemat_FA(3)_v1-0E.xsd</NazwaStrukturyLogicznej>\
             <KodFormularza>FA (3)</KodFormularza>{}{}</Potwierdzenie>",
            document("5265877635-20250826-0100001AF629-AF"),
            document(second)
        )
    };
    let twice = upo("5265877635-20250826-0100001AF629-AF");
    let codes: Vec<_> = support::strict(&twice).findings.iter().map(|finding| finding.code).collect();
    assert_eq!(codes, ["XSD017"]);
    let once = support::strict(&upo("5265877635-20250826-0100001AF62A-A6"));
    assert!(once.findings.is_empty(), "{:?}", support::summary(&once));
}

#[test]
fn the_hint_names_what_was_expected() {
    let message = |document: &str, code: &str| {
        let report = support::strict(document);
        let finding = report.findings.iter().find(|finding| finding.code == code).expect(code).clone();
        (finding.path, finding.allowed.unwrap_or_default(), finding.message.en)
    };
    let (path, allowed, _) = message(&VAT.replace("<P_2>FV/2026/11/0001</P_2>", ""), "XSD013");
    assert_eq!((path.as_str(), allowed.as_str()), ("Faktura/Fa", "P_2"));
    let (path, allowed, words) =
        message(&VAT.replace("<P_1M>Warszawa</P_1M>", "<p_1m>Warszawa</p_1m>"), "XSD010");
    assert_eq!(path, "Faktura/Fa/p_1m");
    assert_eq!(allowed, "P_1M, P_2");
    assert!(words.contains("Did you mean P_1M?"), "{words}");
    let (path, _, _) = message(&VAT.replace("<P_8B>1</P_8B>", "<P_8B>1,0</P_8B>"), "XSD030");
    assert_eq!(path, "Faktura/Fa/FaWiersz[2]/P_8B");
}
