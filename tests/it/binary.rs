//! The binary in a process of its own, so that it can be killed as a power cut would.

use crate::database::{Place, Raw};
use crate::helpers::{EMAIL, PASSWORD, Page};
use reqwest::header::{ACCEPT, COOKIE};
use reqwest::redirect::Policy;
use reqwest::{Client, Method, RequestBuilder, StatusCode};
use serde_json::Value;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};

/// What `serve` prints before the address.
const OPEN: &str = "Empego Desk is open at ";
/// What `serve` prints before the sandbox's address.
const SANDBOX: &str = "No Empego is set: the sandbox stands in for it at ";

/// A desk as an operator runs it, on free ports and otherwise on its defaults, in a folder of its
/// own.
pub struct Binary {
    folder: Place,
    /// A program, with its arguments, that starts it. Empty for none.
    pub wrapper: Vec<String>,
    environment: Vec<(String, String)>,
    process: Process,
    client: Client,
    /// What the browser sends: `name=value`.
    pub cookie: String,
}

struct Process {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
    printed: Vec<String>,
}

impl Binary {
    /// A desk with a known administrator.
    pub async fn start() -> Self {
        Self::with(&[("DESK_ADMIN_EMAIL", EMAIL), ("DESK_ADMIN_PASSWORD", PASSWORD)]).await
    }

    /// A desk with these settings.
    pub async fn with(settings: &[(&str, &str)]) -> Self {
        Self::inside(&[], settings).await
    }

    /// The same, started by another program with these arguments before its own, in a folder with
    /// an empty `data` in it.
    pub async fn inside(wrapper: &[&str], settings: &[(&str, &str)]) -> Self {
        let wrapper: Vec<_> = wrapper.iter().map(|part| (*part).to_owned()).collect();
        let folder = Place::new("data/desk.db");
        std::fs::create_dir_all(folder.path().join("site/pkg")).expect("a folder");
        let url = crate::database::server().map(|_| folder.url());
        let database = url.as_deref().map(|url| ("DATABASE_URL", url));
        let ports = [("DESK_ADDR", "127.0.0.1:0"), ("SANDBOX_ADDR", "127.0.0.1:0")];
        let environment: Vec<_> = ports
            .iter()
            .chain(database.as_ref())
            .chain(settings)
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        if !wrapper.is_empty() {
            std::fs::create_dir(folder.path().join("data")).expect("a folder");
        }
        let process = Process::serve(folder.path(), &wrapper, &environment).await;
        // The second installation fails, as it should: one is enough for the process.
        let _ = rustls::crypto::ring::default_provider().install_default();
        #[expect(clippy::disallowed_methods, reason = "a client of the tests' own")]
        let client =
            Client::builder().no_proxy().redirect(Policy::none()).build().expect("a client");
        Self { folder, wrapper, environment, process, client, cookie: String::new() }
    }

    /// Ends it with a signal that gives it no chance to save anything (SIGKILL), and starts it
    /// again.
    pub async fn cut(&mut self) {
        self.kill().await;
        self.restart().await;
    }

    /// Ends it so, and gives all that it printed.
    pub async fn kill(&mut self) -> Vec<String> {
        // A wrapper's desk is a process beside it, in the same group.
        if !self.wrapper.is_empty() {
            let group = format!("-{}", self.pid());
            let kill = Command::new("kill").args(["-9", "--", &group]).status();
            assert!(kill.await.expect("it runs").success());
        }
        self.process.child.kill().await.expect("it ends");
        while let Some(line) = self.process.lines.next_line().await.expect("text") {
            self.process.printed.push(line);
        }
        self.process.printed.clone()
    }

    /// Asks it to stop, as a service manager does (SIGTERM).
    pub async fn terminate(&self) {
        let kill = Command::new("kill").args(["-TERM", &self.pid().to_string()]).status();
        assert!(kill.await.expect("it runs").success());
    }

    /// Waits for its end.
    pub async fn ended(&mut self) -> ExitStatus {
        self.process.child.wait().await.expect("it ends")
    }

    /// The id of its process.
    pub fn pid(&self) -> u32 {
        self.process.child.id().expect("it runs")
    }

    /// Starts it again.
    pub async fn restart(&mut self) {
        self.process = Process::serve(self.folder.path(), &self.wrapper, &self.environment).await;
    }

    /// A connection to its database, beside its own.
    pub async fn database(&self) -> Raw {
        self.folder.raw().await
    }

    /// A file in its data folder.
    pub fn data(&self, name: &str) -> PathBuf {
        self.folder.path().join("data").join(name)
    }

    /// What it logged.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("log")).expect("a log")
    }

    /// Where it listens.
    pub fn url(&self) -> &str {
        self.process.after(OPEN)
    }

    /// Where its sandbox listens.
    pub fn sandbox(&self) -> &str {
        self.process.after(SANDBOX)
    }

    /// Any request to the desk.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client
            .request(method, format!("{}{path}", self.url()))
            .header(ACCEPT, "text/html")
            .header(COOKIE, &self.cookie)
    }

    /// Opens a page.
    pub async fn get(&self, path: &str) -> Page {
        Page::read(self.request(Method::GET, path)).await
    }

    /// Sends a plain form to a server function.
    pub async fn post(&self, function: &str, form: &[(&str, &str)]) -> Page {
        Page::read(self.request(Method::POST, &format!("/api/{function}")).form(form)).await
    }

    /// A request to anywhere.
    pub fn elsewhere(&self, method: Method, url: &str) -> RequestBuilder {
        self.client.request(method, url)
    }

    /// Sets faults of the sandbox.
    pub async fn faults(&self, faults: Value) {
        let answer = self
            .elsewhere(Method::POST, &format!("{}/control/faults", self.sandbox()))
            .json(&faults)
            .send()
            .await;
        assert_eq!(answer.expect("an answer").status(), StatusCode::OK, "{faults}");
    }

    /// What the sandbox knows.
    pub async fn seen(&self) -> Value {
        Page::read(self.elsewhere(Method::GET, &format!("{}/control/state", self.sandbox())))
            .await
            .json()
    }

    /// Signs in.
    pub async fn sign_in(&mut self, email: &str, password: &str) {
        let page = self.post("sign_in", &[("email", email), ("password", password)]).await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.text);
        self.cookie = page.cookies[0].split(';').next().expect("a cookie").to_owned();
    }

    /// Creates a consultation and returns its id.
    pub async fn create(&self, identifier: &str) -> String {
        let page = self
            .post(
                "create_consultation",
                &[("first_name", "Ada"), ("last_name", "Example"), ("identifier", identifier)],
            )
            .await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.text);
        page.location.strip_prefix("/consultations/").expect("the new consultation").to_owned()
    }

    /// The token of a consultation's link, as its page shows it.
    pub async fn token(&self, id: &str) -> String {
        let link = self.get(&format!("/consultations/{id}")).await.attribute("#link", "value");
        link.rsplit('/').next().expect("a token").to_owned()
    }

    /// What the board says of every consultation.
    pub async fn badges(&self) -> Vec<String> {
        self.get("/consultations").await.texts("tbody .badge")
    }
}

impl Process {
    async fn serve(folder: &Path, wrapper: &[String], environment: &[(String, String)]) -> Self {
        let log =
            File::options().create(true).append(true).open(folder.join("log")).expect("a log");
        let desk = env!("CARGO_BIN_EXE_empego-desk").to_owned();
        let mut parts = wrapper.iter().chain([&desk]);
        let mut command = Command::new(parts.next().expect("a program"));
        command
            .args(parts)
            .arg("serve")
            .current_dir(folder)
            .env_clear()
            .envs(environment.iter().map(|(name, value)| (name, value)));
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(log).kill_on_drop(true);
        if !wrapper.is_empty() {
            command.process_group(0);
        }
        let mut child = command.spawn().expect("it starts");
        let mut lines = BufReader::new(child.stdout.take().expect("its output")).lines();
        let mut printed = Vec::new();
        while !printed.last().is_some_and(|line: &String| line.starts_with(OPEN)) {
            let line = lines.next_line().await.expect("text");
            printed.push(line.unwrap_or_else(|| {
                panic!(
                    "it ended: {}",
                    std::fs::read_to_string(folder.join("log")).unwrap_or_default()
                )
            }));
        }
        Self { child, lines, printed }
    }

    /// The rest of the line that begins so.
    fn after(&self, beginning: &str) -> &str {
        self.printed
            .iter()
            .find_map(|line| line.strip_prefix(beginning))
            .unwrap_or_else(|| panic!("{:?}", self.printed))
    }
}
