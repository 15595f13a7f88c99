//! The time zone of a site: what is today there, when a day ends, and how moments are written.

use super::logged;
use super::settings::{form, set};
use crate::helpers::{Page, Person, TestApp};
use empego_desk::model::audit::Action;
use empego_desk::model::role::{Role, Roles};
use empego_desk::model::site::{LinkRules, Site};
use reqwest::StatusCode;

const HOUR: i64 = 3_600_000;
/// Where it is the day after that of the configured zone, when tests begin.
const AHEAD: &str = "Pacific/Kiritimati";

/// A member of a new site with this time zone, who may do everything there.
async fn at_site_in<'a>(app: &'a TestApp, zone: &str) -> (Person<'a>, Site) {
    let site = app.another_site(zone).await;
    let site = Site { time_zone: Some(zone.to_owned()), ..site };
    app.state.desk.store.set_site(&site, &[]).await.expect("it is set");
    let roles: Vec<Role> = Roles::all().iter().collect();
    (app.staff(&site, &roles).await, site)
}

/// Plans a follow-up for a new patient, and returns the answer.
async fn plan(person: &Person<'_>, number: &str, due_on: &str) -> Page {
    let form = [
        ("first_name", "Ada"),
        ("last_name", "Example"),
        ("identifier", number),
        ("due_on", due_on),
        ("follow_up_reason", "A cough"),
    ];
    person.post("plan_follow_up", &form).await
}

async fn stage(person: &Person<'_>, address: &str) -> String {
    person.get(address).await.texts(".kind .stage").concat()
}

#[tokio::test]
async fn a_site_has_its_own_time_zone_or_the_configured_one() {
    let app = TestApp::start().await;
    let site = app.first_site().await;
    let chief = app.staff(&site, &[Role::Administrator]).await;
    let page = chief.get("/admin/sites").await;
    assert_eq!(page.attribute("#time_zone", "value"), "");
    assert!(page.texts("#time_zone-hint").concat().contains("Empty: America/Toronto."));
    let offered = page.text.matches("<option value=\"America/").count();
    assert!(offered > 10, "{offered}");

    set(&chief, &[("time_zone", " america/st_johns ")]).await;
    assert_eq!(app.first_site().await.time_zone.as_deref(), Some("America/St_Johns"));
    assert_eq!(
        chief.get("/admin/sites").await.attribute("#time_zone", "value"),
        "America/St_Johns"
    );
    assert_eq!(logged(&app, &site.id, Action::SiteChanged).await, ["time_zone"]);
    for (language, problem) in [
        ("en", "Enter a time zone of the list, such as America/Toronto or America/St_Johns"),
        (
            "fr",
            "Entrez un fuseau horaire de la liste, par exemple America/Toronto ou America/St_Johns",
        ),
    ] {
        for typed in ["Mars/Olympus", "EST", "localtime", "Etc/Unknown", "../../etc/passwd"] {
            let person = Person { language, ..app.staff(&site, &[Role::Administrator]).await };
            let page = person.post("set_site", &form(&[("time_zone", typed)])).await;
            assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
            assert_eq!(page.texts("#time_zone-error"), [problem], "{typed}");
            assert_eq!(page.attribute("#time_zone", "value"), typed, "the entry is kept");
            assert_eq!(page.attribute("#time_zone", "aria-invalid"), "true");
        }
    }
    assert_eq!(app.first_site().await.time_zone.as_deref(), Some("America/St_Johns"));
    // A new site begins with the time zone of the one that it was added from.
    let names = [("new_name", "Harbour"), ("new_public_name_en", "H"), ("new_public_name_fr", "H")];
    assert_eq!(chief.post("add_site", &names).await.status, StatusCode::SEE_OTHER);
    let sites = app.state.desk.store.all_sites().await.expect("sites");
    let added = sites.into_iter().find(|site| site.name == "Harbour").expect("it is there");
    assert_eq!(added.time_zone.as_deref(), Some("America/St_Johns"));

    set(&chief, &[]).await;
    assert_eq!(app.first_site().await.time_zone, None, "empty is the configured one again");
}

#[tokio::test]
async fn a_follow_up_is_due_on_the_day_of_its_site() {
    let app = TestApp::start().await;
    let here = app.nurse().await;
    let (there, site) = at_site_in(&app, AHEAD).await;
    // It is the 21st in Toronto, and the 22nd there.
    for (person, number, due_on, status) in [
        (&here, "A-1", "2026-09-20", StatusCode::UNPROCESSABLE_ENTITY),
        (&there, "A-1", "2026-09-21", StatusCode::UNPROCESSABLE_ENTITY),
        (&here, "A-1", "2026-09-22", StatusCode::SEE_OTHER),
        (&there, "A-1", "2026-09-22", StatusCode::SEE_OTHER),
    ] {
        assert_eq!(plan(person, number, due_on).await.status, status, "{due_on}");
    }
    let due = async |person: &Person<'_>| {
        let rows = person.get("/follow-ups?view=due").await.texts("tbody th a");
        let today = person.get("/follow-ups?week=today").await;
        (rows.len(), today.attribute(".week [aria-current=date] time", "datetime"))
    };
    assert_eq!(due(&here).await, (0, "2026-09-21".to_owned()));
    assert_eq!(due(&there).await, (1, "2026-09-22".to_owned()));
    let planned = app.seen().await["followups"].as_array().expect("a list").clone();
    let mut starts: Vec<_> = planned.iter().map(|it| it["plan"]["scheduled_at"].clone()).collect();
    starts.sort_by_key(ToString::to_string);
    assert_eq!(starts, ["2026-09-21 10:00:00.000", "2026-09-22 04:00:00.000"], "as each begins");

    // Another time zone moves what is today, and no follow-up.
    let site = Site { time_zone: Some("Pacific/Pago_Pago".to_owned()), ..site };
    app.state.desk.store.set_site(&site, &[]).await.expect("it is set");
    assert_eq!(due(&there).await, (0, "2026-09-21".to_owned()));
    let page = there.get("/follow-ups?view=planned").await;
    assert_eq!(page.attribute("tbody td time", "datetime"), "2026-09-22");
    let address = page.attribute("tbody th a", "href");
    assert_eq!(stage(&there, &address).await, "Planned");
    app.pass(24 * HOUR);
    let there = app.staff(&site, &[Role::Clinician]).await;
    assert_eq!(stage(&there, &address).await, "Due today");
    app.pass(24 * HOUR);
    let there = app.staff(&site, &[Role::Clinician]).await;
    assert_eq!(stage(&there, &address).await, "Unanswered");
}

#[tokio::test]
async fn the_link_of_a_follow_up_ends_after_its_day_at_the_site_also_where_clocks_change() {
    let app = TestApp::start().await;
    for (zone, due_on, ends) in [
        ("America/Toronto", "2026-10-31", "2026-11-01T05:00:00Z"),
        // 25 hours long.
        ("America/Toronto", "2026-11-01", "2026-11-02T06:00:00Z"),
        // 23 hours long.
        ("America/Toronto", "2027-03-14", "2027-03-15T05:00:00Z"),
        ("America/Regina", "2026-11-01", "2026-11-02T07:00:00Z"),
        ("America/Regina", "2027-03-14", "2027-03-15T07:00:00Z"),
        ("America/St_Johns", "2026-11-01", "2026-11-02T04:30:00Z"),
        ("America/St_Johns", "2027-03-14", "2027-03-15T03:30:00Z"),
    ] {
        let name = format!("{zone} {due_on}");
        let site = app.another_site(&name).await;
        let rules = LinkRules { ttl_ms: Some(HOUR), birth_date_gate: false };
        let site = Site { time_zone: Some(zone.to_owned()), rules, ..site };
        app.state.desk.store.set_site(&site, &[]).await.expect("it is set");
        let nurse = app.staff(&site, &[Role::Clinician, Role::FrontDesk]).await;
        let page = plan(&nurse, "A-1", due_on).await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{name}: {}", page.text);
        let page = nurse.get(&page.location).await;
        let expiry = page.attribute("section[aria-labelledby=hand-over] time", "datetime");
        assert_eq!(expiry, ends, "{name}");
    }
}

#[tokio::test]
async fn a_date_of_birth_is_not_after_the_day_of_the_site() {
    let app = TestApp::start().await;
    let here = app.nurse().await;
    let (there, _) = at_site_in(&app, AHEAD).await;
    let form = |born| [("first_name", "Bea"), ("last_name", "Newborn"), ("date_of_birth", born)];
    for (person, born, status) in [
        (&here, "2026-09-21", StatusCode::SEE_OTHER),
        (&here, "2026-09-22", StatusCode::UNPROCESSABLE_ENTITY),
        (&there, "2026-09-22", StatusCode::SEE_OTHER),
        (&there, "2026-09-23", StatusCode::UNPROCESSABLE_ENTITY),
    ] {
        let page = person.post("create_consultation", &form(born)).await;
        assert_eq!(page.status, status, "{born}");
    }
}

#[tokio::test]
async fn the_log_and_its_files_say_the_time_of_the_site_with_its_offset() {
    let app = TestApp::start().await;
    let (there, site) = at_site_in(&app, "America/St_Johns").await;
    let id = there.create("Ada", "Example", "A-1").await;
    let exact = "2026-09-21 11:43:20 -02:30";
    let log = there.get("/admin/audit").await;
    assert!(log.texts("tbody th time").iter().all(|time| time == exact), "{}", log.text);
    assert_eq!(log.attribute("tbody th time", "datetime"), "2026-09-21T14:13:20Z");
    let address = log.attribute("tbody td a[href*=\"/admin/audit/patient/\"]", "href");
    let report = there.get(&address).await;
    assert!(report.text.contains(exact) && report.text.contains("America/St_Johns"));
    let file = there.get(&format!("{address}/report.csv")).await;
    assert_eq!(file.status, StatusCode::OK);
    assert!(file.text.contains(&format!("\"{exact}\",\"2026-09-21T14:13:20Z\"")), "{}", file.text);
    let record = there.get(&format!("/consultations/{id}")).await;
    let moments = record.texts(".timeline time");
    assert!(moments.contains(&"Today 11:43".to_owned()), "{moments:?}");
    assert_eq!(record.attribute(".timeline time", "datetime"), "2026-09-21T14:13:20Z");

    // Days of the log are the site's: 0:13 on the 22nd, which is still the 21st in Toronto.
    app.pass(12 * HOUR + HOUR / 2);
    let there = app.staff(&site, &[Role::Administrator, Role::FrontDesk]).await;
    there.create("Bea", "Example", "A-2").await;
    for (day, found) in [("2026-09-20", 0), ("2026-09-21", 1), ("2026-09-22", 1)] {
        let form = [("from", day), ("until", day), ("action", "created")];
        let answer = there.post("search_log", &form).await;
        let rows = there.get(&answer.location).await.texts("tbody th time");
        assert_eq!(rows.len(), found, "{day}");
    }
}
