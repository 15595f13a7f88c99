//! Sites, and the roles of accounts at them.

use super::db::{self, Sql};
use super::pool::Tx;
use super::{SqlStore, accounts, audit, factors, found, links, logos, members, refused, sessions};
use crate::model::ids::{SiteId, StaffId};
use crate::model::role::{Role, Roles};
use crate::model::site::Site;
use crate::store::accounts::StaffRow;
use crate::store::rows::to_json;
use crate::store::sites::{SiteRow, role, roles};
use crate::store::{Join, Logo, Record, Reseal, Result, Sites, Staff, StoreError};
use async_trait::async_trait;
use sqlx::FromRow;

/// What [`crate::store::StoreError::Taken`] calls a site's name.
const NAME: &str = "the site's name";

/// A site's columns, by the names of [`SiteRow`].
macro_rules! site_columns {
    () => {
        "SELECT x.id AS site_id, x.name AS site_name, x.public_name_en, x.public_name_fr,
                x.tenant_key, x.link_ttl_ms, x.birth_date_gate, x.retention_ms, x.keep_exports,
                x.accent, x.time_zone, x.default_identifier, x.reasons,
                x.default_reason, x.created_at AS site_created_at"
    };
}

/// `$roles`: a JSON list of roles `m`.
macro_rules! sites_of {
    ($roles:literal) => {
        concat!(
            site_columns!(),
            ", ",
            $roles,
            " AS roles FROM memberships m JOIN sites x ON x.id = m.site_id
             WHERE m.staff_id = $1 GROUP BY x.id ORDER BY lower(x.name), x.name"
        )
    };
}

#[derive(FromRow)]
struct MembershipRow {
    roles: String,
    #[sqlx(flatten)]
    site: SiteRow,
}

#[derive(FromRow)]
struct MemberRow {
    role: String,
    #[sqlx(flatten)]
    staff: StaffRow,
}

async fn add(tx: &mut Tx, site: &Site) -> Result<()> {
    db::query(
        "INSERT INTO sites (id, name, public_name_en, public_name_fr, tenant_key, link_ttl_ms,
                            birth_date_gate, retention_ms, accent, created_at, keep_exports,
                            time_zone, default_identifier, reasons, default_reason)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
    )
    .bind(&site.id.0)
    .bind(&site.name)
    .bind(&site.public_name_en)
    .bind(&site.public_name_fr)
    .bind(&site.tenant_key)
    .bind(site.rules.ttl_ms)
    .bind(site.rules.birth_date_gate)
    .bind(site.retention_ms)
    .bind(&site.accent)
    .bind(site.created_at)
    .bind(site.keep_exports)
    .bind(&site.time_zone)
    .bind(site.default_identifier.slug())
    .bind(to_json(&site.reasons, "a site's reasons")?)
    .bind(&site.default_reason)
    .execute(&mut *tx)
    .await
    .map_err(|error| refused(error, NAME))?;
    Ok(())
}

async fn set(tx: &mut Tx, site: &Site) -> Result<()> {
    let done = db::query(
        "UPDATE sites SET name = $2, public_name_en = $3, public_name_fr = $4, tenant_key = $5,
                          link_ttl_ms = $6, birth_date_gate = $7, retention_ms = $8, accent = $9,
                          keep_exports = $10, time_zone = $11,
                          default_identifier = $12, reasons = $13, default_reason = $14
         WHERE id = $1",
    )
    .bind(&site.id.0)
    .bind(&site.name)
    .bind(&site.public_name_en)
    .bind(&site.public_name_fr)
    .bind(&site.tenant_key)
    .bind(site.rules.ttl_ms)
    .bind(site.rules.birth_date_gate)
    .bind(site.retention_ms)
    .bind(&site.accent)
    .bind(site.keep_exports)
    .bind(&site.time_zone)
    .bind(site.default_identifier.slug())
    .bind(to_json(&site.reasons, "a site's reasons")?)
    .bind(&site.default_reason)
    .execute(&mut *tx)
    .await
    .map_err(|error| refused(error, NAME))?;
    found(done)
}

#[async_trait]
impl Sites for SqlStore {
    async fn add_site(&self, site: &Site) -> Result<()> {
        let mut tx = self.write().await?;
        add(&mut tx, site).await?;
        Ok(tx.commit().await?)
    }

    async fn add_site_with_founder(
        &self,
        site: &Site,
        staff: &StaffId,
        roles: &Roles,
        log: &[Record],
    ) -> Result<()> {
        let mut tx = self.write().await?;
        add(&mut tx, site).await?;
        members::add_roles(&mut tx, staff, &site.id, roles).await?;
        audit::append(&mut tx, log).await?;
        Ok(tx.commit().await?)
    }

    async fn set_site(&self, site: &Site, log: &[Record]) -> Result<()> {
        let mut tx = self.write().await?;
        set(&mut tx, site).await?;
        audit::append(&mut tx, log).await?;
        Ok(tx.commit().await?)
    }

    async fn site(&self, id: &SiteId) -> Result<Option<Site>> {
        let row: Option<SiteRow> =
            db::query_as(concat!(site_columns!(), " FROM sites x WHERE x.id = $1"))
                .bind(&id.0)
                .fetch_optional(&self.readers)
                .await?;
        row.map(Site::try_from).transpose()
    }

    async fn all_sites(&self) -> Result<Vec<Site>> {
        let rows: Vec<SiteRow> =
            db::query_as(concat!(site_columns!(), " FROM sites x ORDER BY lower(x.name), x.name"))
                .fetch_all(&self.readers)
                .await?;
        rows.into_iter().map(Site::try_from).collect()
    }

    async fn reseal_tenant_keys(&self, reseal: Reseal<'_>) -> Result<()> {
        let mut tx = self.write().await?;
        let sealed: Vec<(String, String)> =
            db::query_as("SELECT id, tenant_key FROM sites WHERE tenant_key IS NOT NULL")
                .fetch_all(&mut tx)
                .await?;
        for (id, key) in sealed {
            if let Some(key) = reseal(&key) {
                db::query("UPDATE sites SET tenant_key = $2 WHERE id = $1")
                    .bind(id)
                    .bind(key)
                    .execute(&mut tx)
                    .await?;
            }
        }
        Ok(tx.commit().await?)
    }

    async fn logo(&self, site: &SiteId) -> Result<Option<Logo>> {
        logos::one(&self.readers, site).await
    }

    async fn logo_version(&self, site: &SiteId) -> Result<Option<String>> {
        logos::version(&self.readers, site).await
    }

    async fn set_logo(&self, site: &SiteId, logo: Option<&Logo>, log: &[Record]) -> Result<()> {
        let mut tx = self.write().await?;
        logos::set(&mut tx, site, logo).await?;
        audit::append(&mut tx, log).await?;
        Ok(tx.commit().await?)
    }

    async fn set_roles(
        &self,
        staff: &StaffId,
        site: &SiteId,
        roles: &Roles,
        log: &[Record],
    ) -> Result<()> {
        let mut tx = self.write().await?;
        let sites = members::sites(&mut tx, staff, site).await?;
        if !sites.contains(site) {
            return Err(StoreError::Outdated);
        }
        members::set_roles(&mut tx, staff, site, roles).await?;
        audit::append(&mut tx, log).await?;
        Ok(tx.commit().await?)
    }

    async fn join(
        &self,
        staff: &StaffId,
        site: &SiteId,
        roles: &Roles,
        join: Join<'_>,
        log: &[Record],
    ) -> Result<()> {
        let mut tx = self.write().await?;
        let sites = members::sites(&mut tx, staff, site).await?;
        let (as_said, ways) = match join {
            Join::Anew { password_hash, link, licence } => {
                (sites.is_empty(), Some((password_hash, link, licence)))
            }
            Join::ByProvider => (true, Some(("", None, None))),
            Join::ByOperator => (!sites.is_empty(), None),
        };
        if !as_said || sites.contains(site) {
            return Err(StoreError::Outdated);
        }
        if let Some((password_hash, link, licence)) = ways {
            accounts::set_password(&mut tx, staff, password_hash).await?;
            factors::remove(&mut tx, staff).await?;
            sessions::end_all(&mut tx, staff).await?;
            if let Some(link) = link {
                // The earlier links were removed above: there is none whose expiry counts.
                links::require_password_door(&mut tx, staff, 0).await?;
                links::add(&mut tx, staff, link).await?;
            }
            if licence.is_some() {
                accounts::set_licence(&mut tx, staff, licence).await?;
            }
        }
        members::set_roles(&mut tx, staff, site, roles).await?;
        audit::append(&mut tx, log).await?;
        Ok(tx.commit().await?)
    }

    async fn sites_of(&self, staff: &StaffId) -> Result<Vec<(Site, Roles)>> {
        let rows: Vec<MembershipRow> = db::query_as(Sql::pair(
            sites_of!("json_group_array(m.role)"),
            sites_of!("json_agg(m.role)::text"),
        ))
        .bind(&staff.0)
        .fetch_all(&self.readers)
        .await?;
        rows.into_iter().map(|row| Ok((row.site.try_into()?, roles(&row.roles)?))).collect()
    }

    async fn staff_of(&self, site: &SiteId) -> Result<Vec<(Staff, Role)>> {
        let rows: Vec<MemberRow> = db::query_as(
            "SELECT m.role, s.id, s.email, s.name, s.password_hash, s.created_at, s.disabled_at,
                    s.licence
             FROM memberships m JOIN staff s ON s.id = m.staff_id
             WHERE m.site_id = $1 ORDER BY s.email, m.role",
        )
        .bind(&site.0)
        .fetch_all(&self.readers)
        .await?;
        rows.into_iter().map(|row| Ok((row.staff.into(), role(&row.role)?))).collect()
    }
}
