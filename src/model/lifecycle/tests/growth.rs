//! That states only grow.

use super::*;

/// Whether no field is lower than before.
pub(super) fn at_least(after: &State, before: &State) -> bool {
    // Without "..", so that a new field cannot be forgotten here.
    let State {
        creation,
        requested_at,
        failed_at,
        unknown_at,
        link,
        link_change,
        revoked,
        revocation,
        restored,
        gate,
        progress,
        known,
        other,
        cancelled,
        cancellation,
        cancel_undone,
        moves,
        reported_at,
        confirmed_at,
        over_at,
    } = before;
    after.creation >= *creation
        && after.requested_at >= *requested_at
        && after.failed_at >= *failed_at
        && after.unknown_at >= *unknown_at
        && (after.link.0, after.link_change, after.link) >= (link.0, *link_change, *link)
        && (after.revoked, after.revocation) >= (*revoked, *revocation)
        && after.restored >= *restored
        && gate_at_least(&after.gate, gate)
        && after.progress >= *progress
        && after.known >= *known
        && after.other >= *other
        && after.cancelled >= *cancelled
        && after.cancellation >= *cancellation
        && after.cancel_undone >= *cancel_undone
        && after.moves >= *moves
        && no_later(after.reported_at, *reported_at)
        && no_later(after.confirmed_at, *confirmed_at)
        && no_later(after.over_at, *over_at)
}

/// A first time may only become known, or become earlier.
fn no_later(after: Option<i64>, before: Option<i64>) -> bool {
    before.is_none_or(|before| after.is_some_and(|after| after <= before))
}

fn gate_at_least(after: &Gate, before: &Gate) -> bool {
    let Gate { set, change, unlocked, wrong, tried } = before;
    (after.change, after.set) >= (*change, *set)
        && after.unlocked >= *unlocked
        && after.wrong >= *wrong
        && after.tried >= *tried
}
