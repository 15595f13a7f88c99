//! Rows of an earlier version: those of this one, without the columns and tables that came later.

use super::accounts::accounts;
use crate::database::Raw;
use crate::store_contract::audit::record;
use crate::store_contract::samples::NOON;
use empego_desk::model::lifecycle::{Event, State};
use empego_desk::model::status::{EmpegoStatus, StatusId};
use empego_desk::store::Record;
use empego_desk::store::audit::chain;
use empego_desk::store::patient_changes::{Change, Details};

/// A value of a row.
pub enum Cell {
    Text(String),
    Number(i64),
    Flag(bool),
    Bytes(Vec<u8>),
}

use Cell::{Bytes, Flag, Number};

pub fn text(text: &str) -> Cell {
    Cell::Text(text.to_owned())
}

impl Cell {
    fn sql(&self, raw: &Raw) -> String {
        match (self, raw) {
            (Self::Text(text), _) => format!("'{}'", text.replace('\'', "''")),
            (Number(number), _) => number.to_string(),
            (Flag(flag), Raw::Sqlite(_)) => i32::from(*flag).to_string(),
            (Flag(flag), Raw::Postgres(_)) => flag.to_string(),
            (Bytes(bytes), Raw::Sqlite(_)) => format!("x'{}'", hex::encode(bytes)),
            (Bytes(bytes), Raw::Postgres(_)) => format!("decode('{}', 'hex')", hex::encode(bytes)),
        }
    }
}

/// Writes a row, where the table is there, into the columns that are.
pub async fn row<const N: usize>(raw: &mut Raw, table: &str, cells: [(&str, Cell); N]) {
    let columns = raw.columns_of(table).await;
    if columns.is_empty() {
        return;
    }
    let known: Vec<_> =
        cells.iter().filter(|(name, _)| columns.iter().any(|column| column == name)).collect();
    let names: Vec<&str> = known.iter().map(|(name, _)| *name).collect();
    let values: Vec<String> = known.iter().map(|(_, cell)| cell.sql(raw)).collect();
    let (names, values) = (names.join(", "), values.join(", "));
    raw.execute(&format!("INSERT INTO {table} ({names}) VALUES ({values})")).await;
}

/// Rows 3 to 5 of a log; 1 and 2 were pruned.
pub async fn log(raw: &mut Raw) {
    let mut hash = [0; 32];
    for number in 1..=5 {
        let record = Record { patients: Vec::new(), ..record(number) };
        hash = chain(&hash, number, &record);
        row(
            raw,
            "audit",
            [
                ("number", Number(number)),
                ("at", Number(record.at)),
                ("site_id", text(&record.site.expect("a site").0)),
                ("staff_id", text(&record.staff.expect("an account").0)),
                ("staff_name", text(&record.name)),
                ("roles", text(&record.roles.slugs())),
                ("action", text(record.action.slug())),
                ("consultation_id", text(&record.consultation.expect("one").0)),
                ("patients", text("[]")),
                ("detail", text(&record.detail)),
                ("address", text(&record.client.address)),
                ("device", text(&record.client.device)),
                ("hash", Bytes(hash.to_vec())),
            ],
        )
        .await;
        if number == 2 {
            let hash = Bytes(hash.to_vec()).sql(raw);
            raw.execute(&format!("UPDATE audit_start SET number = 2, hash = {hash}")).await;
        }
    }
    raw.execute("DELETE FROM audit WHERE number <= 2").await;
}

/// A row in every other table.
pub async fn records(raw: &mut Raw) {
    accounts(raw).await;
    let status = |status: &str| Event::Status { status: EmpegoStatus::bare(status) };
    let begin = [
        Event::CreateRequested,
        Event::Created,
        Event::LinkIssued { generation: 1, expires_at: None },
    ];
    let reported = Event::Reported { status: StatusId::ToBeAnalyzed };
    let answered = [&begin[..], &[reported, status("DONE")]].concat();
    let over = [&begin[..], &[status("ARCHIVED")]].concat();
    consultation(raw, 1, &answered, "DONE", Some((NOON + 3, NOON + 4))).await;
    // As the rules of then had it.
    consultation(raw, 2, &over, "ARCHIVED", None).await;
    row(
        raw,
        "holds",
        [
            ("consultation_id", text("consultation-000001")),
            ("since", Number(NOON)),
            ("held_by", text("Zoé")),
            ("reason", text("A complaint")),
        ],
    )
    .await;
    row(
        raw,
        "exports",
        [
            ("id", text("export-1")),
            ("consultation_id", text("consultation-000001")),
            ("kind", text("pdf")),
            ("bytes", Bytes(vec![0, 255])),
            ("made_at", Number(NOON)),
            ("made_by", text("Zoé")),
        ],
    )
    .await;
    row(
        raw,
        "queue_events",
        [
            ("event_id", text("event-1")),
            ("event_type", text("CONSULTATION_UPDATED")),
            ("happened_at", Number(NOON)),
            ("received_at", Number(NOON)),
            ("deliveries", Number(2)),
            ("empego_key", text("elsewhere")),
            ("answered_at", Number(NOON)),
            ("body", Bytes(vec![1])),
        ],
    )
    .await;
    let details = |name: &str| Details {
        first_name: name.to_owned(),
        last_name: "Tremblay-Côté".to_owned(),
        date_of_birth: None,
        identifiers: Vec::new(),
        language: None,
    };
    let change = Change::Correction { before: details("Zoe"), after: details("Zoé") };
    row(
        raw,
        "patient_changes",
        [
            ("id", text("change-1")),
            ("site_id", text("site-1")),
            ("patient_id", text("patient-1")),
            ("at", Number(NOON)),
            ("changed_by", text("Zoé")),
            ("body", text(&serde_json::to_string(&change).expect("JSON"))),
        ],
    )
    .await;
    row(
        raw,
        "changes",
        [
            ("site_id", text("site-1")),
            ("consultation_id", text("consultation-000001")),
            ("at", Number(NOON)),
        ],
    )
    .await;
}

async fn consultation(
    raw: &mut Raw,
    number: i64,
    events: &[Event],
    status: &str,
    moments: Option<(i64, i64)>,
) {
    let id = format!("consultation-{number:06}");
    let mut state = State::default();
    for (at, event) in (NOON..).zip(events) {
        state.apply(at, event);
    }
    let (reported_at, confirmed_at) = moments.unwrap_or((NOON + 3, NOON + 3));
    row(
        raw,
        "consultations",
        [
            ("id", text(&id)),
            ("site_id", text("site-1")),
            ("request_id", text(&format!("request/{number:032}"))),
            ("patient_id", text("patient-1")),
            ("empego_key", text(&format!("key-{number}"))),
            ("created_at", Number(NOON)),
            ("created_by", text("staff-1")),
            ("state", text(&serde_json::to_string(&state).expect("JSON"))),
            ("delivery", text("answered-confirmed")),
            ("expires_at", Number(i64::MAX)),
            ("requested_at", Number(NOON)),
            ("status_id", text(status)),
            ("reported_at", Number(reported_at)),
            ("confirmed_at", Number(confirmed_at)),
            ("reason", text("Toux")),
        ],
    )
    .await;
    row(
        raw,
        "links",
        [
            ("consultation_id", text(&id)),
            ("generation", Number(1)),
            ("token_hash", Bytes(vec![number.to_le_bytes()[0]; 32])),
        ],
    )
    .await;
    for (place, event) in (0..).zip(events) {
        row(
            raw,
            "timeline",
            [
                ("consultation_id", text(&id)),
                ("source", text("empego")),
                ("source_event_id", text(&format!("event-{place}"))),
                ("happened_at", Number(NOON + place)),
                ("body", text(&serde_json::to_string(event).expect("JSON"))),
            ],
        )
        .await;
    }
}
