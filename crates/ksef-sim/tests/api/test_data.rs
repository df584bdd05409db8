//! Limits that can be changed and data that can be made, on TEST only, and what they do to everything else.

use crate::common::invoice::{Invoice, today};
use crate::common::*;
use ksef_crypto::{KeyKind, SessionKey, Subject, SubjectIdentity};
use ksef_sim::{Limits, Profile, Simulator, SimulatorConfig};
use ksef_wire::{EffectiveApiRateLimits, Operation};
use serde_json::{Value, json};
use std::io::Write as _;

const NIP: &str = "5265877635";
const OTHER_NIP: &str = "7781464139";
const PESEL: &str = "88102341294";

async fn setting() -> Answered<(Simulator, Api, String)> {
    let simulator = simulator().await?;
    let api = Api::of(&simulator);
    let access = Company::with_seal(NIP, KeyKind::EcP256)?.login(&api).await?.access;
    Ok((simulator, api, access))
}

async fn post(api: &Api, operation: Operation, body: Value) -> Answered<Answer> {
    api.call(operation, &[], Req::default().json(&body)).await
}

async fn get(api: &Api, access: &str, operation: Operation) -> Answered<Value> {
    Ok(api.call(operation, &[], Req::by(access)).await?.expect(200).json())
}

fn person(nip: &str) -> Answered<Company> {
    let identity = SubjectIdentity::Pesel(PESEL.to_owned());
    let subject =
        Subject::Person { identity, given_name: "Imię".to_owned(), surname: "Nazwisko".to_owned() };
    Company::of(nip, &subject, KeyKind::EcP256)
}

/// The final status of a login.
async fn login_status(api: &Api, company: &Company) -> Answered<Value> {
    let started = company.start_login(api).await?.expect(202).json();
    let token = text(&started["authenticationToken"]["token"]);
    let reference = text(&started["referenceNumber"]);
    let (_, body) = api.poll(Operation::AuthStatus, &[&reference], &token, &[100]).await?;
    Ok(body["status"].clone())
}

#[tokio::test]
async fn session_limits_are_changed_and_put_back() -> Answered {
    let (_simulator, api, access) = setting().await?;
    let usual = get(&api, &access, Operation::ContextLimits).await?;
    let session =
        json!({ "maxInvoiceSizeInMB": 1, "maxInvoiceWithAttachmentSizeInMB": 3, "maxInvoices": 10_000 });
    assert_eq!(
        usual,
        json!({ "onlineSession": session, "batchSession": session, "collectiveIdentifier": { "maxInvoices": 500 } })
    );
    let set = async |body: &Value| -> Answered<Answer> {
        api.call(Operation::TestDataContextLimitsSet, &[], Req::by(&access).json(body)).await
    };
    let mut changed = usual.clone();
    changed["onlineSession"]["maxInvoices"] = json!(1);
    changed["onlineSession"]["maxInvoiceSizeInMB"] = json!(0);
    set(&changed).await?.expect(200);
    assert_eq!(get(&api, &access, Operation::ContextLimits).await?, changed);
    let stranger = Company::with_seal(OTHER_NIP, KeyKind::EcP256)?.login(&api).await?.access;
    assert_eq!(get(&api, &stranger, Operation::ContextLimits).await?, usual);
    // Both limits hold: nothing is small enough, and one invoice fills the session.
    let online = open_session(&api, &access).await?;
    let invoice = send_and_wait(&api, &access, &online, &Invoice::of(NIP, "FV/1").bytes()).await?;
    assert_eq!(invoice["status"]["code"], 430, "{invoice}");
    let request = Req::by(&access).json(&send_request(&online, b"x"));
    let details =
        api.call(Operation::OnlineInvoiceSend, &[&online.reference], request).await?.expect_code(21155);
    assert!(details[0].ends_with("limit liczby faktur 1."), "{details:?}");
    for (pointer, value) in [
        ("/onlineSession/maxInvoiceSizeInMB", json!(6)),
        ("/batchSession/maxInvoiceWithAttachmentSizeInMB", json!(11)),
        ("/batchSession/maxInvoices", json!(-1)),
        ("/collectiveIdentifier/maxInvoices", json!(1)),
        ("/collectiveIdentifier", Value::Null),
    ] {
        let mut body = usual.clone();
        *body.pointer_mut(pointer).ok_or("the field is there")? = value;
        set(&body).await?.expect_code(21405);
    }
    api.call(Operation::TestDataContextLimitsReset, &[], Req::by(&access)).await?.expect(200);
    assert_eq!(get(&api, &access, Operation::ContextLimits).await?, usual);
    Ok(())
}

#[tokio::test]
async fn subject_limits_are_changed_and_put_back() -> Answered {
    let (_simulator, api, access) = setting().await?;
    let limits = |enrollments: i32, certificates: i32| json!({ "enrollment": { "maxEnrollments": enrollments }, "certificate": { "maxCertificates": certificates } });
    assert_eq!(get(&api, &access, Operation::SubjectLimits).await?, limits(300, 100));
    let set = async |body: Value| -> Answered<Answer> {
        api.call(Operation::TestDataSubjectLimitsSet, &[], Req::by(&access).json(&body)).await
    };
    set(json!({ "enrollment": { "maxEnrollments": 2 } })).await?.expect(200);
    assert_eq!(get(&api, &access, Operation::SubjectLimits).await?, limits(2, 100));
    set(json!({ "subjectIdentifierType": "Pesel", "certificate": { "maxCertificates": 1 } }))
        .await?
        .expect(200);
    assert_eq!(get(&api, &access, Operation::SubjectLimits).await?, limits(2, 100));
    set(json!({ "certificate": { "maxCertificates": -1 } })).await?.expect_code(21405);
    set(json!({ "subjectIdentifierType": "Name" })).await?.expect_code(21405);
    api.call(Operation::TestDataSubjectLimitsReset, &[], Req::by(&access)).await?.expect(200);
    assert_eq!(get(&api, &access, Operation::SubjectLimits).await?, limits(300, 100));
    Ok(())
}

#[tokio::test]
async fn rate_limits_go_up_to_ten_times() -> Answered {
    let simulator =
        simulator_with(SimulatorConfig { limits: Limits::Production, ..SimulatorConfig::default() }).await?;
    let api = Api::of(&simulator);
    let access = Company::with_seal(NIP, KeyKind::EcP256)?.login(&api).await?.access;
    let usual = serde_json::to_value(EffectiveApiRateLimits::production())?;
    assert_eq!(get(&api, &access, Operation::RateLimits).await?, usual);
    let mut rates = usual.clone();
    let fields = rates.as_object_mut().ok_or("an object")?;
    for name in ["onlineSessionClose", "batchSessionClose", "anonymous", "global"] {
        fields.remove(name);
    }
    let set = async |rates: &Value| -> Answered<Answer> {
        let request = Req::by(&access).json(&json!({ "rateLimits": rates }));
        api.call(Operation::TestDataRateLimitsSet, &[], request).await
    };
    let mut too_high = rates.clone();
    too_high["onlineSession"]["perHour"] = json!(11_111_111);
    let details = set(&too_high).await?.expect_code(21405);
    let recorded = "'rateLimits.onlineSession.perHour' must be between 1 and 1200. You entered 11111111.";
    assert_eq!(details, [recorded]);
    too_high["onlineSession"]["perHour"] = json!(0);
    set(&too_high).await?.expect_code(21405);
    set(&json!({})).await?.expect_code(21405);
    // Sessions could be listed 5 times in a second, and now 50 times.
    rates["sessionList"]["perSecond"] = json!(50);
    rates["sessionList"]["perMinute"] = json!(100);
    set(&rates).await?.expect(200);
    assert_eq!(get(&api, &access, Operation::RateLimits).await?["sessionList"], rates["sessionList"]);
    for _ in 0..20 {
        let request = Req::by(&access).query("sessionType=Online");
        api.call(Operation::SessionList, &[], request).await?.expect(200);
    }
    api.call(Operation::TestDataRateLimitsProduction, &[], Req::by(&access)).await?.expect(200);
    let request = Req::by(&access).query("sessionType=Online");
    api.call(Operation::SessionList, &[], request).await?.expect(429);
    set(&rates).await?.expect(200);
    api.call(Operation::TestDataRateLimitsReset, &[], Req::by(&access)).await?.expect(200);
    assert_eq!(get(&api, &access, Operation::RateLimits).await?, usual);
    Ok(())
}

#[tokio::test]
async fn subjects_and_persons_exist_once() -> Answered {
    let (_simulator, api, _) = setting().await?;
    let subject = json!({
        "subjectNip": NIP, "subjectType": "VatGroup", "description": "Grupa VAT",
        "subunits": [{ "subjectNip": OTHER_NIP, "description": "Członek grupy" }],
    });
    post(&api, Operation::TestDataSubjectCreate, subject.clone()).await?.expect(200);
    post(&api, Operation::TestDataSubjectCreate, subject.clone()).await?.expect_code(30001);
    post(&api, Operation::TestDataSubjectRemove, json!({ "subjectNip": NIP })).await?.expect(200);
    post(&api, Operation::TestDataSubjectCreate, subject.clone()).await?.expect(200);
    for (field, value) in
        [("subjectNip", json!("1")), ("subjectType", json!("Club")), ("description", json!("x"))]
    {
        let mut body = subject.clone();
        body[field] = value;
        post(&api, Operation::TestDataSubjectCreate, body).await?.expect_code(21405);
    }
    post(&api, Operation::TestDataSubjectRemove, json!({})).await?.expect_code(21405);

    let somebody = json!({ "nip": NIP, "pesel": PESEL, "isBailiff": false, "description": "Osoba testowa" });
    let status = login_status(&api, &person(NIP)?).await?;
    assert_eq!((&status["code"], &status["details"]), (&json!(415), &json!(["Brak przypisanych uprawnień"])));
    post(&api, Operation::TestDataPersonCreate, somebody.clone()).await?.expect(200);
    post(&api, Operation::TestDataPersonCreate, somebody.clone()).await?.expect_code(30001);
    assert_eq!(login_status(&api, &person(NIP)?).await?["code"], 200, "the person is owner");
    post(&api, Operation::TestDataPersonRemove, json!({ "nip": NIP })).await?.expect(200);
    assert_eq!(login_status(&api, &person(NIP)?).await?["code"], 415);
    let mut dead = somebody.clone();
    dead["isDeceased"] = json!(true);
    post(&api, Operation::TestDataPersonCreate, dead).await?.expect(200);
    let status = login_status(&api, &person(NIP)?).await?;
    assert_eq!(status["code"], 470);
    assert_eq!(status["details"], json!(["Próba wykorzystania metod autoryzacyjnych osoby zmarłej"]));
    for (field, value) in
        [("pesel", json!("88132341294")), ("isBailiff", Value::Null), ("description", json!(""))]
    {
        let mut body = somebody.clone();
        body[field] = value;
        post(&api, Operation::TestDataPersonCreate, body).await?.expect_code(21405);
    }
    post(&api, Operation::TestDataPersonRemove, json!({ "nip": "x" })).await?.expect_code(21405);
    Ok(())
}

#[tokio::test]
async fn permissions_let_in_and_no_further() -> Answered {
    let (_simulator, api, access) = setting().await?;
    let grant = |kind: &str, value: &str, permission: &str| {
        json!({
            "contextIdentifier": { "type": "Nip", "value": NIP },
            "authorizedIdentifier": { "type": kind, "value": value },
            "permissions": [{ "description": "Dla testu", "permissionType": permission }],
        })
    };
    post(&api, Operation::TestDataPermissionsGrant, grant("Pesel", PESEL, "InvoiceRead")).await?.expect(200);
    let somebody = person(NIP)?;
    let reader = somebody.login(&api).await?.access;
    let opening = open_request(&api, &SessionKey::generate()).await?;
    let answer = api.call(Operation::OnlineSessionOpen, &[], Req::by(&reader).json(&opening)).await?;
    let body = answer.expect_forbidden("missing-permissions");
    assert_eq!(body["security"]["presentPermissions"], json!(["InvoiceRead"]));
    post(&api, Operation::TestDataPermissionsGrant, grant("Pesel", PESEL, "InvoiceWrite")).await?.expect(200);
    let writer = somebody.login(&api).await?.access;
    let session = open_session(&api, &writer).await?;
    // Without Introspection only one's own sessions are open doors; the owner sees all.
    let owners = open_session(&api, &access).await?;
    let answer = api.call(Operation::SessionStatus, &[&owners.reference], Req::by(&writer)).await?;
    answer.expect_forbidden("insufficient-resource-access");
    api.call(Operation::SessionStatus, &[&session.reference], Req::by(&access)).await?.expect(200);
    // A company in another's context.
    let other = Company { nip: NIP.to_owned(), ..Company::with_seal(OTHER_NIP, KeyKind::EcP256)? };
    post(&api, Operation::TestDataPermissionsGrant, grant("Nip", OTHER_NIP, "InvoiceWrite"))
        .await?
        .expect(200);
    assert_eq!(login_status(&api, &other).await?["code"], 200);
    let mut revoke = grant("Nip", OTHER_NIP, "InvoiceWrite");
    revoke.as_object_mut().ok_or("an object")?.remove("permissions");
    post(&api, Operation::TestDataPermissionsRevoke, revoke.clone()).await?.expect(200);
    assert_eq!(login_status(&api, &other).await?["code"], 415);
    for body in [
        grant("Nip", "1", "InvoiceRead"),
        grant("Fingerprint", "1", "InvoiceRead"),
        grant("Name", OTHER_NIP, "InvoiceRead"),
        grant("Nip", OTHER_NIP, "Everything"),
    ] {
        post(&api, Operation::TestDataPermissionsGrant, body).await?.expect_code(21405);
    }
    revoke["contextIdentifier"]["value"] = json!("x");
    post(&api, Operation::TestDataPermissionsRevoke, revoke).await?.expect_code(21405);
    Ok(())
}

#[tokio::test]
async fn blocked_contexts_let_nobody_in() -> Answered {
    let (_simulator, api, _) = setting().await?;
    let context = json!({ "contextIdentifier": { "type": "Nip", "value": NIP } });
    let company = Company::with_seal(NIP, KeyKind::EcP256)?;
    post(&api, Operation::TestDataContextBlock, context.clone()).await?.expect(200);
    let status = login_status(&api, &company).await?;
    assert_eq!(
        (&status["code"], &status["description"]),
        (&json!(480), &json!("Uwierzytelnienie zablokowane"))
    );
    post(&api, Operation::TestDataContextUnblock, context).await?.expect(200);
    assert_eq!(login_status(&api, &company).await?["code"], 200);
    post(&api, Operation::TestDataContextBlock, json!({})).await?.expect_code(21405);
    let wrong = json!({ "contextIdentifier": { "type": "Nip", "value": "x" } });
    post(&api, Operation::TestDataContextUnblock, wrong).await?.expect_code(21405);
    Ok(())
}

/// Sends one document in a batch; gives its status.
async fn send_in_batch(api: &Api, access: &str, document: &[u8]) -> Answered<Value> {
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    writer.start_file("a.xml", zip::write::SimpleFileOptions::default())?;
    writer.write_all(document)?;
    let archive = writer.finish()?.into_inner();
    let key = SessionKey::generate();
    let part = key.encrypt(&archive);
    let mut body = open_request(api, &key).await?;
    let parts = json!([{ "ordinalNumber": 1, "fileSize": part.len(), "fileHash": hash(&part) }]);
    body["batchFile"] = json!({ "fileSize": archive.len(), "fileHash": hash(&archive), "fileParts": parts });
    let opened =
        api.call(Operation::BatchSessionOpen, &[], Req::by(access).json(&body)).await?.expect(201).json();
    let reference = text(&opened["referenceNumber"]);
    let put = Req::default()
        .header("x-ms-blob-type", "BlockBlob")
        .header("x-ms-meta-hash", hash(&part))
        .bytes("application/octet-stream", part);
    let url = text(&opened["partUploadRequests"][0]["url"]);
    api.raw(reqwest::Method::PUT, &url, put).await?.expect(201);
    api.call(Operation::BatchSessionClose, &[&reference], Req::by(access)).await?.expect(204);
    api.poll(Operation::SessionStatus, &[&reference], access, &[150]).await?;
    let list = api.call(Operation::SessionInvoices, &[&reference], Req::by(access)).await?.expect(200).json();
    Ok(list["invoices"][0]["status"].clone())
}

#[tokio::test]
async fn attachments_need_consent_and_a_batch() -> Answered {
    let (_simulator, api, access) = setting().await?;
    let with_attachment = |number: &str| {
        let attachment = "<Zalacznik><BlokDanych><MetaDane><ZKlucz>a</ZKlucz><ZWartosc>b</ZWartosc></MetaDane></BlokDanych></Zalacznik>";
        Invoice { extra: attachment.to_owned(), ..Invoice::of(NIP, number) }.bytes()
    };
    assert_eq!(send_in_batch(&api, &access, &with_attachment("FV/1")).await?["code"], 415);
    post(&api, Operation::TestDataAttachmentGrant, json!({ "nip": NIP })).await?.expect(200);
    assert_eq!(send_in_batch(&api, &access, &with_attachment("FV/1")).await?["code"], 200);
    let online = open_session(&api, &access).await?;
    let invoice = send_and_wait(&api, &access, &online, &with_attachment("FV/2")).await?;
    assert_eq!(invoice["status"]["code"], 415, "{invoice}");
    // Online only as a technical correction.
    let mut correction = send_request(&online, &with_attachment("FV/2"));
    correction["offlineMode"] = json!(true);
    correction["hashOfCorrectedInvoice"] = json!(hash(b"refused"));
    let reference = send_body(&api, &access, &online, &correction).await?;
    assert_eq!(wait(&api, &access, &online, &reference).await?["status"]["code"], 200);
    let end = |day: jiff::civil::Date| json!({ "nip": NIP, "expectedEndDate": day.to_string() });
    post(&api, Operation::TestDataAttachmentRevoke, end(today().tomorrow()?)).await?.expect(200);
    assert_eq!(send_in_batch(&api, &access, &with_attachment("FV/3")).await?["code"], 200);
    post(&api, Operation::TestDataAttachmentRevoke, end(today().yesterday()?)).await?.expect(200);
    assert_eq!(send_in_batch(&api, &access, &with_attachment("FV/4")).await?["code"], 415);
    post(&api, Operation::TestDataAttachmentGrant, json!({ "nip": NIP })).await?.expect(200);
    post(&api, Operation::TestDataAttachmentRevoke, json!({ "nip": NIP })).await?.expect(200);
    assert_eq!(send_in_batch(&api, &access, &with_attachment("FV/5")).await?["code"], 415);
    post(&api, Operation::TestDataAttachmentGrant, json!({ "nip": "x" })).await?.expect_code(21405);
    post(&api, Operation::TestDataAttachmentRevoke, json!({})).await?.expect_code(21405);
    Ok(())
}

#[tokio::test]
async fn production_has_no_test_data() -> Answered {
    let simulator =
        simulator_with(SimulatorConfig { profile: Profile::Prd, ..SimulatorConfig::default() }).await?;
    let api = Api::of(&simulator);
    post(&api, Operation::TestDataAttachmentGrant, json!({ "nip": NIP })).await?.expect(404);
    Ok(())
}
