//! What the audit log tells of.

/// Declares the actions once: variant, word in the database, and what it is.
macro_rules! actions {
    ($($(#[$doc:meta])* $name:ident = $slug:literal,)*) => {
        /// Something that somebody did or saw.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Action { $($(#[$doc])* $name,)* }

        impl Action {
            /// All of them, in the order of the log's filter.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The word in the database and in the log's address.
            #[must_use]
            pub fn slug(self) -> &'static str {
                match self { $(Self::$name => $slug,)* }
            }

            /// Reads the word.
            #[must_use]
            pub fn parse(slug: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|action| action.slug() == slug)
            }
        }
    };
}

actions! {
    /// Signed in.
    SignedIn = "signed-in",
    /// A sign-in was refused.
    SignInRefused = "sign-in-refused",
    /// Signed out.
    SignedOut = "signed-out",
    /// Went to work at another site.
    SiteSwitched = "site-switched",
    /// Saw the list of consultations.
    Listed = "listed",
    /// Searched the consultations.
    Searched = "searched",
    /// Looked a patient up by an identifier.
    PatientFound = "patient-found",
    /// Opened a consultation.
    Opened = "opened",
    /// Created a consultation.
    Created = "created",
    /// Asked Empego once more for one that was not created.
    Retried = "retried",
    /// Called a follow-up off.
    Cancelled = "cancelled",
    /// Took a link back.
    LinkRevoked = "link-revoked",
    /// Issued a new link.
    LinkIssued = "link-issued",
    /// Changed how a link behaves.
    LinkChanged = "link-changed",
    /// A patient followed a link and its page came to life.
    LinkOpened = "link-opened",
    /// A patient's date of birth did not fit.
    BirthDateRefused = "birth-date-refused",
    /// A frame of Empego's was opened.
    FrameOpened = "frame-opened",
    /// A patient's browser reported an answer.
    Answered = "answered",
    /// Something was exported.
    Exported = "exported",
    /// A record was put under legal hold, or the hold was lifted.
    HoldChanged = "hold-changed",
    /// Records were removed at the end of their retention.
    Purged = "purged",
    /// An account was added.
    AccountAdded = "account-added",
    /// An account's name, roles or state was changed.
    AccountChanged = "account-changed",
    /// A password was changed or reset.
    PasswordChanged = "password-changed",
    /// A second factor was set up, removed or reset.
    FactorChanged = "factor-changed",
    /// Sessions were ended by hand.
    SessionsEnded = "sessions-ended",
    /// A site was added or its settings were changed.
    SiteChanged = "site-changed",
    /// The audit log was searched, or an access report was made.
    LogRead = "log-read",
    /// A confidentiality incident was entered or changed.
    IncidentChanged = "incident-changed",
    /// Something was asked for that the roles do not allow.
    Refused = "refused",
    /// The database was copied into a file.
    BackedUp = "backed-up",
    /// A backup was put in the database's place.
    Restored = "restored",
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_names_one_action() {
        for action in Action::ALL {
            assert_eq!(Action::parse(action.slug()), Some(*action));
        }
        assert_eq!(Action::parse("slept"), None);
    }
}
