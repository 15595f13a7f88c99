//! A thousand schedules of faults: however the same events are lost, repeated, reordered and cut
//! off on their way, they end in the state that the clean run ends in.

use super::{drained, event, key_of};
use crate::helpers::TestApp;
use empego_desk::model::lifecycle::State;
use serde_json::{Value, json};

/// A dice that falls the same way each time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }
}

const SCHEDULES: usize = 1_000;
const STATUSES: [&str; 5] = ["UNANSWERED", "TO_BE_ANALYZED", "IN_PROGRESS", "Half_Done", "DONE"];

fn faults(dice: &mut Dice) -> Value {
    let amount = |dice: &mut Dice| json!(dice.below(4));
    let cut = if dice.below(3) == 0 { json!(1 + dice.below(6)) } else { Value::Null };
    json!({
        "drop_events": amount(dice), "duplicate_events": amount(dice), "reorder_events": dice.below(2) == 0,
        "malformed_events": amount(dice), "disconnect_after": cut,
    })
}

async fn state(app: &TestApp, id: &str) -> State {
    let found = app
        .state
        .desk
        .store
        .consultation(&app.first_site().await.id, &id.into())
        .await
        .expect("it answers");
    let mut state = found.expect("it is there").state;
    // What differs from one consultation to the next by when it was made.
    (state.requested_at, state.link) = (0, (state.link.0, 0, 0));
    state
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_schedules_end_as_the_clean_one() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    let mut dice = Dice(20_261_124);
    let mut keys = Vec::new();
    for number in 0..20 {
        let id = nurse.create("Ada", "Example", &format!("A-{number}")).await;
        keys.push((key_of(&app, &id).await, id));
    }
    drained(&app).await;
    let at = "2026-09-21T13:00:00.000Z";
    let history = |prefix: &str, key: &str| -> Vec<Value> {
        let one = |(place, status): (usize, &&str)| {
            let mut event = event(&format!("{prefix}-{place}"), key, status);
            event["eventTs"] = json!(at.replace("13:00", &format!("13:{place:02}")));
            event
        };
        STATUSES.iter().enumerate().map(one).collect()
    };
    // The clean run.
    let (clean_key, clean_id) = keys[0].clone();
    app.control("events", json!({ "events": history("clean", &clean_key) })).await;
    drained(&app).await;
    let clean = state(&app, &clean_id).await;

    // The others, fifty schedules each: each is a part of the history, sent again, under other
    // faults.
    for (key, id) in keys.iter().skip(1) {
        for round in 0..SCHEDULES.div_ceil(keys.len() - 1) {
            app.faults(faults(&mut dice)).await;
            let mut events = history(&format!("{id}-{}", round / 10), key);
            events.retain(|_| round % 10 == 9 || dice.below(2) == 0);
            if !events.is_empty() {
                app.control("events", json!({ "events": events })).await;
            }
            if dice.below(8) == 0 {
                app.control("disconnect", json!({})).await;
            }
            // Dropped ones come back when their time is over.
            app.pass(31_000);
        }
        app.faults(
            json!({ "drop_events": 0, "duplicate_events": 0, "reorder_events": false, "malformed_events": 0, "disconnect_after": null }),
        )
        .await;
        app.pass(31_000);
        drained(&app).await;
        assert_eq!(state(&app, id).await, clean, "{id}");
    }
}
