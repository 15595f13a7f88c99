//! Where a request comes from, for the log of who saw what.

use std::net::IpAddr;

/// The other end of a request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Client {
    /// The address, as far as trusted proxies tell (`DESK_TRUSTED_PROXIES`).
    pub address: String,
    /// What the browser calls itself: its `User-Agent`, cut at [`Client::DEVICE_LENGTH`]
    /// characters.
    pub device: String,
}

impl Client {
    /// The longest device that is kept, in characters.
    pub const DEVICE_LENGTH: usize = 200;
}

/// What somebody at an address is counted by: the address itself, and of an IPv6 address its /64.
/// Whoever has one of those has the 2⁶⁴ beside it too.
#[must_use]
pub fn place(address: &str) -> String {
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
    fn a_place_is_an_address_or_the_first_half_of_one() {
        assert_eq!(place("2001:db8:1:2:aaaa::1"), place("2001:db8:1:2:bbbb::2"));
        assert_ne!(place("2001:db8:1:2::1"), place("2001:db8:1:3::1"));
        assert_eq!(place("203.0.113.5"), "203.0.113.5");
        assert_eq!(place(""), "");
    }
}
