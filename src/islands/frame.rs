//! Empego's page in a frame, shared by the islands of patients and of clinicians.

#[cfg(any(feature = "hydrate", feature = "hydrate-patient"))]
pub(super) mod hydrated;
pub(super) mod view;

use leptos::prelude::*;

/// Declares the texts and settings that the server passes to an island in a `<template>`.
macro_rules! frame_words {
    ($(#[$about:meta])* $words:ident { $($(#[$doc:meta])* $name:ident)* }) => {
        $(#[$about])*
        #[derive(Clone, Debug, Default)]
        pub struct $words { $($(#[$doc])* pub $name: String,)* }

        impl $words {
            /// Reads each text by its name.
            #[must_use]
            pub fn read(text: impl Fn(&str) -> String) -> Self {
                Self { $($name: text(stringify!($name)),)* }
            }

            /// Each text with its name.
            #[must_use]
            pub fn named(self) -> Vec<(&'static str, String)> {
                vec![$((stringify!($name), self.$name),)*]
            }
        }
    };
}

pub(super) use frame_words;

/// Why a frame does not show Empego's page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FrameProblem {
    /// The page did not load in time.
    Slow,
    /// Empego is busy or cannot be reached.
    Busy,
    /// Empego refused, or its answer was not understood. Only staff can resolve this.
    Refused,
}

/// The signals of a frame.
#[derive(Clone, Copy)]
pub struct Frame {
    /// The frame's presigned URL.
    pub source: RwSignal<Option<String>>,
    pub loaded: RwSignal<bool>,
    pub problem: RwSignal<Option<FrameProblem>>,
    /// Whether the user has been in the frame, so that something may have been entered.
    pub used: RwSignal<bool>,
    /// Whether the frame has been loaded for a while and was not used: it may show nothing that can
    /// be.
    pub idle: RwSignal<bool>,
    pub node: NodeRef<leptos::html::Iframe>,
}

impl Frame {
    pub(super) fn new() -> Self {
        Self {
            source: RwSignal::new(None),
            loaded: RwSignal::new(false),
            problem: RwSignal::new(None),
            used: RwSignal::new(false),
            idle: RwSignal::new(false),
            node: NodeRef::new(),
        }
    }
}
