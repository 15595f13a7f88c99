//! The connection check. Each text says what to do next.

use super::words;

words! {
    /// Texts of the connection check.
    ConnectionWords {
        title: "Connection to Empego", "Connexion à Empego";
        nav: "Connection", "Connexion";
        text: "What can be tried is tried each time this page is opened. Each line says what it \
            rests on. Nothing is created at Empego.",
            "Ce qui peut être essayé l’est à chaque ouverture de cette page. Chaque ligne indique \
            sur quoi elle repose. Rien n’est créé chez Empego.";
        line: "{part}: {verdict}", "{part}\u{a0}: {verdict}";
        again: "Check again", "Vérifier de nouveau";
        good: "Good", "En ordre";
        look: "Needs attention", "À vérifier";
        bad: "Not working", "En panne";

        not_known: "Not known", "Inconnu";
        tried_now: "Tried just now.", "Essayé à l’instant.";
        seen: "Seen: {when}.", "Constaté\u{a0}: {when}.";
        not_tried: "Not tried: {why}.", "Non essayé\u{a0}: {why}.";
        because_key: "the check of the key did not succeed",
            "la vérification de la clé n’a pas réussi";
        because_tenant: "the tenant key cannot be read", "la clé de franchise ne peut pas être lue";
        because_empty: "no consultation was created at this site yet",
            "aucune consultation n’a encore été créée sur ce site";
        because_creating: "in this interface each address comes with a request that creates",
            "dans cette interface, chaque adresse vient d’une demande de création";
        because_no_queue: "EMPEGO_EVENTS_URL is not set", "EMPEGO_EVENTS_URL n’est pas réglé";
        because_no_time: "Empego’s answer had no time",
            "la réponse d’Empego n’indiquait pas l’heure";
        not_covered: "This page does not try to create a consultation, to open consultation \
            details or to fetch an export. Try them once with a practice patient.",
            "Cette page n’essaie pas de créer une consultation, d’ouvrir les détails ni de \
            récupérer une exportation. Essayez-les une fois avec un patient fictif.";

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
        tenant_own: "This site’s own tenant key is used. It goes with the check of the key.",
            "La clé de franchise propre à ce site est utilisée. Elle accompagne la vérification de \
            la clé.";
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
        presigned_none: "It is not known whether Empego gives temporary addresses.",
            "On ignore si Empego donne des adresses temporaires.";
        presigned_bad: "Empego gives no address that this application is allowed to show. Check \
            EMPEGO_APP_ORIGINS.",
            "Empego ne donne pas d’adresse que l’application puisse afficher. Vérifiez \
            EMPEGO_APP_ORIGINS.";

        frame: "Frame in this browser", "Cadre dans ce navigateur";
        frame_title: "Empego’s start page", "Page d’accueil d’Empego";
        frame_untried: "It was not tried: it needs JavaScript, which is off or has not started.",
            "Ce n’est pas essayé\u{a0}: il faut JavaScript, qui est désactivé ou n’a pas démarré.";
        frame_trying: "Empego’s start page is being loaded into a frame.",
            "La page d’accueil d’Empego se charge dans un cadre.";
        frame_loaded: "A page loaded, but browsers do not say which one. Look at the frame below. \
            If it shows a page from Empego, patients will see theirs. If it is empty or says that \
            access was refused, ask Empego to allow this address in a frame: {address}",
            "Une page s’est chargée, mais les navigateurs n’indiquent pas laquelle. Regardez le \
            cadre ci-dessous. S’il affiche une page d’Empego, les patients verront la leur. S’il \
            est vide ou indique un refus, demandez à Empego d’autoriser cette adresse dans un \
            cadre\u{a0}: {address}";
        frame_heard: "Empego’s page runs in the frame: it sent a message. Patients will see \
            theirs.",
            "La page d’Empego fonctionne dans le cadre\u{a0}: elle a envoyé un message. Les \
            patients verront la leur.";
        frame_blocked: "This application’s own security policy blocks Empego’s page. Check \
            EMPEGO_APP_ORIGINS, and that no proxy changes the header Content-Security-Policy.",
            "La politique de sécurité de l’application bloque la page d’Empego. Vérifiez \
            EMPEGO_APP_ORIGINS et qu’aucun serveur mandataire ne modifie l’en-tête \
            Content-Security-Policy.";
        frame_silent: "Nothing has loaded in 15 seconds. Check that this computer can reach \
            {origin}, and that no extension blocks it.",
            "Rien ne s’est chargé en 15 secondes. Vérifiez que cet ordinateur peut joindre \
            {origin} et qu’aucune extension ne le bloque.";

        events: "Event queue", "File d’événements";
        events_none: "There is no event queue: the application only knows what browsers report. \
            Ask Empego for a queue and set EMPEGO_EVENTS_URL.",
            "Il n’y a pas de file d’événements\u{a0}: l’application ne sait que ce que les \
            navigateurs signalent. Demandez une file à Empego et réglez EMPEGO_EVENTS_URL.";
        events_up: "Connected ({when}), and events have arrived.",
            "Connectée ({when}), et des événements sont arrivés.";
        events_quiet: "Connected ({when}), but no event has arrived yet: nothing proves that they \
            do.",
            "Connectée ({when}), mais aucun événement n’est encore arrivé\u{a0}: rien ne prouve \
            qu’ils arrivent.";
        events_down: "Not connected ({when}); the application keeps trying. If this continues, \
            check EMPEGO_EVENTS_URL and the network.",
            "Déconnectée ({when}); l’application réessaie. Si cela persiste, vérifiez \
            EMPEGO_EVENTS_URL et le réseau.";
        events_elsewhere: "Another server of this application is connected to the queue, as only \
            one can be ({when}). It passes on what arrives.",
            "Un autre serveur de cette application est connecté à la file, car un seul peut l’être \
            ({when}). Il transmet ce qui arrive.";
        events_taken: "Another program is connected to the queue ({when}); the application keeps \
            trying. Only one can be connected: stop the other.",
            "Un autre programme est connecté à la file ({when}); l’application continue d’essayer. \
            Un seul peut l’être\u{a0}: arrêtez l’autre.";
        events_refused: "Empego refused the key for the queue ({when}), and no more attempts are \
            made. Correct EMPEGO_API_KEY and restart the application.",
            "Empego a refusé la clé de la file ({when}); il n’y aura pas d’autre essai. Corrigez \
            EMPEGO_API_KEY et redémarrez l’application.";
        events_forbidden: "The connection to the queue was refused ({when}); the application \
            keeps trying, every few minutes. Ask IT support to check EMPEGO_EVENTS_URL, \
            EMPEGO_API_KEY and any gateway or proxy on the way.",
            "La connexion à la file a été refusée ({when}); l’application réessaie toutes les \
            quelques minutes. Demandez au soutien informatique de vérifier EMPEGO_EVENTS_URL, \
            EMPEGO_API_KEY et toute passerelle ou tout serveur mandataire en chemin.";
        unread: "Answers that were not understood", "Réponses non comprises";
        unread_text: "Empego answered in another shape than expected. Ask IT support to enter the \
            places where these parts are under “answer” in the file of EMPEGO_PROFILE. No value of \
            an answer is shown here.",
            "Empego a répondu sous une autre forme que prévu. Demandez au soutien informatique \
            d’inscrire l’emplacement de ces éléments sous «\u{a0}answer\u{a0}» dans le fichier \
            d’EMPEGO_PROFILE. Aucune valeur d’une réponse n’est affichée ici.";
        unread_call: "Request", "Demande";
        unread_path: "Looked for at", "Cherché à";
        unread_found: "Found in the answer", "Trouvé dans la réponse";
        unread_nothing: "nothing that can be read", "rien de lisible";
        unread_when: "When", "Quand";
        last_event: "Last event", "Dernier événement";
        no_event: "None yet", "Aucun pour l’instant";
        lag: "Delay", "Délai";
        seconds: "{n} s", "{n} s";
        kept: "Events kept", "Événements conservés";
        redeliveries: "Repeated deliveries", "Livraisons répétées";
        waiting: "No matching record", "Sans dossier correspondant";
        without_site: "Records of a tenant that no site has",
            "Dossiers d’une franchise qui n’est celle d’aucun site";
        undecided: "Records that may be from this application",
            "Dossiers peut-être créés par cette application";
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
