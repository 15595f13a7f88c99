//! Each site is its own tenant at Empego.

use crate::helpers::TestApp;
use empego_desk::desk::TENANT_KEY as PURPOSE;
use empego_desk::model::role::Role;
use empego_desk::model::site::Site;
use empego_desk::sandbox::{CHAIN_API_KEY, SECOND_TENANT_KEY, TENANT_KEY};
use reqwest::StatusCode;

/// A desk with the key of several tenants and none for the whole desk, at the sandbox of another
/// desk.
async fn chain(empego: &TestApp) -> TestApp {
    TestApp::with(|settings| {
        settings.empego_api_url = Some(format!("{}/v2", empego.sandbox));
        settings.empego_api_key = Some(CHAIN_API_KEY.to_owned());
        settings.empego_app_origins = Some(empego.sandbox.clone());
    })
    .await
}

async fn with_key(app: &TestApp, site: Site, key: &str) -> Site {
    let sealed = app.state.desk.secrets.seal(PURPOSE, key, &app.state.desk.ambient);
    let site = Site { tenant_key: sealed, ..site };
    app.state.desk.store.set_site(&site, &[]).await.expect("it is set");
    site
}

const FORM: [(&str, &str); 3] =
    [("first_name", "Ada"), ("last_name", "Example"), ("identifier", "A-1")];

#[tokio::test]
async fn two_sites_create_in_their_own_tenants() {
    let empego = TestApp::start().await;
    let app = chain(&empego).await;
    // Another site begins as the first one is.
    let (second, third) = (app.another_site("Second").await, app.another_site("Third").await);
    let first = with_key(&app, app.first_site().await, TENANT_KEY).await;
    let second = with_key(&app, second, SECOND_TENANT_KEY).await;

    // The same number at two sites is two patients, here and at Empego.
    for (site, tenant) in [(&first, TENANT_KEY), (&second, SECOND_TENANT_KEY)] {
        let person = app.staff(site, &[Role::FrontDesk]).await;
        let id = person.create("Ada", "Example", "A-1").await;
        let seen = empego.seen().await;
        let created = seen["consultations"].as_array().expect("a list").last().expect("one");
        assert_eq!(created["tenantKey"], tenant);
        let start =
            app.stranger().call("start_consultation", &[("token", &person.token(&id).await)]).await;
        assert_eq!(start.status, StatusCode::OK, "and it is asked for there: {}", start.text);
    }
    assert_eq!(empego.seen().await["counters"]["patients"], 2);

    let person = app.staff(&third, &[Role::FrontDesk]).await;
    let page = person.post("create_consultation", &FORM).await;
    assert_eq!(page.status, StatusCode::BAD_GATEWAY);
    assert!(
        page.text.contains("Empego refused the information")
            && page.text.contains("tell your administrator"),
        "{}",
        page.text
    );
    with_key(&app, third.clone(), "not-a-tenant-of-the-key").await;
    let page = person.post("create_consultation", &FORM).await;
    assert_eq!(page.status, StatusCode::BAD_GATEWAY);
    assert!(
        page.text.contains("Empego refused our key")
            && page.text.contains("Ask your administrator")
    );
    assert_eq!(empego.seen().await["counters"]["creates"], 2);
}

#[tokio::test]
async fn a_key_that_cannot_be_opened_is_named_and_no_other_is_used() {
    let app = TestApp::start().await;
    let site = app.first_site().await;
    let nurse = app.nurse().await;
    let id = nurse.create("Bea", "Example", "B-1").await;
    let token = nurse.token(&id).await;
    // Sealed under another secret.
    let broken =
        Site { tenant_key: Some("0123456789abcdefghijklmnopqrstuvwxyz".to_owned()), ..site };
    app.state.desk.store.set_site(&broken, &[]).await.expect("it is set");

    let calls = app.seen().await["counters"]["rest_calls"].clone();
    let page = nurse.post("create_consultation", &FORM).await;
    assert_eq!(page.status, StatusCode::BAD_GATEWAY);
    assert_eq!(page.texts("#errors h2"), ["This site’s Empego key cannot be read"]);
    assert_eq!(page.attribute("#last_name", "value"), "Example", "the entries are kept");
    let page = app.stranger().post("start_consultation", &[("token", &token)]).await;
    assert_eq!(
        (page.status, page.texts(".notice h2")),
        (StatusCode::BAD_GATEWAY, vec!["Please ask the staff".to_owned()])
    );
    assert_eq!(app.seen().await["counters"]["rest_calls"], calls, "Empego was not asked");
    assert_eq!(
        nurse.get("/consultations").await.texts("tbody th a").len(),
        1,
        "and nothing was recorded"
    );
    let page = nurse.get("/admin/sites").await;
    assert_eq!(page.texts(".notice h2"), ["The tenant key can no longer be read"]);
}
