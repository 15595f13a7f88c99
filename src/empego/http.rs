//! The HTTP client and the headers of every call.

use super::settings::Settings;
use crate::profile::Request;
use reqwest::header::{ACCEPT, HeaderMap, HeaderValue, USER_AGENT};
use secrecy::{ExposeSecret, SecretString};
use std::time::Duration;
use url::Url;

/// Limit on connecting, DNS and TLS included.
pub(super) const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// How long an unused connection stays in the pool. Shorter than most servers keep theirs: a
/// creation that is sent into a connection that the server is just closing has an unknown outcome.
const POOL_IDLE_TIMEOUT: Duration = Duration::from_secs(20);
pub(super) const AGENT: &str = concat!("empego-desk/", env!("CARGO_PKG_VERSION"));

/// The HTTP client of the process. It follows no redirects (the key would travel along), does not
/// retry by itself, and takes no proxy from the environment. Installs rustls's ring provider if no
/// provider is installed yet.
///
/// # Errors
/// When TLS cannot be set up, for example where the machine has no root certificates.
#[expect(clippy::disallowed_methods, reason = "the one place that builds the HTTP client")]
pub fn http_client() -> Result<reqwest::Client, reqwest::Error> {
    // An error only says that a provider is installed already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder()
        .connect_timeout(CONNECT_TIMEOUT)
        .pool_idle_timeout(POOL_IDLE_TIMEOUT)
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .referer(false)
        .no_proxy()
        .build()
}

/// The headers of every call. `None` when a key cannot be written into a header.
pub(super) fn headers(settings: &Settings) -> Option<HeaderMap> {
    let mut headers = HeaderMap::new();
    headers.insert(USER_AGENT, HeaderValue::from_static(AGENT));
    headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
    let names = &settings.profile.headers;
    let scheme = match names.key_scheme.as_str() {
        "" => String::new(),
        scheme => format!("{scheme} "),
    };
    headers.insert(&names.key, secret_value(&scheme, &settings.key)?);
    if let Some(tenant) = &settings.tenant {
        headers.insert(&names.tenant, secret_value("", tenant)?);
    }
    Some(headers)
}

/// A base URL joined with a request's path and query. Query, fragment and user information of the
/// base are dropped: user information would become a second `Authorization` header.
#[must_use]
pub fn endpoint(base: &Url, request: &Request) -> Url {
    let mut url = base.clone();
    url.set_query(None);
    url.set_fragment(None);
    // Both fail only for a URL without a host, which cannot be sent either.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    if let Ok(mut segments) = url.path_segments_mut() {
        segments.pop_if_empty().extend(&request.segments);
    }
    if !request.query.is_empty() {
        url.query_pairs_mut().extend_pairs(&request.query);
    }
    url
}

/// `api-key {key}`, for `Authorization` of the event queue, where it is documented.
pub(super) fn authorization(key: &SecretString) -> Option<HeaderValue> {
    secret_value("api-key ", key)
}

/// A header value that stays out of debug output. Printable ASCII only: servers differ in how they
/// read other bytes.
fn secret_value(scheme: &str, secret: &SecretString) -> Option<HeaderValue> {
    let secret = secret.expose_secret();
    if !secret.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return None;
    }
    let mut value = HeaderValue::from_str(&format!("{scheme}{secret}")).ok()?;
    value.set_sensitive(true);
    Some(value)
}
