//! A consultation that Empego created, and whose key there is not known.

use super::words;
use crate::error::FieldProblem;
use crate::model::language::Language;

words! {
    /// Texts about Empego's key of a consultation.
    KeyWords {
        state: "Key not known", "Clé inconnue";
        unread: "Empego created it, but its key could not be read",
            "Empego l’a créée, mais sa clé n’a pas pu être lue";
        unread_text: "Empego accepted the request, and the application did not understand the \
            answer. What you entered is kept here. There is a link as soon as Empego’s event queue \
            reports the key, or you enter it below. Tell your administrator: the connection page \
            says what was not understood.",
            "Empego a accepté la demande, mais l’application n’a pas compris la réponse. Ce que \
            vous avez entré est conservé ici. Il y aura un lien dès que la file d’événements \
            d’Empego signalera la clé ou que vous l’entrerez ci-dessous. Avisez la personne qui \
            administre l’application\u{a0}: la page de connexion indique ce qui n’a pas été \
            compris.";
        known_text: "If it is at Empego, enter its key below instead of creating it again.",
            "Si elle existe chez Empego, entrez sa clé ci-dessous au lieu de la créer de nouveau.";
        label: "Empego’s key of this consultation", "Clé de cette consultation chez Empego";
        save: "Use this key", "Utiliser cette clé";
        event: "Created at Empego; the key could not be read",
            "Création chez Empego; la clé n’a pas pu être lue";
        entered: "Entered Empego’s key", "Saisie de la clé d’Empego";
        systems_changed: "Changed the names that identifiers have at Empego",
            "Modification des noms des identifiants chez Empego";

        unknown: "Empego has no consultation with this key. Copy the key from Empego again",
            "Empego n’a aucune consultation avec cette clé. Copiez de nouveau la clé chez Empego";
        of_other: "Another consultation has this key. Check which patient it belongs to at Empego",
            "Une autre consultation a cette clé. Vérifiez chez Empego à quel patient elle \
            correspond";

        unsupported: "Empego’s interface does not offer this here",
            "L’interface d’Empego n’offre pas cette fonction ici";
        unsupported_text: "Do it in Empego’s own application. Your administrator knows which \
            functions this connection has.",
            "Faites-le dans l’application d’Empego. La personne qui administre l’application sait \
            quelles fonctions offre cette connexion.";
    }
}

/// The message for an invalid field; `None` = another message applies.
pub(super) fn problem(language: Language, problem: FieldProblem) -> Option<&'static str> {
    let words = KeyWords::of(language);
    match problem {
        FieldProblem::UnknownKey => Some(words.unknown),
        FieldProblem::KeyOfOther => Some(words.of_other),
        _ => None,
    }
}
