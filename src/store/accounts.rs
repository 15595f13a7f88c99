//! Accounts and sessions.

use super::{Record, Reseal, Result};
use crate::model::client::Client;
use crate::model::ids::{SiteId, StaffId};
use crate::model::role::Roles;
use crate::model::site::{Site, SiteName};
use async_trait::async_trait;

/// A staff account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Staff {
    pub id: StaffId,
    /// Lower case.
    pub email: String,
    /// The name in histories and in the audit log.
    pub name: String,
    /// The password's hash in PHC string format.
    pub password_hash: String,
    /// Milliseconds (UTC).
    pub created_at: i64,
    /// Milliseconds (UTC); `None` for an active account.
    pub disabled_at: Option<i64>,
}

/// A session. Only the hash of its token is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// SHA-256 of the cookie's token.
    pub token_hash: Vec<u8>,
    pub staff_id: StaffId,
    /// The current site.
    pub site: SiteId,
    /// Milliseconds (UTC).
    pub created_at: i64,
    /// When it was last used, in milliseconds (UTC).
    pub seen_at: i64,
    /// The client that signed in.
    pub client: Client,
}

/// A signed-in account and its current site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedIn {
    pub session: Session,
    pub staff: Staff,
    /// The current site.
    pub site: Site,
    /// The account's roles at the site. Never empty.
    pub roles: Roles,
    /// The other sites where the account has a role, by name.
    pub others: Vec<SiteName>,
}

/// The lockout rule for wrong tries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// The number of wrong tries without a wait.
    pub free: u32,
    /// The wait after each further one, in milliseconds; the last repeats.
    pub waits_ms: &'static [i64],
    /// The time after the last wrong try when all are forgotten, in milliseconds.
    pub forget_ms: i64,
}

impl Limit {
    /// The wait after `wrong` wrong tries, in milliseconds.
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

/// A subject that tries are counted by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counted {
    /// The hash of the account's e-mail or of the client's address.
    pub subject: Vec<u8>,
    pub limit: Limit,
}

/// What [`Accounts::count_try`] answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Try {
    /// Allowed, and counted as wrong until [`Accounts::uncount_try`].
    Counted {
        /// The end of the wait before the next one, if there is a wait; in milliseconds (UTC).
        next_at: Option<i64>,
    },
    /// Refused, and not counted.
    Barred {
        /// The end of the lockout, in milliseconds (UTC).
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
    /// The number of unused recovery codes.
    pub codes_left: u32,
}

/// Accounts and sessions.
#[async_trait]
pub trait Accounts: Send + Sync {
    /// Adds an account. [`super::StoreError::Taken`] when the e-mail is in use, in any case.
    async fn add_staff(&self, staff: &Staff) -> Result<()>;
    /// The account with this e-mail, in any case.
    async fn staff_by_email(&self, email: &str) -> Result<Option<Staff>>;
    /// All accounts by e-mail.
    async fn all_staff(&self) -> Result<Vec<Staff>>;
    /// Sets a new password hash and ends all sessions of the account.
    /// [`super::StoreError::NotFound`] when there is none.
    async fn set_password(&self, id: &StaffId, password_hash: &str) -> Result<()>;
    /// Disables an account and ends all its sessions. [`super::StoreError::NotFound`] when there is
    /// none. A second call changes nothing: the first time is kept.
    async fn disable_staff(&self, id: &StaffId, at: i64) -> Result<()>;

    /// Enables an account again. [`super::StoreError::NotFound`] when there is none.
    async fn enable_staff(&self, id: &StaffId) -> Result<()>;
    /// Sets the name. [`super::StoreError::NotFound`] when there is none.
    async fn rename_staff(&self, id: &StaffId, name: &str) -> Result<()>;

    /// Counts a try as wrong before it is made, so that concurrent tries cannot exceed the limit.
    /// Refuses it, and counts nothing, while any of the subjects is locked out. Deletes tries that
    /// every limit has forgotten.
    async fn count_try(&self, counted: &[Counted], at: i64) -> Result<Try>;
    /// Takes back the last try and its wait. Without a try nothing happens.
    async fn uncount_try(&self, subject: &[u8]) -> Result<()>;
    /// Deletes all tries of a subject, and its lockout.
    async fn forget_tries(&self, subject: &[u8]) -> Result<()>;
    /// The end of a subject's lockout (milliseconds, UTC), if it is locked out at `at`.
    async fn barred_until(&self, subject: &[u8], at: i64) -> Result<Option<i64>>;

    /// Adds or replaces the account's password link. With `reset` the current password stops
    /// working at once and all sessions end.
    /// [`super::StoreError::NotFound`] when there is no such account.
    async fn add_password_link(
        &self,
        id: &StaffId,
        token_hash: &[u8],
        expires_at: i64,
        reset: bool,
    ) -> Result<()>;
    /// The account of a password link, if the link is valid at `at` and the account is enabled.
    async fn password_link(&self, token_hash: &[u8], at: i64) -> Result<Option<Staff>>;
    /// Sets a password by a link, deletes the link and ends all sessions. `None` when the link is
    /// not valid.
    async fn use_password_link(
        &self,
        token_hash: &[u8],
        at: i64,
        password_hash: &str,
    ) -> Result<Option<Staff>>;

    /// Adds or replaces a second factor with the hashes of its recovery codes.
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
    /// Marks the time step of a code as used. `false`, and nothing is changed, when it or a later
    /// one was used before.
    async fn take_step(&self, id: &StaffId, step: i64) -> Result<bool>;
    /// Deletes a recovery code. `false` when there is no such code.
    async fn take_recovery_code(&self, id: &StaffId, code_hash: &[u8]) -> Result<bool>;
    /// Removes an account's second factor and its recovery codes. `false` when there was none.
    async fn remove_factor(&self, id: &StaffId) -> Result<bool>;

    /// Replaces the sealed secrets of second factors by what `again` returns for them, all or none.
    async fn reseal_factors(&self, again: Reseal<'_>) -> Result<()>;

    /// The account with this identity at a provider.
    async fn staff_by_identity(&self, issuer: &str, subject: &str) -> Result<Option<Staff>>;
    /// Links an account to its identity at a provider, and appends to the audit log.
    /// [`super::StoreError::Taken`] when another account has the identity, or this account has
    /// another identity there: then nothing is written.
    async fn add_identity(
        &self,
        issuer: &str,
        subject: &str,
        id: &StaffId,
        log: &[Record],
    ) -> Result<()>;

    /// Adds a session. [`super::StoreError::NotFound`] when there is no such account
    /// or site.
    async fn add_session(&self, session: &Session) -> Result<()>;
    /// The session with this token hash, its account and site, unless the account is disabled or
    /// has no role at that site.
    async fn session(&self, token_hash: &[u8]) -> Result<Option<SignedIn>>;
    /// Switches a session to another site. [`super::StoreError::NotFound`] when its account has no
    /// role there.
    async fn switch_site(&self, token_hash: &[u8], site: &SiteId) -> Result<()>;
    /// Records the use of a session. An earlier moment, or a missing session, changes nothing.
    async fn touch_session(&self, token_hash: &[u8], at: i64) -> Result<()>;
    /// The sessions of an account, the last used first.
    async fn sessions_of(&self, id: &StaffId) -> Result<Vec<Session>>;
    /// Ends all sessions of an account but the one with this token hash. Returns how many.
    async fn end_other_sessions(&self, id: &StaffId, keep: &[u8]) -> Result<u64>;
    /// Sets a new password hash and ends all sessions of the account but one.
    /// [`super::StoreError::NotFound`] when there is no such account.
    async fn change_password(&self, id: &StaffId, password_hash: &str, keep: &[u8]) -> Result<()>;
    /// Ends a session. Nothing happens when it has ended.
    async fn end_session(&self, token_hash: &[u8]) -> Result<()>;
    /// Ends the sessions created before `created_before` or last used before `seen_before`. Returns
    /// how many.
    async fn end_old_sessions(&self, created_before: i64, seen_before: i64) -> Result<u64>;
}
