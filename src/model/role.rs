//! The roles of staff members, and the permissions that they give.

use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr, VariantArray};

/// The stored name of the account that the first start makes. Pages show it in their language.
pub const FIRST_ACCOUNT: &str = "Administrator";

/// A role at one site. A staff member can have several.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    EnumString,
    IntoStaticStr,
    VariantArray,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum Role {
    /// Creates consultations and hands over links.
    FrontDesk,
    /// As [`Self::FrontDesk`]; also opens the clinical details, and plans follow-ups.
    Clinician,
    /// Manages accounts, the site and its log. Gives no access to patients' records.
    Administrator,
}

super::slug::slugs!(Role);

impl Role {
    /// Every role.
    pub const ALL: [Self; 3] = super::slug::all();

    /// Whether this role alone gives the permission. Each role gets the least that it needs.
    #[must_use]
    pub fn allows(self, power: Permission) -> bool {
        match power {
            Permission::Consult => matches!(self, Self::FrontDesk | Self::Clinician),
            Permission::SeeDetails | Permission::PlanFollowUps => self == Self::Clinician,
            Permission::Administer => self == Self::Administrator,
        }
    }
}

/// A permission.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, VariantArray)]
pub enum Permission {
    /// See the board and the records, create consultations, hand over and change links.
    Consult,
    /// Open the clinical details, and export them.
    SeeDetails,
    /// Plan and cancel follow-ups.
    PlanFollowUps,
    /// Manage accounts, the site, its log and its retention.
    Administer,
}

/// What a page or a server function requires of the caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Access {
    /// Nothing: open to patients and unauthenticated clients.
    Public,
    /// A session, with any role.
    Staff,
    /// A session with a role that gives the permission at the session's site.
    Requires(Permission),
}

impl Access {
    /// Whether a user with these roles has access; `None` without a session.
    #[must_use]
    pub fn permits(self, roles: Option<&Roles>) -> bool {
        match self {
            Self::Public => true,
            Self::Staff => roles.is_some(),
            Self::Requires(power) => roles.is_some_and(|roles| roles.allow(power)),
        }
    }
}

/// The roles of one staff member at one site, sorted and without duplicates.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Roles(Vec<Role>);

impl Roles {
    /// Every role, as the first account has them.
    #[must_use]
    pub fn all() -> Self {
        Self(Role::ALL.to_vec())
    }

    /// Whether one of the roles gives the permission.
    #[must_use]
    pub fn allow(&self, power: Permission) -> bool {
        self.0.iter().any(|role| role.allows(power))
    }

    /// Whether the role is among them.
    #[must_use]
    pub fn has(&self, role: Role) -> bool {
        self.0.contains(&role)
    }

    /// Whether there are none: the staff member has no access to the site.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The slugs, separated by spaces.
    #[must_use]
    pub fn slugs(&self) -> String {
        self.iter().map(Role::slug).collect::<Vec<_>>().join(" ")
    }

    /// Reads slugs separated by white space. `None` if one is unknown.
    #[must_use]
    pub fn parse(slugs: &str) -> Option<Self> {
        slugs.split_whitespace().map(Role::parse).collect()
    }

    /// Each role, in the order of [`Role::ALL`].
    pub fn iter(&self) -> impl Iterator<Item = Role> + '_ {
        self.0.iter().copied()
    }
}

impl FromIterator<Role> for Roles {
    fn from_iter<I: IntoIterator<Item = Role>>(roles: I) -> Self {
        let mut roles: Vec<Role> = roles.into_iter().collect();
        roles.sort_unstable();
        roles.dedup();
        Self(roles)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::slug::assert_slugs;

    #[test]
    fn each_role_gives_the_least_permissions_that_it_needs() {
        let powers = |role: Role| {
            let powers = Permission::VARIANTS.iter().copied();
            powers.filter(|power| role.allows(*power)).collect::<Vec<_>>()
        };
        assert_eq!(powers(Role::FrontDesk), [Permission::Consult]);
        assert_eq!(
            powers(Role::Clinician),
            [Permission::Consult, Permission::SeeDetails, Permission::PlanFollowUps]
        );
        assert_eq!(powers(Role::Administrator), [Permission::Administer]);
    }

    #[test]
    fn roles_add_up_and_none_give_nothing() {
        let both: Roles =
            [Role::Administrator, Role::FrontDesk, Role::Administrator].into_iter().collect();
        assert_eq!(both.iter().collect::<Vec<_>>(), [Role::FrontDesk, Role::Administrator]);
        assert!(
            both.allow(Permission::Consult)
                && both.allow(Permission::Administer)
                && !both.allow(Permission::SeeDetails)
        );
        assert!(
            Permission::VARIANTS
                .iter()
                .all(|power| !Roles::default().allow(*power) && Roles::all().allow(*power))
        );
    }

    #[test]
    fn slugs_are_those_in_forms_claims_and_databases() {
        assert_slugs::<Role>(&["front-desk", "clinician", "administrator"]);
        assert_eq!(Roles::parse(&Roles::all().slugs()), Some(Roles::all()));
        assert_eq!(Roles::parse(""), Some(Roles::default()));
        assert_eq!(Roles::parse("clinician owner"), None);
    }
}
