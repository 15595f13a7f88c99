//! Accounts and signed-in browsers.

use super::Result;
use crate::model::ids::{SiteId, StaffId};
use crate::model::role::Roles;
use crate::model::site::{Site, SiteName};
use async_trait::async_trait;

/// A staff account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Staff {
    /// Ours.
    pub id: StaffId,
    /// Lower case; the name to sign in with.
    pub email: String,
    /// The name on records.
    pub name: String,
    /// The password's hash in PHC string format.
    pub password_hash: String,
    /// When it was made, in milliseconds (UTC).
    pub created_at: i64,
    /// When it was switched off, if it is.
    pub disabled_at: Option<i64>,
}

/// A signed-in browser. Only the hash of its token is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// SHA-256 of the cookie's token.
    pub token_hash: Vec<u8>,
    /// Whose it is.
    pub staff_id: StaffId,
    /// The site that the browser works at.
    pub site: SiteId,
    /// When it was made, in milliseconds (UTC).
    pub created_at: i64,
    /// When it was last used, in milliseconds (UTC).
    pub seen_at: i64,
}

/// Who is signed in, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedIn {
    /// The browser.
    pub session: Session,
    /// The account.
    pub staff: Staff,
    /// The site that the browser works at.
    pub site: Site,
    /// What the account is at that site. Never empty.
    pub roles: Roles,
    /// The other sites where the account has a role, by name.
    pub others: Vec<SiteName>,
}

/// Accounts and signed-in browsers.
#[async_trait]
pub trait Accounts: Send + Sync {
    /// Adds an account. [`super::StoreError::Taken`] when the e-mail is in use, in whatever case.
    async fn add_staff(&self, staff: &Staff) -> Result<()>;
    /// The account with this e-mail, whatever its case.
    async fn staff_by_email(&self, email: &str) -> Result<Option<Staff>>;
    /// All accounts by e-mail.
    async fn all_staff(&self) -> Result<Vec<Staff>>;
    /// Sets a new password hash and ends all sessions of the account. [`super::StoreError::NotFound`] when there is none.
    async fn set_password(&self, id: &StaffId, password_hash: &str) -> Result<()>;
    /// Switches an account off and ends all its sessions. [`super::StoreError::NotFound`] when there is none. Once more changes
    /// nothing: the first time stays.
    async fn disable_staff(&self, id: &StaffId, at: i64) -> Result<()>;

    /// Remembers a signed-in browser. [`super::StoreError::NotFound`] when there is no such account or site.
    async fn add_session(&self, session: &Session) -> Result<()>;
    /// The session with this token hash, its account and site, unless the account is switched off or has no role at that
    /// site any more.
    async fn session(&self, token_hash: &[u8]) -> Result<Option<SignedIn>>;
    /// Moves a session to another site. [`super::StoreError::NotFound`] when its account has no role there.
    async fn switch_site(&self, token_hash: &[u8], site: &SiteId) -> Result<()>;
    /// Notes that a session was used. Never goes back in time; nothing happens when the session is gone.
    async fn touch_session(&self, token_hash: &[u8], at: i64) -> Result<()>;
    /// Forgets a session. Nothing happens when it is gone already.
    async fn end_session(&self, token_hash: &[u8]) -> Result<()>;
    /// Forgets the sessions made before `created_before` or last used before `seen_before`; how many there were.
    async fn end_old_sessions(&self, created_before: i64, seen_before: i64) -> Result<u64>;
}
