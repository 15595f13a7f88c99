//! What a row of the route table says.

use crate::model::language::Language;
use crate::model::role::Access;

/// A text in the language of the page.
pub type Label = fn(Language) -> &'static str;

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
    /// The side it is on.
    pub audience: Audience,
    /// What its policy allows.
    pub framing: Framing,
    /// Where the navigation shows it.
    pub nav: Nav,
    /// The label of its link in the navigation.
    pub label: Option<Label>,
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
    pub(super) const fn new(pattern: &'static str, access: Access) -> Self {
        Self {
            pattern,
            access,
            audience: Audience::Staff,
            framing: Framing::None,
            nav: Nav::None,
            label: None,
            names_record: false,
            layers: Layers::Page,
            posted: false,
        }
    }

    pub(super) const fn patient(self) -> Self {
        Self { audience: Audience::Patient, framing: Framing::FrameAndForm, ..self }
    }

    pub(super) const fn framing(self, framing: Framing) -> Self {
        Self { framing, ..self }
    }

    pub(super) const fn nav(self, nav: Nav, label: Label) -> Self {
        Self { nav, label: Some(label), ..self }
    }

    pub(super) const fn record(self) -> Self {
        Self { names_record: true, ..self }
    }

    pub(super) const fn layers(self, layers: Layers) -> Self {
        Self { layers, ..self }
    }

    pub(super) const fn posted(self) -> Self {
        Self { posted: true, ..self }
    }
}
