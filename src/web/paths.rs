//! Addresses on this desk that requests name.

use super::routes::PageRoute;
use crate::model::address::is_function;
use crate::model::ids::ConsultationId;
use crate::model::role::{Power, Roles};

/// Whether a path is written the one way that browsers write it: without `.` and `..`, `\` for `/`,
/// or an empty part. The router matches what is written; what a browser would resolve to something
/// else is no path of ours.
#[must_use]
pub fn is_plain_path(path: &str) -> bool {
    let resolved = url::Url::parse("http://desk.invalid").and_then(|base| base.join(path));
    !path.contains("//") && resolved.is_ok_and(|url| url.path() == path)
}

/// The first page after sign-in: the board, or what an administrator without another role may see.
#[must_use]
pub fn home(roles: &Roles) -> &'static str {
    let page = if roles.allow(Power::Consult) { PageRoute::Board } else { PageRoute::Staff };
    page.path()
}

/// The page after a legal hold was set or lifted: the record, where the user may see it.
#[must_use]
pub fn after_hold(roles: &Roles, id: &ConsultationId) -> String {
    if roles.allow(Power::Consult) {
        PageRoute::Consultation.at(id)
    } else {
        PageRoute::Retention.path().to_owned()
    }
}

/// A path on this desk to go to after something, made safe: anything else becomes the board.
///
/// Browsers take tabs and line breaks out of an address and read `\` as `/` before they look where
/// it leads: only what stays as it is written is let through.
#[must_use]
pub fn local_path(wanted: &str) -> &str {
    let local = wanted.starts_with('/')
        && !wanted.starts_with("//")
        && wanted.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\')
        && !is_function(wanted);
    if local { wanted } else { PageRoute::Board.path() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_on_this_desk_are_gone_to() {
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
    }

    #[test]
    fn a_path_that_can_be_read_in_two_ways_is_none() {
        for path in [
            "/",
            "/consultations",
            "/consultations/01a0-b",
            "/c/Ab9",
            "/admin/audit/patient/x/report.csv",
            "/a%20b",
        ] {
            assert!(is_plain_path(path), "{path}");
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
            assert!(!is_plain_path(path), "{path}");
        }
    }
}
