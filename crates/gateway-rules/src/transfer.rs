//! Transfers for purchases: what stands in the title, and the file that banks take.
//!
//! The title of a transfer for an invoice of KSeF carries its KSeF number, or the collective identifier of several invoices of one
//! seller (art. 108g of the act on VAT, from 2027 for transfers between active taxpayers). Split payment has a form of its own
//! (art. 108a (3)): `/VAT/amount/IDC/payer/INV/number/TXT/text`. The file is Elixir-0 as Polish banks describe it: a line for
//! each transfer, 16 fields, four lines of 35 characters for names and titles.

use jiff::civil::Date;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;

use crate::words::named_enum;

/// Who pays, and from where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payer {
    /// Its account: 26 digits.
    pub account: Account,
    /// Its name and address, one line.
    pub name: String,
}

/// A transfer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transfer {
    /// The account that it goes to.
    pub account: Account,
    /// Whose that is.
    pub name: String,
    /// The identifier of the receiver: a NIP.
    pub receiver_nip: String,
    /// Złoty with at most two digits after the point, above zero.
    pub amount: Decimal,
    /// Of it VAT, when it is split.
    pub split_vat: Option<Decimal>,
    /// The number that identifies what is paid: a KSeF number or a collective identifier; 35 characters.
    pub identifier: String,
    /// The seller's number of the invoice; of several none.
    pub invoice_number: Option<String>,
}

/// A Polish account: 26 digits whose check digits are right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account(String);

impl Account {
    /// Reads 26 digits, with or without spaces, hyphens and `PL`; ISO 13616's check, modulo 97.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text: String = text.chars().filter(|sign| !sign.is_whitespace() && *sign != '-').collect();
        let digits = text.strip_prefix("PL").or_else(|| text.strip_prefix("pl")).unwrap_or(&text);
        if digits.len() != 26 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        // The country's letters as numbers, and the check digits, go to the end.
        let rest = digits
            .bytes()
            .skip(2)
            .chain(*b"2521")
            .chain(digits.bytes().take(2))
            .fold(0_u32, |rest, digit| (rest * 10 + u32::from(digit - b'0')) % 97);
        (rest == 1).then(|| Self(digits.to_owned()))
    }

    /// The 26 digits.
    #[must_use]
    pub fn digits(&self) -> &str {
        &self.0
    }

    /// The bank's number: the eight digits after the check.
    #[must_use]
    pub fn bank(&self) -> &str {
        &self.0[2..10]
    }
}

named_enum! {
    /// Whether a transfer is split.
    pub enum Split {
        /// Where the invoice says that it must be.
        AsMarked = "asMarked", "gdy wymaga tego faktura", "where the invoice demands it";
        /// Each.
        Always = "always", "zawsze", "always";
        /// None.
        Never = "never", "nigdy", "never";
    }
}

named_enum! {
    /// Why a purchase cannot be paid so.
    pub enum Unpayable {
        /// It has no KSeF number.
        NoNumber = "noNumber", "Dokument nie ma numeru KSeF.", "The document has no KSeF number.";
        /// The invoice names no account, or one that cannot be right.
        NoAccount = "noAccount", "Na fakturze nie ma prawidłowego rachunku bankowego.", "The invoice has no valid bank account.";
        /// It is in another currency.
        OtherCurrency = "otherCurrency", "Faktura nie jest w złotych.", "The invoice is not in złoty.";
        /// It is paid, or is a correction downwards.
        NothingDue = "nothingDue", "Nie ma nic do zapłaty.", "Nothing is due.";
        /// It has nothing to do with our payments.
        IsSale = "isSale", "To sprzedaż tej firmy.", "It is a sale of this company.";
        /// It is set aside, or a copy.
        SetAside = "setAside", "Dokument jest odłożony.", "The document is set aside.";
        /// Somebody has rejected it.
        Rejected = "rejected", "Faktura jest odrzucona.", "The invoice is rejected.";
        /// Split payment needs the VAT, which is not known.
        NoVat = "noVat", "Nie wiadomo, ile wynosi VAT do podzielonej płatności.", "The VAT for split payment is not known.";
        /// Invoices of several sellers, or to several accounts, in one transfer.
        SeveralSellers = "severalSellers", "Faktury mają różnych sprzedawców lub rachunki.", "The invoices have several sellers or accounts.";
    }
}

/// The title of a transfer: at most 140 characters. Of split payment in its own form.
#[must_use]
pub fn title(transfer: &Transfer, payer_nip: &str) -> String {
    let number = transfer.invoice_number.as_deref().unwrap_or_default();
    match transfer.split_vat {
        // IDC is the seller's NIP; INV has room for 35 characters, which the identifier needs all of.
        Some(vat) => {
            let vat = money(vat).replace('.', ",");
            let begin = format!("/VAT/{vat}/IDC/{}/INV/{}", transfer.receiver_nip, transfer.identifier);
            let text = if number.is_empty() { String::new() } else { format!("/TXT/{}", plain(number, 33)) };
            format!("{begin}{text}")
        }
        None => {
            let end = if number.is_empty() { String::new() } else { format!(" {}", plain(number, 70)) };
            format!("{}{end} NIP {payer_nip}", transfer.identifier)
        }
    }
}

/// A line of Elixir-0, without the end of the line. In Windows-1250 what has no letter there is a question mark.
#[must_use]
pub fn elixir_line(payer: &Payer, transfer: &Transfer, title: &str, on: Date) -> String {
    let grosze = (transfer.amount * Decimal::ONE_HUNDRED).round().to_i64().unwrap_or(0);
    // 53 is split payment, 51 everything else that is no tax.
    let class = if transfer.split_vat.is_some() { "53" } else { "51" };
    format!(
        "110,{},{grosze},{},0,\"{}\",\"{}\",\"{}\",\"{}\",0,{},\"{}\",\"\",\"\",\"{class}\",\"{}\"",
        on.strftime("%Y%m%d"),
        payer.account.bank(),
        payer.account.digits(),
        transfer.account.digits(),
        four_lines(&payer.name),
        four_lines(&transfer.name),
        transfer.account.bank(),
        four_lines(title),
        plain(&transfer.identifier, 35),
    )
}

/// An amount with two digits after the point.
#[must_use]
pub fn money(amount: Decimal) -> String {
    format!("{:.2}", amount.round_dp(2))
}

/// Four lines of 35 characters, which a bar divides.
fn four_lines(text: &str) -> String {
    let text: Vec<char> = plain(text, 140).chars().collect();
    text.chunks(35).map(|line| line.iter().collect::<String>()).collect::<Vec<_>>().join("|")
}

/// A text that breaks no file: without quotes, bars and control characters, cut.
fn plain(text: &str, max: usize) -> String {
    let kept =
        text.chars().map(|sign| if sign.is_control() || matches!(sign, '"' | '|') { ' ' } else { sign });
    kept.take(max).collect::<String>().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account(text: &str) -> Account {
        Account::parse(text).expect("an account")
    }

    /// An account with right check digits.
    fn made(rest: &str) -> String {
        (0..98)
            .map(|check| format!("{check:02}{rest}"))
            .find(|text| Account::parse(text).is_some())
            .expect("one of them is right")
    }

    fn transfer(split_vat: Option<&str>) -> Transfer {
        Transfer {
            account: account(&made("109010140000071219812874")),
            name: "Dostawca \"Zażółć\" | Spółka z ograniczoną odpowiedzialnością".to_owned(),
            receiver_nip: "1111111111".to_owned(),
            amount: "1230.50".parse().expect("an amount"),
            split_vat: split_vat.map(|vat| vat.parse().expect("an amount")),
            identifier: "1111111111-20261122-0100001AF629-AF".to_owned(),
            invoice_number: Some("FV/1/2026".to_owned()),
        }
    }

    #[test]
    fn accounts_are_checked() {
        // The example of ISO 13616's register for Poland.
        assert_eq!(account("PL61 1090 1014 0000 0712 1981 2874").bank(), "10901014");
        for wrong in ["61109010140000071219812875", "6110901014", "DE61109010140000071219812874", ""] {
            assert_eq!(Account::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn titles_carry_the_number_in_full() {
        let plain = title(&transfer(None), "5265877635");
        assert_eq!(plain, "1111111111-20261122-0100001AF629-AF FV/1/2026 NIP 5265877635");
        let split = title(&transfer(Some("230.1")), "5265877635");
        assert_eq!(split, "/VAT/230,10/IDC/1111111111/INV/1111111111-20261122-0100001AF629-AF/TXT/FV/1/2026");
        let long = Transfer { invoice_number: Some("X".repeat(256)), ..transfer(Some("230.1")) };
        assert!(title(&long, "5265877635").chars().count() <= 140);
        let long = Transfer { split_vat: None, ..long };
        assert!(title(&long, "5265877635").chars().count() <= 140);
    }

    #[test]
    fn a_line_has_sixteen_fields_whatever_a_name_holds() {
        let payer = Payer {
            account: account(&made("102010260000000000000001")),
            name: "Firma, ul. Próbna 1".into(),
        };
        let transfer = transfer(Some("230.10"));
        let title = title(&transfer, "5265877635");
        let line = elixir_line(&payer, &transfer, &title, "2026-11-30".parse().expect("a date"));
        let mut fields = Vec::new();
        let (mut field, mut is_quoted) = (String::new(), false);
        for sign in line.chars() {
            match sign {
                '"' => is_quoted = !is_quoted,
                ',' if !is_quoted => fields.push(std::mem::take(&mut field)),
                sign => field.push(sign),
            }
        }
        fields.push(field);
        assert_eq!(fields.len(), 16, "{line}");
        assert_eq!(
            (fields[0].as_str(), fields[1].as_str(), fields[2].as_str()),
            ("110", "20261130", "123050")
        );
        assert_eq!(
            (fields[3].as_str(), fields[10].as_str(), fields[14].as_str()),
            ("10201026", "10901014", "53")
        );
        assert!(
            fields[8].split('|').count() <= 4 && fields[8].split('|').all(|line| line.chars().count() <= 35)
        );
        assert!(
            fields[11].replace('|', "").starts_with("/VAT/230,10/IDC/1111111111/INV/1111111111-20261122")
        );
    }
}
