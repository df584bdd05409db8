//! What is bought, and the books.

use gateway_api::{
    AcknowledgeRequest, ApprovalRequest, AssignmentRequest, CollectiveListResource, CollectiveRequest,
    CollectiveResource, CommentRequest, CopyRequest, CopyResource, JpkCorrectionListResource,
    Ksef1UpoResource, PaymentListResource, PaymentRequest, ProblemCode, PurchaseCountResource,
    PurchaseListResource, PurchaseNoteRequest, PurchaseRequest, PurchaseResource, PurchaseStateRequest,
    ReaderResource, ReceivingRequest, ReceivingResource, ReconciliationListResource, ReconciliationRequest,
    ReconciliationResource,
};

use super::operation::{Operation, Subject, amount, day, integer, text_schema, words};
use super::sales::by_page;

pub(super) fn operations() -> Vec<Operation> {
    let mut operations = purchases();
    operations.extend(saved());
    operations.extend(people());
    operations.extend(super::routing::operations());
    operations.extend(receiving());
    operations.extend(payments());
    operations.extend(books());
    operations
}

fn purchases() -> Vec<Operation> {
    let purchases = Subject("Purchases");
    let rendered = |operation: Operation| {
        document(operation)
            .query("lang", words(&["pl", "en", "pl-en"]), "The language; Polish.")
            .problems(&[ProblemCode::RenderFailed])
    };
    vec![
        filtered(by_page(purchases.get(
            "/api/v1/companies/{company}/purchases",
            "listPurchases",
            "Purchases: by cursor in the order of receipt; with any other parameter by page.",
        )))
        .query("after", integer(0, i64::MAX), "The cursor of the page before.")
        .query("sort", words(&["arrival", "issueDate"]), "By what they are sorted.")
        .answers::<PurchaseListResource>(200, "A page."),
        purchases
            .post(
                "/api/v1/companies/{company}/purchases",
                "enterPurchase",
                "Enters a purchase by its KSeF number, or a document outside KSeF.",
            )
            .takes::<PurchaseRequest>()
            .answers::<PurchaseResource>(201, "The purchase.")
            .problems(&[ProblemCode::PurchaseNumberInvalid, ProblemCode::PurchaseKnown]),
        purchases
            .get(
                "/api/v1/companies/{company}/purchases/counts",
                "countPurchases",
                "How many are in each state.",
            )
            .answers_list::<PurchaseCountResource>(200, "By state."),
        purchases
            .post(
                "/api/v1/companies/{company}/purchases/copies",
                "recogniseCopy",
                "Whether a document that came another way is here already.",
            )
            .takes::<CopyRequest>()
            .takes_file("application/xml")
            .answers::<CopyResource>(200, "Of which purchase it is a copy, if of any.")
            .problems(&[ProblemCode::FileUnreadable, ProblemCode::InvoiceTooLarge]),
        of_one(purchases.get(
            "/api/v1/companies/{company}/purchases/{number}",
            "getPurchase",
            "One purchase with its history.",
        ))
        .query("asOf", day(), "The day of its JPK marker.")
        .answers::<PurchaseResource>(200, "The purchase."),
        of_one(purchases.post(
            "/api/v1/companies/{company}/purchases/{number}/state",
            "movePurchase",
            "It was looked at, booked, or set aside.",
        ))
        .takes::<PurchaseStateRequest>()
        .answers::<PurchaseResource>(200, "The purchase as it stands then.")
        .problems(&[ProblemCode::PurchaseNotMovable]),
        of_one(purchases.put(
            "/api/v1/companies/{company}/purchases/{number}/note",
            "notePurchase",
            "What there is to say about it.",
        ))
        .takes::<PurchaseNoteRequest>()
        .answers::<PurchaseResource>(200, "The purchase."),
        document(purchases.get(
            "/api/v1/companies/{company}/purchases/{number}/scan",
            "getScan",
            "The scan of a document.",
        ))
        .answers_file("The scan.", SCANS),
        scan(of_one(purchases.put(
            "/api/v1/companies/{company}/purchases/{number}/scan",
            "putScan",
            "A scan as its bytes, at most 20 MiB.",
        )))
        .answers::<PurchaseResource>(200, "The purchase.")
        .problems(&[ProblemCode::FileTooLarge]),
        document(purchases.get(
            "/api/v1/companies/{company}/purchases/{number}/xml",
            "getPurchaseXml",
            "The bytes as KSeF gave them.",
        ))
        .answers_file("The XML.", &["application/xml"]),
        document(purchases.get(
            "/api/v1/companies/{company}/purchases/{number}/upo",
            "getPurchaseUpo",
            "The confirmation of an invoice of KSeF 1.0, as it was saved.",
        ))
        .answers_file("The XML.", &["application/xml"]),
        rendered(purchases.get(
            "/api/v1/companies/{company}/purchases/{number}/pdf",
            "getPurchasePdf",
            "The purchase as PDF/A-3b with its XML inside.",
        ))
        .answers_file("A PDF.", &["application/pdf"]),
        rendered(purchases.get(
            "/api/v1/companies/{company}/purchases/{number}/html",
            "getPurchaseHtml",
            "The purchase as one HTML file.",
        ))
        .answers_file("A page.", &["text/html"]),
    ]
}

fn saved() -> Vec<Operation> {
    let saved = Subject("KSeF 1.0");
    vec![
        saved
            .put(
                "/api/v1/companies/{company}/ksef1/invoices/{number}",
                "importKsef1Invoice",
                "Takes in an invoice that was saved of KSeF 1.0, under its number of 36 characters.",
            )
            .takes_file("application/xml")
            .answers::<PurchaseResource>(201, "It is new.")
            .answers::<PurchaseResource>(200, "The same is here already.")
            .problems(&[
                ProblemCode::Ksef1Number,
                ProblemCode::Ksef1Unreadable,
                ProblemCode::Ksef1OtherCompany,
                ProblemCode::Ksef1OtherContent,
                ProblemCode::Ksef1Erased,
                ProblemCode::FileTooLarge,
                ProblemCode::ObjectsUnavailable,
            ]),
        saved
            .post(
                "/api/v1/companies/{company}/ksef1/upos",
                "importKsef1Upo",
                "Takes in a confirmation that was saved of KSeF 1.0; its invoices may come before or after it.",
            )
            .takes_file("application/xml")
            .answers::<Ksef1UpoResource>(201, "It is new.")
            .answers::<Ksef1UpoResource>(200, "It is here already.")
            .problems(&[
                ProblemCode::Ksef1Unreadable,
                ProblemCode::FileTooLarge,
                ProblemCode::ObjectsUnavailable,
            ]),
    ]
}

fn people() -> Vec<Operation> {
    let purchases = Subject("Purchases");
    vec![
        of_one(purchases.put(
            "/api/v1/companies/{company}/purchases/{number}/assignment",
            "assignPurchase",
            "Whose it is: these people's and units', and nobody else's.",
        ))
        .takes::<AssignmentRequest>()
        .answers::<PurchaseResource>(200, "The purchase.")
        .problems(&[ProblemCode::UserUnknown, ProblemCode::UnitUnknown]),
        of_one(purchases.post(
            "/api/v1/companies/{company}/purchases/{number}/comments",
            "commentPurchase",
            "Adds a comment to its history.",
        ))
        .takes::<CommentRequest>()
        .answers::<PurchaseResource>(200, "The purchase."),
        of_one(purchases.post(
            "/api/v1/companies/{company}/purchases/{number}/approval",
            "approvePurchase",
            "Approves or rejects it; what is rejected is not paid.",
        ))
        .takes::<ApprovalRequest>()
        .answers::<PurchaseResource>(200, "The purchase."),
    ]
}

fn receiving() -> Vec<Operation> {
    let receiving = Subject("Receiving");
    vec![
        receiving
            .get("/api/v1/companies/{company}/receiving", "getReceiving", "How far each role was read, and why one is not.")
            .answers::<ReceivingResource>(200, "How receiving stands."),
        receiving
            .put("/api/v1/companies/{company}/receiving", "setReceiving", "Whether purchases are read, and since when.")
            .takes::<ReceivingRequest>()
            .answers::<ReceivingResource>(200, "How receiving stands."),
        receiving
            .post("/api/v1/companies/{company}/purchases/synchronize", "synchronize", "Purchases are looked for now.")
            .answers::<ReceivingResource>(202, "It begins."),
        receiving
            .get(
                "/api/v1/companies/{company}/purchases/changes",
                "listChanges",
                "Every purchase that came or changed after a cursor, or after what a reader has acknowledged.",
            )
            .query("after", integer(0, i64::MAX), "The cursor that the last answer ended with.")
            .query("reader", text_schema(), "A name under which cursors are acknowledged.")
            .query("limit", integer(1, 1000), "How many at most; 100.")
            .answers::<PurchaseListResource>(200, "Where each stands now."),
        receiving
            .post(
                "/api/v1/companies/{company}/purchases/changes/acknowledge",
                "acknowledgeChanges",
                "A reader has everything up to a cursor.",
            )
            .takes::<AcknowledgeRequest>()
            .answers::<ReaderResource>(200, "What it said."),
    ]
}

fn payments() -> Vec<Operation> {
    let payments = Subject("Payment");
    vec![
        payments
            .post(
                "/api/v1/companies/{company}/purchases/payments",
                "makePayments",
                "Transfers for purchases, each with its KSeF number; all of them or none.",
            )
            .takes::<PaymentRequest>()
            .answers_or_file::<PaymentListResource>("The transfers.", &["text/plain", "text/csv"])
            .problems(&[
                ProblemCode::PurchaseUnknown,
                ProblemCode::PaymentImpossible,
                ProblemCode::KsefRefused,
                ProblemCode::KsefLimit,
            ]),
        of_one(payments.get(
            "/api/v1/companies/{company}/purchases/{number}/collective-identifiers",
            "listCollectiveIdentifiersOfPurchase",
            "Under which it stands, as KSeF tells.",
        ))
        .answers::<CollectiveListResource>(200, "The identifiers.")
        .problems(&[ProblemCode::KsefRefused, ProblemCode::KsefLimit]),
        payments
            .get(
                "/api/v1/companies/{company}/collective-identifiers",
                "listCollectiveIdentifiers",
                "Those that were made here.",
            )
            .answers::<CollectiveListResource>(200, "The identifiers."),
        payments
            .post(
                "/api/v1/companies/{company}/collective-identifiers",
                "makeCollectiveIdentifier",
                "One for 2 to 500 invoices of one seller; for the same invoices the same.",
            )
            .takes::<CollectiveRequest>()
            .answers::<CollectiveResource>(201, "The identifier.")
            .problems(&[ProblemCode::KsefRefused, ProblemCode::KsefLimit]),
    ]
}

fn books() -> Vec<Operation> {
    let books = Subject("Books");
    let register = |operation: Operation| {
        filtered(operation).query("asOf", day(), "The day of the JPK markers; today.").query(
            "direction",
            words(&["all", "sales", "purchases"]),
            "Which ones; all.",
        )
    };
    vec![
        register(books.get(
            "/api/v1/companies/{company}/register.csv",
            "getRegisterCsv",
            "Sales and purchases with their JPK markers, as a table.",
        ))
        .answers_file("A table.", &["text/csv"]),
        register(books.get(
            "/api/v1/companies/{company}/register.xlsx",
            "getRegisterXlsx",
            "The same as a workbook.",
        ))
        .answers_file("A workbook.", &["application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"]),
        books
            .get(
                "/api/v1/companies/{company}/jpk/corrections",
                "listJpkCorrections",
                "Entries of files that were handed in with DI and whose documents have their numbers by now.",
            )
            .query("asOf", day(), "As of which day; today.")
            .query("filedOn", day(), "When the file was handed in; the 25th of the next month.")
            .answers::<JpkCorrectionListResource>(200, "The entries."),
        books
            .get("/api/v1/companies/{company}/reconciliations", "listReconciliations", "The newest ones.")
            .answers::<ReconciliationListResource>(200, "The newest first."),
        books
            .post(
                "/api/v1/companies/{company}/reconciliations",
                "askReconciliation",
                "Has register, KSeF's metadata and UPO compared.",
            )
            .takes::<ReconciliationRequest>()
            .answers::<ReconciliationResource>(202, "It begins."),
        books
            .get(
                "/api/v1/companies/{company}/reconciliations/{id}",
                "getReconciliation",
                "One with its report.",
            )
            .answers::<ReconciliationResource>(200, "The reconciliation.")
            .problems(&[ProblemCode::ReconciliationUnknown]),
    ]
}

/// Which purchases, or documents of a register.
fn filtered(operation: Operation) -> Operation {
    operation
        .query(
            "role",
            words(&["buyer", "seller", "third", "authorized"]),
            "As what the company stands on it.",
        )
        .query("state", text_schema(), "One state or several, separated by commas.")
        .query("seller", text_schema(), "The seller's NIP.")
        .query(
            "search",
            text_schema(),
            "The beginning of a number, a part of a seller's name, a whole KSeF number or NIP.",
        )
        .query("issuedFrom", day(), "Issued on this day or later.")
        .query("issuedTo", day(), "Issued on this day or before.")
        .query("receivedFrom", day(), "Received on this day or later.")
        .query("receivedTo", day(), "Received on this day or before.")
        .query("grossFrom", amount(), "Of this amount or more.")
        .query("grossTo", amount(), "Of this amount or less.")
        .query("assigned", words(&["true", "false"]), "Assigned to somebody, or to nobody.")
        .query("approval", words(&["approved", "rejected", "none"]), "What somebody decided about it.")
        .query("madeElsewhere", words(&["true", "false"]), "Own sales that another program made.")
}

fn of_one(operation: Operation) -> Operation {
    operation.problems(&[ProblemCode::PurchaseUnknown])
}

fn document(operation: Operation) -> Operation {
    of_one(operation).problems(&[ProblemCode::PurchaseNoDocument, ProblemCode::DocumentTampered])
}

fn scan(mut operation: Operation) -> Operation {
    for media_type in SCANS {
        operation = operation.takes_file(media_type);
    }
    operation
}

const SCANS: &[&str] = &["application/pdf", "image/png", "image/jpeg", "image/tiff"];
