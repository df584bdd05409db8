//! What happens, and where it is told.

use gateway_api::{
    BuyerAddressListResource, BuyerAddressRequest, BuyerAddressResource, BuyerMailResource,
    BuyerTextListResource, BuyerTextRequest, BuyerTextResource, DeliveryListResource, EventListResource,
    InvoiceLetterRequest, InvoiceLettersResource, LetterListResource, LetterTestRequest,
    MailSubscriptionListResource, MailSubscriptionRequest, MailSubscriptionResource, ProblemCode,
    ReplayRequest, ReplayedResource, WebhookChangeRequest, WebhookGivenResource, WebhookListResource,
    WebhookRequest, WebhookResource, WebhookTestResource,
};

use super::operation::{Operation, Subject, integer, text_schema};

pub(super) fn operations() -> Vec<Operation> {
    let mut operations = vec![events()];
    operations.extend(webhooks());
    operations.extend(letters());
    operations
}

fn events() -> Operation {
    Subject("Events")
        .get(
            "/api/v1/companies/{company}/events",
            "listEvents",
            "What happened, oldest first; with `Accept: text/event-stream` a stream that goes on.",
        )
        .query("after", integer(0, i64::MAX), "The cursor of the page before.")
        .query(
            "limit",
            integer(1, 1000),
            "How many at most; 100. A page may have fewer: not everybody is told everything.",
        )
        .header(
            "Last-Event-ID",
            text_schema(),
            "Where a stream goes on; without it and `after` it begins now.",
        )
        .answers_or_file::<EventListResource>("A page, or a stream of events.", &["text/event-stream"])
        .problems(&[ProblemCode::EventsTooMany])
}

fn webhooks() -> Vec<Operation> {
    let webhooks = Subject("Webhooks");
    let one = |operation: Operation| operation.problems(&[ProblemCode::WebhookUnknown]);
    vec![
        webhooks
            .get("/api/v1/companies/{company}/webhooks", "listWebhooks", "Where the company's events go.")
            .answers::<WebhookListResource>(200, "The oldest first."),
        webhooks
            .post("/api/v1/companies/{company}/webhooks", "createWebhook", "Has events sent to an address.")
            .takes::<WebhookRequest>()
            .answers::<WebhookGivenResource>(201, "With its secret, shown now and never again.")
            .problems(&[ProblemCode::WebhookInvalid, ProblemCode::VaultUnavailable]),
        one(webhooks.get("/api/v1/companies/{company}/webhooks/{id}", "getWebhook", "One webhook."))
            .answers::<WebhookResource>(200, "The webhook."),
        one(webhooks.patch(
            "/api/v1/companies/{company}/webhooks/{id}",
            "changeWebhook",
            "Another address, other events, on or off.",
        ))
        .takes::<WebhookChangeRequest>()
        .answers::<WebhookResource>(200, "The webhook.")
        .problems(&[ProblemCode::WebhookInvalid]),
        one(webhooks.delete(
            "/api/v1/companies/{company}/webhooks/{id}",
            "removeWebhook",
            "Takes it away, with its log.",
        ))
        .answers_nothing("It is gone."),
        one(webhooks.post(
            "/api/v1/companies/{company}/webhooks/{id}/rotate",
            "rotateWebhookSecret",
            "Another secret in the place of the former.",
        ))
        .answers::<WebhookGivenResource>(200, "The new secret, shown now and never again.")
        .problems(&[ProblemCode::VaultUnavailable]),
        one(webhooks.post(
            "/api/v1/companies/{company}/webhooks/{id}/test",
            "testWebhook",
            "Sends a message of type `webhook.test` now.",
        ))
        .answers::<WebhookTestResource>(200, "What came of it.")
        .problems(&[ProblemCode::VaultUnavailable]),
        one(webhooks.get(
            "/api/v1/companies/{company}/webhooks/{id}/deliveries",
            "listDeliveries",
            "What was sent and how it ended.",
        ))
        .query("before", integer(0, i64::MAX), "The cursor of the page before.")
        .query("limit", integer(1, 1000), "How many at most; 100.")
        .answers::<DeliveryListResource>(200, "The newest first."),
        one(webhooks.post(
            "/api/v1/companies/{company}/webhooks/{id}/replay",
            "replayEvents",
            "Sends once more: certain deliveries, or everything since a moment.",
        ))
        .takes::<ReplayRequest>()
        .answers::<ReplayedResource>(200, "How many."),
    ]
}

fn letters() -> Vec<Operation> {
    let mail = Subject("E-mail");
    let invoice = |operation: Operation| {
        operation.problems(&[
            ProblemCode::InvoiceUnknown,
            ProblemCode::DocumentTampered,
            ProblemCode::ObjectsUnavailable,
        ])
    };
    vec![
        mail.get(
            "/api/v1/companies/{company}/buyer-mail",
            "getBuyerMail",
            "By which rule buyers get invoices by e-mail.",
        )
        .answers::<BuyerMailResource>(200, "The rule."),
        mail.put(
            "/api/v1/companies/{company}/buyer-mail",
            "setBuyerMail",
            "Has invoices sent to buyers once these have their numbers or were issued offline, or none.",
        )
        .takes::<BuyerMailResource>()
        .answers::<BuyerMailResource>(200, "The rule."),
        mail.get(
            "/api/v1/companies/{company}/buyer-mail/texts",
            "listBuyerTexts",
            "What letters to buyers say, by purpose and language.",
        )
        .answers::<BuyerTextListResource>(200, "The company's own words, or the usual ones."),
        mail.put(
            "/api/v1/companies/{company}/buyer-mail/texts/{purpose}/{language}",
            "setBuyerText",
            "Has letters say this, with placeholders in braces.",
        )
        .takes::<BuyerTextRequest>()
        .answers::<BuyerTextResource>(200, "As it is kept."),
        mail.delete(
            "/api/v1/companies/{company}/buyer-mail/texts/{purpose}/{language}",
            "removeBuyerText",
            "Has letters say what they say by themselves.",
        )
        .answers_nothing("They do."),
        mail.get("/api/v1/companies/{company}/buyer-addresses", "listBuyerAddresses", "The address book.")
            .query("after", text_schema(), "The cursor of the page before.")
            .answers::<BuyerAddressListResource>(200, "By buyer."),
        mail.put(
            "/api/v1/companies/{company}/buyer-addresses/{buyer}",
            "putBuyerAddress",
            "Where a buyer gets mail.",
        )
        .takes::<BuyerAddressRequest>()
        .answers::<BuyerAddressResource>(200, "The entry."),
        mail.delete(
            "/api/v1/companies/{company}/buyer-addresses/{buyer}",
            "removeBuyerAddress",
            "Takes an entry out.",
        )
        .answers_nothing("It is gone.")
        .problems(&[ProblemCode::BuyerUnknown]),
        invoice(mail.get(
            "/api/v1/companies/{company}/invoices/{id}/letters",
            "listInvoiceLetters",
            "To whom an invoice was sent, and what the mail server said.",
        ))
        .answers::<InvoiceLettersResource>(200, "The newest first."),
        invoice(mail.post(
            "/api/v1/companies/{company}/invoices/{id}/letters",
            "sendInvoiceLetter",
            "Sends the buyer what may be handed over now: the invoice, or the transaction confirmation.",
        ))
        .takes::<InvoiceLetterRequest>()
        .answers_accepted("It is on its way; the log tells what became of it.")
        .problems(&[ProblemCode::MailOff, ProblemCode::BuyerUnknown, ProblemCode::HandoverNothing]),
        mail.get(
            "/api/v1/companies/{company}/mail-subscriptions",
            "listMailSubscriptions",
            "Who is told by e-mail.",
        )
        .answers::<MailSubscriptionListResource>(200, "By address."),
        mail.put(
            "/api/v1/companies/{company}/mail-subscriptions",
            "putMailSubscription",
            "Has somebody told by e-mail, or changes how.",
        )
        .takes::<MailSubscriptionRequest>()
        .answers::<MailSubscriptionResource>(200, "As it is kept."),
        mail.delete(
            "/api/v1/companies/{company}/mail-subscriptions/{id}",
            "removeMailSubscription",
            "Tells somebody nothing more.",
        )
        .answers_nothing("It is gone.")
        .problems(&[ProblemCode::LetterUnknown]),
        mail.get(
            "/api/v1/companies/{company}/letters",
            "listLetters",
            "What was written and what the mail server said.",
        )
        .query("before", integer(0, i64::MAX), "The cursor of the page before.")
        .query("limit", integer(1, 1000), "How many at most; 100.")
        .answers::<LetterListResource>(200, "The newest first."),
        mail.post(
            "/api/v1/companies/{company}/letters/test",
            "testMail",
            "Sends a letter to see whether letters arrive.",
        )
        .takes::<LetterTestRequest>()
        .answers_accepted("It is on its way; the log tells what became of it.")
        .problems(&[ProblemCode::MailOff]),
        mail.post(
            "/api/v1/companies/{company}/letters/{id}/resend",
            "resendLetter",
            "Sends a letter once more.",
        )
        .answers_accepted("It is on its way.")
        .problems(&[ProblemCode::LetterUnknown]),
    ]
}
