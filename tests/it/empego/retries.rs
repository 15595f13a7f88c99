//! What is tried again, how often, and after how long.

use super::*;
use empego_desk::empego::{EmpegoError, Kind};
use serde_json::json;

fn success() -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_json(json!({ "consultationKey": "c-1", "iframeUrl": URL }))
}

/// A server that gives `first` to the first `times` requests and then success.
async fn server_after(first: ResponseTemplate, times: u64) -> MockServer {
    let server = MockServer::start().await;
    Mock::given(method("POST"))
        .respond_with(first)
        .up_to_n_times(times)
        .with_priority(1)
        .mount(&server)
        .await;
    Mock::given(method("POST")).respond_with(success()).mount(&server).await;
    server
}

fn busy_for(seconds: &str) -> ResponseTemplate {
    ResponseTemplate::new(429).insert_header("retry-after", seconds)
}

#[tokio::test]
async fn a_busy_empego_is_asked_three_times() {
    for status in [429, 503] {
        let server = server_after(ResponseTemplate::new(status), 2).await;
        let (empego, waits) = client(settings(&server.uri()));
        empego.create_consultation(&patient(vec![]), "", None).await.expect("the third time");
        assert_eq!(count(&server).await, 3);
        let waits = waits.seen();
        assert_eq!(waits.len(), 2);
        assert!(
            (125..=250).contains(&waits[0].as_millis())
                && (250..=500).contains(&waits[1].as_millis()),
            "{waits:?}"
        );

        let server = server_after(ResponseTemplate::new(status), 3).await;
        let (empego, waits) = client(settings(&server.uri()));
        let error = empego
            .create_consultation(&patient(vec![]), "", None)
            .await
            .expect_err("not a fourth time");
        assert_eq!(error, EmpegoError::Busy { retry_after: None });
        assert_eq!((count(&server).await, waits.seen().len()), (3, 2));
    }
}

#[tokio::test]
async fn a_failure_in_the_middle_is_repeated_only_where_it_has_no_effect() {
    for status in [500, 502, 504] {
        let server = server_after(ResponseTemplate::new(status), 2).await;
        client(settings(&server.uri()))
            .0
            .answer_url(Kind::Consultation, &key())
            .await
            .expect("the third time");
        assert_eq!(count(&server).await, 3);

        let server = server_after(ResponseTemplate::new(status), 1).await;
        let error =
            client(settings(&server.uri())).0.create_consultation(&patient(vec![]), "", None).await;
        assert_eq!(error, Err(EmpegoError::OutcomeUnknown));
        assert_eq!(count(&server).await, 1, "a creation of unknown outcome is never repeated");
    }
}

#[tokio::test]
async fn an_unknown_outcome_ends_the_tries_even_after_a_busy_one() {
    let server = MockServer::start().await;
    post(CREATE).respond_with(busy_for("0")).up_to_n_times(1).with_priority(1).mount(&server).await;
    post(CREATE)
        .respond_with(ResponseTemplate::new(500))
        .up_to_n_times(1)
        .with_priority(2)
        .mount(&server)
        .await;
    post(CREATE).respond_with(success()).mount(&server).await;
    let error =
        client(settings(&server.uri())).0.create_consultation(&patient(vec![]), "", None).await;
    assert_eq!(error, Err(EmpegoError::OutcomeUnknown));
    assert_eq!(count(&server).await, 2);
}

#[tokio::test]
async fn retry_after_is_honoured_up_to_three_seconds() {
    for (value, seconds) in [("2", 2), ("3", 3), ("Sun, 06 Nov 1994 08:49:39 GMT", 2)] {
        let server = server_after(busy_for(value), 1).await;
        let (empego, waits) = client(settings(&server.uri()));
        empego.answer_url(Kind::Consultation, &key()).await.expect("the second time");
        assert_eq!(waits.seen(), [Duration::from_secs(seconds)], "{value}");
    }
    for (value, seconds) in [("4", 4), ("120", 120), ("Sun, 06 Nov 1994 08:50:37 GMT", 60)] {
        let server = server_after(busy_for(value), 1).await;
        let (empego, waits) = client(settings(&server.uri()));
        let busy = EmpegoError::Busy { retry_after: Some(Duration::from_secs(seconds)) };
        assert_eq!(
            empego.answer_url(Kind::Consultation, &key()).await,
            Err(busy.clone()),
            "{value}"
        );
        assert_eq!((count(&server).await, waits.seen()), (1, vec![]));

        let server = server_after(busy_for(value), 1).await;
        let (empego, _) = client(settings(&server.uri()));
        assert_eq!(
            empego.create_consultation(&patient(vec![]), "", None).await,
            Err(busy),
            "{value}"
        );
        assert_eq!(count(&server).await, 1);
    }
}

#[tokio::test]
async fn a_wait_that_does_not_fit_is_not_begun() {
    let server = server_after(busy_for("3"), 1).await;
    let (empego, waits) =
        client(Settings { timeout: Duration::from_secs(2), ..settings(&server.uri()) });
    let busy = EmpegoError::Busy { retry_after: Some(Duration::from_secs(3)) };
    assert_eq!(empego.answer_url(Kind::Consultation, &key()).await, Err(busy));
    assert_eq!((count(&server).await, waits.seen()), (1, vec![]));
}

#[tokio::test]
async fn what_was_refused_is_not_repeated() {
    for status in [400, 401, 403, 404, 409, 422] {
        let server = server_after(ResponseTemplate::new(status), 1).await;
        let (empego, waits) = client(settings(&server.uri()));
        empego.answer_url(Kind::Consultation, &key()).await.expect_err("refused");
        assert_eq!((count(&server).await, waits.seen()), (1, vec![]), "{status}");
    }
}
