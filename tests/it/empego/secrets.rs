//! No key, name or presigned URL in debug output, errors and logs.

use super::*;
use crate::lines::Lines;
use empego_desk::empego::{Kind, PresignedUrl};
use serde_json::json;

/// Everything that must not be seen anywhere.
const PRIVATE: [&str; 15] = [
    API_KEY,
    "0451",
    TENANT_KEY,
    "0815",
    "Hélène",
    "Tremblay",
    // As an upstream may write them: without accents, in capitals, in parts.
    "Helene",
    "HELENE",
    "helene",
    "TREMBLAY",
    "tremblay",
    "TREH80520312",
    "treh",
    "onceonly77",
    "evil.example",
];

fn assert_clean(text: &str) {
    for private in PRIVATE {
        assert!(!text.contains(private), "{private} is in: {text}");
    }
}

fn full_settings(base_url: &str) -> Settings {
    Settings { tenant: Some(TENANT_KEY.into()), ..settings(base_url) }
}

#[test]
fn debug_output_shows_no_secret() {
    let settings = full_settings("https://user:0451@api.example/prefix-0815?key=0451");
    let shown = format!("{settings:?}");
    assert_clean(&shown);
    assert!(
        shown.contains("https://api.example") && shown.contains("https://app.empego.ca"),
        "{shown}"
    );
    assert_clean(&format!("{:#?}", client(settings).0));

    let origins = [Origin::parse("https://app.empego.ca", false).expect("an origin")];
    let url = PresignedUrl::parse(URL, &origins).expect("a good URL");
    assert_eq!(format!("{url:?}"), "PresignedUrl(…)");
    assert_eq!(format!("{:?}", Ok::<_, ()>(url)), "Ok(PresignedUrl(…))");
}

#[tokio::test]
async fn a_file_that_is_not_taken_is_one_line_without_its_address() {
    let lines = Lines::default();
    let _guard = lines.listen();
    let server = MockServer::start().await;
    let origin = Origin::parse(&server.uri(), true).expect("an origin");
    let (empego, _) =
        client(Settings { file_origins: vec![origin], ..full_settings("https://empego.example") });
    for (address, kind) in [
        (format!("{}/onceonly77", server.uri()), "unreachable"),
        ("https://evil.example/onceonly77".to_owned(), "other_host"),
    ] {
        lines.clear();
        let error = empego.fetch_pdf(&address, None).await.expect_err("there is none");
        assert_clean(&format!("{error} {error:?}"));
        let logged = lines.text();
        let ours: Vec<_> =
            logged.lines().filter(|line| line.contains("empego_desk::empego")).collect();
        assert_eq!(ours.len(), 1, "{logged}");
        // Where the file is, as an operator may have to allow it: the origin alone.
        let origin = "origin=\"https://evil.example\"";
        assert_eq!(ours[0].contains(origin), kind == "other_host", "{}", ours[0]);
        assert_clean(&ours[0].replace(origin, ""));
        assert!(ours[0].contains(&format!("error=\"{kind}\"")), "{}", ours[0]);
    }
}

#[tokio::test]
async fn a_failed_call_is_one_line_without_anything_private() {
    let lines = Lines::default();
    let _guard = lines.listen();
    let echo = json!({ "message": format!("Hélène Tremblay TREH80520312 {API_KEY} {TENANT_KEY} {URL} is odd; \
        helene tremblay, HELENE TREMBLAY treh-8052-0312 is missing") });
    let foreign = json!({ "iframeUrl": "https://evil.example/onceonly77" });
    let cut = r#"{"patient":{"firstName":"Hélène"#;
    let odd = r#"{"patient":{"helene tremblay":{"firstName":"#;
    let patient = patient(vec![identifier(IdentifierType::Qc, "TREH80520312")]);
    for (answer, create_line, answer_line) in [
        (
            ResponseTemplate::new(401).set_body_json(&echo),
            Some("4xx\" error=\"refused_key"),
            "4xx\" error=\"refused_key",
        ),
        (
            ResponseTemplate::new(422).set_body_json(&echo),
            Some("4xx\" error=\"rejected\" at=\"\" said=\"key tenant missing"),
            "4xx\" error=\"rejected",
        ),
        (
            ResponseTemplate::new(404).set_body_json(&echo),
            Some("4xx\" error=\"not_found"),
            "4xx\" error=\"not_found",
        ),
        (
            ResponseTemplate::new(503).set_body_json(&echo),
            Some("5xx\" error=\"busy"),
            "5xx\" error=\"busy",
        ),
        (
            ResponseTemplate::new(500).set_body_json(&echo),
            Some("5xx\" error=\"outcome_unknown"),
            "5xx\" error=\"unavailable",
        ),
        (
            ResponseTemplate::new(200).set_body_string(cut),
            Some("2xx\" error=\"key_unread\" at=\"patient.firstName"),
            "2xx\" error=\"shape",
        ),
        (
            ResponseTemplate::new(200).set_body_string(odd),
            Some("2xx\" error=\"key_unread\" at=\"patient.….firstName"),
            "2xx\" error=\"shape",
        ),
        (ResponseTemplate::new(200).set_body_json(&foreign), None, "2xx\" error=\"foreign_url"),
    ] {
        let server = server(answer).await;
        let (empego, _) = client(full_settings(&server.uri()));
        lines.clear();

        let mut expected = vec![format!("path=\"{ANSWER}\" status=\"{answer_line}\"")];
        if let Some(line) = create_line {
            let error =
                empego.create_consultation(&patient, "opaque", None).await.expect_err("it fails");
            assert_clean(&format!("{error} {error:?}"));
            expected.insert(0, format!("path=\"{CREATE}\" status=\"{line}\""));
        }
        let error = empego.answer_url(Kind::Consultation, &key()).await.expect_err("it fails");
        assert_clean(&format!("{error} {error:?}"));

        let logged = lines.text();
        assert_clean(&logged);
        let ours: Vec<_> =
            logged.lines().filter(|line| line.contains("empego_desk::empego")).collect();
        assert_eq!(ours.len(), expected.len(), "{logged}");
        for (line, expected) in ours.iter().zip(&expected) {
            assert!(line.contains(expected), "{expected} is not in {line}");
        }
    }
}
