//! Invoice documents of KSeF: recognised, validated, explained and read.
//!
//! Everything here is a function of bytes: no clock, no network, no files, and no knowledge of sessions, gateways or
//! databases. The day of sending is an argument ([`ValidationOptions::today`]).
//!
//! * [`detect_form`] says which form a document claims to be.
//! * [`validate`] answers with a [`Report`]: every fault of the file, of the schema and of the meaning, each with its
//!   place and a sentence in Polish and English. [`explain`] tells more about a code.
//! * [`read`] gives the typed view ([`Invoice`]; [`read_upo`] that of a UPO) and [`Invoice::metadata`] what KSeF itself derives from a document.
//! * [`tree`] gives every element of a document with a label, for views that must hide nothing; [`Outline`] gives the
//!   same without copying it.
//! * [`build`] makes a document from an invoice in neutral JSON, and the reverse.
//!
//! The original bytes are never serialised anew anywhere in this crate.

pub mod build;
mod catalogue;
mod explain;
mod file_rules;
mod finding;
mod form;
mod labels;
mod metadata;
mod outline;
mod report;
mod rules;
mod schema;
mod schema_info;
mod tree;
mod validate;
pub mod view;
mod xml;

pub use explain::{Explanation, codes, explain};
pub use finding::{Basis, Environments, Finding, Layer, Message, Report, Severity};
pub use form::{Form, detect_form};
pub use metadata::{
    InvoiceMetadata, InvoiceType, MetadataAuthorized, MetadataBuyer, MetadataIdentifier,
    MetadataIdentifierType, MetadataThirdSubject,
};
pub use outline::Outline;
pub use schema_info::{SchemaInfo, SchemaSource, schemas};
pub use tree::{Element, Label, label, tree};
pub use validate::{Layers, Perspective, Profile, ValidationOptions, validate};
pub use view::{Invoice, ReadError, Upo, read, read_former, read_former_upo, read_upo};
pub use xml::BYTES_MAX;
