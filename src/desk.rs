//! The use cases: one plain async function each. Only this room joins `store` and `empego`. A use
//! case writes its audit rows in the transaction of its change.

pub mod access;
pub mod accounts;
mod additions;
pub mod audit;
pub mod audit_log;
mod birth_date;
pub mod cancel;
pub mod changes;
pub mod checkpoint;
pub mod connection;
pub mod correction;
pub mod correlation;
pub mod create;
pub mod details;
pub mod enter_key;
pub mod export;
pub mod federation;
mod first_urls;
pub mod follow_up;
pub mod foreign;
pub mod form;
pub mod identify;
pub mod incident;
pub mod link_rules;
pub mod links;
pub mod lockout;
pub mod look_up;
pub mod merge;
pub mod password;
mod policy;
pub mod queue;
mod record;
mod requests;
pub mod reseal;
pub mod retention;
pub mod second_factor;
pub mod series;
pub mod sessions;
mod shown;
pub mod sign_in;
pub mod site_time;
pub mod sites;
pub mod start;
pub mod systems;
pub mod tell;
pub mod visit;

pub use first_urls::FirstUrls;
pub use policy::Policy;

use crate::ambient::Ambient;
use crate::empego::{Empego, EmpegoError};
use crate::error::{FieldError, FieldProblem};
use crate::live::Live;
use crate::model::client::Client;
use crate::model::ids::ConsultationId;
use crate::model::lifecycle::Event;
use crate::model::site::Site;
use crate::model::timeline::{Entry, Source};
use crate::secrets::Secrets;
use crate::store::{SignedIn, Store, StoreError};
use correlation::in_request;
use password::{Full, HashingFailed, Passwords};
use std::ops::Deref;
use std::panic::resume_unwind;
use std::sync::Arc;
use tokio_util::task::TaskTracker;

/// The sealing purpose of a site's tenant key.
pub const TENANT_KEY: &str = "tenant-key";
/// How long a text of [`Desk::seal_with_expiry`] can be opened, in milliseconds: 5 minutes, long
/// enough to find a phone or to sign in at a provider.
const SEALED_LIFE_MS: i64 = 5 * 60_000;
/// How long the words in an address can be opened, in milliseconds: a working day. Each page of a
/// list seals them anew.
pub const ADDRESS_LIFE_MS: i64 = 16 * 3_600_000;

/// How long to wait where too many passwords are checked, in seconds: longer than the whole queue
/// takes.
const CROWDED_SECONDS: u64 = 5;

/// The caller of a use case: a signed-in staff member at a site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    pub signed_in: SignedIn,
    pub client: Client,
}

impl Deref for Actor {
    type Target = SignedIn;

    fn deref(&self) -> &SignedIn {
        &self.signed_in
    }
}

/// What use cases need.
pub struct Desk {
    pub store: Arc<dyn Store>,
    /// Empego, or the sandbox.
    pub empego: Empego,
    /// Tells open pages of changes.
    pub live: Live,
    pub ambient: Ambient,
    /// Derives link tokens and seals texts.
    pub secrets: Secrets,
    pub passwords: Passwords,
    pub recent_access: access::RecentAccess,
    pub pending_exports: export::PendingExports,
    pub first_urls: FirstUrls,
    pub telling: tell::Turns,
    pub policy: Policy,
    /// Work that must not stop when a browser disconnects. Awaited at shutdown.
    pub tasks: TaskTracker,
}

/// Why a use case failed.
#[derive(Debug, thiserror::Error)]
pub enum DeskError {
    #[error("not found")]
    NotFound,
    /// The link expired or was revoked.
    #[error("gone")]
    Gone,
    /// The lockout after too many wrong dates of birth.
    #[error("locked")]
    Locked,
    #[error("the site's tenant key cannot be decrypted")]
    NoTenantKey,
    /// The fields that are not accepted.
    #[error("invalid")]
    Invalid(Vec<FieldError>),
    #[error("not allowed")]
    Forbidden,
    /// Empego did not answer a create call for this record.
    #[error("outcome unknown")]
    OutcomeUnknown(ConsultationId),
    #[error(transparent)]
    Empego(#[from] EmpegoError),
    #[error(transparent)]
    Store(StoreError),
    /// A lockout, or too many concurrent attempts; nothing was done.
    #[error("too many attempts")]
    TooMany {
        /// How long to wait, in seconds; at least 1.
        seconds: u64,
    },
    /// Too many passwords are being checked; nothing was done.
    #[error("too many passwords are being checked")]
    Crowded {
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
            StoreError::NotFound | StoreError::Outdated => Self::NotFound,
            StoreError::Forbidden => Self::Forbidden,
            StoreError::LastAdministrator => Self::field("roles", FieldProblem::LastAdministrator),
            StoreError::ProviderOnly => Self::field("password", FieldProblem::ProviderOnly),
            error => Self::Store(error),
        }
    }
}

impl From<Full> for DeskError {
    fn from(_: Full) -> Self {
        Self::Crowded { seconds: CROWDED_SECONDS }
    }
}

impl DeskError {
    /// One field with one problem.
    #[must_use]
    pub fn field(field: &str, problem: FieldProblem) -> Self {
        Self::Invalid(vec![FieldError { field: field.to_owned(), problem }])
    }
}

/// The result of a use case.
pub type Result<T> = std::result::Result<T, DeskError>;

/// The sealing purpose of what one user at one site may open. Ids have no blanks.
fn audience(who: &Actor, purpose: &str) -> String {
    format!("{purpose} {} {}", who.staff.id, who.site.id)
}

impl Desk {
    /// Milliseconds since 1970 (UTC).
    #[must_use]
    pub fn now(&self) -> i64 {
        self.ambient.now()
    }

    /// Runs work in a task of its own, and returns its result. The server drops the future of a
    /// request whose client disconnects or that takes too long; the task still reaches its end, and
    /// the process waits for it at shutdown.
    pub async fn run_to_end<T: Send + 'static>(
        &self,
        work: impl Future<Output = T> + Send + 'static,
    ) -> T {
        match self.tasks.spawn(in_request(work)).await {
            Ok(done) => done,
            // Such a task is never aborted: it panicked.
            Err(error) => resume_unwind(error.into_panic()),
        }
    }

    /// Seals a text for a few minutes on its way through a browser. `None` when sealing fails.
    #[must_use]
    pub fn seal_with_expiry(&self, purpose: &str, text: &str) -> Option<String> {
        self.seal_until(purpose, text, SEALED_LIFE_MS)
    }

    /// Opens what [`Self::seal_with_expiry`] sealed. `None` when it expired or is forged.
    #[must_use]
    pub fn open_unexpired(&self, purpose: &str, sealed: &str) -> Option<String> {
        let opened = self.secrets.open(purpose, sealed)?;
        let (until, text) = opened.split_once(' ')?;
        (self.now() < until.parse::<i64>().ok()?).then(|| text.to_owned())
    }

    /// Seals words for an address. Only this user at this site opens them again, for
    /// [`ADDRESS_LIFE_MS`]: an address is copied, bookmarked and read over a shoulder. `None` when
    /// sealing fails.
    #[must_use]
    pub fn seal_for(&self, who: &Actor, purpose: &str, text: &str) -> Option<String> {
        self.seal_until(&audience(who, purpose), text, ADDRESS_LIFE_MS)
    }

    /// Opens what [`Self::seal_for`] sealed. `None` when it expired, is forged, or is of another
    /// user or site.
    #[must_use]
    pub fn open_for(&self, who: &Actor, purpose: &str, sealed: &str) -> Option<String> {
        self.open_unexpired(&audience(who, purpose), sealed)
    }

    fn seal_until(&self, purpose: &str, text: &str, life_ms: i64) -> Option<String> {
        let until = self.now() + life_ms;
        self.secrets.seal(purpose, &format!("{until} {text}"), &self.ambient)
    }

    /// A history entry of now.
    fn entry(&self, source: Source, source_event_id: impl Into<String>, event: Event) -> Entry {
        Entry {
            source,
            source_event_id: source_event_id.into(),
            at: self.now(),
            event,
            actor: None,
        }
    }

    /// The Empego client for this site's tenant.
    ///
    /// # Errors
    /// [`DeskError::NoTenantKey`] when the site's key cannot be decrypted. Empego must not be
    /// called then: without a key, or with another one, it could answer for another tenant.
    fn empego_of(&self, site: &Site) -> Result<Empego> {
        let Some(sealed) = &site.tenant_key else {
            return Ok(self.empego.of_site(&site.id.0, None));
        };
        let key = self.secrets.open(TENANT_KEY, sealed).ok_or_else(|| {
            tracing::error!(
                site = %site.id,
                "the tenant key of this site cannot be opened: enter it again in its settings"
            );
            DeskError::NoTenantKey
        })?;
        Ok(self.empego.of_site(&site.id.0, Some(key.into())))
    }
}
