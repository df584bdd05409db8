//! What the caller may see of the purchases of the company in the path. Handlers that show purchases take it as an argument,
//! and the store's queries ask for it, so that a route that forgets it does not compile.

use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::request::Parts;
use gateway_access::Right;
use gateway_api::ProblemCode;
use gateway_store::{Assignment, PurchaseView, Store, StoreError};
use ksef_id::ContextIdentifier;

use super::{Caller, Identity};
use crate::rest::Failure;
use crate::router::Shared;

/// What the caller sees.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sees(pub(crate) PurchaseView);

impl Sees {
    /// Lets only those through who see everything: what is asked for cannot be told in part.
    pub(crate) fn everything(self) -> Result<(), Failure> {
        if self.0.is_everything() {
            Ok(())
        } else {
            Err(Failure::new(ProblemCode::Forbidden, "allPurchases"))
        }
    }

    /// Whose what the caller enters is: who sees only what is his would not see it otherwise.
    pub(crate) fn own(self, caller: &Caller) -> Option<Assignment> {
        match (self.0, &caller.identity) {
            (PurchaseView::OnlyOf(_), Identity::User(user)) => {
                let (persons, detail) = (vec![user.0.id.clone()], user.0.login.clone());
                Some(Assignment { persons, units: Vec::new(), detail })
            }
            (PurchaseView::OnlyOfUnit(unit), _) => Some(Assignment {
                persons: Vec::new(),
                units: vec![unit.to_string()],
                detail: caller.actor(),
            }),
            _ => None,
        }
    }
}

impl FromRequestParts<Shared> for Sees {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, shared: &Shared) -> Result<Self, Failure> {
        let internal = || Failure::new(ProblemCode::Internal, "");
        let params = RawPathParams::from_request_parts(parts, shared).await.map_err(|_| internal())?;
        let company = params.iter().find(|(name, _)| *name == "company").map(|(_, value)| value);
        let company = ContextIdentifier::parse(company.ok_or_else(internal)?)
            .map_err(|error| Failure::new(ProblemCode::CompanyInvalid, &error.found))?;
        // The gate has put it there.
        let caller = parts.extensions.get::<Caller>().ok_or_else(internal)?;
        Ok(Self(view_of(&shared.app.store, caller, &company).await?))
    }
}

/// What a caller sees of a company's purchases. Who may change the company's settings says himself who sees what, and sees
/// everything; a key is given to a program, which serves all, unless it is a unit's.
pub(crate) async fn view_of(
    store: &Store,
    caller: &Caller,
    company: &ContextIdentifier,
) -> Result<PurchaseView, StoreError> {
    match &caller.identity {
        Identity::User(user) if !caller.grants.allow(Right::ChangeSettings, company) => {
            store.purchase_view(company, &user.0.id).await
        }
        Identity::Key(key) => match &key.unit {
            Some(unit) => PurchaseView::of_unit(unit),
            None => Ok(PurchaseView::Everything),
        },
        Identity::User(_) | Identity::Nobody | Identity::Local | Identity::Operator => {
            Ok(PurchaseView::Everything)
        }
    }
}
