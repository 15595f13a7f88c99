//! The ids of requests, and which record a request has now.

use super::{Actor, Desk, DeskError, Result};
use crate::model::consultation::Consultation;
use crate::model::ids::RequestId;
use crate::model::lifecycle::{Creation, State};
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

/// Whether a record was cancelled before Empego created it, and no call runs that may still do so.
pub(super) fn is_given_up(consultation: &Consultation) -> bool {
    given_up(&consultation.state)
}

fn given_up(state: &State) -> bool {
    state.creation == Creation::Failed && state.is_cancelled() && !state.is_creating()
}

/// The id of a request that a form's id and this text identify.
pub(super) fn derived_id(request_id: &str, text: &str) -> String {
    let hash = sha256(text);
    format!("{request_id}/{}", hex::encode(hash.get(..16).unwrap_or(&hash)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::lifecycle::Event;

    #[test]
    fn a_record_is_not_given_up_while_a_call_runs() {
        let mut state = State::default();
        let failed = || Event::CreateFailed { reason: "refused".to_owned() };
        let cancelled = Event::Cancelled { reason: None, note: String::new(), change: 1 };
        state.apply(1, &Event::CreateRequested);
        state.apply(2, &failed());
        assert!(!given_up(&state), "it can be tried again");
        state.apply(3, &cancelled);
        assert!(given_up(&state));
        state.apply(4, &Event::CreateRequested);
        assert!(!given_up(&state), "the call may create it");
        state.apply(5, &failed());
        assert!(given_up(&state), "and did not");
        state.apply(6, &Event::CancelUndone { change: 1 });
        assert!(!given_up(&state));
    }
}
