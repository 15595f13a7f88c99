//! Sites: going from one to the other, their settings, each one's own tenant, and how they look to
//! patients.

mod look;
mod settings;
mod tenants;
mod time_zone;

use crate::helpers::{CLINIC, EMAIL, TestApp};
use empego_desk::model::audit::Action;
use empego_desk::model::ids::SiteId;
use empego_desk::model::role::{Role, Roles};
use empego_desk::store::LogQuery;
use reqwest::StatusCode;

/// Gives the first account these roles at a site.
async fn enrol(app: &TestApp, site: &SiteId, roles: &[Role]) {
    let store = &app.state.desk.store;
    let nurse = store.staff_by_email(EMAIL).await.expect("a store").expect("the first account");
    app.place(&nurse.id, site, &roles.iter().copied().collect::<Roles>()).await;
}

/// The details of a site's log rows of one action, oldest first.
pub async fn logged(app: &TestApp, site: &SiteId, action: Action) -> Vec<String> {
    let query = LogQuery {
        site: site.clone(),
        staff: None,
        patients: None,
        action: Some(action),
        from: None,
        until: None,
        before: None,
        limit: 100,
    };
    let rows = app.state.desk.store.log(&query).await.expect("a log");
    rows.into_iter().rev().map(|row| row.record.detail).collect()
}

#[tokio::test]
async fn the_header_names_the_site_and_leads_to_the_others() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    let page = nurse.get("/consultations").await;
    assert_eq!(page.texts(".account .site"), [CLINIC]);
    assert!(page.texts("#switch-site").is_empty(), "there is nowhere to go");

    let (elsewhere, third) = (app.another_site("Elsewhere").await, app.another_site("Third").await);
    enrol(&app, &elsewhere.id, &[Role::FrontDesk]).await;
    let page = nurse.get("/consultations").await;
    assert_eq!(
        page.texts("#switch-site option"),
        ["Elsewhere"],
        "only where the account has a role"
    );
    assert_eq!(page.attribute("#switch-site option", "value"), elsewhere.id.0);
    assert_eq!(
        nurse.post("switch_site", &[("site", &third.id.0)]).await.status,
        StatusCode::NOT_FOUND
    );
    assert_eq!(nurse.post("switch_site", &[("site", &elsewhere.id.0)]).await.location, "/");
    let page = nurse.get("/consultations").await;
    assert_eq!(
        (page.texts(".account .site"), page.texts("#switch-site option")),
        (vec!["Elsewhere".to_owned()], vec![CLINIC.to_owned()])
    );
    assert!(
        page.texts("nav a").iter().all(|link| link != "Site"),
        "the front desk has no settings"
    );
    assert_eq!(nurse.get("/admin/sites").await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn whoever_adds_a_site_becomes_its_administrator() {
    let app = TestApp::start().await;
    let first = app.first_site().await;
    let chief = app.staff(&first, &[Role::Administrator]).await;
    for (name, problem) in
        [("", "Fill this in"), ("clinique DU parc", "Another site has this name")]
    {
        let page = chief
            .post(
                "add_site",
                &[
                    ("new_name", name),
                    ("new_public_name_en", "North"),
                    ("new_public_name_fr", "Nord"),
                ],
            )
            .await;
        assert_eq!(
            (page.status, page.texts("#errors li")),
            (StatusCode::UNPROCESSABLE_ENTITY, vec![problem.to_owned()])
        );
        assert_eq!(page.attribute("#new_public_name_fr", "value"), "Nord", "the entries are kept");
        assert_eq!(
            page.attribute("#name", "value"),
            CLINIC,
            "and the other form shows what is set"
        );
    }
    let form = [
        ("new_name", "North"),
        ("new_public_name_en", "North clinic"),
        ("new_public_name_fr", "Clinique du Nord"),
    ];
    assert_eq!(chief.post("add_site", &form).await.location, "/admin/sites");
    let page = chief.get("/admin/sites").await;
    assert_eq!(page.texts("#switch-site option"), ["North"]);
    let north = SiteId(page.attribute("#switch-site option", "value"));
    assert_eq!(logged(&app, &first.id, Action::SiteChanged).await, [format!("added={north}")]);
    assert_eq!(logged(&app, &north, Action::SiteChanged).await, ["added"]);
    let site = app.state.desk.store.site(&north).await.expect("a store").expect("it is there");
    assert_eq!(
        (site.rules, site.retention_ms, site.tenant_key, site.accent),
        (first.rules, first.retention_ms, None, None)
    );
    chief.post("switch_site", &[("site", &north.0)]).await;
    assert_eq!(
        chief.get("/consultations").await.status,
        StatusCode::FORBIDDEN,
        "an administrator sees no patient's record"
    );
    assert_eq!(chief.get("/admin/sites").await.attribute("#name", "value"), "North");
}
