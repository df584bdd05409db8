//! Who the parties are: check digits, and whether the invoice will reach them.

use ksef_id::Nip;

use super::facts::{PartyFacts, ThirdFacts};
use super::number::Number;
use super::{Place, Subject, deep, eu_number, words};
use crate::catalogue;
use crate::report::Findings;
use crate::xml::Cursor;

pub(super) fn check(subject: &Subject<'_, '_, '_>, findings: &mut Findings) {
    let facts = subject.facts;
    numbers(subject, &facts.seller, || subject.at(&["Podmiot1"]), findings);
    numbers(subject, &facts.buyer, || subject.at(&["Podmiot2"]), findings);
    for third in &facts.thirds {
        numbers(subject, &third.party, || third.at, findings);
    }
    if let Some(authorized) = &facts.authorized {
        numbers(subject, authorized, || subject.at(&["PodmiotUpowazniony"]), findings);
    }
    roles(subject, findings);
    buyer(subject, findings);
    shares(subject, findings);
    if let (Some(seller), Some(buyer)) = (facts.seller.nip, facts.buyer.nip)
        && seller == buyer
    {
        subject.report(
            findings,
            &catalogue::SELLER_IS_BUYER,
            subject.buyer_at("NIP"),
            words(
                buyer,
                "",
                format!("Sprzedawca i nabywca mają ten sam NIP {buyer}; sprawdź dane nabywcy."),
                format!("Seller and buyer have the same NIP {buyer}; check the buyer."),
            ),
        );
    }
}

impl<'d, 'a> Subject<'_, 'd, 'a> {
    fn buyer_at(&self, element: &str) -> Cursor<'d, 'a> {
        self.at(&["Podmiot2", "DaneIdentyfikacyjne", element])
    }
}

/// Check digits and shapes of a party's numbers, for every form of the FA family.
pub(super) fn numbers<'d, 'a>(
    place: &Place<'d, 'a>,
    party: &PartyFacts<'_>,
    at: impl Fn() -> Cursor<'d, 'a>,
    findings: &mut Findings,
) {
    if let Some(nip) = party.nip.filter(|nip| is_wrong_nip(nip)) {
        place.report(findings, &catalogue::NIP_CHECK_DIGIT, deep(at(), &["DaneIdentyfikacyjne", "NIP"]), words(
            nip, "",
            format!("NIP {nip} ma złą cyfrę kontrolną; sprawdź, czy nie ma literówki. Produkcja odrzuci fakturę."),
            format!("The NIP {nip} has a wrong check digit; look for a typing error. Production will refuse the invoice."),
        ));
    }
    if let Some(id) = party.internal_id.filter(|id| id.get(..10).is_some_and(is_wrong_nip)) {
        place.report(findings, &catalogue::INTERNAL_ID_CHECK_DIGIT, deep(at(), &["DaneIdentyfikacyjne", "IDWew"]), words(
            id, "",
            format!("NIP w identyfikatorze {id} ma złą cyfrę kontrolną; sprawdź, czy nie ma literówki. Produkcja odrzuci fakturę."),
            format!("The NIP within {id} has a wrong check digit; look for a typing error. Production will refuse the invoice."),
        ));
    }
    if let Some(number) = party.eu_number
        && party.eu_country != "PL"
        && eu_number::has_shape(party.eu_country, number) == Some(false)
    {
        let country = party.eu_country;
        place.report(findings, &catalogue::EU_NUMBER_SHAPE, deep(at(), &["DaneIdentyfikacyjne", "NrVatUE"]), words(
            number, country,
            format!("{number} nie ma budowy numeru VAT kraju {country}; wpisz numer bez kodu kraju i sprawdź znaki."),
            format!("{number} is not shaped as a VAT number of {country}; give it without the country code and check it."),
        ));
    }
    if let Some(pesel) = party.other.filter(|other| is_wrong_pesel(other))
        && party.country.is_none_or(|country| country == "PL")
    {
        place.report(
            findings,
            &catalogue::PESEL_CHECK_DIGIT,
            deep(at(), &["DaneIdentyfikacyjne", "NrID"]),
            words(
                pesel,
                "",
                format!(
                    "{pesel} wygląda na PESEL, ale ma złą cyfrę kontrolną; sprawdź, czy nie ma literówki."
                ),
                format!("{pesel} looks like a PESEL and has a wrong check digit; look for a typing error."),
            ),
        );
    }
}

/// Whether a text is shaped as a NIP and its check digit is wrong.
pub(super) fn is_wrong_nip(text: &str) -> bool {
    Nip::parse(text).is_ok_and(|nip| !nip.has_valid_check_digit())
}

/// Whether a text is eleven digits whose last is not the check digit of a PESEL.
fn is_wrong_pesel(text: &str) -> bool {
    const WEIGHTS: [u32; 10] = [1, 3, 7, 9, 1, 3, 7, 9, 1, 3];
    let Ok(digits) = <&[u8; 11]>::try_from(text.as_bytes()) else { return false };
    if !digits.iter().all(u8::is_ascii_digit) {
        return false;
    }
    let sum: u32 = WEIGHTS.iter().zip(digits).map(|(weight, digit)| weight * u32::from(digit - b'0')).sum();
    (10 - sum % 10) % 10 != u32::from(digits[10] - b'0')
}

fn roles(subject: &Subject<'_, '_, '_>, findings: &mut Findings) {
    let facts = subject.facts;
    let flags = [
        (&catalogue::UNIT_NOT_NAMED, "JST", ROLE_UNIT, facts.is_local_government_unit),
        (&catalogue::GROUP_MEMBER_NOT_NAMED, "GV", ROLE_GROUP_MEMBER, facts.is_vat_group_member),
    ];
    for (rule, flag, role, is_set) in flags {
        let reachable = |third: &ThirdFacts<'_, '_>| {
            third.role == role && (third.party.nip.is_some() || third.party.internal_id.is_some())
        };
        if is_set && !facts.thirds.iter().any(reachable) {
            subject.report(findings, rule, subject.at(&["Podmiot2", flag]), words(
                "1", format!("Podmiot3, Rola {role}, NIP | IDWew"),
                format!("{flag} = 1, a nie ma Podmiot3 z rolą {role} oraz NIP lub IDWew; dodaj go, by mógł zobaczyć fakturę."),
                format!("{flag} = 1, but there is no Podmiot3 with role {role} and a NIP or IDWew; add it so that it can see the invoice."),
            ));
        }
        // FA(2) has the roles and not yet the flags.
        let has_flags = subject.form == crate::Form::Fa3;
        for third in facts.thirds.iter().filter(|third| third.role == role) {
            if has_flags && !is_set {
                subject.report(findings, &catalogue::ROLE_WITHOUT_FLAG, deep(third.at, &["Rola"]), words(
                    role, format!("{flag} = 1"),
                    format!("Podmiot trzeci ma rolę {role}, a przy nabywcy {flag} nie jest równe 1; uzgodnij je."),
                    format!("A third party has role {role}, but the buyer's {flag} is not 1; make them agree."),
                ));
            }
        }
    }
    for third in &facts.thirds {
        if third.role == ROLE_GROUP_MEMBER && third.party.nip.is_some() && third.party.nip == facts.buyer.nip
        {
            let nip = third.party.nip.unwrap_or_default();
            let at = deep(third.at, &["DaneIdentyfikacyjne", "NIP"]);
            subject.report(findings, &catalogue::GROUP_MEMBER_IS_BUYER, at, words(
                nip, "",
                format!("Członek grupy VAT ma ten sam NIP {nip} co grupa w Podmiot2; podaj NIP lub IDWew członka."),
                format!("The member of the VAT group has the same NIP {nip} as the group in Podmiot2; give the member's."),
            ));
        }
        if third.role == ROLE_ISSUER && facts.notes.self_billing {
            subject.report(findings, &catalogue::ISSUER_IN_SELF_BILLING, deep(third.at, &["Rola"]), words(
                ROLE_ISSUER, "",
                "Przy samofakturowaniu wystawcą jest nabywca, więc rola 5 (wystawca) nie pasuje; usuń ją albo ustaw P_17 = 2.".to_owned(),
                "In self-billing the buyer is the issuer, so role 5 (issuer) does not fit; remove it or set P_17 = 2.".to_owned(),
            ));
        }
        if third.share.is_some() && third.role != ROLE_ADDITIONAL_BUYER {
            subject.report(findings, &catalogue::SHARE_OF_NO_BUYER, deep(third.at, &["Udzial"]), words(
                third.role, ROLE_ADDITIONAL_BUYER,
                format!("Udzial ma podmiot o roli {}, a dotyczy tylko dodatkowego nabywcy (rola 4); usuń go albo popraw rolę.", third.role),
                format!("A party of role {} has Udzial, which is for an additional buyer (role 4) only; remove it or correct the role.", third.role),
            ));
        }
    }
}

fn buyer(subject: &Subject<'_, '_, '_>, findings: &mut Findings) {
    let buyer = &subject.facts.buyer;
    if let Some(number) = buyer.other {
        let digits: String = number.chars().filter(|c| !matches!(c, '-' | ' ')).collect();
        let nip = Nip::parse(digits.strip_prefix("PL").unwrap_or(&digits)).ok();
        let is_polish = buyer.country.is_none_or(|country| country == "PL");
        if let Some(nip) = nip.filter(|nip| is_polish && nip.has_valid_check_digit()) {
            subject.report(findings, &catalogue::BUYER_NIP_MISPLACED, subject.buyer_at("NrID"), words(
                number, format!("<NIP>{nip}</NIP>"),
                format!("{number} wygląda na polski NIP w polu NrID; przenieś go do pola NIP, inaczej nabywca nie zobaczy faktury."),
                format!("{number} looks like a Polish NIP in NrID; move it to NIP, or the buyer will not see the invoice."),
            ));
        }
    }
    if buyer.eu_number.is_some() && buyer.eu_country == "PL" {
        subject.report(findings, &catalogue::BUYER_EU_NUMBER_OF_POLAND, subject.buyer_at("KodUE"), words(
            format!("PL {}", buyer.eu_number.unwrap_or_default()), "<NIP>",
            "Nabywca z Polski jest oznaczony numerem VAT UE; użyj pola NIP, inaczej nabywca nie zobaczy faktury.".to_owned(),
            "A Polish buyer is identified by an EU VAT number; use NIP, or the buyer will not see the invoice.".to_owned(),
        ));
    }
    if buyer.has_none && is_company(buyer.name) {
        subject.report(findings, &catalogue::COMPANY_WITHOUT_IDENTIFIER, subject.buyer_at("BrakID"), words(
            buyer.name, "NIP",
            format!("Nabywca {} wygląda na firmę, a nie ma identyfikatora; podaj NIP, inaczej nabywca nie zobaczy faktury.", buyer.name),
            format!("The buyer {} looks like a company and has no identifier; give its NIP, or it will not see the invoice.", buyer.name),
        ));
    }
}

/// Whether a name carries the legal form of a Polish company.
fn is_company(name: &str) -> bool {
    let name: String = name.to_lowercase().chars().filter(|c| !c.is_whitespace()).collect();
    name.ends_with("s.a.")
        || ["sp.zo.o", "sp.j", "sp.k", "s.k.a", "spółka", "p.s.a"].iter().any(|form| name.contains(form))
}

fn shares(subject: &Subject<'_, '_, '_>, findings: &mut Findings) {
    let thirds = &subject.facts.thirds;
    let shares = thirds.iter().filter_map(|third| third.share);
    // Shares have six places; a millionth of a per cent as the unit makes the sum exact.
    let millionths = |share: Number| share.times(MILLION).map(|share| share.0 / 100);
    let Some(total) = shares.map(millionths).try_fold(0_i64, |sum, share| Some(sum.saturating_add(share?)))
    else {
        return;
    };
    if total >= 100_000_000 {
        let Some(last) = thirds.iter().rfind(|third| third.share.is_some()) else { return };
        let percent = format!("{}%", total / 1_000_000);
        subject.report(findings, &catalogue::SHARES, deep(last.at, &["Udzial"]), words(
            &percent, "< 100%",
            format!("Udziały dodatkowych nabywców dają razem {percent}; nabywcy z Podmiot2 nic nie zostaje."),
            format!("The additional buyers' shares sum to {percent}; nothing is left for the buyer in Podmiot2."),
        ));
    }
}

/// `Rola`: additional buyer.
const ROLE_ADDITIONAL_BUYER: u8 = 4;
/// `Rola`: issuer in the taxpayer's name.
const ROLE_ISSUER: u8 = 5;
/// `Rola`: local government, recipient.
const ROLE_UNIT: u8 = 8;
/// `Rola`: VAT group, recipient.
const ROLE_GROUP_MEMBER: u8 = 10;
const MILLION: Number = Number::whole(1_000_000);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn check_digits() {
        assert!(is_wrong_nip("5265877636") && !is_wrong_nip("5265877635") && !is_wrong_nip("52658"));
        assert!(
            is_wrong_pesel("44051401358") && !is_wrong_pesel("44051401359") && !is_wrong_pesel("4405140145")
        );
    }

    #[test]
    fn company_names() {
        assert!(
            is_company("Wzór Sp. z o.o.") && is_company("ABC S.A.") && is_company("Spółka komandytowa X")
        );
        assert!(!is_company("Osoba Prywatna") && !is_company("Klient detaliczny"));
    }
}
