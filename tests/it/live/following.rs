//! How the changes of a store reach the open pages, whatever the store does.

use async_trait::async_trait;
use empego_desk::desk::changes::follow;
use empego_desk::empego::retry::Sleeper;
use empego_desk::live::{Live, Update};
use empego_desk::model::change::Change;
use empego_desk::model::ids::{ConsultationId, SiteId};
use empego_desk::store::{Changes, Result, StoreError};
use std::sync::Mutex;
use std::time::Duration;
use tokio::sync::{mpsc, watch};
use tokio_util::sync::CancellationToken;

/// Changes in memory, of which the oldest can be forgotten, and which can fail.
#[derive(Default)]
struct Memory {
    state: Mutex<State>,
    changed: watch::Sender<()>,
}

#[derive(Default)]
struct State {
    forgotten: i64,
    newest: i64,
    failures: u32,
}

impl Memory {
    fn set(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.state.lock().expect("no panic"));
        self.changed.send_replace(());
    }
}

fn change(position: i64) -> Change {
    Change { position, site: SiteId::from("site"), id: ConsultationId(position.to_string()) }
}

#[async_trait]
impl Changes for Memory {
    async fn position(&self) -> Result<i64> {
        Ok(self.state.lock().expect("no panic").newest)
    }

    async fn changes_after(&self, position: i64, limit: u32) -> Result<Option<Vec<Change>>> {
        let mut state = self.state.lock().expect("no panic");
        if state.failures > 0 {
            state.failures -= 1;
            return Err(StoreError::NotFound);
        }
        let known = state.forgotten..=state.newest;
        let until = state.newest.min(position + i64::from(limit));
        Ok(known.contains(&position).then(|| (position + 1..=until).map(change).collect()))
    }

    async fn forget_changes(&self, _: i64, _: i64) -> Result<u64> {
        Ok(0)
    }

    fn changed(&self) -> watch::Receiver<()> {
        self.changed.subscribe()
    }
}

/// Says how long it was to sleep, and sleeps until the test lets it go on.
struct Asked {
    told: mpsc::UnboundedSender<Duration>,
    go: tokio::sync::Semaphore,
}

#[async_trait]
impl Sleeper for Asked {
    async fn sleep(&self, duration: Duration) {
        self.told.send(duration).expect("the test listens");
        self.go.acquire().await.expect("it is open").forget();
    }
}

#[tokio::test]
async fn nothing_is_skipped_when_the_store_fails() {
    let (told, mut slept) = mpsc::unbounded_channel();
    let sleeper = Asked { told, go: tokio::sync::Semaphore::new(0) };
    let (memory, live, stop) = (Memory::default(), Live::after(3), CancellationToken::new());
    memory.set(|state| state.newest = 5);
    let mut heard = live.subscribe();
    let test = async {
        for position in [4, 5] {
            assert_eq!(heard.recv().await.expect("open"), Update::Change(change(position)));
        }
        let idle = slept.recv().await.expect("it waits");
        memory.set(|state| (state.newest, state.failures) = (907, 3));
        let mut delays = Vec::new();
        for _ in 0..3 {
            delays.push(slept.recv().await.expect("it waits after a failure"));
            assert!(heard.try_recv().is_err());
            sleeper.go.add_permits(1);
        }
        assert!(delays.is_sorted() && delays[0] < delays[2] && delays[2] <= idle, "{delays:?}");
        for position in 6..=907 {
            let update = heard.recv().await.expect("no more than it can lag");
            assert_eq!(update, Update::Change(change(position)), "in order, each once");
            tokio::task::yield_now().await;
        }
        assert_eq!(live.position(), 907);

        // Another process wrote, and woke nobody.
        assert_eq!(slept.recv().await.expect("it waits"), idle);
        memory.state.lock().expect("no panic").newest = 908;
        sleeper.go.add_permits(1);
        assert_eq!(heard.recv().await.expect("open"), Update::Change(change(908)));

        // What nobody knows any more is said to be unknown.
        memory.set(|state| (state.forgotten, state.newest) = (1_000, 1_001));
        assert_eq!(heard.recv().await.expect("open"), Update::Unknown(1_001));
        memory.set(|state| state.newest = 1_002);
        assert_eq!(heard.recv().await.expect("open"), Update::Change(change(1_002)));
        stop.cancel();
    };
    tokio::join!(follow(&memory, &live, &sleeper, stop.clone()), test);
}
