//! Sealed values in the database follow a change of `DESK_SECRET`.

use super::{TENANT_KEY, checkpoint, retention, second_factor};
use crate::ambient::Ambient;
use crate::secrets::{Resealed, Secrets};
use crate::store::{Result, Store, Verdict};

/// Counters of one kind of sealed value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Count {
    again: u64,
    lost: u64,
}

/// Reseals with the current secret what only the previous one (`DESK_SECRET_PREVIOUS`) opens:
/// second factors, tenant keys and the beginning of the audit log. After one start with both, the
/// previous one can be removed. Only counts are logged. A beginning of the log that has no seal yet
/// gets one.
///
/// # Errors
/// A store error. Each kind is one transaction: all of it is resealed, or none.
pub async fn all(store: &dyn Store, secrets: &Secrets, ambient: &Ambient) -> Result<()> {
    let mut factors = Count::default();
    store
        .reseal_factors(&mut |sealed| {
            renew(secrets, ambient, second_factor::STORED, sealed, &mut factors)
        })
        .await?;
    let mut keys = Count::default();
    store
        .reseal_tenant_keys(&mut |sealed| renew(secrets, ambient, TENANT_KEY, sealed, &mut keys))
        .await?;
    seal_found_start(store, secrets, ambient).await?;
    if secrets.is_rotating() {
        log_start(store, secrets, ambient).await?;
    }
    if factors.again + keys.again > 0 {
        tracing::info!(
            second_factors = factors.again,
            tenant_keys = keys.again,
            "resealed with DESK_SECRET"
        );
    }
    if factors.lost + keys.lost > 0 {
        tracing::warn!(
            second_factors = factors.lost,
            tenant_keys = keys.lost,
            "opened by neither DESK_SECRET nor DESK_SECRET_PREVIOUS: \
             start once with the secret they were sealed with as the previous one, \
             or have these factors reset and these keys entered again"
        );
    }
    Ok(())
}

/// Seals a beginning of the audit log that is of a version without seals. From then on a beginning
/// without a seal is one that was moved.
async fn seal_found_start(store: &dyn Store, secrets: &Secrets, ambient: &Ambient) -> Result<()> {
    let seal = |number: i64, hash: &[u8; 32]| checkpoint::seal_found(secrets, number, hash);
    if let Some(start) = store.seal_start(&seal, &retention::record(ambient, None)).await? {
        tracing::warn!(
            number = start.number,
            hash = hex::encode(start.hash),
            "the audit log begins after this row, and no removal of it is proven: an earlier \
             version removed the rows, or they were cut off. It is sealed from now on; compare it \
             with a backup"
        );
    }
    Ok(())
}

/// Seals the beginning of the audit log again, in a row of its own.
async fn log_start(store: &dyn Store, secrets: &Secrets, ambient: &Ambient) -> Result<()> {
    let Verdict::Intact { start: Some(start), .. } = store.verify().await? else { return Ok(()) };
    let Some(seal) = checkpoint::renewed_seal(&start, secrets) else { return Ok(()) };
    store.record(&[start.sealed_again(seal, &retention::record(ambient, None))]).await
}

fn renew(
    secrets: &Secrets,
    ambient: &Ambient,
    purpose: &str,
    sealed: &str,
    count: &mut Count,
) -> Option<String> {
    match secrets.reseal(purpose, sealed, ambient) {
        Resealed::Current => None,
        Resealed::Renewed(again) => {
            count.again += 1;
            Some(again)
        }
        Resealed::Unreadable => {
            count.lost += 1;
            None
        }
    }
}
