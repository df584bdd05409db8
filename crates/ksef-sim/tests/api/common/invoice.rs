//! FA(3) invoices of our own.

use jiff::civil::Date;
use jiff::{Timestamp, tz::TimeZone};

/// What an invoice says; the rest is always the same.
#[derive(Debug, Clone)]
pub(crate) struct Invoice {
    pub(crate) seller: String,
    pub(crate) buyer: String,
    pub(crate) number: String,
    pub(crate) kind: &'static str,
    pub(crate) issued: Date,
    pub(crate) lines: usize,
    /// Placed before the end of the root.
    pub(crate) extra: String,
}

/// Today in Poland.
pub(crate) fn today() -> Date {
    Timestamp::now().to_zoned(TimeZone::get("Europe/Warsaw").expect("the zone is known")).date()
}

impl Invoice {
    pub(crate) fn of(seller: &str, number: &str) -> Self {
        Self {
            seller: seller.to_owned(),
            buyer: "5213003001".to_owned(),
            number: number.to_owned(),
            kind: "VAT",
            issued: today(),
            lines: 1,
            extra: String::new(),
        }
    }

    pub(crate) fn bytes(&self) -> Vec<u8> {
        let Self { seller, buyer, number, kind, issued, extra, .. } = self;
        let created = format!("{issued}T08:00:00Z");
        let net = 100 * self.lines;
        let (tax, gross) = (23 * self.lines, 123 * self.lines);
        let line = |index: usize| {
            format!(
                "<FaWiersz><NrWierszaFa>{index}</NrWierszaFa><P_7>Towar {index}</P_7><P_8A>szt.</P_8A><P_8B>1</P_8B><P_9A>100</P_9A><P_11>100</P_11><P_12>23</P_12></FaWiersz>"
            )
        };
        let lines: String = (1..=self.lines).map(line).collect();
        format!(
            r#"<?xml version="1.0" encoding="UTF-8"?>
<Faktura xmlns="http://crd.gov.pl/wzor/2025/06/25/13775/">
<Naglowek><KodFormularza kodSystemowy="FA (3)" wersjaSchemy="1-0E">FA</KodFormularza><WariantFormularza>3</WariantFormularza><DataWytworzeniaFa>{created}</DataWytworzeniaFa></Naglowek>
<Podmiot1><DaneIdentyfikacyjne><NIP>{seller}</NIP><Nazwa>Przykładowa Hurtownia sp. z o.o.</Nazwa></DaneIdentyfikacyjne><Adres><KodKraju>PL</KodKraju><AdresL1>ul. Przykładowa 1, 00-001 Warszawa</AdresL1></Adres></Podmiot1>
<Podmiot2><DaneIdentyfikacyjne><NIP>{buyer}</NIP><Nazwa>Przykładowy Sklep sp. z o.o.</Nazwa></DaneIdentyfikacyjne><Adres><KodKraju>PL</KodKraju><AdresL1>ul. Wzorcowa 2, 00-002 Warszawa</AdresL1></Adres><JST>2</JST><GV>2</GV></Podmiot2>
<Fa><KodWaluty>PLN</KodWaluty><P_1>{issued}</P_1><P_2>{number}</P_2><P_13_1>{net}</P_13_1><P_14_1>{tax}</P_14_1><P_15>{gross}</P_15>
<Adnotacje><P_16>2</P_16><P_17>2</P_17><P_18>2</P_18><P_18A>2</P_18A><Zwolnienie><P_19N>1</P_19N></Zwolnienie><NoweSrodkiTransportu><P_22N>1</P_22N></NoweSrodkiTransportu><P_23>2</P_23><PMarzy><P_PMarzyN>1</P_PMarzyN></PMarzy></Adnotacje>
<RodzajFaktury>{kind}</RodzajFaktury>{lines}</Fa>
{extra}</Faktura>
"#
        )
        .into_bytes()
    }
}
