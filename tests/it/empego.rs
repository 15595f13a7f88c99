//! The Empego client against a server in our hands: what it sends, and what it makes of every kind
//! of answer.

mod failures;
mod files;
mod limits;
mod requests;
mod retries;
mod secrets;

use async_trait::async_trait;
use empego_desk::ambient::{Ambient, Clock, System};
use empego_desk::empego::retry::Sleeper;
use empego_desk::empego::{Empego, KeyHeader, Origin, Settings, http_client};
use empego_desk::model::health_number::IdentifierType;
use empego_desk::model::ids::{EmpegoKey, PatientId};
use empego_desk::model::patient::{Identifier, Patient};
use empego_desk::profile::Profile;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockBuilder, MockServer, ResponseTemplate};

pub const CREATE: &str = "/consultation";
pub const ANSWER: &str = "/embed/consultation/answer";
pub const API_KEY: &str = "sesame-key-0451";
pub const TENANT_KEY: &str = "tenant-key-0815";
pub const URL: &str = "https://app.empego.ca/embed/session?token=onceonly77";

/// 1994-11-06T08:49:37Z: "Sun, 06 Nov 1994 08:49:37 GMT".
pub const NOW: i64 = 784_111_777_000;

struct StoppedClock;

impl Clock for StoppedClock {
    fn now(&self) -> i64 {
        NOW
    }
}

/// Remembers the waits, and does not wait.
#[derive(Default)]
pub struct Waits(Mutex<Vec<Duration>>);

impl Waits {
    pub fn seen(&self) -> Vec<Duration> {
        self.0.lock().expect("no test panics with it").clone()
    }
}

#[async_trait]
impl Sleeper for Waits {
    async fn sleep(&self, duration: Duration) {
        self.0.lock().expect("no test panics with it").push(duration);
    }
}

pub fn settings(base_url: &str) -> Settings {
    Settings {
        base_url: base_url.parse().expect("a URL"),
        key: API_KEY.into(),
        profile: Profile::embedded(),
        tenant: None,
        app_origins: vec![Origin::parse("https://app.empego.ca", false).expect("an origin")],
        file_origins: Vec::new(),
        timeout: Settings::TIMEOUT,
        read_timeout: Settings::READ_TIMEOUT,
        concurrency: Settings::CONCURRENCY,
    }
}

/// A client that does not really wait between tries, and the waits that it would have made.
pub fn client(settings: Settings) -> (Empego, Arc<Waits>) {
    let waits = Arc::new(Waits::default());
    let ambient = Ambient { clock: Arc::new(StoppedClock), entropy: Arc::new(System) };
    (
        Empego::with_sleeper(http_client().expect("TLS works"), settings, ambient, waits.clone()),
        waits,
    )
}

pub fn identifier(kind: IdentifierType, key: &str) -> Identifier {
    Identifier { kind, key: key.to_owned() }
}

pub fn patient(identifiers: Vec<Identifier>) -> Patient {
    Patient {
        id: PatientId::from("0192-patient"),
        first_name: "Hélène".to_owned(),
        last_name: "Tremblay".to_owned(),
        date_of_birth: Some("1980-02-03".to_owned()),
        identifiers,
        language: None,
    }
}

pub fn key() -> EmpegoKey {
    EmpegoKey::from("8c4abd06-key")
}

pub fn post(to: &str) -> MockBuilder {
    Mock::given(method("POST")).and(path(to))
}

/// A server that answers every POST to both paths alike.
pub async fn server(answer: ResponseTemplate) -> MockServer {
    let server = MockServer::start().await;
    for to in [CREATE, ANSWER] {
        post(to).respond_with(answer.clone()).mount(&server).await;
    }
    server
}

/// How many requests came in.
pub async fn count(server: &MockServer) -> usize {
    server.received_requests().await.expect("recording is on").len()
}
