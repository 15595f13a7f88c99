//! Cancellations and what is undone.

use super::words;
use crate::error::FieldProblem;
use crate::model::cancel::CancelReason;
use crate::model::language::Language;

words! {
    /// Texts about cancellations and undoing.
    CancelWords {
        cancel: "Cancel consultation", "Annuler la consultation";
        cancel_follow_up: "Cancel follow-up", "Annuler le suivi";
        cancel_text: "The link stops working at once. Empego is not told: it offers no way. \
            Cancel it there too. You can undo this here for a day.",
            "Le lien cessera aussitôt de fonctionner. Empego n’en est pas avisé, car il n’offre \
            aucun moyen\u{a0}: faites aussi l’annulation chez Empego. Vous pourrez revenir sur \
            cette annulation ici pendant une journée.";
        cancel_text_told: "The link stops working at once, and Empego is told. What Empego takes \
            cannot be undone here.",
            "Le lien cessera aussitôt de fonctionner, et Empego en sera avisé. Ce qu’Empego \
            accepte ne peut pas être rétabli ici.";
        cancel_text_uncreated: "Empego did not create it: there is nothing to cancel there. You \
            can undo this here for a day.",
            "Rien n’a été créé chez Empego\u{a0}: il n’y a rien à y annuler. Vous pourrez revenir \
            sur cette annulation ici pendant une journée.";
        reason: "Reason", "Motif";
        choose: "Choose a reason", "Choisissez un motif";
        wrong_patient: "Wrong patient", "Mauvais patient";
        duplicate: "Duplicate", "Doublon";
        patient_declined: "The patient declined or left", "Le patient a refusé ou est parti";
        not_needed: "No longer needed", "Plus nécessaire";
        other: "Another reason", "Autre motif";
        note: "Note", "Note";
        note_hint: "Do not enter patient names. Needed for another reason.",
            "N’inscrivez aucun nom de patient. Nécessaire pour un autre motif.";

        whole_series: "Cancel all follow-ups of this series that are still open ({n})",
            "Annuler tous les suivis encore ouverts de cette série ({n})";

        move_follow_up: "Move follow-up", "Déplacer le suivi";
        move_text: "The link works on the new day, as long after it as it did before. Empego is \
            not told: it offers no way. Move it there too.",
            "Le lien fonctionnera à la nouvelle date, et aussi longtemps après qu’auparavant. \
            Empego n’en est pas avisé, car il n’offre aucun moyen\u{a0}: déplacez-le aussi chez \
            Empego.";
        move_text_uncreated: "Empego did not create it: there is nothing to move there.",
            "Rien n’a été créé chez Empego\u{a0}: il n’y a rien à y déplacer.";
        move_text_told: "The link works on the new day, as long after it as it did before. Empego \
            is told.",
            "Le lien fonctionnera à la nouvelle date, et aussi longtemps après qu’auparavant. \
            Empego en sera avisé.";
        new_day: "New day", "Nouvelle date";
        later_ones: "Move the later ones of this series by as many days ({n})",
            "Déplacer d’autant de jours les suivants de cette série ({n})";
        moved_one: "The follow-up was moved", "Le suivi a été déplacé";
        moved_some: "{n} follow-ups were moved", "{n} suivis ont été déplacés";
        moved_text: "Empego was not told: it offers no way. Move it there too.",
            "Empego n’en a pas été avisé, car il n’offre aucun moyen. Déplacez-le aussi chez \
            Empego.";
        moved_text_uncreated: "Empego did not create it: there is nothing to move there.",
            "Rien n’a été créé chez Empego\u{a0}: il n’y a rien à y déplacer.";
        moved_text_told: "The timeline says whether Empego took it.",
            "L’historique indique si Empego l’a accepté.";
        event_told_cancel: "Empego was told of the cancellation",
            "Empego a été avisé de l’annulation";
        event_told_move: "Empego was told of the new day", "Empego a été avisé de la nouvelle date";
        event_refused_cancel: "Empego did not take the cancellation",
            "Empego n’a pas accepté l’annulation";
        event_refused_move: "Empego did not take the new day",
            "Empego n’a pas accepté la nouvelle date";
        event_unknown_cancel: "Empego was told of the cancellation, and did not answer",
            "Empego a été avisé de l’annulation, mais n’a pas répondu";
        event_unknown_move: "Empego was told of the new day, and did not answer",
            "Empego a été avisé de la nouvelle date, mais n’a pas répondu";
        series_untaken_cancel: "Empego did not take {n} of {m} cancellations of this series, or \
            did not answer",
            "Empego n’a pas accepté {n} des {m} annulations de cette série, ou n’a pas répondu";
        series_untaken_cancel_text: "The follow-ups say which. Cancel those there too.",
            "Chaque suivi l’indique. Faites aussi ces annulations chez Empego.";
        series_untaken_move: "Empego did not take {n} of {m} new days of this series, or did not \
            answer",
            "Empego n’a pas accepté {n} des {m} nouvelles dates de cette série, ou n’a pas répondu";
        series_untaken_move_text: "The timeline of each follow-up says which. Move those there \
            too.",
            "L’historique de chaque suivi l’indique. Déplacez-les aussi chez Empego.";
        moved_none: "It is on that day already. Nothing was changed.",
            "Il est déjà prévu ce jour-là. Rien n’a été modifié.";
        not_movable: "It cannot be moved: it was answered, is over, or it is not known yet whether \
            Empego created it. Nothing was changed",
            "Impossible de déplacer\u{a0}: le patient a répondu, le suivi est clos, ou on ignore \
            encore si la création chez Empego a réussi. Rien n’a été modifié";
        event_moved: "Moved from {from} to {to}", "Déplacé du {from} au {to}";

        cancelled: "Cancelled: {reason}", "Annulé\u{a0}: {reason}";
        no_reason: "no reason given", "aucun motif indiqué";
        not_told: "Empego was not told: it offers no way. Cancel it there too.",
            "Empego n’en a pas été avisé, car il n’offre aucun moyen. Faites aussi l’annulation \
            chez Empego.";
        told: "Empego was told, and took it.", "Empego en a été avisé et l’a accepté.";
        told_in_vain: "Empego was told, and did not take it. Cancel it there too.",
            "Empego en a été avisé, mais ne l’a pas accepté. Faites aussi l’annulation chez \
            Empego.";
        told_unknown: "Empego was told, and did not answer. See there whether it is cancelled.",
            "Empego en a été avisé, mais n’a pas répondu. Vérifiez chez Empego si l’annulation y \
            est faite.";
        not_told_yet: "It is not known whether Empego was told. Cancel it there too.",
            "On ignore si Empego en a été avisé. Faites aussi l’annulation chez Empego.";
        uncreated: "Empego did not create it: there is nothing to cancel there.",
            "Rien n’a été créé chez Empego\u{a0}: il n’y a rien à y annuler.";
        answered_anyway: "The patient answered all the same: the answers count.",
            "Le patient a tout de même répondu\u{a0}: ses réponses comptent.";
        late: "Answered after cancellation", "Réponses reçues après l’annulation";
        undo: "Undo cancellation", "Rétablir";
        undo_text: "Until {when}. The same link works again.",
            "Jusqu’à {when}. Le même lien fonctionnera de nouveau.";
        undo_uncreated: "Until {when}.", "Jusqu’à {when}.";
        restore: "Undo revocation", "Rétablir le lien";
        restore_text: "Until {when}. After that, issue a new link.",
            "Jusqu’à {when}. Ensuite, émettez un nouveau lien.";

        event_cancelled: "Cancelled: {reason}", "Annulation\u{a0}: {reason}";
        event_undone: "Cancellation undone", "Dossier rétabli après annulation";
        event_restored: "Link {n} restored", "Lien {n} rétabli";

        not_cancellable: "It cannot be cancelled: it was answered, or it is not known yet whether \
            Empego created it. Nothing was changed",
            "Impossible d’annuler\u{a0}: le patient a répondu, ou on ignore encore si la \
            création chez Empego a réussi. Rien n’a été modifié";
        not_undoable: "This can no longer be undone. Nothing was changed",
            "Il n’est plus possible de revenir en arrière. Rien n’a été modifié";
        note_required: "Enter a note that says why", "Inscrivez une note qui en donne la raison";
        note_too_long: "Use 200 characters or fewer in the note, without line breaks",
            "Utilisez au plus 200 caractères dans la note, sans saut de ligne";

        patient_title: "This questionnaire was cancelled", "Ce questionnaire a été annulé";
        patient_text: "You do not need to answer it. If you expected it, ask the staff \
            ({clinic}).",
            "Vous n’avez pas à y répondre. Si vous l’attendiez, adressez-vous au personnel \
            ({clinic}).";
    }
}

/// The label of a reason.
#[must_use]
pub fn reason(language: Language, reason: CancelReason) -> &'static str {
    let words = CancelWords::of(language);
    match reason {
        CancelReason::WrongPatient => words.wrong_patient,
        CancelReason::Duplicate => words.duplicate,
        CancelReason::PatientDeclined => words.patient_declined,
        CancelReason::NotNeeded => words.not_needed,
        CancelReason::Other => words.other,
    }
}

/// A reason with its note, in words.
#[must_use]
pub fn why(language: Language, why: Option<CancelReason>, note: &str) -> String {
    let words = CancelWords::of(language);
    let label = why.map_or(words.no_reason, |why| reason(language, why));
    if note.is_empty() { label.to_owned() } else { format!("{label} – {note}") }
}

/// The message for an invalid field; `None` = another message applies.
#[must_use]
pub fn problem(language: Language, field: &str, problem: FieldProblem) -> Option<&'static str> {
    let words = CancelWords::of(language);
    Some(match (problem, field) {
        (FieldProblem::Required | FieldProblem::BadChoice, "cancel_reason") => words.choose,
        (FieldProblem::Required, "cancel_note") => words.note_required,
        (FieldProblem::TooLong, "cancel_note") => words.note_too_long,
        (FieldProblem::NotCancellable, _) => words.not_cancellable,
        (FieldProblem::NotMovable, _) => words.not_movable,
        (FieldProblem::NotUndoable, _) => words.not_undoable,
        _ => return None,
    })
}
