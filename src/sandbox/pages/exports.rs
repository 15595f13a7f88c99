//! Exports of the details page: the messages that it posts, and the files.

use super::super::Sandbox;
use super::super::rest::{NO_STORE, Refusal};
use super::super::state::File;
use crate::sandbox::profile::Kind;
use axum::Json;
use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures::stream;
use pdf_writer::{Content, Finish, Name, Pdf, Rect, Ref, Str};
use std::convert::Infallible;

/// A file that is too large: number and bytes of its pieces, 24 MiB in all.
const LARGE: (usize, usize) = (384, 64 * 1024);

/// In points.
const US_LETTER: Rect = Rect { x1: 0.0, y1: 0.0, x2: 612.0, y2: 792.0 };
/// From the left and from the bottom, in points.
const FIRST_LINE: (f32, f32) = (72.0, 700.0);
const FONT_SIZE: f32 = 12.0;
const LINE_HEIGHT: f32 = 18.0;

/// The message that the page posts next, when an export begins (`progress`) or is `ready`.
pub(super) async fn export(
    State(sandbox): State<Sandbox>,
    Path((page, token, step)): Path<(String, String, String)>,
) -> Result<Response, Refusal> {
    let Some((kind, true)) = Kind::of_page(&page) else { return Err(unknown()) };
    let message = match step.as_str() {
        "progress" => {
            let now = sandbox.inner.ambient.now();
            sandbox.state().export_progress(kind, &token, now)
        }
        "ready" => {
            // The fault `hang_pages` delays exports too.
            if !sandbox.hang().await {
                return Err(Refusal::new(StatusCode::SERVICE_UNAVAILABLE, "the sandbox stops"));
            }
            ready(&sandbox, kind, &token)
        }
        _ => None,
    };
    Ok((NO_STORE, Json(message.ok_or_else(unknown)?)).into_response())
}

fn ready(sandbox: &Sandbox, kind: Kind, token: &str) -> Option<serde_json::Value> {
    let (now, file) = (sandbox.inner.ambient.now(), sandbox.token());
    // Without a second host name the file is on a host that cannot exist.
    let other_origin = sandbox.inner.alias.as_deref().unwrap_or("https://files.invalid");
    sandbox.state().export(kind, token, now, &file, &sandbox.inner.origin, other_origin)
}

fn unknown() -> Refusal {
    Refusal::new(StatusCode::NOT_FOUND, "this details page was not opened")
}

/// An exported file. Its URL is the only credential.
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
        File::Pdf(subject) => Body::from(text_pdf(&[
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

/// A PDF of one page with these lines, which must be ASCII: the encoding of the standard font.
fn text_pdf(lines: &[&str]) -> Vec<u8> {
    let [catalog, tree, page, font, text] = [1, 2, 3, 4, 5].map(Ref::new);
    let name = Name(b"F1");
    let mut pdf = Pdf::new();
    pdf.catalog(catalog).pages(tree);
    pdf.pages(tree).kids([page]).count(1);
    let mut leaf = pdf.page(page);
    leaf.media_box(US_LETTER);
    leaf.parent(tree);
    leaf.contents(text);
    leaf.resources().fonts().pair(name, font);
    leaf.finish();
    // A font that every reader has.
    pdf.type1_font(font).base_font(Name(b"Helvetica"));
    let mut content = Content::new();
    content.begin_text();
    content.set_font(name, FONT_SIZE);
    content.next_line(FIRST_LINE.0, FIRST_LINE.1);
    for line in lines {
        content.show(Str(line.as_bytes()));
        content.next_line(0.0, -LINE_HEIGHT);
    }
    content.end_text();
    pdf.stream(text, &content.finish());
    pdf.finish()
}
