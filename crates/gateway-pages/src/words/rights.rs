//! Words of the page of a company's rights in KSeF.

super::words! { RightsWords {
    heading: "Uprawnienia w KSeF", "Rights in KSeF";
    intro: "Kto może działać w imieniu tej firmy w KSeF. Lista jest w KSeF, nie w bramce: każde odczytanie to kilka zapytań.",
        "Who may act for this company in KSeF. The list is kept in KSeF and not here: each reading takes a few requests.";
    read: "Odczytaj z KSeF", "Read from KSeF";
    own: "Co może bramka", "What the gateway may do";
    own_owner: "właściciel: wszystko", "owner: everything";
    persons: "Osoby i firmy z uprawnieniami", "People and firms with rights";
    persons_none: "Nikomu nie nadano uprawnień.", "Nobody was granted anything.";
    authorizations: "Uprawnienia podmiotów do działania za firmę", "Firms that act in the company's name";
    authorizations_none: "Żadna firma nie działa za tę firmę (samofakturowanie, faktury RR, przedstawiciel podatkowy).",
        "No firm acts in this one's name (self-billing, RR invoices, tax representative).";
    is_cut: "Pokazano pierwszych sto. Wszystkie: bramka permission list.", "The first hundred are shown. All of them: bramka permission list.";
    since: "od", "since";
    passes_on: "może przekazać dalej", "may pass it on";
    inactive: "nie działa", "does not work";
    revoke: "Odbierz", "Take back";
    revoke_sure: "Odebrać uprawnienie w KSeF?", "Take the right back in KSeF?";
    revoke_note: "Działa to od razu. Można je nadać ponownie.", "It holds at once. It can be granted again.";
    grant: "Nadaj", "Grant";
    grant_person: "Nadaj osobie", "Grant to a person";
    grant_person_note: "Identyfikator dokładnie ten, który jest w jej certyfikacie: PESEL, jeśli ma PESEL; NIP, jeśli NIP.",
        "Exactly the identifier in her certificate: PESEL if it has a PESEL, NIP if it has a NIP.";
    identifier: "PESEL albo NIP osoby", "The person's PESEL or NIP";
    first_name: "Imię", "First name";
    last_name: "Nazwisko", "Last name";
    permissions: "Uprawnienia", "Rights";
    grant_entity: "Nadaj biuru rachunkowemu albo innej firmie", "Grant to an accounting office or another firm";
    entity_nip: "NIP firmy", "The firm's NIP";
    entity_name: "Nazwa firmy", "The firm's name";
    may_pass_on: "Może przekazać swoim pracownikom", "May pass it on to its staff";
    no_login: "Ta firma nie ma tu poświadczenia, którym można się zalogować.", "This company has no credential here to log in with.";
} }
