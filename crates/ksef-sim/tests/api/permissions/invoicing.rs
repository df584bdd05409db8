//! In whose name invoices may be sent, and who reads them.

use super::*;
use crate::common::invoice::Invoice;
use crate::common::*;

/// An invoice with changes in its text.
fn changed(invoice: &Invoice, changes: &[(&str, &str)]) -> Vec<u8> {
    let mut document = String::from_utf8(invoice.bytes()).expect("it is text");
    for (from, to) in changes {
        assert!(document.contains(from), "{from}");
        document = document.replacen(from, to, 1);
    }
    document.into_bytes()
}

const SELF_BILLED: (&str, &str) = ("<P_17>2</P_17>", "<P_17>1</P_17>");

fn with_third(nip: &str, role: u8) -> String {
    format!(
        "<Podmiot3><DaneIdentyfikacyjne><NIP>{nip}</NIP><Nazwa>Jednostka podrzędna</Nazwa></DaneIdentyfikacyjne><Rola>{role}</Rola></Podmiot3><Fa>"
    )
}

fn with_authorized(nip: &str, role: u8) -> String {
    format!(
        "<PodmiotUpowazniony><DaneIdentyfikacyjne><NIP>{nip}</NIP><Nazwa>Podmiot upoważniony</Nazwa></DaneIdentyfikacyjne><Adres><KodKraju>PL</KodKraju><AdresL1>ul. Wzorcowa 3, 00-003 Warszawa</AdresL1></Adres><RolaPU>{role}</RolaPU></PodmiotUpowazniony><Fa>"
    )
}

/// Sends a document in a session of its own; the invoice's status.
async fn sent(api: &Api, access: &str, document: &[u8]) -> Answered<Value> {
    let session = open_session(api, access).await?;
    send_and_wait(api, access, &session, document).await
}

#[tokio::test]
async fn the_buyer_issues_when_the_seller_lets_it() -> Answered {
    let simulator = simulator().await?;
    let api = Api::of(&simulator);
    let (seller, buyer) = (owner(&api, NIP).await?, owner(&api, CLIENT).await?);
    let invoice = |number: &str| Invoice { buyer: CLIENT.to_owned(), ..Invoice::of(NIP, number) };
    let refused = sent(&api, &buyer, &changed(&invoice("S/1"), &[SELF_BILLED])).await?;
    assert_eq!(
        refused["status"],
        json!({
            "code": 410,
            "description": "Nieprawidłowy zakres uprawnień",
            "details": ["Brak uprawnienia fakturowego"],
        })
    );
    let body = authorization("Nip", CLIENT, "SelfInvoicing");
    assert_eq!(grant(&api, &seller, Operation::PermissionAuthorizationGrant, &body).await?, 200);
    // "Mogą być zmieniane w trakcie sesji": the same session goes on.
    let session = open_session(&api, &buyer).await?;
    let send = async |document: Vec<u8>| send_and_wait(&api, &buyer, &session, &document).await;
    let accepted = send(changed(&invoice("S/2"), &[SELF_BILLED])).await?;
    assert_eq!(accepted["status"]["code"], 200, "{accepted}");
    // Only to itself, and only when the invoice says so.
    assert_eq!(send(invoice("S/3").bytes()).await?["status"]["code"], 410);
    let to_other = Invoice { buyer: OFFICE.to_owned(), ..Invoice::of(NIP, "S/4") };
    assert_eq!(send(changed(&to_other, &[SELF_BILLED])).await?["status"]["code"], 410);
    let list =
        query(&api, &seller, Operation::PermissionQueryAuthorizations, &json!({ "queryType": "Granted" }))
            .await?;
    let revocation = Operation::PermissionAuthorizationRevoke;
    assert_eq!(operate(&api, &seller, revocation, &[&text(&list[0]["id"])], None).await?["code"], 200);
    assert_eq!(send(changed(&invoice("S/5"), &[SELF_BILLED])).await?["status"]["code"], 410);
    // Both parties read what was issued; nobody else does.
    let number = text(&accepted["ksefNumber"]);
    let stranger = owner(&api, OFFICE).await?;
    for (access, status) in [(&seller, 200), (&buyer, 200), (&stranger, 400)] {
        let answer = api.call(Operation::InvoiceDownload, &[&number], Req::by(access)).await?;
        assert_eq!(answer.status, status);
    }
    Ok(())
}

#[tokio::test]
async fn representatives_bailiffs_and_members_say_who_they_are() -> Answered {
    let simulator = simulator().await?;
    let api = Api::of(&simulator);
    let (seller, helper) = (owner(&api, NIP).await?, owner(&api, OFFICE).await?);
    let document = |number: &str, part: String| changed(&Invoice::of(NIP, number), &[("<Fa>", &part)]);
    // A tax representative (RolaPU 3).
    let as_representative = |number: &str| document(number, with_authorized(OFFICE, 3));
    assert_eq!(sent(&api, &helper, &as_representative("R/1")).await?["status"]["code"], 410);
    let body = authorization("Nip", OFFICE, "TaxRepresentative");
    assert_eq!(grant(&api, &seller, Operation::PermissionAuthorizationGrant, &body).await?, 200);
    let accepted = sent(&api, &helper, &as_representative("R/2")).await?;
    assert_eq!(accepted["status"]["code"], 200, "{accepted}");
    assert_eq!(sent(&api, &helper, &Invoice::of(NIP, "R/3").bytes()).await?["status"]["code"], 410);
    let number = text(&accepted["ksefNumber"]);
    api.call(Operation::InvoiceDownload, &[&number], Req::by(&helper)).await?.expect(200);

    // A bailiff (RolaPU 2) issues for a debtor who was not asked.
    let bailiff = "7980332920";
    let as_bailiff = |number: &str| document(number, with_authorized(bailiff, 2));
    assert_eq!(sent(&api, &owner(&api, bailiff).await?, &as_bailiff("K/1")).await?["status"]["code"], 410);
    let made = json!({ "nip": bailiff, "pesel": PESEL, "isBailiff": true, "description": "Komornik" });
    api.call(Operation::TestDataPersonCreate, &[], Req::default().json(&made)).await?.expect(200);
    let bailiffs = owner(&api, bailiff).await?;
    let accepted = sent(&api, &bailiffs, &as_bailiff("K/2")).await?;
    assert_eq!(accepted["status"]["code"], 200, "{accepted}");
    // A clerk with nothing but EnforcementOperations issues such invoices only.
    let body = to_person("Pesel", "90010112345", &["EnforcementOperations"]);
    assert_eq!(grant(&api, &bailiffs, Operation::PermissionPersonGrant, &body).await?, 200);
    let clerk = access(&api, &person("90010112345")?, bailiff).await?;
    assert_eq!(sent(&api, &clerk, &as_bailiff("K/3")).await?["status"]["code"], 200);
    assert_eq!(sent(&api, &clerk, &Invoice::of(bailiff, "K/4").bytes()).await?["status"]["code"], 410);

    // A member of a VAT group (Rola 9).
    let member = "4972530874";
    let as_member = |number: &str| document(number, with_third(member, 9));
    let members = owner(&api, member).await?;
    assert_eq!(sent(&api, &members, &as_member("G/1")).await?["status"]["code"], 410);
    let group = json!({
        "subjectNip": NIP, "subjectType": "VatGroup", "description": "Grupa VAT",
        "subunits": [{ "subjectNip": member, "description": "Członek grupy" }],
    });
    api.call(Operation::TestDataSubjectCreate, &[], Req::default().json(&group)).await?.expect(200);
    let accepted = sent(&api, &members, &as_member("G/2")).await?;
    assert_eq!(accepted["status"]["code"], 200, "{accepted}");
    assert_eq!(sent(&api, &members, &document("G/3", with_third(member, 7))).await?["status"]["code"], 410);
    Ok(())
}

#[tokio::test]
async fn a_unit_sends_for_its_parent_and_reads_only_its_own() -> Answered {
    let simulator = simulator().await?;
    let api = Api::of(&simulator);
    let parent = owner(&api, NIP).await?;
    let unit = unit_of(NIP, 1234);
    let context = format!("InternalId:{unit}");
    let body = to_administrator(identifier("Pesel", PESEL), identifier("InternalId", &unit));
    assert_eq!(grant(&api, &parent, Operation::PermissionSubunitGrant, &body).await?, 200);
    let head = person(PESEL)?;
    let administrator = access(&api, &head, &context).await?;
    let body = to_person("Pesel", PESEL, &["InvoiceRead", "InvoiceWrite"]);
    assert_eq!(grant(&api, &administrator, Operation::PermissionPersonGrant, &body).await?, 200);
    let unit_access = access(&api, &head, &context).await?;
    let third = format!(
        "<Podmiot3><DaneIdentyfikacyjne><IDWew>{unit}</IDWew><Nazwa>Jednostka 1234</Nazwa></DaneIdentyfikacyjne><Rola>7</Rola></Podmiot3><Fa>"
    );
    let own = sent(&api, &unit_access, &changed(&Invoice::of(NIP, "J/1"), &[("<Fa>", &third)])).await?;
    assert_eq!(own["status"]["code"], 200, "{own}");
    assert_eq!(sent(&api, &unit_access, &Invoice::of(OFFICE, "J/2").bytes()).await?["status"]["code"], 410);
    let others = sent(&api, &parent, &Invoice::of(NIP, "J/3").bytes()).await?;
    let (own, others) = (text(&own["ksefNumber"]), text(&others["ksefNumber"]));
    api.call(Operation::InvoiceDownload, &[&own], Req::by(&unit_access)).await?.expect(200);
    api.call(Operation::InvoiceDownload, &[&others], Req::by(&unit_access)).await?.expect_code(21164);
    for number in [&own, &others] {
        api.call(Operation::InvoiceDownload, &[number], Req::by(&parent)).await?.expect(200);
    }
    let filters = json!({
        "subjectType": "Subject3",
        "dateRange": { "dateType": "PermanentStorage", "from": "2026-01-01T00:00:00Z" },
    });
    let mut filters = filters;
    filters["dateRange"]["from"] =
        json!((jiff::Timestamp::now() - jiff::SignedDuration::from_hours(24)).to_string());
    let found = api
        .call(Operation::InvoiceQueryMetadata, &[], Req::by(&unit_access).json(&filters))
        .await?
        .expect(200)
        .json();
    assert_eq!(found["invoices"].as_array().map(Vec::len), Some(1));
    Ok(())
}

#[tokio::test]
async fn an_eu_entity_issues_to_itself_in_the_sellers_name() -> Answered {
    let simulator = simulator().await?;
    let api = Api::of(&simulator);
    let polish = owner(&api, NIP).await?;
    let administrator = person("90010112345")?;
    let context = format!("{NIP}-DE123456789");
    let body = to_eu_administrator(&fingerprint(&administrator), &context);
    let operation = Operation::PermissionEuEntityAdministrationGrant;
    assert_eq!(grant(&api, &polish, operation, &body).await?, 200);
    let place = format!("NipVatUe:{context}");
    let entered = enter(&api, &administrator, &place, "certificateFingerprint").await?;
    let eu = entered.map_err(|status| status.to_string())?.access;
    let to = |number: &str, vat: &str| {
        let buyer = format!("<KodUE>DE</KodUE><NrVatUE>{vat}</NrVatUE>");
        let invoice = Invoice { buyer: CLIENT.to_owned(), ..Invoice::of(NIP, number) };
        changed(&invoice, &[SELF_BILLED, (&format!("<NIP>{CLIENT}</NIP>"), &buyer)])
    };
    let own = sent(&api, &eu, &to("EU/1", "123456789")).await?;
    assert_eq!(own["status"]["code"], 200, "{own}");
    assert_eq!(sent(&api, &eu, &to("EU/2", "987654321")).await?["status"]["code"], 410);
    assert_eq!(sent(&api, &eu, &Invoice::of(NIP, "EU/3").bytes()).await?["status"]["code"], 410);
    let others = sent(&api, &polish, &Invoice::of(NIP, "EU/4").bytes()).await?;
    let (own, others) = (text(&own["ksefNumber"]), text(&others["ksefNumber"]));
    api.call(Operation::InvoiceDownload, &[&own], Req::by(&eu)).await?.expect(200);
    api.call(Operation::InvoiceDownload, &[&others], Req::by(&eu)).await?.expect_code(21164);
    // Tokens are for taxpayers and their units.
    let body = json!({ "permissions": ["InvoiceRead"], "description": "token unijny" });
    api.call(Operation::TokenGenerate, &[], Req::by(&eu).json(&body)).await?.expect_code(26002);
    Ok(())
}

/// The scenario of the official client: a farmer lets the buyer issue VAT RR invoices.
#[tokio::test]
async fn the_buyer_issues_for_a_farmer_who_lets_it() -> Answered {
    let sample = shared_folder().map(|folder| folder.join("ksef/samples/other/invoice-template-fa-rr-1.xml"));
    let Some(template) = sample.and_then(|path| std::fs::read_to_string(path).ok()) else {
        skip("the official sample of FA_RR");
        return Ok(());
    };
    let simulator = simulator().await?;
    let api = Api::of(&simulator);
    let (farmer, buyer) = (owner(&api, NIP).await?, owner(&api, CLIENT).await?);
    let document = |number: &str| {
        let filled = template.replace("#nip#", NIP).replace("#buyer_nip#", CLIENT);
        filled.replace("#invoice_number#", number).into_bytes()
    };
    let send = async |number: &str| -> Answered<Value> {
        let key = ksef_crypto::SessionKey::generate();
        let mut body = open_request(&api, &key).await?;
        body["formCode"] = json!({ "systemCode": "FA_RR (1)", "schemaVersion": "1-1E", "value": "FA_RR" });
        let opened =
            api.call(Operation::OnlineSessionOpen, &[], Req::by(&buyer).json(&body)).await?.expect(201);
        let session = Session { reference: text(&opened.json()["referenceNumber"]), key };
        Ok(send_and_wait(&api, &buyer, &session, &document(number)).await?["status"]["code"].clone())
    };
    assert_eq!(send("RR/1").await?, 410);
    // To bill itself is another permission.
    let body = authorization("Nip", CLIENT, "SelfInvoicing");
    assert_eq!(grant(&api, &farmer, Operation::PermissionAuthorizationGrant, &body).await?, 200);
    assert_eq!(send("RR/1").await?, 410);
    let body = authorization("Nip", CLIENT, "RRInvoicing");
    assert_eq!(grant(&api, &farmer, Operation::PermissionAuthorizationGrant, &body).await?, 200);
    assert_eq!(send("RR/1").await?, 200);
    Ok(())
}

/// A provider of Peppol services sends for those who authorised it, and for nobody else (guide, `uprawnienia.md`).
#[tokio::test]
async fn a_peppol_provider_sends_for_those_who_authorised_it() -> Answered {
    let Some(folder) = shared_folder() else {
        skip("the example of a PEF invoice");
        return Ok(());
    };
    let template = std::fs::read_to_string(folder.join("ksef/samples/other/invoice_template_pef.xml"))?;
    let today = crate::common::invoice::today();
    let document = |number: &str| {
        let values = [
            ("#supplier_nip#", format!("PL{NIP}")),
            ("#buyer_nip#", "PL5213003001".to_owned()),
            ("#buyer_reference#", "REF-1".to_owned()),
            ("#compliant#", "#compliant#urn:fdc:www.efaktura.gov.pl:ver2.0:trns:ver1.0".to_owned()),
            ("#due_date#", today.to_string()),
            ("#issue_date#", today.to_string()),
            ("#iban#", "PL61109010140000071219812874".to_owned()),
            ("#invoice_number#", number.to_owned()),
        ];
        values.iter().fold(template.clone(), |text, (place, value)| text.replace(place, value))
    };
    let simulator = simulator().await?;
    let api = Api::of(&simulator);
    let seller = owner(&api, NIP).await?;
    let provider = Company::of(
        "",
        &ksef_crypto::Subject::Named { common_name: "PPL123456".to_owned() },
        ksef_crypto::KeyKind::EcP256,
    )?;
    let signed = auth_request(
        &challenge(&api).await?.0,
        "<PeppolId>PPL123456</PeppolId>",
        "certificateSubject",
        "2.1",
    );
    let request = Req::default().bytes("application/xml", provider.sign(&signed)?);
    let started = api.call(Operation::AuthXadesSignature, &[], request).await?.expect(202).json();
    let access = finish_login(&api, &started).await?.access;
    let key = ksef_crypto::SessionKey::generate();
    let mut open = open_request(&api, &key).await?;
    open["formCode"] = json!({ "systemCode": "PEF (3)", "schemaVersion": "2-1", "value": "PEF" });
    let opened = api.call(Operation::OnlineSessionOpen, &[], Req::by(&access).json(&open)).await?.expect(201);
    let session = Session { reference: text(&opened.json()["referenceNumber"]), key };

    let refused = send_and_wait(&api, &access, &session, document("PEF/1").as_bytes()).await?;
    assert_eq!(refused["status"]["code"], 410, "{refused}");
    assert_eq!(refused["status"]["details"], json!(["Brak uprawnienia fakturowego"]));
    let body = authorization("PeppolId", "PPL123456", "PefInvoicing");
    assert_eq!(grant(&api, &seller, Operation::PermissionAuthorizationGrant, &body).await?, 200);
    let taken = send_and_wait(&api, &access, &session, document("PEF/1").as_bytes()).await?;
    assert_eq!(taken["status"]["code"], 200, "{taken}");
    let number = text(&taken["ksefNumber"]);
    assert!(number.starts_with(NIP), "the number is the seller's");
    let read = api.call(Operation::InvoiceDownload, &[&number], Req::by(&seller)).await?.expect(200);
    assert_eq!(read.bytes, document("PEF/1").into_bytes());
    Ok(())
}
