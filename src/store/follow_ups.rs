//! Follow-ups by day.

use super::Result;
use crate::model::consultation::FollowUpRow;
use crate::model::follow_up::Stage;
use crate::model::ids::{ConsultationId, SiteId};
use async_trait::async_trait;

/// The filters of the list of follow-ups.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum FollowUpView {
    /// Not done and not cancelled, the earliest day first.
    #[default]
    Open,
    /// Of one stage: the earliest day first, or the latest first when the stage is over.
    At(Stage),
    /// The latest day first.
    All,
}

/// A page of the list of follow-ups.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FollowUpQuery {
    pub site: SiteId,
    pub view: FollowUpView,
    /// As [`super::BoardQuery::search`].
    pub search: Option<String>,
    /// Today at the clinic, `YYYY-MM-DD`.
    pub today: String,
    /// Only follow-ups after this day and id in the order of the view (keyset paging).
    pub after: Option<(String, ConsultationId)>,
    /// The most rows to return.
    pub limit: u32,
}

/// Lists of follow-ups. Each is a consultation: see [`super::Consultations`]. A record of another
/// site is not found.
#[async_trait]
pub trait FollowUps: Send + Sync {
    /// A page of the list.
    async fn follow_ups(&self, query: &FollowUpQuery) -> Result<Vec<FollowUpRow>>;
    /// The first `limit` follow-ups from `from` to `until`, both included (`YYYY-MM-DD`), by day.
    async fn follow_ups_between(
        &self,
        site: &SiteId,
        from: &str,
        until: &str,
        limit: u32,
    ) -> Result<Vec<FollowUpRow>>;
    /// The follow-ups of a consultation's patient, by day, without the consultation itself.
    async fn follow_ups_of(&self, site: &SiteId, id: &ConsultationId) -> Result<Vec<FollowUpRow>>;
}
