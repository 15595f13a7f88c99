use super::*;
use crate::model::property::{any_text, config};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

const ID: &str = "8c4abd06-6b12-4574-9b94-972d63294ddf";

fn text(event_type_name: &str, event_type: &str, operation: &str, status: &str) -> String {
    let subject = format!(r#""{event_type_name}":"{event_type}""#);
    format!(r#"{{{subject},"operation":"{operation}","status":"{status}","id":"{ID}"}}"#)
}

#[test]
fn completions_are_read_in_every_spelling() {
    for (name, subject) in [
        ("eventType", "consultation"),
        ("evenType", "consultation"),
        ("eventType", "Consultation"),
        ("eventType", "followUp"),
        ("evenType", "followup"),
    ] {
        let is_follow_up = subject.to_lowercase() == "followup";
        let text = text(name, subject, "update", "TO_BE_ANALYZED");
        let message = Message::parse_for(&text, Subject::of(is_follow_up), ID).expect("it counts");
        assert!(message.is_completion(), "{name} {subject}");
        assert_eq!(
            Message::parse_for(&text, Subject::of(!is_follow_up), ID),
            Err(Ignored::Foreign),
            "{name} {subject} about the other kind of record"
        );
    }
}

#[test]
fn only_later_statuses_complete() {
    for (status, completes) in [
        ("TO_BE_ANALYZED", true),
        ("IN_PROGRESS", true),
        ("DONE", true),
        ("ARCHIVED", false),
        ("EXPIRED", false),
        ("UNANSWERED", false),
        ("PLANNED", false),
        ("CANCELLED", false),
        ("SOMETHING_NEW", false),
    ] {
        let message = Message::parse(&text("eventType", "consultation", "update", status))
            .expect("it counts");
        assert_eq!(message.is_completion(), completes, "{status}");
    }
    let created = Message::parse(&text("eventType", "consultation", "create", "TO_BE_ANALYZED"))
        .expect("it counts");
    assert!(!created.is_completion(), "only an update completes");
}

#[test]
fn unknown_operations_and_statuses_are_kept_verbatim() {
    let message = Message::parse(&text("eventType", "consultation", "somersault", "Half_Done"))
        .expect("it counts");
    assert_eq!(message.operation, "somersault");
    assert_eq!(message.status, Some(StatusId::Other("Half_Done".to_owned())));
    assert!(!message.is_completion());
}

#[test]
fn other_texts_are_ignored() {
    for json in [
        "",
        "null",
        "[]",
        "\"text\"",
        "{}",
        r#"{"eventType":1}"#,
        r#"{"eventType":"consultation"}"#,
    ] {
        assert_eq!(Message::parse(json), Err(Ignored::Shape), "{json}");
    }
    assert_eq!(
        Message::parse(&text("eventType", "patient", "update", "DONE")),
        Err(Ignored::Shape)
    );
    assert_eq!(Message::parse(&" ".repeat(MAX_BYTES + 1)), Err(Ignored::TooLarge));
    assert_eq!(
        Message::parse_for(
            &text("eventType", "consultation", "update", "DONE"),
            Subject::Consultation,
            "another"
        ),
        Err(Ignored::Foreign)
    );
    let without_id = r#"{"eventType":"consultation","operation":"update","status":"DONE","id":""}"#;
    assert_eq!(
        Message::parse_for(without_id, Subject::Consultation, ""),
        Err(Ignored::Shape),
        "an empty id is no id"
    );
}

#[test]
fn the_limit_counts_bytes_and_is_inclusive() {
    let message = text("eventType", "consultation", "update", "DONE");
    let padded = |length: usize| format!("{message}{}", " ".repeat(length - message.len()));
    assert!(Message::parse(&padded(MAX_BYTES)).is_ok());
    assert_eq!(Message::parse(&padded(MAX_BYTES + 1)), Err(Ignored::TooLarge));
    assert_eq!(
        Message::parse(&format!("\"{}\"", "é".repeat(MAX_BYTES / 2))),
        Err(Ignored::TooLarge)
    );
    assert_eq!(
        Message::parse(&"[".repeat(MAX_BYTES)),
        Err(Ignored::Shape),
        "deep nesting does not overflow the stack"
    );
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any_text().prop_map(Value::from)
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::from),
            vec((any_text(), inner), 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect()))
        ]
    })
}

/// Mostly one of `words`, sometimes any value, sometimes none.
fn member(
    name: &'static str,
    words: &'static [&'static str],
) -> impl Strategy<Value = Option<(String, Value)>> {
    let value = prop_oneof![8 => select(words).prop_map(Value::from), 1 => any_json()];
    option::weighted(0.9, value.prop_map(move |value| (name.to_owned(), value)))
}

/// Objects that are nearly a message.
fn almost() -> impl Strategy<Value = Value> {
    let members = (
        member(
            "eventType",
            &["consultation", "Consultation", "followup", "followUp", "patient", ""],
        ),
        member("evenType", &["consultation", "followUp", "FOLLOWUP", "consultations"]),
        member("operation", &["update", "Update", "create", "sync", "exportReady", "updated"]),
        member(
            "status",
            &[
                "TO_BE_ANALYZED",
                "done",
                "In_Progress",
                "ARCHIVED",
                "UNANSWERED",
                "PLANNED",
                "CANCELLED",
                "TO_BE_ANALYSED",
                "",
            ],
        ),
        member("id", &[ID, "another", ""]),
        member("data", &["DONE"]),
    );
    members.prop_map(|(a, b, c, d, e, f)| {
        Value::Object([a, b, c, d, e, f].into_iter().flatten().collect())
    })
}

/// The completion rule of `docs/empego.md` §5.2, written independently of the parser: a known
/// subject, the operation `update`, a status that only follows an answer, and the expected key.
fn completes(value: &Value, kind: &str, expected: &str) -> bool {
    let is = |name: &str, words: &[&str]| {
        value[name].as_str().is_some_and(|text| words.contains(&text.to_lowercase().as_str()))
    };
    let subject = if value["eventType"].is_string() { "eventType" } else { "evenType" };
    is(subject, &[kind])
        && is("operation", &["update"])
        && is("status", &["to_be_analyzed", "in_progress", "done"])
        && value["id"] == *expected
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn no_text_panics_or_completes(text in any_text()) {
        for subject in [Subject::Consultation, Subject::FollowUp] {
            let message = Message::parse_for(&text, subject, ID);
            prop_assert!(!message.is_ok_and(|message| message.is_completion()));
        }
    }

    #[test]
    fn only_the_documented_rule_completes(value in prop_oneof![1 => any_json(), 4 => almost()]) {
        for (subject, kind) in
            [(Subject::Consultation, "consultation"), (Subject::FollowUp, "followup")]
        {
            let completion = Message::parse_for(&value.to_string(), subject, ID)
                .is_ok_and(|message| message.is_completion());
            prop_assert_eq!(completion, completes(&value, kind, ID), "{}", value);
        }
    }

    #[test]
    fn no_beginning_or_damage_of_a_message_panics(
        value in almost(),
        cut in any::<prop::sample::Index>(),
        damage in any::<char>(),
    ) {
        let whole: Vec<char> = value.to_string().chars().collect();
        let cut = cut.index(whole.len());
        let beginning = String::from_iter(&whole[..cut]);
        prop_assert_eq!(Message::parse(&beginning), Err(Ignored::Shape));
        let rest = String::from_iter(&whole[cut + 1..]);
        let _ = Message::parse(&format!("{beginning}{damage}{rest}"));
    }
}
