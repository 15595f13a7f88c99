//! The accounts of a site, as its administrators manage them.

use crate::helpers::{CLINIC, EMAIL, PASSWORD, Page, Person, TestApp};
use empego_desk::model::role::Role;
use empego_desk::store::Staff;
use reqwest::StatusCode;

const NEW: &str = "wander plum cactus 9";
const ADA: &str = "ada@clinic.example";

async fn account(app: &TestApp, email: &str) -> Staff {
    app.state.desk.store.staff_by_email(email).await.expect("a store").expect("an account")
}

/// The token of the link that a page shows once.
fn token(app: &TestApp, page: &Page) -> String {
    let link = page.attribute("#password-link", "value");
    link.strip_prefix(&format!("{}/set-password/", app.url))
        .expect("a link to this desk")
        .to_owned()
}

async fn add(app: &TestApp, admin: &Person<'_>, email: &str, roles: &[&str]) -> String {
    let mut form = vec![("email", email), ("name", "Ada Example")];
    form.extend(roles.iter().map(|role| (*role, "yes")));
    let page = admin.post("add_account", &form).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text);
    token(app, &page)
}

async fn sign_in(app: &TestApp, email: &str, password: &str) -> StatusCode {
    app.stranger().post("sign_in", &[("email", email), ("password", password)]).await.status
}

#[tokio::test]
async fn a_new_account_chooses_its_password_by_a_link_that_works_once() {
    let app = TestApp::start().await;
    let admin = app.nurse().await;
    let token = add(&app, &admin, "Ada@Clinic.example", &["front_desk"]).await;
    let page = admin.get("/admin/staff").await;
    assert!(!page.text.contains(&token), "it is shown once");
    let row = page.texts("tbody tr").into_iter().find(|row| row.contains(ADA)).expect("a row");
    assert!(
        row.starts_with("Ada Example")
            && row.contains("Front desk")
            && row.ends_with("No password yet"),
        "{row}"
    );
    assert_eq!(
        sign_in(&app, ADA, "").await,
        StatusCode::UNPROCESSABLE_ENTITY,
        "no password is no way in"
    );

    let path = format!("/set-password/{token}");
    for _ in 0..3 {
        assert_eq!(
            app.stranger().get(&path).await.heading(),
            "Choose a password",
            "opening it changes nothing"
        );
    }
    let weak = app
        .stranger()
        .post("set_password", &[("token", &token), ("new_password", "password1234")])
        .await;
    assert_eq!(weak.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(weak.texts("#new_password-error").join(" ").contains("easy to guess"));
    let set =
        app.stranger().post("set_password", &[("token", &token), ("new_password", NEW)]).await;
    assert_eq!(set.location, "/sign-in?done=password", "{}", set.text);
    assert_eq!(app.stranger().get(&path).await.status, StatusCode::GONE);
    let again = app
        .stranger()
        .post("set_password", &[("token", &token), ("new_password", "another plum cactus 9")])
        .await;
    assert_eq!(again.status, StatusCode::GONE);
    assert_eq!(sign_in(&app, ADA, NEW).await, StatusCode::SEE_OTHER);
    assert_eq!(app.stranger().get("/set-password/unknown").await.status, StatusCode::GONE);
}

#[tokio::test]
async fn a_link_ends_after_a_day_and_a_newer_one_takes_its_place() {
    let app = TestApp::start().await;
    let admin = app.nurse().await;
    let first = add(&app, &admin, ADA, &["clinician"]).await;
    let id = account(&app, ADA).await.id.0;
    let second = token(&app, &admin.post("reset_password", &[("id", &id)]).await);
    assert_eq!(
        app.stranger().get(&format!("/set-password/{first}")).await.status,
        StatusCode::GONE
    );
    assert_eq!(app.stranger().get(&format!("/set-password/{second}")).await.status, StatusCode::OK);
    app.pass(24 * 3_600_000);
    assert_eq!(
        app.stranger().get(&format!("/set-password/{second}")).await.status,
        StatusCode::GONE
    );
    let late =
        app.stranger().post("set_password", &[("token", &second), ("new_password", NEW)]).await;
    assert_eq!(late.status, StatusCode::GONE);
}

#[tokio::test]
async fn what_cannot_be_added_says_why_and_keeps_the_entries() {
    let app = TestApp::start().await;
    let admin = app.nurse().await;
    for (email, name, role, field) in [
        ("ada", "Ada", "front_desk", "email"),
        (ADA, " ", "front_desk", "name"),
        (ADA, "Ada", "none", "roles"),
        (EMAIL, "Ada", "clinician", "email"),
    ] {
        let page =
            admin.post("add_account", &[("email", email), ("name", name), (role, "yes")]).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{email} {name} {role}");
        assert_eq!(
            page.texts(&format!("#{field}-error")).len(),
            1,
            "{field}: {:?}",
            page.texts(".error")
        );
        assert_eq!(page.attribute("#email", "value"), email);
    }
    assert_eq!(
        app.state.desk.store.all_staff().await.expect("accounts").len(),
        1,
        "nothing was added"
    );
}

#[tokio::test]
async fn resetting_and_switching_off_sign_out_at_once() {
    let app = TestApp::start().await;
    let admin = app.nurse().await;
    let site = app.first_site().await;
    let other = app.staff(&site, &[Role::FrontDesk]).await;
    let staff = app
        .state
        .desk
        .store
        .all_staff()
        .await
        .expect("accounts")
        .into_iter()
        .find(|staff| staff.email != EMAIL)
        .expect("another");
    let (id, email) = (staff.id.0.clone(), staff.email.clone());
    let link = token(&app, &admin.post("reset_password", &[("id", &id)]).await);
    assert_eq!(other.get("/consultations").await.status, StatusCode::SEE_OTHER, "signed out");
    assert_eq!(
        sign_in(&app, &email, PASSWORD).await,
        StatusCode::UNPROCESSABLE_ENTITY,
        "the old password works no more"
    );
    app.stranger().post("set_password", &[("token", &link), ("new_password", NEW)]).await;
    assert_eq!(sign_in(&app, &email, NEW).await, StatusCode::SEE_OTHER);

    let path = format!("/admin/staff/{id}");
    assert_eq!(
        admin.post("switch_account", &[("id", &id)]).await.location,
        format!("{path}?done=switched")
    );
    assert!(admin.get(&path).await.texts("dd").contains(&"Switched off".to_owned()));
    assert_eq!(sign_in(&app, &email, NEW).await, StatusCode::UNPROCESSABLE_ENTITY);
    admin.post("switch_account", &[("id", &id), ("on", "yes")]).await;
    assert_eq!(sign_in(&app, &email, NEW).await, StatusCode::SEE_OTHER);

    for _ in 0..5 {
        sign_in(&app, &email, "wrong").await;
    }
    assert_eq!(sign_in(&app, &email, NEW).await, StatusCode::TOO_MANY_REQUESTS);
    assert!(admin.get(&path).await.texts("dt").contains(&"Locked until".to_owned()));
    admin.post("unlock_account", &[("id", &id)]).await;
    assert_eq!(sign_in(&app, &email, NEW).await, StatusCode::SEE_OTHER, "unlocked");

    assert_eq!(
        admin.post("change_roles", &[("id", &id), ("clinician", "yes")]).await.location,
        format!("{path}?done=roles")
    );
    assert!(admin.get(&path).await.texts("dd").contains(&"Clinician".to_owned()));
    assert_eq!(
        admin.post("change_roles", &[("id", &id)]).await.location,
        "/admin/staff",
        "it left the site"
    );
    assert_eq!(admin.get(&path).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_last_administrator_of_a_site_stays() {
    let app = TestApp::start().await;
    let admin = app.nurse().await;
    let id = account(&app, EMAIL).await.id.0;
    for (function, form) in [
        ("change_roles", vec![("id", id.as_str()), ("clinician", "yes")]),
        ("switch_account", vec![("id", id.as_str())]),
    ] {
        let page = admin.post(function, &form).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{function}");
        assert!(
            page.texts("#errors").join(" ").contains("last administrator"),
            "{function}: {:?}",
            page.texts("#errors")
        );
    }
    assert_eq!(admin.get("/admin/staff").await.status, StatusCode::OK);
    let site = app.first_site().await;
    app.staff(&site, &[Role::Administrator]).await;
    assert_eq!(
        admin.post("change_roles", &[("id", &id), ("clinician", "yes")]).await.status,
        StatusCode::SEE_OTHER
    );
    assert_eq!(admin.get("/admin/staff").await.status, StatusCode::FORBIDDEN, "it counts at once");
}

#[tokio::test]
async fn an_account_of_two_sites_is_no_one_sites_to_reset() {
    let app = TestApp::start().await;
    let elsewhere = app.another_site("Elsewhere").await;
    let theirs = app.staff(&elsewhere, &[Role::Administrator]).await;
    let page = theirs
        .post("add_account", &[("email", EMAIL), ("name", "Nurse"), ("front_desk", "yes")])
        .await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.texts("[role=status]").join(" ").contains("works at this site too"));
    assert!(!page.text.contains("password-link"), "its password is not theirs to set");
    let id = account(&app, EMAIL).await.id.0;
    for function in ["reset_password", "reset_factor", "switch_account"] {
        assert_eq!(
            theirs.post(function, &[("id", &id)]).await.status,
            StatusCode::FORBIDDEN,
            "{function}"
        );
    }
    assert!(
        theirs.get(&format!("/admin/staff/{id}")).await.text.contains("that you do not administer")
    );
    assert_eq!(sign_in(&app, EMAIL, PASSWORD).await, StatusCode::SEE_OTHER, "nothing was changed");
    assert_eq!(
        theirs.post("change_roles", &[("id", &id)]).await.location,
        "/admin/staff",
        "but they may part"
    );

    // Nobody of another site is there to be managed.
    let ours = app.nurse().await;
    let stranger =
        app.state.desk.store.staff_of(&elsewhere.id).await.expect("accounts").remove(0).0;
    for function in ["reset_password", "reset_factor", "switch_account", "unlock_account"] {
        assert_eq!(
            ours.post(function, &[("id", &stranger.id.0)]).await.status,
            StatusCode::NOT_FOUND,
            "{function}"
        );
    }
    let page = ours.post("change_roles", &[("id", &stranger.id.0), ("clinician", "yes")]).await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
    assert!(!ours.get("/admin/staff").await.text.contains(&stranger.email));
    assert!(ours.get("/admin/staff").await.text.contains(CLINIC));
}

#[tokio::test]
async fn an_invitation_from_another_site_is_void_once_somebody_works_here() {
    let app = TestApp::start().await;
    let elsewhere = app.another_site("Elsewhere").await;
    let theirs = app.staff(&elsewhere, &[Role::Administrator]).await;
    let add = [("email", "new@clinic.example"), ("name", "New"), ("front_desk", "yes")];
    let link_of = |page: Page| {
        page.attribute("#password-link", "value").rsplit('/').next().expect("a token").to_owned()
    };
    let first = link_of(theirs.post("add_account", &add).await);
    let ours = app.nurse().await;
    let second = link_of(ours.post("add_account", &add).await);
    let choose = |token: String| {
        let stranger = app.stranger();
        async move {
            stranger
                .post(
                    "set_password",
                    &[("token", &token), ("new_password", "plum kettle orbit 42 ladder")],
                )
                .await
                .status
        }
    };
    assert_eq!(
        choose(first).await,
        StatusCode::GONE,
        "whoever added it first chooses nobody's password"
    );
    assert_eq!(choose(second).await, StatusCode::SEE_OTHER);
}
