//! `empego-desk purge`

use crate::ambient::Ambient;
use crate::config::Config;
use crate::desk::retention;
use crate::store;
use clap::Args;
use tokio_util::sync::CancellationToken;

/// Exactly one of the two is required.
#[derive(Args)]
#[group(required = true, multiple = false)]
pub(super) struct What {
    /// Count what would be removed, and change nothing
    #[arg(long)]
    dry_run: bool,
    /// Remove all of it, without an announcement; this confirms the clock where it was in doubt
    #[arg(long)]
    now: bool,
}

/// Purges site by site, or counts.
pub(super) async fn execute(what: &What, config: &Config) -> anyhow::Result<()> {
    let (ambient, store) = (Ambient::system(), store::open_beside(&config.database_url).await?);
    super::warn_of_clock(&*store, &ambient, None).await?;
    let now = what.now && !what.dry_run;
    if now {
        retention::confirm_clock(&*store, &ambient).await?;
    }
    let verb = if now { "removed" } else { "would be removed" };
    for site in store.all_sites().await? {
        let done = match now {
            true => {
                Some(retention::purge(&*store, &ambient, &site, &CancellationToken::new()).await?)
                    .filter(|_| site.retention_ms.is_some())
            }
            false => retention::due(&*store, &ambient, &site).await?,
        };
        match done {
            Some(done) => println!(
                "{}: {} consultations and {} patients {verb}",
                site.name, done.consultations, done.patients
            ),
            None => println!("{}: kept for ever", site.name),
        }
    }
    store.close().await;
    Ok(())
}
