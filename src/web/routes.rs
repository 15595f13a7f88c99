//! The route table: one row a page, one a handler, one a server function.
//!
//! The router, the access check, the request log, the navigation, the content security policy, the
//! way from a form back to its page, and the matrix in `docs/security.md` derive from it. Addresses
//! are written through it: `PageRoute::Consultation.at(&id)`.

mod function;
mod row;
#[cfg(test)]
mod tests;

pub use function::{Body, Function, NOT_KEPT};
pub use row::{Audience, Framing, Layers, Nav, Row};

use crate::i18n::{AccountWords, ConnectionWords, FollowUpWords, LogWords, SiteWords, StaffWords};
use crate::model::address::{self, fill};
use crate::model::role::{Access, Permission};
use std::collections::HashMap;
use std::fmt::Display;
use std::sync::LazyLock;
use strum::{EnumIter, IntoEnumIterator};

/// The path of the counters, on the listener of `DESK_METRICS_ADDR` alone.
pub const METRICS: &str = "/metrics";

const PUBLIC: Access = Access::Public;
const STAFF: Access = Access::Staff;
const CONSULT: Access = Access::Requires(Permission::Consult);
const DETAILS: Access = Access::Requires(Permission::SeeDetails);
const FOLLOW_UPS: Access = Access::Requires(Permission::PlanFollowUps);
const ADMIN: Access = Access::Requires(Permission::Administer);

/// Every page. Which component answers which is in `pages.rs`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter)]
pub enum PageRoute {
    SignIn,
    SignInCode,
    SetPassword,
    Account,
    Board,
    NewConsultation,
    Consultation,
    Slip,
    CorrectPatient,
    MergePatients,
    Details,
    FollowUps,
    NewFollowUp,
    Staff,
    Member,
    Sites,
    Audit,
    AccessReport,
    Incidents,
    NewIncident,
    Incident,
    Retention,
    Connection,
    Visit,
}

impl PageRoute {
    /// The page's row.
    #[must_use]
    pub const fn row(self) -> Row {
        let row = Row::new;
        match self {
            Self::SignIn => row(address::SIGN_IN, PUBLIC),
            Self::SignInCode => row("/sign-in/code", PUBLIC),
            Self::SetPassword => row("/set-password/{token}", PUBLIC),
            Self::Account => row("/account", STAFF),
            Self::Board => row("/consultations", CONSULT)
                .nav(Nav::Main, |lang| StaffWords::of(lang).consultations),
            Self::NewConsultation => row(address::NEW_CONSULTATION, CONSULT),
            Self::Consultation => row("/consultations/{id}", CONSULT).record(),
            Self::Slip => row("/consultations/{id}/slip", CONSULT).record(),
            Self::CorrectPatient => row("/consultations/{id}/patient", CONSULT).record(),
            Self::MergePatients => row("/consultations/{id}/merge", CONSULT).record(),
            Self::Details => {
                row("/consultations/{id}/details", DETAILS).record().framing(Framing::FrameAndForm)
            }
            Self::FollowUps => row("/follow-ups", CONSULT)
                .nav(Nav::Main, |lang| FollowUpWords::of(lang).follow_ups),
            // `?follows=` names the consultation.
            Self::NewFollowUp => row(address::NEW_FOLLOW_UP, FOLLOW_UPS).record(),
            Self::Staff => {
                row("/admin/staff", ADMIN).nav(Nav::Main, |lang| AccountWords::of(lang).staff)
            }
            Self::Member => row("/admin/staff/{id}", ADMIN).record(),
            Self::Sites => {
                row("/admin/sites", ADMIN).nav(Nav::Main, |lang| SiteWords::of(lang).site)
            }
            Self::Audit => {
                row("/admin/audit", ADMIN).nav(Nav::Oversight, |lang| LogWords::of(lang).title)
            }
            Self::AccessReport => row("/admin/audit/patient/{id}", ADMIN).record(),
            Self::Incidents => row("/admin/incidents", ADMIN)
                .nav(Nav::Oversight, |lang| LogWords::of(lang).incidents),
            Self::NewIncident => row("/admin/incidents/new", ADMIN),
            Self::Incident => row("/admin/incidents/{id}", ADMIN).record(),
            Self::Retention => row("/admin/retention", ADMIN)
                .nav(Nav::Oversight, |lang| LogWords::of(lang).retention),
            Self::Connection => row("/admin/connection", ADMIN)
                .nav(Nav::Oversight, |lang| ConnectionWords::of(lang).nav)
                .framing(Framing::Frame),
            Self::Visit => row(address::VISIT, PUBLIC).patient(),
        }
    }

    /// The path of a page whose pattern has nothing that varies.
    #[must_use]
    pub const fn path(self) -> &'static str {
        self.row().pattern
    }

    /// Whether the path itself gives access: it has a token in it.
    #[must_use]
    pub fn is_secret(self) -> bool {
        self.row().pattern.contains("{token}")
    }

    /// The path with this id or token in it.
    #[must_use]
    pub fn at(self, value: impl Display) -> String {
        fill(self.row().pattern, &[&value])
    }
}

/// Every handler that is neither a page nor a server function. Which function answers which is in
/// `server/router.rs`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter)]
pub enum Endpoint {
    Home,
    Logo,
    ProviderStart,
    ProviderCallback,
    IncidentRegister,
    AccessReportFile,
    ExportFile,
    UnknownFunction,
    Live,
    Alive,
    Ready,
    SiteStyle,
    SiteLogo,
    BrowserFile,
    Favicon,
    Robots,
}

impl Endpoint {
    /// The handler's row.
    #[must_use]
    pub const fn row(self) -> Row {
        let row = Row::new;
        match self {
            Self::Home => row("/", PUBLIC),
            Self::Logo => row("/admin/sites/logo", ADMIN).posted(),
            Self::ProviderStart => row("/oidc/start", PUBLIC).posted(),
            Self::ProviderCallback => row("/oidc/callback", PUBLIC),
            Self::IncidentRegister => row("/admin/incidents/register.csv", ADMIN),
            Self::AccessReportFile => row("/admin/audit/patient/{id}/report.csv", ADMIN).record(),
            Self::ExportFile => row(address::EXPORT_FILE, DETAILS).record(),
            // So that a name that no server function has answers as the others do.
            Self::UnknownFunction => row(address::FUNCTION, STAFF),
            Self::Live => row(address::LIVE, CONSULT).layers(Layers::Stream),
            Self::Alive => row("/healthz", PUBLIC).layers(Layers::Bare),
            Self::Ready => row("/readyz", PUBLIC).layers(Layers::Bare),
            Self::SiteStyle => row("/site/{id}/style.css", PUBLIC).layers(Layers::Bare),
            Self::SiteLogo => row("/site/{id}/logo", PUBLIC).layers(Layers::Bare),
            Self::BrowserFile => row("/pkg/{file}", PUBLIC).layers(Layers::Bare),
            Self::Favicon => row("/favicon.svg", PUBLIC).layers(Layers::Bare),
            Self::Robots => row("/robots.txt", PUBLIC).layers(Layers::Bare),
        }
    }

    /// The path of a handler whose pattern has nothing that varies.
    #[must_use]
    pub const fn path(self) -> &'static str {
        self.row().pattern
    }

    /// The path with these values in it, in order.
    #[must_use]
    pub fn at(self, values: &[&dyn Display]) -> String {
        fill(self.row().pattern, values)
    }
}

/// A page, with what fills its pattern, and the query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// Which page.
    pub page: PageRoute,
    /// The id or token in the path; empty where the pattern has none.
    pub param: String,
    /// The query, without `?`; empty where there is none.
    pub query: String,
}

impl Target {
    /// A page whose pattern has nothing that varies.
    #[must_use]
    pub fn page(page: PageRoute) -> Self {
        Self { page, param: String::new(), query: String::new() }
    }

    /// The page of one record or link.
    #[must_use]
    pub fn record(page: PageRoute, param: &str) -> Self {
        Self { param: param.to_owned(), ..Self::page(page) }
    }

    /// Its path, without the query.
    #[must_use]
    pub fn path(&self) -> String {
        self.page.at(&self.param)
    }
}

/// What a request is for, found by the router.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Route {
    Page(PageRoute),
    Endpoint(Endpoint),
    Function(Function),
}

impl Route {
    /// Every route there is.
    pub fn all() -> impl Iterator<Item = Self> {
        let pages = PageRoute::iter().map(Self::Page);
        pages
            .chain(Endpoint::iter().map(Self::Endpoint))
            .chain(Function::iter().map(Self::Function))
    }

    /// The route of a pattern, as the router matched it.
    #[must_use]
    pub fn matched(pattern: &str) -> Option<Self> {
        static BY_PATTERN: LazyLock<HashMap<&str, Route>> =
            LazyLock::new(|| Route::all().map(|route| (route.pattern(), route)).collect());
        BY_PATTERN.get(pattern).copied()
    }

    /// The pattern that the router takes.
    #[must_use]
    pub fn pattern(self) -> &'static str {
        match self {
            Self::Page(page) => page.row().pattern,
            Self::Endpoint(endpoint) => endpoint.row().pattern,
            Self::Function(function) => function.path(),
        }
    }

    /// The name in logs and metrics: the pattern, or the server function's name. Links are secrets
    /// and ids lead to patients: neither is in it.
    #[must_use]
    pub fn log_name(self) -> &'static str {
        match self {
            Self::Function(function) => function.name(),
            Self::Page(_) | Self::Endpoint(_) => self.pattern(),
        }
    }

    /// What a request needs.
    #[must_use]
    pub fn access(self) -> Access {
        match self {
            Self::Page(page) => page.row().access,
            Self::Endpoint(endpoint) => endpoint.row().access,
            Self::Function(function) => function.row().access,
        }
    }

    /// What a path needs that is in no row: what the pages beside it need, and a session at least.
    /// So a staff member is refused below `/admin` as they are at its pages. Beside a page whose
    /// path is a secret it needs nothing: the sign-in would take the secret along.
    #[must_use]
    pub fn access_without_row(path: &str) -> Access {
        match Self::page_beside(path) {
            Some(page) if page.is_secret() => PUBLIC,
            Some(page) if page.row().access != PUBLIC => page.row().access,
            _ => STAFF,
        }
    }

    /// The first page whose path begins as this one.
    #[must_use]
    pub fn page_beside(path: &str) -> Option<PageRoute> {
        let first = |path: &str| path.split('/').nth(1).unwrap_or_default().to_owned();
        PageRoute::iter().find(|page| first(page.row().pattern) == first(path))
    }

    /// Whether it is on the patient's side.
    #[must_use]
    pub fn is_patients(self) -> bool {
        let audience = match self {
            Self::Page(page) => page.row().audience,
            Self::Endpoint(endpoint) => endpoint.row().audience,
            Self::Function(function) => function.row().audience,
        };
        audience == Audience::Patient
    }

    /// Whether a 404 here is about a record.
    #[must_use]
    pub fn names_record(self) -> bool {
        match self {
            Self::Page(page) => page.row().names_record,
            Self::Endpoint(endpoint) => endpoint.row().names_record,
            Self::Function(_) => true,
        }
    }
}
