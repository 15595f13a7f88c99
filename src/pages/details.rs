//! The details of a consultation, for clinicians: Empego's page in a frame. The island opens that,
//! or a plain form; loading this page does not.

use super::account::missing_licence;
use super::loaded::staff_page;
use crate::desk::access;
use crate::error::AppError;
use crate::i18n::{DetailsWords, FollowUpWords};
use crate::islands::details::{Details, FrameWords, WORDS, new_tab};
use crate::model::consultation::Consultation;
use crate::model::ids::ConsultationId;
use crate::parts::badge::{DeliveryBadge, StatusBadge};
use crate::parts::layout::StaffLayout;
use crate::parts::leave::LeaveDialog;
use crate::parts::notice::ErrorSummary;
use crate::parts::patient::{self, Number};
use crate::web::page::Page;
use crate::web::routes::PageRoute;
use leptos::prelude::*;

/// The page around the frame.
#[component]
pub fn DetailsPage() -> impl IntoView {
    staff_page(|page, who| async move {
        let id = ConsultationId(page.param().to_owned());
        let found = access::consultation(&page.state.desk, &who, &id).await?;
        let (consultation, _) = found
            .filter(|(consultation, _)| consultation.empego_key.is_some())
            .ok_or(AppError::NotFound)?;
        let licence = missing_licence(&page, &who);
        Ok(view(page, consultation, licence))
    })
}

fn view(page: Page, consultation: Consultation, licence: impl IntoView + 'static) -> impl IntoView {
    let (words, language) = (DetailsWords::of(page.language()), page.language());
    let name = consultation.patient.full_name();
    let identity = patient::identity_strip(&page, &consultation.patient, Number::Whole);
    let delivery = consultation.state.delivery(page.state.desk.now());
    let id = consultation.id.0.clone();
    let title = title(&page, &consultation);
    let back = if consultation.follow_up.is_some() {
        FollowUpWords::of(page.language()).back
    } else {
        words.back
    };
    let needed = frame_words(&page, &id, title)
        .named()
        .into_iter()
        .map(|(name, word)| view! { <data value=name>{word}</data> })
        .collect_view();
    let opener = new_tab(
        id.clone(),
        view! { <div class="actions"><button class="primary">{words.open}</button></div> },
    );
    view! {
        <StaffLayout
            page=page.clone()
            title=format!("{title} – {}", patient::isolated(&name))
            here=PageRoute::Details.at(&id)
            class="details"
        >
            <ErrorSummary page=page.clone()/>
            <div class="page-head">
                <h1><bdi>{name}</bdi></h1>
                <a href=PageRoute::Consultation.at(&id)>{back}</a>
            </div>
            <p>{identity}</p>
            <p class="states">
                <DeliveryBadge language delivery/>
                " "
                <StatusBadge language state=consultation.state.clone() delivery/>
            </p>
            {licence}
            <template id=WORDS>{needed}</template>
            <Details>
                <p>{words.text}</p>
                {opener}
            </Details>
            <LeaveDialog language/>
        </StaffLayout>
    }
}

/// The title of the page and of the frame.
pub(super) fn title(page: &Page, consultation: &Consultation) -> &'static str {
    match consultation.follow_up {
        None => DetailsWords::of(page.language()).title,
        Some(_) => FollowUpWords::of(page.language()).details,
    }
}

/// The words of the island.
fn frame_words(page: &Page, id: &str, title: &str) -> FrameWords {
    let words = DetailsWords::of(page.language());
    macro_rules! same {
        ($($name:ident)*) => {
            FrameWords {
                id: id.to_owned(),
                title: title.to_owned(),
                origins: page.state.origins.join(" "),
                messages: page.state.config.profile.messages.to_text(),
                allow: page.state.config.profile.frame.details_allow.clone(),
                sandbox: page.state.config.frame_sandbox.clone(),
                copied: page.words().copied.to_owned(),
                $($name: words.$name.to_owned(),)*
            }
        };
    }
    same! {
        loading shown slow slow_text busy busy_text refused refused_text try_again reload
        full_screen running taking ready kept not_kept download text_label copy partly failed
        pdf_failed pdf_other_host pdf_too_large pdf_not_pdf pdf_unreachable pdf_expired
        text_failed not_taken stuck too_large again
    }
}
