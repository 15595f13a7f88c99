//! `empego-desk restore`

use crate::ambient::Ambient;
use crate::config::Config;
use crate::desk::checkpoint;
use crate::model::audit::Action;
use crate::server::serve;
use crate::store::{self, Noted, Verdict};
use std::path::Path;

/// Replaces the database with a backup, and says what was found in it. A backup with a broken audit
/// log is refused unless `accept_broken_log`.
pub(super) async fn execute(
    config: &Config,
    file: &Path,
    accept_broken_log: bool,
) -> anyhow::Result<()> {
    let database = store::maintenance(&config.database_url)?;
    let secrets = serve::secrets(config, &Ambient::system())?;
    let accept = |log: &Verdict| {
        let what = match (log, checkpoint::judge(log.clone(), &secrets)) {
            (_, Verdict::Intact { .. }) => return Ok(()),
            _ if accept_broken_log => return Ok(()),
            (Verdict::Intact { .. }, Verdict::Broken { number }) => format!(
                "the rows of its audit log up to {number} were removed, and that is signed with \
                 another secret than DESK_SECRET and DESK_SECRET_PREVIOUS"
            ),
            (_, Verdict::Broken { number }) => format!(
                "its audit log is broken at row {number}: it was changed, added, moved or removed"
            ),
        };
        Err(format!("{what}. Nothing was changed. To take it all the same: --accept-broken-log"))
    };
    let restored = database.restore(file, &accept).await?;
    println!("The database is now the one of {}.", file.display());
    let found = match checkpoint::judge(restored.log.clone(), &secrets) {
        Verdict::Intact { rows, last, head, .. } => {
            let hash = hex::encode(head);
            println!("Its audit log is whole: {rows} rows, up to {last}:{hash}");
            format!("log=whole rows={rows}")
        }
        Verdict::Broken { number } => {
            println!("Its audit log is broken at row {number}.");
            format!("log=broken number={number}")
        }
    };
    if let Some(previous) = restored.previous {
        println!("The one before is kept as {}.", previous.display());
        if let Verdict::Intact { last, head, .. } = restored.log {
            println!("{}", compared(&previous, last, head).await);
        }
    }
    if !super::log_command(&config.database_url, Action::Restored, &found).await? {
        println!("{}", super::NOT_LOGGED);
    }
    Ok(())
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
