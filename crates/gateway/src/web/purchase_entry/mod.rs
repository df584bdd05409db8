//! `/companies/{company}/purchases/enter`: a purchase, or a document outside KSeF, entered by hand.

mod written;

use axum::Extension;
use axum::extract::{Multipart, Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use gateway_pages::{Choice, ENTRY_FORM, FlashKind, Language, PurchaseEntryView, Section, purchase_entry};

use super::files::filled;
use super::parts::pick;
use super::purchase_words as words;
use super::visit::Visit;
use crate::access::{Caller, Sees};
use crate::app::purchases::enter::{EnterError, EnteredBy, enter};
use crate::app::purchases::entry::{self, MODES};
use crate::app::purchases::files::name_of;
use crate::app::purchases::scan;
use crate::company::Company;
use crate::rest::purchases::purchase_of;
use crate::rest::{Failure, company_of, purchase_desk};
use crate::router::Shared;
use written::{IN_KSEF, Written, Wrong};

/// What the form begins with.
#[derive(serde::Deserialize)]
pub(crate) struct BeginQuery {
    /// A purchase that was entered with a wrong number.
    from: Option<String>,
}

/// `GET`.
pub(crate) async fn show(
    State(shared): State<Shared>,
    Path(company): Path<String>,
    sees: Sees,
    Query(query): Query<BeginQuery>,
    visit: Visit,
) -> Result<Response, Failure> {
    let found = company_of(&shared.app, &company)?;
    let written = match query.from {
        Some(from) => Written::of_purchase(&purchase_of(&shared, &company, &from, sees).await?.1, visit.lang),
        None => Written::default(),
    };
    shown(&shared, visit, &found, written, Wrong::default())
}

/// `POST`: it is written down, with its scan; or comes again with all that was typed and what is wrong with it.
pub(crate) async fn act(
    State(shared): State<Shared>,
    Extension(caller): Extension<Caller>,
    Path(company): Path<String>,
    sees: Sees,
    visit: Visit,
    form: Multipart,
) -> Result<Response, Failure> {
    let company = company_of(&shared.app, &company)?;
    let mut form = filled(form).await?;
    let (written, lang) = (Written::brought(&form), visit.lang);
    if form.field("do") == "switch" {
        return shown(&shared, visit, &company, written, Wrong::default());
    }
    let mut wrong = Wrong::default();
    let asked = written.asked(&mut wrong, lang);
    let brought = form.file("scan").map(|bytes| (words::scan_kind(&bytes), bytes));
    let scan = match &brought {
        Some((Ok(kind), bytes)) => Some((*kind, bytes.as_slice())),
        Some((Err(fault), _)) => {
            wrong.fault("scan", pick(lang, fault));
            None
        }
        None => None,
    };
    let entry = match entry::read(asked) {
        Ok(entry) if wrong.faults.is_empty() => entry,
        outcome => {
            for fault in outcome.err().unwrap_or_default() {
                wrong.entry(&fault, lang);
            }
            return shown(&shared, visit, &company, written, wrong);
        }
    };
    let actor = caller.actor();
    let by = EnteredBy { actor: &actor, view: sees.0, own: sees.own(&caller) };
    let purchase = match enter(&shared.app, &company, entry, by).await {
        Ok(purchase) => purchase,
        Err(EnterError::Store(error)) => return Err(error.into()),
        Err(EnterError::OtherSeller(number)) => {
            wrong.fault("ksefNumber", pick(lang, &purchase_desk::other_seller_words(&number)));
            return shown(&shared, visit, &company, written, wrong);
        }
        Err(EnterError::Known(known)) => {
            let field = if written.of("ksefNumber").is_empty() { "invoiceNumber" } else { "ksefNumber" };
            let text = lang.choose(
                "Ten dokument już tu jest; drugi raz go nie zapisano.",
                "This document is here already; it was not saved a second time.",
            );
            wrong.fault(field, text.to_owned());
            wrong.known = known.map(|known| name_of(&known));
            return shown(&shared, visit, &company, written, wrong);
        }
    };
    let to = format!("/companies/{}/purchases/{}", company.context, name_of(&purchase));
    if let Some(scan) = scan
        && let Err(error) = scan::keep(&shared.app, &company, purchase.position, scan, &actor).await
    {
        tracing::error!(%error, "the scan of a document that was entered is not kept");
        let text = lang.choose(
            "Dokument zapisano, ale skanu nie udało się zachować. Dołącz go tutaj jeszcze raz.",
            "The document was saved, but its scan could not be kept. Add it here once more.",
        );
        return Ok(visit.told(&to, FlashKind::Failed, text));
    }
    Ok(visit.done(&to, "Zapisano dokument.", "The document was saved."))
}

fn shown(
    shared: &Shared,
    visit: Visit,
    company: &Company,
    written: Written,
    wrong: Wrong,
) -> Result<Response, Failure> {
    let lang = visit.lang;
    let is_wrong = !wrong.faults.is_empty();
    let view = PurchaseEntryView {
        company: company.context.to_string(),
        modes: modes(written.of("mode"), lang),
        fields: written.0,
        faults: wrong.faults,
        known: wrong.known,
        scan_kinds: SCAN_KINDS.to_owned(),
    };
    let title = lang.choose("Dokument wprowadzany ręcznie", "A document entered by hand");
    let mut frame = visit.frame(shared, Some(company), Section::Entry, title);
    frame.written_form = Some(ENTRY_FORM);
    let mut page = visit.page(purchase_entry(&frame, &view))?;
    if is_wrong {
        *page.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(page)
}

/// How a document may have been issued: in KSeF, or in one of the modes without a number.
fn modes(chosen: &str, lang: Language) -> Vec<Choice> {
    let choice = |value: &str, label, note| Choice {
        value: value.to_owned(),
        label,
        note,
        is_chosen: value == chosen,
    };
    let mut all = vec![choice(
        IN_KSEF,
        lang.choose("w KSeF – znam numer KSeF", "in KSeF – I know its KSeF number").to_owned(),
        lang.choose(
            "Bramka zapyta KSeF o numer i pobierze dokument.",
            "The gateway asks KSeF for the number and fetches the document.",
        )
        .to_owned(),
    )];
    all.extend(MODES.iter().filter_map(|mode| {
        let words = words::mode(mode)?;
        Some(choice(mode, pick(lang, &words.label), pick(lang, &words.note)))
    }));
    all
}

const SCAN_KINDS: &str = ".pdf,.jpg,.jpeg,.png,.tif,.tiff";
