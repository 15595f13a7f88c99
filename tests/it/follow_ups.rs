//! Follow-ups, from the plan to the end.

use crate::events::{connected, drained, event, key_of, until};
use crate::helpers::{Page, Person, TestApp};
use crate::sites::logged;
use empego_desk::model::audit::Action;
use empego_desk::model::role::Role;
use reqwest::{Method, StatusCode};
use serde_json::json;

/// The day that tests begin at, in the clinic's time zone.
const TODAY: &str = "2026-09-21";

/// Plans a follow-up for a new patient, and returns its id.
async fn planned(person: &Person<'_>, identifier: &str, due_on: &str) -> String {
    let form = [
        ("first_name", "Ada"),
        ("last_name", "Example"),
        ("identifier", identifier),
        ("due_on", due_on),
        ("follow_up_reason", "A cough"),
    ];
    let page = person.post("plan_follow_up", &form).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.text);
    page.location.strip_prefix("/consultations/").expect("the new follow-up").to_owned()
}

async fn stage(person: &Person<'_>, id: &str) -> String {
    person.get(&format!("/consultations/{id}")).await.texts(".kind .stage").concat()
}

/// The patients on the list, through one of its views.
async fn names(person: &Person<'_>, view: &str) -> Vec<String> {
    let page = person.get(&format!("/follow-ups{view}")).await;
    assert_eq!((page.status, page.heading().as_str()), (StatusCode::OK, "Follow-ups"));
    page.texts("tbody th a")
}

#[tokio::test]
async fn one_is_planned_answered_and_done() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    connected(&app).await;
    let id = planned(&nurse, "A-1", "2026-09-22").await;
    let told = app.seen().await["followups"][0].clone();
    let plan = json!({ "scheduled_at": "2026-09-22 04:00:00.000", "recurring": false, "reason": "A cough" });
    assert_eq!(
        (&told["plan"], &told["metadata"]),
        (&plan, &json!(id)),
        "Empego knows the day, as it begins in Toronto"
    );
    assert_eq!(stage(&nurse, &id).await, "Planned");
    assert_eq!(names(&nurse, "?view=planned").await, ["Ada Example"]);
    assert_eq!(names(&nurse, "?view=due").await, Vec::<String>::new());
    assert!(
        nurse.get("/consultations").await.texts("tbody th a").is_empty(),
        "the board is of consultations"
    );

    app.pass(86_400_000);
    let nurse = app.nurse().await;
    assert_eq!(stage(&nurse, &id).await, "Due today");
    assert_eq!(names(&nurse, "?view=due").await, ["Ada Example"]);
    let token = nurse.token(&id).await;
    let page = app.stranger().get(&format!("/c/{token}")).await;
    assert_eq!(
        (page.status, page.heading().as_str()),
        (StatusCode::OK, "Questions for your follow-up")
    );
    let started = app.stranger().call("start_consultation", &[("token", &token)]).await;
    let url = started.json()["url"].as_str().expect("a URL").to_owned();
    assert!(url.contains("/embed/followup/"), "{url}");
    app.load(&url).await;
    app.answer(&url).await;
    until("to be analyzed", async || (stage(&nurse, &id).await == "To be analyzed").then_some(()))
        .await;
    assert_eq!(names(&nurse, "?view=to-be-analyzed").await, ["Ada Example"]);
    assert_eq!(app.stranger().get(&format!("/c/{token}")).await.heading(), "Thank you");

    let key = key_of(&app, &id).await;
    app.control("status", json!({ "key": key, "status": "DONE" })).await;
    until("done", async || (stage(&nurse, &id).await == "Done").then_some(())).await;
    assert_eq!(names(&nurse, "?view=done").await, ["Ada Example"]);
    assert_eq!(names(&nurse, "").await, Vec::<String>::new(), "nothing is left to do");
    drained(&app).await;
}

#[tokio::test]
async fn the_browsers_word_counts_for_a_follow_up_in_both_spellings() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    app.faults(json!({ "hold_events": true })).await;
    for (number, event_type) in ["followup", "followUp"].into_iter().enumerate() {
        let id = planned(&nurse, &format!("A-{number}"), TODAY).await;
        let (token, key) = (nurse.token(&id).await, key_of(&app, &id).await);
        let message = json!({ "evenType": event_type, "operation": "update", "status": "TO_BE_ANALYZED", "id": key }).to_string();
        let report = app
            .stranger()
            .call("report_message", &[("token", &token), ("message", &message)])
            .await;
        assert_eq!(report.text, "\"reported\"");
        assert_eq!(stage(&nurse, &id).await, "To be analyzed");
    }
}

#[tokio::test]
async fn one_of_a_consultation_is_for_its_patient_and_they_lead_to_each_other() {
    let app = TestApp::start().await;
    let (nurse, site) = (app.nurse().await, app.first_site().await);
    let clinician = app.staff(&site, &[Role::Clinician]).await;
    // A patient whom no identifier finds.
    let form = [("first_name", "Bea"), ("last_name", "Example"), ("date_of_birth", "1954-12-28")];
    let first = nurse.post("create_consultation", &form).await.location;
    let first_id = first.rsplit('/').next().expect("an id");
    let href =
        clinician.get(&first).await.attribute("section[aria-labelledby=follow-ups] a", "href");
    let page = clinician.get(&href).await;
    assert_eq!(page.texts(".whose strong"), ["Bea Example"]);
    assert!(page.texts("input#first_name").is_empty(), "nobody types that patient again");
    let form =
        [("follows", first_id), ("due_on", "2026-09-28"), ("follow_up_reason", "Blood pressure")];
    let second = clinician.post("plan_follow_up", &form).await;
    assert_eq!(second.status, StatusCode::SEE_OTHER, "{}", second.text);
    let page = nurse.get(&second.location).await;
    assert_eq!(page.heading(), "Bea Example");
    assert!(page.text.contains(&format!("href=\"{first}\"")), "the way back: {}", page.text);
    let links = nurse.get(&first).await.texts(".follow-ups li");
    assert_eq!(links, ["Sep 28, 2026 Blood pressure Planned"]);
    assert_eq!(app.seen().await["counters"]["patients"], 1);
    assert_eq!(logged(&app, &site.id, Action::Created).await.len(), 2);
}

#[tokio::test]
async fn one_that_repeats_is_one_record_a_day_and_a_second_press_makes_no_more() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    let form = [
        ("request_id", "a-press"),
        ("first_name", "Ada"),
        ("last_name", "Example"),
        ("identifier", "A-1"),
        ("due_on", "2027-01-31"),
        ("follow_up_reason", "Weight"),
        ("repeat", "month"),
        ("times", "3"),
    ];
    let (page, again) =
        tokio::join!(nurse.post("plan_follow_up", &form), nurse.post("plan_follow_up", &form));
    assert_eq!(
        (page.status, &page.location),
        (StatusCode::SEE_OTHER, &again.location),
        "{}",
        page.text
    );
    assert_eq!(nurse.post("plan_follow_up", &form).await.location, page.location);
    let list = nurse.get("/follow-ups").await;
    assert_eq!(list.texts("tbody time"), ["Jan 31, 2027", "Feb 28, 2027", "Mar 31, 2027"]);
    assert_eq!(
        list.texts("tbody td:nth-child(3)"),
        ["Weight 1 of 3", "Weight 2 of 3", "Weight 3 of 3"]
    );
    let first = nurse.get(&page.location).await;
    let others = first.texts(".follow-ups li a");
    assert_eq!(others, ["Feb 28, 2027", "Mar 31, 2027"], "the others of the series");
    let seen = app.seen().await;
    assert_eq!(
        (&seen["counters"]["followup_creates"], &seen["counters"]["patients"]),
        (&json!(3), &json!(1))
    );
    assert_eq!(seen["followups"][2]["plan"]["recurring"], false, "we plan each date");
    // Gone back to, and sent for more of the same: what is there already is not made again.
    let more: Vec<_> = form
        .iter()
        .map(|(name, value)| (*name, if *name == "times" { "4" } else { value }))
        .collect();
    assert_eq!(nurse.post("plan_follow_up", &more).await.location, page.location);
    assert_eq!(app.seen().await["counters"]["followup_creates"], 4);
    // And for another day: that is another one.
    let other: Vec<_> = form
        .iter()
        .map(|(name, value)| (*name, if *name == "due_on" { "2027-02-01" } else { value }))
        .collect();
    assert_ne!(nurse.post("plan_follow_up", &other).await.location, page.location);
    assert_eq!(app.seen().await["counters"]["followup_creates"], 7);
}

#[tokio::test]
async fn what_cannot_be_planned_is_said_beside_its_field_and_kept() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    let whole = [
        ("first_name", "Ada"),
        ("last_name", "Example"),
        ("identifier", "A-1"),
        ("due_on", TODAY),
        ("follow_up_reason", "A cough"),
    ];
    for (field, value, sentence) in [
        ("due_on", "", "Enter the day of the follow-up"),
        ("due_on", "2026-09-20", "Enter a valid date, from today to two years from now"),
        ("due_on", "2029-01-01", "Enter a valid date, from today to two years from now"),
        ("due_on", "soon", "Enter a valid date, from today to two years from now"),
        ("follow_up_reason", " ", "Enter the reason"),
        ("follow_up_reason", &"x".repeat(201), "Use 200 characters or fewer, without line breaks"),
        ("repeat", "hourly", "Repeats: choose an option from the list"),
        (
            "first_name",
            &"x".repeat(101),
            "First name: use 100 characters or fewer, without line breaks",
        ),
    ] {
        let mut form: Vec<_> = whole.iter().filter(|(name, _)| *name != field).copied().collect();
        form.push((field, value));
        let page = nurse.post("plan_follow_up", &form).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{field}={value}");
        assert_eq!(
            page.texts(&format!("#{field}-error")),
            [sentence],
            "{field}={value}: {}",
            page.text
        );
        assert_eq!(page.attribute("#last_name", "value"), "Example", "entries are kept");
    }
    for times in ["", "1", "13", "many"] {
        let form: Vec<_> =
            whole.iter().copied().chain([("repeat", "week"), ("times", times)]).collect();
        assert_eq!(
            nurse.post("plan_follow_up", &form).await.texts("#times-error"),
            ["Enter a whole number from 2 to 12"],
            "{times}"
        );
    }
    let form: Vec<_> = whole.iter().copied().chain([("times", "3")]).collect();
    assert_eq!(
        nurse.post("plan_follow_up", &form).await.texts("#repeat-error"),
        ["Repeats: choose an option from the list"],
        "three of what does not repeat"
    );
    let page = nurse
        .post(
            "plan_follow_up",
            &[("follows", "nobody's"), ("due_on", TODAY), ("follow_up_reason", "x")],
        )
        .await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
    assert_eq!(app.seen().await["followups"], json!([]));
    assert_eq!(names(&nurse, "?view=all").await, Vec::<String>::new());
    // The form is found again by "Find patient" too.
    let page = nurse.post("look_up_patient", &whole).await;
    assert_eq!((page.status, page.attribute("#due_on", "value").as_str()), (StatusCode::OK, TODAY));
}

/// The form is asked about a look-alike, and not about the record that it made itself.
#[tokio::test]
async fn a_repeated_form_asks_nothing_about_its_own_record() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    let born = ("date_of_birth", "1954-12-28");
    let known = [("first_name", "Catherine"), ("last_name", "Example"), born];
    nurse.post("create_consultation", &known).await;
    let form = |first_name: &'static str, answer: &str| {
        let form = [
            ("request_id", "a-press"),
            ("first_name", first_name),
            ("last_name", "Example"),
            born,
            ("due_on", TODAY),
            ("follow_up_reason", "A cough"),
            ("same_patient", answer),
        ];
        form.map(|(name, value)| (name, value.to_owned()))
    };
    let send = async |form: [(&str, String); 7]| {
        let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, &**value)).collect();
        nurse.post("plan_follow_up", &form).await
    };
    let none = |page: &Page| page.values("button[name=same_patient]").pop().expect("an answer");
    // One letter off: asked about, and a new patient. Empego refuses.
    let asked = send(form("Catherina", "")).await;
    assert_eq!(asked.texts("#same_patient .identity").len(), 1, "{}", asked.text);
    app.faults(json!({ "fail_next": { "status": 422, "count": 1 } })).await;
    send(form("Catherina", &none(&asked))).await;
    assert_eq!(app.seen().await["followups"], json!([]));
    // Sent again with another name: the record of the first time is its own.
    let asked = send(form("Catherino", "")).await;
    assert_eq!(asked.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", asked.text);
    assert_eq!(
        asked.texts("#same_patient .identity"),
        ["Example, Catherine · Dec 28, 1954, 71 years"]
    );
    let made = send(form("Catherino", &none(&asked))).await;
    assert_eq!(made.status, StatusCode::SEE_OTHER, "answered once: {}", made.text);
    assert_eq!(nurse.get(&made.location).await.heading(), "Catherino Example");
    assert_eq!(names(&nurse, "?view=all").await, ["Catherino Example"], "one follow-up");
}

#[tokio::test]
async fn when_empego_fails_the_record_says_so_and_what_was_typed_is_kept() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    app.faults(json!({ "fail_next": { "status": 401, "count": 1 } })).await;
    let form = [
        ("request_id", "a-press"),
        ("first_name", "Ada"),
        ("last_name", "Example"),
        ("identifier", "A-1"),
    ];
    let form: Vec<_> = form
        .into_iter()
        .chain([
            ("due_on", TODAY),
            ("follow_up_reason", "A cough"),
            ("repeat", "week"),
            ("times", "2"),
        ])
        .collect();
    let page = nurse.post("plan_follow_up", &form).await;
    assert_eq!(page.status, StatusCode::BAD_GATEWAY);
    assert!(
        page.text.contains("Empego refused our key") && page.text.contains("Nothing was created."),
        "{}",
        page.text
    );
    assert_eq!(
        (page.attribute("#due_on", "value").as_str(), page.attribute("#times", "value").as_str()),
        (TODAY, "2")
    );
    assert_eq!(
        nurse.get("/follow-ups").await.texts("tbody .badge"),
        ["Not created"],
        "the first one alone was tried"
    );
    assert_eq!(nurse.post("plan_follow_up", &form).await.status, StatusCode::SEE_OTHER);
    assert_eq!(nurse.get("/follow-ups").await.texts("tbody .badge"), ["Link ready", "Link ready"]);
}

#[tokio::test]
async fn one_of_several_that_was_not_created_is_said_wherever_it_is_shown() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    let one = [
        ("request_id", "a-press"),
        ("first_name", "Ada"),
        ("last_name", "Example"),
        ("identifier", "A-1"),
        ("due_on", TODAY),
    ];
    let one: Vec<_> = one.into_iter().chain([("follow_up_reason", "A cough")]).collect();
    let first = nurse.post("plan_follow_up", &one).await.location;
    app.faults(json!({ "fail_next": { "status": 401, "count": 1 } })).await;
    let several: Vec<_> = one.iter().copied().chain([("repeat", "week"), ("times", "3")]).collect();
    let page = nurse.post("plan_follow_up", &several).await;
    assert_eq!(
        (page.status, page.location.as_str()),
        (StatusCode::SEE_OTHER, "/follow-ups"),
        "not as if all were well"
    );
    let mut badges = nurse.get("/follow-ups").await.texts("tbody .badge");
    badges.sort_unstable();
    assert_eq!(badges, ["Link ready", "Link ready", "Not created"]);
    let weeks = [
        nurse.get("/follow-ups?week=2026-09-28").await,
        nurse.get("/follow-ups?week=2026-10-05").await,
    ];
    assert_eq!(
        weeks.iter().flat_map(|week| week.texts(".week .badge")).collect::<Vec<_>>(),
        ["Not created"]
    );
    let again = nurse.post("plan_follow_up", &several).await;
    assert_eq!(again.location, first);
    assert_eq!(
        nurse.get("/follow-ups").await.texts("tbody .badge"),
        ["Link ready", "Link ready", "Link ready"]
    );
    assert_eq!(app.seen().await["counters"]["followup_creates"], 3);
}

#[tokio::test]
async fn a_series_that_is_sent_again_for_another_patient_is_planned_whole() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    for (name, number) in [("Ada", "A-1"), ("Bea", "B-1"), ("Ada", "A-1")] {
        let form = [
            ("request_id", "a-press"),
            ("first_name", name),
            ("last_name", "Example"),
            ("identifier", number),
            ("due_on", TODAY),
            ("follow_up_reason", "A cough"),
            ("repeat", "week"),
            ("times", "3"),
        ];
        let page = nurse.post("plan_follow_up", &form).await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.text);
    }
    let mut names = names(&nurse, "").await;
    names.sort_unstable();
    assert_eq!(names, [["Ada Example"; 3], ["Bea Example"; 3]].concat());
}

#[tokio::test]
async fn a_link_has_its_time_from_the_end_of_the_day_on() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    let id = planned(&nurse, "A-1", "2026-10-21").await;
    let token = nurse.token(&id).await;
    let site = app.first_site().await.id;
    let record = app
        .state
        .desk
        .store
        .consultation(&site, &id.as_str().into())
        .await
        .expect("it answers")
        .expect("it is there");
    assert_eq!(
        record.state.expires_at(),
        Some(1_792_900_800_000),
        "72 hours after the midnight after it, in Toronto"
    );
    // Three weeks on, long after a consultation's link would have ended.
    app.pass(21 * 86_400_000);
    let page = app.stranger().get(&format!("/c/{token}")).await;
    assert_eq!(
        (page.status, page.texts(".planned")),
        (
            StatusCode::OK,
            vec!["This follow-up is for Oct 21, 2026. If you can, answer on that day.".to_owned()]
        )
    );
    app.pass(11 * 86_400_000);
    assert_eq!(app.stranger().get(&format!("/c/{token}")).await.status, StatusCode::OK);
    app.pass(2 * 86_400_000);
    assert_eq!(app.stranger().get(&format!("/c/{token}")).await.status, StatusCode::GONE);
    let nurse = app.nurse().await;
    assert_eq!(
        (stage(&nurse, &id).await.as_str(), names(&nurse, "?view=unanswered").await.len()),
        ("Unanswered", 1)
    );
}

#[tokio::test]
async fn one_is_called_off_and_no_answer_is() {
    let app = TestApp::start().await;
    let (nurse, site) = (app.nurse().await, app.first_site().await);
    let (id, answered) = (planned(&nurse, "A-1", TODAY).await, planned(&nurse, "B-2", TODAY).await);
    let token = nurse.token(&id).await;
    for _ in 0..2 {
        assert_eq!(
            nurse
                .post("cancel_follow_up", &[("id", &id), ("cancel_reason", "not-needed")])
                .await
                .status,
            StatusCode::SEE_OTHER
        );
    }
    assert_eq!(stage(&nurse, &id).await, "Cancelled");
    assert_eq!(app.stranger().get(&format!("/c/{token}")).await.status, StatusCode::GONE);
    assert_eq!(names(&nurse, "").await.len(), 1);
    assert_eq!(logged(&app, &site.id, Action::Cancelled).await.len(), 1);
    drained(&app).await;
    app.control(
        "events",
        json!({ "events": [event("an-answer", &key_of(&app, &answered).await, "TO_BE_ANALYZED")] }),
    )
    .await;
    until("answered", async || (stage(&nurse, &answered).await == "To be analyzed").then_some(()))
        .await;
    let refused = nurse.post("cancel_follow_up", &[("id", &answered)]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text.contains("It cannot be cancelled"), "{}", refused.text);
    assert_eq!(stage(&nurse, &answered).await, "To be analyzed");
    let consultation = nurse.create("Cleo", "Example", "C-3").await;
    assert_eq!(
        nurse.post("cancel_follow_up", &[("id", &consultation)]).await.status,
        StatusCode::NOT_FOUND,
        "a consultation is no follow-up"
    );
}

#[tokio::test]
async fn the_week_shows_each_day_and_leads_to_the_next() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    // A Monday, and the Sunday after it.
    for (number, day) in ["2026-09-21", "2026-09-27", "2026-09-28"].into_iter().enumerate() {
        planned(&nurse, &format!("A-{number}"), day).await;
    }
    let page = nurse.get("/follow-ups?week=2026-09-24").await;
    assert_eq!(page.texts(".week section").len(), 7);
    assert_eq!(page.texts(".week h2")[0], "Mon Sep 21 today");
    assert_eq!(page.texts(".week section:has(li) h2"), ["Mon Sep 21 today", "Sun Sep 27"]);
    let next = page.attribute("a[rel=next]", "href");
    assert_eq!(nurse.get(&next).await.texts(".week section:has(li) h2"), ["Mon Sep 28"]);
    for odd in ["", "yesterday", "9999-12-31", "-009999-01-01"] {
        assert_eq!(
            nurse.get(&format!("/follow-ups?week={odd}")).await.status,
            StatusCode::OK,
            "{odd}"
        );
    }
    let french = Person { language: "fr", ..nurse.clone() };
    assert_eq!(
        french.get("/follow-ups?week=2026-09-24").await.texts(".week h2")[6],
        "dim. 27 sept."
    );
}

#[tokio::test]
async fn the_list_is_searched_and_paged() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    for number in 0..27 {
        planned(&nurse, &format!("A-{number}"), &format!("2026-10-{:02}", number + 1)).await;
    }
    let page = nurse.get("/follow-ups").await;
    let mut days = page.texts("tbody time");
    days.extend(nurse.get(&page.attribute("a[rel=next]", "href")).await.texts("tbody time"));
    assert_eq!(
        (days.len(), days[0].as_str(), days[26].as_str()),
        (27, "Oct 1, 2026", "Oct 27, 2026")
    );
    let found =
        nurse.post("search_follow_ups", &[("search", "A-13"), ("view", "planned")]).await.location;
    assert!(
        found.starts_with("/follow-ups?view=planned&search=") && !found.contains("A-13"),
        "sealed: {found}"
    );
    assert_eq!(nurse.get(&found).await.texts("tbody time"), ["Oct 14, 2026"]);
    for odd in ["?view=late", "?search=x", "?day=x&after=y", "?day=2026-10-01&after='"] {
        assert_eq!(nurse.get(&format!("/follow-ups{odd}")).await.status, StatusCode::OK, "{odd}");
    }
}

#[tokio::test]
async fn the_front_desk_hands_over_and_plans_nothing() {
    let app = TestApp::start().await;
    let (nurse, site) = (app.nurse().await, app.first_site().await);
    let desk = app.staff(&site, &[Role::FrontDesk]).await;
    let id = planned(&nurse, "A-1", TODAY).await;
    assert_eq!(names(&desk, "").await, ["Ada Example"]);
    assert!(!desk.token(&id).await.is_empty());
    assert!(
        desk.get(&format!("/consultations/{id}"))
            .await
            .texts("form[action='/api/cancel_follow_up']")
            .is_empty()
    );
    assert_eq!(desk.get("/follow-ups/new").await.status, StatusCode::FORBIDDEN);
    assert_eq!(desk.post("cancel_follow_up", &[("id", &id)]).await.status, StatusCode::FORBIDDEN);
    let answer = desk.call("plan_follow_up", &[("first_name", "Ada")]).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn its_details_open_as_those_of_a_follow_up() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    let id = planned(&nurse, "A-1", TODAY).await;
    let answer = nurse.call("open_details", &[("id", &id)]).await.json();
    let url = answer["url"].as_str().expect("a URL");
    assert!(url.contains("/embed/followup-details/"), "{url}");
    assert_eq!(Page::read(app.elsewhere(Method::GET, url)).await.status, StatusCode::OK);
    let page = nurse.get(&format!("/consultations/{id}/details")).await;
    assert!(page.text.contains("Follow-up details"), "{}", page.text);
}
