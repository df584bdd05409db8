//! What Latarnia says: evidence for the mode of invoices, and never a reason to fail.

use ksef_client::latarnia::Latarnia;
use ksef_wire::latarnia::{LatarniaMessage, LatarniaState};

use super::{CheckName, Outcome, Visit};
use crate::catalogue;

impl Visit<'_> {
    pub(super) async fn latarnia(&mut self, latarnia: Option<&Latarnia>) {
        let name = CheckName::Latarnia;
        let Some(latarnia) = latarnia else {
            return self.skip(name, ["to środowisko nie ma Latarni", "this environment has no Latarnia"]);
        };
        let status = match latarnia.status().await {
            Ok(evidence) => evidence.content,
            Err(error) => {
                let finding = catalogue::LATARNIA_SILENT.found(&[("cause", &error.to_string())]);
                let found = ["stan nieznany".to_owned(), "state unknown".to_owned()];
                return self.add(name, Outcome::Noted, found, vec![finding]);
            }
        };
        let [pl, en] = state_in_words(&status.status);
        let messages: Vec<&LatarniaMessage> =
            status.messages.readable.iter().filter(|message| !message.is_test_dummy()).collect();
        let is_dummy = messages.is_empty() && !status.messages.readable.is_empty();
        if is_dummy {
            let why = [
                "pokazuje tylko stałe komunikaty próbne, które nic nie znaczą",
                "shows only its lasting dummy messages, which mean nothing",
            ];
            return self.skip(name, why);
        }
        let found = [pl.to_owned(), en.to_owned()];
        if status.status == LatarniaState::Available {
            return self.add(name, Outcome::Passed, found, Vec::new());
        }
        let texts: Vec<String> = messages
            .iter()
            .take(MESSAGES_SHOWN_MAX)
            .map(|message| format!("{}: {}", message.id, message.title))
            .collect();
        let values = [("state_pl", pl), ("state_en", en), ("messages", &texts.join("; "))];
        self.add(name, Outcome::Noted, found, vec![catalogue::ANNOUNCED.found(&values)]);
    }
}

/// A state in Polish and English.
#[must_use]
pub fn state_in_words(state: &LatarniaState) -> [&str; 2] {
    match state {
        LatarniaState::Available => ["KSeF działa", "KSeF works"],
        LatarniaState::Maintenance => ["prace serwisowe (niedostępność)", "maintenance (unavailability)"],
        LatarniaState::Failure => ["awaria", "failure"],
        LatarniaState::TotalFailure => ["awaria całkowita", "total failure"],
        LatarniaState::Unknown(other) => [other, other],
    }
}

const MESSAGES_SHOWN_MAX: usize = 5;
