//! The detail of an audit entry in words. Stored are words and `name=value` pairs, for machines.

mod phrases;

use super::role;
use crate::i18n::{cancel, fill, words};
use crate::model::audit::Action;
use crate::model::cancel::CancelReason;
use crate::model::language::Language;
use crate::model::role::Role;
use phrases::phrase;

words! {
    /// What a detail says. `{v}` is its value.
    LogDetails {
        other: "technical note: {v}", "note technique\u{a0}: {v}";
        shown: "number shown: {v}", "nombre affiché\u{a0}: {v}";
        found: "on record", "au dossier";
        not_found: "not on record", "pas au dossier";
        by_form: "when the form was sent", "à l’envoi du formulaire";
        by_provider: "by the organization’s sign-in", "par la connexion de l’organisation";
        access_report: "access report", "rapport d’accès";
        of_no_site: "entries of no site", "entrées sans site";
        audit_log: "audit log", "journal d’audit";
        verified: "log verified", "journal vérifié";
        altered: "log altered", "journal altéré";
        number: "at entry {v}", "à l’entrée {v}";
        begins: "begins after entry {v}", "commence après l’entrée {v}";
        sealed: "proven by a seal", "attesté par un sceau";
        unsealed: "without a seal", "sans sceau";
        register: "incident register", "registre des incidents";
        incident: "incident {v}", "incident {v}";
        version: "version {v}", "version {v}";
        versions: "versions shown: {v}", "versions affichées\u{a0}: {v}";
        follow_up: "follow-up", "suivi";
        consultations: "consultations: {v}", "consultations\u{a0}: {v}";
        patients: "patients: {v}", "patients\u{a0}: {v}";
        entries: "log entries: {v}", "entrées du journal\u{a0}: {v}";
        through: "up to entry {v}", "jusqu’à l’entrée {v}";
        hash: "hash {v}", "empreinte {v}";
        beginning: "the log began later than its first entry", "le journal commençait plus tard";
        clock_confirmed: "clock confirmed", "horloge confirmée";
        waits: "nothing deleted, the time is uncertain", "rien de détruit, l’heure est incertaine";
        ahead_of_log: "clock ahead of the log by {v}", "horloge en avance de {v} sur le journal";
        behind_log: "clock behind the log by {v}", "horloge en retard de {v} sur le journal";
        ahead_of_empego: "clock ahead of Empego’s by {v}",
            "horloge en avance de {v} sur celle d’Empego";

        password: "password", "mot de passe";
        code: "code", "code";
        recovery_code: "recovery code", "code de secours";
        provider: "organization’s sign-in", "connexion de l’organisation";
        wait: "wait: {v}", "attente\u{a0}: {v}";
        no_account: "no account", "aucun compte";
        unknown_site: "unknown site", "site inconnu";
        no_site: "no site", "aucun site";
        no_role: "no role", "aucun rôle";
        another_subject: "bound to another user", "lié à un autre utilisateur";
        no_email: "no email sent", "courriel non transmis";
        no_verification: "does not say whether the email is verified",
            "n’indique pas si le courriel est vérifié";
        unverified: "email not verified", "courriel non vérifié";
        no_answer: "no answer", "aucune réponse";
        unreachable: "cannot be reached", "injoignable";
        bad_state: "the sign-in was not begun here", "connexion non commencée ici";
        bad_code: "refused at the provider", "refusée chez le fournisseur";
        bad_token: "its answer is not valid", "réponse non valide";
        replaced: "by a new sign-in", "par une nouvelle connexion";
        all_others: "all other sessions", "toutes les autres sessions";
        one_session: "one session", "une session";

        account: "account: {v}", "compte\u{a0}: {v}";
        roles: "roles: {v}", "rôles\u{a0}: {v}";
        roles_before: "roles before: {v}", "rôles précédents\u{a0}: {v}";
        roles_kept: "roles unchanged", "rôles inchangés";
        unknown_roles: "unknown roles: {v}", "rôles inconnus\u{a0}: {v}";
        licence_added: "licence number added", "numéro de permis ajouté";
        licence_changed: "licence number changed", "numéro de permis modifié";
        licence_removed: "licence number removed", "numéro de permis retiré";
        last_administrator: "last to administer the site", "dernier compte à administrer le site";
        invited: "invited", "sur invitation";
        invited_by: "invited by {v}", "à l’invitation de {v}";
        withdrawn: "invitation withdrawn", "invitation retirée";
        declined: "invitation declined", "invitation refusée";
        joined: "existing account", "compte existant";
        linked: "linked", "associé";
        own: "own account", "son propre compte";
        by_link: "by the link", "par le lien";
        reset: "reset", "réinitialisation";
        on: "reactivated", "réactivé";
        off: "deactivated", "désactivé";
        set_up: "turned on", "activée";
        removed: "turned off", "désactivée";
        unlocked: "unlocked", "débloqué";

        to_site: "site: {v}", "site\u{a0}: {v}";
        site_added: "site added: {v}", "site ajouté\u{a0}: {v}";
        added: "added", "ajouté";
        name: "name", "nom";
        public_name_en: "name in English", "nom en anglais";
        public_name_fr: "name in French", "nom en français";
        link_ttl: "time that links work", "durée des liens";
        birth_date_gate: "date of birth check", "vérification de la date de naissance";
        retention: "retention period", "durée de conservation";
        keep_exports: "keeping of exports", "conservation des exportations";
        accent: "colour", "couleur";
        default_identifier: "usual type of identifier", "type d’identifiant habituel";
        time_zone: "time zone", "fuseau horaire";
        reasons: "reasons for consultations", "motifs de consultation";
        default_reason: "usual reason", "motif habituel";
        tenant_key: "tenant key", "clé de franchise";
        logo: "logo", "logo";

        moved: "to another day", "à un autre jour";
        extended: "extended", "prolongé";
        no_expiry: "no expiry", "sans expiration";
        gate_on: "date of birth required", "date de naissance exigée";
        gate_off: "date of birth not required", "date de naissance non exigée";
        link_unlocked: "unlocked", "déverrouillé";
        first_name: "first name", "prénom";
        last_name: "last name", "nom de famille";
        date_of_birth: "date of birth", "date de naissance";
        identifiers: "identifiers", "identifiants";
        language: "language", "langue";
        change: "change {v}", "modification {v}";
        by_merge: "to merge records", "pour une fusion";
        reason: "reason: {v}", "motif\u{a0}: {v}";
        held: "placed", "mise en place";
        lifted: "lifted", "levée";
        details: "consultation details", "détails de la consultation";
        taken: "export received", "exportation reçue";
        with_pdf: "with the PDF", "avec le PDF";
        without_pdf: "without the PDF", "sans le PDF";
        with_text: "with the text", "avec le texte";
        without_text: "without the text", "sans le texte";
        kept_number: "number kept though it looks wrong",
            "numéro gardé bien qu’il semble erroné";
        kept_birth_date: "date of birth kept though the number contains another one",
            "date de naissance gardée bien que le numéro en contienne une autre";
        kept_file_number: "kept as a file number", "gardé comme numéro de dossier";
        kept: "kept with the consultation", "conservée avec la consultation";
        not_kept: "not kept", "non conservée";
        pdf: "PDF", "PDF";
        text: "text", "texte";

        unknown_link: "unknown link", "lien inconnu";
        unknown_session: "unknown or expired session", "session inconnue ou expirée";
        unknown_ticket: "unknown or expired sign-in step", "étape de connexion inconnue ou expirée";
        unknown_password_link: "unknown or expired password link",
            "lien de mot de passe inconnu ou expiré";
        cross_site: "sent from another website, to {v}", "envoi d’un autre site Web, vers {v}";
        no_record: "no such record here, at {v}", "aucun tel dossier ici, à {v}";
        not_allowed: "the role does not allow {v}", "le rôle ne permet pas {v}";
        id: "identifier {v}", "identifiant {v}";
    }
}

/// The detail of an entry in words. `name_of` gives the name of an account or site by its id.
#[must_use]
pub fn detail(
    language: Language,
    action: Action,
    detail: &str,
    name_of: impl Fn(&str) -> Option<String>,
) -> String {
    let words = LogDetails::of(language);
    if let Some(said) = whole(words, action, detail) {
        return said;
    }
    let mut said = Vec::new();
    let detail = detail.replace("roles kept, unknown=", "roles-kept unknown=");
    let detail = detail.replace("invitation withdrawn", "withdrawn").replace("by link", "by-link");
    let detail = detail.replace("invitation declined", "declined");
    let mut tokens = detail.split_whitespace().peekable();
    while let Some(token) = tokens.next() {
        let (key, value) = token.split_once('=').unwrap_or((token, ""));
        let shown = match key {
            "roles" | "before" => {
                // Roles are separated by spaces too.
                let more =
                    std::iter::from_fn(|| tokens.next_if(|next| Role::parse(next).is_some()));
                roles(language, Role::parse(value).into_iter().chain(more.filter_map(Role::parse)))
            }
            "reason" => CancelReason::parse(value)
                .map_or_else(|| value.to_owned(), |it| cancel::reason(language, it).to_owned()),
            _ => name_of(value).unwrap_or_else(|| value.to_owned()),
        };
        said.push(match phrase(words, action, key, value) {
            Some(text) => fill(text, "v", &shown),
            None => fill(words.other, "v", token),
        });
    }
    said.join("; ")
}

/// Names of roles. No role is a dash.
fn roles(language: Language, roles: impl Iterator<Item = Role>) -> String {
    let names: Vec<_> = roles.map(|each| role(language, each)).collect();
    if names.is_empty() { "–".to_owned() } else { names.join(", ") }
}

/// Details that are read as a whole.
fn whole(words: &LogDetails, action: Action, detail: &str) -> Option<String> {
    match action {
        Action::Refused => Some(refusal(words, detail)),
        Action::SignInRefused => {
            let reason = match detail.strip_prefix("provider ")? {
                "no account" => words.no_account,
                "unknown site" => words.unknown_site,
                "no site" => words.no_site,
                "no role" => words.no_role,
                "another subject" => words.another_subject,
                "switched off" => words.off,
                "no claim email" => words.no_email,
                "no claim email_verified" => words.no_verification,
                "email not verified" => words.unverified,
                "no answer" => words.no_answer,
                "the provider cannot be reached" => words.unreachable,
                "state" => words.bad_state,
                "code" => words.bad_code,
                "token" => words.bad_token,
                other => {
                    return Some(format!("{}; {}", words.provider, fill(words.other, "v", other)));
                }
            };
            Some(format!("{}; {reason}", words.provider))
        }
        Action::FactorChanged => match detail.strip_prefix("own ")? {
            "set-up" => Some(words.set_up.to_owned()),
            "removed" => Some(words.removed.to_owned()),
            _ => None,
        },
        _ => None,
    }
}

/// Why a request was refused. The name of a page or function is the one of the request log.
fn refusal(words: &LogDetails, detail: &str) -> String {
    let (what, id) = match detail.split_once(" id=") {
        Some((what, id)) => (what, Some(fill(words.id, "v", id))),
        None => (detail, None),
    };
    let what = match what {
        "log of=none" => words.of_no_site.to_owned(),
        "unknown link" => words.unknown_link.to_owned(),
        "unknown session" => words.unknown_session.to_owned(),
        "unknown ticket" => words.unknown_ticket.to_owned(),
        "unknown password link" => words.unknown_password_link.to_owned(),
        _ => {
            let known = [("cross-site ", words.cross_site), ("not-found ", words.no_record)];
            let known = known
                .into_iter()
                .find_map(|(prefix, text)| Some(fill(text, "v", what.strip_prefix(prefix)?)));
            known.unwrap_or_else(|| fill(words.not_allowed, "v", what))
        }
    };
    [Some(what), id].into_iter().flatten().collect::<Vec<_>>().join("; ")
}

#[cfg(test)]
mod tests;
