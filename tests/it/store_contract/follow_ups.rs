use super::retention::purge_of;
use super::samples::{
    Dice, NOON, begin_with, begun, entry, file_number, issued, number_of, of_entries, patient,
    query, said, site_of,
};
use empego_desk::model::follow_up::{FollowUp, Stage};
use empego_desk::model::ids::{ConsultationId, SiteId};
use empego_desk::model::lifecycle::Event;
use empego_desk::model::status::StatusId;
use empego_desk::model::timeline::Source;
use empego_desk::store::{
    FollowUpQuery, FollowUpView, NewConsultation, PatientRef, Store, StoreError,
};
use std::sync::Arc;

const TODAY: &str = "2026-11-26";

fn follow_up(due_on: &str) -> FollowUp {
    FollowUp {
        due_on: due_on.to_owned(),
        reason: "Blood pressure".to_owned(),
        place: None,
        follows: None,
        series: None,
    }
}

/// The follow-up of that number, for that day.
fn planned(number: u32, due_on: &str) -> NewConsultation {
    let patient = patient(number, "Ada", "Lovelace", &[file_number(&format!("F-{number:06}"))]);
    NewConsultation { follow_up: Some(follow_up(due_on)), ..begin_with(number, patient) }
}

fn list(view: FollowUpView, limit: u32) -> FollowUpQuery {
    FollowUpQuery {
        site: site_of(1).id,
        view,
        search: None,
        today: TODAY.to_owned(),
        after: None,
        limit,
    }
}

/// All rows of a query, page by page: their days and numbers.
async fn walk(store: &dyn Store, mut query: FollowUpQuery) -> Vec<(String, u32)> {
    let mut found = Vec::new();
    loop {
        let rows = store.follow_ups(&query).await.expect("it answers");
        found.extend(rows.iter().map(|row| (row.follow_up.due_on.clone(), number_of(&row.row.id))));
        match rows.last() {
            Some(last) if rows.len() == query.limit as usize => {
                query.after = Some((last.follow_up.due_on.clone(), last.row.id.clone()))
            }
            _ => return found,
        }
    }
}

pub async fn a_follow_up_is_kept_whole_and_on_no_board(store: Arc<dyn Store>) {
    let first = begun(&*store, &begin_with(1, patient(1, "Ada", "Lovelace", &[]))).await;
    let whole = FollowUp {
        place: Some((2, 6)),
        follows: Some(first.id.clone()),
        ..follow_up("2026-12-01")
    };
    let begin = NewConsultation {
        patient: PatientRef::SameAs(first.id.clone()),
        follow_up: Some(whole.clone()),
        ..planned(2, TODAY)
    };
    let kept = begun(&*store, &begin).await;
    assert_eq!(
        (kept.follow_up.as_ref(), &kept.patient),
        (Some(&whole), &first.patient),
        "of the same patient, without any identifier"
    );
    assert_eq!(first.follow_up, None);
    let board = store.board(&query(None, None, 10)).await.expect("it answers");
    assert_eq!(board.iter().map(|row| number_of(&row.id)).collect::<Vec<_>>(), [1]);
    let of = store.follow_ups_of(&site_of(1).id, &first.id).await.expect("it answers");
    assert_eq!(
        of.iter().map(|row| (&row.row.id, &row.follow_up)).collect::<Vec<_>>(),
        [(&kept.id, &whole)]
    );
    assert_eq!(
        store.follow_ups_of(&SiteId::from("site-2"), &first.id).await.expect("it answers"),
        []
    );

    let nobodys = NewConsultation {
        patient: PatientRef::SameAs(ConsultationId::from("nobody's")),
        ..planned(3, TODAY)
    };
    assert!(matches!(store.begin(&nobodys).await, Err(StoreError::NotFound)));
    store.add_site(&site_of(2)).await.expect("it is added");
    let elsewhere = NewConsultation {
        site: site_of(2).id,
        ..NewConsultation { patient: PatientRef::SameAs(first.id), ..planned(4, TODAY) }
    };
    assert!(
        matches!(store.begin(&elsewhere).await, Err(StoreError::NotFound)),
        "another site's patient is nobody's"
    );
}

pub async fn every_view_says_what_the_stage_says(store: Arc<dyn Store>) {
    let mut dice = Dice(7);
    let days = ["2026-11-24", "2026-11-25", TODAY, "2026-11-27", "2027-01-05"];
    for number in 0..120 {
        let id = begun(&*store, &planned(number, days[dice.below(5) as usize])).await.id;
        let mut entries = vec![
            entry(Source::Empego, "created", NOON, Event::Created),
            issued(1, NOON, Some(NOON + 5)),
        ];
        match dice.below(11) {
            0 => entries.clear(),
            1 => entries.push(entry(
                Source::Browser,
                "reported",
                NOON,
                Event::Reported { status: StatusId::ToBeAnalyzed },
            )),
            2 => entries.push(said("e", NOON, "IN_PROGRESS")),
            3 => entries.push(said("e", NOON, "DONE")),
            4 => entries.push(said("e", NOON, "ARCHIVED")),
            5 => entries.push(said("e", NOON, "CANCELLED")),
            6 => entries.push(entry(Source::Staff, "cancel", NOON, super::samples::cancelled())),
            8 => entries.push(said("e", NOON, "EXPIRED")),
            9 => entries.extend([
                entry(Source::Empego, "answered", NOON, Event::Answered),
                said("e", NOON, "ARCHIVED"),
            ]),
            7 => entries.extend([said("e", NOON, "DONE"), said("f", NOON + 1, "CANCELLED")]),
            _ => entries.push(said("e", NOON, "PLANNED")),
        }
        store.add(&site_of(1).id, &id, &of_entries(entries)).await.expect("it is added");
    }
    // One that Empego called done after it was called off here.
    let id = begun(&*store, &planned(120, TODAY)).await.id;
    let both = [
        entry(Source::Staff, "cancel", NOON, super::samples::cancelled()),
        said("e", NOON, "UNANSWERED"),
    ];
    store.add(&site_of(1).id, &id, &of_entries(both)).await.expect("it is added");

    let all = walk(&*store, list(FollowUpView::All, 7)).await;
    assert_eq!(all.len(), 121);
    assert!(all.is_sorted_by(|one, next| one > next), "the latest first, each once: {all:?}");
    let mut stages = Vec::new();
    for (due_on, number) in &all {
        let id = ConsultationId(format!("consultation-{number:06}"));
        let state = store
            .consultation(&site_of(1).id, &id)
            .await
            .expect("it answers")
            .expect("it is there")
            .state;
        stages.push((Stage::of(&state, due_on, TODAY), (due_on.clone(), *number)));
    }
    for stage in Stage::ALL {
        let latest_first = matches!(stage, Stage::Done | Stage::Cancelled);
        let mut expected: Vec<_> =
            stages.iter().filter(|(at, _)| *at == stage).map(|(_, row)| row.clone()).collect();
        assert!(!expected.is_empty(), "{stage:?} was tried");
        if !latest_first {
            expected.reverse();
        }
        assert_eq!(walk(&*store, list(FollowUpView::At(stage), 4)).await, expected, "{stage:?}");
    }
    let mut open: Vec<_> = stages
        .iter()
        .filter(|(at, _)| !matches!(at, Stage::Done | Stage::Cancelled))
        .map(|(_, row)| row.clone())
        .collect();
    open.reverse();
    assert_eq!(walk(&*store, list(FollowUpView::Open, 5)).await, open);

    let week = store
        .follow_ups_between(&site_of(1).id, "2026-11-25", "2026-11-27", 1_000)
        .await
        .expect("it answers");
    let expected =
        all.iter().filter(|(day, _)| ("2026-11-25"..="2026-11-27").contains(&day.as_str())).count();
    assert_eq!(week.len(), expected);
    assert!(week.is_sorted_by_key(|row| (row.follow_up.due_on.clone(), row.row.id.clone())));
    assert_eq!(
        store
            .follow_ups_between(&site_of(1).id, "2026-11-25", "2026-11-27", 3)
            .await
            .expect("it answers")
            .len(),
        3
    );
}

pub async fn a_search_finds_follow_ups_by_their_patient(store: Arc<dyn Store>) {
    begun(
        &*store,
        &NewConsultation {
            patient: PatientRef::Typed(patient(1, "Zoé", "Tremblay", &[])),
            ..planned(1, TODAY)
        },
    )
    .await;
    begun(&*store, &planned(2, TODAY)).await;
    begun(&*store, &begin_with(3, patient(3, "Zoé", "Gagnon", &[]))).await;
    for view in [FollowUpView::Open, FollowUpView::All, FollowUpView::At(Stage::Due)] {
        let found =
            walk(&*store, FollowUpQuery { search: Some("zoe".to_owned()), ..list(view, 10) }).await;
        assert_eq!(found, [(TODAY.to_owned(), 1)], "{view:?}");
    }
    assert_eq!(
        walk(
            &*store,
            FollowUpQuery { site: SiteId::from("site-2"), ..list(FollowUpView::All, 10) }
        )
        .await,
        []
    );
}

pub async fn a_follow_up_stays_until_its_day_is_over(store: Arc<dyn Store>) {
    let first = begun(&*store, &begin_with(1, patient(1, "Ada", "Lovelace", &[]))).await;
    let follow_up = FollowUp { follows: Some(first.id.clone()), ..follow_up("2027-03-01") };
    let planned =
        begun(&*store, &NewConsultation { follow_up: Some(follow_up), ..planned(2, TODAY) }).await;
    let purge = |before| purge_of(&site_of(1).id, before, 10);
    // At noon of its day, and of the day after.
    let (before, after) = (1_803_902_400_000, 1_803_988_800_000);
    assert_eq!(
        store.purge(&purge(before)).await.expect("it purges").consultations,
        1,
        "the one that it follows"
    );
    let kept = store
        .consultation(&site_of(1).id, &planned.id)
        .await
        .expect("it answers")
        .expect("it is there");
    assert_eq!(kept.follow_up.expect("a follow-up").follows, None, "what it followed is gone");
    assert_eq!(store.purge(&purge(after)).await.expect("it purges").consultations, 1);
}
