//! `/healthz`, `/readyz`, `/metrics`: for whoever watches the gateway.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use gateway_rules::calendar::warsaw_day;
use gateway_store::{SaleState, UnfinishedFigure, WorkFigure};
use jiff::{SignedDuration, Timestamp};
use ksef_wire::Operation;

use super::Failure;
use crate::app::App;
use crate::router::Shared;

/// How requests ended, counted since the start.
#[derive(Debug, Default)]
pub(crate) struct Answers {
    by_class: [AtomicU64; 5],
    microseconds: AtomicU64,
}

/// Counts how each request ends.
pub(crate) async fn count(State(shared): State<Shared>, request: Request, next: Next) -> Response {
    let begun = std::time::Instant::now();
    let response = next.run(request).await;
    let class = usize::from(response.status().as_u16() / 100).clamp(1, 5) - 1;
    shared.answers.by_class[class].fetch_add(1, Ordering::Relaxed);
    let took = u64::try_from(begun.elapsed().as_micros()).unwrap_or(u64::MAX);
    shared.answers.microseconds.fetch_add(took, Ordering::Relaxed);
    response
}

/// `GET /healthz`: the process lives.
pub(crate) async fn healthz() -> &'static str {
    "ok\n"
}

/// `GET /readyz`: it can work: the database answers, and no stop was asked for.
pub(crate) async fn readyz(State(shared): State<Shared>) -> Result<&'static str, Failure> {
    shared.app.store.ping().await?;
    Ok("ready\n")
}

/// `GET /metrics`: in Prometheus' text form.
pub(crate) async fn metrics(State(shared): State<Shared>) -> Result<Response, Failure> {
    let now = shared.desk.now();
    let unfinished = shared.app.store.unfinished_figures().await?;
    let work = shared.app.store.work_figures(now).await?;
    let text = text(&shared.app, &shared.answers, &unfinished, &work, now);
    let headers = [(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")];
    Ok((StatusCode::OK, headers, text).into_response())
}

/// One family of figures.
struct Family {
    name: &'static str,
    kind: &'static str,
    help: &'static str,
    lines: Vec<(String, f64)>,
}

impl Family {
    fn gauge(name: &'static str, help: &'static str) -> Self {
        Self { name, kind: "gauge", help, lines: Vec::new() }
    }

    fn add(&mut self, labels: &[(&str, &str)], value: f64) {
        // Values of labels are names and numbers of ours; what could end one is escaped all the same.
        let escaped = |text: &str| text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
        let labels: Vec<String> =
            labels.iter().map(|(name, value)| format!("{name}=\"{}\"", escaped(value))).collect();
        self.lines.push((labels.join(","), value));
    }

    fn write(&self, output: &mut String) {
        let Self { name, kind, help, .. } = self;
        // Writing to a text cannot fail.
        let _ = writeln!(output, "# HELP {name} {help}\n# TYPE {name} {kind}");
        for (labels, value) in &self.lines {
            let _ = match labels.as_str() {
                "" => writeln!(output, "{name} {value}"),
                labels => writeln!(output, "{name}{{{labels}}} {value}"),
            };
        }
    }
}

fn text(
    app: &App,
    answers: &Answers,
    unfinished: &[UnfinishedFigure],
    work: &[WorkFigure],
    now: Timestamp,
) -> String {
    let mut states =
        Family::gauge("bramka_invoices_unfinished", "Sales invoices that are not done, by state.");
    let mut oldest = Family::gauge(
        "bramka_oldest_unsent_invoice_age_seconds",
        "Age of the oldest invoice that is to be sent and that KSeF has not taken; 0 when there is none.",
    );
    let mut due = Family::gauge(
        "bramka_offline_deadline_days",
        "Days until the first last day of invoices issued offline that are not in KSeF; negative once it has passed.",
    );
    let mut budget = Family::gauge(
        "bramka_limit_left",
        "Requests left of KSeF's limit of the hour, by what they are for.",
    );
    let mut reach = Family::gauge("bramka_ksef_reachable", "1 while KSeF can be reached.");
    let mut ages: BTreeMap<&str, f64> = BTreeMap::new();
    let companies = app.companies.now();
    for figure in unfinished {
        let company = figure.company.as_str();
        let Some(settings) = companies.get(&figure.company) else { continue };
        states.add(&[("company", company), ("state", figure.state.as_str())], figure.count as f64);
        if is_unsent(figure.state) {
            let age = seconds(settings.now().duration_since(figure.oldest));
            let so_far = ages.entry(company).or_default();
            *so_far = so_far.max(age);
        }
        if let Some(day) = figure.first_due {
            let left = warsaw_day(settings.now()).until(day).map_or(0, |span| span.get_days());
            due.add(&[("company", company), ("state", figure.state.as_str())], f64::from(left));
        }
    }
    for company in companies.values() {
        let name = company.context.as_str();
        let environment = company.environment.name();
        oldest.add(&[("company", name)], ages.get(name).copied().unwrap_or_default());
        let labels = [("company", name), ("environment", environment)];
        reach.add(&labels, if company.site.reach().as_str() == "up" { 1.0 } else { 0.0 });
        for (what, operation) in BUDGETS {
            let left = company.site.budget.left(Some(&company.context), operation);
            if let Some(of_the_hour) = left.of_the_hour {
                budget.add(&[("company", name), ("for", what)], f64::from(of_the_hour));
            }
        }
    }
    let mut waits = Family::gauge(
        "bramka_work_overdue_seconds",
        "For how long work of a company has been due that nobody is at; 0 when none is.",
    );
    for figure in work.iter().filter(|figure| companies.contains_key(&figure.company)) {
        let late = if figure.is_held { 0.0 } else { seconds(now.duration_since(figure.due_at)) };
        waits.add(&[("company", figure.company.as_str()), ("kind", figure.kind.as_str())], late);
    }
    let mut requests = Family {
        name: "bramka_http_requests_total",
        kind: "counter",
        help: "Requests answered since the start, by class of status.",
        lines: Vec::new(),
    };
    for (class, count) in answers.by_class.iter().enumerate() {
        requests.add(&[("status", &format!("{}xx", class + 1))], count.load(Ordering::Relaxed) as f64);
    }
    let mut took = Family {
        name: "bramka_http_request_seconds_total",
        kind: "counter",
        help: "Time that answering took since the start, all requests together.",
        lines: Vec::new(),
    };
    took.add(&[], answers.microseconds.load(Ordering::Relaxed) as f64 / 1e6);
    let mut about = Family::gauge("bramka_info", "The version, as a label.");
    about.add(&[("version", env!("CARGO_PKG_VERSION"))], 1.0);
    let mut output = String::new();
    for family in [about, states, oldest, due, budget, reach, waits, requests, took] {
        family.write(&mut output);
    }
    output
}

/// To be sent, and not taken by KSeF as far as is known.
const fn is_unsent(state: SaleState) -> bool {
    matches!(state, SaleState::Waiting | SaleState::Sending | SaleState::OfflineIssued)
}

fn seconds(duration: SignedDuration) -> f64 {
    duration.as_secs_f64().max(0.0)
}

/// What is looked at: the groups of limits that companies run into.
const BUDGETS: [(&str, Operation); 5] = [
    ("onlineSession", Operation::OnlineSessionOpen),
    ("invoiceSend", Operation::OnlineInvoiceSend),
    ("batchSession", Operation::BatchSessionOpen),
    ("invoiceQuery", Operation::InvoiceQueryMetadata),
    ("invoiceExport", Operation::InvoiceExport),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_written_as_prometheus_reads_them() {
        let mut family = Family::gauge("bramka_things", "Things.");
        family.add(&[], 1.5);
        family.add(&[("company", "a\"b\\c\nd")], 2.0);
        let mut output = String::new();
        family.write(&mut output);
        assert_eq!(
            output,
            "# HELP bramka_things Things.\n# TYPE bramka_things gauge\nbramka_things 1.5\n\
             bramka_things{company=\"a\\\"b\\\\c\\nd\"} 2\n"
        );
    }
}
