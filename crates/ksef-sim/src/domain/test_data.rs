//! What the operations under `/testdata` change: subjects, persons, consents to attachments, blocked contexts. Permissions
//! given there lie with all others, in `permissions`.

use super::logins::Subject;
use crate::clock::warsaw_midnight;
use jiff::Timestamp;
use jiff::civil::Date;
use ksef_id::{ContextIdentifier, ContextType, Nip};
use ksef_wire::{EntityRoleType, SubjectType, SubordinateEntityRoleType, TokenAuthorType};
use serde::{Deserialize, Serialize};
use std::collections::{HashMap, HashSet};

/// Everything that was changed.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TestData {
    subjects: HashMap<Nip, TestSubject>,
    persons: HashMap<Nip, Person>,
    /// Who may send invoices with attachments.
    attachments: HashMap<Nip, Consent>,
    blocked: HashSet<ContextIdentifier>,
}

/// A test subject.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TestSubject {
    pub(crate) kind: SubjectType,
    pub(crate) description: String,
    pub(crate) since: Timestamp,
    pub(crate) subunits: Vec<Unit>,
}

/// A subordinate entity.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Unit {
    pub(crate) nip: Nip,
    pub(crate) description: String,
}

/// A test person, owner of the context of a NIP.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Person {
    pub(crate) pesel: String,
    pub(crate) is_bailiff: bool,
    pub(crate) is_deceased: bool,
    pub(crate) description: String,
    pub(crate) since: Timestamp,
}

/// What an entity is.
#[derive(Debug, Clone)]
pub(crate) struct Role {
    pub(crate) role: EntityRoleType,
    pub(crate) parent: Option<Nip>,
    pub(crate) description: String,
    pub(crate) since: Timestamp,
}

/// A consent to attachments.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Consent {
    /// The last day on which it holds.
    last_day: Option<Date>,
    /// When it ended at once.
    ended_at: Option<Timestamp>,
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
                self.subjects.remove(&unit.nip);
            }
        }
    }

    /// The roles of an entity, newest first.
    pub(crate) fn roles(&self, nip: Nip) -> Vec<Role> {
        let mut roles = Vec::new();
        if let Some(person) = self.persons.get(&nip).filter(|person| person.is_bailiff) {
            let (description, since) = (person.description.clone(), person.since);
            roles.push(Role { role: EntityRoleType::CourtBailiff, parent: None, description, since });
        }
        if let Some(subject) = self.subjects.get(&nip) {
            let role = match &subject.kind {
                SubjectType::VatGroup => EntityRoleType::VatGroupUnit,
                SubjectType::JST => EntityRoleType::LocalGovernmentUnit,
                _ => EntityRoleType::EnforcementAuthority,
            };
            let (description, since) = (subject.description.clone(), subject.since);
            roles.push(Role { role, parent: None, description, since });
        }
        let mut parents: Vec<_> = self.subjects.iter().collect();
        parents.sort_by_key(|(parent, _)| **parent);
        for (parent, subject) in parents {
            let Some(unit) = subject.subunits.iter().find(|unit| unit.nip == nip) else { continue };
            if let Some(role) = subject.unit_role() {
                let role = EntityRoleType::from(role.as_str());
                let (description, since) = (unit.description.clone(), subject.since);
                roles.push(Role { role, parent: Some(*parent), description, since });
            }
        }
        roles.sort_by_key(|role| std::cmp::Reverse(role.since));
        roles
    }

    /// The subordinate entities of an entity.
    pub(crate) fn units(&self, nip: Nip) -> Vec<SubordinateUnit> {
        let Some(subject) = self.subjects.get(&nip) else { return Vec::new() };
        let Some(role) = subject.unit_role() else { return Vec::new() };
        let mut units: Vec<SubordinateUnit> = subject
            .subunits
            .iter()
            .map(|unit| SubordinateUnit {
                nip: unit.nip,
                role: role.clone(),
                description: unit.description.clone(),
                since: subject.since,
            })
            .collect();
        units.sort_by_key(|unit| unit.nip);
        units
    }

    /// Whether an entity is a bailiff or an enforcement authority.
    pub(crate) fn is_enforcement_authority(&self, nip: Nip) -> bool {
        self.persons.get(&nip).is_some_and(|person| person.is_bailiff)
            || self
                .subjects
                .get(&nip)
                .is_some_and(|subject| subject.kind == SubjectType::EnforcementAuthority)
    }

    /// Adds a person.
    pub(crate) fn add_person(&mut self, nip: Nip, person: Person) -> Result<(), AlreadyExists> {
        if self.persons.contains_key(&nip) {
            return Err(AlreadyExists);
        }
        self.persons.insert(nip, person);
        Ok(())
    }

    /// Removes a person; gives the PESEL, whose permissions go too ("System automatycznie odbierze jej wszystkie
    /// uprawnienia").
    pub(crate) fn remove_person(&mut self, nip: Nip) -> Option<String> {
        self.persons.remove(&nip).map(|person| person.pesel)
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

    /// Who is the same person by the link of NIP and PESEL.
    pub(crate) fn linked_to(&self, subject: &Subject) -> Vec<Subject> {
        let linked = |kind, value: &str| Subject { kind, value: value.to_owned() };
        match subject.kind {
            TokenAuthorType::Nip => Nip::parse(&subject.value)
                .ok()
                .and_then(|nip| self.persons.get(&nip))
                .map(|person| linked(TokenAuthorType::Pesel, &person.pesel))
                .into_iter()
                .collect(),
            TokenAuthorType::Pesel => self
                .persons
                .iter()
                .filter(|(_, person)| person.pesel == subject.value)
                .map(|(nip, _)| linked(TokenAuthorType::Nip, nip.as_str()))
                .collect(),
            _ => Vec::new(),
        }
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
        self.attachments.insert(nip, Consent::default());
    }

    /// Ends that: after the given day, or at once.
    pub(crate) fn end_attachments(&mut self, nip: Nip, last_day: Option<Date>, now: Timestamp) {
        let ended_at = last_day.is_none().then_some(now);
        self.attachments.entry(nip).and_modify(|consent| *consent = Consent { last_day, ended_at });
    }

    /// Whether a context may send attachments on a day.
    pub(crate) fn may_attach(&self, context: &ContextIdentifier, today: Date) -> bool {
        let consent = context.nip().and_then(|nip| self.attachments.get(&nip));
        consent.is_some_and(|consent| {
            consent.ended_at.is_none() && consent.last_day.is_none_or(|last_day| today <= last_day)
        })
    }

    /// When a context's consent to attachments ends, or ended; `None` without one or when it has no end.
    pub(crate) fn attachments_end(&self, context: &ContextIdentifier) -> Option<Timestamp> {
        let consent = context.nip().and_then(|nip| self.attachments.get(&nip))?;
        consent.ended_at.or_else(|| warsaw_midnight(consent.last_day?.tomorrow().ok()?))
    }
}

impl TestSubject {
    fn unit_role(&self) -> Option<SubordinateEntityRoleType> {
        match &self.kind {
            SubjectType::VatGroup => Some(SubordinateEntityRoleType::VatGroupSubUnit),
            SubjectType::JST => Some(SubordinateEntityRoleType::LocalGovernmentSubUnit),
            _ => None,
        }
    }
}

/// A subordinate entity with its role.
#[derive(Debug, Clone)]
pub(crate) struct SubordinateUnit {
    pub(crate) nip: Nip,
    pub(crate) role: SubordinateEntityRoleType,
    pub(crate) description: String,
    pub(crate) since: Timestamp,
}
