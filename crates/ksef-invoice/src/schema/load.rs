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
use std::ops::Range;
use std::sync::OnceLock;

use super::datatype::{Builtin, WhiteSpace};
use super::model::{ContentModel, Particle, Position, Term, Wildcard};
use super::names::{Name, Names};
use super::simple::{Bound, BoundKind, LazyPattern, SimpleType};
use super::{AttributeRule, ComplexType, Schema, Type, TypeId};

/// A line that does not follow the format.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("schema table: {0}")]
pub(super) struct TableError(String);

/// A table whose types are read when a document needs them.
#[derive(Debug)]
pub(super) struct Table {
    lines: Vec<Line>,
    /// By type behind the built-in ones: the line that names it and those that belong to it.
    blocks: Vec<Range<usize>>,
}

impl Table {
    /// The header's `source SHA256 FILE` lines, less those that two tables share.
    pub(super) fn sources(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        let mut sources: Vec<_> = Vec::new();
        for line in &self.lines {
            let source = line.text.strip_prefix("source ").and_then(|rest| rest.split_once(' '));
            sources.extend(source.filter(|source| !sources.contains(source)));
        }
        sources.into_iter()
    }
}

#[derive(Debug, Clone, Copy)]
struct Line {
    depth: usize,
    /// Without the blanks before it.
    text: &'static str,
}

impl Line {
    /// A line of a table; `None` for an empty one and for a comment.
    fn of(text: &'static str) -> Option<Self> {
        let blanks = text.bytes().take_while(|byte| *byte == b' ').count();
        let rest = &text[blanks..];
        (!rest.is_empty() && !rest.starts_with('#')).then_some(Self { depth: blanks / 2, text: rest })
    }

    fn word(&self) -> &'static str {
        first_word(self.text).0
    }

    fn words(&self) -> Words {
        let mut words = Words { list: [""; WORDS_MAX], count: 0 };
        let mut rest = Some(self.text);
        while let (Some(text), true) = (rest, words.count < WORDS_MAX) {
            (words.list[words.count], rest) = first_word(text);
            words.count += 1;
        }
        words
    }

    /// What follows the first word, for values with blanks.
    fn rest(&self) -> &'static str {
        first_word(self.text).1.unwrap_or_default()
    }
}

/// The words of a line, at most [`WORDS_MAX`]: a table is read at the start of every process, and a list on the heap for each
/// line is what that would be spent on.
struct Words {
    list: [&'static str; WORDS_MAX],
    count: usize,
}

impl std::ops::Deref for Words {
    type Target = [&'static str];

    fn deref(&self) -> &Self::Target {
        &self.list[..self.count]
    }
}

/// The text before the first blank, and what follows the blank. Words are short: a search by words of memory would take
/// longer to begin than this to end.
fn first_word(text: &'static str) -> (&'static str, Option<&'static str>) {
    match text.bytes().position(|byte| byte == b' ') {
        Some(at) => (&text[..at], Some(&text[at + 1..])),
        None => (text, None),
    }
}

/// The lines of tables that say something.
fn lines(tables: &[&'static str]) -> Vec<Line> {
    let size: usize = tables.iter().map(|table| table.len()).sum();
    let mut lines = Vec::with_capacity(size / LINE_BYTES);
    for table in tables {
        let mut start = 0;
        for end in memchr::memchr_iter(b'\n', table.as_bytes()).chain([table.len()]) {
            lines.extend(Line::of(&table[start..end]));
            start = (end + 1).min(table.len());
        }
    }
    lines
}

/// Reads the table of a form, and behind it those of the libraries that it rests on: all names at once, the types later.
pub(super) fn load(tables: &[&'static str]) -> Result<Schema, TableError> {
    let lines = lines(tables);
    let top: Vec<(usize, &'static str)> =
        (0..lines.len()).filter(|at| lines[*at].depth == 0).map(|at| (at, lines[at].word())).collect();
    let header = |wanted: &'static str| {
        top.iter().filter(move |(_, word)| *word == wanted).map(|(at, _)| lines[*at].words())
    };
    let pairs = |word| {
        header(word).filter_map(|words| match *words {
            [_, first, second] => Some((first, second)),
            _ => None,
        })
    };
    let namespace = header("namespace").find_map(|words| words.get(1).copied());
    let (Some(namespace), Some((root, root_kind))) = (namespace, pairs("root").next()) else {
        return Err(TableError("no namespace or root".to_owned()));
    };
    let mut names = Names::new(namespace, pairs("prefix"), lines.len() / 4);
    for line in &lines {
        if let Some(rest) = line.text.strip_prefix("element ") {
            names.number(first_word(rest).0);
        }
    }
    let declared: Vec<_> = pairs("global").map(|(name, kind)| (names.number(name), kind)).collect();
    let mut type_names =
        HashMap::with_capacity_and_hasher(top.len() + 2 * Builtin::ALL.len(), Default::default());
    for builtin in Builtin::ALL {
        type_names.insert(builtin.table_name(), TypeId(type_names.len() as u32));
    }
    type_names.insert(ANY_TYPE, TypeId(type_names.len() as u32));
    let mut blocks = Vec::new();
    let ends = top.iter().skip(1).map(|(at, _)| *at).chain([lines.len()]);
    for ((start, word), end) in top.iter().zip(ends) {
        if matches!(*word, "simple" | "union" | "complex")
            && let Some(name) = lines[*start].words().get(1).copied()
        {
            type_names.insert(name, TypeId(type_names.len() as u32));
            blocks.push(*start..end);
        }
    }
    let id = |name: &str| type_names.get(name).copied().ok_or_else(|| TableError(format!("no type {name}")));
    let root_type = id(root_kind)?;
    let mut globals = vec![None; names.len()];
    for (name, kind) in declared {
        globals[usize::from(name)] = Some(id(kind)?);
    }
    let types: Vec<OnceLock<Type>> = (0..type_names.len()).map(|_| OnceLock::new()).collect();
    let quick = (0..type_names.len()).map(|_| OnceLock::new()).collect();
    let unique = pairs("unique").collect();
    let table = Table { lines, blocks };
    Ok(Schema { namespace, names, globals, root, root_type, unique, types, quick, type_names, table })
}

/// Reads a type of a schema; those that it rests on are read with it.
pub(super) fn read_type(schema: &Schema, id: TypeId) -> Result<Type, TableError> {
    let index = id.0 as usize;
    if let Some(builtin) = Builtin::ALL.get(index) {
        let base = builtin.base().and_then(|base| schema.type_named(base.table_name()));
        return Ok(Type::Simple(SimpleType::of_builtin(*builtin, base)));
    }
    let Some(index) = index.checked_sub(Builtin::ALL.len() + 1) else { return Ok(any_type()) };
    let reader = Reader { schema, lines: &schema.table.lines };
    let block =
        schema.table.blocks.get(index).ok_or_else(|| TableError("a type without a block".to_owned()))?;
    let words = schema.table.lines[block.start].words();
    let block = block.start + 1..block.end;
    match *words {
        ["simple", _, base] => Ok(Type::Simple(reader.simple(reader.id(base)?, block)?)),
        // A longer list than a line is read for would be cut.
        ["union", _, ref members @ ..] if words.len() < WORDS_MAX => {
            let mut union = SimpleType::of_builtin(Builtin::String, None);
            union.members = members.iter().map(|member| reader.id(member)).collect::<Result<_, _>>()?;
            Ok(Type::Simple(union))
        }
        ["complex", _, ref base @ ..] => {
            let base = base.first().map(|base| reader.id(base)).transpose()?;
            Ok(Type::Complex(reader.complex(base, block)?))
        }
        _ => Err(TableError(words.join(" "))),
    }
}

fn any_type() -> Type {
    let any = Position {
        name: WILDCARD,
        id: Name::UNKNOWN,
        term: Term::Any(Wildcard { other_than: None, is_strict: false }),
        min: 0,
        max: None,
        fixed: None,
    };
    Type::Complex(ComplexType {
        base: None,
        is_mixed: true,
        is_abstract: false,
        takes_any_attribute: true,
        has_required_attribute: false,
        attributes: Vec::new(),
        text: None,
        content: ContentModel::new(Some(Particle::Element(any))),
    })
}

struct Reader<'s> {
    schema: &'s Schema,
    lines: &'s [Line],
}

impl Reader<'_> {
    fn id(&self, name: &str) -> Result<TypeId, TableError> {
        self.schema.type_named(name).ok_or_else(|| TableError(format!("no type {name}")))
    }

    fn simple(&self, base: TypeId, block: std::ops::Range<usize>) -> Result<SimpleType, TableError> {
        let Type::Simple(parent) = self.schema.get(base) else {
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
            simple.patterns.push(step.iter().map(|pattern| LazyPattern::new(pattern.text)).collect());
        }
        let mut patterns = Vec::new();
        let mut values = Vec::new();
        for line in &self.lines[block] {
            let value = line.rest();
            let count = || value.parse::<usize>().map_err(|_| TableError(format!("no count: {value}")));
            let bound = |kind| Bound { kind, value };
            match line.word() {
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
                "enumeration" => values.push(value),
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
            match *line.words() {
                ["attribute", name, kind, necessity, ..] => {
                    attributes.push(AttributeRule {
                        name,
                        kind: self.id(kind)?,
                        is_required: necessity == "required",
                        fixed: fixed_value(line),
                    });
                    next += 1;
                }
                ["text", kind] => {
                    text = Some(self.id(kind)?);
                    next += 1;
                }
                ["inherited"] => {
                    let parent = base.map(|base| self.schema.get(base));
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
        match *line.words() {
            ["element", name, min, max, kind, ref rest @ ..] => {
                let max = if max == "*" { None } else { Some(number(max)?) };
                let position = Position {
                    name,
                    id: self.schema.names.known(name).ok_or_else(|| TableError(format!("no name {name}")))?,
                    term: Term::Element(self.id(kind)?),
                    min: number(min)?,
                    max,
                    fixed: if rest.is_empty() { None } else { fixed_value(line) },
                };
                Ok((Particle::Element(position), start + 1))
            }
            ["any", min, max, process, ref namespace @ ..] => {
                let other_than = match namespace {
                    ["any"] => None,
                    ["other", "-"] => Some(0),
                    ["other", prefix] => self.schema.names.namespace_number(prefix),
                    _ => return Err(TableError(line.text.to_owned())),
                };
                let position = Position {
                    name: WILDCARD,
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
            _ => Err(TableError(line.text.to_owned())),
        }
    }
}

/// XSD's type of everything, as the tables call it.
const ANY_TYPE: &str = "xsd:anyType";

/// No line of the tables has more words that mean something; a fixed value with blanks is read from the text.
const WORDS_MAX: usize = 8;

/// A line of the tables has some twenty-five bytes.
const LINE_BYTES: usize = 20;

/// How messages name the place of a wildcard.
const WILDCARD: &str = "*";

/// What stands behind `fixed` in a line.
fn fixed_value(line: &Line) -> Option<&'static str> {
    line.text.split_once(" fixed ").map(|(_, value)| value)
}

fn white_space(value: &str) -> Result<WhiteSpace, TableError> {
    match value {
        "preserve" => Ok(WhiteSpace::Preserve),
        "replace" => Ok(WhiteSpace::Replace),
        "collapse" => Ok(WhiteSpace::Collapse),
        _ => Err(TableError(format!("unknown white space {value}"))),
    }
}
