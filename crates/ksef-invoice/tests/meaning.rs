//! Each rule of meaning: one document that breaks only it, and one just inside. All are made from our own valid
//! documents by the edits below; a rule without both fails.

mod support;

use std::collections::BTreeSet;

use ksef_invoice::{
    Basis, Layer, Perspective, Profile, Severity, ValidationOptions, codes, explain, validate,
};
use support::{ADVANCE, CORRECTION, FLAT_RATE, PEPPOL, TODAY, VAT};

/// The document that a case begins with.
#[derive(Clone, Copy)]
enum Base {
    Vat,
    Correction,
    Advance,
    FlatRate,
    Peppol,
    PeppolCorrection,
}
use Base::{Advance, Correction, FlatRate, Peppol, PeppolCorrection, Vat};

impl Base {
    /// Valid and without any finding but those of [`Base::unavoidable`]: issued on the day of sending.
    fn text(self) -> String {
        let today = |document: &str| document.replace("<P_1>2026-11-20", "<P_1>2026-11-22");
        match self {
            Vat => today(VAT),
            Correction => today(CORRECTION).replace("<P_1>2026-11-21", "<P_1>2026-11-22"),
            Advance => today(ADVANCE),
            FlatRate => FLAT_RATE.to_owned(),
            Peppol => PEPPOL.to_owned(),
            PeppolCorrection => support::peppol_correction(),
        }
    }

    /// What every document of the kind is told.
    const fn unavoidable(self) -> &'static [&'static str] {
        match self {
            Peppol | PeppolCorrection => &["PEF001"],
            _ => &[],
        }
    }
}

/// A replacement: what, which must be there, by what. `…` stands for all between the first and the last of its sides.
type Edit = (&'static str, &'static str);

/// A way to break a rule, and a way that just does not.
struct Case {
    code: &'static str,
    base: Base,
    wrong: &'static [Edit],
    right: &'static [Edit],
}

const fn case(code: &'static str, base: Base, wrong: &'static [Edit], right: &'static [Edit]) -> Case {
    Case { code, base, wrong, right }
}

fn edit(document: &str, edits: &[Edit]) -> String {
    edits.iter().fold(document.to_owned(), |document, (from, to)| match from.split_once('…') {
        None => {
            assert!(document.contains(from), "{from} is not in the document");
            document.replacen(from, to, 1)
        }
        Some((begin, end)) => {
            let start = document.find(begin).unwrap_or_else(|| panic!("{begin} is not in the document"));
            let end =
                document.rfind(end).unwrap_or_else(|| panic!("{end} is not in the document")) + end.len();
            format!("{}{to}{}", &document[..start], &document[end..])
        }
    })
}

macro_rules! third {
    ($identifier:literal, $rest:literal) => {
        concat!(
            "</Podmiot2><Podmiot3><DaneIdentyfikacyjne>",
            $identifier,
            "</DaneIdentyfikacyjne>",
            $rest,
            "</Podmiot3>"
        )
    };
}
macro_rules! corrected {
    ($date:literal, $number:literal) => {
        concat!(
            "<DaneFaKorygowanej><DataWystFaKorygowanej>",
            $date,
            "</DataWystFaKorygowanej><NrFaKorygowanej>",
            $number,
            "</NrFaKorygowanej><NrKSeFN>1</NrKSeFN></DaneFaKorygowanej>"
        )
    };
}
macro_rules! kind {
    ($kind:literal, $($rest:expr),*) => {
        ("<RodzajFaktury>VAT</RodzajFaktury>", concat!("<RodzajFaktury>", $kind, "</RodzajFaktury>", $($rest),*))
    };
}
macro_rules! advance_kind {
    ($kind:literal, $($rest:expr),*) => {
        ("<RodzajFaktury>ZAL</RodzajFaktury>", concat!("<RodzajFaktury>", $kind, "</RodzajFaktury>", $($rest),*))
    };
}
macro_rules! before_payment {
    ($($text:expr),*) => {
        ("<Platnosc>", concat!($($text,)* "<Platnosc>"))
    };
}
macro_rules! third_line {
    ($($text:literal),*) => {
        before_payment!("<FaWiersz><NrWierszaFa>3</NrWierszaFa><P_7>Usługa</P_7>", $($text,)* "</FaWiersz>")
    };
}
macro_rules! settled {
    ($name:literal, $rest:literal) => {
        before_payment!(
            "<Rozliczenie><",
            $name,
            "><Kwota>10</Kwota><Powod>kaucja</Powod></",
            $name,
            ">",
            $rest,
            "</Rozliczenie>"
        )
    };
}
macro_rules! table {
    ($kind:literal, $cells:literal) => {
        ("</Faktura>", concat!(
            "<Zalacznik><BlokDanych><MetaDane><ZKlucz>a</ZKlucz><ZWartosc>b</ZWartosc></MetaDane><Tabela><TNaglowek>",
            "<Kol Typ='", $kind, "'><NKom>x</NKom></Kol></TNaglowek><Wiersz>", $cells, "</Wiersz></Tabela></BlokDanych>",
            "</Zalacznik></Faktura>"
        ))
    };
}
macro_rules! advance_total {
    ($element:literal) => {
        ("<P_15>615.00", concat!("<", $element, ">1</", $element, "><P_15>616.00"))
    };
}
macro_rules! before {
    ($nip:literal, $rest:literal) => {
        (
            "</DaneFaKorygowanej>",
            concat!(
                "</DaneFaKorygowanej><Podmiot2K><DaneIdentyfikacyjne><NIP>",
                $nip,
                "</NIP><Nazwa>Dawna</Nazwa>",
                "</DaneIdentyfikacyjne>",
                $rest,
                "</Podmiot2K>"
            ),
        )
    };
}

const BUYER: &str = "<NIP>1111111111</NIP>";
const EU_BUYER: Edit = (BUYER, "<KodUE>DE</KodUE><NrVatUE>123456789</NrVatUE>");
const OTHER_BUYER: Edit = (BUYER, "<KodKraju>US</KodKraju><NrID>17</NrID>");
const PREFIX: Edit = ("<Podmiot1>", "<Podmiot1><PrefiksPodatnika>PL</PrefiksPodatnika>");
const PARTY_END: &str = "</Podmiot2>";
const UNIT: Edit = ("<JST>2", "<JST>1");
const MEMBER: Edit = ("<GV>2", "<GV>1");
const NO_ACCOUNT: Edit = ("<RachunekBankowy>…</RachunekBankowy>", "");
const IN_CASH: Edit = ("<FormaPlatnosci>6", "<FormaPlatnosci>1");
const MARGIN: Edit = ("<P_PMarzyN>1</P_PMarzyN>", "<P_PMarzy>1</P_PMarzy><P_PMarzy_3_1>1</P_PMarzy_3_1>");
const EURO: Edit = ("<KodWaluty>PLN", "<KodWaluty>EUR");
const TAX_1_PLN: Edit = ("</P_14_1>", "</P_14_1><P_14_1W>977.50</P_14_1W>");
const TAX_3_PLN: Edit = ("</P_14_3>", "</P_14_3><P_14_3W>8.63</P_14_3W>");
const RATE_1: Edit = ("<P_12>23</P_12>", "<P_12>23</P_12><KursWaluty>4.25</KursWaluty>");
const RATE_2: Edit = ("<P_12>5</P_12>", "<P_12>5</P_12><KursWaluty>4.25</KursWaluty>");
const SETTLES: Edit = (
    "</DodatkowyOpis>",
    "</DodatkowyOpis><FakturaZaliczkowa><NrKSeFZN>1</NrKSeFZN><NrFaZaliczkowej>Z/1</NrFaZaliczkowej></FakturaZaliczkowa>",
);
const ORDER: Edit = (
    "</Platnosc>",
    "</Platnosc><Zamowienie><WartoscZamowienia>2000</WartoscZamowienia><ZamowienieWiersz><NrWierszaZam>1</NrWierszaZam></ZamowienieWiersz></Zamowienie>",
);
const VEHICLE: Edit = (
    "<P_22N>1</P_22N>",
    "<P_22>1</P_22><P_42_5>2</P_42_5><NowySrodekTransportu><P_22A>2026-11-01</P_22A><P_NrWierszaNST>1</P_NrWierszaNST><P_22B>10</P_22B></NowySrodekTransportu>",
);
const VEHICLE_7: Edit = (
    "<P_22N>1</P_22N>",
    "<P_22>1</P_22><P_42_5>2</P_42_5><NowySrodekTransportu><P_22A>2026-11-01</P_22A><P_NrWierszaNST>7</P_NrWierszaNST><P_22B>10</P_22B></NowySrodekTransportu>",
);

#[rustfmt::skip]
const CASES: &[Case] = &[
    case("FA005", Vat, &[("<P_1>2026-11-22", "<P_1>2026-11-23")], &[]),
    case("FA006", Vat, &[("<P_1>2026-11-22", "<P_1>2026-11-21")], &[]),
    case("FA007", Vat, &[("<DataWytworzeniaFa>2026-11-20T09", "<DataWytworzeniaFa>2026-11-23T00")], &[("<DataWytworzeniaFa>2026-11-20T09", "<DataWytworzeniaFa>2026-11-22T23")]),
    case("FA008", Vat, &[(BUYER, "<NIP>1111111112</NIP>")], &[]),
    case("FA009", Vat, &[(PARTY_END, third!("<IDWew>5265877636-00001</IDWew>", "<Rola>2</Rola>"))], &[(PARTY_END, third!("<IDWew>5265877635-00001</IDWew>", "<Rola>2</Rola>"))]),
    case("FA010", Vat, &[(BUYER, "<BrakID>1</BrakID>")], &[(BUYER, "<BrakID>1</BrakID>"), ("Wzorcowy Sklep sp. z o.o.", "Klient detaliczny")]),
    case("FA011", Vat, &[(BUYER, "<NrID>44051401358</NrID>")], &[(BUYER, "<NrID>44051401359</NrID>")]),
    case("FA012", Vat, &[(BUYER, "<KodUE>DE</KodUE><NrVatUE>DE123456789</NrVatUE>")], &[EU_BUYER]),
    case("FA013", Vat, &[UNIT, (PARTY_END, third!("<NIP>3861610227</NIP>", "<Rola>2</Rola>"))], &[UNIT, (PARTY_END, third!("<NIP>3861610227</NIP>", "<Rola>8</Rola>"))]),
    case("FA014", Vat, &[MEMBER], &[MEMBER, (PARTY_END, third!("<IDWew>5265877635-00001</IDWew>", "<Rola>10</Rola>"))]),
    case("FA015", Vat, &[(PARTY_END, third!("<NIP>3861610227</NIP>", "<Rola>10</Rola>"))], &[(PARTY_END, third!("<NIP>3861610227</NIP>", "<Rola>9</Rola>"))]),
    case("FA016", Vat, &[(BUYER, "<KodKraju>PL</KodKraju><NrID>PL 526-587-76-35</NrID>")], &[(BUYER, "<KodKraju>US</KodKraju><NrID>5265877635</NrID>")]),
    case("FA017", Vat, &[(BUYER, "<KodUE>PL</KodUE><NrVatUE>5265877635</NrVatUE>")], &[EU_BUYER]),
    case("FA018", Vat, &[MEMBER, (PARTY_END, third!("<NIP>1111111111</NIP>", "<Rola>10</Rola>"))], &[MEMBER, (PARTY_END, third!("<NIP>3861610227</NIP>", "<Rola>10</Rola>"))]),
    case("FA019", Vat, &[(BUYER, "<NIP>5265877635</NIP>")], &[(BUYER, "<NIP>3861610227</NIP>")]),
    case("FA020", Vat, &[kind!("KOR", "")], &[kind!("KOR", corrected!("2026-11-20", "FV/1"))]),
    case("FA021", Vat, &[kind!("VAT", corrected!("2026-11-20", "FV/1"))], &[kind!("KOR", corrected!("2026-11-20", "FV/1"))]),
    case("FA022", Correction, &[("0100001AF629-", "0100001AF62A-")], &[]),
    case("FA023", Correction, &[("<NIP>5265877635</NIP>", "<NIP>3861610227</NIP>")], &[]),
    case("FA024", Vat, &[kind!("KOR", corrected!("2026-11-23", "FV/1"))], &[kind!("KOR", corrected!("2026-11-22", "FV/1"))]),
    case("FA025", Correction, &[("<DataWystFaKorygowanej>2026-11-20", "<DataWystFaKorygowanej>2026-11-21")], &[]),
    case("FA026", Correction, &[before!("3861610227", "")], &[before!("1111111111", "")]),
    case("FA027", Correction, &[before!("1111111111", "<IDNabywcy>N1</IDNabywcy>")], &[before!("1111111111", "<IDNabywcy>N1</IDNabywcy>"), ("<JST>", "<IDNabywcy>N1</IDNabywcy><JST>")]),
    case("FA028", Advance, &[third_line!("<P_12>23</P_12><StanPrzed>1</StanPrzed>")], &[third_line!("<P_12>23</P_12>")]),
    case("FA029", Advance, &[advance_kind!("KOR_ZAL", corrected!("2026-11-20", "FV/1"))], &[advance_kind!("KOR_ZAL", corrected!("2026-11-20", "FV/1"), "<P_15ZK>100</P_15ZK>")]),
    case("FA030", Vat, &[("<P_15>1272.53", "<P_15>1272.56")], &[("<P_15>1272.53", "<P_15>1272.55")]),
    case("FA030", Correction, &[("<P_15>-307.50", "<P_15>-307.52")], &[("<P_15>-307.50", "<P_15>-307.51")]),
    case("FA031", Vat, &[("<P_13_1>1000.00", "<P_13_1>1000.02")], &[("<P_13_1>1000.00", "<P_13_1>1000.01")]),
    case("FA032", Vat, &[("<P_14_1>230.00", "<P_14_1>230.02")], &[("<P_14_1>230.00", "<P_14_1>230.01")]),
    case("FA033", Vat, &[third_line!("<P_11>0</P_11><P_12>8</P_12>")], &[third_line!("<P_11>0</P_11><P_12>8</P_12>"), ("<P_13_3>", "<P_13_2>0</P_13_2><P_14_2>0</P_14_2><P_13_3>")]),
    case("FA034", Vat, &[("<P_13_3>", "<P_13_2>1</P_13_2><P_14_2>0</P_14_2><P_13_3>"), ("<P_15>1272.53", "<P_15>1273.53")], &[("<P_13_3>", "<P_13_2>0</P_13_2><P_14_2>0</P_14_2><P_13_3>")]),
    case("FA035", Vat, &[("<P_9A>250<", "<P_9A>250.005<")], &[("<P_9A>250<", "<P_9A>250.002<")]),
    case("FA035", Vat, &[("<P_10>4.50", "<P_10>4.52")], &[("<P_10>4.50", "<P_10>4.51")]),
    case("FA036", Vat, &[("<P_9A>250</P_9A>", "<P_9B>307.50</P_9B>"), ("<P_11>1000.00</P_11>", "<P_11>1000.00</P_11><P_11A>1230.02</P_11A>")], &[("<P_9A>250</P_9A>", "<P_9B>307.50</P_9B>"), ("<P_11>1000.00</P_11>", "<P_11>1000.00</P_11><P_11A>1230.01</P_11A>")]),
    case("FA037", Vat, &[("<P_11>1000.00</P_11>", "<P_11>1000.00</P_11><P_11A>1230.02</P_11A><P_11Vat>230.00</P_11Vat>")], &[("<P_11>1000.00</P_11>", "<P_11>1000.00</P_11><P_11A>1230.01</P_11A><P_11Vat>230.00</P_11Vat>")]),
    case("FA038", Vat, &[("<P_7>Poradnik magazyniera</P_7>", "")], &[("<P_7>Poradnik magazyniera</P_7>", "<P_7>P</P_7>")]),
    case("FA039", Vat, &[("<P_12>5</P_12>", "")], &[]),
    case("FA040", Advance, &[advance_total!("P_13_7")], &[("<P_15>", "<P_13_7>0</P_13_7><P_15>")]),
    case("FA041", Vat, &[("<P_19N>1</P_19N>", "<P_19>1</P_19><P_19A>art. 43</P_19A>")], &[]),
    case("FA042", Advance, &[advance_total!("P_13_10")], &[advance_total!("P_13_10"), ("<P_18>2", "<P_18>1")]),
    case("FA043", Vat, &[("<P_18>2", "<P_18>1")], &[("<P_18>2", "<P_18>1"), third_line!("<P_11>0</P_11><P_12>oo</P_12>"), ("<P_15>", "<P_13_10>0</P_13_10><P_15>")]),
    case("FA044", Advance, &[MARGIN], &[MARGIN, advance_total!("P_13_11")]),
    case("FA045", Advance, &[advance_total!("P_13_11")], &[("<P_15>", "<P_13_11>0</P_13_11><P_15>")]),
    case("FA046", Advance, &[MARGIN, advance_total!("P_13_11"), third_line!("<P_11Vat>23</P_11Vat>")], &[MARGIN, advance_total!("P_13_11"), third_line!("<P_11Vat>0</P_11Vat>")]),
    case("FA047", Vat, &[("<P_8B>4<", "<P_8B>60<"), ("<P_11>1000.00", "<P_11>15000.00"), ("<P_13_1>1000.00", "<P_13_1>15000.00"), ("<P_14_1>230.00", "<P_14_1>3450.00"), ("<P_15>1272.53", "<P_15>18492.53"), ("<P_12>23</P_12>", "<P_12>23</P_12><P_12_Zal_15>1</P_12_Zal_15>")],
        &[("<P_12>23</P_12>", "<P_12>23</P_12><P_12_Zal_15>1</P_12_Zal_15>")]),
    case("FA085", Vat, &[("<P_18A>2", "<P_18A>1"), NO_ACCOUNT, IN_CASH], &[("<P_18A>2", "<P_18A>1")]),
    case("FA050", Advance, &[EURO, ("</P_15>", "</P_15><KursWalutyZ>4.25</KursWalutyZ>")], &[EURO, ("</P_15>", "</P_15><KursWalutyZ>4.25</KursWalutyZ>"), ("</P_14_1>", "</P_14_1><P_14_1W>488.75</P_14_1W>")]),
    case("FA051", Vat, &[TAX_1_PLN], &[]),
    case("FA052", Vat, &[EURO, ("</P_14_1>", "</P_14_1><P_14_1W>977.52</P_14_1W>"), TAX_3_PLN, RATE_1, RATE_2], &[EURO, ("</P_14_1>", "</P_14_1><P_14_1W>977.51</P_14_1W>"), TAX_3_PLN, RATE_1, RATE_2]),
    case("FA053", Vat, &[EURO, TAX_1_PLN, TAX_3_PLN], &[EURO, TAX_1_PLN, TAX_3_PLN, RATE_1, RATE_2]),
    case("FA054", Vat, &[RATE_1], &[]),
    case("FA055", Vat, &[("</Platnosc>", "</Platnosc><WarunkiTransakcji><KursUmowny>4.25</KursUmowny><WalutaUmowna>PLN</WalutaUmowna></WarunkiTransakcji>")], &[("</Platnosc>", "</Platnosc><WarunkiTransakcji><KursUmowny>4.25</KursUmowny><WalutaUmowna>EUR</WalutaUmowna></WarunkiTransakcji>")]),
    case("FA060", Vat, &[("61109010140000071219812874", "61109010140000071219812875")], &[("61109010140000071219812874", "PL61 10901014 0000071219812874")]),
    case("FA060", Vat, &[("61109010140000071219812874", "DE89370400440532013001")], &[("61109010140000071219812874", "DE89370400440532013000")]),
    case("FA061", Vat, &[NO_ACCOUNT], &[NO_ACCOUNT, IN_CASH]),
    case("FA062", Vat, &[settled!("Obciazenia", "<DoZaplaty>1282.54</DoZaplaty>")], &[settled!("Obciazenia", "<DoZaplaty>1282.53</DoZaplaty>")]),
    case("FA063", Vat, &[("<NrWierszaFa>2", "<NrWierszaFa>1")], &[("<NrWierszaFa>2", "<NrWierszaFa>3")]),
    case("FA064", Vat, &[(PARTY_END, third!("<NIP>3861610227</NIP>", "<Rola>4</Rola><Udzial>100</Udzial>"))], &[(PARTY_END, third!("<NIP>3861610227</NIP>", "<Rola>4</Rola><Udzial>99.999999</Udzial>"))]),
    case("FA065", Vat, &[(PARTY_END, third!("<NIP>3861610227</NIP>", "<Rola>6</Rola><Udzial>50</Udzial>"))], &[(PARTY_END, third!("<NIP>3861610227</NIP>", "<Rola>4</Rola><Udzial>50</Udzial>"))]),
    case("FA066", Vat, &[("<P_17>2", "<P_17>1"), (PARTY_END, third!("<NIP>3861610227</NIP>", "<Rola>5</Rola>"))], &[(PARTY_END, third!("<NIP>3861610227</NIP>", "<Rola>5</Rola>"))]),
    case("FA070", Vat, &[kind!("ROZ", "")], &[kind!("ROZ", ""), SETTLES]),
    case("FA071", Vat, &[kind!("KOR_ROZ", corrected!("2026-11-20", "FV/1"), "<P_15ZK>0</P_15ZK>")], &[kind!("KOR_ROZ", corrected!("2026-11-20", "FV/1"), "<P_15ZK>0</P_15ZK>"), SETTLES]),
    case("FA072", Vat, &[SETTLES], &[SETTLES, kind!("ROZ", "")]),
    case("FA073", Vat, &[kind!("ZAL", "")], &[kind!("ZAL", ""), ORDER]),
    case("FA074", Vat, &[ORDER], &[ORDER, kind!("ZAL", "")]),
    case("FA075", Advance, &[("<WartoscZamowienia>1230.00", "<WartoscZamowienia>1230.02")], &[("<WartoscZamowienia>1230.00", "<WartoscZamowienia>1230.01")]),
    case("FA076", Advance, &[("<P_13_1>500.00", "<P_13_1>1000.01"), ("<P_14_1>115.00", "<P_14_1>230.00"), ("<P_15>615.00", "<P_15>1230.01")], &[("<P_13_1>500.00", "<P_13_1>1000.00"), ("<P_14_1>115.00", "<P_14_1>230.00"), ("<P_15>615.00", "<P_15>1230.00")]),
    case("FA077", Advance, &[advance_kind!("ZAL", "<ZaliczkaCzesciowa><P_6Z>2026-11-18</P_6Z><P_15Z>614.99</P_15Z></ZaliczkaCzesciowa>")], &[advance_kind!("ZAL", "<ZaliczkaCzesciowa><P_6Z>2026-11-18</P_6Z><P_15Z>600</P_15Z></ZaliczkaCzesciowa><ZaliczkaCzesciowa><P_6Z>2026-11-19</P_6Z><P_15Z>15</P_15Z></ZaliczkaCzesciowa>")]),
    case("FA078", Vat, &[kind!("ROZ", ""), SETTLES, SETTLES], &[kind!("ROZ", ""), SETTLES, SETTLES, ("<NrFaZaliczkowej>Z/1", "<NrFaZaliczkowej>Z/2")]),
    case("FA080", Vat, &[settled!("Obciazenia", "<SumaObciazen>10.01</SumaObciazen>")], &[settled!("Obciazenia", "<SumaObciazen>10</SumaObciazen>")]),
    case("FA081", Vat, &[settled!("Odliczenia", "<SumaOdliczen>9.99</SumaOdliczen>")], &[settled!("Odliczenia", "<SumaOdliczen>10</SumaOdliczen>")]),
    case("FA082", Vat, &[("<TerminPlatnosci>", "<ZnacznikZaplatyCzesciowej>1</ZnacznikZaplatyCzesciowej><ZaplataCzesciowa><KwotaZaplatyCzesciowej>1272.53</KwotaZaplatyCzesciowej><DataZaplatyCzesciowej>2026-11-20</DataZaplatyCzesciowej></ZaplataCzesciowa><TerminPlatnosci>")],
        &[("<TerminPlatnosci>", "<ZnacznikZaplatyCzesciowej>1</ZnacznikZaplatyCzesciowej><ZaplataCzesciowa><KwotaZaplatyCzesciowej>1272.52</KwotaZaplatyCzesciowej><DataZaplatyCzesciowej>2026-11-20</DataZaplatyCzesciowej></ZaplataCzesciowa><TerminPlatnosci>")]),
    case("FA083", Vat, &[("</RachunekBankowy>", "</RachunekBankowy><RachunekBankowyFaktora><NrRB>61109010140000071219812874</NrRB></RachunekBankowyFaktora>")],
        &[("</RachunekBankowy>", "</RachunekBankowy><RachunekBankowyFaktora><NrRB>61109010140000071219812874</NrRB></RachunekBankowyFaktora>"), (PARTY_END, third!("<NIP>3861610227</NIP>", "<Rola>1</Rola>"))]),
    case("FA084", Vat, &[("<NrWiersza>1<", "<NrWiersza>3<")], &[("<NrWiersza>1<", "<NrWiersza>2<")]),
    case("FA100", Vat, &[("<P_6>2026-11-18", "<P_6>2026-10-31")], &[("<P_6>2026-11-18", "<P_6>2026-11-01")]),
    case("FA101", Vat, &[("<P_6>2026-11-18", "<P_6>2027-01-22")], &[("<P_6>2026-11-18", "<P_6>2027-01-21")]),
    case("FA102", Vat, &[("<P_6>2026-11-18</P_6>", "<OkresFa><P_6_Od>2026-11-19</P_6_Od><P_6_Do>2026-11-18</P_6_Do></OkresFa>")], &[("<P_6>2026-11-18</P_6>", "<OkresFa><P_6_Od>2026-11-18</P_6_Od><P_6_Do>2026-11-18</P_6_Do></OkresFa>")]),
    case("FA103", Vat, &[("<Termin>2026-12-04", "<Termin>2026-11-21")], &[("<Termin>2026-12-04", "<Termin>2026-11-22")]),
    case("FA104", Vat, &[("<TerminPlatnosci>", "<Zaplacono>1</Zaplacono><DataZaplaty>2026-11-23</DataZaplaty><TerminPlatnosci>")], &[("<TerminPlatnosci>", "<Zaplacono>1</Zaplacono><DataZaplaty>2026-11-22</DataZaplaty><TerminPlatnosci>")]),
    case("FA110", Vat, &[("<DodatkowyOpis>…</DodatkowyOpis>", ""), ("<FaWiersz>…</FaWiersz>", "")], &[("<DodatkowyOpis>…</DodatkowyOpis>", "")]),
    case("FA111", Vat, &[("<P_13_1>1000.00", "<P_13_1>-1000.00"), ("<P_14_1>230.00", "<P_14_1>-230.00"), ("<P_8B>4<", "<P_8B>-4<"), ("<P_11>1000.00", "<P_11>-1000.00"), ("<P_15>1272.53", "<P_15>-1187.47")],
        &[("<P_13_1>1000.00", "<P_13_1>-1000.00"), ("<P_14_1>230.00", "<P_14_1>-230.00"), ("<P_8B>4<", "<P_8B>-4<"), ("<P_11>1000.00", "<P_11>-1000.00"), ("<P_15>1272.53", "<P_15>-1187.47"), kind!("KOR", corrected!("2026-11-20", "FV/1"))]),
    case("FA120", Vat, &[kind!("KOR", corrected!("2026-11-20", "FV/2026/11/0001"))], &[kind!("KOR", corrected!("2026-11-20", "FV/2026/11/0002"))]),
    case("FA121", Vat, &[kind!("KOR", corrected!("2026-11-20", "FV/1"), corrected!("2026-11-20", "FV/1"))], &[kind!("KOR", corrected!("2026-11-20", "FV/1"), corrected!("2026-11-20", "FV/2"))]),
    case("FA122", Correction, &[("<P_13_1>-250.00", "<P_13_1>-250.02"), ("<P_15>-307.50", "<P_15>-307.52")], &[("<P_13_1>-250.00", "<P_13_1>-250.01"), ("<P_15>-307.50", "<P_15>-307.51")]),
    case("FA130", Advance, &[advance_total!("P_13_6_2"), PREFIX, OTHER_BUYER], &[advance_total!("P_13_6_2"), PREFIX, EU_BUYER]),
    case("FA131", Advance, &[advance_total!("P_13_6_2"), EU_BUYER], &[advance_total!("P_13_6_2"), EU_BUYER, PREFIX]),
    case("FA132", Advance, &[advance_total!("P_13_6_3")], &[advance_total!("P_13_6_3"), OTHER_BUYER]),
    case("FA133", Advance, &[advance_total!("P_13_9"), ("<P_18>2", "<P_18>1"), OTHER_BUYER], &[advance_total!("P_13_9"), ("<P_18>2", "<P_18>1"), EU_BUYER]),
    case("FA134", Vat, &[("<P_23>2", "<P_23>1"), EU_BUYER], &[("<P_23>2", "<P_23>1"), EU_BUYER, PREFIX]),
    case("FA135", Advance, &[VEHICLE], &[VEHICLE, advance_total!("P_13_6_2"), EU_BUYER, PREFIX]),
    case("FA136", Advance, &[VEHICLE_7, advance_total!("P_13_6_2"), EU_BUYER, PREFIX], &[VEHICLE, advance_total!("P_13_6_2"), EU_BUYER, PREFIX]),
    case("FA140", Vat, &[third_line!("<P_11>0</P_11><P_12>23</P_12><Procedura>I_42</Procedura>")], &[third_line!("<P_11>0</P_11><P_12>0 WDT</P_12><Procedura>I_42</Procedura>"), ("<P_15>", "<P_13_6_2>0</P_13_6_2><P_15>")]),
    case("FA141", Vat, &[third_line!("<P_11>0</P_11><P_12>23</P_12><Procedura>TT_D</Procedura>")], &[third_line!("<P_11>0</P_11><P_12>23</P_12><Procedura>TT_D</Procedura>"), ("<P_23>2", "<P_23>1"), EU_BUYER, PREFIX]),
    case("FA142", Vat, &[third_line!("<P_11>0</P_11><P_12>23</P_12><Procedura>WSTO_EE</Procedura>")], &[third_line!("<P_11>0</P_11><P_12>np I</P_12><Procedura>WSTO_EE</Procedura>"), ("<P_15>", "<P_13_8>0</P_13_8><P_15>")]),
    case("FA143", Vat, &[third_line!("<CN>9403</CN><P_11>0</P_11><P_12>23</P_12><GTU>GTU_12</GTU>")], &[third_line!("<CN>9403</CN><P_11>0</P_11><P_12>23</P_12><GTU>GTU_01</GTU>")]),
    case("FA150", Vat, &[kind!("UPR", ""), ("<P_15>1272.53", "<P_15>450.01")], &[kind!("UPR", ""), ("<P_15>1272.53", "<P_15>450.00")]),
    case("FA151", Vat, &[kind!("UPR", ""), ("<P_15>1272.53", "<P_15>450.00"), OTHER_BUYER], &[kind!("UPR", ""), ("<P_15>1272.53", "<P_15>450.00")]),
    case("FA160", Vat, &[table!("txt", "<WKom>1</WKom>")], &[]),
    case("FA161", Vat, &[table!("txt", "<WKom>1</WKom><WKom>2</WKom>")], &[table!("txt", "<WKom>1</WKom>")]),
    case("FA162", Vat, &[table!("int", "<WKom>12,5</WKom>")], &[table!("dec", "<WKom>12,5</WKom>")]),
    case("RR001", FlatRate, &[("<P_6B>400<", "<P_6B>400.01<")], &[("<P_6B>400<", "<P_6B>400.004<")]),
    case("RR002", FlatRate, &[("<P_10>70.00", "<P_10>70.02"), ("<P_11>1070.00", "<P_11>1070.02"), ("<P_11_2>101.54", "<P_11_2>101.56"), ("<P_12_1>1552.04", "<P_12_1>1552.06"), ("złote 4/100", "złote 6/100")], &[("<P_10>70.00", "<P_10>70.01"), ("<P_11>1070.00", "<P_11>1070.01")]),
    case("RR003", FlatRate, &[("<P_11>1070.00", "<P_11>1070.02")], &[("<P_11>1070.00", "<P_11>1070.01")]),
    case("RR004", FlatRate, &[("<P_11_1>1450.50", "<P_11_1>1450.52"), ("<P_12_1>1552.04", "<P_12_1>1552.06"), ("złote 4/100", "złote 6/100")], &[("<P_11_1>1450.50", "<P_11_1>1450.51"), ("<P_12_1>1552.04", "<P_12_1>1552.05"), ("złote 4/100", "złote 5/100")]),
    case("RR005", FlatRate, &[("<P_11_2>101.54", "<P_11_2>101.56"), ("<P_12_1>1552.04", "<P_12_1>1552.06"), ("złote 4/100", "złote 6/100")], &[("<P_11_2>101.54", "<P_11_2>101.55"), ("<P_12_1>1552.04", "<P_12_1>1552.05"), ("złote 4/100", "złote 5/100")]),
    case("RR006", FlatRate, &[("<P_12_1>1552.04", "<P_12_1>1552.05"), ("złote 4/100", "złote 5/100")], &[]),
    case("RR007", FlatRate, &[("złote 4/100", "złote 5/100")], &[("dwa złote 4/100", "dwa zł cztery grosze")]),
    case("RR008", FlatRate, &[("<KodWaluty>PLN", "<KodWaluty>EUR")], &[("<KodWaluty>PLN", "<KodWaluty>EUR"), ("</P_11_2>", "</P_11_2><P_11_2W>431.55</P_11_2W>"), ("</P_12_1>", "</P_12_1><P_12_1W>6596.17</P_12_1W>")]),
    case("PEF002", Peppol, &[("PL5265877635", "PL5265877636")], &[("PL5265877635", "5265877635")]),
    case("PEF003", Peppol, &[(">1040.50<", ">1040.52<"), (">940.50<", ">940.52<"), (">1149.53<", ">1149.55<"), (">149.53<", ">149.55<")], &[(">1040.50<", ">1040.51<")]),
    case("PEF004", Peppol, &[(">940.50<", ">940.52<"), (">1149.53<", ">1149.55<"), (">149.53<", ">149.55<")], &[(">940.50<", ">940.51<")]),
    case("PEF005", Peppol, &[(">1149.53<", ">1149.55<"), (">149.53<", ">149.55<")], &[(">1149.53<", ">1149.54<")]),
    case("PEF006", Peppol, &[(">149.53<", ">149.51<")], &[(">149.53<", ">149.52<")]),
    case("PEF007", Peppol, &[(">209.03<", ">209.05<"), (">1149.53<", ">1149.55<"), (">149.53<", ">149.55<")], &[(">209.03<", ">209.04<")]),
    case("PEF008", Peppol, &[(">207.00<", ">207.02<"), (">209.03<", ">209.05<"), (">1149.53<", ">1149.55<"), (">149.53<", ">149.55<")], &[(">207.00<", ">207.01<")]),
    case("PEF009", Peppol, &[("<cbc:PayableAmount currencyID=\"PLN\"", "<cbc:PayableAmount currencyID=\"EUR\"")], &[]),
    case("PEF010", PeppolCorrection, &[("<cac:BillingReference>…</cac:BillingReference>", "")], &[]),
    case("PEF011", Peppol, &[("<cbc:BuyerReference>…</cbc:BuyerReference>", ""), ("<cac:OrderReference>…</cac:OrderReference>", "")], &[("<cbc:BuyerReference>…</cbc:BuyerReference>", "")]),
    case("PEF012", Peppol, &[("<cbc:ID>2</cbc:ID>", "<cbc:ID>1</cbc:ID>")], &[("<cbc:ID>2</cbc:ID>", "<cbc:ID>3</cbc:ID>")]),
    // Rules that other forms share.
    case("FA005", FlatRate, &[("<P_4B>2026-11-22", "<P_4B>2026-11-23")], &[]),
    case("FA006", FlatRate, &[("<P_4B>2026-11-22", "<P_4B>2026-11-21")], &[]),
    case("FA007", FlatRate, &[("<DataWytworzeniaFa>2026-11-22", "<DataWytworzeniaFa>2026-11-23")], &[]),
    case("FA008", FlatRate, &[(BUYER, "<NIP>1111111112</NIP>")], &[]),
    case("FA009", FlatRate, &[(PARTY_END, third!("<IDWew>5265877636-00001</IDWew><Nazwa>Skup</Nazwa>", "<Rola>2</Rola>"))], &[(PARTY_END, third!("<IDWew>5265877635-00001</IDWew><Nazwa>Skup</Nazwa>", "<Rola>2</Rola>"))]),
    case("FA020", FlatRate, &[("VAT_RR<", "KOR_VAT_RR<")], &[("VAT_RR</RodzajFaktury>", concat!("KOR_VAT_RR</RodzajFaktury>", corrected!("2026-11-20", "RR/1")))]),
    case("FA021", FlatRate, &[("VAT_RR</RodzajFaktury>", concat!("VAT_RR</RodzajFaktury>", corrected!("2026-11-20", "RR/1")))], &[]),
    case("FA060", FlatRate, &[("PL61109010140000071219812874", "PL61109010140000071219812875")], &[]),
    case("FA061", FlatRate, &[("<RachunekBankowy1>…</RachunekBankowy1>", "")], &[]),
    case("FA062", FlatRate, &[settled!("Odliczenia", "<DoZaplaty>1542.05</DoZaplaty>")], &[settled!("Odliczenia", "<DoZaplaty>1542.04</DoZaplaty>")]),
    case("FA063", FlatRate, &[("<NrWierszaFa>2", "<NrWierszaFa>1")], &[]),
    case("FA005", Peppol, &[("<cbc:IssueDate>2026-11-22", "<cbc:IssueDate>2026-11-23")], &[]),
    case("FA060", Peppol, &[("<cbc:ID>PL61109010140000071219812874", "<cbc:ID>PL61109010140000071219812875")], &[]),
];

/// Codes of rules that every document of a form breaks, so that no edit can; each has a test of its own below.
const APART: [&str; 2] = ["FA001", "PEF001"];

/// Rules that cannot be broken without another: with an attachment there is always FA160.
const COMES_WITH: &[(&str, &str)] = &[("FA161", "FA160"), ("FA162", "FA160")];

fn found(document: &str) -> BTreeSet<&'static str> {
    support::strict(document).findings.iter().map(|finding| finding.code).collect()
}

#[test]
fn each_rule_has_a_document_that_breaks_only_it_and_one_just_inside() {
    for base in [Vat, Correction, Advance, FlatRate, Peppol, PeppolCorrection] {
        assert_eq!(
            found(&base.text()),
            base.unavoidable().iter().copied().collect(),
            "a document to begin with"
        );
    }
    let mut faults = Vec::new();
    for case in CASES {
        let mut allowed: BTreeSet<&str> = case.base.unavoidable().iter().copied().collect();
        allowed.extend(COMES_WITH.iter().filter(|(code, _)| *code == case.code).map(|(_, with)| with));
        let right = edit(&case.base.text(), case.right);
        let (right_codes, report) = (found(&right), support::strict(&right));
        if !right_codes.is_subset(&allowed) {
            faults.push(format!("{}, right: {:#?}", case.code, support::summary(&report)));
        }
        allowed.insert(case.code);
        let wrong = edit(&case.base.text(), case.wrong);
        if found(&wrong) != allowed {
            faults.push(format!("{}, wrong: {:#?}", case.code, support::summary(&support::strict(&wrong))));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn every_rule_has_its_documents_and_its_explanation() {
    let tested: BTreeSet<&str> = CASES.iter().map(|case| case.code).chain(APART).collect();
    let explained = codes().map(|code| explain(code).expect(code));
    let rules: Vec<_> = explained.filter(|explanation| explanation.layer == Layer::Meaning).collect();
    assert_eq!(tested, rules.iter().map(|rule| rule.code).collect());
    assert!(rules.len() >= 60, "{}", rules.len());
    for rule in rules {
        // What KSeF refuses names where; nothing else is refused by it.
        assert_eq!(rule.basis == Basis::Ksef, rule.refused_by.names().next().is_some(), "{}", rule.code);
    }
}

#[test]
fn forms_that_are_not_taken_everywhere_are_noted() {
    let codes = |document: &str, profile| -> Vec<_> {
        let report = support::with_profile(document, profile);
        assert!(report.is_valid(), "{:?}", support::summary(&report));
        report.findings.iter().map(|finding| finding.code).filter(|code| APART.contains(code)).collect()
    };
    assert_eq!(codes(&support::fa2(), Profile::Strict), ["FA001"]);
    assert_eq!(codes(&support::fa2(), Profile::Prd), ["FA001"]);
    assert_eq!(codes(&support::fa2(), Profile::Test), Vec::<&str>::new());
    assert_eq!(codes(VAT, Profile::Prd), Vec::<&str>::new());
    assert_eq!(codes(PEPPOL, Profile::Strict), ["PEF001"]);
    assert_eq!(codes(&support::peppol_correction(), Profile::Test), ["PEF001"]);
}

#[test]
fn what_only_the_law_demands_weighs_by_whose_document_it_is() {
    let settlement = edit(&Vat.text(), &[kind!("ROZ", "")]);
    let severity = |profile, perspective| {
        let options =
            ValidationOptions { profile, perspective, today: Some(TODAY), ..ValidationOptions::default() };
        let report = validate(settlement.as_bytes(), &options);
        report.findings.iter().find(|finding| finding.code == "FA070").map(|finding| finding.severity)
    };
    assert_eq!(severity(Profile::Strict, Perspective::Own), Some(Severity::Error));
    assert_eq!(severity(Profile::Strict, Perspective::Received), Some(Severity::Warning));
    assert_eq!(severity(Profile::Prd, Perspective::Own), Some(Severity::Warning));
    // What KSeF refuses is an error whosever it is.
    let future = edit(&Vat.text(), &[("<P_1>2026-11-22", "<P_1>2026-11-23")]);
    let options = ValidationOptions {
        perspective: Perspective::Received,
        today: Some(TODAY),
        ..ValidationOptions::default()
    };
    assert!(!validate(future.as_bytes(), &options).is_valid());
}

#[test]
fn rules_without_a_day_do_not_guess_one() {
    let future = edit(
        &Vat.text(),
        &[
            ("<P_1>2026-11-22", "<P_1>2030-11-23"),
            ("<Termin>2026-12-04", "<Termin>2031-01-01"),
            ("<P_6>2026-11-18", "<P_6>2030-11-18"),
        ],
    );
    let report = validate(future.as_bytes(), &ValidationOptions::default());
    assert_eq!(report.findings, []);
}

#[test]
fn legal_ways_to_compute_tax_are_all_let_pass() {
    // Two lines of 0.03 at 23%: 0.0138 each is 0.01 and 0.01 by line, 0.01 on the sum.
    let document = |tax: &str| {
        edit(&Vat.text(), &[
            ("<P_13_1>1000.00", "<P_13_1>1000.06"),
            ("<P_15>1272.53", "<P_15>1272.59"),
            before_payment!(
                "<FaWiersz><NrWierszaFa>3</NrWierszaFa><P_7>a</P_7><P_11>0.03</P_11><P_12>23</P_12></FaWiersz>",
                "<FaWiersz><NrWierszaFa>4</NrWierszaFa><P_7>b</P_7><P_11>0.03</P_11><P_12>23</P_12></FaWiersz>"
            ),
        ])
        .replace("<P_14_1>230.00", &format!("<P_14_1>{tax}"))
    };
    assert!(found(&document("230.01")).is_empty());
    assert!(found(&document("230.02")).is_empty());
    assert!(found(&document("230.04")).contains("FA032"));
}

#[test]
fn numbers_of_ksef_1_are_legal() {
    let old = Correction
        .text()
        .replace("5265877635-20261120-0100001AF629-9D", "5265877635-20261120-010000-1AF629-00");
    assert_eq!(found(&old), BTreeSet::new());
}

#[test]
fn findings_stand_at_their_element() {
    let document = edit(&Vat.text(), &[("<P_10>4.50", "<P_10>4.40")]);
    let report = support::strict(&document);
    let finding = &report.findings[0];
    assert_eq!((finding.code, finding.path.as_str()), ("FA035", "Faktura/Fa/FaWiersz[2]/P_11"));
    assert_eq!((finding.found.as_deref(), finding.allowed.as_deref()), (Some("40.50"), Some("40.60")));
    assert_eq!(document.lines().nth(finding.line as usize - 1).map(str::trim), Some("<P_11>40.50</P_11>"));
}
