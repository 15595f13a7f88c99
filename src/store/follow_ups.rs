//! What is planned, by day.

use super::Result;
use crate::model::consultation::FollowUpRow;
use crate::model::follow_up::Stage;
use crate::model::ids::{ConsultationId, SiteId};
use async_trait::async_trait;

/// Which follow-ups are wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum FollowUpView {
    /// All that somebody still has to do something about, the earliest day first.
    #[default]
    Open,
    /// Those that stand here: the earliest day first, and the latest first of what is over.
    At(Stage),
    /// All of them, the latest day first.
    All,
}

/// A page of the list of follow-ups.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FollowUpQuery {
    /// Whose list it is.
    pub site: SiteId,
    /// Which ones.
    pub view: FollowUpView,
    /// As of [`super::BoardQuery::search`].
    pub search: Option<String>,
    /// The day that it is at the clinic, `YYYY-MM-DD`.
    pub today: String,
    /// Only those that come after this one in the order of the view: its day and its id (keyset
    /// paging).
    pub after: Option<(String, ConsultationId)>,
    /// How many at the most.
    pub limit: u32,
}

/// Follow-ups as lists. Each is a consultation too: [`super::Records`] has the rest. A record of
/// another site is as if it were not there.
#[async_trait]
pub trait FollowUps: Send + Sync {
    /// A page of the list.
    async fn follow_ups(&self, query: &FollowUpQuery) -> Result<Vec<FollowUpRow>>;
    /// Those for the days from `from` to `until`, both included (`YYYY-MM-DD`), by day; at the most
    /// `limit`.
    async fn follow_ups_between(
        &self,
        site: &SiteId,
        from: &str,
        until: &str,
        limit: u32,
    ) -> Result<Vec<FollowUpRow>>;
    /// Those of one consultation, by day.
    async fn follow_ups_of(&self, site: &SiteId, id: &ConsultationId) -> Result<Vec<FollowUpRow>>;
}
