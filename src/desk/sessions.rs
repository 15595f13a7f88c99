//! Where one is signed in, and how to end it.

use super::audit::About;
use super::{Actor, Desk, DeskError, Result};
use crate::model::audit::Action;
use crate::model::ids::SiteId;
use crate::store::Session;

/// How many characters of the hash stand for a session on a page.
const FINGERPRINT: usize = 32;

/// What stands for a session on a page: it opens nothing.
#[must_use]
pub fn fingerprint(session: &Session) -> String {
    session
        .token_hash
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect::<String>()
        .chars()
        .take(FINGERPRINT)
        .collect()
}

/// The own sessions that are still good, the last used first.
///
/// # Errors
/// A failing store.
pub async fn own(
    desk: &Desk,
    who: &Actor,
    good: impl Fn(&Session) -> bool,
) -> Result<Vec<Session>> {
    Ok(desk
        .store
        .sessions_of(&who.staff.id)
        .await?
        .into_iter()
        .filter(|session| good(session))
        .collect())
}

/// What stands for all of the own sessions but the one that asks.
pub const OTHERS: &str = "others";

/// Ends one of the own sessions, or all but the one that asks. Whether that one ended.
///
/// # Errors
/// [`DeskError::NotFound`] for what is none of them.
pub async fn end(desk: &Desk, who: &Actor, wanted: &str) -> Result<bool> {
    let this = &who.session.token_hash;
    if wanted == OTHERS {
        desk.log(who, Action::SessionsEnded, About::words("own=others")).await?;
        desk.store.end_other_sessions(&who.staff.id, this).await?;
        return Ok(false);
    }
    let sessions = desk.store.sessions_of(&who.staff.id).await?;
    let session = sessions
        .iter()
        .find(|session| fingerprint(session) == wanted)
        .ok_or(DeskError::NotFound)?;
    desk.log(who, Action::SessionsEnded, About::words("own=1")).await?;
    desk.store.end_session(&session.token_hash).await?;
    Ok(session.token_hash == *this)
}

/// Goes on with the same session at another site.
///
/// # Errors
/// [`DeskError::NotFound`] where the account has no role, or a failing store.
pub async fn switch_site(desk: &Desk, who: &Actor, site: &SiteId) -> Result<()> {
    if !desk.store.sites_of(&who.staff.id).await?.iter().any(|(other, _)| other.id == *site) {
        return Err(DeskError::NotFound);
    }
    desk.log(who, Action::SiteSwitched, About::words(format!("to={site}"))).await?;
    Ok(desk.store.switch_site(&who.session.token_hash, site).await?)
}
