//! How long a stop takes.

use crate::helpers::TestApp;
use reqwest::Method;
use std::time::Duration;
use tokio::io::AsyncReadExt;
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio::time::Instant;

#[tokio::test]
async fn requests_and_their_tasks_have_one_deadline_together() {
    // An Empego that takes calls and answers none.
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let empego = format!("http://{}/v2", listener.local_addr().expect("an address"));
    let (called, mut calls) = mpsc::unbounded_channel();
    tokio::spawn(async move {
        while let Ok((mut connection, _)) = listener.accept().await {
            let called = called.clone();
            tokio::spawn(async move {
                connection.read_u8().await.ok();
                called.send(()).ok();
                connection.read_to_end(&mut Vec::new()).await.ok();
            });
        }
    });
    let timeout = Duration::from_secs(6);
    let app = TestApp::with_shutdown(timeout, |settings| {
        settings.empego_timeout = None;
        settings.empego_api_url = Some(empego);
        settings.empego_api_key = Some("key".to_owned());
    })
    .await;
    let nurse = app.nurse().await;
    let hanging: Vec<_> = (0..3)
        .map(|n| {
            let identifier = format!("A-{n}");
            let form =
                [("first_name", "Ada"), ("last_name", "Example"), ("identifier", &identifier)];
            let request = nurse.request(Method::POST, "/api/create_consultation").form(&form);
            tokio::spawn(request.send())
        })
        .collect();
    for _ in &hanging {
        calls.recv().await.expect("a call");
    }
    let begun = Instant::now();
    app.stop().await;
    let taken = begun.elapsed();
    assert!(taken >= timeout && taken < 2 * timeout, "{taken:?}");
    for call in hanging {
        let _ = call.await.expect("it ends");
    }
}
