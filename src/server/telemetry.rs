//! Log lines: text for a terminal, JSON in production. Levels by `RUST_LOG`.

use crate::config::Environment;
use tracing_subscriber::EnvFilter;

/// Starts logging. Only the first call in a process counts.
pub fn start(environment: Environment) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_target(false)
        .with_writer(std::io::stderr);
    let started = match environment {
        Environment::Development => lines.compact().try_init(),
        Environment::Production => lines.json().try_init(),
    };
    if started.is_err() {
        tracing::debug!("logging is on already");
    }
}
