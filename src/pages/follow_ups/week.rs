//! The follow-ups of one week, day by day.

use super::{head, tabs};
use crate::desk::follow_up::WEEK_MOST;
use crate::i18n::{FollowUpWords, fill, time};
use crate::model::consultation::FollowUpRow;
use crate::parts::badge::{creation_mark, place_mark, stage_mark};
use crate::parts::layout::StaffLayout;
use crate::parts::patient::{self, Number};
use crate::web::page::Page;
use crate::web::routes::PageRoute;
use jiff::ToSpan;
use jiff::civil::{Date, Weekday};
use leptos::prelude::*;

/// The Monday of the week of a day (`YYYY-MM-DD`); of the current week where that is no date.
pub(super) fn monday(page: &Page, day: &str) -> Date {
    let day: Date = day.parse().unwrap_or_else(|_| page.today());
    day.saturating_sub(i64::from(day.weekday().since(Weekday::Monday)).days())
}

/// The week.
pub(super) fn view(page: Page, monday: Date, rows: Vec<FollowUpRow>) -> impl IntoView {
    let (words, language) = (FollowUpWords::of(page.language()), page.language());
    let today = page.today();
    let address = |day: Date| format!("{}?week={day}", PageRoute::FollowUps.path());
    let full = (rows.len() >= WEEK_MOST as usize).then(
        || view! { <p class="hint">{fill(words.week_full, "n", &WEEK_MOST.to_string())}</p> },
    );
    let day = |n: i64| {
        let day = monday.saturating_add(n.days());
        let text = day.to_string();
        let of_day = rows.iter().filter(|row| row.follow_up.due_on == text);
        let entries: Vec<_> = of_day.map(|row| entry(&page, row)).collect();
        let content = match entries.is_empty() {
            true => view! { <p class="none">{words.nothing_that_day}</p> }.into_any(),
            false => view! { <ul>{entries}</ul> }.into_any(),
        };
        let is_today = (day == today).then_some("date");
        let mark = is_today.map(|_| view! { " "<small>{words.today}</small> });
        view! {
            <section aria-current=is_today aria-labelledby=format!("day-{n}")>
                <h2 id=format!("day-{n}")>
                    {time::weekday(language, day)}
                    " "
                    <time datetime=text>{time::short_day(language, day)}</time>
                    {mark}
                </h2>
                {content}
            </section>
        }
    };
    let days = (0..7).map(day).collect_view();
    let title = fill(words.week_of, "day", &time::day(language, &monday.to_string()));
    let (head, tabs) = (head(&page), tabs(&page, None));
    view! {
        <StaffLayout page=page.clone() title=title.clone() here=address(monday)>
            {head}
            {tabs}
            <nav class="pager" aria-label=title.clone()>
                <a class="button" rel="prev" href=address(monday.saturating_sub(7.days()))>
                    {words.week_before}
                </a>
                <a class="button" href=address(today)>{words.this_week}</a>
                <a class="button" rel="next" href=address(monday.saturating_add(7.days()))>
                    {words.week_after}
                </a>
            </nav>
            <p class="week-of">{title}</p>
            <div data-live="board">
                {full}
                <div class="week">{days}</div>
            </div>
        </StaffLayout>
    }
}

fn entry(page: &Page, row: &FollowUpRow) -> impl IntoView + use<> {
    let place = place_mark(page, &row.follow_up).map(|place| view! { " "<small>{place}</small> });
    let stage = stage_mark(page, &row.row.state, &row.follow_up.due_on);
    let created = creation_mark(page, &row.row.state);
    let name = patient::name(&row.row.first_name, &row.row.last_name);
    let told_apart = patient::told_apart(
        page,
        row.row.date_of_birth.as_deref(),
        row.row.identifier.as_ref(),
        Number::Masked,
    );
    view! {
        <li>
            <a href=PageRoute::Consultation.at(&row.row.id)>{name}</a>
            {told_apart}
            <p>{row.follow_up.reason.clone()}{place}</p>
            {stage}
            {created}
        </li>
    }
}
