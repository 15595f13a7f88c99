//! What presigned URLs lead to.

use super::*;
use scraper::{Html, Selector};

fn select<'a>(document: &'a Html, selector: &str) -> Vec<scraper::ElementRef<'a>> {
    document.select(&Selector::parse(selector).expect("a selector")).collect()
}

#[tokio::test]
async fn the_questionnaire_has_three_questions_in_two_languages_and_one_button() {
    let bench = Bench::start().await;
    let url = bench.presign(&bench.create().await).await;
    let response =
        send(bench.client.get(&url).header("accept-language", "fr-CA,fr;q=0.9,en;q=0.5")).await;
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(response.headers()["cache-control"], "no-store");
    assert!(response.headers().get("x-frame-options").is_none());
    let policy = response.headers()["content-security-policy"].to_str().expect("text").to_owned();
    assert!(policy.starts_with("default-src 'none'; script-src 'nonce-"), "{policy}");
    let alias = bench.origin.replace("127.0.0.1", "localhost");
    for part in [
        "connect-src 'self';",
        "form-action 'self';",
        &format!("frame-src {} {alias};", bench.origin),
    ] {
        assert!(policy.contains(part), "{policy}");
    }
    assert!(!policy.contains("frame-ancestors") && !policy.contains("unsafe"), "{policy}");

    let document = Html::parse_document(&response.text().await.expect("a body"));
    assert_eq!(select(&document, "html[lang=fr]").len(), 1, "the browser's language");
    assert_eq!(select(&document, "title")[0].inner_html(), "Votre questionnaire");
    assert_eq!(select(&document, ".question").len(), 3);
    assert_eq!(select(&document, "input#reason[type=text][required]").len(), 1);
    assert_eq!(select(&document, "fieldset legend").len(), 1);
    assert_eq!(select(&document, "fieldset label > input[type=radio][name=medication]").len(), 2);
    assert_eq!(select(&document, "textarea#other").len(), 1);
    assert_eq!(select(&document, "label[for=reason], label[for=other]").len(), 2);
    for selector in [
        "h1",
        ".question label span[lang]",
        "legend",
        "#reason-error",
        "button[type=submit]",
        "#sent h1",
    ] {
        for element in select(&document, selector) {
            if element.value().name() != "span" {
                let languages: Vec<_> = element
                    .child_elements()
                    .filter_map(|child| child.value().attr("lang"))
                    .collect();
                assert_eq!(languages, ["en", "fr"], "{selector}");
            }
        }
    }
    let button = select(&document, "form button");
    assert_eq!(button.len(), 1, "one button to finish");
    assert_eq!(button[0].text().collect::<Vec<_>>(), ["Finish", "Terminer"]);
    assert_eq!(select(&document, "button[data-language]").len(), 2);
    let nonce =
        policy.split("'nonce-").nth(1).and_then(|rest| rest.split('\'').next()).expect("a nonce");
    assert!(nonce.len() >= 20);
    assert!(
        select(&document, "script, style")
            .iter()
            .all(|element| element.value().attr("nonce") == Some(nonce))
    );
    assert!(
        select(&document, "[src], link[href^=http], img, [style]").is_empty(),
        "nothing from elsewhere, nothing inline"
    );
}

#[tokio::test]
async fn a_url_opens_once() {
    let bench = Bench::start().await;
    let key = bench.create().await;
    let url = bench.presign(&key).await;
    assert_eq!(status(bench.client.head(&url)).await, StatusCode::OK);
    assert_eq!(bench.load(&url).await.0, StatusCode::OK, "a HEAD does not spend it");
    let (gone, page) = bench.load(&url).await;
    assert_eq!(gone, StatusCode::GONE);
    assert!(
        page.contains("This page cannot be opened any more")
            && page.contains("Cette page ne peut plus être ouverte")
    );
    assert_eq!(status(bench.client.head(&url)).await, StatusCode::GONE);
    assert_eq!(bench.load(&bench.presign(&key).await).await.0, StatusCode::OK, "a fresh one does");
    let counters = bench.state().await["counters"].clone();
    assert_eq!((&counters["page_loads"], &counters["pages_refused"]), (&json!(2), &json!(1)));
}

#[tokio::test]
async fn a_url_expires() {
    let bench = Bench::start().await;
    let key = bench.create().await;
    let (early, late) = (bench.presign(&key).await, bench.presign(&key).await);
    bench.pass(299_999);
    assert_eq!(bench.load(&early).await.0, StatusCode::OK);
    bench.pass(1);
    assert_eq!(bench.load(&late).await.0, StatusCode::GONE);
    assert_eq!(
        status(bench.answers(&late)).await,
        StatusCode::NOT_FOUND,
        "a page that never opened cannot be answered"
    );
    assert_eq!(
        status(bench.answers(&early)).await,
        StatusCode::OK,
        "an open page can be, as long as it takes"
    );
}

#[tokio::test]
async fn made_up_urls_lead_nowhere() {
    let bench = Bench::start().await;
    let url = bench.presign(&bench.create().await).await;
    for path in [
        "/embed/consultation/nothing",
        "/embed/followup/nothing",
        "/embed/else/nothing",
        "/embed/consultation/",
        "/nowhere",
        "/embed/messenger",
    ] {
        assert_eq!(status(bench.get(path)).await, StatusCode::NOT_FOUND, "{path}");
    }
    for page in ["followup", "consultation-details", "followup-details"] {
        assert_eq!(
            bench.load(&url.replace("/consultation/", &format!("/{page}/"))).await.0,
            StatusCode::NOT_FOUND,
            "{page}"
        );
    }
    assert_eq!(bench.load(&url).await.0, StatusCode::OK, "and spend nothing");
}

#[tokio::test]
async fn answers_move_the_status_and_bring_the_documented_message() {
    let bench = Bench::start().await;
    let key = bench.create().await;
    let url = bench.presign(&key).await;
    refused(bench.answers(&url), StatusCode::NOT_FOUND).await;
    bench.load(&url).await;
    bench.pass(5_000);
    let plan = json_of(bench.answers(&url)).await;
    let message = json!({
        "eventType": "consultation", "operation": "update", "status": "TO_BE_ANALYZED", "id": key,
        "tenantKey": empego_desk::sandbox::TENANT_KEY, "createdAt": START + 5_000,
    });
    assert_eq!(plan, json!({ "message": message, "times": 1, "from": null }));
    let state = bench.state().await;
    assert_eq!(only(&state)["status"], "TO_BE_ANALYZED");
    assert_eq!(only(&state)["answered_at"], START + 5_000);
    assert!(!state.to_string().contains("a cough"), "answers are not kept");

    bench.pass(5_000);
    assert_eq!(status(bench.answers(&url)).await, StatusCode::OK, "sent twice is sent once");
    assert_eq!(only(&bench.state().await)["answered_at"], START + 5_000);
    let (shown, page) = bench.load(&bench.presign(&key).await).await;
    assert_eq!(shown, StatusCode::OK);
    assert!(
        page.contains("Answers sent") && !page.contains("<form"),
        "a fresh page says that it is answered"
    );
    assert!(page.contains(r#""status":"TO_BE_ANALYZED""#), "and says so to the window around");
}

#[tokio::test]
async fn a_follow_up_is_answered_too() {
    let bench = Bench::start().await;
    let key = json_of(bench.rest("/followup", &patient("1"))).await["followupKey"].clone();
    let url = url_of(bench.rest("/embed/followup/answer", &json!({ "followupKey": key }))).await;
    assert_eq!(bench.load(&url).await.0, StatusCode::OK);
    let plan = json_of(bench.answers(&url)).await;
    assert_eq!((&plan["message"]["eventType"], &plan["message"]["id"]), (&json!("followup"), &key));
    assert_eq!(bench.state().await["followups"][0]["status"], "TO_BE_ANALYZED");
}

#[tokio::test]
async fn the_first_answer_is_needed() {
    let bench = Bench::start().await;
    let url = bench.presign(&bench.create().await).await;
    bench.load(&url).await;
    let answers = |body: Value| bench.client.post(format!("{url}/answers")).json(&body);
    for body in [json!({}), json!({ "reason": null }), json!({ "reason": "  ", "other": "x" })] {
        refused(answers(body), StatusCode::UNPROCESSABLE_ENTITY).await;
    }
    for body in [json!([]), json!({ "reason": 1 }), json!(null)] {
        refused(answers(body), StatusCode::BAD_REQUEST).await;
    }
    refused(answers(json!({ "reason": "x".repeat(70_000) })), StatusCode::PAYLOAD_TOO_LARGE).await;
    assert_eq!(only(&bench.state().await)["status"], "UNANSWERED");
}

#[tokio::test]
async fn without_script_the_plain_form_does_it() {
    let bench = Bench::start().await;
    let url = bench.presign(&bench.create().await).await;
    let (_, page) = bench.load(&url).await;
    let document = Html::parse_document(&page);
    let action = select(&document, "form[method=post]")[0]
        .value()
        .attr("action")
        .expect("an action")
        .to_owned();
    let response = send(bench.post(&action).form(&[("reason", " ")])).await;
    assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let document = Html::parse_document(&response.text().await.expect("a body"));
    assert_eq!(select(&document, "#reason[aria-invalid=true]").len(), 1);
    assert!(select(&document, "#reason-error[hidden]").is_empty());
    let response =
        send(bench.post(&action).form(&[("reason", "a cough"), ("medication", "yes")])).await;
    assert_eq!(response.status(), StatusCode::OK);
    let page = response.text().await.expect("a body");
    assert!(page.contains("You can close this page or go back.") && !page.contains("deliver("));
    assert_eq!(only(&bench.state().await)["status"], "TO_BE_ANALYZED");
}

#[tokio::test]
async fn the_details_page_shows_key_and_status_once() {
    let bench = Bench::start().await;
    let key = bench.create().await;
    let url =
        url_of(bench.rest("/embed/consultation/details", &json!({ "consultationKey": key }))).await;
    let (shown, page) = bench.load(&url).await;
    assert_eq!(shown, StatusCode::OK);
    assert!(page.contains(&key) && page.contains("Unanswered") && page.contains("Non répondu"));
    assert_eq!(bench.load(&url).await.0, StatusCode::GONE);
    assert_eq!(
        status(bench.answers(&url)).await,
        StatusCode::NOT_FOUND,
        "staff's page takes no answers"
    );
}

/// What the details page posts of an export that begins, or that is ready.
async fn step(bench: &Bench, url: &str, name: &str) -> Value {
    json_of(bench.client.post(format!("{url}/export/{name}"))).await
}

#[tokio::test]
async fn an_export_brings_the_documented_messages_and_a_file_for_90_seconds() {
    let bench = Bench::start().await;
    let key = bench.create().await;
    let url =
        url_of(bench.rest("/embed/consultation/details", &json!({ "consultationKey": key }))).await;
    refused(bench.client.post(format!("{url}/export/ready")), StatusCode::NOT_FOUND).await;
    assert!(bench.load(&url).await.1.contains("Exporter"));
    let common = json!({
        "eventType": "consultation", "id": key, "tenantKey": empego_desk::sandbox::TENANT_KEY, "createdAt": START,
    });
    let with = |operation: &str| {
        let mut message = common.clone();
        message["operation"] = json!(operation);
        message
    };
    assert_eq!(step(&bench, &url, "progress").await, with("exportInProgress"));
    let mut ready = step(&bench, &url, "ready").await;
    let data = ready.as_object_mut().expect("an object").remove("data").expect("it is ready");
    assert_eq!(ready, with("exportReady"));
    assert_eq!(
        (&data["pdfSummary"]["status"], &data["pdfSummary"]["fileURLExpiry"]),
        (&json!("SUCCESS"), &json!(START + 90_000))
    );
    assert_eq!(data["textualSummary"]["status"], "SUCCESS");
    assert!(data["textualSummary"]["content"].as_str().expect("a text").contains(&key));

    let file = data["pdfSummary"]["fileURL"].as_str().expect("an address");
    assert!(file.starts_with(&format!("{}/files/", bench.origin)), "{file}");
    bench.pass(89_999);
    let answer = send(bench.client.get(file)).await;
    assert_eq!(
        (answer.status(), &answer.headers()["content-type"]),
        (StatusCode::OK, &"application/pdf".parse().expect("a value"))
    );
    let bytes = answer.bytes().await.expect("a body");
    for part in [b"%PDF-".as_slice(), b"Empego sandbox", key.as_bytes()] {
        assert!(bytes.windows(part.len()).any(|found| found == part), "{part:?}");
    }
    bench.pass(1);
    refused(bench.client.get(file), StatusCode::GONE).await;
    for unknown in ["/files/x.pdf", "/files/x", "/files/.pdf"] {
        refused(bench.get(unknown), StatusCode::NOT_FOUND).await;
    }
    refused(bench.client.post(format!("{url}/export/begin")), StatusCode::NOT_FOUND).await;
    refused(
        bench.client.post(format!("{}/export/ready", bench.presign(&key).await)),
        StatusCode::NOT_FOUND,
    )
    .await;
}

#[tokio::test]
async fn an_export_fails_as_told() {
    let bench = Bench::start().await;
    let key = bench.create().await;
    let url =
        url_of(bench.rest("/embed/consultation/details", &json!({ "consultationKey": key }))).await;
    bench.load(&url).await;
    for (fails, pdf, text) in [
        ("pdf", "FAILURE", "SUCCESS"),
        ("text", "SUCCESS", "FAILURE"),
        ("both", "FAILURE", "FAILURE"),
    ] {
        bench.faults(json!({ "export_fails": fails })).await;
        let data = step(&bench, &url, "ready").await["data"].clone();
        assert_eq!(
            (&data["pdfSummary"]["status"], &data["textualSummary"]["status"]),
            (&json!(pdf), &json!(text)),
            "{fails}"
        );
        assert_eq!(data["pdfSummary"].get("fileURL").is_some(), pdf == "SUCCESS");
        assert_eq!(data["textualSummary"].get("content").is_some(), text == "SUCCESS");
    }
    bench.faults(json!({ "export_fails": null })).await;
    let file = async |fault: &str| {
        bench.faults(json!({ "export_file": fault })).await;
        step(&bench, &url, "ready").await["data"]["pdfSummary"]["fileURL"]
            .as_str()
            .expect("an address")
            .to_owned()
    };
    assert!(!file("other_host").await.starts_with(&bench.origin));
    refused(bench.client.get(file("expired").await), StatusCode::GONE).await;
    let large = send(bench.client.get(file("too_large").await)).await;
    assert_eq!(large.headers()["content-type"], "application/pdf");
    assert!(large.bytes().await.expect("a body").len() > 20 * 1024 * 1024);
    let other = send(bench.client.get(file("not_pdf").await)).await;
    assert_eq!(other.headers()["content-type"], "application/pdf");
    assert!(!other.bytes().await.expect("a body").starts_with(b"%PDF"));
}

#[tokio::test]
async fn the_front_page_says_what_it_is() {
    let bench = Bench::start().await;
    let (shown, page) = bench.load(&format!("{}/", bench.origin)).await;
    assert_eq!(shown, StatusCode::OK);
    assert!(page.contains("Empego sandbox") && page.contains(&format!("{}/v2", bench.origin)));
    assert_eq!(status(bench.get("/healthz")).await, StatusCode::OK);
}
