//! What the operator configured for use cases.

use jiff::tz::TimeZone;

/// What the operator configured for use cases.
#[derive(Clone, Debug)]
pub struct Policy {
    /// The start of links, without a slash at the end (`DESK_PUBLIC_URL`).
    pub public_url: String,
    /// After how many milliseconds a discrepancy between browser and Empego is shown
    /// (`DESK_CONFIRM_AFTER`).
    pub confirm_after_ms: i64,
    /// The time zone of sites without one of their own (`DESK_TIME_ZONE`).
    pub time_zone: TimeZone,
    /// The share of a site's records that a daily run removes at most, in percent
    /// (`DESK_PURGE_SHARE`).
    pub purge_share: u64,
    /// The sandbox stands in for Empego, in this process and with its clock.
    pub sandbox: bool,
    /// Patients use it: no site has the product's name (`DESK_ENV`).
    pub production: bool,
}

impl Policy {
    /// Whether links lead to this machine alone: a phone that scans one opens itself.
    #[must_use]
    pub fn links_are_local(&self) -> bool {
        let url = url::Url::parse(&self.public_url).ok();
        match url.as_ref().and_then(url::Url::host) {
            Some(url::Host::Ipv4(address)) => address.is_loopback() || address.is_unspecified(),
            Some(url::Host::Ipv6(address)) => {
                let address = address.to_canonical();
                address.is_loopback() || address.is_unspecified()
            }
            Some(url::Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
            None => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_of_this_machine_alone_are_known() {
        for (public_url, local) in [
            ("http://127.0.0.1:3000", true),
            ("http://0.0.0.0:3000", true),
            ("http://[::1]:3000", true),
            ("http://[::]:3000", true),
            ("http://localhost:3000", true),
            ("http://192.168.1.20:3000", false),
            ("https://desk.example", false),
        ] {
            let policy = Policy {
                purge_share: 10,
                public_url: public_url.to_owned(),
                confirm_after_ms: 0,
                time_zone: TimeZone::UTC,
                sandbox: false,
                production: false,
            };
            assert_eq!(policy.links_are_local(), local, "{public_url}");
        }
    }
}
