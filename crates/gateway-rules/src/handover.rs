//! What a buyer may be given before and after an invoice has its KSeF number.
//!
//! Source: guide, `tryby-offline.md` and `kody-qr.md`; field note A6. In force for invoices of the modes of KSeF; who issues
//! outside KSeF hands over the invoice.

use crate::offline::InvoicingMode;
use crate::words::named_enum;

named_enum! {
    /// Whether the buyer receives invoices through KSeF.
    pub enum Buyer {
        /// A Polish taxpayer, identified by a NIP: the invoice is received in KSeF.
        InKsef = "inKsef", "nabywca z NIP", "buyer with a NIP";
        /// A consumer, a buyer abroad, anybody without a NIP on the invoice.
        OutsideKsef = "outsideKsef", "nabywca poza KSeF", "buyer outside KSeF";
    }
}

named_enum! {
    /// What may be handed over.
    pub enum Handover {
        /// The invoice, with the codes of its mode.
        Invoice = "invoice", "faktura", "invoice";
        /// The voluntary confirmation of the transaction, with both codes: it is no invoice and starts no deduction.
        TransactionConfirmation = "transactionConfirmation", "potwierdzenie transakcji", "transaction confirmation";
        /// Nothing: an online invoice without a number is not issued yet.
        Nothing = "nothing", "nic", "nothing";
    }
}

/// What may be handed over now.
///
/// An offline24 or unavailability invoice reaches a buyer with a NIP by its number only, so until then there is the
/// confirmation; in a failure, and for buyers outside KSeF, the invoice itself is handed over.
#[must_use]
pub const fn handover(mode: InvoicingMode, has_number: bool, buyer: Buyer) -> Handover {
    match (mode, has_number, buyer) {
        (InvoicingMode::Failure | InvoicingMode::TotalFailure, ..) | (_, true, _) => Handover::Invoice,
        (InvoicingMode::Online, false, _) => Handover::Nothing,
        (_, false, Buyer::OutsideKsef) => Handover::Invoice,
        (_, false, Buyer::InKsef) => Handover::TransactionConfirmation,
    }
}
