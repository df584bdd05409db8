//! Payment and settlement.

use super::facts::{amount_of, date_of, text_of};
use super::number::Grosze;
use super::{Place, Subject, account, deep, words};
use crate::catalogue;
use crate::report::Findings;
use crate::xml::Cursor;

pub(super) fn check(subject: &Subject<'_, '_, '_>, findings: &mut Findings) {
    let facts = subject.facts;
    let due =
        facts.settlement.and_then(|settled| settlement(subject, settled, (facts.gross, "P_15"), findings));
    let Some(payment) = facts.payment else { return };
    let mut has_account = false;
    for child in payment.children() {
        match child.name() {
            "RachunekBankowy" => {
                has_account = true;
                account::check(subject, deep(child, &["NrRB"]), findings);
            }
            "RachunekBankowyFaktora" => {
                has_account = true;
                account::check(subject, deep(child, &["NrRB"]), findings);
                factor(subject, child, findings);
            }
            "TerminPlatnosci" => due_date(subject, payment, child, findings),
            _ => {}
        }
    }
    if facts.is_correction() {
        return;
    }
    if text_of(payment, "FormaPlatnosci") == TRANSFER && !is_paid(payment) && !has_account {
        no_account(subject, payment, "RachunekBankowy", findings);
    }
    paid(subject, payment, findings);
    parts(subject, payment, due.or(facts.gross), findings);
}

/// A transfer that nobody knows where to send.
pub(super) fn no_account(
    place: &Place<'_, '_>,
    payment: Cursor<'_, '_>,
    element: &str,
    findings: &mut Findings,
) {
    place.report(
        findings,
        &catalogue::TRANSFER_WITHOUT_ACCOUNT,
        deep(payment, &["FormaPlatnosci"]),
        words(
            text_of(payment, "FormaPlatnosci"),
            element,
            format!("Płatność przelewem, a nie ma numeru rachunku; dodaj {element}."),
            format!("Payment by transfer, but no account is given; add {element}."),
        ),
    );
}

fn is_paid(payment: Cursor<'_, '_>) -> bool {
    text_of(payment, "Zaplacono") == "1" || text_of(payment, PART_MARK) == PAID_IN_PARTS
}

fn factor(subject: &Subject<'_, '_, '_>, at: Cursor<'_, '_>, findings: &mut Findings) {
    if !subject.facts.thirds.iter().any(|third| third.role == ROLE_FACTOR) {
        subject.report(
            findings,
            &catalogue::FACTOR_NOT_NAMED,
            at,
            words(
                "RachunekBankowyFaktora",
                "Podmiot3, Rola 1",
                "Faktura podaje rachunek faktora, a faktora nie; dodaj Podmiot3 z rolą 1.".to_owned(),
                "The invoice gives a factor's account and not the factor; add a Podmiot3 with role 1."
                    .to_owned(),
            ),
        );
    }
}

fn due_date(
    subject: &Subject<'_, '_, '_>,
    payment: Cursor<'_, '_>,
    at: Cursor<'_, '_>,
    findings: &mut Findings,
) {
    let facts = subject.facts;
    if let (Some(due), Some(issued)) = (date_of(at, "Termin"), facts.issued)
        && due < issued
        && !is_paid(payment)
        && !facts.is_correction()
    {
        subject.report(
            findings,
            &catalogue::DUE_BEFORE_ISSUE,
            deep(at, &["Termin"]),
            words(
                due,
                format!("≥ {issued}"),
                format!(
                    "Termin płatności {due} jest wcześniejszy niż data wystawienia {issued}; popraw termin."
                ),
                format!("The payment is due on {due}, before the issue date {issued}; correct the date."),
            ),
        );
    }
}

fn paid(subject: &Subject<'_, '_, '_>, payment: Cursor<'_, '_>, findings: &mut Findings) {
    if let (Some(paid), Some(issued)) = (date_of(payment, "DataZaplaty"), subject.facts.issued)
        && paid > issued
    {
        subject.report(findings, &catalogue::PAID_AFTER_ISSUE, deep(payment, &["DataZaplaty"]), words(
            paid, format!("≤ {issued}"),
            format!("DataZaplaty {paid} jest późniejsza niż data wystawienia {issued}; podaje się tylko zapłatę dokonaną do wystawienia."),
            format!("DataZaplaty {paid} is later than the issue date {issued}; only a payment made before issuing is given."),
        ));
    }
}

/// Part payments against the mark that they cover a part or all.
fn parts(
    subject: &Subject<'_, '_, '_>,
    payment: Cursor<'_, '_>,
    due: Option<Grosze>,
    findings: &mut Findings,
) {
    let (mark, Some(due)) = (text_of(payment, PART_MARK), due) else { return };
    let parts = payment.children().filter(|child| child.is_named("ZaplataCzesciowa"));
    let mut sum = Grosze::ZERO;
    for part in parts {
        let Some(amount) = amount_of(part, "KwotaZaplatyCzesciowej") else { return };
        sum = sum.plus(amount);
    }
    let is_wrong = match mark {
        "1" => sum >= due,
        PAID_IN_PARTS => sum < due,
        _ => false,
    };
    if is_wrong {
        subject.report(findings, &catalogue::PART_PAYMENTS, deep(payment, &[PART_MARK]), words(
            format!("{mark}, {sum}"), due,
            format!("Zapłaty częściowe dają {sum} z {due}, a ZnacznikZaplatyCzesciowej wynosi {mark} (1 część, 2 całość); popraw jedno z nich."),
            format!("The part payments sum to {sum} of {due}, and ZnacznikZaplatyCzesciowej is {mark} (1 part, 2 all); correct one."),
        ));
    }
}

/// `Rozliczenie` against the amount due; the same in FA and FA_RR. Answers `DoZaplaty`.
pub(super) fn settlement(
    place: &Place<'_, '_>,
    settled: Cursor<'_, '_>,
    (gross, gross_element): (Option<Grosze>, &str),
    findings: &mut Findings,
) -> Option<Grosze> {
    let total = |name: &str| {
        let list = settled.children().filter(|child| child.is_named(name));
        list.map(|charge| amount_of(charge, "Kwota"))
            .try_fold(Grosze::ZERO, |sum, amount| Some(sum.plus(amount?)))
    };
    let (charges, deductions) = (total("Obciazenia"), total("Odliczenia"));
    let sums = [
        ("SumaObciazen", charges, &catalogue::SUM_OF_CHARGES),
        ("SumaOdliczen", deductions, &catalogue::SUM_OF_DEDUCTIONS),
    ];
    for (element, expected, rule) in sums {
        if let (Some(found), Some(expected)) = (amount_of(settled, element), expected)
            && found != expected
        {
            place.report(
                findings,
                rule,
                deep(settled, &[element]),
                words(
                    found,
                    expected,
                    format!("{element} wynosi {found}, a kwoty dają {expected}; przelicz."),
                    format!("{element} is {found}, and the amounts give {expected}; recompute."),
                ),
            );
        }
    }
    let to_pay = amount_of(settled, "DoZaplaty");
    if let (Some(to_pay), Some(gross), Some(charges), Some(deductions)) = (to_pay, gross, charges, deductions)
    {
        let expected = gross.plus(charges).minus(deductions);
        if to_pay != expected {
            place.report(findings, &catalogue::AMOUNT_TO_PAY, deep(settled, &["DoZaplaty"]), words(
                to_pay, expected,
                format!("DoZaplaty wynosi {to_pay}, a z {gross_element} i rozliczeń wynika {expected}; przelicz."),
                format!("DoZaplaty is {to_pay}, and {gross_element} with the settlement gives {expected}; recompute."),
            ));
        }
    }
    to_pay
}

/// `FormaPlatnosci` of FA: a transfer.
const TRANSFER: &str = "6";
const PART_MARK: &str = "ZnacznikZaplatyCzesciowej";
/// [`PART_MARK`]: paid in full, in several parts.
const PAID_IN_PARTS: &str = "2";
/// `Rola`: factor.
const ROLE_FACTOR: u8 = 1;
