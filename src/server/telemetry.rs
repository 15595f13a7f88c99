//! What the operator reads: the log on standard error, and traces where the build has them.

#[cfg(feature = "otel")]
mod traces;

use crate::config::LogForm;
use std::io::{IsTerminal, stderr};
use tracing_subscriber::layer::{Layered, SubscriberExt};
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer, Registry, fmt};

/// A layer of any type, above the filter.
type BoxedLayer = Box<dyn Layer<Layered<EnvFilter, Registry>> + Send + Sync>;

/// What was started, until the end of the process.
#[must_use]
pub struct Telemetry {
    #[cfg(feature = "otel")]
    traces: Option<traces::Traces>,
}

/// Starts logging to standard error. `form` is `DESK_LOG`; `None` = text on a terminal, JSON
/// otherwise. `RUST_LOG` sets the levels. Colours are for terminals alone, and `NO_COLOR` switches
/// them off there too. Traces are sent where the build has them and a collector is set.
///
/// # Errors
/// When a setting of the traces is bad.
pub fn start(form: Option<LogForm>) -> anyhow::Result<Telemetry> {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    let layers = vec![lines(form)];
    #[cfg(feature = "otel")]
    let (layers, telemetry) = {
        let (mut layers, started) = (layers, traces::Traces::start()?);
        let traces = started.map(|(traces, layer)| {
            layers.push(layer);
            traces
        });
        (layers, Telemetry { traces })
    };
    #[cfg(not(feature = "otel"))]
    let telemetry = Telemetry {};
    // One filter for all layers, and none of the layer of lines alone: such a one remembers for its
    // thread what it was last asked for. Where a library asks and writes nothing, as sqlx does
    // after each statement on PostgreSQL, the next line or span of the thread would be lost.
    if tracing_subscriber::registry().with(filter).with(layers).try_init().is_err() {
        tracing::debug!("logging is already started");
    }
    if cfg!(not(feature = "otel")) && names_collector() {
        tracing::warn!(
            "OTEL_EXPORTER_OTLP_ENDPOINT: this build sends no traces; build it with the feature \
             otel"
        );
    }
    Ok(telemetry)
}

impl Telemetry {
    /// Sends what is left.
    pub async fn end(self) {
        #[cfg(feature = "otel")]
        if let Some(traces) = self.traces {
            traces.end().await;
        }
    }
}

/// Whether a collector is set.
fn names_collector() -> bool {
    let names = ["OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"];
    names.iter().any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))
}

/// The layer that writes lines. The first span of a line is the request, with its id.
fn lines(form: Option<LogForm>) -> BoxedLayer {
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
