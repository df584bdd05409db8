//! Patterns of XSD (part 2, appendix F) as tables: one look-up a character, no backtracking.
//!
//! Why not the `regex` crate: XSD's `.`, `\s` and `\d` differ from its own, and an amount is matched for every second
//! element of an invoice, where a table of a few hundred bytes is several times quicker.

use std::collections::HashMap;

/// A compiled pattern; it matches a whole value.
#[derive(Debug)]
pub(crate) struct Pattern {
    /// Class of each ASCII character.
    ascii: [u8; 128],
    /// Where each class begins; a character belongs to the last that begins at or before it.
    class_starts: Vec<u32>,
    classes: Vec<u8>,
    class_count: usize,
    /// Next state by state and class; 0 is the state of no return.
    next: Vec<u16>,
    accepts: Vec<bool>,
}

/// Why a pattern cannot be compiled; only a new schema can cause it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the pattern {pattern:?} cannot be compiled at character {at}: {what}")]
pub(crate) struct PatternError {
    pub(crate) pattern: String,
    pub(crate) at: usize,
    pub(crate) what: &'static str,
}

impl Pattern {
    /// Compiles an XSD pattern.
    pub(crate) fn compile(pattern: &str) -> Result<Self, PatternError> {
        let mut parser = Parser { characters: pattern.chars().collect(), at: 0 };
        let tree = parser.alternatives().and_then(|tree| {
            if parser.at == parser.characters.len() { Ok(tree) } else { Err("an unmatched bracket") }
        });
        let error = |what| PatternError { pattern: pattern.to_owned(), at: parser.at, what };
        let tree = tree.map_err(error)?;
        let mut machine = Machine { states: Vec::new(), sets: Vec::new() };
        let end = machine.state(State::Accept);
        let start = machine.add(&tree, end).map_err(error)?;
        machine.determinize(start).map_err(error)
    }

    /// Whether the whole value matches.
    pub(crate) fn matches(&self, value: &str) -> bool {
        let mut state = 1_usize;
        for (at, byte) in value.bytes().enumerate() {
            let Some(class) = self.ascii.get(usize::from(byte)) else {
                return self.matches_rest(state, &value[at..]);
            };
            state = usize::from(self.next[state * self.class_count + usize::from(*class)]);
            if state == 0 {
                return false;
            }
        }
        self.accepts[state]
    }

    /// Goes on from a state with a text that begins beyond ASCII.
    fn matches_rest(&self, mut state: usize, value: &str) -> bool {
        for c in value.chars() {
            let class = match self.ascii.get(c as usize) {
                Some(class) => *class,
                None => self.classes[self.class_starts.partition_point(|start| *start <= c as u32) - 1],
            };
            state = usize::from(self.next[state * self.class_count + usize::from(class)]);
            if state == 0 {
                return false;
            }
        }
        self.accepts[state]
    }
}

/// Inclusive ranges of characters.
type Set = Vec<(u32, u32)>;

#[derive(Debug, Clone)]
enum Tree {
    Empty,
    Set(Set),
    Sequence(Vec<Tree>),
    Choice(Vec<Tree>),
    Repeat(Box<Tree>, u32, Option<u32>),
}

struct Parser {
    characters: Vec<char>,
    at: usize,
}

impl Parser {
    fn peek(&self) -> Option<char> {
        self.characters.get(self.at).copied()
    }

    fn take(&mut self) -> Result<char, &'static str> {
        let c = self.peek().ok_or("the pattern ends early")?;
        self.at += 1;
        Ok(c)
    }

    fn alternatives(&mut self) -> Result<Tree, &'static str> {
        let mut branches = vec![self.branch()?];
        while self.peek() == Some('|') {
            self.at += 1;
            branches.push(self.branch()?);
        }
        Ok(if branches.len() == 1 { branches.remove(0) } else { Tree::Choice(branches) })
    }

    fn branch(&mut self) -> Result<Tree, &'static str> {
        let mut pieces = Vec::new();
        while let Some(c) = self.peek() {
            if c == '|' || c == ')' {
                break;
            }
            let atom = self.atom()?;
            pieces.push(self.quantified(atom)?);
        }
        Ok(if pieces.is_empty() { Tree::Empty } else { Tree::Sequence(pieces) })
    }

    fn atom(&mut self) -> Result<Tree, &'static str> {
        Ok(match self.take()? {
            '(' => {
                let inner = self.alternatives()?;
                if self.take()? != ')' {
                    return Err("an unmatched bracket");
                }
                inner
            }
            '[' => Tree::Set(self.class()?),
            '.' => Tree::Set(complement(vec![(10, 10), (13, 13)])),
            '\\' => Tree::Set(self.escape()?),
            '?' | '*' | '+' | '{' | '}' | ']' => return Err("a misplaced sign"),
            c => Tree::Set(vec![(c as u32, c as u32)]),
        })
    }

    fn quantified(&mut self, atom: Tree) -> Result<Tree, &'static str> {
        let (min, max) = match self.peek() {
            Some('?') => (0, Some(1)),
            Some('*') => (0, None),
            Some('+') => (1, None),
            Some('{') => {
                self.at += 1;
                let min = self.number()?;
                let max = if self.peek() == Some(',') {
                    self.at += 1;
                    if self.peek() == Some('}') { None } else { Some(self.number()?) }
                } else {
                    Some(min)
                };
                if self.peek() != Some('}') || max.is_some_and(|max| max < min || max > REPEAT_MAX) {
                    return Err("a malformed count");
                }
                (min, max)
            }
            _ => return Ok(atom),
        };
        self.at += 1;
        Ok(Tree::Repeat(Box::new(atom), min, max))
    }

    fn number(&mut self) -> Result<u32, &'static str> {
        let start = self.at;
        while self.peek().is_some_and(|c| c.is_ascii_digit()) {
            self.at += 1;
        }
        let digits: String = self.characters[start..self.at].iter().collect();
        digits.parse().ok().filter(|number| *number <= REPEAT_MAX).ok_or("a malformed count")
    }

    fn class(&mut self) -> Result<Set, &'static str> {
        let negated = self.peek() == Some('^');
        if negated {
            self.at += 1;
        }
        let mut set = Set::new();
        loop {
            let c = self.take()?;
            match c {
                ']' if !set.is_empty() => break,
                '[' | ']' => return Err("a misplaced bracket in a class"),
                '\\' => set.extend(self.escape()?),
                c => {
                    let is_range = self.peek() == Some('-')
                        && self.characters.get(self.at + 1).is_some_and(|next| *next != ']');
                    let mut end = c;
                    if is_range {
                        self.at += 1;
                        end = self.take()?;
                        if end == '[' || end == '\\' || end < c {
                            return Err("a range that this compiler does not know");
                        }
                    }
                    set.push((c as u32, end as u32));
                }
            }
        }
        Ok(if negated { complement(set) } else { set })
    }

    fn escape(&mut self) -> Result<Set, &'static str> {
        let one = |c: char| Ok(vec![(c as u32, c as u32)]);
        match self.take()? {
            'n' => one('\n'),
            'r' => one('\r'),
            't' => one('\t'),
            'd' => Ok(DIGIT_ZEROS.iter().map(|zero| (*zero, zero + 9)).collect()),
            's' => Ok(vec![(9, 10), (13, 13), (32, 32)]),
            c if c.is_ascii_punctuation() => one(c),
            _ => Err("an escape that this compiler does not know"),
        }
    }
}

fn complement(mut set: Set) -> Set {
    set.sort_unstable();
    let mut gaps = Set::new();
    let mut from = 0;
    for (start, end) in set {
        if start > from {
            gaps.push((from, start - 1));
        }
        from = from.max(end + 1);
    }
    if from <= u32::from(char::MAX) {
        gaps.push((from, u32::from(char::MAX)));
    }
    gaps
}

enum State {
    Accept,
    /// A character of the set of this number, and the state behind it.
    Set(usize, usize),
    Split(Vec<usize>),
}

/// The pattern as a machine that may be in several states at once.
struct Machine {
    states: Vec<State>,
    /// The different sets of the pattern; there are few, and most states share one.
    sets: Vec<Set>,
}

impl Machine {
    fn state(&mut self, state: State) -> usize {
        self.states.push(state);
        self.states.len() - 1
    }

    fn set(&mut self, set: &Set) -> usize {
        // Twice the complement is the set itself, its ranges sorted and merged.
        let set = complement(complement(set.clone()));
        self.sets.iter().position(|known| *known == set).unwrap_or_else(|| {
            self.sets.push(set);
            self.sets.len() - 1
        })
    }

    /// Adds states that match the tree and then go on to `next`; the answer is where they begin.
    fn add(&mut self, tree: &Tree, next: usize) -> Result<usize, &'static str> {
        if self.states.len() > STATES_MAX {
            return Err("too many states");
        }
        Ok(match tree {
            Tree::Empty => next,
            Tree::Set(set) => {
                let number = self.set(set);
                self.state(State::Set(number, next))
            }
            Tree::Sequence(parts) => {
                let mut next = next;
                for part in parts.iter().rev() {
                    next = self.add(part, next)?;
                }
                next
            }
            Tree::Choice(branches) => {
                let mut starts = Vec::new();
                for branch in branches {
                    starts.push(self.add(branch, next)?);
                }
                self.state(State::Split(starts))
            }
            Tree::Repeat(inner, min, max) => {
                let mut next = next;
                match max {
                    None => {
                        let split = self.state(State::Split(vec![next]));
                        let body = self.add(inner, split)?;
                        self.states[split] = State::Split(vec![body, next]);
                        next = split;
                    }
                    Some(max) => {
                        let after = next;
                        for _ in *min..*max {
                            let body = self.add(inner, next)?;
                            next = self.state(State::Split(vec![body, after]));
                        }
                    }
                }
                for _ in 0..*min {
                    next = self.add(inner, next)?;
                }
                next
            }
        })
    }

    fn closure(&self, starts: impl IntoIterator<Item = usize>) -> Vec<usize> {
        let mut seen = vec![false; self.states.len()];
        let mut open: Vec<usize> = starts.into_iter().collect();
        while let Some(state) = open.pop() {
            if !std::mem::replace(&mut seen[state], true)
                && let State::Split(nexts) = &self.states[state]
            {
                open.extend(nexts);
            }
        }
        (0..self.states.len()).filter(|state| seen[*state]).collect()
    }

    fn determinize(&self, start: usize) -> Result<Pattern, &'static str> {
        if self.sets.len() > 64 {
            return Err("too many sets");
        }
        let mut class_starts = vec![0];
        for set in &self.sets {
            class_starts.extend(set.iter().flat_map(|(start, end)| [*start, end + 1]));
        }
        class_starts.sort_unstable();
        class_starts.dedup();
        // Intervals that no set tells apart are one class: what matters is which sets hold them, a bit for each.
        let mut members: Vec<u64> = Vec::new();
        let mut classes = Vec::with_capacity(class_starts.len());
        for start in &class_starts {
            let bits = self.sets.iter().zip(0..).map(|(set, bit)| u64::from(contains(set, *start)) << bit);
            let kind = bits.sum();
            let class = members.iter().position(|known| *known == kind).unwrap_or_else(|| {
                members.push(kind);
                members.len() - 1
            });
            classes.push(u8::try_from(class).map_err(|_| "too many classes")?);
        }
        let mut ascii = [0; 128];
        for (c, class) in ascii.iter_mut().enumerate() {
            *class = classes[class_starts.partition_point(|start| *start as usize <= c) - 1];
        }
        let class_count = members.len();
        let mut known: HashMap<Vec<usize>, u16> = HashMap::new();
        let mut sets = vec![Vec::new(), self.closure([start])];
        known.insert(sets[0].clone(), 0);
        known.insert(sets[1].clone(), 1);
        let mut next = vec![0; class_count];
        let mut current = 1;
        while current < sets.len() {
            for members in &members {
                let targets = sets[current].iter().filter_map(|state| match &self.states[*state] {
                    State::Set(set, target) if members >> set & 1 == 1 => Some(*target),
                    _ => None,
                });
                let targets = self.closure(targets.collect::<Vec<_>>());
                let number = u16::try_from(sets.len()).map_err(|_| "too many states")?;
                next.push(*known.entry(targets).or_insert_with_key(|targets| {
                    sets.push(targets.clone());
                    number
                }));
            }
            current += 1;
            if current > STATES_MAX {
                return Err("too many states");
            }
        }
        let accepts = sets
            .iter()
            .map(|set| set.iter().any(|state| matches!(self.states[*state], State::Accept)))
            .collect();
        Ok(Pattern { ascii, class_starts, classes, class_count, next, accepts })
    }
}

/// Whether a sorted set has a character.
fn contains(set: &Set, c: u32) -> bool {
    let behind = set.partition_point(|(start, _)| *start <= c);
    behind.checked_sub(1).is_some_and(|at| c <= set[at].1)
}

/// A count in a pattern; the state's schemas need 50.
const REPEAT_MAX: u32 = 1000;

/// States of a machine; the largest pattern of the state's schemas needs some hundred.
const STATES_MAX: usize = 5000;

/// The zeros of every script: XSD's `\d` is any decimal digit (category Nd, Unicode 14), in runs of ten.
const DIGIT_ZEROS: [u32; 66] = [
    0x0030, 0x0660, 0x06F0, 0x07C0, 0x0966, 0x09E6, 0x0A66, 0x0AE6, 0x0B66, 0x0BE6, 0x0C66, 0x0CE6, 0x0D66,
    0x0DE6, 0x0E50, 0x0ED0, 0x0F20, 0x1040, 0x1090, 0x17E0, 0x1810, 0x1946, 0x19D0, 0x1A80, 0x1A90, 0x1B50,
    0x1BB0, 0x1C40, 0x1C50, 0xA620, 0xA8D0, 0xA900, 0xA9D0, 0xA9F0, 0xAA50, 0xABF0, 0xFF10, 0x104A0, 0x10D30,
    0x11066, 0x110F0, 0x11136, 0x111D0, 0x112F0, 0x11450, 0x114D0, 0x11650, 0x116C0, 0x11730, 0x118E0,
    0x11950, 0x11C50, 0x11D50, 0x11DA0, 0x16A60, 0x16AC0, 0x16B50, 0x1D7CE, 0x1D7D8, 0x1D7E2, 0x1D7EC,
    0x1D7F6, 0x1E140, 0x1E2F0, 0x1E950, 0x1FBF0,
];

#[cfg(test)]
mod tests {
    use super::*;

    fn check(pattern: &str, yes: &[&str], no: &[&str]) {
        let compiled = Pattern::compile(pattern).expect(pattern);
        for value in yes {
            assert!(compiled.matches(value), "{pattern} should match {value:?}");
        }
        for value in no {
            assert!(!compiled.matches(value), "{pattern} should not match {value:?}");
        }
    }

    #[test]
    fn amounts_and_numbers() {
        check(
            r"-?([1-9]\d{0,15}|0)(\.\d{1,2})?",
            &["0", "-0", "1", "12.3", "-9999999999999999.99", "0.5"],
            &["", "-", "00", "01", "1.", "1.234", "+1", "12345678901234567", "1,2", " 1"],
        );
        check(
            r"[1-9]((\d[1-9])|([1-9]\d))\d{7}",
            &["5265877635", "1010000000"],
            &["1000000000", "0265877635", "52658776351", "526587763"],
        );
        check(r"\d{2}", &["12", "٣٤"], &["1", "½¼", "123"]);
    }

    #[test]
    fn classes_and_groups() {
        check(r"(.)+@(.)+", &["a@b", "@@@", "ż@ł"], &["@", "a@", "@b", "a\n@b"]);
        check(
            r"[A-Z]{6}[A-Z0-9]{2}([A-Z0-9]{3}){0,1}",
            &["ABCDEFGH", "ABCDEF12345"],
            &["ABCDEFGH1", "abcdefgh"],
        );
        check(r"(\d|[A-Z]|\+|\*){1,12}", &["A+*1", "ABCDEFGHIJKL"], &["", "ABCDEFGHIJKLM", "a"]);
        check(r"[^\s?#]*", &["", "abc/ż"], &["a b", "?", "a\tb"]);
        check(r"[a-z0-9-]+|x{2,}", &["a-b", "-", "xxx"], &["", "A"]);
    }

    #[test]
    fn what_it_does_not_know_is_an_error() {
        for pattern in ["(", ")", "[", "[]", "a{2", "a{3,2}", "a{100000}", r"\p{L}", r"\i", "*", "[a-[b]]"] {
            assert!(Pattern::compile(pattern).is_err(), "{pattern}");
        }
    }
}
