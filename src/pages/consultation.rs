//! One consultation: where it stands, how to hand it over, and what happened.

mod details;
mod hand_over;
mod oversight;
mod rules;
mod timeline;

use super::Page;
use super::message::MessagePage;
use crate::desk::{Actor, Desk, DeskError, export, look, retention};
use crate::error::AppError;
use crate::i18n::{States, fill, states, time};
use crate::islands::copy::CopyLink;
use crate::islands::live::Live;
use crate::model::consultation::Consultation;
use crate::model::export::Export;
use crate::model::ids::ConsultationId;
use crate::model::lifecycle::Delivery;
use crate::model::role::Power;
use crate::model::timeline::Entry;
use crate::parts::badge::{DeliveryBadge, StatusBadge, doubt_mark, locked_mark};
use crate::parts::layout::StaffLayout;
use crate::parts::notice::{ErrorSummary, Notice};
use crate::store::Hold;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

/// The page of one consultation.
#[component]
pub fn ConsultationPage() -> impl IntoView {
    let page = Page::current();
    let id = ConsultationId(use_params_map().with_untracked(|params| params.get("id")).unwrap_or_default());
    Suspend::new(async move {
        let Some(who) = page.who() else { return view! { <MessagePage error=AppError::NotSignedIn/> }.into_any() };
        match look::consultation(&page.state.desk, who, &id).await {
            Ok(Some((consultation, entries))) => match more(&page.state.desk, who, &id).await {
                Ok((hold, exports)) => view(page, consultation, entries, hold, exports).into_any(),
                Err(error) => view! { <MessagePage error=page.state.explain(error)/> }.into_any(),
            },
            Ok(None) => view! { <MessagePage error=AppError::NotFound/> }.into_any(),
            Err(error) => view! { <MessagePage error=page.state.explain(error)/> }.into_any(),
        }
    })
}

/// What an administrator sees of its hold, and a clinician of its exports: `None` for who is neither.
async fn more(desk: &Desk, who: &Actor, id: &ConsultationId) -> Result<(Option<Option<Hold>>, Option<Vec<Export>>), DeskError> {
    let hold = retention::hold_on(desk, who, id).await?;
    let exports = if who.roles.allow(Power::SeeDetails) { Some(export::kept(desk, who, id).await?) } else { None };
    Ok((hold, exports))
}

fn view(
    page: Page,
    consultation: Consultation,
    entries: Vec<Entry>,
    hold: Option<Option<Hold>>,
    exports: Option<Vec<Export>>,
) -> impl IntoView {
    let words = page.words();
    let name = consultation.patient.full_name();
    let delivery = consultation.state.delivery(page.state.desk.now());
    let (notice, axes) = (creation_notice(&page, &consultation, delivery), axes(&page, &consultation, delivery));
    let (hand_over, facts) = (hand_over::card(&page, &consultation, delivery), facts(&page, &consultation));
    let rules = rules::card(&page, &consultation, delivery);
    let timeline = timeline::list(&page, entries);
    let details = exports.map(|exports| details::card(&page, &consultation, &exports));
    let oversight = hold.map(|hold| oversight::card(&page, &consultation, hold));
    view! {
        <StaffLayout page=page.clone() title=name.clone() here=format!("/consultations/{}", consultation.id)>
            <ErrorSummary page=page.clone()/>
            <div class="page-head">
                <h1>{name}</h1>
                <Live live=words.live.to_owned() waiting=words.reconnecting.to_owned()/>
            </div>
            <div data-live="state">
                {notice}
                {axes}
            </div>
            <div class="columns">
                <CopyLink copied=words.copied.to_owned()>
                    <div data-live="hand-over">{hand_over}{rules}</div>
                </CopyLink>
                <div>
                    {details}
                    {facts}
                    <section class="card" aria-labelledby="timeline">
                        <h2 id="timeline">{words.timeline}</h2>
                        <div data-live="timeline">{timeline}</div>
                    </section>
                    {oversight}
                </div>
            </div>
        </StaffLayout>
    }
}

/// What to know, and to do, while there is nothing to hand over.
fn creation_notice(page: &Page, consultation: &Consultation, delivery: Delivery) -> impl IntoView + use<> {
    let words = page.words();
    let id = consultation.id.0.clone();
    let again = |label: &'static str| {
        view! {
            <form method="post" action="/api/retry_create">
                <input type="hidden" name="id" value=id/>
                <div class="actions"><button class="primary">{label}</button></div>
            </form>
        }
    };
    match delivery {
        Delivery::Creating => {
            view! { <Notice kind="info" title=words.creating role="status"><p>{words.creating_text}</p></Notice> }.into_any()
        }
        Delivery::CreateFailed => view! {
            <Notice kind="error" title=words.create_failed><p>{words.create_failed_text}</p>{again(words.try_again)}</Notice>
        }
        .into_any(),
        Delivery::OutcomeUnknown => view! {
            <Notice kind="warning" title=words.unknown><p>{words.unknown_text}</p>{again(words.create_again)}</Notice>
        }
        .into_any(),
        _ => ().into_any(),
    }
}

fn axes(page: &Page, consultation: &Consultation, delivery: Delivery) -> impl IntoView + use<> {
    let (words, language) = (page.words(), page.language());
    let by_whom = match delivery {
        Delivery::AnsweredReported => Some(States::of(language).reported_text),
        Delivery::AnsweredConfirmed => Some(States::of(language).confirmed_text),
        _ => None,
    };
    view! {
        <section class="card">
            <dl class="facts axes">
                <div>
                    <dt>{words.state_delivery}</dt>
                    <dd><DeliveryBadge language delivery/>{locked_mark(language, &consultation.state, delivery)}{doubt_mark(page, &consultation.state)}{by_whom.map(|text| view! { <small>{text}</small> })}</dd>
                </div>
                <div>
                    <dt>{words.state_empego}</dt>
                    <dd><StatusBadge language state=consultation.state.clone() delivery/></dd>
                </div>
            </dl>
        </section>
    }
}

fn facts(page: &Page, consultation: &Consultation) -> impl IntoView + use<> {
    let (words, language) = (page.words(), page.language());
    let patient = &consultation.patient;
    let born = patient.date_of_birth.as_ref().map(|date| time::day(language, date)).unwrap_or_else(|| "—".to_owned());
    let identifiers = if patient.identifiers.is_empty() {
        view! { <dd>{words.no_identifier}</dd> }.into_any()
    } else {
        let each = |identifier: &crate::model::patient::Identifier| {
            let kind = states::identifier_type(language, identifier.kind);
            view! { <dd>{identifier.key.clone()}<small>{kind}</small></dd> }
        };
        patient.identifiers.iter().map(each).collect_view().into_any()
    };
    let created = fill(&fill(words.by, "when", &page.moment(consultation.created_at)), "name", &consultation.created_by);
    let key =
        consultation.empego_key.as_ref().map(|key| view! { <div><dt>{words.empego_key}</dt><dd><code>{key.0.clone()}</code></dd></div> });
    view! {
        <section class="card" aria-labelledby="facts">
            <h2 id="facts">{words.facts}</h2>
            <dl class="facts">
                <div><dt>{words.date_of_birth}</dt><dd>{born}</dd></div>
                <div><dt>{words.identifier}</dt>{identifiers}</div>
                <div><dt>{words.created}</dt><dd>{created}</dd></div>
                {key}
            </dl>
        </section>
    }
}
