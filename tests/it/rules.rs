//! The rules of one consultation's link: its end, and the date of birth before Start.

mod gate;

use crate::helpers::{Person, TestApp};
use crate::sites::logged;
use empego_desk::model::audit::Action;
use empego_desk::model::ids::ConsultationId;
use empego_desk::model::role::Role;
use empego_desk::model::site::{LinkRules, Site};
use reqwest::StatusCode;

const HOUR: i64 = 3_600_000;

async fn press(person: &Person<'_>, function: &str, id: &str) {
    let page = person.post(function, &[("id", id)]).await;
    assert_eq!(
        (page.status, page.location),
        (StatusCode::SEE_OTHER, format!("/consultations/{id}")),
        "{function}"
    );
}

#[tokio::test]
async fn an_expired_link_works_again_when_its_expiry_is_removed() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    let id = nurse.create("Ada", "Example", "A-1").await;
    let token = nurse.token(&id).await;
    app.pass(72 * HOUR);
    let nurse = app.nurse().await;
    assert_eq!(app.stranger().get(&format!("/c/{token}")).await.status, StatusCode::GONE);
    assert_eq!(nurse.get("/consultations").await.texts("tbody .badge"), ["Expired"]);

    press(&nurse, "remove_expiry", &id).await;
    assert_eq!(nurse.token(&id).await, token, "the same link");
    assert_eq!(app.stranger().get(&format!("/c/{token}")).await.status, StatusCode::OK);
    assert_eq!(
        app.stranger().post("start_consultation", &[("token", &token)]).await.status,
        StatusCode::SEE_OTHER
    );
    assert!(nurse.get(&format!("/consultations/{id}")).await.text.contains("No expiry"));
    app.pass(100 * 365 * 24 * HOUR);
    let nurse = app.nurse().await;
    assert_eq!(app.stranger().get(&format!("/c/{token}")).await.status, StatusCode::OK);
    assert_eq!(
        nurse.get("/consultations").await.texts("tbody .badge"),
        ["Started"],
        "the board's index knows it too"
    );
    assert!(nurse.get("/consultations?status=expired").await.texts("tbody .badge").is_empty());
    press(&nurse, "remove_expiry", &id).await;
    press(&nurse, "extend_link", &id).await;
    assert_eq!(
        app.stranger().get(&format!("/c/{token}")).await.status,
        StatusCode::OK,
        "extending never shortens"
    );
    assert_eq!(
        logged(&app, &app.first_site().await.id, Action::LinkChanged).await,
        ["expiry=removed"]
    );
}

#[tokio::test]
async fn a_link_is_extended_by_the_sites_usual_time_from_now() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    let id = nurse.create("Ada", "Example", "A-1").await;
    let token = nurse.token(&id).await;
    let status = |app: &TestApp| {
        let request = app.stranger().request(reqwest::Method::GET, &format!("/c/{token}"));
        async move { request.send().await.expect("an answer").status() }
    };
    assert!(
        !nurse
            .get(&format!("/consultations/{id}"))
            .await
            .texts("button")
            .contains(&"Extend link".to_owned()),
        "it has all its time"
    );
    app.pass(71 * HOUR);
    let nurse = app.nurse().await;
    assert!(
        nurse
            .get(&format!("/consultations/{id}"))
            .await
            .texts("button")
            .contains(&"Extend link".to_owned())
    );
    press(&nurse, "extend_link", &id).await;
    press(&nurse, "extend_link", &id).await;
    app.pass(71 * HOUR);
    assert_eq!(status(&app).await, StatusCode::OK);
    app.pass(HOUR);
    assert_eq!(status(&app).await, StatusCode::GONE);
    let nurse = app.nurse().await;
    press(&nurse, "extend_link", &id).await;
    assert_eq!(status(&app).await, StatusCode::OK, "also after its end");
    let rows = nurse.get(&format!("/consultations/{id}")).await.texts(".timeline li");
    assert_eq!(rows.iter().filter(|row| row.contains("Link 1 works until")).count(), 2, "{rows:?}");
    assert_eq!(
        logged(&app, &app.first_site().await.id, Action::LinkChanged).await,
        ["expiry=extended"; 2]
    );

    // Rotating takes the site's usual time again.
    press(&nurse, "reissue_link", &id).await;
    assert_eq!(status(&app).await, StatusCode::GONE);
    assert_eq!(
        app.stranger().get(&format!("/c/{}", nurse.token(&id).await)).await.status,
        StatusCode::OK
    );
}

/// A clock that was ahead when a rule was set, and is right again, does not keep staff from setting
/// it anew.
#[tokio::test]
async fn rules_that_were_set_after_the_clock_went_back_hold() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    let id = nurse.create("Ada", "Example", "A-1").await;
    app.pass(10 * HOUR);
    let ahead = app.nurse().await;
    let set = [("id", id.as_str()), ("gate", "on")];
    assert_eq!(ahead.post("set_gate", &set).await.status, StatusCode::SEE_OTHER);
    press(&ahead, "extend_link", &id).await;
    app.pass(-10 * HOUR);
    let nurse = app.nurse().await;
    let site = app.first_site().await.id;
    let state = async || {
        let id = ConsultationId::from(id.as_str());
        let found = app.state.desk.store.consultation(&site, &id).await.expect("it answers");
        found.expect("a consultation").state
    };
    for (gate, on) in [("off", false), ("on", true), ("off", false)] {
        let set = [("id", id.as_str()), ("gate", gate)];
        assert_eq!(nurse.post("set_gate", &set).await.status, StatusCode::SEE_OTHER);
        assert_eq!(state().await.gate.is_on(), on, "what was acknowledged holds");
    }
    press(&nurse, "remove_expiry", &id).await;
    assert_eq!(state().await.expires_at(), None);
    let details = logged(&app, &site, Action::LinkChanged).await;
    assert_eq!(details.len(), 6, "a row each: {details:?}");
}

/// Two who set it at once: each is told that it is done, so the later one's setting is there.
#[tokio::test]
async fn rules_that_are_set_at_once_are_set_one_after_another() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    let id = nurse.create("Ada", "Example", "A-1").await;
    for round in 0..8 {
        let (on, off) = ([("id", id.as_str()), ("gate", "on")], [("id", &*id), ("gate", "off")]);
        let (one, two) = tokio::join!(nurse.post("set_gate", &on), nurse.post("set_gate", &off));
        assert_eq!((one.status, two.status), (StatusCode::SEE_OTHER, StatusCode::SEE_OTHER));
        let site = app.first_site().await.id;
        let id = ConsultationId::from(id.as_str());
        let found = app.state.desk.store.consultation(&site, &id).await.expect("it answers");
        let rows = logged(&app, &site, Action::LinkChanged).await;
        let gate = found.expect("a consultation").state.gate;
        let newest = if gate.is_on() { "gate=on" } else { "gate=off" };
        assert_eq!(rows.last().map(String::as_str), Some(newest), "round {round}: {rows:?}");
        assert_eq!(rows.len(), usize::try_from(gate.change).expect("few"), "a row a change");
    }
}

#[tokio::test]
async fn what_is_over_has_no_rules_any_more() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    let id = nurse.create("Ada", "Example", "A-1").await;
    let token = nurse.token(&id).await;
    press(&nurse, "revoke_link", &id).await;
    for function in ["extend_link", "remove_expiry", "unlock_link"] {
        assert_eq!(
            nurse.call(function, &[("id", &id)]).await.status,
            StatusCode::GONE,
            "{function}"
        );
        assert_eq!(
            nurse.call(function, &[("id", "none")]).await.status,
            StatusCode::NOT_FOUND,
            "{function}"
        );
    }
    assert_eq!(
        nurse.call("set_gate", &[("id", &id), ("gate", "on")]).await.status,
        StatusCode::GONE
    );
    assert_eq!(
        nurse.call("set_gate", &[("id", &id), ("gate", "ajar")]).await.status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    assert_eq!(
        app.stranger().get(&format!("/c/{token}")).await.status,
        StatusCode::GONE,
        "nothing unlocks what was taken back"
    );
    assert!(nurse.get(&format!("/consultations/{id}")).await.texts("#link-rules").is_empty());

    // Nor has anybody of another site a say in them.
    let other = nurse.create("Bea", "Example", "A-2").await;
    let stranger = app.staff(&app.another_site("Elsewhere").await, &Role::ALL).await;
    for function in ["extend_link", "remove_expiry", "unlock_link", "set_gate"] {
        assert_eq!(
            stranger.call(function, &[("id", &other), ("gate", "on")]).await.status,
            StatusCode::NOT_FOUND,
            "{function}"
        );
    }
    assert!(logged(&app, &app.first_site().await.id, Action::LinkChanged).await.is_empty());
}

/// Sets the first site's link rules.
async fn rule(app: &TestApp, rules: LinkRules) {
    let site = Site { rules, ..app.first_site().await };
    app.state.desk.store.set_site(&site, &[]).await.expect("it is set");
}
