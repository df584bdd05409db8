//! The UPO (official confirmation of receipt) 4-3 and 4-2, of an invoice and of a session.
//!
//! Source: `upo-v4-3.xsd` and the official examples of the guide. The document is made once and signed with XAdES by the
//! simulator's own certificate, whose name says that it is a simulator. What 4-2 was is told by what 4-3 changed
//! (`api-changelog.md`).

use crate::clock::warsaw;
use crate::config::Profile;
use crate::domain::habits::UpoVersion;
use crate::domain::logins::Proof;
use crate::domain::repository::Record;
use crate::domain::sessions::Session;
use jiff::Timestamp;
use ksef_id::ContextType;
use quick_xml::escape::escape;
use std::fmt::Write as _;

/// A page of a session's UPO.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Page {
    /// From 1.
    pub(crate) number: usize,
    pub(crate) count: usize,
    /// Place of its first document among all, from 1.
    pub(crate) first: usize,
    /// Documents on all pages.
    pub(crate) total: usize,
}

/// Writes the document, not yet signed. `page` is given for the UPO of a session.
pub(crate) fn write<'a>(
    profile: Profile,
    session: &Session,
    records: impl Iterator<Item = &'a Record>,
    page: Option<Page>,
) -> String {
    let mut documents = String::new();
    let mut count = 0;
    for record in records {
        count += 1;
        document(&mut documents, record, session.upo_version);
    }
    let mut xml = String::with_capacity(documents.len() + 1500);
    xml.push_str(r#"<?xml version="1.0" encoding="utf-8"?>"#);
    let (namespace, receiver) = match session.upo_version {
        UpoVersion::V42 => ("http://upo.schematy.mf.gov.pl/KSeF/v4-2", Profile::Prd.receiver_name()),
        UpoVersion::V43 => ("http://upo.schematy.mf.gov.pl/KSeF/v4-3", profile.receiver_name()),
    };
    // Writing to a String does not fail.
    let _ = write!(xml, r#"<Potwierdzenie xmlns="{namespace}">"#);
    element(&mut xml, "NazwaPodmiotuPrzyjmujacego", receiver);
    element(&mut xml, "NumerReferencyjnySesji", session.reference.as_str());
    xml.push_str("<Uwierzytelnienie><IdKontekstu>");
    let kind = match session.context.kind() {
        ContextType::Nip => "Nip",
        ContextType::InternalId => "IdWewnetrzny",
        ContextType::NipVatUe => "IdZlozonyVatUE",
        ContextType::PeppolId => "IdDostawcyUslugPeppol",
    };
    element(&mut xml, kind, session.context.value());
    xml.push_str("</IdKontekstu>");
    match &session.proof {
        Proof::Document(hash) => element(&mut xml, "SkrotDokumentuUwierzytelniajacego", hash.as_str()),
        Proof::Token(token) => element(&mut xml, "NumerReferencyjnyTokenaKSeF", token.as_str()),
    }
    xml.push_str("</Uwierzytelnienie>");
    if let Some(page) = page {
        xml.push_str("<OpisPotwierdzenia>");
        element(&mut xml, "Strona", &page.number.to_string());
        element(&mut xml, "LiczbaStron", &page.count.to_string());
        element(&mut xml, "ZakresDokumentowOd", &page.first.to_string());
        // The schema calls this end exclusive; the official examples write the last document's place (1 to 2 for two
        // documents), and the examples are what is sent.
        element(&mut xml, "ZakresDokumentowDo", &(page.first + count).saturating_sub(1).to_string());
        element(&mut xml, "CalkowitaLiczbaDokumentow", &page.total.to_string());
        xml.push_str("</OpisPotwierdzenia>");
    }
    element(&mut xml, "NazwaStrukturyLogicznej", &format!("{} {SIMULATOR}", session.form.schema_file_name()));
    element(&mut xml, "KodFormularza", session.form.system_code());
    xml.push_str(&documents);
    xml.push_str("</Potwierdzenie>");
    xml
}

fn document(xml: &mut String, record: &Record, version: UpoVersion) {
    xml.push_str("<Dokument>");
    element(xml, "NipSprzedawcy", record.listed.seller.as_str());
    element(xml, "NumerKSeFDokumentu", record.ksef_number.number().as_str());
    // xsd:token with at least one character: what collapses to nothing cannot be a number of an accepted invoice.
    element(xml, "NumerFaktury", record.listed.invoice_number());
    element(xml, "DataWystawieniaFaktury", &record.listed.issue_date.to_string());
    element(xml, "DataPrzeslaniaDokumentu", &local_time(record.received_at.at()));
    element(xml, "DataNadaniaNumeruKSeF", &local_time(record.acquired_at.at()));
    element(xml, "SkrotDokumentu", record.hash.to_hash().as_str());
    if version == UpoVersion::V43 {
        element(xml, "TrybWysylki", record.mode().as_str());
    }
    xml.push_str("</Dokument>");
}

fn element(xml: &mut String, name: &str, text: &str) {
    // Writing to a String does not fail.
    let _ = write!(xml, "<{name}>{}</{name}>", escape(text));
}

/// Polish time with milliseconds and offset, as in the official examples: `2025-09-16T11:05:40.841+02:00`.
fn local_time(at: Timestamp) -> String {
    at.to_zoned(warsaw()).strftime("%Y-%m-%dT%H:%M:%S.%3f%:z").to_string()
}

/// Beside the schema's file name, which is the only text that the UPO's schema leaves free and every print shows: clients read
/// `NazwaPodmiotuPrzyjmujacego` to tell the environments apart.
const SIMULATOR: &str =
    "(symulator KSeF, nie jest to urzędowe poświadczenie / KSeF simulator, not an official receipt)";
/// Documents on one page (`maxOccurs` of the schema).
pub(crate) const PAGE_DOCUMENTS_MAX: usize = 10_000;

#[cfg(test)]
#[path = "../tests/api/common/invoice.rs"]
mod sample;

#[cfg(test)]
mod tests {
    use super::{sample, *};
    use crate::domain::documents::{Digest, Document};
    use crate::domain::listed::Listed;
    use crate::domain::logins::{Rights, Subject};
    use crate::domain::packed::PackedKsefNumber;
    use crate::domain::sessions::{Opener, Sessions};
    use crate::inspection;
    use ksef_id::{ContextIdentifier, ReferenceNumber};
    use ksef_invoice::Form;
    use ksef_wire::TokenAuthorType;
    use std::sync::Arc;

    #[test]
    fn times_are_polish() {
        let at: Timestamp = "2025-09-16T09:05:40.8417Z".parse().expect("a time");
        assert_eq!(local_time(at), "2025-09-16T11:05:40.841+02:00");
    }

    fn record(number: &str, session: &ReferenceNumber, now: Timestamp) -> Record {
        let bytes = sample::Invoice::of("5265877635", number).bytes();
        let rules = inspection::Rules {
            form: Form::Fa3,
            profile: Profile::Test,
            today: sample::today(),
            sizes: ksef_wire::EffectiveContextLimits::production().online_session.into(),
            checks_identifiers: false,
        };
        let facts = inspection::examine(&bytes, rules).expect("a valid invoice");
        Record {
            ksef_number: PackedKsefNumber::compose(facts.seller, (2026, 1, 19), 7),
            hash: Digest::of(&bytes),
            document: Document::of(&bytes),
            form: Form::Fa3,
            listed: Listed::from(&facts),
            is_offline: true,
            hash_of_corrected: None,
            session: Arc::new(session.clone()),
            index: 0,
            received_at: now.into(),
            acquired_at: now.into(),
            stored_at: now.into(),
            lag: None,
        }
    }

    /// What online sessions cannot reach, because they take no more than one page holds, and what TEST does not write.
    #[test]
    fn later_pages_other_contexts_tokens_and_production() {
        let now: Timestamp = "2026-01-19T15:59:13Z".parse().expect("a time");
        let reference = ReferenceNumber::parse("20260119-SO-0123456789-0123456789-00").expect("a reference");
        let token = ReferenceNumber::parse("20260119-EC-0123456789-0123456789-00").expect("a reference");
        let context = ContextIdentifier::parse("InternalId:5265877635-12345").expect("a context");
        let subject = Subject { kind: TokenAuthorType::Nip, value: "5265877635".to_owned() };
        let opener = Opener { context, subject, rights: Rights::Owner, proof: Proof::Token(token) };
        let mut sessions = Sessions::default();
        sessions.open(reference.clone(), opener, Form::Fa3, None, None, now);
        let session = sessions.get(&reference).expect("it was opened");
        let records: Vec<Record> = ["A", "B", "C"].map(|number| record(number, &reference, now)).into();
        let page = Page { number: 2, count: 2, first: PAGE_DOCUMENTS_MAX + 1, total: PAGE_DOCUMENTS_MAX + 3 };
        let upo = write(Profile::Prd, session, records.iter(), Some(page));
        for expected in [
            "<NazwaPodmiotuPrzyjmujacego>Ministerstwo Finansów</NazwaPodmiotuPrzyjmujacego>",
            "<IdKontekstu><IdWewnetrzny>5265877635-12345</IdWewnetrzny></IdKontekstu>",
            "<NumerReferencyjnyTokenaKSeF>20260119-EC-0123456789-0123456789-00</NumerReferencyjnyTokenaKSeF>",
            "<Strona>2</Strona><LiczbaStron>2</LiczbaStron><ZakresDokumentowOd>10001</ZakresDokumentowOd>",
            "<ZakresDokumentowDo>10003</ZakresDokumentowDo>",
            "<CalkowitaLiczbaDokumentow>10003</CalkowitaLiczbaDokumentow>",
            "<DataPrzeslaniaDokumentu>2026-01-19T16:59:13.000+01:00</DataPrzeslaniaDokumentu>",
            "<TrybWysylki>Offline</TrybWysylki>",
        ] {
            assert!(upo.contains(expected), "{expected}: {upo}");
        }
        assert_eq!(upo.matches("<Dokument>").count(), 3);
    }
}
