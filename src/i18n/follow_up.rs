//! Follow-ups.

use super::words;
use crate::model::follow_up::{Repeat, Stage};
use crate::model::language::Language;
use crate::store::FollowUpView;

words! {
    /// Texts about follow-ups, for staff.
    FollowUpWords {
        follow_ups: "Follow-ups", "Suivis";
        follow_up: "Follow-up", "Suivi";
        plan: "Plan a follow-up", "Planifier un suivi";
        list: "List", "Liste";
        week: "Week", "Semaine";
        open: "Open", "À traiter";
        all: "All", "Tous";
        planned: "Planned", "Planifiés";
        due: "Due today", "À faire aujourd’hui";
        unanswered: "Unanswered", "Sans réponse";
        to_be_analyzed: "To be analyzed", "À analyser";
        done: "Done", "Terminés";
        cancelled: "Cancelled", "Annulés";
        is_planned: "Planned", "Planifié";
        is_due: "Due today", "À faire aujourd’hui";
        is_unanswered: "Unanswered", "Sans réponse";
        is_to_be_analyzed: "To be analyzed", "À analyser";
        is_done: "Done", "Terminé";
        is_cancelled: "Cancelled", "Annulé";
        caption: "Follow-ups, by day", "Suivis, par jour";
        day: "Day", "Jour";
        reason: "Reason", "Motif";
        views: "Which follow-ups", "Suivis affichés";
        first: "From the beginning", "Depuis le début";
        empty: "No follow-ups", "Aucun suivi";
        empty_text: "Clinicians can plan one here, or on the page of a consultation.",
            "Le personnel clinique peut en planifier un ici, ou depuis la page d’une consultation.";
        week_of: "Week of {day}", "Semaine du {day}";
        week_before: "Previous week", "Semaine précédente";
        this_week: "This week", "Cette semaine";
        week_after: "Next week", "Semaine suivante";
        nothing_that_day: "No follow-ups", "Aucun suivi";
        today: "today", "aujourd’hui";
        week_full: "Only the first {n} of this week are shown. The list shows them all.",
            "Seuls les {n} premiers de cette semaine sont affichés. La liste les contient tous.";

        when: "When and why", "Quand et pourquoi";
        due_on: "Day of the follow-up", "Date du suivi";
        due_on_hint: "The patient’s link works on that day, and for some time after it.",
            "Le lien du patient fonctionne ce jour-là et quelque temps après.";
        reason_hint: "In a few words. It is sent to Empego. Visible to all staff at this site.",
            "En quelques mots. Il est transmis à Empego et visible par tout le personnel de ce \
            site.";
        repeat: "Repeats", "Répétition";
        never: "Does not repeat", "Ne se répète pas";
        each_week: "Every week", "Toutes les semaines";
        each_two_weeks: "Every two weeks", "Toutes les deux semaines";
        each_month: "Every month", "Tous les mois";
        each_three_months: "Every three months", "Tous les trois mois";
        times: "Number of follow-ups", "Nombre total de suivis";
        times_hint: "From 2 to 12, if it repeats.", "De 2 à 12, s’il se répète.";
        place: "{n} of {all}", "{n} sur {all}";
        follows: "Follows", "Fait suite à";
        the_consultation: "the consultation of {day}", "la consultation du {day}";
        another: "another record", "un autre dossier";
        of_patient: "Follow-ups of this patient", "Suivis de ce patient";
        none: "No follow-up is planned.", "Aucun suivi n’est planifié.";
        no_other: "No other follow-up is planned.", "Aucun autre suivi n’est planifié.";

        bad_day: "Enter a valid date, from today to two years from now",
            "Entrez une date valide, entre aujourd’hui et dans deux ans";
        required_day: "Enter the day of the follow-up", "Entrez la date du suivi";
        required_reason: "Enter the reason", "Entrez le motif";
        reason_too_long: "Use 200 characters or fewer, without line breaks",
            "Utilisez au plus 200 caractères, sans saut de ligne";
        bad_times: "Enter a whole number from 2 to 12", "Entrez un nombre entier de 2 à 12";

        details: "Follow-up details", "Détails du suivi";
        back: "Back to the follow-up", "Retour au suivi";
    }
}

/// The label of a view of the list.
#[must_use]
pub fn view(language: Language, view: FollowUpView) -> &'static str {
    let words = FollowUpWords::of(language);
    match view {
        FollowUpView::Open => words.open,
        FollowUpView::All => words.all,
        FollowUpView::At(Stage::Planned) => words.planned,
        FollowUpView::At(Stage::Due) => words.due,
        FollowUpView::At(Stage::Unanswered) => words.unanswered,
        FollowUpView::At(Stage::ToBeAnalyzed) => words.to_be_analyzed,
        FollowUpView::At(Stage::Done) => words.done,
        FollowUpView::At(Stage::Cancelled) => words.cancelled,
    }
}

/// The label of a follow-up's stage.
#[must_use]
pub fn stage(language: Language, stage: Stage) -> &'static str {
    let words = FollowUpWords::of(language);
    match stage {
        Stage::Planned => words.is_planned,
        Stage::Due => words.is_due,
        Stage::Unanswered => words.is_unanswered,
        Stage::ToBeAnalyzed => words.is_to_be_analyzed,
        Stage::Done => words.is_done,
        Stage::Cancelled => words.is_cancelled,
    }
}

/// The label of a repetition interval.
#[must_use]
pub fn repeat(language: Language, repeat: Repeat) -> &'static str {
    let words = FollowUpWords::of(language);
    match repeat {
        Repeat::Week => words.each_week,
        Repeat::TwoWeeks => words.each_two_weeks,
        Repeat::Month => words.each_month,
        Repeat::ThreeMonths => words.each_three_months,
    }
}
