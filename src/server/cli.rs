//! The command line: one binary, `empego-desk`.

mod audit;
mod dotenv;
mod purge;
mod staff;

pub(crate) use audit::hex;

use super::{serve, shutdown, telemetry};
use crate::ambient::Ambient;
use crate::config::{Config, Settings, Upstream};
use crate::desk::accounts::operator::{self, COMMAND_LINE};
use crate::desk::connection::SKEW_MS;
use crate::empego::subscription::Link;
use crate::empego::{self, Empego};
use crate::model::audit::Action;
use crate::sandbox::{self, Sandbox};
use crate::store;
use crate::web::assets::Assets;
use anyhow::Context;
use clap::{Parser, Subcommand};
use secrecy::ExposeSecret;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use tokio::net::TcpListener;

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
    /// Serve the sandbox alone: a stand-in for Empego to develop against
    Sandbox {
        /// Keep what it knows in this file over a restart [default: forget it]
        #[arg(long, value_name = "FILE")]
        keep: Option<PathBuf>,
        #[command(flatten)]
        settings: Box<Settings>,
    },
    /// Bring the database up to this version
    Migrate {
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
    /// Write a copy of the database, also while the desk serves (`SQLite`)
    Backup {
        /// The file to write; it must not exist
        file: PathBuf,
        #[command(flatten)]
        settings: Box<Settings>,
    },
    /// Put a backup in the database's place; the one before is kept beside it (`SQLite`)
    Restore {
        /// The file that `backup` wrote
        file: PathBuf,
        #[command(flatten)]
        settings: Box<Settings>,
    },
}

/// Runs the program. Exit code 1 with a sentence on standard error when it could not do as told.
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
        Command::Migrate { settings } => {
            store::open(&config(&settings)?.database_url).await?.close().await;
            println!("The database is up to date.");
            Ok(())
        }
        Command::Staff { action, settings } => staff::execute(action, &config(&settings)?).await,
        Command::Audit { action, settings } => audit::execute(action, &config(&settings)?).await,
        Command::Purge { what, settings } => purge::execute(&what, &config(&settings)?).await,
        Command::Check { settings } => check(&config(&settings)?).await,
        Command::Backup { file, settings } => {
            let database = config(&settings)?.database_url;
            let noted = note(&database, Action::BackedUp, "").await?;
            store::maintenance(&database)?.backup(&file).await?;
            println!("The database was copied to {}.", file.display());
            if !noted {
                println!("{UNNOTED}");
            }
            Ok(())
        }
        Command::Restore { file, settings } => {
            let database = config(&settings)?.database_url;
            let before = store::maintenance(&database)?.restore(&file).await?;
            println!("The database is now the one of {}.", file.display());
            if let Some(before) = before {
                println!("The one before is kept as {}.", before.display());
            }
            if !note(&database, Action::Restored, "").await? {
                println!("{UNNOTED}");
            }
            Ok(())
        }
    }
}

/// What is said where a command leaves no row in the audit log.
const UNNOTED: &str = "Its audit log has no row about this: a desk has the database open, or it is of an older version.";

/// Writes down what the command line does with the whole database, unless it can only be read now.
/// Whether it was.
async fn note(database: &str, action: Action, words: &str) -> anyhow::Result<bool> {
    let record = operator::record(&Ambient::system(), COMMAND_LINE, None, action, words);
    Ok(store::maintenance(database)?.append_log(&[record]).await?)
}

/// Reads the settings, and names every one that is missing or bad.
fn config(settings: &Settings) -> anyhow::Result<Config> {
    Config::read(settings).map_err(|problems| {
        let list = problems.iter().map(|problem| format!("\n  {problem}")).collect::<String>();
        anyhow::anyhow!("these settings are missing or bad:{list}")
    })
}

async fn serve_desk(config: Config) -> anyhow::Result<()> {
    telemetry::start(config.environment);
    let bound =
        serve::bind(config, Assets::find()?, Ambient::system(), shutdown::on_signal()).await?;
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
    telemetry::start(config.environment);
    let listener = TcpListener::bind(config.sandbox_addr)
        .await
        .with_context(|| format!("SANDBOX_ADDR: {}", config.sandbox_addr))?;
    let origin = format!("http://{}", listener.local_addr()?);
    let options = sandbox::Options { keep, ..sandbox::Options::new(&origin) };
    println!("The sandbox answers at {origin}/v2 with the key {:?}", sandbox::API_KEY);
    sandbox::serve(listener, Sandbox::new(options, Ambient::system()), shutdown::on_signal())
        .await?;
    Ok(())
}

async fn check(config: &Config) -> anyhow::Result<()> {
    println!("The configuration holds.");
    let Upstream::Empego { base_url, key, tenant } = &config.upstream else {
        println!("No Empego is set: the sandbox would be used.");
        return Ok(());
    };
    serve::install_tls();
    let settings = empego::Settings {
        base_url: base_url.clone(),
        key: key.clone(),
        key_header: config.key_header,
        tenant: tenant.clone(),
        app_origins: config.app_origins.clone(),
        file_origins: Vec::new(),
        timeout: config.empego_timeout,
        concurrency: 1,
    };
    let empego = Empego::new(empego::http_client()?, settings, Ambient::system());
    empego.check().await.context("Empego did not accept the connection")?;
    println!("Empego answers and accepts the key.");
    match empego.clock_ahead().await {
        Some(ahead) if ahead.abs() > SKEW_MS => println!(
            "This machine's clock and Empego's are {} seconds apart: have the machine set its clock by the network (NTP).",
            ahead.abs() / 1000
        ),
        Some(_) => println!("The clocks agree."),
        None => println!("Empego did not say what time it is."),
    }
    let Some(url) = &config.events_url else {
        println!(
            "There is no event queue (EMPEGO_EVENTS_URL): the desk only knows what browsers report."
        );
        return Ok(());
    };
    match serve::subscription(url.clone(), key.clone(), Ambient::system()).probe().await {
        Link::Up => println!("The event queue takes the key."),
        Link::Taken => println!(
            "The event queue takes the key; somebody else is connected to it now, such as a desk that runs."
        ),
        Link::Refused => anyhow::bail!("The event queue refuses the key: check EMPEGO_API_KEY"),
        Link::Down | Link::Off => anyhow::bail!(
            "The event queue cannot be reached: check EMPEGO_EVENTS_URL and the network"
        ),
    }
    Ok(())
}
