//! Fetches the page that is open, and replaces what differs.

use crate::islands::browser::get;
use crate::model::address;
use leptos::prelude::{document, set_timeout, window};
use leptos::task::spawn_local;
use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;
use wasm_bindgen::JsCast;
use web_sys::{Document, DomParser, Element, SupportedType};

/// How long further changes are gathered before the page is fetched (debounce).
const DEBOUNCE: Duration = Duration::from_millis(200);

/// The state of a refresh. `Again` = another one is needed after the current one.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Refresh {
    Idle,
    Debouncing,
    Fetching,
    Again,
}

/// The page that is open.
pub(super) struct Page {
    /// The name of its stream.
    of: String,
    /// The position of the newest change that it shows for certain.
    shown: Cell<i64>,
    refresh: Cell<Refresh>,
}

impl Page {
    pub(super) fn new(of: &str, shown: i64) -> Self {
        Self { of: of.to_owned(), shown: Cell::new(shown), refresh: Cell::new(Refresh::Idle) }
    }

    /// The position of the newest change that it shows for certain.
    pub(super) fn shown(&self) -> i64 {
        self.shown.get()
    }

    /// Nothing is certain any more.
    pub(super) fn forget(&self) {
        self.shown.set(i64::MIN);
    }

    /// Fetches it, after a moment.
    pub(super) fn refresh(self: &Rc<Self>) {
        match self.refresh.get() {
            Refresh::Idle => {
                self.refresh.set(Refresh::Debouncing);
                let page = Rc::clone(self);
                set_timeout(move || page.fetch(), DEBOUNCE);
            }
            Refresh::Fetching => self.refresh.set(Refresh::Again),
            Refresh::Debouncing | Refresh::Again => {}
        }
    }

    fn fetch(self: Rc<Self>) {
        self.refresh.set(Refresh::Fetching);
        spawn_local(async move {
            // A page that answers a form cannot be fetched by its address.
            let location = window().location();
            let path =
                location.pathname().unwrap_or_default() + &location.search().unwrap_or_default();
            if !address::is_function(&path) {
                match get(&path).await {
                    Some((200, fresh)) => _ = self.update(&fresh),
                    // It is gone, or of another site by now.
                    Some((401 | 403 | 404 | 410, _)) => _ = location.reload(),
                    _ => {}
                }
            }
            let again = self.refresh.get() == Refresh::Again;
            self.refresh.set(Refresh::Idle);
            if again {
                self.refresh();
            }
        });
    }

    /// Updates the page from its fetched HTML. Reloads if that is of another session or site, or
    /// the sign-in page.
    fn update(&self, fresh: &str) -> Option<()> {
        let fresh =
            DomParser::new().ok()?.parse_from_string(fresh, SupportedType::TextHtml).ok()?;
        let mark = fresh.query_selector(&format!(".live[data-of='{}']", self.of)).ok()?;
        let Some(mark) = mark else { return window().location().reload().ok() };
        replace_parts(&fresh)?;
        self.shown.set(mark.get_attribute("data-at")?.parse().ok()?);
        Some(())
    }
}

fn replace_parts(fresh: &Document) -> Option<()> {
    let parts = document().query_selector_all("[data-live]").ok()?;
    for at in 0..parts.length() {
        let part: Element = parts.item(at)?.dyn_into().ok()?;
        let selector = format!("[data-live='{}']", part.get_attribute("data-live")?);
        let new = fresh.query_selector(&selector).ok().flatten()?;
        // Replacing the part would close what the user has opened. It is updated after that.
        if part.query_selector("details[open]").ok().flatten().is_some() {
            continue;
        }
        let html = new.inner_html();
        if html != part.inner_html() {
            let focused = focused_selector(&part);
            part.set_inner_html(&html);
            if let Some(focused) = focused {
                restore_focus(&part, &focused);
            }
        }
    }
    Some(())
}

/// A selector of the focused element inside a part.
fn focused_selector(part: &Element) -> Option<String> {
    let active = document().active_element().filter(|active| part.contains(Some(active)))?;
    let id = active.id();
    if !id.is_empty() {
        return Some(format!("#{id}"));
    }
    active.get_attribute("href").map(|href| format!("a[href='{href}']"))
}

fn restore_focus(part: &Element, selector: &str) -> Option<()> {
    part.query_selector(selector).ok()??.dyn_into::<web_sys::HtmlElement>().ok()?.focus().ok()
}
