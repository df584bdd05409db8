//! The words of the pages, Polish beside English: one that misses a language does not compile, one that no page uses fails the
//! test below.

mod account;
mod api_keys;
mod audit;
mod backups;
mod buyers;
mod companies;
mod connection;
mod correct;
mod dashboard;
mod frame;
mod help;
mod import;
mod issue;
mod ksef_state;
mod notices;
mod purchase_entry;
mod purchases;
mod retention;
mod rights;
mod routing;
mod sales;
mod series;
mod settings;
mod sign_in;
mod simulator;
mod start;
mod users;
mod webhooks;

pub(crate) use account::AccountWords;
pub(crate) use api_keys::KeyWords;
pub(crate) use audit::AuditWords;
pub(crate) use backups::BackupWords;
pub(crate) use buyers::BuyerWords;
pub(crate) use companies::CompaniesWords;
pub(crate) use connection::ConnectionWords;
pub(crate) use correct::CorrectWords;
pub(crate) use dashboard::DashboardWords;
pub(crate) use frame::FrameWords;
pub(crate) use help::help;
pub(crate) use import::ImportWords;
pub(crate) use issue::IssueWords;
pub(crate) use ksef_state::KsefStateWords;
pub(crate) use notices::NoticeWords;
pub(crate) use purchase_entry::PurchaseEntryWords;
pub(crate) use purchases::PurchaseWords;
pub(crate) use retention::RetentionWords;
pub(crate) use rights::RightsWords;
pub(crate) use routing::RoutingWords;
pub(crate) use sales::SalesWords;
pub(crate) use series::SeriesWords;
pub(crate) use settings::SettingsWords;
pub(crate) use sign_in::SignInWords;
pub(crate) use simulator::SimulatorWords;
pub(crate) use start::StartWords;
pub(crate) use users::UserWords;
pub(crate) use webhooks::WebhookWords;

/// Defines the words of an area: field, Polish, English.
macro_rules! words {
    ($name:ident { $( $field:ident: $pl:expr, $en:expr; )+ }) => {
        pub(crate) struct $name { $( pub(crate) $field: &'static str, )+ }

        impl $name {
            const PL: Self = Self { $( $field: $pl, )+ };
            const EN: Self = Self { $( $field: $en, )+ };

            pub(crate) const fn of(lang: $crate::format::Language) -> &'static Self {
                match lang {
                    $crate::format::Language::Pl => &Self::PL,
                    $crate::format::Language::En => &Self::EN,
                }
            }

            /// Name, Polish, English of each.
            #[cfg(test)]
            pub(crate) const ALL: &'static [[&'static str; 3]] = &[$( [stringify!($field), $pl, $en] ),+];
        }
    };
}
use words;

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn every_word_is_there_in_both_languages_and_is_used() {
        let mut sources = String::new();
        for folder in ["templates", "src/pages", "src"] {
            let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
            for entry in std::fs::read_dir(folder).expect("a folder") {
                let path = entry.expect("an entry").path();
                if path.is_file() {
                    sources += &std::fs::read_to_string(path).expect("text");
                }
            }
        }
        for (area, all) in [
            ("account", AccountWords::ALL),
            ("api_keys", KeyWords::ALL),
            ("audit", AuditWords::ALL),
            ("backups", BackupWords::ALL),
            ("buyers", BuyerWords::ALL),
            ("companies", CompaniesWords::ALL),
            ("connection", ConnectionWords::ALL),
            ("correct", CorrectWords::ALL),
            ("dashboard", DashboardWords::ALL),
            ("frame", FrameWords::ALL),
            ("import", ImportWords::ALL),
            ("issue", IssueWords::ALL),
            ("ksef_state", KsefStateWords::ALL),
            ("notices", NoticeWords::ALL),
            ("purchase_entry", PurchaseEntryWords::ALL),
            ("purchases", PurchaseWords::ALL),
            ("retention", RetentionWords::ALL),
            ("rights", RightsWords::ALL),
            ("routing", RoutingWords::ALL),
            ("sales", SalesWords::ALL),
            ("series", SeriesWords::ALL),
            ("settings", SettingsWords::ALL),
            ("sign_in", SignInWords::ALL),
            ("simulator", SimulatorWords::ALL),
            ("start", StartWords::ALL),
            ("users", UserWords::ALL),
            ("webhooks", WebhookWords::ALL),
        ] {
            for [name, pl, en] in all {
                assert!(!pl.trim().is_empty() && !en.trim().is_empty(), "{area}.{name} is empty");
                let is_used = sources.match_indices(&format!(".{name}")).any(|(place, found)| {
                    !sources[place + found.len()..]
                        .starts_with(|next: char| next.is_alphanumeric() || next == '_')
                });
                assert!(is_used, "{area}.{name} stands on no page");
            }
        }
    }
}
