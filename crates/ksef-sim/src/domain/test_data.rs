//! What the operations under `/testdata` change: subjects, persons, permissions, consents to attachments, blocked
//! contexts.

use super::logins::Subject;
use jiff::civil::Date;
use ksef_id::{ContextIdentifier, ContextType, Nip};
use ksef_wire::{SubjectIdentifierType, SubjectType, TokenAuthorType};
use std::collections::{HashMap, HashSet};

/// Everything that was changed.
#[derive(Debug, Clone, Default)]
pub(crate) struct TestData {
    subjects: HashMap<Nip, TestSubject>,
    persons: HashMap<Nip, Person>,
    /// Permissions of a subject (kind and value) in the context of a NIP.
    grants: HashMap<(Nip, String, String), Vec<String>>,
    /// Who may send invoices with attachments, and the last day on which the subject may.
    attachments: HashMap<Nip, Option<Date>>,
    blocked: HashSet<ContextIdentifier>,
}

/// A test subject.
#[derive(Debug, Clone)]
pub(crate) struct TestSubject {
    pub(crate) kind: SubjectType,
    pub(crate) subunits: Vec<Nip>,
}

/// A test person, owner of the context of a NIP.
#[derive(Debug, Clone)]
pub(crate) struct Person {
    pub(crate) pesel: String,
    pub(crate) is_bailiff: bool,
    pub(crate) is_deceased: bool,
}

/// There is one already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct AlreadyExists;

impl TestData {
    /// Adds a subject with its units.
    pub(crate) fn add_subject(&mut self, nip: Nip, subject: TestSubject) -> Result<(), AlreadyExists> {
        if self.subjects.contains_key(&nip) {
            return Err(AlreadyExists);
        }
        tracing::debug!(%nip, kind = %subject.kind, subunits = subject.subunits.len(), "test subject");
        self.subjects.insert(nip, subject);
        Ok(())
    }

    /// Removes a subject and its units.
    pub(crate) fn remove_subject(&mut self, nip: Nip) {
        if let Some(subject) = self.subjects.remove(&nip) {
            for unit in subject.subunits {
                self.subjects.remove(&unit);
            }
        }
    }

    /// Adds a person.
    pub(crate) fn add_person(&mut self, nip: Nip, person: Person) -> Result<(), AlreadyExists> {
        if self.persons.contains_key(&nip) {
            return Err(AlreadyExists);
        }
        self.persons.insert(nip, person);
        Ok(())
    }

    /// Removes a person with all permissions ("System automatycznie odbierze jej wszystkie uprawnienia").
    pub(crate) fn remove_person(&mut self, nip: Nip) {
        if let Some(person) = self.persons.remove(&nip) {
            let kind = SubjectIdentifierType::Pesel;
            self.grants.retain(|(_, held_by, value), _| held_by != kind.as_str() || *value != person.pesel);
        }
    }

    /// Whether somebody is known to be dead.
    pub(crate) fn is_deceased(&self, subject: &Subject) -> bool {
        subject.kind == TokenAuthorType::Pesel
            && self.persons.values().any(|person| person.is_deceased && person.pesel == subject.value)
    }

    /// Whether a person is owner of a context.
    pub(crate) fn is_owner(&self, subject: &Subject, context: &ContextIdentifier) -> bool {
        let person = context.nip().and_then(|nip| self.persons.get(&nip));
        context.kind() == ContextType::Nip
            && subject.kind == TokenAuthorType::Pesel
            && person.is_some_and(|person| person.pesel == subject.value)
    }

    /// Gives permissions, beside those that are there.
    pub(crate) fn grant(
        &mut self,
        nip: Nip,
        kind: &SubjectIdentifierType,
        value: &str,
        permissions: Vec<String>,
    ) {
        let held = self.grants.entry((nip, kind.to_string(), value.to_uppercase())).or_default();
        for permission in permissions {
            if !held.contains(&permission) {
                held.push(permission);
            }
        }
    }

    /// Takes all permissions of a subject in a context.
    pub(crate) fn revoke(&mut self, nip: Nip, kind: &SubjectIdentifierType, value: &str) {
        self.grants.remove(&(nip, kind.to_string(), value.to_uppercase()));
    }

    /// The permissions of a subject in a context.
    pub(crate) fn granted(&self, subject: &Subject, context: &ContextIdentifier) -> Vec<String> {
        let Some(nip) = context.nip().filter(|_| context.kind() == ContextType::Nip) else {
            return Vec::new();
        };
        let key = (nip, subject.kind.to_string(), subject.value.to_uppercase());
        let mut held = self.grants.get(&key).cloned().unwrap_or_default();
        let is_bailiff = |person: &Person| person.is_bailiff && person.pesel == subject.value;
        if subject.kind == TokenAuthorType::Pesel && self.persons.get(&nip).is_some_and(is_bailiff) {
            held.push("EnforcementOperations".to_owned());
        }
        held
    }

    /// Blocks logging in to a context, or no longer.
    pub(crate) fn set_blocked(&mut self, context: ContextIdentifier, is_blocked: bool) {
        match is_blocked {
            true => self.blocked.insert(context),
            false => self.blocked.remove(&context),
        };
    }

    /// Whether logging in to a context is blocked.
    pub(crate) fn is_blocked(&self, context: &ContextIdentifier) -> bool {
        self.blocked.contains(context)
    }

    /// Lets a subject send attachments.
    pub(crate) fn allow_attachments(&mut self, nip: Nip) {
        self.attachments.insert(nip, None);
    }

    /// Ends that: after the given day, or at once.
    pub(crate) fn end_attachments(&mut self, nip: Nip, last_day: Option<Date>) {
        match last_day {
            None => {
                self.attachments.remove(&nip);
            }
            Some(_) => {
                self.attachments.entry(nip).and_modify(|end| *end = last_day);
            }
        }
    }

    /// Whether a context may send attachments on a day.
    pub(crate) fn may_attach(&self, context: &ContextIdentifier, today: Date) -> bool {
        let consent = context.nip().and_then(|nip| self.attachments.get(&nip));
        consent.is_some_and(|last_day| last_day.is_none_or(|last_day| today <= last_day))
    }
}
