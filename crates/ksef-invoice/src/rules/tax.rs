//! Annotations against the rates used, and what special rates need of the parties.

use super::lines::Tally;
use super::number::Grosze;
use super::{Subject, words};
use crate::catalogue;
use crate::report::Findings;
use crate::view::{InvoiceKind, RateGroup};

pub(super) fn check(subject: &Subject<'_, '_, '_>, tally: &Tally<'_, '_>, findings: &mut Findings) {
    exemption(subject, tally, findings);
    reverse_charge(subject, tally, findings);
    margin(subject, findings);
    split_payment(subject, tally, findings);
    across_borders(subject, findings);
    simplified(subject, findings);
}

fn exemption(subject: &Subject<'_, '_, '_>, tally: &Tally<'_, '_>, findings: &mut Findings) {
    let (is_stated, is_used) = (subject.facts.notes.exempt, tally.uses(subject, RateGroup::Exempt));
    let at = |element| subject.at(&["Fa", "Adnotacje", "Zwolnienie", element]);
    if is_used && !is_stated {
        subject.report(
            findings,
            &catalogue::EXEMPTION_WITHOUT_BASIS,
            at("P_19N"),
            words(
                "zw",
                "P_19 = 1",
                "Faktura ma sprzedaż zwolnioną, a nie podaje podstawy; wpisz P_19 = 1 i przepis.".to_owned(),
                "The invoice has an exempt supply and names no basis; give P_19 = 1 and the provision."
                    .to_owned(),
            ),
        );
    }
    if is_stated && !is_used && !subject.facts.is_correction() {
        subject.report(findings, &catalogue::EXEMPTION_WITHOUT_SUPPLY, at("P_19"), words(
            "P_19 = 1", "P_19N = 1",
            "Faktura podaje podstawę zwolnienia, a nic na niej nie jest zwolnione; popraw stawki albo wpisz P_19N.".to_owned(),
            "The invoice names a basis of exemption, and nothing on it is exempt; correct the rates or give P_19N.".to_owned(),
        ));
    }
}

fn reverse_charge(subject: &Subject<'_, '_, '_>, tally: &Tally<'_, '_>, findings: &mut Findings) {
    let facts = subject.facts;
    let uses = |group| tally.uses(subject, group);
    let at = || subject.at(&["Fa", "Adnotacje", "P_18"]);
    if !facts.notes.reverse_charge {
        let groups = [(RateGroup::ReverseCharge, "oo"), (RateGroup::NotTaxableServices, "np II")];
        if let Some((_, rate)) = groups.into_iter().find(|(group, _)| uses(*group)) {
            subject.report(
                findings,
                &catalogue::REVERSE_CHARGE_NOT_SAID,
                at(),
                words(
                    rate,
                    "P_18 = 1",
                    format!("Faktura ma sprzedaż {rate}, którą rozlicza nabywca, a P_18 nie jest równe 1."),
                    format!(
                        "The invoice has a supply {rate}, which the buyer accounts for, but P_18 is not 1."
                    ),
                ),
            );
        }
        return;
    }
    let groups = [RateGroup::ReverseCharge, RateGroup::NotTaxable, RateGroup::NotTaxableServices];
    // Lines without a rate may be the supply that is meant (art. 106e (4) 3).
    if !facts.is_correction() && tally.unrated == 0 && facts.line_count > 0 && !groups.into_iter().any(uses) {
        subject.report(findings, &catalogue::REVERSE_CHARGE_WITHOUT_SUPPLY, at(), words(
            "P_18 = 1", "oo, np I, np II",
            "P_18 = 1, a nic na fakturze nie jest rozliczane przez nabywcę; popraw stawki albo wpisz P_18 = 2.".to_owned(),
            "P_18 = 1, but nothing on the invoice is accounted for by the buyer; correct the rates or set P_18 = 2.".to_owned(),
        ));
    }
}

fn margin(subject: &Subject<'_, '_, '_>, findings: &mut Findings) {
    let facts = subject.facts;
    let (is_said, is_used) = (facts.notes.margin, facts.has(RateGroup::Margin));
    if is_said && !is_used && !facts.is_correction() {
        subject.report(
            findings,
            &catalogue::MARGIN_WITHOUT_TOTAL,
            subject.at(&["Fa", "Adnotacje", "PMarzy", "P_PMarzy"]),
            words(
                "P_PMarzy = 1",
                "P_13_11",
                "Zaznaczono procedurę marży, a nie ma kwoty P_13_11; dodaj ją albo wpisz P_PMarzyN."
                    .to_owned(),
                "The margin procedure is marked, and there is no amount P_13_11; add it or give P_PMarzyN."
                    .to_owned(),
            ),
        );
    }
    if is_used && !is_said {
        subject.report(findings, &catalogue::MARGIN_NOT_SAID, subject.at(&["Fa", "P_13_11"]), words(
            "P_13_11", "P_PMarzy = 1",
            "Faktura ma sprzedaż w procedurze marży, a jej nie zaznacza; wpisz P_PMarzy = 1 i rodzaj procedury.".to_owned(),
            "The invoice has a supply under the margin procedure and does not mark it; give P_PMarzy = 1 and which one.".to_owned(),
        ));
    }
}

fn split_payment(subject: &Subject<'_, '_, '_>, tally: &Tally<'_, '_>, findings: &mut Findings) {
    let facts = subject.facts;
    let at = || subject.at(&["Fa", "Adnotacje", "P_18A"]);
    let accounts = ["RachunekBankowy", "RachunekBankowyFaktora"];
    let has_account =
        facts.payment.is_some_and(|payment| accounts.into_iter().any(|name| payment.child(name).is_some()));
    if facts.notes.split_payment && !has_account && !facts.is_correction() {
        subject.report(findings, &catalogue::SPLIT_PAYMENT_WITHOUT_ACCOUNT, at(), words(
            "P_18A = 1", "RachunekBankowy",
            "Podzieloną płatność robi się przelewem, a faktura nie podaje rachunku; dodaj RachunekBankowy.".to_owned(),
            "A split payment is made by transfer, and the invoice gives no account; add RachunekBankowy.".to_owned(),
        ));
    }
    let is_due = facts.is_kind(&[InvoiceKind::Vat, InvoiceKind::Zal, InvoiceKind::Roz])
        && facts.currency == "PLN"
        && facts.buyer.nip.is_some()
        && facts.gross.is_some_and(|gross| gross > SPLIT_PAYMENT_FROM);
    if let Some(line) = tally.annex_15.filter(|_| is_due && !facts.notes.split_payment) {
        let gross = facts.gross.unwrap_or_default();
        subject.report(findings, &catalogue::SPLIT_PAYMENT_NOT_SAID, at(), words(
            gross, "P_18A = 1",
            format!("Faktura na {gross} zł ma towar lub usługę z załącznika 15 ({}), a P_18A nie jest równe 1; jeśli nabywca jest podatnikiem, wpisz 1.", line.path()),
            format!("An invoice of {gross} PLN has goods or services of annex 15 ({}), but P_18A is not 1; if the buyer is a taxpayer, set 1.", line.path()),
        ));
    }
}

/// Supplies within the EU, exports, services of art. 100, triangular transactions, new means of transport.
fn across_borders(subject: &Subject<'_, '_, '_>, findings: &mut Findings) {
    let facts = subject.facts;
    let has_eu_number = facts.buyer.eu_number.is_some();
    let buyer_at = || subject.at(&["Podmiot2", "DaneIdentyfikacyjne"]);
    let is_wdt = facts.has(RateGroup::ZeroIntraEu);
    // A new means of transport may be sold to anybody, and by anybody (art. 13 (2) 3).
    let needs_numbers = is_wdt && !facts.notes.new_transport;
    if let Some(nip) = facts.buyer.nip
        && (is_wdt || facts.has(RateGroup::ZeroExport))
    {
        let element = if is_wdt { "P_13_6_2" } else { "P_13_6_3" };
        subject.report(findings, &catalogue::ZERO_RATE_FOR_POLISH_BUYER, subject.at(&["Podmiot2", "DaneIdentyfikacyjne", "NIP"]), words(
            nip, "NrVatUE, NrID",
            format!("Nabywca ma polski NIP, a faktura wykazuje WDT lub eksport ({element}); podaj zagraniczny identyfikator albo popraw stawkę."),
            format!("The buyer has a Polish NIP, and the invoice shows a supply abroad at 0% ({element}); give its foreign number or correct the rate."),
        ));
    } else if needs_numbers && !has_eu_number {
        subject.report(findings, &catalogue::WDT_WITHOUT_EU_NUMBER, buyer_at(), words(
            "0 WDT", "KodUE, NrVatUE",
            "Faktura wykazuje WDT, a nie podaje numeru VAT UE nabywcy; dodaj KodUE i NrVatUE.".to_owned(),
            "The invoice shows a supply within the EU and not the buyer's EU VAT number; give KodUE and NrVatUE.".to_owned(),
        ));
    }
    if needs_numbers && !facts.has_seller_prefix {
        subject.report(findings, &catalogue::WDT_WITHOUT_PREFIX, subject.at(&["Podmiot1"]), words(
            "0 WDT", "PrefiksPodatnika",
            "Faktura wykazuje WDT, a sprzedawca nie ma prefiksu VAT UE; dodaj PrefiksPodatnika.".to_owned(),
            "The invoice shows a supply within the EU and the seller has no EU VAT prefix; add PrefiksPodatnika.".to_owned(),
        ));
    }
    if facts.has(RateGroup::NotTaxableServices) && !has_eu_number {
        subject.report(findings, &catalogue::SERVICES_WITHOUT_EU_NUMBER, buyer_at(), words(
            "P_13_9", "KodUE, NrVatUE",
            "P_13_9 to usługi dla podatników z UE, a numeru VAT UE nabywcy nie ma; dodaj go albo użyj P_13_8.".to_owned(),
            "P_13_9 is services to taxpayers of the EU, and the buyer's EU VAT number is missing; give it or use P_13_8.".to_owned(),
        ));
    }
    if facts.notes.triangular && !(has_eu_number && facts.has_seller_prefix) {
        subject.report(findings, &catalogue::TRIANGULAR_WITHOUT_NUMBERS, subject.at(&["Fa", "Adnotacje", "P_23"]), words(
            "P_23 = 1", "PrefiksPodatnika; KodUE, NrVatUE",
            "W procedurze trójstronnej potrzebny jest prefiks VAT UE sprzedawcy i numer VAT UE nabywcy; dodaj brakujące.".to_owned(),
            "A triangular transaction needs the seller's EU VAT prefix and the buyer's EU VAT number; add what is missing.".to_owned(),
        ));
    }
    if facts.notes.new_transport && !is_wdt && !facts.is_correction() {
        subject.report(findings, &catalogue::NEW_TRANSPORT_WITHOUT_WDT, subject.at(&["Fa", "Adnotacje", "NoweSrodkiTransportu", "P_22"]), words(
            "P_22 = 1", "P_13_6_2",
            "P_22 = 1 oznacza WDT nowych środków transportu, a kwoty P_13_6_2 nie ma; dodaj ją albo wpisz P_22N.".to_owned(),
            "P_22 = 1 marks a supply of new means of transport within the EU, and there is no P_13_6_2; add it or give P_22N.".to_owned(),
        ));
    }
}

/// UPR, the simplified invoice of art. 106e (5) 3.
fn simplified(subject: &Subject<'_, '_, '_>, findings: &mut Findings) {
    let facts = subject.facts;
    if !facts.is_kind(&[InvoiceKind::Upr]) {
        return;
    }
    let limit = match facts.currency {
        "PLN" => Some(SIMPLIFIED_MAX_PLN),
        "EUR" => Some(SIMPLIFIED_MAX_EUR),
        _ => None,
    };
    if let Some((gross, limit)) = facts.gross.zip(limit).filter(|(gross, limit)| gross > limit) {
        let currency = facts.currency;
        subject.report(findings, &catalogue::SIMPLIFIED_TOO_HIGH, subject.at(&["Fa", "P_15"]), words(
            gross, format!("≤ {limit}"),
            format!("Faktura uproszczona jest na {gross} {currency}, a może być najwyżej na {limit}; wystaw fakturę VAT."),
            format!("A simplified invoice of {gross} {currency} may be for {limit} at most; issue one of kind VAT."),
        ));
    }
    if facts.buyer.nip.is_none() {
        subject.report(
            findings,
            &catalogue::SIMPLIFIED_WITHOUT_NIP,
            subject.at(&["Podmiot2", "DaneIdentyfikacyjne"]),
            words(
                "UPR",
                "NIP",
                "Faktura uproszczona musi zawierać NIP nabywcy; dodaj go albo wystaw fakturę VAT.".to_owned(),
                "A simplified invoice must have the buyer's NIP; give it or issue one of kind VAT."
                    .to_owned(),
            ),
        );
    }
}

/// Above this amount in złoty annex 15 makes split payment compulsory.
const SPLIT_PAYMENT_FROM: Grosze = Grosze(1_500_000);
const SIMPLIFIED_MAX_PLN: Grosze = Grosze(45_000);
const SIMPLIFIED_MAX_EUR: Grosze = Grosze(10_000);
