//! Patients on record, as staff look for them.

use crate::error::AppError;
use crate::model::forms::LookForm;
use crate::model::patient::Identifier;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// A patient on record, with what tells them apart.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoundPatient {
    pub id: String,
    /// Given name.
    pub first_name: String,
    /// Family name.
    pub last_name: String,
    /// `YYYY-MM-DD`.
    pub date_of_birth: Option<String>,
    /// The newest number.
    pub identifier: Option<Identifier>,
    /// Stands for their details as they are shown, in a choice of them.
    pub choice: String,
    /// When the newest consultation was created, in milliseconds (UTC).
    pub last_visit: Option<i64>,
    /// The newest open consultation, and when it was created.
    pub open: Option<(String, i64)>,
}

/// What a look found, and what was read from its text for a new patient.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lookup {
    pub found: Vec<FoundPatient>,
    /// Whether there are more.
    pub more: bool,
    /// Whether the one patient is certain.
    pub decided: bool,
    pub first_name: String,
    pub last_name: String,
    /// As typed.
    pub date_of_birth: String,
    pub identifier: Option<Identifier>,
}

/// Looks a patient up by a name, a date of birth, a number, a part of them, or a scanned card.
/// Finding none is no error.
#[server(name = LookUpPatient, endpoint = "look_up_patient")]
pub async fn look_up_patient(#[server(flatten)] form: LookForm) -> Result<Lookup, AppError> {
    use crate::desk::{identify, look_up};
    use crate::web::caller::Caller;
    use crate::web::routes::Function;

    let caller = Caller::of(Function::LookUpPatient)?;
    let looked = caller.explain(look_up::look_up(&caller.state.desk, &caller.who, &form).await)?;
    let identifier =
        looked.sought.number().map(|(kind, key)| Identifier { kind: *kind, key: key.clone() });
    let found = looked.found.into_iter().map(|found| FoundPatient {
        choice: identify::choice_of(&found.patient),
        id: found.patient.id.0,
        first_name: found.patient.first_name,
        last_name: found.patient.last_name,
        date_of_birth: found.patient.date_of_birth,
        identifier: found.patient.identifiers.into_iter().next(),
        last_visit: found.visits.last_at,
        open: found.visits.open.into_iter().next().map(|(id, since)| (id.0, since)),
    });
    Ok(Lookup {
        found: found.collect(),
        more: looked.more,
        decided: looked.decided,
        first_name: looked.sought.first_name,
        last_name: looked.sought.last_name,
        date_of_birth: looked.sought.typed_date,
        identifier,
    })
}
