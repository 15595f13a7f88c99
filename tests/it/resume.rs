//! Forms that were opened in another session or at another site than the one that they are sent in.

use crate::helpers::{EMAIL, PASSWORD, Page, Person, TestApp};
use empego_desk::model::role::{Role, Roles};
use reqwest::StatusCode;

const FIVE_HOURS: i64 = 5 * 3_600_000;

fn cookies(page: &Page) -> String {
    page.cookies.iter().filter_map(|cookie| cookie.split(';').next()).collect::<Vec<_>>().join("; ")
}

/// The hidden fields that carry a form through signing in.
fn carried(page: &Page) -> [(&'static str, String); 2] {
    ["kept_function", "kept_form"]
        .map(|name| (name, page.attribute(&format!("input[name={name}]"), "value")))
}

/// Signs in on a page that carries a form.
async fn sign_in_again<'a>(app: &'a TestApp, page: &Page) -> (Person<'a>, Page) {
    let carried = carried(page);
    let form = [
        ("email", EMAIL),
        ("password", PASSWORD),
        (carried[0].0, carried[0].1.as_str()),
        (carried[1].0, carried[1].1.as_str()),
    ];
    let shown = app.stranger().post("sign_in", &form).await;
    (Person { cookies: cookies(&shown), ..app.stranger() }, shown)
}

/// Both sites, for the first account.
async fn two_sites(app: &TestApp) -> String {
    let elsewhere = app.another_site("Elsewhere").await;
    let staff =
        app.state.desk.store.staff_by_email(EMAIL).await.expect("a store").expect("an account");
    app.place(&staff.id, &elsewhere.id, &Roles::all()).await;
    elsewhere.id.0
}

#[tokio::test]
async fn what_one_user_typed_is_not_shown_to_another_who_signs_in() {
    let app = TestApp::start().await;
    let site = app.first_site().await;
    let (nurse, staff) = app.member(&site, &[Role::FrontDesk]).await;
    let page = nurse.get("/consultations/new").await;
    let hidden = |name: &str| page.attribute(&format!("main input[name={name}]"), "value");
    let (at, by) = (hidden("at"), hidden("by"));
    assert_eq!((&at, &by), (&site.id.0, &staff.id.0));
    app.pass(FIVE_HOURS);
    let form = [("at", at.as_str()), ("by", by.as_str()), ("first_name", "Zoé")];
    let kept = nurse.post("create_consultation", &form).await;
    let [(function, name), (entries, typed)] = carried(&kept);
    let sign_in = async |email: &str| {
        let form = [
            ("email", email),
            ("password", PASSWORD),
            (function, name.as_str()),
            (entries, typed.as_str()),
        ];
        app.stranger().post("sign_in", &form).await
    };
    let other = sign_in(EMAIL).await;
    assert_eq!((other.status, other.location.as_str()), (StatusCode::SEE_OTHER, "/consultations"));
    assert!(!other.text.contains("Zoé"));
    let own = sign_in(&staff.email).await;
    assert_eq!(own.attribute("#first_name", "value"), "Zoé");
}

#[tokio::test]
async fn what_was_typed_goes_through_signing_in_and_comes_back() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    let at = nurse.get("/consultations/new").await.attribute("input[name=at]", "value");
    app.pass(FIVE_HOURS);
    let form = [
        ("at", at.as_str()),
        ("first_name", "Zoé"),
        ("last_name", "Tremblay & fils"),
        ("identifier", "A-1"),
    ];
    let page = nurse.post("create_consultation", &form).await;
    assert_eq!((page.status, page.heading().as_str()), (StatusCode::UNAUTHORIZED, "Sign in"));
    assert!(
        page.texts("[role=alert]").join(" ").contains("What you typed is kept"),
        "{}",
        page.text
    );

    let typed = carried(&page);
    let wrong = [
        ("email", EMAIL),
        ("password", "wrong"),
        ("kept_function", typed[0].1.as_str()),
        ("kept_form", typed[1].1.as_str()),
    ];
    let wrong = app.stranger().post("sign_in", &wrong).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(carried(&wrong), typed, "a wrong password loses nothing");

    let (nurse, shown) = sign_in_again(&app, &wrong).await;
    assert_eq!(
        (shown.status, shown.texts("h1")),
        (StatusCode::OK, vec!["New consultation".to_owned()]),
        "{}",
        shown.text
    );
    assert!(shown.texts("#errors").join(" ").contains("not sent yet"), "{}", shown.text);
    assert_eq!(shown.attribute("#first_name", "value"), "Zoé");
    assert_eq!(shown.attribute("#last_name", "value"), "Tremblay & fils");
    assert_eq!(app.seen().await["counters"]["creates"], 0, "nothing was sent");
    assert_eq!(
        nurse.post("create_consultation", &form).await.status,
        StatusCode::SEE_OTHER,
        "and now it is"
    );
}

#[tokio::test]
async fn a_form_comes_back_at_the_site_that_it_was_opened_at() {
    let app = TestApp::start().await;
    let elsewhere = two_sites(&app).await;
    let nurse = app.nurse().await;
    assert_eq!(
        nurse.post("switch_site", &[("site", &elsewhere)]).await.status,
        StatusCode::SEE_OTHER
    );
    app.pass(FIVE_HOURS);
    // Somebody else's sign-in sweeps the old sessions out: nothing is left that says where this
    // account worked.
    app.staff(&app.first_site().await, &[Role::FrontDesk]).await;
    let page = nurse
        .post("create_consultation", &[("at", elsewhere.as_str()), ("first_name", "Ada")])
        .await;
    let (nurse, shown) = sign_in_again(&app, &page).await;
    assert_eq!(shown.attribute("input[name=at]", "value"), elsewhere);
    assert_eq!(
        nurse.get("/consultations/new").await.attribute("input[name=at]", "value"),
        elsewhere,
        "and the session is there too"
    );
}

#[tokio::test]
async fn whose_form_it_is_not_does_not_see_it() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    app.pass(FIVE_HOURS);
    let page = nurse
        .post("create_consultation", &[("first_name", "Zoé"), ("last_name", "Tremblay")])
        .await;
    let carried = carried(&page);
    let site = app.first_site().await;
    let manager = app.staff(&site, &[Role::Administrator]).await;
    let account = manager
        .get("/account")
        .await
        .texts("main p")
        .into_iter()
        .find(|text| text.contains('@'))
        .expect("an e-mail");
    let email = account.split(['(', ')']).nth(1).expect("in brackets").to_owned();
    let form = [
        ("email", email.as_str()),
        ("password", PASSWORD),
        ("kept_function", &carried[0].1),
        ("kept_form", &carried[1].1),
    ];
    let shown = app.stranger().post("sign_in", &form).await;
    assert_eq!((shown.status, shown.location.as_str()), (StatusCode::SEE_OTHER, "/admin/staff"));
    assert!(!shown.text.contains("Tremblay"));
}

#[tokio::test]
async fn secrets_and_quick_buttons_are_not_kept() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    app.pass(FIVE_HOURS);
    let page = nurse.post("set_site", &[("name", "Clinic"), ("tenant_key", "a-secret-key")]).await;
    assert_eq!(page.status, StatusCode::UNAUTHORIZED);
    assert!(
        carried(&page)[1].1.contains("name=Clinic") && !page.text.contains("a-secret-key"),
        "{}",
        page.text
    );
    let page = nurse
        .post("change_password", &[("old_password", "an old one"), ("new_password", "a new one")])
        .await;
    assert_eq!(page.status, StatusCode::UNAUTHORIZED);
    assert!(!page.text.contains("kept_form") && !page.text.contains("an old one"));
    // Nobody makes another function run, or another page show, by what is carried.
    let form = [
        ("email", EMAIL),
        ("password", PASSWORD),
        ("kept_function", "sign_out"),
        ("kept_form", "a=b"),
    ];
    assert_eq!(app.stranger().post("sign_in", &form).await.location, "/consultations");
}

#[tokio::test]
async fn what_was_opened_at_one_site_is_not_done_at_another() {
    let app = TestApp::start().await;
    let elsewhere = two_sites(&app).await;
    let nurse = app.nurse().await;
    let first = app.first_site().await;
    let settings = nurse.get("/admin/sites").await;
    let at = settings.attribute("#settings input[name=at]", "value");
    assert_eq!(at, first.id.0);
    // In another window.
    nurse.post("switch_site", &[("site", &elsewhere)]).await;

    let create = [
        ("at", at.as_str()),
        ("first_name", "Zoé"),
        ("last_name", "Tremblay"),
        ("identifier", "A-1"),
    ];
    let page = nurse.post("create_consultation", &create).await;
    assert_eq!(page.status, StatusCode::CONFLICT);
    assert!(
        page.texts("#errors").join(" ").contains("You now work at another site"),
        "{}",
        page.text
    );
    assert_eq!(page.attribute("#first_name", "value"), "Zoé", "what was typed is kept");
    assert_eq!(
        page.attribute("input[name=at]", "value"),
        elsewhere,
        "and can be sent for this site, on purpose"
    );
    assert_eq!(app.seen().await["counters"]["creates"], 0);

    let before = app.state.desk.store.all_sites().await.expect("sites");
    let set = [
        ("at", at.as_str()),
        ("name", "Renamed"),
        ("public_name_en", "Renamed"),
        ("public_name_fr", "Renamed"),
    ];
    let page = nurse.post("set_site", &set).await;
    assert_eq!(page.status, StatusCode::CONFLICT);
    assert!(
        !page.text.contains("Renamed"),
        "the settings of one site are not put into the form of another"
    );
    let member = app
        .state
        .desk
        .store
        .staff_by_email(EMAIL)
        .await
        .expect("a store")
        .expect("an account")
        .id
        .0;
    for (function, more) in [
        ("change_roles", ("clinician", "yes")),
        ("remove_logo", ("x", "")),
        ("write_incident", ("information", "x")),
    ] {
        let page = nurse
            .post(
                function,
                &[
                    ("at", at.as_str()),
                    ("id", if function == "write_incident" { "" } else { &member }),
                    more,
                ],
            )
            .await;
        assert_eq!(page.status, StatusCode::CONFLICT, "{function}");
    }
    let boundary =
        format!("--b\r\nContent-Disposition: form-data; name=\"at\"\r\n\r\n{at}\r\n--b--\r\n");
    let upload = nurse
        .request(reqwest::Method::POST, "/admin/sites/logo")
        .header("content-type", "multipart/form-data; boundary=b");
    assert_eq!(
        upload.body(boundary).send().await.expect("an answer").status(),
        StatusCode::CONFLICT
    );
    assert_eq!(
        app.state.desk.store.all_sites().await.expect("sites"),
        before,
        "nothing was changed"
    );
}
