//! Whether an invoice that came to an end outside KSeF may be sent once more as it is: the same bytes, as a new document.
//!
//! What KSeF refused for its content it refuses again, so the file is mended first. An invoice that was issued offline and refused
//! goes as a technical correction (guide, `offline/korekta-techniczna.md`), but for want of permissions (410): then it goes as it
//! was, in its mode and with its codes, once they are there.

use crate::words::named_enum;

/// How an invoice came to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// It did not: it is on its way, or waits.
    NotYet,
    /// It is in KSeF.
    InKsef,
    /// A person took it back before it was sent.
    Withdrawn,
    /// KSeF refused it, with this status.
    Refused(i32),
    /// KSeF has another document under its number.
    Collided,
}

/// What is known of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Over {
    /// How it ended.
    pub ended: Ended,
    /// It was issued offline: the buyer may hold it.
    pub is_offline: bool,
    /// It is a technical correction of another.
    pub is_technical_correction: bool,
}

named_enum! {
    /// Why it is not sent once more.
    pub enum ResendRefusal {
        /// It has not come to its end.
        UnderWay = "underWay",
            "Ta faktura nie jest jeszcze zakończona; ponownie wysyła się tylko odrzuconą albo wycofaną.",
            "This invoice is not at its end; only a refused or withdrawn one is sent again.";
        /// KSeF has it.
        InKsef = "inKsef",
            "Ta faktura jest w KSeF; drugi raz się jej nie wysyła.",
            "This invoice is in KSeF; it is not sent a second time.";
        /// KSeF has another document under the number.
        Collision = "numberCollision",
            "KSeF ma inny dokument o tym numerze, więc odrzuci go znowu. Sprawdź numerację.",
            "KSeF has another document under this number and would refuse this one again. Check your numbering.";
        /// It is a technical correction: another one is made of the first document.
        TechnicalCorrection = "technicalCorrection",
            "To korekta techniczna; następną wyślij z faktury, której ona dotyczy.",
            "This is a technical correction; send the next one from the invoice that it stands for.";
        /// It was issued offline and refused: a technical correction stands for it.
        OnlyCorrected = "onlyCorrected",
            "Odrzuconą fakturę wystawioną offline wysyła się jako korektę techniczną.",
            "A refused invoice that was issued offline is sent as a technical correction.";
        /// It was refused for what it says.
        Content = "content",
            "KSeF odrzucił treść tego pliku i odrzuciłby go znowu. Popraw dokument i wyślij poprawiony plik.",
            "KSeF refused what this file says and would refuse it again. Mend the document and send the mended file.";
    }
}

/// Whether the same bytes may be sent once more.
///
/// # Errors
/// Why not.
pub const fn may_be_sent_again(over: &Over) -> Result<(), ResendRefusal> {
    match over.ended {
        Ended::NotYet => return Err(ResendRefusal::UnderWay),
        Ended::InKsef => return Err(ResendRefusal::InKsef),
        Ended::Collided if !over.is_offline => return Err(ResendRefusal::Collision),
        _ => {}
    }
    if over.is_technical_correction {
        return Err(ResendRefusal::TechnicalCorrection);
    }
    match over.ended {
        Ended::Withdrawn | Ended::Refused(LACKS_PERMISSION) => Ok(()),
        _ if over.is_offline => Err(ResendRefusal::OnlyCorrected),
        Ended::Refused(NO_ATTACHMENTS) => Ok(()),
        _ => Err(ResendRefusal::Content),
    }
}

/// "Nieprawidłowy zakres uprawnień": status of an invoice.
const LACKS_PERMISSION: i32 = 410;
/// "Brak możliwości wysyłania faktury z załącznikiem": the company has not given notice of attachments.
const NO_ATTACHMENTS: i32 = 415;
