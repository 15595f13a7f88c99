//! The second factor.

use crate::helpers::{EMAIL, PASSWORD, Page, Person, TestApp};
use empego_desk::desk::TENANT_KEY;
use empego_desk::model::audit::Action;
use empego_desk::model::site::Site;
use futures::future::join_all;
use reqwest::StatusCode;
use totp_rs::{Builder, Secret};

const STEP: i64 = 30_000;

/// What the phone shows.
pub fn code(app: &TestApp, key: &str) -> String {
    let totp = Builder::new()
        .with_secret(Secret::try_from_base32(key).expect("a key"))
        .build()
        .expect("a generator");
    totp.generate(u64::try_from(app.state.desk.now() / 1000).expect("a time")).to_string()
}

pub fn cookies(page: &Page) -> String {
    page.cookies.iter().filter_map(|cookie| cookie.split(';').next()).collect::<Vec<_>>().join("; ")
}

/// Sets one up. Its key and recovery codes.
pub async fn set_up(app: &TestApp, person: &Person<'_>) -> (String, Vec<String>) {
    let page = person.post("start_factor", &[("password", PASSWORD)]).await;
    assert_eq!(page.status, StatusCode::OK);
    let key = page.texts("#factor-key").remove(0);
    let setup = page.attribute("input[name=setup]", "value");
    assert!(!setup.contains(&key), "the form holds it sealed");
    let wrong = person.post("confirm_factor", &[("setup", &setup), ("code", "000000")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(wrong.texts("#factor-key"), [key.as_str()], "the same one is still there");
    let page =
        person.post("confirm_factor", &[("setup", &setup), ("code", &code(app, &key))]).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text);
    let codes = page.texts("ol.codes code");
    assert_eq!(codes.len(), 10);
    (key, codes)
}

/// The first step: somebody with a ticket.
async fn first_step(app: &TestApp) -> Person<'_> {
    let page = app
        .stranger()
        .post("sign_in", &[("email", EMAIL), ("password", PASSWORD), ("next", "/account")])
        .await;
    assert_eq!(page.location, "/sign-in/code?next=%2Faccount", "{}", page.text);
    let person = Person { cookies: cookies(&page), ..app.stranger() };
    assert_eq!(person.get("/account").await.status, StatusCode::SEE_OTHER, "no session yet");
    assert_eq!(person.get(&page.location).await.heading(), "Enter your code");
    person
}

#[tokio::test]
async fn a_sign_in_takes_the_password_and_a_code_that_works_once() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    let (key, _) = set_up(&app, &nurse).await;
    assert!(nurse.get("/account").await.text.contains("Recovery codes left: 10"));
    let person = first_step(&app).await;
    let used = code(&app, &key);
    let replay = person.post("verify_code", &[("code", &used)]).await;
    assert_eq!(replay.status, StatusCode::UNPROCESSABLE_ENTITY, "the code that set it up was used");
    app.pass(STEP);
    let entered =
        person.post("verify_code", &[("code", &code(&app, &key)), ("next", "/account")]).await;
    assert_eq!(entered.location, "/account", "{}", entered.text);
    let inside = Person { cookies: cookies(&entered), ..app.stranger() };
    assert_eq!(inside.get("/account").await.status, StatusCode::OK);
    let replay = first_step(&app).await.post("verify_code", &[("code", &code(&app, &key))]).await;
    assert_eq!(replay.status, StatusCode::UNPROCESSABLE_ENTITY, "a code works once");
    let refused: Vec<String> = app
        .log()
        .await
        .into_iter()
        .filter(|row| row.action == Action::SignInRefused)
        .map(|row| row.detail)
        .collect();
    assert_eq!(refused, ["code", "code"], "and both replays are in the log");
    assert!(replay.cookies.iter().all(|cookie| !cookie.starts_with("desk_session=")));
}

#[tokio::test]
async fn a_changed_secret_takes_second_factors_and_tenant_keys_along() {
    let app = TestApp::start().await;
    let (key, _) = set_up(&app, &app.nurse().await).await;
    let (desk, site) = (app.state.desk.clone(), app.first_site().await);
    let sealed = desk.secrets.seal(TENANT_KEY, "tenant", &desk.ambient);
    desk.store.set_site(&Site { tenant_key: sealed, ..site }, &[]).await.expect("it is set");
    drop(desk);
    let new = || Some("n".repeat(40));
    let app = app
        .restart_with(|settings| {
            (settings.desk_secret, settings.desk_secret_previous) = (new(), Some("s".repeat(40)))
        })
        .await;
    let app = app.restart_with(|settings| settings.desk_secret = new()).await;
    app.pass(STEP);
    let entered = first_step(&app).await.post("verify_code", &[("code", &code(&app, &key))]).await;
    assert_eq!(entered.status, StatusCode::SEE_OTHER, "{}", entered.text);
    let sealed = app.first_site().await.tenant_key.expect("a key");
    assert_eq!(app.state.desk.secrets.open(TENANT_KEY, &sealed).as_deref(), Some("tenant"));
}

#[tokio::test]
async fn a_recovery_code_stands_in_once() {
    let app = TestApp::start().await;
    let (_, codes) = set_up(&app, &app.nurse().await).await;
    let typed = codes[3].to_uppercase().replace('-', " ");
    let entered = first_step(&app).await.post("verify_code", &[("code", &typed)]).await;
    assert_eq!(entered.status, StatusCode::SEE_OTHER, "{}", entered.text);
    let again = first_step(&app).await.post("verify_code", &[("code", &codes[3])]).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    let inside = Person { cookies: cookies(&entered), ..app.stranger() };
    assert!(inside.get("/account").await.text.contains("Recovery codes left: 9"));
}

#[tokio::test]
async fn guessing_codes_waits_and_starting_over_does_not_help() {
    let app = TestApp::start().await;
    let (key, _) = set_up(&app, &app.nurse().await).await;
    for n in 0..5 {
        let page = first_step(&app).await.post("verify_code", &[("code", "000000")]).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{n}");
    }
    let page = app.stranger().post("sign_in", &[("email", EMAIL), ("password", PASSWORD)]).await;
    assert_eq!(page.status, StatusCode::TOO_MANY_REQUESTS);
    app.pass(60_000);
    let entered = first_step(&app).await.post("verify_code", &[("code", &code(&app, &key))]).await;
    assert_eq!(entered.status, StatusCode::SEE_OTHER);
}

/// The answers to one code each, all sent at once.
async fn at_once(person: &Person<'_>, codes: &[String]) -> Vec<Page> {
    join_all(codes.iter().map(|code| async move {
        let form = [("code", code.as_str())];
        person.call("verify_code", &form).await
    }))
    .await
}

fn count(pages: &[Page], status: StatusCode) -> usize {
    pages.iter().filter(|page| page.status == status).count()
}

#[tokio::test]
async fn however_many_codes_are_tried_at_once_the_lockout_judges_no_more_than_it_allows() {
    // Without rate limits only the lockout is in the way.
    let app = TestApp::with(|settings| settings.desk_rate_limits = Some("off".to_owned())).await;
    let (key, _) = set_up(&app, &app.nurse().await).await;
    app.pass(10 * STEP);
    let person = first_step(&app).await;
    let guesses = || {
        let right = [-STEP, 0, STEP].map(|ms| {
            app.pass(ms);
            let right = code(&app, &key);
            app.pass(-ms);
            right
        });
        let all = (0..).map(|n| format!("{n:06}"));
        all.filter(|guess| !right.contains(guess)).take(200).collect::<Vec<_>>()
    };
    let judged = async || {
        app.log().await.into_iter().filter(|row| row.action == Action::SignInRefused).count()
    };

    let mut expected = 0;
    for (allowed, wait) in [(5, 60_000), (1, 120_000)] {
        let pages = at_once(&person, &guesses()).await;
        assert_eq!(
            (
                count(&pages, StatusCode::UNPROCESSABLE_ENTITY),
                count(&pages, StatusCode::TOO_MANY_REQUESTS)
            ),
            (allowed, 200 - allowed)
        );
        expected += allowed;
        assert_eq!(judged().await, expected, "what was judged is in the log, and nothing else");
        let right = at_once(&person, &vec![code(&app, &key); 20]).await;
        assert_eq!(count(&right, StatusCode::TOO_MANY_REQUESTS), 20, "not even the right one");
        app.pass(wait);
    }

    let right = at_once(&person, &vec![code(&app, &key); 20]).await;
    let opened = right.iter().filter(|page| cookies(page).contains("desk_session="));
    assert_eq!(opened.count(), 1, "a code opens one session");
}

#[tokio::test]
async fn a_ticket_is_short_lived_whole_and_void_after_a_reset() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    let (key, _) = set_up(&app, &nurse).await;
    let late = first_step(&app).await;
    app.pass(5 * 60_000);
    assert_eq!(
        late.post("verify_code", &[("code", &code(&app, &key))]).await.texts("#errors li"),
        ["This took too long. Start again"]
    );
    let person = first_step(&app).await;
    let tampered = Person { cookies: format!("{}x", person.cookies), ..app.stranger() };
    assert_eq!(
        tampered.post("verify_code", &[("code", &code(&app, &key))]).await.status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    assert_eq!(
        app.stranger().post("verify_code", &[("code", &code(&app, &key))]).await.status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    let new = "wander plum cactus 9";
    nurse.post("change_password", &[("old_password", PASSWORD), ("new_password", new)]).await;
    assert_eq!(
        person.post("verify_code", &[("code", &code(&app, &key))]).await.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "void"
    );
}

#[tokio::test]
async fn removing_it_takes_the_password_and_an_administrator_can_reset_it() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    set_up(&app, &nurse).await;
    let wrong = nurse.post("remove_factor", &[("password", "wrong")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    first_step(&app).await;
    assert_eq!(
        nurse.post("remove_factor", &[("password", PASSWORD)]).await.location,
        "/account?done=factor"
    );
    app.nurse().await;
    set_up(&app, &nurse).await;
    let id = app
        .state
        .desk
        .store
        .staff_by_email(EMAIL)
        .await
        .expect("a store")
        .expect("an account")
        .id
        .0;
    assert_eq!(
        nurse.post("reset_factor", &[("id", &id)]).await.location,
        format!("/admin/staff/{id}?done=factor")
    );
    app.nurse().await;
}

#[tokio::test]
async fn a_set_up_is_its_own_accounts_and_ends() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    let other =
        app.staff(&app.first_site().await, &[empego_desk::model::role::Role::FrontDesk]).await;
    let unknown = nurse.post("start_factor", &[("password", "wrong")]).await;
    assert_eq!(unknown.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(unknown.texts("#factor-key").is_empty(), "a browser that was left open is not enough");
    let page = nurse.post("start_factor", &[("password", PASSWORD)]).await;
    let (key, setup) =
        (page.texts("#factor-key").remove(0), page.attribute("input[name=setup]", "value"));
    let theirs =
        other.post("confirm_factor", &[("setup", &setup), ("code", &code(&app, &key))]).await;
    assert_eq!(theirs.status, StatusCode::UNPROCESSABLE_ENTITY);
    app.pass(5 * 60_000);
    let late =
        nurse.post("confirm_factor", &[("setup", &setup), ("code", &code(&app, &key))]).await;
    assert_eq!(late.texts("#errors li"), ["This took too long. Start again"]);
    app.nurse().await;
}

#[tokio::test]
async fn one_that_is_there_is_not_replaced() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    let page = nurse.post("start_factor", &[("password", PASSWORD)]).await;
    let (key, setup) =
        (page.texts("#factor-key").remove(0), page.attribute("input[name=setup]", "value"));
    let (mine, _) = set_up(&app, &nurse).await;
    assert_eq!(
        nurse.post("start_factor", &[("password", PASSWORD)]).await.status,
        StatusCode::FORBIDDEN
    );
    // A set-up that was begun before, by whoever was at this browser.
    let late =
        nurse.post("confirm_factor", &[("setup", &setup), ("code", &code(&app, &key))]).await;
    assert_eq!(late.status, StatusCode::FORBIDDEN);
    app.pass(STEP);
    let person = first_step(&app).await;
    assert_eq!(
        person.post("verify_code", &[("code", &code(&app, &mine))]).await.status,
        StatusCode::SEE_OTHER,
        "the first one counts"
    );
}
