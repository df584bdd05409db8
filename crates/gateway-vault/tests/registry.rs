//! Companies and the credentials that serve them.

use gateway_vault::{
    Company, CompanyEnvironment, CredentialKind, CredentialRecord, FolderStore, Owner, OwnerKind, Registry,
    RegistryError, SecretPurpose,
};
use ksef_id::ContextIdentifier;

fn context(text: &str) -> ContextIdentifier {
    ContextIdentifier::parse(text).expect("a context")
}

fn company(text: &str) -> Company {
    let environment = CompanyEnvironment::Simulator { ksef_url: "http://127.0.0.1:1/v2".into() };
    Company {
        context: context(text),
        name: Some("Łąka".into()),
        environment,
        added_at: jiff::Timestamp::UNIX_EPOCH,
    }
}

fn credential(id: &str, certificate: &[u8], companies: &[&str]) -> CredentialRecord {
    CredentialRecord {
        id: id.into(),
        owner: Owner { kind: OwnerKind::Office, name: "Biuro".into() },
        kind: CredentialKind::Authentication,
        certificate: certificate.to_vec(),
        companies: companies.iter().map(|text| context(text)).collect(),
        holder: format!("credential:{id}"),
        added_at: jiff::Timestamp::UNIX_EPOCH,
    }
}

#[test]
fn one_certificate_serves_many_companies() {
    let mut registry = Registry::default();
    for text in ["5265877635", "1111111111", "InternalId:5265877635-12340"] {
        registry.add_company(company(text)).unwrap_or_else(|error| panic!("{text}: {error}"));
    }
    registry.add_credential(credential("a", b"1", &["5265877635", "1111111111"])).expect("added");
    registry.add_credential(credential("b", b"2", &["5265877635"])).expect("added");
    let serving = |registry: &Registry, text: &str| -> Vec<String> {
        let context = context(text);
        registry
            .serving(&context, CredentialKind::Authentication)
            .map(|credential| credential.id.clone())
            .collect()
    };
    assert_eq!(serving(&registry, "5265877635"), ["b", "a"], "the newest first");
    assert_eq!(serving(&registry, "1111111111"), ["a"]);
    let idle: Vec<String> = registry
        .remove_company(&context("5265877635"))
        .expect("removed")
        .iter()
        .map(|credential| credential.id.clone())
        .collect();
    assert_eq!(idle, ["b"], "it serves nobody any more");
    assert_eq!(serving(&registry, "1111111111"), ["a"]);
    let removed = registry.remove_credential("a").expect("removed");
    assert_eq!(removed.secret_name().purpose, SecretPurpose::AuthenticationKey);
    assert_eq!(removed.secret_name().holder, "credential:a");
}

#[test]
fn contradictions_are_refused() {
    let mut registry = Registry::default();
    registry.add_company(company("5265877635")).expect("added");
    assert!(matches!(registry.add_company(company("5265877635")), Err(RegistryError::CompanyThere { .. })));
    let unknown = registry.add_credential(credential("a", b"1", &["1111111111"]));
    assert!(matches!(unknown, Err(RegistryError::NoCompany { .. })));
    registry.add_credential(credential("a", b"1", &["5265877635"])).expect("added");
    let twice = registry.add_credential(credential("b", b"1", &["5265877635"]));
    assert_eq!(twice, Err(RegistryError::CertificateThere { id: "a".into() }));
    assert!(matches!(registry.remove_credential("z"), Err(RegistryError::NoCredential { .. })));
    assert!(matches!(registry.remove_company(&context("1111111111")), Err(RegistryError::NoCompany { .. })));
}

#[test]
fn certificates_are_attached_and_detached_and_tokens_are_not() {
    let mut registry = Registry::default();
    for text in ["5265877635", "1111111111"] {
        registry.add_company(company(text)).expect("added");
    }
    registry.add_credential(credential("a", b"1", &["5265877635"])).expect("added");
    let (first, second) = (context("5265877635"), context("1111111111"));
    registry.attach("a", &second).expect("attached");
    registry.attach("a", &second).expect("attached already");
    assert_eq!(registry.credential("a").expect("there").companies, [first.clone(), second.clone()]);
    registry.detach("a", &first).expect("detached");
    assert_eq!(registry.credential("a").expect("there").companies, std::slice::from_ref(&second));
    assert!(matches!(registry.attach("a", &context("2222222222")), Err(RegistryError::NoCompany { .. })));
    assert!(matches!(registry.attach("z", &first), Err(RegistryError::NoCredential { .. })));
    let token = CredentialRecord { kind: CredentialKind::Token, ..credential("t", b"", &["5265877635"]) };
    registry.add_credential(token).expect("added");
    assert_eq!(registry.attach("t", &second), Err(RegistryError::TokenIsBound { id: "t".into() }));
}

#[test]
fn it_is_kept() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut registry = Registry::default();
    registry.add_company(company("5265877635")).expect("added");
    registry.add_credential(credential("a", b"1", &["5265877635"])).expect("added");
    let store = FolderStore::open(folder.path()).expect("a folder");
    assert_eq!(store.registry().expect("empty"), Registry::default());
    store.put_registry(&registry).expect("kept");
    drop(store);
    assert!(FolderStore::is_in(folder.path()));
    let store = FolderStore::open(folder.path()).expect("a folder");
    assert_eq!(store.registry().expect("read"), registry);
}
