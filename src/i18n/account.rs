//! Accounts: signing in, the user's own account, and staff administration.

use super::{fill, words};
use crate::error::FieldProblem;
use crate::model::language::Language;
use crate::model::role::Role;

words! {
    /// Texts about accounts.
    AccountWords {
        wait_one: "Too many wrong tries. Wait one minute, then try again.",
            "Trop d’essais infructueux. Patientez une minute, puis réessayez.";
        wait_some: "Too many wrong tries. Wait {n} minutes, then try again. An administrator can \
            unlock an account at once.",
            "Trop d’essais infructueux. Patientez {n} minutes, puis réessayez. Un administrateur \
            peut débloquer un compte sur-le-champ.";

        password_too_short: "Use 12 characters or more. Several words are easiest to remember",
            "Utilisez au moins 12 caractères. Plusieurs mots se retiennent mieux";
        password_too_long: "Use fewer than 1,000 characters",
            "Utilisez moins de 1\u{a0}000 caractères";
        password_weak: "This password is easy to guess. Use several words that have nothing to do \
            with each other or with you",
            "Ce mot de passe est facile à deviner. Utilisez plusieurs mots sans lien entre eux ni \
            avec vous";
        wrong_password: "This is not your present password",
            "Ce n’est pas votre mot de passe actuel";
        bad_email: "Enter an email address, like name@clinic.ca",
            "Entrez une adresse de courriel, comme nom@clinique.ca";
        has_account: "This email has an account at this site already",
            "Ce courriel a déjà un compte à ce site";
        no_role: "Tick at least one role", "Cochez au moins un rôle";
        last_administrator: "This is the last administrator of a site. Make another person one \
            first",
            "C’est le dernier administrateur d’un site. Donnez d’abord ce rôle à quelqu’un d’autre";
        bad_code: "This code is not right, or was used already. Wait for the next one and enter \
            its 6 digits",
            "Ce code est inexact ou a déjà servi. Attendez le suivant et entrez ses 6 chiffres";
        too_late: "This took too long. Begin again", "Le délai est dépassé. Recommencez";
        provider_unreachable: "Your organisation’s sign-in cannot be reached. Try again in a \
            minute, or use your password",
            "La connexion de votre organisation est injoignable. Réessayez dans une minute ou \
            utilisez votre mot de passe";
        provider_refused: "Sign-in was not completed. Begin again here",
            "La connexion n’a pas abouti. Recommencez ici";
        provider_unknown_user: "Your organisation knows you, but you have no access to this desk. \
            Ask its administrator",
            "Votre organisation vous connaît, mais vous n’avez pas accès à cette application. \
            Adressez-vous à son administrateur";
        provider_no_email: "Your organisation’s sign-in did not tell us your email (claim email). \
            Tell the administrator, or use your password",
            "La connexion de votre organisation ne nous a pas transmis votre courriel (attribut \
            email). Avisez l’administrateur ou utilisez votre mot de passe";
        provider_no_verification: "Your organisation’s sign-in does not say whether your email is \
            verified (claim email_verified). Tell the administrator, or use your password",
            "La connexion de votre organisation n’indique pas si votre courriel est vérifié \
            (attribut email_verified). Avisez l’administrateur ou utilisez votre mot de passe";
        provider_unverified: "Your organisation has not verified your email yet. Verify it there, \
            then begin again here",
            "Votre organisation n’a pas encore vérifié votre courriel. Faites-le vérifier, puis \
            recommencez ici";
        provider_button: "Sign in with your organisation", "Se connecter avec votre organisation";
        departure: "Going to your organisation’s sign-in",
            "Vers la connexion de votre organisation";
        departure_text: "This takes a moment. If nothing happens, go on by the link.",
            "Un instant. Si rien ne se passe, suivez le lien.";
        go_on: "Go on", "Continuer";
        broken: "Check this field", "Vérifiez ce champ";

        account: "My account", "Mon compte";
        name: "Name", "Nom";
        role_front_desk: "Front desk", "Accueil";
        role_clinician: "Clinician", "Clinicien";
        role_administrator: "Administrator", "Administrateur";

        change_password: "Change password", "Changer le mot de passe";
        old_password: "Present password", "Mot de passe actuel";
        new_password: "New password", "Nouveau mot de passe";
        new_password_hint: "12 characters or more. Several words are easiest to remember.",
            "Au moins 12 caractères. Plusieurs mots se retiennent mieux.";
        password_changed: "Your password was changed", "Votre mot de passe a été changé";
        password_changed_text: "You stay signed in here. Everywhere else you were signed out.",
            "Vous restez connecté ici. Partout ailleurs, vous avez été déconnecté.";
        not_changed: "Nothing was changed.", "Rien n’a été modifié.";

        staff: "Staff", "Personnel";
        staff_of: "Accounts of {site}", "Comptes de {site}";
        email: "Email", "Courriel";
        roles: "Roles", "Rôles";
        state: "State", "État";
        state_on: "Active", "Actif";
        state_off: "Switched off", "Désactivé";
        state_invited: "No password yet", "Sans mot de passe pour l’instant";
        add_account: "Add an account", "Ajouter un compte";
        joined: "{email} works at this site now", "{email} travaille maintenant à ce site";
        joined_text: "The account was there already. It signs in with your organisation.",
            "Le compte existait déjà. Il se connecte avec votre organisation.";
        invited: "{email} is invited", "{email} est invité";
        invited_text: "This email has an account that another site made. Make sure with the person \
            that it is theirs. They sign in and accept the invitation under “My account” within 30 \
            days. Until then the account does not work here.",
            "Ce courriel a un compte créé par un autre site. Assurez-vous auprès de la personne \
            que c’est bien le sien. Elle se connecte et accepte l’invitation sous «\u{a0}Mon \
            compte\u{a0}» d’ici 30 jours. D’ici là, le compte ne fonctionne pas ici.";
        invitations: "Open invitations", "Invitations en attente";
        invited_by: "Invited by", "Invité par";
        withdraw: "Withdraw", "Retirer";
        withdrawn: "The invitation was withdrawn", "L’invitation a été retirée";
        withdrawn_text: "The account does not join this site.",
            "Le compte ne se joint pas à ce site.";
        your_invitations: "You are invited to another site", "Vous êtes invité à un autre site";
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
        invitation_accepted: "You work at one more site now",
            "Vous travaillez maintenant à un site de plus";
        invitation_accepted_text: "Change to it at the top of the page.",
            "Changez de site en haut de la page.";
        invitation_declined: "The invitation was declined", "L’invitation a été refusée";
        provider_only: "This account signs in with your organisation. It has no password to reset",
            "Ce compte se connecte avec votre organisation. Il n’a pas de mot de passe à \
            réinitialiser";
        hand_over_link: "Give this link to {email}", "Remettez ce lien à {email}";
        hand_over_link_text: "With it, a password is chosen. It works once, for 24 hours, and is \
            shown only now.",
            "Il sert à choisir un mot de passe. Il fonctionne une seule fois, pendant 24 heures, \
            et n’est affiché que maintenant.";
        password_link: "Link to choose a password", "Lien pour choisir un mot de passe";
        account_changed: "Changed", "Modifié";
        account_changed_text: "The account is as shown below.",
            "Le compte est tel qu’affiché ci-dessous.";
        change_roles: "Change roles", "Changer les rôles";
        no_role_text: "Without any role the account leaves this site. Its past acts stay in the \
            log.",
            "Sans aucun rôle, le compte quitte ce site. Ses actes passés restent au journal.";
        manage: "Manage the account", "Gérer le compte";
        unlock: "Unlock", "Débloquer";
        locked_until: "Locked until", "Bloqué jusqu’à";
        reset_password: "Reset password", "Réinitialiser le mot de passe";
        reset_factor: "Reset second factor", "Réinitialiser le second facteur";
        switch_off: "Switch off", "Désactiver";
        switch_on: "Switch on", "Réactiver";
        reset_text: "Resetting a password or switching off signs the account out everywhere at \
            once.",
            "Réinitialiser le mot de passe ou désactiver le compte le déconnecte aussitôt partout.";
        not_ours: "This account also belongs to a site that you do not administer. Only an \
            administrator of all its sites can reset it or switch it off.",
            "Ce compte appartient aussi à un site que vous n’administrez pas. Seul un \
            administrateur de tous ses sites peut le réinitialiser ou le désactiver.";
        back_to_staff: "Back to the staff", "Retour au personnel";
        choose_password: "Choose a password", "Choisir un mot de passe";
        choose_password_text: "For the account {email}.", "Pour le compte {email}.";
        password_chosen: "Your password is set. Sign in with it.",
            "Votre mot de passe est enregistré. Connectez-vous.";
        link_gone: "This link no longer works", "Ce lien ne fonctionne plus";
        link_gone_text: "It was used already, or its 24 hours are over. Ask your administrator for \
            a new one.",
            "Il a déjà servi, ou ses 24 heures sont écoulées. Demandez-en un nouveau à \
            l’administrateur.";

        factor: "Second factor", "Second facteur";
        factor_on: "On", "Activé";
        factor_off: "Off", "Désactivé";
        factor_text: "A code from an app on your phone, asked for after the password. Whoever \
            learns your password still cannot sign in.",
            "Un code tiré d’une application de votre téléphone, demandé après le mot de passe. Qui \
            apprend votre mot de passe ne peut pas se connecter pour autant.";
        factor_since: "On since {when}. {n} recovery codes are left.",
            "Activé depuis\u{a0}: {when}. Codes de secours restants\u{a0}: {n}.";
        set_factor_up: "Set up", "Configurer";
        scan: "Scan this with an authenticator app, then enter the code that it shows.",
            "Balayez ceci avec une application d’authentification, puis entrez le code affiché.";
        qr_label: "QR code of the second factor", "Code QR du second facteur";
        key_label: "Or enter this key", "Ou entrez cette clé";
        code: "Code", "Code";
        code_hint: "6 digits.", "6 chiffres.";
        switch_factor_on: "Switch on", "Activer";
        remove_factor: "Remove second factor", "Retirer le second facteur";
        factor_ready: "The second factor is on", "Le second facteur est activé";
        recovery_text: "Write these recovery codes down and keep them safe. Each signs you in once \
            when your phone is not at hand. They are shown only now.",
            "Notez ces codes de secours et gardez-les en lieu sûr. Chacun vous connecte une fois \
            si votre téléphone n’est pas à portée. Ils ne sont affichés que maintenant.";
        factor_removed: "The second factor was removed", "Le second facteur a été retiré";
        factor_removed_text: "From now on the password is enough.",
            "Désormais, le mot de passe suffit.";
        second_step: "Enter your code", "Entrez votre code";
        second_step_hint: "6 digits from your authenticator app, or a recovery code.",
            "6 chiffres de votre application d’authentification, ou un code de secours.";
        begin_again: "Begin again", "Recommencer";

        sessions: "Where you are signed in", "Où vous êtes connecté";
        sessions_text: "End whatever you do not recognise, then change your password.",
            "Mettez fin à ce que vous ne reconnaissez pas, puis changez votre mot de passe.";
        col_device: "Browser", "Navigateur";
        col_address: "Address", "Adresse";
        col_made: "Signed in", "Connexion";
        col_used: "Last used", "Dernière activité";
        col_end: "End", "Mettre fin";
        unknown_device: "Unknown browser", "Navigateur inconnu";
        this_one: "This one", "Celle-ci";
        end_session: "End session", "Mettre fin à la session";
        end_others: "End all other sessions", "Mettre fin à toutes les autres sessions";
        sessions_ended: "Ended. The person who used it has to sign in again.",
            "C’est fait. Quiconque s’en servait devra se reconnecter.";
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
