//! A thousand schedules of faults: however the same events are lost, repeated, reordered and cut
//! off on their way, they end in the state that the clean run ends in.

use super::{drained, event, key_of};
use crate::helpers::TestApp;
use empego_desk::model::lifecycle::{Delivery, State};
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
/// When the patient answers, in the first history.
const ANSWERED: &str = "2026-09-21 13:01:00.000";

/// What Empego says of one that is answered, and of one that is not: each status, and whether the
/// time of the answer comes with it.
const HISTORIES: [&[(&str, bool)]; 2] = [
    &[
        ("UNANSWERED", false),
        ("TO_BE_ANALYZED", false),
        ("IN_PROGRESS", true),
        ("Half_Done", true),
        ("DONE", true),
        ("ARCHIVED", true),
    ],
    &[("UNANSWERED", false), ("Half_Done", false), ("EXPIRED", false), ("ARCHIVED", false)],
];

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
    let history = |number: usize, prefix: &str, key: &str| -> Vec<Value> {
        let one = |(place, (status, is_answered)): (usize, &(&str, bool))| {
            let mut event = event(&format!("{prefix}-{place}"), key, status);
            event["eventTs"] = json!(at.replace("13:00", &format!("13:{place:02}")));
            if *is_answered {
                event["eventPayload"]["consultation"]["consultationAnsweredAt"] = json!(ANSWERED);
            }
            event
        };
        HISTORIES[number % HISTORIES.len()].iter().enumerate().map(one).collect()
    };
    // The clean runs.
    let mut clean = Vec::new();
    for (number, (key, id)) in keys.iter().enumerate().take(HISTORIES.len()) {
        app.control(
            "events",
            json!({ "events": history(number, &format!("clean-{number}"), key) }),
        )
        .await;
        drained(&app).await;
        clean.push(state(&app, id).await);
    }
    let now = app.state.desk.now();
    let deliveries: Vec<_> = clean.iter().map(|state| state.delivery(now)).collect();
    assert_eq!(deliveries, [Delivery::AnsweredConfirmed, Delivery::ExpiredAtEmpego]);

    // The others, fifty schedules each: each is a part of the history, sent again, under other
    // faults.
    for (number, (key, id)) in keys.iter().enumerate().skip(HISTORIES.len()) {
        for round in 0..SCHEDULES.div_ceil(keys.len() - HISTORIES.len()) {
            app.faults(faults(&mut dice)).await;
            let mut events = history(number, &format!("{id}-{}", round / 10), key);
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
        assert_eq!(state(&app, id).await, clean[number % HISTORIES.len()], "{id}");
    }
}
