//! The connections to a database, and its schema.

use super::{MIGRATIONS, schema};
use crate::store::sql::check_migrations;
use crate::store::{Result, StoreError};
use sqlx::postgres::{PgConnectOptions, PgConnection, PgPoolOptions};
use sqlx::{ConnectOptions, Connection, PgPool};
use std::fs::File;
use std::str::FromStr;
use std::time::Duration;
use url::Url;

/// Writers come one after another, so a second connection is enough: it begins while the first one
/// commits.
const WRITERS: u32 = 2;
/// Connections that read, of one instance.
const READERS: u32 = 8;
/// How long a request waits for a connection, a new one included, before it is told that the desk
/// is busy.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(5);
/// What ends a statement, a wait for a lock, and a transaction that does nothing. A walk through
/// the whole audit log has no such end.
const TIMEOUTS: [(&str, &str); 3] = [
    ("statement_timeout", "60s"),
    ("lock_timeout", "10s"),
    ("idle_in_transaction_session_timeout", "60s"),
];

/// Reads a `postgres://` URL. TLS is as its `sslmode` says.
///
/// # Errors
/// [`StoreError::Unusable`] when it is none, or names no database, or a file of certificates that
/// cannot be read.
pub(super) fn options(url: &str) -> Result<PgConnectOptions> {
    // The parser's sentence can have the password in it.
    let unreadable = || StoreError::Unusable("the postgres:// URL cannot be read".to_owned());
    let options = PgConnectOptions::from_str(url).map_err(|_| unreadable())?;
    for (name, file) in Url::parse(url).map_err(|_| unreadable())?.query_pairs() {
        // A certificate can stand there itself.
        let is_file = matches!(&*name, "sslrootcert" | "sslcert" | "sslkey")
            && !file.starts_with("-----BEGIN");
        if is_file && File::open(&*file).is_err() {
            let why = format!("{name} names {file}, which cannot be read");
            return Err(StoreError::Unusable(why));
        }
    }
    if options.get_database().is_none_or(str::is_empty) {
        return Err(StoreError::Unusable("the postgres:// URL names no database".to_owned()));
    }
    // Notices, such as of a table that is there already, are no lines for the log.
    let options =
        options.application_name("empego-desk").options([("client_min_messages", "warning")]);
    // The server logs slow statements (`log_min_duration_statement`), with less to give away.
    Ok(options.disable_statement_logging())
}

/// Migrates the schema on a connection of its own, where a statement may take longer.
pub(super) async fn migrate(options: &PgConnectOptions) -> Result<()> {
    let mut connection = options.connect().await?;
    let migrated = async {
        check(&mut connection).await?;
        MIGRATIONS.run(&mut connection).await?;
        for difference in schema::differences(&mut connection).await? {
            tracing::error!(difference, "the schema of the database is not the desk's");
        }
        Ok(())
    };
    let migrated = migrated.await;
    // Nothing is left to be done on it.
    let _ = connection.close().await;
    migrated
}

/// [`StoreError::Unusable`] unless a database is empty, or a desk's with a schema that this version
/// knows.
pub(super) async fn check(connection: &mut PgConnection) -> Result<()> {
    let (migrated, tables, encoding): (bool, i64, String) = sqlx::query_as(
        "SELECT to_regclass('_sqlx_migrations') IS NOT NULL,
                (SELECT count(*) FROM pg_tables WHERE schemaname = current_schema()),
                current_setting('server_encoding')",
    )
    .fetch_one(&mut *connection)
    .await?;
    if encoding != "UTF8" {
        return Err(StoreError::Unusable(format!("its encoding is {encoding}, and not UTF8")));
    }
    match (migrated, tables) {
        (false, 0) => Ok(()),
        (false, _) => Err(foreign()),
        (true, _) => {
            let applied: Vec<(i64, Vec<u8>)> =
                sqlx::query_as("SELECT version, checksum FROM _sqlx_migrations ORDER BY version")
                    .fetch_all(connection)
                    .await
                    .map_err(|_| foreign())?;
            check_migrations(&applied, &MIGRATIONS)
        }
    }
}

fn foreign() -> StoreError {
    StoreError::Unusable("it is not a desk's database".to_owned())
}

pub(super) async fn writers(options: &PgConnectOptions) -> Result<PgPool> {
    pool(options, WRITERS).await
}

pub(super) async fn readers(options: &PgConnectOptions) -> Result<PgPool> {
    pool(options, READERS).await
}

/// The one connection that listens.
pub(super) async fn listeners(options: &PgConnectOptions) -> Result<PgPool> {
    pool(options, 1).await
}

/// The connections of a command that has the database for itself: a statement may take as long as
/// the tables are large.
pub(super) async fn alone(options: &PgConnectOptions) -> Result<PgPool> {
    connect(options.clone().options(TIMEOUTS.map(|(name, _)| (name, "0"))), WRITERS).await
}

async fn pool(options: &PgConnectOptions, size: u32) -> Result<PgPool> {
    connect(options.clone().options(TIMEOUTS), size).await
}

/// Each connection is tested before it is used: the server may have been restarted.
async fn connect(options: PgConnectOptions, size: u32) -> Result<PgPool> {
    Ok(PgPoolOptions::new()
        .max_connections(size)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        .connect_with(options)
        .await?)
}
