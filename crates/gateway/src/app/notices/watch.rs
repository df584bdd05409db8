//! What nobody writes down at the moment when it becomes so: terms that end soon, certificates that end soon.

use std::collections::BTreeMap;

use gateway_rules::calendar::warsaw_day;
use gateway_rules::offline::{Alarm, alarm};
use gateway_store::{NoticeKind, StoreError, Telling};
use jiff::{SignedDuration, Timestamp, ToSpan as _};
use ksef_crypto::Certificate;
use ksef_id::ContextIdentifier;
use serde_json::json;

use crate::app::App;
use crate::company::Company;

/// Tells companies of terms that end soon.
pub(crate) async fn deadlines(app: &App) -> Result<(), StoreError> {
    // Simulators may be far ahead of the machine: the latest day of any company that is worked for.
    let companies = app.companies.now();
    let Some(latest) = companies.values().map(|company| company.now()).max() else { return Ok(()) };
    // A weekend with a holiday on either side is the longest that two working days take.
    let until = warsaw_day(latest).checked_add(AHEAD_DAYS.days()).unwrap_or_else(|_| warsaw_day(latest));
    let mut by_company: BTreeMap<ContextIdentifier, Vec<Telling>> = BTreeMap::new();
    for sale in app.store.due_by(until, ROUND_MAX).await? {
        let Some(company) = companies.get(&sale.company) else { continue };
        let alarm = alarm(sale.due_on, company.now());
        if alarm == Alarm::Calm {
            continue;
        }
        let item = json!({
            "id": sale.id.to_string(),
            "invoiceNumber": sale.invoice_number,
            "dueOn": sale.due_on,
            "alarm": alarm.as_str(),
        });
        let key = format!("deadline/{}/{}/{}", sale.id, sale.due_on, alarm.as_str());
        by_company.entry(sale.company).or_default().push(Telling { key, only_after: None, item });
    }
    for (context, tellings) in by_company {
        let Some(company) = companies.get(&context) else { continue };
        app.journal.told_once(&context, NoticeKind::DeadlineNear, &tellings, company.now()).await?;
    }
    Ok(())
}

/// Tells companies of certificates that end soon; one that has taken another's place is looked at instead of it.
pub(crate) async fn credentials(app: &App) -> Result<(), StoreError> {
    for company in app.companies.now().values() {
        let now = company.now();
        let tellings = expiring(company, now);
        if !tellings.is_empty() {
            let kind = NoticeKind::CredentialExpiring;
            app.journal.told_once(&company.context, kind, &tellings, now).await?;
        }
    }
    Ok(())
}

fn expiring(company: &Company, now: Timestamp) -> Vec<Telling> {
    let login = company.login_certificate();
    let offline = company.offline();
    let of = |kind: &'static str, certificate: &Certificate| telling(kind, certificate, now);
    let login = login.as_deref().and_then(|certificate| of("authentication", certificate));
    let offline = offline.as_deref().and_then(|credential| of("offline", credential.certificate()));
    login.into_iter().chain(offline).collect()
}

fn telling(kind: &str, certificate: &Certificate, now: Timestamp) -> Option<Telling> {
    let ends = certificate.not_after();
    let left = ends.duration_since(now);
    // The nearest of the days that is reached, so that one is told and not all of them at once.
    let days = DAYS_BEFORE.into_iter().rev().find(|days| left <= SignedDuration::from_hours(24 * days))?;
    let serial = certificate.serial_hex();
    Some(Telling {
        key: format!("credential/{kind}/{serial}/{days}"),
        only_after: None,
        item: json!({
            "kind": kind,
            "serialNumber": serial,
            "notAfter": ends.to_string(),
            "daysLeft": left.as_hours().div_euclid(24).max(0),
        }),
    })
}

const DAYS_BEFORE: [i64; 5] = [14, 7, 3, 1, 0];
const AHEAD_DAYS: i64 = 10;
/// What one look tells at the most.
const ROUND_MAX: u32 = 10_000;

#[cfg(test)]
mod tests {
    use ksef_crypto::{Credential, KeyKind, Subject};

    use super::*;

    #[test]
    fn the_nearest_day_is_told() {
        let now = Timestamp::from_second(1_800_000_000).expect("a time");
        let check = |hours: i64, expected: Option<(i64, i64)>| {
            let subject = Subject::Named { common_name: "test".to_owned() };
            let ends = now + SignedDuration::from_hours(hours);
            let credential = Credential::self_signed(
                &subject,
                KeyKind::EcP256,
                now - SignedDuration::from_hours(24 * 700),
                ends,
            );
            let credential = credential.expect("a credential");
            let found = telling("offline", credential.certificate(), now);
            let found = found.map(|telling| {
                let days = telling.key.rsplit('/').next().and_then(|days| days.parse().ok()).expect("days");
                (days, telling.item["daysLeft"].as_i64().expect("days"))
            });
            assert_eq!(found, expected, "{hours}");
        };
        check(24 * 30, None);
        check(24 * 14, Some((14, 14)));
        check(24 * 8, Some((14, 8)));
        check(24 * 7, Some((7, 7)));
        check(25, Some((3, 1)));
        check(24, Some((1, 1)));
        check(1, Some((1, 0)));
        check(0, Some((0, 0)));
        check(-50, Some((0, 0)));
    }
}
