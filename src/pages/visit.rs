//! The patient's page. Loading it changes nothing: mail scanners open links.

mod gate;

use super::loaded;
use super::message::Ending;
use crate::desk::visit;
use crate::error::{AppError, UpstreamProblem};
use crate::i18n::{BirthWords, CancelWords, GateWords, LeaveWords, PatientWords, fill, time};
use crate::islands::visit::{Visit, VisitWords, WORDS};
use crate::model::visit::VisitState;
use crate::parts::layout::PatientLayout;
use crate::parts::leave::LeaveDialog;
use crate::parts::notice::Notice;
use crate::web::page::{Brand, Page};
use crate::web::routes::Function;
use leptos::prelude::*;

/// In place of the token in the address of a shared device's last page, so that no token stays in
/// it. Too short to be a token.
const FINISHED: &str = "done";

/// The page of a link, in the state of its consultation.
#[component]
pub fn VisitPage() -> impl IntoView {
    loaded::page(|mut page| async move {
        let token = page.param().to_owned();
        if token == FINISHED {
            return Ok(thank_you(page, true).into_any());
        }
        let words = PatientWords::of(page.language());
        let visit = visit::find(&page.state.desk, &token).await?;
        page.brand = Brand::of(&page.state, &visit.site).await;
        page.clinic = Some(visit.site.public_name(page.language()).to_owned());
        let gated = visit.consultation.is_gated();
        Ok(match visit.state {
            VisitState::Open if gated && visit.consultation.state.gate.is_locked() => {
                gate::locked(page).into_any()
            }
            VisitState::Open => start(page, token, gated, &visit).into_any(),
            VisitState::Reported | VisitState::Confirmed => thank_you(page, false).into_any(),
            VisitState::Expired => over(page, words.expired, words.expired_text).into_any(),
            VisitState::Revoked if visit.consultation.state.is_cancelled() => {
                let words = CancelWords::of(page.language());
                over(page, words.patient_title, words.patient_text).into_any()
            }
            VisitState::Revoked => over(page, words.revoked, words.revoked_text).into_any(),
        })
    })
}

fn start(page: Page, token: String, gated: bool, visit: &visit::Visit) -> impl IntoView + use<> {
    let words = PatientWords::of(page.language());
    let follow_up = visit.consultation.follow_up.as_ref();
    let today = page.state.desk.today(&visit.site).to_string();
    let (heading, frame_title) = match follow_up {
        None => (words.heading, words.frame_title),
        Some(_) => (words.follow_up_heading, words.follow_up_frame_title),
    };
    // A link is often handed over before the day, and works at once: the day is only shown.
    let planned = follow_up.filter(|follow_up| follow_up.due_on > today).map(|follow_up| {
        view! {
            <p class="planned">
                {fill(words.planned, "day", &time::day(page.language(), &follow_up.due_on))}
            </p>
        }
    });
    let (gate_words, birth_words) =
        (GateWords::of(page.language()), BirthWords::of(page.language()));
    let leave = LeaveWords::of(page.language());
    let clinic = page.clinic_name();
    let named = |text: &str| fill(text, "clinic", &clinic);
    // The answer to the form is in the language of this page, also without a cookie.
    let action = format!("{}?lang={}", Function::StartConsultation.path(), page.language().code());
    let needed = VisitWords {
        token: token.clone(),
        origins: page.state.origins.join(" "),
        messages: page.state.config.profile.messages.to_text(),
        allow: page.state.config.profile.frame.allow.clone(),
        sandbox: page.state.config.frame_sandbox.clone(),
        action: action.clone(),
        frame_title: frame_title.to_owned(),
        loading: words.loading.to_owned(),
        answering: words.answering.to_owned(),
        saving: named(words.saving),
        offline: words.offline.to_owned(),
        slow: words.slow.to_owned(),
        slow_text: words.slow_text.to_owned(),
        reload: words.reload.to_owned(),
        full_screen: words.full_screen.to_owned(),
        staff_needed: words.staff_needed.to_owned(),
        staff_needed_text: words.staff_needed_text.to_owned(),
        birth_wrong: gate_words.wrong.to_owned(),
        birth_required: gate_words.required.to_owned(),
        birth_bad: birth_words.bad_date.to_owned(),
        birth_ambiguous: birth_words.ambiguous.to_owned(),
        stuck: leave.stuck.to_owned(),
        busy: words.busy.to_owned(),
        busy_text: words.busy_text.to_owned(),
        try_again: words.try_again.to_owned(),
        thank_you: words.thank_you.to_owned(),
        thank_you_text: named(words.thank_you_text),
        thank_you_here: words.thank_you_here.to_owned(),
    };
    let needed = needed
        .named()
        .into_iter()
        .map(|(name, word)| view! { <data value=name>{word}</data> })
        .collect_view();
    let refusal = refusal(&page, words);
    let fields = gated.then(|| gate::fields(&page));
    let (lead, step_1, help) = (named(words.lead), named(words.step_1), named(words.help));
    view! {
        <PatientLayout page=page.clone() title=words.title>
            <template id=WORDS>{needed}</template>
            <Visit>
                {refusal}
                <h1>{heading}</h1>
                <p class="lead">{lead}</p>
                {planned}
                <ol class="steps">
                    <li>{step_1}</li>
                    <li>{leave.own_pace}</li>
                    <li>{words.step_3}</li>
                </ol>
                <form id="start" method="post" action=action>
                    <input type="hidden" name="token" value=token/>
                    {fields}
                    <button class="primary big">{words.start}</button>
                </form>
                <p class="help">{help}</p>
            </Visit>
            <LeaveDialog language=page.language()/>
        </PatientLayout>
    }
}

/// Why the plain form was refused.
fn refusal(page: &Page, words: &'static PatientWords) -> impl IntoView + use<> {
    let (title, text) = match page.refusal()? {
        // Shown beside the field.
        AppError::Invalid(fields) if fields.iter().any(|field| field.field == "date_of_birth") => {
            return None;
        }
        AppError::Busy
        | AppError::Away
        | AppError::DiskFull
        | AppError::Crowded { .. }
        | AppError::Upstream(UpstreamProblem::Unavailable) => (words.busy, words.busy_text),
        _ => (words.staff_needed, words.staff_needed_text),
    };
    Some(view! { <Notice kind="warning" title role="alert"><p>{text}</p></Notice> })
}

fn thank_you(page: Page, shared: bool) -> impl IntoView {
    let words = PatientWords::of(page.language());
    let more = shared.then_some(words.thank_you_here);
    view! { <Ending page kind="success" title=words.thank_you text=words.thank_you_text more/> }
}

fn over(page: Page, title: &'static str, text: &'static str) -> impl IntoView {
    page.status(AppError::Gone.status());
    view! { <Ending page kind="warning" title text more=None/> }
}
