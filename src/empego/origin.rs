//! Exact origins, as browsers compare them, and the URLs that may lead to them.

use std::borrow::Cow;
use std::fmt;
use url::{Host, Url};

/// `scheme://host` or `scheme://host:port`. The origins of Empego's application are the only ones
/// that a presigned URL may lead to, that the patient's page may frame, and that a browser message
/// may come from (`docs/empego.md` §5).
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Origin {
    origin: url::Origin,
    text: String,
}

impl Origin {
    /// Parses an origin. The scheme is `https`; `http` is accepted only for loopback
    /// (`127.0.0.0/8`, `[::1]`, `localhost`) and only with `allow_loopback_http`, which is for
    /// development.
    ///
    /// The text goes into the `Content-Security-Policy` header, where a `*` or a `;` has a meaning,
    /// so a host may hold only letters, digits, dashes and dots.
    ///
    /// # Errors
    /// A sentence for the operator.
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

    /// The origin as in `event.origin`: lower case, without the default port.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether the URL has this scheme, host and port. A `blob:` URL has the origin of the URL
    /// inside it but does not lead there, so only `https` and `http` match.
    #[must_use]
    pub fn matches(&self, url: &Url) -> bool {
        matches!(url.scheme(), "https" | "http") && url.origin() == self.origin
    }
}

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

/// A URL that opens one patient's questionnaire, or the details page for one staff member, once and
/// for a short time (`docs/empego.md` §4). It is a credential: never stored, logged or printed. The
/// only access to its text is [`Self::expose`].
#[derive(Clone, PartialEq, Eq)]
pub struct PresignedUrl(Url);

impl PresignedUrl {
    /// Parses a URL that leads to one of `origins` and holds no user information. The path is not
    /// checked: the only documented example has the language before `/embed`.
    #[must_use]
    pub fn parse(text: &str, origins: &[Origin]) -> Option<Self> {
        trusted_url(text, origins).map(Self)
    }

    /// The URL, for the source of the frame or the `Location` of a redirect. Printable ASCII.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.as_str()
    }
}

/// Keeps the URL out of debug output.
impl fmt::Debug for PresignedUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PresignedUrl(…)")
    }
}

/// An address without a scheme, as in Empego's only example of a URL (`docs/empego.md` §3.2), with
/// `https`. Whether it is trusted is another question.
pub(super) fn with_scheme(text: &str) -> Cow<'_, str> {
    match text.contains(':') || text.starts_with('/') {
        true => Cow::Borrowed(text),
        false => Cow::Owned(format!("https://{text}")),
    }
}

/// Parses a URL that leads to one of `origins` and holds no user information. As an [`Origin`] is
/// https or an allowed loopback address, so is the URL.
pub(super) fn trusted_url(text: &str, origins: &[Origin]) -> Option<Url> {
    let url = Url::parse(text).ok()?;
    let no_user = url.username().is_empty() && url.password().is_none();
    (no_user && origins.iter().any(|origin| origin.matches(&url))).then_some(url)
}

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
    fn what_is_not_an_exact_origin_is_refused() {
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
    fn plain_http_to_loopback_must_be_allowed() {
        for typed in ["http://127.0.0.1:3100", "http://[::1]:3100", "http://localhost:3100"] {
            assert!(Origin::parse(typed, false).expect_err(typed).contains("development"));
        }
        assert!(Origin::parse("https://127.0.0.1:3100", false).is_ok());
    }

    #[test]
    fn an_address_without_a_scheme_is_https() {
        let origins = [Origin::parse("https://app.empego.ca", false).expect("an origin")];
        for (text, fits) in [
            ("app.empego.ca/fr/embed/franchise/x/consultation/start?sessionId=1", true),
            ("https://app.empego.ca/embed/x", true),
            ("app.empego.ca.evil.example/embed/x", false),
            ("//app.empego.ca/embed/x", false),
            ("/embed/x", false),
            ("javascript:alert(1)", false),
        ] {
            let parsed = PresignedUrl::parse(&with_scheme(text), &origins);
            assert_eq!(parsed.is_some(), fits, "{text}");
        }
    }

    #[test]
    fn a_trusted_url_leads_to_a_configured_origin() {
        let origins = ["https://integration.empego.ca", "http://127.0.0.1:3100"]
            .map(|text| Origin::parse(text, true).expect("an origin"));
        for (address, fits) in [
            ("https://integration.empego.ca/files/x?token=1", true),
            ("HTTPS://Integration.Empego.ca:443/x", true),
            ("http://127.0.0.1:3100/files/x.pdf", true),
            ("http://integration.empego.ca/x", false),
            ("https://integration.empego.ca.evil.example/x", false),
            ("https://integration.empego.ca@evil.example/x", false),
            ("https://user:word@integration.empego.ca/x", false),
            ("https://integration.empego.ca:8443/x", false),
            ("http://127.0.0.1:3101/x", false),
            ("http://localhost:3100/x", false),
            ("blob:https://integration.empego.ca/x", false),
            ("file:///etc/passwd", false),
            ("//integration.empego.ca/x", false),
            ("", false),
        ] {
            assert_eq!(trusted_url(address, &origins).is_some(), fits, "{address}");
        }
    }
}
