//! Sign-in: the password, the new session, and their audit rows.

use super::audit::About;
use super::sessions::Browser;
use super::{Desk, DeskError, Result, lockout, sessions};
use crate::error::FieldProblem;
use crate::model::audit::Action;
use crate::model::client::Client;
use crate::model::ids::StaffId;
use crate::model::role::Roles;
use crate::model::site::Site;
use crate::secrets::sha256;
use crate::store::{self, AttemptReset, Record, Staff, StoreError};
use secrecy::SecretString;

/// What proved the identity, as the audit log names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum Method {
    Password,
    Code,
    RecoveryCode,
    Provider,
}

impl Method {
    /// The name in the audit log.
    #[must_use]
    pub fn slug(self) -> &'static str {
        self.into()
    }
}

/// A session that was just started.
pub struct NewSession {
    /// For the session's cookie. Only its hash is stored.
    pub token: String,
    /// The account's roles at the session's site.
    pub roles: Roles,
}

/// The step after the password.
pub enum NextStep {
    /// None: a session can be started.
    Session(Staff),
    /// The second factor. The text is for [`pending`], and must be sealed on its way through the
    /// browser.
    SecondFactor(String),
}

/// Checks e-mail and password. An unknown e-mail, a disabled account and a wrong password take the
/// same steps, and so the same time.
///
/// # Errors
/// [`DeskError::Invalid`], the same for all of these; [`DeskError::TooMany`] during a lockout;
/// [`DeskError::Crowded`] where too many sign in.
pub async fn check_password(
    desk: &Desk,
    client: &Client,
    email: &str,
    password: SecretString,
) -> Result<NextStep> {
    // First the place: an attempt that finds none must not count as a failed one.
    let place = desk.passwords.enter(lockout::queued(email, client), false)?;
    let wait = lockout::count_attempt(desk, email, client).await?;
    let turn = place.turn().await?;
    let staff = desk.store.staff_by_email(email.trim()).await?;
    let staff = staff.filter(|staff| staff.disabled_at.is_none());
    let hash = staff.as_ref().map(|staff| staff.password_hash.as_str());
    let fits = turn.verify(&password, hash).await?;
    drop(turn);
    let staff = match staff {
        Some(staff) if fits => staff,
        staff => {
            log_refusal(desk, client, staff.as_ref(), "password", wait).await?;
            return Err(DeskError::field("password", FieldProblem::BadCredentials));
        }
    };
    if desk.store.factor(&staff.id).await?.is_none() {
        return Ok(NextStep::Session(staff));
    }
    // The password was right: from here on only wrong codes count.
    desk.store.reset_attempts(&lockout::take_back(email, client), &[]).await?;
    Ok(NextStep::SecondFactor(pending_text(&staff)))
}

/// What the browser keeps, sealed, between password and code. A changed password makes it void.
fn pending_text(staff: &Staff) -> String {
    format!("{} {} {}", staff.id, hex::encode(sha256(&staff.password_hash)), staff.email)
}

/// The account whose password was right a moment ago, by the text of [`NextStep::SecondFactor`].
/// `None` = the browser brought none, or one that is forged or expired.
///
/// # Errors
/// [`DeskError::Invalid`] when there is none, or it is void.
pub async fn pending(desk: &Desk, text: Option<&str>) -> Result<Staff> {
    let late = || DeskError::field("code", FieldProblem::TooLate);
    let text = text.ok_or_else(late)?;
    let email = text.splitn(3, ' ').nth(2).ok_or_else(late)?;
    desk.store
        .staff_by_email(email)
        .await?
        .filter(|staff| staff.disabled_at.is_none() && pending_text(staff) == text)
        .ok_or_else(late)
}

/// Writes the audit row of a refused sign-in. It belongs to the account's first site, so that the
/// site's administrators see it; without an account it belongs to no site. Attempts during a
/// lockout are counted in a metric only, or an attacker could fill the log.
///
/// # Errors
/// A store error.
pub async fn log_refusal(
    desk: &Desk,
    client: &Client,
    staff: Option<&Staff>,
    what: &str,
    wait_ms: Option<i64>,
) -> Result<()> {
    metrics::counter!("desk_sign_in_refused_total").increment(1);
    let unknown = StaffId::from("");
    let id = staff.map(|staff| staff.id.clone());
    // Also without an account, so that both take the same time.
    let sites = desk.store.sites_of(id.as_ref().unwrap_or(&unknown)).await?;
    let detail = match wait_ms {
        Some(ms) => format!("{what} wait={}s", ms / 1000),
        None => what.to_owned(),
    };
    let record = Record {
        site: sites.into_iter().next().map(|(site, _)| site.id),
        staff: id,
        ..desk.row_without_account("stranger", client, Action::SignInRefused, About::detail(detail))
    };
    Ok(desk.store.record(&[record]).await?)
}

/// Starts a session at the site where the account last worked, or at its first site by name.
///
/// # Errors
/// [`DeskError::NoSite`] when the account has no role at any site; the caller writes that refusal
/// down, see [`log_refusal`]. A store error.
pub async fn start_session(
    desk: &Desk,
    browser: Browser<'_>,
    staff: &Staff,
    method: Method,
) -> Result<NewSession> {
    let sites = desk.store.sites_of(&staff.id).await?;
    let sessions = desk.store.sessions_of(&staff.id).await?;
    let last = sessions.iter().max_by_key(|session| session.seen_at).map(|session| &session.site);
    let index = sites.iter().position(|(site, _)| Some(&site.id) == last).unwrap_or(0);
    let (site, roles) = sites.into_iter().nth(index).ok_or(DeskError::NoSite)?;
    let reset = lockout::reset(&staff.email, browser.client);
    let started = start_session_at(desk, browser, staff, &site, roles, method, &reset).await;
    started.map_err(|error| match (error, method) {
        // The password was changed, or the account disabled, after the check.
        (StoreError::Outdated, Method::Code | Method::RecoveryCode) => {
            DeskError::field("code", FieldProblem::TooLate)
        }
        (StoreError::Outdated, _) => DeskError::field("password", FieldProblem::BadCredentials),
        (error, _) => error.into(),
    })
}

/// Starts a session at a site where the account has these roles; `reset` goes with it.
///
/// # Errors
/// [`StoreError::Outdated`] when the account was disabled, or its password changed, since that was
/// checked.
pub(super) async fn start_session_at(
    desk: &Desk,
    browser: Browser<'_>,
    staff: &Staff,
    site: &Site,
    roles: Roles,
    method: Method,
    reset: &AttemptReset,
) -> store::Result<NewSession> {
    let record = Record {
        site: Some(site.id.clone()),
        staff: Some(staff.id.clone()),
        name: staff.name.clone(),
        roles: roles.clone(),
        ..desk.row_without_account(
            "",
            browser.client,
            Action::SignedIn,
            About::detail(method.slug()),
        )
    };
    let checked = (method != Method::Provider).then_some(staff.password_hash.as_str());
    let token = sessions::begin(desk, staff, &site.id, browser, checked, reset, record).await?;
    Ok(NewSession { token, roles })
}
