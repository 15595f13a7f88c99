//! What the audit log records.

use strum::{EnumString, IntoStaticStr, VariantArray};

/// What a user did or saw.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumString, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "kebab-case")]
pub enum Action {
    SignedIn,
    SignInRefused,
    SignedOut,
    /// Switched the session to another site.
    SiteSwitched,
    /// Saw the list of consultations.
    Listed,
    /// Searched the consultations.
    Searched,
    /// Looked up a patient by an identifier.
    PatientFound,
    /// Opened a consultation.
    Opened,
    /// Created a consultation.
    Created,
    /// Recorded what Empego created by itself.
    Adopted,
    /// Repeated the create call of a consultation that Empego had not created.
    Retried,
    /// Entered Empego's key of a consultation.
    KeyEntered,
    /// Corrected a patient's details. The old ones are in the patient's history.
    PatientCorrected,
    /// Made one record of two patients' records.
    PatientsMerged,
    /// Undid a merge of two patients' records.
    MergeUndone,
    /// Cancelled a consultation or a follow-up.
    Cancelled,
    /// Took a cancellation back.
    CancelUndone,
    /// Moved a follow-up to another day.
    FollowUpMoved,
    LinkRevoked,
    /// Took the revocation of a link back.
    LinkRestored,
    LinkIssued,
    /// Changed the rules of a link.
    LinkChanged,
    /// A patient opened a link, and the page ran its script.
    LinkOpened,
    /// A patient entered a date of birth that is not the one on record.
    BirthDateRefused,
    /// Opened an Empego iframe.
    FrameOpened,
    /// A patient's browser reported an answer.
    Answered,
    Exported,
    /// Set or lifted a legal hold.
    HoldChanged,
    /// Records were deleted at the end of their retention.
    Purged,
    /// Records that are past their retention were announced, a day before they are deleted.
    PurgePlanned,
    AccountAdded,
    /// Changed an account's name, roles or state.
    AccountChanged,
    /// A password was changed or reset.
    PasswordChanged,
    /// A second factor was set up, removed or reset.
    FactorChanged,
    /// Sessions were ended by hand.
    SessionsEnded,
    /// A site was added or its settings were changed.
    SiteChanged,
    /// Searched the audit log, or made an access report.
    LogRead,
    /// A confidentiality incident was added or changed.
    IncidentChanged,
    /// Read the register of confidentiality incidents, or one of it.
    IncidentRead,
    /// Read the reasons of legal holds.
    HoldsRead,
    /// Asked for something that the roles do not allow.
    Refused,
    /// The database was copied to a file.
    BackedUp,
    /// The database was replaced by a backup.
    Restored,
    /// The operator accepted other names for the systems that identifiers go to Empego under.
    SystemsChanged,
}

super::slug::slugs!(Action);

impl Action {
    /// Every action, in the order of the log's filter.
    pub const ALL: &'static [Self] = Self::VARIANTS;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::slug::assert_slugs;

    #[test]
    fn slugs_are_those_in_databases() {
        assert_slugs::<Action>(&[
            "signed-in",
            "sign-in-refused",
            "signed-out",
            "site-switched",
            "listed",
            "searched",
            "patient-found",
            "opened",
            "created",
            "adopted",
            "retried",
            "key-entered",
            "patient-corrected",
            "patients-merged",
            "merge-undone",
            "cancelled",
            "cancel-undone",
            "follow-up-moved",
            "link-revoked",
            "link-restored",
            "link-issued",
            "link-changed",
            "link-opened",
            "birth-date-refused",
            "frame-opened",
            "answered",
            "exported",
            "hold-changed",
            "purged",
            "purge-planned",
            "account-added",
            "account-changed",
            "password-changed",
            "factor-changed",
            "sessions-ended",
            "site-changed",
            "log-read",
            "incident-changed",
            "incident-read",
            "holds-read",
            "refused",
            "backed-up",
            "restored",
            "systems-changed",
        ]);
    }
}
