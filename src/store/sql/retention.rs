//! Holds and purges.

use super::db::{self, Sql};
use super::pool::Tx;
use super::{SqlStore, audit, changes, consultations, patient_changes};
use crate::model::ids::{ConsultationId, PatientId, SiteId};
use crate::store::{
    ClockCheck, HeldConsultation, Hold, Leap, Purge, PurgePlan, Purged, Record, Result, Retention,
};
use async_trait::async_trait;
use std::collections::BTreeSet;

/// The consultations `c` of the site `$1` that are due at the moment `$2`: nothing happened to them
/// since. The expiry of an unanswered link counts too, though it leaves no row in the timeline;
/// 9223372036854775807 is a link that never expires. A follow-up is not due before its day.
macro_rules! due {
    ($before:literal, $after:literal) => {
        Sql::pair(
            concat!($before, due!("date($2 / 1000, 'unixepoch')"), $after),
            concat!(
                $before,
                due!(
                    "to_char(to_timestamp(least(greatest($2 / 1000, -62135596800), 253402300799))
                         AT TIME ZONE 'UTC', 'YYYY-MM-DD')"
                ),
                $after
            ),
        )
    };
    ($day:literal) => {
        concat!(
            "c.site_id = $1 AND c.created_at < $2
         AND (c.delivery NOT IN ('link-ready', 'opened', 'started') OR c.expires_at < $2
              OR c.expires_at = 9223372036854775807)
         AND (c.due_on IS NULL OR c.due_on < ",
            $day,
            ")
         AND NOT EXISTS (SELECT 1 FROM timeline t
                         WHERE t.consultation_id = c.id AND t.happened_at >= $2)
         AND NOT EXISTS (SELECT 1 FROM holds h WHERE h.consultation_id = c.id)"
        )
    };
}

#[async_trait]
impl Retention for SqlStore {
    async fn hold(&self, site: &SiteId, id: &ConsultationId) -> Result<Option<Hold>> {
        let row: Option<(i64, String, String)> = db::query_as(
            "SELECT h.since, h.held_by, h.reason
             FROM holds h JOIN consultations c ON c.id = h.consultation_id
             WHERE h.consultation_id = $1 AND c.site_id = $2",
        )
        .bind(&id.0)
        .bind(&site.0)
        .fetch_optional(&self.readers)
        .await?;
        Ok(row.map(|(since, by, reason)| Hold { since, by, reason }))
    }

    async fn holds(&self, site: &SiteId) -> Result<Vec<HeldConsultation>> {
        let rows: Vec<(String, String, i64, String, String)> = db::query_as(
            "SELECT c.id, c.patient_id, h.since, h.held_by, h.reason
             FROM holds h JOIN consultations c ON c.id = h.consultation_id
             WHERE c.site_id = $1 ORDER BY h.since DESC, c.id",
        )
        .bind(&site.0)
        .fetch_all(&self.readers)
        .await?;
        let held = |(id, patient, since, by, reason)| HeldConsultation {
            consultation: ConsultationId(id),
            patient: PatientId(patient),
            hold: Hold { since, by, reason },
        };
        Ok(rows.into_iter().map(held).collect())
    }

    async fn set_hold(
        &self,
        site: &SiteId,
        id: &ConsultationId,
        hold: Option<&Hold>,
        log: &[Record],
    ) -> Result<()> {
        let mut tx = self.write().await?;
        consultations::must_exist(&mut tx, site, id).await?;
        let query = match hold {
            Some(hold) => db::query(
                "INSERT INTO holds (consultation_id, since, held_by, reason)
                 VALUES ($1, $2, $3, $4)
                 ON CONFLICT (consultation_id) DO UPDATE
                 SET since = $2, held_by = $3, reason = $4",
            )
            .bind(&id.0)
            .bind(hold.since)
            .bind(&hold.by)
            .bind(&hold.reason),
            None => db::query("DELETE FROM holds WHERE consultation_id = $1").bind(&id.0),
        };
        query.execute(&mut tx).await?;
        audit::append(&mut tx, log).await?;
        Ok(tx.commit().await?)
    }

    async fn due(&self, site: &SiteId, before: i64) -> Result<Purged> {
        let (consultations, patients): (i64, i64) = db::query_as(due!(
            "WITH due AS MATERIALIZED (SELECT c.id, c.patient_id FROM consultations c WHERE ",
            ")
             SELECT (SELECT count(*) FROM due),
                    (SELECT count(DISTINCT d.patient_id) FROM due d
                     WHERE NOT EXISTS (
                         SELECT 1 FROM consultations o
                         WHERE o.patient_id = d.patient_id AND o.id NOT IN (SELECT id FROM due)))"
        ))
        .bind(&site.0)
        .bind(before)
        .fetch_one(&self.readers)
        .await?;
        Ok(Purged {
            consultations: consultations.unsigned_abs(),
            patients: patients.unsigned_abs(),
        })
    }

    async fn kept(&self, site: &SiteId) -> Result<u64> {
        let count: i64 = db::query_scalar("SELECT count(*) FROM consultations WHERE site_id = $1")
            .bind(&site.0)
            .fetch_one(&self.readers)
            .await?;
        Ok(count.unsigned_abs())
    }

    async fn plan(&self, site: Option<&SiteId>) -> Result<Option<PurgePlan>> {
        let row: Option<(i64, i64, i64, i64)> = db::query_as(
            "SELECT announced_at, before, records, patients FROM purge_plans WHERE subject = $1",
        )
        .bind(subject(site))
        .fetch_optional(&self.readers)
        .await?;
        Ok(row.map(|(announced_at, before, records, patients)| PurgePlan {
            announced_at,
            before,
            records: records.unsigned_abs(),
            patients: patients.unsigned_abs(),
        }))
    }

    async fn set_plan(
        &self,
        site: Option<&SiteId>,
        plan: Option<&PurgePlan>,
        log: &[Record],
    ) -> Result<()> {
        let count = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
        let mut tx = self.write().await?;
        let query = match plan {
            Some(plan) => db::query(
                "INSERT INTO purge_plans (subject, announced_at, before, records, patients)
                 VALUES ($1, $2, $3, $4, $5)
                 ON CONFLICT (subject) DO UPDATE SET announced_at = $2, before = $3, records = $4,
                     patients = $5",
            )
            .bind(subject(site))
            .bind(plan.announced_at)
            .bind(plan.before)
            .bind(count(plan.records))
            .bind(count(plan.patients)),
            None => db::query("DELETE FROM purge_plans WHERE subject = $1").bind(subject(site)),
        };
        query.execute(&mut tx).await?;
        audit::append(&mut tx, log).await?;
        Ok(tx.commit().await?)
    }

    async fn clock_check(&self, leap: Leap) -> Result<ClockCheck> {
        let (certain, contradicted) = db::query_as(
            "WITH since AS (
                 SELECT a.number, a.at, lag(a.at, 1, c.at) OVER (ORDER BY a.number) AS earlier
                 FROM audit a JOIN clock_check c ON a.number > c.number)
             SELECT coalesce(
                 (SELECT s.earlier FROM since s
                  WHERE s.at - s.earlier >= $1 OR s.earlier - s.at > $2
                  ORDER BY s.number LIMIT 1),
                 (SELECT s.at FROM since s ORDER BY s.number DESC LIMIT 1),
                 c.at), c.contradicted
             FROM clock_check c",
        )
        .bind(leap.forward)
        .bind(leap.back)
        .fetch_one(&self.readers)
        .await?;
        Ok(ClockCheck { certain, contradicted })
    }

    async fn trust_clock(&self, at: i64, log: &[Record]) -> Result<()> {
        let mut tx = self.write().await?;
        audit::append(&mut tx, log).await?;
        let (number, _) = audit::end(&mut tx).await?;
        db::query("UPDATE clock_check SET number = $1, at = $2, contradicted = NULL")
            .bind(number)
            .bind(at)
            .execute(&mut tx)
            .await?;
        Ok(tx.commit().await?)
    }

    async fn doubt_clock(&self, contradicted: Option<i64>, log: &[Record]) -> Result<()> {
        let mut tx = self.write().await?;
        db::query("DELETE FROM purge_plans").execute(&mut tx).await?;
        db::query("UPDATE clock_check SET contradicted = coalesce($1, contradicted)")
            .bind(contradicted)
            .execute(&mut tx)
            .await?;
        audit::append(&mut tx, log).await?;
        Ok(tx.commit().await?)
    }

    async fn has_plans(&self) -> Result<bool> {
        Ok(db::query_scalar("SELECT EXISTS (SELECT 1 FROM purge_plans)")
            .fetch_one(&self.readers)
            .await?)
    }

    async fn purge(&self, purge: &Purge) -> Result<Purged> {
        let mut tx = self.write().await?;
        let due: Vec<(String, String)> = db::query_as(due!(
            "SELECT c.id, c.patient_id FROM consultations c WHERE ",
            " ORDER BY c.id LIMIT $3"
        ))
        .bind(&purge.site.0)
        .bind(purge.before)
        .bind(purge.limit)
        .fetch_all(&mut tx)
        .await?;
        if due.is_empty() {
            return Ok(Purged::default());
        }
        let ids: Vec<&str> = due.iter().map(|(id, _)| id.as_str()).collect();
        changes::note(&mut tx, &ids, purge.log.at).await?;
        for (id, _) in &due {
            remove(&mut tx, id).await?;
        }
        db::query("DELETE FROM purging").execute(&mut tx).await?;
        let concerned: BTreeSet<PatientId> =
            due.iter().map(|(_, patient)| PatientId(patient.clone())).collect();
        let mut purged =
            Purged { consultations: due.len().try_into().unwrap_or(u64::MAX), patients: 0 };
        for patient in &concerned {
            if !has_consultations(&mut tx, patient).await? {
                patient_changes::remove(&mut tx, patient).await?;
                purged.patients += 1;
            }
        }
        let detail = format!("consultations={} patients={}", purged.consultations, purged.patients);
        let log = Record { patients: concerned.into_iter().collect(), detail, ..purge.log.clone() };
        audit::append(&mut tx, &[log]).await?;
        self.commit(tx).await?;
        Ok(purged)
    }
}

/// The key of a plan.
fn subject(site: Option<&SiteId>) -> &str {
    site.map_or("", |site| &site.0)
}

/// Deletes one consultation. Its marker in `purging` makes the timeline's trigger let its rows go;
/// another trigger refuses the marker for a consultation under a hold.
async fn remove(tx: &mut Tx, id: &str) -> Result<()> {
    db::query("DELETE FROM purging").execute(&mut *tx).await?;
    db::query("INSERT INTO purging (\"only\", consultation_id) VALUES (1, $1)")
        .bind(id)
        .execute(&mut *tx)
        .await?;
    for sql in [
        "DELETE FROM timeline WHERE consultation_id = $1",
        "DELETE FROM exports WHERE consultation_id = $1",
        "DELETE FROM links WHERE consultation_id = $1",
        "DELETE FROM queue_events WHERE consultation_id = $1",
        "UPDATE consultations SET follows = NULL WHERE follows = $1",
        "DELETE FROM consultations WHERE id = $1",
    ] {
        db::query(sql).bind(id).execute(&mut *tx).await?;
    }
    Ok(())
}

async fn has_consultations(tx: &mut Tx, patient: &PatientId) -> Result<bool> {
    Ok(db::query_scalar("SELECT EXISTS (SELECT 1 FROM consultations WHERE patient_id = $1)")
        .bind(&patient.0)
        .fetch_one(&mut *tx)
        .await?)
}
