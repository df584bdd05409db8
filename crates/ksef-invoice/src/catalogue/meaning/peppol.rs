//! PEF and PEF_KOR.

use super::meaning;
use crate::catalogue::{Rule, Weight};

pub(crate) static PEF_CONTEXT: Rule = meaning(
    "PEF001",
    Weight::Advice,
    ["formularz tylko dla dostawców usług Peppol", "a form for Peppol service providers only"],
    [
        "Sesję dla PEF i PEF_KOR otworzy tylko dostawca usług Peppol (kontekst PeppolId); inni dostaną błąd 21405. To uwaga, nie błąd dokumentu.",
        "Only a Peppol service provider (context PeppolId) can open a session for PEF and PEF_KOR; others get 21405. This is a note, not a fault of the document.",
    ],
    "issue 664",
    ["PEF in the context of a NIP", "PEF in the context of a PeppolId"],
);

pub(crate) static PEF_NIP_CHECK_DIGIT: Rule = meaning(
    "PEF002",
    Weight::Advice,
    ["NIP w fakturze PEF ma złą cyfrę kontrolną", "a NIP in a PEF invoice has a wrong check digit"],
    [
        "CompanyID wygląda na NIP, a jego cyfra kontrolna się nie zgadza. Że KSeF sprawdza ją także tu, przewodnik nie mówi.",
        "CompanyID looks like a NIP, and its check digit does not fit. That KSeF checks it here too the guide does not say.",
    ],
    "guide, faktury/weryfikacja-faktury.md (of Podmiot1 to Podmiot3); general knowledge",
    ["<cbc:CompanyID>5265877636", "<cbc:CompanyID>5265877635"],
);

pub(crate) static PEF_LINES_SUM: Rule = meaning(
    "PEF003",
    Weight::Advice,
    ["suma pozycji PEF się nie zgadza", "the sum of PEF lines does not fit"],
    ["LineExtensionAmount to suma wartości pozycji.", "LineExtensionAmount is the sum of the lines' values."],
    "EN 16931, BR-CO-10",
    ["lines 1040.50, total 1040.00", "lines 1040.50, total 1040.50"],
);

pub(crate) static PEF_EXCLUSIVE: Rule = meaning(
    "PEF004",
    Weight::Advice,
    ["kwota bez podatku się nie zgadza", "the amount without tax does not fit"],
    [
        "TaxExclusiveAmount to suma pozycji plus obciążenia minus rabaty całej faktury.",
        "TaxExclusiveAmount is the lines' sum plus charges less allowances of the whole invoice.",
    ],
    "EN 16931, BR-CO-13",
    ["1040.50 - 100.00 = 940.00", "1040.50 - 100.00 = 940.50"],
);

pub(crate) static PEF_INCLUSIVE: Rule = meaning(
    "PEF005",
    Weight::Advice,
    ["kwota z podatkiem się nie zgadza", "the amount with tax does not fit"],
    [
        "TaxInclusiveAmount to TaxExclusiveAmount plus podatek w walucie faktury.",
        "TaxInclusiveAmount is TaxExclusiveAmount plus the tax in the invoice's currency.",
    ],
    "EN 16931, BR-CO-15",
    ["940.50 + 209.03 = 1149.00", "940.50 + 209.03 = 1149.53"],
);

pub(crate) static PEF_PAYABLE: Rule = meaning(
    "PEF006",
    Weight::Advice,
    ["kwota do zapłaty się nie zgadza", "the payable amount does not fit"],
    [
        "PayableAmount to TaxInclusiveAmount minus PrepaidAmount plus PayableRoundingAmount.",
        "PayableAmount is TaxInclusiveAmount less PrepaidAmount plus PayableRoundingAmount.",
    ],
    "EN 16931, BR-CO-16",
    ["1149.53 - 149.53 = 1001.00", "1149.53 - 149.53 = 1000.00"],
);

pub(crate) static PEF_TAX_SUM: Rule = meaning(
    "PEF007",
    Weight::Advice,
    ["podatek nie jest sumą stawek", "the tax is not the sum of the rates"],
    ["TaxAmount to suma podatku z TaxSubtotal.", "TaxAmount is the sum of the tax of the TaxSubtotal."],
    "EN 16931, BR-CO-14",
    ["207.00 + 2.03 = 210.00", "207.00 + 2.03 = 209.03"],
);

pub(crate) static PEF_TAX: Rule = meaning(
    "PEF008",
    Weight::Advice,
    ["podatek stawki nie wynika z podstawy", "the tax of a rate does not follow from its base"],
    [
        "Podatek w TaxSubtotal to TaxableAmount razy Percent, zaokrąglone do grosza.",
        "The tax of a TaxSubtotal is TaxableAmount times Percent, rounded to the hundredth.",
    ],
    "EN 16931, BR-CO-17",
    ["900.00 × 23% = 208.00", "900.00 × 23% = 207.00"],
);

pub(crate) static PEF_CURRENCY: Rule = meaning(
    "PEF009",
    Weight::Advice,
    ["kwota w innej walucie niż faktura", "an amount in another currency than the invoice"],
    [
        "Kwoty podsumowania są w walucie z DocumentCurrencyCode; tylko podatek można powtórzyć w innej.",
        "The totals are in the currency of DocumentCurrencyCode; only the tax may be repeated in another.",
    ],
    "EN 16931, BT-5",
    ["PLN, <cbc:PayableAmount currencyID=\"EUR\">", "PLN, <cbc:PayableAmount currencyID=\"PLN\">"],
);

pub(crate) static PEF_CORRECTION_OF_NOTHING: Rule = meaning(
    "PEF010",
    Weight::Advice,
    ["korekta PEF bez faktury korygowanej", "a PEF correction without the invoice that it corrects"],
    [
        "PEF_KOR wskazuje fakturę korygowaną w BillingReference. Dodaj jej numer i datę.",
        "PEF_KOR names the corrected invoice in BillingReference. Add its number and date.",
    ],
    "art. 106j (2); the act through secondary sources; EN 16931, BG-3",
    ["<CreditNote> without BillingReference", "<cac:BillingReference>…"],
);

pub(crate) static PEF_NO_REFERENCE: Rule = meaning(
    "PEF011",
    Weight::Advice,
    [
        "faktura PEF bez referencji nabywcy i zamówienia",
        "a PEF invoice without a reference of the buyer or an order",
    ],
    [
        "Sieć Peppol wymaga BuyerReference albo OrderReference, po których nabywca rozpozna fakturę.",
        "The Peppol network wants BuyerReference or OrderReference, by which the buyer recognises the invoice.",
    ],
    "Peppol BIS Billing 3.0, PEPPOL-EN16931-R003",
    ["neither of the two", "<cbc:BuyerReference>Wydział 4"],
);

pub(crate) static PEF_LINE_NUMBER_TWICE: Rule = meaning(
    "PEF012",
    Weight::Advice,
    ["powtórzony numer pozycji PEF", "a PEF line number occurs twice"],
    [
        "ID pozycji odróżnia ją od innych. Ponumeruj pozycje od nowa.",
        "A line's ID tells it from the others. Number the lines anew.",
    ],
    "EN 16931, BT-126; general knowledge",
    ["1, 1", "1, 2"],
);
