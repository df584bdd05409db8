//! What the buyer is given now.

use gateway_rules::handover::{Buyer, Handover, handover};
use gateway_rules::offline::InvoicingMode;
use gateway_store::{Sale, SaleState};

use super::technical::is_refused;

/// What the buyer is given now, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Given {
    pub(crate) what: Handover,
    pub(crate) mode: InvoicingMode,
    pub(crate) buyer: Buyer,
    /// Polish and English.
    pub(crate) because: [&'static str; 2],
}

/// What may be handed over of an invoice as it stands.
pub(crate) fn given(sale: &Sale) -> Given {
    let mode = InvoicingMode::from_name(&sale.mode).unwrap_or(InvoicingMode::Online);
    let buyer = if sale.buyer_nip.is_some() { Buyer::InKsef } else { Buyer::OutsideKsef };
    let has_number = sale.state.is_numbered() && sale.ksef_number.is_some();
    // What KSeF refused, or a person took back, is no invoice to hand over, whatever its mode.
    let is_void = is_refused(sale.state) || sale.state == SaleState::Withdrawn;
    let what = if is_void { Handover::Nothing } else { handover(mode, has_number, buyer) };
    let because = match what {
        Handover::Nothing if is_refused(sale.state) => [
            "KSeF odrzucił ten dokument; wydaj jego poprawioną wersję, gdy zostanie wysłana.",
            "KSeF refused this document; hand over its mended version once that is sent.",
        ],
        Handover::Nothing if is_void => {
            ["Dokument wycofano przed wysłaniem.", "The document was taken back before it was sent."]
        }
        Handover::Nothing => [
            "Faktura online jest wystawiona dopiero z chwilą przesłania do KSeF; poczekaj na jej numer albo wystaw ją offline.",
            "An online invoice is issued by sending it to KSeF; wait for its number, or issue it offline.",
        ],
        Handover::TransactionConfirmation => [
            "Nabywca z NIP otrzyma fakturę w KSeF po nadaniu jej numeru; do tego czasu można wydać potwierdzenie transakcji z dwoma kodami.",
            "A buyer with a NIP receives the invoice in KSeF once it has its number; until then a transaction confirmation with both codes may be given.",
        ],
        Handover::Invoice if has_number => ["Faktura ma numer KSeF.", "The invoice has its KSeF number."],
        Handover::Invoice if matches!(mode, InvoicingMode::TotalFailure) => [
            "W awarii całkowitej wydaje się samą fakturę, bez kodów i bez przesyłania do KSeF.",
            "In a total failure the invoice itself is handed over, without codes and without sending it to KSeF.",
        ],
        Handover::Invoice if matches!(mode, InvoicingMode::Failure) => [
            "Podczas awarii KSeF wydaje się samą fakturę z dwoma kodami.",
            "During a failure of KSeF the invoice itself is handed over, with both codes.",
        ],
        Handover::Invoice => [
            "Nabywca spoza KSeF otrzymuje samą fakturę z dwoma kodami.",
            "A buyer outside KSeF is given the invoice itself, with both codes.",
        ],
    };
    Given { what, mode, buyer, because }
}
