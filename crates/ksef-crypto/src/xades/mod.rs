//! XAdES-BES signatures: the login document that we sign, and the UPO that KSeF signs.
//!
//! Signing and verifying share the names and algorithms below. Canonicalisation is a library's; which parts are signed,
//! and which signatures are refused, is decided here. Source: guide, `auth/podpis-xades.md`; W3C XML Signature Syntax
//! and Processing 1.1; ETSI TS 101 903 (XAdES).

mod algorithms;
mod dom;
mod references;
mod sign;
mod signature;
mod transforms;
mod verify;

pub use sign::{SignError, SignatureStyle, sign_enveloped};
pub use verify::{Departure, LoginSignature, VerifiedSignature, VerifyError, verify, verify_as_ksef};

const DS: &str = "http://www.w3.org/2000/09/xmldsig#";
const XADES: &str = "http://uri.etsi.org/01903/v1.3.2#";
const ENVELOPED: &str = "http://www.w3.org/2000/09/xmldsig#enveloped-signature";
const SIGNED_PROPERTIES_TYPE: &str = "http://uri.etsi.org/01903#SignedProperties";
const SHA256_URI: &str = "http://www.w3.org/2001/04/xmlenc#sha256";

/// Longest document that is parsed, in bytes. A UPO page of 10,000 invoices has some 8 MB.
const DOCUMENT_BYTES_MAX: usize = 16 * 1024 * 1024;
