//! What a company chooses: when documents are sent, and how soon their UPO must be there.
//!
//! Source: features M43–M45, M54, M55, M77, B11; the same four policies everywhere in the product.

use crate::words::{Words, named_enum};

named_enum! {
    /// When a document is sent.
    pub enum SendingPolicy {
        /// As soon as it is valid.
        Immediate = "immediate", "od razu", "at once";
        /// The same, and it becomes an offline invoice when KSeF cannot be reached.
        ImmediateOrOffline = "immediateOrOffline", "od razu albo offline", "at once or offline";
        /// When somebody has approved it.
        AfterApproval = "afterApproval", "po zatwierdzeniu", "after approval";
        /// When somebody sends it.
        Manual = "manual", "ręcznie", "by hand";
    }
}

impl SendingPolicy {
    /// What follows from choosing it, in one sentence.
    #[must_use]
    pub const fn consequence(self) -> Words {
        let (pl, en) = match self {
            Self::Immediate => (
                "Każdy poprawny dokument jest wysyłany do KSeF od razu, a gdy KSeF nie odpowiada, czeka.",
                "Every valid document is sent to KSeF at once, and waits while KSeF does not answer.",
            ),
            Self::ImmediateOrOffline => (
                "Każdy poprawny dokument jest wysyłany od razu, a gdy KSeF nie odpowiada, staje się fakturą offline z dwoma \
                 kodami i terminem dosłania; potrzebny jest certyfikat Offline.",
                "Every valid document is sent at once, and while KSeF does not answer it becomes an offline invoice with two \
                 codes and a term for sending; an Offline certificate is needed.",
            ),
            Self::AfterApproval => (
                "Dokument czeka na zatwierdzenie przez uprawnioną osobę, a potem jest wysyłany od razu.",
                "A document waits until an entitled person approves it, and is then sent at once.",
            ),
            Self::Manual => (
                "Dokument zostaje u nas, dopóki ktoś go nie wyśle przyciskiem, poleceniem albo przez API.",
                "A document stays with us until somebody sends it by button, command or API.",
            ),
        };
        Words { pl, en }
    }

    /// Whether a valid document needs nobody's word before it is sent.
    #[must_use]
    pub const fn sends_by_itself(self) -> bool {
        matches!(self, Self::Immediate | Self::ImmediateOrOffline)
    }
}

named_enum! {
    /// How soon the UPO of a document must be there.
    pub enum UpoMode {
        /// A session for each document.
        Immediate = "immediate", "natychmiastowe UPO", "immediate UPO";
        /// One session for many documents.
        Batch = "batch", "zbiorcze UPO", "batch UPO";
        /// As load, limits and urgency advise.
        Automatic = "automatic", "automatycznie", "automatic";
    }
}

impl UpoMode {
    /// What follows from choosing it, and whom it suits, in one sentence.
    #[must_use]
    pub const fn consequence(self) -> Words {
        let (pl, en) = match self {
            Self::Immediate => (
                "Każdy dokument ma własną sesję i UPO po kilku sekundach, najwyżej 120 na godzinę, potem sesja jest wspólna; \
                 dla firm, które wystawiają niewiele faktur.",
                "Every document has a session of its own and its UPO in seconds, at most 120 an hour, then a session is shared; \
                 for firms with few invoices.",
            ),
            Self::Batch => (
                "Jedna sesja służy wielu dokumentom do dwóch godzin, a zbiorcze UPO powstaje po jej zamknięciu; dla firm, które \
                 wystawiają dużo faktur.",
                "One session serves many documents for up to two hours, and the collective UPO comes after its closing; for \
                 firms with many invoices.",
            ),
            Self::Automatic => (
                "Przy małym ruchu każdy dokument ma własną sesję, przy dużym faktury jadą wspólną sesją albo paczkami, zawsze w \
                 granicach limitów KSeF; dobre dla większości firm.",
                "With little load every document has its own session, with much load invoices share sessions or go in batches, \
                 always within KSeF's limits; good for most firms.",
            ),
        };
        Words { pl, en }
    }
}
