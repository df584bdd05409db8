//! What a purchase is in the office: its state, the company's roles on it, where it came from.

use crate::state::states;

states! {
    /// Where a purchase stands in the office. ARCHITECTURE.md shows the same table; a test compares both.
    pub enum PurchaseState {
        /// Nobody has looked at it.
        New = "new" => [Seen, Booked, SetAside];
        /// Somebody, or a program, has looked at it.
        Seen = "seen" => [New, Booked, SetAside];
        /// It is in the books.
        Booked = "booked" => [Seen];
        /// It is not to be booked: a copy, somebody else's, disputed.
        SetAside = "setAside" => [New, Seen, Booked];
    }
}

/// As what a company stands on an invoice: KSeF is asked for each by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PurchaseRole {
    /// `Podmiot1`.
    Seller,
    /// `Podmiot2`.
    Buyer,
    /// `Podmiot3`.
    Third,
    /// `PodmiotUpowazniony`.
    Authorized,
}

impl PurchaseRole {
    /// Every role, the one first that brings most.
    pub const ALL: [Self; 4] = [Self::Buyer, Self::Seller, Self::Third, Self::Authorized];

    /// The name in the database and in REST.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Seller => "seller",
            Self::Buyer => "buyer",
            Self::Third => "third",
            Self::Authorized => "authorized",
        }
    }

    /// The role with this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == name)
    }

    pub(crate) const fn bit(self) -> i64 {
        match self {
            Self::Seller => 1,
            Self::Buyer => 2,
            Self::Third => 4,
            Self::Authorized => 8,
        }
    }

    pub(crate) fn of_bits(bits: i64) -> Vec<Self> {
        Self::ALL.into_iter().filter(|role| bits & role.bit() != 0).collect()
    }
}

impl std::str::FromStr for PurchaseRole {
    type Err = ();
    fn from_str(name: &str) -> Result<Self, ()> {
        Self::from_name(name).ok_or(())
    }
}

/// Defines an enumeration of names in the database.
macro_rules! names {
    (
        $(#[$enum_meta:meta])*
        pub enum $enum:ident { $( $(#[$meta:meta])* $variant:ident = $name:literal; )+ }
    ) => {
        $(#[$enum_meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $enum { $( $(#[$meta])* $variant, )+ }

        impl $enum {
            /// Every value.
            pub const ALL: &'static [Self] = &[$( Self::$variant ),+];

            /// The name in the database and in REST.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $( Self::$variant => $name, )+ }
            }
        }

        impl std::str::FromStr for $enum {
            type Err = ();
            fn from_str(name: &str) -> Result<Self, ()> {
                Self::ALL.iter().copied().find(|value| value.as_str() == name).ok_or(())
            }
        }
    };
}

names! {
    /// How a purchase came here.
    pub enum PurchaseOrigin {
        /// KSeF gave it.
        Ksef = "ksef";
        /// Somebody entered it with its KSeF number.
        Hand = "hand";
        /// It is outside KSeF, or not in KSeF yet.
        Outside = "outside";
        /// It is of KSeF 1.0, and somebody had saved it.
        Former = "ksef1";
    }
}

names! {
    /// What became of a KSeF number that was entered by hand.
    pub enum Confirmation {
        /// KSeF was not asked yet.
        Pending = "pending";
        /// KSeF gave the invoice.
        Confirmed = "confirmed";
        /// KSeF has no such invoice, or none that this company may see.
        Unknown = "unknown";
    }
}

names! {
    /// What somebody decided about a purchase, beside its state.
    pub enum Approval {
        /// It may be paid and booked.
        Approved = "approved";
        /// It may not.
        Rejected = "rejected";
    }
}

names! {
    /// What happened to a purchase.
    pub enum PurchaseEvent {
        /// Somebody moved it to another state.
        Moved = "moved";
        /// Somebody entered it.
        Entered = "entered";
        /// Somebody brought what was saved of KSeF 1.0.
        Imported = "imported";
        /// KSeF gave what was entered with its number.
        Confirmed = "confirmed";
        /// KSeF has no invoice of the number that was entered.
        NotConfirmed = "notConfirmed";
        /// A scan was laid beside it.
        ScanAdded = "scanAdded";
        /// The invoice of KSeF came that it is a copy of, or that copy came.
        CopyFound = "copyFound";
        /// A note was written.
        Noted = "noted";
        /// It was assigned to people or units, or to nobody any more.
        Assigned = "assigned";
        /// Somebody wrote a comment.
        Commented = "commented";
        /// Somebody approved it.
        Approved = "approved";
        /// Somebody rejected it.
        Rejected = "rejected";
        /// An approval or rejection was taken back.
        Undecided = "undecided";
    }
}
