//! The attributes of the frames that show Empego's pages. The browser tests look at the elements.

use crate::helpers::TestApp;
use empego_desk::config::{Config, Settings};

const DEFAULT: &str = "allow-scripts allow-same-origin allow-forms allow-modals allow-popups \
                       allow-popups-to-escape-sandbox allow-downloads \
                       allow-storage-access-by-user-activation \
                       allow-top-navigation-by-user-activation";

fn read(flags: Option<&str>) -> Result<Config, Vec<String>> {
    let empego_frame_sandbox = flags.map(str::to_owned);
    Config::read(&Settings { empego_frame_sandbox, ..Settings::default() })
}

#[test]
fn the_flags_of_the_sandbox_are_a_setting() {
    for (given, flags) in [
        (None, DEFAULT),
        (Some(" "), DEFAULT),
        (Some("none"), "none"),
        (Some(" allow-scripts   allow-same-origin "), "allow-scripts allow-same-origin"),
    ] {
        let config = read(given).expect("it holds");
        assert_eq!((config.frame_sandbox.as_str(), config.warnings.len()), (flags, 0), "{given:?}");
    }
    assert!(!DEFAULT.split(' ').any(|flag| flag == "allow-top-navigation"));
    let config = read(Some("allow-scripts allow-top-navigation")).expect("it holds");
    assert_eq!(config.warnings.len(), 1, "{:?}", config.warnings);
    assert!(config.warnings[0].contains("allow-same-origin"), "{:?}", config.warnings);
    let problems = read(Some("allow-script allow-same-origin")).expect_err("a flag that is none");
    assert!(problems[0].starts_with("EMPEGO_FRAME_SANDBOX: \"allow-script\""), "{problems:?}");
}

#[tokio::test]
async fn every_frame_gets_the_flags() {
    for (given, flags) in [(None, DEFAULT), (Some("none"), "none")] {
        let given = given.map(str::to_owned);
        let app = TestApp::with(|settings| settings.empego_frame_sandbox = given).await;
        let nurse = app.nurse().await;
        let id = nurse.create("Ada", "Example", "A-1").await;
        let token = nurse.token(&id).await;
        let word = format!("<data value=\"sandbox\">{flags}</data>");
        for path in [format!("/c/{token}"), format!("/consultations/{id}/details")] {
            let page = nurse.get(&path).await;
            assert!(page.text.contains(&word), "{path}: {}", page.text);
        }
        let check = nurse.get("/admin/connection").await;
        assert!(
            check.text.contains(&format!("&quot;sandbox&quot;:&quot;{flags}&quot;")),
            "{}",
            check.text
        );
    }
}
