//! What a start makes, and what it does not make when it fails.

use crate::helpers::{START, settings};
use empego_desk::ambient::{Ambient, Clock, System};
use empego_desk::config::Config;
use empego_desk::server::serve::{Bound, bind};
use empego_desk::store;
use empego_desk::web::assets::Assets;
use std::path::Path;
use std::sync::Arc;
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

struct Stopped;

impl Clock for Stopped {
    fn now(&self) -> i64 {
        START
    }
}

/// A start on the defaults: secret and administrator are made up.
async fn start(folder: &Path) -> anyhow::Result<Bound> {
    let mut settings = settings(folder);
    settings.desk_secret = None;
    settings.desk_admin_email = None;
    settings.desk_admin_password = None;
    let ambient = Ambient { clock: Arc::new(Stopped), entropy: Arc::new(System) };
    bind(
        Config::read(&settings).expect("settings that hold"),
        Assets::open(folder)?,
        ambient,
        CancellationToken::new(),
    )
    .await
}

#[tokio::test]
async fn a_start_that_fails_makes_no_account_whose_password_nobody_read() {
    let folder = TempDir::new().expect("a folder");
    let secret = folder.path().join("secret");
    std::fs::write(&secret, "too short").expect("it writes");
    let problem = start(folder.path()).await.err().expect("it fails").to_string();
    assert!(problem.contains("holds no secret"), "{problem}");
    let store = store::open(folder.path().join("desk.db").to_str().expect("UTF-8"))
        .await
        .expect("it opens");
    assert_eq!(store.all_staff().await.expect("it reads"), []);
    store.close().await;

    std::fs::remove_file(&secret).expect("it goes");
    assert!(
        start(folder.path()).await.expect("it starts").first.is_some(),
        "the password is there to be printed"
    );
}

#[tokio::test]
async fn an_empty_secret_is_what_a_kill_left_and_is_made_anew() {
    let folder = TempDir::new().expect("a folder");
    let secret = folder.path().join("secret");
    std::fs::write(&secret, "").expect("it writes");
    start(folder.path()).await.expect("it starts");
    let made = std::fs::read_to_string(&secret).expect("it is there");
    assert!(made.len() >= 32, "{} bytes", made.len());
    start(folder.path()).await.expect("it starts again");
    assert_eq!(std::fs::read_to_string(&secret).expect("it is there"), made, "and is kept");
}
