//! Rows of no site: about the whole installation, and for whoever administers all of it.

use super::{actions, logged, search};
use crate::helpers::{CLINIC, EMAIL, Person, TestApp};
use empego_desk::model::audit::Action;
use empego_desk::model::ids::SiteId;
use empego_desk::model::role::{Role, Roles};
use reqwest::StatusCode;

/// Gives the first account these roles at a site.
async fn enrol(app: &TestApp, site: &SiteId, roles: &[Role]) {
    let store = &app.state.desk.store;
    let nurse = store.staff_by_email(EMAIL).await.expect("a store").expect("the first account");
    app.place(&nurse.id, site, &roles.iter().copied().collect::<Roles>()).await;
}

/// What strangers do that is of no site.
async fn knock(app: &TestApp) {
    app.stranger()
        .post("sign_in", &[("email", "nobody@clinic.example"), ("password", "wrong")])
        .await;
    app.stranger().get("/c/nobodys").await;
}

#[tokio::test]
async fn whoever_administers_every_site_reads_them() {
    let app = TestApp::start().await;
    knock(&app).await;
    let nurse = app.nurse().await;
    let page = nurse.get("/admin/audit").await;
    assert_eq!(page.texts("#of option"), [CLINIC, "No site (the whole installation)"]);
    assert!(!page.text.contains("unknown link"), "a site's log is a site's");

    let page = search(&nurse, &[("of", "none")]).await;
    assert_eq!(
        actions(&page),
        ["Unknown person was denied access", "Unknown person was refused sign-in"]
    );
    assert_eq!(page.texts("table.log td small"), ["unknown link", "password"]);
    assert_eq!(page.attribute("#of option[selected]", "value"), "none", "what was chosen stays");
    let told = logged(&app).await.swap_remove(0).record;
    assert_eq!(
        (told.action, told.detail.as_str()),
        (Action::LogRead, "rows=2 of=none"),
        "reading them is in the log of the reader's site"
    );
    let page = search(&nurse, &[("of", "none"), ("action", "refused")]).await;
    assert_eq!(actions(&page), ["Unknown person was denied access"], "the other filters count");
    let french = Person { language: "fr", ..nurse.clone() }.get("/admin/audit?of=none").await;
    assert_eq!(french.texts("#of option"), [CLINIC, "Aucun site (toute l’installation)"]);
    assert!(french.text.contains("ne relèvent d’aucun site"));
}

#[tokio::test]
async fn they_come_in_pages_too() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    knock(&app).await;
    let row = app.whole_log().await.pop().expect("a row");
    app.state.desk.store.record(&vec![row; 60]).await.expect("it is written");
    let page = nurse.get("/admin/audit?of=none").await;
    assert_eq!(actions(&page).len(), 50);
    let next = page.attribute("a[rel=next]", "href");
    assert!(next.starts_with("/admin/audit?of=none&"), "{next}");
    assert_eq!(actions(&nurse.get(&next).await).len(), 12);
}

#[tokio::test]
async fn nobody_else_does() {
    let app = TestApp::start().await;
    knock(&app).await;
    let nurse = app.nurse().await;
    let elsewhere = app.another_site("Elsewhere").await;
    let chief = app.staff(&elsewhere, &[Role::Administrator]).await;
    enrol(&app, &elsewhere.id, &[Role::FrontDesk, Role::Clinician]).await;
    for person in [&nurse, &chief] {
        assert!(person.get("/admin/audit").await.texts("#of").is_empty(), "it is not offered");
        let sent = person.post("search_log", &[("of", "none")]).await;
        for path in [sent.location.as_str(), "/admin/audit?of=none&action=refused"] {
            let page = person.get(path).await;
            assert_eq!(
                (page.status, page.heading().as_str()),
                (StatusCode::FORBIDDEN, "You do not have access"),
                "{path}"
            );
            assert!(!page.text.contains("unknown link") && page.texts("table.log").is_empty());
        }
    }
    let refused: Vec<String> = app
        .log()
        .await
        .into_iter()
        .filter(|row| row.action == Action::Refused)
        .map(|row| row.detail)
        .collect();
    assert_eq!(refused, ["log of=none", "log of=none"], "and that is in the log");
    // It counts at once, both ways.
    enrol(&app, &elsewhere.id, &[Role::Administrator]).await;
    assert_eq!(nurse.get("/admin/audit?of=none").await.status, StatusCode::OK);
    app.another_site("Third").await;
    assert_eq!(nurse.get("/admin/audit?of=none").await.status, StatusCode::FORBIDDEN);
}
