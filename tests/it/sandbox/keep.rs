//! What the sandbox keeps in a file, and what it does not.

use super::*;
use tempfile::TempDir;

/// What is kept of a state.
fn kept(state: &Value) -> Value {
    let mut consultations = state["consultations"].clone();
    for consultation in consultations.as_array_mut().expect("a list") {
        consultation.as_object_mut().expect("an object").remove("urls_minted");
    }
    json!([state["patients"], consultations, state["followups"]])
}

#[tokio::test]
async fn patients_and_what_was_created_outlive_a_restart_and_urls_do_not() {
    let folder = TempDir::new().expect("a folder");
    let file = folder.path().join("sandbox.json");
    let bench = Bench::keeping(Some(file.clone())).await;
    let answered = bench.create().await;
    let url = bench.presign(&answered).await;
    bench.load(&url).await;
    assert_eq!(status(bench.answers(&url)).await, StatusCode::OK);
    let open = bench.create().await;
    let left = bench.presign(&open).await;
    assert_eq!(status(bench.rest("/followup", &patient("2"))).await, StatusCode::CREATED);
    let before = bench.state().await;
    // Neither a stop in order nor a word of warning.
    bench.server.abort();

    let bench = Bench::keeping(Some(file.clone())).await;
    assert_eq!(kept(&bench.state().await), kept(&before));
    let (_, path) = left.split_once("/embed/").expect("a path");
    assert_eq!(
        bench.load(&format!("{}/embed/{path}", bench.origin)).await.0,
        StatusCode::NOT_FOUND,
        "URLs are of one run"
    );
    let url = bench.presign(&open).await;
    assert_eq!(bench.load(&url).await.0, StatusCode::OK);
    assert_eq!(status(bench.answers(&url)).await, StatusCode::OK);
    bench.create().await;
    assert_eq!(
        bench.state().await["patients"].as_array().map(Vec::len),
        Some(2),
        "a known patient is known again"
    );
    let text = std::fs::read_to_string(&file).expect("it is there");
    assert!(
        !text.contains("/embed/") && !text.contains("cough"),
        "neither URLs nor answers are kept: {text}"
    );

    assert_eq!(status(bench.post("/control/reset")).await, StatusCode::OK);
    bench.server.abort();
    let bench = Bench::keeping(Some(file)).await;
    assert_eq!(kept(&bench.state().await), json!([[], [], []]), "a fresh start is kept too");
}

#[tokio::test]
async fn what_does_not_read_is_set_aside() {
    let folder = TempDir::new().expect("a folder");
    let file = folder.path().join("sandbox.json");
    let foreign = json!({ "version": 1, "patients": [{ "key": "p", "tenant": "another", "identifiers": [] }], "subjects": [] }).to_string();
    for broken in
        ["", "{", "null", "{\"version\":2,\"patients\":[],\"subjects\":[]}", "\u{0}\u{0}", &foreign]
    {
        std::fs::write(&file, broken).expect("it writes");
        let bench = Bench::keeping(Some(file.clone())).await;
        assert_eq!(kept(&bench.state().await), json!([[], [], []]), "{broken}");
        assert_eq!(
            std::fs::read_to_string(folder.path().join("sandbox.json.broken"))
                .expect("it is there"),
            broken
        );
        bench.create().await;
        assert!(
            std::fs::read_to_string(&file).expect("it is there").contains("\"version\":1"),
            "{broken}"
        );
    }
}

#[tokio::test]
async fn many_at_once_are_all_in_the_file() {
    let folder = TempDir::new().expect("a folder");
    let file = folder.path().join("sandbox.json");
    let bench = Bench::keeping(Some(file.clone())).await;
    let keys = futures::future::join_all((0..50).map(|_| bench.create())).await;
    bench.server.abort();
    let bench = Bench::keeping(Some(file)).await;
    let state = bench.state().await;
    assert_eq!(state["consultations"].as_array().map(Vec::len), Some(50));
    for key in keys {
        assert!(state["consultations"].to_string().contains(&key), "{key}");
    }
}
