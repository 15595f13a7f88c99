//! The hash chain: how rows are added to it, and how it is verified.

use super::{LogEntry, LogRow, LogStart, Record, Removal, Result, Seal, Verdict};
use crate::model::ids::PatientId;
use crate::store::rows::corrupt;
use sha2::{Digest, Sha256};

/// The hash of a row: SHA-256 over the previous row's hash and every field of this row as a JSON
/// list.
#[must_use]
pub fn chain(before: &[u8; 32], number: i64, record: &Record) -> [u8; 32] {
    let ids = |ids: &[PatientId]| ids.iter().map(|id| id.0.clone()).collect::<Vec<_>>();
    let fields = serde_json::json!([
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
    hash.update(fields.to_string());
    hash.finalize().into()
}

/// New rows with their numbers and hashes. `end` is the number and hash of the newest row, or of
/// the last one that was pruned.
pub(in crate::store) fn numbered(
    end: (i64, [u8; 32]),
    records: &[Record],
) -> impl Iterator<Item = (i64, [u8; 32], &Record)> {
    records.iter().scan(end, |(number, hash), record| {
        *number += 1;
        *hash = chain(hash, *number, record);
        Some((*number, *hash, record))
    })
}

/// A hash as it is in the database.
pub(in crate::store) fn as_hash(bytes: &[u8]) -> Result<[u8; 32]> {
    bytes.try_into().map_err(|_| corrupt("a hash of the log"))
}

/// The beginning of the log, as the database has it.
pub(in crate::store) struct Beginning {
    /// The number and the hash of the last removed row; 0 and zeros when there is none.
    pub(in crate::store) start: (i64, [u8; 32]),
    /// The same, where a version without seals removed the rows and it is not sealed yet.
    pub(in crate::store) unsealed: Option<(i64, [u8; 32])>,
    /// The first row that is not indexed by exactly the patients that it names: the hashes do not
    /// cover that index, and a row missing from it would be missing from a patient's access report.
    pub(in crate::store) misplaced: Option<i64>,
}

/// Verification of the chain, row by row, oldest first.
pub(in crate::store) struct Verifier {
    beginning: Beginning,
    number: i64,
    hash: [u8; 32],
    /// The last removal that the rows tell of.
    removal: Option<Removal>,
}

impl Verifier {
    pub(in crate::store) fn new(beginning: Beginning) -> Self {
        let (number, hash) = beginning.start;
        Self { beginning, number, hash, removal: None }
    }

    /// Takes the next row. [`Verdict::Broken`] when it is not the row that was written there.
    pub(in crate::store) fn step(&mut self, row: LogRow) -> Option<Verdict> {
        self.number += 1;
        let number = self.number;
        let (found, hash) = (row.number, row.hash.clone());
        // A row that cannot be read was changed.
        let Ok(logged) = LogEntry::try_from(row) else { return Some(Verdict::Broken { number }) };
        let next = chain(&self.hash, number, &logged.record);
        if found != number || hash != next || self.beginning.misplaced == Some(number) {
            return Some(Verdict::Broken { number });
        }
        self.hash = next;
        self.removal = Removal::read(&logged).or(self.removal.take());
        None
    }

    /// The verdict after the last row. A beginning that no row tells of was moved: the rows before
    /// it were cut off.
    pub(in crate::store) fn end(self) -> Verdict {
        if let Some(number) = self.beginning.misplaced {
            return Verdict::Broken { number };
        }
        let (number, hash) = self.beginning.start;
        let told = self.removal.map(|removal| removal.start);
        let start = match told.filter(|told| (told.number, told.hash) == (number, hash)) {
            Some(start) => Some(start),
            None if (number, hash) == (0, [0; 32]) => None,
            None if self.beginning.unsealed == Some((number, hash)) => {
                Some(LogStart { number, hash, seal: Seal::Missing })
            }
            None => return Verdict::Broken { number: number.max(1) },
        };
        Verdict::Intact { rows: self.number - number, last: self.number, head: self.hash, start }
    }
}
