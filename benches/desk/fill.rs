//! Fills a store through its own trait, as staff and patients would.

use empego_desk::ambient::Ambient;
use empego_desk::model::health_number::IdentifierType;
use empego_desk::model::ids::{ConsultationId, EmpegoKey, PatientId, RequestId};
use empego_desk::model::lifecycle::Event;
use empego_desk::model::patient::Identifier;
use empego_desk::model::status::{EmpegoStatus, StatusId};
use empego_desk::model::timeline::{Entry, Source};
use empego_desk::secrets::{Secrets, sha256};
use empego_desk::server::auth::accounts;
use empego_desk::server::auth::password::Passwords;
use empego_desk::store::sqlite::SqliteStore;
use empego_desk::store::{Addition, Begin, NewLink, PatientDraft, Store};

/// What the links are derived from.
pub const SECRET: &str = "a secret of the bench, long enough to be one";

const LAST_NAMES: [&str; 10] = ["Tremblay", "Gagnon", "Roy", "Côté", "Bouchard", "Gauthier", "Morin", "Smith", "Brown", "Nguyen"];
const FIRST_NAMES: [&str; 7] = ["Ada", "Zoé", "Noah", "Olivia", "Liam", "Émile", "Maya"];

/// The id of the consultation with this number: sortable, as a UUID v7 is.
pub fn id(number: usize) -> ConsultationId {
    ConsultationId(format!("0190b5f0-0000-7000-8000-{number:012x}"))
}

/// One whose link works and was not used.
pub fn open_consultation() -> ConsultationId {
    id(0)
}

/// Writes `count` consultations of a fifth as many patients, in every state that a board shows.
pub async fn fill(database: &str, count: usize) {
    let ambient = Ambient::system();
    let store = SqliteStore::open(database).await.expect("a store");
    let passwords = Passwords::new(ambient.clone()).expect("it hashes");
    let staff = accounts::add(&store, &passwords, &ambient, super::EMAIL, "Nurse", &super::PASSWORD.into()).await.expect("an account");
    let secrets = Secrets::new(SECRET.as_bytes(), None);
    let now = ambient.now();
    for number in 0..count {
        let patient = number / 5;
        let entry = |source, id: &str, event| Entry { source, source_event_id: id.to_owned(), at: now, event, actor: None };
        let begin = Begin {
            id: id(number),
            request_id: RequestId(format!("request-{number}")),
            patient: PatientDraft {
                id: PatientId(format!("patient-{patient}")),
                first_name: FIRST_NAMES[patient % FIRST_NAMES.len()].to_owned(),
                last_name: format!("{} {patient}", LAST_NAMES[patient % LAST_NAMES.len()]),
                date_of_birth: None,
                identifiers: vec![Identifier { kind: IdentifierType::FileNumber, key: format!("F{patient}") }],
            },
            at: now,
            staff: staff.id.clone(),
            entry: entry(Source::Staff, "create:1", Event::CreateRequested),
        };
        store.begin(&begin).await.expect("it begins");
        let mut entries = vec![
            entry(Source::Empego, "created", Event::Created),
            entry(Source::Desk, "link:1", Event::LinkIssued { generation: 1, expires_at: None }),
        ];
        match number % 8 {
            1 => entries.push(entry(Source::Browser, "opened", Event::Opened)),
            2 => entries.push(entry(Source::Browser, "started", Event::Started)),
            3 | 4 => entries.push(entry(Source::Browser, "report", Event::Reported { status: StatusId::ToBeAnalyzed })),
            5 => entries.push(entry(Source::Empego, "status", Event::Status { status: EmpegoStatus::bare("DONE") })),
            6 => entries.push(entry(Source::Staff, "revoke:1", Event::LinkRevoked { generation: 1 })),
            _ => {}
        }
        let link = NewLink { generation: 1, token_hash: sha256(&secrets.link_token(&begin.id, 1)) };
        let addition = Addition { entries, empego_key: Some(EmpegoKey(format!("empego-{number}"))), link: Some(link) };
        store.add(&begin.id, &addition).await.expect("it is added");
    }
    store.close().await;
}
