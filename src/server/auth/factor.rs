//! The second factor: time-based codes (TOTP, RFC 6238) and recovery codes.

use super::{own, sign_in, throttle};
use crate::desk::Actor;
use crate::desk::audit::About;
use crate::error::{AppError, FieldProblem};
use crate::model::audit::Action;
use crate::model::client::Client;
use crate::model::ids::StaffId;
use crate::secrets::sha256;
use crate::store::Staff;
use crate::web::state::AppState;
use crate::web::ticket;
use axum::http::HeaderMap;
use totp_rs::{Builder, Secret, Totp};

/// What stored secrets are sealed for.
const SEALED: &str = crate::desk::FACTOR;
/// What a secret is sealed for while it is not confirmed.
const UNCONFIRMED: &str = "totp-setup";
/// How many recovery codes there are.
const CODES: usize = 10;
/// What recovery codes are written in: no letters that read like digits.
const ALPHABET: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";

/// A second factor that is being set up.
pub struct Setup {
    /// Goes through the form, sealed, and is stored only when a code fits.
    pub sealed: String,
    /// For typing it in.
    pub key: String,
    /// For the QR code.
    pub address: String,
}

fn totp(secret: Secret, email: &str) -> Option<Totp> {
    // A colon ends the account's name in that address.
    Builder::new()
        .with_secret(secret)
        .with_account_name(email.replace(':', ""))
        .with_issuer(Some("Empego Desk"))
        .build()
        .ok()
}

fn shown(sealed: String, key: &str, email: &str) -> Option<Setup> {
    let address = totp(Secret::try_from_base32(key).ok()?, email)?.to_url().ok()?;
    Some(Setup { sealed, key: key.to_owned(), address })
}

/// Lets pass who knows the account's password and has no second factor: one that is there is
/// removed first, which takes the password too. A browser that was left open is not enough to put
/// another phone in its place.
///
/// # Errors
/// [`AppError::Invalid`], [`AppError::TooMany`], [`AppError::Forbidden`].
pub async fn allow_set_up(state: &AppState, who: &Actor, password: &str) -> Result<(), AppError> {
    has_none(state, who).await?;
    own::confirm(state, who, "password", password).await
}

async fn has_none(state: &AppState, who: &Actor) -> Result<(), AppError> {
    let factor =
        state.desk.store.factor(&who.staff.id).await.map_err(|error| state.explain_store(error))?;
    if factor.is_some() { Err(AppError::Forbidden) } else { Ok(()) }
}

/// Begins to set one up. Nothing is stored yet.
#[must_use]
pub fn begin(state: &AppState, staff: &Staff) -> Option<Setup> {
    let key = Secret::from(state.desk.ambient.bytes::<20>()).to_base32();
    let sealed = ticket::seal(state, UNCONFIRMED, &format!("{} {key}", staff.id))?;
    shown(sealed, &key, &staff.email)
}

/// The same one again, from the form.
#[must_use]
pub fn again(state: &AppState, staff: &Staff, sealed: &str) -> Option<Setup> {
    let opened = ticket::unseal(state, UNCONFIRMED, sealed)?;
    let (id, key) = opened.split_once(' ')?;
    if id == staff.id.0 { shown(sealed.to_owned(), key, &staff.email) } else { None }
}

/// Stores it, now that a code shows that the phone has it. The recovery codes, to be shown once.
///
/// # Errors
/// [`AppError::Invalid`] when the code does not fit, or it took too long; [`AppError::Forbidden`]
/// when there is one already.
pub async fn confirm(
    state: &AppState,
    who: &Actor,
    sealed: &str,
    code: &str,
) -> Result<Vec<String>, AppError> {
    has_none(state, who).await?;
    let (staff, now) = (&who.staff, state.desk.now());
    let setup = again(state, staff, sealed)
        .ok_or_else(|| AppError::field("code", FieldProblem::TooLate))?;
    let step = step(&setup.key, &staff.email, code, now)
        .ok_or_else(|| AppError::field("code", FieldProblem::BadCode))?;
    let codes: Vec<String> =
        (0..CODES).map(|_| recovery_code(&state.desk.ambient.bytes::<16>())).collect();
    let hashes: Vec<Vec<u8>> = codes.iter().map(|code| code_hash(&staff.id, code)).collect();
    let missing = || AppError::Internal { reference: "seal".to_owned() };
    let secret =
        state.desk.secrets.seal(SEALED, &setup.key, &state.desk.ambient).ok_or_else(missing)?;
    state
        .desk
        .log(who, Action::FactorChanged, About::words("own set-up"))
        .await
        .map_err(|error| state.explain(error))?;
    state
        .desk
        .store
        .set_factor(&staff.id, &secret, step, now, &hashes)
        .await
        .map_err(|error| state.explain_store(error))?;
    Ok(codes)
}

/// Removes the own one. Takes the password.
///
/// # Errors
/// [`AppError::Invalid`], [`AppError::TooMany`].
pub async fn remove(state: &AppState, who: &Actor, password: &str) -> Result<(), AppError> {
    own::confirm(state, who, "password", password).await?;
    state
        .desk
        .log(who, Action::FactorChanged, About::words("own removed"))
        .await
        .map_err(|error| state.explain(error))?;
    state
        .desk
        .store
        .remove_factor(&who.staff.id)
        .await
        .map_err(|error| state.explain_store(error))?;
    Ok(())
}

/// The words of the ticket between password and code. A password that is changed meanwhile makes it
/// void.
#[must_use]
pub fn ticket_words(staff: &Staff) -> String {
    let mark =
        sha256(&staff.password_hash).iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    format!("{} {mark} {}", staff.id, staff.email)
}

/// The account that the request's ticket is for.
///
/// # Errors
/// [`AppError::Invalid`] when there is none, or its time is over.
pub async fn awaited(state: &AppState, headers: &HeaderMap) -> Result<Staff, AppError> {
    let late = || AppError::field("code", FieldProblem::TooLate);
    let words = ticket::open(state, ticket::Kind::SecondStep, headers).ok_or_else(late)?;
    let email = words.splitn(3, ' ').nth(2).ok_or_else(late)?;
    let staff =
        state.desk.store.staff_by_email(email).await.map_err(|error| state.explain_store(error))?;
    staff
        .filter(|staff| staff.disabled_at.is_none() && ticket_words(staff) == words)
        .ok_or_else(late)
}

/// Checks a code, of the app or a recovery one. Wrong ones count as wrong passwords do.
///
/// # Errors
/// [`AppError::Invalid`] when it does not fit or was used before, [`AppError::TooMany`].
pub async fn check(
    state: &AppState,
    client: &Client,
    staff: &Staff,
    code: &str,
) -> Result<&'static str, AppError> {
    let wait = throttle::count(state, &staff.email, client).await?;
    let factor =
        state.desk.store.factor(&staff.id).await.map_err(|error| state.explain_store(error))?;
    // It was reset a moment ago: the password, which fits, is enough.
    let Some(factor) = factor else { return Ok("password") };
    let code: String = code
        .chars()
        .filter(|c| c.is_ascii_alphanumeric())
        .map(|c| c.to_ascii_lowercase())
        .take(32)
        .collect();
    let key = state.desk.secrets.open(SEALED, &factor.secret).unwrap_or_default();
    let taken = match step(&key, &staff.email, &code, state.desk.now()) {
        Some(step) => {
            state.desk.store.take_step(&staff.id, step).await.map(|taken| taken.then_some("code"))
        }
        None => state
            .desk
            .store
            .take_recovery_code(&staff.id, &code_hash(&staff.id, &code))
            .await
            .map(|taken| taken.then_some("recovery-code")),
    };
    if let Some(how) = taken.map_err(|error| state.explain_store(error))? {
        return Ok(how);
    }
    sign_in::refused(state, client, Some(staff), "code", wait).await?;
    Err(AppError::field("code", FieldProblem::BadCode))
}

/// The time step that a code is of, if it is one from just now, a step early or late.
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
