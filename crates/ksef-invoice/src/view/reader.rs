//! From a recorded FA(2) or FA(3) document to the view.

use std::cell::RefCell;

use super::fields::Fields;
use super::*;
use crate::xml::Cursor;

/// Reads the view of an FA document; never fails, whatever is missing.
pub(super) fn invoice(form: Form, root: Cursor<'_, '_>) -> Invoice {
    let unreadable = RefCell::new(Vec::new());
    let document = Fields::new(Some(root), &unreadable);
    let header = document.group("Naglowek");
    let fa = document.group("Fa");
    let footer = document.group("Stopka");
    let attachment = document.group("Zalacznik");
    let mut invoice = Invoice {
        form,
        created_at: header.text("DataWytworzeniaFa"),
        system: header.text("SystemInfo"),
        seller: party(document.group("Podmiot1")),
        buyer: party(document.group("Podmiot2")),
        third_parties: document.list("Podmiot3").into_iter().map(third_party).collect(),
        authorized: document
            .optional("PodmiotUpowazniony")
            .map(|fields| AuthorizedParty { party: party(fields), role: fields.small("RolaPU") }),
        currency: fa.string("KodWaluty"),
        issue_date: fa.date("P_1"),
        issue_place: fa.text("P_1M"),
        number: fa.string("P_2"),
        warehouse_documents: fa.strings("WZ"),
        sale_date: fa.date("P_6"),
        period: fa
            .optional("OkresFa")
            .map(|period| Period { from: period.date("P_6_Od"), to: period.date("P_6_Do") }),
        totals: RateGroup::ALL.into_iter().filter_map(|group| rate_total(fa, group)).collect(),
        net: None,
        gross: fa.decimal("P_15"),
        advance_exchange_rate: fa.decimal("KursWalutyZ"),
        annotations: annotations(fa.group("Adnotacje")),
        kind: fa.text("RodzajFaktury").and_then(|code| fa_kind(&code)),
        correction: correction(fa),
        advance_payments: fa.list("ZaliczkaCzesciowa").into_iter().map(advance_payment).collect(),
        is_to_receipt: fa.flag("FP"),
        has_related_parties: fa.flag("TP"),
        descriptions: fa.list("DodatkowyOpis").into_iter().map(description).collect(),
        advance_invoices: fa.list("FakturaZaliczkowa").into_iter().map(advance_reference).collect(),
        is_excise_refund: fa.flag("ZwrotAkcyzy"),
        lines: fa.list("FaWiersz").into_iter().map(line).collect(),
        settlement: fa.optional("Rozliczenie").map(settlement),
        payment: fa.optional("Platnosc").map(payment),
        terms: fa.optional("WarunkiTransakcji").map(terms),
        order: fa.optional("Zamowienie").map(|order| Order {
            gross: order.decimal("WartoscZamowienia"),
            lines: order.list("ZamowienieWiersz").into_iter().map(order_line).collect(),
        }),
        footers: footer
            .list("Informacje")
            .into_iter()
            .flat_map(|information| information.list("StopkaFaktury"))
            .map(|text| text.own_lines())
            .collect(),
        registers: footer.list("Rejestry").into_iter().map(register).collect(),
        attachment: attachment.list("BlokDanych").into_iter().map(attachment_block).collect(),
        has_attachment: attachment.is_present(),
        flat_rate: None,
        peppol: None,
        unreadable: Vec::new(),
    };
    if invoice.kind.is_none()
        && let Some(code) = fa.text("RodzajFaktury")
    {
        let text = text::cut(&code, 200);
        unreadable.borrow_mut().push(Unreadable { path: "Faktura/Fa/RodzajFaktury".to_owned(), text });
    }
    invoice.unreadable = unreadable.into_inner();
    invoice
}

/// The kinds of FA_RR and PEF are none of FA's.
fn fa_kind(code: &str) -> Option<InvoiceKind> {
    InvoiceKind::from_code(code).filter(|kind| *kind <= InvoiceKind::KorRoz)
}

pub(super) fn party(fields: Fields<'_, '_, '_>) -> Party {
    let identity = fields.group("DaneIdentyfikacyjne");
    Party {
        identifier: identifier(identity),
        name: identity.text("Nazwa"),
        vat_prefix: fields.text("PrefiksPodatnika"),
        eori: fields.text("NrEORI"),
        address: fields.optional("Adres").map(address),
        correspondence_address: fields.optional("AdresKoresp").map(address),
        contacts: fields.list("DaneKontaktowe").into_iter().map(contact).collect(),
        status: fields.small("StatusInfoPodatnika"),
        customer_number: fields.text("NrKlienta"),
        buyer_key: fields.text("IDNabywcy"),
        is_local_government_unit: fields.flag("JST"),
        is_vat_group_member: fields.flag("GV"),
    }
}

fn identifier(identity: Fields<'_, '_, '_>) -> PartyIdentifier {
    if let Some(nip) = identity.text("NIP") {
        return PartyIdentifier::Nip(nip);
    }
    if let Some(id) = identity.text("IDWew") {
        return PartyIdentifier::InternalId(id);
    }
    if let Some(number) = identity.text("NrVatUE") {
        return PartyIdentifier::VatUe { country: identity.string("KodUE"), number };
    }
    match identity.text("NrID") {
        Some(number) => PartyIdentifier::Other { country: identity.text("KodKraju"), number },
        None => PartyIdentifier::None,
    }
}

fn address(fields: Fields<'_, '_, '_>) -> Address {
    Address {
        country: fields.string("KodKraju"),
        line1: fields.string("AdresL1"),
        line2: fields.text("AdresL2"),
        gln: fields.text("GLN"),
    }
}

fn contact(fields: Fields<'_, '_, '_>) -> Contact {
    Contact {
        email: fields.text("Email").or_else(|| fields.text("EmailPU")),
        phone: fields.text("Telefon").or_else(|| fields.text("TelefonPU")),
    }
}

pub(super) fn third_party(fields: Fields<'_, '_, '_>) -> ThirdParty {
    ThirdParty {
        party: party(fields),
        role: fields.small("Rola"),
        role_description: fields.text("OpisRoli"),
        share: fields.decimal("Udzial"),
    }
}

fn rate_total(fa: Fields<'_, '_, '_>, rate: RateGroup) -> Option<RateTotal> {
    let present = |element: Option<&str>| element.is_some_and(|element| fa.group(element).is_present());
    let elements = [Some(rate.net_element()), rate.tax_element(), rate.tax_pln_element()];
    elements.into_iter().any(present).then(|| RateTotal {
        rate,
        net: fa.decimal(rate.net_element()),
        tax: rate.tax_element().and_then(|element| fa.decimal(element)),
        tax_pln: rate.tax_pln_element().and_then(|element| fa.decimal(element)),
        ..RateTotal::default()
    })
}

fn annotations(fields: Fields<'_, '_, '_>) -> Annotations {
    let exemption = fields.group("Zwolnienie");
    let transport = fields.group("NoweSrodkiTransportu");
    let margin = fields.group("PMarzy");
    Annotations {
        is_cash_accounting: fields.flag("P_16"),
        is_self_billing: fields.flag("P_17"),
        is_reverse_charge: fields.flag("P_18"),
        is_split_payment: fields.flag("P_18A"),
        exemption: exemption.flag("P_19").then(|| Exemption {
            polish_law: exemption.text("P_19A"),
            directive: exemption.text("P_19B"),
            other: exemption.text("P_19C"),
        }),
        new_transport: transport.flag("P_22").then(|| NewTransport {
            has_notice_duty: transport.flag("P_42_5"),
            vehicles: transport.list("NowySrodekTransportu").into_iter().map(vehicle).collect(),
        }),
        is_triangular: fields.flag("P_23"),
        margin: margin.flag("P_PMarzy").then(|| margin_scheme(margin)),
    }
}

fn margin_scheme(fields: Fields<'_, '_, '_>) -> MarginScheme {
    [
        ("P_PMarzy_2", MarginScheme::TravelAgents),
        ("P_PMarzy_3_1", MarginScheme::SecondHandGoods),
        ("P_PMarzy_3_2", MarginScheme::WorksOfArt),
        ("P_PMarzy_3_3", MarginScheme::Antiques),
    ]
    .into_iter()
    .find(|(element, _)| fields.flag(element))
    .map_or(MarginScheme::Unspecified, |(_, scheme)| scheme)
}

fn vehicle(fields: Fields<'_, '_, '_>) -> Vehicle {
    let details =
        fields.all().into_iter().filter(|field| !matches!(field.name(), "P_22A" | "P_NrWierszaNST"));
    Vehicle {
        first_use: fields.date("P_22A"),
        line_number: fields.number("P_NrWierszaNST"),
        details: details.map(|field| (field.name().to_owned(), field.own_text())).collect(),
    }
}

pub(super) fn correction(fa: Fields<'_, '_, '_>) -> Option<Correction> {
    const ELEMENTS: [&str; 9] = [
        "PrzyczynaKorekty",
        "TypKorekty",
        "DaneFaKorygowanej",
        "OkresFaKorygowanej",
        "NrFaKorygowany",
        "Podmiot1K",
        "Podmiot2K",
        "P_15ZK",
        "KursWalutyZK",
    ];
    ELEMENTS.into_iter().any(|element| fa.group(element).is_present()).then(|| Correction {
        reason: fa.text("PrzyczynaKorekty"),
        effect: fa.small("TypKorekty"),
        corrected: fa.list("DaneFaKorygowanej").into_iter().map(corrected_invoice).collect(),
        period: fa.text("OkresFaKorygowanej"),
        right_number: fa.text("NrFaKorygowany"),
        seller_before: fa.optional("Podmiot1K").map(party),
        buyers_before: fa.list("Podmiot2K").into_iter().map(party).collect(),
        gross_before: fa.decimal("P_15ZK"),
        exchange_rate_before: fa.decimal("KursWalutyZK"),
    })
}

pub(super) fn corrected_invoice(fields: Fields<'_, '_, '_>) -> CorrectedInvoice {
    CorrectedInvoice {
        issue_date: fields.date("DataWystFaKorygowanej"),
        number: fields.string("NrFaKorygowanej"),
        ksef_number: fields.text("NrKSeFFaKorygowanej"),
        is_outside_ksef: fields.flag("NrKSeFN"),
    }
}

fn advance_payment(fields: Fields<'_, '_, '_>) -> AdvancePayment {
    AdvancePayment {
        date: fields.date("P_6Z"),
        amount: fields.decimal("P_15Z"),
        exchange_rate: fields.decimal("KursWalutyZW"),
    }
}

fn advance_reference(fields: Fields<'_, '_, '_>) -> AdvanceReference {
    AdvanceReference {
        number: fields.text("NrFaZaliczkowej"),
        ksef_number: fields.text("NrKSeFFaZaliczkowej"),
        is_outside_ksef: fields.flag("NrKSeFZN"),
    }
}

pub(super) fn description(fields: Fields<'_, '_, '_>) -> Description {
    Description {
        line_number: fields.number("NrWiersza"),
        key: fields.string("Klucz"),
        value: fields.string("Wartosc"),
    }
}

fn line(fields: Fields<'_, '_, '_>) -> Line {
    Line {
        number: fields.number("NrWierszaFa"),
        unique_id: fields.text("UU_ID"),
        sale_date: fields.date("P_6A"),
        name: fields.text("P_7"),
        index: fields.text("Indeks"),
        gtin: fields.text("GTIN"),
        pkwiu: fields.text("PKWiU"),
        cn: fields.text("CN"),
        pkob: fields.text("PKOB"),
        unit: fields.text("P_8A"),
        quantity: fields.decimal("P_8B"),
        net_price: fields.decimal("P_9A"),
        gross_price: fields.decimal("P_9B"),
        discount: fields.decimal("P_10"),
        net: fields.decimal("P_11"),
        gross: fields.decimal("P_11A"),
        tax: fields.decimal("P_11Vat"),
        rate: fields.text("P_12"),
        category: None,
        quality: None,
        description: None,
        oss_rate: fields.decimal("P_12_XII"),
        is_annex_15: fields.flag("P_12_Zal_15"),
        excise: fields.decimal("KwotaAkcyzy"),
        gtu: fields.text("GTU"),
        procedure: fields.text("Procedura"),
        exchange_rate: fields.decimal("KursWaluty"),
        is_state_before: fields.flag("StanPrzed"),
    }
}

fn order_line(fields: Fields<'_, '_, '_>) -> OrderLine {
    OrderLine {
        number: fields.number("NrWierszaZam"),
        unique_id: fields.text("UU_IDZ"),
        name: fields.text("P_7Z"),
        index: fields.text("IndeksZ"),
        gtin: fields.text("GTINZ"),
        pkwiu: fields.text("PKWiUZ"),
        cn: fields.text("CNZ"),
        pkob: fields.text("PKOBZ"),
        unit: fields.text("P_8AZ"),
        quantity: fields.decimal("P_8BZ"),
        net_price: fields.decimal("P_9AZ"),
        net: fields.decimal("P_11NettoZ"),
        tax: fields.decimal("P_11VatZ"),
        rate: fields.text("P_12Z"),
        oss_rate: fields.decimal("P_12Z_XII"),
        is_annex_15: fields.flag("P_12Z_Zal_15"),
        gtu: fields.text("GTUZ"),
        procedure: fields.text("ProceduraZ"),
        excise: fields.decimal("KwotaAkcyzyZ"),
        is_state_before: fields.flag("StanPrzedZ"),
    }
}

pub(super) fn settlement(fields: Fields<'_, '_, '_>) -> Settlement {
    let charge = |fields: Fields<'_, '_, '_>| Charge {
        amount: fields.decimal("Kwota"),
        reason: fields.string("Powod"),
    };
    Settlement {
        charges: fields.list("Obciazenia").into_iter().map(charge).collect(),
        charges_total: fields.decimal("SumaObciazen"),
        deductions: fields.list("Odliczenia").into_iter().map(charge).collect(),
        deductions_total: fields.decimal("SumaOdliczen"),
        to_pay: fields.decimal("DoZaplaty"),
        to_settle: fields.decimal("DoRozliczenia"),
    }
}

fn payment(fields: Fields<'_, '_, '_>) -> Payment {
    let part_mark = fields.small("ZnacznikZaplatyCzesciowej");
    Payment {
        is_paid: fields.flag("Zaplacono") || part_mark == Some(2),
        paid_on: fields.date("DataZaplaty"),
        is_partly_paid: part_mark == Some(1),
        parts: fields
            .list("ZaplataCzesciowa")
            .into_iter()
            .map(|part| PaymentPart {
                amount: part.decimal("KwotaZaplatyCzesciowej"),
                date: part.date("DataZaplatyCzesciowej"),
                form: payment_form(part),
            })
            .collect(),
        terms: fields
            .list("TerminPlatnosci")
            .into_iter()
            .map(|term| PaymentTerm {
                date: term.date("Termin"),
                description: term.optional("TerminOpis").map(|description| TermDescription {
                    count: description.string("Ilosc"),
                    unit: description.string("Jednostka"),
                    event: description.string("ZdarzeniePoczatkowe"),
                    text: Some(description.own_text()).filter(|text| !text.is_empty()),
                }),
            })
            .collect(),
        form: payment_form(fields),
        accounts: fields.list("RachunekBankowy").into_iter().map(bank_account).collect(),
        factor_accounts: fields.list("RachunekBankowyFaktora").into_iter().map(bank_account).collect(),
        buyer_accounts: Vec::new(),
        cash_discount: fields.optional("Skonto").map(|discount| CashDiscount {
            conditions: discount.string("WarunkiSkonta"),
            amount: discount.string("WysokoscSkonta"),
        }),
        link: fields.text("LinkDoPlatnosci"),
        ksef_payment_id: fields.text("IPKSeF"),
    }
}

fn payment_form(fields: Fields<'_, '_, '_>) -> Option<PaymentForm> {
    let Some(code) = fields.text("FormaPlatnosci") else {
        let is_other = fields.flag("PlatnoscInna") || fields.group("OpisPlatnosci").is_present();
        return is_other.then(|| PaymentForm::Other(fields.string("OpisPlatnosci")));
    };
    Some(match code.parse::<u8>() {
        Ok(1) => PaymentForm::Cash,
        Ok(2) => PaymentForm::Card,
        Ok(3) => PaymentForm::Voucher,
        Ok(4) => PaymentForm::Cheque,
        Ok(5) => PaymentForm::Credit,
        Ok(6) => PaymentForm::Transfer,
        Ok(7) => PaymentForm::Mobile,
        _ => PaymentForm::Other(code),
    })
}

pub(super) fn bank_account(fields: Fields<'_, '_, '_>) -> BankAccount {
    BankAccount {
        number: fields.string("NrRB"),
        swift: fields.text("SWIFT"),
        bank_own_kind: fields.small("RachunekWlasnyBanku"),
        bank: fields.text("NazwaBanku"),
        description: fields.text("OpisRachunku"),
    }
}

fn terms(fields: Fields<'_, '_, '_>) -> TransactionTerms {
    let agreements = |list: &str, date: &str, number: &str| {
        let list = fields.list(list).into_iter();
        list.map(|fields| Agreement { date: fields.date(date), number: fields.text(number) }).collect()
    };
    TransactionTerms {
        contracts: agreements("Umowy", "DataUmowy", "NrUmowy"),
        orders: agreements("Zamowienia", "DataZamowienia", "NrZamowienia"),
        lots: fields.strings("NrPartiiTowaru"),
        delivery_terms: fields.text("WarunkiDostawy"),
        contract_rate: fields.optional("KursUmowny").map(|_| ContractRate {
            rate: fields.decimal("KursUmowny"),
            currency: fields.string("WalutaUmowna"),
        }),
        transports: fields.list("Transport").into_iter().map(transport).collect(),
        is_intermediary: fields.flag("PodmiotPosredniczacy"),
    }
}

fn transport(fields: Fields<'_, '_, '_>) -> Transport {
    Transport {
        kind: fields.small("RodzajTransportu"),
        other_kind: fields.text("OpisInnegoTransportu"),
        carrier: fields.optional("Przewoznik").map(|carrier| Carrier {
            party: party(carrier),
            address: carrier.optional("AdresPrzewoznika").map(address),
        }),
        order_number: fields.text("NrZleceniaTransportu"),
        load: fields.small("OpisLadunku"),
        other_load: fields.text("OpisInnegoLadunku"),
        packaging_unit: fields.text("JednostkaOpakowania"),
        starts_at: fields.text("DataGodzRozpTransportu"),
        ends_at: fields.text("DataGodzZakTransportu"),
        from: fields.optional("WysylkaZ").map(address),
        via: fields.list("WysylkaPrzez").into_iter().map(address).collect(),
        to: fields.optional("WysylkaDo").map(address),
    }
}

pub(super) fn register(fields: Fields<'_, '_, '_>) -> Register {
    Register {
        name: fields.text("PelnaNazwa"),
        krs: fields.text("KRS"),
        regon: fields.text("REGON"),
        bdo: fields.text("BDO"),
    }
}

fn attachment_block(fields: Fields<'_, '_, '_>) -> AttachmentBlock {
    AttachmentBlock {
        heading: fields.text("ZNaglowek"),
        metadata: pairs(fields, "MetaDane", "ZKlucz", "ZWartosc"),
        paragraphs: fields.group("Tekst").strings("Akapit"),
        tables: fields.list("Tabela").into_iter().map(attachment_table).collect(),
    }
}

fn attachment_table(fields: Fields<'_, '_, '_>) -> AttachmentTable {
    let columns = fields.group("TNaglowek").list("Kol").into_iter();
    AttachmentTable {
        metadata: pairs(fields, "TMetaDane", "TKlucz", "TWartosc"),
        description: fields.text("Opis"),
        columns: columns.map(|column| (column.attribute("Typ"), column.string("NKom"))).collect(),
        rows: fields.list("Wiersz").into_iter().map(|row| row.strings("WKom")).collect(),
        sums: fields.group("Suma").strings("SKom"),
    }
}

fn pairs(fields: Fields<'_, '_, '_>, list: &str, key: &str, value: &str) -> Vec<(String, String)> {
    fields.list(list).into_iter().map(|pair| (pair.string(key), pair.string(value))).collect()
}
