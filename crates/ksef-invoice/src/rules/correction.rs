//! References to other invoices: corrections and settlements.

use ksef_id::{KsefNumber, KsefNumberError};

use super::{Step, Subject, Words};
use crate::catalogue;
use crate::report::Findings;
use crate::view::InvoiceKind;

pub(super) fn check(subject: &Subject<'_, '_, '_>, findings: &mut Findings) {
    let invoice = subject.invoice;
    let corrected = invoice.correction.as_ref().map_or(&[][..], |correction| &correction.corrected);
    let kind = invoice.kind.map_or("", InvoiceKind::code);
    if subject.is_correction() && corrected.is_empty() {
        subject.report(
            findings,
            &catalogue::CORRECTION_OF_NOTHING,
            &[("Fa", 0), ("RodzajFaktury", 0)],
            Words {
                found: kind.to_owned(),
                allowed: "DaneFaKorygowanej".to_owned(),
                pl: format!("Faktura {kind} nie wskazuje faktury korygowanej; dodaj DaneFaKorygowanej."),
                en: format!(
                    "The {kind} invoice does not name the invoice that it corrects; add DaneFaKorygowanej."
                ),
            },
        );
    }
    if invoice.kind.is_some() && !subject.is_correction() && !corrected.is_empty() {
        let place = [("Fa", 0), ("DaneFaKorygowanej", 0)];
        subject.report(
            findings,
            &catalogue::CORRECTED_WITHOUT_CORRECTION,
            &place,
            Words {
                found: kind.to_owned(),
                allowed: "KOR, KOR_ZAL, KOR_ROZ".to_owned(),
                pl: format!(
                    "Faktura rodzaju {kind} ma DaneFaKorygowanej; popraw RodzajFaktury albo usuń te dane."
                ),
                en: format!(
                    "An invoice of kind {kind} has DaneFaKorygowanej; correct RodzajFaktury or remove them."
                ),
            },
        );
    }
    for (index, reference) in corrected.iter().enumerate() {
        let place = ("DaneFaKorygowanej", index);
        if let Some(number) = &reference.ksef_number {
            ksef_number(subject, number, &[("Fa", 0), place, ("NrKSeFFaKorygowanej", 0)], findings);
        }
        if let (Some(corrected), Some(issued)) = (reference.issue_date, invoice.issue_date)
            && corrected > issued
        {
            let place = [("Fa", 0), place, ("DataWystFaKorygowanej", 0)];
            subject.report(findings, &catalogue::CORRECTED_AFTER_CORRECTION, &place, Words {
                found: corrected.to_string(),
                allowed: format!("≤ {issued}"),
                pl: format!("Faktura korygowana ma datę {corrected}, późniejszą niż korekta ({issued}); popraw datę."),
                en: format!("The corrected invoice is dated {corrected}, later than the correction ({issued}); correct the date."),
            });
        }
    }
    for (index, reference) in invoice.advance_invoices.iter().enumerate() {
        if let Some(number) = &reference.ksef_number {
            let place = [("Fa", 0), ("FakturaZaliczkowa", index), ("NrKSeFFaZaliczkowej", 0)];
            ksef_number(subject, number, &place, findings);
        }
    }
    if subject.is_kind(&[InvoiceKind::Roz]) && invoice.advance_invoices.is_empty() {
        subject.report(
            findings,
            &catalogue::SETTLEMENT_OF_NOTHING,
            &[("Fa", 0), ("RodzajFaktury", 0)],
            Words {
                found: kind.to_owned(),
                allowed: "FakturaZaliczkowa".to_owned(),
                pl: "Faktura ROZ nie wskazuje faktury zaliczkowej; dodaj FakturaZaliczkowa.".to_owned(),
                en: "The ROZ invoice names no advance invoice; add FakturaZaliczkowa.".to_owned(),
            },
        );
    }
}

fn ksef_number(subject: &Subject<'_, '_, '_>, text: &str, place: &[Step], findings: &mut Findings) {
    if let Err(KsefNumberError::Crc { expected, .. }) = KsefNumber::parse(text) {
        subject.report(
            findings,
            &catalogue::KSEF_NUMBER_CHECK_SUM,
            place,
            Words {
                found: text.to_owned(),
                allowed: format!("…-{expected:02X}"),
                pl: format!(
                    "Numer KSeF {text} powinien kończyć się na {expected:02X}; sprawdź, czy nie ma literówki."
                ),
                en: format!("The KSeF number {text} should end in {expected:02X}; look for a typing error."),
            },
        );
    }
    let seller = subject.invoice.seller.identifier.nip();
    if let (true, Some(nip), Some(seller)) = (KsefNumber::has_shape(text), text.get(..10), seller)
        && nip != seller
    {
        subject.report(findings, &catalogue::KSEF_NUMBER_OF_ANOTHER_SELLER, place, Words {
            found: nip.to_owned(),
            allowed: seller.to_owned(),
            pl: format!("Numer KSeF {text} należy do sprzedawcy {nip}, a fakturę wystawia {seller}; sprawdź numer."),
            en: format!("The KSeF number {text} is of the seller {nip}, and this invoice is of {seller}; check it."),
        });
    }
}
