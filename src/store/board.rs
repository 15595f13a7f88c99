//! What the board asks for.

use crate::model::ids::{ConsultationId, SiteId};

/// Which rows of the board are wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BoardQuery {
    /// The site whose board it is.
    pub site: SiteId,
    /// Words of a name, or an identifier with or without its separators. Every word must be found,
    /// each as the beginning of one; case and accents do not matter. Without a letter or digit it
    /// is no search.
    pub search: Option<String>,
    /// Only rows that stand here.
    pub status: Option<BoardStatus>,
    /// Only rows older than this one (keyset paging).
    pub before: Option<ConsultationId>,
    /// The moment that expiry is judged by, in milliseconds (UTC).
    pub now: i64,
    /// The moment before which a source that was not followed by the other one is in doubt, in
    /// milliseconds (UTC).
    pub doubt_before: i64,
    /// How many rows at the most.
    pub limit: u32,
}

/// What the board can be filtered by: our delivery and Empego's status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BoardStatus {
    /// The create call is on its way, failed, or has no known outcome: somebody must look.
    NotCreated,
    /// The link works and nobody opened it.
    LinkReady,
    /// The patient's page was opened.
    Opened,
    /// The questionnaire was started.
    Started,
    /// The patient answered (reported or confirmed).
    Answered,
    /// The browser reported an answer, and Empego has not confirmed it for too long.
    Unconfirmed,
    /// Empego says that there is an answer to be analysed, and no browser has reported it for too
    /// long.
    Unreported,
    /// Empego says `TO_BE_ANALYZED`.
    ToBeAnalyzed,
    /// Empego says `IN_PROGRESS`.
    InProgress,
    /// Empego says `DONE`.
    Done,
    /// The link's time is over.
    Expired,
    /// Staff took the link back.
    Revoked,
    /// Called off.
    Cancelled,
}

impl BoardStatus {
    /// All of them, in the order of the filter.
    pub const ALL: [Self; 13] = [
        Self::NotCreated,
        Self::LinkReady,
        Self::Opened,
        Self::Started,
        Self::Answered,
        Self::Unconfirmed,
        Self::Unreported,
        Self::ToBeAnalyzed,
        Self::InProgress,
        Self::Done,
        Self::Expired,
        Self::Revoked,
        Self::Cancelled,
    ];

    /// The word in the board's query string.
    #[must_use]
    pub fn slug(self) -> &'static str {
        match self {
            Self::NotCreated => "not-created",
            Self::LinkReady => "link-ready",
            Self::Opened => "opened",
            Self::Started => "started",
            Self::Answered => "answered",
            Self::Unconfirmed => "unconfirmed",
            Self::Unreported => "unreported",
            Self::ToBeAnalyzed => "to-be-analyzed",
            Self::InProgress => "in-progress",
            Self::Done => "done",
            Self::Expired => "expired",
            Self::Revoked => "revoked",
            Self::Cancelled => "cancelled",
        }
    }

    /// Reads the word in the board's query string.
    #[must_use]
    pub fn parse(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.slug() == slug)
    }
}
