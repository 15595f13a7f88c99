//! What the fields of the patient show: what was typed, or what a look found.

use crate::api::patients::Lookup;
use crate::model::forms::ConsultationForm;
use crate::model::patient::Identifier;
use crate::web::page::Page;

/// What the fields show.
pub(super) struct Values {
    pub(super) form: ConsultationForm,
    /// What a look filled in of the form's name, date of birth and number, or looked for. It goes
    /// with that look; what the user typed otherwise stays.
    pub(super) filled: [String; FILLED.len()],
}

/// The fields that a look fills in.
pub(super) const FILLED: [&str; 4] = ["first_name", "last_name", "date_of_birth", "identifier"];

impl Values {
    pub(super) fn of(page: &Page, lookup: Option<&Lookup>) -> Self {
        let mut form: ConsultationForm = page.form().unwrap_or_default();
        let default = page.who().map(|who| who.site.default_identifier).unwrap_or_default();
        if page.submitted.is_none() || form.identifier_type.is_empty() {
            form.identifier_type = default.slug().to_owned();
        }
        form.default_type = default.slug().to_owned();
        let mut filled = FILLED.map(|name| page.entry(&format!("filled_{name}")));
        let Some(lookup) = lookup else { return Self { form, filled } };
        let fields = [
            &mut form.first_name,
            &mut form.last_name,
            &mut form.date_of_birth,
            &mut form.identifier,
        ];
        match lookup.found.as_slice() {
            [known] if lookup.decided => {
                let born = known.date_of_birth.clone().unwrap_or_default();
                let number = known.identifier.as_ref().map(Identifier::on_card);
                if let Some(number) = &known.identifier {
                    form.identifier_type = number.kind.slug().to_owned();
                }
                // The number that the patient was looked for by, or that was typed for them, stays
                // where they have none on record.
                let number = number.unwrap_or_else(|| fields[3].clone());
                filled = [known.first_name.clone(), known.last_name.clone(), born, number];
                for (field, value) in fields.into_iter().zip(&filled) {
                    field.clone_from(value);
                }
                form.same_patient =
                    if known.id.is_empty() { String::new() } else { form.choice(&known.choice) };
            }
            [] => {
                let number = lookup.identifier.as_ref().map(Identifier::on_card);
                let number = number.unwrap_or_default();
                let read = [&lookup.first_name, &lookup.last_name, &lookup.date_of_birth, &number];
                // A name is read whole: half of it would be joined to half of another one.
                let is_named = !read[0].is_empty() || !read[1].is_empty();
                let is_stale = !filled[3].is_empty() && *fields[3] == filled[3];
                if is_stale || !number.is_empty() {
                    let kind = lookup.identifier.as_ref().map_or(default, |number| number.kind);
                    form.identifier_type = kind.slug().to_owned();
                }
                let is_read = [is_named, is_named, !read[2].is_empty(), !read[3].is_empty()];
                let fields = fields.into_iter().zip(&mut filled).zip(read.into_iter().zip(is_read));
                for ((field, filled), (value, is_read)) in fields {
                    if is_read || *field == *filled {
                        field.clone_from(value);
                    }
                    filled.clone_from(value);
                }
                form.same_patient.clear();
            }
            _ => {
                // The number that was looked for goes to the one who is chosen; that of a look
                // before goes.
                let number = lookup.identifier.as_ref().map(Identifier::on_card);
                let number = number.unwrap_or_default();
                let is_stale = !filled[3].is_empty() && *fields[3] == filled[3];
                if is_stale || !number.is_empty() {
                    let kind = lookup.identifier.as_ref().map_or(default, |number| number.kind);
                    form.identifier_type = kind.slug().to_owned();
                    form.identifier.clone_from(&number);
                }
                filled[3] = number;
            }
        }
        Self { form, filled }
    }
}
