//! A follow-up that is moved, and the others of its series.

use crate::desk::cancel::is_uncreated;
use crate::desk::series::is_movable;
use crate::desk::tell::{self, OfSeries};
use crate::i18n::{CancelWords, fill};
use crate::model::consultation::{Consultation, FollowUpRow};
use crate::model::lifecycle::{Delivery, Told};
use crate::model::role::Permission;
use crate::parts::field::TextField;
use crate::parts::notice::Notice;
use crate::web::page::Page;
use crate::web::routes::Function;
use leptos::prelude::*;

/// The other follow-ups of the series that a change is possible to.
pub(super) fn open_others<'a>(
    page: &Page,
    consultation: &Consultation,
    others: &'a [FollowUpRow],
    is_possible: fn(Delivery) -> bool,
) -> impl Iterator<Item = &'a FollowUpRow> {
    let series = consultation.follow_up.as_ref().and_then(|follow_up| follow_up.series.clone());
    let now = page.state.desk.now();
    others.iter().filter(move |other| {
        series.is_some()
            && other.follow_up.series == series
            && is_possible(other.row.state.delivery(now))
    })
}

/// The checkbox that means more of the series than this one; nothing where there is no other one.
pub(super) fn choice(
    page: &Page,
    function: Function,
    label: &'static str,
    others: usize,
    shown: usize,
) -> Option<impl IntoView + use<>> {
    let answers = page.submitted.as_ref().is_some_and(|submitted| submitted.is_to(function));
    let ticked = answers && !page.entry("series").is_empty();
    (others > 0).then(|| {
        view! {
            <label class="choice">
                <input type="checkbox" name="series" value="yes" checked=ticked/>
                " "
                {fill(label, "n", &shown.to_string())}
            </label>
        }
    })
}

/// The form that moves a follow-up, where that is possible.
pub(super) fn card(
    page: &Page,
    consultation: &Consultation,
    others: &[FollowUpRow],
    delivery: Delivery,
) -> Option<impl IntoView + use<>> {
    let words = CancelWords::of(page.language());
    let follow_up = consultation.follow_up.as_ref()?;
    let may = page.who().is_some_and(|who| who.roles.allow(Permission::PlanFollowUps));
    if !may || !is_movable(delivery) {
        return None;
    }
    let function = Function::MoveFollowUp;
    let answers = page.submitted.as_ref().is_some_and(|submitted| submitted.is_to(function));
    let value = if answers { page.entry("new_day") } else { follow_up.due_on.clone() };
    let later = open_others(page, consultation, others, is_movable)
        .filter(|other| other.follow_up.due_on > follow_up.due_on)
        .count();
    let choice = choice(page, function, words.later_ones, later, later);
    let text = match tell::is_possible(&page.state.desk, consultation, Told::Moved) {
        _ if is_uncreated(consultation) => words.move_text_uncreated,
        true => words.move_text_told,
        false => words.move_text,
    };
    let (page, id) = (page.clone(), consultation.id.0.clone());
    Some(view! {
        <details class="card confirm" open=answers>
            <summary>{words.move_follow_up}</summary>
            <p>{text}</p>
            <form method="post" action=function.path()>
                <input type="hidden" name="id" value=id/>
                <TextField
                    page
                    name="new_day"
                    label=words.new_day
                    kind="date"
                    short=true
                    value=value
                />
                {choice}
                <div class="actions"><button class="primary">{words.move_follow_up}</button></div>
            </form>
        </details>
    })
}

/// What the move before this page did.
pub(super) fn moved(page: &Page, consultation: &Consultation) -> Option<impl IntoView + use<>> {
    let words = CancelWords::of(page.language());
    let number: usize = page.query("moved").filter(|_| page.submitted.is_none())?.parse().ok()?;
    let told = match tell::is_possible(&page.state.desk, consultation, Told::Moved) {
        // Empego may have the others.
        _ if number == 1 && is_uncreated(consultation) => words.moved_text_uncreated,
        true => words.moved_text_told,
        false => words.moved_text,
    };
    let (kind, title, text) = match number {
        0 => ("info", words.moved_none.to_owned(), None),
        1 => ("success", words.moved_one.to_owned(), Some(told)),
        _ => {
            let title = fill(words.moved_some, "n", &number.to_string());
            ("success", title, Some(told))
        }
    };
    let text = text.map(|text| view! { <p>{text}</p> });
    Some(view! { <Notice kind title role="status">{text}</Notice> })
}

/// What Empego did not take of the cancellations and moves of the series.
pub(super) fn untaken(page: &Page, counts: &[OfSeries]) -> impl IntoView + use<> {
    let words = CancelWords::of(page.language());
    let notices = counts.iter().map(|count| {
        let (title, text) = match count.what {
            Told::Cancelled => (words.series_untaken_cancel, words.series_untaken_cancel_text),
            Told::Moved => (words.series_untaken_move, words.series_untaken_move_text),
        };
        let title = fill(title, "n", &count.untaken.to_string());
        let title = fill(&title, "m", &count.all.to_string());
        view! { <Notice kind="warning" title><p>{text}</p></Notice> }
    });
    notices.collect_view()
}
