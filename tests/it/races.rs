//! What is counted and then written stays within its limit when it is asked for in parallel.

use crate::events::key_of;
use crate::helpers::{EMAIL, PASSWORD, Person, TestApp};
use empego_desk::model::audit::Action;
use futures::future::join_all;
use reqwest::{Method, StatusCode};
use serde_json::json;

/// The most other messages in one history.
const MOST: usize = 20;

async fn count(app: &TestApp, action: Action) -> usize {
    app.whole_log().await.iter().filter(|row| row.action == action).count()
}

#[tokio::test]
async fn parallel_messages_of_a_page_do_not_pass_their_limit() {
    let app = TestApp::with(|settings| settings.desk_rate_limits = Some("off".to_owned())).await;
    let nurse = app.nurse().await;
    let id = nurse.create("Ada", "Example", "A-1").await;
    let (token, key) = (nurse.token(&id).await, key_of(&app, &id).await);
    let patient = app.stranger();
    let report = async |n: usize| {
        let status = format!("STATUS_{n}");
        let message =
            json!({ "eventType": "consultation", "operation": "sync", "status": status, "id": key })
                .to_string();
        let form = [("token", token.as_str()), ("message", message.as_str())];
        // A link has a share of the requests at a time. One beyond it is sent again: each of them
        // is to be counted.
        loop {
            let page = patient.call("report_message", &form).await;
            if page.status != StatusCode::SERVICE_UNAVAILABLE {
                assert_eq!(page.status, StatusCode::OK, "{}", page.text);
                break;
            }
        }
    };
    join_all((0..50).map(report)).await;
    let page = nurse.get(&format!("/consultations/{id}")).await;
    let heard = page.texts(".timeline li").iter().filter(|row| row.contains("STATUS_")).count();
    assert_eq!(heard, MOST, "of 50 that were taken");
}

#[tokio::test]
async fn a_long_status_of_a_page_is_cut() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    let id = nurse.create("Ada", "Example", "A-1").await;
    let (token, key) = (nurse.token(&id).await, key_of(&app, &id).await);
    let message = json!({ "eventType": "consultation", "operation": "x".repeat(20_000),
        "status": "y".repeat(20_000), "id": key })
    .to_string();
    let form = [("token", token.as_str()), ("message", message.as_str())];
    assert_eq!(app.stranger().call("report_message", &form).await.status, StatusCode::OK);
    let page = nurse.get(&format!("/consultations/{id}")).await;
    assert!(page.text.contains(&"y".repeat(64)) && !page.text.contains(&"y".repeat(65)));
    assert!(!page.text.contains(&"x".repeat(65)));
}

#[tokio::test]
async fn parallel_openings_and_answers_of_a_link_are_one_row_each() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    let id = nurse.create("Ada", "Example", "A-1").await;
    let (token, key) = (nurse.token(&id).await, key_of(&app, &id).await);
    let patient = app.stranger();
    let form = [("token", token.as_str())];
    let asked = (0..6).map(|_| patient.call("consultation_state", &form));
    for page in join_all(asked).await {
        assert_eq!(page.status, StatusCode::OK);
    }
    assert_eq!(count(&app, Action::LinkOpened).await, 1);
    let message = json!({ "eventType": "consultation", "operation": "update", "status": "DONE",
        "id": key })
    .to_string();
    let form = [("token", token.as_str()), ("message", message.as_str())];
    for page in join_all((0..6).map(|_| patient.call("report_message", &form))).await {
        assert_eq!(page.status, StatusCode::OK);
    }
    assert_eq!(count(&app, Action::Answered).await, 1);
}

#[tokio::test]
async fn parallel_sign_outs_are_one_row() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    for page in join_all((0..6).map(|_| nurse.post("sign_out", &[]))).await {
        assert_eq!(page.location, "/sign-in");
    }
    assert_eq!(count(&app, Action::SignedOut).await, 1);
}

#[tokio::test]
async fn a_second_sign_in_ends_the_session_that_the_browser_had() {
    let app = TestApp::start().await;
    let first = app.nurse().await;
    let elsewhere = app.nurse().await;
    let page = first.post("sign_in", &[("email", EMAIL), ("password", PASSWORD)]).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.text);
    let cookie = page.cookies[0].split(';').next().expect("a cookie").to_owned();
    let second = Person { cookies: cookie, ..first.clone() };
    assert_eq!(second.get("/account").await.status, StatusCode::OK);
    assert_eq!(first.get("/account").await.status, StatusCode::SEE_OTHER, "its session ended");
    assert_eq!(elsewhere.get("/account").await.status, StatusCode::OK, "that of another browser");
    let row = app.log().await.into_iter().find(|row| row.action == Action::SignedOut);
    let row = row.expect("a row");
    assert_eq!((row.detail.as_str(), row.name.as_str()), ("replaced", "Administrator"));
    // A wrong password ends nothing.
    let wrong = second.post("sign_in", &[("email", EMAIL), ("password", "wrong")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(second.get("/account").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_form_of_another_site_is_refused_whatever_type_its_body_has() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    let id = nurse.create("Ada", "Example", "A-1").await;
    let elsewhere = app.another_site("Elsewhere").await.id.0;
    let body = format!("at={elsewhere}&id={id}");
    for kind in [
        "text/plain",
        "",
        "application/json",
        "multipart/form-data; boundary=x",
        "application/x-www-form-urlencoded-not",
        "Application/X-WWW-Form-URLencoded",
        "APPLICATION/X-WWW-FORM-URLENCODED; charset=utf-8",
        " application/x-www-form-urlencoded ;x=y",
    ] {
        let mut request = nurse.request(Method::POST, "/api/revoke_link");
        if !kind.is_empty() {
            request = request.header("content-type", kind);
        }
        let status = request.body(body.clone()).send().await.expect("an answer").status();
        let expected =
            if kind.trim().to_lowercase().starts_with("application/x-www-form-urlencoded")
                && !kind.contains("-not")
            {
                StatusCode::CONFLICT
            } else {
                StatusCode::UNSUPPORTED_MEDIA_TYPE
            };
        assert_eq!(status, expected, "{kind:?}");
    }
    let page = nurse.get(&format!("/consultations/{id}")).await;
    assert_eq!(page.texts(".badge"), ["Link ready"], "nothing was revoked");
}

#[tokio::test]
async fn a_logo_for_another_site_is_refused_wherever_the_site_is_named() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    let site = app.first_site().await.id;
    let elsewhere = app.another_site("Elsewhere").await.id.0;
    // The smallest PNG: one transparent pixel.
    let png = hex::decode(
        "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c\
         6300010000000500010d0a2db40000000049454e44ae426082",
    )
    .expect("hexadecimal");
    let named =
        format!("--x\r\nContent-Disposition: form-data; name=\"at\"\r\n\r\n{elsewhere}\r\n")
            .into_bytes();
    let file = [
        b"--x\r\nContent-Disposition: form-data; name=\"logo\"; filename=\"a.png\"\r\n\
          Content-Type: image/png\r\n\r\n"
            .to_vec(),
        png,
        b"\r\n".to_vec(),
    ]
    .concat();
    let end = b"--x--\r\n".to_vec();
    for parts in [[named.clone(), file.clone()], [file, named]] {
        let body = [parts.concat(), end.clone()].concat();
        let request = nurse
            .request(Method::POST, "/admin/sites/logo")
            .header("content-type", "multipart/form-data; boundary=x")
            .body(body);
        assert_eq!(request.send().await.expect("an answer").status(), StatusCode::CONFLICT);
    }
    assert_eq!(app.state.desk.store.logo_version(&site).await.expect("a store"), None);
}
