//! Words of the page about one's own login.

super::words! { AccountWords {
    heading: "Konto", "Account";
    change_password: "Zmiana hasła", "Change the password";
    old_password: "Obecne hasło", "Present password";
    new_password: "Nowe hasło", "New password";
    new_password_hint: "Co najmniej 12 znaków; może być kilka zwykłych słów.",
        "12 characters or more; a few plain words will do.";
    change_note: "Zmiana hasła kończy wszystkie inne logowania.", "Changing the password ends all other logins.";
    change: "Zmień hasło", "Change the password";
    second_factor: "Drugi składnik logowania", "Second factor";
    factor_on: "Włączony: przy logowaniu potrzebny jest kod z aplikacji.", "On: a code of the app is needed to log in.";
    factor_off: "Wyłączony. Z kodem z aplikacji w telefonie samo hasło nie wystarczy nikomu obcemu.",
        "Off. With a code from an app on your phone, the password alone is of no use to a stranger.";
    factor_begin: "Włącz", "Switch on";
    factor_remove: "Wyłącz", "Switch off";
    factor_waits: "Aplikacja ma już klucz. Podaj jej kod i hasło jeszcze raz.", "The app has the key already. Give its code and the password once more.";
    factor_scan: "Zeskanuj kod aplikacją (na przykład Aegis, FreeOTP, Google Authenticator) albo przepisz klucz.",
        "Scan the code with an app (Aegis, FreeOTP, Google Authenticator), or copy the key.";
    factor_key: "Klucz", "Key";
    factor_code: "Kod z aplikacji", "Code of the app";
    factor_confirm: "Potwierdź i włącz", "Confirm and switch on";
    factor_image: "Kod QR z kluczem", "QR code with the key";
    recovery_codes: "Kody zapasowe", "Recovery codes";
    recovery_note: "Każdy działa raz, gdy nie ma telefonu. Zapisz je teraz: drugi raz nie zostaną pokazane.",
        "Each works once, when the phone is not there. Write them down now: they are not shown again.";
    sessions: "Twoje logowania", "Where you are logged in";
    this_session: "to logowanie", "this login";
    since: "Od", "Since";
    seen: "Ostatnio", "Last seen";
    address: "Adres", "Address";
    agent: "Program", "Program";
    end_session: "Zakończ", "End";
    confirm_password: "Hasło", "Password";
} }
