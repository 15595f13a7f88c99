//! The frames of the event queue: JSON texts `{frameType, framePayload}` (`docs/empego.md` §6.1).

use serde::Deserialize;
use serde_json::json;
use serde_json::value::RawValue;

/// A frame from the server.
#[derive(Debug)]
pub enum Incoming {
    Event(Box<Delivery>),
    /// `PONG`, `ACK_EVENT_REPLY`, or a frame that is not documented. Nothing waits for these.
    Other,
}

/// One delivery of an event. Until one of its receipts is acknowledged, the event is delivered
/// again with another receipt.
#[derive(Debug)]
pub struct Delivery {
    /// The same in all deliveries of an event.
    pub event_id: String,
    /// `TENANT_ONBOARDED`, `CONSULTATION_UPDATED`, …
    pub event_type: String,
    /// Names this delivery in the acknowledgement.
    pub receipt_id: String,
    /// ISO 8601, not parsed; empty when missing.
    pub event_ts: String,
    /// JSON, not parsed.
    pub payload: Box<RawValue>,
}

/// A frame that cannot be read.
#[derive(Debug, PartialEq, Eq)]
pub struct BadFrame {
    /// The receipt to acknowledge it by, if that can be read: it would be delivered for ever
    /// otherwise.
    pub receipt: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Frame<'a> {
    frame_type: String,
    #[serde(borrow)]
    frame_payload: Option<&'a RawValue>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Payload {
    event_id: Option<String>,
    event_type: Option<String>,
    receipt_id: Option<String>,
    event_ts: Option<String>,
    event_payload: Option<Box<RawValue>>,
}

/// Used when the rest of the payload has another shape than documented.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Receipt {
    receipt_id: Option<String>,
}

/// Parses a frame. An event needs an id and a receipt; everything else may be missing.
///
/// # Errors
/// [`BadFrame`].
pub fn read(text: &str) -> Result<Incoming, BadFrame> {
    let frame: Frame<'_> = serde_json::from_str(text).map_err(|_| BadFrame { receipt: None })?;
    if !frame.frame_type.eq_ignore_ascii_case("EVENT") {
        return Ok(Incoming::Other);
    }
    let payload = frame.frame_payload.map_or("null", RawValue::get);
    let receipt = || {
        serde_json::from_str::<Receipt>(payload)
            .ok()
            .and_then(|receipt| receipt.receipt_id)
            .filter(|id| !id.is_empty())
    };
    let Ok(read) = serde_json::from_str::<Payload>(payload) else {
        return Err(BadFrame { receipt: receipt() });
    };
    let receipt_id = read.receipt_id.filter(|id| !id.is_empty());
    match (read.event_id.filter(|id| !id.is_empty()), receipt_id) {
        (Some(event_id), Some(receipt_id)) => Ok(Incoming::Event(Box::new(Delivery {
            event_id,
            event_type: read.event_type.unwrap_or_default(),
            receipt_id,
            event_ts: read.event_ts.unwrap_or_default(),
            payload: read.event_payload.unwrap_or_else(|| RawValue::NULL.to_owned()),
        }))),
        (_, receipt) => Err(BadFrame { receipt }),
    }
}

/// `ACK_EVENT` for a delivery.
#[must_use]
pub fn acknowledgement(receipt_id: &str) -> String {
    json!({ "frameType": "ACK_EVENT", "framePayload": { "receiptId": receipt_id } }).to_string()
}

/// Keep-alive frame.
pub const PING: &str = r#"{"frameType":"PING"}"#;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::property::{any_text, config};
    use proptest::prelude::*;

    const DOCUMENTED: &str = r#"{ "frameType": "EVENT",
      "framePayload": { "eventId": "a1b2c3d4-0000-0000-0000-000000000001",
        "eventType": "TENANT_ONBOARDED",
        "receiptId": "f9e8d7c6-0000-0000-0000-000000000002", "eventTs": "2026-03-20T14:30:00.000Z",
        "queueName": "my-integration-queue",
        "eventPayload": { "tenantId": "P0001", "empegoTenantId": "tenant-abc" } } }"#;

    #[test]
    fn the_documented_event_reads_whole() {
        let Ok(Incoming::Event(event)) = read(DOCUMENTED) else { panic!("an event") };
        assert_eq!(event.event_id, "a1b2c3d4-0000-0000-0000-000000000001");
        assert_eq!(event.event_type, "TENANT_ONBOARDED");
        assert_eq!(event.receipt_id, "f9e8d7c6-0000-0000-0000-000000000002");
        assert_eq!(event.event_ts, "2026-03-20T14:30:00.000Z");
        assert_eq!(
            event.payload.get(),
            r#"{ "tenantId": "P0001", "empegoTenantId": "tenant-abc" }"#
        );
    }

    #[test]
    fn answers_and_undocumented_frames_are_ignored() {
        for text in [
            r#"{"frameType":"PONG"}"#,
            r#"{"frameType":"ACK_EVENT_REPLY","framePayload":{"receiptId":"r"}}"#,
            r#"{"frameType":"SOMETHING_NEW","framePayload":[1,2,{"x":null}]}"#,
        ] {
            assert!(matches!(read(text), Ok(Incoming::Other)), "{text}");
        }
    }

    #[test]
    fn an_event_without_an_id_can_still_be_acknowledged() {
        for (text, receipt) in [
            ("", None),
            ("null", None),
            ("{}", None),
            (r#"{"frameType":"EVENT"}"#, None),
            (r#"{"frameType":"EVENT","framePayload":{"eventId":"e"}}"#, None),
            (r#"{"frameType":"EVENT","framePayload":{"eventId":"e","receiptId":""}}"#, None),
            (r#"{"frameType":"EVENT","framePayload":{"receiptId":"r"}}"#, Some("r")),
            (r#"{"frameType":"EVENT","framePayload":{"receiptId":"r","eventId":7}}"#, Some("r")),
            (
                r#"{"frameType":"EVENT",
                    "framePayload":{"receiptId":"r","eventId":"e","eventType":{}}}"#,
                Some("r"),
            ),
        ] {
            assert_eq!(
                read(text).expect_err(text),
                BadFrame { receipt: receipt.map(str::to_owned) },
                "{text}"
            );
        }
    }

    #[test]
    fn what_is_missing_beside_the_two_ids_is_empty() {
        let Ok(Incoming::Event(event)) =
            read(r#"{"frameType":"EVENT","framePayload":{"receiptId":"r","eventId":"e"}}"#)
        else {
            panic!("an event")
        };
        assert_eq!(
            (event.event_type.as_str(), event.event_ts.as_str(), event.payload.get()),
            ("", "", "null")
        );
    }

    #[test]
    fn what_we_send_is_as_documented() {
        assert_eq!(
            acknowledgement("r\"1"),
            r#"{"framePayload":{"receiptId":"r\"1"},"frameType":"ACK_EVENT"}"#
        );
        assert_eq!(PING, r#"{"frameType":"PING"}"#);
    }

    proptest! {
        #![proptest_config(config())]

        #[test]
        fn no_text_panics(text in any_text(), cut in any::<prop::sample::Index>()) {
            let _ = read(&text);
            let _ = read(&format!(r#"{{"frameType":"EVENT","framePayload":{text}}}"#));
            let cut: String = DOCUMENTED.chars().take(cut.index(DOCUMENTED.len())).collect();
            prop_assert!(read(&cut).is_err(), "a frame cut short");
        }
    }
}
