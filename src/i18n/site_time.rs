//! The time zone of a site.

use super::words;

words! {
    /// Texts about a site's time zone, for staff.
    SiteTimeWords {
        legend: "Time", "Heure";
        time_zone: "Time zone", "Fuseau horaire";
        time_zone_hint: "A name of the IANA list, such as America/Toronto. Days and times at this \
            site follow it: today’s follow-ups, when a link expires, the board and the log. \
            Follow-ups that are planned keep their date. Empty: {zone}.",
            "Un nom de la liste IANA, par exemple America/Toronto. Les jours et les heures de ce \
            site le suivent\u{a0}: les suivis du jour, l’expiration des liens, le tableau et le \
            journal. Les suivis déjà planifiés gardent leur date. Vide\u{a0}: {zone}.";
        bad_time_zone: "Enter a time zone of the list, such as America/Toronto or \
            America/St_Johns",
            "Entrez un fuseau horaire de la liste, par exemple America/Toronto ou America/St_Johns";
    }
}
