//! Fills a store through its own trait, as staff and patients would.

use empego_desk::ambient::Ambient;
use empego_desk::desk::accounts::operator::{COMMAND_LINE, NewAccount, Operator};
use empego_desk::desk::password::Passwords;
use empego_desk::model::follow_up::FollowUp;
use empego_desk::model::health_number::IdentifierType;
use empego_desk::model::ids::{ConsultationId, EmpegoKey, PatientId, RequestId, SiteId};
use empego_desk::model::lifecycle::Event;
use empego_desk::model::patient::Identifier;
use empego_desk::model::role::Roles;
use empego_desk::model::site::{LinkRules, Site};
use empego_desk::model::status::{EmpegoStatus, StatusId};
use empego_desk::model::timeline::{Entry, Source};
use empego_desk::secrets::{Secrets, sha256};
use empego_desk::store::{self, Addition, NewConsultation, NewLink, PatientDraft, PatientRef};
use jiff::{Timestamp, ToSpan};

/// The one site.
pub const SITE: &str = "site";
/// What the links are derived from.
pub const SECRET: &str = "a secret of the bench, long enough to be one";

const LAST_NAMES: [&str; 10] = [
    "Tremblay", "Gagnon", "Roy", "Côté", "Bouchard", "Gauthier", "Morin", "Smith", "Brown",
    "Nguyen",
];
const FIRST_NAMES: [&str; 7] = ["Ada", "Zoé", "Noah", "Olivia", "Liam", "Émile", "Maya"];

/// The id of the consultation with this number: sortable, as a UUID v7 is.
pub fn id(number: usize) -> ConsultationId {
    ConsultationId(format!("0190b5f0-0000-7000-8000-{number:012x}"))
}

/// One whose link works and was not used.
pub fn open_consultation() -> ConsultationId {
    id(0)
}

/// The day of the follow-up with this number: one of the 100 days around today.
fn day(number: usize, now: i64) -> String {
    let today = Timestamp::from_millisecond(now)
        .expect("a moment")
        .to_zoned_datetime(jiff::tz::TimeZone::UTC)
        .date();
    today
        .saturating_add((i64::try_from(number / 10 % 100).expect("below 100") - 50).days())
        .to_string()
}

/// Writes `count` consultations of a fifth as many patients, in every state that a board shows;
/// every tenth is a follow-up.
pub async fn fill(database: &str, count: usize) {
    let ambient = Ambient::system();
    let store = store::open(database).await.expect("a store");
    let passwords = Passwords::new(ambient.clone(), 1).expect("it hashes");
    let site = Site {
        id: SiteId::from(SITE),
        name: "Clinic".to_owned(),
        public_name_en: "Clinic".to_owned(),
        public_name_fr: "Clinique".to_owned(),
        tenant_key: None,
        rules: LinkRules { ttl_ms: None, birth_date_gate: false },
        retention_ms: None,
        keep_exports: false,
        accent: None,
        time_zone: None,
        default_identifier: IdentifierType::Qc,
        reasons: Vec::new(),
        default_reason: String::new(),
        created_at: ambient.now(),
    };
    store.add_site(&site).await.expect("a site");
    let operator =
        Operator { store: &*store, passwords: &passwords, ambient: &ambient, name: COMMAND_LINE };
    let account = NewAccount {
        email: super::EMAIL,
        name: "Nurse",
        password: &super::PASSWORD.into(),
        site: &site.id,
        roles: &Roles::all(),
    };
    let staff = operator.add(account).await.expect("an account").staff;
    let secrets = Secrets::new(SECRET.as_bytes(), None);
    let now = ambient.now();
    for number in 0..count {
        let patient = number / 5;
        let entry = |source, id: &str, event| Entry {
            source,
            source_event_id: id.to_owned(),
            at: now,
            event,
            actor: None,
        };
        let begin = NewConsultation {
            id: id(number),
            site: site.id.clone(),
            request_id: RequestId(format!("request-{number}")),
            sent: None,
            patient: PatientRef::Typed(PatientDraft {
                id: PatientId(format!("patient-{patient}")),
                first_name: FIRST_NAMES[patient % FIRST_NAMES.len()].to_owned(),
                last_name: format!("{} {patient}", LAST_NAMES[patient % LAST_NAMES.len()]),
                date_of_birth: None,
                language: None,
                identifiers: vec![Identifier {
                    kind: IdentifierType::FileNumber,
                    key: format!("F{patient}"),
                }],
            }),
            follow_up: (number % 10 == 9).then(|| FollowUp {
                due_on: day(number, now),
                reason: "Blood pressure".to_owned(),
                place: None,
                follows: None,
                series: None,
            }),
            reason: None,
            at: now,
            staff: staff.id.clone(),
            entry: entry(Source::Staff, "create:1", Event::CreateRequested),
            seen: None,
            log: Vec::new(),
        };
        store.begin(&begin).await.expect("it begins");
        let mut entries = vec![
            entry(Source::Empego, "created", Event::Created),
            entry(Source::Desk, "link:1", Event::LinkIssued { generation: 1, expires_at: None }),
        ];
        match number % 8 {
            1 => entries.push(entry(Source::Browser, "opened", Event::Opened)),
            2 => entries.push(entry(Source::Browser, "started", Event::Started)),
            3 | 4 => entries.push(entry(
                Source::Browser,
                "report",
                Event::Reported { status: StatusId::ToBeAnalyzed },
            )),
            5 => entries.push(entry(
                Source::Empego,
                "status",
                Event::Status { status: EmpegoStatus::bare("DONE") },
            )),
            6 => entries.push(entry(
                Source::Staff,
                "revoke:1",
                Event::LinkRevoked { generation: 1, change: 1 },
            )),
            _ => {}
        }
        let link = NewLink { generation: 1, token_hash: sha256(&secrets.link_token(&begin.id, 1)) };
        let addition = Addition {
            entries,
            empego_key: Some(EmpegoKey(format!("empego-{number}"))),
            link: Some(link),
            ..Addition::default()
        };
        store.add(&site.id, &begin.id, &addition).await.expect("it is added");
    }
    store.close().await;
}
