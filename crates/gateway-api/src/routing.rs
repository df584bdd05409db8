//! Units of a company, who sees what, and the rules by which purchases are assigned.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A rule: when it holds, the purchase goes to these. All conditions that are set must hold; without any it holds always.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RoutingRuleResource {
    /// What it is called; stands in the history of what it assigned. At most 100 characters.
    #[serde(default)]
    pub name: String,
    /// The seller's NIP or other identifier.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seller: Option<String>,
    /// The NIP or internal identifier of any `Podmiot3`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub third_party: Option<String>,
    /// The number of any order that the invoice refers to; with `*` at its end the beginning of one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order_number: Option<String>,
    /// Gross of this amount or more, in the invoice's currency.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gross_from: Option<String>,
    /// Gross of this amount or less.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gross_to: Option<String>,
    /// Logins of the users to whom it goes.
    #[serde(default)]
    pub persons: Vec<String>,
    /// Identifiers of the units to which it goes.
    #[serde(default)]
    pub units: Vec<String>,
}

/// Body of `PUT …/routing`, and the answer to `GET`: rules in their order, of which the first that holds decides. Units that an
/// invoice names as `Podmiot3` get it besides.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RoutingResource {
    /// At most 200.
    pub rules: Vec<RoutingRuleResource>,
}

/// Body of `POST …/routing/apply`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RoutingApplyRequest {
    /// The cursor that the answer before ended with; absent at the beginning.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
}

/// Answer to `POST …/routing/apply`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RoutingAppliedResource {
    /// Purchases without anybody that were looked at, at most 500 in one request.
    pub looked_at: usize,
    /// How many of them are somebody's now.
    pub assigned: usize,
    /// Where to go on; absent at the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

/// Body of `PUT …/units/{unit}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UnitRequest {
    /// What it is called.
    pub name: String,
    /// Logins of the users who belong to it. Who comes to a unit sees of the company's purchases only what is assigned to him
    /// and to his units.
    #[serde(default)]
    pub members: Vec<String>,
}

/// A unit: of a municipality, a member of a VAT group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct UnitResource {
    /// The company under which it hangs.
    pub company: String,
    /// The NIP, or the internal identifier: a NIP, a hyphen and five digits.
    pub identifier: String,
    /// What it is called.
    pub name: String,
    /// Logins of those who belong to it.
    pub members: Vec<String>,
}

/// Answer to `GET …/units`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct UnitListResource {
    /// By identifier.
    pub items: Vec<UnitResource>,
}

/// Body of `PUT …/views/{login}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ViewRequest {
    /// Sees of the company's purchases only what is assigned to him and to his units.
    pub is_restricted: bool,
}

/// What a user sees of a company's purchases.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ViewResource {
    /// The user.
    pub login: String,
    /// Sees only what is assigned. Administrators of the company see everything all the same.
    pub is_restricted: bool,
}

/// Answer to `GET …/views`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ViewListResource {
    /// Those whose view is restricted, by login.
    pub items: Vec<ViewResource>,
}

/// Body of `PUT …/purchases/{number}/assignment`: to these and to nobody else.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AssignmentRequest {
    /// Logins.
    #[serde(default)]
    pub persons: Vec<String>,
    /// Identifiers of units.
    #[serde(default)]
    pub units: Vec<String>,
}

/// To whom a purchase is assigned.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AssignmentResource {
    /// Logins.
    pub persons: Vec<String>,
    /// The units.
    pub units: Vec<AssignedUnitResource>,
}

/// A unit that something is assigned to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AssignedUnitResource {
    /// Its identifier.
    pub identifier: String,
    /// What it is called.
    pub name: String,
}

/// Body of `POST …/purchases/{number}/comments`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CommentRequest {
    /// 1 to 2,000 characters.
    pub text: String,
}

/// Body of `POST …/purchases/{number}/approval`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ApprovalRequest {
    /// `approved`, `rejected`, or `none` to take either back.
    pub approval: String,
    /// Why; must be given to reject. At most 2,000 characters.
    #[serde(default)]
    pub reason: String,
}
