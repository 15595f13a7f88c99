//! Finds out who asks, and keeps everybody else out of staff pages. Closed by default: a path that
//! is not named here is for staff.

use crate::desk::Actor;
use crate::error::AppError;
use crate::model::client::Client;
use crate::model::ids::ConsultationId;
use crate::model::role::{Access, Power, Roles};
use crate::server::auth::session::{self, Found};
use crate::server::client::client;
use crate::server::refusals::Asked;
use crate::server::render;
use crate::server::state::AppState;
use crate::server::visitor::{Visitor, is_plain, language};
use crate::store::SignedIn;
use axum::Extension;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};

/// Looks the session up, once a request.
pub async fn visitor(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    let client = client(request.headers(), request.extensions(), &state.config.trusted_proxies);
    let staff = match staff(&state, &client, request.headers(), request.uri().path()).await {
        Ok(staff) => staff,
        Err(error) => {
            let (parts, _) = request.into_parts();
            return render::problem(&state, parts, error).await;
        }
    };
    let visitor = Visitor {
        staff: staff.map(|signed_in| Actor { signed_in, client: client.clone() }),
        client,
        language: language(request.headers(), request.uri().query()),
        plain: is_plain(request.headers()),
    };
    request.extensions_mut().insert(visitor);
    next.run(request).await
}

/// The staff member whose session it is, which is used by this, if there is one.
async fn staff(
    state: &AppState,
    client: &Client,
    headers: &HeaderMap,
    path: &str,
) -> Result<Option<SignedIn>, AppError> {
    let (store, ambient) = (&*state.desk.store, &state.desk.ambient);
    match session::find(store, ambient, headers, state.secure)
        .await
        .map_err(|error| state.explain_store(error))?
    {
        Found::Nobody => Ok(None),
        Found::Unknown => state.unknown(client, "session").await.map(|()| None),
        Found::SignedIn(who) => {
            let used = session::touch(store, ambient, &who.session, headers, path).await;
            used.map_err(|error| state.explain_store(error))?;
            Ok(Some(*who))
        }
    }
}

/// Sends whoever is not signed in to sign in, and back to the same page after; tells whoever may
/// not see a page so.
pub async fn staff_only(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let access = access(request.uri().path());
    let refused = match request.extensions().get::<Visitor>() {
        Some(visitor) => visitor.allow(access).err(),
        None => Some(AppError::NotSignedIn),
    };
    let Some(error) = refused else { return next.run(request).await };
    if error == AppError::NotSignedIn && matches!(*request.method(), Method::GET | Method::HEAD) {
        let wanted = request.uri().path_and_query().map_or("/", |wanted| wanted.as_str());
        let query = serde_urlencoded::to_string([("next", wanted)]).unwrap_or_default();
        return Redirect::to(&format!("/sign-in?{query}")).into_response();
    }
    let (parts, _) = request.into_parts();
    let error = match parts.extensions.get::<Visitor>() {
        Some(visitor) => state.refused(visitor, Asked::page(&parts.uri), error).await,
        None => error,
    };
    render::problem(&state, parts, error).await
}

/// Whether a path is written the one way that a browser writes it: without `.` and `..`, `\\` for
/// `/`, or an empty part. Pages are chosen by what is left when these are resolved, and access is
/// decided by what stands there.
#[must_use]
pub fn is_plain_path(path: &str) -> bool {
    let resolved = url::Url::parse("http://desk.invalid").and_then(|base| base.join(path));
    !path.contains("//") && resolved.is_ok_and(|url| url.path() == path)
}

/// What a page takes. One that is not named here is for staff of any role.
#[must_use]
pub fn access(path: &str) -> Access {
    let below = |folder: &str| {
        path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    let token_of = |folder: &str| {
        path.strip_prefix(folder).is_some_and(|token| !token.is_empty() && !token.contains('/'))
    };
    if matches!(path, "/sign-in" | "/sign-in/code" | "/oidc/start" | "/oidc/callback")
        || token_of("/c/")
        || token_of("/set-password/")
    {
        Access::Public
    } else if shows_details(path) {
        Access::Needs(Power::SeeDetails)
    } else if path == "/follow-ups/new" {
        Access::Needs(Power::PlanFollowUps)
    } else if below("/consultations") || below("/follow-ups") {
        Access::Needs(Power::Consult)
    } else if below("/admin") {
        Access::Needs(Power::Administer)
    } else {
        Access::Staff
    }
}

/// Whether a path is of what only clinicians see of a consultation: its details, and what was
/// exported of them.
#[must_use]
pub fn shows_details(path: &str) -> bool {
    let below = path.strip_prefix("/consultations/").and_then(|rest| rest.split_once('/'));
    below.is_some_and(|(_, rest)| rest == "details" || rest.starts_with("exports/"))
}

/// The address without a path leads to where the visitor begins.
pub async fn begin(Extension(visitor): Extension<Visitor>) -> Redirect {
    Redirect::to(visitor.staff.as_ref().map_or("/consultations", |who| home(&who.roles)))
}

/// Where somebody begins: the board, or what an administrator without another role may see.
#[must_use]
pub fn home(roles: &Roles) -> &'static str {
    if roles.allow(Power::Consult) { "/consultations" } else { "/admin/staff" }
}

/// Where somebody goes after a legal hold was set or lifted: back to the record, for whoever may
/// see it.
#[must_use]
pub fn after_hold(roles: &Roles, id: &ConsultationId) -> String {
    if roles.allow(Power::Consult) {
        format!("/consultations/{id}")
    } else {
        "/admin/retention".to_owned()
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
        && !wanted.starts_with("/api/");
    if local { wanted } else { "/consultations" }
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

    #[test]
    fn what_is_not_named_is_for_staff() {
        for path in ["/sign-in", "/sign-in/code", "/c/abc", "/set-password/abc"] {
            assert_eq!(access(path), Access::Public, "{path}");
        }
        for path in [
            "/",
            "/c/",
            "/c/a/b",
            "/set-password/",
            "/set-password/a/b",
            "/sign-in/x",
            "/account",
            "/live",
            "/anything",
            "/consultationsx",
            "/adminx",
        ] {
            assert_eq!(access(path), Access::Staff, "{path}");
        }
        for path in [
            "/consultations",
            "/consultations/new",
            "/consultations/1/slip",
            "/follow-ups",
            "/follow-ups/new/x",
        ] {
            assert_eq!(access(path), Access::Needs(Power::Consult), "{path}");
        }
        assert_eq!(access("/follow-ups/new"), Access::Needs(Power::PlanFollowUps));
        for path in [
            "/consultations/1/details",
            "/consultations/1/exports/2.pdf",
            "/consultations/1/exports/",
        ] {
            assert_eq!(access(path), Access::Needs(Power::SeeDetails), "{path}");
        }
        for path in ["/admin", "/admin/staff"] {
            assert_eq!(access(path), Access::Needs(Power::Administer), "{path}");
        }
    }
}
