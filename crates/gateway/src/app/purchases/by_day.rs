//! How many purchases of each day there are, counted anew only after something changed: among a million it takes a moment, and
//! dashboards ask for it every few seconds.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use gateway_store::{PurchaseView, Store, StoreError};
use jiff::civil::Date;
use ksef_id::ContextIdentifier;

/// Days with how many purchases were issued on them; days without any are left out.
pub(crate) type Days = Vec<(Date, i64)>;

/// The counts of each company as they were last asked for.
#[derive(Debug, Default)]
pub(crate) struct PurchasesByDay {
    counted: Mutex<HashMap<ContextIdentifier, Counted>>,
}

#[derive(Debug)]
struct Counted {
    /// The last change of the company's purchases before they were counted.
    change: i64,
    from: Date,
    to: Date,
    days: Arc<Days>,
}

impl PurchasesByDay {
    /// The counts from a day to a day, which both count, as somebody sees them.
    pub(crate) async fn of(
        &self,
        store: &Store,
        company: &ContextIdentifier,
        view: PurchaseView,
        from: Date,
        to: Date,
    ) -> Result<Arc<Days>, StoreError> {
        // What is assigned changes without the purchases, and is little.
        if !view.is_everything() {
            return Ok(Arc::new(store.purchases_by_day(company, view, from, to).await?));
        }
        // Asked for before they are counted: what comes meanwhile may be among the counts, and is counted once more.
        let change = store.last_purchase_change(company).await?;
        if let Some(days) = self.known(company, change, from, to) {
            return Ok(days);
        }
        let days = Arc::new(store.purchases_by_day(company, view, from, to).await?);
        let counted = Counted { change, from, to, days: Arc::clone(&days) };
        self.counted.lock().unwrap_or_else(PoisonError::into_inner).insert(company.clone(), counted);
        Ok(days)
    }

    fn known(&self, company: &ContextIdentifier, change: i64, from: Date, to: Date) -> Option<Arc<Days>> {
        let counted = self.counted.lock().unwrap_or_else(PoisonError::into_inner);
        let known = counted.get(company)?;
        (known.change == change && known.from == from && known.to == to).then(|| Arc::clone(&known.days))
    }
}
