//! Errors of the REST API: problem details (RFC 9457) with a stable code of ours and words in Polish and English.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The body of every error, `application/problem+json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Problem {
    /// `about:blank`: the code says what it is.
    #[serde(rename = "type")]
    pub kind: String,
    /// HTTP's name of the status.
    pub title: String,
    /// HTTP status.
    pub status: u16,
    /// Our stable code: what programs decide by.
    pub code: String,
    /// The words in English, with what was found.
    pub detail: String,
    /// The words in both languages.
    pub message: Words,
    /// What is wrong with the invoice, entry by entry, as `bramka validate --format json` gives it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<Object>)]
    pub findings: Vec<serde_json::Value>,
}

/// A sentence in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Words {
    /// Polish.
    pub pl: String,
    /// English.
    pub en: String,
}

/// Defines the problems, one line each: code, HTTP status, Polish, English. `{}` stands for what was found.
macro_rules! problems {
    ($( $(#[$meta:meta])* $variant:ident = $code:literal, $status:literal, $title:literal, $pl:literal, $en:literal; )+) => {
        /// Every problem that the API answers with. The list is also documented in `docs/api-design.md`; a test
        /// compares both.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum ProblemCode { $( $(#[$meta])* $variant, )+ }

        impl ProblemCode {
            /// Every problem.
            pub const ALL: &'static [Self] = &[$( Self::$variant ),+];

            /// The stable code.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $( Self::$variant => $code, )+ }
            }

            /// The HTTP status, decided here and nowhere else.
            #[must_use]
            pub const fn http_status(self) -> u16 {
                match self { $( Self::$variant => $status, )+ }
            }

            const fn title(self) -> &'static str {
                match self { $( Self::$variant => $title, )+ }
            }

            const fn templates(self) -> (&'static str, &'static str) {
                match self { $( Self::$variant => ($pl, $en), )+ }
            }
        }
    };
}

problems! {
    /// No or an empty body where an invoice is expected.
    InvoiceEmpty = "invoice.empty", 400, "Bad Request",
        "Treść żądania jest pusta: wyślij plik XML faktury.",
        "The body is empty: send the invoice's XML file.";
    /// Longer than KSeF takes.
    InvoiceTooLarge = "invoice.tooLarge", 413, "Content Too Large",
        "Plik jest za duży ({}): KSeF przyjmuje 1 000 000 bajtów, a z załącznikiem 3 000 000.",
        "The file is too large ({}): KSeF takes 1,000,000 bytes, with an attachment 3,000,000.";
    /// It does not pass validation.
    InvoiceInvalid = "invoice.invalid", 422, "Unprocessable Content",
        "Faktura zawiera błędy ({}); niczego nie zapisano. Popraw je i wyślij ponownie.",
        "The invoice has errors ({}); nothing was stored. Mend them and send it again.";
    /// A form that KSeF does not take from this company.
    InvoiceFormNotHere = "invoice.formNotHere", 422, "Unprocessable Content",
        "Dokument to {}; KSeF nie przyjmuje tej formy od tej firmy (PEF tylko od dostawcy Peppol, FA(2) tylko na środowisku testowym).",
        "The document is {}; KSeF does not take this form from this company (PEF from a Peppol provider only, FA(2) on the test environment only).";
    /// Another document has the number.
    InvoiceNumberTaken = "invoice.numberTaken", 409, "Conflict",
        "Faktura tego sprzedawcy, rodzaju i numeru już tu jest, z inną treścią lub innym kluczem: {}. Sprawdź numerację.",
        "An invoice of this seller, kind and number is here already, with other content or another key: {}. Check your numbering.";
    /// It was taken in and will not be sent any more.
    InvoiceRefused = "invoice.refused", 409, "Conflict",
        "Faktura nie trafi do KSeF: {}. Popraw ją i wyślij jako nowy plik.",
        "The invoice will not come to KSeF: {}. Mend it and send it as a new file.";
    /// It is too late for what was asked.
    InvoiceTooLate = "invoice.tooLate", 409, "Conflict",
        "Tego nie można już zrobić; stan faktury: {}.",
        "This cannot be done any more; the state of the invoice: {}.";
    /// A technical correction is not allowed.
    TechnicalCorrectionRefused = "technicalCorrection.refused", 409, "Conflict",
        "Korekta techniczna nie jest możliwa. {}",
        "A technical correction is not possible. {}";
    /// It is not sent once more as it is.
    ResendRefused = "resend.refused", 409, "Conflict",
        "Nie można wysłać jej ponownie. {}",
        "It cannot be sent again. {}";
    /// There is nothing to hand over yet, or any more.
    HandoverNothing = "handover.nothing", 404, "Not Found",
        "Nabywcy nie można teraz nic wydać: {}",
        "There is nothing to hand over to the buyer now: {}";
    /// The seller of the invoice is not the company it is sent for.
    InvoiceOtherSeller = "invoice.otherSeller", 422, "Unprocessable Content",
        "Sprzedawcą na fakturze jest {}, a nie firma, w której imieniu ją wysłano.",
        "The invoice's seller is {}, not the company it was sent for.";
    /// The body is declared as nothing that is taken here.
    MediaType = "request.mediaType", 415, "Unsupported Media Type",
        "Podaj, co wysyłasz, w nagłówku Content-Type: application/xml, application/json, text/csv albo application/vnd.openxmlformats-officedocument.spreadsheetml.sheet (jest: {}).",
        "Say what you send in the header Content-Type: application/xml, application/json, text/csv or application/vnd.openxmlformats-officedocument.spreadsheetml.sheet (found: {}).";
    /// The body ended before its announced length.
    BodyIncomplete = "request.incomplete", 400, "Bad Request",
        "Treść żądania urwała się w połowie; niczego nie zapisano. Wyślij ją jeszcze raz z tym samym Idempotency-Key.",
        "The body was cut off half-way; nothing was stored. Send it again with the same Idempotency-Key.";
    /// Longer than a file with several invoices may be.
    FileTooLarge = "file.tooLarge", 413, "Content Too Large",
        "Plik jest za duży: najwyżej {} bajtów. Podziel go na mniejsze.",
        "The file is too large: {} bytes at most. Divide it into smaller ones.";
    /// A table or a list that cannot be read as one.
    FileUnreadable = "file.unreadable", 422, "Unprocessable Content",
        "Nie można odczytać pliku dalej: {}.",
        "The file cannot be read on: {}.";
    /// A number is to come from a series that the company does not have.
    SeriesUnknown = "series.unknown", 422, "Unprocessable Content",
        "Ta firma nie ma serii numerów {}: załóż ją (PUT …/series/nazwa) albo podaj numer faktury.",
        "This company has no number series {}: make it (PUT …/series/name), or give the invoice a number.";
    /// A series that could not be used.
    SeriesInvalid = "series.invalid", 422, "Unprocessable Content",
        "Nieprawidłowa seria numerów: {}.",
        "Invalid number series: {}.";
    /// A number is to come from a series that is held since a restore.
    SeriesHeld = "series.held", 409, "Conflict",
        "Seria numerów {} jest wstrzymana, bo bazę odtworzono z kopii: numery nadane po jej wykonaniu mogłyby zostać nadane drugi raz. Wskaż, odkąd ma iść dalej (Ustawienia – Numeracja, albo bramka series resume).",
        "The number series {} is held, since the database was restored from a backup: numbers given after it could be given again. Say where it goes on (Settings – Numbers, or bramka series resume).";
    /// A series is to go on that is not held.
    SeriesNotHeld = "series.notHeld", 409, "Conflict",
        "Seria numerów {} nie jest wstrzymana.",
        "The number series {} is not held.";
    /// A series is to go on at a number that is used.
    SeriesNumberUsed = "series.numberUsed", 422, "Unprocessable Content",
        "Seria nie może iść dalej od wcześniejszego numeru: {} jest już użyty.",
        "The series cannot go on from an earlier number: {} is used already.";
    /// A number is to be given, and nothing says what it is given for.
    IdempotencyKeyMissing = "idempotencyKey.missing", 400, "Bad Request",
        "Faktura ma dostać numer z serii {}: podaj Idempotency-Key, żeby ponowienie dało ten sam numer.",
        "The invoice is to get a number of the series {}: give an Idempotency-Key, so that asking again gives the same number.";
    /// The key was used for other bytes.
    IdempotencyKeyReused = "idempotencyKey.reused", 409, "Conflict",
        "Tego klucza Idempotency-Key użyto już dla innego dokumentu.",
        "This Idempotency-Key was already used for another document.";
    /// The key cannot be a key.
    IdempotencyKeyInvalid = "idempotencyKey.invalid", 400, "Bad Request",
        "Idempotency-Key ma mieć od 1 do 200 widocznych znaków ASCII.",
        "An Idempotency-Key has 1 to 200 visible ASCII characters.";
    /// Not a company of this gateway.
    CompanyUnknown = "company.unknown", 404, "Not Found",
        "Nie ma tu firmy {}: sprawdź NIP albo dodaj firmę w pliku konfiguracji.",
        "There is no company {} here: check the NIP, or add the company to the configuration file.";
    /// Not a company identifier at all.
    CompanyInvalid = "company.invalid", 400, "Bad Request",
        "To nie jest identyfikator firmy: {}. Podaj NIP albo InternalId:…, NipVatUe:…, PeppolId:….",
        "This is no company identifier: {}. Give a NIP, or InternalId:…, NipVatUe:…, PeppolId:….";
    /// No invoice with this identifier in this company.
    InvoiceUnknown = "invoice.unknown", 404, "Not Found",
        "W tej firmie nie ma faktury {}.",
        "This company has no invoice {}.";
    /// No purchase with this identifier in this company.
    PurchaseUnknown = "purchase.unknown", 404, "Not Found",
        "W tej firmie nie ma zakupu {}.",
        "This company has no purchase {}.";
    /// What is entered is here already.
    PurchaseKnown = "purchase.known", 409, "Conflict",
        "Ten dokument już tu jest: {}. Niczego nie zapisano.",
        "This document is here already: {}. Nothing was stored.";
    /// A KSeF number that cannot be one, or is another seller's.
    PurchaseNumberInvalid = "purchase.ksefNumber", 422, "Unprocessable Content",
        "Nieprawidłowy numer KSeF: {}",
        "Invalid KSeF number: {}";
    /// A state that cannot follow.
    PurchaseNotMovable = "purchase.notMovable", 409, "Conflict",
        "Tak nie można zmienić stanu zakupu: {}.",
        "The purchase's state cannot change so: {}.";
    /// The document is not here.
    PurchaseNoDocument = "purchase.noDocument", 404, "Not Found",
        "Tego dokumentu tu nie ma ({}): zakup wprowadzono ręcznie, a KSeF go jeszcze nie wydał, albo jest spoza KSeF.",
        "This document is not here ({}): the purchase was entered by hand and KSeF has not given it yet, or it is outside KSeF.";
    /// No reconciliation with this identifier.
    ReconciliationUnknown = "reconciliation.unknown", 404, "Not Found",
        "Nie ma takiego uzgodnienia: {}.",
        "There is no reconciliation {}.";
    /// Purchases that cannot be paid so; each with its reason in `findings`.
    PaymentImpossible = "payment.impossible", 422, "Unprocessable Content",
        "Tak nie można zapłacić. {}",
        "This cannot be paid so. {}";
    /// KSeF did not do what was asked of it just now.
    KsefRefused = "ksef.notDone", 502, "Bad Gateway",
        "KSeF tego nie zrobił: {}",
        "KSeF did not do it: {}";
    /// What KSeF allows of such requests is used up; `Retry-After` says for how many seconds.
    KsefLimit = "ksef.limit", 429, "Too Many Requests",
        "Limit KSeF na takie zapytania jest wyczerpany; zapytaj ponownie za {} s.",
        "KSeF's limit for such requests is used up; ask again in {} s.";
    /// The UPO is not there yet.
    UpoNotYet = "upo.notYet", 404, "Not Found",
        "UPO jeszcze nie ma: faktura jest w stanie {}.",
        "There is no UPO yet: the invoice is in the state {}.";
    /// The stored bytes are not those that were taken in.
    DocumentTampered = "document.tampered", 500, "Internal Server Error",
        "Przechowywany dokument nie zgadza się ze swoim skrótem: ktoś go zmienił albo dysk jest uszkodzony.",
        "The stored document does not match its hash: someone changed it, or the disk is damaged.";
    /// The document cannot be shown.
    RenderFailed = "document.notRendered", 422, "Unprocessable Content",
        "Nie można przedstawić dokumentu. {}",
        "The document cannot be rendered: {}.";
    /// The company has no certificate for the second code of an offline invoice.
    OfflineCertificateMissing = "offlineCertificate.missing", 422, "Unprocessable Content",
        "Wydruk w trybie {} ma drugi kod QR, a firma nie ma certyfikatu typu Offline: dodaj go (bramka credential add albo offline_certificate w konfiguracji).",
        "A print in the mode {} carries a second QR code, and the company has no certificate of type Offline: add one (bramka credential add, or offline_certificate in the configuration).";
    /// A parameter cannot be read.
    ParameterInvalid = "request.parameter", 400, "Bad Request",
        "Nieprawidłowy parametr: {}.",
        "Invalid parameter: {}.";
    /// No API key was given.
    ApiKeyMissing = "apiKey.missing", 401, "Unauthorized",
        "Podaj klucz API w nagłówku X-API-Key.",
        "Give the API key in the header X-API-Key.";
    /// A wrong API key was given.
    ApiKeyWrong = "apiKey.wrong", 401, "Unauthorized",
        "Ten klucz API nie jest prawidłowy.",
        "This API key is not valid.";
    /// Known, and without the right that is needed.
    Forbidden = "access.forbidden", 403, "Forbidden",
        "Brak uprawnienia: {}. Nadaje je administrator.",
        "The right {} is missing. An administrator gives it.";
    /// It took longer than a request may.
    Timeout = "request.timeout", 408, "Request Timeout",
        "Żądanie trwało zbyt długo. Ponów je; faktury wyślij z tym samym Idempotency-Key.",
        "The request took too long. Try again; send invoices with the same Idempotency-Key.";
    /// Longer than a request may be.
    BodyTooLarge = "request.tooLarge", 413, "Content Too Large",
        "Treść żądania jest za duża.",
        "The body of the request is too large.";
    /// Name, password or code are wrong.
    LoginFailed = "login.failed", 401, "Unauthorized",
        "Nazwa, hasło lub kod są nieprawidłowe.",
        "Name, password or code are wrong.";
    /// The password was right, and a code is needed as well.
    LoginCodeNeeded = "login.codeNeeded", 401, "Unauthorized",
        "Podaj też kod z aplikacji albo kod zapasowy.",
        "Give a code of the app as well, or a recovery code.";
    /// Too many failed logins.
    LoginThrottled = "login.throttled", 429, "Too Many Requests",
        "Zbyt wiele nieudanych prób logowania. Spróbuj ponownie za {} s.",
        "Too many failed logins. Try again in {} s.";
    /// The form was not made for this session, or the session ended meanwhile.
    FormExpired = "form.expired", 403, "Forbidden",
        "Formularz stracił ważność. Otwórz stronę jeszcze raz (programy: nagłówek X-Form-Token albo klucz API).",
        "The form is not valid any more. Open the page again (programs: the header X-Form-Token, or an API key).";
    /// A page of another site sent it.
    CrossSite = "request.crossSite", 403, "Forbidden",
        "To żądanie wysłała strona z innego adresu; nic nie zrobiono.",
        "A page of another site sent this request; nothing was done.";
    /// There are users already.
    SetupDone = "setup.done", 409, "Conflict",
        "Pierwszy administrator już jest: zaloguj się.",
        "There is a first administrator already: log in.";
    /// The code of the first administrator is wrong.
    SetupCodeWrong = "setup.codeWrong", 403, "Forbidden",
        "Kod jest nieprawidłowy: wypisuje go bramka serve przy starcie.",
        "The code is wrong: bramka serve prints it when it starts.";
    /// Nobody knows where this buyer gets mail.
    BuyerUnknown = "buyer.unknown", 404, "Not Found",
        "Nie ma adresu e-mail nabywcy {}: podaj go, wpisz do książki adresowej albo na fakturę.",
        "There is no e-mail address of the buyer {}: give one, put it into the address book or on the invoice.";
    /// The number is none of KSeF 1.0.
    Ksef1Number = "ksef1.number", 422, "Unprocessable Content",
        "„{}” nie jest numerem z KSeF 1.0 (36 znaków: 9999999999-RRRRMMDD-FFFFFF-FFFFFF-FF). Faktury z KSeF 2.0 pobiera bramka.",
        "{} is no number of KSeF 1.0 (36 characters: 9999999999-RRRRMMDD-FFFFFF-FFFFFF-FF). Invoices of KSeF 2.0 are fetched by themselves.";
    /// It is no document of KSeF 1.0.
    Ksef1Unreadable = "ksef1.unreadable", 422, "Unprocessable Content",
        "To nie jest faktura ani UPO z KSeF 1.0: {}.",
        "This is no invoice and no UPO of KSeF 1.0: {}.";
    /// The company does not stand on it, or its number names another seller.
    Ksef1OtherCompany = "ksef1.otherCompany", 422, "Unprocessable Content",
        "Faktura nie dotyczy tej firmy albo numer KSeF wskazuje innego sprzedawcę: {}.",
        "The invoice is not this company's, or its KSeF number names another seller: {}.";
    /// Another document is here under this number.
    Ksef1OtherContent = "ksef1.otherContent", 409, "Conflict",
        "Pod tym numerem KSeF jest tu dokument o innej treści: {}. Nic nie zmieniono.",
        "A document with other content is here under this KSeF number: {}. Nothing was changed.";
    /// It was erased when its time was over.
    Ksef1Erased = "ksef1.erased", 409, "Conflict",
        "Faktura {} była tu i została usunięta po upływie czasu przechowywania.",
        "The invoice {} was here and was erased when its time was over.";
    /// The company has no such legal hold, or it was lifted.
    LegalHoldUnknown = "legalHold.unknown", 404, "Not Found",
        "Firma nie ma blokady usuwania {}, albo została już zdjęta.",
        "The company has no legal hold {}, or it was lifted already.";
    /// A company keeps its documents for longer than was asked for.
    RetentionTooShort = "retention.tooShort", 422, "Unprocessable Content",
        "{} lat to za krótko: KSeF przechowuje faktury 10 pełnych lat. Krócej (6–9 lat) tylko, gdy powiesz, że to celowe (isShorterOnPurpose, --shorter-on-purpose).",
        "{} years are too short: KSeF keeps invoices for 10 full years. For less (6 to 9), say that it is on purpose (isShorterOnPurpose, --shorter-on-purpose).";
    /// The company has no such unit.
    UnitUnknown = "unit.unknown", 404, "Not Found",
        "Firma nie ma jednostki {}.",
        "The company has no unit {}.";
    /// There is no such user.
    UserUnknown = "user.unknown", 404, "Not Found",
        "Nie ma użytkownika {}.",
        "There is no user {}.";
    /// Somebody has this name already.
    UserTaken = "user.taken", 409, "Conflict",
        "Użytkownik {} już jest.",
        "There is a user {} already.";
    /// A user that could not be one.
    UserInvalid = "user.invalid", 422, "Unprocessable Content",
        "Nie można przyjąć tych danych użytkownika: {}.",
        "This user cannot be taken: {}.";
    /// Nobody would be left who can give rights.
    UserLastAdministrator = "user.lastAdministrator", 409, "Conflict",
        "Nie zostałby nikt, kto jest administratorem wszystkich firm.",
        "Nobody would be left who is administrator of all companies.";
    /// No such API key, or it was revoked.
    ApiKeyUnknown = "apiKey.unknown", 404, "Not Found",
        "Nie ma ważnego klucza API {}.",
        "There is no valid API key {}.";
    /// A key that could not be used.
    ApiKeyInvalid = "apiKey.invalid", 422, "Unprocessable Content",
        "Klucz potrzebuje nazwy (do 100 znaków) i co najmniej jednego zakresu: read, send, receive, admin ({}).",
        "A key needs a name (up to 100 characters) and at least one scope: read, send, receive, admin ({}).";
    /// No such webhook.
    WebhookUnknown = "webhook.unknown", 404, "Not Found",
        "Nie ma webhooka {}.",
        "There is no webhook {}.";
    /// A webhook that could not be used.
    WebhookInvalid = "webhook.invalid", 422, "Unprocessable Content",
        "Tego webhooka nie można przyjąć: {}.",
        "This webhook cannot be taken: {}.";
    /// No such subscription or letter, or it is on its way.
    LetterUnknown = "letter.unknown", 404, "Not Found",
        "Nie ma takiej subskrypcji ani wysłanego listu ({}).",
        "There is no such subscription, or letter that was sent ({}).";
    /// There is no mail server.
    MailOff = "mail.off", 409, "Conflict",
        "Bramka nie ma serwera poczty: operator podaje go w [mail] w bramka.toml.",
        "The gateway has no mail server: the operator names it in [mail] of bramka.toml.";
    /// Too many listen to events already.
    EventsTooMany = "events.tooMany", 429, "Too Many Requests",
        "Zdarzeń tej firmy słucha już zbyt wiele programów ({}); zamknij inne połączenie albo spróbuj później.",
        "Too many programs listen to this company's events already ({}); close another connection, or try later.";
    /// What seals secrets in the database is not at hand.
    VaultUnavailable = "vault.unavailable", 503, "Service Unavailable",
        "Sejfu nie można otworzyć, więc sekretu nie ma gdzie zapisać; szczegóły są w dzienniku bramki.",
        "The vault cannot be opened, so there is no place for a secret; the gateway's log has the details.";
    /// No such session.
    SessionUnknown = "session.unknown", 404, "Not Found",
        "Nie ma takiej sesji.",
        "There is no such session.";
    /// The code that confirms a second factor is wrong, or none was begun.
    SecondFactorWrong = "secondFactor.wrong", 422, "Unprocessable Content",
        "Kod jest nieprawidłowy albo konfiguracji drugiego składnika nie rozpoczęto. Sprawdź aplikację i zegar.",
        "The code is wrong, or no second factor was begun. Look at the app and at the clock.";
    /// A browser was led here from another site.
    HostForbidden = "request.host", 403, "Forbidden",
        "Bez klucza API bramka odpowiada tylko pod adresem lokalnym (podano: {}).",
        "Without an API key the gateway answers on its loopback address only (found: {}).";
    /// No such path.
    NotFound = "request.path", 404, "Not Found",
        "Nie ma takiego adresu.",
        "There is no such address.";
    /// The path does not take this method.
    MethodNotAllowed = "request.method", 405, "Method Not Allowed",
        "Ten adres nie przyjmuje tej metody.",
        "This address does not take this method.";
    /// The database does not answer.
    StoreUnavailable = "store.unavailable", 503, "Service Unavailable",
        "Baza danych nie odpowiada albo nie ma jej tam, gdzie była. Niczego nie zapisano; ponów za chwilę z tym samym Idempotency-Key.",
        "The database does not answer or is not where it was. Nothing was stored; try again with the same Idempotency-Key.";
    /// No room is left where the database is.
    StoreFull = "store.full", 503, "Service Unavailable",
        "Dysk bazy danych jest pełny. Niczego nie zapisano; zwolnij miejsce i ponów z tym samym Idempotency-Key.",
        "The disk of the database is full. Nothing was stored; make room and try again with the same Idempotency-Key.";
    /// Another program holds the database's lock.
    StoreLocked = "store.locked", 503, "Service Unavailable",
        "Bazę danych blokuje inny program (kopia zapasowa?). Niczego nie zapisano; ponów za chwilę z tym samym Idempotency-Key.",
        "Another program locks the database (a backup?). Nothing was stored; try again with the same Idempotency-Key.";
    /// The object store does not answer.
    ObjectsUnavailable = "objects.unavailable", 503, "Service Unavailable",
        "Magazyn dokumentów (S3) nie odpowiada albo odmawia; szczegóły są w dzienniku bramki. Niczego nie zapisano; ponów za chwilę z tym samym Idempotency-Key.",
        "The object storage (S3) does not answer or refuses; the gateway's log has the details. Nothing was stored; try again with the same Idempotency-Key.";
    /// The gateway stops.
    Stopping = "gateway.stopping", 503, "Service Unavailable",
        "Bramka się zatrzymuje. Niczego nie zapisano; ponów za chwilę z tym samym Idempotency-Key.",
        "The gateway is stopping. Nothing was stored; try again with the same Idempotency-Key.";
    /// Our own fault.
    Internal = "internal", 500, "Internal Server Error",
        "Błąd po naszej stronie; szczegóły są w dzienniku bramki.",
        "A fault of ours; the gateway's log has the details.";
}

impl Problem {
    /// The problem with what was found put into its words.
    #[must_use]
    pub fn new(code: ProblemCode, found: &str) -> Self {
        Self::found(code, &Words { pl: found.to_owned(), en: found.to_owned() })
    }

    /// The problem with what was found in the words of each language.
    #[must_use]
    pub fn found(code: ProblemCode, found: &Words) -> Self {
        let (pl, en) = code.templates();
        let message = Words { pl: pl.replace("{}", &found.pl), en: en.replace("{}", &found.en) };
        Self {
            kind: "about:blank".to_owned(),
            title: code.title().to_owned(),
            status: code.http_status(),
            code: code.code().to_owned(),
            detail: message.en.clone(),
            message,
            findings: Vec::new(),
        }
    }

    /// The same with findings.
    #[must_use]
    pub fn with_findings(mut self, findings: Vec<serde_json::Value>) -> Self {
        self.findings = findings;
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique_and_statuses_are_errors() {
        for (place, code) in ProblemCode::ALL.iter().enumerate() {
            assert!((400..600).contains(&code.http_status()));
            assert!(
                ProblemCode::ALL[..place].iter().all(|other| other.code() != code.code()),
                "{}",
                code.code()
            );
        }
    }

    #[test]
    fn what_was_found_stands_in_both_languages() {
        let problem = Problem::new(ProblemCode::CompanyUnknown, "5265877635");
        assert!(problem.message.pl.contains("5265877635") && problem.detail.contains("5265877635"));
        let json = serde_json::to_value(&problem).expect("JSON");
        assert_eq!(json["type"], "about:blank");
        assert_eq!(json["status"], 404);
    }
}
