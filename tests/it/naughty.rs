//! Strings that break programs, from the list of the crate `naughty-strings`: each is taken as it
//! is typed, or refused at its field.

use crate::find::Form;
use crate::helpers::{Page, Person, TestApp};
use empego_desk::model::text;
use reqwest::StatusCode;

/// No string of the list is markup on this page: what it shows is text.
fn assert_is_text(page: &Page, string: &str) {
    let is_markup = string.contains('<') && string.chars().any(|c| c.is_ascii_alphabetic());
    let start = string.find('<').and_then(|at| string.get(at..)).unwrap_or_default();
    assert!(
        !is_markup || start.len() < 8 || !page.text.contains(start),
        "{string:?} is markup in {}",
        page.text
    );
}

/// Sends the form, and once more where the patient is asked about.
async fn sent(nurse: &Person<'_>, form: &Form) -> Page {
    let page = form.create(nurse).await;
    let answers = ["same_patient", "beside_open"];
    let answer = answers
        .into_iter()
        .find_map(|name| Some((name, page.values(&format!("button[name={name}]")).pop()?)));
    match answer {
        Some((name, answer)) => {
            Form::on(&page).press(nurse, "create_consultation", &[(name, &answer)]).await
        }
        None => page,
    }
}

#[tokio::test]
async fn every_hostile_string_is_taken_as_it_is_or_refused_at_its_field() {
    let app = TestApp::with(|settings| settings.desk_rate_limits = Some("off".to_owned())).await;
    let nurse = app.nurse().await;
    let empty = Form::new(&nurse).await;
    let (mut taken, mut refused) = (0, 0);
    for (number, string) in naughty_strings::BLNS.iter().enumerate() {
        let (a, b) = (format!("A-{number}"), format!("B-{number}"));
        let forms = [
            [("first_name", *string), ("last_name", ""), ("identifier", &*a), ("request_id", &*a)],
            [("first_name", ""), ("last_name", &*b), ("identifier", string), ("request_id", &*b)],
        ];
        for form in forms {
            let form = empty.clone().fill(&form).fill(&[("identifier_type", "file-number")]);
            let page = sent(&nurse, &form).await;
            if page.status == StatusCode::UNPROCESSABLE_ENTITY {
                refused += 1;
                let fields = page.texts("#errors li").len();
                assert!(
                    fields > 0 && !page.texts(".error").is_empty(),
                    "{string:?}: {}",
                    page.text
                );
                assert_is_text(&page, string);
                continue;
            }
            assert_eq!(page.status, StatusCode::SEE_OTHER, "{string:?}: {}", page.text);
            taken += 1;
            if form.value("request_id") != a {
                continue;
            }
            let record = nurse.get(&page.location).await;
            assert_is_text(&record, string);
            let shown = text::clean(string).split_whitespace().collect::<Vec<_>>().join(" ");
            assert_eq!(record.heading(), shown, "as it was typed");
        }
        let found = empty.clone().fill(&[("find", string)]);
        let page = found.press(&nurse, "look_up_patient", &[]).await;
        assert!(
            matches!(page.status, StatusCode::OK | StatusCode::UNPROCESSABLE_ENTITY),
            "find {string:?}: {}",
            page.status
        );
        assert_is_text(&page, string);
        let sent = nurse.post("search_consultations", &[("search", string)]).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "search {string:?}");
    }
    let strings = naughty_strings::BLNS.len();
    assert!(strings >= 500 && taken > strings && refused > 10, "{strings}: {taken}, {refused}");
}
