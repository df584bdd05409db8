//! To whom purchases go, and who sees what.

use gateway_api::{
    ProblemCode, RoutingAppliedResource, RoutingApplyRequest, RoutingResource, UnitListResource, UnitRequest,
    UnitResource, ViewListResource, ViewRequest, ViewResource,
};

use super::operation::{Operation, Subject};

pub(super) fn operations() -> Vec<Operation> {
    let routing = Subject("Routing");
    vec![
        routing
            .get(
                "/api/v1/companies/{company}/routing",
                "getRouting",
                "The rules by which arriving purchases are assigned.",
            )
            .answers::<RoutingResource>(200, "In their order: the first that holds decides."),
        routing
            .put(
                "/api/v1/companies/{company}/routing",
                "setRouting",
                "These rules in the place of all before.",
            )
            .takes::<RoutingResource>()
            .answers::<RoutingResource>(200, "As they are kept.")
            .problems(&[ProblemCode::UserUnknown, ProblemCode::UnitUnknown]),
        routing
            .post(
                "/api/v1/companies/{company}/routing/apply",
                "applyRouting",
                "Applies the rules to purchases that nobody is assigned to, at most 500 at a time.",
            )
            .takes::<RoutingApplyRequest>()
            .answers::<RoutingAppliedResource>(200, "What came of it, and where to go on.")
            .problems(&[ProblemCode::DocumentTampered, ProblemCode::ObjectsUnavailable]),
        routing
            .get("/api/v1/companies/{company}/units", "listUnits", "The company's units.")
            .answers::<UnitListResource>(200, "By identifier."),
        routing
            .put(
                "/api/v1/companies/{company}/units/{unit}",
                "putUnit",
                "Makes a unit, or changes its name and its members.",
            )
            .takes::<UnitRequest>()
            .answers::<UnitResource>(200, "The unit.")
            .problems(&[ProblemCode::UserUnknown]),
        routing
            .delete("/api/v1/companies/{company}/units/{unit}", "removeUnit", "Forgets a unit.")
            .answers_nothing("It is gone; its members see no more than before.")
            .problems(&[ProblemCode::UnitUnknown]),
        routing
            .get(
                "/api/v1/companies/{company}/views",
                "listViews",
                "Who sees of the company's purchases only what is assigned.",
            )
            .answers::<ViewListResource>(200, "By login."),
        routing
            .put(
                "/api/v1/companies/{company}/views/{login}",
                "setView",
                "A user sees only what is assigned to him and to his units, or everything.",
            )
            .takes::<ViewRequest>()
            .answers::<ViewResource>(200, "What the user sees.")
            .problems(&[ProblemCode::UserUnknown]),
    ]
}
