//! The ids of requests, and which record a request has now.

use super::{Actor, Desk, DeskError, Result};
use crate::model::consultation::Consultation;
use crate::model::ids::RequestId;
use crate::model::lifecycle::Creation;
use crate::secrets::sha256;

/// The longest accepted request id, in bytes.
const MAX_REQUEST_ID: usize = 64;

/// The request id of a form, or a new one where it has none.
pub(super) fn request_id(desk: &Desk, typed: &str) -> Result<String> {
    match typed {
        "" => Ok(desk.ambient.id()),
        // Ids with a slash are derived ones, and those of what Empego made by itself.
        id if id.len() > MAX_REQUEST_ID || id.contains('/') => Err(DeskError::Invalid(Vec::new())),
        id => Ok(id.to_owned()),
    }
}

/// The id that a request has now, and its record, if there is one. A record that was cancelled
/// before Empego created it is given up: the same form is a new request from then on, whose id is
/// derived from it, so that a repetition has the same one.
///
/// # Errors
/// A store error.
pub(super) async fn live_request(
    desk: &Desk,
    caller: &Actor,
    request_id: &str,
) -> Result<(RequestId, Option<Consultation>)> {
    let site = &caller.site.id;
    let mut id = RequestId(request_id.to_owned());
    loop {
        let Some(found) = desk.store.by_request(site, &id).await? else { return Ok((id, None)) };
        let next = RequestId(derived_id(&id.0, &found.id.0));
        // Also when the cancellation was taken back since.
        if !is_given_up(&found) && desk.store.by_request(site, &next).await?.is_none() {
            return Ok((id, Some(found)));
        }
        id = next;
    }
}

/// Whether a record was cancelled before Empego created it.
pub(super) fn is_given_up(consultation: &Consultation) -> bool {
    let state = &consultation.state;
    state.creation == Creation::Failed && state.is_cancelled()
}

/// The id of a request that a form's id and this text identify.
pub(super) fn derived_id(request_id: &str, text: &str) -> String {
    let hash = sha256(text);
    format!("{request_id}/{}", hex::encode(hash.get(..16).unwrap_or(&hash)))
}
