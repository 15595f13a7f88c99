//! The settings of the site that an administrator works at.

use super::logged;
use crate::helpers::{CLINIC, Person, TestApp, production};
use empego_desk::desk::TENANT_KEY;
use empego_desk::model::audit::Action;
use empego_desk::model::role::Role;
use empego_desk::model::site::LinkRules;
use reqwest::StatusCode;

const HOUR: i64 = 3_600_000;
const KEY: &str = "5a0db0c5-0000-4000-8000-00000000000b";

/// The form as the page of a fresh site fills it in.
pub(super) fn form<'a>(changes: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut form = vec![
        ("name", CLINIC),
        ("public_name_en", CLINIC),
        ("public_name_fr", CLINIC),
        ("link_ttl", "3"),
        ("link_ttl_unit", "days"),
        ("retention", ""),
        ("retention_unit", "none"),
        ("accent", ""),
        ("time_zone", ""),
        ("tenant_key", ""),
    ];
    form.retain(|(name, _)| !changes.iter().any(|(changed, _)| changed == name));
    form.extend_from_slice(changes);
    form
}

pub(super) async fn set(person: &Person<'_>, changes: &[(&str, &str)]) {
    let page = person.post("set_site", &form(changes)).await;
    assert_eq!(
        (page.status, page.location.as_str()),
        (StatusCode::SEE_OTHER, "/admin/sites?saved=yes"),
        "{:?}",
        page.texts("#errors li")
    );
}

#[tokio::test]
async fn settings_are_shown_changed_and_logged_by_name() {
    let app = TestApp::start().await;
    let site = app.first_site().await;
    let chief = app.staff(&site, &[Role::Administrator]).await;
    let page = chief.get("/admin/sites").await;
    assert_eq!(page.heading(), "Site settings");
    assert_eq!(
        (
            page.attribute("#link_ttl", "value"),
            page.attribute("#link_ttl_unit option[selected]", "value")
        ),
        ("3".to_owned(), "days".to_owned())
    );
    assert_eq!(page.attribute("#retention_unit option[selected]", "value"), "none");

    set(&chief, &[]).await;
    assert!(logged(&app, &site.id, Action::SiteChanged).await.is_empty(), "nothing changed");
    let changes = [
        ("name", "  Clinique   du Mont "),
        ("public_name_fr", "Clinique du Mont-Royal"),
        ("link_ttl", "36"),
        ("link_ttl_unit", "hours"),
        ("birth_date_gate", "yes"),
        ("keep_exports", "yes"),
        ("retention", "10"),
        ("retention_unit", "years"),
        ("accent", "#AB2424"),
    ];
    set(&chief, &changes).await;
    assert_eq!(
        logged(&app, &site.id, Action::SiteChanged).await,
        ["name public_name_fr link_ttl birth_date_gate retention keep_exports accent"]
    );
    let set_site =
        app.state.desk.store.site(&site.id).await.expect("a store").expect("it is there");
    assert_eq!(
        (set_site.name.as_str(), set_site.accent.as_deref()),
        ("Clinique du Mont", Some("#ab2424"))
    );
    assert_eq!(set_site.rules, LinkRules { ttl_ms: Some(36 * HOUR), birth_date_gate: true });
    assert!(set_site.keep_exports);
    assert_eq!(set_site.retention_ms, Some(10 * 365 * 24 * HOUR));
    let page = chief.get("/admin/sites?saved=yes").await;
    assert_eq!(page.texts(".notice h2"), ["Saved"]);
    assert_eq!(page.attribute("#link_ttl_unit option[selected]", "value"), "hours");
    assert_eq!(page.attribute("#retention_unit option[selected]", "value"), "years");
    assert!(page.text.contains("checked"));

    let french = Person { language: "fr", ..chief };
    let page = french.get("/admin/sites").await;
    assert_eq!(
        (page.heading().as_str(), page.texts("#settings button")),
        ("Réglages du site", vec!["Enregistrer les réglages".to_owned()])
    );
}

#[tokio::test]
async fn what_is_no_setting_is_refused_and_changes_nothing() {
    let app = TestApp::start().await;
    let site = app.first_site().await;
    app.another_site("Elsewhere").await;
    let chief = app.staff(&site, &[Role::Administrator]).await;
    let long = "x".repeat(101);
    for (field, value, problem) in [
        ("name", "", "Name: fill this in"),
        ("name", "ELSEWHERE", "Another site has this name"),
        (
            "public_name_en",
            long.as_str(),
            "Name for patients, in English: use 100 characters or fewer, without line breaks",
        ),
        (
            "link_ttl",
            "0",
            "A new link works for: enter a whole number, from 1 hour to 100 years in all",
        ),
        (
            "link_ttl",
            "-3",
            "A new link works for: enter a whole number, from 1 hour to 100 years in all",
        ),
        (
            "link_ttl",
            "99999999999999999999",
            "A new link works for: enter a whole number, from 1 hour to 100 years in all",
        ),
        (
            "retention_unit",
            "days",
            "Kept for: enter a whole number, from 1 hour to 100 years in all",
        ),
        ("accent", "red;}body{display:none", "Enter the colour as # and six hexadecimal digits"),
        ("accent", "#ffee00", "White text on this colour is too hard to read. Choose a darker one"),
        (
            "tenant_key",
            "two words",
            "A tenant key has at most 200 letters, digits and symbols, without spaces or accents",
        ),
        (
            "tenant_key",
            "clé",
            "A tenant key has at most 200 letters, digits and symbols, without spaces or accents",
        ),
    ] {
        let page = chief.post("set_site", &form(&[(field, value)])).await;
        assert_eq!(
            (page.status, page.texts("#errors li")),
            (StatusCode::UNPROCESSABLE_ENTITY, vec![problem.to_owned()]),
            "{field} {value}"
        );
        if field != "retention_unit" && field != "tenant_key" {
            assert_eq!(page.attribute(&format!("#{field}"), "value"), value, "the entry is kept");
        }
    }
    assert_eq!(app.first_site().await, site);
    let desk = app.staff(&site, &[Role::FrontDesk, Role::Clinician]).await;
    assert_eq!(
        desk.post("set_site", &form(&[("name", "Mine")])).await.status,
        StatusCode::FORBIDDEN
    );
    assert_eq!(app.first_site().await, site);
    assert!(logged(&app, &site.id, Action::SiteChanged).await.is_empty());
}

/// With it the desk would refuse its next start, for all sites.
#[tokio::test]
async fn in_production_no_site_takes_the_name_of_the_product() {
    let app = TestApp::with(production).await;
    let site = app.first_site().await;
    let chief = app.staff(&site, &[Role::Administrator]).await;
    let said = ["Enter the name of the clinic or pharmacy: patients read it"];
    for field in ["public_name_en", "public_name_fr"] {
        let page = chief.post("set_site", &form(&[(field, " empego  DESK")])).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{field}");
        assert_eq!(page.texts(&format!("#{field}-error")), said);
        let new = format!("new_{field}");
        let mut names = vec![
            ("new_name", "Elsewhere"),
            ("new_public_name_en", "Elsewhere"),
            ("new_public_name_fr", "Ailleurs"),
        ];
        names.retain(|(name, _)| *name != new);
        names.push((&new, "Empego Desk"));
        let page = chief.post("add_site", &names).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{field}");
        assert_eq!(page.texts(&format!("#{new}-error")), said);
    }
    assert_eq!(app.state.desk.store.all_sites().await.expect("a store"), [site]);

    // A desk that is tried out may keep it: its page warns of the name.
    let app = TestApp::start().await;
    let chief = app.staff(&app.first_site().await, &[Role::Administrator]).await;
    set(&chief, &[("public_name_en", "Empego Desk")]).await;
}

#[tokio::test]
async fn a_tenant_key_goes_in_and_never_comes_out() {
    let app = TestApp::start().await;
    let site = app.first_site().await;
    let chief = app.staff(&site, &[Role::Administrator]).await;
    let sealed = || async { app.first_site().await.tenant_key };
    assert!(chief.get("/admin/sites").await.text.contains("No key of its own"));

    set(&chief, &[("tenant_key", KEY)]).await;
    let first = sealed().await.expect("a key");
    assert!(!first.contains(KEY));
    assert_eq!(app.state.desk.secrets.open(TENANT_KEY, &first).as_deref(), Some(KEY));
    let page = chief.get("/admin/sites").await;
    assert!(
        page.text.contains("Current key: …000b")
            && !page.text.contains(KEY)
            && !page.text.contains(&first)
    );
    assert_eq!(page.attribute("#tenant_key", "value"), "");
    let refused = chief
        .post("set_site", &form(&[("tenant_key", "another-key-0815"), ("accent", "red")]))
        .await;
    assert!(!refused.text.contains("another-key-0815"), "not even to whoever typed it");

    set(&chief, &[]).await;
    assert_eq!(sealed().await, Some(first.clone()), "empty keeps it");
    set(&chief, &[("remove_tenant_key", "yes"), ("tenant_key", "short")]).await;
    assert!(
        chief.get("/admin/sites").await.text.contains("Current key: …<"),
        "of a short one nothing is shown"
    );
    set(&chief, &[("remove_tenant_key", "yes")]).await;
    assert_eq!(sealed().await, None);
    assert_eq!(logged(&app, &site.id, Action::SiteChanged).await, ["tenant_key"; 3]);
}
