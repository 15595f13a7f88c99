//! `empego-desk restore`

use crate::ambient::Ambient;
use crate::config::Config;
use crate::desk::checkpoint;
use crate::model::audit::Action;
use crate::secrets::Secrets;
use crate::server::serve;
use crate::store::{self, LogStart, Maintenance, Noted, StoreError, Verdict};
use std::path::Path;

/// The audit log of the database that is to be replaced.
enum Current {
    /// There is no database.
    Absent,
    /// It is broken, or cannot be read.
    Unproven,
    /// It is whole, and begins after the row with this number; 0 = with its first row.
    Whole(i64),
}

/// Replaces the database with a backup, and says what was found in it. Unless `accept_broken_log`,
/// refuses a backup with a broken audit log, or with one that begins later than the current one
/// without a removal that proves it.
pub(super) async fn execute(
    config: &Config,
    file: &Path,
    accept_broken_log: bool,
) -> anyhow::Result<()> {
    let database = store::maintenance(&config.database_url)?;
    let secrets = serve::secrets(config, &Ambient::system())?;
    let current = current(&*database, &secrets).await;
    let accept = |log: &Verdict| match refusal(log, &current, &secrets) {
        Some(what) if !accept_broken_log => Err(format!(
            "{what}. Nothing was changed. To take it all the same: --accept-broken-log"
        )),
        _ => Ok(()),
    };
    let restored = database.restore(file, &accept).await?;
    println!("The database is now the one of {}.", file.display());
    let found = match checkpoint::judge(restored.log.clone(), &secrets) {
        Verdict::Intact { rows, last, head, start } => {
            let hash = hex::encode(head);
            println!("Its audit log is whole: {rows} rows, up to {last}:{hash}");
            let begins = start.as_ref().map(say_start).unwrap_or_default();
            format!("log=whole rows={rows}{begins}")
        }
        Verdict::Broken { number } => {
            println!("Its audit log is broken at row {number}.");
            format!("log=broken number={number}")
        }
    };
    if let Some(previous) = restored.previous {
        println!("The one before is kept as {}.", previous.display());
        if let Current::Whole(begins @ 1..) = current {
            println!("Its audit log began after row {begins}.");
        }
        if let Verdict::Intact { last, head, .. } = restored.log {
            println!("{}", compared(&previous, last, head).await);
        }
    }
    if !super::log_command(&config.database_url, Action::Restored, &found).await? {
        println!("{}", super::NOT_LOGGED);
    }
    Ok(())
}

async fn current(database: &dyn Maintenance, secrets: &Secrets) -> Current {
    match database.verify_log(&[]).await.map(|log| checkpoint::judge(log, secrets)) {
        Ok(Verdict::Intact { start, .. }) => Current::Whole(start.map_or(0, |start| start.number)),
        Err(StoreError::NotFound) => Current::Absent,
        Ok(Verdict::Broken { .. }) | Err(_) => Current::Unproven,
    }
}

/// Why a backup with this audit log is refused, as the beginning of a sentence.
fn refusal(log: &Verdict, current: &Current, secrets: &Secrets) -> Option<String> {
    match (log, checkpoint::judge(log.clone(), secrets)) {
        (Verdict::Intact { .. }, Verdict::Broken { number }) => Some(format!(
            "the rows of its audit log up to {number} were removed, and that is signed with \
             another secret than DESK_SECRET and DESK_SECRET_PREVIOUS"
        )),
        (_, Verdict::Broken { number }) => Some(format!(
            "its audit log is broken at row {number}: it was changed, added, moved or removed"
        )),
        (_, Verdict::Intact { start, .. }) => {
            let start = start.filter(|start| !start.is_removal())?;
            let what = format!(
                "its audit log begins after row {}, and no removal proves that",
                start.number
            );
            match current {
                Current::Absent => None,
                Current::Whole(begins) if start.number <= *begins => None,
                Current::Whole(begins) => {
                    Some(format!("{what}; the current one begins after row {begins}"))
                }
                Current::Unproven => {
                    Some(format!("{what}; the current one is broken or cannot be read"))
                }
            }
        }
    }
}

/// Says where the log begins. Returns the same for its row in the log.
fn say_start(start: &LogStart) -> String {
    let number = start.number;
    if start.is_removal() {
        println!("It begins after row {number}, by a removal that is sealed with DESK_SECRET.");
        format!(" begins={number} sealed")
    } else {
        println!(
            "Attention: it begins after row {number}, and no removal proves that. A version \
             without seals removed the rows before it, or they were cut off."
        );
        format!(" begins={number} unsealed")
    }
}

/// What the audit log of the database before says of the last row of the backup.
async fn compared(previous: &Path, last: i64, head: [u8; 32]) -> String {
    let noted = [Noted { number: last, hash: head, may_be_removed: true }];
    let verdict = match previous.to_str().map(store::maintenance) {
        Some(Ok(previous)) => previous.verify_log(&noted).await.ok(),
        _ => None,
    };
    match verdict {
        Some(Verdict::Intact { last: end, .. }) if end > last => {
            format!(
                "Its audit log went on to row {end}: rows {} to {end} are only there.",
                last + 1
            )
        }
        Some(Verdict::Intact { .. }) => "Its audit log had no row more.".to_owned(),
        Some(Verdict::Broken { number }) if number == last => {
            format!("Attention: row {last} of the backup's audit log is not one of its rows.")
        }
        Some(Verdict::Broken { number }) => {
            format!("Attention: its audit log is broken at row {number}.")
        }
        None => "Its audit log cannot be read.".to_owned(),
    }
}
