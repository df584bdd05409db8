//! Faults: what a client sees, and what was done all the same.

use crate::common::invoice::Invoice;
use crate::common::*;
use ksef_crypto::KeyKind;
use ksef_sim::{Fault, Simulator};
use ksef_wire::Operation;
use std::time::{Duration, Instant};

const NIP: &str = "5265877635";

async fn setting() -> Answered<(Simulator, Api, String, Session)> {
    let simulator = simulator().await?;
    let api = Api::of(&simulator);
    let access = Company::with_seal(NIP, KeyKind::EcP256)?.login(&api).await?.access;
    let session = open_session(&api, &access).await?;
    Ok((simulator, api, access, session))
}

#[tokio::test]
async fn an_answer_is_lost_after_the_work() -> Answered {
    let (simulator, api, access, session) = setting().await?;
    let document = Invoice::of(NIP, "FV/1").bytes();
    simulator.inject(Operation::OnlineInvoiceSend, Fault::LoseAnswer, 1);
    let lost = send(&api, &access, &session, &document).await;
    assert!(lost.is_err_and(|error| error.downcast_ref::<reqwest::Error>().is_some()), "no answer at all");
    let seen = simulator.inspect();
    assert_eq!((seen.invoices.len(), seen.invoices[0].sends), (1, 1));
    assert_eq!(seen.requests.last().map(|request| request.status), Some(0));
    // The session's list tells the truth; sending again makes a duplicate.
    let list = api
        .call(Operation::SessionInvoices, &[&session.reference], Req::by(&access))
        .await?
        .expect(200)
        .json();
    assert_eq!(list["invoices"][0]["invoiceHash"], hash(&document));
    let again = send_and_wait(&api, &access, &session, &document).await?;
    assert_eq!(again["status"]["code"], 440);
    assert_eq!(simulator.inspect().invoices[0].sends, 2);

    simulator.inject(Operation::OnlineSessionClose, Fault::LoseAnswer, 1);
    assert!(close(&api, &access, &session).await.is_err());
    close(&api, &access, &session).await?.expect_code(21180);
    Ok(())
}

#[tokio::test]
async fn a_request_is_lost_before_the_work() -> Answered {
    let (simulator, api, access, session) = setting().await?;
    simulator.inject(Operation::OnlineInvoiceSend, Fault::LoseRequest, 1);
    assert!(send(&api, &access, &session, &Invoice::of(NIP, "FV/1").bytes()).await.is_err());
    assert!(simulator.inspect().submissions.is_empty());
    Ok(())
}

#[tokio::test]
async fn an_error_comes_after_or_before_the_work() -> Answered {
    let (simulator, api, access, session) = setting().await?;
    let body = send_request(&session, &Invoice::of(NIP, "FV/1").bytes());
    for (fault, status, submissions) in [
        (Fault::FailBeforeWork { status: 503 }, 503, 0),
        (Fault::FailAfterWork { status: 500 }, 500, 1),
        (Fault::FailAfterWork { status: 502 }, 502, 2),
    ] {
        simulator.inject(Operation::OnlineInvoiceSend, fault, 1);
        let request = Req::by(&access).json(&body);
        let answer = api.call_unchecked(Operation::OnlineInvoiceSend, &[&session.reference], request).await?;
        assert_eq!((answer.status, answer.header("content-type")), (status, "text/html"));
        assert_eq!(simulator.inspect().submissions.len(), submissions);
    }
    simulator.inject(Operation::OnlineSessionClose, Fault::FailAfterWork { status: 500 }, 1);
    let answer =
        api.call_unchecked(Operation::OnlineSessionClose, &[&session.reference], Req::by(&access)).await?;
    assert_eq!(answer.status, 500);
    assert!(simulator.inspect().sessions[0].is_closed);
    Ok(())
}

#[tokio::test]
async fn too_many_requests_come_as_often_as_asked_for() -> Answered {
    let (simulator, api, access, session) = setting().await?;
    let body = send_request(&session, &Invoice::of(NIP, "FV/1").bytes());
    simulator.inject(Operation::OnlineInvoiceSend, Fault::TooManyRequests { retry_after_s: 3 }, 2);
    for _ in 0..2 {
        let request = Req::by(&access).json(&body);
        let answer =
            api.call(Operation::OnlineInvoiceSend, &[&session.reference], request).await?.expect(429);
        assert_eq!(answer.header("retry-after"), "3");
    }
    send_body(&api, &access, &session, &body).await?;
    assert_eq!(simulator.inspect().submissions.len(), 1);
    simulator.inject(Operation::OnlineInvoiceSend, Fault::LoseRequest, 5);
    simulator.clear_faults();
    send_body(&api, &access, &session, &body).await?;
    Ok(())
}

#[tokio::test]
async fn an_answer_comes_late() -> Answered {
    let (simulator, api, access, _) = setting().await?;
    simulator.inject(Operation::RateLimits, Fault::Delay(Duration::from_millis(300)), 1);
    let started = Instant::now();
    api.call(Operation::RateLimits, &[], Req::by(&access)).await?.expect(200);
    assert!(started.elapsed() >= Duration::from_millis(300));
    Ok(())
}

#[tokio::test]
async fn processing_stalls_until_it_is_released() -> Answered {
    let (simulator, api, access, session) = setting().await?;
    simulator.stall_processing();
    let document = Invoice::of(NIP, "FV/1").bytes();
    let first = send(&api, &access, &session, &document).await?;
    // What waits was taken, and for a second nobody has begun to process it. A busy machine may need longer than that between
    // two requests, so there are some more.
    let mut is_taken_shown = false;
    for _ in 0..20 {
        let waiting = open_session(&api, &access).await?;
        let other = send(&api, &access, &waiting, b"<nothing/>").await?;
        let parameters = [waiting.reference.as_str(), other.as_str()];
        let shown = api.call(Operation::SessionInvoiceStatus, &parameters, Req::by(&access)).await?;
        is_taken_shown |= shown.expect(200).json()["status"]["code"] == 100;
        if is_taken_shown {
            break;
        }
    }
    assert!(is_taken_shown);
    let second = send(&api, &access, &session, &document).await?;
    close(&api, &access, &session).await?.expect(204);
    tokio::time::sleep(Duration::from_millis(1200)).await;
    for reference in [&first, &second] {
        let parameters = [session.reference.as_str(), reference];
        let body = api
            .call(Operation::SessionInvoiceStatus, &parameters, Req::by(&access))
            .await?
            .expect(200)
            .json();
        assert_eq!(body["status"]["code"], 150);
    }
    let status =
        api.call(Operation::SessionStatus, &[&session.reference], Req::by(&access)).await?.expect(200).json();
    assert_eq!(status["status"]["code"], 170);
    assert!(simulator.inspect().invoices.is_empty());

    simulator.release_processing();
    let (_, status) = api.poll(Operation::SessionStatus, &[&session.reference], &access, &[170]).await?;
    assert_eq!((&status["successfulInvoiceCount"], &status["failedInvoiceCount"]), (&1.into(), &1.into()));
    let codes: Vec<i32> =
        simulator.inspect().submissions.iter().map(|submission| submission.status_code).collect();
    assert_eq!((codes.first(), codes.last()), (Some(&200), Some(&440)), "in the order of arrival");
    Ok(())
}
