//! Accounts, sessions, second factors, and failed sign-in attempts.

mod attempts;
mod rows;

pub use attempts::{Attempt, AttemptCounter, AttemptReset, LockoutPolicy};
pub(super) use rows::{SessionRow, SignedInRow, StaffRow};

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
    /// Lower case; used to sign in.
    pub email: String,
    /// The name on records.
    pub name: String,
    /// In PHC string format; empty while none is set.
    pub password_hash: String,
    /// In milliseconds (UTC).
    pub created_at: i64,
    /// In milliseconds (UTC); `None` while the account is enabled.
    pub disabled_at: Option<i64>,
    /// The professional licence number, which Empego gets with the details calls.
    pub licence: Option<String>,
}

/// A link with which an account's password is set. Only the hash of its token is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PasswordLink {
    /// SHA-256 of the token.
    pub token_hash: Vec<u8>,
    /// The administrator who made it. It works only while this account administers every site of
    /// the account that it is for.
    pub made_by: StaffId,
    /// In milliseconds (UTC).
    pub expires_at: i64,
}

/// A signed-in browser. Only the hash of its token is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// SHA-256 of the cookie's token.
    pub token_hash: Vec<u8>,
    pub staff_id: StaffId,
    /// The site that the session works at.
    pub site: SiteId,
    /// In milliseconds (UTC).
    pub created_at: i64,
    /// The last use, in milliseconds (UTC).
    pub seen_at: i64,
    /// The client that signed in.
    pub client: Client,
}

/// A session with its account and site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedIn {
    pub session: Session,
    pub staff: Staff,
    /// The site that the session works at.
    pub site: Site,
    /// The account's roles at that site. Never empty.
    pub roles: Roles,
    /// The other sites where the account has a role, by name.
    pub others: Vec<SiteName>,
}

/// A second factor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Factor {
    /// Its secret, sealed.
    pub secret: String,
    /// In milliseconds (UTC).
    pub created_at: i64,
    /// The number of unused recovery codes.
    pub codes_left: u32,
}

/// Accounts, sessions, second factors, and failed sign-in attempts.
///
/// Methods with `log` write these audit rows in the transaction of the change: both are there or
/// neither is.
#[async_trait]
pub trait Accounts: Send + Sync {
    /// Adds an account with its roles and, where given, the link with which its password is set.
    /// [`super::StoreError::Taken`] when the e-mail is in use, in whatever case.
    async fn add_staff(
        &self,
        staff: &Staff,
        roles: &[(SiteId, Roles)],
        link: Option<&PasswordLink>,
        log: &[Record],
    ) -> Result<()>;
    /// The account with this e-mail, whatever its case.
    async fn staff_by_email(&self, email: &str) -> Result<Option<Staff>>;
    /// All accounts, by e-mail.
    async fn all_staff(&self) -> Result<Vec<Staff>>;
    /// Sets a password hash and ends all sessions of the account.
    /// [`super::StoreError::NotFound`] when there is none.
    async fn set_password(&self, id: &StaffId, password_hash: &str, log: &[Record]) -> Result<()>;
    /// Replaces the password hash `before` and ends all sessions of the account but the one with
    /// the token hash `keep`. [`super::StoreError::Outdated`] when it has another hash.
    async fn change_password(
        &self,
        id: &StaffId,
        before: &str,
        password_hash: &str,
        keep: &[u8],
        log: &[Record],
    ) -> Result<()>;
    /// Disables an account and ends all its sessions. Repeating it keeps the first time.
    /// [`super::StoreError::NotFound`] when there is none,
    /// [`super::StoreError::LastAdministrator`] when a site would have none left,
    /// [`super::StoreError::Forbidden`] unless `by` administers all its sites.
    async fn disable_staff(
        &self,
        id: &StaffId,
        by: Option<&StaffId>,
        at: i64,
        log: &[Record],
    ) -> Result<()>;
    /// Enables an account. [`super::StoreError::NotFound`] when there is none,
    /// [`super::StoreError::Forbidden`] unless `by` administers all its sites.
    async fn enable_staff(&self, id: &StaffId, by: Option<&StaffId>, log: &[Record]) -> Result<()>;
    /// Sets or removes an account's licence number. [`super::StoreError::NotFound`] when there is
    /// no such account, [`super::StoreError::Forbidden`] unless `by` administers all its sites.
    async fn set_licence(
        &self,
        id: &StaffId,
        by: &StaffId,
        licence: Option<&str>,
        log: &[Record],
    ) -> Result<()>;
    /// As [`Self::reset_attempts`], to lift the lockout of an account.
    /// [`super::StoreError::Forbidden`] unless `by` administers all its sites.
    async fn unlock_staff(
        &self,
        id: &StaffId,
        by: &StaffId,
        reset: &AttemptReset,
        log: &[Record],
    ) -> Result<()>;

    /// Counts an attempt as failed before it is made, so that concurrent attempts cannot evade the
    /// limit. Refuses it, and counts nothing, while any of the counters is locked out. Removes
    /// counters that no policy needs any more.
    async fn count_attempt(&self, counters: &[AttemptCounter], at: i64) -> Result<Attempt>;
    /// Changes counters after a success.
    async fn reset_attempts(&self, reset: &AttemptReset, log: &[Record]) -> Result<()>;
    /// The end of a counter's lockout (milliseconds, UTC), if there is one at that moment.
    async fn locked_until(&self, key: &[u8], at: i64) -> Result<Option<i64>>;

    /// Stores a link with which the account's password is set, and replaces an older one. With
    /// `reset` the current password stops working at once and all sessions end.
    /// [`super::StoreError::NotFound`] without such an account, [`super::StoreError::Forbidden`]
    /// unless the link's maker administers all its sites, [`super::StoreError::ProviderOnly`] when
    /// it has an identity and no password, [`super::StoreError::LastAdministrator`] when a site
    /// would have none left who can sign in.
    async fn add_password_link(
        &self,
        id: &StaffId,
        link: &PasswordLink,
        at: i64,
        reset: bool,
        log: &[Record],
    ) -> Result<()>;
    /// The account that a link is for, if it is valid at that moment, its maker administers every
    /// site of the account, and the account is enabled.
    async fn password_link(&self, token_hash: &[u8], at: i64) -> Result<Option<Staff>>;
    /// Sets a password by a link, uses the link up and ends all sessions. `None`, and nothing is
    /// changed, when the link is not valid (any more).
    async fn use_password_link(
        &self,
        token_hash: &[u8],
        at: i64,
        password_hash: &str,
        reset: &AttemptReset,
        log: &[Record],
    ) -> Result<Option<Staff>>;

    /// Stores a second factor with its recovery codes. [`super::StoreError::NotFound`] when there
    /// is no such account, [`super::StoreError::Taken`] when it has one.
    async fn set_factor(
        &self,
        id: &StaffId,
        secret: &str,
        step: i64,
        at: i64,
        code_hashes: &[Vec<u8>],
        log: &[Record],
    ) -> Result<()>;
    /// An account's second factor.
    async fn factor(&self, id: &StaffId) -> Result<Option<Factor>>;
    /// Uses a code's time step. `false`, and nothing is changed, when it or a later one was used.
    async fn take_step(&self, id: &StaffId, step: i64) -> Result<bool>;
    /// Uses a recovery code. `false` when there is no such unused code.
    async fn take_recovery_code(&self, id: &StaffId, code_hash: &[u8]) -> Result<bool>;
    /// Removes an account's second factor and its recovery codes. Whether there was one: without
    /// one no `log` is written. [`super::StoreError::Forbidden`] unless `by` administers all its
    /// sites; `None` is the account itself.
    async fn remove_factor(
        &self,
        id: &StaffId,
        by: Option<&StaffId>,
        log: &[Record],
    ) -> Result<bool>;

    /// Passes the sealed secret of every second factor to `reseal`, and stores what it returns.
    async fn reseal_factors(&self, reseal: Reseal<'_>) -> Result<()>;

    /// The account that is linked to a provider's identifier.
    async fn staff_by_identity(&self, issuer: &str, subject: &str) -> Result<Option<Staff>>;
    /// Whether an account is linked to an identifier of a provider.
    async fn has_identity(&self, id: &StaffId) -> Result<bool>;
    /// Links an account to a provider's identifier. A password link of an account without a
    /// password ends. [`super::StoreError::Taken`] when either is linked already.
    async fn add_identity(
        &self,
        issuer: &str,
        subject: &str,
        id: &StaffId,
        log: &[Record],
    ) -> Result<()>;

    /// Stores a session and changes the counters of its sign-in. `checked` is the password hash
    /// that was checked; `None` = another proof. [`super::StoreError::NotFound`] without such an
    /// account or site, [`super::StoreError::Outdated`] when it is disabled or has another hash.
    async fn add_session(
        &self,
        session: &Session,
        checked: Option<&str>,
        reset: &AttemptReset,
        log: &[Record],
    ) -> Result<()> {
        // No token has this hash.
        self.replace_session(&[], session, checked, reset, log).await
    }
    /// The same, in place of the session with the token hash `old`, which ends if there is one.
    async fn replace_session(
        &self,
        old: &[u8],
        session: &Session,
        checked: Option<&str>,
        reset: &AttemptReset,
        log: &[Record],
    ) -> Result<()>;
    /// The session with this token hash, unless its account is disabled or has no role at its site.
    async fn session(&self, token_hash: &[u8]) -> Result<Option<SignedIn>>;
    /// Moves a session to another site. [`super::StoreError::NotFound`] when its account has no
    /// role there.
    async fn switch_site(&self, token_hash: &[u8], site: &SiteId, log: &[Record]) -> Result<()>;
    /// Sets the time of last use. Never goes back; does nothing when there is no such session.
    async fn touch_session(&self, token_hash: &[u8], at: i64) -> Result<()>;
    /// The sessions of an account, the last used first.
    async fn sessions_of(&self, id: &StaffId) -> Result<Vec<Session>>;
    /// Ends all sessions of an account but the one with the token hash `keep`. How many.
    async fn end_other_sessions(&self, id: &StaffId, keep: &[u8], log: &[Record]) -> Result<u64>;
    /// Ends a session. Does nothing, and writes no `log`, when there is none.
    async fn end_session(&self, token_hash: &[u8], log: &[Record]) -> Result<()>;
    /// Ends the sessions made before `created_before` or last used before `seen_before`. How many.
    async fn end_old_sessions(&self, created_before: i64, seen_before: i64) -> Result<u64>;
}
