//! An office whose pages are looked at: what day it is, who works there, where its pages are.

use ksef_sim::Limits;
use serde_json::json;

use super::people::done;
use super::{COMPANY, ServedGateway, World};

/// The day in [`office`].
pub(crate) const DAY: &str = "2026-12-01";

/// Tuesday, 1 December 2026, ten in the morning in Warsaw.
pub(crate) async fn office() -> (World, ServedGateway) {
    let world = World::with_limits(COMPANY, Limits::Off).await;
    world.with_clock_and_offline();
    world.control("/control/clock", &json!({ "now": "2026-12-01T09:00:00Z" })).await;
    let gateway = world.serve(None);
    (world, gateway)
}

/// Adds people by login and role: administrators of everything, everybody else in the company.
pub(crate) fn add_people(world: &World, people: &[(&str, &str)]) {
    for &(login, role) in people {
        let reach = if role == "administrator" { "*" } else { world.nip.as_str() };
        done(&world.data(), &["user", "add", login, "--role", &format!("{reach}={role}")]);
    }
}

/// A page of the company.
pub(crate) fn page(rest: &str) -> String {
    format!("/companies/{COMPANY}{rest}")
}

/// A page of the company's settings.
pub(crate) fn settings_page(rest: &str) -> String {
    page(&format!("/settings{rest}"))
}
