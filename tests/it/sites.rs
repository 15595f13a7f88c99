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
        [CLINIC, "Elsewhere"],
        "only where the account has a role"
    );
    assert_eq!(page.texts("#switch-site option[selected]"), [CLINIC], "where the user is");
    assert_eq!(page.attribute("#switch-site option:last-child", "value"), elsewhere.id.0);
    assert_eq!(
        nurse.post("switch_site", &[("site", &third.id.0)]).await.status,
        StatusCode::NOT_FOUND
    );
    let switched = nurse.post("switch_site", &[("site", &elsewhere.id.0)]).await;
    let page = nurse.get(&nurse.get(&switched.location).await.location).await;
    assert_eq!(page.texts("[role=status] h2"), ["You are now at Elsewhere"]);
    assert_eq!(page.texts("#switch-site option"), [CLINIC, "Elsewhere"]);
    assert_eq!(page.texts("#switch-site option[selected]"), ["Elsewhere"]);
    // To the site where the user is already: nothing changes.
    nurse.post("switch_site", &[("site", &elsewhere.id.0)]).await;
    assert_eq!(logged(&app, &app.first_site().await.id, Action::SiteSwitched).await.len(), 1);
    assert!(logged(&app, &elsewhere.id, Action::SiteSwitched).await.is_empty());
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
        [("", "Name for staff: fill this in"), ("clinique DU parc", "Another site has this name")]
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
    let page = chief.get(&chief.post("add_site", &form).await.location).await;
    assert_eq!(page.texts("[role=status] h2"), ["North was added"], "with the way there");
    assert_eq!(page.texts("#switch-site option"), [CLINIC, "North"]);
    let north = SiteId(page.attribute("[role=status] input[name=site]", "value"));
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

#[tokio::test]
async fn the_maker_of_a_site_chooses_the_roles_there() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    let page = nurse.get("/admin/sites").await;
    for name in ["new_front_desk", "new_clinician"] {
        let ticked = page.texts(&format!("input[name={name}][checked]"));
        assert_eq!(ticked.len(), 1, "offered as the maker has the role here: {name}");
    }
    let form = [
        ("new_name", "North"),
        ("new_public_name_en", "North clinic"),
        ("new_public_name_fr", "Clinique du Nord"),
        ("new_front_desk", "yes"),
    ];
    let page = nurse.get(&nurse.post("add_site", &form).await.location).await;
    let north = page.attribute("[role=status] input[name=site]", "value");
    let switched = nurse.post("switch_site", &[("site", &north)]).await;
    let first = nurse.get(&nurse.get(&switched.location).await.location).await;
    assert_eq!((first.status, first.heading().as_str()), (StatusCode::OK, "Consultations"));
    assert_eq!(first.texts("[role=status] h2"), ["You are now at North"]);
    assert!(first.texts("header nav a").contains(&"Site".to_owned()), "and administers it");
}

/// What a user cannot open is no link in the header, whatever the roles.
#[tokio::test]
async fn the_header_leads_nowhere_that_is_refused() {
    let app = TestApp::start().await;
    let site = app.first_site().await;
    for roles in [
        &[Role::FrontDesk][..],
        &[Role::Clinician],
        &[Role::Administrator],
        &[Role::FrontDesk, Role::Administrator],
    ] {
        let person = app.staff(&site, roles).await;
        let home = person.get("/").await.location;
        let page = person.get(&home).await;
        assert_eq!(page.status, StatusCode::OK, "{roles:?}");
        let links = page.attributes("header a", "href");
        assert!(links.len() > 2, "{roles:?}: {links:?}");
        for link in links {
            assert_eq!(person.get(&link).await.status, StatusCode::OK, "{roles:?} {link}");
        }
    }
}

#[tokio::test]
async fn a_site_without_a_name_of_its_own_says_so() {
    let app = TestApp::with(|settings| settings.desk_clinic_name = None).await;
    let page = app.nurse().await.get("/admin/sites").await;
    assert!(page.texts(".notice h2")[0].starts_with("Patients read “Empego Desk”"));
    let app = TestApp::start().await;
    assert!(app.nurse().await.get("/admin/sites").await.texts(".notice").is_empty());
}
