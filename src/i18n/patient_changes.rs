//! Corrections and merges of patients.

use super::words;
use crate::error::FieldProblem;
use crate::model::language::Language;

words! {
    /// Texts about corrections and merges of patients, for staff.
    PatientChangeWords {
        correct: "Correct patient details", "Corriger les renseignements du patient";
        correct_text: "Links that were handed out keep working, and go by the corrected date of \
            birth at once. Every record of this patient shows the correction.",
            "Les liens déjà remis continuent de fonctionner et tiennent compte aussitôt de la \
            date de naissance corrigée. Tous les dossiers de ce patient affichent la correction.";
        empego_later: "Empego cannot be told of a correction alone: it gets the corrected details \
            with this patient’s next consultation.",
            "Empego ne peut pas recevoir une correction seule\u{a0}: il recevra les \
            renseignements corrigés avec la prochaine consultation de ce patient.";
        on_record: "On record now", "Au dossier actuellement";
        add_number: "Add an identifier", "Ajouter un identifiant";
        add_number_hint: "Only to add one, or in place of a mistyped one.",
            "Seulement pour en ajouter un, ou pour remplacer un identifiant mal saisi.";
        remove_number: "Remove an identifier", "Retirer un identifiant";
        remove_none: "None: keep all of them", "Aucun\u{a0}: les garder tous";
        save: "Save correction", "Enregistrer la correction";
        back: "Back to the record", "Retour au dossier";

        merge: "Merge two records of this patient", "Fusionner deux dossiers de ce patient";
        merge_find: "Which other record?", "Quel est l’autre dossier?";
        merge_search: "Name or identifier of the other record",
            "Nom ou identifiant de l’autre dossier";
        merge_none: "No other record found. Search by another spelling or by an identifier.",
            "Aucun autre dossier. Cherchez sous une autre orthographe ou par identifiant.";
        merge_more: "More records match: type more.",
            "D’autres dossiers correspondent\u{a0}: précisez la recherche.";
        compare: "Compare", "Comparer";
        this_record: "This record", "Ce dossier";
        other_record: "The other record", "L’autre dossier";
        keep_name: "Name to keep", "Nom à garder";
        keep_birth_date_of: "Date of birth to keep", "Date de naissance à garder";
        choose_name: "Choose the name to keep", "Choisissez le nom à garder";
        choose_birth_date: "Choose the date of birth to keep",
            "Choisissez la date de naissance à garder";
        merge_text: "Check that both are the same person. All consultations, follow-ups and \
            identifiers of both come together. Links that were handed out keep working. You can \
            undo this for a day.",
            "Vérifiez qu’il s’agit de la même personne. Les consultations, les suivis et les \
            identifiants des deux dossiers seront réunis. Les liens déjà remis continueront de \
            fonctionner. Vous pourrez revenir sur cette fusion pendant une journée.";
        merge_empego: "At Empego the two patients stay two: it offers no way to merge them.",
            "Chez Empego, les deux patients restent séparés\u{a0}: il n’offre aucun moyen de les \
            fusionner.";
        merge_press: "Merge the two records", "Fusionner les deux dossiers";
        merged: "Merged with the record of {name}", "Fusionné avec le dossier de {name}";
        undo_merge: "Undo merge", "Séparer de nouveau";
        undo_merge_text: "Until {when}. Consultations created since then stay with this patient.",
            "Jusqu’à {when}. Les consultations créées depuis restent avec ce patient.";

        language: "Patient’s language", "Langue du patient";
        language_hint: "Of the page behind the link. The patient can change it there.",
            "Celle de la page du lien. Le patient peut la changer sur cette page.";
        browser_language: "As the patient’s browser says", "Celle du navigateur du patient";
        save_language: "Save language", "Enregistrer la langue";

        changed_meanwhile: "This patient’s details were changed since you opened this page. \
            Nothing was saved. Compare with what is on record now, then save again",
            "Les renseignements de ce patient ont été modifiés depuis que vous avez ouvert cette \
            page. Rien n’a été enregistré. Comparez avec ce qui est au dossier \
            actuellement, puis enregistrez de nouveau";
        number_of_other: "Another patient has this identifier. Nothing was saved",
            "Un autre patient a cet identifiant. Rien n’a été enregistré";
        keep_birth_date: "Enter the date of birth: links may ask the patient for it",
            "Entrez la date de naissance\u{a0}: un lien peut la demander au patient";

        changes: "Corrections and merges", "Corrections et fusions";
        names: "Name", "Nom";
        before: "before: {value}", "avant\u{a0}: {value}";
        nothing: "none", "aucun";
        undone: "Undone on {when} by {name}", "Dossiers séparés de nouveau le {when} par {name}";

        patient_corrected: "Corrected a patient’s details",
            "Correction des renseignements d’un patient";
        patients_merged: "Merged two records of a patient",
            "Fusion de deux dossiers d’un patient";
        merge_undone: "Undid a merge of two records",
            "Nouvelle séparation de deux dossiers fusionnés";
        cancelled: "Cancelled a consultation or follow-up",
            "Annulation d’une consultation ou d’un suivi";
        adopted: "Recorded what Empego created", "Ajout de ce qu’Empego a créé";
        follow_up_moved: "Moved a follow-up", "Déplacement d’un suivi";
        cancel_undone: "Undid a cancellation", "Rétablissement d’une consultation annulée";
        link_restored: "Restored a revoked link", "Rétablissement d’un lien révoqué";
    }
}

/// The message for an invalid field; `None` = another message applies.
#[must_use]
pub fn problem(language: Language, field: &str, problem: FieldProblem) -> Option<&'static str> {
    let words = PatientChangeWords::of(language);
    Some(match problem {
        FieldProblem::ChangedMeanwhile => words.changed_meanwhile,
        FieldProblem::NumberOfOther => words.number_of_other,
        FieldProblem::KeepBirthDate => words.keep_birth_date,
        FieldProblem::Required if field == "keep_name" => words.choose_name,
        FieldProblem::Required if field == "keep_birth_date" => words.choose_birth_date,
        _ => return None,
    })
}
