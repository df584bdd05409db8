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
    /// The namespace of the base types, which the tables abbreviate as `etd`.
    pub(super) base_namespace: Option<String>,
    pub(super) root: String,
    pub(super) root_type: String,
    /// Identity constraints of the root: child element, and its child whose value may not occur twice.
    pub(super) unique: Vec<(String, String)>,
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
    },
}

#[derive(Clone)]
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
    Element { name: String, kind: String, fixed: Option<String> },
    Sequence(Vec<Particle>),
    Choice(Vec<Particle>),
}

const XSD: &str = "http://www.w3.org/2001/XMLSchema";

struct Reader<'a> {
    sources: &'a [Source],
    /// Global types: namespace and name → the file and its node.
    globals: BTreeMap<(String, String), (usize, Node<'a, 'a>)>,
    namespace: String,
    types: BTreeMap<String, Type>,
    /// Names of types that are used and not yet read.
    wanted: VecDeque<(String, usize, Node<'a, 'a>)>,
}

impl Schema {
    pub(super) fn read<'a>(
        sources: &'a [Source],
        documents: &'a [Document<'a>],
        root: &str,
    ) -> Result<Self, SchemaError> {
        let mut globals = BTreeMap::new();
        let mut root_node = None;
        let mut namespace = String::new();
        let mut base_namespace = None;
        for (file, document) in documents.iter().enumerate() {
            let schema = document.root_element();
            let target = schema.attribute("targetNamespace").unwrap_or_default().to_owned();
            if file == 0 {
                namespace.clone_from(&target);
            } else if target != namespace {
                base_namespace = Some(target.clone());
            }
            for node in schema.children().filter(Node::is_element) {
                let name = node.attribute("name").unwrap_or_default();
                match node.tag_name().name() {
                    "simpleType" | "complexType" => {
                        globals.insert((target.clone(), name.to_owned()), (file, node));
                    }
                    "element" if file == 0 && name == root => root_node = Some(node),
                    "element" | "import" | "include" | "annotation" => {}
                    other => return Err(unknown(&sources[file], node, other)),
                }
            }
        }
        let root_node = root_node.ok_or_else(|| SchemaError::NoRoot(root.to_owned()))?;
        let mut reader =
            Reader { sources, globals, namespace, types: BTreeMap::new(), wanted: VecDeque::new() };
        let root_type = reader.type_of(0, root_node, root)?;
        let unique = identity_constraints(&sources[0], root_node)?;
        reader.read_wanted()?;
        reader.add_derived()?;
        Ok(Self {
            namespace: reader.namespace,
            base_namespace,
            root: root.to_owned(),
            root_type,
            unique,
            types: reader.types,
        })
    }
}

impl<'a> Reader<'a> {
    fn read_wanted(&mut self) -> Result<(), SchemaError> {
        while let Some((name, file, node)) = self.wanted.pop_front() {
            if self.types.contains_key(&name) {
                continue;
            }
            let read = match node.tag_name().name() {
                "simpleType" => self.simple(file, node, &name)?,
                _ => self.complex(file, node, &name)?,
            };
            self.types.insert(name, read);
        }
        Ok(())
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
        let anonymous =
            anonymous.ok_or_else(|| unknown(&self.sources[file], node, "an element without a type"))?;
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
            _ => format!("etd:{local}"),
        }
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
        if node.attribute("mixed") == Some("true") || node.has_attribute("abstract") {
            return Err(unknown(&self.sources[file], node, "mixed or abstract content"));
        }
        let mut attributes = Vec::new();
        let mut content = None;
        let mut text = None;
        let mut base = None;
        for child in elements(node) {
            match child.tag_name().name() {
                "sequence" | "choice" => content = Some(self.particle(file, child, name)?),
                "attribute" => attributes.push(self.attribute(file, child, name)?),
                kind @ ("simpleContent" | "complexContent") => {
                    let extension = elements(child).next();
                    let extension = extension
                        .filter(|node| node.tag_name().name() == "extension")
                        .ok_or_else(|| unknown(&self.sources[file], child, "content that is no extension"))?;
                    let base_name = self.reference(file, extension, "base")?;
                    if kind == "simpleContent" {
                        text = Some(base_name.clone());
                    } else {
                        content = self.content_of(&base_name)?;
                    }
                    for own in elements(extension) {
                        match own.tag_name().name() {
                            "attribute" => attributes.push(self.attribute(file, own, name)?),
                            "sequence" | "choice" => {
                                let own = self.particle(file, own, name)?;
                                let both = content.into_iter().chain([own]).collect();
                                content = Some(Particle { min: 1, max: Some(1), term: Term::Sequence(both) });
                            }
                            other => return Err(unknown(&self.sources[file], own, other)),
                        }
                    }
                    base = Some(base_name);
                }
                other => return Err(unknown(&self.sources[file], child, other)),
            }
        }
        Ok(Type::Complex { base, text, attributes, content })
    }

    /// The content of a complex type that another extends. Its attributes would have to be inherited too; none of the
    /// state's types that are extended has any.
    fn content_of(&mut self, name: &str) -> Result<Option<Particle>, SchemaError> {
        self.read_wanted()?;
        match self.types.get(name) {
            Some(Type::Complex { content, attributes, text: None, .. }) if attributes.is_empty() => {
                Ok(content.clone())
            }
            _ => Err(SchemaError::NoType(format!("{name} that can be extended"))),
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
            "element" => {
                let name = node
                    .attribute("name")
                    .ok_or_else(|| unknown(&self.sources[file], node, "an element by reference"))?;
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
                let kind = self.type_of(file, node, &format!("{place}/{name}"))?;
                Term::Element {
                    name: name.to_owned(),
                    kind,
                    fixed: node.attribute("fixed").map(str::to_owned),
                }
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
