//! Checks of paths in requests, and the pages that users are sent to.

use super::routes::PageRoute;
use crate::model::address::is_function;
use crate::model::ids::ConsultationId;
use crate::model::role::{Permission, Roles};

/// Whether a path is in normal form: without `.`, `..`, `\` or an empty segment. The router matches
/// paths as written, so a path that a browser would resolve to another one is rejected.
#[must_use]
pub fn is_normalized(path: &str) -> bool {
    let resolved = url::Url::parse("http://desk.invalid").and_then(|base| base.join(path));
    !path.contains("//") && resolved.is_ok_and(|url| url.path() == path)
}

/// The query of the first page after a switch to another site: a field without a value.
pub const SWITCHED: &str = "switched";

/// The first page after sign-in: the board, or the staff page for an administrator who has no other
/// role.
#[must_use]
pub fn home(roles: &Roles) -> &'static str {
    let page = if roles.allow(Permission::Consult) { PageRoute::Board } else { PageRoute::Staff };
    page.path()
}

/// The page after a legal hold was set or lifted: the record if the user may see it, else the
/// retention page.
#[must_use]
pub fn after_hold(roles: &Roles, id: &ConsultationId) -> String {
    if roles.allow(Permission::Consult) {
        PageRoute::Consultation.at(id)
    } else {
        PageRoute::Retention.path().to_owned()
    }
}

/// The longest redirect target, in bytes: proxies refuse an answer with long headers.
const LONGEST_PATH: usize = 2_048;

/// A safe redirect target from user input: a path on this host, or else the board.
///
/// Browsers remove tabs and line breaks from a URL and read `\` as `/` (WHATWG URL), so only
/// printable ASCII without `\` is accepted.
#[must_use]
pub fn local_path(wanted: &str) -> &str {
    let local = wanted.len() <= LONGEST_PATH
        && wanted.starts_with('/')
        && !wanted.starts_with("//")
        && wanted.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\')
        && !is_function(wanted);
    if local { wanted } else { PageRoute::Board.path() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_local_paths_are_redirect_targets() {
        for (wanted, kept) in [
            ("/consultations/1", true),
            ("/c/abc?lang=fr", true),
            ("", false),
            ("//evil.example", false),
            ("/\\evil.example", false),
            ("/\t/evil.example", false),
            ("/\n/evil.example", false),
            ("\t//evil.example", false),
            ("/a b", false),
            ("/a\u{7f}", false),
            ("/é", false),
            ("https://evil.example", false),
            ("/a\r\nSet-Cookie: x", false),
            ("/api/sign_out", false),
        ] {
            assert_eq!(local_path(wanted) == wanted, kept, "{wanted}");
        }
        assert_eq!(local_path(&format!("/{}", "x".repeat(LONGEST_PATH))), PageRoute::Board.path());
    }

    #[test]
    fn paths_that_a_browser_would_resolve_differently_are_not_normalized() {
        for path in [
            "/",
            "/consultations",
            "/consultations/01a0-b",
            "/c/Ab9",
            "/admin/audit/patient/x/report.csv",
            "/a%20b",
        ] {
            assert!(is_normalized(path), "{path}");
        }
        for path in [
            "/x/../admin/audit",
            "/./admin",
            "/%2e%2e/admin/audit",
            "/a/%2E%2e/b",
            "/c/..\\admin\\sites",
            "\\admin",
            "//admin",
            "/admin//staff",
            "/admin/..",
            "/admin/.",
            "",
        ] {
            assert!(!is_normalized(path), "{path}");
        }
    }
}
