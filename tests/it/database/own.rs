//! A PostgreSQL server of one test's own, for what changes a whole server or needs its programs.

use sqlx::{AssertSqlSafe, Connection, PgConnection};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

/// What the script runs beside the server: it tells where that is, and waits for the end of its input.
const TELL: &str = "echo \"$DESK_TEST_POSTGRES\"; echo \"$POSTGRES_BIN\"; read -r _";

/// A server that ends with this value, and with the process of the test.
pub struct Server {
    /// `postgres://user@host:port`.
    pub url: String,
    programs: PathBuf,
    _script: Child,
}

impl Server {
    pub async fn start() -> Self {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts/with-postgres");
        let mut script = Command::new(script)
            .args(["sh", "-c", TELL])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("it starts");
        let mut lines = BufReader::new(script.stdout.take().expect("its output")).lines();
        let mut line = async || lines.next_line().await.expect("text").expect("a server");
        let (url, programs) = (line().await, PathBuf::from(line().await));
        Self { url, programs, _script: script }
    }

    /// A new database. Returns its URL.
    pub async fn database(&self, name: &str) -> String {
        self.run("postgres", &[&format!("CREATE DATABASE {name}")]).await;
        format!("{}/{name}", self.url)
    }

    /// Runs statements, each in a transaction of its own.
    pub async fn run(&self, database: &str, statements: &[&str]) {
        let url = format!("{}/{database}?sslmode=disable", self.url);
        let mut raw = PgConnection::connect(&url).await.expect("it connects");
        for sql in statements {
            let done = sqlx::raw_sql(AssertSqlSafe(*sql)).execute(&mut raw).await;
            done.unwrap_or_else(|error| panic!("{sql}: {error}"));
        }
        raw.close().await.expect("it closes");
    }

    /// One of its programs.
    pub fn program(&self, name: &str) -> Command {
        Command::new(self.programs.join(name))
    }
}
