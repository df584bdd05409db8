//! Click by click: what only people can do, in the Ministry's Aplikacja Podatnika or elsewhere, with the portal's own Polish
//! words in both languages. Sources: `features.md` rows M1–M10, the guide's `uprawnienia.md` and `certyfikaty-KSeF.md`.

use gateway_vault::CompanyEnvironment;

use crate::Message;

/// What there is a guide for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Topic {
    /// What has to be there before anything can be connected.
    Preconditions,
    /// Granting rights to a person, oneself among them.
    GrantPerson,
    /// Granting rights to an accounting office or another firm.
    GrantOffice,
    /// An Authentication certificate from the portal.
    AuthCertificate,
    /// An Offline certificate from the portal.
    OfflineCertificate,
    /// A token from the portal.
    Token,
    /// The consent to invoices with attachments.
    Attachments,
    /// What the words mean.
    Dictionary,
}

/// A guide, ready to be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guide {
    /// What it is about.
    pub title: Message,
    /// The steps, in order.
    pub steps: Vec<Message>,
}

/// Where a guide is read: what the product does itself is named as it is found there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Surface {
    /// On the command line: by commands.
    CommandLine,
    /// On the gateway's pages: by pages and buttons.
    Pages,
}

/// For whom a guide is filled in.
#[derive(Debug, Clone, Copy)]
pub struct Reader<'a> {
    /// Where it is read.
    pub surface: Surface,
    /// In which environment.
    pub environment: &'a CompanyEnvironment,
    /// The company that grants: its NIP.
    pub company: Option<&'a str>,
    /// To whom is granted: a NIP (or PESEL).
    pub grantee: Option<&'a str>,
}

impl Topic {
    /// Every topic, in the order in which somebody who begins needs them.
    pub const ALL: [Self; 8] = [
        Self::Preconditions,
        Self::GrantPerson,
        Self::GrantOffice,
        Self::AuthCertificate,
        Self::OfflineCertificate,
        Self::Token,
        Self::Attachments,
        Self::Dictionary,
    ];

    /// The topic of this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|topic| topic.name() == name)
    }

    /// Its stable name, as on the command line and in addresses.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Preconditions => "preconditions",
            Self::GrantPerson => "grant-person",
            Self::GrantOffice => "grant-office",
            Self::AuthCertificate => "auth-certificate",
            Self::OfflineCertificate => "offline-certificate",
            Self::Token => "token",
            Self::Attachments => "attachments",
            Self::Dictionary => "dictionary",
        }
    }

    /// The guide, filled in for a reader.
    #[must_use]
    pub fn guide(self, reader: &Reader<'_>) -> Guide {
        let (title, steps) = self.template();
        let fill = |template: &str, language: usize, [company, grantee]: [&str; 2]| {
            let mut text = template.to_owned();
            for (place, on_command_line, on_pages) in OURS {
                let words = match reader.surface {
                    Surface::CommandLine => on_command_line,
                    Surface::Pages => on_pages,
                };
                text = text.replace(place, words[language]);
            }
            text.replace("{portal}", portal_of(reader.environment))
                .replace("{company}", reader.company.unwrap_or(company))
                .replace("{grantee}", reader.grantee.unwrap_or(grantee))
        };
        let message = |[pl, en]: [&str; 2]| Message {
            pl: fill(pl, 0, ["(NIP firmy)", "(NIP lub PESEL uprawnianego)"]),
            en: fill(en, 1, ["(the company's NIP)", "(NIP or PESEL of who is granted to)"]),
        };
        Guide { title: message(title), steps: steps.iter().copied().map(message).collect() }
    }

    /// Its title, in Polish and English.
    pub(crate) const fn title(self) -> [&'static str; 2] {
        self.template().0
    }

    const fn template(self) -> ([&'static str; 2], &'static [[&'static str; 2]]) {
        match self {
            Self::Preconditions => {
                (["Zanim połączysz firmę z KSeF", "Before you connect a company"], PRECONDITIONS)
            }
            Self::GrantPerson => (["Nadanie uprawnień osobie", "Granting rights to a person"], GRANT_PERSON),
            Self::GrantOffice => (
                ["Nadanie uprawnień biuru rachunkowemu", "Granting rights to an accounting office"],
                GRANT_OFFICE,
            ),
            Self::AuthCertificate => (
                ["Certyfikat uwierzytelniający z portalu", "Authentication certificate from the portal"],
                AUTH_CERTIFICATE,
            ),
            Self::OfflineCertificate => {
                (["Certyfikat Offline z portalu", "Offline certificate from the portal"], OFFLINE_CERTIFICATE)
            }
            Self::Token => (["Token z portalu", "Token from the portal"], TOKEN),
            Self::Attachments => {
                (["Zgoda na faktury z załącznikami", "Consent to invoices with attachments"], ATTACHMENTS)
            }
            Self::Dictionary => (["Słowniczek", "What the words mean"], DICTIONARY),
        }
    }
}

/// The Ministry's portal of an environment. A simulator has none of its own; TEST's is the one to learn with.
#[must_use]
pub const fn portal_of(environment: &CompanyEnvironment) -> &'static str {
    match environment {
        CompanyEnvironment::Prd => "https://ap.ksef.mf.gov.pl/web/",
        CompanyEnvironment::Demo => "https://ap-demo.ksef.mf.gov.pl/web/",
        CompanyEnvironment::Test | CompanyEnvironment::Simulator { .. } => {
            "https://ap-test.ksef.mf.gov.pl/web/"
        }
    }
}

const PRECONDITIONS: &[[&str; 2]] = &[
    [
        "Spółka i każda inna firma niebędąca osobą fizyczną: złóż w urzędzie skarbowym zawiadomienie ZAW-FA ze wskazaniem osoby albo miej pieczęć kwalifikowaną z NIP firmy. Jednoosobowa działalność nie potrzebuje ani jednego, ani drugiego.",
        "A company that is no natural person: file the ZAW-FA notification at the tax office, naming a person, or have a qualified seal with the company's NIP. Sole traders need neither.",
    ],
    [
        "ZAW-FA daje wskazanej osobie tylko prawo do zarządzania uprawnieniami. Wystawianie i przeglądanie faktur musi nadać sobie sama: {grant-person}",
        "ZAW-FA gives that person the right to manage rights and nothing else. Issuing and viewing invoices have to be granted to oneself: {grant-person}",
    ],
    [
        "Sprawdź, czy możesz się zalogować do Aplikacji Podatnika ({portal}) Profilem Zaufanym, podpisem kwalifikowanym lub pieczęcią. Dawny Moduł Certyfikatów i Uprawnień (MCU) zamknięto w styczniu 2026.",
        "Check that you can log in to Aplikacja Podatnika ({portal}) with Profil Zaufany, a qualified signature or a seal. The former MCU was closed in January 2026.",
    ],
    [
        "Najpierw certyfikat uwierzytelniający ({auth-certificate}), potem certyfikat Offline ({offline-certificate}).",
        "First the authentication certificate ({auth-certificate}), then the offline one ({offline-certificate}).",
    ],
    [
        "Dodaj firmę i poświadczenie ({connect}), potem uruchom: {doctor}",
        "Add the company and its credential ({connect}), then run: {doctor}",
    ],
];

const GRANT_PERSON: &[[&str; 2]] = &[
    ["Otwórz Aplikację Podatnika: {portal}", "Open Aplikacja Podatnika: {portal}"],
    [
        "„Uwierzytelnij się w Krajowym Systemie e-Faktur”, podaj NIP firmy {company} i podpisz (Profil Zaufany, podpis kwalifikowany, pieczęć).",
        "“Uwierzytelnij się w Krajowym Systemie e-Faktur”, give the company's NIP {company} and sign (Profil Zaufany, qualified signature, seal).",
    ],
    [
        "Menu „Uprawnienia” → „Nadaj uprawnienia” → „Osobie fizycznej”.",
        "Menu “Uprawnienia” → “Nadaj uprawnienia” → “Osobie fizycznej” (to a natural person).",
    ],
    [
        "Podaj identyfikator osoby: {grantee}. Dokładnie ten, który jest w jej certyfikacie: jeśli certyfikat ma PESEL, to PESEL; jeśli NIP, to NIP. To najczęstszy błąd.",
        "Give the person's identifier: {grantee}. Exactly the one in their certificate: PESEL if it has a PESEL, NIP if it has a NIP. This is the commonest mistake.",
    ],
    [
        "Zaznacz co najmniej „wystawianie faktur” i „przeglądanie faktur”; jeśli nadajesz uprawnienia sobie, zaznacz wszystkie.",
        "Tick at least “wystawianie faktur” (issuing) and “przeglądanie faktur” (viewing); when granting to yourself, tick all.",
    ],
    [
        "Zatwierdź i poczekaj, aż uprawnienie pojawi się na liście.",
        "Confirm, and wait until the permission is on the list.",
    ],
    [
        "Jeśli nadano je osobie właśnie zalogowanej: wyloguj się i zaloguj ponownie. Potem uruchom: {doctor}",
        "If it was granted to whoever is logged in: log out and in again. Then run: {doctor}",
    ],
    [
        "To samo bez portalu, gdy masz tu poświadczenie z prawem do zarządzania: {permission-grant}",
        "The same without the portal, if a credential here may manage rights: {permission-grant}",
    ],
];

const GRANT_OFFICE: &[[&str; 2]] = &[
    [
        "To robi klient biura (albo osoba, której on dał prawo do zarządzania uprawnieniami). Otwórz Aplikację Podatnika: {portal}",
        "The office's client does this (or somebody who manages rights for them). Open Aplikacja Podatnika: {portal}",
    ],
    [
        "„Uwierzytelnij się w Krajowym Systemie e-Faktur”, podaj NIP klienta {company} i podpisz.",
        "“Uwierzytelnij się w Krajowym Systemie e-Faktur”, give the client's NIP {company} and sign.",
    ],
    [
        "Menu „Uprawnienia” → „Nadaj uprawnienia” → „Podmiotowi do obsługi faktur”.",
        "Menu “Uprawnienia” → “Nadaj uprawnienia” → “Podmiotowi do obsługi faktur” (to an entity, for handling invoices).",
    ],
    ["Podaj NIP biura: {grantee} i jego nazwę.", "Give the office's NIP: {grantee}, and its name."],
    [
        "Zaznacz „przeglądanie faktur” i, jeśli biuro ma wystawiać, „wystawianie faktur”.",
        "Tick “przeglądanie faktur” (viewing) and, if the office shall issue, “wystawianie faktur” (issuing).",
    ],
    [
        "Jeśli pracownicy biura logują się własnymi certyfikatami, zezwól też na dalsze przekazywanie uprawnień: bez tego biuro nie nada ich pracownikom.",
        "If the office's staff log in with certificates of their own, allow passing the rights on: without it the office cannot grant them to its staff.",
    ],
    ["Zatwierdź. W biurze sprawdź: {permission-check}", "Confirm. In the office check: {permission-check}"],
];

const AUTH_CERTIFICATE: &[[&str; 2]] = &[
    [
        "Otwórz Aplikację Podatnika: {portal}, uwierzytelnij się w kontekście NIP {company}. Certyfikat będzie wystawiony na tego, kto się teraz podpisze: osobę (PESEL lub NIP) albo firmę (pieczęć).",
        "Open Aplikacja Podatnika: {portal}, authenticate in the context of NIP {company}. The certificate will name whoever signs now: a person (PESEL or NIP) or the firm (seal).",
    ],
    ["Menu „Certyfikaty” → „Wnioskuj o certyfikat”.", "Menu “Certyfikaty” → “Wnioskuj o certyfikat”."],
    [
        "Nazwa: dowolna, 5–100 znaków (litery, cyfry, spacja, myślnik, podkreślnik); na nic nie wpływa.",
        "Name: any, 5–100 characters (letters, digits, space, hyphen, underscore); it changes nothing.",
    ],
    [
        "Hasło klucza: co najmniej 15 znaków, w tym mała i wielka litera oraz znak specjalny z: !@#$%^&*()-_+= Zapisz je: nie da się go odzyskać.",
        "Password of the key: at least 15 characters with a lower and an upper case letter and one of !@#$%^&*()-_+= Write it down: it cannot be recovered.",
    ],
    [
        "„Generuj” → zapisz plik .key. Klucz dostajesz tylko raz: zgubiony oznacza powtórzenie wszystkiego od początku.",
        "“Generuj” → save the .key file. The key is given only once: losing it means doing everything again.",
    ],
    ["Przeznaczenie: „Uwierzytelnienie w systemie KSeF”.", "Purpose: “Uwierzytelnienie w systemie KSeF”."],
    [
        "Początek ważności: najwcześniej dziś; certyfikat jest ważny 2 lata od tej daty. Złóż wniosek.",
        "Start of validity: today at the earliest; the certificate is valid for 2 years from that day. Submit.",
    ],
    [
        "„Odśwież”, aż wniosek będzie obsłużony, potem „Pobierz certyfikat” → plik .crt.",
        "“Odśwież” until the application is done, then “Pobierz certyfikat” → the .crt file.",
    ],
    [
        "Dodaj oba pliki: {add-certificate}, potem: {doctor}",
        "Add both files: {add-certificate}, then: {doctor}",
    ],
    [
        "Następne certyfikaty bramka uzyska sama, tym pierwszym: {request}",
        "Further certificates bramka gets by itself, with this first one: {request}",
    ],
];

const OFFLINE_CERTIFICATE: &[[&str; 2]] = &[
    [
        "Najprościej bez portalu, gdy certyfikat uwierzytelniający już tu jest: {request-offline}",
        "Simplest without the portal, if an authentication certificate is here: {request-offline}",
    ],
    [
        "W portalu: {portal} → „Certyfikaty” → „Wnioskuj o certyfikat”, nazwa, hasło klucza, „Generuj” → plik .key, jak przy certyfikacie uwierzytelniającym.",
        "In the portal: {portal} → “Certyfikaty” → “Wnioskuj o certyfikat”, name, password, “Generuj” → the .key file, as for the authentication certificate.",
    ],
    [
        "Przeznaczenie: „Podpis linku do weryfikacji wystawcy”. Jeden certyfikat nigdy nie ma obu przeznaczeń.",
        "Purpose: “Podpis linku do weryfikacji wystawcy”. One certificate never has both purposes.",
    ],
    [
        "„Odśwież”, „Pobierz certyfikat”, potem: {add-offline}",
        "“Odśwież”, “Pobierz certyfikat”, then: {add-offline}",
    ],
];

const TOKEN: &[[&str; 2]] = &[
    [
        "Tokeny mają zapowiedziany koniec ({dates}): jeśli możesz, użyj certyfikatu ({auth-certificate}).",
        "Tokens have an announced end ({dates}): use a certificate if you can ({auth-certificate}).",
    ],
    [
        "Otwórz Aplikację Podatnika: {portal}, uwierzytelnij się w kontekście NIP {company}.",
        "Open Aplikacja Podatnika: {portal}, authenticate in the context of NIP {company}.",
    ],
    [
        "Menu „Tokeny” → „Generuj token”, opis, uprawnienia: co najmniej wystawianie i przeglądanie faktur. Token nie da więcej praw, niż ma jego autor.",
        "Menu “Tokeny” → “Generuj token”, a description, permissions: at least issuing and viewing. A token gives no right that its author lacks.",
    ],
    [
        "Skopiuj cały token (do 160 znaków, razem z kreskami |): pokazywany jest raz. Zapisz go w pliku i dodaj: {add-token}",
        "Copy the whole token (up to 160 characters, bars | included): it is shown once. Put it into a file and add it: {add-token}",
    ],
];

const ATTACHMENTS: &[[&str; 2]] = &[
    [
        "Zgoda jest składana poza KSeF: w e-Urzędzie Skarbowym (https://urzadskarbowy.gov.pl), od 1 stycznia 2026 r.; API nie ma takiej operacji.",
        "The consent is given outside KSeF: in e-Urząd Skarbowy (https://urzadskarbowy.gov.pl), since 1 January 2026; the API has no operation for it.",
    ],
    [
        "Zaloguj się jako firma {company} i złóż zgłoszenie o zamiarze wystawiania faktur z załącznikami.",
        "Log in as the company {company} and notify that it will issue invoices with attachments.",
    ],
    [
        "Sprawdź wynik: {doctor-company} (potrzebne CredentialsRead lub CredentialsManage). Faktury z załącznikami przyjmuje tylko sesja wsadowa.",
        "See the result: {doctor-company} (takes CredentialsRead or CredentialsManage). Only batch sessions take invoices with attachments.",
    ],
];

const DICTIONARY: &[[&str; 2]] = &[
    [
        "KSeF: Krajowy System e-Faktur, państwowy system, przez który idzie każda faktura VAT; faktura jest wystawiona, gdy KSeF ją przyjmie.",
        "KSeF: the state's system that every VAT invoice goes through; an invoice is issued once KSeF has taken it.",
    ],
    [
        "Numer KSeF: 35 znaków, które KSeF nadaje fakturze; z nim jest doręczona i nie da się jej już zmienić, można ją tylko skorygować.",
        "KSeF number: 35 characters that KSeF gives an invoice; with it the invoice is delivered and cannot be changed any more, only corrected.",
    ],
    [
        "Aplikacja Podatnika: strona Ministerstwa Finansów, na której ludzie logują się do KSeF, nadają uprawnienia i wnioskują o certyfikaty.",
        "Aplikacja Podatnika: the Ministry's portal, where people log in to KSeF, grant rights and apply for certificates.",
    ],
    [
        "ZAW-FA: zawiadomienie do urzędu skarbowego o osobie, która będzie zarządzać uprawnieniami firmy; tylko dla firm bez pieczęci, nigdy dla jednoosobowej działalności.",
        "ZAW-FA: the notification to the tax office of who will manage a company's rights; only for firms without a seal, never for sole traders.",
    ],
    [
        "Token: długie hasło, którym program loguje się do KSeF w jednej firmie; ma zapowiedziany koniec, zastępuje go certyfikat.",
        "Token: a long password with which a program logs in to KSeF for one company; its end is announced, a certificate replaces it.",
    ],
    [
        "Certyfikat uwierzytelniający (Authentication): loguje do KSeF; nie podpisuje faktur offline.",
        "Authentication certificate: logs in to KSeF; signs no offline invoices.",
    ],
    [
        "Certyfikat Offline: podpisuje link drugiego kodu QR (KOD II) na fakturach offline; nie loguje.",
        "Offline certificate: signs the link of the second QR code (KOD II) of offline invoices; logs nobody in.",
    ],
    [
        "Tryb offline24: z wyboru wystawcy lub przy jego własnej awarii; fakturę trzeba dosłać najpóźniej następnego dnia roboczego.",
        "offline24: by the issuer's choice or in their own trouble; the invoice must be sent no later than the next working day.",
    ],
    [
        "Tryb offline (niedostępność KSeF): ogłoszona przerwa techniczna; dosłać do następnego dnia roboczego po jej końcu.",
        "offline (unavailability): an announced interruption; send by the next working day after its end.",
    ],
    [
        "Tryb awaryjny: ogłoszona awaria KSeF; dosłać w 7 dni roboczych po jej końcu.",
        "Emergency: an announced failure of KSeF; send within 7 working days after its end.",
    ],
    [
        "Awaria całkowita: faktury poza KSeF, bez kodów i bez dosyłania.",
        "Total failure: invoices outside KSeF, without codes, never to be sent.",
    ],
    [
        "Kod QR I i kod QR II: pierwszy prowadzi do faktury w KSeF, drugi (tylko offline) potwierdza, kto ją wystawił.",
        "QR code I and QR code II: the first leads to the invoice in KSeF, the second (offline only) proves who issued it.",
    ],
    [
        "Sesja interaktywna i wsadowa: faktury wysyłane pojedynczo albo w paczce; bramka wybiera sama.",
        "Online and batch session: invoices sent one by one or in a package; the gateway chooses by itself.",
    ],
    [
        "Latarnia: komunikaty Ministerstwa o awariach i przerwach KSeF; od nich zależą tryby offline i terminy.",
        "Latarnia: the Ministry's messages about failures and interruptions of KSeF; the offline modes and terms depend on them.",
    ],
    [
        "Korekta techniczna: ponowne wysłanie faktury offline, którą KSeF odrzucił; treść dla nabywcy zostaje ta sama.",
        "Technical correction: an offline invoice that KSeF refused, sent again; what the buyer has stays the same.",
    ],
    [
        "Kontekst: firma, w której imieniu się pracuje (NIP, InternalId jednostki, NipVatUe, PeppolId). Certyfikat mówi, kto się loguje; kontekst, dla kogo.",
        "Context: the company one works for (NIP, a unit's InternalId, NipVatUe, PeppolId). A certificate says who logs in; the context, for whom.",
    ],
    [
        "UPO: urzędowe poświadczenie odbioru; dowód, że faktura jest w KSeF.",
        "UPO: the official confirmation of receipt; the proof that an invoice is in KSeF.",
    ],
];

/// What the product does itself: its name in the templates, as a command, and on the pages; each in Polish and English.
type Ours = (&'static str, [&'static str; 2], [&'static str; 2]);

const fn command(name: &'static str, both: &'static str, on_pages: [&'static str; 2]) -> Ours {
    (name, [both, both], on_pages)
}

const OURS: &[Ours] = &[
    command(
        "{grant-person}",
        "bramka guide grant-person",
        ["poradnik „Nadanie uprawnień osobie”", "the guide “Granting rights to a person”"],
    ),
    command(
        "{auth-certificate}",
        "bramka guide auth-certificate",
        [
            "poradnik „Certyfikat uwierzytelniający z portalu”",
            "the guide “Authentication certificate from the portal”",
        ],
    ),
    command(
        "{offline-certificate}",
        "bramka guide offline-certificate",
        ["poradnik „Certyfikat Offline z portalu”", "the guide “Offline certificate from the portal”"],
    ),
    command("{dates}", "bramka guide dates", ["strona „Terminy i poradniki”", "the page “Dates and guides”"]),
    command(
        "{connect}",
        "bramka company add, bramka credential add",
        ["„Połącz firmę z KSeF”", "“Connect a company to KSeF”"],
    ),
    command(
        "{permission-grant}",
        "bramka permission grant person",
        ["„Ustawienia” → „Uprawnienia w KSeF” → „Nadaj”", "“Settings” → “Rights in KSeF” → “Grant”"],
    ),
    command(
        "{permission-check}",
        "bramka permission check --office {grantee}",
        [
            "strona tego klienta: „Połączenie” → „Sprawdź połączenie”",
            "the client's page: “Connection” → “Test the connection”",
        ],
    ),
    (
        "{add-certificate}",
        [
            "bramka credential add PLIK.crt --key PLIK.key --company {company}",
            "bramka credential add FILE.crt --key FILE.key --company {company}",
        ],
        ["„Połączenie” → „Dodaj certyfikat albo token”", "“Connection” → “Add a certificate or a token”"],
    ),
    (
        "{add-offline}",
        [
            "bramka credential add PLIK.crt --key PLIK.key --for offline --company {company}",
            "bramka credential add FILE.crt --key FILE.key --for offline --company {company}",
        ],
        ["„Połączenie” → „Dodaj certyfikat albo token”", "“Connection” → “Add a certificate or a token”"],
    ),
    (
        "{add-token}",
        [
            "bramka credential add --token-file PLIK --company {company}",
            "bramka credential add --token-file FILE --company {company}",
        ],
        ["„Połączenie” → „Dodaj certyfikat albo token”", "“Connection” → “Add a certificate or a token”"],
    ),
    command(
        "{request-offline}",
        "bramka cert request --type offline --company {company}",
        ["„Połączenie” → „Certyfikat typu Offline”", "“Connection” → “Certificate of type Offline”"],
    ),
    command(
        "{request}",
        "bramka cert request",
        ["„Połączenie” → „Uzyskaj certyfikat w KSeF”", "“Connection” → “Get a certificate from KSeF”"],
    ),
    command(
        "{doctor-company}",
        "bramka doctor --company {company}",
        ["„Połączenie” → „Sprawdź połączenie”", "“Connection” → “Test the connection”"],
    ),
    command(
        "{doctor}",
        "bramka doctor",
        ["„Połączenie” → „Sprawdź połączenie”", "“Connection” → “Test the connection”"],
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    const COMMANDS: [&str; 6] = ["guide", "doctor", "cert", "credential", "company", "permission"];

    #[test]
    fn a_guide_is_filled_in_both_languages() {
        let environment = CompanyEnvironment::Prd;
        let filled = Reader {
            surface: Surface::CommandLine,
            environment: &environment,
            company: Some("5265877635"),
            grantee: Some("1111111111"),
        };
        let blank = Reader { company: None, grantee: None, ..filled };
        let on_pages = Reader { surface: Surface::Pages, ..filled };
        for topic in Topic::ALL {
            assert_eq!(Topic::from_name(topic.name()), Some(topic));
            for reader in [filled, blank, on_pages] {
                let guide = topic.guide(&reader);
                assert!(guide.steps.len() >= 3, "{topic:?}");
                for step in guide.steps.iter().chain([&guide.title]) {
                    for text in [&step.pl, &step.en] {
                        assert!(!text.is_empty() && !text.contains(['{', '}']), "{topic:?}: {text}");
                        let is_command = COMMANDS.iter().any(|name| text.contains(&format!("bramka {name}")));
                        assert!(!is_command || reader.surface == Surface::CommandLine, "{topic:?}: {text}");
                    }
                }
            }
        }
        let office = Topic::GrantOffice.guide(&filled);
        let all: String = office.steps.iter().map(|step| step.pl.as_str()).collect();
        assert!(
            all.contains("NIP biura: 1111111111") && all.contains("https://ap.ksef.mf.gov.pl/web/"),
            "{all}"
        );
    }
}
