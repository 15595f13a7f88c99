//! The audit log: append-only rows, each with a hash over itself and the hash before it.

use super::Result;
use crate::model::audit::Action;
use crate::model::client::Client;
use crate::model::ids::{ConsultationId, PatientId, SiteId, StaffId};
use crate::model::role::Roles;
use async_trait::async_trait;
use sha2::{Digest, Sha256};

/// A row of the log, as it is written. Names no patient but by id, and holds no token, key or
/// answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// When, in milliseconds (UTC).
    pub at: i64,
    /// Whose it is. `None` = of no site.
    pub site: Option<SiteId>,
    /// Whose account did it. `None` = no account: a patient, a stranger, the desk itself.
    pub staff: Option<StaffId>,
    /// The name of whoever did it, as it was then.
    pub name: String,
    /// What they were at the site, then.
    pub roles: Roles,
    /// What they did.
    pub action: Action,
    /// The consultation that it is about, if it is about one.
    pub consultation: Option<ConsultationId>,
    /// The patients that it is about.
    pub patients: Vec<PatientId>,
    /// More, in a few words or as `name=value`. Nothing about a patient.
    pub detail: String,
    /// From where.
    pub client: Client,
}

/// A row of the log, as it is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Logged {
    /// Counts the rows from 1, without gaps.
    pub number: i64,
    /// The row.
    pub record: Record,
}

/// Which rows are wanted, newest first. A row fits when everything that is given fits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogQuery {
    /// Whose log.
    pub site: SiteId,
    /// Done by this account.
    pub staff: Option<StaffId>,
    /// About any of these patients; `None` = whoever it is about. An empty list finds nothing.
    pub patients: Option<Vec<PatientId>>,
    /// This action.
    pub action: Option<Action>,
    /// Not before this moment, in milliseconds (UTC).
    pub from: Option<i64>,
    /// Before this moment, in milliseconds (UTC).
    pub until: Option<i64>,
    /// Only rows with a smaller number (keyset paging).
    pub before: Option<i64>,
    /// How many rows at the most.
    pub limit: u32,
}

/// What [`Audit::verify`] found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Every row is there and as it was written.
    Whole {
        /// How many rows there are.
        rows: i64,
        /// The number of the last one.
        last: i64,
        /// Its hash. Noted outside, it proves later that nothing was taken off the end.
        head: [u8; 32],
    },
    /// The first row that is missing, added or changed.
    Broken {
        /// Its number.
        number: i64,
    },
}

/// The audit log.
#[async_trait]
pub trait Audit: Send + Sync {
    /// Appends rows, all or none.
    async fn record(&self, records: &[Record]) -> Result<()>;
    /// Rows of one site's log.
    async fn log(&self, query: &LogQuery) -> Result<Vec<Logged>>;
    /// Rows of no site: what strangers, the command line and the first start did. They tell of the
    /// whole installation, so `reader` must be an account that administers every site of it; `None`
    /// for anybody else. The query's own site finds nothing here.
    async fn log_of_no_site(
        &self,
        reader: &StaffId,
        query: &LogQuery,
    ) -> Result<Option<Vec<Logged>>>;
    /// Whether an account is an administrator at every site there is.
    async fn administers_every_site(&self, staff: &StaffId) -> Result<bool>;
    /// Walks the whole chain, of every site, and what finds the rows of a patient.
    async fn verify(&self) -> Result<Verdict>;
    /// The hash of the row with this number, to be held against one that was noted outside. `None`
    /// when it is not there.
    async fn hash_at(&self, number: i64) -> Result<Option<[u8; 32]>>;
    /// Removes the rows from before a moment (milliseconds, UTC), up to the first one that is not;
    /// the chain then begins after them. The newest row always stays, and with it the end of the
    /// chain. How many there were.
    async fn prune(&self, before: i64) -> Result<u64>;
}

/// The hash of a row: SHA-256 over the hash before it and everything that the row says, as a JSON
/// list.
#[must_use]
pub fn chain(before: &[u8; 32], number: i64, record: &Record) -> [u8; 32] {
    let ids = |ids: &[PatientId]| ids.iter().map(|id| id.0.clone()).collect::<Vec<_>>();
    let words = serde_json::json!([
        number,
        record.at,
        record.site,
        record.staff,
        record.name,
        record.roles.slugs(),
        record.action.slug(),
        record.consultation,
        ids(&record.patients),
        record.detail,
        record.client.address,
        record.client.device,
    ]);
    let mut hash = Sha256::new();
    hash.update(before);
    hash.update(words.to_string());
    hash.finalize().into()
}
