//! What several test files of this crate share.
#![allow(dead_code, reason = "each test file uses its part")]

use std::path::Path;
use std::process::{Command, Output};

use ksef_crypto::{Credential, KeyKind, Subject};

/// A fixed signing time within the validity of [`credential`].
pub(crate) fn timestamp() -> jiff::Timestamp {
    "2026-11-22T10:00:00Z".parse().expect("a date")
}

/// A credential made now, for a company's seal with Polish letters in its name.
pub(crate) fn credential(kind: KeyKind) -> Credential {
    let subject = Subject::Seal {
        nip: "5265877635".into(),
        organization: "Żółta Łódź, \"Hurt\" sp. z o.o.".into(),
    };
    let from = "2026-01-01T00:00:00Z".parse().expect("a date");
    let to = "2028-01-01T00:00:00Z".parse().expect("a date");
    Credential::self_signed(&subject, kind, from, to).expect("a credential")
}

/// A login document without white space between its elements.
pub(crate) fn login_document() -> String {
    "<?xml version=\"1.0\" encoding=\"utf-8\"?><AuthTokenRequest xmlns=\"http://ksef.mf.gov.pl/auth/token/2.0\">\
     <Challenge>20250604-CR-461EA5B000-537A6BA15D-D7</Challenge><ContextIdentifier><Nip>5265877635</Nip>\
     </ContextIdentifier><SubjectIdentifierType>certificateSubject</SubjectIdentifierType></AuthTokenRequest>"
        .to_owned()
}

/// Runs an outside judge. `None`, said aloud, when it is not installed; a failure where `BRAMKA_REQUIRE=all`.
pub(crate) fn run_tool(program: &str, arguments: &[&str]) -> Option<Output> {
    match Command::new(program).args(arguments).output() {
        Ok(output) => Some(output),
        Err(error) => {
            assert_ne!(
                std::env::var("BRAMKA_REQUIRE").as_deref(),
                Ok("all"),
                "{program} is required: {error}"
            );
            eprintln!("SKIPPED: {program} is not installed");
            None
        }
    }
}

/// Runs `openssl` with words separated by spaces; `{}` stands for the folder and `~` for a space within a word.
pub(crate) fn openssl(folder: &Path, words: &str) -> Option<()> {
    openssl_output(folder, words).map(|_| ())
}

/// The same, with what it printed.
pub(crate) fn openssl_output(folder: &Path, words: &str) -> Option<String> {
    let words: Vec<String> = words
        .split(' ')
        .map(|word| word.replace("{}", &folder.to_string_lossy()).replace('~', " "))
        .collect();
    let output = run_tool("openssl", &words.iter().map(String::as_str).collect::<Vec<_>>())?;
    assert!(output.status.success(), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
    Some(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// A file that the test made.
pub(crate) fn read(folder: &Path, name: &str) -> Vec<u8> {
    std::fs::read(folder.join(name)).expect("made before")
}
