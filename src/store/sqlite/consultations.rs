//! Consultations: their rows, their links and their history.

use super::rows::{ConsultationRow, Derived, EntryRow, STATE, from_json, to_json};
use super::{SqliteStore, audit, board, events, patients, refused};
use crate::model::consultation::{BoardRow, Consultation};
use crate::model::ids::{ConsultationId, EmpegoKey, PatientId, RequestId, SiteId};
use crate::model::lifecycle::{Creation, State};
use crate::model::patient::{Identifier, Patient};
use crate::model::timeline::Entry;
use crate::store::{
    Added, Addition, Begin, Begun, BoardQuery, NewLink, PatientDraft, Record, Records, Result,
    StoreError, Whose,
};
use async_trait::async_trait;
use sqlx::{Sqlite, SqliteExecutor, SqlitePool, Transaction};

#[async_trait]
impl Records for SqliteStore {
    async fn find_patient(
        &self,
        site: &SiteId,
        identifier: &Identifier,
    ) -> Result<Option<Patient>> {
        patients::find(&self.readers, site, identifier).await
    }

    async fn begin(&self, new: &Begin) -> Result<Begun> {
        let mut tx = self.write().await?;
        let begun = begin(&mut tx, new).await?;
        tx.commit().await?;
        Ok(begun)
    }

    async fn pressed(&self, site: &SiteId, request_id: &RequestId) -> Result<Option<Consultation>> {
        one(&self.readers, BY_REQUEST, site, &request_id.0).await
    }

    async fn amend_patient(
        &self,
        site: &SiteId,
        id: &ConsultationId,
        patient: &PatientDraft,
    ) -> Result<Consultation> {
        let mut tx = self.write().await?;
        let consultation = amend_patient(&mut tx, site, id, patient).await?;
        tx.commit().await?;
        Ok(consultation)
    }

    async fn add(&self, site: &SiteId, id: &ConsultationId, addition: &Addition) -> Result<Added> {
        let mut tx = self.write().await?;
        let added = add(&mut tx, site, id, addition).await?;
        tx.commit().await?;
        Ok(added)
    }

    async fn consultation(
        &self,
        site: &SiteId,
        id: &ConsultationId,
    ) -> Result<Option<Consultation>> {
        one(&self.readers, BY_ID, site, &id.0).await
    }

    async fn by_link(&self, token_hash: &[u8]) -> Result<Option<(Consultation, u32)>> {
        by_link(&self.readers, token_hash).await
    }

    async fn timeline(&self, site: &SiteId, id: &ConsultationId) -> Result<Vec<Entry>> {
        timeline(&self.readers, site, id).await
    }

    async fn board(&self, query: &BoardQuery) -> Result<Vec<BoardRow>> {
        board::rows(&self.readers, query).await
    }
}

type Tx<'a, 'c> = &'a mut Transaction<'c, Sqlite>;

/// A consultation by a condition on `c`, `$1` and its site `$2`. In one statement, so that patient,
/// state and link are of one moment.
macro_rules! consultation_where {
    ($condition:literal) => {
        concat!(
            "SELECT c.id, c.site_id, c.request_id, c.empego_key, c.state, c.created_at, s.name AS created_by,
                    (SELECT l.token_hash FROM links l WHERE l.consultation_id = c.id ORDER BY l.generation DESC LIMIT 1) AS token_hash,
                    c.due_on, c.reason, c.place, c.places, c.follows,
                    p.id AS patient_id, p.first_name, p.last_name, p.date_of_birth,
                    (SELECT json_group_array(json_array(o.kind, o.key) ORDER BY o.ordinal DESC)
                     FROM patient_identifiers o WHERE o.patient_id = p.id) AS identifiers
             FROM consultations c JOIN patients p ON p.id = c.patient_id JOIN staff s ON s.id = c.created_by
             WHERE ",
            $condition
        )
    };
}

const BY_ID: &str = consultation_where!("c.id = $1 AND c.site_id = $2");
const BY_REQUEST: &str = consultation_where!("c.request_id = $1 AND c.site_id = $2");

async fn one(
    executor: impl SqliteExecutor<'_>,
    sql: &'static str,
    site: &SiteId,
    key: &str,
) -> Result<Option<Consultation>> {
    let row: Option<ConsultationRow> =
        sqlx::query_as(sql).bind(key).bind(&site.0).fetch_optional(executor).await?;
    row.map(Consultation::try_from).transpose()
}

async fn must_get(tx: Tx<'_, '_>, site: &SiteId, id: &ConsultationId) -> Result<Consultation> {
    one(&mut **tx, BY_ID, site, &id.0).await?.ok_or(StoreError::NotFound)
}

async fn by_link(readers: &SqlitePool, token_hash: &[u8]) -> Result<Option<(Consultation, u32)>> {
    let link: Option<(String, String, u32)> = sqlx::query_as(
        "SELECT l.consultation_id, c.site_id, l.generation FROM links l JOIN consultations c ON c.id = l.consultation_id
         WHERE l.token_hash = $1",
    )
    .bind(token_hash)
    .fetch_optional(readers)
    .await?;
    let Some((id, site, generation)) = link else { return Ok(None) };
    Ok(one(readers, BY_ID, &SiteId(site), &id)
        .await?
        .map(|consultation| (consultation, generation)))
}

async fn timeline(readers: &SqlitePool, site: &SiteId, id: &ConsultationId) -> Result<Vec<Entry>> {
    let rows: Vec<EntryRow> = sqlx::query_as(
        "SELECT t.source, t.source_event_id, t.happened_at, t.body, t.actor
         FROM timeline t JOIN consultations c ON c.id = t.consultation_id
         WHERE t.consultation_id = $1 AND c.site_id = $2 ORDER BY t.happened_at, t.number",
    )
    .bind(&id.0)
    .bind(&site.0)
    .fetch_all(readers)
    .await?;
    rows.into_iter().map(Entry::try_from).collect()
}

async fn begin(tx: Tx<'_, '_>, begin: &Begin) -> Result<Begun> {
    if let Some(seen) = one(&mut **tx, BY_REQUEST, &begin.site, &begin.request_id.0).await? {
        return Ok(Begun::Seen(seen));
    }
    let patient_id = match &begin.patient {
        Whose::Typed(draft) => patients::find_or_make(tx, &begin.site, draft).await?,
        Whose::SameAs(other) => must_get(tx, &begin.site, other).await?.patient.id,
    };
    let follow_up = begin.follow_up.as_ref();
    let mut state = State::default();
    state.apply(begin.entry.at, &begin.entry.event);
    let derived = Derived::from(&state);
    sqlx::query(
        "INSERT INTO consultations (id, site_id, request_id, patient_id, created_at, created_by, state, delivery, expires_at, requested_at,
                                    status_id, due_on, reason, place, places, follows)
         VALUES ($1, $11, $2, $3, $4, $5, $6, $7, $8, $9, $10, $12, $13, $14, $15, $16)",
    )
    .bind(&begin.id.0)
    .bind(&begin.request_id.0)
    .bind(&patient_id.0)
    .bind(begin.at)
    .bind(&begin.staff.0)
    .bind(to_json(&state, STATE)?)
    .bind(derived.delivery)
    .bind(derived.expires_at)
    .bind(derived.requested_at)
    .bind(derived.status_id)
    .bind(&begin.site.0)
    .bind(follow_up.map(|follow_up| &follow_up.due_on))
    .bind(follow_up.map(|follow_up| &follow_up.reason))
    .bind(follow_up.and_then(|follow_up| Some(follow_up.place?.0)))
    .bind(follow_up.and_then(|follow_up| Some(follow_up.place?.1)))
    .bind(follow_up.and_then(|follow_up| Some(&follow_up.follows.as_ref()?.0)))
    .execute(&mut **tx)
    .await
    .map_err(|error| refused(error, "the consultation's id"))?;
    append(tx, &begin.id, &begin.entry).await?;
    let log: Vec<Record> = begin
        .log
        .iter()
        .map(|record| Record { patients: vec![patient_id.clone()], ..record.clone() })
        .collect();
    audit::append(tx, &log).await?;
    must_get(tx, &begin.site, &begin.id).await.map(Begun::New)
}

/// A patient of this consultation alone becomes what the draft says, or goes where an identifier
/// finds another one: what was mistyped must not stay behind and catch the next patient. One who
/// has other consultations only gains by it.
async fn amend_patient(
    tx: Tx<'_, '_>,
    site: &SiteId,
    id: &ConsultationId,
    draft: &PatientDraft,
) -> Result<Consultation> {
    let consultation = must_get(tx, site, id).await?;
    if consultation.state.creation == Creation::Done {
        return Ok(consultation);
    }
    let current = consultation.patient.id;
    let shared: bool = sqlx::query_scalar(
        "SELECT EXISTS (SELECT 1 FROM consultations WHERE patient_id = $1 AND id <> $2)",
    )
    .bind(&current.0)
    .bind(&id.0)
    .fetch_one(&mut **tx)
    .await?;
    if shared {
        let patient_id = patients::find_or_make(tx, site, draft).await?;
        assign(tx, id, &patient_id).await?;
        return must_get(tx, site, id).await;
    }
    match patients::matching(tx, site, &draft.identifiers).await?.filter(|other| *other != current)
    {
        Some(other) => {
            assign(tx, id, &other).await?;
            patients::remove(tx, &current).await?;
            patients::update(tx, &other, draft).await?;
        }
        None => {
            patients::blank(tx, &current).await?;
            patients::update(tx, &current, draft).await?;
        }
    }
    must_get(tx, site, id).await
}

async fn assign(tx: Tx<'_, '_>, id: &ConsultationId, patient_id: &PatientId) -> Result<()> {
    sqlx::query("UPDATE consultations SET patient_id = $2 WHERE id = $1")
        .bind(&id.0)
        .bind(&patient_id.0)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

async fn add(
    tx: Tx<'_, '_>,
    site: &SiteId,
    id: &ConsultationId,
    addition: &Addition,
) -> Result<Added> {
    let state: Option<String> =
        sqlx::query_scalar("SELECT state FROM consultations WHERE id = $1 AND site_id = $2")
            .bind(&id.0)
            .bind(&site.0)
            .fetch_optional(&mut **tx)
            .await?;
    let mut state: State = from_json(&state.ok_or(StoreError::NotFound)?, STATE)?;
    // What Empego's queue said of this key before its answer to our call came.
    let waited = match &addition.empego_key {
        Some(key) => {
            write_key(tx, id, key).await?;
            events::take_waiting(tx, id, key).await?
        }
        None => Vec::new(),
    };
    let mut fresh = 0;
    for entry in addition.entries.iter().chain(&waited) {
        if append(tx, id, entry).await? {
            state.apply(entry.at, &entry.event);
            fresh += 1;
        }
    }
    if fresh > 0 {
        write_state(tx, id, &state).await?;
    }
    if let Some(link) = &addition.link {
        write_link(tx, id, link).await?;
    }
    audit::append(tx, &addition.log).await?;
    Ok(Added { consultation: must_get(tx, site, id).await?, fresh })
}

/// Whether the row is new.
async fn append(tx: Tx<'_, '_>, id: &ConsultationId, entry: &Entry) -> Result<bool> {
    let done = sqlx::query(
        "INSERT INTO timeline (consultation_id, source, source_event_id, happened_at, body, actor) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (consultation_id, source, source_event_id) DO NOTHING",
    )
    .bind(&id.0)
    .bind(entry.source.as_str())
    .bind(&entry.source_event_id)
    .bind(entry.at)
    .bind(to_json(&entry.event, "an event")?)
    .bind(&entry.actor)
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() > 0)
}

async fn write_state(tx: Tx<'_, '_>, id: &ConsultationId, state: &State) -> Result<()> {
    let derived = Derived::from(state);
    sqlx::query(
        "UPDATE consultations SET state = $2, delivery = $3, expires_at = $4, requested_at = $5, status_id = $6, reported_at = $7,
                confirmed_at = $8
         WHERE id = $1",
    )
    .bind(&id.0)
    .bind(to_json(state, STATE)?)
    .bind(derived.delivery)
    .bind(derived.expires_at)
    .bind(derived.requested_at)
    .bind(derived.status_id)
    .bind(derived.reported_at)
    .bind(derived.confirmed_at)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// The first key stays: another one would mean that Empego has two consultations for this one.
pub(super) async fn write_key(tx: Tx<'_, '_>, id: &ConsultationId, key: &EmpegoKey) -> Result<()> {
    const NAME: &str = "Empego's key";
    let done = sqlx::query("UPDATE consultations SET empego_key = $2 WHERE id = $1 AND (empego_key IS NULL OR empego_key = $2)")
        .bind(&id.0)
        .bind(&key.0)
        .execute(&mut **tx)
        .await
        .map_err(|error| refused(error, NAME))?;
    if done.rows_affected() == 0 { Err(StoreError::Taken(NAME)) } else { Ok(()) }
}

async fn write_link(tx: Tx<'_, '_>, id: &ConsultationId, link: &NewLink) -> Result<()> {
    const NAME: &str = "the link";
    let done = sqlx::query(
        "INSERT INTO links (consultation_id, generation, token_hash) VALUES ($1, $2, $3)
         ON CONFLICT (consultation_id, generation) DO UPDATE SET token_hash = token_hash WHERE token_hash = excluded.token_hash",
    )
    .bind(&id.0)
    .bind(link.generation)
    .bind(&link.token_hash)
    .execute(&mut **tx)
    .await
    .map_err(|error| refused(error, NAME))?;
    if done.rows_affected() == 0 { Err(StoreError::Taken(NAME)) } else { Ok(()) }
}
