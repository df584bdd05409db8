//! Currency, payment, settlement.

use super::meaning;
use crate::catalogue::{Rule, Weight};

pub(crate) static TAX_NOT_IN_ZLOTY: Rule = meaning(
    "FA050",
    Weight::LawAtSecondHand,
    ["faktura walutowa bez podatku w złotych", "an invoice in a foreign currency without the tax in złoty"],
    [
        "Podatek na fakturze w walucie obcej podaje się także w złotych, w P_14_*W.",
        "On an invoice in a foreign currency the tax is also given in złoty, in P_14_*W.",
    ],
    "art. 106e (11); the act through secondary sources; FA(3) schema, note at P_14_1W",
    ["EUR, <P_14_1>23</P_14_1> alone", "<P_14_1>23</P_14_1><P_14_1W>98.21</P_14_1W>"],
);

pub(crate) static ZLOTY_CONVERTED: Rule = meaning(
    "FA051",
    Weight::Advice,
    ["faktura w złotych z podatkiem przeliczonym", "an invoice in złoty with converted tax"],
    [
        "P_14_*W dotyczy tylko faktur w walucie obcej. Usuń pole albo popraw KodWaluty.",
        "P_14_*W is for invoices in a foreign currency. Remove it or correct KodWaluty.",
    ],
    "FA(3) schema, note at P_14_1W",
    ["PLN with <P_14_1W>", "PLN without P_14_1W"],
);

pub(crate) static TAX_CONVERTED_WRONG: Rule = meaning(
    "FA052",
    Weight::Advice,
    ["podatek w złotych nie wynika z kursu", "the tax in złoty does not follow from the rate"],
    [
        "P_14_*W to P_14_* po kursie z pozycji, do grosza na pozycję. Przelicz.",
        "P_14_*W is P_14_* at the lines' exchange rate, up to a grosz for each line. Recompute.",
    ],
    "art. 106e (11), 31a; the act through secondary sources; FA(3) schema, note at P_14_1W",
    ["23.00 × 4.25 = 98.00", "23.00 × 4.25 = 97.75"],
);

pub(crate) static RATE_MISSING: Rule = meaning(
    "FA053",
    Weight::Advice,
    ["faktura walutowa bez kursu", "an invoice in a foreign currency without an exchange rate"],
    [
        "Bez kursu nie da się sprawdzić podatku w złotych. Podaj KursWaluty w pozycjach, a na fakturze zaliczkowej KursWalutyZ.",
        "Without the rate nobody can check the tax in złoty. Give KursWaluty on the lines, and KursWalutyZ on an advance invoice.",
    ],
    "FA(3) schema, note at KursWaluty and KursWalutyZ",
    ["EUR, <P_14_1W> without KursWaluty", "<KursWaluty>4.25"],
);

pub(crate) static RATE_ON_ZLOTY: Rule = meaning(
    "FA054",
    Weight::Advice,
    ["kurs waluty na fakturze w złotych", "an exchange rate on an invoice in złoty"],
    [
        "KursWaluty służy do przeliczenia podatku z waluty faktury na złote. Usuń go albo popraw KodWaluty.",
        "KursWaluty converts the tax from the invoice's currency into złoty. Remove it or correct KodWaluty.",
    ],
    "FA(3) schema, note at KursWaluty",
    ["PLN with <KursWaluty>4.25", "EUR with <KursWaluty>4.25"],
);

pub(crate) static AGREED_CURRENCY_SAME: Rule = meaning(
    "FA055",
    Weight::Advice,
    ["waluta umowna jest walutą faktury", "the agreed currency is the invoice's own"],
    [
        "KursUmowny i WalutaUmowna mówią, z jakiej innej waluty przeliczono kwoty. Podaj tę walutę albo usuń oba pola.",
        "KursUmowny and WalutaUmowna say from which other currency the amounts were converted. Give that one or remove both.",
    ],
    "FA(3) schema, note at KursUmowny and WalutaUmowna",
    ["PLN with <WalutaUmowna>PLN", "PLN with <WalutaUmowna>EUR"],
);

pub(crate) static ACCOUNT_CHECK_SUM: Rule = meaning(
    "FA060",
    Weight::Advice,
    ["numer rachunku ma złą sumę kontrolną", "an account number has a wrong check sum"],
    [
        "Polski numer rachunku (26 cyfr) i każdy IBAN mają sumę kontrolną modulo 97; tu się nie zgadza. Sprawdź cyfry.",
        "A Polish account number (26 digits) and any IBAN have a check sum modulo 97, which does not fit. Check the digits.",
    ],
    "ISO 13616 (NRB/IBAN); general knowledge",
    ["61109010140000071219812875", "61109010140000071219812874"],
);

pub(crate) static TRANSFER_WITHOUT_ACCOUNT: Rule = meaning(
    "FA061",
    Weight::Advice,
    ["przelew bez numeru rachunku", "a transfer without an account"],
    [
        "Forma płatności to przelew, faktura nie jest opłacona, a rachunku nie podano. Dodaj RachunekBankowy.",
        "Payment is by transfer, the invoice is not paid, and no account is given. Add RachunekBankowy.",
    ],
    "general knowledge",
    ["<FormaPlatnosci>6</FormaPlatnosci> alone", "<FormaPlatnosci>6</FormaPlatnosci><RachunekBankowy>…"],
);

pub(crate) static AMOUNT_TO_PAY: Rule = meaning(
    "FA062",
    Weight::Advice,
    ["kwota do zapłaty nie wynika z rozliczenia", "the amount to pay does not follow from the settlement"],
    [
        "DoZaplaty to P_15 powiększone o Obciazenia i pomniejszone o Odliczenia.",
        "DoZaplaty is P_15 plus Obciazenia minus Odliczenia.",
    ],
    "FA(3) schema, note at DoZaplaty",
    ["123 + 10 - 0 = 132", "123 + 10 - 0 = 133"],
);

pub(crate) static SUM_OF_CHARGES: Rule = meaning(
    "FA080",
    Weight::Advice,
    ["suma obciążeń nie zgadza się z obciążeniami", "the sum of charges does not fit the charges"],
    ["SumaObciazen to suma kwot Obciazenia.", "SumaObciazen is the sum of the amounts of Obciazenia."],
    "FA(3) schema, note at SumaObciazen",
    ["10 + 5, <SumaObciazen>16", "10 + 5, <SumaObciazen>15"],
);

pub(crate) static SUM_OF_DEDUCTIONS: Rule = meaning(
    "FA081",
    Weight::Advice,
    ["suma odliczeń nie zgadza się z odliczeniami", "the sum of deductions does not fit the deductions"],
    ["SumaOdliczen to suma kwot Odliczenia.", "SumaOdliczen is the sum of the amounts of Odliczenia."],
    "FA(3) schema, note at SumaOdliczen",
    ["10 + 5, <SumaOdliczen>16", "10 + 5, <SumaOdliczen>15"],
);

pub(crate) static PART_PAYMENTS: Rule = meaning(
    "FA082",
    Weight::Advice,
    ["zapłaty częściowe nie pasują do znacznika", "the part payments do not fit their mark"],
    [
        "ZnacznikZaplatyCzesciowej = 1 oznacza zapłatę części, 2 zapłatę całości w kilku częściach. Popraw znacznik albo kwoty.",
        "ZnacznikZaplatyCzesciowej = 1 means that a part is paid, 2 that all is, in several parts. Correct the mark or the amounts.",
    ],
    "FA(3) schema, note at ZnacznikZaplatyCzesciowej",
    ["mark 1, paid 1272.53 of 1272.53", "mark 1, paid 1272.52 of 1272.53"],
);

pub(crate) static FACTOR_NOT_NAMED: Rule = meaning(
    "FA083",
    Weight::Advice,
    ["rachunek faktora bez faktora", "a factor's account without the factor"],
    [
        "RachunekBankowyFaktora należy do faktora, którego podaje się w Podmiot3 z rolą 1.",
        "RachunekBankowyFaktora belongs to the factor, who is given as Podmiot3 with role 1.",
    ],
    "FA(3) schema, note at RachunekBankowyFaktora and TRolaPodmiotu3, 1",
    ["<RachunekBankowyFaktora> without <Rola>1", "<Podmiot3>…<Rola>1"],
);
