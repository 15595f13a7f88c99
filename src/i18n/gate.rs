//! Dates of birth.

use super::words;

words! {
    /// Texts about dates of birth: of the patient's three fields, and of the field of staff.
    BirthWords {
        day: "Day", "Jour";
        month: "Month", "Mois";
        year: "Year", "Année";
        example: "For example, May 31, 1980 is 5 31 1980.",
            "Par exemple, le 31 mai 1980 s’écrit 31 5 1980.";
        bad_date: "Enter a valid date: month, day, and the year with four digits",
            "Entrez une date valide\u{a0}: le jour, le mois et l’année en quatre chiffres";
        ambiguous: "Enter the month, the day and the year each in its own field",
            "Entrez le jour, le mois et l’année chacun dans sa case";

        future: "This date of birth is in the future. Check the year",
            "Cette date de naissance est dans le futur. Vérifiez l’année";
        long_ago: "This date of birth is more than 120 years ago. Check the year",
            "Cette date de naissance remonte à plus de 120 ans. Vérifiez l’année";
    }
}
