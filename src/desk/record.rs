//! How Empego is asked about a consultation that the desk has.

use super::Desk;
use crate::empego::{CreatedOf, RecordRef};
use crate::model::consultation::Consultation;
use crate::model::reason;
use crate::model::site::Site;

impl Desk {
    /// What a consultation was, or will be, created of.
    pub(super) fn created_of<'a>(
        &self,
        site: &'a Site,
        consultation: &'a Consultation,
    ) -> CreatedOf<'a> {
        let Consultation { id, patient, follow_up, .. } = consultation;
        let reason = consultation.reason.as_deref();
        let reason = reason.map(|entered| reason::sent(&site.reasons, entered));
        let plan = follow_up.as_ref().map(|follow_up| self.plan_of(site, follow_up));
        CreatedOf { patient, metadata: &id.0, reason, plan }
    }

    /// What a call for one of its URLs names it by.
    pub(super) fn record_ref<'a>(
        &self,
        site: &'a Site,
        consultation: &'a Consultation,
    ) -> RecordRef<'a> {
        RecordRef {
            key: consultation.empego_key.as_ref(),
            access_key: consultation.access_key.as_deref(),
            created_of: Some(self.created_of(site, consultation)),
        }
    }
}
