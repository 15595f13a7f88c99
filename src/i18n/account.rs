//! Accounts: signing in, the user's own account, and staff administration.

use super::{fill, words};
use crate::error::FieldProblem;
use crate::model::language::Language;
use crate::model::role::{FIRST_ACCOUNT, Role};

words! {
    /// Texts about accounts.
    AccountWords {
        wait_one: "Too many failed attempts. Wait one minute, then try again.",
            "Trop d’essais infructueux. Patientez une minute, puis réessayez.";
        wait_some: "Too many failed attempts. Wait {n} minutes, then try again. An administrator \
            can unlock an account immediately.",
            "Trop d’essais infructueux. Patientez {n} minutes, puis réessayez. La personne qui \
            administre l’application peut débloquer un compte immédiatement.";

        password_too_short: "Use 12 characters or more. Several words are easiest to remember",
            "Utilisez au moins 12 caractères. Plusieurs mots se retiennent mieux";
        password_too_long: "Use fewer than 1,000 characters",
            "Utilisez moins de 1\u{a0}000 caractères";
        password_weak: "This password is easy to guess. Use several words that have no link to \
            each other or to you",
            "Ce mot de passe est facile à deviner. Utilisez plusieurs mots sans lien entre eux ni \
            avec vous";
        wrong_password: "This is not your current password",
            "Ce n’est pas votre mot de passe actuel";
        bad_email: "Enter an email address, like name@clinic.ca",
            "Entrez une adresse de courriel, comme nom@clinique.ca";
        has_account: "This email already has an account at this site",
            "Ce courriel a déjà un compte sur ce site";
        no_role: "Select at least one role", "Cochez au moins un rôle";
        last_administrator: "This is the last administrator of a site. Give this role to another \
            person first",
            "Ce compte est le dernier à administrer un site. Donnez d’abord ce rôle à une autre \
            personne";
        bad_code: "This code is incorrect or was already used. Wait for the next one and enter its \
            6 digits",
            "Ce code est inexact ou a déjà servi. Attendez le suivant et entrez ses 6 chiffres";
        too_late: "This took too long. Start again", "Le délai est dépassé. Recommencez";
        provider_unreachable: "Your organization’s sign-in cannot be reached. Try again in a \
            minute, or use your password",
            "La connexion de votre organisation est injoignable. Réessayez dans une minute ou \
            utilisez votre mot de passe";
        provider_refused: "Sign-in was not completed. Start again here",
            "La connexion n’a pas abouti. Recommencez ici";
        provider_unknown_user: "Your organization knows you, but you do not have access to this \
            application. Contact your administrator",
            "Votre organisation vous connaît, mais vous n’avez pas accès à cette application. \
            Adressez-vous à la personne qui l’administre";
        provider_no_email: "Your organization’s sign-in did not send your email (claim email). \
            Tell your administrator, or use your password",
            "La connexion de votre organisation ne nous a pas transmis votre courriel (attribut \
            email). Avisez la personne qui administre l’application ou utilisez votre mot de passe";
        provider_no_verification: "Your organization’s sign-in does not say whether your email is \
            verified (claim email_verified). Tell your administrator, or use your password",
            "La connexion de votre organisation n’indique pas si votre courriel est vérifié \
            (attribut email_verified). Avisez la personne qui administre l’application ou utilisez \
            votre mot de passe";
        provider_unverified: "Your organization has not verified your email yet. Verify it there, \
            then start again here",
            "Votre organisation n’a pas encore vérifié votre courriel. Faites-le vérifier, puis \
            recommencez ici";
        provider_button: "Sign in with your organization", "Se connecter avec votre organisation";
        departure: "Redirecting to your organization’s sign-in",
            "Redirection vers la connexion de votre organisation";
        departure_text: "This takes a moment. If nothing happens, use the link.",
            "Cela prend un instant. Si rien ne se passe, suivez le lien.";
        go_on: "Continue", "Continuer";
        broken: "Check this field", "Vérifiez ce champ";

        account: "My account", "Mon compte";
        name: "Name", "Nom";
        role_front_desk: "Front desk", "Accueil";
        role_clinician: "Clinician", "Personnel clinique";
        role_administrator: "Administrator", "Administration";

        change_password: "Change password", "Changer le mot de passe";
        old_password: "Current password", "Mot de passe actuel";
        new_password: "New password", "Nouveau mot de passe";
        new_password_hint: "12 characters or more. Several words are easiest to remember.",
            "Au moins 12 caractères. Plusieurs mots se retiennent mieux.";
        password_changed: "Your password was changed", "Votre mot de passe a été changé";
        password_changed_text: "You stay signed in here. All your other sessions were ended.",
            "Votre session reste ouverte ici. Toutes vos autres sessions ont pris fin.";
        not_changed: "Nothing was changed.", "Rien n’a été modifié.";

        staff: "Staff", "Personnel";
        staff_of: "Accounts of {site}", "Comptes de {site}";
        email: "Email", "Courriel";
        roles: "Roles", "Rôles";
        state: "State", "État";
        state_on: "Active", "Actif";
        state_off: "Deactivated", "Désactivé";
        state_invited: "No password yet", "Sans mot de passe pour l’instant";
        licence: "Licence number", "Numéro de permis";
        licence_hint: "Optional. Empego gets it when this person opens details of a consultation.",
            "Facultatif. Empego le reçoit quand cette personne ouvre les détails d’une \
            consultation.";
        licence_missing: "None on record", "Aucun au dossier";
        licence_missing_text: "There is no licence number on your account. In its place Empego \
            uses that of the owner of the clinic’s key to Empego. Ask your administrator to add \
            yours.",
            "Votre compte n’a pas de numéro de permis. Empego utilise à la place celui du \
            titulaire de la clé de la clinique chez Empego. Demandez à la personne qui administre \
            l’application d’ajouter le vôtre.";
        licence_missing_of: "Without it Empego uses the licence number of the owner of the \
            clinic’s key to Empego.",
            "Sans lui, Empego utilise le numéro de permis du titulaire de la clé de la clinique \
            chez Empego.";
        set_licence: "Save licence number", "Enregistrer le numéro de permis";
        bad_licence: "A licence number has at most 40 letters, digits, spaces, dashes, periods and \
            slashes, without accents",
            "Un numéro de permis a au plus 40 lettres, chiffres, espaces, tirets, points et barres \
            obliques, sans accents";
        add_account: "Add an account", "Ajouter un compte";
        joined: "{email} now works at this site", "{email} travaille maintenant sur ce site";
        joined_text: "The account already existed. It signs in with your organization.",
            "Le compte existait déjà. Il se connecte avec votre organisation.";
        invited: "{email} is invited", "Une invitation attend {email}";
        invited_text: "This email has an account that another site created. Check with the person \
            that it is theirs. They sign in and accept the invitation under “My account” within 30 \
            days. Until then the account does not work here.",
            "Ce courriel a un compte créé par un autre site. Assurez-vous auprès de la personne \
            que c’est bien le sien. Elle se connecte et accepte l’invitation sous «\u{a0}Mon \
            compte\u{a0}» d’ici 30 jours. D’ici là, le compte ne fonctionne pas ici.";
        invited_licence_text: "The licence number was not taken: the account keeps its own.",
            "Le numéro de permis n’a pas été enregistré\u{a0}: le compte garde le sien.";
        invitations: "Open invitations", "Invitations en attente";
        invited_by: "Invited by", "Invitation de";
        withdraw: "Withdraw", "Retirer";
        withdrawn: "The invitation was withdrawn", "L’invitation a été retirée";
        withdrawn_text: "The account will not be added to this site.",
            "Le compte ne sera pas ajouté à ce site.";
        your_invitations: "You are invited to another site",
            "Vous avez une invitation pour un autre site";
        your_invitations_text: "If you accept, your account also works there, with the same \
            sign-in. The administrators of that site see your name and email. Decline what you do \
            not expect.",
            "Si vous acceptez, votre compte fonctionnera aussi là-bas, avec la même connexion. Les \
            administrateurs de ce site verront votre nom et votre courriel. Refusez ce que vous \
            n’attendiez pas.";
        col_site: "Site", "Site";
        col_answer: "Answer", "Réponse";
        accept: "Accept", "Accepter";
        decline: "Decline", "Refuser";
        invitation_accepted: "You now work at one more site",
            "Vous travaillez maintenant sur un site de plus";
        invitation_accepted_text: "Switch to it at the top of the page.",
            "Changez de site en haut de la page.";
        invitation_declined: "The invitation was declined", "L’invitation a été refusée";
        provider_only: "This account signs in with your organization. It has no password to reset",
            "Ce compte se connecte avec votre organisation. Il n’a pas de mot de passe à \
            réinitialiser";
        hand_over_link: "Give this link to {email}", "Remettez ce lien à {email}";
        hand_over_link_text: "Use this link to set a password. It works once, for 24 hours, and is \
            shown only now.",
            "Ce lien sert à choisir un mot de passe. Il fonctionne une seule fois, pendant 24 \
            heures, et n’est affiché que maintenant.";
        password_link: "Link to set a password", "Lien pour choisir un mot de passe";
        account_changed: "Changes saved", "Modifications enregistrées";
        account_changed_text: "The account is as shown below.",
            "Le compte est tel qu’affiché ci-dessous.";
        change_roles: "Change roles", "Changer les rôles";
        no_role_text: "Without any role, the account leaves this site. Past activity stays in the \
            log.",
            "Sans aucun rôle, le compte quitte ce site. Son activité passée reste dans le journal.";
        manage: "Manage the account", "Gérer le compte";
        unlock: "Unlock", "Débloquer";
        locked_until: "Locked until", "Bloqué jusqu’à";
        reset_password: "Reset password", "Réinitialiser le mot de passe";
        reset_factor: "Reset two-factor authentication",
            "Réinitialiser l’authentification à deux facteurs";
        switch_off: "Deactivate", "Désactiver";
        switch_on: "Reactivate", "Réactiver";
        reset_text: "Resetting the password or deactivating the account signs it out everywhere \
            immediately.",
            "Réinitialiser le mot de passe ou désactiver le compte met fin immédiatement à toutes \
            ses sessions.";
        not_ours: "This account also belongs to a site that you do not administer. Only an \
            administrator of all its sites can reset or deactivate it.",
            "Ce compte appartient aussi à un site que vous n’administrez pas. Seule une personne \
            qui administre tous ses sites peut le réinitialiser ou le désactiver.";
        back_to_staff: "Back to staff", "Retour au personnel";
        choose_password: "Set a password", "Choisir un mot de passe";
        choose_password_text: "For the account {email}.", "Pour le compte {email}.";
        password_chosen: "Your password is set. Sign in with it.",
            "Votre mot de passe est enregistré. Connectez-vous.";
        link_gone: "This link no longer works", "Ce lien ne fonctionne plus";
        link_gone_text: "It was already used, or its 24 hours are over. Ask your administrator for \
            a new one.",
            "Il a déjà servi, ou ses 24 heures sont écoulées. Demandez-en un nouveau à la personne \
            qui administre l’application.";

        factor: "Two-factor authentication", "Authentification à deux facteurs";
        factor_on: "On", "Activée";
        factor_off: "Off", "Désactivée";
        factor_text: "A code from an app on your phone, asked for after the password. Anyone who \
            learns your password still cannot sign in.",
            "Un code tiré d’une application de votre téléphone, demandé après le mot de passe. Une \
            personne qui apprendrait votre mot de passe ne pourrait pas se connecter pour autant.";
        factor_since: "On since {when}. Recovery codes left: {n}.",
            "Activée depuis {when}. Codes de secours restants\u{a0}: {n}.";
        set_factor_up: "Set up", "Configurer";
        scan: "Scan this with an authenticator app, then enter the code that it shows.",
            "Balayez ceci avec une application d’authentification, puis entrez le code affiché.";
        qr_label: "QR code for two-factor authentication",
            "Code QR de l’authentification à deux facteurs";
        key_label: "Or enter this key", "Ou entrez cette clé";
        code: "Code", "Code";
        code_hint: "6 digits.", "6 chiffres.";
        switch_factor_on: "Turn on", "Activer";
        remove_factor: "Turn off two-factor authentication",
            "Désactiver l’authentification à deux facteurs";
        factor_ready: "Two-factor authentication is on",
            "L’authentification à deux facteurs est activée";
        recovery_text: "Write these recovery codes down and keep them in a safe place. Each one \
            signs you in once when you do not have your phone. They are shown only now.",
            "Notez ces codes de secours et gardez-les en lieu sûr. Chacun permet de vous connecter \
            une fois si vous n’avez pas votre téléphone. Ils ne sont affichés que maintenant.";
        factor_removed: "Two-factor authentication is off",
            "L’authentification à deux facteurs est désactivée";
        factor_removed_text: "From now on the password is enough.",
            "Désormais, le mot de passe suffit.";
        second_step: "Enter your code", "Entrez votre code";
        second_step_hint: "6 digits from your authenticator app, or a recovery code.",
            "6 chiffres de votre application d’authentification, ou un code de secours.";
        begin_again: "Start again", "Recommencer";

        sessions: "Your open sessions", "Vos sessions ouvertes";
        sessions_text: "End any session that you do not recognize, then change your password.",
            "Mettez fin aux sessions que vous ne reconnaissez pas, puis changez votre mot de \
            passe.";
        col_device: "Browser", "Navigateur";
        col_address: "Address", "Adresse";
        col_made: "Signed in", "Connexion";
        col_used: "Last used", "Dernière activité";
        col_end: "End", "Mettre fin";
        unknown_device: "Unknown browser", "Navigateur inconnu";
        this_one: "Current session", "Session actuelle";
        end_session: "End session", "Mettre fin à la session";
        end_others: "End all other sessions", "Mettre fin à toutes les autres sessions";
        sessions_ended: "Done. The devices concerned have to sign in again.",
            "C’est fait. Il faudra se reconnecter sur les appareils concernés.";
    }
}

/// The message for an invalid field of a form about accounts.
#[must_use]
pub fn problem(language: Language, problem: FieldProblem) -> &'static str {
    let words = AccountWords::of(language);
    match problem {
        FieldProblem::PasswordTooShort => words.password_too_short,
        FieldProblem::PasswordTooLong => words.password_too_long,
        FieldProblem::PasswordWeak => words.password_weak,
        FieldProblem::WrongPassword => words.wrong_password,
        FieldProblem::BadEmail => words.bad_email,
        FieldProblem::HasAccount => words.has_account,
        FieldProblem::NoRole => words.no_role,
        FieldProblem::LastAdministrator => words.last_administrator,
        FieldProblem::ProviderOnly => words.provider_only,
        FieldProblem::BadCode => words.bad_code,
        FieldProblem::TooLate => words.too_late,
        FieldProblem::ProviderUnreachable => words.provider_unreachable,
        FieldProblem::ProviderRefused => words.provider_refused,
        FieldProblem::ProviderNoEmail => words.provider_no_email,
        FieldProblem::ProviderNoVerification => words.provider_no_verification,
        FieldProblem::ProviderUnverified => words.provider_unverified,
        FieldProblem::ProviderUnknownUser => words.provider_unknown_user,
        _ => words.broken,
    }
}

/// Asks to wait, in minutes rounded up.
#[must_use]
pub fn wait(language: Language, seconds: u64) -> String {
    let words = AccountWords::of(language);
    match seconds.div_ceil(60) {
        0 | 1 => words.wait_one.to_owned(),
        minutes => fill(words.wait_some, "n", &minutes.to_string()),
    }
}

/// The name of an account. The name that the first start gave is shown in the language of the page.
#[must_use]
pub fn person(language: Language, name: &str) -> &str {
    if name == FIRST_ACCOUNT { AccountWords::of(language).role_administrator } else { name }
}

/// The name of a role, capitalised.
#[must_use]
pub fn role(language: Language, role: Role) -> &'static str {
    let words = AccountWords::of(language);
    match role {
        Role::FrontDesk => words.role_front_desk,
        Role::Clinician => words.role_clinician,
        Role::Administrator => words.role_administrator,
    }
}
