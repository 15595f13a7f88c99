//! What `/metrics` shows.

use crate::helpers::TestApp;
use empego_desk::server::metrics::{Kind, SERIES, builder, describe};
use metrics_exporter_prometheus::PrometheusRecorder;
use reqwest::{Method, StatusCode};
use std::collections::BTreeSet;
use std::path::Path;

/// The series of what was shown, without their values.
fn series(recorder: &PrometheusRecorder) -> BTreeSet<String> {
    let text = recorder.handle().render();
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines.filter_map(|line| Some(line.rsplit_once(' ')?.0.to_owned())).collect()
}

/// The value of a series.
fn value(recorder: &PrometheusRecorder, series: &str) -> Option<f64> {
    let text = recorder.handle().render();
    text.lines().find_map(|line| line.strip_prefix(series)?.strip_prefix(' ')?.parse().ok())
}

#[tokio::test]
async fn rate_errors_and_duration_are_shown_by_route_and_no_request_makes_a_new_series() {
    let recorder = builder().build_recorder();
    let _recording = metrics::set_default_local_recorder(&recorder);
    describe();
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    let id = nurse.create("Ada", "Lovelace", "A-1").await;
    let ask = async |method: &str, path: &str| {
        let method = Method::from_bytes(method.as_bytes()).expect("a method");
        let request = app.elsewhere(method, &format!("{}{path}", app.url));
        request.header("cookie", &nurse.cookies).send().await.expect("an answer").status()
    };
    assert_eq!(ask("GET", &format!("/consultations/{id}")).await, StatusCode::OK);
    assert_eq!(ask("GET", "/consultations/none").await, StatusCode::NOT_FOUND);
    assert_eq!(ask("GET", "/nothing").await, StatusCode::NOT_FOUND);
    ask("BREW", "/nothing").await;
    ask("POST", "/api/nothing").await;
    let before = series(&recorder);
    for n in 0..20 {
        ask("GET", &format!("/nothing/{n}?name=Lovelace{n}")).await;
        ask("GET", &format!("/consultations/{n}")).await;
        ask(&format!("BREW{n}"), "/nothing").await;
        ask("POST", &format!("/api/nothing{n}")).await;
    }
    let new: Vec<_> = series(&recorder).difference(&before).cloned().collect();
    assert!(new.is_empty(), "{new:?}");

    let count = |series: &str| value(&recorder, series);
    let answers = "desk_requests_total{route=\"/consultations/{id}\",method=\"GET\",status=";
    assert_eq!(count(&format!("{answers}\"2xx\"}}")), Some(1.0));
    assert_eq!(count(&format!("{answers}\"4xx\"}}")), Some(21.0));
    let took = "desk_request_duration_seconds_count{route=\"/consultations/{id}\",method=\"GET\"}";
    assert_eq!(count(took), Some(22.0));
    let created = "{operation=\"create-consultation\",outcome=\"answered\"}";
    assert_eq!(count(&format!("desk_empego_calls_total{created}")), Some(1.0));
    let took = "desk_empego_call_duration_seconds_count{operation=\"create-consultation\"}";
    assert_eq!(count(took), Some(1.0));
    let text = recorder.handle().render();
    for private in ["Lovelace", "Ada", &id, "A-1"] {
        assert!(!text.contains(private), "{private} is in {text}");
    }
}

#[tokio::test]
async fn pages_that_follow_changes_are_counted_while_they_do() {
    let recorder = builder().build_recorder();
    let _recording = metrics::set_default_local_recorder(&recorder);
    let app = TestApp::start().await;
    let nurse = app.nurse().await;
    let clients = || value(&recorder, "desk_places_taken{what=\"stream\"}").unwrap_or(0.0) as u8;
    let stream = nurse.request(Method::GET, "/live").send().await.expect("an answer");
    assert_eq!((stream.status(), clients()), (StatusCode::OK, 1));
    drop(stream);
    while clients() != 0 {
        tokio::task::yield_now().await;
        app.stranger().get("/healthz").await;
    }
}

/// Names of series in the source, with the way they are used.
fn used() -> BTreeSet<(String, Kind)> {
    fn files(folder: &Path, found: &mut Vec<String>) {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                files(&path, found);
            } else if !path.ends_with("server/metrics.rs") {
                found.push(std::fs::read_to_string(path).expect("text"));
            }
        }
    }
    let mut texts = Vec::new();
    files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut texts);
    let ways = [
        ("counter!(", Kind::Counter),
        ("count(", Kind::Counter),
        ("gauge!(", Kind::Gauge),
        ("set(", Kind::Gauge),
        ("histogram!(", Kind::Histogram),
    ];
    let mut found = BTreeSet::new();
    for text in texts {
        for (way, kind) in ways {
            for (at, _) in text.match_indices(way) {
                let rest = text[at + way.len()..].trim_start();
                if let Some(name) = rest.strip_prefix("\"desk_") {
                    let name = name.split('"').next().unwrap_or_default();
                    found.insert((format!("desk_{name}"), kind));
                }
            }
        }
    }
    found
}

/// By the conventions of Prometheus: base units, and `_total` for counters alone.
#[test]
fn every_series_is_described_and_named_by_the_conventions() {
    let mut described: BTreeSet<_> =
        SERIES.iter().map(|it| (it.name.to_owned(), it.kind)).collect();
    let own = ("desk_build_info".to_owned(), Kind::Gauge);
    assert!(described.remove(&own));
    assert_eq!(described, used());
    for series in SERIES {
        let name = series.name;
        assert_eq!(name.ends_with("_total"), series.kind == Kind::Counter, "{name}");
        assert!(series.kind != Kind::Histogram || name.ends_with("_seconds"), "{name}");
        assert!(!["_ms", "_millis", "_minutes", "_mb"].iter().any(|end| name.ends_with(end)));
        assert!(!series.help.ends_with('.'), "{name}");
    }
}

#[test]
fn the_document_has_every_series() {
    let mut table = "| series | kind | labels | what it is |\n|---|---|---|---|\n".to_owned();
    for series in SERIES {
        let kind = format!("{:?}", series.kind).to_lowercase();
        let labels: Vec<_> = series.labels.iter().map(|label| format!("`{label}`")).collect();
        let (name, labels, help) = (series.name, labels.join(", "), series.help);
        table += &format!("| `{name}` | {kind} | {labels} | {help} |\n");
    }
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/metrics.md");
    let text = std::fs::read_to_string(&file).expect("the document");
    let begin = text.find("| series |").expect("the table");
    let end = begin + text[begin..].find("\n\n").map_or(text.len() - begin, |at| at + 1);
    if std::env::var_os("UPDATE_DOCS").is_some() {
        let text = format!("{}{table}{}", &text[..begin], &text[end..]);
        std::fs::write(&file, text).expect("it is written");
        return;
    }
    assert_eq!(&text[begin..end], table, "run this test once with UPDATE_DOCS=1");
}
