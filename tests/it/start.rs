//! What a start makes, and what it does not make when it fails.

use crate::database::Place;
use crate::helpers::{START, settings};
use empego_desk::ambient::{Ambient, Clock, System};
use empego_desk::config::Config;
use empego_desk::server::serve::{Bound, bind};
use empego_desk::web::assets::Assets;
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

struct Stopped;

impl Clock for Stopped {
    fn now(&self) -> i64 {
        START
    }
}

/// A start on the defaults: secret and administrator are made up.
async fn start(folder: &Place) -> anyhow::Result<Bound> {
    let mut settings = settings(folder);
    settings.desk_secret = None;
    settings.desk_admin_email = None;
    settings.desk_admin_password = None;
    let ambient = Ambient { clock: Arc::new(Stopped), entropy: Arc::new(System) };
    bind(
        Config::read(&settings).expect("settings that hold"),
        Assets::open(folder.path())?,
        ambient,
        CancellationToken::new(),
    )
    .await
}

#[tokio::test]
async fn a_start_that_fails_makes_no_account_whose_password_nobody_read() {
    let folder = Place::new("desk.db");
    let secret = folder.path().join("secret");
    std::fs::write(&secret, "too short").expect("it writes");
    let problem = start(&folder).await.err().expect("it fails").to_string();
    assert!(problem.contains("holds no secret"), "{problem}");
    let store = folder.store().await;
    assert_eq!(store.all_staff().await.expect("it reads"), []);
    store.close().await;

    std::fs::remove_file(&secret).expect("it goes");
    assert!(
        start(&folder).await.expect("it starts").first.is_some(),
        "the password is there to be printed"
    );
}

#[tokio::test]
async fn an_empty_secret_is_what_a_kill_left_and_is_made_anew() {
    let folder = Place::new("desk.db");
    let secret = folder.path().join("secret");
    std::fs::write(&secret, "").expect("it writes");
    start(&folder).await.expect("it starts");
    let made = std::fs::read_to_string(&secret).expect("it is there");
    assert!(made.len() >= 32, "{} bytes", made.len());
    start(&folder).await.expect("it starts again");
    assert_eq!(std::fs::read_to_string(&secret).expect("it is there"), made, "and is kept");
}
