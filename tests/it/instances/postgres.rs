//! A PostgreSQL server of a test's own, as `scripts/with-postgres` starts one. What was committed is
//! on it after a crash of the server, and not after one of the machine.

use super::cluster::free_port;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

/// How a server is stopped.
#[derive(Clone, Copy, Debug)]
pub enum Mode {
    /// Connections are ended in order.
    Fast,
    /// As after a crash: the log is replayed at the next start.
    Immediate,
}

pub struct Server {
    programs: PathBuf,
    folder: TempDir,
    port: u16,
    /// The server does not run as root.
    user: Option<(String, String)>,
}

impl Server {
    /// A new server with an empty database `desk`.
    pub fn start() -> Self {
        let folder = TempDir::new().expect("a folder");
        let server = Self { programs: programs(), folder, port: free_port(), user: user() };
        if let Some((user, _)) = &server.user {
            run(Command::new("chown").arg(user).arg(server.folder.path()));
        }
        let data = server.data();
        run(server.command("initdb").args(["-D", &data, "-U", "postgres", "-A", "trust"]).args([
            "--no-sync",
            "-E",
            "UTF8",
            "--locale=C",
        ]));
        server.begin();
        let mut create = server.command("createdb");
        run(create
            .args(["-h", "127.0.0.1", "-U", "postgres", "-p"])
            .args([server.port.to_string().as_str(), "desk"]));
        server
    }

    /// The value of `DATABASE_URL`.
    pub fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/desk", self.port)
    }

    /// Starts it, and waits until it answers.
    pub fn begin(&self) {
        let folder = self.folder.path().display();
        // Without fsync: only a crash of the machine would lose what was written.
        let options = format!(
            "-p {} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} \
             -c fsync=off -c max_connections=100",
            self.port
        );
        let log = format!("{folder}/log");
        run(self
            .command("pg_ctl")
            .args(["-D", &self.data(), "-l", &log, "-w", "-o", &options])
            .arg("start"));
    }

    /// Stops it.
    pub fn stop(&self, mode: Mode) {
        run(&mut self.stopping(mode));
    }

    fn stopping(&self, mode: Mode) -> Command {
        let mode = match mode {
            Mode::Fast => "fast",
            Mode::Immediate => "immediate",
        };
        let mut command = self.command("pg_ctl");
        command.args(["-D", &self.data(), "-m", mode, "-w", "stop"]);
        command
    }

    fn data(&self) -> String {
        self.folder.path().join("data").display().to_string()
    }

    /// One of its programs, as the user that the server runs as, in a folder that it may read.
    fn command(&self, program: &str) -> Command {
        let program = self.programs.join(program);
        let mut command = match &self.user {
            None => Command::new(program),
            Some((user, group)) => {
                let mut command = Command::new("setpriv");
                command.arg(format!("--reuid={user}")).arg(format!("--regid={group}"));
                command.arg("--clear-groups").arg(program);
                command
            }
        };
        command.current_dir(self.folder.path());
        command
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may be stopped already.
        let _ = self.stopping(Mode::Immediate).output();
    }
}

/// Runs a command to its end. Its output goes to a file, which the server that it leaves behind
/// keeps open: a pipe would not end.
fn run(command: &mut Command) {
    let said = tempfile::tempfile().expect("a file");
    let (out, err) = (said.try_clone().expect("a file"), said.try_clone().expect("a file"));
    let ended = command.stdout(out).stderr(err).status();
    let ended = ended.unwrap_or_else(|error| panic!("{command:?} cannot be run: {error}"));
    if !ended.success() {
        use std::io::{Read, Seek};
        let (mut said, mut text) = (said, String::new());
        said.rewind().and_then(|()| said.read_to_string(&mut text)).expect("text");
        panic!("{command:?} failed: {text}");
    }
}

/// Where the programs of PostgreSQL's server are: `POSTGRES_BIN`, PATH, or Debian's folders.
fn programs() -> PathBuf {
    let has = |folder: &Path| folder.join("initdb").is_file();
    let named = std::env::var_os("POSTGRES_BIN").filter(|it| !it.is_empty()).map(PathBuf::from);
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut versions: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .map(|all| all.flatten().map(|version| version.path().join("bin")).collect())
        .unwrap_or_default();
    versions.sort();
    named
        .into_iter()
        .chain(versions.into_iter().rev())
        .chain(std::env::split_paths(&path))
        .find(|folder| has(folder))
        .expect("PostgreSQL is missing; scripts/setup test installs it")
}

/// The user and group of the server where this is root: `postgres`, or `nobody`.
fn user() -> Option<(String, String)> {
    let id = |arguments: &[&str]| {
        let said = Command::new("id").args(arguments).output().expect("id runs");
        said.status.success().then(|| String::from_utf8_lossy(&said.stdout).trim().to_owned())
    };
    if id(&["-u"])? != "0" {
        return None;
    }
    let user = id(&["-u", "postgres"]).map_or("nobody", |_| "postgres");
    Some((user.to_owned(), id(&["-gn", user])?))
}
