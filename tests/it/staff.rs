//! The accounts of a site, as its administrators manage them.

use crate::helpers::{CLINIC, EMAIL, PASSWORD, Page, Person, TestApp};
use empego_desk::model::role::{Role, Roles};
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
            "Set a password",
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
    assert!(admin.get(&path).await.texts("dd").contains(&"Deactivated".to_owned()));
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

/// Accepts every invitation of an account.
async fn accept(person: &Person<'_>) {
    let account = person.get("/account").await;
    let form = "form[action='/api/accept_invitation'] input";
    let site = account.attribute(&format!("{form}[name=site]"), "value");
    let roles = account.attribute(&format!("{form}[name=roles]"), "value");
    let page = person.post("accept_invitation", &[("site", &site), ("roles", &roles)]).await;
    assert_eq!(page.location, "/account?done=joined", "{}", page.text);
}

#[tokio::test]
async fn an_account_joins_another_site_when_its_owner_accepts() {
    let app = TestApp::start().await;
    let elsewhere = app.another_site("Elsewhere").await;
    let theirs = app.staff(&elsewhere, &[Role::Administrator]).await;
    let add = [("email", EMAIL), ("name", "Nurse"), ("front_desk", "yes")];
    let page = theirs.post("add_account", &add).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.texts("[role=status]").join(" ").contains("is invited"), "{}", page.text);
    assert!(!page.text.contains("password-link"), "its password is not theirs to set");
    let id = account(&app, EMAIL).await.id.0;
    let path = format!("/admin/staff/{id}");
    assert_eq!(theirs.get(&path).await.status, StatusCode::NOT_FOUND, "not yet");
    let site = elsewhere.id.0.as_str();
    let nurse = app.nurse().await;
    let early = nurse.post("switch_site", &[("site", site)]).await;
    assert_eq!(early.status, StatusCode::NOT_FOUND, "nor for its owner");

    let more = [("site", site), ("roles", "administrator")];
    let more = nurse.post("accept_invitation", &more).await;
    assert_eq!(more.status, StatusCode::NOT_FOUND, "the roles are not the invited person's choice");
    let another = app.staff(&app.first_site().await, &[Role::FrontDesk]).await;
    let foreign = [("site", site), ("roles", "front-desk")];
    let foreign = another.post("accept_invitation", &foreign).await;
    assert_eq!(foreign.status, StatusCode::NOT_FOUND, "an invitation is for one account");
    accept(&nurse).await;
    let switched = nurse.post("switch_site", &[("site", site)]).await;
    assert_eq!(switched.status, StatusCode::SEE_OTHER);
    let rows = app.whole_log().await;
    for log in [app.first_site().await.id, elsewhere.id.clone()] {
        let joined = rows
            .iter()
            .filter(|row| row.site.as_ref() == Some(&log) && row.detail.contains("joined="));
        assert_eq!(joined.count(), 1, "a row at each of the two sites");
    }

    for function in ["reset_password", "reset_factor", "switch_account", "unlock_account"] {
        assert_eq!(
            theirs.post(function, &[("id", &id)]).await.status,
            StatusCode::FORBIDDEN,
            "{function}"
        );
    }
    assert!(theirs.get(&path).await.text.contains("that you do not administer"));
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
async fn an_invitation_can_be_declined_and_withdrawn_and_ends() {
    let app = TestApp::start().await;
    let elsewhere = app.another_site("Elsewhere").await;
    let theirs = app.staff(&elsewhere, &[Role::Administrator]).await;
    let nurse = app.nurse().await;
    let id = account(&app, EMAIL).await.id.0;
    let site = elsewhere.id.0.as_str();
    let invite = async || {
        let add = [("email", EMAIL), ("name", "Nurse"), ("front_desk", "yes")];
        theirs.post("add_account", &add).await;
        assert!(theirs.get("/admin/staff").await.texts("caption").join(" ").contains("Open inv"));
    };
    let accepted = async || {
        let form = [("site", site), ("roles", "front-desk")];
        nurse.post("accept_invitation", &form).await.status
    };
    invite().await;
    let declined = nurse.post("decline_invitation", &[("site", site)]).await;
    assert_eq!(declined.location, "/account?done=declined");
    assert_eq!(accepted().await, StatusCode::NOT_FOUND);
    invite().await;
    let withdrawn = theirs.post("withdraw_invitation", &[("id", &id)]).await;
    assert_eq!(withdrawn.location, "/admin/staff?done=withdrawn");
    assert_eq!(accepted().await, StatusCode::NOT_FOUND);
    invite().await;
    app.pass(31 * 24 * 3_600_000);
    let later = app.nurse().await;
    assert!(!later.get("/account").await.text.contains("invited to another site"));
    let form = [("site", site), ("roles", "front-desk")];
    assert_eq!(later.post("accept_invitation", &form).await.status, StatusCode::NOT_FOUND);
}

/// An account without a password belongs to its site all the same.
#[tokio::test]
async fn another_site_gets_no_link_to_an_account_that_has_no_password() {
    let app = TestApp::start().await;
    let elsewhere = app.another_site("Elsewhere").await;
    let theirs = app.staff(&elsewhere, &[Role::Administrator]).await;
    let ours = app.nurse().await;
    let site = app.first_site().await;
    let pending = "new@clinic.example";
    let add = |email| [("email", email), ("name", "Nurse"), ("administrator", "yes")];
    assert!(
        !ours
            .post("add_account", &add(pending))
            .await
            .attribute("#password-link", "value")
            .is_empty()
    );
    let (_, reset) = app.member(&site, &[Role::FrontDesk]).await;
    let page = ours.post("reset_password", &[("id", &reset.id.0)]).await;
    assert_eq!(page.status, StatusCode::OK);
    let (_, provider) = app.member(&site, &[Role::FrontDesk]).await;
    let store = &app.state.desk.store;
    store.set_password(&provider.id, "", &[]).await.expect("it is set");
    store.add_identity("https://id.example", "ada", &provider.id, &[]).await.expect("it is added");
    for email in [pending, &reset.email, &provider.email] {
        let page = theirs.post("add_account", &add(email)).await;
        assert!(!page.text.contains("set-password"), "{email}: {}", page.text);
        assert!(page.texts("[role=status]").join(" ").contains("is invited"), "{}", page.text);
    }
    let none = ours.post("reset_password", &[("id", &provider.id.0)]).await;
    assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY, "it has no password at all");
    let member = ours.get(&format!("/admin/staff/{}", provider.id.0)).await;
    assert!(!member.text.contains("/api/reset_password"), "nor a button for it");
}

#[tokio::test]
async fn a_link_ends_when_the_account_joins_a_site_that_its_maker_does_not_administer() {
    let app = TestApp::start().await;
    let elsewhere = app.another_site("Elsewhere").await;
    let theirs = app.staff(&elsewhere, &[Role::Administrator]).await;
    let (person, member) = app.member(&elsewhere, &[Role::FrontDesk]).await;
    let ours = app.nurse().await;
    let add = [("email", member.email.as_str()), ("name", "New"), ("front_desk", "yes")];
    ours.post("add_account", &add).await;
    accept(&person).await;
    // Back at the one site, a link is made; then the account joins once more.
    ours.post("change_roles", &[("id", member.id.0.as_str())]).await;
    let link = token(&app, &theirs.post("reset_password", &[("id", &member.id.0)]).await);
    let path = format!("/set-password/{link}");
    assert_eq!(app.stranger().get(&path).await.status, StatusCode::OK);
    let site = app.first_site().await;
    let roles = [Role::FrontDesk].into_iter().collect();
    app.place(&member.id, &site.id, &roles).await;
    assert_eq!(app.stranger().get(&path).await.status, StatusCode::GONE);
    let set = [("token", link.as_str()), ("new_password", NEW)];
    assert_eq!(app.stranger().post("set_password", &set).await.status, StatusCode::GONE);
}

/// In any order of the two requests one administrator is left.
#[tokio::test]
async fn two_administrators_who_demote_each_other_at_once_leave_one() {
    let app = TestApp::start().await;
    let site = app.first_site().await;
    for _ in 0..8 {
        let (one, first) = app.member(&site, &[Role::Administrator]).await;
        let (two, second) = app.member(&site, &[Role::Administrator]).await;
        let own = account(&app, EMAIL).await.id.0;
        one.post("change_roles", &[("id", own.as_str()), ("front_desk", "yes")]).await;
        let demote = |staff: &Staff| [("id", staff.id.0.clone()), ("front_desk", "yes".to_owned())];
        let (first, second) = (demote(&first), demote(&second));
        let [first, second] = [&first, &second].map(|form| {
            form.iter().map(|(name, value)| (*name, value.as_str())).collect::<Vec<_>>()
        });
        tokio::join!(one.post("change_roles", &second), two.post("change_roles", &first));
        let left = app.state.desk.store.staff_of(&site.id).await.expect("it answers");
        let left: Vec<_> = left
            .into_iter()
            .filter(|(_, role)| *role == Role::Administrator)
            .map(|(staff, _)| staff.id)
            .collect();
        assert_eq!(left.len(), 1, "{left:?}");
        let all = Roles::all();
        let nurse = account(&app, EMAIL).await.id;
        app.place(&nurse, &site.id, &all).await;
        app.place(&left[0], &site.id, &Roles::default()).await;
    }
}

/// An administrator of an earlier site may know the password.
#[tokio::test]
async fn an_account_that_left_all_its_sites_joins_with_a_new_password() {
    let app = TestApp::start().await;
    let elsewhere = app.another_site("Elsewhere").await;
    let theirs = app.staff(&elsewhere, &[Role::Administrator]).await;
    let (person, member) = app.member(&elsewhere, &[Role::FrontDesk]).await;
    theirs.post("change_roles", &[("id", member.id.0.as_str())]).await;
    let ours = app.nurse().await;
    let add = [("email", member.email.as_str()), ("name", "Ada"), ("front_desk", "yes")];
    let link = token(&app, &ours.post("add_account", &add).await);
    assert_eq!(sign_in(&app, &member.email, PASSWORD).await, StatusCode::UNPROCESSABLE_ENTITY);
    let old = person.get("/consultations").await;
    assert_eq!(old.status, StatusCode::SEE_OTHER, "the session from before has ended too");
    let set = [("token", link.as_str()), ("new_password", NEW)];
    app.stranger().post("set_password", &set).await;
    assert_eq!(sign_in(&app, &member.email, NEW).await, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn an_invitation_ends_with_the_role_of_its_maker_and_with_other_roles() {
    let app = TestApp::start().await;
    let elsewhere = app.another_site("Elsewhere").await;
    let (theirs, maker) = app.member(&elsewhere, &[Role::Administrator]).await;
    app.staff(&elsewhere, &[Role::Administrator]).await;
    let nurse = app.nurse().await;
    let add = [("email", EMAIL), ("name", "Nurse"), ("administrator", "yes")];
    let site = elsewhere.id.0.as_str();
    let accept = async || {
        let form = [("site", site), ("roles", "administrator")];
        nurse.post("accept_invitation", &form).await.status
    };
    theirs.post("add_account", &add).await;
    let front_desk: Roles = [Role::FrontDesk].into_iter().collect();
    app.place(&maker.id, &elsewhere.id, &front_desk).await;
    assert_eq!(accept().await, StatusCode::NOT_FOUND);
    assert!(!nurse.get("/account").await.text.contains("invited to another site"));

    let administrator: Roles = [Role::Administrator].into_iter().collect();
    app.place(&maker.id, &elsewhere.id, &administrator).await;
    assert!(nurse.get("/account").await.text.contains("invited to another site"));
    let id = account(&app, EMAIL).await.id;
    app.place(&id, &elsewhere.id, &front_desk).await;
    assert_eq!(accept().await, StatusCode::NOT_FOUND, "these are its roles there now");
}

/// Both read that it has no site; only one of them gets a link to it.
#[tokio::test]
async fn of_two_sites_that_add_an_account_at_once_one_gets_a_link() {
    let app = TestApp::start().await;
    let (north, south) = (app.another_site("North").await, app.another_site("South").await);
    let (one, two) = (
        app.staff(&north, &[Role::Administrator]).await,
        app.staff(&south, &[Role::Administrator]).await,
    );
    let (_, member) = app.member(&north, &[Role::FrontDesk]).await;
    one.post("change_roles", &[("id", member.id.0.as_str())]).await;
    for _ in 0..8 {
        let add = [("email", member.email.as_str()), ("name", "Ada"), ("front_desk", "yes")];
        let pages: [Page; 2] =
            tokio::join!(one.post("add_account", &add), two.post("add_account", &add)).into();
        let links = pages.iter().filter(|page| page.text.contains("password-link")).count();
        let invited = pages.iter().filter(|page| page.text.contains("is invited")).count();
        assert_eq!((links, invited), (1, 1), "{} {}", pages[0].text, pages[1].text);
        let sites = app.state.desk.store.sites_of(&member.id).await.expect("it answers");
        assert_eq!(sites.len(), 1);
        app.place(&member.id, &sites[0].0.id, &Roles::default()).await;
    }
}
