//! Lockout after failed sign-in attempts.
//!
//! Attempts are counted in the store, so that several instances count together: by e-mail address,
//! whether it has an account or not, and more coarsely by network address.

use super::{Desk, DeskError, Result, password};
use crate::model::client::{Client, rate_limit_key};
use crate::secrets::sha256;
use crate::store::{Attempt, AttemptCounter, AttemptReset, LockoutPolicy};

const MINUTE_MS: i64 = 60_000;
/// Growing waits, up to a lockout of a quarter of an hour.
const WAITS_MS: &[i64] =
    &[MINUTE_MS, 2 * MINUTE_MS, 3 * MINUTE_MS, 5 * MINUTE_MS, 8 * MINUTE_MS, 15 * MINUTE_MS];

/// Per account: the fifth failure brings the first wait, the tenth the longest.
const ACCOUNT: LockoutPolicy =
    LockoutPolicy { free: 4, waits_ms: WAITS_MS, forget_ms: 24 * 60 * MINUTE_MS };
/// Per network address. A whole clinic may share one.
const ADDRESS: LockoutPolicy =
    LockoutPolicy { free: 49, waits_ms: WAITS_MS, forget_ms: 60 * MINUTE_MS };

/// The key that attempts at an account are counted by.
pub(super) fn account_key(email: &str) -> Vec<u8> {
    sha256(&format!("account {}", email.trim().to_lowercase()))
}

/// The key that attempts from a network address are counted by.
pub(super) fn address_key(client: &Client) -> Vec<u8> {
    sha256(&format!("address {}", rate_limit_key(&client.address)))
}

/// The client in the queue of passwords: the same keys.
pub(super) fn queued(email: &str, client: &Client) -> password::Client {
    password::Client { address: address_key(client), account: account_key(email) }
}

/// Counts an attempt before it is made. Returns how long the next attempt has to wait, in
/// milliseconds, if it has to.
///
/// # Errors
/// [`DeskError::TooMany`] during a lockout: the attempt must not be made.
pub async fn count_attempt(desk: &Desk, email: &str, client: &Client) -> Result<Option<i64>> {
    let counters = [
        AttemptCounter { key: account_key(email), policy: ACCOUNT },
        AttemptCounter { key: address_key(client), policy: ADDRESS },
    ];
    let now = desk.now();
    match desk.store.count_attempt(&counters, now).await? {
        Attempt::Allowed { next_at } => Ok(next_at.map(|at| at - now)),
        Attempt::LockedOut { until } => {
            metrics::counter!("desk_sign_in_barred_total").increment(1);
            let seconds = u64::try_from((until - now + 999) / 1000).unwrap_or(1).max(1);
            Err(DeskError::TooMany { seconds })
        }
    }
}

/// What a success changes when no step follows: the account's counter starts again. The address
/// only gets this attempt back: otherwise an attacker with one account could try all others for
/// ever.
pub(super) fn reset(email: &str, client: &Client) -> AttemptReset {
    AttemptReset { clear: vec![account_key(email)], take_back: vec![address_key(client)] }
}

/// What a success changes when another step follows: the attempt is taken back.
pub(super) fn take_back(email: &str, client: &Client) -> AttemptReset {
    AttemptReset { clear: Vec::new(), take_back: vec![account_key(email), address_key(client)] }
}

/// What lifts an account's lockout.
pub(in crate::desk) fn unlock(email: &str) -> AttemptReset {
    AttemptReset { clear: vec![account_key(email)], take_back: Vec::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(address: &str) -> Vec<u8> {
        address_key(&Client { address: address.to_owned(), device: String::new() })
    }

    #[test]
    fn waits_grow_up_to_a_quarter_of_an_hour() {
        let waits: Vec<i64> = (1..=12).map(|wrong| ACCOUNT.wait_ms(wrong) / MINUTE_MS).collect();
        assert_eq!(waits, [0, 0, 0, 0, 1, 2, 3, 5, 8, 15, 15, 15]);
        assert_eq!((ADDRESS.wait_ms(49), ADDRESS.wait_ms(50)), (0, MINUTE_MS));
    }

    #[test]
    fn keys_ignore_case_and_the_host_part_of_ipv6() {
        assert_eq!(account_key(" Nurse@Clinic.example"), account_key("nurse@clinic.example"));
        assert_eq!(from("2001:db8:1:2:aaaa::1"), from("2001:db8:1:2:bbbb::2"));
        assert_ne!(from("2001:db8:1:2::1"), from("2001:db8:1:3::1"));
        assert_ne!(from("203.0.113.5"), from("203.0.113.6"));
    }
}
