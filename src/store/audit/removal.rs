//! The removal of the oldest rows, as a row of the log tells it.

use super::{LogEntry, Record};
use crate::model::audit::Action;
use std::fmt::{self, Display, Formatter};
use std::str::Split;

/// The beginning of the detail of a row about a beginning that was found.
const FOUND: &str = "log-begins ";

/// Signs a beginning of the log: the number and the hash of the last removed row.
pub type Sealer<'a> = &'a (dyn Fn(i64, &[u8; 32]) -> String + Sync);

/// A removal of the oldest rows of the log. It is a row of the log itself, and the beginning of the
/// log does not move without it.
pub struct Prune<'a> {
    /// Only rows from before this moment, in milliseconds (UTC), up to the first one that is not.
    pub before: i64,
    /// The most rows to remove.
    pub most: u64,
    /// The row about it. The store fills in the detail, and writes it of no site.
    pub log: Record,
    /// Signs it, so that it cannot be made up by a writer who does not know the secret.
    pub seal: Sealer<'a>,
}

/// What a [`Prune`] can remove.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Prunable {
    /// The rows that are due.
    pub due: u64,
    /// All rows.
    pub all: u64,
}

/// The beginning of a log whose oldest rows were removed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogStart {
    /// The number of the last removed row.
    pub number: i64,
    /// Its hash, to which the next row is chained.
    pub hash: [u8; 32],
    pub seal: Seal,
}

/// What proves a beginning of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Seal {
    /// The signature in the row of the removal.
    Removal(String),
    /// The signature in a row of the first start of a version that seals: the beginning was found
    /// like this, and nothing tells who removed the rows before it.
    Found(String),
    /// No row tells of it, and no version that seals has started with the database.
    Missing,
}

impl LogStart {
    /// A row that tells of the same beginning again, with another seal of the same kind.
    #[must_use]
    pub fn sealed_again(&self, seal: String, log: &Record) -> Record {
        let seal = match self.seal {
            Seal::Removal(_) => Seal::Removal(seal),
            Seal::Found(_) | Seal::Missing => Seal::Found(seal),
        };
        Removal { rows: 0, start: Self { seal, ..self.clone() } }.row(log)
    }

    /// Whether the removal of the rows before it is proven by its own row.
    #[must_use]
    pub fn is_removal(&self) -> bool {
        matches!(self.seal, Seal::Removal(_))
    }
}

/// The detail of the row about a removal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::store) struct Removal {
    /// How many rows went; 0 when it was told of before.
    pub(in crate::store) rows: i64,
    pub(in crate::store) start: LogStart,
}

impl Removal {
    /// The removal that a row tells of, if it is the row of one.
    pub(super) fn read(LogEntry { record, .. }: &LogEntry) -> Option<Self> {
        if record.action != Action::Purged || record.site.is_some() {
            return None;
        }
        let mut words = record.detail.split(' ');
        let found = record.detail.starts_with(FOUND);
        let rows = if found {
            words.next()?;
            0
        } else {
            value(&mut words, "log-rows")?.parse().ok()?
        };
        let number = value(&mut words, "through")?.parse().ok()?;
        let mut hash = [0; 32];
        hex::decode_to_slice(value(&mut words, "hash")?, &mut hash).ok()?;
        let seal = value(&mut words, "seal")?.to_owned();
        let seal = if found { Seal::Found(seal) } else { Seal::Removal(seal) };
        Some(Self { rows, start: LogStart { number, hash, seal } })
    }

    /// The row about it.
    pub(in crate::store) fn row(&self, log: &Record) -> Record {
        Record { action: Action::Purged, site: None, detail: self.to_string(), ..log.clone() }
    }
}

impl Display for Removal {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Self { rows, start: LogStart { number, hash, seal } } = self;
        let hash = hex::encode(hash);
        match seal {
            Seal::Removal(seal) => {
                write!(f, "log-rows={rows} through={number} hash={hash} seal={seal}")
            }
            Seal::Found(seal) => write!(f, "{FOUND}through={number} hash={hash} seal={seal}"),
            Seal::Missing => write!(f, "{FOUND}through={number} hash={hash} seal="),
        }
    }
}

/// The value of the next word, `name=value`.
fn value<'a>(words: &mut Split<'a, char>, name: &str) -> Option<&'a str> {
    words.next()?.strip_prefix(name)?.strip_prefix('=')
}
