//! Consultations and their links.

mod read;

use super::db;
use super::pool::Tx;
pub(super) use read::must_exist;
use read::{BY_ID, BY_REQUEST, by_link, must_get, one};

use super::rows::{STATE, from_json, to_json};
use super::{
    SqlStore, audit, board, changes, corrections, events, history, lookups, patients, refused,
};
use crate::model::consultation::{BoardRow, Consultation};
use crate::model::follow_up::FollowUp;
use crate::model::ids::{ConsultationId, PatientId, RequestId, SiteId};
use crate::model::lifecycle::{Creation, State};
use crate::model::patient::{Identifier, Patient};
use crate::model::timeline::Entry;
use crate::store::history::{Extension, bound_messages};
use crate::store::{
    Added, Addition, Begun, BoardQuery, Consultations, NewConsultation, NewLink, PatientRef,
    Record, Result, Seen, StoreError,
};
use async_trait::async_trait;
use std::collections::HashMap;

#[async_trait]
impl Consultations for SqlStore {
    async fn find_patient(
        &self,
        site: &SiteId,
        identifier: &Identifier,
    ) -> Result<Option<Patient>> {
        patients::find(&self.readers, site, identifier).await
    }

    async fn patient(&self, site: &SiteId, id: &PatientId) -> Result<Option<Patient>> {
        patients::one(&self.readers, site, id).await
    }

    async fn search_patients(
        &self,
        site: &SiteId,
        words: &str,
        limit: u32,
    ) -> Result<Vec<Patient>> {
        patients::search(&self.readers, site, words, limit).await
    }

    async fn patient_names(
        &self,
        site: &SiteId,
        ids: &[PatientId],
    ) -> Result<HashMap<PatientId, String>> {
        patients::names(&self.readers, site, ids).await
    }

    async fn begin(&self, new: &NewConsultation) -> Result<Begun> {
        let mut tx = self.write().await?;
        let begun = begin(&mut tx, new).await?;
        self.commit(tx).await?;
        Ok(begun)
    }

    async fn by_request(
        &self,
        site: &SiteId,
        request_id: &RequestId,
    ) -> Result<Option<Consultation>> {
        one(&self.readers, BY_REQUEST, site, &request_id.0).await
    }

    async fn add(&self, site: &SiteId, id: &ConsultationId, addition: &Addition) -> Result<Added> {
        let mut tx = self.write().await?;
        let added = add(&mut tx, site, id, addition).await?;
        self.commit(tx).await?;
        Ok(added)
    }

    async fn add_to_each(
        &self,
        site: &SiteId,
        additions: &[(ConsultationId, Addition)],
    ) -> Result<Vec<Added>> {
        let mut tx = self.write().await?;
        let mut added = Vec::with_capacity(additions.len());
        for (id, addition) in additions {
            added.push(add(&mut tx, site, id, addition).await?);
        }
        self.commit(tx).await?;
        Ok(added)
    }

    async fn series(&self, site: &SiteId, id: &ConsultationId) -> Result<Vec<Consultation>> {
        read::series(&self.readers, site, id).await
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
        history::timeline(&self.readers, site, id).await
    }

    async fn board(&self, query: &BoardQuery) -> Result<Vec<BoardRow>> {
        board::rows(&self.readers, query).await
    }
}

async fn begin(tx: &mut Tx, begin: &NewConsultation) -> Result<Begun> {
    if let Some(seen) = one(&mut *tx, BY_REQUEST, &begin.site, &begin.request_id.0).await? {
        return Ok(Begun::Repeated(seen));
    }
    let known = match &begin.patient {
        PatientRef::Typed(draft) => patients::matching(tx, &begin.site, &draft.identifiers).await?,
        PatientRef::Chosen(id, _) => Some(patients::must_exist(tx, &begin.site, id).await?),
        PatientRef::SameAs(other) => Some(must_get(tx, &begin.site, other).await?.patient.id),
    };
    if let (PatientRef::Typed(draft) | PatientRef::Chosen(_, draft), Some(seen)) =
        (&begin.patient, &begin.seen)
        && let Some(unseen) = lookups::unseen(tx, begin, draft, known.as_ref(), seen).await?
    {
        return Ok(Begun::Unseen(unseen));
    }
    let replaced = begin.seen.as_ref().and_then(Seen::replaced);
    let (patient_id, brought) =
        patients::take(tx, &begin.site, &begin.patient, known, replaced).await?;
    if let Some(brought) = brought {
        let by = brought.by(begin.id.0.clone(), &begin.site, &begin.entry, &begin.log);
        corrections::bring(tx, brought, &by).await?;
    }
    let follow_up = begin.follow_up.as_ref();
    let state = State::default();
    // The first entry brings the state's columns up to date.
    db::query(
        "INSERT INTO consultations (id, site_id, request_id, patient_id, created_at, created_by,
                                    state, delivery, expires_at, requested_at,
                                    due_on, reason, place, places, follows, sent, series)
         VALUES ($1, $2, $3, $4, $5, $6, $7, '', 0, 0, $8, $9, $10, $11, $12, $13, $14)",
    )
    .bind(&begin.id.0)
    .bind(&begin.site.0)
    .bind(&begin.request_id.0)
    .bind(&patient_id.0)
    .bind(begin.at)
    .bind(&begin.staff.0)
    .bind(to_json(&state, STATE)?)
    .bind(follow_up.map(|follow_up| &follow_up.due_on))
    .bind(follow_up.map(|follow_up| &follow_up.reason).or(begin.reason.as_ref()))
    .bind(follow_up.and_then(|follow_up| Some(follow_up.place?.0)))
    .bind(follow_up.and_then(|follow_up| Some(follow_up.place?.1)))
    .bind(follow_up.and_then(|follow_up| Some(&follow_up.follows.as_ref()?.0)))
    .bind(begin.sent.as_ref().map(|sent| &sent.0))
    .bind(follow_up.and_then(|follow_up| series_of(begin, follow_up)).map(|series| &series.0))
    .execute(&mut *tx)
    .await
    .map_err(|error| refused(error, "the consultation's id"))?;
    let entries = vec![begin.entry.clone()];
    history::extend(tx, vec![Extension { id: begin.id.clone(), state, entries }]).await?;
    let log: Vec<Record> = begin
        .log
        .iter()
        .map(|record| Record { patients: vec![patient_id.clone()], ..record.clone() })
        .collect();
    audit::append(tx, &log).await?;
    must_get(tx, &begin.site, &begin.id).await.map(Begun::New)
}

/// The series of a new follow-up: the first one names it.
fn series_of<'a>(
    begin: &'a NewConsultation,
    follow_up: &'a FollowUp,
) -> Option<&'a ConsultationId> {
    match follow_up.place {
        Some((1, _)) => Some(&begin.id),
        _ => follow_up.series.as_ref(),
    }
}

/// Replaces the reason of a plain consultation that Empego has not created.
async fn set_reason(tx: &mut Tx, consultation: &Consultation, reason: Option<&str>) -> Result<()> {
    if consultation.follow_up.is_none() && consultation.state.creation != Creation::Done {
        db::query("UPDATE consultations SET reason = $2 WHERE id = $1")
            .bind(&consultation.id.0)
            .bind(reason)
            .execute(&mut *tx)
            .await?;
    }
    Ok(())
}

async fn add(
    tx: &mut Tx,
    site: &SiteId,
    id: &ConsultationId,
    addition: &Addition,
) -> Result<Added> {
    let state: Option<String> =
        db::query_scalar("SELECT state FROM consultations WHERE id = $1 AND site_id = $2")
            .bind(&id.0)
            .bind(&site.0)
            .fetch_optional(&mut *tx)
            .await?;
    let state: State = from_json(&state.ok_or(StoreError::NotFound)?, STATE)?;
    if addition.decided_by.as_ref().is_some_and(|decided_by| *decided_by != state) {
        return Err(StoreError::Outdated);
    }
    let mut entries = addition.entries.clone();
    if let Some(most) = addition.most_messages {
        bound_messages(&mut entries, most, history::messages(tx, id).await?);
    }
    if let Some(key) = &addition.empego_key {
        history::write_key(tx, id, key).await?;
        // What the event queue said of this key before Empego's answer to our call came.
        entries.extend(events::take_waiting(tx, id, key).await?);
    }
    if let Some(key) = &addition.access_key {
        history::write_access_key(tx, id, key).await?;
    }
    let fresh = history::extend(tx, vec![Extension { id: id.clone(), state, entries }]).await?;
    if let Some(link) = &addition.link {
        write_link(tx, id, link).await?;
    }
    if let Some(day) = addition.due_on.as_ref().filter(|_| fresh > 0) {
        db::query("UPDATE consultations SET due_on = $2 WHERE id = $1 AND due_on IS NOT NULL")
            .bind(&id.0)
            .bind(day)
            .execute(&mut *tx)
            .await?;
    }
    let mut log = addition.log.clone();
    // Where another retry was first, Empego is asked for the patient as that one typed it.
    let is_first = fresh > 0 || addition.entries.is_empty();
    if let Some(patient) = addition.corrected_patient.as_ref().filter(|_| is_first) {
        let consultation = must_get(tx, site, id).await?;
        set_reason(tx, &consultation, addition.reason.as_deref()).await?;
        let (sent, seen) = (addition.sent.as_ref(), addition.seen.as_ref());
        let (patient, brought) =
            corrections::correct_patient(tx, consultation, patient, sent, seen).await?;
        if let (Some(brought), Some(entry)) = (brought, addition.entries.first()) {
            let change = format!("{id}/{}", entry.source_event_id);
            let by = brought.by(change, site, entry, &log);
            corrections::bring(tx, brought, &by).await?;
        }
        log.iter_mut().for_each(|record| record.patients = vec![patient.clone()]);
    }
    if fresh > 0 {
        log.extend(addition.log_if_new.iter().cloned());
    }
    if fresh == 0 && (addition.empego_key.is_some() || addition.corrected_patient.is_some()) {
        let at = addition.entries.iter().map(|entry| entry.at);
        let at = at.chain(log.iter().map(|record| record.at)).max().unwrap_or_default();
        changes::note(tx, &[&id.0], at).await?;
    }
    audit::append(tx, &log).await?;
    Ok(Added { consultation: must_get(tx, site, id).await?, fresh })
}

async fn write_link(tx: &mut Tx, id: &ConsultationId, link: &NewLink) -> Result<()> {
    const NAME: &str = "the link";
    let done = db::query(
        "INSERT INTO links (consultation_id, generation, token_hash) VALUES ($1, $2, $3)
         ON CONFLICT (consultation_id, generation)
         DO UPDATE SET token_hash = links.token_hash
         WHERE links.token_hash = excluded.token_hash",
    )
    .bind(&id.0)
    .bind(link.generation)
    .bind(&link.token_hash)
    .execute(&mut *tx)
    .await
    .map_err(|error| refused(error, NAME))?;
    if done == 0 { Err(StoreError::Taken(NAME)) } else { Ok(()) }
}
