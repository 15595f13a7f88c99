//! Follow-ups: planned, listed by day, called off.

mod form;

use super::audit::About;
use super::create::{self, Order};
use super::form::{self as patient_form, error};
use super::look::Looks;
use super::{Actor, Desk, DeskError, Result};
use crate::empego::Kind;
use crate::empego::profile::Plan;
use crate::error::FieldProblem;
use crate::model::audit::Action;
use crate::model::consultation::{Consultation, FollowUpRow};
use crate::model::follow_up::FollowUp;
use crate::model::forms::FollowUpForm;
use crate::model::ids::ConsultationId;
use crate::model::lifecycle::{Creation, Delivery, Event};
use crate::model::site::Site;
use crate::model::timeline::{Entry, Source};
use crate::secrets::sha256;
use crate::store::{Addition, FollowUpQuery, Whose};
use futures::future::join_all;
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use std::sync::Arc;

/// The most follow-ups of one week that are shown.
pub const WEEK_MOST: u32 = 500;

/// What became of a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Planned {
    /// The first one.
    pub first: ConsultationId,
    /// Whether every other one was created too. Those that were not say so on the list.
    pub whole: bool,
}

/// Plans a follow-up at Empego, or as many as it repeats: each is a record and a create call of its
/// own, and the same form again makes none of them twice.
///
/// # Errors
/// As [`create::create`], for the first of them: the others are not tried then.
pub async fn plan(desk: &Arc<Desk>, who: &Actor, form: &FollowUpForm) -> Result<Planned> {
    let follows = Some(form.follows.as_str()).filter(|id| !id.is_empty()).map(ConsultationId::from);
    if let Some(id) = &follows {
        desk.store.consultation(&who.site.id, id).await?.ok_or(DeskError::NotFound)?;
    }
    let planned = form::read(desk, form, follows.as_ref());
    let whose = match &follows {
        Some(id) => Ok(Whose::SameAs(id.clone())),
        None => patient_form::read(desk, &who.site, &form.patient).await.map(Whose::Typed),
    };
    let (planned, whose) = match (planned, whose) {
        (Ok(planned), Ok(whose)) => (planned, whose),
        // All that is wrong is said at once, in the order of the form.
        (Err(errors), Err(DeskError::Invalid(first))) => {
            return Err(DeskError::Invalid(first.into_iter().chain(errors).collect()));
        }
        (_, Err(error)) => return Err(error),
        (Err(errors), Ok(_)) => return Err(DeskError::Invalid(errors)),
    };
    let request_id = create::request_id(desk, &form.patient.request_id)?;
    // A task of its own, as each call is: a browser that goes away must not leave half a series
    // behind.
    let (desk, who) = (Arc::clone(desk), who.clone());
    let tasks = desk.tasks.clone();
    match tasks.spawn(async move { each(&desk, &who, &request_id, whose, planned).await }).await {
        Ok(result) => result,
        Err(error) => std::panic::resume_unwind(error.into_panic()),
    }
}

async fn each(
    desk: &Arc<Desk>,
    who: &Actor,
    request_id: &str,
    whose: Whose,
    planned: Vec<FollowUp>,
) -> Result<Planned> {
    let mut planned = planned.into_iter();
    let first = planned.next().ok_or_else(|| DeskError::Invalid(Vec::new()))?;
    // The first one alone: where Empego refuses it, nobody wants eleven more that it refused.
    let id =
        create::once(desk, who, &of(request_id, &first), &Order { whose, follow_up: Some(first) })
            .await?;
    let found = desk.store.consultation(&who.site.id, &id).await?.ok_or(DeskError::NotFound)?;
    if found.state.creation != Creation::Done {
        return Err(DeskError::OutcomeUnknown(id));
    }
    let others = planned.map(|follow_up| {
        // They are for whom the first one is for, whatever identifiers that patient has.
        let (press, order) = (
            of(request_id, &follow_up),
            Order { whose: Whose::SameAs(id.clone()), follow_up: Some(follow_up) },
        );
        async move { create::once(desk, who, &press, &order).await }
    });
    let failures: Vec<_> =
        join_all(others).await.into_iter().filter_map(std::result::Result::err).collect();
    for failure in &failures {
        tracing::warn!(error = %failure, "a follow-up of several was not created");
    }
    Ok(Planned { first: id, whole: failures.is_empty() })
}

/// The id of the press for one day of a form: a form that was sent, gone back to, and sent for
/// another day or reason is another press. The days of one form are different ones.
fn of(request_id: &str, follow_up: &FollowUp) -> String {
    let text = format!("{}\0{}", follow_up.due_on, follow_up.reason);
    let hash: String = sha256(&text).iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    format!("{request_id}/{hash}")
}

/// Calls a follow-up off on this desk: its link works no more, and it is on no list of what is to
/// be done. Empego is not told: no document says how. Doing so twice is doing so once.
///
/// # Errors
/// [`DeskError::NotFound`] when it is no follow-up of the site, [`DeskError::Invalid`] when it was
/// answered, or when it is not known whether it was created: Empego may have it, and its answer
/// would find nobody here.
pub async fn cancel(desk: &Desk, who: &Actor, id: &ConsultationId) -> Result<()> {
    let found = desk
        .store
        .consultation(&who.site.id, id)
        .await?
        .filter(|found| found.follow_up.is_some())
        .ok_or(DeskError::NotFound)?;
    match found.state.delivery(desk.now()) {
        Delivery::Cancelled => return Ok(()),
        Delivery::Creating
        | Delivery::OutcomeUnknown
        | Delivery::AnsweredReported
        | Delivery::AnsweredConfirmed => {
            return Err(DeskError::Invalid(vec![error("main", FieldProblem::NotCancellable)]));
        }
        _ => {}
    }
    let entry = Entry {
        actor: Some(who.staff.name.clone()),
        ..desk.entry(Source::Staff, "cancel", Event::Cancelled)
    };
    let log = vec![desk.record_of(who, Action::Cancelled, About::consultation(&found))];
    desk.add(&who.site.id, id, Addition { entries: vec![entry], log, ..Addition::default() })
        .await?;
    Ok(())
}

/// A page of the list of the actor's site. The look is in the log before anything is shown.
///
/// # Errors
/// A failing store.
pub async fn list(desk: &Desk, who: &Actor, query: &FollowUpQuery) -> Result<Vec<FollowUpRow>> {
    let rows = desk.store.follow_ups(query).await?;
    let action = if query.search.is_some() { Action::Searched } else { Action::Listed };
    saw(desk, who, action, &rows).await?;
    Ok(rows)
}

/// The follow-ups of the seven days from `monday` on; the look is in the log.
///
/// # Errors
/// A failing store.
pub async fn week(desk: &Desk, who: &Actor, monday: Date) -> Result<Vec<FollowUpRow>> {
    let sunday = monday.saturating_add(6.days());
    let rows = desk
        .store
        .follow_ups_between(&who.site.id, &monday.to_string(), &sunday.to_string(), WEEK_MOST)
        .await?;
    saw(desk, who, Action::Listed, &rows).await?;
    Ok(rows)
}

/// The consultation that a follow-up whose record the actor has open follows.
///
/// # Errors
/// A failing store.
pub async fn followed(
    desk: &Desk,
    who: &Actor,
    id: &ConsultationId,
) -> Result<Option<Consultation>> {
    Ok(desk.store.consultation(&who.site.id, id).await?)
}

/// Those of one consultation, whose patient's record the actor has open.
///
/// # Errors
/// A failing store.
pub async fn of_consultation(
    desk: &Desk,
    who: &Actor,
    id: &ConsultationId,
) -> Result<Vec<FollowUpRow>> {
    Ok(desk.store.follow_ups_of(&who.site.id, id).await?)
}

async fn saw(desk: &Desk, who: &Actor, action: Action, rows: &[FollowUpRow]) -> Result<()> {
    let patients = rows.iter().map(|row| row.row.patient.clone());
    Looks::list(desk, who, action, "follow-ups", patients, format!("follow-ups={}", rows.len()))
        .await
}

impl Consultation {
    /// Which of Empego's two kinds it is.
    #[must_use]
    pub fn kind(&self) -> Kind {
        if self.follow_up.is_some() { Kind::FollowUp } else { Kind::Consultation }
    }
}

impl Desk {
    /// The day that it is at the clinics.
    #[must_use]
    pub fn today(&self) -> Date {
        Timestamp::from_millisecond(self.now())
            .unwrap_or_default()
            .to_zoned_datetime(self.policy.time_zone.clone())
            .date()
    }

    /// When a day of the clinics' begins, in milliseconds (UTC).
    fn begins(&self, day: &str) -> Option<i64> {
        let day: Date = day.parse().ok()?;
        Some(
            day.to_zoned_datetime(self.policy.time_zone.clone()).ok()?.timestamp().as_millisecond(),
        )
    }

    /// What Empego is told of a follow-up.
    pub(super) fn plan_of<'a>(&self, follow_up: &'a FollowUp) -> Plan<'a> {
        let scheduled_at = self.begins(&follow_up.due_on).unwrap_or_else(|| self.now());
        Plan { scheduled_at, recurring: follow_up.place.is_some(), reason: &follow_up.reason }
    }

    /// When a link that is issued now ends by the site's rules, in milliseconds (UTC); `None` =
    /// never. That of a follow-up works on the whole of its day, and has its time from then on.
    #[must_use]
    pub fn link_end(&self, site: &Site, consultation: &Consultation) -> Option<i64> {
        let day = consultation
            .follow_up
            .as_ref()
            .and_then(|follow_up| follow_up.due_on.parse::<Date>().ok());
        let over = day.and_then(|day| self.begins(&day.tomorrow().ok()?.to_string()));
        let from = over.unwrap_or(i64::MIN).max(self.now());
        site.rules.ttl_ms.map(|ttl| from.saturating_add(ttl))
    }
}
