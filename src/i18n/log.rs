//! The audit log, the incident register and retention.

pub mod detail;
pub mod field;
pub mod sentence;

use super::{KeyWords, words};
use crate::model::audit::Action;
use crate::model::language::Language;
use crate::model::role::Role;

words! {
    /// Texts of the oversight pages.
    LogWords {
        admin_nav: "Compliance", "Conformité";
        title: "Audit log", "Journal d’audit";
        incidents: "Incidents", "Incidents";
        retention: "Retention", "Conservation";

        patient: "Patient (name or identifier)", "Patient (nom ou identifiant)";
        site_choice: "Site", "Site";
        of_no_site: "No site (the whole installation)", "Aucun site (toute l’installation)";
        of_no_site_text: "These entries belong to no site: attempts by unknown persons, commands \
            by IT support, and the first start. Only administrators of every site see them.",
            "Ces entrées ne relèvent d’aucun site\u{a0}: tentatives de personnes inconnues, \
            commandes du soutien informatique, premier démarrage. Seules les personnes qui \
            administrent tous les sites les voient.";
        account: "User", "Utilisateur";
        any_account: "Anyone", "Toutes les personnes";
        former: "An account without a role here", "Un compte sans rôle ici";
        action: "Action", "Action";
        any_action: "Any action", "Toutes les actions";
        from: "From", "Du";
        until: "To", "Au";
        older: "Older", "Plus anciennes";
        empty: "The log is empty", "Le journal est vide";
        nothing: "No results", "Aucun résultat";
        nothing_text: "No entry of the log matches all of the filters.",
            "Aucune entrée du journal ne répond à tous les filtres.";
        found: "Patients found", "Patients trouvés";
        too_many: "Too many patients match", "Trop de patients correspondent";
        too_many_text: "Type more of the name, or an identifier.",
            "Précisez le nom ou entrez un identifiant.";
        caption: "Audit log, newest first", "Journal d’audit, du plus récent au plus ancien";
        col_when: "Date and time", "Date et heure";
        col_who: "User", "Utilisateur";
        col_role: "Role", "Rôle";
        col_what: "Action", "Action";
        col_patient: "Patient", "Patient";
        col_where: "Source", "Provenance";
        and_more: "and {n} more", "et {n} de plus";
        removed: "Removed record", "Dossier supprimé";
        by_patient: "The patient", "Le patient";
        by_unauthenticated: "Unknown person", "Personne inconnue";
        by_account_email: "Unknown person, with this account’s email",
            "Personne inconnue, avec le courriel de ce compte";
        by_desk: "The application", "L’application";
        by_command_line: "IT support (command line)", "Soutien informatique (terminal)";
        by_first_start: "First start of the application", "Premier démarrage de l’application";

        verify: "Verify log", "Vérifier le journal";
        whole: "Log verified", "Journal vérifié";
        whole_text: "All {n} entries, of every site, are unchanged. The last one is number {last}; \
            keep its hash somewhere else:",
            "Les {n} entrées, tous sites confondus, sont inchangées. La dernière porte le numéro \
            {last}; conservez son empreinte ailleurs\u{a0}:";
        broken: "The log was altered at entry {number}",
            "Le journal a été altéré à l’entrée {number}";
        broken_text: "This entry was changed, added, moved or removed outside of the application. \
            Keep the database as it is and contact IT support.",
            "Cette entrée a été modifiée, ajoutée, déplacée ou supprimée hors de l’application. \
            Conservez la base de données telle quelle et avisez le soutien informatique.";

        report: "Access report", "Rapport d’accès";
        report_link: "Access report: who saw this patient’s record",
            "Rapport d’accès\u{a0}: qui a vu le dossier de ce patient";
        patient_id: "Internal identifier", "Identifiant interne";
        made: "Produced on {when} ({zone}) by {name}, {site}.",
            "Produit le {when} ({zone}) par {name}, {site}.";
        report_rows: "Entries: {n}", "Entrées\u{a0}: {n}";
        report_note: "Everything that this application logged about this patient at this site, \
            newest first. What happened at Empego is in Empego’s own log.",
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
        register_text: "Every confidentiality incident, even without a risk of serious injury. \
            Nothing here is ever deleted; the law requires five years from the day you became \
            aware.",
            "Tout incident de confidentialité, même sans risque de préjudice sérieux. Rien n’y est \
            jamais supprimé; la loi exige cinq ans à compter du jour où vous en avez pris \
            connaissance.";
        new_incident: "New incident", "Nouvel incident";
        edit_incident: "Incident", "Incident";
        no_incidents: "No incidents", "Aucun incident";
        no_incidents_text: "Record one as soon as you become aware of it.",
            "Inscrivez-en un dès que vous en avez connaissance.";
        no_names: "Do not enter patient names: describe the information, not the persons.",
            "N’inscrivez aucun nom de patient\u{a0}: décrivez les renseignements, et non les \
            personnes.";
        information: "Information concerned", "Renseignements visés";
        information_hint: "What kind of personal information, or why it cannot be described.",
            "La nature des renseignements personnels, ou la raison pour laquelle on ne peut les \
            décrire.";
        circumstances: "Circumstances", "Circonstances";
        happened: "Date or period of the incident", "Date ou période de l’incident";
        happened_hint: "As far as known, such as “between May 3 and 5”.",
            "Même approximative, par exemple «\u{a0}entre le 3 et le 5 mai\u{a0}».";
        aware_on: "Date you became aware", "Date de prise de connaissance";
        persons: "Persons concerned", "Personnes concernées";
        in_quebec: "Of these, in Québec", "Dont au Québec";
        persons_hint: "A number, even an approximate one.", "Un nombre, même approximatif.";
        serious: "Risk of serious injury", "Risque de préjudice sérieux";
        yes: "Yes", "Oui";
        no: "No", "Non";
        reasons: "Reasons for this conclusion", "Éléments menant à cette conclusion";
        reasons_hint: "How sensitive the information is, how it could be misused, what could \
            follow and how likely that is.",
            "La sensibilité des renseignements, les utilisations malveillantes possibles, les \
            conséquences appréhendées et leur probabilité.";
        commission_on: "Commission notified on", "Avis à la Commission";
        persons_on: "Persons notified on", "Avis aux personnes";
        notice_hint: "Required if there is a risk of serious injury.",
            "Requis s’il y a un risque de préjudice sérieux.";
        measures: "Measures taken to reduce the risk", "Mesures prises pour réduire le risque";
        save_incident: "Save", "Enregistrer";
        version: "Version {n}", "Version {n}";
        versions: "Versions", "Versions";
        bad_day: "Enter a valid date that is not in the future",
            "Entrez une date valide qui n’est pas dans l’avenir";
        bad_search_day: "Enter a valid date", "Entrez une date valide";
        bad_count: "Enter a whole number; the number in Québec cannot be higher than the total",
            "Entrez un nombre entier; le nombre au Québec ne peut pas dépasser le total";
        too_long: "This text is too long. Use 4,000 characters or fewer",
            "Ce texte est trop long. Utilisez au plus 4 000 caractères";
        choose_risk: "Indicate whether there is a risk of serious injury",
            "Indiquez s’il y a un risque de préjudice sérieux";
        meanwhile: "Another person has changed this incident since. Copy your entries, open it \
            again, and enter them on the new version",
            "Cet incident a été modifié depuis. Copiez vos entrées, rouvrez-le et reportez-les sur \
            la nouvelle version";
        reason_required: "Enter why the record must be kept",
            "Indiquez pourquoi le dossier doit être conservé";
        reason_too_long: "Use 500 characters or fewer", "Utilisez au plus 500 caractères";

        due: "Due for deletion", "À détruire maintenant";
        kept_for: "Consultations are kept for {days} after their last activity.",
            "Les consultations sont conservées {days} après leur dernière activité.";
        kept_for_ever: "This site keeps its records indefinitely: nothing is deleted.",
            "Ce site conserve ses dossiers indéfiniment\u{a0}: rien n’est détruit.";
        due_consultations: "Consultations", "Consultations";
        due_patients: "Patients with no other consultation", "Patients sans autre consultation";
        plan: "Announced on {when}. Consultations: {n}; patients: {m}. Deletion starts on {from}, \
            a part each day if there are many. To keep a record, place a legal hold on it.",
            "Annoncé le {when}. Consultations\u{a0}: {n}; patients\u{a0}: {m}. La destruction \
            commence le {from}, une partie par jour si les dossiers sont nombreux. Pour conserver \
            un dossier, suspendez sa destruction.";
        no_plan: "Nothing is announced. What is due is announced here a day before it is deleted.",
            "Rien n’est annoncé. Ce qui doit être détruit est annoncé ici un jour d’avance.";
        one_day: "{n} day", "{n} jour";
        days: "{n} days", "{n} jours";
        hours: "{n}\u{a0}h", "{n}\u{a0}h";
        clock_ahead: "The clock is {n} ahead of the last confirmed time, or the application was \
            off.",
            "L’horloge avance de {n} sur la dernière heure confirmée, ou l’application était \
            arrêtée.";
        clock_behind: "The clock is {n} behind the last confirmed time.",
            "L’horloge retarde de {n} sur la dernière heure confirmée.";
        clock_contradicted: "This server’s clock and Empego’s differ by {n}.",
            "L’horloge de ce serveur et celle d’Empego diffèrent de {n}.";
        clock_doubt: "Nothing is deleted: the time is uncertain",
            "Rien n’est détruit\u{a0}: l’heure est incertaine";
        clock_next: "It is checked once a day. Contact IT support.",
            "Elle est vérifiée une fois par jour. Avisez le soutien informatique.";
        log_plan: "Oldest entries of the log to be deleted from {from} on: {n}.",
            "Entrées les plus anciennes du journal à détruire à partir du {from}\u{a0}: {n}.";
        due_text: "The application deletes them once a day. Records under a legal hold are kept, \
            and so are those whose link still works until a set date.",
            "L’application les détruit une fois par jour. Sont conservés les dossiers dont la \
            destruction est suspendue et ceux dont le lien fonctionne encore jusqu’à une date \
            fixée.";
        log_kept_for: "The audit log has its own retention period: {days}.",
            "Le journal d’audit a sa propre durée de conservation\u{a0}: {days}.";
        log_kept_for_ever: "The audit log is kept indefinitely.",
            "Le journal d’audit est conservé indéfiniment.";
        holds: "Legal holds", "Suspensions de la destruction";
        no_holds: "There are no legal holds.", "Aucune suspension de la destruction.";
        held: "Legal hold:", "Suspension de la destruction\u{a0}:";
        hold: "Place a legal hold", "Suspendre la destruction";
        lift: "Lift the legal hold", "Lever la suspension";
        hold_reason: "Reason for the legal hold", "Motif de la suspension";
        hold_hint: "A record under a legal hold is kept past its retention period. Do not enter \
            patient names.",
            "Le dossier est alors conservé au-delà de sa durée de conservation. N’inscrivez aucun \
            nom de patient.";

        front_desk: "front desk", "accueil";
        clinician: "clinician", "personnel clinique";
        administrator: "administrator", "administration";

        signed_in: "Signed in", "Connexion";
        sign_in_refused: "Sign-in refused", "Connexion refusée";
        signed_out: "Signed out", "Déconnexion";
        site_switched: "Switched to another site", "Passage sur un autre site";
        listed: "Viewed list", "Affichage de la liste";
        searched: "Searched consultations", "Recherche dans les consultations";
        patient_found: "Looked up patient", "Recherche d’un patient";
        opened: "Opened a consultation", "Ouverture d’une consultation";
        created: "Created a consultation", "Création d’une consultation";
        retried: "Retried a creation", "Nouvel essai de création";
        link_revoked: "Revoked a link", "Révocation d’un lien";
        link_issued: "Issued a new link", "Émission d’un nouveau lien";
        link_changed: "Changed a link", "Modification d’un lien";
        link_opened: "Link opened", "Ouverture d’un lien";
        birth_date_refused: "Date of birth refused", "Date de naissance refusée";
        frame_opened: "Opened Empego’s page", "Ouverture de la page d’Empego";
        answered: "Answers reported", "Réponses signalées";
        exported: "Exported", "Exportation";
        hold_changed: "Changed a legal hold", "Modification d’une suspension de la destruction";
        purged: "Deleted at the end of retention", "Destruction en fin de conservation";
        purge_planned: "Announced a deletion at the end of retention",
            "Annonce d’une destruction en fin de conservation";
        account_added: "Added an account", "Ajout d’un compte";
        account_changed: "Changed an account", "Modification d’un compte";
        password_changed: "Changed a password", "Changement d’un mot de passe";
        factor_changed: "Changed two-factor authentication",
            "Modification de l’authentification à deux facteurs";
        sessions_ended: "Ended sessions", "Fin de sessions";
        site_changed: "Changed a site", "Modification d’un site";
        log_read: "Read the audit log", "Lecture du journal d’audit";
        incident_changed: "Recorded an incident", "Inscription d’un incident";
        incident_read: "Read the incident register", "Lecture du registre des incidents";
        holds_read: "Read the legal holds", "Lecture des suspensions de la destruction";
        refused: "Access denied", "Accès refusé";
        backed_up: "Backed up the database", "Sauvegarde de la base de données";
        restored: "Restored a backup", "Restauration d’une sauvegarde";
    }
}

/// The label of an audited action.
#[must_use]
pub fn action(language: Language, action: Action) -> &'static str {
    let words = LogWords::of(language);
    let changes = super::PatientChangeWords::of(language);
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
        Action::Adopted => changes.adopted,
        Action::Retried => words.retried,
        Action::KeyEntered => KeyWords::of(language).entered,
        Action::PatientCorrected => changes.patient_corrected,
        Action::PatientsMerged => changes.patients_merged,
        Action::MergeUndone => changes.merge_undone,
        Action::Cancelled => changes.cancelled,
        Action::CancelUndone => changes.cancel_undone,
        Action::FollowUpMoved => changes.follow_up_moved,
        Action::LinkRestored => changes.link_restored,
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
        Action::SystemsChanged => KeyWords::of(language).systems_changed,
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
