//! The companies of a gateway, which grow while it runs.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use ksef_id::ContextIdentifier;

use crate::company::Company;

/// All companies by context. Readers take what there is at the moment and are kept by nobody.
pub(crate) struct Companies(RwLock<Arc<BTreeMap<ContextIdentifier, Arc<Company>>>>);

impl Companies {
    pub(crate) fn new(companies: BTreeMap<ContextIdentifier, Arc<Company>>) -> Self {
        Self(RwLock::new(Arc::new(companies)))
    }

    /// All that there are now.
    pub(crate) fn now(&self) -> Arc<BTreeMap<ContextIdentifier, Arc<Company>>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn get(&self, context: &ContextIdentifier) -> Option<Arc<Company>> {
        self.now().get(context).cloned()
    }

    /// Adds companies, all or none.
    ///
    /// # Errors
    /// The first that is there already.
    pub(crate) fn add(&self, newcomers: &[Arc<Company>]) -> Result<(), ContextIdentifier> {
        let mut companies = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let mut more = BTreeMap::clone(&companies);
        for company in newcomers {
            if more.insert(company.context.clone(), company.clone()).is_some() {
                return Err(company.context.clone());
            }
        }
        *companies = Arc::new(more);
        Ok(())
    }
}
