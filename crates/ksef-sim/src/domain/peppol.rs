//! Providers of Peppol services: each is registered by its first login ("Automatyczna rejestracja dostawcy", guide,
//! `api-changelog.md`).

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A provider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Provider {
    /// `P`, two letters, six digits.
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) registered_at: Timestamp,
}

/// All providers.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Providers(Vec<Provider>);

impl Providers {
    /// Registers a provider, unless it is there; without a name of its own it is called by its identifier.
    pub(crate) fn register(&mut self, id: &str, name: Option<String>, now: Timestamp) {
        if self.0.iter().any(|provider| provider.id == id) {
            return;
        }
        let name: String = name.unwrap_or_else(|| id.to_owned()).chars().take(NAME_MAX).collect();
        self.0.push(Provider { id: id.to_owned(), name, registered_at: now });
    }

    /// The newest first, those of one moment by identifier.
    pub(crate) fn sorted(&self) -> Vec<&Provider> {
        let mut all: Vec<&Provider> = self.0.iter().collect();
        all.sort_by(|a, b| b.registered_at.cmp(&a.registered_at).then_with(|| a.id.cmp(&b.id)));
        all
    }
}

/// Characters of a name (OpenAPI 2.9.0, `PeppolProvider`).
const NAME_MAX: usize = 256;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn registered_once_and_listed_newest_first() {
        let at = |second| Timestamp::from_second(second).expect("a time");
        let mut providers = Providers::default();
        providers.register("PPL000002", None, at(1));
        providers.register("PPL000001", Some("Dostawca".to_owned()), at(1));
        providers.register("PPL000003", None, at(2));
        providers.register("PPL000001", Some("Inny".to_owned()), at(3));
        let found: Vec<(&str, &str)> = providers
            .sorted()
            .iter()
            .map(|provider| (provider.id.as_str(), provider.name.as_str()))
            .collect();
        let expected = [("PPL000003", "PPL000003"), ("PPL000001", "Dostawca"), ("PPL000002", "PPL000002")];
        assert_eq!(found, expected);
    }
}
