//! SQLite and PostgreSQL beside each other (`make bench-engines`): the same calls of the store on both,
//! with 10,000, 100,000 and 1,000,000 consultations in it, as a table in Markdown.
//!
//! One client calls, so the times are those of a call that waits for no other. Neither engine waits
//! for a disk: SQLite's file is in memory where the machine has such a folder, and the server of
//! `scripts/with-postgres` does not flush. `DESK_BENCH_SIZES` sets other sizes, each a multiple of the
//! first one.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a bench that cannot go on has nothing to say"
)]
#![expect(clippy::disallowed_methods, reason = "a bench looks at the machine's clock")]

#[path = "desk/fill.rs"]
#[expect(dead_code, reason = "the other bench opens a link of it")]
mod fill;
#[path = "engines/measure.rs"]
mod measure;
#[path = "engines/multiply.rs"]
mod multiply;
#[path = "engines/table.rs"]
mod table;

use empego_desk::store;
use measure::Measured;
use multiply::Raw;
use std::path::Path;
use std::time::Instant;

const EMAIL: &str = "nurse@clinic.example";
const PASSWORD: &str = "a long enough password";
const SIZES: &str = "10000,100000,1000000";

fn main() {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    runtime.block_on(run());
}

async fn run() {
    let sizes = std::env::var("DESK_BENCH_SIZES").unwrap_or_else(|_| SIZES.to_owned());
    let sizes: Vec<usize> = sizes
        .split(',')
        .map(|size| size.trim().parse().expect("DESK_BENCH_SIZES: a number"))
        .collect();
    let folder = tempfile::Builder::new()
        .prefix("desk-bench-")
        .tempdir_in(memory_folder())
        .expect("a folder");
    let server = std::env::var("DESK_TEST_POSTGRES").expect("run it with scripts/with-postgres");
    let database = format!("desk_bench_{}", std::process::id());
    multiply::create_database(&server, &database).await;
    let sqlite = format!("sqlite://{}", folder.path().join("desk.db").display());
    let mut columns = Vec::new();
    for (engine, url) in [("SQLite", &sqlite), ("PostgreSQL", &format!("{server}/{database}"))] {
        columns.push((engine, measured(engine, url, &sizes).await));
    }
    multiply::drop_database(&server, &database).await;
    table::print(&sizes, &columns);
    copies(&server, &sqlite, folder.path()).await;
}

/// Copies what SQLite has by now into PostgreSQL, and back.
async fn copies(server: &str, from: &str, folder: &Path) {
    let name = format!("desk_bench_copy_{}", std::process::id());
    multiply::create_database(server, &name).await;
    let (there, back) =
        (format!("{server}/{name}"), format!("sqlite://{}", folder.join("back.db").display()));
    for (way, from, to) in
        [("SQLite to PostgreSQL", from, &there), ("PostgreSQL to SQLite", &there, &back)]
    {
        let began = Instant::now();
        let mut tables = vec![("", began)];
        let mut progress = |table, _, _| {
            if tables.last().is_some_and(|(last, _)| *last != table) {
                tables.push((table, Instant::now()));
            }
        };
        let copied = store::copy(from, to, &mut progress).await.expect("it is copied");
        let all = seconds(began);
        let copying = tables.last().map_or(all, |(_, at)| at.duration_since(began).as_secs_f64());
        #[expect(clippy::cast_precision_loss, reason = "a rate is a float")]
        let rate = copied.rows as f64 / all;
        println!(
            "copy {way}: {} rows in {all:.1} s, {rate:.0} rows/s; {:.1} s of it for the index of \
             names and the checks",
            copied.rows,
            all - copying
        );
    }
    multiply::drop_database(server, &name).await;
}

/// What an engine takes at each size.
async fn measured(engine: &str, url: &str, sizes: &[usize]) -> Vec<Measured> {
    let base = *sizes.first().expect("a size");
    let began = Instant::now();
    fill::fill(url, base).await;
    eprintln!("{engine}: {base} consultations through the store in {:.1} s", seconds(began));
    let (mut all, mut there) = (Vec::new(), base);
    for size in sizes {
        let began = Instant::now();
        let mut raw = Raw::connect(url).await;
        raw.multiply(base, there / base, size / base).await;
        there = *size;
        eprintln!("{engine}: multiplied to {size} in {:.1} s", seconds(began));
        raw.count_scans().await;
        let store = store::open(url).await.expect("it opens");
        let mut measured = measure::reads(&*store, there).await;
        measure::writes(&*store, there, &mut measured).await;
        store.close().await;
        measured.bytes = raw.bytes().await;
        raw.print_scans(engine).await;
        raw.close().await;
        eprintln!("{engine}: {measured:?}");
        all.push(measured);
    }
    all
}

fn seconds(began: Instant) -> f64 {
    began.elapsed().as_secs_f64()
}

fn memory_folder() -> std::path::PathBuf {
    let memory = Path::new("/dev/shm");
    if memory.is_dir() { memory.to_path_buf() } else { std::env::temp_dir() }
}
