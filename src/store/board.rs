//! The query of the board.

use crate::model::ids::{ConsultationId, SiteId};
use crate::model::slug::{all, slugs};
use strum::{EnumString, IntoStaticStr, VariantArray};

/// Selects rows of the board.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BoardQuery {
    pub site: SiteId,
    /// Words of a name, or an identifier with or without separators. Every word must match the
    /// beginning of a word, without regard to case and accents. Text without a letter or digit is
    /// no search.
    pub search: Option<String>,
    pub status: Option<BoardStatus>,
    /// Only rows older than this one (keyset paging).
    pub before: Option<ConsultationId>,
    /// The moment that expiry is judged by, in milliseconds (UTC).
    pub now: i64,
    /// The moment before which one source must have spoken for the silence of the other to count,
    /// in milliseconds (UTC).
    pub discrepancy_before: i64,
    /// The most rows to return.
    pub limit: u32,
}

/// The filters of the board, in their order, over our delivery and Empego's status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumString, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "kebab-case")]
pub enum BoardStatus {
    /// The create call is under way, failed, or has an unknown outcome.
    NotCreated,
    /// The link works and was not opened.
    LinkReady,
    Opened,
    Started,
    /// Answered, reported or confirmed.
    Answered,
    /// Reported by the browser, and not confirmed by Empego for too long.
    Unconfirmed,
    /// Ready to be analysed by Empego's word, and not reported by a browser for too long.
    Unreported,
    ToBeAnalyzed,
    InProgress,
    Done,
    Expired,
    /// Over at Empego, unanswered.
    ExpiredAtEmpego,
    Revoked,
    Cancelled,
}

impl BoardStatus {
    /// In the order of the filter.
    pub const ALL: [Self; 14] = all();
}

slugs!(BoardStatus);
