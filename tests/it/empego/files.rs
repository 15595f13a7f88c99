//! The PDF of an export, fetched from wherever a message says: only from where files may be, and
//! only a PDF.

use super::*;
use empego_desk::empego::FileError;
use empego_desk::empego::file::MAX_FILE_BYTES;
use reqwest::header::AUTHORIZATION;
use wiremock::matchers::any;

const PDF: &[u8] = b"%PDF-1.7\nsmall";

/// A client that may fetch files from this server, and the address of one there.
fn fetcher(server: &MockServer) -> (Empego, String) {
    let file_origins = vec![Origin::parse(&server.uri(), true).expect("an origin")];
    let (empego, _) = client(Settings {
        file_origins,
        tenant: Some(TENANT_KEY.into()),
        ..settings("https://empego.example")
    });
    (empego, format!("{}/files/onceonly77", server.uri()))
}

async fn serving(answer: ResponseTemplate) -> MockServer {
    let server = MockServer::start().await;
    Mock::given(any()).respond_with(answer).mount(&server).await;
    server
}

async fn fetch(answer: ResponseTemplate) -> Result<Vec<u8>, FileError> {
    let server = serving(answer).await;
    let (empego, address) = fetcher(&server);
    empego.fetch_pdf(&address, None).await
}

fn pdf(body: &[u8]) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_raw(body, "application/pdf")
}

#[tokio::test]
async fn a_file_comes_without_our_key_being_shown() {
    let server = serving(pdf(PDF)).await;
    let (empego, address) = fetcher(&server);
    assert_eq!(empego.fetch_pdf(&address, None).await.as_deref(), Ok(PDF));
    let request =
        server.received_requests().await.expect("recording is on").pop().expect("a request");
    assert_eq!(request.method.as_str(), "GET");
    assert!(
        !request.headers.contains_key(AUTHORIZATION)
            && !request.headers.contains_key("x-tenant-key"),
        "{:?}",
        request.headers
    );
    assert!(!format!("{:?}", request.headers).contains(API_KEY));
}

#[tokio::test]
async fn only_a_pdf_is_taken() {
    assert_eq!(
        fetch(ResponseTemplate::new(200).set_body_raw(PDF, "Application/PDF; charset=binary"))
            .await
            .as_deref(),
        Ok(PDF)
    );
    let unnamed = "application/octet-stream";
    assert_eq!(
        fetch(ResponseTemplate::new(200).set_body_raw(PDF, unnamed)).await.as_deref(),
        Ok(PDF),
        "by its first bytes"
    );
    let page = ResponseTemplate::new(200).set_body_raw(&b"<html>"[..], unnamed);
    assert_eq!(fetch(page).await, Err(FileError::NotPdf));
    for kind in ["text/html", "application/pdfx", ""] {
        assert_eq!(
            fetch(ResponseTemplate::new(200).set_body_raw(PDF, kind)).await,
            Err(FileError::NotPdf),
            "{kind}"
        );
    }
    assert_eq!(
        fetch(ResponseTemplate::new(200).set_body_bytes(PDF).append_header("x", "y")).await,
        Err(FileError::NotPdf)
    );
    for body in [&b""[..], b"%PDF", b" %PDF-1.7", b"<html>%PDF-1.7"] {
        assert_eq!(fetch(pdf(body)).await, Err(FileError::NotPdf), "{body:?}");
    }
}

#[tokio::test]
async fn a_file_is_as_large_as_it_may_be_and_no_larger() {
    let body = |length: usize| [PDF, &vec![b' '; length - PDF.len()]].concat();
    assert_eq!(
        fetch(pdf(&body(MAX_FILE_BYTES))).await.map(|bytes| bytes.len()),
        Ok(MAX_FILE_BYTES)
    );
    assert_eq!(fetch(pdf(&body(MAX_FILE_BYTES + 1))).await, Err(FileError::TooLarge));
}

#[tokio::test]
async fn no_other_answer_is_followed_or_taken() {
    for status in [201, 204, 206, 301, 302, 307, 400, 403, 404, 410, 500, 503] {
        let target = serving(pdf(PDF)).await;
        let answer = ResponseTemplate::new(status)
            .set_body_raw(PDF, "application/pdf")
            .append_header("location", target.uri());
        assert_eq!(fetch(answer).await, Err(FileError::Unreachable), "{status}");
        assert!(
            target.received_requests().await.expect("recording is on").is_empty(),
            "{status} is not followed"
        );
    }
}

#[tokio::test]
async fn another_host_is_not_even_asked() {
    let (server, other) = (serving(pdf(PDF)).await, serving(pdf(PDF)).await);
    let (empego, _) = fetcher(&server);
    let port = server.address().port();
    for address in [
        format!("{}/files/x", other.uri()),
        format!("http://localhost:{port}/files/x"),
        format!("http://user@127.0.0.1:{port}/files/x"),
        format!("https://127.0.0.1:{port}/files/x"),
        "file:///etc/passwd".to_owned(),
        "/files/x".to_owned(),
        String::new(),
    ] {
        assert_eq!(empego.fetch_pdf(&address, None).await, Err(FileError::OtherHost), "{address}");
    }
    for asked in [server, other] {
        assert!(asked.received_requests().await.expect("recording is on").is_empty());
    }
}

#[tokio::test]
async fn a_host_that_is_away_is_unreachable() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let origin = format!("http://{}", listener.local_addr().expect("an address"));
    drop(listener);
    let file_origins = vec![Origin::parse(&origin, true).expect("an origin")];
    let (empego, _) = client(Settings { file_origins, ..settings("https://empego.example") });
    let address = format!("{origin}/files/x");
    for (expiry, error) in [
        (None, FileError::Unreachable),
        (Some(NOW + 1), FileError::Unreachable),
        (Some(NOW), FileError::Expired),
    ] {
        assert_eq!(empego.fetch_pdf(&address, expiry).await, Err(error), "{expiry:?}");
    }
}
