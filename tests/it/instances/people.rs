//! Staff and patients who use the desks through the balancer, and what they were answered when.

use super::cluster::PATIENCE;
use crate::helpers::{EMAIL, PASSWORD, Page};
use reqwest::header::{ACCEPT, COOKIE, LOCATION, SET_COOKIE};
use reqwest::redirect::Policy;
use reqwest::{Client, Method, RequestBuilder, StatusCode};
use scraper::{Html, Selector};
use serde_json::{Value, json};
use std::net::{IpAddr, Ipv4Addr};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::time::Instant;

/// How long to wait before something is tried again.
const AGAIN: Duration = Duration::from_millis(100);

/// A browser with an address of its own, and with a session once it has signed in.
#[derive(Clone)]
pub struct Person {
    pub http: Client,
    pub base: String,
    pub cookie: String,
    answers: Arc<Mutex<Vec<Answer>>>,
}

/// An answer, or none.
#[derive(Clone, Debug)]
#[expect(dead_code, reason = "the path is for those who read why a test failed")]
pub struct Answer {
    pub method: Method,
    pub path: String,
    pub sent: Instant,
    pub ended: Instant,
    /// `None` = the connection ended without a whole answer.
    pub status: Option<u16>,
}

impl Person {
    /// Somebody at the address 127.0.0.`number`.
    pub fn new(base: &str, number: u8) -> Self {
        #[expect(clippy::disallowed_methods, reason = "a client of the tests' own")]
        let http = Client::builder()
            .no_proxy()
            .redirect(Policy::none())
            .timeout(PATIENCE)
            .local_address(IpAddr::from(Ipv4Addr::new(127, 0, 0, number)))
            .build()
            .expect("a client");
        let answers = Arc::default();
        Self { http, base: base.to_owned(), cookie: String::new(), answers }
    }

    /// The same person at another address of the desks.
    pub fn at(&self, base: &str) -> Self {
        Self { base: base.to_owned(), answers: Arc::default(), ..self.clone() }
    }

    /// Somebody who has signed in.
    pub async fn signed_in(base: &str, number: u8) -> Self {
        let mut person = Self::new(base, number);
        let form = [("email", EMAIL), ("password", PASSWORD)];
        let page = person.insist("/api/sign_in", &form).await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.text);
        person.cookie = page.cookies[0].split(';').next().expect("a cookie").to_owned();
        person
    }

    /// Everything that was answered, in order.
    pub fn answers(&self) -> Vec<Answer> {
        self.answers.lock().expect("no panic").clone()
    }

    pub fn forget(&self) {
        self.answers.lock().expect("no panic").clear();
    }

    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http
            .request(method, format!("{}{path}", self.base))
            .header(ACCEPT, "text/html")
            .header(COOKIE, &self.cookie)
    }

    /// Opens a page, once.
    pub async fn get(&self, path: &str) -> Option<Page> {
        self.send(Method::GET, path, &[]).await
    }

    /// Sends a form, once.
    pub async fn post(&self, path: &str, form: &[(&str, &str)]) -> Option<Page> {
        self.send(Method::POST, path, form).await
    }

    /// Sends a form until it is answered by a desk that could.
    pub async fn insist(&self, path: &str, form: &[(&str, &str)]) -> Page {
        loop {
            match self.post(path, form).await {
                Some(page) if !page.status.is_server_error() => return page,
                _ => tokio::time::sleep(AGAIN).await,
            }
        }
    }

    /// Opens a page until it is shown.
    pub async fn look(&self, path: &str) -> Page {
        loop {
            match self.get(path).await {
                Some(page) if !page.status.is_server_error() => return page,
                _ => tokio::time::sleep(AGAIN).await,
            }
        }
    }

    async fn send(&self, method: Method, path: &str, form: &[(&str, &str)]) -> Option<Page> {
        let request = self.request(method.clone(), path);
        let request = if method == Method::POST { request.form(form) } else { request };
        let sent = Instant::now();
        let read = async {
            let answer = request.send().await?;
            let (status, headers) = (answer.status(), answer.headers().clone());
            let text =
                |value: &reqwest::header::HeaderValue| value.to_str().expect("text").to_owned();
            let location = headers.get(LOCATION).map(text).unwrap_or_default();
            let cookies = headers.get_all(SET_COOKIE).iter().map(text).collect();
            let text = answer.text().await?;
            Ok::<_, reqwest::Error>(Page { status, location, cookies, headers, text })
        };
        let page = read.await.ok();
        let status = page.as_ref().map(|page| page.status.as_u16());
        let (path, ended) = (path.to_owned(), Instant::now());
        let answer = Answer { method, path, sent, ended, status };
        self.answers.lock().expect("no panic").push(answer);
        page
    }

    /// Creates a consultation, and returns its id once that was acknowledged. The same press is
    /// sent again where no answer came.
    pub async fn create(&self, press: &str) -> String {
        let form = [
            ("request_id", press),
            ("first_name", "Ada"),
            ("last_name", press),
            ("identifier", press),
        ];
        let page = self.insist("/api/create_consultation", &form).await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{press}: {}", page.text);
        let id = page.location.strip_prefix("/consultations/");
        id.expect("the new consultation").to_owned()
    }

    /// The token of a consultation's link. `None` where it has none: a call that was cut off left
    /// it open whether Empego has it.
    pub async fn token(&self, id: &str) -> Option<String> {
        let page = self.look(&format!("/consultations/{id}")).await;
        assert_eq!(page.status, StatusCode::OK, "{id} was acknowledged");
        let page = Html::parse_document(&page.text);
        let link = page.select(&Selector::parse("#link").expect("a selector")).next()?;
        Some(link.value().attr("value")?.rsplit('/').next()?.to_owned())
    }

    /// Answers as the patient of a link, until the desk has taken the report. `false` where the
    /// consultation was answered already.
    pub async fn answer(&self, token: &str) -> bool {
        let start = self.insist("/api/start_consultation", &[("token", token)]).await;
        if start.status != StatusCode::SEE_OTHER {
            return false;
        }
        let opened = self.http.get(&start.location).send().await.expect("an answer");
        assert_eq!(opened.status(), StatusCode::OK);
        let answers = self.http.post(format!("{}/answers", start.location));
        let plan = answers.json(&json!({ "reason": "a cough" })).send().await.expect("an answer");
        let plan: Value = plan.json().await.expect("JSON");
        let message = plan["message"].to_string();
        let form = [("token", token), ("message", &message)];
        let report = self.insist("/api/report_message", &form).await;
        assert_eq!(report.status, StatusCode::OK, "{message}");
        true
    }
}
