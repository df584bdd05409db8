//! Secrets from a file, the environment or a prompt; never from an argument, which every user of the machine can see.

use std::io::IsTerminal as _;
use std::path::Path;

use ksef_crypto::{SecretString, secret_from_file};

use crate::failure::Failure;

/// The password of a key: from the file, else from `BRAMKA_KEY_PASSWORD`, else none.
pub(crate) fn key_password(file: Option<&Path>) -> Result<Option<SecretString>, Failure> {
    match file {
        Some(file) => from_file(file).map(Some),
        None => Ok(from_environment("BRAMKA_KEY_PASSWORD")),
    }
}

/// A secret from a file; one line end at its end is no part of it.
pub(crate) fn from_file(file: &Path) -> Result<SecretString, Failure> {
    let bytes =
        zeroize::Zeroizing::new(std::fs::read(file).map_err(|error| Failure::unreadable(file, &error))?);
    secret_from_file(&bytes).ok_or_else(|| {
        let file = file.display();
        Failure::new(
            format!("{file} nie jest tekstem w UTF-8: zapisz w nim sam sekret i nic więcej"),
            format!("{file} is no text in UTF-8: it must hold the secret and nothing else"),
        )
    })
}

/// A secret from a variable of the environment that is set and not empty.
pub(crate) fn from_environment(name: &str) -> Option<SecretString> {
    std::env::var(name).ok().filter(|value| !value.is_empty()).map(SecretString::from)
}

/// Asks on the terminal, without showing what is typed; `None` where nobody can be asked.
pub(crate) fn ask(prompt: &str) -> Result<Option<SecretString>, Failure> {
    if !std::io::stdin().is_terminal() {
        return Ok(None);
    }
    rpassword::prompt_password(prompt).map(|text| Some(SecretString::from(text))).map_err(|error| {
        Failure::new(
            format!("nie można odczytać hasła z terminala: {error}"),
            format!("the password cannot be read from the terminal: {error}"),
        )
    })
}
