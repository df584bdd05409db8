//! What happened to invoices and why they stand where they stand, in Polish and English.

use gateway_api::Words;
use gateway_pages::Language;
use gateway_rules::offline::InvoicingMode;
use gateway_rules::plan::WaitReason;
use gateway_rules::policy::SendingPolicy;
use gateway_store::{Event, Reason};
use jiff::civil::Date;

use super::parts::actor_words;
use crate::app::decide::{TAKEN_BACK_BY, WITHDRAWN};

/// What happened to a sales invoice, in words; what it is about follows.
pub(super) fn event_words(event: Event) -> Words {
    let (pl, en) = match event {
        Event::TakenIn => ("przyjęta przez bramkę", "taken in by the gateway"),
        Event::SendingStarted => ("wysyłana w sesji", "being sent in session"),
        Event::Accepted => ("przyjęta przez KSeF jako", "accepted by KSeF as"),
        Event::Validated => ("sprawdzona, bez błędów", "found valid"),
        Event::FoundInvalid => ("zwrócona do poprawy", "returned to be mended"),
        Event::Approved => ("zatwierdzona", "approved"),
        Event::Released => ("skierowana do wysłania", "released for sending"),
        Event::Held => ("zatrzymana do decyzji", "held for a decision"),
        Event::Withdrawn => ("wycofana", "withdrawn"),
        Event::OfflineIssued => ("wystawiona w trybie", "issued in the mode"),
        Event::PolicyChanged => ("zmieniono sposób wysyłania na", "sending policy changed to"),
        Event::DeadlineChanged => ("termin przesłania do KSeF", "last day for sending to KSeF"),
        Event::SentBack => {
            ("nie ma jej w KSeF, czeka na ponowne wysłanie", "not in KSeF, waits to be sent again")
        }
        Event::Rejected => ("odrzucona przez KSeF", "rejected by KSeF"),
        Event::Numbered => ("nadano numer KSeF", "given the KSeF number"),
        Event::Adopted => ("przejęto numer KSeF", "took over the KSeF number"),
        Event::Collided => ("numer zajęty przez inną fakturę", "number taken by another invoice"),
        Event::UpoVerified => ("UPO sprawdzone i zapisane", "UPO verified and stored"),
        Event::Stored => ("odczytana z KSeF, zgodna co do bajta", "read back from KSeF, equal byte for byte"),
        Event::Delayed => ("wstrzymana", "held up"),
        Event::SentAgain => ("wysłana ponownie jako", "sent again as"),
    };
    Words { pl: pl.to_owned(), en: en.to_owned() }
}

/// What an event is about, as people write it: a policy, a mode and a day stand in the history by their stable names.
pub(super) fn detail_words(event: Event, detail: &str, lang: Language) -> String {
    let named = match event {
        Event::PolicyChanged => SendingPolicy::from_name(detail).map(SendingPolicy::words),
        Event::OfflineIssued => InvoicingMode::from_name(detail).map(InvoicingMode::words),
        Event::TakenIn => {
            return match lang {
                Language::Pl => format!("ponownie, po dokumencie {detail}"),
                Language::En => format!("once more, after the document {detail}"),
            };
        }
        Event::DeadlineChanged => {
            return detail.parse::<Date>().map_or(detail.to_owned(), |day| lang.date(day));
        }
        _ => None,
    };
    named.map_or_else(|| detail.to_owned(), |words| lang.choose(words.pl, words.en).to_owned())
}

/// Why an invoice stands where it stands. KSeF's own words are Polish and stay as they are; ours are told in both
/// languages, with what was found where that says more.
pub(crate) fn reason_words(reason: &Reason) -> Words {
    let text = &reason.text;
    let (pl, en) = match reason.code.as_str() {
        "call.notSent" => (
            "nie można połączyć się z KSeF; bramka próbuje dalej".to_owned(),
            "KSeF cannot be reached; the gateway keeps trying".to_owned(),
        ),
        "call.unknown" => (
            "KSeF nie odpowiedział jak należy; bramka próbuje dalej".to_owned(),
            format!("KSeF did not answer properly; the gateway keeps trying ({text})"),
        ),
        "call.limitReached" => (
            "osiągnięto limit zapytań KSeF; bramka czeka, ile trzeba".to_owned(),
            "KSeF's rate limit is reached; the gateway waits as long as it must".to_owned(),
        ),
        WITHDRAWN => {
            let who = text.strip_prefix(TAKEN_BACK_BY).unwrap_or(text);
            let who = actor_words(who.to_owned());
            (format!("decyzją użytkownika {who}"), format!("by decision of {who}"))
        }
        "call.login" => (
            format!("logowanie do KSeF się nie powiodło: {text}"),
            format!("the login to KSeF failed: {text}"),
        ),
        "send.notInKsef" => (
            "zamknięta sesja nie zawiera tej faktury".to_owned(),
            "the closed session does not have this invoice".to_owned(),
        ),
        "duplicate.adopted" => (
            "KSeF miał już te same bajty z wcześniejszego wysłania".to_owned(),
            "KSeF had the same bytes already, from an earlier sending".to_owned(),
        ),
        "duplicate.otherContent" => (
            "w KSeF jest pod tym numerem inna treść; sprawdź numerację".to_owned(),
            "KSeF has other content under this number; check your numbering".to_owned(),
        ),
        "duplicate.unverified" => (
            format!("KSeF ma już fakturę o tym numerze, a nie można jej porównać ({text})"),
            format!("KSeF has an invoice with this number already, and it cannot be compared ({text})"),
        ),
        "upo.noSession" => (
            "KSeF nie podał sesji pierwszego wysłania, więc UPO nie da się pobrać".to_owned(),
            "KSeF did not name the session of the first sending, so its UPO cannot be fetched".to_owned(),
        ),
        "upo.invalid" => (
            format!("UPO nie potwierdza tej faktury ({text})"),
            format!("the UPO does not confirm this invoice ({text})"),
        ),
        "readBack.differs" => (
            "KSeF oddaje pod tym numerem inne bajty, niż wysłano".to_owned(),
            "KSeF gives other bytes under this number than were sent".to_owned(),
        ),
        "offline.noCertificate" => (
            "KSeF jest nieosiągalny, a firma nie ma certyfikatu Offline, więc faktura czeka online"
                .to_owned(),
            "KSeF cannot be reached and the company has no Offline certificate, so the invoice waits online"
                .to_owned(),
        ),
        "wait.issueDate" => (
            "data wystawienia jeszcze nie nadeszła".to_owned(),
            "its date of issue has not come yet".to_owned(),
        ),
        "wait.attachmentConsent" => (
            "KSeF nie ma zgody tej firmy na faktury z załącznikami: złóż zgłoszenie w e-Urzędzie Skarbowym (poradnik „Zgoda na faktury z załącznikami”, bramka guide attachments); wyśle się sama, gdy zgoda będzie"
                .to_owned(),
            "KSeF has no consent of this company to invoices with attachments: give notice in e-Urząd Skarbowy (the guide “Consent to invoices with attachments”, bramka guide attachments); it will be sent by itself once the consent is there"
                .to_owned(),
        ),
        "wait.selfInvoicing" => (
            format!("sprzedawca {text} nie nadał tej firmie w KSeF uprawnienia do samofakturowania (SelfInvoicing); wyśle się sama, gdy je nada"),
            format!("the seller {text} has not granted this company self-billing in KSeF (SelfInvoicing); it will be sent by itself once that is granted"),
        ),
        "wait.rrInvoicing" => (
            format!("rolnik {text} nie nadał tej firmie w KSeF uprawnienia do wystawiania faktur VAT RR (RRInvoicing); wyśle się sama, gdy je nada"),
            format!("the farmer {text} has not granted this company the issuing of VAT RR invoices in KSeF (RRInvoicing); it will be sent by itself once that is granted"),
        ),
        "midnight.issuedOffline" => (
            "tuż przed północą wystawiona w trybie offline24, żeby miała oba kody, nawet gdy dotrze do KSeF następnego dnia".to_owned(),
            "issued as offline24 just before midnight, so that it has both codes even when it reaches KSeF tomorrow".to_owned(),
        ),
        "wait.original" => (
            format!("czeka, aż faktura korygowana dostanie numer KSeF ({text})"),
            format!("waits until the invoice that it corrects has its KSeF number ({text})"),
        ),
        "wait.originalRefused" => (
            format!("faktura korygowana nie ma i nie dostanie numeru KSeF; zdecyduj, co dalej ({text})"),
            format!("the invoice that it corrects has no KSeF number and will have none; decide ({text})"),
        ),
        "document.tampered" => (
            "przechowywany dokument zmienił się od przyjęcia; nie zostanie wysłany".to_owned(),
            "the stored document has changed since it was taken in; it will not be sent".to_owned(),
        ),
        "plan.sharedSession" => (
            "limit otwarć sesji w tej godzinie jest wyczerpany, więc faktura dzieli sesję z innymi"
                .to_owned(),
            "this hour's limit of session openings is used up, so the invoice shares a session with others"
                .to_owned(),
        ),
        code => match code.strip_prefix("plan.").and_then(WaitReason::from_name) {
            Some(reason) => (reason.words().pl.to_owned(), reason.words().en.to_owned()),
            None => (text.clone(), text.clone()),
        },
    };
    Words { pl, en }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_event_is_about_is_told_in_words() {
        for (event, detail, pl, en) in [
            (Event::PolicyChanged, "afterApproval", "po zatwierdzeniu", "after approval"),
            (Event::DeadlineChanged, "2026-12-02", "02.12.2026", "2026-12-02"),
            (
                Event::OfflineIssued,
                "failure",
                InvoicingMode::Failure.words().pl,
                InvoicingMode::Failure.words().en,
            ),
            (Event::Numbered, "2222222222-20261201", "2222222222-20261201", "2222222222-20261201"),
            (Event::PolicyChanged, "what was once", "what was once", "what was once"),
        ] {
            let shown = [Language::Pl, Language::En].map(|lang| detail_words(event, detail, lang));
            assert_eq!(shown, [pl, en], "{detail}");
        }
    }
}
