//! The frames of the event queue (`docs/empego.md` §6.1): JSON text with a `frameType` and, except
//! for PING and PONG, a `framePayload`.

use super::backlog::Delivery;
use axum::extract::ws::Message;
use serde::Serialize;
use serde_json::{Value, json};

/// A frame from a subscriber.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum ClientFrame {
    /// With the receipt.
    Ack(String),
    Ping,
}

/// Parses a frame; `None` for anything else.
pub(super) fn read(text: &str) -> Option<ClientFrame> {
    let frame: Value = serde_json::from_str(text).ok()?;
    match frame.get("frameType")?.as_str()? {
        "ACK_EVENT" => Some(ClientFrame::Ack(
            frame.get("framePayload")?.get("receiptId")?.as_str()?.to_owned(),
        )),
        "PING" => Some(ClientFrame::Ping),
        _ => None,
    }
}

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
    // Strings and JSON values always serialise.
    Message::Text(serde_json::to_string(&frame).unwrap_or_default().into())
}

pub(super) fn acknowledged(receipt: &str) -> Message {
    text(&json!({ "frameType": "ACK_EVENT_REPLY", "framePayload": { "receiptId": receipt } }))
}

/// The answer to PING, without a payload (assumed).
pub(super) fn pong() -> Message {
    text(&json!({ "frameType": "PONG" }))
}

fn text(frame: &Value) -> Message {
    Message::Text(frame.to_string().into())
}

/// An undocumented message: malformed JSON, incomplete frames, binary. The kinds alternate by
/// `number`.
pub(super) fn garbage(number: u64) -> Message {
    const TEXTS: [&str; 9] = [
        "{",
        "not JSON at all",
        "",
        "null",
        "[{\"frameType\":\"EVENT\"}]",
        "{\"framePayload\":{}}",
        "{\"frameType\":\"EVENT\"}",
        "{\"frameType\":\"EVENT\",\
         \"framePayload\":{\"eventId\":7,\"eventType\":null,\"receiptId\":[]}}",
        "{\"frameType\":\"SOMETHING_NEW\",\"framePayload\":{\"receiptId\":\"none\"}}",
    ];
    let index = number % (TEXTS.len() as u64 + 1);
    usize::try_from(index).ok().and_then(|index| TEXTS.get(index)).map_or_else(
        || Message::Binary(vec![0, 159, 146, 150].into()),
        |text| Message::Text((*text).into()),
    )
}

#[cfg(test)]
mod tests {
    use super::{ClientFrame, read};

    #[test]
    fn other_texts_are_ignored() {
        assert_eq!(read(r#"{"frameType":"PING"}"#), Some(ClientFrame::Ping));
        assert_eq!(read(r#"{"frameType":"PING","framePayload":{}}"#), Some(ClientFrame::Ping));
        assert_eq!(
            read(r#"{"frameType":"ACK_EVENT","framePayload":{"receiptId":"r","more":1}}"#),
            Some(ClientFrame::Ack("r".to_owned()))
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
