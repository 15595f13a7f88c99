//! `empego-desk copy`

use crate::store;
use indicatif::{ProgressBar, ProgressStyle};

/// Copies one database into another, and shows how far it is.
pub(super) async fn execute(from: &str, to: &str) -> anyhow::Result<()> {
    let style = ProgressStyle::with_template("{prefix:20} {wide_bar} {pos}/{len} {eta}")?;
    let bar = ProgressBar::new(0).with_style(style);
    let mut progress = |table: &'static str, done: u64, total: u64| {
        if bar.prefix() != table {
            bar.set_prefix(table);
            bar.reset_eta();
        }
        bar.set_length(total);
        bar.set_position(done);
    };
    let copied = store::copy(from, to, &mut progress).await;
    bar.finish_and_clear();
    let copied = copied?;
    println!(
        "{} rows were copied. Every table has as many rows as the other one, and the audit log is \
         verified up to row {}.",
        copied.rows, copied.log
    );
    println!("Set DATABASE_URL to the new database, and start the desk.");
    Ok(())
}
