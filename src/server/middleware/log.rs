//! One line a request, with nothing in it that names a patient: the route's pattern instead of the
//! path, and no query.

use crate::server::state::AppState;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;

/// Logs and counts a request.
pub async fn request(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let started = state.desk.now();
    let method = request.method().clone();
    let route = pattern(request.uri().path());
    let response = next.run(request).await;
    let status = response.status().as_u16();
    let millis = state.desk.now() - started;
    metrics::counter!("desk_requests_total", "route" => route, "status" => status.to_string())
        .increment(1);
    tracing::info!(%method, route, status, millis, "request");
    response
}

/// The pattern that a path fits. Links are secrets and ids lead to patients: neither is logged.
#[must_use]
pub fn pattern(path: &str) -> &'static str {
    match path {
        "/" => "/",
        "/sign-in" => "/sign-in",
        "/sign-in/code" => "/sign-in/code",
        "/account" => "/account",
        "/oidc/start" => "/oidc/start",
        "/oidc/callback" => "/oidc/callback",
        "/admin/staff" => "/admin/staff",
        "/consultations" => "/consultations",
        "/consultations/new" => "/consultations/new",
        "/follow-ups" => "/follow-ups",
        "/follow-ups/new" => "/follow-ups/new",
        "/admin/audit" => "/admin/audit",
        "/admin/incidents" => "/admin/incidents",
        "/admin/incidents/register.csv" => "/admin/incidents/register.csv",
        "/admin/retention" => "/admin/retention",
        "/admin/connection" => "/admin/connection",
        "/live" => "/live",
        "/healthz" => "/healthz",
        "/readyz" => "/readyz",
        _ if path.starts_with("/c/") => "/c/{token}",
        _ if path.starts_with("/set-password/") => "/set-password/{token}",
        _ if path.starts_with("/admin/staff/") => "/admin/staff/{id}",
        _ if path.starts_with("/consultations/") && path.ends_with("/details") => {
            "/consultations/{id}/details"
        }
        _ if path.starts_with("/consultations/") && path.contains("/exports/") => {
            "/consultations/{id}/exports/{file}"
        }
        _ if path.starts_with("/consultations/") => "/consultations/{id}",
        _ if path.starts_with("/admin/audit/patient/") && path.ends_with("/report.csv") => {
            "/admin/audit/patient/{id}/report.csv"
        }
        _ if path.starts_with("/admin/audit/patient/") => "/admin/audit/patient/{id}",
        _ if path.starts_with("/admin/incidents/") => "/admin/incidents/{id}",
        _ if path.starts_with("/admin/") => "/admin/{page}",
        _ if path.starts_with("/api/") => "/api/{name}",
        "/admin/sites" => "/admin/sites",
        _ if path.starts_with("/site/") => "/site/{id}",
        _ if path.starts_with("/pkg/") => "/pkg/{file}",
        _ => "other",
    }
}
