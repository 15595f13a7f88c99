//! The connection check. Each text says what to do next.

use super::words;

words! {
    /// Texts of the connection check.
    ConnectionWords {
        title: "Connection to Empego", "Connexion à Empego";
        nav: "Connection", "Connexion";
        text: "Everything here is tried anew each time this page is opened. Nothing is created at \
            Empego.",
            "Tout est vérifié de nouveau à chaque ouverture de cette page. Rien n’est créé chez \
            Empego.";
        line: "{part}: {verdict}", "{part}\u{a0}: {verdict}";
        again: "Check again", "Vérifier de nouveau";
        good: "Good", "En ordre";
        look: "Look at this", "À vérifier";
        bad: "Not working", "En panne";

        key: "Key", "Clé";
        key_good: "Empego answers and takes the key.", "Empego répond et accepte la clé.";
        key_refused: "Empego refuses the key. Set EMPEGO_API_KEY to the one that Empego gave you, \
            and start the desk again.",
            "Empego refuse la clé. Réglez EMPEGO_API_KEY à celle qu’Empego vous a remise, puis \
            redémarrez l’application.";
        key_unavailable: "Empego does not answer. Check EMPEGO_API_URL and that this machine may \
            reach it; then ask Empego.",
            "Empego ne répond pas. Vérifiez EMPEGO_API_URL et l’accès de cette machine au réseau, \
            puis adressez-vous à Empego.";
        key_other: "Empego’s answer is not the expected one: this desk and Empego may no longer \
            fit together. Tell your operator.",
            "La réponse d’Empego n’est pas celle attendue\u{a0}: l’application et Empego ne sont \
            peut-être plus compatibles. Avisez votre exploitant.";

        tenant: "Tenant", "Franchise";
        tenant_own: "This site’s own tenant key is used.",
            "La clé de franchise propre à ce site est utilisée.";
        tenant_default: "The installation’s tenant is used. Enter this site’s own tenant key in \
            its settings if it has one.",
            "La franchise de l’installation est utilisée. Si ce site a sa propre clé de franchise, \
            entrez-la dans ses réglages.";
        tenant_unreadable: "This site’s tenant key cannot be read any more. Enter it again in the \
            site’s settings.",
            "La clé de franchise de ce site n’est plus lisible. Entrez-la de nouveau dans les \
            réglages du site.";

        presigned: "Presigned pages", "Pages présignées";
        presigned_good: "Empego gave the address of a page for the newest consultation; it was not \
            opened.",
            "Empego a donné l’adresse d’une page pour la consultation la plus récente; elle n’a \
            pas été ouverte.";
        presigned_none: "Not tried: no consultation was created here yet.",
            "Non vérifié\u{a0}: aucune consultation n’a encore été créée ici.";
        presigned_bad: "Empego gives no address of a page that this desk may show. Check \
            EMPEGO_APP_ORIGINS.",
            "Empego ne donne pas d’adresse que l’application puisse afficher. Vérifiez \
            EMPEGO_APP_ORIGINS.";

        frame: "Frame in this browser", "Cadre dans ce navigateur";
        frame_title: "Empego’s start page", "Page d’accueil d’Empego";
        frame_untried: "Not tried: it needs JavaScript, which is off or has not started.",
            "Non vérifié\u{a0}: il faut JavaScript, qui est désactivé ou n’a pas démarré.";
        frame_trying: "Empego’s start page is being loaded into a frame.",
            "La page d’accueil d’Empego se charge dans un cadre.";
        frame_loaded: "Look at the frame below. If it shows a page of Empego’s, patients see \
            theirs. If it is empty or says that it was refused, ask Empego to allow this desk’s \
            address in a frame: {address}",
            "Regardez le cadre ci-dessous. S’il affiche une page d’Empego, les patients verront la \
            leur. S’il est vide ou indique un refus, demandez à Empego d’autoriser l’adresse de \
            cette application dans un cadre\u{a0}: {address}";
        frame_blocked: "This desk’s own security policy keeps Empego’s page out. Check \
            EMPEGO_APP_ORIGINS, and that no proxy changes the header Content-Security-Policy.",
            "La politique de sécurité de l’application bloque la page d’Empego. Vérifiez \
            EMPEGO_APP_ORIGINS et qu’aucun serveur mandataire ne modifie l’en-tête \
            Content-Security-Policy.";
        frame_silent: "Nothing loaded in 15 seconds. Check that this computer may reach {origin}, \
            and that no extension blocks it.",
            "Rien ne s’est chargé en 15 secondes. Vérifiez que cet ordinateur peut joindre \
            {origin} et qu’aucune extension ne le bloque.";

        events: "Event queue", "File d’événements";
        events_none: "There is no event queue: the desk only knows what browsers report. Ask \
            Empego for a queue and set EMPEGO_EVENTS_URL.",
            "Il n’y a pas de file d’événements\u{a0}: seuls les navigateurs renseignent \
            l’application. Demandez une file à Empego et réglez EMPEGO_EVENTS_URL.";
        events_up: "Connected ({when}).", "Connectée ({when}).";
        events_down: "Not connected ({when}); the desk keeps trying. If it goes on, check \
            EMPEGO_EVENTS_URL and the network.",
            "Déconnectée ({when}); l’application réessaie. Si cela persiste, vérifiez \
            EMPEGO_EVENTS_URL et le réseau.";
        events_taken: "Another program holds the queue ({when}); the desk tries again by itself. \
            Only one may be connected: stop the other.",
            "Un autre programme occupe la file ({when}); l’application réessaie d’elle-même. Un \
            seul peut être connecté\u{a0}: arrêtez l’autre.";
        events_refused: "Empego refused the key for the queue ({when}), and nothing is tried any \
            more. Correct EMPEGO_API_KEY and start the desk again.",
            "Empego a refusé la clé de la file ({when}); plus rien n’est tenté. Corrigez \
            EMPEGO_API_KEY et redémarrez l’application.";
        last_event: "Last event", "Dernier événement";
        no_event: "None yet", "Aucun pour l’instant";
        lag: "Its way took", "Délai d’acheminement";
        seconds: "{n} s", "{n} s";
        kept: "Events kept", "Événements conservés";
        redeliveries: "Delivered again", "Livraisons répétées";
        waiting: "About nothing that is here", "Sans dossier correspondant";
        malformed: "Not readable", "Illisibles";
        unknown: "Event types that this desk does not know",
            "Types d’événements inconnus de l’application";
        unknown_text: "They are kept and acknowledged. Tell your operator: a newer version may \
            know them.",
            "Ils sont conservés et confirmés. Avisez votre exploitant\u{a0}: une version plus \
            récente les connaît peut-être.";
        unknown_type: "Type", "Type";
        unknown_count: "Events", "Événements";
        unknown_last: "Last one", "Dernier";

        clock: "Clocks", "Horloges";
        clock_good: "Empego’s clock and this machine’s agree.",
            "Les horloges d’Empego et de cette machine concordent.";
        clock_off: "This machine’s clock and Empego’s are {n} seconds apart. Have the machine set \
            its clock by the network (NTP).",
            "Les horloges de cette machine et d’Empego diffèrent de {n} secondes. Faites régler \
            l’horloge par le réseau (NTP).";
        clock_unknown: "Empego did not say what time it is.", "Empego n’a pas indiqué l’heure.";
    }
}
