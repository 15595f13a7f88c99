//! The audit log: who did and saw what at the administrator's site.

mod filter;
mod report;
mod table;

pub use report::ReportPage;
pub use table::{actor, what};

use super::message::MessagePage;
use crate::api::audit::LogVerdict;
use crate::desk::audit_log::LogScope;
use crate::desk::{accounts, audit_log};
use crate::error::{AppError, FieldProblem};
use crate::i18n::{LogWords, fill};
use crate::model::audit::Action;
use crate::model::ids::StaffId;
use crate::parts::admin::AdminNav;
use crate::parts::layout::StaffLayout;
use crate::parts::notice::{ErrorSummary, Notice};
use crate::store::{LogQuery, Staff};
use crate::web::page::Page;
use crate::web::routes::{Function, PageRoute};
use crate::web::state::AppState;
use jiff::civil::Date;
use leptos::prelude::*;

/// Rows on one page.
const ROWS: u32 = 50;
/// The most characters of a patient's name or identifier that are searched for.
pub const WORDS_LENGTH: usize = 100;
/// What the words are sealed for.
const SEALED: &str = "log";
/// What stands in the address and in the form for the rows of no site.
const NO_SITE: &str = "none";

/// The log's filters, as its address holds them; `patient` is sealed there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filters {
    /// Of the site, or of none.
    pub whose: LogScope,
    /// Done by this account.
    pub staff: Option<StaffId>,
    /// This action.
    pub action: Option<Action>,
    /// Not before this day.
    pub from: Option<Date>,
    /// Not after this day.
    pub until: Option<Date>,
    /// Words of the name or identifier of the patient it is about.
    pub words: Option<String>,
    /// Only rows with a smaller number.
    pub before: Option<i64>,
}

impl Filters {
    /// Reads the form.
    ///
    /// # Errors
    /// A date that is none.
    pub fn typed(
        of: &str,
        staff: &str,
        action: &str,
        from: &str,
        until: &str,
        words: &str,
    ) -> Result<Self, AppError> {
        let date = |field: &str, text: &str| match text.trim() {
            "" => Ok(None),
            text => text
                .parse::<Date>()
                .map(Some)
                .map_err(|_| AppError::field(field, FieldProblem::BadDate)),
        };
        let words: String = words
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
            .chars()
            .take(WORDS_LENGTH)
            .collect();
        Ok(Self {
            whose: whose(of),
            staff: id(staff).map(StaffId),
            action: Action::parse(action),
            from: date("from", from)?,
            until: date("until", until)?,
            words: (!words.is_empty()).then_some(words),
            before: None,
        })
    }

    /// Reads the address. What does not read is left out.
    fn read(state: &AppState, get: impl Fn(&str) -> Option<String>) -> Self {
        let date = |name| get(name).and_then(|text| text.parse::<Date>().ok());
        Self {
            whose: get("of").map(|of| whose(&of)).unwrap_or_default(),
            staff: get("staff").and_then(|text| id(&text)).map(StaffId),
            action: get("action").and_then(|slug| Action::parse(&slug)),
            from: date("from"),
            until: date("until"),
            words: get("patient").and_then(|sealed| state.desk.secrets.open(SEALED, &sealed)),
            before: get("before").and_then(|number| number.parse().ok()),
        }
    }

    /// The address that shows the log through these filters.
    #[must_use]
    pub fn address(&self, state: &AppState) -> String {
        let sealed = self
            .words
            .as_ref()
            .and_then(|words| state.desk.secrets.seal(SEALED, words, &state.desk.ambient));
        let parts = [
            (self.whose == LogScope::WithoutSite).then(|| format!("of={NO_SITE}")),
            self.staff.as_ref().map(|id| format!("staff={id}")),
            self.action.map(|action| format!("action={}", action.slug())),
            self.from.map(|date| format!("from={date}")),
            self.until.map(|date| format!("until={date}")),
            sealed.map(|sealed| format!("patient={sealed}")),
            self.before.map(|number| format!("before={number}")),
        ];
        let query = parts.into_iter().flatten().collect::<Vec<_>>().join("&");
        if query.is_empty() {
            PageRoute::Audit.path().to_owned()
        } else {
            format!("{}?{query}", PageRoute::Audit.path())
        }
    }

    /// What the store is asked. Days begin and end in the site's time zone.
    fn query(&self, page: &Page) -> LogQuery {
        let start = |date: Date| {
            date.to_zoned_datetime(page.state.config.time_zone.clone())
                .ok()
                .map(|start| start.timestamp().as_millisecond())
        };
        LogQuery {
            site: page.site(),
            staff: self.staff.clone(),
            patients: None,
            action: self.action,
            from: self.from.and_then(start),
            until: self.until.and_then(|date| date.tomorrow().ok()).and_then(start),
            before: self.before,
            limit: ROWS + 1,
        }
    }

    fn is_empty(&self) -> bool {
        Self { before: None, ..self.clone() } == Self::default()
    }
}

fn whose(of: &str) -> LogScope {
    if of == NO_SITE { LogScope::WithoutSite } else { LogScope::Site }
}

/// An id, if it looks like one.
fn id(text: &str) -> Option<String> {
    let fits = !text.is_empty()
        && text.len() <= 64
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    fits.then(|| text.to_owned())
}

/// The log.
#[component]
pub fn AuditPage() -> impl IntoView {
    let page = Page::current();
    let filters = Filters::read(&page.state, |name| page.query(name));
    Suspend::new(async move {
        let Some(who) = page.who() else {
            return view! { <MessagePage error=AppError::NotSignedIn/> }.into_any();
        };
        let read = audit_log::read(
            &page.state.desk,
            who,
            filters.whose,
            filters.words.as_deref(),
            filters.query(&page),
        )
        .await;
        let members = accounts::list(&page.state.desk, who).await;
        match (read, members) {
            (Ok(found), Ok(members)) => content(
                page,
                &filters,
                found,
                members.into_iter().map(|(staff, _)| staff).collect(),
            )
            .into_any(),
            (Err(error), _) | (_, Err(error)) => {
                view! { <MessagePage error=page.state.explain(error)/> }.into_any()
            }
        }
    })
}

fn content(
    page: Page,
    filters: &Filters,
    mut found: audit_log::Page,
    staff: Vec<Staff>,
) -> impl IntoView + use<> {
    let words = LogWords::of(page.language());
    let more = found.rows.len() > ROWS as usize;
    found.rows.truncate(ROWS as usize);
    let here = filters.address(&page.state);
    let next =
        found.rows.last().filter(|_| more).map(|last| {
            Filters { before: Some(last.number), ..filters.clone() }.address(&page.state)
        });
    let newest =
        filters.before.map(|_| Filters { before: None, ..filters.clone() }.address(&page.state));
    let form = filter::form(&page, filters, staff, found.may_read_without_site);
    let of_no_site = (filters.whose == LogScope::WithoutSite)
        .then(|| view! { <p class="hint">{words.of_no_site_text}</p> });
    let patients = filter::patients(&page, &found);
    let verdict = verdict(&page);
    let rows = if found.rows.is_empty() {
        let (title, text) = if filters.is_empty() {
            (words.empty, "")
        } else {
            (words.nothing, words.nothing_text)
        };
        view! { <div class="empty"><h2>{title}</h2><p>{text}</p></div> }.into_any()
    } else {
        table::rows(&page, &found.rows, Some(&found.names)).into_any()
    };
    view! {
        <StaffLayout page=page.clone() title=words.title here>
            <AdminNav page=page.clone() here=PageRoute::Audit.path()/>
            <ErrorSummary page=page.clone()/>
            {verdict}
            <div class="page-head">
                <h1>{words.title}</h1>
                <form method="post" action=Function::VerifyLog.path()><button>{words.verify}</button></form>
            </div>
            {form}
            {of_no_site}
            {patients}
            {rows}
            <nav class="pager" aria-label=page.words().pages>
                {newest.map(|href| view! { <a class="button" rel="first" href=href>{page.words().newest}</a> })}
                {next.map(|href| view! { <a class="button" rel="next" href=href>{words.older}</a> })}
            </nav>
        </StaffLayout>
    }
}

/// What "Check the chain" found, when this page answers it.
fn verdict(page: &Page) -> impl IntoView + use<> {
    let words = LogWords::of(page.language());
    let submitted =
        page.submitted.as_ref().filter(|submitted| submitted.is_to(Function::VerifyLog))?;
    let verdict: LogVerdict =
        serde_json::from_value(submitted.outcome.as_ref().ok()?.clone()).ok()?;
    Some(match verdict {
        LogVerdict::Whole { rows, last, head } => {
            let text =
                fill(&fill(words.whole_text, "rows", &rows.to_string()), "last", &last.to_string());
            view! { <Notice kind="success" title=words.whole role="status"><p>{text}</p><p><code>{head}</code></p></Notice> }.into_any()
        }
        LogVerdict::Broken { number } => {
            let title = fill(words.broken, "number", &number.to_string());
            view! { <Notice kind="error" title=title role="alert"><p>{words.broken_text}</p></Notice> }.into_any()
        }
    })
}
