//! The connection check: whether this desk reaches Empego, and what to do where it does not.

mod unread;

use super::loaded::staff_page;
use crate::desk::connection::{self, Presigned, Report, Tenant};
use crate::empego::EmpegoError;
use crate::empego::subscription::{QueueStatus, Snapshot};
use crate::i18n::{ConnectionWords, fill};
use crate::islands::frame_check::FrameCheck;
use crate::parts::layout::StaffLayout;
use crate::parts::moment::moment;
use crate::parts::nav::OversightNav;
use crate::store::EventCounts;
use crate::web::page::Page;
use crate::web::routes::PageRoute;
use leptos::prelude::*;

/// The result of one line.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Good,
    Look,
    Bad,
}

/// What the result of a line rests on.
enum Basis {
    /// It was tried for this page.
    Now,
    /// It was seen before, at a moment.
    Seen(i64),
    /// It was not tried, for this reason.
    NotTried(&'static str),
}

/// One line of the check.
struct Line {
    id: &'static str,
    title: &'static str,
    verdict: Verdict,
    text: String,
    basis: Basis,
}

/// The checks run when the page is loaded. They change nothing, here or at Empego.
#[component]
pub fn ConnectionPage() -> impl IntoView {
    staff_page(|page, who| async move {
        let report = connection::check(&page.state.desk, &who, Some(&page.state.events)).await?;
        Ok(view(page, &report))
    })
}

fn view(page: Page, report: &Report) -> impl IntoView + use<> {
    let words = ConnectionWords::of(page.language());
    let lines = [
        key(&page, report),
        tenant(&page, report),
        presigned(&page, report),
        events(&page, report),
        clock(&page, report),
    ];
    let lines = lines.map(|line| section(&page, line)).into_iter().collect_view();
    let counts = report.events.as_ref().map(|snapshot| counts(&page, snapshot, report));
    let frame = frame(&page);
    let unread = unread::card(&page);
    let unknown = (!report.tally.unknown.is_empty()).then(|| unknown(&page, &report.tally));
    view! {
        <StaffLayout page=page.clone() title=words.title here=PageRoute::Connection.path()>
            <OversightNav page=page.clone() here=PageRoute::Connection/>
            <div class="page-head">
                <h1>{words.title}</h1>
                <form action=PageRoute::Connection.path()><button>{words.again}</button></form>
            </div>
            <p class="hint">{words.text}</p>
            {lines}
            {unread}
            {frame}
            {counts}
            {unknown}
            <p class="hint">{words.not_covered}</p>
        </StaffLayout>
    }
}

fn section(page: &Page, line: Line) -> impl IntoView + use<> {
    let words = ConnectionWords::of(page.language());
    let Line { id, title, verdict, text, basis } = line;
    let kind = match verdict {
        Verdict::Good => "success",
        Verdict::Look => "warning",
        Verdict::Bad => "error",
    };
    let title = titled(words, title, verdict);
    let basis = match basis {
        Basis::Now => words.tried_now.to_owned(),
        Basis::Seen(at) => page.sentence(words.seen, at),
        Basis::NotTried(why) => fill(words.not_tried, "why", why),
    };
    view! {
        <section class="notice" data-kind=kind id=id>
            <h2>{title}</h2>
            <p>{text}</p>
            <p class="hint">{basis}</p>
        </section>
    }
}

fn titled(words: &ConnectionWords, part: &str, verdict: Verdict) -> String {
    let word = match verdict {
        Verdict::Good => words.good,
        Verdict::Look => words.look,
        Verdict::Bad => words.bad,
    };
    fill(&fill(words.line, "part", part), "verdict", word)
}

/// The line that the browser checks itself; nothing where no origin may be framed.
fn frame(page: &Page) -> Option<impl IntoView + use<>> {
    let words = ConnectionWords::of(page.language());
    // While the sandbox runs, its origin is the last one, and the one in use.
    let origins = &page.state.origins;
    let origin = if page.state.sandbox { origins.last() } else { origins.first() }?;
    let line =
        |verdict: Verdict, text: &str| format!("{}\n{text}", titled(words, words.frame, verdict));
    let unknown = fill(&fill(words.line, "part", words.frame), "verdict", words.not_known);
    let unknown = |text: &str| format!("{unknown}\n{text}");
    let loaded = fill(words.frame_loaded, "address", &page.state.desk.policy.public_url);
    Some(view! {
        <FrameCheck
            address=format!("{origin}/")
            title=words.frame_title.to_owned()
            sandbox=page.state.config.frame_sandbox.clone()
            untried=unknown(words.frame_untried)
            trying=unknown(words.frame_trying)
            loaded=unknown(&loaded)
            heard=line(Verdict::Good, words.frame_heard)
            blocked=line(Verdict::Bad, words.frame_blocked)
            silent=unknown(&fill(words.frame_silent, "origin", origin))
        />
    })
}

fn key(page: &Page, report: &Report) -> Line {
    let words = ConnectionWords::of(page.language());
    let (verdict, text) = match &report.key {
        Ok(()) => (Verdict::Good, words.key_good),
        Err(EmpegoError::RefusedKey) => (Verdict::Bad, words.key_refused),
        Err(EmpegoError::Unavailable | EmpegoError::Busy { .. }) => {
            (Verdict::Bad, words.key_unavailable)
        }
        Err(_) => (Verdict::Bad, words.key_other),
    };
    Line { id: "key", title: words.key, verdict, text: text.to_owned(), basis: Basis::Now }
}

/// The tenant goes with the check of the key, so it is proven by that one alone.
fn tenant(page: &Page, report: &Report) -> Line {
    let words = ConnectionWords::of(page.language());
    let text = match report.tenant {
        Tenant::Own => words.tenant_own,
        Tenant::Installations => words.tenant_default,
        Tenant::Unreadable => words.tenant_unreadable,
    };
    let (verdict, basis) = match (report.tenant, &report.key) {
        (Tenant::Unreadable, _) => (Verdict::Bad, Basis::Now),
        (_, Ok(())) => (Verdict::Good, Basis::Now),
        (_, Err(_)) => (Verdict::Look, Basis::NotTried(words.because_key)),
    };
    Line { id: "tenant", title: words.tenant, verdict, text: text.to_owned(), basis }
}

fn presigned(page: &Page, report: &Report) -> Line {
    let words = ConnectionWords::of(page.language());
    let (verdict, text, basis) = match (&report.presigned, &report.key, report.tenant) {
        (Presigned::Works, ..) => (Verdict::Good, words.presigned_good, Basis::Now),
        (Presigned::Fails(_), ..) => (Verdict::Bad, words.presigned_bad, Basis::Now),
        (Presigned::ByCreating, ..) => {
            (Verdict::Look, words.presigned_none, Basis::NotTried(words.because_creating))
        }
        (_, _, Tenant::Unreadable) => {
            (Verdict::Look, words.presigned_none, Basis::NotTried(words.because_tenant))
        }
        (_, Err(_), _) => (Verdict::Look, words.presigned_none, Basis::NotTried(words.because_key)),
        _ => (Verdict::Look, words.presigned_none, Basis::NotTried(words.because_empty)),
    };
    Line { id: "presigned", title: words.presigned, verdict, text: text.to_owned(), basis }
}

/// A connection that has brought no event yet proves only itself.
fn events(page: &Page, report: &Report) -> Line {
    let words = ConnectionWords::of(page.language());
    let (id, title) = ("events", words.events);
    let Some(snapshot) = &report.events else {
        let (text, basis) = (words.events_none.to_owned(), Basis::NotTried(words.because_no_queue));
        return Line { id, title, verdict: Verdict::Look, text, basis };
    };
    let (verdict, text) = match snapshot.link {
        QueueStatus::Up if report.tally.events == 0 => (Verdict::Look, words.events_quiet),
        QueueStatus::Up => (Verdict::Good, words.events_up),
        QueueStatus::Elsewhere => (Verdict::Good, words.events_elsewhere),
        QueueStatus::InUse => (Verdict::Bad, words.events_taken),
        QueueStatus::Refused => (Verdict::Bad, words.events_refused),
        QueueStatus::Forbidden => (Verdict::Bad, words.events_forbidden),
        QueueStatus::Down | QueueStatus::Off => (Verdict::Bad, words.events_down),
    };
    let text = page.sentence(text, snapshot.since);
    Line { id, title, verdict, text, basis: Basis::Seen(snapshot.since) }
}

fn clock(page: &Page, report: &Report) -> Line {
    let words = ConnectionWords::of(page.language());
    let (verdict, text, basis) = match report.clock_ahead_ms {
        None => {
            let basis = Basis::NotTried(words.because_no_time);
            (Verdict::Look, words.clock_unknown.to_owned(), basis)
        }
        Some(ahead) if report.clock_is_off() => {
            let text = fill(words.clock_off, "n", &(ahead.abs() / 1000).to_string());
            (Verdict::Bad, text, Basis::Now)
        }
        Some(_) => (Verdict::Good, words.clock_good.to_owned(), Basis::Now),
    };
    Line { id: "clock", title: words.clock, verdict, text, basis }
}

fn counts(page: &Page, snapshot: &Snapshot, report: &Report) -> impl IntoView + use<> {
    let (tally, waiting) = (&report.tally, report.waiting);
    let words = ConnectionWords::of(page.language());
    let last = if snapshot.last_event_at == 0 {
        words.no_event.into_any()
    } else {
        moment(page, snapshot.last_event_at).into_any()
    };
    let lag = (snapshot.last_event_at != 0).then(|| {
        let seconds = fill(words.seconds, "n", &(snapshot.lag_ms / 1000).to_string());
        view! { <div><dt>{words.lag}</dt><dd>{seconds}</dd></div> }
    });
    view! {
        <section class="card" aria-label=words.events>
            <dl class="facts">
                <div><dt>{words.last_event}</dt><dd>{last}</dd></div>
                {lag}
                <div><dt>{words.kept}</dt><dd id="events-kept">{tally.events}</dd></div>
                <div>
                    <dt>{words.redeliveries}</dt>
                    <dd id="events-again">{tally.redeliveries}</dd>
                </div>
                <div><dt>{words.waiting}</dt><dd id="events-waiting">{tally.waiting}</dd></div>
                <div>
                    <dt>{words.without_site}</dt>
                    <dd id="events-without-site">{waiting.without_site}</dd>
                </div>
                <div>
                    <dt>{words.undecided}</dt>
                    <dd id="events-undecided">{waiting.undecided}</dd>
                </div>
                <div>
                    <dt>{words.malformed}</dt>
                    <dd id="events-malformed">{snapshot.malformed}</dd>
                </div>
            </dl>
        </section>
    }
}

fn unknown(page: &Page, tally: &EventCounts) -> impl IntoView + use<> {
    let words = ConnectionWords::of(page.language());
    let row = |kind: &crate::store::UnknownType| {
        view! {
            <tr>
                <th scope="row"><code>{kind.event_type.clone()}</code></th>
                <td>{kind.events}</td>
                <td>{moment(page, kind.last_at)}</td>
            </tr>
        }
    };
    let rows = tally.unknown.iter().map(row).collect_view();
    view! {
        <section class="card" aria-labelledby="unknown">
            <h2 id="unknown">{words.unknown}</h2>
            <p class="hint">{words.unknown_text}</p>
            <table>
                <thead>
                    <tr>
                        <th scope="col">{words.unknown_type}</th>
                        <th scope="col">{words.unknown_count}</th>
                        <th scope="col">{words.unknown_last}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </section>
    }
}
