//! What Empego's page posts to the window around it (`empego-api.md` §5), read tolerantly and
//! trusted little.
//!
//! The same parser runs in the browser, to decide whether the questionnaire is over, and on the
//! server, to decide whether a report counts.

use super::status::StatusId;
use serde_json::Value;

/// The longest message that is looked at, in bytes of JSON text.
pub const MAX_BYTES: usize = 64 * 1024;

/// What a message is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// A consultation.
    Consultation,
    /// A follow-up: `followup`, and `followUp` in an older copy of the documents.
    FollowUp,
}

/// A message of Empego's page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// What it is about.
    pub subject: Subject,
    /// What happened: `create`, `update`, `sync`, `exportInProgress`, `exportReady`, or something
    /// new.
    pub operation: String,
    /// The status, when the message has one.
    pub status: Option<StatusId>,
    /// Empego's key of the consultation or follow-up.
    pub id: String,
}

/// The members of a message that are read, each where it is a text; all others are passed over.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parts {
    /// `eventType`.
    pub event_type: Option<String>,
    /// `evenType`: the misprint in Empego's own example.
    pub even_type: Option<String>,
    /// `operation`.
    pub operation: Option<String>,
    /// `status`.
    pub status: Option<String>,
    /// `id`.
    pub id: Option<String>,
}

/// Why a message does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ignored {
    /// Longer than [`MAX_BYTES`].
    TooLarge,
    /// Not an object with the documented members.
    Shape,
    /// About another consultation than the one on the page.
    ForeignId,
}

impl Message {
    /// Reads a message from its JSON text. Both `eventType` and the misprint `evenType` are taken,
    /// and `followUp` in any case (`empego-api.md` §5.2).
    ///
    /// # Errors
    /// [`Ignored::TooLarge`] and [`Ignored::Shape`].
    pub fn parse(json: &str) -> Result<Self, Ignored> {
        if json.len() > MAX_BYTES {
            return Err(Ignored::TooLarge);
        }
        let value: Value = serde_json::from_str(json).map_err(|_| Ignored::Shape)?;
        let text = |name: &str| value.get(name).and_then(Value::as_str).map(str::to_owned);
        Self::from_parts(Parts {
            event_type: text("eventType"),
            even_type: text("evenType"),
            operation: text("operation"),
            status: text("status"),
            id: text("id"),
        })
    }

    /// Makes a message of its members. The browser takes them out of the posted object itself: a
    /// JSON reader would cost the patient's bundle a quarter of its bytes (design, section 12).
    ///
    /// # Errors
    /// [`Ignored::Shape`].
    pub fn from_parts(parts: Parts) -> Result<Self, Ignored> {
        let event_type = parts.event_type.or(parts.even_type).ok_or(Ignored::Shape)?;
        let subject = if event_type.eq_ignore_ascii_case("consultation") {
            Subject::Consultation
        } else if event_type.eq_ignore_ascii_case("followup") {
            Subject::FollowUp
        } else {
            return Err(Ignored::Shape);
        };
        Ok(Self {
            subject,
            operation: parts.operation.ok_or(Ignored::Shape)?,
            status: parts.status.as_deref().map(StatusId::parse),
            id: parts.id.filter(|id| !id.is_empty()).ok_or(Ignored::Shape)?,
        })
    }

    /// Reads a message and checks that it is about `expected`.
    ///
    /// # Errors
    /// All of [`Ignored`].
    pub fn parse_for(json: &str, expected: &str) -> Result<Self, Ignored> {
        Self::parse(json)?.about(expected)
    }

    /// Passes only a message about `expected`.
    ///
    /// # Errors
    /// [`Ignored::ForeignId`].
    pub fn about(self, expected: &str) -> Result<Self, Ignored> {
        if self.id == expected { Ok(self) } else { Err(Ignored::ForeignId) }
    }

    /// Whether it says that the patient has answered: an `update` to `TO_BE_ANALYZED` or later
    /// (`empego-api.md` §5.2).
    #[must_use]
    pub fn is_completion(&self) -> bool {
        self.operation.eq_ignore_ascii_case("update")
            && self.status.as_ref().is_some_and(StatusId::is_answered)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::property::{any_text, config};
    use proptest::collection::vec;
    use proptest::option;
    use proptest::prelude::*;
    use proptest::sample::select;

    const ID: &str = "8c4abd06-6b12-4574-9b94-972d63294ddf";

    fn text(event_type_name: &str, event_type: &str, operation: &str, status: &str) -> String {
        format!(
            r#"{{"{event_type_name}":"{event_type}","operation":"{operation}","status":"{status}","id":"{ID}"}}"#
        )
    }

    #[test]
    fn the_documented_completion_is_one_in_every_spelling() {
        for (name, subject) in [
            ("eventType", "consultation"),
            ("evenType", "consultation"),
            ("eventType", "Consultation"),
            ("eventType", "followUp"),
            ("evenType", "followup"),
        ] {
            let message = Message::parse_for(&text(name, subject, "update", "TO_BE_ANALYZED"), ID)
                .expect("it counts");
            assert!(message.is_completion(), "{name} {subject}");
        }
    }

    #[test]
    fn every_later_state_completes_and_no_other() {
        for (status, completes) in [
            ("TO_BE_ANALYZED", true),
            ("IN_PROGRESS", true),
            ("DONE", true),
            ("ARCHIVED", true),
            ("UNANSWERED", false),
            ("PLANNED", false),
            ("CANCELLED", false),
            ("SOMETHING_NEW", false),
        ] {
            let message = Message::parse(&text("eventType", "consultation", "update", status))
                .expect("it counts");
            assert_eq!(message.is_completion(), completes, "{status}");
        }
        let created =
            Message::parse(&text("eventType", "consultation", "create", "TO_BE_ANALYZED"))
                .expect("it counts");
        assert!(!created.is_completion(), "only an update completes");
    }

    #[test]
    fn new_operations_and_statuses_are_kept_as_they_came() {
        let message = Message::parse(&text("eventType", "consultation", "somersault", "Half_Done"))
            .expect("it counts");
        assert_eq!(message.operation, "somersault");
        assert_eq!(message.status, Some(StatusId::Other("Half_Done".to_owned())));
        assert!(!message.is_completion());
    }

    #[test]
    fn what_is_not_a_message_is_ignored() {
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
            Message::parse_for(&text("eventType", "consultation", "update", "DONE"), "another"),
            Err(Ignored::ForeignId)
        );
        let nameless =
            r#"{"eventType":"consultation","operation":"update","status":"DONE","id":""}"#;
        assert_eq!(
            Message::parse_for(nameless, ""),
            Err(Ignored::Shape),
            "a message about nothing is never about ours"
        );
    }

    #[test]
    fn the_limit_counts_bytes_and_is_inside() {
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
            "deep nesting is no way in"
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

    /// Mostly one of `words`, sometimes anything, sometimes nothing.
    fn member(
        name: &'static str,
        words: &'static [&'static str],
    ) -> impl Strategy<Value = Option<(String, Value)>> {
        let value = prop_oneof![8 => select(words).prop_map(Value::from), 1 => any_json()];
        option::weighted(0.9, value.prop_map(move |value| (name.to_owned(), value)))
    }

    /// Objects that look much like a message.
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

    /// The completion rule once more, from the documents (`empego-api.md` §5.2) and not from the
    /// code above: known subject, operation `update`, a state from `TO_BE_ANALYZED` on except
    /// cancellation, and our own key.
    fn completes(value: &Value, expected: &str) -> bool {
        let is = |name: &str, words: &[&str]| {
            value[name].as_str().is_some_and(|text| words.contains(&text.to_lowercase().as_str()))
        };
        let subject = if value["eventType"].is_string() { "eventType" } else { "evenType" };
        is(subject, &["consultation", "followup"])
            && is("operation", &["update"])
            && is("status", &["to_be_analyzed", "in_progress", "done", "archived"])
            && value["id"] == *expected
    }

    proptest! {
        #![proptest_config(config())]

        #[test]
        fn no_text_panics_or_completes(text in any_text()) {
            prop_assert!(!Message::parse_for(&text, ID).is_ok_and(|message| message.is_completion()));
        }

        #[test]
        fn only_the_documented_rule_completes(value in prop_oneof![1 => any_json(), 4 => almost()]) {
            let counted = Message::parse_for(&value.to_string(), ID);
            prop_assert_eq!(counted.is_ok_and(|message| message.is_completion()), completes(&value, ID), "{}", value);
        }

        #[test]
        fn no_beginning_or_damage_of_a_message_panics(value in almost(), cut in any::<prop::sample::Index>(), damage in any::<char>()) {
            let whole: Vec<char> = value.to_string().chars().collect();
            let cut = cut.index(whole.len());
            let beginning = String::from_iter(&whole[..cut]);
            prop_assert_eq!(Message::parse(&beginning), Err(Ignored::Shape));
            let _ = Message::parse(&format!("{beginning}{damage}{}", String::from_iter(&whole[cut + 1..])));
        }
    }
}
