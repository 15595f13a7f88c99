use super::samples::{
    CONFIRM_AFTER, Dice, NOON, begin, begin_with, begun, entry, file_number, issued, number_of,
    of_entries, patient, quebec, query, said, site_of, staff_of, walk,
};
use empego_desk::model::consultation::BoardRow;
use empego_desk::model::lifecycle::{CREATING_MS, Delivery, Discrepancy, Event, State};
use empego_desk::model::status::StatusId;
use empego_desk::model::timeline::{Entry, Source};
use empego_desk::store::{BoardQuery, BoardStatus, Store};
use std::sync::Arc;

pub async fn rows_say_what_the_consultation_says(store: Arc<dyn Store>) {
    begun(
        &*store,
        &begin_with(
            1,
            patient(1, "Zoé", "Tremblay", &[quebec("TREZ54122816"), file_number("a:b")]),
        ),
    )
    .await;
    begun(&*store, &begin_with(2, patient(2, "No", "Number", &[]))).await;
    begun(&*store, &begin_with(3, patient(3, "Odd", "Number", &[file_number("a:b:c")]))).await;
    let rows = store.board(&query(None, None, 10)).await.expect("it answers");
    assert_eq!(
        rows.iter().map(|row| number_of(&row.id)).collect::<Vec<_>>(),
        [3, 2, 1],
        "newest first"
    );
    for row in &rows {
        let consultation = store
            .consultation(&site_of(1).id, &row.id)
            .await
            .expect("it answers")
            .expect("it is there");
        let expected = BoardRow {
            id: consultation.id,
            patient: consultation.patient.id,
            first_name: consultation.patient.first_name,
            last_name: consultation.patient.last_name,
            date_of_birth: consultation.patient.date_of_birth,
            identifier: consultation.patient.identifiers.first().cloned(),
            state: consultation.state,
            created_at: consultation.created_at,
            reason: consultation.reason,
            created_by: consultation.created_by,
        };
        assert_eq!(*row, expected);
    }
    assert_eq!(store.board(&query(None, None, 0)).await.expect("it answers"), []);
}

/// What each filter means, said once more in the model's words.
fn fits(status: BoardStatus, state: &State, now: i64) -> bool {
    let delivery = state.delivery(now);
    let empego = |id: StatusId| state.status().is_some_and(|status| status.id == id);
    match status {
        BoardStatus::NotCreated => matches!(
            delivery,
            Delivery::Creating
                | Delivery::CreateFailed
                | Delivery::OutcomeUnknown
                | Delivery::KeyUnread
        ),
        BoardStatus::LinkReady => delivery == Delivery::LinkReady,
        BoardStatus::Opened => delivery == Delivery::Opened,
        BoardStatus::Started => delivery == Delivery::Started,
        BoardStatus::Answered => delivery.is_answered(),
        BoardStatus::Unconfirmed => {
            state.discrepancy(now, CONFIRM_AFTER) == Some(Discrepancy::Unconfirmed)
        }
        BoardStatus::Unreported => {
            state.discrepancy(now, CONFIRM_AFTER) == Some(Discrepancy::Unreported)
        }
        BoardStatus::ToBeAnalyzed => empego(StatusId::ToBeAnalyzed),
        BoardStatus::InProgress => empego(StatusId::InProgress),
        BoardStatus::Done => empego(StatusId::Done),
        BoardStatus::Expired => delivery == Delivery::Expired,
        BoardStatus::ExpiredAtEmpego => delivery == Delivery::ExpiredAtEmpego,
        BoardStatus::Revoked => delivery == Delivery::Revoked,
        BoardStatus::Cancelled => delivery == Delivery::Cancelled,
    }
}

fn any_event(dice: &mut Dice, at: i64) -> Event {
    let generation = dice.below(3) + 1;
    match dice.below(15) {
        13 => Event::CreateUnread,
        0 => Event::CreateFailed { reason: "busy".to_owned() },
        1 => Event::CreateUnknown,
        2 | 3 => {
            let ends = [
                None,
                Some(at + 1_000),
                Some(at + 10_000_000),
                Some(i64::MIN),
                Some(i64::MAX),
                Some(0),
            ];
            Event::LinkIssued { generation, expires_at: ends[dice.below(6) as usize] }
        }
        4 => Event::LinkRevoked { generation, change: 1 },
        5 | 6 => Event::Opened,
        7 => Event::Started,
        8 => Event::Reported { status: StatusId::ToBeAnalyzed },
        9 | 10 => {
            let ids = [
                "UNANSWERED",
                "TO_BE_ANALYZED",
                "IN_PROGRESS",
                "DONE",
                "ARCHIVED",
                "CANCELLED",
                "EXPIRED",
                "Half_Done",
                "done",
            ];
            said("", at, ids[dice.below(9) as usize]).event
        }
        11 => super::samples::cancelled(),
        12 => Event::Answered,
        _ => Event::OtherMessage { operation: "sync".to_owned(), status: String::new() },
    }
}

pub async fn every_filter_says_what_the_state_says(store: Arc<dyn Store>) {
    let mut dice = Dice(1);
    let mut states = Vec::new();
    for number in 0..300 {
        let id = begun(&*store, &begin(number)).await.id;
        let mut entries: Vec<Entry> = Vec::new();
        if dice.below(5) > 0 {
            entries.extend([
                entry(Source::Empego, "created", NOON + 5, Event::Created),
                issued(1, NOON + 6, Some(NOON + 50_000)),
            ]);
        }
        for event in 0..dice.below(6) {
            let at = NOON + i64::from(dice.below(100_000));
            entries.push(entry(
                Source::Desk,
                &format!("any-{event}"),
                at,
                any_event(&mut dice, at),
            ));
        }
        states.push((
            number,
            store
                .add(&site_of(1).id, &id, &of_entries(entries))
                .await
                .expect("it is added")
                .consultation
                .state,
        ));
    }
    states.reverse();
    let mut seen = 0;
    for now in [
        i64::MIN,
        0,
        NOON,
        NOON + 49_999,
        NOON + 50_000,
        NOON + CREATING_MS + 1_000,
        NOON + 1_000_000_000,
        i64::MAX,
    ] {
        for status in BoardStatus::ALL {
            let expected: Vec<u32> = states
                .iter()
                .filter(|(_, state)| fits(status, state, now))
                .map(|(number, _)| *number)
                .collect();
            let found = walk(
                &*store,
                BoardQuery {
                    now,
                    discrepancy_before: now.saturating_sub(CONFIRM_AFTER),
                    ..query(Some(status), None, 37)
                },
            )
            .await;
            assert_eq!(found, expected, "{status:?} at {now}");
            seen |= u32::from(!expected.is_empty()) << status as u32;
        }
    }
    assert_eq!(
        seen.count_ones() as usize,
        BoardStatus::ALL.len(),
        "every filter was tried on rows that it keeps"
    );
}

pub async fn pages_hold_every_row_once_while_rows_arrive(store: Arc<dyn Store>) {
    for number in 0..60 {
        begun(&*store, &begin(number)).await;
    }
    let writer = tokio::spawn({
        let store = store.clone();
        async move {
            for number in 60..100 {
                store.begin(&begin(number)).await.expect("it is recorded");
            }
        }
    });
    let numbers = walk(&*store, query(None, None, 7)).await;
    writer.await.expect("no panic");
    assert!(numbers.is_sorted_by(|one, next| one > next), "newest first, none twice: {numbers:?}");
    assert!((0..60).all(|number| numbers.contains(&number)), "none is missing: {numbers:?}");
    assert_eq!(walk(&*store, query(None, None, 100)).await.len(), 100);
}

pub async fn a_new_number_shows_on_every_row(store: Arc<dyn Store>) {
    begun(&*store, &begin_with(1, patient(1, "Ada", "Byron", &[file_number("1")]))).await;
    begun(
        &*store,
        &begin_with(2, patient(2, "Ada", "Lovelace", &[file_number("2"), file_number("1")])),
    )
    .await;
    for row in store.board(&query(None, None, 10)).await.expect("it answers") {
        assert_eq!((row.last_name.as_str(), row.identifier), ("Byron", Some(file_number("2"))));
        assert_eq!(row.created_by, staff_of(1).name);
    }
}
