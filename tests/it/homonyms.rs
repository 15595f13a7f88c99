//! Patients of one name: each is found and opened rightly, and none is created twice.

use crate::create::creates;
use crate::find::{Form, create, created, find};
use crate::helpers::{Page, TestApp};
use empego_desk::model::audit::Action;
use reqwest::StatusCode;
use std::collections::HashSet;

/// Six patients of two names: name, date of birth, type, number, and what a scanner types.
const SIX: [([&str; 5], &str); 6] = [
    (["Ada", "Tremblay", "1954-12-28", "qc", "TEST 5412 2816"], "%TEST54122816^TREMBLAY/ADA^2812?"),
    (
        ["Ada", "Tremblay", "1954-12-29", "on", "9876 543 217"],
        "%B6100549876543217^TREMBLAY/ADA ^2812799219541229  TREMB?",
    ),
    (
        ["Ada", "Tremblay", "1961-04-03", "bc", "9698 658 215"],
        "%B61004396986582150^TREMBLAY/ADA^0000000019610403?",
    ),
    (["Marie", "Roy", "1970-01-01", "file-number", "F-1001"], "F-1001"),
    (["Marie", "Roy", "1970-01-02", "file-number", "F-1002"], "F-1002"),
    (["Marie", "Roy", "1970-01-03", "file-number", "F-1003"], "F-1003"),
];

#[tokio::test]
async fn six_patients_of_two_names_are_found_and_opened_rightly_by_each_part() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    for (details, _) in SIX {
        created(&nurse, details).await;
    }
    let mut records = 6;
    for ([first, last, born, kind, number], scan) in SIX {
        let compact: String = number.chars().filter(|c| *c != ' ').collect();
        let shown = compact.get(compact.len() - 4..).expect("a number");
        for typed in [&format!("{last} {first} {born}"), shown, number, compact.as_str(), scan] {
            let mut page = find(&nurse, typed).await;
            if page.texts("#lookup h2") != ["Known patient"] {
                assert_eq!(page.texts("#lookup li").len(), 1, "{typed}");
                let id = page.attribute("#lookup li button", "value");
                let form = Form::on(&page);
                page = form.press(&nurse, "look_up_patient", &[("use_patient", &id)]).await;
            }
            let form = Form::on(&page);
            let details =
                ["first_name", "last_name", "date_of_birth", "identifier_type", "identifier"]
                    .map(|name| form.value(name));
            assert_eq!(details, [first, last, born, kind, number], "{typed}");
            let asked = form.create(&nurse).await;
            assert_eq!(asked.status, StatusCode::UNPROCESSABLE_ENTITY, "{typed}");
            assert!(asked.texts("#beside_open h2")[0].starts_with("Open since "), "{typed}");
            let open = asked.attribute("#beside_open button", "value");
            let another = Form::on(&asked);
            let made =
                another.press(&nurse, "create_consultation", &[("beside_open", &open)]).await;
            assert_eq!(made.status, StatusCode::SEE_OTHER, "{typed}: {}", made.text);
            records += 1;
            let strip = nurse.get(&made.location).await.texts(".identity").remove(0);
            assert!(
                strip.starts_with(&format!("{last}, {first}")) && strip.ends_with(number),
                "{strip}"
            );
        }
    }
    let seen = app.seen().await;
    assert_eq!(seen["counters"]["creates"], records);
    assert_eq!(seen["counters"]["patients"], 6, "none was created twice");
    let mut raw = app.database().await;
    let on_record: i64 = raw.number("SELECT count(*) FROM patients").await;
    assert_eq!(on_record, 6);
}

/// The values of the buttons that say who it is; the last is a new patient.
fn choices(page: &Page) -> Vec<String> {
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", page.text);
    page.values("button[name=same_patient]")
}

#[tokio::test]
async fn a_similar_name_of_the_same_day_is_asked_about_before_anything_is_created() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    let path = created(&nurse, ["Ada", "Tremblay", "1954-12-28", "qc", "TEST 5412 2816"]).await;
    for (first, last) in [("ada", "TREMBLAY"), ("Tremblay", "Ada"), ("Ada", "Trembley")] {
        let page = create(&nurse, [first, last, "1954-12-28", "file-number", "A-7"]).await;
        assert_eq!(choices(&page).len(), 2, "{first} {last}");
        assert_eq!(
            page.texts("#errors li a"),
            ["A patient with a similar name is already on record. Choose below who it is"]
        );
        let strips = page.texts("#same_patient .identity");
        assert_eq!(strips, ["Tremblay, Ada · Dec 28, 1954, 71 years · …2816"]);
        assert!(page.texts("#same_patient .visit")[0].starts_with("Last visit: "));
        assert_eq!(app.log().await[0].action, Action::PatientFound);
        assert_eq!(app.log().await[0].patients.len(), 1, "what is shown is logged");
    }
    assert_eq!(creates(&app).await, 1, "nothing was created");

    // This one: the new number is hers too, and her open consultation is asked about.
    let page = create(&nurse, ["Ada", "Trembley", "1954-12-28", "file-number", "A-7"]).await;
    let this_one = choices(&page).remove(0);
    let form = Form::on(&page);
    let asked = form.press(&nurse, "create_consultation", &[("same_patient", &this_one)]).await;
    assert!(asked.texts("#beside_open h2")[0].starts_with("Open since "), "{}", asked.text);
    assert_eq!(asked.attribute("#beside_open a", "href"), path);
    let open = asked.attribute("#beside_open button", "value");
    let made =
        Form::on(&asked).press(&nurse, "create_consultation", &[("beside_open", &open)]).await;
    assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.text);
    let facts = nurse.get(&made.location).await.texts("dd").join(" ");
    assert!(facts.contains("A-7") && facts.contains("TEST 5412 2816"), "{facts}");

    // None of these, which holds for what was entered alone.
    let page = create(&nurse, ["Ada", "Tremblay", "1954-12-28", "file-number", "A-8"]).await;
    let new = choices(&page).pop().expect("a new patient");
    let form = Form::on(&page);
    let changed = form.clone().fill(&[("identifier", "A-9")]);
    let again = changed.press(&nurse, "create_consultation", &[("same_patient", &new)]).await;
    assert!(!choices(&again).is_empty(), "another number is another question");
    let made = form.press(&nurse, "create_consultation", &[("same_patient", &new)]).await;
    assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.text);
    assert_eq!(app.seen().await["counters"]["patients"], 2);
}

#[tokio::test]
async fn patients_without_a_number_stay_apart() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    let details = ["Ada", "Tremblay", "1954-12-28", "qc", ""];
    created(&nurse, details).await;
    let page = create(&nurse, details).await;
    let new = choices(&page).pop().expect("a new patient");
    let form = Form::on(&page);
    let answer = [("same_patient", new.as_str())];
    let (a, b) = tokio::join!(
        form.press(&nurse, "create_consultation", &answer),
        form.press(&nurse, "create_consultation", &answer)
    );
    assert_eq!((a.status, b.status), (StatusCode::SEE_OTHER, StatusCode::SEE_OTHER), "{}", b.text);
    assert_eq!(a.location, b.location, "a double press asks nothing about itself");
    let page = create(&nurse, details).await;
    assert_eq!(choices(&page).len(), 3, "two of them, and a new one");
    let mut open = Vec::new();
    for known in &choices(&page)[..2] {
        let answer = [("same_patient", known.as_str())];
        let asked = Form::on(&page).press(&nurse, "create_consultation", &answer).await;
        open.push(asked.attribute("#beside_open a", "href"));
    }
    assert!(open.contains(&a.location) && open[0] != open[1], "each has their own: {open:?}");
    let mut raw = app.database().await;
    let patients: i64 = raw.number("SELECT count(*) FROM patients").await;
    assert_eq!(patients, 2);
}

#[tokio::test]
async fn one_form_sent_many_times_at_once_asks_nothing_about_itself() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    for round in 0..12 {
        let (request, number) = (format!("request-{round}"), format!("F-{round}"));
        let born = format!("1954-12-{:02}", round + 1);
        let form = [
            ("request_id", request.as_str()),
            ("first_name", "Ada"),
            ("last_name", "Tremblay"),
            ("date_of_birth", &born),
            ("identifier_type", "file-number"),
            ("identifier", if round % 2 == 0 { number.as_str() } else { "" }),
        ];
        let sent = (0..6).map(|_| nurse.post("create_consultation", &form));
        let pages = futures::future::join_all(sent).await;
        let ends: HashSet<_> = pages.iter().map(|page| (page.status, &page.location)).collect();
        assert_eq!(ends.len(), 1, "round {round}: {ends:?}");
        assert_eq!(pages[0].status, StatusCode::SEE_OTHER, "{}", pages[0].text);
    }
    assert_eq!(creates(&app).await, 12);
}

#[tokio::test]
async fn two_desks_at_once_create_a_patient_once() {
    let app = TestApp::start().await;
    let (nurse, colleague) = (app.nurse().await, app.nurse().await);
    for details in [
        ["Ada", "Tremblay", "1954-12-28", "qc", ""],
        ["Zoé", "Roy", "1961-04-03", "file-number", "R-1"],
    ] {
        let before = creates(&app).await;
        let (a, b) = tokio::join!(create(&nurse, details), create(&colleague, details));
        let mut statuses = [a.status, b.status];
        statuses.sort();
        assert_eq!(
            statuses,
            [StatusCode::SEE_OTHER, StatusCode::UNPROCESSABLE_ENTITY],
            "{}",
            b.text
        );
        assert_eq!(creates(&app).await, before + 1, "the other one is asked");
    }
    // And a second consultation of one that is known.
    let details = ["Zoé", "Roy", "1961-04-03", "file-number", "R-1"];
    let page = create(&nurse, details).await;
    let open = page.attribute("#beside_open button", "value");
    let form = Form::on(&page);
    let colleagues = Form::on(&create(&colleague, details).await);
    let answer = [("beside_open", open.as_str())];
    let (a, b) = tokio::join!(
        form.press(&nurse, "create_consultation", &answer),
        colleagues.press(&colleague, "create_consultation", &answer)
    );
    let mut statuses = [a.status, b.status];
    statuses.sort();
    assert_eq!(statuses, [StatusCode::SEE_OTHER, StatusCode::UNPROCESSABLE_ENTITY], "{}", b.text);
}

#[tokio::test]
async fn a_follow_up_asks_who_it_is_and_not_about_open_consultations() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    let details = ["Ada", "Tremblay", "1954-12-28", "qc", "TEST 5412 2816"];
    created(&nurse, details).await;
    let form = Form::on(&nurse.get("/follow-ups/new").await).fill(&[
        ("first_name", "Ada"),
        ("last_name", "Tremblay"),
        ("date_of_birth", "1954-12-28"),
        ("due_on", "2026-10-01"),
        ("follow_up_reason", "blood pressure"),
    ]);
    let page = form.press(&nurse, "plan_follow_up", &[]).await;
    let this_one = choices(&page).remove(0);
    let form = Form::on(&page);
    let made = form.press(&nurse, "plan_follow_up", &[("same_patient", &this_one)]).await;
    assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.text);
    let again = form.press(&nurse, "plan_follow_up", &[("same_patient", &this_one)]).await;
    assert_eq!(again.location, made.location, "pressed twice");
    assert_eq!(app.seen().await["counters"]["patients"], 1);
}

#[tokio::test]
async fn what_was_kept_though_it_looks_wrong_is_in_the_log() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    for (details, note) in [
        (["Ada", "Roy", "", "on", "9876 543 218"], "kept=doubtful-number"),
        (["Bea", "Roy", "1955-12-28", "qc", "TEST 5412 2816"], "kept=other-birth-date"),
        (["Eve", "Roy", "", "file-number", "TEST 5412 2814"], "kept=as-file-number"),
    ] {
        let page = create(&nurse, details).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{details:?}");
        let keep = page.attribute("input[name=keep_number]", "value");
        let form = Form::on(&page);
        let made = form.press(&nurse, "create_consultation", &[("keep_number", &keep)]).await;
        assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.text);
        let log = app.log().await;
        let row = log.iter().find(|row| row.action == Action::Created).expect("a row");
        assert_eq!(row.detail, note);
    }
}
