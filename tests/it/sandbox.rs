//! The sandbox through a real listener: what a client, a browser and a test see of it.

mod control;
mod faults;
mod keep;
mod pages;
mod queue;
mod queue_events;
mod queue_faults;
mod rest;
mod subscriber;

use empego_desk::ambient::{Ambient, Clock, System};
use empego_desk::sandbox::{API_KEY, Options, Sandbox, serve};
use reqwest::{Client, RequestBuilder, Response, StatusCode};
use serde_json::{Value, json};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// A clock that stands still until it is moved.
struct TestClock(AtomicI64);

impl Clock for TestClock {
    fn now(&self) -> i64 {
        self.0.load(Ordering::SeqCst)
    }
}

/// The moment that tests begin at, in milliseconds (UTC).
const START: i64 = 1_790_000_000_000;

/// A running sandbox and a client for it.
struct Bench {
    origin: String,
    client: Client,
    clock: Arc<TestClock>,
    shutdown: CancellationToken,
    server: JoinHandle<std::io::Result<()>>,
}

impl Bench {
    async fn start() -> Self {
        Self::keeping(None).await
    }

    /// A sandbox that keeps what it must in a file.
    async fn keeping(keep: Option<PathBuf>) -> Self {
        let clock = Arc::new(TestClock(AtomicI64::new(START)));
        Self::with(keep, clock.clone(), clock).await
    }

    /// A sandbox that goes by this clock, and not by the tests' own.
    async fn start_by(clock: Arc<dyn Clock>) -> Self {
        Self::with(None, clock, Arc::new(TestClock(AtomicI64::new(START)))).await
    }

    async fn with(keep: Option<PathBuf>, told: Arc<dyn Clock>, clock: Arc<TestClock>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let origin = format!("http://{}", listener.local_addr().expect("an address"));
        let ambient = Ambient { clock: told, entropy: Arc::new(System) };
        let sandbox = Sandbox::new(Options { keep, ..Options::new(&origin) }, ambient);
        assert_eq!(sandbox.base_url(), format!("{origin}/v2"));
        assert_eq!(
            sandbox.events_url(),
            format!("{}/subscribe?queue=desk", origin.replace("http:", "ws:"))
        );
        let shutdown = CancellationToken::new();
        let server = tokio::spawn(serve(listener, sandbox, shutdown.clone()));
        // The second installation fails, as it should: one is enough for the process.
        let _ = rustls::crypto::ring::default_provider().install_default();
        #[expect(clippy::disallowed_methods, reason = "a client of the tests' own")]
        let client = Client::builder().no_proxy().build().expect("a client");
        Self { origin, client, clock, shutdown, server }
    }

    fn pass(&self, ms: i64) {
        self.clock.0.fetch_add(ms, Ordering::SeqCst);
    }

    fn get(&self, path: &str) -> RequestBuilder {
        self.client.get(format!("{}{path}", self.origin))
    }

    fn post(&self, path: &str) -> RequestBuilder {
        self.client.post(format!("{}{path}", self.origin))
    }

    /// A REST call with the usual key.
    fn rest(&self, path: &str, body: &Value) -> RequestBuilder {
        self.post(&format!("/v2{path}"))
            .header("authorization", format!("api-key {API_KEY}"))
            .json(body)
    }

    async fn faults(&self, faults: Value) {
        assert_eq!(
            status(self.post("/control/faults").json(&faults)).await,
            StatusCode::OK,
            "{faults}"
        );
    }

    async fn state(&self) -> Value {
        json_of(self.get("/control/state")).await
    }

    /// A new consultation's key.
    async fn create(&self) -> String {
        let created = json_of(self.rest("/consultation", &patient("1"))).await;
        created["consultationKey"].as_str().expect("a key").to_owned()
    }

    /// A presigned URL for the patient of a consultation.
    async fn presign(&self, key: &str) -> String {
        url_of(self.rest("/embed/consultation/answer", &json!({ "consultationKey": key }))).await
    }

    async fn load(&self, url: &str) -> (StatusCode, String) {
        let response = send(self.client.get(url)).await;
        (response.status(), response.text().await.expect("a body"))
    }

    /// Sends the answers as the page's script does.
    fn answers(&self, url: &str) -> RequestBuilder {
        self.client
            .post(format!("{url}/answers"))
            .json(&json!({ "reason": "a cough", "medication": "no", "other": "" }))
    }

    /// Waits until the state says so.
    async fn until(&self, holds: impl Fn(&Value) -> bool) -> Value {
        loop {
            let state = self.state().await;
            if holds(&state) {
                return state;
            }
            tokio::task::yield_now().await;
        }
    }
}

fn patient(key: &str) -> Value {
    json!({
        "patient": { "externalPatientKeys": [{ "subSystem": "desk", "key": key }], "firstName": "Ada", "lastName": "Example" },
        "metadata": "opaque",
    })
}

async fn send(request: RequestBuilder) -> Response {
    request.send().await.expect("an answer")
}

async fn status(request: RequestBuilder) -> StatusCode {
    send(request).await.status()
}

async fn json_of(request: RequestBuilder) -> Value {
    send(request).await.json().await.expect("JSON")
}

async fn url_of(request: RequestBuilder) -> String {
    json_of(request).await["iframeUrl"].as_str().expect("a URL").to_owned()
}

/// Expects this status, and a body that is a message and nothing else; the message.
async fn refused(request: RequestBuilder, expected: StatusCode) -> String {
    let response = send(request).await;
    let got = response.status();
    let body: Value = response.json().await.expect("JSON");
    assert_eq!(got, expected, "{body}");
    let object = body.as_object().expect("an object");
    assert_eq!(object.len(), 1, "{body}");
    object["message"].as_str().expect("a message").to_owned()
}

/// The one consultation of a state.
fn only(state: &Value) -> &Value {
    assert_eq!(state["consultations"].as_array().map(Vec::len), Some(1), "{state}");
    &state["consultations"][0]
}
