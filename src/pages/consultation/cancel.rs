//! The cancellation of a consultation or follow-up, and its undo.

use super::series;
use crate::desk::{cancel, tell};
use crate::i18n::{CancelWords, cancel as words_of, fill};
use crate::model::cancel::{CancelReason, NOTE_LENGTH};
use crate::model::consultation::{Consultation, FollowUpRow};
use crate::model::lifecycle::{Delivery, Event, Outcome, Told};
use crate::model::timeline::Entry;
use crate::parts::field::{Field, FieldState, TextField};
use crate::parts::moment::{with_moment, with_moment_by};
use crate::parts::notice::Notice;
use crate::web::page::Page;
use crate::web::routes::Function;
use leptos::prelude::*;

/// What a cancelled record says, with its undo while that is possible.
pub(super) fn notice(
    page: &Page,
    consultation: &Consultation,
    entries: &[Entry],
    delivery: Delivery,
) -> Option<impl IntoView + use<>> {
    let (words, language) = (CancelWords::of(page.language()), page.language());
    let entry = cancel::newest(consultation, entries)?;
    let Event::Cancelled { reason, note, .. } = &entry.event else { return None };
    let title = fill(words.cancelled, "reason", &words_of::why(language, *reason, note));
    let by = entry.actor.as_ref().map(|name| {
        let by = with_moment_by(page, page.words().by, entry.at, &page.person(name));
        view! { <p><small>{by}</small></p> }
    });
    let (text, undo_text) = match delivery {
        _ if delivery.is_answered() => (words.answered_anyway, words.undo_text),
        _ if cancel::is_uncreated(consultation) => (words.uncreated, words.undo_uncreated),
        _ => (told(page, consultation, entries), words.undo_text),
    };
    let undo = cancel::undo_until(&page.state.desk, consultation, entries)
        .filter(|_| may(page, consultation))
        .map(|until| {
            let hint = with_moment(page, undo_text, until);
            view! {
                <form method="post" action=Function::UndoCancel.path()>
                    <input type="hidden" name="id" value=consultation.id.0.clone()/>
                    <div class="actions"><button>{words.undo}</button></div>
                </form>
                <p class="hint">{hint}</p>
            }
        });
    Some(view! { <Notice kind="warning" title><p>{text}</p>{by}{undo}</Notice> })
}

/// The form that cancels, where that is still possible.
pub(super) fn card(
    page: &Page,
    consultation: &Consultation,
    others: &[FollowUpRow],
    delivery: Delivery,
) -> Option<impl IntoView + use<>> {
    let (words, language) = (CancelWords::of(page.language()), page.language());
    if !may(page, consultation) || !cancel::is_possible(delivery) {
        return None;
    }
    let (function, label) = match consultation.follow_up {
        Some(_) => (Function::CancelFollowUp, words.cancel_follow_up),
        None => (Function::CancelConsultation, words.cancel),
    };
    let text = if cancel::is_uncreated(consultation) {
        words.cancel_text_uncreated
    } else if tell::is_possible(&page.state.desk, consultation, Told::Cancelled) {
        words.cancel_text_told
    } else {
        words.cancel_text
    };
    let answers = page.submitted.as_ref().is_some_and(|submitted| submitted.is_to(function));
    let chosen = page.entry("cancel_reason");
    let options = CancelReason::ALL
        .into_iter()
        .map(|reason| {
            let selected = reason.slug() == chosen;
            view! {
                <option value=reason.slug() selected=selected>
                    {words_of::reason(language, reason)}
                </option>
            }
        })
        .collect_view();
    let open = series::open_others(page, consultation, others, cancel::is_possible).count();
    let whole = series::choice(page, function, words.whole_series, open, open + 1);
    let state = FieldState::of(page, "cancel_reason", false);
    let (invalid, described_by) = (state.invalid(), state.described_by.clone());
    Some(view! {
        <details class="card confirm ends" open=answers>
            <summary>{label}</summary>
            <p>{text}</p>
            <form method="post" action=function.path()>
                <input type="hidden" name="id" value=consultation.id.0.clone()/>
                <Field name="cancel_reason" label=words.reason state>
                    <select
                        id="cancel_reason"
                        name="cancel_reason"
                        aria-invalid=invalid
                        aria-describedby=described_by
                    >
                        <option value="">{words.choose}</option>
                        {options}
                    </select>
                </Field>
                <TextField
                    page=page.clone()
                    name="cancel_note"
                    label=words.note
                    hint=words.note_hint
                    longest=NOTE_LENGTH
                />
                {whole}
                <div class="actions"><button class="danger">{label}</button></div>
            </form>
        </details>
    })
}

/// Whether Empego knows of the cancellation, and what is to be done there.
fn told(page: &Page, consultation: &Consultation, entries: &[Entry]) -> &'static str {
    let words = CancelWords::of(page.language());
    match tell::outcome(consultation, entries, Told::Cancelled) {
        Some(Outcome::Taken) => words.told,
        Some(Outcome::Refused) => words.told_in_vain,
        Some(Outcome::Unknown) => words.told_unknown,
        None if tell::is_possible(&page.state.desk, consultation, Told::Cancelled) => {
            words.not_told_yet
        }
        None => words.not_told,
    }
}

fn may(page: &Page, consultation: &Consultation) -> bool {
    page.who().is_some_and(|who| who.roles.allow(cancel::permission(consultation)))
}
