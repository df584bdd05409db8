//! `/companies/{company}/purchases/mark` and `…/copies`: several purchases marked at once, and whether what came by mail is here.

use axum::Extension;
use axum::extract::{Multipart, Path, State};
use axum::response::Response;
use gateway_access::Right;
use gateway_api::{ProblemCode, Words};
use gateway_pages::{CopyFound, CopyView, FlashKind, Language, Plural, Section, purchase_copy};
use gateway_store::PurchaseState;

use super::files::filled;
use super::forms::{Fields, Pairs};
use super::parts::{pick, query_of};
use super::start::company_typed;
use super::states::purchase_state_words;
use super::visit::{Visit, local_path};
use crate::access::{Caller, Sees};
use crate::app::purchases::copies::{Copy, Recognised, copy_of_xml, recognise};
use crate::app::purchases::files::name_of;
use crate::company::Company;
use crate::rest::purchases::purchase_of;
use crate::rest::{Failure, company_of};
use crate::router::Shared;

/// `POST …/mark`: those that were ticked get a state, or become a package.
pub(crate) async fn mark(
    State(shared): State<Shared>,
    Extension(caller): Extension<Caller>,
    Path(company): Path<String>,
    sees: Sees,
    visit: Visit,
    form: Pairs,
) -> Result<Response, Failure> {
    let form = Fields::of(form);
    let list = format!("/companies/{}/purchases", company_of(&shared.app, &company)?.context);
    let back = match local_path(form.one("back")) {
        path if path == "/" => list.clone(),
        path => path,
    };
    let keys: Vec<&str> = form.all("id").take(MARKED_MAX).collect();
    if form.one("do") == "package" {
        let pairs = keys.iter().map(|key| ("id", *key)).chain([("chosen", "yes"), ("back", back.as_str())]);
        return Ok(visit.leads_to(&format!("{list}/package.zip{}", query_of(pairs))));
    }
    let to = PurchaseState::from_name(form.one("do"))
        .ok_or_else(|| Failure::new(ProblemCode::ParameterInvalid, "do (new, seen, booked, setAside)"))?;
    if keys.is_empty() {
        let text = visit.lang.choose(
            "Nie zaznaczono żadnego zakupu; nic się nie zmieniło.",
            "No purchase was selected; nothing has changed.",
        );
        return Ok(visit.told(&back, FlashKind::Failed, text));
    }
    let (mut done, mut left, mut why) = (0, 0, None);
    for key in keys {
        match marked(&shared, &company, key, to, sees, &caller).await {
            Ok(()) => done += 1,
            // Erased, somebody else's by now, or in a state from which no way leads there.
            Err(failure) if failure.problem.status < SERVER_ERROR => {
                left += 1;
                why.get_or_insert(failure.problem.message);
            }
            Err(failure) => return Err(failure),
        }
    }
    let (kind, text) = told(visit.lang, to, done, left, why.as_ref());
    Ok(visit.told(&back, kind, &text))
}

async fn marked(
    shared: &Shared,
    company: &str,
    key: &str,
    to: PurchaseState,
    sees: Sees,
    caller: &Caller,
) -> Result<(), Failure> {
    let (company, purchase) = purchase_of(shared, company, key, sees).await?;
    if purchase.state != to {
        let (context, actor) = (&company.context, caller.actor());
        shared.app.journal.purchase_moved(context, purchase.position, to, &actor, company.now()).await?;
    }
    Ok(())
}

fn told(lang: Language, to: PurchaseState, done: i64, left: i64, why: Option<&Words>) -> (FlashKind, String) {
    let (state, count) = (pick(lang, &purchase_state_words(to)), lang.counted(done, PURCHASES));
    let text = match lang {
        Language::Pl => format!("Stan „{state}”: {count}."),
        Language::En => format!("State “{state}”: {count}."),
    };
    let Some(why) = why else { return (FlashKind::Done, text) };
    let why = pick(lang, why);
    let left = lang.counted(left, PURCHASES);
    let text = match lang {
        Language::Pl => format!("{text} Bez zmian: {left}; na przykład: {why}"),
        Language::En => format!("{text} Unchanged: {left}; for example: {why}"),
    };
    (FlashKind::Failed, text)
}

/// `GET …/copies`.
pub(crate) async fn copies_page(
    State(shared): State<Shared>,
    Path(company): Path<String>,
    visit: Visit,
) -> Result<Response, Failure> {
    let company = company_of(&shared.app, &company)?;
    copies_shown(&shared, visit, &company, None, [String::new(), String::new()])
}

/// `POST …/copies`: a file, or seller and number.
pub(crate) async fn copies(
    State(shared): State<Shared>,
    Extension(caller): Extension<Caller>,
    Path(company): Path<String>,
    sees: Sees,
    visit: Visit,
    form: Multipart,
) -> Result<Response, Failure> {
    let company = company_of(&shared.app, &company)?;
    let mut form = filled(form).await?;
    let typed = [form.field("seller").to_owned(), form.field("number").to_owned()];
    let seller =
        company_typed(&typed[0]).and_then(|context| context.nip().map(|nip| nip.as_str().to_owned()));
    let copy = match (form.file("file"), seller) {
        (Some(bytes), _) => copy_of_xml(&bytes).ok_or(CopyFound::Unreadable),
        (None, Some(seller)) if !typed[1].is_empty() => {
            Ok(Copy { seller: Some(seller), number: typed[1].clone(), sha256: None })
        }
        (None, _) => Err(CopyFound::Incomplete),
    };
    let found = match copy {
        Ok(copy) => match recognise(&shared.app, &company, sees.0, &copy, &caller.actor()).await? {
            Some((purchase, how)) => CopyFound::Here {
                is_same: matches!(how, Recognised::SameBytes),
                key: name_of(&purchase),
                number: purchase.facts.invoice_number,
            },
            None => CopyFound::Nowhere,
        },
        Err(wrong) => wrong,
    };
    copies_shown(&shared, visit, &company, Some(found), typed)
}

fn copies_shown(
    shared: &Shared,
    visit: Visit,
    company: &Company,
    found: Option<CopyFound>,
    [seller, number]: [String; 2],
) -> Result<Response, Failure> {
    let view = CopyView {
        company: company.context.to_string(),
        found,
        seller,
        number,
        may_enter: visit.may(Right::WorkPurchases, &company.context),
    };
    let title = visit.lang.choose("Kopia z e-maila", "A copy from mail");
    let mut frame = visit.frame(shared, Some(company), Section::Copies, title);
    frame.here = format!("/companies/{}/purchases/copies", company.context);
    visit.page(purchase_copy(&frame, &view))
}

const PURCHASES: Plural = Plural { pl: ["zakup", "zakupy", "zakupów"], en: ["purchase", "purchases"] };
/// As many as a page of the list has, and some more.
const MARKED_MAX: usize = 200;
const SERVER_ERROR: u16 = 500;
