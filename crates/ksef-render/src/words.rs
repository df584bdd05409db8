//! The words of the layout in Polish and English: one table, so that neither language can lack a word.

use crate::Language;

macro_rules! words {
    ($($name:ident: $polish:literal, $english:literal;)*) => {
        /// A word or phrase of the layout.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum Word { $($name,)* }

        impl Word {
            /// Every word.
            #[cfg(test)]
            pub(crate) const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The word in a language.
            pub(crate) const fn text(self, language: Language) -> &'static str {
                match (self, language) {
                    $((Self::$name, Language::Pl) => $polish,
                    (Self::$name, Language::En) => $english,
                    (Self::$name, Language::PlEn) => {
                        if is_same($polish, $english) { $polish } else { concat!($polish, " / ", $english) }
                    })*
                }
            }
        }
    };
}

impl Word {
    /// What stands between a number and how many there are: `1 z 2`, `1 of 2`, and for both languages `1 / 2`.
    pub(crate) const fn between_counts(language: Language) -> &'static str {
        match language {
            Language::PlEn => "/",
            Language::Pl | Language::En => Self::Of.text(language),
        }
    }
}

/// Whether two texts are equal, at compile time.
const fn is_same(one: &str, other: &str) -> bool {
    let (one, other) = (one.as_bytes(), other.as_bytes());
    let mut at = 0;
    while at < one.len() && at < other.len() && one[at] == other[at] {
        at += 1;
    }
    at == one.len() && at == other.len()
}

words! {
    // Kinds of invoice (RodzajFaktury).
    KindVat: "Faktura VAT", "VAT invoice";
    KindKor: "Faktura korygująca", "Correcting invoice";
    KindZal: "Faktura zaliczkowa", "Advance payment invoice";
    KindRoz: "Faktura rozliczeniowa", "Settlement invoice";
    KindUpr: "Faktura uproszczona", "Simplified invoice";
    KindKorZal: "Faktura korygująca fakturę zaliczkową", "Correction of an advance payment invoice";
    KindKorRoz: "Faktura korygująca fakturę rozliczeniową", "Correction of a settlement invoice";
    KindUnknown: "Faktura", "Invoice";
    // Heading.
    Number: "Numer", "Number";
    KsefNumber: "Numer KSeF", "KSeF number";
    AwaitsNumber: "Faktura oczekuje na nadanie numeru KSeF.", "This invoice awaits its KSeF number.";
    IssuedOffline24: "Faktura wystawiona w trybie offline24; oczekuje na nadanie numeru KSeF.", "Issued in offline24 mode; this invoice awaits its KSeF number.";
    IssuedUnavailability: "Faktura wystawiona w czasie niedostępności KSeF; oczekuje na nadanie numeru KSeF.", "Issued while KSeF was unavailable; this invoice awaits its KSeF number.";
    IssuedFailure: "Faktura wystawiona w czasie awarii KSeF; oczekuje na nadanie numeru KSeF.", "Issued during a failure of KSeF; this invoice awaits its KSeF number.";
    IssuedTotalFailure: "Faktura wystawiona w czasie awarii całkowitej KSeF; nie podlega przesłaniu do KSeF.", "Issued during a total failure of KSeF; this invoice is not sent to KSeF.";
    IssueDate: "Data wystawienia", "Issue date";
    IssuePlace: "Miejsce wystawienia", "Place of issue";
    SaleDate: "Data dostawy lub wykonania usługi", "Date of supply";
    PaymentReceived: "Data otrzymania zapłaty", "Date of payment received";
    Period: "Okres, którego dotyczy faktura", "Period covered";
    PeriodFrom: "Okres od", "Period from";
    PeriodTo: "Okres do", "Period to";
    Currency: "Waluta", "Currency";
    GoodsIssueNotes: "Dokumenty WZ", "Goods issue notes";
    AdvanceExchangeRate: "Kurs waluty", "Exchange rate";
    VerifyInKsef: "Sprawdź fakturę w KSeF", "Verify this invoice in KSeF";
    Offline: "OFFLINE", "OFFLINE";
    Certificate: "CERTYFIKAT", "CERTYFIKAT";
    VerifyIssuer: "Sprawdź wystawcę faktury w KSeF", "Verify the issuer in KSeF";
    SourceFile: "Dokument źródłowy XML", "Source XML document";
    NoCode: "Bez kodu QR: dokument nie podaje NIP sprzedawcy lub daty wystawienia.", "No QR code: the document gives no seller NIP or issue date.";
    // Parties.
    Seller: "Sprzedawca", "Seller";
    Buyer: "Nabywca", "Buyer";
    ThirdParty: "Podmiot trzeci", "Third party";
    AuthorizedParty: "Podmiot upoważniony", "Authorised entity";
    SellerBefore: "Sprzedawca przed korektą", "Seller before the correction";
    BuyerBefore: "Nabywca przed korektą", "Buyer before the correction";
    OtherParties: "Pozostałe podmioty", "Other parties";
    Nip: "NIP", "NIP (tax number)";
    InternalId: "Identyfikator wewnętrzny", "Internal identifier";
    EuVat: "Numer VAT UE", "EU VAT number";
    OtherId: "Identyfikator podatkowy", "Tax identifier";
    CountryCode: "Kod kraju", "Country code";
    NoId: "Brak identyfikatora podatkowego", "No tax identifier";
    VatPrefix: "Prefiks VAT UE", "EU VAT prefix";
    Eori: "EORI", "EORI";
    CorrespondenceAddress: "Adres do korespondencji", "Correspondence address";
    Gln: "GLN", "GLN";
    Email: "E-mail", "E-mail";
    Phone: "Telefon", "Phone";
    TaxpayerStatus: "Status podatnika", "Status of the taxpayer";
    CustomerNumber: "Numer klienta", "Customer number";
    BuyerKey: "Klucz nabywcy", "Buyer key";
    Share: "Udział", "Share";
    OtherRole: "Inny podmiot", "Other party";
    LocalGovernment: "Faktura dotyczy jednostki podrzędnej JST", "Concerns a subordinate unit of local government";
    VatGroup: "Faktura dotyczy członka grupy VAT", "Concerns a member of a VAT group";
    LocalGovernmentUnit: "Jednostka podrzędna JST", "Subordinate unit of local government";
    VatGroupMember: "Członek grupy VAT", "Member of a VAT group";
    // Correction.
    CorrectedInvoices: "Faktury korygowane", "Corrected invoices";
    CorrectionReason: "Przyczyna korekty", "Reason for the correction";
    CorrectionEffect: "Skutek korekty w ewidencji VAT", "Effect of the correction on VAT records";
    CorrectedPeriod: "Okres, którego dotyczy korekta", "Period of the correction";
    CorrectedNumberRight: "Poprawny numer faktury korygowanej", "Right number of the corrected invoice";
    CorrectedNumber: "Numer faktury korygowanej", "Corrected invoice";
    OutsideKsef: "wystawiona poza KSeF", "issued outside KSeF";
    GrossBefore: "Kwota przed korektą", "Amount before the correction";
    RateBefore: "Kurs waluty przed korektą", "Exchange rate before the correction";
    State: "Stan", "State";
    Before: "przed korektą", "before";
    After: "po korekcie", "after";
    Difference: "różnica", "difference";
    // Lines.
    Lines: "Pozycje", "Items";
    OrderLines: "Zamówienie lub umowa", "Order or contract";
    OrderValue: "Wartość zamówienia lub umowy brutto", "Gross value of the order or contract";
    LineNumber: "Lp.", "No.";
    LineName: "Towar lub usługa", "Goods or service";
    Quantity: "Ilość", "Quantity";
    Unit: "J.m.", "Unit";
    NetPrice: "Cena netto", "Net price";
    GrossPrice: "Cena brutto", "Gross price";
    Discount: "Rabat", "Discount";
    NetValue: "Wartość netto", "Net value";
    GrossValue: "Wartość brutto", "Gross value";
    Rate: "VAT", "VAT";
    TaxAmount: "Kwota VAT", "VAT amount";
    UniqueId: "UU_ID", "UU_ID";
    Index: "Indeks", "Item code";
    Gtin: "GTIN", "GTIN";
    Pkwiu: "PKWiU", "PKWiU";
    Cn: "CN", "CN";
    Pkob: "PKOB", "PKOB";
    Gtu: "GTU", "GTU";
    Procedure: "Procedura", "Procedure";
    Excise: "Akcyza", "Excise";
    LineSaleDate: "Data dostawy", "Supplied on";
    LineExchangeRate: "Kurs", "Exchange rate";
    OssRate: "Stawka OSS", "OSS rate";
    Annex15: "załącznik nr 15", "annex 15";
    // Advance payments and advance invoices.
    AdvancePayments: "Otrzymane płatności", "Payments received";
    AdvanceInvoices: "Rozliczane faktury zaliczkowe", "Advance invoices settled";
    Amount: "Kwota", "Amount";
    Date: "Data", "Date";
    // Totals.
    Summary: "Podsumowanie", "Summary";
    VatRate: "Stawka VAT", "VAT rate";
    Net: "Netto", "Net";
    Tax: "VAT", "VAT";
    TaxPln: "VAT w PLN", "VAT in PLN";
    Gross: "Brutto", "Gross";
    Total: "Razem", "Total";
    GrossTotal: "Kwota należności ogółem", "Total amount";
    GrossCorrection: "Korekta kwoty należności", "Correction of the amount";
    GrossAdvance: "Kwota otrzymanej zapłaty", "Payment received";
    GrossRemaining: "Pozostało do zapłaty", "Remaining amount";
    Charges: "Obciążenia", "Charges";
    ChargesTotal: "Suma obciążeń", "Total charges";
    Deductions: "Odliczenia", "Deductions";
    DeductionsTotal: "Suma odliczeń", "Total deductions";
    ToPay: "Do zapłaty", "Amount due";
    ToSettle: "Nadpłata do rozliczenia lub zwrotu", "Overpaid, to be settled or refunded";
    // Payment.
    Payment: "Płatność", "Payment";
    PaymentStatus: "Status", "Status";
    Paid: "zapłacono", "paid";
    PartlyPaid: "zapłacono w części", "partly paid";
    PaidInParts: "zapłacono w całości w częściach", "paid in full by instalments";
    PaidOn: "Data zapłaty", "Paid on";
    PartPayment: "Zapłata częściowa", "Part payment";
    PaymentForm: "Forma płatności", "Payment method";
    OtherPayment: "inna", "other";
    DueDate: "Termin płatności", "Due date";
    Account: "Rachunek bankowy", "Bank account";
    FactorAccount: "Rachunek faktora", "Factor's account";
    Swift: "SWIFT", "SWIFT";
    BankOwnAccount: "Rachunek własny banku", "Bank's own account";
    CashDiscount: "Skonto", "Cash discount";
    PaymentLink: "Link do płatności", "Payment link";
    PaymentId: "Identyfikator płatności KSeF", "KSeF payment identifier";
    // Annotations.
    Annotations: "Adnotacje", "Annotations";
    CashAccounting: "Metoda kasowa", "Cash accounting method";
    SelfBilling: "Samofakturowanie", "Self-billing";
    ReverseCharge: "Odwrotne obciążenie", "Reverse charge";
    SplitPayment: "Mechanizm podzielonej płatności", "Split payment mechanism";
    Exempt: "Zwolnienie z VAT", "VAT exemption";
    ExemptLaw: "przepis ustawy", "provision of Polish law";
    ExemptDirective: "przepis dyrektywy 2006/112/WE", "provision of Directive 2006/112/EC";
    ExemptOther: "inna podstawa prawna", "other legal basis";
    NewTransport: "Wewnątrzwspólnotowa dostawa nowych środków transportu", "Intra-EU supply of new means of transport";
    NoticeDuty: "Obowiązek z art. 42 ust. 5 ustawy", "Duty under art. 42(5) of the VAT Act";
    Vehicle: "Nowy środek transportu", "New means of transport";
    Triangular: "VAT: Faktura WE uproszczona na mocy art. 135–138 ustawy o ptu", "Simplified intra-EU triangular invoice under art. 135–138 of the VAT Act";
    TriangularProcedure: "Procedura uproszczona trójstronna", "Simplified triangular procedure";
    MarginUnspecified: "Procedura marży", "Margin scheme";
    MarginTravel: "Procedura marży dla biur podróży", "Margin scheme: travel agents";
    MarginUsed: "Procedura marży – towary używane", "Margin scheme: second-hand goods";
    MarginArt: "Procedura marży – dzieła sztuki", "Margin scheme: works of art";
    MarginAntiques: "Procedura marży – przedmioty kolekcjonerskie i antyki", "Margin scheme: collectors' items and antiques";
    ToReceipt: "Faktura do paragonu (FP, art. 109 ust. 3d ustawy)", "Invoice to a receipt (FP, art. 109(3d) of the VAT Act)";
    RelatedParties: "Powiązania między nabywcą a sprzedawcą (TP)", "Related parties (TP)";
    ExciseRefund: "Zwrot podatku akcyzowego dla rolników", "Excise refund for farmers";
    Intermediary: "Podmiot pośredniczący (art. 22 ust. 2d ustawy)", "Intermediary in a chain transaction (art. 22(2d) of the VAT Act)";
    NotApplicable: "Nie dotyczy", "Not applicable";
    // Terms.
    Terms: "Warunki transakcji", "Terms of the transaction";
    Contract: "Umowa", "Contract";
    Order: "Zamówienie", "Order";
    DatedOf: "z dnia", "of";
    Lots: "Numery partii", "Lot numbers";
    DeliveryTerms: "Warunki dostawy", "Delivery terms";
    ContractRate: "Kurs umowny", "Agreed exchange rate";
    Transport: "Transport", "Transport";
    TransportKind: "Rodzaj transportu", "Mode of transport";
    Carrier: "Przewoźnik", "Carrier";
    TransportOrder: "Numer zlecenia transportu", "Transport order number";
    Load: "Ładunek", "Load";
    PackagingUnit: "Jednostka opakowania", "Packaging unit";
    TransportStart: "Rozpoczęcie transportu", "Transport begins";
    TransportEnd: "Zakończenie transportu", "Transport ends";
    ShipFrom: "Wysyłka z", "Shipped from";
    ShipVia: "Wysyłka przez", "Shipped via";
    ShipTo: "Wysyłka do", "Shipped to";
    OtherTransport: "inny", "other";
    // Extra.
    ExtraDescriptions: "Informacje dodatkowe", "Additional information";
    OfLine: "pozycja", "item";
    FooterAndRegisters: "Pozostałe informacje o sprzedawcy", "Other information about the seller";
    FullName: "Pełna nazwa", "Full name";
    Krs: "KRS", "KRS (court register no.)";
    Regon: "REGON", "REGON (statistical no.)";
    Bdo: "BDO", "BDO (waste register no.)";
    Attachment: "Załącznik", "Attachment";
    AttachmentBlock: "Blok danych", "Data block";
    // Confirmation of a transaction.
    KindConfirmation: "Potwierdzenie transakcji", "Confirmation of a transaction";
    NoInvoice: "Ten dokument nie jest fakturą.", "This document is not an invoice.";
    IssueMode: "Tryb wystawienia faktury", "Mode of issue";
    ModeOnline: "online", "online";
    ModeOffline24: "offline24", "offline24";
    ModeUnavailability: "niedostępność KSeF", "KSeF unavailable";
    ModeFailure: "awaria KSeF", "failure of KSeF";
    ModeTotalFailure: "awaria całkowita KSeF", "total failure of KSeF";
    ConfirmationNote: "Fakturę można sprawdzić i pobrać z KSeF po nadaniu jej numeru: zeskanuj kod z podpisem OFFLINE. Kod z podpisem CERTYFIKAT potwierdza, kto ją wystawił.", "Once the invoice has its number, it can be verified and fetched from KSeF: scan the code marked OFFLINE. The code marked CERTYFIKAT confirms who issued it.";
    // FA_RR.
    KindRr: "Faktura VAT RR", "VAT RR invoice";
    Farmer: "Dostawca (rolnik ryczałtowy)", "Supplier (flat-rate farmer)";
    Quality: "Klasa lub jakość", "Grade or quality";
    UnitPrice: "Cena", "Price";
    Value: "Wartość", "Value";
    RefundRate: "Stawka zwrotu", "Refund rate";
    Refund: "Zryczałtowany zwrot podatku", "Flat-rate tax refund";
    ValueWithRefund: "Wartość ze zwrotem", "Value with refund";
    PurchaseDate: "Data nabycia", "Date of purchase";
    InWords: "Słownie", "In words";
    PaymentDocuments: "Dokumenty zapłaty", "Payment documents";
    FarmerAccount: "Rachunek rolnika", "Farmer's account";
    BuyerAccount: "Rachunek nabywcy", "Buyer's account";
    // UPO.
    KindUpo: "Urzędowe poświadczenie odbioru", "Official confirmation of receipt (UPO)";
    UpoMeaning: "KSeF przyjął poniższe dokumenty.", "KSeF has taken the documents below.";
    UpoDocument: "Dokument", "Document";
    UpoDocuments: "Dokumenty", "Documents";
    UpoPage: "Strona poświadczenia", "Page of the confirmation";
    UpoRange: "Zakres dokumentów", "Range of documents";
    UpoCount: "Liczba dokumentów w sesji", "Documents in the session";
    ReceivedBy: "Podmiot przyjmujący", "Received by";
    Session: "Sesja", "Session";
    SessionReference: "Numer referencyjny sesji", "Session reference";
    SchemaName: "Struktura logiczna", "Schema";
    LoginContext: "Kontekst logowania", "Login context";
    CompositeId: "NIP i VAT UE", "NIP and EU VAT number";
    PeppolId: "Dostawca usług Peppol", "Peppol service provider";
    TokenReference: "Numer referencyjny tokena KSeF", "KSeF token reference";
    LoginDigest: "Skrót dokumentu uwierzytelniającego", "Digest of the login document";
    InvoiceNumber: "Numer faktury", "Invoice number";
    SellerNip: "NIP sprzedawcy", "Seller's NIP";
    SentAt: "Przesłano", "Sent at";
    NumberedAt: "Nadano numer KSeF", "KSeF number given at";
    SendingMode: "Tryb wysyłki", "Sending mode";
    DocumentDigest: "Skrót SHA-256", "SHA-256 digest";
    Signature: "Podpis elektroniczny", "Electronic signature";
    SignedAt: "Podpisano", "Signed at";
    SignatureInFile: "Dokument jest podpisany elektronicznie (XAdES). Podpis i certyfikat są w pliku XML.", "The document is signed electronically (XAdES). Signature and certificate are in the XML file.";
    // PEF.
    PefKind: "Kod rodzaju dokumentu", "Document type code";
    TaxPoint: "Data obowiązku podatkowego", "Tax point date";
    TaxCurrency: "Waluta podatku", "Tax currency";
    BuyerReference: "Referencja nabywcy", "Buyer reference";
    AccountingCost: "Odniesienie księgowe nabywcy", "Buyer's accounting reference";
    PeriodKind: "Rodzaj okresu", "Kind of period";
    Notes: "Uwagi", "Notes";
    References: "Powiązane dokumenty", "Related documents";
    DespatchAdvice: "Awizo wysyłki", "Despatch advice";
    ReceiptAdvice: "Potwierdzenie przyjęcia", "Receiving advice";
    Originator: "Postępowanie", "Tender or lot";
    Project: "Projekt", "Project";
    AdditionalDocument: "Dokument dodatkowy", "Supporting document";
    InXml: "w pliku XML", "in the XML file";
    LinesBefore: "Pozycje przed korektą", "Items before the correction";
    SummaryBefore: "Podsumowanie przed korektą", "Summary before the correction";
    Delivery: "Dostawa", "Delivery";
    DeliveredTo: "Odbiorca", "Delivered to";
    DeliveryLocation: "Miejsce dostawy", "Delivery location";
    DeliveryAddress: "Adres dostawy", "Delivery address";
    Payee: "Odbiorca płatności", "Payee";
    TaxRepresentative: "Przedstawiciel podatkowy", "Tax representative";
    TaxNumber: "Numer podatkowy", "Tax number";
    RegistrationNumber: "Numer rejestrowy", "Registration number";
    LegalForm: "Forma prawna", "Legal form";
    Identifier: "Identyfikator", "Identifier";
    Endpoint: "Adres elektroniczny", "Electronic address";
    Contact: "Kontakt", "Contact";
    Description: "Opis", "Description";
    OrderLine: "Pozycja zamówienia", "Order line";
    LineObject: "Obiekt", "Object";
    LineObjectKind: "Rodzaj obiektu", "Kind of object";
    BuyersIndex: "Indeks nabywcy", "Buyer's item code";
    Origin: "Kraj pochodzenia", "Country of origin";
    Classification: "Klasyfikacja", "Classification";
    PriceBase: "Ilość, której dotyczy cena", "Quantity that the price is for";
    Charge: "Opłata", "Charge";
    OfBase: "od", "of";
    TaxTotal: "Kwota podatku", "Tax amount";
    LineTotal: "Suma pozycji", "Sum of items";
    AllowanceTotal: "Suma rabatów", "Total allowances";
    NetTotal: "Kwota bez podatku", "Amount without tax";
    Prepaid: "Zapłacono wcześniej", "Paid before";
    Rounding: "Zaokrąglenie", "Rounding";
    PaymentTitle: "Tytuł płatności", "Payment reference";
    Card: "Karta", "Card";
    CardNetwork: "Organizacja kartowa", "Card network";
    CardHolder: "Posiadacz karty", "Card holder";
    Mandate: "Mandat polecenia zapłaty", "Direct debit mandate";
    PayerAccount: "Rachunek płatnika", "Payer's account";
    PaymentTerms: "Warunki płatności", "Payment terms";
    // Annex and technical data.
    Annex: "Pozostałe dane dokumentu", "Other data of the document";
    AnnexNote: "Wartości z pliku XML, dla których układ wydruku nie ma miejsca.", "Values of the XML file for which the layout has no place.";
    AnnexField: "Pole", "Field";
    AnnexValue: "Wartość", "Value";
    FormCode: "Struktura", "Form";
    SchemaVersion: "wersja schemy", "schema version";
    FormVariant: "wariant", "variant";
    CreatedAt: "Data wytworzenia", "Created at";
    System: "System", "System";
    Sha256: "SHA-256 pliku", "SHA-256 of the file";
    KindField: "Rodzaj", "Kind";
    // Page furniture.
    Page: "strona", "page";
    Of: "z", "of";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_there_in_both_languages() {
        for word in Word::ALL {
            for language in [Language::Pl, Language::En] {
                let text = word.text(language);
                assert!(!text.trim().is_empty() && text.trim() == text, "{word:?} in {language:?}: {text:?}");
            }
            let english = word.text(Language::En);
            let both = word.text(Language::PlEn);
            assert!(both.starts_with(word.text(Language::Pl)) && both.ends_with(english), "{both}");
            assert!(
                !english.chars().any(|c| "ąćęłńóśźżĄĆĘŁŃÓŚŹŻ".contains(c)),
                "{word:?} is Polish: {english}"
            );
        }
    }
}
