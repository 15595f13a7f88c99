//! `empego-desk check`

use crate::ambient::Ambient;
use crate::config::{Config, Upstream};
use crate::desk::connection::SKEW_MS;
use crate::empego::subscription::QueueStatus;
use crate::empego::{self, Empego};
use crate::server::serve;
use anyhow::Context;

/// Connects to Empego and to its event queue, and prints what it found. Fails if a connection is
/// refused.
pub(super) async fn execute(config: &Config) -> anyhow::Result<()> {
    println!("The configuration holds.");
    for warning in &config.warnings {
        println!("Look at {warning}.");
    }
    let Upstream::Empego { base_url, key, tenant } = &config.upstream else {
        println!("No Empego is set: the sandbox would be used.");
        return Ok(());
    };
    serve::install_tls();
    let settings = empego::Settings {
        base_url: base_url.clone(),
        key: key.clone(),
        profile: config.profile.clone(),
        tenant: tenant.clone(),
        app_origins: config.app_origins.clone(),
        file_origins: Vec::new(),
        timeout: config.empego_timeout,
        concurrency: 1,
    };
    let empego = Empego::new(empego::http_client()?, settings, Ambient::system());
    empego.check().await.context("Empego did not accept the connection")?;
    println!("Empego answers and accepts the key.");
    match empego.clock_ahead().await {
        Some(ahead) if ahead.abs() > SKEW_MS => println!(
            "This machine's clock and Empego's are {} seconds apart: have the machine set its \
             clock by the network (NTP).",
            ahead.abs() / 1000
        ),
        Some(_) => println!("The clocks agree."),
        None => println!("Empego did not say what time it is."),
    }
    let Some(url) = &config.events_url else {
        println!(
            "There is no event queue (EMPEGO_EVENTS_URL): the desk only knows what browsers report."
        );
        return Ok(());
    };
    match serve::subscription(url.clone(), key.clone(), Ambient::system()).probe().await {
        QueueStatus::Up => println!("The event queue takes the key."),
        QueueStatus::InUse => println!(
            "The event queue takes the key; another client is connected to it now, such as a desk \
             that runs."
        ),
        QueueStatus::Refused => {
            anyhow::bail!("The event queue refuses the key: check EMPEGO_API_KEY")
        }
        QueueStatus::Down | QueueStatus::Off => anyhow::bail!(
            "The event queue cannot be reached: check EMPEGO_EVENTS_URL and the network"
        ),
    }
    Ok(())
}
