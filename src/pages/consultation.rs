//! One consultation: its state, its link, and its history.

mod cancel;
mod creation;
mod details;
mod follow_ups;
mod hand_over;
mod merged;
mod oversight;
mod rules;
mod series;
mod timeline;

use super::live::live;
use super::loaded::staff_page;
use crate::desk::{Actor, Desk, DeskError, access, export, follow_up, merge, retention, tell};
use crate::error::AppError;
use crate::i18n::{
    FollowUpWords, LookWords, PatientChangeWords, ReasonWords, States, states, time,
};
use crate::islands::copy::CopyLink;
use crate::model::consultation::{Consultation, FollowUpRow};
use crate::model::export::Export;
use crate::model::ids::ConsultationId;
use crate::model::lifecycle::Delivery;
use crate::model::reason;
use crate::model::role::Permission;
use crate::model::timeline::Entry;
use crate::parts::at_site::AtSite;
use crate::parts::badge::{
    DeliveryBadge, StatusBadge, discrepancy_mark, late_mark, locked_mark, stage_mark,
};
use crate::parts::layout::StaffLayout;
use crate::parts::moment::with_moment_by;
use crate::parts::notice::ErrorSummary;
use crate::parts::patient::{self, Number};
use crate::store::Hold;
use crate::store::patient_changes::PatientChange;
use crate::web::page::Page;
use crate::web::routes::{Function, PageRoute};
use leptos::prelude::*;

/// The page of one consultation.
#[component]
pub fn ConsultationPage() -> impl IntoView {
    staff_page(|page, who| async move {
        let desk = &page.state.desk;
        let id = ConsultationId(page.param().to_owned());
        let found = access::consultation(desk, &who, &id).await?;
        let (consultation, entries) = found.ok_or(AppError::NotFound)?;
        let related = related(desk, &who, &consultation).await?;
        Ok(view(page, consultation, entries, related))
    })
}

/// What the page shows beside the consultation itself.
struct Related {
    /// For administrators: its legal hold, if any.
    hold: Option<Option<Hold>>,
    /// For clinicians: its exports.
    exports: Option<Vec<Export>>,
    /// The consultation that it follows, where it is a follow-up.
    followed: Option<Consultation>,
    /// A merge of its patient that can be undone, and until when.
    merge: Option<(PatientChange, i64)>,
    /// The other follow-ups of the patient.
    follow_ups: Vec<FollowUpRow>,
    /// What Empego did not take of the changes of its series.
    untaken: Vec<tell::OfSeries>,
}

async fn related(
    desk: &Desk,
    who: &Actor,
    consultation: &Consultation,
) -> Result<Related, DeskError> {
    let id = &consultation.id;
    let follows = consultation.follow_up.as_ref().and_then(|follow_up| follow_up.follows.as_ref());
    Ok(Related {
        hold: retention::hold_on(desk, who, id).await?,
        exports: if who.roles.allow(Permission::SeeDetails) {
            Some(export::kept(desk, who, id).await?)
        } else {
            None
        },
        // Of the same patient, so this look is in the audit log already.
        followed: match follows {
            Some(followed) => follow_up::followed(desk, who, followed).await?,
            None => None,
        },
        merge: merge::undoable(desk, who, &consultation.patient.id).await?,
        follow_ups: follow_up::of_consultation(desk, who, id).await?,
        untaken: tell::of_series(desk, who, consultation).await?,
    })
}

fn view(
    page: Page,
    consultation: Consultation,
    entries: Vec<Entry>,
    related: Related,
) -> impl IntoView {
    let words = page.words();
    let name = consultation.patient.full_name();
    let identity = patient::identity_strip(&page, &consultation.patient, Number::Whole);
    let kind = consultation.follow_up.as_ref().map(|follow_up| {
        view! {
            <p class="kind">
                {FollowUpWords::of(page.language()).follow_up}
                " "
                {stage_mark(&page, &consultation.state, &follow_up.due_on)}
            </p>
        }
    });
    let delivery = consultation.state.delivery(page.state.desk.now());
    let (notice, axes) =
        (creation::notice(&page, &consultation, delivery), axes(&page, &consultation, delivery));
    let (hand_over, facts) = (
        hand_over::card(&page, &consultation, &entries, delivery),
        facts(&page, &consultation, related.followed.as_ref()),
    );
    let merged = related.merge.and_then(|merge| merged::notice(&page, &consultation, &merge));
    let cancelled = cancel::notice(&page, &consultation, &entries, delivery);
    let cancel = cancel::card(&page, &consultation, &related.follow_ups, delivery);
    let move_card = series::card(&page, &consultation, &related.follow_ups, delivery);
    let moved = series::moved(&page, &consultation);
    let untaken = series::untaken(&page, &related.untaken);
    let follow_ups = follow_ups::card(&page, &consultation, related.follow_ups);
    let rules = rules::card(&page, &consultation, delivery);
    let timeline = timeline::list(&page, &consultation.state, entries);
    let details = related.exports.map(|exports| details::card(&page, &consultation, &exports));
    let oversight = related.hold.map(|hold| oversight::card(&page, &consultation, hold));
    view! {
        <StaffLayout
            page=page.clone()
            title=patient::isolated(&name)
            here=PageRoute::Consultation.at(&consultation.id)
        >
            <ErrorSummary page=page.clone()/>
            {moved}
            <div class="page-head">
                <h1 data-live="patient"><bdi>{name}</bdi></h1>
                {kind}
                {live(&page)}
            </div>
            <div data-live="state">
                <p class="who">{identity}</p>
                {notice}
                {cancelled}
                {untaken}
                {merged}
                {axes}
            </div>
            <div class="columns">
                <CopyLink copied=words.copied.to_owned()>
                    <div data-live="hand-over">{hand_over}{rules}</div>
                </CopyLink>
                <div>
                    {details}
                    <div data-live="facts">{facts}</div>
                    <div data-live="follow-ups">{follow_ups}</div>
                    <section class="card" aria-labelledby="timeline">
                        <h2 id="timeline">{words.timeline}</h2>
                        <div data-live="timeline">{timeline}</div>
                    </section>
                    <div data-live="cancel">{move_card}{cancel}</div>
                    {oversight}
                </div>
            </div>
        </StaffLayout>
    }
}

fn axes(page: &Page, consultation: &Consultation, delivery: Delivery) -> impl IntoView + use<> {
    let (words, language) = (page.words(), page.language());
    let source = match delivery {
        Delivery::AnsweredReported => Some(States::of(language).reported_text),
        Delivery::AnsweredConfirmed => Some(States::of(language).confirmed_text),
        _ => None,
    };
    view! {
        <section class="card">
            <dl class="facts axes">
                <div>
                    <dt>{words.state_delivery}</dt>
                    <dd>
                        <DeliveryBadge language delivery/>
                        {locked_mark(language, &consultation.state, delivery)}
                        {discrepancy_mark(page, &consultation.state)}
                        {late_mark(language, &consultation.state, delivery)}
                        {source.map(|text| view! { <small>{text}</small> })}
                    </dd>
                </div>
                <div>
                    <dt>{words.state_empego}</dt>
                    <dd><StatusBadge language state=consultation.state.clone() delivery/></dd>
                </div>
            </dl>
        </section>
    }
}

fn facts(
    page: &Page,
    consultation: &Consultation,
    followed: Option<&Consultation>,
) -> impl IntoView + use<> {
    let (words, language) = (page.words(), page.language());
    let patient = &consultation.patient;
    let changes = PatientChangeWords::of(language);
    let follow_up = follow_ups::facts(page, consultation, followed);
    let born = patient
        .date_of_birth
        .as_ref()
        .map(|date| time::day(language, date))
        .unwrap_or_else(|| "—".to_owned());
    let identifiers = if patient.identifiers.is_empty() {
        view! { <dd>{words.no_identifier}</dd> }.into_any()
    } else {
        let each = |identifier: &crate::model::patient::Identifier| {
            let kind = states::identifier_type(language, identifier.kind);
            view! { <dd><bdi>{identifier.on_card()}</bdi><small>{kind}</small></dd> }
        };
        patient.identifiers.iter().map(each).collect_view().into_any()
    };
    let by = page.person(&consultation.created_by);
    let created = with_moment_by(page, words.by, consultation.created_at, &by);
    let reason = consultation.reason.as_deref().map(|entered| {
        let reasons = page.who().map(|who| who.site.reasons.as_slice()).unwrap_or_default();
        let shown = reason::shown(reasons, entered, language).to_owned();
        let label = ReasonWords::of(language).reason;
        view! { <div><dt>{label}</dt><dd><bdi>{shown}</bdi></dd></div> }
    });
    let from_empego =
        consultation.is_from_empego().then(|| view! { <p class="hint">{words.from_empego}</p> });
    let key = consultation.empego_key.as_ref().map(
        |key| view! { <div><dt>{words.empego_key}</dt><dd><code>{key.0.clone()}</code></dd></div> },
    );
    view! {
        <section class="card" aria-labelledby="facts">
            <h2 id="facts">{words.facts}</h2>
            <dl class="facts">
                {follow_up}
                {reason}
                <div><dt>{words.date_of_birth}</dt><dd>{born}</dd></div>
                <div><dt>{words.identifier}</dt>{identifiers}</div>
                <div><dt>{words.created}</dt><dd>{created}</dd></div>
                {key}
            </dl>
            {from_empego}
            <div class="actions">
                <a class="button" href=PageRoute::CorrectPatient.at(&consultation.id)>
                    {changes.correct}
                </a>
                <a href=PageRoute::MergePatients.at(&consultation.id)>{changes.merge}</a>
            </div>
            // A look at the patient like any other: it is logged, and fills the form in.
            <form method="post" action=Function::LookUpPatient.path()>
                <AtSite page=page.clone()/>
                <input type="hidden" name="use_patient" value=patient.id.0.clone()/>
                <div class="actions">
                    <button>{LookWords::of(language).for_this_patient}</button>
                </div>
            </form>
        </section>
    }
}
