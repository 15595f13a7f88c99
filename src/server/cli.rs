//! The command line: one binary, `empego-desk`.

mod audit;
mod check;
mod copy;
mod dotenv;
mod panic;
mod profile;
mod purge;
mod restore;
mod settings;
mod staff;

use self::settings::Given;
use super::{serve, telemetry};
use crate::ambient::Ambient;
use crate::config::{Config, Settings};
use crate::desk::accounts::operator::{self, COMMAND_LINE};
use crate::desk::retention;
use crate::model::audit::Action;
use crate::sandbox::{self, Sandbox};
use crate::store::{self, Store};
use crate::web::assets::Assets;
use anyhow::Context;
use clap::{Arg, CommandFactory, FromArgMatches, Parser, Subcommand};
use secrecy::ExposeSecret;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// A front desk for Empego consultations
#[derive(Parser)]
#[command(name = "empego-desk", version, about, propagate_version = true)]
struct Cli {
    #[command(flatten)]
    settings: Box<Settings>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the desk (and the sandbox, where no Empego is set)
    Serve,
    /// Serve the sandbox alone: a simulated Empego for development
    Sandbox {
        /// Keep its state in this file over a restart [default: discard it]
        #[arg(long, value_name = "FILE")]
        keep: Option<PathBuf>,
    },
    /// Bring the database up to this version
    Migrate {
        /// Only say whether it is: exit code 1 when it is not
        #[arg(long)]
        check: bool,
    },
    /// Manage staff accounts
    Staff {
        #[command(subcommand)]
        action: staff::Action,
    },
    /// Verify the audit log, write all of it into a file, or remove what is older than its
    /// retention
    Audit {
        #[command(subcommand)]
        action: audit::Action,
    },
    /// Remove the records that are past their site's retention; a desk that serves does so once a
    /// day
    Purge {
        #[command(flatten)]
        what: purge::What,
    },
    /// Check the configuration and the connection to Empego
    Check,
    /// Print every setting with its value and where that comes from; secrets are masked
    Settings,
    /// Show what is assumed of Empego's interface, or check a file for `EMPEGO_PROFILE`
    Profile {
        #[command(subcommand)]
        action: profile::Action,
    },
    /// Write a copy of the database, also while the desk serves (`SQLite`)
    Backup {
        /// The file to write; it must not exist
        file: PathBuf,
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
    },
}

/// Runs the program. On an error, prints it to standard error and returns exit code 1.
#[must_use]
pub fn run() -> ExitCode {
    let environment = std::env::vars_os().map(|(name, _)| name).collect();
    if let Err(problem) = dotenv::load(Path::new(".env")) {
        eprintln!("empego-desk: {problem}");
        return ExitCode::FAILURE;
    }
    let matches = program().get_matches();
    let cli = match Cli::from_arg_matches(&matches) {
        Ok(cli) => cli,
        Err(error) => error.exit(),
    };
    let given = Given::new(matches, environment);
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("empego-desk: {error}");
            return ExitCode::FAILURE;
        }
    };
    let done = runtime.block_on(execute(cli.command, &cli.settings, &given));
    // What still runs had its time.
    runtime.shutdown_background();
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("empego-desk: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// The program with its flags. Those of the settings are taken before and after every command, and
/// shown by the help of `serve` alone: elsewhere they would hide the command's own.
fn program() -> clap::Command {
    let flags = settings::flags();
    let hidden = |flag: Arg| flag.global(true).hide(true);
    Cli::command()
        .mut_args(hidden)
        .after_help(SETTINGS_HELP)
        .mut_subcommands(|command| command.after_help(SETTINGS_HELP))
        .mut_subcommand("serve", |serve| {
            let shown = flags.into_iter().map(|flag| flag.global(true).help_heading("Settings"));
            serve
                .args(shown)
                .after_help("Each setting is also an environment variable, also from a file .env.")
        })
}

/// At the end of every help but that of `serve`.
const SETTINGS_HELP: &str =
    "Settings, such as --database-url, are taken here too: see serve --help.";

async fn execute(command: Command, settings: &Settings, given: &Given) -> anyhow::Result<()> {
    match command {
        Command::Serve => Box::pin(serve_desk(config(settings)?)).await,
        Command::Sandbox { keep } => serve_sandbox(config(settings)?, keep).await,
        Command::Migrate { check: true } => {
            let database = store::maintenance(&config(settings)?.database_url)?;
            anyhow::ensure!(
                database.is_current().await?,
                "the database is not of this version: run empego-desk migrate"
            );
            println!("The database is up to date.");
            Ok(())
        }
        Command::Copy { from, to } => copy::execute(&from, &to).await,
        Command::Migrate { check: false } => {
            store::open_beside(&config(settings)?.database_url).await?.close().await;
            println!("The database is up to date.");
            Ok(())
        }
        Command::Staff { action } => staff::execute(action, &config(settings)?).await,
        Command::Audit { action } => audit::execute(action, &config(settings)?).await,
        Command::Purge { what } => Box::pin(purge::execute(&what, &config(settings)?)).await,
        Command::Settings => settings::execute(settings, given),
        Command::Profile { action } => Box::pin(profile::execute(&action, settings)).await,
        Command::Check => check::execute(&config(settings)?).await,
        Command::Backup { file } => {
            let database = config(settings)?.database_url;
            let logged = log_command(&database, Action::BackedUp, "").await?;
            store::maintenance(&database)?.backup(&file).await?;
            println!("The database was copied to {}.", file.display());
            if !logged {
                println!("{NOT_LOGGED}");
            }
            Ok(())
        }
        Command::Restore { file, accept_broken_log } => {
            restore::execute(&config(settings)?, &file, accept_broken_log).await
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
    let telemetry = telemetry::start(config.log)?;
    panic::report();
    let bound =
        Box::pin(serve::bind(config, Assets::find()?, Ambient::system(), shutdown_on_signal()))
            .await?;
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
    let served = bound.serve().await;
    telemetry.end().await;
    served
}

async fn serve_sandbox(config: Config, keep: Option<PathBuf>) -> anyhow::Result<()> {
    let telemetry = telemetry::start(config.log)?;
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
    telemetry.end().await;
    Ok(())
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
