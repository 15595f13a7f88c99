//! The rules of one consultation's link, for staff.

use crate::error::AppError;
use crate::model::forms::CancelForm;
use leptos::prelude::*;

/// Gives a link the site's usual time from now.
#[server(name = ExtendLink, endpoint = "extend_link")]
pub async fn extend_link(#[server(default)] id: String) -> Result<(), AppError> {
    use crate::desk::link_rules;
    use crate::model::ids::ConsultationId;
    use crate::web::caller::Caller;
    use crate::web::routes::{Function, PageRoute};

    let caller = Caller::of(Function::ExtendLink)?;
    let id = ConsultationId(id);
    let extended = link_rules::extend(&caller.state.desk, &caller.who, &id).await;
    caller.redirect(extended, |()| PageRoute::Consultation.at(&id))
}

/// Removes the expiry of a link.
#[server(name = RemoveExpiry, endpoint = "remove_expiry")]
pub async fn remove_expiry(#[server(default)] id: String) -> Result<(), AppError> {
    use crate::desk::link_rules;
    use crate::model::ids::ConsultationId;
    use crate::web::caller::Caller;
    use crate::web::routes::{Function, PageRoute};

    let caller = Caller::of(Function::RemoveExpiry)?;
    let id = ConsultationId(id);
    let removed = link_rules::remove_expiry(&caller.state.desk, &caller.who, &id).await;
    caller.redirect(removed, |()| PageRoute::Consultation.at(&id))
}

/// Asks for the date of birth before the patient can start (`gate` is `on`), or does not (`off`).
#[server(name = SetGate, endpoint = "set_gate")]
pub async fn set_gate(
    #[server(default)] id: String,
    #[server(default)] gate: String,
) -> Result<(), AppError> {
    use crate::desk::link_rules;
    use crate::error::FieldProblem;
    use crate::model::ids::ConsultationId;
    use crate::web::caller::Caller;
    use crate::web::routes::{Function, PageRoute};

    let caller = Caller::of(Function::SetGate)?;
    let on = match gate.as_str() {
        "on" => true,
        "off" => false,
        _ => return Err(AppError::field("gate", FieldProblem::BadChoice)),
    };
    let id = ConsultationId(id);
    let set = link_rules::set_gate(&caller.state.desk, &caller.who, &id, on).await;
    caller.redirect(set, |()| PageRoute::Consultation.at(&id))
}

/// Lets the patient try again after too many wrong dates of birth.
#[server(name = UnlockLink, endpoint = "unlock_link")]
pub async fn unlock_link(#[server(default)] id: String) -> Result<(), AppError> {
    use crate::desk::link_rules;
    use crate::model::ids::ConsultationId;
    use crate::web::caller::Caller;
    use crate::web::routes::{Function, PageRoute};

    let caller = Caller::of(Function::UnlockLink)?;
    let id = ConsultationId(id);
    let unlocked = link_rules::unlock(&caller.state.desk, &caller.who, &id).await;
    caller.redirect(unlocked, |()| PageRoute::Consultation.at(&id))
}

/// Takes the revocation of a link back.
#[server(name = RestoreLink, endpoint = "restore_link")]
pub async fn restore_link(#[server(default)] id: String) -> Result<(), AppError> {
    use crate::desk::links;
    use crate::model::ids::ConsultationId;
    use crate::web::caller::Caller;
    use crate::web::routes::{Function, PageRoute};

    let caller = Caller::of(Function::RestoreLink)?;
    let id = ConsultationId(id);
    let restored = links::restore(&caller.state.desk, &caller.who, &id).await;
    caller.redirect(restored, |()| PageRoute::Consultation.at(&id))
}

/// Cancels a consultation on this desk.
#[server(name = CancelConsultation, endpoint = "cancel_consultation")]
pub async fn cancel_consultation(
    #[server(default)] id: String,
    #[server(flatten)] form: CancelForm,
) -> Result<(), AppError> {
    use crate::desk::cancel;
    use crate::model::ids::ConsultationId;
    use crate::web::caller::Caller;
    use crate::web::routes::{Function, PageRoute};

    let caller = Caller::of(Function::CancelConsultation)?;
    let id = ConsultationId(id);
    let cancelled = cancel::cancel(&caller.state.desk, &caller.who, &id, false, &form).await;
    caller.redirect(cancelled, |()| PageRoute::Consultation.at(&id))
}

/// Takes the cancellation of a consultation or follow-up back.
#[server(name = UndoCancel, endpoint = "undo_cancel")]
pub async fn undo_cancel(#[server(default)] id: String) -> Result<(), AppError> {
    use crate::desk::cancel;
    use crate::model::ids::ConsultationId;
    use crate::web::caller::Caller;
    use crate::web::routes::{Function, PageRoute};

    let caller = Caller::of(Function::UndoCancel)?;
    let id = ConsultationId(id);
    let undone = cancel::undo(&caller.state.desk, &caller.who, &id).await;
    caller.redirect(undone, |()| PageRoute::Consultation.at(&id))
}
