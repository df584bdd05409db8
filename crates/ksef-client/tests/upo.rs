//! UPOs: the official examples, signed at test time, and everything that makes one worthless. No network.

mod support;

use ksef_client::Environment;
use ksef_client::upo::{Expected, LoginProof, SignerTrust, Upo, UpoError, UpoVersion, verify};
use ksef_crypto::xades::{SignatureStyle, sign_enveloped};
use ksef_crypto::{CertificateAuthority, Credential, Issuance, KeyKind, KeyUsage, Subject};
use ksef_id::{ContextIdentifier, KsefNumber, Sha256Hash};
use support::shared;

const NUMBER: &str = "5265877635-20250916-0200A0D6723E-C2";
const HASH: &str = "GZMGNVzs3krF6URKgvaw77OOeG3nJ+WGziT5xguliQ8=";
const TEST_RECEIVER: &str = "Ministerstwo Finansów - środowisko testowe (TE)";

fn time(text: &str) -> jiff::Timestamp {
    text.parse().expect("a time")
}

/// A seal of this NIP, issued by an authority and valid through 2025.
fn seal(nip: &str) -> Credential {
    let (from, until) = (time("2025-01-01T00:00:00Z"), time("2026-01-01T00:00:00Z"));
    let authority = CertificateAuthority::generate("Urząd certyfikacji z testu", from, until).expect("made");
    let issuance = Issuance {
        serial: [1, 2, 3, 4, 5, 6, 7, 8],
        not_before: from,
        not_after: until,
        usage: KeyUsage::NonRepudiation,
    };
    let subject = Subject::Seal { nip: nip.into(), organization: "Ministerstwo Finansów".into() };
    authority.issue_credential(&subject, KeyKind::Rsa { bits: 2048 }, &issuance).expect("issued")
}

fn signed_at(xml: &str, credential: &Credential, at: &str) -> Vec<u8> {
    sign_enveloped(xml.as_bytes(), credential, time(at), SignatureStyle::Upo).expect("signed")
}

fn signed(xml: &str, credential: &Credential) -> Vec<u8> {
    signed_at(xml, credential, "2025-09-16T09:05:42Z")
}

/// A UPO of our own making, of one invoice.
fn example(receiver: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\
         <Potwierdzenie xmlns=\"http://upo.schematy.mf.gov.pl/KSeF/v4-3\">\
         <NazwaPodmiotuPrzyjmujacego>{receiver}</NazwaPodmiotuPrzyjmujacego>\
         <NumerReferencyjnySesji>20250916-SO-0123456789-0123456789-00</NumerReferencyjnySesji>\
         <Uwierzytelnienie><IdKontekstu><Nip>5265877635</Nip></IdKontekstu>\
         <SkrotDokumentuUwierzytelniajacego>{HASH}</SkrotDokumentuUwierzytelniajacego></Uwierzytelnienie>\
         <NazwaStrukturyLogicznej>Schemat_FA(3)_v1-0E.xsd</NazwaStrukturyLogicznej>\
         <KodFormularza>FA (3)</KodFormularza><Dokument><NipSprzedawcy>5265877635</NipSprzedawcy>\
         <NumerKSeFDokumentu>{NUMBER}</NumerKSeFDokumentu><NumerFaktury>F/1</NumerFaktury>\
         <DataWystawieniaFaktury>2025-09-16</DataWystawieniaFaktury>\
         <DataPrzeslaniaDokumentu>2025-09-16T11:05:40.841+02:00</DataPrzeslaniaDokumentu>\
         <DataNadaniaNumeruKSeF>2025-09-16T11:05:41.045+02:00</DataNadaniaNumeruKSeF>\
         <SkrotDokumentu>{HASH}</SkrotDokumentu><TrybWysylki>Online</TrybWysylki></Dokument></Potwierdzenie>"
    )
}

fn version_42(xml: &str) -> String {
    xml.replace("v4-3\"", "v4-2\"").replace("<TrybWysylki>Online</TrybWysylki>", "")
}

#[test]
fn the_official_examples_say_what_they_say() {
    let Some(shared) = shared() else { return };
    let examples = shared.join("ksef/docs/faktury/upo/przyklady/v4-3");
    let signer = seal("5260250274");
    let pins = [signer.certificate().fingerprint_sha256()];
    let mut count = 0;
    for (folder, context) in [
        ("kontekst-nip", "Nip"),
        ("kontekst-internal-id", "IdWewnetrzny"),
        ("kontekst-id-zlozony-vat-ue", "IdZlozonyVatUE"),
    ] {
        for entry in std::fs::read_dir(examples.join(folder)).expect("the official folder") {
            let path = entry.expect("an entry").path();
            let xml = std::fs::read_to_string(&path).expect("an example");
            let name = path.display();
            let upo = Upo::read(&signed(&xml, &signer)).unwrap_or_else(|error| panic!("{name}: {error}"));
            let is_session = upo.page.is_some();
            assert_eq!(is_session, name.to_string().contains("upo-sesja"), "{name}");
            assert_eq!(upo.version, UpoVersion::V43);
            assert_eq!(upo.documents.len(), if is_session { 2 } else { 1 }, "{name}");
            assert_eq!(upo.context.kind, context, "{name}");
            assert_eq!(upo.form_code, "FA (3)");
            assert!(upo.documents.iter().all(|document| document.mode.is_some()));
            assert_eq!(
                upo.check_origin(Some(Environment::Test), &pins).expect("TEST's own"),
                SignerTrust::Pinned
            );
            let own: ContextIdentifier = match context {
                "Nip" => ContextIdentifier::parse(&upo.context.value).expect("a NIP"),
                "IdWewnetrzny" => {
                    ContextIdentifier::parse(&format!("InternalId:{}", upo.context.value)).expect("an id")
                }
                _ => ContextIdentifier::parse(&format!("NipVatUe:{}", upo.context.value)).expect("an id"),
            };
            upo.check_context(&own).expect("its own context");
            let stranger = ContextIdentifier::parse("1111111111").expect("a NIP");
            assert!(matches!(upo.check_context(&stranger), Err(UpoError::OtherContext { .. })));
            for document in &upo.documents {
                let hash = Sha256Hash::parse(&document.hash).expect("a hash");
                document.check_content(&hash).expect("its own content");
                assert!(upo.document_with(&hash).is_some());
                assert_eq!(document.seller_nip, &document.ksef_number[..10]);
                assert!(document.received_at < document.numbered_at);
            }
            count += 1;
        }
    }
    assert_eq!(count, 6);
}

#[test]
fn both_versions_are_read_and_every_environment_is_told_apart() {
    let signer = seal("5260250274");
    let receivers = [
        (Environment::Test, TEST_RECEIVER),
        (Environment::Demo, "Ministerstwo Finansów - środowisko przedprodukcyjne (TR)"),
        (Environment::Prd, "Ministerstwo Finansów"),
    ];
    for (own, receiver) in receivers {
        let upo = Upo::read(&signed(&example(receiver), &signer)).expect("readable");
        assert_eq!(upo.login, LoginProof::Document(HASH.into()));
        for (environment, _) in receivers {
            let origin = upo.check_origin(Some(environment), &[]);
            if environment == own {
                assert_eq!(origin.expect("its own"), SignerTrust::MinistryByName);
            } else {
                assert!(matches!(origin, Err(UpoError::OtherEnvironment { .. })), "{own:?} {environment:?}");
            }
        }
    }
    // Version 4-2 came from every environment with production's name.
    let old = Upo::read(&signed(&version_42(&example("Ministerstwo Finansów")), &signer)).expect("readable");
    assert_eq!((old.version, &old.documents[0].mode), (UpoVersion::V42, &None));
    assert!(receivers.iter().all(|(environment, _)| old.may_come_from(*environment)));
}

#[test]
fn what_proves_nothing_is_refused_with_its_reason() {
    let signer = seal("5260250274");
    let number = KsefNumber::parse(NUMBER).expect("a number");
    let hash = Sha256Hash::parse(HASH).expect("a hash");
    let context = ContextIdentifier::parse("5265877635").expect("a NIP");
    let pins = [signer.certificate().fingerprint_sha256()];
    let expected = Expected {
        ksef_number: &number,
        invoice_hash: &hash,
        context: Some(&context),
        environment: Some(Environment::Test),
        signers: &pins,
    };
    let xml = example(TEST_RECEIVER);
    let good = signed(&xml, &signer);
    let confirmation = verify(&good, &expected).expect("it holds");
    assert_eq!((confirmation.mode.as_str(), confirmation.invoice_number.as_str()), ("Online", "F/1"));

    let refused = |upo: &[u8], expected: &Expected<'_>| verify(upo, expected).expect_err("refused");
    let not_upo = |edited: String| refused(&signed(&edited, &signer), &expected);
    for (from, to) in [
        ("Potwierdzenie", "Zaprzeczenie"),
        ("v4-3", "v4-9"),
        (TEST_RECEIVER, "Ktokolwiek"),
        ("<KodFormularza>FA (3)</KodFormularza>", ""),
        ("<NumerFaktury>F/1</NumerFaktury>", "<NumerFaktury> </NumerFaktury>"),
        ("+02:00", ""),
        ("20250916-SO-0123456789-0123456789-00", "sesja"),
        ("<Nip>5265877635</Nip>", ""),
    ] {
        let error = not_upo(xml.replace(from, to));
        assert!(matches!(error, UpoError::NotUpo { .. }), "{from}: {error}");
    }
    let (before, rest) = xml.split_once("<Dokument>").expect("one");
    let nothing = format!("{before}{}", rest.split_once("</Dokument>").expect("one").1);
    assert!(matches!(not_upo(nothing), UpoError::NotUpo { .. }));

    assert!(matches!(refused(xml.as_bytes(), &expected), UpoError::Signature(_)), "not signed");
    let late = signed_at(&xml, &signer, "2026-09-16T09:05:42Z");
    assert!(matches!(refused(&late, &expected), UpoError::SignerNotValid { .. }));
    let other_number = KsefNumber::parse("5265877635-20250826-0100001AF629-AF").expect("a number");
    let other = Expected { ksef_number: &other_number, ..expected.clone() };
    assert!(matches!(refused(&good, &other), UpoError::OtherInvoice { .. }));
    let other_hash = Sha256Hash::from_bytes(&[7; 32]);
    let other = Expected { invoice_hash: &other_hash, ..expected.clone() };
    assert!(matches!(refused(&good, &other), UpoError::OtherContent { .. }));
    let stranger = ContextIdentifier::parse("InternalId:5265877635-12345").expect("a context");
    let other = Expected { context: Some(&stranger), ..expected.clone() };
    assert!(matches!(refused(&good, &other), UpoError::OtherContext { .. }));

    // Somebody else's signature: with pins it is the certificate that counts, without them the Ministry's name in a
    // certificate that its owner has not made himself.
    for (nip, signers) in [("5260250274", &pins[..]), ("1111111111", &[])] {
        let upo = signed(&xml, &seal(nip));
        let asked = Expected { signers, ..expected.clone() };
        assert!(matches!(refused(&upo, &asked), UpoError::Signer { .. }), "{nip}");
    }
    let subject = Subject::Seal { nip: "5260250274".into(), organization: "Ministerstwo Finansów".into() };
    let (from, until) = (time("2025-01-01T00:00:00Z"), time("2026-01-01T00:00:00Z"));
    let himself = Credential::self_signed(&subject, KeyKind::EcP256, from, until).expect("made");
    let asked = Expected { signers: &[], ..expected.clone() };
    assert!(matches!(refused(&signed(&xml, &himself), &asked), UpoError::Signer { .. }));
}

#[test]
fn any_altered_byte_is_refused_or_means_the_same() {
    let original = signed(&example(TEST_RECEIVER), &seal("5260250274"));
    let meaning = Upo::read(&original).expect("it holds").documents;
    let mut unnoticed = Vec::new();
    for place in 0..original.len() {
        let byte = original[place];
        for other in [if byte == b'x' { b'y' } else { b'x' }, byte ^ 0x20, byte ^ 0x01, byte | 0x80] {
            if other == byte {
                continue;
            }
            let mut altered = original.clone();
            altered[place] = other;
            if let Ok(read) = Upo::read(&altered) {
                assert_eq!(read.documents, meaning, "byte {place} became {other}");
                unnoticed.push(place);
            }
        }
    }
    // What canonical XML takes for the same: letters of the declaration's encoding name.
    let declaration = original.windows(2).position(|pair| pair == b"?>").expect("a declaration");
    assert!(unnoticed.iter().all(|place| *place < declaration), "{unnoticed:?} of {declaration}");
}
