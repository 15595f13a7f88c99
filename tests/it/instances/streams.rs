//! A page that follows the changes, as a browser's `EventSource` does: it connects again with the id
//! of the last event that it has.

use super::people::Person;
use reqwest::{Method, Response};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::task::JoinHandle;
use tokio::time::Instant;

/// A change as it was heard.
#[derive(Clone, Debug)]
pub struct Heard {
    pub position: i64,
    pub id: String,
    pub at: Instant,
}

#[derive(Default)]
struct Notes {
    heard: Vec<Heard>,
    /// How often it connected.
    connected: usize,
    /// How often the desk did not know what was missed.
    reloads: usize,
    /// The id of the last event.
    last: Option<String>,
}

/// It follows until it is dropped.
pub struct Follower {
    notes: Arc<Mutex<Notes>>,
    task: JoinHandle<()>,
}

impl Drop for Follower {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Follower {
    /// Follows all changes from the first one on: at one desk, and after the end of that stream
    /// wherever `then` leads to.
    pub fn start(first: Person, then: Person) -> Self {
        let notes: Arc<Mutex<Notes>> = Arc::default();
        let taken = Arc::clone(&notes);
        let task = tokio::spawn(async move {
            let mut at = first;
            loop {
                let last = taken.lock().expect("no panic").last.clone();
                let request = at.request(Method::GET, "/live?after=0").timeout(FOR_EVER);
                let request = match last {
                    Some(last) => request.header("last-event-id", last),
                    None => request,
                };
                match request.send().await {
                    Ok(stream) if stream.status() == 200 => {
                        taken.lock().expect("no panic").connected += 1;
                        read(stream, &taken).await;
                        at = then.clone();
                    }
                    _ => tokio::time::sleep(Duration::from_millis(100)).await,
                }
            }
        });
        Self { notes, task }
    }

    pub fn heard(&self) -> Vec<Heard> {
        self.notes.lock().expect("no panic").heard.clone()
    }

    /// The position up to which it has heard.
    pub fn position(&self) -> i64 {
        self.notes.lock().expect("no panic").heard.last().map_or(0, |heard| heard.position)
    }

    pub fn connected(&self) -> usize {
        self.notes.lock().expect("no panic").connected
    }

    pub fn reloads(&self) -> usize {
        self.notes.lock().expect("no panic").reloads
    }
}

const FOR_EVER: Duration = Duration::from_secs(3_600);

/// Reads a stream to its end, in order or not.
async fn read(mut stream: Response, notes: &Mutex<Notes>) {
    let mut unread = String::new();
    while let Ok(Some(chunk)) = stream.chunk().await {
        unread.push_str(&String::from_utf8_lossy(&chunk));
        while let Some((event, rest)) = unread.split_once("\n\n") {
            take(event, &mut notes.lock().expect("no panic"));
            unread = rest.to_owned();
        }
    }
}

fn take(event: &str, notes: &mut Notes) {
    let field = |name: &str| event.lines().find_map(|line| line.strip_prefix(name));
    // The hint at the end of a stream has no id.
    let Some(id) = field("id: ") else { return };
    notes.last = Some(id.to_owned());
    match field("event: ") {
        Some("change") => notes.heard.push(Heard {
            position: id.parse().expect("a number"),
            id: field("data: ").expect("it has data").to_owned(),
            at: Instant::now(),
        }),
        Some("reload") => notes.reloads += 1,
        _ => {}
    }
}
