//! The facts of a follow-up, and the follow-ups of any record.

use crate::i18n::{FollowUpWords, fill, time};
use crate::model::consultation::{Consultation, FollowUpRow};
use crate::parts::badge::{creation_mark, place_mark, stage_mark};
use crate::web::page::Page;
use crate::web::routes::PageRoute;
use leptos::prelude::*;

/// The facts of a follow-up; nothing for a consultation.
pub(super) fn facts(
    page: &Page,
    consultation: &Consultation,
    followed: Option<&Consultation>,
) -> Option<impl IntoView + use<>> {
    let (words, language) = (FollowUpWords::of(page.language()), page.language());
    let follow_up = consultation.follow_up.as_ref()?;
    let place = place_mark(page, follow_up).map(|place| view! { <small>{place}</small> });
    let follows = followed.map(|followed| {
        let what = match &followed.follow_up {
            Some(_) => words.another.to_owned(),
            None => fill(
                words.the_consultation,
                "day",
                &time::day(language, &page.day_of(followed.created_at)),
            ),
        };
        view! {
            <div>
                <dt>{words.follows}</dt>
                <dd><a href=PageRoute::Consultation.at(&followed.id)>{what}</a></dd>
            </div>
        }
    });
    Some(view! {
        <div><dt>{words.due_on}</dt><dd>{time::day(language, &follow_up.due_on)}{place}</dd></div>
        <div><dt>{words.reason}</dt><dd>{follow_up.reason.clone()}</dd></div>
        {follows}
    })
}

/// The other follow-ups of the patient, and the link that plans one.
pub(super) fn card(
    page: &Page,
    consultation: &Consultation,
    rows: Vec<FollowUpRow>,
) -> Option<impl IntoView + use<>> {
    let (words, language) = (FollowUpWords::of(page.language()), page.language());
    let plans = page.plans_follow_ups();
    if rows.is_empty() && !plans {
        return None;
    }
    let plan = plans.then(|| {
        let href = format!("{}?follows={}", PageRoute::NewFollowUp.path(), consultation.id);
        view! { <div class="actions"><a class="button" href=href>{words.plan}</a></div> }
    });
    let list = match rows.is_empty() {
        true => {
            let none = consultation.follow_up.as_ref().map_or(words.none, |_| words.no_other);
            view! { <p class="hint">{none}</p> }.into_any()
        }
        false => {
            let rows = rows
                .into_iter()
                .map(|FollowUpRow { row, follow_up }| {
                    let place = place_mark(page, &follow_up).map(|place| {
                        view! {
                            " "
                            <small>{place}</small>
                        }
                    });
                    let stage = stage_mark(page, &row.state, &follow_up.due_on);
                    let created = creation_mark(page, &row.state);
                    let day = time::day(language, &follow_up.due_on);
                    view! {
                        <li>
                            <a href=PageRoute::Consultation.at(&row.id)>{day}</a>
                            " "
                            {follow_up.reason}
                            {place}
                            " "
                            {stage}
                            {created}
                        </li>
                    }
                })
                .collect_view();
            view! { <ul class="follow-ups">{rows}</ul> }.into_any()
        }
    };
    Some(view! {
        <section class="card" aria-labelledby="follow-ups">
            <h2 id="follow-ups">{words.of_patient}</h2>
            {list}
            {plan}
        </section>
    })
}
