//! The form of a new consultation, and the board's search.

use crate::access::functions;
use crate::helpers::{Page, Person, TestApp};
use reqwest::{Method, StatusCode};

#[tokio::test]
async fn a_form_that_cannot_be_taken_comes_back_with_its_entries_and_every_field_named() {
    let app = TestApp::start().await;
    let mut nurse = app.nurse().await;
    let long = "x".repeat(101);
    let form = [
        ("first_name", long.as_str()),
        ("last_name", ""),
        ("date_of_birth", "2030-01-01"),
        ("identifier_type", "qc"),
        ("identifier", "TREM 1"),
    ];
    let page = nurse.post("create_consultation", &form).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(
        page.texts("#errors li"),
        [
            "This is not the format of the chosen identifier type. Check the card and the type",
            "First name: use 100 characters or fewer, without line breaks",
            "This date of birth is in the future. Check the year",
        ]
    );
    for field in ["first_name", "date_of_birth", "identifier"] {
        assert_eq!(page.attribute(&format!("#{field}"), "aria-invalid"), "true", "{field}");
        assert!(
            page.attribute(&format!("#{field}"), "aria-describedby")
                .contains(&format!("{field}-error")),
            "{field}"
        );
    }
    assert_eq!(page.attribute("#identifier", "value"), "TREM 1");
    assert_eq!(page.attribute("#identifier_type option[selected]", "value"), "qc");
    assert_eq!(page.attribute("#date_of_birth", "value"), "2030-01-01");
    nurse.language = "fr-CA";
    assert_eq!(
        nurse.post("create_consultation", &form).await.texts("#errors li")[1],
        "Prénom : utilisez au plus 100 caractères, sans saut de ligne"
    );
    let json = nurse.call("create_consultation", &form).await;
    assert_eq!(json.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(json.json()["invalid"][0]["field"], "first_name");
    assert_eq!(app.seen().await["counters"]["creates"], 0);
    assert_eq!(nurse.get("/consultations").await.texts("tbody tr").len(), 0, "nothing changed");
}

#[tokio::test]
async fn a_doubtful_number_asks_once_and_a_patient_needs_a_date_or_a_number() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    let form = [
        ("first_name", "Ada"),
        ("last_name", "Example"),
        ("identifier_type", "bc"),
        ("identifier", "9698 658 214"),
    ];
    let page = nurse.post("create_consultation", &form).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(page.attribute("input[name=keep_number]", "type"), "checkbox");
    let confirmed = page.attribute("input[name=keep_number]", "value");
    let keep = ("keep_number", confirmed.as_str());
    let changed = [form[0], form[1], form[2], ("identifier", "9698 658 216"), keep];
    let page = nurse.post("create_consultation", &changed).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "another number was confirmed");
    let kept = [form[0], form[1], form[2], form[3], keep];
    assert_eq!(nurse.post("create_consultation", &kept).await.status, StatusCode::SEE_OTHER);

    let form = [
        ("first_name", "Ada"),
        ("last_name", "Example"),
        ("identifier_type", "file-number"),
        ("identifier", "test 5412 2816"),
    ];
    let page = nurse.post("create_consultation", &form).await;
    assert!(
        page.texts("#errors li")[0].starts_with("This looks like a Québec health number"),
        "{:?}",
        page.texts("#errors")
    );

    let form = [("first_name", "Ada"), ("last_name", "Example")];
    let page = nurse.post("create_consultation", &form).await;
    assert_eq!(page.texts("#errors li"), ["Enter the date of birth, or an identifier"]);
    let form = [form[0], form[1], ("date_of_birth", "1954-12-28")];
    assert_eq!(nurse.confirm("create_consultation", &form).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_form_that_is_too_large_is_shown_again_with_what_was_read_of_it() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    let (site, elsewhere) = (app.first_site().await.id.0, app.another_site("Elsewhere").await.id.0);
    let long = "x".repeat(300_000);
    let form = |site| {
        [("at", site), ("first_name", "Ada"), ("last_name", "Example"), ("identifier", &*long)]
    };
    let page = nurse.post("create_consultation", &form(&*site)).await;
    assert_eq!(page.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(page.texts("#errors h2"), ["The form is too long: nothing was saved"]);
    assert_eq!(page.attribute("#first_name", "value"), "Ada");
    assert!(page.attribute("#identifier", "value").starts_with("xxx"));
    let french = Person { language: "fr", ..nurse.clone() };
    let page = french.post("create_consultation", &form(&*site)).await;
    assert_eq!(page.texts("#errors h2"), ["Le formulaire est trop long : rien n’a été enregistré"]);
    // Sent again it would be a form of this site.
    let page = nurse.post("create_consultation", &form(&*elsewhere)).await;
    assert_eq!(page.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(page.attribute("#first_name", "value"), "");
    let script = nurse.call("create_consultation", &form(&*site)).await;
    assert_eq!(
        (script.status, script.json()),
        (StatusCode::PAYLOAD_TOO_LARGE, serde_json::json!("too_large"))
    );
    assert!(nurse.get("/consultations").await.texts("tbody tr").is_empty(), "nothing was created");
}

#[tokio::test]
async fn a_form_that_is_not_read_is_answered_with_a_page() {
    let app = TestApp::with(|settings| settings.desk_rate_limits = Some("off".to_owned())).await;
    let nurse = app.nurse().await;
    let large = format!("id={}", "x".repeat(300_000));
    for (kind, body, status) in [
        ("application/x-www-form-urlencoded", &*large, StatusCode::PAYLOAD_TOO_LARGE),
        ("text/plain", "email=a", StatusCode::UNSUPPORTED_MEDIA_TYPE),
    ] {
        for name in functions() {
            let request = nurse.request(Method::POST, &format!("/api/{name}"));
            let request = request.header("accept", "text/html").header("content-type", kind);
            let page = Page::read(request.body(body.to_owned())).await;
            assert_eq!(page.status, status, "{name}");
            assert!(page.text.starts_with("<!DOCTYPE html>"), "{name}: {}", page.text);
            assert!(!page.heading().is_empty(), "{name}");
        }
    }
    assert_eq!(nurse.get("/account").await.status, StatusCode::OK, "the session is still there");
}

#[tokio::test]
async fn the_date_in_a_quebec_number_is_compared_with_the_date_of_birth() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    let form = |date, keep| {
        [
            ("first_name", "Ada"),
            ("last_name", "Example"),
            ("identifier_type", "qc"),
            // With an accent, as the name is written.
            ("identifier", "tést 5412 2816"),
            ("date_of_birth", date),
            ("keep_number", keep),
        ]
    };
    let page = nurse.post("create_consultation", &form("1955-12-28", "")).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.texts("#identifier-error")[0].starts_with("The date in this number"));
    let keep = page.attribute("input[name=keep_number]", "value");
    let other = nurse.post("create_consultation", &form("1956-12-28", &keep)).await;
    assert_eq!(other.status, StatusCode::UNPROCESSABLE_ENTITY, "another date was confirmed");
    let kept = nurse.post("create_consultation", &form("1955-12-28", &keep)).await;
    assert_eq!(kept.status, StatusCode::SEE_OTHER, "{}", kept.text);
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    let same = nurse.post("create_consultation", &form("28 déc. 1954", "")).await;
    assert_eq!(same.status, StatusCode::SEE_OTHER, "{}", same.text);
}

#[tokio::test]
async fn people_have_names_of_any_script_and_sometimes_one() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    for (number, (first, last, search)) in [
        ("Paweł", "Wałęsa", "pawel walesa"),
        ("Thị", "Đặng", "dang"),
        ("Bjørn", "Økland", "okland"),
        ("Jürgen", "Weiß", "weiss"),
        ("Anne", "Cœur", "coeur"),
        ("ᐃᓄᒃ", "", "ᐃᓄᒃ"),
        ("", "Sukarno", "sukarno"),
        ("أحمد", "", "أحمد"),
        ("Rene\u{301}e\u{202e}", "O’Brien", "renee obrien"),
    ]
    .into_iter()
    .enumerate()
    {
        let identifier = format!("N-{number}");
        let form =
            [("first_name", first), ("last_name", last), ("identifier", identifier.as_str())];
        let page = nurse.post("create_consultation", &form).await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{first} {last}: {}", page.text);
        let found = nurse.post("search_consultations", &[("search", search)]).await;
        let rows = nurse.get(&found.location).await.texts("tbody tr");
        assert_eq!(rows.len(), 1, "{search}: {rows:?}");
    }
    let record = nurse.get("/consultations").await;
    assert!(!record.text.contains('\u{202e}'), "nothing turns the text around");
    let none = [("first_name", " \u{200b}"), ("last_name", ""), ("identifier", "N-99")];
    let page = nurse.post("create_consultation", &none).await;
    assert_eq!(page.texts("#errors li").len(), 2, "{:?}", page.texts("#errors"));
}

#[tokio::test]
async fn names_are_text_wherever_they_are_shown() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    let evil = "</title><script>alert(1)</script><b>";
    let id = nurse.create(evil, "\"'&<", "\"><script>x</script>").await;
    for path in ["/consultations".to_owned(), format!("/consultations/{id}")] {
        let page = nurse.get(&path).await;
        assert!(
            !page.text.contains("<script>alert(1)") && !page.text.contains("<script>x"),
            "{path}: {}",
            page.text
        );
    }
    assert_eq!(nurse.get(&format!("/consultations/{id}")).await.heading(), format!("{evil} \"'&<"));
    let page =
        nurse.post("create_consultation", &[("first_name", "\"><script>alert(2)</script>")]).await;
    assert!(!page.text.contains("<script>alert(2)"), "{}", page.text);
    assert_eq!(page.attribute("#first_name", "value"), "\"><script>alert(2)</script>");
}

#[tokio::test]
async fn the_board_is_searched_without_a_name_in_any_address() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    nurse.create("Zoé", "Tremblay", "A-1").await;
    nurse.create("Ada", "Example", "B-2").await;
    for (words, found) in [
        ("zoe", "Zoé Tremblay"),
        ("TREMB", "Zoé Tremblay"),
        ("b-2", "Ada Example"),
        ("example ada", "Ada Example"),
    ] {
        let sent = nurse.post("search_consultations", &[("search", words), ("status", "")]).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER);
        assert!(
            sent.location.starts_with("/consultations?search=")
                && !sent.location.to_lowercase().contains(words),
            "{}",
            sent.location
        );
        let board = nurse.get(&sent.location).await;
        assert_eq!(board.texts("tbody th a"), [found], "{words}");
        assert_eq!(board.attribute("#search", "value"), words);
    }
    let sent =
        nurse.post("search_consultations", &[("search", ""), ("status", "link-ready")]).await;
    assert_eq!(sent.location, "/consultations?status=link-ready");
    assert_eq!(nurse.get(&sent.location).await.texts("tbody tr").len(), 2);
    assert_eq!(nurse.get("/consultations?status=revoked").await.texts(".empty h2"), ["No results"]);
    let board = nurse.get("/consultations?status=nonsense&search=forged&before=%27").await;
    assert_eq!(
        (board.status, board.texts("tbody tr").len()),
        (StatusCode::OK, 2),
        "what does not read is left out"
    );
}

#[tokio::test]
async fn pages_walk_every_row_once() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    for number in 0..30 {
        app.pass(1);
        nurse.create("Ada", &format!("Number{number:02}"), &format!("N-{number}")).await;
    }
    let first = nurse.get("/consultations").await;
    assert_eq!(first.texts("tbody th a")[0], "Ada Number29");
    let second = nurse.get(&first.attribute("a[rel=next]", "href")).await;
    let all: Vec<String> =
        first.texts("tbody th a").into_iter().chain(second.texts("tbody th a")).collect();
    let expected: Vec<String> =
        (0..30).rev().map(|number| format!("Ada Number{number:02}")).collect();
    assert_eq!(all, expected);
    assert!(second.texts("a[rel=next]").is_empty());
}

#[tokio::test]
async fn the_language_is_kept_and_comes_back_to_the_same_page() {
    let app = TestApp::start().await;
    let mut nurse = app.nurse().await;
    let sent =
        nurse.post("set_language", &[("language", "fr"), ("next", "/consultations/new")]).await;
    assert_eq!(
        (sent.status, sent.location.as_str()),
        (StatusCode::SEE_OTHER, "/consultations/new")
    );
    nurse.cookies =
        format!("{}; {}", nurse.cookies, sent.cookies[0].split(';').next().expect("a cookie"));
    let page = nurse.get("/consultations/new").await;
    assert_eq!(
        (page.heading().as_str(), page.attribute("html", "lang").as_str()),
        ("Nouvelle consultation", "fr")
    );
    let refused = nurse.post("set_language", &[("language", "xx"), ("next", "/")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn the_same_person_is_said_of_one_patient_and_of_no_other() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    nurse.create("Ada", "Example", "A-1").await;
    nurse.create("Bea", "Example", "B-2").await;
    let asked = nurse
        .post(
            "create_consultation",
            &[("first_name", "Grace"), ("last_name", "Hopper"), ("identifier", "A-1")],
        )
        .await;
    let ada = asked.attribute("input[name=same_patient]", "value");
    // The box was ticked, and then the identifier became another patient's.
    for said in [ada.as_str(), "yes"] {
        let form = [
            ("first_name", "Grace"),
            ("last_name", "Hopper"),
            ("identifier", "B-2"),
            ("same_patient", said),
        ];
        let page = nurse.post("create_consultation", &form).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{said}");
        assert!(
            page.texts(".notice h2")
                .iter()
                .any(|title| title == "This identifier belongs to Bea Example"),
            "{:?}",
            page.texts(".notice")
        );
        assert_ne!(
            page.attribute("input[name=same_patient]", "value"),
            ada,
            "the question is about her now"
        );
    }
    let form = [
        ("first_name", "Grace"),
        ("last_name", "Hopper"),
        ("identifier", "A-1"),
        ("same_patient", ada.as_str()),
    ];
    assert_eq!(nurse.confirm("create_consultation", &form).await.status, StatusCode::SEE_OTHER);
    let mut names = nurse.get("/consultations").await.texts("tbody th a");
    names.sort();
    assert_eq!(names, ["Bea Example", "Grace Hopper", "Grace Hopper"]);
}

#[tokio::test]
async fn what_a_mistyped_identifier_filled_in_goes_with_it() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    let form = [
        ("first_name", "Ada"),
        ("last_name", "Example"),
        ("date_of_birth", "1954-12-28"),
        ("identifier", "A-1"),
    ];
    assert_eq!(nurse.post("create_consultation", &form).await.status, StatusCode::SEE_OTHER);
    let found = nurse
        .post(
            "look_up_patient",
            &[("identifier", "A-1"), ("first_name", ""), ("last_name", ""), ("date_of_birth", "")],
        )
        .await;
    let filled = |name: &str| found.attribute(&format!("#filled_{name}"), "value");
    let (first, last, date) = (filled("first_name"), filled("last_name"), filled("date_of_birth"));
    assert_eq!((first.as_str(), last.as_str(), date.as_str()), ("Ada", "Example", "1954-12-28"));
    let next = [
        ("identifier", "Z-9"),
        ("first_name", "Zoé"),
        ("last_name", "Example"),
        ("date_of_birth", "1954-12-28"),
        ("filled_first_name", &first),
        ("filled_last_name", &last),
        ("filled_date_of_birth", &date),
    ];
    let page = nurse.post("look_up_patient", &next).await;
    assert_eq!(page.texts("#lookup h2"), ["No matching record"]);
    assert_eq!(page.attribute("#first_name", "value"), "Zoé", "what was typed stays");
    assert_eq!(
        (page.attribute("#last_name", "value"), page.attribute("#date_of_birth", "value")),
        (String::new(), String::new())
    );
    assert_eq!(page.attribute("#lookup", "role"), "status");
    assert!(
        nurse.get("/consultations/new").await.texts("#lookup").iter().all(String::is_empty),
        "it is there before it says anything"
    );
}
