//! Parsers for settings, which collect all problems.

use super::{LogForm, Settings, Upstream};
use crate::empego::Origin;
use crate::model::forms::PASSWORD_LENGTH;
use crate::model::site::DEFAULT_NAME;
use ipnet::IpNet;
use secrecy::SecretString;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;
use url::Url;

/// The minimum length of `DESK_SECRET`, in bytes.
const SECRET_LENGTH: usize = 32;
pub(super) const NOT_HTTPS: &str =
    "is not an https address (plain http only to this machine, and only in development)";

/// The problems found so far. Values that could be secret are not repeated in them.
#[derive(Default)]
pub(super) struct Problems {
    found: Vec<String>,
    /// Settings that hold and are probably not meant so.
    pub warnings: Vec<String>,
}

impl Problems {
    pub(super) fn add(&mut self, name: &str, what: &str) {
        self.found.push(format!("{name}: {what}"));
    }

    pub(super) fn warn(&mut self, name: &str, what: &str) {
        self.warnings.push(format!("{name}: {what}"));
    }

    pub(super) fn into_result<T>(self, value: T) -> Result<T, Vec<String>> {
        if self.found.is_empty() { Ok(value) } else { Err(self.found) }
    }

    pub(super) fn addr(&mut self, name: &str, text: &str) -> SocketAddr {
        text.parse().unwrap_or_else(|_| {
            self.add(
                name,
                &format!("{text:?} is not an address and a port, such as 127.0.0.1:3000"),
            );
            SocketAddr::from((Ipv4Addr::LOCALHOST, 0))
        })
    }

    pub(super) fn switch(&mut self, name: &str, text: &str) -> bool {
        if !matches!(text, "on" | "off") {
            self.add(name, &format!("{text:?} is neither on nor off"));
        }
        text != "off"
    }

    pub(super) fn log_form(&mut self, text: Option<&str>) -> Option<LogForm> {
        match text? {
            "text" => Some(LogForm::Text),
            "json" => Some(LogForm::Json),
            other => {
                self.add("DESK_LOG", &format!("{other:?} is neither text nor json"));
                None
            }
        }
    }

    pub(super) fn networks(&mut self, name: &str, text: &str) -> Vec<IpNet> {
        let mut networks = Vec::new();
        for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
            match network(part) {
                Some(network) => networks.push(network),
                None => self.add(
                    name,
                    &format!("{part:?} is neither an address nor a network, such as 10.0.0.0/8"),
                ),
            }
        }
        networks
    }

    /// The sandbox uses plain http, so it must listen on a loopback address.
    pub(super) fn sandbox_addr(&mut self, text: &str, used: bool) -> SocketAddr {
        const NAME: &str = "SANDBOX_ADDR";
        let addr = self.addr(NAME, text);
        if used && !addr.ip().is_loopback() {
            self.add(
                NAME,
                &format!(
                    "{text:?} is not on this machine alone: the sandbox listens on a loopback \
                     address, such as 127.0.0.1:3100"
                ),
            );
        }
        addr
    }

    /// The default is the product's name: for practice, and not for patients.
    pub(super) fn clinic_name(&mut self, text: Option<&str>, production: bool) -> String {
        let name = text.map(str::trim).filter(|name| !name.is_empty()).unwrap_or(DEFAULT_NAME);
        if production && name.eq_ignore_ascii_case(DEFAULT_NAME) {
            self.add(
                "DESK_CLINIC_NAME",
                "is required in production: the clinic's or pharmacy's name, as patients read it",
            );
        }
        name.to_owned()
    }

    pub(super) fn public_url(&mut self, text: Option<&str>, production: bool) -> Option<Url> {
        const NAME: &str = "DESK_PUBLIC_URL";
        let Some(text) = text else {
            if production {
                self.add(NAME, "is required in production, and begins with https://");
            }
            return None;
        };
        let url = match Url::parse(text) {
            Ok(url) if matches!(url.scheme(), "http" | "https") && url.has_host() => url,
            _ => {
                self.add(NAME, "is not an http or https address");
                return None;
            }
        };
        if url.path() != "/"
            || url.query().is_some()
            || url.fragment().is_some()
            || !url.username().is_empty()
        {
            self.add(NAME, "has more than a host and a port: links are made by adding to it");
        }
        if production && url.scheme() != "https" {
            self.add(NAME, "begins with http://; production needs https://");
        }
        Some(url)
    }

    pub(super) fn time_zone(&mut self, name: &str, text: &str) -> jiff::tz::TimeZone {
        jiff::tz::TimeZone::get(text).unwrap_or_else(|_| {
            self.add(name, &format!("{text:?} is not a time zone, such as America/Toronto"));
            jiff::tz::TimeZone::UTC
        })
    }

    pub(super) fn upstream(&mut self, settings: &Settings, production: bool) -> Upstream {
        const URL: &str = "EMPEGO_API_URL";
        const KEY: &str = "EMPEGO_API_KEY";
        let (url, key) = (&settings.empego_api_url, &settings.empego_api_key);
        let tenant = settings.empego_tenant_key.clone();
        for (name, given, other, is_other) in
            [(URL, url, KEY, key.is_some()), (KEY, key, URL, url.is_some())]
        {
            if given.is_none() && is_other {
                self.add(name, &format!("is missing, but {other} is set"));
            } else if given.is_none() && production {
                self.add(name, "is required in production: the sandbox is for trying things out");
            }
        }
        for (name, key) in [(KEY, key.as_ref()), ("EMPEGO_TENANT_KEY", tenant.as_ref())] {
            let valid =
                |key: &String| !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_graphic());
            if !key.is_none_or(valid) {
                self.add(name, "is empty or has characters that a header cannot carry");
            }
        }
        let base_url = url.as_ref().and_then(|url| {
            let parsed = Url::parse(url).ok().filter(|it| secure(it, "https", "http", production));
            if parsed.is_none() {
                self.add(URL, NOT_HTTPS);
            }
            parsed
        });
        match (base_url, key) {
            (Some(base_url), Some(key)) => Upstream::Empego {
                base_url,
                key: SecretString::from(key.clone()),
                tenant: tenant.map(SecretString::from),
            },
            _ => Upstream::Sandbox,
        }
    }

    pub(super) fn origins(&mut self, name: &str, text: &str, loopback_http: bool) -> Vec<Origin> {
        let mut origins = Vec::new();
        for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
            match Origin::parse(part, loopback_http) {
                Ok(origin) => origins.push(origin),
                Err(problem) => self.add(name, &format!("{part:?}: {problem}")),
            }
        }
        if text.split(',').all(|part| part.trim().is_empty()) {
            self.add(name, "names no origin");
        }
        origins
    }

    pub(super) fn events_url(&mut self, text: Option<&str>, production: bool) -> Option<Url> {
        let text = text?;
        let url = Url::parse(text).ok().filter(|url| secure(url, "wss", "ws", production));
        if url.is_none() {
            self.add(
                "EMPEGO_EVENTS_URL",
                "is not a wss address (plain ws only to this machine, and only in development)",
            );
        }
        url
    }

    pub(super) fn secret(
        &mut self,
        name: &str,
        text: Option<&str>,
        required: bool,
    ) -> Option<SecretString> {
        match text {
            Some(text) if text.len() < SECRET_LENGTH => {
                self.add(name, &format!("is shorter than {SECRET_LENGTH} bytes"))
            }
            None if required => {
                self.add(name, "is required in production; `openssl rand -base64 48` makes one")
            }
            _ => {}
        }
        text.map(SecretString::from)
    }

    pub(super) fn password(&mut self, name: &str, text: Option<&str>) -> Option<SecretString> {
        if text.is_some_and(|text| text.chars().count() < PASSWORD_LENGTH) {
            self.add(name, &format!("is shorter than {PASSWORD_LENGTH} characters"));
        }
        text.map(SecretString::from)
    }

    pub(super) fn timeout(&mut self, name: &str, text: &str) -> Duration {
        match millis(text) {
            Some(Some(ms)) if (100..=110_000).contains(&ms) => {
                Duration::from_millis(u64::try_from(ms).unwrap_or(60_000))
            }
            _ => {
                self.add(name, &format!("{text:?} is not a time from 100ms to 110s, such as 60s"));
                Duration::from_secs(60)
            }
        }
    }

    /// A duration in milliseconds.
    pub(super) fn duration(&mut self, name: &str, text: &str) -> i64 {
        millis(text).flatten().unwrap_or_else(|| {
            self.add(name, &format!("{text:?} is not a time such as 72h, 30m or 7d"));
            0
        })
    }

    /// A duration in milliseconds; `None` = `none`.
    pub(super) fn optional_duration(&mut self, name: &str, text: &str) -> Option<i64> {
        millis(text).unwrap_or_else(|| {
            self.add(name, &format!("{text:?} is not a time such as 72h, 30m or 7d, nor none"));
            None
        })
    }
}

/// A network or one address. An IPv4 address that is written as an IPv6 one is the same as in IPv4,
/// as that of a client is.
fn network(text: &str) -> Option<IpNet> {
    let one = || Some(IpNet::from(text.parse::<IpAddr>().ok()?.to_canonical()));
    let mapped = |net: IpNet| match net {
        IpNet::V6(net) => {
            let v4 = net.addr().to_ipv4_mapped()?;
            ipnet::Ipv4Net::new(v4, net.prefix_len().checked_sub(96)?).ok().map(IpNet::V4)
        }
        IpNet::V4(_) => None,
    };
    text.parse::<IpNet>().ok().map(|net| mapped(net).unwrap_or(net)).or_else(one)
}

/// Parses `72h`, `30m`, `7d`, `60s`, `500ms` to milliseconds, and `none` to `Some(None)`. Returns
/// `None` for zero and anything else.
fn millis(text: &str) -> Option<Option<i64>> {
    if text == "none" {
        return Some(None);
    }
    let digits = text.find(|c: char| !c.is_ascii_digit())?;
    let (number, unit) = text.split_at(digits);
    let factor = match unit {
        "ms" => 1,
        "s" => 1_000,
        "m" => 60_000,
        "h" => 3_600_000,
        "d" => 86_400_000,
        _ => return None,
    };
    number.parse::<i64>().ok()?.checked_mul(factor).filter(|ms| *ms > 0).map(Some)
}

/// Whether a URL has the encrypted scheme, or the plain one to a loopback host in development.
pub(super) fn secure(url: &Url, encrypted: &str, plain: &str, production: bool) -> bool {
    let loopback = match url.host() {
        Some(url::Host::Ipv4(ip)) => ip.is_loopback(),
        Some(url::Host::Ipv6(ip)) => ip.is_loopback(),
        Some(url::Host::Domain(name)) => name == "localhost",
        None => return false,
    };
    url.scheme() == encrypted || (url.scheme() == plain && loopback && !production)
}
