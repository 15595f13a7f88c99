//! Sites, the rules of a consultation's link, and the date of birth check.

use super::words;

words! {
    /// Texts about sites, for staff.
    SiteWords {
        site: "Site", "Site";
        switch_site: "Switch site", "Changer de site";
        switched: "You are now at {site}", "Vous êtes maintenant sur le site {site}";
        switched_text: "Everything shown from here on belongs to this site.",
            "Tout ce qui s’affiche désormais appartient à ce site.";

        settings: "Site settings", "Réglages du site";
        saved: "Saved", "Enregistré";
        saved_text: "The settings of {site} were saved.",
            "Les réglages de {site} ont été enregistrés.";
        names: "Names", "Noms";
        name: "Name for staff", "Nom pour le personnel";
        public_name_en: "Name for patients, in English", "Nom pour les patients, en anglais";
        public_name_fr: "Name for patients, in French", "Nom pour les patients, en français";
        rules: "New links", "Nouveaux liens";
        link_ttl: "A new link works for", "Un nouveau lien fonctionne pendant";
        unit: "Unit", "Unité";
        hours: "hours", "heures";
        days: "days", "jours";
        years: "years", "ans";
        no_end: "no expiry", "sans expiration";
        birth_date_gate: "Patients enter their date of birth before they start",
            "Les patients entrent leur date de naissance avant de commencer";
        birth_date_gate_hint: "New consultations then need the date of birth. After 6 wrong \
            attempts the questionnaire stays locked until staff unlock it.",
            "La date de naissance est alors obligatoire pour toute nouvelle consultation. Après 6 \
            essais ratés, le questionnaire reste verrouillé jusqu’à ce que le personnel le \
            déverrouille.";
        records: "Finished records", "Dossiers terminés";
        retention: "Kept for", "Conservés pendant";
        for_ever: "indefinitely", "indéfiniment";
        keep_exports: "Keep exports with their consultation",
            "Conserver les exportations avec leur consultation";
        keep_exports_hint: "The PDF and the text that clinicians export from the details are then \
            kept in this application for as long as the consultation. Otherwise they are deleted \
            after 10 minutes.",
            "Le PDF et le texte exportés à partir des détails restent alors dans cette application \
            aussi longtemps que la consultation. Sinon, ils sont supprimés après 10 minutes.";
        look: "Patient’s page", "Page du patient";
        accent: "Accent colour", "Couleur d’accent";
        accent_hint: "Six hexadecimal digits, such as #0b5f70. Leave empty for the default colour.",
            "Six chiffres hexadécimaux, par exemple #0b5f70. Laissez vide pour la couleur par \
            défaut.";
        empego: "Empego", "Empego";
        tenant_key: "Tenant key", "Clé de franchise";
        tenant_key_hint: "Kept encrypted and never shown again. Leave it empty to keep the current \
            one.",
            "Conservée chiffrée et jamais réaffichée. Laissez vide pour garder la clé actuelle.";
        tenant_key_current: "Current key: {key}", "Clé actuelle\u{a0}: {key}";
        tenant_key_none: "No key of its own: the key of the configuration is used, if there is \
            one.",
            "Aucune clé propre\u{a0}: celle de la configuration s’applique, s’il y en a une.";
        tenant_key_unreadable: "The tenant key can no longer be read",
            "La clé de franchise ne peut plus être lue";
        tenant_key_unreadable_text: "It was encrypted with a secret that no longer exists. Nothing \
            can be created for this site until you enter the key again.",
            "Elle a été chiffrée avec un secret qui n’existe plus. Rien ne peut être créé pour ce \
            site tant que vous n’avez pas entré la clé de nouveau.";
        remove_tenant_key: "Remove the tenant key", "Retirer la clé de franchise";
        save: "Save settings", "Enregistrer les réglages";

        logo: "Logo", "Logo";
        logo_hint: "PNG, JPEG or WebP, at most 100 KB. It replaces the name on the patient’s page.",
            "PNG, JPEG ou WebP, au plus 100 Ko. Il remplace le nom sur la page du patient.";
        upload_logo: "Upload logo", "Téléverser le logo";
        remove_logo: "Remove logo", "Retirer le logo";

        add: "Add a site", "Ajouter un site";
        add_text: "The new site starts with the link rules and the retention of this one. You \
            become its administrator.",
            "Le nouveau site reprend les règles des liens et la durée de conservation de celui-ci. \
            Vous l’administrerez.";
        add_site: "Add site", "Ajouter le site";
        own_roles: "Your roles at the new site", "Vos rôles sur le nouveau site";
        own_roles_hint: "You administer it in any case. To open consultations there, you need one \
            of these too.",
            "Vous l’administrerez dans tous les cas. Pour y ouvrir des consultations, il vous faut \
            aussi l’un de ces rôles.";
        added: "{site} was added", "Le site {site} a été ajouté";
        added_text: "Switch to it to enter its settings and to add its staff.",
            "Passez sur ce site pour entrer ses réglages et ajouter son personnel.";
        go_there: "Go to the new site", "Aller sur le nouveau site";
        unnamed: "Patients read “Empego Desk” as the name of this site",
            "Les patients lisent «\u{a0}Empego Desk\u{a0}» comme nom de ce site";
        unnamed_text: "Enter the name of the clinic or pharmacy below, in both languages. In \
            production, the application does not start with this name.",
            "Entrez ci-dessous le nom de la clinique ou de la pharmacie, dans les deux langues. En \
            production, l’application ne démarre pas avec ce nom.";

        bad_color: "Enter the colour as # and six hexadecimal digits",
            "Entrez la couleur sous la forme # et six chiffres hexadécimaux";
        low_contrast: "White text on this colour is too hard to read. Choose a darker one",
            "Le texte blanc serait trop difficile à lire sur cette couleur. Choisissez-en une plus \
            foncée";
        bad_duration: "Enter a whole number, from 1 hour to 100 years in all",
            "Entrez un nombre entier, de 1 heure à 100 ans en tout";
        default_name: "Enter the name of the clinic or pharmacy: patients read it",
            "Entrez le nom de la clinique ou de la pharmacie\u{a0}: les patients le lisent";
        name_taken: "Another site has this name", "Un autre site porte ce nom";
        bad_key: "A tenant key has at most 200 letters, digits and symbols, without spaces or \
            accents",
            "Une clé de franchise a au plus 200 lettres, chiffres et symboles, sans espace ni \
            accent";
        bad_image: "Choose a PNG, JPEG or WebP file", "Choisissez un fichier PNG, JPEG ou WebP";
        large_image: "The file is larger than 100 KB. Choose a smaller one",
            "Le fichier dépasse 100 Ko. Choisissez-en un plus petit";
        no_tenant_key: "This site’s Empego key cannot be read",
            "La clé Empego de ce site ne peut pas être lue";
        no_tenant_key_text: "Ask your administrator to enter the tenant key again in the site’s \
            settings.",
            "Demandez à la personne qui administre l’application d’entrer de nouveau la clé de \
            franchise dans les réglages du site.";
    }
}

words! {
    /// Texts about the rules of one consultation's link, for staff.
    LinkRuleWords {
        rules: "Link rules", "Règles du lien";
        outlives: "Empego expires a consultation that is not answered 14 days after it was sent. \
            The link then opens it no longer.",
            "Empego fait expirer une consultation restée sans réponse 14 jours après son envoi. Le \
            lien ne l’ouvre alors plus.";
        extend: "Extend link", "Prolonger le lien";
        extend_text: "The link then works until {when} at least.",
            "Le lien fonctionnera alors au moins jusqu’à {when}.";
        remove_expiry: "Remove the expiry", "Retirer l’expiration";
        gate_on: "The patient enters the date of birth before starting.",
            "Le patient entre sa date de naissance avant de commencer.";
        gate_off: "The patient starts without entering the date of birth.",
            "Le patient commence sans entrer sa date de naissance.";
        gate_blind: "There is no date of birth on record: the patient starts without entering it.",
            "Aucune date de naissance n’est au dossier\u{a0}: le patient commence sans l’entrer.";
        ask: "Ask for the date of birth", "Demander la date de naissance";
        ask_not: "Do not ask for the date of birth", "Ne pas demander la date de naissance";
        locked: "Locked", "Verrouillé";
        locked_title: "Locked after 6 wrong dates of birth",
            "Verrouillé après 6 dates de naissance erronées";
        locked_text: "Check that the link went to the right person and that the date of birth on \
            record is right, then unlock it.",
            "Vérifiez que le lien a été remis à la bonne personne et que la date de naissance au \
            dossier est exacte, puis déverrouillez-le.";
        unlock: "Unlock", "Déverrouiller";
        required_for_gate: "Enter the date of birth: patients of this site enter it to start",
            "Entrez la date de naissance\u{a0}: les patients de ce site l’entrent pour commencer";

        hint_for_gate: "Required: patients of this site enter it to start.",
            "Obligatoire\u{a0}: les patients de ce site l’entrent pour commencer.";

        event_expiry: "Link {n} works until {when}", "Le lien {n} fonctionne jusqu’à {when}";
        event_no_expiry: "Link {n} no longer expires", "Le lien {n} n’expire plus";
        event_gate_on: "Date of birth required from now on", "Date de naissance exigée désormais";
        event_gate_off: "Date of birth no longer required",
            "Date de naissance non exigée désormais";
        event_wrong: "Wrong date of birth, attempt {n} of 6",
            "Date de naissance erronée, essai {n} sur 6";
        event_fit: "Date of birth matched", "Date de naissance conforme";
        event_unlocked: "Unlocked", "Déverrouillé";
    }
}

words! {
    /// Texts about the date of birth check, for patients.
    GateWords {
        date_of_birth: "Date of birth", "Date de naissance";
        hint: "So that only you can open your questionnaire.",
            "Ainsi, vous êtes la seule personne à pouvoir ouvrir votre questionnaire.";
        required: "Enter your date of birth", "Entrez votre date de naissance";
        wrong: "This date does not match the one on record. Attempts left: {left}",
            "Cette date ne correspond pas à celle du dossier. Essais restants\u{a0}: {left}";
        locked: "Please ask the staff", "Veuillez vous adresser au personnel";
        locked_text: "The questionnaire is locked, because a wrong date of birth was entered too \
            many times. The staff at {clinic} can unlock it.",
            "Le questionnaire est verrouillé, car une date de naissance erronée a été entrée trop \
            de fois. Le personnel ({clinic}) peut le déverrouiller.";
    }
}
