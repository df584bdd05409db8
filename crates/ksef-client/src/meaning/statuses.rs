//! Codes of statuses: of logins, sessions, invoices, exports, operations on permissions, applications for certificates.

use super::{
    ADMINISTRATOR, ANY, KSEF, Layer, Meaning, NOBODY, NOBODY_YET, OPERATOR, PROGRAM, PROGRAM_LATER, row,
};

const L: Layer = Layer::Login;
const O: Layer = Layer::OnlineSession;
const B: Layer = Layer::BatchSession;
const I: Layer = Layer::Invoice;
const E: Layer = Layer::Export;
const P: Layer = Layer::Permission;
const C: Layer = Layer::Certificate;

const SPEC: &str = "open-api 2.9.0";
const WAIT: [&str; 2] = ["Czekaj.", "Wait."];
const FINE: [&str; 2] = ["Nic nie trzeba robić.", "Nothing has to be done."];
const NEW_LOGIN: [&str; 2] = ["Program loguje się od nowa.", "The program logs in anew."];
const NEW_TOKEN: [&str; 2] = [
    "Utwórz w KSeF nowy token albo, lepiej, certyfikat, i dodaj go: bramka credential add.",
    "Make a new token in KSeF or, better, a certificate, and add it: bramka credential add.",
];
const NEW_CERTIFICATE: [&str; 2] =
    ["Wystąp o nowy certyfikat: bramka cert request.", "Apply for a new certificate: bramka cert request."];
const FRESH_KEYS: [&str; 2] = [
    "Program pobiera klucze publiczne na nowo i raz powtarza całość w nowej sesji.",
    "The program fetches the public keys anew and repeats everything once, in a new session.",
];
const CANCELLED: [&str; 2] = [
    "KSeF przerwał przetwarzanie z przyczyn wewnętrznych.",
    "KSeF stopped processing for reasons of its own.",
];
const UNKNOWN_ERROR: [&str; 2] = ["Nieznany błąd po stronie KSeF.", "An unknown error on KSeF's side."];
const REPEAT: [&str; 2] = ["Program ponawia później.", "The program repeats it later."];
const UNKNOWN_STATUS: [&str; 2] =
    ["KSeF podał status, którego ta wersja nie zna.", "KSeF gave a status that this version does not know."];
const READ_IT: [&str; 2] = [
    "Przeczytaj opis podany przez KSeF i sprawdź, czy jest nowsza wersja programu.",
    "Read KSeF's description and look for a newer version of the program.",
];

pub(super) const LOGIN: &[Meaning] = &[
    row(L, "100", NOBODY_YET, ["Logowanie trwa.", "The login is under way."], WAIT, SPEC),
    row(L, "200", NOBODY, ["Logowanie udane.", "The login succeeded."], FINE, SPEC),
    row(
        L,
        "415",
        ADMINISTRATOR,
        ["Logujący się nie ma żadnych uprawnień w tym kontekście.", "Who logs in has no permissions in this context."],
        [
            "Nadaj w KSeF uprawnienia osobie lub podmiotowi z certyfikatu (PESEL lub NIP), albo sprawdź, czy NIP firmy jest właściwy.",
            "Grant permissions in KSeF to the person or subject of the certificate (PESEL or NIP), or check that the company's NIP is right.",
        ],
        "open-api 2.9.0; field notes A10",
    ),
    row(L, "425", ADMINISTRATOR, ["To logowanie zostało unieważnione przez użytkownika.", "A user has revoked this login."], NEW_LOGIN, SPEC),
    row(L, "450", ADMINISTRATOR, ["KSeF nie przyjął tokenu.", "KSeF did not accept the token."], NEW_TOKEN, SPEC),
    row(
        L,
        "450",
        PROGRAM_LATER,
        ["Wyzwanie autoryzacyjne było nieprawidłowe lub wygasło.", "The challenge was wrong or had expired."],
        NEW_LOGIN,
        SPEC,
    )
    .because("challenge", "Nieprawidłowe wyzwanie autoryzacyjne"),
    row(
        L,
        "450",
        ADMINISTRATOR,
        ["KSeF nie zna tego tokenu: jest z innego środowiska, z KSeF 1.0 albo niepełny.", "KSeF does not know this token: it is another environment's, KSeF 1.0's, or incomplete."],
        NEW_TOKEN,
        "open-api 2.9.0; field notes A9",
    )
    .because("invalidToken", "Nieprawidłowy token"),
    row(
        L,
        "450",
        PROGRAM_LATER,
        ["Czas podany z tokenem nie zgadza się z czasem wyzwania.", "The time given with the token is not that of the challenge."],
        NEW_LOGIN,
        "open-api 2.9.0; ksef-api#214",
    )
    .because("tokenTime", "Nieprawidłowy czas tokena"),
    row(L, "450", ADMINISTRATOR, ["Token został unieważniony.", "The token was revoked."], NEW_TOKEN, SPEC)
        .because("tokenRevoked", "Token unieważniony"),
    row(
        L,
        "450",
        ADMINISTRATOR,
        ["Token nie jest (jeszcze albo już) aktywny.", "The token is not active (yet, or any more)."],
        ["Nowy token staje się aktywny po chwili; jeśli nie, utwórz następny.", "A new token becomes active after a moment; if not, make another."],
        SPEC,
    )
    .because("tokenInactive", "Token nieaktywny"),
    row(
        L,
        "450",
        PROGRAM_LATER,
        ["KSeF nie odszyfrował tokenu.", "KSeF could not decrypt the token."],
        ["Program pobiera klucze publiczne na nowo i loguje się jeszcze raz.", "The program fetches the public keys anew and logs in once more."],
        "open-api 2.9.0; ksef-api#351",
    )
    .because("tokenEncryption", "Nieprawidłowe szyfrowanie tokena"),
    row(
        L,
        "450",
        ADMINISTRATOR,
        ["Odszyfrowana treść nie ma postaci tokenu.", "What was decrypted does not have the form of a token."],
        ["Sprawdź, czy wklejono cały token i nic poza nim: bramka credential inspect --token.", "Check that the whole token was pasted and nothing else: bramka credential inspect --token."],
        "open-api 2.9.0; field notes A9",
    )
    .because("tokenEncoding", "Nieprawidłowe kodowanie tokena"),
    row(
        L,
        "450",
        ADMINISTRATOR,
        ["Token należy do innego kontekstu.", "The token belongs to another context."],
        ["Token działa tylko w firmie, w której go utworzono; sprawdź NIP firmy.", "A token works only for the company in which it was made; check the company's NIP."],
        SPEC,
    )
    .because("tokenContext", "Token nie może być użyty w kontekście"),
    row(L, "460", ADMINISTRATOR, ["KSeF nie przyjął certyfikatu.", "KSeF did not accept the certificate."], NEW_CERTIFICATE, SPEC),
    row(L, "460", ADMINISTRATOR, ["Certyfikat jest nieważny: wygasł albo jeszcze nie obowiązuje.", "The certificate is not valid: expired, or not yet."], NEW_CERTIFICATE, SPEC)
        .because("certificateInvalid", "Nieważny certyfikat"),
    row(
        L,
        "460",
        ADMINISTRATOR,
        ["KSeF nie zweryfikował łańcucha certyfikatu.", "KSeF could not verify the certificate's chain."],
        ["Sprawdź, czy certyfikat jest z tego środowiska: bramka credential inspect --environment.", "Check that the certificate is of this environment: bramka credential inspect --environment."],
        SPEC,
    )
    .because("chainError", "Błąd weryfikacji łańcucha certyfikatów"),
    row(
        L,
        "460",
        ADMINISTRATOR,
        ["Wystawca certyfikatu nie jest w tym środowisku zaufany.", "The certificate's issuer is not trusted in this environment."],
        ["Certyfikaty samopodpisane działają tylko na TEST, certyfikaty KSeF tylko w środowisku, które je wydało.", "Self-signed certificates work on TEST only, KSeF's own only where they were issued."],
        "open-api 2.9.0; srodowiska.md",
    )
    .because("chainUntrusted", "Niezaufany łańcuch certyfikatów"),
    row(L, "460", ADMINISTRATOR, ["Certyfikat został odwołany.", "The certificate was revoked."], NEW_CERTIFICATE, SPEC)
        .because("certificateRevoked", "Certyfikat odwołany"),
    row(
        L,
        "460",
        ADMINISTRATOR,
        ["Certyfikat jest zawieszony.", "The certificate is suspended."],
        ["Przywraca go wystawca; do tego czasu użyj innego poświadczenia.", "Its issuer reinstates it; use another credential until then."],
        SPEC,
    )
    .because("certificateSuspended", "Certyfikat zawieszony"),
    row(
        L,
        "460",
        ADMINISTRATOR,
        ["Certyfikat jest niepoprawny: zwykle nie ten rodzaj (Offline zamiast Authentication).", "The certificate is wrong: usually the wrong type (Offline instead of Authentication)."],
        ["Sprawdź go: bramka credential inspect --for auth.", "Check it: bramka credential inspect --for auth."],
        SPEC,
    )
    .because("certificateWrong", "Niepoprawny certyfikat"),
    row(
        L,
        "470",
        ADMINISTRATOR,
        ["Poświadczenie należy do osoby, która według rejestrów nie żyje.", "The credential belongs to a person who is dead by the registers."],
        ["Użyj poświadczenia innej uprawnionej osoby.", "Use the credential of another person with rights."],
        SPEC,
    ),
    row(
        L,
        "480",
        ADMINISTRATOR,
        ["KSeF zablokował uwierzytelnienie z podejrzeniem incydentu bezpieczeństwa.", "KSeF has blocked the login, suspecting a security incident."],
        ["Skontaktuj się z Ministerstwem Finansów przez formularz zgłoszeniowy; ponawianie nie pomoże.", "Contact the Ministry of Finance by its report form; repeating does not help."],
        "open-api 2.9.0; ksef-api#497",
    ),
    row(L, "500", KSEF, UNKNOWN_ERROR, REPEAT, SPEC),
    row(L, "550", KSEF, CANCELLED, REPEAT, SPEC),
    row(L, ANY, PROGRAM, UNKNOWN_STATUS, READ_IT, "field notes B4"),
];

pub(super) const ONLINE: &[Meaning] = &[
    row(
        O,
        "100",
        NOBODY,
        ["Sesja jest otwarta i przyjmuje faktury.", "The session is open and takes invoices."],
        FINE,
        SPEC,
    ),
    row(
        O,
        "170",
        NOBODY_YET,
        [
            "Sesja jest zamknięta, KSeF przetwarza jej faktury.",
            "The session is closed, KSeF processes its invoices.",
        ],
        WAIT,
        SPEC,
    ),
    row(
        O,
        "200",
        NOBODY,
        ["Sesja przetworzona; jest zbiorcze UPO.", "The session is processed; its UPO is there."],
        FINE,
        SPEC,
    ),
    row(
        O,
        "415",
        PROGRAM,
        [
            "KSeF nie odszyfrował klucza sesji; jej faktury nie zostaną przyjęte.",
            "KSeF could not decrypt the session's key; its invoices will not be accepted.",
        ],
        FRESH_KEYS,
        "open-api 2.9.0; field notes B3",
    ),
    row(
        O,
        "440",
        NOBODY,
        [
            "Sesja anulowana: nie było w niej faktur.",
            "The session is cancelled: there were no invoices in it.",
        ],
        FINE,
        SPEC,
    ),
    row(
        O,
        "445",
        OPERATOR,
        ["Żadna faktura tej sesji nie została przyjęta.", "No invoice of this session was accepted."],
        ["Przyczyny stoją przy fakturach.", "The reasons stand with the invoices."],
        SPEC,
    ),
    row(O, ANY, PROGRAM, UNKNOWN_STATUS, READ_IT, "open-api 2.9.0 (the table ends in `*`)"),
];

pub(super) const BATCH: &[Meaning] = &[
    row(
        B,
        "100",
        NOBODY,
        ["Sesja wsadowa czeka na części paczki.", "The batch session waits for its parts."],
        FINE,
        SPEC,
    ),
    row(B, "150", NOBODY_YET, ["KSeF przetwarza paczkę.", "KSeF processes the package."], WAIT, SPEC),
    row(
        B,
        "200",
        NOBODY,
        ["Paczka przetworzona; jest zbiorcze UPO.", "The package is processed; its UPO is there."],
        FINE,
        SPEC,
    ),
    row(
        B,
        "405",
        PROGRAM,
        [
            "Części paczki nie zgadzają się z zapowiedzianymi (rozmiar lub skrót).",
            "The package's parts are not the announced ones (size or hash).",
        ],
        [
            "Program pakuje i wysyła faktury od nowa w nowej sesji.",
            "The program packs and sends the invoices anew in a new session.",
        ],
        "open-api 2.9.0; field notes B7",
    ),
    row(
        B,
        "415",
        PROGRAM,
        [
            "KSeF nie odszyfrował klucza sesji; żadna faktura nie została przyjęta.",
            "KSeF could not decrypt the session's key; no invoice was accepted.",
        ],
        FRESH_KEYS,
        "open-api 2.9.0; field notes B3",
    ),
    row(
        B,
        "420",
        PROGRAM,
        [
            "Paczka ma więcej faktur niż dozwolone 10 000; nie przyjęto żadnej.",
            "The package has more invoices than the 10,000 allowed; none was accepted.",
        ],
        [
            "Podziel faktury na kilka sesji; bramka robi to sama.",
            "Split the invoices over several sessions; bramka does so by itself.",
        ],
        "open-api 2.9.0; ksef-api#219",
    ),
    row(
        B,
        "430",
        PROGRAM,
        ["KSeF nie rozpakował archiwum.", "KSeF could not unpack the archive."],
        [
            "Program pakuje i wysyła faktury od nowa w nowej sesji.",
            "The program packs and sends the invoices anew in a new session.",
        ],
        SPEC,
    ),
    row(
        B,
        "435",
        PROGRAM,
        ["KSeF nie odszyfrował części archiwum.", "KSeF could not decrypt parts of the archive."],
        [
            "Program wysyła faktury od nowa, z nowym kluczem w nowej sesji.",
            "The program sends the invoices anew, with a new key in a new session.",
        ],
        SPEC,
    ),
    row(
        B,
        "440",
        PROGRAM,
        ["Sesja anulowana.", "The session is cancelled."],
        ["Program wysyła faktury w nowej sesji.", "The program sends the invoices in a new session."],
        "open-api 2.9.0; ksef-api#308",
    ),
    row(
        B,
        "440",
        PROGRAM,
        [
            "Sesja anulowana: czas na wysłanie części minął.",
            "The session is cancelled: the time for uploading its parts is over.",
        ],
        ["Program wysyła faktury w nowej sesji.", "The program sends the invoices in a new session."],
        SPEC,
    )
    .because("uploadTime", "Przekroczono czas wysyłki"),
    row(
        B,
        "440",
        PROGRAM,
        ["Sesja anulowana: nie przesłano faktur.", "The session is cancelled: no invoices were uploaded."],
        ["Program wysyła faktury w nowej sesji.", "The program sends the invoices in a new session."],
        SPEC,
    )
    .because("noInvoices", "Nie przesłano faktur"),
    row(
        B,
        "445",
        OPERATOR,
        ["Żadna faktura tej paczki nie została przyjęta.", "No invoice of this package was accepted."],
        ["Przyczyny stoją przy fakturach.", "The reasons stand with the invoices."],
        SPEC,
    ),
    row(
        B,
        "500",
        KSEF,
        UNKNOWN_ERROR,
        [
            "Program ustala, co przyjęto, i resztę wysyła ponownie.",
            "The program finds out what was accepted and sends the rest again.",
        ],
        SPEC,
    ),
    row(B, ANY, PROGRAM, UNKNOWN_STATUS, READ_IT, "field notes B4"),
];

pub(super) const INVOICE: &[Meaning] = &[
    row(
        I,
        "100",
        NOBODY_YET,
        [
            "KSeF przyjął fakturę do przetwarzania; numeru jeszcze nie ma.",
            "KSeF took the invoice for processing; there is no number yet.",
        ],
        ["Czekaj; nie wysyłaj jej ponownie.", "Wait; do not send it again."],
        SPEC,
    ),
    row(
        I,
        "150",
        NOBODY_YET,
        ["KSeF przetwarza fakturę; bywa, że godzinami.", "KSeF processes the invoice; that may take hours."],
        ["Czekaj; nie wysyłaj jej ponownie.", "Wait; do not send it again."],
        "open-api 2.9.0; field notes A4",
    ),
    row(
        I,
        "200",
        NOBODY,
        ["Faktura przyjęta i ma numer KSeF.", "The invoice is accepted and has its KSeF number."],
        FINE,
        SPEC,
    ),
    row(
        I,
        "405",
        PROGRAM,
        [
            "Faktury nie przetworzono z powodu błędu całej sesji.",
            "The invoice was not processed because of an error of its session.",
        ],
        [
            "Program wysyła ją w nowej sesji; przyczynę podaje status sesji.",
            "The program sends it in a new session; the session's status has the cause.",
        ],
        SPEC,
    ),
    row(
        I,
        "410",
        ADMINISTRATOR,
        [
            "Wysyłającemu brak uprawnienia do wystawienia tej faktury.",
            "Who sent it lacks the permission to issue this invoice.",
        ],
        [
            "Sprzedawcą musi być firma z kontekstu albo podmiot, który dał jej prawo (samofakturowanie, przedstawiciel podatkowy, komornik); nadaj brakujące uprawnienie.",
            "The seller must be the context's company or one that gave it the right (self-billing, tax representative, bailiff); grant what is missing.",
        ],
        "open-api 2.9.0; field notes A10",
    ),
    row(
        I,
        "415",
        ADMINISTRATOR,
        [
            "Firma nie może wysyłać faktur z załącznikiem, albo wysłano ją w sesji interaktywnej.",
            "The company may not send invoices with an attachment, or it was sent in an online session.",
        ],
        [
            "Zgłoś zamiar wysyłania załączników w e-Urzędzie Skarbowym i wysyłaj je wsadowo.",
            "Announce attachments in e-Urząd Skarbowy and send them in a batch.",
        ],
        "open-api 2.9.0; ksef-api#27, #674",
    ),
    row(
        I,
        "430",
        PROGRAM,
        [
            "Plik faktury nie zgadza się z zapowiedzianym rozmiarem lub skrótem, albo zaczyna się od BOM.",
            "The invoice's file is not of the announced size or hash, or begins with a BOM.",
        ],
        [
            "Zapisz fakturę jako UTF-8 bez BOM; jeśli tak jest, zgłoś to autorom programu.",
            "Save the invoice as UTF-8 without BOM; if it is so already, report it to the program's authors.",
        ],
        "open-api 2.9.0; ksef-api#128, #234, #779",
    ),
    row(
        I,
        "435",
        PROGRAM,
        ["KSeF nie odszyfrował faktury.", "KSeF could not decrypt the invoice."],
        [
            "Program wysyła ją jeszcze raz w nowej sesji z nowym kluczem.",
            "The program sends it once more, in a new session with a new key.",
        ],
        "open-api 2.9.0; ksef-api#433, #677",
    ),
    row(
        I,
        "440",
        OPERATOR,
        [
            "W KSeF jest już faktura tego sprzedawcy, tego rodzaju i o tym numerze.",
            "KSeF has an invoice of this seller, kind and number already.",
        ],
        [
            "Program pobiera tamtą fakturę i porównuje: te same bajty to sukces, inne to zderzenie numerów, które musi rozstrzygnąć człowiek.",
            "The program fetches that invoice and compares: the same bytes are a success, others a collision of numbers that a person has to settle.",
        ],
        "open-api 2.9.0; field notes A2",
    ),
    row(
        I,
        "450",
        OPERATOR,
        [
            "Faktura nie jest zgodna ze schematem albo z regułami KSeF.",
            "The invoice does not follow its schema or KSeF's rules.",
        ],
        [
            "Popraw wskazane miejsca (bramka validate pokaże je przed wysłaniem) i wyślij ponownie.",
            "Correct the places named (bramka validate shows them before sending) and send it again.",
        ],
        "open-api 2.9.0; faktury/weryfikacja-faktury.md",
    ),
    row(
        I,
        "500",
        KSEF,
        UNKNOWN_ERROR,
        [
            "Program wysyła fakturę ponownie, gdy ma pewność, że KSeF jej nie przyjął.",
            "The program sends the invoice again once it is certain that KSeF did not take it.",
        ],
        SPEC,
    ),
    row(
        I,
        "550",
        KSEF,
        CANCELLED,
        [
            "Program wysyła fakturę ponownie w nowej sesji.",
            "The program sends the invoice again in a new session.",
        ],
        "open-api 2.9.0; field notes A4",
    ),
    row(I, ANY, PROGRAM, UNKNOWN_STATUS, READ_IT, "field notes B4"),
];

pub(super) const EXPORT: &[Meaning] = &[
    row(
        E,
        "100",
        NOBODY_YET,
        ["KSeF przygotowuje paczkę.", "KSeF makes the package."],
        [
            "Czekaj; eksport, który utknął, zleca się od nowa.",
            "Wait; an export that is stuck is started anew.",
        ],
        "open-api 2.9.0; field notes B2",
    ),
    row(E, "200", NOBODY, ["Paczka jest gotowa.", "The package is ready."], FINE, SPEC),
    row(
        E,
        "210",
        PROGRAM,
        ["Paczka wygasła i nie można jej już pobrać.", "The package expired and cannot be fetched any more."],
        ["Program zleca eksport od nowa.", "The program starts the export anew."],
        SPEC,
    ),
    row(
        E,
        "415",
        PROGRAM,
        ["KSeF nie odszyfrował klucza eksportu.", "KSeF could not decrypt the export's key."],
        [
            "Program pobiera klucze publiczne na nowo i zleca eksport jeszcze raz.",
            "The program fetches the public keys anew and starts the export once more.",
        ],
        "open-api 2.9.0; klucze-publiczne-do-szyfrowania.md",
    ),
    row(
        E,
        "420",
        PROGRAM_LATER,
        [
            "Zakres zaczyna się później, niż sięgają kompletne dane KSeF.",
            "The range begins later than KSeF's data is complete.",
        ],
        ["Program ponawia później od tej samej daty.", "The program repeats it later, from the same date."],
        SPEC,
    ),
    row(E, "500", KSEF, UNKNOWN_ERROR, REPEAT, SPEC),
    row(E, "550", KSEF, CANCELLED, REPEAT, SPEC),
    row(E, ANY, PROGRAM, UNKNOWN_STATUS, READ_IT, "field notes B4"),
];

pub(super) const PERMISSION: &[Meaning] = &[
    row(
        P,
        "100",
        NOBODY_YET,
        ["KSeF przyjął operację na uprawnieniach.", "KSeF took the operation on permissions."],
        ["Czekaj; bywa, że trwa to godziny.", "Wait; it may take hours."],
        "open-api 2.9.0; ksef-api#496",
    ),
    row(
        P,
        "200",
        NOBODY,
        ["Uprawnienie nadano albo odebrano.", "The permission was granted or revoked."],
        FINE,
        SPEC,
    ),
    row(P, "400", ADMINISTRATOR, ["Operacja się nie powiodła.", "The operation failed."], READ_IT, SPEC),
    row(
        P,
        "410",
        ADMINISTRATOR,
        ["Podane identyfikatory nie pasują do siebie.", "The identifiers do not fit each other."],
        [
            "Sprawdź NIP, PESEL i kontekst; identyfikator wewnętrzny musi należeć do NIP-u kontekstu.",
            "Check NIP, PESEL and context; an internal identifier must belong to the context's NIP.",
        ],
        SPEC,
    ),
    row(
        P,
        "420",
        ADMINISTRATOR,
        [
            "Zalogowany nie może nadać ani odebrać tego uprawnienia.",
            "Who is logged in may not grant or revoke this permission.",
        ],
        [
            "Zaloguj się jako właściciel albo ktoś z CredentialsManage (dla podjednostek SubunitManage).",
            "Log in as the owner or as someone with CredentialsManage (SubunitManage for subunits).",
        ],
        SPEC,
    ),
    row(
        P,
        "430",
        ADMINISTRATOR,
        [
            "Kontekst nie ma roli, której wymaga to uprawnienie.",
            "The context has not the role that this permission asks for.",
        ],
        [
            "Np. EnforcementOperations ma tylko komornik lub organ egzekucyjny.",
            "EnforcementOperations, for example, is for bailiffs and enforcement authorities only.",
        ],
        "open-api 2.9.0; behaviour.md",
    ),
    row(
        P,
        "440",
        ADMINISTRATOR,
        ["Tego nie można nadać między tymi podmiotami.", "This cannot be granted between these subjects."],
        [
            "Sprawdź, kto komu nadaje: sobie samemu się nie nadaje.",
            "Check who grants to whom: nobody grants to himself.",
        ],
        SPEC,
    ),
    row(
        P,
        "450",
        ADMINISTRATOR,
        ["Tego nie można nadać takiemu identyfikatorowi.", "This cannot be granted to such an identifier."],
        [
            "Użyj rodzaju identyfikatora, który dopuszcza to uprawnienie (NIP, PESEL, odcisk).",
            "Use a kind of identifier that this permission allows (NIP, PESEL, fingerprint).",
        ],
        SPEC,
    ),
    row(P, "500", KSEF, UNKNOWN_ERROR, REPEAT, SPEC),
    row(P, "550", KSEF, CANCELLED, REPEAT, SPEC),
    row(P, ANY, PROGRAM, UNKNOWN_STATUS, READ_IT, "field notes B4"),
];

pub(super) const CERTIFICATE: &[Meaning] = &[
    row(
        C,
        "100",
        NOBODY_YET,
        ["KSeF przyjął wniosek o certyfikat.", "KSeF took the application for a certificate."],
        WAIT,
        SPEC,
    ),
    row(C, "200", NOBODY, ["Certyfikat jest wydany.", "The certificate is issued."], FINE, SPEC),
    row(
        C,
        "400",
        ADMINISTRATOR,
        ["KSeF odrzucił wniosek o certyfikat.", "KSeF refused the application for a certificate."],
        READ_IT,
        SPEC,
    ),
    row(
        C,
        "400",
        PROGRAM,
        [
            "Ten klucz ma już certyfikat innego podmiotu.",
            "This key has another subject's certificate already.",
        ],
        ["Złóż wniosek z nowym kluczem.", "Apply with a new key."],
        SPEC,
    )
    .because("keyTaken", "Klucz publiczny został już certyfikowany"),
    row(
        C,
        "400",
        ADMINISTRATOR,
        ["Osiągnięto limit posiadanych certyfikatów.", "The limit of certificates held is reached."],
        ["Unieważnij certyfikat, którego już nie używasz.", "Revoke a certificate that is no longer used."],
        SPEC,
    )
    .because("limit", "Osiągnięto dopuszczalny limit"),
    row(C, "500", KSEF, UNKNOWN_ERROR, REPEAT, SPEC),
    row(C, "550", KSEF, CANCELLED, REPEAT, SPEC),
    row(C, ANY, PROGRAM, UNKNOWN_STATUS, READ_IT, "field notes B4"),
];
