//! The hash chain: how rows are added to it, and how it is verified.

use super::{LogEntry, LogRow, Record, Result, Verdict};
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

/// Verification of the chain, row by row, oldest first.
pub(in crate::store) struct Verifier {
    start: i64,
    number: i64,
    hash: [u8; 32],
    misplaced: Option<i64>,
}

impl Verifier {
    /// Begins after the last pruned row. `misplaced` is the first row that is not indexed by
    /// exactly the patients that it names: the hashes do not cover that index, and a row missing
    /// from it would be missing from a patient's access report.
    pub(in crate::store) fn after((start, hash): (i64, [u8; 32]), misplaced: Option<i64>) -> Self {
        Self { start, number: start, hash, misplaced }
    }

    /// Takes the next row. [`Verdict::Broken`] when it is not the row that was written there.
    pub(in crate::store) fn step(&mut self, row: LogRow) -> Option<Verdict> {
        self.number += 1;
        let number = self.number;
        let (found, hash) = (row.number, row.hash.clone());
        // A row that cannot be read was changed.
        match LogEntry::try_from(row).map(|logged| chain(&self.hash, number, &logged.record)) {
            Ok(next) if found == number && hash == next && self.misplaced != Some(number) => {
                self.hash = next;
                None
            }
            _ => Some(Verdict::Broken { number }),
        }
    }

    /// The verdict after the last row.
    pub(in crate::store) fn end(self) -> Verdict {
        match self.misplaced {
            Some(number) => Verdict::Broken { number },
            None => Verdict::Intact {
                rows: self.number - self.start,
                last: self.number,
                head: self.hash,
            },
        }
    }
}
