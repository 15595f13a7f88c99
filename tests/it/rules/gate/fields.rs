//! The three fields of the date of birth.

use super::{GATED, created, open};
use crate::helpers::Person;
use crate::rules::rule;
use reqwest::StatusCode;

#[tokio::test]
async fn the_date_is_typed_in_three_fields_and_its_error_is_at_them() {
    let app = open().await;
    rule(&app, GATED).await;
    let nurse = app.nurse().await;
    let (_, token) = created(&nurse).await;
    let start = async |language: &'static str, [day, month, year]: [&str; 3]| {
        let person = Person { language, ..app.stranger() };
        let form = [
            ("token", token.as_str()),
            ("birth_day", day),
            ("birth_month", month),
            ("birth_year", year),
        ];
        person.post("start_consultation", &form).await
    };
    let page = app.stranger().get(&format!("/c/{token}")).await;
    for (field, autocomplete) in
        [("birth_day", "bday-day"), ("birth_month", "bday-month"), ("birth_year", "bday-year")]
    {
        let field = format!("#{field}");
        assert_eq!(page.attribute(&field, "inputmode"), "numeric");
        assert_eq!(page.attribute(&field, "autocomplete"), autocomplete);
        assert_eq!(page.texts(&format!("{field}[aria-invalid], {field}[autofocus]")).len(), 0);
    }
    assert_eq!(page.texts("#birth-error[hidden]").len(), 1, "nothing is wrong yet");

    let (bad, mal) = (
        "Enter a valid date: month, day, and the year with four digits",
        "Entrez une date valide : le jour, le mois et l’année en quatre chiffres",
    );
    for (language, typed, problem, first) in [
        ("en", ["", "", ""], "Enter your date of birth", "birth_month"),
        ("en", ["28", "12", "54"], bad, "birth_month"),
        ("en", ["28", "", "1954"], bad, "birth_month"),
        ("fr", ["31", "2", "1954"], mal, "birth_day"),
        ("fr", ["x", "y", "z"], mal, "birth_day"),
        (
            "fr",
            ["", "03/04/1954", ""],
            "Entrez le jour, le mois et l’année chacun dans sa case",
            "birth_day",
        ),
    ] {
        let page = start(language, typed).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{typed:?}");
        assert_eq!(page.texts("#birth-error:not([hidden])"), [problem], "{typed:?}");
        assert_eq!(page.attribute("#birth [autofocus]", "id"), first, "the focus goes there");
        for field in ["birth_day", "birth_month", "birth_year"] {
            let field = format!("#{field}");
            assert_eq!(page.attribute(&field, "aria-invalid"), "true");
            assert_eq!(page.attribute(&field, "aria-describedby"), "birth-error");
            assert_eq!(page.attribute(&field, "value"), "", "the next patient must not read it");
        }
    }
    // Nothing of this counted as a try.
    let page = start("en", ["29", "12", "1954"]).await;
    assert!(page.texts("#birth-error").concat().ends_with("Attempts left: 5"));
    for typed in [
        ["28", "12", "1954"],
        [" 28", "dec", "1954 "],
        // Pasted whole into one of them.
        ["", "1954-12-28", ""],
        ["28 décembre 1954", "", ""],
    ] {
        assert_eq!(start("fr", typed).await.status, StatusCode::SEE_OTHER, "{typed:?}");
    }
}
