//! Who the parties are: check digits, and whether the invoice will reach them.

use ksef_id::Nip;
use rust_decimal::Decimal;

use super::{Step, Subject, Words, sum};
use crate::catalogue;
use crate::report::Findings;
use crate::view::{PartyIdentifier, ThirdParty};

pub(super) fn check(subject: &Subject<'_, '_, '_>, findings: &mut Findings) {
    let invoice = subject.invoice;
    check_digit(subject, ("Podmiot1", 0), &invoice.seller.identifier, findings);
    check_digit(subject, ("Podmiot2", 0), &invoice.buyer.identifier, findings);
    for (index, third) in invoice.third_parties.iter().enumerate() {
        check_digit(subject, ("Podmiot3", index), &third.party.identifier, findings);
    }
    if let Some(authorized) = &invoice.authorized {
        check_digit(subject, ("PodmiotUpowazniony", 0), &authorized.party.identifier, findings);
    }
    check_roles(subject, findings);
    check_buyer(subject, findings);
    check_shares(subject, findings);
}

fn check_digit(
    subject: &Subject<'_, '_, '_>,
    party: Step,
    identifier: &PartyIdentifier,
    findings: &mut Findings,
) {
    let (rule, element, text) = match identifier {
        PartyIdentifier::Nip(nip) => (&catalogue::NIP_CHECK_DIGIT, "NIP", nip),
        PartyIdentifier::InternalId(id) => (&catalogue::INTERNAL_ID_CHECK_DIGIT, "IDWew", id),
        _ => return,
    };
    let nip = text.get(..10).and_then(|nip| Nip::parse(nip).ok());
    if nip.is_some_and(|nip| !nip.has_valid_check_digit()) {
        subject.report(findings, rule, &[party, ("DaneIdentyfikacyjne", 0), (element, 0)], Words {
            found: text.clone(),
            allowed: String::new(),
            pl: format!("NIP w {text} ma złą cyfrę kontrolną; sprawdź, czy nie ma literówki. Produkcja odrzuci fakturę."),
            en: format!("The NIP in {text} has a wrong check digit; look for a typing error. Production will refuse it."),
        });
    }
}

fn check_roles(subject: &Subject<'_, '_, '_>, findings: &mut Findings) {
    let invoice = subject.invoice;
    let flags = [
        (&catalogue::UNIT_NOT_NAMED, "JST", ROLE_UNIT, invoice.buyer.is_local_government_unit),
        (&catalogue::GROUP_MEMBER_NOT_NAMED, "GV", ROLE_GROUP_MEMBER, invoice.buyer.is_vat_group_member),
    ];
    for (rule, flag, role, is_set) in flags {
        let reachable = |third: &ThirdParty| {
            third.role == Some(role)
                && matches!(third.party.identifier, PartyIdentifier::Nip(_) | PartyIdentifier::InternalId(_))
        };
        if is_set && !invoice.third_parties.iter().any(reachable) {
            subject.report(findings, rule, &[("Podmiot2", 0), (flag, 0)], Words {
                found: "1".to_owned(),
                allowed: format!("Podmiot3, Rola {role}, NIP | IDWew"),
                pl: format!("{flag} = 1, a nie ma Podmiot3 z rolą {role} oraz NIP lub IDWew; dodaj go, by mógł zobaczyć fakturę."),
                en: format!("{flag} = 1, but there is no Podmiot3 with role {role} and a NIP or IDWew; add it so that it can see the invoice."),
            });
        }
        for (index, _) in
            invoice.third_parties.iter().enumerate().filter(|(_, third)| third.role == Some(role))
        {
            if !is_set {
                subject.report(findings, &catalogue::ROLE_WITHOUT_FLAG, &[("Podmiot3", index), ("Rola", 0)], Words {
                    found: role.to_string(),
                    allowed: format!("{flag} = 1"),
                    pl: format!("Podmiot trzeci ma rolę {role}, a przy nabywcy {flag} nie jest równe 1; uzgodnij je."),
                    en: format!("A third party has role {role}, but the buyer's {flag} is not 1; make them agree."),
                });
            }
        }
    }
}

fn check_buyer(subject: &Subject<'_, '_, '_>, findings: &mut Findings) {
    let place = |element| [("Podmiot2", 0), ("DaneIdentyfikacyjne", 0), (element, 0)];
    match &subject.invoice.buyer.identifier {
        PartyIdentifier::Other { country, number } => {
            let digits: String = number.chars().filter(|c| !matches!(c, '-' | ' ')).collect();
            let nip = Nip::parse(digits.strip_prefix("PL").unwrap_or(&digits)).ok();
            let is_polish = country.as_deref().is_none_or(|country| country == "PL");
            if let Some(nip) = nip.filter(|nip| is_polish && nip.has_valid_check_digit()) {
                subject.report(findings, &catalogue::BUYER_NIP_MISPLACED, &place("NrID"), Words {
                    found: number.clone(),
                    allowed: format!("<NIP>{nip}</NIP>"),
                    pl: format!("{number} wygląda na polski NIP w polu NrID; przenieś go do pola NIP, inaczej nabywca nie zobaczy faktury."),
                    en: format!("{number} looks like a Polish NIP in NrID; move it to NIP, or the buyer will not see the invoice."),
                });
            }
        }
        PartyIdentifier::VatUe { country, number } if country == "PL" => {
            subject.report(findings, &catalogue::BUYER_EU_NUMBER_OF_POLAND, &place("KodUE"), Words {
                found: format!("PL {number}"),
                allowed: "<NIP>".to_owned(),
                pl: "Nabywca z Polski jest oznaczony numerem VAT UE; użyj pola NIP, inaczej nabywca nie zobaczy faktury.".to_owned(),
                en: "A Polish buyer is identified by an EU VAT number; use NIP, or the buyer will not see the invoice.".to_owned(),
            });
        }
        _ => {}
    }
}

fn check_shares(subject: &Subject<'_, '_, '_>, findings: &mut Findings) {
    let thirds = &subject.invoice.third_parties;
    let Some(total) = sum(thirds.iter().filter_map(|third| third.share)) else { return };
    if total >= Decimal::ONE_HUNDRED {
        let last = thirds.iter().rposition(|third| third.share.is_some()).unwrap_or(0);
        subject.report(findings, &catalogue::SHARES, &[("Podmiot3", last), ("Udzial", 0)], Words {
            found: total.to_string(),
            allowed: "< 100".to_owned(),
            pl: format!("Udziały dodatkowych nabywców dają razem {total}%; nabywcy z Podmiot2 nic nie zostaje."),
            en: format!("The additional buyers' shares sum to {total}%; nothing is left for the buyer in Podmiot2."),
        });
    }
}

/// `Rola`: local government, recipient.
const ROLE_UNIT: u8 = 8;
/// `Rola`: VAT group, recipient.
const ROLE_GROUP_MEMBER: u8 = 10;
