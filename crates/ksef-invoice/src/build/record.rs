//! What every object of the neutral form has in common.

/// Defines objects of the neutral form: camelCase names, every field optional when read (what is compulsory is said by
/// `schema.rs` and found by the checks), unknown fields refused, and only what is there written.
macro_rules! records {
    ($($(#[$meta:meta])* $name:ident { $($(#[$field_meta:meta])* $field:ident: $type:ty,)+ })+) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Default, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
        #[serde(rename_all = "camelCase", deny_unknown_fields, default)]
        pub struct $name {
            $(
                $(#[$field_meta])*
                #[serde(skip_serializing_if = "crate::build::record::is_default")]
                pub $field: $type,
            )+
        }
    )+};
}
pub(super) use records;

pub(super) fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}
