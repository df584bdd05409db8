//! The forms' schemas as tables, and the check of a document against them.
//!
//! The tables under `tables/` are compiled from the official XSDs by `cargo xtask schemas`; nothing here knows an
//! element by name. Content models are automata whose states are the places of elements, with a counter for each
//! element that repeats, so that `maxOccurs="10000"` costs no more than 1.

mod attributes;
pub(crate) mod datatype;
mod lexical;
mod load;
mod lookup;
pub(crate) mod model;
pub(crate) mod names;
mod pattern;
mod plain;
mod quick;
pub(crate) mod simple;
pub(crate) mod validator;
mod words;

use std::collections::{HashMap, HashSet};
use std::hash::BuildHasherDefault;
use std::sync::{LazyLock, OnceLock};

use crate::Form;
use crate::xml::local_name;
use load::Table;
use model::{ContentModel, Position};
use names::{Name, NameHasher, Names};
use quick::Quick;
use simple::SimpleType;

/// A form's schema.
#[derive(Debug)]
pub(crate) struct Schema {
    pub(crate) namespace: &'static str,
    pub(crate) names: Names,
    /// By name: the type of an element that wildcards find.
    globals: Vec<Option<TypeId>>,
    pub(crate) root: &'static str,
    root_type: TypeId,
    /// Children of the root, and the child of theirs whose value may not occur twice.
    unique: Vec<(&'static str, &'static str)>,
    /// Read when first needed: a document uses few of a schema's.
    types: Vec<OnceLock<Type>>,
    /// By type: how values are taken at once.
    quick: Vec<OnceLock<Quick>>,
    type_names: HashMap<&'static str, TypeId, BuildHasherDefault<NameHasher>>,
    table: Table,
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
    /// Text may stand between its elements.
    pub(crate) is_mixed: bool,
    /// Only types derived from it may be used.
    pub(crate) is_abstract: bool,
    pub(crate) takes_any_attribute: bool,
    pub(crate) has_required_attribute: bool,
    pub(crate) attributes: Vec<AttributeRule>,
    /// The simple type of its text; then it has no child elements.
    pub(crate) text: Option<TypeId>,
    pub(crate) content: ContentModel,
}

/// An attribute that an element may or must have.
#[derive(Debug, Clone)]
pub(crate) struct AttributeRule {
    pub(crate) name: &'static str,
    pub(crate) kind: TypeId,
    pub(crate) is_required: bool,
    pub(crate) fixed: Option<&'static str>,
}

impl Schema {
    /// The schema of a form.
    pub(crate) fn of(form: Form) -> &'static Self {
        match form {
            Form::Fa2 => &FA2,
            Form::Fa3 => &FA3,
            Form::FaRr1 => &FA_RR1,
            Form::Upo43 => &UPO43,
            Form::Pef3 => &PEF3,
            Form::PefKor3 => &PEF_KOR3,
        }
    }

    /// Reads a table.
    fn load(tables: &[&'static str]) -> Self {
        load::load(tables).expect("the embedded tables are compiled by xtask, and a test loads each")
    }

    /// Every type.
    #[cfg(test)]
    fn types(&self) -> impl Iterator<Item = &Type> {
        (0..self.types.len()).map(|id| self.get(TypeId(id as u32)))
    }

    /// SHA-256 and path of the official files behind the tables.
    pub(crate) fn sources(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        self.table.sources()
    }

    pub(crate) fn root_type(&self) -> TypeId {
        self.root_type
    }

    pub(crate) fn get(&self, id: TypeId) -> &Type {
        self.types[id.0 as usize].get_or_init(|| {
            load::read_type(self, id)
                .expect("the embedded tables are compiled by xtask, and a test reads each type")
        })
    }

    /// The quick check of a simple type.
    #[inline]
    fn quick(&self, id: TypeId, simple: &SimpleType) -> &Quick {
        self.quick[id.0 as usize].get_or_init(|| Quick::of(simple))
    }

    /// Whether an element of this type has something to check even without attributes.
    pub(crate) fn asks_attributes(&self, id: TypeId) -> bool {
        match self.get(id) {
            Type::Simple(_) => false,
            Type::Complex(complex) => complex.is_abstract || complex.has_required_attribute,
        }
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
        if namespace == XSD { Some(format!("xsd:{local}")) } else { self.names.key(namespace, local) }
    }

    /// The type of a global element of this name.
    pub(crate) fn global(&self, name: Name) -> Option<TypeId> {
        self.globals.get(usize::from(name.id)).copied().flatten()
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
        let local = |position: &Position| local_name(position.name).to_owned();
        let mut pairs = Vec::new();
        for kind in (0..self.types.len()).map(|id| self.get(TypeId(id as u32))) {
            let Type::Complex(complex) = kind else { continue };
            for position in complex.content.positions() {
                let Some(Type::Complex(child)) = position.kind().map(|kind| self.get(kind)) else {
                    continue;
                };
                let repeated = child.content.positions().iter().filter(|position| position.max != Some(1));
                pairs.extend(repeated.map(|grandchild| (local(position), local(grandchild))));
            }
        }
        if let Type::Complex(root) = self.get(self.root_type) {
            let repeated = root.content.positions().iter().filter(|position| position.max != Some(1));
            pairs.extend(repeated.map(|position| (self.root.to_owned(), local(position))));
        }
        pairs.into_iter()
    }
}

/// An element of a document as its form's schema sees it, by the names on the way from the root.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ElementPlace {
    schema: &'static Schema,
    kind: TypeId,
    /// Whether there may be several of it side by side.
    pub(crate) may_repeat: bool,
}

impl ElementPlace {
    /// The root of a form.
    pub(crate) fn root(form: Form) -> Self {
        let schema = Schema::of(form);
        Self { schema, kind: schema.root_type(), may_repeat: false }
    }

    /// A child; `None` when the schema knows none of this local name here.
    pub(crate) fn child(&self, name: &str) -> Option<Self> {
        let Type::Complex(complex) = self.schema.get(self.kind) else { return None };
        let mut places = complex
            .content
            .positions()
            .iter()
            .filter(|position| local_name(position.name) == name)
            .peekable();
        let kind = places.peek()?.kind()?;
        Some(Self { schema: self.schema, kind, may_repeat: places.any(|position| position.max != Some(1)) })
    }
}

/// Whether an element may stand several times in a parent of this name, in any form with this root element.
pub(crate) fn may_repeat(root: &str, parent: Option<&str>, name: &str) -> bool {
    type Children = HashMap<String, HashSet<String>>;
    fn repeated(forms: &[Form]) -> Children {
        let mut repeated = Children::new();
        for schema in forms.iter().copied().map(Schema::of) {
            for (parent, child) in schema.parents_of_repeated() {
                repeated.entry(parent).or_default().insert(child);
            }
        }
        repeated
    }
    // Apart, because UBL's tables take a while to load and few documents need them.
    static OURS: LazyLock<Children> =
        LazyLock::new(|| repeated(&[Form::Fa2, Form::Fa3, Form::FaRr1, Form::Upo43]));
    static UBL: LazyLock<Children> = LazyLock::new(|| repeated(&[Form::Pef3, Form::PefKor3]));
    let is_ubl = [Form::Pef3, Form::PefKor3].iter().any(|form| form.root() == root);
    let children = if is_ubl { &UBL } else { &OURS };
    parent.and_then(|parent| children.get(parent)).is_some_and(|children| children.contains(name))
}

/// Namespace of XSD's built-in types.
const XSD: &str = "http://www.w3.org/2001/XMLSchema";

static FA2: LazyLock<Schema> = LazyLock::new(|| Schema::load(&[include_str!("tables/fa2.txt")]));
static FA3: LazyLock<Schema> = LazyLock::new(|| Schema::load(&[include_str!("tables/fa3.txt")]));
static FA_RR1: LazyLock<Schema> = LazyLock::new(|| Schema::load(&[include_str!("tables/fa_rr1.txt")]));
static UPO43: LazyLock<Schema> = LazyLock::new(|| Schema::load(&[include_str!("tables/upo43.txt")]));

static PEF3: LazyLock<Schema> = LazyLock::new(|| Schema::load(&[include_str!("tables/pef3.txt"), UBL21]));
static PEF_KOR3: LazyLock<Schema> =
    LazyLock::new(|| Schema::load(&[include_str!("tables/pef_kor3.txt"), UBL21]));

/// What both PEF forms have in UBL's own namespaces.
const UBL21: &str = include_str!("tables/ubl21.txt");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_loads_and_fits_its_form() {
        for form in Form::ALL {
            let schema = Schema::of(form);
            assert_eq!(schema.namespace, form.namespace(), "{form}");
            assert_eq!(schema.root, form.root(), "{form}");
            assert!(schema.types().count() > 20, "{form}");
        }
    }

    #[test]
    fn repetition_is_known_by_parent() {
        assert!(may_repeat("Faktura", Some("Fa"), "FaWiersz"));
        assert!(may_repeat("Faktura", Some("Faktura"), "Podmiot3"));
        assert!(!may_repeat("Faktura", Some("Fa"), "P_1"));
        assert!(may_repeat("Invoice", Some("Invoice"), "InvoiceLine"));
        assert!(!may_repeat("Faktura", Some("Invoice"), "InvoiceLine"));
        assert!(!may_repeat("Faktura", None, "Faktura"));
    }

    #[test]
    fn derivation_follows_the_bases() {
        let schema = Schema::of(Form::Fa3);
        let named = |name| schema.type_named(name).expect(name);
        assert!(schema.is_derived(named("TRodzajFaktury"), named("TZnakowy")));
        assert!(schema.is_derived(named("TRodzajFaktury"), named("xsd:string")));
        assert!(!schema.is_derived(named("TZnakowy"), named("TRodzajFaktury")));
    }
}
