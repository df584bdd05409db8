//! The codes of KSeF as data: of errors, logins, sessions and invoices, each with its Polish description.
//!
//! Sources: the tables in the official OpenAPI document of 2.9.0. The same number means different things in different
//! tables (415: no permission, key, attachment; field notes B4), so each table is a type.

/// Defines a table of codes: a number type with constants, the list of all, and descriptions.
macro_rules! codes {
    (
        $(#[$meta:meta])*
        pub struct $name:ident { $( $(#[$code_meta:meta])* $constant:ident = $code:literal, $description:literal; )+ }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub i32);

        impl $name {
            $( $(#[$code_meta])* pub const $constant: Self = Self($code); )+

            /// Every code of the table, ascending as in the specification.
            pub const ALL: &'static [Self] = &[$( Self($code) ),+];

            /// The Polish description of the specification; `None` for a code that this version does not know.
            #[must_use]
            pub const fn description(self) -> Option<&'static str> {
                match self.0 {
                    $( $code => Some($description), )+
                    _ => None,
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

codes! {
    /// Codes of errors (`exceptionCode` in the legacy body, `errors[].code` in problem details), all HTTP 400.
    pub struct ExceptionCode {
        /// Invalid document.
        INVALID_DOCUMENT = 9101, "Nieprawidłowy dokument.";
        /// No signature.
        NO_SIGNATURE = 9102, "Brak podpisu.";
        /// Too many signatures.
        TOO_MANY_SIGNATURES = 9103, "Przekroczona liczba dozwolonych podpisów.";
        /// Invalid signature.
        INVALID_SIGNATURE = 9105, "Nieprawidłowy podpis.";
        /// Unreadable content.
        UNREADABLE_CONTENT = 21001, "Nieczytelna treść.";
        /// Invalid challenge.
        INVALID_CHALLENGE = 21111, "Nieprawidłowe wyzwanie autoryzacyjne.";
        /// Invalid certificate.
        INVALID_CERTIFICATE = 21115, "Nieprawidłowy certyfikat.";
        /// Invalid subject for context.
        INVALID_SUBJECT_FOR_CONTEXT = 21117, "Nieprawidłowy identyfikator podmiotu dla wskazanego typu kontekstu.";
        /// Session invoice limit.
        SESSION_INVOICE_LIMIT = 21155, "Przekroczono dozwoloną liczbę faktur w sesji.";
        /// Invalid part size.
        INVALID_PART_SIZE = 21157, "Nieprawidłowy rozmiar części pakietu.";
        /// Too many parts.
        TOO_MANY_PARTS = 21161, "Przekroczono dozwoloną liczbę części pakietu.";
        /// Invoice not found.
        INVOICE_NOT_FOUND = 21164, "Faktura o podanym identyfikatorze nie istnieje.";
        /// Invoice not yet available.
        INVOICE_NOT_YET_AVAILABLE = 21165, "Faktura o podanym numerze KSeF nie jest jeszcze dostępna.";
        /// Technical correction unavailable.
        TECHNICAL_CORRECTION_UNAVAILABLE = 21166, "Korekta techniczna niedostępna.";
        /// Technical correction not allowed.
        TECHNICAL_CORRECTION_NOT_ALLOWED = 21167, "Status faktury nie pozwala na korektę techniczną.";
        /// Session not found.
        SESSION_NOT_FOUND = 21173, "Brak sesji o wskazanym numerze referencyjnym.";
        /// Query result not found.
        QUERY_RESULT_NOT_FOUND = 21175, "Wynik zapytania o podanym identyfikatorze nie istnieje.";
        /// Upo not found.
        UPO_NOT_FOUND = 21178, "Nie znaleziono UPO dla podanych kryteriów.";
        /// Session status forbids.
        SESSION_STATUS_FORBIDS = 21180, "Status sesji nie pozwala na wykonanie operacji.";
        /// Invalid export request.
        INVALID_EXPORT_REQUEST = 21181, "Nieprawidłowe żądanie eksportu faktur.";
        /// Export limit.
        EXPORT_LIMIT = 21182, "Osiągnięto limit trwających eksportów.";
        /// Range beyond hwm.
        RANGE_BEYOND_HWM = 21183, "Zakres filtrowania wykracza poza dostępny zakres danych.";
        /// Session temporarily unavailable.
        SESSION_TEMPORARILY_UNAVAILABLE = 21184, "Sesja tymczasowo niedostępna.";
        /// Empty package.
        EMPTY_PACKAGE = 21205, "Pakiet nie może być pusty.";
        /// Upload timed out.
        UPLOAD_TIMED_OUT = 21208, "Czas oczekiwania na requesty upload lub finish został przekroczony.";
        /// Invalid encoding.
        INVALID_ENCODING = 21217, "Nieprawidłowe kodowanie znaków.";
        /// Not authorized.
        NOT_AUTHORIZED = 21301, "Brak autoryzacji.";
        /// Not authenticated.
        NOT_AUTHENTICATED = 21304, "Brak uwierzytelnienia.";
        /// Deceased person.
        DECEASED_PERSON = 21308, "Próba wykorzystania metod autoryzacyjnych osoby zmarłej.";
        /// Schema mismatch.
        SCHEMA_MISMATCH = 21401, "Dokument nie jest zgodny ze schemą (xsd).";
        /// Invalid file size.
        INVALID_FILE_SIZE = 21402, "Nieprawidłowy rozmiar pliku.";
        /// Invalid file hash.
        INVALID_FILE_HASH = 21403, "Nieprawidłowy skrót pliku.";
        /// Validation.
        VALIDATION = 21405, "Błąd walidacji danych wejściowych.";
        /// Signature conflict.
        SIGNATURE_CONFLICT = 21406, "Konflikt podpisu i typu uwierzytelnienia.";
        /// Invalid continuation token.
        INVALID_CONTINUATION_TOKEN = 21418, "Przekazany token kontynuacji ma nieprawidłowy format.";
        /// Unknown public key.
        UNKNOWN_PUBLIC_KEY = 21470, "Przesłany identyfikator klucza jest nieznany lub wskazuje na wycofany klucz.";
        /// Csr data unavailable.
        CSR_DATA_UNAVAILABLE = 25001, "Brak możliwości pobrania danych do CSR dla wykorzystanego sposobu uwierzytelnienia.";
        /// Enrollment unavailable.
        ENROLLMENT_UNAVAILABLE = 25002, "Brak możliwości złożenia wniosku certyfikacyjnego dla wykorzystanego sposobu uwierzytelnienia.";
        /// Csr data mismatch.
        CSR_DATA_MISMATCH = 25003, "Dane w CSR nie zgadzają się z danymi w użytym wektorze uwierzytelniającym.";
        /// Invalid csr.
        INVALID_CSR = 25004, "Niepoprawny format CSR lub niepoprawny podpis CSR.";
        /// Enrollment not found.
        ENROLLMENT_NOT_FOUND = 25005, "Wniosek certyfikacyjny o podanym numerze referencyjnym nie istnieje.";
        /// Enrollment limit.
        ENROLLMENT_LIMIT = 25006, "Osiągnięto limit możliwych do złożenia wniosków certyfikacyjnych.";
        /// Certificate limit.
        CERTIFICATE_LIMIT = 25007, "Osiągnięto limit dopuszczalnej liczby posiadanych certyfikatów.";
        /// Certificate not found.
        CERTIFICATE_NOT_FOUND = 25008, "Certyfikat o podanym numerze seryjnym nie istnieje.";
        /// Certificate not revocable.
        CERTIFICATE_NOT_REVOCABLE = 25009, "Nie można odwołać wskazanego certyfikatu, ponieważ jest już odwołany, zablokowany lub nieważny.";
        /// Invalid csr key.
        INVALID_CSR_KEY = 25010, "Nieprawidłowy typ lub długość klucza.";
        /// Invalid csr signature algorithm.
        INVALID_CSR_SIGNATURE_ALGORITHM = 25011, "Nieprawidłowy algorytm podpisu CSR.";
        /// Token permissions exceed own.
        TOKEN_PERMISSIONS_EXCEED_OWN = 26001, "Nie można nadać tokenowi uprawnień których nie posiadasz.";
        /// Token context not allowed.
        TOKEN_CONTEXT_NOT_ALLOWED = 26002, "Nie można wygenerować tokena dla obecnego typu kontekstu.";
        /// Already exists.
        ALREADY_EXISTS = 30001, "Podmiot lub uprawnienie już istnieje.";
        /// Collective invoice not found.
        COLLECTIVE_INVOICE_NOT_FOUND = 71001, "Faktura o podanym identyfikatorze nie istnieje.";
        /// Collective limit.
        COLLECTIVE_LIMIT = 71002, "Faktura jest już przypisana do maksymalnej liczby Identyfikatorów Zbiorczych.";
        /// Collective sellers differ.
        COLLECTIVE_SELLERS_DIFFER = 71004, "Faktury mają różnych sprzedawców.";
        /// Collective repeated invoice.
        COLLECTIVE_REPEATED_INVOICE = 71005, "Powtórzony numer KSeF w żądaniu.";
    }
}

codes! {
    /// Status codes of a login.
    pub struct AuthStatusCode {
        /// In progress.
        IN_PROGRESS = 100, "Uwierzytelnianie w toku";
        /// Success.
        SUCCESS = 200, "Uwierzytelnianie zakończone sukcesem";
        /// No permissions.
        NO_PERMISSIONS = 415, "Uwierzytelnianie zakończone niepowodzeniem";
        /// Revoked.
        REVOKED = 425, "Uwierzytelnienie unieważnione";
        /// Invalid token.
        INVALID_TOKEN = 450, "Uwierzytelnianie zakończone niepowodzeniem z powodu błędnego tokenu";
        /// Invalid certificate.
        INVALID_CERTIFICATE = 460, "Uwierzytelnianie zakończone niepowodzeniem z powodu błędu certyfikatu";
        /// Deceased person.
        DECEASED_PERSON = 470, "Uwierzytelnianie zakończone niepowodzeniem";
        /// Blocked.
        BLOCKED = 480, "Uwierzytelnienie zablokowane";
        /// Unknown error.
        UNKNOWN_ERROR = 500, "Nieznany błąd";
        /// Cancelled by system.
        CANCELLED_BY_SYSTEM = 550, "Operacja została anulowana przez system";
    }
}

codes! {
    /// Status codes of an online session.
    pub struct OnlineSessionStatusCode {
        /// Open.
        OPEN = 100, "Sesja interaktywna otwarta";
        /// Closed.
        CLOSED = 170, "Sesja interaktywna zamknięta";
        /// Processed.
        PROCESSED = 200, "Sesja interaktywna przetworzona pomyślnie";
        /// Key not decrypted.
        KEY_NOT_DECRYPTED = 415, "Błąd odszyfrowania dostarczonego klucza";
        /// Cancelled.
        CANCELLED = 440, "Sesja anulowana";
        /// No valid invoices.
        NO_VALID_INVOICES = 445, "Błąd weryfikacji, brak poprawnych faktur";
    }
}

codes! {
    /// Status codes of a batch session.
    pub struct BatchSessionStatusCode {
        /// Started.
        STARTED = 100, "Sesja wsadowa rozpoczęta";
        /// Processing.
        PROCESSING = 150, "Trwa przetwarzanie";
        /// Processed.
        PROCESSED = 200, "Sesja wsadowa przetworzona pomyślnie";
        /// Invalid parts.
        INVALID_PARTS = 405, "Błąd weryfikacji poprawności dostarczonych elementów paczki";
        /// Key not decrypted.
        KEY_NOT_DECRYPTED = 415, "Błąd odszyfrowania dostarczonego klucza";
        /// Too many invoices.
        TOO_MANY_INVOICES = 420, "Przekroczony limit faktur w sesji";
        /// Not decompressed.
        NOT_DECOMPRESSED = 430, "Błąd dekompresji pierwotnego archiwum";
        /// Parts not decrypted.
        PARTS_NOT_DECRYPTED = 435, "Błąd odszyfrowania zaszyfrowanych części archiwum";
        /// Cancelled.
        CANCELLED = 440, "Sesja anulowana";
        /// No valid invoices.
        NO_VALID_INVOICES = 445, "Błąd weryfikacji, brak poprawnych faktur";
        /// Unknown error.
        UNKNOWN_ERROR = 500, "Nieznany błąd";
    }
}

codes! {
    /// Status codes of an invoice.
    pub struct InvoiceStatusCode {
        /// Accepted for processing.
        ACCEPTED_FOR_PROCESSING = 100, "Faktura przyjęta do dalszego przetwarzania";
        /// Processing.
        PROCESSING = 150, "Trwa przetwarzanie";
        /// Success.
        SUCCESS = 200, "Sukces";
        /// Cancelled by session error.
        CANCELLED_BY_SESSION_ERROR = 405, "Przetwarzanie anulowane z powodu błędu sesji";
        /// Permission scope.
        PERMISSION_SCOPE = 410, "Nieprawidłowy zakres uprawnień";
        /// Attachment not allowed.
        ATTACHMENT_NOT_ALLOWED = 415, "Brak możliwości wysyłania faktury z załącznikiem";
        /// File verification.
        FILE_VERIFICATION = 430, "Błąd weryfikacji pliku faktury";
        /// Not decrypted.
        NOT_DECRYPTED = 435, "Błąd odszyfrowania pliku";
        /// Duplicate.
        DUPLICATE = 440, "Duplikat faktury";
        /// Semantic verification.
        SEMANTIC_VERIFICATION = 450, "Błąd weryfikacji semantyki dokumentu faktury";
        /// Unknown error.
        UNKNOWN_ERROR = 500, "Nieznany błąd";
        /// Cancelled by system.
        CANCELLED_BY_SYSTEM = 550, "Operacja została anulowana przez system";
    }
}

codes! {
    /// Status codes of an export.
    pub struct ExportStatusCode {
        /// In progress.
        IN_PROGRESS = 100, "Eksport faktur w toku";
        /// Success.
        SUCCESS = 200, "Eksport faktur zakończony sukcesem";
        /// Expired.
        EXPIRED = 210, "Eksport faktur wygasł i nie jest już dostępny do pobrania";
        /// Key not decrypted.
        KEY_NOT_DECRYPTED = 415, "Błąd odszyfrowania dostarczonego klucza";
        /// Range beyond hwm.
        RANGE_BEYOND_HWM = 420, "Zakres filtrowania wykracza poza dostępny zakres danych";
        /// Unknown error.
        UNKNOWN_ERROR = 500, "Nieznany błąd";
        /// Cancelled by system.
        CANCELLED_BY_SYSTEM = 550, "Operacja została anulowana przez system";
    }
}

codes! {
    /// Status codes of granting or revoking a permission.
    pub struct PermissionOperationStatusCode {
        /// Accepted for processing.
        ACCEPTED = 100, "Operacja przyjęta do realizacji";
        /// Success.
        SUCCESS = 200, "Operacja zakończona sukcesem";
        /// Failure.
        FAILED = 400, "Operacja zakończona niepowodzeniem";
        /// The identifiers do not fit each other.
        IDENTIFIERS_MISMATCH = 410, "Podane identyfikatory są niezgodne lub pozostają w niewłaściwej relacji";
        /// The caller may not do this.
        NOT_PERMITTED = 420, "Użyte poświadczenia nie mają uprawnień do wykonania tej operacji";
        /// The context has not the role for it.
        CONTEXT_ROLE_MISMATCH = 430, "Kontekst identyfikatora nie odpowiada wymaganej roli lub uprawnieniom";
        /// Not between these identifiers.
        RELATION_NOT_ALLOWED = 440, "Operacja niedozwolona dla wskazanych powiązań identyfikatorów";
        /// Not for this identifier.
        IDENTIFIER_NOT_ALLOWED = 450, "Operacja niedozwolona dla wskazanego identyfikatora lub jego typu";
        /// Unknown error.
        UNKNOWN_ERROR = 500, "Nieznany błąd";
        /// Cancelled by system.
        CANCELLED_BY_SYSTEM = 550, "Operacja została anulowana przez system";
    }
}

codes! {
    /// Status codes of an application for a certificate.
    pub struct EnrollmentStatusCode {
        /// Accepted.
        ACCEPTED = 100, "Wniosek przyjęty do realizacji";
        /// Issued.
        ISSUED = 200, "Wniosek obsłużony (certyfikat wygenerowany)";
        /// Rejected; the details say why.
        REJECTED = 400, "Wniosek odrzucony";
        /// Unknown error.
        UNKNOWN_ERROR = 500, "Nieznany błąd";
        /// Cancelled by system.
        CANCELLED_BY_SYSTEM = 550, "Operacja została anulowana przez system";
    }
}
