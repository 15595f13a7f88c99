//! The REST profile of `docs/empego.md` §10.2, rule by rule.

use super::*;
use empego_desk::sandbox::{CHAIN_API_KEY, SECOND_TENANT_KEY, TENANT_KEY};

#[tokio::test]
async fn a_consultation_is_created_as_the_profile_says() {
    let bench = Bench::start().await;
    let response = send(bench.rest("/consultation", &patient("1"))).await;
    assert_eq!(response.status(), StatusCode::CREATED);
    let created: Value = response.json().await.expect("JSON");
    assert_eq!(created["tenantKey"], TENANT_KEY);
    assert_eq!(
        created["consultationStatus"],
        json!({ "id": "UNANSWERED", "en": "Unanswered", "fr": "Non répondu" })
    );
    let state = bench.state().await;
    assert_eq!(only(&state)["key"], created["consultationKey"]);
    assert_eq!(only(&state)["patientKey"], created["patientKey"]);
    assert_eq!(only(&state)["metadata"], "opaque");
    assert_eq!(only(&state)["answered_at"], Value::Null);
    assert_eq!(only(&state)["urls_minted"], 0);
}

#[tokio::test]
async fn a_follow_up_is_created_planned() {
    let bench = Bench::start().await;
    let response = send(bench.rest("/followup", &patient("1"))).await;
    assert_eq!(response.status(), StatusCode::CREATED);
    let created: Value = response.json().await.expect("JSON");
    assert_eq!(created["followupStatus"]["id"], "PLANNED");
    let consultation = json_of(bench.rest("/consultation", &patient("1"))).await;
    assert_eq!(
        created["patientKey"], consultation["patientKey"],
        "both kinds share their patients"
    );
    let url = url_of(
        bench.rest("/embed/followup/answer", &json!({ "followupKey": created["followupKey"] })),
    )
    .await;
    assert!(url.starts_with(&format!("{}/embed/followup/", bench.origin)));
    refused(
        bench.rest(
            "/embed/consultation/answer",
            &json!({ "consultationKey": created["followupKey"] }),
        ),
        StatusCode::NOT_FOUND,
    )
    .await;
}

#[tokio::test]
async fn a_follow_up_keeps_what_it_was_planned_as() {
    let bench = Bench::start().await;
    let with = |member: &str, value: Value| {
        let mut body = patient("1");
        body[member] = value;
        body
    };
    let mut whole = with("followupScheduledAt", json!("2026-12-01 05:00:00.000"));
    whole["recurring"] = json!(true);
    whole["customFollowupReason"] = json!("Weight");
    assert_eq!(send(bench.rest("/followup", &whole)).await.status(), StatusCode::CREATED);
    let plan =
        json!({ "scheduled_at": "2026-12-01 05:00:00.000", "recurring": true, "reason": "Weight" });
    assert_eq!(bench.state().await["followups"][0]["plan"], plan);
    for (member, value) in [
        ("followupScheduledAt", json!("soon")),
        ("followupScheduledAt", json!(5)),
        ("recurring", json!("yes")),
        ("customFollowupReason", json!([])),
    ] {
        refused(bench.rest("/followup", &with(member, value)), StatusCode::BAD_REQUEST).await;
    }
    assert_eq!(bench.state().await["counters"]["followup_creates"], 1);
}

#[tokio::test]
async fn the_same_identifier_is_the_same_patient_with_new_attributes() {
    let bench = Bench::start().await;
    let first = json_of(bench.rest("/consultation", &patient("1"))).await;
    let body = json!({ "patient": {
        "externalPatientKeys": [{ "subSystem": "other", "key": "9" }, { "subSystem": "desk", "key": "1" }], "firstName": "Augusta",
    } });
    let second = json_of(bench.rest("/consultation", &body)).await;
    assert_eq!(first["patientKey"], second["patientKey"]);
    assert_ne!(first["consultationKey"], second["consultationKey"]);
    let by_new_one =
        json!({ "patient": { "externalPatientKeys": [{ "subSystem": "other", "key": "9" }] } });
    assert_eq!(
        json_of(bench.rest("/consultation", &by_new_one)).await["patientKey"],
        first["patientKey"],
        "the second identifier is kept too"
    );
    let other_system =
        json!({ "patient": { "externalPatientKeys": [{ "subSystem": "elsewhere", "key": "1" }] } });
    assert_ne!(
        json_of(bench.rest("/consultation", &other_system)).await["patientKey"],
        first["patientKey"]
    );

    let state = bench.state().await;
    assert_eq!(state["counters"]["patients"], 2);
    assert_eq!(state["counters"]["creates"], 4);
    assert_eq!(state["patients"][0]["firstName"], "Augusta");
    assert_eq!(state["patients"][0]["lastName"], "Example", "what is not sent stays");
    assert_eq!(
        state["patients"][0]["identifiers"],
        json!([{ "subSystem": "desk", "key": "1" }, { "subSystem": "other", "key": "9" }])
    );
}

#[tokio::test]
async fn a_patient_without_an_identifier_is_refused_and_nothing_is_created() {
    let bench = Bench::start().await;
    for (body, names) in [
        (json!({}), "patient"),
        (json!({ "patient": [] }), "patient"),
        (json!({ "patient": {} }), "externalPatientKeys"),
        (json!({ "patient": { "externalPatientKeys": [] } }), "externalPatientKeys"),
        (json!({ "patient": { "externalPatientKeys": null } }), "externalPatientKeys"),
        (
            json!({ "patient": { "externalPatientKeys": { "subSystem": "a", "key": "SECRET" } } }),
            "externalPatientKeys",
        ),
        (json!({ "patient": { "externalPatientKeys": ["SECRET"] } }), "[0].subSystem"),
        (json!({ "patient": { "externalPatientKeys": [{ "subSystem": "a" }] } }), "[0].key"),
        (
            json!({ "patient": { "externalPatientKeys": [{ "subSystem": "a", "key": "b" }, { "subSystem": " ", "key": "SECRET" }] } }),
            "[1].subSystem",
        ),
        (
            json!({ "patient": { "externalPatientKeys": [{ "subSystem": "a", "key": 1 }] } }),
            "[0].key",
        ),
        (
            json!({ "patient": { "externalPatientKeys": [{ "subSystem": "a", "key": "b" }], "firstName": ["SECRET"] } }),
            "firstName",
        ),
        (
            json!({ "patient": { "externalPatientKeys": [{ "subSystem": "a", "key": "b" }] }, "metadata": { "a": "SECRET" } }),
            "metadata",
        ),
        (json!([]), "object"),
        (json!("SECRET"), "object"),
    ] {
        for path in ["/consultation", "/followup"] {
            let message = refused(bench.rest(path, &body), StatusCode::BAD_REQUEST).await;
            assert!(message.contains(names), "{message}");
            assert!(!message.contains("SECRET"), "what was sent is not repeated: {message}");
        }
    }
    let state = bench.state().await;
    assert_eq!(state["counters"]["creates"], 0);
    assert_eq!(state["counters"]["patients"], 0);
}

#[tokio::test]
async fn nonsense_bodies_are_refused() {
    let bench = Bench::start().await;
    let deep = "[".repeat(10_000);
    for body in ["", "{", "null null", "patient=1", deep.as_str(), "\u{0}"] {
        for path in
            ["/consultation", "/followup", "/embed/consultation/answer", "/embed/followup/details"]
        {
            let request =
                bench.post(&format!("/v2{path}")).header("api-key", API_KEY).body(body.to_owned());
            refused(request, StatusCode::BAD_REQUEST).await;
        }
    }
    let long = json!({ "patient": "x".repeat(70_000) });
    refused(bench.rest("/consultation", &long), StatusCode::PAYLOAD_TOO_LARGE).await;
    assert_eq!(status(bench.get("/healthz")).await, StatusCode::OK);
}

#[tokio::test]
async fn the_key_is_taken_in_either_header_and_no_other_key_is() {
    let bench = Bench::start().await;
    let call = || bench.post("/v2/consultation").json(&patient("1"));
    for (name, value) in [
        ("authorization", format!("api-key {API_KEY}")),
        ("Authorization", format!("Api-Key {API_KEY}")),
        ("Api-key", API_KEY.to_owned()),
    ] {
        assert_eq!(
            status(call().header(name, &value)).await,
            StatusCode::CREATED,
            "{name}: {value}"
        );
    }
    for (name, value) in [
        ("authorization", API_KEY.to_owned()),
        ("authorization", format!("Bearer {API_KEY}")),
        ("authorization", "api-key SECRET".to_owned()),
        ("authorization", format!("api-key  {API_KEY}")),
        ("api-key", format!("api-key {API_KEY}")),
        ("api-key", "SECRET".to_owned()),
        ("x-other", API_KEY.to_owned()),
    ] {
        let message = refused(call().header(name, &value), StatusCode::UNAUTHORIZED).await;
        assert!(!message.contains("SECRET"), "the key is not repeated: {message}");
    }
    let without_body = bench.post("/v2/embed/consultation/answer").body("{");
    refused(without_body, StatusCode::UNAUTHORIZED).await;
    refused(bench.get("/v2/embed/followup/details"), StatusCode::UNAUTHORIZED).await;
    refused(bench.get("/v2/nothing"), StatusCode::UNAUTHORIZED).await;
}

#[tokio::test]
async fn tenants_are_kept_apart_and_a_key_of_several_must_name_one() {
    let bench = Bench::start().await;
    let call =
        |key: &str| bench.post("/v2/consultation").header("api-key", key).json(&patient("1"));
    assert_eq!(status(call(API_KEY).header("x-tenant-key", TENANT_KEY)).await, StatusCode::CREATED);
    refused(call(API_KEY).header("x-tenant-key", SECOND_TENANT_KEY), StatusCode::FORBIDDEN).await;
    refused(call(CHAIN_API_KEY), StatusCode::BAD_REQUEST).await;
    let first = json_of(call(CHAIN_API_KEY).header("x-tenant-key", TENANT_KEY)).await;
    let second = json_of(call(CHAIN_API_KEY).header("x-tenant-key", SECOND_TENANT_KEY)).await;
    assert_eq!(second["tenantKey"], SECOND_TENANT_KEY);
    assert_ne!(
        first["patientKey"], second["patientKey"],
        "the same identifier at two tenants is two patients"
    );
    let key = json!({ "consultationKey": second["consultationKey"] });
    refused(bench.rest("/embed/consultation/answer", &key), StatusCode::NOT_FOUND).await;
}

#[tokio::test]
async fn every_presigned_url_is_new_and_by_post_or_get() {
    let bench = Bench::start().await;
    let key = bench.create().await;
    let first = bench.presign(&key).await;
    let second = url_of(
        bench
            .get(&format!("/v2/embed/consultation/answer?consultationKey={key}"))
            .header("api-key", API_KEY),
    )
    .await;
    assert_ne!(first, second);
    for url in [&first, &second] {
        let token = url
            .strip_prefix(&format!("{}/embed/consultation/", bench.origin))
            .expect("below the origin");
        assert!(
            token.len() >= 27 && token.bytes().all(|byte| byte.is_ascii_alphanumeric()),
            "{token}"
        );
    }
    let state = bench.state().await;
    assert_eq!(only(&state)["urls_minted"], 2);
    assert_eq!(state["counters"]["presigned"], 2);
    assert!(!state.to_string().contains("/embed/"), "the state gives no URL away");
}

#[tokio::test]
async fn embed_calls_need_a_key_that_exists() {
    let bench = Bench::start().await;
    bench.create().await;
    for path in [
        "/embed/consultation/answer",
        "/embed/consultation/details",
        "/embed/followup/answer",
        "/embed/followup/details",
    ] {
        for body in [
            json!({}),
            json!([]),
            json!({ "consultationKey": 1, "followupKey": 1 }),
            json!({ "consultationKey": "", "followupKey": "" }),
            json!({ "id": "x" }),
        ] {
            refused(bench.rest(path, &body), StatusCode::BAD_REQUEST).await;
        }
        let unknown = json!({ "consultationKey": "unknown", "followupKey": "unknown" });
        refused(bench.rest(path, &unknown), StatusCode::NOT_FOUND).await;
        refused(
            bench.get(&format!("/v2{path}")).header("api-key", API_KEY),
            StatusCode::BAD_REQUEST,
        )
        .await;
        refused(
            bench
                .get(&format!("/v2{path}?consultationKey=x&followupKey=x"))
                .header("api-key", API_KEY),
            StatusCode::NOT_FOUND,
        )
        .await;
        refused(
            bench.get(&format!("/v2{path}?a=%FF")).header("api-key", API_KEY),
            StatusCode::BAD_REQUEST,
        )
        .await;
    }
    assert_eq!(bench.state().await["counters"]["presigned"], 0);
}

#[tokio::test]
async fn other_paths_and_methods_have_a_message_too() {
    let bench = Bench::start().await;
    refused(bench.rest("/consultations", &patient("1")), StatusCode::NOT_FOUND).await;
    refused(
        bench.get("/v2/consultation").header("api-key", API_KEY),
        StatusCode::METHOD_NOT_ALLOWED,
    )
    .await;
    assert_eq!(
        status(bench.post("/consultation").header("api-key", API_KEY).json(&patient("1"))).await,
        StatusCode::NOT_FOUND,
        "only below /v2"
    );
}

#[tokio::test]
async fn the_integration_user_is_read_or_refused() {
    let bench = Bench::start().await;
    let key = bench.create().await;
    let call = |user: &'static str| {
        bench
            .rest("/embed/consultation/details", &json!({ "consultationKey": key }))
            .header("x-integration-user", user)
    };
    // {"userId":"u<1"}
    let url = url_of(call("eyJ1c2VySWQiOiJ1PDEifQ==")).await;
    let (_, page) = bench.load(&url).await;
    assert!(page.contains("u&lt;1"), "{page}");
    for bad in ["", "no base64", "e30=", "eyJ1c2VySWQiOiIifQ=="] {
        refused(call(bad), StatusCode::BAD_REQUEST).await;
    }
}
