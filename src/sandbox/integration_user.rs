//! The `x-integration-user` header: whom an embedded session is opened for (`empego-api.md` §2).

use serde_json::Value;

/// Reads the `userId` out of base64 of a JSON object. `None` when it cannot be read, or has none:
/// that is assumed to be a bad request, as is anything but the standard alphabet, padded, on one
/// line.
pub(super) fn user_id(header: &[u8]) -> Option<String> {
    let value: Value = serde_json::from_slice(&decode(header)?).ok()?;
    value.get("userId")?.as_str().filter(|id| !id.trim().is_empty()).map(str::to_owned)
}

fn decode(text: &[u8]) -> Option<Vec<u8>> {
    if text.is_empty() || !text.len().is_multiple_of(4) {
        return None;
    }
    let padding = text.iter().rev().take_while(|byte| **byte == b'=').count();
    if padding > 2 {
        return None;
    }
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    for group in text[..text.len() - padding].chunks(4) {
        let mut bits = 0_u32;
        for byte in group {
            bits = bits << 6 | u32::from(sextet(*byte)?);
        }
        // A last group of 2 or 3 characters stands for 1 or 2 bytes.
        let missing = 4 - group.len();
        bits <<= 6 * missing;
        bytes.extend_from_slice(&bits.to_be_bytes()[1..4 - missing]);
    }
    Some(bytes)
}

fn sextet(byte: u8) -> Option<u8> {
    match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a' + 26),
        b'0'..=b'9' => Some(byte - b'0' + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_read_with_every_padding() {
        for (text, bytes) in
            [("TQ==", "M"), ("TWE=", "Ma"), ("TWFu", "Man"), ("w6k/", "é?"), ("TWFuTQ==", "ManM")]
        {
            assert_eq!(decode(text.as_bytes()).as_deref(), Some(bytes.as_bytes()), "{text}");
        }
        for text in ["", "TQ", "TQ=", "T===", "====", "TQ==\n", "TW-_", "=TQ=", "TQ==TWFu"] {
            assert_eq!(decode(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn a_user_needs_an_id() {
        // {"userId":"u1"}, {"userId":""}, {} and no JSON.
        assert_eq!(user_id(b"eyJ1c2VySWQiOiJ1MSJ9").as_deref(), Some("u1"));
        assert_eq!(user_id(b"eyJ1c2VySWQiOiIifQ=="), None);
        assert_eq!(user_id(b"e30="), None);
        assert_eq!(user_id(b"TWFu"), None);
    }
}
