//! How often one address and one link may ask, and what of it is in the log.

use crate::helpers::{EMAIL, Page, Person, TestApp};
use crate::lines::Lines;
use empego_desk::model::audit::Action;
use reqwest::{Method, StatusCode};

/// Asks until it is refused for asking too often; how often it was not.
async fn until_refused(most: usize, ask: impl AsyncFn(usize) -> Page) -> usize {
    for n in 0..=most {
        let page = ask(n).await;
        if page.status == StatusCode::TOO_MANY_REQUESTS {
            let seconds: u64 =
                page.headers["retry-after"].to_str().expect("text").parse().expect("seconds");
            assert!((1..=60).contains(&seconds), "{seconds}");
            return n;
        }
        assert!(page.status.is_client_error(), "nothing of it is there: {}", page.status);
    }
    panic!("{most} passed and one more");
}

#[tokio::test]
async fn each_limit_by_address_answers_when_to_come_back() {
    let app = TestApp::start().await;
    let stranger = app.stranger();
    // So long a password is wrong before anything is worked on, and each e-mail is another one:
    // nothing but the limit counts.
    let long = "x".repeat(2_000);
    let sign_in = async |n: usize| {
        stranger
            .post("sign_in", &[("email", &format!("n{n}@clinic.example")), ("password", &long)])
            .await
    };
    assert_eq!(until_refused(20, &sign_in).await, 20);
    assert_eq!(
        until_refused(0, async |_| stranger.post("verify_code", &[]).await).await,
        0,
        "a second step is a sign-in"
    );
    // Another link each time: what is limited is the address.
    let link = async |n: usize| stranger.get(&format!("/c/none{n}")).await;
    assert_eq!(until_refused(400, link).await, 400);
    let start = async |n: usize| {
        stranger.call("start_consultation", &[("token", &format!("none{n}"))]).await
    };
    assert_eq!(until_refused(100, start).await, 100);
    let report = async |n: usize| {
        stranger.call("report_message", &[("token", &format!("none{n}")), ("message", "{}")]).await
    };
    assert_eq!(until_refused(400, report).await, 400);
    app.pass(60_000);
    assert_eq!(sign_in(0).await.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn reports_of_one_link_are_limited() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    let (one, other) =
        (nurse.create("Ada", "Example", "A-1").await, nurse.create("Zoé", "Tremblay", "T-1").await);
    let (one, other) = (nurse.token(&one).await, nurse.token(&other).await);
    let report = async |_| {
        app.stranger().call("report_message", &[("token", &one), ("message", "nonsense")]).await
    };
    assert_eq!(until_refused(60, report).await, 60);
    let state = app.stranger().call("consultation_state", &[("token", &one)]).await;
    assert_eq!(state.status, StatusCode::TOO_MANY_REQUESTS, "questions are counted with them");
    assert_eq!(
        app.stranger().call("consultation_state", &[("token", &other)]).await.status,
        StatusCode::OK
    );
}

#[tokio::test]
async fn a_forwarded_address_counts_from_a_trusted_proxy_alone() {
    let ask = async |app: &TestApp, address: &str| {
        let request =
            app.stranger().request(Method::POST, "/api/sign_in").header("accept", "text/html");
        let form = [("email", EMAIL), ("password", "wrong")];
        Page::read(request.header("x-forwarded-for", address).form(&form)).await.status
    };
    for (proxies, expected) in [
        (None, "127.0.0.1"),
        (Some("127.0.0.0/8"), "203.0.113.5"),
        (Some("10.0.0.0/8"), "127.0.0.1"),
        // An IPv4 address in the form of an IPv6 one is the same.
        (Some("::ffff:127.0.0.1"), "203.0.113.5"),
    ] {
        let app =
            TestApp::with(|settings| settings.desk_trusted_proxies = proxies.map(str::to_owned))
                .await;
        assert_eq!(ask(&app, "203.0.113.5").await, StatusCode::UNPROCESSABLE_ENTITY);
        let refused = app
            .log()
            .await
            .into_iter()
            .find(|row| row.action == Action::SignInRefused)
            .expect("a row");
        assert_eq!(refused.client.address, expected, "{proxies:?}");
        // The limits go by the same address.
        let from = async |n: usize| {
            app.stranger().get_from(&format!("203.0.113.{}", n % 250), &format!("/c/none{n}")).await
        };
        if expected == "127.0.0.1" {
            assert_eq!(until_refused(400, from).await, 400, "{proxies:?}");
        } else {
            for n in 0..401 {
                assert_eq!(from(n).await.status, StatusCode::NOT_FOUND, "{n}");
            }
        }
    }
}

#[tokio::test]
async fn what_looks_like_ours_and_is_not_is_in_the_log_once_in_a_while() {
    let app = TestApp::start().await;
    let stranger = app.stranger();
    let with = |cookies: &str| Person { cookies: cookies.to_owned(), ..stranger.clone() };
    let unknown = with("desk_session=0123456789abcdefghijklmnop");
    let forged = with("desk_second_step=tampered");
    let rows = async || {
        let details = |row: empego_desk::store::Record| row.detail;
        app.whole_log()
            .await
            .into_iter()
            .filter(|row| row.action == Action::Refused)
            .map(details)
            .collect::<Vec<_>>()
    };
    for _ in 0..3 {
        assert_eq!(unknown.get("/consultations").await.status, StatusCode::SEE_OTHER);
        assert_eq!(
            forged.post("verify_code", &[("code", "123456")]).await.status,
            StatusCode::UNPROCESSABLE_ENTITY
        );
        let form = [("token", "none"), ("new_password", "wander plum cactus 9")];
        assert_eq!(stranger.post("set_password", &form).await.status, StatusCode::GONE);
        assert_eq!(stranger.get("/set-password/none").await.status, StatusCode::GONE);
    }
    // None of ours at all, and nothing.
    with("desk_session=x").get("/consultations").await;
    with("desk_second_step=").post("verify_code", &[]).await;
    assert_eq!(rows().await, ["unknown session", "unknown ticket", "unknown password link"]);
    app.pass(600_000);
    unknown.get("/consultations").await;
    assert_eq!(rows().await.len(), 4);
}

/// Tries to sign in with a wrong password, as a client behind a proxy that sends this header.
async fn mistype(app: &TestApp, forwarded: &str) -> StatusCode {
    let request =
        app.stranger().request(Method::POST, "/api/sign_in").header("accept", "text/html");
    let form = [("email", EMAIL), ("password", "wrong")];
    Page::read(request.header("x-forwarded-for", forwarded).form(&form)).await.status
}

#[tokio::test]
async fn clients_whose_proxy_sends_a_port_are_told_apart() {
    let trusted = Some("127.0.0.0/8".to_owned());
    let app = TestApp::with(|settings| settings.desk_trusted_proxies = trusted).await;
    for (forwarded, address) in [
        ("203.0.113.9:51008", "203.0.113.9"),
        ("[2001:db8::5]:443", "2001:db8::5"),
        ("\"[2001:db8::6]:443\"", "2001:db8::6"),
        ("198.51.100.7, 203.0.113.10:443", "203.0.113.10"),
    ] {
        assert_eq!(mistype(&app, forwarded).await, StatusCode::UNPROCESSABLE_ENTITY, "{forwarded}");
        let log = app.whole_log().await;
        let refused = log.iter().rev().find(|row| row.action == Action::SignInRefused);
        assert_eq!(refused.expect("a row").client.address, address, "{forwarded}");
    }
    // The experiment: wrong passwords from many clients behind Azure Application Gateway locked
    // the administrator out, because all of them were the gateway.
    for n in 0..55 {
        mistype(&app, &format!("198.51.100.{n}:50{n:02}")).await;
        app.pass(60_000);
    }
    app.pass(3_600_000);
    let form = [("email", EMAIL), ("password", crate::helpers::PASSWORD)];
    let request = app.stranger().request(Method::POST, "/api/sign_in").form(&form);
    let request = request.header("accept", "text/html").header("x-forwarded-for", "203.0.113.77:1");
    assert_eq!(Page::read(request).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_proxy_that_makes_everyone_one_client_is_counted_and_reported() {
    let recorder = metrics_exporter_prometheus::PrometheusBuilder::new().build_recorder();
    let _recording = metrics::set_default_local_recorder(&recorder);
    let lines = Lines::default();
    let _listening = lines.listen();
    let count = |found: &str| {
        let name = format!("desk_client_addresses_total{{found=\"{found}\"}} ");
        let text = recorder.handle().render();
        text.lines().find_map(|line| line.strip_prefix(&name)?.parse().ok()).unwrap_or(0_u64)
    };
    let trusted = Some("127.0.0.0/8".to_owned());
    let app = TestApp::with(|settings| settings.desk_trusted_proxies = trusted).await;
    assert_eq!(app.stranger().get_from("Zoé Tremblay", "/c/none").await.status, 404);
    assert_eq!(app.stranger().get_from("unknown", "/c/none").await.status, 404);
    assert_eq!((count("unreadable"), count("forwarded")), (2, 0));
    let unreadable = lines.with("that is no address");
    assert_eq!(unreadable.len(), 1, "once: {unreadable:?}");
    assert!(unreadable[0].contains("peer=127.0.0.1"), "{unreadable:?}");
    for _ in 0..100 {
        app.stranger().get("/c/none").await;
    }
    assert_eq!(count("missing"), 100);
    assert_eq!(lines.with("every request comes from a proxy").len(), 1);
    // A post is counted once, also where the cross-site check refuses it.
    let refused = app.stranger().request(Method::POST, "/api/sign_out");
    let refused = refused.header("sec-fetch-site", "cross-site");
    let refused = refused.header("x-forwarded-for", "203.0.113.9:1").send().await;
    assert_eq!(refused.expect("an answer").status(), StatusCode::FORBIDDEN);
    mistype(&app, "203.0.113.9:1").await;
    assert_eq!(count("forwarded"), 2);
    assert!(!lines.text().contains("Tremblay"), "no header is logged");

    // The proxy is not in the settings.
    let app = TestApp::start().await;
    app.stranger().get_from("203.0.113.9", "/c/none").await;
    app.stranger().get_from("203.0.113.9", "/c/none").await;
    assert_eq!(lines.with("not in DESK_TRUSTED_PROXIES").len(), 1);
    let https = |settings: &mut empego_desk::config::Settings| {
        settings.desk_public_url = Some("https://desk.example".to_owned());
    };
    let app = TestApp::with(https).await;
    assert_eq!(lines.with("DESK_TRUSTED_PROXIES names none").len(), 1);
    drop(app);
}

/// What an operator sets is what holds.
#[tokio::test]
async fn an_operator_sets_the_limits() {
    let app = TestApp::with(|settings| {
        settings.limits.desk_max_streams_of_address = Some("1".to_owned());
        settings.limits.desk_max_form = Some("65536".to_owned());
        settings.limits.empego_read_timeout = Some("300ms".to_owned());
    })
    .await;
    let nurse = app.nurse().await;
    let open = nurse.request(Method::GET, "/live").send().await.expect("an answer");
    assert_eq!(open.status(), StatusCode::OK);
    let second = nurse.request(Method::GET, "/live").send().await.expect("an answer");
    assert_eq!(second.status(), StatusCode::SERVICE_UNAVAILABLE);

    let long = "x".repeat(65_536);
    let form = [("first_name", "Ada"), ("last_name", "Example"), ("reason", &*long)];
    assert_eq!(
        nurse.post("create_consultation", &form).await.status,
        StatusCode::PAYLOAD_TOO_LARGE
    );

    let token = nurse.token(&nurse.create("Ada", "Example", "A-1").await).await;
    app.faults(serde_json::json!({ "latency_ms": 60_000 })).await;
    let begun = tokio::time::Instant::now();
    let started = app.stranger().call("start_consultation", &[("token", &token)]).await;
    assert_eq!(started.status, StatusCode::BAD_GATEWAY, "{}", started.text);
    assert!(begun.elapsed() < std::time::Duration::from_secs(30), "{:?}", begun.elapsed());
}
