//! References of corrections, and of settlements to their advances.

use std::collections::HashSet;

use jiff::civil::Date;
use ksef_id::{KsefNumber, KsefNumberError};

use super::facts::{date, date_of, text_of};
use super::{Place, Subject, deep, words};
use crate::catalogue;
use crate::report::Findings;
use crate::view::InvoiceKind;
use crate::xml::Cursor;

pub(super) fn check(subject: &Subject<'_, '_, '_>, findings: &mut Findings) {
    let facts = subject.facts;
    let body = subject.at(&["Fa"]);
    let correction = Corrected {
        place: subject,
        body,
        references: &facts.corrected,
        kind: facts.kind,
        issued: facts.issued,
        number: facts.number,
        seller: facts.seller.nip,
    };
    references(&correction, findings);
    parties_before(subject, body, findings);
    let needs_amount = facts.is_kind(&[InvoiceKind::KorZal, InvoiceKind::KorRoz]);
    if needs_amount && !facts.has_gross_before {
        let kind = facts.kind_code();
        subject.report(
            findings,
            &catalogue::AMOUNT_BEFORE_MISSING,
            deep(body, &["RodzajFaktury"]),
            words(
                kind,
                "P_15ZK",
                format!("Faktura {kind} nie podaje kwoty sprzed korekty; dodaj P_15ZK."),
                format!("The {kind} invoice does not give the amount before the correction; add P_15ZK."),
            ),
        );
    }
}

/// What a correction says of the invoices that it corrects; the same in FA and FA_RR.
pub(super) struct Corrected<'s, 'd, 'a> {
    pub(super) place: &'s Place<'d, 'a>,
    /// The parent of the references.
    pub(super) body: Cursor<'d, 'a>,
    pub(super) references: &'s [Cursor<'d, 'a>],
    pub(super) kind: Option<InvoiceKind>,
    pub(super) issued: Option<Date>,
    pub(super) number: &'d str,
    /// The seller whose NIP the KSeF numbers must begin with, where that is known.
    pub(super) seller: Option<&'d str>,
}

pub(super) fn references(correction: &Corrected<'_, '_, '_>, findings: &mut Findings) {
    let Corrected { place, body, references, kind: Some(kind), .. } = correction else { return };
    let (code, kind_at) = (kind.code(), || deep(*body, &["RodzajFaktury"]));
    if kind.is_correction() && references.is_empty() {
        place.report(
            findings,
            &catalogue::CORRECTION_OF_NOTHING,
            kind_at(),
            words(
                code,
                "DaneFaKorygowanej",
                format!("Faktura {code} nie wskazuje faktury korygowanej; dodaj DaneFaKorygowanej."),
                format!(
                    "The {code} invoice does not name the invoice that it corrects; add DaneFaKorygowanej."
                ),
            ),
        );
    }
    if let (false, Some(first)) = (kind.is_correction(), references.first()) {
        place.report(
            findings,
            &catalogue::CORRECTED_WITHOUT_CORRECTION,
            *first,
            words(
                code,
                "KOR, KOR_ZAL, KOR_ROZ",
                format!(
                    "Faktura rodzaju {code} ma DaneFaKorygowanej; popraw RodzajFaktury albo usuń te dane."
                ),
                format!(
                    "An invoice of kind {code} has DaneFaKorygowanej; correct RodzajFaktury or remove them."
                ),
            ),
        );
    }
    let mut seen = HashSet::new();
    for reference in *references {
        one_reference(correction, *reference, findings);
        let number = text_of(*reference, "NrFaKorygowanej");
        if references.len() > 1 && !seen.insert((number, text_of(*reference, "NrKSeFFaKorygowanej"))) {
            place.report(
                findings,
                &catalogue::CORRECTED_TWICE,
                deep(*reference, &["NrFaKorygowanej"]),
                words(
                    number,
                    "",
                    format!(
                        "Faktura {number} jest wskazana jako korygowana więcej niż raz; usuń powtórzenie."
                    ),
                    format!(
                        "The invoice {number} is named as corrected more than once; remove the repetition."
                    ),
                ),
            );
        }
    }
}

fn one_reference(correction: &Corrected<'_, '_, '_>, reference: Cursor<'_, '_>, findings: &mut Findings) {
    let place = correction.place;
    let corrected = date_of(reference, "DataWystFaKorygowanej");
    if let (Some(corrected), Some(issued)) = (corrected, correction.issued)
        && corrected > issued
    {
        place.report(findings, &catalogue::CORRECTED_AFTER_CORRECTION, deep(reference, &["DataWystFaKorygowanej"]), words(
            corrected, format!("≤ {issued}"),
            format!("Faktura korygowana ma datę {corrected}, późniejszą niż korekta ({issued}); popraw datę."),
            format!("The corrected invoice is dated {corrected}, later than the correction ({issued}); correct the date."),
        ));
    }
    let number = text_of(reference, "NrFaKorygowanej");
    if number == correction.number && !number.is_empty() {
        place.report(findings, &catalogue::CORRECTS_ITSELF, deep(reference, &["NrFaKorygowanej"]), words(
            number, "",
            format!("Korekta ma ten sam numer {number} co faktura korygowana; nadaj korekcie jej własny numer."),
            format!("The correction has the same number {number} as the invoice it corrects; give it a number of its own."),
        ));
    }
    let Some(ksef) = reference.child("NrKSeFFaKorygowanej") else { return };
    ksef_number(place, ksef, correction.seller, findings);
    let accepted = ksef
        .text()
        .get(11..19)
        .and_then(|day| date(&format!("{}-{}-{}", day.get(..4)?, day.get(4..6)?, day.get(6..)?)));
    if let (Some(corrected), Some(accepted)) = (corrected, accepted)
        && accepted < corrected
    {
        place.report(findings, &catalogue::KSEF_NUMBER_BEFORE_ISSUE, ksef, words(
            ksef.text(), format!("≥ {corrected}"),
            format!("Numer KSeF nadano {accepted}, a faktura korygowana ma datę {corrected}; sprawdź numer i datę."),
            format!("The KSeF number was given on {accepted}, and the corrected invoice is dated {corrected}; check both."),
        ));
    }
}

/// The check sum of a KSeF number, and whose it is.
pub(super) fn ksef_number(
    place: &Place<'_, '_>,
    at: Cursor<'_, '_>,
    seller: Option<&str>,
    findings: &mut Findings,
) {
    let text = at.text();
    if let Err(KsefNumberError::Crc { expected, .. }) = KsefNumber::parse(text) {
        place.report(
            findings,
            &catalogue::KSEF_NUMBER_CHECK_SUM,
            at,
            words(
                text,
                format!("…-{expected:02X}"),
                format!(
                    "Numer KSeF {text} powinien kończyć się na {expected:02X}; sprawdź, czy nie ma literówki."
                ),
                format!("The KSeF number {text} should end in {expected:02X}; look for a typing error."),
            ),
        );
    }
    if let (true, Some(nip), Some(seller)) = (KsefNumber::has_shape(text), text.get(..10), seller)
        && nip != seller
    {
        place.report(findings, &catalogue::KSEF_NUMBER_OF_ANOTHER_SELLER, at, words(
            nip, seller,
            format!("Numer KSeF {text} należy do sprzedawcy {nip}, a fakturę wystawia {seller}; sprawdź numer."),
            format!("The KSeF number {text} is of the seller {nip}, and this invoice is of {seller}; check it."),
        ));
    }
}

/// `Podmiot1K` and `Podmiot2K`: the schema's notes let a correction change everything of a party but its NIP.
fn parties_before(subject: &Subject<'_, '_, '_>, body: Cursor<'_, '_>, findings: &mut Findings) {
    let facts = subject.facts;
    let seller = facts.seller_before.and_then(|before| before.nip).zip(facts.seller.nip);
    if let Some((before, now)) = seller.filter(|(before, now)| before != now) {
        nip_changed(
            subject,
            deep(body, &["Podmiot1K", "DaneIdentyfikacyjne", "NIP"]),
            (before, now),
            findings,
        );
    }
    let buyers = || std::iter::once(&facts.buyer).chain(facts.thirds.iter().map(|third| &third.party));
    let elements = body.children().filter(|child| child.is_named("Podmiot2K"));
    for (before, at) in facts.buyers_before.iter().zip(elements) {
        // The key ties a party to what it was; without one, the only buyer is meant.
        let now = match before.key {
            Some(key) => buyers().find(|party| party.key == Some(key)),
            None => Some(&facts.buyer).filter(|_| facts.buyers_before.len() == 1),
        };
        if let (Some(key), None) = (before.key, now) {
            subject.report(findings, &catalogue::BUYER_KEY_UNKNOWN, deep(at, &["IDNabywcy"]), words(
                key, "Podmiot2/IDNabywcy, Podmiot3/IDNabywcy",
                format!("Klucza {key} z Podmiot2K nie ma żaden nabywca; wpisz go w IDNabywcy w Podmiot2 albo Podmiot3."),
                format!("No buyer has the key {key} of Podmiot2K; give it as IDNabywcy in Podmiot2 or Podmiot3."),
            ));
        }
        let changed = before.nip.zip(now.and_then(|now| now.nip)).filter(|(before, now)| before != now);
        if let Some(changed) = changed {
            nip_changed(subject, deep(at, &["DaneIdentyfikacyjne", "NIP"]), changed, findings);
        }
    }
}

fn nip_changed(
    place: &Place<'_, '_>,
    at: Cursor<'_, '_>,
    (before, now): (&str, &str),
    findings: &mut Findings,
) {
    place.report(findings, &catalogue::CORRECTION_CHANGES_NIP, at, words(
        before, now,
        format!("Korekta zmienia NIP {before} na {now}; zamiast tego skoryguj fakturę do zera i wystaw nową."),
        format!("The correction changes the NIP {before} to {now}; correct the invoice to zero instead and issue a new one."),
    ));
}
