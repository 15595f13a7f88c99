//! Who may call and see what.

use crate::helpers::TestApp;
use empego_desk::api::PUBLIC;
use leptos::server_fn::axum::server_fn_paths;
use reqwest::{Method, StatusCode};

/// The names of all server functions that the binary has.
fn functions() -> Vec<String> {
    let mut names: Vec<String> =
        server_fn_paths().map(|(path, _)| path.strip_prefix("/api/").expect("all are under /api").to_owned()).collect();
    names.sort();
    names
}

#[tokio::test]
async fn every_server_function_of_staff_refuses_strangers_before_it_reads_anything() {
    let app = TestApp::start().await;
    let stranger = app.stranger();
    let names = functions();
    for name in ["create_consultation", "revoke_link", "reissue_link", "sign_in", "start_consultation"] {
        assert!(names.iter().any(|known| known == name), "{name} is not registered: {names:?}");
    }
    for name in names.iter().filter(|name| !PUBLIC.contains(&name.as_str())) {
        let path = format!("/api/{name}");
        let bodies: [(&str, Vec<u8>); 5] = [
            ("application/x-www-form-urlencoded", Vec::new()),
            ("application/x-www-form-urlencoded", b"%%%=%zz&&&".to_vec()),
            ("application/json", b"{".to_vec()),
            ("text/plain", vec![0xff; 64]),
            ("multipart/form-data", b"x".repeat(300_000)),
        ];
        for (kind, body) in bodies {
            for accept in ["text/html", "application/json", "*/*"] {
                let request = stranger.request(Method::POST, &path).header("content-type", kind).header("accept", accept);
                let answer = request.body(body.clone()).send().await.expect("an answer");
                assert_eq!(answer.status(), StatusCode::UNAUTHORIZED, "{name} {kind} {accept}");
            }
        }
        let answer = stranger.request(Method::GET, &path).send().await.expect("an answer");
        assert_eq!(answer.status(), StatusCode::UNAUTHORIZED, "GET {name}");
    }
    assert_eq!(app.seen().await["counters"]["creates"], 0);
}

#[tokio::test]
async fn the_public_functions_are_the_six_that_the_design_names() {
    let names = functions();
    for name in PUBLIC {
        assert!(names.iter().any(|known| known == name), "{name} is not registered");
    }
    let app = TestApp::start().await;
    for name in PUBLIC {
        let page = app.stranger().call(name, &[]).await;
        assert_ne!(page.status, StatusCode::UNAUTHORIZED, "{name}");
        assert!(page.status.is_client_error() || page.status.is_success(), "{name}: {}", page.status);
    }
}

#[tokio::test]
async fn staff_pages_send_strangers_to_sign_in_and_back() {
    let app = TestApp::start().await;
    let stranger = app.stranger();
    for path in ["/consultations", "/consultations/new", "/consultations/x?status=done", "/no-such-page"] {
        let page = stranger.get(path).await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{path}");
        assert!(page.location.starts_with("/sign-in?next=%2F"), "{}", page.location);
    }
    assert_eq!(stranger.get("/live").await.status, StatusCode::UNAUTHORIZED);
    let form = [("email", crate::helpers::EMAIL), ("password", crate::helpers::PASSWORD), ("next", "/consultations/new")];
    assert_eq!(stranger.post("sign_in", &form).await.location, "/consultations/new");
    for elsewhere in ["//evil.example", "/\t/evil.example", "/\\evil.example"] {
        let form = [form[0], form[1], ("next", elsewhere)];
        assert_eq!(stranger.post("sign_in", &form).await.location, "/consultations", "{elsewhere:?}");
    }
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_account_read_the_same() {
    let app = TestApp::start().await;
    let wrong = app.stranger().post("sign_in", &[("email", crate::helpers::EMAIL), ("password", "wrong")]).await;
    let unknown = app.stranger().post("sign_in", &[("email", "nobody@clinic.example"), ("password", "wrong")]).await;
    for page in [&wrong, &unknown] {
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(page.cookies.is_empty());
        assert!(!page.text.contains("value=\"wrong\""), "a password is not shown again");
        assert_eq!(page.texts("#errors li"), ["Email and password do not match an account"]);
    }
    assert_eq!(wrong.attribute("#email", "value"), crate::helpers::EMAIL, "the e-mail is kept");
}

#[tokio::test]
async fn a_session_ends_by_signing_out_by_rest_and_by_age() {
    let app = TestApp::start().await;
    let hour = 3_600_000;
    let nurse = app.nurse().await;
    assert_eq!(nurse.get("/consultations").await.status, StatusCode::OK);
    assert_eq!(nurse.post("sign_out", &[]).await.location, "/sign-in");
    assert_eq!(nurse.get("/consultations").await.status, StatusCode::SEE_OTHER, "signed out");

    let nurse = app.nurse().await;
    app.pass(4 * hour);
    assert_eq!(nurse.get("/consultations").await.status, StatusCode::SEE_OTHER, "four hours of rest");

    let nurse = app.nurse().await;
    for _ in 0..5 {
        app.pass(3 * hour);
        assert_eq!(nurse.get("/consultations").await.status, StatusCode::OK, "in use");
    }
    app.pass(hour);
    assert_eq!(nurse.get("/consultations").await.status, StatusCode::SEE_OTHER, "sixteen hours in all");
}

#[tokio::test]
async fn posts_from_other_sites_are_refused_and_the_patients_form_is_not() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    let id = nurse.create("Ada", "Example", "A-1").await;
    let revoke = || nurse.request(Method::POST, "/api/revoke_link").form(&[("id", id.as_str())]);
    for (site, origin) in
        [("cross-site", "https://evil.example"), ("same-site", "https://evil.example"), ("", "https://evil.example"), ("", "null")]
    {
        let request = if site.is_empty() { revoke() } else { revoke().header("sec-fetch-site", site) };
        let answer = request.header("origin", origin).send().await.expect("an answer");
        assert_eq!(answer.status(), StatusCode::FORBIDDEN, "{site:?} {origin}");
    }
    let token = nurse.token(&id).await;
    // What Chromium sends from a page with `no-referrer`.
    let start =
        app.stranger().request(Method::POST, "/api/start_consultation").header("sec-fetch-site", "same-origin").header("origin", "null");
    let answer = start.form(&[("token", token.as_str())]).send().await.expect("an answer");
    assert_eq!(answer.status(), StatusCode::SEE_OTHER);
}
