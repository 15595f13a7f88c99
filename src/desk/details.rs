//! Staff open Empego's details page as themselves, and what that page says reaches the record.

use super::audit::About;
use super::visit::{Report, heard};
use super::{Actor, Desk, DeskError, Result};
use crate::empego::ActingUser;
use crate::model::audit::Action;
use crate::model::consultation::Consultation;
use crate::model::ids::{ConsultationId, EmpegoKey};
use crate::model::language::Language;
use crate::model::lifecycle::Event;
use crate::model::message::Message;
use crate::model::timeline::Source;
use crate::model::visit::{Started, VisitState};
use crate::store::Addition;

/// What the log says beside [`Action::FrameOpened`] and [`Action::Answered`], which patients'
/// visits are in too.
const DETAILS: &str = "details";

/// A consultation of the actor's site that Empego knows, and by which key.
pub(super) async fn known(
    desk: &Desk,
    who: &Actor,
    id: &ConsultationId,
) -> Result<(Consultation, EmpegoKey)> {
    let consultation =
        desk.store.consultation(&who.site.id, id).await?.ok_or(DeskError::NotFound)?;
    let key = consultation.empego_key.clone().ok_or(DeskError::NotFound)?;
    Ok((consultation, key))
}

/// Mints a presigned URL, just now, for one mount of the details page: it opens as this staff
/// member, in their language. It works once (`empego-api.md` §4), so every mount gets its own.
///
/// # Errors
/// [`DeskError::NotFound`] for a consultation that is not the site's, or not Empego's yet; Empego's
/// refusal; a failing store.
pub async fn open(
    desk: &Desk,
    who: &Actor,
    language: Language,
    id: &ConsultationId,
) -> Result<Started> {
    let (consultation, key) = known(desk, who, id).await?;
    let user = ActingUser::new(&who.staff.id.0, &who.staff.name, &who.staff.email, language);
    let url = desk.empego_of(&who.site)?.details_url(consultation.kind(), &key, &user).await?;
    desk.log(who, Action::FrameOpened, About::consultation(&consultation).with(DETAILS)).await?;
    Ok(Started { url: url.expose().to_owned(), key: key.0 })
}

/// Takes a message that a staff member's browser heard from the details page. As with a patient's,
/// it is a hint: at the most it sets "reported", and the same message again changes nothing.
///
/// # Errors
/// As [`open`], without Empego's.
pub async fn report(desk: &Desk, who: &Actor, id: &ConsultationId, json: &str) -> Result<Report> {
    let (consultation, key) = known(desk, who, id).await?;
    let message = match Message::parse_for(json, &key.0) {
        Ok(message) => message,
        Err(ignored) => return Ok(Report::Ignored(ignored)),
    };
    let answered = consultation.state.delivery(desk.now()).is_answered();
    if let Some(mut entry) = heard(desk, &consultation, &message, Source::Staff).await? {
        entry.actor = Some(who.staff.name.clone());
        let first = !answered && matches!(entry.event, Event::Reported { .. });
        let log = first.then(|| {
            desk.record_of(who, Action::Answered, About::consultation(&consultation).with(DETAILS))
        });
        let addition = Addition {
            entries: vec![entry],
            log: log.into_iter().collect(),
            ..Addition::default()
        };
        desk.add(&who.site.id, id, addition).await?;
    }
    Ok(Report::Taken(if answered || message.is_completion() {
        VisitState::Reported
    } else {
        VisitState::Open
    }))
}
