//! A frame in the browser: each mount asks for a source of its own, and is watched.

use super::{Frame, Trouble};
use crate::islands::browser::{WATCHDOG, member};
use crate::islands::heard;
use crate::model::message::Message;
use crate::model::visit::Started;
use js_sys::Object;
use leptos::prelude::*;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::JsValue;
use web_sys::MessageEvent;

/// The mounts of one frame.
pub struct Mounts {
    frame: Frame,
    origins: Vec<String>,
    /// Empego's key of this consultation: known once a mount was answered.
    key: RefCell<Option<String>>,
    /// Counts the mounts: an answer that belongs to an older one is dropped.
    newest: Cell<u32>,
    /// Whether the answer to the newest one is awaited.
    asking: Cell<bool>,
    /// Whether anybody looks at the frame.
    wanted: Box<dyn Fn() -> bool>,
}

impl Mounts {
    /// None yet. `origins` are those that messages count from, with a space between them; nobody is
    /// told of a frame that is slow while it is not `wanted`.
    pub fn new(frame: Frame, origins: &str, wanted: impl Fn() -> bool + 'static) -> Rc<Self> {
        Rc::new(Self {
            frame,
            origins: origins.split(' ').map(str::to_owned).collect(),
            key: RefCell::default(),
            newest: Cell::new(0),
            asking: Cell::new(false),
            wanted: Box::new(wanted),
        })
    }

    /// Begins one: its number, under which its answer is taken. `None` for a second press, which is
    /// the same press, unless the page has said that the first one leads nowhere.
    pub fn begin(self: &Rc<Self>) -> Option<u32> {
        let frame = self.frame;
        if self.asking.get() && frame.trouble.get_untracked().is_none() {
            return None;
        }
        self.asking.set(true);
        let mount = self.newest.get() + 1;
        self.newest.set(mount);
        frame.source.set(None);
        frame.loaded.set(false);
        frame.trouble.set(None);
        self.watch(mount);
        Some(mount)
    }

    /// Whether an answer is that of the newest one, which is awaited no longer then.
    pub fn is_answered(&self, mount: u32) -> bool {
        let newest = self.newest.get() == mount;
        if newest {
            self.asking.set(false);
        }
        newest
    }

    /// Shows what the answer names, or says what is in the way.
    pub fn show(self: &Rc<Self>, mount: u32, answer: Option<(u16, String)>) {
        match started(answer) {
            Ok(started) => {
                self.key.replace(Some(started.key));
                self.frame.trouble.set(None);
                self.frame.source.set(Some(started.url));
                self.watch(mount);
            }
            Err(trouble) => self.frame.trouble.set(Some(trouble)),
        }
    }

    /// Says so when the page is not there in time.
    fn watch(self: &Rc<Self>, mount: u32) {
        let mounts = Rc::clone(self);
        set_timeout(
            move || {
                let frame = mounts.frame;
                let waits = mounts.newest.get() == mount
                    && (mounts.wanted)()
                    && !frame.loaded.get_untracked();
                if waits && frame.trouble.get_untracked().is_none() {
                    frame.trouble.set(Some(Trouble::Slow));
                }
            },
            WATCHDOG,
        );
    }

    /// A message of Empego's page, what was posted, and the members of that which are read. It
    /// counts only from our frame, from an origin on the list, and about this consultation.
    pub fn hear(&self, event: &MessageEvent) -> Option<(Message, JsValue, Object)> {
        let posted = heard::posted(event, &self.frame.node.get_untracked()?, &self.origins)?;
        let (parts, read) = heard::read(&posted);
        let message = Message::from_parts(parts).ok()?.about(self.key.borrow().as_ref()?).ok()?;
        Some((message, posted, read))
    }
}

/// The frame has loaded something.
pub fn loaded(frame: Frame) {
    frame.loaded.set(true);
    if frame.trouble.get_untracked() == Some(Trouble::Slow) {
        frame.trouble.set(None);
    }
}

/// What the answer to a mount leads to.
fn started(answer: Option<(u16, String)>) -> Result<Started, Trouble> {
    match answer {
        Some((200, body)) => read(&body).ok_or(Trouble::Refused),
        Some((502, body)) if !body.contains("unavailable") => Err(Trouble::Refused),
        Some((500, _)) => Err(Trouble::Refused),
        _ => Err(Trouble::Busy),
    }
}

fn read(json: &str) -> Option<Started> {
    let answer = js_sys::JSON::parse(json).ok()?;
    Some(Started {
        url: member(&answer, "url")?.as_string()?,
        key: member(&answer, "key")?.as_string()?,
    })
}
