//! FA_RR, the invoice to a flat-rate farmer.

use super::meaning;
use crate::catalogue::{Rule, Weight};

pub(crate) static RR_LINE_VALUE: Rule = meaning(
    "RR001",
    Weight::LawAtSecondHand,
    [
        "wartość pozycji RR nie wynika z ilości i ceny",
        "the value of an RR line does not follow from quantity and price",
    ],
    [
        "P_8 to P_6B × P_7, zaokrąglone do grosza. Przelicz pozycję.",
        "P_8 is P_6B × P_7, rounded to the grosz. Recompute the line.",
    ],
    "art. 116 (2); the act through secondary sources; FA_RR(1) schema, note at P_8",
    ["400 × 2.50 = 1001.00", "400 × 2.50 = 1000.00"],
);

pub(crate) static RR_LINE_REFUND: Rule = meaning(
    "RR002",
    Weight::LawAtSecondHand,
    ["zwrot podatku w pozycji nie wynika ze stawki", "the refund on a line does not follow from the rate"],
    [
        "P_10 to P_8 razy stawka P_9, zaokrąglone do grosza. Przelicz pozycję.",
        "P_10 is P_8 times the rate P_9, rounded to the grosz. Recompute the line.",
    ],
    "art. 116 (2); the act through secondary sources; FA_RR(1) schema, note at P_9 and P_10",
    ["1000.00 × 7% = 71.00", "1000.00 × 7% = 70.00"],
);

pub(crate) static RR_LINE_TOTAL: Rule = meaning(
    "RR003",
    Weight::LawAtSecondHand,
    ["wartość ze zwrotem nie jest sumą", "the value with the refund is not the sum"],
    ["P_11 to P_8 plus P_10. Przelicz pozycję.", "P_11 is P_8 plus P_10. Recompute the line."],
    "art. 116 (2); the act through secondary sources; FA_RR(1) schema, note at P_11",
    ["1000.00 + 70.00 = 1071.00", "1000.00 + 70.00 = 1070.00"],
);

pub(crate) static RR_VALUE_SUM: Rule = meaning(
    "RR004",
    Weight::LawAtSecondHand,
    ["wartość nabycia nie jest sumą pozycji", "the value bought is not the sum of the lines"],
    [
        "P_11_1 to suma P_8 pozycji (na korekcie po odjęciu stanu sprzed niej). Przelicz.",
        "P_11_1 is the sum of the lines' P_8 (on a correction less the state before). Recompute.",
    ],
    "art. 116 (2); the act through secondary sources; FA_RR(1) schema, note at P_11_1",
    ["lines 1450.50, <P_11_1>1450.00", "lines 1450.50, <P_11_1>1450.50"],
);

pub(crate) static RR_REFUND_SUM: Rule = meaning(
    "RR005",
    Weight::LawAtSecondHand,
    ["zwrot podatku nie jest sumą pozycji", "the refund is not the sum of the lines"],
    [
        "P_11_2 to suma P_10 pozycji (na korekcie po odjęciu stanu sprzed niej). Przelicz.",
        "P_11_2 is the sum of the lines' P_10 (on a correction less the state before). Recompute.",
    ],
    "art. 116 (2); the act through secondary sources; FA_RR(1) schema, note at P_11_2",
    ["lines 101.54, <P_11_2>101.00", "lines 101.54, <P_11_2>101.54"],
);

pub(crate) static RR_GROSS: Rule = meaning(
    "RR006",
    Weight::LawAtSecondHand,
    ["należność RR nie jest sumą", "the amount due of an RR is not the sum"],
    ["P_12_1 to P_11_1 plus P_11_2. Przelicz.", "P_12_1 is P_11_1 plus P_11_2. Recompute."],
    "art. 116 (2); the act through secondary sources; FA_RR(1) schema, note at P_12_1",
    ["1450.50 + 101.54 = 1552.00", "1450.50 + 101.54 = 1552.04"],
);

pub(crate) static RR_WORDS: Rule = meaning(
    "RR007",
    Weight::LawAtSecondHand,
    ["kwota słownie różni się od kwoty cyframi", "the amount in words differs from the figures"],
    [
        "P_12_2 to P_12_1 napisane słowami. Popraw słowa; nierozpoznanych słów nie sprawdzamy.",
        "P_12_2 is P_12_1 in words. Correct the words; words that are not understood are not checked.",
    ],
    "art. 116 (2); the act through secondary sources; FA_RR(1) schema, note at P_12_2",
    ["1552.04, dwa tysiące złotych 00/100", "1552.04, jeden tysiąc pięćset pięćdziesiąt dwa złote 4/100"],
);

pub(crate) static RR_NOT_IN_ZLOTY: Rule = meaning(
    "RR008",
    Weight::LawAtSecondHand,
    ["faktura RR w walucie bez kwot w złotych", "an RR in a foreign currency without amounts in złoty"],
    [
        "Na fakturze w walucie obcej zwrot podatku i należność podaje się także w złotych, w P_11_2W i P_12_1W.",
        "In a foreign currency the refund and the amount due are also given in złoty, in P_11_2W and P_12_1W.",
    ],
    "art. 116 (2b), (2c); the act through secondary sources; FA_RR(1) schema, note at P_11_2W and P_12_1W",
    ["EUR without P_11_2W", "EUR, <P_11_2W>…, <P_12_1W>…"],
);
