//! The views and metadata of every form but FA(3) (which `samples.rs` has), and the tolerance of all of them.

mod support;

use ksef_invoice::view::{InvoiceKind, PaymentForm, RateGroup, UpoContext, UpoVersion};
use ksef_invoice::{Form, InvoiceType, MetadataIdentifierType, ReadError, detect_form, read, read_upo, tree};
use proptest::prelude::*;
use support::{ADVANCE, CORRECTION, FLAT_RATE, PEPPOL, UPO, VAT};

fn text(value: Option<rust_decimal::Decimal>) -> Option<String> {
    value.map(|value| value.to_string())
}

/// Every kind of document, ours.
fn documents() -> Vec<String> {
    vec![
        VAT.to_owned(),
        CORRECTION.to_owned(),
        ADVANCE.to_owned(),
        support::fa2(),
        FLAT_RATE.to_owned(),
        PEPPOL.to_owned(),
        support::peppol_correction(),
        UPO.to_owned(),
    ]
}

#[test]
fn our_documents_of_every_form_are_valid() {
    for document in documents() {
        let report = support::strict(&document);
        assert!(
            report.form.is_some() && report.is_valid(),
            "{:?} {:#?}",
            report.form,
            support::summary(&report)
        );
    }
}

#[test]
fn fa2_is_read_as_fa3_is() {
    let document = support::fa2().replace(
        "<Termin>2026-12-04</Termin>",
        "<Termin>2026-12-04</Termin><TerminOpis>14 dni od dostawy</TerminOpis>",
    );
    assert_eq!(detect_form(document.as_bytes()), Some(Form::Fa2));
    let invoice = read(document.as_bytes()).expect("FA(2)");
    let same = read(VAT.as_bytes()).expect("FA(3)");
    assert_eq!((invoice.form, &invoice.number, invoice.gross), (Form::Fa2, &same.number, same.gross));
    assert_eq!((&invoice.lines, &invoice.totals), (&same.lines, &same.totals));
    let term = &invoice.payment.as_ref().expect("a payment").terms[0];
    let words = term.description.as_ref().and_then(|description| description.text.as_deref());
    assert_eq!(words, Some("14 dni od dostawy"));
    let metadata = invoice.metadata();
    assert_eq!((metadata.form, metadata.invoice_type), (Form::Fa2, Some(InvoiceType::Vat)));
    assert_eq!(metadata.vat_amount.to_string(), "232.03");
}

#[test]
fn flat_rate_invoices_are_read() {
    let invoice = read(FLAT_RATE.as_bytes()).expect("FA_RR");
    assert_eq!(invoice.unreadable, []);
    assert_eq!((invoice.form, invoice.kind), (Form::FaRr1, Some(InvoiceKind::VatRr)));
    assert_eq!(invoice.number, "RR/2026/11/0001");
    assert_eq!(invoice.issue_date, Some(jiff::civil::date(2026, 11, 22)));
    assert_eq!(invoice.sale_date, Some(jiff::civil::date(2026, 11, 21)));
    assert_eq!(invoice.seller.identifier.nip(), Some("1111111111"));
    assert_eq!(invoice.seller.customer_number.as_deref(), Some("R-7"));
    assert_eq!(text(invoice.gross).as_deref(), Some("1552.04"));
    let total = &invoice.totals[0];
    assert_eq!((total.rate, text(total.tax).as_deref()), (RateGroup::FlatRate, Some("101.54")));
    let line = &invoice.lines[1];
    assert_eq!(line.quality.as_deref(), Some("myta"));
    assert_eq!((line.rate.as_deref(), text(line.gross).as_deref()), (Some("7"), Some("482.04")));
    let payment = invoice.payment.as_ref().expect("a payment");
    // 1 is a transfer here, and cash in FA.
    assert_eq!(payment.form, Some(PaymentForm::Transfer));
    assert_eq!((payment.accounts.len(), payment.buyer_accounts.len()), (1, 1));
    let words = invoice.flat_rate.as_ref().and_then(|flat_rate| flat_rate.gross_in_words.as_deref());
    assert!(words.is_some_and(|words| words.starts_with("jeden tysiąc")));
    let metadata = invoice.metadata();
    assert_eq!(metadata.invoice_type, Some(InvoiceType::VatRr));
    let amounts = [metadata.net_amount, metadata.vat_amount, metadata.gross_amount];
    assert_eq!(amounts.map(|amount| amount.to_string()), ["1450.50", "101.54", "1552.04"]);

    let foreign = FLAT_RATE
        .replace("<KodWaluty>PLN", "<KodWaluty>EUR")
        .replace("</P_11_2>", "</P_11_2><P_11_2W>431.55</P_11_2W>")
        .replace("<RodzajFaktury>VAT_RR<", "<RodzajFaktury>KOR_VAT_RR<");
    let metadata = read(foreign.as_bytes()).expect("FA_RR").metadata();
    assert_eq!(metadata.vat_amount.to_string(), "431.55");
    assert_eq!(metadata.invoice_type, Some(InvoiceType::KorVatRr));
}

#[test]
fn peppol_invoices_are_read() {
    let invoice = read(PEPPOL.as_bytes()).expect("PEF");
    assert_eq!(invoice.unreadable, []);
    assert_eq!((invoice.form, invoice.kind), (Form::Pef3, Some(InvoiceKind::VatPef)));
    assert_eq!(invoice.number, "PEF/2026/11/0001");
    assert_eq!(invoice.seller.identifier.nip(), Some("5265877635"));
    assert_eq!(invoice.buyer.name.as_deref(), Some("Urząd Wzorcowy"));
    let address = invoice.seller.address.as_ref().expect("an address");
    assert_eq!(
        (address.line1.as_str(), address.line2.as_deref()),
        ("ul. Przykładowa 1", Some("00-950 Warszawa"))
    );
    let rates: Vec<_> = invoice.totals.iter().map(|total| total.rate).collect();
    assert_eq!(rates, [RateGroup::Basic, RateGroup::Reduced2]);
    assert_eq!(text(invoice.gross).as_deref(), Some("1149.53"));
    let line = &invoice.lines[0];
    assert_eq!((line.unit.as_deref(), line.gtin.as_deref()), (Some("C62"), Some("5901234123457")));
    assert_eq!((line.rate.as_deref(), line.category.as_deref()), (Some("23"), Some("S")));
    let payment = invoice.payment.as_ref().expect("a payment");
    assert_eq!(payment.form, Some(PaymentForm::Transfer));
    assert_eq!(payment.terms[0].date, Some(jiff::civil::date(2026, 12, 22)));
    assert_eq!(
        text(invoice.settlement.as_ref().and_then(|settlement| settlement.to_pay)).as_deref(),
        Some("1000.00")
    );
    let peppol = invoice.peppol.as_ref().expect("Peppol's own");
    assert_eq!(peppol.buyer_reference.as_deref(), Some("Wydział 4"));
    assert_eq!(peppol.documents[0].file_name.as_deref(), Some("protokol.csv"));
    assert_eq!(text(peppol.allowances[0].amount).as_deref(), Some("100.00"));
    let terms = invoice.terms.as_ref().expect("references");
    assert_eq!((terms.orders.len(), terms.contracts.len()), (1, 1));
    let metadata = invoice.metadata();
    assert_eq!(metadata.invoice_type, Some(InvoiceType::VatPef));
    assert!(metadata.has_attachment);
    let amounts = [metadata.net_amount, metadata.vat_amount, metadata.gross_amount];
    assert_eq!(amounts.map(|amount| amount.to_string()), ["940.50", "209.03", "1149.53"]);

    // In a foreign currency the tax is that of the total in złoty.
    let foreign = PEPPOL.replace("PLN", "EUR").replace(
        "<cac:LegalMonetaryTotal>",
        "<cac:TaxTotal><cbc:TaxAmount currencyID='PLN'>888.38</cbc:TaxAmount></cac:TaxTotal><cac:LegalMonetaryTotal>",
    );
    assert_eq!(read(foreign.as_bytes()).expect("PEF").metadata().vat_amount.to_string(), "888.38");
    let buyer = |id: &str| {
        let document = PEPPOL.replace("<cbc:CompanyID>1111111111<", &format!("<cbc:CompanyID>{id}<"));
        let identifier = read(document.as_bytes()).expect("PEF").metadata().buyer.identifier;
        (identifier.kind, identifier.value.unwrap_or_default())
    };
    assert_eq!(buyer("PL1111111111"), (MetadataIdentifierType::Nip, "1111111111".to_owned()));
    assert_eq!(buyer("SE4598375937"), (MetadataIdentifierType::VatUe, "SE4598375937".to_owned()));
    assert_eq!(buyer("987-1"), (MetadataIdentifierType::Other, "987-1".to_owned()));
    let special = PEPPOL.replace(
        "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0",
        "urn:fdc:www.efaktura.gov.pl:ver2.0:plinv:ver1.4",
    );
    let metadata = read(special.as_bytes()).expect("PEF").metadata();
    assert_eq!(metadata.invoice_type, Some(InvoiceType::VatPefSp));
}

#[test]
fn peppol_corrections_are_read() {
    let invoice = read(support::peppol_correction().as_bytes()).expect("PEF_KOR");
    assert_eq!((invoice.form, invoice.kind), (Form::PefKor3, Some(InvoiceKind::KorPef)));
    let corrected = &invoice.correction.as_ref().expect("a reference").corrected[0];
    assert_eq!(corrected.ksef_number.as_deref(), Some("5265877635-20250826-0100001AF629-AF"));
    assert_eq!(text(invoice.lines[0].quantity).as_deref(), Some("4"));
    assert_eq!(invoice.metadata().invoice_type, Some(InvoiceType::KorPef));
}

#[test]
fn official_templates_are_read() {
    let Some(shared) = support::shared("views of the official templates") else { return };
    for (name, document) in support::filled_templates(&shared) {
        if detect_form(document.as_bytes()) == Some(Form::Upo43) {
            let upo = read_upo(document.as_bytes()).expect(&name);
            assert!(!upo.documents.is_empty() && upo.unreadable.is_empty(), "{name}");
            continue;
        }
        let invoice = read(document.as_bytes()).expect(&name);
        assert_eq!(invoice.unreadable, [], "{name}");
        let metadata = invoice.metadata();
        assert_eq!(metadata.seller_nip, "5265877635", "{name}");
        assert!(
            invoice.kind.is_some() && metadata.issue_date.is_some() && !invoice.lines.is_empty(),
            "{name}"
        );
        assert!(!metadata.gross_amount.is_zero() && metadata.currency.len() == 3, "{name}");
        let is_embedded = document.contains("EmbeddedDocumentBinaryObject");
        assert_eq!(metadata.has_attachment, is_embedded, "{name}");
        if name.starts_with("invoice_template_pef") {
            assert_eq!(metadata.buyer.identifier.value.as_deref(), Some("3861610227"), "{name}");
        }
    }
}

#[test]
fn confirmations_are_read() {
    let upo = read_upo(UPO.as_bytes()).expect("a UPO");
    assert_eq!(upo.version, UpoVersion::V43);
    assert_eq!(upo.context, Some(UpoContext::Nip("5265877635".to_owned())));
    assert_eq!(upo.session_reference, "20261120-SO-36950822AB-9D5A28BFDA-5C");
    assert_eq!(upo.page.and_then(|page| page.pages), Some(2));
    assert!(!upo.is_signed && upo.token_reference.is_none() && upo.login_hash.is_some());
    let document = &upo.documents[0];
    assert_eq!(document.ksef_number, "5265877635-20250826-0100001AF629-AF");
    assert_eq!(document.issue_date, Some(jiff::civil::date(2026, 11, 20)));
    assert_eq!(document.mode.as_deref(), Some("Online"));
    let old = UPO.replace("v4-3", "v4-2").replace("<TrybWysylki>Online</TrybWysylki>", "");
    let old = read_upo(old.as_bytes()).expect("a UPO of 4-2");
    assert_eq!((old.version, old.documents[0].mode.as_deref()), (UpoVersion::V42, None));
    assert_eq!(read(UPO.as_bytes()).expect_err("no invoice"), ReadError::Unsupported(Form::Upo43));
    assert!(matches!(read_upo(VAT.as_bytes()), Err(ReadError::UnknownForm { .. })));
    assert!(matches!(read_upo(UPO.replace("v4-3", "v9-9").as_bytes()), Err(ReadError::UnknownForm { .. })));
}

/// What production is known to hold (field notes B5): it must be shown, whatever the schema says of it.
#[test]
fn ugly_documents_are_read() {
    let ugly = VAT
        .replace(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>",
            "<?xml version='1.0'?><?xml-stylesheet href='a.xsl'?>",
        )
        .replace("<P_12>23</P_12>", "<P_12>23 </P_12>")
        .replace("Regał magazynowy", "Regał\u{81}\u{82} magazynowy")
        .replace("<NrWiersza>1<", "<NrWiersza>99999999999999999999999999<")
        .replace("<P_8B>4</P_8B>", "<P_8B>  4,0 </P_8B>");
    let invoice = read(ugly.as_bytes()).expect("readable");
    assert_eq!(invoice.lines[0].rate.as_deref(), Some("23"));
    assert_eq!(invoice.lines[0].name.as_deref(), Some("Regał\u{81}\u{82} magazynowy"));
    let unreadable: Vec<_> = invoice.unreadable.iter().map(|value| value.path.as_str()).collect();
    assert_eq!(unreadable, ["Faktura/Fa/DodatkowyOpis[1]/NrWiersza", "Faktura/Fa/FaWiersz[1]/P_8B"]);
    assert_eq!(invoice.metadata().gross_amount.to_string(), "1272.53");
    let prefixed = VAT
        .replace("<Faktura xmlns=", "<f:Faktura xmlns:f=")
        .replace("</Faktura>", "</f:Faktura>")
        .replace("<Fa>", "<f:Fa>")
        .replace("</Fa>", "</f:Fa>");
    assert_eq!(read(prefixed.as_bytes()).expect("readable").number, "FV/2026/11/0001");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever an element of a well-formed document holds, it is read, and validation says something or nothing.
    #[test]
    fn any_content_is_read(
        which in 0_usize..7,
        at in any::<prop::sample::Index>(),
        content in "[0-9.,+\\-:TZA-Z ąłżé\u{1f600}%/]{0,40}",
    ) {
        let document = &documents()[which];
        // Between a start tag's end and the next tag; only leaves have text there.
        let places: Vec<_> = document
            .match_indices('>')
            .filter(|(index, _)| {
                let rest = &document[index + 1..];
                rest.find('<').is_some_and(|next| next > 0 && rest[next..].starts_with("</"))
            })
            .map(|(index, _)| index + 1)
            .collect();
        let start = *at.get(&places);
        let end = start + document[start..].find('<').unwrap_or(0);
        let changed = format!("{}{content}{}", &document[..start], &document[end..]);
        let invoice = read(changed.as_bytes());
        prop_assert!(invoice.is_ok(), "{invoice:?}");
        let _ = invoice.map(|invoice| invoice.metadata());
        let _ = support::strict(&changed);
    }

    /// Cut, doubled, swapped and overwritten documents of every form: an answer, never a panic.
    #[test]
    fn mutated_documents_never_panic(
        which in 0_usize..8,
        edits in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>(), 0_u8..5), 1..8),
        bytes in prop::collection::vec(any::<u8>(), 0..12),
    ) {
        let mut document = documents()[which].clone().into_bytes();
        for (one, other, kind) in edits {
            if document.is_empty() {
                break;
            }
            let (one, other) = (one.index(document.len()), other.index(document.len()));
            let (from, to) = (one.min(other), one.max(other).min(one.min(other) + 300));
            match kind {
                0 => drop(document.drain(from..to)),
                1 => {
                    let piece = document[from..to].to_vec();
                    document.splice(to..to, piece);
                }
                2 => drop(document.splice(from..from, bytes.iter().copied())),
                3 => document.swap(one, other),
                _ => {
                    // A whole element's text goes to another place.
                    let piece: Vec<u8> = document[from..].iter().copied().take_while(|byte| *byte != b'<').collect();
                    document.splice(other..other, piece);
                }
            }
        }
        let _ = read(&document).map(|invoice| invoice.metadata());
        let _ = read_upo(&document);
        let _ = tree(&document);
        let _ = support::strict_bytes(&document);
    }
}
