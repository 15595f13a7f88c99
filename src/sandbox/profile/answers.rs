//! Answers to calls (`docs/empego.md` §10.2).

use super::super::state::Subject;
use super::{access_key, key_value};
use crate::profile::{Operation, Part, Profile, put};
use serde_json::{Value, json};

/// Answer to a create call: each part at the first of its places.
pub(in crate::sandbox) fn created(
    profile: &Profile,
    operation: &Operation,
    subject: &Subject,
    url: Option<&str>,
) -> Value {
    let mut answer = json!({ "patientKey": subject.patient_key, "tenantKey": subject.tenant_key });
    for (part, value) in [
        (Part::Key, key_value(profile, &subject.key)),
        (Part::AccessKey, json!(access_key(&subject.key))),
        (Part::Status, json!(subject.status.said(profile))),
        (Part::Url, json!(url)),
    ] {
        if let Some(place) = operation.places(part).first() {
            put(&mut answer, place, value);
        }
    }
    answer
}

/// Answer to an embed call.
pub(in crate::sandbox) fn presigned(operation: &Operation, url: &str) -> Value {
    let mut answer = json!({});
    if let Some(place) = operation.places(Part::Url).first() {
        put(&mut answer, place, json!(url));
    }
    answer
}

/// Body of every error.
pub(in crate::sandbox) fn refused(message: &str) -> Value {
    json!({ "message": message })
}
