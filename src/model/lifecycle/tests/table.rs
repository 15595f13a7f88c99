//! Every delivery at its boundaries.

use super::*;

/// Checks the delivery at each of the given times.
pub(super) fn expect(what: &str, events: &[Timed], expected: &[(i64, Delivery)]) {
    for (now, delivery) in expected {
        assert_eq!(state(events).delivery(*now), *delivery, "{what}, at {now}");
    }
}

/// A created consultation with one link, followed by more events.
pub(super) fn ready(then: &[Timed]) -> Vec<Timed> {
    [&[(1, Event::CreateRequested), (2, Event::Created), (2, issued(1, Some(100)))], then].concat()
}

#[test]
fn creation() {
    let asked = (10, Event::CreateRequested);
    let late = 10 + CREATING_MS;
    expect(
        "no response",
        std::slice::from_ref(&asked),
        &[(10, D::Creating), (9, D::Creating), (late, D::Creating), (late + 1, D::OutcomeUnknown)],
    );
    expect(
        "failed",
        &[asked.clone(), (11, failed())],
        &[(11, D::CreateFailed), (late + 1, D::CreateFailed)],
    );
    expect(
        "failed in the same millisecond",
        &[asked.clone(), (10, failed())],
        &[(10, D::CreateFailed)],
    );
    expect(
        "unknown",
        &[asked.clone(), (11, Event::CreateUnknown)],
        &[(11, D::OutcomeUnknown), (i64::MAX, D::OutcomeUnknown)],
    );

    let unread = [asked.clone(), (11, Event::CreateUnread)];
    expect(
        "created without a key",
        &unread,
        &[(11, D::KeyUnread), (late + 1, D::KeyUnread), (i64::MAX, D::KeyUnread)],
    );
    let more = [&unread[..], &[(20, Event::CreateRequested)]].concat();
    expect("and tried again", &more, &[(20, D::Creating), (i64::MAX, D::OutcomeUnknown)]);
    expect(
        "without success",
        &[&more[..], &[(21, failed())]].concat(),
        &[(21, D::KeyUnread), (i64::MAX, D::KeyUnread)],
    );
    expect(
        "until the key is known",
        &[&unread[..], &[(30, Event::Created), (30, issued(1, None))]].concat(),
        &[(30, D::LinkReady)],
    );

    let again = [asked.clone(), (11, failed()), (20, Event::CreateRequested)];
    let late = 20 + CREATING_MS;
    expect(
        "tried again",
        &again,
        &[(20, D::Creating), (late, D::Creating), (late + 1, D::OutcomeUnknown)],
    );
    expect(
        "failed again",
        &[&again[..], &[(21, failed())]].concat(),
        &[(21, D::CreateFailed), (late + 1, D::CreateFailed)],
    );
    let created = [(21, Event::Created), (21, issued(1, None))];
    expect(
        "created then",
        &[&again[..], &created].concat(),
        &[(21, D::LinkReady), (late + 1, D::LinkReady)],
    );

    let unknown = [asked, (11, Event::CreateUnknown), (20, Event::CreateRequested), (21, failed())];
    expect(
        "an unknown outcome stays when another attempt fails",
        &unknown,
        &[(21, D::OutcomeUnknown), (i64::MAX, D::OutcomeUnknown)],
    );
    expect("until it is created", &[&unknown[..], &created].concat(), &[(21, D::LinkReady)]);

    let again = &unknown[..3];
    expect(
        "tried again after an unknown outcome",
        again,
        &[(20, D::Creating), (late, D::Creating), (late + 1, D::OutcomeUnknown)],
    );
    let both = [again, &[(20, Event::CreateUnknown)]].concat();
    expect(
        "with another unknown outcome",
        &both,
        &[(20, D::OutcomeUnknown), (i64::MAX, D::OutcomeUnknown)],
    );
}

#[test]
fn links() {
    expect(
        "expiry is exact",
        &ready(&[]),
        &[(2, D::LinkReady), (99, D::LinkReady), (100, D::Expired), (i64::MAX, D::Expired)],
    );
    let never = [(1, Event::CreateRequested), (2, Event::Created), (2, issued(1, None))];
    expect("no expiry", &never, &[(2, D::LinkReady), (i64::MAX - 1, D::LinkReady)]);
    expect("no link yet", &never[..2], &[(2, D::Revoked)]);
    expect("revoked", &ready(&[(5, revoked(1))]), &[(5, D::Revoked), (100, D::Revoked)]);

    let again = [(5, revoked(1)), (6, issued(2, Some(200)))];
    expect(
        "issued again",
        &ready(&again),
        &[(6, D::LinkReady), (100, D::LinkReady), (199, D::LinkReady), (200, D::Expired)],
    );
    let both = [&again[..], &[(7, revoked(2))]].concat();
    expect("and revoked again", &ready(&both), &[(7, D::Revoked)]);
    expect(
        "issued again after expiry",
        &ready(&[(150, issued(2, Some(250)))]),
        &[(150, D::LinkReady), (249, D::LinkReady), (250, D::Expired)],
    );
    expect(
        "a shorter second link counts",
        &ready(&[(5, issued(2, Some(50)))]),
        &[(49, D::LinkReady), (50, D::Expired)],
    );
    expect(
        "extended",
        &ready(&[(50, issued(1, Some(300)))]),
        &[(100, D::LinkReady), (300, D::Expired)],
    );
    expect(
        "shortened",
        &ready(&[(50, issued(1, Some(60)))]),
        &[(59, D::LinkReady), (60, D::Expired)],
    );
    expect("expiry removed", &ready(&[(50, issued(1, None))]), &[(100, D::LinkReady)]);

    let ends = |events: &[Timed]| state(events).expires_at();
    assert_eq!((ends(&[]), ends(&never), ends(&ready(&[]))), (None, None, Some(100)));
}

#[test]
fn the_patients_progress() {
    let opened = (3, Event::Opened);
    let started = (4, Event::Started);
    expect("opened", &ready(std::slice::from_ref(&opened)), &[(99, D::Opened), (100, D::Expired)]);
    expect("started", &ready(&[opened, started.clone()]), &[(99, D::Started), (100, D::Expired)]);
    let taken_back = [started.clone(), (5, revoked(1))];
    expect("revoked while answering", &ready(&taken_back), &[(5, D::Revoked)]);
    expect(
        "a new link goes on from there",
        &ready(&[&taken_back[..], &[(6, issued(2, None))]].concat()),
        &[(6, D::Started)],
    );

    let answered = [started, (5, reported("TO_BE_ANALYZED"))];
    expect("reported", &ready(&answered), &[(5, D::AnsweredReported), (100, D::AnsweredReported)]);
    for (what, later, delivery) in [
        ("the link is revoked", revoked(1), D::AnsweredReported),
        ("cancelled here", cancelled(1), D::AnsweredReported),
        ("a late message without an answer", said("UNANSWERED"), D::AnsweredReported),
        ("confirmed", said("TO_BE_ANALYZED"), D::AnsweredConfirmed),
        ("confirmed by a later status", said("DONE"), D::AnsweredConfirmed),
        ("confirmed by the time of the answer", Event::Answered, D::AnsweredConfirmed),
        ("archived", said("ARCHIVED"), D::AnsweredReported),
        ("expired, by a status that came late", said("EXPIRED"), D::AnsweredReported),
    ] {
        expect(
            what,
            &ready(&[&answered[..], &[(6, later)]].concat()),
            &[(6, delivery), (100, delivery)],
        );
    }
    expect("a report alone", &[(1, reported("done"))], &[(1, D::AnsweredReported)]);
    expect("Empego alone", &[(1, said("DONE"))], &[(1, D::AnsweredConfirmed)]);
    for no_answer in ["UNANSWERED", "PLANNED", "CANCELLED", "EXPIRED", "ARCHIVED", ""] {
        expect(no_answer, &ready(&[(5, reported(no_answer))]), &[(5, D::LinkReady)]);
    }
    let other = Event::OtherMessage { operation: "update".to_owned(), status: "DONE".to_owned() };
    expect("another message is no report", &ready(&[(5, other)]), &[(5, D::LinkReady)]);
    expect(
        "an undocumented status is no answer",
        &ready(&[(5, said("POSTPONED"))]),
        &[(5, D::LinkReady)],
    );
}

#[test]
fn the_expiry_of_a_link_changes() {
    let moved = |at: i64, generation: u32, expires_at: Option<i64>| {
        (at, Event::ExpirySet { generation, expires_at, change: 0 })
    };
    expect(
        "extended",
        &ready(&[moved(50, 1, Some(300))]),
        &[(100, D::LinkReady), (299, D::LinkReady), (300, D::Expired)],
    );
    expect(
        "extended after its expiry",
        &ready(&[moved(150, 1, Some(300))]),
        &[(150, D::LinkReady), (300, D::Expired)],
    );
    expect(
        "expiry removed after it",
        &ready(&[moved(150, 1, None)]),
        &[(150, D::LinkReady), (i64::MAX - 1, D::LinkReady)],
    );
    expect(
        "of an older link",
        &ready(&[(50, issued(2, Some(80))), moved(60, 1, None)]),
        &[(79, D::LinkReady), (80, D::Expired)],
    );
    expect("of a revoked link", &ready(&[(5, revoked(1)), moved(6, 1, None)]), &[(7, D::Revoked)]);
}

#[test]
fn six_wrong_dates_lock_until_staff_unlock() {
    let wrong = |generation: u32, number: u32| {
        (10, Event::WrongBirthDate { generation, number, tried: generation * 6 + number })
    };
    let gate = |then: &[Timed]| state(&ready(then)).gate;
    let on = (3, Event::GateSet { on: true, change: 0 });
    assert!(!gate(&[]).is_on());
    let five: Vec<Timed> =
        std::iter::once(on.clone()).chain((1..=5).map(|number| wrong(0, number))).collect();
    assert_eq!(
        (gate(&five).attempts_left(), gate(&five).is_locked(), gate(&five).tried),
        (1, false, 5)
    );
    let six = [&five[..], &[wrong(0, 6)]].concat();
    assert_eq!((gate(&six).attempts_left(), gate(&six).is_locked()), (0, true));
    let off = [&six[..], &[(11, Event::GateSet { on: false, change: 0 })]].concat();
    assert!(!gate(&off).is_locked(), "a gate that is off does not lock");
    let unlocked = [&six[..], &[(12, Event::GateUnlocked { generation: 1 })]].concat();
    assert_eq!((gate(&unlocked).attempts_left(), gate(&unlocked).generation()), (6, 1));
    let late = [&unlocked[..], &[wrong(0, 6)]].concat();
    assert!(!gate(&late).is_locked(), "a late repetition counts for its own generation");
    let again: Vec<Timed> =
        unlocked.iter().cloned().chain((1..=6).map(|number| wrong(1, number))).collect();
    assert!(gate(&again).is_locked());
    assert_eq!(
        gate(&[&again[..], &[(13, Event::GateUnlocked { generation: 2 })]].concat())
            .attempts_left(),
        6
    );
}

#[test]
fn cancelled_here_or_there() {
    expect("here", &ready(&[(5, cancelled(1))]), &[(5, D::Cancelled), (100, D::Cancelled)]);
    expect("there", &ready(&[(5, said("CANCELLED"))]), &[(5, D::Cancelled), (100, D::Cancelled)]);
    expect(
        "before it was created",
        &[(1, Event::CreateRequested), (2, cancelled(1))],
        &[(2, D::Cancelled)],
    );
    expect(
        "after the answer",
        &ready(&[(5, said("DONE")), (6, said("CANCELLED"))]),
        &[(6, D::AnsweredConfirmed)],
    );
}

#[test]
fn the_furthest_status_is_shown() {
    let shown = |events: &[(i64, &str)]| {
        let events: Vec<Timed> = events.iter().map(|(at, id)| (*at, said(id))).collect();
        state(&events).status().map(|status| status.id.as_str().to_owned())
    };
    assert_eq!(shown(&[]), None);
    for (events, expected) in [
        (&[(1, "UNANSWERED"), (2, "TO_BE_ANALYZED")][..], "TO_BE_ANALYZED"),
        (&[(1, "DONE"), (2, "TO_BE_ANALYZED")], "DONE"),
        (&[(1, "ARCHIVED"), (2, "CANCELLED"), (3, "DONE")], "CANCELLED"),
        (&[(1, "Half_Done")], "Half_Done"),
        (&[(1, "IN_PROGRESS"), (2, "Half_Done")], "Half_Done"),
        (&[(1, "IN_PROGRESS"), (2, "Half_Done"), (3, "DONE")], "DONE"),
        (&[(2, "IN_PROGRESS"), (1, "Half_Done")], "IN_PROGRESS"),
        (&[(1, "Half_Done"), (1, "PLANNED")], "PLANNED"),
        (&[(1, "Half_Done"), (2, "EXPIRED")], "EXPIRED"),
    ] {
        assert_eq!(shown(events).as_deref(), Some(expected), "{events:?}");
    }
}

#[test]
fn what_a_delivery_means() {
    for (delivery, open, answered) in [
        (D::Creating, false, false),
        (D::CreateFailed, false, false),
        (D::OutcomeUnknown, false, false),
        (D::LinkReady, true, false),
        (D::Opened, true, false),
        (D::Started, true, false),
        (D::AnsweredReported, false, true),
        (D::AnsweredConfirmed, false, true),
        (D::Expired, false, false),
        (D::ExpiredAtEmpego, false, false),
        (D::Revoked, false, false),
        (D::Cancelled, false, false),
    ] {
        assert_eq!((delivery.is_open(), delivery.is_answered()), (open, answered), "{delivery:?}");
    }
}
