//! Rate limits: the groups, their production values, and the answer that tells them.

use serde::{Deserialize, Serialize};

/// Requests allowed in the last second, minute and hour; -1 means no limit (`changes-2.7-to-2.9.md`, section 6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EffectiveApiRateLimitValues {
    /// In the last second.
    pub per_second: i32,
    /// In the last 60 seconds.
    pub per_minute: i32,
    /// In the last 60 minutes.
    pub per_hour: i32,
}

/// Defines the groups once: as enumeration, as the answer's fields, and with the production values of 2.9.0.
macro_rules! rate_limit_groups {
    ($( $(#[$meta:meta])* $variant:ident, $field:ident, $name:literal, $per_second:literal, $per_minute:literal, $per_hour:literal; )+) => {
        /// A group of operations that share counters. An operation without a group of its own counts for itself with
        /// the values of [`RateLimitGroup::Other`] (guide, `limity-api.md`, "Pozostałe").
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum RateLimitGroup { $( $(#[$meta])* $variant, )+ }

        impl RateLimitGroup {
            /// Every group, in the order of the specification.
            pub const ALL: &'static [Self] = &[$( Self::$variant ),+];

            /// The API's name of the group.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $( Self::$variant => $name, )+ }
            }

            /// The values that hold in production (and on TEST by default) in 2.9.0.
            #[must_use]
            pub const fn production(self) -> EffectiveApiRateLimitValues {
                match self {
                    $( Self::$variant => EffectiveApiRateLimitValues {
                        per_second: $per_second, per_minute: $per_minute, per_hour: $per_hour,
                    }, )+
                }
            }
        }

        /// Answer of `GET /rate-limits`.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(rename_all = "camelCase")]
        pub struct EffectiveApiRateLimits { $( $(#[$meta])* pub $field: EffectiveApiRateLimitValues, )+ }

        impl EffectiveApiRateLimits {
            /// The values that hold in production in 2.9.0.
            #[must_use]
            pub const fn production() -> Self {
                Self { $( $field: RateLimitGroup::$variant.production(), )+ }
            }

            /// The values of one group.
            #[must_use]
            pub const fn of(&self, group: RateLimitGroup) -> EffectiveApiRateLimitValues {
                match group { $( RateLimitGroup::$variant => self.$field, )+ }
            }
        }
    };
}

rate_limit_groups! {
    /// Opening online sessions.
    OnlineSession, online_session, "onlineSession", 10, 30, 120;
    /// Closing online sessions (since 2.8.0).
    OnlineSessionClose, online_session_close, "onlineSessionClose", 20, 60, 240;
    /// Opening batch sessions.
    BatchSession, batch_session, "batchSession", 10, 20, 60;
    /// Closing batch sessions (since 2.8.0).
    BatchSessionClose, batch_session_close, "batchSessionClose", 20, 40, 120;
    /// Sending an invoice in an online session.
    InvoiceSend, invoice_send, "invoiceSend", 10, 30, 180;
    /// Status of one invoice of a session.
    InvoiceStatus, invoice_status, "invoiceStatus", 30, 120, 1200;
    /// List of sessions.
    SessionList, session_list, "sessionList", 5, 10, 60;
    /// Invoices of a session.
    SessionInvoiceList, session_invoice_list, "sessionInvoiceList", 10, 20, 200;
    /// Everything else under `/sessions/`.
    SessionMisc, session_misc, "sessionMisc", 10, 120, 1200;
    /// The query for metadata.
    InvoiceMetadata, invoice_metadata, "invoiceMetadata", 8, 16, 20;
    /// Starting an export.
    InvoiceExport, invoice_export, "invoiceExport", 8, 16, 20;
    /// Status of an export.
    InvoiceExportStatus, invoice_export_status, "invoiceExportStatus", 10, 60, 600;
    /// An invoice by its KSeF number.
    InvoiceDownload, invoice_download, "invoiceDownload", 8, 16, 64;
    /// Collective identifiers.
    CollectiveIdentifier, collective_identifier, "collectiveIdentifier", 20, 120, 240;
    /// Operations without a group: each counts for itself.
    Other, other, "other", 10, 30, 120;
    /// Operations that need no access token, per address.
    Anonymous, anonymous, "anonymous", 60, -1, -1;
    /// All operations together, per address (enforced from 2.9.0).
    Global, global, "global", 75, -1, -1;
}
