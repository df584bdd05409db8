//! The REST types of the gateway, under `/api/v1`.
//!
//! JSON in camelCase as KSeF's. The API grows by addition only: fields are added, never renamed, removed or given
//! another meaning, and readers ignore what they do not know. What the types mean is said in `docs/api-design.md`.

mod access;
mod desk;
mod mail;
mod notices;
mod problem;
mod purchases;
mod resources;
mod retention;
mod routing;

pub use access::{
    ApiKeyGivenResource, ApiKeyListResource, ApiKeyRequest, ApiKeyResource, AuditEntryResource,
    AuditListResource, CodeRequest, ConnectionCheckResource, ConnectionFindingResource,
    ConnectionTestResource, PasswordChangeRequest, PasswordRequest, RecoveryCodesResource,
    SecondFactorResource, SessionListResource, SessionResource, SetupRequest, UserChangeRequest,
    UserListResource, UserRequest, UserResource, WhoamiCompanyResource, WhoamiResource,
};
pub use desk::{
    AttributeResource, CorrectionResource, DeadlineResource, ElementResource, HandoverResource,
    StateCountResource, StructureResource, WaitingItemResource, WaitingResource,
};
pub use mail::{
    BuyerAddressListResource, BuyerAddressRequest, BuyerAddressResource, BuyerMailResource,
    BuyerTextListResource, BuyerTextRequest, BuyerTextResource, InvoiceLetterRequest, InvoiceLettersResource,
    LetterListResource, LetterResource, LetterTestRequest, MailSubscriptionListResource,
    MailSubscriptionRequest, MailSubscriptionResource,
};
pub use notices::{
    DeliveryListResource, DeliveryResource, EventData, EventListResource, EventResource, ReplayRequest,
    ReplayedResource, TroubleResource, WebhookChangeRequest, WebhookGivenResource, WebhookListResource,
    WebhookRequest, WebhookResource, WebhookTestResource,
};
pub use problem::{Problem, ProblemCode, Words};
pub use purchases::{
    AcknowledgeRequest, CollectiveListResource, CollectiveRequest, CollectiveResource, CopyRequest,
    CopyResource, JpkCorrectionListResource, JpkCorrectionResource, JpkMarkerResource, Ksef1UpoResource,
    PaymentListResource, PaymentRequest, PaymentResource, PurchaseCountResource, PurchaseHistoryResource,
    PurchaseListResource, PurchaseNoteRequest, PurchaseRequest, PurchaseResource, PurchaseStateRequest,
    ReaderResource, ReadingBudgetResource, ReadingResource, ReceivingRequest, ReceivingResource,
    ReconciliationListResource, ReconciliationRequest, ReconciliationResource,
};
pub use resources::{
    FolderResource, HistoryResource, IntakeItemResource, IntakeListResource, InvoiceListResource,
    InvoiceResource, OfflineRequest, PolicyRequest, ReachResource, ReasonResource, ReleasedResource,
    SendingResource, SeriesListResource, SeriesRequest, SeriesResource, SeriesResumeRequest,
};
pub use retention::{
    ErasableListResource, ErasableResource, ErasedListResource, ErasedResource, LegalHoldListResource,
    LegalHoldRequest, LegalHoldResource, RetentionRequest, RetentionResource,
};
pub use routing::{
    ApprovalRequest, AssignedUnitResource, AssignmentRequest, AssignmentResource, CommentRequest,
    RoutingAppliedResource, RoutingApplyRequest, RoutingResource, RoutingRuleResource, UnitListResource,
    UnitRequest, UnitResource, ViewListResource, ViewRequest, ViewResource,
};

/// Where the API begins.
pub const BASE_PATH: &str = "/api/v1";

/// The header by which a caller marks a document, so that sending it again does not make a second one: 1 to 200
/// visible ASCII characters.
pub const IDEMPOTENCY_KEY: &str = "idempotency-key";

/// The header that carries the API key.
pub const API_KEY: &str = "x-api-key";
