//! The route table: one row a page, one a handler, one a server function.
//!
//! The router, the access check, the request log, the navigation, the content security policy, the
//! way from a form back to its page, and the matrix in `docs/security.md` derive from it. Addresses
//! are written through it: `PageRoute::Consultation.at(&id)`.

use super::limits::Limit;
use crate::model::address::{self, fill};
use crate::model::role::{Access, Power};
use std::collections::HashMap;
use std::fmt::Display;
use std::sync::LazyLock;
use strum::{EnumIter, IntoEnumIterator, IntoStaticStr};

/// The path of the counters, on the listener of `DESK_METRICS_ADDR` alone.
pub const METRICS: &str = "/metrics";

const PUBLIC: Access = Access::Public;
const STAFF: Access = Access::Staff;
const CONSULT: Access = Access::Needs(Power::Consult);
const DETAILS: Access = Access::Needs(Power::SeeDetails);
const FOLLOW_UPS: Access = Access::Needs(Power::PlanFollowUps);
const ADMIN: Access = Access::Needs(Power::Administer);

/// What a page's content security policy allows with Empego's origins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Framing {
    /// Nothing.
    None,
    /// A frame with them.
    Frame,
    /// A frame with them, and a form that is sent on to them where there is no script.
    FrameAndForm,
}

/// Which side a route is on. The patient's side loads the patient's browser bundle, sends no
/// referrer, and never counts as use of a staff session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
    /// Staff, and pages on the way to being signed in.
    Staff,
    /// Patients, by the token of their link.
    Patient,
}

/// Where the navigation shows a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nav {
    /// Not at all.
    None,
    /// In the header of every staff page.
    Main,
    /// In the tabs of the administrators' pages; the first of them is in the header too.
    Oversight,
}

/// A row of the table for a page or a handler.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// The path, with `{id}`, `{token}` or `{file}` where something varies. Also the log's name.
    pub pattern: &'static str,
    /// What a request needs.
    pub access: Access,
    /// Whose side it is on.
    pub audience: Audience,
    /// What its policy allows.
    pub framing: Framing,
    /// Where the navigation shows it.
    pub nav: Nav,
    /// Whether a 404 here is about a record, and so a refusal for the audit log.
    pub names_record: bool,
    /// The layers that a handler is behind.
    pub layers: Layers,
    /// Whether it takes a POST, and not a GET.
    pub posted: bool,
}

/// The layers that a handler is behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layers {
    /// Session, access check, compression and the time limit of an answer.
    Page,
    /// The session only: the answer has no end.
    Stream,
    /// None of them: no session is read.
    Bare,
}

impl Row {
    const fn new(pattern: &'static str, access: Access) -> Self {
        Self {
            pattern,
            access,
            audience: Audience::Staff,
            framing: Framing::None,
            nav: Nav::None,
            names_record: false,
            layers: Layers::Page,
            posted: false,
        }
    }

    const fn patient(self) -> Self {
        Self { audience: Audience::Patient, framing: Framing::FrameAndForm, ..self }
    }

    const fn framing(self, framing: Framing) -> Self {
        Self { framing, ..self }
    }

    const fn nav(self, nav: Nav) -> Self {
        Self { nav, ..self }
    }

    const fn record(self) -> Self {
        Self { names_record: true, ..self }
    }

    const fn layers(self, layers: Layers) -> Self {
        Self { layers, ..self }
    }

    const fn posted(self) -> Self {
        Self { posted: true, ..self }
    }
}

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
            Self::Board => row("/consultations", CONSULT).nav(Nav::Main),
            Self::NewConsultation => row(address::NEW_CONSULTATION, CONSULT),
            Self::Consultation => row("/consultations/{id}", CONSULT).record(),
            Self::Details => {
                row("/consultations/{id}/details", DETAILS).record().framing(Framing::FrameAndForm)
            }
            Self::FollowUps => row("/follow-ups", CONSULT).nav(Nav::Main),
            // `?follows=` names the consultation.
            Self::NewFollowUp => row(address::NEW_FOLLOW_UP, FOLLOW_UPS).record(),
            Self::Staff => row("/admin/staff", ADMIN).nav(Nav::Main),
            Self::Member => row("/admin/staff/{id}", ADMIN).record(),
            Self::Sites => row("/admin/sites", ADMIN).nav(Nav::Main),
            Self::Audit => row("/admin/audit", ADMIN).nav(Nav::Oversight),
            Self::AccessReport => row("/admin/audit/patient/{id}", ADMIN).record(),
            Self::Incidents => row("/admin/incidents", ADMIN).nav(Nav::Oversight),
            Self::NewIncident => row("/admin/incidents/new", ADMIN),
            Self::Incident => row("/admin/incidents/{id}", ADMIN).record(),
            Self::Retention => row("/admin/retention", ADMIN).nav(Nav::Oversight),
            Self::Connection => {
                row("/admin/connection", ADMIN).nav(Nav::Oversight).framing(Framing::Frame)
            }
            Self::Visit => row(address::VISIT, PUBLIC).patient(),
        }
    }

    /// The path of a page whose pattern has nothing that varies.
    #[must_use]
    pub const fn path(self) -> &'static str {
        self.row().pattern
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

/// What a call of a server function takes and gives beside its arguments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Body {
    /// A form, or an island's call.
    Form,
    /// A form that takes a while to fill in. Where the session ended meanwhile, what was typed goes
    /// through signing in and comes back. None of these holds a password.
    LongForm,
    /// A script's call alone. The caller reads JSON without asking for it: a beacon sets no header.
    Script,
}

/// The page that a form came from, where it is shown again with its entries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum FormPage {
    /// None: an error is a page of its own.
    None,
    At(PageRoute),
    /// The page whose pattern this field fills.
    Of(PageRoute, &'static str),
    /// The same; the second page where the field is empty.
    OfOr(PageRoute, &'static str, PageRoute),
    /// The first page where this field was sent, the second otherwise.
    Either(&'static str, PageRoute, PageRoute),
}

/// A row of the table for a server function.
#[derive(Clone, Copy, Debug)]
pub struct FunctionRow {
    /// What a call needs. Checked before anything of the call is read.
    pub access: Access,
    /// Whose side it is on.
    pub audience: Audience,
    /// How it is called.
    pub body: Body,
    /// Which limit by address counts its calls.
    pub limit: Option<Limit>,
    form_page: FormPage,
}

impl FunctionRow {
    const fn new(access: Access, form_page: FormPage) -> Self {
        Self { access, audience: Audience::Staff, body: Body::Form, limit: None, form_page }
    }

    const fn patient(self) -> Self {
        Self { audience: Audience::Patient, ..self }
    }

    const fn long(self) -> Self {
        Self { body: Body::LongForm, ..self }
    }

    const fn script(self) -> Self {
        Self { body: Body::Script, ..self }
    }

    const fn limit(self, limit: Limit) -> Self {
        Self { limit: Some(limit), ..self }
    }
}

/// Every server function, at `/api/{name}`. The name of the variant in snake case is its endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, IntoStaticStr)]
#[strum(serialize_all = "snake_case", prefix = "/api/")]
pub enum Function {
    SignIn,
    SignOut,
    SetLanguage,
    StartConsultation,
    ReportMessage,
    ConsultationState,
    CreateConsultation,
    FindPatient,
    RetryCreate,
    RevokeLink,
    ReissueLink,
    ExtendLink,
    RemoveExpiry,
    SetGate,
    UnlockLink,
    SearchConsultations,
    OpenDetails,
    ReportDetailsMessage,
    TakeExport,
    PlanFollowUp,
    CancelFollowUp,
    SearchFollowUps,
    SwitchSite,
    KeepSession,
    SearchLog,
    VerifyLog,
    WriteIncident,
    HoldConsultation,
    LiftHold,
    SetSite,
    AddSite,
    RemoveLogo,
    ChangePassword,
    EndSession,
    StartFactor,
    ConfirmFactor,
    RemoveFactor,
    VerifyCode,
    SetPassword,
    AddAccount,
    ChangeRoles,
    SwitchAccount,
    ResetPassword,
    ResetFactor,
    UnlockAccount,
}

impl Function {
    /// The function's row.
    #[must_use]
    pub const fn row(self) -> FunctionRow {
        use FormPage::{At, Either, None, Of, OfOr};
        use PageRoute as P;
        let row = FunctionRow::new;
        match self {
            Self::SignIn => row(PUBLIC, At(P::SignIn)).limit(Limit::SignIn),
            Self::SignOut | Self::SetLanguage => row(PUBLIC, None),
            Self::VerifyCode => row(PUBLIC, At(P::SignInCode)).limit(Limit::SignIn),
            Self::SetPassword => row(PUBLIC, Of(P::SetPassword, "token")).limit(Limit::SignIn),
            Self::KeepSession | Self::SwitchSite => row(STAFF, None),
            Self::ChangePassword
            | Self::EndSession
            | Self::StartFactor
            | Self::ConfirmFactor
            | Self::RemoveFactor => row(STAFF, At(P::Account)),
            Self::StartConsultation => {
                row(PUBLIC, Of(P::Visit, "token")).patient().limit(Limit::Start)
            }
            Self::ReportMessage | Self::ConsultationState => {
                row(PUBLIC, None).patient().script().limit(Limit::Report)
            }
            Self::CreateConsultation => row(CONSULT, At(P::NewConsultation)).long(),
            // The same question is on both forms; only that of a follow-up has a day.
            Self::FindPatient => {
                row(CONSULT, Either("due_on", P::NewFollowUp, P::NewConsultation)).long()
            }
            Self::RetryCreate
            | Self::RevokeLink
            | Self::ReissueLink
            | Self::ExtendLink
            | Self::RemoveExpiry
            | Self::SetGate
            | Self::UnlockLink => row(CONSULT, Of(P::Consultation, "id")),
            Self::SearchConsultations => row(CONSULT, At(P::Board)),
            Self::OpenDetails => row(DETAILS, Of(P::Details, "id")),
            Self::ReportDetailsMessage | Self::TakeExport => row(DETAILS, None).script(),
            Self::PlanFollowUp => row(FOLLOW_UPS, At(P::NewFollowUp)).long(),
            Self::CancelFollowUp => row(FOLLOW_UPS, Of(P::Consultation, "id")),
            Self::SearchFollowUps => row(CONSULT, At(P::FollowUps)),
            Self::SearchLog | Self::VerifyLog => row(ADMIN, At(P::Audit)),
            Self::WriteIncident => row(ADMIN, OfOr(P::Incident, "id", P::NewIncident)).long(),
            // Not the record: an administrator may set a hold without seeing it.
            Self::HoldConsultation => row(ADMIN, At(P::Retention)).long(),
            Self::LiftHold => row(ADMIN, At(P::Retention)),
            Self::SetSite | Self::AddSite => row(ADMIN, At(P::Sites)).long(),
            Self::RemoveLogo => row(ADMIN, At(P::Sites)),
            Self::AddAccount => row(ADMIN, At(P::Staff)).long(),
            Self::ChangeRoles => row(ADMIN, Of(P::Member, "id")).long(),
            Self::SwitchAccount | Self::ResetPassword | Self::ResetFactor | Self::UnlockAccount => {
                row(ADMIN, Of(P::Member, "id"))
            }
        }
    }

    /// The address that forms and islands send to.
    #[must_use]
    pub fn path(self) -> &'static str {
        self.into()
    }

    /// The name: the last part of the address.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.path().rsplit('/').next().unwrap_or_default()
    }

    /// The function of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::iter().find(|function| function.name() == name)
    }

    /// The page that its form is on, where there is one, given what was sent.
    #[must_use]
    pub fn form_page(self, entries: &HashMap<String, String>) -> Option<Target> {
        let entry = |name: &str| {
            let plain =
                |value: &&str| value.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
            entries.get(name).map(String::as_str).filter(plain)
        };
        match self.row().form_page {
            FormPage::None => None,
            FormPage::At(page) => Some(Target::page(page)),
            FormPage::Of(page, field) => Some(Target::record(page, entry(field)?)),
            FormPage::OfOr(page, field, other) => Some(match entry(field) {
                Some(value) if !value.is_empty() => Target::record(page, value),
                _ => Target::page(other),
            }),
            FormPage::Either(field, with, without) => {
                Some(Target::page(if entries.contains_key(field) { with } else { without }))
            }
        }
    }
}

/// The fields of long forms that do not go through signing in: a secret is typed again.
pub const NOT_KEPT: [&str; 1] = ["tenant_key"];

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
