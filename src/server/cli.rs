//! The command line: one binary, `empego-desk`.

mod audit;
mod check;
mod copy;
mod dotenv;
mod panic;
mod profile;
mod purge;
mod restore;
mod staff;

use super::serve;
use crate::ambient::Ambient;
use crate::config::{Config, Environment, Settings};
use crate::desk::accounts::operator::{self, COMMAND_LINE};
use crate::desk::retention;
use crate::model::audit::Action;
use crate::sandbox::{self, Sandbox};
use crate::store::{self, Store};
use crate::web::assets::Assets;
use anyhow::Context;
use clap::{Parser, Subcommand};
use secrecy::ExposeSecret;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tracing_subscriber::EnvFilter;

/// A front desk for Empego consultations
#[derive(Parser)]
#[command(name = "empego-desk", version, about, propagate_version = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the desk (and the sandbox, where no Empego is set)
    Serve {
        #[command(flatten)]
        settings: Box<Settings>,
    },
    /// Serve the sandbox alone: a simulated Empego for development
    Sandbox {
        /// Keep its state in this file over a restart [default: discard it]
        #[arg(long, value_name = "FILE")]
        keep: Option<PathBuf>,
        #[command(flatten)]
        settings: Box<Settings>,
    },
    /// Bring the database up to this version
    Migrate {
        /// Only say whether it is: exit code 1 when it is not
        #[arg(long)]
        check: bool,
        #[command(flatten)]
        settings: Box<Settings>,
    },
    /// Manage staff accounts
    Staff {
        #[command(subcommand)]
        action: staff::Action,
        #[command(flatten)]
        settings: Box<Settings>,
    },
    /// Verify the audit log, write all of it into a file, or remove what is older than its
    /// retention
    Audit {
        #[command(subcommand)]
        action: audit::Action,
        #[command(flatten)]
        settings: Box<Settings>,
    },
    /// Remove the records that are past their site's retention; a desk that serves does so once a
    /// day
    Purge {
        #[command(flatten)]
        what: purge::What,
        #[command(flatten)]
        settings: Box<Settings>,
    },
    /// Check the configuration and the connection to Empego
    Check {
        #[command(flatten)]
        settings: Box<Settings>,
    },
    /// Show what is assumed of Empego's interface, or check a file for `EMPEGO_PROFILE`
    Profile {
        #[command(subcommand)]
        action: profile::Action,
        #[command(flatten)]
        settings: Box<Settings>,
    },
    /// Write a copy of the database, also while the desk serves (`SQLite`)
    Backup {
        /// The file to write; it must not exist
        file: PathBuf,
        #[command(flatten)]
        settings: Box<Settings>,
    },
    /// Copy every record into another database: from `SQLite` to `PostgreSQL`, or back
    ///
    /// No desk may serve from either. A copy that was cut off goes on where it stopped.
    Copy {
        /// sqlite:// or postgres://
        #[arg(long, value_name = "URL")]
        from: String,
        /// sqlite:// or postgres://; empty, or with an unfinished copy
        #[arg(long, value_name = "URL")]
        to: String,
    },
    /// Replace the database with a backup; the previous database is kept beside it (`SQLite`)
    Restore {
        /// The file that `backup` wrote
        file: PathBuf,
        /// Take it also when its audit log is broken
        #[arg(long)]
        accept_broken_log: bool,
        #[command(flatten)]
        settings: Box<Settings>,
    },
}

/// Runs the program. On an error, prints it to standard error and returns exit code 1.
#[must_use]
pub fn run() -> ExitCode {
    if let Err(problem) = dotenv::load(Path::new(".env")) {
        eprintln!("empego-desk: {problem}");
        return ExitCode::FAILURE;
    }
    let cli = Cli::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("empego-desk: {error}");
            return ExitCode::FAILURE;
        }
    };
    match runtime.block_on(execute(cli.command)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("empego-desk: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn execute(command: Command) -> anyhow::Result<()> {
    match command {
        Command::Serve { settings } => serve_desk(config(&settings)?).await,
        Command::Sandbox { keep, settings } => serve_sandbox(config(&settings)?, keep).await,
        Command::Migrate { check: true, settings } => {
            let database = store::maintenance(&config(&settings)?.database_url)?;
            anyhow::ensure!(
                database.is_current().await?,
                "the database is not of this version: run empego-desk migrate"
            );
            println!("The database is up to date.");
            Ok(())
        }
        Command::Copy { from, to } => copy::execute(&from, &to).await,
        Command::Migrate { check: false, settings } => {
            store::open_beside(&config(&settings)?.database_url).await?.close().await;
            println!("The database is up to date.");
            Ok(())
        }
        Command::Staff { action, settings } => staff::execute(action, &config(&settings)?).await,
        Command::Audit { action, settings } => audit::execute(action, &config(&settings)?).await,
        Command::Purge { what, settings } => purge::execute(&what, &config(&settings)?).await,
        Command::Profile { action, settings } => profile::execute(&action, &settings).await,
        Command::Check { settings } => check::execute(&config(&settings)?).await,
        Command::Backup { file, settings } => {
            let database = config(&settings)?.database_url;
            let logged = log_command(&database, Action::BackedUp, "").await?;
            store::maintenance(&database)?.backup(&file).await?;
            println!("The database was copied to {}.", file.display());
            if !logged {
                println!("{NOT_LOGGED}");
            }
            Ok(())
        }
        Command::Restore { file, accept_broken_log, settings } => {
            restore::execute(&config(&settings)?, &file, accept_broken_log).await
        }
    }
}

/// Printed when a command could not write to the audit log.
const NOT_LOGGED: &str =
    "Its audit log has no row about this: the database is of an older version.";

/// Says so where the clock is in doubt: what is removed on its word cannot be brought back.
async fn warn_of_clock(
    store: &dyn Store,
    ambient: &Ambient,
    keep_log: Option<i64>,
) -> anyhow::Result<()> {
    let sites = store.all_sites().await?;
    if let Some(doubt) = retention::relevant_doubt(store, ambient, &sites, keep_log).await? {
        eprintln!("Attention: {doubt}. Check the clock of this machine.");
    }
    Ok(())
}

/// Writes a command to the audit log. Returns `false` when the database is read-only now.
async fn log_command(database: &str, action: Action, detail: &str) -> anyhow::Result<bool> {
    let record = operator::record(&Ambient::system(), COMMAND_LINE, None, action, detail);
    Ok(store::maintenance(database)?.append_log(&[record]).await?)
}

/// Parses the settings. The error lists all that are missing or invalid.
fn config(settings: &Settings) -> anyhow::Result<Config> {
    Config::read(settings).map_err(|problems| {
        let list = problems.iter().map(|problem| format!("\n  {problem}")).collect::<String>();
        anyhow::anyhow!("these settings are missing or bad:{list}")
    })
}

async fn serve_desk(config: Config) -> anyhow::Result<()> {
    start_logging(config.environment);
    panic::report();
    let bound =
        serve::bind(config, Assets::find()?, Ambient::system(), shutdown_on_signal()).await?;
    if let Some(addr) = bound.sandbox_addr {
        println!("No Empego is set: the sandbox stands in for it at http://{addr}");
    }
    if let Some((email, password)) = &bound.first {
        println!(
            "First administrator, shown once:\n  Email:    {email}\n  Password: {}",
            password.expose_secret()
        );
    }
    println!("Empego Desk is open at {}", bound.state.desk.policy.public_url);
    bound.serve().await
}

async fn serve_sandbox(config: Config, keep: Option<PathBuf>) -> anyhow::Result<()> {
    start_logging(config.environment);
    panic::report();
    let listener = TcpListener::bind(config.sandbox_addr)
        .await
        .with_context(|| format!("SANDBOX_ADDR: {}", config.sandbox_addr))?;
    let origin = format!("http://{}", listener.local_addr()?);
    let profile = config.profile.clone();
    let options = sandbox::Options { keep, profile, ..sandbox::Options::new(&origin) };
    println!("The sandbox answers at {origin}/v2 with the key {:?}", sandbox::API_KEY);
    sandbox::serve(listener, Sandbox::new(options, Ambient::system()), shutdown_on_signal())
        .await?;
    Ok(())
}

/// Starts logging to standard error: text in development, JSON in production. `RUST_LOG` sets the
/// levels.
fn start_logging(environment: Environment) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    let logger = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_target(false)
        .with_writer(std::io::stderr);
    let started = match environment {
        Environment::Development => logger.compact().try_init(),
        Environment::Production => logger.json().try_init(),
    };
    if started.is_err() {
        tracing::debug!("logging is already started");
    }
}

/// A token that is cancelled at the first Ctrl-C or SIGTERM.
fn shutdown_on_signal() -> CancellationToken {
    let token = CancellationToken::new();
    let cancelled = token.clone();
    tokio::spawn(async move {
        wait_for_signal().await;
        cancelled.cancel();
    });
    token
}

#[cfg(unix)]
async fn wait_for_signal() {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut terminate) = signal(SignalKind::terminate()) else {
        let _ = tokio::signal::ctrl_c().await;
        return;
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = terminate.recv() => {}
    }
}

#[cfg(not(unix))]
async fn wait_for_signal() {
    let _ = tokio::signal::ctrl_c().await;
}
