//! Words of the pages about webhooks.

super::words! { WebhookWords {
    heading: "Webhooki", "Webhooks";
    intro: "Bramka sama mówi Twoim programom, co się stało: wysyła podpisane komunikaty pod podany adres, aż zostaną przyjęte.",
        "The gateway tells your programs what happens: it sends signed messages to an address until they are taken.";
    name: "Nazwa", "Name";
    url: "Adres", "Address";
    url_hint: "Zaczyna się od https://. Do sieci prywatnej tylko, gdy zezwolił na to operator.",
        "Begins with https://. Into a private network only where the operator allowed it.";
    events: "Zdarzenia", "Events";
    events_hint: "Nic nie zaznaczono: wszystkie, także te, które dojdą w nowych wersjach.", "Nothing ticked: all of them, also those that later versions bring.";
    state: "Stan", "State";
    waiting: "Czeka", "Waiting";
    made: "Utworzony", "Made";
    none: "Nie ma jeszcze webhooków.", "There are no webhooks yet.";
    add_heading: "Dodaj webhook", "Add a webhook";
    add: "Dodaj", "Add";
    back: "Wszystkie webhooki", "All webhooks";
    secret: "Sekret do sprawdzania podpisu", "Secret for checking the signature";
    secret_once: "Skopiuj go teraz do programu, który odbiera komunikaty: drugi raz nie zostanie pokazany.",
        "Copy it now into the program that takes the messages: it is not shown again.";
    change_heading: "Zmień", "Change";
    is_active: "Wysyłaj komunikaty", "Send messages";
    is_active_note: "Wyłączony nie dostaje nic; to, co ominął, można potem wysłać ponownie.",
        "While it is off it gets nothing; what it missed can be sent again later.";
    save: "Zapisz", "Save";
    actions: "Działania", "Actions";
    test: "Wyślij komunikat próbny", "Send a test message";
    rotate: "Nowy sekret", "A new secret";
    rotate_sure: "Utworzyć nowy sekret?", "Make a new secret?";
    rotate_note: "Następne komunikaty podpisze już nowy; program musi go dostać, zanim je sprawdzi.",
        "The next messages are signed with the new one; the program must have it before it checks them.";
    remove: "Usuń webhook", "Remove the webhook";
    remove_sure: "Usunąć webhook?", "Remove the webhook?";
    remove_note: "Razem z nim znika dziennik doręczeń. Nie można tego cofnąć; zamiast tego można go wyłączyć.",
        "The log of deliveries goes with it. This cannot be undone; it can be switched off instead.";
    log: "Dziennik doręczeń", "Log of deliveries";
    log_none: "Nic jeszcze nie wysłano.", "Nothing was sent yet.";
    event: "Zdarzenie", "Event";
    when: "Kiedy", "When";
    outcome: "Wynik", "Outcome";
    next: "Następna próba", "Next attempt";
    choose_all: "Zaznacz wszystkie", "Tick all";
    choose: "Zaznacz", "Tick";
    replay: "Wyślij zaznaczone ponownie", "Send those ticked again";
    replay_since: "Wyślij ponownie wszystko od", "Send everything again since";
    replay_since_note: "Także zdarzenia, których ten webhook nigdy nie dostał.", "Also events that this webhook never got.";
    replay_go: "Wyślij ponownie", "Send again";
} }
