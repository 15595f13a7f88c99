//! Before something is done that empties Empego's page in the frame.

use super::words;

words! {
    /// Texts about answers that are not sent yet.
    LeaveWords {
        // Whether Empego keeps what was not sent is not known (`docs/empego.md` §10).
        own_pace: "Answer at your own pace, and send your answers before you leave. If you leave \
            sooner, open the same link again: you may have to begin again.",
            "Répondez à votre rythme, et envoyez vos réponses avant de quitter la page. Si vous \
            la quittez plus tôt, rouvrez le même lien\u{a0}: vous devrez peut-être recommencer.";
        stuck: "Is the questionnaire not working?", "Le questionnaire ne fonctionne pas?";
        title: "What you entered may be lost", "Ce que vous avez entré pourrait être perdu";
        text: "If you go on, what you have not sent yet may be lost, and you may have to begin \
            again.",
            "Si vous continuez, ce que vous n’avez pas encore envoyé pourrait être perdu, et vous \
            devrez peut-être recommencer.";
        stay: "Stay on this page", "Rester sur cette page";
        go_on: "Go on anyway", "Continuer quand même";
    }
}
