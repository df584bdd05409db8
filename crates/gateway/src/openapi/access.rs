//! Who asks, and what he may do.

use gateway_api::{
    ApiKeyGivenResource, ApiKeyListResource, ApiKeyRequest, AuditListResource, CodeRequest,
    ConnectionTestResource, PasswordChangeRequest, PasswordRequest, ProblemCode, RecoveryCodesResource,
    SecondFactorResource, SessionListResource, SetupRequest, UserChangeRequest, UserListResource,
    UserRequest, UserResource, WhoamiResource,
};

use super::operation::{Operation, Subject, integer};

pub(super) fn operations() -> Vec<Operation> {
    let mut operations = asking();
    operations.extend(oneself());
    operations.extend(users());
    operations.extend(keys());
    operations
}

fn asking() -> Vec<Operation> {
    let asking = Subject("Who asks");
    let audit = |operation: Operation| {
        operation
            .query("after", integer(0, i64::MAX), "The cursor of the page before.")
            .query("limit", integer(1, 1000), "How many at most; 100.")
            .answers::<AuditListResource>(200, "A page.")
    };
    vec![
        asking
            .get("/api/v1/whoami", "whoami", "A program's first question: whether address and key are right, and what it may do.")
            .answers::<WhoamiResource>(200, "Who asks."),
        asking
            .post(
                "/api/v1/companies/{company}/test-connection",
                "testConnection",
                "Everything that stands between the company and KSeF, with a session that is opened and closed again.",
            )
            .answers::<ConnectionTestResource>(200, "The checks."),
        audit(asking.get("/api/v1/audit", "listAudit", "The whole audit log.")),
        audit(asking.get("/api/v1/companies/{company}/audit", "listAuditOfCompany", "What concerns the company.")),
    ]
}

fn oneself() -> Vec<Operation> {
    let oneself = Subject("Oneself");
    let with_password =
        |operation: Operation| operation.problems(&[ProblemCode::LoginFailed, ProblemCode::LoginThrottled]);
    vec![
        oneself
            .get("/api/v1/me/sessions", "listSessions", "One's own sessions.")
            .answers::<SessionListResource>(200, "The newest first."),
        oneself
            .delete("/api/v1/me/sessions/{id}", "endSession", "Ends a session.")
            .answers_nothing("It is ended.")
            .problems(&[ProblemCode::SessionUnknown]),
        with_password(oneself.post(
            "/api/v1/me/password",
            "changePassword",
            "Another password; other sessions end.",
        ))
        .takes::<PasswordChangeRequest>()
        .answers_nothing("It is changed.")
        .problems(&[ProblemCode::UserInvalid]),
        with_password(oneself.post(
            "/api/v1/me/second-factor",
            "beginSecondFactor",
            "What the app is given.",
        ))
        .takes::<PasswordRequest>()
        .answers::<SecondFactorResource>(200, "It counts once a code was confirmed."),
        with_password(oneself.post(
            "/api/v1/me/second-factor/confirm",
            "confirmSecondFactor",
            "The first code.",
        ))
        .takes::<CodeRequest>()
        .answers::<RecoveryCodesResource>(200, "Shown now and never again.")
        .problems(&[ProblemCode::SecondFactorWrong]),
        with_password(oneself.post(
            "/api/v1/me/second-factor/remove",
            "removeSecondFactor",
            "No code is asked for any more.",
        ))
        .takes::<PasswordRequest>()
        .answers_nothing("It is taken away."),
    ]
}

fn users() -> Vec<Operation> {
    let users = Subject("Users");
    vec![
        users
            .post(
                "/api/v1/setup",
                "setUp",
                "The first administrator, by the code that `bramka serve` printed.",
            )
            .public()
            .takes::<SetupRequest>()
            .answers::<UserResource>(201, "The administrator.")
            .problems(&[
                ProblemCode::SetupCodeWrong,
                ProblemCode::SetupDone,
                ProblemCode::UserInvalid,
                ProblemCode::LoginThrottled,
            ]),
        users.get("/api/v1/users", "listUsers", "Every user.").answers::<UserListResource>(200, "By login."),
        users
            .post("/api/v1/users", "createUser", "A new user.")
            .takes::<UserRequest>()
            .answers::<UserResource>(201, "The user.")
            .problems(&[ProblemCode::UserInvalid, ProblemCode::UserTaken, ProblemCode::CompanyUnknown]),
        users
            .get("/api/v1/users/{login}", "getUser", "One user.")
            .answers::<UserResource>(200, "The user.")
            .problems(&[ProblemCode::UserUnknown]),
        users
            .patch(
                "/api/v1/users/{login}",
                "changeUser",
                "Other roles, another password, or no login any more.",
            )
            .takes::<UserChangeRequest>()
            .answers::<UserResource>(200, "The user.")
            .problems(&[
                ProblemCode::UserUnknown,
                ProblemCode::UserInvalid,
                ProblemCode::UserLastAdministrator,
                ProblemCode::CompanyUnknown,
            ]),
        users
            .delete("/api/v1/users/{login}", "removeUser", "Takes the user away.")
            .answers_nothing("It is gone.")
            .problems(&[ProblemCode::UserUnknown, ProblemCode::UserLastAdministrator]),
    ]
}

fn keys() -> Vec<Operation> {
    let keys = Subject("API keys");
    let list = |operation: Operation| {
        operation.answers::<ApiKeyListResource>(200, "The oldest first, also those that were revoked.")
    };
    let create = |operation: Operation| {
        operation
            .takes::<ApiKeyRequest>()
            .answers::<ApiKeyGivenResource>(201, "The key, shown now and never again.")
            .problems(&[ProblemCode::ApiKeyInvalid])
    };
    let rotate = |operation: Operation| {
        operation
            .answers::<ApiKeyGivenResource>(200, "The new key; the former is void.")
            .problems(&[ProblemCode::ApiKeyUnknown])
    };
    let revoke = |operation: Operation| {
        operation.answers_nothing("It is void.").problems(&[ProblemCode::ApiKeyUnknown])
    };
    vec![
        list(keys.get("/api/v1/api-keys", "listApiKeys", "Every key, of all companies.")),
        create(keys.post("/api/v1/api-keys", "createApiKey", "A key for all companies.")),
        rotate(keys.post("/api/v1/api-keys/{id}/rotate", "rotateApiKey", "Another key in its place.")),
        revoke(keys.delete("/api/v1/api-keys/{id}", "revokeApiKey", "The key is void at once.")),
        list(keys.get("/api/v1/companies/{company}/api-keys", "listApiKeysOfCompany", "The company's keys.")),
        create(keys.post(
            "/api/v1/companies/{company}/api-keys",
            "createApiKeyOfCompany",
            "A key for the company.",
        )),
        rotate(keys.post(
            "/api/v1/companies/{company}/api-keys/{id}/rotate",
            "rotateApiKeyOfCompany",
            "Another key in its place.",
        )),
        revoke(keys.delete(
            "/api/v1/companies/{company}/api-keys/{id}",
            "revokeApiKeyOfCompany",
            "The key is void at once.",
        )),
    ]
}
