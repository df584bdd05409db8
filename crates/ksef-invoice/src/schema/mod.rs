//! The forms' schemas as tables, and the check of a document against them.
//!
//! The tables under `tables/` are compiled from the official XSDs by `cargo xtask schemas`; nothing here knows an
//! element by name. Content models are automata whose states are the places of elements, with a counter for each
//! element that repeats, so that `maxOccurs="10000"` costs no more than 1.

mod attributes;
pub(crate) mod datatype;
mod load;
pub(crate) mod model;
mod pattern;
pub(crate) mod simple;
pub(crate) mod validator;
mod words;

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use crate::Form;
use model::ContentModel;
use simple::SimpleType;

/// A form's schema.
#[derive(Debug)]
pub(crate) struct Schema {
    pub(crate) namespace: String,
    /// Of the types that the table calls `etd:…`.
    base_namespace: Option<String>,
    pub(crate) root: String,
    root_type: TypeId,
    /// Children of the root, and the child of theirs whose value may not occur twice.
    unique: Vec<(String, String)>,
    types: Vec<Type>,
    type_names: HashMap<String, TypeId>,
}

/// Index into the types of one schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct TypeId(u32);

/// A type of elements or attributes.
#[derive(Debug)]
pub(crate) enum Type {
    Simple(SimpleType),
    Complex(ComplexType),
}

/// A type with child elements or attributes.
#[derive(Debug)]
pub(crate) struct ComplexType {
    pub(crate) base: Option<TypeId>,
    pub(crate) attributes: Vec<AttributeRule>,
    /// The simple type of its text; then it has no child elements.
    pub(crate) text: Option<TypeId>,
    pub(crate) content: ContentModel,
}

/// An attribute that an element may or must have.
#[derive(Debug)]
pub(crate) struct AttributeRule {
    pub(crate) name: String,
    pub(crate) kind: TypeId,
    pub(crate) is_required: bool,
    pub(crate) fixed: Option<String>,
}

impl Schema {
    /// The schema of a form, when its tables are compiled.
    pub(crate) fn of(form: Form) -> Option<&'static Self> {
        Some(match form {
            Form::Fa2 => &FA2,
            Form::Fa3 => &FA3,
            Form::FaRr1 => &FA_RR1,
            Form::Upo43 => &UPO43,
            Form::Pef3 | Form::PefKor3 => return None,
        })
    }

    /// Reads a table.
    fn load(table: &str) -> Self {
        load::load(table).expect("the embedded tables are compiled by xtask, and a test loads each")
    }

    pub(crate) fn root_type(&self) -> TypeId {
        self.root_type
    }

    pub(crate) fn get(&self, id: TypeId) -> &Type {
        &self.types[id.0 as usize]
    }

    /// The simple type of this identifier; the tables name simple types only where one must be.
    pub(crate) fn simple(&self, id: TypeId) -> Option<&SimpleType> {
        match self.get(id) {
            Type::Simple(simple) => Some(simple),
            Type::Complex(_) => None,
        }
    }

    /// The type that a table calls so: `TAdres`, `etd:TData`, `xsd:string`.
    pub(crate) fn type_named(&self, name: &str) -> Option<TypeId> {
        self.type_names.get(name).copied()
    }

    /// How the table calls a type that a document names by namespace and local name.
    pub(crate) fn type_key(&self, namespace: &str, local: &str) -> Option<String> {
        match namespace {
            XSD => Some(format!("xsd:{local}")),
            own if own == self.namespace => Some(local.to_owned()),
            base if self.base_namespace.as_deref() == Some(base) => Some(format!("etd:{local}")),
            _ => None,
        }
    }

    /// Whether a type is another or derived from it.
    pub(crate) fn is_derived(&self, kind: TypeId, ancestor: TypeId) -> bool {
        let base = |kind: TypeId| match self.get(kind) {
            Type::Simple(simple) => simple.base,
            Type::Complex(complex) => complex.base,
        };
        // A chain cannot be longer than there are types.
        std::iter::successors(Some(kind), |kind| base(*kind))
            .take(self.types.len())
            .any(|kind| kind == ancestor)
    }

    fn parents_of_repeated(&self) -> impl Iterator<Item = (String, String)> {
        let mut pairs = Vec::new();
        for kind in &self.types {
            let Type::Complex(complex) = kind else { continue };
            for position in complex.content.positions() {
                let Type::Complex(child) = self.get(position.kind) else {
                    continue;
                };
                for grandchild in child.content.positions().iter().filter(|position| position.max != Some(1))
                {
                    pairs.push((position.name.clone(), grandchild.name.clone()));
                }
            }
        }
        if let Type::Complex(root) = self.get(self.root_type) {
            let repeated = root.content.positions().iter().filter(|position| position.max != Some(1));
            pairs.extend(repeated.map(|position| (self.root.clone(), position.name.clone())));
        }
        pairs.into_iter()
    }
}

/// Whether an element may stand several times in a parent of this name, in any form.
pub(crate) fn may_repeat(parent: Option<&str>, name: &str) -> bool {
    static REPEATED: LazyLock<HashMap<String, HashSet<String>>> = LazyLock::new(|| {
        let mut repeated: HashMap<String, HashSet<String>> = HashMap::new();
        for schema in Form::ALL.into_iter().filter_map(Schema::of) {
            for (parent, child) in schema.parents_of_repeated() {
                repeated.entry(parent).or_default().insert(child);
            }
        }
        repeated
    });
    parent.and_then(|parent| REPEATED.get(parent)).is_some_and(|children| children.contains(name))
}

/// Namespace of XSD's built-in types.
const XSD: &str = "http://www.w3.org/2001/XMLSchema";

static FA2: LazyLock<Schema> = LazyLock::new(|| Schema::load(include_str!("tables/fa2.txt")));
static FA3: LazyLock<Schema> = LazyLock::new(|| Schema::load(include_str!("tables/fa3.txt")));
static FA_RR1: LazyLock<Schema> = LazyLock::new(|| Schema::load(include_str!("tables/fa_rr1.txt")));
static UPO43: LazyLock<Schema> = LazyLock::new(|| Schema::load(include_str!("tables/upo43.txt")));

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_loads_and_fits_its_form() {
        for form in Form::ALL {
            let Some(schema) = Schema::of(form) else { continue };
            assert_eq!(schema.namespace, form.namespace(), "{form}");
            assert_eq!(schema.root, form.root(), "{form}");
        }
    }

    #[test]
    fn repetition_is_known_by_parent() {
        assert!(may_repeat(Some("Fa"), "FaWiersz"));
        assert!(may_repeat(Some("Faktura"), "Podmiot3"));
        assert!(!may_repeat(Some("Fa"), "P_1"));
        assert!(!may_repeat(None, "Faktura"));
    }

    #[test]
    fn derivation_follows_the_bases() {
        let schema = Schema::of(Form::Fa3).expect("FA(3) has a table");
        let named = |name| schema.type_named(name).expect(name);
        assert!(schema.is_derived(named("TRodzajFaktury"), named("TZnakowy")));
        assert!(schema.is_derived(named("TRodzajFaktury"), named("xsd:string")));
        assert!(!schema.is_derived(named("TZnakowy"), named("TRodzajFaktury")));
    }
}
