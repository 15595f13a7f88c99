//! Moves of one record at two instances at once: Empego hears the newest last.

use super::cluster::{Cluster, PATIENCE, free_port};
use super::people::Person;
use super::{is_chosen, until};
use empego_desk::ambient::Ambient;
use reqwest::StatusCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;

/// An operation as a real reference might have it.
const MOVES: &str = r#"
[operations.move-follow-up]
method = "PUT"
path = "/followup/{key}"
body = { scheduled-at = "/followupScheduledAt" }
"#;

/// What is between one desk and Empego: the first move waits there until it is let through.
struct Way {
    moves: AtomicUsize,
    open: Semaphore,
}

async fn pass(way: Arc<Way>, listener: TcpListener, to: String) {
    while let Ok((mut from, _)) = listener.accept().await {
        let (way, mut to) = (Arc::clone(&way), TcpStream::connect(&to).await.expect("Empego"));
        tokio::spawn(async move {
            let ((mut asked, mut answer), (mut back, mut on)) = (from.split(), to.split());
            let ask = async {
                let mut part = vec![0; 64 * 1024];
                while let Ok(read @ 1..) = asked.read(&mut part).await {
                    let is_move = part.starts_with(b"PUT ");
                    if is_move && way.moves.fetch_add(1, Ordering::SeqCst) == 0 {
                        way.open.acquire().await.expect("it is open").forget();
                    }
                    on.write_all(&part[..read]).await.expect("it is sent");
                }
            };
            tokio::join!(ask, copy(&mut back, &mut answer)).1.ok();
        });
    }
}

/// A day after today, as a form has it.
fn in_days(days: i64) -> String {
    let at = Ambient::system().now() + days * 86_400_000;
    jiff::Timestamp::from_millisecond(at).expect("a time").strftime("%Y-%m-%d").to_string()
}

#[tokio::test]
async fn of_moves_at_two_instances_empego_hears_the_newest_last() {
    if !is_chosen() {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("profile.toml");
    let text = format!("{}\n{MOVES}", empego_desk::profile::DEFAULT);
    std::fs::write(&file, text).expect("it is written");
    let (way, port) =
        (Arc::new(Way { moves: AtomicUsize::new(0), open: Semaphore::new(0) }), free_port());
    let cluster =
        Cluster::with(&[("EMPEGO_PROFILE", file.display().to_string())], |number, sandbox| {
            let mut more = Vec::new();
            if number == 0 {
                let listener = std::net::TcpListener::bind(("127.0.0.1", port)).expect("a port");
                listener.set_nonblocking(true).expect("it is");
                let listener = TcpListener::from_std(listener).expect("a listener");
                let to = sandbox.trim_start_matches("http://").to_owned();
                tokio::spawn(pass(Arc::clone(&way), listener, to));
                more.push(("EMPEGO_API_URL", format!("http://127.0.0.1:{port}/v2")));
            }
            more
        })
        .await;
    let slow = Person::signed_in(&cluster.desks[0].url(), 1).await;
    let quick = slow.at(&cluster.desks[1].url());
    let days = [30, 31, 32].map(in_days);
    let form = [
        ("first_name", "Ada"),
        ("last_name", "Example"),
        ("identifier", "A-1"),
        ("due_on", &days[0]),
        ("follow_up_reason", "Weight"),
    ];
    let planned = quick.insist("/api/plan_follow_up", &form).await;
    assert_eq!(planned.status, StatusCode::SEE_OTHER, "{}", planned.text);
    let id = planned.location.strip_prefix("/consultations/").expect("a record").to_owned();
    let first = {
        let (slow, id, day) = (slow.clone(), id.clone(), days[1].clone());
        tokio::spawn(async move {
            let form = [("id", id.as_str()), ("new_day", day.as_str())];
            slow.insist("/api/move_follow_up", &form).await.status
        })
    };
    until("the first is on its way", PATIENCE, async || way.moves.load(Ordering::SeqCst) == 1)
        .await;
    let form = [("id", id.as_str()), ("new_day", days[2].as_str())];
    let second = quick.insist("/api/move_follow_up", &form).await.status;
    assert_eq!(second, StatusCode::SEE_OTHER);
    way.open.add_permits(1);
    assert_eq!(first.await.expect("it ends"), StatusCode::SEE_OTHER);
    let plan = cluster.seen().await["followups"][0]["plan"]["scheduled_at"].clone();
    assert_eq!(&plan.as_str().expect("a time")[..10], days[2]);
    assert_eq!(way.moves.load(Ordering::SeqCst), 2, "it was told once more");
}
