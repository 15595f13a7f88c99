//! The patient of a request, and the ids of requests that are for different patients.

use crate::desk::identify::{self, Answer, Case};
use crate::desk::requests::{derived_id, live_request};
use crate::desk::{Actor, Desk, Result, form};
use crate::model::consultation::Consultation;
use crate::model::forms::ConsultationForm;
use crate::model::ids::RequestId;
use crate::model::lifecycle::Creation;
use crate::model::patient::Patient;
use crate::store::{PatientDraft, PatientRef, Seen};

/// What a request made before.
enum Before {
    Nothing,
    /// The record of this very patient.
    Same,
    /// The record of another patient, by the same form.
    Other(Box<Consultation>),
}

/// The patient of a form, and what was seen of those on record. A request that was made before, for
/// this patient, asks nothing: it has its record.
///
/// # Errors
/// [`DeskError::Invalid`] with a question; a store error.
pub(in crate::desk) async fn patient_of(
    desk: &Desk,
    caller: &Actor,
    form: &ConsultationForm,
    draft: &PatientDraft,
    request_id: &str,
    asks_open: bool,
) -> Result<(PatientRef, Option<Seen>)> {
    let patient = identify::reference(form, draft);
    let earlier = match before(desk, caller, form, &patient, request_id).await? {
        Before::Same => return Ok((patient, None)),
        Before::Other(earlier) => Some(earlier).filter(|it| it.state.creation != Creation::Done),
        Before::Nothing => None,
    };
    let case = Case { form, draft, earlier: earlier.as_deref(), asks_open };
    let question = match identify::decide(desk, caller, case).await? {
        Answer::Decided(patient, seen) => return Ok((patient, Some(seen))),
        Answer::Ask(question) => question,
    };
    // The same form, sent twice at once: the question may be about the record of the other one.
    if matches!(before(desk, caller, form, &patient, request_id).await?, Before::Same) {
        return Ok((patient, None));
    }
    Err(identify::ask(desk, caller, &question).await?)
}

async fn before(
    desk: &Desk,
    caller: &Actor,
    form: &ConsultationForm,
    patient: &PatientRef,
    request_id: &str,
) -> Result<Before> {
    let (id, earlier) = live_request(desk, caller, request_id).await?;
    let Some(earlier) = earlier else { return Ok(Before::Nothing) };
    let replaces = match patient {
        PatientRef::Typed(draft) | PatientRef::Chosen(_, draft) => {
            identify::replaces(form, draft, &earlier.patient)
        }
        PatientRef::SameAs(_) => false,
    };
    let other = id_for_other_patient(&id.0, patient);
    let is_same = !is_other_patient(patient, replaces, &earlier.patient)
        || live_request(desk, caller, &other.0).await?.1.is_some();
    Ok(if is_same { Before::Same } else { Before::Other(Box::new(earlier)) })
}

/// Whether a request is for another patient than that of the record which the same form made. The
/// patient on record that was chosen is the same one, unless the request `replaces` their details.
pub(super) fn is_other_patient(patient: &PatientRef, replaces: bool, recorded: &Patient) -> bool {
    match patient {
        PatientRef::Typed(draft) => form::is_other_patient(draft, recorded),
        PatientRef::Chosen(id, draft) => {
            *id != recorded.id || replaces && form::differs(recorded, draft)
        }
        PatientRef::SameAs(_) => false,
    }
}

/// The request id of a form that was sent before, for another patient. It is derived from the
/// draft, so that a repetition has the same id. The record of the first patient is found by it too.
pub(super) fn id_for_other_patient(request_id: &str, patient: &PatientRef) -> RequestId {
    let (chosen, draft) = match patient {
        PatientRef::Typed(draft) => (None, draft),
        PatientRef::Chosen(id, draft) => (Some(id.0.as_str()), draft),
        PatientRef::SameAs(_) => return RequestId(request_id.to_owned()),
    };
    let identifiers =
        draft.identifiers.iter().flat_map(|identifier| [identifier.kind.slug(), &identifier.key]);
    let typed = [
        draft.first_name.as_str(),
        &draft.last_name,
        draft.date_of_birth.as_deref().unwrap_or_default(),
    ];
    // No name, date, identifier or id contains a control character: the text is unambiguous.
    let text = typed.into_iter().chain(identifiers).chain(chosen).collect::<Vec<_>>().join("\0");
    RequestId(derived_id(request_id, &text))
}
