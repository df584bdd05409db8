//! The chain of the audit log: each entry's hash covers the entry and the hash before it, so that nothing can be altered,
//! taken out or put in between without every later hash being wrong.
//!
//! A chain alone does not see that its end was cut off, nor that all of it was made anew by somebody who may write to the
//! database: keep the last hash elsewhere (`bramka audit verify` prints it) and compare.

use jiff::Timestamp;
use ksef_crypto::sha256;

/// SHA-256 of an entry and of all before it.
pub type AuditHash = [u8; 32];

/// An entry of the audit log: who did what, from where, to what, and how it ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditLine {
    /// Its place: 1, 2, 3 …
    pub number: i64,
    /// When, to the millisecond.
    pub at: Timestamp,
    /// Who: `user:…`, `key:…`, `operator`, `local`.
    pub who: String,
    /// From where: an address, or `command line`.
    pub origin: String,
    /// What: `login`, `user.add`, `PUT …/sending`.
    pub action: String,
    /// In which company; empty when it is about none.
    pub company: String,
    /// On what: an identifier, a name, a path.
    pub subject: String,
    /// How it ended: `done`, or why not.
    pub result: String,
}

impl AuditLine {
    /// The canonical line: a JSON array of the fields in their order, which no content can imitate.
    #[must_use]
    pub fn canonical(&self) -> String {
        let Self { number, at, who, origin, action, company, subject, result } = self;
        let at = at.as_millisecond();
        serde_json::json!([number, at, who, origin, action, company, subject, result]).to_string()
    }

    /// Its hash, after the hash of the entry before it ([`AuditChain::START`] before the first).
    #[must_use]
    pub fn hash_after(&self, former: &AuditHash) -> AuditHash {
        let mut text = former.to_vec();
        text.extend_from_slice(self.canonical().as_bytes());
        sha256(&text)
    }
}

/// Where the chain is broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AuditBreak {
    /// Entries are missing before this one, or it stands twice.
    #[error("the entry {found} stands where {expected} should be: entries were removed or put in")]
    Gap {
        /// The number that should be there.
        expected: i64,
        /// The number that is.
        found: i64,
    },
    /// It was altered, or those before it were.
    #[error("the entry {number} does not match its hash: it was altered")]
    Altered {
        /// Which one.
        number: i64,
    },
}

/// A walk along the chain.
#[derive(Debug, Clone, Copy)]
pub struct AuditChain {
    number: i64,
    hash: AuditHash,
}

impl Default for AuditChain {
    fn default() -> Self {
        Self { number: 0, hash: Self::START }
    }
}

impl AuditChain {
    /// What stands before the first entry.
    pub const START: AuditHash = [0; 32];

    /// Goes over the next entry.
    ///
    /// # Errors
    /// [`AuditBreak`]: the first entry that does not fit.
    pub fn follow(&mut self, line: &AuditLine, hash: &AuditHash) -> Result<(), AuditBreak> {
        let expected = self.number + 1;
        if line.number != expected {
            return Err(AuditBreak::Gap { expected, found: line.number });
        }
        if line.hash_after(&self.hash) != *hash {
            return Err(AuditBreak::Altered { number: line.number });
        }
        (self.number, self.hash) = (expected, *hash);
        Ok(())
    }

    /// How many entries were gone over.
    #[must_use]
    pub const fn number(&self) -> i64 {
        self.number
    }

    /// The hash of the last one.
    #[must_use]
    pub const fn hash(&self) -> &AuditHash {
        &self.hash
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn log(count: i64) -> Vec<(AuditLine, AuditHash)> {
        let mut former = AuditChain::START;
        (1..=count)
            .map(|number| {
                let line = AuditLine {
                    number,
                    at: Timestamp::from_millisecond(1_763_800_000_000 + number).expect("a time"),
                    who: "user:kasia".into(),
                    origin: "192.0.2.1".into(),
                    action: "user.add".into(),
                    company: String::new(),
                    subject: format!("adam{number}"),
                    result: "done".into(),
                };
                former = line.hash_after(&former);
                (line, former)
            })
            .collect()
    }

    fn walk(log: &[(AuditLine, AuditHash)]) -> Result<AuditChain, AuditBreak> {
        let mut chain = AuditChain::default();
        log.iter().try_for_each(|(line, hash)| chain.follow(line, hash))?;
        Ok(chain)
    }

    #[test]
    fn a_whole_log_holds() {
        let whole = log(20);
        let chain = walk(&whole).expect("whole");
        assert_eq!((chain.number(), chain.hash()), (20, &whole[19].1));
    }

    /// Every field of every entry counts, and what moves from one field to the next does too.
    #[test]
    fn any_change_is_found_at_its_entry() {
        let changes: [fn(&mut AuditLine); 8] = [
            |line| line.at += jiff::SignedDuration::from_millis(1),
            |line| line.who = "user:adam".into(),
            |line| line.origin.push('1'),
            |line| line.action = "user.remove".into(),
            |line| line.company = "2222222222".into(),
            |line| line.subject.clear(),
            |line| line.result = "refused".into(),
            |line| (line.who, line.origin) = ("user:kasia1".into(), "92.0.2.1".into()),
        ];
        for change in changes {
            let mut altered = log(9);
            change(&mut altered[4].0);
            assert_eq!(walk(&altered).err(), Some(AuditBreak::Altered { number: 5 }));
            // With a hash that fits it, the next one does not.
            altered[4].1 = altered[4].0.hash_after(&altered[3].1);
            assert_eq!(walk(&altered).err(), Some(AuditBreak::Altered { number: 6 }));
        }
    }

    #[test]
    fn missing_and_doubled_entries_are_found() {
        let mut cut = log(9);
        cut.remove(4);
        assert_eq!(walk(&cut).err(), Some(AuditBreak::Gap { expected: 5, found: 6 }));
        let mut doubled = log(9);
        doubled.insert(4, doubled[3].clone());
        assert_eq!(walk(&doubled).err(), Some(AuditBreak::Gap { expected: 5, found: 4 }));
        let mut swapped = log(9);
        swapped.swap(4, 5);
        assert!(walk(&swapped).is_err());
    }
}
