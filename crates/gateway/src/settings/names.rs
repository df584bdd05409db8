//! The names of settings: which there are, which is none, and which was meant.

use super::file::File;

/// What the reader knows below a table, by provoking its refusal.
pub(super) fn names_below(header: &str, prefix: &str) -> Vec<String> {
    let provoked = toml::from_str::<File>(&format!("{header}\n{NO_NAME} = 0\n"));
    let message = provoked.err().map(|error| error.message().to_owned()).unwrap_or_default();
    let Some((NO_NAME, known)) = unknown_key(&message) else { return Vec::new() };
    let mut names = Vec::new();
    for name in known {
        let full = format!("{prefix}{name}");
        // One of them is refused as it is no table, or no list.
        let below: Vec<String> = match prefix {
            "" => ["[", "[["]
                .into_iter()
                .map(|open| format!("{open}{name}{}", if open == "[" { "]" } else { "]]" }))
                .flat_map(|header| names_below(&header, &format!("{full}.")))
                .collect(),
            _ => Vec::new(),
        };
        if below.is_empty() { names.push(full) } else { names.extend(below) }
    }
    names
}

/// A value on one line; none of a table or a list.
pub(super) fn scalar(value: &toml::Value) -> Option<String> {
    match value {
        toml::Value::String(text) => Some(text.clone()),
        toml::Value::Table(_) | toml::Value::Array(_) => None,
        value => Some(value.to_string()),
    }
}

/// The name that is not known and those that are, from the reader's words for it.
pub(super) fn unknown_key(message: &str) -> Option<(&str, Vec<String>)> {
    let rest = message.strip_prefix("unknown field `")?;
    let (key, rest) = rest.split_once('`')?;
    let known = rest.split('`').skip(1).step_by(2).map(str::to_owned).collect();
    Some((key, known))
}

pub(super) fn nearest(key: &str, known: &[String]) -> Option<String> {
    let scored = known.iter().map(|name| (strsim::jaro_winkler(key, name), name));
    let (score, name) = scored.max_by(|(one, _), (other, _)| one.total_cmp(other))?;
    (score >= NEAR).then(|| name.clone())
}

pub(super) fn did_you_mean(nearest: Option<&str>) -> String {
    nearest.map_or_else(
        || " (docs/configuration.md has all)".to_owned(),
        |name| format!("; did you mean {name}?"),
    )
}

/// No setting is called so.
const NO_NAME: &str = "no_setting_is_called_so";
/// `lisen` and `listen` are nearer than this, `port` and `print` are not.
const NEAR: f64 = 0.8;
