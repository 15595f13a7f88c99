//! The patient's link: inert until Start, and honest when it is over.

use crate::helpers::{Page, START, TestApp};
use reqwest::{Method, StatusCode};
use serde_json::json;

#[tokio::test]
async fn looking_at_a_link_does_nothing_however_often() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    let token = nurse.token(&nurse.create("Ada", "Example", "A-1").await).await;
    for _ in 0..50 {
        for method in [Method::GET, Method::HEAD] {
            let answer = app
                .stranger()
                .request(method, &format!("/c/{token}"))
                .send()
                .await
                .expect("an answer");
            assert_eq!(answer.status(), StatusCode::OK);
        }
    }
    assert_eq!(app.seen().await["counters"]["presigned"], 0);
    assert_eq!(nurse.get("/consultations").await.texts("tbody .badge"), ["Link ready"]);
}

#[tokio::test]
async fn what_a_message_writes_behind_a_link_does_not_break_it() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    let token = nurse.token(&nurse.create("Ada", "Example", "A-1").await).await;
    for behind in [
        "",
        ".",
        ")",
        "%3E",
        ".)",
        ",",
        "%E2%80%9D",
        "%20",
        "?utm_source=sms",
        ".?fbclid=x",
        "?utm_source=sms&utm_medium=text&lang=en",
        "&utm_source=sms",
        "%3Ffbclid=x",
        ").%20Thank",
    ] {
        let page = app.stranger().get(&format!("/c/{token}{behind}")).await;
        assert_eq!(page.status, StatusCode::OK, "{behind}");
        assert_eq!(page.attribute("form input[name=token]", "value"), token, "{behind}");
    }
    let other = app.stranger().get(&format!("/c/{token}x")).await;
    assert_eq!(other.status, StatusCode::NOT_FOUND, "a letter is a part of it");
}

#[tokio::test]
async fn a_link_that_phones_cannot_open_says_so_beside_the_code() {
    for (public_url, warned) in [(None, 1), (Some("https://desk.example"), 0)] {
        let app = TestApp::with(|settings| {
            settings.desk_public_url = public_url.map(str::to_owned);
        })
        .await;
        let nurse = app.nurse().await;
        let id = nurse.create("Ada", "Example", "A-1").await;
        let page = nurse.get(&format!("/consultations/{id}")).await;
        assert_eq!(page.texts("#local-link").len(), warned, "{public_url:?}");
    }
}

#[tokio::test]
async fn every_end_of_a_link_has_its_own_page_and_code_in_both_languages() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    let (revoked, expired) =
        (nurse.create("Ada", "Example", "A-1").await, nurse.create("Bea", "Example", "A-2").await);
    let (revoked_token, expired_token) = (nurse.token(&revoked).await, nurse.token(&expired).await);
    assert_eq!(nurse.post("revoke_link", &[("id", &revoked)]).await.status, StatusCode::SEE_OTHER);
    app.pass(72 * 3_600_000);
    let nurse = app.nurse().await;
    for (token, code, en, fr) in [
        ("nonsense", StatusCode::NOT_FOUND, "Link not found", "Lien introuvable"),
        (
            &revoked_token,
            StatusCode::GONE,
            "This link is no longer valid",
            "Ce lien n’est plus valide",
        ),
        (&expired_token, StatusCode::GONE, "This link has expired", "Ce lien est expiré"),
    ] {
        let page = app.stranger().get(&format!("/c/{token}")).await;
        assert_eq!((page.status, page.heading().as_str()), (code, en));
        let page = app.stranger().get(&format!("/c/{token}?lang=fr")).await;
        assert_eq!(
            (page.status, page.heading().as_str(), page.attribute("html", "lang").as_str()),
            (code, fr, "fr")
        );
        for function in ["start_consultation", "consultation_state", "report_message"] {
            let answer =
                app.stranger().call(function, &[("token", token), ("message", "{}")]).await;
            let expected = match (function, code) {
                ("start_consultation", code) | (_, code @ StatusCode::NOT_FOUND) => code,
                ("report_message", _) => StatusCode::UNPROCESSABLE_ENTITY,
                _ => StatusCode::OK,
            };
            assert_eq!(answer.status, expected, "{function} {token}");
        }
        let plain = app.stranger().post("start_consultation", &[("token", token)]).await;
        assert_eq!(
            (plain.status, plain.heading().as_str()),
            (code, en),
            "a plain form reads the same"
        );
    }
    assert_eq!(app.seen().await["counters"]["presigned"], 0);
    // Made in one millisecond of a clock that stands still: their order is chance.
    let mut badges = nurse.get("/consultations").await.texts("tbody .badge");
    badges.sort();
    assert_eq!(badges, ["Expired", "Revoked"]);
}

#[tokio::test]
async fn a_new_link_works_and_the_old_one_does_not() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    let id = nurse.create("Ada", "Example", "A-1").await;
    let old = nurse.token(&id).await;
    assert_eq!(
        nurse.post("reissue_link", &[("id", &id)]).await.location,
        format!("/consultations/{id}")
    );
    let new = nurse.token(&id).await;
    assert_ne!(old, new);
    assert_eq!(app.stranger().get(&format!("/c/{old}")).await.status, StatusCode::GONE);
    assert_eq!(app.stranger().get(&format!("/c/{new}")).await.status, StatusCode::OK);
    assert_eq!(nurse.post("revoke_link", &[("id", &id)]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(nurse.get(&format!("/consultations/{id}")).await.texts(".badge"), ["Revoked"]);
    assert_eq!(
        nurse.post("reissue_link", &[("id", &id)]).await.status,
        StatusCode::SEE_OTHER,
        "after revoking too"
    );
    assert_eq!(nurse.get(&format!("/consultations/{id}")).await.texts(".badge"), ["Link ready"]);
    for function in ["revoke_link", "reissue_link", "retry_create"] {
        assert_eq!(
            nurse.post(function, &[("id", "no-such")]).await.status,
            StatusCode::NOT_FOUND,
            "{function}"
        );
    }
}

#[tokio::test]
async fn a_link_without_an_end_has_none() {
    let app = TestApp::with(|settings| settings.desk_link_ttl = Some("none".to_owned())).await;
    let nurse = app.nurse().await;
    let id = nurse.create("Ada", "Example", "A-1").await;
    let token = nurse.token(&id).await;
    app.pass(100 * 365 * 86_400_000 - START % 7);
    assert_eq!(app.stranger().get(&format!("/c/{token}")).await.status, StatusCode::OK);
}

#[tokio::test]
async fn what_is_no_report_of_this_consultation_changes_nothing() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    let id = nurse.create("Ada", "Example", "A-1").await;
    let token = nurse.token(&id).await;
    let key = app.seen().await["consultations"][0]["key"].as_str().expect("a key").to_owned();
    let message = |id: &str| {
        json!({ "eventType": "consultation", "operation": "update", "status": "DONE", "id": id })
            .to_string()
    };
    let large =
        json!({ "eventType": "consultation", "operation": "update", "status": "DONE", "id": key, "x": "y".repeat(70_000) }).to_string();
    let other_kind = message(&key).replace("consultation", "followUp");
    for bad in ["", "null", "{}", "[1,2", &message("another"), &other_kind, &large] {
        let answer =
            app.stranger().call("report_message", &[("token", &token), ("message", bad)]).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", bad.len());
    }
    let huge = "z".repeat(1_000_000);
    let answer =
        app.stranger().call("report_message", &[("token", &token), ("message", &huge)]).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(nurse.get("/consultations").await.texts("tbody .badge"), ["Link ready"]);

    // An unknown status is heard and shown as it is, and ends nothing.
    let new =
        json!({ "evenType": "Consultation", "operation": "sync", "status": "HALF_DONE", "id": key })
            .to_string();
    for _ in 0..2 {
        let answer =
            app.stranger().call("report_message", &[("token", &token), ("message", &new)]).await;
        assert_eq!((answer.status, answer.json()), (StatusCode::OK, json!("open")));
    }
    let page = nurse.get(&format!("/consultations/{id}")).await;
    let heard: Vec<_> = page
        .texts(".timeline li")
        .into_iter()
        .filter(|row| row.contains("sync HALF_DONE"))
        .collect();
    assert_eq!(heard.len(), 1, "{heard:?}");
    assert_eq!(page.texts(".badge"), ["Link ready"]);
}

#[tokio::test]
async fn what_no_form_is_sent_to_answers_in_json() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    let token = nurse.token(&nurse.create("Ada", "Example", "A-1").await).await;
    let send = async |function: &str, token: &str, message: &str, accept: &str| {
        let request = app
            .stranger()
            .request(Method::POST, &format!("/api/{function}"))
            .header("accept", accept);
        Page::read(request.form(&[("token", token), ("message", message)])).await
    };
    let key = app.seen().await["consultations"][0]["key"].as_str().expect("a key").to_owned();
    let message =
        json!({ "eventType": "consultation", "operation": "sync", "status": "NEW", "id": key })
            .to_string();
    for accept in ["*/*", "application/json", "text/html"] {
        for function in ["report_message", "consultation_state"] {
            let answer = send(function, &token, &message, accept).await;
            assert_eq!(
                (answer.status, answer.json()),
                (StatusCode::OK, json!("open")),
                "{function} {accept}"
            );
            let refused = send(function, "nonsense", &message, accept).await;
            assert_eq!(refused.status, StatusCode::NOT_FOUND, "{function} {accept}");
            if accept == "text/html" {
                assert!(!refused.heading().is_empty(), "a person reads what went wrong");
            } else {
                assert_eq!(refused.json(), json!("not_found"), "{function} {accept}");
            }
        }
    }
    let nonsense = send("report_message", &token, "{}", "*/*").await;
    assert_eq!(
        (nonsense.status, nonsense.json()),
        (StatusCode::UNPROCESSABLE_ENTITY, json!({ "invalid": [] }))
    );
}

#[tokio::test]
async fn an_answer_counts_even_when_the_link_ended_meanwhile() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    let id = nurse.create("Ada", "Example", "A-1").await;
    let token = nurse.token(&id).await;
    app.stranger().call("start_consultation", &[("token", &token)]).await;
    nurse.post("revoke_link", &[("id", &id)]).await;
    let key = app.seen().await["consultations"][0]["key"].as_str().expect("a key").to_owned();
    let message = json!({ "eventType": "consultation", "operation": "update", "status": "TO_BE_ANALYZED", "id": key }).to_string();
    assert_eq!(
        app.stranger()
            .call("report_message", &[("token", &token), ("message", &message)])
            .await
            .json(),
        json!("reported")
    );
    assert_eq!(nurse.get("/consultations").await.texts("tbody .badge"), ["Answered"]);
}

#[tokio::test]
async fn patients_read_what_to_do_when_empego_does_not_work() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    let token = nurse.token(&nurse.create("Ada", "Example", "A-1").await).await;
    for (status, code, words) in [
        (401, StatusCode::BAD_GATEWAY, "Please ask the staff"),
        (500, StatusCode::BAD_GATEWAY, "Please try again"),
    ] {
        app.faults(json!({ "fail_next": { "status": status, "count": 10 } })).await;
        let page = app.stranger().post("start_consultation", &[("token", &token)]).await;
        assert_eq!(
            (page.status, page.texts(".notice h2")),
            (code, vec![words.to_owned()]),
            "{status}"
        );
        assert_eq!(page.texts("#start button"), ["Start"], "and can press again");
    }
    app.faults(json!({ "fail_next": { "status": 500, "count": 0 } })).await;
    assert_eq!(
        app.stranger().post("start_consultation", &[("token", &token)]).await.status,
        StatusCode::SEE_OTHER
    );
}

#[tokio::test]
async fn each_start_gets_a_source_of_its_own_and_none_is_kept() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    let id = nurse.create("Ada", "Example", "A-1").await;
    let token = nurse.token(&id).await;
    let first = app.stranger().call("start_consultation", &[("token", &token)]).await.json();
    let second = app.stranger().call("start_consultation", &[("token", &token)]).await.json();
    assert_ne!(first["url"], second["url"]);
    let secret =
        first["url"].as_str().expect("an address").rsplit('/').next().expect("a token").to_owned();
    for path in ["/consultations".to_owned(), format!("/consultations/{id}"), format!("/c/{token}")]
    {
        assert!(!nurse.get(&path).await.text.contains(&secret), "{path}");
    }
}

#[tokio::test]
async fn a_page_that_answers_the_plain_form_keeps_its_language_and_can_change_it() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    let token = nurse.token(&nurse.create("Ada", "Example", "A-1").await).await;
    let page = app.stranger().get(&format!("/c/{token}?lang=fr")).await;
    let action = page.attribute("#start", "action");
    assert_eq!(action, "/api/start_consultation?lang=fr");
    app.faults(json!({ "fail_next": { "status": 401, "count": 1 } })).await;
    let page = app
        .stranger()
        .post(action.strip_prefix("/api/").expect("a function"), &[("token", &token)])
        .await;
    assert_eq!(
        (page.status, page.attribute("html", "lang").as_str()),
        (StatusCode::BAD_GATEWAY, "fr")
    );
    assert_eq!(
        page.attribute("a[hreflang]", "href"),
        format!("/c/{token}?lang=en"),
        "the form's own address answers no GET"
    );
    let page = app.stranger().get(&page.attribute("a[hreflang]", "href")).await;
    assert_eq!((page.status, page.attribute("html", "lang").as_str()), (StatusCode::OK, "en"));
}

#[tokio::test]
async fn a_form_address_that_is_opened_shows_a_page() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    for function in ["start_consultation", "consultation_state", "report_message"] {
        let page = app.stranger().get(&format!("/api/{function}?lang=fr")).await;
        assert_eq!(
            (page.status, page.heading().as_str()),
            (StatusCode::NOT_FOUND, "Lien introuvable"),
            "{function}"
        );
    }
    for function in [
        "sign_out",
        "set_language",
        "revoke_link",
        "reissue_link",
        "retry_create",
        "no_such_function",
    ] {
        let page = nurse.get(&format!("/api/{function}")).await;
        assert_eq!(
            (page.status, page.location.as_str()),
            (StatusCode::SEE_OTHER, "/consultations"),
            "{function}"
        );
    }
    assert_eq!(nurse.get("/api/create_consultation").await.location, "/consultations/new");
    assert_eq!(nurse.get("/consultations").await.status, StatusCode::OK, "nobody was signed out");
}

#[tokio::test]
async fn the_device_at_hand_opens_the_link_under_the_name_that_staff_use() {
    let app =
        TestApp::with(|settings| settings.desk_public_url = Some("http://desk.example".to_owned()))
            .await;
    let nurse = app.nurse().await;
    let id = nurse.create("Ada", "Example", "A-1").await;
    let page = nurse.get(&format!("/consultations/{id}")).await;
    let link = page.attribute("#link", "value");
    let token = link.strip_prefix("http://desk.example/c/").expect("the public address");
    assert_eq!(page.attribute("form[target=_blank]", "action"), format!("/c/{token}#shared"));
}
