//! Copies that are cut off go on where they stopped.

use super::{answers_at, contents, copy, filled};
use crate::commands::{command, error, run};
use crate::database::Place;
use crate::store_contract::audit::record;
use crate::store_contract::samples::site_of;
use empego_desk::store::{self, Copied, Record, StoreError};
use std::future::poll_fn;
use std::pin::pin;
use std::process::Stdio;
use std::task::Poll;

/// Runs a copy for so many steps, and drops it there. `None` = it was not at its end.
async fn steps(from: &str, to: &str, mut steps: u32) -> Option<Result<Copied, StoreError>> {
    let mut copying = pin!(copy(from, to));
    poll_fn(|context| {
        if steps == 0 {
            return Poll::Ready(None);
        }
        steps -= 1;
        copying.as_mut().poll(context).map(Some)
    })
    .await
}

async fn has_begun(to: &Place) -> bool {
    if !to.is_there() {
        return false;
    }
    let mut raw = to.raw().await;
    let begun = raw.has("copying").await && raw.number("SELECT count(*) FROM copying").await > 0;
    raw.close().await;
    begun
}

#[tokio::test]
async fn a_copy_that_is_cut_off_anywhere_goes_on() {
    let (from, rows) = filled().await;
    for stride in [11, 60, 170] {
        let to = Place::new("there.db");
        let (mut cuts, mut length) = (0, 0);
        let mut refused = 0;
        let done = loop {
            // Longer each time: the first steps are those of the connection.
            length += stride;
            match steps(&from.url(), &to.url(), length).await {
                None => {
                    cuts += 1;
                    if has_begun(&to).await {
                        refused += 1;
                        let Err(StoreError::Unusable(why)) = store::open(&to.url()).await else {
                            panic!("it is not finished")
                        };
                        assert!(why.contains("a copy into it is not finished"), "{why}");
                    }
                }
                // The server has not yet seen that the one before is gone.
                Some(Err(StoreError::InUse(_))) => length -= stride,
                Some(done) => break done.expect("it is copied"),
            }
        };
        assert!(cuts > 2 && refused > 0, "{stride}: {cuts} cuts");
        assert_eq!(done.log, 1_501);
        assert_eq!(contents(&to).await, rows, "{stride}: {cuts} cuts");
        assert_eq!(answers_at(&to).await, answers_at(&from).await);
    }
}

#[tokio::test]
async fn a_command_that_is_killed_goes_on() {
    let from = Place::sqlite("desk.db");
    let store = from.store().await;
    store.add_site(&site_of(1)).await.expect("a site");
    let rows: Vec<Record> = (0..12_000).map(record).collect();
    store.record(&rows).await.expect("they are written");
    store.close().await;
    let to = Place::new("there.db");
    let folder = from.path();
    let arguments = ["copy", "--from", &from.url(), "--to", &to.url()];
    let mut running = command(folder, &arguments)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("it starts");
    // In the middle of a table it waits for another writer.
    let mut raw = None;
    loop {
        assert_eq!(running.try_wait().expect("it answers"), None, "it ended before it was killed");
        if raw.is_none() && to.is_there() {
            raw = Some(to.raw().await);
        }
        if let Some(raw) = &mut raw
            && raw.has("audit").await
            && raw.number("SELECT count(*) FROM audit").await > 0
        {
            raw.hold().await;
            break;
        }
        tokio::task::yield_now().await;
    }
    running.kill().expect("it is killed");
    running.wait().expect("it ends");
    let mut raw = raw.expect("a connection");
    raw.release().await;
    let copied = raw.number("SELECT count(*) FROM audit").await;
    assert!((1..12_000).contains(&copied), "{copied}");
    assert_eq!(raw.number("SELECT count(*) FROM copying").await, 1);
    raw.close().await;
    for arguments in [&["serve"] as &[&str], &["staff", "list"], &["migrate"]] {
        let refused = run(command(folder, arguments)
            .env("DATABASE_URL", to.url())
            .env("DESK_ADDR", "127.0.0.1:0"));
        assert_eq!(refused.status.code(), Some(1), "{arguments:?}");
        let why = error(&refused);
        assert!(why.contains("a copy into it is not finished"), "{arguments:?}: {why}");
    }
    // The server may still see the killed one.
    let done = loop {
        let done = run(&mut command(folder, &arguments));
        if !error(&done).contains("another process uses this database") {
            break done;
        }
    };
    assert!(done.status.success(), "{}", error(&done));
    let said = String::from_utf8_lossy(&done.stdout).into_owned();
    assert!(said.contains("verified up to row 12000."), "{said}");
    assert_eq!(contents(&to).await, contents(&from).await);
    let serves = run(command(folder, &["audit", "verify"]).env("DATABASE_URL", to.url()));
    assert!(serves.status.success(), "{}", error(&serves));
}
