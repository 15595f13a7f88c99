//! What use cases add to consultations: stored, and published to the pages that show them.

use super::{Desk, DeskError, Result};
use crate::model::consultation::Consultation;
use crate::model::ids::{ConsultationId, SiteId};
use crate::store::{Added, Addition, StoreError, Unseen};

impl Desk {
    /// Adds to a consultation and publishes the change, if anything was new. A corrected patient
    /// whose number is another one's by now is asked about again.
    pub(super) async fn add(
        &self,
        site: &SiteId,
        id: &ConsultationId,
        addition: Addition,
    ) -> Result<Added> {
        let added = match self.store.add(site, id, &addition).await {
            Err(StoreError::Outdated) => return Err(Unseen::Number.into()),
            added => added?,
        };
        if added.fresh > 0 {
            self.live.publish(site, id);
        }
        Ok(added)
    }

    /// Adds to several consultations, which were read as they are in `read`, all or nothing, and
    /// publishes the changes. `false` = one of them has another state by now, and nothing was
    /// added: the caller reads them anew.
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
            Err(StoreError::Outdated) => return Ok(false),
            added => added?,
        };
        for (id, _) in &additions {
            self.live.publish(site, id);
        }
        Ok(true)
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
