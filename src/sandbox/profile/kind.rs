//! Consultations and follow-ups.

use crate::profile::Call;

/// What a patient answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(in crate::sandbox) enum Kind {
    Consultation,
    FollowUp,
}

/// What ends the name of a details page.
const DETAILS_SUFFIX: &str = "-details";

impl Kind {
    /// The noun of types and messages.
    pub(in crate::sandbox) fn noun(self) -> &'static str {
        match self {
            Self::Consultation => "consultation",
            Self::FollowUp => "followup",
        }
    }

    /// Path of a presigned URL.
    pub(in crate::sandbox) fn page_path(self, details: bool, token: &str) -> String {
        let suffix = if details { DETAILS_SUFFIX } else { "" };
        format!("/embed/{}{suffix}/{token}", self.noun())
    }

    /// The kind that a page of [`Self::page_path`] is of, and whether it is a details page.
    pub(in crate::sandbox) fn of_page(page: &str) -> Option<(Self, bool)> {
        let (noun, details) =
            page.strip_suffix(DETAILS_SUFFIX).map_or((page, false), |noun| (noun, true));
        let kind =
            [Self::Consultation, Self::FollowUp].into_iter().find(|kind| kind.noun() == noun)?;
        Some((kind, details))
    }

    /// The kind that a call is about.
    pub(in crate::sandbox) fn of(call: Call) -> Self {
        match call {
            Call::CreateConsultation
            | Call::AnswerConsultation
            | Call::ConsultationDetails
            | Call::CancelConsultation => Self::Consultation,
            Call::CreateFollowUp
            | Call::AnswerFollowUp
            | Call::FollowUpDetails
            | Call::CancelFollowUp
            | Call::MoveFollowUp => Self::FollowUp,
        }
    }

    /// Status after creation (`docs/empego.md` §7).
    pub(in crate::sandbox) fn first_status(self) -> &'static str {
        match self {
            Self::Consultation => "UNANSWERED",
            Self::FollowUp => "PLANNED",
        }
    }
}
