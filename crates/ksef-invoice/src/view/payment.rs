//! Settlement and payment.

use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::Serialize;

/// `Rozliczenie`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Settlement {
    /// `Obciazenia`: added to the amount due.
    pub charges: Vec<Charge>,
    /// `SumaObciazen`.
    pub charges_total: Option<Decimal>,
    /// `Odliczenia`: taken off the amount due.
    pub deductions: Vec<Charge>,
    /// `SumaOdliczen`.
    pub deductions_total: Option<Decimal>,
    /// `DoZaplaty`: what remains to be paid.
    pub to_pay: Option<Decimal>,
    /// `DoRozliczenia`: what was overpaid.
    pub to_settle: Option<Decimal>,
}

/// An amount with its reason.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Charge {
    /// `Kwota`.
    pub amount: Option<Decimal>,
    /// `Powod`.
    pub reason: String,
}

/// `Platnosc`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Payment {
    /// `Zaplacono` = 1, or `ZnacznikZaplatyCzesciowej` = 2: paid in full.
    pub is_paid: bool,
    /// `DataZaplaty`.
    pub paid_on: Option<Date>,
    /// `ZnacznikZaplatyCzesciowej` = 1: paid in part.
    pub is_partly_paid: bool,
    /// `ZaplataCzesciowa`.
    pub parts: Vec<PaymentPart>,
    /// `TerminPlatnosci`.
    pub terms: Vec<PaymentTerm>,
    /// `FormaPlatnosci`, or `PlatnoscInna` with `OpisPlatnosci`.
    pub form: Option<PaymentForm>,
    /// `RachunekBankowy`.
    pub accounts: Vec<BankAccount>,
    /// `RachunekBankowyFaktora`.
    pub factor_accounts: Vec<BankAccount>,
    /// FA_RR, `RachunekBankowy2`: the buyer's account, from which it pays (the farmer's are [`Payment::accounts`]).
    pub buyer_accounts: Vec<BankAccount>,
    /// `Skonto`.
    pub cash_discount: Option<CashDiscount>,
    /// `LinkDoPlatnosci`.
    pub link: Option<String>,
    /// `IPKSeF`: KSeF's payment identifier.
    pub ksef_payment_id: Option<String>,
}

/// `ZaplataCzesciowa`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PaymentPart {
    /// `KwotaZaplatyCzesciowej`.
    pub amount: Option<Decimal>,
    /// `DataZaplatyCzesciowej`.
    pub date: Option<Date>,
    /// How.
    pub form: Option<PaymentForm>,
}

/// How a payment is made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase", tag = "type", content = "description")]
pub enum PaymentForm {
    /// 1.
    Cash,
    /// 2.
    Card,
    /// 3.
    Voucher,
    /// 4.
    Cheque,
    /// 5.
    Credit,
    /// 6.
    Transfer,
    /// 7.
    Mobile,
    /// `PlatnoscInna` with its description, or an unknown number as it stands.
    Other(String),
}

/// `TerminPlatnosci`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PaymentTerm {
    /// `Termin`.
    pub date: Option<Date>,
    /// `TerminOpis`.
    pub description: Option<TermDescription>,
}

/// `TerminOpis`: so many units after an event.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TermDescription {
    /// `Ilosc`, as it stands (the schema sets no bound).
    pub count: String,
    /// `Jednostka`.
    pub unit: String,
    /// `ZdarzeniePoczatkowe`.
    pub event: String,
    /// FA(2) and PEF describe the term in words instead.
    pub text: Option<String>,
}

/// `RachunekBankowy`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BankAccount {
    /// `NrRB`, as it stands.
    pub number: String,
    /// `SWIFT`.
    pub swift: Option<String>,
    /// `RachunekWlasnyBanku`: 1 to 3, kinds of a bank's own account.
    pub bank_own_kind: Option<u8>,
    /// `NazwaBanku`.
    pub bank: Option<String>,
    /// `OpisRachunku`.
    pub description: Option<String>,
}

/// `Skonto`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct CashDiscount {
    /// `WarunkiSkonta`.
    pub conditions: String,
    /// `WysokoscSkonta`.
    pub amount: String,
}
