//! An entry of the audit log as a sentence: who did what, to whose record.
//!
//! A template has `{who}`, and the patients as `{whom}` ("patient X"), `{of}` ("of patient X") or
//! `{names}` ("X"). A part in brackets is only there where the entry names a patient; after a bar
//! is what stands there otherwise.

use crate::i18n::words;
use crate::model::audit::Action;
use crate::model::language::Language;

words! {
    /// Sentences of the audit log.
    LogSentences {
        signed_in: "{who} signed in", "{who} a ouvert une session";
        sign_in_refused: "{who} was refused sign-in", "{who} n’a pas pu ouvrir de session";
        signed_out: "{who} signed out", "{who} a fermé une session";
        site_switched: "{who} switched to another site", "{who} a changé de site";
        listed: "{who} viewed a list[ with {whom}]", "{who} a affiché une liste[ avec {whom}]";
        searched: "{who} searched consultations[ and was shown {whom}]",
            "{who} a cherché dans les consultations[ et trouvé {whom}]";
        patient_found: "{who} looked up [{whom}|a patient]",
            "{who} a recherché [{whom}|un patient]";
        opened: "{who} opened a consultation[ {of}]", "{who} a ouvert une consultation[ {of}]";
        created: "{who} created a consultation[ for {whom}]",
            "{who} a créé une consultation[ pour {whom}]";
        retried: "{who} retried the creation of a consultation[ for {whom}]",
            "{who} a relancé la création d’une consultation[ pour {whom}]";
        systems_changed: "{who} changed the names that identifiers have at Empego",
            "{who} a modifié les noms des identifiants chez Empego";
        key_entered: "{who} entered Empego’s key of a consultation[ for {whom}]",
            "{who} a entré la clé d’Empego d’une consultation[ pour {whom}]";
        patient_corrected: "{who} corrected the details[ {of}]",
            "{who} a corrigé les renseignements[ {of}]";
        patients_merged: "{who} merged the records[ {of}]",
            "{who} a fusionné les dossiers[ {of}]";
        merge_undone: "{who} undid a merge of records[ {of}]",
            "{who} a séparé de nouveau les dossiers[ {of}]";
        cancelled: "{who} cancelled a consultation or follow-up[ {of}]",
            "{who} a annulé une consultation ou un suivi[ {of}]";
        adopted: "{who} created a record[ {of}]", "{who} a créé un dossier[ {of}]";
        follow_up_moved: "{who} moved a follow-up[ {of}]", "{who} a déplacé un suivi[ {of}]";
        cancel_undone: "{who} undid a cancellation[ {of}]",
            "{who} a rétabli une consultation annulée[ {of}]";
        link_restored: "{who} restored the link[ {of}]", "{who} a rétabli le lien[ {of}]";
        link_revoked: "{who} revoked the link[ {of}]", "{who} a révoqué le lien[ {of}]";
        link_issued: "{who} issued a new link[ for {whom}]",
            "{who} a émis un nouveau lien[ pour {whom}]";
        link_changed: "{who} changed the link[ {of}]", "{who} a modifié le lien[ {of}]";
        link_opened: "{who} opened the link[ ({names})]", "{who} a ouvert le lien[ ({names})]";
        birth_date_refused: "{who} entered a wrong date of birth[ ({names})]",
            "{who} a entré une date de naissance erronée[ ({names})]";
        frame_opened: "{who} opened Empego’s page[ ({names})]",
            "{who} a ouvert la page d’Empego[ ({names})]";
        answered: "{who} sent answers, according to the browser[ ({names})]",
            "{who} a envoyé des réponses, selon le navigateur[ ({names})]";
        exported: "{who} exported data[ {of}]", "{who} a exporté des données[ {of}]";
        hold_changed: "{who} changed the legal hold[ on the record {of}]",
            "{who} a modifié la suspension de la destruction[ du dossier {of}]";
        purged: "{who} deleted records past their retention period[ ({names})]",
            "{who} a détruit des dossiers en fin de conservation[ ({names})]";
        purge_planned: "{who} announced a deletion of records past their retention period",
            "{who} a annoncé une destruction de dossiers en fin de conservation";
        account_added: "{who} added an account", "{who} a ajouté un compte";
        account_changed: "{who} changed an account", "{who} a modifié un compte";
        password_changed: "{who} changed a password", "{who} a changé un mot de passe";
        factor_changed: "{who} changed two-factor authentication",
            "{who} a modifié l’authentification à deux facteurs";
        sessions_ended: "{who} ended sessions", "{who} a mis fin à des sessions";
        site_changed: "{who} changed a site", "{who} a modifié un site";
        log_read: "{who} read the audit log[ about {whom}]",
            "{who} a lu le journal d’audit[ au sujet {of}]";
        incident_changed: "{who} recorded an incident", "{who} a inscrit un incident";
        incident_read: "{who} read the incident register",
            "{who} a lu le registre des incidents";
        holds_read: "{who} read the legal holds[ on records {of}]",
            "{who} a lu les suspensions de la destruction[ des dossiers {of}]";
        refused: "{who} was denied access[ to {whom}]",
            "{who} s’est vu refuser l’accès[ au dossier {of}]";
        backed_up: "{who} backed up the database", "{who} a sauvegardé la base de données";
        restored: "{who} restored a backup", "{who} a restauré une sauvegarde";

        whom_one: "patient {names}", "le patient {names}";
        whom_many: "patients {names}", "les patients {names}";
        of_one: "of patient {names}", "du patient {names}";
        of_many: "of patients {names}", "des patients {names}";
        with_browser: " with {browser}", " avec {browser}";
        on_system: "{browser} on {system}", "{browser} sous {system}";
        unknown_browser: "an unknown browser", "un navigateur inconnu";
    }
}

/// The template of an action's sentence.
#[must_use]
pub fn template(language: Language, action: Action) -> &'static str {
    let words = LogSentences::of(language);
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
        Action::KeyEntered => words.key_entered,
        Action::SystemsChanged => words.systems_changed,
        Action::PatientCorrected => words.patient_corrected,
        Action::PatientsMerged => words.patients_merged,
        Action::MergeUndone => words.merge_undone,
        Action::Cancelled => words.cancelled,
        Action::CancelUndone => words.cancel_undone,
        Action::Adopted => words.adopted,
        Action::FollowUpMoved => words.follow_up_moved,
        Action::LinkRestored => words.link_restored,
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

/// A part of a sentence, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    Text(&'static str),
    /// The user.
    Who,
    /// The patients' names.
    Names,
}

/// The sentence of an action about a number of patients, in parts.
#[must_use]
pub fn parts(language: Language, action: Action, patients: usize) -> Vec<Part> {
    let words = LogSentences::of(language);
    let (whom, of) = match patients {
        0 | 1 => (words.whom_one, words.of_one),
        _ => (words.whom_many, words.of_many),
    };
    let template = template(language, action);
    let mut parts = Vec::new();
    match template.split_once('[').zip(template.split_once(']')) {
        Some(((before, _), (until, after))) => {
            let inner = until.split_once('[').map_or("", |(_, inner)| inner);
            let (some, none) = inner.split_once('|').unwrap_or((inner, ""));
            push(&mut parts, before, whom, of);
            push(&mut parts, if patients > 0 { some } else { none }, whom, of);
            push(&mut parts, after, whom, of);
        }
        None => push(&mut parts, template, whom, of),
    }
    parts
}

/// Splits a text at its placeholders.
fn push(parts: &mut Vec<Part>, mut text: &'static str, whom: &'static str, of: &'static str) {
    while let Some((before, rest)) = text.split_once('{') {
        let (name, after) = rest.split_once('}').unwrap_or((rest, ""));
        if !before.is_empty() {
            parts.push(Part::Text(before));
        }
        match name {
            "who" => parts.push(Part::Who),
            "names" => parts.push(Part::Names),
            "whom" => push(parts, whom, "", ""),
            _ => push(parts, of, "", ""),
        }
        text = after;
    }
    if !text.is_empty() {
        parts.push(Part::Text(text));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sentence(language: Language, action: Action, patients: &[&str]) -> String {
        let part = |part: Part| match part {
            Part::Text(text) => text.to_owned(),
            Part::Who => "Ada Roy".to_owned(),
            Part::Names => patients.join(", "),
        };
        parts(language, action, patients.len()).into_iter().map(part).collect()
    }

    #[test]
    fn a_sentence_says_who_did_what_to_whose_record() {
        use Action::{Listed, LogRead, PatientFound, SignedIn};
        let both = |action, patients: &[&str]| {
            (sentence(Language::En, action, patients), sentence(Language::Fr, action, patients))
        };
        let expected = |en: &str, fr: &str| (en.to_owned(), fr.to_owned());
        assert_eq!(
            both(SignedIn, &[]),
            expected("Ada Roy signed in", "Ada Roy a ouvert une session")
        );
        assert_eq!(
            both(PatientFound, &["TREMBLAY, Ada"]),
            expected(
                "Ada Roy looked up patient TREMBLAY, Ada",
                "Ada Roy a recherché le patient TREMBLAY, Ada"
            )
        );
        assert_eq!(
            both(PatientFound, &[]),
            expected("Ada Roy looked up a patient", "Ada Roy a recherché un patient")
        );
        assert_eq!(
            both(Listed, &["A", "B"]),
            expected(
                "Ada Roy viewed a list with patients A, B",
                "Ada Roy a affiché une liste avec les patients A, B"
            )
        );
        assert_eq!(
            both(LogRead, &["A"]),
            expected(
                "Ada Roy read the audit log about patient A",
                "Ada Roy a lu le journal d’audit au sujet du patient A"
            )
        );
    }

    #[test]
    fn every_action_has_a_sentence_that_begins_with_the_user() {
        for action in Action::ALL {
            for language in [Language::En, Language::Fr] {
                for patients in [&[][..], &["A"], &["A", "B"]] {
                    let sentence = sentence(language, *action, patients);
                    assert!(sentence.starts_with("Ada Roy "), "{action:?}: {sentence}");
                    assert!(!sentence.contains(['{', '}', '[', ']', '|']), "{sentence}");
                }
            }
        }
    }
}
