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

/// For whom a guide is filled in.
#[derive(Debug, Clone, Copy)]
pub struct Reader<'a> {
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

    /// Its stable name, as on the command line.
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
        let fill = |template: &str, company: &str, grantee: &str| {
            template
                .replace("{portal}", portal_of(reader.environment))
                .replace("{company}", reader.company.unwrap_or(company))
                .replace("{grantee}", reader.grantee.unwrap_or(grantee))
        };
        let message = |[pl, en]: [&str; 2]| Message {
            pl: fill(pl, "(NIP firmy)", "(NIP lub PESEL uprawnianego)"),
            en: fill(en, "(the company's NIP)", "(NIP or PESEL of who is granted to)"),
        };
        Guide { title: message(title), steps: steps.iter().copied().map(message).collect() }
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
        "ZAW-FA daje wskazanej osobie tylko prawo do zarządzania uprawnieniami. Wystawianie i przeglądanie faktur musi nadać sobie sama: bramka guide grant-person",
        "ZAW-FA gives that person the right to manage rights and nothing else. Issuing and viewing invoices have to be granted to oneself: bramka guide grant-person",
    ],
    [
        "Sprawdź, czy możesz się zalogować do Aplikacji Podatnika ({portal}) Profilem Zaufanym, podpisem kwalifikowanym lub pieczęcią. Dawny Moduł Certyfikatów i Uprawnień (MCU) zamknięto w styczniu 2026.",
        "Check that you can log in to Aplikacja Podatnika ({portal}) with Profil Zaufany, a qualified signature or a seal. The former MCU was closed in January 2026.",
    ],
    [
        "Najpierw certyfikat uwierzytelniający (bramka guide auth-certificate), potem certyfikat Offline (bramka guide offline-certificate).",
        "First the authentication certificate (bramka guide auth-certificate), then the offline one (bramka guide offline-certificate).",
    ],
    [
        "Dodaj firmę i poświadczenie (bramka company add, bramka credential add), potem uruchom: bramka doctor",
        "Add the company and its credential (bramka company add, bramka credential add), then run: bramka doctor",
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
        "Jeśli nadano je osobie właśnie zalogowanej: wyloguj się i zaloguj ponownie. Potem uruchom: bramka doctor",
        "If it was granted to whoever is logged in: log out and in again. Then run: bramka doctor",
    ],
    [
        "To samo bez portalu, gdy masz tu poświadczenie z prawem do zarządzania: bramka permission grant person",
        "The same without the portal, if a credential here may manage rights: bramka permission grant person",
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
    [
        "Zatwierdź. W biurze sprawdź: bramka permission check --office {grantee}",
        "Confirm. In the office check: bramka permission check --office {grantee}",
    ],
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
        "Dodaj oba pliki: bramka credential add PLIK.crt --key PLIK.key --company {company}, potem: bramka doctor",
        "Add both files: bramka credential add FILE.crt --key FILE.key --company {company}, then: bramka doctor",
    ],
    [
        "Następne certyfikaty bramka uzyska sama, tym pierwszym: bramka cert request",
        "Further certificates bramka gets by itself, with this first one: bramka cert request",
    ],
];

const OFFLINE_CERTIFICATE: &[[&str; 2]] = &[
    [
        "Najprościej bez portalu, gdy certyfikat uwierzytelniający już tu jest: bramka cert request --type offline --company {company}",
        "Simplest without the portal, if an authentication certificate is here: bramka cert request --type offline --company {company}",
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
        "„Odśwież”, „Pobierz certyfikat”, potem: bramka credential add PLIK.crt --key PLIK.key --for offline --company {company}",
        "“Odśwież”, “Pobierz certyfikat”, then: bramka credential add FILE.crt --key FILE.key --for offline --company {company}",
    ],
];

const TOKEN: &[[&str; 2]] = &[
    [
        "Tokeny mają zapowiedziany koniec (bramka guide dates): jeśli możesz, użyj certyfikatu (bramka guide auth-certificate).",
        "Tokens have an announced end (bramka guide dates): use a certificate if you can (bramka guide auth-certificate).",
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
        "Skopiuj cały token (do 160 znaków, razem z kreskami |): pokazywany jest raz. Zapisz go w pliku i dodaj: bramka credential add --token-file PLIK --company {company}",
        "Copy the whole token (up to 160 characters, bars | included): it is shown once. Put it into a file and add it: bramka credential add --token-file FILE --company {company}",
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
        "Sprawdź wynik: bramka doctor --company {company} (potrzebne CredentialsRead lub CredentialsManage). Faktury z załącznikami przyjmuje tylko sesja wsadowa.",
        "See the result: bramka doctor --company {company} (takes CredentialsRead or CredentialsManage). Only batch sessions take invoices with attachments.",
    ],
];

const DICTIONARY: &[[&str; 2]] = &[
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
        "Kontekst: firma, w której imieniu się pracuje (NIP, InternalId jednostki, NipVatUe, PeppolId). Certyfikat mówi, kto się loguje; kontekst, dla kogo.",
        "Context: the company one works for (NIP, a unit's InternalId, NipVatUe, PeppolId). A certificate says who logs in; the context, for whom.",
    ],
    [
        "UPO: urzędowe poświadczenie odbioru; dowód, że faktura jest w KSeF.",
        "UPO: the official confirmation of receipt; the proof that an invoice is in KSeF.",
    ],
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_guide_is_filled_in_both_languages() {
        let environment = CompanyEnvironment::Prd;
        let filled =
            Reader { environment: &environment, company: Some("5265877635"), grantee: Some("1111111111") };
        let blank = Reader { company: None, grantee: None, ..filled };
        for topic in Topic::ALL {
            for reader in [filled, blank] {
                let guide = topic.guide(&reader);
                assert!(guide.steps.len() >= 3, "{topic:?}");
                for step in guide.steps.iter().chain([&guide.title]) {
                    for text in [&step.pl, &step.en] {
                        assert!(!text.is_empty() && !text.contains(['{', '}']), "{topic:?}: {text}");
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
