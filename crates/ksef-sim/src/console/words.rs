//! The words of the console, in Polish and English.

use axum::http::HeaderMap;
use axum::http::header::ACCEPT_LANGUAGE;

/// The language of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Language {
    Pl,
    En,
}

impl Language {
    /// The one that was asked for, else the browser's if it is English, else Polish.
    pub(crate) fn of(asked: Option<&str>, headers: &HeaderMap) -> Self {
        match asked {
            Some("pl") => Self::Pl,
            Some("en") => Self::En,
            _ => {
                let wish =
                    headers.get(ACCEPT_LANGUAGE).and_then(|wish| wish.to_str().ok()).unwrap_or_default();
                let first = wish.split([',', ';']).next().unwrap_or_default().trim();
                if first.is_empty() || first.starts_with("pl") { Self::Pl } else { Self::En }
            }
        }
    }

    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::Pl => "pl",
            Self::En => "en",
        }
    }

    pub(crate) const fn pick(self, pl: &'static str, en: &'static str) -> &'static str {
        match self {
            Self::Pl => pl,
            Self::En => en,
        }
    }
}

/// Defines the texts: field, Polish, English.
macro_rules! texts {
    ($( $field:ident: $pl:literal, $en:literal; )+) => {
        #[derive(Clone, Copy)]
        pub(crate) struct Texts { $( pub(crate) $field: &'static str, )+ }
        impl Texts {
            pub(crate) const fn of(language: Language) -> Self {
                match language {
                    Language::Pl => Self { $( $field: $pl, )+ },
                    Language::En => Self { $( $field: $en, )+ },
                }
            }
        }
    };
}

pub(crate) use texts;

texts! {
    code: "pl", "en";
    other_code: "en", "pl";
    other_language: "English", "Polski";
    title: "Symulator KSeF", "KSeF simulator";
    not_real: "To jest symulator. Nic tutaj nie trafia do prawdziwego KSeF.", "This is a simulator. Nothing here reaches the real KSeF.";
    api: "API KSeF", "KSeF API";
    profile: "Profil", "Profile";
    limits: "Limity", "Limits";
    limits_on: "produkcyjne", "production";
    limits_off: "wyłączone", "off";
    seed: "Ziarno", "Seed";
    clock: "Zegar", "Clock";
    running: "chodzi", "running";
    stopped: "stoi", "stopped";
    stop: "Zatrzymaj", "Stop";
    run: "Puść", "Run";
    set: "Ustaw", "Set";
    minutes15: "+15 min", "+15 min";
    hours12: "+12 h", "+12 h";
    day: "+1 dzień", "+1 day";
    week: "+7 dni", "+7 days";
    year: "+1 rok", "+1 year";
    requests: "Żądania", "Requests";
    sessions: "Sesje", "Sessions";
    invoices: "Faktury", "Invoices";
    waiting: "Czekające na 150", "Waiting at 150";
    open: "otwarte", "open";
    faults: "Usterki", "Faults";
    no_faults: "Żadna usterka nie jest ustawiona: KSeF działa poprawnie.", "No fault is set: KSeF works as it should.";
    add_fault: "Dodaj usterkę", "Add a fault";
    what: "Co się psuje", "What goes wrong";
    own_json: "albo własna (JSON)", "or your own (JSON)";
    target: "Gdzie", "Where";
    how_often: "Ile razy", "How often";
    chance: "Prawdopodobieństwo", "Probability";
    always: "zawsze", "always";
    when: "Kiedy", "When";
    hits: "Zdarzyło się", "Happened";
    remove: "Usuń", "Remove";
    remove_all: "Usuń wszystkie", "Remove all";
    add: "Dodaj", "Add";
    stall: "Wstrzymaj przetwarzanie", "Stop processing";
    release: "Wznów przetwarzanie", "Resume processing";
    stalled: "Przetwarzanie wstrzymane", "Processing is stopped";
    scenarios: "Scenariusze", "Scenarios";
    company_nip: "NIP firmy", "NIP of the company";
    inbox: "Skrzynka odbiorcza", "Inbox";
    fill: "Dodaj faktury zakupu", "Add purchase invoices";
    ordinary: "zwykłe", "ordinary";
    ugly: "brzydkie", "ugly";
    ksef_1: "z KSeF 1.0", "of KSeF 1.0";
    count: "Liczba", "Count";
    companies: "Firmy", "Companies";
    no_companies: "Nikt jeszcze nie otworzył sesji.", "Nobody has opened a session yet.";
    context: "Kontekst", "Context";
    sent: "Wysłane", "Sent";
    reference: "Numer referencyjny", "Reference number";
    opened: "Otwarto", "Opened";
    status: "Status", "Status";
    kind: "Rodzaj", "Kind";
    online: "interaktywna", "online";
    batch: "wsadowa", "batch";
    number: "Numer", "Number";
    ksef_number: "Numer KSeF", "KSeF number";
    seller: "Sprzedawca", "Seller";
    buyer: "Nabywca", "Buyer";
    gross: "Brutto", "Gross";
    sends: "Wysłano razy", "Times sent";
    no_sessions: "Nie ma jeszcze sesji.", "There are no sessions yet.";
    no_invoices: "Nie ma jeszcze faktur.", "There are no invoices yet.";
    no_requests: "Nie było jeszcze żądań.", "There were no requests yet.";
    time: "Czas", "Time";
    request: "Żądanie", "Request";
    operation: "Operacja", "Operation";
    fault: "Usterka", "Fault";
    no_answer: "bez odpowiedzi", "no answer";
    snapshots: "Migawki", "Snapshots";
    take: "Zapamiętaj", "Take";
    restore: "Przywróć", "Restore";
    reset: "Zacznij od nowa", "Start anew";
    name: "Nazwa", "Name";
    failed: "Nie udało się", "That did not work";
    back: "Wróć", "Back";
    document: "Opis API sterującego", "Document of the control API";
}
