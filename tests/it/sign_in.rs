//! Wrong passwords: how often, how fast the answer comes, and who can help.

use crate::helpers::{EMAIL, PASSWORD, Page, TestApp};
use empego_desk::desk::lockout;
use empego_desk::model::audit::Action;
use empego_desk::model::client::Client;
use empego_desk::model::role::Role;
use empego_desk::store::LogQuery;
use reqwest::StatusCode;
use std::time::Duration;

const MINUTE: i64 = 60_000;

async fn try_once(app: &TestApp, email: &str, password: &str) -> Page {
    app.stranger().post("sign_in", &[("email", email), ("password", password)]).await
}

#[tokio::test]
async fn five_wrong_tries_bring_a_wait_and_ten_a_lock_known_or_not() {
    let app = TestApp::start().await;
    for email in [EMAIL, "nobody@clinic.example"] {
        for n in 1..=5 {
            assert_eq!(
                try_once(&app, email, "wrong").await.status,
                StatusCode::UNPROCESSABLE_ENTITY,
                "{email} {n}"
            );
        }
        let page = try_once(&app, &email.to_uppercase(), "wrong").await;
        assert_eq!(page.status, StatusCode::TOO_MANY_REQUESTS, "{email}");
        assert_eq!(page.headers["retry-after"], "60");
        assert!(
            page.texts("#errors").join(" ").contains("Wait one minute"),
            "{:?}",
            page.texts("#errors")
        );
        assert_eq!(
            try_once(&app, email, PASSWORD).await.status,
            StatusCode::TOO_MANY_REQUESTS,
            "the right one waits too"
        );
        for wait in [1, 2, 3, 5, 8] {
            app.pass(wait * MINUTE);
            assert_eq!(
                try_once(&app, email, "wrong").await.status,
                StatusCode::UNPROCESSABLE_ENTITY,
                "{email} after {wait}"
            );
        }
        let page = try_once(&app, email, "wrong").await;
        assert_eq!(page.headers["retry-after"], "900", "the tenth locks");
        assert!(page.texts("#errors").join(" ").contains("Wait 15 minutes"));
        app.pass(15 * MINUTE);
    }
    assert_eq!(try_once(&app, EMAIL, PASSWORD).await.status, StatusCode::SEE_OTHER);
    for n in 1..=4 {
        assert_eq!(
            try_once(&app, EMAIL, "wrong").await.status,
            StatusCode::UNPROCESSABLE_ENTITY,
            "begun anew: {n}"
        );
    }
    assert_eq!(try_once(&app, EMAIL, PASSWORD).await.status, StatusCode::SEE_OTHER);
    let site = app.first_site().await.id;
    let query = LogQuery {
        site,
        staff: None,
        patients: None,
        action: Some(Action::SignInRefused),
        from: None,
        until: None,
        before: None,
        limit: 100,
    };
    let log = app.state.desk.store.log(&query).await.expect("a log");
    assert_eq!(
        log.len(),
        14,
        "each wrong try at a known account is there once, and none that had to wait"
    );
    assert!(log.iter().any(|row| row.record.detail == "password wait=900s"));
}

#[tokio::test]
async fn one_address_cannot_try_account_after_account() {
    let app = TestApp::start().await;
    let client = Client { address: "127.0.0.1".to_owned(), device: String::new() };
    // Four tries at each account, which none of them minds.
    for n in 0..50 {
        lockout::count_attempt(&app.state.desk, &format!("guess{}@clinic.example", n / 4), &client)
            .await
            .unwrap_or_else(|error| panic!("{n}: {error}"));
    }
    assert_eq!(try_once(&app, EMAIL, PASSWORD).await.status, StatusCode::TOO_MANY_REQUESTS);
    app.pass(MINUTE);
    assert_eq!(try_once(&app, EMAIL, PASSWORD).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn an_unknown_account_takes_as_long_as_a_wrong_password() {
    let app = TestApp::start().await;
    let site = app.first_site().await;
    // Each takes four tries before the first wait. The more tries, the less a busy machine counts.
    for _ in 0..4 {
        app.staff(&site, &[Role::FrontDesk]).await;
    }
    let accounts = app.state.desk.store.all_staff().await.expect("accounts");
    let known: Vec<String> = accounts.into_iter().flat_map(|staff| vec![staff.email; 4]).collect();
    let (mut of_known, mut of_unknown) = (Vec::new(), Vec::new());
    for (n, email) in known.iter().enumerate() {
        of_known.push(measured(&app, email).await);
        of_unknown.push(measured(&app, &format!("nobody{}@clinic.example", n / 4)).await);
        if n % 4 == 3 {
            // The limit of the address begins anew.
            app.pass(MINUTE);
        }
    }
    // The fastest of each: whatever else the machine does only ever makes one slower.
    let fastest = |times: &[Duration]| times.iter().min().expect("some").as_secs_f64();
    let ratio = fastest(&of_known) / fastest(&of_unknown);
    println!("fastest with an account / fastest without: {ratio:.3}");
    assert!((0.75..1.34).contains(&ratio), "{ratio}: {of_known:?} {of_unknown:?}");
}

#[expect(clippy::disallowed_methods, reason = "it measures what a stranger with a watch could")]
async fn measured(app: &TestApp, email: &str) -> Duration {
    let start = std::time::Instant::now();
    assert_eq!(try_once(app, email, "wrong").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    start.elapsed()
}
