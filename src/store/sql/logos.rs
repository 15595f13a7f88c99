//! Logos of sites.

use super::db;
use super::pool::{Pool, Tx};
use super::refused;
use crate::model::ids::SiteId;
use crate::store::sites::LogoRow;
use crate::store::{Logo, Result};

pub(super) async fn one(readers: &Pool, site: &SiteId) -> Result<Option<Logo>> {
    let row: Option<LogoRow> =
        db::query_as("SELECT kind, bytes, version FROM logos WHERE site_id = $1")
            .bind(&site.0)
            .fetch_optional(readers)
            .await?;
    row.map(Logo::try_from).transpose()
}

pub(super) async fn version(readers: &Pool, site: &SiteId) -> Result<Option<String>> {
    Ok(db::query_scalar("SELECT version FROM logos WHERE site_id = $1")
        .bind(&site.0)
        .fetch_optional(readers)
        .await?)
}

pub(super) async fn set(tx: &mut Tx, site: &SiteId, logo: Option<&Logo>) -> Result<()> {
    let Some(logo) = logo else {
        db::query("DELETE FROM logos WHERE site_id = $1").bind(&site.0).execute(&mut *tx).await?;
        return Ok(());
    };
    db::query(
        "INSERT INTO logos (site_id, kind, bytes, version) VALUES ($1, $2, $3, $4)
         ON CONFLICT (site_id) DO UPDATE
         SET kind = excluded.kind, bytes = excluded.bytes, version = excluded.version",
    )
    .bind(&site.0)
    .bind(logo.kind.media_type())
    .bind(&logo.bytes)
    .bind(&logo.version)
    .execute(&mut *tx)
    .await
    .map_err(|error| refused(error, "the logo"))?;
    Ok(())
}
