//! What a staff member is at a site, and what that lets them do.

use serde::{Deserialize, Serialize};

/// A role at one site. Somebody can have several: a pharmacist who also manages the accounts has
/// two.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Creates consultations and hands over links.
    FrontDesk,
    /// Does that too, opens the clinical details, and plans follow-ups.
    Clinician,
    /// Manages accounts, the site and its log. Sees no patient's record through this role alone.
    Administrator,
}

impl Role {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::FrontDesk, Self::Clinician, Self::Administrator];

    /// The word in forms, claims and the database.
    #[must_use]
    pub fn slug(self) -> &'static str {
        match self {
            Self::FrontDesk => "front-desk",
            Self::Clinician => "clinician",
            Self::Administrator => "administrator",
        }
    }

    /// Reads the word.
    #[must_use]
    pub fn parse(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.slug() == slug)
    }

    /// Whether this role alone allows it: the least that each needs (design, section 1).
    #[must_use]
    pub fn allows(self, power: Power) -> bool {
        match power {
            Power::Consult => matches!(self, Self::FrontDesk | Self::Clinician),
            Power::SeeDetails | Power::PlanFollowUps => self == Self::Clinician,
            Power::Administer => self == Self::Administrator,
        }
    }
}

/// Something that not everybody may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Power {
    /// See the board and the records, create consultations, hand over and change links.
    Consult,
    /// Open the clinical details, and export them.
    SeeDetails,
    /// Plan follow-ups, and call them off.
    PlanFollowUps,
    /// Manage accounts, the site, its log and its retention.
    Administer,
}

impl Power {
    /// All of them.
    pub const ALL: [Self; 4] =
        [Self::Consult, Self::SeeDetails, Self::PlanFollowUps, Self::Administer];
}

/// What it takes to open a page or to call a server function.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Access {
    /// Nothing: strangers and patients may.
    Public,
    /// To be signed in, whatever the role.
    Staff,
    /// To be signed in with a role, at the site of the session, that allows it.
    Needs(Power),
}

impl Access {
    /// Whether whoever has these roles may; `None` = nobody is signed in.
    #[must_use]
    pub fn is_open_to(self, roles: Option<&Roles>) -> bool {
        match self {
            Self::Public => true,
            Self::Staff => roles.is_some(),
            Self::Needs(power) => roles.is_some_and(|roles| roles.allow(power)),
        }
    }
}

/// The roles of one staff member at one site, without repetition.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Roles(Vec<Role>);

impl Roles {
    /// Every role: what the first account gets.
    #[must_use]
    pub fn all() -> Self {
        Self(Role::ALL.to_vec())
    }

    /// Whether any of them allows it.
    #[must_use]
    pub fn allow(&self, power: Power) -> bool {
        self.0.iter().any(|role| role.allows(power))
    }

    /// Whether this role is among them.
    #[must_use]
    pub fn has(&self, role: Role) -> bool {
        self.0.contains(&role)
    }

    /// Whether there is none: then the site is not theirs.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The roles' words with a space between them.
    #[must_use]
    pub fn slugs(&self) -> String {
        self.iter().map(Role::slug).collect::<Vec<_>>().join(" ")
    }

    /// Reads what [`Self::slugs`] wrote.
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

    #[test]
    fn each_role_has_the_least_that_it_needs() {
        let powers = |role: Role| {
            Power::ALL.into_iter().filter(move |power| role.allows(*power)).collect::<Vec<_>>()
        };
        assert_eq!(powers(Role::FrontDesk), [Power::Consult]);
        assert_eq!(
            powers(Role::Clinician),
            [Power::Consult, Power::SeeDetails, Power::PlanFollowUps]
        );
        assert_eq!(powers(Role::Administrator), [Power::Administer]);
    }

    #[test]
    fn roles_add_up_and_none_allows_nothing() {
        let both: Roles =
            [Role::Administrator, Role::FrontDesk, Role::Administrator].into_iter().collect();
        assert_eq!(both.iter().collect::<Vec<_>>(), [Role::FrontDesk, Role::Administrator]);
        assert!(
            both.allow(Power::Consult)
                && both.allow(Power::Administer)
                && !both.allow(Power::SeeDetails)
        );
        assert!(
            Power::ALL
                .into_iter()
                .all(|power| !Roles::default().allow(power) && Roles::all().allow(power))
        );
    }

    #[test]
    fn words_come_back() {
        assert!(Role::ALL.into_iter().all(|role| Role::parse(role.slug()) == Some(role)));
        assert_eq!(Role::parse("owner"), None);
        assert_eq!(Roles::parse(&Roles::all().slugs()), Some(Roles::all()));
        assert_eq!(Roles::parse(""), Some(Roles::default()));
        assert_eq!(Roles::parse("clinician owner"), None);
    }
}
