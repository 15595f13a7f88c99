//! The database of a desk under test. It is SQLite, or, where `DESK_TEST_POSTGRES` names a server
//! (`postgres://user@host:port`), a database of its own there: the same tests run on both.

#[path = "database/contents.rs"]
mod contents;
#[path = "database/own.rs"]
mod own;

pub use contents::Contents;
pub use own::Server;

use empego_desk::store::{self, Store};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, PgConnection, SqliteConnection};
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use tempfile::TempDir;

/// The key of the advisory lock that writers of PostgreSQL take.
const WRITER: i64 = 1_164_788_837;
/// A database with the desk's schema, from which the others are copied.
static TEMPLATE: OnceLock<String> = OnceLock::new();

/// The PostgreSQL server that tests run on; `None` = SQLite.
pub fn server() -> Option<String> {
    std::env::var("DESK_TEST_POSTGRES").ok().filter(|url| !url.is_empty())
}

/// A folder for a desk, and its database.
pub struct Place {
    folder: TempDir,
    /// Where SQLite's file is.
    file: PathBuf,
    /// The PostgreSQL server with its database; `None` = SQLite.
    server: Option<String>,
}

impl Place {
    /// An empty folder. `file`: the path of SQLite's file in it.
    pub fn new(file: &str) -> Self {
        Self::on(server(), file)
    }

    /// The same for what only SQLite has: a file.
    pub fn sqlite(file: &str) -> Self {
        Self::on(None, file)
    }

    fn on(server: Option<String>, file: &str) -> Self {
        let folder = TempDir::new().expect("a folder");
        let file = folder.path().join(file);
        if let Some(server) = server.clone() {
            let template = TEMPLATE.get_or_init(|| {
                let server = server.clone();
                blocking(|| template(server))
            });
            let copy = format!(r#"CREATE DATABASE "{}" TEMPLATE "{template}""#, name(&file));
            blocking(|| async move { run(&server, "postgres", &copy).await });
        }
        Self { folder, file, server }
    }

    /// The value of `DATABASE_URL`.
    pub fn url(&self) -> String {
        match &self.server {
            Some(server) => format!("{server}/{}", name(&self.file)),
            None => format!("sqlite://{}", self.file.display()),
        }
    }

    /// Whether its database was made.
    pub fn is_there(&self) -> bool {
        self.server.is_some() || self.file.exists()
    }

    /// The store on its database.
    pub async fn store(&self) -> Arc<dyn Store> {
        store::open(&self.url()).await.expect("it opens")
    }

    /// A connection beside the desk's own.
    pub async fn raw(&self) -> Raw {
        assert!(self.is_there(), "no connection makes a database");
        Raw::connect(&self.url()).await
    }
}

impl Deref for Place {
    type Target = TempDir;

    fn deref(&self) -> &TempDir {
        &self.folder
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if let Some(server) = self.server.take() {
            let drop = format!(r#"DROP DATABASE IF EXISTS "{}" WITH (FORCE)"#, name(&self.file));
            blocking(|| async move { run(&server, "postgres", &drop).await });
        }
    }
}

/// The database's name: that of the folder, which is another one for each.
fn name(file: &Path) -> String {
    let parts = file.components().rev().skip(1).map(|part| part.as_os_str().to_string_lossy());
    let folder = parts.into_iter().find(|part| part.starts_with(".tmp")).expect("a folder");
    format!("desk_{}", folder.trim_start_matches('.'))
}

async fn template(server: String) -> String {
    let name = format!("desk_template_{}", std::process::id());
    run(&server, "postgres", &format!(r#"CREATE DATABASE "{name}""#)).await;
    let store = store::open(&format!("{server}/{name}")).await.expect("it opens");
    store.close().await;
    name
}

async fn run(server: &str, database: &str, sql: &str) {
    let mut connection =
        PgConnection::connect(&format!("{server}/{database}")).await.expect("it connects");
    sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut connection).await.expect("it runs");
    connection.close().await.expect("it closes");
}

/// Waits for a future outside the runtime of the test, which may be the one that drops.
fn blocking<F: Future>(begin: impl FnOnce() -> F + Send + 'static) -> F::Output
where
    F::Output: Send + 'static,
{
    std::thread::spawn(|| {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        runtime.expect("a runtime").block_on(begin())
    })
    .join()
    .expect("it ends")
}

/// A connection beside the desk's own, with the rights of the database's owner.
pub enum Raw {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

impl Raw {
    /// A connection to the database that a URL names. A file is made where there is none.
    pub async fn connect(url: &str) -> Self {
        match url.strip_prefix("sqlite://") {
            Some(file) => {
                let options = SqliteConnectOptions::new().filename(file).create_if_missing(true);
                Self::Sqlite(options.connect().await.expect("it connects"))
            }
            None => Self::Postgres(PgConnection::connect(url).await.expect("it connects")),
        }
    }

    /// Runs statements.
    pub async fn execute(&mut self, sql: &str) {
        let sql = sqlx::raw_sql(AssertSqlSafe(sql));
        match self {
            Self::Sqlite(raw) => drop(sql.execute(raw).await.expect("it runs")),
            Self::Postgres(raw) => drop(sql.execute(raw).await.expect("it runs")),
        }
    }

    /// The one number that a statement answers with.
    pub async fn number(&mut self, sql: &str) -> i64 {
        let sql = AssertSqlSafe(sql);
        match self {
            Self::Sqlite(raw) => sqlx::query_scalar(sql).fetch_one(raw).await.expect("a number"),
            Self::Postgres(raw) => sqlx::query_scalar(sql).fetch_one(raw).await.expect("a number"),
        }
    }

    /// Whether a table is there.
    pub async fn has(&mut self, table: &str) -> bool {
        let tables = match self {
            Self::Sqlite(_) => "SELECT count(*) FROM sqlite_schema WHERE name = ",
            Self::Postgres(_) => "SELECT count(*) FROM pg_tables WHERE tablename = ",
        };
        self.number(&format!("{tables}'{table}'")).await > 0
    }

    /// From now on, a statement runs with each new row `NEW` of a table that a condition holds for.
    pub async fn plant(&mut self, table: &str, condition: &str, statement: &str) {
        let sql = match self {
            Self::Sqlite(_) => format!(
                "CREATE TRIGGER planted AFTER INSERT ON {table} WHEN {condition}
                 BEGIN {statement}; END"
            ),
            Self::Postgres(_) => format!(
                "CREATE FUNCTION planted() RETURNS trigger LANGUAGE plpgsql
                 AS $$ BEGIN {statement}; RETURN NEW; END $$;
                 CREATE TRIGGER planted AFTER INSERT ON {table} FOR EACH ROW WHEN ({condition})
                 EXECUTE FUNCTION planted()"
            ),
        };
        self.execute(&sql).await;
    }

    /// From now on, a table takes no new row.
    pub async fn refuse_rows(&mut self, table: &str) {
        let refusal = match self {
            Self::Sqlite(_) => "SELECT RAISE(ABORT, 'planted')",
            Self::Postgres(_) => "RAISE EXCEPTION 'planted'",
        };
        self.plant(table, "TRUE", refusal).await;
    }

    /// Ends what was planted on a table.
    pub async fn unplant(&mut self, table: &str) {
        let sql = match self {
            Self::Sqlite(_) => "DROP TRIGGER planted".to_owned(),
            Self::Postgres(_) => {
                format!("DROP TRIGGER planted ON {table}; DROP FUNCTION planted()")
            }
        };
        self.execute(&sql).await;
    }

    /// Lets every other writer wait.
    pub async fn hold(&mut self) {
        let sql = match self {
            Self::Sqlite(_) => "BEGIN IMMEDIATE".to_owned(),
            Self::Postgres(_) => format!("BEGIN; SELECT pg_advisory_xact_lock({WRITER})"),
        };
        self.execute(&sql).await;
    }

    /// Lets the writers go on.
    pub async fn release(&mut self) {
        self.execute("ROLLBACK").await;
    }

    pub async fn close(self) {
        match self {
            Self::Sqlite(raw) => raw.close().await.expect("it closes"),
            Self::Postgres(raw) => raw.close().await.expect("it closes"),
        }
    }
}
