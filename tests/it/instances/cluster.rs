//! Three desks, their database, their balancer, and the sandbox that they share.

use super::balancer::Balancer;
use super::people::Person;
use super::postgres::Server;
use super::until;
use crate::helpers::{EMAIL, PASSWORD};
use empego_desk::sandbox::{API_KEY, TENANT_KEY};
use futures::future::join_all;
use serde_json::Value;
use sqlx::{Connection, PgConnection};
use std::fs::File;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::Duration;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};
use tokio::sync::{Mutex, MutexGuard};

/// How many desks there are.
pub const DESKS: usize = 3;
/// How long anything may take that is not measured.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// One test at a time.
static TURN: Mutex<()> = Mutex::const_new(());

/// A port that nothing listens on, and that no client's connection is given: those are above 32,767
/// on Linux. A desk that is started again takes the same one.
pub fn free_port() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let own = u16::try_from(std::process::id() % 10_000).expect("it is below");
    loop {
        let port = 20_000 + own + NEXT.fetch_add(1, Ordering::SeqCst) % 2_000;
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}

pub struct Cluster {
    pub postgres: Server,
    pub balancer: Balancer,
    pub desks: Vec<Desk>,
    pub sandbox: String,
    /// Another client, for what is no part of the load.
    pub watch: Person,
    _sandbox: Program,
    _folder: TempDir,
    _turn: MutexGuard<'static, ()>,
}

/// A desk on its ports, which runs or does not.
pub struct Desk {
    pub addr: SocketAddr,
    metrics: SocketAddr,
    folder: PathBuf,
    environment: Vec<(String, String)>,
    process: Option<Program>,
}

/// A process of the binary, and what it prints.
struct Program {
    child: Child,
    _lines: Lines<BufReader<ChildStdout>>,
}

impl Cluster {
    pub async fn start() -> Self {
        Self::with(&[], |_, _| Vec::new()).await
    }

    /// With other settings: of all, and of a desk, by its number and the sandbox's address. Empty =
    /// not set.
    pub async fn with(
        all: &[(&'static str, String)],
        more: impl Fn(usize, &str) -> Vec<(&'static str, String)>,
    ) -> Self {
        let turn = TURN.lock().await;
        // The second installation fails, as it should: one is enough for the process.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let folder = TempDir::new().expect("a folder");
        let postgres = Server::start();
        let place = folder.path().join("sandbox");
        std::fs::create_dir(&place).expect("a folder");
        let mut settings = vec![("SANDBOX_ADDR".to_owned(), "127.0.0.1:0".to_owned())];
        let all: Vec<_> = all.iter().map(|(name, value)| (*name, value.clone())).collect();
        let set = all.iter().filter(|(_, value)| !value.is_empty());
        settings.extend(set.map(|(name, value)| ((*name).to_owned(), value.clone())));
        let (program, printed) =
            Program::start(&place, "sandbox", &settings, "The sandbox answers at ").await;
        let sandbox = printed.split("/v2 ").next().expect("an address").to_owned();
        let port = free_port();
        let desk = |number: usize| {
            let mut desk =
                Desk::new(folder.path().join(format!("desk{number}")), &postgres, &sandbox, port);
            for (name, value) in all.iter().cloned().chain(more(number, &sandbox)) {
                desk.environment.retain(|(known, _)| known != name);
                desk.environment.extend((!value.is_empty()).then_some((name.to_owned(), value)));
            }
            desk
        };
        let mut desks: Vec<Desk> = (0..DESKS).map(desk).collect();
        // All at once, on an empty database.
        join_all(desks.iter_mut().map(Desk::restart)).await;
        let addresses: Vec<_> = desks.iter().map(|desk| desk.addr).collect();
        let balancer = Balancer::start(folder.path(), port, &addresses);
        let watch = Person::new(&balancer.url, 250);
        until("the balancer answers", PATIENCE, async || {
            watch.get("/readyz").await.is_some_and(|page| page.status == 200)
        })
        .await;
        watch.forget();
        Self {
            postgres,
            balancer,
            desks,
            sandbox,
            watch,
            _sandbox: program,
            _folder: folder,
            _turn: turn,
        }
    }

    /// What the sandbox says of the desks' queue.
    pub async fn queue(&self) -> Value {
        self.seen().await["queue"]["desk"].clone()
    }

    /// What the sandbox knows.
    pub async fn seen(&self) -> Value {
        let url = format!("{}/control/state", self.sandbox);
        let answer = self.watch.http.get(url).send().await.expect("an answer");
        answer.json().await.expect("JSON")
    }

    /// The desk that holds the queue and does the daily work.
    pub async fn leader(&self) -> usize {
        let mut leader = None;
        until("one leads", PATIENCE, async || {
            let mut all = Vec::new();
            for (number, desk) in self.desks.iter().enumerate() {
                let asked = self.watch.http.get(format!("http://{}/metrics", desk.metrics));
                let Ok(answer) = asked.send().await else { continue };
                let text = answer.text().await.unwrap_or_default();
                all.extend(text.lines().any(|line| line == "desk_leader 1").then_some(number));
            }
            leader = (all.len() == 1).then(|| all[0]);
            leader.is_some()
        })
        .await;
        leader.expect("one leads")
    }

    pub async fn database(&self) -> PgConnection {
        PgConnection::connect(&self.postgres.url()).await.expect("it connects")
    }

    /// Runs a command of the first desk's, beside it.
    pub async fn command(&self, arguments: &[&str]) -> (bool, String) {
        let desk = &self.desks[0];
        let run = program(&desk.folder, &desk.environment).args(arguments).output();
        let ended = run.await.expect("it runs");
        let said = [ended.stdout, ended.stderr].concat();
        (ended.status.success(), String::from_utf8_lossy(&said).into_owned())
    }
}

impl Desk {
    fn new(folder: PathBuf, postgres: &Server, sandbox: &str, port: u16) -> Self {
        std::fs::create_dir_all(folder.join("site/pkg")).expect("a folder");
        let on = |port| SocketAddr::from(([127, 0, 0, 1], port));
        let (addr, metrics) = (on(free_port()), on(free_port()));
        let queue = format!("{}/subscribe?queue=desk", sandbox.replace("http://", "ws://"));
        let secret = "a secret that all of them have, of more than 32 bytes";
        let environment = [
            ("DESK_ADDR", addr.to_string()),
            ("DESK_PUBLIC_URL", format!("http://127.0.0.1:{port}")),
            ("DESK_TRUSTED_PROXIES", "127.0.0.1".to_owned()),
            ("DESK_METRICS_ADDR", metrics.to_string()),
            ("DESK_SECRET", secret.to_owned()),
            ("DESK_ADMIN_EMAIL", EMAIL.to_owned()),
            ("DESK_ADMIN_PASSWORD", PASSWORD.to_owned()),
            // As in production.
            ("DESK_DRAIN", "2s".to_owned()),
            ("DATABASE_URL", postgres.url()),
            ("EMPEGO_API_URL", format!("{sandbox}/v2")),
            ("EMPEGO_API_KEY", API_KEY.to_owned()),
            ("EMPEGO_TENANT_KEY", TENANT_KEY.to_owned()),
            ("EMPEGO_APP_ORIGINS", sandbox.to_owned()),
            ("EMPEGO_EVENTS_URL", queue),
        ];
        let environment = environment.map(|(name, value)| (name.to_owned(), value)).into();
        Self { addr, metrics, folder, environment, process: None }
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.addr)
    }

    /// Ends it with a signal that gives it no chance to say anything (SIGKILL).
    pub async fn kill(&mut self) {
        self.process.take().expect("it runs").child.kill().await.expect("it ends");
    }

    /// Asks it to stop, as a service manager does (SIGTERM), and waits for its end.
    pub async fn stop(&mut self) -> ExitStatus {
        let mut process = self.process.take().expect("it runs");
        let pid = process.child.id().expect("it runs").to_string();
        let asked = Command::new("kill").args(["-TERM", &pid]).status();
        assert!(asked.await.expect("it runs").success());
        process.child.wait().await.expect("it ends")
    }

    /// Starts it, and waits until it listens.
    pub async fn restart(&mut self) {
        let open = "Empego Desk is open at ";
        let (process, _) = Program::start(&self.folder, "serve", &self.environment, open).await;
        self.process = Some(process);
    }

    /// What it logged.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.folder.join("log")).expect("a log")
    }
}

impl Program {
    /// Starts a command that runs on. The rest of the line that begins so.
    async fn start(
        folder: &Path,
        command: &str,
        environment: &[(String, String)],
        beginning: &str,
    ) -> (Self, String) {
        let path = folder.join("log");
        let log = File::options().create(true).append(true).open(&path).expect("a log");
        let mut starting = program(folder, environment);
        starting.arg(command).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(log);
        let mut child = starting.kill_on_drop(true).spawn().expect("it starts");
        let mut lines = BufReader::new(child.stdout.take().expect("its output")).lines();
        loop {
            let Some(line) = lines.next_line().await.expect("text") else {
                panic!("it ended: {}", std::fs::read_to_string(path).unwrap_or_default())
            };
            if let Some(rest) = line.strip_prefix(beginning) {
                return (Self { child, _lines: lines }, rest.to_owned());
            }
        }
    }
}

fn program(folder: &Path, environment: &[(String, String)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_empego-desk"));
    let environment = environment.iter().map(|(name, value)| (name, value));
    command.current_dir(folder).env_clear().envs(environment);
    command
}
