//! Reading a UPO from what was signed.

use ksef_crypto::Certificate;
use ksef_crypto::xades::verify as verify_signature;
use ksef_id::{ContextIdentifier, ContextType, KsefNumber, ReferenceNumber, Sha256Hash};
use roxmltree::Node;

use super::UpoError;
use crate::environment::Environment;

/// A UPO whose signature holds, with all that it says.
#[derive(Debug, Clone)]
pub struct Upo {
    /// Its version.
    pub version: UpoVersion,
    /// `NazwaPodmiotuPrzyjmujacego`: who received; TEST and DEMO name themselves here since 4-3.
    pub receiver: String,
    /// `NumerReferencyjnySesji`: the session the invoices were sent in.
    pub session: ReferenceNumber,
    /// `IdKontekstu`: in whose context.
    pub context: UpoContext,
    /// What the session's opener had logged in with.
    pub login: LoginProof,
    /// Which page it is, in UPOs of whole sessions.
    pub page: Option<UpoPage>,
    /// `KodFormularza`: the invoices' form, `FA (3)`.
    pub form_code: String,
    /// The invoices, in the order of the document.
    pub documents: Vec<UpoDocument>,
    /// The certificate that signed.
    pub certificate: Certificate,
    /// When it was signed, as the signature has it.
    pub signed_at: jiff::Timestamp,
}

/// The version of a UPO's schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum UpoVersion {
    /// 4-2, the default until 2025-12-22.
    V42,
    /// 4-3.
    V43,
}

/// `IdKontekstu`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UpoContext {
    /// The element's name: `Nip`, `IdWewnetrzny`, `IdZlozonyVatUE` or `IdDostawcyUslugPeppol`.
    pub kind: String,
    /// The identifier.
    pub value: String,
}

/// What the session's opener had logged in with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LoginProof {
    /// `SkrotDokumentuUwierzytelniajacego`: SHA-256 of the signed login document, Base64.
    Document(String),
    /// `NumerReferencyjnyTokenaKSeF`: the reference of a token.
    Token(String),
}

/// `OpisPotwierdzenia`. The schema calls the end of the range exclusive; the official examples write the last place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UpoPage {
    /// `Strona`, from 1.
    pub page: u64,
    /// `LiczbaStron`.
    pub pages: u64,
    /// `ZakresDokumentowOd`, from 1.
    pub first: u64,
    /// `ZakresDokumentowDo`.
    pub last: u64,
    /// `CalkowitaLiczbaDokumentow` on all pages.
    pub total: u64,
}

/// `Dokument`: one invoice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UpoDocument {
    /// `NipSprzedawcy`.
    pub seller_nip: String,
    /// `NumerKSeFDokumentu`, as it stands there: invoices of KSeF 1.0 have 36 characters.
    pub ksef_number: String,
    /// `NumerFaktury`: the invoice's own number (`P_2`).
    pub invoice_number: String,
    /// `DataWystawieniaFaktury` (`P_1`).
    pub issue_date: jiff::civil::Date,
    /// `DataPrzeslaniaDokumentu`: when KSeF received it.
    pub received_at: jiff::Timestamp,
    /// `DataNadaniaNumeruKSeF`: when it got its number.
    pub numbered_at: jiff::Timestamp,
    /// `SkrotDokumentu`: SHA-256 of the invoice's bytes, Base64.
    pub hash: String,
    /// `TrybWysylki`: `Online` or `Offline`; 4-2 does not say.
    pub mode: Option<String>,
}

impl Upo {
    /// Reads a UPO and verifies its signature: that nothing was changed since, and that the certificate was valid when it
    /// signed. Whose certificate it is, is for [`Upo::check_origin`].
    ///
    /// # Errors
    /// [`UpoError::Signature`], [`UpoError::SignerNotValid`], [`UpoError::NotUpo`].
    pub fn read(upo: &[u8]) -> Result<Self, UpoError> {
        let signed = verify_signature(upo)?;
        let signed_at = signed.signing_time;
        if signed_at < signed.certificate.not_before() || signed_at > signed.certificate.not_after() {
            return Err(UpoError::SignerNotValid { signed_at });
        }
        let text = std::str::from_utf8(&signed.signed_content).map_err(|_| not_upo("it is not UTF-8"))?;
        let document = roxmltree::Document::parse(text).map_err(|error| not_upo(&error.to_string()))?;
        let root = document.root_element();
        let version = match root.tag_name().namespace().unwrap_or_default() {
            NAMESPACE_42 => UpoVersion::V42,
            NAMESPACE_43 => UpoVersion::V43,
            other => return Err(not_upo(&format!("its namespace is {other:?}"))),
        };
        if root.tag_name().name() != "Potwierdzenie" {
            return Err(not_upo(&format!("its root is {}", root.tag_name().name())));
        }
        let receiver = required(root, "NazwaPodmiotuPrzyjmujacego")?;
        if !RECEIVERS.iter().any(|(_, name)| *name == receiver) {
            return Err(not_upo(&format!("it was received by {receiver:?}")));
        }
        let login = child(root, "Uwierzytelnienie").ok_or_else(|| not_upo("Uwierzytelnienie is missing"))?;
        let context = child(login, "IdKontekstu")
            .and_then(|context| context.first_element_child())
            .ok_or_else(|| not_upo("IdKontekstu is missing"))?;
        let documents: Vec<UpoDocument> =
            children(root, "Dokument").map(UpoDocument::read).collect::<Result<_, _>>()?;
        if documents.is_empty() {
            return Err(not_upo("it confirms no document"));
        }
        Ok(Self {
            version,
            receiver,
            session: ReferenceNumber::parse(&required(root, "NumerReferencyjnySesji")?)
                .map_err(|error| not_upo(&error.to_string()))?,
            context: UpoContext { kind: context.tag_name().name().to_owned(), value: text_of(context) },
            login: match child(login, "NumerReferencyjnyTokenaKSeF") {
                Some(token) => LoginProof::Token(text_of(token)),
                None => LoginProof::Document(required(login, "SkrotDokumentuUwierzytelniajacego")?),
            },
            page: child(root, "OpisPotwierdzenia").map(UpoPage::read).transpose()?,
            form_code: required(root, "KodFormularza")?,
            documents,
            certificate: signed.certificate,
            signed_at,
        })
    }

    /// Whether its receiver's name is that of an environment. Every environment wrote production's until 4-3
    /// (`api-changelog.md`, UPO v4-3).
    #[must_use]
    pub fn may_come_from(&self, environment: Environment) -> bool {
        let written = match self.version {
            UpoVersion::V42 => Environment::Prd,
            UpoVersion::V43 => environment,
        };
        RECEIVERS.iter().any(|(whose, name)| *whose == written && *name == self.receiver)
    }

    /// Checks in whose context the session was.
    ///
    /// # Errors
    /// [`UpoError::OtherContext`].
    pub fn check_context(&self, expected: &ContextIdentifier) -> Result<(), UpoError> {
        let is_same =
            self.context.kind == context_element(expected.kind()) && self.context.value == expected.value();
        if is_same {
            return Ok(());
        }
        Err(UpoError::OtherContext { found: self.context.clone(), expected: expected.clone() })
    }

    /// What it says of an invoice, by its KSeF number.
    #[must_use]
    pub fn document(&self, number: &KsefNumber) -> Option<&UpoDocument> {
        self.documents.iter().find(|document| document.ksef_number == number.as_str())
    }

    /// What it says of invoices with this content. Identical bytes get one number only, so there is at most one.
    #[must_use]
    pub fn document_with(&self, hash: &Sha256Hash) -> Option<&UpoDocument> {
        self.documents.iter().find(|document| document.hash == hash.as_str())
    }
}

impl UpoDocument {
    fn read(node: Node<'_, '_>) -> Result<Self, UpoError> {
        let time = |name: &'static str| -> Result<jiff::Timestamp, UpoError> {
            required(node, name)?.parse().map_err(|_| not_upo(&format!("{name} is no time with an offset")))
        };
        Ok(Self {
            seller_nip: required(node, "NipSprzedawcy")?,
            ksef_number: required(node, "NumerKSeFDokumentu")?,
            invoice_number: required(node, "NumerFaktury")?,
            issue_date: required(node, "DataWystawieniaFaktury")?
                .parse()
                .map_err(|_| not_upo("DataWystawieniaFaktury is no date"))?,
            received_at: time("DataPrzeslaniaDokumentu")?,
            numbered_at: time("DataNadaniaNumeruKSeF")?,
            hash: required(node, "SkrotDokumentu")?,
            mode: child(node, "TrybWysylki").map(text_of),
        })
    }

    /// Checks that it confirms these bytes.
    ///
    /// # Errors
    /// [`UpoError::OtherContent`].
    pub fn check_content(&self, expected: &Sha256Hash) -> Result<(), UpoError> {
        if self.hash == expected.as_str() {
            return Ok(());
        }
        Err(UpoError::OtherContent { found: self.hash.clone(), expected: expected.clone() })
    }
}

impl UpoPage {
    fn read(node: Node<'_, '_>) -> Result<Self, UpoError> {
        let number = |name: &'static str| -> Result<u64, UpoError> {
            required(node, name)?.parse().map_err(|_| not_upo(&format!("{name} is no number")))
        };
        Ok(Self {
            page: number("Strona")?,
            pages: number("LiczbaStron")?,
            first: number("ZakresDokumentowOd")?,
            last: number("ZakresDokumentowDo")?,
            total: number("CalkowitaLiczbaDokumentow")?,
        })
    }
}

impl std::fmt::Display for UpoContext {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.kind, self.value)
    }
}

fn not_upo(reason: &str) -> UpoError {
    UpoError::NotUpo { reason: reason.to_owned() }
}

fn children<'a, 'i>(parent: Node<'a, 'i>, name: &'static str) -> impl Iterator<Item = Node<'a, 'i>> {
    let namespace = parent.tag_name().namespace();
    parent.children().filter(move |node| {
        node.is_element() && node.tag_name().name() == name && node.tag_name().namespace() == namespace
    })
}

fn child<'a, 'i>(parent: Node<'a, 'i>, name: &'static str) -> Option<Node<'a, 'i>> {
    children(parent, name).next()
}

fn required(parent: Node<'_, '_>, name: &'static str) -> Result<String, UpoError> {
    child(parent, name)
        .map(text_of)
        .filter(|text| !text.is_empty())
        .ok_or_else(|| not_upo(&format!("{name} is missing")))
}

fn text_of(node: Node<'_, '_>) -> String {
    node.text().unwrap_or_default().trim().to_owned()
}

/// The UPO schema's own names of the contexts (`upo-v4-3.xsd`, `IdKontekstu`).
fn context_element(kind: ContextType) -> &'static str {
    match kind {
        ContextType::Nip => "Nip",
        ContextType::InternalId => "IdWewnetrzny",
        ContextType::NipVatUe => "IdZlozonyVatUE",
        ContextType::PeppolId => "IdDostawcyUslugPeppol",
    }
}

/// How the environments write who received (`api-changelog.md`, UPO v4-3); the schema only has production's name.
const RECEIVERS: [(Environment, &str); 3] = [
    (Environment::Test, "Ministerstwo Finansów - środowisko testowe (TE)"),
    (Environment::Demo, "Ministerstwo Finansów - środowisko przedprodukcyjne (TR)"),
    (Environment::Prd, "Ministerstwo Finansów"),
];
const NAMESPACE_42: &str = "http://upo.schematy.mf.gov.pl/KSeF/v4-2";
const NAMESPACE_43: &str = "http://upo.schematy.mf.gov.pl/KSeF/v4-3";
