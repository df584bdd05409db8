//! Dates.

use super::meaning;
use crate::Environments;
use crate::catalogue::{Rule, Weight};

pub(crate) static FORM_ONLY_ON_TEST: Rule = meaning(
    "FA001",
    Weight::Advice,
    ["formularz, który przyjmuje tylko TEST", "a form that only TEST takes"],
    [
        "Środowiska produkcyjne i DEMO przyjmują już tylko FA(3). Dokument może być poprawny; zmień formularz, zanim go tam wyślesz.",
        "Production and DEMO take only FA(3) by now. The document itself may be valid; change the form before sending it there.",
    ],
    "guide, srodowiska.md",
    [
        "<KodFormularza kodSystemowy=\"FA (2)\" …> sent to production",
        "<KodFormularza kodSystemowy=\"FA (3)\" …>",
    ],
);

pub(crate) static ISSUED_IN_THE_FUTURE: Rule = meaning(
    "FA005",
    Weight::Ksef(Environments::ALL),
    [
        "data wystawienia jest późniejsza niż dzień wysłania",
        "the issue date is later than the day of sending",
    ],
    [
        "KSeF odrzuca fakturę, której P_1 jest późniejsze niż data przyjęcia w Warszawie (kod 450). Popraw datę albo wyślij w tym dniu.",
        "KSeF refuses an invoice whose P_1 is later than the date of receipt in Warsaw (status 450). Correct the date or send on that day.",
    ],
    "guide, faktury/weryfikacja-faktury.md",
    ["<P_1>2026-11-23</P_1> sent on 2026-11-22", "<P_1>2026-11-22</P_1>"],
);

pub(crate) static ISSUED_BEFORE_SENDING: Rule = meaning(
    "FA006",
    Weight::Advice,
    [
        "data wystawienia jest wcześniejsza niż dzień wysłania",
        "the issue date is earlier than the day of sending",
    ],
    [
        "KSeF uzna taką fakturę za wystawioną w trybie offline. Jeśli tak ma być, nic nie trzeba zmieniać.",
        "KSeF takes such an invoice for one issued offline. If that is meant, nothing has to be changed.",
    ],
    "guide, offline/automatyczne-okreslanie-trybu-offline.md",
    ["<P_1>2026-11-20</P_1> sent on 2026-11-22", "<P_1>2026-11-22</P_1>"],
);

pub(crate) static MADE_AFTER_SENDING: Rule = meaning(
    "FA007",
    Weight::Advice,
    ["dokument powstał po dniu wysłania", "the document was made after the day of sending"],
    [
        "DataWytworzeniaFa to chwila utworzenia dokumentu, więc nie może być w przyszłości. Sprawdź zegar i strefę czasową programu.",
        "DataWytworzeniaFa is when the document was made, so it cannot lie in the future. Check the program's clock and time zone.",
    ],
    "FA(3) schema, note at DataWytworzeniaFa",
    ["<DataWytworzeniaFa>2026-11-23T08:00:00Z sent on 2026-11-22", "<DataWytworzeniaFa>2026-11-22T08:00:00Z"],
);

pub(crate) static ISSUED_TOO_LATE: Rule = meaning(
    "FA100",
    Weight::LawAtSecondHand,
    ["faktura wystawiona po terminie", "an invoice issued after its time"],
    [
        "Fakturę wystawia się do 15. dnia miesiąca po miesiącu sprzedaży; są wyjątki, na przykład media i najem. Sprawdź P_1 i P_6.",
        "An invoice is due by the 15th of the month after the supply; there are exceptions such as utilities and rents. Check P_1 and P_6.",
    ],
    "art. 106i (1), (2); the act through secondary sources",
    ["<P_6>2026-09-30, <P_1>2026-10-16", "<P_6>2026-09-30, <P_1>2026-10-15"],
);

pub(crate) static ISSUED_TOO_EARLY: Rule = meaning(
    "FA101",
    Weight::LawAtSecondHand,
    [
        "faktura wystawiona ponad 60 dni przed sprzedażą",
        "an invoice issued more than 60 days before the supply",
    ],
    [
        "Fakturę można wystawić najwcześniej 60 dni przed sprzedażą lub zapłatą; są wyjątki, na przykład media i najem. Sprawdź P_1 i P_6.",
        "An invoice may be issued 60 days before the supply or payment at the earliest; there are exceptions such as utilities and rents. Check P_1 and P_6.",
    ],
    "art. 106i (7); the act through secondary sources",
    ["<P_1>2026-11-20, <P_6>2027-01-20", "<P_1>2026-11-20, <P_6>2027-01-19"],
);

pub(crate) static PERIOD_REVERSED: Rule = meaning(
    "FA102",
    Weight::Advice,
    ["okres kończy się przed początkiem", "a period ends before it begins"],
    [
        "P_6_Od to początek, a P_6_Do koniec okresu, którego dotyczy faktura. Zamień daty.",
        "P_6_Od is the beginning and P_6_Do the end of the period that the invoice is for. Swap the dates.",
    ],
    "FA(3) schema, note at P_6_Od and P_6_Do",
    ["<P_6_Od>2026-11-30</P_6_Od><P_6_Do>2026-11-01", "<P_6_Od>2026-11-01</P_6_Od><P_6_Do>2026-11-30"],
);

pub(crate) static DUE_BEFORE_ISSUE: Rule = meaning(
    "FA103",
    Weight::Advice,
    ["termin płatności przed datą wystawienia", "a payment due before the issue date"],
    [
        "Termin płatności nieopłaconej faktury powinien być nie wcześniejszy niż P_1. Popraw termin albo zaznacz zapłatę.",
        "The due date of an invoice that is not paid should not be before P_1. Correct it or mark the payment.",
    ],
    "general knowledge",
    ["<P_1>2026-11-20, <Termin>2026-11-19", "<Termin>2026-11-20"],
);

pub(crate) static PAID_AFTER_ISSUE: Rule = meaning(
    "FA104",
    Weight::Advice,
    ["data zapłaty po dacie wystawienia", "a date of payment after the issue date"],
    [
        "DataZaplaty podaje się, gdy zapłacono przed wystawieniem faktury. Popraw datę albo usuń Zaplacono.",
        "DataZaplaty is given when payment was made before the invoice was issued. Correct the date or remove Zaplacono.",
    ],
    "FA(3) schema, note at DataZaplaty",
    ["<P_1>2026-11-20, <DataZaplaty>2026-11-21", "<DataZaplaty>2026-11-20"],
);
