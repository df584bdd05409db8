//! Element names of a schema as numbers, and the look-up of a document's names among them.
//!
//! A name is looked up by namespace and local name once, and then found again by its bytes alone as long as no
//! namespace declaration comes or goes: comparing numbers is what makes the content models quick.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use crate::xml::namespace::Namespaces;

/// An element name of a document, as far as a schema knows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Name {
    /// Number of the name in the schema, or [`Name::UNKNOWN`].
    pub(crate) id: u16,
    /// Number of its namespace in the schema, [`Name::FOREIGN`] or [`Name::NO_NAMESPACE`].
    pub(crate) namespace: u8,
}

impl Name {
    /// Of a name that the schema does not have.
    pub(crate) const UNKNOWN: u16 = u16::MAX;
    /// Of a namespace that the schema does not have.
    pub(crate) const FOREIGN: u8 = u8::MAX;
    /// Of a name that is in no namespace.
    pub(crate) const NO_NAMESPACE: u8 = u8::MAX - 1;
}

/// The names of a schema.
#[derive(Debug)]
pub(crate) struct Names {
    /// Prefix in the tables and namespace; the first, without prefix, is the form's own.
    namespaces: Vec<(&'static str, &'static str)>,
    ids: HashMap<&'static str, u16, BuildHasherDefault<NameHasher>>,
}

impl Names {
    /// No names yet, and room for so many.
    pub(crate) fn new(
        own: &'static str,
        prefixes: impl Iterator<Item = (&'static str, &'static str)>,
        room: usize,
    ) -> Self {
        let namespaces = std::iter::once(("", own)).chain(prefixes).collect();
        Self { namespaces, ids: HashMap::with_capacity_and_hasher(room, BuildHasherDefault::default()) }
    }

    /// The number of a name as the tables write it; a new name gets the next.
    pub(crate) fn number(&mut self, key: &'static str) -> u16 {
        if let Some(id) = self.ids.get(key) {
            return *id;
        }
        // The largest schema has some four thousand names.
        let id = u16::try_from(self.ids.len()).unwrap_or(Name::UNKNOWN).min(Name::UNKNOWN - 1);
        self.ids.insert(key, id);
        id
    }

    /// The number of a name as the tables write it.
    pub(crate) fn known(&self, key: &str) -> Option<u16> {
        self.ids.get(key).copied()
    }

    pub(crate) fn len(&self) -> usize {
        self.ids.len()
    }

    /// The namespace that a prefix of the tables stands for.
    pub(crate) fn namespace_number(&self, prefix: &str) -> Option<u8> {
        self.namespaces.iter().position(|(known, _)| *known == prefix).and_then(|at| u8::try_from(at).ok())
    }

    /// The namespace of a name as the tables write it.
    pub(crate) fn namespace_of(&self, key: &str) -> &'static str {
        let prefix = key.split_once(':').map_or("", |(prefix, _)| prefix);
        self.namespaces.iter().find(|(known, _)| *known == prefix).map_or("", |(_, uri)| *uri)
    }

    /// How the tables write a name.
    pub(crate) fn key(&self, namespace: &str, local: &str) -> Option<String> {
        let (prefix, _) = self.namespaces.iter().find(|(_, uri)| *uri == namespace)?;
        Some(if prefix.is_empty() { local.to_owned() } else { format!("{prefix}:{local}") })
    }

    /// Whether the schema has names in this namespace.
    pub(crate) fn has(&self, namespace: &str) -> bool {
        self.namespaces.iter().any(|(_, uri)| *uri == namespace)
    }

    fn find(&self, namespace: u8, local: &str) -> Name {
        let id = match self.namespaces.get(usize::from(namespace)) {
            None => None,
            Some(("", _)) => self.ids.get(local),
            Some((prefix, _)) => self.ids.get(format!("{prefix}:{local}").as_str()),
        };
        Name { id: id.copied().unwrap_or(Name::UNKNOWN), namespace }
    }

    fn namespace(&self, uri: &str) -> u8 {
        let at = self.namespaces.iter().position(|(_, known)| *known == uri);
        let outside = if uri.is_empty() { Name::NO_NAMESPACE } else { Name::FOREIGN };
        at.and_then(|at| u8::try_from(at).ok()).unwrap_or(outside)
    }
}

/// A quick hash for the schema's own names, which nobody outside chooses: looking up a hostile name costs no more.
#[derive(Debug, Default)]
pub(super) struct NameHasher(u64);

impl Hasher for NameHasher {
    fn write(&mut self, bytes: &[u8]) {
        let mut add = |word: u64| self.0 = (self.0 ^ word).wrapping_mul(MULTIPLIER).rotate_left(23);
        let (words, rest) = bytes.as_chunks();
        words.iter().for_each(|word| add(u64::from_le_bytes(*word)));
        add(rest.iter().fold(0, |word, byte| (word << 8) | u64::from(*byte)));
    }

    fn finish(&self) -> u64 {
        self.0.wrapping_mul(MULTIPLIER)
    }
}

/// The names met lately, by their bytes.
#[derive(Debug)]
pub(crate) struct NameCache<'a> {
    slots: Vec<Option<(&'a str, Name)>>,
    epoch: u32,
    /// Number of the default namespace.
    default: u8,
}

impl<'a> NameCache<'a> {
    pub(crate) fn new() -> Self {
        Self { slots: vec![None; SLOTS], epoch: 0, default: Name::NO_NAMESPACE }
    }

    /// The name of an element; `None` when its prefix is not declared.
    #[inline]
    pub(crate) fn resolve(
        &mut self,
        qualified: &'a str,
        names: &Names,
        namespaces: &Namespaces<'a>,
    ) -> Option<Name> {
        if self.epoch != namespaces.epoch() {
            self.slots.fill(None);
            self.epoch = namespaces.epoch();
            self.default = names.namespace(namespaces.uri("").unwrap_or_default());
        }
        let slot = &mut self.slots[slot(qualified)];
        if let Some((known, name)) = slot
            && *known == qualified
        {
            return Some(*name);
        }
        let name = if memchr::memchr(b':', qualified.as_bytes()).is_none() {
            names.find(self.default, qualified)
        } else {
            let (namespace, local) = namespaces.element(qualified)?;
            names.find(names.namespace(namespace), local)
        };
        *slot = Some((qualified, name));
        Some(name)
    }
}

/// By length and last eight bytes, where the names of invoices differ.
#[inline]
fn slot(name: &str) -> usize {
    let bytes = name.as_bytes();
    let tail = match bytes.last_chunk::<8>() {
        Some(tail) => u64::from_le_bytes(*tail),
        None => bytes.iter().fold(0, |tail, byte| (tail << 8) | u64::from(*byte)),
    };
    let mixed = (tail ^ (bytes.len() as u64) << 56).wrapping_mul(MULTIPLIER);
    (mixed >> (64 - SLOTS.trailing_zeros())) as usize
}

const SLOTS: usize = 256;

/// 2⁶⁴ divided by the golden ratio: spreads neighbouring numbers.
const MULTIPLIER: u64 = 0x9E37_79B9_7F4A_7C15;
