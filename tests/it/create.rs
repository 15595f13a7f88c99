//! One press is one consultation, and what happens when Empego, the store or the browser does not
//! play along.

use crate::helpers::{Person, TestApp};
use crate::patient_forms::correct;
use reqwest::StatusCode;
use serde_json::json;

pub async fn creates(app: &TestApp) -> u64 {
    app.seen().await["counters"]["creates"].as_u64().expect("a number")
}

/// A record of which nobody knows whether Empego created it: its path.
async fn unknown(app: &TestApp) -> String {
    app.faults(json!({ "fail_next": { "status": 500, "count": 1 } })).await;
    let form = [("first_name", "Ada"), ("last_name", "Example"), ("identifier", "A-1")];
    let page = app.nurse().await.post("create_consultation", &form).await;
    assert_eq!(page.status, StatusCode::GATEWAY_TIMEOUT, "{}", page.text);
    page.attribute("#errors a", "href")
}

#[tokio::test]
async fn two_presses_after_an_unknown_outcome_are_one_call() {
    let app = TestApp::with(|settings| settings.empego_timeout = None).await;
    let record = unknown(&app).await;
    let id = record.rsplit('/').next().expect("an id");
    app.faults(json!({ "latency_ms": 3_000 })).await;
    let nurse = app.nurse().await;
    let colleague = app.nurse().await;
    let form = [("id", id)];
    let during = async {
        // The first call is on its way: Empego has it, and has not answered.
        while creates(&app).await < 1 {}
        assert_eq!(colleague.get(&record).await.texts(".badge"), ["Creating…"]);
        colleague.post("retry_create", &form).await
    };
    let (a, b, c) = tokio::join!(
        nurse.post("retry_create", &form),
        colleague.post("retry_create", &form),
        during
    );
    for page in [a, b, c] {
        assert_eq!(
            (page.status, &page.location),
            (StatusCode::SEE_OTHER, &record),
            "{}",
            page.text
        );
    }
    assert_eq!(creates(&app).await, 1, "exactly one");
    assert_eq!(nurse.get(&record).await.texts(".badge"), ["Link ready"]);
}

#[tokio::test]
async fn a_retry_of_which_nobody_knows_is_unknown_again_though_the_clock_stands_still() {
    let app = TestApp::start().await;
    let record = unknown(&app).await;
    let id = record.rsplit('/').next().expect("an id");
    let nurse = app.nurse().await;
    for back in [0, 3_600_000] {
        app.pass(-back);
        app.faults(json!({ "fail_next": { "status": 500, "count": 1 } })).await;
        assert_eq!(
            nurse.post("retry_create", &[("id", id)]).await.status,
            StatusCode::GATEWAY_TIMEOUT
        );
        assert_eq!(
            nurse.get(&record).await.texts(".badge"),
            ["Outcome unknown"],
            "the clock went back by {back} ms"
        );
    }
    app.faults(json!({ "fail_next": { "status": 422, "count": 1 } })).await;
    assert_eq!(nurse.post("retry_create", &[("id", id)]).await.status, StatusCode::BAD_GATEWAY);
    assert_eq!(
        nurse.get(&record).await.texts(".badge"),
        ["Outcome unknown"],
        "a refusal now says nothing of the ones before"
    );
    assert_eq!(nurse.post("retry_create", &[("id", id)]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(nurse.get(&record).await.texts(".badge"), ["Link ready"]);
}

#[tokio::test]
async fn a_failure_in_the_middle_of_empegos_work_is_an_unknown_outcome_and_nothing_is_repeated() {
    for status in [500, 502, 504] {
        let app = TestApp::start().await;
        app.faults(json!({ "fail_next": { "status": status, "count": 9 } })).await;
        let nurse = app.nurse().await;
        let form = [
            ("request_id", "a-press"),
            ("first_name", "Ada"),
            ("last_name", "Example"),
            ("identifier", "A-1"),
        ];
        let page = nurse.post("create_consultation", &form).await;
        assert_eq!(page.status, StatusCode::GATEWAY_TIMEOUT, "{status}");
        assert!(
            page.texts("#errors")
                .join(" ")
                .contains("We do not know whether the consultation was created"),
            "{status}"
        );
        let record = page.attribute("#errors a", "href");
        assert_eq!(nurse.get(&record).await.texts(".badge"), ["Outcome unknown"], "{status}");
        assert_eq!(
            nurse.post("create_consultation", &form).await.location,
            record,
            "the same press leads to the record"
        );
        assert_eq!(app.seen().await["counters"]["rest_calls"], 1, "{status}");
    }
}

#[tokio::test]
async fn a_form_sent_again_for_somebody_else_is_another_press() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    let ada = [
        ("request_id", "a-form"),
        ("first_name", "Ada"),
        ("last_name", "Example"),
        ("identifier", "A-1"),
    ];
    let first = nurse.post("create_consultation", &ada).await.location;
    assert_eq!(nurse.post("create_consultation", &ada).await.location, first, "a double press");
    let lower = [ada[0], ("first_name", " ada "), ada[2], ("identifier", "a-1")];
    assert_eq!(
        nurse.post("create_consultation", &lower).await.location,
        first,
        "written another way"
    );

    // Gone back to, with the page as the browser kept it, and another patient typed over.
    let augusta = [ada[0], ("first_name", "Augusta"), ada[2], ada[3]];
    let same = nurse
        .post("create_consultation", &augusta)
        .await
        .attribute("input[name=same_patient]", "value");
    let open = first.rsplit('/').next().expect("an id");
    let others = [
        vec![ada[0], ("first_name", "Grace"), ("last_name", "Hopper"), ("identifier", "B-2")],
        vec![ada[0], ada[1], ada[2], ("identifier", "A-3")],
        vec![ada[0], ada[1], ada[2], ("date_of_birth", "1954-12-28")],
        [augusta.to_vec(), vec![("same_patient", same.as_str()), ("beside_open", open)]].concat(),
    ];
    let mut records = vec![first.clone()];
    for form in &others {
        // Ada with a date of birth may be one of two by now: it is another one.
        let asked = match form[3].0 {
            "date_of_birth" => Some(nurse.post("create_consultation", form).await),
            _ => None,
        };
        let new = asked.and_then(|page| page.values("button[name=same_patient]").pop());
        let answer = new.iter().map(|new| ("same_patient", new.as_str()));
        let form = &form.iter().copied().chain(answer).collect::<Vec<_>>();
        let (a, b) = tokio::join!(
            nurse.post("create_consultation", form),
            nurse.post("create_consultation", form)
        );
        assert_eq!(
            (a.status, b.status),
            (StatusCode::SEE_OTHER, StatusCode::SEE_OTHER),
            "{}",
            a.text
        );
        assert_eq!(a.location, b.location, "and pressed twice");
        assert!(!records.contains(&a.location), "a record of their own: {form:?}");
        assert_eq!(
            nurse.post("create_consultation", form).await.location,
            a.location,
            "and once more, later"
        );
        records.push(a.location);
    }
    assert_eq!(creates(&app).await, 5);
    let again = nurse.post("create_consultation", &others[0]).await.location;
    assert_eq!(nurse.get(&again).await.heading(), "Grace Hopper");
    assert_eq!((again == records[1], creates(&app).await), (true, 5), "and gone back to once more");
}

#[tokio::test]
async fn what_empego_created_and_the_store_could_not_keep_is_unknown_and_not_forgotten() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    let mut raw = app.database().await;
    raw.refuse_rows("links").await;
    let form = [
        ("request_id", "a-press"),
        ("first_name", "Ada"),
        ("last_name", "Example"),
        ("identifier", "A-1"),
    ];
    let page = nurse.post("create_consultation", &form).await;
    assert_eq!(page.status, StatusCode::GATEWAY_TIMEOUT, "{}", page.text);
    let record = page.attribute("#errors a", "href");
    assert_eq!(nurse.get(&record).await.texts(".badge"), ["Outcome unknown"]);
    assert_eq!(nurse.post("create_consultation", &form).await.location, record);
    assert_eq!(creates(&app).await, 1, "and not made twice");
}

#[tokio::test]
async fn a_browser_that_goes_away_while_the_record_is_written_stops_nothing() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    let mut raw = app.database().await;
    // The record waits for this to end.
    raw.hold().await;
    let tasks = &app.state.desk.tasks;
    let before = tasks.len();
    let form = [("first_name", "Ada"), ("last_name", "Example"), ("identifier", "A-1")];
    tokio::select! {
        page = nurse.post("create_consultation", &form) => panic!("it is not written yet: {}", page.status),
        () = async { while tasks.len() == before { tokio::task::yield_now().await } } => {}
    }
    raw.release().await;
    while nurse.get("/consultations").await.texts("tbody .badge") != ["Link ready"] {}
    assert_eq!(creates(&app).await, 1);
}

const ADA: [(&str, &str); 4] = [
    ("request_id", "a-form"),
    ("first_name", "Ada"),
    ("last_name", "Example"),
    ("identifier", "A-1"),
];
const BOB: [(&str, &str); 4] =
    [ADA[0], ("first_name", "Bob"), ("last_name", "Roy"), ("identifier", "B-2")];

/// The path of the one record that a form made, which Empego has refused.
async fn refused(app: &TestApp, nurse: &Person<'_>) -> String {
    app.faults(json!({ "fail_next": { "status": 422, "count": 1 } })).await;
    let page = nurse.post("create_consultation", &ADA).await;
    assert_eq!(page.status, StatusCode::BAD_GATEWAY, "{}", page.text);
    nurse.get("/consultations").await.attribute("tbody th a", "href")
}

#[tokio::test]
async fn a_form_whose_failed_record_was_cancelled_is_a_new_request() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    let failed = refused(&app, &nurse).await;
    let id = failed.rsplit('/').next().expect("an id");
    let form = [("id", id), ("cancel_reason", "wrong-patient")];
    assert_eq!(nurse.post("cancel_consultation", &form).await.status, StatusCode::SEE_OTHER);
    let mut records = vec![failed.clone()];
    for (form, name) in [(BOB, "Bob Roy"), (ADA, "Ada Example")] {
        let made = nurse.post("create_consultation", &form).await;
        assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.text);
        assert!(!records.contains(&made.location), "a record of its own: {name}");
        assert_eq!(nurse.get(&made.location).await.heading(), name);
        let again = nurse.post("create_consultation", &form).await;
        assert_eq!(again.location, made.location, "pressed twice");
        records.push(made.location);
    }
    assert_eq!(nurse.get(&failed).await.heading(), "Ada Example");
    assert_eq!(nurse.post("undo_cancel", &[("id", id)]).await.status, StatusCode::SEE_OTHER);
    for (form, record) in [(BOB, &records[1]), (ADA, &records[2])] {
        let again = nurse.post("create_consultation", &form).await;
        assert_eq!(again.location, *record, "also when the cancellation was taken back");
    }
    assert_eq!(creates(&app).await, 2);
}

#[tokio::test]
async fn a_form_is_known_again_by_what_was_sent_and_not_by_what_is_on_record_now() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    let dated = [ADA[0], ADA[1], ADA[2], ("date_of_birth", "1945-12-28")];
    let made = nurse.post("create_consultation", &dated).await.location;
    let right = [("last_name", "Right"), ("date_of_birth", "1954-12-28")];
    assert_eq!(correct(&nurse, &made, &right).await.status, StatusCode::SEE_OTHER);
    let again = nurse.post("create_consultation", &dated).await;
    assert_eq!((again.status, &again.location), (StatusCode::SEE_OTHER, &made), "{}", again.text);
    assert_eq!(nurse.get(&made).await.heading(), "Ada Right", "and it corrects nothing back");
    assert_eq!(creates(&app).await, 1);
}

#[tokio::test]
async fn a_failed_record_that_was_made_for_another_patient_is_theirs() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    let failed = refused(&app, &nurse).await;
    let press = async |form| nurse.post("create_consultation", form).await.location;
    assert_eq!(press(&BOB).await, failed, "the same record");
    let adas = press(&ADA).await;
    assert_eq!(nurse.get(&adas).await.heading(), "Ada Example");
    assert_eq!((press(&BOB).await, press(&ADA).await), (failed, adas));
    assert_eq!(creates(&app).await, 2);
}
