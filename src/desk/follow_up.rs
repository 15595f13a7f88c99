//! Follow-ups: planned, listed by day.

pub(super) mod form;

use super::access::log_list;
use super::create::{self, Request};
use super::form as patient_form;
use super::identify::{self, Question};
use super::requests::{derived_id, request_id};
use super::site_time::start_of;
use super::{Actor, Desk, DeskError, Result};
use crate::empego::profile::Plan;
use crate::empego::{EmpegoError, Kind};
use crate::model::audit::Action;
use crate::model::consultation::{Consultation, FollowUpRow};
use crate::model::follow_up::FollowUp;
use crate::model::forms::{ConsultationForm, FollowUpForm};
use crate::model::ids::ConsultationId;
use crate::model::lifecycle::Creation;
use crate::model::site::Site;
use crate::profile::Call;
use crate::store::{FollowUpQuery, PatientRef};
use futures::future::join_all;
use jiff::ToSpan;
use jiff::civil::Date;
use std::sync::Arc;

/// The most follow-ups in the view of one week.
pub const WEEK_MOST: u32 = 500;

/// The outcome of a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Planned {
    /// The first one.
    pub first: ConsultationId,
    /// Whether all others were created too. The list shows those that were not.
    pub whole: bool,
}

/// Plans a follow-up at Empego, or a series of them: each is a record and a create call of its own,
/// and a repeated request creates none of them twice.
///
/// # Errors
/// As [`create::create`], for the first of them: the others are not tried then.
pub async fn plan(desk: &Arc<Desk>, caller: &Actor, form: &FollowUpForm) -> Result<Planned> {
    if !desk.empego.has(Call::CreateFollowUp) {
        return Err(EmpegoError::Unsupported.into());
    }
    let follows = Some(form.follows.as_str()).filter(|id| !id.is_empty()).map(ConsultationId::from);
    if let Some(id) = &follows {
        desk.store.consultation(&caller.site.id, id).await?.ok_or(DeskError::NotFound)?;
    }
    let planned = form::read(desk.today(&caller.site), form, follows.as_ref());
    let request_id = request_id(desk, &form.patient.request_id)?;
    let first_id = id_of_first(&request_id, planned.as_deref().unwrap_or_default());
    let patient = match follows {
        Some(id) => Ok(Request::of(PatientRef::SameAs(id))),
        None => entered(desk, caller, &form.patient, &first_id).await,
    };
    let (planned, patient) = match (planned, patient) {
        (Ok(planned), Ok(patient)) => (planned, patient),
        // All errors at once, in the order of the form.
        (Err(errors), Err(DeskError::Invalid(first))) => {
            return Err(DeskError::Invalid(first.into_iter().chain(errors).collect()));
        }
        (_, Err(error)) => return Err(error),
        (Err(errors), Ok(_)) => return Err(DeskError::Invalid(errors)),
    };
    // A task of its own, as each call is: a browser that disconnects must not leave half a series.
    let (task, caller) = (Arc::clone(desk), caller.clone());
    desk.run_to_end(async move { create_each(&task, &caller, &request_id, patient, planned).await })
        .await
}

/// What is to be asked about the patient of a form, for the page that shows it again. Logged before
/// it is shown.
///
/// # Errors
/// A store error.
pub async fn question(
    desk: &Desk,
    caller: &Actor,
    form: &FollowUpForm,
) -> Result<Option<Question>> {
    let planned = form::read(desk.today(&caller.site), form, None).unwrap_or_default();
    let id = id_of_first(&form.patient.request_id, &planned);
    identify::question_of(desk, caller, &form.patient, &id, false).await
}

/// The request id of the first follow-up of a form; none where the form names no valid day.
fn id_of_first(request_id: &str, planned: &[FollowUp]) -> String {
    planned.first().map(|first| request_id_of(request_id, first)).unwrap_or_default()
}

/// The patient that was entered. An open consultation of theirs does not stand in the way of a
/// follow-up.
async fn entered(
    desk: &Desk,
    caller: &Actor,
    form: &ConsultationForm,
    request_id: &str,
) -> Result<Request> {
    let (draft, kept) = patient_form::read(desk, caller, form)?;
    let (patient, seen) = create::patient_of(desk, caller, form, &draft, request_id, false).await?;
    Ok(Request { seen, kept, ..Request::of(patient) })
}

async fn create_each(
    desk: &Arc<Desk>,
    caller: &Actor,
    request_id: &str,
    patient: Request,
    planned: Vec<FollowUp>,
) -> Result<Planned> {
    let mut planned = planned.into_iter();
    let first = planned.next().ok_or_else(|| DeskError::Invalid(Vec::new()))?;
    // The first one alone: if Empego refuses it, the others are not tried.
    let first_id = request_id_of(request_id, &first);
    let request = Request { follow_up: Some(first), ..patient };
    let id = create::create_once(desk, caller, &first_id, &request).await?;
    let found = desk.store.consultation(&caller.site.id, &id).await?.ok_or(DeskError::NotFound)?;
    if found.state.creation != Creation::Done {
        return Err(DeskError::OutcomeUnknown(id));
    }
    let others = planned.map(|follow_up| {
        // For the first one's patient, whatever identifiers they have: the id comes from the first
        // one's, which is another for another patient.
        let other_id = request_id_of(&found.request_id.0, &follow_up);
        let patient = PatientRef::SameAs(id.clone());
        let follow_up = FollowUp { series: Some(id.clone()), ..follow_up };
        let request = Request { follow_up: Some(follow_up), ..Request::of(patient) };
        async move { create::create_once(desk, caller, &other_id, &request).await }
    });
    let failures: Vec<_> =
        join_all(others).await.into_iter().filter_map(std::result::Result::err).collect();
    for failure in &failures {
        tracing::warn!(error = %failure, "a follow-up of several was not created");
    }
    Ok(Planned { first: id, whole: failures.is_empty() })
}

/// The request id of one follow-up of a form. A form that was sent, gone back to, and sent for
/// another day or reason is another request. The days of one form differ.
fn request_id_of(request_id: &str, follow_up: &FollowUp) -> String {
    derived_id(request_id, &format!("{}\0{}", follow_up.due_on, follow_up.reason))
}

/// A page of the list of the caller's site. The access is logged first.
///
/// # Errors
/// A store error.
pub async fn list(desk: &Desk, caller: &Actor, query: &FollowUpQuery) -> Result<Vec<FollowUpRow>> {
    let rows = desk.store.follow_ups(query).await?;
    let action = if query.search.is_some() { Action::Searched } else { Action::Listed };
    log_access(desk, caller, action, &rows).await?;
    Ok(rows)
}

/// The follow-ups of the seven days from `monday` on. The access is logged first.
///
/// # Errors
/// A store error.
pub async fn week(desk: &Desk, caller: &Actor, monday: Date) -> Result<Vec<FollowUpRow>> {
    let sunday = monday.saturating_add(6.days());
    let rows = desk
        .store
        .follow_ups_between(&caller.site.id, &monday.to_string(), &sunday.to_string(), WEEK_MOST)
        .await?;
    log_access(desk, caller, Action::Listed, &rows).await?;
    Ok(rows)
}

/// The consultation that a follow-up follows. The caller has the follow-up's record open.
///
/// # Errors
/// A store error.
pub async fn followed(
    desk: &Desk,
    caller: &Actor,
    id: &ConsultationId,
) -> Result<Option<Consultation>> {
    Ok(desk.store.consultation(&caller.site.id, id).await?)
}

/// The other follow-ups of a consultation's patient. The caller has the record open.
///
/// # Errors
/// A store error.
pub async fn of_consultation(
    desk: &Desk,
    caller: &Actor,
    id: &ConsultationId,
) -> Result<Vec<FollowUpRow>> {
    Ok(desk.store.follow_ups_of(&caller.site.id, id).await?)
}

async fn log_access(
    desk: &Desk,
    caller: &Actor,
    action: Action,
    rows: &[FollowUpRow],
) -> Result<()> {
    let patients = rows.iter().map(|row| row.row.patient.clone());
    let detail = format!("follow-ups={}", rows.len());
    log_list(desk, caller, action, "follow-ups", patients, detail).await
}

impl Consultation {
    /// Which of Empego's two kinds it is.
    #[must_use]
    pub fn kind(&self) -> Kind {
        if self.follow_up.is_some() { Kind::FollowUp } else { Kind::Consultation }
    }
}

impl Desk {
    /// What Empego is told of a follow-up.
    pub(super) fn plan_of<'a>(&self, site: &Site, follow_up: &'a FollowUp) -> Plan<'a> {
        let day: Option<Date> = follow_up.due_on.parse().ok();
        let start = day.and_then(|day| start_of(&self.zone(site), day));
        let scheduled_at = start.unwrap_or_else(|| self.now());
        // Empego repeats a recurring follow-up by itself: each date of a series would multiply.
        Plan { scheduled_at, recurring: false, reason: &follow_up.reason }
    }

    /// The expiry of a link that is issued now, by the site's rules, in milliseconds (UTC); `None`
    /// = never. The lifetime of a follow-up's link starts at the end of its day at the site.
    #[must_use]
    pub fn link_end(&self, site: &Site, consultation: &Consultation) -> Option<i64> {
        let day = consultation
            .follow_up
            .as_ref()
            .and_then(|follow_up| follow_up.due_on.parse::<Date>().ok());
        let over = day.and_then(|day| start_of(&self.zone(site), day.tomorrow().ok()?));
        let from = over.unwrap_or(i64::MIN).max(self.now());
        site.rules.ttl_ms.map(|ttl| from.saturating_add(ttl))
    }
}
