//! Errors: what went wrong, what was kept, and what to do next.

use super::words;
use crate::error::{AppError, FieldProblem, UpstreamProblem};
use crate::model::language::Language;

words! {
    /// Error texts for staff.
    Errors {
        summary: "There is a problem", "Il y a un problème";
        page_title_prefix: "Error: ", "Erreur\u{a0}: ";
        required_first_name: "Enter the first name; one name is enough",
            "Entrez le prénom; un seul nom suffit";
        required_last_name: "Or enter the last name", "Ou entrez le nom";
        required_date: "Enter the date of birth, or an identifier",
            "Entrez la date de naissance ou un identifiant";
        required: "Fill this in", "Remplissez ce champ";
        at_field: "{field}: {message}", "{field}\u{a0}: {message}";
        too_long: "Use 100 characters or fewer, without line breaks",
            "Utilisez au plus 100 caractères, sans saut de ligne";
        bad_date: "Enter a valid date of birth, such as 1954-12-28",
            "Entrez une date de naissance valide, par exemple 1954-12-28";
        ambiguous_date: "Day or month first? Write the year first, as in 1954-12-28, or the \
            month’s name",
            "Le jour ou le mois d’abord? Écrivez l’année en premier, comme 1954-12-28, ou le mois \
            en lettres";
        bad_number: "This is not the format of the chosen identifier type. Check the card and the \
            type",
            "Ce numéro n’a pas le format attendu pour ce type d’identifiant. Vérifiez la carte et \
            le type";
        doubtful_number: "This number fails its check digit, or its date is impossible. Check the \
            card; if the number is right, tick the box below it",
            "Le chiffre de contrôle de ce numéro est incorrect, ou sa date est impossible. \
            Vérifiez la carte; si le numéro est exact, cochez la case ci-dessous";
        other_birth_date: "The date in this number is not the date of birth. Check both on the \
            card; if they are right, tick the box below it",
            "La date contenue dans ce numéro ne correspond pas à la date de naissance. Vérifiez \
            les deux sur la carte; s’ils sont exacts, cochez la case ci-dessous";
        looks_like_health_number: "This looks like a Québec health number. Choose Québec (RAMQ) as \
            its type; if it is a file number, tick the box below it",
            "Cela ressemble à un numéro d’assurance maladie du Québec. Choisissez le type Québec \
            (RAMQ); si c’est un numéro de dossier, cochez la case ci-dessous";
        other_patient: "Another name or date of birth is on record under this identifier. Check \
            it, then tick the box in the question above",
            "Un autre nom ou une autre date de naissance figure sous cet identifiant. Vérifiez, \
            puis cochez la case de la question ci-dessus";
        bad_choice: "Choose an option from the list", "Choisissez une option de la liste";
        bad_credentials: "Email and password do not match an account",
            "Le courriel et le mot de passe ne correspondent à aucun compte";
        no_site: "This account does not belong to a site yet. Contact your administrator",
            "Ce compte n’appartient encore à aucun site. Adressez-vous à la personne qui \
            administre l’application";

        kept: "Your entries are kept.", "Ce que vous avez saisi est conservé.";
        nothing_created: "Nothing was created.", "Rien n’a été créé.";
        refused_key: "Empego refused our key", "Empego a refusé notre clé";
        refused_key_text: "Ask your administrator to check the key in the settings, then try \
            again.",
            "Demandez à la personne qui administre l’application de vérifier la clé dans les \
            réglages, puis réessayez.";
        rejected: "Empego refused the information", "Empego a refusé les renseignements";
        rejected_text: "Check what you entered and try again. If this continues, tell your \
            administrator.",
            "Vérifiez les renseignements saisis et réessayez. Si cela persiste, avisez la personne \
            qui administre l’application.";
        unavailable: "Empego could not be reached", "Empego est injoignable";
        unavailable_text: "Try again in a minute.", "Réessayez dans une minute.";
        not_understood: "Empego’s answer was not understood",
            "La réponse d’Empego n’a pas été comprise";
        not_understood_text: "Tell your administrator: the application and Empego may no longer be \
            compatible.",
            "Avisez la personne qui administre l’application\u{a0}: celle-ci et Empego ne sont \
            peut-être plus compatibles.";
        busy: "Empego is busy", "Empego est surchargé";
        busy_text: "Try again in a minute.", "Réessayez dans une minute.";
        away: "The application cannot reach its records",
            "L’application n’a pas accès à ses dossiers";
        away_text: "Everything saved before is still there. Try again in a minute. If this \
            continues, tell your administrator that the database does not answer.",
            "Tout ce qui était déjà enregistré est encore là. Réessayez dans une minute. Si cela \
            persiste, avisez la personne qui administre l’application que la base de données ne \
            répond pas.";
        disk_full: "The server’s disk is full: nothing was saved",
            "Le disque du serveur est plein\u{a0}: rien n’a été enregistré";
        disk_full_text: "Everything saved before is still there. Tell your administrator that the \
            server needs disk space, then try again.",
            "Tout ce qui était déjà enregistré est encore là. Avisez la personne qui administre \
            l’application que le serveur manque d’espace disque, puis réessayez.";
        too_many: "Too many attempts", "Trop d’essais";
        too_many_text: "Wait a few minutes, then try again. Nothing was changed.",
            "Patientez quelques minutes, puis réessayez. Rien n’a été modifié.";
        crowded: "The application is very busy", "L’application est très sollicitée";
        crowded_text: "Too many pages or requests are open at once. Nothing was changed. Wait a \
            few seconds, then try again. If this continues, close some pages.",
            "Trop de pages ou de requêtes sont ouvertes en même temps. Rien n’a été modifié. \
            Patientez quelques secondes, puis réessayez. Si cela persiste, fermez quelques pages.";
        outcome_unknown: "Empego did not answer in time", "Empego n’a pas répondu à temps";
        outcome_unknown_text: "We do not know whether the consultation was created. Pressing the \
            button again does not create a second one: it opens the record, which says what to do.",
            "Nous ignorons si la consultation a été créée. Appuyer de nouveau sur le bouton n’en \
            crée pas une deuxième\u{a0}: cela ouvre le dossier, qui indique quoi faire.";
        outcome_unknown_again: "Empego did not answer. Check at Empego first: if you start again \
            and the consultation is already there, it will be there twice.",
            "Empego n’a pas répondu. Vérifiez d’abord chez Empego\u{a0}: si vous recommencez et \
            que la consultation existe déjà, elle sera en double.";
        open_record: "Open the record", "Ouvrir le dossier";
        internal: "Something went wrong on our side", "Un problème est survenu de notre côté";
        internal_text: "Nothing that was saved is lost. Try again; if this continues, give the \
            reference to your administrator.",
            "Rien de ce qui était enregistré n’est perdu. Réessayez; si cela persiste, donnez la \
            référence à la personne qui administre l’application.";
        reference: "Reference", "Référence";
        not_found: "Page not found", "Page introuvable";
        not_found_text: "There is nothing at this address, or you do not have access to it.",
            "Il n’y a rien à cette adresse, ou vous n’y avez pas accès.";
        other_site: "You now work at another site", "Vous travaillez maintenant sur un autre site";
        other_site_text: "This form was opened at another site, and you have switched since. \
            Nothing was sent. Check the site at the top of the page: switch back, or send the form \
            again for this one.",
            "Ce formulaire a été ouvert sur un autre site, que vous avez quitté depuis. Rien n’a \
            été envoyé. Vérifiez le site en haut de la page\u{a0}: retournez à l’autre, ou envoyez \
            de nouveau le formulaire pour celui-ci.";
        signed_in_again: "Your form is back, but not sent yet",
            "Votre formulaire est revenu, mais n’est pas encore envoyé";
        signed_in_again_text: "Your session had ended. What you typed was kept: check it, and send \
            it again.",
            "Votre session était terminée. Ce que vous aviez saisi a été conservé\u{a0}: vérifiez, \
            puis envoyez de nouveau.";
        forbidden: "You do not have access", "Vous n’avez pas accès";
        forbidden_text: "Your account is not allowed to do this. Contact your administrator.",
            "Votre compte ne le permet pas. Adressez-vous à la personne qui administre \
            l’application.";
        cross_site: "Request refused", "Envoi refusé";
        cross_site_text: "Your browser does not confirm that this was sent from a page of this \
            application. Nothing was changed. Open the page again and send it from there; if this \
            continues, update your browser.",
            "Votre navigateur n’indique pas que l’envoi vient d’une page de cette application. \
            Rien n’a été modifié. Rouvrez la page ici et renvoyez le formulaire; si cela persiste, \
            mettez le navigateur à jour.";
        invalid: "Your request could not be read", "Impossible de lire votre demande";
        invalid_text: "Go back, reload the page and try again. Nothing was changed.",
            "Revenez en arrière, rechargez la page et réessayez. Rien n’a été modifié.";
        too_large: "The form is too long: nothing was saved",
            "Le formulaire est trop long\u{a0}: rien n’a été enregistré";
        too_large_text: "Shorten the longest text, then send the form again. Where the form is \
            shown here, only its end was cut off: check it.",
            "Raccourcissez le texte le plus long, puis envoyez de nouveau le formulaire. S’il est \
            affiché ici, seule la fin a été coupée\u{a0}: vérifiez-la.";
        gone: "This link no longer works", "Ce lien ne fonctionne plus";
        back: "Go to the consultations", "Retour aux consultations";
    }
}

/// The message for an invalid form field.
#[must_use]
pub fn field(language: Language, field: &str, problem: FieldProblem) -> &'static str {
    if let Some(sentence) = super::log::field::field(language, field, problem) {
        return sentence;
    }
    if let Some(sentence) = super::patient_changes::problem(language, field, problem)
        .or_else(|| super::cancel::problem(language, field, problem))
        .or_else(|| super::key::problem(language, problem))
    {
        return sentence;
    }
    let words = Errors::of(language);
    let site = super::SiteWords::of(language);
    let follow_up = super::FollowUpWords::of(language);
    let reason = super::ReasonWords::of(language);
    match (problem, field) {
        (FieldProblem::Required, "find") => super::LookWords::of(language).enter_something,
        (FieldProblem::Required, "first_name") => words.required_first_name,
        (FieldProblem::Required, "last_name") => words.required_last_name,
        (FieldProblem::Required, "date_of_birth") => words.required_date,
        (FieldProblem::Required, "due_on" | "new_day") => follow_up.required_day,
        (FieldProblem::Required, "follow_up_reason") => follow_up.required_reason,
        (FieldProblem::TooLong, "follow_up_reason") => follow_up.reason_too_long,
        (FieldProblem::TooLong, "consultation_reason" | "default_reason") => reason.too_long,
        (FieldProblem::BadReasons, _) => reason.bad_reasons,
        (FieldProblem::Required, _) => words.required,
        (FieldProblem::BadDay, _) => follow_up.bad_day,
        (FieldProblem::BadTimes, _) => follow_up.bad_times,
        (FieldProblem::TooLong, _) => words.too_long,
        (FieldProblem::BadDate, _) => words.bad_date,
        (FieldProblem::FutureDate, _) => super::BirthWords::of(language).future,
        (FieldProblem::LongAgo, _) => super::BirthWords::of(language).long_ago,
        (FieldProblem::AmbiguousDate, _) => words.ambiguous_date,
        (FieldProblem::BadNumber, _) => words.bad_number,
        (FieldProblem::DoubtfulNumber, _) => words.doubtful_number,
        (FieldProblem::OtherBirthDate, _) => words.other_birth_date,
        (FieldProblem::LooksLikeHealthNumber, _) => words.looks_like_health_number,
        (FieldProblem::OtherPatient, _) => words.other_patient,
        (FieldProblem::SimilarPatient, _) => super::LookWords::of(language).similar_patient,
        (FieldProblem::ChosenChanged, _) => super::LookWords::of(language).chosen_changed,
        (FieldProblem::OpenConsultation, _) => super::LookWords::of(language).open_consultation,
        (FieldProblem::RequiredForGate, _) => super::LinkRuleWords::of(language).required_for_gate,
        (FieldProblem::WrongBirthDate { .. }, _) => super::GateWords::of(language).required,
        (FieldProblem::BadColor, _) => site.bad_color,
        (FieldProblem::BadTimeZone, _) => super::SiteTimeWords::of(language).bad_time_zone,
        (FieldProblem::LowContrast, _) => site.low_contrast,
        (FieldProblem::BadDuration, _) => site.bad_duration,
        (FieldProblem::NameTaken, _) => site.name_taken,
        (FieldProblem::DefaultName, _) => site.default_name,
        (FieldProblem::BadLicence, _) => super::AccountWords::of(language).bad_licence,
        (FieldProblem::BadKey, _) => site.bad_key,
        (FieldProblem::BadImage, _) => site.bad_image,
        (FieldProblem::LargeImage, _) => site.large_image,
        (FieldProblem::BadChoice, _) => words.bad_choice,
        (FieldProblem::BadCredentials, _) => words.bad_credentials,
        (FieldProblem::NoSite, _) => words.no_site,
        (problem, _) => super::account::problem(language, problem),
    }
}

/// The heading and text of an error page for staff.
#[must_use]
pub fn explain(language: Language, error: &AppError) -> (&'static str, &'static str) {
    let words = Errors::of(language);
    let staff = super::StaffWords::of(language);
    match error {
        AppError::NotSignedIn => (staff.sign_in_again, staff.sign_in_again_text),
        AppError::Forbidden => (words.forbidden, words.forbidden_text),
        AppError::CrossSite => (words.cross_site, words.cross_site_text),
        AppError::NotFound => (words.not_found, words.not_found_text),
        AppError::OtherSite => (words.other_site, words.other_site_text),
        AppError::SignedInAgain => (words.signed_in_again, words.signed_in_again_text),
        AppError::Gone => (words.gone, words.not_found_text),
        AppError::Locked => (
            super::LinkRuleWords::of(language).locked_title,
            super::LinkRuleWords::of(language).locked_text,
        ),
        AppError::TooLarge => (words.too_large, words.too_large_text),
        AppError::Invalid(_) => (words.invalid, words.invalid_text),
        AppError::TooMany { .. } => (words.too_many, words.too_many_text),
        AppError::Crowded { .. } => (words.crowded, words.crowded_text),
        AppError::Busy => (words.busy, words.busy_text),
        AppError::Away => (words.away, words.away_text),
        AppError::DiskFull => (words.disk_full, words.disk_full_text),
        AppError::Upstream(UpstreamProblem::RefusedKey) => {
            (words.refused_key, words.refused_key_text)
        }
        AppError::Upstream(UpstreamProblem::NoTenantKey) => (
            super::SiteWords::of(language).no_tenant_key,
            super::SiteWords::of(language).no_tenant_key_text,
        ),
        AppError::Upstream(UpstreamProblem::Rejected) => (words.rejected, words.rejected_text),
        AppError::Upstream(UpstreamProblem::Unavailable) => {
            (words.unavailable, words.unavailable_text)
        }
        AppError::Upstream(UpstreamProblem::NotUnderstood) => {
            (words.not_understood, words.not_understood_text)
        }
        AppError::Upstream(UpstreamProblem::Unsupported) => {
            let words = super::KeyWords::of(language);
            (words.unsupported, words.unsupported_text)
        }
        AppError::OutcomeUnknown { .. } => (words.outcome_unknown, words.outcome_unknown_text),
        AppError::Internal { .. } => (words.internal, words.internal_text),
    }
}
