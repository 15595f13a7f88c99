//! The few things that islands ask of the browser.

use js_sys::Object;
use leptos::prelude::{document, set_timeout_with_handle};
use std::time::Duration;
use wasm_bindgen::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    AbortController, HtmlTemplateElement, Request, RequestInit, Response, UrlSearchParams,
};

/// How long a frame may take to load before the page says so and offers another way.
pub(super) const WATCHDOG: Duration = Duration::from_secs(15);
/// How long an answer may take, where nothing else is said.
pub(super) const PATIENCE: Duration = Duration::from_secs(10);

/// Sends a form to a server function and asks for JSON: the status code and the body, or nothing
/// when the network failed or the answer was not there in time.
pub(super) async fn post(
    path: &str,
    fields: &[(&str, &str)],
    patience: Duration,
) -> Option<(u16, String)> {
    let body = form(fields)?;
    let options = RequestInit::new();
    options.set_method("POST");
    options.set_body(&body);
    fetch(path, &options, ("accept", "application/json"), patience).await
}

/// Fetches a page of ours as text. No person asked for it, so it is no use of the session that
/// would keep it alive.
#[cfg(feature = "hydrate")]
pub(super) async fn get(path: &str) -> Option<(u16, String)> {
    fetch(path, &RequestInit::new(), ("x-desk-background", "1"), PATIENCE).await
}

/// A controller and a timer of our own: `AbortSignal.timeout` is younger than the phones that
/// patients bring.
async fn fetch(
    path: &str,
    options: &RequestInit,
    header: (&str, &str),
    patience: Duration,
) -> Option<(u16, String)> {
    let controller = AbortController::new().ok()?;
    options.set_signal(Some(&controller.signal()));
    let request = Request::new_with_str_and_init(path, options).ok()?;
    request.headers().set(header.0, header.1).ok()?;
    let timer = set_timeout_with_handle(move || controller.abort(), patience).ok()?;
    let answer = answer(&request).await;
    timer.clear();
    answer
}

async fn answer(request: &Request) -> Option<(u16, String)> {
    let response = JsFuture::from(web_sys::window()?.fetch_with_request(request)).await.ok()?;
    let response: Response = response.dyn_into().ok()?;
    let text = JsFuture::from(response.text().ok()?).await.ok()?;
    Some((response.status(), text.as_string()?))
}

/// The fields as a form's body.
pub(super) fn form(fields: &[(&str, &str)]) -> Option<UrlSearchParams> {
    let form = UrlSearchParams::new().ok()?;
    for (name, value) in fields {
        form.append(name, value);
    }
    Some(form)
}

/// Calls back on every event of this name, for as long as the page lives.
pub(super) fn listen<E: JsCast + 'static>(
    target: &web_sys::EventTarget,
    name: &str,
    callback: impl FnMut(E) + 'static,
) {
    let mut callback = callback;
    let closure =
        Closure::<dyn FnMut(JsValue)>::new(move |event: JsValue| callback(event.unchecked_into()));
    // A page's listeners live as long as the page.
    let _ = target.add_event_listener_with_callback(name, closure.as_ref().unchecked_ref());
    closure.forget();
}

/// Whether a `pageshow` brings a page back as it was left, from the back-forward cache.
#[cfg(feature = "hydrate")]
pub(super) fn was_kept(event: &JsValue) -> bool {
    member(event, "persisted").is_some_and(|persisted| persisted.is_truthy())
}

/// The words that the server put into a `<template>` with this id, each by its name.
pub(super) fn words(id: &str) -> impl Fn(&str) -> String {
    let template =
        document().get_element_by_id(id).map(JsCast::unchecked_into::<HtmlTemplateElement>);
    move |name| {
        let word = template.as_ref().and_then(|template| {
            template.content().query_selector(&format!("data[value={name}]")).ok()?
        });
        word.and_then(|word| word.text_content()).unwrap_or_default()
    }
}

/// A member of an object, if it is there.
pub(super) fn member(object: &JsValue, name: &str) -> Option<JsValue> {
    let value = js_sys::Reflect::get(object, &JsValue::from_str(name)).ok()?;
    (!value.is_undefined() && !value.is_null()).then_some(value)
}

/// Sets a member of an object.
pub(super) fn set_member(object: &Object, name: &str, value: &JsValue) {
    let _ = js_sys::Reflect::set(object, &JsValue::from_str(name), value);
}
