//! An invoice of the repository as the API's metadata.

use crate::domain::repository::Record;
use ksef_id::Nip;
use ksef_invoice::{Form, MetadataIdentifierType};
use ksef_wire::{
    Amount, ApiTime, BuyerIdentifierType, FormCode, InvoiceMetadata, InvoiceMetadataAuthorizedSubject,
    InvoiceMetadataBuyer, InvoiceMetadataBuyerIdentifier, InvoiceMetadataSeller, InvoiceMetadataThirdSubject,
    InvoiceMetadataThirdSubjectIdentifier, InvoiceQueryFormType, InvoiceType, ThirdSubjectIdentifierType,
};

/// The metadata of an invoice.
pub(crate) fn describe(record: &Record) -> InvoiceMetadata {
    let listed = &record.listed;
    let owned = |text: Option<&str>| text.map(str::to_owned);
    let third_subjects: Vec<_> = listed
        .thirds()
        .map(|third| InvoiceMetadataThirdSubject {
            identifier: InvoiceMetadataThirdSubjectIdentifier {
                kind: third_type(third.kind),
                value: owned(third.identifier),
            },
            name: owned(third.name),
            role: i32::from(third.role),
        })
        .collect();
    let authorized_subject = listed.authorized().and_then(|subject| {
        let nip = Nip::parse(subject.nip).ok()?;
        Some(InvoiceMetadataAuthorizedSubject {
            nip,
            name: owned(subject.name),
            role: i32::from(subject.role),
        })
    });
    InvoiceMetadata {
        ksef_number: record.ksef_number.number(),
        invoice_number: listed.invoice_number().to_owned(),
        issue_date: listed.issue_date,
        invoicing_date: ApiTime(record.received_at.at()),
        acquisition_date: ApiTime(record.acquired_at.at()),
        permanent_storage_date: ApiTime(record.stored_at.at()),
        seller: InvoiceMetadataSeller { nip: listed.seller, name: owned(listed.seller_name()) },
        buyer: InvoiceMetadataBuyer {
            identifier: InvoiceMetadataBuyerIdentifier {
                kind: buyer_type(listed.buyer_kind()),
                value: owned(listed.buyer()),
            },
            name: owned(listed.buyer_name()),
        },
        net_amount: Amount(listed.net),
        gross_amount: Amount(listed.gross),
        vat_amount: Amount(listed.vat),
        currency: listed.currency().to_owned(),
        invoicing_mode: record.mode(),
        invoice_type: invoice_type(record),
        form_code: FormCode {
            system_code: record.form.system_code().to_owned(),
            schema_version: record.form.schema_version().to_owned(),
            value: record.form.value().to_owned(),
        },
        is_self_invoicing: listed.is_self_invoicing,
        has_attachment: listed.has_attachment,
        invoice_hash: record.hash.to_hash(),
        hash_of_corrected_invoice: record.hash_of_corrected.as_deref().map(|hash| hash.to_hash()),
        third_subjects: (!third_subjects.is_empty()).then_some(third_subjects),
        authorized_subject,
    }
}

/// The kind, as the API names it.
pub(crate) fn invoice_type(record: &Record) -> InvoiceType {
    match record.listed.invoice_type() {
        None | Some(ksef_invoice::InvoiceType::Vat) => InvoiceType::Vat,
        Some(ksef_invoice::InvoiceType::Zal) => InvoiceType::Zal,
        Some(ksef_invoice::InvoiceType::Kor) => InvoiceType::Kor,
        Some(ksef_invoice::InvoiceType::Roz) => InvoiceType::Roz,
        Some(ksef_invoice::InvoiceType::Upr) => InvoiceType::Upr,
        Some(ksef_invoice::InvoiceType::KorZal) => InvoiceType::KorZal,
        Some(ksef_invoice::InvoiceType::KorRoz) => InvoiceType::KorRoz,
        Some(ksef_invoice::InvoiceType::VatPef) => InvoiceType::VatPef,
        Some(ksef_invoice::InvoiceType::VatPefSp) => InvoiceType::VatPefSp,
        Some(ksef_invoice::InvoiceType::KorPef) => InvoiceType::KorPef,
        Some(ksef_invoice::InvoiceType::VatRr) => InvoiceType::VatRr,
        Some(ksef_invoice::InvoiceType::KorVatRr) => InvoiceType::KorVatRr,
    }
}

/// The family of a form.
pub(crate) fn form_type(form: Form) -> InvoiceQueryFormType {
    match form {
        Form::Pef3 | Form::PefKor3 => InvoiceQueryFormType::PEF,
        Form::FaRr1 => InvoiceQueryFormType::FA_RR,
        Form::Fa2 | Form::Fa3 | Form::Upo43 => InvoiceQueryFormType::FA,
    }
}

/// How a buyer is known.
pub(crate) fn buyer_type(kind: MetadataIdentifierType) -> BuyerIdentifierType {
    match kind {
        MetadataIdentifierType::Nip => BuyerIdentifierType::Nip,
        MetadataIdentifierType::VatUe => BuyerIdentifierType::VatUe,
        // A buyer has no internal identifier in the API.
        MetadataIdentifierType::Other | MetadataIdentifierType::InternalId => BuyerIdentifierType::Other,
        MetadataIdentifierType::None => BuyerIdentifierType::None,
    }
}

fn third_type(kind: MetadataIdentifierType) -> ThirdSubjectIdentifierType {
    match kind {
        MetadataIdentifierType::Nip => ThirdSubjectIdentifierType::Nip,
        MetadataIdentifierType::InternalId => ThirdSubjectIdentifierType::InternalId,
        MetadataIdentifierType::VatUe => ThirdSubjectIdentifierType::VatUe,
        MetadataIdentifierType::Other => ThirdSubjectIdentifierType::Other,
        MetadataIdentifierType::None => ThirdSubjectIdentifierType::None,
    }
}
