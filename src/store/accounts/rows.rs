//! Rows of accounts and sessions, and how they are read.

use super::{Session, SignedIn, Staff};
use crate::model::client::Client;
use crate::model::ids::{SiteId, StaffId};
use crate::model::site::{Site, SiteName};
use crate::store::Result;
use crate::store::rows::from_json;
use crate::store::sites::{SiteRow, roles};
use sqlx::FromRow;

#[derive(FromRow)]
pub(in crate::store) struct StaffRow {
    id: String,
    email: String,
    name: String,
    password_hash: String,
    created_at: i64,
    disabled_at: Option<i64>,
    licence: Option<String>,
}

impl From<StaffRow> for Staff {
    fn from(row: StaffRow) -> Self {
        Self {
            id: StaffId(row.id),
            email: row.email,
            name: row.name,
            password_hash: row.password_hash,
            created_at: row.created_at,
            disabled_at: row.disabled_at,
            licence: row.licence,
        }
    }
}

/// A session.
#[derive(FromRow)]
pub(in crate::store) struct SessionRow {
    token_hash: Vec<u8>,
    staff_id: String,
    site_id: String,
    created_at: i64,
    seen_at: i64,
    address: String,
    device: String,
}

impl From<SessionRow> for Session {
    fn from(row: SessionRow) -> Self {
        Self {
            token_hash: row.token_hash,
            staff_id: StaffId(row.staff_id),
            site: SiteId(row.site_id),
            created_at: row.created_at,
            seen_at: row.seen_at,
            client: Client { address: row.address, device: row.device },
        }
    }
}

/// A session with its account and site.
#[derive(FromRow)]
pub(in crate::store) struct SignedInRow {
    token_hash: Vec<u8>,
    session_created_at: i64,
    seen_at: i64,
    address: String,
    device: String,
    /// The roles at the session's site, as a JSON list; empty when there is none.
    roles: String,
    /// The account's other sites by name, as a JSON list of pairs.
    others: String,
    #[sqlx(flatten)]
    staff: StaffRow,
    #[sqlx(flatten)]
    site: SiteRow,
}

impl SignedInRow {
    /// `None` when the account has no role at the session's site.
    pub(in crate::store) fn read(self) -> Result<Option<SignedIn>> {
        let (staff, site) = (Staff::from(self.staff), Site::try_from(self.site)?);
        let roles = roles(&self.roles)?;
        if roles.is_empty() {
            return Ok(None);
        }
        let others = from_json::<Vec<(String, String)>>(&self.others, "an account's sites")?
            .into_iter()
            .map(|(id, name)| SiteName { id: SiteId(id), name })
            .collect();
        let session = Session {
            token_hash: self.token_hash,
            staff_id: staff.id.clone(),
            site: site.id.clone(),
            created_at: self.session_created_at,
            seen_at: self.seen_at,
            client: Client { address: self.address, device: self.device },
        };
        Ok(Some(SignedIn { session, staff, site, roles, others }))
    }
}
