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
        look: "Needs attention", "À vérifier";
        bad: "Not working", "En panne";

        key: "Key", "Clé";
        key_good: "Empego answers and accepts the key.", "Empego répond et accepte la clé.";
        key_refused: "Empego refuses the key. Set EMPEGO_API_KEY to the one that Empego gave you, \
            and restart the application.",
            "Empego refuse la clé. Réglez EMPEGO_API_KEY à celle qu’Empego vous a remise, puis \
            redémarrez l’application.";
        key_unavailable: "Empego does not answer. Check EMPEGO_API_URL and that this server can \
            reach it; then contact Empego.",
            "Empego ne répond pas. Vérifiez EMPEGO_API_URL et l’accès de ce serveur au réseau, \
            puis adressez-vous à Empego.";
        key_other: "Empego’s answer is not the expected one: the application and Empego may no \
            longer be compatible. Contact IT support.",
            "La réponse d’Empego n’est pas celle attendue\u{a0}: l’application et Empego ne sont \
            peut-être plus compatibles. Avisez le soutien informatique.";

        tenant: "Tenant", "Franchise";
        tenant_own: "This site’s own tenant key is used.",
            "La clé de franchise propre à ce site est utilisée.";
        tenant_default: "The tenant of the configuration is used. If this site has its own tenant \
            key, enter it in the site’s settings.",
            "La franchise de la configuration est utilisée. Si ce site a sa propre clé de \
            franchise, entrez-la dans ses réglages.";
        tenant_unreadable: "This site’s tenant key can no longer be read. Enter it again in the \
            site’s settings.",
            "La clé de franchise de ce site ne peut plus être lue. Entrez-la de nouveau dans les \
            réglages du site.";

        presigned: "Temporary addresses", "Adresses temporaires";
        presigned_good: "Empego gave a temporary address for the newest consultation; it was not \
            opened.",
            "Empego a donné une adresse temporaire pour la consultation la plus récente; elle n’a \
            pas été ouverte.";
        presigned_none: "Not tried: no consultation was created here yet.",
            "Non vérifié\u{a0}: aucune consultation n’a encore été créée ici.";
        presigned_bad: "Empego gives no address that this application is allowed to show. Check \
            EMPEGO_APP_ORIGINS.",
            "Empego ne donne pas d’adresse que l’application puisse afficher. Vérifiez \
            EMPEGO_APP_ORIGINS.";

        frame: "Frame in this browser", "Cadre dans ce navigateur";
        frame_title: "Empego’s start page", "Page d’accueil d’Empego";
        frame_untried: "Not tried: it needs JavaScript, which is off or has not started.",
            "Non vérifié\u{a0}: il faut JavaScript, qui est désactivé ou n’a pas démarré.";
        frame_trying: "Empego’s start page is being loaded into a frame.",
            "La page d’accueil d’Empego se charge dans un cadre.";
        frame_loaded: "Look at the frame below. If it shows a page from Empego, patients will see \
            theirs. If it is empty or says that access was refused, ask Empego to allow this \
            address in a frame: {address}",
            "Regardez le cadre ci-dessous. S’il affiche une page d’Empego, les patients verront la \
            leur. S’il est vide ou indique un refus, demandez à Empego d’autoriser l’adresse de \
            cette application dans un cadre\u{a0}: {address}";
        frame_blocked: "This application’s own security policy blocks Empego’s page. Check \
            EMPEGO_APP_ORIGINS, and that no proxy changes the header Content-Security-Policy.",
            "La politique de sécurité de l’application bloque la page d’Empego. Vérifiez \
            EMPEGO_APP_ORIGINS et qu’aucun serveur mandataire ne modifie l’en-tête \
            Content-Security-Policy.";
        frame_silent: "Nothing loaded in 15 seconds. Check that this computer can reach {origin}, \
            and that no extension blocks it.",
            "Rien ne s’est chargé en 15 secondes. Vérifiez que cet ordinateur peut joindre \
            {origin} et qu’aucune extension ne le bloque.";

        events: "Event queue", "File d’événements";
        events_none: "There is no event queue: the application only knows what browsers report. \
            Ask Empego for a queue and set EMPEGO_EVENTS_URL.",
            "Il n’y a pas de file d’événements\u{a0}: l’application ne sait que ce que les \
            navigateurs signalent. Demandez une file à Empego et réglez EMPEGO_EVENTS_URL.";
        events_up: "Connected ({when}).", "Connectée ({when}).";
        events_down: "Not connected ({when}); the application keeps trying. If this continues, \
            check EMPEGO_EVENTS_URL and the network.",
            "Déconnectée ({when}); l’application réessaie. Si cela persiste, vérifiez \
            EMPEGO_EVENTS_URL et le réseau.";
        events_taken: "Another program is connected to the queue ({when}); the application keeps \
            trying. Only one can be connected: stop the other.",
            "Un autre programme est connecté à la file ({when}); l’application continue d’essayer. \
            Un seul peut l’être\u{a0}: arrêtez l’autre.";
        events_refused: "Empego refused the key for the queue ({when}), and no more attempts are \
            made. Correct EMPEGO_API_KEY and restart the application.",
            "Empego a refusé la clé de la file ({when}); il n’y aura pas d’autre essai. Corrigez \
            EMPEGO_API_KEY et redémarrez l’application.";
        last_event: "Last event", "Dernier événement";
        no_event: "None yet", "Aucun pour l’instant";
        lag: "Delay", "Délai";
        seconds: "{n} s", "{n} s";
        kept: "Events kept", "Événements conservés";
        redeliveries: "Repeated deliveries", "Livraisons répétées";
        waiting: "No matching record", "Sans dossier correspondant";
        malformed: "Unreadable", "Illisibles";
        unknown: "Unknown event types", "Types d’événements inconnus";
        unknown_text: "They are kept and acknowledged. Contact IT support: a newer version may \
            know them.",
            "Ils sont conservés et confirmés. Avisez le soutien informatique\u{a0}: une version \
            plus récente les connaît peut-être.";
        unknown_type: "Type", "Type";
        unknown_count: "Events", "Événements";
        unknown_last: "Last one", "Dernier";

        clock: "Clocks", "Horloges";
        clock_good: "Empego’s clock and this server’s agree.",
            "Les horloges d’Empego et de ce serveur concordent.";
        clock_off: "This server’s clock and Empego’s differ by {n} seconds. Have the server set \
            its clock from the network (NTP).",
            "Les horloges de ce serveur et d’Empego diffèrent de {n} secondes. Faites régler \
            l’horloge par le réseau (NTP).";
        clock_unknown: "Empego did not say what time it is.", "Empego n’a pas indiqué l’heure.";
    }
}
