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

/// What a simulator is told at its start.
#[derive(Clone)]
pub struct SimulatorConfig {
    /// The environment.
    pub profile: Profile,
    /// Fixes order and reference numbers. Keys, initialisation vectors and signatures stay random.
    pub seed: u64,
    /// The rate limits.
    pub limits: Limits,
    /// The clock that every timer follows.
    pub clock: Arc<dyn Clock>,
}

impl Default for SimulatorConfig {
    /// TEST with production limits, the computer's clock and a random seed.
    fn default() -> Self {
        Self {
            profile: Profile::default(),
            seed: u64::from_le_bytes(ksef_crypto::random_bytes()),
            limits: Limits::default(),
            clock: Arc::new(SystemClock),
        }
    }
}

impl std::fmt::Debug for SimulatorConfig {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SimulatorConfig")
            .field("profile", &self.profile)
            .field("seed", &self.seed)
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}
