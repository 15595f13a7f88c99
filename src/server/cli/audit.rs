//! `empego-desk audit …`

use crate::ambient::Ambient;
use crate::config::Config;
use crate::desk::checkpoint::{self, Checkpoint};
use crate::desk::retention;
use crate::i18n::time;
use crate::model::audit::Action as AuditAction;
use crate::private_file;
use crate::secrets::Secrets;
use crate::server::serve;
use crate::store::{self, LogEntry, Noted, Seal, Store, Verdict};
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
        noted: Option<Noted>,
        /// A file with checkpoints, such as the desk's log output: every row that they name must
        /// still exist with the same hash, or have been removed at the end of the retention
        #[arg(long, value_name = "FILE")]
        checkpoint: Option<PathBuf>,
    },
    /// Write the whole log, of all sites and of none, as CSV (with commas), also while the desk
    /// serves
    Export {
        /// The file to write; it must not exist. - = standard output
        file: PathBuf,
    },
    /// Announce the rows that are older than `DESK_AUDIT_RETENTION`, or remove a share of those
    /// that were announced a day ago, as a desk that serves does once a day
    Prune {
        /// Remove all of them, without an announcement; this confirms the clock where it was in
        /// doubt
        #[arg(long)]
        now: bool,
    },
}

pub(super) async fn execute(action: Action, config: &Config) -> anyhow::Result<()> {
    match action {
        Action::Verify { noted, checkpoint } => verify(config, noted, checkpoint.as_deref()).await,
        Action::Export { file } => export(config, &file).await,
        Action::Prune { now } => prune(config, now).await,
    }
}

async fn prune(config: &Config, now: bool) -> anyhow::Result<()> {
    let Some(keep) = config.audit_retention_ms else {
        println!("DESK_AUDIT_RETENTION is none: every row is kept.");
        return Ok(());
    };
    let ambient = Ambient::system();
    let secrets = serve::secrets(config, &ambient)?;
    let store = store::open_beside(&config.database_url).await?;
    let pruned = if now {
        prune_now(&*store, &secrets, &ambient, keep).await
    } else {
        prune_announced(&*store, &secrets, &ambient, keep, config.limits.purge_share).await
    };
    store.close().await;
    pruned
}

/// All of it, on the operator's word, which confirms the clock too.
async fn prune_now(
    store: &dyn Store,
    secrets: &Secrets,
    ambient: &Ambient,
    keep: i64,
) -> anyhow::Result<()> {
    super::warn_of_clock(store, ambient, Some(keep)).await?;
    retention::confirm_clock(store, ambient).await?;
    let rows = retention::prune_now(store, secrets, ambient, keep).await?;
    println!("{rows} rows were removed.");
    Ok(())
}

/// As the desk does it once a day: nothing by a clock that is in doubt, and nothing that was not
/// announced.
async fn prune_announced(
    store: &dyn Store,
    secrets: &Secrets,
    ambient: &Ambient,
    keep: i64,
    percent: u64,
) -> anyhow::Result<()> {
    if let Some(doubt) = retention::relevant_doubt(store, ambient, &[], Some(keep)).await? {
        anyhow::bail!(
            "{doubt}. Nothing was removed. Check the clock of this machine. A start of the desk \
             asks Empego for the time; to remove what is due on your word: audit prune --now"
        );
    }
    let step = retention::log_step(store, secrets, ambient, Some(keep), percent).await?;
    println!("{} rows were removed.", step.removed);
    if let Some(plan) = step.plan {
        let from = time::machine(plan.announced_at.saturating_add(retention::NOTICE_MS));
        println!("{} rows are announced, and are removed from {from} on.", plan.records);
        println!("To remove them at once: audit prune --now");
    }
    Ok(())
}

/// Fails on a broken chain, so that a scheduled job that runs the command fails too.
async fn verify(
    config: &Config,
    noted: Option<Noted>,
    checkpoint: Option<&Path>,
) -> anyhow::Result<()> {
    let database = store::maintenance(&config.database_url)?;
    // Before the secret, which a development desk makes where it is missing.
    database.verify_log(&[]).await?;
    let ambient = Ambient::system();
    let secrets = serve::secrets(config, &ambient)?;
    let mut rows: Vec<Noted> = noted.into_iter().collect();
    if let Some(file) = checkpoint {
        rows.extend(checkpoints(file, &secrets)?.into_iter().map(Noted::from));
    }
    match checkpoint::judge(database.verify_log(&rows).await?, &secrets) {
        Verdict::Intact { rows, last, head, start } => {
            let hex = hex::encode(head);
            println!("The log is verified.");
            println!("  Rows:      {rows}\n  Last row:  {last}\n  Its hash:  {hex}");
            if let Some(start) = start {
                let what = match start.seal {
                    Seal::Removal(_) => "at the end of the retention",
                    Seal::Found(_) => "before removals had a seal; nothing proves why",
                    Seal::Missing => {
                        "by a version without seals, or cut off; the next start seals it"
                    }
                };
                println!("  Removed:   up to row {}, {what}", start.number);
            }
            println!("Note this elsewhere, and verify against it later: --noted {last}:{hex}");
            say_checkpoint(Checkpoint { number: last, hash: head, at: ambient.now() }, &secrets);
            let differences = database.schema_differences().await?;
            anyhow::ensure!(
                differences.is_empty(),
                "the log is whole, but the schema of the database, which guards it, is not the \
                 desk's: {}. Keep the file as it is, and compare it with a backup",
                differences.join(", ")
            );
            Ok(())
        }
        Verdict::Broken { number } => anyhow::bail!(
            "the log is broken at row {number}: it was changed, added, moved or removed. Keep the \
             file as it is, and compare it with a backup"
        ),
    }
}

/// The checkpoints of a file. One that is not signed with the desk's secret is an error: nothing
/// can be said about it.
fn checkpoints(file: &Path, secrets: &Secrets) -> anyhow::Result<Vec<Checkpoint>> {
    let text = std::fs::read(file).with_context(|| format!("{} cannot be read", file.display()))?;
    let found = Checkpoint::find(&String::from_utf8_lossy(&text), secrets);
    anyhow::ensure!(
        found.foreign == 0,
        "{} of the checkpoints in {} are signed with another secret than DESK_SECRET and \
         DESK_SECRET_PREVIOUS, or were changed",
        found.foreign,
        file.display()
    );
    anyhow::ensure!(!found.checkpoints.is_empty(), "{} has no checkpoint", file.display());
    Ok(found.checkpoints)
}

/// On standard error, since a table may be on standard output.
fn say_checkpoint(checkpoint: Checkpoint, secrets: &Secrets) {
    eprintln!("Or keep this checkpoint in a file elsewhere, and verify with --checkpoint FILE:");
    eprintln!("{}", checkpoint.signed(secrets));
}

/// Exports the whole log. Removes a file that could not be completed.
async fn export(config: &Config, file: &Path) -> anyhow::Result<()> {
    let database = config.database_url.as_str();
    let logged = super::log_command(database, AuditAction::Exported, "audit-log").await?;
    if file == Path::new("-") {
        let written = write(database, BufWriter::new(std::io::stdout())).await?;
        return written.say_checkpoint(config);
    }
    let opened = private_file::create(file)
        .with_context(|| format!("{} cannot be written", file.display()))?;
    match write(database, BufWriter::new(opened)).await {
        Ok(written) => {
            println!("{} rows were written to {}.", written.rows, file.display());
            if !logged {
                println!("{}", super::NOT_LOGGED);
            }
            written.say_checkpoint(config)
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

/// What was exported.
struct Written {
    rows: u64,
    /// The number and the hash of the last row.
    head: Option<(i64, [u8; 32])>,
}

impl Written {
    fn say_checkpoint(&self, config: &Config) -> anyhow::Result<()> {
        if let Some((number, hash)) = self.head {
            let ambient = Ambient::system();
            let secrets = serve::secrets(config, &ambient)?;
            say_checkpoint(Checkpoint { number, hash, at: ambient.now() }, &secrets);
        }
        Ok(())
    }
}

async fn write(database: &str, output: impl Write + Send) -> anyhow::Result<Written> {
    let mut table = Table::new(output, Separator::Comma)?;
    table.row(COLUMNS.map(str::to_owned).to_vec())?;
    let (mut rows, mut head, mut written) = (0, None, Ok(()));
    let mut each = |logged: LogEntry, hash: [u8; 32]| {
        rows += 1;
        head = Some((logged.number, hash));
        written = table.row(line(logged, &hash));
        if written.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    };
    store::maintenance(database)?.read_log(&mut each).await?;
    written?;
    table.finish()?.flush()?;
    Ok(Written { rows, head })
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

fn parse_noted(text: &str) -> anyhow::Result<Noted> {
    const HINT: &str = "a row's number, a colon, and the 64 digits of its hash";
    let (number, digits) = text.split_once(':').context(HINT)?;
    let mut hash = [0; 32];
    hex::decode_to_slice(digits, &mut hash).ok().context(HINT)?;
    Ok(Noted { number: number.parse().context(HINT)?, hash, may_be_removed: false })
}
