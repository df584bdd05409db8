//! Words of the page on which a correction begins.

super::words! { CorrectWords {
    heading: "Korekta faktury", "Correct an invoice";
    other: "Inna faktura", "Another invoice";
    what: "Co jest do poprawienia?", "What is to be put right?";
    zero: "Zły NIP nabywcy", "The buyer's NIP is wrong";
    zero_note: "NIP nie poprawia się zwykłą korektą: powstanie korekta do zera na dotychczasowego nabywcę, a po niej nowa faktura na właściwego. Obie będą przygotowane.",
        "A NIP is not put right by a plain correction: there will be a correction to zero to the buyer as it is, and then a new invoice to the right one. Both are prepared.";
    lines: "Zwrot, rabat, błędna ilość lub cena", "A return, a discount, a wrong quantity or price";
    lines_note: "Pozycje przed zmianą i po niej; bramka policzy różnicę.", "Lines before and after the change; the gateway computes the difference.";
    texts: "Nazwa, adres albo treść pozycji", "Name, address, or the text of a line";
    texts_note: "Kwoty zostają; dane sprzed zmiany bramka dołoży sama.", "Amounts stay; the gateway adds the data before by itself.";
    no_number_yet: "Ta faktura nie ma jeszcze numeru KSeF. Korektę można przygotować i zapisać jako szkic, a wystawić, gdy numer będzie.",
        "This invoice has no KSeF number yet. A correction can be prepared and saved as a draft, and issued once the number is there.";
    may_not: "Tej faktury nie koryguje się tym formularzem: nie ma jej w KSeF albo sama jest korektą lub zaliczką bez numeru. Niewysłaną popraw i wyślij jeszcze raz; pozostałe skoryguj w programie, z którego pochodzą.",
        "This invoice is not corrected by this form: it is not in KSeF, or is itself a correction, or an advance without a number. Mend what was not sent and send it again; correct the others in the program that they come from.";
    advance_note: "To faktura zaliczkowa. Tutaj można ją rozliczyć fakturą końcową; korektę zaliczki zrób w programie, z którego pochodzi.",
        "This is an advance invoice. It can be settled here by the final invoice; correct an advance in the program that it comes from.";
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
    elsewhere_note: "Wystawiona w innym programie albo przed KSeF.", "Issued by another program, or before KSeF.";
    elsewhere_begin: "Wpisz jej dane", "Give its data";
    discount: "Rabat za okres", "A discount on a period";
    discount_note: "Jedna korekta do wszystkich faktur dla nabywcy z podanego czasu, które mają numer KSeF.",
        "One correction of all invoices to a buyer within a time that have a KSeF number.";
    discount_buyer: "NIP nabywcy", "The buyer's NIP";
    from: "Wystawione od", "Issued from";
    to: "Wystawione do", "Issued to";
    discount_begin: "Przygotuj korektę", "Prepare the correction";
} }
