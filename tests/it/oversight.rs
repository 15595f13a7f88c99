//! The incident register, legal holds and the retention, as administrators meet them.

use crate::helpers::{Page, Person, TestApp};
use empego_desk::desk::retention;
use empego_desk::model::audit::Action;
use empego_desk::model::ids::ConsultationId;
use empego_desk::model::role::Role;
use empego_desk::model::site::Site;
use empego_desk::store::{Leap, LogQuery};
use reqwest::StatusCode;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

const DAY: i64 = 86_400_000;

const INCIDENT: [(&str, &str); 11] = [
    ("information", "=Names of one list"),
    ("circumstances", "Sent to the wrong clinic"),
    ("happened", "between May 3 and 5"),
    ("aware_on", "2026-05-06"),
    ("persons", "12"),
    ("persons_in_quebec", "11"),
    ("serious", "yes"),
    ("reasons", "Health numbers\r\nwere among it"),
    ("commission_on", "2026-05-07"),
    ("persons_on", ""),
    ("measures", "Called back"),
];

/// The form with one field changed.
fn with<'a>(field: &str, value: &'a str) -> Vec<(&'a str, &'a str)> {
    INCIDENT
        .into_iter()
        .map(|(name, kept)| (name, if name == field { value } else { kept }))
        .collect()
}

async fn count(app: &TestApp, action: Action) -> usize {
    let site = app.first_site().await.id;
    let query = LogQuery {
        site,
        staff: None,
        patients: None,
        action: Some(action),
        from: None,
        until: None,
        before: None,
        limit: 1_000,
    };
    app.state.desk.store.log(&query).await.expect("it answers").len()
}

#[tokio::test]
async fn an_incident_is_entered_edited_and_taken_along() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    assert_eq!(nurse.get("/admin/incidents").await.texts(".empty h2"), ["No incidents"]);
    assert_eq!(nurse.get("/admin/incidents/new").await.heading(), "New incident");
    assert_eq!(nurse.post("write_incident", &INCIDENT).await.location, "/admin/incidents");
    let list = nurse.get("/admin/incidents").await;
    assert_eq!(list.texts("table tbody tr").len(), 1);
    let href = list.attribute("table tbody a", "href");
    let page = nurse.get(&href).await;
    assert_eq!(page.texts("#circumstances"), ["Sent to the wrong clinic"]);
    assert_eq!(page.attribute("#aware_on", "value"), "2026-05-06");
    assert_eq!(page.attribute("input[name=serious][checked]", "value"), "yes");

    let id = href.strip_prefix("/admin/incidents/").expect("an incident").to_owned();
    let mut edit = with("circumstances", "Sent to two wrong clinics");
    edit.extend([("id", id.as_str()), ("version", "1")]);
    assert_eq!(nurse.post("write_incident", &edit).await.location, "/admin/incidents");
    assert_eq!(
        nurse.get(&href).await.texts("details").len(),
        2,
        "each edit is a version that stays"
    );
    let late = nurse.post("write_incident", &edit).await;
    assert_eq!(late.status, StatusCode::UNPROCESSABLE_ENTITY, "somebody else was there first");
    assert!(late.texts("#errors li")[0].starts_with("Another person has changed this incident"));
    assert_eq!(late.texts("#circumstances"), ["Sent to two wrong clinics"], "entries are kept");
    assert_eq!(count(&app, Action::IncidentChanged).await, 2);

    let file = nurse.get("/admin/incidents/register.csv").await;
    assert_eq!(
        file.headers["content-disposition"],
        "attachment; filename=\"incident-register-2026-09-21.csv\"; \
         filename*=UTF-8''incident-register-2026-09-21.csv"
    );
    for part in [
        "'=Names of one list",
        "Sent to two wrong clinics",
        "\"Health numbers\nwere among it\"",
        ",\"2\",",
    ] {
        assert!(file.text.contains(part), "{part:?} is not in {}", file.text);
    }
    assert_eq!(count(&app, Action::Exported).await, 1);
    // French words, and the register of another site.
    let french = Person { language: "fr", ..nurse.clone() }.get("/admin/incidents").await;
    assert_eq!(french.heading(), "Registre des incidents");
    let stranger = app.staff(&app.another_site("Elsewhere").await, &Role::ALL).await;
    assert_eq!(stranger.get(&href).await.status, StatusCode::NOT_FOUND);
    assert!(stranger.get("/admin/incidents").await.texts("table").is_empty());
    assert_eq!(stranger.post("write_incident", &edit).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn an_incident_that_cannot_be_is_shown_again_with_its_entries() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    let long = "x".repeat(4_001);
    for (field, value, expected) in [
        ("information", " ", "Information concerned: fill this in"),
        ("circumstances", "", "Circumstances: fill this in"),
        ("happened", "", "Date or period of the incident: fill this in"),
        ("aware_on", "", "Date you became aware: fill this in"),
        (
            "aware_on",
            "2027-01-01",
            "Date you became aware: enter a valid date that is not in the future",
        ),
        (
            "persons_on",
            "2026-02-30",
            "Persons notified on: enter a valid date that is not in the future",
        ),
        (
            "persons",
            "a few",
            "Enter a whole number; the number in Québec cannot be higher than the total",
        ),
        (
            "persons_in_quebec",
            "13",
            "Enter a whole number; the number in Québec cannot be higher than the total",
        ),
        ("serious", "", "Indicate whether there is a risk of serious injury"),
        (
            "measures",
            &long,
            "Measures taken to reduce the risk: this text is too long. Use 4,000 characters or fewer",
        ),
    ] {
        let page = nurse.post("write_incident", &with(field, value)).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{field}");
        assert_eq!(page.texts("#errors li"), [expected], "{field}");
        assert!(
            page.text.contains("Names of one list") || field == "information",
            "{field}: entries are kept"
        );
    }
    assert_eq!(count(&app, Action::IncidentChanged).await, 0);
}

/// A desk whose first site keeps finished records for 30 days.
async fn keeping(days: i64) -> (TestApp, Site) {
    let app = TestApp::with(|settings| settings.desk_retention = Some(format!("{days}d"))).await;
    let site = app.first_site().await;
    (app, site)
}

async fn revoked(nurse: &Person<'_>, number: u32) -> String {
    let id = nurse.create("Ada", "Lovelace", &format!("A-{number}")).await;
    assert_eq!(nurse.post("revoke_link", &[("id", &id)]).await.status, StatusCode::SEE_OTHER);
    id
}

async fn shown(nurse: &Person<'_>) -> (String, String) {
    let page = nurse.get("/admin/retention").await;
    assert_eq!(page.status, StatusCode::OK);
    (page.texts("#due-consultations")[0].clone(), page.texts("#due-patients")[0].clone())
}

async fn is_there(app: &TestApp, site: &Site, id: &str) -> bool {
    app.state
        .desk
        .store
        .consultation(&site.id, &ConsultationId::from(id))
        .await
        .expect("it answers")
        .is_some()
}

#[tokio::test]
async fn what_is_past_its_retention_goes_and_what_is_held_stays() {
    let (app, site) = keeping(30).await;
    let nurse = app.nurse().await;
    let (gone, kept) = (revoked(&nurse, 1).await, revoked(&nurse, 2).await);
    assert_eq!(shown(&nurse).await, ("0".to_owned(), "0".to_owned()));
    assert_eq!(
        nurse.post("hold_consultation", &[("id", &kept), ("reason", "A complaint")]).await.location,
        format!("/consultations/{kept}")
    );
    assert!(nurse.get(&format!("/consultations/{kept}")).await.text.contains("A complaint"));
    app.pass(31 * DAY);
    let nurse = app.nurse().await;
    let open = nurse.create("Zoé", "Tremblay", "B-1").await;
    assert_eq!(shown(&nurse).await, ("1".to_owned(), "1".to_owned()));
    assert!(is_there(&app, &site, &gone).await, "a dry run changes nothing");
    assert_eq!(count(&app, Action::Purged).await, 0);

    let desk = &app.state.desk;
    let purged = retention::purge(&*desk.store, &desk.ambient, &site, &CancellationToken::new())
        .await
        .expect("it is done");
    assert_eq!((purged.consultations, purged.patients), (1, 1));
    for (id, stays) in [(&gone, false), (&kept, true), (&open, true)] {
        assert_eq!(is_there(&app, &site, id).await, stays);
    }
    assert_eq!(count(&app, Action::Purged).await, 1);
    assert_eq!(count(&app, Action::LinkRevoked).await, 2, "the log outlives what it tells of");
    // The one who is gone has an access report still, without a name.
    let log = nurse.get("/admin/audit?action=purged").await;
    let report =
        nurse.get(&log.attribute("table.log td a[href^='/admin/audit/patient/']", "href")).await;
    assert_eq!(report.status, StatusCode::OK);
    assert!(report.text.contains("Removed record") && !report.text.contains("Lovelace"));

    let page = nurse.get("/admin/retention").await;
    assert!(page.texts(".held li")[0].contains("A complaint"));
    assert_eq!(nurse.post("lift_hold", &[("id", &kept)]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(shown(&nurse).await, ("1".to_owned(), "1".to_owned()));
    assert_eq!(count(&app, Action::HoldChanged).await, 2);
}

#[tokio::test]
async fn a_hold_needs_a_reason() {
    let (app, _) = keeping(30).await;
    let nurse = app.nurse().await;
    let id = revoked(&nurse, 1).await;
    for (reason, expected) in [
        (" ", "Enter why the record must be kept"),
        (&*"x".repeat(501), "Use 500 characters or fewer"),
    ] {
        let page: Page = nurse.post("hold_consultation", &[("id", &id), ("reason", reason)]).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(page.texts("#errors li"), [expected]);
        assert_eq!(page.attribute("input[name=id]", "value"), id, "and can be sent again");
    }
    assert_eq!(count(&app, Action::HoldChanged).await, 0);
    // Whoever may set a hold may not see the record for that.
    let manager = app.staff(&app.first_site().await, &[Role::Administrator]).await;
    let page = manager.post("hold_consultation", &[("id", &id), ("reason", "")]).await;
    assert!(!page.text.contains("Lovelace"));
    assert_eq!(
        manager.post("hold_consultation", &[("id", &id), ("reason", "A complaint")]).await.location,
        "/admin/retention"
    );
}

#[tokio::test]
async fn a_desk_that_serves_does_it_day_by_day() {
    let (app, site) = keeping(30).await;
    let id = revoked(&app.nurse().await, 1).await;
    let stop = CancellationToken::new();
    let tick = Duration::from_millis(5);
    let run =
        tokio::spawn(retention::daily(app.state.desk.clone(), Some(40 * DAY), tick, stop.clone()));
    let mut hours = 0;
    while is_there(&app, &site, &id).await || count(&app, Action::LinkRevoked).await > 0 {
        assert!(hours < 24 * 100, "it is still there");
        hours += 6;
        app.pass(DAY / 4);
        tokio::time::sleep(4 * tick).await;
        // A run that comes late would take its own delay for a leap of the clock.
        let leap = Leap { forward: i64::MAX, back: i64::MAX };
        let (store, now) = (&app.state.desk.store, app.state.desk.now());
        while store.clock_check(leap).await.expect("it answers").certain < Some(now - 2 * DAY) {
            tokio::time::sleep(tick).await;
        }
    }
    assert!(hours > 24 * 40, "the log has its own retention: {hours}");
    assert_eq!(count(&app, Action::Purged).await, 1);
    assert!(count(&app, Action::PurgePlanned).await > 0, "and it was announced");
    stop.cancel();
    tokio::time::timeout(Duration::from_secs(5), run).await.expect("it stops").expect("no panic");
}

#[tokio::test]
async fn a_site_without_a_retention_keeps_everything() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    let id = revoked(&nurse, 1).await;
    app.pass(10_000 * DAY);
    let (desk, site) = (&app.state.desk, app.first_site().await);
    assert_eq!(retention::due(&*desk.store, &desk.ambient, &site).await.expect("it answers"), None);
    let purged = retention::purge(&*desk.store, &desk.ambient, &site, &CancellationToken::new())
        .await
        .expect("it is done");
    assert_eq!(purged.consultations, 0);
    assert!(is_there(&app, &site, &id).await);
    assert!(
        app.nurse()
            .await
            .get("/admin/retention")
            .await
            .text
            .contains("keeps its records indefinitely")
    );
}

#[tokio::test]
async fn a_look_at_the_register_and_at_the_holds_is_in_the_log() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    nurse.post("write_incident", &with("circumstances", "Sent to the wrong clinic")).await;
    let href = nurse.get("/admin/incidents").await.attribute("table tbody a", "href");
    assert_eq!(count(&app, Action::IncidentRead).await, 1, "the register");
    nurse.get(&href).await;
    assert_eq!(count(&app, Action::IncidentRead).await, 2, "and one incident");
    let id = href.rsplit('/').next().expect("an id");
    let row = app.log().await.into_iter().find(|row| row.action == Action::IncidentRead);
    assert_eq!(row.expect("a row").detail, format!("incident={id} versions=1"));

    assert_eq!(nurse.get("/admin/retention").await.status, StatusCode::OK);
    assert_eq!(count(&app, Action::HoldsRead).await, 0, "there is nothing to read");
    let id = nurse.create("Ada", "Example", "A-1").await;
    let hold = [("id", id.as_str()), ("reason", "A claim of 2026")];
    assert_eq!(nurse.post("hold_consultation", &hold).await.status, StatusCode::SEE_OTHER);
    let page = nurse.get("/admin/retention").await;
    assert!(page.text.contains("A claim of 2026"));
    let row = app.log().await.into_iter().find(|row| row.action == Action::HoldsRead);
    let row = row.expect("a row");
    assert_eq!((row.detail.as_str(), row.patients.len()), ("rows=1", 1));
}

#[tokio::test]
async fn the_answer_that_another_patient_has_the_number_is_in_the_log() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    nurse.create("Ada", "Example", "A-1").await;
    let before = count(&app, Action::PatientFound).await;
    let form = [("first_name", "Zoé"), ("last_name", "Tremblay"), ("identifier", "A-1")];
    for function in ["create_consultation", "plan_follow_up"] {
        let page = nurse.call(function, &form).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(page.text.contains("other_patient"), "{function}: {}", page.text);
    }
    assert_eq!(count(&app, Action::PatientFound).await, before + 2);
    let row = app.log().await.into_iter().find(|row| row.action == Action::PatientFound);
    let row = row.expect("a row");
    assert_eq!((row.detail.as_str(), row.patients.len()), ("found=true by=form", 1));
}
