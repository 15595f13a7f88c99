//! What every page works with.

use super::routes::{Audience, Endpoint, Function, Route, Target};
use super::state::AppState;
use super::visitor::Visitor;
use crate::desk::Actor;
use crate::desk::site_time::day_at;
use crate::error::{AppError, FieldError};
use crate::i18n::{Errors, StaffWords};
use crate::model::ids::SiteId;
use crate::model::language::Language;
use crate::model::role::Permission;
use crate::model::site::Site;
use crate::profile::Call;
use axum::http::StatusCode;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use leptos::prelude::*;
use leptos_axum::ResponseOptions;
use serde::de::DeserializeOwned;
use std::collections::HashMap;

/// A form that was sent, and its outcome: the page shows it again with its entries.
#[derive(Clone, Debug)]
pub struct Submitted {
    /// Where it was sent.
    pub route: Route,
    /// What was typed, by field.
    pub entries: HashMap<String, String>,
    /// The server function's answer, or the error.
    pub outcome: Result<serde_json::Value, AppError>,
}

impl Submitted {
    /// Whether it was sent to this server function.
    #[must_use]
    pub fn is_to(&self, function: Function) -> bool {
        self.route == Route::Function(function)
    }
}

/// What an answer shows.
#[derive(Clone, Debug)]
pub enum Content {
    /// A page of the route table.
    Page(Target),
    /// What went wrong, in place of any page.
    Problem(AppError),
    /// A page that leads to another host while the browser goes there.
    Departure(String),
}

/// What is rendered. A context of every render.
#[derive(Clone, Debug)]
pub struct Rendered {
    /// What the answer shows.
    pub content: Content,
    /// The side that it is on.
    pub audience: Audience,
}

/// The hidden field of the sign-in pages with the server function that a kept form was sent to.
pub const KEPT_FUNCTION: &str = "kept_function";
/// The hidden field with the kept form's entries, URL-encoded.
pub const KEPT_FORM: &str = "kept_form";

/// How a site looks to its patients: addresses, where there is something at them.
#[derive(Clone, Debug, Default)]
pub struct Brand {
    /// The stylesheet with its accent.
    pub style: Option<String>,
    /// Its logo.
    pub logo: Option<String>,
}

impl Brand {
    /// How this site looks. A logo that cannot be looked up is left out: the name stands in its
    /// place. The addresses change with what is at them, so that they can be cached for ever.
    pub async fn of(state: &AppState, site: &Site) -> Self {
        let style = |accent: &String| {
            let path = Endpoint::SiteStyle.at(&[&site.id]);
            format!("{path}?v={}", accent.trim_start_matches('#'))
        };
        let logo = crate::desk::sites::logo_version(&state.desk, site).await.ok().flatten();
        Self {
            style: site.accent.as_ref().map(style),
            logo: logo.map(|version| format!("{}?v={version}", Endpoint::SiteLogo.at(&[&site.id]))),
        }
    }
}

/// What every page works with.
#[derive(Clone)]
pub struct Page {
    /// The shared components.
    pub state: AppState,
    /// The visitor.
    pub visitor: Visitor,
    /// The form that this page answers, if it answers one.
    pub submitted: Option<Submitted>,
    /// The name of the patient's clinic, once a link says which it is.
    pub clinic: Option<String>,
    /// How that clinic looks.
    pub brand: Brand,
    /// The position of the newest change before anything was read for this page: it shows that one
    /// and, perhaps, later ones.
    pub position: i64,
    rendered: Rendered,
    response: ResponseOptions,
}

impl Page {
    /// Takes what the request brought. Only inside a render.
    #[must_use]
    pub fn current() -> Self {
        let state = expect_context::<AppState>();
        Self {
            position: state.desk.live.position(),
            state,
            visitor: expect_context::<Visitor>(),
            submitted: use_context::<Submitted>(),
            clinic: None,
            brand: Brand::default(),
            rendered: expect_context::<Rendered>(),
            response: expect_context::<ResponseOptions>(),
        }
    }

    /// The page in the route table, with its address. `None` where the answer is none of them.
    fn target(&self) -> Option<&Target> {
        match &self.rendered.content {
            Content::Page(target) => Some(target),
            Content::Problem(_) | Content::Departure(_) => None,
        }
    }

    /// The id or token in the address; empty where there is none.
    #[must_use]
    pub fn param(&self) -> &str {
        self.target().map(|target| target.param.as_str()).unwrap_or_default()
    }

    /// A field of the query, decoded.
    #[must_use]
    pub fn query(&self, name: &str) -> Option<String> {
        let query = &self.target()?.query;
        let fields: Vec<(String, String)> = serde_urlencoded::from_str(query).ok()?;
        fields.into_iter().rev().find(|(field, _)| field == name).map(|(_, value)| value)
    }

    /// The page's own path, also where it answers a form: the browser's address is the form's then.
    #[must_use]
    pub fn path(&self) -> String {
        self.target().map(Target::path).unwrap_or_default()
    }

    /// The same page with empty forms.
    #[must_use]
    pub fn without_form(&self) -> Self {
        Self { submitted: None, ..self.clone() }
    }

    /// The same page in another language.
    #[must_use]
    pub fn in_language(&self, language: Language) -> Self {
        let mut page = self.clone();
        page.visitor.language = language;
        page
    }

    /// Whether it is on the patient's side.
    #[must_use]
    pub fn is_patients(&self) -> bool {
        self.rendered.audience == Audience::Patient
    }

    /// Who is signed in. `None` only on pages that strangers see.
    #[must_use]
    pub fn who(&self) -> Option<&Actor> {
        self.visitor.staff.as_ref()
    }

    /// Whether the visitor plans follow-ups here: by role, and by the interface that is in use.
    #[must_use]
    pub fn plans_follow_ups(&self) -> bool {
        self.who().is_some_and(|who| who.roles.allow(Permission::PlanFollowUps))
            && self.state.desk.empego.has(Call::CreateFollowUp)
    }

    /// The site that a staff page is about. Empty without a session, which finds nothing.
    #[must_use]
    pub fn site(&self) -> SiteId {
        self.who().map(|who| who.site.id.clone()).unwrap_or_else(|| SiteId::from(""))
    }

    /// The language to answer in.
    #[must_use]
    pub fn language(&self) -> Language {
        self.visitor.language
    }

    /// The name that patients read: their clinic's, or the desk's own where no link says which that
    /// is.
    #[must_use]
    pub fn clinic_name(&self) -> String {
        self.clinic.clone().unwrap_or_else(|| self.state.config.clinic_name.clone())
    }

    /// The name of an account, as this page shows it.
    #[must_use]
    pub fn person(&self, name: &str) -> String {
        crate::i18n::account::person(self.language(), name).to_owned()
    }

    /// The words of the staff pages.
    #[must_use]
    pub fn words(&self) -> &'static StaffWords {
        StaffWords::of(self.language())
    }

    /// The words about errors.
    #[must_use]
    pub fn errors(&self) -> &'static Errors {
        Errors::of(self.language())
    }

    /// The time zone of the site that a staff page is about; the configured one without a session.
    #[must_use]
    pub fn zone(&self) -> TimeZone {
        let desk = &self.state.desk;
        self.who().map_or_else(|| desk.policy.time_zone.clone(), |who| desk.zone(&who.site))
    }

    /// Today at the site that a staff page is about.
    #[must_use]
    pub fn today(&self) -> Date {
        day_at(&self.zone(), self.state.desk.now())
    }

    /// A moment as staff read it.
    #[must_use]
    pub fn moment(&self, at: i64) -> String {
        crate::i18n::time::moment(self.language(), &self.zone(), at, self.state.desk.now())
    }

    /// A sentence with a moment in the place of its `{when}`, in three parts
    /// ([`crate::i18n::time::sentence`]).
    #[must_use]
    pub fn sentence_parts(&self, sentence: &str, at: i64) -> [String; 3] {
        let (language, now) = (self.language(), self.state.desk.now());
        crate::i18n::time::sentence(language, &self.zone(), sentence, at, now)
    }

    /// The same as one text.
    #[must_use]
    pub fn sentence(&self, sentence: &str, at: i64) -> String {
        self.sentence_parts(sentence, at).concat()
    }

    /// The same for what is still so ([`crate::i18n::time::since`]).
    #[must_use]
    pub fn since(&self, sentence: &str, at: i64) -> String {
        let (language, now) = (self.language(), self.state.desk.now());
        crate::i18n::time::since(language, &self.zone(), sentence, at, now)
    }

    /// The day that it was at the site at a moment, `YYYY-MM-DD`.
    #[must_use]
    pub fn day_of(&self, at: i64) -> String {
        day_at(&self.zone(), at).to_string()
    }

    /// Answers under another status code.
    pub fn status(&self, code: u16) {
        if let Ok(code) = StatusCode::from_u16(code) {
            self.response.set_status(code);
        }
    }

    /// What was typed into a field, when this page answers a form.
    #[must_use]
    pub fn entry(&self, name: &str) -> String {
        self.submitted
            .as_ref()
            .and_then(|submitted| submitted.entries.get(name))
            .cloned()
            .unwrap_or_default()
    }

    /// The form that this page answers, as its struct. `None` where it answers none.
    #[must_use]
    pub fn form<F: DeserializeOwned>(&self) -> Option<F> {
        let entries = &self.submitted.as_ref()?.entries;
        let fields = entries.iter().map(|(name, value)| (name.clone(), value.as_str().into()));
        serde_json::from_value(serde_json::Value::Object(fields.collect())).ok()
    }

    /// The title of a page with a form: it says first when something is wrong with what was sent.
    #[must_use]
    pub fn title_of_form(&self, title: &str) -> String {
        let prefix = self.refusal().map(|_| self.errors().page_title_prefix).unwrap_or_default();
        format!("{prefix}{title}")
    }

    /// Why the form was not taken, when this page answers one that was not.
    #[must_use]
    pub fn refusal(&self) -> Option<&AppError> {
        self.submitted.as_ref()?.outcome.as_ref().err()
    }

    /// The fields that cannot be taken as they are.
    #[must_use]
    pub fn field_errors(&self) -> &[FieldError] {
        match self.refusal() {
            Some(AppError::Invalid(fields)) => fields,
            _ => &[],
        }
    }
}
