//! The details of a consultation and their exports.

use super::words;

words! {
    /// Texts around Empego's details page.
    DetailsWords {
        title: "Consultation details", "Détails de la consultation";
        text: "The patient’s answers are on Empego’s page, opened under your name.",
            "Les réponses du patient sont dans la page d’Empego, ouverte à votre nom.";
        answers: "Answers", "Réponses";
        back: "Back to the consultation", "Retour à la consultation";
        open: "Open the details in a new tab", "Ouvrir les détails dans un nouvel onglet";
        loading: "The details are being opened…", "Ouverture des détails…";
        shown: "Empego shows the details below.", "Empego affiche les détails ci-dessous.";
        slow: "The details are not opening", "Les détails ne s’ouvrent pas";
        slow_text: "The connection may be slow. Try again, or open them full screen.",
            "La connexion est peut-être lente. Réessayez, ou ouvrez-les en plein écran.";
        busy: "The details could not be opened", "Les détails n’ont pas pu s’ouvrir";
        busy_text: "Empego is busy or cannot be reached. Nothing was changed. Wait a moment, then \
            try again.",
            "Empego est surchargé ou injoignable. Rien n’a été modifié. Attendez un instant, puis \
            réessayez.";
        refused: "Empego does not open the details", "Empego n’ouvre pas les détails";
        refused_text: "Nothing was changed. Ask your administrator to check the connection to \
            Empego, then try again.",
            "Rien n’a été modifié. Demandez à la personne qui administre l’application de vérifier \
            la connexion à Empego, puis réessayez.";
        try_again: "Try again", "Réessayer";
        reload: "Reload the details", "Recharger les détails";
        full_screen: "Open full screen", "Ouvrir en plein écran";

        running: "Export in progress…", "Exportation en cours…";
        taking: "The export is being fetched…", "Récupération de l’exportation…";
        ready: "The export is ready", "L’exportation est prête";
        kept: "It is kept with the consultation.", "Elle est conservée avec la consultation.";
        not_kept: "It is not kept: download or copy it now. The PDF waits here for 10 minutes.",
            "Elle n’est pas conservée\u{a0}: téléchargez-la ou copiez-la maintenant. Le PDF reste \
            disponible ici 10 minutes.";
        download: "Download the PDF", "Télécharger le PDF";
        text_label: "Text summary", "Résumé en texte";
        copy: "Copy the text", "Copier le texte";
        partly: "Part of the export is missing", "Une partie de l’exportation manque";
        failed: "The export failed", "L’exportation a échoué";
        pdf_failed: "Empego could not make the PDF.", "Empego n’a pas pu produire le PDF.";
        pdf_other_host: "The PDF is at an address that is not allowed, and was not fetched. Ask \
            your administrator to add the address of Empego’s files to EMPEGO_FILE_ORIGINS.",
            "Le PDF se trouve à une adresse non autorisée et n’a pas été récupéré. Demandez à la \
            personne qui administre l’application d’ajouter l’adresse des fichiers d’Empego à \
            EMPEGO_FILE_ORIGINS.";
        pdf_too_large: "The PDF is larger than 20 MB and was not accepted.",
            "Le PDF dépasse 20 Mo et n’a pas été accepté.";
        pdf_not_pdf: "The file received is not a PDF and was not accepted.",
            "Le fichier reçu n’est pas un PDF et n’a pas été accepté.";
        pdf_unreachable: "The PDF could not be fetched: its address works for about 90 seconds \
            only.",
            "Le PDF n’a pas pu être récupéré\u{a0}: son adresse ne fonctionne que 90 secondes \
            environ.";
        pdf_expired: "The PDF was not fetched: the time that Empego gave for its address was over.",
            "Le PDF n’a pas été récupéré\u{a0}: le délai qu’Empego avait fixé pour son adresse \
            était écoulé.";
        text_failed: "Empego could not make the text summary.",
            "Empego n’a pas pu produire le résumé en texte.";
        not_taken: "This application could not fetch the export. Nothing was kept.",
            "Cette application n’a pas pu récupérer l’exportation. Rien n’a été conservé.";
        stuck: "Empego did not say what happened to the export.",
            "Empego n’a pas indiqué ce qu’il est advenu de l’exportation.";
        too_large: "The export is larger than this application accepts (64 KB), and nothing was \
            kept. Copy what you need in Empego’s page below.",
            "L’exportation dépasse ce que cette application accepte (64 Ko) et rien n’a été \
            conservé. Copiez ce qu’il vous faut dans la page d’Empego ci-dessous.";
        again: "To try again, press Export in Empego’s page below.",
            "Pour réessayer, appuyez sur Exporter dans la page d’Empego ci-dessous.";

        exports: "Exports", "Exportations";
        made: "{kind}, {when} by {name}", "{kind}, {when} par {name}";
        pdf: "PDF", "PDF";
        plain_text: "Text", "Texte";
    }
}
