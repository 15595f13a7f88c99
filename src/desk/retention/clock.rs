//! Whether the clock is to be trusted with a removal.
//!
//! A clock that is wrong stamps the rows of the audit log too, so rows prove nothing by themselves.
//! Every run that trusts the clock notes the moment. From there on the rows may leap neither
//! forward nor back; where they do, only the rows before the leap count, until Empego's clock
//! agrees or the operator confirms the clock.

use super::{DAY_MS, record};
use crate::ambient::Ambient;
use crate::desk::Desk;
use crate::model::audit::Action;
use crate::store::{Leap, Record, Result, Store};

/// How far the clock may go between two rows of the log, or two runs: forward by less than 3 days,
/// and back by no more than an hour. In milliseconds.
const LEAP: Leap = Leap { forward: 3 * DAY_MS, back: 3_600_000 };
/// The largest difference from Empego's clock, in milliseconds: an hour.
const MAX_SKEW_MS: i64 = 3_600_000;

/// Why the clock is not trusted with a removal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ClockDoubt {
    /// By so many milliseconds. The desk was off, or the clock was set forward.
    #[error("the clock is {0} ms ahead of the last moment that is certain from the audit log")]
    AheadOfLog(i64),
    /// By so many milliseconds.
    #[error("the clock is {0} ms behind the last moment that is certain from the audit log")]
    BehindLog(i64),
    /// By so many milliseconds; negative = behind.
    #[error("the clock was {0} ms ahead of Empego's")]
    AheadOfEmpego(i64),
}

impl ClockDoubt {
    /// The detail of the audit row.
    fn detail(self) -> String {
        let seconds = |ms: i64| ms / 1000;
        match self {
            Self::AheadOfLog(ms) => format!("waits clock-ahead-of-log={}s", seconds(ms)),
            Self::BehindLog(ms) => format!("waits clock-behind-log={}s", seconds(ms)),
            Self::AheadOfEmpego(ms) => format!("waits clock-ahead-of-empego={}s", seconds(ms)),
        }
    }

    /// The row about it.
    pub(super) fn row(self, ambient: &Ambient) -> Record {
        Record { action: Action::PurgePlanned, detail: self.detail(), ..record(ambient, None) }
    }
}

/// Whether the clock is doubted by what the database has: the rows since it was last trusted, and
/// what Empego's clock last said. Empego is not asked.
pub(super) async fn noted_doubt(
    store: &dyn Store,
    ambient: &Ambient,
) -> Result<Option<ClockDoubt>> {
    let check = store.clock_check(LEAP).await?;
    if let Some(ahead) = check.contradicted {
        return Ok(Some(ClockDoubt::AheadOfEmpego(ahead)));
    }
    let Some(certain) = check.certain else { return Ok(None) };
    let ahead = ambient.now().saturating_sub(certain);
    Ok(if ahead >= LEAP.forward {
        Some(ClockDoubt::AheadOfLog(ahead))
    } else if ahead < LEAP.back.saturating_neg() {
        Some(ClockDoubt::BehindLog(ahead.saturating_neg()))
    } else {
        None
    })
}

/// The same, and asks Empego, which decides where its clock is known. The sandbox has the desk's
/// own clock, and is not asked.
pub(super) async fn doubt(desk: &Desk) -> Result<Option<ClockDoubt>> {
    let theirs = match desk.policy.sandbox {
        true => None,
        false => desk.empego.clock_ahead().await.map(i64::saturating_neg),
    };
    match theirs {
        Some(ahead) if ahead.abs() > MAX_SKEW_MS => Ok(Some(ClockDoubt::AheadOfEmpego(ahead))),
        Some(_) => Ok(None),
        None => noted_doubt(&*desk.store, &desk.ambient).await,
    }
}

/// Trusts the clock as it is, on the operator's word. Where it was in doubt, that is a row of the
/// log.
///
/// # Errors
/// A store error.
pub async fn confirm_clock(store: &dyn Store, ambient: &Ambient) -> Result<()> {
    let row = Record {
        action: Action::PurgePlanned,
        detail: "clock-confirmed".to_owned(),
        ..record(ambient, None)
    };
    let doubted = noted_doubt(store, ambient).await?.is_some();
    store.trust_clock(ambient.now(), if doubted { std::slice::from_ref(&row) } else { &[] }).await
}
