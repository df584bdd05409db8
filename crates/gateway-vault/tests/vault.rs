//! The vault over its folder: secrets come back, do not open elsewhere, survive a change of the master key, and stand in
//! clear text nowhere.

use std::path::{Path, PathBuf};

use gateway_vault::{
    FolderStore, MasterKey, MasterKeyError, MasterKeySource, MasterKeys, PassphraseCost,
    PassphraseParameters, Rotation, SealedSecret, SecretName, SecretPurpose, StoreError, Vault, VaultError,
    VaultStore as _,
};
use secrecy::SecretString;

const HOLDER: &str = "5265877635";

fn name(holder: &str, purpose: SecretPurpose, id: &str) -> SecretName {
    SecretName { holder: holder.to_owned(), purpose, id: id.to_owned() }
}

fn key(byte: u8) -> MasterKey {
    MasterKey::from_bytes(&[byte; 32]).expect("32 bytes")
}

fn open(folder: &Path, keys: MasterKeys) -> Vault<FolderStore> {
    Vault::new(FolderStore::open(folder).expect("a folder"), keys)
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() { found.extend(files_below(&path)) } else { found.push(path) }
    }
    found
}

#[tokio::test]
async fn secrets_come_back_and_are_replaced_and_removed() {
    let folder = tempfile::tempdir().expect("a folder");
    let token = name(HOLDER, SecretPurpose::KsefToken, "a");
    {
        let vault = open(folder.path(), MasterKeys::new(key(1)));
        vault.put(&token, b"first").await.expect("put");
        vault.put(&token, b"second").await.expect("put");
        vault
            .put(&name("InternalId:5265877635-12345", SecretPurpose::OfflineKey, "b"), &[0; 3000])
            .await
            .expect("put");
    }
    // Another process, the same key.
    let vault = open(folder.path(), MasterKeys::new(key(1)));
    vault.check().await.expect("all data keys open");
    assert_eq!(vault.get(&token).await.expect("there").as_slice(), b"second");
    assert_eq!(vault.names().await.expect("names").len(), 2);
    assert!(vault.remove(&token).await.expect("removed"));
    assert!(!vault.remove(&token).await.expect("nothing to remove"));
    assert!(matches!(vault.get(&token).await, Err(VaultError::NotFound { .. })));
    let refused = vault.put(&token, &vec![0; 65 * 1024]).await;
    assert!(matches!(refused, Err(VaultError::TooLong { length: 66_560, .. })));
}

#[tokio::test]
async fn a_secret_opens_only_where_it_was_put() {
    let folder = tempfile::tempdir().expect("a folder");
    let vault = open(folder.path(), MasterKeys::new(key(1)));
    let original = name(HOLDER, SecretPurpose::KsefToken, "a");
    vault.put(&original, b"secret").await.expect("put");
    let sealed = vault.store().secret(&original).await.expect("read").expect("there");
    for elsewhere in [
        name("1111111111", SecretPurpose::KsefToken, "a"),
        name(HOLDER, SecretPurpose::AuthenticationKey, "a"),
        name(HOLDER, SecretPurpose::KsefToken, "b"),
    ] {
        let moved = SealedSecret { name: elsewhere.clone(), ..sealed.clone() };
        vault.store().put_secret(&moved).await.expect("written");
        assert!(matches!(vault.get(&elsewhere).await, Err(VaultError::Altered { .. })), "{elsewhere}");
        // A record that lies about its name does not open either.
        vault
            .store()
            .put_secret(&SealedSecret { name: elsewhere.clone(), ..sealed.clone() })
            .await
            .expect("written");
        vault.remove(&elsewhere).await.expect("removed");
    }
    let mut altered = sealed.clone();
    altered.sealed[20] ^= 1;
    vault.store().put_secret(&altered).await.expect("written");
    assert!(matches!(vault.get(&original).await, Err(VaultError::Altered { .. })));
    vault.store().put_secret(&sealed).await.expect("written");
    assert_eq!(vault.get(&original).await.expect("as it was").as_slice(), b"secret");
    // A data key moved to another holder.
    let mut data_key = vault.store().data_keys().await.expect("read").remove(0);
    data_key.holder = "1111111111".to_owned();
    vault.store().put_data_key(&data_key).await.expect("written");
    assert!(matches!(vault.get(&original).await, Err(VaultError::Altered { .. })));
    assert!(matches!(vault.check().await, Err(VaultError::Altered { .. })));
}

#[tokio::test]
async fn the_master_key_changes_while_everything_stays_readable() {
    let folder = tempfile::tempdir().expect("a folder");
    let names: Vec<SecretName> =
        (0..5).map(|n| name(&format!("111111111{n}"), SecretPurpose::KsefToken, "t")).collect();
    let (old, new) = (key(1).id().clone(), key(2).id().clone());
    {
        let vault = open(folder.path(), MasterKeys::new(key(1)));
        for name in &names {
            vault.put(name, name.holder.as_bytes()).await.expect("put");
        }
    }
    {
        // The new key alone does not open, and says which one is needed.
        let vault = open(folder.path(), MasterKeys::new(key(2)));
        let refused = vault.get(&names[0]).await.expect_err("the old key is needed");
        assert!(
            matches!(&refused, VaultError::MasterKeyMissing { id, given } if *id == old && *given == new)
        );
        assert!(refused.to_string().contains(&old.to_string()));
        assert_eq!(vault.rotate().await.expect("nothing lost"), Rotation { rewrapped: 0, left: 5 });
    }
    {
        let vault = open(folder.path(), MasterKeys::new(key(2)).with_previous(key(1)));
        // Interrupted after two: half is under one key, half under the other, and all is readable.
        let mut data_keys = vault.store().data_keys().await.expect("read");
        data_keys.truncate(3);
        assert_eq!(vault.rotate().await.expect("rotated"), Rotation { rewrapped: 5, left: 0 });
        for data_key in &data_keys {
            vault.store().put_data_key(data_key).await.expect("as before");
        }
        let counts = vault.master_keys_in_use().await.expect("counts");
        assert_eq!((counts[&old], counts[&new]), (3, 2));
        for name in &names {
            assert_eq!(vault.get(name).await.expect("readable").as_slice(), name.holder.as_bytes());
        }
        // What is put in meanwhile goes under the new key.
        vault.put(&names[0], b"newer").await.expect("put");
        assert_eq!(vault.rotate().await.expect("finished"), Rotation { rewrapped: 3, left: 0 });
    }
    let vault = open(folder.path(), MasterKeys::new(key(2)));
    vault.check().await.expect("the old key is not needed any more");
    assert_eq!(vault.get(&names[0]).await.expect("readable").as_slice(), b"newer");
    assert_eq!(vault.get(&names[4]).await.expect("readable").as_slice(), b"1111111114");
}

#[tokio::test]
async fn a_passphrase_is_a_master_key_and_a_wrong_one_is_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let passphrase = |text: &str| SecretString::from(text.to_owned());
    let token = name(HOLDER, SecretPurpose::KsefToken, "a");
    {
        let (master, parameters) =
            PassphraseParameters::create(&passphrase("zażółć gęślą jaźń"), PassphraseCost::RECOMMENDED)
                .expect("a key");
        let vault = open(folder.path(), MasterKeys::new(master));
        vault.store().put_passphrase(&parameters).await.expect("kept");
        vault.put(&token, b"secret").await.expect("put");
    }
    let parameters = {
        let store = FolderStore::open(folder.path()).expect("a folder");
        store.passphrases().await.expect("read").remove(0)
    };
    let source = |text| MasterKeySource::Passphrase(passphrase(text), parameters.clone());
    let refused = MasterKey::read(&source("zażółć gęślą jaźn")).expect_err("wrong");
    assert!(matches!(refused, MasterKeyError::WrongPassphrase));
    let vault =
        open(folder.path(), MasterKeys::new(MasterKey::read(&source("zażółć gęślą jaźń")).expect("right")));
    assert_eq!(vault.get(&token).await.expect("there").as_slice(), b"secret");

    drop(vault);

    // From the passphrase to a key: the passphrase is forgotten once it opens nothing.
    let right = MasterKey::read(&source("zażółć gęślą jaźń")).expect("right");
    let vault = open(folder.path(), MasterKeys::new(key(2)).with_previous(right));
    assert_eq!(vault.rotate().await.expect("rotated"), Rotation { rewrapped: 1, left: 0 });
    assert!(vault.store().passphrases().await.expect("read").is_empty());
    assert_eq!(vault.get(&token).await.expect("there").as_slice(), b"secret");

    let short = PassphraseParameters::create(&passphrase("krótkie"), PassphraseCost::RECOMMENDED);
    assert!(matches!(short, Err(MasterKeyError::Passphrase { .. })));
    let cost = PassphraseCost { memory_kib: u32::MAX, ..PassphraseCost::RECOMMENDED };
    let hostile = PassphraseParameters { cost, ..parameters };
    let refused = MasterKey::read(&MasterKeySource::Passphrase(passphrase("x"), hostile));
    assert!(matches!(refused, Err(MasterKeyError::Passphrase { .. })));
}

#[tokio::test]
async fn the_environment_and_systemd_are_places_for_a_master_key() {
    // What is set for this process: read in a child, since setting variables here would touch other tests.
    let missing = MasterKey::read(&MasterKeySource::Environment("BRAMKA_TEST_UNSET".to_owned()));
    assert!(matches!(missing, Err(MasterKeyError::NotSet { name }) if name == "BRAMKA_TEST_UNSET"));
    if let Ok(expected) = std::env::var("BRAMKA_TEST_CHILD") {
        let sources = [
            MasterKeySource::Environment("BRAMKA_TEST_MASTER".to_owned()),
            MasterKeySource::SystemdCredential("master".to_owned()),
        ];
        for source in sources {
            assert_eq!(MasterKey::read(&source).expect("a key").id().to_string(), expected);
        }
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("master"), "07".repeat(32)).expect("written");
    let status = std::process::Command::new(std::env::current_exe().expect("this test"))
        .args(["--exact", "the_environment_and_systemd_are_places_for_a_master_key"])
        .env("BRAMKA_TEST_CHILD", key(7).id().to_string())
        .env("BRAMKA_TEST_MASTER", "07".repeat(32))
        .env("CREDENTIALS_DIRECTORY", folder.path())
        .status()
        .expect("it runs");
    assert!(status.success());
}

#[tokio::test]
async fn nothing_planted_is_found_anywhere() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let planted: &[u8] = b"PLANTED-dc3e1f-zazolc";
    let master = MasterKey::create_file(&folder.join("master.key")).expect("made");
    let master_text = std::fs::read(folder.join("master.key")).expect("read");
    let vault = open(&folder.join("vault"), MasterKeys::new(master));
    let secret = name(HOLDER, SecretPurpose::AuthenticationKey, "a");
    vault.put(&secret, planted).await.expect("put");
    let mut said = format!("{vault:?} {:?} {secret}", vault.store().data_keys().await.expect("read"));
    vault.rotate().await.expect("nothing to do");
    let mut altered = vault.store().secret(&secret).await.expect("read").expect("there");
    altered.sealed[3] ^= 1;
    vault.store().put_secret(&altered).await.expect("written");
    let error = vault.get(&secret).await.expect_err("altered");
    said += &format!("{error} {error:?}");
    let encoded = {
        use base64::Engine as _;
        base64::engine::general_purpose::STANDARD.encode(planted)
    };
    let hexadecimal: String = planted.iter().map(|byte| format!("{byte:02x}")).collect();
    let master_text = String::from_utf8(master_text).expect("Base64").trim().to_owned();
    let files = files_below(&folder.join("vault"));
    assert!(files.len() >= 3, "{files:?}");
    for needle in [String::from_utf8_lossy(planted).as_ref(), &encoded[..20], &hexadecimal, &master_text] {
        assert!(!said.contains(needle), "{needle}");
        for file in &files {
            let bytes = std::fs::read(file).expect("readable");
            let found = bytes.windows(needle.len()).any(|window| window == needle.as_bytes());
            assert!(!found, "{needle} in {}", file.display());
        }
    }
}

#[tokio::test]
async fn files_are_private_and_half_written_ones_do_not_count() {
    let folder = tempfile::tempdir().expect("a folder");
    let vault = open(&folder.path().join("vault"), MasterKeys::new(key(1)));
    vault.put(&name(HOLDER, SecretPurpose::KsefToken, "a"), b"secret").await.expect("put");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = |path: &Path| std::fs::metadata(path).expect("there").permissions().mode() & 0o777;
        assert_eq!(mode(&folder.path().join("vault")), 0o700);
        for file in files_below(folder.path()) {
            assert_eq!(mode(&file), 0o600, "{}", file.display());
        }
    }
    // A process that died while it wrote leaves a file beside; it is nobody's secret.
    std::fs::write(folder.path().join("vault/secrets/x.new"), b"{").expect("written");
    assert_eq!(vault.names().await.expect("names").len(), 1);
    // A damaged file is named.
    let damaged = folder.path().join("vault/secrets/0.json");
    std::fs::write(&damaged, b"{").expect("written");
    let error: StoreError = vault.store().secret_names().await.expect_err("damaged");
    assert!(error.to_string().contains("0.json"), "{error}");
}
