//! The browser of a request in words: "Firefox on Windows".

use super::fill;
use super::log::sentence::LogSentences;
use crate::model::language::Language;
use woothee::parser::Parser;

/// What the parser says where it does not know.
const UNKNOWN: &str = "UNKNOWN";

/// The browser and the system that a `User-Agent` names. `None` where the request had none.
#[must_use]
pub fn browser(language: Language, user_agent: &str) -> Option<String> {
    if user_agent.trim().is_empty() {
        return None;
    }
    let words = LogSentences::of(language);
    let found = Parser::new().parse(user_agent);
    let browser = found.as_ref().map(|found| found.name).filter(|name| *name != UNKNOWN);
    let Some(browser) = browser else { return Some(words.unknown_browser.to_owned()) };
    let system = found.as_ref().map(|found| system(found.os)).filter(|name| *name != UNKNOWN);
    Some(match system {
        Some(system) => fill(&fill(words.on_system, "browser", browser), "system", system),
        None => browser.to_owned(),
    })
}

/// The system's usual name, without its version.
fn system(name: &str) -> &str {
    match name {
        name if name.starts_with("Windows Phone") => "Windows Phone",
        name if name.starts_with("Windows") => "Windows",
        "Mac OSX" => "macOS",
        name => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usual_browsers_have_their_names() {
        for (user_agent, en, fr) in [
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:142.0) Gecko/20100101 Firefox/142.0",
                "Firefox on Windows",
                "Firefox sous Windows",
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) \
                 Chrome/139.0.0.0 Safari/537.36 Edg/139.0.0.0",
                "Edge on Windows",
                "Edge sous Windows",
            ),
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like \
                 Gecko) Version/18.5 Safari/605.1.15",
                "Safari on macOS",
                "Safari sous macOS",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 \
                 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1",
                "Safari on iPhone",
                "Safari sous iPhone",
            ),
            (
                "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) \
                 Chrome/139.0.0.0 Mobile Safari/537.36",
                "Chrome on Android",
                "Chrome sous Android",
            ),
            ("made up", "an unknown browser", "un navigateur inconnu"),
        ] {
            assert_eq!(browser(Language::En, user_agent).as_deref(), Some(en));
            assert_eq!(browser(Language::Fr, user_agent).as_deref(), Some(fr));
        }
        assert_eq!(browser(Language::En, " "), None);
    }
}
