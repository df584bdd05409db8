//! Lines, totals and the amount due.

use super::meaning;
use crate::catalogue::{Rule, Weight};

pub(crate) static GROSS_SUM: Rule = meaning(
    "FA030",
    Weight::LawAtSecondHand,
    ["należność ogółem nie jest sumą kwot", "the total due is not the sum of the amounts"],
    [
        "P_15 powinno równać się sumie P_13_* i P_14_* (różnica do 0,01 na stawkę); na korekcie wszystkie są różnicami. Przelicz kwoty.",
        "P_15 should be the sum of P_13_* and P_14_* (up to 0.01 per rate off); on a correction all of them are differences. Recompute the amounts.",
    ],
    "art. 106e (1) 15; the act through secondary sources; FA(3) schema, note at P_15",
    ["100 + 23 = 124", "100 + 23 = 123"],
);

pub(crate) static NET_SUM: Rule = meaning(
    "FA031",
    Weight::LawAtSecondHand,
    ["suma pozycji nie zgadza się z podsumowaniem stawki", "the lines' sum differs from the rate's total"],
    [
        "Suma P_11 pozycji o tej stawce powinna równać się jej P_13_*. Przelicz pozycje lub podsumowanie.",
        "The sum of P_11 of this rate's lines should be its P_13_*. Recompute lines or total.",
    ],
    "art. 106e (7)-(10); the act through secondary sources",
    ["lines 1000.00, P_13_1 1001.00", "lines 1000.00, P_13_1 1000.00"],
);

pub(crate) static TAX_SUM: Rule = meaning(
    "FA032",
    Weight::LawAtSecondHand,
    ["podatek nie zgadza się ze stawką", "the tax does not fit the rate"],
    [
        "P_14_* powinno wynikać z podstawy razy stawka albo z sumy podatku pozycji (także liczonego od brutto), do 0,01.",
        "P_14_* should be base times rate, or the sum of the lines' tax (also when computed from gross), up to 0.01.",
    ],
    "art. 106e (7)-(10); the act through secondary sources",
    ["P_13_1 1000.00, P_14_1 220.00", "P_13_1 1000.00, P_14_1 230.00"],
);

pub(crate) static RATE_WITHOUT_TOTAL: Rule = meaning(
    "FA033",
    Weight::Advice,
    ["pozycja o stawce, której nie ma w podsumowaniu", "a line of a rate that has no total"],
    [
        "Każdej stawce P_12 w pozycjach odpowiada pole P_13_* w podsumowaniu. Dodaj je albo popraw stawkę.",
        "Each rate P_12 of the lines has its P_13_* among the totals. Add it or correct the rate.",
    ],
    "FA(3) schema, note at P_13_1 to P_13_11",
    ["<P_12>8</P_12> without P_13_2", "<P_13_2>…</P_13_2>"],
);

pub(crate) static TOTAL_WITHOUT_LINE: Rule = meaning(
    "FA034",
    Weight::Advice,
    ["podsumowanie stawki bez pozycji", "a rate's total without lines"],
    [
        "Podsumowanie P_13_* różne od zera powinno mieć pozycję o tej stawce. Popraw stawki pozycji albo usuń podsumowanie.",
        "A total P_13_* that is not zero should have a line of its rate. Correct the lines' rates or remove the total.",
    ],
    "FA(3) schema, note at P_13_1 to P_13_11",
    ["<P_13_2>100</P_13_2> and no line at 8 or 7", "<P_12>8</P_12>"],
);

pub(crate) static LINE_NET: Rule = meaning(
    "FA035",
    Weight::Advice,
    ["wartość pozycji nie wynika z ilości i ceny", "a line's value does not follow from quantity and price"],
    [
        "P_11 to P_8B × P_9A pomniejszone o P_10, zaokrąglone do grosza. Przelicz pozycję.",
        "P_11 is P_8B × P_9A less P_10, rounded to the grosz. Recompute the line.",
    ],
    "FA(3) schema, note at P_11, P_9A and P_10; general knowledge",
    ["4 × 250 = 1000.02", "4 × 250 = 1000.00"],
);

pub(crate) static LINE_GROSS: Rule = meaning(
    "FA036",
    Weight::Advice,
    [
        "wartość brutto pozycji nie wynika z ilości i ceny",
        "a line's gross value does not follow from quantity and price",
    ],
    [
        "P_11A to P_8B × P_9B pomniejszone o P_10, zaokrąglone do grosza. Przelicz pozycję.",
        "P_11A is P_8B × P_9B less P_10, rounded to the grosz. Recompute the line.",
    ],
    "FA(3) schema, note at P_11A, P_9B and P_10; general knowledge",
    ["2 × 123 = 247.00", "2 × 123 = 246.00"],
);

pub(crate) static LINE_GROSS_PARTS: Rule = meaning(
    "FA037",
    Weight::Advice,
    [
        "wartość brutto pozycji nie jest sumą netto i podatku",
        "a line's gross value is not the sum of net and tax",
    ],
    [
        "Gdy pozycja podaje P_11, P_11Vat i P_11A, trzecia kwota jest sumą dwóch pierwszych.",
        "When a line gives P_11, P_11Vat and P_11A, the third is the sum of the first two.",
    ],
    "general knowledge",
    ["100.00 + 23.00 = 123.50", "100.00 + 23.00 = 123.00"],
);

pub(crate) static LINE_WITHOUT_NAME: Rule = meaning(
    "FA038",
    Weight::LawAtSecondHand,
    ["pozycja bez nazwy", "a line without a name"],
    [
        "Nazwę towaru lub usługi (P_7) wolno pominąć tylko na korekcie zbiorczej z art. 106j ust. 3 pkt 2.",
        "The name of goods or service (P_7) may be left out only on a collective correction of art. 106j (3) 2.",
    ],
    "art. 106e (1) 7; the act through secondary sources; FA(3) schema, note at P_7",
    ["<FaWiersz> without P_7", "<P_7>Regał magazynowy"],
);

pub(crate) static LINE_WITHOUT_RATE: Rule = meaning(
    "FA039",
    Weight::LawAtSecondHand,
    ["pozycja bez stawki", "a line without a rate"],
    [
        "Stawkę P_12 wolno pominąć w procedurze marży, przy odwrotnym obciążeniu i na fakturze uproszczonej.",
        "The rate P_12 may be left out in the margin procedure, under reverse charge and on a simplified invoice.",
    ],
    "art. 106e (1) 12; the act through secondary sources; FA(3) schema, note at P_12",
    ["<FaWiersz> without P_12", "<P_12>23"],
);

pub(crate) static LINE_NUMBER_TWICE: Rule = meaning(
    "FA063",
    Weight::Advice,
    ["powtórzony numer wiersza", "a line number occurs twice"],
    [
        "NrWierszaFa to kolejny numer wiersza; powtórzenie myli odwołania z DodatkowyOpis. Ponumeruj wiersze od nowa.",
        "NrWierszaFa is the line's running number; a repetition confuses references from DodatkowyOpis. Number the lines anew.",
    ],
    "FA(3) schema, note at NrWierszaFa",
    ["1, 1", "1, 2"],
);

pub(crate) static DESCRIPTION_OF_NO_LINE: Rule = meaning(
    "FA084",
    Weight::Advice,
    ["dodatkowy opis pozycji, której nie ma", "an additional description of a line that is not there"],
    [
        "NrWiersza w DodatkowyOpis to NrWierszaFa lub NrWierszaZam pozycji, której dotyczy. Popraw numer.",
        "NrWiersza in DodatkowyOpis is the NrWierszaFa or NrWierszaZam of the line that it concerns. Correct the number.",
    ],
    "FA(3) schema, note at NrWiersza",
    ["<NrWiersza>3 with lines 1 and 2", "<NrWiersza>2"],
);

pub(crate) static NO_LINES: Rule = meaning(
    "FA110",
    Weight::LawAtSecondHand,
    ["faktura bez pozycji", "an invoice without lines"],
    [
        "Bez FaWiersz może być faktura zaliczkowa i niektóre korekty; VAT, ROZ i UPR wymieniają, co sprzedano.",
        "Advance invoices and some corrections may have no FaWiersz; VAT, ROZ and UPR name what was sold.",
    ],
    "art. 106e (1) 7; the act through secondary sources; FA(3) schema, note at FaWiersz",
    ["<RodzajFaktury>VAT without FaWiersz", "<FaWiersz>…"],
);

pub(crate) static NEGATIVE_TOTAL: Rule = meaning(
    "FA111",
    Weight::Advice,
    [
        "ujemna należność na fakturze, która nie jest korektą",
        "a negative total on an invoice that is no correction",
    ],
    [
        "Kwotę zmniejsza się fakturą korygującą. Popraw kwoty albo RodzajFaktury.",
        "An amount is reduced by a correction. Correct the amounts or RodzajFaktury.",
    ],
    "general knowledge",
    ["<RodzajFaktury>VAT, <P_15>-123.00", "<RodzajFaktury>KOR, <P_15>-123.00"],
);
