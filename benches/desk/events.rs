//! Events per second from the sandbox's queue through the WebSocket, the store's commit and the
//! acknowledgement, beside what the store alone takes in: the same events, in batches of the same
//! size, from memory.

use super::Bench;
use empego_desk::model::ids::{ConsultationId, EmpegoKey, SiteId};
use empego_desk::model::status::EmpegoStatus;
use empego_desk::store::{BoardQuery, EventSubject, QueueEvent};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

const EVENTS: usize = 50_000;
/// How many consultations they are about.
const ABOUT: u32 = 2_000;
/// As many as the subscription takes together.
const BATCH: usize = 512;
/// How many are handed to the sandbox in one call.
const CALL: usize = 10_000;
const STATUSES: [&str; 4] = ["UNANSWERED", "TO_BE_ANALYZED", "IN_PROGRESS", "DONE"];

pub async fn events(bench: &Bench) {
    let keys = keys(bench).await;
    let status = |number: usize| STATUSES[number * STATUSES.len() / EVENTS];
    bench.control("faults", &json!({ "hold_events": true })).await;
    for from in (0..EVENTS).step_by(CALL) {
        let event = |number: usize| {
            let payload = json!({ "consultation": { "consultationKey": keys[number % keys.len()], "consultationStatus": { "id": status(number) } } });
            json!({ "eventId": format!("queue-{number}"), "eventType": "CONSULTATION_UPDATED", "eventPayload": payload })
        };
        bench
            .control(
                "events",
                &json!({ "events": (from..from + CALL).map(event).collect::<Vec<_>>() }),
            )
            .await;
    }
    let began = Instant::now();
    bench.control("faults", &json!({ "hold_events": null })).await;
    while bench.owed().await > 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let queue = rate(began.elapsed());

    let heard = |number: usize| QueueEvent {
        event_id: format!("store-{number}"),
        event_type: "CONSULTATION_UPDATED".to_owned(),
        at: 1_790_000_000_000,
        received_at: 1_790_000_000_000,
        about: Some(EventSubject {
            key: EmpegoKey(keys[number % keys.len()].clone()),
            metadata: None,
            status: Some(EmpegoStatus::bare(status(number))),
            answered_at: None,
            details: None,
        }),
        body: None,
    };
    let batches: Vec<Vec<QueueEvent>> = (0..EVENTS)
        .collect::<Vec<_>>()
        .chunks(BATCH)
        .map(|chunk| chunk.iter().copied().map(heard).collect())
        .collect();
    let began = Instant::now();
    for batch in &batches {
        bench.state.desk.store.record_events(batch).await.expect("it hears");
    }
    let store = rate(began.elapsed());
    println!(
        "events   {queue:.0}/s from the queue through commit and acknowledgement, {store:.0}/s into the store alone; ratio {:.2}",
        queue / store
    );
}

#[expect(clippy::cast_precision_loss, reason = "a rate is a float")]
fn rate(time: Duration) -> f64 {
    EVENTS as f64 / time.as_secs_f64()
}

/// Empego's names for the newest consultations.
async fn keys(bench: &Bench) -> Vec<String> {
    let store = &bench.state.desk.store;
    let site: SiteId = store.all_sites().await.expect("sites").remove(0).id;
    let query = BoardQuery {
        site: site.clone(),
        search: None,
        status: None,
        before: None,
        now: i64::MAX,
        discrepancy_before: 0,
        limit: ABOUT,
    };
    let mut keys = Vec::new();
    for row in store.board(&query).await.expect("rows") {
        let found = store
            .consultation(&site, &ConsultationId::from(row.id.0.as_str()))
            .await
            .expect("it answers");
        keys.extend(found.and_then(|found| found.empego_key).map(|key| key.0));
    }
    assert!(keys.len() > 100, "there are consultations to hear about: {}", keys.len());
    keys
}

impl Bench {
    async fn control(&self, what: &str, body: &Value) -> Value {
        let answer = self
            .client
            .post(format!("{}/control/{what}", self.sandbox))
            .json(body)
            .send()
            .await
            .expect("an answer");
        assert!(answer.status().is_success(), "{what}: {}", answer.status());
        answer.json().await.expect("JSON")
    }

    /// How many events the queue still waits for an acknowledgement of.
    async fn owed(&self) -> u64 {
        let state: Value = self
            .client
            .get(format!("{}/control/state", self.sandbox))
            .send()
            .await
            .expect("an answer")
            .json()
            .await
            .expect("JSON");
        let queue = &state["queue"]["desk"];
        queue["pending"].as_u64().unwrap_or(0) + queue["in_flight"].as_u64().unwrap_or(0)
    }
}
