//! What is sold and sent.

use gateway_api::{
    HandoverResource, IntakeListResource, InvoiceListResource, InvoiceResource, OfflineRequest,
    PolicyRequest, ProblemCode, ReleasedResource, SendingResource, SeriesListResource, SeriesRequest,
    SeriesResource, SeriesResumeRequest, StructureResource, WaitingResource,
};

use super::operation::{Operation, Subject, day, integer, text_schema, words};

pub(super) fn operations() -> Vec<Operation> {
    let mut operations = invoices();
    operations.extend(documents());
    operations.extend(decisions());
    operations.extend(settings());
    operations
}

fn invoices() -> Vec<Operation> {
    let sales = Subject("Sales");
    vec![
        by_page(sales.get(
            "/api/v1/companies/{company}/invoices",
            "listInvoices",
            "The company's sales invoices: by cursor in the order of arrival; with any other parameter by page.",
        ))
        .query("after", integer(0, i64::MAX), "The cursor of the page before.")
        .query("state", text_schema(), "One state or several, separated by commas.")
        .query("search", text_schema(), "The beginning of a number, a part of a buyer's name, a whole KSeF number or NIP.")
        .query("issuedFrom", day(), "Issued on this day or later.")
        .query("issuedTo", day(), "Issued on this day or before.")
        .query("mode", words(&["online", "offline"]), "How they were issued.")
        .query("sort", words(&["arrival", "issueDate", "number", "buyer", "gross"]), "By what they are sorted.")
        .answers::<InvoiceListResource>(200, "A page."),
        taking(sales.post(
            "/api/v1/companies/{company}/invoices",
            "createInvoice",
            "Takes a document in: an invoice as XML or in neutral form, or several in a table or a list. Nothing is stored \
             when an error is answered; ask again with the same Idempotency-Key.",
        ))
        .takes_any_json()
        .takes_file("text/csv")
        .takes_file("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
        .answers::<InvoiceResource>(201, "The invoice, new.")
        .answers_either::<InvoiceResource, IntakeListResource>(
            200,
            "The invoice, which the same key brought before; or, of several, what became of each.",
        )
        .problems(&[
            ProblemCode::FileTooLarge,
            ProblemCode::FileUnreadable,
            ProblemCode::SeriesUnknown,
            ProblemCode::SeriesInvalid,
            ProblemCode::SeriesHeld,
            ProblemCode::IdempotencyKeyMissing,
        ]),
        sales
            .get("/api/v1/companies/{company}/invoices/counts", "countInvoices", "How many stand in each state.")
            .answers_counts(200, "By state."),
        of_one(sales.get(
            "/api/v1/companies/{company}/invoices/{id}",
            "getInvoice",
            "One invoice with its history.",
        ))
        .query("asOf", day(), "The day of its JPK marker.")
        .answers::<InvoiceResource>(200, "The invoice."),
        sales
            .get("/api/v1/companies/{company}/waiting", "listWaiting", "What is not done, alarms first: why, and what is next.")
            .query("limit", integer(1, 1000), "How many at most; 100.")
            .query("after", integer(0, i64::MAX), "Not looked at.")
            .answers::<WaitingResource>(200, "What waits."),
    ]
}

fn documents() -> Vec<Operation> {
    let documents = Subject("Documents");
    let rendered = |operation: Operation| {
        of_one(operation)
            .query("lang", words(&["pl", "en", "pl-en"]), "The language; Polish.")
            .query(
                "mode",
                words(&["online", "offline24", "unavailability", "failure", "total-failure"]),
                "As if it had been issued so; as it was.",
            )
            .problems(&[
                ProblemCode::RenderFailed,
                ProblemCode::OfflineCertificateMissing,
                ProblemCode::DocumentTampered,
            ])
    };
    let stored = |operation: Operation| of_one(operation).problems(&[ProblemCode::DocumentTampered]);
    let upo = |operation: Operation| stored(operation).problems(&[ProblemCode::UpoNotYet]);
    vec![
        stored(documents.get(
            "/api/v1/companies/{company}/invoices/{id}/xml",
            "getInvoiceXml",
            "The bytes as they were taken in.",
        ))
        .answers_file("The XML.", &["application/xml"]),
        upo(documents.get("/api/v1/companies/{company}/invoices/{id}/upo", "getUpo", "The verified UPO."))
            .answers_file("The signed XML.", &["application/xml"]),
        upo(documents.get(
            "/api/v1/companies/{company}/invoices/{id}/upo/pdf",
            "getUpoPdf",
            "The UPO for people, with the signed file inside.",
        ))
        .query("lang", words(&["pl", "en", "pl-en"]), "The language; Polish.")
        .answers_file("A PDF.", &["application/pdf"])
        .problems(&[ProblemCode::RenderFailed]),
        upo(documents.get(
            "/api/v1/companies/{company}/invoices/{id}/upo/html",
            "getUpoHtml",
            "The UPO as a page.",
        ))
        .query("lang", words(&["pl", "en", "pl-en"]), "The language; Polish.")
        .answers_file("A page.", &["text/html"])
        .problems(&[ProblemCode::RenderFailed]),
        rendered(documents.get(
            "/api/v1/companies/{company}/invoices/{id}/pdf",
            "getInvoicePdf",
            "The invoice as PDF/A-3b with its XML inside.",
        ))
        .answers_file("A PDF.", &["application/pdf"]),
        rendered(documents.get(
            "/api/v1/companies/{company}/invoices/{id}/html",
            "getInvoiceHtml",
            "The invoice as one HTML file.",
        ))
        .answers_file("A page.", &["text/html"]),
        stored(documents.get(
            "/api/v1/companies/{company}/invoices/{id}/structure",
            "getInvoiceStructure",
            "The XML as a tree with labels, and the findings of validation at their elements.",
        ))
        .answers::<StructureResource>(200, "The tree."),
        of_one(documents.get(
            "/api/v1/companies/{company}/invoices/{id}/handover",
            "getHandover",
            "What the buyer is given now, and why.",
        ))
        .answers::<HandoverResource>(200, "The document to hand over, or none."),
        rendered(documents.get(
            "/api/v1/companies/{company}/invoices/{id}/handover/pdf",
            "getHandoverPdf",
            "That document.",
        ))
        .answers_file("A PDF.", &["application/pdf"])
        .problems(&[ProblemCode::HandoverNothing]),
    ]
}

fn decisions() -> Vec<Operation> {
    let decisions = Subject("Decisions");
    let decided = |operation: Operation| {
        of_one(operation)
            .answers::<InvoiceResource>(200, "The invoice as it stands then.")
            .problems(&[ProblemCode::InvoiceTooLate])
    };
    vec![
        decided(decisions.post(
            "/api/v1/companies/{company}/invoices/{id}/approve",
            "approveInvoice",
            "A person approves what waits for approval.",
        )),
        decided(decisions.post(
            "/api/v1/companies/{company}/invoices/{id}/send",
            "sendInvoice",
            "It is to be sent now, whatever its policy says.",
        )),
        decided(decisions.post(
            "/api/v1/companies/{company}/invoices/{id}/hold",
            "holdInvoice",
            "It is not sent for now.",
        )),
        decided(decisions.post(
            "/api/v1/companies/{company}/invoices/{id}/withdraw",
            "withdrawInvoice",
            "It is never sent.",
        )),
        decided(decisions.put(
            "/api/v1/companies/{company}/invoices/{id}/policy",
            "setInvoicePolicy",
            "By which policy it is sent.",
        ))
        .takes::<PolicyRequest>(),
        decided(decisions.post(
            "/api/v1/companies/{company}/invoices/{id}/offline",
            "issueOffline",
            "It is issued offline, with its second code and its last day.",
        ))
        .takes::<OfflineRequest>()
        .problems(&[ProblemCode::OfflineCertificateMissing]),
        of_one(taking(decisions.post(
            "/api/v1/companies/{company}/invoices/{id}/technical-correction",
            "correctTechnically",
            "Takes the mended XML of a refused offline invoice, and releases it.",
        )))
        .answers::<InvoiceResource>(201, "The correction, new.")
        .answers::<InvoiceResource>(200, "The correction, which the same bytes brought before.")
        .problems(&[ProblemCode::TechnicalCorrectionRefused, ProblemCode::InvoiceTooLate]),
        of_one(decisions.post(
            "/api/v1/companies/{company}/invoices/{id}/resend",
            "resendInvoice",
            "Sends the same bytes of a withdrawn invoice, or of one that KSeF did not refuse for its content, once more.",
        ))
        .answers::<InvoiceResource>(201, "The new invoice.")
        .answers::<InvoiceResource>(200, "The invoice that was made for this before.")
        .problems(&[
            ProblemCode::ResendRefused,
            ProblemCode::InvoiceInvalid,
            ProblemCode::InvoiceNumberTaken,
        ]),
        decisions
            .post(
                "/api/v1/companies/{company}/invoices/release",
                "releaseInvoices",
                "Everything that waits for a person to send it is to be sent now.",
            )
            .answers::<ReleasedResource>(200, "How many, and whether to ask again for others."),
    ]
}

fn settings() -> Vec<Operation> {
    let settings = Subject("Settings");
    vec![
        settings
            .get(
                "/api/v1/companies/{company}/sending",
                "getSending",
                "How the company sends, and whether KSeF can be reached.",
            )
            .answers::<SendingResource>(200, "How it sends."),
        settings
            .put("/api/v1/companies/{company}/sending", "setSending", "Changes how the company sends.")
            .takes::<SendingResource>()
            .answers::<SendingResource>(200, "How it sends from now on."),
        settings
            .get(
                "/api/v1/companies/{company}/series",
                "listSeries",
                "Number series, with the gaps in what they gave out.",
            )
            .answers::<SeriesListResource>(200, "The series."),
        settings
            .put(
                "/api/v1/companies/{company}/series/{name}",
                "setSeries",
                "Makes a number series, or changes it.",
            )
            .takes::<SeriesRequest>()
            .answers::<SeriesResource>(200, "The series.")
            .problems(&[ProblemCode::SeriesInvalid]),
        settings
            .post(
                "/api/v1/companies/{company}/series/{name}/resume",
                "resumeSeries",
                "Lets a series go on that is held since a restore.",
            )
            .takes::<SeriesResumeRequest>()
            .answers::<SeriesResource>(200, "The series.")
            .problems(&[
                ProblemCode::SeriesUnknown,
                ProblemCode::SeriesNotHeld,
                ProblemCode::SeriesNumberUsed,
            ]),
    ]
}

/// Order and place of a list by page.
pub(super) fn by_page(operation: Operation) -> Operation {
    operation
        .query("order", words(&["asc", "desc"]), "In which direction.")
        .query("page", integer(1, 10_000), "Which page; the first.")
        .query("limit", integer(1, 1000), "How many at most; 50 by page, 100 by cursor.")
}

/// One invoice.
fn of_one(operation: Operation) -> Operation {
    operation.problems(&[ProblemCode::InvoiceUnknown, ProblemCode::ObjectsUnavailable])
}

/// It takes the XML of an invoice.
fn taking(operation: Operation) -> Operation {
    operation
        .header(
            "Idempotency-Key",
            text_schema(),
            "1 to 200 visible ASCII characters: the same key is the same document for good.",
        )
        .takes_file("application/xml")
        .problems(&[
            ProblemCode::InvoiceEmpty,
            ProblemCode::InvoiceTooLarge,
            ProblemCode::InvoiceInvalid,
            ProblemCode::InvoiceFormNotHere,
            ProblemCode::InvoiceNumberTaken,
            ProblemCode::InvoiceRefused,
            ProblemCode::InvoiceOtherSeller,
            ProblemCode::IdempotencyKeyInvalid,
            ProblemCode::IdempotencyKeyReused,
            ProblemCode::BodyIncomplete,
            ProblemCode::ObjectsUnavailable,
        ])
}
