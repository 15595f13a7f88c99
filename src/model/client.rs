//! The client of a request, as the audit log and the rate limits see it.

use std::net::IpAddr;

/// The client of a request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Client {
    /// The IP address, as far as trusted proxies tell (`DESK_TRUSTED_PROXIES`).
    pub address: String,
    /// The `User-Agent`, cut at [`Client::DEVICE_LENGTH`] characters.
    pub device: String,
}

impl Client {
    /// The longest device that is kept, in characters.
    pub const DEVICE_LENGTH: usize = 200;
}

/// The key that a client's address is rate-limited by: the address itself, or the /64 prefix of an
/// IPv6 address, because a subscriber usually gets a whole /64.
#[must_use]
pub fn rate_limit_key(address: &str) -> String {
    match address.parse::<IpAddr>() {
        Ok(IpAddr::V6(address)) => {
            address.segments().iter().take(4).map(|part| format!("{part:x}:")).collect()
        }
        _ => address.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ipv6_addresses_are_limited_by_their_prefix() {
        assert_eq!(rate_limit_key("2001:db8:1:2:aaaa::1"), rate_limit_key("2001:db8:1:2:bbbb::2"));
        assert_ne!(rate_limit_key("2001:db8:1:2::1"), rate_limit_key("2001:db8:1:3::1"));
        assert_eq!(rate_limit_key("203.0.113.5"), "203.0.113.5");
        assert_eq!(rate_limit_key(""), "");
    }
}
