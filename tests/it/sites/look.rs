//! How a site looks to its patients: its accent and its logo.

use super::logged;
use crate::helpers::{CLINIC, Page, Person, TestApp};
use empego_desk::model::audit::Action;
use empego_desk::model::role::Role;
use empego_desk::model::site::Site;
use reqwest::{Method, StatusCode};

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";

async fn upload(person: &Person<'_>, name: &str, bytes: &[u8]) -> Page {
    let boundary = "----desk";
    let head = format!(
        "--{boundary}\r\ncontent-disposition: form-data; name=\"{name}\"; filename=\"x.svg\"\r\ncontent-type: image/svg+xml\r\n\r\n"
    );
    let body = [head.as_bytes(), bytes, format!("\r\n--{boundary}--\r\n").as_bytes()].concat();
    let request = person.request(Method::POST, "/admin/sites/logo").header("accept", "text/html");
    Page::read(
        request
            .header("content-type", format!("multipart/form-data; boundary={boundary}"))
            .body(body),
    )
    .await
}

#[tokio::test]
async fn an_accent_reaches_the_patients_page_and_nothing_else_does() {
    let app = TestApp::start().await;
    let site = app.first_site().await;
    let nurse = app.nurse().await;
    let token = nurse.token(&nurse.create("Ada", "Example", "A-1").await).await;
    let path = format!("/c/{token}");
    let sheets = |page: &Page| {
        let document = scraper::Html::parse_document(&page.text);
        let selector = scraper::Selector::parse("link[rel=stylesheet]").expect("a selector");
        document
            .select(&selector)
            .filter_map(|link| link.value().attr("href").map(str::to_owned))
            .collect::<Vec<_>>()
    };
    let plain = sheets(&app.stranger().get(&path).await);
    assert_eq!(plain.len(), 1);
    assert_eq!(
        app.stranger().get(&format!("/site/{}/style.css", site.id)).await.status,
        StatusCode::NOT_FOUND
    );

    app.state
        .desk
        .store
        .set_site(&Site { accent: Some("#ab2424".to_owned()), ..site.clone() }, &[])
        .await
        .expect("it is set");
    let sheet = format!("/site/{}/style.css?v=ab2424", site.id);
    assert_eq!(
        sheets(&app.stranger().get(&path).await),
        [plain[0].clone(), sheet.clone()],
        "after the desk's own"
    );
    // However many pages are rendered at once.
    let stranger = app.stranger();
    let pages = futures::future::join_all((0..40).map(|_| stranger.get(&path))).await;
    let answered: Vec<_> = pages.iter().filter(|page| page.status == StatusCode::OK).collect();
    assert!(answered.len() >= 8, "the places of one link");
    for page in answered {
        assert!(page.text.contains(&sheet), "{}", page.text);
    }
    assert_eq!(sheets(&nurse.get("/consultations").await).len(), 1, "staff keep the desk's colour");
    let answer = app.stranger().get(&sheet).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.headers["content-type"], "text/css; charset=utf-8");
    assert_eq!(answer.headers["cache-control"], "public, max-age=31536000, immutable");
    assert_eq!(answer.headers["x-content-type-options"], "nosniff");
    assert!(
        answer.text.starts_with(":root{--accent:#ab2424;")
            && answer.text.contains("prefers-color-scheme:dark"),
        "{}",
        answer.text
    );
    let old = app.stranger().get(&sheet.replace("ab2424", "0b5f70")).await;
    assert_eq!(
        old.headers["cache-control"], "public, max-age=300",
        "an older address shows the new colour, for a while"
    );

    // Whatever the record says, only a colour gets out.
    app.state
        .desk
        .store
        .set_site(&Site { accent: Some("red}body{display:none".to_owned()), ..site.clone() }, &[])
        .await
        .expect("it is set");
    assert_eq!(app.stranger().get(&sheet).await.status, StatusCode::NOT_FOUND);
    for path in ["/site/none/style.css", "/site/none/logo", "/site/%00/logo", "/site//logo"] {
        assert!(app.stranger().get(path).await.status != StatusCode::OK, "{path}");
    }
}

#[tokio::test]
async fn a_logo_stands_in_the_place_of_the_name() {
    let app = TestApp::start().await;
    let site = app.first_site().await;
    let nurse = app.nurse().await;
    let token = nurse.token(&nurse.create("Ada", "Example", "A-1").await).await;
    let path = format!("/c/{token}");
    assert_eq!(app.stranger().get(&path).await.texts(".clinic"), [CLINIC]);

    assert_eq!(upload(&nurse, "logo", PNG).await.location, "/admin/sites?saved=yes");
    let page = app.stranger().get(&path).await;
    assert_eq!(page.attribute(".clinic img", "alt"), CLINIC);
    let address = page.attribute(".clinic img", "src");
    assert!(address.starts_with(&format!("/site/{}/logo?v=", site.id)), "{address}");
    let answer = app.stranger().request(Method::GET, &address).send().await.expect("an answer");
    assert_eq!(
        (answer.status(), &answer.headers()["content-type"]),
        (StatusCode::OK, &"image/png".parse().expect("a value"))
    );
    assert_eq!(answer.headers()["x-content-type-options"], "nosniff");
    assert_eq!(answer.headers()["cache-control"], "public, max-age=31536000, immutable");
    assert_eq!(answer.bytes().await.expect("a body"), PNG);

    assert_eq!(upload(&nurse, "logo", b"\xff\xd8\xff\xe0jpeg").await.status, StatusCode::SEE_OTHER);
    assert_ne!(
        app.stranger().get(&path).await.attribute(".clinic img", "src"),
        address,
        "another picture, another address"
    );
    assert_eq!(nurse.post("remove_logo", &[]).await.location, "/admin/sites?saved=yes");
    assert_eq!(nurse.post("remove_logo", &[]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(app.stranger().get(&path).await.texts(".clinic"), [CLINIC]);
    assert_eq!(logged(&app, &site.id, Action::SiteChanged).await, ["logo"; 3]);
}

#[tokio::test]
async fn what_is_no_picture_is_refused() {
    let app = TestApp::start().await;
    let site = app.first_site().await;
    let nurse = app.nurse().await;
    let large = [PNG, [0; 110 * 1024].as_slice()].concat();
    let just = [PNG, vec![0; 100 * 1024 - PNG.len()].as_slice()].concat();
    for (name, bytes, problem) in [
        (
            "logo",
            &b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script/></svg>"[..],
            "Choose a PNG, JPEG or WebP file",
        ),
        ("logo", b"", "Choose a PNG, JPEG or WebP file"),
        ("other", PNG, "Choose a PNG, JPEG or WebP file"),
        ("logo", &large, "The file is larger than 100 KB. Choose a smaller one"),
    ] {
        let page = upload(&nurse, name, bytes).await;
        assert_eq!(
            (page.status, page.texts("#errors li")),
            (StatusCode::UNPROCESSABLE_ENTITY, vec![problem.to_owned()])
        );
    }
    let no_form =
        nurse.request(Method::POST, "/admin/sites/logo").body("x").send().await.expect("an answer");
    assert_eq!(no_form.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(app.state.desk.store.logo(&site.id).await.expect("a store"), None);
    assert_eq!(upload(&nurse, "logo", &just).await.status, StatusCode::SEE_OTHER, "to the byte");

    let desk = app.staff(&site, &[Role::FrontDesk, Role::Clinician]).await;
    assert_eq!(upload(&desk, "logo", PNG).await.status, StatusCode::FORBIDDEN);
    assert_eq!(upload(&app.stranger(), "logo", PNG).await.status, StatusCode::UNAUTHORIZED);
    let foreign = nurse
        .request(Method::POST, "/admin/sites/logo")
        .header("sec-fetch-site", "cross-site")
        .body("x")
        .send()
        .await
        .expect("an answer");
    assert_eq!(foreign.status(), StatusCode::FORBIDDEN);
}
