//! Where a request comes from. A header of a proxy counts only when the proxy is trusted
//! (`DESK_TRUSTED_PROXIES`): anybody can send one.

use crate::model::client::Client;
use axum::extract::ConnectInfo;
use axum::http::header::USER_AGENT;
use axum::http::{Extensions, HeaderMap};
use ipnet::IpNet;
use std::net::{IpAddr, SocketAddr};

/// What proxies add to: the address that each of them was asked from, the nearest last.
const FORWARDED_FOR: &str = "x-forwarded-for";

/// The other end of a request.
#[must_use]
pub fn client(headers: &HeaderMap, extensions: &Extensions, trusted: &[IpNet]) -> Client {
    let peer = extensions
        .get::<ConnectInfo<SocketAddr>>()
        .map(|ConnectInfo(peer)| peer.ip().to_canonical());
    let address = peer.map(|peer| behind(peer, headers, trusted).to_string()).unwrap_or_default();
    let device = headers.get(USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    Client { address, device: device.chars().take(Client::DEVICE_LENGTH).collect() }
}

/// Goes from the peer outwards for as long as whoever speaks is a trusted proxy.
fn behind(peer: IpAddr, headers: &HeaderMap, trusted: &[IpNet]) -> IpAddr {
    let is_trusted = |address: IpAddr| trusted.iter().any(|net| net.contains(&address));
    let lines: Vec<&str> =
        headers.get_all(FORWARDED_FOR).iter().filter_map(|value| value.to_str().ok()).collect();
    let mut current = peer;
    for hop in lines.iter().rev().flat_map(|line| line.rsplit(',')) {
        if !is_trusted(current) {
            break;
        }
        let Ok(next) = hop.trim().parse::<IpAddr>() else { break };
        current = next.to_canonical();
    }
    current
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    #[test]
    fn a_header_counts_as_far_as_proxies_are_trusted() {
        let trusted: Vec<IpNet> =
            ["10.0.0.0/8", "192.0.2.7/32"].map(|net| net.parse().expect("a network")).to_vec();
        for (peer, lines, expected) in [
            ("203.0.113.5", vec!["198.51.100.1"], "203.0.113.5"),
            ("10.1.1.1", vec!["198.51.100.1"], "198.51.100.1"),
            ("10.1.1.1", vec!["198.51.100.1, 203.0.113.9"], "203.0.113.9"),
            ("10.1.1.1", vec!["198.51.100.1, 203.0.113.9", "192.0.2.7"], "203.0.113.9"),
            ("10.1.1.1", vec!["nonsense"], "10.1.1.1"),
            ("10.1.1.1", vec![], "10.1.1.1"),
            ("::ffff:10.1.1.1", vec!["2001:db8::1"], "2001:db8::1"),
        ] {
            let mut headers = HeaderMap::new();
            for line in &lines {
                headers.append(FORWARDED_FOR, HeaderValue::from_str(line).expect("text"));
            }
            let mut extensions = Extensions::new();
            extensions.insert(ConnectInfo(SocketAddr::new(peer.parse().expect("an address"), 1)));
            assert_eq!(
                client(&headers, &extensions, &trusted).address,
                expected,
                "{peer} {lines:?}"
            );
        }
    }
}
