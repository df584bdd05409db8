//! Payment and settlement.

use super::{Subject, Words, differ, sum};
use crate::catalogue;
use crate::report::Findings;
use crate::view::PaymentForm;

pub(super) fn check(subject: &Subject<'_, '_, '_>, findings: &mut Findings) {
    accounts(subject, findings);
    amount_to_pay(subject, findings);
}

fn accounts(subject: &Subject<'_, '_, '_>, findings: &mut Findings) {
    let Some(payment) = &subject.invoice.payment else { return };
    let lists =
        [("RachunekBankowy", &payment.accounts), ("RachunekBankowyFaktora", &payment.factor_accounts)];
    for (element, accounts) in lists {
        for (index, account) in accounts.iter().enumerate() {
            if has_wrong_check_sum(&account.number) {
                let place = [("Fa", 0), ("Platnosc", 0), (element, index), ("NrRB", 0)];
                let number = &account.number;
                subject.report(
                    findings,
                    &catalogue::ACCOUNT_CHECK_SUM,
                    &place,
                    Words {
                        found: number.clone(),
                        allowed: String::new(),
                        pl: format!("Numer rachunku {number} ma złą sumę kontrolną; sprawdź cyfry."),
                        en: format!("The account number {number} has a wrong check sum; check the digits."),
                    },
                );
            }
        }
    }
    let has_account = !payment.accounts.is_empty() || !payment.factor_accounts.is_empty();
    if payment.form == Some(PaymentForm::Transfer)
        && !payment.is_paid
        && !has_account
        && !subject.is_correction()
    {
        let place = [("Fa", 0), ("Platnosc", 0), ("FormaPlatnosci", 0)];
        subject.report(
            findings,
            &catalogue::TRANSFER_WITHOUT_ACCOUNT,
            &place,
            Words {
                found: "6".to_owned(),
                allowed: "RachunekBankowy".to_owned(),
                pl: "Płatność przelewem, a nie ma numeru rachunku; dodaj RachunekBankowy.".to_owned(),
                en: "Payment by transfer, but no account is given; add RachunekBankowy.".to_owned(),
            },
        );
    }
}

/// Whether a text is a Polish account number (26 digits, perhaps with PL and blanks) whose digits modulo 97 are not 1.
fn has_wrong_check_sum(number: &str) -> bool {
    let compact: String = number.chars().filter(|c| !c.is_whitespace()).collect();
    let digits = compact.strip_prefix("PL").unwrap_or(&compact);
    if digits.len() != 26 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return false;
    }
    // ISO 13616: the check digits go behind the number, with PL as 2521 between.
    let rearranged = digits[2..].bytes().chain(*b"2521").chain(digits[..2].bytes());
    rearranged.fold(0_u32, |remainder, digit| (remainder * 10 + u32::from(digit - b'0')) % 97) != 1
}

fn amount_to_pay(subject: &Subject<'_, '_, '_>, findings: &mut Findings) {
    let Some(settlement) = &subject.invoice.settlement else { return };
    let (Some(to_pay), Some(gross)) = (settlement.to_pay, subject.invoice.gross) else { return };
    let total = |list: &[crate::view::Charge]| {
        list.iter().map(|charge| charge.amount).collect::<Option<Vec<_>>>().and_then(sum)
    };
    let (Some(charges), Some(deductions)) = (total(&settlement.charges), total(&settlement.deductions))
    else {
        return;
    };
    let Some(expected) = gross.checked_add(charges).and_then(|sum| sum.checked_sub(deductions)) else {
        return;
    };
    if differ(to_pay, expected, 0) {
        let place = [("Fa", 0), ("Rozliczenie", 0), ("DoZaplaty", 0)];
        subject.report(
            findings,
            &catalogue::AMOUNT_TO_PAY,
            &place,
            Words {
                found: to_pay.to_string(),
                allowed: expected.to_string(),
                pl: format!("DoZaplaty wynosi {to_pay}, a z P_15 i rozliczeń wynika {expected}; przelicz."),
                en: format!(
                    "DoZaplaty is {to_pay}, and P_15 with the settlement gives {expected}; recompute."
                ),
            },
        );
    }
}
