//! The register of confidentiality incidents: read, written, and never rewritten.

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
/// [`DeskError::Invalid`] with every field that cannot be taken, `version` among them when somebody
/// else wrote one meanwhile; [`DeskError::NotFound`] when the site has no such incident; a failing
/// store.
pub async fn write(desk: &Desk, who: &Actor, form: &IncidentForm) -> Result<IncidentId> {
    let mut incident = read(desk, who, form)?;
    if !form.id.is_empty() {
        incident.id = IncidentId(form.id.clone());
        versions(desk, who, &incident.id).await?;
        incident.version = form
            .version
            .parse::<u32>()
            .ok()
            .and_then(|version| version.checked_add(1))
            .ok_or_else(meanwhile)?;
    }
    let detail = format!("incident={} version={}", incident.id, incident.version);
    let log = [desk.record_of(who, Action::IncidentChanged, About::words(detail))];
    match desk.store.write_incident(&incident, &log).await {
        Ok(()) => Ok(incident.id),
        Err(StoreError::Taken(_)) => Err(meanwhile()),
        Err(error) => Err(error.into()),
    }
}

/// The register of the actor's site, the latest to become known first.
///
/// # Errors
/// A failing store.
pub async fn register(desk: &Desk, who: &Actor) -> Result<Vec<Incident>> {
    Ok(desk.store.incidents(&who.site.id).await?)
}

/// Every version of an incident of the actor's site, the newest first.
///
/// # Errors
/// [`DeskError::NotFound`] when the site has no such incident, or a failing store.
pub async fn versions(desk: &Desk, who: &Actor, id: &IncidentId) -> Result<Vec<Incident>> {
    let versions = desk.store.incident(&who.site.id, id).await?;
    if versions.is_empty() { Err(DeskError::NotFound) } else { Ok(versions) }
}

/// The register of the actor's site, for a file.
///
/// # Errors
/// A failing store, which is asked for the register and told that it was taken along.
pub async fn export(desk: &Desk, who: &Actor) -> Result<Vec<Incident>> {
    let incidents = register(desk, who).await?;
    desk.log(
        who,
        Action::Exported,
        About::words(format!("incident-register rows={}", incidents.len())),
    )
    .await?;
    Ok(incidents)
}

fn meanwhile() -> DeskError {
    DeskError::Invalid(vec![FieldError {
        field: "version".to_owned(),
        problem: FieldProblem::BadChoice,
    }])
}

fn read(desk: &Desk, who: &Actor, form: &IncidentForm) -> Result<Incident> {
    let mut reader = Reader { today: desk.today(), errors: Vec::new() };
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
        site: who.site.id.clone(),
        version: 1,
        written_at: desk.now(),
        written_by: who.staff.name.clone(),
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

/// Reads one field each, and collects what is wrong with all of them.
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

    /// A day that is not to come.
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
