//! What a buyer's letter says, with which documents come, and who is written to by a company's rule.
//!
//! What may be handed over is [`crate::handover`]'s to say; a letter never says more than that.

use crate::Sentence;
use crate::handover::Handover;

/// What stands in a letter to a buyer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BuyerLetter {
    /// The seller's name, or its NIP.
    pub seller: String,
    /// The invoice's number.
    pub number: String,
    /// Its date of issue.
    pub issue_date: String,
    /// Gross and currency.
    pub amount: String,
    /// The number that KSeF gave, once there is one.
    pub ksef_number: Option<String>,
}

impl BuyerLetter {
    /// The subject: one line.
    #[must_use]
    pub fn subject(&self, what: Handover) -> Sentence {
        let (number, seller) = (one_line(&self.number), one_line(&self.seller));
        match what {
            Handover::TransactionConfirmation => Sentence {
                pl: format!("Potwierdzenie transakcji {number}, {seller}"),
                en: format!("Transaction confirmation {number}, {seller}"),
            },
            Handover::Invoice | Handover::Nothing => Sentence {
                pl: format!("Faktura {number}, {seller}"),
                en: format!("Invoice {number}, {seller}"),
            },
        }
    }

    /// The text; `url` is the sender's address on the web, `support` whom to ask.
    #[must_use]
    pub fn text(&self, what: Handover, url: Option<&str>, support: Option<&str>) -> Sentence {
        let (seller, number) = (one_line(&self.seller), one_line(&self.number));
        let (date, amount) = (&self.issue_date, one_line(&self.amount));
        let (mut pl, mut en) = match (what, &self.ksef_number) {
            (Handover::TransactionConfirmation, _) => (
                format!(
                    "Dzień dobry,\n\nw załączeniu potwierdzenie transakcji do faktury {number} z {date} na kwotę {amount}.\n\
                     To nie jest faktura: fakturę znajdą Państwo w KSeF, gdy otrzyma swój numer.\n"
                ),
                format!(
                    "Good day,\n\nattached is the transaction confirmation for the invoice {number} of {date}, {amount}.\n\
                     This is no invoice: you will find the invoice in KSeF once it has its number.\n"
                ),
            ),
            (_, Some(ksef)) => (
                format!(
                    "Dzień dobry,\n\nw załączeniu faktura {number} z {date} na kwotę {amount}, jako PDF i XML.\n\
                     Numer KSeF: {ksef}. Kod QR na wydruku prowadzi do jej sprawdzenia w KSeF.\n"
                ),
                format!(
                    "Good day,\n\nattached is the invoice {number} of {date}, {amount}, as PDF and XML.\n\
                     KSeF number: {ksef}. The QR code on the print leads to its verification in KSeF.\n"
                ),
            ),
            (_, None) => (
                format!(
                    "Dzień dobry,\n\nw załączeniu faktura {number} z {date} na kwotę {amount}, jako PDF i XML.\n\
                     Wystawiono ją poza trybem online; kody QR na wydruku prowadzą do jej sprawdzenia w KSeF.\n"
                ),
                format!(
                    "Good day,\n\nattached is the invoice {number} of {date}, {amount}, as PDF and XML.\n\
                     It was issued in an offline mode; the QR codes on the print lead to its verification in KSeF.\n"
                ),
            ),
        };
        pl += &format!("\n{seller}\n");
        en += &format!("\n{seller}\n");
        for more in [url, support].into_iter().flatten() {
            pl += &format!("{more}\n");
            en += &format!("{more}\n");
        }
        Sentence { pl, en }
    }
}

/// A buyer's identifier as an address book is looked through: without spaces, in capital letters, a Polish NIP without `PL` and
/// hyphens.
#[must_use]
pub fn buyer_key(identifier: &str) -> String {
    crate::routing::plain(identifier)
}

/// What stands on an invoice, on one line.
fn one_line(text: &str) -> String {
    text.chars().map(|sign| if sign.is_control() { ' ' } else { sign }).take(CHARS_MAX).collect()
}

const CHARS_MAX: usize = 200;

#[cfg(test)]
mod tests {
    use super::*;

    fn letter() -> BuyerLetter {
        BuyerLetter {
            seller: "Hurtownia\r\nBcc: x@y".into(),
            number: "FV/1".into(),
            issue_date: "2026-11-01".into(),
            amount: "123.00 PLN".into(),
            ksef_number: None,
        }
    }

    #[test]
    fn a_confirmation_is_never_called_an_invoice_that_came() {
        let what = Handover::TransactionConfirmation;
        assert_eq!(letter().subject(what).pl, "Potwierdzenie transakcji FV/1, Hurtownia  Bcc: x@y");
        let text = letter().text(what, None, None);
        assert!(text.pl.contains("To nie jest faktura") && text.en.contains("This is no invoice"));
        assert!(!text.pl.contains("XML") && !text.en.contains("XML"));
    }

    #[test]
    fn an_invoice_names_its_number_when_it_has_one() {
        let numbered = BuyerLetter { ksef_number: Some("X-1".into()), ..letter() };
        let text = numbered.text(Handover::Invoice, Some("https://bramka.example"), Some("it@firma.example"));
        assert!(text.pl.contains("Numer KSeF: X-1.") && text.en.contains("KSeF number: X-1."));
        assert!(text.pl.ends_with("https://bramka.example\nit@firma.example\n"), "{}", text.pl);
        let offline = letter().text(Handover::Invoice, None, None);
        assert!(offline.pl.contains("poza trybem online") && !offline.pl.contains("Numer KSeF"));
    }

    #[test]
    fn a_subject_is_one_line() {
        let subject = letter().subject(Handover::Invoice);
        assert!(!subject.pl.contains(['\r', '\n']) && !subject.en.contains(['\r', '\n']));
        assert_eq!(buyer_key(" pl 526-587-76-35"), "5265877635");
        assert_eq!(buyer_key("de 123"), "DE123");
    }
}
