//! Reads XSDs into the few notions that the tables have.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::path::PathBuf;

use roxmltree::{Document, Node};

use super::SchemaError;

/// One XSD file.
pub(super) struct Source {
    /// Path below the folder given.
    pub(super) name: &'static str,
    pub(super) path: PathBuf,
    pub(super) text: String,
}

/// What the tables say of a form.
pub(super) struct Schema {
    pub(super) namespace: String,
    /// Prefix of the tables and namespace, for every namespace but the form's own.
    pub(super) prefixes: Vec<(String, String)>,
    pub(super) root: String,
    pub(super) root_type: String,
    /// Identity constraints of the root: child element, and its child whose value may not occur twice.
    pub(super) unique: Vec<(String, String)>,
    /// Elements that a wildcard can find, with their types; empty when the form has no wildcard.
    pub(super) globals: BTreeMap<String, String>,
    /// By name; anonymous types are named by their place, `Faktura/Podmiot1/AdresKoresp`.
    pub(super) types: BTreeMap<String, Type>,
}

/// A type that some element or attribute can have, also by `xsi:type`.
pub(super) enum Type {
    Simple {
        base: String,
        facets: Vec<(String, String)>,
    },
    Union {
        members: Vec<String>,
    },
    Complex {
        base: Option<String>,
        text: Option<String>,
        attributes: Vec<Attribute>,
        content: Option<Particle>,
        traits: Traits,
    },
}

/// What a complex type may be besides.
#[derive(Clone, Copy, Default)]
pub(super) struct Traits {
    /// Text may stand between its elements.
    pub(super) is_mixed: bool,
    /// Only types derived from it may be used.
    pub(super) is_abstract: bool,
    /// Any attribute may stand.
    pub(super) takes_any_attribute: bool,
}

#[derive(Clone, PartialEq, Eq)]
pub(super) struct Attribute {
    pub(super) name: String,
    pub(super) kind: String,
    pub(super) required: bool,
    pub(super) fixed: Option<String>,
}

#[derive(Clone)]
pub(super) struct Particle {
    pub(super) min: u32,
    /// `None`: unbounded.
    pub(super) max: Option<u32>,
    pub(super) term: Term,
}

#[derive(Clone)]
pub(super) enum Term {
    Element {
        name: String,
        kind: String,
        fixed: Option<String>,
    },
    /// A wildcard: `any`, or `other` and the prefix of the namespace that is left out; and whether what it finds must
    /// be declared (`strict`) or is checked if it is (`lax`).
    Any {
        namespace: String,
        process: String,
    },
    Sequence(Vec<Particle>),
    Choice(Vec<Particle>),
}

const XSD: &str = "http://www.w3.org/2001/XMLSchema";

struct Reader<'a> {
    sources: &'a [Source],
    /// Global types: namespace and name → the file and its node.
    globals: BTreeMap<(String, String), (usize, Node<'a, 'a>)>,
    /// Global elements, likewise.
    elements: BTreeMap<(String, String), (usize, Node<'a, 'a>)>,
    namespace: String,
    prefixes: &'a [(&'static str, &'static str)],
    has_wildcard: bool,
    types: BTreeMap<String, Type>,
    /// Names of types that are used and not yet read.
    wanted: VecDeque<(String, usize, Node<'a, 'a>)>,
}

impl Schema {
    /// Reads the schema of a form; the first source is its own, `prefixes` name the namespaces of the others.
    pub(super) fn read<'a>(
        sources: &'a [Source],
        documents: &'a [Document<'a>],
        root: &str,
        prefixes: &'a [(&'static str, &'static str)],
    ) -> Result<Self, SchemaError> {
        let (mut globals, mut global_elements) = (BTreeMap::new(), BTreeMap::new());
        let mut namespace = String::new();
        for (file, document) in documents.iter().enumerate() {
            let schema = document.root_element();
            let target = schema.attribute("targetNamespace").unwrap_or_default().to_owned();
            if file == 0 {
                namespace.clone_from(&target);
            } else if target != namespace && !prefixes.iter().any(|(_, known)| *known == target) {
                return Err(unknown(&sources[file], schema, &format!("a prefix for {target}")));
            }
            for node in schema.children().filter(Node::is_element) {
                let name = node.attribute("name").unwrap_or_default();
                let key = (target.clone(), name.to_owned());
                match node.tag_name().name() {
                    "simpleType" | "complexType" => {
                        globals.insert(key, (file, node));
                    }
                    "element" => {
                        global_elements.insert(key, (file, node));
                    }
                    "import" | "include" | "annotation" => {}
                    other => return Err(unknown(&sources[file], node, other)),
                }
            }
        }
        let root_key = (namespace.clone(), root.to_owned());
        let (_, root_node) =
            *global_elements.get(&root_key).ok_or_else(|| SchemaError::NoRoot(root.to_owned()))?;
        let mut reader = Reader {
            sources,
            globals,
            elements: global_elements,
            namespace,
            prefixes,
            has_wildcard: false,
            types: BTreeMap::new(),
            wanted: VecDeque::new(),
        };
        let root_type = reader.type_of(0, root_node, root)?;
        let unique = identity_constraints(&sources[0], root_node)?;
        reader.read_wanted()?;
        let globals = reader.add_globals()?;
        reader.add_derived()?;
        let prefixes = prefixes.iter().map(|(prefix, uri)| ((*prefix).to_owned(), (*uri).to_owned()));
        Ok(Self {
            namespace: reader.namespace,
            prefixes: prefixes.collect(),
            root: root.to_owned(),
            root_type,
            unique,
            globals,
            types: reader.types,
        })
    }
}

impl<'a> Reader<'a> {
    fn read_wanted(&mut self) -> Result<(), SchemaError> {
        while let Some((name, file, node)) = self.wanted.pop_front() {
            self.read_type(name, file, node)?;
        }
        Ok(())
    }

    fn read_type(&mut self, name: String, file: usize, node: Node<'a, 'a>) -> Result<(), SchemaError> {
        if self.types.contains_key(&name) {
            return Ok(());
        }
        let read = match node.tag_name().name() {
            "simpleType" => self.simple(file, node, &name)?,
            _ => self.complex(file, node, &name)?,
        };
        self.types.insert(name, read);
        Ok(())
    }

    /// Adds every global element and type when there is a wildcard: what it finds is checked against them.
    fn add_globals(&mut self) -> Result<BTreeMap<String, String>, SchemaError> {
        let mut declared = BTreeMap::new();
        if !self.has_wildcard {
            return Ok(declared);
        }
        for ((namespace, local), (file, node)) in self.elements.clone() {
            let name = self.type_name(&namespace, &local);
            if !node.has_attribute("type") && self.globals.contains_key(&(namespace, local)) {
                return Err(unknown(&self.sources[file], node, "an element named like a type"));
            }
            let kind = self.type_of(file, node, &name)?;
            declared.insert(name, kind);
        }
        for ((namespace, local), (file, node)) in self.globals.clone() {
            self.wanted.push_back((self.type_name(&namespace, &local), file, node));
        }
        self.read_wanted()?;
        Ok(declared)
    }

    /// Adds every global type derived from one that is in use: a document may name it with `xsi:type`.
    fn add_derived(&mut self) -> Result<(), SchemaError> {
        loop {
            let mut bases: BTreeSet<String> = self.types.keys().cloned().collect();
            for kind in self.types.values() {
                if let Type::Simple { base, .. } = kind {
                    bases.insert(base.clone());
                }
            }
            let before = self.wanted.len();
            let globals: Vec<_> = self.globals.iter().map(|(key, value)| (key.clone(), *value)).collect();
            for ((namespace, name), (file, node)) in globals {
                let name = self.type_name(&namespace, &name);
                if self.types.contains_key(&name) {
                    continue;
                }
                let derivation = node
                    .descendants()
                    .find(|node| matches!(node.tag_name().name(), "restriction" | "extension"));
                let Some(derivation) = derivation.filter(|node| node.has_attribute("base")) else {
                    continue;
                };
                let base = self.qualified(file, derivation, "base")?;
                if bases.contains(&base) {
                    self.wanted.push_back((name, file, node));
                }
            }
            if self.wanted.len() == before {
                return Ok(());
            }
            self.read_wanted()?;
        }
    }

    /// The type of an element or attribute: named, or anonymous and then named by `place`.
    fn type_of(&mut self, file: usize, node: Node<'a, 'a>, place: &str) -> Result<String, SchemaError> {
        if node.has_attribute("type") {
            return self.reference(file, node, "type");
        }
        let anonymous =
            elements(node).find(|node| matches!(node.tag_name().name(), "simpleType" | "complexType"));
        let Some(anonymous) = anonymous else {
            return Ok("xsd:anyType".to_owned());
        };
        self.wanted.push_back((place.to_owned(), file, anonymous));
        Ok(place.to_owned())
    }

    /// A type named in an attribute, marked as wanted.
    fn reference(&mut self, file: usize, node: Node<'a, 'a>, attribute: &str) -> Result<String, SchemaError> {
        let name = self.qualified(file, node, attribute)?;
        if !name.starts_with("xsd:") {
            let key = self.globals.keys().find(|(namespace, local)| self.type_name(namespace, local) == name);
            let key = key.cloned().ok_or_else(|| SchemaError::NoType(name.clone()))?;
            let (file, node) = self.globals[&key];
            self.wanted.push_back((name.clone(), file, node));
        }
        Ok(name)
    }

    /// The table's name for a type named in an attribute.
    fn qualified(&self, file: usize, node: Node<'a, 'a>, attribute: &str) -> Result<String, SchemaError> {
        let text = node.attribute(attribute).unwrap_or_default();
        let (prefix, local) =
            text.split_once(':').map_or((None, text), |(prefix, local)| (Some(prefix), local));
        let namespace = node.lookup_namespace_uri(prefix).unwrap_or_default();
        if local.is_empty() {
            return Err(unknown(&self.sources[file], node, "a derivation without a base"));
        }
        Ok(self.type_name(namespace, local))
    }

    fn type_name(&self, namespace: &str, local: &str) -> String {
        match namespace {
            XSD => format!("xsd:{local}"),
            own if own == self.namespace => local.to_owned(),
            other => {
                let prefix =
                    self.prefixes.iter().find(|(_, uri)| *uri == other).map_or("?", |(prefix, _)| prefix);
                format!("{prefix}:{local}")
            }
        }
    }

    /// The table's name of an element that is declared in this file.
    fn element_name(&self, file: usize, node: Node<'a, 'a>, local: &str) -> Result<String, SchemaError> {
        let schema = node.document().root_element();
        if schema.attribute("elementFormDefault") != Some("qualified") {
            return Err(unknown(&self.sources[file], node, "unqualified local elements"));
        }
        Ok(self.type_name(schema.attribute("targetNamespace").unwrap_or_default(), local))
    }

    fn simple(&mut self, file: usize, node: Node<'a, 'a>, name: &str) -> Result<Type, SchemaError> {
        let source = &self.sources[file];
        let child = elements(node).next().ok_or_else(|| unknown(source, node, "an empty simpleType"))?;
        match child.tag_name().name() {
            "restriction" => {
                let base = self.reference(file, child, "base")?;
                let facets = elements(child)
                    .map(|facet| match (facet.tag_name().name(), facet.attribute("value")) {
                        (kind, Some(value)) if FACETS.contains(&kind) => {
                            Ok((kind.to_owned(), value.to_owned()))
                        }
                        (kind, _) => Err(unknown(source, facet, kind)),
                    })
                    .collect::<Result<_, _>>()?;
                Ok(Type::Simple { base, facets })
            }
            "union" if !child.has_attribute("memberTypes") => {
                let mut members = Vec::new();
                for (index, member) in elements(child).enumerate() {
                    let member_name = format!("{name}/{}", index + 1);
                    self.wanted.push_back((member_name.clone(), file, member));
                    members.push(member_name);
                }
                Ok(Type::Union { members })
            }
            other => Err(unknown(source, child, other)),
        }
    }

    fn complex(&mut self, file: usize, node: Node<'a, 'a>, name: &str) -> Result<Type, SchemaError> {
        let mut own = Complex {
            traits: Traits {
                is_mixed: node.attribute("mixed") == Some("true"),
                is_abstract: node.attribute("abstract") == Some("true"),
                takes_any_attribute: false,
            },
            ..Complex::default()
        };
        for child in elements(node) {
            match child.tag_name().name() {
                kind @ ("simpleContent" | "complexContent") => {
                    let derivation = elements(child).next();
                    let derivation = derivation
                        .filter(|node| matches!(node.tag_name().name(), "extension" | "restriction"))
                        .ok_or_else(|| unknown(&self.sources[file], child, "content without derivation"))?;
                    let is_extension = derivation.tag_name().name() == "extension";
                    let base_name = self.reference(file, derivation, "base")?;
                    let base = self.base(&base_name)?;
                    if kind == "simpleContent" {
                        own.text = Some(base.text.unwrap_or_else(|| base_name.clone()));
                    } else if is_extension {
                        own.content = base.content;
                    }
                    own.attributes = base.attributes;
                    for part in elements(derivation) {
                        self.complex_part(file, part, name, is_extension, &mut own)?;
                    }
                    own.base = Some(base_name);
                }
                _ => self.complex_part(file, child, name, false, &mut own)?,
            }
        }
        let Complex { base, text, attributes, content, traits } = own;
        Ok(Type::Complex { base, text, attributes, content, traits })
    }

    /// Adds a group or an attribute to a type; a group of an extension follows what the base has.
    fn complex_part(
        &mut self,
        file: usize,
        part: Node<'a, 'a>,
        place: &str,
        extends: bool,
        own: &mut Complex,
    ) -> Result<(), SchemaError> {
        match part.tag_name().name() {
            "attribute" => {
                let attribute = self.attribute(file, part, place)?;
                own.attributes.retain(|inherited| inherited.name != attribute.name);
                if part.attribute("use") != Some("prohibited") {
                    own.attributes.push(attribute);
                }
            }
            "anyAttribute" if part.attribute("namespace").unwrap_or("##any") == "##any" => {
                own.traits.takes_any_attribute = true;
            }
            "sequence" | "choice" => {
                let group = self.particle(file, part, place)?;
                own.content = Some(match own.content.take().filter(|_| extends) {
                    None => group,
                    Some(base) => Particle { min: 1, max: Some(1), term: Term::Sequence(vec![base, group]) },
                });
            }
            other => return Err(unknown(&self.sources[file], part, other)),
        }
        Ok(())
    }

    /// What a type inherits from another; of a simple type, nothing.
    fn base(&mut self, name: &str) -> Result<Complex, SchemaError> {
        let key = self.globals.keys().find(|(namespace, local)| self.type_name(namespace, local) == name);
        if let Some(key) = key.cloned() {
            let (file, node) = self.globals[&key];
            self.read_type(name.to_owned(), file, node)?;
        }
        match self.types.get(name) {
            Some(Type::Complex { base, text, attributes, content, traits }) => Ok(Complex {
                base: base.clone(),
                text: text.clone(),
                attributes: attributes.clone(),
                content: content.clone(),
                traits: *traits,
            }),
            _ => Ok(Complex::default()),
        }
    }

    fn attribute(&mut self, file: usize, node: Node<'a, 'a>, place: &str) -> Result<Attribute, SchemaError> {
        let name =
            node.attribute("name").ok_or_else(|| unknown(&self.sources[file], node, "attribute ref"))?;
        if node.has_attribute("form") || node.has_attribute("default") {
            return Err(unknown(&self.sources[file], node, "an attribute with form or default"));
        }
        Ok(Attribute {
            name: name.to_owned(),
            kind: self.type_of(file, node, &format!("{place}/@{name}"))?,
            required: node.attribute("use") == Some("required"),
            fixed: node.attribute("fixed").map(str::to_owned),
        })
    }

    fn particle(&mut self, file: usize, node: Node<'a, 'a>, place: &str) -> Result<Particle, SchemaError> {
        let count = |name, default: &str| node.attribute(name).unwrap_or(default).to_owned();
        let number = |text: &str| {
            text.parse::<u32>().map_err(|_| unknown(&self.sources[file], node, &format!("the count {text}")))
        };
        let min = number(&count("minOccurs", "1"))?;
        let max = match count("maxOccurs", "1").as_str() {
            "unbounded" => None,
            text => Some(number(text)?),
        };
        let term = match node.tag_name().name() {
            "element" if node.has_attribute("ref") => {
                let name = self.qualified(file, node, "ref")?;
                let key =
                    self.elements.keys().find(|(namespace, local)| self.type_name(namespace, local) == name);
                let key = key.cloned().ok_or_else(|| SchemaError::NoType(name.clone()))?;
                let (declared_in, declared) = self.elements[&key];
                let kind = self.type_of(declared_in, declared, &name)?;
                Term::Element { name, kind, fixed: declared.attribute("fixed").map(str::to_owned) }
            }
            "any" => {
                self.has_wildcard = true;
                let namespace = match node.attribute("namespace").unwrap_or("##any") {
                    "##any" => "any".to_owned(),
                    "##other" => {
                        let target = node.document().root_element().attribute("targetNamespace");
                        let name = self.type_name(target.unwrap_or_default(), "");
                        format!("other {}", if name.is_empty() { "-" } else { name.trim_end_matches(':') })
                    }
                    other => return Err(unknown(&self.sources[file], node, other)),
                };
                let process = match node.attribute("processContents").unwrap_or("strict") {
                    process @ ("lax" | "strict") => process.to_owned(),
                    other => return Err(unknown(&self.sources[file], node, other)),
                };
                Term::Any { namespace, process }
            }
            "element" => {
                let local = node
                    .attribute("name")
                    .ok_or_else(|| unknown(&self.sources[file], node, "an element without a name"))?;
                let name = self.element_name(file, node, local)?;
                for attribute in ["nillable", "default", "form", "block", "substitutionGroup"] {
                    if node.has_attribute(attribute) {
                        return Err(unknown(&self.sources[file], node, attribute));
                    }
                }
                if let Some(identity) =
                    elements(node).find(|node| matches!(node.tag_name().name(), "unique" | "key" | "keyref"))
                {
                    return Err(unknown(&self.sources[file], identity, identity.tag_name().name()));
                }
                let kind = self.type_of(file, node, &format!("{place}/{local}"))?;
                Term::Element { name, kind, fixed: node.attribute("fixed").map(str::to_owned) }
            }
            kind @ ("sequence" | "choice") => {
                if max.is_some_and(|max| max > 1) {
                    return Err(unknown(
                        &self.sources[file],
                        node,
                        "a group that repeats a bounded number of times",
                    ));
                }
                let parts = elements(node)
                    .map(|child| self.particle(file, child, place))
                    .collect::<Result<Vec<_>, _>>()?;
                if kind == "sequence" { Term::Sequence(parts) } else { Term::Choice(parts) }
            }
            other => return Err(unknown(&self.sources[file], node, other)),
        };
        Ok(Particle { min, max, term })
    }
}

/// A complex type while it is read.
#[derive(Default)]
struct Complex {
    base: Option<String>,
    text: Option<String>,
    attributes: Vec<Attribute>,
    content: Option<Particle>,
    traits: Traits,
}

/// The `unique` constraints of the root element, as far as they select children by name.
fn identity_constraints(source: &Source, root: Node<'_, '_>) -> Result<Vec<(String, String)>, SchemaError> {
    let mut constraints = Vec::new();
    for constraint in elements(root) {
        match constraint.tag_name().name() {
            "simpleType" | "complexType" => continue,
            "unique" => {}
            other => return Err(unknown(source, constraint, other)),
        }
        let step = |name: &str| {
            let mut paths = elements(constraint).filter(|node| node.tag_name().name() == name);
            let (path, more) = (paths.next().and_then(|node| node.attribute("xpath")), paths.next());
            let local = path.map(|path| path.split_once(':').map_or(path, |(_, local)| local));
            local
                .filter(|local| more.is_none() && local.chars().all(|c| c.is_alphanumeric() || c == '_'))
                .map(str::to_owned)
                .ok_or_else(|| {
                    unknown(source, constraint, "an identity constraint beyond one child and one field")
                })
        };
        constraints.push((step("selector")?, step("field")?));
    }
    Ok(constraints)
}

/// Child elements without annotations.
fn elements<'a>(node: Node<'a, 'a>) -> impl Iterator<Item = Node<'a, 'a>> {
    node.children().filter(|child| child.is_element() && child.tag_name().name() != "annotation")
}

fn unknown(source: &Source, node: Node<'_, '_>, what: &str) -> SchemaError {
    let line = node.document().text_pos_at(node.range().start).row;
    SchemaError::Unknown { path: source.path.clone(), line, what: what.to_owned() }
}

const FACETS: [&str; 12] = [
    "length",
    "minLength",
    "maxLength",
    "pattern",
    "enumeration",
    "whiteSpace",
    "minInclusive",
    "maxInclusive",
    "minExclusive",
    "maxExclusive",
    "totalDigits",
    "fractionDigits",
];
