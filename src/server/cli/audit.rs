//! `empego-desk audit …`

use crate::ambient::Ambient;
use crate::desk::retention;
use crate::server::config::Config;
use crate::store::Verdict;
use crate::store::sqlite::SqliteStore;
use anyhow::Context;
use clap::Subcommand;

/// What can be done with the audit log.
#[derive(Subcommand)]
pub(super) enum Action {
    /// Walk the hash chain of the whole log, also while the desk serves
    Verify {
        /// A number and its hash, as an earlier run printed them: the row must still be there, with the same hash
        #[arg(long, value_name = "NUMBER:HASH", value_parser = noted)]
        noted: Option<(i64, [u8; 32])>,
    },
    /// Remove the rows that are older than `DESK_AUDIT_RETENTION`
    Prune,
}

/// Does it. A broken chain is an error, so that a job that runs this fails.
pub(super) async fn execute(action: Action, config: &Config) -> anyhow::Result<()> {
    match action {
        Action::Verify { noted } => match SqliteStore::verify_of(&config.database_url, noted).await? {
            Verdict::Whole { rows, last, head } => {
                println!("The log is whole.\n  Rows:      {rows}\n  Last row:  {last}\n  Its hash:  {}", hex(&head));
                println!("Note this elsewhere, and verify against it later: --noted {last}:{}", hex(&head));
                Ok(())
            }
            Verdict::Broken { number } => {
                anyhow::bail!(
                    "the log is broken at row {number}: it was changed, added, moved or removed. Keep the file as it is, and compare it with a backup"
                )
            }
        },
        Action::Prune => {
            let Some(keep) = config.audit_retention_ms else {
                println!("DESK_AUDIT_RETENTION is none: every row is kept.");
                return Ok(());
            };
            let store = SqliteStore::open(&config.database_url).await?;
            let rows = retention::prune_log(&store, &Ambient::system(), keep).await;
            store.close().await;
            println!("{} rows were removed.", rows?);
            Ok(())
        }
    }
}

/// 64 digits, two for each byte.
#[must_use]
pub(crate) fn hex(hash: &[u8; 32]) -> String {
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn noted(text: &str) -> anyhow::Result<(i64, [u8; 32])> {
    const HINT: &str = "a row's number, a colon, and the 64 digits of its hash";
    let (number, digits) = text.split_once(':').context(HINT)?;
    anyhow::ensure!(digits.len() == 64 && digits.bytes().all(|byte| byte.is_ascii_hexdigit()), HINT);
    let mut hash = [0; 32];
    for (byte, pair) in hash.iter_mut().zip(digits.as_bytes().chunks(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair).context(HINT)?, 16).context(HINT)?;
    }
    Ok((number.parse().context(HINT)?, hash))
}
