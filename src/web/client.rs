//! The client of a request. `X-Forwarded-For` is used only when it comes from a trusted proxy
//! (`DESK_TRUSTED_PROXIES`), because any client can send the header.

use crate::model::client::Client;
use axum::extract::ConnectInfo;
use axum::http::header::USER_AGENT;
use axum::http::{Extensions, HeaderMap};
use ipnet::IpNet;
use std::net::{IpAddr, SocketAddr};

/// The addresses that each proxy received the request from, the nearest proxy's last.
const FORWARDED_FOR: &str = "x-forwarded-for";

/// The address and the browser of the client.
#[must_use]
pub fn client(headers: &HeaderMap, extensions: &Extensions, trusted: &[IpNet]) -> Client {
    let peer = extensions
        .get::<ConnectInfo<SocketAddr>>()
        .map(|ConnectInfo(peer)| peer.ip().to_canonical());
    let address =
        peer.map(|peer| client_address(peer, headers, trusted).to_string()).unwrap_or_default();
    let device = headers.get(USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    Client { address, device: device.chars().take(Client::DEVICE_LENGTH).collect() }
}

/// Follows the chain of proxies from the peer, up to the first address that is not trusted.
fn client_address(peer: IpAddr, headers: &HeaderMap, trusted: &[IpNet]) -> IpAddr {
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
    fn only_addresses_from_trusted_proxies_are_used() {
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
