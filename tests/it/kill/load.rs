//! Kills while several users work at once.

use crate::binary::Binary;
use crate::helpers::{EMAIL, PASSWORD, Page};
use reqwest::{Method, StatusCode};
use std::cell::RefCell;
use std::process::Command;
use std::rc::Rc;
use tokio::sync::Notify;

/// How many times the process is killed.
const KILLS: usize = 12;
/// How many users work at once.
const USERS: usize = 6;
/// How many actions are acknowledged before each kill.
const ACTIONS: usize = 12;

/// What the users were told is done.
#[derive(Default)]
struct Acknowledged {
    created: Vec<String>,
    revoked: Vec<String>,
    more: Rc<Notify>,
}

impl Acknowledged {
    fn count(&self) -> usize {
        self.created.len() + self.revoked.len()
    }

    fn create(&mut self, id: &str) {
        self.created.push(id.to_owned());
        self.more.notify_one();
    }

    fn revoke(&mut self, id: &str) {
        self.revoked.push(id.to_owned());
        self.more.notify_one();
    }
}

/// Creates a consultation and revokes its link, again and again, until the desk is gone.
async fn work(desk: &Binary, user: usize, told: &RefCell<Acknowledged>) {
    let post = async |function: &str, form: &[(&str, &str)]| {
        let request = desk.request(Method::POST, &format!("/api/{function}")).form(form);
        let answer = request.send().await.ok()?;
        assert_eq!(answer.status(), StatusCode::SEE_OTHER, "{function}");
        Some(answer.headers()["location"].to_str().expect("text").to_owned())
    };
    for number in 0.. {
        let identifier = format!("U{user}-{}-{number}", told.borrow().count());
        let form = [("first_name", "Ada"), ("last_name", "Example"), ("identifier", &identifier)];
        let Some(location) = post("create_consultation", &form).await else { return };
        let id = location.rsplit('/').next().expect("an id").to_owned();
        told.borrow_mut().create(&id);
        if post("revoke_link", &[("id", &id)]).await.is_none() {
            return;
        }
        told.borrow_mut().revoke(&id);
    }
}

#[tokio::test]
async fn what_was_acknowledged_under_load_is_there_after_every_kill() {
    let mut desk = Binary::start().await;
    desk.sign_in(EMAIL, PASSWORD).await;
    let told = RefCell::new(Acknowledged::default());
    let more = Rc::clone(&told.borrow().more);
    for round in 1..=KILLS {
        let enough = async {
            while told.borrow().count() < round * ACTIONS {
                more.notified().await;
            }
            let pid = desk.pid().to_string();
            let killed = Command::new("kill").args(["-9", &pid]).status().expect("it runs");
            assert!(killed.success());
        };
        let users = (0..USERS).map(|user| work(&desk, user, &told));
        tokio::join!(futures::future::join_all(users), enough);
        desk.cut().await;
    }
    let told = told.into_inner();
    assert!(told.count() >= KILLS * ACTIONS);
    for id in &told.created {
        let page = desk.get(&format!("/consultations/{id}")).await;
        assert_eq!(page.status, StatusCode::OK, "{id} was acknowledged");
        let revoked = page.text.contains("Revoked");
        assert!(revoked || !told.revoked.contains(id), "{id} was acknowledged as revoked");
    }
    let verified: Page = desk.post("verify_log", &[]).await;
    assert!(
        verified.texts("[role=status]").join(" ").contains("Log verified"),
        "{}",
        verified.text
    );
}
