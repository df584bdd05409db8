//! Whether a rejected offline invoice may be sent again as a technical correction.
//!
//! Source: guide, `offline/korekta-techniczna.md`; field note B10. The buyer holds a print whose codes name the document that
//! was rejected; the correction names its hash (`hashOfCorrectedInvoice`), and KSeF leads the old code to the new document.

use crate::offline::InvoicingMode;
use crate::words::named_enum;

/// What is known of the document that was rejected, and of attempts to correct it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rejected {
    /// The mode in which it was issued.
    pub mode: InvoicingMode,
    /// KSeF's status code of the refusal; `None` if it was not rejected.
    pub status_code: Option<i32>,
    /// A technical correction of it was accepted.
    pub has_accepted_correction: bool,
    /// A technical correction of it is on its way, or nobody knows yet what became of it.
    pub has_correction_under_way: bool,
    /// The new document says the same as the rejected one, but for what made it fail technically.
    pub says_the_same: bool,
}

named_enum! {
    /// Why a technical correction is refused here, before KSeF is asked.
    pub enum CorrectionRefusal {
        /// The document was not declared offline.
        NotOffline = "notOffline",
            "Korekta techniczna jest tylko dla faktur wystawionych offline. Popraw dokument i wyślij go zwyczajnie.",
            "A technical correction is for invoices that were issued offline only. Mend the document and send it as usual.";
        /// KSeF did not reject it.
        NotRejected = "notRejected",
            "KSeF nie odrzucił tej faktury. Treść przyjętej faktury zmienia faktura korygująca.",
            "KSeF did not reject this invoice. What an accepted invoice says is changed by a correcting invoice.";
        /// It was rejected for want of permissions (410).
        LacksPermission = "lacksPermission",
            "Fakturę odrzucono z braku uprawnień (410), a nie z przyczyn technicznych. Uzupełnij uprawnienia i wyślij ją ponownie.",
            "The invoice was rejected for want of permissions (410), not for technical reasons. Grant them and send it again.";
        /// One was accepted already.
        AlreadyCorrected = "alreadyCorrected",
            "Przyjęto już korektę techniczną tej faktury; druga jest niedozwolona.",
            "A technical correction of this invoice was accepted already; a second one is not allowed.";
        /// One is on its way: KSeF would accept several while the first is in processing (#404).
        UnderWay = "underWay",
            "Korekta techniczna tej faktury jest już w drodze. Poczekaj na jej wynik.",
            "A technical correction of this invoice is on its way. Wait for its outcome.";
        /// It says something else than the rejected document.
        SaysOtherwise = "saysOtherwise",
            "Korekta techniczna nie może zmieniać treści faktury. Do zmiany treści służy faktura korygująca.",
            "A technical correction must not change what the invoice says. That is for a correcting invoice.";
    }
}

/// Whether the technical correction may be sent; it goes by online session only, also where the original went by batch.
///
/// # Errors
/// Why not; the first reason that applies.
pub const fn may_be_corrected(rejected: &Rejected) -> Result<(), CorrectionRefusal> {
    if !rejected.mode.is_declared_offline() {
        return Err(CorrectionRefusal::NotOffline);
    }
    match rejected.status_code {
        None => return Err(CorrectionRefusal::NotRejected),
        Some(LACKS_PERMISSION) => return Err(CorrectionRefusal::LacksPermission),
        Some(_) => (),
    }
    if rejected.has_accepted_correction {
        return Err(CorrectionRefusal::AlreadyCorrected);
    }
    if rejected.has_correction_under_way {
        return Err(CorrectionRefusal::UnderWay);
    }
    if !rejected.says_the_same {
        return Err(CorrectionRefusal::SaysOtherwise);
    }
    Ok(())
}

/// "Nieprawidłowy zakres uprawnień": status of an invoice.
const LACKS_PERMISSION: i32 = 410;
