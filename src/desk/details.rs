//! Empego's details page, which staff open as themselves, and its messages.

use super::audit::About;
use super::visit::{ReportOutcome, message_addition};
use super::{Actor, Desk, DeskError, Result};
use crate::empego::ActingUser;
use crate::model::audit::Action;
use crate::model::consultation::Consultation;
use crate::model::ids::{ConsultationId, EmpegoKey};
use crate::model::language::Language;
use crate::model::message::Message;
use crate::model::timeline::Source;
use crate::model::visit::{Started, VisitState};

/// The detail of audit rows, which tells them from those of patients.
const DETAILS: &str = "details";

/// A consultation of the caller's site that Empego has, and its key there.
pub(super) async fn known(
    desk: &Desk,
    caller: &Actor,
    id: &ConsultationId,
) -> Result<(Consultation, EmpegoKey)> {
    let consultation =
        desk.store.consultation(&caller.site.id, id).await?.ok_or(DeskError::NotFound)?;
    let key = consultation.empego_key.clone().ok_or(DeskError::NotFound)?;
    Ok((consultation, key))
}

/// Issues a presigned URL for one mount of the details page, which opens as this staff member in
/// their language. It works once (`docs/empego.md` §4), so every mount gets its own.
///
/// # Errors
/// [`DeskError::NotFound`] when the site has no such consultation, or Empego has not created it;
/// Empego's refusal; a store error.
pub async fn open(
    desk: &Desk,
    caller: &Actor,
    language: Language,
    id: &ConsultationId,
) -> Result<Started> {
    let (consultation, key) = known(desk, caller, id).await?;
    let staff = &caller.staff;
    let licence = staff.licence.as_deref();
    let user = ActingUser::new(&staff.id.0, &staff.name, &staff.email, licence, language);
    let record = desk.record_ref(&caller.site, &consultation);
    let empego = desk.empego_of(&caller.site)?;
    let url = empego.details_url(consultation.kind(), record, &user).await?;
    desk.log(caller, Action::FrameOpened, About::consultation(&consultation).with(DETAILS)).await?;
    let is_follow_up = consultation.follow_up.is_some();
    Ok(Started { url: url.expose().to_owned(), key: key.0, is_follow_up })
}

/// Takes a message that a staff member's browser received from the details page. As with a
/// patient's, it is a hint: at most it sets "reported", and repeating it changes nothing.
///
/// # Errors
/// As [`open`], without Empego's.
pub async fn report(
    desk: &Desk,
    caller: &Actor,
    id: &ConsultationId,
    json: &str,
) -> Result<ReportOutcome> {
    let (consultation, key) = known(desk, caller, id).await?;
    // The page's script has put the documented names into it.
    let message = match Message::parse_for(json, consultation.subject(), &key.0) {
        Ok(message) => message,
        Err(ignored) => return Ok(ReportOutcome::Ignored(ignored)),
    };
    let answered = consultation.state.delivery(desk.now()).is_answered();
    let name = Some(caller.staff.name.as_str());
    let mut addition = message_addition(desk, &message, Source::Staff, name);
    if !answered && message.is_completion() {
        let about = About::consultation(&consultation).with(DETAILS);
        addition.log_if_new.push(desk.row(caller, Action::Answered, about));
    }
    desk.add(&caller.site.id, id, addition).await?;
    Ok(ReportOutcome::Accepted(if answered || message.is_completion() {
        VisitState::Reported
    } else {
        VisitState::Open
    }))
}
