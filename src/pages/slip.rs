//! The slip that staff print and give to a patient: the link as a code and as text, until when it
//! works, and what to do. It is in the patient's language, or in the one that staff choose here.

use super::loaded::staff_page;
use crate::desk::{access, links};
use crate::error::AppError;
use crate::i18n::{PatientChangeWords, PatientWords, SlipWords, fill, own_name, time};
use crate::model::consultation::Consultation;
use crate::model::ids::ConsultationId;
use crate::model::language::Language;
use crate::model::lifecycle::Delivery;
use crate::model::patient::Patient;
use crate::model::site::Site;
use crate::parts::layout::StaffLayout;
use crate::parts::moment::with_moment;
use crate::parts::notice::{Notice, local_link};
use crate::parts::patient::{self, Number, with_views};
use crate::parts::qr::qr;
use crate::web::page::Page;
use crate::web::routes::PageRoute;
use leptos::prelude::*;

/// The field of the query with the language of the slip. The page around it stays as it is.
const LANGUAGE: &str = "language";

/// The page around the slip.
#[component]
pub fn SlipPage() -> impl IntoView {
    staff_page(|page, who| async move {
        let id = ConsultationId(page.param().to_owned());
        let found = access::consultation(&page.state.desk, &who, &id).await?;
        let (consultation, _) = found.ok_or(AppError::NotFound)?;
        Ok(view(page, &consultation, &who.site))
    })
}

fn view(page: Page, consultation: &Consultation, site: &Site) -> impl IntoView + use<> {
    let words = SlipWords::of(page.language());
    let asked = page.query(LANGUAGE).and_then(|code| Language::parse(&code));
    let language = asked.or(consultation.patient.language).unwrap_or_else(|| page.language());
    let here = PageRoute::Slip.at(&consultation.id);
    let delivery = consultation.state.delivery(page.state.desk.now());
    let link = delivery.is_open().then(|| links::url(&page.state.desk, consultation)).flatten();
    let content = match link {
        Some(link) => {
            let local = local_link(&page);
            let slip = slip(&page.in_language(language), consultation, site, &link);
            view! {
                <p class="hint unprinted">{words.hint}</p>
                {languages(&page, &here, language)}
                <div class="unprinted">{local}</div>
                {slip}
            }
            .into_any()
        }
        None => {
            let strip = patient::identity_strip(&page, &consultation.patient, Number::Whole);
            let why = no_link(&page, consultation, delivery);
            view! {
                <Notice kind="warning" title=words.no_link>
                    <p>{strip}</p>
                    <p>{why}</p>
                </Notice>
            }
            .into_any()
        }
    };
    let back = PageRoute::Consultation.at(&consultation.id);
    view! {
        <StaffLayout page=page.clone() title=words.title here=here class="narrow slip-page">
            <div class="page-head unprinted">
                <h1>{words.title}</h1>
                <a href=back>{PatientChangeWords::of(page.language()).back}</a>
            </div>
            {content}
        </StaffLayout>
    }
}

/// Why there is nothing to print.
fn no_link(page: &Page, consultation: &Consultation, delivery: Delivery) -> AnyView {
    let (words, slip) = (page.words(), SlipWords::of(page.language()));
    match delivery {
        Delivery::Cancelled => slip.cancelled.into_any(),
        Delivery::Creating | Delivery::CreateFailed => slip.not_created.into_any(),
        Delivery::OutcomeUnknown => slip.outcome_unknown.into_any(),
        Delivery::KeyUnread => slip.key_unread.into_any(),
        Delivery::ExpiredAtEmpego => slip.expired_at_empego.into_any(),
        Delivery::Expired => {
            let at = consultation.state.expires_at().unwrap_or_default();
            with_moment(page, words.link_ended, at).into_any()
        }
        Delivery::AnsweredReported | Delivery::AnsweredConfirmed => words.link_finished.into_any(),
        Delivery::LinkReady | Delivery::Opened | Delivery::Started => {
            words.link_not_shown.into_any()
        }
        Delivery::Revoked => words.link_revoked.into_any(),
    }
}

/// The choice of the slip's language: links, which change nothing.
fn languages(page: &Page, here: &str, chosen: Language) -> impl IntoView + use<> {
    let label = SlipWords::of(page.language()).languages;
    let links = [Language::En, Language::Fr]
        .map(|language| {
            let code = language.code();
            view! {
                <a
                    href=format!("{here}?{LANGUAGE}={code}")
                    lang=code
                    hreflang=code
                    aria-current=(language == chosen).then_some("true")
                >
                    {own_name(language)}
                </a>
            }
        })
        .collect_view();
    view! { <nav class="tabs unprinted" aria-label=label>{links}</nav> }
}

/// The slip itself, in the language of `page`.
fn slip(
    page: &Page,
    consultation: &Consultation,
    site: &Site,
    link: &str,
) -> impl IntoView + use<> {
    let language = page.language();
    let (words, texts) = (SlipWords::of(language), PatientWords::of(language));
    let clinic = site.public_name(language).to_owned();
    let help = fill(texts.help, "clinic", &clinic);
    let asks_birth_date = consultation.is_gated();
    // The date opens the link where it asks for it: it does not stand on the same paper.
    let shown = Patient {
        date_of_birth: consultation.patient.date_of_birth.clone().filter(|_| !asks_birth_date),
        ..consultation.patient.clone()
    };
    let strip = patient::identity_strip(page, &shown, Number::Masked);
    let follow_up = consultation.follow_up.as_ref();
    let heading = follow_up.map_or(texts.heading, |_| texts.follow_up_heading);
    let today = page.today().to_string();
    let planned = follow_up.filter(|follow_up| follow_up.due_on > today).map(|follow_up| {
        let day = time::day(language, &follow_up.due_on);
        view! { <p>{fill(texts.planned, "day", &day)}</p> }
    });
    let until = match consultation.state.expires_at() {
        Some(at) => {
            let when = time::dated(language, &page.zone(), at);
            let when = view! { <time datetime=time::machine(at)>{when}</time> }.into_any();
            with_views(words.until, [("{when}", when)]).into_any()
        }
        None => words.no_expiry.into_any(),
    };
    let born = asks_birth_date.then(|| view! { <li>{words.born}</li> });
    let practice = page.state.sandbox.then(|| view! { <p>{words.practice}</p> });
    view! {
        <article class="slip" lang=language.code()>
            <p class="clinic"><bdi>{clinic}</bdi></p>
            <p class="who">{strip}</p>
            <h2>{heading}</h2>
            {planned}
            <div class="beside">
                <div class="qr">{qr(link, page.words().qr_label)}</div>
                <ol>
                    <li>{words.scan}</li>
                    {born}
                    <li>{words.answer}</li>
                    <li>{words.send}</li>
                </ol>
            </div>
            <p class="address"><code>{link.to_owned()}</code></p>
            <p class="until"><strong>{until}</strong></p>
            <p>{words.private}</p>
            <p>{help}</p>
            {practice}
        </article>
    }
}
