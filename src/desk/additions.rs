//! What use cases add to consultations.

use super::{Desk, DeskError, Result};
use crate::model::consultation::Consultation;
use crate::model::ids::{ConsultationId, SiteId};
use crate::store::{Added, Addition, StoreError, Unseen};

impl Desk {
    /// Adds to a consultation. A corrected patient whose number is another one's by now is asked
    /// about again.
    pub(super) async fn add(
        &self,
        site: &SiteId,
        id: &ConsultationId,
        addition: Addition,
    ) -> Result<Added> {
        match self.store.add(site, id, &addition).await {
            Err(StoreError::Outdated) => Err(Unseen::Number.into()),
            added => Ok(added?),
        }
    }

    /// Adds to several consultations, which were read as they are in `read`, all or nothing.
    /// `false` = one of them has another state by now, and nothing was added: the caller reads them
    /// anew.
    pub(super) async fn add_to_each(
        &self,
        site: &SiteId,
        read: &[Consultation],
        mut additions: Vec<(ConsultationId, Addition)>,
    ) -> Result<bool> {
        for (id, addition) in &mut additions {
            let was = read.iter().find(|read| read.id == *id);
            addition.decided_by = was.map(|read| read.state.clone());
        }
        match self.store.add_to_each(site, &additions).await {
            Err(StoreError::Outdated) => Ok(false),
            added => added.map(|_| true).map_err(DeskError::from),
        }
    }

    /// The same for what was decided by the consultation's state, `read`. `None` = it has another
    /// one by now, and nothing was added: the caller reads it anew.
    pub(super) async fn add_if_still(
        &self,
        site: &SiteId,
        read: &Consultation,
        addition: Addition,
    ) -> Result<Option<Added>> {
        let addition = Addition { decided_by: Some(read.state.clone()), ..addition };
        match self.add(site, &read.id, addition).await {
            Err(DeskError::Invalid(problems)) => {
                let now = self.store.consultation(site, &read.id).await?;
                let is_still = now.is_some_and(|now| now.state == read.state);
                if is_still { Err(DeskError::Invalid(problems)) } else { Ok(None) }
            }
            added => added.map(Some),
        }
    }
}
