//! Staff enter Empego's key of a consultation that was created there without our learning it.

use super::audit::About;
use super::form::error;
use super::{Actor, Desk, DeskError, Result, foreign};
use crate::empego::{EmpegoError, RecordRef};
use crate::error::FieldProblem;
use crate::model::audit::Action;
use crate::model::consultation::Consultation;
use crate::model::ids::{ConsultationId, EmpegoKey, MAX_EMPEGO_KEY};
use crate::model::lifecycle::Event;
use crate::model::timeline::{Entry, Source};
use crate::profile::Way;
use crate::store::{Addition, StoreError};

/// The form's field.
const FIELD: &str = "empego_key";

/// Records the key, and issues the first link. Empego is asked for a URL of that record first,
/// which has no effect, and what its events said of the key is compared: a slip must not go
/// unnoticed. Repeating it changes nothing.
///
/// # Errors
/// [`DeskError::NotFound`] when the site has no such consultation, or it has another key or cannot
/// have one; [`DeskError::Invalid`] for a key that is none, that Empego does not know, or that is
/// another consultation's; Empego's refusal; a store error.
pub async fn enter(desk: &Desk, caller: &Actor, id: &ConsultationId, typed: &str) -> Result<()> {
    loop {
        let found = desk.store.consultation(&caller.site.id, id).await?;
        let found = found.ok_or(DeskError::NotFound)?;
        if enter_if_still(desk, caller, &found, typed).await? {
            return Ok(());
        }
    }
}

/// `false` = a call or an event was faster: the consultation is to be read again.
async fn enter_if_still(
    desk: &Desk,
    caller: &Actor,
    found: &Consultation,
    typed: &str,
) -> Result<bool> {
    let site = &caller.site;
    let key = EmpegoKey::from(read(typed)?.as_str());
    match &found.empego_key {
        Some(known) if *known == key => return Ok(true),
        None if found.state.delivery(desk.now()).lacks_key() => {}
        _ => return Err(DeskError::NotFound),
    }
    if foreign::contradicts(desk, site, found, &key).await? {
        return Err(DeskError::field(FIELD, FieldProblem::KeyOfOther));
    }
    let (empego, call) = (desk.empego_of(site)?, found.kind().answer_call());
    let named = RecordRef { key: Some(&key), ..desk.record_ref(site, found) };
    // A call that repeats the creation says nothing of the key.
    if matches!(empego.profile().way(call), Way::Own(_)) {
        match empego.answer_url(found.kind(), named).await {
            // Named by an access key, which the form does not ask for: it cannot be tried.
            Ok(_) | Err(EmpegoError::NoKey) => {}
            Err(EmpegoError::NotFound | EmpegoError::Rejected { .. }) => {
                return Err(DeskError::field(FIELD, FieldProblem::UnknownKey));
            }
            Err(error) => return Err(error.into()),
        }
    }
    let created = desk.entry(Source::Staff, "created", Event::Created);
    let (issued, link) = desk.new_link(site, found, 1);
    let actor = Some(caller.staff.name.clone());
    let mut entries = vec![Entry { actor, ..created }, issued];
    entries.extend(desk.gate_entry(site, &found.state));
    let addition = Addition {
        entries,
        empego_key: Some(key),
        link: Some(link),
        log_if_new: vec![desk.row(caller, Action::KeyEntered, About::consultation(found))],
        ..Addition::default()
    };
    match desk.add_if_still(&site.id, found, addition).await {
        Err(DeskError::Store(StoreError::Taken(_))) => {
            Err(DeskError::field(FIELD, FieldProblem::KeyOfOther))
        }
        added => Ok(added?.is_some()),
    }
}

fn read(typed: &str) -> Result<String> {
    let key = typed.trim();
    let problem = match key {
        "" => FieldProblem::Required,
        _ if key.len() > MAX_EMPEGO_KEY || key.contains(char::is_whitespace) => {
            FieldProblem::UnknownKey
        }
        _ if !EmpegoKey::is_plain(key) => FieldProblem::UnknownKey,
        _ => return Ok(key.to_owned()),
    };
    Err(DeskError::Invalid(vec![error(FIELD, problem)]))
}
