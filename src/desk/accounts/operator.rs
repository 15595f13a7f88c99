//! Accounts, as the command line and the first start manage them. They have no [`Desk`]: the
//! command line works without Empego.
//!
//! [`Desk`]: crate::desk::Desk

use crate::ambient::Ambient;
use crate::desk::lockout;
use crate::desk::password::{HashingFailed, MAX_LENGTH, Passwords, rules};
use crate::error::FieldProblem;
use crate::model::audit::Action;
use crate::model::client::Client;
use crate::model::forms::{PASSWORD_LENGTH, is_email};
use crate::model::ids::{SiteId, StaffId};
use crate::model::role::Roles;
use crate::store::{Join, Record, Staff, Store, StoreError};
use secrecy::{ExposeSecret, SecretString};

/// The actor's name in the audit log for the command line.
pub const COMMAND_LINE: &str = "command line";
/// The actor's name in the audit log for the first start.
pub const FIRST_START: &str = "first start";

/// Why an account could not be managed. Each reads as a sentence for the operator.
#[derive(Debug, thiserror::Error)]
pub enum OperatorError {
    #[error("{0:?} is not an e-mail address")]
    BadEmail(String),
    #[error("the password is shorter than {} characters", PASSWORD_LENGTH)]
    PasswordTooShort,
    #[error("the password is longer than {} bytes", MAX_LENGTH)]
    PasswordTooLong,
    #[error(
        "the password is too easy to guess: \
         use several unrelated words, or let the desk make one up"
    )]
    PasswordWeak,
    #[error("the account {email} was not added")]
    NotAdded { email: String, source: StoreError },
    #[error("{0} has these roles already")]
    HasRoles(String),
    #[error("there is no account {0}")]
    UnknownAccount(String),
    #[error("the password was not changed")]
    PasswordNotChanged(#[source] StoreError),
    #[error(
        "there is no account yet: \
         set DESK_ADMIN_EMAIL and DESK_ADMIN_PASSWORD for the first start, \
         or run `empego-desk staff add`"
    )]
    NoAdministrator,
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Hashing(#[from] HashingFailed),
}

/// What these use cases answer with.
pub type Result<T> = std::result::Result<T, OperatorError>;

/// What the use cases of the command line and the first start need.
pub struct Operator<'a> {
    pub store: &'a dyn Store,
    pub passwords: &'a Passwords,
    pub ambient: &'a Ambient,
    /// The actor's name in the audit log: [`COMMAND_LINE`] or [`FIRST_START`].
    pub name: &'static str,
}

/// An account to add.
pub struct NewAccount<'a> {
    pub email: &'a str,
    pub name: &'a str,
    pub password: &'a SecretString,
    pub site: &'a SiteId,
    pub roles: &'a Roles,
}

/// What [`Operator::add`] came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddedAccount {
    pub staff: Staff,
    pub how: Added,
}

/// How an account came to its roles at the site.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Added {
    /// The password is set.
    WithPassword,
    /// It works at other sites, and keeps its way to sign in.
    Joined,
    /// It was at the site with other roles, and has these too.
    MoreRoles,
}

impl Operator<'_> {
    /// Adds an account with its roles at a site, or gives these roles to the one that is there. An
    /// account without roles there joins the site, and keeps its way to sign in; the password is
    /// set where it has none.
    ///
    /// # Errors
    /// When the account has all these roles, the e-mail is invalid, or the password is not
    /// accepted.
    pub async fn add(&self, new: NewAccount<'_>) -> Result<AddedAccount> {
        check(new.email, new.name, new.password)?;
        if let Some(staff) = self.store.staff_by_email(new.email.trim()).await? {
            return self.join(staff, new).await;
        }
        let staff = Staff {
            id: StaffId(self.ambient.id()),
            email: new.email.trim().to_lowercase(),
            name: new.name.trim().to_owned(),
            password_hash: self.passwords.hash(new.password).await?,
            created_at: self.ambient.now(),
            disabled_at: None,
            licence: None,
        };
        let detail = format!("account={} roles={}", staff.id, new.roles.slugs());
        let site = Some(new.site.clone());
        let log = [record(self.ambient, self.name, site, Action::AccountAdded, &detail)];
        self.store
            .add_staff(&staff, &[(new.site.clone(), new.roles.clone())], None, &log)
            .await
            .map_err(|source| OperatorError::NotAdded { email: staff.email.clone(), source })?;
        Ok(AddedAccount { staff, how: Added::WithPassword })
    }

    /// An account that works elsewhere keeps its way to sign in. One that has left all its sites
    /// gets the password: an administrator of an earlier site may know the one before.
    async fn join(&self, staff: Staff, new: NewAccount<'_>) -> Result<AddedAccount> {
        let sites = self.store.sites_of(&staff.id).await?;
        if let Some((_, before)) = sites.iter().find(|(site, _)| site.id == *new.site) {
            return self.give_roles(staff, before, &new).await;
        }
        let detail = format!("account={} roles={} joined", staff.id, new.roles.slugs());
        let site = Some(new.site.clone());
        let log = [record(self.ambient, self.name, site, Action::AccountAdded, &detail)];
        let joined = !sites.is_empty();
        let hash;
        let join = if joined {
            Join::ByOperator
        } else {
            hash = self.passwords.hash(new.password).await?;
            Join::Anew { password_hash: &hash, link: None, licence: None }
        };
        match self.store.join(&staff.id, new.site, new.roles, join, &log).await {
            Ok(()) if joined => Ok(AddedAccount { staff, how: Added::Joined }),
            Ok(()) => Ok(AddedAccount { staff, how: Added::WithPassword }),
            Err(source) => Err(OperatorError::NotAdded { email: staff.email, source }),
        }
    }

    async fn give_roles(
        &self,
        staff: Staff,
        before: &Roles,
        new: &NewAccount<'_>,
    ) -> Result<AddedAccount> {
        let roles: Roles = before.iter().chain(new.roles.iter()).collect();
        if roles == *before {
            return Err(OperatorError::HasRoles(staff.email));
        }
        let detail =
            format!("account={} roles={} before={}", staff.id, roles.slugs(), before.slugs());
        let site = Some(new.site.clone());
        let log = [record(self.ambient, self.name, site, Action::AccountChanged, &detail)];
        match self.store.set_roles(&staff.id, new.site, &roles, &log).await {
            Ok(()) => Ok(AddedAccount { staff, how: Added::MoreRoles }),
            Err(source) => Err(OperatorError::NotAdded { email: staff.email, source }),
        }
    }

    /// Lets an account try to sign in again after too many failed attempts.
    ///
    /// # Errors
    /// When there is no such account.
    pub async fn unlock(&self, email: &str) -> Result<()> {
        let staff = self.find(email).await?;
        let log = [self.row_about(&staff, Action::AccountChanged, "unlocked").await?];
        Ok(self.store.reset_attempts(&lockout::unlock(&staff.email), &log).await?)
    }

    /// Sets a new password and ends the account's sessions.
    ///
    /// # Errors
    /// When there is no such account, or the password is not accepted.
    pub async fn reset_password(&self, email: &str, password: &SecretString) -> Result<()> {
        let staff = self.find(email).await?;
        check(email, &staff.name, password)?;
        let hash = self.passwords.hash(password).await?;
        let log = [self.row_about(&staff, Action::PasswordChanged, "reset").await?];
        self.store
            .set_password(&staff.id, &hash, &log)
            .await
            .map_err(OperatorError::PasswordNotChanged)
    }

    /// Disables an account and ends its sessions.
    ///
    /// # Errors
    /// When there is no such account.
    pub async fn disable(&self, email: &str) -> Result<()> {
        let staff = self.find(email).await?;
        let log = [self.row_about(&staff, Action::AccountChanged, "off").await?];
        Ok(self.store.disable_staff(&staff.id, None, self.ambient.now(), &log).await?)
    }

    async fn find(&self, email: &str) -> Result<Staff> {
        let unknown = || OperatorError::UnknownAccount(email.to_owned());
        self.store.staff_by_email(email).await?.ok_or_else(unknown)
    }

    /// An audit row at the account's first site, so that the site's administrators see it.
    async fn row_about(&self, staff: &Staff, action: Action, what: &str) -> Result<Record> {
        let site =
            self.store.sites_of(&staff.id).await?.into_iter().next().map(|(site, _)| site.id);
        let detail = format!("account={} {what}", staff.id);
        Ok(record(self.ambient, self.name, site, action, &detail))
    }
}

/// An audit row without an account and without a network address. `name` is the actor's.
#[must_use]
pub fn record(
    ambient: &Ambient,
    name: &str,
    site: Option<SiteId>,
    action: Action,
    detail: &str,
) -> Record {
    Record {
        at: ambient.now(),
        site,
        staff: None,
        name: name.to_owned(),
        roles: Roles::default(),
        action,
        consultation: None,
        patients: Vec::new(),
        detail: detail.to_owned(),
        client: Client::default(),
    }
}

fn check(email: &str, name: &str, password: &SecretString) -> Result<()> {
    let email = email.trim();
    if !is_email(email) {
        return Err(OperatorError::BadEmail(email.to_owned()));
    }
    match rules::check(password.expose_secret(), email, name) {
        None => Ok(()),
        Some(FieldProblem::PasswordTooShort) => Err(OperatorError::PasswordTooShort),
        Some(FieldProblem::PasswordTooLong) => Err(OperatorError::PasswordTooLong),
        Some(_) => Err(OperatorError::PasswordWeak),
    }
}
