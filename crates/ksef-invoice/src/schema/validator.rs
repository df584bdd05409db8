//! The check of a document against a schema, element by element as the scanner meets them.

use std::borrow::Cow;
use std::collections::HashSet;

use super::model::{Misplaced, State};
use super::simple::SimpleType;
use super::{ComplexType, Schema, Type, TypeId, words};
use crate::catalogue;
use crate::report::{Detail, Findings};
use crate::xml::namespace::Namespaces;
use crate::xml::{Attribute, text};

/// The state of a check: the open elements and the value that is being gathered.
#[derive(Debug)]
pub(crate) struct Validator<'a> {
    pub(super) schema: &'static Schema,
    pub(super) frames: Vec<Frame<'a>>,
    value: Cow<'a, str>,
    value_offset: Option<usize>,
    /// Values of the schema's unique fields so far, by constraint.
    seen: HashSet<(usize, String)>,
}

#[derive(Debug)]
pub(super) struct Frame<'a> {
    name: &'a str,
    /// Its number among its like, where several may stand.
    index: Option<u32>,
    pub(super) offset: usize,
    kind: Kind,
    state: State,
    fixed: Option<&'static str>,
    /// Text or a child where none may be was reported.
    is_spoilt: bool,
}

#[derive(Debug, Clone, Copy)]
enum Kind {
    /// Child elements by a content model.
    Complex(&'static ComplexType),
    /// A value.
    Simple(&'static SimpleType),
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
        }
    }

    /// An element begins; its namespace declarations are in force.
    pub(crate) fn start(
        &mut self,
        (name, offset): (&'a str, usize),
        attributes: &[Attribute<'a>],
        namespaces: &Namespaces<'a>,
        findings: &mut Findings,
    ) {
        let (namespace, local) = namespaces.element(name).unwrap_or(("", name));
        let (declared, index, fixed) = if self.frames.is_empty() {
            (Some(self.schema.root_type()), None, None)
        } else {
            self.place(namespace, local, offset, findings)
        };
        let kind = declared.map_or(Kind::Skipped, |declared| self.kind(declared));
        let mut frame =
            Frame { name: local, index, offset, kind, state: State::default(), fixed, is_spoilt: false };
        if let Some(declared) = declared {
            let substituted = attributes.iter().any(|attribute| attribute.name.contains(':'));
            self.frames.push(frame);
            let actual = if substituted {
                self.instance_attributes(declared, attributes, namespaces, findings)
            } else {
                declared
            };
            self.attributes(actual, attributes, namespaces, findings);
            if actual != declared
                && let Some(frame) = self.frames.last_mut()
            {
                frame.kind = match self.schema.get(actual) {
                    Type::Simple(simple) => Kind::Simple(simple),
                    Type::Complex(complex) => kind_of_complex(self.schema, complex),
                };
            }
        } else {
            frame.kind = Kind::Skipped;
            self.frames.push(frame);
        }
        self.value = Cow::Borrowed("");
        self.value_offset = None;
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
            Kind::Complex(_) if !frame.is_spoilt && !text::is_blank(&piece) => {
                frame.is_spoilt = true;
                let (name, found) = (frame.name, text::trim(&piece).to_owned());
                let lead = piece.len() - piece.trim_start_matches([' ', '\t', '\n', '\r']).len();
                let quoted = words::quoted(&found);
                findings.push(
                    &catalogue::TEXT_NOT_ALLOWED,
                    Detail {
                        path: self.path(None),
                        offset: offset + lead,
                        allowed: None,
                        pl: format!("Tekst {quoted} nie może stać bezpośrednio w elemencie {name}; usuń go."),
                        en: format!("The text {quoted} may not stand directly in {name}; remove it."),
                        found: Some(found),
                    },
                );
            }
            Kind::Complex(_) | Kind::Skipped => {}
        }
    }

    /// The innermost element ends.
    pub(crate) fn end(&mut self, offset: usize, findings: &mut Findings) {
        let Some(frame) = self.frames.last() else { return };
        match frame.kind {
            Kind::Simple(simple) if !frame.is_spoilt => self.check_value(frame, simple, findings),
            Kind::Complex(complex) if !complex.content.may_end(frame.state) => {
                let missing = complex.content.missing_at_end(frame.state);
                let (name, list) = (frame.name, words::some_of(&missing));
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
            path.push_str(frame.name);
            if let Some(index) = frame.index {
                path.push_str(&format!("[{index}]"));
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

    /// Finds the place of a child element in its parent's model: its type, its index, its fixed value.
    fn place(
        &mut self,
        namespace: &str,
        local: &str,
        offset: usize,
        findings: &mut Findings,
    ) -> (Option<TypeId>, Option<u32>, Option<&'static str>) {
        let Some(parent) = self.frames.last_mut() else {
            return (None, None, None);
        };
        let complex = match parent.kind {
            Kind::Complex(complex) => complex,
            Kind::Skipped => return (None, None, None),
            Kind::Simple(_) => {
                if !std::mem::replace(&mut parent.is_spoilt, true) {
                    let name = parent.name;
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
                return (None, None, None);
            }
        };
        let is_ours = namespace == self.schema.namespace;
        if is_ours && let Some((state, position)) = complex.content.step(parent.state, local) {
            parent.state = state;
            let place = &complex.content.positions()[position];
            let index = (place.max != Some(1)).then(|| state.count());
            return (Some(place.kind), index, place.fixed.as_deref());
        }
        let misplaced =
            if is_ours { complex.content.diagnose(parent.state, local) } else { Misplaced::Unknown };
        if let Misplaced::Missing { state, .. } = &misplaced {
            let before = std::mem::replace(&mut parent.state, *state);
            return self.report_misplaced(complex, before, &misplaced, (local, namespace, offset), findings);
        }
        let state = parent.state;
        self.report_misplaced(complex, state, &misplaced, (local, namespace, offset), findings)
    }

    fn report_misplaced(
        &self,
        complex: &'static ComplexType,
        state: State,
        misplaced: &Misplaced,
        (local, namespace, offset): (&str, &str, usize),
        findings: &mut Findings,
    ) -> (Option<TypeId>, Option<u32>, Option<&'static str>) {
        let expected = words::some_of(&complex.content.expected(state));
        let parent = self.frames.last().map_or("", |frame| frame.name);
        let (rule, position, pl, en) = match misplaced {
            Misplaced::Unknown => {
                let foreign = namespace != self.schema.namespace;
                let same_case =
                    complex.content.positions().iter().find(|place| place.name.eq_ignore_ascii_case(local));
                let (hint_pl, hint_en) = match same_case {
                    Some(place) if place.name != local => {
                        (format!(" Czy chodziło o {}?", place.name), format!(" Did you mean {}?", place.name))
                    }
                    _ if foreign => (
                        format!(
                            " Jego przestrzeń nazw to „{namespace}”, a powinna być „{}”.",
                            self.schema.namespace
                        ),
                        format!(" Its namespace is “{namespace}” and should be “{}”.", self.schema.namespace),
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
                    None,
                    format!("Element {local} nie może stać w elemencie {parent}; {next_pl}.{hint_pl}"),
                    format!("{local} may not stand in {parent}; {next_en}.{hint_en}"),
                )
            }
            Misplaced::Missing { names, position, .. } => {
                let list = words::some_of(names);
                (
                    &catalogue::MISSING_ELEMENT,
                    Some(*position),
                    format!("Przed elementem {local} brakuje: {list}. Dodaj lub popraw kolejność."),
                    format!("Before {local}, {list} is missing. Add it or correct the order."),
                )
            }
            Misplaced::TooMany { max, position } => (
                &catalogue::TOO_MANY,
                Some(*position),
                format!(
                    "Element {local} może wystąpić w elemencie {parent} najwyżej {max} raz(y); usuń nadmiarowe."
                ),
                format!("{local} may occur at most {max} time(s) in {parent}; remove the surplus."),
            ),
            Misplaced::TooLate { position } => (
                &catalogue::ELEMENT_TOO_LATE,
                Some(*position),
                format!(
                    "Element {local} stoi za późno: przenieś go wyżej albo usuń powtórzenie. Tu oczekiwano: {expected}."
                ),
                format!(
                    "{local} stands too late: move it up, or remove the repetition. Expected here: {expected}."
                ),
            ),
            Misplaced::Excluded { position } => (
                &catalogue::EXCLUDED_ELEMENT,
                Some(*position),
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
        let Some(place) = position.map(|position| &complex.content.positions()[position]) else {
            return (None, None, None);
        };
        let index = match (misplaced, place.max) {
            (_, Some(1)) => None,
            (Misplaced::TooMany { max, .. }, _) => Some(max.saturating_add(1)),
            _ => Some(1),
        };
        (Some(place.kind), index, place.fixed.as_deref())
    }

    /// Reports a value that the schema wants once and that was there before (XSD part 1, cvc-identity-constraint).
    fn check_unique(&mut self, findings: &mut Findings) {
        let [_, element, field] = &self.frames[..] else { return };
        let Kind::Simple(simple) = field.kind else { return };
        let constraint =
            self.schema.unique.iter().position(|unique| unique.0 == element.name && unique.1 == field.name);
        let Some(constraint) = constraint else { return };
        let value = simple.white_space.apply(&self.value).into_owned();
        let (name, offset) = (field.name, self.value_offset.unwrap_or(field.offset));
        if self.seen.insert((constraint, value.clone())) {
            return;
        }
        let quoted = words::quoted(&value);
        findings.push(
            &catalogue::REPEATED_VALUE,
            Detail {
                path: self.path(None),
                offset,
                found: Some(value),
                allowed: None,
                pl: format!("Wartość {quoted} elementu {name} już wystąpiła; każda musi być inna."),
                en: format!("The value {quoted} of {name} has occurred before; each must be different."),
            },
        );
    }

    fn check_value(&self, frame: &Frame<'a>, simple: &'static SimpleType, findings: &mut Findings) {
        if frame.fixed.is_some() && self.value.is_empty() {
            // XSD gives an empty element its fixed value.
            return;
        }
        let outcome = simple.check(self.schema, &self.value);
        let fixed = frame.fixed.filter(|fixed| outcome.is_ok() && !simple.equals(&self.value, fixed));
        if outcome.is_ok() && fixed.is_none() {
            return;
        }
        let (name, quoted) = (frame.name, words::quoted(&self.value));
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
            pl: format!("Wartość {quoted} elementu {name}: {pl}."),
            en: format!("The value {quoted} of {name} {en}."),
        };
        findings.push(rule, detail);
    }
}

fn kind_of_complex(schema: &'static Schema, complex: &'static ComplexType) -> Kind {
    match complex.text.and_then(|text| schema.simple(text)) {
        Some(simple) => Kind::Simple(simple),
        None => Kind::Complex(complex),
    }
}
