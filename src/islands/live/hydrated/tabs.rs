//! What the tabs of one session share: a channel, and a lock that one of them holds.

use crate::islands::browser::{listen, property, set_property};
use js_sys::{Function, Object, Promise};
use leptos::prelude::window;
use leptos::task::spawn_local;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, BroadcastChannel, MessageEvent};

/// The tabs with this name, this one among them.
pub(super) struct Tabs {
    name: String,
    channel: BroadcastChannel,
    /// `navigator.locks`, which web-sys has only as an unstable interface.
    locks: JsValue,
    /// Gives the lock back; `None` while another tab has it.
    release: RefCell<Option<Function>>,
    /// Ends the waiting for the lock.
    waiting: RefCell<Option<AbortController>>,
    /// Which wait for the lock is the newest one: the end of an older one is of no matter.
    turn: Cell<u32>,
}

impl Tabs {
    /// `None` where the browser has no locks or no channels. `told` gets what other tabs post.
    pub(super) fn open(name: &str, told: impl Fn(String) + 'static) -> Option<Self> {
        let locks = property(&window().navigator(), "locks")?;
        property(&window(), "BroadcastChannel")?;
        let channel = BroadcastChannel::new(name).ok()?;
        listen(&channel, "message", move |event: MessageEvent| {
            if let Some(text) = event.data().as_string() {
                told(text);
            }
        });
        Some(Self {
            name: name.to_owned(),
            channel,
            locks,
            release: RefCell::default(),
            waiting: RefCell::default(),
            turn: Cell::new(0),
        })
    }

    /// Tells the other tabs.
    pub(super) fn post(&self, text: &str) {
        let _ = self.channel.post_message(&text.into());
    }

    /// Waits for the lock, or (`steal`) takes it from the tab that has it. `granted` is called with
    /// the lock. `lost` is called when another tab took it (`true`), or when there is none to be
    /// had (`false`).
    pub(super) fn queue(
        self: &Rc<Self>,
        steal: bool,
        granted: impl FnOnce() + 'static,
        lost: impl FnOnce(bool) + 'static,
    ) {
        self.leave();
        let turn = self.turn.get();
        let options = Object::new();
        if steal {
            set_property(&options, "steal", &JsValue::TRUE);
        } else if let Ok(waiting) = AbortController::new() {
            set_property(&options, "signal", &waiting.signal());
            self.waiting.replace(Some(waiting));
        }
        let (holder, owner) = (Rc::clone(self), Rc::clone(self));
        let held = Rc::new(Cell::new(false));
        let was_held = Rc::clone(&held);
        // The lock is held until this promise is resolved, or the tab is closed.
        let hold = Closure::once_into_js(move |_: JsValue| {
            held.set(true);
            let released = Promise::new(&mut |release, _| {
                holder.release.replace(Some(release));
                holder.waiting.take();
            });
            // It was given up while it was being granted.
            if holder.turn.get() == turn {
                granted();
            } else {
                holder.leave();
            }
            JsValue::from(released)
        });
        let ended = self.request(&options, &hold);
        spawn_local(async move {
            let failed = match ended {
                Some(ended) => JsFuture::from(ended).await.is_err(),
                None => true,
            };
            if failed && owner.turn.get() == turn {
                lost(was_held.get());
            }
        });
    }

    fn request(&self, options: &Object, hold: &JsValue) -> Option<Promise> {
        let request: Function = property(&self.locks, "request")?.dyn_into().ok()?;
        let ended = request.call3(&self.locks, &self.name.as_str().into(), options, hold);
        ended.ok()?.dyn_into().ok()
    }

    /// Gives the lock back, or waits for it no longer.
    pub(super) fn leave(&self) {
        self.turn.set(self.turn.get() + 1);
        if let Some(waiting) = self.waiting.take() {
            waiting.abort();
        }
        if let Some(release) = self.release.take() {
            let _ = release.call0(&JsValue::NULL);
        }
    }
}
