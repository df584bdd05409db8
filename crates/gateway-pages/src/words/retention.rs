//! Words of the page of how long documents are kept.

super::words! { RetentionWords {
    heading: "Przechowywanie dokumentów", "How long documents are kept";
    intro: "Faktury trzeba przechowywać co najmniej do końca okresu przedawnienia podatku, a KSeF trzyma je dziesięć lat. Bramka nie usuwa niczego, dopóki tego tutaj nie włączysz.",
        "Invoices have to be kept at least until the tax is time-barred, and KSeF keeps them for ten years. The gateway erases nothing unless it is switched on here.";
    rule: "Zasada", "The rule";
    years: "Pełne lata po roku wystawienia", "Full years after the year of issue";
    shorter: "Krócej niż dziesięć lat", "Less than ten years";
    shorter_note: "Od sześciu lat, i tylko świadomie: sam KSeF przechowuje faktury dziesięć lat.", "From six years on, and only on purpose: KSeF itself keeps invoices for ten.";
    is_on: "Usuwaj dokumenty, których czas minął", "Erase documents whose time is over";
    is_on_note: "Na zawsze: z bazy, z magazynu obiektów i z obserwowanego folderu. Kopie zapasowe i eksporty usuwasz sam.",
        "For ever: from the database, from the object store and from the watched folder. Backups and exports are yours to remove.";
    save: "Zapisz", "Save";
    state_on: "Usuwanie jest włączone.", "Erasing is switched on.";
    state_off: "Usuwanie jest wyłączone.", "Erasing is switched off.";
    before: "Zgodnie z zasadą dziś można usunąć to, co wystawiono przed dniem", "By the rule what may be erased today was issued before";
    objects_left: "Obiekty, których magazyn jeszcze nie usunął (ze wszystkich firm)", "Objects that the store has not removed yet (of all companies)";
    holds: "Wstrzymane przed usunięciem", "Held back from erasing";
    holds_note: "Kontrola, spór, postępowanie: to, czego dotyczy blokada, zostaje, choćby jego czas minął.", "An audit, a dispute, proceedings: what a hold is about stays, even when its time is over.";
    holds_none: "Niczego nie wstrzymano.", "Nothing is held back.";
    placed: "Wstrzymano", "Placed";
    lifted: "Zdjęto", "Lifted";
    lift: "Zdejmij", "Lift";
    lift_sure: "Zdjąć blokadę?", "Lift the hold?";
    lift_note: "Dokumenty, których czas minął i których nic innego nie wstrzymuje, zostaną usunięte, jeśli usuwanie jest włączone.",
        "Documents whose time is over and that nothing else holds back are erased, if erasing is switched on.";
    add_heading: "Wstrzymaj przed usunięciem", "Hold back from erasing";
    add_note: "Co najmniej jeden warunek; wszystkie podane muszą pasować.", "One condition at least; all that are given must fit.";
    document: "Numer KSeF albo numer faktury", "KSeF number or invoice number";
    party: "NIP sprzedawcy albo nabywcy", "NIP of the seller or of the buyer";
    from: "Wystawione od", "Issued from";
    until: "Wystawione do", "Issued until";
    reason: "Powód", "Reason";
    add: "Wstrzymaj", "Hold back";
    due: "Co zostałoby usunięte", "What would be erased";
    as_of: "Na dzień", "As of";
    show: "Pokaż", "Show";
    due_none: "Na ten dzień niczego.", "As of this day nothing.";
    issued: "Wystawiona", "Issued";
    kept_until: "Przechowywana do", "Kept until";
    erased: "zostanie usunięta", "will be erased";
    gone: "Co usunięto", "What was erased";
    gone_note: "Od ostatnich. Z dokumentu zostaje to, co tu widać, i skrót jego pliku; o każdym jest wpis w dzienniku.",
        "The last ones first. What stands here is left of a document, and the hash of its file; the audit log has an entry for each.";
    gone_none: "Niczego nie usunięto.", "Nothing was erased.";
    gone_on: "Usunięto", "Erased";
} }
