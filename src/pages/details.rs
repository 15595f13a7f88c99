//! The details of a consultation, for clinicians: Empego's page in a frame. Loading this page opens
//! nothing there; its island does, or the plain form.

use super::message::MessagePage;
use crate::desk::access;
use crate::error::AppError;
use crate::i18n::{DetailsWords, FollowUpWords};
use crate::islands::details::{Details, FrameWords, WORDS, new_tab};
use crate::model::consultation::Consultation;
use crate::model::ids::ConsultationId;
use crate::parts::badge::{DeliveryBadge, StatusBadge};
use crate::parts::layout::StaffLayout;
use crate::parts::notice::ErrorSummary;
use crate::web::page::Page;
use crate::web::routes::PageRoute;
use leptos::prelude::*;

/// The page.
#[component]
pub fn DetailsPage() -> impl IntoView {
    let page = Page::current();
    let id = ConsultationId(page.param().to_owned());
    Suspend::new(async move {
        let Some(who) = page.who() else {
            return view! { <MessagePage error=AppError::NotSignedIn/> }.into_any();
        };
        match access::consultation(&page.state.desk, who, &id).await {
            Ok(Some((consultation, _))) if consultation.empego_key.is_some() => {
                view(page, consultation).into_any()
            }
            Ok(_) => view! { <MessagePage error=AppError::NotFound/> }.into_any(),
            Err(error) => view! { <MessagePage error=page.state.explain(error)/> }.into_any(),
        }
    })
}

fn view(page: Page, consultation: Consultation) -> impl IntoView {
    let (words, language) = (DetailsWords::of(page.language()), page.language());
    let name = consultation.patient.full_name();
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
        <StaffLayout page=page.clone() title=format!("{title} – {name}") here=PageRoute::Details.at(&id) class="details">
            <ErrorSummary page=page.clone()/>
            <div class="page-head">
                <h1>{name}</h1>
                <a href=PageRoute::Consultation.at(&id)>{back}</a>
            </div>
            <p class="states"><DeliveryBadge language delivery/>" "<StatusBadge language state=consultation.state.clone() delivery/></p>
            <template id=WORDS>{needed}</template>
            <Details>
                <p>{words.text}</p>
                {opener}
            </Details>
        </StaffLayout>
    }
}

/// What the page, and the frame in it, are called.
pub(super) fn title(page: &Page, consultation: &Consultation) -> &'static str {
    match consultation.follow_up {
        None => DetailsWords::of(page.language()).title,
        Some(_) => FollowUpWords::of(page.language()).details,
    }
}

/// What the island needs to know.
fn frame_words(page: &Page, id: &str, title: &str) -> FrameWords {
    let words = DetailsWords::of(page.language());
    macro_rules! same {
        ($($name:ident)*) => {
            FrameWords {
                id: id.to_owned(),
                title: title.to_owned(),
                origins: page.state.origins.join(" "),
                copied: page.words().copied.to_owned(),
                $($name: words.$name.to_owned(),)*
            }
        };
    }
    same! {
        loading shown slow slow_text busy busy_text refused refused_text try_again reload full_screen
        running taking ready kept not_kept download text_label copy partly failed
        pdf_failed pdf_other_host pdf_too_large pdf_not_pdf pdf_unreachable text_failed not_taken stuck again
    }
}
