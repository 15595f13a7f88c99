//! Follow-ups moved to another day and cancelled, one by one or as a whole series. Empego is told
//! where the profile has an operation for it: no document names one (`docs/empego.md` §10).

use super::audit::About;
use super::follow_up::form::day;
use super::tell::{self, Change};
use super::{Actor, Desk, DeskError, Result, cancel};
use crate::error::FieldProblem;
use crate::model::audit::Action;
use crate::model::consultation::Consultation;
use crate::model::forms::{CancelForm, MoveForm};
use crate::model::ids::ConsultationId;
use crate::model::lifecycle::{Delivery, Event};
use crate::model::timeline::{Entry, Source};
use crate::store::Addition;
use jiff::civil::Date;

/// How often a change is tried again after a concurrent one.
const MAX_REPEATS: usize = 5;

/// Whether a follow-up can be moved: not once it was answered or is over, and not while Empego may
/// or may not have it.
#[must_use]
pub fn is_movable(delivery: Delivery) -> bool {
    cancel::is_possible(delivery) && delivery != Delivery::ExpiredAtEmpego
}

/// Cancels every follow-up of a series that can be cancelled, in one transaction. Returns how many.
///
/// # Errors
/// [`DeskError::NotFound`] when the site has no such follow-up; [`DeskError::Invalid`] for the
/// form, and where none of them can be cancelled.
pub async fn cancel(
    desk: &Desk,
    caller: &Actor,
    id: &ConsultationId,
    form: &CancelForm,
) -> Result<usize> {
    found(desk, caller, id).await?;
    let (reason, note) = cancel::read(form)?;
    let wanted = |_: &Consultation, found: &Consultation| {
        let delivery = found.state.delivery(desk.now());
        cancel::is_possible(delivery)
            .then(|| cancel::addition(desk, caller, found, reason, note.clone()))
    };
    let changed = change(desk, caller, id, FieldProblem::NotCancellable, wanted).await?;
    tell::tell(desk, &caller.site, &changed, Change::Cancelled(reason)).await;
    Ok(changed.len())
}

/// Moves a follow-up to another day; with `form.series` also the later ones of its series, by as
/// many days. In one transaction. Returns how many: none where it is due on that day.
///
/// # Errors
/// [`DeskError::NotFound`] when the site has no such follow-up; [`DeskError::Invalid`] for what is
/// no day from today to two years from now, and where it cannot be moved.
pub async fn move_to(
    desk: &Desk,
    caller: &Actor,
    id: &ConsultationId,
    form: &MoveForm,
) -> Result<usize> {
    let this = found(desk, caller, id).await?;
    let today = desk.today(&caller.site);
    let typed = form.new_day.trim();
    let to = match day(typed, today) {
        Some(to) => to,
        None if typed.is_empty() => {
            return Err(DeskError::field("new_day", FieldProblem::Required));
        }
        None => return Err(DeskError::field("new_day", FieldProblem::BadDay)),
    };
    if !is_movable(this.state.delivery(desk.now())) {
        return Err(DeskError::field("main", FieldProblem::NotMovable));
    }
    if due(&this) == Some(to) {
        return Ok(0);
    }
    let wanted = |this: &Consultation, found: &Consultation| {
        let (from, day) = (due(this)?, due(found)?);
        let by = to - from;
        let is_meant = found.id == this.id || form.series.0 && day > from;
        let delivery = found.state.delivery(desk.now());
        if by.is_zero() || !is_meant || !is_movable(delivery) {
            return None;
        }
        Some(moved(desk, caller, found, day, day.checked_add(by).ok()?))
    };
    let changed = change(desk, caller, id, FieldProblem::NotMovable, wanted).await?;
    tell::tell(desk, &caller.site, &changed, Change::Moved).await;
    Ok(changed.len())
}

/// A follow-up of the caller's site.
async fn found(desk: &Desk, caller: &Actor, id: &ConsultationId) -> Result<Consultation> {
    let found = desk.store.consultation(&caller.site.id, id).await?;
    found.filter(|found| found.follow_up.is_some()).ok_or(DeskError::NotFound)
}

fn due(consultation: &Consultation) -> Option<Date> {
    consultation.follow_up.as_ref()?.due_on.parse().ok()
}

/// Adds what `wanted` says of the follow-up (its first argument) and each of its series (its
/// second), all or nothing. Where a concurrent change came first, all of it is decided again.
/// Returns which were changed.
async fn change(
    desk: &Desk,
    caller: &Actor,
    id: &ConsultationId,
    none: FieldProblem,
    wanted: impl Fn(&Consultation, &Consultation) -> Option<Addition>,
) -> Result<Vec<ConsultationId>> {
    let site = &caller.site.id;
    for _ in 0..MAX_REPEATS {
        let this = found(desk, caller, id).await?;
        let series = this.follow_up.as_ref().and_then(|follow_up| follow_up.series.clone());
        let all = match series {
            Some(first) => desk.store.series(site, &first).await?,
            None => vec![this.clone()],
        };
        let additions: Vec<_> = all
            .iter()
            .filter_map(|found| Some((found.id.clone(), wanted(&this, found)?)))
            .collect();
        if additions.is_empty() {
            return Err(DeskError::field("main", none));
        }
        let ids: Vec<_> = additions.iter().map(|(id, _)| id.clone()).collect();
        if desk.add_to_each(site, &all, additions).await? {
            return Ok(ids);
        }
    }
    Err(DeskError::TooMany { seconds: 1 })
}

/// What moves a follow-up. A link that has an end works as long after the new day as it did after
/// the old one; at a site without a link lifetime it gets no end.
fn moved(desk: &Desk, caller: &Actor, found: &Consultation, from: Date, to: Date) -> Addition {
    let change = found.state.moves + 1;
    let event = Event::Moved { from: from.to_string(), to: to.to_string(), change };
    let by_staff = |id: String, event| Entry {
        actor: Some(caller.staff.name.clone()),
        ..desk.entry(Source::Staff, id, event)
    };
    let mut entries = vec![by_staff(format!("move:{change}"), event)];
    let mut later = found.clone();
    if let Some(follow_up) = &mut later.follow_up {
        follow_up.due_on = to.to_string();
    }
    let end = desk.link_end(&caller.site, &later);
    if found.state.expires_at().is_some_and(|current| end != Some(current)) {
        let generation = found.state.link.0;
        let number = found.state.link_change.saturating_add(1);
        let event = Event::ExpirySet { generation, expires_at: end, change: number };
        entries.push(by_staff(format!("expiry:{generation}:{number}"), event));
    }
    let about = About::consultation(found).with("moved");
    Addition {
        entries,
        due_on: Some(to.to_string()),
        log_if_new: vec![desk.row(caller, Action::FollowUpMoved, about)],
        ..Addition::default()
    }
}
