//! Parties: check digits, shapes, and whether the invoice reaches them.

use super::meaning;
use crate::Environments;
use crate::catalogue::{Rule, Weight};

pub(crate) static NIP_CHECK_DIGIT: Rule = meaning(
    "FA008",
    Weight::Ksef(Environments::PRD),
    ["NIP ma złą cyfrę kontrolną", "a NIP has a wrong check digit"],
    [
        "Produkcja sprawdza cyfrę kontrolną NIP w Podmiot1, Podmiot2, Podmiot3 i PodmiotUpowazniony. Sprawdź, czy nie ma literówki.",
        "Production checks the check digit of NIPs in Podmiot1, Podmiot2, Podmiot3 and PodmiotUpowazniony. Look for a typing error.",
    ],
    "guide, faktury/weryfikacja-faktury.md",
    ["<NIP>5265877636</NIP>", "<NIP>5265877635</NIP>"],
);

pub(crate) static INTERNAL_ID_CHECK_DIGIT: Rule = meaning(
    "FA009",
    Weight::Ksef(Environments::PRD),
    [
        "NIP w identyfikatorze wewnętrznym ma złą cyfrę kontrolną",
        "the NIP in an internal identifier has a wrong check digit",
    ],
    [
        "Produkcyjny KSeF sprawdza NIP w IDWew podmiotu trzeciego. Sprawdź, czy nie ma literówki.",
        "Production checks the NIP within a third party's IDWew. Look for a typing error.",
    ],
    "guide, faktury/weryfikacja-faktury.md",
    ["<IDWew>5265877636-00001</IDWew>", "<IDWew>5265877635-00001</IDWew>"],
);

pub(crate) static COMPANY_WITHOUT_IDENTIFIER: Rule = meaning(
    "FA010",
    Weight::Advice,
    ["firma jako nabywca bez identyfikatora", "a company as the buyer without an identifier"],
    [
        "BrakID oznacza nabywcę bez numeru podatkowego, zwykle konsumenta. Nazwa wskazuje na spółkę: bez NIP nie zobaczy ona faktury.",
        "BrakID marks a buyer without a tax number, usually a consumer. The name is that of a company: without its NIP it will not see the invoice.",
    ],
    "issue 851; general knowledge",
    ["<BrakID>1</BrakID><Nazwa>Wzór sp. z o.o.", "<NIP>…</NIP><Nazwa>Wzór sp. z o.o."],
);

pub(crate) static PESEL_CHECK_DIGIT: Rule = meaning(
    "FA011",
    Weight::Advice,
    ["PESEL ma złą cyfrę kontrolną", "a PESEL has a wrong check digit"],
    [
        "Jedenaście cyfr w NrID osoby z Polski to zapewne PESEL, a jego cyfra kontrolna się nie zgadza. Sprawdź, czy nie ma literówki.",
        "Eleven digits in the NrID of a person from Poland are probably a PESEL, and its check digit does not fit. Look for a typing error.",
    ],
    "check digit of the PESEL register; general knowledge",
    ["<NrID>44051401358", "<NrID>44051401359"],
);

pub(crate) static EU_NUMBER_SHAPE: Rule = meaning(
    "FA012",
    Weight::Advice,
    ["numer VAT UE ma złą budowę", "an EU VAT number has a wrong shape"],
    [
        "Każdy kraj ma własną budowę numeru VAT UE. NrVatUE podaje się bez kodu kraju, który stoi w KodUE.",
        "Each country has its own shape of EU VAT numbers. NrVatUE goes without the country code, which stands in KodUE.",
    ],
    "upo-v4-3.xsd, TIdZlozonyVatUE",
    ["<KodUE>DE</KodUE><NrVatUE>DE123456789", "<KodUE>DE</KodUE><NrVatUE>123456789"],
);

pub(crate) static UNIT_NOT_NAMED: Rule = meaning(
    "FA013",
    Weight::Advice,
    ["JST = 1 bez jednostki wśród podmiotów trzecich", "JST = 1 without the unit among the third parties"],
    [
        "Gdy faktura dotyczy jednostki podrzędnej JST, trzeba podać ją w Podmiot3 z rolą 8 oraz NIP lub IDWew; inaczej jednostka faktury nie zobaczy.",
        "When an invoice concerns a unit of local government, name it in Podmiot3 with role 8 and a NIP or IDWew, or the unit will not see the invoice.",
    ],
    "FA(3) schema, note at JST; issue 784",
    ["<JST>1</JST> without Podmiot3", "<Podmiot3>…<Rola>8</Rola></Podmiot3>"],
);

pub(crate) static GROUP_MEMBER_NOT_NAMED: Rule = meaning(
    "FA014",
    Weight::Advice,
    [
        "GV = 1 bez członka grupy wśród podmiotów trzecich",
        "GV = 1 without the member among the third parties",
    ],
    [
        "Gdy faktura dotyczy członka grupy VAT, trzeba podać go w Podmiot3 z rolą 10 oraz NIP lub IDWew; inaczej faktury nie zobaczy.",
        "When an invoice concerns a member of a VAT group, name it in Podmiot3 with role 10 and a NIP or IDWew, or it will not see the invoice.",
    ],
    "FA(3) schema, note at GV; issue 784",
    ["<GV>1</GV> without Podmiot3", "<Podmiot3>…<Rola>10</Rola></Podmiot3>"],
);

pub(crate) static ROLE_WITHOUT_FLAG: Rule = meaning(
    "FA015",
    Weight::Advice,
    ["rola 8 lub 10 bez znacznika przy nabywcy", "role 8 or 10 without the buyer's flag"],
    [
        "Podmiot3 z rolą 8 wymaga JST = 1, a z rolą 10 GV = 1 przy nabywcy.",
        "A Podmiot3 with role 8 goes with the buyer's JST = 1, one with role 10 with GV = 1.",
    ],
    "FA(3) schema, note at JST and GV",
    ["<JST>2</JST> with <Rola>8</Rola>", "<JST>1</JST> with <Rola>8</Rola>"],
);

pub(crate) static BUYER_NIP_MISPLACED: Rule = meaning(
    "FA016",
    Weight::Advice,
    [
        "polski NIP nabywcy w polu innego identyfikatora",
        "the buyer's Polish NIP stands in the field of another identifier",
    ],
    [
        "NIP wpisany w NrID nie jest dla KSeF numerem NIP i nabywca faktury nie zobaczy. Przenieś go do pola NIP.",
        "A NIP in NrID is no NIP for KSeF, and the buyer will not see the invoice. Move it to NIP.",
    ],
    "issue 851",
    ["<KodKraju>PL</KodKraju><NrID>5265877635</NrID>", "<NIP>5265877635</NIP>"],
);

pub(crate) static BUYER_EU_NUMBER_OF_POLAND: Rule = meaning(
    "FA017",
    Weight::Advice,
    ["numer VAT UE z kodem PL", "an EU VAT number with the code PL"],
    [
        "Polskiego nabywcę oznacza się polem NIP; faktura z KodUE = PL do niego nie dotrze.",
        "A Polish buyer is identified by NIP; an invoice with KodUE = PL will not reach it.",
    ],
    "issue 851; FA(3) schema, note at KodUE",
    ["<KodUE>PL</KodUE><NrVatUE>5265877635</NrVatUE>", "<NIP>5265877635</NIP>"],
);

pub(crate) static GROUP_MEMBER_IS_BUYER: Rule = meaning(
    "FA018",
    Weight::Advice,
    ["członek grupy VAT ma NIP grupy", "the member of a VAT group has the group's NIP"],
    [
        "W Podmiot2 stoi grupa, a w Podmiot3 z rolą 10 jej członek. Ten sam NIP w obu nie wskazuje członka i nic mu nie udostępni.",
        "Podmiot2 is the group, and Podmiot3 with role 10 its member. The same NIP in both names no member and shows it nothing.",
    ],
    "issue 784",
    ["Podmiot2 <NIP>1111111111, Podmiot3 <NIP>1111111111, <Rola>10", "Podmiot3 <NIP>5265877635, <Rola>10"],
);

pub(crate) static SELLER_IS_BUYER: Rule = meaning(
    "FA019",
    Weight::Advice,
    ["sprzedawca i nabywca mają ten sam NIP", "seller and buyer have the same NIP"],
    [
        "Faktura dla samego siebie to zwykle pomyłka w danych nabywcy. Sprawdź Podmiot2.",
        "An invoice to oneself is usually a mistake in the buyer's data. Check Podmiot2.",
    ],
    "general knowledge",
    ["Podmiot1 and Podmiot2 <NIP>5265877635", "Podmiot2 <NIP>1111111111"],
);

pub(crate) static SHARES: Rule = meaning(
    "FA064",
    Weight::Advice,
    ["udziały dodatkowych nabywców sięgają 100%", "the additional buyers' shares reach 100%"],
    [
        "Różnica między 100% a sumą Udzial należy do nabywcy z Podmiot2, więc suma musi być mniejsza niż 100.",
        "What the shares leave of 100% belongs to the buyer in Podmiot2, so they must sum to less than 100.",
    ],
    "FA(3) schema, note at Udzial",
    ["60 + 40", "50 + 40"],
);

pub(crate) static SHARE_OF_NO_BUYER: Rule = meaning(
    "FA065",
    Weight::Advice,
    ["udział podmiotu, który nie jest nabywcą", "a share of a party that is no buyer"],
    [
        "Udzial to część dodatkowego nabywcy, czyli podmiotu o roli 4. Usuń go albo popraw rolę.",
        "Udzial is the part of an additional buyer, which is a party of role 4. Remove it or correct the role.",
    ],
    "FA(3) schema, note at Udzial",
    ["<Rola>6</Rola><Udzial>50", "<Rola>4</Rola><Udzial>50"],
);

pub(crate) static ISSUER_IN_SELF_BILLING: Rule = meaning(
    "FA066",
    Weight::Advice,
    ["wystawca w samofakturowaniu", "an issuer in self-billing"],
    [
        "Rola 5 nie dotyczy przypadku, gdy wystawcą jest nabywca, a P_17 = 1 właśnie to znaczy. Zostaw jedno z nich.",
        "Role 5 is not for the case in which the buyer is the issuer, and that is what P_17 = 1 says. Keep one of them.",
    ],
    "FA(3) schema, note at TRolaPodmiotu3, 5",
    ["<P_17>1 with <Rola>5", "<P_17>1 without role 5"],
);
