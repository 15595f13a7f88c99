//! The browser part of [`super::Drafts`]: the forms of the page.

mod controls;
mod kept;

use crate::api::session::SignOut;
use crate::islands::browser::listen;
use crate::islands::drafts::{DRAFT, DRAFT_STATE, ENTRIES, TAKEN};
use crate::model::address;
use js_sys::Date;
use kept::{Draft, Drafts};
use leptos::prelude::{document, window};
use leptos::server_fn::ServerFn;
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, Event, HtmlFormElement};

/// Takes the page's forms up.
pub(super) fn begin(owner: &str, restored: &str, discard: &str) -> Option<()> {
    let drafts = Rc::new(Drafts::of(owner)?);
    let answers_a_form =
        window().location().pathname().is_ok_and(|path| address::is_function(&path));
    let forms = document().query_selector_all(&format!("form[{DRAFT}]")).ok()?;
    let forms: Vec<HtmlFormElement> =
        (0..forms.length()).filter_map(|at| forms.item(at)?.dyn_into().ok()).collect();
    let names: Vec<String> = forms.iter().filter_map(|form| form.get_attribute(DRAFT)).collect();
    drafts.sweep(answers_a_form, &names);
    for form in forms {
        adopt(&drafts, form, restored, discard);
    }
    let closing = Rc::clone(&drafts);
    listen(&document(), "submit", move |event: Event| {
        let form = event.target().and_then(|target| target.dyn_into::<HtmlFormElement>().ok());
        if form.and_then(|form| form.get_attribute("action")).as_deref() == Some(SignOut::PATH) {
            closing.sign_out();
        }
    });
    // Another tab has signed out, after which this page keeps nothing either.
    listen(&window(), "storage", move |_: Event| drafts.sweep(true, &names));
    Some(())
}

/// Restores a form's draft, and keeps it from now on. Entries that the server shows are newer.
fn adopt(drafts: &Rc<Drafts>, form: HtmlFormElement, restored: &str, discard: &str) -> Option<()> {
    let name = form.get_attribute(DRAFT)?;
    let state = form.get_attribute(DRAFT_STATE);
    let draft = drafts.read(&name);
    match (state.as_deref(), draft) {
        (Some(ENTRIES), _) => drafts.keep(&name, controls::entries(&form, true), false),
        (Some(TAKEN), Some(draft)) if draft.sent => drafts.remove(&name),
        (_, Some(draft)) => {
            if controls::restore(&form, &draft.entries) {
                notice(drafts, &name, &form, &draft, restored, discard);
            }
        }
        (_, None) => {}
    }
    // What the page came with is typed too, where it shows entries.
    let all = state.as_deref() == Some(ENTRIES);
    // While it is sent, leaving the page must not make it a draft that was not.
    let sent = Rc::new(Cell::new(false));
    let keep = {
        let (drafts, form, name, sent) =
            (Rc::clone(drafts), form.clone(), name.clone(), Rc::clone(&sent));
        move || {
            if !sent.get() {
                drafts.keep(&name, controls::entries(&form, all), false);
            }
        }
    };
    for event in ["input", "change"] {
        let (keep, sent) = (keep.clone(), Rc::clone(&sent));
        listen(&form, event, move |_: Event| {
            sent.set(false);
            keep();
        });
    }
    // Also what the page itself filled in.
    listen(&window(), "pagehide", move |_: Event| keep());
    // A link in the form gives it up: Cancel, or the record of the patient who was looked up.
    let (leaving, left, left_name) = (Rc::clone(drafts), Rc::clone(&sent), name.clone());
    listen(&form, "click", move |event: Event| {
        let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        if target.is_some_and(|target| target.closest("a").is_ok_and(|it| it.is_some())) {
            left.set(true);
            leaving.remove(&left_name);
        }
    });
    let (drafts, sending) = (Rc::clone(drafts), form.clone());
    listen(&form, "submit", move |_: Event| {
        sent.set(true);
        drafts.keep(&name, controls::entries(&sending, all), true);
    });
    Some(())
}

/// Says above the form that it was restored, with a button that shows it as it was.
fn notice(
    drafts: &Rc<Drafts>,
    name: &str,
    form: &HtmlFormElement,
    draft: &Draft,
    restored: &str,
    discard: &str,
) -> Option<()> {
    let at = Date::new(&JsValue::from_f64(draft.milliseconds()));
    let text = restored
        .replace("{hh}", &format!("{:02}", at.get_hours()))
        .replace("{h}", &at.get_hours().to_string())
        .replace("{m}", &format!("{:02}", at.get_minutes()));
    let element = |tag: &str| document().create_element(tag).ok();
    let (notice, line, button): (Element, _, _) =
        (element("div")?, element("p")?, element("button")?);
    notice.set_class_name("notice restored");
    notice.set_attribute("data-kind", "info").ok()?;
    notice.set_attribute("role", "status").ok()?;
    line.set_text_content(Some(&text));
    button.set_class_name("quiet");
    button.set_attribute("type", "button").ok()?;
    button.set_text_content(Some(discard));
    notice.append_child(&line).ok()?;
    notice.append_child(&button).ok()?;
    form.parent_element()?.insert_before(&notice, Some(form)).ok()?;
    let (drafts, name) = (Rc::clone(drafts), name.to_owned());
    listen(&button, "click", move |_: Event| {
        drafts.remove(&name);
        drafts.close();
        let location = window().location();
        let _ = location.href().and_then(|href| location.replace(&href));
    });
    Some(())
}
