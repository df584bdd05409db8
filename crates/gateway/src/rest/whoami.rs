//! `/api/v1/whoami`, and `/api/v1/companies/{company}/test-connection`: the two questions with which a program and a company
//! begin.

use axum::Extension;
use axum::extract::{Path, State};
use connection::doctor::{Check, CompanyEnvironment, Held, Patient, examine};
use connection::{Message, Needs};
use gateway_access::Right;
use gateway_api::{
    ConnectionCheckResource, ConnectionFindingResource, ConnectionTestResource, WhoamiCompanyResource,
    WhoamiResource, Words,
};
use ksef_client::latarnia::{Latarnia, LatarniaOptions};
use ksef_client::{LoginCredential, SystemClock};

use super::{Failure, company_of};
use crate::access::{Caller, Identity};
use crate::company::{Company, Environment};
use crate::router::Shared;

/// `GET /whoami`.
pub(crate) async fn whoami(
    State(shared): State<Shared>,
    Extension(caller): Extension<Caller>,
) -> axum::Json<WhoamiResource> {
    let known = shared.app.companies.now();
    let companies = known.values().filter(|company| caller.knows(&company.context));
    let kind = match caller.identity {
        Identity::Nobody => "nobody",
        Identity::Local => "local",
        Identity::Operator => "operator",
        Identity::Key(_) => "key",
        Identity::User(_) => "user",
    };
    let names = |allowed: &dyn Fn(Right) -> bool| -> Vec<String> {
        Right::ALL.iter().filter(|right| allowed(**right)).map(ToString::to_string).collect()
    };
    axum::Json(WhoamiResource {
        who: caller.who(),
        kind: kind.to_owned(),
        companies: companies
            .map(|company| WhoamiCompanyResource {
                company: company.context.clone(),
                environment: company.environment.name().to_owned(),
                rights: names(&|right| caller.grants.allow(right, &company.context)),
            })
            .collect(),
        rights: names(&|right| caller.grants.allow_everywhere(right)),
        public_url: shared.public_url.clone(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
    })
}

/// `POST …/test-connection`: the doctor's checks, with a session opened and closed without an invoice.
pub(crate) async fn test_connection(
    State(shared): State<Shared>,
    Path(company): Path<String>,
) -> Result<axum::Json<ConnectionTestResource>, Failure> {
    let company = company_of(&shared.app, &company)?;
    Ok(axum::Json(examined(&company, &mut |_| {}).await))
}

/// Examines a company; each check is told as soon as it is made.
pub(crate) async fn examined(
    company: &Company,
    tell: &mut (dyn FnMut(ConnectionCheckResource) + Send),
) -> ConnectionTestResource {
    let access = company.ksef.own_access();
    let patient = patient_of(company, access.as_ref().and_then(|access| access.credential()));
    let latarnia = company.site.latarnia_url.as_deref();
    let latarnia = latarnia.and_then(|url| Latarnia::new(url, LatarniaOptions::default()).ok());
    let mut told = |check: &Check| tell(check_resource(check));
    let client = &company.site.client;
    let report =
        examine(&patient, client, latarnia.as_ref(), access.as_ref(), &SystemClock, true, &mut told).await;
    ConnectionTestResource {
        is_well: report.is_well(),
        checks: report.checks.iter().map(check_resource).collect(),
    }
}

fn patient_of(company: &Company, credential: Option<&LoginCredential>) -> Patient {
    Patient {
        context: company.context.clone(),
        environment: match &company.environment {
            Environment::Test => CompanyEnvironment::Test,
            Environment::Demo => CompanyEnvironment::Demo,
            Environment::Prd => CompanyEnvironment::Prd,
            Environment::Simulator { ksef_url, control_url } => {
                CompanyEnvironment::Simulator { ksef_url: ksef_url.clone(), control_url: control_url.clone() }
            }
        },
        credential: credential.map(|credential| match credential {
            LoginCredential::Certificate(credential) => {
                Held::Certificate(Box::new(credential.certificate().clone()))
            }
            LoginCredential::KsefToken(token) => Held::Token(token.clone()),
        }),
        offline_certificates: company
            .offline()
            .into_iter()
            .map(|credential| credential.certificate().clone())
            .collect(),
        needs: Needs::default(),
    }
}

fn check_resource(check: &Check) -> ConnectionCheckResource {
    ConnectionCheckResource {
        check: check.name.name().to_owned(),
        title: words(&check.name.title()),
        outcome: check.outcome.name().to_owned(),
        found: words(&check.found),
        findings: check
            .findings
            .iter()
            .map(|finding| ConnectionFindingResource {
                code: finding.code.to_string(),
                message: words(&finding.message),
                next_step: words(&finding.remedy),
            })
            .collect(),
    }
}

fn words(message: &Message) -> Words {
    Words { pl: message.pl.clone(), en: message.en.clone() }
}
