//! How long documents are kept, holds, and what was erased.

use gateway_api::{
    ErasableListResource, ErasedListResource, LegalHoldListResource, LegalHoldRequest, LegalHoldResource,
    ProblemCode, RetentionRequest, RetentionResource,
};

use super::operation::{Operation, Subject, day, integer, text_schema};

pub(super) fn operations() -> Vec<Operation> {
    let retention = Subject("Retention");
    let page = |operation: Operation| {
        operation.query("after", integer(0, i64::MAX), "The cursor of the page before.").query(
            "limit",
            integer(1, 1000),
            "How many at most; 100.",
        )
    };
    vec![
        retention
            .get(
                "/api/v1/companies/{company}/retention",
                "getRetention",
                "How long the company keeps its documents.",
            )
            .answers::<RetentionResource>(200, "How long, and whether anything is erased."),
        retention
            .put(
                "/api/v1/companies/{company}/retention",
                "setRetention",
                "Says how long documents are kept, and whether they are erased afterwards.",
            )
            .takes::<RetentionRequest>()
            .answers::<RetentionResource>(200, "As it is kept; erasing begins at once.")
            .problems(&[ProblemCode::RetentionTooShort]),
        retention
            .get(
                "/api/v1/companies/{company}/retention/due",
                "listErasable",
                "What would be erased, and what is held back. Erases nothing.",
            )
            .query("asOf", day(), "As of which day; today when absent.")
            .query("after", text_schema(), "The cursor of the page before.")
            .answers::<ErasableListResource>(200, "At most 500."),
        page(retention.get(
            "/api/v1/companies/{company}/erasures",
            "listErasures",
            "What is left of documents that were erased.",
        ))
        .answers::<ErasedListResource>(200, "In the order of erasing."),
        page(retention.get(
            "/api/v1/companies/{company}/legal-holds",
            "listLegalHolds",
            "What is held back from erasing, and what was.",
        ))
        .answers::<LegalHoldListResource>(200, "The oldest first."),
        retention
            .post(
                "/api/v1/companies/{company}/legal-holds",
                "placeLegalHold",
                "Holds documents back from erasing: one, all of a seller or buyer, all of a period.",
            )
            .takes::<LegalHoldRequest>()
            .answers::<LegalHoldResource>(201, "The hold."),
        retention
            .delete("/api/v1/companies/{company}/legal-holds/{id}", "liftLegalHold", "Lifts a hold.")
            .answers_nothing("It holds nothing any more, and stays in the list.")
            .problems(&[ProblemCode::LegalHoldUnknown]),
    ]
}
