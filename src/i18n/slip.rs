//! The printed slip that staff give to a patient.

use super::words;

words! {
    /// Texts of the slip's page: for staff around it, and for the patient on it.
    SlipWords {
        print: "Print slip", "Imprimer le feuillet";
        title: "Slip for the patient", "Feuillet pour le patient";
        hint: "Print this page from the browser (Ctrl+P). Only the slip is printed, on A6 paper.",
            "Imprimez cette page à partir du navigateur (Ctrl+P). Seul le feuillet s’imprime, au \
            format A6.";
        languages: "Language of the slip", "Langue du feuillet";
        no_link: "There is no link to print", "Il n’y a aucun lien à imprimer";
        cancelled: "The questionnaire was cancelled. Its link does not work.",
            "Le questionnaire a été annulé. Son lien ne fonctionne pas.";
        not_created: "Empego has not created this questionnaire, so it has no link yet.",
            "Empego n’a pas créé ce questionnaire\u{a0}: il n’a pas encore de lien.";
        outcome_unknown: "It is not known yet whether Empego has created this questionnaire, so it \
            has no link yet.",
            "On ignore encore si Empego a créé ce questionnaire\u{a0}: il n’a pas encore de lien.";
        key_unread: "Empego has created this questionnaire, but its key there is not known yet, so \
            it has no link yet.",
            "Empego a créé ce questionnaire, mais sa clé chez Empego n’est pas encore \
            connue\u{a0}: il n’a pas encore de lien.";
        expired_at_empego: "This questionnaire expired at Empego. Its link does not work.",
            "Ce questionnaire est expiré chez Empego. Son lien ne fonctionne pas.";

        scan: "Scan the code with your phone’s camera, or type the address below into a browser.",
            "Balayez le code avec l’appareil photo de votre téléphone, ou tapez l’adresse \
            ci-dessous dans un navigateur.";
        born: "Enter your date of birth.", "Entrez votre date de naissance.";
        answer: "Press Start and answer the questions.",
            "Appuyez sur Commencer et répondez aux questions.";
        send: "Send your answers.", "Envoyez vos réponses.";
        until: "This link works until {when}.", "Ce lien fonctionne jusqu’au {when}.";
        no_expiry: "This link has no expiry date.", "Ce lien n’a pas de date d’expiration.";
        private: "Keep this slip to yourself: the link is yours alone.",
            "Gardez ce feuillet pour vous\u{a0}: le lien est à vous seul.";
        practice: "Practice only: this is not a real questionnaire.",
            "Essai seulement\u{a0}: ce n’est pas un vrai questionnaire.";
    }
}
