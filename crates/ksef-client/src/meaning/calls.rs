//! HTTP statuses, reasons of a 403, warnings, and what the client finds by itself.

use super::{
    ADMINISTRATOR, ANY, KSEF, Layer, Meaning, NOBODY, OPERATOR, OPERATOR_LATER, PROGRAM, PROGRAM_LATER, row,
};

const H: Layer = Layer::Http;
const F: Layer = Layer::Forbidden;
const W: Layer = Layer::Warning;
const C: Layer = Layer::Call;

pub(super) const HTTP: &[Meaning] = &[
    row(
        H,
        "400",
        PROGRAM,
        ["KSeF uznał żądanie za błędne i nie podał kodu.", "KSeF called the request wrong and gave no code."],
        [
            "Zachowaj treść odpowiedzi i zgłoś ją autorom programu.",
            "Keep the answer and report it to the program's authors.",
        ],
        "open-api 2.9.0",
    ),
    row(
        H,
        "401",
        PROGRAM_LATER,
        [
            "KSeF nie uznaje tokenu dostępowego: wygasł, został unieważniony albo go brakło.",
            "KSeF does not accept the access token: it expired, was revoked, or was missing.",
        ],
        [
            "Program loguje się ponownie i raz powtarza wywołanie. Jeśli to się powtarza, sprawdź poświadczenie: bramka doctor.",
            "The program logs in anew and repeats the call once. If it goes on, check the credential: bramka doctor.",
        ],
        "open-api 2.9.0; field notes A9",
    ),
    row(
        H,
        "403",
        ADMINISTRATOR,
        ["KSeF odmówił dostępu i nie podał powodu.", "KSeF refused access and gave no reason."],
        [
            "Sprawdź uprawnienia w kontekście tej firmy (bramka doctor); pusta odpowiedź 403 bywa też skutkiem zapory sieciowej.",
            "Check the permissions in this company's context (bramka doctor); an empty 403 may also come from a firewall.",
        ],
        "open-api 2.9.0; ksef-api#125",
    ),
    row(
        H,
        "404",
        PROGRAM,
        ["Pod tym adresem KSeF nie ma nic.", "KSeF has nothing at this address."],
        [
            "Sprawdź adres środowiska; jeżeli jest właściwy, program jest starszy niż API.",
            "Check the environment's address; if it is right, the program is older than the API.",
        ],
        "ksef-api#620; srodowiska.md",
    ),
    row(
        H,
        "405",
        PROGRAM,
        ["Adres nie przyjmuje tej metody HTTP.", "The address does not take this HTTP method."],
        [
            "Przy wysyłce części paczki: adres wygasł albo jest niepełny, otwórz nową sesję wsadową.",
            "While uploading a part: the address expired or is cut, open a new batch session.",
        ],
        "ksef-api#260",
    ),
    row(
        H,
        "410",
        OPERATOR,
        ["KSeF już tego nie przechowuje.", "KSeF no longer keeps this."],
        [
            "Status operacji i paczka eksportu są dostępne przez kilka dni; zleć operację od nowa.",
            "The status of an operation and the package of an export are kept some days; start it anew.",
        ],
        "api-changelog.md 2.4.0; field notes B2",
    ),
    row(
        H,
        "413",
        OPERATOR,
        ["Żądanie jest za duże.", "The request is too large."],
        [
            "Faktura może mieć najwyżej 1 000 000 bajtów, z załącznikiem 3 000 000; większe zbiory wysyła się wsadowo.",
            "An invoice has at most 1,000,000 bytes, 3,000,000 with an attachment; larger sets are sent as a batch.",
        ],
        "limity.md",
    ),
    row(
        H,
        "415",
        PROGRAM,
        [
            "KSeF nie przyjmuje tego rodzaju treści (Content-Type).",
            "KSeF does not take this kind of content (Content-Type).",
        ],
        ["Zgłoś to autorom programu.", "Report it to the program's authors."],
        "ksef-api#109, #137",
    ),
    row(
        H,
        "429",
        PROGRAM_LATER,
        [
            "Limit żądań KSeF jest wyczerpany; żądanie nie zostało przetworzone.",
            "KSeF's limit of requests is used up; the request was not processed.",
        ],
        [
            "Program odczeka tyle, ile podał KSeF. Jeśli to częste, z tego samego adresu IP pracuje inny program; liczbę można podnieść wnioskiem do MF, a wysyłkę wielu faktur przenieść do sesji wsadowej.",
            "The program waits as long as KSeF said. If it is frequent, another program works from the same address; the Ministry raises limits on request, and many invoices belong into a batch session.",
        ],
        "limity-api.md; field notes A3",
    ),
    row(
        H,
        "500",
        KSEF,
        [
            "Wewnętrzny błąd KSeF; nie wiadomo, czy żądanie zostało wykonane.",
            "An internal error of KSeF; whether the request was done is unknown.",
        ],
        [
            "Program najpierw pyta KSeF, co się stało, a dopiero potem ponawia. Nie wysyłaj faktury ręcznie drugi raz.",
            "The program first asks KSeF what happened and only then repeats. Do not send the invoice again by hand.",
        ],
        "field notes A1; ksef-api#786",
    ),
    row(
        H,
        "502",
        KSEF,
        [
            "Brama przed KSeF nie dostała odpowiedzi; nie wiadomo, czy żądanie zostało wykonane.",
            "The gateway before KSeF got no answer; whether the request was done is unknown.",
        ],
        ["Czekaj; program sam ustali wynik.", "Wait; the program finds out the outcome."],
        "field notes A1; ksef-api#831, #852",
    ),
    row(
        H,
        "503",
        KSEF,
        [
            "KSeF jest chwilowo niedostępny; nie wiadomo, czy żądanie zostało wykonane.",
            "KSeF is unavailable for the moment; whether the request was done is unknown.",
        ],
        [
            "Czekaj; program sam ustali wynik. Gdy trwa to długo, fakturę można wystawić offline.",
            "Wait; the program finds out the outcome. If it lasts, the invoice can be issued offline.",
        ],
        "field notes A1; ksef-api#852",
    ),
    row(
        H,
        "504",
        KSEF,
        [
            "KSeF nie odpowiedział bramie na czas; żądanie mogło zostać wykonane.",
            "KSeF did not answer its gateway in time; the request may have been done.",
        ],
        ["Czekaj; program sam ustali wynik.", "Wait; the program finds out the outcome."],
        "field notes A1; ksef-api#830",
    ),
    row(
        H,
        ANY,
        PROGRAM_LATER,
        [
            "KSeF odpowiedział statusem HTTP, którego ta wersja nie zna.",
            "KSeF answered an HTTP status that this version does not know.",
        ],
        [
            "Zachowaj treść odpowiedzi i zgłoś ją autorom programu.",
            "Keep the answer and report it to the program's authors.",
        ],
        "field notes B4",
    ),
];

pub(super) const FORBIDDEN: &[Meaning] = &[
    row(
        F,
        "missing-permissions",
        ADMINISTRATOR,
        [
            "Brakuje uprawnienia do tej operacji w kontekście tej firmy.",
            "A permission for this operation is missing in this company's context.",
        ],
        [
            "Nadaj w KSeF jedno z wymaganych uprawnień (są w odpowiedzi) osobie lub podmiotowi, który się loguje. Samo ZAW-FA daje tylko prawo zarządzania uprawnieniami. Token ma wyłącznie uprawnienia wybrane przy jego tworzeniu.",
            "Grant one of the permissions asked for (the answer has them) in KSeF to whoever logs in. ZAW-FA alone gives only the right to manage permissions. A token has only the permissions chosen when it was made.",
        ],
        "open-api 2.9.0; field notes A10",
    ),
    row(
        F,
        "ip-not-allowed",
        OPERATOR,
        [
            "Wywołanie przyszło z innego adresu IP, niż dopuszczono przy logowaniu.",
            "The call came from another IP address than the login allowed.",
        ],
        [
            "Zaloguj się ponownie bez ograniczenia adresów albo z właściwym adresem wyjściowym.",
            "Log in anew without restricting addresses, or with the right outgoing address.",
        ],
        "open-api 2.9.0; ksef-api#731",
    ),
    row(
        F,
        "insufficient-resource-access",
        ADMINISTRATOR,
        [
            "Ta sesja lub faktura należy do innego podmiotu albo otworzył ją ktoś inny.",
            "This session or invoice is another subject's, or somebody else opened it.",
        ],
        [
            "Status i UPO sesji czyta ten, kto ją otworzył, właściciel kontekstu albo ktoś z uprawnieniem Introspection.",
            "Status and UPO of a session are read by who opened it, the context's owner, or who has the permission Introspection.",
        ],
        "ksef-api#841; field notes A2, A10",
    ),
    row(
        F,
        "auth-method-not-allowed",
        OPERATOR,
        [
            "Ta operacja nie jest dostępna po zalogowaniu w ten sposób.",
            "This operation is not open to this kind of login.",
        ],
        [
            "Zaloguj się podpisem lub certyfikatem zamiast tokenem.",
            "Log in by signature or certificate instead of a token.",
        ],
        "open-api 2.9.0",
    ),
    row(
        F,
        "security-service-blocked",
        ADMINISTRATOR,
        ["Zabezpieczenia KSeF zablokowały dostęp.", "KSeF's security blocked the access."],
        [
            "Skontaktuj się z Ministerstwem Finansów przez formularz zgłoszeniowy.",
            "Contact the Ministry of Finance by its report form.",
        ],
        "open-api 2.9.0; field notes A10",
    ),
    row(
        F,
        "context-type-not-allowed",
        OPERATOR,
        [
            "Tej operacji nie ma w tym rodzaju kontekstu.",
            "This operation does not exist in this kind of context.",
        ],
        [
            "Użyj kontekstu NIP, chyba że operacja dotyczy Peppol lub VAT UE.",
            "Use a NIP context, unless the operation is about Peppol or EU VAT.",
        ],
        "open-api 2.9.0",
    ),
    row(
        F,
        ANY,
        ADMINISTRATOR,
        [
            "KSeF odmówił dostępu z powodu, którego ta wersja nie zna.",
            "KSeF refused access for a reason that this version does not know.",
        ],
        [
            "Przeczytaj opis podany przez KSeF i sprawdź uprawnienia: bramka doctor.",
            "Read KSeF's description and check the permissions: bramka doctor.",
        ],
        "field notes B4",
    ),
];

pub(super) const WARNINGS: &[Meaning] = &[
    row(
        W,
        "sig-001",
        PROGRAM,
        [
            "Podpis przyjęto, ale nie spełnia wymagań, które zaczną obowiązywać.",
            "The signature was accepted but does not meet the requirements to come.",
        ],
        [
            "Podpisuj dokument logowania profilem XAdES z SigningCertificate i SHA-256; bramka tak podpisuje.",
            "Sign the login document in the XAdES profile with SigningCertificate and SHA-256; bramka signs so.",
        ],
        "ksef-api#844; field notes A8",
    ),
    row(
        W,
        "xml-002",
        OPERATOR,
        [
            "Dokument przyjęto, ale zawiera znaki lub instrukcje, które kiedyś będą odrzucane.",
            "The document was accepted but has characters or instructions that will be refused one day.",
        ],
        [
            "Usuń znaki sterujące i instrukcje przetwarzania w programie, który tworzy faktury; pokaże je bramka validate.",
            "Remove control characters and processing instructions in the program that makes the invoices; bramka validate shows them.",
        ],
        "ksef-api#700, #843; field notes B5",
    ),
    row(
        W,
        ANY,
        NOBODY,
        [
            "KSeF dołączył ostrzeżenie, którego ta wersja nie zna; wyniku ono nie zmienia.",
            "KSeF added a warning that this version does not know; it does not change the outcome.",
        ],
        [
            "Przeczytaj je i sprawdź, czy jest nowsza wersja programu.",
            "Read it and look for a newer version of the program.",
        ],
        "open-api 2.9.0 (X-System-Warning)",
    ),
];

pub(super) const CALLS: &[Meaning] = &[
    row(
        C,
        "notSent",
        OPERATOR_LATER,
        [
            "Nie udało się połączyć z KSeF; żądanie nie wyszło.",
            "No connection to KSeF could be made; the request did not leave.",
        ],
        [
            "Sprawdź sieć, zaporę, serwer proxy i adres środowiska: bramka doctor.",
            "Check network, firewall, proxy and the environment's address: bramka doctor.",
        ],
        "ARCHITECTURE.md §7",
    ),
    row(
        C,
        "timeout",
        PROGRAM_LATER,
        [
            "KSeF nie odpowiedział na czas; nie wiadomo, czy żądanie zostało wykonane.",
            "KSeF did not answer in time; whether the request was done is unknown.",
        ],
        [
            "Program sam ustali wynik, zanim cokolwiek ponowi. Nie wysyłaj faktury ręcznie drugi raz.",
            "The program finds out the outcome before it repeats anything. Do not send the invoice again by hand.",
        ],
        "field notes A1; ksef-api#830",
    ),
    row(
        C,
        "connection",
        PROGRAM_LATER,
        [
            "Połączenie zerwało się po wysłaniu żądania; nie wiadomo, czy zostało wykonane.",
            "The connection broke after the request had left; whether it was done is unknown.",
        ],
        [
            "Program sam ustali wynik, zanim cokolwiek ponowi.",
            "The program finds out the outcome before it repeats anything.",
        ],
        "field notes A1",
    ),
    row(
        C,
        "notKsef",
        OPERATOR_LATER,
        [
            "Przyszła odpowiedź, która nie pochodzi z API KSeF (strona HTML, przekierowanie, ucięta treść).",
            "An answer came that is not the KSeF API's (an HTML page, a redirect, cut content).",
        ],
        [
            "Zwykle odpowiada zapora lub proxy po drodze. Program sam ustali wynik; jeśli to trwa, sprawdź adres i sieć: bramka doctor.",
            "Usually a firewall or proxy on the way answers. The program finds out the outcome; if it lasts, check address and network: bramka doctor.",
        ],
        "field notes B4; ksef-api#740, #852",
    ),
    row(
        C,
        "unprepared",
        PROGRAM,
        [
            "Żądania nie dało się przygotować; nic nie wysłano.",
            "The request could not be prepared; nothing was sent.",
        ],
        ["Zgłoś to autorom programu.", "Report it to the program's authors."],
        "ARCHITECTURE.md §7",
    ),
    row(
        C,
        "loginTooSlow",
        KSEF,
        [
            "KSeF nie rozstrzygnął logowania w wyznaczonym czasie.",
            "KSeF did not decide on the login in the time allowed.",
        ],
        ["Czekaj; program zaloguje się ponownie.", "Wait; the program logs in anew."],
        "field notes A4",
    ),
    row(
        C,
        "noKey",
        KSEF,
        [
            "KSeF nie udostępnia teraz ważnego klucza publicznego do szyfrowania.",
            "KSeF publishes no public key for encryption that is valid now.",
        ],
        [
            "Sprawdź zegar tego komputera; jeżeli jest dobry, trzeba czekać na KSeF.",
            "Check this computer's clock; if it is right, KSeF has to be waited for.",
        ],
        "klucze-publiczne-do-szyfrowania.md",
    ),
    row(
        C,
        "sign",
        OPERATOR,
        [
            "Dokumentu logowania nie dało się podpisać tym kluczem.",
            "The login document could not be signed with this key.",
        ],
        [
            "Sprawdź certyfikat i klucz: bramka credential inspect.",
            "Check certificate and key: bramka credential inspect.",
        ],
        "auth/podpis-xades.md",
    ),
    row(
        C,
        "signedElsewhere",
        OPERATOR,
        [
            "Podpisany dokument logowania nie jest tym, który bramka dała do podpisu, albo podpis jest wadliwy.",
            "The signed login document is not the one that bramka gave to sign, or its signature is wrong.",
        ],
        [
            "Podpisz dokładnie ten plik podpisem XAdES otoczonym (enveloped) i nie otwieraj go potem w edytorze.",
            "Sign exactly this file with an enveloped XAdES signature, and do not open it in an editor afterwards.",
        ],
        "auth/podpis-xades.md; field notes A8",
    ),
    row(
        C,
        "challengeExpired",
        OPERATOR,
        [
            "Wyzwanie autoryzacyjne wygasło, zanim dokument wrócił podpisany.",
            "The challenge expired before the document came back signed.",
        ],
        ["Zacznij od nowa: wyzwanie żyje 10 minut.", "Begin anew: a challenge lives 10 minutes."],
        "uwierzytelnianie.md",
    ),
    UNKNOWN,
];

pub(super) const UNKNOWN: Meaning = row(
    C,
    ANY,
    PROGRAM,
    ["To kod, którego ta wersja nie zna.", "This is a code that this version does not know."],
    [
        "Przeczytaj opis podany przez KSeF i sprawdź, czy jest nowsza wersja programu.",
        "Read KSeF's description and look for a newer version of the program.",
    ],
    "field notes B4",
);
