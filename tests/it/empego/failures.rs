//! Every kind of failure, and what is certain after it.

use super::*;
use empego_desk::empego::{EmpegoError, Kind};
use serde_json::json;

async fn create_error(empego: &Empego) -> EmpegoError {
    empego.create_consultation(&patient(vec![]), "opaque", None).await.expect_err("it fails")
}

async fn answer_error(empego: &Empego) -> EmpegoError {
    empego.answer_url(Kind::Consultation, &key()).await.expect_err("it fails")
}

fn rejected(status: u16, words: &str) -> EmpegoError {
    EmpegoError::Rejected { status, words: words.to_owned() }
}

#[tokio::test]
async fn the_status_decides() {
    use EmpegoError::{NotFound, OutcomeUnknown, RefusedKey, Unavailable};
    let busy = EmpegoError::Busy { retry_after: None };
    for (status, create, answer) in [
        (401, RefusedKey, RefusedKey),
        (403, RefusedKey, RefusedKey),
        (404, NotFound, NotFound),
        (400, rejected(400, ""), rejected(400, "")),
        (409, rejected(409, ""), rejected(409, "")),
        (422, rejected(422, ""), rejected(422, "")),
        (429, busy.clone(), busy.clone()),
        (503, busy.clone(), busy.clone()),
        (500, OutcomeUnknown, Unavailable),
        (502, OutcomeUnknown, Unavailable),
        (504, OutcomeUnknown, Unavailable),
        (
            204,
            EmpegoError::KeyUnread { path: ".".to_owned() },
            EmpegoError::Shape { path: ".".to_owned() },
        ),
    ] {
        let server = server(ResponseTemplate::new(status)).await;
        let (empego, _) = client(settings(&server.uri()));
        let created = create_error(&empego).await;
        assert_eq!(created, create, "create, {status}");
        let may_be_there = matches!(create, OutcomeUnknown | EmpegoError::KeyUnread { .. });
        assert_eq!(created.nothing_was_created(), !may_be_there, "create, {status}");
        assert_eq!(answer_error(&empego).await, answer, "answer, {status}");
    }
}

#[tokio::test]
async fn a_rejection_keeps_the_complaint_and_not_the_patient() {
    // Its name without the accents: Empego may write it in another way than we sent it.
    let complaint = json!({ "message": "firstName helene must not be lastName TREMBLAY" });
    let server = server(ResponseTemplate::new(422).set_body_json(complaint)).await;
    let error = create_error(&client(settings(&server.uri())).0).await;
    assert_eq!(error, rejected(422, "firstName must not lastName"));
    assert_eq!(error.to_string(), "Empego rejected the request with status 422");
}

#[tokio::test]
async fn a_success_that_cannot_be_read_is_a_key_that_is_not_known_or_a_shape() {
    let too_long =
        format!(r#"{{"id":"c","iframeUrl":"{URL}","pad":"{}"}}"#, "x".repeat(300 * 1024));
    for (body, path) in [
        ("<html>", "."),
        ("{}", "iframeUrl|url"),
        (r#"{"consultationKey":[7],"iframeUrl":[],"url":""}"#, "iframeUrl|url"),
        (r#"{"patient":{"firstName":"Hé"#, "patient.firstName"),
        (too_long.as_str(), "."),
    ] {
        let server = server(ResponseTemplate::new(200).set_body_string(body)).await;
        let (empego, waits) = client(settings(&server.uri()));
        let created = create_error(&empego).await;
        assert!(matches!(created, EmpegoError::KeyUnread { .. }), "{body}: {created}");
        assert_eq!(answer_error(&empego).await, EmpegoError::Shape { path: path.to_owned() });
        assert_eq!((count(&server).await, waits.seen()), (2, vec![]), "neither is tried again");
    }
}

#[tokio::test]
async fn a_foreign_url_is_refused_and_not_asked_for_again() {
    let body = json!({ "iframeUrl": "https://app.empego.ca.evil.example/embed/x" });
    let server = server(ResponseTemplate::new(200).set_body_json(body)).await;
    assert_eq!(answer_error(&client(settings(&server.uri())).0).await, EmpegoError::ForeignUrl);
    assert_eq!(count(&server).await, 1);
}

#[tokio::test]
async fn no_redirect_is_followed() {
    for status in [301, 302, 307, 308] {
        let server = MockServer::start().await;
        for path in [CREATE, ANSWER] {
            let to = format!("{}/elsewhere", server.uri());
            post(path)
                .respond_with(ResponseTemplate::new(status).insert_header("location", to))
                .mount(&server)
                .await;
        }
        let (empego, _) = client(settings(&server.uri()));
        assert_eq!(create_error(&empego).await, rejected(status, ""));
        assert_eq!(answer_error(&empego).await, rejected(status, ""));
        assert_eq!(count(&server).await, 2);
    }
}

#[tokio::test]
async fn the_check_passes_on_what_a_call_would_meet() {
    for (status, error) in [
        (401, EmpegoError::RefusedKey),
        (403, EmpegoError::RefusedKey),
        (503, EmpegoError::Busy { retry_after: None }),
        (500, EmpegoError::Unavailable),
        (302, rejected(302, "")),
        (405, rejected(405, "")),
    ] {
        let server = server(ResponseTemplate::new(status)).await;
        assert_eq!(client(settings(&server.uri())).0.check().await, Err(error), "{status}");
        assert_eq!(count(&server).await, 1, "{status}");
    }
}

#[tokio::test]
async fn a_key_that_no_header_can_carry_is_refused_before_it_is_sent() {
    let server = server(ResponseTemplate::new(500)).await;
    for bad in [
        Settings { key: "line\nbreak".into(), ..settings(&server.uri()) },
        Settings { tenant: Some("clé".into()), ..settings(&server.uri()) },
    ] {
        assert_eq!(create_error(&client(bad).0).await, EmpegoError::RefusedKey);
    }
    assert_eq!(count(&server).await, 0);
}
