//! Every code of a diagnosis, with its words. The one place for them: findings are filled from here, and
//! `bramka explain` shows the same.
//!
//! `{name}` in a sentence is filled with what was found. Codes are never reused: CRED1.. the files, CRED2.. validity,
//! CRED3.. purpose, CRED4.. environment, CRED5.. whose it is, CRED6.. tokens.

use super::Explanation;

/// Explains a code of [`super::Finding::code`], in whatever case it is written; `None` for a code that is not ours.
#[must_use]
pub fn explain(code: &str) -> Option<Explanation> {
    ALL.explain(code)
}

/// Every code, in order.
pub fn codes() -> impl Iterator<Item = &'static str> {
    ALL.codes()
}

crate::catalogue! {
    WRONG_PASSWORD = "CRED101",
        "Hasło nie otwiera klucza prywatnego.",
        "The password does not open the private key.",
        "Podaj hasło nadane przy tworzeniu klucza; liczy się wielkość liter i każda spacja. Zapomnianego hasła nie da się odzyskać: trzeba wystąpić o nowy certyfikat.",
        "Give the password that was set when the key was made; case and every space count. A forgotten password cannot be recovered: apply for a new certificate.",
        "RFC 8018, RFC 7292";
    PASSWORD_NEEDED = "CRED102",
        "Klucz prywatny jest zaszyfrowany, a nie podano hasła.",
        "The private key is encrypted and no password was given.",
        "Podaj hasło klucza (w wierszu poleceń: --password-file PLIK).",
        "Give the key's password (on the command line: --password-file FILE).",
        "RFC 8018, RFC 7292";
    FOREIGN_KEY = "CRED103",
        "Klucz prywatny nie pasuje do certyfikatu {serial} ({subject}).",
        "The private key does not belong to the certificate {serial} ({subject}).",
        "Użyj pliku klucza, który powstał razem z tym certyfikatem; klucz certyfikatu uwierzytelniającego i certyfikatu Offline to dwa różne pliki.",
        "Use the key file that was made together with this certificate; the keys of the Authentication and of the Offline certificate are two files.",
        "features.md M37";
    UNREADABLE_KEY = "CRED104",
        "W pliku nie ma klucza prywatnego, który da się odczytać.",
        "The file holds no private key that can be read.",
        "Wskaż plik klucza (.key, .pem, .p12, .pfx) pobrany lub utworzony razem z certyfikatem; jeśli plik jest uszkodzony, weź jego kopię zapasową.",
        "Give the key file (.key, .pem, .p12, .pfx) that was made together with the certificate; if the file is damaged, take its backup.",
        "RFC 5958, RFC 8017, RFC 5915, RFC 7292";
    UNSUPPORTED_KEY = "CRED105",
        "KSeF nie przyjmuje kluczy tego rodzaju: {found}.",
        "KSeF takes no keys of this kind: {found}.",
        "Potrzebny jest klucz RSA o długości co najmniej 2048 bitów albo EC na krzywej P-256 lub P-384: wystąp o nowy certyfikat. Klucz OpenSSH zamieni: ssh-keygen -p -m PKCS8 -f KLUCZ",
        "An RSA key of at least 2048 bits or an EC key on P-256 or P-384 is needed: apply for a new certificate. An OpenSSH key is converted by: ssh-keygen -p -m PKCS8 -f KEY",
        "auth/podpis-xades.md, certyfikaty-KSeF.md §3";
    UNSUPPORTED_ENCRYPTION = "CRED106",
        "Klucz prywatny jest zaszyfrowany nieobsługiwanym sposobem: {found}.",
        "The private key is encrypted by a method that is not supported: {found}.",
        "Zamień plik: openssl pkcs8 -provider legacy -provider default -topk8 -in STARY.key -out NOWY.key",
        "Convert the file: openssl pkcs8 -provider legacy -provider default -topk8 -in OLD.key -out NEW.key",
        "RFC 8018, RFC 7292 appendix C";
    UNSUPPORTED_CONTAINER = "CRED107",
        "Kontener jest nieobsługiwanego rodzaju: {found}.",
        "The container is of a kind that is not supported: {found}.",
        "Zamień plik: openssl pkcs12 -legacy -in STARY.p12 -nodes | openssl pkcs12 -export -out NOWY.p12",
        "Convert the file: openssl pkcs12 -legacy -in OLD.p12 -nodes | openssl pkcs12 -export -out NEW.p12",
        "RFC 7292";
    NO_KEY = "CRED108",
        "Nie podano klucza prywatnego, więc sprawdzono sam certyfikat.",
        "No private key was given, so that only the certificate was checked.",
        "Podaj też plik klucza (--key PLIK): bez niego nie da się zalogować ani podpisać.",
        "Give the key file, too (--key FILE): without it nothing can be signed and nobody logged in.",
        "certyfikaty-KSeF.md §3";
    UNENCRYPTED_KEY = "CRED109",
        "Klucz prywatny leży w pliku bez hasła: kto skopiuje plik, podpisze się jako właściciel.",
        "The private key lies in the file without a password: whoever copies the file signs as its owner.",
        "Po dodaniu klucza do sejfu bramka usuń plik albo zaszyfruj go: openssl pkcs8 -topk8 -in STARY.key -out NOWY.key",
        "Once the key is in bramka's vault, delete the file, or encrypt it: openssl pkcs8 -topk8 -in OLD.key -out NEW.key",
        "certyfikaty-KSeF.md §3";
    SEVERAL_PAIRS = "CRED110",
        "W pliku jest kilka certyfikatów z kluczami ({count}); wzięto {serial}.",
        "The file holds several certificates with keys ({count}); {serial} was taken.",
        "Jeśli chodzi o inny, podaj go w osobnym pliku.",
        "If another one is meant, give it in a file of its own.",
        "RFC 7292";
    UNSUPPORTED_CERTIFICATE_KEY = "CRED111",
        "Certyfikat poświadcza klucz, którego KSeF nie przyjmuje: {found}.",
        "The certificate certifies a key that KSeF does not take: {found}.",
        "Wystąp o certyfikat dla klucza RSA o długości co najmniej 2048 bitów albo EC P-256.",
        "Apply for a certificate for an RSA key of at least 2048 bits or an EC P-256 key.",
        "auth/podpis-xades.md";
    OTHER_THAN_KEY = "CRED112",
        "Plik klucza zawiera co innego niż klucz prywatny: {found}.",
        "The key file holds something else than a private key: {found}.",
        "Wskaż plik klucza (.key, .pem, .p12, .pfx) utworzony razem z certyfikatem.",
        "Give the key file (.key, .pem, .p12, .pfx) that was made together with the certificate.",
        "RFC 7468";

    NOT_YET_VALID = "CRED201",
        "Certyfikat będzie ważny dopiero od {from}.",
        "The certificate is not valid before {from}.",
        "Poczekaj do tej chwili albo wystąp o certyfikat z wcześniejszą datą początku; sprawdź też zegar tego komputera.",
        "Wait until then, or apply for a certificate that begins earlier; check the clock of this machine, too.",
        "features.md M36, RFC 5280 §4.1.2.5";
    EXPIRED = "CRED202",
        "Certyfikat stracił ważność {until}.",
        "The certificate expired on {until}.",
        "Wystąp o nowy certyfikat i dodaj go razem z jego kluczem.",
        "Apply for a new certificate and add it together with its key.",
        "RFC 5280 §4.1.2.5";
    EXPIRES_SOON = "CRED203",
        "Certyfikat straci ważność {until}, za {days} dni.",
        "The certificate expires on {until}, in {days} days.",
        "Odnów certyfikat, zanim to nastąpi: stary i nowy mogą działać obok siebie.",
        "Renew the certificate before that: the old and the new one may work side by side.",
        "features.md M27";

    OFFLINE_FOR_LOGIN = "CRED301",
        "To certyfikat typu Offline: nie można się nim zalogować do KSeF.",
        "This is an Offline certificate: it cannot log in to KSeF.",
        "Użyj certyfikatu o przeznaczeniu „Uwierzytelnienie w systemie KSeF”.",
        "Use the certificate whose purpose is “Uwierzytelnienie w systemie KSeF” (authentication).",
        "certyfikaty-KSeF.md (keyUsage Non-Repudiation)";
    AUTHENTICATION_FOR_OFFLINE = "CRED302",
        "To certyfikat uwierzytelniający: nie można nim podpisywać linków faktur offline (KOD II).",
        "This is an Authentication certificate: it cannot sign the links of offline invoices (KOD II).",
        "Użyj certyfikatu o przeznaczeniu „Podpis linku do weryfikacji wystawcy”.",
        "Use the certificate whose purpose is “Podpis linku do weryfikacji wystawcy” (offline).",
        "kody-qr.md §2, certyfikaty-KSeF.md (keyUsage Digital Signature)";
    OTHER_FOR_OFFLINE = "CRED303",
        "Ten certyfikat nie jest certyfikatem KSeF typu Offline, a tylko takim można podpisywać linki faktur offline (KOD II).",
        "This is no Offline certificate of KSeF, and only such ones sign the links of offline invoices (KOD II).",
        "Wystąp w KSeF o certyfikat o przeznaczeniu „Podpis linku do weryfikacji wystawcy”.",
        "Apply to KSeF for a certificate whose purpose is “Podpis linku do weryfikacji wystawcy” (offline).",
        "kody-qr.md §2";
    TYPE_OFFLINE = "CRED304",
        "Typ Offline: podpisuje linki faktur offline (KOD II), nie loguje do KSeF.",
        "Type Offline: it signs the links of offline invoices (KOD II) and does not log in to KSeF.",
        "Do logowania potrzebny jest osobny certyfikat uwierzytelniający.",
        "Logging in takes a separate Authentication certificate.",
        "certyfikaty-KSeF.md";
    TYPE_OTHER = "CRED305",
        "To nie jest certyfikat wydany przez KSeF do jednego z jego dwóch celów.",
        "This is no certificate that KSeF issued for one of its two purposes.",
        "Do logowania nadaje się też certyfikat kwalifikowany z NIP lub PESEL, a w środowisku TEST własnoręcznie utworzony; do faktur offline tylko certyfikat KSeF.",
        "A qualified certificate with NIP or PESEL logs in as well, on TEST a self-made one, too; offline invoices take a certificate of KSeF only.",
        "auth/podpis-xades.md, srodowiska.md";
    KEY_FOR_OFFLINE = "CRED306",
        "Kluczem {found} nie można podpisywać linków faktur offline (KOD II).",
        "A {found} key cannot sign the links of offline invoices (KOD II).",
        "Wystąp o certyfikat Offline dla klucza EC P-256 albo RSA-2048.",
        "Apply for an Offline certificate for an EC P-256 or RSA-2048 key.",
        "kody-qr.md §2";

    TEST_IN_PRODUCTION = "CRED401",
        "Certyfikat wydało środowisko testowe KSeF (TEST lub DEMO), a potrzebny jest do PRD.",
        "The certificate comes from a test environment of KSeF (TEST or DEMO) and is needed for PRD.",
        "Wystąp o certyfikat w środowisku produkcyjnym albo wybierz dla tej firmy środowisko testowe.",
        "Apply for a certificate in production, or choose a test environment for this company.",
        "issuer TEST CCK KSeF: CIRFMF/ksef-api#330, #437";
    PRODUCTION_IN_TEST = "CRED402",
        "Certyfikat wydało środowisko produkcyjne KSeF, a potrzebny jest do {environment}.",
        "The certificate comes from KSeF's production and is needed for {environment}.",
        "Wystąp o certyfikat w środowisku {environment} albo wybierz dla tej firmy środowisko produkcyjne.",
        "Apply for a certificate in {environment}, or choose production for this company.",
        "issuer CCK KSeF: CIRFMF/ksef-api#314";
    SELF_SIGNED = "CRED403",
        "Certyfikat jest podpisany własnym kluczem; przyjmuje takie tylko środowisko TEST.",
        "The certificate is signed by its own key; only TEST takes such ones.",
        "Użyj certyfikatu wydanego przez KSeF albo certyfikatu kwalifikowanego.",
        "Use a certificate that KSeF issued, or a qualified one.",
        "srodowiska.md";
    UNKNOWN_ISSUER = "CRED404",
        "Certyfikatu nie wydał KSeF i nie jest kwalifikowany; wystawca: {issuer}.",
        "The certificate was not issued by KSeF and is not qualified; its issuer: {issuer}.",
        "Użyj certyfikatu wydanego przez KSeF albo certyfikatu kwalifikowanego z NIP lub PESEL.",
        "Use a certificate that KSeF issued, or a qualified one with NIP or PESEL.",
        "auth/podpis-xades.md";
    FROM_TEST = "CRED405",
        "Certyfikat wydało środowisko testowe KSeF (TEST lub DEMO; po wystawcy nie da się ich rozróżnić).",
        "The certificate comes from a test environment of KSeF (TEST or DEMO; the issuer does not tell which).",
        "W PRD nie zadziała: tam potrzebny jest certyfikat wydany w PRD.",
        "It will not work in PRD: that takes a certificate issued there.",
        "issuer TEST CCK KSeF: CIRFMF/ksef-api#330, #437";

    OWNER = "CRED501",
        "Certyfikat ma NIP tej firmy ({nip}): loguje jako jej właściciel, ze wszystkimi uprawnieniami.",
        "The certificate has this company's NIP ({nip}): it logs in as the owner, with every right.",
        "Nic nie trzeba robić; kto ma ten klucz, może w KSeF wszystko, więc trzymaj go w sejfie.",
        "Nothing to do; whoever has this key may do anything in KSeF, so keep it in the vault.",
        "uwierzytelnianie.md, uprawnienia.md";
    PERSON = "CRED502",
        "Certyfikat jest na osobę ({identity}): w firmie {nip} może tylko to, do czego ta osoba ma nadane uprawnienia.",
        "The certificate names a person ({identity}): in the company {nip} it may do only what that person was granted.",
        "Sprawdź w KSeF, że osoba ma uprawnienia do wystawiania i przeglądania faktur tej firmy; samo zgłoszenie ZAW-FA daje tylko prawo do zarządzania uprawnieniami.",
        "Check in KSeF that the person may issue and view this company's invoices; a ZAW-FA notification alone gives only the right to manage rights.",
        "uprawnienia.md, field notes A10";
    OTHER_FIRM = "CRED503",
        "Certyfikat jest na inną firmę (NIP {found}) niż {nip}.",
        "The certificate belongs to another firm (NIP {found}) than {nip}.",
        "Tak pracują biura rachunkowe: firma {nip} musi nadać w KSeF uprawnienia podmiotowi o NIP {found}. Jeśli to pomyłka, użyj certyfikatu firmy {nip}.",
        "Accounting offices work this way: the company {nip} has to grant rights in KSeF to the entity with NIP {found}. If it is a mistake, use the certificate of {nip}.",
        "uprawnienia.md, features.md M35";
    NOBODY = "CRED504",
        "W certyfikacie nie ma ani NIP, ani PESEL, które rozpozna KSeF.",
        "The certificate has neither NIP nor PESEL that KSeF would recognise.",
        "Uprawnienia firmy {nip} trzeba nadać na odcisk certyfikatu (SHA-256): {fingerprint}",
        "The company {nip} has to grant rights to the certificate's fingerprint (SHA-256): {fingerprint}",
        "auth/podpis-xades.md, odcisk palca certyfikatu";
    SEAL_WITH_NAMES = "CRED505",
        "Pieczęć firmy ma w podmiocie imię lub nazwisko, których pieczęć mieć nie może.",
        "The company's seal has a given name or a surname in its subject, which a seal must not have.",
        "Użyj pieczęci bez tych pól albo certyfikatu osoby z NIP lub PESEL w polu serialNumber.",
        "Use a seal without these attributes, or a person's certificate with NIP or PESEL in serialNumber.",
        "auth/podpis-xades.md";

    TOKEN_OF_KSEF_1 = "CRED601",
        "To token z KSeF 1.0: nie działa od przejścia na KSeF 2.0.",
        "This is a token of KSeF 1.0: it has not worked since KSeF 2.0.",
        "Wygeneruj token w Aplikacji Podatnika KSeF 2.0 albo użyj certyfikatu.",
        "Generate a token in KSeF 2.0's Aplikacja Podatnika, or use a certificate.",
        "CIRFMF/ksef-api#208, #199";
    TOKEN_EMPTY = "CRED602",
        "Token jest pusty.",
        "The token is empty.",
        "Wklej cały token, tak jak pokazał go KSeF przy wygenerowaniu.",
        "Paste the whole token as KSeF showed it when it was generated.",
        "tokeny-ksef.md";
    TOKEN_TOO_LONG = "CRED603",
        "To ma {length} znaków, a token KSeF najwyżej 160.",
        "This has {length} characters, and a KSeF token at most 160.",
        "Wklej sam token, bez innych tekstów.",
        "Paste the token alone, without other text.",
        "open-api 2.9.0, GenerateTokenResponse";
    TOKEN_IS_JWT = "CRED604",
        "To nie token KSeF, lecz token dostępowy lub odświeżania (JWT), który żyje krótko.",
        "This is no KSeF token but an access or refresh token (JWT), which lives a short time.",
        "Wygeneruj token KSeF w Aplikacji Podatnika i wklej go w całości.",
        "Generate a KSeF token in Aplikacja Podatnika and paste all of it.",
        "uwierzytelnianie.md";
    TOKEN_IS_REFERENCE = "CRED605",
        "To numer referencyjny tokena, a nie sam token.",
        "This is a token's reference number and not the token.",
        "Sam token KSeF pokazuje tylko raz, przy wygenerowaniu; jeśli nie został zapisany, wygeneruj nowy.",
        "KSeF shows the token itself only once, when it is generated; if it was not kept, generate a new one.",
        "tokeny-ksef.md §3";
    TOKEN_IS_CERTIFICATE = "CRED606",
        "To plik certyfikatu lub klucza, a nie token.",
        "This is a certificate or key file and not a token.",
        "Dodaj go jako certyfikat: bramka credential add.",
        "Add it as a certificate: bramka credential add.",
        "tokeny-ksef.md";
    NO_TOKEN = "CRED607",
        "To nie jest token KSeF.",
        "This is no KSeF token.",
        "Token KSeF ma postać numer|nip-NIP|znaki, bez spacji. Wklej go w całości, tak jak pokazał go KSeF.",
        "A KSeF token has the form number|nip-NIP|characters, without spaces. Paste all of it as KSeF showed it.",
        "tokens issued by TEST and production";
    TOKEN_OF_OTHER_CONTEXT = "CRED608",
        "Token wydano dla NIP {found}, a nie dla {nip}.",
        "The token was issued for NIP {found}, not for {nip}.",
        "Token działa tylko w firmie, w której go wygenerowano: wygeneruj go po zalogowaniu w kontekście {nip}.",
        "A token works only for the company in which it was generated: generate one after logging in for {nip}.",
        "tokeny-ksef.md";
    TOKEN_UNUSUAL = "CRED609",
        "Token ma inną postać niż dotąd wydawane (numer|nip-NIP|znaki); może być niepełny.",
        "The token looks different from those issued so far (number|nip-NIP|characters); it may be incomplete.",
        "Jeśli logowanie się nie uda, wklej cały token jeszcze raz.",
        "If the login fails, paste the whole token again.",
        "tokens issued by TEST and production";
    TOKENS_END = "CRED610",
        "Tokeny mają działać do {until} (stan na {as_of}; Ministerstwo proponowało je zachować).",
        "Tokens are to work until {until} (as of {as_of}; the Ministry proposed to keep them).",
        "Przejdź zawczasu na certyfikat: można go dodać obok tokena i przełączyć bez przerwy.",
        "Change to a certificate in time: it can be added beside the token and takes over without a break.",
        "Dz. U. 2025 poz. 1815 § 13 ust. 1 pkt 1; CIRFMF/ksef-api#834";
    TOKEN_TRIMMED = "CRED611",
        "Wokół tokena były spacje, końce wierszy lub cudzysłowy; pominięto je.",
        "There were spaces, line ends or quotation marks around the token; they were left out.",
        "Nic nie trzeba robić.",
        "Nothing to do.",
        "tokeny-ksef.md";
    TOKEN_WITH_FOREIGN_LETTERS = "CRED612",
        "W tokenie jest spacja, koniec wiersza albo litera, której tokeny KSeF nie mają.",
        "The token has a space, a line end or a letter in it that KSeF's tokens do not have.",
        "Wklej token jeszcze raz w całości, bez podziału na wiersze i bez innych tekstów.",
        "Paste the whole token again, not broken into lines and without other text.",
        "tokens issued by TEST and production";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_complete_and_its_languages_agree() {
        assert_eq!(ALL.faults(), Vec::<String>::new());
        for code in codes() {
            let told = explain(&code.to_lowercase()).expect(code);
            assert!(!told.message.pl.contains('{') && !told.remedy.en.contains('{'), "{code}");
        }
        assert!(explain("CRED000").is_none());
    }
}
