//! What `bramka serve` was started with, for the page of settings: every setting of the table, with its value and where it was said.
//! A flag wins over a variable, a variable over the file. What is secret is never told.

use std::ffi::OsString;
use std::path::Path;

use gateway::{SettingSource, Settings, SettingsError, ToldSetting};
use gateway_api::Words;

use crate::settings_table::{SETTINGS, Setting, in_polish};

/// The settings of this process: its flags, its environment, and the file that it was started with.
pub(super) fn settings(config: Option<&Path>) -> Result<Vec<ToldSetting>, SettingsError> {
    let flags: Vec<String> =
        std::env::args_os().filter_map(|word| OsString::into_string(word).ok()).collect();
    let in_file = match config {
        Some(path) => Settings::said(path)?,
        None => Vec::new(),
    };
    let path = config.map(|path| path.display().to_string()).unwrap_or_default();
    Ok(told(&flags, |name| std::env::var(name).ok(), &in_file, &path))
}

fn told(
    flags: &[String],
    environment: impl Fn(&str) -> Option<String>,
    in_file: &[(String, String)],
    path: &str,
) -> Vec<ToldSetting> {
    // Those of one company stand on the company's page.
    let shared = SETTINGS.iter().filter(|one| {
        !one.file.is_some_and(|name| name.starts_with("company.") || name.starts_with("folder."))
    });
    shared
        .map(|one| {
            let of_flag = one.flag.and_then(|name| flag(flags, name).map(|value| (value, name)));
            let of_environment = one
                .environment
                .and_then(|name| Some((environment(name).filter(|text| !text.is_empty())?, name)));
            let of_file = one.file.and_then(|name| in_file.iter().find(|(found, _)| found == name));
            let (value, source) = if let Some((value, name)) = of_flag {
                (Some(value), SettingSource::Flag(name.to_owned()))
            } else if let Some((value, name)) = of_environment {
                (Some(value), SettingSource::Environment(name.to_owned()))
            } else if let Some((_, value)) = of_file {
                (Some(value.clone()), SettingSource::File(path.to_owned()))
            } else {
                (None, SettingSource::Default)
            };
            ToldSetting {
                name: one.file.or(one.environment).or(one.flag).unwrap_or_default().to_owned(),
                about: Words { pl: one.pl.to_owned(), en: one.en.to_owned() },
                value: shown(one, value),
                source,
            }
        })
        .collect()
}

/// The value of a flag: `--flag value`, `--flag=value`, or `yes` for one that has none.
fn flag(words: &[String], name: &str) -> Option<String> {
    let place = words
        .iter()
        .position(|word| word == name || word.strip_prefix(name).is_some_and(|rest| rest.starts_with('=')))?;
    if let Some((_, value)) = words[place].split_once('=') {
        return Some(value.to_owned());
    }
    let next = words.get(place + 1).filter(|word| !word.starts_with("--"));
    Some(next.cloned().unwrap_or_else(|| "yes".to_owned()))
}

fn shown(one: &Setting, value: Option<String>) -> Words {
    match value {
        None => Words { pl: in_polish(one.default).to_owned(), en: one.default.to_owned() },
        Some(_) if one.environment.is_some_and(|name| SECRET.contains(&name)) => {
            Words { pl: "ustawione, nie pokazuje się".to_owned(), en: "set, not shown".to_owned() }
        }
        Some(value) => {
            let value = without_password(&value);
            Words { pl: value.clone(), en: value }
        }
    }
}

/// An address without the password that stands in it: between the colon behind the user and the last at sign before the path, or
/// as a parameter.
fn without_password(value: &str) -> String {
    let Some((scheme, rest)) = value.split_once("://") else { return value.to_owned() };
    let (address, query) =
        rest.split_once('?').map_or((rest, None), |(address, query)| (address, Some(query)));
    let mut shown = match address.rsplit_once('@') {
        Some((user, host)) => {
            let name = user.split_once(':').map_or(user, |(name, _)| name);
            let hidden = if user.contains(':') { ":…" } else { "" };
            format!("{scheme}://{name}{hidden}@{host}")
        }
        None => format!("{scheme}://{address}"),
    };
    if let Some(query) = query {
        let pairs: Vec<String> = query
            .split('&')
            .map(|pair| match pair.split_once('=') {
                Some((name, _)) if name.to_ascii_lowercase().contains("password") => format!("{name}=…"),
                _ => pair.to_owned(),
            })
            .collect();
        shown.push('?');
        shown.push_str(&pairs.join("&"));
    }
    shown
}

/// Variables that hold a secret themselves.
const SECRET: [&str; 4] =
    ["BRAMKA_API_KEY", "BRAMKA_MASTER_KEY", "BRAMKA_MASTER_PASSPHRASE", "BRAMKA_SMTP_PASSWORD"];

#[cfg(test)]
mod tests {
    use super::*;

    fn of<'a>(told: &'a [ToldSetting], name: &str) -> &'a ToldSetting {
        told.iter().find(|one| one.name == name).unwrap_or_else(|| panic!("no {name}"))
    }

    #[test]
    fn each_setting_is_told_with_where_it_was_said() {
        let flags =
            ["bramka", "serve", "--listen=127.0.0.1:1", "--migrate", "--data", "/d"].map(str::to_owned);
        let environment = |name: &str| match name {
            "BRAMKA_LISTEN" => Some("127.0.0.1:2".to_owned()),
            "BRAMKA_RENEW_DAYS" => Some("9".to_owned()),
            "BRAMKA_API_KEY" => Some("very secret".to_owned()),
            "BRAMKA_PUBLIC_URL" => Some(String::new()),
            _ => None,
        };
        let in_file = [("listen", "127.0.0.1:3"), ("database", "postgres://u:very%20secret@h/n")]
            .map(|(name, value)| (name.to_owned(), value.to_owned()));
        let told = told(&flags, environment, &in_file, "/etc/bramka.toml");
        let check = |name: &str, value: &str, source: SettingSource| {
            let found = of(&told, name);
            assert_eq!((found.value.en.as_str(), &found.source), (value, &source), "{name}");
        };
        let file = SettingSource::File("/etc/bramka.toml".to_owned());
        check("listen", "127.0.0.1:1", SettingSource::Flag("--listen".to_owned()));
        check("data", "/d", SettingSource::Flag("--data".to_owned()));
        check("BRAMKA_MIGRATE", "yes", SettingSource::Flag("--migrate".to_owned()));
        check("certificates.renew_days", "9", SettingSource::Environment("BRAMKA_RENEW_DAYS".to_owned()));
        check("database", "postgres://u:…@h/n", file);
        check("public_url", "none", SettingSource::Default);
        check("BRAMKA_API_KEY", "set, not shown", SettingSource::Environment("BRAMKA_API_KEY".to_owned()));
        let all = format!("{told:?}");
        assert!(!all.contains("very secret") && !all.contains("very%20secret"), "a secret");
        assert!(told.iter().all(|one| !one.name.starts_with("company.")));
    }

    #[test]
    fn passwords_are_taken_out_of_addresses() {
        for (value, expected) in [
            ("postgres://u:p@h/n", "postgres://u:…@h/n"),
            ("postgres://u:p@x@h/n", "postgres://u:…@h/n"),
            ("postgres://u@h/n", "postgres://u@h/n"),
            ("postgres://h/n?user=u&password=p", "postgres://h/n?user=u&password=…"),
            ("https://bramka.example", "https://bramka.example"),
            ("/var/lib/bramka", "/var/lib/bramka"),
        ] {
            assert_eq!(without_password(value), expected);
        }
    }
}
