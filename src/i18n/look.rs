//! Finding a patient, and the questions before a new one is created.

use super::words;

words! {
    /// Texts about finding a patient, for staff.
    LookWords {
        find: "Find a patient: name, date of birth or number — type or scan",
            "Trouver un patient\u{a0}: nom, date de naissance ou numéro — saisir ou balayer";
        find_hint: "Like Tremblay 1954-12-28, the last four characters of a number, or a health \
            card through the scanner.",
            "Par exemple, Tremblay 1954-12-28, les quatre derniers caractères d’un numéro, ou une \
            carte d’assurance maladie au lecteur.";
        enter_something: "Type a name, a date of birth or a number, or scan a card",
            "Saisissez un nom, une date de naissance ou un numéro, ou balayez une carte";
        known: "Known patient", "Patient connu";
        known_text: "The details below are those on record. Check them with the patient, then \
            create the consultation.",
            "Les renseignements ci-dessous sont ceux du dossier. Vérifiez-les avec le patient, \
            puis créez la consultation.";
        none: "No matching record", "Aucun dossier correspondant";
        none_text: "Fill in what is missing below to add the patient.",
            "Remplissez ce qui manque ci-dessous pour ajouter le patient.";
        one: "1 matching record", "1 dossier correspondant";
        several: "{n} matching records", "{n} dossiers correspondants";
        several_text: "Compare date of birth and number with the card, then choose.",
            "Comparez la date de naissance et le numéro avec la carte, puis choisissez.";
        more: "There are more. Add a date of birth or a number to see fewer.",
            "Il y en a d’autres. Ajoutez une date de naissance ou un numéro pour réduire la liste.";
        use_patient: "Use this patient", "Utiliser ce patient";
        for_this_patient: "New consultation for this patient",
            "Nouvelle consultation pour ce patient";
        last_visit: "Last visit: {when}", "Dernière visite\u{a0}: {when}";
        no_visit: "No visit yet", "Aucune visite";
        open_since: "Open since {when}", "Ouverte depuis {when}";

        alike: "Is it one of these patients?", "Est-ce l’un de ces patients?";
        alike_text: "A patient with this name is already on record. Nothing was created yet. \
            Compare date of birth and number with the card.",
            "Un patient de ce nom figure déjà au dossier. Rien n’a encore été créé. Comparez la \
            date de naissance et le numéro avec la carte.";
        this_one: "This one", "C’est ce patient";
        new_patient: "None of these: a new patient", "Aucun d’eux\u{a0}: un nouveau patient";
        similar_patient: "A patient with a similar name is already on record. Choose below who it \
            is",
            "Un patient au nom semblable figure déjà au dossier. Choisissez ci-dessous de qui il \
            s’agit";
        changed: "This patient’s details changed since you chose them",
            "Les renseignements de ce patient ont changé depuis votre choix";
        changed_text: "Another user corrected or merged them. Nothing was created yet. Compare \
            date of birth and number with the card, then choose again.",
            "Une autre personne les a corrigés ou fusionnés. Rien n’a encore été créé. Comparez la \
            date de naissance et le numéro avec la carte, puis choisissez de nouveau.";
        chosen_changed: "The details of the patient you chose changed since. Choose below who it \
            is",
            "Les renseignements du patient choisi ont changé depuis. Choisissez ci-dessous de qui \
            il s’agit";
        open: "Open since {when}: use it?", "Ouverte depuis {when}\u{a0}: l’utiliser?";
        open_text: "This patient already has a consultation that is not answered. Nothing was \
            created yet.",
            "Ce patient a déjà une consultation sans réponse. Rien n’a encore été créé.";
        use_open: "Go to the open consultation", "Aller à la consultation ouverte";
        another: "Create another one", "En créer une autre";
        open_consultation: "This patient has an open consultation. Choose below which one to use",
            "Ce patient a une consultation ouverte. Choisissez ci-dessous laquelle utiliser";
        default_identifier: "Usual type of identifier", "Type d’identifiant habituel";
        default_identifier_hint: "New consultations begin with it.",
            "Les nouvelles consultations commencent par ce type.";
    }
}
