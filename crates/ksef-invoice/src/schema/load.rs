//! Reads the tables that `cargo xtask schemas` writes.
//!
//! The header names form, sources, namespaces, root and `unique ELEMENT FIELD` (no two such children of the root may
//! have the same value in that child of theirs).
//!
//! The format: one fact a line, two blanks a level, `#` begins a comment. `simple NAME BASE` with facets below,
//! `union NAME MEMBER…`, `complex NAME [BASE]` with `attribute NAME TYPE required|optional [fixed VALUE]`, `text TYPE`
//! or particles below: `element NAME MIN MAX TYPE [fixed VALUE]`, `sequence MIN MAX`, `choice MIN MAX`; MAX may be `*`.
//! A table is ours, so a fault in it is a bug, but reading it gives an error rather than a panic of its own.

use std::collections::HashMap;

use super::datatype::{Builtin, WhiteSpace};
use super::model::{ContentModel, Particle, Position};
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

pub(super) fn load(table: &str) -> Result<Schema, TableError> {
    let lines: Vec<Line<'_>> = table.lines().filter_map(line).collect();
    let mut loader = Loader { names: HashMap::new(), types: Vec::new(), blocks: HashMap::new(), lines };
    loader.number_types();
    let header = |word: &str| {
        loader.lines.iter().find(|line| line.depth == 0 && line.words[0] == word).map(|line| &line.words[1..])
    };
    let (namespace, root) = match (header("namespace"), header("root")) {
        (Some([namespace]), Some([root, kind])) => ((*namespace).to_owned(), ((*root).to_owned(), *kind)),
        _ => return Err(TableError("no namespace or root".to_owned())),
    };
    let base_namespace = header("base").and_then(|words| words.first()).map(|base| (*base).to_owned());
    let unique = loader
        .lines
        .iter()
        .filter(|line| line.depth == 0)
        .filter_map(|line| match line.words[..] {
            ["unique", element, field] => Some((element.to_owned(), field.to_owned())),
            _ => None,
        })
        .collect();
    let root_type = loader.id(root.1)?;
    for id in 0..loader.types.len() {
        loader.read_type(TypeId(id as u32), 0)?;
    }
    let types = loader
        .types
        .into_iter()
        .map(|kind| kind.ok_or_else(|| TableError("a type without a block".to_owned())))
        .collect::<Result<_, _>>()?;
    Ok(Schema { namespace, base_namespace, root: root.0, root_type, unique, types, type_names: loader.names })
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
    names: HashMap<String, TypeId>,
    types: Vec<Option<Type>>,
    /// By type: the index of the line that begins it.
    blocks: HashMap<u32, usize>,
    lines: Vec<Line<'a>>,
}

impl Loader<'_> {
    fn number_types(&mut self) {
        for builtin in Builtin::ALL {
            let id = TypeId(self.types.len() as u32);
            self.names.insert(format!("xsd:{}", builtin.name()), id);
            self.types.push(None);
        }
        for builtin in Builtin::ALL {
            let base =
                builtin.base().and_then(|base| self.names.get(&format!("xsd:{}", base.name())).copied());
            if let Some(id) = self.names.get(&format!("xsd:{}", builtin.name())) {
                self.types[id.0 as usize] = Some(Type::Simple(SimpleType::of_builtin(builtin, base)));
            }
        }
        for (index, line) in self.lines.iter().enumerate() {
            if line.depth == 0
                && matches!(line.words[0], "simple" | "union" | "complex")
                && line.words.len() > 1
            {
                let id = self.types.len() as u32;
                self.names.insert(line.words[1].to_owned(), TypeId(id));
                self.blocks.insert(id, index);
                self.types.push(None);
            }
        }
    }

    fn id(&self, name: &str) -> Result<TypeId, TableError> {
        self.names.get(name).copied().ok_or_else(|| TableError(format!("no type {name}")))
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
        let end = (start + 1..self.lines.len()).find(|line| self.lines[*line].depth == 0);
        let block = start + 1..end.unwrap_or(self.lines.len());
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
                _ => {
                    let (particle, end) = self.particle(next, block.end)?;
                    content = Some(particle);
                    next = end;
                }
            }
        }
        Ok(ComplexType { base, attributes, text, content: ContentModel::new(content) })
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
                    kind: self.id(kind)?,
                    min: number(min)?,
                    max,
                    fixed: fixed_value(fixed),
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
