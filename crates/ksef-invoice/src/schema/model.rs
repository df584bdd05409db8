//! Content models: which child element may follow which, how often.
//!
//! A model is Glushkov's automaton of the schema's particles: a state is the place of the element that came last, and
//! what counts within a place is a counter. XSD's rule that a model be unambiguous ("unique particle attribution")
//! makes it deterministic.

use std::collections::VecDeque;
use std::sync::OnceLock;

use super::TypeId;
use super::lookup::{Lookup, Place};
use super::names::Name;
use crate::xml::NameKey;

/// A place of an element in a model.
#[derive(Debug)]
pub(crate) struct Position {
    /// As the tables write it: `Faktura`, `cbc:ID`; of a wildcard, `*`.
    pub(crate) name: &'static str,
    /// Its number; [`Name::UNKNOWN`] for a wildcard.
    pub(crate) id: u16,
    pub(crate) term: Term,
    pub(crate) min: u32,
    /// `None`: any number.
    pub(crate) max: Option<u32>,
    pub(crate) fixed: Option<&'static str>,
}

impl Position {
    /// The type of a declared element.
    pub(crate) fn kind(&self) -> Option<TypeId> {
        match self.term {
            Term::Element(kind) => Some(kind),
            Term::Any(_) => None,
        }
    }
}

/// What may stand at a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Term {
    /// The element of the place's name.
    Element(TypeId),
    /// Any element that the wildcard takes.
    Any(Wildcard),
}

/// `xsd:any`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Wildcard {
    /// For `##other`: the namespace that may not be (nor may none).
    pub(crate) other_than: Option<u8>,
    /// Whether what stands there must be declared.
    pub(crate) is_strict: bool,
}

impl Wildcard {
    fn takes(self, name: Name) -> bool {
        self.other_than
            .is_none_or(|excluded| name.namespace != excluded && name.namespace != Name::NO_NAMESPACE)
    }
}

/// A particle of the schema, as the table has it.
#[derive(Debug)]
pub(crate) enum Particle {
    Element(Position),
    Group { is_choice: bool, is_optional: bool, is_repeated: bool, parts: Vec<Particle> },
}

/// An automaton.
#[derive(Debug, Default)]
pub(crate) struct ContentModel {
    positions: Vec<Position>,
    /// By state (0 before the first element, then the place plus 1): the places that may follow, in schema order.
    follow: Vec<Vec<u16>>,
    /// By place: the number of its name; beside `positions` because every step reads it.
    ids: Vec<u16>,
    /// By state: whether the content may end.
    accepts: Vec<bool>,
    lookup: OnceLock<Lookup>,
}

/// Where in a model a document is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct State {
    /// 0, or the place of the element that came last, plus 1.
    at: u16,
    /// How many of it there were.
    count: u32,
}

impl State {
    /// The index, from 1, of the element that came last among its like.
    pub(crate) fn count(self) -> u32 {
        self.count
    }
}

/// Why an element may not stand where it does.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Misplaced {
    /// The model has no element of this name.
    Unknown,
    /// Elements that must stand before it are missing; what they are, and the state with it taken in.
    Missing { names: Vec<&'static str>, state: State, position: usize },
    /// It stood here the most times it may.
    TooMany { max: u32, position: usize },
    /// It should have stood earlier.
    TooLate { position: usize },
    /// Another branch of a choice was taken.
    Excluded { position: usize },
}

impl ContentModel {
    /// Builds the automaton of a particle; `None` is empty content.
    pub(crate) fn new(particle: Option<Particle>) -> Self {
        let mut model = Self { follow: vec![Vec::new()], accepts: vec![true], ..Self::default() };
        if let Some(particle) = particle {
            let part = model.add(particle);
            model.follow[0] = part.first;
            model.accepts[0] = part.is_nullable;
            for last in part.last {
                model.accepts[usize::from(last) + 1] = true;
            }
        }
        model
    }

    pub(crate) fn positions(&self) -> &[Position] {
        &self.positions
    }

    /// Takes in an element; the new state and the element's place, or `None` when it may not stand here.
    pub(crate) fn step(&self, state: State, name: Name) -> Option<(State, usize)> {
        if let Some(position) = state.at.checked_sub(1) {
            let place = usize::from(position);
            if self.fits(place, name) && self.positions[place].max.is_none_or(|max| state.count < max) {
                return Some((State { at: state.at, count: state.count + 1 }, place));
            }
            if state.count < self.positions[place].min {
                return None;
            }
        }
        let next = self.follow[usize::from(state.at)]
            .iter()
            .find(|position| self.fits(usize::from(**position), name))?;
        Some((State { at: next + 1, count: 1 }, usize::from(*next)))
    }

    /// The model laid out for plain names.
    pub(super) fn lookup(&self) -> &Lookup {
        self.lookup.get_or_init(|| Lookup::new(&self.positions, &self.follow))
    }

    /// [`ContentModel::step`] by a plain name; `None` says only that the step is not as simple as that.
    #[inline]
    pub(crate) fn step_plain(
        &self,
        state: State,
        key: &NameKey,
        name: &str,
    ) -> Option<(State, usize, &Place)> {
        let lookup = self.lookup();
        let index = lookup.place(key, name, &self.positions)?;
        let place = lookup.get(index);
        if let Some(current) = state.at.checked_sub(1) {
            if current == index && place.max.is_none_or(|max| state.count < max) {
                return Some((State { at: state.at, count: state.count + 1 }, usize::from(index), place));
            }
            if state.count < lookup.get(current).min {
                return None;
            }
        }
        let next = State { at: index + 1, count: 1 };
        lookup.follows(state.at, index).then_some((next, usize::from(index), place))
    }

    fn fits(&self, place: usize, name: Name) -> bool {
        if self.ids[place] == Name::UNKNOWN {
            return matches!(self.positions[place].term, Term::Any(wildcard) if wildcard.takes(name));
        }
        self.ids[place] == name.id
    }

    /// Whether the content may end here.
    pub(crate) fn may_end(&self, state: State) -> bool {
        self.accepts[usize::from(state.at)] && self.lacks(state) == 0
    }

    /// Names that may stand next, in schema order, up to the first that must; at most eight.
    pub(crate) fn expected(&self, state: State) -> Vec<&'static str> {
        let mut names = Vec::new();
        if let Some(position) = state.at.checked_sub(1) {
            let current = &self.positions[usize::from(position)];
            if current.max.is_none_or(|max| state.count < max) {
                names.push(current.name);
            }
            if state.count < current.min {
                return names;
            }
        }
        for position in self.follow[usize::from(state.at)].iter().take(8) {
            let name = self.positions[usize::from(*position)].name;
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names
    }

    /// Why [`ContentModel::step`] took nothing.
    pub(crate) fn diagnose(&self, state: State, name: Name) -> Misplaced {
        let places = || (0..self.positions.len()).filter(|position| self.fits(*position, name));
        for target in places() {
            if let Some(names) = self.missing_before(state, |position| position == target) {
                return Misplaced::Missing {
                    names,
                    state: State { at: target as u16 + 1, count: 1 },
                    position: target,
                };
            }
        }
        let Some(position) = places().next() else {
            return Misplaced::Unknown;
        };
        let current = state.at.checked_sub(1).map(usize::from);
        match (current, self.positions[position].max) {
            (Some(current), Some(max)) if current == position => Misplaced::TooMany { max, position },
            (Some(current), _) if position < current && self.reaches(position, current) => {
                Misplaced::TooLate { position }
            }
            _ => Misplaced::Excluded { position },
        }
    }

    /// The elements that are missing for the content to end here.
    pub(crate) fn missing_at_end(&self, state: State) -> Vec<&'static str> {
        if self.accepts[usize::from(state.at)] {
            return self.lacking(state);
        }
        let ends = |position: usize| self.accepts[position + 1];
        let mut names = self.missing_before(state, ends).unwrap_or_default();
        // The way leads up to a place after which the content may end: that one is missing too.
        if let Some(last) = self.way(state, ends).and_then(|way| way.last().copied()) {
            names.push(self.positions[last].name);
        }
        names
    }

    fn lacks(&self, state: State) -> u32 {
        state
            .at
            .checked_sub(1)
            .map_or(0, |position| self.positions[usize::from(position)].min.saturating_sub(state.count))
    }

    fn lacking(&self, state: State) -> Vec<&'static str> {
        match state.at.checked_sub(1) {
            Some(position) if self.lacks(state) > 0 => {
                vec![self.positions[usize::from(position)].name]
            }
            _ => Vec::new(),
        }
    }

    /// The names on the shortest way to a place, without that place itself.
    fn missing_before(&self, state: State, is_target: impl Fn(usize) -> bool) -> Option<Vec<&'static str>> {
        let way = self.way(state, is_target)?;
        let (_, between) = way.split_last()?;
        let names = between.iter().map(|position| self.positions[*position].name);
        Some(self.lacking(state).into_iter().chain(names).collect())
    }

    /// The shortest way of places from a state to a place, that place included.
    fn way(&self, state: State, is_target: impl Fn(usize) -> bool) -> Option<Vec<usize>> {
        let mut came_from: Vec<Option<usize>> = vec![None; self.positions.len()];
        let mut seen = vec![false; self.positions.len()];
        let mut open = VecDeque::new();
        for next in &self.follow[usize::from(state.at)] {
            seen[usize::from(*next)] = true;
            open.push_back(usize::from(*next));
        }
        while let Some(position) = open.pop_front() {
            if is_target(position) {
                let mut way: Vec<usize> =
                    std::iter::successors(Some(position), |position| came_from[*position]).collect();
                way.reverse();
                return Some(way);
            }
            for next in &self.follow[position + 1] {
                let next = usize::from(*next);
                if !std::mem::replace(&mut seen[next], true) {
                    came_from[next] = Some(position);
                    open.push_back(next);
                }
            }
        }
        None
    }

    fn reaches(&self, from: usize, to: usize) -> bool {
        self.way(State { at: from as u16 + 1, count: 1 }, |position| position == to).is_some()
    }

    fn add(&mut self, particle: Particle) -> Part {
        match particle {
            Particle::Element(position) => {
                let is_nullable = position.min == 0;
                let index = self.positions.len() as u16;
                self.ids.push(position.id);
                self.positions.push(position);
                self.follow.push(Vec::new());
                self.accepts.push(false);
                Part { first: vec![index], last: vec![index], is_nullable }
            }
            Particle::Group { is_choice, is_optional, is_repeated, parts } => {
                let mut group = Part { first: Vec::new(), last: Vec::new(), is_nullable: !is_choice };
                for part in parts {
                    let part = self.add(part);
                    if is_choice {
                        group.first.extend(part.first);
                        group.last.extend(part.last);
                        group.is_nullable |= part.is_nullable;
                        continue;
                    }
                    self.connect(&group.last, &part.first);
                    if group.is_nullable {
                        group.first.extend(&part.first);
                    }
                    if !part.is_nullable {
                        group.last.clear();
                    }
                    group.last.extend(part.last);
                    group.is_nullable &= part.is_nullable;
                }
                if is_repeated {
                    self.connect(&group.last, &group.first);
                }
                group.is_nullable |= is_optional;
                group
            }
        }
    }

    fn connect(&mut self, lasts: &[u16], firsts: &[u16]) {
        for last in lasts {
            let follow = &mut self.follow[usize::from(*last) + 1];
            for first in firsts {
                if !follow.contains(first) {
                    follow.push(*first);
                }
            }
        }
    }
}

/// A part of a model while it is built.
struct Part {
    first: Vec<u16>,
    last: Vec<u16>,
    is_nullable: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn element(name: &'static str, min: u32, max: Option<u32>) -> Particle {
        let (id, term) = (id_of(name), Term::Element(TypeId(0)));
        Particle::Element(Position { name, id, term, min, max, fixed: None })
    }

    /// A name of one letter is numbered by it.
    fn id_of(name: &str) -> u16 {
        name.bytes().next().map_or(Name::UNKNOWN, u16::from)
    }

    fn named(name: &str) -> Name {
        Name { id: id_of(name), namespace: 0 }
    }

    fn group(is_choice: bool, is_optional: bool, is_repeated: bool, parts: Vec<Particle>) -> Particle {
        Particle::Group { is_choice, is_optional, is_repeated, parts }
    }

    /// `a, b?, (c, d)?, e{2,3}, (f | g)`
    fn model() -> ContentModel {
        ContentModel::new(Some(group(
            false,
            false,
            false,
            vec![
                element("a", 1, Some(1)),
                element("b", 0, Some(1)),
                group(false, true, false, vec![element("c", 1, Some(1)), element("d", 1, Some(1))]),
                element("e", 2, Some(3)),
                group(true, false, false, vec![element("f", 1, Some(1)), element("g", 1, Some(1))]),
            ],
        )))
    }

    fn run(model: &ContentModel, names: &str) -> Result<State, (State, String)> {
        names.chars().try_fold(State::default(), |state, c| {
            let name = c.to_string();
            model.step(state, named(&name)).map(|(state, _)| state).ok_or((state, name))
        })
    }

    fn accepts(model: &ContentModel, names: &str) -> bool {
        run(model, names).is_ok_and(|state| model.may_end(state))
    }

    #[test]
    fn sequences_choices_and_counts() {
        let model = model();
        for names in ["aeef", "abeeg", "acdeeef", "abcdeef"] {
            assert!(accepts(&model, names), "{names}");
        }
        for names in ["", "a", "aef", "aeeeef", "aceef", "aee", "aeefg", "baeef", "aeeffe", "aadeef"] {
            assert!(!accepts(&model, names), "{names}");
        }
    }

    #[test]
    fn repeated_groups() {
        let model = ContentModel::new(Some(group(
            true,
            true,
            true,
            vec![element("x", 1, Some(2)), element("y", 1, Some(1))],
        )));
        for names in ["", "x", "xxxxxyyx", "yyyy"] {
            assert!(accepts(&model, names), "{names}");
        }
    }

    #[test]
    fn wildcards() {
        let any = |other_than| {
            let term = Term::Any(Wildcard { other_than, is_strict: false });
            let name = "*";
            Particle::Element(Position { name, id: Name::UNKNOWN, term, min: 0, max: None, fixed: None })
        };
        let in_namespace = |namespace| Name { id: Name::UNKNOWN, namespace };
        let model =
            ContentModel::new(Some(group(false, false, false, vec![element("a", 1, Some(1)), any(Some(0))])));
        let (after, _) = model.step(State::default(), named("a")).expect("a comes first");
        assert!(model.may_end(after));
        for (namespace, fits) in [(0, false), (1, true), (Name::FOREIGN, true), (Name::NO_NAMESPACE, false)] {
            assert_eq!(model.step(after, in_namespace(namespace)).is_some(), fits, "{namespace}");
        }
        assert!(model.step(State::default(), in_namespace(1)).is_none());
    }

    fn diagnosis(names: &str) -> Misplaced {
        let model = model();
        let (state, name) = run(&model, names).expect_err("the last name must not fit");
        model.diagnose(state, named(&name))
    }

    #[test]
    fn diagnoses() {
        let missing = |wanted: &[&str], found: Misplaced| match found {
            Misplaced::Missing { names, .. } => assert_eq!(names, wanted),
            other => panic!("{other:?}"),
        };
        missing(&["a"], diagnosis("b"));
        missing(&["d"], diagnosis("ace"));
        missing(&["e"], diagnosis("aef"));
        missing(&["a", "e"], diagnosis("g"));
        assert_eq!(diagnosis("aeeee"), Misplaced::TooMany { max: 3, position: 4 });
        assert_eq!(diagnosis("aeeb"), Misplaced::TooLate { position: 1 });
        assert_eq!(diagnosis("aeefg"), Misplaced::Excluded { position: 6 });
        assert_eq!(diagnosis("az"), Misplaced::Unknown);
        let model = model();
        let at = |names| run(&model, names).expect(names);
        assert_eq!(model.missing_at_end(at("a")), ["e", "f"]);
        assert_eq!(model.missing_at_end(at("ae")), ["e", "f"]);
        assert_eq!(model.missing_at_end(at("aeef")), Vec::<&str>::new());
        assert_eq!(model.expected(at("ae")), ["e"]);
        assert_eq!(model.expected(at("a")), ["b", "c", "e"]);
    }
}
