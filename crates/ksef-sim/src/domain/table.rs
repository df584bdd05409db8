//! Collections that know what changed in them, so that what is kept on disk follows what is held in memory.
//!
//! Whoever may change an entry has to ask for it by a method of these types, and asking is what marks it: a change that
//! nobody writes down cannot be forgotten somewhere else. Without a folder to keep things in nothing is marked.

use crate::data::Changes;
use indexmap::{IndexMap, IndexSet};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fmt::Display;
use std::hash::Hash;
use std::ops::{Deref, DerefMut};
use std::str::FromStr;

/// Entries by key, in the order in which they came as long as none is taken out.
#[derive(Debug, Clone)]
pub(crate) struct Table<K, V> {
    entries: IndexMap<K, V>,
    /// Keys of what changed since it was last written; `None` when nothing is kept.
    changed: Option<IndexSet<K>>,
}

impl<K, V> Default for Table<K, V> {
    fn default() -> Self {
        Self { entries: IndexMap::new(), changed: None }
    }
}

impl<K: Hash + Eq + Clone, V> Table<K, V> {
    pub(crate) fn get(&self, key: &K) -> Option<&V> {
        self.entries.get(key)
    }

    /// An entry to be changed.
    pub(crate) fn get_mut(&mut self, key: &K) -> Option<&mut V> {
        let entry = self.entries.get_mut(key)?;
        if let Some(changed) = &mut self.changed {
            changed.insert(key.clone());
        }
        Some(entry)
    }

    pub(crate) fn contains(&self, key: &K) -> bool {
        self.entries.contains_key(key)
    }

    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    pub(crate) fn insert(&mut self, key: K, value: V) {
        self.mark(&key);
        self.entries.insert(key, value);
    }

    /// Takes an entry out; the last one takes its place in the order.
    pub(crate) fn take(&mut self, key: &K) -> Option<V> {
        let taken = self.entries.swap_remove(key)?;
        self.mark(key);
        Some(taken)
    }

    /// Takes the oldest entry out.
    pub(crate) fn take_first(&mut self) -> Option<(K, V)> {
        let (key, value) = self.entries.shift_remove_index(0)?;
        self.mark(&key);
        Some((key, value))
    }

    /// Takes all entries out, in the order of their keys.
    pub(crate) fn take_all(&mut self) -> Vec<V>
    where
        K: Ord,
    {
        self.entries.sort_keys();
        if let Some(changed) = &mut self.changed {
            changed.extend(self.entries.keys().cloned());
        }
        self.entries.drain(..).map(|(_, value)| value).collect()
    }

    /// Keeps the entries for which the condition holds.
    pub(crate) fn retain(&mut self, mut condition: impl FnMut(&V) -> bool) {
        let changed = &mut self.changed;
        self.entries.retain(|key, value| {
            let stays = condition(value);
            if let Some(changed) = changed.as_mut().filter(|_| !stays) {
                changed.insert(key.clone());
            }
            stays
        });
    }

    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = (&K, &V)> {
        self.entries.iter()
    }

    pub(crate) fn values(&self) -> impl DoubleEndedIterator<Item = &V> {
        self.entries.values()
    }

    fn mark(&mut self, key: &K) {
        if let Some(changed) = &mut self.changed {
            changed.insert(key.clone());
        }
    }
}

/// Something that is kept.
pub(crate) trait Kept {
    /// From now on changes are marked.
    fn watch(&mut self);
    /// Whether something was marked.
    fn is_changed(&self) -> bool;
    /// Writes what was marked, or everything, and forgets the marks.
    fn write(&mut self, name: &str, is_all: bool, changes: &mut Changes);
    /// Takes an entry that was written; `None` when it was taken out. Gives whether it took the place of another.
    fn read(&mut self, key: &str, value: Option<&str>) -> Result<bool, serde_json::Error>;
}

impl<K, V> Kept for Table<K, V>
where
    K: Hash + Eq + Clone + Display + FromStr,
    V: Serialize + DeserializeOwned,
{
    fn watch(&mut self) {
        self.changed.get_or_insert_default();
    }

    fn is_changed(&self) -> bool {
        self.changed.as_ref().is_some_and(|changed| !changed.is_empty())
    }

    fn write(&mut self, name: &str, is_all: bool, changes: &mut Changes) {
        let changed = self.changed.as_mut().map(std::mem::take).unwrap_or_default();
        if is_all {
            for (key, value) in &self.entries {
                changes.put(name, &key.to_string(), value);
            }
            return;
        }
        for key in changed {
            match self.entries.get(&key) {
                Some(value) => changes.put(name, &key.to_string(), value),
                None => changes.remove(name, &key.to_string()),
            }
        }
    }

    fn read(&mut self, key: &str, value: Option<&str>) -> Result<bool, serde_json::Error> {
        let key: K = key.parse().map_err(|_| serde::de::Error::custom("this is no key"))?;
        let before = match value {
            Some(value) => self.entries.insert(key, serde_json::from_str(value)?),
            None => self.entries.swap_remove(&key),
        };
        Ok(before.is_some())
    }
}

/// Something small that is written as a whole when it has changed.
#[derive(Debug, Clone, Default)]
pub(crate) struct Whole<T> {
    value: T,
    is_touched: bool,
    /// As it was last written.
    written: Vec<u8>,
}

impl<T> Whole<T> {
    pub(crate) fn new(value: T) -> Self {
        Self { value, is_touched: true, written: Vec::new() }
    }
}

impl<T> Deref for Whole<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T> DerefMut for Whole<T> {
    fn deref_mut(&mut self) -> &mut T {
        self.is_touched = true;
        &mut self.value
    }
}

impl<T: Serialize + DeserializeOwned> Kept for Whole<T> {
    fn watch(&mut self) {}

    fn is_changed(&self) -> bool {
        self.is_touched
    }

    fn write(&mut self, name: &str, is_all: bool, changes: &mut Changes) {
        self.is_touched = false;
        let json = changes.json(&self.value);
        if is_all || json != self.written {
            changes.put_json(name, "", &json);
            self.written = json;
        }
    }

    fn read(&mut self, _: &str, value: Option<&str>) -> Result<bool, serde_json::Error> {
        if let Some(value) = value {
            self.value = serde_json::from_str(value)?;
            value.as_bytes().clone_into(&mut self.written);
        }
        let is_again = !std::mem::replace(&mut self.is_touched, false);
        Ok(is_again)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(table: &mut Table<String, u32>, is_all: bool) -> String {
        let mut changes = Changes::default();
        table.write("t", is_all, &mut changes);
        changes.to_string()
    }

    #[test]
    fn what_was_asked_for_to_be_changed_is_written_once() {
        let mut table: Table<String, u32> = Table::default();
        table.insert("a".to_owned(), 1);
        assert!(!table.is_changed(), "nothing is kept");
        table.watch();
        for (key, value) in [("b", 2), ("c", 3)] {
            table.insert(key.to_owned(), value);
        }
        *table.get_mut(&"b".to_owned()).expect("it is there") += 40;
        assert_eq!(table.take(&"c".to_owned()), Some(3));
        assert!(table.get(&"a".to_owned()).is_some() && table.is_changed());
        assert_eq!(written(&mut table, false), r#"[["t","b",42],["t","c",null]]"#);
        assert_eq!((written(&mut table, false).as_str(), table.is_changed()), ("[]", false));
        assert_eq!(written(&mut table, true), r#"[["t","a",1],["t","b",42]]"#);

        let mut again: Table<String, u32> = Table::default();
        for (key, value) in [("a", Some("1")), ("b", Some("2")), ("a", None), ("b", Some("7"))] {
            again.read(key, value).expect("it was written");
        }
        assert_eq!(again.iter().collect::<Vec<_>>(), [(&"b".to_owned(), &7)]);
    }

    #[test]
    fn a_whole_is_written_when_it_says_something_else() {
        let mut whole = Whole::new(vec![1]);
        let write = |whole: &mut Whole<Vec<u32>>| {
            let mut changes = Changes::default();
            whole.write("w", false, &mut changes);
            changes.to_string()
        };
        assert_eq!(write(&mut whole), r#"[["w","",[1]]]"#);
        whole.push(2);
        whole.pop();
        assert_eq!((whole.is_changed(), write(&mut whole).as_str()), (true, "[]"));
        whole.push(3);
        assert_eq!(write(&mut whole), r#"[["w","",[1,3]]]"#);
    }
}
