//! How and when it is paid, and what else is reckoned with it.

use jiff::civil::Date;

use super::codec::{Code, Codec};
use super::codes::{OwnBankAccount, PaymentMethod};
use super::number::Number;
use super::record::records;

records! {
    /// A bank account (`RachunekBankowy`).
    Account {
        /// Number, 10 to 34 characters without spaces. `NrRB`.
        number: Option<String>,
        /// SWIFT code. `SWIFT`.
        swift: Option<String>,
        /// Only for accounts that are the bank's own. `RachunekWlasnyBanku`.
        own_bank_account: Option<OwnBankAccount>,
        /// The bank's name. `NazwaBanku`.
        bank_name: Option<String>,
        /// A note about the account, for example its currency. `OpisRachunku`.
        description: Option<String>,
    }
    /// When payment is due (`TerminPlatnosci`).
    Due {
        /// The last day. `Termin`.
        date: Option<Date>,
        /// The term in words. `TerminOpis`.
        term: Option<DueTerm>,
    }
    /// A term that runs from an event, such as 14 days from delivery.
    DueTerm {
        /// How many. `Ilosc`.
        count: Option<u64>,
        /// Of what: `dni`, `miesiące`. `Jednostka`.
        unit: Option<String>,
        /// From which event. `ZdarzeniePoczatkowe`.
        event: Option<String>,
    }
    /// A part that was paid before the invoice was issued (`ZaplataCzesciowa`).
    PartPayment {
        /// Amount. `KwotaZaplatyCzesciowej`.
        amount: Option<Number>,
        /// When. `DataZaplatyCzesciowej`.
        date: Option<Date>,
        /// How. `FormaPlatnosci`.
        method: Option<PaymentMethod>,
        /// How, in words, when it is none of the list. `OpisPlatnosci`.
        other_method: Option<String>,
    }
    /// A discount for paying early (`Skonto`).
    EarlyPaymentDiscount {
        /// On what condition. `WarunkiSkonta`.
        conditions: Option<String>,
        /// How much, in words. `WysokoscSkonta`.
        amount: Option<String>,
    }
    /// Payment (`Platnosc`).
    Payment {
        /// It was paid in full at once; give `paidOn` too. `Zaplacono`.
        paid: bool,
        /// When it was paid. `DataZaplaty`.
        paid_on: Option<Date>,
        /// The parts that were paid. `ZaplataCzesciowa`.
        parts: Vec<PartPayment>,
        /// The parts make up the whole amount. `ZnacznikZaplatyCzesciowej` = 2.
        parts_complete: bool,
        /// When it is due. `TerminPlatnosci`.
        due: Vec<Due>,
        /// How it is or was paid. `FormaPlatnosci`.
        method: Option<PaymentMethod>,
        /// How, in words, when it is none of the list. `PlatnoscInna`, `OpisPlatnosci`.
        other_method: Option<String>,
        /// The seller's accounts. `RachunekBankowy`.
        accounts: Vec<Account>,
        /// The factor's accounts. `RachunekBankowyFaktora`.
        factor_accounts: Vec<Account>,
        /// Discount for paying early. `Skonto`.
        early_payment_discount: Option<EarlyPaymentDiscount>,
        /// Address for paying on-line; it must contain the parameter IPKSeF. `LinkDoPlatnosci`.
        link: Option<String>,
        /// KSeF's payment identifier: three digits and ten characters. `IPKSeF`.
        ip_ksef: Option<String>,
    }
    /// An amount that is added to or taken from what is due.
    Charge {
        /// Amount. `Kwota`.
        amount: Option<Number>,
        /// Why. `Powod`.
        reason: Option<String>,
    }
    /// Charges and deductions beyond the sale (`Rozliczenie`).
    Settlement {
        /// Added to the amount due. `Obciazenia`.
        charges: Vec<Charge>,
        /// Sum of the charges; computed. `SumaObciazen`.
        charges_total: Option<Number>,
        /// Taken from the amount due. `Odliczenia`.
        deductions: Vec<Charge>,
        /// Sum of the deductions; computed. `SumaOdliczen`.
        deductions_total: Option<Number>,
        /// What is left to pay; computed unless it would be negative. `DoZaplaty`.
        to_pay: Option<Number>,
        /// What was paid too much; computed when the rest is negative. `DoRozliczenia`.
        to_settle: Option<Number>,
    }
}

impl Account {
    pub(super) fn codec(codec: &mut Codec<'_>, it: &mut Self) {
        codec.text("NrRB", "number", &mut it.number);
        codec.text("SWIFT", "swift", &mut it.swift);
        codec.code("RachunekWlasnyBanku", "ownBankAccount", &mut it.own_bank_account);
        codec.text("NazwaBanku", "bankName", &mut it.bank_name);
        codec.text("OpisRachunku", "description", &mut it.description);
    }
}

/// A method of the list, or one in words.
pub(super) fn method<T: Code>(codec: &mut Codec<'_>, method: &mut Option<T>, other: &mut Option<String>) {
    codec.code("FormaPlatnosci", "method", method);
    codec.companion("PlatnoscInna", other.is_some());
    codec.text("OpisPlatnosci", "otherMethod", other);
}

impl Payment {
    pub(super) fn codec(codec: &mut Codec<'_>, it: &mut Self) {
        codec.mark("Zaplacono", "paid", &mut it.paid);
        codec.date("DataZaplaty", "paidOn", &mut it.paid_on);
        let has_parts = !it.parts.is_empty() || codec.has("ZnacznikZaplatyCzesciowej");
        if has_parts {
            // 1: in part; 2: in full, in parts.
            let mut complete = Some(!it.parts_complete);
            codec.yes_no("ZnacznikZaplatyCzesciowej", "partsComplete", &mut complete);
            it.parts_complete = complete == Some(false);
        }
        codec.list("ZaplataCzesciowa", "parts", &mut it.parts, |codec, it| {
            codec.money("KwotaZaplatyCzesciowej", "amount", &mut it.amount);
            codec.date("DataZaplatyCzesciowej", "date", &mut it.date);
            method(codec, &mut it.method, &mut it.other_method);
        });
        codec.list("TerminPlatnosci", "due", &mut it.due, |codec, it| {
            codec.date("Termin", "date", &mut it.date);
            codec.group("TerminOpis", "term", &mut it.term, |codec, it| {
                codec.integer("Ilosc", "count", &mut it.count);
                codec.text("Jednostka", "unit", &mut it.unit);
                codec.text("ZdarzeniePoczatkowe", "event", &mut it.event);
            });
        });
        method(codec, &mut it.method, &mut it.other_method);
        codec.list("RachunekBankowy", "accounts", &mut it.accounts, Account::codec);
        codec.list("RachunekBankowyFaktora", "factorAccounts", &mut it.factor_accounts, Account::codec);
        codec.group("Skonto", "earlyPaymentDiscount", &mut it.early_payment_discount, |codec, it| {
            codec.text("WarunkiSkonta", "conditions", &mut it.conditions);
            codec.text("WysokoscSkonta", "amount", &mut it.amount);
        });
        codec.text("LinkDoPlatnosci", "link", &mut it.link);
        codec.text("IPKSeF", "ipKsef", &mut it.ip_ksef);
    }
}

impl Settlement {
    pub(super) fn codec(codec: &mut Codec<'_>, it: &mut Self) {
        let charge = |codec: &mut Codec<'_>, it: &mut Charge| {
            codec.money("Kwota", "amount", &mut it.amount);
            codec.text("Powod", "reason", &mut it.reason);
        };
        codec.list("Obciazenia", "charges", &mut it.charges, charge);
        codec.money("SumaObciazen", "chargesTotal", &mut it.charges_total);
        codec.list("Odliczenia", "deductions", &mut it.deductions, charge);
        codec.money("SumaOdliczen", "deductionsTotal", &mut it.deductions_total);
        codec.money("DoZaplaty", "toPay", &mut it.to_pay);
        codec.money("DoRozliczenia", "toSettle", &mut it.to_settle);
    }
}
