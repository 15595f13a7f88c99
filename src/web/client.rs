//! The client of a request. `X-Forwarded-For` is used only when it comes from a trusted proxy
//! (`DESK_TRUSTED_PROXIES`), because any client can send the header.
//!
//! Where the header tells nothing, the client is the proxy. Limits and lockouts then count everyone
//! behind it as one client, so that case is counted and the operator is warned.

use crate::model::client::Client;
use axum::extract::ConnectInfo;
use axum::http::header::USER_AGENT;
use axum::http::{Extensions, HeaderMap};
use ipnet::IpNet;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

/// The addresses that each proxy received the request from, the nearest proxy's last.
const FORWARDED_FOR: &str = "x-forwarded-for";
/// After how many requests without any forwarded address a trusted proxy is taken to send none.
/// Health checks that reach a page come from the proxy itself, so one request proves nothing.
const SILENT_REQUESTS: u32 = 100;

/// Where the address of a client was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Found {
    /// No trusted proxy is between.
    Direct,
    /// In the header of a trusted proxy.
    Forwarded,
    /// A trusted proxy sent no address, and its own is used.
    Missing,
    /// A trusted proxy sent something else than an address. The last address before it is used.
    Unreadable,
}

impl Found {
    fn slug(self) -> &'static str {
        match self {
            Self::Direct => "direct",
            Self::Forwarded => "forwarded",
            Self::Missing => "missing",
            Self::Unreadable => "unreadable",
        }
    }
}

/// Finds the clients of requests, and warns the operator once about each way in which different
/// clients are taken for one.
#[derive(Debug, Default)]
pub struct Clients {
    trusted: Vec<IpNet>,
    /// Whether any request had a forwarded address.
    forwarded: AtomicBool,
    /// Requests of trusted proxies without one.
    missing: AtomicU32,
    warned_unreadable: AtomicBool,
    warned_untrusted: AtomicBool,
}

impl Clients {
    /// `trusted` are the networks of `DESK_TRUSTED_PROXIES`, and `https` is whether the public URL
    /// is: the desk itself serves plain http, so a proxy is in front of it then.
    #[must_use]
    pub fn new(trusted: Vec<IpNet>, https: bool) -> Self {
        if https && trusted.is_empty() {
            tracing::warn!(
                "DESK_PUBLIC_URL is https, so a proxy is in front of this desk, and \
                 DESK_TRUSTED_PROXIES names none: limits and lockouts count everyone as one \
                 client. Set it to the proxy's address"
            );
        }
        Self { trusted, ..Self::default() }
    }

    /// The address and the browser of the client. Counts the request, unless an outer layer did.
    #[must_use]
    pub fn find(&self, headers: &HeaderMap, extensions: &Extensions) -> Client {
        if let Some(known) = extensions.get::<Client>() {
            return known.clone();
        }
        let peer = extensions
            .get::<ConnectInfo<SocketAddr>>()
            .map(|ConnectInfo(peer)| peer.ip().to_canonical());
        let address = peer.map(|peer| {
            let (address, found) = self.address(peer, headers);
            metrics::counter!("desk_client_addresses_total", "found" => found.slug()).increment(1);
            self.warn(peer, headers, found);
            address.to_string()
        });
        let device = headers.get(USER_AGENT).map(|value| String::from_utf8_lossy(value.as_bytes()));
        let device = device.unwrap_or_default().chars().take(Client::DEVICE_LENGTH).collect();
        Client { address: address.unwrap_or_default(), device }
    }

    fn is_trusted(&self, address: IpAddr) -> bool {
        self.trusted.iter().any(|net| net.contains(&address))
    }

    /// Follows the chain of proxies from the peer, up to the first address that is not trusted.
    fn address(&self, peer: IpAddr, headers: &HeaderMap) -> (IpAddr, Found) {
        if !self.is_trusted(peer) {
            return (peer, Found::Direct);
        }
        let lines: Vec<_> = headers
            .get_all(FORWARDED_FOR)
            .iter()
            .map(|value| String::from_utf8_lossy(value.as_bytes()))
            .collect();
        let hops = lines.iter().rev().flat_map(|line| line.rsplit(',')).map(str::trim);
        let (mut current, mut found) = (peer, Found::Missing);
        // A list may have empty elements (RFC 9110, section 5.6.1.2).
        for hop in hops.filter(|hop| !hop.is_empty()) {
            if !self.is_trusted(current) {
                break;
            }
            let Some(next) = hop_address(hop) else { return (current, Found::Unreadable) };
            (current, found) = (next, Found::Forwarded);
        }
        (current, found)
    }

    /// The lines name the peer alone: what a header holds is whatever a client has sent.
    fn warn(&self, peer: IpAddr, headers: &HeaderMap, found: Found) {
        match found {
            Found::Forwarded => self.forwarded.store(true, Ordering::Relaxed),
            Found::Missing => {
                let missing = self.missing.fetch_add(1, Ordering::Relaxed).saturating_add(1);
                if missing == SILENT_REQUESTS && !self.forwarded.load(Ordering::Relaxed) {
                    tracing::warn!(
                        %peer,
                        requests = missing,
                        "every request comes from a proxy of DESK_TRUSTED_PROXIES and none has a \
                         client's address in X-Forwarded-For: limits and lockouts count everyone \
                         as one client. Have the proxy send the header"
                    );
                }
            }
            Found::Unreadable if !self.warned_unreadable.swap(true, Ordering::Relaxed) => {
                tracing::warn!(
                    %peer,
                    "a proxy of DESK_TRUSTED_PROXIES sent an X-Forwarded-For that is no address: \
                     the client counts as the proxy. desk_client_addresses_total counts such \
                     requests"
                );
            }
            Found::Direct
                if headers.contains_key(FORWARDED_FOR)
                    && is_private(peer)
                    && !self.warned_untrusted.swap(true, Ordering::Relaxed) =>
            {
                tracing::warn!(
                    %peer,
                    "X-Forwarded-For came from a private address that is not in \
                     DESK_TRUSTED_PROXIES, and was ignored: if it is your proxy, add it there, or \
                     limits and lockouts count everyone as one client"
                );
            }
            Found::Direct | Found::Unreadable => {}
        }
    }
}

/// The address that a proxy wrote: alone, or with the port of the connection, as Azure Application
/// Gateway and IIS write it. An IPv6 address with a port is in brackets.
fn hop_address(hop: &str) -> Option<IpAddr> {
    let hop = hop.trim_matches('"');
    let bare = || hop.strip_prefix('[')?.strip_suffix(']')?.parse::<Ipv6Addr>().ok();
    let address = hop
        .parse::<IpAddr>()
        .or_else(|_| hop.parse::<SocketAddr>().map(|address| address.ip()))
        .ok()
        .or_else(|| bare().map(IpAddr::V6))?;
    Some(address.to_canonical())
}

/// Whether an address is one of this machine or of a local network.
fn is_private(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => {
            address.is_loopback() || address.is_private() || address.is_link_local()
        }
        IpAddr::V6(address) => {
            address.is_loopback() || address.is_unique_local() || address.is_unicast_link_local()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    #[test]
    fn only_addresses_from_trusted_proxies_are_used() {
        let trusted = ["10.0.0.0/8", "192.0.2.7/32"].map(|net| net.parse().expect("a network"));
        let clients = Clients::new(trusted.to_vec(), true);
        for (peer, lines, expected) in [
            ("203.0.113.5", vec!["198.51.100.1"], "203.0.113.5"),
            ("10.1.1.1", vec!["198.51.100.1"], "198.51.100.1"),
            ("10.1.1.1", vec!["198.51.100.1, 203.0.113.9"], "203.0.113.9"),
            ("10.1.1.1", vec!["198.51.100.1, 203.0.113.9", "192.0.2.7"], "203.0.113.9"),
            ("10.1.1.1", vec!["nonsense"], "10.1.1.1"),
            ("10.1.1.1", vec!["198.51.100.1, nonsense, 192.0.2.7"], "192.0.2.7"),
            ("10.1.1.1", vec![], "10.1.1.1"),
            ("::ffff:10.1.1.1", vec!["2001:db8::1"], "2001:db8::1"),
            // With a port, as Azure Application Gateway and IIS send it.
            ("10.1.1.1", vec!["203.0.113.9:51008"], "203.0.113.9"),
            ("10.1.1.1", vec!["[2001:db8::5]:443"], "2001:db8::5"),
            ("10.1.1.1", vec!["[2001:db8::5]"], "2001:db8::5"),
            ("10.1.1.1", vec!["\"[2001:db8::5]:443\""], "2001:db8::5"),
            ("10.1.1.1", vec!["[::ffff:203.0.113.9]:443"], "203.0.113.9"),
            ("10.1.1.1", vec!["203.0.113.9:51008, 192.0.2.7:80"], "203.0.113.9"),
            ("10.1.1.1", vec!["203.0.113.9, , "], "203.0.113.9"),
            ("10.1.1.1", vec!["203.0.113.9:"], "10.1.1.1"),
            ("10.1.1.1", vec!["203.0.113.9:99999"], "10.1.1.1"),
        ] {
            let mut headers = HeaderMap::new();
            for line in &lines {
                headers.append(FORWARDED_FOR, HeaderValue::from_str(line).expect("text"));
            }
            let mut extensions = Extensions::new();
            extensions.insert(ConnectInfo(SocketAddr::new(peer.parse().expect("an address"), 1)));
            assert_eq!(clients.find(&headers, &extensions).address, expected, "{peer} {lines:?}");
        }
    }
}
