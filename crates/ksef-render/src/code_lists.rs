//! Code lists of FA(3) in words.
//!
//! Source: the enumerations of the FA(3) schema (1-0E) and their documentation; the English is ours.

use std::borrow::Cow;

use crate::Language;

/// One entry: code, Polish, English.
type Entry = (&'static str, &'static str, &'static str);

/// The words of a code in one of the lists below; `None` when the list does not have it.
pub(crate) fn lookup(list: &[Entry], code: &str, language: Language) -> Option<Cow<'static, str>> {
    let (_, polish, english) = *list.iter().find(|entry| entry.0 == code)?;
    Some(match language {
        Language::Pl => Cow::Borrowed(polish),
        Language::En => Cow::Borrowed(english),
        Language::PlEn if polish == english => Cow::Borrowed(polish),
        Language::PlEn => Cow::Owned(format!("{polish} / {english}")),
    })
}

/// What a value of an element says, in Polish and English, where the element takes values of a list: `("P_12", "zw")`. FA_RR
/// uses two of the names for lists of its own.
#[must_use]
pub fn code_words(element: &str, value: &str, is_rr: bool) -> Option<[&'static str; 2]> {
    let list = match element {
        "FormaPlatnosci" if is_rr => RR_PAYMENT_FORMS,
        "FormaPlatnosci" => PAYMENT_FORMS,
        "RodzajFaktury" if is_rr => RR_KINDS,
        "RodzajFaktury" => KINDS,
        "Rola" => THIRD_PARTY_ROLES,
        "RolaPU" => AUTHORIZED_ROLES,
        "StatusInfoPodatnika" => TAXPAYER_STATUSES,
        "TypKorekty" => CORRECTION_EFFECTS,
        "RodzajTransportu" => TRANSPORT_KINDS,
        "OpisLadunku" => LOADS,
        "RachunekWlasnyBanku" => BANK_OWN_ACCOUNTS,
        "P_12" | "P_12Z" => RATES_AT_LENGTH,
        "TrybWysylki" => SENDING_MODES,
        // Of the schema's type of two: 1 says yes, 2 says no.
        "P_16" | "P_17" | "P_18" | "P_18A" | "P_23" | "JST" | "GV" | "P_42_5" => YES_NO,
        _ => return None,
    };
    let (_, polish, english) = *list.iter().find(|entry| entry.0 == value)?;
    Some([polish, english])
}

/// `P_12` where it is more than a figure.
const RATES_AT_LENGTH: &[Entry] = &[
    ("0 KR", "stawka 0% w kraju", "rate 0%, domestic"),
    ("0 WDT", "stawka 0%, wewnątrzwspólnotowa dostawa towarów", "rate 0%, supply of goods within the EU"),
    ("0 EX", "stawka 0%, eksport towarów", "rate 0%, export of goods"),
    ("zw", "zwolnione od podatku", "exempt from tax"),
    ("oo", "odwrotne obciążenie w kraju", "domestic reverse charge"),
    ("np I", "niepodlegające opodatkowaniu w kraju", "not taxed in Poland"),
    (
        "np II",
        "niepodlegające opodatkowaniu w kraju, usługi z art. 100 ust. 1 pkt 4",
        "not taxed in Poland, services of art. 100 (1) 4",
    ),
];

/// Elements of the schema's type of two.
const YES_NO: &[Entry] = &[("1", "tak", "yes"), ("2", "nie", "no")];

/// `RodzajFaktury` of FA.
const KINDS: &[Entry] = &[
    ("VAT", "Faktura podstawowa", "Basic invoice"),
    ("KOR", "Faktura korygująca", "Correcting invoice"),
    ("ZAL", "Faktura zaliczkowa", "Advance invoice"),
    ("ROZ", "Faktura rozliczeniowa", "Settlement invoice"),
    ("UPR", "Faktura uproszczona", "Simplified invoice"),
    ("KOR_ZAL", "Korekta faktury zaliczkowej", "Correction of an advance invoice"),
    ("KOR_ROZ", "Korekta faktury rozliczeniowej", "Correction of a settlement invoice"),
];

/// `FormaPlatnosci`.
pub(crate) const PAYMENT_FORMS: &[Entry] = &[
    ("1", "gotówka", "cash"),
    ("2", "karta", "card"),
    ("3", "bon", "voucher"),
    ("4", "czek", "cheque"),
    ("5", "kredyt", "credit"),
    ("6", "przelew", "bank transfer"),
    ("7", "mobilna", "mobile payment"),
];

/// `FormaPlatnosci` of FA_RR.
pub(crate) const RR_PAYMENT_FORMS: &[Entry] = &[("1", "przelew", "bank transfer")];

/// `RodzajFaktury` of FA_RR.
pub(crate) const RR_KINDS: &[Entry] = &[
    ("VAT_RR", "Faktura VAT RR", "VAT RR invoice"),
    ("KOR_VAT_RR", "Faktura korygująca VAT RR", "Correction of a VAT RR invoice"),
];

/// `TrybWysylki` of UPO.
pub(crate) const SENDING_MODES: &[Entry] =
    &[("Online", "online", "online"), ("Offline", "offline", "offline")];

/// Types of PEF documents (UNTDID 1001, as Peppol uses them).
pub(crate) const PEF_KINDS: &[Entry] = &[
    ("380", "Faktura", "Invoice"),
    ("381", "Faktura korygująca", "Credit note"),
    ("383", "Nota debetowa", "Debit note"),
    ("384", "Faktura korygująca", "Corrected invoice"),
    ("386", "Faktura zaliczkowa", "Prepayment invoice"),
    ("389", "Faktura wystawiona w ramach samofakturowania", "Self-billed invoice"),
    ("393", "Faktura faktoringowa", "Factored invoice"),
    ("396", "Korekta faktury faktoringowej", "Factored credit note"),
    ("751", "Faktura do celów księgowych", "Invoice for accounting purposes"),
];

/// Means of payment of PEF documents (UNTDID 4461), those that Poland uses.
pub(crate) const PEF_PAYMENTS: &[Entry] = &[
    ("1", "nie określono", "not defined"),
    ("10", "gotówka", "cash"),
    ("20", "czek", "cheque"),
    ("30", "przelew", "credit transfer"),
    ("31", "przelew", "debit transfer"),
    ("42", "wpłata na rachunek bankowy", "payment to bank account"),
    ("48", "karta płatnicza", "bank card"),
    ("49", "polecenie zapłaty", "direct debit"),
    ("57", "stałe zlecenie", "standing agreement"),
    ("58", "przelew SEPA", "SEPA credit transfer"),
    ("59", "polecenie zapłaty SEPA", "SEPA direct debit"),
    ("97", "kompensata", "clearing between partners"),
];

/// Categories of tax of PEF documents (UNCL 5305).
pub(crate) const PEF_TAX_CATEGORIES: &[Entry] = &[
    ("S", "stawka podstawowa lub obniżona", "standard or reduced rate"),
    ("Z", "stawka 0%", "zero rated"),
    ("E", "zwolnione", "exempt"),
    ("AE", "odwrotne obciążenie", "reverse charge"),
    ("K", "wewnątrzwspólnotowa dostawa towarów", "intra-Community supply"),
    ("G", "eksport", "export"),
    ("O", "poza zakresem podatku", "outside the scope of tax"),
];

/// Units of PEF documents (UN/ECE Recommendation 20), the common ones.
pub(crate) const PEF_UNITS: &[Entry] = &[
    ("C62", "szt.", "pcs"),
    ("H87", "szt.", "pcs"),
    ("EA", "szt.", "each"),
    ("KGM", "kg", "kg"),
    ("GRM", "g", "g"),
    ("TNE", "t", "t"),
    ("MTR", "m", "m"),
    ("KMT", "km", "km"),
    ("MTK", "m²", "m²"),
    ("MTQ", "m³", "m³"),
    ("LTR", "l", "l"),
    ("HUR", "godz.", "h"),
    ("DAY", "dni", "days"),
    ("MON", "mies.", "months"),
    ("KWH", "kWh", "kWh"),
    ("MWH", "MWh", "MWh"),
    ("SET", "kpl.", "sets"),
    ("XPK", "op.", "packs"),
];

/// `Rola` of `Podmiot3`.
pub(crate) const THIRD_PARTY_ROLES: &[Entry] = &[
    ("1", "Faktor", "Factor"),
    ("2", "Odbiorca", "Recipient"),
    ("3", "Podmiot pierwotny", "Original entity"),
    ("4", "Dodatkowy nabywca", "Additional buyer"),
    ("5", "Wystawca faktury", "Issuer of the invoice"),
    ("6", "Dokonujący płatności", "Payer"),
    ("7", "Jednostka samorządu terytorialnego – wystawca", "Local government unit – issuer"),
    ("8", "Jednostka samorządu terytorialnego – odbiorca", "Local government unit – recipient"),
    ("9", "Członek grupy VAT – wystawca", "VAT group member – issuer"),
    ("10", "Członek grupy VAT – odbiorca", "VAT group member – recipient"),
    ("11", "Pracownik", "Employee"),
];

/// `RolaPU` of `PodmiotUpowazniony`.
pub(crate) const AUTHORIZED_ROLES: &[Entry] = &[
    ("1", "Organ egzekucyjny", "Enforcement authority"),
    ("2", "Komornik sądowy", "Court bailiff"),
    ("3", "Przedstawiciel podatkowy", "Tax representative"),
];

/// `StatusInfoPodatnika`.
pub(crate) const TAXPAYER_STATUSES: &[Entry] = &[
    ("1", "w stanie likwidacji", "in liquidation"),
    ("2", "w trakcie postępowania restrukturyzacyjnego", "in restructuring proceedings"),
    ("3", "w stanie upadłości", "in bankruptcy"),
    ("4", "przedsiębiorstwo w spadku", "enterprise in succession"),
];

/// `TypKorekty`.
pub(crate) const CORRECTION_EFFECTS: &[Entry] = &[
    ("1", "w dacie ujęcia faktury pierwotnej", "on the date of the original invoice"),
    ("2", "w dacie wystawienia faktury korygującej", "on the date of the correcting invoice"),
    ("3", "w innej dacie lub różnych datach", "on another date or several dates"),
];

/// `RodzajTransportu`.
pub(crate) const TRANSPORT_KINDS: &[Entry] = &[
    ("1", "transport morski", "sea"),
    ("2", "transport kolejowy", "rail"),
    ("3", "transport drogowy", "road"),
    ("4", "transport lotniczy", "air"),
    ("5", "przesyłka pocztowa", "post"),
    ("7", "stałe instalacje przesyłowe", "fixed installations"),
    ("8", "żegluga śródlądowa", "inland waterway"),
];

/// `OpisLadunku`.
pub(crate) const LOADS: &[Entry] = &[
    ("1", "bańka", "churn"),
    ("2", "beczka", "barrel"),
    ("3", "butla", "cylinder"),
    ("4", "karton", "carton"),
    ("5", "kanister", "jerrycan"),
    ("6", "klatka", "cage"),
    ("7", "kontener", "container"),
    ("8", "kosz/koszyk", "basket"),
    ("9", "łubianka", "punnet"),
    ("10", "opakowanie zbiorcze", "collective packaging"),
    ("11", "paczka", "parcel"),
    ("12", "pakiet", "bundle"),
    ("13", "paleta", "pallet"),
    ("14", "pojemnik", "receptacle"),
    ("15", "pojemnik do ładunków masowych stałych", "bulk container for solids"),
    ("16", "pojemnik do ładunków masowych w postaci płynnej", "bulk container for liquids"),
    ("17", "pudełko", "box"),
    ("18", "puszka", "can"),
    ("19", "skrzynia", "crate"),
    ("20", "worek", "sack"),
];

/// `RachunekWlasnyBanku`.
pub(crate) const BANK_OWN_ACCOUNTS: &[Entry] = &[
    ("1", "do rozliczeń nabywanych wierzytelności", "for settling acquired receivables"),
    (
        "2",
        "do pobrania należności i przekazania jej dostawcy",
        "for collecting payment on behalf of the supplier",
    ),
    ("3", "prowadzony w ramach gospodarki własnej", "for the bank's own operations"),
];

/// `P_12` and `P_12Z` of a line.
pub(crate) const LINE_RATES: &[Entry] = &[
    ("23", "23%", "23%"),
    ("22", "22%", "22%"),
    ("8", "8%", "8%"),
    ("7", "7%", "7%"),
    ("5", "5%", "5%"),
    ("4", "4%", "4%"),
    ("3", "3%", "3%"),
    ("0 KR", "0% KR", "0% KR"),
    ("0 WDT", "0% WDT", "0% WDT"),
    ("0 EX", "0% EX", "0% EX"),
    ("zw", "zw", "exempt (zw)"),
    ("oo", "oo", "rev. charge (oo)"),
    ("np I", "np I", "np I"),
    ("np II", "np II", "np II"),
];

/// `P_13_x`: the groups of the summary by rate, in the schema's order.
pub(crate) const RATE_GROUPS: &[Entry] = &[
    ("P_13_1", "podstawowa (23% lub 22%)", "basic (23% or 22%)"),
    ("P_13_2", "obniżona pierwsza (8% lub 7%)", "first reduced (8% or 7%)"),
    ("P_13_3", "obniżona druga (5%)", "second reduced (5%)"),
    ("P_13_4", "ryczałt dla taksówek (4% lub 3%)", "taxi lump sum (4% or 3%)"),
    ("P_13_5", "procedura szczególna OSS", "OSS special procedure"),
    ("P_13_6_1", "0% – sprzedaż krajowa", "0% – domestic"),
    ("P_13_6_2", "0% – dostawa wewnątrzwspólnotowa (WDT)", "0% – intra-EU supply (WDT)"),
    ("P_13_6_3", "0% – eksport", "0% – export"),
    ("P_13_7", "zwolniona z VAT (zw)", "exempt (zw)"),
    ("P_13_8", "poza terytorium kraju (np I)", "outside Poland (np I)"),
    ("P_13_9", "usługi z art. 100 ust. 1 pkt 4 (np II)", "services, art. 100(1)(4) (np II)"),
    ("P_13_10", "odwrotne obciążenie (oo)", "reverse charge (oo)"),
    ("P_13_11", "procedura marży", "margin scheme"),
];

/// Details of a new means of transport (`NowySrodekTransportu`).
pub(crate) const VEHICLE_FIELDS: &[Entry] = &[
    ("P_22A", "data dopuszczenia do użytku", "first put into use"),
    ("P_NrWierszaNST", "pozycja faktury", "invoice item"),
    ("P_22BMK", "marka", "make"),
    ("P_22BMD", "model", "model"),
    ("P_22BK", "kolor", "colour"),
    ("P_22BNR", "numer rejestracyjny", "registration number"),
    ("P_22BRP", "rok produkcji", "year of manufacture"),
    ("P_22B", "przebieg", "mileage"),
    ("P_22B1", "VIN", "VIN"),
    ("P_22B2", "numer nadwozia", "body number"),
    ("P_22B3", "numer podwozia", "chassis number"),
    ("P_22B4", "numer ramy", "frame number"),
    ("P_22BT", "typ", "type"),
    ("P_22C", "godziny robocze (jednostka pływająca)", "working hours (vessel)"),
    ("P_22C1", "numer kadłuba", "hull number"),
    ("P_22D", "godziny robocze (statek powietrzny)", "working hours (aircraft)"),
    ("P_22D1", "numer fabryczny", "serial number"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_words_in_both_languages_and_stands_once() {
        for list in [
            PAYMENT_FORMS,
            THIRD_PARTY_ROLES,
            AUTHORIZED_ROLES,
            TAXPAYER_STATUSES,
            CORRECTION_EFFECTS,
            TRANSPORT_KINDS,
            LOADS,
            BANK_OWN_ACCOUNTS,
            LINE_RATES,
            RATE_GROUPS,
            VEHICLE_FIELDS,
            KINDS,
            RATES_AT_LENGTH,
            YES_NO,
        ] {
            for (code, polish, english) in list {
                assert!(!polish.is_empty() && !english.is_empty(), "{code}");
                assert_eq!(list.iter().filter(|entry| entry.0 == *code).count(), 1, "{code}");
            }
        }
    }
}
