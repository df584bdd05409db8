//! Words of the panel of a simulator.

super::words! { SimulatorWords {
    heading: "Symulator KSeF", "KSeF simulator";
    intro: "Tu sprawdzisz bez ryzyka, co bramka robi w złe dni. Nic z tego nie dotyczy prawdziwego KSeF.",
        "Here you find out, at no risk, what the gateway does on bad days. None of it concerns the real KSeF.";
    not_there: "Symulator nie odpowiada na swoim porcie sterującym. Sprawdź, czy działa, i odśwież stronę.",
        "The simulator does not answer on its control port. See whether it runs, and reload the page.";
    next: "Co bramka robi teraz", "What the gateway does now";
    purchases: "Zakupy", "Purchases";
    purchases_note: "Symulator wystawi Twojej firmie przykładowe faktury; bramka od razu po nie sięgnie.",
        "The simulator issues sample invoices to your company; the gateway fetches them at once.";
    receive_one: "Odbierz fakturę", "Receive an invoice";
    receive_ten: "Odbierz dziesięć", "Receive ten";
    trouble: "Kłopoty", "Trouble";
    has_trouble: "KSeF ma kłopoty, które tu wywołano.", "KSeF has trouble that was made here.";
    begin: "Zepsuj", "Make trouble";
    end: "Przywróć KSeF do działania", "Let KSeF come back";
    clock: "Zegar", "Clock";
    now: "Symulator ma teraz", "The simulator's time is";
    is_stopped: "zegar stoi", "the clock is stopped";
    clock_note: "Zegar idzie tylko naprzód: wystawione faktury zostają w swoim dniu.", "The clock goes forward only: invoices stay in their day.";
    move_to: "Przesuń", "Move";
} }
