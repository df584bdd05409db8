//! Corrections and what they refer to.

use super::meaning;
use crate::catalogue::{Rule, Weight};

pub(crate) static CORRECTION_OF_NOTHING: Rule = meaning(
    "FA020",
    Weight::LawAtSecondHand,
    ["korekta bez danych faktury korygowanej", "a correction without the invoice that it corrects"],
    [
        "Faktura KOR, KOR_ZAL lub KOR_ROZ powinna mieć DaneFaKorygowanej z datą i numerem. Schemat ich nie wymusza.",
        "An invoice KOR, KOR_ZAL or KOR_ROZ should have DaneFaKorygowanej with date and number. The schema does not enforce it.",
    ],
    "art. 106j (2); the act through secondary sources",
    ["<RodzajFaktury>KOR</RodzajFaktury> alone", "<RodzajFaktury>KOR</RodzajFaktury><DaneFaKorygowanej>…"],
);

pub(crate) static CORRECTED_WITHOUT_CORRECTION: Rule = meaning(
    "FA021",
    Weight::Advice,
    [
        "dane faktury korygowanej na fakturze, która nie jest korektą",
        "a corrected invoice on an invoice that is no correction",
    ],
    [
        "DaneFaKorygowanej mają sens tylko dla rodzajów KOR, KOR_ZAL i KOR_ROZ. Popraw RodzajFaktury albo usuń te dane.",
        "DaneFaKorygowanej make sense only for KOR, KOR_ZAL and KOR_ROZ. Correct RodzajFaktury or remove them.",
    ],
    "FA(3) schema, note at RodzajFaktury",
    [
        "<RodzajFaktury>VAT</RodzajFaktury><DaneFaKorygowanej>",
        "<RodzajFaktury>KOR</RodzajFaktury><DaneFaKorygowanej>",
    ],
);

pub(crate) static KSEF_NUMBER_CHECK_SUM: Rule = meaning(
    "FA022",
    Weight::Advice,
    ["numer KSeF ma złą sumę kontrolną", "a KSeF number has a wrong check sum"],
    [
        "Numer KSeF kończy się sumą CRC-8; tu się nie zgadza, więc w numerze jest zapewne literówka. Numery z KSeF 1.0 (36 znaków) nie są sprawdzane.",
        "A KSeF number ends in a CRC-8; here it does not fit, so the number is probably mistyped. Numbers of KSeF 1.0 (36 characters) are not checked.",
    ],
    "guide, faktury/numer-ksef.md",
    ["5265877635-20250826-0100001AF629-AE", "5265877635-20250826-0100001AF629-AF"],
);

pub(crate) static KSEF_NUMBER_OF_ANOTHER_SELLER: Rule = meaning(
    "FA023",
    Weight::Advice,
    ["numer KSeF zaczyna się od NIP innego sprzedawcy", "a KSeF number begins with another seller's NIP"],
    [
        "Numer KSeF zaczyna się od NIP sprzedawcy, a koryguje się i rozlicza własne faktury. Sprawdź numer i Podmiot1.",
        "A KSeF number begins with the seller's NIP, and one corrects and settles one's own invoices. Check the number and Podmiot1.",
    ],
    "guide, faktury/numer-ksef.md",
    ["seller 5265877635, number 1111111111-…", "seller 5265877635, number 5265877635-…"],
);

pub(crate) static CORRECTED_AFTER_CORRECTION: Rule = meaning(
    "FA024",
    Weight::Advice,
    ["faktura korygowana jest późniejsza niż korekta", "the corrected invoice is later than the correction"],
    [
        "DataWystFaKorygowanej nie może być późniejsza niż P_1 korekty.",
        "DataWystFaKorygowanej cannot be later than the correction's P_1.",
    ],
    "FA(3) schema, note at DataWystFaKorygowanej",
    ["<P_1>2026-11-20</P_1>…<DataWystFaKorygowanej>2026-11-21", "<DataWystFaKorygowanej>2026-11-20"],
);

pub(crate) static KSEF_NUMBER_BEFORE_ISSUE: Rule = meaning(
    "FA025",
    Weight::Advice,
    ["numer KSeF starszy niż faktura korygowana", "a KSeF number older than the corrected invoice"],
    [
        "Data w numerze KSeF to dzień przyjęcia, a faktura nie może mieć daty późniejszej niż on. Sprawdź numer i DataWystFaKorygowanej.",
        "The date in a KSeF number is the day of receipt, and no invoice may be dated later. Check the number and DataWystFaKorygowanej.",
    ],
    "guide, faktury/numer-ksef.md and faktury/weryfikacja-faktury.md",
    [
        "…-20261119-… with <DataWystFaKorygowanej>2026-11-20",
        "…-20261120-… with <DataWystFaKorygowanej>2026-11-20",
    ],
);

pub(crate) static CORRECTION_CHANGES_NIP: Rule = meaning(
    "FA026",
    Weight::Advice,
    ["korekta zmienia NIP", "a correction changes a NIP"],
    [
        "Błędnego NIP nie koryguje się przez Podmiot1K ani Podmiot2K: fakturę koryguje się do zera i wystawia nową.",
        "A wrong NIP is not corrected by Podmiot1K or Podmiot2K: the invoice is corrected to zero and a new one issued.",
    ],
    "FA(3) schema, note at Podmiot1K and Podmiot2K",
    ["Podmiot2K <NIP>1111111111, Podmiot2 <NIP>5265877635", "the same NIP in both"],
);

pub(crate) static BUYER_KEY_UNKNOWN: Rule = meaning(
    "FA027",
    Weight::Advice,
    ["klucz nabywcy, którego nikt nie ma", "a buyer key that nobody has"],
    [
        "IDNabywcy łączy dane sprzed korekty z nabywcą w Podmiot2 lub Podmiot3, więc musi wystąpić i tam.",
        "IDNabywcy ties the data before the correction to a buyer in Podmiot2 or Podmiot3, so it must occur there too.",
    ],
    "FA(3) schema, note at IDNabywcy",
    ["Podmiot2K <IDNabywcy>N1, Podmiot2 without it", "<IDNabywcy>N1 in both"],
);

pub(crate) static STATE_BEFORE_WITHOUT_CORRECTION: Rule = meaning(
    "FA028",
    Weight::Advice,
    [
        "stan przed korektą na fakturze, która nie jest korektą",
        "the state before a correction on an invoice that is none",
    ],
    [
        "StanPrzed ma sens tylko na fakturach korygujących. Usuń go albo popraw RodzajFaktury.",
        "StanPrzed makes sense only on corrections. Remove it or correct RodzajFaktury.",
    ],
    "FA(3) schema, note at StanPrzed",
    ["<RodzajFaktury>VAT with <StanPrzed>1", "<RodzajFaktury>KOR with <StanPrzed>1"],
);

pub(crate) static AMOUNT_BEFORE_MISSING: Rule = meaning(
    "FA029",
    Weight::Advice,
    [
        "korekta zaliczki lub rozliczenia bez kwoty sprzed korekty",
        "a correction of an advance or settlement without the amount before",
    ],
    [
        "KOR_ZAL podaje w P_15ZK zapłatę, a KOR_ROZ kwotę pozostałą do zapłaty przed korektą.",
        "KOR_ZAL gives in P_15ZK the payment, and KOR_ROZ the amount that was left to pay, before the correction.",
    ],
    "FA(3) schema, note at P_15ZK",
    ["<RodzajFaktury>KOR_ZAL without P_15ZK", "<P_15ZK>615.00"],
);

pub(crate) static CORRECTS_ITSELF: Rule = meaning(
    "FA120",
    Weight::Advice,
    ["korekta ma numer faktury korygowanej", "a correction has the number of the invoice that it corrects"],
    [
        "Korekta dostaje własny numer; z tym samym nie da się ich odróżnić.",
        "A correction gets a number of its own; with the same one nobody can tell them apart.",
    ],
    "general knowledge",
    ["<P_2>FV/1 and <NrFaKorygowanej>FV/1", "<P_2>KOR/1 and <NrFaKorygowanej>FV/1"],
);

pub(crate) static CORRECTED_TWICE: Rule = meaning(
    "FA121",
    Weight::Advice,
    ["ta sama faktura korygowana dwa razy", "the same invoice is corrected twice"],
    [
        "Każdą fakturę korygowaną wymienia się raz. Usuń powtórzone DaneFaKorygowanej.",
        "Each corrected invoice is named once. Remove the repeated DaneFaKorygowanej.",
    ],
    "general knowledge",
    ["<NrFaKorygowanej>FV/1 … <NrFaKorygowanej>FV/1", "<NrFaKorygowanej>FV/1 … <NrFaKorygowanej>FV/2"],
);

pub(crate) static DIFFERENCE_SUM: Rule = meaning(
    "FA122",
    Weight::LawAtSecondHand,
    ["różnica z korekty nie zgadza się z pozycjami", "the correction's difference does not fit its lines"],
    [
        "Gdy pozycje podano przed korektą i po niej, P_13_* powinno być różnicą ich sum. Przelicz.",
        "When lines are given before and after, P_13_* should be the difference of their sums. Recompute.",
    ],
    "art. 106j (2) 5; the act through secondary sources; FA(3) schema, note at P_13_1 and StanPrzed",
    ["lines 1000.00 → 750.00, P_13_1 -240.00", "lines 1000.00 → 750.00, P_13_1 -250.00"],
);
