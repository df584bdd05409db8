//! Writing down what KSeF gave: many at once, each once, whatever way and in whatever role it comes.

use std::collections::HashMap;

use jiff::Timestamp;
use jiff::civil::Date;
use ksef_id::{ContextIdentifier, KsefNumber, Sha256Hash};

use crate::assignments::{assign_many, is_assigned};
use crate::db::{Tx, Value, values};
use crate::notices::{THINGS_MAX, tell_one};
use crate::purchase_changes::{next_changes, note_event};
use crate::purchase_state::{Confirmation, PurchaseEvent, PurchaseOrigin};
use crate::purchases::{IN_LIST_MAX, listed};
use crate::{
    Assignment, Fence, ITSELF, NoticeKind, PurchaseFacts, PurchaseRole, PurchaseState, StoreError,
    StoreWriter,
};

/// An invoice as KSeF gave it.
#[derive(Debug, Clone)]
pub struct ReceivedInvoice {
    /// KSeF's number.
    pub ksef_number: KsefNumber,
    /// Its day.
    pub received_on: Date,
    /// What stands on it.
    pub facts: PurchaseFacts,
    /// Seller and number, by which copies are known.
    pub copy_key: String,
    /// SHA-256 of the bytes.
    pub sha256: Sha256Hash,
    /// The bytes, kept as they are.
    pub content: Vec<u8>,
    /// They rest in object storage, and are not written here.
    pub is_external: bool,
    /// When KSeF took the document; `None` when only the document was fetched.
    pub invoicing_date: Option<Timestamp>,
    /// When KSeF gave the number; `None` when only the document was fetched.
    pub acquired_at: Option<Timestamp>,
    /// When KSeF stored it for good; `None` when only the document was fetched.
    pub permanent_storage_date: Option<Timestamp>,
    /// What could not be read of it, as JSON.
    pub findings: Option<String>,
    /// The NIPs and internal identifiers of its third parties, by which it finds its people.
    pub thirds: Vec<String>,
    /// The orders that it refers to, for the same.
    pub orders: Vec<String>,
    /// To whom it is assigned when it is new.
    pub assignment: Assignment,
}

impl ReceivedInvoice {
    /// What is written here of it.
    fn kept_here(&self) -> &[u8] {
        if self.is_external { &[] } else { &self.content }
    }
}

/// What is here already under a number that came.
struct Known {
    position: i64,
    roles: i64,
    has_document: bool,
    is_sale_linked: bool,
}

impl StoreWriter {
    /// Writes invoices down that were read in one role. What is here already stays, and gets the role if it lacks it; what was
    /// entered by hand gets its document; a copy that came another way is tied to its invoice; an own sale is tied to
    /// the sale, whose document is kept there. Returns how many were new.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`] when somebody else reads for the company by now; [`StoreError::Database`] and its kin.
    pub async fn receive_purchases(
        &self,
        fence: &Fence,
        role: PurchaseRole,
        invoices: &[ReceivedInvoice],
        now: Timestamp,
    ) -> Result<usize, StoreError> {
        let mut new = 0;
        for some in invoices.chunks(ROWS_AT_ONCE) {
            let mut tx = self.db.begin(DOING).await?;
            fence.hold(&mut tx).await?;
            new += receive(&mut tx, &fence.company, role, some, now).await?;
            tx.commit(DOING).await?;
        }
        Ok(new)
    }
}

async fn receive(
    tx: &mut Tx,
    company: &ContextIdentifier,
    role: PurchaseRole,
    invoices: &[ReceivedInvoice],
    now: Timestamp,
) -> Result<usize, StoreError> {
    let known = known(tx, company, invoices).await?;
    let mut fresh: Vec<&ReceivedInvoice> = Vec::with_capacity(invoices.len());
    for invoice in invoices {
        match known.get(&invoice.ksef_number) {
            Some(before) => again(tx, company, role, before, invoice, now).await?,
            // A package holds each number once; a list that does not is read as if it did.
            None if fresh.iter().any(|other| other.ksef_number == invoice.ksef_number) => {}
            None => fresh.push(invoice),
        }
    }
    without_erased(tx, company, &mut fresh).await?;
    if fresh.is_empty() {
        return Ok(0);
    }
    let sales = match role {
        PurchaseRole::Seller => own_sales(tx, company, &fresh).await?,
        _ => HashMap::new(),
    };
    let last = next_changes(tx, company, fresh.len()).await?;
    let first = last - i64::try_from(fresh.len()).unwrap_or(0) + 1;
    let mut positions = HashMap::with_capacity(fresh.len());
    let mut change = first;
    for some in fresh.chunks(tx.rows_of_a_statement()) {
        let inserted = insert(tx, company, role, some, &sales, change, now).await?;
        insert_documents(tx, some, &sales, &inserted).await?;
        positions.extend(inserted);
        change += i64::try_from(some.len()).unwrap_or(0);
    }
    tie_copies(tx, company, &fresh, &positions, now).await?;
    let assigned =
        fresh.iter().filter_map(|invoice| Some((*positions.get(&invoice.ksef_number)?, &invoice.assignment)));
    assign_many(tx, company, &assigned.collect::<Vec<_>>(), ITSELF, now).await?;
    // What the company itself sold is no news to it.
    if role != PurchaseRole::Seller {
        tell_received(tx, company, &fresh, first, &positions, now).await?;
    }
    Ok(fresh.len())
}

/// Tells the company what came, with the cursors of changes between which it stands.
async fn tell_received(
    tx: &mut Tx,
    company: &ContextIdentifier,
    fresh: &[&ReceivedInvoice],
    first: i64,
    positions: &HashMap<KsefNumber, i64>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let mut after = first - 1;
    for some in fresh.chunks(THINGS_MAX) {
        let up_to = after + i64::try_from(some.len()).unwrap_or(0);
        let items: Vec<_> = some
            .iter()
            .map(|invoice| {
                let facts = &invoice.facts;
                serde_json::json!({
                    "id": positions.get(&invoice.ksef_number).map(ToString::to_string),
                    "ksefNumber": invoice.ksef_number.as_str(),
                    "invoiceNumber": facts.invoice_number,
                    "sellerNip": facts.seller_id,
                    "sellerName": facts.seller_name,
                    "issueDate": facts.issue_date.to_string(),
                    "receivedOn": invoice.received_on.to_string(),
                    "grossAmount": facts.gross,
                    "currency": facts.currency,
                })
            })
            .collect();
        let data = serde_json::json!({
            "count": some.len(), "after": after.to_string(), "upTo": up_to.to_string(), "items": items,
        });
        tell_one(tx, company.as_str(), NoticeKind::PurchasesReceived, some.len(), &data, now).await?;
        after = up_to;
    }
    Ok(())
}

async fn known(
    tx: &mut Tx,
    company: &ContextIdentifier,
    invoices: &[ReceivedInvoice],
) -> Result<HashMap<KsefNumber, Known>, StoreError> {
    let numbers: Vec<KsefNumber> = invoices.iter().map(|invoice| invoice.ksef_number.clone()).collect();
    let mut known = HashMap::new();
    for some in numbers.chunks(IN_LIST_MAX) {
        let sql = format!(
            "SELECT position, ksef_number, roles, CASE WHEN sha256 IS NULL THEN 0 ELSE 1 END AS has_document, \
             CASE WHEN sale_id IS NULL THEN 0 ELSE 1 END AS is_linked FROM purchases \
             WHERE company = $1 AND ksef_number IN ({})",
            listed(some)
        );
        for row in tx.rows(DOING, sql, values![company.as_str()]).await? {
            let before = Known {
                position: row.int("position")?,
                roles: row.int("roles")?,
                has_document: row.small("has_document")? != 0,
                is_sale_linked: row.small("is_linked")? != 0,
            };
            known.insert(row.parsed("ksef_number")?, before);
        }
    }
    Ok(known)
}

/// What was erased here does not come again while KSeF still has it.
async fn without_erased(
    tx: &mut Tx,
    company: &ContextIdentifier,
    fresh: &mut Vec<&ReceivedInvoice>,
) -> Result<(), StoreError> {
    let numbers: Vec<KsefNumber> = fresh.iter().map(|invoice| invoice.ksef_number.clone()).collect();
    for some in numbers.chunks(IN_LIST_MAX) {
        let sql = format!(
            "SELECT ksef_number FROM erased_documents WHERE company = $1 AND ksef_number IN ({})",
            listed(some)
        );
        for row in tx.rows(DOING, sql, values![company.as_str()]).await? {
            let gone = row.text("ksef_number")?;
            fresh.retain(|invoice| invoice.ksef_number.as_str() != gone);
        }
    }
    Ok(())
}

/// Whether somebody is assigned to a purchase.
async fn is_taken(tx: &mut Tx, position: i64) -> Result<bool, StoreError> {
    let sql = format!("SELECT position FROM purchases WHERE position = $1{}", is_assigned(true));
    Ok(tx.row(DOING, sql, values![position]).await?.is_some())
}

/// What was entered by hand gets its document.
pub(crate) async fn complete(
    tx: &mut Tx,
    company: &ContextIdentifier,
    role: PurchaseRole,
    position: i64,
    invoice: &ReceivedInvoice,
    now: Timestamp,
) -> Result<(), StoreError> {
    let row = tx.row(DOING, "SELECT roles FROM purchases WHERE position = $1", values![position]).await?;
    let roles = row.map_or(Err(StoreError::UnknownPurchase { position }), |row| row.int("roles"))?;
    let before = Known { position, roles, has_document: false, is_sale_linked: false };
    again(tx, company, role, &before, invoice, now).await
}

/// What is here already: another role, or the document of what was entered by hand.
async fn again(
    tx: &mut Tx,
    company: &ContextIdentifier,
    role: PurchaseRole,
    before: &Known,
    invoice: &ReceivedInvoice,
    now: Timestamp,
) -> Result<(), StoreError> {
    let roles = before.roles | role.bit();
    // Of an own sale the document is kept there, until the company stands on it as something else as well.
    let is_kept_with_sale = before.is_sale_linked && role == PurchaseRole::Seller;
    let lacks_document = !(before.has_document || is_kept_with_sale);
    if roles == before.roles && !lacks_document {
        return Ok(());
    }
    let changed = next_changes(tx, company, 1).await?;
    if lacks_document {
        let texts = Texts::of(&invoice.facts, invoice.received_on);
        let facts = facts_values(&invoice.facts, &texts);
        let columns: Vec<String> =
            FACTS.split(", ").zip(4..).map(|(column, place)| format!("{column} = ${place}")).collect();
        let place = columns.len() + 4;
        let sql = format!(
            "UPDATE purchases SET roles = $1, changed = $2, {}, sha256 = ${place}, \
             invoicing_date = COALESCE(${}, invoicing_date), acquired_at = COALESCE(${}, acquired_at), \
             permanent_storage_date = COALESCE(${}, permanent_storage_date), copy_key = ${}, findings = ${}, confirmation = \
             CASE WHEN confirmation IS NULL THEN NULL ELSE '{}' END WHERE position = $3",
            columns.join(", "),
            place + 1,
            place + 2,
            place + 3,
            place + 4,
            place + 5,
            Confirmation::Confirmed.as_str(),
        );
        let mut bound = values![roles, changed, before.position].to_vec();
        bound.extend(facts);
        bound.extend_from_slice(values![
            invoice.sha256.as_str(),
            invoice.invoicing_date,
            invoice.acquired_at,
            invoice.permanent_storage_date,
            &invoice.copy_key,
            invoice.findings.as_deref(),
        ]);
        tx.execute(DOING, sql, &bound).await?;
        let sql = "INSERT INTO purchase_documents (purchase, kind, media_type, sha256, content, is_external) \
                   VALUES ($1, 'xml', 'application/xml', $2, $3, $4) ON CONFLICT DO NOTHING";
        let document =
            values![before.position, invoice.sha256.as_str(), invoice.kept_here(), invoice.is_external];
        tx.execute(DOING, sql, document).await?;
        if !before.is_sale_linked {
            let detail = Some(invoice.ksef_number.as_str());
            note_event(tx, before.position, ITSELF, PurchaseEvent::Confirmed, detail, now).await?;
        }
        // What was entered by hand finds its people now that it can be read, unless somebody has it already.
        if !is_taken(tx, before.position).await? {
            let assigned = [(before.position, &invoice.assignment)];
            assign_many(tx, company, &assigned, ITSELF, now).await?;
        }
    } else {
        let sql = "UPDATE purchases SET roles = $1, changed = $2 WHERE position = $3";
        tx.execute(DOING, sql, values![roles, changed, before.position]).await?;
    }
    // As something else than the seller it is a purchase too.
    if roles != PurchaseRole::Seller.bit() {
        let sql = "UPDATE purchases SET is_sale = 0 WHERE position = $1 AND is_sale <> 0";
        tx.execute(DOING, sql, values![before.position]).await?;
    }
    Ok(())
}

/// Which of them are sales of our own: by their number, or by their bytes while the number is not written down yet.
async fn own_sales(
    tx: &mut Tx,
    company: &ContextIdentifier,
    invoices: &[&ReceivedInvoice],
) -> Result<HashMap<KsefNumber, String>, StoreError> {
    let mut found = HashMap::new();
    for some in invoices.chunks(IN_LIST_MAX) {
        let numbers: Vec<KsefNumber> = some.iter().map(|invoice| invoice.ksef_number.clone()).collect();
        let sql = format!(
            "SELECT id, ksef_number FROM sales WHERE company = $1 AND ksef_number IN ({}) \
             AND state <> 'numberCollision'",
            listed(&numbers)
        );
        for row in tx.rows(DOING, sql, values![company.as_str()]).await? {
            found.insert(row.parsed("ksef_number")?, row.text("id")?);
        }
        let by_hash: HashMap<&str, &KsefNumber> =
            some.iter().map(|invoice| (invoice.sha256.as_str(), &invoice.ksef_number)).collect();
        // Base64 has no quote.
        let hashes: Vec<String> = by_hash.keys().map(|hash| format!("'{hash}'")).collect();
        let sql = format!(
            "SELECT id, sha256 FROM sales WHERE company = $1 AND sha256 IN ({}) \
             AND ksef_number IS NULL AND state IN ('sending', 'accepted')",
            hashes.join(", ")
        );
        for row in tx.rows(DOING, sql, values![company.as_str()]).await? {
            if let Some(number) = by_hash.get(row.text("sha256")?.as_str()) {
                found.insert((*number).clone(), row.text("id")?);
            }
        }
    }
    Ok(found)
}

pub(crate) async fn insert(
    tx: &mut Tx,
    company: &ContextIdentifier,
    role: PurchaseRole,
    invoices: &[&ReceivedInvoice],
    sales: &HashMap<KsefNumber, String>,
    first: i64,
    now: Timestamp,
) -> Result<HashMap<KsefNumber, i64>, StoreError> {
    let texts: Vec<Texts> =
        invoices.iter().map(|invoice| Texts::of(&invoice.facts, invoice.received_on)).collect();
    let is_sale = role == PurchaseRole::Seller;
    let mut bound: Vec<Value<'_>> = Vec::new();
    let mut rows = Vec::with_capacity(invoices.len());
    for ((invoice, texts), change) in invoices.iter().zip(&texts).zip(first..) {
        let before = bound.len();
        let sale = sales.get(&invoice.ksef_number).map(String::as_str);
        bound.extend(facts_values(&invoice.facts, texts));
        bound.extend_from_slice(values![
            company.as_str(),
            change,
            change,
            is_sale,
            role.bit(),
            PurchaseOrigin::Ksef.as_str(),
            PurchaseState::New.as_str(),
            invoice.ksef_number.as_str(),
            Some(invoice.sha256.as_str()).filter(|_| sale.is_none()),
            invoice.invoicing_date,
            invoice.acquired_at,
            invoice.permanent_storage_date,
            now,
            &invoice.copy_key,
            sale,
            invoice.findings.as_deref(),
        ]);
        rows.push(places(before, bound.len()));
    }
    let sql = format!(
        "INSERT INTO purchases ({FACTS}, company, arrival, changed, is_sale, roles, origin, state, ksef_number, sha256, \
         invoicing_date, acquired_at, permanent_storage_date, received_at, copy_key, sale_id, findings) VALUES {} \
         RETURNING position, ksef_number",
        rows.join(", ")
    );
    let rows = tx.rows(DOING, sql, &bound).await?;
    rows.iter().map(|row| Ok((row.parsed("ksef_number")?, row.int("position")?))).collect()
}

pub(crate) async fn insert_documents(
    tx: &mut Tx,
    invoices: &[&ReceivedInvoice],
    sales: &HashMap<KsefNumber, String>,
    positions: &HashMap<KsefNumber, i64>,
) -> Result<(), StoreError> {
    let mut bound: Vec<Value<'_>> = Vec::new();
    let mut rows = Vec::with_capacity(invoices.len());
    for invoice in invoices.iter().filter(|invoice| !sales.contains_key(&invoice.ksef_number)) {
        let Some(position) = positions.get(&invoice.ksef_number) else { continue };
        let before = bound.len();
        bound.extend_from_slice(values![
            *position,
            "xml",
            "application/xml",
            invoice.sha256.as_str(),
            invoice.kept_here(),
            invoice.is_external
        ]);
        rows.push(places(before, bound.len()));
    }
    if rows.is_empty() {
        return Ok(());
    }
    let sql = format!(
        "INSERT INTO purchase_documents (purchase, kind, media_type, sha256, content, is_external) VALUES {}",
        rows.join(", ")
    );
    tx.execute(DOING, sql, &bound).await.map(drop)
}

/// What came by mail before KSeF gave it, or was entered without a number, is a copy of it from now on.
pub(crate) async fn tie_copies(
    tx: &mut Tx,
    company: &ContextIdentifier,
    invoices: &[&ReceivedInvoice],
    positions: &HashMap<KsefNumber, i64>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let by_key: HashMap<&str, &ReceivedInvoice> = invoices
        .iter()
        .filter(|invoice| !invoice.copy_key.is_empty())
        .map(|invoice| (invoice.copy_key.as_str(), *invoice))
        .collect();
    let keys: Vec<Value<'_>> = by_key.keys().map(|key| Value::from(*key)).collect();
    for some in keys.chunks(IN_LIST_MAX) {
        let mut bound = values![company.as_str()].to_vec();
        bound.extend_from_slice(some);
        let sql = format!(
            "SELECT position, copy_key, state FROM purchases WHERE company = $1 AND copy_key IN {} \
             AND origin = '{}' AND copy_of IS NULL",
            places(1, bound.len()),
            PurchaseOrigin::Outside.as_str()
        );
        for row in tx.rows(DOING, sql, &bound).await? {
            let key = row.text("copy_key")?;
            let Some(invoice) = by_key.get(key.as_str()) else { continue };
            let Some(original) = positions.get(&invoice.ksef_number) else { continue };
            let position = row.int("position")?;
            let state: PurchaseState = row.parsed("state")?;
            // What is booked already is a person's to undo.
            let next = if state == PurchaseState::Booked { state } else { PurchaseState::SetAside };
            let changed = next_changes(tx, company, 1).await?;
            let sql = "UPDATE purchases SET copy_of = $1, state = $2, changed = $3 WHERE position = $4";
            tx.execute(DOING, sql, values![*original, next.as_str(), changed, position]).await?;
            let detail = Some(invoice.ksef_number.as_str());
            note_event(tx, position, ITSELF, PurchaseEvent::CopyFound, detail, now).await?;
        }
    }
    Ok(())
}

/// Dates as texts, which values only borrow.
pub(crate) struct Texts {
    received_on: String,
    issue_date: String,
    sale_date: Option<String>,
    due_date: Option<String>,
}

impl Texts {
    pub(crate) fn of(facts: &PurchaseFacts, received_on: Date) -> Self {
        Self {
            received_on: received_on.to_string(),
            issue_date: facts.issue_date.to_string(),
            sale_date: facts.sale_date.map(|date| date.to_string()),
            due_date: facts.due_date.map(|date| date.to_string()),
        }
    }
}

/// The values of [`FACTS`], in their order.
pub(crate) fn facts_values<'a>(facts: &'a PurchaseFacts, texts: &'a Texts) -> [Value<'a>; 20] {
    [
        Value::from(&texts.received_on),
        Value::from(&facts.form),
        Value::from(&facts.kind),
        Value::from(&facts.invoice_number),
        Value::from(facts.seller_id.as_deref()),
        Value::from(facts.seller_name.as_deref()),
        Value::from(facts.buyer_id.as_deref()),
        Value::from(facts.buyer_name.as_deref()),
        Value::from(&texts.issue_date),
        Value::from(texts.sale_date.as_deref()),
        Value::from(texts.due_date.as_deref()),
        Value::from(facts.net.as_deref()),
        Value::from(facts.vat.as_deref()),
        Value::from(&facts.gross),
        Value::from(facts.gross_minor),
        Value::from(&facts.currency),
        Value::from(facts.account.as_deref()),
        Value::from(facts.order_number.as_deref()),
        Value::from(facts.is_split_payment),
        Value::from(facts.is_paid),
    ]
}

/// `($4, $5, …)` for the values from one place to before another.
pub(crate) fn places(from: usize, to: usize) -> String {
    let places: Vec<String> = (from + 1..=to).map(|place| format!("${place}")).collect();
    format!("({})", places.join(", "))
}

/// The columns of what stands on a document.
pub(crate) const FACTS: &str = "received_on, form, kind, invoice_number, seller_id, seller_name, buyer_id, buyer_name, \
                                issue_date, sale_date, due_date, net, vat, gross, gross_minor, currency, account, \
                                order_number, is_split_payment, is_paid";
/// Rows of one transaction.
const ROWS_AT_ONCE: usize = 500;
const DOING: &str = "writing purchases down";
