//! The words of the verification pages, in Polish and English.

use crate::console::{Language, texts};

texts! {
    code: "pl", "en";
    other_code: "en", "pl";
    other_language: "English", "Polski";
    title: "Weryfikacja faktury – symulator KSeF", "Verification of an invoice – KSeF simulator";
    not_real: "To jest symulator, a nie Krajowy System e-Faktur. Wynik nie ma znaczenia prawnego.", "This is a simulator, not the National e-Invoice System. The result has no legal meaning.";
    found: "Faktura znajduje się w KSeF", "The invoice is in KSeF";
    found_sentence: "Skrót dokumentu zgadza się z fakturą przyjętą przez symulator.", "The hash is that of an invoice that the simulator took.";
    corrected_sentence: "Ta faktura została zastąpiona korektą techniczną; poniżej są jej dane.", "A technical correction took this invoice's place; below are its data.";
    not_found: "Faktura nie została znaleziona", "The invoice was not found";
    not_found_sentence: "Nie ma faktury tego sprzedawcy z tą datą wystawienia (P_1) i tym skrótem. Jeżeli wystawiono ją w trybie offline, mogła jeszcze nie zostać przesłana.", "There is no invoice of this seller with this date of issue (P_1) and this hash. If it was issued offline, it may not have been sent yet.";
    bad_code: "Nieprawidłowy kod", "The code is wrong";
    bad_code_sentence: "Adres nie ma postaci opisanej w dokumentacji KSeF.", "The address does not have the form that KSeF's guide describes.";
    ksef_number: "Numer KSeF", "KSeF number";
    seller_nip: "NIP sprzedawcy", "Seller's NIP";
    seller: "Sprzedawca", "Seller";
    issued: "Data wystawienia", "Date of issue";
    accepted: "Data przyjęcia", "Taken at";
    form: "Struktura", "Form";
    download: "Pobierz XML", "Download the XML";
    download_hint: "Podaj dane, które zna posiadacz faktury.", "Enter what the holder of the invoice knows.";
    invoice_number: "Numer faktury", "Invoice number";
    buyer: "Identyfikator nabywcy (puste, jeśli brak)", "Buyer's identifier (empty if none)";
    gross: "Kwota należności", "Amount due";
    not_given: "Nie można pobrać faktury", "The invoice cannot be downloaded";
    not_given_sentence: "Podane dane nie pasują do żadnej faktury.", "What was said fits no invoice.";
    certificate_good: "Certyfikat wystawcy jest prawidłowy", "The issuer's certificate is good";
    certificate_good_sentence: "Sprawdzono certyfikat i podpis adresu według stanu na teraz, nie treść faktury.", "The certificate and the signature of the address were checked as of now, not what the invoice says.";
    certificate_bad: "Nie potwierdzono wystawcy", "The issuer is not confirmed";
    certificate_bad_sentence: "Co najmniej jedno sprawdzenie się nie powiodło. Sprawdzany jest stan na teraz.", "At least one check failed. What is checked is how things are now.";
    serial: "Numer seryjny certyfikatu", "Serial number of the certificate";
    context: "Kontekst", "Context";
    check_registered: "Certyfikat jest w rejestrze certyfikatów KSeF", "The certificate is in KSeF's register";
    check_offline: "Certyfikat jest typu Offline", "The certificate is of type Offline";
    check_active: "Certyfikat jest ważny, nieodwołany i niezablokowany", "The certificate is valid, not revoked and not blocked";
    check_signature: "Podpis adresu jest prawidłowy", "The signature of the address holds";
    check_rights: "Posiadacz certyfikatu może wystawiać faktury w imieniu sprzedawcy", "The certificate's owner may issue invoices for the seller";
    yes: "tak", "yes";
    no: "nie", "no";
}
