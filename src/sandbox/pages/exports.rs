//! What the details page asks for when somebody exports, and the exported files.

use super::super::profile::Kind;
use super::super::rest::Refusal;
use super::super::state::File;
use super::super::{Sandbox, pdf};
use super::parse_page;
use axum::Json;
use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures::stream;
use std::convert::Infallible;

/// A file that is too large: so many pieces of so many bytes, 24 MiB in all.
const LARGE: (usize, usize) = (384, 64 * 1024);

/// The message that the page is to post next: of an export that begins (`progress`), or that is
/// `ready`.
pub(super) async fn export(
    State(sandbox): State<Sandbox>,
    Path((page, token, step)): Path<(String, String, String)>,
) -> Result<Response, Refusal> {
    let Some((kind, true)) = parse_page(&page) else { return Err(unknown()) };
    let message = match step.as_str() {
        "progress" => {
            let now = sandbox.inner.ambient.now();
            sandbox.state().exporting(kind, &token, now)
        }
        "ready" => {
            // While pages hang, so does the work on an export.
            if !sandbox.hang().await {
                return Err(Refusal::new(StatusCode::SERVICE_UNAVAILABLE, "the sandbox stops"));
            }
            ready(&sandbox, kind, &token)
        }
        _ => None,
    };
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(message.ok_or_else(unknown)?)).into_response())
}

fn ready(sandbox: &Sandbox, kind: Kind, token: &str) -> Option<serde_json::Value> {
    let (now, file) = (sandbox.inner.ambient.now(), sandbox.token());
    // A server with one name only sends its readers to a host that cannot exist.
    let elsewhere = sandbox.inner.alias.as_deref().unwrap_or("https://files.invalid");
    sandbox.state().export(kind, token, now, &file, &sandbox.inner.origin, elsewhere)
}

fn unknown() -> Refusal {
    Refusal::new(StatusCode::NOT_FOUND, "this details page was not opened")
}

/// An exported file. Whoever has its address may read it, for a while.
pub(super) async fn file(State(sandbox): State<Sandbox>, Path(file): Path<String>) -> Response {
    let now = sandbox.inner.ambient.now();
    let found = match file.strip_suffix(".pdf") {
        Some(token) => sandbox.state().file(token, now),
        None => File::Unknown,
    };
    let body = match found {
        File::Unknown => {
            return Refusal::new(StatusCode::NOT_FOUND, "there is no such file").into_response();
        }
        File::Expired => {
            return Refusal::new(StatusCode::GONE, "the address of this file works no more")
                .into_response();
        }
        File::Pdf(subject) => Body::from(pdf::of_lines(&[
            "Empego sandbox",
            &subject.key,
            "Nothing that was answered is kept.",
        ])),
        File::Large => {
            let piece = |number| {
                Bytes::from(if number == 0 { b"%PDF-1.7\n".to_vec() } else { vec![b' '; LARGE.1] })
            };
            Body::from_stream(stream::iter(
                (0..=LARGE.0).map(move |number| Ok::<_, Infallible>(piece(number))),
            ))
        }
        File::Other => Body::from("<!doctype html><title>Sign in</title>"),
    };
    ([(header::CONTENT_TYPE, "application/pdf"), (header::CACHE_CONTROL, "no-store")], body)
        .into_response()
}
