//! What the login finds in the company's context.

use ksef_client::{Access, CallError, SessionFilters};
use ksef_crypto::Certificate;
use ksef_crypto::diagnosis::Finding;
use ksef_id::CertificateSerial;
use ksef_wire::codes::OnlineSessionStatusCode;
use ksef_wire::{
    CertificateListItemStatus, FormCode, PermissionState, PersonalPermissionsQueryRequest,
    QueryCertificatesRequest, SessionType,
};

use super::login::said_in;
use super::{CheckName, Held, Outcome, Visit};
use crate::{Rights, catalogue};

impl Visit<'_> {
    pub(super) async fn in_context(&mut self, access: &Access, with_session: bool) {
        let rights = self.permissions(access).await;
        self.attachments(access, &rights).await;
        self.sessions(access, &rights).await;
        self.certificates(access).await;
        self.limits(access).await;
        if with_session {
            self.test_session(access, &rights).await;
        } else {
            self.skip(CheckName::TestSession, ["pominięte na życzenie", "skipped as asked"]);
        }
    }

    /// The rights come with the login itself; the list of grants adds those that do not work.
    async fn permissions(&mut self, access: &Access) -> Rights {
        let name = CheckName::Permissions;
        let rights = self.report.rights.clone().unwrap_or_default();
        let (mut problems, mut notes) = (Vec::new(), Vec::new());
        match inactive(access).await {
            Ok(inactive) => notes.extend(
                inactive
                    .iter()
                    .map(|permission| catalogue::INACTIVE_GRANT.found(&[("permission", permission)])),
            ),
            Err(error) if rights.names.is_empty() => {
                problems.push(catalogue::RIGHTS_UNREADABLE.found(&[("cause", &said_in(&error))]));
            }
            // The rights are known from the login; the list would only have added to them.
            Err(error) => tracing::debug!(%error, "the grants could not be listed"),
        }
        let needs = self.patient.needs;
        if !problems.is_empty() {
            // What nobody could read is not called missing.
        } else if rights.only_manages() && (needs.view || needs.issue) {
            problems.push(catalogue::ONLY_MANAGES.found(&[]));
        } else {
            for (is_needed, can, missing) in [
                (needs.view, rights.can_view(), &catalogue::CANNOT_VIEW),
                (needs.issue, rights.can_issue(), &catalogue::CANNOT_ISSUE),
                (needs.manage, rights.can_manage(), &catalogue::CANNOT_MANAGE),
            ] {
                if is_needed && !can {
                    problems.push(missing.found(&[]));
                }
            }
        }
        let outcome = super::outcome_of(&problems, &notes);
        let found = described(&rights);
        self.add(name, outcome, found, problems.into_iter().chain(notes).collect());
        rights
    }

    async fn attachments(&mut self, access: &Access, rights: &Rights) {
        let name = CheckName::Attachments;
        if !rights.can_read_permissions() {
            return self.not_readable(name, catalogue::ATTACHMENTS_UNREADABLE.found(&[]));
        }
        let answer = match access.attachment_permission().await {
            Ok(answer) => answer,
            Err(error) if is_forbidden(&error) => {
                return self.not_readable(name, catalogue::ATTACHMENTS_UNREADABLE.found(&[]));
            }
            Err(error) => return self.not_asked(name, &error),
        };
        match (answer.is_attachment_allowed == Some(true), answer.revoked_date) {
            (true, None) => {
                let found = ["jest".to_owned(), "given".to_owned()];
                self.add(name, Outcome::Passed, found, Vec::new());
            }
            (true, Some(until)) => {
                let until = until.0.strftime("%Y-%m-%d").to_string();
                let finding = catalogue::ATTACHMENTS_END.found(&[("until", &until)]);
                let found = [format!("jest, do {until}"), format!("given, until {until}")];
                self.add(name, Outcome::Noted, found, vec![finding]);
            }
            (false, _) => {
                let found = ["nie ma".to_owned(), "not given".to_owned()];
                self.add(name, Outcome::Noted, found, vec![catalogue::NO_ATTACHMENTS.found(&[])]);
            }
        }
    }

    async fn sessions(&mut self, access: &Access, rights: &Rights) {
        let name = CheckName::Sessions;
        if !rights.can_read_sessions() {
            return self.not_readable(name, catalogue::SESSIONS_UNREADABLE.found(&[]));
        }
        match access.sessions(&SessionType::Online, &SessionFilters::default(), None).await {
            Ok(_) => {
                let found = ["można je odczytać".to_owned(), "they can be read".to_owned()];
                self.add(name, Outcome::Passed, found, Vec::new());
            }
            Err(error) if is_forbidden(&error) => {
                self.not_readable(name, catalogue::SESSIONS_UNREADABLE.found(&[]));
            }
            Err(error) => self.not_asked(name, &error),
        }
    }

    /// What KSeF says of the certificates that are in use here. It knows its own ones only, and tells them to their owner.
    async fn certificates(&mut self, access: &Access) {
        let name = CheckName::Certificates;
        let login = match &self.patient.credential {
            Some(Held::Certificate(certificate)) => Some(&**certificate),
            _ => None,
        };
        let in_use = login.into_iter().chain(&self.patient.offline_certificates);
        let serials: Vec<CertificateSerial> = in_use.filter_map(serial_of).collect();
        let (mut problems, mut active) = (Vec::new(), 0);
        for serial in serials.iter().take(CERTIFICATES_ASKED_MAX) {
            let filter = QueryCertificatesRequest {
                certificate_serial_number: Some(serial.clone()),
                ..QueryCertificatesRequest::default()
            };
            match access.query_certificates(&filter, 0).await {
                Ok(answer) => {
                    for item in answer.certificates {
                        match words_of(&item.status) {
                            None => active += 1,
                            Some([pl, en]) => problems.push(catalogue::REVOKED_IN_KSEF.found(&[
                                ("serial", serial.as_str()),
                                ("status_pl", pl),
                                ("status_en", en),
                            ])),
                        }
                    }
                }
                Err(error) if is_forbidden(&error) => {
                    let finding = catalogue::CERTIFICATES_UNREADABLE.found(&[("cause", &said_in(&error))]);
                    return self.not_readable(name, finding);
                }
                Err(error) => return self.not_asked(name, &error),
            }
        }
        if problems.is_empty() && active == 0 {
            let why = [
                "KSeF nie zna żadnego z użytych tu certyfikatów jako swojego",
                "none of those in use here is KSeF's own, or its owner's to see",
            ];
            return self.skip(name, why);
        }
        let outcome = super::outcome_of(&problems, &[]);
        let found = [format!("aktywne: {active}"), format!("active: {active}")];
        self.add(name, outcome, found, problems);
    }

    async fn limits(&mut self, access: &Access) {
        let name = CheckName::Limits;
        let mut unread = Vec::new();
        match access.context_limits().await {
            Ok(limits) => self.report.limits.context = Some(limits),
            Err(error) => unread.push(error),
        }
        match access.certificate_limits().await {
            Ok(limits) => self.report.limits.certificates = Some(limits),
            Err(error) => unread.push(error),
        }
        match access.rate_limits().await {
            Ok(limits) => self.report.limits.rates = Some(limits),
            Err(error) => unread.push(error),
        }
        let limits = self.report.limits;
        let mut notes: Vec<Finding> = unread
            .iter()
            .map(|error| catalogue::LIMITS_UNREADABLE.found(&[("cause", &said_in(error))]))
            .collect();
        let mut found = [String::new(), String::new()];
        if let Some(context) = limits.context {
            let session = context.online_session;
            found[0] += &format!(
                "faktur w sesji {}, faktura do {} MB; ",
                session.max_invoices, session.max_invoice_size_in_mb
            );
            found[1] += &format!(
                "{} invoices in a session, an invoice up to {} MB; ",
                session.max_invoices, session.max_invoice_size_in_mb
            );
        }
        if let Some(quota) = limits.certificates {
            let (enrollment, certificate) = (quota.enrollment, quota.certificate);
            let left = format!(
                "{}/{}, {}/{}",
                enrollment.remaining, enrollment.limit, certificate.remaining, certificate.limit
            );
            found[0] += &format!("zostało wniosków i certyfikatów: {left}");
            found[1] += &format!("applications and certificates left: {left}");
            if enrollment.remaining < QUOTA_LOW || certificate.remaining < QUOTA_LOW {
                notes.push(catalogue::QUOTA_LOW.found(&[
                    ("enrollments", &enrollment.remaining.to_string()),
                    ("certificates", &certificate.remaining.to_string()),
                ]));
            }
        }
        let outcome = super::outcome_of(&[], &notes);
        self.add(name, outcome, found.map(|text| text.trim_end_matches("; ").to_owned()), notes);
    }

    /// Opens a session and closes it with nothing in it; KSeF cancels such ones, and nobody gets an invoice.
    async fn test_session(&mut self, access: &Access, rights: &Rights) {
        let name = CheckName::TestSession;
        if !rights.can_issue() {
            return self.skip(name, ["pominięte: brak prawa do wystawiania", "skipped: no right to issue"]);
        }
        let form =
            FormCode { system_code: "FA (3)".into(), schema_version: "1-0E".into(), value: "FA".into() };
        let session = match access.open_online_session(&form).await {
            Ok(session) => session.reference_number,
            Err(error) => {
                return self.fail(name, catalogue::SESSION_NOT_OPENED.found(&[("cause", &said_in(&error))]));
            }
        };
        // The key is decrypted after the session is there: a 415 shows here, not at the opening (field notes B3).
        let status = access.session_status(&session).await;
        let closed = access.close_online_session(&session).await;
        let is_key_refused = status.as_ref().is_ok_and(|answer| {
            OnlineSessionStatusCode(answer.status.code) == OnlineSessionStatusCode::KEY_NOT_DECRYPTED
        });
        if is_key_refused {
            return self.fail(name, catalogue::SESSION_KEY_REFUSED.found(&[]));
        }
        if let Err(error) = closed {
            let cause = said_in(&error);
            let finding =
                catalogue::SESSION_NOT_CLOSED.found(&[("session", session.as_str()), ("cause", &cause)]);
            return self.fail(name, finding);
        }
        let found = [
            format!("otwarta i zamknięta bez faktury ({session})"),
            format!("opened and closed without an invoice ({session})"),
        ];
        self.add(name, Outcome::Passed, found, Vec::new());
    }

    fn not_readable(&mut self, name: CheckName, finding: Finding) {
        let found = ["nie da się odczytać".to_owned(), "cannot be read".to_owned()];
        self.add(name, Outcome::NotReadable, found, vec![finding]);
    }

    /// The question itself failed: nothing is known, and nothing is wrong with the company for all that is known.
    fn not_asked(&mut self, name: CheckName, error: &CallError) {
        let finding = super::reach::why_not_reached("KSeF", error);
        let found = ["nie udało się zapytać".to_owned(), "asking did not work".to_owned()];
        self.add(name, Outcome::Noted, found, vec![finding]);
    }
}

/// The permissions that were granted and do not work.
async fn inactive(access: &Access) -> Result<Vec<String>, CallError> {
    let filter = PersonalPermissionsQueryRequest {
        permission_state: Some(PermissionState::Inactive),
        ..PersonalPermissionsQueryRequest::default()
    };
    let answer = access.query_personal_permissions(&filter, 0).await?;
    Ok(answer.permissions.into_iter().map(|permission| permission.permission_scope.to_string()).collect())
}

fn described(rights: &Rights) -> [String; 2] {
    let names = if rights.names.is_empty() { "–".to_owned() } else { rights.names.join(", ") };
    let yes = |can: bool, pl: &'static str, en: &'static str| {
        [if can { pl } else { "–" }, if can { en } else { "–" }]
    };
    let parts = [
        yes(rights.can_view(), "przeglądanie", "view"),
        yes(rights.can_issue(), "wystawianie", "issue"),
        yes(rights.can_manage(), "zarządzanie", "manage"),
    ];
    let list = |language: usize| {
        let kept: Vec<&str> = parts.iter().map(|part| part[language]).filter(|part| *part != "–").collect();
        if kept.is_empty() { "–".to_owned() } else { kept.join(", ") }
    };
    [format!("{} ({names})", list(0)), format!("{} ({names})", list(1))]
}

fn serial_of(certificate: &Certificate) -> Option<CertificateSerial> {
    CertificateSerial::parse(&certificate.serial_hex()).ok()
}

/// A state in which a certificate cannot be used, in words; `None` for one in which it can, or that is not known.
fn words_of(status: &CertificateListItemStatus) -> Option<[&'static str; 2]> {
    match status {
        CertificateListItemStatus::Blocked => Some(["zablokowany", "blocked"]),
        CertificateListItemStatus::Revoked => Some(["unieważniony", "revoked"]),
        CertificateListItemStatus::Expired => Some(["wygasły", "expired"]),
        CertificateListItemStatus::Active | CertificateListItemStatus::Unknown(_) => None,
    }
}

pub(crate) fn is_forbidden(error: &CallError) -> bool {
    matches!(error, CallError::Refused { http_status: 403, .. })
}

/// A company has one or two in use; more are old ones.
const CERTIFICATES_ASKED_MAX: usize = 4;
const QUOTA_LOW: i32 = 2;
