//! How a purchase was issued, what KSeF says of its number and what happened to it, in words.

use gateway_api::Words;
use gateway_pages::{ConfirmationView, HistoryRow, Language};
use gateway_rules::jpk::OUTSIDE_KSEF;
use gateway_rules::offline::InvoicingMode;
use gateway_store::{Confirmation, PurchaseEvent, PurchaseHistoryEntry, PurchaseState};

use super::parts::{actor_words, pick};
use super::states::purchase_state_words;
use crate::app::purchases::scan::{SCAN_BYTES_MAX, ending_of, media_type_of};

/// How a document was issued, and what that means.
pub(super) struct ModeWords {
    pub(super) label: Words,
    pub(super) note: Words,
}

/// Of a document without a KSeF number, by its mode's name; `None` for one in KSeF.
pub(super) fn mode(name: &str) -> Option<ModeWords> {
    let [label, note] = match (name, InvoicingMode::from_name(name)) {
        (_, Some(InvoicingMode::Online)) => return None,
        (_, Some(InvoicingMode::TotalFailure)) => [
            ["w awarii całkowitej KSeF", "in a total failure of KSeF"],
            [
                "Ogłoszono ją w mediach; takiej faktury nie dosyła się do KSeF i nie dostanie numeru.",
                "It was announced in the media; such an invoice is never sent to KSeF and gets no number.",
            ],
        ],
        (_, Some(InvoicingMode::Offline24)) => [
            ["w trybie offline24", "in the mode offline24"],
            [
                "Wystawca dosyła ją do KSeF najpóźniej następnego dnia roboczego.",
                "The issuer sends it to KSeF at the latest on the next working day.",
            ],
        ],
        (_, Some(InvoicingMode::Unavailability)) => [
            ["w czasie niedostępności KSeF", "while KSeF was unavailable"],
            [
                "Zapowiedziana przerwa: wystawca dosyła ją do KSeF następnego dnia roboczego po jej końcu.",
                "An announced break: the issuer sends it to KSeF on the working day after its end.",
            ],
        ],
        (_, Some(InvoicingMode::Failure)) => [
            ["w czasie awarii KSeF", "during a failure of KSeF"],
            [
                "Ogłoszona awaria: wystawca dosyła ją do KSeF w ciągu siedmiu dni roboczych od jej końca.",
                "An announced failure: the issuer sends it to KSeF within seven working days of its end.",
            ],
        ],
        (OUTSIDE_KSEF, None) => [
            ["poza KSeF", "outside KSeF"],
            [
                "Z zagranicy, dla konsumenta albo od kogoś, kto nie ma obowiązku: nigdy nie trafi do KSeF.",
                "From abroad, for a consumer or by somebody without the duty: it never comes into KSeF.",
            ],
        ],
        _ => return None,
    };
    let words = |[pl, en]: [&str; 2]| Words { pl: pl.to_owned(), en: en.to_owned() };
    Some(ModeWords { label: words(label), note: words(note) })
}

/// What KSeF says of a number that was entered; nothing once it knows it, since then the document is here.
pub(super) fn confirmation(found: Confirmation, lang: Language) -> Option<ConfirmationView> {
    let (pl, en, is_bad) = match found {
        Confirmation::Confirmed => return None,
        Confirmation::Pending => (
            "Numer wprowadzono ręcznie. Bramka pyta o niego KSeF; gdy KSeF odpowie, dokument pojawi się tutaj sam. \
             Gdy KSeF nie odpowiada, bramka pyta dalej.",
            "The number was entered by hand. The gateway asks KSeF for it; once KSeF answers, the document appears here \
             by itself. While KSeF does not answer, the gateway keeps asking.",
            false,
        ),
        Confirmation::Unknown => (
            "KSeF nie zna tego numeru albo nie pokazuje tej firmie jego faktury. Sprawdź, czy numer przepisano \
             dobrze. Ten wpis możesz odłożyć.",
            "KSeF does not know this number, or does not show its invoice to this company. See whether the number was \
             copied right. This entry can be set aside.",
            true,
        ),
    };
    Some(ConfirmationView { text: lang.choose(pl, en).to_owned(), is_bad })
}

/// What a scan is.
///
/// # Errors
/// Why it cannot be taken, in both languages.
pub(super) fn scan_kind(bytes: &[u8]) -> Result<&'static str, Words> {
    if bytes.len() > SCAN_BYTES_MAX {
        return Err(Words {
            pl: "Ten plik jest za duży: skan może mieć najwyżej 20 MB.".to_owned(),
            en: "This file is too large: a scan may have at most 20 MB.".to_owned(),
        });
    }
    media_type_of(bytes).ok_or_else(|| Words {
        pl: "To nie jest skan: potrzebny jest plik PDF, JPEG, PNG albo TIFF.".to_owned(),
        en: "This is no scan: a PDF, JPEG, PNG or TIFF file is needed.".to_owned(),
    })
}

/// What happened to a purchase.
pub(super) fn history_row(entry: &PurchaseHistoryEntry, lang: Language) -> HistoryRow {
    let (pl, en) = match entry.event {
        PurchaseEvent::Moved => ("nowy stan", "new state"),
        PurchaseEvent::Entered => ("wprowadzono ręcznie", "entered by hand"),
        PurchaseEvent::Imported => ("przeniesiono z KSeF 1.0", "imported from KSeF 1.0"),
        PurchaseEvent::Confirmed => ("KSeF potwierdził numer", "KSeF confirmed the number"),
        PurchaseEvent::NotConfirmed => ("KSeF nie zna tego numeru", "KSeF does not know the number"),
        PurchaseEvent::ScanAdded => ("dołączono skan", "a scan was added"),
        PurchaseEvent::CopyFound => ("znaleziono kopię", "a copy was found"),
        PurchaseEvent::Noted => ("zapisano notatkę", "a note was written"),
        PurchaseEvent::Assigned => ("przypisano", "assigned"),
        PurchaseEvent::Commented => ("komentarz", "comment"),
        PurchaseEvent::Approved => ("zatwierdzono", "approved"),
        PurchaseEvent::Rejected => ("odrzucono", "rejected"),
        PurchaseEvent::Undecided => ("cofnięto decyzję", "the decision was taken back"),
    };
    let mut event = lang.choose(pl, en).to_owned();
    if let Some(detail) = &entry.detail {
        // A state is told in words, a scan by the ending of its file, anything else as it is.
        let words = match entry.event {
            PurchaseEvent::ScanAdded => Some(ending_of(detail).to_uppercase()),
            PurchaseEvent::CopyFound if detail == "sameBytes" => {
                Some(lang.choose("ten sam plik", "the same file").to_owned())
            }
            PurchaseEvent::CopyFound if detail == "sameNumber" => {
                Some(lang.choose("ten sam sprzedawca i numer", "the same seller and number").to_owned())
            }
            _ => PurchaseState::from_name(detail).map(|state| pick(lang, &purchase_state_words(state))),
        };
        event = format!("{event}: {}", words.as_deref().unwrap_or(detail));
    }
    HistoryRow {
        at: lang.exact_moment(entry.at),
        state_text: String::new(),
        event,
        actor: actor_words(entry.actor.clone()),
        evidence: None,
    }
}
