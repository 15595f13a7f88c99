//! The use cases. Only this room joins `store` and `empego`; each use case is one plain async
//! function.

pub mod accounts;
pub mod audit;
pub mod confirm;
pub mod connection;
pub mod create;
pub mod details;
pub mod export;
pub mod federation;
pub mod follow_up;
pub mod form;
pub mod gate;
pub mod hand_over;
pub mod incident;
pub mod link_rules;
pub mod lockout;
pub mod log;
pub mod look;
pub mod password;
pub mod reseal;
pub mod retention;
pub mod second_factor;
pub mod sessions;
pub mod sign_in;
pub mod sites;
pub mod start;
pub mod visit;

use crate::ambient::Ambient;
use crate::empego::{Empego, EmpegoError};
use crate::error::{FieldError, FieldProblem};
use crate::live::Live;
use crate::model::client::Client;
use crate::model::ids::{ConsultationId, SiteId};
use crate::model::lifecycle::Event;
use crate::model::site::Site;
use crate::model::timeline::{Entry, Source};
use crate::secrets::Secrets;
use crate::store::{Added, Addition, SignedIn, Store, StoreError};
use jiff::tz::TimeZone;
use password::{HashingFailed, Passwords};
use std::ops::Deref;
use std::sync::Arc;
use tokio_util::task::TaskTracker;

/// What the operator decided.
#[derive(Clone, Debug)]
pub struct Policy {
    /// What links start with, without a slash at the end (`DESK_PUBLIC_URL`).
    pub public_url: String,
    /// After how many milliseconds it shows that only one of the two sources has spoken
    /// (`DESK_CONFIRM_AFTER`).
    pub confirm_after_ms: i64,
    /// Where the clinics are: what day it is there (`DESK_TIME_ZONE`).
    pub time_zone: TimeZone,
}

/// What a site's tenant key is sealed for.
pub const TENANT_KEY: &str = "tenant-key";
/// How long a text of [`Desk::seal_with_expiry`] can be opened, in milliseconds: 5 minutes, long
/// enough to find a phone or to sign in at a provider.
const SEALED_LIFE_MS: i64 = 5 * 60_000;

/// A staff member at work: who, at which site, and from where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// Who, and at which site.
    pub signed_in: SignedIn,
    /// From where.
    pub client: Client,
}

impl Deref for Actor {
    type Target = SignedIn;

    fn deref(&self) -> &SignedIn {
        &self.signed_in
    }
}

/// All that a use case needs.
pub struct Desk {
    /// The records.
    pub store: Arc<dyn Store>,
    /// Empego, or the sandbox.
    pub empego: Empego,
    /// Who hears of changes.
    pub live: Live,
    /// Clock and randomness.
    pub ambient: Ambient,
    /// Derives link tokens and seals texts.
    pub secrets: Secrets,
    pub passwords: Passwords,
    /// Who saw what a moment ago.
    pub looks: look::Looks,
    /// Exports that wait for their download.
    pub exports: export::Exports,
    /// What the operator decided.
    pub policy: Policy,
    /// Work that must not stop when a browser goes away. Awaited at shutdown.
    pub tasks: TaskTracker,
}

/// Why a use case did not do as it was asked.
#[derive(Debug, thiserror::Error)]
pub enum DeskError {
    /// No such record or link.
    #[error("not found")]
    NotFound,
    /// The link's time is over, or staff took it back.
    #[error("gone")]
    Gone,
    /// Too many wrong dates of birth.
    #[error("locked")]
    Locked,
    /// The site's tenant key cannot be opened any more.
    #[error("the tenant key cannot be opened")]
    NoTenantKey,
    /// The form cannot be taken as it is.
    #[error("invalid")]
    Invalid(Vec<FieldError>),
    /// Not theirs to do.
    #[error("not allowed")]
    Forbidden,
    /// Empego did not answer a create call.
    #[error("outcome unknown")]
    OutcomeUnknown(ConsultationId),
    /// Empego said no, or nothing.
    #[error(transparent)]
    Empego(#[from] EmpegoError),
    /// The store failed.
    #[error(transparent)]
    Store(StoreError),
    /// Too many attempts; nothing was done.
    #[error("too many attempts")]
    TooMany {
        /// How long to wait, in seconds; at least 1.
        seconds: u64,
    },
    /// The account has no role at any site.
    #[error("the account has no site")]
    NoSite,
    #[error(transparent)]
    Hashing(#[from] HashingFailed),
    #[error("a text could not be sealed")]
    SealingFailed,
}

impl From<StoreError> for DeskError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::NotFound => Self::NotFound,
            error => Self::Store(error),
        }
    }
}

impl DeskError {
    /// One field with one problem.
    #[must_use]
    pub fn field(field: &str, problem: FieldProblem) -> Self {
        Self::Invalid(vec![FieldError { field: field.to_owned(), problem }])
    }
}

/// What use cases answer with.
pub type Result<T> = std::result::Result<T, DeskError>;

impl Desk {
    /// Milliseconds since 1970 (UTC).
    #[must_use]
    pub fn now(&self) -> i64 {
        self.ambient.now()
    }

    /// Seals a text for a few minutes on its way through a browser. `None` when sealing fails.
    #[must_use]
    pub fn seal_with_expiry(&self, purpose: &str, text: &str) -> Option<String> {
        let until = self.now() + SEALED_LIFE_MS;
        self.secrets.seal(purpose, &format!("{until} {text}"), &self.ambient)
    }

    /// Opens what [`Self::seal_with_expiry`] sealed. `None` when it expired or is forged.
    #[must_use]
    pub fn open_unexpired(&self, purpose: &str, sealed: &str) -> Option<String> {
        let opened = self.secrets.open(purpose, sealed)?;
        let (until, text) = opened.split_once(' ')?;
        (self.now() < until.parse::<i64>().ok()?).then(|| text.to_owned())
    }

    /// A history row of now.
    fn entry(&self, source: Source, source_event_id: impl Into<String>, event: Event) -> Entry {
        Entry {
            source,
            source_event_id: source_event_id.into(),
            at: self.now(),
            event,
            actor: None,
        }
    }

    /// Adds to a consultation and tells whoever follows it, if anything was new.
    async fn add(&self, site: &SiteId, id: &ConsultationId, addition: Addition) -> Result<Added> {
        let added = self.store.add(site, id, &addition).await?;
        if added.fresh > 0 {
            self.live.publish(site, id);
        }
        Ok(added)
    }

    /// Empego, as this site's tenant.
    ///
    /// # Errors
    /// [`DeskError::NoTenantKey`] when the site's key cannot be opened any more (its secret is
    /// gone). Empego is not asked then: without a key, or with another one, it could answer for
    /// another tenant.
    fn empego_of(&self, site: &Site) -> Result<Empego> {
        let Some(sealed) = &site.tenant_key else { return Ok(self.empego.clone()) };
        let key = self.secrets.open(TENANT_KEY, sealed).ok_or_else(|| {
            tracing::error!(site = %site.id, "the tenant key of this site cannot be opened: enter it again in its settings");
            DeskError::NoTenantKey
        })?;
        Ok(self.empego.as_tenant(key.into()))
    }
}
