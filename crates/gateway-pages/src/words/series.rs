//! Words of the page of number series.

super::words! { SeriesWords {
    heading: "Numeracja faktur", "Invoice numbering";
    intro: "Seria nadaje numery fakturom, które przychodzą bez numeru: po kolei, bez luk i nigdy dwa razy. Zmiana wzoru dotyczy następnych numerów; liczenie idzie dalej.",
        "A series gives numbers to invoices that come without one: in order, without gaps and never twice. A changed template holds for the next numbers; counting goes on.";
    none: "Nie ma jeszcze żadnej serii. Numery nadaje program, który wystawia faktury.", "There is no series yet. Whatever makes the invoices gives the numbers.";
    series: "Serie", "Series";
    name: "Nazwa", "Name";
    name_hint: "Tak nazywa ją program, który prosi o numer; nie da się jej potem zmienić.", "Programs ask for numbers by it; it cannot be changed later.";
    template: "Wzór numeru", "Template of the number";
    template_hint: "Na przykład FV/{year}/{month}/{number:4}. Można użyć {year}, {year:2}, {month}, {number}, {number:4}, {unit} i {kind}.",
        "Such as FV/{year}/{month}/{number:4}. There are {year}, {year:2}, {month}, {number}, {number:4}, {unit} and {kind}.";
    reset: "Liczenie od nowa", "Counting begins anew";
    unit: "Co wpisać za {unit}", "What stands for {unit}";
    kind: "Co wpisać za {kind}", "What stands for {kind}";
    last: "Ostatni numer", "Last number";
    last_none: "jeszcze żaden", "none yet";
    gaps: "Numery nadane, których nie ma żadna faktura", "Numbers given out that no invoice has";
    held: "Wstrzymana: bazę odtworzono z kopii", "Held: the database was restored from a backup";
    held_note: "Numerów nadanych po wykonaniu kopii tu nie ma. Sprawdź ostatnią wystawioną fakturę tej serii, także wydrukowaną albo wysłaną do nabywcy offline, i podaj jej numer kolejny; następna dostanie kolejny po nim. Podpowiedziany jest najwyższy znany tutaj i w KSeF.",
        "Numbers that were given after the backup are not here. Look at the last invoice of this series that was issued, printed or handed over offline too, and give its running number; the next one gets the number after it. Suggested is the highest that is known here and in KSeF.";
    held_last: "Ostatni użyty numer", "The last number used";
    resume: "Wznów serię", "Let the series go on";
    change: "Zmień", "Change";
    save: "Zapisz", "Save";
    add_heading: "Nowa seria", "A new series";
    add: "Utwórz serię", "Make the series";
} }
