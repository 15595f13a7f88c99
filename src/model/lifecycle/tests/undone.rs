//! What staff take back.

use super::table::{expect, ready};
use super::*;

#[test]
fn a_cancellation_is_taken_back_and_repeated() {
    let undone = |change| Event::CancelUndone { change };
    for (what, events, delivery) in [
        ("taken back", vec![(5, cancelled(1)), (6, undone(1))], D::LinkReady),
        ("in any order", vec![(6, undone(1)), (5, cancelled(1))], D::LinkReady),
        (
            "cancelled again",
            vec![(5, cancelled(1)), (6, undone(1)), (7, cancelled(2))],
            D::Cancelled,
        ),
        ("of a later one", vec![(5, cancelled(2)), (6, undone(1))], D::Cancelled),
        (
            "answered all the same",
            vec![(5, cancelled(1)), (6, said("TO_BE_ANALYZED"))],
            D::AnsweredConfirmed,
        ),
    ] {
        expect(what, &ready(&events), &[(9, delivery)]);
    }
    let late = state(&[(5, cancelled(1)), (6, reported("TO_BE_ANALYZED"))]);
    assert!(late.is_cancelled() && late.delivery(9) == D::AnsweredReported, "and says so");
}

#[test]
fn a_revocation_is_taken_back_while_the_link_is_the_newest() {
    let restored = |generation, change| Event::LinkRestored { generation, change };
    let again = Event::LinkRevoked { generation: 1, change: 2 };
    for (what, events, delivery) in [
        ("restored", vec![(5, revoked(1)), (6, restored(1, 1))], D::LinkReady),
        ("revoked again", vec![(5, revoked(1)), (6, restored(1, 1)), (7, again)], D::Revoked),
        (
            "of an older link",
            vec![(5, revoked(1)), (6, issued(2, None)), (7, restored(1, 1)), (8, revoked(2))],
            D::Revoked,
        ),
        ("of none", vec![(6, restored(0, 1))], D::LinkReady),
    ] {
        expect(what, &ready(&events), &[(9, delivery)]);
    }
    expect("without a link", &[(1, Event::Created), (2, restored(0, 1))], &[(9, D::Revoked)]);
}
