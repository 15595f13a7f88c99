//! Rows of patients, consultations and their history, and how they are read. Engines differ in the
//! SQL that selects them. JSON is in text columns, numbers are `i64`.

use crate::model::consultation::{BoardRow, Consultation, FollowUpRow};
use crate::model::follow_up::FollowUp;
use crate::model::health_number::IdentifierType;
use crate::model::ids::{ConsultationId, EmpegoKey, PatientId, RequestId, SiteId};
use crate::model::language::Language;
use crate::model::lifecycle::{Event, State};
use crate::model::patient::{Identifier, Patient};
use crate::model::timeline::{Entry, Source};
use crate::store::{Result, StoreError};
use serde::Serialize;
use serde::de::DeserializeOwned;
use sqlx::FromRow;

/// A patient with all identifiers in one column, as JSON pairs, newest first.
#[derive(FromRow)]
pub(super) struct PatientRow {
    patient_id: String,
    first_name: String,
    last_name: String,
    date_of_birth: Option<String>,
    identifiers: String,
    language: Option<String>,
}

impl TryFrom<PatientRow> for Patient {
    type Error = StoreError;

    fn try_from(row: PatientRow) -> Result<Self> {
        let pairs: Vec<(String, String)> = from_json(&row.identifiers, "a patient's identifiers")?;
        Ok(Self {
            id: PatientId(row.patient_id),
            first_name: row.first_name,
            last_name: row.last_name,
            date_of_birth: row.date_of_birth,
            language: row.language.as_deref().and_then(Language::parse),
            identifiers: pairs
                .into_iter()
                .map(|(kind, key)| identifier(&kind, key))
                .collect::<Result<_>>()?,
        })
    }
}

/// A consultation with its patient.
#[derive(FromRow)]
pub(super) struct ConsultationRow {
    id: String,
    site_id: String,
    request_id: String,
    empego_key: Option<String>,
    access_key: Option<String>,
    state: String,
    created_at: i64,
    created_by: String,
    token_hash: Option<Vec<u8>>,
    #[sqlx(flatten)]
    patient: PatientRow,
    #[sqlx(flatten)]
    follow_up: FollowUpColumns,
}

impl TryFrom<ConsultationRow> for Consultation {
    type Error = StoreError;

    fn try_from(row: ConsultationRow) -> Result<Self> {
        Ok(Self {
            id: ConsultationId(row.id),
            site: SiteId(row.site_id),
            request_id: RequestId(row.request_id),
            patient: row.patient.try_into()?,
            reason: row.follow_up.consultation_reason(),
            follow_up: row.follow_up.follow_up()?,
            empego_key: row.empego_key.map(EmpegoKey),
            access_key: row.access_key,
            state: from_json(&row.state, STATE)?,
            created_at: row.created_at,
            created_by: row.created_by,
            token_hash: row.token_hash,
        })
    }
}

/// A row of the board; the identifier is `kind:key`.
#[derive(FromRow)]
pub(super) struct BoardLine {
    id: String,
    patient_id: String,
    first_name: String,
    last_name: String,
    date_of_birth: Option<String>,
    identifier: Option<String>,
    state: String,
    created_at: i64,
    reason: Option<String>,
    created_by: String,
}

impl TryFrom<BoardLine> for BoardRow {
    type Error = StoreError;

    fn try_from(row: BoardLine) -> Result<Self> {
        let identifier = row.identifier.map(|pair| {
            let (kind, key) = pair.split_once(':').ok_or_else(|| corrupt("an identifier"))?;
            identifier(kind, key.to_owned())
        });
        Ok(Self {
            id: ConsultationId(row.id),
            patient: PatientId(row.patient_id),
            first_name: row.first_name,
            last_name: row.last_name,
            date_of_birth: row.date_of_birth,
            identifier: identifier.transpose()?,
            state: from_json(&row.state, STATE)?,
            created_at: row.created_at,
            reason: row.reason,
            created_by: row.created_by,
        })
    }
}

/// The columns that only a follow-up has, and the reason; without a day it is none.
#[derive(FromRow)]
struct FollowUpColumns {
    due_on: Option<String>,
    reason: Option<String>,
    place: Option<i64>,
    places: Option<i64>,
    follows: Option<String>,
    series: Option<String>,
}

impl FollowUpColumns {
    /// The reason of a consultation that is no follow-up.
    fn consultation_reason(&self) -> Option<String> {
        self.reason.clone().filter(|_| self.due_on.is_none())
    }

    fn follow_up(self) -> Result<Option<FollowUp>> {
        let Some(due_on) = self.due_on else { return Ok(None) };
        let place = match self.place.zip(self.places) {
            Some((place, places)) => Some((count(place)?, count(places)?)),
            None => None,
        };
        Ok(Some(FollowUp {
            due_on,
            reason: self.reason.unwrap_or_default(),
            place,
            follows: self.follows.map(ConsultationId),
            series: self.series.map(ConsultationId),
        }))
    }
}

/// A row of the list of follow-ups.
#[derive(FromRow)]
pub(super) struct FollowUpLine {
    #[sqlx(flatten)]
    line: BoardLine,
    #[sqlx(flatten)]
    follow_up: FollowUpColumns,
}

impl TryFrom<FollowUpLine> for FollowUpRow {
    type Error = StoreError;

    fn try_from(row: FollowUpLine) -> Result<Self> {
        let follow_up = row.follow_up.follow_up()?.ok_or_else(|| corrupt("a follow-up's day"))?;
        Ok(Self { row: row.line.try_into()?, follow_up })
    }
}

/// A row of a consultation's history.
#[derive(FromRow)]
pub(super) struct EntryRow {
    source: String,
    source_event_id: String,
    happened_at: i64,
    body: String,
    actor: Option<String>,
}

impl TryFrom<EntryRow> for Entry {
    type Error = StoreError;

    fn try_from(row: EntryRow) -> Result<Self> {
        Ok(Self {
            source: Source::parse(&row.source).ok_or_else(|| corrupt("an event's source"))?,
            source_event_id: row.source_event_id,
            at: row.happened_at,
            event: from_json::<Event>(&row.body, "an event")?,
            actor: row.actor,
        })
    }
}

fn identifier(kind: &str, key: String) -> Result<Identifier> {
    Ok(Identifier {
        kind: IdentifierType::parse(kind).ok_or_else(|| corrupt("an identifier's type"))?,
        key,
    })
}

/// A number that cannot be negative.
pub(super) fn count(number: i64) -> Result<u32> {
    u32::try_from(number).map_err(|_| corrupt("a number"))
}

/// What [`StoreError::Corrupt`] calls a state.
pub(super) const STATE: &str = "a consultation's state";

/// Parses JSON that [`to_json`] wrote. The error names `what` and not the content.
pub(super) fn from_json<T: DeserializeOwned>(json: &str, what: &str) -> Result<T> {
    serde_json::from_str(json).map_err(|_| corrupt(what))
}

pub(super) fn to_json<T: Serialize>(value: &T, what: &str) -> Result<String> {
    serde_json::to_string(value).map_err(|_| corrupt(what))
}

pub(super) fn corrupt(what: &str) -> StoreError {
    StoreError::Corrupt(what.to_owned())
}

/// The columns of a consultation that are derived from its state, for the filters of lists.
pub(super) struct Derived {
    pub(super) delivery: &'static str,
    pub(super) expires_at: i64,
    pub(super) requested_at: i64,
    pub(super) status_id: Option<String>,
    pub(super) reported_at: Option<i64>,
    pub(super) confirmed_at: Option<i64>,
}

impl From<&State> for Derived {
    fn from(state: &State) -> Self {
        let mut timeless = state.clone();
        timeless.link.2 = i64::MAX;
        Self {
            delivery: timeless.delivery(i64::MIN).slug(),
            expires_at: state.link.2,
            requested_at: state.requested_at,
            status_id: state.status().map(|status| status.id.as_str().to_owned()),
            reported_at: state.reported_at,
            confirmed_at: state.confirmed_at,
        }
    }
}
