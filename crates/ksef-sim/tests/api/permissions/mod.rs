//! Permissions: granted, listed, revoked, and what they do to everything else.

mod checks;
mod effects;
mod grants;
mod invoicing;
mod lists;
mod operations;
mod structures;

use crate::common::*;
use ksef_crypto::{KeyKind, Subject, SubjectIdentity};
use ksef_wire::Operation;
use serde_json::{Value, json};

pub(crate) const NIP: &str = "5265877635";
pub(crate) const OFFICE: &str = "7781464139";
pub(crate) const CLIENT: &str = "5213003001";
pub(crate) const PESEL: &str = "88102341294";

/// Somebody with a certificate that has a PESEL.
pub(crate) fn person(pesel: &str) -> Answered<Company> {
    signer(SubjectIdentity::Pesel(pesel.to_owned()))
}

/// A person whose certificate has a NIP.
pub(crate) fn person_of(nip: &str) -> Answered<Company> {
    signer(SubjectIdentity::Nip(nip.to_owned()))
}

fn signer(identity: SubjectIdentity) -> Answered<Company> {
    let subject =
        Subject::Person { identity, given_name: "Imię".to_owned(), surname: "Nazwisko".to_owned() };
    Company::of(NIP, &subject, KeyKind::EcP256)
}

/// The fingerprint by which a certificate is known.
pub(crate) fn fingerprint(company: &Company) -> String {
    company.credential.certificate().fingerprint_sha256().iter().map(|byte| format!("{byte:02X}")).collect()
}

/// Logs in to a context; the tokens, or the status in which the login ended.
pub(crate) async fn enter(
    api: &Api,
    who: &Company,
    context: &str,
    by: &str,
) -> Answered<Result<Tokens, Value>> {
    let (kind, value) = context.split_once(':').unwrap_or(("Nip", context));
    let context = format!("<{kind}>{value}</{kind}>");
    let document = auth_request(&challenge(api).await?.0, &context, by, "2.1");
    let request = Req::default().bytes("application/xml", who.sign(&document)?);
    let started = api.call(Operation::AuthXadesSignature, &[], request).await?.expect(202).json();
    let reference = text(&started["referenceNumber"]);
    let token = text(&started["authenticationToken"]["token"]);
    let (_, body) = api.poll(Operation::AuthStatus, &[&reference], &token, &[100]).await?;
    if body["status"]["code"] != 200 {
        return Ok(Err(body["status"].clone()));
    }
    let tokens = api.call(Operation::AuthTokenRedeem, &[], Req::by(&token)).await?.expect(200).json();
    Ok(Ok(Tokens {
        access: text(&tokens["accessToken"]["token"]),
        refresh: text(&tokens["refreshToken"]["token"]),
        reference,
    }))
}

/// Logs in by the certificate's subject; the access token.
pub(crate) async fn access(api: &Api, who: &Company, context: &str) -> Answered<String> {
    match enter(api, who, context, "certificateSubject").await? {
        Ok(tokens) => Ok(tokens.access),
        Err(status) => Err(format!("no login to {context}: {status}").into()),
    }
}

/// The code in which a login ends.
pub(crate) async fn login_code(api: &Api, who: &Company, context: &str) -> Answered<i64> {
    Ok(match enter(api, who, context, "certificateSubject").await? {
        Ok(_) => 200,
        Err(status) => status["code"].as_i64().ok_or("a status has a code")?,
    })
}

/// The owner of a taxpayer's context.
pub(crate) async fn owner(api: &Api, nip: &str) -> Answered<String> {
    let company = Company::with_seal(nip, KeyKind::EcP256)?;
    Ok(company.login(api).await?.access)
}

/// Asks for a grant or a revocation and waits for its end: the codes that were shown, and the last status.
pub(crate) async fn operate(
    api: &Api,
    access: &str,
    operation: Operation,
    parameters: &[&str],
    body: Option<&Value>,
) -> Answered<Value> {
    let mut request = Req::by(access);
    if let Some(body) = body {
        request = request.json(body);
    }
    let accepted = api.call(operation, parameters, request).await?.expect(202).json();
    let reference = text(&accepted["referenceNumber"]);
    assert_eq!(&reference[8..12], "-EG-");
    let (seen, body) = api.poll(Operation::PermissionOperationStatus, &[&reference], access, &[100]).await?;
    assert_eq!(seen.first(), Some(&100), "the intermediate status is shown");
    Ok(body["status"].clone())
}

/// Asks for a grant; the code in which it ends.
pub(crate) async fn grant(api: &Api, access: &str, operation: Operation, body: &Value) -> Answered<i64> {
    let status = operate(api, access, operation, &[], Some(body)).await?;
    status["code"].as_i64().ok_or_else(|| "a status has a code".into())
}

/// Asks for a revocation; the code in which it ends.
pub(crate) async fn revoke(api: &Api, access: &str, id: &str) -> Answered<i64> {
    let status = operate(api, access, Operation::PermissionCommonRevoke, &[id], None).await?;
    status["code"].as_i64().ok_or_else(|| "a status has a code".into())
}

pub(crate) fn identifier(kind: &str, value: &str) -> Value {
    json!({ "type": kind, "value": value })
}

pub(crate) fn by_name() -> Value {
    json!({
        "subjectDetailsType": "PersonByIdentifier",
        "personById": { "firstName": "Imię", "lastName": "Nazwisko" },
    })
}

/// The body of a grant to a person.
pub(crate) fn to_person(kind: &str, value: &str, permissions: &[&str]) -> Value {
    json!({
        "subjectIdentifier": identifier(kind, value),
        "permissions": permissions,
        "description": "Uprawnienie dla testu",
        "subjectDetails": by_name(),
    })
}

/// The body of a grant to an entity.
pub(crate) fn to_entity(nip: &str, permissions: &[(&str, bool)]) -> Value {
    let permissions: Vec<Value> =
        permissions.iter().map(|(kind, may)| json!({ "type": kind, "canDelegate": may })).collect();
    json!({
        "subjectIdentifier": identifier("Nip", nip),
        "permissions": permissions,
        "description": "Obsługa faktur",
        "subjectDetails": { "fullName": "Przykładowe Biuro sp. z o.o." },
    })
}

/// The body of a grant that is passed on.
pub(crate) fn passed_on(kind: &str, value: &str, target: Value, permissions: &[&str]) -> Value {
    let mut body = to_person(kind, value, permissions);
    body["targetIdentifier"] = target;
    body
}

/// The body of an authorisation.
pub(crate) fn authorization(kind: &str, value: &str, permission: &str) -> Value {
    json!({
        "subjectIdentifier": identifier(kind, value),
        "permission": permission,
        "description": "Uprawnienie podmiotowe",
        "subjectDetails": { "fullName": "Przykładowy Podmiot sp. z o.o." },
    })
}

/// The body that makes an administrator of a unit.
pub(crate) fn to_administrator(holder: Value, unit: Value) -> Value {
    json!({
        "subjectIdentifier": holder,
        "contextIdentifier": unit,
        "description": "Administrator jednostki",
        "subunitName": "Jednostka testowa",
        "subjectDetails": by_name(),
    })
}

/// The body that makes an administrator of an EU entity.
pub(crate) fn to_eu_administrator(fingerprint: &str, context: &str) -> Value {
    json!({
        "subjectIdentifier": identifier("Fingerprint", fingerprint),
        "contextIdentifier": identifier("NipVatUe", context),
        "description": "Administrator podmiotu unijnego",
        "euEntityName": "Beispiel GmbH",
        "subjectDetails": {
            "subjectDetailsType": "EntityByFingerprint",
            "entityByFp": { "fullName": "Beispiel GmbH", "address": "Musterstraße 1, Berlin" },
        },
        "euEntityDetails": { "fullName": "Beispiel GmbH", "address": "Musterstraße 1, Berlin" },
    })
}

/// The identifier of a unit with its check digit.
pub(crate) fn unit_of(nip: &str, number: u32) -> String {
    let base = format!("{nip}-{number:04}");
    let digits = base.chars().filter_map(|character| character.to_digit(10));
    let sum: u32 = digits.zip([1, 3].into_iter().cycle()).map(|(digit, weight)| digit * weight).sum();
    format!("{base}{}", sum % 10)
}

/// A list of permissions.
pub(crate) async fn query(
    api: &Api,
    access: &str,
    operation: Operation,
    body: &Value,
) -> Answered<Vec<Value>> {
    let answer = api.call(operation, &[], Req::by(access).json(body)).await?.expect(200).json();
    let list = answer.get("permissions").or(answer.get("authorizationGrants")).or(answer.get("roles"));
    Ok(list.and_then(Value::as_array).ok_or("a list")?.clone())
}

/// The permissions in a list.
pub(crate) fn scopes(list: &[Value]) -> Vec<&str> {
    let mut scopes: Vec<&str> = list
        .iter()
        .filter_map(|item| item.get("permissionScope").or(item.get("authorizationScope"))?.as_str())
        .collect();
    scopes.sort_unstable();
    scopes
}

/// Those who work in a context.
pub(crate) async fn in_context(api: &Api, access: &str) -> Answered<Vec<Value>> {
    let body = json!({ "queryType": "PermissionsInCurrentContext" });
    query(api, access, Operation::PermissionQueryPersons, &body).await
}

/// Those to whom the caller granted something.
pub(crate) async fn granted(api: &Api, access: &str) -> Answered<Vec<Value>> {
    let body = json!({ "queryType": "PermissionsGrantedInCurrentContext" });
    query(api, access, Operation::PermissionQueryPersons, &body).await
}

/// The caller's own.
pub(crate) async fn personal(api: &Api, access: &str) -> Answered<Vec<Value>> {
    query(api, access, Operation::PermissionQueryPersonal, &json!({})).await
}

/// The claim `per` of an access token.
pub(crate) fn permissions_of(access: &str) -> Answered<Vec<String>> {
    use base64::Engine as _;
    let claims = access.split('.').nth(1).ok_or("a JWT has three parts")?;
    let claims = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(claims)?;
    let claims: Value = serde_json::from_slice(&claims)?;
    Ok(serde_json::from_str(&text(&claims["per"]))?)
}
