//! The audit log, the incident register and retention.

use super::words;
use crate::error::FieldProblem;
use crate::model::audit::Action;
use crate::model::language::Language;
use crate::model::role::Role;

words! {
    /// Texts of the oversight pages.
    LogWords {
        admin_nav: "Oversight", "Surveillance";
        title: "Audit log", "Journal d’audit";
        incidents: "Incidents", "Incidents";
        retention: "Retention", "Conservation";

        patient: "Patient (name or identifier)", "Patient (nom ou identifiant)";
        site_choice: "Site", "Site";
        of_no_site: "No site (the whole installation)", "Aucun site (toute l’installation)";
        of_no_site_text: "These rows are of no site: what somebody unknown tried, what the \
            operator did on the command line, and the first start. Only whoever administers every \
            site sees them.",
            "Ces lignes ne relèvent d’aucun site\u{a0}: tentatives de personnes inconnues, \
            commandes de l’exploitant, premier démarrage. Seules les personnes qui administrent \
            tous les sites les voient.";
        account: "Account", "Compte";
        any_account: "Anyone", "Tous";
        former: "An account without a role here", "Un compte sans rôle ici";
        action: "Action", "Action";
        any_action: "Any action", "Toutes les actions";
        from: "From", "Du";
        until: "To", "Au";
        older: "Older", "Plus anciennes";
        empty: "The log is empty", "Le journal est vide";
        nothing: "Nothing found", "Aucun résultat";
        nothing_text: "No row of the log fits all of the filters.",
            "Aucune ligne du journal ne répond à tous les filtres.";
        found: "Patients found", "Patients trouvés";
        too_many: "Too many patients fit", "Trop de patients correspondent";
        too_many_text: "Type more of the name, or an identifier.",
            "Précisez le nom ou entrez un identifiant.";
        caption: "Audit log, newest first", "Journal d’audit, du plus récent au plus ancien";
        col_when: "When", "Quand";
        col_who: "Who", "Qui";
        col_role: "Role", "Rôle";
        col_what: "What", "Quoi";
        col_patient: "Patient", "Patient";
        col_where: "From where", "D’où";
        and_more: "and {n} more", "et {n} autres";
        removed: "Removed record", "Dossier supprimé";
        by_patient: "The patient", "Le patient";
        by_unauthenticated: "Somebody unknown", "Une personne inconnue";
        by_account_email: "Somebody, under this account’s email",
            "Quelqu’un, sous le courriel de ce compte";
        by_desk: "This desk itself", "L’application elle-même";
        by_command_line: "The operator, on the command line", "L’exploitant, en ligne de commande";
        by_first_start: "The first start of this desk", "Le premier démarrage de l’application";

        verify: "Check the chain", "Vérifier la chaîne";
        whole: "The log is whole", "Le journal est intact";
        whole_text: "All {rows} rows, of every site, are as they were written. The last one is \
            number {last}; note its hash somewhere else:",
            "Les {rows} lignes, tous sites confondus, sont telles qu’elles ont été écrites. La \
            dernière porte le numéro {last}; notez son empreinte ailleurs\u{a0}:";
        broken: "The log is broken at row {number}", "Le journal est rompu à la ligne {number}";
        broken_text: "This row was changed, added, moved or removed outside of this desk. Keep the \
            database as it is and tell the person who runs the desk.",
            "Cette ligne a été modifiée, ajoutée, déplacée ou supprimée hors de cette application. \
            Conservez la base de données telle quelle et avisez la personne responsable.";

        report: "Access report", "Rapport d’accès";
        report_link: "Access report: who saw this patient’s record",
            "Rapport d’accès\u{a0}: qui a vu le dossier de ce patient";
        patient_id: "Id in this desk", "Identifiant interne";
        made: "Made on {when} ({zone}) by {name}, {site}.",
            "Établi le {when} ({zone}) par {name}, {site}.";
        report_rows: "Entries: {n}", "Entrées\u{a0}: {n}";
        report_note: "Everything that this desk logged about this patient at this site, newest \
            first. What happened inside Empego is in Empego’s own log.",
            "Tout ce que cette application a consigné sur ce patient à ce site, du plus récent au \
            plus ancien. Ce qui se passe chez Empego figure dans le journal d’Empego.";
        download: "Download as CSV", "Télécharger en CSV";
        csv_number: "Number", "Numéro";
        csv_utc: "Time (UTC)", "Heure (UTC)";
        csv_detail: "Detail", "Précision";
        csv_consultation: "Consultation", "Consultation";
        csv_address: "Address", "Adresse";
        csv_device: "Device", "Appareil";

        csv_version: "Version", "Version";

        register: "Incident register", "Registre des incidents";
        register_text: "Every confidentiality incident, also one without a risk of serious injury. \
            Nothing here is ever removed; the law asks for five years from the day you became \
            aware.",
            "Tout incident de confidentialité, même sans risque de préjudice sérieux. Rien n’est \
            jamais supprimé d’ici; la loi exige cinq ans à compter du jour où vous en avez pris \
            connaissance.";
        new_incident: "New incident", "Nouvel incident";
        edit_incident: "Incident", "Incident";
        no_incidents: "No incidents", "Aucun incident";
        no_incidents_text: "Enter one as soon as you become aware of it.",
            "Inscrivez-en un dès que vous en avez connaissance.";
        no_names: "Name no patient here: describe the information, not the persons.",
            "Ne nommez aucun patient ici\u{a0}: décrivez les renseignements, et non les personnes.";
        information: "Information concerned", "Renseignements visés";
        information_hint: "What kind of personal information, or why it cannot be described.",
            "La nature des renseignements personnels, ou la raison pour laquelle on ne peut les \
            décrire.";
        circumstances: "Circumstances", "Circonstances";
        happened: "Date or period of the incident", "Date ou période de l’incident";
        happened_hint: "As far as known, such as “between May 3 and 5”.",
            "Même approximative, par exemple «\u{a0}entre le 3 et le 5 mai\u{a0}».";
        aware_on: "Aware since", "Prise de connaissance";
        persons: "Persons concerned", "Personnes concernées";
        in_quebec: "Of them in Québec", "Dont au Québec";
        persons_hint: "A number, also an approximate one.", "Un nombre, même approximatif.";
        serious: "Risk of serious injury", "Risque de préjudice sérieux";
        yes: "Yes", "Oui";
        no: "No", "Non";
        reasons: "What leads to that conclusion", "Éléments menant à cette conclusion";
        reasons_hint: "How sensitive the information is, how it could be misused, what may follow \
            and how likely that is.",
            "La sensibilité des renseignements, les utilisations malveillantes possibles, les \
            conséquences appréhendées et leur probabilité.";
        commission_on: "Commission told on", "Avis à la Commission";
        persons_on: "Persons told on", "Avis aux personnes";
        notice_hint: "Needed where there is a risk of serious injury.",
            "Requis s’il y a un risque de préjudice sérieux.";
        measures: "Measures taken to lessen the risk", "Mesures prises pour réduire le risque";
        save_incident: "Save", "Enregistrer";
        version: "Version {n}", "Version {n}";
        versions: "Versions", "Versions";
        bad_day: "Enter a real date that is not in the future",
            "Entrez une vraie date qui n’est pas à venir";
        bad_search_day: "Enter a real date", "Entrez une vraie date";
        bad_count: "Enter a whole number; those in Québec cannot be more than all",
            "Entrez un nombre entier; il ne peut y en avoir plus au Québec qu’en tout";
        too_long: "This text is too long. Use 4000 characters or fewer",
            "Ce texte est trop long. Utilisez au plus 4000 caractères";
        choose_risk: "Choose whether there is a risk of serious injury",
            "Indiquez s’il y a un risque de préjudice sérieux";
        meanwhile: "Another person changed this incident meanwhile. Copy your entries, open it \
            again, and enter them on the new version",
            "Quelqu’un d’autre a modifié cet incident entre-temps. Copiez vos entrées, rouvrez-le \
            et reportez-les sur la nouvelle version";
        reason_required: "Say why the record must be kept",
            "Indiquez pourquoi le dossier doit être conservé";
        reason_too_long: "Use 500 characters or fewer", "Utilisez au plus 500 caractères";

        due: "What would be removed now", "Ce qui serait supprimé maintenant";
        kept_for: "Consultations are kept for {days} days after the last thing heard about them.",
            "Les consultations sont conservées {days} jours après le dernier événement qui les \
            concerne.";
        kept_for_ever: "This site keeps its records for ever: nothing is removed.",
            "Ce site conserve ses dossiers indéfiniment\u{a0}: rien n’est supprimé.";
        due_consultations: "Consultations", "Consultations";
        due_patients: "Patients without any other", "Patients sans autre consultation";
        plan: "Announced on {when}: {n} consultations and {m} patients. They are removed from \
            {from} on, a part of them each day where they are many. To keep one, put it under a \
            legal hold.",
            "Annoncé le {when}\u{a0}: {n} consultations et {m} patients. La suppression commence \
            le {from}, une partie par jour si elles sont nombreuses. Pour conserver un dossier, \
            placez-le sous conservation légale.";
        no_plan: "Nothing is announced. What is due is announced here a day before it is removed.",
            "Rien n’est annoncé. Ce qui arrive à échéance est annoncé ici un jour avant d’être \
            supprimé.";
        clock_ahead: "The clock is {n} h ahead of the last certain time, or this desk was off.",
            "L’horloge avance de {n} h sur la dernière heure sûre, ou l’application était arrêtée.";
        clock_behind: "The clock is {n} h behind the last certain time.",
            "L’horloge retarde de {n} h sur la dernière heure sûre.";
        clock_contradicted: "This machine’s clock and Empego’s are {n} h apart.",
            "L’horloge de cette machine et celle d’Empego diffèrent de {n} h.";
        clock_doubt: "Nothing is removed: the time is in doubt",
            "Rien n’est supprimé\u{a0}: l’heure n’est pas sûre";
        clock_next: "It is checked once a day. Tell the person who runs the desk.",
            "Elle est vérifiée une fois par jour. Avisez la personne responsable.";
        log_plan: "The {n} oldest rows of the log are removed from {from} on.",
            "Les {n} lignes les plus anciennes du journal seront supprimées à partir du {from}.";
        due_text: "The desk removes them once a day. What is under a legal hold stays, and so does \
            what has a link that still works until a set time.",
            "L’application les supprime une fois par jour. Ce qui fait l’objet d’une conservation \
            légale reste, de même que ce dont le lien fonctionne encore jusqu’à une date fixée.";
        log_kept_for: "The audit log has its own retention: {days} days.",
            "Le journal d’audit a sa propre durée de conservation\u{a0}: {days} jours.";
        log_kept_for_ever: "The audit log is kept for ever.",
            "Le journal d’audit est conservé indéfiniment.";
        holds: "Legal holds", "Conservations légales";
        no_holds: "Nothing is under a legal hold.",
            "Rien ne fait l’objet d’une conservation légale.";
        held: "Under legal hold:", "Conservation légale\u{a0}:";
        hold: "Put under legal hold", "Placer en conservation légale";
        lift: "Lift the hold", "Lever la conservation";
        hold_reason: "Reason for a legal hold", "Motif de la conservation légale";
        hold_hint: "A held record is kept whatever the retention says. Name no patient here.",
            "Un dossier ainsi placé est conservé quelle que soit la durée prévue. Ne nommez aucun \
            patient ici.";

        front_desk: "front desk", "accueil";
        clinician: "clinician", "clinicien";
        administrator: "administrator", "administrateur";

        signed_in: "Signed in", "Connexion";
        sign_in_refused: "Sign-in refused", "Connexion refusée";
        signed_out: "Signed out", "Déconnexion";
        site_switched: "Went to another site", "Passage à un autre site";
        listed: "Saw the list", "Consultation de la liste";
        searched: "Searched the consultations", "Recherche dans les consultations";
        patient_found: "Looked a patient up", "Recherche d’un patient";
        opened: "Opened a consultation", "Ouverture d’une consultation";
        created: "Created a consultation", "Création d’une consultation";
        retried: "Tried a creation again", "Nouvel essai de création";
        cancelled: "Called a follow-up off", "Annulation d’un suivi";
        link_revoked: "Revoked a link", "Révocation d’un lien";
        link_issued: "Issued a new link", "Émission d’un nouveau lien";
        link_changed: "Changed a link", "Modification d’un lien";
        link_opened: "Link opened", "Ouverture d’un lien";
        birth_date_refused: "Date of birth refused", "Date de naissance refusée";
        frame_opened: "Opened Empego’s frame", "Ouverture du cadre Empego";
        answered: "Reported an answer", "Réponse signalée";
        exported: "Exported", "Exportation";
        hold_changed: "Changed a legal hold", "Modification d’une conservation légale";
        purged: "Removed at the end of the retention", "Suppression en fin de conservation";
        purge_planned: "Announced a removal at the end of the retention",
            "Annonce d’une suppression en fin de conservation";
        account_added: "Added an account", "Ajout d’un compte";
        account_changed: "Changed an account", "Modification d’un compte";
        password_changed: "Changed a password", "Changement d’un mot de passe";
        factor_changed: "Changed a second factor", "Modification d’un second facteur";
        sessions_ended: "Ended sessions", "Fin de sessions";
        site_changed: "Changed a site", "Modification d’un site";
        log_read: "Read the audit log", "Lecture du journal d’audit";
        incident_changed: "Wrote an incident", "Inscription d’un incident";
        incident_read: "Read the register of incidents", "Consultation du registre des incidents";
        holds_read: "Read the legal holds", "Consultation des conservations légales";
        refused: "Was refused", "Accès refusé";
        backed_up: "Copied the database", "Copie de la base de données";
        restored: "Put a backup in the place of the database",
            "Remplacement de la base de données par une copie";
    }
}

/// The label of an audited action.
#[must_use]
pub fn action(language: Language, action: Action) -> &'static str {
    let words = LogWords::of(language);
    match action {
        Action::SignedIn => words.signed_in,
        Action::SignInRefused => words.sign_in_refused,
        Action::SignedOut => words.signed_out,
        Action::SiteSwitched => words.site_switched,
        Action::Listed => words.listed,
        Action::Searched => words.searched,
        Action::PatientFound => words.patient_found,
        Action::Opened => words.opened,
        Action::Created => words.created,
        Action::Retried => words.retried,
        Action::Cancelled => words.cancelled,
        Action::LinkRevoked => words.link_revoked,
        Action::LinkIssued => words.link_issued,
        Action::LinkChanged => words.link_changed,
        Action::LinkOpened => words.link_opened,
        Action::BirthDateRefused => words.birth_date_refused,
        Action::FrameOpened => words.frame_opened,
        Action::Answered => words.answered,
        Action::Exported => words.exported,
        Action::HoldChanged => words.hold_changed,
        Action::Purged => words.purged,
        Action::PurgePlanned => words.purge_planned,
        Action::AccountAdded => words.account_added,
        Action::AccountChanged => words.account_changed,
        Action::PasswordChanged => words.password_changed,
        Action::FactorChanged => words.factor_changed,
        Action::SessionsEnded => words.sessions_ended,
        Action::SiteChanged => words.site_changed,
        Action::LogRead => words.log_read,
        Action::IncidentChanged => words.incident_changed,
        Action::IncidentRead => words.incident_read,
        Action::HoldsRead => words.holds_read,
        Action::Refused => words.refused,
        Action::BackedUp => words.backed_up,
        Action::Restored => words.restored,
    }
}

/// The name of a role in lower case, for use inside a sentence or list.
#[must_use]
pub fn role(language: Language, role: Role) -> &'static str {
    let words = LogWords::of(language);
    match role {
        Role::FrontDesk => words.front_desk,
        Role::Clinician => words.clinician,
        Role::Administrator => words.administrator,
    }
}

/// The message for an invalid field of these pages; `None` = the general message applies.
#[must_use]
pub fn field(language: Language, field: &str, problem: FieldProblem) -> Option<&'static str> {
    let words = LogWords::of(language);
    Some(match (problem, field) {
        (FieldProblem::BadDate, "from" | "until") => words.bad_search_day,
        (FieldProblem::BadDate, "aware_on" | "commission_on" | "persons_on") => words.bad_day,
        (FieldProblem::BadNumber, "persons" | "persons_in_quebec") => words.bad_count,
        (
            FieldProblem::TooLong,
            "information" | "circumstances" | "happened" | "reasons" | "measures",
        ) => words.too_long,
        (FieldProblem::Required, "serious") => words.choose_risk,
        (FieldProblem::BadChoice, "version") => words.meanwhile,
        (FieldProblem::Required, "reason") => words.reason_required,
        (FieldProblem::TooLong, "reason") => words.reason_too_long,
        _ => return None,
    })
}
