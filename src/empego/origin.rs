//! An exact origin, as browsers compare them: `scheme://host` or `scheme://host:port`.

use std::fmt;
use url::{Host, Url};

/// The origin of Empego's application: the only place that a presigned URL may lead to, that the
/// patient's page may frame, and that a browser message may come from (`empego-api.md` §5).
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Origin {
    origin: url::Origin,
    text: String,
}

impl Origin {
    /// Reads one origin. The scheme is `https`; `http` is for this machine only (`127.0.0.0/8`,
    /// `[::1]`, `localhost`) and only with `allow_loopback_http`, which is for development.
    ///
    /// The text goes into the `Content-Security-Policy` header, so a host takes letters, digits,
    /// dashes and dots and nothing else: a `*` or a `;` would mean something there.
    ///
    /// # Errors
    /// A sentence for the person who configures it.
    pub fn parse(text: &str, allow_loopback_http: bool) -> Result<Self, String> {
        let text = text.trim();
        let exact = || format!("\"{text}\" is not an exact origin such as https://app.empego.ca");
        let (_, rest) = text.split_once("://").ok_or_else(exact)?;
        if rest.contains(|c: char| {
            matches!(c, '/' | '\\' | '?' | '#' | '@') || c.is_whitespace() || c.is_control()
        }) {
            return Err(format!("{}: it ends after the host or the port", exact()));
        }
        let url = Url::parse(text).map_err(|_| exact())?;
        let host = url.host().ok_or_else(exact)?;
        if let Host::Domain(name) = host
            && !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.'))
        {
            return Err(format!(
                "{}: wildcards and other signs are not allowed in the host",
                exact()
            ));
        }
        match url.scheme() {
            "https" => {}
            "http" if !is_loopback(&url) => {
                return Err(format!(
                    "\"{text}\" must be https: plain http is for this machine only"
                ));
            }
            "http" if !allow_loopback_http => {
                return Err(format!(
                    "\"{text}\" must be https: plain http is for development only"
                ));
            }
            "http" => {}
            _ => return Err(exact()),
        }
        let origin = url.origin();
        let text = origin.ascii_serialization();
        Ok(Self { origin, text })
    }

    /// The origin as browsers write it in `event.origin`: lower case, and without the scheme's own
    /// port.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether the URL leads to this origin: same scheme, host and port. A `blob:` URL has the
    /// origin of the URL inside it and leads to nowhere but the browser that made it, so the origin
    /// alone would not do.
    #[must_use]
    pub fn matches(&self, url: &Url) -> bool {
        matches!(url.scheme(), "https" | "http") && url.origin() == self.origin
    }
}

/// An origin is configuration and public: it is shown as it is.
impl fmt::Debug for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Origin").field(&self.text).finish()
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// Whether the URL leads to this machine.
fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_written_as_browsers_write_it() {
        for (typed, written) in [
            ("https://app.empego.ca", "https://app.empego.ca"),
            ("  HTTPS://App.Empego.CA:443 ", "https://app.empego.ca"),
            ("https://app.empego.ca:8443", "https://app.empego.ca:8443"),
            ("http://127.0.0.1:3100", "http://127.0.0.1:3100"),
            ("http://127.8.9.10", "http://127.8.9.10"),
            ("http://[::1]:3100", "http://[::1]:3100"),
            ("http://LocalHost:80", "http://localhost"),
            ("https://santé.example", "https://xn--sant-epa.example"),
        ] {
            assert_eq!(Origin::parse(typed, true).expect(typed).as_str(), written);
        }
    }

    #[test]
    fn what_is_not_an_exact_origin_is_named() {
        for typed in [
            "",
            "app.empego.ca",
            "https://",
            "https://app.empego.ca/",
            "https://app.empego.ca/embed",
            "https://app.empego.ca?x",
            "https://app.empego.ca#x",
            "https://user@app.empego.ca",
            "https://*.empego.ca",
            "https://app.empego.ca;script-src",
            "https://app.empego.ca 'unsafe-inline'",
            "https://app.empego.ca:port",
            "ftp://app.empego.ca",
            "null",
            "data:text/html,x",
            "http://app.empego.ca",
            "http://127.0.0.1.nip.io",
            "http://localhost.example",
            "http://0.0.0.0:3100",
            "http://192.168.0.1",
        ] {
            let message = Origin::parse(typed, true).expect_err(typed);
            assert!(message.contains(typed.trim()), "{message}");
        }
    }

    #[test]
    fn plain_http_needs_leave_even_on_this_machine() {
        for typed in ["http://127.0.0.1:3100", "http://[::1]:3100", "http://localhost:3100"] {
            assert!(Origin::parse(typed, false).expect_err(typed).contains("development"));
        }
        assert!(Origin::parse("https://127.0.0.1:3100", false).is_ok());
    }
}
