//! With what a form begins: nothing but what the company's last invoice tells, a copy, a correction of one of its invoices or of
//! one from elsewhere, a settlement of an advance, a discount on what was sold within a time.

use gateway_api::ProblemCode;
use gateway_pages::Language;
use gateway_rules::calendar::warsaw_day;
use gateway_store::{PurchaseView, Sale, SaleFilter, SaleSort, SaleState};
use jiff::ToSpan as _;
use jiff::civil::Date;
use ksef_id::Nip;
use ksef_invoice::build::NeutralInvoice;
use serde_json::{Value, json};

use super::choices::SUMS;
use super::form::{
    AMOUNT_BEFORE, BUYER_ID, BUYER_KIND, IssueForm, LINES_MAX, RATE_BEFORE, of_invoice, remember_before,
};
use super::look::SERIES;
use super::not_here;
use crate::app::App;
use crate::app::contractors::newest;
use crate::app::shape::shape_of;
use crate::app::standing::{Standing, decimal, shape_of_sale, standing, standing_elsewhere};
use crate::company::Company;
use crate::rest::Failure;

pub(super) struct Begin<'a> {
    pub(super) app: &'a App,
    pub(super) company: &'a Company,
    pub(super) lang: Language,
}

impl Begin<'_> {
    fn today(&self) -> Date {
        warsaw_day(self.company.now())
    }

    /// An empty form, with what the company's newest invoice tells.
    pub(super) async fn empty(&self) -> Result<IssueForm, Failure> {
        let mut form = IssueForm::default();
        for (name, text) in [
            ("kind", "VAT"),
            ("currency", "PLN"),
            ("prices", "net"),
            (BUYER_KIND, "nip"),
            ("buyer.address.country", "PL"),
            ("payment.method", "transfer"),
        ] {
            form.set(name, text);
        }
        form.set("issueDate", self.today().to_string());
        let mut days = USUAL_TERM_DAYS;
        if let Some(last) = newest(self.app, self.company).await? {
            let last = shape_of(&NeutralInvoice::Vat(Box::new(last)));
            let earlier = of_invoice(&last, self.lang);
            for name in [
                "seller.name",
                "seller.address.line1",
                "seller.address.line2",
                "seller.contacts.0.email",
                "issuePlace",
                "payment.method",
                "payment.accounts.0.number",
                "payment.accounts.0.bankName",
                "prices",
                "flags.cashAccounting",
            ] {
                if !earlier.text(name).is_empty() {
                    form.set(name, earlier.text(name));
                }
            }
            days = term_of(&last).unwrap_or(days);
        }
        self.set_due(&mut form, days);
        self.set_numbering(&mut form).await?;
        form.add_line();
        Ok(form)
    }

    fn set_due(&self, form: &mut IssueForm, days: i32) {
        if let Ok(due) = self.today().checked_add(days.days()) {
            form.set("payment.due.0.date", due.to_string());
        }
    }

    /// The company's first series of the form's kind, or the first of any.
    async fn set_numbering(&self, form: &mut IssueForm) -> Result<(), Failure> {
        let all = self.app.store.series(&self.company.context).await?;
        let kind = form.text("kind");
        let fitting = all.iter().find(|one| one.kind.eq_ignore_ascii_case(kind));
        let other = all.iter().find(|one| one.kind.is_empty() && !form.is_correction());
        if let Some(series) = fitting.or(other) {
            form.set("numbering", format!("{SERIES}{}", series.name));
        }
        Ok(())
    }

    async fn sale(&self, id: &str) -> Result<Sale, Failure> {
        let parsed = id.parse().map_err(|_| not_here(id))?;
        self.app.store.sale(&self.company.context, parsed).await?.ok_or_else(|| not_here(id))
    }

    /// How the invoice stands that a sale is, or corrects.
    async fn standing(&self, sale: &Sale) -> Result<Standing, Failure> {
        let found = standing(self.app, self.company, sale).await?;
        found.ok_or_else(|| not_here(&sale.id.to_string()))
    }

    /// A sale once more, today; `for_another` leaves out who buys, and keeps when it was sold.
    pub(super) async fn copy(&self, id: &str, for_another: bool) -> Result<IssueForm, Failure> {
        let sale = self.sale(id).await?;
        let invoice = shape_of_sale(self.app, &sale).await?.ok_or_else(|| not_here(id))?;
        // What settles an advance does so once, unless it stands in the place of one that was taken back.
        if sale.kind.starts_with("KOR") || (sale.kind == "ROZ" && !for_another) {
            return Err(not_here(id));
        }
        let mut form = of_invoice(&invoice, self.lang);
        self.renew(&mut form, term_of(&invoice)).await?;
        if for_another {
            for name in [
                BUYER_ID,
                "buyer.name",
                "buyer.address.line1",
                "buyer.address.line2",
                "buyer.contacts.0.email",
            ] {
                form.set(name, "");
            }
            form.suggest("saleDate", &sale.issue_date.to_string());
            if form.is_advance() {
                self.set_advance(&mut form, decimal(&invoice["totals"]["gross"]));
            }
            if form.is_farmers() {
                form.set("payment.accounts.0.number", "");
                form.set("payment.accounts.0.bankName", "");
            }
            form.set("prepared", "replacement");
            form.set("preparedFrom", sale.invoice_number);
        } else {
            form.set("saleDate", "");
        }
        Ok(form)
    }

    /// A sale that KSeF refused, with its own number and days: to be mended and issued once more. One that was issued offline is
    /// corrected technically instead.
    pub(super) async fn mended(&self, id: &str) -> Result<IssueForm, Failure> {
        let sale = self.sale(id).await?;
        if sale.state != SaleState::Rejected || sale.is_offline() || sale.kind.starts_with("KOR") {
            return Err(not_here(id));
        }
        let invoice = shape_of_sale(self.app, &sale).await?.ok_or_else(|| not_here(id))?;
        let mut form = of_invoice(&invoice, self.lang);
        form.suggest("currency", "PLN");
        form.set("prepared", "mended");
        form.set("preparedFrom", sale.invoice_number);
        Ok(form)
    }

    /// What every new document has of its own.
    async fn renew(&self, form: &mut IssueForm, days: Option<i32>) -> Result<(), Failure> {
        form.set("number", "");
        form.set("issueDate", self.today().to_string());
        form.set("payment.paidOn", "");
        form.suggest("currency", "PLN");
        self.set_due(form, days.unwrap_or(USUAL_TERM_DAYS));
        self.set_numbering(form).await
    }

    /// A correction of a sale, or one more of the invoice that a sale corrects: `zero` takes all of it back, for its buyer was
    /// wrong; `lines` and `texts` wait for what is to be changed.
    pub(super) async fn correction(&self, id: &str, how: &str) -> Result<IssueForm, Failure> {
        let sale = self.sale(id).await?;
        let standing = self.standing(&sale).await?;
        self.correction_of(standing, id, how).await
    }

    /// The same of an invoice that another program issued, and that was fetched from KSeF.
    pub(super) async fn correction_elsewhere(&self, key: &str, how: &str) -> Result<IssueForm, Failure> {
        let position = key.parse().map_err(|_| not_here(key))?;
        let store = &self.app.store;
        let found = store.purchase(&self.company.context, PurchaseView::Everything, position).await?;
        let found = found.ok_or_else(|| not_here(key))?;
        let standing = standing_elsewhere(self.app, &found).await?.ok_or_else(|| not_here(key))?;
        self.correction_of(standing, key, how).await
    }

    async fn correction_of(&self, standing: Standing, id: &str, how: &str) -> Result<IssueForm, Failure> {
        let kind = standing.correction_kind;
        let lines = standing.invoice["lines"].as_array().map_or(&[][..], Vec::as_slice);
        let is_zero = how == "zero";
        // A settlement is not taken back alone: what was paid before would be given back with it.
        if is_zero && kind == "KOR_ROZ" {
            return Err(not_here(id));
        }
        // All of it is to be said, and a form has room for so much.
        if lines.len() > LINES_MAX && (is_zero || kind == "KOR_ZAL") {
            return Err(not_here(id));
        }
        let mut form = of_invoice(&standing.invoice, self.lang);
        for (line, original) in lines.iter().enumerate().take(LINES_MAX) {
            if let Some(number) = original["number"].as_u64() {
                form.set_of_line(line, "number", number.to_string());
            }
        }
        remember_before(&mut form);
        form.set("kind", kind);
        // Of an invoice from elsewhere not every line is known, and what is corrected may be among the others.
        let is_known = standing.is_certain && standing.original.is_some();
        form.set(if is_known { "wasFixed" } else { "addsBefore" }, "yes");
        self.renew(&mut form, None).await?;
        form.set("payment.due.0.date", "");
        for (name, party) in [("buyerBefore", "buyer"), ("sellerBefore", "seller")] {
            let party = standing.invoice[party].clone();
            form.set(name, before_of(party, name == "buyerBefore").to_string());
        }
        for name in ["number", "issueDate", "ksefNumber"] {
            let text = standing.reference[name].as_str().unwrap_or_default();
            form.set(&format!("correction.corrected.0.{name}"), text);
        }
        if matches!(kind, "KOR_ZAL" | "KOR_ROZ") {
            form.set(AMOUNT_BEFORE, standing.gross.to_string());
        }
        if kind == "KOR_ZAL" {
            self.set_advance(&mut form, standing.gross);
            let rate = standing.invoice["exchangeRate"].as_str().unwrap_or_default();
            form.set(RATE_BEFORE, rate);
        }
        let (reason, effect, prepared) = match how {
            "zero" if kind == "KOR_RR" => ("Błędny NIP rolnika", "originalDate", "zero"),
            "zero" => ("Błędny NIP nabywcy", "originalDate", "zero"),
            "texts" => ("Zmiana danych na fakturze", "", "texts"),
            _ => ("Zwrot lub rabat", "correctionDate", "lines"),
        };
        form.set("correction.reason", reason);
        form.set("correction.effect", effect);
        form.set("prepared", prepared);
        form.set("preparedFrom", standing.reference["number"].as_str().unwrap_or_default());
        form.set("after", standing.corrections.join(", "));
        form.set("leftOut", standing.left_out.join(", "));
        form.set("uncertain", if standing.is_certain { "" } else { "yes" });
        if is_zero {
            if form.is_advance() {
                // The order stays as it was, and the payment is no longer documented.
                form.set("advance.amount", "0");
            } else {
                for line in 0..form.lines() {
                    form.set_of_line(line, "quantity", "0");
                }
            }
            if let Some(original) = standing.original {
                form.set("then", format!("replace:{original}"));
            }
        }
        Ok(form)
    }

    fn set_advance(&self, form: &mut IssueForm, amount: rust_decimal::Decimal) {
        let text = amount.to_string();
        form.set("advance.amount", self.lang.choose(text.replace('.', ",").as_str(), text.as_str()));
    }

    /// A correction of an invoice that is not here: issued by another program, or before KSeF.
    pub(super) async fn typed_correction(&self) -> Result<IssueForm, Failure> {
        let mut form = self.empty().await?;
        form.set("kind", "KOR");
        form.set("numbering", "");
        self.set_numbering(&mut form).await?;
        form.set("payment.due.0.date", "");
        form.set("correction.effect", "correctionDate");
        form.set("correction.reason", "Zwrot lub rabat");
        form.set("prepared", "typed");
        form.set("addsBefore", "yes");
        remember_before(&mut form);
        Ok(form)
    }

    /// The rest of what an advance invoice was for.
    pub(super) async fn settlement(&self, id: &str) -> Result<IssueForm, Failure> {
        let sale = self.sale(id).await?;
        let Some(number) =
            sale.ksef_number.as_ref().filter(|_| sale.kind == "ZAL" && sale.state.is_numbered())
        else {
            return Err(not_here(id));
        };
        // What corrections left of the advance is what was paid.
        let standing = self.standing(&sale).await?;
        let invoice = &standing.invoice;
        let mut form = of_invoice(invoice, self.lang);
        form.set("kind", "ROZ");
        self.renew(&mut form, term_of(invoice)).await?;
        form.set("saleDate", "");
        form.set("advance.amount", "");
        let rates = SUMS.iter().zip(RATES_OF_SUMS).filter_map(|((name, ..), rate)| {
            let (net, tax) = standing.sums.get(*name).filter(|_| !rate.is_empty())?;
            Some(json!({ "vatRate": rate, "gross": (net + tax).to_string(), "tax": tax.to_string() }))
        });
        let advance = json!({ "ksefNumber": number.to_string(), "byRate": rates.collect::<Vec<Value>>() });
        let mut extra: Value = serde_json::from_str(form.text("extra")).unwrap_or_else(|_| json!({}));
        if let Some(extra) = extra.as_object_mut() {
            extra.remove("advance");
            extra.remove("order");
            extra.insert("advances".to_owned(), json!([advance]));
        }
        form.set("extra", extra.to_string());
        form.set("prepared", "settlement");
        form.set("preparedFrom", sale.invoice_number);
        Ok(form)
    }

    /// One correction of all that was sold to a buyer within a time (art. 106j (3) of the VAT act): a discount in one sum. `None` where
    /// nothing was.
    pub(super) async fn discount(
        &self,
        buyer: &str,
        from: Option<&str>,
        to: Option<&str>,
    ) -> Result<Option<IssueForm>, Failure> {
        let invalid = |name: &str| Failure::new(ProblemCode::ParameterInvalid, name);
        let nip = Nip::parse(&buyer.chars().filter(char::is_ascii_digit).collect::<String>())
            .map_err(|_| invalid("buyer"))?;
        let day = |text: Option<&str>, name: &str| {
            text.and_then(|text| text.parse::<Date>().ok()).ok_or_else(|| invalid(name))
        };
        let (from, to) = (day(from, "from")?, day(to, "to")?);
        let filter = SaleFilter {
            search: Some(nip.as_str().to_owned()),
            issued_from: Some(from),
            issued_to: Some(to),
            ..SaleFilter::default()
        };
        let found = self
            .app
            .store
            .sales_by(&self.company.context, &filter, SaleSort::IssueDate, false, 0, CORRECTED_MAX)
            .await?;
        let sold: Vec<&Sale> = found
            .iter()
            .filter(|sale| {
                sale.buyer_nip.as_deref() == Some(nip.as_str())
                    && sale.state.is_numbered()
                    && matches!(sale.kind.as_str(), "VAT" | "ROZ")
            })
            .collect();
        let Some(last) = sold.last() else { return Ok(None) };
        let found = shape_of_sale(self.app, last).await?;
        let mut invoice = found.ok_or_else(|| not_here(&last.id.to_string()))?;
        invoice["lines"] = json!([]);
        let corrected: Vec<Value> = sold
            .iter()
            .map(|sale| {
                json!({
                    "issueDate": sale.issue_date.to_string(),
                    "number": sale.invoice_number,
                    "ksefNumber": sale.ksef_number.as_ref().map(ToString::to_string),
                })
            })
            .collect();
        let mut form = of_invoice(&invoice, self.lang);
        form.set("kind", "KOR");
        self.renew(&mut form, None).await?;
        form.set("saleDate", "");
        form.set("payment.due.0.date", "");
        let period = format!("{from} – {to}");
        form.set("correction.period", period.clone());
        form.set("correction.reason", "Rabat za okres");
        form.set("correction.effect", "correctionDate");
        for name in ["issueDate", "number", "ksefNumber"] {
            let text = corrected.first().and_then(|one| one[name].as_str()).unwrap_or_default();
            form.set(&format!("correction.corrected.0.{name}"), text);
        }
        let mut extra: Value = serde_json::from_str(form.text("extra")).unwrap_or_else(|_| json!({}));
        if let Some(extra) = extra.as_object_mut() {
            extra.insert("correction".to_owned(), json!({ "corrected": corrected }));
            // They are of one sale.
            for name in ["terms", "warehouseDocuments", "attachment", "settlement", "advances", "period"] {
                extra.remove(name);
            }
        }
        form.set("extra", extra.to_string());
        let line = form.add_line();
        form.set_of_line(line, "name", format!("Rabat za okres {period}"));
        form.set_of_line(line, "quantity", "1");
        form.set("prepared", "discount");
        form.set("preparedFrom", sold.len().to_string());
        Ok(Some(form))
    }
}

/// In how many days it was to be paid.
fn term_of(invoice: &Value) -> Option<i32> {
    let day = |text: &Value| text.as_str()?.parse::<Date>().ok();
    let due = invoice["payment"]["due"].as_array()?.iter().find_map(|due| day(&due["date"]))?;
    let days = day(&invoice["issueDate"])?.until(due).ok()?.get_days();
    (0..=TERM_DAYS_MAX).contains(&days).then_some(days)
}

/// A party as a correction tells its earlier data: identifier, name, address.
fn before_of(party: Value, is_buyer: bool) -> Value {
    let Value::Object(mut party) = party else { return json!({}) };
    let kept: &[&str] = if is_buyer {
        &["nip", "euVat", "foreign", "withoutIdentifier", "name", "address", "key"]
    } else {
        &["nip", "name", "address", "euPrefix"]
    };
    party.retain(|name, _| kept.contains(&name.as_str()));
    Value::Object(party)
}

/// The rate of each sum of [`SUMS`]; of what was rarely an advance, the usual one.
const RATES_OF_SUMS: &[&str] =
    &["23", "8", "5", "4", "", "0-domestic", "0-WDT", "0-export", "zw", "np-I", "np-II", "oo", "margin"];
const USUAL_TERM_DAYS: i32 = 14;
/// A longer term was agreed for one sale, or is a mistake.
const TERM_DAYS_MAX: i32 = 120;
/// Invoices that one correction names here; more are a matter for a program.
const CORRECTED_MAX: u32 = 500;
