//! The calls of the store that are timed.

use super::fill::{self, SECRET, SITE};
use empego_desk::model::client::Client;
use empego_desk::model::health_number::IdentifierType;
use empego_desk::model::ids::{ConsultationId, EmpegoKey, PatientId, RequestId, SiteId, StaffId};
use empego_desk::model::lifecycle::Event;
use empego_desk::model::patient::Identifier;
use empego_desk::model::role::Roles;
use empego_desk::model::status::EmpegoStatus;
use empego_desk::model::timeline::{Entry, Source};
use empego_desk::secrets::{Secrets, sha256};
use empego_desk::store::{
    Addition, BoardQuery, BoardStatus, EventSubject, NewConsultation, NewLink, PatientDraft,
    PatientRef, QueueEvent, Record, Store,
};
use std::time::Instant;

/// How often each call is made, after a tenth as many that are not timed.
const CALLS: usize = 300;
/// Rows of a page of the board.
const PAGE: u32 = 50;
const EVENTS: usize = 20_480;
/// As many as the subscription takes together.
const BATCH: usize = 512;
/// How many consultations they are about.
const ABOUT: usize = 2_000;
const NOW: i64 = 1_790_000_000_000;

/// The times of a call, in milliseconds.
#[derive(Debug)]
pub struct Call {
    pub median: f64,
    pub p99: f64,
}

impl Call {
    fn of(mut times: Vec<f64>) -> Self {
        times.sort_unstable_by(f64::total_cmp);
        let at = |part: usize| times[times.len() * part / 100];
        Self { median: at(50), p99: at(99) }
    }
}

/// What an engine takes at a size.
#[derive(Debug, Default)]
pub struct Measured {
    /// In the order of [`Self::CALLS`].
    pub calls: Vec<Call>,
    pub events: f64,
    /// The size of the database.
    pub bytes: f64,
}

impl Measured {
    pub const CALLS: [&str; 7] = [
        "board, first page",
        "board, filtered",
        "board, deep page",
        "search of a number",
        "search of a name that many have",
        "create (two transactions)",
        "start (link opened, then started)",
    ];
}

fn query(status: Option<BoardStatus>, search: Option<&str>) -> BoardQuery {
    BoardQuery {
        site: SiteId::from(SITE),
        search: search.map(str::to_owned),
        status,
        before: None,
        now: NOW,
        discrepancy_before: NOW,
        limit: PAGE,
    }
}

/// The pages of the board.
pub async fn reads(store: &dyn Store, count: usize) -> Measured {
    let mut measured = Measured::default();
    let deep = BoardQuery { before: Some(fill::id(count / 2)), ..query(None, None) };
    let last = format!("F{}", count / 5 - 1);
    for query in [
        query(None, None),
        query(Some(BoardStatus::Answered), None),
        deep,
        query(None, Some(&last)),
        query(None, Some("tremblay")),
    ] {
        let mut times = Vec::new();
        for number in 0..CALLS + CALLS / 10 {
            let began = Instant::now();
            let rows = store.board(&query).await.expect("it answers");
            let took = milliseconds(began);
            assert!(!rows.is_empty(), "{query:?}");
            if number >= CALLS / 10 {
                times.push(took);
            }
        }
        measured.calls.push(Call::of(times));
    }
    measured
}

/// What staff, patients and Empego's queue write. `count` tells the runs apart.
pub async fn writes(store: &dyn Store, count: usize, measured: &mut Measured) {
    let secrets = Secrets::new(SECRET.as_bytes(), None);
    let staff = store.staff_by_email(super::EMAIL).await.expect("it answers").expect("a nurse").id;
    let site = SiteId::from(SITE);
    let (mut create, mut start, mut keys) = (Vec::new(), Vec::new(), Vec::new());
    for number in 0..CALLS {
        let begin = new(number, count, &staff);
        let key = EmpegoKey(format!("new-{count}-{number}"));
        let token = secrets.link_token(&begin.id, 1);
        let link = NewLink { generation: 1, token_hash: sha256(&token) };
        let addition = Addition {
            entries: vec![
                entry(Source::Empego, "created", Event::Created),
                entry(
                    Source::Desk,
                    "link:1",
                    Event::LinkIssued { generation: 1, expires_at: None },
                ),
            ],
            empego_key: Some(key.clone()),
            link: Some(link),
            log: vec![log(&begin)],
            ..Addition::default()
        };
        let began = Instant::now();
        store.begin(&begin).await.expect("it begins");
        store.add(&site, &begin.id, &addition).await.expect("it is added");
        create.push(milliseconds(began));

        let began = Instant::now();
        for (name, event) in [("opened", Event::Opened), ("started", Event::Started)] {
            let (found, _) =
                store.by_link(&sha256(&token)).await.expect("it answers").expect("a link");
            let entries = vec![entry(Source::Browser, name, event)];
            let addition = Addition { entries, log: vec![log(&begin)], ..Addition::default() };
            store.add(&site, &found.id, &addition).await.expect("it is added");
        }
        start.push(milliseconds(began));
        keys.push(key);
    }
    measured.calls.extend([Call::of(create), Call::of(start)]);
    keys.extend((0..ABOUT).map(|number| EmpegoKey(format!("empego-{}", number % count))));
    let batches: Vec<Vec<QueueEvent>> = (0..EVENTS)
        .collect::<Vec<_>>()
        .chunks(BATCH)
        .map(|chunk| chunk.iter().map(|number| heard(*number, count, &keys)).collect())
        .collect();
    let began = Instant::now();
    for batch in &batches {
        store.record_events(batch).await.expect("it hears");
    }
    #[expect(clippy::cast_precision_loss, reason = "a rate is a float")]
    let events = EVENTS as f64 / began.elapsed().as_secs_f64();
    measured.events = events;
}

fn milliseconds(began: Instant) -> f64 {
    began.elapsed().as_secs_f64() * 1e3
}

fn entry(source: Source, id: &str, event: Event) -> Entry {
    Entry { source, source_event_id: id.to_owned(), at: NOW, event, actor: None }
}

fn log(begin: &NewConsultation) -> Record {
    Record {
        at: NOW,
        site: Some(begin.site.clone()),
        staff: Some(begin.staff.clone()),
        name: "Nurse".to_owned(),
        roles: Roles::all(),
        action: empego_desk::model::audit::Action::Created,
        consultation: Some(begin.id.clone()),
        patients: Vec::new(),
        detail: String::new(),
        client: Client::default(),
    }
}

/// A new patient's consultation. Its id is after those of the filling.
fn new(number: usize, count: usize, staff: &StaffId) -> NewConsultation {
    NewConsultation {
        id: ConsultationId(format!("0190b5f1-0000-7000-8000-{count:06x}{number:06x}")),
        site: SiteId::from(SITE),
        request_id: RequestId(format!("new-{count}-{number}")),
        sent: None,
        patient: PatientRef::Typed(PatientDraft {
            id: PatientId(format!("new-{count}-{number}")),
            first_name: "Ada".to_owned(),
            last_name: format!("Lovelace {number}"),
            date_of_birth: Some("1954-12-28".to_owned()),
            language: None,
            identifiers: vec![Identifier {
                kind: IdentifierType::FileNumber,
                key: format!("N{count}-{number}"),
            }],
        }),
        follow_up: None,
        reason: None,
        at: NOW,
        staff: staff.clone(),
        entry: entry(Source::Staff, "create:1", Event::CreateRequested),
        seen: None,
        log: Vec::new(),
    }
}

fn heard(number: usize, count: usize, keys: &[EmpegoKey]) -> QueueEvent {
    let statuses = ["UNANSWERED", "TO_BE_ANALYZED", "IN_PROGRESS", "DONE"];
    QueueEvent {
        event_id: format!("event-{count}-{number}"),
        event_type: "CONSULTATION_UPDATED".to_owned(),
        at: NOW,
        received_at: NOW,
        about: Some(EventSubject {
            key: keys[number % keys.len()].clone(),
            metadata: None,
            status: Some(EmpegoStatus::bare(statuses[number * statuses.len() / EVENTS])),
            answered_at: None,
            details: None,
        }),
        body: None,
    }
}
