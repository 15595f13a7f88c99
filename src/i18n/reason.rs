//! Reasons for consultations.

use super::words;

words! {
    /// Texts about reasons for consultations, for staff.
    ReasonWords {
        reason: "Reason", "Motif";
        hint: "Optional, in a few words. It is sent to Empego. Visible to all staff at this site.",
            "Facultatif, en quelques mots. Il est transmis à Empego. Visible par tout le personnel \
            de ce site.";
        too_long: "Use 200 characters or fewer, without line breaks",
            "Utilisez au plus 200 caractères, sans saut de ligne";
        legend: "Reasons for consultations", "Motifs de consultation";
        reasons: "Reasons to choose from", "Motifs proposés";
        reasons_hint: "One a line: English | French, or English | French | the value that Empego \
            expects. Other reasons can be typed too.",
            "Un par ligne\u{a0}: anglais | français, ou anglais | français | la valeur qu’Empego \
            attend. D’autres motifs peuvent aussi être saisis.";
        default_reason: "Reason that new consultations begin with",
            "Motif inscrit au départ des nouvelles consultations";
        bad_reasons: "Enter at most 50 reasons, one a line, each as English | French",
            "Entrez au plus 50 motifs, un par ligne, chacun sous la forme anglais | français";
    }
}
