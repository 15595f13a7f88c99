//! What proves later that nothing was cut off the audit log, at either end: checkpoints, which are
//! kept elsewhere, and the seal of a removal.
//!
//! Both are signed with a key that is derived from `DESK_SECRET`. A writer who has the database
//! alone can neither make up a checkpoint nor a removal.

use crate::secrets::Secrets;
use crate::store::{LogStart, Noted, Seal, Verdict};
use std::fmt::Write;

/// The signing purpose of checkpoints.
const CHECKPOINT: &str = "log-checkpoint";
/// The signing purpose of the removal of the oldest rows.
const REMOVAL: &str = "log-removal";
/// The signing purpose of a beginning that was found at the first start of a version that seals.
const FOUND: &str = "log-beginning";
/// The beginning of a checkpoint as text.
const MARK: &str = "desk-log-1:";

/// The newest row of the log at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// The row's number.
    pub number: i64,
    /// Its hash, which covers every row before it.
    pub hash: [u8; 32],
    /// In milliseconds (UTC).
    pub at: i64,
}

/// The checkpoints in a text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    pub checkpoints: Vec<Checkpoint>,
    /// The number of those that neither secret has signed.
    pub foreign: usize,
}

impl Checkpoint {
    /// One word, signed: `desk-log-1:NUMBER:HASH:AT:SIGNATURE`.
    #[must_use]
    pub fn signed(&self, secrets: &Secrets) -> String {
        let mut text = self.text();
        let signature = secrets.sign(CHECKPOINT, &text);
        let _ = write!(text, ":{signature}");
        format!("{MARK}{text}")
    }

    fn text(&self) -> String {
        format!("{}:{}:{}", self.number, hex::encode(self.hash), self.at)
    }

    fn parse(word: &str, secrets: &Secrets) -> Option<Self> {
        let mut parts = word.split(':');
        let number = parts.next()?.parse().ok()?;
        let mut hash = [0; 32];
        hex::decode_to_slice(parts.next()?, &mut hash).ok()?;
        let at = parts.next()?.parse().ok()?;
        let checkpoint = Self { number, hash, at };
        let signature = parts.next()?;
        secrets.is_signed(CHECKPOINT, &checkpoint.text(), signature).then_some(checkpoint)
    }

    /// Finds the checkpoints in a text, such as a file of the log output.
    #[must_use]
    pub fn find(text: &str, secrets: &Secrets) -> Found {
        let mut found = Found::default();
        for rest in text.split(MARK).skip(1) {
            let end = rest.find(|c: char| !c.is_ascii_hexdigit() && c != ':').unwrap_or(rest.len());
            match Self::parse(&rest[..end], secrets) {
                Some(checkpoint) => found.checkpoints.push(checkpoint),
                None => found.foreign += 1,
            }
        }
        found
    }
}

impl From<Checkpoint> for Noted {
    fn from(checkpoint: Checkpoint) -> Self {
        Self { number: checkpoint.number, hash: checkpoint.hash, may_be_removed: true }
    }
}

/// Signs the removal of the oldest rows, up to the one with this number and hash.
#[must_use]
pub fn seal_removal(secrets: &Secrets, number: i64, hash: &[u8; 32]) -> String {
    secrets.sign(REMOVAL, &signed(number, hash))
}

/// Signs a beginning that was found, after the row with this number and hash.
#[must_use]
pub fn seal_found(secrets: &Secrets, number: i64, hash: &[u8; 32]) -> String {
    secrets.sign(FOUND, &signed(number, hash))
}

fn signed(number: i64, hash: &[u8; 32]) -> String {
    format!("{number}:{}", hex::encode(hash))
}

/// The verdict in the light of the seal: a beginning with a forged one is none. One without any
/// counts while no version that seals has started with the database.
#[must_use]
pub fn judge(verdict: Verdict, secrets: &Secrets) -> Verdict {
    let Verdict::Intact { start: Some(LogStart { number, hash, seal }), .. } = &verdict else {
        return verdict;
    };
    let genuine = match seal {
        Seal::Removal(seal) => secrets.is_signed(REMOVAL, &signed(*number, hash), seal),
        Seal::Found(seal) => secrets.is_signed(FOUND, &signed(*number, hash), seal),
        Seal::Missing => true,
    };
    if genuine { verdict } else { Verdict::Broken { number: *number } }
}

/// The same for a database that this desk serves from: its start has sealed the beginning, so one
/// without a seal was moved since.
#[must_use]
pub fn judge_served(verdict: Verdict, secrets: &Secrets) -> Verdict {
    match judge(verdict, secrets) {
        Verdict::Intact { start: Some(LogStart { number, seal: Seal::Missing, .. }), .. } => {
            Verdict::Broken { number }
        }
        verdict => verdict,
    }
}

/// The seal with the current secret for a beginning that only the previous one has sealed.
#[must_use]
pub fn renewed_seal(start: &LogStart, secrets: &Secrets) -> Option<String> {
    let LogStart { number, hash, seal } = start;
    let (purpose, seal) = match seal {
        Seal::Removal(seal) => (REMOVAL, seal),
        Seal::Found(seal) => (FOUND, seal),
        Seal::Missing => return None,
    };
    let text = signed(*number, hash);
    secrets.is_signed_by_previous(purpose, &text, seal).then(|| secrets.sign(purpose, &text))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secrets(byte: u8) -> Secrets {
        Secrets::new(&[byte; 32], None)
    }

    #[test]
    fn checkpoints_are_found_in_any_text_and_forged_ones_do_not_count() {
        let ours = Checkpoint { number: 7, hash: [3; 32], at: 1_790_000_000_000 };
        let next = Checkpoint { number: 8, hash: [4; 32], ..ours };
        let (one, two) = (ours.signed(&secrets(1)), next.signed(&secrets(1)));
        let log = format!("{{\"checkpoint\":\"{one}\"}}\nINFO checkpoint={two}\n desk-log-1:\n");
        let found = Checkpoint::find(&log, &secrets(1));
        assert_eq!(found, Found { checkpoints: vec![ours, next], foreign: 1 });
        let forged = one.replace("desk-log-1:7:", "desk-log-1:6:");
        assert_eq!(Checkpoint::find(&forged, &secrets(1)).foreign, 1);
        assert_eq!(Checkpoint::find(&one, &secrets(2)).foreign, 1);
        let rotated = Secrets::new(&[2; 32], Some(&[1; 32]));
        assert_eq!(Checkpoint::find(&one, &rotated).checkpoints, [ours]);
        assert_eq!(Checkpoint::find("nothing", &secrets(1)), Found::default());
    }

    #[test]
    fn a_removal_with_a_forged_seal_is_none() {
        let with = |seal: Seal| Verdict::Intact {
            rows: 1,
            last: 8,
            head: [4; 32],
            start: Some(LogStart { number: 7, hash: [3; 32], seal }),
        };
        let sealed = with(Seal::Removal(seal_removal(&secrets(1), 7, &[3; 32])));
        assert_eq!(judge(sealed.clone(), &secrets(1)), sealed);
        assert_eq!(judge(sealed, &secrets(2)), Verdict::Broken { number: 7 });
        let found = seal_found(&secrets(1), 7, &[3; 32]);
        for forged in ["", "00", &seal_removal(&secrets(1), 6, &[3; 32]), &found] {
            let verdict = judge(with(Seal::Removal(forged.to_owned())), &secrets(1));
            assert_eq!(verdict, Verdict::Broken { number: 7 });
        }
        // A seal of one kind is not one of the other.
        let removal = seal_removal(&secrets(1), 7, &[3; 32]);
        assert_eq!(judge(with(Seal::Found(removal)), &secrets(1)), Verdict::Broken { number: 7 });
        let found = with(Seal::Found(found));
        assert_eq!(judge_served(found.clone(), &secrets(1)), found);
    }

    #[test]
    fn a_beginning_without_a_seal_counts_only_until_a_desk_serves() {
        let verdict = Verdict::Intact {
            rows: 1,
            last: 8,
            head: [4; 32],
            start: Some(LogStart { number: 7, hash: [3; 32], seal: Seal::Missing }),
        };
        assert_eq!(judge(verdict.clone(), &secrets(1)), verdict);
        assert_eq!(judge_served(verdict, &secrets(1)), Verdict::Broken { number: 7 });
    }

    #[test]
    fn a_seal_follows_a_change_of_the_secret() {
        let rotated = Secrets::new(&[2; 32], Some(&[1; 32]));
        let with = |seal| LogStart { number: 7, hash: [3; 32], seal: Seal::Removal(seal) };
        let old = with(seal_removal(&secrets(1), 7, &[3; 32]));
        let again = seal_removal(&secrets(2), 7, &[3; 32]);
        assert_eq!(renewed_seal(&old, &rotated), Some(again.clone()));
        assert_eq!(renewed_seal(&with(again), &rotated), None);
        assert_eq!(renewed_seal(&with("00".to_owned()), &rotated), None);
        assert_eq!(renewed_seal(&old, &secrets(2)), None);
        let found = seal_found(&secrets(1), 7, &[3; 32]);
        let found = LogStart { seal: Seal::Found(found), ..old };
        assert_eq!(renewed_seal(&found, &rotated), Some(seal_found(&secrets(2), 7, &[3; 32])));
        assert_eq!(renewed_seal(&LogStart { seal: Seal::Missing, ..found }, &rotated), None);
    }
}
