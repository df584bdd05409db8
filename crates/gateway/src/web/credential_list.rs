//! The list of a company's credentials: those that are kept here, and KSeF's own list of certificates where it is asked for.

use connection::certificates::all_certificates;
use gateway_pages::{Choice, CredentialList, CredentialRow, Language, LoginFacts, Tone};
use gateway_rules::calendar::warsaw_day;
use jiff::{SignedDuration, Timestamp};
use ksef_id::CertificateSerial;
use ksef_wire::{
    CertificateListItem, CertificateListItemStatus, KsefCertificateType, QueryCertificatesRequest,
};

use super::connection::{broken, work_with_what_is_left};
use super::settings::rights::{log_out, why};
use crate::company::Company;
use crate::keyring::{KeptCredential, KeptKind, Keyring};
use crate::rest::Failure;
use crate::router::Shared;

/// What of the list is asked for.
#[derive(Debug, Default, serde::Deserialize)]
pub(crate) struct Asked {
    /// A kind's name, or nothing for all.
    #[serde(default)]
    kind: String,
    /// A state's name, or nothing for all.
    #[serde(default)]
    state: String,
    /// `yes`: KSeF is asked, too.
    #[serde(default)]
    ksef: String,
}

/// The list; none for a company that stands in the configuration.
pub(super) async fn listed(
    shared: &Shared,
    company: &Company,
    asked: &Asked,
    lang: Language,
) -> Result<Option<CredentialList>, Failure> {
    let Some(keyring) = &shared.keyring else { return Ok(None) };
    let context = &company.context;
    let read = async || keyring.credentials(context).await.map_err(|error| broken(&error));
    let Some(mut kept) = read().await? else { return Ok(None) };
    let is_from_ksef = asked.ksef == "yes";
    let (mut of_ksef, mut ksef_problem) = (Vec::new(), None);
    if is_from_ksef {
        match of_ksef_of(company, lang).await {
            Ok(found) => of_ksef = found,
            Err(problem) => ksef_problem = Some(problem),
        }
        if learn(shared, keyring.as_ref(), company, &kept, &of_ksef).await? {
            kept = read().await?.unwrap_or_default();
        }
    }
    let now = company.now();
    let all = rows(&kept, &of_ksef, now);
    let total = all.len();
    let fits = |one: &Row| {
        (asked.kind.is_empty() || asked.kind == name_of(one.kind))
            && (asked.state.is_empty() || asked.state == one.state.name())
    };
    Ok(Some(CredentialList {
        rows: all.into_iter().filter(fits).map(|one| one.shown(lang)).collect(),
        total,
        kinds: choices(&asked.kind, KINDS.map(|kind| (name_of(kind), kind_words(kind, lang))), lang),
        states: choices(&asked.state, State::ALL.map(|state| (state.name(), state.words(lang))), lang),
        is_filtered: !(asked.kind.is_empty() && asked.state.is_empty()),
        is_from_ksef,
        ksef_problem,
        logs_in_by_token: logs_in_by_token(&kept, now),
    }))
}

/// What a company logs in with, in words.
pub(super) async fn login_facts(
    shared: &Shared,
    company: &Company,
    lang: Language,
) -> Result<Option<LoginFacts>, Failure> {
    let kept = match &shared.keyring {
        Some(keyring) => keyring.credentials(&company.context).await.map_err(|error| broken(&error))?,
        None => None,
    };
    if let Some(kept) = kept {
        let login = kept.into_iter().find(|one| one.is_in_use && one.kind != KeptKind::Offline);
        return Ok(login.map(|one| LoginFacts {
            kind: kind_words(one.kind, lang).to_owned(),
            valid: one.valid.map(|valid| days(valid, lang)),
            owner: Some(one.owner),
        }));
    }
    // One that stands in the configuration.
    let certificate = company.login_certificate();
    let kind = if certificate.is_some() { KeptKind::Authentication } else { KeptKind::Token };
    Ok(Some(LoginFacts {
        kind: kind_words(kind, lang).to_owned(),
        owner: certificate.as_ref().map(|one| one.subject().to_owned()),
        valid: certificate.map(|one| days((one.not_before(), one.not_after()), lang)),
    }))
}

pub(super) fn kind_words(kind: KeptKind, lang: Language) -> &'static str {
    match kind {
        KeptKind::Authentication => lang.choose("certyfikat uwierzytelniający", "authentication certificate"),
        KeptKind::Offline => lang.choose("certyfikat Offline", "Offline certificate"),
        KeptKind::Token => lang.choose("token KSeF", "KSeF token"),
    }
}

/// KSeF's list, or why it cannot be read, in words.
async fn of_ksef_of(company: &Company, lang: Language) -> Result<Vec<CertificateListItem>, String> {
    let no_login = || {
        lang.choose("Firma nie ma czym się zalogować.", "The company has nothing to log in with.").to_owned()
    };
    let access = company.ksef.own_access().ok_or_else(no_login)?;
    let found = all_certificates(&access, &QueryCertificatesRequest::default()).await;
    log_out(&access).await;
    found.map_err(|error| why(&error, lang))
}

/// What KSeF says was revoked is not worked with any more; says whether there was something to learn.
async fn learn(
    shared: &Shared,
    keyring: &dyn Keyring,
    company: &Company,
    kept: &[KeptCredential],
    of_ksef: &[CertificateListItem],
) -> Result<bool, Failure> {
    // Blocked is what comes before, and is as good as revoked.
    let is_over = [CertificateListItemStatus::Revoked, CertificateListItemStatus::Blocked];
    let is_news = |item: &&CertificateListItem| {
        is_over.contains(&item.status) && kept.iter().any(|one| !one.is_revoked && is_same(one, item))
    };
    let revoked: Vec<CertificateSerial> =
        of_ksef.iter().filter(is_news).map(|item| item.certificate_serial_number.clone()).collect();
    if revoked.is_empty() {
        return Ok(false);
    }
    let learnt = keyring.learn_revoked(&company.context, &revoked, company.now()).await;
    work_with_what_is_left(shared, company, learnt.map_err(|error| broken(&error))?);
    Ok(true)
}

fn is_same(kept: &KeptCredential, item: &CertificateListItem) -> bool {
    kept.serial.as_deref() == Some(item.certificate_serial_number.as_str())
}

/// Whether the company logs in by token, where it has both a token and a certificate for it.
fn logs_in_by_token(kept: &[KeptCredential], now: Timestamp) -> Option<bool> {
    let is_usable = |one: &KeptCredential| match one.kind {
        KeptKind::Token => true,
        _ => !one.is_revoked && one.valid.is_some_and(|(from, until)| from <= now && now <= until),
    };
    let has = |kind: KeptKind| kept.iter().any(|one| one.kind == kind && is_usable(one));
    (has(KeptKind::Token) && has(KeptKind::Authentication))
        .then(|| kept.iter().any(|one| one.kind == KeptKind::Token && one.is_in_use))
}

/// One of the list.
struct Row {
    kind: KeptKind,
    state: State,
    row: CredentialRow,
    valid: Option<(Timestamp, Timestamp)>,
}

impl Row {
    fn shown(self, lang: Language) -> CredentialRow {
        CredentialRow {
            kind: kind_words(self.kind, lang).to_owned(),
            valid: self.valid.map(|valid| days(valid, lang)),
            status: self.state.words(lang).to_owned(),
            tone: self.state.tone(),
            ..self.row
        }
    }
}

/// What is kept here, then what only KSeF knows.
fn rows(kept: &[KeptCredential], of_ksef: &[CertificateListItem], now: Timestamp) -> Vec<Row> {
    let here = kept.iter().map(|one| row_of_kept(one, of_ksef.iter().find(|item| is_same(one, item)), now));
    let elsewhere = of_ksef.iter().filter(|item| !kept.iter().any(|one| is_same(one, item)));
    here.chain(elsewhere.map(|item| row_of_ksef(item, now))).collect()
}

fn row_of_kept(kept: &KeptCredential, item: Option<&CertificateListItem>, now: Timestamp) -> Row {
    let is_certificate = kept.kind != KeptKind::Token;
    let state = match item.map(|item| &item.status) {
        Some(CertificateListItemStatus::Blocked) => State::Blocked,
        Some(CertificateListItemStatus::Revoked) => State::Revoked,
        _ if kept.is_revoked => State::Revoked,
        _ => State::by_time(kept.valid, now),
    };
    let is_over = matches!(state, State::Revoked | State::Blocked);
    Row {
        kind: kept.kind,
        state,
        valid: kept.valid,
        row: CredentialRow {
            id: Some(kept.id.clone()),
            name: item.map(|item| item.name.clone()).or_else(|| kept.name.clone()),
            owner: kept.owner.clone(),
            serial: kept.serial.clone(),
            is_in_use: kept.is_in_use,
            is_shared: kept.companies > 1,
            may_renew: is_certificate && !is_over,
            revoked_as: (is_certificate && !is_over).then(|| kept.id.clone()),
            ..empty_row()
        },
    }
}

fn row_of_ksef(item: &CertificateListItem, now: Timestamp) -> Row {
    let valid = (item.valid_from.0, item.valid_to.0);
    let state = match item.status {
        CertificateListItemStatus::Revoked => State::Revoked,
        CertificateListItemStatus::Blocked => State::Blocked,
        CertificateListItemStatus::Expired => State::Expired,
        _ => State::by_time(Some(valid), now),
    };
    let serial = item.certificate_serial_number.as_str();
    let is_over = matches!(state, State::Revoked | State::Blocked | State::Expired);
    Row {
        kind: match item.kind {
            KsefCertificateType::Offline => KeptKind::Offline,
            _ => KeptKind::Authentication,
        },
        state,
        valid: Some(valid),
        row: CredentialRow {
            name: Some(item.name.clone()),
            owner: item.common_name.clone(),
            serial: Some(serial.to_owned()),
            revoked_as: (!is_over).then(|| serial.to_owned()),
            ..empty_row()
        },
    }
}

fn empty_row() -> CredentialRow {
    CredentialRow {
        id: None,
        kind: String::new(),
        name: None,
        owner: String::new(),
        serial: None,
        valid: None,
        status: String::new(),
        tone: Tone::Plain,
        is_in_use: false,
        is_shared: false,
        may_renew: false,
        revoked_as: None,
    }
}

/// The state of a credential.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Active,
    NotYet,
    Soon,
    Expired,
    Revoked,
    Blocked,
}

impl State {
    const ALL: [Self; 6] =
        [Self::Active, Self::NotYet, Self::Soon, Self::Expired, Self::Revoked, Self::Blocked];

    fn by_time(valid: Option<(Timestamp, Timestamp)>, now: Timestamp) -> Self {
        match valid {
            Some((from, _)) if now < from => Self::NotYet,
            Some((_, until)) if until < now => Self::Expired,
            Some((_, until)) if until.duration_since(now) < NEAR => Self::Soon,
            _ => Self::Active,
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::NotYet => "notYet",
            Self::Soon => "soon",
            Self::Expired => "expired",
            Self::Revoked => "revoked",
            Self::Blocked => "blocked",
        }
    }

    fn words(self, lang: Language) -> &'static str {
        match self {
            Self::Active => lang.choose("Aktywny", "Active"),
            Self::NotYet => lang.choose("Jeszcze nieważny", "Not valid yet"),
            Self::Soon => lang.choose("Wkrótce wygaśnie", "Expires soon"),
            Self::Expired => lang.choose("Wygasł", "Expired"),
            Self::Revoked => lang.choose("Unieważniony", "Revoked"),
            Self::Blocked => lang.choose("Zablokowany", "Blocked"),
        }
    }

    const fn tone(self) -> Tone {
        match self {
            Self::Active => Tone::Good,
            Self::NotYet | Self::Soon => Tone::Warn,
            Self::Expired | Self::Revoked | Self::Blocked => Tone::Bad,
        }
    }
}

fn choices<const COUNT: usize>(
    chosen: &str,
    all: [(&'static str, &'static str); COUNT],
    lang: Language,
) -> Vec<Choice> {
    let any = ("", lang.choose("wszystkie", "all"));
    std::iter::once(any)
        .chain(all)
        .map(|(value, label)| Choice {
            value: value.to_owned(),
            label: label.to_owned(),
            note: String::new(),
            is_chosen: value == chosen,
        })
        .collect()
}

const fn name_of(kind: KeptKind) -> &'static str {
    match kind {
        KeptKind::Authentication => "authentication",
        KeptKind::Offline => "offline",
        KeptKind::Token => "token",
    }
}

fn days((from, until): (Timestamp, Timestamp), lang: Language) -> String {
    format!("{} – {}", lang.date(warsaw_day(from)), lang.date(warsaw_day(until)))
}

const KINDS: [KeptKind; 3] = [KeptKind::Authentication, KeptKind::Offline, KeptKind::Token];
/// So long before its end it is said of a certificate.
const NEAR: SignedDuration = SignedDuration::from_hours(30 * 24);
