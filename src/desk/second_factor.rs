//! The second factor: time-based codes (TOTP, RFC 6238) and recovery codes.

use super::accounts::own;
use super::audit::About;
use super::sign_in::{self, Method};
use super::{Actor, Desk, DeskError, Result, lockout};
use crate::error::FieldProblem;
use crate::model::audit::Action;
use crate::model::client::Client;
use crate::model::ids::StaffId;
use crate::secrets::sha256;
use crate::store::{Factor, Staff, StoreError};
use totp_rs::{Builder, Secret, Totp};

/// The sealing purpose of stored secrets.
pub(super) const STORED: &str = "totp";
/// The sealing purpose of a secret that is not confirmed yet.
const UNCONFIRMED: &str = "totp-setup";
/// The number of recovery codes.
const CODES: usize = 10;
/// The alphabet of recovery codes: no letters that read like digits.
const ALPHABET: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";

/// A second factor that is being set up.
pub struct Setup {
    /// The secret, sealed, for the form. It is stored only once a code fits.
    pub sealed: String,
    /// The secret in base 32, for manual entry.
    pub key: String,
    /// The `otpauth://` URL, for the QR code.
    pub url: String,
}

fn totp(secret: Secret, email: &str) -> Option<Totp> {
    // A colon ends the account's name in that URL.
    Builder::new()
        .with_secret(secret)
        .with_account_name(email.replace(':', ""))
        .with_issuer(Some("Empego Desk"))
        .build()
        .ok()
}

fn setup(sealed: String, key: &str, email: &str) -> Option<Setup> {
    let url = totp(Secret::try_from_base32(key).ok()?, email)?.to_url().ok()?;
    Some(Setup { sealed, key: key.to_owned(), url })
}

/// The second factor of an account, if it has one.
///
/// # Errors
/// A store error.
pub async fn of(desk: &Desk, id: &StaffId) -> Result<Option<Factor>> {
    Ok(desk.store.factor(id).await?)
}

/// Allows the set-up to someone who knows the account's password, where there is no second factor
/// yet: removing the existing one takes the password too. An unattended browser is not enough to
/// register another phone.
///
/// # Errors
/// [`DeskError::Invalid`], [`DeskError::TooMany`], [`DeskError::Forbidden`].
pub async fn allow_setup(desk: &Desk, caller: &Actor, password: &str) -> Result<()> {
    require_none(desk, caller).await?;
    own::check_password(desk, caller, "password", password).await.map(drop)
}

async fn require_none(desk: &Desk, caller: &Actor) -> Result<()> {
    if desk.store.factor(&caller.staff.id).await?.is_some() {
        Err(DeskError::Forbidden)
    } else {
        Ok(())
    }
}

/// Makes a new secret. Nothing is stored yet.
#[must_use]
pub fn begin_setup(desk: &Desk, staff: &Staff) -> Option<Setup> {
    let key = Secret::from(desk.ambient.bytes::<20>()).to_base32();
    let sealed = desk.seal_with_expiry(UNCONFIRMED, &format!("{} {key}", staff.id))?;
    setup(sealed, &key, &staff.email)
}

/// The set-up that the form's sealed secret belongs to. `None` when it expired or is of another
/// account.
#[must_use]
pub fn resume_setup(desk: &Desk, staff: &Staff, sealed: &str) -> Option<Setup> {
    let opened = desk.open_unexpired(UNCONFIRMED, sealed)?;
    let (id, key) = opened.split_once(' ')?;
    if id == staff.id.0 { setup(sealed.to_owned(), key, &staff.email) } else { None }
}

/// Stores the second factor when a code proves that the phone has the secret. Returns the recovery
/// codes, which are shown once.
///
/// # Errors
/// [`DeskError::Invalid`] when the code is wrong or the set-up expired; [`DeskError::Forbidden`]
/// when there is a second factor already.
pub async fn confirm_setup(
    desk: &Desk,
    caller: &Actor,
    sealed: &str,
    code: &str,
) -> Result<Vec<String>> {
    require_none(desk, caller).await?;
    let (staff, now) = (&caller.staff, desk.now());
    let setup = resume_setup(desk, staff, sealed)
        .ok_or_else(|| DeskError::field("code", FieldProblem::TooLate))?;
    let step = step(&setup.key, &staff.email, code, now)
        .ok_or_else(|| DeskError::field("code", FieldProblem::BadCode))?;
    let codes: Vec<String> =
        (0..CODES).map(|_| recovery_code(&desk.ambient.bytes::<16>())).collect();
    let hashes: Vec<Vec<u8>> = codes.iter().map(|code| code_hash(&staff.id, code)).collect();
    let secret =
        desk.secrets.seal(STORED, &setup.key, &desk.ambient).ok_or(DeskError::SealingFailed)?;
    let log = [desk.row(caller, Action::FactorChanged, About::detail("own set-up"))];
    match desk.store.set_factor(&staff.id, &secret, step, now, &hashes, &log).await {
        // A concurrent request set one up.
        Err(StoreError::Taken(_)) => Err(DeskError::Forbidden),
        stored => Ok(stored.map(|()| codes)?),
    }
}

/// Removes the caller's second factor. Takes the password.
///
/// # Errors
/// [`DeskError::Invalid`], [`DeskError::TooMany`].
pub async fn remove(desk: &Desk, caller: &Actor, password: &str) -> Result<()> {
    own::check_password(desk, caller, "password", password).await?;
    let log = [desk.row(caller, Action::FactorChanged, About::detail("own removed"))];
    desk.store.remove_factor(&caller.staff.id, None, &log).await?;
    Ok(())
}

/// Checks a code of the app, or a recovery code. Wrong ones count as wrong passwords do.
///
/// # Errors
/// [`DeskError::Invalid`] when it does not fit or was used before; [`DeskError::TooMany`].
pub async fn check_code(desk: &Desk, client: &Client, staff: &Staff, code: &str) -> Result<Method> {
    let wait = lockout::count_attempt(desk, &staff.email, client).await?;
    // An administrator reset it a moment ago: the password, which was right, is enough.
    let Some(factor) = desk.store.factor(&staff.id).await? else { return Ok(Method::Password) };
    let code: String = code
        .chars()
        .filter(|c| c.is_ascii_alphanumeric())
        .map(|c| c.to_ascii_lowercase())
        .take(32)
        .collect();
    let key = desk.secrets.open(STORED, &factor.secret).unwrap_or_default();
    let method = match step(&key, &staff.email, &code, desk.now()) {
        Some(step) => desk.store.take_step(&staff.id, step).await?.then_some(Method::Code),
        None => {
            let hash = code_hash(&staff.id, &code);
            let taken = desk.store.take_recovery_code(&staff.id, &hash).await?;
            taken.then_some(Method::RecoveryCode)
        }
    };
    if let Some(method) = method {
        return Ok(method);
    }
    sign_in::log_refusal(desk, client, Some(staff), "code", wait).await?;
    Err(DeskError::field("code", FieldProblem::BadCode))
}

/// The time step of a code: the current one, or the one before or after it.
fn step(key: &str, email: &str, code: &str, now: i64) -> Option<i64> {
    let totp = totp(Secret::try_from_base32(key).ok()?, email)?;
    let code: String = code.chars().filter(|c| !c.is_whitespace()).collect();
    if code.len() != 6 {
        return None;
    }
    totp.check(&code, u64::try_from(now / 1000).ok()?).and_then(|step| i64::try_from(step).ok())
}

/// 80 bits in four groups.
fn recovery_code(random: &[u8; 16]) -> String {
    let letters: Vec<char> =
        random.iter().map(|byte| char::from(ALPHABET[usize::from(byte % 32)])).collect();
    letters.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join("-")
}

fn code_hash(id: &StaffId, code: &str) -> Vec<u8> {
    sha256(&format!("recovery {id} {}", code.replace('-', "")))
}
