//! The register of confidentiality incidents. Nothing in it is overwritten.

use super::audit::About;
use super::{Actor, Desk, DeskError, Result};
use crate::error::{FieldError, FieldProblem};
use crate::model::audit::Action;
use crate::model::forms::{INCIDENT_TEXT_LENGTH, IncidentForm};
use crate::model::ids::IncidentId;
use crate::model::incident::Incident;
use crate::store::StoreError;
use jiff::civil::Date;

/// Writes an incident, or the next version of one.
///
/// # Errors
/// [`DeskError::Invalid`] with every field that is not accepted, also `version` after a concurrent
/// edit; [`DeskError::NotFound`] when the site has no such incident; a store error.
pub async fn write(desk: &Desk, caller: &Actor, form: &IncidentForm) -> Result<IncidentId> {
    let mut incident = read(desk, caller, form)?;
    if !form.id.is_empty() {
        incident.id = IncidentId(form.id.clone());
        versions(desk, caller, &incident.id).await?;
        incident.version = form
            .version
            .parse::<u32>()
            .ok()
            .and_then(|version| version.checked_add(1))
            .ok_or_else(conflict)?;
    }
    let detail = format!("incident={} version={}", incident.id, incident.version);
    let log = [desk.row(caller, Action::IncidentChanged, About::detail(detail))];
    match desk.store.write_incident(&incident, &log).await {
        Ok(()) => Ok(incident.id),
        Err(StoreError::Taken(_)) => Err(conflict()),
        Err(error) => Err(error.into()),
    }
}

/// The register of the caller's site, the latest to become known first. The look is logged.
///
/// # Errors
/// A store error.
pub async fn register(desk: &Desk, caller: &Actor) -> Result<Vec<Incident>> {
    let incidents = desk.store.incidents(&caller.site.id).await?;
    let detail = format!("rows={}", incidents.len());
    desk.log(caller, Action::IncidentRead, About::detail(detail)).await?;
    Ok(incidents)
}

/// Every version of an incident of the caller's site, the newest first. The look is logged.
///
/// # Errors
/// [`DeskError::NotFound`] when the site has no such incident, or a store error.
pub async fn open(desk: &Desk, caller: &Actor, id: &IncidentId) -> Result<Vec<Incident>> {
    let versions = versions(desk, caller, id).await?;
    let detail = format!("incident={id} versions={}", versions.len());
    desk.log(caller, Action::IncidentRead, About::detail(detail)).await?;
    Ok(versions)
}

async fn versions(desk: &Desk, caller: &Actor, id: &IncidentId) -> Result<Vec<Incident>> {
    let versions = desk.store.incident(&caller.site.id, id).await?;
    if versions.is_empty() { Err(DeskError::NotFound) } else { Ok(versions) }
}

/// The register of the caller's site, for a file. The export is logged.
///
/// # Errors
/// A store error.
pub async fn export(desk: &Desk, caller: &Actor) -> Result<Vec<Incident>> {
    let incidents = desk.store.incidents(&caller.site.id).await?;
    desk.log(
        caller,
        Action::Exported,
        About::detail(format!("incident-register rows={}", incidents.len())),
    )
    .await?;
    Ok(incidents)
}

fn conflict() -> DeskError {
    DeskError::field("version", FieldProblem::BadChoice)
}

fn read(desk: &Desk, caller: &Actor, form: &IncidentForm) -> Result<Incident> {
    let mut reader = Reader { today: desk.today(&caller.site), errors: Vec::new() };
    let persons = reader.number("persons", &form.persons);
    let persons_in_quebec = reader.number("persons_in_quebec", &form.persons_in_quebec);
    if persons.zip(persons_in_quebec).is_some_and(|(all, some)| some > all) {
        reader.add("persons_in_quebec", FieldProblem::BadNumber);
    }
    if !matches!(form.serious.as_str(), "yes" | "no") {
        reader.add("serious", FieldProblem::Required);
    }
    let incident = Incident {
        id: IncidentId(desk.ambient.id()),
        site: caller.site.id.clone(),
        version: 1,
        written_at: desk.now(),
        written_by: caller.staff.name.clone(),
        information: reader.text("information", &form.information, true),
        circumstances: reader.text("circumstances", &form.circumstances, true),
        happened: reader.text("happened", &form.happened, true),
        aware_on: reader.day("aware_on", &form.aware_on, true).unwrap_or_default(),
        persons,
        persons_in_quebec,
        serious: form.serious == "yes",
        reasons: reader.text("reasons", &form.reasons, false),
        commission_on: reader.day("commission_on", &form.commission_on, false),
        persons_on: reader.day("persons_on", &form.persons_on, false),
        measures: reader.text("measures", &form.measures, false),
    };
    if reader.errors.is_empty() { Ok(incident) } else { Err(DeskError::Invalid(reader.errors)) }
}

/// Reads the fields and collects their problems.
struct Reader {
    today: Date,
    errors: Vec<FieldError>,
}

impl Reader {
    fn add(&mut self, field: &str, problem: FieldProblem) {
        self.errors.push(FieldError { field: field.to_owned(), problem });
    }

    fn text(&mut self, field: &str, typed: &str, required: bool) -> String {
        let text: String = typed
            .trim()
            .replace("\r\n", "\n")
            .chars()
            .filter(|c| *c == '\n' || !c.is_control())
            .collect();
        if text.is_empty() && required {
            self.add(field, FieldProblem::Required);
        } else if text.chars().count() > INCIDENT_TEXT_LENGTH as usize {
            self.add(field, FieldProblem::TooLong);
        }
        text
    }

    /// A day that is not in the future.
    fn day(&mut self, field: &str, typed: &str, required: bool) -> Option<String> {
        let typed = typed.trim();
        if typed.is_empty() {
            if required {
                self.add(field, FieldProblem::Required);
            }
            return None;
        }
        match typed.parse::<Date>() {
            Ok(day) if day <= self.today => Some(day.to_string()),
            _ => {
                self.add(field, FieldProblem::BadDate);
                None
            }
        }
    }

    fn number(&mut self, field: &str, typed: &str) -> Option<u32> {
        let typed: String = typed.split_whitespace().collect();
        if typed.is_empty() {
            return None;
        }
        let number = typed.parse().ok();
        if number.is_none() {
            self.add(field, FieldProblem::BadNumber);
        }
        number
    }
}
