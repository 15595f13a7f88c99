//! Traces, with a stand-in for the collector.

use crate::binary::Binary;
use crate::helpers::{EMAIL, PASSWORD};
use wiremock::matchers::{header, method, path};
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

fn contains(request: &Request, text: &str) -> bool {
    request.body.windows(text.len()).any(|part| part == text.as_bytes())
}

#[tokio::test]
async fn a_request_is_a_span_at_the_collector_and_names_no_patient() {
    let collector = MockServer::start().await;
    Mock::given(method("POST"))
        .and(path("/v1/traces"))
        .and(header("content-type", "application/x-protobuf"))
        .respond_with(ResponseTemplate::new(200))
        .mount(&collector)
        .await;
    let mut desk = Binary::with(&[
        ("DESK_ADMIN_EMAIL", EMAIL),
        ("DESK_ADMIN_PASSWORD", PASSWORD),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", &collector.uri()),
        ("OTEL_RESOURCE_ATTRIBUTES", "deployment.environment=test"),
        ("OTEL_BSP_SCHEDULE_DELAY", "50"),
    ])
    .await;
    desk.sign_in(EMAIL, PASSWORD).await;
    let id = desk.create("A-4711").await;
    let token = desk.token(&id).await;
    desk.get(&format!("/c/{token}")).await;
    // The last spans are sent at the end.
    desk.terminate().await;
    assert_eq!(desk.ended().await.code(), Some(0), "{}", desk.log());
    let sent = collector.received_requests().await.expect("what was received");
    assert!(!sent.is_empty(), "{}", desk.log());
    for part in [
        "empego-desk",
        "deployment.environment",
        "request_id",
        "/c/{token}",
        "create_consultation",
        "create-consultation",
    ] {
        assert!(sent.iter().any(|request| contains(request, part)), "{part} is in no span");
    }
    for private in ["4711", "Example", &token, EMAIL, PASSWORD] {
        assert!(!sent.iter().any(|request| contains(request, private)), "{private} is in a span");
    }
}
