//! How a consultation is read.

use super::super::db::{self, On, Sql};
use super::super::patients::with_identifiers;
use super::super::pool::{Pool, Tx};
use crate::model::consultation::Consultation;
use crate::model::ids::{ConsultationId, SiteId};
use crate::store::rows::{ConsultationRow, count};
use crate::store::{Result, StoreError};

/// A consultation by a condition on `c`, `$1` and its site `$2`. One statement, so that patient,
/// state and link are of one moment.
macro_rules! consultation_where {
    ($condition:literal) => {
        with_identifiers!(
            "SELECT c.id, c.site_id, c.request_id, c.empego_key, c.access_key, c.state,
                    c.created_at,
                    s.name AS created_by,
                    (SELECT l.token_hash FROM links l
                     WHERE l.consultation_id = c.id ORDER BY l.generation DESC LIMIT 1)
                        AS token_hash,
                    c.due_on, c.reason, c.place, c.places, c.follows, c.series,
                    p.id AS patient_id, p.first_name, p.last_name, p.date_of_birth, p.language, ",
            concat!(
                "FROM consultations c
                 JOIN patients p ON p.id = c.patient_id JOIN staff s ON s.id = c.created_by
                 WHERE ",
                $condition
            )
        )
    };
}

pub(super) const BY_ID: Sql = consultation_where!("c.id = $1 AND c.site_id = $2");
const SERIES: Sql = consultation_where!("c.series = $1 AND c.site_id = $2 ORDER BY c.due_on, c.id");
pub(super) const BY_REQUEST: Sql = consultation_where!(
    "c.id = coalesce((SELECT id FROM consultations WHERE site_id = $2 AND request_id = $1),
                     (SELECT id FROM consultations WHERE site_id = $2 AND sent = $1
                      ORDER BY id LIMIT 1))"
);

pub(super) async fn one(
    executor: impl Into<On<'_>>,
    sql: Sql,
    site: &SiteId,
    key: &str,
) -> Result<Option<Consultation>> {
    let row: Option<ConsultationRow> =
        db::query_as(sql).bind(key).bind(&site.0).fetch_optional(executor).await?;
    row.map(Consultation::try_from).transpose()
}

pub(super) async fn must_get(
    tx: &mut Tx,
    site: &SiteId,
    id: &ConsultationId,
) -> Result<Consultation> {
    one(&mut *tx, BY_ID, site, &id.0).await?.ok_or(StoreError::NotFound)
}

/// [`StoreError::NotFound`] when the site has no such consultation.
pub(in crate::store::sql) async fn must_exist(
    tx: &mut Tx,
    site: &SiteId,
    id: &ConsultationId,
) -> Result<()> {
    let exists: bool = db::query_scalar(
        "SELECT EXISTS (SELECT 1 FROM consultations WHERE id = $1 AND site_id = $2)",
    )
    .bind(&id.0)
    .bind(&site.0)
    .fetch_one(&mut *tx)
    .await?;
    if exists { Ok(()) } else { Err(StoreError::NotFound) }
}

pub(super) async fn by_link(
    readers: &Pool,
    token_hash: &[u8],
) -> Result<Option<(Consultation, u32)>> {
    let link: Option<(String, String, i64)> = db::query_as(
        "SELECT l.consultation_id, c.site_id, l.generation
         FROM links l JOIN consultations c ON c.id = l.consultation_id
         WHERE l.token_hash = $1",
    )
    .bind(token_hash)
    .fetch_optional(readers)
    .await?;
    let Some((id, site, generation)) = link else { return Ok(None) };
    let generation = count(generation)?;
    Ok(one(readers, BY_ID, &SiteId(site), &id)
        .await?
        .map(|consultation| (consultation, generation)))
}

/// The follow-ups of a series, by day.
pub(super) async fn series(
    readers: &Pool,
    site: &SiteId,
    id: &ConsultationId,
) -> Result<Vec<Consultation>> {
    let rows: Vec<ConsultationRow> =
        db::query_as(SERIES).bind(&id.0).bind(&site.0).fetch_all(readers).await?;
    rows.into_iter().map(Consultation::try_from).collect()
}
