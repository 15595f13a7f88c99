//! Browser messages that the pages post to the window around them (`docs/empego.md` §5). Times are
//! in milliseconds.

use super::{Kind, key_value};
use crate::model::message::{EXPORT_IN_PROGRESS, EXPORT_READY};
use crate::profile::{Profile, put};
use serde_json::{Value, json};

/// Who and what a message is about.
pub(in crate::sandbox) struct About<'a> {
    pub(in crate::sandbox) profile: &'a Profile,
    pub(in crate::sandbox) kind: Kind,
    pub(in crate::sandbox) key: &'a str,
    pub(in crate::sandbox) tenant_key: &'a str,
    pub(in crate::sandbox) at: i64,
}

impl About<'_> {
    /// A message with an operation, under the names of the profile.
    fn message(&self, operation: &str) -> Value {
        let names = &self.profile.messages;
        let mut message = json!({ "tenantKey": self.tenant_key, "createdAt": self.at });
        let kind = said(&names.kinds, self.kind.noun());
        let operation = said(&names.operations, operation);
        for (names, value) in [
            (&names.kind, json!(kind)),
            (&names.operation, json!(operation)),
            (&names.id, key_value(self.profile, self.key)),
        ] {
            if let Some(name) = names.first() {
                message[name] = value;
            }
        }
        message
    }
}

/// The other word for a documented one, where there is one.
fn said<'a>(words: &'a [(String, String)], word: &'a str) -> &'a str {
    words.iter().find(|(_, means)| means == word).map_or(word, |(said, _)| said)
}

/// The message of the questionnaire when the patient is done (`docs/empego.md` §5.2). `misprint` is
/// the spelling of Empego's example and of its older page: `evenType`, and `followUp`.
pub(in crate::sandbox) fn completion(about: &About<'_>, misprint: bool, status: &str) -> Value {
    let names = &about.profile.messages;
    let mut message = about.message("update");
    if let Some(name) = names.status.first() {
        message[name] = json!(about.profile.said_status(status));
    }
    if misprint {
        let noun = if about.kind == Kind::FollowUp { "followUp" } else { about.kind.noun() };
        if let (Some(members), Some(name)) = (message.as_object_mut(), names.kind.first()) {
            members.remove(name);
            members.insert("evenType".to_owned(), json!(noun));
        }
    }
    message
}

/// The message of the details page when an export begins (`docs/empego.md` §5.1).
pub(in crate::sandbox) fn export_in_progress(about: &About<'_>) -> Value {
    about.message(EXPORT_IN_PROGRESS)
}

/// The message of the details page when an export is ready. `pdf` is the URL of the file and its
/// expiry. A missing part has failed.
pub(in crate::sandbox) fn export_ready(
    about: &About<'_>,
    pdf: Option<&(String, i64)>,
    text: Option<&str>,
) -> Value {
    let places = &about.profile.exports;
    let mut message = about.message(EXPORT_READY);
    let mut write = |places: &[String], value: Value| {
        if let Some(place) = places.first() {
            put(&mut message, place, value);
        }
    };
    let made = places.made.first().map_or("SUCCESS", String::as_str);
    let status = |is_made: bool| json!(if is_made { made } else { "FAILURE" });
    write(&places.pdf_status, status(pdf.is_some()));
    if let Some((url, expiry)) = pdf {
        write(&places.pdf_url, json!(url));
        write(&places.pdf_expiry, json!(expiry));
    }
    write(&places.text_status, status(text.is_some()));
    if let Some(text) = text {
        write(&places.text, json!(text));
    }
    message
}
