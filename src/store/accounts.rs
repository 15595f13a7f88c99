//! Accounts and signed-in browsers.

use super::{Record, Reseal, Result};
use crate::model::client::Client;
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
    /// From where it was made.
    pub client: Client,
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

/// How many wrong tries are free, and how long the next ones have to wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// So many wrong tries cost no wait.
    pub free: u32,
    /// The wait after each further one, in milliseconds; the last stands for all that follow.
    pub waits_ms: &'static [i64],
    /// Wrong tries are forgotten so long after the last one, in milliseconds.
    pub forget_ms: i64,
}

impl Limit {
    /// How long the next try has to wait after so many wrong ones, in milliseconds.
    #[must_use]
    pub fn wait_ms(&self, wrong: i64) -> i64 {
        let over = wrong - i64::from(self.free);
        let index = usize::try_from(over - 1).ok();
        index
            .and_then(|index| self.waits_ms.get(index.min(self.waits_ms.len().saturating_sub(1))))
            .copied()
            .unwrap_or(0)
    }
}

/// Something that tries are counted by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counted {
    /// The hash of what is tried, or of where from.
    pub subject: Vec<u8>,
    /// How many tries it has.
    pub limit: Limit,
}

/// What [`Accounts::count_try`] answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Try {
    /// It may be made, and is counted as wrong until it is forgiven.
    Counted {
        /// When the next one may be made, if that has to wait now; in milliseconds (UTC).
        next_at: Option<i64>,
    },
    /// It may not be made, and is not counted.
    Barred {
        /// Until when, in milliseconds (UTC).
        until: i64,
    },
}

/// A second factor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Factor {
    /// Its secret, sealed.
    pub secret: String,
    /// When it was set up, in milliseconds (UTC).
    pub created_at: i64,
    /// How many recovery codes are left.
    pub codes_left: u32,
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
    /// Sets a new password hash and ends all sessions of the account.
    /// [`super::StoreError::NotFound`] when there is none.
    async fn set_password(&self, id: &StaffId, password_hash: &str) -> Result<()>;
    /// Switches an account off and ends all its sessions. [`super::StoreError::NotFound`] when
    /// there is none. Once more changes nothing: the first time stays.
    async fn disable_staff(&self, id: &StaffId, at: i64) -> Result<()>;

    /// Switches an account on again. [`super::StoreError::NotFound`] when there is none.
    async fn enable_staff(&self, id: &StaffId) -> Result<()>;
    /// Sets the name on records. [`super::StoreError::NotFound`] when there is none.
    async fn rename_staff(&self, id: &StaffId, name: &str) -> Result<()>;

    /// Counts a try as wrong before it is made, so that tries at the same time do not slip past
    /// each other. Refuses it, and counts nothing, while any of the subjects has to wait. Tries
    /// that no limit here remembers any more are swept out.
    async fn count_try(&self, counted: &[Counted], at: i64) -> Result<Try>;
    /// Takes back that the last try was wrong. Nothing happens when there was none.
    async fn uncount_try(&self, subject: &[u8]) -> Result<()>;
    /// Forgets all tries of a subject, and its wait.
    async fn forget_tries(&self, subject: &[u8]) -> Result<()>;
    /// Until when a subject has to wait (milliseconds, UTC), if it has to at that moment.
    async fn barred_until(&self, subject: &[u8], at: i64) -> Result<Option<i64>>;

    /// Remembers a link with which the account's password is chosen, in the place of any other.
    /// With `reset` the password it had stops working at once and all its sessions end.
    /// [`super::StoreError::NotFound`] when there is no such account.
    async fn add_password_link(
        &self,
        id: &StaffId,
        token_hash: &[u8],
        expires_at: i64,
        reset: bool,
    ) -> Result<()>;
    /// The account that a link is for, if it is good at that moment and the account is not switched
    /// off.
    async fn password_link(&self, token_hash: &[u8], at: i64) -> Result<Option<Staff>>;
    /// Sets a password by a link, uses the link up and ends all sessions. `None` when the link is
    /// not good any more.
    async fn use_password_link(
        &self,
        token_hash: &[u8],
        at: i64,
        password_hash: &str,
    ) -> Result<Option<Staff>>;

    /// Sets a second factor up, in the place of any other, with the hashes of its recovery codes.
    /// [`super::StoreError::NotFound`] when there is no such account.
    async fn set_factor(
        &self,
        id: &StaffId,
        secret: &str,
        step: i64,
        at: i64,
        code_hashes: &[Vec<u8>],
    ) -> Result<()>;
    /// An account's second factor.
    async fn factor(&self, id: &StaffId) -> Result<Option<Factor>>;
    /// Takes a code's time step. `false`, and nothing is changed, when it or a later one was taken
    /// before.
    async fn take_step(&self, id: &StaffId, step: i64) -> Result<bool>;
    /// Uses a recovery code up. `false` when there is no such one (any more).
    async fn take_recovery_code(&self, id: &StaffId, code_hash: &[u8]) -> Result<bool>;
    /// Removes an account's second factor and its recovery codes; whether there was one.
    async fn remove_factor(&self, id: &StaffId) -> Result<bool>;

    /// Gives the sealed secret of every second factor to `again`, and keeps what that gives back in
    /// its place. All or none.
    async fn reseal_factors(&self, again: Reseal<'_>) -> Result<()>;

    /// Whose account this is at a provider.
    async fn staff_by_identity(&self, issuer: &str, subject: &str) -> Result<Option<Staff>>;
    /// Remembers who an account is at a provider, and what the audit log says of it.
    /// [`super::StoreError::Taken`] when that is another account already, or this account is
    /// somebody else there: then nothing is written down either.
    async fn add_identity(
        &self,
        issuer: &str,
        subject: &str,
        id: &StaffId,
        log: &[Record],
    ) -> Result<()>;

    /// Remembers a signed-in browser. [`super::StoreError::NotFound`] when there is no such account
    /// or site.
    async fn add_session(&self, session: &Session) -> Result<()>;
    /// The session with this token hash, its account and site, unless the account is switched off
    /// or has no role at that site any more.
    async fn session(&self, token_hash: &[u8]) -> Result<Option<SignedIn>>;
    /// Moves a session to another site. [`super::StoreError::NotFound`] when its account has no
    /// role there.
    async fn switch_site(&self, token_hash: &[u8], site: &SiteId) -> Result<()>;
    /// Notes that a session was used. Never goes back in time; nothing happens when the session is
    /// gone.
    async fn touch_session(&self, token_hash: &[u8], at: i64) -> Result<()>;
    /// The sessions of an account, the last used first.
    async fn sessions_of(&self, id: &StaffId) -> Result<Vec<Session>>;
    /// Forgets all sessions of an account but the one with this token hash; how many there were.
    async fn end_other_sessions(&self, id: &StaffId, keep: &[u8]) -> Result<u64>;
    /// Sets a new password hash and ends all sessions of the account but one.
    /// [`super::StoreError::NotFound`] when there is no such account.
    async fn change_password(&self, id: &StaffId, password_hash: &str, keep: &[u8]) -> Result<()>;
    /// Forgets a session. Nothing happens when it is gone already.
    async fn end_session(&self, token_hash: &[u8]) -> Result<()>;
    /// Forgets the sessions made before `created_before` or last used before `seen_before`; how
    /// many there were.
    async fn end_old_sessions(&self, created_before: i64, seen_before: i64) -> Result<u64>;
}
