//! What the audit log tells, in words.

/// What was done, in words; `None` for what has none. The same is done over pages, over REST and on the command line: each says it
/// in its own way, so that the first that fits wins.
pub(super) fn action_words(action: &str) -> Option<(&'static str, &'static str)> {
    let path = action.replacen("/settings", "", 1);
    ACTIONS
        .iter()
        .find(|(fragments, ..)| fragments.iter().any(|fragment| path.ends_with(fragment)))
        .map(|(_, pl, en)| (*pl, *en))
}

/// How actions end, and what they are; the longer ends stand first.
const ACTIONS: &[(&[&str], &str, &str)] = &[
    (&["POST /login", "login"], "logowanie", "login"),
    (&["POST /logout"], "wylogowanie", "logout"),
    (&["POST /setup"], "pierwszy administrator", "the first administrator"),
    (&["/start"], "lista przed połączeniem z KSeF", "the list before connecting to KSeF"),
    (&["POST /account/password", "POST /me/password"], "zmiana własnego hasła", "own password changed"),
    (
        &["second-factor", "second-factor/confirm", "second-factor/remove"],
        "drugi składnik logowania",
        "second factor",
    ),
    (&["sessions/end", "DELETE /me/sessions/{id}"], "zakończenie logowania", "a login ended"),
    (&["POST /users", "user add"], "nowy użytkownik", "a new user"),
    (&["/users/{login}/roles", "user set roles"], "zmiana ról", "roles changed"),
    (
        &["/users/{login}/active", "user lock", "user unlock"],
        "włączenie albo wyłączenie logowania",
        "login switched on or off",
    ),
    (&["/users/{login}/password", "user set password"], "nowe hasło użytkownika", "a user's password reset"),
    (
        &["/users/{login}/remove", "DELETE /users/{login}", "user remove"],
        "usunięcie użytkownika",
        "a user removed",
    ),
    (&["PATCH /users/{login}"], "zmiana użytkownika", "a user changed"),
    (&["/api-keys/{id}/rotate", "api-key rotate"], "wymiana klucza API", "an API key exchanged"),
    (
        &["/api-keys/{id}/revoke", "/api-keys/{id}", "api-key revoke"],
        "unieważnienie klucza API",
        "an API key revoked",
    ),
    (&["/api-keys", "api-key create"], "nowy klucz API", "a new API key"),
    (&["/issue/preview"], "podgląd faktury", "a preview of an invoice"),
    (&["POST /companies/{company}/issue"], "formularz faktury", "the form of an invoice"),
    (&["/issue/drafts/{id}/remove"], "usunięcie szkicu faktury", "a draft of an invoice removed"),
    (
        &["/import/{id}"],
        "kolumny albo wczytanie tabeli faktur",
        "columns of a table of invoices told, or it was taken in",
    ),
    (&["/import"], "przesłanie tabeli faktur", "a table of invoices brought"),
    (&["/webhooks/{id}/test"], "komunikat próbny webhooka", "a webhook tried"),
    (&["/webhooks/{id}/rotate"], "nowy sekret webhooka", "a webhook's new secret"),
    (&["/webhooks/{id}/replay"], "ponowne wysłanie do webhooka", "sent to a webhook again"),
    (
        &["/webhooks/{id}/remove", "DELETE /companies/{company}/webhooks/{id}"],
        "usunięcie webhooka",
        "a webhook removed",
    ),
    (&["/webhooks/{id}"], "zmiana webhooka", "a webhook changed"),
    (&["/webhooks"], "nowy webhook", "a new webhook"),
    (
        &["/notices/remove", "/mail-subscriptions/{id}"],
        "usunięcie powiadomień e-mail",
        "e-mail notices removed",
    ),
    (&["/notices/test", "/letters/test"], "list próbny", "a test letter"),
    (&["/notices/resend", "/letters/{id}/resend"], "ponowne wysłanie listu", "a letter sent again"),
    (&["/notices", "/mail-subscriptions"], "powiadomienia e-mail", "e-mail notices"),
    (&["POST /help"], "ocena pomocy", "an answer about the help"),
    (&["/audit/verify"], "sprawdzenie dziennika", "the log verified"),
    (&["POST /companies/{company}/name"], "nazwa firmy", "name of the company"),
    (&["/sending"], "ustawienia wysyłania", "settings of sending"),
    (&["/receiving"], "ustawienia pobierania zakupów", "settings of fetching"),
    (
        &["/series/resume", "/series/{name}/resume"],
        "wznowienie serii numerów po odtworzeniu kopii",
        "a number series goes on after a restore",
    ),
    (&["/series", "/series/{name}"], "seria numerów", "a number series"),
    (&["/connection/test", "/test-connection"], "test połączenia z KSeF", "the connection to KSeF tested"),
    (
        &["/connection/apply", "/connection/follow"],
        "wniosek o certyfikat",
        "an application for a certificate",
    ),
    (&["/connection/renew"], "odnowienie certyfikatu", "a certificate renewed"),
    (&["/connection/revoke"], "unieważnienie certyfikatu w KSeF", "a certificate revoked in KSeF"),
    (
        &["/connection/login"],
        "wybór certyfikatu albo tokena do logowania",
        "certificate or token to log in with",
    ),
    (&["/connection/disconnect"], "odłączenie firmy", "a company disconnected"),
    (&["/connection/forget"], "zapomnienie poświadczenia", "a credential forgotten"),
    (&["/connection"], "nowe poświadczenie", "a new credential"),
    (
        &["/simulator/purchases", "/simulator/trouble", "/simulator/recover", "/simulator/clock"],
        "symulator",
        "the simulator",
    ),
    (&["POST /connect"], "połączenie firmy", "a company connected"),
    (&["/synchronize"], "pobranie zakupów", "purchases fetched"),
    (&["/purchases/mark"], "oznaczenie zakupów", "purchases marked"),
    (
        &["/companies/{company}/purchases/copies"],
        "sprawdzenie kopii zakupu",
        "a copy of a purchase looked for",
    ),
    (&["/purchases/enter"], "dokument wprowadzony ręcznie", "a document entered by hand"),
    (&["/state"], "stan zakupu", "a purchase's state"),
    (&["/note"], "notatka do zakupu", "a note on a purchase"),
    (&["/scan"], "skan zakupu", "a purchase's scan"),
    (&["/payments"], "płatności za zakupy", "payments of purchases"),
    (&["/acknowledge"], "potwierdzenie odczytu zmian", "changes acknowledged"),
    (&["/assignment"], "przypisanie zakupu", "a purchase assigned"),
    (&["/comments"], "komentarz do zakupu", "a comment on a purchase"),
    (&["/approval"], "akceptacja albo odrzucenie zakupu", "a purchase approved or rejected"),
    (&["/rights/person", "/rights/entity"], "nadanie uprawnienia w KSeF", "a right granted in KSeF"),
    (&["/rights/revoke"], "odebranie uprawnienia w KSeF", "a right taken back in KSeF"),
    (&["/routing/units", "/routing/units/remove"], "jednostka", "a unit"),
    (&["/routing/views"], "widoki zakupów użytkowników", "users' views of purchases"),
    (&["/buyers"], "wysyłanie faktur do nabywców", "letters to buyers"),
    (&["/buyers/address", "/buyers/remove"], "adres nabywcy", "a buyer's address"),
    (&["/routing/apply"], "ponowne przypisanie zakupów", "purchases assigned anew"),
    (&["/routing"], "reguły przypisywania zakupów", "rules of assigning purchases"),
    (&["/units/{unit}"], "jednostka", "a unit"),
    (&["/views/{login}"], "widok zakupów użytkownika", "a user's view of purchases"),
    (&["/ksef1/invoices/{number}"], "faktura z KSeF 1.0", "an invoice of KSeF 1.0"),
    (&["/ksef1/upos"], "UPO z KSeF 1.0", "a UPO of KSeF 1.0"),
    (&["/retention"], "czas przechowywania dokumentów", "how long documents are kept"),
    (
        &["/legal-holds", "/retention/holds"],
        "blokada usuwania dokumentów",
        "documents held back from erasing",
    ),
    (&["/legal-holds/{id}", "/retention/holds/lift"], "zdjęcie blokady usuwania", "a legal hold lifted"),
    (&["document.erase"], "usunięcie dokumentu po upływie czasu", "a document erased after its time"),
    (&["/buyer-mail/texts/{purpose}/{language}"], "treść listów do nabywców", "what letters to buyers say"),
    (&["/buyer-mail"], "wysyłanie faktur do nabywców", "letters to buyers"),
    (&["/buyer-addresses", "/buyer-addresses/{buyer}"], "adres nabywcy", "a buyer's address"),
    (&["/invoices/{id}/letters"], "wysłanie faktury do nabywcy", "an invoice sent to its buyer"),
    (&["/reconciliations"], "uzgodnienie z KSeF", "reconciliation with KSeF"),
    (&["/collective-identifiers"], "identyfikator zbiorczy", "a collective identifier"),
    (&["/decide", "/release"], "decyzja o fakturach", "a decision about invoices"),
    (&["/approve"], "zatwierdzenie faktury", "an invoice approved"),
    (&["/hold"], "wstrzymanie faktury", "an invoice held"),
    (&["/withdraw"], "wycofanie faktury", "an invoice withdrawn"),
    (&["/invoices/{id}/send"], "wysłanie faktury", "an invoice sent"),
    (&["/offline"], "wystawienie offline", "issued offline"),
    (&["/policy"], "zasada wysyłania faktury", "an invoice's policy"),
    (&["/invoices/{id}/resend"], "ponowne wysłanie faktury", "an invoice sent again"),
    (&["/technical-correction"], "korekta techniczna", "a technical correction"),
];

#[cfg(test)]
mod tests {
    use super::*;

    /// Whatever changes something and is told in the log is told in words, and not as a path.
    #[test]
    fn every_action_of_the_log_has_words() {
        for route in crate::router::routes() {
            let path = route.path.strip_prefix(gateway_api::BASE_PATH).unwrap_or(route.path);
            let is_told = route.method != "GET" && !path.ends_with("/invoices") && !path.ends_with("/send");
            let action = format!("{} {path}", route.method);
            assert!(
                !is_told || ENTERED.contains(&action.as_str()) || action_words(&action).is_some(),
                "{action}"
            );
        }
        let check = |action: &str, expected: &str| {
            assert_eq!(action_words(action).map(|words| words.1), Some(expected), "{action}");
        };
        check("POST /settings/users", "a new user");
        check("POST /users", "a new user");
        check("user add", "a new user");
        check("POST /companies/{company}/settings/api-keys/{id}/rotate", "an API key exchanged");
        check("DELETE /companies/{company}/api-keys/{id}", "an API key revoked");
        check("PUT /companies/{company}/sending", "settings of sending");
        assert_eq!(action_words("something else"), None);
    }

    /// What has its own words nowhere.
    const ENTERED: [&str; 2] =
        ["POST /companies/{company}/purchases", "POST /companies/{company}/purchases/copies"];
}
