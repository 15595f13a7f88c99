//! `empego-desk audit …`

use crate::ambient::Ambient;
use crate::config::Config;
use crate::desk::retention;
use crate::i18n::time;
use crate::model::audit::Action as AuditAction;
use crate::private_file;
use crate::store::{self, LogEntry, Verdict};
use crate::web::csv::{Separator, Table};
use anyhow::Context;
use clap::Subcommand;
use std::io::{BufWriter, Write};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

#[derive(Subcommand)]
pub(super) enum Action {
    /// Walk the hash chain of the whole log, also while the desk serves
    Verify {
        /// A row's number and hash, as an earlier run printed them: the row must still exist with
        /// the same hash
        #[arg(long, value_name = "NUMBER:HASH", value_parser = parse_noted)]
        noted: Option<(i64, [u8; 32])>,
    },
    /// Write the whole log, of all sites and of none, as CSV (with commas), also while the desk
    /// serves
    Export {
        /// The file to write; it must not exist. - = standard output
        file: PathBuf,
    },
    /// Remove the rows that are older than `DESK_AUDIT_RETENTION`
    Prune,
}

pub(super) async fn execute(action: Action, config: &Config) -> anyhow::Result<()> {
    match action {
        Action::Verify { noted } => verify(&config.database_url, noted).await,
        Action::Export { file } => export(&config.database_url, &file).await,
        Action::Prune => {
            let Some(keep) = config.audit_retention_ms else {
                println!("DESK_AUDIT_RETENTION is none: every row is kept.");
                return Ok(());
            };
            let store = store::open(&config.database_url).await?;
            let rows = retention::prune_log(&*store, &Ambient::system(), keep).await;
            store.close().await;
            println!("{} rows were removed.", rows?);
            Ok(())
        }
    }
}

/// Fails on a broken chain, so that a scheduled job that runs the command fails too.
async fn verify(database: &str, noted: Option<(i64, [u8; 32])>) -> anyhow::Result<()> {
    match store::maintenance(database)?.verify_log(noted).await? {
        Verdict::Intact { rows, last, head } => {
            let head = hex::encode(head);
            println!("The log is whole.");
            println!("  Rows:      {rows}\n  Last row:  {last}\n  Its hash:  {head}");
            println!("Note this elsewhere, and verify against it later: --noted {last}:{head}");
            Ok(())
        }
        Verdict::Broken { number } => anyhow::bail!(
            "the log is broken at row {number}: it was changed, added, moved or removed. Keep the \
             file as it is, and compare it with a backup"
        ),
    }
}

/// Exports the whole log. Removes a file that could not be completed.
async fn export(database: &str, file: &Path) -> anyhow::Result<()> {
    let logged = super::log_command(database, AuditAction::Exported, "audit-log").await?;
    if file == Path::new("-") {
        write(database, BufWriter::new(std::io::stdout())).await?;
        return Ok(());
    }
    let opened = private_file::create(file)
        .with_context(|| format!("{} cannot be written", file.display()))?;
    match write(database, BufWriter::new(opened)).await {
        Ok(rows) => {
            println!("{rows} rows were written to {}.", file.display());
            if !logged {
                println!("{}", super::NOT_LOGGED);
            }
            Ok(())
        }
        Err(error) => {
            // The error of the export is the one to report.
            let _ = std::fs::remove_file(file);
            Err(error)
        }
    }
}

const COLUMNS: [&str; 13] = [
    "number",
    "at_utc",
    "site",
    "account",
    "name",
    "roles",
    "action",
    "consultation",
    "patients",
    "detail",
    "address",
    "device",
    "hash",
];

/// Returns the number of rows.
async fn write(database: &str, output: impl Write + Send) -> anyhow::Result<u64> {
    let mut table = Table::new(output, Separator::Comma)?;
    table.row(COLUMNS.map(str::to_owned).to_vec())?;
    let (mut rows, mut written) = (0, Ok(()));
    let mut each = |logged: LogEntry, hash: [u8; 32]| {
        rows += 1;
        written = table.row(line(logged, &hash));
        if written.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    };
    store::maintenance(database)?.read_log(&mut each).await?;
    written?;
    table.finish()?.flush()?;
    Ok(rows)
}

fn line(LogEntry { number, record }: LogEntry, hash: &[u8; 32]) -> Vec<String> {
    vec![
        number.to_string(),
        time::machine(record.at),
        record.site.map(|id| id.0).unwrap_or_default(),
        record.staff.map(|id| id.0).unwrap_or_default(),
        record.name,
        record.roles.slugs(),
        record.action.slug().to_owned(),
        record.consultation.map(|id| id.0).unwrap_or_default(),
        record.patients.into_iter().map(|id| id.0).collect::<Vec<_>>().join(" "),
        record.detail,
        record.client.address,
        record.client.device,
        hex::encode(hash),
    ]
}

fn parse_noted(text: &str) -> anyhow::Result<(i64, [u8; 32])> {
    const HINT: &str = "a row's number, a colon, and the 64 digits of its hash";
    let (number, digits) = text.split_once(':').context(HINT)?;
    let mut hash = [0; 32];
    hex::decode_to_slice(digits, &mut hash).ok().context(HINT)?;
    Ok((number.parse().context(HINT)?, hash))
}
