//! The check of a document against a schema, element by element as the scanner meets them.

use std::borrow::Cow;
use std::collections::HashSet;

use super::model::{Misplaced, Position, State, Term};
use super::names::{Name, NameCache};
use super::plain::PlainNames;
use super::simple::SimpleType;
use super::{ComplexType, Schema, Type, TypeId, words};
use crate::catalogue;
use crate::report::{Detail, Findings};
use crate::xml::namespace::Namespaces;
use crate::xml::{Attribute, local_name, text};

/// The state of a check: the open elements and the value that is being gathered.
#[derive(Debug)]
pub(crate) struct Validator<'a> {
    pub(super) schema: &'static Schema,
    pub(super) frames: Vec<Frame<'a>>,
    value: Cow<'a, str>,
    value_offset: Option<usize>,
    /// Values of the schema's unique fields so far, by constraint; identifiers (`xsd:ID`) by [`IDENTIFIERS`].
    pub(super) seen: HashSet<(usize, String)>,
    names: NameCache<'a>,
    pub(super) plain_names: Option<PlainNames<'a>>,
}

#[derive(Debug)]
pub(super) struct Frame<'a> {
    /// As it stands in the document, with its prefix.
    pub(super) qualified: &'a str,
    pub(super) offset: usize,
    pub(super) kind: Kind,
    pub(super) state: State,
    pub(super) place: Place,
    /// Text or a child where none may be was reported.
    pub(super) is_spoilt: bool,
}

impl<'a> Frame<'a> {
    fn name(&self) -> &'a str {
        local_name(self.qualified)
    }

    fn fixed(&self) -> Option<&'static str> {
        self.place.position.and_then(|position| position.fixed)
    }
}

/// Where in its parent's model an element stands.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Place {
    pub(super) position: Option<&'static Position>,
    /// Its number among its like, from 1.
    pub(super) index: u32,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Kind {
    /// Child elements by a content model.
    Complex(&'static ComplexType),
    /// A value.
    Simple(&'static SimpleType),
    /// Below a lax wildcard: declared elements are checked, others are not.
    Lax,
    /// Below an element that the schema does not know.
    Skipped,
}

impl<'a> Validator<'a> {
    pub(crate) fn new(schema: &'static Schema) -> Self {
        Self {
            schema,
            frames: Vec::with_capacity(16),
            value: Cow::Borrowed(""),
            value_offset: None,
            seen: HashSet::new(),
            names: NameCache::new(),
            plain_names: None,
        }
    }

    /// The name of an element that begins; `None` when its prefix is not declared.
    #[inline]
    pub(crate) fn resolve(&mut self, qualified: &'a str, namespaces: &Namespaces<'a>) -> Option<Name> {
        self.names.resolve(qualified, &self.schema.names, namespaces)
    }

    /// An element begins; its namespace declarations are in force.
    pub(crate) fn start(
        &mut self,
        (qualified, offset, name): (&'a str, usize, Name),
        attributes: &[Attribute<'a>],
        namespaces: &Namespaces<'a>,
        findings: &mut Findings,
    ) {
        let (declared, place) = if self.frames.is_empty() {
            (Declared::Type(self.schema.root_type()), Place::default())
        } else {
            self.place((qualified, offset, name), namespaces, findings)
        };
        let kind = match declared {
            Declared::Type(declared) => self.kind(declared),
            Declared::Lax => Kind::Lax,
            Declared::Nothing => Kind::Skipped,
        };
        self.frames.push(Frame { qualified, offset, kind, state: State::default(), place, is_spoilt: false });
        self.value = Cow::Borrowed("");
        self.value_offset = None;
        match declared {
            Declared::Type(declared) if attributes.is_empty() && !self.schema.asks_attributes(declared) => {}
            Declared::Type(declared) => self.typed(declared, attributes, namespaces, findings),
            // XSD part 1, 3.4.7: an element without declaration may still name its type.
            Declared::Lax if !attributes.is_empty() => {
                if let Some(named) = self.named_type(attributes, namespaces) {
                    self.typed(named, attributes, namespaces, findings);
                }
            }
            Declared::Lax | Declared::Nothing => {}
        }
    }

    /// Checks the attributes of the innermost element and settles its type.
    fn typed(
        &mut self,
        declared: TypeId,
        attributes: &[Attribute<'a>],
        namespaces: &Namespaces<'a>,
        findings: &mut Findings,
    ) {
        let substituted = attributes.iter().any(|attribute| attribute.name.contains(':'));
        let actual = if substituted {
            self.instance_attributes(declared, attributes, namespaces, findings)
        } else {
            declared
        };
        if let Type::Complex(ComplexType { is_abstract: true, .. }) = self.schema.get(actual) {
            self.report_abstract(findings);
        }
        self.attributes(actual, attributes, namespaces, findings);
        let kind = self.kind(actual);
        if let Some(frame) = self.frames.last_mut() {
            frame.kind = kind;
        }
    }

    fn report_abstract(&self, findings: &mut Findings) {
        let offset = self.frames.last().map_or(0, |frame| frame.offset);
        findings.push(
            &catalogue::TYPE_SUBSTITUTION,
            Detail {
                path: self.path(None),
                offset,
                found: None,
                allowed: None,
                pl: "Typ tego elementu jest abstrakcyjny; wskaż typ pochodny w xsi:type.".to_owned(),
                en: "The type of this element is abstract; name a derived one with xsi:type.".to_owned(),
            },
        );
    }

    /// Character data, references resolved.
    pub(crate) fn text(&mut self, piece: Cow<'a, str>, offset: usize, findings: &mut Findings) {
        let Some(frame) = self.frames.last_mut() else {
            return;
        };
        match frame.kind {
            Kind::Simple(_) => {
                if self.value_offset.is_none() {
                    self.value_offset = Some(offset);
                    self.value = piece;
                } else {
                    self.value.to_mut().push_str(&piece);
                }
            }
            Kind::Complex(complex) if !complex.is_mixed && !frame.is_spoilt && !text::is_blank(&piece) => {
                frame.is_spoilt = true;
                let (name, found) = (frame.name(), text::trim(&piece).to_owned());
                let lead = piece.len() - piece.trim_start_matches([' ', '\t', '\n', '\r']).len();
                let (quoted_pl, quoted_en) = words::quoted(&found);
                findings.push(
                    &catalogue::TEXT_NOT_ALLOWED,
                    Detail {
                        path: self.path(None),
                        offset: offset + lead,
                        allowed: None,
                        pl: format!(
                            "Tekst {quoted_pl} nie może stać bezpośrednio w elemencie {name}; usuń go."
                        ),
                        en: format!("The text {quoted_en} may not stand directly in {name}; remove it."),
                        found: Some(found),
                    },
                );
            }
            Kind::Complex(_) | Kind::Lax | Kind::Skipped => {}
        }
    }

    /// The innermost element ends.
    pub(crate) fn end(&mut self, offset: usize, findings: &mut Findings) {
        let Some(frame) = self.frames.last() else { return };
        match frame.kind {
            Kind::Simple(simple) if !frame.is_spoilt => self.check_value(frame, simple, findings),
            Kind::Complex(complex) if !complex.content.may_end(frame.state) => {
                let missing = complex.content.missing_at_end(frame.state);
                let (name, list) = (frame.name(), words::some_of(&missing));
                findings.push(
                    &catalogue::MISSING_ELEMENT,
                    Detail {
                        path: self.path(None),
                        offset,
                        found: None,
                        pl: format!("W elemencie {name} brakuje: {list}. Dodaj przed jego końcem."),
                        en: format!("{name} lacks {list}. Add before its end."),
                        allowed: Some(list),
                    },
                );
            }
            _ => {}
        }
        if !self.schema.unique.is_empty() {
            self.check_unique(findings);
        }
        self.frames.pop();
        self.value = Cow::Borrowed("");
        self.value_offset = None;
    }

    /// The path of the innermost element, or of an attribute of it.
    pub(crate) fn path(&self, attribute: Option<&str>) -> String {
        let mut path = String::new();
        for frame in &self.frames {
            if !path.is_empty() {
                path.push('/');
            }
            path.push_str(frame.name());
            if frame.place.position.is_some_and(|position| position.max != Some(1)) {
                path.push_str(&format!("[{}]", frame.place.index));
            }
        }
        if let Some(attribute) = attribute {
            path.push_str("/@");
            path.push_str(attribute);
        }
        path
    }

    fn kind(&self, id: TypeId) -> Kind {
        match self.schema.get(id) {
            Type::Simple(simple) => Kind::Simple(simple),
            Type::Complex(complex) => kind_of_complex(self.schema, complex),
        }
    }

    /// Finds the place of a child element in its parent's model.
    fn place(
        &mut self,
        (qualified, offset, name): (&'a str, usize, Name),
        namespaces: &Namespaces<'a>,
        findings: &mut Findings,
    ) -> (Declared, Place) {
        let Some(parent) = self.frames.last_mut() else {
            return (Declared::Nothing, Place::default());
        };
        let complex = match parent.kind {
            Kind::Complex(complex) => complex,
            Kind::Lax => {
                let declared = self.schema.global(name).map_or(Declared::Lax, Declared::Type);
                return (declared, Place::default());
            }
            Kind::Skipped => return (Declared::Nothing, Place::default()),
            Kind::Simple(_) => {
                if !std::mem::replace(&mut parent.is_spoilt, true) {
                    let (name, local) = (parent.name(), local_name(qualified));
                    findings.push(
                        &catalogue::CHILD_NOT_ALLOWED,
                        Detail {
                            path: self.path(None),
                            offset,
                            found: Some(local.to_owned()),
                            allowed: None,
                            pl: format!("Element {name} zawiera samą wartość; usuń z niego element {local}."),
                            en: format!("{name} holds only a value; remove {local} from it."),
                        },
                    );
                }
                return (Declared::Nothing, Place::default());
            }
        };
        let misplaced = match complex.content.step(parent.state, name) {
            Some((state, position)) => {
                let before = std::mem::replace(&mut parent.state, state);
                let position = &complex.content.positions()[position];
                let place = Place { position: Some(position), index: state.count() };
                match position.term {
                    Term::Element(kind) => return (Declared::Type(kind), place),
                    Term::Any(wildcard) => match self.schema.global(name) {
                        Some(kind) => return (Declared::Type(kind), place),
                        None if !wildcard.is_strict => return (Declared::Lax, place),
                        None => parent.state = before,
                    },
                }
                Misplaced::Unknown
            }
            None => complex.content.diagnose(parent.state, name),
        };
        let mut state = parent.state;
        if let Misplaced::Missing { state: after, .. } = &misplaced {
            state = std::mem::replace(&mut parent.state, *after);
        }
        let (namespace, local) = namespaces.element(qualified).unwrap_or(("", qualified));
        self.report_misplaced(complex, state, &misplaced, (local, namespace, offset), findings)
    }

    fn report_misplaced(
        &self,
        complex: &'static ComplexType,
        state: State,
        misplaced: &Misplaced,
        (local, namespace, offset): (&str, &str, usize),
        findings: &mut Findings,
    ) -> (Declared, Place) {
        let position = match misplaced {
            Misplaced::Unknown => None,
            Misplaced::Missing { position, .. }
            | Misplaced::TooMany { position, .. }
            | Misplaced::TooLate { position }
            | Misplaced::Excluded { position } => Some(&complex.content.positions()[*position]),
        };
        if findings.is_full() {
            findings.count(&catalogue::UNEXPECTED_ELEMENT);
            return misplaced_at(misplaced, position);
        }
        let expected = words::some_of(&complex.content.expected(state));
        let parent = self.frames.last().map_or("", Frame::name);
        let (rule, pl, en) = match misplaced {
            Misplaced::Unknown => {
                let positions = complex.content.positions();
                // Of the right name in the wrong namespace: say which is right.
                let right = positions.iter().find(|place| local_name(place.name) == local);
                let wanted =
                    right.map_or(self.schema.namespace, |place| self.schema.names.namespace_of(place.name));
                let foreign = namespace != wanted && (right.is_some() || !self.schema.names.has(namespace));
                let same_case =
                    positions.iter().find(|place| local_name(place.name).eq_ignore_ascii_case(local));
                let (hint_pl, hint_en) = match same_case {
                    Some(place) if local_name(place.name) != local => {
                        (format!(" Czy chodziło o {}?", place.name), format!(" Did you mean {}?", place.name))
                    }
                    _ if foreign => (
                        format!(" Jego przestrzeń nazw to „{namespace}”, a powinna być „{wanted}”."),
                        format!(" Its namespace is “{namespace}” and should be “{wanted}”."),
                    ),
                    _ => (String::new(), String::new()),
                };
                let (next_pl, next_en) = if expected.is_empty() {
                    (
                        "nie może tu być już żadnego elementu".to_owned(),
                        "no more elements may stand here".to_owned(),
                    )
                } else {
                    (format!("oczekiwano: {expected}"), format!("expected {expected}"))
                };
                (
                    &catalogue::UNEXPECTED_ELEMENT,
                    format!("Element {local} nie może stać w elemencie {parent}; {next_pl}.{hint_pl}"),
                    format!("{local} may not stand in {parent}; {next_en}.{hint_en}"),
                )
            }
            Misplaced::Missing { names, .. } => {
                let list = words::some_of(names);
                (
                    &catalogue::MISSING_ELEMENT,
                    format!("Przed elementem {local} brakuje: {list}. Dodaj lub popraw kolejność."),
                    format!("Before {local}, {list} is missing. Add it or correct the order."),
                )
            }
            Misplaced::TooMany { max, .. } => (
                &catalogue::TOO_MANY,
                format!(
                    "Element {local} może wystąpić w elemencie {parent} najwyżej {max} raz(y); usuń nadmiarowe."
                ),
                format!("{local} may occur at most {max} time(s) in {parent}; remove the surplus."),
            ),
            Misplaced::TooLate { .. } => (
                &catalogue::ELEMENT_TOO_LATE,
                format!(
                    "Element {local} stoi za późno: przenieś go wyżej albo usuń powtórzenie. Tu oczekiwano: {expected}."
                ),
                format!(
                    "{local} stands too late: move it up, or remove the repetition. Expected here: {expected}."
                ),
            ),
            Misplaced::Excluded { .. } => (
                &catalogue::EXCLUDED_ELEMENT,
                format!(
                    "Element {local} wyklucza się z poprzednim; zostaw jeden z nich. Tu oczekiwano: {expected}."
                ),
                format!("{local} excludes the one before it; keep one of them. Expected here: {expected}."),
            ),
        };
        let allowed = match misplaced {
            Misplaced::Missing { names, .. } => words::some_of(names),
            _ => expected,
        };
        let mut path = self.path(None);
        if !matches!(misplaced, Misplaced::Missing { .. }) {
            path.push('/');
            path.push_str(local);
        }
        let allowed = (!allowed.is_empty()).then_some(allowed);
        findings.push(rule, Detail { path, offset, found: Some(local.to_owned()), allowed, pl, en });
        misplaced_at(misplaced, position)
    }

    /// Reports a value that the schema wants once and that was there before (XSD part 1, cvc-identity-constraint).
    fn check_unique(&mut self, findings: &mut Findings) {
        let [_, element, field] = &self.frames[..] else { return };
        let Kind::Simple(simple) = field.kind else { return };
        let constraint = self
            .schema
            .unique
            .iter()
            .position(|unique| unique.0 == element.name() && unique.1 == field.name());
        let Some(constraint) = constraint else { return };
        let value = simple.white_space.apply(&self.value).into_owned();
        let (name, offset) = (field.name(), self.value_offset.unwrap_or(field.offset));
        if self.seen.insert((constraint, value.clone())) {
            return;
        }
        let (quoted_pl, quoted_en) = words::quoted(&value);
        findings.push(
            &catalogue::REPEATED_VALUE,
            Detail {
                path: self.path(None),
                offset,
                found: Some(value),
                allowed: None,
                pl: format!("Wartość {quoted_pl} elementu {name} już wystąpiła; każda musi być inna."),
                en: format!("The value {quoted_en} of {name} has occurred before; each must be different."),
            },
        );
    }

    fn check_value(&self, frame: &Frame<'a>, simple: &'static SimpleType, findings: &mut Findings) {
        let fixed = frame.fixed();
        if fixed.is_some() && self.value.is_empty() {
            // XSD gives an empty element its fixed value.
            return;
        }
        let outcome = simple.check(self.schema, &self.value);
        let fixed = fixed.filter(|fixed| outcome.is_ok() && !simple.equals(&self.value, fixed));
        if outcome.is_ok() && fixed.is_none() {
            return;
        }
        if findings.is_full() {
            return findings.count(&catalogue::WRONG_TYPE);
        }
        let (name, (quoted_pl, quoted_en)) = (frame.name(), words::quoted(&self.value));
        let (rule, allowed, pl, en) = match (&outcome, fixed) {
            (Err(violation), _) => words::violation(violation),
            (Ok(()), fixed) => {
                let fixed = fixed.unwrap_or_default();
                let (pl, en) = (format!("musi być „{fixed}”"), format!("must be “{fixed}”"));
                (&catalogue::FIXED_VALUE, fixed.to_owned(), pl, en)
            }
        };
        let lead = self.value.len() - self.value.trim_start_matches([' ', '\t', '\n', '\r']).len();
        let offset = self.value_offset.map_or(frame.offset, |offset| offset + lead);
        let detail = Detail {
            path: self.path(None),
            offset,
            found: Some(self.value.clone().into_owned()),
            allowed: Some(allowed),
            pl: format!("Wartość {quoted_pl} elementu {name}: {pl}."),
            en: format!("The value {quoted_en} of {name} {en}."),
        };
        findings.push(rule, detail);
    }
}

/// How a misplaced element is read on: as if it stood at its place.
fn misplaced_at(misplaced: &Misplaced, position: Option<&'static Position>) -> (Declared, Place) {
    let Some(position) = position else { return (Declared::Nothing, Place::default()) };
    let index = match misplaced {
        Misplaced::TooMany { max, .. } => max.saturating_add(1),
        _ => 1,
    };
    let declared = position.kind().map_or(Declared::Nothing, Declared::Type);
    (declared, Place { position: Some(position), index })
}

/// What the schema says of an element that begins.
#[derive(Debug, Clone, Copy)]
enum Declared {
    Type(TypeId),
    /// It stands below a lax wildcard and has no declaration.
    Lax,
    /// It should not be there; what is in it is not looked at.
    Nothing,
}

/// Stands for the identifiers of the document in [`Validator::seen`].
pub(super) const IDENTIFIERS: usize = usize::MAX;

fn kind_of_complex(schema: &'static Schema, complex: &'static ComplexType) -> Kind {
    match complex.text.and_then(|text| schema.simple(text)) {
        Some(simple) => Kind::Simple(simple),
        None => Kind::Complex(complex),
    }
}
