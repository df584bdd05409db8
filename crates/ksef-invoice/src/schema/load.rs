//! Reads the tables that `cargo xtask schemas` writes.
//!
//! The header names form, sources, namespace, `prefix PREFIX NAMESPACE` for others, root, `unique ELEMENT FIELD` (no two
//! such children of the root may have the same value in that child of theirs) and `global ELEMENT TYPE` (what wildcards
//! find).
//!
//! The format: one fact a line, two blanks a level, `#` begins a comment. `simple NAME BASE` with facets below,
//! `union NAME MEMBER…`, `complex NAME [BASE]` with `attribute NAME TYPE required|optional [fixed VALUE]`, `text TYPE`
//! or particles below: `element NAME MIN MAX TYPE [fixed VALUE]`, `sequence MIN MAX`, `choice MIN MAX`,
//! `any MIN MAX lax|strict any|other PREFIX`; MAX may be `*`. A complex type may also be `mixed`, `abstract`, take
//! `anyAttribute`, or have text and attributes `inherited` from its base.
//! A table is ours, so a fault in it is a bug, but reading it gives an error rather than a panic of its own.

use std::collections::HashMap;

use super::datatype::{Builtin, WhiteSpace};
use super::model::{ContentModel, Particle, Position, Term, Wildcard};
use super::names::{Name, Names};
use super::quick::Quick;
use super::simple::{Bound, BoundKind, LazyPattern, SimpleType};
use super::{AttributeRule, ComplexType, Schema, Type, TypeId};

/// A line that does not follow the format.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("schema table: {0}")]
pub(super) struct TableError(String);

struct Line<'a> {
    depth: usize,
    words: Vec<&'a str>,
    /// What follows the first word, for values with blanks.
    rest: &'a str,
}

/// Reads the table of a form, and behind it those of the libraries that it rests on.
pub(super) fn load(tables: &[&str]) -> Result<Schema, TableError> {
    let lines: Vec<Line<'_>> = tables.iter().flat_map(|table| table.lines()).filter_map(line).collect();
    let header = |word: &'static str| {
        lines.iter().filter(move |line| line.depth == 0 && line.words[0] == word).map(|line| &line.words[1..])
    };
    let (namespace, root) = match (header("namespace").next(), header("root").next()) {
        (Some([namespace]), Some([root, kind])) => ((*namespace).to_owned(), ((*root).to_owned(), *kind)),
        _ => return Err(TableError("no namespace or root".to_owned())),
    };
    let pairs = |word| {
        header(word).filter_map(|words| match words {
            [first, second] => Some(((*first).to_owned(), (*second).to_owned())),
            _ => None,
        })
    };
    let mut names = Names::new(namespace.clone(), pairs("prefix"));
    let unique = pairs("unique").collect();
    let declared: Vec<_> = pairs("global").collect();
    for line in lines.iter().filter(|line| line.words[0] == "element" && line.words.len() > 1) {
        names.number(line.words[1]);
    }
    for (name, _) in &declared {
        names.number(name);
    }
    let root_kind = root.1;
    let root_name = root.0;
    let mut loader = Loader {
        type_names: HashMap::new(),
        types: Vec::new(),
        blocks: HashMap::new(),
        ends: HashMap::new(),
        elements: names,
        lines,
    };
    loader.number_types();
    let root_type = loader.id(root_kind)?;
    for id in 0..loader.types.len() {
        loader.read_type(TypeId(id as u32), 0)?;
    }
    let mut globals = vec![None; loader.elements.len()];
    for (name, kind) in &declared {
        globals[usize::from(loader.elements.number(name))] = Some(loader.id(kind)?);
    }
    let types = loader
        .types
        .into_iter()
        .map(|kind| kind.ok_or_else(|| TableError("a type without a block".to_owned())))
        .collect::<Result<_, _>>()?;
    let (names, type_names) = (loader.elements, loader.type_names);
    let mut schema = Schema {
        namespace,
        names,
        globals,
        root: root_name,
        root_type,
        unique,
        types,
        quick: Vec::new(),
        type_names,
    };
    note_passing_values(&mut schema);
    let quick = |kind: &Type| match kind {
        Type::Simple(simple) => Quick::of(simple),
        Type::Complex(_) => Quick::Never,
    };
    schema.quick = schema.types.iter().map(quick).collect();
    Ok(schema)
}

/// Finds for each enumeration which of its values pass as they are written.
fn note_passing_values(schema: &mut Schema) {
    for index in 0..schema.types.len() {
        let Type::Simple(simple) = &schema.types[index] else { continue };
        let values = simple.enumeration.iter().flatten();
        let mut passes: Vec<String> =
            values.filter(|value| simple.check(schema, value).is_ok()).cloned().collect();
        passes.sort_unstable();
        if let Type::Simple(simple) = &mut schema.types[index] {
            simple.passes = passes;
        }
    }
}

fn line(text: &str) -> Option<Line<'_>> {
    let trimmed = text.trim_start();
    if trimmed.is_empty() || trimmed.starts_with('#') {
        return None;
    }
    let depth = (text.len() - trimmed.len()) / 2;
    let rest = trimmed.split_once(' ').map_or("", |(_, rest)| rest);
    Some(Line { depth, words: trimmed.split(' ').collect(), rest })
}

struct Loader<'a> {
    type_names: HashMap<String, TypeId>,
    types: Vec<Option<Type>>,
    /// By type: the index of the line that begins it.
    blocks: HashMap<u32, usize>,
    /// By the line that begins a type: the line behind it.
    ends: HashMap<usize, usize>,
    elements: Names,
    lines: Vec<Line<'a>>,
}

impl Loader<'_> {
    fn number_types(&mut self) {
        for builtin in Builtin::ALL {
            let id = TypeId(self.types.len() as u32);
            self.type_names.insert(format!("xsd:{}", builtin.name()), id);
            self.types.push(None);
        }
        for builtin in Builtin::ALL {
            let base =
                builtin.base().and_then(|base| self.type_names.get(&format!("xsd:{}", base.name())).copied());
            if let Some(id) = self.type_names.get(&format!("xsd:{}", builtin.name())) {
                self.types[id.0 as usize] = Some(Type::Simple(SimpleType::of_builtin(builtin, base)));
            }
        }
        let any_type = Position {
            name: WILDCARD.to_owned(),
            id: Name::UNKNOWN,
            term: Term::Any(Wildcard { other_than: None, is_strict: false }),
            min: 0,
            max: None,
            fixed: None,
        };
        self.type_names.insert("xsd:anyType".to_owned(), TypeId(self.types.len() as u32));
        self.types.push(Some(Type::Complex(ComplexType {
            base: None,
            is_mixed: true,
            is_abstract: false,
            takes_any_attribute: true,
            has_required_attribute: false,
            attributes: Vec::new(),
            text: None,
            content: ContentModel::new(Some(Particle::Element(any_type))),
        })));
        let mut start = None;
        for (index, line) in self.lines.iter().enumerate() {
            if line.depth == 0
                && let Some(start) = start.replace(index)
            {
                self.ends.insert(start, index);
            }
            if line.depth == 0
                && matches!(line.words[0], "simple" | "union" | "complex")
                && line.words.len() > 1
            {
                let id = self.types.len() as u32;
                self.type_names.insert(line.words[1].to_owned(), TypeId(id));
                self.blocks.insert(id, index);
                self.types.push(None);
            }
        }
    }

    fn id(&self, name: &str) -> Result<TypeId, TableError> {
        self.type_names.get(name).copied().ok_or_else(|| TableError(format!("no type {name}")))
    }

    /// Reads a type, and before it those it rests on; `depth` stops a circle.
    fn read_type(&mut self, id: TypeId, depth: usize) -> Result<(), TableError> {
        if self.types[id.0 as usize].is_some() {
            return Ok(());
        }
        if depth > 50 {
            return Err(TableError("types rest on each other in a circle".to_owned()));
        }
        let start = *self.blocks.get(&id.0).ok_or_else(|| TableError("a type without a block".to_owned()))?;
        let words = self.lines[start].words.clone();
        let block = start + 1..self.ends.get(&start).copied().unwrap_or(self.lines.len());
        let read = match words[..] {
            ["simple", _, base] => {
                let base = self.id(base)?;
                self.read_type(base, depth + 1)?;
                Type::Simple(self.simple(base, block)?)
            }
            ["union", _, ref members @ ..] => {
                let mut union = SimpleType::of_builtin(Builtin::String, None);
                union.members = members.iter().map(|member| self.id(member)).collect::<Result<_, _>>()?;
                Type::Simple(union)
            }
            ["complex", _, ref base @ ..] => {
                let base = base.first().map(|base| self.id(base)).transpose()?;
                if let Some(base) = base {
                    self.read_type(base, depth + 1)?;
                }
                Type::Complex(self.complex(base, block)?)
            }
            _ => return Err(TableError(words.join(" "))),
        };
        self.types[id.0 as usize] = Some(read);
        Ok(())
    }

    fn simple(&self, base: TypeId, block: std::ops::Range<usize>) -> Result<SimpleType, TableError> {
        let Some(Some(Type::Simple(parent))) = self.types.get(base.0 as usize) else {
            return Err(TableError("a simple type whose base is none".to_owned()));
        };
        let mut simple = SimpleType::of_builtin(parent.builtin, Some(base));
        simple.white_space = parent.white_space;
        simple.length = parent.length;
        simple.min_length = parent.min_length;
        simple.max_length = parent.max_length;
        simple.total_digits = parent.total_digits;
        simple.fraction_digits = parent.fraction_digits;
        simple.bounds.clone_from(&parent.bounds);
        simple.enumeration.clone_from(&parent.enumeration);
        simple.members.clone_from(&parent.members);
        for step in &parent.patterns {
            simple.patterns.push(step.iter().map(|pattern| LazyPattern::new(&pattern.text)).collect());
        }
        let mut patterns = Vec::new();
        let mut values = Vec::new();
        for line in &self.lines[block] {
            let value = line.rest;
            let count = || value.parse::<usize>().map_err(|_| TableError(format!("no count: {value}")));
            let bound = |kind| Bound { kind, value: value.to_owned() };
            match line.words[0] {
                "length" => simple.length = Some(count()?),
                "minLength" => simple.min_length = simple.min_length.max(Some(count()?)),
                "maxLength" => {
                    simple.max_length = Some(simple.max_length.unwrap_or(usize::MAX).min(count()?))
                }
                "totalDigits" => {
                    simple.total_digits = Some(simple.total_digits.unwrap_or(usize::MAX).min(count()?))
                }
                "fractionDigits" => {
                    simple.fraction_digits = Some(simple.fraction_digits.unwrap_or(usize::MAX).min(count()?));
                }
                "pattern" => patterns.push(LazyPattern::new(value)),
                "enumeration" => values.push(value.to_owned()),
                "whiteSpace" => simple.white_space = white_space(value)?,
                "minInclusive" => simple.bounds.push(bound(BoundKind::MinInclusive)),
                "maxInclusive" => simple.bounds.push(bound(BoundKind::MaxInclusive)),
                "minExclusive" => simple.bounds.push(bound(BoundKind::MinExclusive)),
                "maxExclusive" => simple.bounds.push(bound(BoundKind::MaxExclusive)),
                facet => return Err(TableError(format!("unknown facet {facet}"))),
            }
        }
        if !patterns.is_empty() {
            simple.patterns.push(patterns);
        }
        if !values.is_empty() {
            simple.enumeration = Some(values);
        }
        Ok(simple)
    }

    fn complex(
        &self,
        base: Option<TypeId>,
        block: std::ops::Range<usize>,
    ) -> Result<ComplexType, TableError> {
        let mut attributes = Vec::new();
        let mut text = None;
        let mut content = None;
        let (mut is_mixed, mut is_abstract, mut takes_any_attribute) = (false, false, false);
        let mut next = block.start;
        while next < block.end {
            let line = &self.lines[next];
            match line.words[..] {
                ["attribute", name, kind, necessity, ref fixed @ ..] => {
                    attributes.push(AttributeRule {
                        name: name.to_owned(),
                        kind: self.id(kind)?,
                        is_required: necessity == "required",
                        fixed: fixed_value(fixed),
                    });
                    next += 1;
                }
                ["text", kind] => {
                    text = Some(self.id(kind)?);
                    next += 1;
                }
                ["inherited"] => {
                    let parent = base.and_then(|base| self.types[base.0 as usize].as_ref());
                    let Some(Type::Complex(parent)) = parent else {
                        return Err(TableError("nothing to inherit".to_owned()));
                    };
                    attributes.clone_from(&parent.attributes);
                    text = parent.text;
                    next += 1;
                }
                [word @ ("mixed" | "abstract" | "anyAttribute")] => {
                    is_mixed |= word == "mixed";
                    is_abstract |= word == "abstract";
                    takes_any_attribute |= word == "anyAttribute";
                    next += 1;
                }
                _ => {
                    let (particle, end) = self.particle(next, block.end)?;
                    content = Some(particle);
                    next = end;
                }
            }
        }
        let content = ContentModel::new(content);
        let has_required_attribute = attributes.iter().any(|rule: &AttributeRule| rule.is_required);
        Ok(ComplexType {
            base,
            is_mixed,
            is_abstract,
            takes_any_attribute,
            has_required_attribute,
            attributes,
            text,
            content,
        })
    }

    /// The particle that begins at a line, and the line behind it.
    fn particle(&self, start: usize, block_end: usize) -> Result<(Particle, usize), TableError> {
        let line = &self.lines[start];
        let number = |text: &str| text.parse::<u32>().map_err(|_| TableError(format!("no count: {text}")));
        match line.words[..] {
            ["element", name, min, max, kind, ref fixed @ ..] => {
                let max = if max == "*" { None } else { Some(number(max)?) };
                let position = Position {
                    name: name.to_owned(),
                    id: self.elements.known(name).ok_or_else(|| TableError(format!("no name {name}")))?,
                    term: Term::Element(self.id(kind)?),
                    min: number(min)?,
                    max,
                    fixed: fixed_value(fixed),
                };
                Ok((Particle::Element(position), start + 1))
            }
            ["any", min, max, process, ref namespace @ ..] => {
                let other_than = match namespace {
                    ["any"] => None,
                    ["other", "-"] => Some(0),
                    ["other", prefix] => self.elements.namespace_number(prefix),
                    _ => return Err(TableError(line.words.join(" "))),
                };
                let position = Position {
                    name: WILDCARD.to_owned(),
                    id: Name::UNKNOWN,
                    term: Term::Any(Wildcard { other_than, is_strict: process == "strict" }),
                    min: number(min)?,
                    max: if max == "*" { None } else { Some(number(max)?) },
                    fixed: None,
                };
                Ok((Particle::Element(position), start + 1))
            }
            [kind @ ("sequence" | "choice"), min, max] => {
                let mut parts = Vec::new();
                let mut next = start + 1;
                while next < block_end && self.lines[next].depth > line.depth {
                    let (part, end) = self.particle(next, block_end)?;
                    parts.push(part);
                    next = end;
                }
                let group = Particle::Group {
                    is_choice: kind == "choice",
                    is_optional: min == "0",
                    is_repeated: max == "*",
                    parts,
                };
                Ok((group, next))
            }
            _ => Err(TableError(line.words.join(" "))),
        }
    }
}

/// How messages name the place of a wildcard.
const WILDCARD: &str = "*";

fn fixed_value(words: &[&str]) -> Option<String> {
    match words {
        ["fixed", value @ ..] => Some(value.join(" ")),
        _ => None,
    }
}

fn white_space(value: &str) -> Result<WhiteSpace, TableError> {
    match value {
        "preserve" => Ok(WhiteSpace::Preserve),
        "replace" => Ok(WhiteSpace::Replace),
        "collapse" => Ok(WhiteSpace::Collapse),
        _ => Err(TableError(format!("unknown white space {value}"))),
    }
}
