//! Sessions: started, listed, moved to another site, ended.

use super::audit::About;
use super::{Actor, Desk, DeskError, Result, lockout};
use crate::model::audit::Action;
use crate::model::client::Client;
use crate::model::ids::SiteId;
use crate::secrets::{random_token, sha256};
use crate::store::{self, AttemptReset, Record, Session, Staff};

/// The idle timeout, in milliseconds: 4 hours.
pub const IDLE_MS: i64 = 4 * 3_600_000;
/// The longest life of a session, in milliseconds: 16 hours, longer than a shift.
pub const ABSOLUTE_MS: i64 = 16 * 3_600_000;

/// How far ahead of the clock a session may be, in milliseconds: 4 hours, so that a clock that is
/// corrected ends no session.
const MAX_AHEAD_MS: i64 = IDLE_MS;

/// The length of a fingerprint, in characters.
const FINGERPRINT: usize = 32;

/// Whether a session has neither timed out nor reached the end of its life. One from later than now
/// was made or used while the clock was ahead, and would live for as long as that.
#[must_use]
pub fn is_valid(session: &Session, now: i64) -> bool {
    let within = |since: i64, life| (-MAX_AHEAD_MS..life).contains(&now.saturating_sub(since));
    within(session.created_at, ABSOLUTE_MS) && within(session.seen_at, IDLE_MS)
}

/// Makes the clients of all valid sessions known to the queue of passwords, so that a flood right
/// after a restart does not refuse staff at their usual place.
///
/// # Errors
/// A store error.
pub async fn remember_clients(desk: &Desk) -> Result<()> {
    let now = desk.now();
    let mut clients = Vec::new();
    for staff in desk.store.all_staff().await? {
        let sessions = desk.store.sessions_of(&staff.id).await?;
        let valid = sessions.into_iter().filter(|session| is_valid(session, now));
        clients.extend(
            valid.map(|session| (session.seen_at, lockout::queued(&staff.email, &session.client))),
        );
    }
    clients.sort_by_key(|(seen_at, _)| *seen_at);
    for (_, client) in clients {
        desk.passwords.remember(client);
    }
    Ok(())
}

/// The browser that signs in.
#[derive(Clone, Copy, Debug)]
pub struct Browser<'a> {
    pub client: &'a Client,
    /// The token of the session that it has, if any. That one ends when the new one starts: its
    /// cookie is replaced, so the user could not end it any more.
    pub token: Option<&'a str>,
}

/// Starts a session at a site where the account has a role. `checked` is the password hash that the
/// sign-in was checked against. Returns the session's token.
///
/// # Errors
/// [`StoreError::Outdated`] when the account was disabled or got another password since.
pub(super) async fn begin(
    desk: &Desk,
    staff: &Staff,
    site: &SiteId,
    browser: Browser<'_>,
    checked: Option<&str>,
    reset: &AttemptReset,
    signed_in: Record,
) -> store::Result<String> {
    let token = random_token(&desk.ambient);
    let now = desk.now();
    desk.store.end_old_sessions(now - ABSOLUTE_MS, now - IDLE_MS).await?;
    let session = Session {
        token_hash: sha256(&token),
        staff_id: staff.id.clone(),
        site: site.clone(),
        created_at: now,
        seen_at: now,
        client: browser.client.clone(),
    };
    let old = match browser.token {
        Some(token) => desk.store.session(&sha256(token)).await?,
        None => None,
    };
    match old {
        Some(old) => {
            let about = About::detail("replaced");
            let signed_out = Record {
                site: Some(old.site.id.clone()),
                staff: Some(old.staff.id.clone()),
                name: old.staff.name.clone(),
                roles: old.roles.clone(),
                ..desk.row_without_account("", browser.client, Action::SignedOut, about)
            };
            let log = [signed_out, signed_in];
            let token_hash = &old.session.token_hash;
            desk.store.replace_session(token_hash, &session, checked, reset, &log).await?;
        }
        None => desk.store.add_session(&session, checked, reset, &[signed_in]).await?,
    }
    Ok(token)
}

/// Ends the session with this token, if there is one. `caller` is `None` without a session. Signing
/// out twice is the same as once.
///
/// # Errors
/// A store error.
pub async fn sign_out(desk: &Desk, caller: Option<&Actor>, token: Option<&str>) -> Result<()> {
    // A signed-in caller has a token.
    let Some(token) = token else { return Ok(()) };
    let log: Vec<Record> = caller
        .map(|caller| desk.row(caller, Action::SignedOut, About::default()))
        .into_iter()
        .collect();
    Ok(desk.store.end_session(&sha256(token), &log).await?)
}

/// Names a session on a page. It gives no access.
#[must_use]
pub fn fingerprint(session: &Session) -> String {
    hex::encode(&session.token_hash).chars().take(FINGERPRINT).collect()
}

/// The caller's valid sessions, the last used first.
///
/// # Errors
/// A store error.
pub async fn own(desk: &Desk, caller: &Actor) -> Result<Vec<Session>> {
    let (sessions, now) = (desk.store.sessions_of(&caller.staff.id).await?, desk.now());
    Ok(sessions.into_iter().filter(|session| is_valid(session, now)).collect())
}

/// Stands for all of the caller's sessions but the one of the request.
pub const OTHERS: &str = "others";

/// Ends the caller's session with this fingerprint, or [`OTHERS`]. Whether the session of the
/// request ended.
///
/// # Errors
/// [`DeskError::NotFound`] when there is no such session.
pub async fn end(desk: &Desk, caller: &Actor, wanted: &str) -> Result<bool> {
    let this = &caller.session.token_hash;
    if wanted == OTHERS {
        let log = [desk.row(caller, Action::SessionsEnded, About::detail("own=others"))];
        desk.store.end_other_sessions(&caller.staff.id, this, &log).await?;
        return Ok(false);
    }
    let sessions = desk.store.sessions_of(&caller.staff.id).await?;
    let session = sessions
        .iter()
        .find(|session| fingerprint(session) == wanted)
        .ok_or(DeskError::NotFound)?;
    let log = [desk.row(caller, Action::SessionsEnded, About::detail("own=1"))];
    desk.store.end_session(&session.token_hash, &log).await?;
    Ok(session.token_hash == *this)
}

/// Moves the caller's session to another site. The current one changes nothing.
///
/// # Errors
/// [`DeskError::NotFound`] where the account has no role; a store error.
pub async fn switch_site(desk: &Desk, caller: &Actor, site: &SiteId) -> Result<()> {
    if *site == caller.site.id {
        return Ok(());
    }
    let log = [desk.row(caller, Action::SiteSwitched, About::detail(format!("to={site}")))];
    Ok(desk.store.switch_site(&caller.session.token_hash, site, &log).await?)
}
