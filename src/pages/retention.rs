//! Retention: what the next purge would remove, and the legal holds.

use super::loaded::staff_page;
use crate::desk::retention::{self, ClockDoubt, NOTICE_MS, Overview};
use crate::i18n::{LogWords, fill};
use crate::model::forms::HOLD_REASON_LENGTH;
use crate::parts::field::TextField;
use crate::parts::layout::StaffLayout;
use crate::parts::moment::{exact, with_moment_by};
use crate::parts::nav::OversightNav;
use crate::parts::notice::{ErrorSummary, Notice};
use crate::parts::patient::with_views;
use crate::store::{HeldConsultation, PurgePlan};
use crate::web::page::Page;
use crate::web::routes::{Function, PageRoute};
use leptos::prelude::*;

const DAY_MS: i64 = 86_400_000;
const HOUR_MS: i64 = 3_600_000;

/// The dry run of the site's purge, and its legal holds.
#[component]
pub fn RetentionPage() -> impl IntoView {
    staff_page(|page, who| async move {
        let keep_log = page.state.config.audit_retention_ms;
        let overview = retention::overview(&page.state.desk, &who, keep_log).await?;
        Ok(content(page, who.site.retention_ms, overview))
    })
}

fn content(
    page: Page,
    keep: Option<i64>,
    Overview { due, plan, log_plan, doubt, holds }: Overview,
) -> impl IntoView + use<> {
    let words = LogWords::of(page.language());
    let kept = match keep {
        Some(ms) => fill(words.kept_for, "days", &days(words, ms)),
        None => words.kept_for_ever.to_owned(),
    };
    let due = due.map(|due| {
        view! {
            <div>
                <dt>{words.due_consultations}</dt>
                <dd id="due-consultations">{due.consultations}</dd>
            </div>
            <div><dt>{words.due_patients}</dt><dd id="due-patients">{due.patients}</dd></div>
        }
    });
    let held = if holds.is_empty() {
        view! { <p>{words.no_holds}</p> }.into_any()
    } else {
        list(&page, holds).into_any()
    };
    // The form of a refused hold.
    let refused = page
        .submitted
        .as_ref()
        .filter(|submitted| submitted.is_to(Function::HoldConsultation))
        .map(|_| {
            let consultation = page.entry("id");
            view! { <section class="card">{hold_form(&page, consultation)}</section> }
        });
    let log = match page.state.config.audit_retention_ms {
        Some(ms) => fill(words.log_kept_for, "days", &days(words, ms)),
        None => words.log_kept_for_ever.to_owned(),
    };
    let planned = match (keep, plan) {
        (Some(_), Some(plan)) => {
            let text = fill(words.plan, "n", &plan.records.to_string());
            with_days(&page, &fill(&text, "m", &plan.patients.to_string()), &plan).into_any()
        }
        (Some(_), None) => words.no_plan.into_any(),
        (None, _) => ().into_any(),
    };
    let log_planned = log_plan
        .map(|plan| with_days(&page, &fill(words.log_plan, "n", &plan.records.to_string()), &plan));
    let doubt = doubt.map(|doubt| {
        let text = doubted(words, doubt);
        view! {
            <Notice kind="warning" title=words.clock_doubt role="status">
                <p id="clock-doubt">{text}" "{words.clock_next}</p>
            </Notice>
        }
    });
    view! {
        <StaffLayout
            page=page.clone()
            title=words.retention
            here=PageRoute::Retention.path()
            class="narrow"
        >
            <OversightNav page=page.clone() here=PageRoute::Retention/>
            <ErrorSummary page=page.clone()/>
            <h1>{words.retention}</h1>
            {refused}
            {doubt}
            <section class="card" aria-labelledby="due">
                <h2 id="due">{words.due}</h2>
                <p>{kept}</p>
                <dl class="facts">{due}</dl>
                <p id="plan">{planned}</p>
                <p class="hint">{words.due_text}</p>
                <p class="hint" id="log-plan">{log}" "{log_planned}</p>
            </section>
            <section class="card" aria-labelledby="holds">
                <h2 id="holds">{words.holds}</h2>
                {held}
            </section>
        </StaffLayout>
    }
}

/// A whole number of days, with its word.
fn days(words: &LogWords, ms: i64) -> String {
    let count = ms / DAY_MS;
    fill(if count == 1 { words.one_day } else { words.days }, "n", &count.to_string())
}

/// Why the clock is in doubt: in hours, or in days from three on.
fn doubted(words: &LogWords, doubt: ClockDoubt) -> String {
    let (text, ms) = match doubt {
        ClockDoubt::AheadOfLog(ms) => (words.clock_ahead, ms),
        ClockDoubt::BehindLog(ms) => (words.clock_behind, ms),
        ClockDoubt::AheadOfEmpego(ms) => (words.clock_contradicted, ms.saturating_abs()),
    };
    let apart = if ms < 3 * DAY_MS {
        fill(words.hours, "n", &(ms / HOUR_MS).to_string())
    } else {
        days(words, ms)
    };
    fill(text, "n", &apart)
}

/// A sentence with the day of an announcement, and the day from which it holds.
fn with_days(page: &Page, sentence: &str, plan: &PurgePlan) -> impl IntoView + use<> {
    let from = plan.announced_at.saturating_add(NOTICE_MS);
    let places = [("{when}", exact(page, plan.announced_at)), ("{from}", exact(page, from))];
    with_views(sentence, places)
}

/// The form that puts a consultation under a legal hold.
pub fn hold_form(page: &Page, consultation: String) -> impl IntoView + use<> {
    let words = LogWords::of(page.language());
    view! {
        <form method="post" action=Function::HoldConsultation.path()>
            <input type="hidden" name="id" value=consultation/>
            <TextField
                page=page.clone()
                name="reason"
                label=words.hold_reason
                hint=words.hold_hint
                longest=HOLD_REASON_LENGTH
            />
            <div class="actions"><button>{words.hold}</button></div>
        </form>
    }
}

fn list(page: &Page, holds: Vec<HeldConsultation>) -> impl IntoView + use<> {
    let words = LogWords::of(page.language());
    let rows = holds
        .into_iter()
        .map(|held| {
            let by = page.person(&held.hold.by);
            let by = with_moment_by(page, page.words().by, held.hold.since, &by);
            view! {
                <li>
                    <p>{held.hold.reason}" "<small>{by}</small></p>
                    <form class="actions" method="post" action=Function::LiftHold.path()>
                        <input type="hidden" name="id" value=held.consultation.0/>
                        <a href=PageRoute::AccessReport.at(&held.patient)>{words.report}</a>
                        <button>{words.lift}</button>
                    </form>
                </li>
            }
        })
        .collect_view();
    view! { <ul class="held">{rows}</ul> }
}
