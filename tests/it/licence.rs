//! Licence numbers of accounts: who sets them, who sees them, and what Empego gets.

use crate::helpers::TestApp;
use empego_desk::model::audit::Action;
use empego_desk::model::role::Role;
use reqwest::StatusCode;

const LICENCE: &str = "PH 12-345";

/// What the sandbox's details page says of the user that it was opened for.
async fn opened_by(app: &TestApp, url: &str) -> String {
    let page = app.load(url).await;
    scraper::Html::parse_document(&page).root_element().text().collect()
}

#[tokio::test]
async fn a_clinicians_licence_number_goes_to_empego_and_its_lack_is_told() {
    let app = TestApp::start().await;
    let chief = app.nurse().await;
    let site = app.first_site().await;
    let (clinician, staff) = app.member(&site, &[Role::Clinician]).await;
    let (_, clerk) = app.member(&site, &[Role::FrontDesk]).await;
    let id = chief.create("Ada", "Example", "A-1").await;
    let details = format!("/consultations/{id}/details");
    let missing = "There is no licence number on your account.";
    for path in [details.as_str(), "/account"] {
        assert!(clinician.get(path).await.text.contains(missing), "{path}");
    }
    let row = async |email: &str| {
        let rows = chief.get("/admin/staff").await.texts("tbody tr");
        rows.into_iter().find(|row| row.contains(email)).expect("a row")
    };
    assert!(row(&staff.email).await.contains("None on record"));
    assert!(!row(&clerk.email).await.contains("None on record"), "it opens no details");
    let open = async || {
        let opened = clinician.call("open_details", &[("id", &id)]).await.json();
        opened_by(&app, opened["url"].as_str().expect("a URL")).await
    };
    let said = open().await;
    assert!(said.contains(&staff.id.0) && !said.contains(LICENCE), "{said}");

    let member = format!("/admin/staff/{}", staff.id);
    let padded = format!(" {LICENCE} ");
    let form = [("id", staff.id.0.as_str()), ("licence", &padded)];
    assert_eq!(chief.post("set_licence", &form).await.location, format!("{member}?done=licence"));
    assert!(row(&staff.email).await.contains(LICENCE));
    assert_eq!(chief.get(&member).await.attribute("#licence", "value"), LICENCE);
    assert!(clinician.get("/account").await.text.contains(LICENCE));
    assert!(!clinician.get(&details).await.text.contains(missing));
    let said = open().await;
    assert!(said.contains(&format!("{} ({LICENCE})", staff.id)), "{said}");

    let changes = [("PH-9", "licence=changed"), ("", "licence=removed")];
    for (licence, _) in changes {
        let form = [("id", staff.id.0.as_str()), ("licence", licence)];
        assert_eq!(chief.post("set_licence", &form).await.status, StatusCode::SEE_OTHER);
    }
    assert!(clinician.get(&details).await.text.contains(missing));
    let log = app.log().await;
    let mut details: Vec<_> = log
        .iter()
        .filter(|row| row.action == Action::AccountChanged)
        .map(|row| row.detail.clone())
        .collect();
    details.reverse();
    let expected = ["licence=added", "licence=changed", "licence=removed"]
        .map(|what| format!("account={} {what}", staff.id));
    assert_eq!(details, expected, "the number itself is not in the log");
}

#[tokio::test]
async fn what_is_no_licence_number_is_refused_where_it_was_typed() {
    let app = TestApp::start().await;
    let chief = app.nurse().await;
    let site = app.first_site().await;
    let (_, staff) = app.member(&site, &[Role::Clinician]).await;
    let long = "1".repeat(41);
    let said = ["A licence number has at most 40 letters, digits, spaces, dashes, periods and \
                 slashes, without accents"];
    for typed in ["é-12", "<b>12</b>", "12\u{202e}3", long.as_str()] {
        let form = [("id", staff.id.0.as_str()), ("licence", typed)];
        let page = chief.post("set_licence", &form).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{typed}");
        assert_eq!(page.texts("#licence-error"), said);
        assert_eq!(page.attribute("#licence", "value"), typed, "what was typed is there");
        let form = [
            ("email", "ada@clinic.example"),
            ("name", "Ada"),
            ("clinician", "yes"),
            ("licence", typed),
        ];
        let page = chief.post("add_account", &form).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{typed}");
        assert_eq!(page.attribute("#licence", "value"), typed);
    }
    let form = [
        ("email", "ada@clinic.example"),
        ("name", "Ada"),
        ("clinician", "yes"),
        ("licence", LICENCE),
    ];
    assert_eq!(chief.post("add_account", &form).await.status, StatusCode::OK);
    let store = &app.state.desk.store;
    let ada = store.staff_by_email("ada@clinic.example").await.expect("a store").expect("Ada");
    assert_eq!(ada.licence.as_deref(), Some(LICENCE));
}

#[tokio::test]
async fn an_administrator_of_all_sites_alone_sets_it() {
    let app = TestApp::start().await;
    let (site, elsewhere) = (app.first_site().await, app.another_site("Elsewhere").await);
    let (_, staff) = app.member(&site, &[Role::Clinician]).await;
    let store = &app.state.desk.store;
    let join = empego_desk::store::Join::ByOperator;
    let roles = [Role::Clinician].into_iter().collect();
    store.join(&staff.id, &elsewhere.id, &roles, join, &[]).await.expect("it joins");
    let theirs = app.staff(&elsewhere, &[Role::Administrator]).await;
    let form = [("id", staff.id.0.as_str()), ("licence", LICENCE)];
    assert_eq!(theirs.post("set_licence", &form).await.status, StatusCode::FORBIDDEN);
    let page = theirs.get(&format!("/admin/staff/{}", staff.id)).await;
    assert!(page.texts("#change-licence").is_empty(), "there is no form either");
    let kept = store.staff_by_email(&staff.email).await.expect("a store").expect("an account");
    assert_eq!(kept.licence, None);
}

#[tokio::test]
async fn a_licence_number_is_taken_with_an_account_that_left_all_its_sites_and_no_other() {
    let app = TestApp::start().await;
    let chief = app.nurse().await;
    let elsewhere = app.another_site("Elsewhere").await;
    let theirs = app.staff(&elsewhere, &[Role::Administrator]).await;
    let (_, left) = app.member(&elsewhere, &[Role::FrontDesk]).await;
    let (_, stays) = app.member(&elsewhere, &[Role::FrontDesk]).await;
    theirs.post("change_roles", &[("id", left.id.0.as_str())]).await;
    let mut said = Vec::new();
    for staff in [&left, &stays] {
        let form = [
            ("email", staff.email.as_str()),
            ("name", "Ada"),
            ("front_desk", "yes"),
            ("licence", LICENCE),
        ];
        said.push(chief.post("add_account", &form).await.text);
    }
    let text = "The licence number was not taken";
    assert!(!said[0].contains(text) && said[1].contains(text), "{said:?}");
    let licence = async |email: &str| {
        let found = app.state.desk.store.staff_by_email(email).await.expect("it answers");
        found.expect("it is there").licence
    };
    assert_eq!(licence(&left.email).await.as_deref(), Some(LICENCE));
    assert_eq!(licence(&stays.email).await, None);
    let row = format!("account={} licence=added", left.id);
    let log = app.log().await;
    assert_eq!(log.iter().filter(|it| it.detail == row).count(), 1);
}
