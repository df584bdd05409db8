//! Companies and the credentials that serve them.

use gateway_vault::{
    Company, CompanyEnvironment, CredentialKind, CredentialRecord, FolderStore, MasterKey, MasterKeys, Owner,
    OwnerKind, PendingApplication, Registry, RegistryError, SecretPurpose, Vault, VaultError,
};
use ksef_id::{ContextIdentifier, ReferenceNumber};

fn context(text: &str) -> ContextIdentifier {
    ContextIdentifier::parse(text).expect("a context")
}

fn company(text: &str) -> Company {
    let environment =
        CompanyEnvironment::Simulator { ksef_url: "http://127.0.0.1:1/v2".into(), control_url: None };
    Company {
        context: context(text),
        name: Some("Łąka".into()),
        environment,
        added_at: jiff::Timestamp::UNIX_EPOCH,
        logs_in_by_token: false,
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
        name: None,
        renewal: None,
        revoked_at: None,
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

fn vault(folder: &std::path::Path, byte: u8) -> Vault<FolderStore> {
    let key = MasterKey::from_bytes(&[byte; 32]).expect("32 bytes");
    Vault::new(FolderStore::open(folder).expect("a folder"), MasterKeys::new(key))
}

async fn add(vault: &Vault<FolderStore>, text: &str) -> Result<(), VaultError> {
    let added = vault.change_registry(|registry| {
        registry.add_company(company(text)).expect("not there yet");
        Ok::<_, VaultError>(())
    });
    added.await
}

#[tokio::test]
async fn it_is_kept_and_an_error_changes_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    assert!(!FolderStore::is_in(folder.path()));
    let first = vault(folder.path(), 1);
    assert_eq!(first.registry().await.expect("empty"), Registry::default());
    assert_eq!(first.store().registry_changed_at(), None);
    add(&first, "5265877635").await.expect("kept");
    let refused = first.change_registry(|registry| {
        registry.companies.clear();
        Err::<(), _>(VaultError::Altered { what: "for the test".into() })
    });
    refused.await.expect_err("refused");
    drop(first);
    assert!(FolderStore::is_in(folder.path()));
    let again = vault(folder.path(), 1);
    assert_eq!(again.registry().await.expect("read").companies, [company("5265877635")]);
    assert!(again.store().registry_changed_at().is_some());
}

#[tokio::test]
async fn who_has_not_the_master_key_cannot_change_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let own = vault(folder.path(), 1);
    add(&own, "5265877635").await.expect("kept");
    let file = folder.path().join("registry.json");
    let sealed = std::fs::read_to_string(&file).expect("there");
    // Every byte of the registry counts, and so do the seal and its key's name.
    for (from, to) in [("5265877635", "1111111111"), ("Łąka", "Laka"), ("\"seal\": \"", "\"seal\": \"AAAA")]
    {
        assert!(sealed.contains(from), "{sealed}");
        std::fs::write(&file, sealed.replacen(from, to, 1)).expect("written");
        let read = own.registry().await;
        assert!(matches!(&read, Err(VaultError::Altered { .. })), "{from} → {to}: {read:?}");
    }
    // A registry without a seal, and one that another master key has sealed.
    let plain = r#"{"companies":[],"credentials":[]}"#;
    std::fs::write(&file, plain).expect("written");
    assert!(own.registry().await.is_err());
    let elsewhere = tempfile::tempdir().expect("a folder");
    add(&vault(elsewhere.path(), 2), "1111111111").await.expect("kept");
    std::fs::copy(elsewhere.path().join("registry.json"), &file).expect("copied");
    for entry in std::fs::read_dir(elsewhere.path().join("data-keys")).expect("a folder") {
        let entry = entry.expect("an entry");
        std::fs::copy(entry.path(), folder.path().join("data-keys").join(entry.file_name())).expect("copied");
    }
    assert!(matches!(own.registry().await, Err(VaultError::MasterKeyMissing { .. })));
    std::fs::write(&file, sealed).expect("written");
    own.registry().await.expect("as it was");
}

#[tokio::test]
async fn the_seal_stays_when_the_master_key_is_changed() {
    let folder = tempfile::tempdir().expect("a folder");
    add(&vault(folder.path(), 1), "5265877635").await.expect("kept");
    let [old, new] = [1, 2].map(|byte| MasterKey::from_bytes(&[byte; 32]).expect("32 bytes"));
    let keys = MasterKeys::new(new).with_previous(old);
    let rotating = Vault::new(FolderStore::open(folder.path()).expect("a folder"), keys);
    assert_eq!(rotating.rotate().await.expect("rotated").rewrapped, 1);
    assert_eq!(vault(folder.path(), 2).registry().await.expect("read").companies.len(), 1);
}

#[test]
fn changes_at_the_same_time_all_count() {
    let folder = tempfile::tempdir().expect("a folder");
    let threads: Vec<_> = ["5265877635", "1111111111", "2222222222", "3333333333"]
        .into_iter()
        .map(|text| {
            let path = folder.path().to_owned();
            std::thread::spawn(move || {
                let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
                runtime.block_on(add(&vault(&path, 1), text)).expect("added");
            })
        })
        .collect();
    threads.into_iter().for_each(|thread| thread.join().expect("added"));
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    let registry = runtime.block_on(vault(folder.path(), 1).registry()).expect("read");
    assert_eq!(registry.companies.len(), 4, "{registry:?}");
}

#[test]
fn an_application_becomes_a_credential_in_one_change() {
    let mut registry = Registry::default();
    registry.add_company(company("5265877635")).expect("added");
    let application = PendingApplication {
        id: "0123456789ab".into(),
        context: context("5265877635"),
        signed_in_with: Some("a".into()),
        kind: CredentialKind::Offline,
        name: "bramka offline".into(),
        owner: Owner { kind: OwnerKind::Firm, name: "Firma".into() },
        companies: vec![context("5265877635"), context("1111111111")],
        replaces: None,
        reference_number: None,
        prepared_at: jiff::Timestamp::UNIX_EPOCH,
    };
    assert_eq!(application.secret_name().purpose, SecretPurpose::PendingKey);
    registry.pending.push(application);
    let reference = ReferenceNumber::parse("20261122-EH-0123456789-ABCDEF0123-0A").expect("a reference");
    registry.application_taken("0123456789ab", reference.clone()).expect("there");
    assert_eq!(registry.application("0123456789ab").expect("there").reference_number, Some(reference));
    let now = jiff::Timestamp::UNIX_EPOCH;
    let issued = registry.application_issued("0123456789ab", b"1", now).expect("issued");
    assert_eq!(issued.companies, [context("5265877635")], "the other company is not there");
    assert_eq!(issued.secret_name().purpose, SecretPurpose::OfflineKey);
    assert!(registry.pending.is_empty() && registry.credentials == [issued]);
    let gone = registry.application_issued("0123456789ab", b"2", now);
    assert!(matches!(gone, Err(RegistryError::NoApplication { .. })));
}
