//! Kills between any two steps: nothing that was acknowledged is taken back.

use crate::binary::Binary;
use crate::helpers::{EMAIL, PASSWORD};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

#[tokio::test]
async fn the_sandbox_of_a_default_desk_knows_after_a_kill_what_links_lead_to() {
    let mut desk = Binary::start().await;
    desk.sign_in(EMAIL, PASSWORD).await;
    let token = desk.token(&desk.create("A-1").await).await;
    desk.cut().await;
    let start = desk.post("start_consultation", &[("token", &token)]).await;
    assert_eq!(start.status, StatusCode::SEE_OTHER, "{}", start.text);
    assert!(start.location.starts_with(desk.sandbox()), "{}", start.location);
    let page = desk.elsewhere(Method::GET, &start.location).send().await.expect("an answer");
    assert_eq!(page.status(), StatusCode::OK);
    let answers = desk.elsewhere(Method::POST, &format!("{}/answers", start.location)).json(&json!({ "reason": "a cough" }));
    let plan: Value = answers.send().await.expect("an answer").json().await.expect("JSON");
    let message = plan["message"].to_string();
    let report = desk.post("report_message", &[("token", &token), ("message", &message)]).await;
    assert_eq!((report.status, report.json()), (StatusCode::OK, json!("reported")));
    assert_eq!(desk.badges().await, ["Answered"]);

    desk.cut().await;
    assert_eq!(desk.seen().await["consultations"][0]["status"], "TO_BE_ANALYZED", "an answer is known too");
    let kept = std::fs::read_to_string(desk.data("sandbox.json")).expect("it is there");
    let secret = start.location.rsplit('/').next().expect("a token");
    assert!(!kept.contains(secret) && !kept.contains("cough"), "neither presigned URLs nor answers are kept: {kept}");
    #[cfg(unix)]
    {
        let mode =
            std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(desk.data("sandbox.json")).expect("it is there").permissions());
        assert_eq!(mode & 0o777, 0o600);
    }

    desk.kill().await;
    std::fs::write(desk.data("sandbox.json"), "{\"version\":1,").expect("it writes");
    desk.restart().await;
    assert_eq!(desk.seen().await["consultations"], json!([]), "a broken file is no reason not to start");
    assert_eq!(std::fs::read_to_string(desk.data("sandbox.json.broken")).expect("it is set aside"), "{\"version\":1,");
    assert!(desk.log().contains("what the sandbox kept cannot be read"), "{}", desk.log());
    desk.create("A-2").await;
}
