//! What the desk costs (`make bench`): the bytes of a cold page, requests per second of the pages
//! with 100,000 consultations in the store, and the desk's own time in create and start beside the
//! sandbox's.
//!
//! Absolute times depend on the machine. What to compare between two runs are the bytes, and the
//! ratios that each line ends with: a page beside `/healthz`, and the desk's call beside the bare
//! call that it makes.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a bench that cannot go on has nothing to say"
)]
#![expect(
    clippy::disallowed_methods,
    reason = "a bench looks at the machine's clock, and brings a client of its own"
)]

#[path = "desk/events.rs"]
mod events;
#[path = "desk/fill.rs"]
mod fill;
#[path = "desk/load.rs"]
mod load;

use empego_desk::ambient::Ambient;
use empego_desk::config::{Config, Settings};
use empego_desk::model::ids::{ConsultationId, SiteId};
use empego_desk::sandbox::{API_KEY, TENANT_KEY};
use empego_desk::server::serve::bind;
use empego_desk::web::assets::Assets;
use empego_desk::web::state::AppState;
use reqwest::header::{ACCEPT, ACCEPT_ENCODING, COOKIE, LOCATION, SET_COOKIE};
use reqwest::{Client, RequestBuilder};
use std::path::Path;
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;

const CONSULTATIONS: usize = 100_000;
/// How many calls of each kind are timed.
const CALLS: usize = 300;
const EMAIL: &str = "nurse@clinic.example";
const PASSWORD: &str = "a long enough password";
/// The most bytes that a cold patient page may cost in all.
const PATIENT_BUDGET: usize = 100 * 1024;

struct Bench {
    state: AppState,
    url: String,
    sandbox: String,
    cookie: String,
    client: Client,
}

fn main() {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    let fits = runtime.block_on(run());
    std::process::exit(i32::from(!fits));
}

async fn run() -> bool {
    // In memory where the machine has such a folder: filling writes 200,000 times, and what is
    // timed below only reads.
    let folder = tempfile::Builder::new()
        .prefix("desk-bench-")
        .tempdir_in(memory_folder())
        .expect("a folder");
    let database = format!("sqlite://{}", folder.path().join("desk.db").display());
    let began = Instant::now();
    fill::fill(&database, CONSULTATIONS).await;
    println!(
        "store    {CONSULTATIONS} consultations written in {:.1} s (two transactions each)",
        began.elapsed().as_secs_f64()
    );

    let bench = Bench::start(database).await;
    let fits = bench.bytes().await;
    bench.pages().await;
    bench.calls().await;
    events::events(&bench).await;
    bench.state.shutdown.cancel();
    fits
}

fn memory_folder() -> std::path::PathBuf {
    let memory = Path::new("/dev/shm");
    if memory.is_dir() { memory.to_path_buf() } else { std::env::temp_dir() }
}

impl Bench {
    async fn start(database: String) -> Self {
        let some = |text: &str| Some(text.to_owned());
        let settings = Settings {
            desk_addr: some("127.0.0.1:0"),
            sandbox_addr: some("127.0.0.1:0"),
            database_url: Some(database),
            // One address asks for everything here.
            desk_rate_limits: some("off"),
            desk_secret: Some(fill::SECRET.to_owned()),
            ..Settings::default()
        };
        let config = Config::read(&settings).expect("settings that hold");
        let site = Assets::open(Path::new("target/site")).expect("a site: run `make build` first");
        let bound =
            bind(config, site, Ambient::system(), CancellationToken::new()).await.expect("a desk");
        let (state, url) = (bound.state.clone(), format!("http://{}", bound.addr));
        let sandbox = format!("http://{}", bound.sandbox_addr.expect("a sandbox"));
        tokio::spawn(bound.serve());
        let client = Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .expect("a client");
        let answer = client
            .post(format!("{url}/api/sign_in"))
            .form(&[("email", EMAIL), ("password", PASSWORD)])
            .send()
            .await
            .expect("an answer");
        let cookie = answer
            .headers()
            .get(SET_COOKIE)
            .expect("signed in")
            .to_str()
            .expect("text")
            .split(';')
            .next()
            .unwrap_or_default()
            .to_owned();
        Self { state, url, sandbox, cookie, client }
    }

    /// A link that works.
    fn link(&self) -> String {
        format!("/c/{}", self.state.desk.secrets.link_token(&fill::open_consultation(), 1))
    }

    /// The size of an answer as a browser gets it: with brotli.
    async fn size(&self, path: &str) -> (usize, Vec<u8>) {
        let request = self
            .client
            .get(format!("{}{path}", self.url))
            .header(COOKIE, &self.cookie)
            .header(ACCEPT, "text/html");
        let plain = request
            .try_clone()
            .expect("no body")
            .send()
            .await
            .expect("an answer")
            .bytes()
            .await
            .expect("a body");
        let packed = request.header(ACCEPT_ENCODING, "br").send().await.expect("an answer");
        assert!(packed.status().is_success(), "{path}: {}", packed.status());
        (packed.bytes().await.expect("a body").len(), plain.to_vec())
    }

    /// Prints what each page costs with an empty cache. `false` when the patient's is over its
    /// budget.
    async fn bytes(&self) -> bool {
        let mut fits = true;
        for (name, path, budget) in [
            ("patient page", self.link(), Some(PATIENT_BUDGET)),
            ("board", "/consultations".to_owned(), None),
        ] {
            let (html, page) = self.size(&path).await;
            let mut parts = vec![("HTML", html)];
            for (kind, file) in files(&String::from_utf8_lossy(&page)) {
                parts.push((kind, self.size(&file).await.0));
            }
            let all: usize = parts.iter().map(|(_, bytes)| bytes).sum();
            let list = parts
                .iter()
                .map(|(kind, bytes)| format!("{kind} {bytes}"))
                .collect::<Vec<_>>()
                .join(" + ");
            let over = budget.is_some_and(|budget| all > budget);
            fits &= !over;
            let budget = budget
                .map(|budget| format!(" of {budget}{}", if over { " OVER" } else { "" }))
                .unwrap_or_default();
            println!("bytes    {name}, cold, with brotli: {list} = {all}{budget}");
        }
        fits
    }

    /// Prints requests per second and the 99th percentile of both pages.
    async fn pages(&self) {
        let healthz = load::run(&format!("{}/healthz", self.url), &self.cookie).await;
        println!("load     /healthz: {healthz}");
        for (name, path) in [
            ("patient page", self.link()),
            ("board", "/consultations".to_owned()),
            ("board, filtered", "/consultations?status=answered".to_owned()),
            (
                "board, a deep page",
                format!("/consultations?before={}", fill::id(CONSULTATIONS / 2)),
            ),
            ("board, a search", self.search("tremblay 77").await),
            ("follow-ups", "/follow-ups".to_owned()),
            ("follow-ups of today", "/follow-ups?view=due".to_owned()),
        ] {
            let page = load::run(&format!("{}{path}", self.url), &self.cookie).await;
            println!(
                "load     {name}: {page}; {:.2} of /healthz",
                page.per_second / healthz.per_second
            );
        }
    }

    /// The address of the board with a search.
    async fn search(&self, words: &str) -> String {
        let request = self
            .client
            .post(format!("{}/api/search_consultations", self.url))
            .header(COOKIE, &self.cookie)
            .form(&[("search", words)]);
        let (_, answer) = timed(request).await;
        answer.headers().get(LOCATION).expect("a search").to_str().expect("text").to_owned()
    }

    /// Prints the desk's own time in create and start: the whole call, the bare call to the
    /// sandbox, and what is left.
    async fn calls(&self) {
        let (mut create, mut bare_create) = (Vec::new(), Vec::new());
        let mut ids = Vec::new();
        for number in 0..CALLS {
            let form = [
                ("first_name", "Ada".to_owned()),
                ("last_name", "Bench".to_owned()),
                ("identifier", format!("BENCH-{number}")),
            ];
            let request = self
                .client
                .post(format!("{}/api/create_consultation", self.url))
                .header(COOKIE, &self.cookie)
                .form(&form);
            let (took, answer) = timed(request).await;
            create.push(took);
            let location =
                answer.headers().get(LOCATION).expect("created").to_str().expect("text").to_owned();
            ids.push(ConsultationId::from(location.trim_start_matches("/consultations/")));
            let body = serde_json::json!({ "patient": { "externalPatientKeys": [{ "subSystem": "bench", "key": number.to_string() }] } });
            bare_create.push(timed(self.bare("consultation").json(&body)).await.0);
        }
        print_call("create", create, bare_create);
        let (mut start, mut bare_start) = (Vec::new(), Vec::new());
        for id in ids {
            let token = self.state.desk.secrets.link_token(&id, 1);
            let key = self
                .state
                .desk
                .store
                .consultation(&SiteId::from(fill::SITE), &id)
                .await
                .expect("a store")
                .expect("it is there")
                .empego_key
                .expect("created")
                .0;
            let request = self
                .client
                .post(format!("{}/api/start_consultation", self.url))
                .header(ACCEPT, "application/json");
            start.push(timed(request.form(&[("token", token)])).await.0);
            bare_start.push(
                timed(
                    self.bare("embed/consultation/answer")
                        .json(&serde_json::json!({ "consultationKey": key })),
                )
                .await
                .0,
            );
        }
        print_call("start", start, bare_start);
    }

    fn bare(&self, path: &str) -> RequestBuilder {
        let request = self.client.post(format!("{}/v2/{path}", self.sandbox));
        request
            .header("authorization", format!("api-key {API_KEY}"))
            .header("x-tenant-key", TENANT_KEY)
    }
}

async fn timed(request: RequestBuilder) -> (Duration, reqwest::Response) {
    let began = Instant::now();
    let answer = request.send().await.expect("an answer");
    let took = began.elapsed();
    assert!(
        answer.status().is_success() || answer.status().is_redirection(),
        "{}",
        answer.status()
    );
    (took, answer)
}

fn print_call(name: &str, mut whole: Vec<Duration>, mut bare: Vec<Duration>) {
    let at = |times: &mut Vec<Duration>, part: usize| {
        times.sort_unstable();
        times[times.len() * part / 100].as_secs_f64() * 1e3
    };
    let (median, bare_median) = (at(&mut whole, 50), at(&mut bare, 50));
    println!(
        "call     {name}: {median:.2} ms (p99 {:.2}), the sandbox alone {bare_median:.2} ms (p99 {:.2}); our own {:.2} ms, {:.1} times the sandbox's",
        at(&mut whole, 99),
        at(&mut bare, 99),
        median - bare_median,
        median / bare_median
    );
}

/// The files that a page loads, each once: stylesheet, glue, program, icon.
fn files(page: &str) -> Vec<(&'static str, String)> {
    let mut files: Vec<(&'static str, String)> = Vec::new();
    for word in page.split(['"', '\'']) {
        let kind = match word.rsplit('.').next() {
            Some("css") => "CSS",
            Some("js") => "JS",
            Some("wasm") => "WASM",
            Some("svg") => "icon",
            _ => continue,
        };
        if word.starts_with('/') && !files.iter().any(|(_, known)| known == word) {
            files.push((kind, word.to_owned()));
        }
    }
    files
}
