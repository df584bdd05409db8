//! The states of a sales invoice.

/// Defines the states: variant, name, and the states that may follow.
macro_rules! states {
    (
        $(#[$enum_meta:meta])*
        pub enum $enum:ident {
            $( $(#[$meta:meta])* $variant:ident = $name:literal => [$($next:ident),* $(,)?]; )+
        }
    ) => {
        $(#[$enum_meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $enum { $( $(#[$meta])* $variant, )+ }

        impl $enum {
            /// Every state, in the order of an invoice's life.
            pub const ALL: &'static [Self] = &[$( Self::$variant ),+];

            /// The name in the database and in REST.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $( Self::$variant => $name, )+ }
            }

            /// The states that may follow.
            #[must_use]
            pub const fn next(self) -> &'static [Self] {
                match self { $( Self::$variant => &[$( Self::$next ),*], )+ }
            }

            /// The states that may come before.
            pub fn before(self) -> impl Iterator<Item = Self> {
                Self::ALL.iter().copied().filter(move |state| state.next().contains(&self))
            }

            /// The state with this name.
            #[must_use]
            pub fn from_name(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|state| state.as_str() == name)
            }
        }

        impl std::fmt::Display for $enum {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl std::str::FromStr for $enum {
            type Err = ();
            fn from_str(name: &str) -> Result<Self, ()> {
                Self::from_name(name).ok_or(())
            }
        }
    };
}
pub(crate) use states;

states! {
    /// Where a sales invoice stands. ARCHITECTURE.md shows the same table; a test compares both.
    pub enum SaleState {
        /// Written down as it came; not looked at yet.
        Draft = "draft" => [Validated, Returned, Withdrawn];
        /// It has errors; a person mends or withdraws it.
        Returned = "returned" => [Validated, Withdrawn];
        /// It has no errors and waits for approval.
        Validated = "validated" => [Approved, Returned, Withdrawn];
        /// Approved, and frozen from here on: waits for being sent by hand.
        Approved = "approved" => [Waiting, Withdrawn];
        /// To be sent by itself; not in KSeF's hands.
        Waiting = "waiting" => [Sending, OfflineIssued, Approved, Withdrawn];
        /// Issued in an offline mode: the buyer may have it, KSeF shall have it by its deadline.
        OfflineIssued = "offlineIssued" => [Sending];
        /// Being sent in a session: whether KSeF has it is known only to KSeF until it is asked.
        Sending = "sending" => [
            Accepted, Numbered, DuplicateAdopted, Waiting, OfflineIssued, Rejected, NumberCollision
        ];
        /// KSeF took it under a reference number and has not given a KSeF number yet.
        Accepted = "accepted" => [
            Numbered, DuplicateAdopted, Waiting, OfflineIssued, Rejected, NumberCollision
        ];
        /// It has its KSeF number.
        Numbered = "numbered" => [UpoVerified];
        /// KSeF had the same bytes from an earlier sending, whose number it has taken over.
        DuplicateAdopted = "duplicateAdopted" => [UpoVerified];
        /// The UPO was fetched, verified and stored.
        UpoVerified = "upoVerified" => [Stored];
        /// Read back from KSeF and found equal byte for byte.
        Stored = "stored" => [];
        /// KSeF refused it; the reason is kept.
        Rejected = "rejected" => [];
        /// KSeF has another document under the same seller, kind and number: a person must decide.
        NumberCollision = "numberCollision" => [];
        /// Taken back by a person before it was sent.
        Withdrawn = "withdrawn" => [];
    }
}

impl SaleState {
    /// Whether nothing more will happen by itself or by a person.
    #[must_use]
    pub const fn is_final(self) -> bool {
        self.next().is_empty()
    }

    /// Whether the invoice has a KSeF number of its own.
    #[must_use]
    pub const fn is_numbered(self) -> bool {
        matches!(self, Self::Numbered | Self::DuplicateAdopted | Self::UpoVerified | Self::Stored)
    }

    /// Whether its UPO is kept.
    #[must_use]
    pub const fn is_confirmed(self) -> bool {
        matches!(self, Self::UpoVerified | Self::Stored)
    }

    /// Whether the next step is the worker's, not a person's.
    #[must_use]
    pub const fn moves_by_itself(self) -> bool {
        matches!(
            self,
            Self::Waiting
                | Self::OfflineIssued
                | Self::Sending
                | Self::Accepted
                | Self::Numbered
                | Self::DuplicateAdopted
                | Self::UpoVerified
        )
    }
}
