//! Words of the pages before everything else.

super::words! { SignInWords {
    log_in: "Zaloguj się", "Log in";
    login_name: "Nazwa użytkownika", "User name";
    password: "Hasło", "Password";
    one_time_code: "Kod z aplikacji albo kod zapasowy", "Code of the app, or a recovery code";
    one_time_hint: "Sześć cyfr z aplikacji w telefonie. Bez telefonu użyj jednego z kodów zapasowych.",
        "Six digits from the app on your phone. Without the phone use one of your recovery codes.";
    lost_password: "Nowe hasło nada administrator bramki: w Ustawieniach, na stronie użytkownika, albo poleceniem bramka user set NAZWA --new-password.",
        "An administrator of the gateway gives a new one: in the settings, on the user's page, or by bramka user set NAME --new-password.";
    first_administrator: "Pierwszy administrator", "The first administrator";
    setup_note: "Bramka nie ma jeszcze użytkowników. Kod wypisała przy starcie komenda bramka serve.",
        "The gateway has no users yet. The command bramka serve printed the code when it started.";
    setup_code: "Kod z ekranu serwera", "Code from the server's screen";
    person_name: "Imię i nazwisko", "Name";
    new_password: "Hasło", "Password";
    new_password_hint: "Co najmniej 12 znaków; może być kilka zwykłych słów.",
        "12 characters or more; a few plain words will do.";
    make_administrator: "Utwórz administratora", "Make the administrator";
} }
