//! Calls about a record that is there.

use super::{Caller, NO_STORE, Refusal};
use crate::profile::Call;
use crate::sandbox::Sandbox;
use crate::sandbox::profile::{self, Kind, Sent};
use crate::sandbox::state::Purpose;
use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json;

/// Answers with a URL.
pub(super) fn presign(
    sandbox: &Sandbox,
    kind: Kind,
    details: bool,
    caller: &Caller,
    sent: &Sent<'_>,
) -> Result<Response, Refusal> {
    let user = caller.integration_user(&sandbox.inner.profile.headers)?;
    let key = profile::read_key(sent, &sandbox.inner.profile).map_err(Refusal::bad)?;
    let purpose = if details { Purpose::Details { user } } else { Purpose::Answer };
    let token = sandbox.token();
    let url = format!("{}{}", sandbox.inner.origin, kind.page_path(details, &token));
    let timing = sandbox.timing();
    if !sandbox.state().mint(kind, caller.tenant_key, &key, token, purpose, timing) {
        return Err(Refusal::new(
            StatusCode::NOT_FOUND,
            format!("no {} with that key", kind.noun()),
        ));
    }
    Ok((NO_STORE, Json(profile::presigned(sent.operation, &url))).into_response())
}

/// Takes what staff changed. Empego itself may refuse one that is answered; so does this.
pub(super) async fn told(
    sandbox: &Sandbox,
    call: Call,
    caller: &Caller,
    sent: &Sent<'_>,
) -> Result<Response, Refusal> {
    let key = profile::read_key(sent, &sandbox.inner.profile).map_err(Refusal::bad)?;
    let plan = profile::read_plan(sent).map_err(Refusal::bad)?;
    let ambient = &sandbox.inner.ambient;
    let (kind, tenant) = (Kind::of(call), caller.tenant_key);
    let taken = match call.cancels() {
        true => sandbox.state().cancel(kind, tenant, &key, ambient.now(), || ambient.id()),
        false => sandbox.state().move_to(kind, tenant, &key, plan.scheduled_at),
    };
    taken.map_err(|(status, message)| Refusal::new(status, message))?;
    sandbox.inner.changed.notify_waiters();
    sandbox.save().await;
    Ok((NO_STORE, Json(json!({}))).into_response())
}
