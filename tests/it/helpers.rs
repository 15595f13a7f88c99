//! A whole desk on a listener of its own, with its sandbox on another origin, and people who use
//! it.

use crate::database::{Place, Raw};
use empego_desk::ambient::{Ambient, Clock, System};
use empego_desk::config::{Config, Settings};
use empego_desk::model::ids::{SiteId, StaffId};
use empego_desk::model::role::{Role, Roles};
use empego_desk::model::site::Site;
use empego_desk::server::connections::ConnectionLimits;
use empego_desk::server::serve::{Bound, bind};
use empego_desk::store::{self, Join, LogEntry, LogQuery, Record, Staff, Store, StoreError};
use empego_desk::web::assets::Assets as Files;
use empego_desk::web::state::AppState;
use reqwest::header::{ACCEPT, ACCEPT_LANGUAGE, COOKIE, LOCATION, SET_COOKIE};
use reqwest::redirect::Policy;
use reqwest::{Client, RequestBuilder, StatusCode};
use scraper::{Html, Selector};
use serde_json::Value;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// The moment that tests begin at, in milliseconds (UTC).
pub const START: i64 = 1_790_000_000_000;
/// The first administrator's e-mail.
pub const EMAIL: &str = "nurse@clinic.example";
/// The first administrator's password.
pub const PASSWORD: &str = "a long enough password";

/// The first site's name.
pub const CLINIC: &str = "Clinique du Parc";

/// A program of the same-named Python package, which `scripts/setup test` installs.
pub fn python_tool(name: &str) -> PathBuf {
    let cache = || {
        std::env::var_os("XDG_CACHE_HOME").map_or_else(
            || PathBuf::from(std::env::var_os("HOME").unwrap_or_default()).join(".cache"),
            PathBuf::from,
        )
    };
    let tools =
        std::env::var_os("DESK_TOOLS").map_or_else(|| cache().join("empego-desk"), PathBuf::from);
    tools.join(name).join("bin").join(name)
}

/// Gives an account these roles at a site, whatever it had there.
pub async fn place(store: &dyn Store, staff: &StaffId, site: &SiteId, roles: &Roles) {
    let placed = match store.set_roles(staff, site, roles, &[]).await {
        Err(StoreError::Outdated) => store.join(staff, site, roles, Join::ByOperator, &[]).await,
        placed => placed,
    };
    let placed = match placed {
        Err(StoreError::Outdated) => {
            let join = Join::Anew { password_hash: "$argon2id$anew", link: None, licence: None };
            store.join(staff, site, roles, join, &[]).await
        }
        placed => placed,
    };
    placed.expect("it has these roles");
}

/// A clock that stands still until it is moved.
pub struct TestClock(AtomicI64);

impl Clock for TestClock {
    fn now(&self) -> i64 {
        self.0.load(Ordering::SeqCst)
    }
}

/// A desk that serves.
pub struct TestApp {
    pub url: String,
    pub sandbox: String,
    pub state: AppState,
    clock: Arc<TestClock>,
    folder: Place,
    shutdown: CancellationToken,
    server: JoinHandle<anyhow::Result<()>>,
    client: Client,
}

impl TestApp {
    /// Gives an account these roles at a site, whatever it had there.
    pub async fn place(&self, staff: &StaffId, site: &SiteId, roles: &Roles) {
        place(&*self.state.desk.store, staff, site, roles).await;
    }

    /// A desk with everything as usual.
    pub async fn start() -> Self {
        Self::with(|_| {}).await
    }

    /// A desk whose database is a file.
    pub async fn in_a_file() -> Self {
        Self::open(folder_with(Place::sqlite("desk.db")), START, |_| {}).await
    }

    /// A desk with other settings.
    pub async fn with(change: impl FnOnce(&mut Settings)) -> Self {
        Self::open(folder(), START, change).await
    }

    /// A desk with these files for browsers: names in `pkg`, and what is in them.
    pub async fn with_files(files: &[(&str, &str)]) -> Self {
        let folder = folder();
        for (name, content) in files {
            std::fs::write(folder.path().join("site/pkg").join(name), content).expect("it writes");
        }
        Self::open(folder, START, |_| {}).await
    }

    /// A desk whose connections may take this.
    pub async fn with_connections(connections: ConnectionLimits) -> Self {
        Self::with_connections_and(connections, |_| {}).await
    }

    /// The same, with other settings.
    pub async fn with_connections_and(
        connections: ConnectionLimits,
        change: impl FnOnce(&mut Settings),
    ) -> Self {
        let adjust = |bound: &mut Bound| bound.connections = connections;
        Self::open_with(folder(), START, change, adjust).await
    }

    /// A desk that waits this long for running requests and tasks when it is stopped.
    pub async fn with_shutdown(timeout: Duration, change: impl FnOnce(&mut Settings)) -> Self {
        let adjust = |bound: &mut Bound| bound.stop.timeout = timeout;
        Self::open_with(folder(), START, change, adjust).await
    }

    /// A desk whose streams of changes show this often that they are alive.
    pub async fn with_heartbeat(heartbeat: Duration) -> Self {
        let adjust = |bound: &mut Bound| bound.state.heartbeat = heartbeat;
        Self::open_with(folder(), START, |_| {}, adjust).await
    }

    async fn open(folder: Place, now: i64, change: impl FnOnce(&mut Settings)) -> Self {
        Self::open_with(folder, now, change, |_| {}).await
    }

    async fn open_with(
        folder: Place,
        now: i64,
        change: impl FnOnce(&mut Settings),
        adjust: impl FnOnce(&mut Bound),
    ) -> Self {
        let mut settings = settings(&folder);
        change(&mut settings);
        let config = Config::read(&settings).expect("settings that hold");
        let clock = Arc::new(TestClock(AtomicI64::new(now)));
        let ambient = Ambient { clock: clock.clone(), entropy: Arc::new(System) };
        let site = Files::open(&folder.path().join("site")).expect("a site");
        let shutdown = CancellationToken::new();
        let mut bound = bind(config, site, ambient, shutdown.clone()).await.expect("a desk");
        adjust(&mut bound);
        let state = bound.state.clone();
        let url = format!("http://{}", bound.addr);
        let sandbox = bound.sandbox_addr.map(|addr| format!("http://{addr}")).unwrap_or_default();
        let server = tokio::spawn(bound.serve());
        #[expect(clippy::disallowed_methods, reason = "a client of the tests' own")]
        let client =
            Client::builder().no_proxy().redirect(Policy::none()).build().expect("a client");
        Self { url, sandbox, state, clock, folder, shutdown, server, client }
    }

    /// Lets time pass.
    pub fn pass(&self, ms: i64) {
        self.clock.0.fetch_add(ms, Ordering::SeqCst);
    }

    /// Somebody whom the desk does not know.
    pub fn stranger(&self) -> Person<'_> {
        Person { app: self, cookies: String::new(), language: "en" }
    }

    /// The first account, signed in: every role at the first site.
    pub async fn nurse(&self) -> Person<'_> {
        self.signed_in(EMAIL).await
    }

    /// Signs an account in; all have the same password.
    pub async fn signed_in(&self, email: &str) -> Person<'_> {
        let mut person = self.stranger();
        let page = person.post("sign_in", &[("email", email), ("password", PASSWORD)]).await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.text);
        person.cookies = page
            .cookies
            .iter()
            .filter_map(|cookie| cookie.split(';').next())
            .collect::<Vec<_>>()
            .join("; ");
        person
    }

    /// The site that the first start made.
    pub async fn first_site(&self) -> Site {
        self.state
            .desk
            .store
            .all_sites()
            .await
            .expect("a store")
            .into_iter()
            .find(|site| site.name == CLINIC)
            .expect("a site")
    }

    /// Adds another site.
    pub async fn another_site(&self, name: &str) -> Site {
        let site = Site {
            id: SiteId(self.state.desk.ambient.id()),
            name: name.to_owned(),
            public_name_en: format!("{name} clinic"),
            public_name_fr: format!("Clinique {name}"),
            ..self.first_site().await
        };
        self.state.desk.store.add_site(&site).await.expect("it is added");
        site
    }

    /// Adds an account with these roles at a site, and signs it in.
    pub async fn staff(&self, site: &Site, roles: &[Role]) -> Person<'_> {
        self.member(site, roles).await.0
    }

    /// The same, with the account.
    pub async fn member(&self, site: &Site, roles: &[Role]) -> (Person<'_>, Staff) {
        let roles = roles.iter().copied().collect::<Roles>();
        let email = format!("{}@clinic.example", self.state.desk.ambient.id());
        let staff = self.account(site, &roles, &email, &roles.slugs()).await;
        (self.signed_in(&email).await, staff)
    }

    /// Adds an account with [`PASSWORD`] and these roles at a site. The log says nothing of it.
    pub async fn account(&self, site: &Site, roles: &Roles, email: &str, name: &str) -> Staff {
        let desk = &self.state.desk;
        let staff = Staff {
            id: StaffId(desk.ambient.id()),
            email: email.to_owned(),
            name: name.to_owned(),
            password_hash: desk.passwords.hash(&PASSWORD.into()).await.expect("a hash"),
            created_at: desk.now(),
            disabled_at: None,
            licence: None,
        };
        let at_site = [(site.id.clone(), roles.clone())];
        desk.store.add_staff(&staff, &at_site, None, &[]).await.expect("an account");
        staff
    }

    /// The first site's rows of the log, newest first.
    pub async fn log(&self) -> Vec<Record> {
        let site = self.first_site().await.id;
        let query = LogQuery {
            site,
            staff: None,
            patients: None,
            action: None,
            from: None,
            until: None,
            before: None,
            limit: 1_000,
        };
        let rows = self.state.desk.store.log(&query).await.expect("a log");
        rows.into_iter().map(|row| row.record).collect()
    }

    /// Every row of the log, of every site and of none, oldest first.
    pub async fn whole_log(&self) -> Vec<Record> {
        let mut rows = Vec::new();
        let mut each = |row: LogEntry, _| {
            rows.push(row.record);
            ControlFlow::Continue(())
        };
        let database = store::maintenance(&self.state.config.database_url).expect("a database");
        database.read_log(&mut each).await.expect("a log");
        rows
    }

    /// A request to another server, such as the sandbox, with nobody's cookies.
    pub fn elsewhere(&self, method: reqwest::Method, url: &str) -> RequestBuilder {
        self.client.request(method, url)
    }

    /// Sets faults of the sandbox.
    pub async fn faults(&self, faults: Value) {
        let answer = self
            .client
            .post(format!("{}/control/faults", self.sandbox))
            .json(&faults)
            .send()
            .await
            .expect("an answer");
        assert_eq!(answer.status(), StatusCode::OK, "{faults}");
    }

    /// Tells the sandbox something else.
    pub async fn control(&self, what: &str, body: Value) -> Value {
        let answer = self
            .client
            .post(format!("{}/control/{what}", self.sandbox))
            .json(&body)
            .send()
            .await
            .expect("an answer");
        assert_eq!(answer.status(), StatusCode::OK, "{what}");
        answer.json().await.expect("JSON")
    }

    /// Opens a presigned page, as the frame does.
    pub async fn load(&self, url: &str) -> String {
        let answer = self.client.get(url).send().await.expect("an answer");
        assert_eq!(answer.status(), StatusCode::OK);
        answer.text().await.expect("a page")
    }

    /// Answers the questionnaire that was opened at a presigned address.
    pub async fn answer(&self, url: &str) {
        let answer = self
            .client
            .post(format!("{url}/answers"))
            .json(&serde_json::json!({ "reason": "a cough" }))
            .send()
            .await;
        assert_eq!(answer.expect("an answer").status(), StatusCode::OK);
    }

    /// A connection to the database, beside the desk's own.
    pub async fn database(&self) -> Raw {
        self.folder.raw().await
    }

    /// What the sandbox has seen.
    pub async fn seen(&self) -> Value {
        let answer = self
            .client
            .get(format!("{}/control/state", self.sandbox))
            .send()
            .await
            .expect("an answer");
        answer.json().await.expect("JSON")
    }

    /// Stops the desk, as a service manager does, and waits for its end.
    pub async fn stop(self) {
        self.shutdown.cancel();
        self.server.await.expect("it ends").expect("it ends well");
    }

    /// Stops the desk and starts it again on the same folder.
    pub async fn restart(self) -> Self {
        self.restart_with(|_| {}).await
    }

    /// The same, with other settings.
    pub async fn restart_with(self, change: impl FnOnce(&mut Settings)) -> Self {
        let now = self.clock.now();
        self.shutdown.cancel();
        self.server.await.expect("it ends").expect("it ends well");
        self.state.desk.store.ready(START).await.ok();
        drop(self.state);
        Self::open(self.folder, now, change).await
    }
}

/// A folder for a desk, with the place for browsers' files in it.
fn folder() -> Place {
    folder_with(Place::new("desk.db"))
}

fn folder_with(folder: Place) -> Place {
    std::fs::create_dir_all(folder.path().join("site/pkg")).expect("a folder");
    folder
}

/// The settings of a desk in a folder, on free ports.
pub fn settings(place: &Place) -> Settings {
    let some = |text: &str| Some(text.to_owned());
    Settings {
        desk_addr: some("127.0.0.1:0"),
        sandbox_addr: some("127.0.0.1:0"),
        database_url: Some(place.url()),
        desk_data_folder: some(place.path().to_str().expect("UTF-8")),
        desk_secret: Some("s".repeat(40)),
        desk_admin_email: some(EMAIL),
        desk_admin_password: some(PASSWORD),
        desk_clinic_name: some(CLINIC),
        empego_timeout: some("1500ms"),
        ..Settings::default()
    }
}

/// Makes them the settings of a desk that serves the public, without a sandbox.
pub fn production(settings: &mut Settings) {
    let some = |text: &str| Some(text.to_owned());
    settings.desk_env = some("production");
    settings.desk_public_url = some("https://desk.example");
    settings.empego_api_url = some("https://empego.example/v2");
    settings.empego_api_key = some("key");
}

/// Somebody in front of a browser.
#[derive(Clone)]
pub struct Person<'a> {
    pub app: &'a TestApp,
    pub cookies: String,
    pub language: &'static str,
}

impl Person<'_> {
    /// Opens a page.
    pub async fn get(&self, path: &str) -> Page {
        Page::read(self.prepare(self.app.client.get(format!("{}{path}", self.app.url)))).await
    }

    /// Sends a plain form to a server function.
    pub async fn post(&self, function: &str, form: &[(&str, &str)]) -> Page {
        Page::read(
            self.prepare(
                self.app.client.post(format!("{}/api/{function}", self.app.url)).form(form),
            ),
        )
        .await
    }

    /// Calls a server function as an island does.
    pub async fn call(&self, function: &str, form: &[(&str, &str)]) -> Page {
        let request = self.app.client.post(format!("{}/api/{function}", self.app.url)).form(form);
        Page::read(request.header(COOKIE, &self.cookies).header(ACCEPT, "application/json")).await
    }

    /// Any other request.
    pub fn request(&self, method: reqwest::Method, path: &str) -> RequestBuilder {
        self.app
            .client
            .request(method, format!("{}{path}", self.app.url))
            .header(COOKIE, &self.cookies)
    }

    fn prepare(&self, request: RequestBuilder) -> RequestBuilder {
        request
            .header(ACCEPT, "text/html,*/*;q=0.8")
            .header(ACCEPT_LANGUAGE, self.language)
            .header(COOKIE, &self.cookies)
    }

    /// Opens a page as somebody behind a proxy does.
    pub async fn get_from(&self, address: &str, path: &str) -> Page {
        let request = self
            .app
            .client
            .get(format!("{}{path}", self.app.url))
            .header("x-forwarded-for", address);
        Page::read(self.prepare(request)).await
    }

    /// Creates a consultation and returns its id: a new patient where their name is on record, and
    /// another consultation where the patient has an open one.
    pub async fn create(&self, first_name: &str, last_name: &str, identifier: &str) -> String {
        let form =
            [("first_name", first_name), ("last_name", last_name), ("identifier", identifier)];
        let page = self.confirm("create_consultation", &form).await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.text);
        page.location.strip_prefix("/consultations/").expect("the new consultation").to_owned()
    }

    /// Sends a form, and once more for each question: the patient is a new one, and another
    /// consultation is meant.
    pub async fn confirm(&self, function: &str, form: &[(&str, &str)]) -> Page {
        let mut page = self.post(function, form).await;
        let mut answers: Vec<(&str, String)> = Vec::new();
        for name in ["same_patient", "beside_open"] {
            if page.status != StatusCode::UNPROCESSABLE_ENTITY {
                break;
            }
            let Some(answer) = page.values(&format!("button[name={name}]")).pop() else { continue };
            answers.push((name, answer));
            let answers = answers.iter().map(|(name, value)| (*name, value.as_str()));
            let form: Vec<_> = form.iter().copied().chain(answers).collect();
            page = self.post(function, &form).await;
        }
        page
    }

    /// The token of a consultation's link, as its page shows it.
    pub async fn token(&self, id: &str) -> String {
        let page = self.get(&format!("/consultations/{id}")).await;
        let link = page.attribute("#link", "value");
        link.strip_prefix(&format!("{}/c/", self.app.url)).expect("a link to this desk").to_owned()
    }
}

/// An answer.
pub struct Page {
    pub status: StatusCode,
    pub location: String,
    pub cookies: Vec<String>,
    pub headers: reqwest::header::HeaderMap,
    pub text: String,
}

impl Page {
    /// Sends a request and reads its answer whole.
    pub async fn read(request: RequestBuilder) -> Self {
        let answer = request.send().await.expect("an answer");
        let headers = answer.headers().clone();
        let text = |value: &reqwest::header::HeaderValue| value.to_str().expect("text").to_owned();
        Self {
            status: answer.status(),
            location: headers.get(LOCATION).map(text).unwrap_or_default(),
            cookies: headers.get_all(SET_COOKIE).iter().map(text).collect(),
            text: answer.text().await.expect("a body"),
            headers,
        }
    }

    /// The text of everything that fits a selector, in order.
    pub fn texts(&self, selector: &str) -> Vec<String> {
        let words = |element: scraper::ElementRef<'_>| {
            element.text().collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
        };
        Html::parse_document(&self.text)
            .select(&Selector::parse(selector).expect("a selector"))
            .map(words)
            .collect()
    }

    /// An attribute of the one thing that fits a selector.
    pub fn attribute(&self, selector: &str, name: &str) -> String {
        let document = Html::parse_document(&self.text);
        let found = document.select(&Selector::parse(selector).expect("a selector")).next();
        let found = found.unwrap_or_else(|| panic!("nothing fits {selector} in {}", self.text));
        found.value().attr(name).unwrap_or_default().to_owned()
    }

    /// An attribute of everything that fits a selector.
    pub fn attributes(&self, selector: &str, name: &str) -> Vec<String> {
        Html::parse_document(&self.text)
            .select(&Selector::parse(selector).expect("a selector"))
            .map(|found| found.value().attr(name).unwrap_or_default().to_owned())
            .collect()
    }

    /// The values of everything that fits a selector, in order.
    pub fn values(&self, selector: &str) -> Vec<String> {
        self.attributes(selector, "value")
    }

    /// The one heading.
    pub fn heading(&self) -> String {
        let headings = self.texts("h1");
        assert_eq!(headings.len(), 1, "a page has one h1: {headings:?}");
        headings[0].clone()
    }

    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }
}
