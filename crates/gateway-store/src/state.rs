//! The states of a sales invoice.

/// Where a sales invoice stands. ARCHITECTURE.md shows the same table; a test compares both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SaleState {
    /// Written down; not in KSeF's hands.
    Waiting,
    /// Being sent in a session: whether KSeF has it is known only to KSeF until it is asked.
    Sending,
    /// KSeF took it under a reference number and has not given a KSeF number yet.
    Accepted,
    /// It has its KSeF number.
    Numbered,
    /// The UPO was fetched, verified and stored.
    UpoVerified,
    /// Read back from KSeF and found equal byte for byte.
    Stored,
    /// KSeF refused it; the reason is kept.
    Rejected,
    /// KSeF has another document under the same seller, kind and number: a person must decide.
    NumberCollision,
}

impl SaleState {
    /// Every state, in the order of an invoice's life.
    pub const ALL: [Self; 8] = [
        Self::Waiting,
        Self::Sending,
        Self::Accepted,
        Self::Numbered,
        Self::UpoVerified,
        Self::Stored,
        Self::Rejected,
        Self::NumberCollision,
    ];

    /// The name in the database and in REST.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Sending => "sending",
            Self::Accepted => "accepted",
            Self::Numbered => "numbered",
            Self::UpoVerified => "upoVerified",
            Self::Stored => "stored",
            Self::Rejected => "rejected",
            Self::NumberCollision => "numberCollision",
        }
    }

    /// The states that may follow.
    #[must_use]
    pub const fn next(self) -> &'static [Self] {
        match self {
            Self::Waiting => &[Self::Sending],
            // Back to waiting only when it is certain that KSeF does not have it.
            Self::Sending => &[Self::Accepted, Self::Waiting, Self::Rejected],
            Self::Accepted => &[Self::Numbered, Self::Waiting, Self::Rejected, Self::NumberCollision],
            Self::Numbered => &[Self::UpoVerified],
            Self::UpoVerified => &[Self::Stored],
            Self::Stored | Self::Rejected | Self::NumberCollision => &[],
        }
    }

    /// Whether nothing more will happen by itself.
    #[must_use]
    pub const fn is_final(self) -> bool {
        self.next().is_empty()
    }

    /// The state with this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == name)
    }
}

impl std::fmt::Display for SaleState {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}
