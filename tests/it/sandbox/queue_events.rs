//! What goes into the queue: what happens at the sandbox, and what is injected.

use super::subscriber::text;
use super::*;
use empego_desk::sandbox::TENANT_KEY;
use tempfile::TempDir;

#[tokio::test]
async fn a_consultation_tells_what_happens_to_it() {
    let bench = Bench::start().await;
    let mut subscriber = bench.subscribe().await;
    let created = json_of(bench.rest("/consultation", &patient("1"))).await;
    let event = subscriber.event().await;
    assert_eq!(
        (&event["eventType"], &event["queueName"]),
        (&json!("CONSULTATION_CREATED"), &json!("desk"))
    );
    assert_eq!(event["eventTs"], "2026-09-21T14:13:20.000Z");
    let consultation = json!({
        "consultationKey": created["consultationKey"], "patientKey": created["patientKey"],
        "externalPatientKeys": [{ "subSystem": "desk", "key": "1" }], "tenantKey": TENANT_KEY,
        "consultationCreatedAt": "2026-09-21 14:13:20.000", "consultationAnsweredAt": null, "consultationFinishedAt": null,
        "consultationStatus": { "id": "UNANSWERED", "en": "Unanswered", "fr": "Non répondu" },
        "consultationLocation": { "id": "ONSITE", "en": "Onsite", "fr": "Sur place" }, "metadata": "opaque",
    });
    assert_eq!(event["eventPayload"], json!({ "consultation": consultation }));

    let key = text(&created["consultationKey"]);
    let url = bench.presign(&key).await;
    bench.load(&url).await;
    bench.pass(1_234);
    for _ in 0..2 {
        assert_eq!(status(bench.answers(&url)).await, StatusCode::OK);
    }
    let event = subscriber.event().await;
    assert_eq!(event["eventType"], "CONSULTATION_UPDATED");
    let consultation = &event["eventPayload"]["consultation"];
    assert_eq!(
        (&consultation["consultationStatus"]["id"], &consultation["metadata"]),
        (&json!("TO_BE_ANALYZED"), &json!("opaque"))
    );
    assert_eq!(consultation["consultationAnsweredAt"], "2026-09-21 14:13:21.234");
    assert_eq!(consultation["consultationSummary"], Value::Null);
    subscriber.quiet().await;

    bench.pass(1_000);
    let moved = bench.control("status", json!({ "key": key, "status": "DONE" })).await;
    assert_eq!(moved, *only(&bench.state().await));
    let consultation = subscriber.event().await["eventPayload"]["consultation"].clone();
    assert_eq!(
        consultation["consultationStatus"],
        json!({ "id": "DONE", "en": "Done", "fr": "Terminé" })
    );
    assert_eq!(
        consultation["consultationAnsweredAt"], "2026-09-21 14:13:21.234",
        "once answered, it stays so"
    );
    assert_eq!(consultation["consultationFinishedAt"], "2026-09-21 14:13:22.234");
    assert!(
        consultation["consultationSummary"]["fr"].is_string()
            && consultation["billableDinList"].is_array()
    );
}

#[tokio::test]
async fn the_answer_at_load_is_told_too() {
    let bench = Bench::start().await;
    bench.faults(json!({ "post_at_load": true, "unknown_status": true })).await;
    let mut subscriber = bench.subscribe().await;
    let url = bench.presign(&bench.create().await).await;
    subscriber.event().await;
    bench.load(&url).await;
    assert_eq!(
        subscriber.event().await["eventPayload"]["consultation"]["consultationStatus"]["id"],
        "SOMETHING_NEW"
    );
}

#[tokio::test]
async fn a_follow_up_tells_what_happens_to_it() {
    let bench = Bench::start().await;
    let mut subscriber = bench.subscribe().await;
    let created = json_of(bench.rest("/followup", &patient("1"))).await;
    let event = subscriber.event().await;
    assert_eq!(event["eventType"], "FOLLOWUP_CREATED");
    let followup = json!({
        "followupKey": created["followupKey"], "patientKey": created["patientKey"],
        "externalPatientKeys": [{ "subSystem": "desk", "key": "1" }], "tenantKey": TENANT_KEY,
        "followupScheduledAt": "2026-09-21 14:13:20.000", "followupAnsweredAt": null, "followupFinishedAt": null, "recurring": false,
        "customFollowupReason": null,
        "followupStatus": { "id": "PLANNED", "en": "Waiting to be sent", "fr": "En attente d'envoi" }, "metadata": "opaque",
    });
    assert_eq!(event["eventPayload"], json!({ "followup": followup }));
    bench.control("status", json!({ "key": created["followupKey"], "status": "CANCELLED" })).await;
    let event = subscriber.event().await;
    assert_eq!(event["eventType"], "FOLLOWUP_UPDATED");
    let followup = &event["eventPayload"]["followup"];
    assert_eq!(
        (&followup["followupAnsweredAt"], &followup["followUpReminderList"]),
        (&Value::Null, &json!([]))
    );
    assert_eq!(followup["followupFinishedAt"], "2026-09-21 14:13:20.000");
}

#[tokio::test]
async fn a_status_moves_the_times_with_it() {
    let bench = Bench::start().await;
    let key = bench.create().await;
    for (status, answered, finished) in [
        ("IN_PROGRESS", true, false),
        ("ARCHIVED", true, true),
        ("ANYTHING", true, true),
        ("TO_BE_ANALYZED", true, false),
        ("UNANSWERED", false, false),
        ("ARCHIVED", false, true),
        ("UNANSWERED", false, false),
        ("EXPIRED", false, true),
        ("CANCELLED", false, true),
    ] {
        let moved = bench.control("status", json!({ "key": key, "status": status })).await;
        assert_eq!(moved["status"], status);
        assert_eq!(
            (!moved["answered_at"].is_null(), !moved["finished_at"].is_null()),
            (answered, finished),
            "{status}"
        );
    }
    let before = bench.state().await;
    let post = |body: &Value| bench.post("/control/status").json(body);
    refused(post(&json!({ "key": "none", "status": "DONE" })), StatusCode::NOT_FOUND).await;
    for (body, names) in [
        (json!({ "key": key }), "status"),
        (json!({ "status": "DONE" }), "key"),
        (json!({ "key": key, "status": "" }), "status"),
        (json!({ "key": key, "status": { "id": "DONE" } }), "status"),
        (json!({ "key": key, "status": "DONE", "at": 1 }), "at"),
        (json!([]), "object"),
    ] {
        let message = refused(post(&body), StatusCode::BAD_REQUEST).await;
        assert!(message.contains(names), "{message}");
    }
    let long = json!({ "key": key, "status": "x".repeat(100_000) });
    refused(post(&long), StatusCode::PAYLOAD_TOO_LARGE).await;
    assert_eq!(bench.state().await, before);
}

#[tokio::test]
async fn anything_can_be_injected_and_nothing_by_mistake() {
    let bench = Bench::start().await;
    let mut subscriber = bench.subscribe().await;
    let answer = bench.control("events", json!({ "events": [{ "eventType": "A", "eventPayload": [null] }, { "eventType": "B" }] })).await;
    let (first, second) = (subscriber.event().await, subscriber.event().await);
    assert_eq!(json!([first["eventId"], second["eventId"]]), answer["eventIds"]);
    assert_eq!((&first["eventPayload"], &second["eventPayload"]), (&json!([null]), &json!({})));
    assert_eq!(first["eventTs"], "2026-09-21T14:13:20.000Z");
    let twin = json!({ "eventId": "twin", "eventType": "A" });
    bench.control("events", json!({ "events": [twin, twin] })).await;
    assert_eq!(subscriber.ids(2).await, ["twin", "twin"], "Empego may send an event twice");

    let before = bench.queue().await;
    for (body, names) in [
        (json!({}), "events"),
        (json!({ "events": {} }), "events"),
        (json!({ "event": { "eventType": "A" } }), "count"),
        (json!({ "event": { "eventType": "A" }, "count": -1 }), "count"),
        (json!({ "event": { "eventType": "A" }, "count": 1_000_000 }), "count"),
        (json!({ "event": { "eventType": "A", "eventId": "1" }, "count": 2 }), "event.eventId"),
        (json!({ "events": [{ "eventType": "A" }, {}] }), "events[1].eventType"),
        (json!({ "events": [{ "eventType": "A" }, 7] }), "events[1]"),
        (json!({ "events": [{ "eventType": "A", "eventTs": 7 }] }), "events[0].eventTs"),
        (json!({ "events": [{ "eventType": "A", "payload": {} }] }), "events[0].payload"),
        (json!({ "queue": 7, "events": [] }), "queue"),
        (json!({ "events": [], "queues": "x" }), "queues"),
    ] {
        let message =
            refused(bench.post("/control/events").json(&body), StatusCode::BAD_REQUEST).await;
        assert!(message.contains(names), "{message}");
    }
    refused(bench.post("/control/events").body("{"), StatusCode::BAD_REQUEST).await;
    refused(bench.post("/control/disconnect").body("7"), StatusCode::BAD_REQUEST).await;
    assert_eq!(bench.queue().await, before);
}

#[tokio::test]
async fn ten_megabytes_are_one_event() {
    let bench = Bench::start().await;
    let long = "é".repeat(5_000_000);
    let event = json!({ "eventType": "LARGE", "eventPayload": { "text": long } });
    bench.control("events", json!({ "queue": "another", "count": 2, "event": event })).await;
    let mut subscriber = bench.subscribe_to("another").await;
    for _ in 0..2 {
        assert!(
            subscriber.event().await["eventPayload"]["text"] == long,
            "the text is another one"
        );
    }
}

#[tokio::test]
async fn what_nobody_acknowledged_outlives_a_restart() {
    let folder = TempDir::new().expect("a folder");
    let file = folder.path().join("sandbox.json");
    let bench = Bench::keeping(Some(file.clone())).await;
    let (first, second) = (bench.create().await, bench.create().await);
    bench
        .control(
            "events",
            json!({ "queue": "another", "count": 1, "event": { "eventType": "TEST" } }),
        )
        .await;
    bench.control("status", json!({ "key": second, "status": "DONE" })).await;
    let injected = bench.inject(1).await;
    let mut subscriber = bench.subscribe().await;
    let done = subscriber.event().await;
    assert_eq!(done["eventPayload"]["consultation"]["consultationKey"], *first);
    let open = [subscriber.event().await, subscriber.event().await, subscriber.event().await];
    assert_eq!(open[2]["eventId"], *injected[0]);
    subscriber.acknowledge(&done["receiptId"]).await;
    let id = text(&done["eventId"]);
    while std::fs::read_to_string(&file).expect("it is there").contains(&id) {
        tokio::task::yield_now().await;
    }
    // Neither a stop in order nor a word of warning.
    bench.server.abort();

    let bench = Bench::keeping(Some(file)).await;
    let state = bench.state().await;
    assert_eq!(
        state["queue"].as_object().map(serde_json::Map::len),
        Some(1),
        "other queues are of one run"
    );
    assert_eq!(state["queue"]["desk"]["pending"], 3);
    assert!(state["consultations"][1]["finished_at"].is_number());
    let mut subscriber = bench.subscribe().await;
    for mut before in open {
        let mut event = subscriber.event().await;
        assert_ne!(event["receiptId"].take(), before["receiptId"].take());
        assert_eq!(event, before);
    }
    subscriber.quiet().await;
}

#[tokio::test]
async fn a_file_from_before_the_queue_is_read() {
    let folder = TempDir::new().expect("a folder");
    let file = folder.path().join("sandbox.json");
    let patient = json!({ "key": "p", "tenant": TENANT_KEY, "identifiers": [["desk", "1"]], "first_name": null, "last_name": null });
    let subject = json!({
        "follow_up": false, "key": "c", "patient": "p", "tenant": TENANT_KEY, "status": "UNANSWERED", "metadata": "opaque",
        "created_at": START, "answered_at": null,
    });
    std::fs::write(
        &file,
        json!({ "version": 1, "patients": [patient], "subjects": [subject] }).to_string(),
    )
    .expect("it writes");
    let bench = Bench::keeping(Some(file)).await;
    assert_eq!(bench.queue().await["pending"], 0);
    let mut subscriber = bench.subscribe().await;
    bench.control("status", json!({ "key": "c", "status": "DONE" })).await;
    let consultation = subscriber.event().await["eventPayload"]["consultation"].clone();
    assert_eq!(consultation["externalPatientKeys"], json!([{ "subSystem": "desk", "key": "1" }]));
}
