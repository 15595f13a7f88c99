//! `/metrics`: what each series means, the recorder, and a listener of its own.
//!
//! Labels have few values, all of them known at compile time: no id, address, path or text of a
//! request, which could name a patient and would make the number of series grow without bound.

use crate::web::routes::METRICS;
use axum::Router;
use axum::http::StatusCode;
use axum::routing::get;
use metrics::{describe_counter, describe_gauge, describe_histogram};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use std::future::Future;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// The upper bounds of the buckets of durations, in seconds: those that Prometheus's own libraries
/// have, and longer ones, as a call to Empego can take a minute.
const BUCKETS: [f64; 14] =
    [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 20.0, 60.0, 120.0];
/// How often values of histograms are taken in where no scrape does it: they would pile up.
const UPKEEP: Duration = Duration::from_secs(10);

/// The kind of a series.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Only grows; the rate is of interest.
    Counter,
    /// A value of now.
    Gauge,
    /// How values are distributed.
    Histogram,
}

/// What is told of a name.
#[derive(Clone, Copy, Debug)]
pub struct Series {
    /// The name, with its unit.
    pub name: &'static str,
    /// The kind.
    pub kind: Kind,
    /// The names of its labels.
    pub labels: &'static [&'static str],
    /// What it counts.
    pub help: &'static str,
}

const fn counter(
    name: &'static str,
    labels: &'static [&'static str],
    help: &'static str,
) -> Series {
    Series { name, kind: Kind::Counter, labels, help }
}

const fn gauge(name: &'static str, labels: &'static [&'static str], help: &'static str) -> Series {
    Series { name, kind: Kind::Gauge, labels, help }
}

const fn seconds(
    name: &'static str,
    labels: &'static [&'static str],
    help: &'static str,
) -> Series {
    Series { name, kind: Kind::Histogram, labels, help }
}

/// Every series that the desk has.
pub const SERIES: &[Series] = &[
    counter(
        "desk_requests_total",
        &["route", "method", "status"],
        "Answers, by the class of their status",
    ),
    seconds(
        "desk_request_duration_seconds",
        &["route", "method"],
        "From the request's headers to those of the answer",
    ),
    gauge(
        "desk_places_taken",
        &["what"],
        "Places that are taken now; a stream is a page that follows changes",
    ),
    counter(
        "desk_places_refused_total",
        &["what", "why"],
        "Refused for want of a place: all are taken (full), or those of one holder (share)",
    ),
    counter("desk_connections_refused_total", &[], "Connections that found no place"),
    counter("desk_limited_total", &["what"], "Requests beyond a rate limit"),
    counter(
        "desk_client_addresses_total",
        &["found"],
        "How the client's address was found behind a proxy",
    ),
    counter("desk_sign_in_refused_total", &[], "Refused sign-ins"),
    counter("desk_sign_in_barred_total", &[], "Sign-ins during a lockout"),
    counter(
        "desk_provider_without_ticket_total",
        &[],
        "Returns from the sign-in provider that no browser had begun",
    ),
    counter("desk_unknown_total", &["what"], "Unknown links, sessions, tickets and ids"),
    counter("desk_cross_site_refused_total", &[], "Requests that another web site caused"),
    counter(
        "desk_messages_ignored_total",
        &["by", "why"],
        "Messages of Empego's page that were not taken",
    ),
    counter(
        "desk_empego_calls_total",
        &["operation", "outcome"],
        "Calls to Empego with all of their attempts",
    ),
    seconds(
        "desk_empego_call_duration_seconds",
        &["operation"],
        "Of these calls, waiting included",
    ),
    gauge("desk_events_connected", &[], "1 while the event queue is connected"),
    gauge("desk_events_refused", &[], "1 while the event queue refuses the key"),
    gauge("desk_events_lag_seconds", &[], "From the sending of the newest event to its receipt"),
    counter("desk_events_total", &[], "Events that were stored"),
    counter("desk_events_again_total", &[], "Of these, redelivered ones that were stored before"),
    counter(
        "desk_events_waiting_total",
        &[],
        "Of these, those that wait for the outcome of a create call",
    ),
    counter("desk_events_unknown_total", &[], "Of these, those of no known type or consultation"),
    counter("desk_events_malformed_total", &[], "Messages of the event queue that are no event"),
    gauge(
        "desk_unconfirmed",
        &[],
        "Answers that only the browser has told of, for longer than DESK_CONFIRM_AFTER",
    ),
    gauge("desk_unreported", &[], "Answers that only Empego has told of, for longer than that"),
    gauge(
        "desk_store_connections",
        &["pool", "state"],
        "Connections to the database, for writers and for readers, idle and busy",
    ),
    gauge("desk_leader", &[], "1 at the instance that holds the event queue"),
    counter("desk_audit_rows_total", &[], "Rows that were ever written to the audit log"),
    counter(
        "desk_purged_total",
        &["what"],
        "Records and audit rows that a running desk removed at the end of their retention",
    ),
    gauge("desk_purge_last_run_timestamp_seconds", &[], "When the daily run last came to its end"),
    gauge(
        "desk_purge_clock_doubted",
        &[],
        "1 where the last run removed nothing because the clock is in doubt",
    ),
    gauge("desk_build_info", &["version"], "Always 1"),
];

/// The recorder, not yet installed.
#[must_use]
pub fn builder() -> PrometheusBuilder {
    let durations = Matcher::Suffix("_duration_seconds".to_owned());
    let builder = PrometheusBuilder::new();
    match builder.set_buckets_for_metric(durations, &BUCKETS) {
        Ok(builder) => builder,
        // Only an empty list of buckets is refused.
        Err(_) => PrometheusBuilder::new(),
    }
}

/// Tells the current recorder what the series mean.
pub fn describe() {
    for series in SERIES {
        match series.kind {
            Kind::Counter => describe_counter!(series.name, series.help),
            Kind::Gauge => describe_gauge!(series.name, series.help),
            Kind::Histogram => describe_histogram!(series.name, series.help),
        }
    }
    metrics::gauge!("desk_build_info", "version" => env!("CARGO_PKG_VERSION")).set(1.0);
}

/// Installs the recorder and serves `/metrics` on its own listener until the shutdown, in the
/// Prometheus text format.
///
/// # Errors
/// When this process already has a recorder.
pub fn serve(
    listener: TcpListener,
    shutdown: CancellationToken,
) -> anyhow::Result<impl Future<Output = ()> + Send + 'static> {
    let handle = builder().install_recorder()?;
    describe();
    let shown = handle.clone();
    let app = Router::new()
        .route(METRICS, get(move || std::future::ready(shown.render())))
        .method_not_allowed_fallback(no_metrics)
        .fallback(no_metrics);
    let upkeep = keep_up(handle, shutdown.clone());
    Ok(async move {
        let served = axum::serve(listener, app).with_graceful_shutdown(shutdown.cancelled_owned());
        let (served, ()) = tokio::join!(served.into_future(), upkeep);
        if let Err(error) = served {
            tracing::error!(%error, "the metrics listener failed");
        }
    })
}

async fn keep_up(handle: PrometheusHandle, shutdown: CancellationToken) {
    while shutdown.run_until_cancelled(tokio::time::sleep(UPKEEP)).await.is_some() {
        handle.run_upkeep();
    }
}

/// For an operator who tries an address: there is nothing else on this listener.
async fn no_metrics() -> (StatusCode, String) {
    (StatusCode::NOT_FOUND, format!("There is only GET {METRICS} here.\n"))
}
