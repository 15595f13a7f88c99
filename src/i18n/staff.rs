//! The staff pages.

use super::words;

words! {
    /// Texts of the staff pages.
    StaffWords {
        skip: "Skip to content", "Passer au contenu";
        main_nav: "Main", "Menu principal";
        sandbox: "Practice mode: the built-in sandbox replaces Empego. Nothing is sent to a real \
            patient record.",
            "Mode d’essai\u{a0}: le bac à sable intégré remplace Empego. Rien n’est envoyé à un \
            vrai dossier.";
        sign_out: "Sign out", "Se déconnecter";

        sign_in: "Sign in", "Se connecter";
        sign_in_again: "Sign in to continue", "Connectez-vous pour continuer";
        sign_in_again_text: "Your session has ended. Nothing was changed.",
            "Votre session est terminée. Rien n’a été modifié.";
        kept_for_sign_in: "Your session has ended. What you typed is kept: sign in here, and the \
            form comes back.",
            "Votre session est terminée. Ce que vous avez saisi est conservé\u{a0}: connectez-vous \
            ici, et le formulaire reviendra.";
        email: "Email", "Courriel";
        password: "Password", "Mot de passe";

        consultations: "Consultations", "Consultations";
        new_consultation: "New consultation", "Nouvelle consultation";
        search: "Search", "Rechercher";
        search_label: "Name or identifier", "Nom ou identifiant";
        status_label: "State", "État";
        any_status: "Any state", "Tous les états";
        clear: "Clear filters", "Effacer les filtres";
        col_patient: "Patient", "Patient";
        col_state: "State", "État";
        col_empego: "Empego", "Empego";
        col_created: "Created", "Création";
        col_by: "By", "Par";
        board_caption: "Consultations, newest first",
            "Consultations, de la plus récente à la plus ancienne";
        pages: "Pages", "Pages";
        newest: "Newest", "Plus récentes";
        next: "Next", "Suivantes";
        live: "Live", "En direct";
        reconnecting: "Reconnecting…", "Reconnexion…";
        interrupted: "Updates interrupted", "Mises à jour interrompues";
        empty: "No consultations yet", "Aucune consultation pour l’instant";
        empty_text: "Create the first one: it takes a name and an identifier.",
            "Créez la première\u{a0}: il suffit d’un nom et d’un identifiant.";
        nothing_found: "No results", "Aucun résultat";
        nothing_found_text: "Check the spelling, or clear the filters.",
            "Vérifiez l’orthographe ou effacez les filtres.";
        search_lost: "This search is not shown", "Cette recherche n’est pas affichée";
        search_lost_text: "Its address belongs to another account or site, or is too old. Search \
            again to narrow the list.",
            "Son adresse vient d’un autre compte ou d’un autre site, ou elle est trop ancienne. \
            Refaites la recherche pour réduire la liste.";

        patient: "Patient", "Patient";
        first_name: "First name", "Prénom";
        last_name: "Last name", "Nom";
        date_of_birth: "Date of birth", "Date de naissance";
        date_of_birth_hint: "Like 1954-12-28 or 28 Dec 1954. Needed when there is no identifier.",
            "Comme 1954-12-28 ou 28 déc. 1954. Nécessaire s’il n’y a pas d’identifiant.";
        identifier_type: "Identifier type", "Type d'identifiant";
        identifier: "Identifier", "Identifiant";
        identifier_hint: "As on the card, with or without spaces.",
            "Comme sur la carte, avec ou sans espaces.";
        find_patient: "Find patient", "Trouver le patient";
        found: "Known patient", "Patient connu";
        found_text: "{name} is on record under this identifier. The information was filled in.",
            "{name} figure déjà sous cet identifiant. Les renseignements ont été remplis.";
        other_patient: "This identifier belongs to {name}", "Cet identifiant appartient à {name}";
        other_patient_text: "Check that it is the same person. If it is, the record is updated \
            with the information entered here.",
            "Vérifiez qu’il s’agit de la même personne. Si oui, le dossier sera mis à jour avec \
            les renseignements entrés ici.";
        same_patient: "It is the same person: update the record",
            "C’est la même personne\u{a0}: mettre le dossier à jour";
        keep_number: "I checked the card: keep this number",
            "J’ai vérifié la carte\u{a0}: garder ce numéro";
        create: "Create consultation", "Créer la consultation";
        cancel: "Cancel", "Annuler";

        hand_over: "Give to patient", "Remettre au patient";
        link_label: "Patient’s link", "Lien du patient";
        copy_link: "Copy link", "Copier le lien";
        copied: "Copied", "Copié";
        qr_label: "QR code of the patient’s link", "Code QR du lien du patient";
        qr_caption: "Scan with a phone’s camera", "À balayer avec l’appareil photo d’un téléphone";
        open_here: "Open on this device", "Ouvrir sur cet appareil";
        link_ends: "Link expires: {when}", "Expiration du lien\u{a0}: {when}";
        link_never_ends: "No expiry", "Sans expiration";
        link_local: "Phones and other computers cannot open this address. Ask IT support to set \
            DESK_PUBLIC_URL.",
            "Les téléphones et les autres ordinateurs ne peuvent pas ouvrir cette adresse. \
            Demandez au soutien informatique de régler DESK_PUBLIC_URL.";
        link_ended: "Link expired: {when}", "Lien expiré\u{a0}: {when}";
        link_revoked: "The link was revoked and no longer works.",
            "Le lien a été révoqué et ne fonctionne plus.";
        link_finished: "The patient has answered. The link now only shows a thank-you message.",
            "Le patient a répondu. Le lien n’affiche plus qu’un remerciement.";
        link_not_shown: "The link works, but it was issued under an older secret and cannot be \
            shown again. Issue a new one to give to the patient.",
            "Le lien fonctionne, mais il a été émis avec un ancien secret et ne peut plus être \
            affiché. Émettez-en un nouveau pour le remettre au patient.";
        reissue: "Issue a new link", "Émettre un nouveau lien";
        reissue_text: "A new link makes the previous one stop working immediately.",
            "Un nouveau lien met immédiatement le précédent hors service.";
        revoke: "Revoke link", "Révoquer le lien";
        revoke_text: "The patient can no longer open the questionnaire with this link.",
            "Le patient ne pourra plus ouvrir le questionnaire avec ce lien.";

        facts: "Patient", "Patient";
        no_identifier: "None", "Aucun";
        created: "Created", "Création";
        from_empego: "Empego created this record by itself. The patient is the one with the same \
            number on record, or as Empego sent the name.",
            "Empego a créé ce dossier de lui-même. Le patient est celui qui porte le même numéro \
            au dossier, ou tel qu’Empego l’a nommé.";
        by: "{when} by {name}", "{when} par {name}";
        empego_key: "Empego’s key", "Clé Empego";
        state_delivery: "Progress", "Avancement";
        state_empego: "Empego’s status", "Statut Empego";
        timeline: "Timeline", "Historique";

        creating: "Waiting for Empego", "En attente d’Empego";
        creating_text: "What you entered is kept. This page updates by itself when Empego has \
            answered.",
            "Ce que vous avez entré est conservé. Cette page se met à jour dès qu’Empego a \
            répondu.";
        create_failed: "Nothing was created at Empego", "Rien n’a été créé chez Empego";
        create_failed_text: "What you entered is kept here. Try again once the cause is fixed.",
            "Ce que vous avez entré est conservé ici. Réessayez une fois la cause corrigée.";
        try_again: "Try again", "Réessayer";
        unknown: "We do not know whether Empego created it", "Nous ignorons si Empego l’a créée";
        unknown_text: "Empego did not answer. What you entered is kept here. Look for the patient \
            at Empego: if the consultation is not there, create it again here.",
            "Empego n’a pas répondu. Ce que vous avez entré est conservé ici. Cherchez le patient \
            chez Empego\u{a0}: si la consultation n’y est pas, créez-la de nouveau ici.";
        create_again: "It is not there: create it again",
            "Elle n’y est pas\u{a0}: la créer de nouveau";

        event_requested: "Creation requested", "Création demandée";
        event_failed: "Nothing was created: {why}", "Rien n’a été créé\u{a0}: {why}";
        event_unknown: "Empego did not answer: outcome unknown",
            "Empego n’a pas répondu\u{a0}: résultat inconnu";
        event_created: "Created at Empego", "Création chez Empego";
        event_link: "Link {n} issued", "Lien {n} émis";
        event_revoked: "Link {n} revoked", "Lien {n} révoqué";
        event_opened: "Link opened", "Lien ouvert";
        event_started: "Questionnaire started", "Questionnaire commencé";
        event_reported: "Answers received, according to the browser",
            "Réponses reçues, selon le navigateur";
        event_heard: "Empego’s page said “{what}”",
            "La page d’Empego a indiqué «\u{a0}{what}\u{a0}»";
        event_status: "Empego: {what}", "Empego\u{a0}: {what}";
        source_desk: "this application", "cette application";
        source_browser: "patient’s browser", "navigateur du patient";
        source_unconfirmed: "patient’s browser, not yet confirmed by Empego",
            "navigateur du patient, pas encore confirmé par Empego";
        source_confirmed: "patient’s browser, confirmed by Empego since",
            "navigateur du patient, confirmé depuis par Empego";
        source_empego: "Empego", "Empego";
        why_refused_key: "Empego refused our key", "Empego a refusé notre clé";
        why_rejected: "Empego refused the information", "Empego a refusé les renseignements";
        why_busy: "Empego was busy", "Empego était surchargé";
        why_unreachable: "Empego could not be reached", "Empego était injoignable";
    }
}
