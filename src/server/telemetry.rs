//! What the operator reads: the log on standard error.

use crate::config::LogForm;
use std::io::{IsTerminal, stderr};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer, Registry, fmt};

/// Starts logging to standard error. `form` is `DESK_LOG`; `None` = text on a terminal, JSON
/// otherwise. `RUST_LOG` sets the levels. Colours are for terminals alone, and `NO_COLOR` switches
/// them off there too.
pub fn start(form: Option<LogForm>) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    let started = tracing_subscriber::registry().with(lines(form).with_filter(filter)).try_init();
    if started.is_err() {
        tracing::debug!("logging is already started");
    }
}

/// The layer that writes lines. The first span of a line is the request, with its id.
fn lines(form: Option<LogForm>) -> Box<dyn Layer<Registry> + Send + Sync> {
    let is_terminal = stderr().is_terminal();
    let plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let form = form.unwrap_or(if is_terminal { LogForm::Text } else { LogForm::Json });
    let lines = fmt::layer()
        .with_target(false)
        .with_ansi(form == LogForm::Text && is_terminal && !plain)
        .with_writer(stderr);
    match form {
        LogForm::Text => lines.compact().boxed(),
        LogForm::Json => lines.json().with_current_span(false).boxed(),
    }
}
