//! An answer to a create call that the desk does not understand: the consultation is at Empego, and
//! its key there is not known.

use crate::create::creates;
use crate::events::{connected, drained, key_of, until};
use crate::helpers::{Page, Person, TestApp};
use crate::sites::logged;
use empego_desk::model::audit::Action;
use reqwest::StatusCode;
use serde_json::json;

/// Creates one whose answer has another shape. Its id.
async fn unread(app: &TestApp, nurse: &Person<'_>, number: &str) -> String {
    app.faults(json!({ "odd_answers": true, "hold_events": true })).await;
    let form = [("first_name", "Ada"), ("last_name", "Example"), ("identifier", number)];
    let page = nurse.post("create_consultation", &form).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.text);
    app.faults(json!({ "odd_answers": false })).await;
    page.location.rsplit('/').next().expect("an id").to_owned()
}

async fn record(nurse: &Person<'_>, id: &str) -> Page {
    nurse.get(&format!("/consultations/{id}")).await
}

/// The key that the sandbox gave the newest consultation.
async fn newest_key(app: &TestApp) -> String {
    let seen = app.seen().await;
    let all = seen["consultations"].as_array().expect("a list");
    all.last().expect("one")["key"].as_str().expect("a key").to_owned()
}

#[tokio::test]
async fn an_answer_of_another_shape_is_a_state_of_its_own_and_is_not_repeated() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    let id = unread(&app, &nurse, "A-1").await;
    let page = record(&nurse, &id).await;
    assert_eq!(page.texts(".badge"), ["Key not known"]);
    assert!(page.text.contains("but its key could not be read"), "{}", page.text);
    assert!(page.texts("#timeline ~ div").join(" ").contains("the key could not be read"));
    assert!(page.values("#link").is_empty(), "there is no link yet");
    let board = nurse.get("/consultations?status=not-created").await;
    assert!(board.text.contains("Example"), "it is among those that need a look");
    let cancel = [("id", id.as_str()), ("cancel_reason", "mistake")];
    assert_eq!(
        nurse.call("cancel_consultation", &cancel).await.status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    assert_eq!(creates(&app).await, 1, "exactly one call");

    // What to put into the profile, without a value.
    let page = nurse.get("/admin/connection").await;
    let card = page.texts("#unread-answers").join(" ");
    for part in ["create-consultation", "consultationKey|id|consultationId", "/data/uuid"] {
        assert!(card.contains(part), "{part}: {card}");
    }
    assert!(!card.contains(&newest_key(&app).await), "{card}");
    nurse.create("Bea", "Example", "A-2").await;
    let page = nurse.get("/admin/connection").await;
    assert!(page.texts("#unread-answers").is_empty(), "one that reads ends it");
}

#[tokio::test]
async fn the_queue_settles_it() {
    let app = TestApp::start().await;
    connected(&app).await;
    let nurse = app.nurse().await;
    let id = unread(&app, &nurse, "A-1").await;
    app.faults(json!({ "hold_events": false })).await;
    until("found", async || {
        (record(&nurse, &id).await.texts(".badge") == ["Link ready"]).then_some(())
    })
    .await;
    assert_eq!(key_of(&app, &id).await, newest_key(&app).await);
    assert_eq!(creates(&app).await, 1);
    assert!(!nurse.token(&id).await.is_empty(), "with a link");
}

#[tokio::test]
async fn staff_settle_it_by_the_key_and_a_slip_is_refused() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    let other = nurse.create("Bea", "Example", "A-2").await;
    let id = unread(&app, &nurse, "A-1").await;
    let (key, of_other) = (newest_key(&app).await, key_of(&app, &other).await);
    for (typed, says) in [
        ("", "fill this in"),
        ("no-such-key", "Empego has no consultation with this key"),
        ("two words", "Empego has no consultation with this key"),
        (of_other.as_str(), "Another consultation has this key"),
    ] {
        let page = nurse.post("enter_key", &[("id", &id), ("empego_key", typed)]).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{typed}");
        assert!(page.text.contains(says), "{typed}: {}", page.text);
        assert_eq!(page.values("[name=empego_key]"), [typed], "it is kept");
    }
    let site = app.first_site().await.id;
    assert!(logged(&app, &site, Action::KeyEntered).await.is_empty());
    for _ in 0..2 {
        let typed = format!(" {key} ");
        let page = nurse.post("enter_key", &[("id", &id), ("empego_key", &typed)]).await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.text);
    }
    assert_eq!(logged(&app, &site, Action::KeyEntered).await.len(), 1, "once");
    assert_eq!(record(&nurse, &id).await.texts(".badge"), ["Link ready"]);
    assert_eq!(key_of(&app, &id).await, key);
    // One that is settled takes no other key.
    let page = nurse.call("enter_key", &[("id", &id), ("empego_key", "another")]).await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
    // Without an answer at all it is the same.
    app.faults(json!({ "fail_next": { "status": 500, "count": 1 } })).await;
    let form = [("first_name", "Cy"), ("last_name", "Example"), ("identifier", "A-3")];
    let page = nurse.post("create_consultation", &form).await;
    let unknown = page.attribute("#errors a", "href");
    assert_eq!(nurse.get(&unknown).await.values("[name=empego_key]"), [""]);
    assert_eq!(creates(&app).await, 2);
}

#[tokio::test]
async fn the_key_of_another_patients_record_is_refused() {
    let app = TestApp::start().await;
    connected(&app).await;
    let nurse = app.nurse().await;
    nurse.create("Bea", "Example", "A-2").await;
    app.faults(json!({ "fail_next": { "status": 500, "count": 1 } })).await;
    let form = [("first_name", "Ada"), ("last_name", "Example"), ("identifier", "A-1")];
    let page = nurse.post("create_consultation", &form).await;
    let path = page.attribute("#errors a", "href");
    let id = path.strip_prefix("/consultations/").expect("a record").to_owned();
    let number = json!([{ "subSystem": "file-number", "key": "A-2" }]);
    let mut keys = Vec::new();
    for record in [
        json!({ "kind": "consultation", "identifiers": number }),
        json!({ "kind": "followup" }),
        json!({ "kind": "consultation" }),
    ] {
        keys.push(app.control("create", record).await["key"].as_str().expect("a key").to_owned());
    }
    drained(&app).await;
    for (key, status) in keys.iter().zip([
        StatusCode::UNPROCESSABLE_ENTITY,
        StatusCode::UNPROCESSABLE_ENTITY,
        StatusCode::SEE_OTHER,
    ]) {
        let page = nurse.post("enter_key", &[("id", &id), ("empego_key", key)]).await;
        assert_eq!(page.status, status, "{key}: {}", page.text);
    }
    assert_eq!(key_of(&app, &id).await, keys[2], "one that does not say whose it is can be it");
}
