//! Codes of the rules of meaning for FA(3). Where only a secondary source of the act was at hand, the rule warns and
//! says so.

use super::{Rule, Weight};
use crate::{Environments, Layer};

pub(crate) static ISSUED_IN_THE_FUTURE: Rule = Rule {
    code: "FA005",
    layer: Layer::Meaning,
    weight: Weight::Ksef(Environments::ALL),
    title: [
        "data wystawienia jest późniejsza niż dzień wysłania",
        "the issue date is later than the day of sending",
    ],
    why: [
        "KSeF odrzuca fakturę, której P_1 jest późniejsze niż data przyjęcia w Warszawie (kod 450). Popraw datę albo wyślij w tym dniu.",
        "KSeF refuses an invoice whose P_1 is later than the date of receipt in Warsaw (status 450). Correct the date or send on that day.",
    ],
    source: "guide, faktury/weryfikacja-faktury.md",
    wrong: "<P_1>2026-11-23</P_1> sent on 2026-11-22",
    right: "<P_1>2026-11-22</P_1>",
};

pub(crate) static ISSUED_BEFORE_SENDING: Rule = Rule {
    code: "FA006",
    layer: Layer::Meaning,
    weight: Weight::Advice,
    title: [
        "data wystawienia jest wcześniejsza niż dzień wysłania",
        "the issue date is earlier than the day of sending",
    ],
    why: [
        "KSeF uzna taką fakturę za wystawioną w trybie offline. Jeśli tak ma być, nic nie trzeba zmieniać.",
        "KSeF takes such an invoice for one issued offline. If that is meant, nothing has to be changed.",
    ],
    source: "guide, offline/automatyczne-okreslanie-trybu-offline.md",
    wrong: "<P_1>2026-11-20</P_1> sent on 2026-11-22",
    right: "<P_1>2026-11-22</P_1>",
};

pub(crate) static NIP_CHECK_DIGIT: Rule = Rule {
    code: "FA008",
    layer: Layer::Meaning,
    weight: Weight::Ksef(Environments::PRD),
    title: ["NIP ma złą cyfrę kontrolną", "a NIP has a wrong check digit"],
    why: [
        "Produkcja sprawdza cyfrę kontrolną NIP w Podmiot1, Podmiot2, Podmiot3 i PodmiotUpowazniony. Sprawdź, czy nie ma literówki.",
        "Production checks the check digit of NIPs in Podmiot1, Podmiot2, Podmiot3 and PodmiotUpowazniony. Look for a typing error.",
    ],
    source: "guide, faktury/weryfikacja-faktury.md",
    wrong: "<NIP>5265877636</NIP>",
    right: "<NIP>5265877635</NIP>",
};

pub(crate) static INTERNAL_ID_CHECK_DIGIT: Rule = Rule {
    code: "FA009",
    layer: Layer::Meaning,
    weight: Weight::Ksef(Environments::PRD),
    title: [
        "NIP w identyfikatorze wewnętrznym ma złą cyfrę kontrolną",
        "the NIP in an internal identifier has a wrong check digit",
    ],
    why: [
        "Produkcyjny KSeF sprawdza NIP w IDWew podmiotu trzeciego. Sprawdź, czy nie ma literówki.",
        "Production checks the NIP within a third party's IDWew. Look for a typing error.",
    ],
    source: "guide, faktury/weryfikacja-faktury.md",
    wrong: "<IDWew>5265877636-00001</IDWew>",
    right: "<IDWew>5265877635-00001</IDWew>",
};

pub(crate) static UNIT_NOT_NAMED: Rule = Rule {
    code: "FA013",
    layer: Layer::Meaning,
    weight: Weight::Advice,
    title: [
        "JST = 1 bez jednostki wśród podmiotów trzecich",
        "JST = 1 without the unit among the third parties",
    ],
    why: [
        "Gdy faktura dotyczy jednostki podrzędnej JST, trzeba podać ją w Podmiot3 z rolą 8 oraz NIP lub IDWew; inaczej jednostka faktury nie zobaczy.",
        "When an invoice concerns a unit of local government, name it in Podmiot3 with role 8 and a NIP or IDWew, or the unit will not see the invoice.",
    ],
    source: "FA(3) schema, note at JST; issue 784",
    wrong: "<JST>1</JST> without Podmiot3",
    right: "<Podmiot3>…<Rola>8</Rola></Podmiot3>",
};

pub(crate) static GROUP_MEMBER_NOT_NAMED: Rule = Rule {
    code: "FA014",
    layer: Layer::Meaning,
    weight: Weight::Advice,
    title: [
        "GV = 1 bez członka grupy wśród podmiotów trzecich",
        "GV = 1 without the member among the third parties",
    ],
    why: [
        "Gdy faktura dotyczy członka grupy VAT, trzeba podać go w Podmiot3 z rolą 10 oraz NIP lub IDWew; inaczej faktury nie zobaczy.",
        "When an invoice concerns a member of a VAT group, name it in Podmiot3 with role 10 and a NIP or IDWew, or it will not see the invoice.",
    ],
    source: "FA(3) schema, note at GV; issue 784",
    wrong: "<GV>1</GV> without Podmiot3",
    right: "<Podmiot3>…<Rola>10</Rola></Podmiot3>",
};

pub(crate) static ROLE_WITHOUT_FLAG: Rule = Rule {
    code: "FA015",
    layer: Layer::Meaning,
    weight: Weight::Advice,
    title: ["rola 8 lub 10 bez znacznika przy nabywcy", "role 8 or 10 without the buyer's flag"],
    why: [
        "Podmiot3 z rolą 8 wymaga JST = 1, a z rolą 10 GV = 1 przy nabywcy.",
        "A Podmiot3 with role 8 goes with the buyer's JST = 1, one with role 10 with GV = 1.",
    ],
    source: "FA(3) schema, note at JST and GV",
    wrong: "<JST>2</JST> with <Rola>8</Rola>",
    right: "<JST>1</JST> with <Rola>8</Rola>",
};

pub(crate) static BUYER_NIP_MISPLACED: Rule = Rule {
    code: "FA016",
    layer: Layer::Meaning,
    weight: Weight::Advice,
    title: [
        "polski NIP nabywcy w polu innego identyfikatora",
        "the buyer's Polish NIP stands in the field of another identifier",
    ],
    why: [
        "NIP wpisany w NrID nie jest dla KSeF numerem NIP i nabywca faktury nie zobaczy. Przenieś go do pola NIP.",
        "A NIP in NrID is no NIP for KSeF, and the buyer will not see the invoice. Move it to NIP.",
    ],
    source: "issue 851",
    wrong: "<KodKraju>PL</KodKraju><NrID>5265877635</NrID>",
    right: "<NIP>5265877635</NIP>",
};

pub(crate) static BUYER_EU_NUMBER_OF_POLAND: Rule = Rule {
    code: "FA017",
    layer: Layer::Meaning,
    weight: Weight::Advice,
    title: ["numer VAT UE z kodem PL", "an EU VAT number with the code PL"],
    why: [
        "Polskiego nabywcę oznacza się polem NIP; faktura z KodUE = PL do niego nie dotrze.",
        "A Polish buyer is identified by NIP; an invoice with KodUE = PL will not reach it.",
    ],
    source: "issue 851; FA(3) schema, note at KodUE",
    wrong: "<KodUE>PL</KodUE><NrVatUE>5265877635</NrVatUE>",
    right: "<NIP>5265877635</NIP>",
};

pub(crate) static CORRECTION_OF_NOTHING: Rule = Rule {
    code: "FA020",
    layer: Layer::Meaning,
    weight: Weight::LawAtSecondHand,
    title: ["korekta bez danych faktury korygowanej", "a correction without the invoice that it corrects"],
    why: [
        "Faktura KOR, KOR_ZAL lub KOR_ROZ powinna mieć DaneFaKorygowanej z datą i numerem. Schemat ich nie wymusza.",
        "An invoice KOR, KOR_ZAL or KOR_ROZ should have DaneFaKorygowanej with date and number. The schema does not enforce it.",
    ],
    source: "art. 106j (2); the act through secondary sources",
    wrong: "<RodzajFaktury>KOR</RodzajFaktury> alone",
    right: "<RodzajFaktury>KOR</RodzajFaktury><DaneFaKorygowanej>…",
};

pub(crate) static CORRECTED_WITHOUT_CORRECTION: Rule = Rule {
    code: "FA021",
    layer: Layer::Meaning,
    weight: Weight::Advice,
    title: [
        "dane faktury korygowanej na fakturze, która nie jest korektą",
        "a corrected invoice on an invoice that is no correction",
    ],
    why: [
        "DaneFaKorygowanej mają sens tylko dla rodzajów KOR, KOR_ZAL i KOR_ROZ. Popraw RodzajFaktury albo usuń te dane.",
        "DaneFaKorygowanej make sense only for KOR, KOR_ZAL and KOR_ROZ. Correct RodzajFaktury or remove them.",
    ],
    source: "FA(3) schema, note at RodzajFaktury",
    wrong: "<RodzajFaktury>VAT</RodzajFaktury><DaneFaKorygowanej>",
    right: "<RodzajFaktury>KOR</RodzajFaktury><DaneFaKorygowanej>",
};

pub(crate) static KSEF_NUMBER_CHECK_SUM: Rule = Rule {
    code: "FA022",
    layer: Layer::Meaning,
    weight: Weight::Advice,
    title: ["numer KSeF ma złą sumę kontrolną", "a KSeF number has a wrong check sum"],
    why: [
        "Numer KSeF kończy się sumą CRC-8; tu się nie zgadza, więc w numerze jest zapewne literówka. Numery z KSeF 1.0 (36 znaków) nie są sprawdzane.",
        "A KSeF number ends in a CRC-8; here it does not fit, so the number is probably mistyped. Numbers of KSeF 1.0 (36 characters) are not checked.",
    ],
    source: "guide, faktury/numer-ksef.md",
    wrong: "5265877635-20250826-0100001AF629-AE",
    right: "5265877635-20250826-0100001AF629-AF",
};

pub(crate) static KSEF_NUMBER_OF_ANOTHER_SELLER: Rule = Rule {
    code: "FA023",
    layer: Layer::Meaning,
    weight: Weight::Advice,
    title: [
        "numer KSeF zaczyna się od NIP innego sprzedawcy",
        "a KSeF number begins with another seller's NIP",
    ],
    why: [
        "Numer KSeF zaczyna się od NIP sprzedawcy, a koryguje się i rozlicza własne faktury. Sprawdź numer i Podmiot1.",
        "A KSeF number begins with the seller's NIP, and one corrects and settles one's own invoices. Check the number and Podmiot1.",
    ],
    source: "guide, faktury/numer-ksef.md",
    wrong: "seller 5265877635, number 1111111111-…",
    right: "seller 5265877635, number 5265877635-…",
};

pub(crate) static CORRECTED_AFTER_CORRECTION: Rule = Rule {
    code: "FA024",
    layer: Layer::Meaning,
    weight: Weight::Advice,
    title: [
        "faktura korygowana jest późniejsza niż korekta",
        "the corrected invoice is later than the correction",
    ],
    why: [
        "DataWystFaKorygowanej nie może być późniejsza niż P_1 korekty.",
        "DataWystFaKorygowanej cannot be later than the correction's P_1.",
    ],
    source: "FA(3) schema, note at DataWystFaKorygowanej",
    wrong: "<P_1>2026-11-20</P_1>…<DataWystFaKorygowanej>2026-11-21",
    right: "<DataWystFaKorygowanej>2026-11-20",
};

pub(crate) static GROSS_SUM: Rule = Rule {
    code: "FA030",
    layer: Layer::Meaning,
    weight: Weight::LawAtSecondHand,
    title: ["należność ogółem nie jest sumą kwot", "the total due is not the sum of the amounts"],
    why: [
        "Dla faktur VAT i ZAL P_15 powinno równać się sumie P_13_* i P_14_* (różnica do 0,01 na stawkę). Przelicz kwoty.",
        "On VAT and ZAL invoices P_15 should be the sum of P_13_* and P_14_* (up to 0.01 per rate off). Recompute the amounts.",
    ],
    source: "art. 106e (1) 15; the act through secondary sources; FA(3) schema, note at P_15",
    wrong: "100 + 23 = 124",
    right: "100 + 23 = 123",
};

pub(crate) static NET_SUM: Rule = Rule {
    code: "FA031",
    layer: Layer::Meaning,
    weight: Weight::LawAtSecondHand,
    title: [
        "suma pozycji nie zgadza się z podsumowaniem stawki",
        "the lines' sum differs from the rate's total",
    ],
    why: [
        "Suma P_11 pozycji o tej stawce powinna równać się jej P_13_*. Przelicz pozycje lub podsumowanie.",
        "The sum of P_11 of this rate's lines should be its P_13_*. Recompute lines or total.",
    ],
    source: "art. 106e (7)-(10); the act through secondary sources",
    wrong: "lines 1000.00, P_13_1 1001.00",
    right: "lines 1000.00, P_13_1 1000.00",
};

pub(crate) static TAX_SUM: Rule = Rule {
    code: "FA032",
    layer: Layer::Meaning,
    weight: Weight::LawAtSecondHand,
    title: ["podatek nie zgadza się ze stawką", "the tax does not fit the rate"],
    why: [
        "P_14_* powinno wynikać z podstawy razy stawka albo z sumy podatku pozycji (także liczonego od brutto), do 0,01.",
        "P_14_* should be base times rate, or the sum of the lines' tax (also when computed from gross), up to 0.01.",
    ],
    source: "art. 106e (7)-(10); the act through secondary sources",
    wrong: "P_13_1 1000.00, P_14_1 220.00",
    right: "P_13_1 1000.00, P_14_1 230.00",
};

pub(crate) static RATE_WITHOUT_TOTAL: Rule = Rule {
    code: "FA033",
    layer: Layer::Meaning,
    weight: Weight::Advice,
    title: ["pozycja o stawce, której nie ma w podsumowaniu", "a line of a rate that has no total"],
    why: [
        "Każdej stawce P_12 w pozycjach odpowiada pole P_13_* w podsumowaniu. Dodaj je albo popraw stawkę.",
        "Each rate P_12 of the lines has its P_13_* among the totals. Add it or correct the rate.",
    ],
    source: "FA(3) schema, note at P_13_1 to P_13_11",
    wrong: "<P_12>8</P_12> without P_13_2",
    right: "<P_13_2>…</P_13_2>",
};

pub(crate) static TOTAL_WITHOUT_LINE: Rule = Rule {
    code: "FA034",
    layer: Layer::Meaning,
    weight: Weight::Advice,
    title: ["podsumowanie stawki bez pozycji", "a rate's total without lines"],
    why: [
        "Podsumowanie P_13_* różne od zera powinno mieć pozycję o tej stawce. Popraw stawki pozycji albo usuń podsumowanie.",
        "A total P_13_* that is not zero should have a line of its rate. Correct the lines' rates or remove the total.",
    ],
    source: "FA(3) schema, note at P_13_1 to P_13_11",
    wrong: "<P_13_2>100</P_13_2> and no line at 8 or 7",
    right: "<P_12>8</P_12>",
};

pub(crate) static EXEMPTION_WITHOUT_BASIS: Rule = Rule {
    code: "FA040",
    layer: Layer::Meaning,
    weight: Weight::LawAtSecondHand,
    title: ["sprzedaż zwolniona bez podstawy zwolnienia", "an exempt supply without its legal basis"],
    why: [
        "Przy sprzedaży zwolnionej (zw, P_13_7) należy podać P_19 = 1 i przepis w P_19A, P_19B lub P_19C.",
        "With an exempt supply (zw, P_13_7) give P_19 = 1 and the provision in P_19A, P_19B or P_19C.",
    ],
    source: "art. 106e (1) 19; the act through secondary sources; FA(3) schema, note at P_19",
    wrong: "<P_12>zw</P_12> with <P_19N>1</P_19N>",
    right: "<P_19>1</P_19><P_19A>art. 43 ust. 1 pkt 29</P_19A>",
};

pub(crate) static EXEMPTION_WITHOUT_SUPPLY: Rule = Rule {
    code: "FA041",
    layer: Layer::Meaning,
    weight: Weight::Advice,
    title: [
        "podstawa zwolnienia bez sprzedaży zwolnionej",
        "the basis of an exemption without an exempt supply",
    ],
    why: [
        "P_19 = 1, a żadna pozycja ani P_13_7 nie jest zwolniona. Ustaw P_19N = 1 albo popraw stawki.",
        "P_19 = 1, but neither a line nor P_13_7 is exempt. Set P_19N = 1 or correct the rates.",
    ],
    source: "FA(3) schema, note at P_19 and P_19N",
    wrong: "<P_19>1</P_19> without zw",
    right: "<P_19N>1</P_19N>",
};

pub(crate) static REVERSE_CHARGE_NOT_SAID: Rule = Rule {
    code: "FA042",
    layer: Layer::Meaning,
    weight: Weight::LawAtSecondHand,
    title: ["odwrotne obciążenie bez adnotacji", "reverse charge without its annotation"],
    why: [
        "Przy stawkach oo i np II (P_13_10, P_13_9) podatek rozlicza nabywca, więc P_18 powinno mieć wartość 1.",
        "With the rates oo and np II (P_13_10, P_13_9) the buyer accounts for the tax, so P_18 should be 1.",
    ],
    source: "art. 106e (1) 18; the act through secondary sources; FA(3) schema, note at P_18",
    wrong: "<P_12>oo</P_12> with <P_18>2</P_18>",
    right: "<P_18>1</P_18>",
};

pub(crate) static TAX_NOT_IN_ZLOTY: Rule = Rule {
    code: "FA050",
    layer: Layer::Meaning,
    weight: Weight::LawAtSecondHand,
    title: [
        "faktura walutowa bez podatku w złotych",
        "an invoice in a foreign currency without the tax in złoty",
    ],
    why: [
        "Podatek na fakturze w walucie obcej podaje się także w złotych, w P_14_*W.",
        "On an invoice in a foreign currency the tax is also given in złoty, in P_14_*W.",
    ],
    source: "art. 106e (11); the act through secondary sources; FA(3) schema, note at P_14_1W",
    wrong: "EUR, <P_14_1>23</P_14_1> alone",
    right: "<P_14_1>23</P_14_1><P_14_1W>98.21</P_14_1W>",
};

pub(crate) static ZLOTY_CONVERTED: Rule = Rule {
    code: "FA051",
    layer: Layer::Meaning,
    weight: Weight::Advice,
    title: ["faktura w złotych z podatkiem przeliczonym", "an invoice in złoty with converted tax"],
    why: [
        "P_14_*W dotyczy tylko faktur w walucie obcej. Usuń pole albo popraw KodWaluty.",
        "P_14_*W is for invoices in a foreign currency. Remove it or correct KodWaluty.",
    ],
    source: "FA(3) schema, note at P_14_1W",
    wrong: "PLN with <P_14_1W>",
    right: "PLN without P_14_1W",
};

pub(crate) static ACCOUNT_CHECK_SUM: Rule = Rule {
    code: "FA060",
    layer: Layer::Meaning,
    weight: Weight::Advice,
    title: ["numer rachunku ma złą sumę kontrolną", "an account number has a wrong check sum"],
    why: [
        "Polski numer rachunku (26 cyfr) ma sumę kontrolną modulo 97; tu się nie zgadza. Sprawdź cyfry.",
        "A Polish account number (26 digits) has a check sum modulo 97, which does not fit. Check the digits.",
    ],
    source: "ISO 13616 (NRB/IBAN); general knowledge",
    wrong: "61109010140000071219812875",
    right: "61109010140000071219812874",
};

pub(crate) static TRANSFER_WITHOUT_ACCOUNT: Rule = Rule {
    code: "FA061",
    layer: Layer::Meaning,
    weight: Weight::Advice,
    title: ["przelew bez numeru rachunku", "a transfer without an account"],
    why: [
        "Forma płatności to przelew, faktura nie jest opłacona, a rachunku nie podano. Dodaj RachunekBankowy.",
        "Payment is by transfer, the invoice is not paid, and no account is given. Add RachunekBankowy.",
    ],
    source: "general knowledge",
    wrong: "<FormaPlatnosci>6</FormaPlatnosci> alone",
    right: "<FormaPlatnosci>6</FormaPlatnosci><RachunekBankowy>…",
};

pub(crate) static AMOUNT_TO_PAY: Rule = Rule {
    code: "FA062",
    layer: Layer::Meaning,
    weight: Weight::Advice,
    title: [
        "kwota do zapłaty nie wynika z rozliczenia",
        "the amount to pay does not follow from the settlement",
    ],
    why: [
        "DoZaplaty to P_15 powiększone o Obciazenia i pomniejszone o Odliczenia.",
        "DoZaplaty is P_15 plus Obciazenia minus Odliczenia.",
    ],
    source: "FA(3) schema, note at DoZaplaty",
    wrong: "123 + 10 - 0 = 132",
    right: "123 + 10 - 0 = 133",
};

pub(crate) static LINE_NUMBER_TWICE: Rule = Rule {
    code: "FA063",
    layer: Layer::Meaning,
    weight: Weight::Advice,
    title: ["powtórzony numer wiersza", "a line number occurs twice"],
    why: [
        "NrWierszaFa to kolejny numer wiersza; powtórzenie myli odwołania z DodatkowyOpis. Ponumeruj wiersze od nowa.",
        "NrWierszaFa is the line's running number; a repetition confuses references from DodatkowyOpis. Number the lines anew.",
    ],
    source: "FA(3) schema, note at NrWierszaFa",
    wrong: "1, 1",
    right: "1, 2",
};

pub(crate) static SHARES: Rule = Rule {
    code: "FA064",
    layer: Layer::Meaning,
    weight: Weight::Advice,
    title: ["udziały dodatkowych nabywców sięgają 100%", "the additional buyers' shares reach 100%"],
    why: [
        "Różnica między 100% a sumą Udzial należy do nabywcy z Podmiot2, więc suma musi być mniejsza niż 100.",
        "What the shares leave of 100% belongs to the buyer in Podmiot2, so they must sum to less than 100.",
    ],
    source: "FA(3) schema, note at Udzial",
    wrong: "60 + 40",
    right: "50 + 40",
};

pub(crate) static SETTLEMENT_OF_NOTHING: Rule = Rule {
    code: "FA070",
    layer: Layer::Meaning,
    weight: Weight::Law,
    title: [
        "faktura rozliczeniowa bez faktury zaliczkowej",
        "a settlement invoice without an advance invoice",
    ],
    why: [
        "Faktura ROZ musi wskazać faktury zaliczkowe: numer KSeF albo, gdy wystawiono je poza KSeF, numer. Dodaj FakturaZaliczkowa.",
        "A ROZ invoice must name the advance invoices: the KSeF number or, if issued outside KSeF, the number. Add FakturaZaliczkowa.",
    ],
    source: "FA(3) schema, note at NrFaZaliczkowej and NrKSeFFaZaliczkowej (compulsory for art. 106f (3))",
    wrong: "<RodzajFaktury>ROZ</RodzajFaktury> alone",
    right: "<FakturaZaliczkowa>…</FakturaZaliczkowa>",
};

/// All of them, by code.
pub(super) static ALL: &[&Rule] = &[
    &ISSUED_IN_THE_FUTURE,
    &ISSUED_BEFORE_SENDING,
    &NIP_CHECK_DIGIT,
    &INTERNAL_ID_CHECK_DIGIT,
    &UNIT_NOT_NAMED,
    &GROUP_MEMBER_NOT_NAMED,
    &ROLE_WITHOUT_FLAG,
    &BUYER_NIP_MISPLACED,
    &BUYER_EU_NUMBER_OF_POLAND,
    &CORRECTION_OF_NOTHING,
    &CORRECTED_WITHOUT_CORRECTION,
    &KSEF_NUMBER_CHECK_SUM,
    &KSEF_NUMBER_OF_ANOTHER_SELLER,
    &CORRECTED_AFTER_CORRECTION,
    &GROSS_SUM,
    &NET_SUM,
    &TAX_SUM,
    &RATE_WITHOUT_TOTAL,
    &TOTAL_WITHOUT_LINE,
    &EXEMPTION_WITHOUT_BASIS,
    &EXEMPTION_WITHOUT_SUPPLY,
    &REVERSE_CHARGE_NOT_SAID,
    &TAX_NOT_IN_ZLOTY,
    &ZLOTY_CONVERTED,
    &ACCOUNT_CHECK_SUM,
    &TRANSFER_WITHOUT_ACCOUNT,
    &AMOUNT_TO_PAY,
    &LINE_NUMBER_TWICE,
    &SHARES,
    &SETTLEMENT_OF_NOTHING,
];
