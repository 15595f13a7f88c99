//! The JSON and the slugs that are stored.

use super::*;
use strum::VariantArray;

#[test]
fn slugs_are_those_in_databases() {
    let slugs: Vec<&str> = Delivery::VARIANTS.iter().map(|delivery| delivery.slug()).collect();
    assert_eq!(
        slugs,
        [
            "creating",
            "create-failed",
            "outcome-unknown",
            "key-unread",
            "link-ready",
            "opened",
            "started",
            "answered-reported",
            "answered-confirmed",
            "expired",
            "expired-at-empego",
            "revoked",
            "cancelled",
        ]
    );
}

#[test]
fn json_of_an_earlier_shape_still_reads() {
    let read = |json: &str| serde_json::from_str::<State>(json).expect("it is read");
    assert_eq!(read("{}"), State::default());
    let earlier = read(
        r#"{"creation":"done","requested_at":1,"link":[1,2,9223372036854775807],
            "gate":{"set":[3,true]},"known":[1,3,{"id":"UNANSWERED"}],"gone":0}"#,
    );
    assert_eq!(
        earlier,
        state(&[
            (1, Event::CreateRequested),
            (2, Event::Created),
            (2, issued(1, None)),
            (3, Event::GateSet { on: true, change: 0 }),
            (3, said("UNANSWERED"))
        ])
    );

    let cancelled_once = read(r#"{"creation":"done","link":[1,2,9],"revoked":1,"cancelled":true}"#);
    assert!(cancelled_once.is_cancelled() && cancelled_once.is_revoked(1));
    let mut taken_back = cancelled_once;
    taken_back.apply(3, &Event::CancelUndone { change: 1 });
    taken_back.apply(3, &Event::LinkRestored { generation: 1, change: 1 });
    assert_eq!(taken_back.delivery(3), D::LinkReady);

    let read = |json: &str| serde_json::from_str::<Event>(json).expect("it is read");
    assert_eq!(read(r#"{"kind":"gate_set","on":false}"#), Event::GateSet { on: false, change: 0 });
    assert_eq!(
        read(r#"{"kind":"expiry_set","generation":2,"expires_at":5}"#),
        Event::ExpirySet { generation: 2, expires_at: Some(5), change: 0 }
    );
    assert_eq!(read(r#"{"kind":"link_issued","generation":1}"#), issued(1, None));
    assert_eq!(read(r#"{"kind":"status","status":{"id":"done","since":5}}"#), said("DONE"));
    assert_eq!(read(r#"{"kind":"answered"}"#), Event::Answered);
    assert_eq!(
        read(r#"{"kind":"told","what":"moved","change":2,"taken":false}"#),
        Event::Told { what: Told::Moved, change: 2, outcome: Outcome::Refused }
    );
    let told = Event::Told { what: Told::Cancelled, change: 1, outcome: Outcome::Unknown };
    assert_eq!(read(&serde_json::to_string(&told).expect("JSON")), told);
    assert_eq!(read(r#"{"kind":"create_requested","more":[]}"#), Event::CreateRequested);
    assert_eq!(read(r#"{"kind":"cancelled"}"#), cancelled(1));
    assert_eq!(read(r#"{"kind":"link_revoked","generation":2}"#), revoked(2));
    assert_eq!(
        read(r#"{"kind":"birth_date_fit","tried":2}"#),
        Event::BirthDateMatched { tried: 2 }
    );
    assert_eq!(
        read(r#"{"kind":"heard","operation":"sync","status":""}"#),
        Event::OtherMessage { operation: "sync".to_owned(), status: String::new() }
    );
}

#[test]
fn undocumented_statuses_are_kept_verbatim() {
    for id in ["Half_Done", "à voir", " DONE", "\"\\\u{0}\u{1f600}", ""] {
        let event = said(id);
        let json = serde_json::to_string(&event).expect("it is written");
        assert_eq!(serde_json::from_str::<Event>(&json).expect("it is read"), event);
        let Event::Status { status } = event else { panic!("not a status: {event:?}") };
        assert_eq!(status.id, StatusId::Other(id.to_owned()));
    }
    assert_eq!(
        serde_json::to_value(said("in_progress")).expect("it is written")["status"]["id"],
        "IN_PROGRESS"
    );
}
