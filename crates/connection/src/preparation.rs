//! What must be true before a company works with KSeF, item by item, for people to tick off. What applies depends on the kind of
//! firm and on the environment. Sources: `features.md` rows M1–M10, the guide's `uprawnienia.md`, `srodowiska.md`.

use gateway_vault::CompanyEnvironment;
use ksef_crypto::diagnosis::Message;

use crate::guide::Topic;

/// Which kind of firm it is, as far as KSeF's first rights depend on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FirmKind {
    /// A natural person in business, who has every right from the beginning.
    SoleTrader,
    /// Any other firm that has a qualified seal with its NIP.
    WithSeal,
    /// Any other firm without one.
    WithoutSeal,
}

impl FirmKind {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::SoleTrader, Self::WithSeal, Self::WithoutSeal];

    /// Its stable name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::SoleTrader => "soleTrader",
            Self::WithSeal => "withSeal",
            Self::WithoutSeal => "withoutSeal",
        }
    }

    /// The kind of this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// What it is called, and what follows from it.
    #[must_use]
    pub fn words(self) -> [Message; 2] {
        match self {
            Self::SoleTrader => [
                of("Jednoosobowa działalność", "Sole trader"),
                of(
                    "Właściciel ma w KSeF wszystkie uprawnienia od początku. ZAW-FA nie składa.",
                    "The owner has every right in KSeF from the beginning, and files no ZAW-FA.",
                ),
            ],
            Self::WithSeal => [
                of(
                    "Spółka albo inna firma z pieczęcią kwalifikowaną",
                    "A company or other firm with a qualified seal",
                ),
                of(
                    "Pieczęć z NIP firmy ma wszystkie uprawnienia. ZAW-FA nie jest potrzebne.",
                    "A seal with the company's NIP has every right. No ZAW-FA is needed.",
                ),
            ],
            Self::WithoutSeal => [
                of("Spółka albo inna firma bez pieczęci", "A company or other firm without a seal"),
                of(
                    "Potrzebne jest ZAW-FA ze wskazaniem osoby; daje jej tylko prawo do zarządzania uprawnieniami.",
                    "ZAW-FA naming a person is needed; it gives her the right to manage rights and nothing else.",
                ),
            ],
        }
    }
}

/// Something that must be true.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Item {
    /// Somebody can log in to the Ministry's portal for the firm.
    Portal,
    /// The notification was filed and taken.
    ZawFa,
    /// The seal carries the firm's NIP.
    Seal,
    /// Who will log in was granted the rights to issue and to view.
    Grant,
    /// Logged out and in again afterwards.
    LoggedInAgain,
    /// There is a certificate to log in with.
    LoginCertificate,
    /// There is a certificate for invoices issued offline.
    OfflineCertificate,
}

impl Item {
    /// All of them, in the order in which they are done.
    pub const ALL: [Self; 7] = [
        Self::Portal,
        Self::ZawFa,
        Self::Seal,
        Self::Grant,
        Self::LoggedInAgain,
        Self::LoginCertificate,
        Self::OfflineCertificate,
    ];

    /// Its stable name, under which it is kept that it was ticked.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Portal => "portal",
            Self::ZawFa => "zawFa",
            Self::Seal => "seal",
            Self::Grant => "grant",
            Self::LoggedInAgain => "loggedInAgain",
            Self::LoginCertificate => "loginCertificate",
            Self::OfflineCertificate => "offlineCertificate",
        }
    }

    /// The item of this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|item| item.name() == name)
    }

    /// Whether the firm needs it there. A simulator asks nothing, and TEST lets everybody be whoever they say.
    #[must_use]
    pub const fn applies(self, kind: FirmKind, environment: &CompanyEnvironment) -> bool {
        match environment {
            CompanyEnvironment::Simulator { .. } => false,
            CompanyEnvironment::Test => {
                matches!(self, Self::Portal | Self::LoginCertificate | Self::OfflineCertificate)
            }
            CompanyEnvironment::Demo | CompanyEnvironment::Prd => match self {
                Self::Portal | Self::LoginCertificate | Self::OfflineCertificate => true,
                Self::ZawFa => matches!(kind, FirmKind::WithoutSeal),
                Self::Seal => matches!(kind, FirmKind::WithSeal),
                Self::Grant | Self::LoggedInAgain => !matches!(kind, FirmKind::SoleTrader),
            },
        }
    }

    /// Whether nothing works without it. The certificate for invoices issued offline can come later.
    #[must_use]
    pub const fn is_needed(self) -> bool {
        !matches!(self, Self::OfflineCertificate)
    }

    /// The guide that says how it is done.
    #[must_use]
    pub const fn topic(self) -> Option<Topic> {
        match self {
            Self::Portal => Some(Topic::Preconditions),
            Self::Grant => Some(Topic::GrantPerson),
            Self::LoginCertificate => Some(Topic::AuthCertificate),
            Self::OfflineCertificate => Some(Topic::OfflineCertificate),
            Self::ZawFa | Self::Seal | Self::LoggedInAgain => None,
        }
    }

    /// What must be true, and what to know about it.
    #[must_use]
    pub fn words(self) -> [Message; 2] {
        match self {
            Self::Portal => [
                of(
                    "Ktoś loguje się w imieniu firmy do Aplikacji Podatnika KSeF",
                    "Somebody can log in for the company to Aplikacja Podatnika KSeF, the taxpayer's application",
                ),
                of(
                    "Profilem Zaufanym, podpisem kwalifikowanym albo pieczęcią.",
                    "With Profil Zaufany, a qualified signature or a seal.",
                ),
            ],
            Self::ZawFa => [
                of(
                    "ZAW-FA jest złożone i przyjęte przez urząd skarbowy",
                    "ZAW-FA is filed, and taken by the tax office",
                ),
                of(
                    "Wskazuje jedną osobę i daje jej tylko prawo do zarządzania uprawnieniami: faktur jeszcze nie wystawi ani nie zobaczy.",
                    "It names one person and gives her only the right to manage rights: she can neither issue nor see invoices yet.",
                ),
            ],
            Self::Seal => [
                of(
                    "Pieczęć kwalifikowana zawiera NIP firmy",
                    "The qualified seal contains the company's NIP",
                ),
                of(
                    "W jej certyfikacie stoi VATPL- i dziesięć cyfr. Bez NIP KSeF nie wie, czyja to pieczęć; wtedy potrzebne jest ZAW-FA.",
                    "Its certificate says VATPL- and ten digits. Without the NIP KSeF does not know whose seal it is; then ZAW-FA is needed.",
                ),
            ],
            Self::Grant => [
                of(
                    "Osoba, której certyfikatu użyje bramka, ma uprawnienia: wystawianie faktur i przeglądanie faktur",
                    "The person whose certificate the gateway uses has the rights “wystawianie faktur” (issuing) and “przeglądanie faktur” (viewing)",
                ),
                of(
                    "Osoba z ZAW-FA nadaje je także sobie. Niepotrzebne tylko wtedy, gdy certyfikat powstał z pieczęci firmy.",
                    "The person named in ZAW-FA grants them to herself, too. Needless only for a certificate made with the company's seal.",
                ),
            ],
            Self::LoggedInAgain => [
                of(
                    "Po nadaniu uprawnień: wylogowanie i ponowne zalogowanie",
                    "After granting: logged out and in again",
                ),
                of(
                    "Nowe uprawnienia działają dopiero w nowym logowaniu.",
                    "New rights work from the next login on.",
                ),
            ],
            Self::LoginCertificate => [
                of(
                    "Jest certyfikat uwierzytelniający: plik .crt, plik .key i jego hasło",
                    "There is an authentication certificate: the .crt file, the .key file and its password",
                ),
                of(
                    "Zamiast niego może być token, ale tokeny mają zapowiedziany koniec.",
                    "A token does as well, but the end of tokens is announced.",
                ),
            ],
            Self::OfflineCertificate => [
                of("Jest certyfikat typu Offline", "There is a certificate of type Offline"),
                of(
                    "Może poczekać: po połączeniu bramka uzyska go sama. Bez niego nie wystawisz faktury, gdy KSeF nie działa.",
                    "It can wait: once connected, the gateway gets it by itself. Without it no invoice is issued while KSeF does not work.",
                ),
            ],
        }
    }
}

/// What a firm needs in an environment, in the order in which it is done.
#[must_use]
pub fn needed(kind: FirmKind, environment: &CompanyEnvironment) -> Vec<Item> {
    Item::ALL.into_iter().filter(|item| item.applies(kind, environment)).collect()
}

fn of(pl: &str, en: &str) -> Message {
    Message { pl: pl.to_owned(), en: en.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(kind: FirmKind, environment: &CompanyEnvironment, expected: &str) {
        let found: Vec<&str> = needed(kind, environment).into_iter().map(Item::name).collect();
        assert_eq!(found.join(" "), expected, "{kind:?} {environment:?}");
    }

    #[test]
    fn only_firms_without_a_seal_file_zaw_fa() {
        let prd = CompanyEnvironment::Prd;
        check(FirmKind::SoleTrader, &prd, "portal loginCertificate offlineCertificate");
        check(
            FirmKind::WithSeal,
            &prd,
            "portal seal grant loggedInAgain loginCertificate offlineCertificate",
        );
        check(
            FirmKind::WithoutSeal,
            &CompanyEnvironment::Demo,
            "portal zawFa grant loggedInAgain loginCertificate offlineCertificate",
        );
        check(FirmKind::WithoutSeal, &CompanyEnvironment::Test, "portal loginCertificate offlineCertificate");
        let simulator = CompanyEnvironment::Simulator { ksef_url: String::new(), control_url: None };
        check(FirmKind::WithoutSeal, &simulator, "");
    }

    #[test]
    fn names_are_found_again_and_words_are_there() {
        for item in Item::ALL {
            assert_eq!(Item::from_name(item.name()), Some(item));
            assert!(
                item.words().iter().all(|words| !words.pl.is_empty() && !words.en.is_empty()),
                "{item:?}"
            );
        }
        for kind in FirmKind::ALL {
            assert_eq!(FirmKind::from_name(kind.name()), Some(kind));
            assert!(
                kind.words().iter().all(|words| !words.pl.is_empty() && !words.en.is_empty()),
                "{kind:?}"
            );
        }
        assert_eq!((Item::from_name("x"), FirmKind::from_name("x")), (None, None));
    }
}
