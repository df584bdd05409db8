//! The context in which one works with KSeF: for us, a *company*.

use crate::{Nip, text_form};

/// A KSeF context: a NIP, an internal identifier, a NIP with an EU VAT number, or a Peppol provider.
///
/// As text (command line, REST paths, database): the bare NIP, or `InternalId:…`, `NipVatUe:…`, `PeppolId:…`;
/// `Nip:…` is read too. Shapes are those of `schemat_auth_v2-1.xsd` (`TContextIdentifier`), except that the EU number
/// within `NipVatUe` is only checked for its two letters and 2 to 12 characters: which country has which form is KSeF's
/// to say and changes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ContextIdentifier {
    kind: ContextType,
    value: String,
    text: String,
}

/// The four types of context; the names are those of the API's `AuthenticationContextIdentifierType`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub enum ContextType {
    /// A taxpayer's NIP.
    Nip,
    /// A NIP with a unit's five digits, `9999999999-00000`.
    InternalId,
    /// A NIP and an EU VAT number, `9999999999-XX…`.
    NipVatUe,
    /// A Peppol service provider, `PXX000000`.
    PeppolId,
}

/// Why a text is no [`ContextIdentifier`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "a company is given as a NIP (10 digits), InternalId:9999999999-00000, NipVatUe:9999999999-XX… or PeppolId:PXX000000; found {found:?}"
)]
pub struct ContextIdentifierError {
    /// The text as it was given, cut at 60 characters.
    pub found: String,
}

impl ContextIdentifier {
    /// Parses the text form.
    ///
    /// # Errors
    /// [`ContextIdentifierError`] when the type is unknown or the value does not have the type's shape.
    pub fn parse(text: &str) -> Result<Self, ContextIdentifierError> {
        let error = || ContextIdentifierError { found: text.chars().take(60).collect() };
        let (kind, value) = match text.split_once(':') {
            None => (ContextType::Nip, text),
            Some((kind, value)) => (ContextType::from_name(kind).ok_or_else(error)?, value),
        };
        Self::new(kind, value).map_err(|_| error())
    }

    /// Makes a context from type and value as the API carries them.
    ///
    /// # Errors
    /// [`ContextIdentifierError`] when the value does not have the type's shape.
    pub fn new(kind: ContextType, value: &str) -> Result<Self, ContextIdentifierError> {
        let shaped = match kind {
            ContextType::Nip => Nip::parse(value).is_ok(),
            ContextType::InternalId => split_nip(value)
                .is_some_and(|unit| unit.len() == 5 && unit.bytes().all(|byte| byte.is_ascii_digit())),
            ContextType::NipVatUe => split_nip(value).is_some_and(|vat| {
                (4..=14).contains(&vat.len())
                    && vat.bytes().take(2).all(|byte| byte.is_ascii_uppercase())
                    && vat.bytes().skip(2).all(|byte| byte.is_ascii_alphanumeric() || b"+*".contains(&byte))
            }),
            ContextType::PeppolId => {
                value.len() == 9
                    && value.starts_with('P')
                    && value.bytes().skip(1).take(2).all(|byte| byte.is_ascii_uppercase())
                    && value.bytes().skip(3).all(|byte| byte.is_ascii_digit())
            }
        };
        if !shaped {
            return Err(ContextIdentifierError { found: value.chars().take(60).collect() });
        }
        let text = match kind {
            ContextType::Nip => value.to_owned(),
            _ => format!("{}:{value}", kind.name()),
        };
        Ok(Self { kind, value: value.to_owned(), text })
    }

    /// The context of a taxpayer.
    #[must_use]
    pub fn of_nip(nip: Nip) -> Self {
        Self { kind: ContextType::Nip, value: nip.to_string(), text: nip.to_string() }
    }

    /// Its type.
    #[must_use]
    pub fn kind(&self) -> ContextType {
        self.kind
    }

    /// Its value without the type.
    #[must_use]
    pub fn value(&self) -> &str {
        &self.value
    }

    /// The text form that [`ContextIdentifier::parse`] reads.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The NIP that the context is or begins with; a Peppol provider has none.
    #[must_use]
    pub fn nip(&self) -> Option<Nip> {
        self.value.get(..10).and_then(|nip| Nip::parse(nip).ok())
    }
}

impl ContextType {
    /// The API's name of the type.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Nip => "Nip",
            Self::InternalId => "InternalId",
            Self::NipVatUe => "NipVatUe",
            Self::PeppolId => "PeppolId",
        }
    }

    fn from_name(name: &str) -> Option<Self> {
        [Self::Nip, Self::InternalId, Self::NipVatUe, Self::PeppolId]
            .into_iter()
            .find(|kind| kind.name() == name)
    }
}

text_form!(ContextIdentifier, ContextIdentifierError);

/// What follows a NIP and a hyphen.
fn split_nip(value: &str) -> Option<&str> {
    let (nip, rest) = value.split_once('-')?;
    Nip::parse(nip).ok().map(|_| rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<(ContextType, &str)>) {
        let parsed = ContextIdentifier::parse(text).ok();
        assert_eq!(parsed.as_ref().map(|context| (context.kind(), context.value())), expected, "{text}");
        if let Some(context) = parsed {
            assert_eq!(ContextIdentifier::parse(context.as_str()), Ok(context));
        }
    }

    #[test]
    fn text_forms() {
        check("5265877635", Some((ContextType::Nip, "5265877635")));
        check("Nip:5265877635", Some((ContextType::Nip, "5265877635")));
        check("InternalId:5265877635-00001", Some((ContextType::InternalId, "5265877635-00001")));
        check("NipVatUe:5265877635-DE123456789", Some((ContextType::NipVatUe, "5265877635-DE123456789")));
        check("PeppolId:PPL123456", Some((ContextType::PeppolId, "PPL123456")));
        for text in ["", "526587763", "Pesel:88102341294", "InternalId:5265877635", "PeppolId:XPL123456", "ą"]
        {
            check(text, None);
        }
    }
}
