//! The flags of `bramka permission`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use jiff::civil::Date;
use ksef_id::{ContextIdentifier, Nip, ReferenceNumber};

use super::doctor::NeedName;
use super::{Lang, ListFormat};

#[derive(Debug, Args)]
pub(crate) struct Permission {
    #[command(subcommand)]
    pub(crate) command: PermissionCommand,
    /// Data folder [default: $XDG_DATA_HOME/bramka or ~/.local/share/bramka].
    #[arg(long, value_name = "DIR", global = true)]
    pub(crate) data: Option<PathBuf>,
    /// Configuration file with further companies [default: bramka.toml in the data folder, if it is there].
    #[arg(long, value_name = "FILE", global = true)]
    pub(crate) config: Option<PathBuf>,
    /// Lines for people, or JSON for programs.
    #[arg(long, value_enum, default_value_t = ListFormat::Text, global = true)]
    pub(crate) format: ListFormat,
    /// Language of messages [default: BRAMKA_LANG, the locale, English].
    #[arg(long, global = true)]
    pub(crate) lang: Option<Lang>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum PermissionCommand {
    /// Lists permissions, authorisations and roles of a company.
    #[command(
        after_help = "Examples:\n  bramka permission list --company 5265877635\n  bramka permission list --company 5265877635 --of persons --to Pesel:44051401359\n\nExit codes: 0 listed, 2 it could not be done."
    )]
    List(ListPermissions),
    /// Grants in the name of a company, and waits until KSeF has done it.
    #[command(subcommand)]
    Grant(Box<Grant>),
    /// Takes a permission back, by the id that the list shows.
    #[command(
        after_help = "Example:\n  bramka permission revoke 0d2a4cb8-2a4c-4d6e-8f10-1a2b3c4d5e6f --company 5265877635\n\nExit codes: 0 revoked, 1 KSeF refused, 2 it could not be done, 3 KSeF is still at it."
    )]
    Revoke(RevokePermission),
    /// Says how a grant or revocation stands.
    #[command(after_help = "Exit codes: 0 done, 1 refused, 2 it could not be asked, 3 still under way.")]
    Status(OperationStatus),
    /// For an accounting office: which clients have not granted it what it needs, with what each has to do.
    #[command(
        after_help = "Examples:\n  bramka permission check --office 1111111111\n  bramka permission check --need view --format json\n\nEvery company that a certificate of an office (or the one named by --with) serves is logged in to.\n\nExit codes: 0 every grant is there, 1 some are missing, 2 it could not be done."
    )]
    Check(CheckGrants),
    /// What only people can do in the portal, click by click (the same as bramka guide).
    #[command(
        after_help = "Examples:\n  bramka permission guide grant-office --company 5265877635 --to 1111111111"
    )]
    Guide(super::Guide),
}

#[derive(Debug, Args)]
pub(crate) struct ListPermissions {
    /// Whose.
    #[arg(long, value_name = "CONTEXT")]
    pub(crate) company: ContextIdentifier,
    /// Which list.
    #[arg(long, value_enum, default_value_t = ListName::Own)]
    pub(crate) of: ListName,
    /// Only what this one has: Nip:…, Pesel:… or Fingerprint:….
    #[arg(long, value_name = "TYPE:VALUE")]
    pub(crate) to: Option<String>,
    /// Only this permission, as the API calls it; may be given several times.
    #[arg(long, value_name = "PERMISSION")]
    pub(crate) permission: Vec<String>,
}

/// The lists that KSeF keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ListName {
    /// What whoever logs in may do here.
    Own,
    /// What persons and firms may do in this company.
    Persons,
    /// What this login has granted here to others.
    Granted,
    /// Whose invoices this company may handle, as an accounting office does.
    Entities,
    /// Authorisations that this company gave.
    Authorizations,
    /// Authorisations that this company was given.
    Received,
    /// Administrators of units.
    Subunits,
    /// Administrators and representatives of EU entities.
    EuEntities,
    /// Roles of the company.
    Roles,
    /// Its subordinate entities.
    Subordinates,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Grant {
    /// Lets a person work in the company.
    #[command(
        after_help = "Example:\n  bramka permission grant person --company 5265877635 --to Pesel:44051401359 --first-name Imię --last-name Nazwisko --permission InvoiceWrite --permission InvoiceRead"
    )]
    Person(GrantPerson),
    /// Lets another firm, such as an accounting office, handle the company's invoices.
    #[command(
        after_help = "Example:\n  bramka permission grant entity --company 5265877635 --to 1111111111 --name \"Biuro sp. z o.o.\" --permission InvoiceRead --permission InvoiceWrite --delegate"
    )]
    Entity(GrantEntity),
    /// Lets another firm act for this one in its own context: self-billing, RR invoices, tax representative, PEF.
    Authorization(GrantAuthorization),
    /// Passes on to a person what a client has allowed to pass on.
    #[command(
        after_help = "Example:\n  bramka permission grant indirect --company 1111111111 --for Nip:5265877635 --to Pesel:44051401359 --first-name Imię --last-name Nazwisko --permission InvoiceRead"
    )]
    Indirect(GrantIndirect),
    /// Names an administrator of a unit or subordinate entity.
    Subunit(GrantSubunit),
    /// Names an administrator of an EU entity, by the fingerprint of a certificate.
    EuAdmin(GrantEuAdmin),
    /// Lets somebody represent the EU entity of this context, by the fingerprint of a certificate.
    EuRepresentative(GrantEuRepresentative),
}

/// What every grant has.
#[derive(Debug, Args)]
pub(crate) struct GrantBase {
    /// The company that grants.
    #[arg(long, value_name = "CONTEXT")]
    pub(crate) company: ContextIdentifier,
    /// What for, 5 to 256 characters.
    #[arg(long, default_value = "nadane przez bramkę")]
    pub(crate) description: String,
    /// Does not wait until KSeF has done it.
    #[arg(long)]
    pub(crate) no_wait: bool,
}

/// A person who gets something.
#[derive(Debug, Args)]
pub(crate) struct Grantee {
    /// To whom: Pesel:…, Nip:… or Fingerprint:… (SHA-256 of a certificate), exactly what their certificate has.
    #[arg(long, value_name = "TYPE:VALUE")]
    pub(crate) to: String,
    #[arg(long, value_name = "NAME")]
    pub(crate) first_name: Option<String>,
    #[arg(long, value_name = "NAME")]
    pub(crate) last_name: Option<String>,
    /// For a fingerprint: the person's own Nip:… or Pesel:….
    #[arg(long, value_name = "TYPE:VALUE")]
    pub(crate) identifier: Option<String>,
    /// For a fingerprint of somebody without either: day of birth.
    #[arg(long, value_name = "DATE", requires = "document")]
    pub(crate) birth_date: Option<Date>,
    /// For the same: an identity document, like "passport:AB123456:DE".
    #[arg(long, value_name = "KIND:NUMBER:COUNTRY", requires = "birth_date")]
    pub(crate) document: Option<String>,
    /// For a fingerprint of a firm's seal (EU entities): the firm's name.
    #[arg(long, value_name = "NAME", requires = "firm_address")]
    pub(crate) firm_name: Option<String>,
    /// For the same: its address.
    #[arg(long, value_name = "ADDRESS", requires = "firm_name")]
    pub(crate) firm_address: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct GrantPerson {
    #[command(flatten)]
    pub(crate) base: GrantBase,
    #[command(flatten)]
    pub(crate) grantee: Grantee,
    /// What: InvoiceRead, InvoiceWrite, CredentialsRead, CredentialsManage, Introspection, SubunitManage, EnforcementOperations, CollectiveIdentifierManage.
    #[arg(long = "permission", value_name = "PERMISSION", required = true)]
    pub(crate) permissions: Vec<String>,
}

#[derive(Debug, Args)]
pub(crate) struct GrantEntity {
    #[command(flatten)]
    pub(crate) base: GrantBase,
    /// The firm's NIP.
    #[arg(long, value_name = "NIP")]
    pub(crate) to: Nip,
    /// Its name.
    #[arg(long)]
    pub(crate) name: String,
    /// What: InvoiceRead, InvoiceWrite, CollectiveIdentifierManage.
    #[arg(long = "permission", value_name = "PERMISSION", required = true)]
    pub(crate) permissions: Vec<String>,
    /// Lets the firm pass it on to its staff.
    #[arg(long)]
    pub(crate) delegate: bool,
}

#[derive(Debug, Args)]
pub(crate) struct GrantAuthorization {
    #[command(flatten)]
    pub(crate) base: GrantBase,
    /// The firm: Nip:… or PeppolId:….
    #[arg(long, value_name = "TYPE:VALUE")]
    pub(crate) to: String,
    /// Its name.
    #[arg(long)]
    pub(crate) name: String,
    /// What: SelfInvoicing, RRInvoicing, TaxRepresentative, PefInvoicing.
    #[arg(long, value_name = "PERMISSION")]
    pub(crate) permission: String,
}

#[derive(Debug, Args)]
pub(crate) struct GrantIndirect {
    #[command(flatten)]
    pub(crate) base: GrantBase,
    #[command(flatten)]
    pub(crate) grantee: Grantee,
    /// For which client: Nip:… or InternalId:… [default: all clients].
    #[arg(long = "for", value_name = "TYPE:VALUE")]
    pub(crate) client: Option<String>,
    /// What: InvoiceRead, InvoiceWrite.
    #[arg(long = "permission", value_name = "PERMISSION", required = true)]
    pub(crate) permissions: Vec<String>,
}

#[derive(Debug, Args)]
pub(crate) struct GrantSubunit {
    #[command(flatten)]
    pub(crate) base: GrantBase,
    #[command(flatten)]
    pub(crate) grantee: Grantee,
    /// The unit (InternalId:…) or subordinate entity (Nip:…).
    #[arg(long, value_name = "TYPE:VALUE")]
    pub(crate) unit: String,
    /// The unit's name; needed for a unit.
    #[arg(long, value_name = "NAME")]
    pub(crate) unit_name: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct GrantEuAdmin {
    #[command(flatten)]
    pub(crate) base: GrantBase,
    #[command(flatten)]
    pub(crate) grantee: Grantee,
    /// The EU entity: the company's NIP, a hyphen, its EU VAT number.
    #[arg(long, value_name = "NIP-VATUE")]
    pub(crate) eu_entity: String,
    /// The EU entity's name.
    #[arg(long, value_name = "NAME")]
    pub(crate) eu_entity_name: String,
    /// The EU entity's address.
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) eu_entity_address: String,
}

#[derive(Debug, Args)]
pub(crate) struct GrantEuRepresentative {
    #[command(flatten)]
    pub(crate) base: GrantBase,
    #[command(flatten)]
    pub(crate) grantee: Grantee,
    /// What: InvoiceRead, InvoiceWrite.
    #[arg(long = "permission", value_name = "PERMISSION", required = true)]
    pub(crate) permissions: Vec<String>,
}

#[derive(Debug, Args)]
pub(crate) struct RevokePermission {
    /// Its id, as the list shows it.
    pub(crate) id: String,
    /// The company in which it was granted.
    #[arg(long, value_name = "CONTEXT")]
    pub(crate) company: ContextIdentifier,
    /// It is an authorisation (list --of authorizations), not a permission.
    #[arg(long)]
    pub(crate) authorization: bool,
    /// Does not wait until KSeF has done it.
    #[arg(long)]
    pub(crate) no_wait: bool,
}

#[derive(Debug, Args)]
pub(crate) struct OperationStatus {
    /// The reference that granting or revoking gave.
    pub(crate) reference: ReferenceNumber,
    /// The company in which it was done.
    #[arg(long, value_name = "CONTEXT")]
    pub(crate) company: ContextIdentifier,
}

#[derive(Debug, Args)]
pub(crate) struct CheckGrants {
    /// The office's NIP, for the clients' guide [default: the one in its certificate].
    #[arg(long, value_name = "NIP")]
    pub(crate) office: Option<Nip>,
    /// Checks the clients that this certificate serves, by its id [default: those of all offices' certificates].
    #[arg(long, value_name = "ID")]
    pub(crate) with: Option<String>,
    /// What the office needs.
    #[arg(long, value_enum, value_delimiter = ',', value_name = "RIGHT", default_values_t = [NeedName::View, NeedName::Issue])]
    pub(crate) need: Vec<NeedName>,
}
