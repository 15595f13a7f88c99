//! Browser APIs that islands share.

use js_sys::Object;
use leptos::prelude::{document, set_timeout_with_handle};
use std::time::Duration;
use wasm_bindgen::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    AbortController, HtmlTemplateElement, Request, RequestInit, Response, UrlSearchParams,
};

/// How long a frame may load before the page reports a problem.
pub(super) const FRAME_TIMEOUT: Duration = Duration::from_secs(15);
/// The default timeout of a request.
pub(super) const REQUEST_TIMEOUT: Duration = Duration::from_secs(10);

/// Posts a form to a server function, for a JSON response. Returns the status code and the body, or
/// `None` after a network error or the timeout.
pub(super) async fn post(
    path: &str,
    fields: &[(&str, &str)],
    timeout: Duration,
) -> Option<(u16, String)> {
    let body = form(fields)?;
    let options = RequestInit::new();
    options.set_method("POST");
    options.set_body(&body);
    fetch(path, &options, ("accept", "application/json"), timeout).await
}

/// Fetches a page of the desk in the background, which does not extend the session.
#[cfg(feature = "hydrate")]
pub(super) async fn get(path: &str) -> Option<(u16, String)> {
    fetch(path, &RequestInit::new(), ("x-desk-background", "1"), REQUEST_TIMEOUT).await
}

/// Uses an `AbortController`, because older phones lack `AbortSignal.timeout`.
async fn fetch(
    path: &str,
    options: &RequestInit,
    header: (&str, &str),
    timeout: Duration,
) -> Option<(u16, String)> {
    let controller = AbortController::new().ok()?;
    options.set_signal(Some(&controller.signal()));
    let request = Request::new_with_str_and_init(path, options).ok()?;
    request.headers().set(header.0, header.1).ok()?;
    let timer = set_timeout_with_handle(move || controller.abort(), timeout).ok()?;
    let response = send(&request).await;
    timer.clear();
    response
}

async fn send(request: &Request) -> Option<(u16, String)> {
    let response = JsFuture::from(web_sys::window()?.fetch_with_request(request)).await.ok()?;
    let response: Response = response.dyn_into().ok()?;
    let text = JsFuture::from(response.text().ok()?).await.ok()?;
    Some((response.status(), text.as_string()?))
}

/// A URL-encoded form body.
pub(super) fn form(fields: &[(&str, &str)]) -> Option<UrlSearchParams> {
    let form = UrlSearchParams::new().ok()?;
    for (name, value) in fields {
        form.append(name, value);
    }
    Some(form)
}

/// Adds an event listener that is never removed.
pub(super) fn listen<E: JsCast + 'static>(
    target: &web_sys::EventTarget,
    name: &str,
    callback: impl FnMut(E) + 'static,
) {
    let mut callback = callback;
    let closure =
        Closure::<dyn FnMut(JsValue)>::new(move |event: JsValue| callback(event.unchecked_into()));
    let _ = target.add_event_listener_with_callback(name, closure.as_ref().unchecked_ref());
    closure.forget();
}

/// Whether a `pageshow` event restores a page from the back-forward cache.
#[cfg(feature = "hydrate")]
pub(super) fn is_restored(event: &JsValue) -> bool {
    property(event, "persisted").is_some_and(|persisted| persisted.is_truthy())
}

/// Reads texts by name from the `<data>` elements of the `<template>` with this id.
pub(super) fn template_texts(id: &str) -> impl Fn(&str) -> String {
    let template =
        document().get_element_by_id(id).map(JsCast::unchecked_into::<HtmlTemplateElement>);
    move |name| {
        let data = template.as_ref().and_then(|template| {
            template.content().query_selector(&format!("data[value={name}]")).ok()?
        });
        data.and_then(|data| data.text_content()).unwrap_or_default()
    }
}

/// A property of an object, unless it is `undefined` or `null`.
pub(super) fn property(object: &JsValue, name: &str) -> Option<JsValue> {
    let value = js_sys::Reflect::get(object, &JsValue::from_str(name)).ok()?;
    (!value.is_undefined() && !value.is_null()).then_some(value)
}

pub(super) fn set_property(object: &Object, name: &str, value: &JsValue) {
    let _ = js_sys::Reflect::set(object, &JsValue::from_str(name), value);
}
