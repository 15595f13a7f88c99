//! Traces for an OpenTelemetry collector, by OTLP over HTTP with protobuf bodies. Everything about
//! them is set by the usual variables `OTEL_*`.
//!
//! A trace has the fields and the lines of the log, of this crate alone: no library adds an address
//! or a query to it.

use super::BoxedLayer;
use crate::empego::http_client;
use anyhow::Context;
use async_trait::async_trait;
use opentelemetry::trace::TracerProvider;
use opentelemetry_http::{Bytes, HttpClient, HttpError, Request, Response};
use opentelemetry_otlp::{SpanExporter, WithHttpConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::SdkTracerProvider;
use std::env::var;
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::time::timeout;
use tracing::Level;
use tracing_subscriber::Layer;
use tracing_subscriber::filter::Targets;

/// The name of the service, where `OTEL_SERVICE_NAME` gives none.
const SERVICE: &str = env!("CARGO_PKG_NAME");
/// The module path of this crate.
const TARGET: &str = "empego_desk";
/// How long the collector may take, in milliseconds, where `OTEL_EXPORTER_OTLP_TIMEOUT` is not set:
/// the default of the specification.
const TIMEOUT_MS: u64 = 10_000;
/// How long the last spans may take at the end.
const LAST: Duration = Duration::from_secs(1);

/// Sends spans until it is ended.
pub(super) struct Traces(SdkTracerProvider);

impl Traces {
    /// The sender and its layer. `None` where no collector is set, or `OTEL_SDK_DISABLED` is.
    ///
    /// # Errors
    /// When a variable is bad.
    pub(super) fn start() -> anyhow::Result<Option<(Self, BoxedLayer)>> {
        let is_disabled = var("OTEL_SDK_DISABLED").is_ok_and(|it| it.eq_ignore_ascii_case("true"));
        if is_disabled || !super::names_collector() {
            return Ok(None);
        }
        let runtime = Handle::try_current()?;
        let client = OnRuntime { http: http_client()?, runtime, timeout: longest() };
        let exporter = SpanExporter::builder()
            .with_http()
            .with_http_client(client)
            .build()
            .context("OTEL_EXPORTER_OTLP_ENDPOINT, or another of OTEL_EXPORTER_OTLP_*")?;
        let provider = SdkTracerProvider::builder()
            .with_batch_exporter(exporter)
            .with_resource(resource())
            .build();
        let layer = tracing_opentelemetry::layer()
            .with_tracer(provider.tracer(SERVICE))
            .with_location(false)
            .with_threads(false)
            .with_tracked_inactivity(false)
            .with_filter(Targets::new().with_target(TARGET, Level::INFO));
        Ok(Some((Self(provider), layer.boxed())))
    }

    /// Sends the last spans.
    pub(super) async fn end(self) {
        // It blocks the thread, and what it waits for runs on this runtime.
        let ended = tokio::task::spawn_blocking(move || self.0.shutdown_with_timeout(LAST));
        if let Ok(Err(error)) = ended.await {
            tracing::warn!(%error, "the last traces were not sent");
        }
    }
}

fn resource() -> Resource {
    let is_named = var("OTEL_SERVICE_NAME").is_ok_and(|name| !name.is_empty())
        || var("OTEL_RESOURCE_ATTRIBUTES").is_ok_and(|all| all.contains("service.name="));
    let resource = Resource::builder();
    if is_named { resource.build() } else { resource.with_service_name(SERVICE).build() }
}

/// How long the collector may take.
fn longest() -> Duration {
    let set = ["OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", "OTEL_EXPORTER_OTLP_TIMEOUT"];
    let set = set.iter().find_map(|name| var(name).ok()?.parse().ok());
    Duration::from_millis(set.unwrap_or(TIMEOUT_MS))
}

/// The process's HTTP client. The exporter has a thread of its own without a runtime, which the
/// client needs.
#[derive(Debug)]
struct OnRuntime {
    http: reqwest::Client,
    runtime: Handle,
    timeout: Duration,
}

#[async_trait]
impl HttpClient for OnRuntime {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let request = reqwest::Request::try_from(request)?;
        let (http, longest) = (self.http.clone(), self.timeout);
        let exchange = async move {
            let response = http.execute(request).await?;
            let mut answer = Response::new(Bytes::new());
            *answer.status_mut() = response.status();
            *answer.headers_mut() = response.headers().clone();
            *answer.body_mut() = response.bytes().await?;
            Ok::<_, HttpError>(answer)
        };
        self.runtime.spawn(async move { timeout(longest, exchange).await? }).await?
    }
}
