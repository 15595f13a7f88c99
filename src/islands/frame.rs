//! Empego's page in a frame, as the patient's island and the clinician's both show it: the words
//! that the server hands over, what is in the way of it, and how it is loaded again.

#[cfg(any(feature = "hydrate", feature = "hydrate-patient"))]
pub(super) mod hydrated;
pub(super) mod view;

use leptos::prelude::*;

/// Declares the words that an island needs to know, once for writing and for reading.
macro_rules! frame_words {
    ($(#[$about:meta])* $words:ident { $($(#[$doc:meta])* $name:ident)* }) => {
        $(#[$about])*
        #[derive(Clone, Debug, Default)]
        pub struct $words { $($(#[$doc])* pub $name: String,)* }

        impl $words {
            /// Takes each word from where the server put it.
            #[must_use]
            pub fn read(word: impl Fn(&str) -> String) -> Self {
                Self { $($name: word(stringify!($name)),)* }
            }

            /// Each word with its name.
            #[must_use]
            pub fn named(self) -> Vec<(&'static str, String)> {
                vec![$((stringify!($name), self.$name),)*]
            }
        }
    };
}

pub(super) use frame_words;

/// What is in the way of Empego's page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// It takes too long.
    Slow,
    /// Empego is busy or cannot be reached.
    Busy,
    /// Empego said no, or something that this desk does not understand: only the staff can mend it.
    Refused,
}

/// The signals of a frame. Copies of it point at the same ones.
#[derive(Clone, Copy)]
pub struct Frame {
    /// The frame's source, of which each mount gets its own.
    pub source: RwSignal<Option<String>>,
    /// Whether the frame has loaded.
    pub loaded: RwSignal<bool>,
    /// What is in the way.
    pub trouble: RwSignal<Option<Trouble>>,
    /// The frame itself, while it is there: only its messages count.
    pub node: NodeRef<leptos::html::Iframe>,
}

impl Frame {
    /// One with nothing in it.
    pub(super) fn new() -> Self {
        Self {
            source: RwSignal::new(None),
            loaded: RwSignal::new(false),
            trouble: RwSignal::new(None),
            node: NodeRef::new(),
        }
    }
}
