//! Accounts, as the administrators of a site manage them. What touches an account as a whole (its
//! password, its second factor, whether it is on) takes an administrator of all its sites: one site
//! must not decide for another.

pub mod bootstrap;
pub mod operator;
pub mod own;
mod reset;

pub use reset::{reset_factor, reset_password, switch};

use super::audit::About;
use super::{Actor, Desk, DeskError, Result, lockout};
use crate::error::{FieldError, FieldProblem};
use crate::model::audit::Action;
use crate::model::email::is_email;
use crate::model::ids::StaffId;
use crate::model::role::{Power, Role, Roles};
use crate::secrets::{random_token, sha256};
use crate::store::{Staff, StoreError};

/// How long a link with which a password is chosen works, in milliseconds: 24 hours.
pub const LINK_MS: i64 = 24 * 3_600_000;
/// The longest name, in characters.
const NAME_LENGTH: usize = 100;

/// An account of the actor's site.
#[derive(Clone, Debug)]
pub struct Member {
    /// The account.
    pub staff: Staff,
    /// What it is at the site.
    pub roles: Roles,
    /// Whether it has a second factor.
    pub has_factor: bool,
    /// Whether the actor administers all its sites.
    pub ours: bool,
}

/// An account that was added to the site.
#[derive(Clone, Debug)]
pub struct Joined {
    /// The account.
    pub staff: Staff,
    /// The address at which its password is chosen. `None` = it was at another site before, and has
    /// one.
    pub link: Option<String>,
}

/// The accounts of the actor's site, by e-mail.
///
/// # Errors
/// A failing store.
pub async fn list(desk: &Desk, who: &Actor) -> Result<Vec<(Staff, Roles)>> {
    let mut members: Vec<(Staff, Vec<Role>)> = Vec::new();
    for (staff, role) in desk.store.staff_of(&who.site.id).await? {
        match members.last_mut() {
            Some((last, roles)) if last.id == staff.id => roles.push(role),
            _ => members.push((staff, vec![role])),
        }
    }
    Ok(members.into_iter().map(|(staff, roles)| (staff, roles.into_iter().collect())).collect())
}

/// One account of the actor's site.
///
/// # Errors
/// [`DeskError::NotFound`] when it is not at this site.
pub async fn member(desk: &Desk, who: &Actor, id: &StaffId) -> Result<Member> {
    let (staff, roles) = list(desk, who)
        .await?
        .into_iter()
        .find(|(staff, _)| staff.id == *id)
        .ok_or(DeskError::NotFound)?;
    let has_factor = desk.store.factor(id).await?.is_some();
    let ours = administers_all(desk, who, id).await?;
    Ok(Member { staff, roles, has_factor, ours })
}

/// The account whose password a link chooses, while the link works.
///
/// # Errors
/// A failing store.
pub async fn of_link(desk: &Desk, token: &str) -> Result<Option<Staff>> {
    Ok(desk.store.password_link(&sha256(token), desk.now()).await?)
}

/// Adds an account to the actor's site. An e-mail that has an account at another site joins with
/// it.
///
/// # Errors
/// [`DeskError::Invalid`] when a field cannot be taken, or the account is at this site already.
pub async fn add(
    desk: &Desk,
    who: &Actor,
    email: &str,
    name: &str,
    roles: &Roles,
) -> Result<Joined> {
    let (email, name) = (email.trim().to_lowercase(), name.trim());
    let mut problems = Vec::new();
    let mut problem =
        |field: &str, problem| problems.push(FieldError { field: field.to_owned(), problem });
    if !is_email(&email) {
        problem("email", FieldProblem::BadEmail);
    }
    match name.chars().count() {
        0 => problem("name", FieldProblem::Required),
        length if length > NAME_LENGTH || name.contains(char::is_control) => {
            problem("name", FieldProblem::TooLong)
        }
        _ => {}
    }
    if roles.is_empty() {
        problem("roles", FieldProblem::NoRole);
    }
    if !problems.is_empty() {
        return Err(DeskError::Invalid(problems));
    }
    let site = &who.site.id;
    if let Some(staff) = desk.store.staff_by_email(&email).await? {
        let sites = desk.store.sites_of(&staff.id).await?;
        if sites.iter().any(|(other, _)| other.id == *site) {
            return Err(invalid("email", FieldProblem::HasAccount));
        }
        desk.log(
            who,
            Action::AccountAdded,
            about(&staff.id, &format!("roles={} joined", roles.slugs())),
        )
        .await?;
        desk.store.set_roles(&staff.id, site, roles).await?;
        // One that nobody has used yet gets a new link, which takes the place of any before:
        // whoever added the account at another site must not be able to choose the password of
        // somebody who works here.
        let link = if staff.password_hash.is_empty() {
            Some(issue(desk, &staff.id, false).await?)
        } else {
            None
        };
        return Ok(Joined { staff, link });
    }
    let staff = Staff {
        id: StaffId(desk.ambient.id()),
        email,
        name: name.to_owned(),
        password_hash: String::new(),
        created_at: desk.now(),
        disabled_at: None,
    };
    desk.log(who, Action::AccountAdded, about(&staff.id, &format!("roles={}", roles.slugs())))
        .await?;
    desk.store.add_staff(&staff).await.map_err(|error| match error {
        // Somebody else was faster.
        StoreError::Taken(_) => invalid("email", FieldProblem::HasAccount),
        error => error.into(),
    })?;
    desk.store.set_roles(&staff.id, site, roles).await?;
    let link = Some(issue(desk, &staff.id, false).await?);
    Ok(Joined { staff, link })
}

/// Sets what an account is at the actor's site; no role at all takes it away from there.
///
/// # Errors
/// [`DeskError::Invalid`] when nobody would be left who administers the site.
pub async fn set_roles(desk: &Desk, who: &Actor, id: &StaffId, roles: &Roles) -> Result<()> {
    let members = list(desk, who).await?;
    let (_, before) =
        members.iter().find(|(staff, _)| staff.id == *id).ok_or(DeskError::NotFound)?;
    if before.has(Role::Administrator) && !roles.has(Role::Administrator) {
        keeps_an_administrator(&members, id)?;
    }
    desk.log(
        who,
        Action::AccountChanged,
        about(id, &format!("roles={} before={}", roles.slugs(), before.slugs())),
    )
    .await?;
    Ok(desk.store.set_roles(id, &who.site.id, roles).await?)
}

/// The end of a member's lockout, in milliseconds (UTC), if there is one now.
///
/// # Errors
/// A store error.
pub async fn locked_until(desk: &Desk, member: &Member) -> Result<Option<i64>> {
    Ok(desk.store.barred_until(&lockout::account_key(&member.staff.email), desk.now()).await?)
}

/// Lifts a member's lockout.
///
/// # Errors
/// [`DeskError::NotFound`] when it is not at this site.
pub async fn unlock(desk: &Desk, who: &Actor, id: &StaffId) -> Result<()> {
    let found = member(desk, who, id).await?;
    desk.log(who, Action::AccountChanged, about(id, "unlocked")).await?;
    Ok(desk.store.forget_tries(&lockout::account_key(&found.staff.email)).await?)
}

/// Whether the actor administers every site of an account.
async fn administers_all(desk: &Desk, who: &Actor, id: &StaffId) -> Result<bool> {
    let own = desk.store.sites_of(&who.staff.id).await?;
    let administered =
        |site| own.iter().any(|(mine, roles)| mine.id == site && roles.allow(Power::Administer));
    Ok(desk.store.sites_of(id).await?.into_iter().all(|(site, _)| administered(site.id)))
}

/// Refuses what would leave a site without anybody who can manage it.
fn keeps_an_administrator(members: &[(Staff, Roles)], without: &StaffId) -> Result<()> {
    let left = members.iter().any(|(staff, roles)| {
        staff.id != *without && staff.disabled_at.is_none() && roles.has(Role::Administrator)
    });
    if left { Ok(()) } else { Err(invalid("roles", FieldProblem::LastAdministrator)) }
}

/// A new link with which an account's password is chosen. Only its token's hash is kept.
async fn issue(desk: &Desk, id: &StaffId, reset: bool) -> Result<String> {
    let token = random_token(&desk.ambient);
    desk.store.add_password_link(id, &sha256(&token), desk.now() + LINK_MS, reset).await?;
    Ok(format!("{}/set-password/{token}", desk.policy.public_url))
}

fn about(id: &StaffId, words: &str) -> About {
    About::words(format!("account={id} {words}"))
}

fn invalid(field: &str, problem: FieldProblem) -> DeskError {
    DeskError::Invalid(vec![FieldError { field: field.to_owned(), problem }])
}
