//! Merges of two records of one patient, and their undo.

use crate::helpers::{Page, Person, TestApp};
use crate::patient_forms::{correct, merge, send};
use crate::sites::logged;
use empego_desk::model::audit::Action;
use empego_desk::model::ids::{ConsultationId, PatientId};
use empego_desk::model::role::Role;
use reqwest::StatusCode;

const DAY: i64 = 86_400_000;

async fn patient(app: &TestApp, id: &str) -> PatientId {
    let site = app.first_site().await.id;
    let found = app.state.desk.store.consultation(&site, &ConsultationId::from(id)).await;
    found.expect("it answers").expect("it is there").patient.id
}

async fn undo(nurse: &Person<'_>, id: &str) -> Page {
    let page = nurse.get(&format!("/consultations/{id}")).await;
    let merge = page.attribute("input[name=merge]", "value");
    nurse.post("undo_merge", &[("id", id), ("merge", &merge)]).await
}

#[tokio::test]
async fn two_records_become_one_and_two_again() {
    let app = TestApp::start().await;
    let (nurse, site) = (app.nurse().await, app.first_site().await);
    let first = nurse.create("Ada", "Roy", "A-1").await;
    let second = nurse.create("Ada", "Roi", "A-2").await;
    let (kept, other) = (patient(&app, &first).await, patient(&app, &second).await);
    let token = nurse.token(&second).await;

    // Found by its number, and compared side by side.
    let search = [("id", first.as_str()), ("merge_search", "A-2")];
    let page = nurse.post("find_to_merge", &search).await;
    assert_eq!(page.status, StatusCode::OK);
    let with = format!("/consultations/{first}/merge?with={other}");
    assert_eq!(page.attribute("li a.button", "href"), with);
    let page = nurse.get(&with).await;
    let sides = page.texts("dl").join(" | ");
    for part in ["Ada Roy", "A-1", "Ada Roi", "A-2"] {
        assert!(sides.contains(part), "{part}: {sides}");
    }
    assert!(page.text.contains("At Empego the two patients stay two"), "{}", page.text);

    let mut form = merge(&nurse, &first, &other, &[]).await;
    let refused = send(&nurse, "merge_patients", &form).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "the name is not chosen");
    assert_eq!(refused.texts("#keep_name-error"), ["Choose the name to keep"]);
    form.push(("keep_name", "other".to_owned()));
    let merged = send(&nurse, "merge_patients", &form).await;
    assert_eq!(
        (merged.status, &merged.location),
        (StatusCode::SEE_OTHER, &format!("/consultations/{first}"))
    );
    for id in [&first, &second] {
        let page = nurse.get(&format!("/consultations/{id}")).await;
        assert_eq!(page.heading(), "Ada Roi");
        assert!(page.texts("[data-live=facts]")[0].contains("A-1"), "{}", page.text);
        assert!(page.texts("[data-live=facts]")[0].contains("A-2"), "{}", page.text);
    }
    assert_eq!(nurse.token(&second).await, token, "links keep working");
    assert_eq!(app.stranger().get(&format!("/c/{token}")).await.status, StatusCode::OK);

    // What the log says of either is on the one access report, under either id.
    for id in [&kept, &other] {
        let report = nurse.get(&format!("/admin/audit/patient/{id}")).await;
        assert_eq!(report.status, StatusCode::OK);
        let rows = report.texts("tbody tr").join("\n").to_lowercase();
        assert_eq!(rows.matches("created a consultation").count(), 2, "{rows}");
        assert!(report.texts("#changes").len() == 1, "{}", report.text);
    }

    assert_eq!(
        send(&nurse, "merge_patients", &form).await.location,
        merged.location,
        "a second press"
    );
    let csv = async |id: &PatientId| {
        nurse.get(&format!("/admin/audit/patient/{id}/report.csv")).await.text
    };
    let file = csv(&kept).await;
    assert!(file.contains("Name: Ada Roi (before: Ada Roy)"), "{file}");
    assert!(
        file.contains("The other record: Ada Roi · none · A-2 (File number (clinic))"),
        "{file}"
    );

    let page = nurse.get(&format!("/consultations/{second}")).await;
    let merge = page.attribute("input[name=merge]", "value");
    for id in [&second, &second, &first] {
        let undone = nurse.post("undo_merge", &[("id", id), ("merge", &merge)]).await;
        assert_eq!(undone.status, StatusCode::SEE_OTHER, "also pressed again: {}", undone.text);
    }
    // Both are told, and neither report names the other one.
    for (id, others) in [(&kept, "A-2"), (&other, "A-1")] {
        let file = csv(id).await;
        assert!(file.contains("Undone on "), "{file}");
        let report = nurse.get(&format!("/admin/audit/patient/{id}")).await;
        let said = report.texts("[aria-labelledby=changes] li").join(" | ");
        assert!(said.contains("Undone on "), "{said}");
        assert!(!file.contains(others) && !said.contains(others), "{file} {said}");
    }
    assert_eq!(nurse.get(&format!("/consultations/{first}")).await.heading(), "Ada Roy");
    assert_eq!(nurse.get(&format!("/consultations/{second}")).await.heading(), "Ada Roi");
    assert_eq!((patient(&app, &first).await, patient(&app, &second).await), (kept, other));
    assert_eq!(logged(&app, &site.id, Action::PatientsMerged).await.len(), 1);
    assert_eq!(logged(&app, &site.id, Action::MergeUndone).await.len(), 1);
}

#[tokio::test]
async fn the_number_of_another_patient_leads_to_the_merge() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    let first = nurse.create("Ada", "Roy", "A-1").await;
    let second = nurse.create("Ada", "Roy", "A-2").await;
    let refused = correct(&nurse, &first, &[("identifier", "A-2")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let other = patient(&app, &second).await;
    assert_eq!(
        refused.attribute(".notice[data-kind=warning] a", "href"),
        format!("/consultations/{first}/merge?with={other}")
    );
    let form = merge(&nurse, &first, &other, &[]).await;
    assert_eq!(
        send(&nurse, "merge_patients", &form).await.status,
        StatusCode::SEE_OTHER,
        "one name: no question"
    );
    // Where something was changed since, it cannot be undone, and the page says so.
    let corrected = correct(&nurse, &first, &[("last_name", "Royer")]).await;
    assert_eq!(corrected.status, StatusCode::SEE_OTHER);
    let barred = undo(&nurse, &first).await;
    assert_eq!(barred.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(barred.text.contains("can no longer be undone"), "{}", barred.text);
    app.pass(DAY + 1);
    let nurse = app.nurse().await;
    let page = nurse.get(&format!("/consultations/{first}")).await;
    assert!(page.texts("form[action='/api/undo_merge']").is_empty(), "after a day");
}

#[tokio::test]
async fn a_merge_by_a_stale_page_changes_nothing_and_no_other_site_is_reached() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    let first = nurse.create("Ada", "Roy", "A-1").await;
    let second = nurse.create("Ada", "Roy", "A-2").await;
    let other = patient(&app, &second).await;
    let form = merge(&nurse, &first, &other, &[]).await;
    let third = nurse.create("Ada", "Roy", "A-3").await;
    let third_patient = patient(&app, &third).await;
    let again = merge(&nurse, &second, &third_patient, &[]).await;
    assert_eq!(send(&nurse, "merge_patients", &again).await.status, StatusCode::SEE_OTHER);
    let stale = send(&nurse, "merge_patients", &form).await;
    assert_eq!(stale.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(stale.texts("#errors")[0].contains("were changed since you opened"), "{}", stale.text);
    // Crossing: the merged one is the kept one by now.
    let itself = nurse.get(&format!("/consultations/{second}/merge?with={third_patient}")).await;
    assert_eq!(itself.status, StatusCode::NOT_FOUND);

    let elsewhere = app.another_site("Elsewhere").await;
    let foreign = app.staff(&elsewhere, &Role::ALL).await;
    let theirs = foreign.create("Ada", "Roy", "A-1").await;
    let site = app.first_site().await.id;
    let mixed = foreign.get(&format!("/consultations/{theirs}/merge?with={other}")).await;
    assert_eq!(mixed.status, StatusCode::NOT_FOUND, "a patient of another site");
    assert_eq!(send(&foreign, "merge_patients", &form).await.status, StatusCode::NOT_FOUND);
    let admin = app.staff(&app.first_site().await, &[Role::Administrator]).await;
    assert_eq!(send(&admin, "merge_patients", &form).await.status, StatusCode::FORBIDDEN);
    assert_eq!(logged(&app, &site, Action::PatientsMerged).await.len(), 1);
}

#[tokio::test]
async fn a_record_that_shows_another_patient_now_is_another_access() {
    let app = TestApp::start().await;
    let (nurse, other_nurse) = (app.nurse().await, app.nurse().await);
    let site = app.first_site().await.id;
    let first = nurse.create("Ada", "Roy", "A-1").await;
    let second = nurse.create("Ada", "Roy", "A-2").await;
    let (kept, other) = (patient(&app, &first).await, patient(&app, &second).await);
    let opened = async |id: &str| {
        other_nurse.get(&format!("/consultations/{id}")).await;
        other_nurse.get(&format!("/consultations/{id}")).await;
        let mut rows = app.log().await;
        rows.retain(|row| row.action == Action::Opened);
        (rows.len(), rows[0].patients.clone())
    };
    // The other one's record, and the kept one's.
    assert_eq!(opened(&second).await, (1, vec![other.clone()]));
    assert_eq!(opened(&first).await, (2, vec![kept.clone()]));
    let form = merge(&nurse, &first, &other, &[]).await;
    let looked = opened(&first).await.0;
    assert_eq!(send(&nurse, "merge_patients", &form).await.status, StatusCode::SEE_OTHER);
    assert_eq!(opened(&second).await, (looked + 1, vec![kept.clone()]), "of another patient now");
    assert_eq!(opened(&first).await, (looked + 2, vec![kept]), "with the details of both");
    assert_eq!(logged(&app, &site, Action::PatientsMerged).await.len(), 1);
}
