//! Where KSeF's environments are.

pub use ksef_crypto::diagnosis::Environment;

/// The addresses of an environment, none with a slash at its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Addresses {
    /// The API, with its version.
    pub api: &'static str,
    /// Latarnia, which tells the environment's state; DEMO has none.
    pub latarnia: Option<&'static str>,
}

/// The addresses of an environment (guide, `srodowiska.md`; Latarnia's: `shared/ksef/behaviour.md`).
#[must_use]
pub const fn addresses(environment: Environment) -> Addresses {
    match environment {
        Environment::Test => Addresses {
            api: "https://api-test.ksef.mf.gov.pl/v2",
            latarnia: Some("https://api-latarnia-test.ksef.mf.gov.pl"),
        },
        Environment::Demo => Addresses { api: "https://api-demo.ksef.mf.gov.pl/v2", latarnia: None },
        Environment::Prd => Addresses {
            api: "https://api.ksef.mf.gov.pl/v2",
            latarnia: Some("https://api-latarnia.ksef.mf.gov.pl"),
        },
    }
}
