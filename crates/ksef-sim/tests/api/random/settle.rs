//! The end of a run: everything is closed and waited for, and what KSeF tells is compared with what is known.

use super::client::Client;
use super::steps::{SUBJECTS, filters};
use crate::common::*;
use ksef_wire::Operation;
use std::collections::BTreeSet;

impl Client {
    /// Closes everything, waits for everything, and compares the lists and counters of KSeF with what is known.
    pub(super) async fn settle(&mut self) -> Answered {
        for index in 0..self.sessions.len() {
            if !self.sessions[index].is_closed {
                let session = &self.sessions[index];
                let request = Req::by(&session.opener.tokens.access);
                self.call(Operation::OnlineSessionClose, &[&session.open.reference], request)
                    .await?
                    .expect(204);
                self.sessions[index].is_closed = true;
            }
            // The owner's token, since the opener's right may be gone.
            let owner = self.owner_of(&self.sessions[index].opener.context.clone())?;
            for place in 0..self.sessions[index].sent.len() {
                for _ in 0..200 {
                    if self.look_at_invoice(index, place, &owner).await? {
                        break;
                    }
                    tokio::time::sleep(std::time::Duration::from_millis(35)).await;
                }
            }
            let session = &self.sessions[index];
            let parameters = [session.open.reference.as_str()];
            let (_, status) =
                self.shared.api.poll(Operation::SessionStatus, &parameters, &owner, &[150, 170]).await?;
            let successes = session.sent.iter().filter(|sent| sent.expected == 200).count();
            let code = match (session.sent.len(), successes) {
                (0, _) => 440,
                (_, 0) => 445,
                _ => 200,
            };
            assert_eq!(status["status"]["code"], code, "{status}");
            let count = |name: &str| status[name].as_u64().unwrap_or(0);
            assert_eq!(count("invoiceCount"), session.sent.len() as u64, "{status}");
            assert_eq!(count("successfulInvoiceCount"), successes as u64, "{status}");
            assert_eq!(count("failedInvoiceCount"), (session.sent.len() - successes) as u64, "{status}");
        }
        for context in self.companies.clone() {
            self.check_lists(&context).await?;
        }
        Ok(())
    }

    fn owner_of(&self, context: &str) -> Answered<String> {
        let found = self
            .entered
            .iter()
            .find(|entered| entered.context == context && entered.rights.contains("Owner"));
        Ok(found.ok_or("the owner is logged in")?.tokens.access.clone())
    }

    /// Exactly the invoices of a company are listed as its sales and its purchases.
    async fn check_lists(&mut self, context: &str) -> Answered {
        let owner = self.owner_of(context)?;
        for subject in SUBJECTS {
            let mut found = BTreeSet::new();
            for page in 0..40 {
                let query = format!("pageSize=250&pageOffset={page}");
                let request = Req::by(&owner).json(&filters(subject)).query(query);
                let answer =
                    self.call(Operation::InvoiceQueryMetadata, &[], request).await?.expect(200).json();
                let invoices = answer["invoices"].as_array().ok_or("a list")?;
                found.extend(invoices.iter().map(|invoice| text(&invoice["ksefNumber"])));
                if answer["hasMore"] == false {
                    break;
                }
            }
            let sent = self.shared.invoices.lock().expect("no client panicked");
            let expected: BTreeSet<String> = sent
                .iter()
                .filter(|invoice| match subject {
                    "Subject1" => invoice.seller == context,
                    "Subject2" => invoice.buyer == context,
                    _ => false,
                })
                .map(|invoice| invoice.number.clone())
                .collect();
            assert_eq!(found, expected, "{subject} of {context}");
        }
        Ok(())
    }
}
