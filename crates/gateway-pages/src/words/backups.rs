//! Words of the page about backups.

super::words! { BackupWords {
    heading: "Kopie zapasowe", "Backups";
    intro: "Kopię robi polecenie bramka backup, także w czasie pracy bramki; zaraz po zapisaniu czyta ją całą i sprawdza. Tu widać, co zrobiono na tej maszynie.",
        "bramka backup makes one, while the gateway works as well; once written it is read as a whole and verified. This shows what was done on this machine.";
    last: "Ostatnia kopia", "Last backup";
    last_none: "Na tej maszynie nie zrobiono jeszcze żadnej kopii.", "No backup was made on this machine yet.";
    verified: "Ostatnie sprawdzenie archiwum", "Archive verified last";
    verified_none: "Archiwum nie było jeszcze sprawdzane poleceniem bramka archive verify.", "The archive was not yet verified with bramka archive verify.";
    how: "Jak zrobić kopię", "How to make one";
    how_note: "Plik jest zaszyfrowany hasłem albo kluczem. Trzymaj go na innej maszynie, a hasło i klucz główny sejfu jeszcze gdzie indziej.",
        "The file is sealed with a passphrase or a key. Keep it on another machine, and the passphrase and the vault's master key elsewhere again.";
    regularly: "Uruchamiaj je co noc (cron albo timer systemd). KSeF przechowuje dokumenty dziesięć lat, ale historia, UPO i ustawienia są tylko tutaj.",
        "Run it each night (cron or a systemd timer). KSeF keeps documents for ten years; history, UPOs and settings are here alone.";
    log: "Co zrobiono", "What was done";
    when: "Kiedy", "When";
    what: "Co", "What";
    result: "Wynik", "Result";
    file: "Plik", "File";
    documents: "Dokumenty", "Documents";
    size: "Rozmiar", "Size";
} }
