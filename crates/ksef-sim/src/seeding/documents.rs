//! An invoice of a supplier who does not exist: as XML, and as what KSeF knows of it.

use crate::inspection::Facts;
use jiff::civil::Date;
use ksef_id::Nip;
use ksef_invoice::{
    Form, InvoiceMetadata, InvoiceType, MetadataBuyer, MetadataIdentifier, MetadataIdentifierType,
};
use quick_xml::escape::escape;
use rust_decimal::Decimal;
use std::fmt::Write as _;

/// What an invoice says.
#[derive(Debug, Clone)]
pub(super) struct Draft {
    pub(super) seller: Nip,
    pub(super) seller_name: String,
    pub(super) buyer: Nip,
    pub(super) number: String,
    pub(super) issued: Date,
    pub(super) lines: Vec<Line>,
}

/// A line: so many pieces at a price in grosze, taxed with 23 %.
#[derive(Debug, Clone)]
pub(super) struct Line {
    pub(super) name: &'static str,
    pub(super) pieces: i64,
    pub(super) price: i64,
}

impl Draft {
    pub(super) fn random(dice: &mut fastrand::Rng, buyer: Nip, issued: Date) -> Self {
        let supplier = dice.u32(0..SUPPLIERS);
        let lines = (0..dice.usize(1..=5))
            .map(|_| Line {
                name: GOODS[dice.usize(0..GOODS.len())],
                pieces: dice.i64(1..=40),
                price: dice.i64(100..=250_000),
            })
            .collect();
        Self {
            seller: supplier_nip(supplier),
            seller_name: format!("Przykładowy Dostawca {} sp. z o.o.", supplier + 1),
            buyer,
            number: format!("FV/{}/{:02}/{:06}", issued.year(), issued.month(), dice.u32(0..1_000_000)),
            issued,
            lines,
        }
    }

    /// In grosze.
    pub(super) fn net(&self) -> i64 {
        self.lines.iter().map(|line| line.pieces * line.price).sum()
    }

    /// In grosze, from the sum of the lines.
    pub(super) fn tax(&self) -> i64 {
        (self.net() * 23 + 50) / 100
    }

    pub(super) fn xml(&self) -> String {
        let Self { seller, buyer, issued, .. } = self;
        let (name, number) = (escape(&self.seller_name), escape(&self.number));
        let (net, tax, gross) = (money(self.net()), money(self.tax()), money(self.net() + self.tax()));
        let mut lines = String::new();
        for (line, place) in self.lines.iter().zip(1..) {
            let (price, total) = (money(line.price), money(line.price * line.pieces));
            // Writing to a String does not fail.
            let _ = writeln!(
                lines,
                "<FaWiersz><NrWierszaFa>{place}</NrWierszaFa><P_7>{}</P_7><P_8A>szt.</P_8A><P_8B>{}</P_8B><P_9A>{price}</P_9A><P_11>{total}</P_11><P_12>23</P_12></FaWiersz>",
                line.name, line.pieces
            );
        }
        format!(
            r#"<?xml version="1.0" encoding="UTF-8"?>
<Faktura xmlns="http://crd.gov.pl/wzor/2025/06/25/13775/">
<Naglowek><KodFormularza kodSystemowy="FA (3)" wersjaSchemy="1-0E">FA</KodFormularza><WariantFormularza>3</WariantFormularza><DataWytworzeniaFa>{issued}T08:00:00Z</DataWytworzeniaFa></Naglowek>
<Podmiot1><DaneIdentyfikacyjne><NIP>{seller}</NIP><Nazwa>{name}</Nazwa></DaneIdentyfikacyjne><Adres><KodKraju>PL</KodKraju><AdresL1>ul. Dostawcza 1, 00-001 Warszawa</AdresL1></Adres></Podmiot1>
<Podmiot2><DaneIdentyfikacyjne><NIP>{buyer}</NIP><Nazwa>{BUYER_NAME}</Nazwa></DaneIdentyfikacyjne><Adres><KodKraju>PL</KodKraju><AdresL1>ul. Odbiorcza 2, 00-002 Warszawa</AdresL1></Adres><JST>2</JST><GV>2</GV></Podmiot2>
<Fa><KodWaluty>PLN</KodWaluty><P_1>{issued}</P_1><P_2>{number}</P_2><P_13_1>{net}</P_13_1><P_14_1>{tax}</P_14_1><P_15>{gross}</P_15>
<Adnotacje><P_16>2</P_16><P_17>2</P_17><P_18>2</P_18><P_18A>2</P_18A><Zwolnienie><P_19N>1</P_19N></Zwolnienie><NoweSrodkiTransportu><P_22N>1</P_22N></NoweSrodkiTransportu><P_23>2</P_23><PMarzy><P_PMarzyN>1</P_PMarzyN></PMarzy></Adnotacje>
<RodzajFaktury>VAT</RodzajFaktury>
{lines}</Fa>
</Faktura>
"#
        )
    }

    /// The same invoice in the form of KSeF 1.0: FA(2), which knows neither JST nor GV.
    pub(super) fn xml_of_fa2(&self) -> String {
        self.xml()
            .replace("http://crd.gov.pl/wzor/2025/06/25/13775/", "http://crd.gov.pl/wzor/2023/06/29/12648/")
            .replace("kodSystemowy=\"FA (3)\"", "kodSystemowy=\"FA (2)\"")
            .replace("<WariantFormularza>3<", "<WariantFormularza>2<")
            .replace("<JST>2</JST><GV>2</GV>", "")
    }

    /// What KSeF knows of it, without reading: some of the documents made of a draft cannot be read.
    pub(super) fn facts(&self) -> Facts {
        self.facts_of(Form::Fa3)
    }

    /// The same of another form.
    pub(super) fn facts_of(&self, form: Form) -> Facts {
        let decimal = |grosze: i64| Decimal::new(grosze, 2);
        Facts {
            seller: self.seller,
            issue_date: self.issued,
            is_refused_elsewhere: false,
            metadata: InvoiceMetadata {
                form,
                invoice_number: self.number.clone(),
                issue_date: Some(self.issued),
                seller_nip: self.seller.to_string(),
                seller_name: Some(self.seller_name.clone()),
                buyer: MetadataBuyer {
                    identifier: MetadataIdentifier {
                        kind: MetadataIdentifierType::Nip,
                        value: Some(self.buyer.to_string()),
                    },
                    name: Some(BUYER_NAME.to_owned()),
                },
                net_amount: decimal(self.net()),
                gross_amount: decimal(self.net() + self.tax()),
                vat_amount: decimal(self.tax()),
                currency: "PLN".to_owned(),
                invoice_type: Some(InvoiceType::Vat),
                is_self_invoicing: false,
                has_attachment: false,
                third_subjects: Vec::new(),
                authorized_subject: None,
            },
        }
    }
}

/// A NIP with a good check digit, of a tax office that does not exist.
fn supplier_nip(supplier: u32) -> Nip {
    // Some numbers have no check digit (it would be 10); the next one then has.
    let mut number = 950_000_000 + u64::from(supplier) * 7;
    loop {
        let digits = format!("{number:09}");
        let weighted: u32 = digits
            .bytes()
            .zip([6, 5, 7, 2, 3, 4, 5, 6, 7])
            .map(|(digit, weight)| u32::from(digit - b'0') * weight)
            .sum();
        if let Some(nip) =
            char::from_digit(weighted % 11, 10).and_then(|check| Nip::parse(&format!("{digits}{check}")).ok())
        {
            return nip;
        }
        number += 1;
    }
}

/// `1234` grosze as `12.34`.
pub(super) fn money(grosze: i64) -> String {
    Decimal::new(grosze, 2).to_string()
}

const BUYER_NAME: &str = "Odbiorca Testowy sp. z o.o.";
const SUPPLIERS: u32 = 200;
const GOODS: [&str; 8] = [
    "Papier ksero A4",
    "Usługa transportowa",
    "Śruby M8, ocynk",
    "Toner czarny",
    "Kawa ziarnista 1 kg",
    "Serwis drukarki",
    "Żarówki LED",
    "Licencja roczna",
];
