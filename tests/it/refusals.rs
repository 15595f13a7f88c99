//! What was refused is in the log, and does not fill it.

use crate::helpers::{EMAIL, PASSWORD, Page, Person, TestApp};
use empego_desk::model::audit::Action;
use empego_desk::model::role::{Role, Roles};
use empego_desk::store::Record;
use reqwest::{Method, StatusCode};

const TEN_MINUTES: i64 = 600_000;
const HOUR: i64 = 3_600_000;
/// The shape of an id of ours, and nobody's.
const NOBODYS: &str = "019a0b1c-2d3e-7f45-8a6b-0123456789ab";

/// The refusals in the log, of every site and of none, oldest first.
async fn refusals(app: &TestApp) -> Vec<Record> {
    app.whole_log()
        .await
        .into_iter()
        .filter(|row| matches!(row.action, Action::Refused | Action::SignInRefused))
        .collect()
}

/// Who was refused, and what.
async fn told(app: &TestApp) -> Vec<(String, String)> {
    refusals(app).await.into_iter().map(|row| (row.name, row.detail)).collect()
}

fn rows<const N: usize>(expected: [(&str, &str); N]) -> Vec<(String, String)> {
    expected.map(|(name, detail)| (name.to_owned(), detail.to_owned())).to_vec()
}

/// What a page of another web site has a browser send.
async fn from_elsewhere(person: &Person<'_>, path: &str) -> StatusCode {
    let request = person
        .request(Method::POST, path)
        .header("sec-fetch-site", "cross-site")
        .header("origin", "https://evil.example");
    Page::read(request.form(&[("id", "Lovelace")])).await.status
}

#[tokio::test]
async fn a_post_from_another_web_site_is_in_the_log_once_in_a_while() {
    let app = TestApp::start().await;
    let site = app.first_site().await;
    let clerk = app.staff(&site, &[Role::FrontDesk]).await;
    for _ in 0..3 {
        for person in [&clerk, &app.stranger()] {
            for path in ["/api/revoke_link", "/admin/sites/logo", "/api/Lovelace"] {
                assert_eq!(from_elsewhere(person, path).await, StatusCode::FORBIDDEN, "{path}");
            }
        }
    }
    let expected = [
        ("front-desk", "cross-site revoke_link"),
        ("front-desk", "cross-site /admin/sites/logo"),
        ("front-desk", "cross-site /api/{name}"),
        ("stranger", "cross-site revoke_link"),
    ];
    assert_eq!(
        told(&app).await,
        rows(expected),
        "each thing in a session, and one for everything that strangers send"
    );
    let written = refusals(&app).await;
    assert!(
        written[0].staff.is_some()
            && written[0].site == Some(site.id)
            && written[0].client.address == "127.0.0.1",
        "{:?}",
        written[0]
    );
    assert!(written[3].staff.is_none() && written[3].site.is_none(), "{:?}", written[3]);
    app.pass(TEN_MINUTES);
    for person in [&clerk, &app.stranger()] {
        from_elsewhere(person, "/api/revoke_link").await;
    }
    assert_eq!(told(&app).await.len(), 6);
}

#[tokio::test]
async fn a_post_from_another_web_site_is_no_use_of_the_session() {
    let app = TestApp::start().await;
    let clerk = app.staff(&app.first_site().await, &[Role::FrontDesk]).await;
    app.pass(3 * HOUR);
    assert_eq!(from_elsewhere(&clerk, "/api/keep_session").await, StatusCode::FORBIDDEN);
    app.pass(HOUR);
    assert_eq!(
        clerk.get("/consultations").await.status,
        StatusCode::SEE_OTHER,
        "four hours of rest"
    );
}

#[tokio::test]
async fn an_id_of_another_site_or_of_nobody_is_in_the_log_and_nothing_else_that_was_typed() {
    let app = TestApp::start().await;
    let foreign = app.nurse().await.create("Ada", "Lovelace", "A-1").await;
    let first = app.first_site().await;
    let elsewhere = app.another_site("Elsewhere").await;
    let person = app.staff(&elsewhere, &Role::ALL).await;
    for path in [
        format!("/consultations/{foreign}"),
        "/consultations/Lovelace/details".to_owned(),
        format!("/admin/staff/{NOBODYS}"),
        format!("/admin/audit/patient/{NOBODYS}/report.csv"),
        format!("/consultations/{foreign}/exports/{NOBODYS}.pdf"),
        format!("/follow-ups/new?follows={foreign}"),
    ] {
        assert_eq!(person.get(&path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    assert_eq!(person.call("revoke_link", &[("id", &foreign)]).await.status, StatusCode::NOT_FOUND);
    assert_eq!(
        person
            .post("hold_consultation", &[("id", "Lovelace"), ("reason", "Lovelace")])
            .await
            .status,
        StatusCode::NOT_FOUND
    );
    assert_eq!(
        person.post("switch_site", &[("site", &first.id.0)]).await.status,
        StatusCode::NOT_FOUND
    );
    // Where there never was anything, there is nobody's record to write of.
    for path in ["/Lovelace", "/admin/Lovelace"] {
        assert_eq!(person.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    assert_eq!(person.call("Lovelace", &[("id", &foreign)]).await.status, StatusCode::NOT_FOUND);
    let expected = [
        format!("not-found /consultations/{{id}} id={foreign}"),
        "not-found /consultations/{id}/details".to_owned(),
        format!("not-found /admin/staff/{{id}} id={NOBODYS}"),
        format!("not-found /admin/audit/patient/{{id}}/report.csv id={NOBODYS}"),
        format!("not-found /consultations/{{id}}/exports/{{file}} id={foreign}"),
        format!("not-found /follow-ups/new id={foreign}"),
        format!("not-found revoke_link id={foreign}"),
        "not-found hold_consultation".to_owned(),
        format!("not-found switch_site id={}", first.id),
    ];
    let written = refusals(&app).await;
    assert_eq!(written.iter().map(|row| row.detail.clone()).collect::<Vec<_>>(), expected);
    for row in written {
        assert!(
            row.staff.is_some() && row.site.as_ref() == Some(&elsewhere.id),
            "it is of the site where it was asked: {row:?}"
        );
        assert!(
            row.patients.is_empty()
                && row.consultation.is_none()
                && !format!("{row:?}").contains("Lovelace"),
            "{row:?}"
        );
    }
}

#[tokio::test]
async fn walking_through_ids_does_not_fill_the_log() {
    let app = TestApp::start().await;
    let site = app.first_site().await;
    let (one, other) =
        (app.staff(&site, &[Role::FrontDesk]).await, app.staff(&site, &[Role::Clinician]).await);
    let walk = async |person: &Person<'_>| {
        for n in 0..20 {
            let id = format!("019a0b1c-2d3e-7f45-8a6b-0123456789{n:02x}");
            assert_eq!(
                person.get(&format!("/consultations/{id}")).await.status,
                StatusCode::NOT_FOUND
            );
            assert_eq!(
                person.call("revoke_link", &[("id", &id)]).await.status,
                StatusCode::NOT_FOUND
            );
        }
    };
    walk(&one).await;
    walk(&other).await;
    let names =
        |told: Vec<(String, String)>| told.into_iter().map(|(name, _)| name).collect::<Vec<_>>();
    assert_eq!(names(told(&app).await), ["front-desk", "front-desk", "clinician", "clinician"]);
    app.pass(TEN_MINUTES);
    walk(&one).await;
    assert_eq!(names(told(&app).await).len(), 6);
}

#[tokio::test]
async fn a_link_that_nobody_has_is_in_the_log_once_in_a_while_without_its_token() {
    let app = TestApp::start().await;
    let token = "0123456789abcdefghijklmnop";
    let person = app.staff(&app.first_site().await, &[Role::FrontDesk]).await;
    let functions = ["start_consultation", "report_message", "consultation_state"];
    for asker in [app.stranger(), person] {
        assert_eq!(asker.get(&format!("/c/{token}")).await.status, StatusCode::NOT_FOUND);
        for function in functions {
            let form = [("token", token), ("message", "{}")];
            assert_eq!(
                asker.call(function, &form).await.status,
                StatusCode::NOT_FOUND,
                "{function}"
            );
        }
        assert_eq!(
            told(&app).await,
            rows([("stranger", "unknown link")]),
            "a link is of whoever follows it, signed in or not"
        );
    }
    let row = refusals(&app).await.remove(0);
    assert!(
        row.site.is_none()
            && row.client.address == "127.0.0.1"
            && !format!("{row:?}").contains(token),
        "{row:?}"
    );
    for function in functions {
        app.pass(TEN_MINUTES);
        app.stranger().call(function, &[("token", token), ("message", "{}")]).await;
    }
    assert_eq!(told(&app).await.len(), 4, "each of them is enough");
}

#[tokio::test]
async fn a_sign_in_without_a_site_is_in_the_log_once_in_a_while() {
    let app = TestApp::start().await;
    let (store, site) = (&app.state.desk.store, app.first_site().await);
    app.staff(&site, &[Role::FrontDesk]).await;
    let account = store
        .all_staff()
        .await
        .expect("accounts")
        .into_iter()
        .find(|staff| staff.email != EMAIL)
        .expect("another");
    app.place(&account.id, &site.id, &Roles::default()).await;
    let sign_in = async || {
        let page = app
            .stranger()
            .post("sign_in", &[("email", &account.email), ("password", PASSWORD)])
            .await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(page.cookies.is_empty());
    };
    for _ in 0..3 {
        sign_in().await;
    }
    assert_eq!(told(&app).await, rows([("stranger", "password no-site")]));
    let row = refusals(&app).await.remove(0);
    assert_eq!(
        (row.action, row.staff, row.site),
        (Action::SignInRefused, Some(account.id.clone()), None)
    );
    app.pass(TEN_MINUTES);
    sign_in().await;
    assert_eq!(told(&app).await.len(), 2);
}

#[tokio::test]
async fn the_stream_of_changes_that_a_role_does_not_allow_is_in_the_log() {
    let app = TestApp::start().await;
    let person = app.staff(&app.first_site().await, &[Role::Administrator]).await;
    let asked = async |person: &Person<'_>| {
        person.request(Method::GET, "/live").send().await.expect("an answer").status()
    };
    assert_eq!(
        (asked(&person).await, asked(&app.stranger()).await),
        (StatusCode::FORBIDDEN, StatusCode::UNAUTHORIZED)
    );
    assert_eq!(told(&app).await, rows([("administrator", "/live")]));
}
