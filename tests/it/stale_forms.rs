//! Forms that were opened before a patient was corrected or merged, and what a creation changes of a
//! patient on record.

use crate::create::creates;
use crate::find::{Form, create, created, find};
use crate::helpers::{Page, Person, TestApp};
use crate::patient_forms;
use empego_desk::model::audit::Action;
use empego_desk::model::ids::ConsultationId;
use empego_desk::store::patient_changes::Change;
use reqwest::StatusCode;
use serde_json::json;

const ADA: [&str; 5] = ["Ada", "Tremblay", "1945-12-28", "file-number", "A-1"];
const UNNUMBERED: [&str; 5] = ["Ada", "Tremblay", "1945-12-28", "qc", ""];

/// The form with the one patient that a look for this text finds.
async fn chosen(nurse: &Person<'_>, text: &str) -> Form {
    let listed = find(nurse, text).await;
    let id = listed.attribute("#lookup button", "value");
    let page = Form::on(&listed).press(nurse, "look_up_patient", &[("use_patient", &id)]).await;
    assert_eq!(page.texts("#lookup h2"), ["Known patient"]);
    Form::on(&page)
}

/// Corrects the patient of a record.
async fn correct(nurse: &Person<'_>, path: &str, changes: &[(&'static str, &str)]) {
    let saved = patient_forms::correct(nurse, path, changes).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text);
}

fn asked(page: &Page) -> &Page {
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", page.text);
    page
}

async fn strip(nurse: &Person<'_>, path: &str) -> String {
    nurse.get(path).await.texts(".identity").remove(0)
}

/// The changes of a record's patient, and the details of the rows about them in the log.
async fn changes(app: &TestApp, path: &str) -> (Vec<Change>, Vec<String>) {
    let (site, id) = (app.first_site().await.id, path.rsplit('/').next().expect("an id"));
    let store = &app.state.desk.store;
    let found = store.consultation(&site, &ConsultationId::from(id)).await.expect("it answers");
    let patient = found.expect("it is there").patient.id;
    let changes = store.patient_changes(&site, &patient).await.expect("it answers");
    let mut log = app.log().await;
    log.retain(|row| row.action == Action::PatientCorrected && row.patients == [patient.clone()]);
    (
        changes.into_iter().map(|it| it.change).collect(),
        log.into_iter().map(|it| it.detail).collect(),
    )
}

#[tokio::test]
async fn a_form_that_was_opened_before_a_correction_asks_and_overwrites_nothing() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    for (details, changes, strip_now) in [
        (UNNUMBERED, &[("date_of_birth", "1954-12-28")][..], "Tremblay, Ada · Dec 28, 1954"),
        (
            ["Zoé", "Roy", "1970-01-01", "file-number", "R-1"],
            &[("last_name", "Royer")],
            "Royer, Zoé · Jan 1, 1970",
        ),
        (
            ["Eve", "Hill", "1971-01-01", "file-number", "E-1"],
            &[("remove_number", "file-number E-1")],
            "Hill, Eve · Jan 1, 1971",
        ),
    ] {
        let path = created(&nurse, details).await;
        let form = chosen(&nurse, &format!("{} {}", details[0], details[1])).await;
        let before = creates(&app).await;
        correct(&nurse, &path, changes).await;
        let page = form.create(&nurse).await;
        let title = asked(&page).texts(".notice h2").pop().unwrap_or_default();
        // Where a number says who it is, that is what is asked about.
        let says = if details[4] == "R-1" {
            "This identifier belongs to"
        } else {
            assert!(page.texts("#errors li")[0].contains("you chose changed since"), "{title}");
            "This patient’s details changed since you chose them"
        };
        assert!(title.starts_with(says), "{title}");
        let shown = page.texts(".notice .identity");
        assert!(shown.iter().any(|it| it.starts_with(strip_now)), "{shown:?}");
        assert_eq!(creates(&app).await, before);
        assert!(strip(&nurse, &path).await.starts_with(strip_now));
        let (history, rows) = self::changes(&app, &path).await;
        assert_eq!((history.len(), rows.len()), (1, 1), "the correction alone");
    }
}

#[tokio::test]
async fn a_form_that_chose_a_merged_patient_asks_about_the_kept_one() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    let kept = created(&nurse, ADA).await;
    let gone = created(&nurse, ["Adah", "Tremblai", "1945-12-29", "file-number", "M-1"]).await;
    let form = chosen(&nurse, "Adah Tremblai").await;
    let site = app.first_site().await.id;
    let store = &app.state.desk.store;
    let id = ConsultationId::from(gone.rsplit('/').next().expect("an id"));
    let gone_patient = store.consultation(&site, &id).await.expect("it answers").expect("one");
    let choices = [("keep_name", "this"), ("keep_birth_date", "this")];
    let merge = patient_forms::merge(&nurse, &kept, &gone_patient.patient.id, &choices).await;
    let merged = patient_forms::send(&nurse, "merge_patients", &merge).await;
    assert_eq!(merged.status, StatusCode::SEE_OTHER, "{}", merged.text);
    let page = form.create(&nurse).await;
    let titles = asked(&page).texts(".notice h2");
    let says = "This identifier belongs to Ada Tremblay (Dec 28, 1945)";
    assert!(titles.iter().any(|title| title == says), "{titles:?}");
    assert!(strip(&nurse, &kept).await.starts_with("Tremblay, Ada · Dec 28, 1945"));
}

#[tokio::test]
async fn the_details_on_record_stay_unless_they_are_said_to_be_replaced() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    let path = created(&nurse, ["Zoé", "Tremblay", "1945-12-28", "file-number", "A-1"]).await;
    let made = async |page: Page, answers: &[&str]| {
        let mut page = page;
        for selector in answers.iter().chain(&["button[name=beside_open]"]) {
            let name = if selector.contains("beside") { "beside_open" } else { "same_patient" };
            let value = asked(&page).attribute(selector, "value");
            page = Form::on(&page).press(&nurse, "create_consultation", &[(name, &value)]).await;
        }
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.text);
        page.location
    };
    // Without accents, by a known number.
    let page = create(&nurse, ["zoe", "tremblay", "", "file-number", "A-1"]).await;
    made(page, &[]).await;
    // This one, with a letter off.
    let page = create(&nurse, ["Zoé", "Tremblai", "1945-12-28", "qc", ""]).await;
    made(page, &["button[name=same_patient]"]).await;
    assert!(strip(&nurse, &path).await.starts_with("Tremblay, Zoé · Dec 28, 1945"));
    assert_eq!(changes(&app, &path).await, (Vec::new(), Vec::new()));
    // This one, with a number more: that is in the history.
    let page = create(&nurse, ["Zoé", "Tremblai", "1945-12-28", "file-number", "A-2"]).await;
    made(page, &["button[name=same_patient]"]).await;
    assert!(strip(&nurse, &path).await.starts_with("Tremblay, Zoé · Dec 28, 1945"));
    let (history, rows) = changes(&app, &path).await;
    assert_eq!((history.len(), rows.len()), (1, 1));
    assert!(rows[0].ends_with(" identifiers") && rows[0].starts_with("change="), "{rows:?}");
    // The same person: the record is updated, and says what it was.
    let page = create(&nurse, ["Zoé", "Tremblai", "1954-12-28", "file-number", "A-1"]).await;
    made(page, &["input[name=same_patient]"]).await;
    assert!(strip(&nurse, &path).await.starts_with("Tremblai, Zoé · Dec 28, 1954"));
    let (history, rows) = changes(&app, &path).await;
    assert_eq!(history.len(), 2);
    assert!(rows.iter().any(|row| row.ends_with(" last_name date_of_birth")), "{rows:?}");
    let says = |change: &Change| match change {
        Change::Correction { before, after } => {
            (before.last_name.as_str(), after.last_name.as_str()) == ("Tremblay", "Tremblai")
        }
        _ => false,
    };
    assert!(history.iter().any(says), "{history:?}");
}

#[tokio::test]
async fn a_failed_creation_that_is_sent_again_overwrites_no_correction() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    for details in [UNNUMBERED, ["Bea", "Roy", "1960-01-01", "file-number", "B-1"]] {
        // So that the board has this one first.
        app.pass(1_000);
        app.faults(json!({ "fail_next": { "status": 422, "count": 1 } })).await;
        let failed = create(&nurse, details).await;
        let path = nurse.get("/consultations").await.attribute("tbody th a", "href");
        correct(&nurse, &path, &[("last_name", "Other"), ("date_of_birth", "1954-12-28")]).await;
        // The same form is the same request: it goes on, for the patient as they are now.
        let again = Form::on(&failed).create(&nurse).await;
        assert_eq!((again.status, &again.location), (StatusCode::SEE_OTHER, &path));
        assert!(strip(&nurse, &path).await.starts_with("Other, "));
        app.faults(json!({})).await;
    }
}

/// A failed creation whose patient lost their number to another one meanwhile, and one whose patient
/// has another consultation by now.
#[tokio::test]
async fn a_failed_creation_that_is_sent_again_stays_with_its_patient() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    let patients = async || app.seen().await["counters"]["patients"].clone();
    app.faults(json!({ "fail_next": { "status": 422, "count": 1 } })).await;
    let failed = create(&nurse, ADA).await;
    let path = nurse.get("/consultations").await.attribute("tbody th a", "href");
    correct(&nurse, &path, &[("remove_number", "file-number A-1")]).await;
    app.pass(1_000);
    created(&nurse, ["Bob", "Roy", "1960-01-01", "file-number", "A-1"]).await;
    let again = Form::on(&failed).create(&nurse).await;
    assert_eq!((again.status, &again.location), (StatusCode::SEE_OTHER, &path));
    assert!(strip(&nurse, &path).await.starts_with("Tremblay, Ada · Dec 28, 1945"));

    app.pass(1_000);
    app.faults(json!({ "fail_next": { "status": 422, "count": 1 } })).await;
    let failed = create(&nurse, ["Eve", "Hill", "1971-01-01", "qc", ""]).await;
    let path = nurse.get("/consultations").await.attribute("tbody th a", "href");
    let page = chosen(&nurse, "Eve Hill").await.create(&nurse).await;
    let page = match page.status {
        StatusCode::SEE_OTHER => page,
        _ => {
            let open = asked(&page).attribute("button[name=beside_open]", "value");
            let answer = [("beside_open", open.as_str())];
            Form::on(&page).press(&nurse, "create_consultation", &answer).await
        }
    };
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.text);
    let before = patients().await;
    let again = Form::on(&failed).create(&nurse).await;
    assert_eq!((again.status, &again.location), (StatusCode::SEE_OTHER, &path));
    assert_eq!(patients().await, before, "no second record of the patient");
    let of = async |path: &str| nurse.get(path).await.attribute("form [name=use_patient]", "value");
    assert_eq!(of(&path).await, of(&page.location).await);
}

#[tokio::test]
async fn none_of_these_holds_for_those_that_were_shown() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    created(&nurse, UNNUMBERED).await;
    let page = create(&nurse, UNNUMBERED).await;
    let none = |page: &Page| asked(page).attribute("#same_patient .actions button", "value");
    let stale = (Form::on(&page), none(&page));
    // Another user creates the same patient first.
    let other = create(&nurse, UNNUMBERED).await;
    let answer = [("same_patient", none(&other))];
    let answer = [("same_patient", answer[0].1.as_str())];
    let made = Form::on(&other).press(&nurse, "create_consultation", &answer).await;
    assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.text);
    let answer = [("same_patient", stale.1.as_str())];
    let again = stale.0.press(&nurse, "create_consultation", &answer).await;
    assert_eq!(asked(&again).texts("#same_patient .identity").len(), 2, "both are shown now");
}
