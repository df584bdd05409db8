//! XML as far as KSeF's documents need it: a scanner over the bytes as they are, and a compact record of the elements.
//!
//! Why not a library: the validator's speed is the product's promise, and a general parser with namespaces and a
//! string per node leaves no room for it. There is no document type declaration, no entity beyond XML's five, and a
//! limit on depth, attributes and size, so hostile documents end early.

pub(crate) mod census;
pub(crate) mod chars;
pub(crate) mod namespace;
mod plain;
mod scan;
mod tape;
pub(crate) mod text;

pub(crate) use plain::{Leaf, NameKey, Plain, Tag};
pub(crate) use scan::{Attribute, Event, Scanner, local_name};
pub(crate) use tape::{Cursor, Document, TapeBuilder};

/// Why scanning stopped: the document is not well-formed, or beyond a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct XmlError {
    pub(crate) fault: Fault,
    /// Byte offset of what is wrong.
    pub(crate) offset: usize,
}

/// The kinds of [`XmlError`]; each has its code in the catalogue (`catalogue/file.rs`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Fault {
    /// The bytes end inside the document.
    Truncated,
    /// Something other than an element where the root should begin.
    NoRoot,
    /// A tag, attribute, comment or declaration is not formed as XML demands.
    Syntax,
    /// An end tag that does not fit the open element.
    Mismatch,
    /// A reference to an entity that XML does not define.
    Entity,
    /// A reference to a character that XML does not allow, or a malformed one.
    CharacterReference,
    /// A character that XML does not allow.
    Character,
    /// `<!DOCTYPE`.
    Doctype,
    /// The same attribute twice.
    DuplicateAttribute,
    /// A prefix without a namespace declaration, or a forbidden declaration.
    Namespace,
    /// Text or an element after the root.
    AfterRoot,
    /// `<?xml …?>` is malformed or not of version 1.0.
    Declaration,
    /// Deeper than [`DEPTH_MAX`].
    Depth,
    /// More attributes in one element than [`ATTRIBUTES_MAX`].
    Attributes,
}

/// Elements may be nested this deep; the forms need 10.
pub(crate) const DEPTH_MAX: usize = 100;

/// Attributes in one element; the forms need 10 with all namespace declarations.
pub(crate) const ATTRIBUTES_MAX: usize = 64;

/// Longer documents are not looked at (`FILE022`); KSeF takes 3,000,000 bytes.
// Offsets fit 32 bits by this limit.
pub const BYTES_MAX: usize = 20_000_000;
