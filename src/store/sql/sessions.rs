//! Sessions.

use super::db::{self, Sql};
use super::pool::{Pool, Tx};
use super::{found, refused};
use crate::model::ids::{SiteId, StaffId};
use crate::store::accounts::{SessionRow, SignedInRow};
use crate::store::{Result, Session, SignedIn};

pub(super) async fn add(tx: &mut Tx, session: &Session) -> Result<()> {
    db::query(
        "INSERT INTO sessions (token_hash, staff_id, site_id, created_at, seen_at, address, device)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(&session.token_hash)
    .bind(&session.staff_id.0)
    .bind(&session.site.0)
    .bind(session.created_at)
    .bind(session.seen_at)
    .bind(&session.client.address)
    .bind(&session.client.device)
    .execute(&mut *tx)
    .await
    .map_err(|error| refused(error, "the session"))?;
    Ok(())
}

/// `$roles`, `$others`: JSON lists of roles `m`, and of the ids and names of sites `o`.
macro_rules! signed_in {
    ($roles:literal, $others:literal) => {
        concat!(
            "SELECT t.token_hash, t.created_at AS session_created_at, t.seen_at, t.address,
                    t.device, s.id, s.email, s.name, s.password_hash, s.created_at, s.disabled_at,
                    s.licence,
                    x.id AS site_id, x.name AS site_name, x.public_name_en, x.public_name_fr,
                    x.tenant_key, x.link_ttl_ms, x.birth_date_gate, x.retention_ms, x.keep_exports,
                    x.accent, x.time_zone, x.default_identifier, x.reasons,
                    x.default_reason, x.created_at AS site_created_at,
                    (SELECT ",
            $roles,
            " FROM memberships m WHERE m.staff_id = s.id AND m.site_id = x.id) AS roles,
                    (SELECT ",
            $others,
            " FROM sites o
                     WHERE o.id <> x.id AND EXISTS (
                         SELECT 1 FROM memberships m WHERE m.staff_id = s.id AND m.site_id = o.id))
                        AS others
             FROM sessions t JOIN staff s ON s.id = t.staff_id JOIN sites x ON x.id = t.site_id
             WHERE t.token_hash = $1 AND s.disabled_at IS NULL"
        )
    };
}

pub(super) async fn find(readers: &Pool, token_hash: &[u8]) -> Result<Option<SignedIn>> {
    let row: Option<SignedInRow> = db::query_as(Sql::pair(
        signed_in!(
            "json_group_array(m.role)",
            "json_group_array(json_array(o.id, o.name) ORDER BY lower(o.name), o.name)"
        ),
        signed_in!(
            "coalesce(json_agg(m.role), '[]')::text",
            "coalesce(json_agg(json_build_array(o.id, o.name)
                               ORDER BY lower(o.name), o.name), '[]')::text"
        ),
    ))
    .bind(token_hash)
    .fetch_optional(readers)
    .await?;
    row.map_or(Ok(None), SignedInRow::read)
}

pub(super) async fn touch(writer: &Pool, token_hash: &[u8], at: i64) -> Result<()> {
    db::query("UPDATE sessions SET seen_at = $2 WHERE token_hash = $1 AND seen_at < $2")
        .bind(token_hash)
        .bind(at)
        .execute(writer)
        .await?;
    Ok(())
}

pub(super) async fn switch_site(tx: &mut Tx, token_hash: &[u8], site: &SiteId) -> Result<()> {
    let done = db::query(
        "UPDATE sessions SET site_id = $2 WHERE token_hash = $1 AND EXISTS
             (SELECT 1 FROM memberships m WHERE m.staff_id = sessions.staff_id AND m.site_id = $2)",
    )
    .bind(token_hash)
    .bind(&site.0)
    .execute(&mut *tx)
    .await?;
    found(done)
}

/// Whether there was one.
pub(super) async fn end(tx: &mut Tx, token_hash: &[u8]) -> Result<bool> {
    let done = db::query("DELETE FROM sessions WHERE token_hash = $1")
        .bind(token_hash)
        .execute(&mut *tx)
        .await?;
    Ok(done > 0)
}

pub(super) async fn end_all(tx: &mut Tx, id: &StaffId) -> Result<()> {
    db::query("DELETE FROM sessions WHERE staff_id = $1").bind(&id.0).execute(&mut *tx).await?;
    Ok(())
}

pub(super) async fn end_old(tx: &mut Tx, created_before: i64, seen_before: i64) -> Result<u64> {
    let done = db::query("DELETE FROM sessions WHERE created_at < $1 OR seen_at < $2")
        .bind(created_before)
        .bind(seen_before)
        .execute(&mut *tx)
        .await?;
    Ok(done)
}

pub(super) async fn all(readers: &Pool, id: &StaffId) -> Result<Vec<Session>> {
    let rows: Vec<SessionRow> = db::query_as(
        "SELECT token_hash, staff_id, site_id, created_at, seen_at, address, device FROM sessions
         WHERE staff_id = $1 ORDER BY seen_at DESC, created_at DESC, token_hash",
    )
    .bind(&id.0)
    .fetch_all(readers)
    .await?;
    Ok(rows.into_iter().map(Session::from).collect())
}

pub(super) async fn end_others(tx: &mut Tx, id: &StaffId, keep: &[u8]) -> Result<u64> {
    let done = db::query("DELETE FROM sessions WHERE staff_id = $1 AND token_hash <> $2")
        .bind(&id.0)
        .bind(keep)
        .execute(&mut *tx)
        .await?;
    Ok(done)
}
