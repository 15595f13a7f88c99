//! How often somebody may be wrong about a password or a code. Counted in the store, so that
//! several instances count together; by e-mail address, whether it has an account or not, and more
//! coarsely by where the tries come from.

use crate::error::AppError;
use crate::model::client::{Client, place};
use crate::secrets::sha256;
use crate::store::{Counted, Limit, Try};
use crate::web::state::AppState;

const MINUTE_MS: i64 = 60_000;
/// Growing waits, and at the end of them a lock for a quarter of an hour.
const WAITS_MS: &[i64] =
    &[MINUTE_MS, 2 * MINUTE_MS, 3 * MINUTE_MS, 5 * MINUTE_MS, 8 * MINUTE_MS, 15 * MINUTE_MS];

/// One account: the fifth wrong try brings the first wait, the tenth locks.
pub const ACCOUNT: Limit = Limit { free: 4, waits_ms: WAITS_MS, forget_ms: 24 * 60 * MINUTE_MS };
/// One address. A whole clinic may share it.
pub const ADDRESS: Limit = Limit { free: 49, waits_ms: WAITS_MS, forget_ms: 60 * MINUTE_MS };

/// What tries at an account are counted by.
#[must_use]
pub fn account(email: &str) -> Vec<u8> {
    sha256(&format!("account {}", email.trim().to_lowercase()))
}

/// What tries from somewhere are counted by.
#[must_use]
pub fn address(client: &Client) -> Vec<u8> {
    sha256(&format!("address {}", place(&client.address)))
}

/// Counts a try before it is made. How long the next one has to wait, in milliseconds, if it has to
/// now.
///
/// # Errors
/// [`AppError::TooMany`] while it has to wait: then it must not be made.
pub async fn count(
    state: &AppState,
    email: &str,
    client: &Client,
) -> Result<Option<i64>, AppError> {
    let counted = [
        Counted { subject: account(email), limit: ACCOUNT },
        Counted { subject: address(client), limit: ADDRESS },
    ];
    let now = state.desk.now();
    match state
        .desk
        .store
        .count_try(&counted, now)
        .await
        .map_err(|error| state.explain_store(error))?
    {
        Try::Counted { next_at } => Ok(next_at.map(|at| at - now)),
        Try::Barred { until } => {
            metrics::counter!("desk_sign_in_barred_total").increment(1);
            let seconds = u64::try_from((until - now + 999) / 1000).unwrap_or(1).max(1);
            Err(AppError::TooMany { seconds })
        }
    }
}

/// The try was right, and the last one that it takes: the account begins anew. The address only
/// gets this try back, or whoever has one account could try all others for ever.
///
/// # Errors
/// A failing store.
pub async fn forgive(state: &AppState, email: &str, client: &Client) -> Result<(), AppError> {
    let store = &state.desk.store;
    store.forget_tries(&account(email)).await.map_err(|error| state.explain_store(error))?;
    store.uncount_try(&address(client)).await.map_err(|error| state.explain_store(error))
}

/// The try was right, and there is another step to come.
///
/// # Errors
/// A failing store.
pub async fn take_back(state: &AppState, email: &str, client: &Client) -> Result<(), AppError> {
    for subject in [account(email), address(client)] {
        state.desk.store.uncount_try(&subject).await.map_err(|error| state.explain_store(error))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(address: &str) -> Vec<u8> {
        super::address(&Client { address: address.to_owned(), device: String::new() })
    }

    #[test]
    fn waits_grow_up_to_a_quarter_of_an_hour() {
        let waits: Vec<i64> = (1..=12).map(|wrong| ACCOUNT.wait_ms(wrong) / MINUTE_MS).collect();
        assert_eq!(waits, [0, 0, 0, 0, 1, 2, 3, 5, 8, 15, 15, 15]);
        assert_eq!((ADDRESS.wait_ms(49), ADDRESS.wait_ms(50)), (0, MINUTE_MS));
    }

    #[test]
    fn one_place_is_one_subject() {
        assert_eq!(account(" Nurse@Clinic.example"), account("nurse@clinic.example"));
        assert_eq!(from("2001:db8:1:2:aaaa::1"), from("2001:db8:1:2:bbbb::2"));
        assert_ne!(from("2001:db8:1:2::1"), from("2001:db8:1:3::1"));
        assert_ne!(from("203.0.113.5"), from("203.0.113.6"));
    }
}
