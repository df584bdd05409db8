//! Words of the page on which a correction begins.

super::words! { CorrectWords {
    heading: "Korekta faktury", "Correct an invoice";
    other: "Inna faktura", "Another invoice";
    what: "Co jest do poprawienia?", "What is to be put right?";
    zero: "Zły NIP nabywcy", "The buyer's NIP is wrong";
    zero_note: "NIP nie poprawia się zwykłą korektą: powstanie korekta do zera na dotychczasowego nabywcę, a po niej nowa faktura na właściwego. Obie będą przygotowane.",
        "A NIP is not put right by a plain correction: there will be a correction to zero to the buyer as it is, and then a new invoice to the right one. Both are prepared.";
    zero_farmer: "Zły NIP rolnika", "The farmer's NIP is wrong";
    zero_farmer_note: "NIP nie poprawia się zwykłą korektą: powstanie korekta do zera na dotychczasowego rolnika, a po niej nowa faktura na właściwego. Obie będą przygotowane.",
        "A NIP is not put right by a plain correction: there will be a correction to zero to the farmer as it is, and then a new invoice to the right one. Both are prepared.";
    lines: "Zwrot, rabat, błędna ilość lub cena", "A return, a discount, a wrong quantity or price";
    lines_note: "Pozycje przed zmianą i po niej; bramka policzy różnicę.", "Lines before and after the change; the gateway computes the difference.";
    texts: "Nazwa, adres albo treść pozycji", "Name, address, or the text of a line";
    texts_note: "Kwoty zostają; dane sprzed zmiany bramka dołoży sama.", "Amounts stay; the gateway adds the data before by itself.";
    no_number_yet: "Ta faktura nie ma jeszcze numeru KSeF. Korektę można przygotować i zapisać jako szkic, a wystawić, gdy numer będzie.",
        "This invoice has no KSeF number yet. A correction can be prepared and saved as a draft, and issued once the number is there.";
    may_not: "Tej faktury nie koryguje się tym formularzem: nie ma jej w KSeF albo jest korektą wielu faktur naraz. Niewysłaną popraw i wyślij jeszcze raz; pozostałe skoryguj w programie, z którego pochodzą.",
        "This invoice is not corrected by this form: it is not in KSeF, or is a correction of several invoices at once. Mend what was not sent and send it again; correct the others in the program that they come from.";
    corrects: "To korekta faktury", "This is a correction of";
    corrects_note: "Następna korekta też dotyczy tamtej faktury i wychodzi od jej stanu po wszystkich dotychczasowych korektach.",
        "The next correction is of that invoice, too, and begins from its state after all corrections so far.";
    settlement_note: "Faktury rozliczającej nie koryguje się tu do zera, bo razem z nią wróciłaby zapłacona zaliczka. Gdy zły jest NIP nabywcy, najpierw skoryguj do zera zaliczkę, a rozliczenie skoryguj w programie, który prowadzi księgi.",
        "A settlement is not corrected to zero here, since the advance that was paid would go back with it. If the buyer's NIP is wrong, first correct the advance to zero, and the settlement in the program that keeps the books.";
    advance_note: "To faktura zaliczkowa: można ją skorygować albo rozliczyć fakturą końcową.",
        "This is an advance invoice: it can be corrected, or settled by the final invoice.";
    settle: "Rozlicz zaliczkę", "Settle the advance";
    search: "Znajdź fakturę", "Find the invoice";
    search_hint: "numer, nabywca, NIP albo numer KSeF", "number, buyer, NIP or KSeF number";
    find: "Szukaj", "Search";
    none: "Nie znaleziono faktur", "No invoices were found";
    none_note: "Jeśli wystawiono ją poza bramką, wpisz jej dane obok.", "If it was issued elsewhere, give its data beside this.";
    number: "Numer", "Number";
    issued: "Data wystawienia", "Issued";
    buyer: "Nabywca", "Buyer";
    gross: "Brutto", "Gross";
    state: "Stan", "State";
    elsewhere: "Faktura spoza bramki", "An invoice from elsewhere";
    elsewhere_note: "Wystawiona w innym programie albo przed KSeF. Jeżeli bramka pobrała ją z KSeF, korektę z jej danymi zaczyna się na jej stronie: Zakupy, zakładka „Sprzedaż spoza bramki”.",
        "Issued by another program, or before KSeF. If the gateway fetched it from KSeF, a correction with its data begins on its page: Purchases, the tab “Sales made elsewhere”.";
    elsewhere_begin: "Wpisz jej dane", "Give its data";
    discount: "Rabat za okres", "A discount on a period";
    discount_note: "Jedna korekta do wszystkich faktur dla nabywcy z podanego czasu, które mają numer KSeF.",
        "One correction of all invoices to a buyer within a time that have a KSeF number.";
    discount_buyer: "NIP nabywcy", "The buyer's NIP";
    from: "Wystawione od", "Issued from";
    to: "Wystawione do", "Issued to";
    discount_begin: "Przygotuj korektę", "Prepare the correction";
} }
