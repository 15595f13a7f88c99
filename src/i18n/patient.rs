//! Texts for patients, written for a reading age of 12.

use super::words;

words! {
    /// Texts of the patient's page.
    PatientWords {
        title: "Your questionnaire", "Votre questionnaire";
        heading: "Questions before your consultation", "Questions avant votre consultation";
        lead: "{clinic} asks you to answer a few questions about your health.",
            "{clinic} vous demande de répondre à quelques questions sur votre santé.";
        step_1: "Press Start. The questions come from Empego, the service that {clinic} uses.",
            "Appuyez sur Commencer. Les questions viennent d’Empego, le service de questionnaires \
            de votre équipe de soins.";
        step_3: "Send your answers. Your care team is notified immediately.",
            "Envoyez vos réponses. Votre équipe de soins sera avisée immédiatement.";
        start: "Start", "Commencer";
        help: "Need help? Ask the staff at {clinic}.",
            "Besoin d’aide? Adressez-vous au personnel ({clinic}).";

        frame_title: "Consultation questionnaire", "Questionnaire de consultation";
        follow_up_frame_title: "Follow-up questionnaire", "Questionnaire de suivi";
        follow_up_heading: "Questions for your follow-up", "Questions pour votre suivi";
        planned: "This follow-up is for {day}. If you can, answer on that day.",
            "Ce suivi est prévu pour le {day}. Si possible, répondez ce jour-là.";
        loading: "The questionnaire is being opened…", "Ouverture du questionnaire…";
        answering: "Answer the questions below.", "Répondez aux questions ci-dessous.";
        saving: "Your answers reached Empego. Keep this page open while we notify {clinic}.",
            "Vos réponses sont envoyées à Empego. Gardez cette page ouverte pendant que nous \
            avisons le personnel ({clinic}).";
        offline: "You are offline. Keep this page open: it will continue by itself when the \
            connection is back.",
            "Vous êtes hors ligne. Gardez cette page ouverte\u{a0}: elle reprendra d’elle-même au \
            retour de la connexion.";
        slow: "The questionnaire is not opening", "Le questionnaire ne s’ouvre pas";
        slow_text: "The connection may be slow. Try again, or open it full screen.",
            "La connexion est peut-être lente. Réessayez, ou ouvrez-le en plein écran.";
        reload: "Reload the questionnaire", "Recharger le questionnaire";
        full_screen: "Open full screen", "Ouvrir en plein écran";
        staff_needed: "Please ask the staff", "Veuillez vous adresser au personnel";
        staff_needed_text: "The questionnaire cannot be opened right now. You did nothing wrong, \
            and nothing is lost.",
            "Le questionnaire ne peut pas s’ouvrir en ce moment. Vous n’avez fait aucune erreur et \
            rien n’est perdu.";
        busy: "Please try again", "Veuillez réessayer";
        busy_text: "The questionnaire could not be opened just now. Wait a moment, then try again.",
            "Le questionnaire n’a pas pu s’ouvrir. Attendez un instant, puis réessayez.";
        try_again: "Try again", "Réessayer";

        thank_you: "Thank you", "Merci";
        thank_you_text: "Your answers were sent to {clinic}. You can close this page.",
            "Vos réponses ont été transmises au personnel ({clinic}). Vous pouvez fermer cette \
            page.";
        thank_you_here: "Please give the device back to the staff.",
            "Veuillez remettre l’appareil au personnel.";

        expired: "This link has expired", "Ce lien est expiré";
        expired_text: "Links work for a limited time. Ask {clinic} for a new one.",
            "Les liens ne fonctionnent que pendant un temps limité. Demandez-en un nouveau au \
            personnel ({clinic}).";
        revoked: "This link is no longer valid", "Ce lien n’est plus valide";
        revoked_text: "The staff replaced or cancelled it. Ask {clinic} for a new one.",
            "Le personnel l’a remplacé ou annulé. Demandez-en un nouveau sur place ({clinic}).";
        unknown: "Link not found", "Lien introuvable";
        unknown_text: "Check that you copied the whole link, or ask {clinic} for a new one.",
            "Vérifiez que vous avez copié le lien en entier, ou demandez-en un nouveau au \
            personnel ({clinic}).";
        broken: "Something went wrong on our side", "Un problème est survenu de notre côté";
        broken_text: "Nothing is lost. Try again in a minute, or ask the staff.",
            "Rien n’est perdu. Réessayez dans une minute, ou adressez-vous au personnel.";
    }
}
