//! `/settings/backups`: when the last backup was made and verified, and how one is made.

use axum::extract::State;
use axum::response::Response;
use gateway_api::ProblemCode;
use gateway_pages::{BackupRow, BackupsView, Language, Plural, Section, Tone, backups};
use jiff::Timestamp;

use super::frame::{Part, tabs};
use crate::backup_notes::{BackupDeed, BackupNote, last};
use crate::rest::Failure;
use crate::router::Shared;
use crate::web::visit::Visit;

/// `GET`.
pub(crate) async fn show(State(shared): State<Shared>, visit: Visit) -> Result<Response, Failure> {
    let (lang, now) = (visit.lang, shared.desk.now());
    let notes = last(&shared.app.data, LISTED).map_err(|error| {
        tracing::error!(%error, "notes about backups cannot be read");
        Failure::new(ProblemCode::Internal, "")
    })?;
    let newest = |deed| notes.iter().find(|note| note.deed == deed);
    let backup = newest(BackupDeed::Backup);
    let view = BackupsView {
        tabs: tabs(&visit, None, Part::Backups),
        last: backup.map(|note| row(note, lang)),
        age: backup.map(|note| age(note.at, now, lang)),
        verified: newest(BackupDeed::Verify).map(|note| row(note, lang)),
        command: command(&shared.app.data.display().to_string()),
        rows: notes.iter().map(|note| row(note, lang)).collect(),
    };
    let frame = visit.frame(&shared, None, Section::Backups, lang.choose("Kopie zapasowe", "Backups"));
    visit.page(backups(&frame, &view))
}

/// As it is typed; a folder with spaces in its name stands in quotes.
fn command(data: &str) -> String {
    let is_plain = data.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/._-".contains(&byte));
    let data = if is_plain { data.to_owned() } else { format!("'{}'", data.replace('\'', "'\\''")) };
    format!(
        "bramka backup bramka-$(date +%F).backup --data {data} --passphrase-file kopia.haslo\nbramka archive verify --data {data}"
    )
}

fn age(at: Timestamp, now: Timestamp, lang: Language) -> (String, Tone) {
    let days = now.duration_since(at).as_hours() / 24;
    let tone = if days >= OLD_DAYS { Tone::Warn } else { Tone::Good };
    let text = match days {
        ..1 => lang.choose("w ciągu doby", "within a day").to_owned(),
        days if lang == Language::Pl => format!("{} temu", lang.counted(days, DAYS)),
        days => format!("{} ago", lang.counted(days, DAYS)),
    };
    (text, tone)
}

fn row(note: &BackupNote, lang: Language) -> BackupRow {
    let what = match note.deed {
        BackupDeed::Backup => lang.choose("kopia", "backup"),
        BackupDeed::Verify => lang.choose("sprawdzenie", "verification"),
    };
    let count = |number: u64| lang.count(i64::try_from(number).unwrap_or(i64::MAX));
    let (result, tone) = match (note.broken, note.deed) {
        (0, BackupDeed::Backup) => {
            (lang.choose("cała i sprawdzona", "whole and verified").to_owned(), Tone::Good)
        }
        (0, BackupDeed::Verify) => {
            (lang.choose("wszystko się zgadza", "all is as it was").to_owned(), Tone::Good)
        }
        (broken, _) => {
            let words = lang.choose("nie wszystko się zgadza", "not all is as it was");
            (format!("{words}: {}", count(broken)), Tone::Bad)
        }
    };
    BackupRow {
        at: lang.moment(note.at),
        what: what.to_owned(),
        result,
        tone,
        file: note.file.clone(),
        documents: count(note.documents),
        size: note.bytes.map(|bytes| format!("{}\u{a0}KB", count(bytes.div_ceil(1024)))),
    }
}

const DAYS: Plural = Plural { pl: ["dzień", "dni", "dni"], en: ["day", "days"] };
/// A backup a week old leaves a week's history to chance.
const OLD_DAYS: i64 = 7;
const LISTED: usize = 50;

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::*;

    #[test]
    fn the_age_of_a_backup_is_told() {
        for (hours, expected, tone) in [
            (2, "w ciągu doby", Tone::Good),
            (24, "1\u{a0}dzień temu", Tone::Good),
            (7 * 24, "7\u{a0}dni temu", Tone::Warn),
        ] {
            let now = Timestamp::UNIX_EPOCH + SignedDuration::from_hours(hours);
            assert_eq!(age(Timestamp::UNIX_EPOCH, now, Language::Pl), (expected.to_owned(), tone), "{hours}");
        }
    }

    #[test]
    fn a_command_can_be_typed() {
        assert!(command("/var/lib/bramka").contains("--data /var/lib/bramka "));
        assert!(command("/my files").contains("--data '/my files' "));
    }
}
