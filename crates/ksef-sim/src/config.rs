//! What a simulator is told at its start.

use crate::clock::{Clock, SystemClock};
use std::sync::Arc;

/// Which of KSeF's environments is imitated (field notes B14).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Profile {
    /// TEST: self-signed certificates are taken, FA(2) too, NIP check digits are not looked at.
    #[default]
    Test,
    /// DEMO.
    Demo,
    /// Production as it is today.
    Prd,
}

impl Profile {
    /// `test`, `demo` or `prd`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Test => "test",
            Self::Demo => "demo",
            Self::Prd => "prd",
        }
    }

    /// `iss` and `aud` of the tokens. `ksef-api-te` was recorded; the other two are formed like it.
    pub(crate) const fn issuer(self) -> &'static str {
        match self {
            Self::Test => "ksef-api-te",
            Self::Demo => "ksef-api-tr",
            Self::Prd => "ksef-api",
        }
    }

    /// `NazwaPodmiotuPrzyjmujacego` of the UPO: the schema fixes the text of production, TEST writes its own name
    /// (`shared/ksef/behaviour.md`, "UPO").
    pub(crate) const fn receiver_name(self) -> &'static str {
        match self {
            Self::Test => "Ministerstwo Finansów - środowisko testowe (TE)",
            Self::Demo => "Ministerstwo Finansów - środowisko przedprodukcyjne (TR)",
            Self::Prd => "Ministerstwo Finansów",
        }
    }
}

/// Whether the rate limits hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Limits {
    /// The figures of API 2.9.0.
    #[default]
    Production,
    /// No request is ever refused with 429.
    Off,
}

/// A word that names no profile or no limits.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{found:?} is unknown: use one of {allowed}")]
pub struct UnknownName {
    /// The word.
    pub found: String,
    /// The words that are known.
    pub allowed: &'static str,
}

impl std::str::FromStr for Profile {
    type Err = UnknownName;

    /// Reads `test`, `demo` or `prd`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "test" => Ok(Self::Test),
            "demo" => Ok(Self::Demo),
            "prd" => Ok(Self::Prd),
            _ => Err(UnknownName { found: text.to_owned(), allowed: "test, demo, prd" }),
        }
    }
}

impl std::str::FromStr for Limits {
    type Err = UnknownName;

    /// Reads `production` or `off`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "production" => Ok(Self::Production),
            "off" => Ok(Self::Off),
            _ => Err(UnknownName { found: text.to_owned(), allowed: "production, off" }),
        }
    }
}

/// What a simulator is told at its start.
#[derive(Clone)]
pub struct SimulatorConfig {
    /// The environment.
    pub profile: Profile,
    /// Fixes order and reference numbers. Keys, initialisation vectors and signatures stay random.
    pub seed: u64,
    /// The rate limits.
    pub limits: Limits,
    /// The clock that every timer follows; [`crate::Simulator::clock`] moves it.
    pub clock: Arc<dyn Clock>,
    /// The company for which scenarios are set unless another is named.
    pub company: ksef_id::Nip,
    /// Where the control port listens, on its own address; `None` for no control port.
    pub control: Option<std::net::SocketAddr>,
    /// The folder that keeps everything, keys included; `None` to keep it in memory. A folder that is there has a seed of its
    /// own, which counts instead of `seed`.
    pub data: Option<std::path::PathBuf>,
}

impl Default for SimulatorConfig {
    /// TEST with production limits, the computer's clock and a random seed.
    fn default() -> Self {
        Self {
            profile: Profile::default(),
            seed: u64::from_le_bytes(ksef_crypto::random_bytes()),
            limits: Limits::default(),
            clock: Arc::new(SystemClock),
            company: ksef_id::Nip::parse(DEFAULT_COMPANY).expect("a constant is a NIP"),
            control: None,
            data: None,
        }
    }
}

/// Any NIP that nobody has.
const DEFAULT_COMPANY: &str = "2222222222";

impl std::fmt::Debug for SimulatorConfig {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SimulatorConfig")
            .field("profile", &self.profile)
            .field("seed", &self.seed)
            .field("limits", &self.limits)
            .field("control", &self.control)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_the_command_line() {
        assert_eq!("prd".parse(), Ok(Profile::Prd));
        assert_eq!("off".parse(), Ok(Limits::Off));
        let error = "prod".parse::<Profile>().expect_err("an unknown name");
        assert_eq!(error.to_string(), "\"prod\" is unknown: use one of test, demo, prd");
        assert!("OFF".parse::<Limits>().is_err());
    }
}
