//! Who may call and see what.

use crate::helpers::{Page, Person, TestApp};
use empego_desk::model::role::{Access, Permission, Role};
use empego_desk::web::routes::{Function, Route};
use leptos::server_fn::axum::server_fn_paths;
use reqwest::{Method, StatusCode};
use strum::IntoEnumIterator;

/// The names of all server functions that the binary has.
pub fn functions() -> Vec<String> {
    let mut names: Vec<String> = server_fn_paths()
        .map(|(path, _)| path.strip_prefix("/api/").expect("all are under /api").to_owned())
        .collect();
    names.sort();
    names
}

/// What the route table says that a call of a server function needs.
fn access(name: &str) -> Access {
    Function::named(name).expect("a row in the table").row().access
}

#[tokio::test]
async fn every_server_function_of_staff_refuses_strangers_before_it_reads_anything() {
    let app = TestApp::start().await;
    let stranger = app.stranger();
    let names = functions();
    for name in
        ["create_consultation", "revoke_link", "reissue_link", "sign_in", "start_consultation"]
    {
        assert!(names.iter().any(|known| known == name), "{name} is not registered: {names:?}");
    }
    for name in names.iter().filter(|name| access(name) != Access::Public) {
        let path = format!("/api/{name}");
        let bodies: [(&str, Vec<u8>); 5] = [
            ("application/x-www-form-urlencoded", Vec::new()),
            ("application/x-www-form-urlencoded", b"%%%=%zz&&&".to_vec()),
            ("application/json", b"{".to_vec()),
            ("text/plain", vec![0xff; 64]),
            ("multipart/form-data", b"x".repeat(300_000)),
        ];
        for (kind, body) in bodies {
            for accept in ["text/html", "application/json", "*/*"] {
                let request = stranger
                    .request(Method::POST, &path)
                    .header("content-type", kind)
                    .header("accept", accept);
                let answer = request.body(body.clone()).send().await.expect("an answer");
                assert_eq!(answer.status(), StatusCode::UNAUTHORIZED, "{name} {kind} {accept}");
            }
        }
        let answer = stranger.request(Method::GET, &path).send().await.expect("an answer");
        assert_eq!(answer.status(), StatusCode::UNAUTHORIZED, "GET {name}");
    }
    assert_eq!(app.seen().await["counters"]["creates"], 0);
}

#[tokio::test]
async fn the_public_functions_are_the_six_that_the_design_names_and_two_of_signing_in() {
    let names = functions();
    let public: Vec<&String> = names.iter().filter(|name| access(name) == Access::Public).collect();
    assert_eq!(
        public,
        [
            "consultation_state",
            "report_message",
            "set_language",
            "set_password",
            "sign_in",
            "sign_out",
            "start_consultation",
            "verify_code"
        ]
    );
    let app = TestApp::start().await;
    for name in public {
        let page = app.stranger().call(name, &[]).await;
        assert_ne!(page.status, StatusCode::UNAUTHORIZED, "{name}");
        assert!(
            page.status.is_client_error() || page.status.is_success(),
            "{name}: {}",
            page.status
        );
    }
}

#[tokio::test]
async fn staff_pages_send_strangers_to_sign_in_and_back() {
    let app = TestApp::start().await;
    let stranger = app.stranger();
    for path in ["/consultations", "/consultations/new", "/consultations/x?status=done"] {
        let page = stranger.get(path).await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{path}");
        assert!(page.location.starts_with("/sign-in?next=%2F"), "{}", page.location);
    }
    let none = stranger.get("/no-such-page").await;
    assert_eq!(none.location, "/sign-in", "what is no page is not led back to");
    assert_eq!(stranger.get("/live").await.status, StatusCode::UNAUTHORIZED);
    let form = [
        ("email", crate::helpers::EMAIL),
        ("password", crate::helpers::PASSWORD),
        ("next", "/consultations/new"),
    ];
    assert_eq!(stranger.post("sign_in", &form).await.location, "/consultations/new");
    for elsewhere in ["//evil.example", "/\t/evil.example", "/\\evil.example"] {
        let form = [form[0], form[1], ("next", elsewhere)];
        assert_eq!(
            stranger.post("sign_in", &form).await.location,
            "/consultations",
            "{elsewhere:?}"
        );
    }
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_account_read_the_same() {
    let app = TestApp::start().await;
    let wrong = app
        .stranger()
        .post("sign_in", &[("email", crate::helpers::EMAIL), ("password", "wrong")])
        .await;
    let unknown = app
        .stranger()
        .post("sign_in", &[("email", "nobody@clinic.example"), ("password", "wrong")])
        .await;
    for page in [&wrong, &unknown] {
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(page.cookies.is_empty());
        assert!(!page.text.contains("value=\"wrong\""), "a password is not shown again");
        assert_eq!(page.texts("#errors li"), ["Email and password do not match an account"]);
    }
    assert_eq!(wrong.attribute("#email", "value"), crate::helpers::EMAIL, "the e-mail is kept");
}

#[tokio::test]
async fn a_session_ends_by_signing_out_by_rest_and_by_age() {
    let app = TestApp::start().await;
    let hour = 3_600_000;
    let nurse = app.nurse().await;
    assert_eq!(nurse.get("/consultations").await.status, StatusCode::OK);
    assert_eq!(nurse.post("sign_out", &[]).await.location, "/sign-in");
    assert_eq!(nurse.get("/consultations").await.status, StatusCode::SEE_OTHER, "signed out");

    let nurse = app.nurse().await;
    app.pass(4 * hour);
    assert_eq!(
        nurse.get("/consultations").await.status,
        StatusCode::SEE_OTHER,
        "four hours of rest"
    );

    let nurse = app.nurse().await;
    for _ in 0..5 {
        app.pass(3 * hour);
        assert_eq!(nurse.get("/consultations").await.status, StatusCode::OK, "in use");
    }
    app.pass(hour);
    assert_eq!(
        nurse.get("/consultations").await.status,
        StatusCode::SEE_OTHER,
        "sixteen hours in all"
    );

    // One of a clock that was ahead does not last until then.
    app.pass(1_000 * 24 * hour);
    let nurse = app.nurse().await;
    app.pass(-hour);
    assert_eq!(nurse.get("/consultations").await.status, StatusCode::OK, "a correction");
    app.pass(-1_000 * 24 * hour);
    assert_eq!(nurse.get("/consultations").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn posts_from_other_sites_are_refused_and_the_patients_form_is_not() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    let id = nurse.create("Ada", "Example", "A-1").await;
    let revoke = || nurse.request(Method::POST, "/api/revoke_link").form(&[("id", id.as_str())]);
    for (site, origin) in [
        ("cross-site", "https://evil.example"),
        ("same-site", "https://evil.example"),
        ("", "https://evil.example"),
        ("", "null"),
    ] {
        let request =
            if site.is_empty() { revoke() } else { revoke().header("sec-fetch-site", site) };
        let page = Page::read(request.header("origin", origin).header("accept", "text/html")).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{site:?} {origin}");
        assert_eq!(page.heading(), "Request refused", "{site:?} {origin}");
    }
    let token = nurse.token(&id).await;
    // What Chromium sends from a page with `no-referrer`.
    let start = app
        .stranger()
        .request(Method::POST, "/api/start_consultation")
        .header("sec-fetch-site", "same-origin")
        .header("origin", "null");
    let answer = start.form(&[("token", token.as_str())]).send().await.expect("an answer");
    assert_eq!(answer.status(), StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_browser_that_tells_nothing_calls_a_patients_function_by_the_links_token() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    let id = nurse.create("Ada", "Example", "A-1").await;
    let token = nurse.token(&id).await;
    // What an older Safari sends from a page without a referrer: no `Sec-Fetch-Site`.
    let send = async |person: &Person<'_>, function: &str, form: &[(&str, &str)], site: &str| {
        let request = person
            .request(Method::POST, &format!("/api/{function}"))
            .header("accept", "text/html")
            .header("origin", "null");
        let request =
            if site.is_empty() { request } else { request.header("sec-fetch-site", site) };
        Page::read(request.form(form)).await
    };
    let stranger = app.stranger();
    let own: [(&str, &str); 2] = [("token", &token), ("message", "{}")];
    for (function, status) in [
        ("start_consultation", StatusCode::SEE_OTHER),
        // An empty message is not one of Empego's.
        ("report_message", StatusCode::UNPROCESSABLE_ENTITY),
        ("consultation_state", StatusCode::OK),
    ] {
        assert_eq!(send(&stranger, function, &own, "").await.status, status, "{function}");
        // The body has to have it; a session in the same browser is no authority.
        for form in [[("token", "none"), ("message", "{}")], [("message", "{}"), ("id", &id)]] {
            for person in [&stranger, &nurse] {
                let page = send(person, function, &form, "").await;
                assert_eq!(page.status, StatusCode::NOT_FOUND, "{function} {form:?}");
            }
        }
        let page = send(&stranger, function, &own, "cross-site").await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{function} from another web site");
    }
    // Nothing of staff, not even with a token.
    for function in functions() {
        if !Route::Function(Function::named(&function).expect("a row")).is_patients() {
            let page = send(&nurse, &function, &[("token", &token), ("id", &id)], "").await;
            assert_eq!(page.status, StatusCode::FORBIDDEN, "{function}");
            assert_eq!(page.heading(), "Request refused", "{function}");
        }
    }
}

#[tokio::test]
async fn no_refusal_is_an_empty_page() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    let stranger = app.stranger();
    let every = [Method::GET, Method::POST, Method::PUT];
    let mut paths: Vec<String> = Route::all()
        .map(|route| route.pattern().replace("{id}", "none").replace("{token}", "none"))
        .map(|path| path.replace("{file}", "none").replace("{name}", "none"))
        .collect();
    paths.extend(["/none", "/admin/none", "/c/%ff", "/pkg/..%2fx"].map(str::to_owned));
    for path in &paths {
        for method in &every {
            for person in [&nurse, &stranger] {
                for (accept, site) in
                    [("text/html", "same-origin"), ("application/json", "cross-site")]
                {
                    // Signing out would end the walk, and the stream of changes has no end.
                    if path.ends_with("sign_out") || path == "/live" && !person.cookies.is_empty() {
                        continue;
                    }
                    let request = person.request(method.clone(), path).header("accept", accept);
                    let page = Page::read(request.header("sec-fetch-site", site)).await;
                    let refused = page.status.is_client_error() || page.status.is_server_error();
                    let what = format!("{method} {path} {accept} {site}: {}", page.status);
                    assert!(!refused || page.text.len() > 10, "{what}");
                    if *method == Method::POST
                        && page.status == StatusCode::FORBIDDEN
                        && site != "same-origin"
                    {
                        assert!(page.text.starts_with('"'), "{what}: {}", page.text);
                    }
                }
            }
        }
    }
    // In the reader's language, with the headers of the refusal.
    let request = stranger.request(Method::POST, "/healthz").header("accept-language", "fr-CA");
    let page = Page::read(request.header("accept", "text/html")).await;
    assert_eq!(page.status, StatusCode::METHOD_NOT_ALLOWED);
    assert!(page.text.starts_with("Impossible de lire votre demande. "), "{}", page.text);
    assert!(page.headers["allow"].to_str().expect("text").contains("GET"));
    assert!(page.headers["content-security-policy"].to_str().is_ok());
}

#[tokio::test]
async fn every_role_may_do_what_the_table_says_and_nothing_else() {
    let app = TestApp::start().await;
    let site = app.first_site().await;
    let names = functions();
    for name in &names {
        assert!(Function::named(name).is_some(), "{name} is not in the table");
    }
    assert_eq!(names.len(), Function::iter().count(), "the table names nothing that is not there");
    for role in Role::ALL {
        let person = app.staff(&site, &[role]).await;
        // Signing out ends the walk.
        for name in names.iter().filter(|name| *name != "sign_out") {
            let page = person.call(name, &[]).await;
            let open = access(name).permits(Some(&[role].into_iter().collect()));
            assert_eq!(
                page.status != StatusCode::FORBIDDEN,
                open,
                "{role:?} {name}: {}",
                page.status
            );
        }
        for path in ["/consultations", "/consultations/new", "/consultations/none", "/live"] {
            let answer = person.request(Method::GET, path).send().await.expect("an answer");
            assert_eq!(
                answer.status() != StatusCode::FORBIDDEN,
                role.allows(Permission::Consult),
                "{role:?} {path}"
            );
        }
        for path in ["/consultations/none/details", "/consultations/none/exports/none.pdf"] {
            let answer = person.request(Method::GET, path).send().await.expect("an answer");
            assert_eq!(
                answer.status() != StatusCode::FORBIDDEN,
                role.allows(Permission::SeeDetails),
                "{role:?} {path}"
            );
        }
    }
}

#[tokio::test]
async fn nothing_of_another_site_is_there() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    let id = nurse.create("Ada", "Example", "A-1").await;
    let token = nurse.token(&id).await;
    let elsewhere = app.another_site("Elsewhere").await;
    let stranger = app.staff(&elsewhere, &Role::ALL).await;
    assert_eq!(stranger.get(&format!("/consultations/{id}")).await.status, StatusCode::NOT_FOUND);
    assert!(!stranger.get("/consultations").await.text.contains("Example"));
    let found = stranger
        .call("find_patient", &[("identifier_type", "file-number"), ("identifier", "A-1")])
        .await;
    assert_eq!(found.text, "null");
    for name in [
        "revoke_link",
        "reissue_link",
        "retry_create",
        "extend_link",
        "remove_expiry",
        "unlock_link",
    ] {
        assert_eq!(
            stranger.call(name, &[("id", &id)]).await.status,
            StatusCode::NOT_FOUND,
            "{name}"
        );
    }
    let first = app.first_site().await;
    assert_eq!(
        stranger.call("switch_site", &[("site", &first.id.0)]).await.status,
        StatusCode::NOT_FOUND
    );
    assert_eq!(nurse.token(&id).await, token, "and nothing changed");
    // The same number at another site is another patient.
    stranger.create("Zoé", "Tremblay", "A-1").await;
    assert!(nurse.get("/consultations").await.text.contains("Example"));
    assert!(!nurse.get("/consultations").await.text.contains("Tremblay"));
    // The patient reads the name of the site that the link is of.
    let page = app.stranger().get(&format!("/c/{token}")).await;
    assert!(page.text.contains(crate::helpers::CLINIC) && !page.text.contains("Elsewhere"));
}

#[tokio::test]
async fn a_page_that_fetches_itself_again_keeps_no_session_alive() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    for hour in 1..=4 {
        app.pass(3_600_000);
        let request = nurse.request(Method::GET, "/consultations").header("x-desk-background", "1");
        let expected = if hour < 4 { StatusCode::OK } else { StatusCode::SEE_OTHER };
        assert_eq!(
            request.send().await.expect("an answer").status(),
            expected,
            "after {hour} hours without anybody there"
        );
    }
}

/// The status and the body of an answer to a path as it is written: clients resolve `..` before
/// they ask.
async fn raw(app: &TestApp, cookies: &str, path: &str) -> (u16, String) {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let mut connection = tokio::net::TcpStream::connect(app.url.trim_start_matches("http://"))
        .await
        .expect("it connects");
    let request = format!(
        "GET {path} HTTP/1.1\r\nHost: desk\r\nCookie: {cookies}\r\nConnection: close\r\n\r\n"
    );
    connection.write_all(request.as_bytes()).await.expect("it is sent");
    let mut answer = Vec::new();
    connection.read_to_end(&mut answer).await.expect("it ends");
    let answer = String::from_utf8_lossy(&answer).into_owned();
    let status = answer
        .split(' ')
        .nth(1)
        .and_then(|status| status.parse().ok())
        .unwrap_or_else(|| panic!("{path}: {answer}"));
    (status, answer)
}

#[tokio::test]
async fn addresses_that_no_browser_writes_are_answered_like_unknown_ones() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    let (status, answer) = raw(&app, "", "/c/%FF").await;
    assert!(status == 404 && answer.contains("no-referrer"), "{answer}");
    assert_eq!(raw(&app, &nurse.cookies, "/consultations/%FF").await.0, 404);
    // A target without a path.
    assert_eq!(raw(&app, "", "desk:80").await.0, 404);
    let (status, answer) = raw(&app, &nurse.cookies, "/consultations/?status=done").await;
    assert!(
        status == 308 && answer.to_lowercase().contains("location: /consultations?status=done\r"),
        "{answer}"
    );
}

#[tokio::test]
async fn no_spelling_of_a_path_leads_past_a_role() {
    let app = TestApp::start().await;
    let site = app.first_site().await;
    let clerk = app.staff(&site, &[Role::FrontDesk]).await;
    let manager = app.staff(&site, &[Role::Administrator]).await;
    app.nurse().await.create("Zoé", "Tremblay", "A-1").await;
    for (person, page, shows) in [
        (&clerk, "admin/audit", "<table"),
        (&clerk, "admin/staff", "<table"),
        (&manager, "consultations", "Tremblay"),
    ] {
        assert_eq!(raw(&app, &person.cookies, &format!("/{page}")).await.0, 403, "{page}");
        let back = page.replace('/', "\\");
        for path in [
            format!("/x/../{page}"),
            format!("/./{page}"),
            format!("/%2e%2e/{page}"),
            format!("/%2E/{page}"),
            format!("/api/../{page}"),
            format!("/api/x/../../{page}"),
            format!("/c/../{page}"),
            format!("/c/..\\{back}"),
            format!("/\\{back}"),
            format!("//{page}"),
            format!("/{page}/"),
            format!("/{page}/."),
            format!("/{}", page.replace('a', "%61")),
        ] {
            let (status, text) = raw(&app, &person.cookies, &path).await;
            assert!((400..500).contains(&status) && !text.contains(shows), "{path}: {status}");
            let (status, text) = raw(&app, "", &path).await;
            assert!(
                (300..500).contains(&status) && !text.contains(shows),
                "{path}, as a stranger: {status}"
            );
        }
    }
}

#[tokio::test]
async fn a_page_that_is_not_ones_own_says_whom_to_ask() {
    let app = TestApp::start().await;
    let site = app.first_site().await;
    let clerk = app.staff(&site, &[Role::FrontDesk]).await;
    let page = clerk.get("/admin/staff").await;
    assert_eq!(
        (page.status, page.heading().as_str()),
        (StatusCode::FORBIDDEN, "You do not have access")
    );
    assert!(page.text.contains("administrator"), "{}", page.texts("main").join(" "));
    let french = Person { language: "fr", ..clerk }.get("/admin/staff").await;
    assert!(french.text.contains("administre"));
}

#[tokio::test]
async fn work_inside_empegos_page_keeps_a_session_alive() {
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    for hour in [3, 6, 9, 12] {
        app.pass(3 * 3_600_000);
        assert_eq!(
            nurse.call("keep_session", &[]).await.status,
            StatusCode::OK,
            "after {hour} hours"
        );
    }
    app.pass(5 * 3_600_000);
    assert_eq!(
        nurse.call("keep_session", &[]).await.status,
        StatusCode::UNAUTHORIZED,
        "and no longer than that"
    );
}
