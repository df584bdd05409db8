//! The companies of a gateway, which grow while it runs.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use ksef_id::ContextIdentifier;

use crate::company::Company;

/// All companies by context, and what they are called. Readers take what there is at the moment and are kept by nobody.
pub(crate) struct Companies {
    all: RwLock<Arc<BTreeMap<ContextIdentifier, Arc<Company>>>>,
    names: RwLock<Arc<BTreeMap<ContextIdentifier, String>>>,
}

impl Companies {
    /// None yet, but names of those that come.
    pub(crate) fn named(names: BTreeMap<ContextIdentifier, String>) -> Self {
        Self { all: RwLock::default(), names: RwLock::new(Arc::new(names)) }
    }

    /// What companies are called, as this node knows it: another one may have named one since it was looked at last.
    pub(crate) fn names(&self) -> Arc<BTreeMap<ContextIdentifier, String>> {
        self.names.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Takes over the names that the database has by now.
    pub(crate) fn rename(&self, names: BTreeMap<ContextIdentifier, String>) {
        *self.names.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(names);
    }

    /// All that there are now.
    pub(crate) fn now(&self) -> Arc<BTreeMap<ContextIdentifier, Arc<Company>>> {
        self.all.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn get(&self, context: &ContextIdentifier) -> Option<Arc<Company>> {
        self.now().get(context).cloned()
    }

    /// Adds companies, all or none.
    ///
    /// # Errors
    /// The first that is there already.
    pub(crate) fn add(&self, newcomers: &[Arc<Company>]) -> Result<(), ContextIdentifier> {
        let mut companies = self.all.write().unwrap_or_else(PoisonError::into_inner);
        let mut more = BTreeMap::clone(&companies);
        for company in newcomers {
            if more.insert(company.context.clone(), company.clone()).is_some() {
                return Err(company.context.clone());
            }
        }
        *companies = Arc::new(more);
        Ok(())
    }

    /// Is not worked for any more; what is under way for it ends with its step.
    pub(crate) fn remove(&self, company: &ContextIdentifier) {
        let mut companies = self.all.write().unwrap_or_else(PoisonError::into_inner);
        let mut fewer = BTreeMap::clone(&companies);
        fewer.remove(company);
        *companies = Arc::new(fewer);
    }
}
