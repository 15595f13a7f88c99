//! One's own account.

use crate::helpers::{EMAIL, PASSWORD, TestApp};
use reqwest::StatusCode;

const NEW: &str = "wander plum cactus 9";

#[tokio::test]
async fn a_password_is_changed_by_who_knows_it_and_other_sessions_end() {
    let app = TestApp::start().await;
    let (here, there) = (app.nurse().await, app.nurse().await);
    for (old, new, field, says) in [
        ("wrong", NEW, "old_password", "This is not your current password"),
        (PASSWORD, "short", "new_password", "Use 12 characters or more"),
        (PASSWORD, "password1234", "new_password", "easy to guess"),
        (PASSWORD, "nurse@clinic.example", "new_password", "easy to guess"),
    ] {
        let page =
            here.post("change_password", &[("old_password", old), ("new_password", new)]).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{new}");
        assert!(
            page.texts(&format!("#{field}-error")).join(" ").contains(says),
            "{new}: {:?}",
            page.texts(".error")
        );
        assert_eq!(page.attribute("#old_password", "value"), "", "a password is not shown again");
    }
    assert_eq!(there.get("/account").await.status, StatusCode::OK, "nothing was changed");
    let page =
        here.post("change_password", &[("old_password", PASSWORD), ("new_password", NEW)]).await;
    assert_eq!(page.location, "/account?done=password", "{}", page.text);
    assert!(
        here.get(&page.location)
            .await
            .texts("[role=status]")
            .join(" ")
            .contains("Your password was changed")
    );
    assert_eq!(
        there.get("/account").await.status,
        StatusCode::SEE_OTHER,
        "signed out everywhere else"
    );
    let old = app.stranger().post("sign_in", &[("email", EMAIL), ("password", PASSWORD)]).await;
    assert_eq!(old.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(
        app.stranger().post("sign_in", &[("email", EMAIL), ("password", NEW)]).await.status,
        StatusCode::SEE_OTHER
    );
}

#[tokio::test]
async fn wrong_guesses_at_the_own_password_wait_too() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    let guess =
        || nurse.call("change_password", &[("old_password", "wrong"), ("new_password", NEW)]);
    for _ in 0..5 {
        assert_eq!(guess().await.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    assert_eq!(guess().await.status, StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test]
async fn own_sessions_are_listed_and_ended_one_or_all() {
    let app = TestApp::start().await;
    let here = app.nurse().await;
    let others = [app.nurse().await, app.nurse().await, app.nurse().await];
    let page = here.get("/account").await;
    assert_eq!(page.heading(), "My account");
    assert_eq!(page.texts("tbody tr").len(), 4);
    assert_eq!(page.texts("tbody strong"), ["Current session"]);
    assert!(page.texts("tbody td").contains(&"127.0.0.1".to_owned()));
    let one = page.attribute("input[name=session]", "value");
    assert_eq!(
        here.post("end_session", &[("session", &one)]).await.location,
        "/account?done=sessions"
    );
    let mut ended = 0;
    for other in &others {
        ended += usize::from(other.get("/account").await.status == StatusCode::SEE_OTHER);
    }
    assert_eq!(ended, 1);
    assert_eq!(
        here.post("end_session", &[("session", &one)]).await.status,
        StatusCode::NOT_FOUND,
        "it has ended"
    );
    assert_eq!(here.post("end_session", &[("session", "")]).await.status, StatusCode::NOT_FOUND);
    assert_eq!(
        here.post("end_session", &[("session", "others")]).await.location,
        "/account?done=sessions"
    );
    for other in &others {
        assert_eq!(other.get("/account").await.status, StatusCode::SEE_OTHER);
    }
    assert_eq!(here.get("/account").await.texts("tbody tr").len(), 1);
    let french = crate::helpers::Person { language: "fr", ..here.clone() };
    assert_eq!(french.get("/account").await.heading(), "Mon compte");
}

#[tokio::test]
async fn nobody_ends_anybody_elses_session() {
    let app = TestApp::start().await;
    let site = app.first_site().await;
    let nurse = app.nurse().await;
    app.nurse().await;
    let session = nurse.get("/account").await.attribute("input[name=session]", "value");
    let other = app.staff(&site, &[empego_desk::model::role::Role::FrontDesk]).await;
    assert_eq!(
        other.post("end_session", &[("session", &session)]).await.status,
        StatusCode::NOT_FOUND
    );
    assert_eq!(nurse.get("/account").await.texts("tbody tr").len(), 2);
}
