//! One file a page. Rendered on the server only; a page reads through `desk` and changes nothing.

pub mod account;
pub mod audit;
pub mod board;
pub mod connection;
pub mod consultation;
pub mod departure;
pub mod details;
pub mod follow_ups;
pub mod incidents;
pub mod message;
pub mod new;
mod patient_form;
pub mod retention;
pub mod second_step;
pub mod set_password;
pub mod sign_in;
pub mod sites;
pub mod staff;
pub mod visit;

use crate::desk::Actor;
use crate::error::{AppError, FieldError};
use crate::i18n::{Errors, StaffWords};
use crate::model::ids::SiteId;
use crate::model::language::Language;
use crate::model::site::Site;
use crate::server::render::Submitted;
use crate::server::routes::brand;
use crate::server::state::AppState;
use crate::server::visitor::Visitor;
use axum::http::StatusCode;
use leptos::prelude::*;
use leptos_axum::ResponseOptions;

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
    /// place.
    pub async fn of(state: &AppState, site: &Site) -> Self {
        Self {
            style: site.accent.as_ref().map(|accent| brand::style_address(&site.id, accent)),
            logo: crate::desk::sites::logo_version(&state.desk, site)
                .await
                .ok()
                .flatten()
                .map(|version| brand::logo_address(&site.id, &version)),
        }
    }
}

/// What every page works with.
#[derive(Clone)]
pub struct Page {
    /// The shared components.
    pub state: AppState,
    /// Who asks.
    pub visitor: Visitor,
    /// The form that this page answers, if it answers one.
    pub submitted: Option<Submitted>,
    /// The name of the patient's clinic, once a link says which it is.
    pub clinic: Option<String>,
    /// How that clinic looks.
    pub brand: Brand,
    response: ResponseOptions,
}

impl Page {
    /// Takes what the request brought. Only inside a render.
    #[must_use]
    pub fn current() -> Self {
        Self {
            state: expect_context::<AppState>(),
            visitor: expect_context::<Visitor>(),
            submitted: use_context::<Submitted>(),
            clinic: None,
            brand: Brand::default(),
            response: expect_context::<ResponseOptions>(),
        }
    }

    /// Who is signed in. `None` only on pages that strangers see.
    #[must_use]
    pub fn who(&self) -> Option<&Actor> {
        self.visitor.staff.as_ref()
    }

    /// The site that a staff page is about. Empty where nobody is signed in, which finds nothing.
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

    /// A moment as staff read it.
    #[must_use]
    pub fn moment(&self, at: i64) -> String {
        crate::i18n::time::moment(
            self.language(),
            &self.state.config.time_zone,
            at,
            self.state.desk.now(),
        )
    }

    /// The day that it was at the clinics at a moment, `YYYY-MM-DD`.
    #[must_use]
    pub fn day_of(&self, at: i64) -> String {
        let at = jiff::Timestamp::from_millisecond(at).unwrap_or_default();
        at.to_zoned_datetime(self.state.config.time_zone.clone()).date().to_string()
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
