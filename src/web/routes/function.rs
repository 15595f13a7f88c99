//! The rows of the server functions.

use super::{ADMIN, Audience, CONSULT, DETAILS, FOLLOW_UPS, PUBLIC, PageRoute, STAFF, Target};
use crate::model::role::Access;
use crate::web::limits::Limit;
use std::collections::HashMap;
use strum::{EnumIter, IntoEnumIterator, IntoStaticStr};

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
    /// The side it is on.
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
    CorrectPatient,
    FindToMerge,
    MergePatients,
    UndoMerge,
    SetPatientLanguage,
    LookUpPatient,
    RetryCreate,
    EnterKey,
    CancelConsultation,
    UndoCancel,
    RevokeLink,
    RestoreLink,
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
    MoveFollowUp,
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
    AcceptInvitation,
    DeclineInvitation,
    AddAccount,
    WithdrawInvitation,
    ChangeRoles,
    SetLicence,
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
            | Self::AcceptInvitation
            | Self::DeclineInvitation
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
            // Asked by a script while a number is typed. Forms look up.
            Self::FindPatient => row(CONSULT, None).script(),
            // The same question is on both forms; only that of a follow-up has a day.
            Self::LookUpPatient => {
                row(CONSULT, Either("due_on", P::NewFollowUp, P::NewConsultation)).long()
            }
            Self::FindToMerge | Self::MergePatients => row(CONSULT, Of(P::MergePatients, "id")),
            Self::CorrectPatient => row(CONSULT, Of(P::CorrectPatient, "id")).long(),
            Self::RetryCreate
            | Self::EnterKey
            | Self::UndoMerge
            | Self::SetPatientLanguage
            | Self::CancelConsultation
            | Self::UndoCancel
            | Self::RevokeLink
            | Self::RestoreLink
            | Self::ReissueLink
            | Self::ExtendLink
            | Self::RemoveExpiry
            | Self::SetGate
            | Self::UnlockLink => row(CONSULT, Of(P::Consultation, "id")),
            Self::SearchConsultations => row(CONSULT, At(P::Board)),
            Self::OpenDetails => row(DETAILS, Of(P::Details, "id")),
            Self::ReportDetailsMessage | Self::TakeExport => row(DETAILS, None).script(),
            Self::PlanFollowUp => row(FOLLOW_UPS, At(P::NewFollowUp)).long(),
            Self::CancelFollowUp | Self::MoveFollowUp => row(FOLLOW_UPS, Of(P::Consultation, "id")),
            Self::SearchFollowUps => row(CONSULT, At(P::FollowUps)),
            Self::SearchLog | Self::VerifyLog => row(ADMIN, At(P::Audit)),
            Self::WriteIncident => row(ADMIN, OfOr(P::Incident, "id", P::NewIncident)).long(),
            // Not the record: an administrator may set a hold without seeing it.
            Self::HoldConsultation => row(ADMIN, At(P::Retention)).long(),
            Self::LiftHold => row(ADMIN, At(P::Retention)),
            Self::SetSite | Self::AddSite => row(ADMIN, At(P::Sites)).long(),
            Self::RemoveLogo => row(ADMIN, At(P::Sites)),
            Self::AddAccount => row(ADMIN, At(P::Staff)).long(),
            Self::WithdrawInvitation => row(ADMIN, At(P::Staff)),
            Self::ChangeRoles => row(ADMIN, Of(P::Member, "id")).long(),
            Self::SetLicence => row(ADMIN, Of(P::Member, "id")).long(),
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
