//! Counters in Prometheus' text format, on a listener of their own. Labels never name a patient, a
//! link or a key.

use crate::web::routes::METRICS;
use axum::Router;
use axum::routing::get;
use metrics_exporter_prometheus::PrometheusBuilder;
use std::future::Future;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// Starts counting, and serves `/metrics` until the shutdown.
///
/// # Errors
/// When a recorder is installed already in this process.
pub fn serve(
    listener: TcpListener,
    shutdown: CancellationToken,
) -> anyhow::Result<impl Future<Output = ()> + Send + 'static> {
    let handle = PrometheusBuilder::new().install_recorder()?;
    let app = Router::new().route(METRICS, get(move || std::future::ready(handle.render())));
    Ok(async move {
        if let Err(error) =
            axum::serve(listener, app).with_graceful_shutdown(shutdown.cancelled_owned()).await
        {
            tracing::error!(%error, "the metrics listener failed");
        }
    })
}
