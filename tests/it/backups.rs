//! Backups that are taken while consultations are created: what was acknowledged before is in them,
//! and nothing is half in them.

use crate::commands::{command, error, run};
use crate::database::{Raw, Server};
use crate::store_contract::audit::record;
use crate::store_contract::samples::{
    NOON, begin, begun, entry, issued, link_of, of_entries, site_of,
};
use empego_desk::model::lifecycle::{Delivery, Event, State};
use empego_desk::model::timeline::Source;
use empego_desk::store::{self, Addition, Begun, NewConsultation, Store, Verdict};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::task::JoinHandle;

/// Creates consultations until it is told to stop.
struct Load {
    /// How many were acknowledged: those with the numbers below.
    acknowledged: Arc<AtomicU32>,
    is_over: Arc<AtomicBool>,
    task: JoinHandle<()>,
}

/// One row of the log for each, in the transaction that begins it.
fn logged(number: u32) -> NewConsultation {
    NewConsultation { log: vec![record(i64::from(number))], ..begin(number) }
}

async fn create(store: &dyn Store, number: u32) {
    let begin = logged(number);
    assert!(matches!(store.begin(&begin).await.expect("it begins"), Begun::New(_)));
    let created = entry(Source::Empego, "created", NOON + 1, Event::Created);
    let entries = of_entries([created, issued(1, NOON + 2, None)]);
    let addition = Addition { link: Some(link_of(number)), ..entries };
    store.add(&begin.site, &begin.id, &addition).await.expect("it is added");
}

impl Load {
    async fn start(store: Arc<dyn Store>) -> Self {
        begun(&*store, &logged(0)).await;
        let (acknowledged, is_over) =
            (Arc::new(AtomicU32::new(1)), Arc::new(AtomicBool::new(false)));
        let (count, end) = (acknowledged.clone(), is_over.clone());
        let task = tokio::spawn(async move {
            while !end.load(Ordering::SeqCst) {
                create(&*store, count.load(Ordering::SeqCst)).await;
                count.fetch_add(1, Ordering::SeqCst);
            }
        });
        Self { acknowledged, is_over, task }
    }

    fn acknowledged(&self) -> u32 {
        self.acknowledged.load(Ordering::SeqCst)
    }

    /// Waits until this many more were acknowledged.
    async fn more(&self, count: u32) {
        let from = self.acknowledged();
        while self.acknowledged() < from + count {
            assert!(!self.task.is_finished(), "it creates");
            tokio::task::yield_now().await;
        }
    }

    async fn stop(self) -> u32 {
        self.is_over.store(true, Ordering::SeqCst);
        self.task.await.expect("it ends");
        self.acknowledged.load(Ordering::SeqCst)
    }
}

/// What must be true of a copy that was taken after so many were acknowledged, with so many other
/// rows in its log. Returns how many it has.
async fn sound(url: &str, acknowledged: u32, others: i64) -> u32 {
    let store = store::open(url).await.expect("it opens");
    store.ready(NOON).await.expect("it is ready");
    let Verdict::Intact { rows, .. } = store.verify().await.expect("it answers") else {
        panic!("the log is broken")
    };
    let mut number = 0;
    while let Some(found) =
        store.consultation(&site_of(1).id, &begin(number).id).await.expect("it answers")
    {
        let timeline = store.timeline(&site_of(1).id, &found.id).await.expect("it answers");
        let mut state = State::default();
        for entry in &timeline {
            state.apply(entry.at, &entry.event);
        }
        assert_eq!(found.state, state, "the state is that of the history");
        if number > 0 && number < acknowledged {
            assert_eq!(state.delivery(NOON + 3), Delivery::LinkReady, "{number} of {acknowledged}");
            let (linked, _) = store
                .by_link(&link_of(number).token_hash)
                .await
                .expect("it answers")
                .expect("a link");
            assert_eq!(linked.id, found.id);
        }
        number += 1;
    }
    store.close().await;
    assert!(number >= acknowledged, "{number} of {acknowledged}");
    assert_eq!(rows, i64::from(number) + others, "a row of the log for each");
    let mut raw = Raw::connect(url).await;
    for table in ["consultations", "patients", "patient_words"] {
        let count = raw.number(&format!("SELECT count(*) FROM {table}")).await;
        assert_eq!(count, i64::from(number), "{table}");
    }
    raw.close().await;
    number
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_of_sqlite_under_load_is_sound() {
    let folder = TempDir::new().expect("a folder");
    let file = |name: &str| folder.path().join(name);
    let url = format!("sqlite://{}", file("desk.db").display());
    let store = store::open(&url).await.expect("it opens");
    let load = Load::start(store.clone()).await;
    let mut sizes = Vec::new();
    for number in 0..3 {
        load.more(40).await;
        let before = load.acknowledged();
        let backup = format!("backup-{number}.db");
        // The command, in a process of its own.
        let taken = tokio::task::spawn_blocking({
            let (folder, url, backup) = (folder.path().to_owned(), url.clone(), backup.clone());
            move || run(command(&folder, &["backup", &backup]).env("DATABASE_URL", url))
        });
        let taken = taken.await.expect("it ends");
        assert!(taken.status.success(), "{}", error(&taken));
        sizes.push((backup, before));
    }
    let all = load.stop().await;
    store.close().await;
    for (backup, before) in sizes {
        // A database that is not there yet is restored too.
        let restored = format!("sqlite://{}", file(&format!("of-{backup}")).display());
        let done =
            run(command(folder.path(), &["restore", &backup]).env("DATABASE_URL", &restored));
        assert!(done.status.success(), "{}", error(&done));
        // The commands themselves are rows of the log.
        let mut raw = Raw::connect(&restored).await;
        let commands = raw
            .number("SELECT count(*) FROM audit WHERE action IN ('backed-up', 'restored')")
            .await;
        raw.close().await;
        let there = sound(&restored, before, commands).await;
        assert!(there <= all);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dump_of_postgresql_under_load_is_sound_and_serves() {
    let server = Server::start().await;
    let url = server.database("desk").await;
    let store = store::open(&url).await.expect("it opens");
    let load = Load::start(store.clone()).await;
    let folder = TempDir::new().expect("a folder");
    let mut dumps = Vec::new();
    for number in 0..2 {
        load.more(40).await;
        let before = load.acknowledged();
        let dump = folder.path().join(format!("{number}.dump"));
        let mut program = server.program("pg_dump");
        program.arg("--format=custom").arg("--file").arg(&dump).arg(&url);
        assert!(program.status().await.expect("it runs").success());
        dumps.push((dump, before));
    }
    load.stop().await;
    store.close().await;
    for (number, (dump, before)) in dumps.iter().enumerate() {
        let restored = server.database(&format!("restored_{number}")).await;
        let mut program = server.program("pg_restore");
        program.args(["--exit-on-error", "--no-owner", "--dbname", &restored]).arg(dump);
        assert!(program.status().await.expect("it runs").success());
        let there = sound(&restored, *before, 0).await;
        // Numbers go on.
        let store = store::open(&restored).await.expect("it opens");
        create(&*store, there).await;
        store.close().await;
        serves(&restored).await;
    }
}

/// A desk starts on it, and is ready.
async fn serves(url: &str) {
    let folder = TempDir::new().expect("a folder");
    let mut desk = tokio::process::Command::from(command(folder.path(), &["serve"]));
    let ports = [("DESK_ADDR", "127.0.0.1:0"), ("SANDBOX_ADDR", "127.0.0.1:0")];
    desk.env("DATABASE_URL", url).envs(ports).stdout(std::process::Stdio::piped());
    let mut desk =
        desk.stderr(std::process::Stdio::null()).kill_on_drop(true).spawn().expect("it starts");
    let mut lines = BufReader::new(desk.stdout.take().expect("its output")).lines();
    let address = loop {
        let line = lines.next_line().await.expect("text").expect("it is open");
        if let Some(address) = line.strip_prefix("Empego Desk is open at ") {
            break address.to_owned();
        }
    };
    // The second installation fails, as it should: one is enough for the process.
    let _ = rustls::crypto::ring::default_provider().install_default();
    #[expect(clippy::disallowed_methods, reason = "a client of the tests' own")]
    let client = reqwest::Client::builder().no_proxy().build().expect("a client");
    let ready = client.get(format!("{address}/readyz")).send().await.expect("an answer");
    assert_eq!(ready.status(), 200);
    desk.kill().await.expect("it ends");
}
