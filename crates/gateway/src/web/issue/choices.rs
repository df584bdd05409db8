//! What can be chosen in the form of an invoice, in both languages.

use gateway_pages::{Choice, Language};

type Named = (&'static str, &'static str, &'static str);

/// Kinds of invoices that a form begins with.
pub(super) const KINDS: &[Named] = &[
    ("VAT", "Faktura VAT", "VAT invoice"),
    ("UPR", "Uproszczona (do 450 zł)", "Simplified (up to PLN 450)"),
    ("ZAL", "Zaliczkowa", "Advance invoice"),
    ("RR", "VAT RR (od rolnika ryczałtowego)", "VAT RR (from a flat-rate farmer)"),
];
/// The kinds of corrections; which one it is follows from the original.
pub(super) const CORRECTIONS: &[Named] = &[
    ("KOR", "Korekta", "Correction"),
    ("KOR_ROZ", "Korekta faktury rozliczeniowej", "Correction of a settlement invoice"),
    ("KOR_ZAL", "Korekta faktury zaliczkowej", "Correction of an advance invoice"),
    ("KOR_RR", "Korekta faktury VAT RR", "Correction of a VAT RR invoice"),
];
/// A settlement of advances; it begins with an advance invoice.
pub(super) const SETTLEMENT: Named = ("ROZ", "Rozliczająca zaliczki", "Settlement of advances");
pub(super) const RATES: &[Named] = &[
    ("23", "23%", "23%"),
    ("8", "8%", "8%"),
    ("5", "5%", "5%"),
    ("0-domestic", "0% kraj", "0% domestic"),
    ("0-WDT", "0% WDT", "0% intra-EU"),
    ("0-export", "0% eksport", "0% export"),
    ("zw", "zw.", "exempt"),
    ("oo", "odwr. obc.", "reverse charge"),
    ("np-I", "np. (poza krajem)", "not taxable (abroad)"),
    ("np-II", "np. (usługi art. 100)", "not taxable (art. 100)"),
    ("margin", "marża", "margin"),
    ("22", "22%", "22%"),
    ("7", "7%", "7%"),
    ("4", "4%", "4%"),
    ("3", "3%", "3%"),
];
/// The rates of the refund to flat-rate farmers.
pub(super) const REFUND_RATES: &[Named] = &[("7", "7%", "7%"), ("6.5", "6,5%", "6.5%")];
pub(super) const METHODS: &[Named] = &[
    ("transfer", "przelew", "bank transfer"),
    ("cash", "gotówka", "cash"),
    ("card", "karta", "card"),
    ("mobile", "płatność mobilna", "mobile payment"),
    ("voucher", "bon", "voucher"),
    ("cheque", "czek", "cheque"),
    ("credit", "kredyt", "credit"),
];
pub(super) const BUYERS: &[Named] = &[
    ("nip", "Firma z NIP", "Company with a Polish NIP"),
    ("eu", "Firma z UE (numer VAT UE)", "EU company (EU VAT number)"),
    ("foreign", "Firma spoza UE", "Company outside the EU"),
    ("none", "Osoba prywatna, bez numeru", "Private person, no number"),
];
pub(super) const PRICES: &[Named] = &[("net", "netto", "net"), ("gross", "brutto", "gross")];
pub(super) const MARGINS: &[Named] = &[
    ("usedGoods", "towary używane", "used goods"),
    ("travelAgents", "biura podróży", "travel agents"),
    ("worksOfArt", "dzieła sztuki", "works of art"),
    ("antiques", "przedmioty kolekcjonerskie i antyki", "collectors' items and antiques"),
];
pub(super) const EFFECTS: &[Named] = &[
    ("originalDate", "w dacie faktury pierwotnej", "on the original's date"),
    ("correctionDate", "w dacie korekty", "on the correction's date"),
    ("otherDate", "w innej dacie", "on another date"),
];
pub(super) const GTU: &[Named] = &[
    ("GTU_01", "GTU_01 alkohol", "GTU_01 alcohol"),
    ("GTU_02", "GTU_02 paliwa", "GTU_02 fuels"),
    ("GTU_03", "GTU_03 oleje", "GTU_03 oils"),
    ("GTU_04", "GTU_04 tytoń", "GTU_04 tobacco"),
    ("GTU_05", "GTU_05 odpady", "GTU_05 waste"),
    ("GTU_06", "GTU_06 elektronika", "GTU_06 electronics"),
    ("GTU_07", "GTU_07 pojazdy i części", "GTU_07 vehicles and parts"),
    ("GTU_08", "GTU_08 metale", "GTU_08 metals"),
    ("GTU_09", "GTU_09 leki", "GTU_09 medicines"),
    ("GTU_10", "GTU_10 budynki i grunty", "GTU_10 buildings and land"),
    ("GTU_11", "GTU_11 emisje", "GTU_11 emissions"),
    ("GTU_12", "GTU_12 usługi niematerialne", "GTU_12 intangible services"),
    ("GTU_13", "GTU_13 transport i magazynowanie", "GTU_13 transport and storage"),
];
/// The sums of an invoice: their names among the totals, and what people call them.
pub(super) const SUMS: &[Named] = &[
    ("basic", "23%", "23%"),
    ("reduced1", "8%", "8%"),
    ("reduced2", "5%", "5%"),
    ("taxi", "4%", "4%"),
    ("oss", "OSS", "OSS"),
    ("zeroDomestic", "0% kraj", "0% domestic"),
    ("zeroWdt", "0% WDT", "0% intra-EU"),
    ("zeroExport", "0% eksport", "0% export"),
    ("exempt", "zw.", "exempt"),
    ("notTaxable", "np.", "not taxable"),
    ("notTaxableServices", "np. (art. 100)", "not taxable (art. 100)"),
    ("reverseCharge", "odwr. obc.", "reverse charge"),
    ("margin", "marża", "margin"),
];

/// As a page has them; what is chosen and stands on no list is shown as it is.
pub(super) fn choices(named: &[Named], chosen: &str, lang: Language) -> Vec<Choice> {
    let choice = |value: &str, label: &str| Choice {
        value: value.to_owned(),
        label: label.to_owned(),
        note: String::new(),
        is_chosen: value == chosen,
    };
    let mut all: Vec<Choice> =
        named.iter().map(|(value, pl, en)| choice(value, lang.choose(pl, en))).collect();
    if !chosen.is_empty() && all.iter().all(|one| !one.is_chosen) {
        all.push(choice(chosen, chosen));
    }
    all
}

/// The same with nothing before it.
pub(super) fn optional(named: &[Named], chosen: &str, lang: Language) -> Vec<Choice> {
    let mut all = choices(named, chosen, lang);
    let nothing = Choice {
        value: String::new(),
        label: "–".to_owned(),
        note: String::new(),
        is_chosen: chosen.is_empty(),
    };
    all.insert(0, nothing);
    all
}
