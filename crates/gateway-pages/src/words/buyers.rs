//! Words of letters to buyers: the rule, the address book, and the card of an invoice.

super::words! { BuyerWords {
    heading: "Faktury do nabywców e-mailem", "Invoices to buyers by e-mail";
    intro: "Nabywca w KSeF dostaje fakturę w KSeF. E-mailem wysyła się wygodną kopię, a nabywcom poza KSeF dokument, który muszą dostać inaczej.",
        "A buyer in KSeF gets the invoice in KSeF. By e-mail goes a convenient copy, and to buyers outside KSeF the document that they must be given otherwise.";
    mail_off: "Bramka nie ma serwera poczty: ustawia się go w konfiguracji ([mail]).", "The gateway has no mail server: it is set in the configuration ([mail]).";
    rule: "Wysyłka automatyczna", "Automatic sending";
    rule_note: "Po nadaniu numeru KSeF. To, co wysłano wcześniej, nie idzie drugi raz.", "Once there is a KSeF number. What was sent before does not go again.";
    to_listed: "Nabywcom z książki adresowej", "To buyers in the address book";
    to_outside: "Nabywcom bez polskiego NIP, na adres podany na fakturze", "To buyers without a Polish NIP, at the address on the invoice";
    language: "Język listu i dokumentów", "Language of the letter and the documents";
    save: "Zapisz", "Save";
    addresses: "Książka adresowa", "Address book";
    addresses_none: "Książka adresowa jest pusta.", "The address book is empty.";
    buyer: "Nabywca: NIP albo inny identyfikator z faktury", "Buyer: NIP, or another identifier on the invoice";
    address: "Adres e-mail", "E-mail address";
    add: "Zapisz adres", "Save the address";
    add_heading: "Nowy albo zmieniony adres", "A new or changed address";
    remove: "Usuń", "Remove";
    remove_sure: "Usunąć adres nabywcy?", "Remove the buyer's address?";
    remove_note: "Nic więcej nie zostanie mu wysłane automatycznie.", "Nothing more is sent to him by itself.";
    card: "Wyślij nabywcy", "Send to the buyer";
    card_note: "Puste: adres z książki adresowej, a bez niego adres z faktury.", "Empty: the address in the address book, or else the one on the invoice.";
    send: "Wyślij e-mailem", "Send by e-mail";
    log: "Wysłane nabywcy", "Sent to the buyer";
} }
