//! The audit log: append-only rows, each with a hash over itself and the hash before it.

mod chain;
mod removal;

pub use chain::chain;
pub(super) use chain::{Beginning, Verifier, as_hash, numbered};
pub(super) use removal::Removal;
pub use removal::{LogStart, Prunable, Prune, Seal, Sealer};

use super::rows::{corrupt, from_json};
use super::{Result, StoreError};
use crate::model::audit::Action;
use crate::model::client::Client;
use crate::model::ids::{ConsultationId, PatientId, SiteId, StaffId};
use crate::model::role::Roles;
use async_trait::async_trait;
use sqlx::FromRow;

/// A row of the log, as it is written. It names patients by id alone, and holds no token, key or
/// answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Milliseconds (UTC).
    pub at: i64,
    /// The log that it is in; `None` = of no site.
    pub site: Option<SiteId>,
    /// The account that acted; `None` = no account: a patient, an unauthenticated client, or the
    /// desk itself.
    pub staff: Option<StaffId>,
    /// The name of the actor at that time.
    pub name: String,
    /// The actor's roles at the site at that time.
    pub roles: Roles,
    pub action: Action,
    pub consultation: Option<ConsultationId>,
    pub patients: Vec<PatientId>,
    /// More, in a few words or as `name=value`. Nothing about a patient.
    pub detail: String,
    pub client: Client,
}

impl Record {
    /// The record as every engine can keep it: PostgreSQL's texts cannot hold U+0000, and a hash
    /// covers what is kept.
    pub(super) fn storable(&self) -> Self {
        let text = |text: &str| text.replace('\0', "\u{FFFD}");
        Self {
            name: text(&self.name),
            detail: text(&self.detail),
            client: Client {
                address: text(&self.client.address),
                device: text(&self.client.device),
            },
            ..self.clone()
        }
    }
}

/// A row of the log, as it is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogEntry {
    /// Counts the rows from 1, without gaps.
    pub number: i64,
    pub record: Record,
}

/// Selects rows, newest first. Every given condition must hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogQuery {
    pub site: SiteId,
    /// Done by this account.
    pub staff: Option<StaffId>,
    /// About any of these patients; an empty list finds nothing.
    pub patients: Option<Vec<PatientId>>,
    pub action: Option<Action>,
    /// Not before this moment, in milliseconds (UTC).
    pub from: Option<i64>,
    /// Before this moment, in milliseconds (UTC).
    pub until: Option<i64>,
    /// Only rows with a smaller number (keyset paging).
    pub before: Option<i64>,
    /// The most rows to return.
    pub limit: u32,
}

/// What [`Audit::verify`] found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Every row is there and unchanged.
    Intact {
        rows: i64,
        /// The number of the last row.
        last: i64,
        /// The hash of the last row. Noted elsewhere, it proves later that no row was removed from
        /// the end.
        head: [u8; 32],
        /// The proven beginning, where the oldest rows were removed. Whether its seal is genuine is
        /// for the holder of the secret to judge.
        start: Option<LogStart>,
    },
    /// The number of the first row that is missing, added or changed.
    Broken { number: i64 },
}

/// The number and the hash of a row, as they were noted earlier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Noted {
    pub number: i64,
    pub hash: [u8; 32],
    /// Whether the row may have been removed at the end of its retention since.
    pub may_be_removed: bool,
}

impl Verdict {
    /// The verdict in the light of a row that was noted earlier, and the hash that this row has
    /// now.
    pub(super) fn against(self, noted: &Noted, now: Option<[u8; 32]>) -> Self {
        let Self::Intact { start, .. } = &self else { return self };
        // The desk seals what it removes. A beginning that it only found is no reason for a row
        // to be missing.
        let removal = start.as_ref().filter(|start| start.is_removal());
        let begins = removal.map_or(0, |start| start.number);
        let removed = noted.may_be_removed && noted.number < begins;
        if removed || now == Some(noted.hash) {
            self
        } else {
            Self::Broken { number: noted.number }
        }
    }
}

/// The audit log.
#[async_trait]
pub trait Audit: Send + Sync {
    /// Appends rows, all or none.
    async fn record(&self, records: &[Record]) -> Result<()>;
    /// Rows of one site's log.
    async fn log(&self, query: &LogQuery) -> Result<Vec<LogEntry>>;
    /// Rows of no site: actions of unauthenticated clients, the command line and the first start.
    /// They concern the whole installation: `None` unless `reader` is an administrator of every
    /// site. The query's own site is ignored.
    async fn log_without_site(
        &self,
        reader: &StaffId,
        query: &LogQuery,
    ) -> Result<Option<Vec<LogEntry>>>;
    /// Whether an account is an administrator of every site.
    async fn administers_every_site(&self, staff: &StaffId) -> Result<bool>;
    /// Verifies the whole chain, of every site, and the index by which the rows about a patient are
    /// found.
    async fn verify(&self) -> Result<Verdict>;
    /// The hash of the row with this number, or of the last pruned row; `None` when it is missing.
    async fn hash_at(&self, number: i64) -> Result<Option<[u8; 32]>>;
    /// The number and the hash of the newest row, or of the last removed one; number 0 when there
    /// never was one.
    async fn head(&self) -> Result<(i64, [u8; 32])>;
    /// How many rows [`Audit::prune`] would remove without a bound: those before a moment
    /// (milliseconds, UTC), up to the first one that is not. The newest row is never among them.
    async fn prunable(&self, before: i64) -> Result<Prunable>;
    /// Removes the oldest rows; the chain then begins after them. The newest row always stays. If
    /// any were removed, a row that says so is written in the same transaction, with the number and
    /// the hash of the last removed row and their seal. Returns how many were removed.
    async fn prune(&self, prune: &Prune<'_>) -> Result<u64>;
    /// Seals the beginning of a log whose oldest rows were removed by a version without seals, in a
    /// row of its own: once, and never again. `log` is that row without its detail. `None`, and
    /// nothing is written, where there is no such beginning.
    async fn seal_start(&self, seal: Sealer<'_>, log: &Record) -> Result<Option<LogStart>>;
}

/// A row of the table `audit`. `patients` is a JSON list of ids.
#[derive(FromRow)]
pub(super) struct LogRow {
    number: i64,
    at: i64,
    site_id: Option<String>,
    staff_id: Option<String>,
    staff_name: String,
    roles: String,
    action: String,
    consultation_id: Option<String>,
    patients: String,
    detail: String,
    address: String,
    device: String,
    pub(super) hash: Vec<u8>,
}

impl TryFrom<LogRow> for LogEntry {
    type Error = StoreError;

    fn try_from(row: LogRow) -> Result<Self> {
        let patients: Vec<String> = from_json(&row.patients, "a log row's patients")?;
        Ok(Self {
            number: row.number,
            record: Record {
                at: row.at,
                site: row.site_id.map(SiteId),
                staff: row.staff_id.map(StaffId),
                name: row.staff_name,
                roles: Roles::parse(&row.roles).ok_or_else(|| corrupt("a role"))?,
                action: Action::parse(&row.action).ok_or_else(|| corrupt("a log row's action"))?,
                consultation: row.consultation_id.map(ConsultationId),
                patients: patients.into_iter().map(PatientId).collect(),
                detail: row.detail,
                client: Client { address: row.address, device: row.device },
            },
        })
    }
}
