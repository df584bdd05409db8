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

/// What a letter says in a company's own words, with placeholders in braces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LetterTemplate {
    /// The subject: one line.
    pub subject: String,
    /// The text.
    pub text: String,
}

/// What is wrong with a template.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TemplateFault {
    /// The subject is empty, too long, or more than a line.
    #[error("subject (1…{SUBJECT_CHARS_MAX}, one line)")]
    Subject,
    /// The text is empty, too long, or has other signs than letters and line ends.
    #[error("text (1…{TEXT_CHARS_MAX})")]
    Text,
    /// Nothing is known under this name.
    #[error("{{{0}}} (seller, number, issueDate, amount, ksefNumber, url, support)")]
    Placeholder(String),
}

/// The names that may stand in braces.
pub const PLACEHOLDERS: [&str; 7] =
    ["seller", "number", "issueDate", "amount", "ksefNumber", "url", "support"];

impl LetterTemplate {
    /// What letters say without one, with placeholders in the places of facts: something to begin with.
    #[must_use]
    pub fn usual(what: Handover) -> [Self; 2] {
        let name = |name: &str| format!("{{{name}}}");
        let letter = BuyerLetter {
            seller: name("seller"),
            number: name("number"),
            issue_date: name("issueDate"),
            amount: name("amount"),
            ksef_number: Some(name("ksefNumber")),
        };
        let subject = letter.subject(what);
        let text = letter.text(what, Some(&name("url")), Some(&name("support")));
        [Self { subject: subject.pl, text: text.pl }, Self { subject: subject.en, text: text.en }]
    }

    /// Whether letters can be written by it.
    ///
    /// # Errors
    /// [`TemplateFault`] for the first fault.
    pub fn check(&self) -> Result<(), TemplateFault> {
        let length = self.subject.chars().count();
        let is_line = !self.subject.chars().any(char::is_control);
        if self.subject.trim().is_empty() || length > SUBJECT_CHARS_MAX || !is_line {
            return Err(TemplateFault::Subject);
        }
        let is_odd = |sign: char| sign.is_control() && !matches!(sign, '\n' | '\t');
        if self.text.trim().is_empty()
            || self.text.chars().count() > TEXT_CHARS_MAX
            || self.text.chars().any(is_odd)
        {
            return Err(TemplateFault::Text);
        }
        for part in parts(&self.subject).chain(parts(&self.text)) {
            if let Part::Name(name) = part
                && !PLACEHOLDERS.contains(&name)
            {
                return Err(TemplateFault::Placeholder(one_line(name)));
            }
        }
        Ok(())
    }

    /// Subject and text of a letter. A line of the text with a placeholder that there is nothing for, such as the KSeF number of an
    /// invoice without one, is left out.
    #[must_use]
    pub fn fill(&self, letter: &BuyerLetter, url: Option<&str>, support: Option<&str>) -> (String, String) {
        let fact = |name: &str| -> Option<String> {
            let found = match name {
                "seller" => Some(letter.seller.as_str()),
                "number" => Some(letter.number.as_str()),
                "issueDate" => Some(letter.issue_date.as_str()),
                "amount" => Some(letter.amount.as_str()),
                "ksefNumber" => letter.ksef_number.as_deref(),
                "url" => url,
                "support" => support,
                _ => None,
            };
            found.map(one_line)
        };
        let filled = |line: &str| -> Option<String> {
            parts(line)
                .map(|part| match part {
                    Part::Text(text) => Some(text.to_owned()),
                    Part::Name(name) => fact(name),
                })
                .collect()
        };
        let subject: String = parts(&self.subject)
            .filter_map(|part| match part {
                Part::Text(text) => Some(text.to_owned()),
                Part::Name(name) => fact(name),
            })
            .collect();
        let mut text: String = self.text.lines().filter_map(filled).map(|line| line + "\n").collect();
        if text.is_empty() {
            text.push('\n');
        }
        (subject, text)
    }
}

/// A piece of a template.
enum Part<'a> {
    Text(&'a str),
    /// What stands between braces.
    Name(&'a str),
}

/// The pieces of a template; a brace without its other one is text.
fn parts(template: &str) -> impl Iterator<Item = Part<'_>> {
    let mut rest = template;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        if let Some(inside) = rest.strip_prefix('{')
            && let Some(end) = inside.find(['{', '}', '\n'])
            && inside[end..].starts_with('}')
        {
            rest = &inside[end + 1..];
            return Some(Part::Name(&inside[..end]));
        }
        // A brace that begins nothing is passed over, so that each step takes something away.
        let from = usize::from(rest.starts_with('{'));
        let end = rest[from..].find('{').map_or(rest.len(), |at| at + from);
        let (text, after) = rest.split_at(end);
        rest = after;
        Some(Part::Text(text))
    })
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
const SUBJECT_CHARS_MAX: usize = 200;
const TEXT_CHARS_MAX: usize = 5_000;

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

    fn template(subject: &str, text: &str) -> LetterTemplate {
        LetterTemplate { subject: subject.into(), text: text.into() }
    }

    #[test]
    fn a_template_is_filled_and_lines_without_facts_are_left_out() {
        let own = template(
            "{number} od {seller}",
            "Dzień dobry,\n\nfaktura {number}.\nKSeF: {ksefNumber}\n{url}\nKoniec {{",
        );
        assert_eq!(own.check(), Ok(()));
        let (subject, text) = own.fill(&letter(), None, None);
        assert_eq!(subject, "FV/1 od Hurtownia  Bcc: x@y");
        assert_eq!(text, "Dzień dobry,\n\nfaktura FV/1.\nKoniec {{\n");
        let numbered = BuyerLetter { ksef_number: Some("X-1".into()), number: "{url}".into(), ..letter() };
        let (_, text) = own.fill(&numbered, Some("https://a.example"), None);
        assert_eq!(
            text, "Dzień dobry,\n\nfaktura {url}.\nKSeF: X-1\nhttps://a.example\nKoniec {{\n",
            "what stands on an invoice is no placeholder"
        );
    }

    #[test]
    fn a_template_that_cannot_be_filled_is_refused() {
        let unknown = |name: &str| Err(TemplateFault::Placeholder(name.to_owned()));
        for (subject, text, expected) in [
            ("a", "b", Ok(())),
            ("", "b", Err(TemplateFault::Subject)),
            ("a\r\nBcc: x@y", "b", Err(TemplateFault::Subject)),
            ("a", " \n", Err(TemplateFault::Text)),
            ("a", "b\u{0}", Err(TemplateFault::Text)),
            ("{numer}", "b", unknown("numer")),
            ("a", "b {}", unknown("")),
            ("a", "b { number}", unknown(" number")),
        ] {
            assert_eq!(template(subject, text).check(), expected, "{subject:?} {text:?}");
        }
        let long = "a".repeat(SUBJECT_CHARS_MAX + 1);
        assert_eq!(template(&long, "b").check(), Err(TemplateFault::Subject));
    }

    #[test]
    fn the_usual_templates_say_what_letters_say() {
        for what in [Handover::Invoice, Handover::TransactionConfirmation] {
            let numbered = BuyerLetter { ksef_number: Some("X-1".into()), ..letter() };
            let [pl, en] = LetterTemplate::usual(what);
            let (url, support) = (Some("https://a.example"), Some("it@a.example"));
            for (template, said) in [(&pl, |one: Sentence| one.pl), (&en, |one: Sentence| one.en)]
                as [(_, fn(Sentence) -> String); 2]
            {
                assert_eq!(template.check(), Ok(()));
                let (subject, text) = template.fill(&numbered, url, support);
                assert_eq!(subject, said(numbered.subject(what)));
                assert_eq!(text, said(numbered.text(what, url, support)));
            }
        }
    }

    #[test]
    fn a_subject_is_one_line() {
        let subject = letter().subject(Handover::Invoice);
        assert!(!subject.pl.contains(['\r', '\n']) && !subject.en.contains(['\r', '\n']));
        assert_eq!(buyer_key(" pl 526-587-76-35"), "5265877635");
        assert_eq!(buyer_key("de 123"), "DE123");
    }
}
