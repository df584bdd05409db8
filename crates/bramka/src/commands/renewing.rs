//! Certificates of the vault that renew themselves while the gateway runs: each company's are looked at once a day of its
//! own clock, and sooner while something is open.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use connection::enrollment::FollowOptions;
use connection::renewal::{self, Look, Renewal};
use gateway::Gateway;
use gateway_vault::{CredentialKind, CredentialRecord, FolderStore, Registry, Vault};
use jiff::{SignedDuration, Timestamp};
use ksef_id::ContextIdentifier;

use crate::cli::Lang;
use crate::failure::Failure;

/// Never returns. `ahead` says how long before their end certificates are renewed.
///
/// The list is read when it changed or something in it is open, not each time a clock is looked at: of ten thousand companies
/// next to none has a certificate that ends soon.
pub(super) async fn run(vault: &Vault<FolderStore>, gateway: &Gateway, ahead: SignedDuration) {
    let mut next_looks: HashMap<ContextIdentifier, Timestamp> = HashMap::new();
    let (mut registry, mut changed_at) = (Registry::default(), None);
    loop {
        let written_at = vault.store().registry_changed_at();
        if written_at != changed_at {
            match vault.registry().await {
                Ok(read) => (registry, changed_at) = (read, written_at),
                Err(error) => {
                    let failure = Failure::from(error);
                    tracing::warn!("the vault: {}", failure.words(Lang::En));
                }
            }
        }
        let mut due: HashMap<&ContextIdentifier, Timestamp> = HashMap::new();
        for company in &registry.companies {
            // A company that was added while the gateway runs is not served by it yet.
            let Some(now) = gateway.now_of(&company.context) else { continue };
            if next_looks.get(&company.context).is_none_or(|next| is_reached(*next, now)) {
                due.insert(&company.context, now);
            }
        }
        let open = match due.is_empty() {
            true => HashSet::new(),
            false => renewal::open(&registry, |company| due.get(company).copied(), ahead),
        };
        for (context, now) in due {
            let pause =
                if open.contains(context) { look(vault, gateway, context, ahead).await } else { EVERY };
            next_looks.insert(context.clone(), now.checked_add(pause).unwrap_or(Timestamp::MAX));
        }
        tokio::time::sleep(LOOK_AT_CLOCKS_EVERY).await;
    }
}

/// Whether the moment of a look has come. A clock that was put back by more than a day makes it come at once.
fn is_reached(next: Timestamp, now: Timestamp) -> bool {
    now >= next || next.duration_since(now) > EVERY
}

/// Looks at a company's certificates; gives how long it may take until the next look.
async fn look(
    vault: &Vault<FolderStore>,
    gateway: &Gateway,
    context: &ContextIdentifier,
    ahead: SignedDuration,
) -> SignedDuration {
    let Some(client) = gateway.client_of(context) else { return EVERY };
    let now = || gateway.now_of(context).unwrap_or_else(Timestamp::now);
    match renewal::look(vault, &client, context, ahead, &FOLLOW, now).await {
        Ok(look) => {
            tell(context, &look);
            if look.is_settled() { EVERY } else { WHILE_OPEN }
        }
        Err(error) => {
            let failure = Failure::from(error);
            tracing::warn!(company = %context, "certificates were not looked at: {}", failure.words(Lang::En));
            WHILE_OPEN
        }
    }
}

fn tell(company: &ContextIdentifier, look: &Look) {
    for (id, renewal) in &look.renewals {
        match renewal {
            Renewal::Renewed(record) => {
                // Rare, and a change of what the company logs in with: seen in the log that is usual.
                let (kind, until) = (kind_of(record), end_of(record));
                tracing::warn!(%company, credential = %id, by = %record.id, kind, %until, "a certificate was renewed");
            }
            Renewal::Waiting => {
                tracing::info!(%company, credential = %id, "KSeF is at the application for a certificate's renewal");
            }
            Renewal::Failed(error) => {
                tracing::error!(%company, credential = %id, %error, "a certificate was not renewed; it is tried again");
            }
        }
    }
}

const fn kind_of(record: &CredentialRecord) -> &'static str {
    match record.kind {
        CredentialKind::Authentication => "authentication",
        CredentialKind::Offline => "offline",
        CredentialKind::Token => "token",
    }
}

fn end_of(record: &CredentialRecord) -> String {
    record.certificate().map(|certificate| certificate.not_after().to_string()).unwrap_or_default()
}

/// Between two looks, by the company's clock.
const EVERY: SignedDuration = SignedDuration::from_hours(24);
/// While KSeF is at an application, or did not answer.
const WHILE_OPEN: SignedDuration = SignedDuration::from_hours(1);
/// How often it is seen whether a clock has come to the next look.
const LOOK_AT_CLOCKS_EVERY: Duration = Duration::from_secs(1);
const FOLLOW: FollowOptions =
    FollowOptions { poll_delay: Duration::from_millis(500), wait_max: Duration::from_secs(30) };

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_passes_between_looks_unless_the_clock_goes_back() {
        let at = |hours: i64| Timestamp::UNIX_EPOCH + SignedDuration::from_hours(hours);
        let next = at(100);
        assert_eq!(
            [75, 76, 99, 100, 200].map(|hours| is_reached(next, at(hours))),
            [true, false, false, true, true]
        );
    }
}
