//! Records to test with.

use empego_desk::model::client::Client;
use empego_desk::model::consultation::Consultation;
use empego_desk::model::health_number::IdentifierType;
use empego_desk::model::ids::{ConsultationId, PatientId, RequestId, SiteId, StaffId};
use empego_desk::model::lifecycle::Event;
use empego_desk::model::patient::Identifier;
use empego_desk::model::role::Roles;
use empego_desk::model::site::{LinkRules, Site};
use empego_desk::model::status::EmpegoStatus;
use empego_desk::model::timeline::{Entry, Source};
use empego_desk::store::{
    Addition, Begun, BoardQuery, BoardStatus, NewConsultation, NewLink, PatientDraft, PatientRef,
    Session, Staff, Store,
};

/// 2026-11-23, in milliseconds.
pub const NOON: i64 = 1_795_435_200_000;

pub fn site_of(number: u32) -> Site {
    Site {
        id: SiteId(format!("site-{number}")),
        name: format!("Site {number}"),
        public_name_en: format!("Clinic {number}"),
        public_name_fr: format!("Clinique {number}"),
        tenant_key: None,
        rules: LinkRules { ttl_ms: None, birth_date_gate: false },
        retention_ms: None,
        keep_exports: false,
        accent: None,
        time_zone: None,
        default_identifier: IdentifierType::Qc,
        reasons: Vec::new(),
        default_reason: String::new(),
        created_at: NOON,
    }
}

/// Adds the account, with every role at the first site.
pub async fn enrol(store: &dyn Store, staff: &Staff) {
    let roles = [(site_of(1).id, Roles::all())];
    store.add_staff(staff, &roles, None, &[]).await.expect("it is added");
}

pub fn staff_of(number: u32) -> Staff {
    Staff {
        id: StaffId(format!("staff-{number}")),
        email: format!("nurse{number}@example.org"),
        name: format!("Nurse {number}"),
        password_hash: "$argon2id$old".to_owned(),
        created_at: NOON,
        disabled_at: None,
        licence: None,
    }
}

pub fn session_of(staff: &Staff, token: u8) -> Session {
    let client = Client { address: "203.0.113.5".to_owned(), device: format!("Browser {token}") };
    Session {
        token_hash: vec![token; 32],
        staff_id: staff.id.clone(),
        site: site_of(1).id,
        created_at: NOON,
        seen_at: NOON,
        client,
    }
}

pub fn file_number(key: &str) -> Identifier {
    Identifier { kind: IdentifierType::FileNumber, key: key.to_owned() }
}

pub fn quebec(key: &str) -> Identifier {
    Identifier { kind: IdentifierType::Qc, key: key.to_owned() }
}

pub fn patient(
    number: u32,
    first_name: &str,
    last_name: &str,
    identifiers: &[Identifier],
) -> PatientDraft {
    PatientDraft {
        id: PatientId(format!("patient-{number:06}")),
        first_name: first_name.to_owned(),
        last_name: last_name.to_owned(),
        date_of_birth: Some("1954-12-28".to_owned()),
        language: None,
        identifiers: identifiers.to_vec(),
    }
}

pub fn entry(source: Source, id: &str, at: i64, event: Event) -> Entry {
    Entry { source, source_event_id: id.to_owned(), at, event, actor: None }
}

/// The consultation of that number; a higher number sorts later. `staff_of(1)` presses.
pub fn begin_with(number: u32, patient: PatientDraft) -> NewConsultation {
    let at = NOON + i64::from(number);
    let mut requested = entry(Source::Staff, "create", at, Event::CreateRequested);
    requested.actor = Some("Nurse 1".to_owned());
    NewConsultation {
        id: ConsultationId(format!("consultation-{number:06}")),
        site: site_of(1).id,
        request_id: RequestId(format!("request-{number:06}")),
        sent: None,
        patient: PatientRef::Typed(patient),
        follow_up: None,
        reason: None,
        at,
        staff: staff_of(1).id,
        entry: requested,
        seen: None,
        log: Vec::new(),
    }
}

/// The patient whom somebody typed for it.
pub fn draft(begin: &NewConsultation) -> &PatientDraft {
    match &begin.patient {
        PatientRef::Typed(draft) | PatientRef::Chosen(_, draft) => draft,
        PatientRef::SameAs(other) => panic!("nobody was typed: the patient is that of {other}"),
    }
}

/// As [`begin_with`], for a patient of its own.
pub fn begin(number: u32) -> NewConsultation {
    begin_with(
        number,
        patient(number, "Ada", "Lovelace", &[file_number(&format!("F-{number:06}"))]),
    )
}

/// Records it; it must be new.
pub async fn begun(store: &dyn Store, begin: &NewConsultation) -> Consultation {
    if store.site(&site_of(1).id).await.expect("it answers").is_none() {
        store.add_site(&site_of(1)).await.expect("it is added");
    }
    if store.staff_by_email(&staff_of(1).email).await.expect("it answers").is_none() {
        store.add_staff(&staff_of(1), &[], None, &[]).await.expect("it is added");
    }
    match store.begin(begin).await.expect("it is recorded") {
        Begun::New(consultation) => consultation,
        Begun::Repeated(_) => panic!("it was there before"),
        Begun::Unseen(unseen) => panic!("it was not seen: {unseen:?}"),
    }
}

/// The first link of the consultation of that number: another one for each.
pub fn link_of(number: u32) -> NewLink {
    let token_hash = [number.to_be_bytes(); 8].concat();
    NewLink { generation: 1, token_hash }
}

pub fn of_entries(entries: impl IntoIterator<Item = Entry>) -> Addition {
    Addition { entries: entries.into_iter().collect(), ..Addition::default() }
}

pub fn link(generation: u32, hash: u8) -> NewLink {
    NewLink { generation, token_hash: vec![hash; 32] }
}

pub fn issued(generation: u32, at: i64, expires_at: Option<i64>) -> Entry {
    entry(
        Source::Desk,
        &format!("link-{generation}"),
        at,
        Event::LinkIssued { generation, expires_at },
    )
}

pub fn said(id: &str, at: i64, status: &str) -> Entry {
    entry(Source::Empego, id, at, Event::Status { status: EmpegoStatus::bare(status) })
}

pub fn cancelled() -> Event {
    Event::Cancelled { reason: None, note: String::new(), change: 1 }
}

/// How long one of the two sources may be silent, in milliseconds.
pub const CONFIRM_AFTER: i64 = 30_000;

pub fn query(status: Option<BoardStatus>, search: Option<&str>, limit: u32) -> BoardQuery {
    BoardQuery {
        site: site_of(1).id,
        search: search.map(str::to_owned),
        status,
        before: None,
        now: NOON,
        discrepancy_before: NOON - CONFIRM_AFTER,
        limit,
    }
}

/// All rows of a query, page by page, as their numbers.
pub async fn walk(store: &dyn Store, mut query: BoardQuery) -> Vec<u32> {
    let mut numbers = Vec::new();
    loop {
        let rows = store.board(&query).await.expect("it answers");
        assert!(rows.len() <= query.limit as usize, "no more than asked for");
        numbers.extend(rows.iter().map(|row| number_of(&row.id)));
        match rows.last() {
            Some(last) if rows.len() == query.limit as usize => {
                query.before = Some(last.id.clone())
            }
            _ => return numbers,
        }
    }
}

pub fn number_of(id: &ConsultationId) -> u32 {
    id.0.rsplit('-').next().and_then(|number| number.parse().ok()).expect("an id of `begin_with`")
}

/// Numbers that look random and are the same every time.
pub struct Dice(pub u64);

impl Dice {
    pub fn below(&mut self, end: u32) -> u32 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        u32::try_from((self.0 >> 33) % u64::from(end)).expect("below a u32")
    }
}

/// A walk that finds nothing.
pub const NO_ROW: [u32; 0] = [];
