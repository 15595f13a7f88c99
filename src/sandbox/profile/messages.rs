//! Browser messages that the pages post to the window around them (`docs/empego.md` §5). Times are
//! in milliseconds.

use super::Kind;
use serde_json::{Value, json};

/// The message of the questionnaire when the patient is done (`docs/empego.md` §5.2). `misprint` is
/// the spelling of Empego's example and of its older page: `evenType`, and `followUp`.
pub(in crate::sandbox) fn completion(
    kind: Kind,
    misprint: bool,
    status: &str,
    key: &str,
    tenant_key: &str,
    at: i64,
) -> Value {
    let member = if misprint { "evenType" } else { "eventType" };
    let event_type = match kind {
        Kind::FollowUp if misprint => "followUp",
        _ => kind.noun(),
    };
    json!({
        member: event_type,
        "operation": "update",
        "status": status,
        "id": key,
        "tenantKey": tenant_key,
        "createdAt": at,
    })
}

/// The message of the details page when an export begins (`docs/empego.md` §5.1).
pub(in crate::sandbox) fn export_in_progress(
    kind: Kind,
    key: &str,
    tenant_key: &str,
    at: i64,
) -> Value {
    export(kind, "exportInProgress", key, tenant_key, at)
}

/// The message of the details page when an export is ready. `pdf` is the URL of the file and its
/// expiry. A missing part has failed.
pub(in crate::sandbox) fn export_ready(
    kind: Kind,
    key: &str,
    tenant_key: &str,
    at: i64,
    pdf: Option<&(String, i64)>,
    text: Option<&str>,
) -> Value {
    let pdf = pdf.map(
        |(url, expiry)| json!({ "status": "SUCCESS", "fileURL": url, "fileURLExpiry": expiry }),
    );
    let text = text.map(|text| json!({ "status": "SUCCESS", "content": text }));
    let failure = || json!({ "status": "FAILURE" });
    let mut message = export(kind, "exportReady", key, tenant_key, at);
    message["data"] = json!({
        "pdfSummary": pdf.unwrap_or_else(failure),
        "textualSummary": text.unwrap_or_else(failure),
    });
    message
}

fn export(kind: Kind, operation: &str, key: &str, tenant_key: &str, at: i64) -> Value {
    json!({
        "eventType": kind.noun(),
        "operation": operation,
        "id": key,
        "tenantKey": tenant_key,
        "createdAt": at,
    })
}
