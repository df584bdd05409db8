//! What a letter says of what happened: one letter, however much it was, with how many there are of each.

use jiff::{SignedDuration, Timestamp};

use crate::Sentence;
use crate::calendar::{start_of_warsaw_day, warsaw_day};
use crate::words::{english, named_enum, polish};

named_enum! {
    /// How often somebody is written to.
    pub enum Rhythm {
        /// When it happens, but not more often than every five minutes.
        Now = "now", "od razu", "at once";
        /// Once an hour at the most.
        Hourly = "hourly", "co godzinę", "hourly";
        /// Once a day, at an hour of its own.
        Daily = "daily", "raz dziennie", "daily";
    }
}

/// What a letter tells of. Lists are the first of their kind; the numbers count all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Digest {
    /// Purchases that came.
    pub received: u64,
    /// `seller, number, amount` of the first.
    pub received_first: Vec<String>,
    /// How many purchases wait to be booked, those that came among them.
    pub to_book: Option<u64>,
    /// Sales that got their numbers.
    pub numbered: u64,
    /// Sales that were issued offline.
    pub offline: u64,
    /// Sales whose UPOs are here.
    pub confirmed: u64,
    /// Sales that KSeF refused.
    pub rejected: u64,
    /// `number (code)` of the first.
    pub rejected_first: Vec<String>,
    /// Invoices issued offline whose term ends.
    pub due: u64,
    /// `number, day` of the first.
    pub due_first: Vec<String>,
    /// Documents that KSeF gives up soon and that are not whole here.
    pub leaving: u64,
    /// `number, day` of the first.
    pub leaving_first: Vec<String>,
    /// `kind, last moment` of certificates that end.
    pub expiring: Vec<String>,
    /// What KSeF announced: when it began or ended.
    pub outages: Vec<(bool, String)>,
    /// Addresses of webhooks that were switched off.
    pub webhooks: Vec<String>,
}

impl Digest {
    /// Whether there is nothing to tell.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.received
            + self.numbered
            + self.confirmed
            + self.rejected
            + self.due
            + self.leaving
            + self.offline
            == 0
            && self.expiring.is_empty()
            && self.outages.is_empty()
            && self.webhooks.is_empty()
    }

    /// The subject: the most urgent first, and which company.
    #[must_use]
    pub fn subject(&self, company: &str) -> Sentence {
        let mut parts = self.parts();
        let rest = parts.len().saturating_sub(2);
        parts.truncate(2);
        let join = |of: fn(&Sentence) -> &str, more: &str| {
            let mut text = parts.iter().map(of).collect::<Vec<_>>().join(", ");
            if rest > 0 {
                text += more;
            }
            format!("{text} ({company})")
        };
        Sentence { pl: join(|part| &part.pl, " i inne"), en: join(|part| &part.en, " and more") }
    }

    /// The text; `url` is where to look, `support` whom to ask.
    #[must_use]
    pub fn text(&self, company: &str, url: Option<&str>, support: Option<&str>) -> Sentence {
        let mut pl = format!("Firma {company}\n");
        let mut en = format!("Company {company}\n");
        let mut section = |head: &Sentence, items: &[String], count: u64| {
            pl += &format!("\n* {}\n", head.pl);
            en += &format!("\n* {}\n", head.en);
            for item in items {
                pl += &format!("    {item}\n");
                en += &format!("    {item}\n");
            }
            let more = count.saturating_sub(u64::try_from(items.len()).unwrap_or(count));
            if !items.is_empty() && more > 0 {
                pl += &format!("    … i {more} więcej\n");
                en += &format!("    … and {more} more\n");
            }
        };
        for (part, items, count) in self.sections() {
            section(&part, items, count);
        }
        if let Some(count) = self.to_book {
            pl += &format!("\nDo zaksięgowania czeka: {}.\n", polish(count, "faktura", "faktury", "faktur"));
            en += &format!("\nWaiting to be booked: {}.\n", english(count, "invoice"));
        }
        if let Some(url) = url {
            pl += &format!("\n{url}\n");
            en += &format!("\n{url}\n");
        }
        pl += "\n-- \nbramka, wiadomość automatyczna";
        en += "\n-- \nbramka, sent automatically";
        if let Some(support) = support {
            pl += &format!("\nPomoc: {support}");
            en += &format!("\nHelp: {support}");
        }
        Sentence { pl: pl + "\n", en: en + "\n" }
    }

    fn parts(&self) -> Vec<Sentence> {
        self.sections().into_iter().map(|(part, ..)| part).collect()
    }

    /// What there is, the most urgent first.
    fn sections<'a>(&'a self) -> Vec<(Sentence, &'a [String], u64)> {
        let mut sections: Vec<(Sentence, &'a [String], u64)> = Vec::new();
        let mut add = |count: u64, pl: String, en: String, items: &'a [String]| {
            if count > 0 {
                sections.push((Sentence { pl, en }, items, count));
            }
        };
        let count = self.rejected;
        add(
            count,
            polish(
                count,
                "faktura odrzucona przez KSeF",
                "faktury odrzucone przez KSeF",
                "faktur odrzuconych przez KSeF",
            ),
            format!("{} refused by KSeF", english(count, "invoice")),
            &self.rejected_first,
        );
        let count = self.due;
        add(
            count,
            format!("termin przesłania do KSeF: {}", polish(count, "faktura", "faktury", "faktur")),
            format!("term for sending to KSeF: {}", english(count, "invoice")),
            &self.due_first,
        );
        let count = self.leaving;
        add(
            count,
            format!(
                "znikną z KSeF, a tu nie ma ich w całości: {}",
                polish(count, "faktura", "faktury", "faktur")
            ),
            format!("leaving KSeF and not whole here: {}", english(count, "invoice")),
            &self.leaving_first,
        );
        for (began, text) in &self.outages {
            let (pl, en) = match began {
                true => ("awaria lub niedostępność KSeF", "failure or unavailability of KSeF"),
                false => ("koniec awarii KSeF", "end of the failure of KSeF"),
            };
            add(1, pl.to_owned(), en.to_owned(), std::slice::from_ref(text));
        }
        let count = self.expiring.len() as u64;
        add(
            count,
            polish(
                count,
                "certyfikat kończy ważność",
                "certyfikaty kończą ważność",
                "certyfikatów kończy ważność",
            ),
            format!("{} expiring", english(count, "certificate")),
            &self.expiring,
        );
        let count = self.webhooks.len() as u64;
        add(
            count,
            polish(count, "wyłączony webhook", "wyłączone webhooki", "wyłączonych webhooków"),
            format!("{} switched off", english(count, "webhook")),
            &self.webhooks,
        );
        let count = self.received;
        add(
            count,
            polish(count, "nowa faktura zakupu", "nowe faktury zakupu", "nowych faktur zakupu"),
            format!("{} received", english(count, "new purchase invoice")),
            &self.received_first,
        );
        let count = self.offline;
        add(
            count,
            format!("wystawiono offline: {}", polish(count, "faktura", "faktury", "faktur")),
            format!("{} issued offline", english(count, "invoice")),
            &[],
        );
        let count = self.numbered;
        add(
            count,
            polish(count, "faktura z numerem KSeF", "faktury z numerami KSeF", "faktur z numerami KSeF"),
            format!("{} numbered by KSeF", english(count, "invoice")),
            &[],
        );
        let count = self.confirmed;
        add(
            count,
            polish(
                count,
                "faktura potwierdzona przez UPO",
                "faktury potwierdzone przez UPO",
                "faktur potwierdzonych przez UPO",
            ),
            format!("{} confirmed by UPO", english(count, "invoice")),
            &[],
        );
        sections
    }
}

/// When somebody is written to next, after a letter, or a look that found nothing, at `now`; `hour` in Warsaw for daily
/// letters.
#[must_use]
pub fn next_letter_at(rhythm: Rhythm, hour: u8, now: Timestamp) -> Timestamp {
    match rhythm {
        Rhythm::Now => now + AT_MOST_EVERY,
        Rhythm::Hourly => now + SignedDuration::from_hours(1),
        Rhythm::Daily => {
            let at = |day| start_of_warsaw_day(day) + SignedDuration::from_hours(i64::from(hour.min(23)));
            let today = at(warsaw_day(now));
            match warsaw_day(now).tomorrow() {
                Ok(tomorrow) if today <= now => at(tomorrow),
                _ => today,
            }
        }
    }
}

/// When a letter that was not taken is tried again after `attempts` attempts since `written_at`; `None` when it is given up.
/// Greylisting wants some minutes and no more; a mail server that is down may be so for a weekend (RFC 5321, 4.5.4.1).
#[must_use]
pub fn letter_again_at(attempts: u32, written_at: Timestamp, now: Timestamp) -> Option<Timestamp> {
    let end = written_at + TRIED_FOR;
    if now >= end {
        return None;
    }
    let place = usize::try_from(attempts.max(1) - 1).unwrap_or(usize::MAX);
    let minutes = PAUSES_MIN.get(place).copied().unwrap_or(LONGEST_PAUSE_MIN);
    Some((now + SignedDuration::from_mins(minutes)).min(end))
}

const AT_MOST_EVERY: SignedDuration = SignedDuration::from_mins(5);
const TRIED_FOR: SignedDuration = SignedDuration::from_hours(72);
const PAUSES_MIN: [i64; 6] = [1, 5, 10, 30, 60, 120];
const LONGEST_PAUSE_MIN: i64 = 240;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subjects_count_in_both_languages() {
        let check = |received: u64, pl: &str, en: &str| {
            let subject = Digest { received, ..Digest::default() }.subject("5265877635");
            assert_eq!((subject.pl.as_str(), subject.en.as_str()), (pl, en));
        };
        check(1, "1 nowa faktura zakupu (5265877635)", "1 new purchase invoice received (5265877635)");
        check(3, "3 nowe faktury zakupu (5265877635)", "3 new purchase invoices received (5265877635)");
        check(12, "12 nowych faktur zakupu (5265877635)", "12 new purchase invoices received (5265877635)");
        check(22, "22 nowe faktury zakupu (5265877635)", "22 new purchase invoices received (5265877635)");
    }

    #[test]
    fn what_is_urgent_stands_first() {
        let digest = Digest {
            received: 5,
            received_first: vec!["Sprzedawca, F/1, 12.30 PLN".into()],
            to_book: Some(31),
            numbered: 2,
            rejected: 1,
            rejected_first: vec!["FV/7 (ksef.410)".into()],
            ..Digest::default()
        };
        let subject = digest.subject("1");
        assert_eq!(subject.pl, "1 faktura odrzucona przez KSeF, 5 nowych faktur zakupu i inne (1)");
        assert_eq!(subject.en, "1 invoice refused by KSeF, 5 new purchase invoices received and more (1)");
        let text = digest.text("1", Some("https://bramka.example"), Some("it@firma.example"));
        assert!(text.pl.contains("… i 4 więcej") && text.pl.contains("Do zaksięgowania czeka: 31 faktur."));
        assert!(
            text.en.contains("Waiting to be booked: 31 invoices.")
                && text.en.contains("Help: it@firma.example")
        );
        assert!(!digest.is_empty() && Digest { to_book: Some(3), ..Digest::default() }.is_empty());
    }

    #[test]
    fn daily_letters_come_at_their_hour_in_warsaw() {
        let at = |text: &str| text.parse::<Timestamp>().expect("a time");
        let next = |now: &str| next_letter_at(Rhythm::Daily, 7, at(now));
        assert_eq!(next("2026-11-22T05:00:00Z"), at("2026-11-22T06:00:00Z"));
        assert_eq!(next("2026-11-22T06:00:00Z"), at("2026-11-23T06:00:00Z"));
        assert_eq!(next("2026-07-01T06:00:00Z"), at("2026-07-02T05:00:00Z"));
        assert_eq!(next_letter_at(Rhythm::Now, 0, at("2026-11-22T05:00:00Z")), at("2026-11-22T05:05:00Z"));
    }

    #[test]
    fn a_letter_is_tried_for_three_days() {
        let written = Timestamp::UNIX_EPOCH;
        let (mut now, mut attempts) = (written, 1);
        while let Some(next) = letter_again_at(attempts, written, now) {
            assert!(next > now);
            now = next;
            attempts += 1;
        }
        assert_eq!(now, written + TRIED_FOR);
        assert!(attempts < 40, "{attempts}");
    }
}
