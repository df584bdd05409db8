//! Annotations, procedures and special rates.

use super::meaning;
use crate::catalogue::{Rule, Weight};

pub(crate) static EXEMPTION_WITHOUT_BASIS: Rule = meaning(
    "FA040",
    Weight::LawAtSecondHand,
    ["sprzedaż zwolniona bez podstawy zwolnienia", "an exempt supply without its legal basis"],
    [
        "Przy sprzedaży zwolnionej (zw, P_13_7) należy podać P_19 = 1 i przepis w P_19A, P_19B lub P_19C.",
        "With an exempt supply (zw, P_13_7) give P_19 = 1 and the provision in P_19A, P_19B or P_19C.",
    ],
    "art. 106e (1) 19; the act through secondary sources; FA(3) schema, note at P_19",
    ["<P_12>zw</P_12> with <P_19N>1</P_19N>", "<P_19>1</P_19><P_19A>art. 43 ust. 1 pkt 29</P_19A>"],
);

pub(crate) static EXEMPTION_WITHOUT_SUPPLY: Rule = meaning(
    "FA041",
    Weight::Advice,
    ["podstawa zwolnienia bez sprzedaży zwolnionej", "the basis of an exemption without an exempt supply"],
    [
        "P_19 = 1, a żadna pozycja ani P_13_7 nie jest zwolniona. Ustaw P_19N = 1 albo popraw stawki.",
        "P_19 = 1, but neither a line nor P_13_7 is exempt. Set P_19N = 1 or correct the rates.",
    ],
    "FA(3) schema, note at P_19 and P_19N",
    ["<P_19>1</P_19> without zw", "<P_19N>1</P_19N>"],
);

pub(crate) static REVERSE_CHARGE_NOT_SAID: Rule = meaning(
    "FA042",
    Weight::LawAtSecondHand,
    ["odwrotne obciążenie bez adnotacji", "reverse charge without its annotation"],
    [
        "Przy stawkach oo i np II (P_13_10, P_13_9) podatek rozlicza nabywca, więc P_18 powinno mieć wartość 1.",
        "With the rates oo and np II (P_13_10, P_13_9) the buyer accounts for the tax, so P_18 should be 1.",
    ],
    "art. 106e (1) 18; the act through secondary sources; FA(3) schema, note at P_18",
    ["<P_12>oo</P_12> with <P_18>2</P_18>", "<P_18>1</P_18>"],
);

pub(crate) static REVERSE_CHARGE_WITHOUT_SUPPLY: Rule = meaning(
    "FA043",
    Weight::Advice,
    ["odwrotne obciążenie bez takiej sprzedaży", "reverse charge without such a supply"],
    [
        "P_18 = 1, a żadna pozycja ani kwota nie ma stawki oo, np I lub np II. Ustaw P_18 = 2 albo popraw stawki.",
        "P_18 = 1, but no line or amount has the rate oo, np I or np II. Set P_18 = 2 or correct the rates.",
    ],
    "FA(3) schema, note at P_18",
    ["<P_18>1 with lines at 23 only", "<P_18>2"],
);

pub(crate) static MARGIN_WITHOUT_TOTAL: Rule = meaning(
    "FA044",
    Weight::Advice,
    ["procedura marży bez kwoty", "the margin procedure without an amount"],
    [
        "Sprzedaż w procedurze marży wykazuje się w P_13_11. Dodaj kwotę albo ustaw P_PMarzyN = 1.",
        "A supply under the margin procedure is shown in P_13_11. Add the amount or set P_PMarzyN = 1.",
    ],
    "FA(3) schema, note at P_13_11 and P_PMarzy",
    ["<P_PMarzy>1 without P_13_11", "<P_13_11>2000"],
);

pub(crate) static MARGIN_NOT_SAID: Rule = meaning(
    "FA045",
    Weight::LawAtSecondHand,
    [
        "sprzedaż w procedurze marży bez adnotacji",
        "a supply under the margin procedure without its annotation",
    ],
    [
        "Faktura z P_13_11 musi nazwać procedurę marży. Ustaw P_PMarzy = 1 i jej rodzaj.",
        "An invoice with P_13_11 has to name the margin procedure. Set P_PMarzy = 1 and which one it is.",
    ],
    "art. 106e (2), (3); the act through secondary sources; FA(3) schema, note at P_PMarzy",
    ["<P_13_11>2000 with <P_PMarzyN>1", "<P_PMarzy>1</P_PMarzy><P_PMarzy_3_1>1"],
);

pub(crate) static MARGIN_LINE_TAX: Rule = meaning(
    "FA046",
    Weight::LawAtSecondHand,
    ["podatek w pozycji objętej marżą", "tax on a line under the margin procedure"],
    [
        "W procedurze marży faktura nie pokazuje podatku. Usuń P_11Vat z pozycji bez stawki.",
        "Under the margin procedure an invoice shows no tax. Remove P_11Vat from the line without a rate.",
    ],
    "art. 106e (2), (3); the act through secondary sources",
    ["<P_PMarzy>1, line without P_12 and with <P_11Vat>23", "the line without P_11Vat"],
);

pub(crate) static SPLIT_PAYMENT_NOT_SAID: Rule = meaning(
    "FA047",
    Weight::LawAtSecondHand,
    ["brak adnotacji o podzielonej płatności", "the annotation of split payment is missing"],
    [
        "Powyżej 15 000 zł faktura z pozycją z załącznika 15 dla podatnika ma adnotację P_18A = 1. Czy nabywca jest podatnikiem, nie widać z faktury.",
        "Above 15,000 PLN an invoice to a taxpayer with a line of annex 15 has P_18A = 1. Whether the buyer is one the invoice does not say.",
    ],
    "art. 106e (1) 18a; the act through secondary sources; FA(3) schema, note at P_18A",
    ["<P_15>15000.01, <P_12_Zal_15>1, <P_18A>2", "<P_18A>1"],
);

pub(crate) static SPLIT_PAYMENT_WITHOUT_ACCOUNT: Rule = meaning(
    "FA085",
    Weight::Advice,
    ["podzielona płatność bez rachunku", "split payment without an account"],
    [
        "Podzieloną płatność robi się przelewem na rachunek rozliczeniowy. Dodaj RachunekBankowy.",
        "A split payment is made by transfer to a settlement account. Add RachunekBankowy.",
    ],
    "general knowledge",
    ["<P_18A>1 without RachunekBankowy", "<P_18A>1 with <RachunekBankowy>"],
);

pub(crate) static WDT_WITHOUT_EU_NUMBER: Rule = meaning(
    "FA130",
    Weight::LawAtSecondHand,
    ["WDT bez numeru VAT UE nabywcy", "a supply within the EU without the buyer's EU VAT number"],
    [
        "Faktura WDT zawiera numer VAT UE nabywcy z kodem kraju. Dodaj KodUE i NrVatUE.",
        "An invoice for a supply within the EU has the buyer's EU VAT number with its country. Give KodUE and NrVatUE.",
    ],
    "art. 97 (10), 106e (1) 24; the act through secondary sources; FA(3) schema, note at KodUE",
    ["<P_13_6_2>1000 with <NrID>", "<KodUE>DE</KodUE><NrVatUE>123456789"],
);

pub(crate) static WDT_WITHOUT_PREFIX: Rule = meaning(
    "FA131",
    Weight::LawAtSecondHand,
    ["WDT bez prefiksu sprzedawcy", "a supply within the EU without the seller's prefix"],
    [
        "Sprzedawca na fakturze WDT podaje swój numer z prefiksem PL. Dodaj PrefiksPodatnika.",
        "On an invoice for a supply within the EU the seller gives its number with the prefix PL. Add PrefiksPodatnika.",
    ],
    "art. 97 (10); the act through secondary sources; FA(3) schema, note at PrefiksPodatnika",
    ["<P_13_6_2>1000 without PrefiksPodatnika", "<PrefiksPodatnika>PL"],
);

pub(crate) static ZERO_RATE_FOR_POLISH_BUYER: Rule = meaning(
    "FA132",
    Weight::Advice,
    ["WDT lub eksport dla nabywcy z polskim NIP", "a supply abroad at 0% to a buyer with a Polish NIP"],
    [
        "WDT i eksport mają nabywcę zagranicznego; polski NIP zwykle znaczy pomyłkę w nabywcy albo w stawce.",
        "Supplies within the EU and exports have a foreign buyer; a Polish NIP usually means a mistake in the buyer or the rate.",
    ],
    "general knowledge",
    ["<P_13_6_3>8000 with Podmiot2 <NIP>", "<P_13_6_3>8000 with <KodKraju>US</KodKraju><NrID>"],
);

pub(crate) static SERVICES_WITHOUT_EU_NUMBER: Rule = meaning(
    "FA133",
    Weight::Advice,
    ["usługi z art. 100 bez numeru VAT UE nabywcy", "services of art. 100 without the buyer's EU VAT number"],
    [
        "P_13_9 (np II) to usługi dla podatników z UE, wykazywane w informacji podsumowującej pod numerem VAT UE nabywcy.",
        "P_13_9 (np II) is services to taxpayers of the EU, which go into the recapitulative statement under the buyer's EU VAT number.",
    ],
    "FA(3) schema, note at P_13_9; general knowledge",
    ["<P_13_9>1000 with <NrID>", "<KodUE>DE</KodUE><NrVatUE>123456789"],
);

pub(crate) static TRIANGULAR_WITHOUT_NUMBERS: Rule = meaning(
    "FA134",
    Weight::LawAtSecondHand,
    ["procedura trójstronna bez numerów VAT UE", "a triangular transaction without EU VAT numbers"],
    [
        "Faktura drugiego podatnika podaje jego numer z prefiksem i numer VAT UE ostatniego. Dodaj PrefiksPodatnika, KodUE i NrVatUE.",
        "The second taxpayer's invoice gives its own number with the prefix and the last one's EU VAT number. Add PrefiksPodatnika, KodUE and NrVatUE.",
    ],
    "art. 136 (1) 3, 4; the act through secondary sources; FA(3) schema, note at PrefiksPodatnika and KodUE",
    ["<P_23>1 without PrefiksPodatnika", "<P_23>1, <PrefiksPodatnika>PL, <NrVatUE>123456789"],
);

pub(crate) static NEW_TRANSPORT_WITHOUT_WDT: Rule = meaning(
    "FA135",
    Weight::Advice,
    ["nowe środki transportu bez WDT", "new means of transport without a supply within the EU"],
    [
        "P_22 = 1 dotyczy wewnątrzwspólnotowej dostawy, którą wykazuje się w P_13_6_2. Dodaj kwotę albo ustaw P_22N = 1.",
        "P_22 = 1 is for a supply within the EU, which is shown in P_13_6_2. Add the amount or set P_22N = 1.",
    ],
    "FA(3) schema, note at P_22 and P_13_6_2",
    ["<P_22>1 without P_13_6_2", "<P_22>1 with <P_13_6_2>"],
);

pub(crate) static NEW_TRANSPORT_OF_NO_LINE: Rule = meaning(
    "FA136",
    Weight::Advice,
    [
        "środek transportu odwołuje się do pozycji, której nie ma",
        "a means of transport names a line that is not there",
    ],
    [
        "P_NrWierszaNST to NrWierszaFa pozycji, która go wykazuje. Popraw numer.",
        "P_NrWierszaNST is the NrWierszaFa of the line that supplies it. Correct the number.",
    ],
    "FA(3) schema, note at P_NrWierszaNST",
    ["<P_NrWierszaNST>7 with lines 1 and 2", "<P_NrWierszaNST>1"],
);

pub(crate) static IMPORT_PROCEDURE_RATE: Rule = meaning(
    "FA140",
    Weight::Advice,
    ["procedura I_42 lub I_63 bez stawki 0 WDT", "procedure I_42 or I_63 without the rate 0 WDT"],
    [
        "I_42 i I_63 oznaczają wewnątrzwspólnotową dostawę po imporcie, a ta ma stawkę 0 WDT.",
        "I_42 and I_63 mark a supply within the EU that follows an import, and that has the rate 0 WDT.",
    ],
    "FA(3) schema, TOznaczenieProcedury, § 10 (4) 8 and 9; general knowledge",
    ["<P_12>23 with <Procedura>I_42", "<P_12>0 WDT with <Procedura>I_42"],
);

pub(crate) static TRIANGULAR_PROCEDURE: Rule = meaning(
    "FA141",
    Weight::Advice,
    [
        "procedura TT_D bez adnotacji o transakcji trójstronnej",
        "procedure TT_D without the annotation of a triangular transaction",
    ],
    [
        "TT_D oznacza dostawę drugiego podatnika w transakcji trójstronnej, a wtedy P_23 = 1.",
        "TT_D marks the second taxpayer's supply in a triangular transaction, and then P_23 = 1.",
    ],
    "FA(3) schema, TOznaczenieProcedury, § 10 (4) 5; FA(3) schema, note at P_23",
    ["<Procedura>TT_D with <P_23>2", "<Procedura>TT_D with <P_23>1"],
);

pub(crate) static DISTANCE_SALE_RATE: Rule = meaning(
    "FA142",
    Weight::Advice,
    ["procedura WSTO_EE z polską stawką", "procedure WSTO_EE with a Polish rate"],
    [
        "WSTO_EE oznacza sprzedaż na odległość opodatkowaną w innym państwie członkowskim, więc polska stawka do niej nie pasuje.",
        "WSTO_EE marks a distance sale that is taxed in another member state, so a Polish rate does not fit it.",
    ],
    "FA(3) schema, TOznaczenieProcedury, § 10 (4) 2a; general knowledge",
    ["<P_12>23 with <Procedura>WSTO_EE", "<P_12>np I with <Procedura>WSTO_EE"],
);

pub(crate) static GTU_OF_SERVICES: Rule = meaning(
    "FA143",
    Weight::Advice,
    ["oznaczenie GTU usług przy kodzie towaru", "a GTU mark of services beside a code of goods"],
    [
        "GTU_11, GTU_12 i GTU_13 oznaczają usługi, a CN klasyfikuje towary. Popraw jedno z nich.",
        "GTU_11, GTU_12 and GTU_13 mark services, and CN classifies goods. Correct one of them.",
    ],
    "FA(3) schema, TGTU, § 10 (3) 2; general knowledge",
    ["<CN>9403</CN> with <GTU>GTU_12", "<CN>9403</CN> with <GTU>GTU_01"],
);

pub(crate) static SIMPLIFIED_TOO_HIGH: Rule = meaning(
    "FA150",
    Weight::LawAtSecondHand,
    ["faktura uproszczona powyżej limitu", "a simplified invoice above its limit"],
    [
        "Faktura uproszczona (UPR) może być na najwyżej 450 zł albo 100 euro. Wystaw fakturę VAT.",
        "A simplified invoice (UPR) may be for 450 PLN or 100 EUR at most. Issue one of kind VAT.",
    ],
    "art. 106e (5) 3; the act through secondary sources",
    ["<RodzajFaktury>UPR, <P_15>450.01", "<RodzajFaktury>UPR, <P_15>450.00"],
);

pub(crate) static SIMPLIFIED_WITHOUT_NIP: Rule = meaning(
    "FA151",
    Weight::LawAtSecondHand,
    ["faktura uproszczona bez NIP nabywcy", "a simplified invoice without the buyer's NIP"],
    [
        "Faktura uproszczona (UPR) pozwala pominąć inne dane nabywcy, ale nie jego NIP.",
        "A simplified invoice (UPR) may leave out the buyer's other data, but not its NIP.",
    ],
    "art. 106e (5) 3; the act through secondary sources",
    ["<RodzajFaktury>UPR with <BrakID>1", "<RodzajFaktury>UPR with <NIP>"],
);
