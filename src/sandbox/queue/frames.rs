//! The frames of the event queue, exactly as they are documented (`empego-api.md` §6.1): JSON text,
//! each with a `frameType` and, except for PING and PONG, a `framePayload`.

use super::backlog::Delivery;
use axum::extract::ws::Message;
use serde::Serialize;
use serde_json::{Value, json};

/// What a subscriber says. Anything else is ignored.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Said {
    /// The event that was delivered under this receipt is safe.
    Acknowledged(String),
    /// Is anybody there?
    Ping,
}

/// Reads a subscriber's frame; `None` for what is none.
pub(super) fn read(text: &str) -> Option<Said> {
    let frame: Value = serde_json::from_str(text).ok()?;
    match frame.get("frameType")?.as_str()? {
        "ACK_EVENT" => Some(Said::Acknowledged(
            frame.get("framePayload")?.get("receiptId")?.as_str()?.to_owned(),
        )),
        "PING" => Some(Said::Ping),
        _ => None,
    }
}

/// The frame of one delivery.
pub(super) fn event(queue: &str, Delivery { event, receipt }: &Delivery) -> Message {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Frame<'a> {
        frame_type: &'a str,
        frame_payload: Payload<'a>,
    }
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Payload<'a> {
        event_id: &'a str,
        event_type: &'a str,
        receipt_id: &'a str,
        event_ts: &'a str,
        queue_name: &'a str,
        event_payload: &'a Value,
    }
    let frame = Frame {
        frame_type: "EVENT",
        frame_payload: Payload {
            event_id: &event.id,
            event_type: &event.event_type,
            receipt_id: receipt,
            event_ts: &event.ts,
            queue_name: queue,
            event_payload: &event.payload,
        },
    };
    // Strings and JSON values always have a text.
    Message::Text(serde_json::to_string(&frame).unwrap_or_default().into())
}

/// The answer to an acknowledgement.
pub(super) fn acknowledged(receipt: &str) -> Message {
    text(&json!({ "frameType": "ACK_EVENT_REPLY", "framePayload": { "receiptId": receipt } }))
}

/// The answer to PING. It carries no payload (assumed).
pub(super) fn pong() -> Message {
    text(&json!({ "frameType": "PONG" }))
}

fn text(frame: &Value) -> Message {
    Message::Text(frame.to_string().into())
}

/// What no document describes: no JSON, no frame, no event, no text. Each number has its own kind,
/// and they come round.
pub(super) fn garbage(number: u64) -> Message {
    const TEXTS: [&str; 9] = [
        "{",
        "not JSON at all",
        "",
        "null",
        "[{\"frameType\":\"EVENT\"}]",
        "{\"framePayload\":{}}",
        "{\"frameType\":\"EVENT\"}",
        "{\"frameType\":\"EVENT\",\"framePayload\":{\"eventId\":7,\"eventType\":null,\"receiptId\":[]}}",
        "{\"frameType\":\"SOMETHING_NEW\",\"framePayload\":{\"receiptId\":\"none\"}}",
    ];
    let place = number % (TEXTS.len() as u64 + 1);
    usize::try_from(place).ok().and_then(|place| TEXTS.get(place)).map_or_else(
        || Message::Binary(vec![0, 159, 146, 150].into()),
        |text| Message::Text((*text).into()),
    )
}

#[cfg(test)]
mod tests {
    use super::{Said, read};

    #[test]
    fn what_is_no_frame_is_nothing() {
        assert_eq!(read(r#"{"frameType":"PING"}"#), Some(Said::Ping));
        assert_eq!(read(r#"{"frameType":"PING","framePayload":{}}"#), Some(Said::Ping));
        assert_eq!(
            read(r#"{"frameType":"ACK_EVENT","framePayload":{"receiptId":"r","more":1}}"#),
            Some(Said::Acknowledged("r".to_owned()))
        );
        for none in [
            "",
            "{",
            "null",
            "[]",
            "7",
            r#"{"frameType":null}"#,
            r#"{"frameType":"ping"}"#,
            r#"{"frameType":"ACK_EVENT"}"#,
            r#"{"frameType":"ACK_EVENT","framePayload":"r"}"#,
            r#"{"frameType":"ACK_EVENT","framePayload":{"receiptId":7}}"#,
        ] {
            assert_eq!(read(none), None, "{none}");
        }
    }
}
